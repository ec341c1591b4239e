"""Whom automatic mail waits for: absences as their own machines told them."""

from __future__ import annotations

from datetime import datetime

from mailflow.followup.gate import ABSENCE_WITHOUT_A_DAY
from mailflow.model.records import MatchKey

from .ports import Work


def away(work: Work, address: MatchKey, now: datetime) -> tuple[datetime | None, bool]:
    """(until when somebody is away, gone for good); ``None`` where they are back or were never away.

    A notice that names no day counts for two weeks.
    """
    noted = work.absence(address)
    if noted is None:
        return None, False
    since, until, gone = noted
    if until is None and since is not None:
        until = since + ABSENCE_WITHOUT_A_DAY
    return (until if until is not None and until > now else None), gone
