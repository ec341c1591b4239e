"""The reader of danger: does any stretch of a mail say that somebody may come to harm?

Reasoning. People seldom name their danger, and professionals tell it last and in passing; phrases that somebody thought
of saw two in five of such mails by writers who did not know them. So beside the rules of ``flags/risk.yaml`` reads a
small statistical reader, fitted on several thousand sentences and on labelled mail: a logistic regression over words,
neighbouring words, and words with one or two between them (``danger_fitting``). A mail is as dangerous as its most
dangerous stretch; a stretch is a sentence, or two that follow each other, for danger is often said in two breaths
("He got out on Friday. He knows where we live."). Nothing is summed over the mail: a letter is not dangerous for being
long.

It reads what the sender newly wrote, the subject, attachments and what was forwarded; quoted history was read when it
came, and signatures print the telephone numbers of helplines under everything. Long reports speak in an undertone: what
they tell of danger is mostly their subject.

What it hears is shown with the stretch and the words that told most (P8), and each weight stands readable in
``fitted/danger.yaml``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from mailflow.errors import Fault
from mailflow.syntax.documents import Document

from .language import Strict
from .reading import Reading, Zone
from .tokens import Tokens

PIECE = 40
"""Words of one stretch; a longer sentence (dictated, without a stop) is read in pieces."""

REACH = 3
"""So far apart two words are read as a pair."""

MOST_PIECES = 4000
"""Stretches that are read in one mail: against a megabyte of full stops. A letter of ten pages has 300."""

UNDERTONE = 1.5
"""What a stretch loses that stands where words count less (``Zone.factor``), in log-odds."""

FIRST_PERSON = frozenset(("i", "me", "my", "myself", "mine", "we", "us", "our", "ourselves", "fi", "fy", "ni", "ein"))

NEAR = "…"
"""Stands in the name of a pair with one or two words between: ``take … tablet``."""

NUMBER = "#"
"""Stands for every number: which it is teaches nothing."""


class DangerFile(Strict):
    """``fitted/danger.yaml``: written by the fit, reviewed by people."""

    fitted_on: dict[str, Annotated[int, Field(ge=0)]]
    """How many samples of each set it was fitted on: mails, or lines of sentences."""
    alarm: Annotated[float, Field(gt=0, lt=1)]
    """From this share on the flag ``risk`` is set."""
    doubt: Annotated[float, Field(gt=0, lt=1)]
    """From this share on nothing is laid aside or decided without a human."""
    slope: Annotated[float, Field(gt=0, le=5)]
    """Log-odds are multiplied by it to give a share that means what it says (held-back mail)."""
    offset: Annotated[float, Field(ge=-10, le=10)]
    """Added to the log-odds before that."""
    weights: Annotated[str, Field(max_length=4_000_000)]
    """A line a feature: ``kill myself +2.31``."""


@dataclass(frozen=True, slots=True)
class DangerReader:
    """The weights, ready to run."""

    words: Mapping[str, float]
    next: Mapping[str, Mapping[str, float]]
    """First word → the word right behind it."""
    near: Mapping[str, Mapping[str, float]]
    """First word → a word behind it with one or two between."""
    signs: Mapping[str, float]
    """``first:``, ``asked:`` …"""
    alarm: float
    doubt: float
    slope: float
    offset: float


@dataclass(frozen=True, slots=True)
class Heard:
    """The most dangerous stretch of a mail."""

    share: float
    """How likely it tells of danger (0 to 1), as labelled mail that was held back showed."""
    field: str
    start: int
    end: int
    """The place as evidence names it."""
    text: str
    telling: tuple[str, ...]
    """The words that weighed most, as the fitted file writes them."""


NOTHING = Heard(0.0, "text", 0, 0, "", ())


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one zone, ``first`` to ``end``."""

    zone: Zone
    words: list[str]
    """The words of the zone, as they are read."""
    first: int
    end: int


def pieces(reading: Reading) -> Iterator[Piece]:
    """All runs of words that are read, in the order of the mail."""
    left = MOST_PIECES
    for zone in reading.zones:
        if zone.name in ("quoted", "signature"):
            continue
        words, at = words_of(zone.tokens), 0
        while at < len(words) and left > 0:
            end = min(zone.tokens.sentence_ends[at], at + PIECE)
            yield Piece(zone, words, at, end)
            at, left = end, left - 1


def words_of(tokens: Tokens) -> list[str]:
    """The stems of a zone, every number made one."""
    return [NUMBER if stem[0].isdigit() else stem for stem in tokens.stems]


def signs(tokens: Tokens, zone: Zone, first: int, end: int) -> Iterator[str]:
    """What is known of a stretch besides its words."""
    yield "first:" if not FIRST_PERSON.isdisjoint(tokens.stems[first:end]) else "third:"
    if any(tokens.asked[first:end]):
        yield "asked:"
    if zone.scopes is not None:
        if any(zone.scopes.past[first:end]):
            yield "past:"
        if any(place >= 0 for place in zone.scopes.conditional[first:end]):
            yield "conditional:"


