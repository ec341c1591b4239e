"""Working days and hours: the vectors of domain.md §8.1, both changes of the clock, the year's end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import LONDON, WorkingCalendar, calendar_for
from mailflow.model.policy import ClockPolicy

CALENDAR = WorkingCalendar.build(range(2025, 2030))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 11, 1), timezones=st.just(UTC))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


BANK_HOLIDAYS = """
2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28
2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-27 2027-12-28
2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26
""".split()  # noqa: SIM905 (a table of days reads better so)


def test_the_bank_holidays_of_the_table_are_those_of_the_calendar() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range((date(2029, 1, 1) - date(2026, 1, 1)).days)]
    holidays = [day.isoformat() for day in days if day.weekday() < 5 and not CALENDAR.is_working_day(day)]
    assert holidays == BANK_HOLIDAYS


def test_scottish_days_are_not_ours() -> None:
    assert CALENDAR.is_working_day(date(2026, 1, 2))
    assert CALENDAR.is_working_day(date(2026, 11, 30))


# (received on, + 1 working day, + 2 working days), domain.md §8.1
VECTORS = [
    ("2026-11-23", "2026-11-24", "2026-11-25"),
    ("2026-11-27", "2026-11-30", "2026-12-01"),
    ("2026-11-28", "2026-11-30", "2026-12-01"),
    ("2026-12-23", "2026-12-24", "2026-12-29"),
    ("2026-12-24", "2026-12-29", "2026-12-30"),
    ("2026-12-25", "2026-12-29", "2026-12-30"),
    ("2026-12-31", "2027-01-04", "2027-01-05"),
    ("2027-03-25", "2027-03-30", "2027-03-31"),
    ("2027-04-30", "2027-05-04", "2027-05-05"),
    ("2027-12-24", "2027-12-29", "2027-12-30"),
]


@pytest.mark.parametrize("hour", ["00:00", "08:59", "10:00", "16:59"])
@pytest.mark.parametrize(("received", "one", "two"), VECTORS)
def test_working_days_after_receipt(received: str, one: str, two: str, hour: str) -> None:
    moment = london(f"{received}T{hour}")
    assert CALENDAR.add_working_days(moment, 1) == london(f"{one}T09:00")
    assert CALENDAR.add_working_days(moment, 2) == london(f"{two}T09:00")


@pytest.mark.parametrize(
    ("received", "one"),
    [
        ("2026-11-23T16:59:59", "2026-11-24"),
        ("2026-11-23T17:00", "2026-11-25"),  # Monday after the cut-off counts as Tuesday
        ("2026-11-27T18:00", "2026-11-30"),  # Friday night: not later than Saturday
        ("2026-12-24T17:00", "2026-12-29"),  # Christmas Eve: not later than Christmas Day
        ("2026-12-31T23:59", "2027-01-04"),  # over the year's end
    ],
)
def test_from_the_cut_off_on_it_counts_as_the_following_day(received: str, one: str) -> None:
    assert CALENDAR.add_working_days(london(received), 1) == london(f"{one}T09:00")


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)), st.integers(0, 6))
def test_who_writes_later_is_never_due_earlier(moment: datetime, more: timedelta, count: int) -> None:
    assert CALENDAR.add_working_days(moment, count) <= CALENDAR.add_working_days(moment + more, count)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T10:00", 2, "2026-11-23T12:00"),
        ("2026-11-23T16:00", 2, "2026-11-24T10:00"),
        ("2026-11-23T05:00", 1, "2026-11-23T10:00"),
        ("2026-11-23T17:00", 0, "2026-11-24T09:00"),  # nobody is there: the next opening
        ("2026-11-27T16:30", 8, "2026-11-30T16:30"),
        ("2026-11-28T12:00", 8, "2026-11-30T17:00"),
        ("2026-12-24T16:00", 2, "2026-12-29T10:00"),
        ("2026-12-31T16:30", 1, "2027-01-04T09:30"),
        ("2026-11-23T10:00", 0.5, "2026-11-23T10:30"),
    ],
)
def test_working_hours(start: str, hours: float, due: str) -> None:
    assert CALENDAR.add_working_hours(london(start), hours) == london(due)


def test_spring_forward_moves_utc_and_not_the_office() -> None:
    """Friday 27 March 2026 is GMT, Monday 30 March BST: 09:00 in London is 08:00 UTC."""
    due = CALENDAR.add_working_hours(datetime(2026, 3, 27, 16, 0, tzinfo=UTC), 2)
    assert due == datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
    assert CALENDAR.add_working_days(datetime(2026, 3, 27, 12, 0, tzinfo=UTC), 1) == datetime(
        2026, 3, 30, 8, 0, tzinfo=UTC
    )
    assert CALENDAR.is_open(datetime(2026, 3, 30, 8, 0, tzinfo=UTC))
    assert not CALENDAR.is_open(datetime(2026, 3, 27, 8, 0, tzinfo=UTC))


def test_autumn_back_moves_utc_and_not_the_office() -> None:
    """Friday 23 October 2026 is BST, Monday 26 October GMT."""
    due = CALENDAR.add_working_hours(datetime(2026, 10, 23, 15, 0, tzinfo=UTC), 2)
    assert due == datetime(2026, 10, 26, 10, 0, tzinfo=UTC)
    assert CALENDAR.add_working_days(datetime(2026, 10, 23, 12, 0, tzinfo=UTC), 1) == datetime(
        2026, 10, 26, 9, 0, tzinfo=UTC
    )


def test_the_cut_off_and_the_day_are_those_of_london() -> None:
    assert CALENDAR.day_of_receipt(datetime(2026, 7, 1, 15, 59, tzinfo=UTC)) == date(2026, 7, 1)
    assert CALENDAR.day_of_receipt(datetime(2026, 7, 1, 16, 0, tzinfo=UTC)) == date(2026, 7, 2)  # 17:00 BST
    assert CALENDAR.day_of_receipt(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)  # 00:30 BST


@given(MOMENTS)
def test_the_next_opening_is_open_and_nothing_before_it_is(moment: datetime) -> None:
    opening = CALENDAR.next_opening(moment)
    assert opening >= moment
    assert CALENDAR.is_open(opening)
    if opening > moment:
        assert not CALENDAR.is_open(moment)
        assert not CALENDAR.is_open(opening - timedelta(seconds=1))


@given(MOMENTS, st.integers(0, 40), st.integers(0, 40))
def test_working_hours_add_up(moment: datetime, first: int, second: int) -> None:
    """No hours more at the moment of closing is the next opening: the service is shut from that moment on."""
    there = CALENDAR.add_working_hours(CALENDAR.add_working_hours(moment, first), second)
    whole = CALENDAR.add_working_hours(moment, first + second)
    assert there == (whole if second else CALENDAR.next_opening(whole))


def test_closure_days_are_no_working_days() -> None:
    closed = WorkingCalendar.build(range(2026, 2028), closure_days=[date(2026, 12, 29), date(2026, 12, 30)])
    assert closed.add_working_days(london("2026-12-24T10:00"), 1) == london("2026-12-31T09:00")
    assert not closed.is_open(london("2026-12-29T10:00"))


def test_the_calendar_of_a_policy_has_its_hours_and_closures_and_reaches_ahead() -> None:
    clock = ClockPolicy(opens_hour=10, closes_hour=16, closure_days=("2026-12-29",))
    calendar = calendar_for(clock, london("2026-12-24T10:00"))
    assert calendar.add_working_days(london("2026-12-24T10:00"), 1) == london("2026-12-30T10:00")
    assert calendar.years == range(2025, 2031)
    assert calendar_for(clock, london("2026-02-01T10:00")) is calendar


def test_what_the_calendar_does_not_know_it_does_not_answer() -> None:
    with pytest.raises(ValueError, match="2025 to 2029, not 2030"):
        CALENDAR.is_working_day(date(2030, 1, 1))
    with pytest.raises(ValueError, match="aware"):
        CALENDAR.add_working_days(datetime(2026, 1, 1), 1)
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(london("2026-01-01T10:00"), -1)
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_hours(london("2026-01-01T10:00"), -1)


@pytest.mark.parametrize(("opens", "closes"), [(17, 9), (9, 9), (-1, 5), (9, 25)])
def test_hours_that_leave_no_work_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="open before it closes"):
        WorkingCalendar.build([2026], opens_hour=opens, closes_hour=closes)


def test_a_calendar_without_years_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one year"):
        WorkingCalendar.build([])


def test_a_service_that_is_closed_for_good_ends_the_search() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365 * 12)]
    shut = WorkingCalendar.build(range(2026, 2040), closure_days=days)
    with pytest.raises(ValueError, match="closed for good"):
        shut.next_opening(london("2026-01-02T10:00"))
