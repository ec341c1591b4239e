"""The person who died, and the day.

A name counts by what is written around it: "<name> … was killed", "the death of <name>", "my brother <name>" in a
mail about a death, a form's label, a pseudonym in quotes beside a review. The strongest sign wins, then the fullest
form of the name. A date counts by the nearest word of an event: one that stands nearer to *assaulted*, *charged* or
*born* than to *died* is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mailflow.model.facts import Span

from . import dates, given_names, kin, not_names
from .gates import Gated, Seen
from .names import Name
from .sources import Source

SOMEBODY = "somebody"
"""Whom a bereaved writer has lost, where no word says what they were to them."""

BEFORE, AFTER = 90, 140
"""Characters looked at on each side of a name."""

PASSIVE = (
    r"(?:killed|murdered|stabbed|shot|strangled|beaten to death|found dead|pronounced|fatally \w+|taken from (?:us"
    r"|me))"
)
ACTIVE = (
    r"(?:died|dies|d\. ?(?=\d)|passed away|passed(?= on (?:the )?\d)|took (?:her|his|their) own life|(?:lost"
    r"|losing) (?:her|his"
    r"|their) li(?:fe|ves)"
    r"|takes? (?:her|his|their) own life|została zabita|został zabity|zmarła?|zginęła?|ei lladd|bu farw)"
)
DEATH = re.compile(
    rf"(?i)\b(?:{PASSIVE}|{ACTIVE}|death|murder|manslaughter|homicide|deceased|killing|dead|zabit[ay]|zamordowan[ay])"
)
_DIED_ON_THE = Gated(
    r"(?i)\b(?:died|passed away|pronounced dead)\b[^.\n]{0,60}? on the (\d{1,2})(?:st|nd|rd|th)\b(?! (?:of )?[A-Z])"
)
_DIED_ON = re.compile(
    rf"(?i)\b(?:{PASSIVE}|{ACTIVE}|deaths?(?! benefit|-in-service| certificate)|deceased"
    rf"|(?<!with )murder(?= (?:of|on))|killing"
    r"|kill(?= in\b| on\b| by\b|,)|hanged|\bd/?o/?d\b|fatal(?:ly)?\b|took place when|lost (?:my|our|her|his"
    r"|their) [^.\n]{0,40}? to (?:a )?(?:knife|gun|murder|homicide|violence)"
    r"|passed(?= (?:away )?on (?:the )?$)|kill(?:ed)? (?:him|her)\b|found at (?:her|his) (?:\w+ )?(?:home|house"
    r"|flat)|foi mort[oa]"
    r"|zgin[ąe]ł\w*|lladd\w*|zabit[ay]|zamordowan[ay])\b"
)
_PERIOD = Gated(r"(?i)\b(?:between|from|period|review(?:ed)?:?)[^.\n]{0,25}$")
BEHIND = 20
"""Characters that a word of dying behind the date counts for: "died on the 3rd" is the usual order."""
_DIES = re.compile(
    rf"(?i)^(?:[^.;\n]|\.(?=\d)|\n(?!\s*\n)){{0,105}}?(?:\b(?:was|were|been|got|being|is) (?:\w+ly |since "
    rf"|then |(?:\w+ ){{1,3}}and (?:\w+ly )?)?{PASSIVE}\b|\b{ACTIVE}|\b(?:was|is) the (?:\w+ ){{1,4}}?{PASSIVE}\b"
    r"|\b(?:was|is) the victim (?:of|in) (?:a |an )?(?:\w+ ){{0,2}}(?:murder|homicide|manslaughter|killing|fatal \w+)"
    r"|\bpronounced\b)"
)
_TITLE_TAIL = r"(?:the )?(?:late )?(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|PC|DC)\.? )?"
_NO_OBJECT = r"(?! (?:(?:his|her|my|our|their|a|an|the|him|them)\b|(?-i:[A-Z][a-z])))"
"""Who killed somebody is not who was killed."""
_AT_ONCE = Gated(
    rf"(?i)^(?:,? ?\(?(?:aged? )?\d{{1,2}}[^()\n,]{{0,12}}\)?)?(?:,| -| –"
    rf"|\s?\()? ?(?:who was )?(?:{PASSIVE}\b{_NO_OBJECT}|was (?:attacked|beaten"
    rf"|assaulted)[^.\n]{{0,80}}\bdied)\b"
)
_SUPPOSED = re.compile(r"(?i)\b(?:if|would|could|might|should|when|whether|unless|thought|nearly|almost|may)\b")
_LATE = Gated(
    r"(?i)\b(?:the late|(?:his|her|their|whose) late [\w-]{3,14}|['’]s late [\w-]{3,14}"
    r"|in (?:loving )?memory of(?: young| our| my)?|widow(?:er)? of|(?:brother|sister|mother|father"
    r"|parents|son|daughter|family) of the late) (?:(?:Mr|Mrs|Ms|Miss|Dr)\.? )?$"
)
_OF_SOMEBODY = Gated(rf"(?i)\b(?:deaths?|murder|killing|homicide) of (?:a|an|the) [^.,;\n]{{3,50}}, {_TITLE_TAIL}$")
_DONE_THERE = Gated(r"(?i)\b(?:killed|murdered|stabbed|shot|found dead)\b[^.,\n]{0,40}, $")
_MINE_WAS = Gated(
    r"(?i)\b(?:my|our) (?:late )?(?:lad|son|daughter|boy|girl|brother|sister|mum|mam|dad|partner|wife"
    r"|husband)(?:['’]s name)? was (?:called |named )?$|(?:^|[.\n] ?)(?:Mum|Dad|Mam) was $"
)
_WAS_MINE = Gated(
    r"(?i)^ was (?:my|our) (?:\w+ ){0,2}(?:son|daughter|lad|boy|girl|brother|sister|mum|mam|mother|dad|father"
    r"|partner|wife|husband|mate|friend)\b"
)
_ORPHANS = Gated(r"(?i)^['’]s (?:two|three|four|kids|children|little ones|bairns|boys|girls|killer|murder)\b")
_OF_TWO = Gated(
    r"(?i)\b(?:a |loving |devoted )*(?:mother|father|mum|dad|grandmother|grandfather) (?:of|to) "
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|several|young)\b(?: (?:young )?children)?"
)
_DECEASED_AFTER = Gated(r"(?i)^ ?[(,] ?(?:the )?(?:deceased|victim|dec['’]?d|DHR|DARDR)\b(?!['’])")
_BODY_OF = Gated(rf"(?i)\b(?:body|remains|killers?|murderers?) of {_TITLE_TAIL}$")
_DID_TO = Gated(
    r"(?i)(?<!was )(?<!were )(?<!been )(?<!got )\b(?:killed|murdered|stabbed|shot|strangled|suffocated|killing"
    r"|murdering"
    rf"|stabbing|shooting|strangling) (?:(?:my|our) )?{_TITLE_TAIL}$"
)
_FATAL_TO = Gated(
    r"(?i)^(?:,? [^.;\n]{0,40})?(?: who)? (?:suffered|sustained|received) (?:\w+ ){0,2}fatal"
    r"|^,? (?:who )?(?:was|were) (?:\w+ ){0,2}(?:found|discovered) (?:\w+ ){0,4}with (?:\w+ ){0,2}(?:fatal|stab"
    r"|gunshot|knife)"
    r"|^, (?:the|a|an) (?:[\w-]+ ){1,5}?(?:killed|murdered|stabbed|shot|found dead) (?:in|on|at|by|last|this|near)\b"
    r"|^['’]s (?:[\w-]+ ){1,4}(?:(?:killed|murdered|stabbed|strangled|shot) (?:him|her)\b|[^.;\n]{0,40}\bof (?:his|her)"
    r" (?:murder|manslaughter)\b)"
)
_CALLED = Gated(
    r"(?i)\b(?:deaths?|murder|killing|homicide) of (?:a|an|the|my|our) [^.,;\n]{3,50} (?:called|named) $"
    r"|\b(?:deceased|victim|she|he) (?:\w+ )?(?:is|was|will be) (?:called|named|known as|referred to as) $"
    r"|\bpseudonym\b[^.;\n]{0,40} (?:is|be|was|of) $|\b(?:by|under|with|using) the (?:pseudonym|name)(?: of)? $"
)
_I_AM_THEIRS = Gated(
    r"(?i)\b(?:i am|i['’]?m|we are|as) (?:the |a |his |her )?(?:\w+ )?(?:mum|mam|mother|dad|father|parents?|sister"
    r"|brother"
    r"|son|daughter|wife|husband|widow|widower|partner|nan|gran\w*|aunt\w*|uncle|cousin|niece|nephew) (?:of|to) $"
)
_MINE_IS = Gated(rf"(?i)^['’]s (?:\w+ )?(?:{kin.WORDS})\b")
_OF_NAME = Gated(
    rf"(?i)\b(?:deaths?|murder|killing|homicide|manslaughter|suicide|loss|inquest|killed|stabbing"
    rf"|shooting)\s(?:of|into|for|to)\s"
    rf"(?:(?:my|her|his|their|your|our)\s(?:[\w-]+,?\s){{1,3}})?{_TITLE_TAIL}$"
)
_KILLED_HER = Gated(
    r"(?i)\b(?:killed|murdered|stabbed|shot|lost|losing|lose)\s(?:his|her|their|my|our)\s(?:[\w-]+,?\s){1,3}$"
)
_LADY = re.compile(r"(?i)\b(?:lady|woman|gentleman|man|patient|client|pupil|tenant|student)(?:['’]s| whose)\b")
"""Of "this lady's husband … her name is" she is who mourns."""
_MURDERED_MAN = Gated(r"(?i)\b(?:murdered|slain) (?!by|in|on|at|and|or|my|his|her|their|our|the)(?:[\w-]+ ){1,3}$")
"""\"The family of murdered teenager Dion\"."""
_OPERATION = re.compile(r"\b(?:DHR|DARDR|SUSR|Op|Operation) $")
"""Before the name of a place or an operation."""
_FAMILY_OF = Gated(rf"(?i)\b(?:family|families|relatives|parents|next of kin|NOK|children) of {_TITLE_TAIL}$")
_MY = re.compile(
    r"(?i)\b(?:my|our|moja|mój|fy)\s(?:(?:late|dear|beautiful|little|big|older|younger|only|own"
    r"|eldest|youngest|twin)\s)*"
    r"([\w-]+)(?: of [\w -]{3,30})?,?\s(?:called |named )?$"
)
_LABEL = Gated(
    r"(?i)\b(?:deceased|victim|person who (?:has )?died|(?<!of )death(?=:)|homicide(?=:)|casualty"
    r"|dec(?:eas)?['’]?d|subject of (?:the|this|our) (?:\w+ )?(?:review|DHR|DARDR))(?: is| was|(?: \w+)? (?:has been "
    r"|is |was |been )?(?:formally )?(?:identified|named) as|(?:['’]s)? details\W{1,3}(?:full )?name:?"
    r"|['’]s name(?: is| was|:)?|:|,| -)?\s{0,3}$"
)
_NAME_WAS = Gated(r"(?i)\b(?:his|her) name (?:was|is)\s$|\b(?:he|she) was called\s$")
_OUR_LOWER = Gated(rf"\b(?:our|my) ([a-z]{{3,15}}) (?:was|got|has been) (?:\w+ )?{PASSIVE}")
_SUSPECT = re.compile(r"(?i)\b(?:suspect|perpetrator|offender|defendant|accused|killer|R v|by)\W{0,3}(?:is |was )?$")
_WRITER_LOWER = re.compile(
    rf"(?i)\b(?:my|our) (?:\w+ )??([\w-]+) ([a-z]{{3,15}})(?:,| who)? (?:was|got|died|has|had|is|{PASSIVE}|{ACTIVE})"
)
_PSEUDONYM = re.compile(r"(?<![\w])[‘'\"“]([A-Z][\w-]{1,20}(?: [A-Z][\w-]{1,20})?)[’'\"”](?!\w)")
_PSEUDONYM_NEAR = re.compile(
    r"(?i)\b(?:DHR|DARDR|review|known as|known in|referred to as|pseudonym|report|terms of reference|ToR|panel"
    r"|overview|death|died"
    r"|killed|lived|in the papers|we (?:are|will be) calling|chronology)\b"
)
_ELSE = re.compile(
    r"(?i)\b(?:charged|arrest\w*|assault\w*|attack\w*|injured|born|birth(?:day)?|DoB|hearing|trial"
    r"|listed|convicted|sentenc\w*|bail\w*"
    r"|inquest|funeral|appear\w*|court|consent|agreed|met|meets (?:on|again|next)|meeting|panel|letter|notified"
    r"|notification"
    r"|commission\w*|opened|visit\w*|seen"
    r"|between|published|submitted|moved|report|anniversary|PTPH|remand\w*|referred|referral|called(?! to (?:a|an"
    r"|the))|rang|written)\b"
)


