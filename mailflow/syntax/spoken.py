"""Days and hours as people say them, in the languages that we write: ``5pm``, ``24 November 2026``.

In: dates and hours in Europe/London. Out: words for the middle of a sentence. Sources: the GOV.UK style guide
(``5pm``, ``12 noon`` instead of ``12pm``, ``midnight``) and its Welsh twin, LLYW.CYMRU (``am`` and ``pm`` instead
of ``yb`` and ``yp``, ``hanner dydd``, ``hanner nos``, months with a capital). No day of the week: a sender's
subject may be "thursday", and an answer repeats nothing of what came in (P4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from .working import LONDON


@dataclass(frozen=True, slots=True)
class _Words:
    """How one language says it."""

    months: tuple[str, ...]
    noon: str
    midnight: str
    at: str
    """An hour on a day."""


_WORDS = {
    "en": _Words(
        months=(
            *("January", "February", "March", "April", "May", "June"),
            *("July", "August", "September", "October", "November", "December"),
        ),
        noon="12 noon",
        midnight="midnight",
        at="{hour} on {day}",
    ),
    "cy": _Words(
        months=(
            *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
            *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
        ),
        noon="hanner dydd",
        midnight="hanner nos",
        at="{hour} ar {day}",
    ),
}
SPOKEN_LANGUAGES = tuple(_WORDS)
"""Languages in which a day can be said; a new one is a new line of the table."""


def spoken_day(day: date, language: str) -> str:
    """``24 November 2026``. ``KeyError`` for a language that nobody taught us, here as below."""
    return f"{day.day} {_WORDS[language].months[day.month - 1]} {day.year}"


def spoken_time(clock: time, language: str) -> str:
    """``9am``, ``4.20pm``, ``12 noon``, ``midnight``."""
    words = _WORDS[language]
    if not clock.minute and clock.hour in (0, 12):
        return words.noon if clock.hour else words.midnight
    minutes = f".{clock.minute:02}" if clock.minute else ""
    return f"{(clock.hour - 1) % 12 + 1}{minutes}{'am' if clock.hour < 12 else 'pm'}"


def spoken_moment(moment: datetime, language: str) -> str:
    """``4.20pm on 26 November 2026``: an aware moment, as the clocks of London show it; seconds are left out."""
    local = moment.astimezone(LONDON)
    return _WORDS[language].at.format(hour=spoken_time(local.time(), language), day=spoken_day(local, language))
