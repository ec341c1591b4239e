"""PDF (ISO 32000-1): text of the pages, values of the form, notes written on the pages. Imported in the worker only.

Order is that of the page's own content. Where the layout shows pieces side by side on one line they become the
cells of a row, ``Name | Jane Roe``, and lines that go on in the last column are joined to their cell.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from . import limits, spent
from .package import bare, child, xml
from .reading import (
    CUT,
    DAMAGED,
    DYNAMIC,
    OVER_LIMITS,
    PART,
    PASSWORD,
    SCANNED,
    TICKED,
    UNTICKED,
    Reading,
    Unreadable,
    row,
    tidy,
)
from .sniff import PDF

_GAP = re.compile(r" {3,}")
"""Spaces of the laid-out page that part two cells; words of a justified line stand closer."""
_MAX_PIECES = 12
"""Lines of the plain text that may make one row of the layout."""
_MAX_LAYOUT = 60_000
"""Characters of a page beyond which the layout is not looked at: nobody writes such a page."""
_MAX_LAYOUT_BYTES = 256 * 1024
"""The same for its unpacked content: a drawn map of a megabyte takes 2 s without and 4 s with its layout."""
_VALUE = re.compile(rf": (?!signed$|{UNTICKED}$)")
"""A field that was filled in."""
_BARE_AND = re.compile(rb"&(?!#?[A-Za-z0-9]{1,10};)")
"""Adobe's own forms hold such in their lists, which no XML reader takes."""
_MAX_ELEMENTS = 50_000
_WAIT_PAGE = "Please wait..."
"""The page that a dynamic XFA form shows where its program is missing."""


