"""The rhythm of questions to Chairs, days that are kept free, and what an outage must not do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.followup import (
    LONDON,
    StepSort,
    WorkingCalendar,
    follow_up_key,
    kept_free,
    london_day,
    next_in_round,
    next_question,
    next_sending,
    next_try,
    stale,
    weeks_for,
    working_day_before,
)
from mailflow.model.life import DaySort, SensitiveDay
from mailflow.model.policy import FollowUpPolicy
from mailflow.model.words import ReviewStage

CALENDAR = WorkingCalendar.build(range(2025, 2033))
POLICY = FollowUpPolicy()
S = ReviewStage
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
IN_2027 = st.datetimes(datetime(2027, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def kept(day: str, until: str = "", *, yearly: bool = False) -> SensitiveDay:
    first = date.fromisoformat(day)
    return SensitiveDay(day, first, date.fromisoformat(until or day), DaySort.ANNIVERSARY, "person:lead", yearly=yearly)


# -- cadence ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("stage", "weeks"),
    [
        (S.NOTIFIED, 8),
        (S.DECISION_PENDING, 8),
        (S.COMMISSIONED, 8),
        (S.IN_PROGRESS, 8),
        (S.DRAFT_REPORT, 4),
        (S.SUBMITTED, 4),
        (S.RETURNED, 4),
        (S.APPROVED, 4),
        (S.PAUSED, 12),
        (S.PUBLISHED, None),
        (S.NOT_HELD, None),
    ],
)
def test_the_cadence_of_each_stage(stage: ReviewStage, weeks: int | None) -> None:
    """domain.md §2.7: eight weeks, four for M12 to M17, twelve while paused."""
    assert weeks_for(stage, POLICY) == weeks
    asked = next_question(stage, london("2026-11-24T10:30"), POLICY, CALENDAR)
    due = asked.due if asked else None
    assert due == (london("2026-11-24T09:00") + timedelta(weeks=weeks) if weeks else None)


def test_every_stage_has_been_asked_about() -> None:
    assert {stage for stage in S if weeks_for(stage, POLICY)} == set(S) - {S.PUBLISHED, S.NOT_HELD}


@pytest.mark.parametrize(
    ("last", "due"),
    [
        ("2026-11-02T10:00", "2026-12-29T09:00"),  # 28 December is a bank holiday (substitute)
        ("2026-11-06T10:00", "2027-01-04T09:00"),  # New Year's Day, a Friday
        ("2026-08-31T10:00", "2026-10-26T09:00"),  # the day after the clocks went back
        ("2027-01-30T10:00", "2027-03-30T09:00"),  # 27 March Saturday, Easter Monday, then BST
        ("2026-06-30T23:30", "2026-08-25T09:00"),
    ],
)
def test_it_is_due_in_the_morning_of_a_working_day(last: str, due: str) -> None:
    asked = next_question(S.IN_PROGRESS, london(last), POLICY, CALENDAR)
    assert asked is not None
    assert asked.due == london(due)
    assert asked.why == "8 weeks have passed since the last word"


@pytest.mark.parametrize(
    ("named", "due", "why"),
    [
        ("2026-12-15", "2026-12-22", "was 7 days ago"),
        ("2026-11-25", "2026-12-22", "half the rhythm"),  # not within four weeks, however near the day
        ("2027-02-08", "2027-02-15", "was 7 days ago"),  # later than the rhythm: there is nothing to tell before
        ("2027-04-01", "2027-04-08", "was 7 days ago"),
        ("2027-09-01", "2027-05-25", "26 weeks have passed"),  # days are missed, silence must be noticed
        ("2026-11-23", "2027-01-19", "8 weeks have passed"),  # past when we last heard
        ("2026-12-18", "2026-12-29", "was 7 days ago"),  # 25 December: the next working day
    ],
)
def test_a_day_that_the_chair_named_moves_it(named: str, due: str, why: str) -> None:
    last = london("2026-11-24T10:30")
    asked = next_question(S.IN_PROGRESS, last, POLICY, CALENDAR, named=date.fromisoformat(named))
    assert asked is not None
    assert (asked.due, why in asked.why) == (london(f"{due}T09:00"), True)


@given(MOMENTS, st.sampled_from(list(S)), st.none() | st.dates(date(2025, 1, 1), date(2031, 1, 1)))
def test_never_before_half_the_rhythm_and_never_after_half_a_year(
    last: datetime, stage: ReviewStage, named: date | None
) -> None:
    weeks = weeks_for(stage, POLICY)
    asked = next_question(stage, last, POLICY, CALENDAR, named=named)
    if weeks is None:
        assert asked is None
        return
    assert asked is not None
    assert london_day(asked.due) - london_day(last) >= timedelta(weeks=weeks) / 2
    assert london_day(asked.due) - london_day(last) <= timedelta(weeks=26, days=5)
    assert next_sending(asked.due, POLICY, CALENDAR) == asked.due


def test_what_was_due_before_the_calendar_begins_is_due_when_it_begins() -> None:
    asked = next_question(S.IN_PROGRESS, london("2019-06-03T10:00"), POLICY, CALENDAR)
    assert asked is not None
    assert asked.due == london("2025-01-02T09:00")


# -- a round ------------------------------------------------------------------------------------
ASKED = london("2026-11-24T09:00")


@pytest.mark.promise("P5")
@pytest.mark.parametrize(
    ("reminded", "last_sent", "sort", "number", "due"),
    [
        (0, "2026-11-24T09:00", StepSort.REMINDER, 1, "2026-12-08T09:00"),
        (1, "2026-12-08T09:00", StepSort.REMINDER, 2, "2026-12-22T09:00"),
        (2, "2026-12-22T09:00", StepSort.HUMAN, 0, "2027-01-08T09:00"),
        (3, "2026-12-22T09:00", StepSort.HUMAN, 0, "2027-01-08T09:00"),  # whatever happened: never a third
        (1, "2026-12-21T14:00", StepSort.REMINDER, 2, "2027-01-07T09:00"),  # the first was held up
        (2, "2027-01-07T09:00", StepSort.HUMAN, 0, "2027-01-21T09:00"),
    ],
)
def test_two_reminders_then_a_human(reminded: int, last_sent: str, sort: StepSort, number: int, due: str) -> None:
    step = next_in_round(ASKED, london(last_sent), reminded, False, POLICY, CALENDAR)
    assert (step.sort, step.number, step.due) == (sort, number, london(due))


@pytest.mark.parametrize("reminded", range(4))
def test_an_answer_ends_the_round(reminded: int) -> None:
    step = next_in_round(ASKED, ASKED, reminded, True, POLICY, CALENDAR)
    assert (step.sort, step.due) == (StepSort.NONE, None)


def test_a_reminder_keeps_sensitive_days_free() -> None:
    step = next_in_round(ASKED, ASKED, 0, False, POLICY, CALENDAR, [kept("2026-12-08", "2026-12-09")])
    assert step.due == london("2026-12-10T09:00")


def test_a_policy_without_reminders_goes_to_a_human() -> None:
    step = next_in_round(ASKED, ASKED, 0, False, replace(POLICY, reminder_working_days=()), CALENDAR)
    assert (step.sort, step.due) == (StepSort.HUMAN, london("2027-01-08T09:00"))


def test_a_number_of_reminders_is_a_whole_one() -> None:
    with pytest.raises(ValueError, match="whole number"):
        next_in_round(ASKED, ASKED, -1, False, POLICY, CALENDAR)


@given(MOMENTS, st.lists(st.timedeltas(timedelta(0), timedelta(days=60)), min_size=2, max_size=2))
def test_a_round_sends_three_mails_at_most_and_none_close_to_another(asked: datetime, late: list[timedelta]) -> None:
    sent = [next_sending(asked, POLICY, CALENDAR)]
    for reminded in range(5):
        step = next_in_round(sent[0], sent[-1], reminded, False, POLICY, CALENDAR)
        if step.sort is not StepSort.REMINDER:
            break
        assert step.due is not None
        sent.append(next_sending(step.due + late[reminded], POLICY, CALENDAR))
    assert len(sent) == 3
    assert step.sort is StepSort.HUMAN
    for earlier, later in pairwise(sent):
        assert london_day(later) >= CALENDAR.add_days(london_day(earlier), 10)


def test_the_key_of_a_question_is_its_own() -> None:
    keys = {follow_up_key("r1", round_, number) for round_ in range(3) for number in range(3)}
    assert len(keys) == 9
    assert follow_up_key("r1", 4, 2) == "followup:r1:4:2"


# -- days ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kept_day", "free", "taken"),
    [
        (kept("2026-11-24"), ["2026-11-23", "2026-11-25", "2027-11-24"], ["2026-11-24"]),
        (kept("2026-11-24", "2026-11-26"), ["2026-11-23", "2026-11-27"], ["2026-11-24", "2026-11-25", "2026-11-26"]),
        (kept("2026-11-24", "2026-11-20"), ["2026-11-23", "2026-11-25"], ["2026-11-24"]),  # mistyped: the day counts
        (kept("2024-05-01", yearly=True), ["2023-05-01", "2026-05-02"], ["2024-05-01", "2026-05-01", "2036-05-01"]),
        (
            kept("2024-02-29", yearly=True),
            ["2026-02-27", "2026-03-02", "2028-02-28", "2028-03-01"],
            ["2024-02-29", "2026-02-28", "2026-03-01", "2027-02-28", "2028-02-29"],
        ),
        (
            kept("2024-12-30", "2025-01-02", yearly=True),
            ["2026-12-29", "2027-01-03", "2024-01-01"],
            ["2025-01-01", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"],
        ),
    ],
    ids=["one", "several", "mistyped", "yearly", "29 February", "over New Year"],
)
def test_days_that_are_kept_free(kept_day: SensitiveDay, free: list[str], taken: list[str]) -> None:
    assert [day for day in free if kept_free([kept_day], date.fromisoformat(day))] == []
    assert [day for day in taken if not kept_free([kept_day], date.fromisoformat(day))] == []


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.integers(2026, 2031))
def test_a_yearly_day_comes_back_every_year(day: date, year: int) -> None:
    anniversary = SensitiveDay("d", day, day, DaySort.ANNIVERSARY, "person:lead", yearly=True)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    found = [on for on in days if on.year == year and kept_free([anniversary], on)]
    leap = year % 4 == 0
    assert len(found) == (2 if (day.month, day.day) == (2, 29) and not leap else 1)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-24T09:00", "2026-11-24T09:00"),
        ("2026-11-24T15:59", "2026-11-24T15:59"),
        ("2026-11-24T16:00", "2026-11-25T09:00"),
        ("2026-11-24T03:00", "2026-11-24T09:00"),
        ("2026-11-27T16:00", "2026-11-30T09:00"),
        ("2026-12-24T17:00", "2026-12-29T09:00"),
        ("2026-12-31T16:00", "2027-01-04T09:00"),
        ("2027-03-26T09:00", "2027-03-30T09:00"),  # Good Friday to the Tuesday after Easter, over the spring change
        ("2026-10-23T16:00", "2026-10-26T09:00"),  # over the autumn change
    ],
)
def test_the_next_moment_at_which_a_question_may_leave(moment: str, due: str) -> None:
    assert next_sending(london(moment), POLICY, CALENDAR) == london(due)


def test_hours_are_those_of_london_on_both_sides_of_a_change() -> None:
    assert next_sending(datetime(2027, 3, 26, 12, tzinfo=UTC), POLICY, CALENDAR) == datetime(2027, 3, 30, 8, tzinfo=UTC)
    assert next_sending(datetime(2026, 10, 24, 12, tzinfo=UTC), POLICY, CALENDAR) == datetime(
        2026, 10, 26, 9, tzinfo=UTC
    )


def test_a_service_that_sends_until_midnight() -> None:
    late = replace(POLICY, send_until_hour=24)
    assert next_sending(london("2026-11-24T23:59"), late, CALENDAR) == london("2026-11-24T23:59")


def test_where_no_day_is_free_a_human_must_look() -> None:
    with pytest.raises(ValueError, match="a human must look"):
        next_sending(london("2026-11-24T09:00"), POLICY, CALENDAR, [kept("2026-01-01", "2028-12-31")])


def test_a_plan_always_ends_where_no_day_is_free_and_leaves_the_rest_to_the_gate() -> None:
    """Four hundred days on, or where the calendar ends: a family that keeps years free must not stop the service."""
    free = [kept("2026-01-01", "2028-12-31")]
    start = london("2026-11-24T09:00")
    assert next_try(start, POLICY, CALENDAR, free) == london("2027-12-28T09:00")
    assert next_try(start, POLICY, CALENDAR) == next_sending(start, POLICY, CALENDAR)
    near = WorkingCalendar.build([2026])
    assert next_try(start, POLICY, near, free) == london("2027-01-01T09:00")
    with pytest.raises(ValueError, match="a human must look"):
        next_sending(start, POLICY, near, free)
    assert next_try(start, POLICY, CALENDAR, free, ()) == london("2027-12-28T09:00")
    question = next_question(ReviewStage.IN_PROGRESS, start, POLICY, CALENDAR, days=free)
    assert question is not None and question.due > start
    step = next_in_round(start, start, 0, False, POLICY, CALENDAR, free)
    assert step.sort is StepSort.REMINDER and step.due is not None and step.due > start


@settings(deadline=None)
@given(IN_2027, st.lists(IN_2027, min_size=1, max_size=8))
def test_no_chair_gets_two_questions_on_one_day(wanted: datetime, others: list[datetime]) -> None:
    days = [kept("2027-03-10", "2027-03-12")]
    taken: set[date] = set()
    for moment in [wanted, *others, *others]:
        leaves = next_try(moment, POLICY, CALENDAR, days, taken)
        assert leaves >= moment
        assert london_day(leaves) not in taken
        assert next_sending(leaves, POLICY, CALENDAR, days) == leaves
        taken.add(london_day(leaves))
    assert len(taken) == 1 + 2 * len(others)


def test_the_working_day_before() -> None:
    assert working_day_before(date(2026, 12, 28), CALENDAR) == date(2026, 12, 24)
    assert working_day_before(date(2026, 11, 24), CALENDAR) == date(2026, 11, 24)


# -- after an outage ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "now", "is_stale"),
    [
        ("2026-11-24T09:00", "2026-11-24T08:00", False),
        ("2026-11-24T09:00", "2026-11-27T23:59", False),  # three working days
        ("2026-11-24T09:00", "2026-11-28T00:00", True),
        ("2026-11-27T09:00", "2026-12-02T15:00", False),  # over a weekend
        ("2026-11-27T09:00", "2026-12-03T09:00", True),
        ("2026-12-23T09:00", "2026-12-30T15:00", False),  # 24, 29, 30 December
        ("2026-12-23T09:00", "2026-12-31T09:00", True),
        ("2017-01-02T09:00", "2026-11-24T09:00", True),  # before the calendar begins
    ],
)
def test_what_waited_too_long_is_a_humans(due: str, now: str, is_stale: bool) -> None:
    assert stale(london(due), london(now), CALENDAR, POLICY.stale_working_days) is is_stale


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_is_stale_stays_stale(due: datetime, later: timedelta, more: timedelta) -> None:
    if stale(due, due + later, CALENDAR, 3):
        assert stale(due, due + later + more, CALENDAR, 3)
        assert stale(due - more, due + later, CALENDAR, 3)
    if later < timedelta(days=2):
        assert not stale(due, due + later, CALENDAR, 3)


def test_after_ten_days_of_outage_nothing_that_was_due_then_is_sent() -> None:
    """P5 and the issue: no burst. Ten days down: what fell due in the first week of it is a human's."""
    back = london("2026-12-04T09:00")
    dues = [london(f"2026-11-{day}T09:00") for day in (24, 25, 26, 27, 30)]
    assert [stale(due, back, CALENDAR, 3) for due in dues] == [True, True, True, True, True]
    assert not stale(london("2026-12-01T09:00"), back, CALENDAR, 3)
