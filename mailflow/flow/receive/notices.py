"""What receiving tells to health, the log and the eyes of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What the listener is told."""

    SEEN = "seen"
    """A round is complete: the mailbox was looked at. Silence of this is the alarm of P10."""
    STORED = "stored"
    """Mails were stored; ``count`` of them are new."""
    FIRST_START = "first_start"
    RESCAN = "rescan"
    FOLDER_MISSING = "folder_missing"
    MAIL_TROUBLE = "mail_trouble"
    """One mail cannot be fetched; an alarm from the third attempt on."""
    MAIL_BACK = "mail_back"
    """A mail that was in trouble is stored now, or exists no longer."""
    FAULT = "fault"
    RECOVERED = "recovered"
    ELSEWHERE = "elsewhere"
    """Another process watches this mailbox; we stand by, and say so again and again (``count``) as a sign of life."""
    LEASE_LOST = "lease_lost"
    PROGRESS = "progress"
    """A backfill has come so far: ``uid`` is the last, ``count`` how many mails were looked at."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that happened, for health, the log and the eyes of people; holds nothing of a mail."""

    kind: NoticeKind
    mailbox: str
    at: datetime
    sentence: str
    folder: str = ""
    uid: int = 0
    count: int = 0
    alarm: bool = False
    """True when a human should know."""


Listener = Callable[[Notice], None]


def unlistened(notice: Notice) -> None:
    """The listener of one who does not care."""
