"""What the family needs, and by when we must act."""

from __future__ import annotations

import re
from datetime import date

from mailflow.model.facts import Span
from mailflow.model.words import Need

from .forms import Form
from .gates import Gated
from .sources import Source, Sources

_NEEDS: tuple[tuple[Need, str], ...] = (
    (Need.ADVOCACY,
        r"advoca\w+|speak (?:up )?(?:for|on (?:her|his|their|my|our) behalf)|alongside (?:her|him|them"
        r"|me)|(?:with|beside) (?:her|him|them|me) (?:through|at|in) the review|sit in a room full"
        r"|support (?:through|in|with|during) the (?:review|DHR|DARDR)"
        r"|help (?:with|through) the (?:review|DHR|DARDR)|explain (?:an? )?(?:inquest|review|DHR)"
        r"|represent (?:her|him|them|the family)|go along with (?:her|him|them)"
        r"|(?:contribute|contributing|take part|taking part|participate|input) (?:to|in|into) (?:the |this "
        r"|a )?(?:review|DHR"
        r"|DARDR)\b"),
    (Need.THERAPY_CHILD,
        r"(?:counselling|therap\w+|play ?therapy|bereavement support|specialist (?:help|support)"
        r"|psycholog\w+)\b[^.\n]{0,60}\b(?:child\w*|kids?|boys?|girls?|son|daughter|two of them"
        r"|little ones?|young\w*)"
        r"|(?:child\w*|kids|boys|girls|two of them|little ones"
        r"|younger ones?|(?:[1-9]|1[0-7])[- ]years?[- ]olds?)\b[^.\n]{0,60}?\b(?:counsell\w+|therap\w+)"
        r"|(?:some(?:thing|body|one)|any(?:thing|body|one)) for (?:the |her |his |their |my )?(?:\w+ )?(?:kids|children"
        r"|bairns|little ones?)\b"
        r"|skilled in working with (?:bereaved )?children|working with bereaved children"
        r"|children['’]s (?:counsell|therap|bereavement)\w*"),
    (Need.THERAPY_ADULT,
        r"(?:proper |bereavement |trauma |specialist |grief |talking )(?:therapy|counselling)"
        r"|(?:would like|wants?|needs?|asked (?:for|about)|benefit from) (?:some )?(?:counselling"
        r"|therapy)|EMDR|therapy for (?:mum|dad|her|him|me|the mother|the father|adults?)"),
    (Need.FUNERAL,
        r"worr\w+ about the funeral|funeral (?:\w+ )?(?:costs?|bill|expenses|arrangements|help"
        r"|payment|fees)|(?:arrange|arranging"
        r"|pay for|paying for|cost of|help with|organise|plan|afford) (?:a |the |his |her "
        r"|their )?(?:funeral|burial|cremation)|bury\b|burial|repatriat\w+"
        r"|bring\w* (?:\w+ )?home|undertaker"
        r"|(?:money|help|papers?|pay\w*|costs?) (?:\w+ ){0,3}(?:for|with|towards) (?:the |a |his |her "
        r"|my )?(?:funeral|burial|headstone)"
        r"|(?:getting|bringing|send(?:ing)?) (?:him|her|the body|M(?:r|rs|s) \w+|(?-i:[A-Z])\w+) home|body to go"
        r"|pogrzeb\w*"
        r"|funeral[^.\n]{0,40}\b(?:who pays|invoice|refused|afford|worry)|(?:the )?funeral\. The (?:invoice|bill)"),
    (Need.EMPLOYMENT,
        r"(?:employer|agency|boss|workplace|work|manager)\b[^.\n]{0,40}\b(?:refus\w+|sack\w+|won['’]t"
        r"|not pay|threaten\w*|disciplin\w*|stopp\w+|dismiss\w*)|time off work|sick pay|off work"
        r"|lost (?:her|his|their|my) job|compassionate leave|statutory sick|help with (?:my|her|his|the"
        r"|their) employer"
        r"|(?:letter|note) (?:for|to) (?:her|his|their|my) (?:work|employer|boss|job)\b"
        r"|(?:return date|resignation|fit note|sick note)|employer\b[^.\n]{0,60}\b(?:weeks|return|resign)\w*"),
    (Need.HOUSING,
        r"hous(?:e|ing)\b[^.\n]{0,30}\b(?:still|scene|transfer|list|move|application|issue|problem|need)"
        r"|rehous\w+|re-hous\w+|homeless|tenancy|somewhere (?:to live|bigger|else to live)|bigger place"
        r"|(?:help|advice)[^.\n]{0,12} (?:with )?(?:moving|housing)|eviction|landlord"
        r"|temporary accommodation|relocat\w+|need(?:s)? to move|council house|evicted\b"
        r"|to be (?:moved|rehoused|relocated|transferred)\b|safe place to (?:stay|live)|alternative accommodation"
        r"|(?:flat|house|home) (?:went|goes|comes) with|help with a move|(?:lose|losing) (?:the|her|his|their"
        r"|my) (?:home|flat|house)|asked for a move|help (?:me |us )?(?:to )?move"),
    (Need.FINANCIAL,
        r"(?:worr\w+|struggl\w+|help\w*|advice|advise|support|behind|problem\w*|trouble|can(?:no|['’])t|how (?:do"
        r"|will|can)|sort\w*"
        r"|asked about|about|and|with|needs?|wants?|explain\w*|question\w*)\b[^.]{0,45}\b(?:money(?! for)|rent|bills"
        r"|benefits|finances?"
        r"|financial\w*|debts?|mortgage|universal credit|wages|CICA|compensation|criminal injuries)\b"
        r"|(?:issue|worry|problem|thing) is (?:the )?money|money\b[^.]{0,25}\bcriminal injuries|money (?:side"
        r"|worries|troubles|problems)|short of money|money (?:is|has been|['’]s) (?:\w+ ){0,2}(?:tight"
        r"|short|a worry|difficult|gone)"
        r"|\b(?:no|without an?|lost (?:her|his|their|my)) (?:income|wages?|sick pay|recourse)\b|NRPF|rent arrears"
        r"|(?:who|how) (?:\w+ )?(?:pays|to pay|is paid)\b|cost of it|how (?:that|it) is paid|financial (?:help"
        r"|support|hardship|advice)"
        r"|(?:pay|afford) (?:the |my |her |his |their )?(?:rent|bills)|benefits side|towards the cost"
        r"|(?:nothing|no money|no income) coming in|food ?bank|benefits? (?:has |have )?(?:been )?stopped|breadwinner"
        r"|out of pocket|hardship (?:fund|grant|payment)"),
    (Need.CRIMINAL_JUSTICE,
        r"(?:explain\w*|understand\w*|(?:talk|walk|take|guide)\w* (?:\w+ ){0,3}through|support\w*|help\w*|guide"
        r"|prepare\w*|steer|go(?:es|ing)?"
        r" with|come with|sit with|be with|asked about|ask(?:ed|ing|s)? what|what happens|what (?:will"
        r"|would) (?:happen|be)|be told|beside"
        r"|company at|worr\w+ about|attend|go to|somebody with (?:her|him|them|me))\b[^.]{0,60}\b(?:court|trial"
        r"|Old Bailey|justice|parole"
        r"|hearing|sentenc\w+|police side|police (?:are|process)|by the police|legal (?:process|side)|statements?)\b"
        r"|(?:court|trial) (?:process|support|side)|go with (?:her|him|me|them) if there is a trial|sit in (?:that"
        r"|the) court|make (?:a |victim |personal |impact )*statements?\b"
        r"|(?:sit|go|come|be) (?:there )?(?:with|beside) (?:her|him|them|me|us) (?:at|to|in"
        r"|through) (?:the )?(?:inquest|trial"
        r"|court|hearing|sentencing|verdict)"),
    (Need.EMOTIONAL,
        r"emotional(?:ly)? (?:support|help)?|(?:some(?:one|body)|anyone|person"
        r"|some one) (?:\w+ ){0,3}(?:to|who would|who could|who can|that can|i can|she can|he can"
        r"|they can) (?:just )?(?:talk|speak(?! (?:up|on|for))|listen)|to talk to|talk to (?:him|her|them"
        r"|someone|somebody|somone|anyone)|bereavement support|moral support|listening ear"
        r"|(?:have|like|wants?|needs?|just|love|glad of) (?:a |to )?(?:\w+ )?(?:talk|chat)\b(?! about what)"
        r"|talk (?:it|this|things) (?:through|over)"
        r"|(?:some(?:body|one)|some one|person) (?:\w+ )?(?:who|that)(?:m)?(?: is|['’]?s)? (?:not|n['’]t|isn['’]t"
        r"|gets it|understands)|someone whos not"
        r"|company through|\bnot a teacher\b"),
    (Need.PRACTICAL,
        r"practical (?:support|help|matters|things|advice|side)|clear(?:ing)? (?:out )?(?:the|her|his"
        r"|their) (?:house|flat|things|home)|(?:sort(?:ing)?"
        r"|help) (?:out )?(?:with )?(?:the )?(?:paperwork|forms|belongings|utilities|bank)"
        r"|understand the forms|the bank\b|calls on people at home"
        r"|help with (?:the |my |her |these )?(?:papers?|forms?|letters?|paperwork|documents?)|(?:read"
        r"|answer) these letters|explain (?:to )?me what i must"
        r"|(?:flat|house|home|room|place|scene) (?:\w+ )?(?:needs?|wants) (?:a )?(?:\w+ )?(?:cleaning|clearing|clean)\b"
        r"|clear(?:ing|ance)? (?:of |out )?(?:the|her|his|their) (?:house|flat|room|home)"),
)  # fmt: skip
_ASKS = Gated(
    r"(?i)\b(?:needs?|needing|in need of|help (?:with|to|for|around)|(?:support|advice|assistance|guidance"
    r"|information) (?:with"
    r"|around|for|on|about|through|at|in|to)|would (?:like|welcome|value|appreciate) (?:some )?(?:help|support|advice"
    r"|assistance)|worried (?:about|over)|anxious (?:about|over)|struggling with|asked (?:about|for)|cannot afford"
    r"|can['’]t afford"
    r"|(?:help|support|assistance) (?:is )?(?:needed|wanted|required|sought|requested)(?: (?:with|around|for))?"
    r"|wanted(?=:)"
    r"|help (?:me|us|her|him|them) with|advi[cs]e (?:\w+ )?(?:on|upon|about)|advised? (?:me|us|her|him|them) (?:on"
    r"|upon|about)"
    r"|knows? about|(?:can(?:['’]?t|not)|unable to|how to) (?:manage|cope with|face|deal with|sort out)"
    r"|overwhelmed (?:by|with))(?=[\s:])"
)
"""A verb of need, behind which topics may stand in a list: "needs help with housing, benefits and the funeral"."""
_TOPICS: tuple[tuple[Need, Gated], ...] = tuple(
    (need, Gated(rf"(?i)\b(?:{words})\b"))
    for need, words in (
        (Need.FUNERAL, r"funeral(?! (?:is|was|took|on))|burial|cremation|headstone|repatriat\w+|undertaker\w*"),
        (Need.HOUSING, r"(?:re-?)?hous(?:ing|ed)|tenancy|accommodation|moving (?:house|home|away)|somewhere to live"),
        (
            Need.FINANCIAL,
            r"money(?! (?:for|towards))|financ\w+|benefits|debts?|rent|bills|mortgage|(?:injuries )?compensation|CICA",
        ),
        (
            Need.EMPLOYMENT,
            r"employ(?:er|ment)|her job|his job|my job|(?:new|another) job|get(?:ting)? back to work|returning to work",
        ),
        (
            Need.CRIMINAL_JUSTICE,
            r"criminal justice|CJS|CJ process|court|(?:the|at) trial|victim personal statement|VPS|parole|sentencing",
        ),
        (Need.EMOTIONAL, r"emotional(?:ly)?"),
        (
            Need.PRACTICAL,
            r"practical\w*|(?<!our )(?:paperwork|forms)|childcare|shopping|belongings|probate|his flat|her flat"
            r"|letters|school runs?"
            r"|the (?:bank|utilities|estate)|clearing (?:of )?(?:the|his|her) \w+",
        ),
        (Need.ADVOCACY, r"advoca\w+|the (?:DHR|DARDR)|(?:the|this) review(?! panel)|the inquest"),
    )
)
_ASK_REACH = 110
"""Characters behind a verb of need in which its list stands."""
_STATES: tuple[tuple[Need, Gated], ...] = tuple(
    (need, Gated(rf"(?i)\b(?:{words})\b"))
    for need, words in (
        (Need.FINANCIAL, r"(?:is|are|am|i['’]?m|deep) in debt|in arrears|bills are (?:piling|mounting)"
            r"|not been able to claim"),
        (Need.HOUSING, r"sofa[- ]surfing|wants? to move|sleeping on (?:a |my |her |his )?\w*['’]?s? ?sofa"),
        (Need.FUNERAL, r"to be buried|be laid to rest|flown home"),
        (Need.EMPLOYMENT, r"(?:only|just) giv\w+ (?:her|him|me|them) \w+ (?:days|weeks) off|boss is not"
            r"|signed off sick"),
        (Need.EMOTIONAL, r"(?:some(?:one|body)) (?:who|that) (?:will|would|can|could) listen|nobody to (?:lean on"
            r"|talk to|turn to)"),
        (Need.CRIMINAL_JUSTICE, r"some(?:one|body) (?:\w+ ){0,3}(?:at|in|to) (?:the )?(?:trial|court|hearing"
            r"|sentencing)"),
        (Need.ADVOCACY, r"(?:support|help|guide|accompany) (?:her|him|them|me|us|the family) (?:through|with|in"
            r"|at) (?:the|this)"
            r" (?:review|DHR|DARDR)|voice (?:be |is )?heard|their questions to the panel"),
        (Need.THERAPY_ADULT, r"waiting list for (?:therapy|counselling)"),
        (Need.THERAPY_CHILD, r"(?:work|help) (?:\w+ )?with the (?:grand)?children (?:on|with|about)"),
    )
)  # fmt: skip
"""What is told as a state or in other words is a need as well."""
_NEED_PATTERNS = tuple((need, Gated(rf"(?i)\b(?:{pattern})")) for need, pattern in _NEEDS)
_FORM_NEEDS: tuple[tuple[Need, str], ...] = (
    (Need.EMOTIONAL, r"emotional"),
    (Need.HOUSING, r"housing|accommodation|moving"),
    (Need.FINANCIAL, r"money|benefit|financ|debt|CICA|compensation|\bcosts?\b"),
    (Need.FUNERAL, r"funeral|burial|repatriat|home and the cost"),
    (Need.PRACTICAL, r"practical"),
    (Need.CRIMINAL_JUSTICE, r"court|justice|trial|parole|police process"),
    (Need.EMPLOYMENT, r"\bemploy|work issues|\bjob"), (Need.ADVOCACY, r"advoca|speak up|review|DHR|inquest"),
    (Need.THERAPY_CHILD,
        r"(?:child|young)\w*[^;\n]{0,20}(?:therap|counsel)|(?:therap|counsel)\w*[^;\n]{0,20}(?:child"
        r"|young)"),
    (Need.THERAPY_ADULT, r"(?:adult[^;\n]{0,20})?(?:therap|counsel)\w*(?![^;\n]{0,20}(?:child|young))"),
)  # fmt: skip
_FOR_CHILD = (
    r"(?i)\b(?:help|something|support|some(?:body|one)|counsell\w+|therapy|psycholog\w+)\b"
    r"[^.\n]{{0,25}}\b(?:for|to) (?:the |my |little )?(?:{})\b"
)
_FOR_ANY_CHILD = Gated(_FOR_CHILD.format("boy|girl|child|children|kids|little ones?"))
_NOT_NEEDED = Gated(
    r"(?i)\b(?:no (?:\w+ )?(?:money|financial|housing|practical|employment|emotional) (?:worr\w+|problems?|issues?"
    r"|concerns?|needs?)"
    r"|no need|not need(?:ed)?|does(?:n['’]t| not) need|don['’]t need|not interested in|nil"
    r"|declined|rather not|sentencing remarks|insurance money|stuck|already (?:has|have|in place))\b"
)

