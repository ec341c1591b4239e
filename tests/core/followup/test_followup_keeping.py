"""Retention by outcome, escalation by urgency, and the numbers of the digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.followup import (
    LONDON,
    DigestItem,
    WorkingCalendar,
    digest_counts,
    escalation,
    last_digest,
    next_digest,
    retention,
)
from mailflow.model.life import HoldRecord, HoldSort, Outcome, ReviewForm, ReviewRecord, ReviewState
from mailflow.model.policy import ClockPolicy, RetentionPolicy
from mailflow.model.records import CaseRecord, CaseState
from mailflow.model.words import RecordType, ReviewStage, Urgency

CALENDAR = WorkingCalendar.build(range(2025, 2033))
CLOCK, KEEP = ClockPolicy(), RetentionPolicy()


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


OPENED, CONTACT, CLOSED = london("2026-01-05T10:00"), london("2026-08-31T10:00"), london("2026-09-14T10:00")
NOW = london("2026-11-23T10:00")
CASE = CaseRecord(
    "c1",
    "HS-P8VN-2JHE",
    RecordType.REFERRAL,
    CaseState.CLOSED,
    OPENED,
    closed_at=CLOSED,
    last_contact_at=CONTACT,
    outcome=Outcome.SUPPORTED,
)
REVIEW = ReviewRecord(
    "r1",
    "HS-7KQ4-M2XD",
    ReviewForm.DHR,
    ReviewState.CLOSED,
    ReviewStage.PUBLISHED,
    stage_since=CLOSED,
    opened_at=OPENED,
    closed_at=london("2027-02-28T10:00"),
)


def hold(sort: HoldSort, **more: object) -> HoldRecord:
    return replace(HoldRecord("h", sort, OPENED, "person:lead", case_id="c1"), **more)


# -- retention ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "until", "says"),
    [
        (Outcome.SUPPORTED, "2032-08-31", "kept 6 years: somebody was supported"),
        (Outcome.DECLINED, "2026-10-12", "kept 6 weeks"),
        (Outcome.SIGNPOSTED, "2026-10-12", "kept 6 weeks"),
        (Outcome.NOT_REACHED, "2027-02-28", "kept 6 months"),  # clamped to the month's end
        (Outcome.OTHER, "2032-08-31", "another way"),
        ("", "2032-08-31", "nobody said how"),
    ],
)
def test_a_case_is_kept_by_its_outcome(outcome: str, until: str, says: str) -> None:
    """domain.md §9.3, from the last contact."""
    plan = retention(replace(CASE, outcome=outcome), [], [], NOW, KEEP)
    assert plan.until == date.fromisoformat(until)
    assert says in plan.why
    assert plan.starts == date(2026, 8, 31)


def test_the_years_start_when_the_last_review_ended() -> None:
    earlier = replace(REVIEW, id="r0", closed_at=OPENED)
    assert retention(CASE, [REVIEW, earlier], [], NOW, KEEP).until == date(2033, 2, 28)
    assert retention(CASE, [earlier], [], NOW, KEEP).until == date(2032, 8, 31)


def test_without_a_recorded_contact_it_runs_from_the_closing() -> None:
    assert retention(replace(CASE, last_contact_at=None), [], [], NOW, KEEP).starts == date(2026, 9, 14)
    assert retention(replace(CASE, last_contact_at=None, closed_at=None), [], [], NOW, KEEP).starts == OPENED.date()


@pytest.mark.parametrize(
    ("case", "reviews", "holds", "says"),
    [
        (replace(CASE, state=CaseState.OPEN), [], [], "the case is not closed"),
        (replace(CASE, state=CaseState.NEW), [], [], "the case is not closed"),
        (CASE, [REVIEW, replace(REVIEW, id="r2", state=ReviewState.OPEN)], [], "a review that it waits for is open"),
        (CASE, [], [hold(HoldSort.LEGAL)], "a legal hold: nothing is destroyed"),
        (CASE, [], [hold(HoldSort.LEGAL, since=NOW + timedelta(days=9))], "a legal hold: nothing is destroyed"),
        (CASE, [], [hold(HoldSort.LEGAL, until=NOW + timedelta(days=9))], "a legal hold: nothing is destroyed"),
        (CASE, [], [hold(HoldSort.COMPLAINT)], "a complaint is open"),
        (replace(CASE, merged_into="c9"), [], [], "it was merged into another case and is kept as long as that one"),
    ],
)
def test_what_stops_it(case: CaseRecord, reviews: list[ReviewRecord], holds: list[HoldRecord], says: str) -> None:
    plan = retention(case, reviews, holds, NOW, KEEP)
    assert (plan.until, plan.stopped_by) == (None, (says,))
    assert not plan.over(date(2099, 1, 1))


def test_a_hold_that_has_ended_stops_it_no_more() -> None:
    ended = hold(HoldSort.LEGAL, ended_at=NOW, ended_by="person:lead")
    assert retention(CASE, [], [ended, hold(HoldSort.LEGAL, until=NOW)], NOW, KEEP).until == date(2032, 8, 31)
    assert retention(CASE, [], [hold(HoldSort.RISK), hold(HoldSort.FAMILY_REQUEST)], NOW, KEEP).until is not None


def test_a_complaint_keeps_it_for_years_after_its_end() -> None:
    complaint = hold(HoldSort.COMPLAINT, ended_at=london("2026-11-01T10:00"), ended_by="person:lead")
    plan = retention(replace(CASE, outcome=Outcome.DECLINED), [], [complaint], NOW, KEEP)
    assert (plan.until, plan.why) == (date(2032, 11, 1), "kept 6 years after a complaint ended")
    old = replace(complaint, ended_at=london("2026-02-01T10:00"))
    assert retention(CASE, [], [old], NOW, KEEP).until == date(2032, 8, 31)


def test_its_last_day_is_kept() -> None:
    plan = retention(CASE, [], [], NOW, KEEP)
    assert [plan.over(date(2032, 8, 31)), plan.over(date(2032, 9, 1))] == [False, True]


# -- escalation ---------------------------------------------------------------------------------
SINCE = london("2026-11-27T16:00")  # a Friday


@pytest.mark.promise("P10")
@pytest.mark.parametrize(
    ("urgency", "lead", "deputy"),
    [
        (Urgency.NOW, "2026-11-27T16:00", "2026-11-27T16:20"),  # wall time
        (Urgency.TODAY, "2026-11-30T12:00", "2026-11-30T16:00"),
        (Urgency.SOON, "2026-11-30T16:00", "2026-12-01T16:00"),
        (Urgency.LATER, "2026-12-01T16:00", "2026-12-04T16:00"),
    ],
)
def test_the_lead_then_the_deputy_is_told(urgency: Urgency, lead: str, deputy: str) -> None:
    def told(at: datetime) -> tuple[tuple[str, ...], datetime]:
        found = escalation(urgency, SINCE, at, CLOCK, CALENDAR)
        assert found is not None
        assert (found.lead_at, found.deputy_at) == (london(lead), london(deputy))
        return found.tell, found.next_at

    second = timedelta(seconds=1)
    assert told(london(lead) - second) == ((), london(lead))
    assert told(london(lead)) == (("lead",), london(deputy))
    assert told(london(deputy) - second) == (("lead",), london(deputy))
    tell, again = told(london(deputy))
    assert tell == ("lead", "deputy")
    assert again > london(deputy)


@pytest.mark.promise("P10")
def test_both_are_told_again_each_working_day() -> None:
    at, times = london("2026-12-23T15:00"), []
    for _ in range(3):
        found = escalation(Urgency.TODAY, london("2026-12-22T15:00"), at, CLOCK, CALENDAR)
        assert found is not None
        at = found.next_at
        times.append(at)
    assert times == [london("2026-12-24T15:00"), london("2026-12-29T15:00"), london("2026-12-30T15:00")]


def test_the_lane_tells_nobody_and_danger_knows_no_office_hours() -> None:
    assert escalation(Urgency.NONE, SINCE, NOW, CLOCK, CALENDAR) is None
    found = escalation(Urgency.NOW, london("2026-12-25T03:00"), london("2026-12-25T03:35"), CLOCK, CALENDAR)
    assert found is not None
    assert (found.tell, found.next_at) == (("lead", "deputy"), london("2026-12-25T03:40"))


@given(
    st.sampled_from([Urgency.NOW, Urgency.TODAY, Urgency.SOON, Urgency.LATER]),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=60)),
)
def test_the_next_telling_is_always_to_come(urgency: Urgency, since: datetime, waited: timedelta) -> None:
    found = escalation(urgency, since, since + waited, CLOCK, CALENDAR)
    assert found is not None
    assert found.next_at > since + waited
    assert since <= found.lead_at <= found.deputy_at


# -- the digest ---------------------------------------------------------------------------------
MORNING = london("2026-11-23T08:00")


def test_each_open_thing_is_counted_in_its_place() -> None:
    since = london("2026-11-20T08:00")
    items = [
        DigestItem(london("2026-11-21T10:00"), due=london("2026-11-23T10:00")),  # new, due today
        DigestItem(london("2026-11-19T10:00"), due=london("2026-11-20T10:00"), urgency=Urgency.NOW),  # overdue
        DigestItem(london("2026-11-19T10:00"), due=MORNING),  # overdue by now
        DigestItem(london("2026-11-19T10:00"), due=london("2026-11-23T23:59")),  # due today
        DigestItem(london("2026-11-19T10:00"), due=london("2026-11-24T00:00")),  # later
        DigestItem(since),  # counted as new in the last one; later
        DigestItem(london("2026-11-19T10:00"), due=london("2026-12-01T10:00"), waits_for_others=True),
        DigestItem(london("2026-11-19T10:00"), waits_for_others=True),
        DigestItem(london("2026-11-19T10:00"), due=london("2026-11-20T10:00"), waits_for_others=True),  # to chase
    ]
    counts = digest_counts(items, 2, since, MORNING)
    assert (counts.new, counts.overdue, counts.due_today, counts.waiting_for_others) == (1, 3, 2, 2)
    assert (counts.later, counts.at_once, counts.alarms, counts.open) == (2, 1, 2, 9)
    assert not counts.quiet


def test_a_quiet_morning() -> None:
    assert digest_counts([], 0, MORNING - timedelta(days=1), MORNING).quiet
    assert not digest_counts([], 1, MORNING - timedelta(days=1), MORNING).quiet


@given(
    st.lists(
        st.builds(
            DigestItem,
            since=st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
            due=st.none() | st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 30), timezones=st.just(UTC)),
            waits_for_others=st.booleans(),
        )
    )
)
def test_nothing_is_counted_twice_or_left_out(items: list[DigestItem]) -> None:
    counts = digest_counts(items, 0, MORNING - timedelta(days=3), MORNING)
    assert counts.open == len(items)
    assert counts.new <= len(items)


@pytest.mark.parametrize(
    ("now", "following", "before"),
    [
        ("2026-11-23T08:00", "2026-11-24T08:00", "2026-11-20T08:00"),  # Monday's counts from Friday's on
        ("2026-11-23T07:59", "2026-11-23T08:00", "2026-11-20T08:00"),
        ("2026-11-24T08:00:05", "2026-11-25T08:00", "2026-11-24T08:00"),
        ("2026-12-26T12:00", "2026-12-29T08:00", "2026-12-24T08:00"),
        ("2027-01-01T12:00", "2027-01-04T08:00", "2026-12-31T08:00"),
        ("2027-03-27T12:00", "2027-03-30T08:00", "2027-03-25T08:00"),
    ],
)
def test_the_digest_is_made_each_working_morning(now: str, following: str, before: str) -> None:
    assert next_digest(london(now), CLOCK, CALENDAR) == london(following)
    assert last_digest(london(now), CLOCK, CALENDAR) == london(before)
