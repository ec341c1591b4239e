"""Where it belongs: the area, and the police force.

An area is a community safety partnership or board before a council before a town; a town only counts where the words
around it say that the death, or the review of it, belongs there. A court, a hospital or a person's name is no town.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.lookups import Lookups

from . import given_names, names, towns
from .gates import Gated
from .sources import Source, Sources

_TOWN = r"[A-Z][a-z’'-]{2,}(?:-[a-z]{2,5}-[A-Z][a-z]+)?(?: (?:upon|le|under|on) [A-Z][a-z]+| [A-Z][a-z]{2,}){0,2}"
_REGION = r"[A-Z][a-z’'-]{2,}(?:-[a-z]{2,5}-[A-Z][a-z]+)?(?:(?: (?:upon|and|of|with|le|on))? [A-Z][a-z’'-]{2,}){0,4}"

_SAFE_NAME = (
    r"(?:Safer|Safe) (?!Custody|Communities|Neighbourhood|Schools|Streets|Recruit|Lives|Place|Partnership|Community)"
    r"[A-Z][\w’'-]+"
)
_PARTNERSHIPS = (
    Gated(rf"\b({_SAFE_NAME}(?:(?: and| &)? [A-Z][\w’'-]+){{0,3}} (?:Community Safety )?Partnership)\b"),
    Gated(rf"\b({_SAFE_NAME}(?: (?:and|&) [A-Z][\w’'-]+)?)(?! (?:and|&) )(?=[\s,.;)(\]]|$)"),
    Gated(rf"\b({_REGION} Safer Communities Partnership)\b"),
    Gated(rf"\b((?:Safer|Keep|Safe|Be Safe) (?:{_REGION} )?(?:Community Safety )?Partnership)\b"),
    Gated(
        rf"\b({_REGION} (?:Community\s+Safety|Regional\s+Safeguarding|Safeguarding)"
        r"\s+(?:Partnership|Board))\b"
    ),
    Gated(rf"\b({_REGION} CSP)\b"),
    Gated(r"\b([A-Z][A-Z’'-]+(?: [A-Z&’'-]+){0,4} (?:COMMUNITY SAFETY|SAFEGUARDING) (?:PARTNERSHIP|BOARD))\b"),
)
_COUNCILS = (
    Gated(rf"\b((?:{_REGION}, )?{_REGION} Council)\b"),
    Gated(rf"\b((?:London|Royal) Borough of {_REGION})\b"),
)
SURE = 5
"""Of a place whose words around it say that it, or they who are written of, are there."""

_PART_OF_TOWN = re.compile(r"( (?:in|at|near|outside|from) )[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?, $")
"""Toxteth,  before Liverpool."""
_DIED_THERE = re.compile(
    r"(?i)\b(?:kill(?:ed)?|murder(?:ed)?|stabb(?:ed|ing)|died|death|attack(?:ed)?|assault(?:ed)?|shot|shooting"
    r"|pronounced|found"
    r"|homicide|fatal\w*|incident|collapsed|beaten|kicked|strangled|body|lost (?:her|his) life|zgin\w+|mort[oa]"
    r"|ei l[al]add\w*)\b"
    r"[^.;\n]{0,60}?\b(?:in|at|near|outside|around|w|em|yn)\s(?:the )?(?:\w+ )?$"
)
_COVERS = re.compile(r"(?i)\b(?:cover(?:s|ing)?|our patch is|my patch is) (?:the )?$")
_OURS = re.compile(
    r"(?i)\b(?:live[sd]?|living|resid\w+|based|moved|staying|home|house|flat|estate|family|families|caseload"
    r"|cover(?:s|ing)?|work(?:s|ing)?"
    r"|grew up|stay|settled|lodg\w+|constituen\w+|mieszka\w*)\s(?:\w+ ){0,2}?(?:(?:in|at|near|round|outside|around"
    r"|of|to|w) )?$"
    r"|\b(?:i['’]?m|i am|we['’]?re|we are|live) (?:in|from|near|round|over in|up in|down in) $"
    r"|\b(?:borough[:,]? |coroner for |team in |team for |nearest town is |town centre of |(?:area|district|town"
    r"|location|where): )\s?$"
    r"|\b(?:on my own|alone|here|up|over|down|back) (?:in|at|near) $"
)
_THERE = re.compile(
    r"(?i)\b(?:in|from|near|round|outside|around|above|w)\s(?:the )?(?:north|south|east|west|central"
    r"|mid)?\s?$"
)
_ALONE_BEFORE = re.compile(r"(?:^|[.,;(\n–-]\s?|\b[A-Za-z]{3,} of |\bout of (?:the )?|\bfor you to |\bdoor at )$")
_ALONE_AFTER = re.compile(r"\s?(?:[.,;)(/\n–-]|$)| for \d")
_AREA_OF = re.compile(
    r"(?i)^,?\s(?:area|way|direction|region|district|borough|town centre|city centre|high town|high street|railway"
    r"|DHR|DARDR|SUSR|review|case|matter"
    r"|(?:children['’]s|adult|social|youth|early help|housing) (?:services?|social care|care|help)"
    r"|teacher|landlady|murder|stabbing|shooting|killing|homicide|CSP)\b(?! (?:officer|manager|team))"
)
_ELSEWHERE = re.compile(
    r"(?i)\b(?:HMP(?: & YOI| YOI)?|YOI|court (?:in|at)|(?:trial|hearing|plea|sentenc\w+|appear\w*|remand\w*|listed"
    r"|prison|custody"
    r"|inquest|coroner|tried|mortuary|airport|hospital|meeting|conference|training|train|course"
    r"|held)\b[^.\n]{0,25}\b(?:at|in|to|for)"
    r"|(?:university|bishop|diocese|college|archdeacon) of|transferred to|moved to|address in|sleep in|bailed to"
    r"|lodging in|released to|on holiday in)\s(?:the )?$"
)
_PART_OF_NAME = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Dr|DC|DS|DI|PC|Cllr|Fr|Rev|Sir|Lord|Lady|St|Dear|Hi|Hello|Judge|Op|Operation)\.? "
    r"|\b[A-Z]\. ?|[@./-])$"
)
_PART_OF_NAME_AFTER = re.compile(r"['’]s\b|@|\.\w| [A-Z][a-z]+ (?:said|says|has|is|was)\b")
_RESIDENCE = Gated(rf"\b(?:usual residence|usually resident|home town|normally resident)(?: in| of|:)? ({_TOWN})")
_DEATH_IN = Gated(
    rf"\b(?:killed|murdered|stabbed|died|death|attacked|assaulted|shot|published|pronounced|found|murder|zabit[ay]"
    rf"|homicide|fatal\w*|shooting|stabbing|lost (?:her|his) life|incident|attack)\b[^.\n]{{0,45}}?\b(?:in"
    rf"|w) ({_TOWN})"
)
_AFTER_DATE = Gated(rf"\d[/.]\d{{2,4}},? ({_TOWN})(?=[,.;\n])")
_SELF_IN = Gated(
    rf"\b(?:I['’]?m in|[Cc]oroner['’]s officer (?:in|for)|out of the|from) ({_TOWN})"
    r"(?= and\b| again\b| here\b| job\b|,)"
    rf"|\bat ({_TOWN})(?= (?:railway |train |bus )?station\b)"
)
_REVIEW_OF = Gated(rf"\b({_TOWN}) (?:DHR|DARDR|review|SUSR)\b|\b(?:DHR|DARDR) ({_TOWN}) \d|\breport for ({_TOWN})\b")
_IN_BRACKETS = Gated(rf"\(({_TOWN})\)\s*$", re.MULTILINE)
_NOT_FOLLOWED = re.compile(
    r"(?i)^(?:['’]?s)?\s?(?:(?:and|&) \w+ (?:police|constabulary)|town hall|crown|magistrates|county court|combined"
    r"|youth|general|infirmary|rooms|evening"
    r"|post\b|gazette|echo|news|united|fc|rugby|football|hospital|court|university|prison|road|street|lane|police"
    r"|school|station|college|house|avenue"
    r"|constabulary|infirmary|royal|airport|close|drive|park|gardens|terrace)\b"
)
_LEAD = re.compile(r"^(?:The|Our|Dear|From|For|At|And|With|By|In|To|Since|When|While|As) ")
_NOT_FIRST = frozenset(
    """
    community safeguarding the borough district parish county town children adult adults local your our each every
    regional national independent new police and domestic partner children's
    """.split()  # noqa: SIM905 (a column of words reads better)
)
_SMALL = ("on", "upon", "under", "le", "the", "in", "by", "of", "and")
"""Words within a place's name that take no capital."""
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


