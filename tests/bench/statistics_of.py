"""The few statistics that all sections share: the Wilson interval, percentiles, precision and recall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927), from 0 to 1; everything is possible where nothing was counted.

    Unlike the textbook interval it is right near 0 and 1 and with few counts: 100 of 100 is "at least 96 %".
    """
    if total < 1:
        return 0.0, 1.0
    share, square = right / total, Z95 * Z95
    middle = share + square / (2 * total)
    half = Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    whole = 1 + square / total
    # At the ends the formula gives the share itself, but for rounding; the interval must not miss its own share.
    return max(0.0, min(share, (middle - half) / whole)), min(1.0, max(share, (middle + half) / whole))


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


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found beside what is there."""

    both: int
    """Found and there."""
    found: int
    there: int

    @property
    def precision(self) -> float | None:
        """Share of what was found that is there; ``None`` when nothing was found."""
        return self.both / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of what is there that was found; ``None`` when nothing is there."""
        return self.both / self.there if self.there else None
