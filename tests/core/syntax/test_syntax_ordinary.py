"""The short ways for mail without fault read the same as the long ways for mail of any sort."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.syntax import fields
from mailflow.syntax.addresses import read_addresses
from mailflow.syntax.charsets import canonical
from mailflow.syntax.dates import read_date
from mailflow.syntax.parameters import read_parameters

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
MAILS = sorted([*TESTDATA.glob("corpus/messages/*.eml"), *TESTDATA.glob("mail/*/*.eml")])
PIECES = [
    b"From: a@b.c", b"Subject: x", b"X-Y:", b"Received: from a", b"\r\n", b"\n", b"\r", b" ", b"\t", b"\r\n\t", b"\n ",
    b"\r\n\r\n", b"\n\n", b":", b"\0", b"\xff", b"words", b"From x", b"-", b"\x0b", b"  ", b" \r\n",
]  # fmt: skip


def agree(raw: bytes) -> bool:
    """Whether the short way read it; raises where both ways differ."""
    short = fields._ordinary(raw, 0, len(raw))
    if short is not None:
        if short.plain:
            assert tuple(text.encode("ascii") for text in short.views) == tuple(field.value for field in short.fields)
        bare = short._replace(plain=False)
        assert bare == fields._line_by_line(raw, 0, len(raw), top=False)
        assert bare == fields._line_by_line(raw, 0, len(raw), top=True)
    return short is not None


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_header_of_every_mail_is_read_alike(line_end: bytes) -> None:
    taken = [agree(file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end)) for file in MAILS]
    assert sum(taken) > 0.9 * len(taken), "the short way is there for nearly all mail"


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_header_of_any_bytes_is_read_alike(raw: bytes) -> None:
    agree(raw)


def test_header_over_a_limit_is_left_to_the_long_way() -> None:
    assert not agree(b"X: y\n" * (fields.HEADER_COUNT + 1) + b"\n")
    assert not agree(b"X: " + b"y" * (fields.HEADER_VALUE_BYTES + 1) + b"\n\n")
    assert not agree(b"X: y\n" + b" z\n" * fields.FOLDED_LINES + b"\n")
    assert not agree(b"X: " + b"y" * fields.ORDINARY_BYTES + b"\n\n")


NAMES = st.sampled_from(["", "Ann Lee", '"Ann Lee"', '"Lee, Ann"', "Ann", "O'Neil", "Siân", "'Ann'", "A. B."])
MAILBOX = st.tuples(NAMES, st.sampled_from(["a@b.c", "ann.lee+x@x-y.org"])).map(
    lambda each: f"{each[0]} <{each[1]}>".strip()
)


@given(MAILBOX)
def test_one_mailbox_is_read_alike(value: str) -> None:
    assert read_addresses(value) == read_addresses(f"{value} ")


@given(st.lists(MAILBOX, min_size=1, max_size=6))
def test_several_mailboxes_are_read_as_one_by_one(values: list[str]) -> None:
    assert read_addresses(", ".join(values)) == tuple(each for value in values for each in read_addresses(f"{value} "))


@given(st.datetimes(), st.sampled_from(["+0000", "-0830", "+0100", "+1345"]), st.booleans())
def test_dates_are_read_alike(moment: object, zone: str, named: bool) -> None:
    day = f"{moment:%a}, " if named else ""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    month = months.split(" ")[int(f"{moment:%m}") - 1]
    value = f"{day}{int(f'{moment:%d}')} {month} {int(f'{moment:%Y}'):04} {moment:%H:%M:%S} {zone}"
    if int(f"{moment:%Y}") > 999:
        assert read_date(value) == read_date(f"{value} (some time)")


@pytest.mark.parametrize(
    "value",
    ["text/plain", "Text/HTML; charset=utf-8", 'text/plain; charset="us-ascii"', "multipart/mixed; boundary=-x_1"],
)
def test_parameters_are_read_alike(value: str) -> None:
    assert read_parameters(value) == read_parameters(f"{value};")


def test_known_charsets_are_their_own_names() -> None:
    for name in ("utf-8", "windows-1252", "iso-8859-15", "koi8-r"):
        assert canonical(name) == canonical(f" {name.upper()} ") == name
