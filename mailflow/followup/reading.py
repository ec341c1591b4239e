"""The sentence that says truthfully when a person will read (P7).

It names the hour until which the event is promised to be looked at, rounded up to the full hour,
and says so when the office is closed now. It names no day of the week: a sender's subject may
be "thursday", and an answer repeats nothing of what came in (P4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mailflow.syntax.spoken import spoken_moment
from mailflow.syntax.working import LONDON, WorkingCalendar


@dataclass(frozen=True, slots=True)
class _Words:
    """How one language says it."""

    open: str
    closed: str


_WORDS = {
    "en": _Words(
        open="A person will read your message by {promised}.",
        closed="Our office is closed at the moment and opens at {opening}. "
        "A person will read your message by {promised}.",
    ),
    # "rhywun", not "person": Yr Arddulliadur, the Welsh Government's style guide, keeps "person" for grammar.
    "cy": _Words(
        open="Bydd rhywun yn darllen eich neges erbyn {promised}.",
        closed="Mae ein swyddfa ar gau ar hyn o bryd a bydd yn agor am {opening}. "
        "Bydd rhywun yn darllen eich neges erbyn {promised}.",
    ),
}
LANGUAGES = tuple(_WORDS)
"""Languages in which the sentence can be said; a new one is a new line of the table."""


def reading_sentence(due: datetime, now: datetime, calendar: WorkingCalendar, language: str = "en") -> str:
    """When a person will read, given until when the event must be looked at (its ``untriaged`` reminder).

    ``due`` that has passed already is answered as if it fell due now: the next working hour. A language
    that the table lacks is a ``ValueError``; the policy's languages are checked against :data:`LANGUAGES`.
    """
    words = _WORDS.get(language)
    if words is None:
        raise ValueError(f"nobody has taught us to say in {language!r} when a person will read")
    promised = due if due > now else calendar.add_working_hours(now, 1)
    opening = calendar.next_opening(now)
    text = words.open if opening <= now else words.closed
    return text.format(promised=_full_hour(promised, language), opening=_full_hour(opening, language))


def _full_hour(moment: datetime, language: str) -> str:
    """The next full hour in London, and the day."""
    local = moment.astimezone(LONDON)
    if local.minute or local.second or local.microsecond:
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return spoken_moment(local, language)
