"""How long a closed case is kept, by its outcome (domain.md §9.3). A plan, never a deletion: a human reviews it.

A statutory review keeps its cases open, so the years start late: from the last contact with the family or the end of
the last review, whichever is later. A legal hold stops everything; a complaint keeps the case, and for years after it
ended. What nobody has said the outcome of is kept longest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailflow.model.life import HoldRecord, HoldSort, Outcome, ReviewRecord, ReviewState
from mailflow.model.policy import RetentionPolicy
from mailflow.model.records import CaseRecord, CaseState
from mailflow.syntax.working import months_later

from .days import london_day


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """Until when a case is kept, and why."""

    until: date | None
    """The last day on which it is kept; a human reviews it then. ``None`` while something stops the plan."""
    why: str
    """One sentence without personal data."""
    starts: date | None = None
    """The day from which the time runs."""
    stopped_by: tuple[str, ...] = ()
    """What stops it, one sentence each without personal data."""

    def over(self, on: date) -> bool:
        """True when its time has passed on that day."""
        return self.until is not None and self.until < on


def retention(
    case: CaseRecord,
    reviews: Sequence[ReviewRecord],
    holds: Sequence[HoldRecord],
    now: datetime,
    policy: RetentionPolicy,
) -> RetentionPlan:
    """Until when a case is kept, as things stand at ``now``.

    ``reviews``: those that it waits for. ``holds``: of the case, of its people and of its reviews, ended ones too: a
    complaint counts for years after its end.
    """
    stops = []
    if case.merged_into:
        stops.append("it was merged into another case and is kept as long as that one")
    elif case.state is not CaseState.CLOSED:
        stops.append("the case is not closed")
    if any(review.state is ReviewState.OPEN for review in reviews):
        stops.append("a review that it waits for is open")
    if any(hold.sort is HoldSort.LEGAL and _lasts(hold, now) for hold in holds):
        stops.append("a legal hold: nothing is destroyed")
    if any(hold.sort is HoldSort.COMPLAINT and _lasts(hold, now) for hold in holds):
        stops.append("a complaint is open")
    if stops:
        return RetentionPlan(None, "; ".join(stops), stopped_by=tuple(stops))
    starts = _starts(case, reviews)
    until, why = _by_outcome(case.outcome, starts, policy)
    ends = [end for hold in holds if hold.sort is HoldSort.COMPLAINT and (end := _end(hold)) is not None]
    if ends:
        complaint = months_later(london_day(max(ends)), 12 * policy.complaint_years)
        if complaint > until:
            until, why = complaint, f"kept {policy.complaint_years} years after a complaint ended"
    return RetentionPlan(until, why, starts)


def _starts(case: CaseRecord, reviews: Sequence[ReviewRecord]) -> date:
    """The last contact (or the closing, where none is recorded), or the end of the last review, whichever is later."""
    moments = [case.last_contact_at or case.closed_at or case.opened_at]
    moments += [review.closed_at for review in reviews if review.closed_at is not None]
    return max(london_day(moment) for moment in moments)


def _by_outcome(outcome: str, starts: date, policy: RetentionPolicy) -> tuple[date, str]:
    if outcome in (Outcome.DECLINED, Outcome.SIGNPOSTED):
        weeks = policy.not_taken_up_weeks
        return starts + timedelta(weeks=weeks), f"kept {weeks} weeks: the service was not taken up"
    if outcome == Outcome.NOT_REACHED:
        months = policy.not_reached_months
        return months_later(starts, months), f"kept {months} months: nobody could be reached"
    years = policy.supported_years
    what = "somebody was supported" if outcome == Outcome.SUPPORTED else "nobody said how the work ended"
    if outcome == Outcome.OTHER:
        what = "the work ended in another way"
    return months_later(starts, 12 * years), f"kept {years} years: {what}"


def _lasts(hold: HoldRecord, now: datetime) -> bool:
    """True while it has not ended; one that begins later counts, so that nothing is destroyed before it."""
    end = _end(hold)
    return end is None or end > now


def _end(hold: HoldRecord) -> datetime | None:
    ends = [moment for moment in (hold.ended_at, hold.until) if moment is not None]
    return min(ends) if ends else None
