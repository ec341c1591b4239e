"""Taking in, reminding and triage on a real store with a hand-moved clock: P1, P2, P3, P5, P7, P8, P9."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.bootstrap import House
from mailflow.errors import CryptoFault, LeaseLost, StateFault, UseError
from mailflow.flow import triage
from mailflow.flow.intake import Intake, TakenIn, take_in_one
from mailflow.flow.settle import settle
from mailflow.flow.understand import understand
from mailflow.model.mail import Origin
from mailflow.model.records import EventState, MailState, OutboxState, ReminderState
from mailflow.model.words import Flag, Kind
from tests.support.cases import (
    ENQUIRY,
    REFERRAL,
    RISK,
    HandClock,
    arrive,
    events,
    mail,
    outbox,
    ring,
    small_house,
    take_in,
)

Pair = tuple[House, HandClock]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with small_house(tmp_path) as made:
        yield made


@pytest.mark.promise("P2")
def test_the_same_mail_in_both_mailboxes_is_two_mails_and_one_event(pair: Pair) -> None:
    house, _ = pair
    arrive(house, REFERRAL, mailbox="hssupport")
    arrive(house, REFERRAL.replace(b"hssupport@", b"DHRenquiries@"), mailbox="DHRenquiries")
    assert take_in(house) == [TakenIn.SETTLED, TakenIn.COPY]
    assert len(events(house)) == 1
    assert [row.template for row in outbox(house)] == ["receipt-referral"]
    event = events(house)[0]
    with house.begin("test") as work:
        assert len(work.event_view(event.id).mails) == 2


@pytest.mark.promise("P2")
def test_the_same_request_with_another_body_is_a_second_event_without_a_second_receipt(pair: Pair) -> None:
    house, _ = pair
    arrive(house, REFERRAL)
    arrive(house, REFERRAL + b"PS: mornings are best.\r\n", uid=2)
    assert take_in(house) == [TakenIn.SETTLED, TakenIn.SETTLED]
    assert len(events(house)) == 2
    assert len([row for row in outbox(house) if row.mail_class == "receipt"]) == 1


@pytest.mark.promise("P3")
def test_a_mail_that_breaks_understanding_is_set_aside_whole_and_can_be_retried(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, _ = pair

    def breaks(raw: bytes, mailbox: str, mind: object) -> None:
        raise RecursionError(f"secret {raw[:20]!r}")

    bad = arrive(house, REFERRAL)
    good = arrive(house, ENQUIRY, mailbox="DHRenquiries")
    with monkeypatch.context() as patched:
        patched.setattr("mailflow.flow.intake.understand", breaks)
        assert take_in(house) == [TakenIn.STUCK, TakenIn.STUCK]
    with house.begin("test") as work:
        stuck = work.stuck_mails()
        assert {m.id for m in stuck} == {bad, good}
        assert all("RecursionError" in m.error and "secret" not in m.error for m in stuck)
        assert work.mail(bad).raw == REFERRAL
        work.retry_mail(bad, house.clock.now())
    assert take_in(house) == [TakenIn.SETTLED]
    with house.begin("test") as work:
        assert work.mail(bad).state is MailState.DONE


@pytest.mark.promise("P3")
def test_a_mail_that_takes_the_worker_down_is_set_aside_after_five_tries(pair: Pair) -> None:
    house, clock = pair
    arrive(house, REFERRAL)
    for _ in range(5):
        with house.begin("test") as work:
            assert work.claim_mail("a worker that dies", clock.now(), 60) is not None
        clock.go(minutes=2)
    assert take_in(house) == [TakenIn.STUCK]


def test_infrastructure_faults_put_a_mail_back_with_growing_pauses(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    house, clock = pair
    arrive(house, REFERRAL)

    def away(raw: bytes, mailbox: str, mind: object) -> None:
        raise CryptoFault("gpg does not answer.")

    intake = Intake(house.store, house.mind, house.office, clock, "test")
    with monkeypatch.context() as patched:
        patched.setattr("mailflow.flow.intake.understand", away)
        assert take_in_one(intake) is TakenIn.LATER
        assert take_in_one(intake) is TakenIn.NOTHING
    clock.go(minutes=2)
    assert take_in(house) == [TakenIn.SETTLED]


@pytest.mark.promise("P2")
def test_a_worker_that_lost_its_lease_writes_nothing(pair: Pair) -> None:
    house, clock = pair
    arrive(house, REFERRAL)
    with house.begin("slow") as work:
        slow = work.claim_mail("slow", clock.now(), 60)
    assert slow is not None
    understood = understand(slow.mail.raw, "hssupport", house.mind)
    clock.go(minutes=2)
    assert take_in(house) == [TakenIn.SETTLED]
    with pytest.raises(LeaseLost):
        settle(house.store, slow, understood, house.office, clock.now())
    assert len(events(house)) == 1 and len(outbox(house)) == 1


@pytest.mark.promise("P2")
def test_two_workers_on_one_family_see_each_others_case(pair: Pair) -> None:
    """An officer's and a partnership's mail about one telephone number, taken in at the same moment."""
    house, _ = pair
    partnership = mail(
        "Community Safety <csp@kent.gov.uk>",
        "Hello,\n\nWe would like to refer Ruth Sandell, mother of Peter Sandell. She agreed that you ring her on\n"
        "07700 900123.\n\nAsha Lane\nCommunity Safety Partnership Officer\nKent County Council\n",
        message_id="csp@kent.gov.uk",
        to="DHRenquiries",
    )
    arrive(house, REFERRAL)
    arrive(house, partnership, mailbox="DHRenquiries")
    workers = [threading.Thread(target=take_in, args=(house,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    first, second = sorted(events(house), key=lambda event: event.created_at)
    with house.begin("test") as work:
        proposed = [work.event_view(event.id).proposed_cases for event in (first, second)]
    assert sum(len(links) for links in proposed) == 1, "the later one proposes the earlier one's case"


def test_backfilled_and_old_mail_is_recorded_and_never_answered(pair: Pair) -> None:
    house, clock = pair
    arrive(house, REFERRAL, origin=Origin.BACKFILL)
    arrive(house, ENQUIRY, mailbox="DHRenquiries", internal_date=clock.now() - timedelta(hours=73))
    take_in(house)
    assert len(events(house)) == 2
    assert outbox(house) == ()
    backfilled = next(event for event in events(house) if event.kind is Kind.REFERRAL)
    with house.begin("test") as work:
        states = {reminder.state for reminder in work.reminders(event_id=backfilled.id)}
    assert states <= {ReminderState.HELD}


@pytest.mark.promise("P8")
def test_every_verdict_is_kept_with_its_evidence_and_the_rules_version(pair: Pair) -> None:
    house, _ = pair
    for raw in (REFERRAL, RISK, ENQUIRY):
        arrive(house, raw)
    take_in(house)
    for event in events(house):
        assert event.rules_version and event.verdict["reasons"] and event.verdict["decision"]["reasons"]
        assert event.verdict["evidence"], event.kind
        message = understand(_raw(house, event.id), "hssupport", house.mind).message
        for evidence in event.verdict["evidence"]:
            if evidence["field"] == "text":
                assert message.text[evidence["start"] : evidence["end"]] == evidence["text"]


def _raw(house: House, event_id: str) -> bytes:
    with house.begin("test") as work:
        return work.event_view(event_id).mails[0].raw


@pytest.mark.promise("P7")
def test_a_risk_alert_repeats_goes_to_the_deputy_and_stops_when_taken(pair: Pair) -> None:
    house, clock = pair
    arrive(house, RISK)
    take_in(house)
    told: list[list[str]] = []
    for _ in range(4):
        before = {row.id for row in outbox(house)}
        assert ring(house) == 1
        told.append(sorted(row.recipient for row in outbox(house) if row.id not in before))
        assert ring(house) == 0, "it rings once in ten minutes"
        clock.go(minutes=10)
    assert told == [["on-call@staff.example"]] * 2 + [["deputy@staff.example", "on-call@staff.example"]] * 2
    alert = next(row for row in outbox(house) if row.mail_class == "alert")
    assert "Mara" not in alert.text and "07700" not in alert.text and events(house)[0].reference in alert.text
    triage.take(house.desk, "Jo", events(house)[0].reference)
    assert ring(house) == 0


@pytest.mark.promise("P7")
def test_alerts_leave_even_while_all_sending_is_stopped(pair: Pair) -> None:
    house, _ = pair
    arrive(house, RISK)
    take_in(house)
    with house.begin("person:lead") as work:
        work.set_stopped("drill")
    ring(house)
    assert any(row.mail_class == "alert" and row.state is OutboxState.QUEUED for row in outbox(house))


def test_an_untriaged_item_goes_to_the_lead_in_working_time(pair: Pair) -> None:
    house, clock = pair
    arrive(house, ENQUIRY, mailbox="DHRenquiries")
    take_in(house)
    event = events(house)[0]
    assert event.triage_due is not None and event.triage_due > clock.now()
    assert ring(house) == 0
    clock.at = event.triage_due + timedelta(minutes=1)
    assert ring(house) == 1
    notice = next(row for row in outbox(house) if row.mail_class == "notice")
    assert notice.recipient == "lead@staff.example" and event.reference in notice.text
    assert "Hale" not in notice.text
    triage.accept(house.desk, "Jo", event.reference)
    clock.go(days=30)
    ring(house)
    assert len([row for row in outbox(house) if row.mail_class == "notice"]) == 1


@pytest.mark.promise("P5")
def test_a_withdrawn_permission_stops_what_is_queued_and_planned(pair: Pair) -> None:
    house, clock = pair
    arrive(house, _incomplete())
    take_in(house)
    event = events(house)[0]
    clock.go(days=2, hours=2)
    ring(house)
    chasers = [row for row in outbox(house) if row.mail_class == "chaser"]
    assert len(chasers) == 1 and chasers[0].state is OutboxState.QUEUED
    triage.record_consent(house.desk, "Jo", event.reference, "contact", person=_relative(house), given=False)
    assert {row.state for row in outbox(house) if row.mail_class == "chaser"} == {OutboxState.CANCELLED}
    clock.go(days=30)
    ring(house)
    assert len([row for row in outbox(house) if row.mail_class == "chaser"]) == 1


@pytest.mark.promise("P7")
def test_a_withdrawn_permission_never_silences_an_alert_or_a_receipt(pair: Pair) -> None:
    house, _ = pair
    arrive(house, REFERRAL.replace(b"She has agreed", b"She says that she wants to end her life. She has agreed"))
    take_in(house)
    ring(house)
    event = events(house)[0]
    assert Flag.RISK in event.flags
    triage.record_consent(house.desk, "Jo", event.reference, "contact", person=_relative(house), given=False)
    states = {str(row.mail_class): str(row.state) for row in outbox(house)}
    assert states == {"receipt": "queued", "alert": "queued"}


@pytest.mark.promise("P5")
def test_nobody_bereaved_is_ever_chased(pair: Pair) -> None:
    house, clock = pair
    arrive(house, RISK)
    arrive(house, mail("Sol <sol.g@gmail.com>", "my son was killed last year and i need someone to talk to\n\nSol"))
    take_in(house)
    for _ in range(10):
        clock.go(days=3)
        ring(house)
    assert not [row for row in outbox(house) if row.mail_class == "chaser"]
    outside = [row for row in outbox(house) if row.recipient.endswith("gmail.com")]
    assert sorted(row.mail_class for row in outside) == ["receipt", "receipt"]


def test_chasers_after_two_and_five_working_days_then_a_human(pair: Pair) -> None:
    house, clock = pair
    arrive(house, _incomplete())
    take_in(house)
    triage.accept(house.desk, "Jo", events(house)[0].reference)
    days = {}
    for day in range(1, 15):
        clock.go(days=1)
        ring(house)
        days[day] = len([row for row in outbox(house) if row.mail_class == "chaser"])
    # Received on a Monday at 10: the second working day is Wednesday, the fifth the Monday after.
    assert days[1] == 0 and days[3] == 1 and days[8] == 2 and days[14] == 2
    event = events(house)[0]
    assert event.state is EventState.UNTRIAGED and "missing" in event.task


def _incomplete() -> bytes:
    return mail(
        "Amal Okoye <amal.okoye@kent.police.uk>",
        "Hello,\n\nI am the FLO and would like to refer Ruth Sandell, the mother of Peter Sandell, who was killed on\n"
        "2 November 2026. She has agreed to be contacted; I will send her number.\n\n"
        "DC Amal Okoye\nFamily Liaison Officer\nKent Police\n07700 900456\n",
        message_id="incomplete@kent.police.uk",
    )


def _relative(house: House) -> str:
    case_id = events(house)[0].case_id
    with house.begin("test") as work:
        people = work.people(case_id)
    return next(person.id for person in people if person.role == "family")


def test_a_correction_opens_the_file_that_its_kind_has_and_is_kept(pair: Pair) -> None:
    house, _ = pair
    arrive(house, mail("Ann <ann.v@gmail.com>", "hello can you help me with my neighbours dog\n\nAnn", subject="dog"))
    take_in(house)
    event = events(house)[0]
    corrected = triage.correct(house.desk, "Jo", event.reference, Kind.ENQUIRY, flags=(Flag.CHILD,), note="a joke")
    assert corrected.kind is Kind.ENQUIRY and corrected.case_id and corrected.state is EventState.ACCEPTED
    with house.begin("test") as work:
        assert str(work.case(event.reference).record) == "enquiry" or corrected.case_id == event.case_id
    assert len(outbox(house)) <= 1, "a correction sends nothing"


def test_acts_need_a_name_and_a_move_that_exists(pair: Pair) -> None:
    house, _ = pair
    arrive(house, ENQUIRY, mailbox="DHRenquiries")
    take_in(house)
    reference = events(house)[0].reference
    with pytest.raises(UseError):
        triage.take(house.desk, " ", reference)
    with pytest.raises(UseError):
        triage.assign(house.desk, "Jo", reference, "")
    triage.accept(house.desk, "Jo", reference)
    with pytest.raises(StateFault):
        triage.accept(house.desk, "Jo", reference, version=1)


def test_people_wait_for_a_suppressed_referrer_only_as_long_as_a_human_needs(pair: Pair) -> None:
    """A chaser to an address that bounced for good becomes a human's task."""
    house, clock = pair
    arrive(house, _incomplete())
    take_in(house)
    with house.begin("test") as work:
        work.suppress(work.hash_of("address", "amal.okoye@kent.police.uk"), "bounced", clock.now())
    clock.go(days=3)
    ring(house)
    assert not [row for row in outbox(house) if row.mail_class == "chaser"]
    assert "cannot be written to" in events(house)[0].task


def test_every_act_and_read_is_in_the_audit_and_the_chain_is_whole(pair: Pair) -> None:
    house, _ = pair
    arrive(house, REFERRAL)
    take_in(house)
    reference = events(house)[0].reference
    triage.take(house.desk, "Jo", reference)
    triage.accept(house.desk, "Jo", reference)
    with house.begin("person:Jo") as work:
        work.event_view(reference)
    with house.begin("test") as work:
        acts = [(entry.actor, entry.act) for entry in work.audit_log()]
    assert ("person:Jo", "event.taken") in acts and ("person:Jo", "event.accepted") in acts
    assert any(actor == "person:Jo" and "read" in act for actor, act in acts)
    assert house.verify_audit() == ()


def test_an_office_without_staff_sends_nothing_to_nobody(pair: Pair) -> None:
    house, clock = pair
    silent = replace(
        house, office=replace(house.office, staff=replace(house.office.staff, lead="", on_call="", deputy=""))
    )
    arrive(silent, RISK)
    take_in(silent)
    clock.go(days=5)
    ring(silent)
    assert all(row.recipient for row in outbox(silent))
