"""Machines and people side by side: every make of report, notice and receipt, and mails that only look like them.

What each mail holds word by word stands beside it (``test_parse_families``); here stand the rates, and what
must never happen.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailflow.model.message import ParsedMessage
from mailflow.model.words import AutomaticKind
from mailflow.parse import parse

MAILS = Path(__file__).resolve().parents[2] / "testdata" / "mail"
OWN = ("hssupport@victimsupport.org.uk", "dhrenquiries@victimsupport.org.uk")
FAMILIES = {
    "reports": {AutomaticKind.BOUNCE, AutomaticKind.RECEIPT},
    "servers": {AutomaticKind.BOUNCE},
    "receipts": {AutomaticKind.RECEIPT},
    "complaints": {AutomaticKind.FEEDBACK_REPORT},
    "vacation": {AutomaticKind.AUTO_REPLY},
    "challenge": {AutomaticKind.AUTO_REPLY},
    "tickets": {AutomaticKind.AUTO_REPLY},
}


def family(name: str) -> dict[str, ParsedMessage]:
    return {file.stem: parse(file.read_bytes(), own_addresses=OWN) for file in sorted((MAILS / name).glob("*.eml"))}


@pytest.mark.promise("P6")
@pytest.mark.parametrize("name", FAMILIES)
def test_every_machine_is_known_and_gets_no_answer(name: str) -> None:
    found = family(name)
    assert found
    assert {key: str(m.automatic.kind) for key, m in found.items() if m.automatic.kind not in FAMILIES[name]} == {}
    assert [key for key, m in found.items() if m.automatic.may_answer] == []
    assert all(m.automatic.why for m in found.values())


@pytest.mark.promise("P6")
def test_no_person_who_looks_like_a_machine_is_taken_for_one() -> None:
    found = family("lookalike")
    assert len(found) >= 60
    assert {key: m.automatic.why for key, m in found.items() if m.automatic.is_automatic} == {}


def test_there_are_makes_and_languages_enough() -> None:
    assert len(family("servers")) >= 20
    assert len(family("vacation")) >= 20
    assert sum(m.automatic.until is not None for m in family("vacation").values()) >= 20


@pytest.mark.promise("P2")
def test_reports_say_whom_they_are_about_and_which_mail_of_ours_came_back() -> None:
    bounces = {key: m.bounce for key, m in (family("reports") | family("servers")).items() if m.bounce is not None}
    assert len(bounces) >= 35
    for key, bounce in bounces.items():
        assert "ann.lee@example.org" in bounce.recipients or "bob.moss@example.org" in bounce.recipients, key
        assert not any("victimsupport" in each for each in bounce.recipients), f"{key}: we are no missed recipient"
        assert bounce.original_message_id in ("", "q1.7kq4@victimsupport.org.uk"), key
    assert sum(bool(bounce.original_message_id) for bounce in bounces.values()) >= 25


def test_who_got_the_mail_is_not_among_those_who_missed_it() -> None:
    bounce = family("reports")["003-one-failed-one-delivered"].bounce
    assert bounce is not None
    assert bounce.recipients == ("bob.moss@example.org",)


@pytest.mark.promise("P4")
def test_codes_of_portals_and_passwords_are_hidden() -> None:
    secrets = {"001-portal": "58769413", "002-verification": "482913", "003-access-code": "7H3K9Q"}
    secrets |= {"005-officer-sends-the-password": "Cedar-41x"}
    found = family("passcodes")
    for key, secret in secrets.items():
        assert secret in found[key].text
        assert secret not in found[key].text_without_secrets


def test_a_report_inside_a_letter_is_the_letters() -> None:
    letter = (MAILS / "lookalike" / "071-attached-bounce.eml").read_bytes()
    assert not parse(letter, own_addresses=OWN).automatic.is_automatic
    report = json.loads((MAILS / "reports" / "001-one-failed.json").read_text("utf-8"))
    assert report["automatic"]["kind"] == "bounce"


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["Final-Recipient: rfc822; a@b.c\n", "<a@b.c>: ", "a@b.c ", "550 5.1.1 ", "from 1 to 2 ", "until Monday ", "-" * 50,
     "Received: x\n", "delivery to ", "your message to ", "contact Ann ", "am Montag, den ", "this mailbox "],
)  # fmt: skip
def test_repeated_phrases_of_machines_do_not_run_away(piece: str) -> None:
    body = piece * (300_000 // len(piece))
    head = "From: MAILER-DAEMON@x.org\nReturn-Path: <>\nAuto-Submitted: auto-replied\nSubject: {}\n\n"
    for subject in ("Undelivered Mail", "Automatic reply: hello", "hello"):
        message = parse((head.format(subject) + body).encode(), own_addresses=OWN)
        assert "reader_failed" not in {each.code for each in message.defects}
