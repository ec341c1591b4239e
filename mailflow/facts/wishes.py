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

from .forms import Form
from .gates import Gated, Seen, may, small
from .sources import Sources

_GIVEN = Gated(
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
    r"|ed) (?:the )?(?:referral|support|offer|your)|asked (?:me )?(?:to be (?:referred|put in touch)"
    r"|for (?:this referral|a referral|help"
    r"|support|your)|if there is anyone)|all happy|change of heart"
    r"|now (?:would like|wants|accepts)|(?:is|are) (?:now )?ready for (?:support|you)"
    r"|confirmed [^.\n]{0,40}\bagree|I, [A-Z][^,\n]{2,40}, agree|permission to (?:share|pass|refer)"
    r"|pass(?:ing)? (?:on )?(?:these|their|her|his) details to you"
    r"|asked (?:me|us) to (?:refer|contact|write|get in touch|put|pass|make|send)|requested (?:a |this "
    r"|your )?(?:referral"
    r"|support|call|contact)|wants? (?:some(?:one|body)|a (?:call|visit|worker|chat)|your|you)\b"
    r"|is happy with (?:that|this)"
    r"|signed (?:the|our|your) (?:\w+ )?form|(?:is |are )?expecting (?:your|a) call|no objections?|open to"
    r"|(?:she|he|they|mum|dad|family) (?:has |have )?accepted(?=[.,;]|$| (?:the |your |our |this |a )?(?:offer"
    r"|referral|support|help))"
    r"|would (?:really |very much |dearly )?(?:like|welcome|appreciate|value) (?:\w+ ){0,2}(?:support|help|call"
    r"|contact|visit)"
    r"|consent(?: obtained| given)?\s?[:=–-]\s?(?:yes|y|given|obtained|verbal|written)"
    r"|(?-i:[A-Z][a-z]+)[’']s (?:\w+ )?(?:consent"
    r"|permission"
    r"|agreement)(?= I| to| we|,))\b"
)
_NOT_OUR_OFFER = Gated(
    r"(?i)\bagree[sd]? to (?:\w+ ){0,3}(?:post[- ]?mortem|evidence|statement|interview|bail|donat\w+|photo\w*|plea"
    r"|search"
    r"|treatment|assessment|move|work|be interviewed|go)\b"
)
"""An agreement to something else than being referred or contacted."""
_WANT = (
    r"(?:any |to be |a |your |further |more |you |our |the )*(?:\w+ )?"
    r"(?:support|contact\w*|help|call\w*|referr\w*|ring\w*|involve\w*|engage\w*|service|visit\w*)"
)
_DECLINED = Gated(
    rf"(?i)\b(?:declin(?:ed|es|ing)|(?:does|do|did)(?:n['’]t| not) (?:want|wish) (?:for )?{_WANT}"
    rf"|no longer (?:want|wish|need)(?:s|es)? (?:for |to )?{_WANT}|(?:does|do|did)(?:n['’]t"
    rf"| not) need {_WANT} from you|not want(?:ing)? {_WANT}"
    r"|(?:do not|don['’]t) (?:contact|call|ring|write to) (?:me|us|her|him|them) (?:again|any ?more)"
    r"|refus(?:ed|es) (?:all |any |your |our |the )?(?:\w+ )?(?:support|offer|contact|help|referral)"
    r"|stop (?:ringing|calling|contacting|writing)|(?:said|saying|been) (?:a )?(?:firm |polite |clear )?no (?:to"
    r"|twice|both|thank|for now)\b"
    r"|turned (?:you|it|us|the offer) down"
    r"|withdr(?:awn|awal|aw|ew|aws) (?:\w+ ){0,3}(?:consent|permission|agreement)"
    r"|consent\s?[:=–-]?\s?(?:has been |is |was )?(?:withdrawn|refused|declined|not given)|(?:ask|request)(?:s"
    r"|ed)? (?:that )?(?:you"
    r"|we|nobody|no one) (?:do not|don['’]t|not|should) (?:to )?(?:contact|ring|call|write)|prefers? not to (?:be"
    r"|have|speak|engage)|remove (?:\w+ ){1,3}from (?:your|the) list|close (?:\w+ ){1,3}off"
    r"|(?:is|are)(?:n['’]t| not) for (?:her|him|them|me|us)\b"
    r"|(?:do|does|did)(?:n['’]?t| not) want (?:any ?(?:thing|body|one)\b"
    r"(?! (?:else |to (?:be|think|feel|know|go|come|get|have|worry|see|hear|blame|suffer))|thinking|knowing|upset)"
    r"|another (?:stranger|worker|call|visit)|a new worker)\b"
    r"|done with (?:all (?:of )?)?(?:that|this|it|you)\b|never want it again|wants? no part (?:of|in)"
    r"|wants? (?:nothing|none of it|neither (?:your|the) (?:service"
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
_DENIED = Gated(
    r"(?i)\b(?:not yet|have ?n['’]t (?:yet )?(?:asked|spoken|mentioned|told|agreed|said)|haven['’]t"
    r"|has not|hasn['’]t|have not|not (?:asked|agreed|spoken|mentioned|said|consented|given)"
    r"|never (?:agreed|asked|said)|without (?:their|her|his) (?:consent|knowledge|agreement)"
    r"|no consent|didn['’]t say|did not say|yet to (?:ask|agree|speak|seek)|will (?:ask|seek|speak)"
    r"|to be (?:obtained|sought|confirmed)|seeking|awaiting|need (?:to|their|her|his) )\b"
)
_BUT_WANTS = Gated(r"(?i)\b(?:but|although|though)\b.{0,60}\b(?:stay|carry on|go on|continue|keep)\b")
_PARTIAL = Gated(
    r"(?i)\b(?:on our behalf|(?:you|us|our client)\b[^.\n]{0,20}\bdirectly|save through|letters? to the chair"
    r"|write to the (?:man|chair|woman)|liais\w+"
    r"|share (?:\w+ ){1,3}with the chair|the chair\w*|voicemail|text only|media|press|organ donation"
    r"|donat\w+|volunt\w+|interview)\b"
)
_PAST = Gated(
    r"(?i)\b(?:at the time|previously|originally|at first|in (?:january|february|march|april|may|june"
    r"|july|august|september|october|november|december)|last (?:year|month)|back then|at the start"
    r"|initially|earlier)\b"
)
_FAMILY_WORD = re.compile(
    r"(?i)\b(?:she|he|they|family|families|mum|mam|mother|dad|father|parents?|sister|brother|son"
    r"|daughter|wife|husband|widow\w*|partner|nan|grand\w+|aunt\w*|uncle|both|all|NOK|next of kin"
    r"|client|lady|gentleman|patient|widow\w*|couple|siblings?|grandparents?|him|her|them|adults?|fianc\w+|Mrs|Mr|Ms"
    r"|Miss|I,|consent)\b|[A-Z][a-z]+ (?:has|is|knows|would|came"
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
        r"|(?:return date|resignation|fit note|sick note)|employer\b[^.\n]{0,60}\b(?:weeks|return|resign)\w*"),
    (Need.HOUSING,
        r"hous(?:e|ing)\b[^.\n]{0,30}\b(?:still|scene|transfer|list|move|application|issue|problem|need)"
        r"|rehous\w+|re-hous\w+|homeless|tenancy|somewhere (?:to live|bigger|else to live)|bigger place"
        r"|(?:help|advice)[^.\n]{0,12} (?:with )?(?:moving|housing)|eviction|landlord"
        r"|temporary accommodation|relocat\w+|need(?:s)? to move|council house"
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
        r"|(?:pay|afford) (?:the |my |her |his |their )?(?:rent|bills)|benefits side|towards the cost"),
    (Need.CRIMINAL_JUSTICE,
        r"(?:explain\w*|understand\w*|(?:talk|walk|take|guide)\w* (?:\w+ ){0,3}through|support\w*|help\w*|guide"
        r"|prepare\w*|steer|go(?:es|ing)?"
        r" with|come with|sit with|be with|asked about|ask(?:ed|ing|s)? what|what happens|what (?:will"
        r"|would) (?:happen|be)|be told|beside"
        r"|company at|worr\w+ about|attend|go to|somebody with (?:her|him|them|me))\b[^.]{0,60}\b(?:court|trial"
        r"|Old Bailey|justice|parole"
        r"|hearing|sentenc\w+|police side|police (?:are|process)|by the police|legal (?:process|side)|statements?)\b"
        r"|(?:court|trial) (?:process|support|side)|go with (?:her|him|me|them) if there is a trial|sit in (?:that"
        r"|the) court|make (?:a |victim |personal |impact )*statements?\b"),
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
        r"|answer) these letters|explain (?:to )?me what i must"),
)  # fmt: skip
_ASKS = Gated(
    r"(?i)\b(?:needs?|needing|in need of|help (?:with|to|for|around)|(?:support|advice|assistance|guidance"
    r"|information) (?:with"
    r"|around|for|on|about|through|at|in|to)|would (?:like|welcome|value|appreciate) (?:some )?(?:help|support|advice"
    r"|assistance)|worried about|struggling with|asked (?:about|for)|cannot afford|can['’]t afford)(?=[\s:])"
)
"""A verb of need, behind which topics may stand in a list: "needs help with housing, benefits and the funeral"."""
_TOPICS: tuple[tuple[Need, Gated], ...] = tuple(
    (need, Gated(rf"(?i)\b(?:{words})\b"))
    for need, words in (
        (Need.FUNERAL, r"funeral|burial|cremation|headstone|repatriation|undertaker"),
        (Need.HOUSING, r"(?:re-?)?hous(?:ing|ed)|tenancy|accommodation|moving (?:house|home|away)|somewhere to live"),
        (
            Need.FINANCIAL,
            r"money(?! (?:for|towards))|financ\w+|benefits|debts?|rent|bills|mortgage|(?:injuries )?compensation|CICA",
        ),
        (Need.EMPLOYMENT, r"employ(?:er|ment)|her job|his job|my job|get(?:ting)? back to work|returning to work"),
        (
            Need.CRIMINAL_JUSTICE,
            r"criminal justice|court|(?:the|at) trial|victim personal statement|VPS|parole|sentencing",
        ),
        (Need.EMOTIONAL, r"emotional(?:ly)?"),
        (
            Need.PRACTICAL,
            r"practical\w*|paperwork|forms|childcare|shopping|belongings|probate|his flat|her flat|letters",
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
    r"(?i)\b(?:no need|not need(?:ed)?|does(?:n['’]t| not) need|don['’]t need|not interested in|nil"
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


def consent(texts: Sources, forms: list[Form], *, bereaved: bool, known: bool) -> tuple[Consent, Span] | None:
    """Given, declined, or nothing stated. ``bereaved``: the writer is, whose wish to be rung is no consent.

    Where one relative agrees and another does not, those who are handed over have agreed; of a case of ours
    (``known``) it is then neither: the ones go on, the other does not (taxonomy, "Conventions").
    """
    for form in forms:
        if form.consent is not None:
            agreed, start, end = form.consent
            return (Consent.GIVEN if agreed else Consent.DECLINED), form.source.span(start, end)
    given = declined = None
    for source in texts.words:
        before = ""
        seen = source.seen
        for start, end, sentence in source.sentences:
            if _declines(seen, sentence) and (bereaved or _FAMILY_WORD.search(f"{before}\n{sentence}")):
                declined = declined or (Consent.DECLINED, source.span(start, end))
            elif given is None and not bereaved and _gives(seen, sentence, before):
                given = (Consent.GIVEN, source.span(start, end))
            elif known and declined is not None and _OTHERS_STAY.search(sentence):
                given = given or (Consent.GIVEN, source.span(start, end))
            before = sentence
    if given and declined:
        return None if known else given
    return declined or given


_OTHERS_STAY = re.compile(r"(?i)\bstill (?:wants?|would like|happy|need)\b|\bcarry on with\b")


def _declines(seen: Seen, sentence: str) -> bool:
    """A refusal that stands: not of one permission only, not in the past, not supposed."""
    found = seen.search(_DECLINED, sentence, small(sentence)) if seen.left(_DECLINED) else None
    if not found or seen.search(_PARTIAL, sentence) or seen.search(_PAST, sentence):
        return False
    supposed = _CONDITION.search(sentence[: found.start()]) or sentence.rstrip().endswith("?")
    return not supposed and not seen.search(_BUT_WANTS, sentence)


_SAID_SO = Gated(
    r"(?i)\b(?:said|says|replied|told me|answered) (?:that )?(?:she|he|they) would\b"
    r"(?! (?:think|not|rather|let|consider))"
)
"""An answer to what was asked: "I asked whether she would like us to … and she said that she would"."""


def _gives(seen: Seen, sentence: str, before: str) -> bool:
    found = seen.search(_GIVEN, sentence, small(sentence)) if seen.left(_GIVEN) else None
    if not found or sentence.rstrip().endswith("?"):
        return False
    if seen.search(_PARTIAL, sentence) or seen.search(_NOT_OUR_OFFER, sentence) or seen.search(_DENIED, sentence):
        return False
    if _CONDITION.search(sentence[: found.start()]) and not seen.search(_SAID_SO, sentence):
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
    for_them = Gated(_FOR_CHILD.format("|".join(map(re.escape, sorted(children))))) if children else _FOR_ANY_CHILD
    for source in texts.words:
        if source.field in told:
            continue
        seen = source.seen
        said = [(need, words) for need, words in _NEED_PATTERNS if seen.left(words)]
        states = [(need, words) for need, words in _STATES if seen.left(words)]
        for begin, _, sentence in source.sentences:
            low = small(sentence)
            if seen.search(_NOT_NEEDED, sentence, low) and not re.search(r"(?i)\bbut\b", sentence):
                continue
            for need, words in said:
                hit = seen.search(words, sentence, low)
                if hit is None:
                    continue
                place = source.span(begin + hit.start(), begin + hit.end())
                near = set(re.findall(r"\w+", sentence[max(0, hit.start() - 30) : hit.end()].lower()))
                for_child = need in (Need.THERAPY_ADULT, Need.EMOTIONAL) and bool(children & near)
                found.setdefault(Need.THERAPY_CHILD if for_child else need, place)
            for need, words in states:
                if hit := seen.search(words, sentence, low):
                    found.setdefault(need, source.span(begin + hit.start(), begin + hit.end()))
            for need, start, end in _listed(seen, sentence, low):
                found.setdefault(need, source.span(begin + start, begin + end))
            if help_for := seen.search(for_them, sentence, low):
                found.setdefault(Need.THERAPY_CHILD, source.span(begin + help_for.start(), begin + help_for.end()))
    if Need.THERAPY_CHILD in found and Need.THERAPY_ADULT in found:
        child, adult = found[Need.THERAPY_CHILD], found[Need.THERAPY_ADULT]
        if child.field == adult.field and child.start < adult.end and adult.start < child.end:
            del found[Need.THERAPY_ADULT]
    return [(need, found[need]) for need in Need if need in found]


def _listed(seen: Seen, sentence: str, low: str) -> list[tuple[Need, int, int]]:
    """Needs in a list behind a verb of need; each with its place in the sentence."""
    found: list[tuple[Need, int, int]] = []
    if not may(seen.left(_ASKS), low):
        return found
    for asks in _ASKS.pattern.finditer(sentence):
        stretch = sentence[asks.end() : asks.end() + _ASK_REACH]
        for need, words in _TOPICS:
            if hit := seen.search(words, stretch):
                found.append((need, asks.end() + hit.start(), asks.end() + hit.end()))
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
