"""What disturbs a story changes it only as it should: a question, two reminders, a human; and what stops or moves them.

Every disturbance forks the same house on 20 January 2027, when everything is permitted and confirmed, and lives until
12 May 2027. Undisturbed, four letters leave in that time; each test says which of them still leave, and what else does.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from mailflow.flow import triage
from mailflow.flow.dispatch import Posted, send_one
from mailflow.model.facts import Facts
from mailflow.model.life import DaySort, HoldSort
from mailflow.model.outgoing import MailClass, Uncertain
from mailflow.model.records import OutboxState, ReminderState
from mailflow.model.words import Consent, Flag, Kind, ReviewStage
from tests.support import long_case
from tests.support.long_case import (
    CHAIR,
    COORDINATOR,
    MOTHER,
    OFFICER,
    REFERRED,
    ROLES,
    case_of,
    last_question,
    review_of,
)
from tests.support.simulation import (
    LONDON,
    SimulatedCrash,
    Simulation,
    crash_at,
    moment,
    new_house,
    returned,
    written,
)

ASKS, REMINDS, AGAIN = "15 Mar the Chair follow-up-1", "31 Mar the Chair follow-up-2", "14 Apr the Chair follow-up-3"
HUMAN = "28 Apr the lead notice-decide"
UNDISTURBED = (ASKS, REMINDS, AGAIN, HUMAN)
END = date(2027, 5, 12)
FORKS = itertools.count(1)


@pytest.fixture(scope="module")
def permitted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """The house on the day on which everything is permitted."""
    sim = new_house(tmp_path_factory.mktemp("disturbed"), ROLES)
    for chapter in long_case.CHAPTERS[: long_case.CHAPTERS.index(long_case.permission) + 1]:
        chapter(sim)
    yield sim
    sim.close()


@pytest.fixture
def sim(permitted: Simulation) -> Iterator[Simulation]:
    fork = permitted.fork(f"fork{next(FORKS)}")
    yield fork
    fork.close()


def letters(sim: Simulation, since: date = date(2027, 1, 20)) -> tuple[str, ...]:
    """Day, receiver and letter of what left since then; deadlines of the review's clock go on undisturbed."""
    found = []
    for row in sim.left():
        assert row.data_started_at is not None
        day = row.data_started_at.astimezone(LONDON)
        if day.date() > since and row.template != "notice-deadline":
            found.append(f"{day:%d %b} {sim.roles.get(row.recipient.lower(), row.recipient)} {row.template}")
    return tuple(found)


def to_chair(sim: Simulation) -> tuple[str, ...]:
    return tuple(one for one in letters(sim) if "follow-up" in one)


def gates(sim: Simulation) -> str:
    """Why questions are silent, in words."""
    held = (ReminderState.WAITING, ReminderState.HELD)
    return "; ".join(one.gate for one in sim.do(lambda work: work.reminders(kinds=["follow_up"], states=held)))


def test_undisturbed_it_is_a_question_two_reminders_and_a_human(sim: Simulation) -> None:
    sim.live(END)
    assert letters(sim) == UNDISTURBED


# -- withdrawal, at every step, by hand and by mail -------------------------------------------------
STEPS = [(date(2027, 2, 10), 0), (date(2027, 3, 20), 1), (date(2027, 4, 5), 2), (date(2027, 4, 20), 3)]
"""A day, and how many letters had left by then."""
SAYS_NO = "An update: Ruth Sandell has asked me to tell you that she withdraws her consent.\n\nDC Amal Okoye\n"


def by_hand(sim: Simulation, purpose: str) -> None:
    sim.act(triage.withdraw_consent, case_of(sim).reference, purpose, person=MOTHER, how="on the telephone")