def area(
    texts: Sources, place: tuple[str, int, int] | None, form: Source | None, *, private: bool
) -> tuple[str, Span] | None:
    """Where it belongs, as written; ``place`` is what a form gives as the place, in the source ``form``.

    ``private``: the writer is a member of the public, who may write without capitals.
    """
    words = texts.words
    found = _town(_RESIDENCE, words) or _of_form(place, form)
    found = found or _named(_PARTNERSHIPS, (*words, texts.signature, texts.subject)) or _named(_COUNCILS, words)
    if found:
        return found
    told = sorted(_told(texts, private), key=lambda one: -one[0])
    if told and told[0][0] >= SURE:
        return told[0][1:]
    found = _town(_DEATH_IN, words) or _town(_AFTER_DATE, words)
    found = found or _town(_REVIEW_OF, (texts.subject, *words, texts.signature))
    found = found or _named(_COUNCILS, (texts.signature,))
    found = found or _town(_SELF_IN, words)
    if not found and told:
        return told[0][1:]
    return found or _town(_IN_BRACKETS, (texts.signature,))


def of_machine(texts: Sources, domain: str) -> tuple[str, Span] | None:
    """Where an automatic answer belongs: by the body that sends it, or the review that it answers about."""
    sources = (texts.subject, *texts.words, texts.signature)
    return (
        _named(_PARTNERSHIPS, sources) or _named(_COUNCILS, sources) or _town(_REVIEW_OF, sources) or _of_domain(domain)
    )