@dataclass(frozen=True, slots=True)
class Died:
    """The person who died; ``words`` are the lower-case words of the name, to know it again."""

    name: str = ""
    name_span: Span | None = None
    day: date | None = None
    day_span: Span | None = None
    words: frozenset[str] = frozenset()
    male: bool | None = None

    def is_named(self, name: Name) -> bool:
        """True when ``name`` is this person: every word of it is a word of theirs, the given name among them."""
        said = [word.lower() for word in name.words]
        if not self.words or not all(word in self.words for word in said):
            return False
        first = self.name.split()[0].lower()
        return first in said or len(said) > 1


@dataclass(frozen=True, slots=True)
class _Sign:
    score: int
    name: Name
    source: Source


def find(
    texts: list[tuple[Source, list[Name]]],
    given: tuple[Name, Source] | None,
    labelled_day: tuple[dates.FoundDate, Source] | None,
    today: date | None,
    lost: str = "",
) -> Died:
    """Who died and when, in texts with the names found in each.

    ``given`` and ``labelled_day`` are what a form says; ``lost`` is what the person who died was to a bereaved writer.
    """
    signs: list[_Sign] = [_Sign(9, *given)] if given else []
    for source, found in texts:
        signs.extend(_signs(source, found, lost))
    best = max(signs, key=lambda sign: sign.score, default=None)
    if best is not None and best.name.single and best.score < 9:
        best = _fuller(best, signs)
    if best is not None and best.name.single and best.score < 9:
        best = _whole(best, texts)
    day, day_span = _day([source for source, _ in texts if source.field != "subject"], labelled_day, today)
    if best is None:
        return Died(day=day, day_span=day_span)
    return Died(
        name=best.name.text,
        name_span=best.source.span(best.name.start, best.name.end),
        day=day,
        day_span=day_span,
        words=frozenset(word.lower() for word in best.name.words),
        male=best.name.male,
    )


