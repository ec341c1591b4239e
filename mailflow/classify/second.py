"""The second reader: words weighed by what labelled mail taught, beside the rules that a lead wrote.

Reasoning. Rules know what somebody thought of; on mail of strangers they are right in seven of ten and do not notice
the rest. A small statistical reader that was fitted on labelled mail errs elsewhere, so where the two agree a verdict
is worth more, and where they do not a human looks. It never speaks alone: its kind is taken only where rules and reader
together favour it, and such a verdict always asks a human. It reads words and pairs of words (stems) of what the sender
says, of subject and signature, and what is known of the mail's form: who sent it, how it hangs on other mail, which
facts are there. Of the rules it sees only the observations (``who.…``, ``matter.…``), not those that judge the kind:
these were written with most of the labelled mails in sight, so on those they are always right, and a reader that is
fitted to them would learn to believe them blindly.

Each weight stands readable in ``fitted/kinds.yaml``: multinomial logistic regression with L2 penalty (see ``fitting``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, TypeVar

from pydantic import Field

from mailflow.errors import Fault
from mailflow.model.verdict import Evidence
from mailflow.model.words import Kind
from mailflow.syntax.documents import Document

from .lanes import THOUSANDTHS, Lanes, pack, weight_of
from .language import Strict
from .program import FACT_PATHS, finding_of_fact
from .reading import Reading, Zone

MAX_WORDS = 2000
"""Words of one zone that are read; a letter has 300, and a report of a hundred pages does not tell the kind."""

STRUCTURE = 1.0
"""A property of the mail counts like so many words (0.5 to 4 tried: above 1 the form outshouts what is said)."""

OFFSET = 0.5
"""The value of the property that every mail has (the intercept)."""

TELLING = 4
"""So many of the most telling words are shown as evidence."""

TELLS = 0.5
"""What a word must weigh to be shown."""

RULE = "second-reader"
"""In place of a rule's id in evidence."""

_OBSERVATIONS = ("who.", "matter.")
"""How the ids of rules begin that only observe."""

_UNDERTONE = 0.7
"""Attached and forwarded words beside the sender's own."""

_KINDS = tuple(Kind)
_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_LANES = Lanes(len(_KINDS))

Feature = TypeVar("Feature", str, tuple[str, str])


class Mixing(Strict):
    """How rules and reader are put together: chosen by cross-validation, so that 0.9 means nine in ten."""

    rules: Annotated[float, Field(ge=0, le=10)]
    """What a point of the rules counts beside one of the reader."""
    temperature: Annotated[float, Field(gt=0, le=10)]
    """The sum is divided by it: the higher, the less sure."""


class FittedFile(Strict):
    """``fitted/kinds.yaml``: written by the fit, reviewed by people."""

    fitted_on: dict[str, Annotated[int, Field(ge=0)]]
    """How many mails of each set it was fitted on."""
    mixing: Mixing
    weights: Annotated[str, Field(max_length=1_900_000)]
    """A line a feature: ``my son = self_referral +0.42, referral -0.20``."""


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The weights, ready to run."""

    words: Mapping[str, int]
    """What a feature weighs for each kind, packed (``lanes``)."""
    pairs: Mapping[tuple[str, str], int]
    others: Mapping[str, int]
    """``sender:police``, ``subject:leave``, ``signature:chair``, ``fact:victim``, ``offset`` …"""
    mixing: Mixing
    telling: Mapping[Kind, tuple[Mapping[str, float], Mapping[tuple[str, str], float]]]
    """For each kind the words, and the pairs, that speak for it strongly enough to be shown."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the reader sees of a mail: feature → value, before the values are divided by ``norm``."""

    words: dict[str, float]
    pairs: dict[tuple[str, str], float]
    others: dict[str, float]
    norm: float

    def named(self) -> dict[str, float]:
        """All features by the names of the fitted file, with their final values; for fitting."""
        found = {word: value / self.norm for word, value in self.words.items()}
        found.update((" ".join(pair), value / self.norm) for pair, value in self.pairs.items())
        found.update((name, value / self.norm) for name, value in self.others.items())
        found["offset:"] = OFFSET
        return found


