"""Every promise rings as it should, on a hand-moved clock: who is told, when, again when, and when no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.flow.digest import make_digest
from mailflow.flow.planning import plan_consent_review, plan_retention, plan_revisit
from mailflow.flow.rungs import plan_stuck
from mailflow.model.decision import MissingInformation, ReminderKind
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.life import HoldRecord, HoldSort, Outcome
from mailflow.model.outgoing import MailClass, Refused
from mailflow.model.records import (
    CaseState,
    ConsentRecord,
    EventState,
    MailRecord,
    MailState,
    OutboxState,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Consent, Flag, Kind, SenderType
from tests.support.years import OFFICER, STAFF, START, Years, years

INCOMPLETE = Facts(
    sender_type=SenderType.POLICE,
    referrer=Person("Amal Okoye", "FLO", "Kent Police", OFFICER, "07700 900456"),
    family=(Relative("Ruth Sandell", "mother"),),
    victim=Victim("Peter Sandell", "2026-11-02"),
    consent=Consent.GIVEN,
)
"""A referral that lacks only a way to reach the family."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def referred(house: Years, facts: Facts = INCOMPLETE, **changes: Any) -> Any:
    """An officer's referral, accepted by a human; its event."""
    settled = house.takes(OFFICER, "I would like to refer Ruth Sandell.", kind=Kind.REFERRAL, facts=facts, **changes)
    house.accept_all()
    return settled.event


def kinds(house: Years, kind: ReminderKind) -> list[ReminderRecord]:
    return [one for one in house.reminders() if one.kind is kind]


def told(house: Years, template: str) -> list[Any]:
    return [row for row in house.rows() if row.template == template]


@pytest.mark.promise("P10")
def test_what_nobody_looks_at_goes_to_the_lead_then_the_deputy_by_working_hours(house: Years) -> None:
    house.takes(OFFICER, "I would like to refer her.", kind=Kind.REFERRAL, facts=INCOMPLETE)
    house.to(date(2026, 11, 24), 9)
    assert told(house, "notice-untriaged") == []
    house.to(date(2026, 11, 24), 22)
    assert {row.recipient for row in told(house, "notice-untriaged")} == {STAFF.lead, STAFF.deputy}
    first = len(told(house, "notice-untriaged"))
    house.to(date(2026, 11, 25), 22)
    assert len(told(house, "notice-untriaged")) == first + 2
    house.accept_all()
    house.to(date(2026, 12, 3))
    assert len(told(house, "notice-untriaged")) == first + 2


def test_missing_information_is_asked_for_twice_then_a_human(house: Years) -> None:
    event = referred(house)
    house.to(date(2026, 12, 4))
    chasers = house.rows(MailClass.CHASER)
    assert [row.settled_at.date() for row in chasers] == [date(2026, 11, 25), date(2026, 11, 30)]
    assert {row.recipient for row in chasers} == {OFFICER}
    assert "still missing" in house.do(lambda work: work.event(event.id)).task


@pytest.mark.parametrize(
    ("wrote", "recorded", "language"), [("cy", "", "cy"), ("en", "", "en"), ("en", "cy", "cy"), ("fr", "fr", "en")]
)
def test_a_chaser_is_written_in_the_language_of_its_referrer(
    house: Years, wrote: str, recorded: str, language: str
) -> None:
    """Whoever wrote in Welsh is asked in Welsh; what a human recorded of them counts for more."""
    event = referred(house, replace(INCOMPLETE, language=wrote))
    if recorded:
        whose = next(p for p in house.do(lambda work: work.people(event.case_id)) if p.email == OFFICER)
        house.do(lambda work: work.save_person(replace(whose, language=recorded)))
    house.to(date(2026, 11, 25))
    (row,) = house.rows(MailClass.CHASER)
    assert row.language == language
    assert ("rhif ffôn" in row.text) == (language == "cy")


def test_what_a_later_mail_of_the_thread_brings_is_not_asked_for(house: Years) -> None:
    event = referred(house)
    assert house.do(lambda work: work.case(event.case_id)).missing == (MissingInformation.FAMILY_CONTACT,)
    receipt = house.rows(MailClass.RECEIPT)[0]
    house.send()
    more = replace(INCOMPLETE, family=(Relative("Ruth Sandell", "mother", "07700 900123"),))
    later = house.takes(OFFICER, "Her number is 07700 900123.", kind=Kind.CASE_UPDATE, facts=more, answers=receipt)
    assert later.event.case_id == event.case_id
    assert house.do(lambda work: work.case(event.case_id)).missing == ()
    assert {one.state for one in kinds(house, ReminderKind.MISSING_INFORMATION)} == {ReminderState.CANCELLED}
    house.accept_all()
    house.to(date(2026, 12, 4))
    assert house.rows(MailClass.CHASER) == []
    related = house.do(lambda work: work.related(later.event.id))
    assert [(other.id, str(sort)) for other, sort in related] == [(event.id, "answers")]


