"""What the family has agreed to.

Consent is read sentence by sentence. It is *given* where the family has agreed to be referred or contacted,
*declined* where they do not want support; what is conditional, asked, yet to come or denied ("if mum agreed", "I have
not asked them yet") is no consent at all. One permission of several withdrawn is none either (taxonomy,
"Conventions"). A question with its answer behind it ("Consent to share? Y") is a statement.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.words import Consent

from .forms import Form
from .gates import Gated, Seen
from .sources import Sources

_CONTACT = (
    r"(?:a |an |your |the |this |some |any |being |be |further |more )*(?:\w+ )?"
    r"(?:calls?|contact\w*|support\w*|referr\w*|hear\w*|speak\w*|talk\w*|visit\w*|help\w*|approach\w*|rung|ring)\b"
)
"""What a family agrees to: being reached, or the support itself."""
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
    r"|agreement)(?= I| to| we|,)"
    rf"|(?:is|are|was|were|be|seems?|seemed|feels?) (?:\w+ ){{0,2}}(?:receptive|amenable|agreeable|open|willing|keen"
    rf"|eager"
    rf"|happy|glad|pleased|ready) (?:to|for) {_CONTACT}"
    rf"|(?:would like|wants?|wish(?:es)?|is hoping|are hoping|hopes?|asks|ask) to (?:take up|accept|receive|get|access"
    rf"|engage|hear from|be (?:referred|contacted|supported|rung|called|visited|put in touch))\b"
    r"|on board (?:with|for)|(?:gave|given|gives) (?:\w+ ){0,4}(?:ok|okay|thumbs[- ]up|go[- ]ahead|green light"
    r"|say[- ]so)"
    r"|looking forward to (?:hearing|speaking|talking|meeting|your|the call|a call)|(?:is|are"
    r"|both) in (?:full )?agreement"
    r"(?! with (?:the|his|her) )"
    r"|(?:instructed|authori[sz]ed|permitted|allowed) (?:me|us) to (?:make|refer|share|pass|contact|send|give|disclose)"
    r"|(?:has|have|had) (?:\w+ ){0,2}(?:agreed|consented|accepted)(?= to (?:be|a|this|the|your|my|us|me|speak|talk"
    r"|see)\b"
    r"|[.,;)]|$| and\b| for\b)|(?:verbally|gladly|happily|readily) agree[sd]?|agreed verbally"
    r"|consent (?:form|slip|sheet)\b[^.\n]{0,30}\b(?:signed|completed)"
    r"|(?:said|says|confirmed|promised) (?:that )?(?:she|he|they) (?:will|['’]ll|would be happy to) (?:speak|talk"
    r"|engage"
    r"|work|take|see|meet)\b|jumped at|bit (?:my|our) hand off"
    r"|consent\b[^.\n:?]{0,40}[:=–-]\s?(?:verbally |fully )?(?:yes|y\b|given|obtained|agreed|granted|received))\b"
)
_NOT_OUR_OFFER = Gated(
    r"(?i)\bagree[sd]? to (?:\w+ ){0,3}(?:post[- ]?mortem|evidence|statement|interview|bail|donat\w+|photo\w*|plea"
    r"|search"
    r"|treatment|assessment|move|work|be interviewed|go)\b"
)
"""An agreement to something else than being referred or contacted."""
_NOT_THE_FAMILY = Gated(
    r"(?i)\b(?:CPS|coroner|court|judge|council|home office|police|SIO|hospital|trust|employer|school|prison|partnership"
    r"|surgery|solicitors?) (?:\w+ )?(?:has|have|had|is|are|was)?\s?(?:\w+ )?(?:agree[sd]?|consent(?:s|ed)|happy"
    r"|content"
    r"|accepted|permission)\b"
)
"""An office's own agreement: the court's to a release, the school's to a visit."""
_PERHAPS = re.compile(
    r"(?i)\b(?:may|might|could|perhaps|maybe|possibly|probably|unsure|undecided|not sure)\b[^.;\n]{0,15}$"
)
"""What comes right before a wish that is none yet: "she may want support later"."""
_WHEN_ASKED = re.compile(r"(?i)\s*when (?:i|we|asked|the)\b")
"""Not a condition but the moment: "she said yes when I mentioned you"."""
_WANT = (
    r"(?:any |to be |a |your |further |more |you |our |the )*(?:\w+ )?"
    r"(?:support|contact\w*|help|call\w*|referr\w*|ring\w*|involve\w*|engage\w*|service|visit\w*)"
)
_DECLINED = Gated(
    rf"(?i)\b(?:declin(?:ed|es|ing)|(?:is|are|was|were)(?:n['’]t| not) (?:\w+ )?(?:interested|keen)(?=[.,;!]|$| at "
    rf"| in (?:any "
    rf"|your |our |the |a |being |further )*(?:support|service|help|contact|referr\w+|call\w*|offer|having))|opt(?:ed"
    rf"|ing|s) out"
    rf"|turn(?:ed|s|ing)? (?:down )?(?:\w+ ){{1,4}}(?:down\b|of (?:support|a |help))|no,? thank(?:s| you)|but no thanks"
    rf"|(?:revok|rescind|retract|cancell)(?:ed|es|s|ing) (?:\w+ ){{0,3}}(?:consent|permission|agreement)|(?:taken"
    rf"|took|takes) back"
    rf" (?:\w+ )?(?:consent|permission)|(?:wants?|wish(?:es)?|asked for|request(?:s|ed)|would like) no (?:further "
    rf"|more |any )?"
    rf"(?:contact|involvement|calls?|support|visits?|help|service)\b"
    rf"|(?:does|do|did)(?:n['’]t| not) (?:\w+ )?(?:consent|agree) (?:to|for) (?:a |the |this |any |our |your |be "
    rf"|being |us )*"
    rf"(?:referr\w+|contact\w*|support|shar\w+|hav\w+|details|information)"
    rf"|(?:does|do|did)(?:n['’]t| not) (?:\w+ )?(?:feel|think|believe|say) (?:that |like )?(?:she|he|they|I"
    rf"|we) (?:\w+ )?(?:wants?"
    rf"|needs?|would (?:help|benefit|want)|is ready|are ready) {_WANT}"
    rf"|consent\b[^.\n:?]{{0,40}}[:=–-]\s?(?:no\b(?! (?:longer|yet))|n\b|refused|declined|not given|withheld"
    rf"|withdrawn)|(?:does|do|did)(?:n['’]t| not) (?:want|wish) (?:for )?{_WANT}"
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
    r"|no consent|didn['’]t say|did not say|yet to (?:ask|agree|speak|seek)|(?<!she )(?<!he )(?<!they )will (?:ask"
    r"|seek|speak)"
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
            if _declines(seen, sentence, (start, end)) and (bereaved or _FAMILY_WORD.search(f"{before}\n{sentence}")):
                declined = declined or (Consent.DECLINED, source.span(start, end))
            elif given is None and not bereaved and _gives(seen, sentence, (start, end), before):
                given = (Consent.GIVEN, source.span(start, end))
            elif known and declined is not None and _OTHERS_STAY.search(sentence):
                given = given or (Consent.GIVEN, source.span(start, end))
            answer = (
                _ANSWERED.match(source.text, end)
                if sentence.endswith("?") and _CONSENT_ASKED.search(sentence)
                else None
            )
            if answer and answer[1].lower().startswith("n"):
                declined = declined or (Consent.DECLINED, source.span(start, answer.end()))
            elif answer and given is None and not bereaved:
                given = (Consent.GIVEN, source.span(start, answer.end()))
            before = sentence
    if given and declined:
        return None if known else given
    return declined or given


_CONSENT_ASKED = re.compile(r"(?i)\b(?:consent\w*|agree[sd]?|permission|happy|aware|content|willing)\b")
_ANSWERED = re.compile(r"(?i)\s{0,3}(yes|y|no|n)\b(?! (?:yet|idea|one|need|longer)\b)(?!['’])")
"""What stands behind a question that a form or a chaser asks: "Consent to refer? Y"."""
_OTHERS_STAY = re.compile(r"(?i)\bstill (?:wants?|would like|happy|need)\b|\bcarry on with\b")


def _declines(seen: Seen, sentence: str, at: tuple[int, int]) -> bool:
    """A refusal that stands: not of one permission only, not in the past, not supposed."""
    found = seen.search(_DECLINED, sentence, at)
    if not found or seen.search(_PARTIAL, sentence, at) or seen.search(_PAST, sentence, at):
        return False
    supposed = _CONDITION.search(sentence[: found.start()]) or sentence.rstrip().endswith("?")
    return not supposed and not seen.search(_BUT_WANTS, sentence, at)


_SAID_SO = Gated(
    r"(?i)\b(?:said|says|replied|told me|answered) (?:that )?(?:she|he|they) would\b"
    r"(?! (?:think|not|rather|let|consider))"
)
"""An answer to what was asked: "I asked whether she would like us to … and she said that she would"."""


def _gives(seen: Seen, sentence: str, at: tuple[int, int], before: str) -> bool:
    found = seen.search(_GIVEN, sentence, at)
    if not found or sentence.rstrip().endswith("?"):
        return False
    if (
        seen.search(_PARTIAL, sentence, at)
        or seen.search(_NOT_OUR_OFFER, sentence, at)
        or seen.search(_DENIED, sentence, at)
    ):
        return False
    if _CONDITION.search(sentence[: found.start()]) and not seen.search(_SAID_SO, sentence, at):
        return False
    tail = sentence[found.end() :]
    if re.match(r"(?i)\s*(?:if|once|when)\b", tail) and not _WHEN_ASKED.match(tail):
        return False
    if _PERHAPS.search(sentence[: found.start()]) or seen.search(_NOT_THE_FAMILY, sentence, at):
        return False
    stretch = sentence[max(0, found.start() - 40) : found.end()]
    if re.search(
        r"(?i)\b(?:we|I|panel|CSP|partnership|council|board|chair)(?:['’]d| would| have| has|['’]ve"
        r"| am| are| is|['’]m)? (?:\w+ )?(?:agreed|would|happy|glad|grateful|keen)\b",
        stretch,
    ) and not re.search(r"(?i)\b(?:me|to me|and|that|which|who)\b.{0,10}$", sentence[: found.start()]):
        return False
    return bool(_FAMILY_WORD.search(sentence) or _FAMILY_WORD.search(before))
