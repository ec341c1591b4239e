"""One mail explained: the verdict, what each rule found, what nearly spoke, the runner-up, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Evidence, Verdict
from mailflow.model.words import Kind

from .engine import rule_scores
from .load import Ruleset
from .nearly import Near, nearly


@dataclass(frozen=True, slots=True)
class Observation:
    """A rule that spoke, with all that it gives and the places that show it."""

    number: int
    """From 1, the weightiest first."""
    rule: str
    says: str
    weights: dict[str, float]
    """Kind or flag → weight, the strongest first."""
    places: tuple[Evidence, ...]
    """Evidence with a place, each place once; a rule that looks at no words has none."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the mail that speaks."""

    field: str
    start: int
    end: int
    numbers: tuple[int, ...]
    """The observations that point to it."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that can be said about one verdict."""

    verdict: Verdict
    observations: tuple[Observation, ...]
    """What spoke, the weightiest first."""
    marks: tuple[Mark, ...]
    """The places of the evidence, in the order of the text; those that overlap are one."""
    nearly: tuple[Near, ...]
    """What missed one condition."""
    threshold: float
    """The confidence that the kind needs."""
    next: tuple[tuple[Kind, float], ...]
    """The runners-up with their scores, best first; those that nothing speaks for are left out."""
    first_score: float


MOST_NEXT = 3
SCORE_OF_NOTHING = 0.005
"""A runner-up below it (a share, or a sum of weights) is none."""


def explain(
    message: ParsedMessage, report: SecurityReport, facts: Facts, mailbox: str, ruleset: Ruleset, verdict: Verdict
) -> Explained:
    """Everything about a verdict that these rules gave on this mail."""
    reading, _, _ = rule_scores(message, report, facts, mailbox, ruleset)
    observations = _observations(verdict)
    others = [(kind, score) for kind, score in verdict.scores if kind is not verdict.kind and score > SCORE_OF_NOTHING]
    return Explained(
        verdict=verdict,
        observations=observations,
        marks=_marks(observations),
        nearly=nearly(reading, ruleset),
        threshold=ruleset.weighing.thresholds.get(verdict.kind, ruleset.weighing.threshold),
        next=tuple(others[:MOST_NEXT]),
        first_score=next((score for kind, score in verdict.scores if kind is verdict.kind), 0.0),
    )


def _observations(verdict: Verdict) -> tuple[Observation, ...]:
    by_rule: dict[str, list[Evidence]] = {}
    for one in verdict.evidence:
        by_rule.setdefault(one.rule, []).append(one)
    found = []
    for rule, spoken in by_rule.items():
        weights: dict[str, float] = {}
        for one in spoken:
            weights[one.target] = round(weights.get(one.target, 0.0) + one.weight, 3)
        strongest = dict(sorted(weights.items(), key=lambda pair: (-abs(pair[1]), pair[0])))
        places = {(one.field, one.start, one.end): one for one in spoken if one.end > one.start}
        found.append((max(map(abs, weights.values())), rule, spoken[0].says, strongest, tuple(places.values())))
    found.sort(key=lambda one: (-one[0], one[1]))
    return tuple(
        Observation(number, rule, says, weights, places)
        for number, (_, rule, says, weights, places) in enumerate(found, 1)
    )


def _marks(observations: tuple[Observation, ...]) -> tuple[Mark, ...]:
    placed = sorted((at.field, at.start, at.end, one.number) for one in observations for at in one.places)
    found: list[Mark] = []
    for field, start, end, number in placed:
        if found and found[-1].field == field and start < found[-1].end:
            last = found.pop()
            numbers = tuple(sorted({*last.numbers, number}))
            found.append(Mark(field, last.start, max(last.end, end), numbers))
        else:
            found.append(Mark(field, start, end, (number,)))
    return tuple(found)
