"""Mails as files: ``.eml`` (RFC 5322), Outlook's ``.msg`` ([MS-OXMSG]) and ``winmail.dat`` ([MS-OXTNEF]).

All three become one form: who wrote to whom, when, about what; the text; each attachment under its name.
The judgement of a mail (what is newly written, who is a machine) is not made here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from mailflow.model.message import Address
from mailflow.parse import parse

from . import cfb
from .archive import enclose, show_name
from .html import html_text
from .plain import decode
from .reading import DAMAGED, OVER_LIMITS, Budget, Enclosed, Reading, Unreadable, tidy
from .rtf import rtf_text
from .sniff import EML, MSG, TNEF


@dataclass(slots=True)
class _Letter:
    """What the three forms have in common."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)

    def reading(self, kind: str, budget: Budget, enclosed: Enclosed) -> Reading:
        head = "\n".join(f"{label}: {' '.join(value.split())}" for label, value in self.fields if value.strip())
        pieces = [head, tidy(self.text)]
        for name, declared, content in self.files:
            if budget.spend(len(content)):
                pieces.append(enclose(name, declared, content, budget, enclosed))
            else:
                pieces.append(f"[{show_name(name)}: {OVER_LIMITS}]")
        return Reading(kind, "\n\n".join(piece for piece in pieces if piece))


