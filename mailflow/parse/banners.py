"""What gateways put around a mail: warnings above it, protective markings, footers of mailing lists."""

from __future__ import annotations

import re

from mailflow.model.message import RegionKind

from .html import Line
from .stretches import look, put, tells

BANNER_LINES = 6
"""Banners of gateways stand above the first so many lines that hold words."""

_BANNER = re.compile(
    r"[\s*\[\(>⚠️!#|-]{0,20}(?:\[?external\]?(?:\s*(?:e-?mail|sender|message|mail))?\s*[\]:*!.-]{0,5}\s*$"
    r"|(?:caution|warning|attention|alert|notice|external|be careful|stop|think)\b[^\n]{0,60}?\b(?:external|originated|"
    r"(?:from|sent|received|came|comes)\b[^\n]{0,20}\boutside|outside (?:of )?(?:(?:the|our|your|this) )?"
    r"(?:[\w'’-]{1,30} )?(?:organi[sz]ation|company|council|trust|force|police|network|domain|charity|business|"
    r"department|nhs\w{0,4}|agency)|"
    r"unknown sender|not from (?:within|inside)|trusted source)\b"
    r"|(?:this|the) (?:e-?mail|message|sender)[^\n]{0,40}(?:originated|came|was sent|comes|is|sent) (?:from )?(?:an )?"
    r"(?:outside|external|from outside)"
    r"|\[?external\]? (?:e-?mail|sender|message|mail)\b[^\n]{0,40}\b(?:care(?:ful)?|caution|links|attachments|trust|"
    r"suspicious|vigilant)\b"
    r"|you don['’]t often get e-?mail from|some people who received this message don['’]t often"
    r"|do not click (?:on )?(?:any )?links|(?:this|external) sender is (?:from )?outside"
    r"|rhybudd\b[^\n]{0,60}allanol)",
    re.IGNORECASE,
)
_BANNER_WORDS = (
    "external", "outside", "originated", "unknown sender", "not from", "trusted source", "often get", "links",
    "allanol",
)  # fmt: skip
"""One of them stands in every banner; to look for them costs less than the pattern on one line."""
BANNER_FORM = (
    r"(?m)external|outside|originated|(?:unknown |^)sender|(?:not |^)from|(?:trusted |^)source|(?:often |^)get|links|"
    r"allanol"
)
"""The same as a pattern; where a line ends between two words, the second begins a line."""
_BANNER_MORE = re.compile(
    r"[\s*\[\(>-]{0,10}(?:do not (?:click|open|follow|reply)|please (?:do not|don't|take care|be careful|treat)|"
    r"unless you (?:recogni[sz]e|trust|know)|learn why this is important|and know the content|be (?:careful|vigilant|"
    r"cautious)|"
    r"exercise caution|only (?:click|open)|report (?:suspicious|this|phishing)|recogni[sz]e the sender|think before|"
    r"links or)",
    re.IGNORECASE,
)
_BANNER_ABOUT = re.compile(
    r"\b(?:links?|attachments?|sender|click|phish\w{0,6}|suspicious|external|trust\w{0,3}|content|learn why|"
    r"cautio\w{0,3}|vigilant|spam|scam)\b",
    re.IGNORECASE,
)
"""What the further lines of a banner are about; "Please do not ring the landline" is a plea."""
_MARKING = re.compile(
    r"[\s*_\[\(=#-]{0,20}(?:(?:classification|security (?:classification|marking)|protective marking|gsc|"
    r"sensitivity|marking|dosbarthiad)\s*[:=-]\s*|(?:this )?(?:e-?mail|message|document|mae'r e-?bost hwn)\s+"
    r"(?:(?:is|has been)\s+)?(?:classified|marked|graded)(?:\s+as)?\s*[:-]?\s*)?"
    r"(?:official(?:[- ]sensitive)?|not protectively marked|restricted|protect|secret|unclassified|"
    r"swyddogol(?:[- ]sensitif)?)"
    r"(?:\s*[-:\[(/ ]\s*(?:personal(?: data)?|commercial|operational|police(?: only)?|when complete|sensitive|"
    r"sensitif|legal(?: privilege)?|no descriptor|unclassified|public|closed|investigation|internal|"
    r"management|medical|staff|health|partners?|law enforcement)\s*[\])]?){0,3}"
    r"[\s*_\]\)=#.-]{0,20}$",
    re.IGNORECASE,
)
_MARKING_WORDS = ("official", "protect", "restricted", "secret", "unclassified", "swyddogol")
MARKING_FORM = "|".join(_MARKING_WORDS)
_LIST_RULE = re.compile(r"\s{0,10}[_-]{2,80}\s*$")
_LIST_IN_ONE_LINE = re.compile(r"\s{0,10}_{20,80}\s[^\n]{1,200}(?:mailing list|/listinfo)", re.IGNORECASE)
"""The whole footer where HTML lost its line ends."""
LIST_LINES = 5
"""The footer of a mailing list has so many lines below its rule."""
_DRAWN = re.compile(r"\s*[-_=*~#+.–—]{3,300}\s*$")


def label_banners(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """Warnings that a gateway puts above a mail."""
    top = " ".join([look(lines[number]) for number in new[:BANNER_LINES]]).lower()
    if not any(word in top for word in _BANNER_WORDS):
        return
    before = False
    for number in new[:BANNER_LINES]:
        text = look(lines[number])
        more = before and (
            _DRAWN.match(text) or (_BANNER_MORE.match(text) is not None and _BANNER_ABOUT.search(text) is not None)
        )
        if not tells(text) and (more or _BANNER.match(text)):
            kinds[number] = RegionKind.DISCLAIMER
            before = True
        else:
            before = bool(_DRAWN.match(text)) and number == new[0]
    drawn_above = len(new) > 1 and _DRAWN.match(look(lines[new[0]])) is not None
    if drawn_above and kinds[new[1]] is RegionKind.DISCLAIMER:
        kinds[new[0]] = RegionKind.DISCLAIMER


def label_markings(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """Protective markings that stand alone on a line: ``OFFICIAL-SENSITIVE``."""
    ends = new[:5] + new[-5:]
    words = " ".join([lines[number].text[:90] for number in ends]).lower()
    if not any(word in words for word in _MARKING_WORDS):
        return
    for number in ends:
        text = look(lines[number])
        if 5 < len(text) < 90 and text[:30] != text[:30].lower() and _MARKING.match(text):
            kinds[number] = RegionKind.DISCLAIMER


def label_list_footers(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """What a mailing list puts below every mail: a rule, its name, its page."""
    for number in new:
        if lines[number].text[:1] not in ("_", "-"):
            continue
        if _LIST_IN_ONE_LINE.match(look(lines[number])):
            kinds[number] = RegionKind.DISCLAIMER
        if not _LIST_RULE.match(look(lines[number])):
            continue
        below = [n for n in range(number + 1, min(number + 1 + LIST_LINES, len(lines))) if lines[n].text.strip()]
        words = " ".join(look(lines[n]) for n in below).lower()
        if below and ("mailing list" in words or "/listinfo" in words):
            put(kinds, [n for n in (number, *below) if kinds[n] is RegionKind.NEW], RegionKind.DISCLAIMER)
