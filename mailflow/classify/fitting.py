"""Labelled mail → the weights of the second reader, and how they are mixed with the rules. Pure and deterministic.

Method. Multinomial logistic regression with L2 penalty, solved in its dual: each mail has one coefficient a kind, and
the weight of a feature is the sum of the coefficients of the mails that have it. There are a few hundred mails and
ten thousands of features, so the dual is small, and plain Python fits it in seconds. Each mail's coefficients are
brought to their optimum in turn (block coordinate ascent: no step size, no chance, the order of the examples). Kinds
with few mails count more (by the root of their number), else whatever is rare would be taken for a referral.

What is learned stays readable and says nothing of a person: a feature must stand in :data:`SEEN_IN` mails at least, and
small weights are left out, which costs no accuracy on held-back mail.

Mixing. Rules were written with some of the mails in sight and the reader is fitted to them, so on those both are always
right. How much either counts, and how sure the sum is, is learned only from mails held back from the fit: each set of
:func:`held_back` in turn, the smallest logarithmic loss.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.words import Kind

from .engine import rule_scores
from .load import Ruleset
from .second import Mixing, observe, score_named, write_row

SEEN_IN = 3
"""A feature that stands in fewer mails is not learned: it may be somebody's name."""

PENALTY = 0.02
"""L2; chosen by cross-validation on held-back mails (0.02 to 0.3 tried: 88 % to 86 % right)."""

SMALLEST = 0.3
"""Weights below it are left out."""

RARITY = 0.75
"""How much easier a rare feature is learned than a common one: its value is multiplied by this power of the logarithm
of its rarity while fitting (0 to 1.25 tried: the loss on held-back mails falls from 0.37 to 0.31 and rises again)."""

SWEEPS = 16
"""Passes over all mails; what comes after changes the loss by less than a hundredth."""

_INNER = 8
"""Steps on one mail's coefficients in a pass."""

_RULES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0)
_TEMPERATURES = tuple(round(0.3 + 0.05 * step, 2) for step in range(45))
"""What is tried for :class:`~.second.Mixing`."""

_KINDS = tuple(Kind)

Rows = dict[str, list[float]]
"""Feature → its weight for each kind, in the order of the taxonomy."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled mail as the fit sees it: no words of it but features."""

    kind: Kind
    also: frozenset[Kind]
    """Kinds that a careful reader could defend."""
    features: Mapping[str, float]
    scores: Mapping[Kind, float]
    """What the rules give each kind."""
    group: str
    """The set that the mail belongs to."""
    by_sending: bool
    """How it was sent decided; such mails are no measure of the mixing."""


@dataclass(frozen=True, slots=True)
class Held:
    """A mail that was not fitted on, with what the reader made of it."""

    example: Example
    logits: tuple[float, ...]


def example(
    message: ParsedMessage,
    report: SecurityReport,
    facts: Facts,
    mailbox: str,
    ruleset: Ruleset,
    label: Mapping[str, object],
) -> Example:
    """A labelled mail → what is fitted on. ``label`` holds ``kind``, ``group`` and ``also``."""
    reading, scores, by_sending = rule_scores(message, report, facts, mailbox, ruleset)
    also = label.get("also", ())
    assert isinstance(also, (list, tuple, set, frozenset))
    return Example(
        kind=Kind(str(label["kind"])),
        also=frozenset(Kind(str(kind)) for kind in also),
        features=observe(reading).named(),
        scores=scores,
        group=str(label["group"]),
        by_sending=by_sending,
    )


def fit(examples: Sequence[Example]) -> Rows:
    """The weights of the reader: sparse, rounded to what the file holds. About 6 s for 400 mails."""
    known = _worth_learning(examples)
    columns: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, one in enumerate(examples):
        for name, value in one.features.items():
            if name in known:
                columns[name].append((place, value * known[name]))
    coefficients = _solve(_gram(columns, len(examples)), [_KINDS.index(one.kind) for one in examples])
    rows: Rows = {}
    for name in sorted(columns):
        weighed = [(place, value * known[name]) for place, value in columns[name]]
        row = [sum(value * of_kind[place] for place, value in weighed) for of_kind in coefficients]
        row = [round(weight, 2) if abs(weight) >= SMALLEST or name == "offset:" else 0.0 for weight in row]
        if any(row):
            rows[name] = row
    return rows


def _worth_learning(examples: Sequence[Example]) -> dict[str, float]:
    """Features that enough mails have, each with what its rarity multiplies it by; numbers are never learned (years,
    telephones, house numbers)."""
    counts = Counter(name for one in examples for name in one.features)
    every = len(examples) + 1
    return {
        name: math.log(every / (count + 1)) ** RARITY if name != "offset:" else 1.0
        for name, count in counts.items()
        if count >= SEEN_IN and not any(part[:1].isdigit() for part in name.replace(":", " ").split())
    }


def _gram(columns: Mapping[str, list[tuple[int, float]]], count: int) -> list[list[float]]:
    """How much every two mails have in common."""
    gram = [[0.0] * count for _ in range(count)]
    for column in columns.values():
        for place, value in column:
            row = gram[place]
            for other, another in column:
                row[other] += value * another
    return gram


