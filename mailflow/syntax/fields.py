"""A header block to its fields (RFC 5322 §2.2), however it is damaged.

Found in real mail: an mbox ``From `` line or blank lines before the first field, a line without a
colon between two fields, a missing blank line before the body, CRLF beside LF, NUL bytes, a field
without a value. Each has a defect and none is a reason to stop.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .encoded_words import raw_text

HEADER_BLOCK_BYTES = 1_048_576
"""Attack: 25 MB of header. Fields beyond the first megabyte are not read."""
HEADER_COUNT = 1_000
"""Attack: a million short fields, each an object; real mail has seldom more than a hundred."""
HEADER_VALUE_BYTES = 16_384
"""Attack: 20,000 addresses or encoded words, 100,000 ``;`` or 40,000 ``(`` in one field, which send
readers of tokens into quadratic time or deep recursion. 16 kB hold some 300 recipients."""
HEADER_NAME_BYTES = 200
"""Longer names are lines of text that happen to have a colon."""

FIELDS_WITHOUT_FOLDS = 100
"""Attack: half a million lines without a colon, each of which asks the sixty below it; it took 6 s."""
FOLDED_LINES = 1_000
"""Attack: a field folded a million times; each line would be kept until the field is whole."""

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_WELL_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|subject|date|message-id|reply-to|sender|return-path|received|mime-version|references|"
    rb"in-reply-to|content-[a-z-]{1,40}|x-[a-z0-9-]{1,80}|dkim-signature|authentication-results|list-[a-z-]{1,20}|"
    rb"precedence|auto-submitted|delivered-to|thread-[a-z]{1,10}|importance)[ \t]*:"
)
_MACHINES_BELOW = re.compile(
    rb"(?i)(?:[^\r\n][^\n]{0,998}\n){0,60}?(?:received|mime-version|message-id|dkim-signature|content-type|"
    rb"authentication-results|x-[a-z0-9-]{1,80})[ \t]*:[ \t]"
)
"""Further down, before any blank line, stands a field that people do not write: so the header has not ended.
Programs that save a mail as text lose the indent of folded lines."""
_TITLED = re.compile(rb"(?i)[^\r\n:]{1,200}\r?\n(?=(?:return-path|received|delivered-to|mime-version)[ \t]*:[ \t])")
"""A line above the header, as programs put it that pass a mail on as text."""
_FOLDED_BELOW = re.compile(rb"[ \t]+[^\s]")
_MBOX = re.compile(rb">?From (?! *:)")
_MBOX_DATED = re.compile(rb">?From [^\n]{0,200} \d\d?:\d\d(?::\d\d)? ")
_INDENTED = re.compile(rb"[ \t]{1,100}")
_BLANK_LINES = re.compile(rb"(?:[ \t]{0,1000}\r?\n){1,1000}")
_LINE_END = re.compile(rb"[ \t]*[\r\n]+[ \t]*")
ORDINARY_BYTES = 65_536
"""A longer header is read line by line."""
_HEADER_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\n[ \t]+")
_ORDINARY = re.compile(r"(?m)^([!-9;-~]{1,200}):[ \t]*(.*)$")
_PRINTABLE = bytes([10, *range(32, 127)])
"""Printable ASCII, and the line ends between fields."""


class RawField(NamedTuple):
    """One field: its name as written, and its value unfolded, in bytes."""

    name: str
    value: bytes


class HeaderBlock(NamedTuple):
    """The fields of a header, where its body begins, and what was wrong. Columns, for hardly anybody asks for rows."""

    names: tuple[str, ...]
    """As written, in order."""
    keys: tuple[str, ...]
    """The same in lower case."""
    views: tuple[str, ...]
    """The values, unfolded, one for every name: each byte is one sign (Latin-1)."""
    body: int
    defects: tuple[str, ...]
    topmost: dict[str, str]
    """The first value of every key, in the same view."""
    plain: bool = False
    """Nothing in any value needs to be decoded: the views are the texts."""

    @property
    def values(self) -> tuple[bytes, ...]:
        """The values as they stand, unfolded."""
        return tuple([view.encode("latin-1") for view in self.views])

    @property
    def fields(self) -> tuple[RawField, ...]:
        """Names and values together, in order."""
        return tuple(map(RawField, self.names, self.values))

    def first(self, name: str) -> bytes:
        """The first value of that (lower-case) name; empty when there is none."""
        return self.topmost.get(name, "").encode("latin-1")

    def text(self, name: str, body_charset: str = "") -> str:
        """The same as text, before encoded words are read (:func:`raw_text`)."""
        view = self.topmost.get(name, "")
        return view if view.isascii() else raw_text(view.encode("latin-1"), body_charset)[0]


def _block(fields: list[RawField], body: int, defects: tuple[str, ...]) -> HeaderBlock:
    """A header with its index."""
    names = tuple([field.name for field in fields])
    views = tuple([field.value.decode("latin-1") for field in fields])
    keys = tuple([name.lower() for name in names])
    return HeaderBlock(names, keys, views, body, defects, _topmost(keys, views))


def _topmost(keys: tuple[str, ...], views: tuple[str, ...]) -> dict[str, str]:
    """The first value of every key: filled from below, so that the first is put last."""
    return dict(zip(reversed(keys), reversed(views), strict=True))


def read_fields(raw: bytes, start: int, end: int, *, top: bool = False) -> HeaderBlock:
    """The header block of the entity ``raw[start:end]``; ``top`` when it is a whole mail.

    Never raises. Defects: ``mbox_line``, ``header_without_colon``, ``header_end_missing``,
    ``too_many_headers``, ``header_too_long``, ``header_block_too_long``, ``nul_in_header``.
    """
    return _ordinary(raw, start, end) or _line_by_line(raw, start, end, top=top)


def _ordinary(raw: bytes, start: int, end: int) -> HeaderBlock | None:
    """A header without any fault, read at one stroke; ``None`` when it must be read line by line.

    Both ways give the same for what both can read (a test holds them together); this one takes a fifth
    of the time, and nearly all mail is of this kind.
    """
    ends = _HEADER_END.search(raw, start, min(end, start + ORDINARY_BYTES))
    if ends is None or ends.start() == start:
        return None
    # Bytes beyond ASCII are of one sign each in Latin-1, and the same bytes again on the way back.
    block = raw[start : ends.start()].decode("latin-1")
    if "\r" in block:
        block = "\n".join(block.removesuffix("\r").split("\r\n"))  # half the time of replacing them
    if " \n" in block:
        block = block.replace(" \n", "\n")
        if " \n" in block:
            return None
    if "\r" in block or "\0" in block or ("\t" in block and "\t\n" in block):
        return None
    folded = block.count("\n")
    whole = _FOLD.sub(" ", block).rstrip(" \t")
    found = _ORDINARY.findall(whole)
    if len(found) != whole.count("\n") + 1 or folded >= min(HEADER_COUNT, FOLDED_LINES):
        return None
    if len(whole) > HEADER_VALUE_BYTES and max(len(value) for _, value in found) > HEADER_VALUE_BYTES:
        return None
    names, views = zip(*found, strict=True)
    keys = tuple("\n".join(names).lower().split("\n"))
    plain = whole.isascii() and not whole.encode("ascii").translate(None, _PRINTABLE)
    plain = plain and not ("?" in whole and "=?" in whole)
    return HeaderBlock(names, keys, views, ends.end(), (), _topmost(keys, views), plain)


def _line_by_line(raw: bytes, start: int, end: int, *, top: bool) -> HeaderBlock:
    """A header of any sort."""
    position = start
    defects: list[str] = []
    if top:
        position = _skip_prelude(raw, start, end, defects)
    lines: list[list[bytes]] = []
    limit = min(end, position + HEADER_BLOCK_BYTES)
    while position < end:
        if position >= limit:
            defects.append("header_block_too_long")
            position = _after_blank_line(raw, position, end)
            break
        line_end = raw.find(b"\n", position, end)
        following = end if line_end < 0 else line_end + 1
        content = raw[position : min(following, position + HEADER_VALUE_BYTES + HEADER_NAME_BYTES)].rstrip(b"\r\n")
        if not content:
            position = following
            break
        if not _take_line(content, lines, raw, following, defects):
            if lines or not top:
                defects.append("header_end_missing")
            break
        position = following
    fields = [_field(parts, defects) for parts in lines]
    return _block(fields, position, tuple(dict.fromkeys(defects)))


def _take_line(content: bytes, lines: list[list[bytes]], raw: bytes, following: int, defects: list[str]) -> bool:
    """One line into its field; false when it does not belong to the header at all."""
    if content[:1] in b" \t" and lines:
        _continue(lines[-1], content, defects)
    elif _FIELD.match(content):
        if len(lines) < HEADER_COUNT:
            lines.append([content])
        else:
            defects.append("too_many_headers")
    elif lines and (
        _WELL_KNOWN.match(raw, following)
        or _FOLDED_BELOW.match(raw, following)
        or (len(lines) < FIELDS_WITHOUT_FOLDS and _MACHINES_BELOW.match(raw, following))
    ):
        defects.append("header_without_colon")
        _continue(lines[-1], b" " + content, defects)
    else:
        return False
    return True


def _skip_prelude(raw: bytes, start: int, end: int, defects: list[str]) -> int:
    """Past what stands before the first field: a byte order mark, blank lines (web mail saves an "original message"
    below a line of blanks), the ``From `` line of mbox files (RFC 4155 appendix A), an indent of the first field.
    """
    position = start + 3 if raw.startswith(b"\xef\xbb\xbf", start, end) else start
    if (blank := _BLANK_LINES.match(raw, position, end)) and (
        _FIELD.match(raw, blank.end()) or _MBOX.match(raw, blank.end())
    ):
        position = blank.end()
    if _MBOX.match(raw, position, end):
        line_end = raw.find(b"\n", position, end)
        if line_end >= 0 and (_FIELD.match(raw, line_end + 1) or _MBOX_DATED.match(raw, position, end)):
            defects.append("mbox_line")
            return line_end + 1
    if titled := _TITLED.match(raw, position, end):
        position = titled.end()
    indented = _INDENTED.match(raw, position, end)
    return indented.end() if indented and _WELL_KNOWN.match(raw, indented.end(), end) else position


def _after_blank_line(raw: bytes, position: int, end: int) -> int:
    """Where the body begins when the header was cut short."""
    places = [place + len(mark) for mark in (b"\n\n", b"\n\r\n") if (place := raw.find(mark, position, end)) >= 0]
    return min(places, default=end)


def _continue(parts: list[bytes], content: bytes, defects: list[str]) -> None:
    """A folded line joins its field, as long as the field stays within its limit."""
    if len(parts) > FOLDED_LINES:
        defects.append("header_too_long")
    else:
        parts.append(content)


def _field(parts: list[bytes], defects: list[str]) -> RawField:
    """Name and unfolded value: a line end with the blanks around it becomes one blank (RFC 5322 §2.2.3)."""
    whole = b" ".join([parts[0].rstrip(b" \t"), *filter(None, (part.strip(b" \t") for part in parts[1:]))])
    name, _, value = whole.partition(b":")
    value = (_LINE_END.sub(b" ", value) if b"\r" in value else value).strip(b" \t")
    if len(value) > HEADER_VALUE_BYTES:
        defects.append("header_too_long")
        value = value[:HEADER_VALUE_BYTES]
    if b"\0" in value:
        defects.append("nul_in_header")
        value = value.replace(b"\0", b"")
    return RawField(name.rstrip(b" \t").decode("ascii", "replace"), value)
