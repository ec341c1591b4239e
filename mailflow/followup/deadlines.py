"""Deadlines that law or guidance sets: whole months, clamped and rolled over."""

from __future__ import annotations

from datetime import date, datetime

from mailflow.syntax.working import LONDON, WorkingCalendar, months_later


def month_after(day: date, months: int = 1) -> date:
    """The corresponding date ``months`` later, or the last day of that month where it has none.

    2026-08-31 and six months → 2027-02-28 (domain.md §8.1).
    """
    return months_later(day, months)


def rights_due(received: datetime, calendar: WorkingCalendar, months: int = 1) -> date:
    """The last day to answer a rights request that came at ``received`` (UK GDPR Art. 12(3)).

    It runs from the day of receipt in London whatever the hour: the cut-off is the service's habit, not the
    law's. Where the corresponding date is no working day, the next one counts. ``months`` is 3 where the
    answer was extended for a complex request.
    """
    return calendar.add_days(months_later(received.astimezone(LONDON).date(), months), 0)
