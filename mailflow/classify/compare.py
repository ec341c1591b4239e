"""Two verdicts on one mail, given by two states of the rules: what changed, and which rules made it change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from mailflow.model.verdict import Evidence, Verdict

from .labelled import Label
from .second import RULE as SECOND_READER

SAME = 0.005
"""Weights that differ by less are the same: evidence is rounded to thousandths."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that speaks in one state and not in the other, or with another weight."""

    rule: str
    says: str
    target: str
    """The kind or flag that it speaks for or against."""
    before: float | None
    """Its weight before; ``None`` where it did not speak."""
    after: float | None
    text: str
    """The words that it found."""

    @property
    def moved(self) -> float:
        """How much more it gives its target than before."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """A mail whose kind, flags or need of a human would be another."""

    name: str
    label: Label | None
    before: Verdict
    after: Verdict
    reasons: tuple[Reason, ...]
    """The rules that made it, what moved most first; empty where only numbers of the weighing changed."""

    @property
    def effect(self) -> str:
        """``better``, ``worse`` or ``same`` by the label; empty where there is none."""
        if self.label is None:
            return ""
        gained = _worth(self.after, self.label) - _worth(self.before, self.label)
        return "better" if gained > 0 else "worse" if gained < 0 else "same"


def _worth(verdict: Verdict, label: Label) -> float:
    """How good a verdict is: a right kind above all, then flags; a wrong kind hurts less when a human is asked."""
    right = label.allows(verdict.kind)
    worth = 8.0 if right else 2.0 * verdict.needs_human
    if right and not verdict.needs_human:
        worth += 1.0
    if label.flags is not None:
        worth -= 0.5 * len(set(verdict.flags) ^ label.flags)
    return worth


def compare(name: str, before: Verdict, after: Verdict, label: Label | None = None) -> Change | None:
    """What changed; ``None`` where kind, flags and the need of a human are the same."""
    if (before.kind, before.flags, before.needs_human) == (after.kind, after.flags, after.needs_human):
        return None
    touched = {str(before.kind), str(after.kind), *map(str, set(before.flags) ^ set(after.flags))}
    spoke_before, spoke_after = _by_rule(before), _by_rule(after)
    reasons = []
    for rule, target in dict.fromkeys((*spoke_after, *spoke_before)):
        old, new = spoke_before.get((rule, target)), spoke_after.get((rule, target))
        was, now = (None if one is None else one[0] for one in (old, new))
        if abs((now or 0.0) - (was or 0.0)) >= SAME:
            shown = (new or old or (0.0, None))[1]
            assert shown is not None
            reasons.append(Reason(rule, shown.says, target, was, now, shown.text))
    if any(reason.rule != SECOND_READER for reason in reasons):
        reasons = [reason for reason in reasons if reason.rule != SECOND_READER]
    reasons.sort(key=lambda reason: (reason.target not in touched, -abs(reason.moved), reason.rule))
    return Change(name, label, before, after, tuple(reasons))


def _by_rule(verdict: Verdict) -> dict[tuple[str, str], tuple[float, Evidence]]:
    """What each rule gives each target in sum, and the evidence that shows it."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    shown: dict[tuple[str, str], Evidence] = {}
    for evidence in verdict.evidence:
        key = (evidence.rule, evidence.target)
        sums[key] += evidence.weight
        shown.setdefault(key, evidence)
    return {key: (weight, shown[key]) for key, weight in sums.items()}
