"""What Outlook keeps of a mail as properties ([MS-OXPROPS], [MS-OXCMSG]), and its compressed RTF ([MS-OXRTFCP]).

``.msg`` files and ``winmail.dat`` hold the same properties in two wrappings; here they become a letter. Text is
UTF-16, or bytes in the code page that the message names; where it names none, that of its language.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mailflow.parse import parse

from .html import html_text
from .mails import Letter
from .plain import decode
from .reading import DAMAGED, Unreadable
from .rtf import rtf_text

SUBJECT, BODY, HTML, RTF, CLASS = 0x0037, 0x1000, 0x1013, 0x1009, 0x001A
SENDER_NAME, SENDER_ADDRESS, SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
FOR_NAME, FOR_ADDRESS, FOR_SMTP = 0x0042, 0x0065, 0x5D02
TO, CC, SENT, RECEIVED, STARTS, ENDS = 0x0E04, 0x0E03, 0x0039, 0x0E06, 0x0060, 0x0061
FILE_DATA, LONG_NAME, SHORT_NAME, DISPLAY_NAME, MIME = 0x3701, 0x3707, 0x3704, 0x3001, 0x370E
RECIPIENT_TYPE, SMTP_ADDRESS, ADDRESS = 0x0C15, 0x39FE, 0x3003
_HEADERS, _CODE_PAGE, _HTML_CODE_PAGE, _LANGUAGE = 0x007D, 0x3FFD, 0x3FDE, 0x3FF1
_CARD = (("Organisation", 0x3A16), ("Title", 0x3A17), ("Telephone (work)", 0x3A08), ("Telephone (home)", 0x3A09))
_CARD_MORE = (("Telephone (mobile)", 0x3A1C), ("Telephone", 0x3A1A), ("Address", 0x3A15))
LOCATION, CARD_ADDRESS = -1, -2
"""Properties that have no number of their own but a name in each file ([MS-OXMSG] §2.2.3)."""

_APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")
_CONTACT = bytes.fromhex("0420060000000000c000000000000046")
NAMED = {(_APPOINTMENT, 0x8208): LOCATION, (_CONTACT, 0x8083): CARD_ADDRESS}
"""Property set and number within it ([MS-OXPROPS]): where the appointment is, the first address of the card."""

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_NEVER = 0x0CB34557A3DD4000
"""1 January 4501: no date was set ([MS-OXOCAL])."""
_MAX_HEADERS = 256 * 1024
_LANGUAGES = {
    0x01: 1256, 0x02: 1251, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949, 0x15: 1250,
    0x18: 1250, 0x19: 1251, 0x1B: 1250, 0x1E: 874, 0x1F: 1254, 0x20: 1256, 0x22: 1251, 0x25: 1257, 0x26: 1257,
    0x27: 1257, 0x29: 1256, 0x2A: 1258,
}  # fmt: skip
"""The ANSI code page of a language, by the low ten bits of its number ([MS-LCID]); all others write windows-1252."""
_CHINESE = {0x0404: 950, 0x0C04: 950, 0x1404: 950, 0x0804: 936, 0x1004: 936}

Find = Callable[[int], bytes | str | None]


class Properties:
    """The properties of one message, file or person, by number."""

    def __init__(self, find: Find, charset: str = "") -> None:
        """``charset``: of text that is bytes, where the properties do not say it themselves."""
        self._find = find
        self.charset = _charset(self) or charset

    def raw(self, number: int) -> bytes | str | None:
        """As it was kept."""
        return self._find(number)

    def text(self, number: int) -> str:
        """As text; empty when there is none."""
        value = self._find(number)
        if isinstance(value, bytes):
            value = as_text(value, self.charset)
        return (value or "").replace("\0", "").strip()

    def number(self, number: int) -> int:
        """As a whole number; 0 when there is none."""
        value = self._find(number)
        return int.from_bytes(value[:4], "little") if isinstance(value, bytes) else 0

    def time(self, number: int) -> str:
        """A FILETIME, units of 100 ns since 1601 ([MS-DTYP] §2.3.3), as people write it."""
        value = self._find(number)
        if not isinstance(value, bytes) or len(value) != 8:
            return ""
        ticks = int.from_bytes(value, "little")
        if not ticks or ticks == _NEVER:
            return ""
        try:
            return f"{_EPOCH + timedelta(microseconds=ticks // 10):%d/%m/%Y %H:%M} (UTC)"
        except OverflowError:
            return ""

    def address(self, *numbers: int) -> str:
        """The first of them that is an address of the Internet and not one of Exchange's own (``/O=…/CN=…``)."""
        for number in numbers:
            text = self.text(number)
            if "@" in text and not text.startswith("/"):
                return text
        return ""