def hear(reading: Reading, reader: DangerReader) -> Heard:
    """The most dangerous stretch of a prepared mail. Linear in its length."""
    best, where = -math.inf, None
    before: tuple[Piece, float] | None = None
    for piece in pieces(reading):
        total = _sum(piece.words, piece.first, piece.end, reader)
        for first, summed in _stretches(piece, total, before, reader):
            odds = _odds(piece.zone, first, piece.end, summed, reader)
            if odds > best:
                best, where = odds, (piece, first)
        before = piece, total
    if where is None:
        return NOTHING
    piece, first = where
    zone = piece.zone
    start, stop = zone.tokens.starts[first], zone.tokens.ends[piece.end - 1]
    return Heard(
        share=round(_share(best, reader), 3),
        field=zone.field,
        start=start,
        end=stop,
        text=zone.text[start - zone.base : stop - zone.base],
        telling=_telling(piece.words[first : piece.end], reader),
    )


def _stretches(
    piece: Piece, total: float, before: tuple[Piece, float] | None, reader: DangerReader
) -> Iterator[tuple[int, float]]:
    """Where the stretches begin that end with this piece, each with the sum of its words and pairs."""
    yield piece.first, total
    if before is not None and before[0].zone is piece.zone:
        earlier, its = before
        yield earlier.first, its + total + _across(piece.words, earlier.first, piece.first, piece.end, reader)


def _sum(words: list[str], first: int, end: int, reader: DangerReader) -> float:
    """What the words of a piece weigh, and the pairs within it."""
    total = 0.0
    for at in range(first, end):
        word = words[at]
        total += reader.words.get(word, 0.0)
        behind = reader.next.get(word)
        if behind is not None and at + 1 < end:
            total += behind.get(words[at + 1], 0.0)
        around = reader.near.get(word)
        if around is not None:
            for other in words[at + 2 : min(at + 1 + REACH, end)]:
                total += around.get(other, 0.0)
    return total


def _across(words: list[str], first: int, middle: int, end: int, reader: DangerReader) -> float:
    """What the pairs weigh that begin before ``middle`` and end behind it."""
    total = 0.0
    for at in range(max(first, middle - REACH), middle):
        for other in range(middle, min(at + 1 + REACH, end)):
            pairs = reader.next if other == at + 1 else reader.near
            total += pairs.get(words[at], {}).get(words[other], 0.0)
    return total


def size(count: int) -> int:
    """How many words and pairs a stretch of so many words has."""
    return count + sum(max(count - gap, 0) for gap in range(1, REACH + 1))


def _odds(zone: Zone, first: int, end: int, summed: float, reader: DangerReader) -> float:
    shown = list(signs(zone.tokens, zone, first, end))
    summed += sum(reader.signs.get(sign, 0.0) for sign in shown)
    odds = reader.signs.get("offset:", 0.0) + summed / math.sqrt(size(end - first) + len(shown))
    return odds - UNDERTONE * (1.0 - zone.factor)


def _share(odds: float, reader: DangerReader) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, reader.slope * odds + reader.offset))))


def _telling(words: list[str], reader: DangerReader) -> tuple[str, ...]:
    """The three words or pairs that weighed most."""
    found = {word: reader.words.get(word, 0.0) for word in words}
    for at, word in enumerate(words):
        for other in range(at + 1, min(at + 1 + REACH, len(words))):
            pairs = reader.next if other == at + 1 else reader.near
            found[name_of_pair(word, other - at, words[other])] = pairs.get(word, {}).get(words[other], 0.0)
    told = sorted((-weight, name) for name, weight in found.items() if weight > 0)[:3]
    return tuple(name for _, name in told)


def name_of_pair(first: str, gap: int, second: str) -> str:
    """How the fitted file writes a pair: ``kill myself``, ``take … tablet``."""
    return f"{first} {second}" if gap == 1 else f"{first} {NEAR} {second}"


def open_danger(document: Document[DangerFile], faults: list[Fault]) -> DangerReader:
    """The reader of a fitted file; a line that cannot be read is a fault."""
    file = document.value
    words: dict[str, float] = {}
    following: dict[str, dict[str, float]] = {}
    near: dict[str, dict[str, float]] = {}
    found: dict[str, float] = {}
    for number, line in enumerate(file.weights.splitlines(), 1):
        parts = line.split(" ")
        try:
            weight = float(parts.pop())
        except ValueError:
            sentence = f"line {number} of the weights cannot be read: {line[:60]!r}; run the fit again"
            faults.append(Fault(document.place("weights"), sentence))
            continue
        if len(parts) > 1:
            (following if len(parts) == 2 else near).setdefault(parts[0], {})[parts[-1]] = weight
        elif parts[0].endswith(":"):
            found[parts[0]] = weight
        else:
            words[parts[0]] = weight
    if file.doubt > file.alarm:
        faults.append(
            Fault(document.place("doubt"), "a human must be asked before there is an alarm: doubt is too high")
        )
    return DangerReader(words, following, near, found, file.alarm, file.doubt, file.slope, file.offset)
