"""The morning digest: how much there is of what, as numbers only (P4, P10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mailflow.model.policy import ClockPolicy
from mailflow.model.words import Urgency
from mailflow.syntax.working import WorkingCalendar

from .days import ONE_DAY, at_hour, london_day, working_day_before


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One open thing: an event, or a reminder that a human must act on."""

    since: datetime
    """When it came, or was planned."""
    due: datetime | None = None
    """Until when somebody must have acted; ``None`` where nothing presses."""
    urgency: Urgency = Urgency.LATER
    waits_for_others: bool = False
    """We asked somebody outside, and it is their turn."""


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """The numbers of one morning. Each open item is in exactly one of ``overdue``, ``due_today``,
    ``waiting_for_others`` and ``later``; ``new`` and ``at_once`` are counted besides."""

    new: int
    """Came since the last digest."""
    overdue: int
    due_today: int
    waiting_for_others: int
    """It is somebody else's turn, and not yet time to chase them."""
    later: int
    at_once: int
    """Must be seen now: risk."""
    alarms: int
    """Things of the house that have stopped: mailboxes, tokens, stuck mail."""

    @property
    def open(self) -> int:
        """All open items."""
        return self.overdue + self.due_today + self.waiting_for_others + self.later

    @property
    def quiet(self) -> bool:
        """True when there is nothing to tell; the digest goes out all the same, so that its absence is noticed."""
        return not (self.open or self.alarms)


def digest_counts(items: Iterable[DigestItem], alarms: int, since: datetime, now: datetime) -> DigestCounts:
    """The numbers at ``now``; ``since`` is when the last digest was made. Days are those of London."""
    tonight = at_hour(london_day(now) + ONE_DAY, 0)
    counts = dict.fromkeys(("overdue", "due_today", "waiting_for_others", "later"), 0)
    new = at_once = 0
    for item in items:
        new += since < item.since <= now
        at_once += item.urgency is Urgency.NOW
        if item.due is not None and item.due <= now:
            counts["overdue"] += 1
        elif item.due is not None and item.due < tonight:
            counts["due_today"] += 1
        else:
            counts["waiting_for_others" if item.waits_for_others else "later"] += 1
    return DigestCounts(new=new, at_once=at_once, alarms=alarms, **counts)


def next_digest(now: datetime, clock: ClockPolicy, calendar: WorkingCalendar) -> datetime:
    """When the next digest is made: the digest hour of the next working day, today's where it is still to come; UTC."""
    day = calendar.add_days(london_day(now), 0)
    at = at_hour(day, clock.digest_hour)
    return at if at > now else at_hour(calendar.add_days(day + ONE_DAY, 0), clock.digest_hour)


def last_digest(now: datetime, clock: ClockPolicy, calendar: WorkingCalendar) -> datetime:
    """When the digest before one that is made at ``now`` was made: the working day before; UTC.

    Monday's digest counts from Friday's on.
    """
    day = working_day_before(london_day(now), calendar)
    if at_hour(day, clock.digest_hour) >= now:
        day = working_day_before(day - ONE_DAY, calendar)
    return at_hour(day, clock.digest_hour)
