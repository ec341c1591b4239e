"""Where quoted and forwarded text begins: attribution lines, header blocks, separators, in the languages of mail.

Reasoning. Four signs open the words of somebody else inside a text:

* an **attribution** ("On Fri, 27 Mar 2026 at 16:20, Ann <a@x.org> wrote:"), on one to four lines,
* a **header block** as Outlook writes it ("From: / Sent: / To: / Subject:"), bold or not, translated,
* a **separator** ("-----Original Message-----", "---------- Forwarded message ---------"),
* ``>`` before every line.

A person also writes "From: 3 May" and "On Monday she wrote:", so each sign asks for company: an
attribution needs a clock time, an address or quoted lines after it; a header block needs a sender
and two more fields on lines of their own.

All patterns look at no more than ``LINE_LOOK`` characters and are linear.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mailflow.model.message import Address
from mailflow.syntax.addresses import read_addresses

from . import limits
from .patterns import linear

BLOCK_LINES = 14
"""A header block with folded recipients is not longer."""
ATTRIBUTION_LINES = 4
"""Gmail and Thunderbird wrap an attribution over at most so many lines."""

FIELD_COLON = 64
"""The colon of a field or of "Begin forwarded message:" stands among the first so many characters."""
_DRAWN_WITH = frozenset("-=*_>")

ATTRIBUTION_LENGTH = 400
"""Characters; a longer sentence that ends with "wrote:" was written by the sender."""
DATE_PLACE = 80
"""An attribution names its date among the first so many characters."""
FOLDED_SENDER_WORDS = 3
"""The folded rest of a sender is an address and no more."""
_LABELS = {
    "from": "from de von da van od fra från kimden gönderen mittente expediteur expéditeur remitente lähettäjä "
    "отправитель от від feladó από afzender avsändare 发件人 寄件者 差出人 من מאת frá saatja nuo šalje dari từ از "
    "nadawca 보낸사람 จาก",
    "date": "date sent datum gesendet envoyé envoye enviado enviada fecha data inviato verzonden wysłano dato sendt "
    "skickat anfonwyd dyddiad tarih дата отправлено lähetetty odesláno trimis küldve elküldve dátum ημερομηνία "
    "päivämäärä надіслано odoslané poslano 发送时间 日期 送信日時 التاريخ נשלח תאריך изпратено saadetud kuupäev "
    "išsiųsta nosūtīts dikirim tanggal 寄件日期 傳送時間 날짜 发送日期 보낸날짜",
    "to": "to an à a para aan do til till at kime кому vastaanottaja komu către címzett προς destinatario "
    "destinataire voor 收件人 宛先 收件者 إلى אל до za prima saaja adressaat kam kepada đến به adresat 받는사람",
    "cc": "cc bcc copie cópia kopi kopia copi копия másolat kopie",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp temat emne ämne pwnc konu тема aihe předmět "
    "predmet subiect sujet tárgy θέμα titel 主题 主旨 件名 الموضوع נושא относно zadeva teema temats efni subjek "
    "assumpte 제목 موضوع",
    "other": "importance priority attachments reply-to organisation organization sensitivity anlagen wichtigkeit "
    "importancia bijlagen",
}
_FIELD_OF = {word: name for name, words in _LABELS.items() for word in words.split()}
_FIELD_OF |= {"oddi wrth": "from", "de la": "from", "enviado el": "date", "enviada em": "date", "enviado em": "date",
              "envoyé le": "date", "verzonden op": "date", "gönderme tarihi": "date", "data invio": "date",
              "copie à": "cc", "reply to": "other", "sent by": "other", "تم الإرسال": "date", "보낸 사람": "from",
              "보낸 날짜": "date", "받는 사람": "to", "per a": "to", "đã gửi": "date", "chủ đề": "subject"}  # fmt: skip

_FIELD = re.compile(r"[\s>*_\u200e\u200f]{0,20}([^\W\d_][\w -]{0,14}?)[*_ ]{0,4}[:：][*_]{0,3}\s{0,20}(.*)$")
_QUOTED = re.compile(r"[ \t]{0,3}>")
_PREFIX = re.compile(r"(?:[ \t]{0,3}>)+[ \t]?")

_VERBS = (
    r"wrote|writes|schrieb|a écrit|écrit|escribió|escribio|escreveu|escribiu|va escriure|ha scritto|scrive|schreef|"
    r"skrev|ysgrifennodd|napisał\(a\)|napisał/a|napisał|napisała|napisao je|kirjoitti|kirjutas|yazdı|пишет|"
    r"написал|написала|написал\(а\)|пише|написав|написа|napsal\(a\)|napsal|napísal\(a\)|napísal|a scris|írta|έγραψε|"
    r"rašė|rakstīja|menulis|đã viết|כתב|כתבה|のメール|كتب/كتبت|كتبت|كتب|نوشت|লিখেছেন|pisze"
)
ATTRIBUTION_WORDS = rf"{_VERBS}|写道|寫道|geschreven:|napisana przez|you said|sent\s*:|@[^<>\s]+\s?[>:]"
"""One of them stands in every attribution: a verb, or the end of an address in angle brackets."""
_WROTE = re.compile(
    rf"(?:(?:\b(?:{_VERBS})(?!\w)|写道|寫道)(?:[^:\n]|(?<=\d):(?=\d)){{0,120}}[:：]|geschreven:)[\s>]*$",
    re.IGNORECASE,
)
_VERB = linear(f"{_VERBS}|写道|寫道|geschreven:")
"""Any of the verbs at all: a tenth of the cost of ``_WROTE``, and lines without one are nearly all lines."""
_TOLD_BY = re.compile(r"\b(?:she|he|they|i|we|you|who|(?:my|his|her|our|their) \w{1,20}) wrote\b", re.IGNORECASE)
_WROTE_BARE = re.compile(r"\bwrote[\s>]*$|\bsent\s*:[\s>]*$", re.IGNORECASE)
"""Without a colon, or with another verb: counts only beside a time and an address."""
_NAMED_END = re.compile(
    r"(?:<\s*[^<>\s]{1,64}@[^<>\s]{1,190}>\s*|\s(?:by|von|par|da|por|door|od|от)\s[^<>\s@]{1,64}@[^<>\s@:]{1,190})[:：][\s>]*$"
)
"""Also ``3 Feb 2026, 16:42 by ann@x.org:``, as Tutanota writes."""
_NAMED_BARE = re.compile(r"[\s>]{0,20}\d{4}/\d{1,2}/\d{1,2}\s[^<>\n]{1,100}<[^<>\s]{1,64}@[^<>\s]{1,190}>\s*$")
_DATED = re.compile(r"[\s>*_]{0,20}(?:[^\W\d_]{1,14}[.,]{0,2}\s{1,2}){0,2}\d{1,4}[-./ :,h]")
"""Begins with a date or a time, perhaps after a weekday: Gmail, Yandex and Mail.ru use no verb."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ANSWER_BEFORE = re.compile(r"\S.{0,400}?\bOn (?:\d|(?:mon|tue|wed|thu|fri|sat|sun))", re.IGNORECASE)
_WROTE_AND_SAID = re.compile(r"[\s>*_]{0,20}On\b[^\n]{10,300}?\bwrote:\s+\S")
"""Yahoo on phones puts the quoted words on the line of the attribution itself."""
_OPENING = re.compile(
    r"[\s>*_]{0,20}(?:(?:on|am|ar|le|el|il|op|den|em|w dniu|dnia|pe|în|în data|в|vào|dne|dňa|ti|pada|στις)\b|"
    r"\d{1,4}[-./]\d|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}\b")
