"""Excel workbooks (ECMA-376 part 1 §18): every sheet, its rows as ``Name | Telephone``.

Cells show what the sheet shows, as far as it matters here: dates as day/month/year, whole numbers without
``.0``, leading zeros where the format keeps them. Formulas give their last result and are never computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from . import limits
from .package import Package, attribute, bare, child
from .reading import DAMAGED, Reading, Unreadable, row, struck
from .sniff import XLSX

_DATES = frozenset({14, 15, 16, 17, 22, 27, 30, 36, 50, 57})
"""Built-in formats that show a date (§18.8.30); 22 with the time."""
_TIMES = frozenset({18, 19, 20, 21, 45, 46, 47})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a date of a sheet has no zone
_EPOCH_MAC = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_DAY = 2_958_465
"""31 December 9999, the last day that Excel knows."""


def read(content: bytes) -> Reading:
    """The text of a workbook. Raises ``Unreadable``."""
    package = Package(content)
    folder, workbook = _workbook(package)
    targets = _relations(package, folder)
    strings = _shared_strings(package, folder)
    formats = _formats(package, folder)
    settings = child(workbook, "workbookPr")
    epoch = _EPOCH_MAC if settings is not None and attribute(settings, "date1904") in ("1", "true") else _EPOCH
    pieces: list[str] = []
    for sheet in child(workbook, "sheets") or ():
        target = targets.get(attribute(sheet, "id"), "")
        if target not in package:
            continue
        rows = list(_rows(package.xml(target), strings, formats, epoch))
        if rows:
            hidden = " (hidden)" if attribute(sheet, "state", "visible") != "visible" else ""
            pieces.append("\n".join([f"[{attribute(sheet, 'name')}{hidden}]", *rows]))
    for name in package.names(f"{folder}/comments", ".xml"):
        pieces.extend(
            f"Comment on {attribute(comment, 'ref')}: {' '.join(_rich(comment).split())}"
            for comment in package.xml(name).iter()
            if bare(comment.tag) == "comment"
        )
    for name in package.names(f"{folder}/drawings/drawing", ".xml"):
        pieces.extend(_boxes(package, name))
    text = "\n\n".join(pieces)
    return Reading(XLSX, text, None if text else package.silence())


def _boxes(package: Package, name: str) -> Iterator[str]:
    """Text boxes that lie on the sheets (§20.5): forms put their instructions and answers there."""
    try:
        drawing = package.xml(name)
    except Unreadable:
        return
    for box in drawing.iter():
        if bare(box.tag) != "txBody":
            continue
        lines = ("".join(one.text or "" for one in paragraph.iter() if bare(one.tag) == "t") for paragraph in box)
        text = "\n".join(line for line in lines if line.strip())
        if text:
            yield text


def _workbook(package: Package) -> tuple[str, ET.Element]:
    for relation in package.xml("_rels/.rels") if "_rels/.rels" in package else ():
        target = attribute(relation, "Target").lstrip("/")
        if attribute(relation, "Type").endswith("/officeDocument") and target in package:
            return target.rpartition("/")[0], package.xml(target)
    if "xl/workbook.xml" in package:
        return "xl", package.xml("xl/workbook.xml")
    raise Unreadable(DAMAGED)


def _relations(package: Package, folder: str) -> dict[str, str]:
    name = f"{folder}/_rels/workbook.xml.rels"
    if name not in package:
        raise Unreadable(DAMAGED)
    found = {}
    for relation in package.xml(name):
        target = attribute(relation, "Target")
        found[attribute(relation, "Id")] = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
    return found


def _shared_strings(package: Package, folder: str) -> list[str]:
    name = f"{folder}/sharedStrings.xml"
    if name not in package:
        return []
    return [_rich(item) for item in package.xml(name) if bare(item.tag) == "si"]


def _rich(item: ET.Element) -> str:
    """The text of a string item (§18.4.8): runs joined, struck ones marked, phonetic help left out."""
    parts: list[str] = []
    for element in item:
        tag = bare(element.tag)
        if tag == "t":
            parts.append(element.text or "")
        elif tag == "r":
            text = "".join(one.text or "" for one in element if bare(one.tag) == "t")
            strike = child(element, "rPr", "strike")
            is_struck = strike is not None and attribute(strike, "val", "1") not in ("0", "false")
            parts.append(struck(text) if is_struck else text)
        elif tag in ("text", "is"):
            parts.append(_rich(element))
    return "".join(parts)


class _Format:
    """How a cell style shows a number, and whether it strikes it through."""

    def __init__(self, number: int, code: str, is_struck: bool) -> None:
        bare_code = _QUOTED.sub("", code).lower().split(";")[0]
        letters = set(bare_code)
        self.is_struck = is_struck
        self.has_date = number in _DATES or (bool(code) and bool(letters & {"d", "y"}) and "general" not in bare_code)
        self.has_time = (
            number in _TIMES
            or number == 22
            or (bool(code) and bool(letters & {"h", "s"}) and "general" not in bare_code)
        )
        self.zeros = len(bare_code) if bare_code and letters == {"0"} else 0
        self.is_percent = number in (9, 10) or "%" in bare_code


_PLAIN = _Format(0, "", False)


def _formats(package: Package, folder: str) -> list[_Format]:
    name = f"{folder}/styles.xml"
    if name not in package:
        return []
    styles = package.xml(name)
    codes = {attribute(one, "numFmtId"): attribute(one, "formatCode") for one in child(styles, "numFmts") or ()}
    striking = []
    for font in child(styles, "fonts") or ():
        strike = child(font, "strike")
        striking.append(strike is not None and attribute(strike, "val", "1") not in ("0", "false"))
    found = []
    for style in child(styles, "cellXfs") or ():
        number, font_number = attribute(style, "numFmtId", "0"), attribute(style, "fontId", "0")
        is_struck = font_number.isdecimal() and int(font_number) < len(striking) and striking[int(font_number)]
        found.append(_Format(int(number) if number.isdecimal() else 0, codes.get(number, ""), is_struck))
    return found


def _rows(sheet: ET.Element, strings: list[str], formats: list[_Format], epoch: datetime) -> Iterator[str]:
    count = 0
    for line in child(sheet, "sheetData") or ():
        cells: list[str] = []
        for cell in line:
            column = _column(attribute(cell, "r"))
            if column is not None and len(cells) < column <= limits.MAX_CELLS:
                cells.extend([""] * (column - len(cells)))
            cells.append(_cell(cell, strings, formats, epoch))
            if len(cells) >= limits.MAX_CELLS:
                break
        text = row(cells)
        if text:
            yield text
            count += 1
        if count >= limits.MAX_ROWS:
            return


def _column(reference: str) -> int | None:
    """``C7`` is column 2, counted from 0."""
    number = 0
    for letter in reference[:3]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number - 1 if number else None


def _cell(cell: ET.Element, strings: list[str], formats: list[_Format], epoch: datetime) -> str:
    kind = attribute(cell, "t", "n")
    style = attribute(cell, "s", "0")
    shown = formats[int(style)] if style.isdecimal() and int(style) < len(formats) else _PLAIN
    if kind == "inlineStr":
        inline = child(cell, "is")
        text = _rich(inline) if inline is not None else ""
    else:
        value = child(cell, "v")
        text = (value.text or "") if value is not None else ""
        if kind == "s":
            text = strings[int(text)] if text.isdecimal() and int(text) < len(strings) else ""
        elif kind == "b":
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        elif kind == "n":
            text = _number(text, shown, epoch)
        elif kind == "d":
            text = text.replace("T00:00:00", "")
    return struck(text) if shown.is_struck else text


def _number(text: str, shown: _Format, epoch: datetime) -> str:
    try:
        number = float(text)
    except ValueError:
        return text
    if (shown.has_date or shown.has_time) and 0 <= number <= _LAST_DAY:
        moment = epoch + timedelta(seconds=round(number * 86_400))
        if shown.has_date and not shown.has_time:
            return f"{moment:%d/%m/%Y}"
        return f"{moment:%d/%m/%Y %H:%M}" if shown.has_date else f"{moment:%H:%M}"
    if shown.is_percent:
        return f"{number * 100:g}%"
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number)).zfill(shown.zeros)
    return f"{number:.10g}"
