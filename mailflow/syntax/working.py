"""Working days and hours of England and Wales: pure arithmetic, built once with its days.

It stands on this floor because ``decide`` and ``followup`` both compute with it; ``followup`` is the room
that offers it and explains it. Bank holidays come from the library ``holidays`` (GB, subdivision ENG,
whose days are those of Wales too, domain.md §8.1), closure days of the service from its policy.

Conventions (domain.md §8.1). Times are aware and computed in Europe/London. Day 0 is the day of receipt.
What comes at or after the cut-off hour counts as received on the following day; whoever writes on a Friday
night is therefore never later than who writes on the Saturday, for whom the vectors fix the Monday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from mailflow.model.policy import ClockPolicy

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5
MAX_STEPS = 3_660
"""Days looked at in one computation (ten years): a calendar that is closed for good must not spin for ever."""
YEARS_AHEAD = 4
"""Years after the current one that :func:`calendar_for` knows; deadlines reach months ahead, not decades."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When the service works. ``closed`` holds bank holidays and closure days; weekends are known.

    Answers are UTC; arguments may be of any zone but must be aware (``ValueError`` otherwise). Outside the
    years that it was built with, bank holidays are not known: ``years`` says which, and asking beyond them
    raises ``ValueError`` instead of answering wrongly.
    """

    opens_hour: int
    closes_hour: int
    closed: frozenset[date]
    years: range

    @classmethod
    def build(
        cls, years: Iterable[int], *, opens_hour: int = 9, closes_hour: int = 17, closure_days: Iterable[date] = ()
    ) -> WorkingCalendar:
        """A calendar for these years. ``ValueError`` for hours that leave no working time or no year at all."""
        wanted = sorted(set(years))
        if not wanted:
            raise ValueError("a calendar needs at least one year")
        if not 0 <= opens_hour < closes_hour <= 24:
            raise ValueError("the service must open before it closes, within one day")
        span = range(wanted[0], wanted[-1] + 1)
        bank = holidays.country_holidays("GB", subdiv="ENG", years=span, expand=False)
        return cls(opens_hour, closes_hour, frozenset(bank) | frozenset(closure_days), span)

    # -- days -----------------------------------------------------------------------------------
    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no bank holiday, no closure day."""
        if day.year not in self.years:
            raise ValueError(f"the calendar knows {self.years[0]} to {self.years[-1]}, not {day.year}")
        return day.weekday() < SATURDAY and day not in self.closed

    def day_of_receipt(self, moment: datetime) -> date:
        """Day 0: the day in London, or the following one from the cut-off hour on."""
        local = _london(moment)
        return local.date() + ONE_DAY if local.hour >= self.closes_hour else local.date()

    def add_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (0: ``day`` itself, or the next working day)."""
        if count < 0:
            raise ValueError("working days are counted forwards")
        remaining = count
        for _ in range(MAX_STEPS):
            if remaining == 0 and self.is_working_day(day):
                return day
            day += ONE_DAY
            if remaining and self.is_working_day(day):
                remaining -= 1
        raise ValueError("no working day within ten years: the calendar is closed for good")

    def add_working_days(self, moment: datetime, count: int) -> datetime:
        """The opening hour of the ``count``-th working day after the day of receipt; UTC."""
        return self._opening(self.add_days(self.day_of_receipt(moment), count))

    # -- hours ----------------------------------------------------------------------------------
    def is_open(self, moment: datetime) -> bool:
        """True while somebody is at work: from the opening hour (included) to the closing hour (not included)."""
        local = _london(moment)
        return self.is_working_day(local.date()) and self.opens_hour <= local.hour < self.closes_hour

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` itself while open, else when the service opens next; UTC."""
        if self.is_open(moment):
            return moment.astimezone(UTC)
        local = _london(moment)
        day = local.date() if local.hour < self.opens_hour else local.date() + ONE_DAY
        return self._opening(self.add_days(day, 0))

    def add_working_hours(self, moment: datetime, hours: float) -> datetime:
        """When ``hours`` of working time have passed since ``moment``; UTC."""
        if hours < 0:
            raise ValueError("working hours are counted forwards")
        left = timedelta(hours=hours)
        start = self.next_opening(moment)
        for _ in range(MAX_STEPS):
            closing = self.closing(start)
            if start + left <= closing:
                return start + left
            left -= closing - start
            start = self.next_opening(closing)
        raise ValueError("more working hours than ten years have")

    def closing(self, moment: datetime) -> datetime:
        """When the working day of ``moment`` (London) ends; UTC."""
        day = _london(moment).date()
        if self.closes_hour == 24:
            day, hour = day + ONE_DAY, 0
        else:
            hour = self.closes_hour
        return datetime.combine(day, time(hour), LONDON).astimezone(UTC)

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, time(self.opens_hour), LONDON).astimezone(UTC)


def _london(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("times here are aware: this one has no zone")
    return moment.astimezone(LONDON)


@lru_cache(maxsize=32)
def _calendar(clock: ClockPolicy, first_year: int) -> WorkingCalendar:
    return WorkingCalendar.build(
        range(first_year, first_year + YEARS_AHEAD + 2),
        opens_hour=clock.opens_hour,
        closes_hour=clock.closes_hour,
        closure_days=(date.fromisoformat(day) for day in clock.closure_days),
    )


def calendar_for(clock: ClockPolicy, moment: datetime) -> WorkingCalendar:
    """The calendar of a policy around ``moment``: the year before it and four after it.

    Remembered by policy and year, which changes nothing but the time it takes (30 ms to build, then 1 µs).
    """
    return _calendar(clock, _london(moment).year - 1)


def months_later(day: date, months: int) -> date:
    """The corresponding date so many months later, or the last day of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - ONE_DAY).day
    return date(year, month + 1, min(day.day, last))
