"""The way out: outbox rows are queued once, claimed, sent by a door, settled; and never sent twice (P2).

The line that matters is ``data_started_at``. A claim whose lease runs out before it is set goes back to the
queue, for nothing can have left; after it the row is *uncertain*: the mail may have been delivered, and
only a human (or a bounce, or a reply) settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import col

from mailflow.errors import LeaseLost, NotFound, StateFault
from mailflow.model.outgoing import MailClass
from mailflow.model.records import MatchKey, OutboxClaim, OutboxRecord, OutboxState

from .desk import Desk
from .mapping import outbox_record, outbox_row
from .tables import MailRow, OutboxRow

DUE = (str(OutboxState.QUEUED), str(OutboxState.DEFERRED))
"""States that may be claimed or cancelled."""

AFTER_SENDING = frozenset(OutboxState) - {OutboxState.SENDING}
"""What an attempt may end as; ``queued`` gives it back untried (the gate said: not yet)."""

FINAL = frozenset({OutboxState.SENT, OutboxState.REFUSED, OutboxState.UNCERTAIN, OutboxState.CANCELLED})

RELEASABLE = (str(OutboxState.UNCERTAIN), str(OutboxState.REFUSED))

SETTLES = frozenset(
    {
        (OutboxState.UNCERTAIN, OutboxState.SENT),
        (OutboxState.UNCERTAIN, OutboxState.REFUSED),
        (OutboxState.SENT, OutboxState.REFUSED),
    }
)
"""What a human, a bounce or a reply can tell of a mail that has left or may have."""

COUNTED = tuple(
    str(state)
    for state in (
        OutboxState.QUEUED,
        OutboxState.SENDING,
        OutboxState.SENT,
        OutboxState.DEFERRED,
        OutboxState.UNCERTAIN,
    )
)
"""States that count against the caps: what has left, may have left, or is about to leave (P6)."""

TO_STAFF = tuple(str(sort) for sort in (MailClass.ALERT, MailClass.NOTICE, MailClass.DIGEST))
"""Mail to our own people, which has bounds of its own and is no storm over others."""

SHORTEST_PREFIX = 4
"""Fewer digits of an id are a slip of the hand, not a name."""

PROCESS_ENDED = "the process that was sending it ended before an answer came"


class Posting(Desk):
    """The part of a transaction that ``flow.dispatch`` speaks to."""

    def queue_mail(self, row: OutboxRecord) -> bool:
        """``False`` when a row with that key is here already: nothing is done twice (P2)."""
        box = self.fresh("outbox", row.id)
        recipient, message_id = self.address_hash(row.recipient), self._message_id_hash(row.message_id)
        if not self.insert_once(outbox_row(row, recipient, message_id, box)):
            return False
        self.keep("outbox", row.id)
        self.audit("outbox.queued", f"outbox:{row.id}", f"event:{row.event_id}" if row.event_id else "")
        self.woken = True
        return True

    def claim_outbox(self, owner: str, now: datetime, seconds: int) -> OutboxClaim | None:
        """The next queued or deferred row that is due, alerts first; state becomes ``sending``."""
        self._reclaim(now)
        row = self.first(
            select(OutboxRow)
            .where(col(OutboxRow.state).in_(DUE), col(OutboxRow.due) <= now)
            .order_by(col(OutboxRow.rank), col(OutboxRow.due), col(OutboxRow.id))
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.state, row.data_started_at = str(OutboxState.SENDING), None
        row.attempts += 1
        row.lease_owner, row.lease_token = owner, self.ids.token()
        row.lease_until = now + timedelta(seconds=seconds)
        self.session.flush()
        self.audit("outbox.claimed", f"outbox:{row.id}", f"attempt {row.attempts}")
        return OutboxClaim(self._outbox(row), row.lease_token, row.lease_until)

    def data_started(self, claim: OutboxClaim, now: datetime) -> None:
        """The recipient is accepted and DATA comes next. ``LeaseLost``."""
        row = self._sending(claim)
        row.data_started_at = now
        self.session.flush()
        self.audit("outbox.data_started", f"outbox:{row.id}")

    def settle_outbox(
        self, claim: OutboxClaim, state: OutboxState, answer: str, now: datetime, next_due: datetime | None = None
    ) -> None:
        """Write how an attempt ended and free the row. ``LeaseLost``; ``StateFault`` for ``sending``."""
        row = self._sending(claim)
        if state not in AFTER_SENDING:
            raise StateFault(f"An attempt cannot end as {state}.")
        if state is OutboxState.DEFERRED and next_due is None:
            raise StateFault("A deferred mail needs the time of its next attempt.")
        row.due = next_due or row.due
        self._end(row, state, answer, now)

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
        """Cancel queued and deferred rows, of those classes if any are named; how many.

        Nothing named cancels nothing.
        """
        statement = select(OutboxRow).where(col(OutboxRow.state).in_(DUE))
        if not (row_id or event_id or case_id or review_id):
            return 0
        if review_id:
            statement = statement.where(col(OutboxRow.review_id) == review_id)
        if row_id:
            statement = statement.where(col(OutboxRow.id) == row_id)
        if event_id:
            statement = statement.where(col(OutboxRow.event_id) == event_id)
        if case_id:
            statement = statement.where(col(OutboxRow.case_id) == case_id)
        if classes:
            statement = statement.where(col(OutboxRow.mail_class).in_([str(sort) for sort in classes]))
        rows = self.all(statement.order_by(col(OutboxRow.id)).with_for_update())
        for row in rows:
            self._end(row, OutboxState.CANCELLED, why, now)
        return len(rows)

    def settle_uncertain(self, row_id: str, state: OutboxState, answer: str, now: datetime) -> None:
        """What became of a row is known now, by a human, a late bounce or a reply: ``sent`` or ``refused``.
        ``NotFound``; ``StateFault`` unless it is uncertain (or sent, and now refused)."""
        row = self.row(OutboxRow, row_id, lock=True)
        if row is None:
            raise NotFound(f"There is no outbox row {row_id}; `mailflow outbox` lists them.")
        known = (OutboxState(row.state), state)
        if known not in SETTLES:
            raise StateFault(f"Outbox row {row_id} is {row.state}: it cannot be settled as {state}.")
        self._end(row, state, answer, now)

    def outbox_of(self, *, case_id: str = "", review_id: str = "") -> tuple[OutboxRecord, ...]:
        """Mails of ours about a case or a review, oldest first."""
        statement = select(OutboxRow).order_by(col(OutboxRow.created_at), col(OutboxRow.id))
        if case_id:
            statement = statement.where(col(OutboxRow.case_id) == case_id)
        if review_id:
            statement = statement.where(col(OutboxRow.review_id) == review_id)
        return self._outboxes(self.all(statement))

    def release_outbox(self, row_id: str, now: datetime) -> None:
        """A human settles an uncertain or refused row: send it once more. ``StateFault``, ``NotFound``."""
        row = self.row(OutboxRow, row_id, lock=True)
        if row is None:
            raise NotFound(f"There is no outbox row {row_id}; `mailflow outbox` lists them.")
        if row.state not in RELEASABLE:
            raise StateFault(f"Outbox row {row_id} is {row.state}; only uncertain and refused mail is released.")
        row.due, row.settled_at, row.data_started_at = now, None, None
        row.attempts = 0  # a human's word is worth a fair number of tries
        row.state = str(OutboxState.QUEUED)
        self.session.flush()
        self.audit("outbox.released", f"outbox:{row.id}")
        self.woken = True

    def outbox_row(self, row_id: str) -> OutboxRecord:
        """One row by id, or by the start of its id if only one fits. ``NotFound``."""
        row = self.row(OutboxRow, row_id)
        if row is None and len(row_id) >= SHORTEST_PREFIX:
            starts = select(OutboxRow).where(col(OutboxRow.id).startswith(row_id, autoescape=True)).limit(2)
            fitting = self.all(starts)
            if len(fitting) > 1:
                raise NotFound(f"More than one outbox row begins with {row_id}: give more of it.")
            row = fitting[0] if fitting else None
        if row is None:
            raise NotFound(f"There is no outbox row {row_id}; `mailflow outbox` lists them.")
        return self._outbox(row)

    def sent_counts(self, recipient: MatchKey, now: datetime, *, besides: str = "") -> tuple[int, int, int]:
        """(to that address in the last hour, in the last day, to anybody in the last hour): what has left, may
        have left, is in hand or waits. With ``besides``: without that row, and without what only waits."""
        hour, day = now - timedelta(hours=1), now - timedelta(days=1)
        to_them = col(OutboxRow.recipient_hash) == recipient.hash
        others = (col(OutboxRow.id) != besides, col(OutboxRow.state).not_in(DUE)) if besides else ()
        return (
            self._count(to_them, *others, since=hour),
            self._count(to_them, *others, since=day),
            self._count(*others, since=hour),
        )

    def traffic(self, since: datetime, *, sender_hash: str = "") -> tuple[int, int]:
        """(mails to others that were queued since then and not cancelled or refused, mails that came since then from
        the sender with that keyed hash of their address)."""
        queued = select(func.count()).where(
            col(OutboxRow.created_at) > since,
            col(OutboxRow.state).in_(COUNTED),
            col(OutboxRow.mail_class).not_in(TO_STAFF),
        )
        out = int(self.session.scalar(queued.select_from(OutboxRow)) or 0)
        if not sender_hash:
            return out, 0
        came = select(func.count()).where(col(MailRow.sender_hash) == sender_hash, col(MailRow.received_at) > since)
        return out, int(self.session.scalar(came.select_from(MailRow)) or 0)

    def _count(self, *conditions: object, since: datetime) -> int:
        statement = select(func.count()).where(
            *conditions,  # type: ignore[arg-type]
            col(OutboxRow.state).in_(COUNTED),
            or_(col(OutboxRow.created_at) > since, col(OutboxRow.settled_at) > since),
        )
        return int(self.session.scalar(statement.select_from(OutboxRow)) or 0)

    def _reclaim(self, now: datetime) -> None:
        """Rows whose lease ran out: queued again when DATA had not begun, else uncertain."""
        lost = self.all(
            select(OutboxRow)
            .where(col(OutboxRow.state) == str(OutboxState.SENDING), col(OutboxRow.lease_until) <= now)
            .order_by(col(OutboxRow.id))
            .with_for_update(skip_locked=True)
        )
        for row in lost:
            begun = row.data_started_at is not None
            self._end(row, OutboxState.UNCERTAIN if begun else OutboxState.QUEUED, PROCESS_ENDED if begun else "", now)

    def _end(self, row: OutboxRow, state: OutboxState, answer: str, now: datetime) -> None:
        row.state = str(state)
        row.answer = self.sealer("outbox", row.id).text("answer", answer)
        row.settled_at = now if state in FINAL else None
        row.lease_owner, row.lease_token, row.lease_until = "", "", None
        self.session.flush()
        self.audit(f"outbox.{state}", f"outbox:{row.id}")

    def _sending(self, claim: OutboxClaim) -> OutboxRow:
        row = self.row(OutboxRow, claim.row.id, lock=True)
        if row is None or row.state != OutboxState.SENDING or not claim.token or row.lease_token != claim.token:
            raise LeaseLost(f"Outbox row {claim.row.id} is in other hands now.")
        return row

    def _outbox(self, row: OutboxRow) -> OutboxRecord:
        return outbox_record(row, self.sealer("outbox", row.id))

    def _outboxes(self, rows: Sequence[OutboxRow]) -> tuple[OutboxRecord, ...]:
        self.load_keys("outbox", (row.id for row in rows))
        return tuple(self._outbox(row) for row in rows)

    def _message_id_hash(self, message_id: str) -> str:
        return self.hash_of("our_message_id", message_id.strip("<> \t\r\n")).hash
