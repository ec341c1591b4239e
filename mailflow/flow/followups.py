"""Progress questions to Chairs: what the gate is told of the world, what rings, what the gate of dispatch asks again.

The rules are pure and stand in ``followup`` (gate, rhythm, days) and ``cases`` (permission). Here the store's rows
become one :class:`FollowUpView`; the same view is asked when a question is planned (``planning``), when it is queued
(:func:`ring_follow_up`) and right before it leaves (:func:`may_leave`): the world changes meanwhile (P5).

A *round* is a question and its reminders; keys are ``followup:<review>:<round>:<number>``, for the reminder that rings
and for the mail that it queues, so each leaves once at most (P2). Number 0 asks, 1 and 2 remind, 3 tells a human.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mailflow.followup import (
    FollowUpView,
    Gate,
    Shut,
    StepSort,
    follow_up_gate,
    follow_up_key,
    london_day,
    next_check,
    next_in_round,
    next_try,
    stale,
)
from mailflow.model.decision import ReminderKind
from mailflow.model.letter import DecisionSort
from mailflow.model.life import HoldRecord, ProposalState, ReviewPersonRecord, ReviewRecord
from mailflow.model.outgoing import MailClass
from mailflow.model.records import EventState, OutboxRecord, OutboxState, ReminderRecord, ReminderState
from mailflow.model.words import Flag

from .files import address_key
from .letters import Office, follow_up, notice
from .planning import Standing, plan_follow_up, standing
from .ports import Work
from .rungs import done, silent

LEFT = frozenset({OutboxState.SENT, OutboxState.UNCERTAIN})
"""States of a mail that has left or may have."""
PENDING = frozenset({OutboxState.QUEUED, OutboxState.SENDING, OutboxState.DEFERRED, OutboxState.UNCERTAIN})
"""States of a mail of which the end is not known."""
OVER = frozenset(
    {
        Shut.REVIEW_CLOSED,
        Shut.STAGE_ENDED,
        Shut.CASE_CLOSED,
        Shut.ROUND_OVER,
    }
)
"""What ends a round: it is not asked again whether it may go on."""
FOR_GOOD = OVER | {Shut.NO_PERMISSION, Shut.NO_CHAIR, Shut.ADDRESS_UNCONFIRMED, Shut.SUPPRESSED, Shut.GONE}
"""What takes a mail that is queued back: it was written on a ground that is no more."""
STALE_WHY = "it fell due while nothing could be sent: a human decides whether it still goes"
CHAIR_LEFT = "the Chair has left"
MOST_OPEN = 500
"""Open events that are looked at for risk and for a Chair's answer."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question or reminder as it stands at a moment."""

    review: ReviewRecord
    seen: Standing
    view: FollowUpView
    gate: Gate


def round_of(key: str) -> tuple[int, int]:
    """(round, number) of a key. ``ValueError`` for a key that is none of ours."""
    parts = key.split(":")
    if len(parts) != 4 or parts[0] != "followup":
        raise ValueError("this is no key of a follow-up")
    return int(parts[2]), int(parts[3])


def asking(work: Work, office: Office, review: ReviewRecord, key: str, now: datetime, *, besides: str = "") -> Asking:
    """Ask the gate about one question or reminder; ``besides``: the outbox row that is asked about."""
    seen = standing(work, review, now)
    view = _view(work, office, review, seen, round_of(key), now, besides)
    return Asking(review, seen, view, follow_up_gate(view, office.policy.follow_ups, office.calendar(now)))


