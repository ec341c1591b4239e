"""A mail as the server has it: bytes with their place and their date of arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """How a mail came to us; only ``LIVE`` mail may ever be answered by the machine."""

    LIVE = "live"
    BACKFILL = "backfill"
    RESCAN = "rescan"


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What SELECT tells of a folder (RFC 3501 §6.3.1)."""

    folder: str
    uid_validity: int
    uid_next: int
    highest_modseq: int | None = None


@dataclass(frozen=True, slots=True)
class MailSize:
    """The UID of a mail with its RFC822.SIZE in bytes, asked for before its content."""

    uid: int
    size: int


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """One mail as fetched: whole, untouched."""

    uid: int
    internal_date: datetime
    """INTERNALDATE, aware, UTC (RFC 3501 §2.3.3)."""
    raw: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a folder has been read: every UID up to ``last_uid`` is stored here."""

    mailbox: str
    folder: str
    uid_validity: int
    last_uid: int


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a mail is known again: the key of the event is made of it (DESIGN §4, intake)."""

    message_id: str
    """Without brackets; empty when missing."""
    from_address: str
    """The first From address, lower case; empty when missing."""
    date: str
    """The Date field as written."""
    subject: str
    """The Subject, unfolded and decoded."""
    body_sha256: str
    """SHA-256 in hexadecimal of everything after the top header, line ends as LF."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A bounded look while receiving, for the claim's priority only: never a verdict."""

    sender_address: str
    """The first From address, lower case; empty when missing."""
    at_risk: bool
    """One of the risk words stands in the subject or in the readable text of the first 64 kB."""
