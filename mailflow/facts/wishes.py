"""What the family has agreed to and needs, and by when we must act.

Consent is read sentence by sentence. It is *given* where the family has agreed to be referred or contacted,
*declined* where they do not want support; what is conditional, asked, yet to come or denied ("if mum agreed", "I have
not asked them yet") is no consent at all. One permission of several withdrawn is none either (taxonomy,
"Conventions").
"""

from __future__ import annotations

import re
from datetime import date

from mailflow.model.facts import Span
from mailflow.model.words import Consent, Need

from . import dates
from .forms import Form
from .sources import Sources

MAX_SENTENCES = 800
"""Sentences of one text."""

_SENTENCE = re.compile(r"(?:[^.!?\n]|\.(?=[\w@])|\n(?!\s*\n|[-*•\d]))+[.!?]?")
_GIVEN = re.compile(
    r"(?i)\b(?:agreed to|agreeable to|consenting|agrees to|has agreed|have agreed|they agreed|(?:she"
    r"|he|mum|dad|mother|father"
    r"|both) agree[sd]?|happy (?:for|to (?:be|hear|speak|talk|have))|content (?:for|to be)|fine with"
    r"|is keen|are keen|very keen|glad of"
    r"|consent(?:s|ed)? (?:to|from|given|obtained|was|is|has)|(?:given|gave|gives?|giving|has"
    r"|have) (?:\w+ ){0,4}(?:consent|permission|agreement|go-ahead|blessing)|(?:verbal|written|signed"
    r"|full|informed) (?:consent|agreement)"
    r"|said (?:an? )?(?:\w+ )?yes|sa(?:ys|y|ying) (?:\w+ )?yes|yes,? please|(?:she|he|they|all|both) consents?\b"
    r"|with (?:her|his|their|everybody['’]s) (?:\w+ )?(?:agreement|consent|permission|blessing|knowledge and consent)"
    r"|(?:is|are) (?:willing|agreeable|up) (?:for|to) (?:\w+ ){0,3}(?:you|support|call|contact|referr)\w*"
    r"|same answer|wedi cytuno|wedi rhoi (?:ei|eu) (?:ganiatâd|chaniatâd|caniatâd)|yn fodlon i chi"
    r"|would (?:very much )?(?:like|welcome|appreciate) (?:you to (?:ring|call"
    r"|contact)|to hear|support|a call|some support|help|your)|would be (?:glad|grateful|pleased"
    r"|happy)|said (?:that )?(?:she|he|they) would"
    r"|wants? (?:you to|to be (?:contacted|referred)|support|to hear)|accept(?:s"
    r"|ed) (?:the )?(?:referral|support|offer|your)|asked (?:me )?(?:to be referred|for (?:help"
    r"|support|your)|if there is anyone)|all happy|change of heart"
    r"|now (?:would like|wants|accepts)|(?:is|are) (?:now )?ready for (?:support|you)"
    r"|confirmed [^.\n]{0,40}\bagree|I, [A-Z][^,\n]{2,40}, agree|permission to (?:share|pass|refer)"
    r"|pass(?:ing)? (?:on )?(?:these|their|her|his) details to you)\b"
)
_WANT = (
    r"(?:any |to be |a |your |further |more |you |our |the )*(?:\w+ )?"
    r"(?:support|contact\w*|help|call\w*|referr\w*|ring\w*|involve\w*|engage\w*)"
)
_DECLINED = re.compile(
    rf"(?i)\b(?:declin(?:ed|es|ing)|(?:does|do|did)(?:n['’]t| not) (?:want|wish) (?:for )?{_WANT}"
    rf"|no longer (?:want|wish|need)s? (?:for )?{_WANT}|not want(?:ing)? {_WANT}"
    r"|(?:do not|don['’]t) (?:contact|call|ring|write to) (?:me|us|her|him|them) (?:again|any ?more)"
    r"|refus(?:ed|es) (?:all |any |your |our |the )?(?:\w+ )?(?:support|offer|contact|help|referral)"
    r"|stop (?:ringing|calling|contacting|writing)|(?:said|saying|been) (?:a )?(?:firm |polite |clear )?no (?:to"
    r"|twice|both|thank|for now)\b"
    r"|turned (?:you|it|us|the offer) down"
    r"|withdr(?:awn|awal|aw|ew|aws) (?:\w+ ){0,3}(?:consent|permission|agreement)"
    r"|consent (?:has been |is |was )?(?:withdrawn|refused|declined)|close (?:\w+ ){1,3}off"
    r"|(?:is|are)(?:n['’]t| not) for (?:her|him|them|me|us)\b"
    r"|(?:do|does|did)(?:n['’]?t| not) want (?:any ?(?:thing|body|one)\b"
    r"(?! (?:else |to (?:be|think|feel|know|go|come|get|have|worry|see|hear|blame|suffer))|thinking|knowing|upset)"
    r"|another (?:stranger|worker|call|visit)|a new worker)\b"
    r"|never want it again|wants? no part (?:of|in)|wants? (?:nothing|none of it|neither (?:your|the) (?:service"
    r"|support))"
    r"|(?:not|n['’]t) (?:looking for|after|asking for|interested in) (?:any |a |your |further |anything )?"
    r"(?:support|caseworker|help|contact|else from (?:you|the service))"
    r"|(?:would|['’]d) rather (?:not|you (?:did|do)n['’]t)\b[^.\n]{0,25}\b(?:support|contact\w*|call|ring|visit"
    r"|involved)"
    r"|nid (?:yw|ydy|ydyn|ydynt) (?:\w+ ){0,3}(?:eisiau|dymuno)|gwrthod(?:odd)? cymorth)"
)
_CONDITION = re.compile(
    r"(?i)\b(?:if|whether|should (?:she|he|they)|once (?:she|he|they|i|we|the)|when (?:she|he|they"
    r"|i have)|before (?:we|i|you)|unless|would (?:they|she|he) need|in case|were to|suppos\w+"
    r"|assum\w+|hypothe\w+|does the family have|do they have to)\b"
)
_DENIED = re.compile(
    r"(?i)\b(?:not yet|have ?n['’]t (?:yet )?(?:asked|spoken|mentioned|told|agreed|said)|haven['’]t"
    r"|has not|hasn['’]t|have not|not (?:asked|agreed|spoken|mentioned|said|consented|given)"
    r"|never (?:agreed|asked|said)|without (?:their|her|his) (?:consent|knowledge|agreement)"
    r"|no consent|didn['’]t say|did not say|yet to (?:ask|agree|speak|seek)|will (?:ask|seek|speak)"
    r"|to be (?:obtained|sought|confirmed)|seeking|awaiting|need (?:to|their|her|his) )\b"
)
_BUT_WANTS = re.compile(r"(?i)\b(?:but|although|though)\b.{0,60}\b(?:stay|carry on|go on|continue|keep)\b")
_PARTIAL = re.compile(
    r"(?i)\b(?:on our behalf|(?:you|us|our client)\b[^.\n]{0,20}\bdirectly|save through|letters? to the chair"
    r"|write to the (?:man|chair|woman)|liais\w+"
    r"|share (?:\w+ ){1,3}with the chair|the chair\w*|voicemail|text only|media|press|organ donation"
    r"|donat\w+|volunt\w+|interview)\b"
)
_PAST = re.compile(
    r"(?i)\b(?:at the time|previously|originally|at first|in (?:january|february|march|april|may|june"
    r"|july|august|september|october|november|december)|last (?:year|month)|back then|at the start"
    r"|initially|earlier)\b"
)
_FAMILY_WORD = re.compile(
    r"(?i)\b(?:she|he|they|family|families|mum|mam|mother|dad|father|parents?|sister|brother|son"
    r"|daughter|wife|husband|widow\w*|partner|nan|grand\w+|aunt\w*|uncle|both|all|NOK|next of kin"
    r"|client|adults?|fianc\w+|Mrs|Mr|Ms|Miss|I,|consent)\b|[A-Z][a-z]+ (?:has|is|knows|would|came"
    r"|agreed|says|said|asked|wants|consents)\b"
)

