"""Days and hours in words, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from mailflow.followup.reading import LANGUAGES
from mailflow.syntax.spoken import SPOKEN_LANGUAGES, spoken_day, spoken_moment, spoken_time


@pytest.mark.parametrize(
    ("clock", "english", "welsh"),
    [
        (time(0), "midnight", "hanner nos"),
        (time(0, 5), "12.05am", "12.05am"),
        (time(9), "9am", "9am"),
        (time(11, 59), "11.59am", "11.59am"),
        (time(12), "12 noon", "hanner dydd"),
        (time(12, 30), "12.30pm", "12.30pm"),
        (time(13), "1pm", "1pm"),
        (time(23, 9), "11.09pm", "11.09pm"),
    ],
)
def test_hours(clock: time, english: str, welsh: str) -> None:
    assert (spoken_time(clock, "en"), spoken_time(clock, "cy")) == (english, welsh)


WELSH_MONTHS = "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr"


def test_months() -> None:
    days = [date(2027, month, 1) for month in range(1, 13)]
    assert [spoken_day(day, "cy").split()[1] for day in days] == WELSH_MONTHS.split()
    assert [spoken_day(day, "en") for day in days] == [f"{day:%-d %B %Y}" for day in days]


def test_moments_are_said_by_the_clocks_of_london() -> None:
    summer, winter = datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, 30, tzinfo=UTC)
    assert spoken_moment(summer, "en") == "12.30am on 25 October 2026"
    assert spoken_moment(winter, "en") == "11.30pm on 25 October 2026"
    assert spoken_moment(summer, "cy") == "12.30am ar 25 Hydref 2026"


def test_the_reading_sentence_knows_the_same_languages() -> None:
    assert LANGUAGES == SPOKEN_LANGUAGES == ("en", "cy")
    with pytest.raises(KeyError):
        spoken_day(date(2026, 1, 1), "xx")
