"""Whether the writer is the bereaved person, and what is then known of them.

"My son was killed" and "I lost my brother" say it; "my late husband's watch was stolen", "he said he would kill my
mum" and "if it had been my husband" do not. Of a death without a word of violence it counts what else is told: one
that came in old age, of an illness or on the road is no homicide, so the writer is somebody whom another service
helps, and stands as the one who writes.
"""

from __future__ import annotations

import re

from mailflow.model.message import ParsedMessage
from mailflow.model.words import SenderType

from . import contacts, given_names, kin, victims
from .people import Draft
from .sources import Sources
from .victims import Died
from .writer import Writer

MAX_TOLD = 12_000
"""Characters of one text in which a loss is looked for: whoever lost somebody says so early."""

_ADJECTIVES = (
    r"(?:(?:late|dear|beautiful|little|big|older|younger|elder|only|own|eldest|youngest|oldest|middle|twin|poor|baby"
    r"|darling|lovely|gorgeous|precious|best|ex|step|half|other|first|second)[ -])*"
)
_MY_KIN = re.compile(
    rf"(?i)\b(?:my|mine|our|moja|mój|mojego|moją|mojej|o meu|meu|minha|mi|mon"
    rf"|fy)\s{_ADJECTIVES}([^\W\d_][\w-]{{1,20}})"
)
_WAS_MY = re.compile(
    rf"(?i)\b([^\W\d_][\w’'-]{{1,20}}(?: [A-Z][\w’'-]{{1,25}})?) (?:was|is) (?:our|my) {_ADJECTIVES}([a-z-]{{2,20}})\b"
)
_WITHOUT_MY = re.compile(
    r"(?:^|[.!?\n]\s*|\b(?:when|since|after|before) )(Mum|Dad|Mam|Nan|Grandad|Gran) was ([A-Z][\w’'-]+)"
)

