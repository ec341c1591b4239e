"""PowerPoint slides (ECMA-376 part 1 §19): the words of each slide and of its notes."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from .package import Package, attribute, bare, child
from .reading import Reading, row, struck
from .sniff import PPTX


def read(content: bytes) -> Reading:
    """The text of a presentation. Raises ``Unreadable``."""
    package = Package(content)
    pieces = []
    for number, name in enumerate(package.names("ppt/slides/slide", ".xml"), start=1):
        lines = [f"[slide {number}]", *_blocks(package.xml(name))]
        notes = name.replace("ppt/slides/slide", "ppt/notesSlides/notesSlide")
        if notes in package:
            lines.extend(_blocks(package.xml(notes)))
        pieces.append("\n".join(lines))
    is_silent = all(piece.count("\n") == 0 for piece in pieces)
    return Reading(PPTX, None if is_silent else "\n\n".join(pieces), package.silence() if is_silent else None)


def _blocks(parent: ET.Element) -> Iterator[str]:
    for element in parent:
        tag = bare(element.tag)
        if tag == "p":
            yield _paragraph(element)
        elif tag == "tbl":
            for line in element:
                if bare(line.tag) == "tr":
                    yield row([" ".join(_blocks(cell)) for cell in line if bare(cell.tag) == "tc"])
        elif tag != "Fallback":
            yield from _blocks(element)


def _paragraph(element: ET.Element) -> str:
    parts = []
    for run in element:
        tag = bare(run.tag)
        if tag in ("r", "fld"):
            text = "".join(one.text or "" for one in run if bare(one.tag) == "t")
            properties = child(run, "rPr")
            strike = attribute(properties, "strike", "noStrike") if properties is not None else "noStrike"
            parts.append(text if strike == "noStrike" else struck(text))
        elif tag == "br":
            parts.append("\n")
    return "".join(parts)
