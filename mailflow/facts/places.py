"""Where it belongs: the area, and the police force.

An area is a community safety partnership or board before a council before a town; a town only counts where the words
around it say that the death, or the review of it, belongs there. A court, a hospital or a person's name is no town.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.lookups import Lookups

from . import given_names
from .sources import Source, Sources

_TOWN = r"[A-Z][a-z’'-]{2,}(?:-[a-z]{2,5}-[A-Z][a-z]+)?(?: (?:upon|le|under) [A-Z][a-z]+| [A-Z][a-z]{2,}){0,2}"
_REGION = r"[A-Z][a-z’'-]{2,}(?:-[a-z]{2,5}-[A-Z][a-z]+)?(?:(?: (?:upon|and|of|with|le|on))? [A-Z][a-z’'-]{2,}){0,4}"

_PARTNERSHIPS = (
    re.compile(rf"\b((?:Safer|Keep|Safe|Be Safe) (?:{_REGION} )?(?:Community Safety )?Partnership)\b"),
    re.compile(
        rf"\b({_REGION} (?:Community\s+Safety|Regional\s+Safeguarding|Safeguarding)"
        r"\s+(?:Partnership|Board))\b"
    ),
    re.compile(rf"\b({_REGION} CSP)\b"),
)
_COUNCILS = (
    re.compile(rf"\b((?:{_REGION}, )?{_REGION} Council)\b"),
    re.compile(rf"\b((?:London|Royal) Borough of {_REGION})\b"),
)
_RESIDENCE = re.compile(rf"\b(?:usual residence|usually resident|home town|normally resident)(?: in| of|:)? ({_TOWN})")
_DEATH_IN = re.compile(
    rf"\b(?:killed|murdered|stabbed|died|death|attacked|assaulted|shot|published|pronounced|found|murder|zabit[ay]"
    rf"|homicide|fatal\w*|shooting|stabbing|lost (?:her|his) life|incident|attack)\b[^.\n]{{0,45}}?\b(?:in|w) ({_TOWN})"
)
_AFTER_DATE = re.compile(rf"\d[/.]\d{{2,4}},? ({_TOWN})(?=[,.;\n])")
_SELF_IN = re.compile(
    rf"\b(?:I['’]?m in|[Cc]oroner['’]s officer (?:in|for)|out of the|from) ({_TOWN})"
    r"(?= and\b| again\b| here\b| job\b|,)"
    rf"|\bat ({_TOWN})(?= (?:railway |train |bus )?station\b)"
)
_REVIEW_OF = re.compile(
    rf"\b({_TOWN}) (?:DHR|DARDR|review|SUSR)\b|\b(?:DHR|DARDR) ({_TOWN}) \d|\breport for ({_TOWN})\b"
)
_IN_BRACKETS = re.compile(rf"\(({_TOWN})\)\s*$", re.MULTILINE)
_NOT_FOLLOWED = re.compile(
    r"(?i)^['’]?s?\s?(?:crown|magistrates|hospital|court|university|prison|road|street|lane|police|school|station|college|house|avenue"
    r"|constabulary|infirmary|royal|airport|close|drive|park|gardens|terrace)\b"
)
_LEAD = re.compile(r"^(?:The|Our|Dear|From|For|At|And|With|By|In|To|Since|When|While|As) ")
_NOT_FIRST = frozenset(
    """
    community safeguarding the borough district parish county town children adult adults local your our each every
    regional national independent new police and domestic partner children's
    """.split()  # noqa: SIM905 (a column of words reads better)
)
_NOT_A_TOWN = frozenset(
    """
    hospital station home house office college police court king king's old the road street january february
    march april may june july august september october november december monday tuesday wednesday thursday
    friday saturday sunday christmas easter teams microsoft domestic homicide independent safeguarding adult
    national serious child english polish welsh custody critical handover progress friends family county borough
    year your our her his their dear chair annual peer case external internal overview trial inquest serious
    rapid practice summer spring autumn winter mum mam dad nan england wales britain children section pre-trial
    pre-inquest february's our draft final report action panel prison hmp
    """.split()  # noqa: SIM905 (a column of words reads better)
)


def area(texts: Sources, place: tuple[str, int, int] | None, form: Source | None) -> tuple[str, Span] | None:
    """Where it belongs, as written; ``place`` is what a form gives as the place, in the source ``form``."""
    words = texts.words
    found = _town(_RESIDENCE, words) or _of_form(place, form)
    found = found or _named(_PARTNERSHIPS, (*words, texts.signature)) or _named(_COUNCILS, words)
    found = found or _town(_DEATH_IN, words) or _town(_AFTER_DATE, words)
    found = found or _town(_REVIEW_OF, (texts.subject, *words, texts.signature))
    found = found or _named(_COUNCILS, (texts.signature,)) or _town(_SELF_IN, words)
    return found or _town(_IN_BRACKETS, (texts.signature,))


def _named(patterns: tuple[re.Pattern[str], ...], sources: tuple[Source, ...]) -> tuple[str, Span] | None:
    for source in sources:
        for pattern in patterns:
            for match in pattern.finditer(source.text):
                said = _LEAD.sub("", match[1])
                if said.split()[0].lower() in _NOT_FIRST or len(said.split()) < 2:
                    continue
                start = match.end(1) - len(said)
                return re.sub(r"\s+", " ", said), source.span(start, match.end(1))
    return None


def _of_form(place: tuple[str, int, int] | None, form: Source | None) -> tuple[str, Span] | None:
    if place is None or form is None:
        return None
    towns = [m for m in re.finditer(_TOWN, place[0]) if m[0].split()[0].lower() not in _NOT_A_TOWN]
    if not towns:
        return None
    start = form.text.find(towns[-1][0], place[1])
    return towns[-1][0], form.span(start, start + len(towns[-1][0]))


def _town(pattern: re.Pattern[str], sources: tuple[Source, ...]) -> tuple[str, Span] | None:
    for source in sources:
        for match in pattern.finditer(source.text):
            group = next(number for number in range(1, pattern.groups + 1) if match[number])
            said = _clean(match[group])
            if said and not _NOT_FOLLOWED.match(source.text[match.start(group) + len(said) :]):
                start = match.start(group)
                return said, source.span(start, start + len(said))
    return None


def _clean(said: str) -> str:
    """The words of a place; empty for a month, a house, or a person's given name."""
    kept: list[str] = []
    for word in said.split():
        low = word.lower().rstrip(".,")
        if low in _NOT_A_TOWN or (not kept and low in given_names.ALL):
            break
        kept.append(word)
    return " ".join(kept).rstrip(",.'’-")


def force(texts: Sources, by_domain: str, lookups: Lookups) -> tuple[str, Span | None]:
    """The police force by its usual name: of the sender's domain, else the first that signature or text names."""
    if by_domain:
        return by_domain, None
    for source in (texts.signature, *texts.words):
        found = [
            (at, one.name, len(name))
            for one in lookups.forces
            for name in (one.name, *one.also)
            if (at := _find(source.text, name)) >= 0
        ]
        if found:
            at, name, size = min(found, key=lambda hit: (hit[0], -hit[2]))
            return name, source.span(at, at + size)
    return "", None


def _find(text: str, name: str) -> int:
    """Where ``name`` stands as whole words; -1 when nowhere."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return at
        at = text.find(name, at + 1)
    return -1