_DEED = (
    r"(?:killed|kill|murdered|murder|stabbed|shot|strangled|suffocated|drowned|butchered|beaten|battered"
    r"|kicked to death"
    r"|set on fire|burn(?:ed|t) to death|run over on purpose|poisoned|pushed (?:off|from|out)|found (?:dead|hanged)"
    r"|taken (?:from|away from) (?:me|us)|attacked|assaulted)"
)
_DONE_TO = re.compile(
    rf"(?i)^(?:[^.!?\n]|\.(?=\d)|\n(?!\s*\n)){{0,90}}?\b(?:(?:was|were|got|been|being|is|has been|just|he|she"
    rf"|it) (?:\w+ly |then "
    rf"|also |so )?{_DEED}\b|foi mort[oa]|foi assassinad[oa]|fue asesinad[oa]|zginął|zginęła|zosta[łl]a? zabit[ay]"
    rf"|zabit[ay]"
    rf"|a été tuée?|a fost ucis[ăa]?|ei l(?:l)?add|gafodd ei ladd)"
)
_DONE_BEFORE = re.compile(
    r"(?i)\b(?:killed|murdered|stabbed|shot|strangled|(?:murder|killing|homicide|manslaughter"
    r"|stabbing) of)\s(?:\w+\s)?$"
)
_NAMED_AFTER = re.compile(
    r"(?i)^['’]?s?(?:\s[A-Z][\w’'-]+){0,2}['’]?s?\s(?:murder|killer|killing|homicide|murderer|body|inquest|trial"
    r"|plea hearing)\b"
)
_DIED_AFTER = re.compile(
    r"(?i)^(?:[^.!?\n]|\n(?!\s*\n)){0,70}?\b(?:died|dies|passed away|passed|lost (?:his|her|their) li(?:fe|ves)"
    r"|took (?:his|her|their) own life|is dead|was dead)\b"
)
_LOST_BEFORE = re.compile(r"(?i)\b(?:los(?:t|ing|s of|e)|death of|bereaved of|buried|bury)\s(?:\w+\s)?$")
_NOT_OF_VIOLENCE = re.compile(
    r"(?i)\b(?:peaceful\w*|in (?:his|her) sleep|cancer|heart attack|(?:his|her|with) (?:heart|chest|lungs|kidneys)\b"
    r"|stroke|covid"
    r"|pneumonia|dementia|old age|natural causes|aged? (?:8\d|9\d|100)|hospice|illness|lorry|car (?:crash|accident)"
    r"|crash\b"
    r"|collision|road accident|knocked off|accident(?:al)?\b|(?:fell|fall) (?:off|from|down))\b"
)
_OF_VIOLENCE = re.compile(
    r"(?i)\b(?:murder\w*|killed|stabb\w+|shot dead|attacked|beaten|homicide(?! (?:service|team|support))"
    r"|manslaughter|killer|charged|on remand|remanded|convicted"
    r"|sentenc\w+|life sentence|serving life|trial|crown court|the jury|parole|inquest|detectives?|FLO|family liaison"
    r"|zabit[ay]|zginął|morto|asesin\w+)\b"
)
_THREAT = re.compile(
    r"(?i)\b(?:(?:would|will|could|might|gonna|going to|wants? to|want to|threat\w+ to|tried to|trying to|try to"
    r"|said he['’]?d"
    r"|said she['’]?d|he['’]d|she['’]d|they['’]d|he['’]ll|they['’]ll|i['’]ll|i could|to) (?:have )?(?:been )?"
    r"(?:kill\w*|murder\w*|stab\w*|shot|shoot|die|died|be next)"
    r"|(?:nearly|almost) (?:killed|died|lost|dead)|if (?:it|that|he|she) had been|no ?(?:body|one)(?:['’]s| is| has"
    r"| was)? "
    r"(?:dead|died|been killed|killed|murdered)(?: or anything)?|murder famil\w+|pulled through|survived"
    r"|died of shame|dying to)\b"
)
_NOBODY_DIED = re.compile(
    r"(?i)\bno ?(?:body|one)(?:['’]s| is| has)? (?:dead|died|been killed)\b|\bnot a (?:death|murder|bereavement)\b"
)
_REVIEW_WORDS = re.compile(
    r"(?i)\b(?:IMRs?|panel|overview report|terms of reference|QA|draft|CSP|DHR|DARDR|chronolog\w+|action plan"
    r"|Home Office|HO)\b"
)
_REVIEW_THREAD = re.compile(
    r"(?i)\b(?:progress|update|status|stage|timetable)\b[^\n]{0,40}\b(?:review|DHR|DARDR|SUSR)\b|\b(?:DHR|DARDR"
    r"|SUSR)\b"
)
_I_AM_AGE = re.compile(
    r"(?i)\b(?:I(?:['’]m| am)|im) (?:only |just |now |aged |a )?(\d{1,3})\b(?! (?:weeks|months|miles|minutes|hours"
    r"|days|st|rd|nd)|%|th\b)"
)
_WRITER_IS = re.compile(
    r"(?i)\b(?:as|i['’]?m|i am|i was|it['’]s) (?:a |his |her |the )?(?:own )?(mum|mother|mam|dad|father|sister"
    r"|brother|son"
    r"|daughter|wife|husband|widow|widower|nan|grandmother|grandfather|aunt|auntie|uncle)\b(?! (?:in|has|had|who"
    r"|said|told|and I))"
)
_FEMALE_SELF = re.compile(
    r"(?i)\b(?:dinner lady|i['’]?m (?:a |his |her )?(?:mum|mother|nan|widow|wife|sister|daughter))\b"
    r"|\((?:mrs|ms|miss)\)|\bmrs\b|\bobrigada\b"
)
_MALE_SELF = re.compile(
    r"(?i)\(mr\)|\bi['’]?m (?:a |his |her )?(?:dad|father|husband|widower|brother|son|grandad)\b|\bobrigado\b"
)
_LAITY = ("student", "teacher", "nurse", "chair", "mother", "father")
_FRIENDS = ("mate", "friend", "bestie", "flatmate", "housemate")
_CLOSEST = ("son", "daughter", "brother", "sister", "mother", "father", "child")
_NOBODY = ("he", "she", "it", "this", "that", "there", "who", "which", "what", "one", "they", "i", "here")
_MY_WAS = re.compile(
    r"\b[Mm]y (son|daughter|lad|boy|girl|brother|sister|mum|mam"
    r"|dad)(?:['’]s name)? was [A-Z][\w’'-]+\b(?! and I\b)"
)
_OUR_NAMED = re.compile(rf"\bour [A-Z][\w’'-]{{1,20}} (?:was|got|were|has been) (?:\w+ )?{_DEED}\b")


