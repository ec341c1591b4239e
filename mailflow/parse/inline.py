"""Answers that somebody wrote into the history below: coloured, or with their name in brackets.

Reasoning. Outlook puts no mark before the lines of history, so what is written between them is told by what
people do to be seen: they write "see my answers below in red" and write in red, or let Outlook put "[Ann Lee]"
before each comment. Both count only where the new words above announce them, and only in the mail that is
answered, not in the ones below it: their colours are somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import limits
from .html import Line

ANNOUNCED_WITHIN = 4_000
"""Characters of the new words in which an announcement is looked for."""
LINES_ABOVE = 60
"""Lines above the history in which it is looked for."""
MOST = 0.5
"""More than this share of coloured lines is how the history looks, not an answer."""

_ANNOUNCED = re.compile(
    r"\b(?:see|my|our|answers?|answered|comments?|commented|responses?|responded|repl(?:y|ies)|replied|updates?|notes?|"
    r"please find|atebion|sylwadau)\b[^.!?\n]{0,80}\b(?:below|in-?line|in line|isod|within (?:your|the)|in (?:bold )?"
    r"(?:red|blue|green|purple|orange|pink|brown|colou?r|coch|glas|gwyrdd))\b",
    re.IGNORECASE,
)
_COLOURS = ("red", "blue", "green", "purple", "orange", "pink", "brown")
_WELSH = {"coch": "red", "glas": "blue", "gwyrdd": "green"}
_BRACKETED = re.compile(r"\s{0,20}\[[A-Z][\w.'’-]{1,30}(?:,? [A-Z(][\w.'’()-]{0,30}){0,4}\]:?\s{1,5}\S")


def announced(words: str) -> str | None:
    """The colour that an announcement names, ``""`` for one that names none, ``None`` without any."""
    found = _ANNOUNCED.search(words[:ANNOUNCED_WITHIN])
    if found is None:
        return None
    said = found[0].lower().split()
    return next((_WELSH.get(word, word) for word in said if word in _COLOURS or word in _WELSH), "")


def answers(lines: Sequence[Line], first: int, after: int, colour: str) -> list[int]:
    """The lines from ``first`` to ``after`` that are announced answers, by number."""
    spoken = [number for number in range(first, after) if lines[number].text.strip()]
    tinted = [
        number
        for number in spoken
        if lines[number].colour and (lines[number].colour == colour if colour else lines[number].colour != "blue")
    ]
    if len(tinted) > MOST * len(spoken):
        tinted = []
    found = set(tinted)
    found.update(number for number in spoken if _BRACKETED.match(lines[number].text[: limits.LINE_LOOK]))
    return sorted(found)
