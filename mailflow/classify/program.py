"""Conditions → small functions that look at a :class:`~.reading.Reading` and say where they found what.

Each returns a :class:`Finding` (how much it counts and the place that shows it) or ``None``. Phrases are numbered
in the one index of the profile, so a text condition costs a few dictionary look-ups.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import re2

from mailflow.model.facts import Facts

from . import language as lang
from .phrases import Hit, PhraseIndex, read
from .reading import Reading
from .scope import Scope


class Finding(NamedTuple):
    """That a condition holds: ``factor`` (how much the zone counts) and the place, characters of ``field``."""

    factor: float
    field: str
    start: int
    end: int


Program = Callable[[Reading], Finding | None]

NOWHERE = Finding(1.0, "header:From", 0, 0)

_GROUPS: dict[str, frozenset[str]] = {
    "said": frozenset(("subject", "new", "attachment", "forwarded")),
    "anywhere": frozenset(("subject", "new", "attachment", "forwarded", "signature", "quoted")),
}

_FACT_PATHS = (
    "bereaved_writer referrer referrer.name referrer.role referrer.organisation referrer.phone family family.name "
    "family.relationship family.phone family.email family.postcode family.age family.child family.contact victim "
    "victim.name victim.date_of_death consent consent.given consent.declined police_force area chair chair.name "
    "review_stage needs case_ref deadlines telephones addresses dates postcodes"
)
FACT_PATHS = frozenset(_FACT_PATHS.split())
"""What a ``fact`` condition may ask for."""


class Compiler:
    """Turns conditions into programs, numbering their phrases in one index."""

    def __init__(self) -> None:
        self.index = PhraseIndex()
        self._numbers: dict[str, int] = {}
        self.phrases: list[str] = []
        """Every phrase as written, by number."""

    @classmethod
    def over(cls, index: PhraseIndex, phrases: Sequence[str]) -> Compiler:
        """A compiler on an index that is finished: for questions about conditions whose phrases are all in it."""
        compiler = cls()
        compiler.index = index
        compiler.phrases = list(phrases)
        compiler._numbers = {phrase: number for number, phrase in enumerate(phrases)}
        return compiler

    def number(self, phrase: str) -> int:
        """The number of a phrase, which is added to the index when new. Raises ``PhraseFault``."""
        known = self._numbers.get(phrase)
        if known is None:
            known = self._numbers[phrase] = len(self.phrases)
            self.phrases.append(phrase)
            self.index.add(read(phrase), known)
        return known

    def when(self, when: lang.When) -> Program:
        """The three lists of a rule as one program; the first text of ``all`` or ``any`` is its place."""
        parts = [self.condition(c) for c in when.all]
        if when.any:
            parts.append(self.condition(lang.AnyOf(any=when.any)))
        refused = [self.condition(c) for c in when.none]

        def run(reading: Reading) -> Finding | None:
            best: Finding | None = None
            for part in parts:
                found = part(reading)
                if found is None:
                    return None
                best = _better(best, found)
            for refuse in refused:
                if refuse(reading) is not None:
                    return None
            return best or NOWHERE

        return run

    def condition(self, condition: Any) -> Program:  # noqa: PLR0912 (one case for each word of the language)
        """One condition as a program."""
        match condition:
            case lang.Text():
                return self._text(condition)
            case lang.Pattern():
                return _pattern(condition)
            case lang.Sender():
                types = frozenset(condition.sender)
                return lambda r: _sender(r) if r.facts.sender_type in types else None
            case lang.Mailbox():
                names = tuple(name.lower() for name in condition.mailbox)
                return lambda r: Finding(1.0, "header:To", 0, 0) if r.mailbox.lower().startswith(names) else None
            case lang.Header():
                return _header(condition)
            case lang.Fact():
                paths = condition.fact
                return lambda r: next((f for path in paths if (f := finding_of_fact(r.facts, path)) is not None), None)
            case lang.InThread():
                threads = frozenset(condition.thread)
                return lambda r: Finding(1.0, "header:In-Reply-To", 0, 0) if r.threads & threads else None
            case lang.HasShape():
                shapes = frozenset(condition.shape)
                return lambda r: Finding(1.0, "text", 0, 0) if r.shapes & shapes else None
            case lang.AttachmentName():
                return _attachment_name(condition)
            case lang.Assurance():
                levels = frozenset(condition.assurance)
                return lambda r: NOWHERE if r.report.level in levels else None
            case lang.Sent():
                sorts = frozenset(condition.automatic)
                return lambda r: NOWHERE if r.message.automatic.kind in sorts else None
            case lang.Doubt():
                doubted = condition.doubt
                return lambda r: NOWHERE if bool(r.report.identity_doubts) == doubted else None
            case lang.Language():
                languages = frozenset(condition.language)
                return lambda r: NOWHERE if r.facts.language in languages else None
            case lang.OtherRule():
                ids = frozenset(condition.rule)
                return lambda r: NOWHERE if r.fired & ids else None
            case lang.HasFlag():
                flags = frozenset(condition.flag)
                return lambda r: NOWHERE if r.flags & flags else None
            case lang.AnyOf():
                some = [self.condition(c) for c in condition.any]
                return lambda r: _best(part(r) for part in some)
            case lang.AllOf():
                return self.when(lang.When(all=condition.all))
            case lang.NoneOf():
                refused = [self.condition(c) for c in condition.none]
                return lambda r: NOWHERE if all(part(r) is None for part in refused) else None
        raise TypeError(f"no program for {condition!r}")  # pragma: no cover - the union is closed

    def _text(self, condition: lang.Text) -> Program:
        numbers = [self.number(phrase) for phrase in condition.text]
        beside = [self.number(phrase) for phrase in condition.beside]
        without = [self.number(phrase) for phrase in condition.without]
        zones = frozenset[str]().union(*(_GROUPS.get(zone, frozenset((zone,))) for zone in condition.zone))
        unless, only, least = condition.unless, condition.only, condition.at_least

        def run(reading: Reading) -> Finding | None:
            best: Finding | None = None
            different = 0
            hits = reading.hits
            for number in numbers:
                here = hits.get(number)
                if not here:
                    continue
                found = _best(_stands(reading, hit, zones, unless, only, beside, without) for hit in here)
                if found is not None:
                    different += 1
                    best = _better(best, found)
                    if different >= least and best.factor >= 1.0:
                        return best
            return best if different >= least else None

        return run


def _stands(
    reading: Reading,
    hit: Hit,
    zones: frozenset[str],
    unless: tuple[Scope, ...],
    only: tuple[Scope, ...],
    beside: list[int],
    without: list[int],
) -> Finding | None:
    """The finding of one hit when its zone, scopes and sentence are as asked for."""
    zone = reading.zones[hit.zone]
    if zone.name not in zones and not (zone.name == "quoted" and "ours" in zones and "ours" in reading.threads):
        return None
    scopes = zone.scopes
    assert scopes is not None
    for scope in unless:
        if scopes.holds(scope, hit.first):
            return None
    for scope in only:
        if not scopes.holds(scope, hit.first):
            return None
    if beside and not _in_sentence(reading, hit, beside):
        return None
    if without and _in_sentence(reading, hit, without):
        return None
    return Finding(zone.factor, zone.field, zone.tokens.starts[hit.first], zone.tokens.ends[hit.last - 1])


def _in_sentence(reading: Reading, hit: Hit, numbers: list[int]) -> bool:
    here = (hit.zone, reading.zones[hit.zone].tokens.sentence_ends[hit.first])
    return any(here in reading.sentences(number) for number in numbers)


def _better(best: Finding | None, found: Finding) -> Finding:
    """A place with text beats a place without; then what counts more; then what came first.

    The factor of several findings is the smallest of those that have a place: a rule is as loud as its quietest word.
    """
    if best is None:
        return found
    if best.end == best.start:
        return found if found.end > found.start else best
    if found.end == found.start or found.factor <= best.factor:
        return best
    return found


def _best(findings: Any) -> Finding | None:
    best: Finding | None = None
    for found in findings:
        if found is not None:
            best = _better(best, found)
            if best.factor >= 1.0 and best.end > best.start:
                return best
    return best


def _pattern(condition: lang.Pattern) -> Program:
    program = compile_pattern(condition.pattern)
    zones = frozenset[str]().union(*(_GROUPS.get(zone, frozenset((zone,))) for zone in condition.zone))

    def run(reading: Reading) -> Finding | None:
        found: Finding | None = None
        for zone in reading.zones:
            if zone.name not in zones:
                continue
            data = zone.text.encode("utf-8", "surrogatepass")
            hit = program.search(data)
            if hit is not None:
                start = len(data[: hit.start()].decode("utf-8", "surrogatepass")) + zone.base
                end = start + len(hit.group().decode("utf-8", "surrogatepass"))
                found = _best((found, Finding(zone.factor, zone.field, start, end)))
        return found

    return run


def compile_pattern(pattern: str) -> Any:
    """An RE2 program over bytes, case-insensitive. Raises ``re2.error``."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return re2.compile(pattern.encode(), options)