def find(message: ParsedMessage, texts: Sources, sort: SenderType, writer: Writer) -> tuple[bool, str]:
    """Whether the writer is the bereaved person, and what the person who died was to them (a noun of ``kin``)."""
    if sort not in (SenderType.FREEMAIL, SenderType.OTHER):
        return False, ""
    professional = bool(writer.role) and writer.role.lower() not in _LAITY
    signed = "role" in writer.spans and writer.spans["role"].field != "header:From"
    if sort is SenderType.OTHER and professional and signed:
        return False, ""
    relation = _lost(texts)
    if relation or any(_OUR_NAMED.search(s.text[:MAX_TOLD]) for s in texts.words):
        return True, relation
    thread = f"{message.subject}\n{texts.new.text[:MAX_TOLD]}"
    known = bool(message.own_references) and sort is SenderType.FREEMAIL and not (professional and signed)
    if known and not _REVIEW_WORDS.search(texts.new.text) and not _REVIEW_THREAD.search(thread):
        return not re.search(r"(?i)chair\b", writer.role), ""
    return False, ""


def _lost(texts: Sources) -> str:
    """What the person who died was to the writer, by the surest sign first; empty when none is told of."""
    told = "\n".join(s.text[:MAX_TOLD] for s in texts.words)
    violent = bool(_OF_VIOLENCE.search(_THREAT.sub(" ", told)))
    soft = ""
    for source in texts.words:
        text = _THREAT.sub(lambda m: " " * len(m[0]), source.text[:MAX_TOLD])
        for start, end, relation in _mentions(text):
            before, after = text[max(0, start - 60) : start], text[end : end + 140]
            if (owned := re.match(r"['’]?s (\w+)", after)) and kin.noun(owned[1]):
                continue
            if _DONE_BEFORE.search(before) or _NAMED_AFTER.match(after):
                return relation
            done = _DONE_TO.match(after)
            if done and not _another(after[: done.end()]):
                return relation
            died = _DIED_AFTER.match(after)
            if (died and not _another(after[: died.end()])) or _LOST_BEFORE.search(before):
                around = text[max(0, start - 160) : end + 160]
                if violent or not _NOT_OF_VIOLENCE.search(around):
                    soft = soft or relation
        if soft:
            return soft
    return _was_mine(texts, violent) or (_near(texts) if violent and not _NOBODY_DIED.search(told) else "")


def _mentions(text: str) -> list[tuple[int, int, str]]:
    """(start, end, relation) of "my brother" and its like."""
    found = []
    for match in _MY_KIN.finditer(text):
        relation = kin.noun(match[1])
        if match[1].lower() in _FRIENDS:
            relation = "friend"
        if relation and not kin.is_plural(match[1]):
            found.append((match.start(), match.end(), relation))
    return found


def _another(gap: str) -> bool:
    """Somebody else stands between, to whom it may have happened: "my sister told me that his son was killed"."""
    return bool(
        re.search(
            r"(?i)[,;:] (?:and )?(?:my|his|her|their|the) \w+|\b(?:whose|said|told|says|thinks|works|knew|that (?:he"
            r"|she|they))\b",
            gap,
        )
    )


