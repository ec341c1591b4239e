"""What the store keeps. Ids are made by the application; what is personal is sealed by ``store/``.

Rows are written and read as these records only; tables, columns and sealing are known in ``store/``
alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .decision import ReminderKind
from .life import SafeContact
from .mail import Origin
from .outgoing import MailClass
from .words import Audience, Flag, Kind, RecordType, Urgency


class MailState(StrEnum):
    """A mail is received, then either done or set aside whole."""

    RECEIVED = "received"
    DONE = "done"
    STUCK = "stuck"


class EventState(StrEnum):
    """How far a human has come with an event."""

    UNTRIAGED = "untriaged"
    TAKEN = "taken"
    """Somebody by name has it in hand; risk alerts stop."""
    ACCEPTED = "accepted"
    """A human has agreed with the verdict or corrected it."""
    CLOSED = "closed"
    """Needs nobody: a machine's mail, above its own threshold and without any sign of risk."""


class CaseState(StrEnum):
    """The life of a file, thin for now."""

    NEW = "new"
    OPEN = "open"
    CLOSED = "closed"


class OutboxState(StrEnum):
    """``queued → sending → sent | deferred → … | refused | uncertain | cancelled`` (DESIGN §4)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


class ReminderState(StrEnum):
    """A reminder waits, is held, has rung for the last time, or was cancelled."""

    WAITING = "waiting"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"


class PersonRole(StrEnum):
    """What a person is to a case."""

    REFERRER = "referrer"
    FAMILY = "family"
    CHAIR = "chair"
    WRITER = "writer"
    """Who wrote, where nothing more is known."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A mailbox is watched by one process at a time."""

    mailbox: str
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A stored mail. ``raw`` is sealed at rest."""

    id: str
    mailbox: str
    folder: str
    uid_validity: int
    uid: int
    internal_date: datetime
    received_at: datetime
    raw: bytes = field(repr=False)
    origin: Origin = Origin.LIVE
    state: MailState = MailState.RECEIVED
    priority: int = 0
    """Higher is claimed first: 10 where a first look saw words of risk."""
    sender_hash: str = ""
    """Keyed hash of the From address; claims are fair per sender."""
    attempts: int = 0
    error: str = ""
    """Why it is stuck, one sentence without personal data."""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class MailClaim:
    """A mail in our hands until ``until``; settling is fenced by ``token``."""

    mail: MailRecord
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class EventRecord:
    """What a sender did once, however many copies came. The unit of the queue."""

    id: str
    key: str
    """Unique. Keyed hash of Message-ID, From and body (DESIGN §4, intake)."""
    request_key: str
    """Keyed hash of Message-ID and From only: two events of one request get one receipt."""
    reference: str
    """``HS-7KQ4-M2XD``, fresh for every event."""
    created_at: datetime
    mailbox: str
    kind: Kind
    confidence: float
    needs_human: bool
    flags: tuple[Flag, ...]
    urgency: Urgency
    state: EventState
    task: str = ""
    case_id: str = ""
    assigned_to: str = ""
    taken_by: str = ""
    taken_at: datetime | None = None
    triage_due: datetime | None = None
    rules_version: str = ""
    subject: str = ""
    """Sealed."""
    sender_name: str = ""
    """Sealed."""
    sender_address: str = ""
    """Sealed."""
    verdict: dict[str, Any] = field(default_factory=dict)
    """Sealed: kind, confidence, flags, evidence, reasons, facts, decision as ``classify --json``."""
    version: int = 1
    """Grows with every change; a human's act names the version that it saw."""


