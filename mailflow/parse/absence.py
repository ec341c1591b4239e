"""Absence notices and receipts of ticket systems that carry no header, by their form.

Reasoning. To call a plea automatic is the worst error here, so words alone must be many and in their
place: a subject that only machines write ("Automatic reply: …"), or the sentence with which machines
name themselves, or a short answer in a thread that opens with an absence and goes on with who covers.
"I am away until Monday, so I send you the form now" has a request or an attachment and is a person's.
"""

from __future__ import annotations

import re

from .patterns import linear

OPENING = 700
"""Characters; an absence is told at once or not at all."""
NOTICE_LENGTH = 1_800
"""Characters of new text; a longer one is a letter."""

_SUBJECT = re.compile(
    r"^\s*(?:(?:\[[^\]]{1,40}\]\s*)?(?:automatic(?:ally generated)? (?:reply|response|antwort)|"
    r"auto(?:matic)?[- ]?(?:reply|response|responder|"
    r"antwort|svar)\b|autom\. (?:reply|antwort)|auto:|autoreply|automatische (?:antwort|abwesenheit)|"
    r"abwesenheits(?:notiz|meldung|benachrichtigung)"
    r"|réponse automatique|respuesta automática|resposta automática|risposta automatica|automatisch antwoord|"
    r"automatisk svar|autosvar|"
    r"odpowiedź automatyczna|автоответ|ateb awtomatig|ymateb awtomatig|allan o'r swyddfa\s*:|"
    r"out of (?:the )?office\s*(?::|auto|re\b|reply|response|notification|message)|"
    r"ooo\s*:|away\s+re\s*:|away from (?:my|the) (?:mail|e-?mail|desk|office)\s*:|vacation (?:reply|response|auto)|"
    r"on (?:annual )?leave\s*:|"
    r"(?:i am|i'm) (?:currently )?(?:out of (?:the )?office|on (?:annual )?leave|away)\s*(?::|re:|$)|"
    r"unattended mailbox|this mailbox is no longer|mailbox (?:closed|not monitored)))",
    re.IGNORECASE,
)
_WEAK_SUBJECT = re.compile(
    r"^\s*(?:re:\s*)?(?:out of (?:the )?office|annual leave|on leave|away until|maternity leave|i have left|"
    r"no longer (?:at|with|working)|"
    r"i(?:'m| am) (?:away|out))",
    re.IGNORECASE,
)
_ITSELF_FORM = (
    r"(?m)^[\s*>_(\[-]{0,20}(?:(?:please )?note\s*:?\s*(?:that )?)?this is an? (?:automat(?:ed|ic|"
    r"ically[- ]generated)|auto[- ]?(?:generated|mated)?)\s*"
    r"(?:e-?mail |generated |system |mail )?(reply|response|acknowledge?ment|message|e-?mail|notification|receipt)"
)
_NAMES_ITSELF = linear(_ITSELF_FORM)
_AWAY = linear(
    r"\b(?:i(?:'m| am| will be| shall be)(?: currently| now)?|we are(?: currently)?|our office is|the office is|"
    r"my working)\b[^.\n]{0,40}?"
    r"\b(?:out of (?:the )?office|on (?:annual |maternity |paternity |sick |study |special |parental |bank )?leave|"
    r"on (?:rest days|holiday|"
    r"vacation|secondment|a course)|away(?: from)?|off (?:until|till|duty|sick)|not (?:in|at) (?:the office|my desk|"
    r"work)|closed|"
    r"unavailable|travelling|abroad|walking|with (?:limited|no) access)\b"
    r"|\bi have (?:now )?left\b|\bi no longer work\b|\bhas (?:now )?left the (?:organisation|organization|company|"
    r"force|service|council)\b"
    r"|\b(?:rwy|rydw i|dw i) (?:allan o|ar (?:fy )?(?:wyliau|gwyliau))|\bnid wyf yn y swyddfa|"
    r"\bich bin (?:vom|bis|ab|nicht|derzeit|zur zeit)\b|\bje suis (?:absent|en congé)|\bestoy (?:fuera|"
    r"de vacaciones)|\bnie ma mnie w biurze"
)
_COVER = linear(
    r"\b(?:in my absence|while i(?:'m| am) away|until (?:then|my return)|on my return|when i (?:return|get back|"
    r"am back)|upon my return|"
    r"(?:return|back)(?:ing)? (?:to (?:the office|work|duty)|on|in the office)|back on duty|will (?:not )?(?:see|"
    r"read|respond|reply|answer|"
    r"be (?:checking|monitoring|able to))|(?:urgent|immediate|emergenc)[^.\n]{0,80}(?:contact|call|ring|e-?mail|dial|"
    r"please)|"
    r"for anything (?:urgent|concerning)|mails? (?:are|is|will) not (?:be )?(?:forwarded|read|monitored)|"
    r"have been passed to|"
    r"this mailbox is (?:closed|not monitored)|with (?:limited|no) access|as soon as (?:i|possible)|"
    r"please (?:contact|direct|ring|email|call))"
)
_REQUEST = linear(
    r"\b(?:refer(?:ral|ring|red)?|attached|enclosed|please find|can you|could you|would you|would like (?:you|to)|"
    r"happy for you|"
    r"consent|before i go|wanted to|i(?:'d| would) (?:like|appreciate)|let me know)\b"
)
_TICKET_FORMS = (
    (
        r"\b(?:thank(?:s| you) for (?:contacting|e-?mailing|your (?:e-?mail|enquiry|message|request|query|submission|"
        r"correspondence)|"
        r"getting in touch|writing)|diolch am (?:gysylltu|eich))"
    ),
    (
        r"\byour (?:enquiry|inquiry|e-?mail|message|request|ticket|query|case|correspondence|submission|report|"
        r"referral)\b[^.\n]{0,30}"
        r"\b(?:has been|was|is|have been)\b[^.\n]{0,20}\b(?:received|logged|registered|recorded|created|passed|"
        r"assigned|opened|acknowledged|allocated)"
        r"|\bwe (?:have|'ve) received your\b|\ba (?:new )?(?:ticket|case|support request) has been (?:created|opened|"
        r"raised|logged)"
    ),
    (
        r"\b(?:case|ticket|reference|enquiry|incident|request)\s*(?:number|no\.?|id|ref(?:erence)?|:|#)"
        r"|\bunder reference\b|ticket ?#|\[#"
    ),
    (
        r"\b(?:we|our team|an? \w+)\b[^.\n]{0,40}\b(?:aim|endeavour|try|hope|intend|will)\b[^.\n]{0,40}\b(?:answer|"
        r"respond|reply|contact|be in touch|get back)"
        r"[^.\n]{0,60}(?:\d+|one|two|three|five|ten|twenty) (?:working |business )?(?:days?|hours?)"
    ),
    (
        r"\b(?:do not|don['’]t) reply (?:directly )?(?:to )?this|\bthis (?:mailbox|inbox|address) is not monitored"
        r"|\bunmonitored\b"
    ),
)  # fmt: skip
_TICKET_SIGNS = tuple(linear(form) for form in _TICKET_FORMS)
_HELD_FORM = (
    r"\b(?:your|the) (?:e-?mail|message|mail)\b[^.\n]{0,80}\b(?:"
    r"is (?:being )?held|has been (?:held|quarantined|queued)|"
    r"is (?:waiting|awaiting|on hold|in quarantine)|(?:has|was) not (?:yet )?(?:been )?delivered|"
    r"will (?:only )?be (?:delivered|released))"
)
_PROOF_FORM = (
    r"\b(?:reply|respond|click|follow|visit|enter|type|complete)\b[^.\n]{0,100}\b(?:"
    r"to (?:confirm|verify|prove|release|deliver|"
    r"have your|authenticate)|this (?:message|e-?mail)|verification|the (?:word|code|characters) )|"
    r"\b(?:confirm|verify|prove) (?:that )?(?:you(?:'re| are)|your (?:message|e-?mail|address|identity))"
)
_HELD, _PROOF = linear(_HELD_FORM), linear(_PROOF_FORM)
_SPAM = linear(
    r"\b(?:spam|junk (?:mail|e-?mail)|unsolicited|not (?:a )?(?:robot|machine)|human|first time|unknown sender|"
    r"approved (?:senders?|list)|allowed senders?|guest list|whitelist)\b"
)
MACHINE_FORM = "|".join((_ITSELF_FORM, *_TICKET_FORMS, _HELD_FORM))
"""Any phrase with which machines name themselves or acknowledge, as a pattern for ``linear``."""
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    r"ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)"
)
_WHEN = (
    rf"(?:{_DAY},?\s+)?(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?"
    rf"|(?:{_DAY},?\s+)?{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|(?:{_DAY},?\s+)?\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|(?:next\s+)?{_DAY}"
)
COVER_LENGTH = 160
"""Characters of who covers; a longer answer is a sentence of its own."""
_COVERED_BY = re.compile(
    r"\b(?:contact|call|ring|e-?mail|speak (?:to|with)|get in touch with|direct (?:it|them|your \w{1,20}) to|"
    r"refer to|[Cc]ysylltwch â|covered by)\s+((?:my colleague,?\s+|(?:our|the) (?:[a-z-]{2,20} ){0,3}|DC |DS |DI |PC )?"
    r"(?:(?:desk|team|office|line|inbox|mailbox|unit|officer|helpdesk|switchboard)\b[^\n;!?]{0,100}?|"
    r"[A-ZÂÊÎÔÛŴŶ0-9+][^\n;!?]{1,150}?|[\w.+-]{1,64}@[\w.-]{1,190}?))(?=[.;!?](?:\s|$)|\n[ \t]*\n|$|"
    r"\s(?:for (?:any\w{0,10}|urgent|immediate)|if|who|in (?:the|my))\b)"
)
_COVERING = re.compile(
    r"(?m)(?:^|[.,]\s{1,3}|\band )((?:[A-Z][\w'’.-]{1,30}[ ,]{1,2}){1,5})(?:is|are|will be) "
    r"(?:covering|dealing with|looking after|picking up|monitoring)"
)
_UNTIL = linear(
    rf"\b(?:(?:until|till|til|back(?: (?:on duty|at work|in the office|in work))?(?: on| from)?|"
    rf"return(?:ing)?(?: to (?:the office|work|duty))?(?: on)?|bis|jusqu'au|tan|hyd)\s+(?:and including\s+)?|"
    rf"\bfrom\s+(?:{_WHEN})\s+(?:to|until|-|–)\s+)({_WHEN})"
)


