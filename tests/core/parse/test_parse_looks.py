"""What is opened, by what a mail is known again, and the bounded look while receiving."""

from __future__ import annotations

import hashlib

import pytest

from mailflow.model.message import RegionKind
from mailflow.parse import first_look, identity, parse
from mailflow.parse.limits import FIRST_LOOK_BYTES

OUTER = (
    b"Received: from a\r\nFrom: Ann <Ann@Example.org>\r\nTo: hssupport@victimsupport.org.uk\r\nSubject: ...\r\n"
    b"Message-ID: <m1@example.org>\r\nDate: Mon, 2 Mar 2026 09:10:11 +0000\r\n"
    b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    b"--b\r\nContent-Type: application/octet-stream\r\n"
    b"\r\n-----BEGIN PGP MESSAGE-----\r\n-----END PGP MESSAGE-----\r\n--b--\r\n"
)


def test_unopened_mail_has_no_text() -> None:
    message = parse(OUTER)
    assert message.text == "" and message.new_text == "" and message.regions == ()
    assert message.subject == "..."
    assert [each.declared_type for each in message.attachments] == [
        "application/pgp-encrypted",
        "application/octet-stream",
    ]


def test_opened_entity_gives_text_and_protected_subject_and_nothing_else_of_the_header() -> None:
    opened = (
        b'Content-Type: text/plain; charset=utf-8; protected-headers="v1"\r\nSubject: =?utf-8?Q?Si=C3=A2n?=\r\n'
        b"From: Mallory <mallory@example.net>\r\n\r\nMum is Si\xc3\xa2n.\r\n"
    )
    message = parse(OUTER, opened=opened)
    assert message.subject == "Siân"
    assert message.new_text == "Mum is Siân."
    assert [each.address for each in message.from_] == ["Ann@Example.org"], "who wrote is what the outside says"
    assert message.message_id == "m1@example.org"
    assert message.content_types[0] == "multipart/encrypted" and message.content_types[-1] == "text/plain"


def test_opened_text_without_mime_header_is_text_whole() -> None:
    message = parse(OUTER, opened="Dear Sophie: she agreed.\n\nAnn Siân".encode())
    assert message.text == "Dear Sophie: she agreed.\n\nAnn Siân"
    assert message.region(RegionKind.SIGNATURE).strip() == "Ann Siân"


@pytest.mark.promise("P1")
def test_identity_is_the_same_for_both_mailboxes_and_both_line_ends() -> None:
    mail = (
        b"Received: one\r\nFrom: Ann <ANN@example.org>\r\nSubject: =?utf-8?Q?x?=\r\n"
        b"Message-ID: <m@x>\r\nDate: now\r\n\r\nA\r\nB\r\n"
    )
    other = mail.replace(b"Received: one\r\n", b"Delivered-To: b\r\nReceived: two\r\n").replace(b"\r\n", b"\n")
    assert identity(mail) == identity(other)
    found = identity(mail)
    assert (found.message_id, found.from_address, found.date, found.subject) == ("m@x", "ann@example.org", "now", "x")
    assert found.body_sha256 == hashlib.sha256(b"A\nB\n").hexdigest()
    assert identity(mail.replace(b"A\r\n", b"C\r\n")) != found


@pytest.mark.promise("P7")
def test_first_look_finds_risk_words_where_people_write_them() -> None:
    words = ("kill myself", "can't go on")
    plain = b"From: T <T@example.org>\nSubject: x\n\nI can\xe2\x80\x99t  go\n on like this\n"
    assert first_look(plain, words).at_risk
    assert first_look(plain, words).sender_address == "t@example.org"
    coded = (
        b"From: t@x\nContent-Transfer-Encoding: base64\nContent-Type: text/html\n\n"
        b"PHA+SSB3YW50IHRvIGtpbGw8Yj4gbXlzZWxmPC9iPjwvcD4=\n"
    )
    assert first_look(coded, words).at_risk
    assert first_look(b"From: t@x\nSubject: I want to KILL myself\n\n", words).at_risk
    assert not first_look(b"From: t@x\nSubject: trial date\n\nHe was killed in May.\n", words).at_risk


def test_first_look_is_bounded() -> None:
    far = b"From: t@x\n\n" + b"x " * FIRST_LOOK_BYTES + b"kill myself"
    assert not first_look(far, ("kill myself",)).at_risk
    assert first_look(b"", ()).sender_address == ""


@pytest.mark.parametrize(
    "sender", [b"From: Mail Delivery\n", b"From: MAILER-DAEMON\n", b"From: Caf\xe9 <mailer-daemon@x.org>\n"]
)
def test_reading_a_strange_report_writes_no_log(sender: bytes, caplog: pytest.LogCaptureFixture) -> None:
    raw = sender + b"Return-Path: <>\nSubject: failure notice\n\nNobody knows why.\n"
    with caplog.at_level(0):
        message = parse(raw)
    assert message.bounce is not None and message.bounce.recipients == ()
    assert caplog.records == []
