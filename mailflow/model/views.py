"""What people are shown; read in one transaction, and every read of personal data is audited."""

from __future__ import annotations

from dataclasses import dataclass

from .records import (
    CaseRecord,
    ConsentRecord,
    EventRecord,
    MailRecord,
    OutboxRecord,
    PersonRecord,
    ReminderRecord,
)


@dataclass(frozen=True, slots=True)
class EventView:
    """An event with everything that hangs on it, oldest first."""

    event: EventRecord
    mails: tuple[MailRecord, ...]
    case: CaseRecord | None
    proposed_cases: tuple[tuple[CaseRecord, str], ...]
    """(case, why): links that the machine proposes."""
    outbox: tuple[OutboxRecord, ...]
    reminders: tuple[ReminderRecord, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its people, events, mail and promises, oldest first."""

    case: CaseRecord
    people: tuple[PersonRecord, ...]
    consents: tuple[ConsentRecord, ...]
    events: tuple[EventRecord, ...]
    outbox: tuple[OutboxRecord, ...]
    reminders: tuple[ReminderRecord, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of everything; no personal data."""

    mails: dict[str, int]
    """By state."""
    events: dict[str, int]
    """By state."""
    kinds: dict[str, int]
    outbox: dict[str, int]
    reminders: dict[str, int]
    cases: dict[str, int]
