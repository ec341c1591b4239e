"""The readers of sentences: does any stretch of a mail say what a flag asks, such as that somebody may come to harm?

Reasoning. People seldom name their danger, professionals tell it last and in passing, and there are a hundred ways to
say no; phrases that somebody thought of saw two in five dangers of writers who did not know them, and one in four of
their refusals. So beside the rules of ``flags/`` reads a small statistical reader for each flag that has one, fitted
on labelled sentences and mail: a logistic regression over words, neighbouring words, and words with one or two between
them (``sentence_fitting``). A mail says as much as its most telling stretch; a stretch is a sentence, or two that
follow each other, for much is said in two breaths ("He got out on Friday. He knows where we live."). Nothing is summed
over the mail: a letter is not dangerous for being long.

They read what the sender newly wrote, the subject, attachments and what was forwarded; quoted history was read when it
came, and signatures print the telephone numbers of helplines under everything. Long reports speak in an undertone: what
they tell of danger is mostly their subject.

What is heard is shown with the stretch and the words that told most (P8), and each weight stands readable in
``fitted/danger.yaml`` and the files beside it. All readers go through a mail together: a word is looked up once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field

from mailflow.errors import Fault
from mailflow.model.words import Flag
from mailflow.syntax.documents import Document

from .lanes import THOUSANDTHS, Lanes, pack, weight_of
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

_SEEN = ((2, "asked:"), (4, "past:"), (8, "conditional:"))
SIGNS = tuple(("first:" if mark & 1 else "third:", *(sign for bit, sign in _SEEN if mark & bit)) for mark in range(16))
"""The names of what is known of a stretch besides its words, in the fitted files; by :func:`marks`."""


class SentenceFile(Strict):
    """``fitted/danger.yaml`` and its like, one for each flag: written by the fit, reviewed by people."""

    flag: Flag
    """What is asked of each stretch."""
    fitted_on: dict[str, Annotated[int, Field(ge=0)]]
    """How many samples of each set it was fitted on: mails, or lines of sentences."""
    alarm: Annotated[float, Field(gt=0, lt=1)]
    """From this share on the flag is set."""
    doubt: Annotated[float, Field(gt=0, lt=1)]
    """Below this share a rule alone does not set the flag; from it on a human is asked where the flag is ``risk``."""
    slope: Annotated[float, Field(gt=0, le=5)]
    """Log-odds are multiplied by it to give a share that means what it says (held-back mail)."""
    offset: Annotated[float, Field(ge=-10, le=10)]
    """Added to the log-odds before that."""
    weights: Annotated[str, Field(max_length=4_000_000)]
    """A line a feature: ``kill myself +2.31``."""


@dataclass(frozen=True, slots=True)
class SentenceReader:
    """The weights for one flag."""

    flag: Flag
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


class Word(NamedTuple):
    """What a word weighs by itself and before others, for all readers (``lanes``)."""

    weight: int
    next: Mapping[str, int]
    near: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Ears:
    """All readers, put together so that one walk over a mail serves them: what a word weighs has a lane for each."""

    readers: tuple[SentenceReader, ...]
    words: Mapping[str, Word]
    marked: tuple[int, ...]
    """What the signs of a stretch weigh, by its :func:`marks`."""
    lanes: Lanes

    def reader(self, flag: Flag) -> SentenceReader | None:
        """The reader of that flag; ``None`` where the profile has none."""
        return next((reader for reader in self.readers if reader.flag is flag), None)


def together(readers: Sequence[SentenceReader]) -> Ears:
    """Readers put together; the order decides nothing but the lanes."""
    words: dict[str, int] = {}
    following: dict[str, dict[str, int]] = {}
    near: dict[str, dict[str, int]] = {}
    for number, reader in enumerate(readers):
        _add(words, reader.words, number)
        for pairs, all_pairs in ((reader.next, following), (reader.near, near)):
            for first, others in pairs.items():
                _add(all_pairs.setdefault(first, {}), others, number)
    every = words.keys() | following.keys() | near.keys()
    known = {word: Word(words.get(word, 0), following.get(word, {}), near.get(word, {})) for word in every}
    marked = [
        pack((number, reader.signs.get(sign, 0.0)) for number, reader in enumerate(readers) for sign in signs)
        for signs in SIGNS
    ]
    return Ears(tuple(readers), known, tuple(marked), Lanes(len(readers)))


def _add(sums: dict[str, int], weights: Mapping[str, float], number: int) -> None:
    """Adds the weights of one reader, in its lane."""
    for name, weight in weights.items():
        sums[name] = sums.get(name, 0) + pack(((number, weight),))


DEAF = together(())
"""A profile without fitted files listens to rules alone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The most telling stretch of a mail."""

    share: float
    """How likely it says what the flag asks (0 to 1), as labelled mail that was held back showed."""
    field: str
    start: int
    end: int
    """The place as evidence names it."""
    text: str
    telling: tuple[str, ...]
    """The words that weighed most, as the fitted file writes them; none below the reader's doubt."""


