"""Stretches of new lines: the blocks that only blank lines interrupt, and their paragraphs."""

from __future__ import annotations

import re

from mailflow.model.message import RegionKind

from . import limits
from .html import Line

_TOLD = re.compile(
    r"(?<![\w/])(?:I|i['’](?:m|ve|d|ll)|I['’](?:m|ve|d|ll)|im|ive|[Mm]y|[Mm]yself|[Mm]um|[Dd]ad|[Mm]am|[Dd]addy|"
    r"[Mm]ummy|[Ss]he|[Hh]e|[Hh]im|said|says|told|killed|died|murdered)(?![\w/(]| or she| or he)"
)
"""Somebody speaks of herself, or tells of another."""

_NEW = RegionKind.NEW


def look(line: Line) -> str:
    """As much of a line as patterns look at."""
    return line.text[: limits.LINE_LOOK]


def blocks_of(kinds: list[RegionKind | None]) -> list[list[int]]:
    """Stretches of new lines that only blank lines interrupt."""
    blocks: list[list[int]] = []
    open_block = False
    for number, kind in enumerate(kinds):
        if kind is _NEW:
            if open_block:
                blocks[-1].append(number)
            else:
                blocks.append([number])
            open_block = True
        elif kind is not None:
            open_block = False
    return blocks


def paragraphs_of(block: list[int]) -> list[list[int]]:
    """The lines of a block, parted where blank lines stand."""
    out: list[list[int]] = []
    for number in block:
        if out and out[-1][-1] == number - 1:
            out[-1].append(number)
        else:
            out.append([number])
    return out


def put(kinds: list[RegionKind | None], numbers: list[int], kind: RegionKind) -> None:
    """Give lines a kind, in place."""
    for number in numbers:
        kinds[number] = kind


def tells(words: str) -> bool:
    """True when somebody tells something: no notice and no banner does."""
    return _TOLD.search(words) is not None
