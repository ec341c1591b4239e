"""Helpers for tests of facts: what a text states, by an officer or by a private person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mailflow.facts import find
from mailflow.model.facts import Facts
from mailflow.model.security import CryptoOutcome
from mailflow.security import judge
from tests.support.parsed import message, profile

OFFICER = "j.marsh@sussex.police.uk"
PRIVATE = "someone@gmail.com"
MAILED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def facts_of(text: str, sender: str = OFFICER, **more: Any) -> Facts:
    """The facts of a mail with that text; ``more`` is what ``message`` takes."""
    more.setdefault("date", MAILED)
    mail = message(text, sender, **more)
    return find(mail, judge(mail, CryptoOutcome(), profile()), profile())


def family(facts: Facts) -> set[tuple[str, str]]:
    """Name and relation of each of the family."""
    return {(relative.name, relative.relationship) for relative in facts.family}
