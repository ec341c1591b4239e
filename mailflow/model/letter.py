"""A mail of ours before it is composed: everything that may vary, and nothing of what came in.

P4 rests on this record: there is no field for a name, a subject or a text of the mail that is answered,
so no template can repeat them. What varies is a number, a date, an id of our own, or a member of a closed list whose
words stand in the profile. ``compose`` turns a letter into bytes, the same letter always into the
same bytes (P2); times, ids and the MIME boundary are therefore given, not made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as calendar_day
from datetime import datetime
from enum import StrEnum

from .decision import MissingInformation
from .outgoing import MailClass
from .words import Audience


class ClockSort(StrEnum):
    """Which clock a notice to the lead speaks of; its words stand in ``service.yaml``."""

    REVIEW_DECISION = "review_decision"
    """A partnership decides whether to hold a review: one month."""
    REVIEW_REPORT = "review_report"
    """The report of a review: six or twelve months from the decision."""
    REVIEW_DAY = "review_day"
    """A day that the Chair named."""
    RIGHTS_REQUEST = "rights_request"
    """UK GDPR Art. 12(3): one month."""
    BREACH_REPORT = "breach_report"
    """UK GDPR Art. 33(1): 72 hours; nights and weekends count."""
    COMPLAINT = "complaint"
    KEY_EXPIRY = "key_expiry"
    """A key or token of ours ends; it belongs to no event, so there is no reference."""


class DecisionSort(StrEnum):
    """What only a human may decide; its words stand in ``service.yaml``."""

    FIRST_CONTACT = "first_contact"
    REVISIT_OFFER = "revisit_offer"
    MISSING_INFORMATION = "missing_information"
    """The referrer was asked as often as the policy allows."""
    CONSENT_REVIEW = "consent_review"
    RETENTION_REVIEW = "retention_review"
    PROPOSAL = "proposal"
    """A Chair's reply proposes a stage and dates."""
    CHAIR_LEFT = "chair_left"
    NO_ANSWER = "no_answer"
    """The question to a Chair and two reminders went unanswered."""
    STALE = "stale"
    """It fell due while the service was down: nothing is sent late in a burst."""
    STORM = "storm"
    """All sending has stopped itself: too much mail within the hour."""


@dataclass(frozen=True, slots=True)
class DigestCounts:
    """What the morning digest counts, each zero or more."""

    new: int = 0
    """Came since the last digest."""
    overdue: int = 0
    due_today: int = 0
    waiting: int = 0
    """Waits for somebody else: a referrer, a Chair, a partnership."""
    alarms: int = 0
    """Silence, stuck mail, mail refused or uncertain, keys that end."""


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
    """``HS-7KQ4-M2XD``: the event's own, or the review's; empty in a digest or a notice that has none."""
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
    reply_by: calendar_day | None = None
    """Until when we hope for an answer, in London; follow-ups need it."""
    clock: ClockSort | None = None
    """Notices of a clock need it, and one of the two below."""
    due_on: calendar_day | None = None
    """The last day, in London, where the clock counts days."""
    due_at: datetime | None = None
    """The last moment, aware, where the clock counts hours."""
    decision: DecisionSort | None = None
    """Notices of a decision need it."""
    counts: DigestCounts | None = None
    """Digests need it."""
    display_name: str = ""
    """A key of ``safe_names`` in ``service.yaml``, never a text; empty: the usual name (neutral where private)."""
    subject: str = ""
    """A key of ``safe_subjects`` in ``service.yaml``, never a text; empty: the usual subject."""