@dataclass(frozen=True, slots=True)
class MatchKey:
    """A keyed hash by which events and cases find each other; never the value itself."""

    sort: str
    """``message_id``, ``reference``, ``victim``, ``telephone``, ``address``, ``name``."""
    hash: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Our file."""

    id: str
    reference: str
    record: RecordType
    state: CaseState
    opened_at: datetime
    assigned_to: str = ""
    summary: dict[str, Any] = field(default_factory=dict)
    """Sealed: the facts as the lead has accepted them."""
    missing: tuple[str, ...] = ()
    closed_at: datetime | None = None
    outcome: str = ""
    """How its work ended: a member of ``Outcome``; empty while it goes on."""
    merged_into: str = ""
    """The case that it was merged into by a human; empty for none."""
    last_contact_at: datetime | None = None
    """When the family was last in contact, as far as anybody recorded."""
    retain_until: date | None = None
    """Until when it is kept; a human reviews it then."""
    version: int = 1


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person of a case. Everything that names them is sealed under a key of their own."""

    id: str
    case_id: str
    role: PersonRole
    name: str = ""
    relationship: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    postcode: str = ""
    age: int | None = None
    address_confirmed_by: str = ""
    """Who confirmed that the address is this person's; automatic mail to a Chair needs one."""
    address_confirmed_at: datetime | None = None
    group_id: str = ""
    """The family group that they belong to; empty while the family is one."""
    language: str = ""
    """In which to write to them: ``en``, ``cy`` …; empty: not known."""
    contact: SafeContact | None = None
    left_at: datetime | None = None
    """When they left the case: an officer who moved on."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A permission: per person and purpose, dated, by whom, withdrawn when (domain.md §10)."""

    id: str
    case_id: str
    person_id: str
    purpose: str
    """``referral``, ``contact``, ``liaise_with_chair`` …"""
    given: bool
    recorded_by: str
    recorded_at: datetime
    how: str = ""
    """Sealed: in words of whoever recorded it."""
    withdrawn_at: datetime | None = None
    given_to: str = ""
    """Sealed: whom they told."""
    given_on: date | None = None
    scope: str = ""
    """Sealed: what it covers, where it is partial."""
    condition: str = ""
    """Sealed: what must come first; a conditional permission permits nothing until a human records it anew."""
    review_on: date | None = None
    """When a human asks again."""
    ends_on: date | None = None
    """The last day on which it permits anything; ``None``: until it is withdrawn."""
    withdrawn_by: str = ""
    withdrawn_how: str = ""
    """Sealed."""
    event_id: str = ""
    """The mail that it was read in."""
    read_by_machine: bool = False
    """A machine read it in a mail: it holds where it says no, and never permits where it says yes."""


@dataclass(frozen=True, slots=True)
class ReminderRecord:
    """A promise with a due time."""

    id: str
    kind: ReminderKind
    event_id: str
    case_id: str
    key: str
    """Unique: ``<event id>:untriaged`` …"""
    due: datetime
    state: ReminderState
    why: str
    rung: int = 0
    """How often it has rung."""
    last_rung_at: datetime | None = None
    review_id: str = ""
    person_id: str = ""
    gate: str = ""
    """What keeps it silent at the moment, in words without personal data; empty: nothing."""


@dataclass(frozen=True, slots=True)
class ReminderClaim:
    """A due reminder in our hands."""

    reminder: ReminderRecord
    token: str


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A mail that will leave. ``raw``, ``recipient`` and the texts are sealed."""

    id: str
    key: str
    """Unique (P2): ``receipt:<request key>``, ``chaser:<event id>:1``, ``alert:<event id>:3`` …"""
    event_id: str
    case_id: str
    mail_class: MailClass
    audience: Audience
    template: str
    language: str
    state: OutboxState
    created_at: datetime
    due: datetime
    message_id: str
    recipient: str
    envelope_from: str
    subject: str
    text: str
    html: str
    raw: bytes = field(repr=False)
    attempts: int = 0
    data_started_at: datetime | None = None
    settled_at: datetime | None = None
    answer: str = ""
    """The server's last answer, or why it was cancelled, without personal data."""
    review_id: str = ""
    person_id: str = ""
    """The person of the case or review that it goes to."""


@dataclass(frozen=True, slots=True)
class OutboxClaim:
    """An outbox row in our hands."""

    row: OutboxRecord
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """What a human said of a verdict: the next test set."""

    id: str
    event_id: str
    by: str
    at: datetime
    was: Kind
    now: Kind
    flags: tuple[Flag, ...] | None = None
    note: str = ""
    """Sealed."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which row, when; ids only, never content."""

    writer: str
    sequence: int
    at: datetime
    actor: str
    """``person:<name>``, ``rule:<id>``, ``journey:intake`` or ``clock``."""
    act: str
    """``mail.received``, ``event.settled``, ``case.read`` …"""
    subject: str
    """``event:<id>`` …"""
    detail: str = ""
