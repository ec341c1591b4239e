"""Planning: the reminders that begin with an act or a mail, and the stopping of what was planned.

Shared by ``triage`` and by the journeys that settle and ring. All inside the caller's transaction; none sends. Keys:

=====================================  =============================================================
``<case id>:first_contact``            somebody speaks to the family for the first time
``<case id>:revisit:<n>``              an offer that was declined is looked at again
``<consent id>:review``                a permission is asked about again
``<case id>:retention``                a closed case has been kept for its time
``review:<review id>:<milestone>``     the statutory clock of a review, or a day that its Chair named
``followup:<review id>:<round>:<n>``   a question to a Chair (0) and its reminders (1, 2)
``<event id>:rights``                  a rights request; it moves from one day of its clock to the next
``<event id>:breach``                  a breach of personal data; likewise
=====================================  =============================================================

A key names one row for ever (P2): a promise that is made anew after it was kept or cancelled gets ``#2`` … behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from mailflow.cases import ENDED_STAGES, Liaison, liaison, recorded_by_human
from mailflow.errors import NotFound
from mailflow.followup import (
    ClockWarning,
    Milestone,
    Question,
    at_hour,
    breach_warnings,
    calendar_for,
    consent_review_due,
    decision_due,
    first_contact_due,
    follow_up_key,
    london_day,
    next_question,
    next_try,
    next_warning,
    retention,
    review_milestones,
    revisit_due,
    rights_clock,
    working_day_before,
)
from mailflow.followup.days import within
from mailflow.model.decision import ReminderKind
from mailflow.model.life import ReviewPersonRecord, ReviewRecord, ReviewRole, ReviewState, SensitiveDay
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    EventRecord,
    OutboxState,
    PersonRecord,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import RecordType, ReviewStage
from mailflow.syntax.working import WorkingCalendar

from .files import stop_automatic_mail
from .ports import Ids, Work

LIVING = (ReminderState.WAITING, ReminderState.HELD)
"""States of a reminder that will ring, or may."""
OFFERS = ("referral", "contact")
"""Purposes of which a no declines what the service offers (domain.md §10, C1 and C2)."""
MOST_RENEWALS = 1_000
"""How often one promise is made anew: a bound for a loop that a mistake would make endless."""
REPORT_IS_OUT = frozenset(
    {
        ReviewStage.SUBMITTED,
        ReviewStage.RETURNED,
        ReviewStage.APPROVED,
        ReviewStage.PUBLISHED,
        ReviewStage.NOT_HELD,
    }
)
"""Stages in which the statutory clock has nothing more to tell: the report was written, or there is none."""
BEFORE_DECISION = frozenset({ReviewStage.NOTIFIED, ReviewStage.DECISION_PENDING})
QUARTERS_AHEAD = timedelta(days=366 * 2)
"""How far ahead the next milestone is sought: there is one each quarter, and one a year after a late entry."""
EXTENDED = "rights_extended"
"""The act in an event's history that tells that a rights request takes longer."""


class Plans(Protocol):
    """What planning needs beside a transaction: a desk and an office both have it."""

    @property
    def ids(self) -> Ids:
        """Where ids of rows come from."""
        ...

    @property
    def policy(self) -> Policy:
        """The rhythms and clocks."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review stands on: its Chair, the cases that count, and what their families permit today."""

    chair: ReviewPersonRecord | None
    """Who chairs it now."""
    cases: tuple[CaseRecord, ...]
    """The cases that wait for it, without closed and merged ones."""
    people: tuple[PersonRecord, ...]
    consents: tuple[ConsentRecord, ...]
    liaison: Liaison
    days: tuple[SensitiveDay, ...]
    """Days of the review and of its cases that are kept free."""

    @property
    def confirmed(self) -> bool:
        """True when a human has confirmed the address of whoever chairs it."""
        return self.chair is not None and bool(self.chair.email) and bool(self.chair.address_confirmed_by)


