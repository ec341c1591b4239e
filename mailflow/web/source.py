"""Where the pages get what they show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mailflow.flow.ports import Clock, Work
from mailflow.flow.understand import Mind

READER = "person:desk"
"""Who reads, in the audit trail, until the desk knows people by their sign-in."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a visitor's mail has come."""

    reference: str = ""
    """Of the event that it became; empty while it is on its way."""
    set_aside: bool = False
    """It could not be read, and is kept whole for a human."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the pages get what they show."""

    begin: Callable[[str], AbstractContextManager[Work]]
    mind: Mind
    clock: Clock
    mailboxes: Sequence[tuple[str, str]]
    """(name, address) of each mailbox that is watched."""
    deliver: Callable[[str, str, str, str], str] | None = None
    """Demonstration only: (mailbox, sender, subject, text) → a name for the mail that was delivered."""
    arrival_of: Callable[[str], Arrival | None] | None = None
    """Demonstration only: how far the mail of that name has come; ``None`` for a name that was never given."""