def observe(reading: Reading) -> Features:
    """The features of a prepared mail. Linear in its length, mostly in set operations."""
    words: dict[str, float] = {}
    pairs: dict[tuple[str, str], float] = {}
    others: dict[str, float] = dict.fromkeys(_structure(reading), STRUCTURE)
    square = STRUCTURE * STRUCTURE * len(others)
    for zone in sorted(reading.zones, key=_loudness, reverse=True):
        stems = zone.tokens.stems[:MAX_WORDS]
        if zone.name in ("signature", "subject"):
            before = len(others)
            others.update(dict.fromkeys([f"{zone.name}:{stem}" for stem in stems], 1.0))
            square += len(others) - before
        if zone.name in ("signature", "quoted"):
            continue
        loudness, before = _loudness(zone), len(words) + len(pairs)
        words = {**dict.fromkeys(stems, loudness), **words}
        pairs = {**dict.fromkeys(pairwise(stems), loudness), **pairs}
        square += (len(words) + len(pairs) - before) * loudness * loudness
    return Features(words, pairs, others, math.sqrt(square) or 1.0)


def _loudness(zone: Zone) -> float:
    return 1.0 if zone.name in ("new", "subject") else zone.factor * _UNDERTONE


def _structure(reading: Reading) -> Iterable[str]:
    """What is known of the mail besides its words."""
    facts, message = reading.facts, reading.message
    yield f"sender:{facts.sender_type}"
    yield f"language:{facts.language}"
    yield from (f"rule:{rule}" for rule in reading.fired if rule.startswith(_OBSERVATIONS))
    yield from (f"thread:{thread}" for thread in reading.threads)
    yield from (f"shape:{shape}" for shape in reading.shapes)
    yield from (f"fact:{path}" for path in FACT_PATHS if finding_of_fact(facts, path) is not None)
    for attachment in message.attachments:
        if not attachment.inline:
            yield "file:" + (attachment.name.rpartition(".")[2].lower() if "." in attachment.name else "")
    if reading.report.identity_doubts:
        yield "doubt:"
    if message.automatic.is_automatic:
        yield f"automatic:{message.automatic.kind}"
    if message.links:
        yield "links:"


def score(features: Features, reader: SecondReader) -> tuple[float, ...]:
    """What the reader gives each kind, in the order of the taxonomy (log-odds)."""
    packed: dict[float, int] = {}
    _add(packed, features.words, reader.words)
    _add(packed, features.pairs, reader.pairs)
    _add(packed, features.others, reader.others)
    sums = [OFFSET * weight for weight in _LANES.apart(reader.others.get("offset:", 0))]
    for value, total in packed.items():
        sums = [one + value / features.norm * more for one, more in zip(sums, _LANES.apart(total), strict=True)]
    return tuple(one / THOUSANDTHS for one in sums)


def _add(packed: dict[float, int], values: Mapping[Feature, float], rows: Mapping[Feature, int]) -> None:
    """Adds what these features weigh to the sum of all that have the same value; there are few values in a mail."""
    for feature in filter(rows.__contains__, values):
        value = values[feature]
        packed[value] = packed.get(value, 0) + rows[feature]


def score_named(features: Mapping[str, float], rows: Mapping[str, list[float]]) -> tuple[float, ...]:
    """Like :func:`score`, from named features and weights that were just fitted."""
    sums = [0.0] * len(_KINDS)
    for name, value in features.items():
        row = rows.get(name)
        if row is not None:
            sums = [total + value * weight for total, weight in zip(sums, row, strict=True)]
    return tuple(sums)


def first(logits: tuple[float, ...]) -> Kind:
    """The kind that the reader would choose by itself."""
    return _KINDS[max(range(len(_KINDS)), key=lambda number: (logits[number], -number))]


