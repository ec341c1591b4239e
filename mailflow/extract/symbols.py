"""Boxes and ticks that office programs keep as letters of a picture font.

Word's "Insert symbol" writes the letter ``þ`` in the font Wingdings and means a ticked box. Letters of such
fonts are kept as they are, or 0xF000 higher in the private area.
"""

from __future__ import annotations

from .reading import TICKED, UNTICKED

_TICKS = {
    "wingdings": (
        {0xFE: TICKED, 0xFD: TICKED, 0x78: TICKED, 0xFC: "✓", 0xFB: "✗"},
        {0xA8: UNTICKED, 0x6F: UNTICKED, 0x71: UNTICKED, 0x72: UNTICKED},
    ),
    "wingdings 2": (
        {0x51: TICKED, 0x52: TICKED, 0x53: TICKED, 0x54: TICKED, 0x50: "✓", 0x4F: "✗"},
        {0xA3: UNTICKED, 0x2A: UNTICKED, 0x30: UNTICKED},
    ),
}
_BULLETS = {0xB7: "•", 0xA7: "•", 0xE0: "→", 0x6E: "•", 0x6C: "•", 0xD8: "•", 0x76: "•"}


def symbol(code: int, font: str) -> str:
    """What a letter of a picture font shows: a ticked or empty box, a tick, else a bullet or nothing."""
    code = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    ticks, boxes = _TICKS.get(font.strip().lower(), ({}, {}))
    return ticks.get(code) or boxes.get(code) or _BULLETS.get(code, "")


def translate(text: str, font: str) -> str:
    """A text in that font as it is seen; letters of the private area are Wingdings whatever the font."""
    known = font.strip().lower() in _TICKS
    if not known and not any("\uf000" <= letter <= "\uf0ff" for letter in text):
        return text
    return "".join(
        symbol(ord(letter), font if known else "wingdings")
        if (known and not letter.isspace()) or "\uf000" <= letter <= "\uf0ff"
        else letter
        for letter in text
    )
