"""The few statistics that all sections share: the Wilson interval, percentiles, precision and recall."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mailflow.classify.measure import Hits, wilson

__all__ = ["Hits", "median", "percentile", "wilson"]


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
