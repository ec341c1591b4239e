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
    r"^\s*\W{0,3}(?:(?:\[[^\]]{1,40}\]\s*)?(?:automatic(?:ally generated)? (?:reply|response|antwort|answer|e-?mail)|"
    r"automated (?:reply|response|e-?mail|acknowledge?ment)|"
    r"auto(?:matic)?[- ]?(?:reply|response|respons|responder|acknowledge?ment|antwort|svar|svar)\b|"
    r"autom\. (?:reply|antwort)|autoreply|autorespon[ds]e?r?\s*:|"
    r"automatische (?:antwort|abwesenheit|reactie)|"
    r"abwesenheits(?:notiz|meldung|benachrichtigung|nachricht|assistent)"
    r"|réponse automatique|notification d'absence|message d'absence|absence du bureau|"
    r"respuesta automática|respuesta automatica|fuera de (?:la )?oficina\s*:|"
    r"resposta automática|fora do escritório\s*:|risposta automatica|fuori (?:ufficio|sede)\s*:|"
    r"automatisch antwoord|afwezigheids(?:bericht|melding)|niet op kantoor\s*:|automatisch (?:bericht|e-?mail)|"
    r"automatisk svar|automatiskt svar|autosvar|automaattinen vastaus|frånvaro(?:meddelande)?\s*:|ikke på kontoret\s*:|"
    r"odpowiedź automatyczna|automatyczna odpowiedź|automatická odpověď|automatikus válasz|răspuns automat|"
    r"automatinis atsakymas|automātiska atbilde|otomatik yanıt|автоматичний відповідь|"
    r"автоответ|автоматический ответ|автоматична відповідь|自動返信|自動応答|自动回复|自動回覆|자동 ?회신|"
    r"ateb awtomatig|ymateb awtomatig|allan o'r swyddfa\s*:|"
    r"out[- ]of[- ](?:the )?office\s*(?:auto|re\b|reply|response|notification|message|notice|assistant)|"
    r"away from (?:my|the) (?:mail|e-?mail|desk|office)\s*:|vacation (?:reply|response|auto|message|notice)|"
    r"unattended mailbox|this mailbox is no longer|mailbox (?:closed|not monitored)))"
    r"|^\s*\[(?:automat\w{0,8} [^\]]{2,20}|auto[- ]?(?:reply|generated))\]",
    re.IGNORECASE,
)
"""Subjects that only machines write. No answer to one and no forward of one begins so."""
_SUBJECT_IN_LATVIAN = re.compile(r"[^\n]{0,60}\bautomatiska atbilde\b", re.IGNORECASE)
"""Not at the beginning: looked for only where the words stand."""
_NAMED_SUBJECT = re.compile(
    r"^\s*(?:auto\s?:|out of (?:the )?office\s*:|ooo\s*:|away\s+re\s*:|on (?:annual |maternity |sick )?leave\s*[:(]|"
    r"(?:i am|i'm) (?:currently )?(?:out of (?:the )?office|on (?:annual )?leave|away)\s*(?::|re:|$)|"
    r"(?:annual leave|holiday|vacation|maternity leave)\s*:|not in the office\s*:)",
    re.IGNORECASE,
)
"""Subjects that machines write, and now and then a person."""
_ANSWERED = re.compile(
    r"\s*(?:re|aw|sv)\s*:\s*(?:automatic(?:ally)? |auto[- ]?)(?:reply|response)\b|"
    r"\s*(?:re|aw|sv)\s*:\s*out of (?:the )?office\b",
    re.IGNORECASE,
)
"""Subjects with which a person answers an absence notice."""
_WEAK_SUBJECT = re.compile(
    r"^\s*(?:re:\s*|aw:\s*)?(?:out[- ]of[- ](?:the )?office|annual leave|on leave|on (?:annual|maternity|sick) leave|"
    r"away until|away from|away\b|maternity leave|i have left|vacation|on holiday|holiday|absence|absent|"
    r"no longer (?:at|with|working)|abwesen|urlaub|vacances|congés?\b|ferie|vacaciones|férias|urlop|afwezig|vakantie|"
    r"i(?:'m| am) (?:away|out|on leave|on holiday)|"
    r"(?:[\w.'’-]{1,30} ){1,4}is (?:currently )?(?:out of (?:the )?office|on (?:annual )?leave|away)\b)",
    re.IGNORECASE,
)
_ITSELF_FORM = (
    r"(?m)^[\s*>_(\[-]{0,20}(?:(?:please )?note\s*:?\s*(?:that )?)?this is an? (?:automat(?:ed|ic|"
    r"ically[- ]generated)|auto[- ]?(?:generated|mated)?)\s*"
    r"(?:e-?mail |generated |system |mail )?(reply|response|acknowledge?ment|message|e-?mail|notification|receipt)"
    r"|(?m)^[ \t]{0,8}this (?:[a-z]{2,15} ){0,3}(?:mailbox|inbox) has received your (?:message|e-?mail)"
    r"|(?m)^[\s*>_(\[-]{0,20}(?:i apologi[sz]e for this automatic (reply)|(?:dies|das) ist eine automatisch(?:e|"
    r" erzeugte| generierte) "
    r"(?:antwort|nachricht|e-?mail)|"
    r"ceci est (?:une réponse|un message) automatique|esta? es (?:una respuesta|un mensaje) autom|"
    r"questa è una risposta automatica|questo è un messaggio automatico|dit is een automatisch|"
    r"esta é uma (?:resposta|mensagem) automática|to jest (?:automatyczna odpowiedź|wiadomość automatyczna)|"
    r"mae hon yn neges awtomatig|neges awtomatig yw hon|dette er (?:et automatisk svar|en automatisk)|"
    r"detta är ett automatiskt)"
)
_NAMES_ITSELF = linear(_ITSELF_FORM)
_AWAY_HOW = (
    r"out of (?:the )?office|on (?:annual |maternity |paternity |sick |study |special |parental |bank )?leave|"
    r"on (?:rest days|holiday|"
    r"vacation|secondment|a course)|away(?: from)?|off (?:until|till|duty|sick)|not (?:in|at) (?:the office|my desk|"
    r"work)|closed|"
    r"unavailable|travelling|abroad|walking|with (?:limited|no) access"
)
_AWAY_THANKS = r"i(?:'m| am) (?:currently )?(?:away|out of|on )"
_AWAY_GERMAN = r"abwesend|im urlaub|nicht im büro|außer haus|im büro"
_AWAY_AS_SAID = (
    r"\bi (?:have |have now |['’]ve )?(?:left|retired|moved on)\b|\bmailbox is (?:not|no longer) (?:being )?(?:read|"
    r"monitored|in use)\b|\bi no longer work\b|\bhas (?:now )?left the (?:organisation|organization|company|"
    r"force|service|council)\b"
    r"|\bje suis (?:actuellement )?(?:absente?|en (?:congé|déplacement|vacances)|hors)|\bje serai absente?|"
    r"\b(?:estoy|estaré|me encuentro) (?:fuera|de vacaciones|ausente|de baja)|"
    r"\b(?:estou|estarei) (?:fora|de férias|ausente)|\bsono (?:fuori|in ferie|assente)|\bsarò (?:fuori|in ferie|"
    r"assente)|"
    r"\bik ben (?:afwezig|niet|op vakantie|met (?:verlof|vakantie)|tot)|\b(?:jestem|przebywam) (?:na urlopie|"
    r"nieobecn|poza)|"
    r"\bjag är (?:på semester|inte|ledig|bortrest)|\bjeg er (?:på ferie|ikke|bortrejst|på kurs)|"
    r"\bma (?:fy )?(?:swyddfa|nhîm) ar gau"
    r"|\b(?:rwy|rydw i|dw i) (?:allan o|ar (?:fy )?(?:wyliau|gwyliau))|\bnid wyf yn y swyddfa|"
    r"\bich bin (?:vom|bis|ab|nicht|derzeit|zur zeit)\b|\bje suis (?:absent|en congé)|\bestoy (?:fuera|"
    r"de vacaciones)|\bnie ma mnie w biurze"
)
AWAY_FORM = (
    r"\b(?:i(?:'m| am| will be| shall be)(?: currently| now)?|we are(?: currently)?|our office is|the office is|"
    rf"my working)\b[^.\n]{{0,40}}?\b(?:{_AWAY_HOW})\b"
    r"|\b(?:is|are) (?:currently |now )?(?:out of (?:the )?office|on (?:annual |maternity |paternity |sick |"
    r"parental )leave)\b"
    rf"|\b(?:thank you|thanks)[^\n]{{0,80}}\s{{0,3}}{_AWAY_THANKS}"
    rf"|\bich (?:bin|befinde mich)[^.\n]{{0,60}}(?:{_AWAY_GERMAN})|{_AWAY_AS_SAID}"
)
AWAY_WORDS = f"{_AWAY_HOW}|{_AWAY_THANKS}|{_AWAY_GERMAN}|{_AWAY_AS_SAID}"
"""One of them stands in every such phrase. Without stretches of any length a machine of few states finds them."""
_AWAY = linear(AWAY_FORM)
_COVER = linear(
    r"\b(?:in my absence|while i(?:'m| am) away|until (?:then|my return)|on my return|my next working day|"
    r"when i am next in|when i (?:return|get back|"
    r"am back)|upon my return|"
    r"(?:return|back)(?:ing)? (?:to (?:the office|work|duty)|on|in the office)|back on duty|will (?:not )?(?:see|"
    r"read|respond|reply|answer|"
    r"be (?:checking|monitoring|able to))|(?:urgent|immediate|emergenc)[^.\n]{0,80}(?:contact|call|ring|e-?mail|dial|"
    r"please)|"
    r"for anything (?:urgent|concerning)|mails? (?:are|is|will) not (?:be )?(?:forwarded|read|monitored)|"
    r"have been passed to|"
    r"this mailbox is (?:closed|not monitored)|with (?:limited|no) access|as soon as (?:i|possible)|"
    r"please (?:contact|direct|ring|email|call|write to)|"
    r"in dringenden|wenden sie sich|vertret|wieder (?:da|erreichbar|im)|nicht weitergeleitet|nach meiner rückkehr|"
    r"en cas d'urgence|veuillez contacter|contactez|à mon retour|en mon absence|"
    r"en mi ausencia|p(?:ó|o)ngase en contacto|contacte|a mi regreso|urgente|in mia assenza|contatta|"
    r"al mio (?:ritorno|rientro)|"
    r"neem (?:dan )?contact|bij (?:dringende|spoed)|na mijn terugkeer|em caso de urg|na minha ausência|"
    r"w pilnych sprawach|proszę o kontakt|po powrocie|vid brådskande|kontakta|kontakt\b|cysylltwch)"
)
_OFFER = re.compile(r"\b(?:if|should|where) (?:you|your|this|it|the)\b[^.\n]{0,200}", re.IGNORECASE)
_REQUEST = linear(
    r"\b(?:refer(?:ral|ring|red)?|attached|enclosed|please find|can you|could you|would you|would like (?:you|to)|"
    r"happy for you|"
    r"consent|before i go|wanted to|i(?:'d| would) (?:like|appreciate)|let me know)\b"
)
_PLEA = linear(
    r"\b(?:killed|murder\w{0,2}|stabbed|shot dead|manslaughter|suicid\w{0,4}|bereave\w{0,4}|inquest)\b|"
    r"\b(?:please )?(?:ring|call|phone|help) me\b|\b(?:can['’]?t|cannot|couldn['’]?t) (?:cope|go on|sleep)\b|"
    r"\bmy (?:son|daughter|boy|girl|mum|mam|mother|dad|father|brother|sister|wife|husband|partner|child|kids|family|"
    r"client|number is)\b"
)
_TICKET_FORMS = (
    (
        r"\b(?:thank(?:s| you) for (?:contacting|e-?mailing|your? (?:e-?mail|enquiry|message|request|query|submission|"
        r"correspondence)|"
        r"getting in touch|writing)|diolch am (?:gysylltu|eich))"
    ),
    (
        r"\byour (?:enquiry|inquiry|e-?mail|message|request|ticket|query|case|correspondence|submission|report|"
        r"referral)\b[^.\n]{0,30}"
        r"\b(?:has been|was|is|have been)\b[^.\n]{0,20}\b(?:received|logged|registered|recorded|created|passed|"
        r"assigned|opened|acknowledged|allocated)"
        r"|\bwe (?:have|'ve) received your\b|\b(?:mailbox|inbox|team) has received your\b|\ba (?:new )?(?:ticket|"
        r"case|support request) has been (?:created|opened|"
        r"raised|logged)"
    ),
    (
        r"\b(?:case|ticket|reference|enquiry|incident|request)\s*(?:number|no\.?|id|ref(?:erence)?|:|#)"
        r"|\blogged (?:with|under|as) (?:the )?(?:number|reference)\b|\bunder reference\b|ticket ?#|\[#"
    ),
    (
        r"\b(?:we|our team|an? \w+)\b[^.\n]{0,40}\b(?:aim|endeavour|try|hope|intend|will)\b[^.\n]{0,40}\b(?:answer|"
        r"respond|reply|contact|be in touch|get back)"
        r"[^.\n]{0,60}(?:\d+|one|two|three|five|ten|twenty) (?:working |business )?(?:days?|hours?)"
    ),
    (
        r"\b(?:do not|don['’]t) reply (?:directly )?(?:to )?this|\bthis (?:[a-z]{3,12} )?(?:mailbox|inbox|"
        r"address) is (?:not|only) (?:monitored|read|checked|looked at)"
        r"|\b(?:do not|don['’]t) send (?:the same|your) (?:message|e-?mail) (?:again|twice)"
        r"|\bunmonitored\b"
    ),
)  # fmt: skip
_TICKET_SIGNS = tuple(linear(form) for form in _TICKET_FORMS)
_HELD_FORM = (
    r"\b(?:your|the) (?:e-?mail|message|mail)\b[^.\n]{0,80}\b(?:"
    r"is (?:being )?held|has been (?:held|quarantined|queued)|"
    r"is (?:waiting|awaiting|on hold|in quarantine)|(?:has|was) not (?:yet )?(?:been )?delivered|"
    r"will (?:only )?be (?:delivered|released))"
    r"|\b(?:account|mailbox|inbox|address) is protected by|"
    r"\bonly (?:accepts?|allows?|receives?) [^\n.]{0,60}(?:approved|allowed|known|confirmed)|"
    r"\b(?:allow|accept|receive) (?:incoming )?(?:messages|mail|e-?mails?) only from"
)
_PROOF_FORM = (
    r"\b(?:reply|respond|click|follow|visit|enter|type|complete|fill (?:out|in))\b[^.]{0,100}\b(?:"
    r"to (?:be added|confirm|verify|prove|release|deliver|"
    r"have your|authenticate|ensure)|this (?:message|e-?mail)|verification|request form|short form|the (?:word|code|"
    r"characters) )|"
    r"\b(?:confirm|verify|prove) (?:that )?(?:you(?:'re| are)|your (?:message|e-?mail|address|identity))"
)
_HELD, _PROOF = linear(_HELD_FORM), linear(_PROOF_FORM)
_SPAM = linear(
    r"\b(?:spam|junk (?:mail|e-?mail)|unsolicited|not (?:a )?(?:robot|machine)|human|first time|unknown sender|"
    r"approved\s(?:senders?|list|beforehand)|allowed\s(?:senders?|list)|known senders?|guest list|whitelist|"
    r"safe ?list)\b"
)
MACHINE_WORDS = (
    rf"an? auto|autom|awtom|received your|{_TICKET_FORMS[0]}|"
    r"\byour (?:enquiry|inquiry|e-?mail|message|request|ticket|query|case|correspondence|submission|report|referral)\b"
    r"[^.\n]{0,30}\b(?:has been|was|is|have been)\b|has been (?:created|opened|raised|logged)|"
    rf"{_TICKET_FORMS[2]}|(?:\d|one|two|three|five|ten|twenty) (?:working |business )?(?:day|hour)|{_TICKET_FORMS[4]}|"
    r"is (?:being )?held|has been (?:held|quarantined|queued)|is (?:waiting|awaiting|on hold|in quarantine)|"
    r"not (?:yet )?(?:been )?delivered|be (?:delivered|released)|protected by|only (?:accept|allow|receive)|only from"
)
"""One of them stands in every phrase with which machines name themselves, acknowledge, or hold a mail back. With
hardly a stretch of any length a machine of few states finds them."""
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|tues|wed|thu|thurs|fri|sat|sun|montag|dienstag|mittwoch|"
    r"donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|"
    r"miércoles|jueves|viernes|lunedì|martedì|mercoledì|giovedì|venerdì|maandag|dinsdag|woensdag|donderdag|vrijdag|"
    r"dydd (?:llun|mawrth|mercher|iau|gwener)|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|"
    r"poniedziałku|wtorku|środy|czwartku|piątku)"
)
_MONTH = (
    r"(?:january|januari|januar|janvier|janeiro|february|februari|februar|febbraio|febrero|february|fevereiro|février|"
    r"march|maart|marzo|março|mars|marca|märz|april|aprile|avril|abril|august|augustus|agosto|august|août|"
    r"september|septembre|settembre|septiembre|setembro|october|oktober|octobre|ottobre|octubre|outubro|"
    r"november|novembre|noviembre|novembro|december|dezember|décembre|dicembre|diciembre|dezembro|"
    r"gennaio|enero|giugno|luglio|junio|julio|junho|julho|juin|juillet|juni|juli|june|july|maggio|mayo|maio|"
    r"ionawr|chwefror|mawrth|ebrill|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr|"
    r"stycznia|lutego|kwietnia|czerwca|lipca|sierpnia|września|października|listopada|grudnia|"
    r"jan|feb|mar|apr|may|mai|maja|maj|mei|jun|jul|aug|sept|sep|oct|okt|nov|dec|dez)\b"
)
_TIME = r"(?:\d{1,2}(?:[:.]\d{2})? ?(?:am|pm|hrs|hours|uhr)?,?\s+(?:on\s+|am\s+)?)?"
_WHEN = (
    rf"{_TIME}(?:{_DAY},?\s+(?:den\s+|le\s+|the\s+)?)?(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:of\s+|de\s+)?"
    rf"{_MONTH}(?:,?\s+(?:de\s+)?\d{{4}})?"
    rf"|{_TIME}(?:{_DAY},?\s+)?{_MONTH}\s+\d{{1,2}}(?!\d)(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?"
    rf"|{_TIME}(?:{_DAY},?\s+(?:den\s+|le\s+)?)?\d{{1,2}}[./-]\d{{1,2}}(?:[./-]\d{{2,4}}|\.)|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|{_TIME}(?:this\s+|next\s+|kommenden\s+|nächsten\s+)?{_DAY}(?:\s+(?:week|morning|next|prochain))?\b"
    rf"|(?:the\s+)?(?:end|start|beginning|middle) of (?:the\s+|this\s+|next\s+)?(?:week|month|year|{_MONTH})"
    r"|tomorrow|morgen|demain|mañana|yfory|next (?:week|month|year)|nächste woche|la semaine prochaine|further notice|"
    r"auf weiteres|nouvel ordre|w/?c\.? \d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?"
    r"|after (?:the )?(?:bank holidays?|easter|christmas|new year|holidays|weekend|half[- ]term)|the new year"
    rf"|{_MONTH}(?:\s+\d{{4}})?"
)
COVER_LENGTH = 160
"""Characters of who covers; a longer answer is a sentence of its own."""
_COVERED_BY = re.compile(
    r"\b(?:contact|call|ring|e-?mail|speak (?:to|with)|get in touch with|(?:re)?direct (?:it|them|your [\w-]{1,20}) to|"
    r"(?:liaise|get in contact) with|write to|text|message|"
    r"wenden Sie sich(?: bitte)? an|[Vv]ertretung(?: hat| durch|:)?|kontaktieren Sie(?: bitte)?|"
    r"contactez|contacter|adresser à|contacte(?: con)?|contacto con|contattare|contatti|contact op(?: te nemen)? met|"
    r"contato com|contactar|kontakt z|kontaktować się z|kontakta|[Kk]ontakt(?: venligst)?|"
    r"refer to|[Cc]ysylltwch â|covered by)\s+((?:my (?:colleague|manager|supervisor|deputy|line manager),?\s+|"
    r"(?:Frau|Herrn?|Mme|M\.|Sra?\.?|Dr\.?|mijn collega|mon collègue|ma collègue|meine Kollegin|meinen Kollegen)\s+|"
    r"(?:our|the) (?:[a-z-]{2,20} ){0,3}|DC |DS |DI |PC )?"
    r"(?:(?:desk|team|office|line|inbox|mailbox|unit|officer|helpdesk|switchboard)\b[^\n;!?]{0,100}?|"
    r"[A-ZÂÊÎÔÛŴŶ0-9+][^\n;!?]{1,150}?|[\w.+-]{1,64}@[\w.-]{1,190}?))(?=[.;!?](?:\s|$)|\n[ \t]*\n|$|"
    r"\s(?:for (?:any\w{0,10}|urgent|immediate)|if|who|in (?:the|my|his|her|our|their)|instead)\b)"
)
_COVERING = re.compile(
    r"(?m)(?:^|[.,]\s{1,3}|\band )(?:[Mm]y (?:colleagues?|manager|"
    r"deputy),? )?((?:[A-Z][\w'’.-]{1,30}[ ,]{1,2}){1,5})(?:is|are|will be) "
    r"(?:covering|dealing with|looking after|picking up|monitoring)"
)
_UNTIL = re.compile(
    rf"\b(?:until|till?|back(?: (?:on duty|at work|at my desk|in the office|in work|in))?(?: on| from)?|"
    rf"return(?:ing)?(?: (?:to (?:the office|work|duty)|back))?(?: on| in| from| at)?|through(?: to)?|up to|"
    rf"bis(?: zum| einschließlich)?|(?:wieder )?(?:ab|am)(?: dem)?|zurück(?: am)?|jusqu'(?:au|à)|"
    rf"(?:de )?retour(?: le)?|"
    rf"hasta(?: el)?|(?:de vuelta|regreso)(?: el)?|fino al?|tornerò(?: il)?|rientro(?: il)?|tot(?: en met)?|"
    rf"terug(?: op)?|até(?: (?:ao|o))?(?: dia)?|volto(?: (?:em|no))?(?: dia)?|do(?: dnia)?|wracam(?: dnia)?|"
    rf"(?:till?|til)(?: och med| og med)?(?: den)?|tilbake(?: den)?|tillbaka(?: den)?|tan|hyd|"
    rf"(?:from|vom|du|del?)\s{{1,3}}[^\n;!?]{{1,40}}?\s(?:to|until|-|–|bis(?: zum)?|au|al?))"
    rf"\s{{1,5}}(?:and including\s{{1,3}}|the\s{{1,3}})?({_WHEN})",
    re.IGNORECASE,
)


