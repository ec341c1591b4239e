"""Every mail of ``tests/testdata/mail`` is read as the JSON beside it says: as written, with LF and with CRLF.

On a difference the runner writes what it got to ``NNN-name.got`` beside the mail: compare, and if the
new reading is right, move it over the ``.json``. A ``.readme`` says what is not obvious.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailflow.parse import parse

MAILS = Path(__file__).resolve().parents[2] / "testdata" / "mail"
OWN = ("hssupport@victimsupport.org.uk", "dhrenquiries@victimsupport.org.uk")
FILES = sorted(MAILS.glob("*/*.eml"))


@pytest.mark.parametrize("line_end", [None, b"\n", b"\r\n"], ids=["written", "LF", "CRLF"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_mail_is_read_as_expected(file: Path, line_end: bytes | None, whole: Any, summarise: Any) -> None:
    raw = file.read_bytes()
    if line_end is not None:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", line_end)
    message = parse(raw, own_addresses=OWN)
    whole(message)
    got = summarise(message)
    expected_file = file.with_suffix(".json")
    expected = json.loads(expected_file.read_text("utf-8")) if expected_file.exists() else None
    if got != expected:
        file.with_suffix(".got").write_text(json.dumps(got, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert got == expected


def test_there_are_families_enough() -> None:
    assert len(FILES) >= 300
    assert len({file.parent.name for file in FILES}) >= 25