def _fuller(best: _Sign, signs: list[_Sign]) -> _Sign:
    """The same given name with a surname, where another sign has it."""
    first = best.name.words[0].lower()
    fuller = [s for s in signs if not s.name.single and s.name.words[0].lower() == first and s.score > 1]
    return max(fuller, key=lambda sign: sign.score, default=best)


def _whole(best: _Sign, texts: list[tuple[Source, list[Name]]]) -> _Sign:
    """The given name with the one surname that the texts give it: "Jamie was killed. … Jamie Holt's mother …"."""
    first = best.name.words[0].lower()
    whole = [
        (name, source)
        for source, found in texts
        for name in found
        if not name.single and name.words[0].lower() == first and not name.title and _spoken_of(name, source)
    ]
    return _Sign(best.score, *whole[0]) if len({name.text for name, _ in whole}) == 1 else best


_TOLD_AFTER = re.compile(r"['’]s|,? (?:was|who was) (?:only |just |aged? )?\d{1,2}\b")


def _spoken_of(name: Name, source: Source) -> bool:
    """The subject's name, or one whose something is told: "Jamie Holt's mother"; else it may be a namesake's."""
    return source.field == "subject" or bool(_TOLD_AFTER.match(source.text, name.end))


def _signs(source: Source, found: list[Name], lost: str) -> list[_Sign]:
    text = source.text
    signs = []
    for number, name in enumerate(found):
        before = text[max(0, name.start - BEFORE) : name.start]
        if name.title:
            before = re.sub(r"[A-Z][\w./]{0,12}\s(?:\d{2,8}\s)?$", "", before)
        if _SUSPECT.search(before):
            continue
        following = found[number + 1].start if number + 1 < len(found) else len(text)
        score = _score(
            source.seen, before, text[name.end : name.end + AFTER], min(following - name.end, AFTER), name, lost
        )
        if score:
            signs.append(_Sign(score, name, source))
    signs.extend(
        _Sign(5, Name(match.start(2), match.end(2), (match[2],)), source)
        for match in _WRITER_LOWER.finditer(text[:20_000])
        if kin.noun(match[1]) and match[2].lower() in given_names.ALL
    )
    signs.extend(
        _Sign(5, Name(match.start(1), match.end(1), (match[1].capitalize(),)), source)
        for match in source.seen.finditer(_OUR_LOWER, text[:20_000])
        if lost and match[1] in given_names.ALL
    )
    for match in _PSEUDONYM.finditer(text):
        near = text[max(0, match.start() - 60) : match.end() + 40]
        if _PSEUDONYM_NEAR.search(near) or source.field == "subject":
            words = tuple(match[1].split())
            if all(word.lower() not in not_names.WORDS for word in words):
                signs.append(_Sign(3, Name(match.start(1), match.end(1), words), source))
    return signs


