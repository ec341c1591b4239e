"""Who is told of an event that nobody looks at: the lead, then the deputy, by urgency and working hours (P10).

What must be seen now is not for office hours: its lead is told at once and its deputy when the alerts go there too,
both in wall time; the alerts themselves are rung by ``next_alert`` (P7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mailflow.model.policy import ClockPolicy
from mailflow.model.words import Urgency
from mailflow.syntax.working import WorkingCalendar

AGAIN_HOURS = 8
"""Working hours until lead and deputy are told again of what still lies there: each working day."""
MOST_REPEATS = 500
"""Repeats looked at (two years of working days): an event that nobody has looked at for longer is a bug to be seen."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told when of one untriaged event; moments in UTC."""

    lead_at: datetime
    deputy_at: datetime
    tell: tuple[str, ...]
    """Who must have been told by now: ``lead``, ``deputy``."""
    next_at: datetime
    """When somebody is told next: the lead, the deputy, or both again."""


def escalation(
    urgency: Urgency, untriaged_since: datetime, now: datetime, clock: ClockPolicy, calendar: WorkingCalendar
) -> Escalation | None:
    """Who is told of an event of that urgency that nobody has looked at since then; ``None`` where nobody is.

    ``Urgency.NONE`` is the daily lane, which tells nobody. A calendar that does not reach back to
    ``untriaged_since`` raises ``ValueError``.
    """
    if urgency is Urgency.NONE:
        return None
    if urgency is Urgency.NOW:
        lead_at = untriaged_since.astimezone(UTC)
        every = timedelta(minutes=clock.alert_minutes)
        deputy_at = lead_at + every * clock.alert_to_deputy_after
    else:
        line = next(line for line in clock.escalation if line.urgency is urgency)
        lead_at = calendar.add_working_hours(untriaged_since, line.lead_hours)
        deputy_at = calendar.add_working_hours(untriaged_since, line.deputy_hours)
        every = None
    tell = tuple(who for who, at in (("lead", lead_at), ("deputy", deputy_at)) if at <= now)
    return Escalation(lead_at, deputy_at, tell, _next(lead_at, deputy_at, now, every, calendar))


def _next(
    lead_at: datetime, deputy_at: datetime, now: datetime, every: timedelta | None, calendar: WorkingCalendar
) -> datetime:
    if now < lead_at:
        return lead_at
    if now < deputy_at:
        return deputy_at
    if every is not None:
        return deputy_at + every * ((now - deputy_at) // every + 1)
    at = deputy_at
    for _ in range(MOST_REPEATS):
        if at > now:
            return at
        at = calendar.add_working_hours(at, AGAIN_HOURS)
    return calendar.add_working_hours(now, AGAIN_HOURS)