_NEEDS: tuple[tuple[Need, str], ...] = (
    (Need.ADVOCACY,
        r"advoca\w+|speak (?:up )?(?:for|on (?:her|his|their|my|our) behalf)|alongside (?:her|him|them"
        r"|me)|(?:with|beside) (?:her|him|them|me) (?:through|at|in) the review|sit in a room full"
        r"|support (?:through|in|with|during) the (?:review|DHR|DARDR)"
        r"|help (?:with|through) the (?:review|DHR|DARDR)|explain (?:an? )?(?:inquest|review|DHR)"
        r"|represent (?:her|him|them|the family)|go along with (?:her|him|them)"),
    (Need.THERAPY_CHILD,
        r"(?:counselling|therap\w+|play ?therapy|bereavement support|specialist (?:help|support)"
        r"|psycholog\w+)\b[^.\n]{0,60}\b(?:child\w*|kids?|boys?|girls?|son|daughter|two of them"
        r"|little ones?|young\w*)"
        r"|(?:child\w*|kids|boys|girls|two of them|little ones"
        r"|younger ones?)\b[^.\n]{0,60}\b(?:counselling|therap\w+)"
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
        r"|bring\w* (?:\w+ )?home|undertaker"),
    (Need.EMPLOYMENT,
        r"(?:employer|agency|boss|workplace|work|manager)\b[^.\n]{0,40}\b(?:refus\w+|sack\w+|won['’]t"
        r"|not pay|threaten\w*|disciplin\w*|stopp\w+|dismiss\w*)|time off work|sick pay|off work"
        r"|lost (?:her|his|their|my) job|compassionate leave|statutory sick|help with (?:my|her|his|the"
        r"|their) employer"),
    (Need.HOUSING,
        r"hous(?:e|ing)\b[^.\n]{0,30}\b(?:still|scene|transfer|list|move|application|issue|problem|need)"
        r"|rehous\w+|re-hous\w+|homeless|tenancy|somewhere (?:to live|bigger|else to live)|bigger place"
        r"|(?:help|advice)[^.\n]{0,12} (?:with )?(?:moving|housing)|eviction|landlord"
        r"|temporary accommodation|relocat\w+|need(?:s)? to move|council house"),
    (Need.FINANCIAL,
        r"\b(?:money side|money worries|short of money|money|benefits?|finances?|financial\w*|bills"
        r"|debts?|wages|rent arrears|(?:pay|afford) (?:the |my |her |his |their )?(?:rent|bills)"
        r"|mortgage|universal credit|how (?:that|it) is paid|cost of it"
        r"|criminal injuries|CICA|compensation)\b"),
    (Need.CRIMINAL_JUSTICE,
        r"(?:explain|understand|help|support|guide|steer|through|with|go to|attend|sit in|beside"
        r"|what happens|what (?:will|would) be)\b[^.]{0,50}\b(?:court|trial|justice|police side"
        r"|parole|hearing|sentenc\w+|statements?|legal process)|(?:court|trial) (?:process|support|side)"
        r"|parole|go with (?:her|him|me|them) if there is a trial|victim personal statement"),
    (Need.EMOTIONAL,
        r"emotional(?:ly)? (?:support|help)?|(?:some(?:one|body)|anyone|person"
        r"|some one) (?:\w+ ){0,3}(?:to|who would|who could|who can|that can|i can|she can|he can"
        r"|they can) (?:just )?(?:talk|speak(?! (?:up|on|for))|listen)|to talk to|talk to (?:him|her|them"
        r"|someone|somebody|somone|anyone)|bereavement support|moral support|listening ear"),
    (Need.PRACTICAL,
        r"practical (?:support|help|matters|things|advice|side)|clear(?:ing)? (?:out )?(?:the|her|his"
        r"|their) (?:house|flat|things|home)|(?:sort(?:ing)?"
        r"|help) (?:out )?(?:with )?(?:the )?(?:paperwork|forms|belongings|utilities|bank)"
        r"|understand the forms|the bank\b|calls on people at home"),
)  # fmt: skip
_NEED_PATTERNS = tuple((need, re.compile(rf"(?i)\b(?:{pattern})")) for need, pattern in _NEEDS)
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
_NOT_NEEDED = re.compile(
    r"(?i)\b(?:no need|not need(?:ed)?|does(?:n['’]t| not) need|don['’]t need|not interested in|nil"
    r"|declined|rather not|sentencing remarks|insurance money|stuck|already (?:has|have|in place))\b"
)