def absence_subject(subject: str) -> bool:
    """True for a subject that only machines write; never for an answer to one or a forward of one."""
    if _SUBJECT.match(subject) is not None:
        return True
    return "atbilde" in subject.lower() and _SUBJECT_IN_LATVIAN.match(subject) is not None


def names_itself(text: str) -> str:
    """What a text calls itself that says it is automatic (``reply``, ``message`` …); empty when it does not."""
    found = _NAMES_ITSELF.search(text[:20_000])
    return (found[1] or found[2] or "reply").lower().replace("-", "") if found else ""


def tells_of_absence(text: str) -> bool:
    """True when somebody is said to be away, anywhere in the text."""
    return _AWAY.search(text) is not None


def absence_text(subject: str, new_text: str) -> bool:
    """True for the words of a short answer that opens with an absence and says who covers, and asks for nothing."""
    new_text = own_lines(new_text)
    if len(new_text) > NOTICE_LENGTH or _ANSWERED.match(subject):
        return False
    opening = new_text[:OPENING]
    if _PLEA.search(new_text):
        return False
    if not _AWAY.search(opening) or _asks(new_text[:NOTICE_LENGTH]):
        return False
    return _COVER.search(new_text[:NOTICE_LENGTH]) is not None or _WEAK_SUBJECT.match(subject) is not None