def _sender(reading: Reading) -> Finding:
    author = reading.message.author
    value = reading.message.header("From")
    at = value.find(author.address) if author and author.address else -1
    return Finding(1.0, "header:From", at, at + len(author.address)) if author and at >= 0 else NOWHERE


def _header(condition: lang.Header) -> Program:
    wanted = tuple(part.lower() for part in condition.has)

    def run(reading: Reading) -> Finding | None:
        name = condition.header.lower()
        for header in reading.message.headers:
            if header.name.lower() != name:
                continue
            value = header.value
            if not wanted:
                return Finding(1.0, f"header:{condition.header}", 0, len(value))
            for part in wanted:
                at = value.lower().find(part)
                if at >= 0 and len(value.lower()) == len(value):
                    return Finding(1.0, f"header:{condition.header}", at, at + len(part))
        return None

    return run


def _attachment_name(condition: lang.AttachmentName) -> Program:
    wanted = tuple(phrase.lower() for phrase in condition.attachment)

    def run(reading: Reading) -> Finding | None:
        for attachment in reading.message.attachments:
            name = attachment.name.lower()
            if any(part in name for part in wanted):
                return Finding(1.0, "text", 0, 0)
        return None

    return run


_FAMILY = {"name", "relationship", "phone", "email", "postcode", "age"}


