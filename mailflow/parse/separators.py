"""Forward lines and header blocks beyond those that ``heads`` reads: more languages, fields that nobody listed.

Reasoning. A forward line is drawn and names a forwarded message in some language; nobody draws such a line by
hand. A header block may hold a field that no table has ("Répondre à", "Risposta"), may say only who and when,
or stand on a single line where HTML lost its line ends: such a block is completed or shortened until ``heads``
reads it, so that there is one reader of blocks.
"""

from __future__ import annotations

import re

from . import heads, limits
from .heads import Head

LINES = 14
"""A header block is not longer."""

_WORDS = (
    "forwarded (?:message|mail|email)", "weitergeleitete (?:nachricht|e-?mail)",
    "message (?:transmis|transféré|réexpédié)", "mensaje reenviado", "mensagem (?:re)?encaminhada",
    "messaggio inoltrato", "doorgestuurd (?:bericht|e-mail)", "wiadomość przekazana", "przekazana wiadomość",
    "přeposlaná zpráva", "preposlaná správa", "továbbított (?:üzenet|levél)",
    "videresendt (?:meddelelse|melding|besked)", "vidarebefordrat (?:meddelande|mejl|brev)",
    "edelleenlähetetty viesti", "välitetty viesti", "mesaj (?:redirec[tțţ]ionat|retransmis|înaintat)",
    "i?letilmiş (?:mesaj|ileti|posta)", "i?letilen (?:mesaj|ileti|posta)", "перенаправлене повідомлення",
    "переслане повідомлення", "пересылаемое сообщение", "пересланное сообщение", "пересланное письмо",
    "препратено съобщение", "proslijeđena poruka", "prosleđena poruka", "posredovano sporočilo",
    "persiųstas laiškas", "pārsūtīt(?:s|a) (?:ziņojums|vēstule)", "edastatud (?:kiri|sõnum)", "missatge reenviat",
    "προωθημένο μήνυμα", "áframsend(?:ur)? (?:skilaboð|póstur)",
    "neges (?:wedi'i |a )?(?:hanfon|anfonwyd) ymlaen", "メッセージを転送", "転送メッセージ",
    "已转发的?(?:邮件|消息)", "转发(?:的?邮件(?:信息)?|信息)", "轉寄(?:郵件|的郵件)", "전달된 (?:메일|메시지)",
    "הודעה שהועברה", "رسالة (?:معاد توجيهها|محولة)", "پیام (?:بازفرستاده|ارسال)", "thư (?:đã )?chuyển tiếp",
    "pesan (?:yang )?diteruskan",
)  # fmt: skip
FORWARD_WORDS = "|".join((heads.FORWARD_WORDS, *_WORDS, heads.ANSWER_WORDS)).replace("i", "[iİ]")
"""One of them stands in every forward line; blind to the dot of the Turkish capital, as the standard library is."""
_FORWARDED = re.compile(
    rf"[\s>]{{0,10}}[-=*_]{{2,30}}\s{{0,3}}(?:\u0307?)(?:{'|'.join(_WORDS)})(?:[\s/–-][^\n]{{0,60}}?)?[-=*_:\s]",
    re.IGNORECASE,
)
_FORWARDED_BARE = re.compile(rf"[\s>]{{0,10}}(?:{'|'.join(_WORDS)})\s{{0,2}}:\s*$", re.IGNORECASE)
"""MailMate: the words and a colon; counts only with a header block or quoted lines below."""
_UNLISTED = re.compile(
    r"[\s>*_]{0,10}(?:risposta|rispondi a|répondre à|reply[- ]to|responder a|antwort an|antwoorden aan|organi[sz]ation|"
    r"x-[a-z-]{1,30}|return-path|in-reply-to|message-id|references|mailed-by|signed-by|security|categories|"
    r"classification|priorité|priorità|prioridad|flag status|follow up flag)\*{0,2}\s{0,2}[:：]",
    re.IGNORECASE,
)
_DATED_FIRST = re.compile(r"[\s>]{0,10}message (?:du|envoyé)\s{0,2}:", re.IGNORECASE)
_WHEN = re.compile(r"[^\n]{0,160}(?<!\d)(?:(?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d)(?!\d)[^\n]{0,60}\d{1,2}:\d\d")
_IN_ONE_LINE = re.compile(
    r"[\s>*_]{0,10}(?:From|De|Von|Van|Da)\s?:[^\n]{1,120}@[^\n]{1,120}\s\*{0,2}(?:Date|Sent|Envoyé|Gesendet)\s?:\s"
)
_FIELD_BEGINS = re.compile(r"\s(?=\*{0,2}(?:Date|Sent|To|Cc|Subject|Envoyé|À|Objet|Gesendet|An|Betreff)\s?:\s)")
_RULE = re.compile(r"[\s>]{0,10}[=_*#—–-]{4,300}\s*$")
_BEGINS = frozenset(
    {
        "from", "date", "sent", "de", "envoyé", "message du", "message envoyé", "von", "gesendet", "datum", "van",
        "verzonden", "da", "data", "inviato", "fecha", "enviado", "enviada", "od", "fra", "från", "dato", "sendt",
        "skickat", "oddi wrth", "anfonwyd", "wysłano",
    }
)  # fmt: skip
"""The first field of a block that may need completion; every other line is done with after one look."""


