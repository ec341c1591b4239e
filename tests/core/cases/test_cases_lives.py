"""Reviews, stages, holds, consents: their tables are complete, pauses return, cases close only when they may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from mailflow.cases import (
    REVIEW_STAGES,
    TABLES,
    HoldState,
    StateTable,
    allowed,
    case_may_close,
    hold_state,
    paused_from,
    review_may_close,
    stage_move,
    stages_after,
    state_diagram,
    state_document,
)
from mailflow.errors import StateFault
from mailflow.model.life import ChangeRecord, HoldRecord, HoldSort, ReviewForm, ReviewRecord, ReviewState
from mailflow.model.records import CaseRecord, CaseState
from mailflow.model.words import RecordType, ReviewStage
from tests.conftest import ROOT

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
REVIEW = ReviewRecord(
    "r1", "HS-7KQ4-M2XD", ReviewForm.DHR, ReviewState.OPEN, ReviewStage.IN_PROGRESS, stage_since=NOW, opened_at=NOW
)
CASE = CaseRecord("c1", "HS-P8VN-2JHE", RecordType.REFERRAL, CaseState.OPEN, NOW)
S = ReviewStage


def test_no_stage_follows_itself_and_only_a_published_review_is_at_its_end() -> None:
    assert all(stage not in row.after for stage, row in REVIEW_STAGES.states.items())
    assert REVIEW_STAGES.last == {S.PUBLISHED}


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (S.NOTIFIED, S.DRAFT_REPORT),  # nobody told us of the steps between
        (S.SUBMITTED, S.RETURNED),
        (S.RETURNED, S.DRAFT_REPORT),
        (S.RETURNED, S.SUBMITTED),
        (S.NOT_HELD, S.COMMISSIONED),  # the Home Office asked the partnership to think again
        (S.APPROVED, S.PAUSED),  # publication waits for the trial
    ],
)
def test_moves_that_happen(now: ReviewStage, then: ReviewStage) -> None:
    assert stage_move(now, then) is then


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (S.PUBLISHED, S.SUBMITTED),
        (S.SUBMITTED, S.NOT_HELD),
        (S.SUBMITTED, S.COMMISSIONED),
        (S.DRAFT_REPORT, S.NOTIFIED),
        (S.NOT_HELD, S.PAUSED),
        (S.IN_PROGRESS, S.IN_PROGRESS),
    ],
)
def test_moves_that_do_not_happen_are_only_corrections(now: ReviewStage, then: ReviewStage) -> None:
    with pytest.raises(StateFault, match="cannot become"):
        stage_move(now, then)
    if now is not then:
        assert stage_move(now, then, correction=True) is then


def test_a_correction_to_the_same_stage_is_none() -> None:
    with pytest.raises(StateFault):
        stage_move(S.PUBLISHED, S.PUBLISHED, correction=True)


@pytest.mark.parametrize("before", [stage for stage in S if S.PAUSED in REVIEW_STAGES.states[stage].after])
def test_a_pause_returns_to_where_it_was_or_goes_on_from_there(before: ReviewStage) -> None:
    assert stage_move(before, S.PAUSED) is S.PAUSED
    assert stage_move(S.PAUSED, before, before) is before
    assert stages_after(S.PAUSED, before) == (REVIEW_STAGES.states[before].after | {before}) - {S.PAUSED}


def test_a_pause_does_not_throw_a_review_back() -> None:
    with pytest.raises(StateFault, match="paused while draft_report"):
        stage_move(S.PAUSED, S.NOTIFIED, S.DRAFT_REPORT)
    assert stage_move(S.PAUSED, S.SUBMITTED, S.DRAFT_REPORT) is S.SUBMITTED
    assert stage_move(S.PAUSED, S.NOTIFIED) is S.NOTIFIED  # history tells nothing: the table alone


def change(days: int, before: str, after: str, act: str = "stage") -> ChangeRecord:
    return ChangeRecord(f"x{days}", "review:r1", NOW + timedelta(days=days), "person:lead", act, before, after)


def test_the_latest_pause_says_where_it_began() -> None:
    history = [
        change(1, "in_progress", "paused"),
        change(9, "draft_report", "paused"),
        change(5, "paused", "in_progress"),
        change(12, "open", "paused", act="state"),
    ]
    assert paused_from(history) is S.DRAFT_REPORT
    assert paused_from(history[:1]) is S.IN_PROGRESS
    assert paused_from([]) is None
    assert paused_from([change(1, "paused", "paused"), change(0, "in_progress", "paused")]) is None
    assert paused_from([change(1, "a word of old", "paused")]) is None


@pytest.mark.parametrize("stage", list(S))
def test_a_review_closes_only_when_it_has_ended(stage: ReviewStage) -> None:
    reasons = review_may_close(replace(REVIEW, stage=stage))
    assert (not reasons) == (stage in (S.PUBLISHED, S.NOT_HELD))


def test_a_closed_review_is_not_closed_again() -> None:
    assert review_may_close(replace(REVIEW, state=ReviewState.CLOSED)) == ("the review is closed already",)


def test_a_case_cannot_be_closed_while_a_review_is_open() -> None:
    published = replace(REVIEW, id="r2", stage=S.PUBLISHED)  # published, but nobody has closed it
    closed = replace(REVIEW, id="r3", state=ReviewState.CLOSED, stage=S.PUBLISHED)
    (reason,) = case_may_close(CASE, [closed, REVIEW], now=NOW)
    assert reason == "the review HS-7KQ4-M2XD is open (in progress); close it when published or not held"
    assert len(case_may_close(CASE, [published, REVIEW], now=NOW)) == 2
    assert case_may_close(CASE, [closed], now=NOW) == ()
    assert case_may_close(CASE, [], now=NOW) == ()


def test_every_reason_against_closing_is_told_at_once() -> None:
    risk = HoldRecord("h1", HoldSort.RISK, NOW, "person:lead", case_id="c1")
    legal = HoldRecord("h2", HoldSort.LEGAL, NOW, "person:lead", case_id="c1")
    reasons = case_may_close(CASE, [REVIEW], [risk, legal], now=NOW, untriaged=1, uncertain=2)
    assert [word in " ".join(reasons) for word in ("HS-7KQ4", "1 event of", "2 mails of", "harm")] == [True] * 4
    assert len(reasons) == 4
    assert case_may_close(CASE, [], [legal, replace(risk, ended_at=NOW, ended_by="lead")], now=NOW) == ()


def test_what_is_closed_or_merged_is_not_closed_again() -> None:
    assert case_may_close(replace(CASE, state=CaseState.CLOSED), [], now=NOW) == ("the case is closed already",)
    merged = case_may_close(replace(CASE, state=CaseState.CLOSED, merged_into="c2"), [], now=NOW)
    assert merged == ("the case was merged into another; close that one",)


def test_a_hold_is_live_until_its_day_or_until_a_human_ends_it() -> None:
    hold = HoldRecord("h1", HoldSort.ABSENCE, NOW, "journey:intake", until=NOW + timedelta(days=3))
    assert hold_state(hold, NOW) is HoldState.LIVE
    assert hold_state(hold, NOW - timedelta(days=1)) is HoldState.LIVE
    assert hold_state(hold, NOW + timedelta(days=3)) is HoldState.LAPSED
    assert hold_state(replace(hold, until=None), NOW + timedelta(days=900)) is HoldState.LIVE
    assert hold_state(replace(hold, ended_at=NOW, ended_by="lead"), NOW) is HoldState.ENDED


def test_the_page_of_states_is_what_the_tables_say() -> None:
    """Renew it with the command that stands at its top."""
    assert (ROOT / "docs/cases.md").read_text("utf-8") == state_document()


@pytest.mark.parametrize("table", [table for _, table, _ in TABLES], ids=lambda table: table.thing)
def test_a_diagram_has_each_move_once(table: StateTable) -> None:
    lines = state_diagram(table).splitlines()
    moves = [line.strip() for line in lines[1:]]
    wanted = [f"{now} --> {then}" for now, then in product(table.states, repeat=2) if allowed(table, now, then)]
    ends = [f"{state} --> [*]" for state in table.last]
    assert lines[0] == "stateDiagram-v2"
    assert sorted(moves) == sorted([f"[*] --> {table.first}", *wanted, *ends])
