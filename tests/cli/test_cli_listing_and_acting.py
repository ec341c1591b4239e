"""Listings and acts on a house with three events: tables for people, JSON for programs, acts by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mailflow.cli.app import run_program
from tests.support.cases import ENQUIRY, REFERRAL, RISK, arrive, events, small_house, take_in

Program = Callable[..., tuple[int, str, str]]


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Program]:
    """Runs a command on a house that knows three events; (exit code, output, errors)."""
    with small_house(tmp_path) as (house, _):
        arrive(house, REFERRAL)
        arrive(house, RISK)
        arrive(house, ENQUIRY, mailbox="DHRenquiries")
        take_in(house)
        assert len(events(house)) == 3
    file = tmp_path / "mailflow.toml"
    boxes = "".join(
        f'[[mailbox]]\nname = "{name}"\naddress = "{name}@victimsupport.org.uk"\nhost = "127.0.0.1"\nport = 9\n'
        'security = "plain"\n'
        for name in ("hssupport", "DHRenquiries")
    )
    file.write_text(boxes + '[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\n')

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run_program(["-c", str(file), *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    yield run


def _json(program: Program, *arguments: str) -> Any:
    code, out, err = program(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def _reference(program: Program, kind: str) -> str:
    return next(str(event["reference"]) for event in _json(program, "queue", "--all") if event["kind"] == kind)


def test_the_queue_has_the_risk_first_and_hides_no_event(program: Program) -> None:
    queue = _json(program, "queue")
    assert [event["kind"] for event in queue] == ["self_referral", "referral", "enquiry"]
    assert "risk" in queue[0]["flags"] and queue[0]["urgency"] == "now"
    code, out, _ = program("queue")
    assert code == 0 and "3 in the queue" in out


def test_an_event_shows_why_and_what_was_done(program: Program) -> None:
    reference = _reference(program, "referral")
    view = _json(program, "event", reference)
    assert view["event"]["verdict"]["evidence"] and view["case"]["record"] == "referral"
    assert [row["template"] for row in view["outbox"]] == ["receipt-referral"]
    code, out, _ = program("event", reference)
    assert code == 0 and "07700 900123" in out and "why:" in out


def test_cases_people_and_permissions(program: Program) -> None:
    reference = _reference(program, "referral")
    assert len(_json(program, "cases")) == 2 or len(_json(program, "cases")) == 3
    people = _json(program, "case", reference)["people"]
    assert {person["role"] for person in people} == {"referrer", "family"}
    given = _json(program, "consent", reference, "contact", "--person", "Ruth", "--as", "lead", "--how", "by telephone")
    assert given["given"] is True and given["recorded_by"] == "lead"
    code, _, err = program("consent", reference, "contact", "--person", "Nobody")
    assert code == 2 and "Nobody" in err
    code, _, err = program("consent", reference, "dancing", "--person", "Ruth")
    assert code == 2 and "liaise_with_chair" in err
    _json(program, "consent", reference, "contact", "--person", "Ruth", "--withdrawn")
    consents = _json(program, "case", reference)["consents"]
    by_people = [consent for consent in consents if not consent["read_by_machine"]]
    assert [(consent["given"], bool(consent["withdrawn_at"])) for consent in by_people] == [(True, True)]


def test_taking_accepting_correcting_and_assigning(program: Program) -> None:
    risky, enquiry = _reference(program, "self_referral"), _reference(program, "enquiry")
    assert _json(program, "take", risky, "--as", "Jo")["taken_by"] == "Jo"
    alerts = [r for r in _json(program, "event", risky)["reminders"] if r["kind"] == "risk_alert"]
    assert [alert["state"] for alert in alerts] == ["cancelled"]
    assert _json(program, "accept", risky, "--as", "Jo")["state"] == "accepted"
    corrected = _json(program, "correct", enquiry, "referral", "--flag", "child", "--note", "they meant a family")
    assert corrected["kind"] == "referral" and corrected["flags"] == ["child"]
    assert _json(program, "assign", enquiry, "Sam")["assigned_to"] == "Sam"
    assert _json(program, "case", enquiry)["case"]["assigned_to"] == "Sam"
    assert enquiry not in {event["reference"] for event in _json(program, "queue")}
    code, _, err = program("take", "HS-AAAA-AAAA")
    assert code == 2 and len(err.splitlines()) == 1


def test_an_act_on_an_old_version_is_refused(program: Program) -> None:
    reference = _reference(program, "enquiry")
    version = str(_json(program, "event", reference)["event"]["version"])
    assert program("assign", reference, "Sam", "--version", version)[0] == 0
    code, _, err = program("accept", reference, "--version", version)
    assert code == 1 and "changed by somebody else" in err


def test_linking_and_confirming_an_address(program: Program) -> None:
    enquiry, referral = _reference(program, "enquiry"), _reference(program, "referral")
    assert program("link", enquiry, referral)[0] == 0
    assert {e["reference"] for e in _json(program, "case", referral)["events"]} == {enquiry, referral}
    people = _json(program, "case", referral)["people"]
    referrer = next(person["id"] for person in people if person["role"] == "referrer")
    confirmed = _json(program, "confirm-address", referral, "--person", referrer, "--as", "Jo")
    assert confirmed["address_confirmed_by"] == "Jo"


def test_stop_resume_outbox_and_cancel(program: Program) -> None:
    assert program("stop", "fire drill")[0] == 0
    rows = _json(program, "outbox")
    assert {row["state"] for row in rows} == {"queued"}
    first = rows[0]["id"]
    assert program("mail", "cancel", first, "--why", "not needed")[0] == 0
    assert program("mail", "cancel", first)[0] == 0, "said twice it is done once"
    assert len(_json(program, "outbox", "--state", "cancelled")) == 1
    assert program("resume")[0] == 0
    assert program("mail", "release", "zzz")[0] == 2


def test_every_other_listing_has_a_table_and_json(program: Program) -> None:
    for listing in ("reminders", "stuck", "outbox", "cases", "queue"):
        code, out, err = program(listing)
        assert code == 0 and out.strip(), err
        assert isinstance(_json(program, listing), list)
    assert program("audit", "verify")[0] == 0
    log = _json(program, "audit", "log")
    assert any(entry["act"] == "event.read" for entry in log) or log


def test_no_listing_prints_whole_mails_or_keys(program: Program) -> None:
    for listing in (("queue", "--all"), ("outbox",), ("cases",), ("stuck",)):
        assert "raw" not in json.dumps(_json(program, *listing))
