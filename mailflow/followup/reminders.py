"""When the clock rings: triage, chasers, risk alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailflow.model.policy import ClockPolicy, KindPolicy
from mailflow.syntax.working import WorkingCalendar


def triage_due(now: datetime, kind: KindPolicy, calendar: WorkingCalendar) -> datetime | None:
    """Until when somebody must have looked at an event of that kind; ``None`` where nobody must."""
    return calendar.add_working_hours(now, kind.triage_hours) if kind.triage_hours else None


def chaser_dues(now: datetime, clock: ClockPolicy, calendar: WorkingCalendar) -> tuple[datetime, ...]:
    """When a referrer is asked for what is missing: the opening hour of each working day of the policy."""
    return tuple(calendar.add_working_days(now, days) for days in sorted(set(clock.chaser_working_days)))


@dataclass(frozen=True, slots=True)
class Alert:
    """The next ringing of a risk alert."""

    due: datetime
    to_deputy: bool
    """The ringing that is done now goes to the deputy as well as to the on-call address."""


def next_alert(now: datetime, rung: int, clock: ClockPolicy) -> Alert:
    """The ringing that is done ``now``, after ``rung`` earlier ones, and when the next is due (P7).

    Wall time: danger knows no office hours. It never ends by itself; only a person who takes the event
    ends it.
    """
    if rung < 0:
        raise ValueError("an alert has rung a whole number of times")
    return Alert(due=now + timedelta(minutes=clock.alert_minutes), to_deputy=rung >= clock.alert_to_deputy_after)
