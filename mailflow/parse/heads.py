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

BLOCK_LINES = 14
"""A header block with folded recipients is not longer."""
ATTRIBUTION_LINES = 4
"""Gmail and Thunderbird wrap an attribution over at most so many lines."""

FIELD_COLON = 64
"""The colon of a field or of "Begin forwarded message:" stands among the first so many characters."""
_DRAWN_WITH = ("-", "=", "*", "_", ">")

_LABELS = {
    "from": "from de von da van od fra från kimden mittente expediteur expéditeur lähettäjä отправитель от",
    "date": "date sent datum gesendet envoyé envoye enviado enviada fecha data inviato verzonden wysłano dato sendt "
    "skickat anfonwyd dyddiad tarih дата отправлено lähetetty odesláno trimis",
    "to": "to an à a para aan do til till at kime кому vastaanottaja komu către",
    "cc": "cc bcc copie cópia kopi kopia copi копия",
    "subject": "subject betreff objet asunto assunto oggetto onderwerp temat emne ämne pwnc konu тема aihe předmět "
    "subiect",
    "other": "importance priority attachments reply-to organisation organization sensitivity anlagen wichtigkeit",
}
_FIELD_OF = {word: name for name, words in _LABELS.items() for word in words.split()}
_FIELD_OF |= {"oddi wrth": "from", "enviado el": "date", "enviada em": "date", "reply to": "other", "sent by": "other"}

_FIELD = re.compile(r"[\s>*_]{0,20}([^\W\d_][\w -]{0,14}?)[*_ ]{0,4}:[*_]{0,3}(?:\s+(.*))?$")
_QUOTED = re.compile(r"[ \t]{0,3}>")
_PREFIX = re.compile(r"(?:[ \t]{0,3}>)+[ \t]?")

_WROTE = re.compile(
    r"(?:\b(?:wrote|writes|schrieb|a écrit|écrit|escribió|escreveu|ha scritto|scrive|schreef|skrev|ysgrifennodd|"
    r"napisał\(a\)|napisał|napisała|kirjoitti|yazdı|пишет|написал|написала|написал\(а\)|napsal\(a\)|napsal|a scris)"
    r"(?!\w)[^:\n]{0,80}[:：]|geschreven:)\s*$",
    re.IGNORECASE,
)
_WROTE_AND_SAID = re.compile(r"[\s>*_]{0,20}On\b[^\n]{10,300}?\bwrote:\s+\S")
"""Yahoo on phones puts the quoted words on the line of the attribution itself."""
_OPENING = re.compile(
    r"[\s>*_]{0,20}(?:(?:on|am|ar|le|el|il|op|den|em|w dniu|dnia|pe|în|în data|в)\b|\d{1,4}[-./]\d|"
    r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s)",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}\b")
_MAIL_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,190}")
_FORWARDED = re.compile(
    r"[\s>]{0,10}(?:[-=*_]{2,30}\s*(?:forwarded message|forwarded by|begin forwarded message|"
    r"weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|"
    r"mensagem encaminhada|wiadomość przekazana|treść przekazanej wiadomości|vidarebefordrat meddelande|"
    r"videresendt melding|neges wedi'i hanfon ymlaen|пересылаемое сообщение)\b"
    r"|(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato|"
    r"début du message (?:réexpédié|transféré)|inicio del mensaje reenviado|begin doorgestuurd bericht|"
    r"vidarebefordrat brev|início da mensagem reencaminhada)\s*:)",
    re.IGNORECASE,
)
_FORWARD_END = re.compile(r"[\s>]{0,10}-{2,30}\s*end (?:of )?forwarded message\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"[\s>*]{0,10}[-_=]{2,30}\s{0,3}(?:original message|original appointment|urspr(?:ü|ue)ngliche nachricht|"
    r"message d['’]origine|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|"
    r"oprindelig meddelelse|ursprungligt meddelande|wiadomość oryginalna|neges wreiddiol|reply message|"
    r"исходное сообщение|alkuperäinen viesti|(?:below this line is|this is) a copy of (?:the|your) message[^\n]{0,60}?)"
    r"\s{0,3}[-_=]{0,30}\*?\s*$",
    re.IGNORECASE,
)
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
    return _ORIGINAL.match(line[: limits.LINE_LOOK]) is not None


def is_rule(line: str) -> bool:
    """True for a line that is only drawn."""
    return _RULE.match(line[: limits.LINE_LOOK]) is not None


def may_open(text: str) -> bool:
    """False for a line that no separator and no header block can begin with: nearly all lines.

    A look at two characters saves six patterns. A separator begins with what is drawn, a field has its
    colon early.
    """
    return text.lstrip()[:1] in _DRAWN_WITH or text.find(":", 0, FIELD_COLON) >= 0


def may_attribute(text: str) -> bool:
    """False for a line that an attribution cannot end on."""
    return (":" in text or "：" in text) and (text.rstrip()[-1:] in (":", "：") or "wrote:" in text)


def attribution(lines: list[str], first: int) -> tuple[int, bool] | None:
    """An attribution that begins at line ``first``: (the line after it, whether it stands for itself).

    It stands for itself when it names a time or an address; otherwise it counts only with quoted
    lines after it. ``None`` when there is none.
    """
    opening = lines[first][: limits.LINE_LOOK]
    opened = _OPENING.match(opening) is not None
    if opened and _WROTE_AND_SAID.match(opening) and _TIME.search(opening) and _MAIL_ADDRESS.search(opening):
        return first + 1, True
    whole = ""
    for number in range(first, min(first + ATTRIBUTION_LINES, len(lines))):
        line = without_prefix(lines[number])[: limits.LINE_LOOK]
        if not line.strip():
            return None
        whole = f"{whole} {line}" if whole else line
        if _WROTE.search(line):
            known = _MAIL_ADDRESS.search(whole) is not None
            if not opened and not (known and number == first):
                return None
            if len(whole) > 400 or (opened and not known and not any(sign.isdigit() for sign in whole)):
                return None
            return number + 1, (opened and _TIME.search(whole) is not None) or known
        if not opened:
            return None
    return None


def header_block(lines: list[str], first: int) -> Head | None:
    """The header block that begins at line ``first``, or ``None``.

    It begins with a sender (Outlook, Apple), or with date or subject (some phones), and holds a sender
    and at least two of date, subject and recipients. One blank line between fields is let pass, as
    Outlook on the web writes its fields as paragraphs.
    """
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
        elif last in ("to", "cc", "subject") and not blanks and not name and _continues(line, last):
            found[last] += " " + line.strip()
            after = number + 1
        else:
            break
    if "from" not in found or len(found.keys() & {"date", "subject", "to"}) < 2:
        return None
    people = read_addresses(_plain(found["from"]))
    return Head(first, after, people[0] if people else None, _plain(found.get("to", "")),
                _plain(found.get("date", "")), _plain(found.get("subject", "")))  # fmt: skip


def _label(line: str) -> str:
    """Which header field the line begins with, in whatever language; empty when none."""
    matched = _FIELD.match(line[: limits.LINE_LOOK])
    return _FIELD_OF.get(" ".join(matched[1].lower().split()), "") if matched else ""


def _continues(line: str, field: str) -> bool:
    """True for the folded rest of recipients (it holds an address or a separator), or of an indented subject."""
    if field == "subject":
        return line[:1] in " \t"
    return "@" in line or ";" in line or line[:1] in " \t"


def _plain(text: str) -> str:
    """A value without the signs of bold text and ``<mailto:…>`` doubles, bounded."""
    return re.sub(r"[<\[]mailto:[^>\]]{0,320}[>\]]", "", text).strip("* ").strip()[:998]
