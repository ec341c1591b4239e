"""Labelled sentences and mails → the weights of a reader of sentences (``fitted/danger.yaml``). Pure, deterministic.

Method. Logistic regression with L2 penalty over the words and pairs of a stretch, by L-BFGS from zero: no chance, and
nothing to choose but the penalty. Stretches that say what the flag asks and others count alike, however many samples of
each there are.

A line of sentences is one stretch with its label. Of a mail only the whole is labelled, so it is read in two rounds:
every stretch of a mail without the flag is harmless; of a mail with it only those stretches are learned that a reader
which was fitted in a first round, without them, takes for the most telling.

How sure it is, and from where on it speaks, is learned only from mails that were held back, set by set: a share of 0.9
means that nine in ten such mails had the flag. For ``risk`` the alarm stands where recall counts twice as much as
precision (F2), for a missed danger is worse than a call too many; below it lies the doubt, at which nothing is decided
without a human. For other flags alarm and doubt stand where reader and rules together are right most often (F1).

What is learned stays readable and says nothing of a person: a feature must stand in :data:`SEEN_IN` samples, holds no
number, and small weights are left out.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from mailflow.model.words import Flag

from .engine import BORNE_OUT, SET, STRONG
from .reading import Reading, Zone
from .scope import scopes
from .sentences import REACH, SIGNS, Piece, marks, name_of_pair, pieces, words_of
from .tokens import tokenise

SEEN_IN = 2
"""A feature of fewer samples is not learned: it may be somebody's name. Numbers are all one (``danger.NUMBER``)."""

COST = 10.0
"""What an error costs beside the penalty on weights; chosen on held-back mails (10 to 100 tried: all alike)."""

SMALLEST = 0.5
"""Weights below it are left out: four in five of them, without any loss on held-back mail."""

STEPS = 80
"""Steps downhill in a round at most; further ones change no held-back figure."""

MEMORY = 6
"""So many steps are remembered for the curvature."""

ENOUGH = 1e-5
"""It ends where a step lowers the loss by a smaller part than this."""

NEGLIGIBLE = 1e-4
"""A stretch that is judged rightly and so surely moves no word; it would cost most of the time."""

LIMIT = 40.0
"""Log-odds beyond which nothing is computed."""

LEARNED_OF_MAIL = 3
"""So many stretches of a mail with the flag are learned at most."""

RECALL_COUNTS = 2.0
"""The alarm of danger stands where F2 is greatest."""

DOUBT_RECALL = 0.97
"""The doubt stands where so many held-back mails with danger lie above it."""

Features = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A labelled mail, or a line of sentences, as the fit sees it."""

    group: str
    told: bool
    """The flag is set."""
    stretches: tuple[Features, ...]
    whole: bool
    """It is a mail: its label is that of its most telling stretch."""


def sample_of_line(text: str, told: bool, group: str) -> Sample:
    """A line of one to three sentences, read as one stretch."""
    zone = Zone("new", "text", text, 0, 1.0)
    zone.tokens = tokenise(text)
    zone.scopes = scopes(text, zone.tokens, 0)
    return Sample(group, told, (_features(Piece(zone, words_of(zone.tokens), 0, len(zone.tokens))),), whole=False)


def sample_of_mail(reading: Reading, told: bool, group: str) -> Sample:
    """A labelled mail: all of its stretches."""
    found: list[Features] = []
    before: Piece | None = None
    for piece in pieces(reading):
        found.append(_features(piece))
        if before is not None and before.zone is piece.zone:
            found.append(_features(piece._replace(first=before.first)))
        before = piece
    return Sample(group, told, tuple(found), whole=True)


def _features(stretch: Piece) -> Features:
    words, end = stretch.words, stretch.end
    found = list(SIGNS[marks(stretch.zone.tokens, stretch.zone, stretch.first, end)])
    for at in range(stretch.first, end):
        found.append(words[at])
        found += (
            name_of_pair(words[at], other - at, words[other]) for other in range(at + 1, min(at + 1 + REACH, end))
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fit found."""

    features: Mapping[str, float]
    bias: float

    def odds(self, stretch: Features) -> float:
        """Log-odds of one stretch."""
        return self.bias + sum(self.features.get(name, 0.0) for name in stretch) / math.sqrt(max(len(stretch), 1))

    def of(self, sample: Sample) -> float:
        """Log-odds of the most telling stretch; far below zero for a mail without words."""
        return max((self.odds(stretch) for stretch in sample.stretches), default=-10.0)


