"""``winmail.dat``, what Outlook sends to people who have none ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .mails import Letter
from .outlook import (
    BODY,
    FILE_DATA,
    LONG_NAME,
    MIME,
    NAMED,
    SENDER_ADDRESS,
    SENDER_NAME,
    SHORT_NAME,
    SUBJECT,
    Properties,
    as_text,
    charset_of,
    letter_of,
)
from .reading import DAMAGED, Budget, Enclosed, Reading, Unreadable
from .sniff import TNEF

_ATT_SUBJECT, _ATT_BODY, _ATT_FROM, _ATT_PROPS = 0x8004, 0x800C, 0x8000, 0x9003
_ATT_RENDER, _ATT_TITLE, _ATT_DATA, _ATT_ATTACHMENT = 0x9002, 0x8010, 0x800F, 0x9005
_ATT_CODE_PAGE = 0x9007
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


_MESSAGE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
"""A message as object: the interface's id stands before it (§2.1.3.4)."""


@dataclass(slots=True)
class _TnefFile:
    title: bytes = b""
    data: bytes = b""
    properties: dict[int, bytes | str] = field(default_factory=dict)


def read_tnef(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """A ``winmail.dat``. Raises ``Unreadable``."""
    try:
        letter = _letter(content)
    except (struct.error, IndexError, ValueError):
        raise Unreadable(DAMAGED) from None
    return letter.reading(TNEF, budget, enclosed)


def _letter(content: bytes) -> Letter:
    message: dict[int, bytes | str] = {}
    files: list[_TnefFile] = []
    charset = ""
    at = 6
    while at + 9 <= len(content):
        level, number, length = content[at], *struct.unpack_from("<HxxI", content, at + 1)
        data = content[at + 9 : at + 9 + length]
        if len(data) < length:
            break
        at += 9 + length + 2
        if level == 2 and number == _ATT_RENDER:
            files.append(_TnefFile())
        elif level == 2 and files:
            _add_to(files[-1], number, data)
        elif number == _ATT_CODE_PAGE:
            charset = charset_of(int.from_bytes(data[:4], "little"))
        elif number == _ATT_PROPS:
            message |= _mapi(data)
        elif number == _ATT_SUBJECT:
            message.setdefault(SUBJECT, data)
        elif number == _ATT_BODY:
            message.setdefault(BODY, data)
        elif number == _ATT_FROM:
            message = _sender(data) | message
    letter = letter_of(Properties(message.get, charset))
    for one in files:
        values = Properties(one.properties.get, charset)
        name = values.text(LONG_NAME) or as_text(one.title, charset).replace("\0", "") or values.text(SHORT_NAME)
        kept = one.properties.get(FILE_DATA)
        data = one.data or (kept if isinstance(kept, bytes) else b"")
        if data.startswith(_MESSAGE):
            data = data[16:]
        letter.files.append((name, values.text(MIME), data))
    return letter


def _add_to(file: _TnefFile, number: int, data: bytes) -> None:
    if number == _ATT_TITLE:
        file.title = data
    elif number == _ATT_DATA:
        file.data = data
    elif number == _ATT_ATTACHMENT:
        file.properties = _mapi(data)


def _sender(data: bytes) -> dict[int, bytes | str]:
    """Name and ``SMTP:address`` after four lengths (§2.1.3.3.1); properties say it better where there are any."""
    _, _, name_length, address_length = struct.unpack_from("<4H", data)
    name, address = data[8 : 8 + name_length], data[8 + name_length : 8 + name_length + address_length]
    return {SENDER_NAME: name, SENDER_ADDRESS: address.partition(b":")[2]}


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
            number = NAMED.get((data[at : at + 16], int.from_bytes(data[at + 20 : at + 24], "little")), number)
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