def test_nobody_is_chased_while_their_answer_lies_unread_or_while_they_are_away(house: Years) -> None:
    event = referred(house)
    receipt = house.rows(MailClass.RECEIPT)[0]
    house.send()
    house.away(OFFICER, "1 December", answers=receipt)
    house.to(date(2026, 11, 30))
    assert house.rows(MailClass.CHASER) == []
    assert any("away until" in one.gate for one in kinds(house, ReminderKind.MISSING_INFORMATION))
    house.takes(OFFICER, "I have asked her and will write again.", kind=Kind.CASE_UPDATE, answers=receipt)
    house.to(date(2026, 12, 4))
    assert house.rows(MailClass.CHASER) == []
    assert any("lies unread" in one.gate for one in kinds(house, ReminderKind.MISSING_INFORMATION))
    house.accept_all()
    house.to(date(2026, 12, 8))
    assert house.rows(MailClass.CHASER)
    changes = house.do(lambda work: work.changes(case_id=event.case_id))
    assert any(change.act == "silent" and "away" in change.why for change in changes)


@pytest.mark.promise("P5")
def test_a_yes_that_a_machine_reads_permits_nothing_and_first_contact_is_promised(house: Years) -> None:
    event = referred(house)
    (word,) = house.do(lambda work: work.consents(event.case_id))
    assert word.given and word.read_by_machine and word.event_id == event.id
    house.review(house.do(lambda work: work.case(event.case_id)))
    assert kinds(house, ReminderKind.FOLLOW_UP) == []
    house.to(date(2026, 11, 27))
    decides = [row for row in told(house, "notice-decide") if row.case_id == event.case_id]
    assert [row.created_at.date() for row in decides] == [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)]
    house.do(lambda work: work.save_case(replace(work.case(event.case_id), last_contact_at=house.at)))
    house.to(date(2026, 12, 4))
    assert len([row for row in told(house, "notice-decide") if row.case_id == event.case_id]) == 3


def test_nobody_is_promised_a_first_contact_whose_agreement_is_missing(house: Years) -> None:
    referred(house, replace(INCOMPLETE, consent=None))
    assert kinds(house, ReminderKind.FIRST_CONTACT) == []


def test_a_condition_beside_a_yes_is_kept_with_it(house: Years) -> None:
    from mailflow.model.facts import FactSpan, Span

    text = "She has agreed to be contacted, but only by text until after the funeral. Thank you."
    span = Span("text", 0, 30, text[:30])
    facts = replace(INCOMPLETE, spans=(FactSpan("consent", span),))
    settled = house.takes(OFFICER, text, kind=Kind.REFERRAL, facts=facts)
    (word,) = house.do(lambda work: work.consents(settled.event.case_id))
    assert "only by text until after the funeral" in word.condition and word.read_by_machine


@pytest.mark.promise("P5")
def test_a_family_that_declined_is_written_down_as_a_no(house: Years) -> None:
    facts = replace(INCOMPLETE, consent=Consent.DECLINED)
    settled = house.takes(OFFICER, "They do not want support.", kind=Kind.REFERRAL, facts=facts)
    words = house.do(lambda work: work.consents(settled.event.case_id))
    assert words and all(not word.given and word.read_by_machine for word in words)
    house.accept_all()
    house.to(date(2026, 12, 10))
    assert house.rows(MailClass.CHASER) == [] and kinds(house, ReminderKind.FIRST_CONTACT) == []


def test_a_declined_offer_is_looked_at_again_once(house: Years) -> None:
    case, mother = house.family()
    house.do(lambda work: plan_revisit(work, house.office, case.id, mother.id, house.at))
    house.to(date(2027, 2, 22))
    assert told(house, "notice-decide") == []
    house.to(date(2027, 4, 1))
    (row,) = told(house, "notice-decide")
    assert row.created_at.date() == date(2027, 2, 23) and row.recipient == STAFF.lead


