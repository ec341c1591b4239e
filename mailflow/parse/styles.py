"""What styles say of an element: that nobody sees it, that it is written in a colour of its own.

Only what is plain counts: a rule of one class or id outside ``@media``, a style of the element itself. Whatever
is not understood hides nothing, for a word too much costs less than a word that is lost.
"""

from __future__ import annotations

import colorsys
import re

STYLE_PLACE = 262_144
"""Characters among which style sheets are looked for."""
STYLE_SHEETS = 20
STYLE_PIECES = 20_000
"""Attack: a style sheet of nothing but braces."""
STYLE_LOOK = 1_000
"""Characters of a style attribute that are looked at."""

_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:!important)?"
    r"\s*(?:;|$)|max-height\s*:\s*0(?:px)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
)
_BRACES = re.compile(r"([{}])")
_SELECTOR = re.compile(r"\s*(?:<!--\s*)?([.#][A-Za-z_][\w-]{0,60})\s*")
_COLOUR = re.compile(r"(?:^|[;\s])color\s*:\s*([#a-z0-9(), ]{1,40})")
_BEHIND = re.compile(r"background(?:-color)?\s*:\s*([#a-z0-9(), ]{1,40})")
_TRIPLE = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})")
_NAMED = {
    "red": "#ff0000", "darkred": "#8b0000", "crimson": "#dc143c", "blue": "#0000ff", "green": "#008000",
    "purple": "#800080", "orange": "#ffa500", "white": "#ffffff", "black": "#000000", "magenta": "#ff00ff",
    "fuchsia": "#ff00ff", "darkgreen": "#006400", "lime": "#00ff00", "navy": "#000080", "brown": "#a52a2a",
}  # fmt: skip
SATURATED = 0.5
"""Below it a colour is grey."""
DARK = 0.35
"""Below it a colour is black to the eye."""


def hides(style: str) -> bool:
    """True for a style that takes its element out of sight."""
    return _HIDDEN_STYLE.search(style[:STYLE_LOOK].lower()) is not None


def blends(style: str) -> bool:
    """True for words in the colour of what is behind them, where one style says both."""
    low = style[:STYLE_LOOK].lower()
    if "background" not in low:
        return False
    ink, behind = _COLOUR.search(low), _BEHIND.search(low)
    if ink is None or behind is None:
        return False
    over = _number(ink[1])
    return over is not None and over == _number(behind[1])


def colour_of(style: str) -> str | None:
    """The colour that a style gives to words; ``""`` for black and grey, ``None`` when it says nothing of it."""
    found = _COLOUR.search(style[:STYLE_LOOK].lower())
    return colour_name(found[1]) if found else None


def colour_name(value: str) -> str:
    """``red`` for ``#C00000``: one of seven names; empty for black, grey and what is not understood."""
    number = _number(value)
    if number is None:
        return ""
    hue, saturation, brightness = colorsys.rgb_to_hsv(*(part / 255 for part in number))
    if saturation < SATURATED or brightness < DARK:
        return ""
    degrees = hue * 360
    for below, name in ((16, "red"), (45, "orange"), (65, ""), (170, "green"), (255, "blue"), (330, "purple")):
        if degrees < below:
            # The dark blue of Outlook's own answers (#1F497D) is how it writes, and no sign of anybody's.
            return "" if name == "blue" and brightness < 0.55 else name
    return "red"


def _number(value: str) -> tuple[int, int, int] | None:
    """Red, green and blue of a colour, each 0 to 255."""
    value = value.strip().partition("!")[0].strip()
    value = _NAMED.get(value, value)
    if value.startswith("#"):
        digits = value[1:7]
        if len(digits) < 6:
            digits = "".join(sign * 2 for sign in digits[:3])
        try:
            return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)) if len(digits) == 6 else None
        except ValueError:
            return None
    triple = _TRIPLE.match(value)
    return (min(int(triple[1]), 255), min(int(triple[2]), 255), min(int(triple[3]), 255)) if triple else None


def hidden_names(html: str) -> frozenset[str]:
    """Classes and ids that rules of ``<style>`` take out of sight on every screen.

    Only rules of a single class or id count, and none inside ``@media``: those hide on some screens only.
    """
    if "<style" not in html[:STYLE_PLACE].lower() or not ("display" in html or "visibility" in html):
        return frozenset()
    low = html[:STYLE_PLACE].lower()
    unseen: set[str] = set()
    position = 0
    for _ in range(STYLE_SHEETS):
        begin = low.find("<style", position)
        if begin < 0:
            break
        end = low.find("</style", begin)
        position = end if end >= 0 else len(low)
        opened: list[str] = []
        last = ""
        for piece in _BRACES.split(html[begin + len("<style") : position].partition(">")[2])[:STYLE_PIECES]:
            if piece == "{":
                opened.append(last)
            elif piece == "}" and opened:
                selector = opened.pop()
                if not opened and _HIDDEN_STYLE.search(last.lower()):
                    unseen.update(each[1] for each in map(_SELECTOR.fullmatch, selector.split(",")) if each)
            last = "" if piece in "{}" else piece
    return frozenset(unseen)
