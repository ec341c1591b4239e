"""The reasons of a verdict, each once: what a rule found, where, and what it speaks for and against.

A rule that matches weighs many kinds, perhaps at several places, and the verdict keeps a line for each. People
read it the other way round: this was found here and there, so it is that. Reasons for a risk come first, then what
hints at one and was not enough for the flag, then those for the kind by weight, then those for other flags, then what
speaks against the kind; what only weighed other kinds is kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailflow.model.words import Flag

from .words import READERS, said

MOST_REASONS = 60
"""Reasons that are numbered on a page; a hostile mail may earn thousands, and a page is for people."""
SPEAKS = 0.05
"""A weight below this is a hint among rules, and is not shown to people."""
SORTS = ("risk", "doubt", "kind", "flag", "against", "other")
"""How a reason is shown, gravest first."""

Line = Mapping[str, Any]
"""One line of evidence as ``classify --json`` writes it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: offsets into a field, as in ``model.facts.Span``."""

    field: str
    start: int
    end: int
    text: str

    @property
    def words(self) -> str:
        """In which part of the mail; empty for the text, where it can be seen."""
        sort, _, name = self.field.partition(":")
        match sort:
            case "header":
                return f"header {name}" if self.text else ""
            case "attachment" | "subject":
                return sort
        return ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule found."""

    number: int
    """From 1; 0 for what only weighed other kinds."""
    rule: str
    says: str
    sort: str
    """One of ``SORTS``."""
    target: str
    """What it speaks for first, in words."""
    weight: float
    places: tuple[Place, ...]
    """Where, in the order of the verdict; at least one."""
    also: tuple[tuple[str, float], ...] = ()
    """(kind or flag in words, weight): what else it speaks for or against, heaviest first."""

    @property
    def about(self) -> str:
        """What it is that speaks, where no rule does: a reader that was fitted. Empty for a rule."""
        return READERS.get(self.rule, "")

    @property
    def text(self) -> str:
        """The words that it found first."""
        return self.places[0].text

    @property
    def where(self) -> str:
        """The part of the mail that they stand in; empty for the text."""
        return self.places[0].words


def reasons(verdict: Mapping[str, Any]) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """(numbered, other) reasons of a verdict as ``classify --json`` writes it."""
    kind, flags = str(verdict.get("kind", "")), [str(flag) for flag in verdict.get("flags", ())]
    found: dict[tuple[str, str], list[Line]] = {}
    for line in verdict.get("evidence", ()):
        if abs(float(line["weight"])) >= SPEAKS:
            found.setdefault((str(line["rule"]), str(line["says"])), []).append(line)
    told = sorted((_reason(lines, kind, flags) for lines in found.values()), key=_order)
    main = [reason for reason in told if reason.sort != "other"][:MOST_REASONS]
    numbered = tuple(replace(reason, number=number) for number, reason in enumerate(main, start=1))
    return numbered, tuple(reason for reason in told if reason.sort == "other")[:MOST_REASONS]


def _reason(lines: Sequence[Line], kind: str, flags: Sequence[str]) -> Reason:
    """One rule's lines as one reason, led by what people want to know of."""
    weights: dict[str, float] = {}
    for line in lines:
        weights[str(line["target"])] = weights.get(str(line["target"]), 0.0) + float(line["weight"])

    def sort_of(target: str) -> str:
        if target in flags and weights[target] > 0:
            return "risk" if target == Flag.RISK else "flag"
        if target == Flag.RISK and weights[target] > 0:
            return "doubt"
        if target == kind:
            return "kind" if weights[target] > 0 else "against"
        return "other"

    first, *rest = sorted(weights, key=lambda target: (SORTS.index(sort_of(target)), -abs(weights[target])))
    places = [
        Place(str(line["field"]), int(line["start"]), int(line["end"]), str(line["text"]))
        for line in lines
        if line["target"] == first
    ]
    return Reason(
        number=0,
        rule=str(lines[0]["rule"]),
        says=str(lines[0]["says"]),
        sort=sort_of(first),
        target="Perhaps risk" if sort_of(first) == "doubt" else said(first),
        weight=weights[first],
        places=tuple(dict.fromkeys(places)),
        also=tuple((said(target), weights[target]) for target in rest),
    )


def _order(reason: Reason) -> tuple[int, float]:
    return SORTS.index(reason.sort), -abs(reason.weight)