# -- follow-ups ---------------------------------------------------------------------------------
def standing(work: Work, review: ReviewRecord, now: datetime) -> Standing:
    """What a review stands on, as the store knows it at ``now``."""
    serving = [p for p in work.people_of_review(review.id) if p.role is ReviewRole.CHAIR and p.until is None]
    cases = tuple(c for c in work.cases_of(review.id) if c.state is not CaseState.CLOSED and not c.merged_into)
    people = tuple(person for case in cases for person in work.people(case.id))
    consents = tuple(consent for case in cases for consent in work.consents(case.id))
    days = (*work.days(review_id=review.id), *(day for case in cases for day in work.days(case_id=case.id)))
    return Standing(
        chair=serving[-1] if serving else None,
        cases=cases,
        people=people,
        consents=consents,
        liaison=liaison(consents, people, london_day(now)),
        days=days,
    )


def plan_follow_up(
    work: Work, plans: Plans, review: ReviewRecord, now: datetime, *, last: datetime | None = None
) -> ReminderRecord | None:
    """Plan the next question to the Chair of a review, where permission, Chair, address and stage are there.

    ``None`` where something of that is missing, or where a question or reminder is planned already. ``last``: when
    anything was last said, if the caller knows better than what is stored. A due time that has passed is moved to
    the next moment at which a question may leave.
    """
    seen = standing(work, review, now)
    if review.state is not ReviewState.OPEN or not seen.liaison.granted or not seen.confirmed:
        return None
    if work.reminders(review_id=review.id, kinds=[ReminderKind.FOLLOW_UP], states=LIVING):
        return None
    question = _question(plans, review, last or last_word(work, review, seen), seen.days, now)
    if question is None:
        return None
    assert seen.chair is not None
    reminder = ReminderRecord(
        id=plans.ids.new(),
        kind=ReminderKind.FOLLOW_UP,
        event_id="",
        case_id="",
        key=follow_up_key(review.id, next_round(work, review.id), 0),
        due=question.due,
        state=ReminderState.WAITING,
        why=question.why,
        review_id=review.id,
        person_id=seen.chair.id,
    )
    return reminder if work.add_reminder(reminder) else None


def _question(
    plans: Plans, review: ReviewRecord, heard: datetime, days: Sequence[SensitiveDay], now: datetime
) -> Question | None:
    """When the next question is due, never in the past; where no day is free for it, a human is told soon."""
    calendar, policy = calendar_for(plans.policy.clock, now), plans.policy.follow_ups
    try:
        question = next_question(review.stage, heard, policy, calendar, named=review.next_on, days=days)
        if question is None or question.due > now:
            return question
        return Question(next_try(now, policy, calendar, days), question.why)
    except ValueError:
        return Question(calendar.add_working_days(now, 1), "no day is free for a question: look at the days kept free")


def stop_follow_ups(work: Work, review_id: str, why: str, now: datetime) -> int:
    """Cancel the questions to the Chair of a review that are queued or planned; how many."""
    queued = work.cancel_outbox(review_id=review_id, classes=(MailClass.FOLLOW_UP,), why=why, now=now)
    return queued + work.cancel_reminders(review_id=review_id, kinds=[ReminderKind.FOLLOW_UP], why=why)


def restart_follow_ups(work: Work, plans: Plans, review: ReviewRecord, why: str, now: datetime) -> int:
    """Cancel what is planned for a Chair and plan anew as things stand now; how many were cancelled.

    For every change on which a question stands: a permission, a Chair, a stage, a case that closes.
    """
    cancelled = stop_follow_ups(work, review.id, why, now)
    plan_follow_up(work, plans, review, now)
    return cancelled


def follow_ups_as_permitted(work: Work, plans: Plans, review: ReviewRecord, why: str, now: datetime) -> int:
    """Stop the questions of a review where they are permitted no more, else plan one where none is; how many stopped.

    A round that is under way and still permitted goes on undisturbed.
    """
    seen = standing(work, review, now)
    if (
        review.state is ReviewState.OPEN
        and seen.liaison.granted
        and seen.confirmed
        and review.stage not in ENDED_STAGES
    ):
        plan_follow_up(work, plans, review, now)
        return 0
    return stop_follow_ups(work, review.id, why, now)


