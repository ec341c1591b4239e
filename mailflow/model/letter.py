"""A mail of ours before it is composed: everything that may vary, and nothing of what came in.

P4 rests on this record: there is no field for a name, a subject or a text of the mail that is answered,
so no template can repeat them. ``compose`` turns a letter into bytes, the same letter always into the
same bytes (P2); times, ids and the MIME boundary are therefore given, not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .decision import MissingInformation
from .outgoing import MailClass
from .words import Audience


@dataclass(frozen=True, slots=True)
class Letter:
    """What ``compose`` needs to write one mail of ours."""

    template: str
    """Name of the template: ``receipt-referral`` …"""
    audience: Audience
    mail_class: MailClass
    recipient: str
    """The one address that it goes to."""
    sender_address: str
    """The mailbox that it comes from and that replies reach."""
    envelope_from: str
    """MAIL FROM; empty for the null path (RFC 3834 §3.3)."""
    message_id: str
    """Without brackets."""
    date: datetime
    """The Date header, aware."""
    boundary: str
    """MIME boundary (RFC 2046 §5.1.1): chance, so it comes from outside. Letters, digits and ``-=_.``, at most 70."""
    reference: str
    """``HS-7KQ4-M2XD``: the event's own."""
    language: str = "en"
    private: bool = False
    """The recipient's address is a private one: neutral display name and subject (an abuser may read the inbox)."""
    reading: str = ""
    """When a person will read it, a sentence or two made by ``followup.reading_sentence``; receipts need it."""
    missing: tuple[MissingInformation, ...] = ()
    """What a referral still lacks, by type; chasers need it."""
    link: str = ""
    """Address of our own desk, for alerts and notices to our own people only."""
    in_reply_to: str = ""
    """Message-ID of the mail that is answered, without brackets; left out of the mail when it is not one."""
    references: tuple[str, ...] = ()
    """The References of the mail that is answered (RFC 5322 §3.6.4), without brackets."""
