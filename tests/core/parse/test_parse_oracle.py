"""The standard library as the oracle: on mail that is not damaged both readers see the same parts and bytes."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from mailflow.parse.mime import Part, Reader, decode_transfer

CORPUS = Path(__file__).resolve().parents[2] / "testdata" / "corpus" / "messages"


def theirs(message: Message) -> list[tuple[str, str | None, bytes | None]]:
    out: list[tuple[str, str | None, bytes | None]] = []
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            out.append((part.get_content_type(), None, None))
        elif part.get_content_type() == "text/plain" and out and out[-1][0] in ("message/delivery-status", "status"):
            continue  # the standard library takes every group of a report as a text part
        else:
            data = None if part.is_multipart() else part.get_payload(decode=True)
            out.append((part.get_content_type(), part.get_filename(), data if isinstance(data, bytes) else None))
    return out


def ours(root: Part) -> list[tuple[str, str | None, bytes | None]]:
    out: list[tuple[str, str | None, bytes | None]] = []
    for part in root.walk():
        name = part.disposition.of.get("filename") or part.content_type.of.get("name")
        leaf = not part.children and part.type != "message/delivery-status"
        out.append((part.type, name, decode_transfer(part)[0] if leaf else None))
    return out


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.eml")), ids=lambda file: file.stem)
def test_same_parts_same_names_same_bytes(file: Path) -> None:
    raw = file.read_bytes()
    assert ours(Reader().read(raw)) == theirs(message_from_bytes(raw))
