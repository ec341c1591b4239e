"""Outlook's message files, ``.msg`` ([MS-OXMSG]): properties as streams of a compound file."""

from __future__ import annotations

import struct

from . import cfb, limits
from .mails import Letter
from .outlook import (
    ADDRESS,
    DISPLAY_NAME,
    FILE_DATA,
    LONG_NAME,
    MIME,
    NAMED,
    RECIPIENT_TYPE,
    SHORT_NAME,
    SMTP_ADDRESS,
    Properties,
    letter_of,
    person,
)
from .reading import DAMAGED, Budget, Enclosed, Reading, Unreadable
from .sniff import MSG

_TO, _CC = 1, 2
_NAMES = "__nameid_version1.0"
_FIRST_NAMED = 0x8000


def read_msg(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """An Outlook message file. Raises ``Unreadable``."""
    try:
        file = cfb.CompoundFile(content)
        return _letter(file, (), _named(file)).reading(MSG, budget, enclosed)
    except (cfb.Damaged, struct.error):
        raise Unreadable(DAMAGED) from None


def _letter(file: cfb.CompoundFile, folder: tuple[str, ...], named: dict[int, int], depth: int = 0) -> Letter:
    properties = _properties(file, folder, named)
    letter = letter_of(properties)
    charset = properties.charset
    people: dict[int, list[str]] = {}
    for entry in file.children(*folder):
        if entry.name.startswith("__recip_version1.0_"):
            if sum(map(len, people.values())) < limits.MAX_RECIPIENTS:
                one = _properties(file, entry.path, named, charset)
                name, address = one.text(DISPLAY_NAME), one.address(SMTP_ADDRESS, ADDRESS)
                people.setdefault(one.number(RECIPIENT_TYPE), []).append(person(name.strip("'"), address))
        elif entry.name.startswith("__attach_version1.0_"):
            _attach(letter, file, _properties(file, entry.path, named, charset), entry.path, depth, named)
    for label, kind in (("To", _TO), ("Cc", _CC)):
        if any("@" in one for one in people.get(kind, ())):
            listed = ", ".join(people[kind])
            letter.fields = [(name, listed if name == label else value) for name, value in letter.fields]
    return letter


def _attach(
    letter: Letter,
    file: cfb.CompoundFile,
    values: Properties,
    path: tuple[str, ...],
    depth: int,
    named: dict[int, int],
) -> None:
    """A file, or a mail dragged into the mail: a storage of the same form (§2.2.2.1)."""
    name = values.text(LONG_NAME) or values.text(SHORT_NAME) or values.text(DISPLAY_NAME)
    data = values.raw(FILE_DATA)
    inner = (*path, "__substg1.0_3701000D")
    if isinstance(data, bytes):
        declared = values.text(MIME)
        is_whole = declared.startswith("multipart/")  # the mail that a signature was made over
        letter.files.append((name or ("signed message" if is_whole else ""), declared, data))
    elif depth == 0 and file.children(*inner):
        one = _letter(file, inner, named, depth + 1)
        letter.files.append((name or "enclosed message", "text/plain", one.words().encode()))
        letter.files.extend(one.files)


def _properties(
    file: cfb.CompoundFile, folder: tuple[str, ...], named: dict[int, int], charset: str = ""
) -> Properties:
    """Properties of one storage: a stream each, or eight bytes in the property stream (§2.4)."""
    fixed: dict[int, bytes] = {}
    stream = file.stream(*folder, "__properties_version1.0") or b""
    for at in range(_head(folder), len(stream) - 15, 16):
        fixed[int.from_bytes(stream[at + 2 : at + 4], "little")] = stream[at + 8 : at + 16]
    streams = {entry.name.upper() for entry in file.children(*folder)}

    def find(number: int) -> bytes | str | None:
        number = named.get(number, number)
        for kind in ("001F", "001E", "0102"):
            name = f"__substg1.0_{number:04X}{kind}"
            if name.upper() not in streams:
                continue
            raw = file.stream(*folder, name)
            if raw is not None:
                return raw.decode("utf-16-le", "replace") if kind == "001F" else raw
        return fixed.get(number) if number >= 0 and not _is_long(number, streams) else None

    return Properties(find, charset)


def _head(folder: tuple[str, ...]) -> int:
    """Bytes before the first property (§2.4.1): of the mail itself, a mail within, a person or file."""
    if not folder:
        return 32
    return 24 if folder[-1].startswith("__substg1.0_") else 8


def _is_long(number: int, streams: set[str]) -> bool:
    """True when the eight bytes are the size of a stream of another kind."""
    start = f"__SUBSTG1.0_{number:04X}"
    return any(name.startswith(start) for name in streams)


def _named(file: cfb.CompoundFile) -> dict[int, int]:
    """The numbers that this file gave to the named properties which we read (§2.2.3)."""
    sets = file.stream(_NAMES, "__substg1.0_00020102") or b""
    entries = file.stream(_NAMES, "__substg1.0_00030102") or b""
    found: dict[int, int] = {}
    for at in range(0, min(len(entries), 8 * limits.MAX_MEMBERS) - 7, 8):
        number, which, index = struct.unpack_from("<IHH", entries, at)
        place = ((which >> 1) - 3) * 16
        if which & 1 or place < 0:
            continue
        wanted = NAMED.get((sets[place : place + 16], number))
        if wanted is not None:
            found[wanted] = _FIRST_NAMED + index
    return found
