"""How text of strangers is put on a terminal: readable at 80 columns, and harmless.

A mail can hold whatever bytes its sender likes. Control characters would move the cursor, change the title of the
window or colour a lie green; marks that turn the direction of writing make ``exe.txt`` of ``txt.exe``. Both are shown
as ``�``. Colour is for terminals only, and never where ``NO_COLOR`` is set.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

import typer

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""C0 and C1 controls but tab and line end, marks of direction, lone halves of surrogate pairs."""
_LEAST, _MOST = 60, 100
_LABEL = 13


def harmless(text: str) -> str:
    """The text with everything replaced that a terminal obeys instead of showing."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).expandtabs(4)


def width() -> int:
    """Columns to use: those of the terminal within reason, 80 where there is none."""
    return max(_LEAST, min(_MOST, shutil.get_terminal_size((80, 24)).columns))


def say(text: str = "", **style: Any) -> None:
    """One or more lines on standard output, with colour on a terminal only."""
    is_plain = bool(os.environ.get("NO_COLOR"))
    typer.secho(harmless(text), color=False if is_plain else None, **style)


def head(title: str) -> None:
    """The name of a section."""
    say()
    say(title, bold=True)


def pair(label: str, value: str, indent: int = 2, **style: Any) -> None:
    """``label   value``, the value wrapped under itself; nothing where there is no value."""
    lines = list(wrapped(value, width() - indent - _LABEL))
    for number, line in enumerate(lines):
        start = " " * indent + (f"{label:<{_LABEL - 1}} " if number == 0 else " " * _LABEL)
        say(f"{start}{line}", **style)


def bullet(text: str, indent: int = 2, **style: Any) -> None:
    """A sentence of a list, wrapped under itself."""
    for number, line in enumerate(wrapped(text, width() - indent - 2)):
        say(f"{' ' * indent}{'- ' if number == 0 else '  '}{line}", **style)


def passage(text: str, margin: str, most: int = 0, **style: Any) -> None:
    """A stretch of text with a margin, wrapped; after ``most`` lines only their number is said."""
    lines = [
        line for one in harmless(text).strip("\n").split("\n") for line in (list(wrapped_line(one, margin)) or [""])
    ]
    for line in lines[: most or None]:
        say(f"{margin}{line}".rstrip(), **style)
    if most and len(lines) > most:
        say(f"{margin}… and {len(lines) - most} lines more", dim=True)


def wrapped_line(line: str, margin: str) -> Iterator[str]:
    """A line of a text in the room beside its margin; addresses of pages are never cut."""
    yield from textwrap.wrap(
        line, width() - len(margin), break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )


def wrapped(value: str, room: int) -> Iterator[str]:
    """A value as lines of that many columns."""
    yield from textwrap.wrap(
        " ".join(harmless(value).split()), max(20, room), break_long_words=False, break_on_hyphens=False
    )


def size(count: int) -> str:
    """``840 bytes``, ``12.3 kB``, ``4.1 MB``."""
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"


def progress(things: Sequence[Any], doing: str) -> Iterator[Any]:
    """The same things, with a bar on standard error while they are many and somebody looks: at a terminal, and not
    where the answers run over the same terminal."""
    if len(things) < _MANY or not sys.stderr.isatty() or sys.stdout.isatty():
        yield from things
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(things, doing, console=Console(stderr=True), transient=True)


_MANY = 10
"""Files from which on one wants to know how far it is."""
