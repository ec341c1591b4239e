"""Rich Text Format 1.9.1: the text, boxes of form fields, tables as rows, struck words marked.

One pass over the bytes with a stack of groups; destinations that hold no text are skipped; deletions of
tracked changes and hidden text are left out. Objects and pictures are never opened.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from . import limits
from .reading import CUT, OVER_LIMITS, TICKED, UNTICKED, Reading, Unreadable, row, struck
from .sniff import RTF
from .symbols import translate

_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?\d{1,10})? ?|'([0-9A-Fa-f]{2})|(.))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)
_SKIPPED = frozenset(
    b"colortbl stylesheet info pict object objdata themedata colorschememapping datastore latentstyles listtable "
    b"listoverridetable rsidtbl generator xmlnstbl fldinst bkmkstart bkmkend nonshppict filetbl revtbl pgptbl listtext "
    b"private datafield panose falt".split()
)
_BREAKS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"tab": "\t",
    b"emdash": "\u2014",
    b"endash": "\u2013",
    b"lquote": "\u2018",
    b"rquote": "\u2019",
    b"ldblquote": "\u201c",
    b"rdblquote": "\u201d",
    b"bullet": "\u2022",
    b"emspace": " ",
    b"enspace": " ",
    b"nestrow": "\n",
    b"nestcell": " ",
}
_CHARSETS = {
    0: "cp1252",
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
"""\\fcharset numbers (RTF 1.9.1, font table)."""


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group."""

    is_skipped: bool = False
    is_struck: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    skip: int = 1
    font: int = -1
    place: str = "text"


def read(content: bytes) -> Reading:
    """The text of an RTF document. Raises ``Unreadable`` when it is nested too deeply."""
    reader = _Reader()
    text = reader.read(content)
    return Reading(RTF, text, CUT if reader.is_full else None)


def rtf_text(content: bytes) -> str:
    """The text of RTF bytes."""
    return _Reader().read(content)


