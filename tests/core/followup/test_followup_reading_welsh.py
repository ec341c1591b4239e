"""The sentence that says when a person will read, in both languages, over every bank holiday of three years (P7)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import WorkingCalendar, reading_sentence
from mailflow.syntax.spoken import spoken_moment
from mailflow.syntax.working import LONDON

CALENDAR = WorkingCalendar.build(range(2025, 2031))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


VECTORS = [
    # (written, next opening, day that eight working hours later fall on), after the vectors of domain.md §8.1
    ("2026-11-23T09:00", None, "23 November", "23 Tachwedd"),
    ("2026-11-27T18:00", "30 November", "30 November", "30 Tachwedd"),
    ("2026-11-28T12:00", "30 November", "30 November", "30 Tachwedd"),
    ("2026-12-23T17:00", "24 December", "24 December", "24 Rhagfyr"),
    ("2026-12-24T17:00", "29 December", "29 December", "29 Rhagfyr"),
    ("2026-12-25T10:00", "29 December", "29 December", "29 Rhagfyr"),
    ("2026-12-31T17:30", "4 January", "4 January", "4 Ionawr"),
    ("2027-03-25T20:00", "30 March", "30 March", "30 Mawrth"),  # Good Friday, Easter Monday
    ("2027-04-30T17:00", "4 May", "4 May", "4 Mai"),  # early May bank holiday
    ("2027-08-28T08:00", "31 August", "31 August", "31 Awst"),  # summer bank holiday
    ("2027-12-24T22:00", "29 December", "29 December", "29 Rhagfyr"),  # two substitute days
    ("2028-01-01T00:00", "4 January", "4 January", "4 Ionawr"),
]


@pytest.mark.promise("P7")
@pytest.mark.parametrize(("written", "opens", "read", "darllen"), VECTORS)
def test_bank_holidays_are_said_truthfully(written: str, opens: str | None, read: str, darllen: str) -> None:
    now = london(written)
    due = CALENDAR.add_working_hours(now, 8)
    english, welsh = (reading_sentence(due, now, CALENDAR, language) for language in ("en", "cy"))
    assert f"by 5pm on {read} 20" in english
    assert f"erbyn 5pm ar {darllen} 20" in welsh
    assert ("closed" in english) == ("ar gau" in welsh) == (opens is not None)
    if opens is not None:
        assert f"opens at 9am on {opens} 20" in english
        assert f"bydd yn agor am 9am ar {darllen} 20" in welsh


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda naive: naive.replace(tzinfo=LONDON))


@pytest.mark.promise("P7")
@given(MOMENTS, st.integers(1, 40))
def test_both_languages_promise_the_same_hour(now: datetime, hours: int) -> None:
    due = CALENDAR.add_working_hours(now, hours).astimezone(LONDON)
    told = due.replace(minute=0, second=0, microsecond=0)
    told += timedelta(hours=told < due)
    for language, by in (("en", " by "), ("cy", " erbyn ")):
        sentence = reading_sentence(due, now, CALENDAR, language)
        assert sentence.removesuffix(".").rpartition(by)[2] == spoken_moment(told, language)


def test_no_day_of_the_week_is_named() -> None:
    days = "monday tuesday wednesday thursday friday llun mawrth mercher iau gwener sadwrn sul"
    for written, *_ in VECTORS:
        now = london(written)
        for language in ("en", "cy"):
            sentence = reading_sentence(CALENDAR.add_working_hours(now, 8), now, CALENDAR, language).casefold()
            words = {word.strip(".,") for word in sentence.split()}
            # Mawrth is March and Tuesday: the month stands between a day and a year.
            assert words & set(days.split()) <= ({"mawrth"} if " mawrth 20" in sentence else set())