_DUE = re.compile(
    r"(?i)\b(?:by|before|no later than|not later than|deadline(?: is| of|:)?|due (?:back )?(?:by|on)"
    r"|in any event by|until|on or before)\s(?:(?:noon|midday|midnight|close (?:of play )?(?:on"
    r"|of business on)?|cop|cob|5pm|end of|\d{1,2}(?:[.:]\d\d)?\s?[ap]m)(?:\son|\s,"
    r"|,)?\s)?(?:the )?(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?,?\s)?$"
)
_ASKED = Gated(
    r"(?i)\b(?:please|could you|can you|would you|let (?:me|us) (?:have|know)|confirm|reply|respond"
    r"|return\w*|send|comments?|submit|required to|you are (?:asked|required)|need(?:ed)? (?:to|your"
    r"|from)|deadline|asks? you|be grateful|attend|give me|provide|due|returns?)\b"
)
_ATTEND = Gated(r"(?i)\b(?:panel|meeting|invit\w+|attend|join|coming|meet)\b")
_BY_TIME = re.compile(
    r"(?i)\b(?:by|before|filing at|deadline (?:is|of)?:?)\s(?P<when>(?:\d{1,2}(?:[.:]\d\d)?\s?(?:am"
    r"|pm)|noon|midday|midnight|close of play|cop|cob|the end of (?:today|the day|the week|play)"
    r"|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|next (?:mon|tues|wednes|thurs"
    r"|fri)day|the \d{1,2}(?:st|nd|rd|th))(?: (?:today|on \w+day|tomorrow))?)\b"
)


