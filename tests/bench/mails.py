"""The mails that are measured with: the corpus, fresh copies of it, and its two plain families."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from itertools import count, islice
from pathlib import Path

TESTDATA = Path(__file__).resolve().parents[1] / "testdata"
CORPUS = TESTDATA / "corpus"
EXPECTED = TESTDATA / "corpus-expected.jsonl"

_MESSAGE_ID = re.compile(rb"^Message-ID:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BenchMail:
    """A mail and the mailbox that it belongs to."""

    file: str
    mailbox: str
    raw: bytes
    is_answered: bool
    """By the expected outcomes, whatever the service thinks of it."""


def corpus() -> tuple[BenchMail, ...]:
    """The hundred labelled mails, as they are."""
    labels = [json.loads(line) for line in (CORPUS / "labels.jsonl").read_text("utf-8").splitlines()]
    expected = {entry["file"]: entry for entry in map(json.loads, EXPECTED.read_text("utf-8").splitlines())}
    return tuple(
        BenchMail(
            label["file"],
            label["mailbox"],
            (CORPUS / label["file"]).read_bytes(),
            "none" not in expected[label["file"]]["answer"],
        )
        for label in labels
    )


def fresh(raw: bytes, number: int) -> bytes:
    """The same mail as sent once more: under another Message-ID it is another event and gets its own answer."""
    head, gap, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    end = gap[: len(gap) // 2]
    without = _MESSAGE_ID.sub(b"", head + end, count=1)
    return b"Message-ID: <bench-%d@mailflow.example>" % number + end + without + end + body


def burst(size: int) -> tuple[BenchMail, ...]:
    """So many mails: the corpus over and over, each time fresh."""
    return tuple(islice(_endless(), size))


def _endless() -> Iterator[BenchMail]:
    numbers = count(1)
    while True:
        for mail in corpus():
            yield BenchMail(mail.file, mail.mailbox, fresh(mail.raw, next(numbers)), mail.is_answered)


def families() -> dict[str, list[bytes]]:
    """Corpus mails without attachments: ``plain`` have text parts only, ``html`` an HTML part at least."""
    found: dict[str, list[bytes]] = {"plain": [], "html": []}
    for mail in corpus():
        leaves = [part for part in message_from_bytes(mail.raw).walk() if not part.is_multipart()]
        types = {part.get_content_type() for part in leaves}
        is_bare = all(part.get_filename() is None and part.get_content_disposition() != "attachment" for part in leaves)
        if is_bare and types <= {"text/plain", "text/html"}:
            found["html" if "text/html" in types else "plain"].append(mail.raw)
    return found