def fit(samples: Sequence[Sample]) -> Weights:
    """The weights, in two rounds (see above). About a minute for 6,000 lines and 500 mails."""
    known = _worth_learning(samples)
    lines = [(one.stretches[0], one.told) for one in samples if not one.whole and one.stretches]
    calm = [stretch for one in samples if one.whole and not one.told for stretch in one.stretches]
    rows = lines + [(stretch, False) for stretch in calm]
    first = _solve(rows, known)
    for one in samples:
        if one.whole and one.told:
            rows += [(stretch, True) for stretch in _most_telling(one, first)]
    return _solve(rows, known)


def _most_telling(sample: Sample, reader: Weights) -> Iterator[Features]:
    """Of a mail with the flag what is learned: its most telling stretch, and others that are beyond doubt."""
    ranked = sorted(sample.stretches, key=reader.odds, reverse=True)
    yield from ranked[:1]
    yield from (stretch for stretch in ranked[1:LEARNED_OF_MAIL] if reader.odds(stretch) > 0)


def _worth_learning(samples: Sequence[Sample]) -> frozenset[str]:
    counts: Counter[str] = Counter()
    for one in samples:
        counts.update({name for stretch in one.stretches for name in stretch})
    return frozenset(name for name, count in counts.items() if count >= SEEN_IN)


@dataclass(frozen=True, slots=True)
class _Row:
    """One stretch, ready to be summed: where its features stand, what each counts, and what an error costs."""

    places: tuple[int, ...]
    gather: Callable[[list[float]], tuple[float, ...]]
    value: float
    sign: float
    cost: float


def _solve(rows: Sequence[tuple[Features, bool]], known: frozenset[str]) -> Weights:
    """The weights with the smallest penalised loss: L-BFGS from zero, a fixed number of steps."""
    numbers = {name: number for number, name in enumerate(sorted(known))}
    bias = len(numbers)
    told = Counter(danger for _, danger in rows)
    learned: list[_Row] = []
    for stretch, danger in rows:
        places = (bias, bias, *(numbers[name] for name in stretch if name in numbers))
        value = 1.0 / math.sqrt(max(len(stretch), 1))
        cost = COST * len(rows) / 2.0 / told[danger]
        learned.append(_Row(places, itemgetter(*places), value, 1.0 if danger else -1.0, cost))
    weights = _minimise([0.0] * (bias + 1), lambda point: _loss(point, learned, bias))
    found = {name: weights[number] for name, number in numbers.items() if weights[number]}
    return Weights(found, weights[bias])


def _loss(point: list[float], rows: Sequence[_Row], bias: int) -> tuple[float, list[float]]:
    """Penalty and loss at a point, and the gradient. The bias counts once for a stretch, whatever its length."""
    slope = list(point)
    total = sum(weight * weight for weight in point) / 2.0
    for row in rows:
        summed = row.value * (sum(row.gather(point)) - 2.0 * point[bias]) + point[bias]
        margin = row.sign * summed
        if margin > LIMIT:
            continue
        total += row.cost * (math.log1p(math.exp(-margin)) if margin > -LIMIT else -margin)
        push = -row.sign * row.cost * _sigmoid(-margin)
        slope[bias] += push
        if abs(push) > NEGLIGIBLE * row.cost:
            step = push * row.value
            for place in row.places[2:]:
                slope[place] += step
    return total, slope


def _minimise(point: list[float], loss: Callable[[list[float]], tuple[float, list[float]]]) -> list[float]:
    """L-BFGS (Nocedal and Wright, *Numerical Optimization*, algorithm 7.5), with steps halved until the loss falls."""
    value, slope = loss(point)
    history: list[tuple[list[float], list[float], float]] = []
    for _ in range(STEPS):
        direction = _direction(slope, history)
        downhill = sum(d * g for d, g in zip(direction, slope, strict=True))
        if downhill >= 0:
            break
        length = 1.0 if history else 1.0 / math.sqrt(sum(g * g for g in slope))
        for _ in range(20):
            moved = [x + length * d for x, d in zip(point, direction, strict=True)]
            then, steepness = loss(moved)
            if then <= value + 1e-4 * length * downhill:
                break
            length /= 2.0
        else:
            break
        step = [length * d for d in direction]
        change = [b - a for a, b in zip(slope, steepness, strict=True)]
        curved = sum(s * y for s, y in zip(step, change, strict=True))
        if curved > 1e-12:
            history = [*history[1 - MEMORY :], (step, change, curved)]
        done = value - then < ENOUGH * abs(then)
        point, value, slope = moved, then, steepness
        if done:
            break
    return point


