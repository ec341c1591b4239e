"""Clocks that law, guidance and promises set: reviews, rights requests, breaches, first contact, permissions, keys.

A clock is a due day or moment with the reminders before it, each with a key part and a sentence without personal data.
Law counts in calendar months and wall hours, the house in working days; each function says which. Days are those of
London, moments go out in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from mailflow.model.policy import ClockPolicy
from mailflow.syntax.working import WorkingCalendar, months_later

from .days import at_hour, london_day, working_day_before
from .deadlines import rights_due

QUARTER = 3
"""Months between two reminders of a review that is past its time: 99 in 100 are (domain.md §2.3)."""
MOST_QUARTERS = 80
"""Twenty years of quarters: a bound for a decision day that somebody mistyped as 1926."""
BEFORE_RIGHTS = 7
"""Calendar days before a rights request is due at which somebody is reminded a second time."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day of a clock on which somebody is to be told."""

    on: date
    key: str
    """The last part of the reminder's key: ``month-before``, ``due``, ``past:1`` …"""
    why: str
    """One sentence without personal data."""


@dataclass(frozen=True, slots=True)
class ClockWarning:
    """A moment of a clock at which somebody is to be told."""

    at: datetime
    """UTC."""
    key: str
    why: str
    """One sentence without personal data."""


@dataclass(frozen=True, slots=True)
class RightsClock:
    """The days of a rights request (UK GDPR Art. 12(3))."""

    due: date
    """The last day to answer."""
    extend_by: date
    """The last day to tell the person that it takes longer: the end of the first term, extended or not."""
    milestones: tuple[Milestone, ...]


# -- reviews ------------------------------------------------------------------------------------
def decision_due(notified_on: date, clock: ClockPolicy) -> date:
    """Until when a partnership decides on a review: a calendar month after it heard (guidance of 2016, section 5)."""
    return months_later(notified_on, clock.decision_months)


def review_due(decided_on: date, months: int) -> date:
    """When the report of a review is due: so many calendar months after the decision, clamped to the month's end.

    Neither weekend nor holiday moves it: 2026-08-31 and six months is Sunday 2027-02-28 (domain.md §8.1).
    """
    return months_later(decided_on, months)


def review_milestones(decided_on: date, months: int, until: date) -> tuple[Milestone, ...]:
    """The days of a review's statutory clock up to ``until``: a month before, the day, and each quarter past it.

    All are counted from the decision, so that a short month shifts none of those after it.
    """
    found = [
        Milestone(months_later(decided_on, months - 1), "month-before", "the report of the review is due in a month"),
        Milestone(
            review_due(decided_on, months), "due", f"the report of the review is due: {months} months have passed"
        ),
    ]
    for number in range(1, MOST_QUARTERS + 1):
        day = months_later(decided_on, months + QUARTER * number)
        if day > until:
            break
        late = QUARTER * number
        found.append(Milestone(day, f"past:{number}", f"the report of the review is {late} months past its time"))
    return tuple(milestone for milestone in found if milestone.on <= until)


def next_review_milestone(decided_on: date, months: int, after: date) -> Milestone | None:
    """The first of those days after ``after``; ``None`` twenty years on. A row is planned from one to the next."""
    horizon = months_later(max(after, decided_on), 2 * QUARTER + months)
    return next((day for day in review_milestones(decided_on, months, horizon) if day.on > after), None)


# -- rights and breaches ------------------------------------------------------------------------
def rights_clock(
    received: datetime, clock: ClockPolicy, calendar: WorkingCalendar, *, extended: bool = False
) -> RightsClock:
    """The days of a rights request that came at ``received``, whatever the hour.

    One month, or three where it was extended, both from the day of receipt and rolled over to the next working day
    (Information Commissioner's guidance). Somebody is told on day 28, the Commissioner's operational standard, and a
    week before the last day; both on the working day before where they fall on a closed one.
    """
    first = rights_due(received, calendar, clock.rights_months)
    longer = rights_due(received, calendar, clock.rights_months + clock.rights_extension_months)
    due = longer if extended else first
    day = london_day(received)
    near = working_day_before(due - timedelta(days=BEFORE_RIGHTS), calendar)
    days = [Milestone(near, "near", "a rights request must be answered within a week")]
    if not extended:
        aim = working_day_before(min(day + timedelta(days=clock.rights_aim_days), due), calendar)
        if near < aim < due:
            says = "a rights request should be answered today, or the person told that it takes longer"
            days.append(Milestone(aim, "aim", says))
    days.append(Milestone(due, "due", "a rights request is due today"))
    return RightsClock(due, first, tuple(days))


