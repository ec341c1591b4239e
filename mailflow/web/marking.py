"""Evidence in place: the one text of a message, cut where regions, rules and facts begin and end.

Stretches overlap as they like (a rule's phrase inside another's, a fact inside a phrase), so the text is cut
at every boundary and each piece carries everything that covers it. Numbers tie a piece to the list of
evidence beside the mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mailflow.model.facts import FactSpan
from mailflow.model.message import ParsedMessage

MOST_MARKS = 400
"""Marks shown in one text; a hostile mail may earn thousands, and a page is for people."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text with what covers it."""

    text: str
    numbers: tuple[int, ...]
    """Of the evidence that points here, from 1."""
    facts: tuple[str, ...]
    """Paths of the facts that stand here."""
    title: str
    """What a reader is told who points at it."""


@dataclass(frozen=True, slots=True)
class Block:
    """A region of the text, or an attachment's text."""

    kind: str
    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """A message with its evidence, ready for a page."""

    subject: tuple[Piece, ...]
    blocks: tuple[Block, ...]
    evidence: tuple[tuple[int, Mapping[str, Any]], ...]
    """(number, evidence), the heaviest first."""


LABELS = {
    "new": "",
    "quoted": "Quoted history",
    "forwarded": "Forwarded",
    "signature": "Signature",
    "disclaimer": "Boilerplate, not read as the sender's words",
}


def mark(message: ParsedMessage, facts: Sequence[FactSpan], evidence: Sequence[Mapping[str, Any]]) -> Marked:
    """Cut subject, text and attachment texts where evidence and facts stand."""
    heaviest = sorted(evidence, key=lambda e: -abs(float(e["weight"])))[:MOST_MARKS]
    numbered = tuple(enumerate(heaviest, start=1))
    blocks: list[Block] = []
    for region in message.regions:
        if message.text[region.start : region.end].strip():
            pieces = _cut(message.text, "text", region.start, region.end, facts, numbered)
            blocks.append(Block(str(region.kind), LABELS[str(region.kind)], pieces))
    for index, attachment in enumerate(message.attachments):
        if attachment.text and attachment.text.strip():
            name = f"attachment:{index}"
            pieces = _cut(attachment.text, name, 0, len(attachment.text), facts, numbered)
            blocks.append(Block("attachment", f"Attachment {attachment.name}", pieces))
    subject = _cut(message.subject, "subject", 0, len(message.subject), facts, numbered)
    return Marked(subject, tuple(blocks), numbered)


def _cut(
    text: str,
    name: str,
    start: int,
    end: int,
    facts: Sequence[FactSpan],
    evidence: Sequence[tuple[int, Mapping[str, Any]]],
) -> tuple[Piece, ...]:
    """The stretch ``text[start:end]`` of one field, cut at every boundary inside it."""
    rules = [
        (max(e["start"], start), min(e["end"], end), number, str(e["says"]))
        for number, e in evidence
        if e["field"] == name and e["start"] < end and e["end"] > start and e["end"] > e["start"]
    ]
    known = [
        (max(f.span.start, start), min(f.span.end, end), f.path)
        for f in facts[:MOST_MARKS]
        if f.span.field == name and f.span.start < end and f.span.end > start
    ]
    ends = [(a, b) for a, b, _, _ in rules] + [(a, b) for a, b, _ in known]
    cuts = sorted({start, end, *(at for stretch in ends for at in stretch)})
    pieces = []
    for left, right in pairwise(cuts):
        over = [(number, says) for a, b, number, says in rules if a <= left and right <= b]
        stand = tuple(path for a, b, path in known if a <= left and right <= b)
        title = "; ".join([*(says for _, says in over), *(path.replace("_", " ") for path in stand)])
        pieces.append(Piece(text[left:right], tuple(number for number, _ in over), stand, title))
    return tuple(pieces)
