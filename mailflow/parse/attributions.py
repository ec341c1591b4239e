"""Attributions that are wrapped, translated or written without a blank: what ``heads`` does not read by itself.

Reasoning. ``heads`` knows the attribution as a line that begins with a date or a preposition and ends with a
verb and a colon. Programs also write it with the name first ("Ann <a@x.org> schrieb am …:"), with an address
doubled by ``<mailto:…>``, over blank lines, with "you" instead of a name, and in languages whose verb no table
holds. Each is either tidied until ``heads`` reads it, or asks for an address in angle brackets, a clock time, a
year and a colon at the end, in a line without a single word of English speech: people do not write so.

All patterns look at no more than ``LINE_LOOK`` characters and are linear.
"""

from __future__ import annotations

import re

from . import heads, limits

WINDOW = 6
"""Lines, blank ones too, over which a wrapped attribution goes."""
LENGTH = 360
"""Characters of the joined lines; a longer text is no attribution."""
BLANKS = 2
"""Blank lines inside an attribution (Polymail puts the address on lines of its own)."""
NAMED_WORDS = 4
"""A name before a bare "wrote:" has no more words."""

_MAILTO = re.compile(r"[<\[(]\s?mailto:\s?[^<>\[\]()\s]{1,320}[>\])]", re.IGNORECASE)
_DOTTED_TIME = re.compile(r"\b(kl\.?|pukul|klo)\s(\d{1,2})\.(\d\d)\b", re.IGNORECASE)
_ENDED = (":", "：")
_OPENS = re.compile(
    r"[\s>*_]{0,10}(?:on|am|ar|le|el|il|op|den|em|på|w dniu|dnia|pe|în|в|vào|dne|dňa|pada|στις)\s[^\n]{0,40}\d",
    re.IGNORECASE,
)
"""The first line of an attribution that goes on below."""
_ADDRESS = re.compile(r"<\s?(?:mailto:)?[^<>@]{1,80}@[^<>\s]{1,190}\s?>")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h時时]\s?\d{2}(?!\d)|\d{1,2}\s?시")
_YEAR = re.compile(r"(?<!\d)(?:19|20|١٩|٢٠|۱۹|۲۰|১৯|২০|१९|२०)\d\d(?!\d)")
"""Also in the digits of Arabic, Persian, Bengali and Hindi."""
_NAME_OPENS = re.compile(r"[\s>*]{0,10}[\"']?[^\W\d_][^<>:\n]{0,80}<[^<>\s]{1,80}@[^<>\s]{1,190}>")
_NAME_FIRST = re.compile(
    r"[\s>*]{0,10}[\"']?[^\W\d_][^<>:\n]{0,80}<[^<>\s]{1,80}@[^<>\s]{1,190}>[\"']?,?\s{1,3}"
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|napisał\(a\)|napisał|escreveu|yazdı|написал|пише|"
    r"tarihinde şunu yazdı|kirjoitti|írta|a scris|napsal|ysgrifennodd)\b[^<>\n]{0,80}\d[^<>\n]{0,60}[:：]\s{0,3}$",
    re.IGNORECASE,
)
"""The name stands before the verb, the date behind it."""
_DASHED = re.compile(r"[\s>]{0,10}-{1,6}\s{0,3}(On\s[^\n]{6,300}wrote:\s{0,3})$")
"""Yahoo drew its attribution for years: ``--- On Wed, 4/4/12, Ann <a@x.org> wrote:``."""
_YOU = re.compile(
    r"[\s>]{0,10}(?:at|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day,)\s[^\n]{4,60}\d[^\n]{0,40}"
    r"\byou (?:wrote|said)\s{0,2}:\s{0,3}$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[\s>]{0,10}((?:[A-Z][\w.'’-]{1,30}\s?){2,4})\s?(?:wrote|writes|schrieb|a écrit)\s{0,2}:\s{0,3}$")
_NAMED_FIRST = re.compile(
    r"[\s>]{0,10}(?!(?:she|he|they|i|we|you|who|er|sie|ich|wir|du|il|elle|je|nous|ella|yo|hij|zij|ik|hun|han|hon)\b)"
    r"[^\W\d_][^:<>\n]{1,60}?\s{1,3}(?:wrote on|schrieb am|a écrit le|escribió el|ha scritto il|schreef op|skrev den)\b"
    r"[^:<>\n]{1,40}\d[^:<>\n]{0,30}\d{1,2}[:.]\d\d[^:<>\n]{0,20}:\s{0,3}$",
    re.IGNORECASE,
)
"""The name without an address before verb and date: somebody may tell so, and it counts only above quoted lines."""
_APPLE_POLISH = re.compile(r"[\s>]{0,10}Wiadomość napisana przez\s[^\n]{3,200}\d{1,2}:\d\d\s?:\s{0,3}$")
_HORDE = re.compile(
    r"[\s>]{0,10}(?:Quoting|Zitat von|Citando a?|Citato da|Citaat van|Citat från|Cytowanie)\s[^<>\n]{0,80}"
    r"<?[^<>\s]{1,64}@[^<>\s]{1,190}>?\s?:\s{0,3}$"
)
_RUN_ON = re.compile(
    r"[\s>*_]{0,10}On\s[^\n<>]{4,60}\d{1,2}:\d\d[^\n]{1,160}\bwrote:\s{1,4}>",
)
"""The quoted words follow on the same line, with their ``>`` between them: HTML that lost its line ends."""
_BARE_DATED = re.compile(r"[\s>]{0,10}\d{4}[/-]\d{1,2}[/-]\d{1,2}\s[^<>\n]{1,100}<[^<>\s]{1,64}@[^<>\s]{1,190}>\s*$")
_SPEECH = re.compile(
    r"\b(?:the|is|are|was|were|will|please|with|and|but|has|have|had|can|could|would|should|that|this|my|your|our|"
    r"her|his|their|she|he|they|we|i|am not|meeting|ask|call|ring|about|because|not)\b",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"^(\S.{0,600}?)\s{0,3}((?:-{2,5}\s{0,3}|\s)On\s(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\s|\d)[^\n]{6,200}"
    r"\bwrote:)\s*$",
    re.IGNORECASE,
)


