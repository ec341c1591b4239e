"""What a text may hold, found in one walk: whoever looks closer asks first whether it is worth it.

Reasoning. Of the forms that we look for in every mail (stock phrases of lawyers, words of secrets, phrases of
machines, pleas …) hardly one stands in an ordinary mail, and a search that finds nothing costs as much as one
that does. So all of them are looked for together, once, in subject and text. A topic that is said to be absent
is absent; one that is said to be there is looked for in its place by whoever knows it.

What is asked of few mails is not among them, and a form with stretches of any length is here by the words that
stand in it: every state of the machine is memory that the next step of the reading has to fetch anew.
"""

from __future__ import annotations

from . import absence, automatic, banners, heads, meetings, notices, secrets, separators, signatures, thread
from .patterns import Several

LOOKED_AT = 20_000
"""Characters; attack: a text made of beginnings of all forms, each a new state of the machine. In a longer text
everything may stand, and each search is on its own."""

FORMS = {
    "lawyer": notices.PHRASE_WORDS,
    "secret": rf"{secrets.MAY_HOLD_FORM}|otp\b",  # a subject may say "SmartOTP"
    "machine": absence.MACHINE_WORDS,
    "unsubscribe": automatic.UNSUBSCRIBE_FORM,
    "away": absence.AWAY_WORDS,
    "attribution": heads.ATTRIBUTION_WORDS,
    "forward": separators.FORWARD_WORDS,
    "reference": thread.OWN_FORM,
    "footer": signatures.FOOTER_FORM,
    "banner": banners.BANNER_FORM,
    "marking": banners.MARKING_FORM,
    "meeting": meetings.MEETING_FORM,
}
_TOPICS = Several(FORMS)
ALL = _TOPICS.names


def topics_of(subject: str, text: str) -> frozenset[str]:
    """The names of the forms that subject or text may hold."""
    if len(text) > LOOKED_AT:
        return ALL
    return _TOPICS.standing_in(f"{subject}\n{text}")
