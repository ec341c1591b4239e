"""OpenDocument texts, sheets and slides (ODF 1.3 part 3).

As for Word: headers and footers of the page styles, the body, tables as rows, form controls as ``Label: value``
or boxes, struck words between ``~~``, tracked deletions and hidden text left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from . import limits
from .package import Package, attribute, bare
from .reading import PASSWORD, TICKED, UNTICKED, Reading, Unreadable, row, struck

_DROPPED = frozenset(
    {
        "tracked-changes",
        "forms",
        "sequence-decls",
        "variable-decls",
        "user-field-decls",
        "hidden-text",
        "hidden-paragraph",
        "placeholder",
        "thumbnail",
        "object",
        "desc",
        "title",
        "notes",
        "change",
        "change-start",
        "change-end",
    }
)
_ROW_HOLDERS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_TICKED_STATES = frozenset({"checked", "true"})
_FIELDS = frozenset(
    [
        "page-number",
        "page-count",
        "page-continuation",
        "sheet-name",
        "title",
        "file-name",
        "date",
        "time",
        "creation-date",
        "print-date",
    ]
)
_SAYS_NOTHING = re.compile(r"(?:[Pp]age|of|[\W\d_])*")
"""A header or footer of which only "Page 1 / 99" is left."""
_MAX_SPACES = 100
"""``text:c`` may ask for a thousand million spaces."""


def read(content: bytes, kind: str) -> Reading:
    """The text of an OpenDocument file of that type. Raises ``Unreadable``."""
    package = Package(content)
    if "META-INF/manifest.xml" in package:
        manifest = package.xml("META-INF/manifest.xml")
        if any(bare(element.tag) == "encryption-data" for element in manifest.iter()):
            raise Unreadable(PASSWORD)
    root = package.xml("content.xml")
    document = _Document(root)
    pieces = ["\n".join(document.blocks(body)) for body in root if bare(body.tag) == "body"]
    if "styles.xml" in package:
        try:
            styles = package.xml("styles.xml")
        except Unreadable:
            styles = ET.Element("none")
        edges = _Document(styles, has_fields=False)
        for place, tags in (
            (0, ("header", "header-first", "header-left")),
            (None, ("footer", "footer-first", "footer-left")),
        ):
            for element in styles.iter():
                if bare(element.tag) in tags and "}" in element.tag and bare(element.tag).startswith(tags[0]):
                    text = "\n".join(edges.blocks(element))
                    if not _SAYS_NOTHING.fullmatch(text):
                        pieces.insert(0, text) if place == 0 else pieces.append(text)
    unique = dict.fromkeys(piece.strip() for piece in pieces)
    text = "\n\n".join(piece for piece in unique if piece)
    return Reading(kind, text, None if text else package.silence())


class _Document:
    """Walks a part, knowing which of its styles strike and which form controls it has."""

    def __init__(self, root: ET.Element, *, has_fields: bool = True) -> None:
        """``has_fields``: whether fields (page number, sheet name …) show what they showed when it was saved; those
        of page styles hold "???" and "00/00/0000"."""
        self._has_fields = has_fields
        self._striking: set[str] = set()
        self._hidden: set[str] = set()
        self._controls: dict[str, str] = {}
        for element in root.iter():
            tag = bare(element.tag)
            if tag == "style":
                self._learn_style(element)
            elif tag == "form":
                for control in element:
                    self._controls[attribute(control, "id")] = _control(control)

    def _learn_style(self, style: ET.Element) -> None:
        for properties in style:
            if bare(properties.tag) != "text-properties":
                continue
            line = attribute(properties, "text-line-through-style") or attribute(properties, "text-line-through-type")
            if line not in ("", "none"):
                self._striking.add(attribute(style, "name"))
            if attribute(properties, "display") == "none":
                self._hidden.add(attribute(style, "name"))

    def blocks(self, parent: ET.Element) -> Iterator[str]:
        """Paragraphs and rows, in order."""
        for element in parent:
            tag = bare(element.tag)
            if tag in _DROPPED:
                continue
            if tag in ("p", "h"):
                yield self._paragraph(element)
            elif tag == "table":
                name = attribute(element, "name")
                if bare(parent.tag) == "spreadsheet" and name:
                    yield f"[{name}]"
                yield from self._table(element)
                yield ""
            elif tag == "control":
                yield self._controls.get(attribute(element, "control"), "")
            else:
                yield from self.blocks(element)

    def _table(self, table: ET.Element) -> Iterator[str]:
        rows = 0
        for line in self._rows(table):
            text = row(self._cells(line))
            if not text:
                continue
            for _ in range(_count(line, "number-rows-repeated", limits.MAX_REPEATED_ROWS)):
                yield text
                rows += 1
            if rows >= limits.MAX_ROWS:
                return

    def _rows(self, parent: ET.Element) -> Iterator[ET.Element]:
        for element in parent:
            tag = bare(element.tag)
            if tag == "table-row":
                yield element
            elif tag in _ROW_HOLDERS:
                yield from self._rows(element)

    def _cells(self, line: ET.Element) -> list[str]:
        cells: list[str] = []
        for cell in line:
            if bare(cell.tag) not in ("table-cell", "covered-table-cell"):
                continue
            text = " ".join(self.blocks(cell))
            cells.extend([text] * _count(cell, "number-columns-repeated", limits.MAX_CELLS))
            if len(cells) >= limits.MAX_CELLS:
                break
        return cells[: limits.MAX_CELLS]

    def _paragraph(self, element: ET.Element) -> str:
        if attribute(element, "style-name") in self._hidden:
            return ""
        text = self._inline(element)
        return struck(text) if attribute(element, "style-name") in self._striking else text

    def _inline(self, parent: ET.Element) -> str:
        parts = [parent.text or ""]
        for element in parent:
            parts.append(self._piece(element, bare(element.tag)))
            parts.append(element.tail or "")
        return "".join(parts)

    def _piece(self, element: ET.Element, tag: str) -> str:
        if tag == "s":
            return " " * _count(element, "c", _MAX_SPACES)
        if tag == "tab":
            return "\t"
        if tag == "line-break":
            return "\n"
        if tag == "span":
            style = attribute(element, "style-name")
            if style in self._hidden:
                return ""
            text = self._inline(element)
            return struck(text) if style in self._striking else text
        if tag == "control":
            return self._controls.get(attribute(element, "control"), "")
        if tag == "content-control":
            if attribute(element, "checkbox") == "true":
                return TICKED if attribute(element, "checked") == "true" else UNTICKED
            return "" if attribute(element, "showing-place-holder") == "true" else self._inline(element)
        if tag == "annotation":
            texts = " ".join(self.blocks(element)).split()
            return f" [comment: {' '.join(texts)}] " if texts else ""
        if tag == "note":
            texts = " ".join(self.blocks(element)).split()
            return f" [note: {' '.join(texts)}] " if texts else ""
        if tag in _DROPPED or (tag in _FIELDS and not self._has_fields):
            return ""
        if tag in ("frame", "text-box", "custom-shape", "g"):
            return "\n".join(self.blocks(element))
        return self._inline(element)


def _count(element: ET.Element, name: str, most: int) -> int:
    number = attribute(element, name, "1")
    return min(int(number), most) if number.isdecimal() and len(number) < 12 else (most if number.isdecimal() else 1)


def _control(control: ET.Element) -> str:
    """A form control as text (ODF 1.3 part 3 §13.5)."""
    tag = bare(control.tag)
    label = attribute(control, "label")
    if tag in ("checkbox", "radio"):
        state = attribute(control, "current-state") or attribute(control, "state")
        state = state or attribute(control, "current-selected") or attribute(control, "selected")
        return f"{TICKED if state in _TICKED_STATES else UNTICKED} {label}".rstrip()
    if tag in ("text", "textarea", "formatted-text", "number", "date", "time", "combobox"):
        value = attribute(control, "current-value") or attribute(control, "value")
        if not value:
            value = "\n".join("".join(one.itertext()) for one in control if bare(one.tag) == "p")
        return value
    if tag == "listbox":
        chosen = [one for one in control if attribute(one, "current-selected") == "true"]
        return ", ".join(attribute(one, "label") for one in chosen)
    return label if tag == "fixed-text" else ""
