"""A composed mail, and what became of it at the SMTP server."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .words import Audience

ALARM = "alarm:"
"""Key of a notice that tells of a stop of all sending: it leaves though everything is stopped, and before all else."""


class MailClass(StrEnum):
    """What sort of mail of ours it is; decides headers, caps and the gate it passes."""

    RECEIPT = "receipt"
    """The one answer to an event: ``Auto-Submitted: auto-replied`` (RFC 3834 §5)."""
    CHASER = "chaser"
    """Asks a professional for what is missing: ``auto-generated``."""
    FOLLOW_UP = "follow_up"
    """A progress question to a Chair, with the family's permission only: ``auto-generated``."""
    ALERT = "alert"
    """To our own people: risk. Reference and link only."""
    NOTICE = "notice"
    """To our own people: untriaged items, refused mail."""
    DIGEST = "digest"
    """To the lead, each working morning: counts and links only."""


OWN_PEOPLE = frozenset({MailClass.ALERT, MailClass.NOTICE, MailClass.DIGEST})
"""Mail to our own staff: neither suppressed nor subject to anybody's safe contact."""


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A mail, ready for SMTP. Composed once; every attempt sends the same bytes."""

    recipient: str
    """The one RCPT TO."""
    envelope_from: str
    """MAIL FROM; empty for the null path."""
    message_id: str
    """Without brackets; fixed when composed."""
    subject: str
    text: str
    html: str
    raw: bytes = field(repr=False)
    """The whole message with CRLF line ends."""
    audience: Audience = Audience.NEUTRAL
    mail_class: MailClass = MailClass.RECEIPT
    template: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server has taken the mail and answers for it (RFC 5321 §4.2.5)."""

    answer: str


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not now (4xx, or no connection): try again later. Nothing was handed over."""

    answer: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Never (5xx): a human is told."""

    answer: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """DATA was begun and no answer came: it may have been delivered; never resent blindly (P2)."""

    answer: str


SendResult = Delivered | Deferred | Refused | Uncertain