def read(content: bytes) -> Reading:
    """The text of a PDF. Raises ``Unreadable``."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(PASSWORD)
        pages = len(reader.pages)
    except (FileNotDecryptedError, DependencyError):
        raise Unreadable(PASSWORD) from None
    except LimitReachedError:
        raise Unreadable(OVER_LIMITS) from None
    except (MemoryError, Unreadable):
        raise
    except Exception:  # noqa: BLE001 - pypdf meets hostile structure with any exception there is
        raise Unreadable(DAMAGED) from None
    if not pages:
        raise Unreadable(DAMAGED)
    return _read_pages(reader, pages)


def _read_pages(reader: PdfReader, pages: int) -> Reading:
    pieces: list[str] = []
    spoilt = over = pictures = False
    size = 0
    is_cut = pages > limits.MAX_PAGES
    for number in range(min(pages, limits.MAX_PAGES)):
        used = spent.seconds()
        if used > limits.PAGES_SECONDS:  # better what there is than the end of the worker and nothing
            is_cut = True
            break
        try:
            page = reader.pages[number]
            text = _page(page, with_layout=number < limits.LAYOUT_PAGES and used < limits.LAYOUT_SECONDS)
            notes = list(_notes(page, number + 1))
            pictures = pictures or _has_pictures(page)
        except MemoryError:
            raise
        except LimitReachedError:
            over = True
            continue
        except Exception:  # noqa: BLE001 - one damaged page does not spoil the others
            spoilt = True
            continue
        pieces.append("\n".join([text, *notes]))
        size += len(text)
        if size > limits.MAX_TEXT:
            break
    text = "\n\n".join(pieces)
    form = _form(reader)
    if text.strip().startswith(_WAIT_PAGE):
        if not form:
            raise Unreadable(DYNAMIC)
        text = ""
    if form:
        text = f"{text}\n\n{form}"
    if not tidy(text).strip():
        raise Unreadable(OVER_LIMITS if over else DAMAGED if spoilt else SCANNED if pictures else "no text in it")
    return Reading(PDF, text, PART if spoilt or over else CUT if is_cut else None)


def _page(page: PageObject, *, with_layout: bool) -> str:
    content = page.get_contents()
    size = len(content.get_data()) if content is not None else 0
    if size > limits.MAX_PAGE_BYTES:
        raise LimitReachedError("the content of a page")
    plain = page.extract_text()
    if not with_layout or not plain.strip() or len(plain) > _MAX_LAYOUT or size > _MAX_LAYOUT_BYTES:
        return plain
    try:
        laid_out = page.extract_text(
            extraction_mode="layout", layout_mode_space_vertically=True, layout_mode_strip_rotated=False
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the layout is a help, the text is there
        return plain
    return arrange(plain, laid_out)


def arrange(plain: str, laid_out: str) -> str:
    """The lines of ``plain`` in their order, put side by side or apart where the layout shows them so.

    The layout only says which lines belong together; it never adds, drops or moves a word, so a layout gone
    wrong costs columns and no content.
    """
    rows: dict[str, list[_Row]] = {}
    for one in _layout_rows(laid_out):
        rows.setdefault(_key("".join(one.cells)), []).append(one)
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    found: list[str] = []
    last: _Row | None = None
    at = 0
    while at < len(lines):
        match, used = _match(lines, at, rows)
        if match is None:
            found.append(" ".join(lines[at].split()))
            last, at = None, at + 1
            continue
        at += used
        goes_on = (
            last is not None
            and len(match.cells) == 1
            and not match.apart
            and len(last.cells) > 1
            and abs(match.starts[0] - last.starts[-1]) <= 1
        )
        if goes_on and last is not None:
            found[-1] = f"{found[-1]} {match.cells[0]}"
            continue
        if match.apart and found:
            found.append("")
        found.append(row(match.cells))
        last = match
    return "\n".join(found)


class _Row:
    """A line of the laid-out page: its cells, where each begins, and whether space stands above it."""

    __slots__ = ("apart", "cells", "starts")

    def __init__(self, line: str, apart: bool) -> None:
        self.apart = apart
        self.cells: list[str] = []
        self.starts: list[int] = []
        start = len(line) - len(line.lstrip())
        at = start
        for gap in [*_GAP.finditer(line, start), None]:
            end = gap.start() if gap else len(line)
            cell = line[at:end].strip()
            if cell:
                self.cells.append(" ".join(cell.split()))
                self.starts.append(at)
            at = gap.end() if gap else at


def _layout_rows(laid_out: str) -> Iterator[_Row]:
    apart = False
    for line in laid_out.split("\n"):
        if line.strip():
            yield _Row(line.rstrip(), apart)
            apart = False
        else:
            apart = True


def _key(text: str) -> str:
    return "".join(text.split())


def _match(lines: list[str], at: int, rows: dict[str, list[_Row]]) -> tuple[_Row | None, int]:
    """The row of the layout that the next lines make up, and how many lines that are."""
    key = ""
    for used in range(1, min(_MAX_PIECES, len(lines) - at) + 1):
        key += _key(lines[at + used - 1])
        waiting = rows.get(key)
        if waiting:
            return waiting.pop(0), used
    return None, 1


def _has_pictures(page: PageObject) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    return bool(objects is not None and objects.get_object())


def _notes(page: PageObject, number: int) -> Iterator[str]:
    """What was typed or noted on top of the page (ISO 32000-1 §12.5.6); struck-out places are named."""
    try:
        annotations = page.get("/Annots")
        notes = list((annotations.get_object() if annotations is not None else None) or ())[: limits.MAX_FIELDS]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged list of notes does not spoil the page
        return
    for reference in notes:
        text = _note(reference, number)
        if text:
            yield text


def _note(reference: Any, number: int) -> str:
    """One note as text; empty where it says nothing or is damaged."""
    try:
        note = reference.get_object()
        kind = note.get("/Subtype")
        contents = note.get("/Contents")
        text = " ".join(contents.split()) if isinstance(contents, str) else ""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged note does not spoil the page
        return ""
    if kind == "/StrikeOut":
        return f"[struck out on page {number}{': ' + text if text else ''}]"
    if kind == "/FreeText":
        return text
    return (
        f"[note on page {number}: {text}]" if text and kind in ("/Text", "/Highlight", "/Underline", "/Caret") else ""
    )


def _form(reader: PdfReader) -> str:
    """The fields of the form as ``Label: value``; boxes as ☒ and ☐, radio buttons by their choice."""
    try:
        lines = list(_fields(reader))
        if not any(_VALUE.search(line) for line in lines):  # a dynamic form keeps its answers in its data only
            lines = list(_xfa(reader)) or lines
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged form does not spoil the pages
        return ""
    return "\n".join(lines)


def _fields(reader: PdfReader) -> Iterator[str]:
    fields: dict[str, Any] = reader.get_fields() or {}
    for count, (name, one) in enumerate(fields.items()):
        if count >= limits.MAX_FIELDS:
            return
        kind = one.get("/FT")
        if kind is None:
            continue
        label = " ".join(str(one.get("/TU") or name.rpartition(".")[2] or name).split()).rstrip(":")
        value = one.get("/V")
        if kind == "/Btn":
            text = _button(one, value)
        elif kind in ("/Tx", "/Ch"):
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value if value is not None else "")
        elif kind == "/Sig":
            text = "signed" if value is not None else ""
        else:
            continue
        if text is not None:
            yield f"{label}: {' '.join(text.split())}".rstrip()


def _button(one: dict[str, Any], value: object) -> str | None:
    """Check box, radio group or push button (§12.7.4.2; flag bits 16 and 17 of table 226)."""
    flags = one.get("/Ff") or 0
    flags = flags if isinstance(flags, int) else 0
    if flags & 1 << 16:
        return None
    name = str(value if value is not None else "/Off").lstrip("/")
    if flags & 1 << 15:
        return "" if name == "Off" else name
    return UNTICKED if name in ("Off", "") else TICKED


def _xfa(reader: PdfReader) -> Iterator[str]:
    """The data of an XFA form: each leaf of the data set by its own name."""
    parts = reader.xfa or {}
    data = parts.get("datasets")
    if not isinstance(data, bytes):
        return
    root = xml(_BARE_AND.sub(b"&amp;", data))
    form = child(root, "data")  # beside it stand lists of countries and the like
    for count, element in enumerate((root if form is None else form).iter()):
        if count >= _MAX_ELEMENTS:
            return
        text = " ".join((element.text or "").split())
        if text and not len(element):
            yield f"{bare(element.tag)}: {text}"
