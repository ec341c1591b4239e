"""Scores → kind, confidence, and whether a human must look.

Reasoning. Each rule adds its weight to kinds; the weights are log-odds in spirit, so a softmax over the scores is a
first estimate of how sure we are. "None of them" competes with a fixed score, so that a mail of which the rules
understood little is unsure whatever leads. The machine errs towards asking: what it decides alone it must get right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mailflow.model.words import Kind

from .language import Weighing

SENT_CONFIDENCE = 0.98
"""Of verdicts by headers: a machine says so itself."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The kinds in order, and what the first is worth."""

    ranking: tuple[tuple[Kind, float], ...]
    confidence: float
    lead: float
    """Share of the first minus share of the second, 0 to 1."""

    @property
    def kind(self) -> Kind:
        """The first."""
        return self.ranking[0][0]


_ORDER = {kind: number for number, kind in enumerate(Kind)}


def weigh(scores: Mapping[Kind, float], weighing: Weighing) -> Weighed:
    """Ranks the kinds; equal scores go by the order of the taxonomy, so that a replay gives the same."""
    ranking = tuple(sorted(scores.items(), key=lambda pair: (-pair[1], _ORDER[pair[0]])))
    top = max(ranking[0][1], weighing.silence)
    shares = [math.exp((score - top) / weighing.temperature) for _, score in ranking]
    total = sum(shares) + math.exp((weighing.silence - top) / weighing.temperature)
    return Weighed(ranking, shares[0] / total, (shares[0] - shares[1]) / total)