def explain(reading: Reading, features: Features, reader: SecondReader, kind: Kind) -> list[Evidence]:
    """The words that speak most for ``kind``, each with its place."""
    words, pairs = reader.telling[kind]
    told: list[tuple[float, tuple[str, ...]]] = [
        (words[word] * features.words[word], (word,)) for word in filter(words.__contains__, features.words)
    ]
    told += [(pairs[pair] * features.pairs[pair], pair) for pair in filter(pairs.__contains__, features.pairs)]
    found: list[Evidence] = []
    shown: set[str] = set()
    for weight, told_words in sorted(told, key=lambda pair: (-pair[0], pair[1])):
        if len(found) == TELLING:
            break
        if shown.issuperset(told_words):
            continue
        place = _place(reading, told_words)
        if place is not None:
            shown.update(told_words)
            field, start, end, text = place
            share = round(weight / features.norm, 3)
            says = "the second reader: words that stood in labelled mail of this kind"
            found.append(Evidence(RULE, says, str(kind), share, field, start, end, text))
    return found


def _place(reading: Reading, words: tuple[str, ...]) -> tuple[str, int, int, str] | None:
    """Where these words stand one behind the other for the first time: field, characters, text."""
    for zone in sorted(reading.zones, key=_loudness, reverse=True):
        if zone.name in ("signature", "quoted"):
            continue
        tokens = zone.tokens
        stems = tokens.stems[:MAX_WORDS]
        at = stems.index(words[0]) if words[0] in stems else len(stems)
        while at + len(words) <= len(stems):
            if stems[at] == words[0] and (len(words) == 1 or stems[at + 1] == words[1]):
                start, end = tokens.starts[at], tokens.ends[at + len(words) - 1]
                return zone.field, start, end, zone.text[start - zone.base : end - zone.base]
            at += 1
    return None


def mix(scores: Mapping[Kind, float], logits: tuple[float, ...], mixing: Mixing) -> list[tuple[Kind, float]]:
    """Rules and reader together: every kind with its share, best first; the order of the taxonomy where equal."""
    sums = [(mixing.rules * scores[kind] + logits[n]) / mixing.temperature for n, kind in enumerate(_KINDS)]
    top = max(sums)
    shares = [math.exp(value - top) for value in sums]
    total = sum(shares)
    return sorted(
        ((kind, share / total) for kind, share in zip(_KINDS, shares, strict=True)),
        key=lambda pair: (-pair[1], _NUMBER[pair[0]]),
    )


def open_weights(document: Document[FittedFile], faults: list[Fault]) -> SecondReader:
    """The reader of a fitted file; a line that cannot be read is a fault."""
    words: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    others: dict[str, int] = {}
    telling: dict[Kind, tuple[dict[str, float], dict[tuple[str, str], float]]] = {kind: ({}, {}) for kind in _KINDS}
    for number, line in enumerate(document.value.weights.splitlines(), 1):
        name, _, rest = line.partition(" = ")
        try:
            weights = [_weight(part) for part in rest.split(", ")]
        except ValueError:
            sentence = f"line {number} of the weights cannot be read: {line[:60]!r}; run the fit again"
            faults.append(Fault(document.place("weights"), sentence))
            continue
        row = pack((_NUMBER[kind], weight) for kind, weight in weights)
        told = [(telling[kind], weight) for kind, weight in weights if weight >= TELLS]
        if ":" in name:
            others[name] = row
        elif " " in name:
            first, _, second = name.partition(" ")
            pairs[first, second] = row
            for (_, of_pairs), weight in told:
                of_pairs[first, second] = weight
        else:
            words[name] = row
            for (of_words, _), weight in told:
                of_words[name] = weight
    return SecondReader(words, pairs, others, document.value.mixing, telling)


def _weight(part: str) -> tuple[Kind, float]:
    kind, _, weight = part.partition(" ")
    return Kind(kind), weight_of(weight)


def write_row(name: str, row: Iterable[float]) -> str:
    """A line of the fitted file, the strongest weight first."""
    weights = sorted(((kind, weight) for kind, weight in zip(_KINDS, row, strict=True) if weight), key=_by_strength)
    return f"{name} = " + ", ".join(f"{kind} {weight:+.2f}" for kind, weight in weights)


def _by_strength(pair: tuple[Kind, float]) -> tuple[float, int]:
    return -abs(pair[1]), _NUMBER[pair[0]]
