"""Questions to Chairs through the months, on a hand-moved clock: rhythm, reminders, a human, and what stops them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.flow.planning import plan_follow_up, stop_for_family
from mailflow.followup import LONDON
from mailflow.model.decision import ReminderKind
from mailflow.model.facts import Facts
from mailflow.model.letter import DecisionSort
from mailflow.model.life import DaySort, HoldRecord, HoldSort, ReviewPersonRecord, ReviewRole, ReviewState, SensitiveDay
from mailflow.model.outgoing import MailClass, Uncertain
from mailflow.model.records import CaseState, EventState, OutboxState, ReminderState
from mailflow.model.words import Flag, Kind, ReviewStage, Urgency
from tests.support.years import CHAIR, OFFICER, Years, years


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def asked_once(house: Years) -> Any:
    """A review with a permission, lived until its first question has left; (case, mother, review, chair)."""
    case, mother = house.family()
    house.permit(case, mother)
    review, chair = house.review(case)
    house.to(date(2027, 1, 18))
    assert [row.template for row in house.asked()] == ["follow-up-1"]
    return case, mother, review, chair


def follow_ups(house: Years) -> list[Any]:
    return [one for one in house.reminders() if one.kind is ReminderKind.FOLLOW_UP]


@pytest.mark.promise("P2")
def test_a_question_two_reminders_then_a_human_and_never_a_third(house: Years) -> None:
    _, _, review, chair = asked_once(house)
    house.to(date(2027, 6, 30))
    asked = house.asked()
    assert [row.template for row in asked] == ["follow-up-1", "follow-up-2", "follow-up-3"]
    assert [row.key for row in asked] == [f"followup:{review.id}:1:{number}" for number in range(3)]
    assert [row.settled_at.date() for row in asked] == [date(2027, 1, 18), date(2027, 2, 1), date(2027, 2, 15)]
    assert {(row.recipient, row.person_id, row.review_id) for row in asked} == {(CHAIR, chair.id, review.id)}
    assert f"In-Reply-To: <{asked[0].message_id}>" in asked[1].raw.decode()
    decides = [row for row in house.rows(MailClass.NOTICE) if row.template == "notice-decide"]
    assert len(decides) == 1 and DecisionSort.NO_ANSWER in decides[0].key
    assert decides[0].created_at.date() == date(2027, 3, 1)


@pytest.mark.promise("P5")
def test_without_permission_or_a_confirmed_address_nobody_is_ever_asked(house: Years) -> None:
    case, _ = house.family()
    house.review(case)
    other, sister = house.family()
    house.permit(other, sister)
    house.review(other, chair="unknown@chair.example", confirmed=False)
    house.to(date(2027, 12, 1))
    assert house.asked() == []


@pytest.mark.promise("P5")
def test_a_reply_stops_the_reminders_at_once_and_is_proposed_to_a_human(house: Years) -> None:
    case, _, review, _ = asked_once(house)
    house.go(days=3)
    settled = house.takes(
        CHAIR, "The panel meets on 14 March 2027. IMRs are delayed by health.", answers=house.asked()[0]
    )
    assert settled.event.case_id == case.id and settled.event.state is EventState.UNTRIAGED
    (proposal,) = house.do(lambda work: work.proposals(review_id=review.id))
    assert proposal.next_on == date(2027, 3, 14) and proposal.event_id == settled.event.id
    states = {one.key: one.state for one in follow_ups(house)}
    assert states[f"followup:{review.id}:1:1"] is ReminderState.CANCELLED
    assert states[f"followup:{review.id}:2:0"] is ReminderState.WAITING
    house.to(date(2027, 3, 10))
    assert len(house.asked()) == 1
    house.to(date(2027, 4, 20))  # nobody has read the answer: the next question waits, and says why
    assert len(house.asked()) == 1
    (waiting,) = [one for one in follow_ups(house) if one.state is ReminderState.WAITING]
    assert "reply proposes" in waiting.gate and "nobody has looked" in waiting.gate
    house.accept_all()
    house.to(date(2027, 4, 23))
    assert [row.key for row in house.asked()][1:] == [f"followup:{review.id}:2:0"]


def test_only_thanks_in_the_thread_stop_the_reminders_too(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    house.takes(CHAIR, "Thank you, noted.", answers=house.asked()[0])
    assert house.do(lambda work: work.proposals(review_id=review.id)) == ()
    house.accept_all()
    house.to(date(2027, 3, 1))
    assert len(house.asked()) == 1


def test_a_chair_who_writes_outside_the_thread_has_answered(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    house.takes(CHAIR, "The draft report will be with the family by 30 April 2027.")
    house.accept_all()
    house.to(date(2027, 3, 1))
    assert len(house.asked()) == 1
    assert house.do(lambda work: work.proposals(review_id=review.id))


def test_a_chair_of_two_reviews_who_names_none_stops_both_and_proposes_for_none(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    case, mother = house.family()
    house.permit(case, mother)
    second, _ = house.review(case)
    house.takes(CHAIR, "The panel meets on 14 March 2027.")
    for one in (review, second):
        assert house.do(lambda work, one=one: work.proposals(review_id=one.id)) == ()
        changes = house.do(lambda work, one=one: work.changes(review_id=one.id))
        assert [(change.act, change.after) for change in changes if change.act == "reply"] == [("reply", "serving")]


@pytest.mark.promise("P9")
def test_somebody_else_in_the_thread_pauses_the_review_until_a_human_has_looked(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    settled = house.takes("stranger@elsewhere.example", "The panel meets on 14 March 2027.", answers=house.asked()[0])
    assert settled.event.state is EventState.UNTRIAGED
    assert house.do(lambda work: work.proposals(review_id=review.id)) == ()
    (hold,) = house.do(lambda work: work.holds(review_id=review.id, live=house.at))
    assert hold.sort is HoldSort.MACHINE and hold.event_id == settled.event.id
    house.accept_all()
    house.to(date(2027, 3, 1))
    assert len(house.asked()) == 1
    house.do(lambda work: work.end_hold(hold.id, "Jo", house.at))
    house.to(date(2027, 3, 3))
    assert [row.template for row in house.asked()] == ["follow-up-1", "follow-up-2"]


def test_nothing_leaves_while_the_chair_is_away_and_then_the_round_goes_on(house: Years) -> None:
    asked_once(house)
    house.away(CHAIR, "26 February", answers=house.asked()[0])
    house.to(date(2027, 2, 26))
    assert len(house.asked()) == 1
    house.to(date(2027, 3, 5))
    assert [row.template for row in house.asked()] == ["follow-up-1", "follow-up-2"]
    assert house.asked()[1].settled_at > datetime(2027, 2, 27, tzinfo=UTC)


def test_an_absence_that_names_no_day_counts_two_weeks(house: Years) -> None:
    asked_once(house)
    house.to(date(2027, 1, 29), 11)
    house.away(CHAIR, None, answers=house.asked()[0])
    house.to(date(2027, 2, 12))
    assert len(house.asked()) == 1
    house.to(date(2027, 2, 18))
    assert len(house.asked()) == 2


def test_who_was_away_and_writes_is_back(house: Years) -> None:
    asked_once(house)
    house.away(CHAIR, "30 June", answers=house.asked()[0])
    house.takes(CHAIR, "I am back earlier; nothing has changed.", answers=house.asked()[0])
    key = house.do(lambda work: work.absence(work.hash_of("address", CHAIR)))
    assert key is None


def test_a_chair_who_has_left_is_asked_nothing_and_the_lead_is_told(house: Years) -> None:
    asked_once(house)
    settled = house.away(CHAIR, None, "Hilary Marsh has left the organisation.", answers=house.asked()[0])
    assert "ask who has taken over" in settled.event.task
    house.accept_all()
    house.to(date(2027, 4, 1))
    assert len(house.asked()) == 1
    told = [row for row in house.rows(MailClass.NOTICE) if DecisionSort.CHAIR_LEFT in row.key]
    assert len(told) == 1


@pytest.mark.promise("P6")
def test_a_bounce_suppresses_the_address_holds_the_follow_ups_and_tells_the_lead(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    question = house.asked()[0]
    house.comes_back(question)
    house.turn()
    assert house.do(lambda work: work.outbox_row(question.id)).state is OutboxState.REFUSED
    assert house.do(lambda work: work.is_suppressed(work.hash_of("address", CHAIR)))
    assert [hold.sort for hold in house.do(lambda work: work.holds(review_id=review.id))] == [HoldSort.MACHINE]
    assert [row.template for row in house.rows(MailClass.NOTICE)] == ["notice-refused"]
    house.accept_all()
    house.to(date(2027, 4, 1))
    assert len(house.asked()) == 1


@pytest.mark.promise("P2")
def test_a_reply_settles_an_uncertain_question_and_an_uncertain_one_is_never_followed_up(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    house.courier.answer(CHAIR, Uncertain("no answer after DATA"))
    house.to(date(2027, 2, 20))
    (question,) = house.asked()
    assert question.state is OutboxState.UNCERTAIN
    house.takes(CHAIR, "Nothing to tell yet.", answers=question)
    assert house.do(lambda work: work.outbox_row(question.id)).state is OutboxState.SENT


def test_a_new_chair_is_asked_anew_and_the_old_one_never_again(house: Years) -> None:
    _, _, review, chair = asked_once(house)

    def act(work: Any) -> None:
        work.save_review_person(replace(chair, until=house.at))
        new = ReviewPersonRecord(
            house.ids.new(),
            review.id,
            ReviewRole.CHAIR,
            house.at,
            email="new@chair.example",
            address_confirmed_by="Jo",
            address_confirmed_at=house.at,
        )
        work.add_review_person(new)

    house.do(act)
    house.to(date(2027, 4, 20))
    assert {row.recipient for row in house.asked()[:1]} == {CHAIR}
    assert {row.recipient for row in house.asked()[1:]} == {"new@chair.example"}
    assert house.asked()[1].template == "follow-up-1"


@pytest.mark.promise("P5")
@pytest.mark.parametrize("known", [True, False])
def test_a_withdrawal_in_any_mail_takes_back_what_is_queued_and_planned(house: Years, known: bool) -> None:
    """By the officer of the case, or by a stranger whose mail only shares a telephone number with it."""
    case, mother, review, _ = asked_once(house)
    house.at = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)
    house.look()
    house.ring()  # the reminder is queued, and not sent yet
    assert house.asked()[1].state is OutboxState.QUEUED
    telephone = f"07700 900{int(case.id[-3:], 16) % 1000:03d}"

    house.takes(
        OFFICER if known else "cousin@mail.example",
        "She does not want any more contact.",
        kind=Kind.CASE_UPDATE,
        flags=(Flag.CONSENT_DECLINED,),
        facts=Facts(telephones=(telephone,)),
    )
    assert house.asked()[1].state is OutboxState.CANCELLED
    (word,) = [c for c in house.do(lambda work: work.consents(case.id)) if c.read_by_machine]
    assert (word.given, word.person_id, word.purpose) == (False, mother.id, "liaise_with_chair")
    assert not [one for one in follow_ups(house) if one.state in (ReminderState.WAITING, ReminderState.HELD)]
    house.accept_all()
    house.to(date(2027, 9, 1))
    assert len([row for row in house.asked() if row.state is OutboxState.SENT]) == 1
    house.permit(case, mother)
    house.do(lambda work: plan_follow_up(work, house.office, work.review(review.id), house.at))
    house.to(date(2027, 9, 10))
    assert len([row for row in house.asked() if row.state is OutboxState.SENT]) == 2


@pytest.mark.promise("P5")
def test_what_is_queued_is_taken_back_by_whatever_happens_before_it_leaves(house: Years) -> None:
    """The gate of dispatch asks again: here a human closes the case between queueing and sending."""
    case, _, _, _ = asked_once(house)
    house.at = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)
    house.look()
    house.ring()
    assert house.asked()[1].state is OutboxState.QUEUED
    house.do(lambda work: work.save_case(replace(work.case(case.id), state=CaseState.CLOSED, closed_at=house.at)))
    house.send()
    assert house.asked()[1].state is OutboxState.CANCELLED and "closed" in house.asked()[1].answer
    house.turn()  # the lead hears of it
    assert "notice-refused" in [row.template for row in house.rows(MailClass.NOTICE)]


@pytest.mark.promise("P5")
@pytest.mark.parametrize("sort", list(HoldSort))
def test_a_hold_keeps_what_is_queued_and_what_is_planned(house: Years, sort: HoldSort) -> None:
    case, _, _, _ = asked_once(house)
    house.at = datetime(2027, 2, 1, 9, 30, tzinfo=UTC)
    house.look()
    house.ring()
    hold = HoldRecord(house.ids.new(), sort, house.at, "Jo", case_id=case.id, why="for a test")
    house.do(lambda work: work.add_hold(hold))
    house.send()
    assert house.asked()[1].state is OutboxState.DEFERRED
    house.go(days=1)
    house.do(lambda work: work.end_hold(hold.id, "Jo", house.at))
    house.to(date(2027, 2, 4))
    assert house.asked()[1].state is OutboxState.SENT


def test_sensitive_days_weekends_and_nights_are_kept_free(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    first, last = date(2027, 1, 18), date(2027, 1, 20)
    day = SensitiveDay(house.ids.new(), first, last, DaySort.TRIAL, "Jo", case_id=case.id, note="the trial opens")
    house.do(lambda work: work.add_day(day))
    house.review(case)
    house.to(date(2027, 4, 1))
    days = [row.settled_at.astimezone(LONDON) for row in house.asked()]
    assert days[0].date() == date(2027, 1, 21)
    assert all(day.weekday() < 5 and 9 <= day.hour < 16 for day in days)


def test_a_chair_of_several_reviews_gets_one_question_a_day(house: Years) -> None:
    for _ in range(3):
        case, mother = house.family()
        house.permit(case, mother)
        house.review(case)
    house.to(date(2027, 1, 30))
    asked = house.asked()
    assert len(asked) == 3
    assert len({row.settled_at.date() for row in asked}) == 3


@pytest.mark.promise("P5")
def test_after_an_outage_no_burst_is_sent_and_what_is_stale_waits_for_a_human(house: Years) -> None:
    for number in range(4):
        case, mother = house.family()
        house.permit(case, mother)
        house.review(case, chair=f"chair{number}@chair.example")
    house.go(ring=False, days=66)  # ten days after the questions fell due
    house.turn()
    assert house.asked() == []
    held = [one for one in follow_ups(house) if one.state is ReminderState.HELD]
    assert len(held) == 4 and all("nothing could be sent" in one.gate for one in held)
    told = [row for row in house.rows(MailClass.NOTICE) if DecisionSort.STALE in row.key]
    assert len(told) == 4
    house.do(lambda work: work.release_reminder(held[0].id, house.at))
    house.to((house.at + timedelta(days=3)).date())
    assert len(house.asked()) == 1


@pytest.mark.promise("P5")
def test_nothing_leaves_while_nobody_looks_into_the_mailboxes(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    house.watched = False
    house.to(date(2027, 1, 19))
    assert house.asked() == []
    (planned,) = follow_ups(house)
    assert "not looked at" in planned.gate
    house.watched = True
    house.go(minutes=6)
    assert len(house.asked()) == 1


def test_a_review_that_ends_is_asked_nothing_more(house: Years) -> None:
    _, _, review, _ = asked_once(house)
    house.do(
        lambda work: work.save_review(
            replace(work.review(review.id), stage=ReviewStage.PUBLISHED, state=ReviewState.CLOSED, closed_at=house.at)
        )
    )
    house.to(date(2027, 12, 1))
    assert len(house.asked()) == 1


def test_another_relatives_permission_carries_on_what_one_has_withdrawn(house: Years) -> None:
    case, mother = house.family()
    father = replace(mother, id=house.ids.new(), name="Tom Sandell")
    house.do(lambda work: work.add_person(father))
    house.permit(case, mother)
    house.permit(case, father)
    house.review(case)
    house.permit(case, mother, given=False)
    house.do(lambda work: stop_for_family(work, house.office, case.id, "withdrawn", house.at))
    house.to(date(2027, 1, 20))
    assert len(house.asked()) == 1


@pytest.mark.promise("P7")
def test_a_risk_that_somebody_has_taken_still_keeps_questions_back(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    settled = house.takes(OFFICER, "She says she cannot go on.", kind=Kind.CASE_UPDATE, flags=(Flag.RISK,))
    assert settled.event.urgency is Urgency.NOW

    def take(work: Any) -> None:
        event = work.event(settled.event.id)
        work.save_event(replace(event, state=EventState.TAKEN, case_id=case.id))

    house.do(take)
    house.to(date(2027, 1, 25))
    assert house.asked() == []
    (planned,) = [one for one in follow_ups(house) if one.state is ReminderState.WAITING]
    assert "risk" in planned.gate
