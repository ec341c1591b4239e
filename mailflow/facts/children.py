"""Children whose age is told but not their name, and ages told in a sentence of their own.

"His girls (6 and 3)", "her boy (6) and girl (4)", "Sian's two, 4 and 7", "I have the son to care for, he is 4", "a lad
of twelve". Only ages under 18 make somebody listed who has no name (taxonomy, "Conventions"); "about to be five" is
no age.
"""

from __future__ import annotations

import re

from . import given_names, kin, ties
from .drafts import Draft
from .gates import Gated
from .sources import Source
from .victims import DEATH, Died

MAX_CHILDREN = 12
"""Children without a name in one text: more is a school, not a family."""

_WORDS = (
    r"sons?|daughters?|boys?|girls?|lads?|lasses|lass|child|children|kids?|little (?:boy|girl|one|ones|lad)"
    r"|brothers?|sisters?|siblings?"
    r"|grandsons?|granddaughters?|grandchild|grandchildren|grandkids|nephews?|nieces?|baby|toddler|twins|youngest"
    r"|eldest|oldest|two|three|four"
)
_PLAIN = {
    "youngest": "child", "eldest": "child", "oldest": "child", "two": "child", "three": "child", "four": "child",
    "toddler": "child", "lass": "daughter", "lasses": "daughter", "grandkids": "grandchild", "kid": "child",
}  # fmt: skip
_OWNER = (
    r"(?P<owner>my|our|his|her|their|the|a|an|one|two|three|both|(?-i:[A-Z])[\w’'-]{1,20}['’]s?)\s"
    r"(?:(?:late|own|other|only|little|young|younger|youngest|older|elder|eldest|two|three|four|surviving|small|baby"
    r"|teenage|step"
    r"|remaining|school-age)[ -]){0,3}"
)
_AGES = rf"{ties.NUMBER}(?:(?:,? and |, | & |/| ){ties.NUMBER})?(?:(?:,? and |, | & |/| ){ties.NUMBER})?"
_NOT_YEARS = (
    r"(?! ?(?:weeks?|months?|miles?|hours?|days?|minutes?|times|weeks|stone|pm|am|o['’]clock|per"
    r"|%|of (?:us|them))\b|[:.]\d|st\b|nd\b|rd\b|th\b)"
)
_WITH_AGES = Gated(
    rf"(?i)\b{_OWNER}(?P<word>{_WORDS})(?: and (?:a |his |her )?(?P<second>{_WORDS}))?(?: (?:at home|with her"
    rf"|with him|at school|there|here))?"
    rf"(?:,? (?:who|that) (?:are|is)|,? who(?:['’]re|['’]s)|,? they(?:['’]re| are)|,? (?:he|she)(?:['’]?s| is)| is"
    rf"| are| of|,? (?:have|has)|,|:)?"
    rf"\s?\(?(?:both )?(?:now |only |just |aged? |ages |at |of )*{_AGES}\b{_NOT_YEARS}"
    rf"(?:\)?,? (?:and|&) (?:a |his |her |their |my |our )?(?P<third>{_WORDS}),?"
    rf" \(?(?:aged? |of )?{ties.NUMBER}\b{_NOT_YEARS})?"
)
_YEARS_OLD = Gated(
    rf"(?i)\b(?:(?P<owner>my|our|his|her|their)|(?:has|have|had|got|leaves|leaving|['’]ve|old and|year-old and) an?)"
    rf" (?:\w+ )?{ties.NUMBER}[- ]?(?:years?|yr)[- ]olds?\b(?! (?-i:[A-Z])| (?:man|woman|mother|father|mum|dad"
    rf"|victim|wife|husband))"
    rf"(?: (?P<word>{_WORDS})\b(?! (?-i:[A-Z])))?"
)
""" "Her six year old daughter", "I've got a 6 year old": a child by the age alone."""
_LATER = Gated(
    rf"(?i)\b{_OWNER}(?P<word>{_WORDS})\b(?:[^.!?\n]|\n(?!\s*\n)){{0,90}}?(?:[.,;!]\s|\b(?:and|dads?|mums?)\s)(?:he"
    rf"|she)(?:['’]?s| is| have| has) "
    rf"(?:only |just |now )?{ties.NUMBER}\b{_NOT_YEARS}"
)