def _solve(gram: list[list[float]], kinds: list[int]) -> list[list[float]]:
    """The dual: for each kind a coefficient a mail.

    At the optimum a mail's coefficient is ``importance / PENALTY * (label - probability)``. Each visit brings those
    of one mail there and tells all others.
    """
    count, width = len(kinds), len(_KINDS)
    meant = Counter(kinds)
    importance = [1.0 / math.sqrt(meant[kind]) for kind in kinds]
    mean = sum(importance) / count
    strength = [value / mean / PENALTY for value in importance]
    coefficients = [[0.0] * count for _ in range(width)]
    logits = [[0.0] * count for _ in range(width)]
    for _ in range(SWEEPS):
        for mail in range(count):
            row, own, push = gram[mail], gram[mail][mail], strength[mail]
            before = [of_kind[mail] for of_kind in coefficients]
            others = [of_kind[mail] - own * mine for of_kind, mine in zip(logits, before, strict=True)]
            now = _settle(others, before, own, push, kinds[mail])
            for kind in range(width):
                moved = now[kind] - before[kind]
                if abs(moved) > 1e-3:
                    coefficients[kind][mail] = now[kind]
                    logits[kind] = [z + moved * k for z, k in zip(logits[kind], row, strict=True)]
    return coefficients


def _settle(others: list[float], start: list[float], own: float, push: float, kind: int) -> list[float]:
    """The coefficients of one mail, the others standing still: where ``push * (label - share)`` equals them.

    Newton steps; the curvature is a diagonal less a product of one vector with itself, so it is inverted in one line
    (Sherman and Morrison). A step that leads away from the goal is halved.
    """
    now, (shares, miss) = start, _miss(others, start, own, push, kind)
    for _ in range(_INNER):
        size = sum(m * m for m in miss)
        if size < 1e-8:
            break
        curve = push * own
        scaled = [m / (1.0 + curve * p) for m, p in zip(miss, shares, strict=True)]
        spread = [p / (1.0 + curve * p) for p in shares]
        turn = curve * sum(p * m for p, m in zip(shares, scaled, strict=True))
        turn /= 1.0 - curve * sum(p * q for p, q in zip(shares, spread, strict=True))
        step = [m + turn * q for m, q in zip(scaled, spread, strict=True)]
        for _ in range(6):
            tried = [a + s for a, s in zip(now, step, strict=True)]
            shares, miss = _miss(others, tried, own, push, kind)
            if sum(m * m for m in miss) < size:
                break
            step = [s / 2.0 for s in step]
        now = tried
    return now


def _miss(others: list[float], now: list[float], own: float, push: float, kind: int) -> tuple[list[float], list[float]]:
    """The shares of the kinds with these coefficients, and how far the coefficients are from where they should be."""
    shares = _softmax([z + own * a for z, a in zip(others, now, strict=True)])
    return shares, [push * ((k == kind) - p) - a for k, (p, a) in enumerate(zip(shares, now, strict=True))]


def _softmax(logits: Sequence[float]) -> list[float]:
    top = max(logits)
    shares = [math.exp(value - top) for value in logits]
    total = sum(shares)
    return [share / total for share in shares]


def held_back(examples: Sequence[Example], groups: Sequence[str]) -> Iterator[tuple[str, Rows, list[Held]]]:
    """For each group: the weights that were fitted on all mails but its own, and its mails as that reader sees them."""
    for group in groups:
        rows = fit([one for one in examples if one.group != group])
        mails = [one for one in examples if one.group == group]
        yield group, rows, [Held(one, score_named(one.features, rows)) for one in mails]


def mixing(held: Sequence[Held]) -> Mixing:
    """How rules and reader are put together: the smallest logarithmic loss on mails that neither was fitted on."""
    measured = [one for one in held if not one.example.by_sending]
    best = min(
        (sum(_loss(one, Mixing(rules=rules, temperature=warm)) for one in measured), rules, warm)
        for rules in _RULES
        for warm in _TEMPERATURES
    )
    return Mixing(rules=best[1], temperature=best[2])


def _loss(held: Held, chosen: Mixing) -> float:
    sums = [
        (chosen.rules * held.example.scores[kind] + logit) / chosen.temperature
        for kind, logit in zip(_KINDS, held.logits, strict=True)
    ]
    right = {held.example.kind, *held.example.also}
    share = sum(p for kind, p in zip(_KINDS, _softmax(sums), strict=True) if kind in right)
    return -math.log(max(share, 1e-9))


def write(rows: Rows, chosen: Mixing, fitted_on: Mapping[str, int]) -> str:
    """The text of ``fitted/kinds.yaml``: the same for the same mails, a line a feature, so that a change is seen."""
    sets = ", ".join(f"{name}: {count}" for name, count in sorted(fitted_on.items()))
    lines = [
        "# The second reader: what labelled mail taught, beside the rules. Written by the fit; do not edit by hand.",
        "# A line says how much a word, a pair of words or a property of the mail speaks for or against a kind.",
        f"fitted_on: {{{sets}}}",
        f"mixing: {{rules: {chosen.rules}, temperature: {chosen.temperature}}}",
        "weights: |",
    ]
    lines += [f"  {write_row(name, row)}" for name, row in sorted(rows.items())]
    return "\n".join(lines) + "\n"
