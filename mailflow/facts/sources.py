"""Which texts of a message are looked at for facts, and whose words they are.

The writer's new words come first and attachments count as the writer's words. What was forwarded, below or as a mail
within the mail, counts only where the new words hand it over without saying it themselves ("one for you, see below");
quoted history and disclaimers never count (a police footer says "If you have been a victim of crime … Victim
Support"). The signature is read for the writer alone.

Every source keeps the offsets of the field that it comes from: what does not belong to it is blanked out with line
ends, never cut out, so a place found in it is a place in the field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from mailflow.model.facts import Span
from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.syntax.struck import without_struck

from . import contacts, dates, names
from .gates import Seen

MAX_TEXT = 60_000
"""Characters of one field that are scanned. A referral has under 10,000; a megabyte pasted would only cost time."""

MAX_ATTACHMENTS = 12
"""Attachments whose text is scanned."""

MAX_ATTACHMENT = 40_000
"""Characters of one attachment that are scanned: a form has 3,000; a 200-page overview report names no new family."""

HANDS_OVER = 700
"""Characters of new words that may still be a mere hand-over of what is forwarded below."""

MAX_SENTENCES = 800
"""Sentences of one text."""

_POINTS_BELOW = re.compile(
    r"\b(?:see(?: the)? below|below|forward(?:ing|ed)?|fwd?|FYI|fyi|pass(?:ing|ed)? (?:this|it) on|attached e-?mail"
    r"|one for (?:you|yourselves|your)|for you(?:rselves)?|please (?:action|pick up))\b"
)

_POINTS_BESIDE = re.compile(r"\b(?:attach(?:ed|ing|ment)|enclosed?|enclosing|herewith)\b", re.IGNORECASE)


_SENTENCE = re.compile(r"(?:[^.!?\n]++|\.(?=[\w@])|\n(?!\s*\n|[-*•\d]))++[.!?]?")


@dataclass(frozen=True)
class Source:
    """A text that is scanned: ``field`` as in :class:`~mailflow.model.facts.Span`, with that field's offsets.

    What several readers need of the text is read once and kept with it: hence no slots.
    """

    field: str
    text: str

    @cached_property
    def seen(self) -> Seen:
        """The text as the gates of patterns look at it."""
        return Seen(self.text)

    @cached_property
    def names(self) -> list[names.Name]:
        """Every run of name words, in order."""
        return names.find(self.text)

    @cached_property
    def dates(self) -> list[dates.FoundDate]:
        """Every date, in order."""
        return dates.find(self.text)

    @cached_property
    def telephones(self) -> list[contacts.Found]:
        """Every UK telephone number, in order."""
        return contacts.telephones(self.text)

    @cached_property
    def addresses(self) -> list[contacts.Found]:
        """Every e-mail address, in order."""
        return contacts.addresses(self.text)

    @cached_property
    def postcodes(self) -> list[contacts.Found]:
        """Every postcode, in order."""
        return contacts.postcodes(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int, str]]:
        """The first sentences: start, end and text. A line that begins a list begins one too."""
        found = zip(_SENTENCE.finditer(self.text), range(MAX_SENTENCES), strict=False)
        return [(match.start(), match.end(), match[0]) for match, _ in found]

    def span(self, start: int, end: int) -> Span:
        """The place ``[start:end]`` with its text, outer blanks left out."""
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Span(self.field, start, end, self.text[start:end])


@dataclass(frozen=True, slots=True)
class Sources:
    """All of them, each possibly empty."""

    subject: Source
    new: Source
    signature: Source
    forwarded: Source
    """Empty unless the new words hand it over."""
    attachments: tuple[Source, ...]

    @property
    def words(self) -> tuple[Source, ...]:
        """The sender's words in the order in which they count: new, handed over, attached."""
        return tuple(s for s in (self.new, self.forwarded, *self.attachments) if s.text.strip())


def of(message: ParsedMessage) -> Sources:
    """The sources of a message."""
    new = _masked(message, (RegionKind.NEW,))
    forwarded = Source("text", "")
    said = new.text.strip()
    bare = len(said) < 60
    if any(r.kind is RegionKind.FORWARDED for r in message.regions) and (
        bare or (len(said) < HANDS_OVER and _POINTS_BELOW.search(said))
    ):
        forwarded = _masked(message, (RegionKind.FORWARDED,))
    # a mail within counts like one that is forwarded below: where a person hands it over, not in a delivery report
    encloses = not message.automatic.is_automatic and (
        bare or (len(said) < HANDS_OVER and bool(_POINTS_BELOW.search(said) or _POINTS_BESIDE.search(said)))
    )
    attachments = tuple(
        Source(f"attachment:{number}", without_struck(attachment.text[:MAX_ATTACHMENT]))
        for number, attachment in enumerate(message.attachments[:MAX_ATTACHMENTS])
        if attachment.text and (encloses or attachment.declared_type.lower() != "message/rfc822")
        if attachment.declared_type.lower() != "text/rfc822-headers"
    )
    return Sources(
        subject=Source("subject", message.subject[:1_000]),
        new=new,
        signature=_masked(message, (RegionKind.SIGNATURE,)),
        forwarded=forwarded,
        attachments=attachments,
    )


def _masked(message: ParsedMessage, kinds: tuple[RegionKind, ...]) -> Source:
    text = message.text[:MAX_TEXT]
    pieces: list[str] = []
    position = 0
    for region in message.regions:
        if region.kind not in kinds or region.start >= len(text):
            continue
        pieces.append("\n" * (region.start - position))
        pieces.append(text[region.start : region.end])
        position = min(region.end, len(text))
    return Source("text", "".join(pieces))
