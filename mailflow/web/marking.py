"""Evidence in place: the one text of a message, cut where regions, reasons and facts begin and end.

Stretches overlap as they like (a rule's phrase inside another's, a fact inside a phrase), so each paragraph is
cut at every boundary in it, and each piece carries everything that covers it. Numbers tie a piece to the list
of reasons beside the mail, and below each paragraph stands what the new numbers in it mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mailflow.model.facts import FactSpan
from mailflow.model.message import ParsedMessage

from .reasons import SORTS, Reason
from .words import fact_words

MOST_FACTS = 400
"""Facts shown in one text: a list of a thousand telephone numbers is shown as text."""
MOST_PLACES = 40
"""Places of one reason that are marked; a word that stands everywhere need not be marked everywhere."""
LONGEST_TEXT = 60_000
"""Characters of one text that a page shows; the rest is kept, and said to be there."""
MOST_PARAGRAPHS = 1000
"""Paragraphs that are annotated one by one; a mail of blank lines is shown as it is."""

LONGEST_REST = 20
"""Characters by which a mark may grow to the end of its word."""

LIGHTEST_MARK = 0.25
"""Weight a place must carry to be marked: what counts single words by the dozen is listed, and not painted over."""
DANGER = ("risk", "doubt")
"""Sorts of reasons that are marked however little they weigh."""
SHORTEST_WORD = 4
"""Lower-case words shorter than this are listed among the reasons and not marked in the text."""

LABELS = {
    "new": "",
    "quoted": "Quoted from an earlier mail",
    "forwarded": "Forwarded",
    "signature": "Signature",
    "disclaimer": "Small print, not read as the sender's words",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with what covers it."""

    text: str
    numbers: tuple[int, ...] = ()
    """Of the reasons that point here."""
    sort: str = ""
    """The gravest sort of those reasons."""
    facts: tuple[str, ...] = ()
    """What stands here, in words; said once, at the end of the stretch."""
    is_fact: bool = False
    begins: tuple[int, ...] = ()
    """Numbers whose first piece this is: where a link from the list of reasons leads."""
    ends: tuple[int, ...] = ()
    """Numbers whose last piece this is: there the number is shown."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines of text, and what the numbers in it mean that did not stand before."""

    pieces: tuple[Piece, ...]
    notes: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A region of the text, or an attachment's text."""

    kind: str
    label: str
    paragraphs: tuple[Paragraph, ...]
    left_out: int = 0
    """Characters that are not shown."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A message with its evidence, ready for a page."""

    subject: Paragraph
    blocks: tuple[Block, ...]


def mark(message: ParsedMessage, facts: Sequence[FactSpan], reasons: Sequence[Reason]) -> Marked:
    """Cut subject, text and attachment texts where reasons and facts stand."""
    pen = _Pen(facts, reasons)
    subject = pen.paragraph(message.subject, "subject", 0, len(message.subject))
    blocks: list[Block] = []
    for region in message.regions:
        if message.text[region.start : region.end].strip():
            kind = str(region.kind)
            blocks.append(pen.block(kind, LABELS[kind], message.text, "text", region.start, region.end))
    for index, attachment in enumerate(message.attachments):
        if attachment.text and attachment.text.strip():
            label = f"Attachment: {attachment.name or 'without a name'}"
            blocks.append(
                pen.block("attachment", label, attachment.text, f"attachment:{index}", 0, len(attachment.text))
            )
    return Marked(subject, tuple(blocks))


class _Pen:
    """Marks one text after the other, and knows which numbers have been explained."""

    def __init__(self, facts: Sequence[FactSpan], reasons: Sequence[Reason]) -> None:
        self._facts = [(f.span, words) for f in facts[:MOST_FACTS] if (words := fact_words(f.path))]
        self._places = [
            (place, reason)
            for reason in reasons
            if reason.sort in DANGER or abs(reason.weight) >= LIGHTEST_MARK * len(reason.places)
            for place in reason.places[:MOST_PLACES]
            if place.end > place.start and _is_telling(place.text)
        ]
        self._explained: set[int] = set()

    def block(self, kind: str, label: str, text: str, name: str, start: int, end: int) -> Block:
        """One region, paragraph by paragraph."""
        shown = min(end, start + LONGEST_TEXT)
        paragraphs = tuple(self.paragraph(text, name, a, b) for a, b in _paragraphs(text, start, shown))
        return Block(kind, label, paragraphs, left_out=end - shown)

    def paragraph(self, text: str, name: str, start: int, end: int) -> Paragraph:
        """The stretch ``text[start:end]`` of one field, cut at every boundary inside it."""
        rules = [
            (max(place.start, start), _word_end(text, min(place.end, end), end), reason)
            for place, reason in self._places
            if place.field == name and place.start < end and place.end > start
        ]
        known = [
            (max(span.start, start), _word_end(text, min(span.end, end), end), words)
            for span, words in self._facts
            if span.field == name and span.start < end and span.end > start
        ]
        ends = [(a, b) for a, b, _ in rules] + [(a, b) for a, b, _ in known]
        cuts = sorted({start, end, *(at for stretch in ends for at in stretch)})
        new = {reason.number: reason for _, _, reason in rules if reason.number not in self._explained}
        pieces = tuple(self._piece(text, left, right, rules, known) for left, right in pairwise(cuts))
        return Paragraph(pieces, tuple(new[number] for number in sorted(new)))

    def _piece(
        self,
        text: str,
        left: int,
        right: int,
        rules: Sequence[tuple[int, int, Reason]],
        known: Sequence[tuple[int, int, str]],
    ) -> Piece:
        over = [(a, b, reason) for a, b, reason in rules if a <= left and right <= b]
        stand = [(b, words) for a, b, words in known if a <= left and right <= b]
        sorts = [reason.sort for _, _, reason in over]
        first = {reason.number for _, _, reason in over} - self._explained
        self._explained |= first
        return Piece(
            text=text[left:right],
            numbers=tuple(sorted({reason.number for _, _, reason in over})),
            sort=min(sorts, key=SORTS.index) if sorts else "",
            facts=tuple(dict.fromkeys(words for b, words in stand if b == right)),
            is_fact=bool(stand),
            begins=tuple(sorted(first)),
            ends=tuple(sorted({reason.number for _, b, reason in over if b == right})),
        )


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches between blank lines, without the blank lines around them."""
    at, found = start, 0
    begin: int | None = None
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        blank = not text[at:stop].strip()
        if blank and begin is not None and found < MOST_PARAGRAPHS:
            yield begin, _trimmed_end(text, begin, at)
            begin, found = None, found + 1
        elif not blank and begin is None:
            begin = at
        at = stop + 1
    if begin is not None:
        yield begin, _trimmed_end(text, begin, end)


def _is_telling(words: str) -> bool:
    """False for a little word like "it": it may weigh, and marked in a letter it tells nobody anything."""
    return len(words.strip()) >= SHORTEST_WORD or not words.islower()


def _word_end(text: str, at: int, end: int) -> int:
    """The end of the word that a stretch ends in: a mark in the middle of a word is hard to read."""
    stop = min(end, at + LONGEST_REST)
    while 0 < at < stop and text[at - 1].isalnum() and text[at].isalnum():
        at += 1
    return at


def _trimmed_end(text: str, begin: int, end: int) -> int:
    return begin + len(text[begin:end].rstrip())