def by_mail(sim: Simulation, sender: str = OFFICER) -> None:
    sim.takes(
        written(sim, sender, SAYS_NO, subject=f"Re: {case_of(sim).reference}"),
        Kind.CASE_UPDATE,
        flags=(Flag.CONSENT_DECLINED,),
        facts=replace(REFERRED, consent=Consent.DECLINED),
    )


@pytest.mark.promise("P5")
@pytest.mark.parametrize("purpose", ["liaise_with_chair", "all"])
@pytest.mark.parametrize(("day", "left"), STEPS)
def test_a_withdrawal_by_hand_is_the_end_at_every_step(sim: Simulation, day: date, left: int, purpose: str) -> None:
    sim.live(day)
    by_hand(sim, purpose)
    sim.live(END)
    assert to_chair(sim) == UNDISTURBED[:left]


@pytest.mark.promise("P5")
@pytest.mark.parametrize(("day", "left"), STEPS)
def test_a_withdrawal_by_mail_is_the_end_at_every_step(sim: Simulation, day: date, left: int) -> None:
    sim.live(day)
    by_mail(sim)
    assert not [row for row in sim.rows(MailClass.FOLLOW_UP) if row.state in (OutboxState.QUEUED, OutboxState.DEFERRED)]
    sim.live(day + timedelta(days=1))
    sim.triage_all()  # somebody has looked at the mail, and recorded nothing
    sim.live(END)
    assert to_chair(sim) == UNDISTURBED[:left]


@pytest.mark.promise("P5")
def test_a_withdrawal_between_queue_and_courier_takes_the_question_back(sim: Simulation) -> None:
    sim.live(date(2027, 3, 14))
    sim.sleep(moment(date(2027, 3, 15), 9))
    sim.look()
    assert sim.ring() >= 1
    assert sim.rows(MailClass.FOLLOW_UP)[-1].state is OutboxState.QUEUED
    by_hand(sim, "liaise_with_chair")
    sim.live(END)
    assert to_chair(sim) == ()
    assert sim.rows(MailClass.FOLLOW_UP)[-1].state is OutboxState.CANCELLED


# -- answers ------------------------------------------------------------------------------------
ANSWER = "Thank you. The panel works on the chronologies.\n\nHilary Marsh\nIndependent Chair\n"


def reply(sim: Simulation, sender: str, *, thread: bool = True, text: str = ANSWER) -> None:
    raw = written(
        sim, sender, text, subject=f"Re: review ({review_of(sim)})", answers=last_question(sim) if thread else None
    )
    sim.takes(raw, Kind.REVIEW_UPDATE)
    sim.triage_all()
    long_case.accept_proposals(sim)


@pytest.mark.parametrize("thread", [True, False])
def test_an_answer_ends_the_round_and_the_next_comes_eight_weeks_later(sim: Simulation, thread: bool) -> None:
    sim.live(date(2027, 3, 22))
    reply(sim, f"<{CHAIR}>", thread=thread)
    sim.live(date(2027, 5, 18))
    assert to_chair(sim) == (ASKS, "17 May the Chair follow-up-1")


def test_an_answer_by_somebody_else_holds_and_a_human_lets_it_go_on(sim: Simulation) -> None:
    sim.live(date(2027, 3, 22))
    reply(sim, "Toby Wren <toby.wren@elsewhere.example>")
    sim.live(date(2027, 4, 12))
    assert to_chair(sim) == (ASKS,)
    assert "held" in gates(sim)
    assert long_case.release_holds(sim) == 1
    sim.live(END)
    assert len(to_chair(sim)) == 3


def test_an_unread_answer_silences_until_a_human_reads_it(sim: Simulation) -> None:
    sim.live(date(2027, 3, 22))
    raw = written(sim, f"<{CHAIR}>", ANSWER, subject="Re: review", answers=last_question(sim))
    sim.takes(raw, Kind.REVIEW_UPDATE)
    sim.live(date(2027, 4, 5))
    assert to_chair(sim) == (ASKS,)
    assert "notice-untriaged" in " ".join(letters(sim))