def _direction(slope: list[float], history: list[tuple[list[float], list[float], float]]) -> list[float]:
    """Downhill, bent by what the last steps told of the curvature (the two-loop recursion)."""
    direction = [-g for g in slope]
    shares: list[float] = []
    for step, change, curved in reversed(history):
        share = sum(s * d for s, d in zip(step, direction, strict=True)) / curved
        shares.append(share)
        direction = [d - share * y for d, y in zip(direction, change, strict=True)]
    if history:
        _, change, curved = history[-1]
        scale_of_it = curved / sum(y * y for y in change)
        direction = [scale_of_it * d for d in direction]
    for (step, change, curved), share in zip(history, reversed(shares), strict=True):
        back = sum(y * d for y, d in zip(change, direction, strict=True)) / curved
        direction = [d + (share - back) * s for d, s in zip(direction, step, strict=True)]
    return direction


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -LIMIT else 0.0


# -- how sure, and from where on ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """How log-odds become a share, and where alarm and doubt stand."""

    slope: float
    offset: float
    alarm: float
    doubt: float

    def share(self, odds: float) -> float:
        """The share that these log-odds mean."""
        return _sigmoid(max(-LIMIT, min(LIMIT, self.slope * odds + self.offset)))


def held_back(
    samples: Sequence[Sample], parts: Sequence[tuple[str, ...]], step: Callable[[str], None] = lambda doing: None
) -> Iterator[tuple[tuple[str, ...], list[tuple[Sample, float]]]]:
    """For each part (some sets) its mails with the log-odds that a reader gives them which was fitted on the others."""
    for part in parts:
        step(f"fitting without {', '.join(part)}")
        weights = sparse(fit([one for one in samples if one.group not in part]))
        yield part, [(one, weights.of(one)) for one in samples if one.group in part]


def scale(judged: Sequence[Judged]) -> Scale:
    """For danger: the alarm with recall counting more, and the doubt where nearly all dangers lie above it.

    A rule of danger counts from a part of the alarm on (``engine.BORNE_OUT``), not from the doubt.
    """
    slope, offset = (round(value, 3) for value in _platt([(one.told, one.odds) for one in judged]))
    made = Scale(slope, offset, 0.5, 0.5)
    shares = [(made.share(one.odds), one) for one in judged]
    steps = sorted({round(min(max(share - 0.0005, 0.02), 0.98), 3) for share, _ in shares} | {0.5}, reverse=True)
    every = sum(one.counts for one in judged if one.told)
    square = RECALL_COUNTS * RECALL_COUNTS
    best, alarm = -1.0, 0.5
    for step in steps:
        marked = [one for share, one in shares if alarms(share, one, step)]
        hits = sum(one.counts for one in marked if one.told)
        f = (1.0 + square) * hits / (sum(one.counts for one in marked) + square * every) if marked or every else 0.0
        if f > best + 1e-9:
            best, alarm = f, step
    dangers = sorted((share for share, one in shares if one.told), reverse=True)
    enough = math.ceil(DOUBT_RECALL * len(dangers))
    doubt = max(round(dangers[enough - 1] - 0.0005, 3), 0.01) if dangers else alarm
    return Scale(slope, offset, alarm, min(doubt, alarm))