def finding_of_fact(facts: Facts, path: str) -> Finding | None:
    """The finding for one fact path, with its place where the facts room gave one."""
    head, _, rest = path.partition(".")
    there: object
    prefix = path
    if head == "family":
        relatives = facts.family
        if rest in _FAMILY:
            there = next((i + 1 for i, r in enumerate(relatives) if getattr(r, rest) not in ("", None)), 0)
            prefix = f"family[{int(there) - 1}].{rest}"
        elif rest == "child":
            there = next((i + 1 for i, r in enumerate(relatives) if r.age is not None and r.age < 18), 0)
            prefix = f"family[{int(there) - 1}].age"
        elif rest == "contact":
            there = next((i + 1 for i, r in enumerate(relatives) if r.phone or r.email or r.postcode), 0)
            prefix = f"family[{int(there) - 1}]"
        else:
            there, prefix = relatives, "family[0]"
    elif head == "consent" and rest:
        there, prefix = facts.consent == rest, "consent"
    elif rest:
        record = getattr(facts, head)
        there = record is not None and getattr(record, rest)
    else:
        there = getattr(facts, head)
    if not there:
        return None
    for known in facts.spans:
        if known.path.startswith(prefix):
            return Finding(1.0, known.span.field, known.span.start, known.span.end)
    return NOWHERE
