"""Header tokens, one case a line, each with what it is about."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.syntax.addresses import ADDRESS_COUNT, read_addresses
from mailflow.syntax.charsets import canonical, decode
from mailflow.syntax.dates import read_date
from mailflow.syntax.encoded_words import WORDS_PER_VALUE, decode_words
from mailflow.syntax.fields import HEADER_COUNT, HEADER_VALUE_BYTES, read_fields
from mailflow.syntax.parameters import PARAMETER_COUNT, read_parameters

ADDRESSES = [
    ("", []),
    ("a@example.org", [("", "a@example.org")]),
    ("<a@example.org>", [("", "a@example.org")]),
    ('"Holt, Amy" <amy@example.org>', [("Holt, Amy", "amy@example.org")]),
    ("Holt, Amy <amy@example.org>, Bo <bo@example.org>", [("Holt, Amy", "amy@example.org"), ("Bo", "bo@example.org")]),
    ("a@example.org, b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
    ("a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),  # Outlook's separator
    ("undisclosed-recipients:;", []),
    ("Panel: a@example.org, B <b@example.org>;", [("", "a@example.org"), ("B", "b@example.org")]),
    ("a@example.org (Joe (the) man)", [("Joe (the) man", "a@example.org")]),  # the name as a comment, of old
    ("Joe (MIT 21) <a@example.org>", [("Joe", "a@example.org")]),
    ("'Joe' <joe@example.org>", [("Joe", "joe@example.org")]),
    ('"a\\"b" <x@example.org>', [('a"b', "x@example.org")]),
    ('"no end <a@example.org>', [("no end", "a@example.org")]),
    ("Joe <<joe@example.org>>", [("Joe", "joe@example.org")]),
    ("Joe <joe@example.org", [("Joe", "joe@example.org")]),
    ("mailto:joe@example.org", [("", "joe@example.org")]),
    ("Joe <mailto:joe@example.org>", [("Joe", "joe@example.org")]),
    ("<@relay.example:joe@example.org>", [("", "joe@example.org")]),  # source route, RFC 5322 §4.4
    ("Joe < joe @ example.org >", [("Joe", "joe@example.org")]),
    ("MAILER-DAEMON", [("", "MAILER-DAEMON")]),  # a mailbox of the machine that wrote
    ("Mail Delivery Service", [("Mail Delivery Service", "")]),
    ("root, postmaster", [("", "root"), ("", "postmaster")]),
    ('"amy holt"@example.org', [("", '"amy holt"@example.org')]),  # holt@example.org is somebody else
    ('"amy.holt"@example.org, "a\\"b"@x.org (Bo)', [("", "amy.holt@example.org"), ("Bo", '"a\\"b"@x.org')]),
    ('"Amy"@home <amy@example.org>', [("Amy@home", "amy@example.org")]),
    ("MAILER-DAEMON (Mail Delivery System)", [("Mail Delivery System", "MAILER-DAEMON")]),
    ("=?iso-8859-1?Q?N=F6rr,=20Amy?= <amy@example.org>", [("Nörr, Amy", "amy@example.org")]),  # against RFC 2047 §5
    (
        "=?utf-8?Q?Nörr (Leeds)?= <amy@x.org>, =?utf-8?Q?Bo?= <bo@y.org>",
        [("Nörr (Leeds)", "amy@x.org"), ("Bo", "bo@y.org")],
    ),
    ("Ann Holt <ann@x.org> Bo Lee <bo@y.org>", [("Ann Holt", "ann@x.org"), ("Bo Lee", "bo@y.org")]),
    ("ann@x.org bo@y.org", [("", "ann@x.org"), ("", "bo@y.org")]),
    ("Ann <ann@x.org> <ann@x.org>", [("Ann", "ann@x.org"), ("", "ann@x.org")]),
    ("<Saved by a web browser>", [("Saved by a web browser", "")]),
    ('"Holt" <panel chair ann@x.org>', [("Holt", "ann@x.org")]),
    ("Ann (Chair) <ann(home)@x.org(the office)>", [("Ann", "ann@x.org")]),
    ("<ann . holt @ x . org>", [("", "ann.holt@x.org")]),
    ("joe@example.org <joe@example.org>", [("joe@example.org", "joe@example.org")]),
    ("=?utf-8?Q?Wi=C5=9Bniewski=2C_Jan?= <jan@example.org>", [("Wiśniewski, Jan", "jan@example.org")]),
    ("=?utf-8?Q?Jan_=3Cjan=40example.org=3E?=", [("Jan", "jan@example.org")]),
    ("Jørn <jørn@exämple.org>", [("Jørn", "jørn@exämple.org")]),  # RFC 6532
    ("<>", []),
]


@pytest.mark.parametrize(("value", "expected"), ADDRESSES, ids=[row[0][:30] for row in ADDRESSES])
def test_addresses(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.address) for each in read_addresses(value)] == expected


def test_addresses_are_bounded() -> None:
    assert len(read_addresses("a@example.org," * 20_000)) == ADDRESS_COUNT


WORDS = [
    ("plain", "plain"),
    ("=?utf-8?B?UHJvxZtiYQ==?=", "Prośba"),
    ("=?utf-8?B?UHJvxQ==?= =?utf-8?B?m2Jh?=", "Prośba"),  # a character split over two words
    ("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"),  # RFC 2047 §6.2
    ("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
    ("=?iso-8859-1?Q?caf=E9?= =?utf-8?Q?_=C3=A9?=", "café é"),
    ("=?utf-8*cy?Q?Cymraeg?=", "Cymraeg"),  # RFC 2231 §5
    ("=?utf-8?Q?with blank?=", "with blank"),
    ("=?iso-8859-1?B?Q2Fm6Q?=", "Café"),  # padding forgotten
    ("=?utf-8?B?Q!!Q==?=", "A"),
    ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
    ("=?utf-8?Q?abc", "=?utf-8?Q?abc"),
    ("=?windows-1252?Q?=93x=94?=", "“x”"),
    ("=?utf-8?Q?who=3F?=", "who?"),
    ("=?utf-8?Q?who? me?=", "who? me"),
    ("a=?utf-8?Q?b?=c", "abc"),
    ("=?hz-gb-2312?B?fntXRENVfn0=?=", "啄谜"),
    ("=?iso-2022-jp?B?GyRCSn05cBsoQiAbJEItYhsoQiAx?=", "方告 № 1"),  # № stands in a row of Windows' own
    ("=?iso-2022-jp?B?GyRCJWEhPCVrGyhCIBskQi1iGyhC?=", "メール №"),  # back to ASCII, and nothing after it
]


@pytest.mark.parametrize(("value", "expected"), WORDS, ids=[row[0] for row in WORDS])
def test_encoded_words(value: str, expected: str) -> None:
    assert decode_words(value) == expected


def test_encoded_words_are_bounded() -> None:
    assert decode_words("=?utf-8?Q?a?= " * 20_000).count("a") >= WORDS_PER_VALUE
    assert "=?utf-8?Q?a?=" in decode_words("=?utf-8?Q?a?= " * 20_000)


CHARSETS = [
    (b"abc", "", "abc", ""),
    (b"abc", "utf8", "abc", ""),
    (b"caf\xe9", "iso-8859-1", "café", ""),
    (b"\x93x\x94", "ISO_8859-1", "“x”", ""),  # WHATWG: the label means windows-1252
    (b"caf\xc3\xa9", "iso-8859-1", "café", "charset_mislabelled"),
    (b"caf\xc3\xa9", "us-ascii", "café", "charset_mislabelled"),
    (b"caf\xe9", "utf-8", "café", "charset_mislabelled"),
    (b"caf\xe9", "no-such", "café", "charset_unknown"),
    (b"abc", "rot13", "abc", "charset_unknown"),
    (b"abc", "zip", "abc", "charset_unknown"),
    (b"abc", "../../etc/passwd", "abc", "charset_unknown"),
    (b"abc", "x" * 5_000, "abc", "charset_unknown"),
    (b"abc", "utf-16", "abc", "charset_mislabelled"),
    (b"\xef\xbb\xbfabc", "us-ascii", "abc", ""),
    (b"\xa4", "iso-8859-15", "€", ""),
    ("Łódź".encode("cp1250"), "cp1250", "Łódź", ""),
    ("Привет".encode("koi8-r"), "koi8-r", "Привет", ""),
    ("你好".encode("gbk"), "gb2312", "你好", ""),
    ("Hallå".encode("mac-roman"), "macintosh", "Hallå", ""),
    ("Отчёт".encode("mac-cyrillic"), "x-mac-cyrillic", "Отчёт", ""),
    ("会議の報告".encode("euc-jp"), "iso-2022-jp", "会議の報告", "charset_mislabelled"),
    (b"Zo\x8bt and her sister", "iso-2022-jp", "Zo\ufffdt and her sister", "charset_damaged"),
    ("会議の報告".encode("cp932"), "iso-2022-jp", "会議の報告", "charset_mislabelled"),
    ("Ждём".encode()[:-1], "utf-8", "Ждё\ufffd", "charset_damaged"),  # cut: no Latin letter belongs there
    ("Zoë".encode() + b" na\xefve", "utf-8", "Zoë naïve", "charset_damaged"),  # two texts glued together
    ("Zoë".encode() + b" na\xefve", "us-ascii", "ZoÃ« naïve", "charset_mislabelled"),
]


@pytest.mark.parametrize(("data", "label", "text", "defect"), CHARSETS)
def test_charset_ladder(data: bytes, label: str, text: str, defect: str) -> None:
    decoded = decode(data, label)
    assert decoded.text == text
    assert decoded.defect in (defect, "charset_mislabelled" if data.startswith(b"\xef") else defect)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.text(max_size=20) | st.sampled_from(["utf-8", "utf-16", "utf-7", "gb2312", "iso-2022-jp", "hz"]),
)
def test_charset_ladder_never_raises_and_always_encodes(data: bytes, label: str) -> None:
    decode(data, label).text.encode("utf-8")
    assert canonical(label) == "" or canonical(label).isascii()


PARAMETERS = [
    ("text/plain", "text/plain", {}),
    ("TEXT/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
    ('text/plain; charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
    ("text/plain (a comment); charset=x", "text/plain", {"charset": "x"}),
    ("attachment; filename=two words.pdf", "attachment", {"filename": "two words.pdf"}),
    ('attachment; filename="a;b.pdf"', "attachment", {"filename": "a;b.pdf"}),
    ('attachment; filename="no end', "attachment", {"filename": "no end"}),
    ("attachment; filename*=UTF-8''%C5%81.pdf", "attachment", {"filename": "Ł.pdf"}),
    ("attachment; filename*1=b.pdf; filename*0=a", "attachment", {"filename": "ab.pdf"}),
    ("attachment; filename=a.pdf; filename*=utf-8''b.pdf", "attachment", {"filename": "b.pdf"}),  # RFC 2231 wins
    ('attachment; filename="=?utf-8?Q?=C5=81.pdf?="', "attachment", {"filename": "Ł.pdf"}),
    (";;;; x", "", {}),
    ('multipart/mixed boundary="b c"', "multipart/mixed", {"boundary": "b c"}),  # the semicolon is missing
    ("attachment, filename=a.pdf", "attachment", {"filename": "a.pdf"}),
    ("attachment filename*=utf-8''%C5%81.pdf", "attachment", {"filename": "Ł.pdf"}),
    ("attachment; filename=\"UTF-8''%C5%81.pdf\"", "attachment", {"filename": "Ł.pdf"}),  # RFC 2231 without its star
    ("attachment; filename*0=UTF-8''%C5; filename*1=%81.pdf", "attachment", {"filename": "Ł.pdf"}),
    (
        "attachment; filename=\"x-y''50%25.pdf\"",
        "attachment",
        {"filename": "x-y''50%25.pdf"},
    ),  # no charset of that name
    ('attachment; filename="C:\\Users\\ann\\a.pdf"', "attachment", {"filename": "C:\\Users\\ann\\a.pdf"}),
    ('filename="a.pdf"', "", {"filename": "a.pdf"}),  # the value is missing
    ("", "", {}),
]


@pytest.mark.parametrize(("value", "head", "expected"), PARAMETERS, ids=[row[0] for row in PARAMETERS])
def test_parameters(value: str, head: str, expected: dict[str, str]) -> None:
    assert read_parameters(value) == (head, expected)


def test_parameters_are_bounded() -> None:
    many = "text/plain" + "".join(f"; p{number}=x" for number in range(5_000))
    assert len(read_parameters(many).of) <= PARAMETER_COUNT


DATES = [
    ("Tue, 3 Feb 2026 16:42:10 +0000", "2026-02-03T16:42:10+00:00"),
    ("3 Feb 2026 16:42:10 +0100 (CET)", "2026-02-03T15:42:10+00:00"),
    ("Tue, 03 Feb 26 16:42 GMT", "2026-02-03T16:42:00+00:00"),
    ("2026-02-03T16:42:10Z", "2026-02-03T16:42:10+00:00"),
    ("yesterday", None),
    ("", None),
    ("Tue, 99 Feb 2026 99:42:10 +0000", None),
    ("Tue, 3 Feb 999999999999 16:42:10 +0000", None),
    ("Tue, 3 Feb 2026 16:42:10 +9999999", None),
]


@pytest.mark.parametrize(("value", "expected"), DATES)
def test_dates(value: str, expected: str | None) -> None:
    moment = read_date(value)
    assert (moment.isoformat() if moment else None) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_a_token_reader(text: str) -> None:
    read_addresses(text)
    read_parameters(text)
    read_date(text)
    decode_words(text)


FIELDS = [
    (b"A: 1\r\nB: 2\r\n\r\nbody", [("A", b"1"), ("B", b"2")], b"body", ()),
    (b"A: 1\n 2\n\t3\n\nbody", [("A", b"1 2 3")], b"body", ()),
    (b"A : 1\n\nbody", [("A", b"1")], b"body", ()),
    (b"A:\n\nbody", [("A", b"")], b"body", ()),
    (b"\n\nA: 1\n\nbody", [("A", b"1")], b"body", ()),
    (b"From x y\nA: 1\n\nbody", [("A", b"1")], b"body", ("mbox_line",)),
    (b">From x y\nA: 1\n\nbody", [("A", b"1")], b"body", ("mbox_line",)),
    (b"From x Mon Jun  1 10:00:00 2026\n\nbody", [], b"body", ("mbox_line",)),  # an mbox entry without a header
    (b"From : a\nTo  : b\n\nbody", [("From", b"a"), ("To", b"b")], b"body", ()),  # RFC 5322 §4.5, no mbox line
    (b"      \nA: 1\n\nbody", [("A", b"1")], b"body", ()),  # as web mail saves an "original message"
    (b" Subject: 1\nA: 2\n\nbody", [("Subject", b"1"), ("A", b"2")], b"body", ()),
    (b"\xef\xbb\xbfA: 1\n\nbody", [("A", b"1")], b"body", ()),
    (b"A: 1\n \n 2\n\nbody", [("A", b"1 2")], b"body", ()),  # RFC 5322 §4.2: a line of blanks folds
    (b"To: Ann\n__\n <a@x>\n\nbody", [("To", b"Ann __ <a@x>")], b"body", ("header_without_colon",)),
    (b"Subject: one\ntwo\nTo: x\n\nbody", [("Subject", b"one two"), ("To", b"x")], b"body", ("header_without_colon",)),
    (b"A: 1\nbody at once\n", [("A", b"1")], b"body at once\n", ("header_end_missing",)),
    (
        b"Received: from a\nby b\nwith c\nfor d\nMIME-Version: 1.0\n\nbody",  # folded lines that lost their indent
        [("Received", b"from a by b with c for d"), ("MIME-Version", b"1.0")],
        b"body",
        ("header_without_colon",),
    ),
    (b"A: 1\nby b\nfor d\n\nX-C: 1\n", [("A", b"1")], b"by b\nfor d\n\nX-C: 1\n", ("header_end_missing",)),
    (b"--- Original ---\nReceived: x\nTo: y\n\nbody", [("Received", b"x"), ("To", b"y")], b"body", ()),
    (b"--- Original ---\nTo: y\n\nbody", [], b"--- Original ---\nTo: y\n\nbody", ()),
    (b"just words\n", [], b"just words\n", ()),
    (b"", [], b"", ()),
    (b"A: 1", [("A", b"1")], b"", ()),
    (b"A: x\0y\n\n", [("A", b"xy")], b"", ("nul_in_header",)),
]


@pytest.mark.parametrize(("raw", "fields", "body", "defects"), FIELDS)
def test_fields(raw: bytes, fields: list[tuple[str, bytes]], body: bytes, defects: tuple[str, ...]) -> None:
    block = read_fields(raw, 0, len(raw), top=True)
    assert [tuple(each) for each in block.fields] == fields
    assert raw[block.body :] == body
    assert block.defects == defects


def test_fields_are_bounded() -> None:
    block = read_fields(b"A: 1\n" * 5_000 + b"\nbody", 0, 25_005, top=True)
    assert len(block.fields) == HEADER_COUNT
    assert "too_many_headers" in block.defects
    raw = b"A: " + b"x" * 50_000 + b"\nB: 2\n\nbody"
    block = read_fields(raw, 0, len(raw), top=True)
    assert len(block.fields[0].value) <= HEADER_VALUE_BYTES
    assert [each.name for each in block.fields] == ["A", "B"]
    assert "header_too_long" in block.defects
