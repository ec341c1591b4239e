"""Days on which something may leave: working days, sensitive days, quiet hours, one question a day and Chair.

All days and hours are those of London; moments go out in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta

from mailflow.model.life import SensitiveDay
from mailflow.model.policy import FollowUpPolicy
from mailflow.syntax.working import LONDON, WorkingCalendar

ONE_DAY = timedelta(days=1)
DAYS_SEARCHED = 400
"""Days looked at for a free one: a family whose days are all sensitive for a year is a human's matter."""


def london_day(moment: datetime) -> date:
    """The day in London of an aware moment; ``ValueError`` for one without zone."""
    if moment.tzinfo is None:
        raise ValueError("times here are aware: this one has no zone")
    return moment.astimezone(LONDON).date()


def at_hour(day: date, hour: int) -> datetime:
    """That full hour (0 to 24) of a day in London, in UTC."""
    if hour == 24:
        day, hour = day + ONE_DAY, 0
    return datetime.combine(day, time(hour), LONDON).astimezone(UTC)


def kept_free(days: Sequence[SensitiveDay], on: date) -> SensitiveDay | None:
    """The first of the days that keeps ``on`` free of anything automatic; ``None`` where none does.

    A yearly one comes back from its first year on. Born or died on 29 February: in other years families mark the day
    before or the day after, so both 28 February and 1 March are kept.
    """
    return next((day for day in days if _covers(day, on)), None)


def _covers(kept: SensitiveDay, on: date) -> bool:
    last = max(kept.day, kept.until)
    if kept.day <= on <= last:
        return True
    if not kept.yearly or on < kept.day:
        return False
    for year in (on.year, on.year - 1):  # the stretch may have begun before New Year
        first, more = _in_year(kept.day, year)
        if first <= on <= first + (last - kept.day) + more:
            return True
    return False


def _in_year(day: date, year: int) -> tuple[date, timedelta]:
    """The same day of another year, and how much longer it lasts there."""
    try:
        return day.replace(year=year), timedelta(0)
    except ValueError:
        return date(year, 2, 28), ONE_DAY


def next_sending(
    moment: datetime,
    policy: FollowUpPolicy,
    calendar: WorkingCalendar,
    days: Sequence[SensitiveDay] = (),
    taken: Collection[date] = (),
) -> datetime:
    """``moment`` itself where a question may leave then, else the next moment at which one may; UTC.

    That is within the sending hours of a working day that is not kept free and not ``taken``. ``ValueError`` where
    there is none within 400 days, or within the years of the calendar.
    """
    found, _ = _search(moment, policy, calendar, days, taken)
    if found is None:
        raise ValueError(
            f"no day within {DAYS_SEARCHED} is free for a question; a human must look at the days kept free"
        )
    return found


def next_try(
    moment: datetime,
    policy: FollowUpPolicy,
    calendar: WorkingCalendar,
    days: Sequence[SensitiveDay] = (),
    taken: Collection[date] = (),
) -> datetime:
    """The same for planning, which must always end: where no day is free, the last one that was looked at; UTC.

    Planned is not sent: the gate is asked again on that day, and keeps shut while the day is kept free. ``taken`` are
    the days on which the Chair gets other questions: a Chair of several reviews gets one of ours a day at most.
    """
    found, last = _search(moment, policy, calendar, days, taken)
    return found or max(moment.astimezone(UTC), at_hour(last, policy.send_from_hour))


def _search(
    moment: datetime,
    policy: FollowUpPolicy,
    calendar: WorkingCalendar,
    days: Sequence[SensitiveDay],
    taken: Collection[date],
) -> tuple[datetime | None, date]:
    """When a question may leave, ``None`` where no day is free; and the last day that was looked at."""
    first = london_day(moment)
    for day in (first + step * ONE_DAY for step in range(DAYS_SEARCHED)):
        if day.year not in calendar.years:
            return None, day
        end = at_hour(day, policy.send_until_hour)
        if moment < end and calendar.is_working_day(day) and day not in taken and kept_free(days, day) is None:
            return max(moment.astimezone(UTC), at_hour(day, policy.send_from_hour)), day
    return None, day


def within(day: date, calendar: WorkingCalendar) -> date:
    """``day``, or the first day of the calendar where it lies before: what was due then is long overdue anyway."""
    return max(day, date(calendar.years[0], 1, 1))


def working_day_before(day: date, calendar: WorkingCalendar) -> date:
    """``day`` itself where it is a working day, else the last one before it: for what must be done *by* a day."""
    while not calendar.is_working_day(day):
        day -= ONE_DAY
    return day


def stale(due: datetime, now: datetime, calendar: WorkingCalendar, working_days: int) -> bool:
    """True when what was due has waited for more than so many working days: a human's matter, never a burst.

    It is stale from the day after the last of those days on; the day on which it was due does not count.
    """
    return now > due and london_day(now) > calendar.add_days(within(london_day(due), calendar), working_days)