def attribution(lines: list[str], first: int) -> tuple[int, bool] | None:
    """An attribution that begins at line ``first``, as :func:`heads.attribution` gives it.

    (The line after it, whether it stands for itself); ``None`` when there is none.
    """
    found = heads.attribution(lines, first)
    if found is not None:
        later = range(first + 1, found[0])
        if any(_OPENS.match(lines[n][: limits.LINE_LOOK]) and heads.attribution(lines, n) == found for n in later):
            return None  # "On Monday he came round." stands above the attribution, not in it
        return found
    opening = lines[first][: limits.LINE_LOOK]
    alone = _on_one_line(opening) if may_attribute(opening) else None
    return _wrapped(lines, first) if alone is None else (first + 1, alone)


def _on_one_line(line: str) -> bool | None:
    """Whether a line that is an attribution stands for itself; ``None`` when it is none."""
    if any(form.match(line) for form in (_YOU, _NAMED, _BARE_DATED, _NAMED_FIRST, _HORDE)):
        return False
    drawn = _DASHED.match(line)
    if drawn is not None:
        alone = heads.attribution([drawn[1]], 0)
        return alone is not None and alone[1]
    return True if _APPLE_POLISH.match(line) or _RUN_ON.match(line) else None


def _wrapped(lines: list[str], first: int) -> tuple[int, bool] | None:
    """An attribution that must be joined and tidied before it can be read."""
    if first and lines[first - 1].strip() and not heads.is_quoted(lines[first]):
        parted = _DOTTED_TIME.search(lines[first][: limits.LINE_LOOK]) or "mailto:" in lines[first]
        if not parted:
            return None  # in the middle of a paragraph a person is speaking
    opening = lines[first][: limits.LINE_LOOK]
    opened = _OPENS.match(opening) is not None
    if not opened and opening.strip()[-1:] not in _ENDED and not _NAME_OPENS.match(opening):
        return None
    whole = ""
    blanks = 0
    for number in range(first, min(first + WINDOW, len(lines))):
        line = heads.without_prefix(lines[number])[: limits.LINE_LOOK].strip()
        if not line:
            blanks += 1
            if blanks > BLANKS or not opened:
                return None
            continue
        whole = f"{whole} {line}" if whole else line
        if len(whole) > LENGTH + whole.count("mailto:") * LENGTH:
            return None
        if line[-1] in _ENDED:
            return _tidied(whole, number, blanks)
    return None


def _tidied(whole: str, last: int, blanks: int) -> tuple[int, bool] | None:
    """Whether joined lines, the last of which is line ``last``, are an attribution once they are tidied."""
    tidy = _DOTTED_TIME.sub(r"\1 \2:\3", _MAILTO.sub("", whole))
    if len(tidy) > LENGTH:
        return None
    if blanks and ("@" not in tidy or not _CLOCK.search(tidy)):
        return None
    found = heads.attribution([tidy], 0)
    if found is not None:
        return last + 1, found[1]
    if _NAME_FIRST.match(tidy) and _CLOCK.search(tidy):
        return last + 1, True
    dated = _ADDRESS.search(tidy) and _CLOCK.search(tidy) and _YEAR.search(tidy)
    if dated and not blanks and not _SPEECH.search(_ADDRESS.sub("", tidy)):
        return last + 1, True
    return None


def may_attribute(text: str) -> bool:
    """False for a line that no attribution can end on."""
    return heads.may_attribute(text)


def part_answer(text: str, below: str) -> tuple[str, str] | None:
    """An answer that stands before the attribution on the same line: (answer, attribution).

    ``below`` is the next line with words: without a quote mark there the line is left whole.
    """
    if not text.rstrip().endswith("wrote:") or not heads.is_quoted(below) or heads.is_quoted(text):
        return None
    found = _ANSWERED.match(text[: limits.LINE_LOOK])
    if found is None or not _CLOCK.search(found[2]) or not any(sign.isalnum() for sign in found[1]):
        return None
    return found[1].rstrip(), found[2].strip()