_DUE = re.compile(
    r"(?i)\b(?:by|before|no later than|not later than|deadline(?: is| of|:)?|due (?:back )?(?:by|on)"
    r"|in any event by|until|on or before)\s(?:(?:noon|midday|midnight|close (?:of play )?(?:on"
    r"|of business on)?|cop|cob|5pm|end of|\d{1,2}(?:[.:]\d\d)?\s?[ap]m)(?:\son|\s,"
    r"|,)?\s)?(?:the )?(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?,?\s)?$"
)
_ASKED = re.compile(
    r"(?i)\b(?:please|could you|can you|would you|let (?:me|us) (?:have|know)|confirm|reply|respond"
    r"|return\w*|send|comments?|submit|required to|you are (?:asked|required)|need(?:ed)? (?:to|your"
    r"|from)|deadline|asks? you|be grateful|attend|give me|provide|due|returns?)\b"
)
_ATTEND = re.compile(r"(?i)\b(?:panel|meeting|invit\w+|attend|join|coming|meet)\b")
_BY_TIME = re.compile(
    r"(?i)\b(?:by|before|filing at|deadline (?:is|of)?:?)\s(?P<when>(?:\d{1,2}(?:[.:]\d\d)?\s?(?:am"
    r"|pm)|noon|midday|midnight|close of play|cop|cob|the end of (?:today|the day|the week|play)"
    r"|today|tonight|tomorrow|monday|tuesday|wednesday|thursday|friday|next (?:mon|tues|wednes|thurs"
    r"|fri)day|the \d{1,2}(?:st|nd|rd|th))(?: (?:today|on \w+day|tomorrow))?)\b"
)


