"""Word documents (ECMA-376 part 1 §17): the text as a reader of the page sees it.

Headers, body, footers, notes and comments; tables as ``Name | Telephone`` rows; boxes of content controls, legacy
form fields and picture fonts as ☒ and ☐; struck words between ``~~``; what tracked changes deleted, hidden text
and unfilled placeholders are left out. Macros, links, pictures and embedded files are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from . import limits
from .html import html_text
from .package import Package, attribute, bare, child
from .plain import decode
from .reading import DAMAGED, TICKED, UNTICKED, Reading, Unreadable, row, struck
from .sniff import DOCX
from .symbols import symbol, translate

_DROPPED = frozenset(
    {
        "del",
        "moveFrom",
        "Fallback",
        "sdtPr",
        "sdtEndPr",
        "pPr",
        "rPr",
        "tblPr",
        "tblGrid",
        "sectPr",
        "instrText",
        "delText",
    }
)
"""Deleted by tracked changes, shown twice (the fallback of a drawing), or no text."""
_BLOCKS = frozenset({"p", "tbl"})
_OFF = frozenset({"0", "false", "off", "none"})


def read(content: bytes) -> Reading:
    """The text of a Word document. Raises ``Unreadable``."""
    package = Package(content)
    body = _main_part(package)
    root = package.xml(body)
    folder = body.rpartition("/")[0]
    pieces = [_part(package, name) for name in package.names(f"{folder}/header", ".xml")]
    pieces.append("\n".join(_blocks(child(root, "body"))))
    pieces.extend(_imported(package, root, folder, body))
    for start in ("footnotes", "endnotes", "footer"):
        pieces.extend(_part(package, name) for name in package.names(f"{folder}/{start}", ".xml"))
    if f"{folder}/comments.xml" in package:
        pieces.append(_comments(package, f"{folder}/comments.xml"))
    unique = dict.fromkeys(piece.strip() for piece in pieces)
    text = "\n\n".join(piece for piece in unique if piece)
    return Reading(DOCX, text, None if text else package.silence())


def _imported(package: Package, root: ET.Element, folder: str, body: str) -> Iterator[str]:
    """Pages of HTML that a case system put into its letter instead of text (§17.17.2.1); other kinds are left out."""
    wanted = [attribute(one, "id") for one in root.iter() if bare(one.tag) == "altChunk"]
    name = f"{folder}/_rels/{body.rpartition('/')[2]}.rels"
    if not wanted or name not in package:
        return
    targets = {attribute(one, "Id"): attribute(one, "Target") for one in package.xml(name)}
    for number in wanted[: limits.MAX_ARCHIVE_READ]:
        target = targets.get(number, "")
        place = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        if place.lower().endswith((".htm", ".html", ".xhtml")) and place in package:
            yield html_text(decode(package.read(place)))


def _main_part(package: Package) -> str:
    """Where the document itself is: the relationship of type ``officeDocument`` (part 2 §9.3)."""
    if "_rels/.rels" in package:
        for relation in package.xml("_rels/.rels"):
            if attribute(relation, "Type").endswith("/officeDocument"):
                target = attribute(relation, "Target").lstrip("/")
                if target in package:
                    return target
    if "word/document.xml" in package:
        return "word/document.xml"
    raise Unreadable(DAMAGED)


def _part(package: Package, name: str) -> str:
    """A header, footer or note; a damaged one does not spoil the document."""
    try:
        return "\n".join(_blocks(package.xml(name)))
    except Unreadable:
        return ""


def _comments(package: Package, name: str) -> str:
    try:
        comments = package.xml(name)
    except Unreadable:
        return ""
    texts = []
    for comment in comments:
        text = " ".join(" ".join(_blocks(comment)).split())
        if text:
            texts.append(f"Comment by {attribute(comment, 'author') or 'somebody'}: {text}")
    return "\n".join(texts)


def _blocks(parent: ET.Element | None) -> Iterator[str]:
    """Paragraphs and table rows in order; containers (content controls, insertions …) are looked through."""
    if parent is None:
        return
    for element in parent:
        tag = bare(element.tag)
        if tag in _DROPPED:
            continue
        if tag == "p":
            yield _paragraph(element)
        elif tag == "tbl":
            yield from _table(element)
            yield ""
        elif tag == "sdt":
            yield from _control_blocks(element)
        elif tag in ("footnote", "endnote") and attribute(element, "type"):
            continue  # separators
        else:
            yield from _blocks(element)


def _control_blocks(element: ET.Element) -> Iterator[str]:
    properties = child(element, "sdtPr")
    if _is_placeholder(properties):
        return
    box = _box(properties)
    if box:
        yield box
    else:
        yield from _blocks(child(element, "sdtContent"))


def _table(table: ET.Element) -> Iterator[str]:
    for line in _within(table, "tr"):
        if child(line, "trPr", "del") is not None:
            continue
        cells: list[list[str]] = []
        for control, cell in _cells(line):
            box = _box(control)
            cells.append([box] if box else ["" if _is_placeholder(control) else text for text in _blocks(cell)])
        if len(cells) == 1:
            yield from cells[0]  # a frame around a form: its rows stay rows
        else:
            yield row([" ".join(cell) for cell in cells])


def _within(parent: ET.Element, wanted: str) -> Iterator[ET.Element]:
    """Rows of a table, also those inside content controls and insertions; not those of tables within."""
    for element in parent:
        tag = bare(element.tag)
        if tag == wanted:
            yield element
        elif tag not in _DROPPED and tag not in _BLOCKS and tag != "tc":
            yield from _within(element, wanted)


def _cells(parent: ET.Element, control: ET.Element | None = None) -> Iterator[tuple[ET.Element | None, ET.Element]]:
    """Cells of a row, each with the properties of the content control that wraps it."""
    for element in parent:
        tag = bare(element.tag)
        if tag == "tc":
            yield control, element
        elif tag == "sdt":
            content = child(element, "sdtContent")
            if content is not None:
                yield from _cells(content, child(element, "sdtPr"))
        elif tag not in _DROPPED and tag not in ("trPr", "tblPrEx"):
            yield from _cells(element, control)


def _is_placeholder(properties: ET.Element | None) -> bool:
    """True when a content control shows only its prompt, "Click here to enter text" (§17.5.2.39)."""
    prompt = child(properties, "showingPlcHdr")
    return prompt is not None and attribute(prompt, "val", "1").lower() not in _OFF and not _box(properties)


def _box(properties: ET.Element | None) -> str:
    """☒ or ☐ for a check box control ([MS-DOCX] §2.6.1.1); empty for any other."""
    box = child(properties, "checkbox")
    if box is None:
        return ""
    checked = child(box, "checked")
    return TICKED if checked is not None and attribute(checked, "val", "1").lower() not in _OFF else UNTICKED


def _is_on(properties: ET.Element | None, *names: str) -> bool:
    """A toggle property that is there and not switched off (§17.17.4)."""
    for name in names:
        toggle = child(properties, name)
        if toggle is not None and attribute(toggle, "val", "1").lower() not in _OFF:
            return True
    return False


@dataclass(slots=True)
class _Line:
    """A paragraph while it is read: stretches of text, struck or not, and boxes of text that hang on it."""

    stretches: list[tuple[bool, str]] = field(default_factory=list)
    hanging: list[str] = field(default_factory=list)

    def add(self, text: str, is_struck: bool = False) -> None:
        if self.stretches and self.stretches[-1][0] == is_struck:
            self.stretches[-1] = (is_struck, self.stretches[-1][1] + text)
        elif text:
            self.stretches.append((is_struck, text))

    def text(self) -> str:
        own = "".join(struck(text) if is_struck else text for is_struck, text in self.stretches)
        return "\n".join([own, *self.hanging]) if self.hanging else own


def _paragraph(element: ET.Element) -> str:
    line = _Line()
    _inline(element, line)
    return line.text()


def _inline(parent: ET.Element, line: _Line) -> None:
    for element in parent:
        tag = bare(element.tag)
        if tag in _DROPPED:
            continue
        if tag == "r":
            _run(element, line)
        elif tag == "sdt":
            properties = child(element, "sdtPr")
            box = _box(properties)
            content = child(element, "sdtContent")
            if box:
                line.add(box)
            elif content is not None and not _is_placeholder(properties):
                _inline(content, line)
        elif tag in _BLOCKS:
            line.hanging.extend(_blocks(parent))
            return
        else:
            _inline(element, line)


def _run(run: ET.Element, line: _Line) -> None:
    properties = child(run, "rPr")
    if _is_on(properties, "vanish", "webHidden"):
        return
    is_struck = _is_on(properties, "strike", "dstrike")
    fonts = child(properties, "rFonts")
    font = (attribute(fonts, "ascii") or attribute(fonts, "hAnsi")) if fonts is not None else ""
    for element in run:
        tag = bare(element.tag)
        if tag == "t":
            line.add(translate(element.text or "", font), is_struck)
        elif tag in ("tab", "ptab"):
            line.add("\t", is_struck)
        elif tag in ("br", "cr"):
            line.add("\n", is_struck)
        elif tag == "noBreakHyphen":
            line.add("-", is_struck)
        elif tag == "sym":
            line.add(_symbol(element), is_struck)
        elif tag == "fldChar":
            line.add(_field(child(element, "ffData")))
        elif tag not in _DROPPED:
            _hang(element, line)


def _hang(element: ET.Element, line: _Line) -> None:
    """Text boxes (drawings, VML) read after the paragraph that they hang on."""
    for inner in element:
        tag = bare(inner.tag)
        if tag == "txbxContent":
            line.hanging.extend(_blocks(inner))
        elif tag not in _DROPPED:
            _hang(inner, line)


def _symbol(element: ET.Element) -> str:
    try:
        return symbol(int(attribute(element, "char"), 16), attribute(element, "font"))
    except ValueError:
        return ""


def _field(data: ET.Element | None) -> str:
    """What a legacy form field shows that is not in its result: box (§17.16.7) or choice (§17.16.9)."""
    box = child(data, "checkBox")
    if box is not None:
        checked = child(box, "checked")
        checked = child(box, "default") if checked is None else checked
        return TICKED if checked is not None and attribute(checked, "val", "1").lower() not in _OFF else UNTICKED
    choice = child(data, "ddList")
    if choice is not None:
        entries = [attribute(one, "val") for one in choice if bare(one.tag) == "listEntry"]
        chosen = child(choice, "result")
        number = attribute(chosen, "val", "0") if chosen is not None else "0"
        return entries[int(number)] if number.isdecimal() and int(number) < len(entries) else ""
    return ""