def stop_for_family(work: Work, plans: Plans, case_id: str, why: str, now: datetime) -> int:
    """A wish was withdrawn: cancel at once all automatic mail of a case and of its reviews, queued or planned (P5).

    How many questions to Chairs were cancelled. A question is planned anew only where another relative's permission
    still carries it. Receipts and alerts go on (P7).
    """
    stop_automatic_mail(work, case_id, why, now)
    work.cancel_outbox(case_id=case_id, classes=(MailClass.CHASER, MailClass.FOLLOW_UP), why=why, now=now)
    cancelled = work.cancel_reminders(case_id=case_id, kinds=[ReminderKind.FOLLOW_UP], why=why)
    return cancelled + sum(restart_follow_ups(work, plans, review, why, now) for review in work.reviews_of(case_id))


def next_round(work: Work, review_id: str) -> int:
    """The number of the next round of questions, from 1: behind every round that was ever planned."""
    keys = [reminder.key for reminder in work.reminders(review_id=review_id, kinds=[ReminderKind.FOLLOW_UP])]
    keys += [row.key for row in work.outbox_of(review_id=review_id) if row.mail_class is MailClass.FOLLOW_UP]
    prefix = f"followup:{review_id}:"
    rounds = [key.removeprefix(prefix).split(":")[0] for key in keys if key.startswith(prefix)]
    return max((int(number) for number in rounds if number.isdecimal()), default=0) + 1


def last_word(work: Work, review: ReviewRecord, seen: Standing) -> datetime:
    """When anything was last said about a review: a question that left, a reply, else the permission or the opening."""
    left = (OutboxState.SENT, OutboxState.UNCERTAIN)
    said = [
        row.settled_at for row in work.outbox_of(review_id=review.id) if _is_question(row.mail_class, row.state, left)
    ]
    said += [proposal.made_at for proposal in work.proposals(review_id=review.id)]
    spoken = [moment for moment in said if moment is not None]
    if spoken:
        return max(spoken)
    permitted = [c.recorded_at for c in seen.consents if c.id in seen.liaison.record_ids]
    return max(review.opened_at, min(permitted, default=review.opened_at))


def _is_question(sort: MailClass, state: OutboxState, left: Sequence[OutboxState]) -> bool:
    return sort is MailClass.FOLLOW_UP and state in left


# -- reviews ------------------------------------------------------------------------------------
def plan_review_clock(work: Work, plans: Plans, review: ReviewRecord, now: datetime) -> tuple[ReminderRecord, ...]:
    """Plan the next day of a review's statutory clock and the day that its Chair named; whatever else was planned
    of them is cancelled. To be called when a review is opened or changes, and when one of those days has rung."""
    calendar = calendar_for(plans.policy.clock, now)
    wanted = []
    if review.state is ReviewState.OPEN and review.stage not in REPORT_IS_OUT:
        milestone = _next_milestone(work, plans, review, now)
        if milestone is not None:
            wanted.append(_milestone(plans, review, milestone, calendar))
    if review.state is ReviewState.OPEN and review.next_on is not None and review.next_on >= london_day(now):
        named = Milestone(review.next_on, f"named:{review.next_on}", "a day that the Chair named has come")
        if not _has_rung(work, review.id, named, calendar):
            wanted.append(_milestone(plans, review, named, calendar))
    planned = tuple(reminder for one in wanted if (reminder := renew(work, one)) is not None)
    for other in work.reminders(review_id=review.id, kinds=[ReminderKind.REVIEW_MILESTONE], states=LIVING):
        if other.id not in {reminder.id for reminder in planned}:
            work.cancel_reminders(reminder_id=other.id, why="the clock of the review has changed")
    return planned


def _next_milestone(work: Work, plans: Plans, review: ReviewRecord, now: datetime) -> Milestone | None:
    """The first day of the clock from today on that has not rung."""
    today, clock = london_day(now), plans.policy.clock
    calendar = calendar_for(clock, now)
    if review.decided_on is None:
        if review.stage not in BEFORE_DECISION:
            return None
        day = decision_due(london_day(review.opened_at), clock)
        days: tuple[Milestone, ...] = (Milestone(day, "decision", "the partnership should have decided by now"),)
    else:
        days = review_milestones(review.decided_on, review.months, today + QUARTERS_AHEAD)
    coming = (day for day in days if day.on >= today and not _has_rung(work, review.id, day, calendar))
    return next(coming, None)


def _milestone(plans: Plans, review: ReviewRecord, day: Milestone, calendar: WorkingCalendar) -> ReminderRecord:
    return ReminderRecord(
        id=plans.ids.new(),
        kind=ReminderKind.REVIEW_MILESTONE,
        event_id="",
        case_id="",
        key=f"review:{review.id}:{day.key}",
        due=_told_on(day.on, calendar),
        state=ReminderState.WAITING,
        why=day.why,
        review_id=review.id,
    )