def is_given_name(name: Name) -> bool:
    """The first word is a common given name."""
    return name.words[0].lower() in given_names.ALL


def _score(seen: Seen, before: str, after: str, room: int, name: Name, lost: str) -> int:  # noqa: PLR0912 (one case for each way of saying it)
    """How surely the words around a name say that its bearer died; 0 for not at all."""
    lead, tail = (max(0, name.start - BEFORE), name.start), (name.end, name.end + AFTER)
    if seen.search(_LABEL, before, lead):
        return 8
    if _OPERATION.search(before) and name.single:
        return 0
    if seen.search(_MURDERED_MAN, before, lead) and (is_given_name(name) or not name.single):
        return 5
    if (
        name.single
        and re.search(r"\b(?:at|in|on|near|from|of|to) $", before)
        and not (
            seen.search(_OF_NAME, before, lead)
            or seen.search(_BODY_OF, before, lead)
            or re.match(r"['’]s (?:death|murder|killing)\b", after)
            or (lost and seen.search(_I_AM_THEIRS, before, lead))
        )
    ):
        return 0
    is_given = is_given_name(name)
    mine = _MY.search(before)
    relation = kin.noun(mine[1]) if mine else ""
    told = _OF_TWO.pattern.sub("", after) if seen.left(_OF_TWO) else after
    dies = _DIES.match(told)
    if dies:
        gap = told[: dies.end()]
        others = kin.WORD.search(gap) or " whose " in gap or len(gap) > room + 20 or _SUPPOSED.search(gap)
        if not others:
            return 7 if relation else 6 if not name.single else 5
    if seen.match(_DECEASED_AFTER, after, tail) and not name.single:
        return 8
    if seen.match(_AT_ONCE, after, tail):
        return 7 if relation else 6
    if seen.search(_MINE_WAS, before, lead) or (seen.match(_WAS_MINE, after, tail) and is_given):
        return 6
    if (
        seen.search(_LATE, before, lead)
        or seen.search(_OF_SOMEBODY, before, lead)
        or seen.search(_DONE_THERE, before, lead)
    ) and (is_given or not name.single):
        return 5
    if (
        seen.search(_OF_NAME, before, lead)
        or seen.search(_KILLED_HER, before, lead)
        or (seen.search(_DID_TO, before, lead) and (is_given or not name.single))
    ):
        return 6
    if seen.match(_FATAL_TO, after, tail) or (
        (seen.search(_BODY_OF, before, lead) or seen.search(_CALLED, before, lead)) and (is_given or not name.single)
    ):
        return 5
    if lost and (
        seen.search(_I_AM_THEIRS, before, lead)
        or (re.search(r"(?i)\b(?:i am|i['’]?m) $", before) and seen.match(_MINE_IS, after, tail))
    ):
        return 6
    if relation and lost not in ("", SOMEBODY) and relation != lost:
        return 0
    if relation and (relation == lost or DEATH.search(before + after)):
        return 5
    if seen.search(_NAME_WAS, before, lead) and not _LADY.search(before):
        return 4
    if seen.search(_FAMILY_OF, before, lead) and not name.single:
        return 4
    if relation:
        return 2
    if re.match(r"['’]s? (?:widow|widower)\b", after):
        return 4
    if is_given and seen.match(_ORPHANS, after, tail):
        return 3
    if re.match(r"['’]s (?:name|body|killer|murder|death|inquest|funeral)\b", after):
        return 3
    return 0


