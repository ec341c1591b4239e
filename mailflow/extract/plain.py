"""Plain text and tables of text (RFC 4180)."""

from __future__ import annotations

import csv
import io

from mailflow.syntax import charsets

from . import limits
from .reading import CUT, Reading, row
from .sniff import CSV, PLAIN

_DELIMITERS = (",", ";", "\t", "|")


def decode(content: bytes, declared: str = "") -> str:
    """Bytes as text: by its byte order mark, as UTF-16 by its NULs, else by the charset ladder."""
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return content[len(mark) :].decode(charset, "replace")
    head = content[:4096]
    if head[1::2].count(0) * 5 > len(head) * 2 and not head[::2].count(0):
        return content.decode("utf-16-le", "replace")
    if head[::2].count(0) * 5 > len(head) * 2 and not head[1::2].count(0):
        return content.decode("utf-16-be", "replace")
    return charsets.decode(content, declared or "utf-8").text


def read(content: bytes) -> Reading:
    """A text file."""
    text = decode(content[: 4 * limits.MAX_TEXT])
    return Reading(PLAIN, text, CUT if len(content) > 4 * limits.MAX_TEXT else None)


def read_csv(content: bytes) -> Reading:
    """A table of text, its rows as ``Name | Telephone``; the delimiter is the one that its first lines use most."""
    text = decode(content[: 8 * limits.MAX_TEXT]).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text.lower().startswith("sep=") and len(text) > 4:
        delimiter, text = text[4], text.partition("\n")[2]
    else:
        head = "\n".join(text[:20_000].split("\n")[:20])
        delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(limits.MAX_TEXT)
    lines: list[str] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
            if number >= limits.MAX_ROWS:
                return Reading(CSV, "\n".join(lines), CUT)
            line = row(cells[: limits.MAX_CELLS])
            if line:
                lines.append(line)
    except csv.Error:
        return Reading(CSV, text)
    return Reading(CSV, "\n".join(lines))
