"""Dates with day and month, in every form that mails of the field use.

British order: day first (``05/04/2026`` is the fifth of April). Where no year is written the date of the mail gives it:
the last such day before the mail for what has happened, the next for what is due. "Last Saturday" and
"September" are no dates here: nothing is guessed (taxonomy, "Conventions").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from .gates import Gated, small

MAX_DATES = 300
"""Dates of one text."""

_MONTHS = {
    "jan": 1, "january": 1, "feb": 2, "february": 2, "mar": 3, "march": 3, "apr": 4, "april": 4, "may": 5, "jun": 6,
    "june": 6, "jul": 7, "july": 7, "aug": 8, "august": 8, "sep": 9, "sept": 9, "september": 9, "oct": 10,
    "october": 10, "nov": 11, "november": 11, "dec": 12, "december": 12, "ionawr": 1, "chwefror": 2, "mawrth": 3,
    "ebrill": 4, "mai": 5, "mehefin": 6, "gorffennaf": 7, "awst": 8, "medi": 9, "hydref": 10, "tachwedd": 11,
    "rhagfyr": 12, "stycznia": 1, "lutego": 2, "marca": 3, "kwietnia": 4, "maja": 5, "czerwca": 6, "lipca": 7,
    "sierpnia": 8, "września": 9, "października": 10, "listopada": 11, "grudnia": 12,
}  # fmt: skip
"""English, Welsh and Polish (genitive), as written in dates."""

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# A search goes fast over what cannot begin a match where a pattern begins with a character and not with a look around:
# so what must not stand before a number is looked for behind its first digit.
_DAY_MONTH = re.compile(
    rf"(?i)(\d(?<!\w\d)\d?)(?:st|nd|rd|th|ain|fed|eg)?(?: of"
    rf"| o)?[ -]({_MONTH})\b(?:\.?,?[ -](?:this year,? )?((?:19|20)\d\d|'?\d\d(?![\d:.])))?"
)
_MONTH_DAY = re.compile(
    rf"(?i)\b(?=[^\W\d_]{{3,12}}\.? (?:the )?\d)"
    rf"({_MONTH})\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)(?:,? ((?:19"
    rf"|20)\d\d))?"
)
_NUMBERS = re.compile(r"(\d(?<![\d/.-]\d)\d?)([/.-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?![\d/-])")
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "twenty-first": 21, "twenty-second": 22,
    "twenty-third": 23, "twenty-fourth": 24, "twenty-fifth": 25, "twenty-sixth": 26, "twenty-seventh": 27,
    "twenty-eighth": 28, "twenty-ninth": 29, "thirtieth": 30, "thirty-first": 31,
}  # fmt: skip
_IN_WORDS = Gated(
    rf"(?i)\b({'|'.join(sorted(_ORDINALS, key=len, reverse=True))}) (?:day )?of ({_MONTH})\b(?:,? (?:this year,? )?"
    r"((?:19|20)\d\d))?"
)
"""Letters and those who dictate them: "the twelfth of October"."""
_ISO = re.compile(r"((?:1(?<![\d/.-]1)9|2(?<![\d/.-]2)0)\d\d)-(\d\d)-(\d\d)(?!\d)")
_SHORT = re.compile(r"(?<![\d/.£-])(\d{1,2})/(\d{1,2})(?![\d/])")


_HOLIDAYS = {
    "new year day": (1, 1), "new year eve": (31, 12), "valentine": (14, 2), "st david": (1, 3), "st patrick": (17, 3),
    "halloween": (31, 10), "bonfire": (5, 11), "christmas eve": (24, 12), "christmas": (25, 12), "boxing": (26, 12),
}  # fmt: skip
_HOLIDAY = Gated(
    r"(?i)\b(?:(new year)['’]?s? (day)|(new year)['’]?s? (eve)|(christmas|boxing|valentine|st david"
    r"|st patrick)['’]?s? day"
    r"|(christmas eve)|(hallowe['’]?en)|(bonfire) night)\b(?: ((?:19|20)\d\d))?"
)
"""Days that have a name instead of a date, and the same one every year."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at ``text[start:end]``; ``year`` is ``None`` where none is written."""

    start: int
    end: int
    day: int
    month: int
    year: int | None

    def past(self, today: date | None) -> date | None:
        """The date itself, or its last occurrence on or before ``today``."""
        return self._resolve(today, -1)

    def coming(self, today: date | None) -> date | None:
        """The date itself, or its next occurrence on or after ``today``."""
        return self._resolve(today, 1)

    def _resolve(self, today: date | None, step: int) -> date | None:
        if self.year is not None:
            return _date(self.year, self.month, self.day)
        if today is None:
            return None
        this = _date(today.year, self.month, self.day)
        if this is not None and (this <= today if step < 0 else this >= today):
            return this
        return _date(today.year + step, self.month, self.day)


def find(text: str, *, short: bool = False) -> list[FoundDate]:
    """Every date of a text in order; ``short`` also takes ``19/04``."""
    found: list[FoundDate] = []
    for match in _NUMBERS.finditer(text):
        _add(found, match, match[1], int(match[3]), match[4])
    for match in _ISO.finditer(text):
        _add(found, match, match[3], int(match[2]), match[1])
    for match in _DAY_MONTH.finditer(text):
        _add(found, match, match[1], _MONTHS[match[2].lower()], match[3])
    for match in _MONTH_DAY.finditer(text):
        _add(found, match, match[2], _MONTHS[match[1].lower()], match[3])
    low = small(text)
    for match in _IN_WORDS.pattern.finditer(text) if _IN_WORDS.may(low) else ():
        _add(found, match, str(_ORDINALS[match[1].lower()]), _MONTHS[match[2].lower()], match[3])
    for match in _HOLIDAY.pattern.finditer(text) if _HOLIDAY.may(low) else ():
        said = " ".join(word for word in match.groups()[:8] if word).lower().replace("'", "").replace("’", "")
        day, month = _HOLIDAYS[said]
        _add(found, match, str(day), month, match[9])
    if short:
        for match in _SHORT.finditer(text):
            _add(found, match, match[1], int(match[2]), None)
    return sorted(found, key=lambda f: f.start)


def _add(found: list[FoundDate], match: re.Match[str], day: str, month: int, year: str | None) -> None:
    number = int(year.lstrip("'")) if year else None
    if number is not None and number < 100:
        number += 2000 if number < 70 else 1900
    if len(found) < MAX_DATES and _date(number or 2024, month, int(day)) is not None:
        end = match.end()
        if not any(f.start < end and match.start() < f.end for f in found):
            found.append(FoundDate(match.start(), end, int(day), month, number))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
