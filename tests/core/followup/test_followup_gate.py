"""The gate before a question to a Chair: one open view, and every single thing that shuts it (P5, DESIGN §8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.followup import (
    LONDON,
    FollowUpView,
    Shut,
    WorkingCalendar,
    follow_up_gate,
    next_check,
)
from mailflow.model.life import DaySort, Freshness, HoldRecord, HoldSort, ReviewState, SensitiveDay
from mailflow.model.policy import FollowUpPolicy
from mailflow.model.records import CaseState
from mailflow.model.words import ReviewStage

CALENDAR = WorkingCalendar.build(range(2025, 2031), closure_days=[date(2026, 12, 29)])
POLICY = FollowUpPolicy()


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


NOW = london("2026-11-24T10:00")  # a Tuesday
FRESH = (Freshness("hssupport", "INBOX", NOW - timedelta(minutes=1)), Freshness("dhr", "INBOX", NOW))
OPEN = FollowUpView(
    now=NOW,
    stage=ReviewStage.IN_PROGRESS,
    cases=(CaseState.OPEN, CaseState.CLOSED),
    permitted=True,
    permitted_why="one person of the family permits it",
    chair_serves=True,
    address_confirmed=True,
    watched=("hssupport", "dhr"),
    freshness=FRESH,
    last_sent_at=NOW - timedelta(weeks=9),
    last_answer_at=NOW - timedelta(weeks=9),
    days=(SensitiveDay("d", date(2026, 11, 23), date(2026, 11, 23), DaySort.TRIAL, "lead"),),
)
ASKED = london("2026-11-09T10:00")
REMINDER = replace(OPEN, number=1, asked_at=ASKED, last_sent_at=ASKED, last_answer_at=ASKED - timedelta(days=60))


def hold(sort: HoldSort = HoldSort.RISK, **more: object) -> HoldRecord:
    return replace(HoldRecord("h", sort, NOW - timedelta(days=3), "person:lead", review_id="r"), **more)


def kept(day: date, until: date | None = None, *, yearly: bool = False) -> SensitiveDay:
    return SensitiveDay("d", day, until or day, DaySort.ANNIVERSARY, "lead", yearly=yearly)


def at(text: str) -> dict[str, object]:
    """A view at another moment, with folders as fresh as then, and no earlier word."""
    moment = london(text)
    return {
        "now": moment,
        "freshness": (Freshness("hssupport", "INBOX", moment), Freshness("dhr", "INBOX", moment)),
        "last_sent_at": None,
        "last_answer_at": None,
    }


def test_it_is_open_when_all_is_known_and_right() -> None:
    gate = follow_up_gate(OPEN, POLICY, CALENDAR)
    assert (gate.open, gate.reasons, gate.codes, gate.next_look) == (True, (), (), None)
    assert not gate.needs_human
    assert follow_up_gate(REMINDER, POLICY, CALENDAR).open


HUMAN = None
SHUTS: list[tuple[str, dict[str, object], Shut, str | None]] = [
    ("global stop", {"stopped": True}, Shut.STOPPED, HUMAN),
    ("review closed", {"review_state": ReviewState.CLOSED}, Shut.REVIEW_CLOSED, HUMAN),
    ("published", {"stage": ReviewStage.PUBLISHED}, Shut.STAGE_ENDED, HUMAN),
    ("not held", {"stage": ReviewStage.NOT_HELD}, Shut.STAGE_ENDED, HUMAN),
    ("cases closed", {"cases": (CaseState.CLOSED,)}, Shut.CASE_CLOSED, HUMAN),
    ("no case", {"cases": ()}, Shut.CASE_CLOSED, HUMAN),
    ("no permission", {"permitted": False, "permitted_why": "the permission was withdrawn"}, Shut.NO_PERMISSION, HUMAN),
    ("no Chair", {"chair_serves": False}, Shut.NO_CHAIR, HUMAN),
    ("address not confirmed", {"address_confirmed": False}, Shut.ADDRESS_UNCONFIRMED, HUMAN),
    ("suppressed", {"suppressed": True}, Shut.SUPPRESSED, HUMAN),
    *((f"held: {sort}", {"holds": (hold(sort),)}, Shut.HELD, HUMAN) for sort in HoldSort),
    ("held until", {"holds": (hold(until=london("2026-11-26T11:00")),)}, Shut.HELD, "2026-11-26T11:00"),
    ("held from tomorrow", {"holds": (hold(since=NOW + timedelta(days=1)),)}, Shut.HELD, HUMAN),
    ("absent", {"absent_until": london("2026-11-27T17:30")}, Shut.ABSENT, "2026-11-30T09:00"),
    ("absent without a day", {"absent_since": NOW}, Shut.ABSENT, "2026-12-08T10:00"),
    ("gone", {"gone": True, "absent_since": NOW - timedelta(days=99)}, Shut.GONE, HUMAN),
    ("stale cursor", {"freshness": (FRESH[0], replace(FRESH[1], moved_at=NOW - timedelta(minutes=5)))},
     Shut.NOT_FRESH, "2026-11-24T10:05"),
    ("no cursor of a mailbox", {"freshness": FRESH[:1]}, Shut.NOT_FRESH, "2026-11-24T10:05"),
    ("no cursor at all", {"freshness": (), "watched": ()}, Shut.NOT_FRESH, "2026-11-24T10:05"),
    ("mail waits", {"waiting_mails": 1}, Shut.MAIL_WAITING, "2026-11-24T10:05"),
    ("untriaged", {"untriaged": 2}, Shut.UNTRIAGED, HUMAN),
    ("risk", {"risk_open": 1}, Shut.RISK_OPEN, HUMAN),
    ("proposal", {"proposals_open": 1}, Shut.PROPOSAL_OPEN, HUMAN),
    ("reply", {"reply_waiting": True}, Shut.REPLY_WAITING, HUMAN),
    ("unsettled", {"unsettled": 1}, Shut.UNSETTLED, HUMAN),
    ("asked too soon", {"last_sent_at": NOW - timedelta(weeks=7)}, Shut.TOO_SOON, "2026-12-01T09:00"),
    ("answered too soon", {"last_answer_at": NOW - timedelta(weeks=7)}, Shut.TOO_SOON, "2026-12-01T09:00"),
    ("paused", {"stage": ReviewStage.PAUSED}, Shut.TOO_SOON, "2026-12-15T09:00"),
    ("a day that the Chair named", {"named": date(2026, 11, 25)}, Shut.TOO_SOON, "2026-12-02T09:00"),
    ("sensitive day", {"days": (kept(date(2026, 11, 24)),)}, Shut.SENSITIVE_DAY, "2026-11-25T09:00"),
    ("sensitive days over a weekend", {"days": (kept(date(2026, 11, 20), date(2026, 11, 27)),)}, Shut.SENSITIVE_DAY,
     "2026-11-30T09:00"),
    ("yearly day", {"days": (kept(date(2019, 11, 24), yearly=True),)}, Shut.SENSITIVE_DAY, "2026-11-25T09:00"),
    ("years of days", {"days": (kept(date(2026, 11, 1), date(2028, 11, 27)),)}, Shut.SENSITIVE_DAY, HUMAN),
    ("Saturday", at("2026-11-28T10:00"), Shut.CLOSED_DAY, "2026-11-30T09:00"),
    ("bank holiday", at("2026-12-28T10:00"), Shut.CLOSED_DAY, "2026-12-30T09:00"),
    ("closure day", at("2026-12-29T10:00"), Shut.CLOSED_DAY, "2026-12-30T09:00"),
    ("New Year", at("2027-01-01T10:00"), Shut.CLOSED_DAY, "2027-01-04T09:00"),
    ("too early", at("2026-11-24T08:59"), Shut.QUIET_HOURS, "2026-11-24T09:00"),
    ("too late", at("2026-11-27T16:00"), Shut.QUIET_HOURS, "2026-11-30T09:00"),
]  # fmt: skip


@pytest.mark.promise("P5")
@pytest.mark.parametrize(("name", "change", "code", "next_look"), SHUTS, ids=[row[0] for row in SHUTS])
def test_each_thing_alone_shuts_it(name: str, change: dict[str, object], code: Shut, next_look: str | None) -> None:
    gate = follow_up_gate(replace(OPEN, **change), POLICY, CALENDAR)
    assert not gate.open
    assert gate.codes == (code,)
    assert len(gate.reasons[0].split()) >= 4
    assert gate.next_look == (london(next_look) if next_look else None)
    assert gate.needs_human == (next_look is None)


def test_every_code_is_tried() -> None:
    assert {code for _, _, code, _ in SHUTS} | {Shut.ROUND_OVER} == set(Shut)


ROUND: list[tuple[str, dict[str, object], Shut, str | None]] = [
    ("first reminder too soon", {"now": london("2026-11-20T10:00")}, Shut.TOO_SOON, "2026-11-23T09:00"),
    ("second too soon", {"number": 2, "last_sent_at": london("2026-11-23T09:00")}, Shut.TOO_SOON, "2026-12-07T09:00"),
    ("second close behind a late first", {"number": 2, "last_sent_at": NOW}, Shut.TOO_SOON, "2026-12-08T09:00"),
    ("never a third", {"number": 3}, Shut.ROUND_OVER, HUMAN),
    ("they answered", {"last_answer_at": ASKED + timedelta(hours=1)}, Shut.ROUND_OVER, HUMAN),
    ("no question", {"asked_at": None}, Shut.ROUND_OVER, HUMAN),
]


@pytest.mark.promise("P5")
@pytest.mark.parametrize(("name", "change", "code", "next_look"), ROUND, ids=[row[0] for row in ROUND])
def test_reminders_keep_their_distance(name: str, change: dict[str, object], code: Shut, next_look: str | None) -> None:
    view = replace(REMINDER, days=(), **change)
    view = replace(view, freshness=tuple(replace(folder, moved_at=view.now) for folder in FRESH))
    gate = follow_up_gate(view, POLICY, CALENDAR)
    assert gate.codes == (code,)
    assert gate.next_look == (london(next_look) if next_look else None)


def test_all_reasons_are_told_at_once() -> None:
    """What nobody has recorded counts as shut."""
    gate = follow_up_gate(FollowUpView(london("2026-11-28T20:00"), ReviewStage.IN_PROGRESS), POLICY, CALENDAR)
    assert gate.codes == (
        Shut.CASE_CLOSED,
        Shut.NO_PERMISSION,
        Shut.NO_CHAIR,
        Shut.ADDRESS_UNCONFIRMED,
        Shut.NOT_FRESH,
        Shut.CLOSED_DAY,
    )
    assert len(gate.reasons) == 6
    assert gate.next_look is None


def test_the_next_look_is_when_the_last_of_all_has_ended() -> None:
    days = (kept(date(2026, 11, 24)), kept(date(2026, 12, 4)))
    view = replace(OPEN, waiting_mails=1, days=days, absent_until=london("2026-12-04T08:00"))
    gate = follow_up_gate(view, POLICY, CALENDAR)
    assert set(gate.codes) == {Shut.MAIL_WAITING, Shut.SENSITIVE_DAY, Shut.ABSENT}
    assert gate.next_look == london("2026-12-07T09:00")  # the 4th is kept free, the 5th a Saturday


def test_several_holds_of_one_sort_are_one_reason_that_ends_with_the_last() -> None:
    first, second = hold(until=london("2026-11-25T10:00")), hold(id="h2", until=london("2026-11-26T10:00"))
    assert follow_up_gate(replace(OPEN, holds=(second, first)), POLICY, CALENDAR).next_look == london(
        "2026-11-26T10:00"
    )
    assert follow_up_gate(replace(OPEN, holds=(hold(), second)), POLICY, CALENDAR).next_look is None
    assert follow_up_gate(replace(OPEN, holds=(second, hold())), POLICY, CALENDAR).next_look is None
    ended = hold(ended_at=NOW - timedelta(hours=1), ended_by="person:lead")
    assert follow_up_gate(replace(OPEN, holds=(ended, hold(until=NOW))), POLICY, CALENDAR).open


def test_who_is_back_may_be_asked() -> None:
    assert follow_up_gate(replace(OPEN, absent_since=NOW - timedelta(days=9), absent_until=NOW), POLICY, CALENDAR).open
    assert follow_up_gate(replace(OPEN, absent_since=NOW - timedelta(days=14)), POLICY, CALENDAR).open


def test_it_opens_on_the_minute_on_which_it_is_due() -> None:
    opening = replace(OPEN, **{**at("2026-11-24T09:00"), "last_sent_at": london("2026-09-29T15:00")})
    assert follow_up_gate(opening, POLICY, CALENDAR).open
    early = replace(opening, now=opening.now - timedelta(seconds=1))
    assert Shut.TOO_SOON in follow_up_gate(early, POLICY, CALENDAR).codes


def test_a_chair_who_was_silent_for_years_may_be_asked() -> None:
    """The calendar knows the year before now and no earlier one; what was due then is due."""
    long_ago = london("2021-03-01T10:00")
    assert follow_up_gate(replace(OPEN, last_sent_at=long_ago, last_answer_at=None), POLICY, CALENDAR).open


def test_a_shut_gate_is_looked_at_again() -> None:
    waits = follow_up_gate(replace(OPEN, waiting_mails=1), POLICY, CALENDAR)
    assert next_check(waits, NOW, CALENDAR) == NOW + timedelta(minutes=5)
    human = follow_up_gate(replace(OPEN, permitted=False), POLICY, CALENDAR)
    assert next_check(human, NOW, CALENDAR) == london("2026-11-25T09:00")
    assert next_check(human, london("2026-11-27T18:00"), CALENDAR) == london("2026-12-01T09:00")


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        follow_up_gate(FollowUpView(datetime(2026, 11, 24, 10), ReviewStage.IN_PROGRESS), POLICY, CALENDAR)


# -- properties ---------------------------------------------------------------------------------
CHANGES = st.sets(st.integers(0, len(SHUTS) - 1), max_size=4)


def both(numbers: set[int]) -> FollowUpView:
    view = OPEN
    for number in sorted(numbers):
        view = replace(view, **SHUTS[number][1])
    return view


@pytest.mark.promise("P5")
@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_nothing_opens_a_gate_that_something_shuts(numbers: set[int]) -> None:
    """What shuts it alone is told beside whatever else is so, where no other change sets the same field."""
    numbers = {number for number in numbers if "now" not in SHUTS[number][1]}
    gate = follow_up_gate(both(numbers), POLICY, CALENDAR)
    fields = [field for number in numbers for field in SHUTS[number][1]]
    covered = {Shut.GONE: Shut.ABSENT, Shut.STAGE_ENDED: Shut.TOO_SOON}  # the first says all that the second says
    for number in numbers:
        _, change, code, _ = SHUTS[number]
        if all(fields.count(field) == 1 for field in change):
            assert code in gate.codes or any(covered.get(told) is code for told in gate.codes)
    assert gate.open == (not gate.codes)
    assert len(gate.codes) == len(gate.reasons)


@settings(max_examples=200, deadline=None)
@given(CHANGES)
def test_at_the_next_look_nothing_that_ends_by_itself_is_left(numbers: set[int]) -> None:
    """Moved on to its next look, with the mail read by then, a gate that needs no human is open."""
    view = both(numbers)
    gate = follow_up_gate(view, POLICY, CALENDAR)
    if gate.open or gate.next_look is None:
        return
    assert gate.next_look > view.now
    fresh = tuple(Freshness(name, "INBOX", gate.next_look) for name in ("hssupport", "dhr"))
    later = replace(view, now=gate.next_look, freshness=fresh, waiting_mails=0)
    assert follow_up_gate(later, POLICY, CALENDAR).open


def test_an_absence_says_its_day_once() -> None:
    named = follow_up_gate(replace(OPEN, absent_until=london("2026-11-27T17:30")), POLICY, CALENDAR)
    assert named.reasons == ("the Chair is away until 2026-11-27",)
    unnamed = follow_up_gate(replace(OPEN, absent_since=NOW), POLICY, CALENDAR)
    assert unnamed.reasons == ("the Chair is away and named no day; held until 2026-12-08",)


@pytest.mark.promise("P4")
@settings(max_examples=100, deadline=None)
@given(CHANGES)
def test_no_reason_holds_a_word_of_what_was_recorded(numbers: set[int]) -> None:
    view = both(numbers)
    holds = tuple(replace(one, why="Ruth Adeyemi rang", by="person:Jo") for one in view.holds)
    days = tuple(replace(day, note="Tyrell's birthday") for day in view.days)
    said = " ".join(follow_up_gate(replace(view, holds=holds, days=days), POLICY, CALENDAR).reasons)
    assert not [word for word in ("Ruth", "Adeyemi", "Jo", "Tyrell", "birthday", "hssupport") if word in said]