def _was_mine(texts: Sources, violent: bool) -> str:
    """ "Ash was my partner", "my lad was Kai": one does not say *was* of the living; else violence is told of too."""
    for source in texts.words:
        text = source.text[:MAX_TOLD]
        for match in _WAS_MY.finditer(text):
            relation = "friend" if match[2].lower() in _FRIENDS else kin.noun(match[2])
            named = match[1][:1].isupper() and match[1].lower() not in _NOBODY and not kin.noun(match[1].split()[0])
            if relation and named and (violent or relation in _CLOSEST):
                return relation
        if bare := _MY_WAS.search(text):
            return kin.noun(bare[1])
        if violent and (bare := _WITHOUT_MY.search(text)):
            return kin.noun(bare[1])
    return ""


def _near(texts: Sources) -> str:
    """The first relative of the writer beside a word of a death, whatever stands between."""
    for source in texts.words:
        text = _THREAT.sub(lambda m: " " * len(m[0]), source.text[:MAX_TOLD])
        for start, end, relation in _mentions(text):
            around = text[max(0, start - 90) : end + 130]
            if relation != "friend" and (
                victims.DEATH.search(around) or re.search(r"(?i)\b(?:lost|inquest)\b", around)
            ):
                owned = re.match(r"['’]?s (\w+)", text[end : end + 24])
                if owned is None or not kin.noun(owned[1]):
                    return relation
    return ""


def draft(message: ParsedMessage, texts: Sources, writer: Writer, died: Died, relation: str) -> Draft:
    """A bereaved writer as the first of the family."""
    whole = "\n".join(s.text for s in (*texts.words, texts.signature))
    name = writer.name
    given = name.split()[0] if name else ""
    gender = given_names.male(given) if given else None
    if gender is None:
        gender = False if _FEMALE_SELF.search(whole) else True if _MALE_SELF.search(whole) else None
    if not name:
        own = re.search(r"(?i)\b(?:im|i['’]m|its|my name is|it['’]s|nazywam się) ([a-z]{3,15})\b", texts.new.text)
        if own and own[1].lower() in given_names.ALL:
            name = own[1].capitalize()
    source = texts.words[0] if texts.words else texts.new
    found = Draft(name, source, 0, 0, words=frozenset(w.lower() for w in name.split()), is_male=gender)
    if "name" in writer.spans and name == writer.name:
        found.spans["name"] = writer.spans["name"]
    if relation:
        told = kin.inverse(relation, gender)
        said = _WRITER_IS.search(whole)
        if said and told in ("parent", "child", "sibling") and kin.noun(said[1]):
            told = kin.noun(said[1])
        found.relationship = told
        for part in texts.words:
            match = next((m for m in _MY_KIN.finditer(part.text) if kin.noun(m[1]) == relation), None)
            if match:
                found.spans["relationship"] = part.span(match.start(), match.end())
                break
    if writer.email:
        found.put("email", writer.email, writer.spans["email"])
    _own_contacts(found, texts)
    return found


def _own_contacts(found: Draft, texts: Sources) -> None:
    """A bereaved writer's own telephone, postcode and age."""
    for part in (texts.new, texts.signature, *texts.attachments):
        phones = [p for p in contacts.telephones(part.text) if not contacts.is_helpline(p.text)]
        if phones:
            found.put("phone", phones[0].text, part.span(phones[0].start, phones[0].end))
        codes = contacts.postcodes(part.text)
        if codes:
            found.put("postcode", codes[0].text, part.span(codes[0].start, codes[0].end))
        age = _I_AM_AGE.search(part.text)
        if age and 5 < int(age[1]) < 110:
            found.put("age", age[1], part.span(age.start(1), age.end(1)))


def is_review_thread(message: ParsedMessage, texts: Sources) -> bool:
    """An answer to our question how a review stands."""
    return bool(message.own_references) and bool(
        _REVIEW_THREAD.search(message.subject) or _REVIEW_WORDS.search(texts.new.text[:MAX_TOLD])
    )
