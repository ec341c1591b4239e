"""Clocks of law and house: the vectors of domain.md §8.1, both changes of the clock, the year's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import (
    LONDON,
    WorkingCalendar,
    breach_due,
    breach_warnings,
    consent_review_due,
    decision_due,
    expiry_warnings,
    first_contact_due,
    london_day,
    next_review_milestone,
    next_warning,
    review_due,
    review_milestones,
    revisit_due,
    rights_clock,
)
from mailflow.model.policy import ClockPolicy

CALENDAR = WorkingCalendar.build(range(2025, 2033))
CLOCK = ClockPolicy()
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def day(text: str) -> date:
    return date.fromisoformat(text)


# -- reviews ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("decided", "months", "due"),
    [
        ("2026-08-31", 6, "2027-02-28"),  # the vector of domain.md §8.1; a Sunday stays
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-31", 12, "2027-08-31"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-11-23", 6, "2027-05-23"),
        ("2026-12-31", 6, "2027-06-30"),
        ("2026-07-01", 6, "2027-01-01"),  # a bank holiday stays
    ],
)
def test_the_report_of_a_review_is_due_months_after_the_decision(decided: str, months: int, due: str) -> None:
    assert review_due(day(decided), months) == day(due)


@pytest.mark.parametrize(
    ("notified", "due"), [("2026-11-23", "2026-12-23"), ("2027-01-31", "2027-02-28"), ("2026-12-15", "2027-01-15")]
)
def test_a_partnership_decides_within_a_month(notified: str, due: str) -> None:
    assert decision_due(day(notified), CLOCK) == day(due)


def test_the_days_of_a_review_are_a_month_before_the_day_and_each_quarter_past() -> None:
    days = review_milestones(day("2026-08-31"), 6, day("2028-01-01"))
    assert [(milestone.key, milestone.on.isoformat()) for milestone in days] == [
        ("month-before", "2027-01-31"),
        ("due", "2027-02-28"),
        ("past:1", "2027-05-31"),  # counted from the decision: February shortens nothing after it
        ("past:2", "2027-08-31"),
        ("past:3", "2027-11-30"),
    ]
    assert days[-1].why == "the report of the review is 9 months past its time"


def test_a_review_of_twelve_months_and_one_whose_time_is_far_off() -> None:
    days = review_milestones(day("2026-11-23"), 12, day("2028-03-01"))
    assert [milestone.on.isoformat() for milestone in days] == ["2027-10-23", "2027-11-23", "2028-02-23"]
    assert review_milestones(day("2026-11-23"), 6, day("2026-12-31")) == ()


def test_one_day_leads_to_the_next() -> None:
    at, keys = day("2026-08-31"), []
    for _ in range(6):
        milestone = next_review_milestone(day("2026-08-31"), 6, at)
        assert milestone is not None
        assert milestone.on > at
        at = milestone.on
        keys.append(milestone.key)
    assert keys == ["month-before", "due", "past:1", "past:2", "past:3", "past:4"]
    assert next_review_milestone(day("1926-08-31"), 6, day("2026-11-23")) is None


@given(DAYS, st.sampled_from([6, 12]), DAYS)
def test_the_next_day_is_after_and_none_lies_between(decided: date, months: int, after: date) -> None:
    milestone = next_review_milestone(decided, months, after)
    assert milestone is not None
    assert milestone.on > after
    assert not [m for m in review_milestones(decided, months, milestone.on) if after < m.on < milestone.on]


# -- rights requests ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "due"),
    [  # domain.md §8.1
        ("2026-11-23", "2026-12-23"),
        ("2026-11-25", "2026-12-29"),
        ("2026-12-01", "2027-01-04"),
        ("2027-01-31", "2027-03-01"),
        ("2027-02-28", "2027-03-30"),
    ],
)
@pytest.mark.parametrize("hour", ["00:00", "16:59", "17:00", "23:59"])
def test_a_rights_request_is_due_in_a_month_whatever_the_hour(received: str, due: str, hour: str) -> None:
    clock = rights_clock(london(f"{received}T{hour}"), CLOCK, CALENDAR)
    assert (clock.due, clock.extend_by) == (day(due), day(due))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23", "2027-02-23"),
        ("2026-11-30", "2027-03-01"),  # 28 February is a Sunday
        ("2026-09-25", "2026-12-29"),  # Christmas Day
        ("2026-12-31", "2027-03-31"),
        ("2026-12-28", "2027-03-30"),  # Easter Sunday
    ],
)
def test_extended_it_is_due_in_three_and_told_in_the_first(received: str, due: str) -> None:
    plain = rights_clock(london(f"{received}T10:00"), CLOCK, CALENDAR)
    longer = rights_clock(london(f"{received}T10:00"), CLOCK, CALENDAR, extended=True)
    assert (longer.due, longer.extend_by) == (day(due), plain.due)
    assert [milestone.key for milestone in longer.milestones] == ["near", "due"]


def test_somebody_is_told_a_week_before_on_day_28_and_on_the_last_day() -> None:
    days = rights_clock(london("2026-11-25T10:00"), CLOCK, CALENDAR).milestones
    assert [(m.key, m.on.isoformat()) for m in days] == [
        ("near", "2026-12-22"),
        ("aim", "2026-12-23"),
        ("due", "2026-12-29"),
    ]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)), st.booleans())
def test_its_days_are_working_days_in_order_the_last_being_the_due_one(received: datetime, extended: bool) -> None:
    clock = rights_clock(received, CLOCK, CALENDAR, extended=extended)
    days = [milestone.on for milestone in clock.milestones]
    assert days == sorted(set(days))
    assert days[-1] == clock.due
    assert all(CALENDAR.is_working_day(one) for one in days)
    assert days[0] > london_day(received)


# -- breaches -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("aware", "due"),
    [
        ("2026-11-27T16:30", "2026-11-30T16:30"),  # a Friday: the weekend counts
        ("2026-12-24T23:00", "2026-12-27T23:00"),  # so does Christmas
        ("2026-12-30T08:00", "2027-01-02T08:00"),
        ("2027-03-26T12:00", "2027-03-29T13:00"),  # clocks go forward on the 28th: 72 hours, not 71
        ("2026-10-23T12:00", "2026-10-26T11:00"),  # clocks go back on the 25th: 72 hours, not 73
    ],
)
def test_a_breach_is_reported_within_72_hours_of_the_wall(aware: str, due: str) -> None:
    assert breach_due(london(aware), CLOCK) == london(due)


def test_somebody_is_told_of_a_breach_until_its_time_is_over() -> None:
    aware = datetime(2026, 10, 24, 20, tzinfo=UTC)
    warnings = breach_warnings(aware, CLOCK)
    assert [(w.key, w.at - aware) for w in warnings] == [
        ("after:1", timedelta(hours=1)),
        ("after:24", timedelta(hours=24)),
        ("after:48", timedelta(hours=48)),
        ("after:66", timedelta(hours=66)),
        ("due", timedelta(hours=72)),
    ]
    assert "within 6 hours" in warnings[3].why
    with pytest.raises(ValueError, match="aware"):
        breach_due(datetime(2026, 10, 24), CLOCK)


# -- families -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23", "2026-11-25"),
        ("2026-11-27", "2026-12-01"),
        ("2026-11-28", "2026-12-01"),
        ("2026-12-23", "2026-12-29"),
        ("2026-12-24", "2026-12-30"),
        ("2026-12-25", "2026-12-30"),
        ("2026-12-31", "2027-01-05"),
        ("2027-03-25", "2027-03-31"),
        ("2027-04-30", "2027-05-05"),
        ("2027-12-24", "2027-12-30"),
    ],
)
def test_a_family_is_spoken_to_within_two_working_days(received: str, due: str) -> None:
    assert first_contact_due(london(f"{received}T10:00"), CLOCK, CALENDAR) == london(f"{due}T09:00")


@pytest.mark.parametrize(
    ("declined", "due"),
    [
        ("2026-11-23T10:00", "2027-02-23T09:00"),
        ("2026-11-30T10:00", "2027-03-01T09:00"),  # 28 February, a Sunday
        ("2026-09-25T10:00", "2026-12-29T09:00"),
        ("2026-12-27T10:00", "2027-03-30T09:00"),  # Saturday of Easter, then over the spring change
        ("2026-06-30T23:30", "2026-09-30T09:00"),
    ],
)
def test_a_declined_offer_is_looked_at_again_after_three_months(declined: str, due: str) -> None:
    assert revisit_due(london(declined), CLOCK, CALENDAR) == london(due)


@pytest.mark.parametrize(
    ("review_on", "ends_on", "due"),
    [
        (None, None, "2027-11-23"),
        ("2027-02-01", None, "2027-02-01"),
        (None, "2027-06-30", "2027-05-30"),
        ("2027-06-01", "2027-06-15", "2027-05-15"),
        (None, "2026-12-01", "2026-11-23"),  # ends within a month of its giving
    ],
)
def test_a_permission_is_asked_about_again(review_on: str | None, ends_on: str | None, due: str) -> None:
    optional = [date.fromisoformat(text) if text else None for text in (review_on, ends_on)]
    assert consent_review_due(day("2026-11-23"), *optional, CLOCK) == day(due)


# -- keys ---------------------------------------------------------------------------------------
@pytest.mark.promise("P10")
def test_keys_and_tokens_warn_before_they_end() -> None:
    ends = london("2027-04-10T12:00")
    warnings = expiry_warnings(ends, "the mailbox token", CLOCK)
    assert [(w.key, w.at) for w in warnings] == [
        ("before:30", london("2027-03-11T09:00")),  # GMT
        ("before:7", london("2027-04-03T09:00")),  # BST
        ("before:1", london("2027-04-09T09:00")),
        ("ended", ends),
    ]
    assert warnings[2].why == "the mailbox token ends in 1 day"


@pytest.mark.promise("P10")
def test_after_an_outage_one_warning_is_left_not_all() -> None:
    ends = london("2027-04-10T12:00")
    warnings = expiry_warnings(ends, "the mailbox token", CLOCK)
    plan = [
        (next_warning(warnings, london(at)) or warnings[0]).key
        for at in ("2027-01-01T00:00", "2027-03-11T09:00", "2027-04-05T00:00", "2027-04-09T10:00", "2027-05-01T00:00")
    ]
    assert plan == ["before:30", "before:7", "before:1", "ended", "ended"]
    assert next_warning((), ends) is None


def test_the_numbers_are_those_of_the_policy() -> None:
    own = replace(
        CLOCK, first_contact_working_days=1, revisit_offer_months=1, breach_hours=48, breach_reminder_hours=()
    )
    assert first_contact_due(london("2026-11-23T10:00"), own, CALENDAR) == london("2026-11-24T09:00")
    assert revisit_due(london("2026-11-23T10:00"), own, CALENDAR) == london("2026-12-23T09:00")
    assert [w.at for w in breach_warnings(london("2026-11-23T10:00"), own)] == [london("2026-11-25T10:00")]
