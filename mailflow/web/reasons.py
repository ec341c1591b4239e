"""The reasons of a verdict, each once: what a rule found at one place, and what it speaks for and against.

A rule that matches at one place weighs many kinds, and the verdict keeps a line for each. People read it the
other way round: this was found here, so it is that. Reasons for a risk come first, then those for the kind by
weight, then those for other flags, then what speaks against the kind; what only weighed other kinds is kept
apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .words import said

MOST_REASONS = 60
"""Reasons that are numbered on a page; a hostile mail may earn thousands, and a page is for people."""
SPEAKS = 0.05
"""A weight below this is a hint among rules, and is not shown to people."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a rule found at one place."""

    number: int
    """From 1; 0 for what only weighed other kinds."""
    rule: str
    says: str
    sort: str
    """``risk``, ``kind``, ``flag``, ``against`` or ``other``: how it is shown."""
    target: str
    """What it speaks for first, in words."""
    weight: float
    text: str
    field: str
    start: int
    end: int
    also: tuple[tuple[str, float], ...] = ()
    """(kind or flag in words, weight): what else it speaks for or against, heaviest first."""

    @property
    def place(self) -> str:
        """Where it stands, in words; empty for the text, where it can be seen."""
        sort, _, name = self.field.partition(":")
        match sort:
            case "header":
                return f"header {name}" if self.text else ""
            case "attachment":
                return "attachment"
            case "subject":
                return "subject"
        return ""


def reasons(verdict: Mapping[str, Any]) -> tuple[tuple[Reason, ...], tuple[Reason, ...]]:
    """(numbered, other) reasons of a verdict as ``classify --json`` writes it."""
    kind, flags = str(verdict.get("kind", "")), [str(flag) for flag in verdict.get("flags", ())]
    found: dict[tuple[str, str, int, int], list[Mapping[str, Any]]] = {}
    for evidence in verdict.get("evidence", ()):
        if abs(float(evidence["weight"])) >= SPEAKS:
            place = (evidence["rule"], evidence["field"], evidence["start"], evidence["end"])
            found.setdefault(place, []).append(evidence)
    told = sorted((_reason(lines, kind, flags) for lines in found.values()), key=_order)
    main = [reason for reason in told if reason.sort != "other"]
    numbered = tuple(_numbered(reason, number) for number, reason in enumerate(main[:MOST_REASONS], start=1))
    return numbered, tuple(reason for reason in told if reason.sort == "other")[:MOST_REASONS]


def _reason(lines: Sequence[Mapping[str, Any]], kind: str, flags: Sequence[str]) -> Reason:
    """One place's lines as one reason, led by the line that people want to know of."""

    def sort_of(line: Mapping[str, Any]) -> str:
        target, speaks_for = str(line["target"]), float(line["weight"]) > 0
        if target in flags and speaks_for:
            return "risk" if target == "risk" else "flag"
        if target == kind:
            return "kind" if speaks_for else "against"
        return "other"

    ordered = sorted(lines, key=lambda line: (SORTS.index(sort_of(line)), -abs(float(line["weight"]))))
    first, rest = ordered[0], ordered[1:]
    return Reason(
        number=0,
        rule=str(first["rule"]),
        says=str(first["says"]),
        sort=sort_of(first),
        target=said(first["target"]),
        weight=float(first["weight"]),
        text=str(first["text"]),
        field=str(first["field"]),
        start=int(first["start"]),
        end=int(first["end"]),
        also=tuple((said(line["target"]), float(line["weight"])) for line in rest),
    )


SORTS = ("risk", "kind", "flag", "against", "other")


def _order(reason: Reason) -> tuple[int, float]:
    return SORTS.index(reason.sort), -abs(reason.weight)


def _numbered(reason: Reason, number: int) -> Reason:
    return Reason(
        number,
        reason.rule,
        reason.says,
        reason.sort,
        reason.target,
        reason.weight,
        reason.text,
        reason.field,
        reason.start,
        reason.end,
        reason.also,
    )