def pleads(text: str) -> bool:
    """True for words of somebody bereaved or in need; what holds them is a person's, whatever it looks like."""
    return _PLEA.search(text) is not None


def _asks(text: str) -> bool:
    """True when something is asked of us; what is offered "if you would like …" is no request."""
    return _REQUEST.search(_OFFER.sub("", text)) is not None


def own_lines(text: str) -> str:
    """The text without lines that somebody quoted; a lonely quoted line may stand among new ones."""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">")) if ">" in text else text


def named_absence(subject: str, new_text: str) -> bool:
    """True for a subject with which machines (and now and then people) announce an absence, and no request in it."""
    if _NAMED_SUBJECT.match(subject) is None or len(new_text) > NOTICE_LENGTH:
        return False
    return not _asks(new_text) and _PLEA.search(new_text) is None


def acknowledges(new_text: str) -> bool:
    """True for a short text that thanks for a mail or tells of an absence, and asks for nothing."""
    told = new_text[:NOTICE_LENGTH]
    if len(new_text) > NOTICE_LENGTH or _asks(told) or _PLEA.search(told):
        return False
    return _AWAY.search(told[:OPENING]) is not None or ticket_signs(told) >= 1


def weak_absence(subject: str, new_text: str) -> bool:
    """True when subject and opening both tell of an absence, though nothing says whom it answers."""
    if _WEAK_SUBJECT.match(subject) is None:
        return False
    told = own_lines(new_text)
    if _AWAY.search(told[:OPENING]) is None:
        return False
    return len(told) <= NOTICE_LENGTH and not _asks(told) and _PLEA.search(told) is None


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