def _told(texts: Sources, private: bool) -> list[tuple[int, str, Span]]:
    """Known places with how much speaks for each, by the words before and behind it; in the order of the text."""
    found = []
    for source in (*texts.words, texts.subject, texts.signature):
        text = source.text
        for start, end in towns.find(text, small=private and source is not texts.signature):
            score = _speaks(text, start, end, source is texts.signature)
            said = text[start:end].replace("\n", " ")
            if score > 0:
                said = (
                    said if said[0].isupper() else " ".join(w if w in _SMALL else names.normal(w) for w in said.split())
                )
                found.append((score, said, source.span(start, end)))
    return found


def _speaks(text: str, start: int, end: int, signed: bool) -> int:
    """How much speaks for a place: 0 for a court's, a prison's or a street's, and for what may be a surname."""
    before, after = text[max(0, start - 90) : start].replace("\n", " "), text[end : end + 40].replace("\n", " ")
    before = _PART_OF_TOWN.sub(r"\1", before)
    if _NOT_FOLLOWED.match(after) or _ELSEWHERE.search(before) or _PART_OF_NAME.search(before):
        return 0
    if _COVERS.search(before):
        return SURE + 3
    if _DIED_THERE.search(before):
        return SURE + 2
    if _OURS.search(before) or _AREA_OF.match(after):
        return SURE + 1
    if _THERE.search(before):
        return SURE if not towns.is_ambiguous(text[start:end]) or text[start].isupper() else 0
    if not text[start].isupper() or _PART_OF_NAME_AFTER.match(after) or towns.is_ambiguous(text[start:end]):
        return 0
    if _ALONE_BEFORE.search(text[max(0, start - 12) : start]) and _ALONE_AFTER.match(text[end : end + 12]):
        return 4
    line = text[text.rfind("\n", 0, start) + 1 : start]
    if signed:
        return 3 if not line.strip() or line.rstrip().endswith((",", "-", "|")) else 1
    return 0


def _of_domain(domain: str) -> tuple[str, Span] | None:
    """The place that a council's domain is called by."""
    label, _, rest = domain.lower().partition(".")
    if rest not in ("gov.uk", "gov.wales", "llyw.cymru") or not towns.is_known(label):
        return None
    return label.capitalize(), Span("header:From", 0, 0, "")


def _named(patterns: tuple[Gated, ...], sources: tuple[Source, ...]) -> tuple[str, Span] | None:
    for source in sources:
        for pattern in patterns:
            for match in source.seen.finditer(pattern, source.text):
                said = _LEAD.sub("", match[1])
                first, comma, rest = said.partition(", ")
                if comma and not towns.is_known(first):
                    said = rest
                if said.split()[0].lower() in _NOT_FIRST or len(said.split()) < 2:
                    continue
                start = match.end(1) - len(said)
                whole = re.sub(r"\s+", " ", said)
                if whole.isupper():
                    whole = " ".join(names.normal(word) for word in whole.split())
                return whole, source.span(start, match.end(1))
    return None


def _of_form(place: tuple[str, int, int] | None, form: Source | None) -> tuple[str, Span] | None:
    if place is None or form is None:
        return None
    known = towns.find(form.text[place[1] : place[2]])
    if known:
        start, end = (place[1] + each for each in known[-1])
        return form.text[start:end], form.span(start, end)
    said = [m for m in re.finditer(_TOWN, place[0]) if m[0].split()[0].lower() not in _NOT_A_TOWN]
    if not said:
        return None
    start = form.text.find(said[-1][0], place[1])
    return said[-1][0], form.span(start, start + len(said[-1][0]))


def _town(pattern: Gated, sources: tuple[Source, ...]) -> tuple[str, Span] | None:
    for source in sources:
        for match in source.seen.finditer(pattern, source.text):
            group = next(number for number in range(1, match.re.groups + 1) if match[number])
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