def absence_subject(subject: str) -> bool:
    """True for a subject that only machines write; never for an answer to one or a forward of one."""
    return _SUBJECT.match(subject) is not None


def names_itself(text: str) -> str:
    """What a text calls itself that says it is automatic (``reply``, ``message`` …); empty when it does not."""
    found = _NAMES_ITSELF.search(text[:20_000])
    return found[1].lower().replace("-", "") if found else ""


def absence_text(subject: str, new_text: str, *, answers: bool, attachments: int) -> bool:
    """True for a short answer that opens with an absence and says who covers, and asks for nothing."""
    if not answers or attachments or len(new_text) > NOTICE_LENGTH:
        return False
    opening = new_text[:OPENING]
    if not _AWAY.search(opening) or _REQUEST.search(new_text[:NOTICE_LENGTH]):
        return False
    return _COVER.search(new_text[:NOTICE_LENGTH]) is not None or _WEAK_SUBJECT.match(subject) is not None


def weak_absence(subject: str, new_text: str) -> bool:
    """True when subject and opening both tell of an absence, though nothing says whom it answers."""
    return _WEAK_SUBJECT.match(subject) is not None and _AWAY.search(new_text[:OPENING]) is not None


def ticket_signs(text: str) -> int:
    """How many of five signs of a ticket system's receipt a text has."""
    text = text[:4_000]
    return sum(1 for sign in _TICKET_SIGNS if sign.search(text))


def asks_for_proof(text: str) -> bool:
    """True for a challenge: the mail is held, the sender must act, and spam is the reason. All three are needed."""
    text = text[:4_000]
    return all(sign.search(text) is not None for sign in (_HELD, _PROOF, _SPAM))


def covered_by(text: str) -> str:
    """Who covers an absence, as written; empty when it is not said.

    >>> covered_by("I am away. For anything urgent please contact Ann Lee on 020 7946 0000.")
    'Ann Lee on 020 7946 0000'
    """
    text = text[:4_000]
    found = _COVERED_BY.search(text) or _COVERING.search(text)
    return " ".join(found[1].split()).rstrip(" .,;")[:COVER_LENGTH] if found else ""


def away_until(text: str) -> str | None:
    """Until when somebody is away, as written; ``None`` when it is not said.

    >>> away_until("I am on rest days and back on duty on Monday 18 May.")
    'Monday 18 May'
    """
    found = _UNTIL.search(text[:4_000])
    return " ".join(found[1].split()) if found else None
