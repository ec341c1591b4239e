"""When a person may be reached, in their own words, as hours that a machine can keep (DESIGN §7, safe contact).

Few words are read, all others are not guessed at: whoever said "when he is at work" gets nothing from a machine, and a
human who knows when that is writes. Hours are full hours of London, every day of the week.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from mailflow.syntax.working import LONDON

from .days import at_hour, london_day

Hours = tuple[int, int]
"""From the first full hour until before the second, 0 to 24; the second may be the smaller one: over midnight."""
ALWAYS: Hours = (0, 24)
_NAMED: dict[str, Hours] = {
    "": ALWAYS,
    "any time": ALWAYS,
    "anytime": ALWAYS,
    "mornings": (8, 12),
    "afternoons": (12, 18),
    "evenings": (18, 21),
    "daytime": (9, 17),
    "office hours": (9, 17),
}
_HOUR = r"(\d{1,2})(?:[:.]00)? ?(am|pm)?"
_BETWEEN = re.compile(rf"(?:between |from )?{_HOUR} ?(?:-|–|to|and|until) ?{_HOUR}")
_AFTER = re.compile(rf"(?:after|from) {_HOUR}")
_BEFORE = re.compile(rf"(?:before|until) {_HOUR}")


def contact_hours(said: str) -> Hours | None:
    """The hours that those words name; ``None`` for words that a machine does not read. Without words: always."""
    words = " ".join(said.casefold().split()).strip(" .").removesuffix(" only").removeprefix("only ").strip()
    if words in _NAMED:
        return _NAMED[words]
    if found := _BETWEEN.fullmatch(words):
        until = _hour(found[3], found[4])
        half = found[2] or (found[4] if not found[2] and int(found[1]) < int(found[3]) else None)
        return _span(_hour(found[1], half), until)
    if found := _AFTER.fullmatch(words):
        return _span(_hour(found[1], found[2]), 24)
    if found := _BEFORE.fullmatch(words):
        return _span(0, _hour(found[1], found[2]))
    return None


def next_contact(moment: datetime, hours: Hours) -> datetime:
    """``moment`` itself where it lies within those hours, else when they begin next; UTC."""
    first, last = hours
    hour = moment.astimezone(LONDON).hour
    within = first <= hour < last if first < last else hour >= first or hour < last
    if within:
        return moment.astimezone(UTC)
    day = london_day(moment)
    return at_hour(day if hour < first else day + timedelta(days=1), first)


def _hour(digits: str, half: str | None) -> int | None:
    """A full hour, 0 to 24; ``None`` for what is none."""
    number = int(digits)
    if half:
        return number % 12 + (12 if half == "pm" else 0) if 1 <= number <= 12 else None
    return number if number <= 24 else None


def _span(first: int | None, last: int | None) -> Hours | None:
    if first is None or last is None or first == last:
        return None
    return (first % 24, last)
