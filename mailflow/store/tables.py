"""The tables. What names a person or is text of a mail is ``bytes`` here: sealed (``sealing.py``).

Every id is made by the caller. The UNIQUE constraints are what keeps the promises P1 and P2: a mail is
here once (mailbox, folder, UIDVALIDITY, UID), an event once (key), an outbox row once (key), a
reminder once (key), an audit row once (writer, sequence).

Foreign keys are checked when a transaction ends (DEFERRABLE INITIALLY DEFERRED), so that rows which
belong together may be written in any order. A change here needs a migration under ``migrations/``;
``tests/contracts`` compares the two on both engines.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from .columns import UtcDateTime, added, big, day, moment, points_to, sealed

SCHEMA = "0002"
"""The migration that this program was written for; a test holds it to the newest one."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """The base of all tables of the store, with a metadata of their own."""


class MetaRow(Row, table=True):
    """What the database knows of itself: check values of the service key."""

    __tablename__: ClassVar[Any] = "meta"
    name: str = Field(primary_key=True)
    value: bytes = Field(sa_type=LargeBinary, repr=False)


class DataKeyRow(Row, table=True):
    """The data key of one owner, wrapped under the service key ``key_id``; NULL when destroyed."""

    __tablename__: ClassVar[Any] = "data_key"
    owner_table: str = Field(primary_key=True)
    owner_id: str = Field(primary_key=True)
    key_id: str = Field(index=True)
    wrapped: bytes | None = sealed()
    made_at: datetime = moment()
    destroyed_at: datetime | None = moment(null=True)


class MailboxRow(Row, table=True):
    """Who watches a mailbox, until when."""

    __tablename__: ClassVar[Any] = "mailbox"
    name: str = Field(primary_key=True)
    owner: str = ""
    token: str = ""
    lease_until: datetime | None = moment(null=True)


class CursorRow(Row, table=True):
    """How far a folder was read."""

    __tablename__: ClassVar[Any] = "cursor"
    mailbox: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uid_validity: int = big()
    last_uid: int = big()
    moved_at: datetime = moment()


class MailRow(Row, table=True):
    """A mail, whole. ``rank`` is minus its priority and ``turn`` its place among the waiting mails of its
    sender: one ascending index (state, rank, turn, received_at) then gives the next mail to claim."""

    __tablename__: ClassVar[Any] = "mail"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("mailbox", "folder", "uid_validity", "uid"),
        Index("ix_mail_claim", "state", "rank", "turn", "received_at", "id"),
        Index("ix_mail_sender", "sender_hash", "state"),
    )
    id: str = Field(primary_key=True)
    mailbox: str
    folder: str
    uid_validity: int = big()
    uid: int = big()
    internal_date: datetime = moment()
    received_at: datetime = moment()
    raw: bytes | None = sealed()
    origin: str
    state: str
    rank: int
    turn: int
    sender_hash: str
    attempts: int
    error: bytes | None = sealed()
    event_id: str | None = points_to("event.id")
    not_before: datetime | None = moment(null=True)
    lease_owner: str = ""
    lease_token: str = ""
    lease_until: datetime | None = moment(null=True)
    settled_at: datetime | None = moment(null=True)


class CaseRow(Row, table=True):
    """Our file. (The table is ``case_file``: CASE is a word of SQL.)"""

    __tablename__: ClassVar[Any] = "case_file"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    record: str
    state: str = Field(index=True)
    opened_at: datetime = moment()
    assigned_to: str
    summary: bytes | None = sealed()
    missing: list[str] = Field(sa_type=JSON)
    version: int
    closed_at: datetime | None = moment(null=True)
    outcome: str | None = added()
    merged_into: str | None = added()
    last_contact_at: datetime | None = moment(null=True)
    retain_until: date | None = day(null=True)


class EventRow(Row, table=True):
    """What a sender did once."""

    __tablename__: ClassVar[Any] = "event"
    __table_args__: ClassVar[Any] = (Index("ix_event_queue", "state", "urgency_rank", "triage_due"),)
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    request_key: str = Field(index=True)
    reference: str = Field(unique=True)
    created_at: datetime = moment()
    mailbox: str
    kind: str
    confidence: float
    needs_human: bool
    flags: list[str] = Field(sa_type=JSON)
    urgency: str
    urgency_rank: int
    state: str
    task: str
    case_id: str | None = points_to("case_file.id")
    assigned_to: str
    taken_by: str
    taken_at: datetime | None = moment(null=True)
    triage_due: datetime | None = moment(null=True)
    rules_version: str
    subject: bytes | None = sealed()
    sender_name: bytes | None = sealed()
    sender_address: bytes | None = sealed()
    verdict: bytes | None = sealed()
    version: int


class EventKeyRow(Row, table=True):
    """A keyed hash by which later events find this one (and its case)."""

    __tablename__: ClassVar[Any] = "match_key_event"
    sort: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    event_id: str = points_to("event.id", key=True)


class CaseKeyRow(Row, table=True):
    """A keyed hash by which later events find this case."""

    __tablename__: ClassVar[Any] = "match_key_case"
    sort: str = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    case_id: str = points_to("case_file.id", key=True)


class LinkProposalRow(Row, table=True):
    """A link between an event and a case that a human may accept. ``why`` is sealed under the event's key."""

    __tablename__: ClassVar[Any] = "link_proposal"
    event_id: str = points_to("event.id", key=True, index=False)
    case_id: str = points_to("case_file.id", key=True)
    why: bytes | None = sealed()
    proposed_at: datetime = moment()


