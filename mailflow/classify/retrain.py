"""Fitting the second reader anew: labelled mails and rules → the fitted file, what it is worth, and what changes in it.

Beside :mod:`~.fitting`, which solves, this is what a lead needs to decide: figures on mails that were held back, and
the difference to the file that stands. A set that rules were written with in sight is fitted on but never held back: on
it the rules are always right, so it says nothing about how much they are worth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind

from .engine import classify
from .fitting import Example, example, fit, held_back, mixing, write
from .labelled import Label, Records
from .load import Ruleset, load
from .measure import Figures, figures
from .second import Mixing

FITTED = "fitted/kinds.yaml"
FOLDS = 3
"""Into so many parts a single set is divided, so that there is something to hold back."""
FEWEST = 30
"""Labelled mails below which nothing is fitted: a word that stands in three of them would be taken for a law."""

Mail = tuple[Label, Records]


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A set of mails as judged by rules and a reader that was fitted on all others."""

    group: str
    verdicts: tuple[tuple[Label, Verdict], ...]

    @property
    def figures(self) -> Figures:
        """What these verdicts are worth."""
        return figures(self.verdicts)


@dataclass(frozen=True, slots=True)
class Refit:
    """A fit that is not written yet."""

    text: str
    """The fitted file."""
    fitted_on: dict[str, int]
    """Set → mails."""
    mixing: Mixing
    held: tuple[HeldBack, ...]

    @property
    def features(self) -> int:
        """How many features have a weight."""
        return len(weights_of(self.text))


def refit(
    mails: Sequence[Mail],
    rules: Mapping[str, str],
    in_sight: frozenset[str] = frozenset(),
    step: Callable[[str], None] = lambda doing: None,
) -> Refit:
    """Fits the second reader on these mails; ``rules`` are the rule files of a profile, ``step`` is told what is done.

    Deterministic: the same mails in the same order, and the same rules, give the same text. Raises ``ValueError`` with
    fewer than :data:`FEWEST` mails, and where every set is ``in_sight``.
    """
    if len(mails) < FEWEST:
        raise ValueError(f"{len(mails)} labelled mails are too few to fit on: {FEWEST} at least are needed")
    bare_files = {name: text for name, text in rules.items() if name != FITTED}
    bare = load(bare_files)
    examples = _examples(mails, bare)
    folded = _folds(examples, in_sight)
    groups = tuple(dict.fromkeys(one.group for one in folded if one.group not in in_sight))
    fits = []
    for group in groups:
        step(f"fitting without {group}")
        fits += list(held_back(folded, (group,)))
    held = []
    for group, rows, _ in fits:
        step(f"judging {group}")
        others = [one for other, _, judged in fits for one in judged if other != group]
        chosen = mixing(others or [one for _, _, judged in fits for one in judged])
        ruleset = load({**bare_files, FITTED: write(rows, chosen, _counts(folded, without=group))})
        verdicts = tuple(
            (label, classify(*records, label.mailbox, ruleset))
            for (label, records), one in zip(mails, folded, strict=True)
            if one.group == group
        )
        held.append(HeldBack(group, verdicts))
    step("fitting on all")
    chosen = mixing([one for _, _, judged in fits for one in judged])
    counts = _counts(examples)
    return Refit(write(fit(examples), chosen, counts), counts, chosen, tuple(held))


def _examples(mails: Sequence[Mail], bare: Ruleset) -> list[Example]:
    return [
        example(
            *records,
            label.mailbox,
            bare,
            {"kind": label.kind, "also": tuple(sorted(label.also)), "group": label.group},
        )
        for label, records in mails
    ]


def _folds(examples: Sequence[Example], in_sight: frozenset[str]) -> list[Example]:
    """The examples in groups that can be held back: a set that stands alone is divided."""
    groups = {one.group for one in examples if one.group not in in_sight}
    if not groups:
        raise ValueError("every set is one that rules were written with: none is left to measure on")
    if len(groups) > 1:
        return list(examples)
    return [
        one if one.group in in_sight else replace(one, group=f"{one.group} {number % FOLDS + 1}/{FOLDS}")
        for number, one in enumerate(examples)
    ]


def _counts(examples: Sequence[Example], without: str = "") -> dict[str, int]:
    return dict(sorted(Counter(one.group for one in examples if one.group != without).items()))


def weights_of(text: str) -> dict[str, dict[str, float]]:
    """A fitted file as feature → kind → weight; what cannot be read is left out."""
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        name, equals, rest = line.strip().partition(" = ")
        if not equals or line.startswith("#"):
            continue
        pairs = (part.rpartition(" ") for part in rest.split(", "))
        found[name] = {kind: float(weight) for kind, _, weight in pairs}
    return found


def total_of(text: str) -> dict[str, int]:
    """On how many mails of which set a fitted file was fitted; empty where it does not say."""
    for line in text.splitlines():
        if line.startswith("fitted_on: {"):
            pairs = (part.partition(":") for part in line[len("fitted_on: {") :].rstrip("} ").split(","))
            return {name.strip(): int(count) for name, _, count in pairs if count.strip().isdigit()}
    return {}


@dataclass(frozen=True, slots=True)
class Moved:
    """One weight that another file has otherwise."""

    feature: str
    kind: str
    before: float
    after: float


def difference(before: str, after: str) -> tuple[Moved, ...]:
    """Every weight in which two fitted files differ, what moved most first; 0 where a file has none."""
    old, new = weights_of(before), weights_of(after)
    found = [
        Moved(feature, str(kind), was, now)
        for feature in sorted(old.keys() | new.keys())
        for kind in Kind
        if (was := old.get(feature, {}).get(kind, 0.0)) != (now := new.get(feature, {}).get(kind, 0.0))
    ]
    found.sort(key=lambda moved: (-abs(moved.after - moved.before), moved.feature, moved.kind))
    return tuple(found)
