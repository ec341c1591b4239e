"""Many sums at once: one whole number with a lane for each of them.

A word weighs something for each of eight flags, or of sixteen kinds. Adding eight fractions a word costs most of the
time of a verdict; so the weights of a word stand side by side in one whole number, in thousandths, :data:`LANE` bits
for each, and to add two such numbers is to add all lanes. The sums are exact, whatever the order.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

THOUSANDTHS = 1000
"""Weights are summed as whole thousandths; the fits write hundredths."""

LANE = 32
_HALF = 1 << (LANE - 1)

MOST_WEIGHT = 500.0
"""What a line of a fitted file may weigh: the longest sum (4,000 words and pairs) stays within its lane."""


def pack(weights: Iterable[tuple[int, float]]) -> int:
    """Weights by the number of their lane, none beyond :data:`MOST_WEIGHT` → one number."""
    return sum(round(weight * THOUSANDTHS) << (LANE * lane) for lane, weight in weights)


def weight_of(text: str) -> float:
    """A weight as a fitted file writes it. Raises ``ValueError`` where it is none, or beyond :data:`MOST_WEIGHT`."""
    weight = float(text)
    if not abs(weight) <= MOST_WEIGHT:  # so written, it refuses "nan" too
        raise ValueError(text)
    return weight


class Lanes:
    """So many sums, put apart again."""

    __slots__ = ("_bytes", "_level", "_struct")

    def __init__(self, count: int) -> None:
        self._struct = struct.Struct(f"<{count}I")
        self._bytes = self._struct.size
        self._level = sum(_HALF << (LANE * lane) for lane in range(count))

    def apart(self, packed: int) -> list[int]:
        """The sums in thousandths. ``packed`` is a sum of what :func:`pack` gave."""
        # Lifted by half a lane nothing is negative, and so no lane borrows from the next.
        return [lane - _HALF for lane in self._struct.unpack((packed + self._level).to_bytes(self._bytes, "little"))]
