"""Tables of states for what lives for years: reviews and their stages, proposals, holds, consents (STYLE 7).

The stage of a review is what the outside world reports, so its table holds the moves that *happen*: forwards by any
number of steps (nobody tells us of each), back where the Home Office or new evidence sends a report back, and into a
pause and out of it. A pause returns to where it began or goes on from there; :func:`stages_after` says which. A wrong
entry is not a move: :func:`stage_move` allows a correction to any stage, which a human gives a reason for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from mailflow.errors import StateFault
from mailflow.model.life import ChangeRecord, HoldRecord, HoldSort, ProposalState, ReviewRecord, ReviewState
from mailflow.model.records import CaseRecord, CaseState
from mailflow.model.words import ReviewStage

from .states import State, StateTable, move


class HoldState(StrEnum):
    """Where a hold stands; it follows from its moments and is not stored."""

    LIVE = "live"
    LAPSED = "lapsed"
    ENDED = "ended"


class ConsentState(StrEnum):
    """Where the word of one person for one purpose stands; it follows from the records and is not stored."""

    UNASKED = "unasked"
    READ_YES = "read_yes"
    READ_NO = "read_no"
    GIVEN = "given"
    CONDITIONAL = "conditional"
    EXPIRED = "expired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


REVIEW_STATES = StateTable(
    "A review",
    ReviewState.OPEN,
    {
        ReviewState.OPEN: State("it goes on, and no case that waits for it may close", frozenset({ReviewState.CLOSED})),
        ReviewState.CLOSED: State(
            "it was published or is not held, and a human said so", frozenset({ReviewState.OPEN})
        ),
    },
)
"""``closed → open`` when a decision not to hold one is overturned, or it was closed by mistake."""

_LINE = (
    ReviewStage.NOTIFIED,
    ReviewStage.DECISION_PENDING,
    ReviewStage.COMMISSIONED,
    ReviewStage.IN_PROGRESS,
    ReviewStage.DRAFT_REPORT,
    ReviewStage.SUBMITTED,
    ReviewStage.RETURNED,
    ReviewStage.APPROVED,
    ReviewStage.PUBLISHED,
)
"""The road of a review without detours (domain.md §2.7)."""

ENDED_STAGES = frozenset({ReviewStage.PUBLISHED, ReviewStage.NOT_HELD})
"""Stages in which nobody is asked anything any more."""


def _on(stage: ReviewStage, *more: ReviewStage) -> frozenset[ReviewStage]:
    """Every stage further along the road, a pause, and what else may follow."""
    return frozenset({*_LINE[_LINE.index(stage) + 1 :], ReviewStage.PAUSED, *more})


REVIEW_STAGES = StateTable(
    "A review",
    ReviewStage.NOTIFIED,
    {
        ReviewStage.NOTIFIED: State(
            "the partnership was told of the death", _on(ReviewStage.NOTIFIED, ReviewStage.NOT_HELD)
        ),
        ReviewStage.DECISION_PENDING: State(
            "the partnership weighs whether to hold a review", _on(ReviewStage.DECISION_PENDING, ReviewStage.NOT_HELD)
        ),
        ReviewStage.NOT_HELD: State(
            "the partnership decided against a review",
            frozenset({ReviewStage.DECISION_PENDING, ReviewStage.COMMISSIONED}),
        ),
        ReviewStage.COMMISSIONED: State(
            "a review will be held, and a Chair is sought or appointed",
            _on(ReviewStage.COMMISSIONED, ReviewStage.NOT_HELD),
        ),
        ReviewStage.IN_PROGRESS: State(
            "the panel works on scope, chronologies and interviews", _on(ReviewStage.IN_PROGRESS, ReviewStage.NOT_HELD)
        ),
        ReviewStage.DRAFT_REPORT: State(
            "a draft report is with the panel, the family or the partnership",
            _on(ReviewStage.DRAFT_REPORT, ReviewStage.IN_PROGRESS),
        ),
        ReviewStage.SUBMITTED: State(
            "the report is with the Home Office for quality assurance",
            _on(ReviewStage.SUBMITTED, ReviewStage.DRAFT_REPORT),
        ),
        ReviewStage.RETURNED: State(
            "the Home Office asked for amendments",
            _on(ReviewStage.RETURNED, ReviewStage.DRAFT_REPORT, ReviewStage.SUBMITTED),
        ),
        ReviewStage.APPROVED: State("the report may be published", _on(ReviewStage.APPROVED, ReviewStage.RETURNED)),
        ReviewStage.PUBLISHED: State("the report is public"),
        ReviewStage.PAUSED: State(
            "proceedings or another cause hold the review, and it returns to where it was",
            frozenset({*_LINE, ReviewStage.NOT_HELD}),
        ),
    },
)
"""``not_held → commissioned``: the Home Office or the family had the decision looked at again."""

PROPOSAL_STATES = StateTable(
    "A proposal",
    ProposalState.OPEN,
    {
        ProposalState.OPEN: State(
            "a human has still to say whether it is right", frozenset({ProposalState.ACCEPTED, ProposalState.DECLINED})
        ),
        ProposalState.ACCEPTED: State("a human took it over into the review"),
        ProposalState.DECLINED: State("a human said that it is not so"),
    },
)

HOLD_STATES = StateTable(
    "A hold",
    HoldState.LIVE,
    {
        HoldState.LIVE: State(
            "nothing automatic leaves for what it names", frozenset({HoldState.LAPSED, HoldState.ENDED})
        ),
        HoldState.LAPSED: State("the day came until which it was set"),
        HoldState.ENDED: State("a human ended it"),
    },
)
"""A hold never comes back: a new cause is a new hold."""

_HUMAN_WORDS = frozenset(
    {ConsentState.GIVEN, ConsentState.CONDITIONAL, ConsentState.EXPIRED, ConsentState.DECLINED, ConsentState.WITHDRAWN}
)
CONSENT_STATES = StateTable(
    "A permission",
    ConsentState.UNASKED,
    {
        ConsentState.UNASKED: State(
            "nobody has recorded a word of theirs", _HUMAN_WORDS | {ConsentState.READ_YES, ConsentState.READ_NO}
        ),
        ConsentState.READ_YES: State(
            "a machine read a yes, which permits nothing until a human records it",
            _HUMAN_WORDS | {ConsentState.READ_NO},
        ),
        ConsentState.READ_NO: State("a machine read a no, which holds until a human settles it", _HUMAN_WORDS),
        ConsentState.GIVEN: State("a human recorded a yes that is in force", _HUMAN_WORDS | {ConsentState.READ_NO}),
        ConsentState.CONDITIONAL: State(
            "a human recorded a yes that something must come before, so it permits nothing yet",
            _HUMAN_WORDS | {ConsentState.READ_NO},
        ),
        ConsentState.EXPIRED: State(
            "a human recorded a yes that is not in force on that day", _HUMAN_WORDS | {ConsentState.READ_NO}
        ),
        ConsentState.DECLINED: State("a human recorded a no", _HUMAN_WORDS | {ConsentState.READ_NO}),
        ConsentState.WITHDRAWN: State(
            "a yes was taken back, and only a later word that a human records can change that",
            _HUMAN_WORDS | {ConsentState.READ_NO},
        ),
    },
)
"""Only ``given`` permits anything. ``expired`` also means: not in force yet."""


def hold_state(hold: HoldRecord, now: datetime) -> HoldState:
    """Where a hold stands at ``now``; one whose beginning is still to come counts as live, to be safe."""
    if hold.ended_at is not None and hold.ended_at <= now:
        return HoldState.ENDED
    return HoldState.LAPSED if hold.until is not None and hold.until <= now else HoldState.LIVE


def paused_from(changes: Iterable[ChangeRecord]) -> ReviewStage | None:
    """Where a review stood before its latest pause, by its history (act ``stage``); ``None`` when it tells nothing."""
    pauses = [c for c in changes if c.act == "stage" and c.after == ReviewStage.PAUSED and c.before]
    if not pauses:
        return None
    before = max(pauses, key=lambda change: change.at).before
    return next((stage for stage in ReviewStage if stage == before and stage is not ReviewStage.PAUSED), None)


def stages_after(stage: ReviewStage, before_pause: ReviewStage | None = None) -> frozenset[ReviewStage]:
    """The stages that may follow: out of a pause, where it began and whatever may follow from there."""
    after = REVIEW_STAGES.states[stage].after
    if stage is not ReviewStage.PAUSED or before_pause is None:
        return after
    return (REVIEW_STAGES.states[before_pause].after | {before_pause}) - {ReviewStage.PAUSED}


def stage_move(
    now: ReviewStage, then: ReviewStage, before_pause: ReviewStage | None = None, *, correction: bool = False
) -> ReviewStage:
    """``then``, where a review can come to it; ``StateFault`` otherwise.

    ``correction``: a human says that the present entry is wrong; any other stage may follow, and the caller keeps
    the reason.
    """
    if correction and now is not then:
        return then
    if now is ReviewStage.PAUSED and then not in stages_after(now, before_pause):
        raise StateFault(f"A review that was paused while {before_pause} goes on from there; it cannot become {then}.")
    return move(REVIEW_STAGES, now, then)


def review_may_close(review: ReviewRecord) -> tuple[str, ...]:
    """Why a review may not be closed, in words; empty when it may."""
    reasons = []
    if review.state is ReviewState.CLOSED:
        reasons.append("the review is closed already")
    elif review.stage not in ENDED_STAGES:
        reasons.append(f"the review is {review.stage.replace('_', ' ')}: it closes when it is published or not held")
    return tuple(reasons)


def case_may_close(
    case: CaseRecord,
    reviews: Sequence[ReviewRecord],
    holds: Sequence[HoldRecord] = (),
    *,
    now: datetime,
    untriaged: int = 0,
    uncertain: int = 0,
) -> tuple[str, ...]:
    """Why a case may not be closed at ``now``, in words without personal data; empty when it may (DESIGN §8).

    ``reviews``: those that it waits for. ``holds``: of the case. ``untriaged``: events of it that nobody has looked
    at. ``uncertain``: mails of ours of which nobody knows whether they arrived. A legal hold does not keep a case
    open: it stops retention.
    """
    reasons = []
    if case.merged_into:
        reasons.append("the case was merged into another; close that one")
    elif case.state is CaseState.CLOSED:
        reasons.append("the case is closed already")
    for review in reviews:
        if review.state is ReviewState.OPEN:
            stage = review.stage.replace("_", " ")
            reasons.append(f"the review {review.reference} is open ({stage}); close it when published or not held")
    if untriaged:
        reasons.append(f"nobody has looked at {_counted(untriaged, 'event')} of the case")
    if uncertain:
        reasons.append(f"nobody knows whether {_counted(uncertain, 'mail')} of ours arrived; settle that first")
    if any(hold.sort is HoldSort.RISK and hold.holds(now) for hold in holds):
        reasons.append("somebody may come to harm: the hold for risk must be ended first")
    return tuple(reasons)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