NOTHING = Heard(0.0, "text", 0, 0, "", ())


class Piece(NamedTuple):
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


def marks(tokens: Tokens, zone: Zone, first: int, end: int) -> int:
    """What is known of a stretch besides its words, as a sum of bits; of two stretches together it is ``a | b``."""
    found = 0 if FIRST_PERSON.isdisjoint(tokens.stems[first:end]) else 1
    if 1 in tokens.asked[first:end]:
        found |= 2
    if zone.scopes is not None:
        if 1 in zone.scopes.past[first:end]:
            found |= 4
        if max(zone.scopes.conditional[first:end], default=-1) >= 0:
            found |= 8
    return found


def hear(reading: Reading, ears: Ears) -> dict[Flag, Heard]:
    """The most telling stretch of a prepared mail for each flag. Linear in the length of the mail."""
    best: list[tuple[float, Piece | None]] = [(-math.inf, None)] * len(ears.readers)
    bias = [reader.signs.get("offset:", 0.0) for reader in ears.readers]
    before: _Summed | None = None
    for piece in pieces(reading):
        undertone = UNDERTONE * (1.0 - piece.zone.factor)
        alone = _summed(piece, ears)
        for stretch, total, seen in (alone, *_joined(before, alone, ears)):
            root = math.sqrt(size(stretch.end - stretch.first) + len(SIGNS[seen])) * THOUSANDTHS
            for number, told in enumerate(ears.lanes.apart(total + ears.marked[seen])):
                odds = bias[number] + told / root - undertone
                if odds > best[number][0]:
                    best[number] = odds, stretch
        before = alone
    return {
        reader.flag: NOTHING if stretch is None else _heard(stretch, odds, reader)
        for reader, (odds, stretch) in zip(ears.readers, best, strict=True)
    }


def _heard(stretch: Piece, odds: float, reader: SentenceReader) -> Heard:
    zone, share = stretch.zone, round(_share(odds, reader), 3)
    start, stop = zone.tokens.starts[stretch.first], zone.tokens.ends[stretch.end - 1]
    return Heard(
        share=share,
        field=zone.field,
        start=start,
        end=stop,
        text=zone.text[start - zone.base : stop - zone.base],
        telling=_telling(stretch.words[stretch.first : stretch.end], reader) if share >= reader.doubt else (),
    )


class _Summed(NamedTuple):
    """A stretch, what its words and pairs weigh for all readers, and its :func:`marks`."""

    stretch: Piece
    total: int
    marks: int


def _joined(before: _Summed | None, last: _Summed, ears: Ears) -> Iterator[_Summed]:
    """Two stretches of one zone that follow each other, as one."""
    if before is None or before.stretch.zone is not last.stretch.zone:
        return
    zone, words, first, _ = before.stretch
    _, _, middle, end = last.stretch
    across = _across(words, first, middle, end, ears)
    yield _Summed(Piece(zone, words, first, end), before.total + last.total + across, before.marks | last.marks)


def _summed(piece: Piece, ears: Ears) -> _Summed:
    total, words, end, known = 0, piece.words, piece.end, ears.words
    for at in range(piece.first, end):
        word = known.get(words[at])
        if word is None:
            continue
        weight, following, near = word
        total += weight
        if following and at + 1 < end:
            total += following.get(words[at + 1], 0)
        if near:
            for other in words[at + 2 : min(at + 1 + REACH, end)]:
                total += near.get(other, 0)
    return _Summed(piece, total, marks(piece.zone.tokens, piece.zone, piece.first, end))


def _across(words: list[str], first: int, middle: int, end: int, ears: Ears) -> int:
    """What the pairs weigh that begin before ``middle`` and end behind it."""
    total = 0
    for at in range(max(first, middle - REACH), middle):
        word = ears.words.get(words[at])
        if word is None:
            continue
        for other in range(middle, min(at + 1 + REACH, end)):
            total += (word.next if other == at + 1 else word.near).get(words[other], 0)
    return total


def size(count: int) -> int:
    """How many words and pairs a stretch of so many words has."""
    gaps = min(count, REACH)
    return count + gaps * count - gaps * (gaps + 1) // 2


def _share(odds: float, reader: SentenceReader) -> float:
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, reader.slope * odds + reader.offset))))


def _telling(words: list[str], reader: SentenceReader) -> tuple[str, ...]:
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


def open_reader(document: Document[SentenceFile], faults: list[Fault]) -> SentenceReader:
    """The reader of a fitted file; a line that cannot be read is a fault."""
    file = document.value
    words: dict[str, float] = {}
    following: dict[str, dict[str, float]] = {}
    near: dict[str, dict[str, float]] = {}
    found: dict[str, float] = {}
    for number, line in enumerate(file.weights.splitlines(), 1):
        parts = line.split(" ")
        try:
            weight = weight_of(parts.pop())
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
        faults.append(Fault(document.place("doubt"), "doubt is too high: it may not stand above the alarm"))
    return SentenceReader(file.flag, words, following, near, found, file.alarm, file.doubt, file.slope, file.offset)