def needs(texts: Sources, forms: list[Form], children: frozenset[str]) -> list[tuple[Need, Span]]:
    """What the family needs, each once, in the order of the taxonomy; ``children``: given names, lower case."""
    found = _ticked_needs(forms)
    told = {form.source.field for form in forms if form.ticked or form.needs}
    for_them = Gated(_FOR_CHILD.format("|".join(map(re.escape, sorted(children))))) if children else _FOR_ANY_CHILD
    for source in texts.words:
        if source.field in told:
            continue
        seen = source.seen
        said = [(need, words) for need, words in _NEED_PATTERNS if seen.left(words)]
        states = [(need, words) for need, words in _STATES if seen.left(words)]
        for begin, finish, sentence in source.sentences:
            at = (begin, finish)
            if seen.search(_NOT_NEEDED, sentence, at) and not re.search(r"(?i)\bbut\b", sentence):
                continue
            for need, words in said:
                hit = seen.search(words, sentence, at)
                if hit is None:
                    continue
                place = source.span(begin + hit.start(), begin + hit.end())
                near = set(re.findall(r"\w+", sentence[max(0, hit.start() - 30) : hit.end()].lower()))
                for_child = need in (Need.THERAPY_ADULT, Need.EMOTIONAL) and bool(children & near)
                found.setdefault(Need.THERAPY_CHILD if for_child else need, place)
            for need, words in states:
                if hit := seen.search(words, sentence, at):
                    found.setdefault(need, source.span(begin + hit.start(), begin + hit.end()))
            for need, start, end in _listed(source, begin, finish, sentence):
                found.setdefault(need, source.span(start, end))
            if help_for := seen.search(for_them, sentence, at):
                found.setdefault(Need.THERAPY_CHILD, source.span(begin + help_for.start(), begin + help_for.end()))
    if Need.THERAPY_CHILD in found and Need.THERAPY_ADULT in found:
        child, adult = found[Need.THERAPY_CHILD], found[Need.THERAPY_ADULT]
        if child.field == adult.field and child.start < adult.end and adult.start < child.end:
            del found[Need.THERAPY_ADULT]
    return [(need, found[need]) for need in Need if need in found]