_MAIL_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}")
_DRAWN_WORDS = (
    r"forwarded message|forwarded by|begin forwarded message|"
    r"weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|"
    r"mensagem encaminhada|wiadomość przekazana|treść przekazanej wiadomości|vidarebefordrat meddelande|"
    r"videresendt melding|neges wedi'i hanfon ymlaen|пересылаемое сообщение"
)
_BEGUN_WORDS = (
    r"begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|begin doorgestuurd bericht|"
    r"vidarebefordrat brev|início da mensagem reencaminhada"
)
FORWARD_WORDS = f"{_DRAWN_WORDS}|{_BEGUN_WORDS}"
"""What forward lines say, without what they are drawn with."""
_FORWARDED = re.compile(
    rf"[\s>]{{0,10}}(?:[-=*_]{{2,30}}\s*(?:{_DRAWN_WORDS})\b|(?:{_BEGUN_WORDS})\s*:)",
    re.IGNORECASE,
)
_FORWARD_END = re.compile(r"[\s>]{0,10}-{2,30}\s*end (?:of )?forwarded message\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"[\s>*]{0,10}[-_=]{2,30}\s{0,3}(?:original message|original appointment|"
    r"(?:urspr(?:ü|ue)ngliche |original-)nachricht|"
    r"message d['’]origine|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|"
    r"oprindelig meddelelse|ursprungligt meddelande|wiadomość oryginalna|neges wreiddiol|reply message|"
    r"исходное сообщение|alkuperäinen viesti|(?:below this line is|this is) a copy of (?:the|your) message[^\n]{0,60}?)"
    r"\s{0,3}(?:[-_=]{0,30}\*?\s*$|[-_=]{2,30}\s{0,3}(?:from|von|de|da|van|od|fra|från|subject|betreff|date|datum)\s?:)",
    re.IGNORECASE,
)
"""A field of its header block may follow on the line itself: HTML that lost its line ends."""
_ANSWER_ABOVE = re.compile(
    r"[\s>]{0,10}(?:[-–—_=*#~]{2,30}[^\n]{0,40}?\b(?:repl(?:y|ies)|respond|response|answers?|message|comment|antwort\w{0,4}|"
    r"répon\w{1,6}|respuesta|responda|risposta|rispond\w{1,3}|resposta|antwoord\w{0,2}|svar\w{0,2}|odpowie\w{1,4})\b"
    r"[^\n]{0,40}?\b(?:above|oberhalb|über|au-dessus|encima|sopra|acima|boven|over|ovenfor|ovanför|powyżej)\b"
    r"[^\n]{0,20}?\b(?:line|zeile|linie|ligne|línea|riga|linea|linha|lijn|regel|linje|linien|linii|linią)\b[^\n]{0,60}|"
    r"##-[^\n]{3,80}-##|(?:please )?(?:type |write |enter )?(?:your )?reply above this (?:dotted )?line[.!]?)\s*$",
    re.IGNORECASE,
)
ANSWER_WORDS = "above this|oberhalb|über dies|au-dessus|encima|sopra|acima|boven|ovenfor|over denne|ovanför|powyżej|##-"
"""One of them stands in the line above which a helpdesk (Zendesk, Basecamp, Jira …) wants its answer."""
_MAY_SEPARATE = re.compile(r"[\s>*]{0,10}[-_=]{2}[-_=\s]{0,240}[^\s_=-]")
"""Drawn, and words behind it: what every line has that parts an original message from what stands above it."""
_MESSAGE_RULE = re.compile(r"[\s>*]{0,10}-{3,30}\s{0,3}([^\W\d_]+(?:[ '’-][^\W\d_]+){0,4})\s{0,3}-{3,30}\*?\s*$")
_MESSAGE_WORDS = frozenset(
    {
        "message", "nachricht", "mensaje", "messaggio", "mensagem", "bericht", "besked", "meddelelse", "meddelande",
        "melding", "brev", "viesti", "wiadomość", "neges", "сообщение", "письмо", "повідомлення", "email", "mail",
        "mesaj", "ileti", "zpráva", "správa", "üzenet", "sõnum", "laiškas", "poruka", "missatge", "μήνυμα",
        "e-mail", "originalnachricht", "원본", "原始邮件", "原始郵件", "原邮件", "メッセージ",
    }
)  # fmt: skip
_END_WORDS = frozenset(["end", "ende", "fin", "fine", "einde", "slut", "koniec", "slutt", "loppu", "fim"])
_WROTE_RULE = re.compile(
    r"[\s>]{0,10}-{2,30}\s{0,3}\S[^\n]{2,200}\b(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev)"
    r"\s{0,3}:?\s{0,3}-{2,30}\s*$",
    re.IGNORECASE,
)
"""Zoho, Android and Notes: the attribution is drawn like a rule."""
_NOTES = re.compile(
    r"[\s>]{0,10}[^\W\d_][^\n]{1,80}?\s{0,3}-{3}\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\s\d{1,2}:\d\d(?::\d\d)?(?:\s[AP]M)?-{3}"
)
"""Notes: ``Ann Lee ---03/02/2026 16:42:10---Is Tuesday all right?``, above the fields."""
_GROUPWISE = re.compile(
    r">>>\s[^\n>]{1,120}(?:>\s)?[^\n>]{0,10}?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\s{1,3}\d{1,2}:\d\d[^\n>]{0,12}>>>\s*$"
)
"""GroupWise: ``>>> Ann Lee <ann@x.org> 3/2/2026 4:42 PM >>>``, and no mark before the lines below."""
_RULE = re.compile(r"[\s>]{0,10}[_\-=]{10,200}\s*$")
_FORWARD_SUBJECT = re.compile(r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|doorst|pd|ymlaen|i)\s*:", re.IGNORECASE)


class Head(NamedTuple):
    """A header block of an enclosed message inside a text: which lines it takes and what it says."""

    first: int
    after: int
    sender: Address | None
    to: str
    date: str
    subject: str


def is_forward_subject(subject: str) -> bool:
    """True when the outermost prefix says that the mail was forwarded."""
    return _FORWARD_SUBJECT.match(subject) is not None


def is_quoted(line: str) -> bool:
    """True for a line with ``>`` before it (RFC 3676 §4.5)."""
    return _QUOTED.match(line) is not None


def without_prefix(line: str) -> str:
    """The line without its quote marks."""
    found = _PREFIX.match(line)
    return line[found.end() :] if found else line


def is_forward_separator(line: str) -> bool:
    """True for ``---------- Forwarded message ---------`` and its kin."""
    return _FORWARDED.match(line[: limits.LINE_LOOK]) is not None


def is_forward_end(line: str) -> bool:
    """True for ``----- End forwarded message -----``."""
    return _FORWARD_END.match(line[: limits.LINE_LOOK]) is not None


def is_original_separator(line: str) -> bool:
    """True for ``-----Original Message-----`` and its kin."""
    look = line[: limits.LINE_LOOK]
    if not _MAY_SEPARATE.match(look):
        return False
    if _ORIGINAL.match(look) or _WROTE_RULE.match(look):
        return True
    drawn = _MESSAGE_RULE.match(look)
    words = set(drawn[1].lower().split()) if drawn else set()
    return bool(words & _MESSAGE_WORDS) and not words & _END_WORDS


def is_answer_line(line: str) -> bool:
    """True for the line of a helpdesk above which answers are to be written: a person draws none."""
    return _ANSWER_ABOVE.match(line[: limits.LINE_LOOK]) is not None


def is_drawn_attribution(line: str) -> bool:
    """True for the lines with which Notes and GroupWise begin what they quote without a mark."""
    if "---" not in line and not line.startswith(">>>"):
        return False
    look = line[: limits.LINE_LOOK]
    return _NOTES.match(look) is not None or _GROUPWISE.match(look) is not None


def is_rule(line: str) -> bool:
    """True for a line that is only drawn."""
    return _RULE.match(line[: limits.LINE_LOOK]) is not None


def openings(texts: list[str]) -> list[bool]:
    """For every line, whether a separator or a header block may begin with it; false for nearly all lines.

    A look at two characters saves six patterns. A separator begins with what is drawn, a field has its
    colon early.
    """
    return [text.lstrip()[:1] in _DRAWN_WITH or text.find(":", 0, FIELD_COLON) >= 0 for text in texts]


def is_drawn(text: str) -> bool:
    """True when a line begins with what separators are drawn with, or with a quote mark."""
    return text.lstrip()[:1] in _DRAWN_WITH


def may_attribute(text: str) -> bool:
    """False for a line that an attribution cannot end on."""
    last = text.rstrip()[-1:]
    return last in (":", "：") or "wrote" in text or (last == ">" and "@" in text)


def attribution(lines: list[str], first: int) -> tuple[int, bool] | None:
    """An attribution that begins at line ``first``: (the line after it, whether it stands for itself).

    It stands for itself when it names a time or an address; otherwise it counts only with quoted
    lines after it. ``None`` when there is none.
    """
    opening = lines[first][: limits.LINE_LOOK]
    opened = _OPENING.match(opening) is not None
    if opened and _WROTE_AND_SAID.match(opening) and _TIME.search(opening) and _MAIL_ADDRESS.search(opening):
        return first + 1, True
    dated = _DATED.match(opening) is not None
    opened = opened or (dated and _YEAR.search(opening[:DATE_PLACE]) is not None)
    if not opened and "@" not in lines[first] and ":" not in lines[first] and "：" not in lines[first]:
        return None  # what does not open like an attribution ends on its line, with a colon or behind an address
    whole = ""
    for number in range(first, min(first + ATTRIBUTION_LINES, len(lines))):
        line = without_prefix(lines[number])[: limits.LINE_LOOK]
        if not line.strip() or len(whole) > ATTRIBUTION_LENGTH:
            return None
        whole = f"{whole} {line}" if whole else line
        found = _attributes(whole, opened=opened, dated=dated, alone=number == first)
        if found is not None:
            return number + 1, found
        if not opened:
            return None
    return None


def _attributes(whole: str, *, opened: bool, dated: bool, alone: bool) -> bool | None:
    """Whether joined lines are an attribution: ``True`` for itself, ``False`` with quoted lines below, ``None`` not."""
    if len(whole) > ATTRIBUTION_LENGTH:
        return None
    timed = _TIME.search(whole) is not None
    if whole.rstrip(" \t>")[-1:] in (":", "：") and _VERB.search(whole) and _WROTE.search(whole):
        known = _MAIL_ADDRESS.search(whole) is not None
        if not opened and (not (known and alone) or _ANSWER_BEFORE.match(whole)):
            return None  # an answer that stands before the attribution on its line is worth more than the split
        if opened and not known and _TOLD_BY.search(whole):
            return None  # "On Monday at 16:42 she wrote:" tells of words; a mail program names who wrote them
        if opened and not known and not any(sign.isdigit() for sign in whole):
            return None
        return (opened and timed) or known
    if opened and timed and dated and _YEAR.search(whole[:DATE_PLACE]) and _NAMED_END.search(whole):
        return True
    if opened and timed and _WROTE_BARE.search(whole) and _MAIL_ADDRESS.search(whole):
        return True
    return False if _NAMED_BARE.match(whole) else None


def header_block(lines: list[str], first: int) -> Head | None:
    """The header block that begins at line ``first``, or ``None``.

    It begins with a sender (Outlook, Apple), or with date or subject (some phones), and holds a sender
    and at least two of date, subject and recipients. One blank line between fields is let pass, as
    Outlook on the web writes its fields as paragraphs.
    """
    if (":" not in lines[first] and "：" not in lines[first]) or not may_label(lines[first]):
        return None
    if _label(lines[first]) not in ("from", "date", "subject"):
        return None
    found: dict[str, str] = {}
    last = ""
    after = first
    blanks = 0
    for number in range(first, min(first + BLOCK_LINES, len(lines))):
        line = without_prefix(lines[number])[: limits.LINE_LOOK]
        if not line.strip():
            blanks += 1
            if blanks > 1 or not found:
                break
            continue
        name = _label(line)
        if name and name not in found:
            matched = _FIELD.match(line)
            found[name] = (matched[2] or "").strip() if matched else ""
            last, after, blanks = name, number + 1, 0
        elif name and name in ("other", "cc"):
            after, blanks = number + 1, 0
        elif last in ("from", "to", "cc", "subject") and not blanks and not name and _continues(line, last):
            found[last] += " " + line.strip()
            after = number + 1
        else:
            break
    if "from" not in found or len(found.keys() & {"date", "subject", "to"}) < 2:
        return None
    people = read_addresses(_plain(found["from"]))
    return Head(first, after, people[0] if people else None, _plain(found.get("to", "")),
                _plain(found.get("date", "")), _plain(found.get("subject", "")))  # fmt: skip


def may_label(line: str) -> bool:
    """False for a line that no field of a header block begins: what stands before its colon is in no table."""
    named = line[: limits.LINE_LOOK].replace("：", ":").partition(":")[0]
    return " ".join(named.lower().split()).strip(" >*_\u200e\u200f") in _FIELD_OF


def _label(line: str) -> str:
    """Which header field the line begins with, in whatever language; empty when none."""
    matched = _FIELD.match(line[: limits.LINE_LOOK])
    return _FIELD_OF.get(" ".join(matched[1].lower().split()), "") if matched else ""


def _continues(line: str, field: str) -> bool:
    """True for the folded rest of recipients (it holds an address or a separator), or of an indented subject."""
    if field == "subject":
        return line[:1] in " \t"
    if field == "from":
        return "@" in line and len(line.split()) <= FOLDED_SENDER_WORDS
    return "@" in line or ";" in line or line[:1] in " \t"


def _plain(text: str) -> str:
    """A value without the signs of bold text and ``<mailto:…>`` doubles, bounded."""
    return re.sub(r"[<\[]mailto:[^>\]]{0,320}[>\]]", "", text).strip("* ").strip()[:998]
