"""What a reminder says when it rings about a case, a review or a permission: a human decides, the machine only tells.

Notices hold a sort, a day, our reference and a link. What nobody has acted on is told again each working week.
"""

from __future__ import annotations

from datetime import date, datetime

from mailflow.cases import recorded_by_human
from mailflow.errors import NotFound
from mailflow.followup import decision_due, london_day, review_due
from mailflow.model.letter import ClockSort, DecisionSort
from mailflow.model.life import ReviewRecord, ReviewState
from mailflow.model.records import CaseRecord, CaseState, ConsentRecord, ReminderRecord

from .letters import Office, notice
from .planning import plan_retention
from .ports import Work
from .rungs import again, done

AGAIN_DAYS = 5
"""Working days until somebody is told again of what waits for their decision."""


def first_contact(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """Nobody has spoken to the family yet: the lead is told, and again each working day."""
    case = work.case(reminder.case_id)
    if case.last_contact_at is not None or case.state is CaseState.CLOSED or case.merged_into:
        return done(reminder, "somebody has spoken to the family, or the case has ended", now)
    _decide(work, reminder, office, case.reference, DecisionSort.FIRST_CONTACT, now)
    return again(reminder, now, office.calendar(now).add_working_days(now, 1))


def revisit_offer(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A family declined some months ago: a human looks whether they wish otherwise. Told once: nobody is pressed."""
    case = work.case(reminder.case_id)
    if case.merged_into:
        return done(reminder, "the case was merged into another", now)
    later = (c for c in work.consents(case.id) if c.given and c.withdrawn_at is None and recorded_by_human(c))
    if any(c.person_id == reminder.person_id and c.purpose in ("referral", "contact") for c in later):
        return done(reminder, "they have agreed meanwhile", now)
    _decide(work, reminder, office, case.reference, DecisionSort.REVISIT_OFFER, now)
    return done(reminder, reminder.why, now)


def consent_review(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A permission is to be asked about again, until a human has recorded a newer word of that person."""
    case = work.case(reminder.case_id)
    consent = next((c for c in work.consents(case.id) if reminder.key.startswith(c.id)), None)
    if consent is None or consent.withdrawn_at is not None or case.state is CaseState.CLOSED:
        return done(reminder, "the permission or the case has ended", now)
    if _asked_again(work, case, consent):
        return done(reminder, "a newer word of that person was recorded", now)
    _decide(work, reminder, office, case.reference, DecisionSort.CONSENT_REVIEW, now)
    return again(reminder, now, office.calendar(now).add_working_days(now, AGAIN_DAYS))


def _asked_again(work: Work, case: CaseRecord, consent: ConsentRecord) -> bool:
    return any(
        c.id != consent.id
        and (c.person_id, c.purpose) == (consent.person_id, consent.purpose)
        and c.recorded_at > consent.recorded_at
        and recorded_by_human(c)
        for c in work.consents(case.id)
    )


def retention_review(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A closed case has been kept for its time: a human decides. Nothing is told while a hold or a review stops it."""
    case = work.case(reminder.case_id)
    if case.state is not CaseState.CLOSED or case.merged_into:
        return done(reminder, "the case is open again, or was merged", now)
    if case.retain_until is None or case.retain_until >= london_day(now):
        return done(reminder, "it is kept for longer", now)
    _decide(work, reminder, office, case.reference, DecisionSort.RETENTION_REVIEW, now)
    return again(reminder, now, office.calendar(now).add_working_days(now, AGAIN_DAYS))


def review_milestone(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A day of a review's clock has come: the lead is told; the next one is planned when this one is done."""
    review = work.review(reminder.review_id)
    if review.state is ReviewState.CLOSED:
        return done(reminder, "the review is closed", now)
    if office.staff.lead:
        sort, day = _clock_of(reminder, review, office)
        work.queue_mail(
            notice(
                office,
                "notice-deadline",
                office.staff.lead,
                f"deadline:{reminder.id}",
                now,
                about=reminder,
                reference=review.reference,
                clock=sort,
                due_on=day,
            )
        )
    return done(reminder, reminder.why, now)


def _clock_of(reminder: ReminderRecord, review: ReviewRecord, office: Office) -> tuple[ClockSort, date]:
    """Which clock of the review the key of a reminder speaks of, and its last day."""
    milestone = reminder.key.removeprefix(f"review:{review.id}:").partition("#")[0]
    if milestone.startswith("named:"):
        return ClockSort.REVIEW_DAY, date.fromisoformat(milestone.removeprefix("named:"))
    if review.decided_on is None:
        return ClockSort.REVIEW_DECISION, decision_due(london_day(review.opened_at), office.policy.clock)
    return ClockSort.REVIEW_REPORT, review_due(review.decided_on, review.months)


def _decide(
    work: Work, reminder: ReminderRecord, office: Office, reference: str, sort: DecisionSort, now: datetime
) -> None:
    """Tell the lead what only a human decides."""
    if office.staff.lead:
        key = f"decide:{reminder.id}:{reminder.rung + 1}"
        row = notice(
            office, "notice-decide", office.staff.lead, key, now, about=reminder, reference=reference, decision=sort
        )
        work.queue_mail(row)


def keep_retention_current(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> None:
    """Plan a retention review anew where its day has moved: a hold that ended, a complaint that came."""
    try:
        case = work.case(reminder.case_id)
    except NotFound:
        return
    if case.state is CaseState.CLOSED and not case.merged_into:
        planned = plan_retention(work, office, case, now)
        if planned != case:
            work.save_case(planned)