_POINTS = re.compile(r"(?:\s*\n[ \t]*(?:[-*•–]|\(?[a-z\d]{1,2}[.)])[ \t][^\n]{1,160}){1,8}")
"""Points below "I would welcome help with:", eight at most."""


def _listed(source: Source, begin: int, finish: int, sentence: str) -> list[tuple[Need, int, int]]:
    """Needs in a list behind a verb of need, in its sentence or in the points below; each with its place."""
    found: list[tuple[Need, int, int]] = []
    seen = source.seen
    if not seen.left(_ASKS) or not seen.may_at(_ASKS, (begin, finish)):
        return found
    stretches = [(begin + asks.end(), begin + asks.end() + _ASK_REACH) for asks in _ASKS.pattern.finditer(sentence)]
    stretches = [(start, min(end, finish)) for start, end in stretches]
    if stretches and sentence.endswith(":") and (points := _POINTS.match(source.text, finish)):
        stretches.append(points.span())
    for start, end in stretches:
        for need, words in _TOPICS:
            if hit := seen.search(words, source.text[start:end], (start, end)):
                found.append((need, start + hit.start(), start + hit.end()))
    return found


def _ticked_needs(forms: list[Form]) -> dict[Need, Span]:
    """Needs by the boxes of a form, and by the words of its own field for them."""
    found: dict[Need, Span] = {}
    for form in forms:
        for start, end in (*form.ticked, *form.needs):
            stretch = form.source.text[start:end]
            for need, words in _FORM_NEEDS:
                match = re.search(rf"(?i){words}", stretch)
                if match:
                    found.setdefault(need, form.source.span(start + match.start(), start + match.end()))
    return found


