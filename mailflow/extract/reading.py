"""What a reader of one sort of document gives back, and how text is made ready for those who match it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import limits, spent

EMPTY = "empty"
PASSWORD = "password-protected"  # noqa: S105 - what is said of an attachment, no password
DAMAGED = "damaged"
PICTURE = "picture only, not read"
SCANNED = "pictures only, no text"
DYNAMIC = "a form that only Adobe Reader shows, without answers that could be read"
NO_TEXT = "no text in it"
OVER_LIMITS = "could not be read within the limits"
TOO_LARGE = "too large to be read"
SOUND = "sound or film, not read"
UNKNOWN = "a type that is not read"
PROGRAM = "a program, not read"
RIGHTS = "rights-protected message, opens only at its portal"
ENCRYPTED = "encrypted"
SIGNATURE = "a digital signature"
CUT = "only the beginning was read"
PART = "read in part, the rest is damaged or over the limits"

TICKED = "☒"
UNTICKED = "☐"
STRUCK = "~~"
"""Stands before and after words that the writer struck through: ``I agree / ~~do not agree~~``."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document says: ``type`` by content, its text, or a note in words why there is none.

    A note beside a text says that the text is not all of it.
    """

    type: str
    text: str | None = None
    note: str | None = None


class Unreadable(Exception):
    """A document that has no text for us; ``note`` says in words why."""

    def __init__(self, note: str) -> None:
        self.note = note
        super().__init__(note)


@dataclass(slots=True)
class Budget:
    """What is left for a document and all that is enclosed in it.

    Shared by the readers of one attachment, so that an archive of archives spends one purse.
    """

    depth: int = limits.MAX_DEPTH
    members: int = limits.MAX_ARCHIVE_READ
    unpacked: int = limits.MAX_UNPACKED_BYTES

    def spend(self, size: int) -> bool:
        """Take ``size`` unpacked bytes and one member; False when the purse does not hold them, or time is up."""
        if spent.seconds() > limits.ENCLOSED_SECONDS or self.depth <= 0 or self.members <= 0 or size > self.unpacked:
            return False
        self.members -= 1
        self.unpacked -= size
        return True


Enclosed = Callable[[bytes, str, str, Budget], Reading]
"""Reads a document within a document: content, name, declared type, purse."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\f\u0085\u2028\u2029]")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})


def tidy(text: str) -> str:
    """Text as all of mailflow has it: LF line ends, no NUL or other control characters, no blanks at line
    ends, never more than one empty line, hard spaces as spaces."""
    text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)).translate(_SPACES)
    text = _SURROGATES.sub("\ufffd", text)
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.rstrip()
        if bare or (lines and lines[-1]):
            lines.append(bare)
    return "\n".join(lines).strip("\n")


def finish(reading: Reading) -> Reading:
    """Tidy the text, cut it at the limit, and say so where nothing or not all is left."""
    if reading.text is None:
        return reading if reading.note else Reading(reading.type, None, NO_TEXT)
    text = tidy(reading.text)
    if not text.strip():
        return Reading(reading.type, None, reading.note or NO_TEXT)
    if len(text) > limits.MAX_TEXT:
        return Reading(reading.type, text[: limits.MAX_TEXT].rstrip(), CUT)
    return Reading(reading.type, text, reading.note)


def row(cells: list[str]) -> str:
    """One row of a table as text: ``Name | Telephone``; empty when no cell says anything."""
    flat = [" ".join(cell.split()) for cell in cells]
    while flat and not flat[-1] and len(flat) > 2:
        flat.pop()
    return " | ".join(flat).rstrip() if any(flat) else ""


def struck(text: str) -> str:
    """Words that were struck through, marked; blanks at the edges stay outside the marks."""
    bare = text.strip()
    if not bare:
        return text
    start = text.index(bare)
    return f"{text[:start]}{STRUCK}{bare}{STRUCK}{text[start + len(bare) :]}"