def _charset(properties: Properties) -> str:
    """The code page of text that is bytes ([MS-OXCMSG] §2.2.1.31); 1200 says that text is UTF-16 anyway."""
    page = properties.number(_CODE_PAGE)
    if page in (0, 1200, 1201):
        language = properties.number(_LANGUAGE)
        page = _CHINESE.get(language & 0xFFFF, 0) or _LANGUAGES.get(language & 0x3FF, 0)
    return charset_of(page)


def charset_of(page: int) -> str:
    """The name of a Windows code page; empty for 0."""
    return {0: "", 65001: "utf-8", 20127: "us-ascii", 28591: "iso-8859-1", 936: "gb18030"}.get(page, f"cp{page}")


def as_text(value: bytes, charset: str) -> str:
    """Bytes in a code page, or in UTF-8 where that is what they are: it is written under any name."""
    value = value.rstrip(b"\0")
    try:
        return value.decode("utf-8")
    except ValueError:
        return decode(value, charset)


def letter_of(properties: Properties) -> Letter:
    """The head and the best text of a mail, an appointment or an address card."""
    letter = Letter()
    kind = properties.text(CLASS).upper()
    headers = properties.text(_HEADERS)[:_MAX_HEADERS]
    date = properties.time(SENT) or properties.time(RECEIVED)
    letter.fields = [
        ("From", _sender(properties, headers)),
        ("To", properties.text(TO)),
        ("Cc", properties.text(CC)),
        ("Date", date),
        ("Subject", properties.text(SUBJECT)),
    ]
    if kind.startswith(("IPM.APPOINTMENT", "IPM.SCHEDULE")):
        letter.fields.append(("Starts", properties.time(STARTS)))
        letter.fields.append(("Ends", properties.time(ENDS)))
        letter.fields.append(("Location", properties.text(LOCATION)))
    elif kind.startswith("IPM.CONTACT"):
        letter.fields.append(("Name", properties.text(DISPLAY_NAME)))
        letter.fields.extend((label, properties.text(number)) for label, number in (*_CARD, *_CARD_MORE))
        letter.fields.append(("E-mail", properties.text(CARD_ADDRESS)))
    letter.text = _body(properties)
    return letter


def _sender(properties: Properties, headers: str) -> str:
    for name_number, *numbers in (
        (SENDER_NAME, SENDER_SMTP, SENDER_ADDRESS),
        (FOR_NAME, FOR_SMTP, FOR_ADDRESS),
    ):
        name, address = properties.text(name_number), properties.address(*numbers)
        if not address and headers:
            author = parse(headers.encode("utf-8", "replace")).author
            address = author.address if author and "@" in author.address else ""
        if name or address:
            return person(name, address)
    return ""


def person(name: str, address: str) -> str:
    """``Ada Bright <ada@police.example>``, or what there is of it."""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _body(properties: Properties) -> str:
    text = properties.text(BODY)
    html, rich = properties.raw(HTML), properties.raw(RTF)
    if not text and html:
        charset = charset_of(properties.number(_HTML_CODE_PAGE)) or properties.charset
        text = html_text(html if isinstance(html, str) else as_text(html, charset))
    if not text.strip() and isinstance(rich, bytes):
        text = rtf_text(unpack_rtf(rich))
    return text


_PREFIX = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
    b"\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the dictionary holds before the first byte ([MS-OXRTFCP] §2.1.3.1.1)."""
_MAX_RTF = 16 * 1024 * 1024


def unpack_rtf(data: bytes) -> bytes:
    """Compressed RTF ([MS-OXRTFCP]): a dictionary of 4,096 bytes, references of up to 17. Raises ``Unreadable``."""
    if len(data) < 16:
        raise Unreadable(DAMAGED)
    _, size, kind, _ = struct.unpack_from("<IIII", data, 0)
    if kind == 0x414C454D:  # "MELA": not compressed
        return data[16 : 16 + size]
    if kind != 0x75465A4C or size > _MAX_RTF:
        raise Unreadable(DAMAGED)
    book = bytearray(_PREFIX.ljust(4096, b"\0"))
    place, found, at = len(_PREFIX), bytearray(), 16
    while at < len(data) and len(found) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                piece, step = data[at : at + 1], 1
                for letter in piece:
                    book[place % 4096] = letter
            else:
                if at + 2 > len(data):
                    return bytes(found)
                word, step = int.from_bytes(data[at : at + 2], "big"), 2
                offset = word >> 4
                if offset == place % 4096:
                    return bytes(found)
                copied = bytearray()
                for number in range((word & 0xF) + 2):
                    letter = book[(offset + number) % 4096]
                    book[(place + number) % 4096] = letter
                    copied.append(letter)
                piece = bytes(copied)
            at += step
            place += len(piece)
            found += piece
    return bytes(found[:size])
