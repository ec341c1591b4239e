"""What a section hands over, and how it is printed: for people as lines, for programs as one JSON object.

{"about": {…}, "sections": {"arrival": {"heading", "how", "skipped", "failed", "notes": […],
    "figures": {"push.median": {"says", "value", "unit", "n", "low", "high"}, …}}, …}}

``value`` is a number, or null where there was nothing to count; ``low`` and ``high`` are the ends of a 95 % Wilson
interval and null where the figure is no share. Keys are never renamed: the history of figures is kept by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.statistics_of import median, percentile, wilson


class Missing(Exception):
    """A section cannot be measured here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number."""

    key: str
    says: str
    """What it is, for people."""
    value: float | None
    unit: str
    n: int
    """How many measurements or counted things stand behind it."""
    low: float | None = None
    high: float | None = None
    detail: bool = False
    """For programs only: people get it in a note, or not at all."""


@dataclass(slots=True)
class Section:
    """All figures of one subject."""

    key: str
    heading: str
    how: str
    """How it was measured, in one line."""
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: str = ""
    """Why nothing was measured."""
    failed: str = ""
    """The error that ended the measuring; the figures are those that were taken before it."""

    def add(self, key: str, says: str, value: float | None, unit: str, n: int, *, detail: bool = False) -> None:
        """A plain figure."""
        self.figures.append(Figure(key, says, value, unit, n, detail=detail))

    def share(self, key: str, says: str, right: int, total: int) -> None:
        """A share with its interval."""
        low, high = wilson(right, total)
        self.figures.append(Figure(key, says, right / total if total else None, "share", total, low, high))

    def spread(self, key: str, says: str, values: Sequence[float], unit: str, *, longest: bool = True) -> None:
        """Median, 90th percentile and the greatest of many measurements."""
        if not values:
            return
        self.add(f"{key}.median", f"{says}, median", median(values), unit, len(values))
        self.add(f"{key}.p90", f"{says}, p90", percentile(values, 0.9), unit, len(values))
        if longest:
            self.add(f"{key}.max", f"{says}, max", max(values), unit, len(values))

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "heading": self.heading,
            "how": self.how,
            "skipped": self.skipped or None,
            "failed": self.failed or None,
            "notes": self.notes,
            "figures": {
                figure.key: {
                    "says": figure.says,
                    "value": _rounded(figure.value),
                    "unit": figure.unit,
                    "n": figure.n,
                    "low": _rounded(figure.low),
                    "high": _rounded(figure.high),
                }
                for figure in self.figures
            },
        }

    def lines(self) -> Iterator[str]:
        """As people read it."""
        yield f"== {self.heading}"
        yield f"   measured: {self.how}"
        if self.skipped:
            yield f"   SKIPPED: {self.skipped}"
        if self.failed:
            yield f"   FAILED: {self.failed}"
        shown = [figure for figure in self.figures if not figure.detail]
        width = max((len(figure.says) for figure in shown), default=0)
        for figure in shown:
            yield f"   {figure.says:<{width}}  {_shown(figure):>14}  n {figure.n}{_interval(figure)}"
        for note in self.notes:
            yield f"   - {note}"


def _rounded(value: float | None) -> float | None:
    """To five significant digits: more would pretend."""
    return None if value is None else float(f"{value:.5g}")


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "none"
    if figure.unit == "share":
        return f"{figure.value:.1%}"
    is_whole = figure.unit == "count" or abs(figure.value) >= 1000
    number = f"{figure.value:.0f}" if is_whole else f"{figure.value:#.3g}".rstrip(".")
    return f"{number} {figure.unit}" if figure.unit not in ("", "count") else number


def _interval(figure: Figure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"  ({figure.low:.1%} to {figure.high:.1%})"
