"""What the journeys need of the doors. Interfaces belong to the one who needs them.

The real doors (``store/``, ``mailbox/``, ``courier/``, ``keyring/``, ``extract/``) fit these by shape,
without importing them; the in-memory twins in ``flow/memory`` do too, and one contract suite under
``tests/contracts`` runs over both.

Transactions: ``Store.begin`` opens one; it commits when the block ends and rolls back when the block
raises. Nothing slow (network, parsing, crypto) happens inside a block. All times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from mailflow.model.decision import Context, ContextQuery
from mailflow.model.mail import Cursor, FetchedMail, FolderStatus, MailSize
from mailflow.model.message import Attachment
from mailflow.model.outgoing import MailClass, OutgoingMail, SendResult
from mailflow.model.records import (
    AuditEntry,
    CaseRecord,
    ConsentRecord,
    CorrectionRecord,
    EventRecord,
    Lease,
    MailClaim,
    MailRecord,
    MatchKey,
    OutboxClaim,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    ReminderClaim,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.security import CryptoOutcome, CryptoTask, KeyEnding
from mailflow.model.views import CaseView, Counts, EventView

from .ports_of_life import LifeWork

Reached = Callable[[str], None]
"""Told the name of each point that a journey passes; the fault tests kill the process there."""


def unheard(point: str) -> None:
    """The listener of a running service: nobody."""


class Clock(Protocol):
    """The only place where ``now`` comes from."""

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...


class Ids(Protocol):
    """The only place where chance comes from."""

    def new(self) -> str:
        """A fresh row id: 32 hexadecimal digits, time-ordered (UUIDv7, RFC 9562 §5.7)."""
        ...

    def reference(self) -> str:
        """A fresh reference, ``HS-7KQ4-M2XD``: unguessable, with a check character."""
        ...

    def token(self) -> str:
        """A fresh lease token."""
        ...


class Work(LifeWork, Protocol):
    """One transaction. Every method that changes something writes its audit row here too."""

    # -- receiving ------------------------------------------------------------------------------
    def lease_mailbox(self, mailbox: str, owner: str, now: datetime, seconds: int) -> Lease | None:
        """Take or renew the watch over a mailbox; ``None`` while another owner's lease runs."""
        ...

    def release_mailbox(self, lease: Lease) -> None:
        """Give the watch back; no harm when it was lost already."""
        ...

    def cursor(self, mailbox: str, folder: str) -> Cursor | None:
        """How far a folder was read; ``None`` at first start."""
        ...

    def save_cursor(self, cursor: Cursor, lease: Lease, now: datetime) -> None:
        """Move the cursor. Raises ``LeaseLost`` when the lease is no longer ours."""
        ...

    def add_mail(self, mail: MailRecord) -> bool:
        """Store a mail; ``False`` when (mailbox, folder, UIDVALIDITY, UID) is here already."""
        ...

    # -- taking in ------------------------------------------------------------------------------
    def claim_mail(self, owner: str, now: datetime, seconds: int) -> MailClaim | None:
        """The next received mail that is due and unclaimed: by priority, then fair per sender
        (who has fewest claimed goes first), then oldest. PostgreSQL: SKIP LOCKED."""
        ...

    def fence(self, claim: MailClaim) -> None:
        """Raises ``LeaseLost`` unless the claim's token still holds the mail; locks the row."""
        ...

    def set_aside(self, claim: MailClaim, error: str, now: datetime) -> None:
        """Content fault: the mail is stuck, whole, in front of a human (P3)."""
        ...

    def put_back(self, claim: MailClaim, not_before: datetime, error: str) -> None:
        """Infrastructure fault: the mail is received again, later."""
        ...

    def finish_mail(self, claim: MailClaim, event_id: str, now: datetime) -> None:
        """The mail is done and belongs to that event (P1)."""
        ...

    def retry_mail(self, mail_id: str, now: datetime) -> None:
        """A stuck mail is received again. ``NotFound``, ``StateFault`` when it is not stuck."""
        ...

    def mail(self, mail_id: str) -> MailRecord:
        """One mail, whole. ``NotFound``."""
        ...

    def stuck_mails(self) -> tuple[MailRecord, ...]:
        """All mails that are set aside, oldest first."""
        ...

    # -- events and cases -----------------------------------------------------------------------
    def hash_of(self, sort: str, value: str) -> MatchKey:
        """The keyed hash of a normalised value (HMAC-SHA-256 under the index key)."""
        ...

    def lock(self, keys: Sequence[MatchKey]) -> None:
        """Hold these keys until the transaction ends; taken in sorted order, so nobody deadlocks."""
        ...

    def context(self, query: ContextQuery) -> Context:
        """Everything that a decision needs to know."""
        ...

    def event_by_key(self, key: str) -> EventRecord | None:
        """The event with that key."""
        ...

    def event(self, event_id_or_reference: str) -> EventRecord:
        """By id or reference. ``NotFound``."""
        ...

    def add_event(self, event: EventRecord, keys: Sequence[MatchKey]) -> None:
        """Write a new event and the keys by which later ones find it."""
        ...

    def save_event(self, event: EventRecord) -> None:
        """Write a changed event; ``event.version`` is the one that was read, the row gets the next.
        Raises ``StateFault`` when somebody else changed it meanwhile."""
        ...

    def add_case(self, case: CaseRecord, keys: Sequence[MatchKey]) -> None:
        """Write a new case and the keys by which later events find it."""
        ...

    def case(self, case_id_or_reference: str) -> CaseRecord:
        """By id, by its reference, or by the reference of any event of it. ``NotFound``."""
        ...

    def save_case(self, case: CaseRecord) -> None:
        """Write a changed case; versions as in ``save_event``."""
        ...

    def add_keys(self, case_id: str, keys: Sequence[MatchKey]) -> None:
        """More keys by which later events find a case."""
        ...

    def propose_link(self, event_id: str, case_id: str, why: str) -> None:
        """A link for a human to accept."""
        ...

    def add_person(self, person: PersonRecord) -> None:
        """Write a person of a case."""
        ...

    def save_person(self, person: PersonRecord) -> None:
        """Write a changed person."""
        ...

    def people(self, case_id: str) -> tuple[PersonRecord, ...]:
        """The people of a case, in the order in which they came."""
        ...

    def add_consent(self, consent: ConsentRecord) -> None:
        """Write a permission or its withdrawal."""
        ...

    def consents(self, case_id: str) -> tuple[ConsentRecord, ...]:
        """All permissions of a case, oldest first."""
        ...

    def add_correction(self, correction: CorrectionRecord) -> None:
        """Keep what a human said of a verdict."""
        ...

    # -- reminders ------------------------------------------------------------------------------
    def add_reminder(self, reminder: ReminderRecord) -> bool:
        """``False`` when one with that key is here already."""
        ...

    def claim_reminder(self, owner: str, now: datetime, seconds: int) -> ReminderClaim | None:
        """The next waiting reminder that is due and unclaimed, oldest due first."""
        ...

    def settle_reminder(self, claim: ReminderClaim, after: ReminderRecord) -> None:
        """Write what the reminder has become (rung again later, done …) and free it.
        Raises ``LeaseLost`` when the claim is no longer ours."""
        ...

    def cancel_reminders(
        self,
        *,
        event_id: str = "",
        case_id: str = "",
        review_id: str = "",
        reminder_id: str = "",
        kinds: Sequence[str] = (),
        why: str,
    ) -> int:
        """Cancel the waiting and held ones of an event, a case or a review; how many."""
        ...

    def reminders(
        self,
        *,
        event_id: str = "",
        case_id: str = "",
        review_id: str = "",
        kinds: Sequence[str] = (),
        states: Sequence[ReminderState] = (),
        until: datetime | None = None,
    ) -> tuple[ReminderRecord, ...]:
        """All, or those of an event, case or review, of those kinds and states, due until then; by due time."""
        ...

    # -- outbox ---------------------------------------------------------------------------------
    def queue_mail(self, row: OutboxRecord) -> bool:
        """``False`` when a row with that key is here already: nothing is done twice (P2)."""
        ...

    def claim_outbox(self, owner: str, now: datetime, seconds: int) -> OutboxClaim | None:
        """The next queued or deferred row that is due; state becomes ``sending``. Rows whose lease ran
        out go back to ``queued`` when DATA had not begun, else become ``uncertain``, here, first."""
        ...

    def data_started(self, claim: OutboxClaim, now: datetime) -> None:
        """The recipient is accepted and DATA comes next. ``LeaseLost``."""
        ...

    def settle_outbox(
        self, claim: OutboxClaim, state: OutboxState, answer: str, now: datetime, next_due: datetime | None = None
    ) -> None:
        """Write how an attempt ended and free the row. ``LeaseLost``."""
        ...

    def cancel_outbox(
        self,
        *,
        row_id: str = "",
        event_id: str = "",
        case_id: str = "",
        review_id: str = "",
        classes: Sequence[MailClass] = (),
        why: str,
        now: datetime,
    ) -> int:
        """Cancel queued and deferred rows, of those classes if any are named; how many."""
        ...

    def release_outbox(self, row_id: str, now: datetime) -> None:
        """A human settles an uncertain or refused row: send it once more. ``StateFault``, ``NotFound``."""
        ...

    def outbox_row(self, row_id: str) -> OutboxRecord:
        """One row by id, or by the start of its id if only one fits. ``NotFound``."""
        ...

    def sent_counts(self, recipient: MatchKey, now: datetime, *, besides: str = "") -> tuple[int, int, int]:
        """(to that address in the last hour, in the last day, to anybody in the last hour): what has left, may
        have left, is in hand or waits. With the id of an outbox row as ``besides``: without that row, and without
        what only waits; so the gate of dispatch counts, or a full queue would hold itself back for ever."""
        ...

    def traffic(self, since: datetime, *, sender_hash: str = "") -> tuple[int, int]:
        """(mails to others that were queued since then and not cancelled or refused, mails that came since then from
        the sender with that keyed hash of their address): what the storm breaker counts."""
        ...

    # -- house ----------------------------------------------------------------------------------
    def suppress(self, address: MatchKey, why: str, now: datetime) -> None:
        """Write to this address no more."""
        ...

    def is_suppressed(self, address: MatchKey) -> bool:
        """True when we must not write to it."""
        ...

    def stopped(self) -> str:
        """Why all sending is stopped; empty when it is not."""
        ...

    def set_stopped(self, why: str) -> None:
        """Stop all sending, or with an empty reason resume it."""
        ...

    def audit(self, act: str, subject: str, detail: str = "") -> None:
        """Write an audit row in this transaction (ids only)."""
        ...

    # -- reading for people ---------------------------------------------------------------------
    def queue(self, *, closed: bool = False, limit: int = 500) -> tuple[EventRecord, ...]:
        """Events by urgency, then due time, then age; closed and accepted ones only when asked for."""
        ...

    def cases(self, *, limit: int = 500) -> tuple[CaseRecord, ...]:
        """Cases, newest first."""
        ...

    def outbox(self, *, states: Sequence[OutboxState] = (), limit: int = 500) -> tuple[OutboxRecord, ...]:
        """Outbox rows, newest first."""
        ...

    def event_view(self, event_id_or_reference: str) -> EventView:
        """An event with everything that hangs on it; audited as a read. ``NotFound``."""
        ...

    def case_view(self, case_id_or_reference: str) -> CaseView:
        """A case with everything that hangs on it; audited as a read. ``NotFound``."""
        ...

    def counts(self) -> Counts:
        """How much there is of everything."""
        ...

    def audit_log(self, *, subject: str = "", limit: int = 500) -> tuple[AuditEntry, ...]:
        """Audit entries, newest first."""
        ...

    # -- rehearsal and learning -----------------------------------------------------------------
    def stored_mails(self, *, events: Sequence[str] = (), after: str = "", limit: int = 25) -> tuple[MailRecord, ...]:
        """Mails that were taken in and can still be read (only those of ``events``, if any are named), by id (oldest
        first), from behind ``after``; each is audited as a read."""
        ...

    def corrections(self) -> tuple[CorrectionRecord, ...]:
        """What humans said of verdicts, oldest first; audited as a read. A correction dies with its mail."""
        ...