def _has_rung(work: Work, review_id: str, day: Milestone, calendar: WorkingCalendar) -> bool:
    """True when that day of the clock has been told of; a decision day that moved makes another day of it."""
    key, due = f"review:{review_id}:{day.key}", _told_on(day.on, calendar)
    rung = work.reminders(review_id=review_id, kinds=[ReminderKind.REVIEW_MILESTONE], states=[ReminderState.DONE])
    return any(one.key.partition("#")[0] == key and one.due == due for one in rung)


def _told_on(day: date, calendar: WorkingCalendar) -> datetime:
    """The opening hour of that day, or of the working day before; UTC."""
    near = within(day, calendar)
    known = near.year in calendar.years and (near - timedelta(days=31)).year in calendar.years
    return at_hour(working_day_before(near, calendar) if known else near, calendar.opens_hour)


def _opening(day: date, calendar: WorkingCalendar) -> datetime:
    """The opening hour of that day or of the next working day; of the day itself beyond the years of the calendar."""
    near = within(day, calendar)
    known = (near + timedelta(days=31)).year in calendar.years
    return at_hour(calendar.add_days(near, 0) if known else near, calendar.opens_hour)


# -- families and permissions -------------------------------------------------------------------
def plan_first_contact(
    work: Work, plans: Plans, case: CaseRecord, now: datetime, *, held: bool = False
) -> ReminderRecord | None:
    """Somebody is to speak to the family of a referral; counted from its receipt, however late it is allocated.

    ``None`` where one was planned before, somebody has spoken to them, or the file is no referral.
    """
    if case.record is not RecordType.REFERRAL or case.last_contact_at is not None:
        return None
    due = first_contact_due(case.opened_at, plans.policy.clock, calendar_for(plans.policy.clock, case.opened_at))
    reminder = ReminderRecord(
        id=plans.ids.new(),
        kind=ReminderKind.FIRST_CONTACT,
        event_id="",
        case_id=case.id,
        key=f"{case.id}:first_contact",
        due=max(due, now),
        state=ReminderState.HELD if held else ReminderState.WAITING,
        why="somebody must speak to the family for the first time",
    )
    return reminder if work.add_reminder(reminder) else None


def plan_revisit(work: Work, plans: Plans, case_id: str, person_id: str, now: datetime) -> ReminderRecord | None:
    """An offer was declined now: a human looks again in some months. ``None`` while one is planned for that person."""
    known = work.reminders(case_id=case_id, kinds=[ReminderKind.REVISIT_OFFER])
    if any(one.state in LIVING and one.person_id == person_id for one in known):
        return None
    numbers = [int(number) for one in known if (number := one.key.rpartition(":")[2]).isdecimal()]
    reminder = ReminderRecord(
        id=plans.ids.new(),
        kind=ReminderKind.REVISIT_OFFER,
        event_id="",
        case_id=case_id,
        key=f"{case_id}:revisit:{max(numbers, default=0) + 1}",
        due=revisit_due(now, plans.policy.clock, calendar_for(plans.policy.clock, now)),
        state=ReminderState.WAITING,
        why="the family declined; their wishes may have changed",
        person_id=person_id,
    )
    return reminder if work.add_reminder(reminder) else None


def plan_consent_review(work: Work, plans: Plans, consent: ConsentRecord, now: datetime) -> ReminderRecord | None:
    """A permission that a human recorded is asked about again on its day; ``None`` for a no and a machine's word."""
    if not consent.given or consent.withdrawn_at is not None or not recorded_by_human(consent):
        return None
    calendar = calendar_for(plans.policy.clock, now)
    given = consent.given_on or london_day(consent.recorded_at)
    day = consent_review_due(given, consent.review_on, consent.ends_on, plans.policy.clock)
    return renew(
        work,
        ReminderRecord(
            id=plans.ids.new(),
            kind=ReminderKind.CONSENT_REVIEW,
            event_id="",
            case_id=consent.case_id,
            key=f"{consent.id}:review",
            due=max(now, _opening(day, calendar)),
            state=ReminderState.WAITING,
            why="a permission is to be asked about again",
            person_id=consent.person_id,
        ),
    )