def _day(
    sources: list[Source], labelled: tuple[dates.FoundDate, Source] | None, today: date | None
) -> tuple[date | None, Span | None]:
    if labelled is not None:
        day = labelled[0].past(today)
        if day is not None:
            return day, labelled[1].span(labelled[0].start, labelled[0].end)
    best: tuple[int, date, Span] | None = None
    for source in sources:
        for found in _with_later(source):
            distance = _event_distance(source, found)
            day = found.past(today)
            if distance is None or day is None or (today is not None and day > today):
                continue
            if best is None or distance < best[0]:
                best = (distance, day, source.span(found.start, found.end))
    return (best[1], best[2]) if best else (None, None)


def _with_later(source: Source) -> list[dates.FoundDate]:
    """ "Beaten on 21 November and died on the 23rd": a day whose month stands with the date before it."""
    found, later = source.dates, []
    for match in source.seen.finditer(_DIED_ON_THE, source.text):
        base = next((f for f in reversed(found) if f.end <= match.start(1) and match.start(1) - f.end < 120), None)
        if base is not None and base.day < int(match[1]) <= 31:
            later.append(dates.FoundDate(match.start(1) - 4, match.end(), int(match[1]), base.month, base.year))
    return [*later, *found]


_ANSWERED = re.compile(r"\b(d)\. |\bdie\? ")
"""What ends no sentence before a day: "d. 3 May", "When did they die? 3 May"."""
_BREAK = re.compile(r"[.!?](?:\s|$)|\n\s*\n|(?:^|(?<=\n))[^\n]{0,45}\n(?=[A-Z0-9])")
"""Ends of sentences; the end of a short line ends one too (letterheads, lists)."""


def _event_distance(source: Source, found: dates.FoundDate) -> int | None:
    """Characters from a date to the nearest word of dying in its sentence; ``None`` when another event is nearer."""
    text, start = source.text, max(0, found.start - 160)
    head = _BREAK.split(_ANSWERED.sub(lambda m: "d  " if m[1] else "died  ", text[start : found.start]))[-1]
    tail = _BREAK.split(text[found.end : found.end + 120])[0]
    if source.seen.search(_PERIOD, head) or re.match(r"\s?(?:to|until|-|–) (?:the )?\w", tail):
        return None
    deaths = [len(head) - m.end() for m in _DIED_ON.finditer(head)]
    lead = 0 if len(head.strip()) < 12 else BEHIND
    deaths += [m.start() + lead for m in _DIED_ON.finditer(tail)]
    if re.search(r"\bd\s{2}$", head):
        deaths.append(0)
    if not deaths:
        return None
    others = [len(head) - m.end() for m in _ELSE.finditer(head)] + [m.start() + 3 for m in _ELSE.finditer(tail)]
    nearest = min(deaths)
    if any(other < nearest for other in others):
        return None
    return nearest