def deadlines(texts: Sources, today: date | None) -> list[tuple[str, Span]]:
    """Dates (ISO) and times as written by which the service must act or attend."""
    found: dict[str, Span] = {}
    for source in texts.words:
        seen = source.seen
        for day in source.dates:
            lead = source.text[max(0, day.start - 70) : day.start].replace("\n", " ")
            start = max(source.text.rfind(". ", 0, day.start), source.text.rfind("\n\n", 0, day.start)) + 1
            sentence = source.text[start : day.end + 90]
            when = day.coming(today)
            if when is None or (today is not None and (when < today or (when - today).days > 400)):
                continue
            if (_DUE.search(lead) and seen.search(_ASKED, sentence)) or (
                seen.search(_ATTEND, lead) and seen.search(_ASKED, source.text[max(0, start - 300) : day.end + 300])
            ):
                found.setdefault(when.isoformat(), source.span(day.start, day.end))
        for match in _BY_TIME.finditer(source.text):
            around = source.text[max(0, match.start() - 160) : match.end() + 80]
            if seen.search(_ASKED, around) and not any(
                s.start <= match.end("when") + 15 and match.start("when") < s.end
                for s in found.values()
                if s.field == source.field
            ):
                found.setdefault(match["when"], source.span(match.start("when"), match.end("when")))
    return list(found.items())
