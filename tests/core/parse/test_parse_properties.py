"""Any bytes give a message whose regions tile its text and which can be written as JSON; never an exception."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailflow.model.mail import FirstLook, Identity
from mailflow.parse import first_look, identity, parse, topics
from mailflow.parse.html import Line, read_html
from mailflow.parse.quoting import label

MAIL = Path(__file__).resolve().parents[2] / "testdata"
SEEDS = [file.read_bytes() for file in sorted([*MAIL.glob("corpus/messages/*.eml"), *MAIL.glob("mail/*/*.eml")])]
SNIPPETS = [
    b"",
    b"\r\n",
    b"\n\n",
    b"\r",
    b"\0",
    b"--",
    b"=?utf-8?Q?",
    b"?=",
    b"<",
    b">",
    b"> ",
    b"\xff\xfe",
    b"=\n",
    b"=3D",
    b"Content-Type: ",
    b"multipart/mixed; boundary=",
    b"message/rfc822",
    b"text/html",
    b"base64",
    b"quoted-printable",
    b"From: a@b\n",
    b"Subject: Fwd: ",
    b"<blockquote type=cite>",
    b"<div style='display:none'>",
    b"<table><td>",
    b"On 1 Jan 2026 at 10:00 a@b.c wrote:\n",
    b"-- \n",
    b"-----Original Message-----\n",
    b"BEGIN:VCALENDAR\n",
    b"charset=utf-16",
    b"format=flowed",
    b"Return-Path: <>\n",
    b"\xe2\x80\x8b",
]


@st.composite
def damaged_mail(draw: st.DrawFn) -> bytes:
    """A real mail with pieces cut out, doubled, moved and put in."""
    raw = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(raw)))
        size = draw(st.integers(0, 400))
        act = draw(st.sampled_from(["cut", "double", "insert", "flip"]))
        if act == "cut":
            del raw[at : at + size]
        elif act == "double":
            raw[at:at] = raw[at : at + size] * draw(st.integers(1, 4))
        elif act == "insert":
            raw[at:at] = draw(st.sampled_from(SNIPPETS))
        elif raw:
            raw[min(at, len(raw) - 1)] = draw(st.integers(0, 255))
    return bytes(raw)


def holds(raw: bytes, whole: Any, summarise: Any) -> None:
    message = parse(raw, own_addresses=("hssupport@victimsupport.org.uk",))
    whole(message)
    assert "reader_failed" not in {each.code for each in message.defects}, message.defects
    json.dumps(summarise(message), ensure_ascii=False).encode("utf-8")
    json.dumps([[each.name, each.value, each.raw] for each in message.headers], ensure_ascii=False).encode("utf-8")
    assert "\0" not in message.text and "\r" not in message.text
    assert isinstance(identity(raw), Identity)
    assert isinstance(first_look(raw, ("danger",)), FirstLook)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=3_000))
def test_any_bytes_give_a_message(whole: Any, summarise: Any, raw: bytes) -> None:
    holds(raw, whole, summarise)


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(damaged_mail())
def test_damaged_mail_gives_a_message(whole: Any, summarise: Any, raw: bytes) -> None:
    holds(raw, whole, summarise)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2_000), st.binary(max_size=2_000))
def test_any_opened_bytes_give_a_message(whole: Any, summarise: Any, raw: bytes, opened: bytes) -> None:
    message = parse(raw, opened=opened)
    whole(message)
    assert "reader_failed" not in {each.code for each in message.defects}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=3_000))
def test_html_reading_keeps_one_line_a_line(html: str) -> None:
    for line in read_html(html).lines:
        assert "\n" not in line.text


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "",
                "> a",
                ">> b",
                "On 1 Jan 2026 at 10:00, a@b.c wrote:",
                "From: a@b.c",
                "Sent: now",
                "To: c@d.e",
                "Subject: x",
                "words of mine",
                "---------- Forwarded message ---------",
                "-----Original Message-----",
                "________________________",
                "----- End forwarded message -----",
            ]
        ),
        max_size=40,
    ),
    st.sampled_from(["Re: x", "FW: x", "x"]),
)
def test_every_line_with_words_has_one_label(texts: list[str], subject: str) -> None:
    labelled = label([Line(text) for text in texts], subject, topics.ALL)
    assert len(labelled.kinds) == len(texts)
    for text, kind in zip(texts, labelled.kinds, strict=True):
        if text.strip():
            assert kind is not None
    for enclosed in labelled.enclosed:
        assert 0 <= enclosed.first < enclosed.after <= len(texts)