def _view(
    work: Work,
    office: Office,
    review: ReviewRecord,
    seen: Standing,
    place: tuple[int, int],
    now: datetime,
    besides: str,
) -> FollowUpView:
    policy = office.policy.follow_ups
    waiting = [case for case in work.cases_of(review.id) if not case.merged_into]
    rows = [row for row in work.outbox_of(review_id=review.id) if row.mail_class is MailClass.FOLLOW_UP]
    sent = [row.settled_at for row in rows if row.state in LEFT and row.settled_at is not None]
    question = next((row for row in rows if row.key == follow_up_key(review.id, place[0], 0)), None)
    chair = seen.chair
    address = address_key(work, chair.email) if chair is not None and chair.email else None
    noted = work.absence(address) if address is not None else None
    since, until, gone = noted if noted is not None else (None, None, False)
    open_cases = {case.id for case in seen.cases}
    events = [event for event in work.queue(limit=MOST_OPEN) if event.state is not EventState.CLOSED]
    theirs = chair.email.lower() if chair is not None else ""
    last_sent = max(sent, default=None)
    return FollowUpView(
        now=now,
        stage=review.stage,
        review_state=review.state,
        stopped=bool(work.stopped()),
        cases=tuple(case.state for case in waiting),
        permitted=seen.liaison.granted,
        permitted_why=seen.liaison.why,
        chair_serves=chair is not None,
        address_confirmed=seen.confirmed,
        suppressed=address is not None and work.is_suppressed(address),
        holds=_holds(work, review, seen, [case.id for case in waiting]),
        absent_since=since,
        absent_until=until,
        gone=gone,
        watched=tuple(office.addresses),
        freshness=tuple(folder for folder in work.freshness() if folder.mailbox in office.addresses),
        waiting_mails=work.waiting_mails(now - timedelta(minutes=policy.freshness_minutes)),
        untriaged=len(work.untriaged_of([case.id for case in waiting])),
        risk_open=sum(event.case_id in open_cases and Flag.RISK in event.flags for event in events),
        proposals_open=len(work.proposals(review_id=review.id, states=[ProposalState.OPEN])),
        reply_waiting=bool(theirs)
        and any(
            event.sender_address.lower() == theirs
            and event.state is EventState.UNTRIAGED
            and (last_sent is None or event.created_at > last_sent)
            for event in events
        ),
        unsettled=sum(row.state in PENDING and row.id != besides for row in rows),
        number=place[1],
        asked_at=question.settled_at if question is not None and question.state is OutboxState.SENT else None,
        last_sent_at=last_sent,
        last_answer_at=last_answer(work, review.id),
        named=review.next_on,
        days=seen.days,
    )


def _holds(work: Work, review: ReviewRecord, seen: Standing, case_ids: list[str]) -> tuple[HoldRecord, ...]:
    """Holds on the review, its cases, its Chair, or a relative whose permission counts."""
    found = [*work.holds(review_id=review.id), *(hold for one in case_ids for hold in work.holds(case_id=one))]
    counts = {"", *seen.liaison.given_by, *((seen.chair.id,) if seen.chair is not None else ())}
    return tuple(hold for hold in found if hold.person_id in counts)


def last_answer(work: Work, review_id: str) -> datetime | None:
    """When somebody who serves a review last wrote, as its history and its proposals tell."""
    said = [c.at for c in work.changes(review_id=review_id) if c.act == "reply" and c.after == "serving"]
    said += [proposal.made_at for proposal in work.proposals(review_id=review_id)]
    return max(said, default=None)