def read_eml(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """A mail as a file, read as every other mail is: by ``parse``, here behind the limits of the worker."""
    message = parse(content)
    letter = _Letter(
        [
            ("From", _people(message.from_)),
            ("To", _people(message.to)),
            ("Cc", _people(message.cc)),
            ("Date", message.header("Date")),
            ("Subject", message.subject),
        ],
        message.text,
        [(one.name, one.declared_type, one.content) for one in message.attachments],
    )
    return letter.reading(EML, budget, enclosed)


def _people(addresses: tuple[Address, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in addresses)


# -- Outlook's properties ([MS-OXPROPS]; the number is the property id) ----------------------------------------
_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC, _SENT = 0x0E04, 0x0E03, 0x0039
_FILE_DATA, _LONG_NAME, _SHORT_NAME, _DISPLAY_NAME, _MIME = 0x3701, 0x3707, 0x3704, 0x3001, 0x370E
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
Properties = Callable[[int], bytes | str | None]


def _outlook(values: Properties, letter: _Letter) -> None:
    """The head and the best text of a mail that is kept as properties."""
    name, address = _text(values(_SENDER_NAME)), _text(values(_SENDER_SMTP)) or _text(values(_SENDER_ADDRESS))
    address = address if "@" in address else ""
    letter.fields = [
        ("From", f"{name} <{address}>" if name and address and name != address else name or address),
        ("To", _text(values(_TO))),
        ("Cc", _text(values(_CC))),
        ("Date", _time(values(_SENT))),
        ("Subject", _text(values(_SUBJECT))),
    ]
    letter.text = _text(values(_BODY))
    html, rich = values(_HTML), values(_RTF)
    if not letter.text.strip() and html:
        letter.text = html_text(html if isinstance(html, str) else decode(html))
    if not letter.text.strip() and isinstance(rich, bytes):
        letter.text = rtf_text(unpack_rtf(rich))


def _text(value: bytes | str | None) -> str:
    if isinstance(value, bytes):
        value = decode(value)
    return (value or "").replace("\0", "")


def _time(value: bytes | str | None) -> str:
    """A FILETIME: units of 100 ns since 1601 ([MS-DTYP] §2.3.3)."""
    if not isinstance(value, bytes) or len(value) != 8:
        return ""
    try:
        return f"{_EPOCH + timedelta(microseconds=int.from_bytes(value, 'little') // 10):%d/%m/%Y %H:%M} (UTC)"
    except OverflowError:
        return ""


def read_msg(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """An Outlook message file. Raises ``Unreadable``."""
    try:
        return _msg_letter(cfb.CompoundFile(content), ()).reading(MSG, budget, enclosed)
    except (cfb.Damaged, struct.error):
        raise Unreadable(DAMAGED) from None


def _msg_letter(file: cfb.CompoundFile, folder: tuple[str, ...], depth: int = 0) -> _Letter:
    letter = _Letter()
    _outlook(_msg_properties(file, folder), letter)
    for entry in file.children(*folder):
        if not entry.name.startswith("__attach_version1.0_"):
            continue
        values = _msg_properties(file, entry.path)
        name = _text(values(_LONG_NAME)) or _text(values(_SHORT_NAME)) or _text(values(_DISPLAY_NAME))
        data = values(_FILE_DATA)
        inner = (*entry.path, "__substg1.0_3701000D")
        if isinstance(data, bytes):
            letter.files.append((name, _text(values(_MIME)), data))
        elif depth == 0 and file.children(*inner):
            # a mail dragged into a mail is a storage of the same form ([MS-OXMSG] §2.2.2.1)
            one = _msg_letter(file, inner, depth + 1)
            head = "\n".join(f"{label}: {value}" for label, value in one.fields if value.strip())
            letter.files.append((name or "enclosed message", "text/plain", f"{head}\n\n{one.text}".encode()))
            letter.files.extend(one.files)
    return letter


def _msg_properties(file: cfb.CompoundFile, folder: tuple[str, ...]) -> Properties:
    """Properties of one storage: a stream each, or eight bytes in the property stream ([MS-OXMSG] §2.4)."""
    fixed: dict[int, bytes] = {}
    stream = file.stream(*folder, "__properties_version1.0") or b""
    for head in (32, 24, 8):
        if len(stream) >= head and (len(stream) - head) % 16 == 0:
            for at in range(head, len(stream), 16):
                fixed[int.from_bytes(stream[at + 2 : at + 4], "little")] = stream[at + 8 : at + 16]
            break

    def value(number: int) -> bytes | str | None:
        for kind in ("001F", "001E", "0102"):
            raw = file.stream(*folder, f"__substg1.0_{number:04X}{kind}")
            if raw is not None:
                return raw.decode("utf-16-le", "replace") if kind == "001F" else raw
        return fixed.get(number) if number == _SENT else None

    return value


# -- TNEF -------------------------------------------------------------------------------------------------------
_ATT_SUBJECT, _ATT_BODY, _ATT_FROM, _ATT_PROPS = 0x8004, 0x800C, 0x8000, 0x9003
_ATT_RENDER, _ATT_TITLE, _ATT_DATA, _ATT_ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_MAX_PROPERTIES = 4_000
_WIDTHS = {
    0x0002: 2,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 2,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
"""Bytes of each fixed property type ([MS-OXCDATA] §2.11.1)."""
_VARIABLE = frozenset({0x001E, 0x001F, 0x0102, 0x000D})


@dataclass(slots=True)
class _TnefFile:
    title: str = ""
    data: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)


def read_tnef(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """A ``winmail.dat``. Raises ``Unreadable``."""
    try:
        letter = _tnef_letter(content)
    except (struct.error, IndexError, ValueError):
        raise Unreadable(DAMAGED) from None
    return letter.reading(TNEF, budget, enclosed)


def _tnef_letter(content: bytes) -> _Letter:
    letter = _Letter()
    message: dict[int, bytes | str] = {}
    files: list[_TnefFile] = []
    at = 6
    while at + 9 <= len(content):
        level, number, length = content[at], *struct.unpack_from("<HxxI", content, at + 1)
        data = content[at + 9 : at + 9 + length]
        if len(data) < length:
            break
        at += 9 + length + 2
        if level == 2 and number == _ATT_RENDER:
            files.append(_TnefFile())
        elif level == 2 and files and number == _ATT_TITLE:
            files[-1].title = _text(data)
        elif level == 2 and files and number == _ATT_DATA:
            files[-1].data = data
        elif level == 2 and files and number == _ATT_ATTACHMENT:
            files[-1].properties = _mapi(data)
        elif number == _ATT_PROPS:
            message |= _mapi(data)
        elif number == _ATT_SUBJECT:
            message.setdefault(_SUBJECT, _text(data))
        elif number == _ATT_BODY:
            message.setdefault(_BODY, _text(data))
    _outlook(message.get, letter)
    for one in files:
        name = _text(one.properties.get(_LONG_NAME)) or one.title or _text(one.properties.get(_SHORT_NAME))
        data_property = one.properties.get(_FILE_DATA)
        data = one.data or (data_property if isinstance(data_property, bytes) else b"")
        if data[:16] == b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46":
            data = data[16:]  # a message as object: the interface's id stands before it ([MS-OXTNEF] §2.1.3.4)
        letter.files.append((name, _text(one.properties.get(_MIME)), data))
    return letter


def _mapi(data: bytes) -> dict[int, bytes | str]:
    """A list of properties ([MS-OXTNEF] §2.1.3.4); stops where it no longer makes sense."""
    found: dict[int, bytes | str] = {}
    (count,) = struct.unpack_from("<I", data, 0)
    at = 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        if at + 4 > len(data):
            break
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        many, kind = kind & 0x1000, kind & 0x0FFF
        if number >= 0x8000:
            at = _skip_name(data, at)
        if kind in _VARIABLE or many:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        else:
            values = 1
        for _ in range(min(values, _MAX_PROPERTIES)):
            if kind in _VARIABLE:
                (length,) = struct.unpack_from("<I", data, at)
                raw, at = data[at + 4 : at + 4 + length], at + 4 + (length + 3) // 4 * 4
            elif kind in _WIDTHS:
                raw, at = data[at : at + _WIDTHS[kind]], at + (_WIDTHS[kind] + 3) // 4 * 4
            else:
                return found
            found[number] = raw.decode("utf-16-le", "replace") if kind == 0x001F else raw
    return found


def _skip_name(data: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return int(at + 24 + (length + 3) // 4 * 4)


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
