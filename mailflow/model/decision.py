"""Intents with reasons, and the context that they were decided in.

An intent says one thing to do; it does nothing. ``flow/settle`` turns a decision into rows, all in
one commit. The union is closed: a new intent is a new class here and a new line in ``settle``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .facts import Person, Relative
from .life import HoldSort
from .outgoing import MailClass
from .words import Audience, RecordType, Urgency


class ReminderKind(StrEnum):
    """Why the clock will ring."""

    UNTRIAGED = "untriaged"
    """Nobody has looked at an event in its time: tell the lead."""
    MISSING_INFORMATION = "missing_information"
    """A referral still lacks something: ask the referrer."""
    RISK_ALERT = "risk_alert"
    """Somebody may come to harm: tell the on-call person until it is taken (P7)."""
    ANSWER_UNSURE = "answer_unsure"
    """A mail of ours was refused or is uncertain: tell the lead."""
    FIRST_CONTACT = "first_contact"
    """Somebody must speak to the family for the first time."""
    REVISIT_OFFER = "revisit_offer"
    """A family declined; their wishes may have changed: a human decides."""
    REVIEW_MILESTONE = "review_milestone"
    """A statutory clock of a review, or a day that its Chair named, is near or past."""
    FOLLOW_UP = "follow_up"
    """A progress question to a Chair is due (DESIGN §8)."""
    RIGHTS_REQUEST = "rights_request"
    """A rights request must be answered within a month (UK GDPR Art. 12(3))."""
    BREACH_REPORT = "breach_report"
    """A personal-data breach must be judged within 72 hours (UK GDPR Art. 33)."""
    CONSENT_REVIEW = "consent_review"
    """A permission is to be asked about again."""
    RETENTION_REVIEW = "retention_review"
    """A closed case has been kept for its time: a human decides."""
    KEY_EXPIRY = "key_expiry"
    """A key or token ends soon."""
    STUCK_MAIL = "stuck_mail"
    """A mail was set aside and nobody has looked at it."""


class MissingInformation(StrEnum):
    """What a complete referral has and this one lacks: types only, never content (domain.md §4.2)."""

    FAMILY_NAME = "family_name"
    FAMILY_CONTACT = "family_contact"
    CONSENT = "consent"
    VICTIM = "victim"
    REFERRER_CONTACT = "referrer_contact"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open a new file of that type with these people."""

    record: RecordType
    referrer: Person | None = None
    family: tuple[Relative, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachToCase:
    """The event belongs to a case that we have: our thread or token, and the sender is of the case."""

    case_id: str
    why: str


@dataclass(frozen=True, slots=True)
class ProposeLink:
    """The event may belong to that case; a human decides, the machine never merges."""

    case_id: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Send a receipt. The content depends on text, sender class and channel, never on what we hold."""

    template: str
    audience: Audience
    language: str
    recipient: str
    missing: tuple[MissingInformation, ...] = ()
    mail_class: MailClass = MailClass.RECEIPT
    private: bool = False
    """The address is a private one: neutral display name and subject (DESIGN §7)."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Ring at that time. ``key`` is unique: the same reminder is not planned twice (P2)."""

    kind: ReminderKind
    due: datetime
    key: str
    """Relative to the event: ``untriaged``, ``missing:1`` …"""
    why: str
    held: bool = False
    """Planned but not ringing until a human releases it (backfilled mail)."""


@dataclass(frozen=True, slots=True)
class Queue:
    """How the event stands in front of a human; without it, it stands in the daily lane."""

    urgency: Urgency
    why: str
    task: str = ""
    """What a human must do first: ``collect at the portal``, ``link to a case`` …"""


@dataclass(frozen=True, slots=True)
class Suppress:
    """Write to this address no more, until a human says so: it bounced for good."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class CancelQueued:
    """Stop whatever automatic mail of a case is queued or planned: a wish was withdrawn (P5)."""

    case_id: str
    why: str


@dataclass(frozen=True, slots=True)
class NoteWord:
    """What a machine read of a family's wishes. A no holds at once; a yes permits nothing, a human records it (P5)."""

    case_id: str
    """Empty: the file that this very decision opens or attaches to."""
    given: bool
    why: str
    condition: str = ""
    """What must come first, or what it covers, in the sender's words."""


@dataclass(frozen=True, slots=True)
class NoteReply:
    """Somebody answered what we asked about a review: nobody is asked again in that round."""

    review_id: str
    why: str
    by_chair: bool
    """Whoever wrote serves the review: what they say is proposed to a human. Else it pauses until one has looked."""
    proposes: bool = True
    """False where the writer serves several reviews and does not say which one is meant."""


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Nothing automatic leaves for a case or a review, until a human ends it. A machine may hold, never grant."""

    sort: HoldSort
    why: str
    case_id: str = ""
    """Empty with ``review_id`` empty too: the case that this very decision attaches to."""
    review_id: str = ""


@dataclass(frozen=True, slots=True)
class NoteAbsence:
    """Somebody's machine says that they are away, or gone: automatic mail to them waits."""

    address: str
    until: datetime | None
    """``None``: it names no day that we can read."""
    gone: bool
    why: str


@dataclass(frozen=True, slots=True)
class NoteReturn:
    """Somebody who was away has written themselves."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class SettleOurs:
    """What became of a mail of ours is known now, by a bounce or a reply."""

    row_id: str
    arrived: bool
    why: str


@dataclass(frozen=True, slots=True)
class StartClock:
    """A clock of the law runs from now on: a rights request, a breach of personal data."""

    kind: ReminderKind
    why: str


@dataclass(frozen=True, slots=True)
class CloseMissing:
    """A later mail brought what a referral lacked."""

    case_id: str
    brought: tuple[MissingInformation, ...]
    why: str


Intent = (
    OpenCase
    | AttachToCase
    | ProposeLink
    | Answer
    | Remind
    | Queue
    | Suppress
    | CancelQueued
    | NoteWord
    | NoteReply
    | HoldBack
    | NoteAbsence
    | NoteReturn
    | SettleOurs
    | StartClock
    | CloseMissing
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about one event, each step with its reason in words (P8)."""

    intents: tuple[Intent, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that the event may belong to, by which sort of key."""

    case_id: str
    by: str
    """``thread``, ``reference``, ``victim``, ``telephone`` or ``address``."""
    sender_belongs: bool
    """The sender's address is one of the people of that case."""


@dataclass(frozen=True, slots=True)
class OurMail:
    """A mail of ours that a message answers, or reports on. Ids and closed words only."""

    row_id: str
    mail_class: MailClass
    uncertain: bool
    """Nobody knows whether it arrived."""
    event_id: str = ""
    case_id: str = ""
    review_id: str = ""


@dataclass(frozen=True, slots=True)
class ReviewTie:
    """An open review that a message may be about."""

    review_id: str
    by: str
    """``thread``, ``reference`` or ``address``."""
    serves: bool
    """The sender's address is that of somebody who serves the review now."""
    case_ids: tuple[str, ...] = ()
    """The cases that wait for it."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the store knows that matters for a decision; read under the locks of ``settle``."""

    candidates: tuple[Candidate, ...] = ()
    in_our_thread: bool = False
    """It replies to a mail that we sent (a known Message-ID of ours)."""
    our_thread_class: MailClass | None = None
    bounced_recipient: str = ""
    """Whom the mail of ours that this bounce answers was for; empty when it is none of ours."""
    event_known: bool = False
    """The event was already settled: this is its second copy."""
    same_request_answered: bool = False
    """Another event with the same Message-ID and sender was answered."""
    sent_to_address_hour: int = 0
    sent_to_address_day: int = 0
    sent_total_hour: int = 0
    suppressed: bool = False
    """The author's address is on the suppression list."""
    answerable: bool = True
    """Live mail, fresh enough, not found by a rescan."""
    stopped: bool = False
    """The global stop is on: nothing is sent, everything else goes on."""
    internal_date: datetime | None = None
    backfilled: bool = False
    """History that ``backfill`` brought in: never answered, and its reminders start held."""
    ours: tuple[OurMail, ...] = ()
    """The mails of ours that it answers, nearest first."""
    bounced: OurMail | None = None
    """The mail of ours that a bounce reports on."""
    kin: tuple[tuple[str, str], ...] = ()
    """(event id, sort of key) of earlier events that share a key with it, best sort first, each event once."""
    reviews: tuple[ReviewTie, ...] = ()
    missing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(case id, what its referral lacks) of the candidates that lack something."""
    absent: bool = False
    """The sender's machine said that they are away."""
    away_until: datetime | None = None
    """Until when this absence notice says that they are away; ``None`` where it names no day that we can read."""
    cjsm_route: bool = False
    """Our mail server reaches ``.cjsm.net`` addresses."""


@dataclass(frozen=True, slots=True)
class ContextQuery:
    """What the store is asked for a :class:`Context`. Hashes only, so nothing personal travels."""

    mail_id: str
    event_key: str
    request_key: str
    sender_hash: str
    """Keyed hash of the From address, sort ``address``."""
    key_hashes: tuple[tuple[str, str], ...]
    """(sort, hash) of every match key of the message."""
    thread_message_ids: tuple[str, ...]
    """In-Reply-To and References of the message, without brackets."""
    bounced_message_id: str
    """Message-ID of the mail that a bounce reports; empty otherwise."""
    now: datetime
    fresh_hours: int
    """Mail whose INTERNALDATE is older is not answerable."""
