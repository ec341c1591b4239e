"""Whether a text tells of the writer's own loss, and what the person who died was to them.

Told in many voices: "my son was killed", "me mam got stabbed", "they took our Danny", "Son murdered in March", "I am
Kai's mum", "my kids' dad was shot", in broken English and in some other languages. Threats, suppositions and deaths
without violence are told apart first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import given_names, kin, victims
from .sources import Sources

MAX_TOLD = 12_000
"""Characters of one text in which a loss is looked for: whoever lost somebody says so early."""

_ADJECTIVES = (
    r"(?:(?:late|dear|beautiful|little|big|older|younger|elder|only|own|eldest|youngest|oldest|middle|poor|baby|twin"
    r"|darling|beloved|loving|handsome|wonderful|amazing|sweet|brave|wee|lovely|gorgeous|precious|best|other|first"
    r"|second|foster|adopted|great|dearest|whole|both)[ -])*"
)
_MY_KIN = re.compile(
    rf"(?i)\b(?:my|mine|our|both|moja|mój|moj|mojego|moją|mojej|o meu|meu|minha|mi|mon|me|fy|mio|mia|mein|meine"
    rf"|meiner)\s"
    rf"{_ADJECTIVES}({kin.COMPOUND}|mates?\b|bestie\b|flatmate\b|housemate\b)"
)
_MUM = re.compile(
    r"(?<![\w’'-])(?<!(?i:his) )(?<!(?i:her) )(?<!(?i:the) )(?<!(?i:their) )(?<!(?i:my) )(?<!(?i:our) )(?<!['’]s )"
    r"(Mum|Dad|Mam|Nan|Nana|Nanna|Grandad|Gran|Grandma)\b"
)
"""Who writes "Mum" like a name speaks of their own; the deed must follow at once."""
_WAS_MY = re.compile(
    rf"(?i)\b([^\W\d_][\w’'-]{{1,20}}(?: [A-Z][\w’'-]{{1,25}})?) (?:was|is) (?:our|my) {_ADJECTIVES}"
    rf"({kin.COMPOUND}|mate\b|bestie\b)"
)
_WITHOUT_MY = re.compile(
    r"(?:^|[.!?\n]\s*|\b(?:when|since|after|before) )(Mum|Dad|Mam|Nan|Grandad|Gran) was ([A-Z][\w’'-]+)"
)

_DEED = (
    r"(?:killed|kill|kild|killd|murdered|murder|murderd|murded|merked|shanked|knifed|bludgeoned|slain|slaughtered"
    r"|executed"
    r"|gunned down|stabbed to death|stabed|shot|strangled|suffocated|drowned|butchered|beaten|battered"
    r"|kicked to death"
    r"|set on fire|burn(?:ed|t) to death|run over on purpose|poisoned|stabbed|pushed (?:off|from|out)|found (?:dead"
    r"|hanged)"
    r"|taken (?:from|away from) (?:me|us)|attacked|assaulted|shot dead|hacked to death|run over and killed)"
)
_MAY_LIVE = re.compile(r"(?i)\b(?:beaten|battered|attacked|assaulted|poisoned|stabbed|run over on purpose)$")
"""Deeds that many survive: a death must be told of too."""
_DEAD = re.compile(
    r"(?i)\b(?:dead|death|died|dies|dying|kill\w*|murder\w*|homicide|manslaughter|lost (?:him|her|my|our)|loss|funeral"
    r"|inquest|bereave\w*|grie[fv]\w*|passed away|coroner|miss (?:him|her)|post ?mortem|never (?:woke|made it|came))\b"
)
_DONE_TO = re.compile(
    rf"(?i)^(?:[^.!?\n]|\.(?=\d)|\n(?!\s*\n)){{0,90}}?\b(?:(?:was|were|got|been|being|is|has been|just|he|she"
    rf"|it) (?:\w+ly |then "
    rf"|also |so )?{_DEED}\b|foi mort[oa]|foi assassinad[oa]|fue asesinad[oa]|zginął|zginęła|zosta[łl]a? zabit[ay]"
    rf"|zabit[ay]"
    rf"|a été tuée?|a fost ucis[ăa]?|ei l(?:l)?add|gafodd ei ladd)"
)
_DONE_BEFORE = re.compile(
    r"(?i)\b(?:killed|murdered|stabbed|shot|strangled|ran over|(?:they|he|she|somebody|someone) (?:have )?(?:kill"
    r"|murder)|(?:murder|killing|homicide|manslaughter"
    r"|stabbing) of)\s(?:\w+\s)?$"
)
_NAMED_AFTER = re.compile(
    r"(?i)^['’]?s?(?:\s[A-Z][\w’'-]+){0,2}['’]?s?\s(?:murder|killer|killing|homicide|murderer|body|inquest|trial"
    r"|plea hearing)\b|^['’]?s? li(?:fe|ves)\b"
)
_HAND_OF_ANOTHER = re.compile(
    r"(?i)^['’]s [^.!?\n]{2,40}?\b(?:killed|murdered|stabbed|shot|strangled|battered|suffocated) (?:him|her|them)\b"
    r"|^,? [^.!?\n]{0,50}?\bthey (?:have )?(?:kill|murder|stab|shoot)(?:ed|s)? (?:him|her)\b"
)
"""\"My brother's girlfriend stabbed him\"."""
_TAKEN = re.compile(r"(?i)\b(?:took|taken|taking|take)\s(?:\w+\s)?$")
_FROM_ME = re.compile(r"(?i)^(?: [A-Z][\w’'-]+)? (?:off|from|away from) (?:me|us)\b")
_DIED_AFTER = re.compile(
    r"(?i)^(?:[^.!?\n]|\n(?!\s*\n)){0,70}?\b(?:died|dies|passed away|passed|lost (?:his|her|their) li(?:fe|ves)"
    r"|took (?:his|her|their) own life|is dead|was dead)\b"
)
_LOST_BEFORE = re.compile(r"(?i)\b(?:los(?:t|ing|s of|e)|death of|bereaved of|buried|bury)\s(?:\w+\s)?$")
_NOT_OF_VIOLENCE = re.compile(
    r"(?i)\b(?:peaceful\w*|in (?:his|her) sleep|cancer|heart attack|(?:his|her|with) (?:heart|chest|lungs|kidneys)\b"
    r"|stroke|covid|(?:took|taken) (?:his|her|their) own li(?:fe|ves)|suicide|overdose"
    r"|pneumonia|dementia|old age|natural causes|aged? (?:8\d|9\d|100)|hospice|illness|lorry|car (?:crash|accident)"
    r"|crash\b"
    r"|collision|road accident|knocked off|accident(?:al)?\b|(?:fell|fall) (?:off|from|down))\b"
)
_OF_VIOLENCE = re.compile(
    r"(?i)\b(?:murder\w*|killed|stabb\w+|shot dead|(?:was|got|were|they|he|she) shot|they kill|attacked"
    r"|beaten|homicide(?! (?:service|team|support))"
    r"|manslaughter|killer|charged|on remand|remanded|convicted"
    r"|sentenc\w+|life sentence|serving life|trial|crown court|the jury|parole|inquest|detectives?|FLO|family liaison"
    r"|zabit[ay]|zginął|morto|asesin\w+)\b"
)
_LIVES = re.compile(
    r"(?i)\b(?:recover\w*|pulled through|survived|intensive care|critical condition|stable|home now|discharged|stitches"
    r"|in the (?:arm|leg|hand|shoulder|foot|thigh)|his injuries are|her injuries are|still alive|is alive)\b"
)
_BY_HAND = re.compile(
    r"(?i)\b(?:murder\w*|stabb\w+|homicide(?! (?:service|team|support))|manslaughter|killer|on purpose"
    r"|abus\w+|coerciv\w+|DHR|DARDR)\b"
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
_MURDER = re.compile(r"(?i)\b(?:attempted )?(?:murder|kill)\w*")
_NOBODY_DIED = re.compile(
    r"(?i)\bno ?(?:body|one)(?:['’]s| is| has)? (?:dead|died|been killed)\b|\bnot a (?:death|murder|bereavement)\b"
)
_ACCUSED = re.compile(
    r"(?i)^(?: [A-Z][\w’'-]+)?,? (?:is|was|has been|got|been) (?:\w+ )?(?:in (?:prison|jail|custody)|arrested|charged"
    r"|convicted|accused|sentenced|on remand|remanded|inside|doing life|locked up)\b"
)
"""What is said of whoever did it, and not of the dead."""
_FRIENDS = ("mate", "friend", "bestie", "flatmate", "housemate")
_CLOSEST = ("son", "daughter", "brother", "sister", "mother", "father", "child")
_NOBODY = ("he", "she", "it", "this", "that", "there", "who", "which", "what", "one", "they", "i", "here")
_MY_WAS = re.compile(
    r"\b[Mm]y (son|daughter|lad|boy|girl|brother|sister|mum|mam"
    r"|dad)(?:['’]s name)? was [A-Z][\w’'-]+\b(?! and I\b)"
)
_SHE_WAS_MY = re.compile(rf"\b(?:[Ss]he|[Hh]e) was (?:my|our) (?i:{_ADJECTIVES}({kin.COMPOUND}))(?! when| at the time)")
_OUR_NAMED = re.compile(
    rf"\b(?:[Oo]ur|[Mm]y) ([A-Z][\w’'-]{{1,20}}) (?:(?:was|got|were|has been) (?:\w+ )?|, ){_DEED}\b"
)


_OUR_SMALL_NAMED = re.compile(rf"\b(?:our|my) ([a-z]{{3,15}}) (?:was|got|were|has been) (?:\w+ )?{_DEED}\b")
_KILLED = re.compile(
    rf"\b(?:[A-Z][\w’'-]+|[Hh]e|[Ss]he|him|her) (?i:(?:was|got|were|has been|had been) (?:\w+ )?{_DEED})\b"
    r"|\b(?i:(?:his|her) (?:murder|killer|murderer)|murdered (?:him|her)|killed (?:him|her))\b"
)
_GRIEF = re.compile(
    r"(?i)\b(?:i (?:miss|loved|lost|buried) (?:him|her|my)|we (?:miss|loved|lost|buried) (?:him|her|our)"
    r"|without (?:him|her)\b"
    r"|since (?:he|she) (?:died|was|went|got)|since (?:his|her) (?:death|murder)|(?:his|her) (?:room|ashes|clothes"
    r"|things|grave|headstone"
    r"|birthday|coat|shoes|bed|phone is still|voicemail)\b|(?:our|my) loss|we(?:['’]re| are) (?:his|her) family"
    r"|as a family)\b"
)
_BYSTANDER = re.compile(
    r"(?i)\b(?:witness(?:ed)?|i (?:saw|heard) (?:it|him|her|the)|(?:did not|didn['’]?t|never) (?:really )?(?:know"
    r"|knew) (?:him|her)|neighbours?"
    r"|next door|customer|pupil|patient|client|colleague|podcast|documentary|interview|article|readers?)\b"
)
"""Who saw it, works with the family or writes about it is not the family."""
_BARE_KIN = re.compile(
    rf"(?:^|[.!?\n]\s*|\b[Mm]y )(?i:(son|daughter|brother|sister|mum|mam|mother|dad|father|husband|wife|partner|bro"
    rf"|sis|nephew"
    rf"|niece|cousin|grandson|granddaughter))\b(?: [A-Z][\w’'-]+){{0,2}},? (?i:(?:was |got |been |were )?{_DEED})\b"
)
_CHILDRENS_PARENT = re.compile(
    r"(?i)\bmy (?:little |eldest |youngest |two |three )?(?:kids?|child(?:ren)?|little ones|boys?|girls?|lads?|son"
    r"|daughter|bab(?:y|ies)|twins|two|three)['’]?s?['’]? (?:dad"
    r"|father|daddy|mum|mother)\b"
    r"[^.\n]{0,60}\b(?:killed|murdered|stabbed|shot|died|beaten|attacked)\b"
    r"|\b(?:dad|father|mum|mother) of my (?:kids|children|son|daughter|boys|girls|little \w+|baby)\b"
)
_OF_MINE = re.compile(
    r"(?i)\b(?:a (?:family member|relative|member|close friend|friend|cousin|nephew|niece) of (?:mine|ours"
    r"|my family)|a member of (?:my|our) family)\b"
    r"[^.\n]{0,60}\b(?:killed|murdered|stabbed|shot|lost (?:his|her|their) life)\b|\b(?:we|i) (?:have )?lost (?:him"
    r"|her|them) to (?:murder|homicide"
    r"|knife crime|violence)\b|\b(?:i|we) (?:was|were|am|are|have been) bereaved by (?:murder|homicide)\b"
    r"|\b(?:they|he|she|someone|somebody|the man|a man|police) (?:took|killed|murdered|stabbed"
    r"|shot|found) (?:my|our) (?-i:[A-Z])[\w’'-]+\b(?: dead\b)?"
    rf"|\b(?:i was|i am|i['’]?m|we were) (?:engaged|married) to [^.!?\n]{{2,40}}?\b(?:was|got|were) (?:\w+ )?{_DEED}\b"
)
_DEAD_PERSON = (
    r"(?:victims?\b|deceased\b|murder\w*|killed\b|stabbed\b|shot\b|strangled\b|homicide\b|beaten to death|died\b"
    r"|late\b)"
)
_I_AM_KIN = re.compile(
    rf"(?i)\b(?:i['’]?m|i am|i was|we are|we['’]re|this is|it['’]s|as|are|being) "
    rf"(?:(?:the|a|his|her|their|only) (?:\w+ )?)?"
    rf"({kin.COMPOUND}) (?:of|to) (?:[^.!?\n]{{0,70}}?\b{_DEAD_PERSON}|(?-i:[A-Z])[\w’'-]+)"
    rf"|\b(?:as|i['’]?m|i am) (?-i:[A-Z])[\w’'-]+(?: (?-i:[A-Z])[\w’'-]+)?['’]s (?:\w+ )?(widow(?:er)?)\b"
    r"|\b(?:i['’]?m|i am|this is|it['’]s) (?-i:[A-Z])[\w’'-]+(?: (?-i:[A-Z])[\w’'-]+)?['’]s (?:\w+ )?"
    rf"({kin.COMPOUND})"
)
_FOREIGN = tuple(
    (re.compile(f"(?i){pattern}"), relation)
    for pattern, relation in (
        (r"\bm(?:ój|ojego) (?:syn|syna)\b[^.\n]{0,40}\b(?:zamordowan|zabit|zginął|pobit|zastrzel)", "son"),
        (r"\bm(?:ój|ojego) (?:brat|brata)\b[^.\n]{0,40}\b(?:zamordowan|zabit|zginął|pobit|zastrzel)", "brother"),
        (r"\bmoj(?:a|ą|ej) (?:siostr|córk|żon|mam|matk)\w+[^.\n]{0,40}\b(?:zamordowan|zabit|zginęła|pobit)", ""),
        (r"\b(?:mataron|asesinaron) a mi (?:hijo|hermano|marido|padre)\b", ""),
        (r"\bmi (?:hijo|hija|hermano|hermana|marido|esposa|padre|madre)\b[^.\n]{0,40}\b(?:asesin|matar|muert)", ""),
        (r"\b(?:fiul|fratele|soțul|tatăl|fiica|sora|soția|mama) meu|mea\b[^.\n]{0,40}\b(?:ucis|omor|înjunghiat)", ""),
        (
            r"\b(?:мой|моя|моего|мого|мій|мою) (?:сын|сына|син|сина|брат|брата|сестр|муж|мужа|чоловік|жен|дочь|дочк"
            r"|доньк|мат|мам)\w*"
            r"[^.\n]{0,40}(?:убит|убил|вбит|вбил|погиб)",
            "",
        ),
        (r"\bfy (?:mab|mrawd|chwaer|merch|ngŵr|ngwraig|nhad|mam)\b[^.\n]{0,50}\b(?:ladd|llofrudd|lofrudd|drywan)", ""),
        (
            r"\b(?:mera|meri|mere) (?:beta|bhai|behen|beti|shohar|pati)\b[^.\n]{0,40}\b(?:qatal|murder|mar diya|maar)",
            "",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of the writer's own."""

    relation: str = ""
    """What the person who died was to the writer; empty when not told so."""
    own: str = ""
    """What the writer was to the person who died, where they say that: "I am his mum"."""
    sure: bool = False
    """Said in so many words; else only near a word of death."""


def find(texts: Sources, *, known: bool) -> Loss | None:
    """The writer's loss, by the surest sign first; ``known``: the mail is on a case of ours."""
    told = "\n".join(s.text[:MAX_TOLD] for s in texts.words)
    violent = known or bool(_OF_VIOLENCE.search(_THREAT.sub(" ", told)))
    relation = _was_mine(texts, violent) or _direct(texts, violent)
    if relation:
        return Loss(relation, sure=True)
    for source in texts.words:
        text = _blanked(source.text)
        if (bare := _BARE_KIN.search(text)) and _of_violence(text, bare.end(1), bare):
            return Loss(kin.noun(bare[1]), sure=True)
        named = _OUR_NAMED.search(text)
        if named and (given_names.male(named[1]) is not None or named[1].lower() in given_names.ALL):
            return Loss(sure=True)
        small = _OUR_SMALL_NAMED.search(text)
        if small and small[1] in given_names.ALL and not kin.noun(small[1]):
            return Loss(sure=True)
        if violent and _CHILDRENS_PARENT.search(text):
            return Loss(sure=True)
        if _OF_MINE.search(text):
            return Loss(sure=True)
        said = _I_AM_KIN.search(text) if violent else None
        if said and not _NOBODY_DIED.search(told):
            return Loss(own=kin.compound(said[1] or said[2] or said[3]), sure=True)
        for pattern, foreign in _FOREIGN:
            if pattern.search(text):
                return Loss(foreign, sure=True)
    if violent and not _NOBODY_DIED.search(told) and (relation := _near(texts)):
        return Loss(relation)
    if violent and _KILLED.search(told) and _GRIEF.search(told) and not _BYSTANDER.search(told):
        return Loss()
    return None


def _blanked(text: str) -> str:
    """The text without threats and suppositions; places stay."""
    return _THREAT.sub(lambda m: " " * len(m[0]), text[:MAX_TOLD])


def _direct(texts: Sources, violent: bool) -> str:
    """ "My brother was stabbed", "they killed my son", "my son's killer"; or a death of which violence is told too."""
    for source in texts.words:
        text = _blanked(source.text)
        soft = ""
        for start, end, relation in _mentions(text):
            before, after = text[max(0, start - 60) : start], text[end : end + 140]
            if _HAND_OF_ANOTHER.match(after) and not _LIVES.search(text):
                return relation
            if (owned := re.match(r"['’]?s (\w+)", after)) and kin.noun(owned[1]):
                continue
            if _TAKEN.search(before) and _FROM_ME.match(after) and violent:
                return relation
            if _DONE_BEFORE.search(before) or _NAMED_AFTER.match(after):
                return relation
            done = _DONE_TO.match(after)
            if done and not _another(after[: done.end()]) and _of_violence(text, end, done):
                return relation
            died = _DIED_AFTER.match(after)
            if (died and not _another(after[: died.end()])) or _LOST_BEFORE.search(before):
                around = text[max(0, start - 160) : end + 160]
                if _BY_HAND.search(text) or not _NOT_OF_VIOLENCE.search(around):
                    soft = soft or relation
        if soft:
            return soft
    return ""


def _of_violence(text: str, end: int, done: re.Match[str]) -> bool:
    """Somebody died of it, and by somebody's hand: "killed when a lorry came …" is an accident."""
    if _MAY_LIVE.search(done[0]) and not _DEAD.search(text):
        return False
    if _LIVES.search(text) and not _DEAD.search(_MURDER.sub(" ", text)):
        return False
    if not re.search(r"(?i)\bkill\w*$", done[0]):
        return True
    sentence = re.split(r"[.!?]\s|\n\s*\n", text[end : end + 200])[0]
    return not (_NOT_OF_VIOLENCE.search(sentence) and not _BY_HAND.search(text))


def _mentions(text: str) -> list[tuple[int, int, str]]:
    """(start, end, relation) of "my brother" and its like."""
    found = []
    for match in _MY_KIN.finditer(text):
        relation = kin.compound(match[1])
        if match[1].lower() in _FRIENDS:
            relation = "friend"
        end = match.end()
        step = re.match(r"['’]?s['’]? ((?:only |little |big |own |eldest )?)([a-z-]{3,15})", text[end : end + 34])
        if step and (further := kin.via(relation, kin.noun(step[2]))):  # my sister's boy: a nephew
            relation, end = further, end + step.end()
        if relation and (not kin.is_plural(match[1]) or match[1].lower() in ("parents", "grandparents", "twins")):
            found.append((match.start(), end, relation))
    for match in _MUM.finditer(text):
        after = text[match.end() : match.end() + 60]
        if re.match(rf"(?i)^ (?:was|got|has been|is) (?:\w+ ly )?{_DEED}\b", after) or _NAMED_AFTER.match(after):
            found.append((match.start(), match.end(), kin.noun(match[1])))
    return sorted(found)


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
        text = _blanked(source.text)
        for match in _WAS_MY.finditer(text):
            relation = "friend" if match[2].lower() in _FRIENDS else kin.noun(match[2])
            is_name = match[1][:1].isupper() or match[1].lower() in given_names.ALL
            named = is_name and match[1].lower() not in _NOBODY and not kin.noun(match[1].split()[0])
            if relation and named and (violent or relation in _CLOSEST):
                return relation
        if bare := _MY_WAS.search(text):
            return kin.noun(bare[1])
        if violent and (bare := _SHE_WAS_MY.search(text)):
            return kin.compound(bare[1])
        if violent and (bare := _WITHOUT_MY.search(text)):
            return kin.noun(bare[1])
    return ""


def _near(texts: Sources) -> str:
    """The first relative of the writer beside a word of a death, whatever stands between."""
    for source in texts.words:
        text = _THREAT.sub(lambda m: " " * len(m[0]), source.text[:MAX_TOLD])
        for start, end, relation in _mentions(text):
            around = text[max(0, start - 90) : end + 130]
            if (_NOT_OF_VIOLENCE.search(around) and not _BY_HAND.search(text)) or _ACCUSED.match(text[end : end + 60]):
                continue
            if relation != "friend" and (
                victims.DEATH.search(around) or re.search(r"(?i)\b(?:lost|inquest)\b", around)
            ):
                owned = re.match(r"['’]?s (\w+)", text[end : end + 24])
                if owned is None or not kin.noun(owned[1]):
                    return relation
    return ""


def named(texts: Sources) -> str:
    """The one relative of whom the writer speaks as of the dead, where it is known that they lost somebody.

    "I miss my brother": only where no other relative of theirs is spoken of.
    """
    spoken = {relation for source in texts.words for _, _, relation in _mentions(source.text[:MAX_TOLD])}
    return spoken.pop() if len(spoken) == 1 else ""


def place(text: str, relation: str) -> tuple[int, int] | None:
    """Where a relative of that relation to the writer is named first."""
    return next(((start, end) for start, end, found in _mentions(text[:MAX_TOLD]) if found == relation), None)
