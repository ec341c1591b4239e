"""What people are shown; read in one transaction, and every read of personal data is audited."""

from __future__ import annotations

from dataclasses import dataclass

from .life import (
    ChangeRecord,
    GroupRecord,
    HoldRecord,
    ProposalRecord,
    RelationSort,
    ReviewPersonRecord,
    ReviewRecord,
    SensitiveDay,
)
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
    related: tuple[tuple[EventRecord, RelationSort], ...] = ()
    """Earlier and later events that hang on this one, with how."""
    proposals: tuple[ProposalRecord, ...] = ()
    """What it proposes for a review."""
    changes: tuple[ChangeRecord, ...] = ()
    """Who changed what about it, and why."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its people, events, mail and promises, oldest first."""

    case: CaseRecord
    people: tuple[PersonRecord, ...]
    consents: tuple[ConsentRecord, ...]
    events: tuple[EventRecord, ...]
    outbox: tuple[OutboxRecord, ...]
    reminders: tuple[ReminderRecord, ...]
    groups: tuple[GroupRecord, ...] = ()
    reviews: tuple[ReviewRecord, ...] = ()
    """The reviews that it waits for."""
    holds: tuple[HoldRecord, ...] = ()
    """All that ever held it."""
    days: tuple[SensitiveDay, ...] = ()
    changes: tuple[ChangeRecord, ...] = ()
    """Its history: who changed what, and why."""
    proposed_events: tuple[EventRecord, ...] = ()
    """Events that may belong to it; a human says so."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review with its people, cases, proposals, mail and promises, oldest first."""

    review: ReviewRecord
    people: tuple[ReviewPersonRecord, ...]
    """Everybody who serves it or has served it."""
    cases: tuple[CaseRecord, ...]
    """The cases that wait for it."""
    proposals: tuple[ProposalRecord, ...]
    holds: tuple[HoldRecord, ...]
    days: tuple[SensitiveDay, ...]
    changes: tuple[ChangeRecord, ...]
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
