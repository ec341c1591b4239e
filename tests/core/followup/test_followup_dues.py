"""Due times: triage, chasers, alerts, rights requests, and the sentence that a writer reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import (
    LONDON,
    WorkingCalendar,
    chaser_dues,
    month_after,
    next_alert,
    reading_sentence,
    rights_due,
    triage_due,
)
from mailflow.model.policy import ClockPolicy, KindPolicy
from mailflow.model.words import Audience, Kind, RecordType, Urgency

CALENDAR = WorkingCalendar.build(range(2025, 2031))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 11, 1), timezones=st.just(UTC))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def kind(hours: int) -> KindPolicy:
    return KindPolicy(Kind.REFERRAL, RecordType.REFERRAL, "", Audience.PROFESSIONAL, Urgency.TODAY, hours, 0.5)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-23", "2026-12-23"),
        ("2026-11-25", "2026-12-29"),  # the 25th is a holiday
        ("2026-12-01", "2027-01-04"),
        ("2027-01-31", "2027-03-01"),  # 28 February is a Sunday
        ("2027-02-28", "2027-03-30"),  # 28 March a Sunday, the 29th Easter Monday
    ],
)
@pytest.mark.parametrize("hour", ["00:10", "12:00", "23:50"])
def test_a_rights_request_is_due_as_the_vectors_say_whatever_the_hour(received: str, due: str, hour: str) -> None:
    assert rights_due(london(f"{received}T{hour}"), CALENDAR) == date.fromisoformat(due)


def test_the_day_of_a_rights_request_is_that_of_london() -> None:
    assert rights_due(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), CALENDAR) == date(2026, 8, 3)  # 1 July, a Saturday


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [
        ("2026-08-31", 6, "2027-02-28"),  # domain.md §8.1: six months of a review
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2026-10-31", 1, "2026-11-30"),
        ("2026-01-15", 12, "2027-01-15"),
    ],
)
def test_months_are_clamped_to_their_end(day: str, months: int, there: str) -> None:
    assert month_after(date.fromisoformat(day), months) == date.fromisoformat(there)


def test_triage_is_counted_in_working_hours_and_some_kinds_need_none() -> None:
    assert triage_due(london("2026-11-27T16:00"), kind(8), CALENDAR) == london("2026-11-30T16:00")
    assert triage_due(london("2026-11-27T16:00"), kind(0), CALENDAR) is None


def test_chasers_go_after_two_and_five_working_days_at_opening() -> None:
    dues = chaser_dues(london("2026-12-23T11:00"), ClockPolicy(), CALENDAR)
    assert dues == (london("2026-12-29T09:00"), london("2027-01-04T09:00"))


@pytest.mark.promise("P7")
def test_an_alert_rings_every_ten_minutes_and_for_the_deputy_from_the_third_time_on() -> None:
    now = datetime(2026, 12, 25, 3, 0, tzinfo=UTC)
    rings = [next_alert(now, rung, ClockPolicy()) for rung in range(5)]
    assert {ring.due - now for ring in rings} == {timedelta(minutes=10)}
    assert [ring.to_deputy for ring in rings] == [False, False, True, True, True]
    with pytest.raises(ValueError, match="whole number"):
        next_alert(now, -1, ClockPolicy())


@pytest.mark.parametrize(
    ("now", "due", "sentence"),
    [
        ("2026-11-23T10:00", "2026-11-23T12:00", "A person will read your message by 12 noon on 23 November 2026."),
        ("2026-11-23T10:00", "2026-11-23T14:01", "A person will read your message by 3pm on 23 November 2026."),
        ("2026-11-23T16:30", "2026-11-24T09:30", "A person will read your message by 10am on 24 November 2026."),
        (
            "2026-12-24T22:00",
            "2026-12-29T13:00",
            "Our office is closed at the moment and opens at 9am on 29 December 2026. "
            "A person will read your message by 1pm on 29 December 2026.",
        ),
    ],
)
def test_the_sentence_names_the_hour_and_the_day(now: str, due: str, sentence: str) -> None:
    assert reading_sentence(london(due), london(now), CALENDAR) == sentence


@pytest.mark.promise("P7")
@given(MOMENTS, st.integers(1, 40))
def test_the_sentence_promises_an_open_hour_not_before_the_due_one(now: datetime, hours: int) -> None:
    due = CALENDAR.add_working_hours(now, hours)
    sentence = reading_sentence(due, now, CALENDAR)
    promised = sentence.removesuffix(".").rpartition(" by ")[2]
    hour, _, day = promised.partition(" on ")
    number = 12 if hour == "12 noon" else int(hour[:-2]) + 12 * hour.endswith("pm")
    told = datetime.strptime(day, "%d %B %Y").replace(hour=number, tzinfo=LONDON)
    assert timedelta(0) <= told - due < timedelta(hours=1)
    assert CALENDAR.is_open(told - timedelta(seconds=1))
    assert ("closed" in sentence) != CALENDAR.is_open(now)


def test_a_due_time_that_has_passed_becomes_the_next_working_hour() -> None:
    late = reading_sentence(london("2026-11-20T10:00"), london("2026-11-23T10:00"), CALENDAR)
    assert late == "A person will read your message by 11am on 23 November 2026."


def test_a_language_that_nobody_taught_is_refused() -> None:
    with pytest.raises(ValueError, match="'xx'"):
        reading_sentence(london("2026-11-23T12:00"), london("2026-11-23T10:00"), CALENDAR, "xx")