def plan_retention(work: Work, plans: Plans, case: CaseRecord, now: datetime) -> CaseRecord:
    """Plan until when a case is kept, by its outcome, reviews and holds; the case with its day, to be saved.

    Nothing is planned while it is open or a legal hold, a complaint or a review stops it.
    """
    reviews = work.reviews_of(case.id)
    holds = (*work.holds(case_id=case.id), *(hold for review in reviews for hold in work.holds(review_id=review.id)))
    plan = retention(case, reviews, holds, now, plans.policy.retention)
    if plan.until is None:
        work.cancel_reminders(case_id=case.id, kinds=[ReminderKind.RETENTION_REVIEW], why=plan.why)
        return replace(case, retain_until=None)
    calendar = calendar_for(plans.policy.clock, now)
    renew(
        work,
        ReminderRecord(
            id=plans.ids.new(),
            kind=ReminderKind.RETENTION_REVIEW,
            event_id="",
            case_id=case.id,
            key=f"{case.id}:retention",
            due=max(now, _opening(plan.until + timedelta(days=1), calendar)),
            state=ReminderState.WAITING,
            why=f"the case has been kept for its time ({plan.why}); a human decides",
        ),
    )
    return replace(case, retain_until=plan.until)


# -- what the law gives a time ------------------------------------------------------------------
def plan_rights(
    work: Work, plans: Plans, event: EventRecord, now: datetime, *, held: bool = False
) -> ReminderRecord | None:
    """The next day of the clock of a rights request, from its receipt; past the last, every working day."""
    calendar = calendar_for(plans.policy.clock, event.created_at)
    days = rights_clock(event.created_at, plans.policy.clock, calendar, extended=is_extended(work, event.id)).milestones
    coming = [day for day in days if _told_on(day.on, calendar) > now]
    due, why = (
        (_told_on(coming[0].on, calendar), coming[0].why)
        if coming
        else (calendar_for(plans.policy.clock, now).add_working_days(now, 1), "a rights request is past its time")
    )
    return _clock_of_event(work, plans, event, ReminderKind.RIGHTS_REQUEST, "rights", due, why, held=held)


def is_extended(work: Work, event_id: str) -> bool:
    """True when a human has recorded that a rights request takes longer (UK GDPR Art. 12(3))."""
    return any(change.act == EXTENDED for change in work.changes(subject=f"event:{event_id}"))


def plan_breach(
    work: Work, plans: Plans, event: EventRecord, now: datetime, *, held: bool = False
) -> ReminderRecord | None:
    """The next warning of the 72 hours that a breach of personal data has, from its receipt."""
    warning: ClockWarning | None = next_warning(breach_warnings(event.created_at, plans.policy.clock), now)
    if warning is None:
        return None
    due = max(now, warning.at)
    return _clock_of_event(work, plans, event, ReminderKind.BREACH_REPORT, "breach", due, warning.why, held=held)


def _clock_of_event(
    work: Work,
    plans: Plans,
    event: EventRecord,
    kind: ReminderKind,
    key: str,
    due: datetime,
    why: str,
    *,
    held: bool,
) -> ReminderRecord | None:
    reminder = ReminderRecord(
        id=plans.ids.new(),
        kind=kind,
        event_id=event.id,
        case_id=event.case_id,
        key=f"{event.id}:{key}",
        due=due,
        state=ReminderState.HELD if held else ReminderState.WAITING,
        why=why,
    )
    return renew(work, reminder)


# -- promises -----------------------------------------------------------------------------------
def renew(work: Work, reminder: ReminderRecord) -> ReminderRecord | None:
    """Make a promise, or move the one of that key that stands; one that was kept or cancelled is made anew."""
    for number in range(1, MOST_RENEWALS):
        key = reminder.key if number == 1 else f"{reminder.key}#{number}"
        try:
            known = work.reminder(key)
        except NotFound:
            added = replace(reminder, key=key)
            return added if work.add_reminder(added) else None
        if known.state in LIVING:
            if (known.due, known.why) != (reminder.due, reminder.why):
                work.move_reminder(known.id, reminder.due, reminder.why)
            return replace(known, due=reminder.due, why=reminder.why)
    return None