def is_forward_separator(line: str) -> bool:
    """True for ``---------- Forwarded message ---------`` in any language that we know."""
    return heads.is_forward_separator(line) or _FORWARDED.match(line[: limits.LINE_LOOK]) is not None


def is_bare_forward(line: str) -> bool:
    """True for ``Forwarded message:``, which needs a header block or quoted lines below to count."""
    return _FORWARDED_BARE.match(line[: limits.LINE_LOOK]) is not None


def header_block(lines: list[str], first: int) -> Head | None:
    """The header block that begins at line ``first``, or ``None``."""
    found = heads.header_block(lines, first)
    if found is not None:
        return found
    text = lines[first][: limits.LINE_LOOK]
    if text.partition(":")[0].strip(" \t>*_").lower() not in _BEGINS:
        return None
    if _IN_ONE_LINE.match(text):
        return _completed([*_FIELD_BEGINS.split(text), "Subject: -"], first, first + 1)
    window = [line[: limits.LINE_LOOK] for line in lines[first : first + LINES]]
    if _DATED_FIRST.match(text):
        window[0] = f"Date: {text.partition(':')[2]}"
    spared = [number for number, line in enumerate(window) if number and _UNLISTED.match(line)]
    if spared or _DATED_FIRST.match(text):
        for number in spared:
            window[number] = "Importance: -"
        inside = heads.header_block(window, 0)
        return inside._replace(first=first, after=first + inside.after) if inside else None
    return _of_two_fields(window, first)


def _of_two_fields(window: list[str], first: int) -> Head | None:
    """Sender and date, or date and recipient, on two lines and nothing else: an old desk program's block."""
    if len(window) < 2 or (len(window) > 2 and window[2].strip()) or "@" not in f"{window[0]}{window[1]}":
        return None
    one, two = (_WHEN.match(line) is not None for line in window[:2])
    if two and "@" in window[0]:
        return _completed([window[0], window[1], "Subject: -"], first, first + 2)
    if one and "@" in window[1]:
        found = _completed([window[0], window[1], "From: -", "Subject: -"], first, first + 2)
        return found._replace(sender=None) if found else None
    return None


def _completed(fields: list[str], first: int, after: int) -> Head | None:
    """The block of fields to which the missing one was added; the addition is taken out again."""
    found = heads.header_block(fields, 0)
    if found is None or found.after < len(fields) - 1:
        return None
    return found._replace(first=first, after=after, subject="" if found.subject == "-" else found.subject)


def drawn_above(lines: list[str], first: int) -> int:
    """Where a header block begins when the rule that is drawn right above it is counted in."""
    above = first - 1
    if above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above][: limits.LINE_LOOK]) else first
