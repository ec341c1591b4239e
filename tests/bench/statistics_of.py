"""The few statistics that all sections share: the Wilson interval, percentiles, precision and recall, reliability."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from mailflow.classify.measure import Hits, wilson

__all__ = ["Bin", "Hits", "median", "percentile", "reliability", "wilson"]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of them lie, between two neighbours by their distance.

    Raises ``ValueError`` when there are none.
    """
    if not values:
        raise ValueError("a percentile of nothing")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> float:
    """The middle one. Raises ``ValueError`` when there are none."""
    return percentile(values, 0.5)


class Bin(NamedTuple):
    """Statements that were made about equally surely, and how many came true."""

    low: float
    high: float
    mean: float
    """How sure they were on average."""
    true: int
    count: int

    def __str__(self) -> str:
        low, high = wilson(self.true, self.count)
        return f"true {self.true}/{self.count} = {self.true / self.count:.1%} ({low:.0%} to {high:.0%})"


EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


def reliability(stated: Iterable[tuple[float, bool]], edges: Sequence[float] = EDGES) -> tuple[Bin, ...]:
    """How well (how sure, whether true) agree, in bins between ``edges``, the lower end included; empty bins are left
    out."""
    every = list(stated)
    found = []
    for low, high in pairwise(edges):
        here = [(sure, true) for sure, true in every if low <= sure < high or sure == high == edges[-1]]
        if here:
            mean = sum(sure for sure, _ in here) / len(here)
            found.append(Bin(low, high, mean, sum(true for _, true in here), len(here)))
    return tuple(found)