# -- holds --------------------------------------------------------------------------------------
@pytest.mark.promise("P5")
@pytest.mark.parametrize("on", ["case", "review"])
@pytest.mark.parametrize("sort", list(HoldSort))
def test_a_hold_of_every_sort_silences_until_it_is_released(sim: Simulation, sort: HoldSort, on: str) -> None:
    sim.live(date(2027, 2, 1))
    name = case_of(sim).reference if on == "case" else review_of(sim)
    hold = sim.act(triage.add_hold, name, sort, why="told on the telephone")
    sim.live(date(2027, 3, 22))
    assert letters(sim) == ()
    assert "held" in gates(sim)
    sim.act(triage.release_hold, hold.id, why="it is over")
    sim.live(date(2027, 3, 25))
    assert len(to_chair(sim)) <= 1


def test_a_hold_that_ends_by_itself_delays_and_nothing_else(sim: Simulation) -> None:
    sim.act(
        triage.add_hold,
        review_of(sim),
        HoldSort.FAMILY_REQUEST,
        why="after the funeral",
        until=moment(date(2027, 3, 17), 12),
    )
    sim.live(date(2027, 3, 19))
    assert to_chair(sim) == ("17 Mar the Chair follow-up-1",)


# -- absence, change, bounce --------------------------------------------------------------------
def away(sim: Simulation, text: str) -> None:
    raw = written(sim, f"<{CHAIR}>", text, subject="Automatic reply", answers=last_question(sim), extra=long_case.AWAY)
    sim.takes(raw, Kind.AUTO_REPLY)
    sim.triage_all()


@pytest.mark.promise("P6")
def test_leave_without_a_day_counts_two_weeks(sim: Simulation) -> None:
    sim.live(date(2027, 3, 25))
    away(sim, "I am on annual leave and will answer when I am back.")
    sim.live(END)
    first, second, third = to_chair(sim)
    assert (first, second) == (ASKS, "08 Apr the Chair follow-up-2")
    assert third.endswith("follow-up-3")


@pytest.mark.promise("P6")
def test_leave_with_a_day_counts_until_that_day(sim: Simulation) -> None:
    sim.live(date(2027, 3, 25))
    away(sim, "I am out of the office until 20 April 2027.")
    sim.live(date(2027, 4, 22))
    assert to_chair(sim) == (ASKS, "21 Apr the Chair follow-up-2")


@pytest.mark.promise("P5")
def test_a_chair_who_has_left_gets_nothing_more(sim: Simulation) -> None:
    sim.live(date(2027, 3, 25))
    away(sim, "I have left this organisation and my mailbox is not monitored any more.")
    sim.live(END)
    assert to_chair(sim) == (ASKS,)


@pytest.mark.promise("P5")
def test_a_new_chair_gets_nothing_before_the_address_is_confirmed(sim: Simulation) -> None:
    sim.live(date(2027, 3, 18))
    new = triage.NewPerson("Devon Achebe", email=long_case.NEXT_CHAIR)
    sim.act(triage.change_chair, review_of(sim), new, why="the partnership told us")
    sim.live(END)
    assert to_chair(sim) == (ASKS,)
    sim.act(triage.confirm_chair, review_of(sim))
    sim.live(date(2027, 5, 14))
    assert to_chair(sim) == (ASKS, "12 May the next Chair follow-up-1")


@pytest.mark.promise("P5")
def test_a_bounce_silences_until_the_address_is_corrected_and_confirmed(sim: Simulation) -> None:
    sim.live(date(2027, 3, 16))
    sim.takes(returned(sim, last_question(sim)), Kind.BOUNCE)
    sim.triage_all()
    sim.live(date(2027, 4, 6))
    assert to_chair(sim) == (ASKS,)
    new = {"email": "h.marsh@chairs.example"}
    sim.act(triage.correct_review_person, review_of(sim), "Hilary Marsh", new, why="it had changed")
    sim.live(date(2027, 4, 8))
    assert to_chair(sim) == (ASKS,)
    sim.act(triage.confirm_chair, review_of(sim))
    long_case.release_holds(sim)
    sim.triage_all()
    sim.live(date(2027, 7, 1))
    assert "h.marsh@chairs.example" in to_chair(sim)[1]