def test_the_clock_of_a_review_rings_a_month_before_on_the_day_and_each_quarter_past_it(house: Years) -> None:
    case, _ = house.family()
    house.review(case, decided_on=date(2026, 8, 31), months=6)
    house.to(date(2027, 9, 10))
    rung = [row.created_at.date() for row in told(house, "notice-deadline")]
    assert rung == [date(2027, 1, 29), date(2027, 2, 26), date(2027, 5, 28), date(2027, 8, 31)]


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (datetime(2026, 11, 25, 9, 30, tzinfo=UTC), date(2026, 12, 29)),
        (datetime(2026, 12, 1, 12, 0, tzinfo=UTC), date(2027, 1, 4)),
        (datetime(2027, 2, 28, 22, 0, tzinfo=UTC), date(2027, 3, 30)),
    ],
)
def test_a_rights_request_rings_before_and_on_its_last_day_and_then_each_working_day(
    house: Years, received: datetime, last: date
) -> None:
    house.at = received
    settled = house.takes("jade@mail.example", "Please send me all data.", kind=Kind.RIGHTS_OR_COMPLAINT)
    house.accept_all()
    house.to(last, 22)
    days = [row.created_at.date() for row in told(house, "notice-deadline")]
    assert days[-1] == last and len(days) in (2, 3)
    house.to(last + timedelta(days=7))
    late = len(told(house, "notice-deadline"))
    assert late > len(days)
    house.do(lambda work: work.save_event(replace(work.event(settled.event.id), state=EventState.CLOSED)))
    house.to(last + timedelta(days=30))
    assert len(told(house, "notice-deadline")) == late