def alarms(share: float, one: Judged, alarm: float) -> bool:
    """How rules and the reader of danger alarm together (``engine``)."""
    borne_out = one.by_rules >= SET and share >= BORNE_OUT * alarm
    return share >= alarm or borne_out or one.by_rules >= STRONG


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail that was held back."""

    told: bool
    """It has the flag."""
    odds: float
    """Log-odds that a reader gives it which was fitted without it."""
    by_rules: float = 0.0
    """The weight that rules give the flag."""
    counts: float = 1.0
    """How much it counts: a mail on which rules were tried while they were written flatters them."""


def flagged(share: float, one: Judged, low: float, high: float) -> bool:
    """How rules and the reader of another flag set it together (``engine``).

    From ``high`` on unless a rule denies it; from ``low`` on where a rule sets it; always where a rule is strong.
    """
    denied = 1.0 + one.by_rules < SET
    return one.by_rules >= STRONG or (share >= high and not denied) or (one.by_rules >= SET and share >= low)


def scale_beside_rules(judged: Sequence[Judged]) -> Scale:
    """Alarm and doubt where reader and rules together (:func:`flagged`) have the greatest F1.

    Of equal pairs the one with the lower doubt and the higher alarm is taken: it changes least of what the rules say.
    """
    slope, offset = (round(value, 3) for value in _platt([(one.told, one.odds) for one in judged]))
    made = Scale(slope, offset, 0.5, 0.5)
    shares = sorted(((made.share(one.odds), one) for one in judged), key=itemgetter(0), reverse=True)
    every = sum(one.counts for one in judged if one.told)
    steps = sorted({round(min(max(share - 0.0005, 0.001), 0.98), 3) for share, _ in shares} | {0.001, 0.98})
    best, alarm, low_of_best = -1.0, 0.98, 0.001
    for low in steps:
        set_by_rules = [flagged(share, one, low, math.inf) for share, one in shares]
        hits = sum(one.counts for (_, one), is_set in zip(shares, set_by_rules, strict=True) if is_set and one.told)
        found = sum(one.counts for (_, one), is_set in zip(shares, set_by_rules, strict=True) if is_set)
        at = 0
        for high in reversed(steps):
            if high < low:
                break
            while at < len(shares) and shares[at][0] >= high:
                share, one = shares[at]
                if not set_by_rules[at] and flagged(share, one, low, high):
                    hits, found = hits + one.counts * one.told, found + one.counts
                at += 1
            f = 2.0 * hits / (found + every) if found or every else 0.0
            if f > best + 1e-9:
                best, alarm, low_of_best = f, high, low
    return Scale(slope, offset, alarm, low_of_best)


def _platt(judged: Sequence[tuple[bool, float]]) -> tuple[float, float]:
    """Slope and offset of a logistic curve (Platt 1999, with his smoothed targets); Newton's method."""
    danger = sum(told for told, _ in judged)
    calm = len(judged) - danger
    high, low = (danger + 1.0) / (danger + 2.0), 1.0 / (calm + 2.0)
    slope, offset = 1.0, math.log((danger + 1.0) / (calm + 1.0))
    for _ in range(50):
        g1 = g2 = 0.0
        h11 = h22 = 1e-9
        h12 = 0.0
        for told, odds in judged:
            share = _sigmoid(max(-LIMIT, min(LIMIT, slope * odds + offset)))
            miss, curve = share - (high if told else low), share * (1.0 - share)
            g1, g2 = g1 + miss * odds, g2 + miss
            h11, h12, h22 = h11 + curve * odds * odds, h12 + curve * odds, h22 + curve
        determinant = h11 * h22 - h12 * h12
        if determinant < 1e-12:
            break
        d1, d2 = (h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant
        slope, offset = min(max(slope - d1, 0.05), 5.0), min(max(offset - d2, -10.0), 10.0)
        if abs(d1) + abs(d2) < 1e-6:
            break
    return slope, offset


def sparse(weights: Weights) -> Weights:
    """Without small weights, rounded to what the file holds."""
    kept = {name: round(weight, 2) for name, weight in weights.features.items() if abs(weight) >= SMALLEST}
    return Weights(kept, round(weights.bias, 2))


def write(flag: Flag, weights: Weights, made: Scale, fitted_on: Mapping[str, int]) -> str:
    """The text of a file of ``fitted``: the same for the same samples, a line a feature, so that a change is seen."""
    sets = ", ".join(f"{name}: {count}" for name, count in sorted(fitted_on.items()))
    lines = [
        f"# The reader of sentences for the flag {flag}: what labelled sentences and mails taught.",
        "# Written by the fit; do not edit by hand.",
        "# A line says how much a word, or two words so far apart, speak for the flag (+) or against it (-).",
        f"flag: {flag}",
        f"fitted_on: {{{sets}}}",
        "# From which share on the flag is set, and below which a rule alone does not; chosen on held-back mail.",
        f"alarm: {made.alarm}",
        f"doubt: {made.doubt}",
        f"slope: {made.slope}",
        f"offset: {made.offset}",
        "weights: |",
        f"  offset: {weights.bias:+.2f}",
    ]
    lines += [f"  {name} {weight:+.2f}" for name, weight in sorted(weights.features.items())]
    return "\n".join(lines) + "\n"


def counts_of(samples: Sequence[Sample]) -> dict[str, int]:
    """Set → samples."""
    found: dict[str, int] = defaultdict(int)
    for one in samples:
        found[one.group] += 1
    return dict(sorted(found.items()))
