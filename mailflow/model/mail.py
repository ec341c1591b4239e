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
