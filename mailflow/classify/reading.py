"""A message prepared for the rules: its zones as words with scopes, its shape, its thread, and every phrase found.

How much each zone counts follows the taxonomy: the words that the sender newly wrote decide; attachments and
forwarded text speak in full where the new text is silent ("see attached") and in an undertone where it is not;
quoted history speaks only to rules that ask for it. Disclaimers are never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as _default

from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.model.security import SecurityReport
from mailflow.model.words import Flag
from mailflow.syntax.struck import without_struck

from .phrases import Hit, PhraseIndex
from .scope import Scopes, scopes
from .tokens import Tokens, tokenise

SILENT_WORDS = 14
"""New text of at most so many words says nothing of its own ("Please see attached. Thanks, Amy")."""
SHORT_WORDS = 40
LONG_WORDS = 150

MAX_NEW = 1_000_000
MAX_ATTACHMENT = 60_000
MAX_QUOTED = 20_000
MAX_ATTACHMENTS = 30
"""Characters of each zone that are read, and attachments: a hostile mail costs seconds, not hours; a real letter has
10,000 characters. What is cut off is the end of the longest report, never a letter."""

REPORT_LENGTH = 15_000
"""An attachment that is longer is a report or minutes: what it tells of risk and death is its subject, not news."""

_OURS = re.compile(r"\b(?:hssupport|dhrenquiries)@|homicide service", re.IGNORECASE)
_POINTER = re.compile(
    r"\b(?:attach|enclos|see below|as below|below|forward|fyi|letter|form|please find|p\.?f\.?a)", re.IGNORECASE
)


@dataclass(slots=True)
class Zone:
    """One stretch of a message: ``field`` and ``base`` as evidence names them, ``factor`` how much it counts."""

    name: str
    field: str
    text: str
    base: int
    factor: float
    tokens: Tokens = _default(default_factory=Tokens)
    scopes: Scopes | None = None


@dataclass(slots=True)
class Reading:
    """Everything that rules look at."""

    message: ParsedMessage
    report: SecurityReport
    facts: Facts
    mailbox: str
    zones: list[Zone]
    new_words: int
    shapes: frozenset[str]
    threads: frozenset[str]
    hits: dict[int, list[Hit]]
    _sentences: dict[int, frozenset[tuple[int, int]]] = _default(default_factory=dict)
    fired: set[str] = _default(default_factory=set)
    """Rules that have fired so far."""
    flags: frozenset[Flag] = frozenset()
    """Flags that are set; known once the flag rules are done."""

    def sentences(self, number: int) -> frozenset[tuple[int, int]]:
        """In which sentences a phrase stands: zone and end of the sentence. Made once, so that "in one sentence" costs
        no square of the hits."""
        found = self._sentences.get(number)
        if found is None:
            places = (
                (hit.zone, self.zones[hit.zone].tokens.sentence_ends[hit.first]) for hit in self.hits.get(number, ())
            )
            found = self._sentences[number] = frozenset(places)
        return found


def read(message: ParsedMessage, report: SecurityReport, facts: Facts, mailbox: str, index: PhraseIndex) -> Reading:
    """Prepares a message. Linear in its length."""
    zones = list(_zones(message))
    new_words = 0
    for zone in zones:
        zone.tokens = tokenise(zone.text, zone.base)
        if zone.name == "new":
            new_words += len(zone.tokens)
    _weigh_zones(zones, new_words)
    hits: dict[int, list[Hit]] = {}
    for number, zone in enumerate(zones):
        zone.scopes = scopes(zone.text, zone.tokens, zone.base)
        index.search(zone.tokens, number, hits)
    return Reading(
        message,
        report,
        facts,
        mailbox,
        zones,
        new_words,
        _shapes(message, zones, new_words),
        _threads(message, zones),
        hits,
    )


_NAMES = {
    RegionKind.NEW: "new",
    RegionKind.QUOTED: "quoted",
    RegionKind.FORWARDED: "forwarded",
    RegionKind.SIGNATURE: "signature",
}


def _zones(message: ParsedMessage) -> Iterator[Zone]:
    if message.subject:
        yield Zone("subject", "subject", message.subject, 0, 1.0)
    left = {"new": MAX_NEW, "quoted": MAX_QUOTED, "forwarded": MAX_ATTACHMENT, "signature": MAX_QUOTED}
    for region in message.regions:
        name = _NAMES.get(region.kind)
        if name is None or left[name] <= 0:
            continue
        end = min(region.end, region.start + left[name])
        left[name] -= end - region.start
        yield Zone(name, "text", message.text[region.start : end], region.start, 1.0)
    for number, attachment in enumerate(message.attachments[:MAX_ATTACHMENTS]):
        if attachment.text:
            long = len(attachment.text) > REPORT_LENGTH
            text = without_struck(attachment.text[:MAX_ATTACHMENT])
            yield Zone("attachment", f"attachment:{number}", text, 0, 0.4 if long else 1.0)


def _weigh_zones(zones: list[Zone], new_words: int) -> None:
    """Attachments and forwarded text speak in an undertone beside new text that says something itself."""
    brief = new_words <= 2 * SHORT_WORDS
    points = brief and any(z.name == "new" and _POINTER.search(z.text) for z in zones)
    for zone in zones:
        if zone.name == "attachment":
            zone.factor *= 1.0 if new_words <= SHORT_WORDS or points else 0.6
        elif zone.name == "forwarded":
            zone.factor *= 1.0 if new_words <= SHORT_WORDS // 2 else 0.7 if new_words <= SHORT_WORDS else 0.3


def _shapes(message: ParsedMessage, zones: list[Zone], new_words: int) -> frozenset[str]:
    found = set()
    if new_words == 0:
        found.add("empty")
    if new_words <= SILENT_WORDS:
        found.add("silent")
    if new_words <= SHORT_WORDS:
        found.add("short")
    if new_words > LONG_WORDS:
        found.add("long")
    if any(zone.name == "attachment" for zone in zones) or any(not a.inline for a in message.attachments):
        found.add("attachment")
    if "text/calendar" in message.content_types:
        found.add("calendar")
    new = "".join(zone.text for zone in zones if zone.name == "new")[:20_000]
    letters = sum(map(str.isalpha, new))
    if letters > 80 and sum(map(str.isupper, new)) > 0.6 * letters:
        found.add("shouting")
    if "?" in new:
        found.add("question")
    if len(re.findall(r"(?m)^[^\n]{2,60}(?::|\.{3,}|\t|…)[ \t]*\S", new)) >= 6:
        found.add("form")
    if len(re.findall(r"(?m)^[ \t]{0,8}(?:\d{1,2}[.)]|[-*•–]|\([a-z]{1,3}\))[ \t]", new)) >= 2:
        found.add("list")
    return frozenset(found)


_REPLY = re.compile(r"^\W*(?:(?:re|aw|sv|ateb|antw|odp)\b\s*:|\[[^\]]*\]\s*re:)", re.IGNORECASE)
_FORWARD = re.compile(r"^\W*(?:fwd?|wg|ymlaen)\s*:", re.IGNORECASE)


def _threads(message: ParsedMessage, zones: list[Zone]) -> frozenset[str]:
    found = set()
    quoted = "\n".join(zone.text for zone in zones if zone.name == "quoted")
    if message.in_reply_to or quoted or _REPLY.match(message.subject):
        found.add("reply")
    if message.forwarded or _FORWARD.match(message.subject) or any(zone.name == "forwarded" for zone in zones):
        found.add("forward")
    if message.own_references:
        found.add("reference")
    if "reply" in found and (_OURS.search(quoted) or (message.own_references and message.in_reply_to)):
        found.add("ours")
    if not found & {"reply", "reference"}:
        found.add("first")
    return frozenset(found)