@pytest.mark.promise("P10")
def test_a_breach_warns_nights_and_weekends_too_within_72_hours(house: Years) -> None:
    house.at = datetime(2026, 12, 24, 22, 30, tzinfo=UTC)  # the evening before Christmas
    house.takes(OFFICER, "I sent it to you in error.", kind=Kind.ENQUIRY, flags=(Flag.BREACH_REPORT,))
    house.accept_all()
    begun = house.at
    for _ in range(80):
        house.go(hours=1)
    hours = sorted({(row.created_at - begun) // timedelta(hours=1) for row in told(house, "notice-deadline")})
    assert hours == [1, 24, 48, 66, 72]
    assert {row.recipient for row in told(house, "notice-deadline")} == {STAFF.lead, STAFF.deputy}


def test_a_breach_that_was_judged_rings_no_more(house: Years) -> None:
    settled = house.takes(OFFICER, "I sent it to you in error.", kind=Kind.ENQUIRY, flags=(Flag.BREACH_REPORT,))
    house.do(lambda work: work.save_event(replace(work.event(settled.event.id), state=EventState.CLOSED)))
    house.to(date(2026, 11, 30))
    assert told(house, "notice-deadline") == []


def test_a_legal_hold_holds_the_case_and_stops_its_retention(house: Years) -> None:
    event = referred(house)
    receipt = house.rows(MailClass.RECEIPT)[0]
    house.send()

    def close(work: Any) -> None:
        closed = replace(
            work.case(event.case_id),
            state=CaseState.CLOSED,
            closed_at=house.at,
            last_contact_at=house.at,
            outcome=Outcome.DECLINED,
        )
        work.save_case(closed)
        work.save_case(plan_retention(work, house.office, work.case(event.case_id), house.at))

    house.do(close)
    assert [one.state for one in kinds(house, ReminderKind.RETENTION_REVIEW)] == [ReminderState.WAITING]
    house.takes(OFFICER, "Please keep all records.", kind=Kind.CASE_UPDATE, flags=(Flag.LEGAL_HOLD,), answers=receipt)
    assert [hold.sort for hold in house.do(lambda work: work.holds(case_id=event.case_id))] == [HoldSort.LEGAL]
    assert [one.state for one in kinds(house, ReminderKind.RETENTION_REVIEW)] == [ReminderState.CANCELLED]
    assert house.do(lambda work: work.case(event.case_id)).retain_until is None


def test_a_case_that_was_kept_for_its_time_goes_to_a_human_each_week(house: Years) -> None:
    case, _ = house.family(state=CaseState.CLOSED, closed_at=START, outcome=Outcome.DECLINED)

    def plan(work: Any) -> None:
        work.save_case(plan_retention(work, house.office, case, house.at))

    house.do(plan)
    house.to(date(2027, 1, 4), 22)
    assert told(house, "notice-decide") == []
    house.to(date(2027, 1, 20))
    assert [row.created_at.date() for row in told(house, "notice-decide")] == [
        date(2027, 1, 5),
        date(2027, 1, 12),
        date(2027, 1, 19),
    ]


def test_a_permission_is_asked_about_again_until_a_newer_word_is_recorded(house: Years) -> None:
    case, mother = house.family()
    consent = ConsentRecord(
        house.ids.new(), case.id, mother.id, "contact", True, "Jo", house.at, review_on=date(2027, 3, 1)
    )

    def act(work: Any) -> None:
        work.add_consent(consent)
        plan_consent_review(work, house.office, consent, house.at)

    house.do(act)
    house.to(date(2027, 3, 9))
    assert len(told(house, "notice-decide")) == 2
    house.permit(case, mother, purpose="contact")
    house.to(date(2027, 4, 1))
    assert len(told(house, "notice-decide")) == 2


@pytest.mark.promise("P3")
def test_a_mail_that_was_set_aside_is_told_to_the_lead_each_working_day_until_it_is_taken_in(house: Years) -> None:
    record = MailRecord(house.ids.new(), "hssupport", "INBOX", 1, 5, house.at, house.at, b"From: a@b.example\r\n\r\nx")

    def act(work: Any) -> None:
        work.add_mail(record)
        claim = work.claim_mail("test", house.at, 60)
        work.set_aside(claim, "It cannot be read.", house.at)
        plan_stuck(work, house.office, record.id, house.at)

    house.do(act)
    house.turn()
    assert [row.recipient for row in told(house, "notice-stuck")] == [STAFF.lead]
    house.to(date(2026, 11, 25), 11)
    assert len(told(house, "notice-stuck")) == 3
    house.do(lambda work: work.retry_mail(record.id, house.at))
    assert house.do(lambda work: work.mail(record.id)).state is MailState.RECEIVED
    house.to(date(2026, 12, 1))
    assert len(told(house, "notice-stuck")) == 3


def test_a_refused_question_is_told_to_the_lead(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    review, _ = house.review(case)
    house.courier.answer("hilary.marsh@chair.example", Refused("550 no such user"))
    house.to(date(2027, 1, 19))
    assert [row.state for row in house.asked()] == [OutboxState.REFUSED]
    (row,) = told(house, "notice-refused")
    assert review.reference in row.text and "hilary" not in row.text.lower()


@pytest.mark.promise("P10")
def test_the_digest_goes_out_once_each_working_morning_however_many_processes(house: Years) -> None:
    house.takes(OFFICER, "Could you tell me how to refer?", kind=Kind.ENQUIRY)
    house.at = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # the office is closed: this morning's is not made up for
    made = []
    for _ in range(24 * 7):
        house.at += timedelta(hours=1)
        made += [make_digest(house.store, house.office, house) for _ in range(3)]
        house.turn()
    rows = told(house, "digest-morning")
    assert sum(made) == len(rows) == 5
    days = [row.created_at for row in rows]
    assert [day.date() for day in days] == [date(2026, 11, 24 + n) for n in range(4)] + [date(2026, 11, 30)]
    assert all(day.hour == 8 and row.recipient == STAFF.lead for day, row in zip(days, rows, strict=True))
    assert "how to refer" not in rows[0].text and OFFICER not in rows[0].text
    assert {row.state for row in rows} == {OutboxState.SENT}


def test_a_digest_that_was_held_over_night_is_not_sent_the_next_day(house: Years) -> None:
    house.at = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    house.do(lambda work: work.set_stopped("for a test"))
    assert make_digest(house.store, house.office, house)
    house.go(days=1)
    house.do(lambda work: work.set_stopped(""))
    house.turn()
    assert [row.state for row in told(house, "digest-morning")] == [OutboxState.CANCELLED]


def test_no_chaser_goes_out_for_a_case_that_is_held(house: Years) -> None:
    event = referred(house)
    hold = HoldRecord(house.ids.new(), HoldSort.COMPLAINT, house.at, "Jo", case_id=event.case_id, why="a complaint")
    house.do(lambda work: work.add_hold(hold))
    house.to(date(2026, 12, 4))
    assert house.rows(MailClass.CHASER) == []
    house.do(lambda work: work.end_hold(hold.id, "Jo", house.at))
    house.to(date(2026, 12, 9))
    assert house.rows(MailClass.CHASER)
