"""Kind, flags, confidence and the evidence for them: every verdict has its reasons (P8)."""

from __future__ import annotations

from dataclasses import dataclass

from .words import Flag, Kind


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why: the rule that spoke, in its own words, what it weighs, and the place it points to.

    ``field`` is as in :class:`~mailflow.model.facts.Span`; a rule that looks at no text (a sender's
    type, a header) points to ``header:Name`` with offsets into that header's value.
    """

    rule: str
    says: str
    target: str
    """The kind or flag that it speaks for (or, with a negative weight, against)."""
    weight: float
    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the machine thinks that a message is, and how sure it is."""

    kind: Kind
    confidence: float
    """0 to 1: of verdicts given at 0.9, nine in ten are right."""
    needs_human: bool
    flags: tuple[Flag, ...]
    runner_up: Kind | None
    scores: tuple[tuple[Kind, float], ...]
    """Every kind with its score, best first."""
    evidence: tuple[Evidence, ...]
    reasons: tuple[str, ...]
    """In words for the lead: how the kind was decided, and why a human is needed where one is."""
    rules_version: str

    def has(self, flag: Flag) -> bool:
        """True when that flag is set."""
        return flag in self.flags
