"""Commands on cases, their people, events, mail and promises: each act once, and each refusal as one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailflow.flow.files import address_key
from mailflow.model.decision import ReminderKind
from mailflow.model.records import OutboxState, ReminderRecord, ReminderState
from tests.support.commands import Commands, commands, in_days


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    return commands(tmp_path, capsys)


@pytest.fixture
def case(program: Commands) -> str:
    return program.case_of("referral")


def _clock(program: Commands, event: str, kind: ReminderKind) -> None:
    """A clock of the law runs for that event."""
    event_id = program.json("event", event)["event"]["id"]
    with program.house() as house, house.begin("journey:intake") as work:
        reminder_id, now = house.ids.new(), house.clock.now()
        work.add_reminder(
            ReminderRecord(reminder_id, kind, event_id, "", f"{kind}:{event_id}", now, ReminderState.WAITING, "the law")
        )


def test_a_case_is_allocated_opened_closed_and_reopened(program: Commands, case: str) -> None:
    assert program.json("casework", "open", case)["state"] == "open"
    given = program.json("casework", "allocate", case, "Sam")
    assert (given["assigned_to"], given["state"]) == ("Sam", "open")
    program.refuses(2, "a name is missing", "casework", "allocate", case, " ")
    program.refuses(1, "changed by somebody else", "casework", "allocate", case, "Jo", "--version", "99")
    program.refuses(1, "cannot be closed", "casework", "close", case, "supported")
    program.says("accept", program.reference("referral"))
    assert "closed as supported, kept until 20" in program.says("casework", "close", case, "supported")
    program.refuses(1, "is closed", "casework", "allocate", case, "Jo")
    program.refuses(1, "is closed", "casework", "open", case)
    program.refuses(2, "Say why", "casework", "reopen", case)
    assert "open again" in program.says("casework", "reopen", case, "--why", "a new trial")
    assert "open again" in program.says("casework", "reopen", case, "--why", "a new trial")
    never_closed = program.case_of("enquiry")
    assert "is new: it was never closed" in program.says("casework", "reopen", never_closed, "--why", "a mistake")


def test_a_case_is_closed_once_its_review_is_and_each_act_may_be_said_twice(program: Commands, case: str) -> None:
    program.says("accept", program.reference("referral"))
    review = program.json("review", "open", case)["reference"]
    close = ("casework", "close", case, "supported")
    program.refuses(1, f"the review {review} is open", *close)
    program.says("review", "stage", review, "published")
    program.refuses(1, f"the review {review} is open", *close)
    assert program.says("review", "close", review) == program.says("review", "close", review)
    closed = program.json(*close)
    assert (closed["state"], program.json(*close)["version"]) == ("closed", closed["version"])
    program.refuses(1, "is closed already", "casework", "close", case, "declined")
    program.says("casework", "reopen", case, "--why", "a new trial")
    assert program.says("review", "reopen", review, "--why", "x") == program.says(
        "review", "reopen", review, "--why", "x"
    )
    program.refuses(1, f"the review {review} is open", *close)
    for act in (("close",), ("reopen",)):
        rest = ("supported",) if act == ("close",) else ("--why", "x")
        program.refuses(2, "no case", "casework", *act, "HS-AAAA-AAAA", *rest)
        program.refuses(1, "changed by somebody else", "casework", *act, case, *rest, "--version", "99")


def test_a_contact_with_the_family_is_recorded(program: Commands, case: str) -> None:
    assert "an attempt" in program.says("casework", "contact", case, "--not-reached")
    assert program.json("casework", "contact", case, "--on", "2026-11-01")["last_contact_at"].startswith("2026-11-01")
    program.refuses(2, "still to come", "casework", "contact", case, "--on", "2099-01-01")
    program.refuses(2, "write it as", "casework", "contact", case, "--on", "yesterday")


def test_two_cases_are_merged_and_one_is_split(program: Commands, case: str) -> None:
    other, event = program.case_of("enquiry"), program.reference("enquiry")
    program.refuses(2, "Say why", "casework", "merge", other, case)
    assert program.json("casework", "merge", other, case, "--why", "one family")["reference"] == case
    assert event in {one["reference"] for one in program.json("case", case)["events"]}
    program.refuses(2, "not merged into itself", "casework", "merge", case, case, "--why", "x")
    program.refuses(2, "Say what goes", "casework", "split", case, "--why", "x")
    apart = program.json("casework", "split", case, "--event", event, "--why", "another family")["reference"]
    assert {one["reference"] for one in program.json("case", apart)["events"]} == {event}
    program.refuses(2, "does not belong", "casework", "split", case, "--event", event, "--why", "again")
    assert program.json("casework", "merge", apart, case, "--why", "one after all")["reference"] == case
    before = program.json("case", case)["case"]["version"]
    assert "is merged into" in program.says("casework", "merge", apart, case, "--why", "again")
    assert program.json("case", case)["case"]["version"] == before
    program.refuses(2, "are one already", "casework", "merge", case, apart, "--why", "and back")
    for act in (("merge", "HS-AAAA-AAAA", case), ("merge", case, "HS-AAAA-AAAA"), ("split", "HS-AAAA-AAAA")):
        program.refuses(2, "no case", "casework", *act, "--why", "x")
    program.refuses(2, "no event", "casework", "split", case, "--event", "HS-AAAA-AAAA", "--why", "x")
    program.refuses(2, "Nobody of", "casework", "split", case, "--person", "Zed", "--why", "x")
    program.refuses(1, "changed by somebody else", "casework", "split", case, "--person", "Ruth", "--why", "x",
                    "--version", "99")  # fmt: skip


def test_an_event_is_linked_once(program: Commands, case: str) -> None:
    event = program.reference("enquiry")
    linked = program.json("link", event, case)
    assert program.json("link", event, case)["version"] == linked["version"]
    program.refuses(2, "no event", "link", "HS-AAAA-AAAA", case)
    program.refuses(2, "no case", "link", event, "HS-AAAA-AAAA")
    program.refuses(1, "changed by somebody else", "link", event, case, "--version", "99")


def test_people_are_added_corrected_grouped_and_leave(program: Commands, case: str) -> None:
    added = program.json("casework", "person", "add", case, "family", "--name", "Dan Sandell", "--age", "17")
    assert (added["name"], added["age"]) == ("Dan Sandell", 17)
    program.refuses(2, "Say who it is", "casework", "person", "add", case, "family")
    corrected = program.json("casework", "person", "correct", case, "Dan", "--age", "16", "--email", "dan@home.example")
    assert (corrected["age"], corrected["email"]) == (16, "dan@home.example")
    program.refuses(2, "Say what is right", "casework", "person", "correct", case, "Dan")
    program.refuses(2, "between 0 and 120", "casework", "person", "correct", case, "Dan", "--age", "400")
    group = program.json("casework", "group", "add", case, "father's side")["id"]
    program.refuses(2, "needs a name", "casework", "group", "add", case, " ")
    assert program.json("casework", "group", "put", case, "Dan", "father")["group_id"] == group
    assert "in no group" in program.says("casework", "group", "put", case, "Dan")
    program.refuses(2, "No single group", "casework", "group", "put", case, "Dan", "cousins")
    program.refuses(2, "Say why", "casework", "person", "left", case, "Dan")
    assert program.json("casework", "person", "left", case, "Dan", "--why", "wants no more")["left_at"]


def test_how_somebody_may_be_reached_is_recorded_and_shown(program: Commands, case: str) -> None:
    reach = ("casework", "safe-contact", case, "--person", "Ruth")
    assert program.json(*reach)["channels"] == []
    contact = program.json(*reach, "--allow", "phone", "--refuse", "email", "--hours", "afternoons")["contact"]
    assert (contact["channels"], contact["refused"], contact["hours"]) == (["phone"], ["email"], "afternoons")
    assert program.json(*reach, "--allow", "none")["contact"]["channels"] == []
    code, out, _ = program.run(*reach)
    assert code == 0 and "refused: email" in out and "afternoons" in out
    program.refuses(2, "no channel pigeon", *reach, "--allow", "pigeon")
    program.refuses(2, "at once", *reach, "--allow", "text", "--refuse", "text")


def test_events_are_put_off_closed_reopened_and_related(program: Commands) -> None:
    risk, enquiry, referral = (program.reference(kind) for kind in ("self_referral", "enquiry", "referral"))
    day = in_days(2)
    assert "waits until" in program.says("triage", "snooze", enquiry, day, "--why", "they ring back")
    program.refuses(1, "cannot wait", "triage", "snooze", risk, day, "--why", "later")
    program.refuses(2, "Say why", "triage", "snooze", enquiry, day)
    program.refuses(1, "file of its own", "triage", "close", referral)
    program.says("accept", enquiry)
    assert program.json("triage", "reopen", enquiry, "--why", "too soon")["state"] == "taken"
    program.refuses(2, "Say why", "triage", "reopen", enquiry)
    program.says("correct", enquiry, "bulk")
    program.says("triage", "reopen", enquiry, "--why", "to put it away")
    assert program.json("triage", "close", enquiry)["state"] == "closed"
    assert "hangs on" in program.says("triage", "relate", enquiry, referral)
    program.refuses(2, "does not hang on itself", "triage", "relate", enquiry, enquiry)


def test_a_proposed_link_is_accepted_or_refused(program: Commands, case: str) -> None:
    event = program.reference("enquiry")
    program.refuses(2, "proposed: none", "triage", "accept-link", event)
    program.refuses(2, "proposed: none", "triage", "refuse-link", event)
    ids = program.json("event", event)["event"]["id"], program.json("case", case)["case"]["id"]
    with program.house() as house, house.begin("journey:intake") as work:
        work.propose_link(*ids, "the same name")
    assert "does not belong" in program.says("triage", "refuse-link", event, case)
    other = program.reference("self_referral")
    with program.house() as house, house.begin("journey:intake") as work:
        work.propose_link(work.event(other).id, ids[1], "the same name")
    assert program.json("triage", "accept-link", other)["case_id"] == ids[1]


def test_the_clocks_of_the_law_are_extended_and_ended(program: Commands) -> None:
    event = program.reference("enquiry")
    program.refuses(1, "no clock", "rights", "extend", event, "--why", "x")
    _clock(program, event, ReminderKind.RIGHTS_REQUEST)
    program.refuses(2, "Say why", "rights", "extend", event)
    assert "two months more" in program.says("rights", "extend", event, "--why", "many records")
    program.refuses(2, "Say why", "rights", "answered", event)
    assert "has ended" in program.says("rights", "answered", event, "--why", "sent by post")
    _clock(program, event, ReminderKind.BREACH_REPORT)
    program.refuses(2, "--not-reported", "breach", "judged", event, "--why", "x")
    program.refuses(2, "Say why", "breach", "judged", event, "--reported")
    assert "need not be" in program.says("breach", "judged", event, "--not-reported", "--why", "no risk")


def test_mail_of_ours_is_settled_released_and_cancelled(program: Commands) -> None:
    row = program.json("outbox")[0]["id"]
    program.refuses(1, "not uncertain", "mail", "settle", row, "sent", "--why", "x")
    program.refuses(2, "sent, refused, again", "mail", "settle", row, "lost", "--why", "x")
    program.refuses(2, "Say why", "mail", "settle", row, "sent")
    with program.house() as house, house.begin("journey:dispatch") as work:
        now = max(house.clock.now(), *(one.due for one in work.outbox()))
        claim = work.claim_outbox("test", now, 60)
        assert claim is not None
        work.data_started(claim, now)
        work.settle_outbox(claim, OutboxState.UNCERTAIN, "the line went dead", now)
        second = work.claim_outbox("test", now, 60)
        assert second is not None
        work.settle_outbox(second, OutboxState.REFUSED, "550 5.7.1 not today", now)
    assert program.json("mail", "settle", claim.row.id, "sent", "--why", "they rang")["state"] == "sent"
    row = next(one["id"] for one in program.json("outbox") if one["state"] == "queued")
    assert "cancelled" in program.says("mail", "cancel", row)
    assert "cancelled" in program.says("mail", "cancel", row)
    program.refuses(1, "only queued", "mail", "cancel", claim.row.id)
    with program.house() as house, house.begin("journey:dispatch") as work:
        work.suppress(address_key(work, "gone@home.example"), "refused for good", house.clock.now())
        work.note_absence(address_key(work, "away@home.example"), None)
    assert program.json("mail", "release", second.row.id)["state"] == OutboxState.QUEUED
    program.refuses(2, "zzz", "mail", "release", "zzz")
    assert len(program.json("mail", "suppressed")) == 1
    program.refuses(2, "Say why", "mail", "lift", "gone@home.example")
    assert program.json("mail", "lift", "gone@home.example", "--why", "repaired") == {"lifted": True}
    assert "nothing has changed" in program.says("mail", "lift", "gone@home.example", "--why", "repaired")
    assert program.json("mail", "back", "away@home.example") == {"ended": True}
    program.refuses(2, "no e-mail address", "mail", "back", "nobody")


@pytest.mark.promise("P7")
def test_promises_are_held_released_moved_and_cancelled_but_never_alarms(program: Commands) -> None:
    listed = program.json("reminder", "list")
    alarm = next(one["id"] for one in listed if one["kind"] == "risk_alert")
    other = next(one["id"] for one in listed if one["kind"] == "untriaged")
    day = in_days(30)
    for act in (("hold",), ("cancel",), ("move", day)):
        program.refuses(1, "risk alert", "reminder", act[0], alarm, *act[1:], "--why", "x")
        program.refuses(2, "Say why", "reminder", act[0], other, *act[1:])
    assert "is held" in program.says("reminder", "hold", other, "--why", "they are away")
    assert program.json("reminder", "release", other)["state"] == "waiting"
    assert "is moved to" in program.says("reminder", "move", other, day, "--why", "they asked")
    program.refuses(2, "within two years", "reminder", "move", other, "2020-01-01", "--why", "x")
    assert "is cancelled" in program.says("reminder", "cancel", other, "--why", "done")
    program.refuses(1, "will not ring any more", "reminder", "release", other)
    assert any(one["id"] == other for one in program.json("reminder", "list", "--all"))


def test_the_history_of_a_file_a_promise_and_an_event_says_who_when_and_why(program: Commands) -> None:
    case = program.json("cases")[0]["reference"]
    program.says("casework", "allocate", case, "Sam Field", "--why", "she knows the area", "--as", "Jo Brandt")
    other = next(one for one in program.json("reminder", "list") if one["kind"] == "untriaged")
    program.says("reminder", "hold", other["id"], "--why", "they are away", "--as", "Jo Brandt")
    program.says("reminder", "release", other["id"], "--why", "they are back", "--as", "Ada Lee")
    (allocated,) = [one for one in program.json("history", case) if one["act"] == "allocated"]
    assert (allocated["actor"], allocated["after"]) == ("person:Jo Brandt", "Sam Field")
    assert allocated["why"] == "she knows the area" and allocated["at"]
    told = program.json("history", other["id"])
    assert [(one["act"].removeprefix("reminder_"), one["actor"], one["why"]) for one in told] == [
        ("held", "person:Jo Brandt", "they are away"),
        ("released", "person:Ada Lee", "they are back"),
    ]
    code, out, _ = program.run("history", case)
    assert code == 0 and "she knows" in out.replace("\n", " ")
    program.refuses(2, "no case, review, event or reminder", "history", "HS-0000-0000")
    assert any(one["act"] == "history.read" for one in program.json("audit", "log"))