class PersonRow(Row, table=True):
    """A person of a case; everything that names them is sealed under a key of their own."""

    __tablename__: ClassVar[Any] = "person"
    id: str = Field(primary_key=True)
    case_id: str = points_to("case_file.id", null=False)
    place: int
    role: str
    name: bytes | None = sealed()
    relationship: bytes | None = sealed()
    organisation: bytes | None = sealed()
    email: bytes | None = sealed()
    email_hash: str = Field(index=True)
    phone: bytes | None = sealed()
    postcode: bytes | None = sealed()
    age: bytes | None = sealed()
    address_confirmed_by: str
    address_confirmed_at: datetime | None = moment(null=True)
    group_id: str | None = added(index=True)
    language: str | None = added()
    contact: bytes | None = sealed()
    left_at: datetime | None = moment(null=True)


class ConsentRow(Row, table=True):
    """A permission. ``how`` is sealed under the person's key, or the case's where no person is named."""

    __tablename__: ClassVar[Any] = "consent"
    id: str = Field(primary_key=True)
    case_id: str = points_to("case_file.id", null=False)
    person_id: str | None = points_to("person.id")
    purpose: str
    given: bool
    recorded_by: str
    recorded_at: datetime = moment()
    how: bytes | None = sealed()
    withdrawn_at: datetime | None = moment(null=True)
    given_to: bytes | None = sealed()
    given_on: date | None = day(null=True)
    scope: bytes | None = sealed()
    condition: bytes | None = sealed()
    review_on: date | None = day(null=True)
    ends_on: date | None = day(null=True)
    withdrawn_by: str | None = added()
    withdrawn_how: bytes | None = sealed()
    event_id: str | None = added(index=True)
    read_by_machine: bool | None = added()


class ReminderRow(Row, table=True):
    """A promise with a due time."""

    __tablename__: ClassVar[Any] = "reminder"
    __table_args__: ClassVar[Any] = (Index("ix_reminder_claim", "state", "due"),)
    id: str = Field(primary_key=True)
    kind: str
    event_id: str | None = points_to("event.id")
    case_id: str | None = points_to("case_file.id")
    key: str = Field(unique=True)
    due: datetime = moment()
    state: str
    why: str
    rung: int
    last_rung_at: datetime | None = moment(null=True)
    lease_owner: str = ""
    lease_token: str = ""
    lease_until: datetime | None = moment(null=True)
    review_id: str | None = added(index=True)
    person_id: str | None = added()
    gate: str | None = added()


class OutboxRow(Row, table=True):
    """A mail that will leave. ``rank`` is 0 for alerts and for the alarm that tells of
    a stop, 1 for everything else: those leave first (P7), whatever waits."""

    __tablename__: ClassVar[Any] = "outbox"
    __table_args__: ClassVar[Any] = (
        Index("ix_outbox_claim", "state", "rank", "due"),
        Index("ix_outbox_recipient", "recipient_hash", "created_at"),
    )
    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    event_id: str | None = points_to("event.id")
    case_id: str | None = points_to("case_file.id")
    mail_class: str
    rank: int
    audience: str
    template: str
    language: str
    state: str
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    due: datetime = moment()
    message_id: bytes | None = sealed()
    message_id_hash: str = Field(index=True)
    recipient: bytes | None = sealed()
    recipient_hash: str
    envelope_from: bytes | None = sealed()
    subject: bytes | None = sealed()
    text: bytes | None = sealed()
    html: bytes | None = sealed()
    raw: bytes | None = sealed()
    attempts: int
    data_started_at: datetime | None = moment(null=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True, index=True)
    answer: bytes | None = sealed()
    lease_owner: str = ""
    lease_token: str = ""
    lease_until: datetime | None = moment(null=True)
    review_id: str | None = added(index=True)
    person_id: str | None = added(index=True)


class SuppressionRow(Row, table=True):
    """An address to which nothing is written any more. ``why`` is sealed under a key of its own."""

    __tablename__: ClassVar[Any] = "suppression"
    address_hash: str = Field(primary_key=True)
    why: bytes | None = sealed()
    since: datetime = moment()


class SwitchRow(Row, table=True):
    """A switch of the whole house: ``stop`` says why all sending is stopped."""

    __tablename__: ClassVar[Any] = "switch"
    name: str = Field(primary_key=True)
    why: str
    since: datetime = moment()
    turned_by: str


class CorrectionRow(Row, table=True):
    """What a human said of a verdict. ``note`` is sealed under the event's key."""

    __tablename__: ClassVar[Any] = "correction"
    id: str = Field(primary_key=True)
    event_id: str = points_to("event.id", null=False)
    made_by: str
    made_at: datetime = moment()
    kind_was: str
    kind_now: str
    flags: list[str] | None = Field(default=None, sa_type=JSON, nullable=True)
    note: bytes | None = sealed()


class AuditRow(Row, table=True):
    """Who did what to which row, when; ids only. ``mac`` chains it to the row before."""

    __tablename__: ClassVar[Any] = "audit"
    writer: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str
    act: str
    subject: str = Field(index=True)
    detail: str
    mac: str


class AuditHeadRow(Row, table=True):
    """The newest audit row of each writer, itself under a MAC: a tail that is cut off shows."""

    __tablename__: ClassVar[Any] = "audit_head"
    writer: str = Field(primary_key=True)
    sequence: int = Field(sa_type=BigInteger)
    mac: str
    proof: str
