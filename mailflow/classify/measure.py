"""How often verdicts agree with labels: counts, shares with their intervals, confusions. Pure arithmetic.

A share says little without how many mails stand behind it, so every share comes with the 95 % interval of Wilson
(E. B. Wilson, Probable Inference, Journal of the American Statistical Association 22, 1927).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED, Flag, Kind

from .labelled import Label

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share, both ends within 0 and 1; everything is possible where nothing was counted.

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


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """0 to 1; ``None`` where there was nothing to count."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return wilson(self.count, self.of)


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found beside what is there."""

    both: int
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


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of verdicts is worth against its labels."""

    right: Share
    """Kinds that are right, or could be defended."""
    macro_f1: float
    """The mean over labelled kinds of the harmonic mean of precision and recall: rare kinds count as much."""
    alone: Share
    """Verdicts that ask no human."""
    alone_right: Share
    sure: Share
    """Of the verdicts at 0.9 and above, those that are right."""
    silenced: tuple[str, ...]
    """Mails that would wrongly stay without an answer, nobody being asked."""
    risk_missed: tuple[str, ...]
    flags: dict[Flag, Hits]
    confusion: dict[tuple[Kind, Kind], int]
    """(labelled, said) → how many, the wrong ones only."""


def figures(judged: Sequence[tuple[Label, Verdict]]) -> Figures:
    """All figures of some labelled mails."""
    right = [(label, verdict) for label, verdict in judged if label.allows(verdict.kind)]
    alone = [(label, verdict) for label, verdict in judged if not verdict.needs_human]
    sure = [(label, verdict) for label, verdict in judged if verdict.confidence >= 0.9]
    flagged = [(label, label.flags, verdict) for label, verdict in judged if label.flags is not None]
    return Figures(
        right=Share(len(right), len(judged)),
        macro_f1=_macro_f1(judged),
        alone=Share(len(alone), len(judged)),
        alone_right=_right(alone),
        sure=_right(sure),
        silenced=tuple(la.file for la, v in alone if v.kind in NEVER_ANSWERED and not la.allows(v.kind)),
        risk_missed=tuple(la.file for la, fs, v in flagged if Flag.RISK in fs and Flag.RISK not in v.flags),
        flags={flag: _hits(flag, flagged) for flag in Flag},
        confusion=dict(
            sorted(Counter((la.kind, v.kind) for la, v in judged if not la.allows(v.kind)).items(), key=_most)
        ),
    )


def _most(pair: tuple[tuple[Kind, Kind], int]) -> tuple[int, str, str]:
    (meant, said), count = pair
    return -count, str(meant), str(said)


def _right(judged: Iterable[tuple[Label, Verdict]]) -> Share:
    decided = [label.allows(verdict.kind) for label, verdict in judged]
    return Share(sum(decided), len(decided))


def _macro_f1(judged: Sequence[tuple[Label, Verdict]]) -> float:
    scores = []
    for kind in sorted({label.kind for label, _ in judged}):
        hit = sum(label.kind is kind and label.allows(verdict.kind) for label, verdict in judged)
        meant = sum(label.kind is kind for label, _ in judged)
        # What is said of a mail of another kind, and can be defended there, is no mistake of this kind.
        said = sum(verdict.kind is kind and (label.kind is kind or kind not in label.also) for label, verdict in judged)
        scores.append(2 * hit / (said + meant) if said + meant else 0.0)
    return sum(scores) / len(scores) if scores else 0.0


def _hits(flag: Flag, flagged: Sequence[tuple[Label, frozenset[Flag], Verdict]]) -> Hits:
    return Hits(
        both=sum(flag in meant and flag in verdict.flags for _, meant, verdict in flagged),
        found=sum(flag in verdict.flags for _, _, verdict in flagged),
        there=sum(flag in meant for _, meant, _ in flagged),
    )
