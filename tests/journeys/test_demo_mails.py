"""The mails of the demonstration: many voices, all invented, none understood wrongly with confidence."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from mailflow import bootstrap
from mailflow.bootstrap import ReadingRoom
from mailflow.flow.rehearse import rehearse
from mailflow.model.words import NEVER_ANSWERED, Flag, Kind
from mailflow.sandbox import Answered, DemoMail, demo_mails, read_demo_mail
from tests.conftest import TESTDATA

MAILS = tuple(demo_mails())
NOW = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
OURS = Answered("01ab@victimsupport.org.uk", "HS-7KQ4-M2XD")
DRAMA = re.compile(
    r"07700 900\d{3}|01632 960 ?\d{3}|020 7946 0\d{3}|029 2018 0\d{3}|0191 498 0\d{3}|01(?:1[3-8]|[2-6]1) 496 0\d{3}"
)
"""Ofcom's numbers for drama: they belong to nobody."""
NUMBER = re.compile(r"(?<![\w.-])0\d{2,4} ?\d{3,4} ?\d{3,4}(?!\w)")


@pytest.fixture(scope="module")
def room() -> ReadingRoom:
    with bootstrap.reading_room(Path("there-is-none.toml")) as opened:
        yield opened


def arrived(mail: DemoMail) -> bytes:
    return mail.at(NOW, f"fresh{mail.name}", f"{mail.to[0]}@victimsupport.org.uk", OURS)


def test_there_are_many_voices_over_a_minute_or_two() -> None:
    assert len(MAILS) >= 30
    assert 90 <= MAILS[-1].after <= 120
    wanted = {mail.expect[0] for mail in MAILS}
    assert wanted >= {str(kind) for kind in Kind if kind is not Kind.UNREADABLE}
    assert any(len(mail.to) == 2 for mail in MAILS)
    assert {mail.came for mail in MAILS} == {"verified", "unverified", "failed", "local"}
    first_risk = next(mail for mail in MAILS if "risk" in mail.expect)
    assert first_risk.after <= 5, "a visitor sees within seconds what this is for"
    assert all(mail.says for mail in MAILS)
    assert len({mail.name for mail in MAILS}) == len(MAILS)


def test_a_mail_that_answers_ours_comes_after_what_we_answered() -> None:
    at = {mail.name: mail.after for mail in MAILS}
    replies = [mail for mail in MAILS if mail.answers]
    assert len(replies) >= 5
    assert all(at[mail.answers] + 5 <= mail.after for mail in replies)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_no_place_is_left_unfilled(mail: DemoMail) -> None:
    raw = arrived(mail)
    assert not re.search(rb"\{(?:id|date|our-id|our-reference|in \d+ days?|\d+ days? ago)\}", raw)
    assert b"X-Demo" not in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_every_telephone_number_is_one_that_belongs_to_nobody(mail: DemoMail, room: ReadingRoom) -> None:
    understood, _ = rehearse(arrived(mail), mail.to[0], room.mind, room.office, NOW)
    texts = [understood.message.text, *(a.text or "" for a in understood.message.attachments)]
    for text in texts:
        assert [n for n in NUMBER.findall(text) if not DRAMA.fullmatch(n)] == []


def test_no_mail_is_one_of_the_labelled_mails() -> None:
    labelled = {
        line.strip()
        for file in (TESTDATA / "corpus" / "messages").glob("*.eml")
        for line in file.read_text("utf-8", "replace").splitlines()
        if len(line.strip()) > 60 and not line.startswith(("\t", " ", "<", "--")) and ":" not in line[:30]
    }
    for mail in [m for m in MAILS if m.expect[0] != "secure_notice"]:  # whose words are their service's
        for line in mail.body.decode("utf-8", "replace").splitlines():
            assert line.strip() not in labelled, f"{mail.name}: {line}"


@pytest.mark.promise("P9")
@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.name)
def test_no_mail_is_understood_wrongly_with_confidence(mail: DemoMail, room: ReadingRoom) -> None:
    understood, _ = rehearse(arrived(mail), mail.to[0], room.mind, room.office, NOW)
    verdict, (kind, *flags) = understood.verdict, mail.expect
    if kind != "any":
        assert str(verdict.kind) == kind or verdict.needs_human, f"{verdict.kind} at {verdict.confidence:.2f}"
    if str(verdict.kind) == kind:
        assert set(flags) <= {str(flag) for flag in verdict.flags}


@pytest.mark.promise("P7")
def test_every_mail_that_speaks_of_harm_is_seen_and_no_other(room: ReadingRoom) -> None:
    found = {
        mail.name
        for mail in MAILS
        if Flag.RISK in rehearse(arrived(mail), mail.to[0], room.mind, room.office, NOW)[0].verdict.flags
    }
    assert found == {mail.name for mail in MAILS if "risk" in mail.expect}


@pytest.mark.promise("P6")
def test_no_machine_of_the_demonstration_is_answered(room: ReadingRoom) -> None:
    for mail in MAILS:
        if mail.expect[0] in {str(kind) for kind in NEVER_ANSWERED}:
            _, decision = rehearse(arrived(mail), mail.to[0], room.mind, room.office, NOW)
            assert not [i for i in decision.intents if type(i).__name__ == "Answer"], mail.name


def test_most_are_understood_as_a_person_would(room: ReadingRoom) -> None:
    judged = [mail for mail in MAILS if mail.expect[0] != "any"]
    right = [
        mail.name
        for mail in judged
        if str(rehearse(arrived(mail), mail.to[0], room.mind, room.office, NOW)[0].verdict.kind) == mail.expect[0]
    ]
    assert len(right) >= 0.9 * len(judged), sorted({m.name for m in judged} - set(right))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"X-Demo-",
        b"X-Demo-After: never\n",
        b"X-Demo-\xff: \xff\n\nHello",
        b"From: a@b\r\n\r\nHello {id}",
    ],
)
def test_any_bytes_are_a_mail(content: bytes) -> None:
    mail = read_demo_mail("any", content, to="DHRenquiries")
    raw = mail.at(NOW, "fresh", "DHRenquiries@victimsupport.org.uk")
    assert raw.startswith(b"Return-Path: ")
    assert mail.to == ("DHRenquiries",)
    if not content.startswith(b"X-Demo-"):
        assert raw.endswith(content.replace(b"\n", b"\r\n").replace(b"\r\r", b"\r")), "a visitor's file stays as it is"


def test_the_lines_of_our_gateway_cannot_be_broken_by_a_sender() -> None:
    mail = read_demo_mail("x", b"From: Jo <jo@kent.police.uk>\r\n evil\r\nX: y\n\nHello")
    parsed = message_from_bytes(mail.at(NOW, "fresh", "hssupport@victimsupport.org.uk"))
    assert parsed["Return-Path"] == "<jo@kent.police.uk>"
    assert "dmarc=pass header.from=kent.police.uk" in parsed["Authentication-Results"]