def read(source: Source, died: Died, writer_relation: str, bereaved: bool, drafts: list[Draft]) -> None:
    """Put the children without a name that a text gives the ages of at the end of ``drafts``."""
    text, taken, found = source.text, [d.start for d in drafts if d.source is source], 0
    for match in (m for gate in (_WITH_AGES, _YEARS_OLD, _LATER) for m in source.seen.finditer(gate, text)):
        if (
            found >= MAX_CHILDREN
            or any(match.start() - 3 <= at < match.end() + 3 for at in taken)
            or _is_other(text, match)
        ):
            continue
        words = [w for w in ("word", "second", "third") if match.groupdict().get(w)]
        groups = [g for g in range(1, match.re.groups + 1) if g not in match.re.groupindex.values() and match[g]]
        for number, group in enumerate(groups):
            years = ties.age(match[group])
            if years is None or years >= 18 or _is_named(drafts, match, years):
                continue
            start, end = match.span(group)
            spoken = words[min(number, len(words) - 1)] if words else ""
            if "third" in words:  # "her boy (9) and girl (7)": the last word before the age
                spoken = "third" if start > match.start("third") else "word"
            told = _relation(match, spoken, died, writer_relation, bereaved) if words else ""
            if said := re.search(r"(?i)\b(?:(he)|she)(?:['’]?s| is| have| has)\b", match[0]):
                told = kin.gendered(told, bool(said[1]))
            draft = Draft("", source, start, end, relationship=told)
            draft.put("age", str(years), source.span(start, end))
            if told:
                draft.spans["relationship"] = source.span(*match.span(spoken))
            drafts.append(draft)
            taken.append(start)
            found += 1


_OUR_SMALL = re.compile(
    rf"\b(?:our|my) ([a-z]{{3,14}}),? (?:she|he)(?:['’]?s| is) (?:only |just )?{ties.NUMBER}\b{_NOT_YEARS}"
)


def named_small(source: Source, writer_relation: str, drafts: list[Draft]) -> None:
    """ "our ellie shes 12": a child whom the bereaved writer names without a capital."""
    for match in _OUR_SMALL.finditer(source.text):
        years = ties.age(match[2])
        if match[1] not in given_names.ALL or years is None or len(drafts) > MAX_CHILDREN:
            continue
        is_male = given_names.male(match[1])
        told = kin.gendered(kin.via(writer_relation, "child"), is_male)
        draft = Draft(match[1].capitalize(), source, *match.span(1), told, words=frozenset({match[1]}), is_male=is_male)
        draft.spans["name"] = source.span(*match.span(1))
        draft.put("age", str(years), source.span(*match.span(2)))
        drafts.append(draft)


_LOST_PARENT = re.compile(r"(?i)\)? (?:have |has )?lost (?:their|his|her) (?:mother|father|mum|dad|mam)\b")
_LEAVES = re.compile(r"(?i)\b(?:leaves|leaving|leaves behind|left behind|(?:mother|father|mum|dad) of) $")


def _relation(match: re.Match[str], group: str, died: Died, writer_relation: str, bereaved: bool) -> str:
    """What the child is to the person who died; empty where the owner does not tell."""
    word = match[group].lower().split()[-1]
    relation = _PLAIN.get(word, kin.noun(word))
    owner = (match["owner"] or "").lower()
    name = re.sub(r"['’]s?$", "", owner)
    if bereaved and owner in ("my", "our", "the", "a"):
        return kin.via(writer_relation, relation) if bereaved else ""
    theirs = {"his": died.male is not False, "her": died.male is not True, "their": True}.get(owner, False)
    if name in died.words or (theirs and died.name):
        return relation
    if owner in ("one", "two", "three", "a", "an", "the") and _LOST_PARENT.match(match.string, match.end()):
        return relation
    if (
        died.name
        and owner in ("one", "two", "three", "a", "an")
        and _LEAVES.search(match.string[: match.start()][-24:])
    ):
        return relation
    return ""


def _is_named(drafts: list[Draft], match: re.Match[str], years: int) -> bool:
    """A child of that age is listed by name already, and is who is meant."""
    return any(d.values.get("age") == str(years) and d.name for d in drafts) and (match["owner"] or "").lower() != "my"


def _is_other(text: str, match: re.Match[str]) -> bool:
    """The child of a suspect, of the writer's class, or a list's number; and "about to be five"."""
    before = text[max(0, match.start() - 60) : match.start()]
    after = text[match.end() : match.end() + 40]
    if match.re is _YEARS_OLD.pattern and DEATH.search(after):
        return True  # who died, and no child who mourns
    return bool(re.match(r"(?i) (?:next|tomorrow|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b", after)) or bool(
        re.search(
            r"(?i)\b(?:suspect|perpetrator|defendant|accused|offender|caseload|section|panel|page|item"
            r"|year)\b[^.\n]{0,30}$",
            before,
        )
        or re.search(r"(?i)\b(?:about to|nearly|almost|going to) (?:be|turn)\b|\bphase|\byear\b(?![- ]olds?)", match[0])
    )
