"""Where watching is in one folder: the cursor, what is stored ahead of it, and what is in trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailflow.model.mail import Cursor


@dataclass(slots=True)
class Trouble:
    """A mail that could not be fetched."""

    attempts: int
    again_at: datetime


@dataclass(slots=True)
class Folder:
    """Where we are in one folder. Everything here can be lost: the store knows enough to begin again."""

    name: str
    cursor: Cursor
    """Of the numbers that count now; while ``pending`` is not empty it is not yet in the store."""
    settled: set[int] = field(default_factory=set)
    """UIDs beyond the cursor that are stored or gone."""
    trouble: dict[int, Trouble] = field(default_factory=dict)
    pending: tuple[int, ...] = ()
    """UIDs of a rescan that are not settled yet."""
    live_from: int = 0
    """UIDs below are ``Origin.RESCAN``."""

    def settle(self, uid: int) -> bool:
        """That mail is stored or gone; True when it had been in trouble."""
        self.settled.add(uid)
        return self.trouble.pop(uid, None) is not None

    def advance(self, found: Sequence[int]) -> Cursor:
        """Move the cursor over all of ``found`` (ascending) that is settled in a row; it never goes back."""
        last = self.cursor.last_uid
        for uid in found:
            if uid > last:
                if uid not in self.settled:
                    break
                last = uid
        self.pending = tuple(uid for uid in self.pending if uid not in self.settled)
        self.settled = {uid for uid in self.settled if uid > last}
        self.cursor = Cursor(self.cursor.mailbox, self.name, self.cursor.uid_validity, last)
        return self.cursor
