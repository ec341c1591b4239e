"""Mails made to break readers: each is read as far as a limit lets, and says so.

The limits bound the work; the tests assert that they acted, not how long it took.
"""

from __future__ import annotations

from typing import Any

import pytest

from mailflow.parse import first_look, identity, limits, parse
from mailflow.syntax.addresses import ADDRESS_COUNT
from mailflow.syntax.fields import HEADER_COUNT, HEADER_VALUE_BYTES

HEAD = b"From: Ann <ann@example.org>\r\nTo: hssupport@victimsupport.org.uk\r\n"
PLAIN = b"Content-Type: text/plain\r\n\r\nWords.\r\n"


def nested(depth: int) -> bytes:
    raw = HEAD
    for level in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return raw + PLAIN


def nested_messages(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + PLAIN


BOMBS: list[tuple[str, bytes, str]] = [
    (
        "20000-encoded-words",
        HEAD + b"Subject: " + b"=?utf-8?Q?a=C3=A9?= " * 20_000 + b"\r\n" + PLAIN,
        "header_too_long",
    ),
    ("20000-words-folded", HEAD + b"Subject:" + b" =?utf-8?B?YQ==?=\r\n" * 20_000 + PLAIN, "header_too_long"),
    ("20000-addresses", HEAD + b"Cc: " + b"a@example.org, " * 20_000 + b"\r\n" + PLAIN, "header_too_long"),
    ("40000-brackets", HEAD + b"Cc: " + b"(" * 40_000 + b"\r\n" + PLAIN, "header_too_long"),
    (
        "100000-semicolons",
        HEAD + b"Content-Type: text/plain" + b";" * 100_000 + b"\r\n\r\nWords.\r\n",
        "header_too_long",
    ),
    ("million-headers", HEAD + b"X: y\r\n" * 200_000 + PLAIN, "too_many_headers"),
    ("500000-lost-folds", HEAD + (b"a\n" * 59 + b"Received: x\n") * 8_000 + PLAIN, "header_end_missing"),
    ("header-of-2-megabytes", HEAD + b"X-Y: " + b"z" * 2_000_000 + b"\r\n" + PLAIN, "header_too_long"),
    ("headers-of-2-megabytes", HEAD + (b"X-Y: " + b"z" * 900 + b"\r\n") * 2_200 + PLAIN, "header_block_too_long"),
    (
        "200000-parts",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200_000 + b"--b--\r\n",
        "too_many_parts",
    ),
    (
        "300000-false-boundaries",
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + b"--bb\r\n" * 300_000,
        "too_many_delimiters",
    ),
    ("depth-2000", nested(2_000), "too_deep"),
    ("messages-2000-deep", nested_messages(2_000), "too_deep"),
    ("html-million-ampersands", HEAD + b"Content-Type: text/html\r\n\r\n" + b"&" * 1_100_000, "html_too_large"),
    ("html-depth-100000", HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"x", "html_too_deep"),
    (
        "490-html-files",
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        + (b"--b\r\nContent-Type: text/html; name=x.html\r\n\r\n" + b"<p>x<a href=y>z</a> " * 2_500 + b"\r\n") * 490
        + b"--b--\r\n",
        "html_too_large",
    ),
    (
        "40-messages-of-5-megabytes-in-each-other",
        HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 40 + b"\r\n" + b"x" * 5_000_000,
        "attachments_too_large",
    ),
    ("html-nodes", HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>x" * 250_000, "html_too_many_nodes"),
    (
        "text-of-20-megabytes",
        HEAD + b"Content-Type: text/plain\r\n\r\n" + b"On 1 wrote: > x\r\n" * 1_200_000,
        "text_too_long",
    ),
    ("one-line-of-3-megabytes", HEAD + b"\r\n" + b"From: " * 500_000, "text_too_long"),
    (
        "300000-closing-boundaries",
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"
        + b"--b--\r\n--b\r\n\r\ny\r\n" * 100_000,
        "boundary_reopened",
    ),
    ("base64-of-words", HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!" + b"ab c " * 400_000, "base64_damaged"),
    (
        "3000-brackets",
        HEAD + b"Cc: " + b"<a@b(" * 3_200 + b"\r\n" + b"Content-Type: x\r\n" + b"\r\nWords.",
        "content_type_damaged",
    ),
    (
        "blanks-before-the-header",
        (b" " * 999 + b"\n") * 900 + HEAD + b"Content-Type: x\r\n\r\nWords.",
        "content_type_damaged",
    ),
    ("base64-of-nothing", HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 2_000_000, "base64_padding"),
]


@pytest.mark.parametrize(("raw", "defect"), [bomb[1:] for bomb in BOMBS], ids=[bomb[0] for bomb in BOMBS])
@pytest.mark.promise("P3")
@pytest.mark.timeout(60)
def test_bomb_is_read_as_far_as_is_safe(raw: bytes, defect: str, whole: Any) -> None:
    message = parse(raw)
    whole(message)
    codes = {each.code for each in message.defects}
    assert defect in codes
    assert "reader_failed" not in codes
    assert message.size == len(raw)
    assert message.author is not None and message.author.address == "ann@example.org"
    assert len(message.content_types) <= limits.PARTS + 1
    assert len(message.headers) <= HEADER_COUNT
    assert all(len(header.raw) <= HEADER_VALUE_BYTES for header in message.headers)
    assert len(message.cc) <= ADDRESS_COUNT
    assert len(message.text) <= limits.TEXT_CHARACTERS
    identity(raw)
    first_look(raw, ("suicid",))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    [
        "On ",
        "On 1 Jan wrote ",
        "> ",
        "From: a\n",
        "--\n",
        "-----Original Message-----\n",
        "Kind regards\n",
        "\n",
        "_" * 50 + "\n",
        "if you are not the intended recipient ",
        "---------- Forwarded message ---------\n",
        "until Monday ",
        "I am out of ",
        "From: a@b.c\nSent: x\nTo: y\nSubject: z\n\n",
        "> From: a@b.c\n> Sent: x\n> To: y\n\n",
        "> On 1 Jan 2026 at 10:00 a@b.c wrote:\n",
        "(#5.1.1) ",
        "begin 644 a\n",
        "[EXTERNAL] caution ",
        "a@",
        "your ticket ",
        "--\n\n",
        "-- \n",
        "A\n\n",
        "\t",
    ],
)
def test_repeated_signs_of_quoting_do_not_run_away(line: str, whole: Any) -> None:
    for newline in ("", "\n"):
        text = (line + newline) * (400_000 // len(line))
        for subject in (b"Re: x", b"FW: x", b"failure notice"):
            raw = (
                b"From: MAILER-DAEMON@example.org\nReturn-Path: <>\nSubject: "
                + subject
                + b"\n\n"
                + text.encode()
                + b"\nend\n"
            )
            message = parse(raw)
            whole(message)
            assert "reader_failed" not in {each.code for each in message.defects}
            if subject != b"failure notice":
                continue
            assert message.bounce is not None
            assert len(message.bounce.recipients) <= limits.REPORTED_RECIPIENTS


def test_limits_leave_ordinary_large_mail_alone() -> None:
    picture = (b"A" * 76 + b"\r\n") * 60_000
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        + PLAIN
        + b"--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + picture
        + b"--b--\r\n"
    )
    message = parse(raw)
    assert message.defects == ()
    assert message.attachments[0].size == 60_000 * 57
    assert message.new_text == "Words."