# -- ringing ------------------------------------------------------------------------------------
def ring_follow_up(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A question, a reminder of it, or a human's turn is due: ask the gate, queue it, or say why not."""
    review = work.review(reminder.review_id)
    number = round_of(reminder.key)[1]
    calendar, policy = office.calendar(now), office.policy.follow_ups
    asked = asking(work, office, review, reminder.key, now)
    over = [says for says, code in zip(asked.gate.reasons, asked.gate.codes, strict=True) if code in OVER]
    chair = asked.seen.chair
    if number > len(policy.reminder_working_days):
        return _human_takes_over(work, reminder, review, asked.view, office, now)
    if over:
        return done(reminder, over[0], now)
    if chair is not None and reminder.person_id and chair.id != reminder.person_id:
        return done(reminder, "somebody else chairs the review now", now)
    if stale(reminder.due, now, calendar, policy.stale_working_days):
        _tell(work, office, reminder, review, DecisionSort.STALE, now)
        return replace(reminder, state=ReminderState.HELD, gate=STALE_WHY)
    if not asked.gate.open:
        if Shut.GONE in asked.gate.codes and not reminder.gate.startswith(CHAIR_LEFT):
            _tell(work, office, reminder, review, DecisionSort.CHAIR_LEFT, now)
        first = CHAIR_LEFT + "; " if Shut.GONE in asked.gate.codes else ""
        return silent(reminder, first + "; ".join(asked.gate.reasons), next_check(asked.gate, now, calendar))
    assert chair is not None
    taken = days_taken(work, review, chair)
    if london_day(now) in taken:
        due = next_try(now, policy, calendar, asked.seen.days, taken)
        return silent(reminder, "the Chair gets another question of ours that day", due)
    _queue(work, office, reminder, review, chair, asked.seen, now)
    return done(reminder, reminder.why, now)


def _queue(
    work: Work,
    office: Office,
    reminder: ReminderRecord,
    review: ReviewRecord,
    chair: ReviewPersonRecord,
    seen: Standing,
    now: datetime,
) -> None:
    round_number, number = round_of(reminder.key)
    first = follow_up_key(review.id, round_number, 0)
    question = next((row for row in work.outbox_of(review_id=review.id) if row.key == first), None)
    case_id = seen.cases[0].id if len(seen.cases) == 1 else ""
    row = follow_up(work, office, review, chair, number, reminder.key, now, case_id=case_id, answers=question)
    work.queue_mail(row)


def days_taken(work: Work, review: ReviewRecord, chair: ReviewPersonRecord) -> frozenset[date]:
    """Days in London on which a question of ours went, or will go, to the same Chair about another review."""
    taken = set()
    for other in work.reviews_of_address(address_key(work, chair.email)):
        if other.id != review.id:
            for row in work.outbox_of(review_id=other.id):
                if row.mail_class is MailClass.FOLLOW_UP and row.state in (LEFT | PENDING):
                    taken.add(london_day(row.settled_at or row.created_at))
    return frozenset(taken)


def plan_next(work: Work, office: Office, reminder: ReminderRecord, now: datetime) -> None:
    """What follows a reminder that is done: the next step of its round, else the next question."""
    review = work.review(reminder.review_id)
    round_number, number = round_of(reminder.key)
    rows = {row.key: row for row in work.outbox_of(review_id=review.id)}
    queued = rows.get(reminder.key)
    if queued is None or queued.state is OutboxState.CANCELLED:
        if number <= len(office.policy.follow_ups.reminder_working_days):
            plan_follow_up(work, office, review, now)
        return
    question = rows.get(follow_up_key(review.id, round_number, 0))
    asked_at = now if number == 0 or question is None else question.settled_at or now
    seen = standing(work, review, now)
    step = next_in_round(asked_at, now, number, False, office.policy.follow_ups, office.calendar(now), seen.days)
    if step.sort is not StepSort.NONE and step.due is not None:
        work.add_reminder(
            ReminderRecord(
                id=office.ids.new(),
                kind=ReminderKind.FOLLOW_UP,
                event_id="",
                case_id="",
                key=follow_up_key(review.id, round_number, number + 1),
                due=step.due,
                state=ReminderState.WAITING,
                why=step.why,
                review_id=review.id,
                person_id=reminder.person_id,
            )
        )


def _human_takes_over(
    work: Work, reminder: ReminderRecord, review: ReviewRecord, view: FollowUpView, office: Office, now: datetime
) -> ReminderRecord:
    """The question and two reminders went unanswered: never a third."""
    answered = view.last_answer_at is not None and view.asked_at is not None and view.last_answer_at > view.asked_at
    if answered or view.asked_at is None:
        return done(reminder, "the round is over", now)
    _tell(work, office, reminder, review, DecisionSort.NO_ANSWER, now)
    return done(reminder, "no answer to the question and its reminders: a human takes over", now)


def _tell(
    work: Work, office: Office, reminder: ReminderRecord, review: ReviewRecord, sort: DecisionSort, now: datetime
) -> None:
    if office.staff.lead:
        key = f"decide:{reminder.id}:{sort}:{london_day(now)}"
        lead, reference = office.staff.lead, review.reference
        work.queue_mail(
            notice(office, "notice-decide", lead, key, now, about=reminder, reference=reference, decision=sort)
        )


# -- leaving ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Leaving:
    """What the gate of dispatch hears of a question that is about to leave."""

    why: str
    """Empty: it may."""
    until: datetime | None
    """When to ask again; ``None`` with a reason: never."""


def may_leave(work: Work, office: Office, row: OutboxRecord, now: datetime) -> Leaving:
    """Ask everything again right before a question leaves (P5)."""
    if not row.review_id:
        return Leaving("a question to a Chair belongs to a review, and this one names none", None)
    review = work.review(row.review_id)
    asked = asking(work, office, review, row.key, now, besides=row.id)
    calendar = office.calendar(now)
    chair = asked.seen.chair
    if chair is None or chair.id != row.person_id or chair.email.lower() != row.recipient.lower():
        return Leaving("somebody else chairs the review now, or their address has changed", None)
    if asked.gate.open:
        taken = days_taken(work, review, chair)
        if london_day(now) in taken:
            due = next_try(now, office.policy.follow_ups, calendar, asked.seen.days, taken)
            return Leaving("the Chair gets another question of ours that day", due)
        return Leaving("", None)
    why = "; ".join(asked.gate.reasons)
    if FOR_GOOD & set(asked.gate.codes):
        return Leaving(why, None)
    if stale(row.created_at, now, calendar, office.policy.follow_ups.stale_working_days):
        return Leaving(f"it waited too long: {why}", None)
    return Leaving(why, next_check(asked.gate, now, calendar))