class Store(Protocol):
    """The database door."""

    def begin(self, actor: str, now: datetime) -> AbstractContextManager[Work]:
        """Open a transaction in the name of ``actor`` (``person:<name>``, ``journey:<name>``)."""
        ...

    def check(self) -> tuple[str, ...]:
        """All that is wrong with the database (version, keys, audit chain), one sentence each."""
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...


class MailServer(Protocol):
    """One connection to one mailbox (IMAP). Raises ``MailboxFault`` for anything the server does to us."""

    def open(self) -> None:
        """Connect, secure, sign in. Idempotent."""
        ...

    def close(self) -> None:
        """Sign out; never raises."""
        ...

    def folders(self) -> tuple[str, ...]:
        """Names of all folders that can be selected."""
        ...

    def special_folder(self, use: str) -> str | None:
        r"""The folder with that SPECIAL-USE attribute, like ``\Junk`` (RFC 6154 §2); ``None`` without one."""
        ...

    def select(self, folder: str) -> FolderStatus:
        """Open a folder read-only (EXAMINE)."""
        ...

    def uids_after(self, uid: int) -> tuple[int, ...]:
        """UIDs greater than ``uid`` in the selected folder, ascending."""
        ...

    def uids_since(self, day: datetime) -> tuple[int, ...]:
        """UIDs that arrived on or after that day (INTERNALDATE), ascending."""
        ...

    def sizes(self, uids: Sequence[int]) -> tuple[MailSize, ...]:
        """RFC822.SIZE of each UID that still exists."""
        ...

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """The mails with BODY.PEEK[], one request; those that were expunged meanwhile are left out."""
        ...

    def fetch_large(self, uid: int, size: int) -> FetchedMail | None:
        """One large mail in partial fetches; ``None`` when it was expunged."""
        ...

    def wait(self, seconds: float) -> bool:
        """IDLE (or poll, where the server cannot) for at most so long; True when something happened.
        Search again after it whatever it says."""
        ...


class Courier(Protocol):
    """The way out (SMTP). Never raises for what a server answers: that is a ``SendResult``."""

    def send(self, mail: OutgoingMail, data_starts: Callable[[], None]) -> SendResult:
        """Send one mail. ``data_starts`` is called after the recipient is accepted and before DATA;
        whatever it raises ends the attempt before DATA and goes up unchanged."""
        ...

    def close(self) -> None:
        """QUIT; never raises."""
        ...


class Keyring(Protocol):
    """OpenPGP and S/MIME, by the programs that know how."""

    def open(self, task: CryptoTask) -> CryptoOutcome:
        """Decrypt or verify. Raises ``CryptoFault`` only when the program is away."""
        ...

    def endings(self) -> tuple[KeyEnding, ...]:
        """Keys of ours that end some day, and when. Raises ``CryptoFault`` when the program is away."""
        ...


class AttachmentReader(Protocol):
    """Attachments to text, in a process of its own with limits."""

    def read(self, attachment: Attachment) -> Attachment:
        """The same attachment with ``type``, ``text`` or ``note`` set. Never raises."""
        ...