def consent(texts: Sources, forms: list[Form], *, bereaved: bool) -> tuple[Consent, Span] | None:
    """Given, declined, or nothing stated. ``bereaved``: the writer is, whose wish to be rung is no consent."""
    for form in forms:
        if form.consent is not None:
            agreed, start, end = form.consent
            return (Consent.GIVEN if agreed else Consent.DECLINED), form.source.span(start, end)
    given: tuple[Consent, Span] | None = None
    for source in texts.words:
        before = ""
        for number, match in enumerate(_SENTENCE.finditer(source.text)):
            if number >= MAX_SENTENCES:
                break
            sentence = match[0]
            span = source.span(*match.span())
            if _declines(sentence) and (bereaved or _FAMILY_WORD.search(f"{before}\n{sentence}")):
                return Consent.DECLINED, span
            if given is None and not bereaved and _gives(sentence, before):
                given = (Consent.GIVEN, span)
            before = sentence
    return given


def _declines(sentence: str) -> bool:
    """A refusal that stands: not of one permission only, not in the past, not supposed."""
    if not _DECLINED.search(sentence) or _PARTIAL.search(sentence) or _PAST.search(sentence):
        return False
    return not _hypothetical(sentence, _DECLINED) and not _BUT_WANTS.search(sentence)


def _hypothetical(sentence: str, pattern: re.Pattern[str]) -> bool:
    found = pattern.search(sentence)
    before = sentence[: found.start()] if found else sentence
    return bool(_CONDITION.search(before)) or sentence.rstrip().endswith("?")


