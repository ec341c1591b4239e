"""A value with parameters: ``text/plain; charset=…`` (RFC 2045 §5.1, RFC 2183, RFC 2231).

Read in one pass with a bounded number of parameters. Mended: unquoted values with blanks, quotes that
never close, a forgotten semicolon, encoded words where RFC 2231 belongs, continuations out of order
or without number 0.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .charsets import canonical, decode
from .encoded_words import decode_words

PARAMETER_COUNT = 100
"""Attack: 100,000 ``;`` in a Content-Type took the standard library more than 20 s."""
PARAMETER_LENGTH = 4_096
"""Longer names of files and boundaries are no names."""

# A parameter: name, then a quoted string or anything up to the next semicolon. No part can match another's text.
_PARAMETER = re.compile(
    r";\s*([^\s=;\"]{1,80})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,16384})(?:\"|$)|([^;]{0,16384}))", re.DOTALL
)
_CONTINUED = re.compile(r"([^*]+)\*(\d{1,3})?(\*)?")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNESCAPE = re.compile(r"\\([\"\\])")
"""Only quotes and backslashes are quoted in real mail: before a letter, the backslash is a path of Windows."""
_EXTENDED = re.compile(r"([A-Za-z][A-Za-z0-9_.:-]{1,39})'[A-Za-z-]{0,20}'(.*%[0-9A-Fa-f]{2}.*)", re.DOTALL)
"""A value of RFC 2231 under a name that does not say so: ``filename="UTF-8''M%C3%A4rz.pdf"``."""
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_FORGOTTEN = re.compile(r"([A-Za-z0-9/+.-]{1,200})[\s,]{1,100}(?=[A-Za-z0-9*-]{1,80}=)")
"""A value whose semicolon is missing, or is a comma."""
_NO_VALUE = re.compile(r"\s*(?:filename|name)\*?\s*=", re.IGNORECASE)
"""Parameters at once, without the value that they belong to."""
_ORDINARY = re.compile(
    r"([A-Za-z0-9/+.-]{1,200})(?:;[ \t]*([A-Za-z-]{1,80})=(?:\"([^\"\\='%]{1,200})\"|([^\s;\"=()'%]{1,200})))?"
)
"""A value with at most one parameter, without anything that needs mending."""


class Parameters(NamedTuple):
    """The value proper, lower case, and its parameters by lower-case name."""

    value: str
    of: dict[str, str]


def read_parameters(text: str) -> Parameters:
    """Value and parameters; never raises.

    >>> read_parameters("attachment; filename*=UTF-8''Ffurflen%20ganiat%C3%A2d.pdf").of["filename"]
    'Ffurflen ganiatâd.pdf'
    """
    if not text:
        return Parameters("", {})
    if ordinary := _ORDINARY.fullmatch(text):
        value, name, quoted, bare = ordinary.groups()
        return Parameters(value.lower(), {name.lower(): quoted or bare} if name else {})
    head = text.partition(";")[0]
    if "=" in head and _NO_VALUE.match(head):  # Content-Disposition: filename="a.pdf"
        text, head = f";{text}", ""
    if (forgotten := _FORGOTTEN.match(head)) is not None:  # multipart/mixed boundary="b"
        text = f"{forgotten[1]};{text[forgotten.end() :]}"
        head = forgotten[1]
    value = _COMMENT.sub("", head).strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    position = len(head)
    for _ in range(PARAMETER_COUNT):
        found = _PARAMETER.match(text, position)
        if not found:
            position = text.find(";", position + 1)
            if position < 0:
                break
            continue
        position = found.end()
        name = found[1].lower()
        content = _UNESCAPE.sub(r"\1", found[2]) if found[2] is not None else found[3].strip()
        content = content[:PARAMETER_LENGTH]
        continued = _CONTINUED.fullmatch(name)
        if continued:
            encoded = continued[3] is not None or continued[2] is None
            pieces.setdefault(continued[1], {}).setdefault(int(continued[2] or 0), (encoded, content))
        else:
            plain.setdefault(name, content)
    for name, parts in pieces.items():
        plain[name] = _joined(parts)
    return Parameters(value, {name: _readable(content) for name, content in plain.items()})


def _readable(content: str) -> str:
    """A value, decoded where RFC 2231 or RFC 2047 was used in a place that they do not allow."""
    extended = _EXTENDED.fullmatch(content) if "''" in content or ("'" in content and "%" in content) else None
    if extended and canonical(extended[1]):
        return _joined({0: (True, content)})
    return decode_words(content)


def _joined(parts: dict[int, tuple[bool, str]]) -> str:
    """Continuations in order, percent signs undone, decoded as one (RFC 2231 §3 and §4)."""
    charset = ""
    data = bytearray()
    for place, number in enumerate(sorted(parts)):
        encoded, content = parts[number]
        if encoded and place == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        piece = content.encode("utf-8", "replace")
        data += _PERCENT.sub(lambda escape: bytes((int(escape[1], 16),)), piece) if encoded else piece
    return decode(bytes(data), charset or "utf-8").text[:PARAMETER_LENGTH]
