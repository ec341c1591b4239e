"""What lives for years beside a case: family groups, reviews, holds, proposals, history, days to be kept free.

Records only; rooms of the core reason about them, ``store/`` keeps them. What names a person or is text of a mail is
sealed there. Days are calendar days in Europe/London, moments are aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from .words import ReviewStage


class ReviewForm(StrEnum):
    """Which statutory review it is; the law has changed the name before (domain.md §2.6), so it is data."""

    DHR = "dhr"
    """Domestic Homicide Review (DVCVA 2004 s.9)."""
    DARDR = "dardr"
    """Domestic Abuse Related Death Review (VPA 2024 s.19)."""
    SUSR = "susr"
    """Single Unified Safeguarding Review (Wales)."""
    OWHR = "owhr"
    """Offensive Weapons Homicide Review."""
    OTHER = "other"


class ReviewState(StrEnum):
    """A review is open until it is published or not held; only a human closes it."""

    OPEN = "open"
    CLOSED = "closed"


class ReviewRole(StrEnum):
    """What a person is to a review."""

    CHAIR = "chair"
    AUTHOR = "author"
    COORDINATOR = "coordinator"


class Outcome(StrEnum):
    """How the work of a case ended; retention depends on it (domain.md §9.3)."""

    SUPPORTED = "supported"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"
    SIGNPOSTED = "signposted"
    OTHER = "other"


class HoldSort(StrEnum):
    """Why nothing automatic may leave for a case, a review or a person."""

    RISK = "risk"
    COMPLAINT = "complaint"
    LEGAL = "legal"
    """Something must be kept or disclosed: it stops retention too."""
    ABSENCE = "absence"
    FAMILY_REQUEST = "family_request"
    MACHINE = "machine"
    """mailflow itself is not sure; a machine may hold, never grant."""


class ProposalState(StrEnum):
    """What a Chair's reply proposes waits for a human."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class DaySort(StrEnum):
    """Why a day is kept free of anything automatic."""

    ANNIVERSARY = "anniversary"
    BIRTHDAY = "birthday"
    FUNERAL = "funeral"
    TRIAL = "trial"
    VERDICT = "verdict"
    SENTENCING = "sentencing"
    INQUEST = "inquest"
    PUBLICATION = "publication"
    OTHER = "other"


class RelationSort(StrEnum):
    """How an event hangs on an earlier one; linked by a thread or proposed by a key, never merged."""

    ANSWERS = "answers"
    SAME_THREAD = "same_thread"
    SAME_FAMILY = "same_family"
    SAME_SENDER = "same_sender"


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How a person may be reached without putting them in danger (DESIGN §7). Kept sealed."""

    channels: tuple[str, ...] = ()
    """What they have allowed: ``email``, ``phone``, ``text``, ``post``; empty: nobody has asked yet."""
    refused: tuple[str, ...] = ()
    hours: str = ""
    """When, in their words: ``afternoons only``."""
    display_name: str = ""
    """The name that a mail of ours shows; empty: the neutral one."""
    subject: str = ""
    """The subject of a mail of ours; empty: the neutral one."""
    readers: str = ""
    """Who else may read what is sent there."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group of one family: a split family is several groups of one case, with contacts and wishes of their own."""

    id: str
    case_id: str
    name: str
    """Sealed: ``mother's side``."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A statutory review that one or several cases wait for."""

    id: str
    reference: str
    form: ReviewForm
    state: ReviewState
    stage: ReviewStage
    stage_since: datetime
    opened_at: datetime
    decided_on: date | None = None
    """The day of the partnership's decision: the statutory clock runs from it."""
    months: int = 6
    """The time that the guidance gives: 6, or 12 under the draft of 2024."""
    partnership: str = ""
    """Sealed: the community safety partnership or regional board."""
    their_reference: str = ""
    """Sealed: the Chair's or partnership's own reference."""
    next_on: date | None = None
    """The next key day that the Chair named."""
    next_what: str = ""
    """Sealed: what is due then, in the Chair's words."""
    delay_reason: str = ""
    """Sealed."""
    closed_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class ReviewPersonRecord:
    """A Chair, author or co-ordinator. Everything that names them is sealed under a key of their own."""

    id: str
    review_id: str
    role: ReviewRole
    since: datetime
    name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"
    address_confirmed_by: str = ""
    """Who confirmed that the address is theirs; no automatic mail without it (DESIGN §8)."""
    address_confirmed_at: datetime | None = None
    until: datetime | None = None
    """When they left the review; ``None`` while they serve."""


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """Nothing automatic leaves for what it names while it lasts."""

    id: str
    sort: HoldSort
    since: datetime
    by: str
    """``person:<name>`` or ``journey:intake``."""
    case_id: str = ""
    review_id: str = ""
    person_id: str = ""
    """Empty: everybody of the case or review."""
    why: str = ""
    """Sealed."""
    until: datetime | None = None
    """It ends by itself then; ``None``: a human ends it."""
    ended_at: datetime | None = None
    ended_by: str = ""
    event_id: str = ""
    """The event that brought it."""

    def holds(self, now: datetime) -> bool:
        """True while it lasts."""
        return self.ended_at is None and self.since <= now and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class ProposalRecord:
    """What a reply says of a review's progress, for a human to accept in one act."""

    id: str
    review_id: str
    event_id: str
    made_at: datetime
    state: ProposalState = ProposalState.OPEN
    stage: ReviewStage | None = None
    next_on: date | None = None
    next_what: str = ""
    """Sealed."""
    dates: dict[str, str] = field(default_factory=dict)
    """Sealed: milestone → ISO day, as the reply names them."""
    delay_reason: str = ""
    """Sealed."""
    chair_changes: bool = False
    evidence: tuple[dict[str, str], ...] = ()
    """Sealed: {says, text} of each sentence that it was read from."""
    settled_by: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One line of a history: who changed what, why, when. ``before`` and ``after`` are closed words or ids."""

    id: str
    subject: str
    """``case:<id>``, ``review:<id>``, ``person:<id>``, ``reminder:<id>``, ``consent:<id>`` …"""
    at: datetime
    actor: str
    act: str
    """``stage``, ``state``, ``outcome``, ``hold``, ``address`` …"""
    before: str = ""
    after: str = ""
    why: str = ""
    """Sealed, under the key of the case or review that is named beside."""
    case_id: str = ""
    review_id: str = ""


@dataclass(frozen=True, slots=True)
class SensitiveDay:
    """A day, or several, on which nothing automatic goes to a family or to the Chair of their review."""

    id: str
    day: date
    until: date
    """The last day; the same for one day."""
    sort: DaySort
    by: str
    case_id: str = ""
    review_id: str = ""
    yearly: bool = False
    """It comes back every year: an anniversary, a birthday."""
    note: str = ""
    """Sealed."""


@dataclass(frozen=True, slots=True)
class SuppressionRecord:
    """An address that is written to no more; only its keyed hash is kept."""

    address_hash: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a folder was read, and when somebody last looked."""

    mailbox: str
    folder: str
    moved_at: datetime