# -- outages, crashes, two processes ------------------------------------------------------------
@pytest.mark.promise("P10")
def test_ten_days_down_send_no_burst_and_what_is_stale_goes_to_a_human(sim: Simulation) -> None:
    sim.live(date(2027, 3, 11))
    sim.sleep(date(2027, 3, 22))
    sim.live(END)
    assert letters(sim) == ("22 Mar the lead notice-decide",)
    held = sim.do(lambda work: work.reminders(kinds=["follow_up"], states=[ReminderState.HELD]))
    assert len(held) == 1
    sim.act(triage.release_reminder, held[0].id, why="it may go")
    sim.live(END + timedelta(days=2))
    assert to_chair(sim) == ("12 May the Chair follow-up-1",)


def test_a_day_down_delays_by_a_day(sim: Simulation) -> None:
    sim.live(date(2027, 3, 14))
    sim.sleep(date(2027, 3, 16))
    sim.live(date(2027, 3, 17))
    assert letters(sim) == ("16 Mar the Chair follow-up-1",)


@pytest.mark.promise("P2")
def test_two_processes_that_ring_and_send_at_once_ask_once(sim: Simulation) -> None:
    sim.live(date(2027, 3, 14))
    sim.sleep(moment(date(2027, 3, 15), 9))
    sim.look()
    threads = [
        threading.Thread(target=work)
        for name in ("one", "two")
        for work in (partial(sim.ring, name), partial(_send_all, sim, name))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    sim.live(END)
    assert letters(sim) == UNDISTURBED


def _send_all(sim: Simulation, owner: str) -> None:
    for _ in range(20):
        if send_one(sim.dispatch(owner)) is Posted.STOPPED:
            return


@pytest.mark.promise("P2")
@pytest.mark.parametrize("point", ["remind.claimed", "remind.before_commit", "remind.settled"])
def test_a_crash_while_ringing_asks_once(sim: Simulation, point: str) -> None:
    sim.live(date(2027, 3, 14))
    sim.sleep(moment(date(2027, 3, 15), 9))
    sim.look()
    with pytest.raises(SimulatedCrash):
        sim.ring(reached=crash_at(point))
    sim.sleep(moment(date(2027, 3, 15), 9, 10))
    sim.live(END)
    assert letters(sim) == UNDISTURBED


@pytest.mark.promise("P2")
@pytest.mark.parametrize(
    ("point", "left"),
    [
        ("dispatch.claimed", UNDISTURBED),
        ("dispatch.recipient_accepted", UNDISTURBED),
        ("dispatch.data_started", None),
        ("dispatch.answered", None),
        ("dispatch.recorded", UNDISTURBED),
    ],
)
def test_a_crash_while_sending_asks_once_or_leaves_it_to_a_human(
    sim: Simulation, point: str, left: tuple[str, ...] | None
) -> None:
    sim.live(date(2027, 3, 14))
    sim.sleep(moment(date(2027, 3, 15), 9))
    sim.look()
    sim.ring()
    with pytest.raises(SimulatedCrash):
        sim.send(reached=crash_at(point))
    sim.sleep(moment(date(2027, 3, 15), 9, 30))
    sim.live(END)
    if left is not None:
        assert letters(sim) == left
    else:
        assert to_chair(sim) == (ASKS,)
        assert sim.rows(MailClass.FOLLOW_UP)[-1].state is OutboxState.UNCERTAIN


def test_an_uncertain_question_is_never_sent_blindly_and_a_human_settles_it(sim: Simulation) -> None:
    sim.courier.answer(CHAIR, Uncertain("the connection broke after DATA"))
    sim.live(date(2027, 4, 1))
    assert to_chair(sim) == (ASKS,)
    row = sim.rows(MailClass.FOLLOW_UP)[-1]
    sim.act(triage.settle_mail, row.id, triage.Fate("sent"), why="the Chair says that it came")
    sim.triage_all()
    sim.live(date(2027, 5, 28))
    assert to_chair(sim) == (ASKS, "27 May the Chair follow-up-1")  # that round is over: eight weeks from the settling


# -- what lies unread, unseen or stopped --------------------------------------------------------
def test_a_mail_that_is_stuck_silences_everything_to_chairs(sim: Simulation) -> None:
    sim.live(date(2027, 3, 14))
    sim.arrive(written(sim, OFFICER, "This one breaks its reader."))
    sim.live(date(2027, 3, 16))
    assert to_chair(sim) == ()
    assert "notice-stuck" in " ".join(letters(sim))


def test_a_mailbox_that_nobody_looks_into_silences(sim: Simulation) -> None:
    sim.live(date(2027, 3, 14))
    sim.watched = False
    sim.live(moment(date(2027, 3, 15), 12))
    assert to_chair(sim) == ()
    assert "a folder was not looked at" in gates(sim)
    sim.watched = True
    sim.live(date(2027, 3, 16))
    assert to_chair(sim) == (ASKS,)


@pytest.mark.promise("P7")
def test_a_risk_mail_that_is_open_silences_and_alerts(sim: Simulation) -> None:
    sim.live(date(2027, 3, 12))
    raw = written(sim, OFFICER, "She says that she cannot go on.", subject=f"Re: {case_of(sim).reference}")
    event = sim.takes(raw, Kind.CASE_UPDATE, flags=(Flag.RISK,), facts=REFERRED)
    sim.live(moment(date(2027, 3, 12), 12))
    sim.act(triage.take, event.reference)
    sim.act(triage.link, event.reference, case_of(sim).reference)
    sim.live(date(2027, 3, 18))
    assert to_chair(sim) == ()
    assert "12 Mar who is on call alert-risk" in letters(sim)


@pytest.mark.promise("P5")
def test_an_event_that_may_belong_to_the_case_silences_until_somebody_looks(sim: Simulation) -> None:
    sim.live(date(2027, 3, 12))
    raw = written(sim, "Rae Holm <rae.holm@elsewhere.example>", "About Peter Sandell, who died on 2 November 2026.")
    sim.takes(raw, Kind.ENQUIRY, facts=Facts(sender_type=REFERRED.sender_type, victim=REFERRED.victim))
    sim.live(date(2027, 3, 17))
    assert to_chair(sim) == ()
    assert "may belong to the case" in gates(sim)
    sim.triage_all()
    sim.live(date(2027, 3, 19))
    assert len(to_chair(sim)) == 1


def test_a_duplicate_referral_by_the_partnership_opens_a_doubt_and_sends_nothing_to_the_chair(sim: Simulation) -> None:
    sim.live(date(2027, 3, 12))
    raw = written(sim, COORDINATOR, long_case.REFERRAL, subject="Referral")
    sim.takes(raw, Kind.REFERRAL, facts=REFERRED, to="hssupport")
    assert letters(sim) == ("12 Mar the partnership receipt-referral",)
    sim.live(date(2027, 3, 16))
    assert to_chair(sim) == ()


@pytest.mark.promise("P6")
def test_the_global_stop_holds_a_week_and_nothing_bursts(sim: Simulation) -> None:
    sim.live(date(2027, 3, 12))
    sim.do(lambda work: work.set_stopped("we are looking at something"))
    sim.live(date(2027, 3, 19))
    assert letters(sim) == ()
    sim.do(lambda work: work.set_stopped(""))
    sim.live(date(2027, 3, 23))
    assert len(to_chair(sim)) <= 1


@pytest.mark.promise("P6")
def test_a_flood_of_one_sender_stops_all_sending(sim: Simulation) -> None:
    sim.live(moment(date(2027, 3, 15), 8, 50))
    for number in range(sim.office.policy.sending.flood_mails):
        raw = written(sim, "<robot@kent.police.uk>", f"Number {number}: how do we refer?", subject="A question")
        sim.arrive(sim.reads(raw, Kind.ENQUIRY))
    sim.take_in()
    for hour in (9, 12, 15):
        sim.sleep(date(2027, 3, 15), hour)
        sim.turn()
    assert to_chair(sim) == ()
    assert "one sender" in sim.do(lambda work: work.stopped())
    assert [one for one in letters(sim) if "the lead notice-decide" in one or "the deputy notice-decide" in one]


# -- days ---------------------------------------------------------------------------------------
def test_a_sensitive_day_moves_the_question_to_the_day_after(sim: Simulation) -> None:
    sim.act(triage.add_day, case_of(sim).reference, date(2027, 3, 15), DaySort.BIRTHDAY)
    sim.live(date(2027, 3, 18))
    assert to_chair(sim) == ("16 Mar the Chair follow-up-1",)


# -- permission ---------------------------------------------------------------------------------
def test_a_consent_that_expires_before_the_question_stops_it(sim: Simulation) -> None:
    by_hand(sim, "liaise_with_chair")
    sim.live(date(2027, 1, 21))
    sim.act(
        triage.record_consent,
        case_of(sim).reference,
        "liaise_with_chair",
        person=MOTHER,
        how="until the hearing",
        ends_on=date(2027, 3, 31),
    )
    sim.live(END)
    assert [one for one in to_chair(sim) if " Apr " in one or " May " in one] == []


def test_a_condition_permits_nothing_yet(sim: Simulation) -> None:
    by_hand(sim, "liaise_with_chair")
    sim.live(date(2027, 1, 21))
    case = case_of(sim).reference
    sim.act(triage.record_consent, case, "liaise_with_chair", person=MOTHER, how="said", condition="after the funeral")
    sim.live(END)
    assert to_chair(sim) == ()


@pytest.mark.promise("P5")
def test_a_relative_who_wishes_otherwise_ends_the_round_and_a_human_hears_of_the_conflict(sim: Simulation) -> None:
    sim.live(date(2027, 3, 20))
    case = case_of(sim).reference
    sim.act(triage.record_consent, case, "liaise_with_chair", person="Ines Dray", given=False, how="on the telephone")
    sim.live(END)
    assert to_chair(sim) == (ASKS, "10 May the Chair follow-up-1")
    standing = triage.ledger(sim.desk(), "Jo Brandt", case)
    assert standing.may_ask_chair
    assert standing.conflicts


# -- files --------------------------------------------------------------------------------------
@pytest.mark.promise("P5")
def test_a_review_that_the_case_does_not_wait_for_is_asked_nothing(sim: Simulation) -> None:
    sim.live(date(2027, 3, 20))
    sim.act(triage.unlink_review, review_of(sim), case_of(sim).reference, why="another family's")
    sim.live(END)
    assert to_chair(sim) == (ASKS,)


def test_a_review_that_is_not_held_is_asked_nothing(sim: Simulation) -> None:
    sim.live(date(2027, 3, 20))
    sim.act(triage.set_stage, review_of(sim), ReviewStage.NOT_HELD, why="the partnership decided")
    sim.live(END)
    assert to_chair(sim) == (ASKS,)


def test_a_chair_whose_service_ends_is_asked_nothing(sim: Simulation) -> None:
    sim.live(date(2027, 3, 20))
    sim.act(triage.end_service, review_of(sim), "Hilary Marsh", why="the partnership told us")
    sim.live(END)
    assert to_chair(sim) == (ASKS,)