_SAID_SO = re.compile(
    r"(?i)\b(?:said|says|replied|told me|answered) (?:that )?(?:she|he|they) would\b"
    r"(?! (?:think|not|rather|let|consider))"
)
"""An answer to what was asked: "I asked whether she would like us to … and she said that she would"."""


def _gives(sentence: str, before: str) -> bool:
    found = _GIVEN.search(sentence)
    if not found or _PARTIAL.search(sentence) or sentence.rstrip().endswith("?"):
        return False
    said_so = _SAID_SO.search(sentence)
    if (_CONDITION.search(sentence[: found.start()]) and not said_so) or _DENIED.search(sentence):
        return False
    tail = sentence[found.end() :]
    if re.match(r"(?i)\s*(?:if|once|when)\b", tail):
        return False
    stretch = sentence[max(0, found.start() - 40) : found.end()]
    if re.search(
        r"(?i)\b(?:we|I|panel|CSP|partnership|council|board|chair)(?:['’]d| would| have| has|['’]ve"
        r"| am| are| is|['’]m)? (?:\w+ )?(?:agreed|would|happy|glad|grateful|keen)\b",
        stretch,
    ) and not re.search(r"(?i)\b(?:me|to me|and|that|which|who)\b.{0,10}$", sentence[: found.start()]):
        return False
    return bool(_FAMILY_WORD.search(sentence) or _FAMILY_WORD.search(before))


def needs(texts: Sources, forms: list[Form], children: frozenset[str]) -> list[tuple[Need, Span]]:
    """What the family needs, each once, in the order of the taxonomy; ``children``: given names, lower case."""
    found = _ticked_needs(forms)
    told = {form.source.field for form in forms if form.ticked or form.needs}
    for source in texts.words:
        if source.field in told:
            continue
        for number, match in enumerate(_SENTENCE.finditer(source.text)):
            if number >= MAX_SENTENCES:
                break
            if _NOT_NEEDED.search(match[0]) and not re.search(r"(?i)\bbut\b", match[0]):
                continue
            for need, pattern in _NEED_PATTERNS:
                hit = pattern.search(match[0])
                if hit and need is Need.THERAPY_ADULT and children & set(re.findall(r"\w+", match[0].lower())):
                    found.setdefault(
                        Need.THERAPY_CHILD, source.span(match.start() + hit.start(), match.start() + hit.end())
                    )
                elif hit and need not in found:
                    found[need] = source.span(match.start() + hit.start(), match.start() + hit.end())
    if Need.THERAPY_CHILD in found and Need.THERAPY_ADULT in found:
        child, adult = found[Need.THERAPY_CHILD], found[Need.THERAPY_ADULT]
        if child.field == adult.field and child.start < adult.end and adult.start < child.end:
            del found[Need.THERAPY_ADULT]
    return [(need, found[need]) for need in Need if need in found]


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
        for day in dates.find(source.text):
            lead = source.text[max(0, day.start - 70) : day.start].replace("\n", " ")
            start = max(source.text.rfind(". ", 0, day.start), source.text.rfind("\n\n", 0, day.start)) + 1
            sentence = source.text[start : day.end + 90]
            when = day.coming(today)
            if when is None or (today is not None and (when < today or (when - today).days > 400)):
                continue
            if (_DUE.search(lead) and _ASKED.search(sentence)) or (
                _ATTEND.search(lead) and _ASKED.search(source.text[max(0, start - 300) : day.end + 300])
            ):
                found.setdefault(when.isoformat(), source.span(day.start, day.end))
        for match in _BY_TIME.finditer(source.text):
            around = source.text[max(0, match.start() - 160) : match.end() + 80]
            if _ASKED.search(around) and not any(
                s.start <= match.end("when") + 15 and match.start("when") < s.end
                for s in found.values()
                if s.field == source.field
            ):
                found.setdefault(match["when"], source.span(match.start("when"), match.end("when")))
    return list(found.items())