def breach_due(aware: datetime, clock: ClockPolicy) -> datetime:
    """Until when a personal-data breach is reported: 72 hours of wall time from awareness (UK GDPR Art. 33(1)); UTC.

    Nights, weekends and holidays count, and an hour is an hour when the clocks change.
    """
    return _utc(aware) + timedelta(hours=clock.breach_hours)


def breach_warnings(aware: datetime, clock: ClockPolicy) -> tuple[ClockWarning, ...]:
    """When somebody is told of a breach that nobody has judged yet, the end of its time included."""
    due = breach_due(aware, clock)
    warnings = []
    for hours in clock.breach_reminder_hours:
        left = clock.breach_hours - hours
        says = f"a breach of personal data must be judged, and reported where it must be, within {left} hours"
        warnings.append(ClockWarning(_utc(aware) + timedelta(hours=hours), f"after:{hours}", says))
    return (*warnings, ClockWarning(due, "due", f"{clock.breach_hours} hours have passed since a breach became known"))


# -- families -----------------------------------------------------------------------------------
def first_contact_due(since: datetime, clock: ClockPolicy, calendar: WorkingCalendar) -> datetime:
    """Until when somebody speaks to a family for the first time: the opening of the second working day; UTC.

    ``since``: the receipt of a referral. Allocation starts no clock of its own: a family does not wait longer because
    we were slow to allocate; pass its moment only where the referral came without a way to reach them.
    """
    return calendar.add_working_days(since, clock.first_contact_working_days)


def revisit_due(declined: datetime, clock: ClockPolicy, calendar: WorkingCalendar) -> datetime:
    """When a human looks again whether a family that declined wishes otherwise: calendar months, then the next
    opening; UTC."""
    return _opening_after(months_later(london_day(declined), clock.revisit_offer_months), calendar)


def consent_review_due(given_on: date, review_on: date | None, ends_on: date | None, clock: ClockPolicy) -> date:
    """When a permission is asked about again: on its own day, else so many calendar months after it was given, and in
    any case a month before it ends (but not before it was given)."""
    due = review_on or months_later(given_on, clock.consent_review_months)
    if ends_on is not None:
        due = min(due, max(given_on, months_later(ends_on, -1)))
    return due


# -- keys ---------------------------------------------------------------------------------------
def expiry_warnings(ends: datetime, what: str, clock: ClockPolicy) -> tuple[ClockWarning, ...]:
    """When somebody is warned that a key or token ends at ``ends``: 30, 7 and 1 calendar days before, at opening
    hour, and when it has ended (P10). ``what`` names the thing, never a secret: ``the mailbox token``."""
    day = london_day(ends)
    warnings = []
    for days in clock.expiry_warning_days:
        at = at_hour(day - timedelta(days=days), clock.opens_hour)
        says = f"{what} ends in {days} day{'' if days == 1 else 's'}"
        warnings.append(ClockWarning(at, f"before:{days}", says))
    return (*warnings, ClockWarning(_utc(ends), "ended", f"{what} has ended"))


def next_warning(warnings: tuple[ClockWarning, ...], now: datetime) -> ClockWarning | None:
    """The warning to plan at ``now``: the first to come, else the last one that has passed, ``None`` for none.

    What would have rung while nobody ran is not rung one by one: the latest of those that have passed tells it all.
    """
    passed = [warning for warning in warnings if warning.at <= now]
    coming = [warning for warning in warnings if warning.at > now]
    return min(coming, key=lambda w: w.at) if coming else max(passed, key=lambda w: w.at, default=None)


def _opening_after(day: date, calendar: WorkingCalendar) -> datetime:
    """The opening hour of that day, or of the next working day; UTC."""
    return at_hour(calendar.add_days(day, 0), calendar.opens_hour)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("times here are aware: this one has no zone")
    return moment.astimezone(UTC)