class _Reader:
    def __init__(self) -> None:
        self._state = _State()
        self._stack: list[_State] = []
        self._lines: list[str] = []
        self._stretches: list[tuple[bool, list[str]]] = []
        self._cells: list[str] = []
        self._pending = b""
        self._to_skip = 0
        self._charset = "cp1252"
        self._fonts: dict[int, list[str]] = {}
        self._high: int | None = None
        self._box: dict[bytes, int] = {}
        self._is_table = False
        self._size = 0

    @property
    def is_full(self) -> bool:
        """True when as much text was found as is kept; 10 MB of single letters would take 10 s."""
        return self._size > limits.MAX_TEXT

    def read(self, content: bytes) -> str:
        at, end = 0, len(content)
        while at < end and not self.is_full:
            found = _TOKEN.match(content, at)
            if found is None:
                break
            at = found.end()
            word, number, code, sign, brace, text = found.groups()
            if code is not None:
                self._byte(bytes([int(code, 16)]))
            elif text is not None:
                self._byte(text)
            elif brace is not None:
                self._flush()
                self._open() if brace == b"{" else self._close()
            elif word is not None:
                if word == b"bin" and number:
                    at += max(0, int(number))
                    continue
                self._word(word, int(number) if number else None)
            elif sign is not None:
                self._sign(sign)
        self._flush()
        self._end_line()
        return "\n".join(self._lines)

    def _open(self) -> None:
        if len(self._stack) >= limits.MAX_RTF_GROUPS:
            raise Unreadable(OVER_LIMITS)
        self._stack.append(self._state)

    def _close(self) -> None:
        if self._state.place == "formfield" and self._stack and self._stack[-1].place != "formfield":
            self._end_field()
        if self._stack:
            self._state = self._stack.pop()

    def _byte(self, text: bytes) -> None:
        if self._to_skip:
            taken = min(self._to_skip, len(text))
            self._to_skip -= taken
            text = text[taken:]
        self._pending += text

    def _flush(self) -> None:
        """Bytes that were collected become text in the charset of their font."""
        pending, self._pending = self._pending, b""
        if not pending:
            return
        if self._state.place == "fonttbl":
            name = pending.decode("cp1252", "replace").strip(";")
            if self._state.font in self._fonts and name.strip():
                self._fonts[self._state.font][1] += name
            return
        charset, font = self._fonts.get(self._state.font, ["", ""])
        try:
            text = pending.decode(charset or self._charset)
        except (LookupError, ValueError):
            text = pending.decode("cp1252", "replace")
        self._add(translate(text, font))

    def _add(self, text: str) -> None:
        state = self._state
        if state.is_skipped or state.is_hidden or state.is_deleted or state.place != "text" or not text:
            return
        self._size += len(text)
        if self._stretches and self._stretches[-1][0] == state.is_struck:
            self._stretches[-1][1].append(text)
        else:
            self._stretches.append((state.is_struck, [text]))

    def _take(self) -> str:
        text = "".join(struck("".join(parts)) if is_struck else "".join(parts) for is_struck, parts in self._stretches)
        self._stretches = []
        return text

    def _end_line(self) -> None:
        text = self._take()
        if self._cells:
            self._cells.append(text)
            self._end_row()
        else:
            self._lines.append(text)

    def _end_row(self) -> None:
        self._lines.append(row(self._cells))
        self._cells = []
        self._is_table = False

    def _sign(self, sign: bytes) -> None:
        if sign in b"\\{}":
            self._byte(sign)
            return
        self._flush()
        if sign == b"*":
            self._state = replace(self._state, place="ignorable") if self._state.place == "text" else self._state
        elif sign == b"~":
            self._add(" ")
        elif sign == b"_":
            self._add("-")
        elif sign in b"\r\n":
            self._break("\n")

    def _break(self, text: str) -> None:
        state = self._state
        if state.is_skipped or state.is_deleted or state.place != "text":
            return
        if text == "\n" and not self._cells and not self._is_table:
            self._end_line()
        else:
            self._add(" " if text == "\n" else text)

    def _word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self._unicode(number)
            return
        self._flush()
        self._to_skip = 0
        if self._font_word(word, number) or self._place_word(word, number) or self._look_word(word, number):
            return
        if word in (b"intbl", b"pard", b"trowd"):
            self._is_table = word != b"pard"
        elif word == b"cell":
            if self._state.place == "text" and not self._state.is_skipped:
                self._cells.append(self._take())
        elif word == b"row":
            if self._cells:
                self._end_row()
        elif word in _BREAKS:
            self._break(_BREAKS[word])

    def _font_word(self, word: bytes, number: int | None) -> bool:
        """Fonts and charsets: what bytes mean."""
        if word == b"f" and number is not None:
            self._state = replace(self._state, font=number)
            if self._state.place == "fonttbl":
                self._fonts[number] = ["", ""]
        elif word == b"fcharset" and self._state.place == "fonttbl":
            if self._state.font in self._fonts:
                self._fonts[self._state.font][0] = _CHARSETS.get(number or 0, "")
        elif word == b"fonttbl":
            self._state = replace(self._state, place="fonttbl")
        elif word == b"ansicpg" and number:
            self._set_charset(number)
        elif word == b"mac":
            self._charset = "mac-roman"
        else:
            return False
        return True

    def _place_word(self, word: bytes, number: int | None) -> bool:
        """Destinations: whether what follows is text."""
        if word == b"formfield":
            self._box = {}
            self._state = replace(self._state, place="formfield", is_skipped=False)
        elif word in (b"fftype", b"ffres", b"ffdefres"):
            self._box[word] = number or 0
        elif self._state.place == "ignorable" or word in _SKIPPED:
            is_field = word == b"fldinst"  # it may hold a form field
            self._state = replace(self._state, is_skipped=not is_field, place="field" if is_field else "skip")
        elif word == b"shptxt":
            self._state = replace(self._state, place="text", is_skipped=False)
        else:
            return False
        return True

    def _look_word(self, word: bytes, number: int | None) -> bool:
        """Struck, hidden, deleted text, and how many letters stand in for a Unicode one."""
        on = number != 0
        if word in (b"strike", b"striked"):
            self._state = replace(self._state, is_struck=on)
        elif word == b"v":
            self._state = replace(self._state, is_hidden=on)
        elif word == b"deleted":
            self._state = replace(self._state, is_deleted=on)
        elif word == b"plain":
            self._state = replace(self._state, is_struck=False, is_hidden=False, is_deleted=False)
        elif word == b"uc" and number is not None:
            self._state = replace(self._state, skip=min(max(number, 0), 8))
        else:
            return False
        return True

    def _set_charset(self, number: int) -> None:
        name = "utf-8" if number == 65001 else f"cp{number}"
        try:
            codecs.lookup(name)
        except LookupError:
            return
        self._charset = name

    def _unicode(self, number: int) -> None:
        """``\\uN`` is a UTF-16 unit as a signed number; the letters after it are for readers who know no Unicode."""
        self._flush()
        unit = number & 0xFFFF
        if 0xD800 <= unit < 0xDC00:
            self._high = unit
        else:
            if 0xDC00 <= unit < 0xE000 and self._high is not None:
                self._add(chr(0x10000 + ((self._high - 0xD800) << 10) + (unit - 0xDC00)))
            else:
                _, font = self._fonts.get(self._state.font, ["", ""])
                self._add(translate(chr(unit), font))
            self._high = None
        self._to_skip = self._state.skip

    def _end_field(self) -> None:
        """A check box field (\\fftype1): its result, or where that is 25 its default."""
        if self._box.get(b"fftype") == 1:
            result = self._box.get(b"ffres", 25)
            checked = self._box.get(b"ffdefres", 0) if result == 25 else result
            keep = self._state
            self._state = replace(keep, place="text", is_skipped=False)
            self._add(TICKED if checked else UNTICKED)
            self._state = keep
        self._box = {}
