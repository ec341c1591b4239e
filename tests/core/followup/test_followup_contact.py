"""The hours in which a person may be reached: read where the words are plain, never guessed at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import LONDON, contact_hours, next_contact


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("", (0, 24)),
        ("any time", (0, 24)),
        ("afternoons only", (12, 18)),
        ("Only mornings.", (8, 12)),
        ("13:00-17:00", (13, 17)),
        ("between 13.00 and 17.00", (13, 17)),
        ("from 1pm to 5pm", (13, 17)),
        ("1-5pm", (13, 17)),
        ("10-2pm", (10, 14)),
        ("9am until 12 pm", (9, 12)),
        ("12am to 6am", (0, 6)),
        ("22-6", (22, 6)),
        ("after 6pm", (18, 24)),
        ("before 10", (0, 10)),
        ("after 18:00 only", (18, 24)),
    ],
)
def test_plain_hours_are_read(said: str, hours: tuple[int, int]) -> None:
    assert contact_hours(said) == hours


@pytest.mark.parametrize(
    "said",
    [
        "when he is at work",
        "afternoons, not Tuesdays",
        "mornings or evenings",
        "13:30-17:00",
        "25-26",
        "13pm to 15pm",
        "9-9",
        "after school",
        "not before 10",
        "never",
        "x" * 5_000,
    ],
)
def test_what_is_not_plain_is_not_guessed(said: str) -> None:
    assert contact_hours(said) is None


HOURS = st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1] % 24)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, HOURS)
def test_the_next_moment_lies_within_the_hours_and_within_a_day(moment: datetime, hours: tuple[int, int]) -> None:
    first, last = hours
    then = next_contact(moment, hours)
    hour = then.astimezone(LONDON).hour
    assert first <= hour < last if first < last else hour >= first or hour < last
    assert moment <= then <= moment + timedelta(hours=25), "25: the night on which the clocks go back"
    assert next_contact(then, hours) == then


def test_hours_are_those_of_london_in_summer_too() -> None:
    assert next_contact(datetime(2026, 7, 1, 10, 30, tzinfo=UTC), (13, 17)) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert next_contact(datetime(2026, 12, 1, 10, 30, tzinfo=UTC), (13, 17)) == datetime(2026, 12, 1, 13, tzinfo=UTC)
