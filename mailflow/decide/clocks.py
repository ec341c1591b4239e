"""Clocks of the law that a message starts, and what must be kept: rights requests, breaches, legal holds.

Starting one too many costs a look, missing one costs a person their right: a clock starts on the flag or kind alone,
in doubt too. The days are computed where they are kept (``followup``); here is only that one begins.
"""

from __future__ import annotations

from mailflow.model.decision import HoldBack, ReminderKind, StartClock
from mailflow.model.life import HoldSort
from mailflow.model.words import Flag, Kind

from .matching import Links
from .matter import Matter, Steps


def start_clocks(matter: Matter, found: Links, steps: Steps) -> None:
    """UK GDPR Art. 12(3): one month for a request. Art. 33(1): 72 hours for a breach, nights and weekends too."""
    verdict = matter.verdict
    if verdict.kind is Kind.RIGHTS_OR_COMPLAINT:
        why = "a rights request or a complaint must be answered"
        steps.do(StartClock(ReminderKind.RIGHTS_REQUEST, why), "The month of a rights request runs from today.")
    if verdict.has(Flag.BREACH_REPORT):
        why = "a breach of personal data must be judged, and reported where it must be"
        steps.do(StartClock(ReminderKind.BREACH_REPORT, why), "The 72 hours of a breach of personal data run from now.")
    if verdict.has(Flag.LEGAL_HOLD) and found.attach is not None:
        hold = HoldBack(HoldSort.LEGAL, "somebody asks that something be kept or disclosed", found.attach.case_id)
        steps.do(hold, "The case is kept and nothing automatic leaves for it: a legal hold.")
