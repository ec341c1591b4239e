"""Receiving: who watches a mailbox, how far it was read, and the mails themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from mailflow.errors import LeaseLost
from mailflow.model.life import Freshness
from mailflow.model.mail import Cursor
from mailflow.model.records import Lease, MailRecord, MailState

from .desk import Desk
from .mapping import mail_row
from .tables import CursorRow, MailboxRow, MailRow


class Receiving(Desk):
    """The part of a transaction that ``flow.receive`` speaks to."""

    def lease_mailbox(self, mailbox: str, owner: str, now: datetime, seconds: int) -> Lease | None:
        """Take or renew the watch over a mailbox; ``None`` while another owner's lease runs.

        Taking is audited, renewing is not: it happens twice a minute and changes nothing.
        """
        self.insert_once(MailboxRow(name=mailbox))
        row = self.row(MailboxRow, mailbox, lock=True)
        assert row is not None
        running = row.lease_until is not None and row.lease_until > now
        if running and row.owner != owner:
            return None
        if not row.token or row.owner != owner:
            row.owner, row.token = owner, self.ids.token()
            self.audit("mailbox.watched", f"mailbox:{mailbox}", owner)
        row.lease_until = now + timedelta(seconds=seconds)
        self.session.flush()
        return Lease(mailbox, row.token, row.lease_until)

    def release_mailbox(self, lease: Lease) -> None:
        """Give the watch back; no harm when it was lost already."""
        row = self.row(MailboxRow, lease.mailbox, lock=True)
        if row is not None and row.token == lease.token:
            row.owner, row.token, row.lease_until = "", "", None
            self.session.flush()
            self.audit("mailbox.released", f"mailbox:{lease.mailbox}")

    def cursor(self, mailbox: str, folder: str) -> Cursor | None:
        """How far a folder was read; ``None`` at first start."""
        row = self.row(CursorRow, (mailbox, folder))
        return Cursor(mailbox, folder, row.uid_validity, row.last_uid) if row is not None else None

    def freshness(self) -> tuple[Freshness, ...]:
        """Every folder that was ever read, with the moment of the last look."""
        rows = self.all(select(CursorRow).order_by(col(CursorRow.mailbox), col(CursorRow.folder)))
        return tuple(Freshness(row.mailbox, row.folder, row.moved_at) for row in rows)

    def waiting_mails(self, before: datetime) -> int:
        """How many mails came before then and are not taken in yet, or are set aside, whenever they came."""
        late = and_(col(MailRow.state) == str(MailState.RECEIVED), col(MailRow.received_at) < before)
        statement = select(func.count()).where(or_(late, col(MailRow.state) == str(MailState.STUCK)))
        return int(self.session.scalar(statement.select_from(MailRow)) or 0)

    def save_cursor(self, cursor: Cursor, lease: Lease, now: datetime) -> None:
        """Move the cursor. Raises ``LeaseLost`` when the lease is no longer ours."""
        watch = self.row(MailboxRow, cursor.mailbox, lock=True)
        if watch is None or lease.mailbox != cursor.mailbox or not lease.token or watch.token != lease.token:
            raise LeaseLost(f"Another process watches {cursor.mailbox} now.")
        row = self.row(CursorRow, (cursor.mailbox, cursor.folder))
        if row is None:
            row = CursorRow(mailbox=cursor.mailbox, folder=cursor.folder, uid_validity=0, last_uid=0, moved_at=now)
            self.session.add(row)
        elif (row.uid_validity, row.last_uid) == (cursor.uid_validity, cursor.last_uid):
            row.moved_at = now  # read to the end and found nothing: the cursor is fresh (DESIGN §8), nothing to audit
            self.session.flush()
            return
        row.uid_validity, row.last_uid, row.moved_at = cursor.uid_validity, cursor.last_uid, now
        self.session.flush()
        self.audit("cursor.moved", f"mailbox:{cursor.mailbox}", f"{cursor.uid_validity}:{cursor.last_uid}")

    def add_mail(self, mail: MailRecord) -> bool:
        """Store a mail; ``False`` when (mailbox, folder, UIDVALIDITY, UID) is here already (P1)."""
        box = self.fresh("mail", mail.id)
        if not self.insert_once(mail_row(mail, self._turn(mail.sender_hash), box)):
            return False
        self.keep("mail", mail.id)
        self.audit("mail.received", f"mail:{mail.id}")
        self.woken = True
        return True

    def _turn(self, sender_hash: str) -> int:
        """The place of a new mail among the waiting ones of its sender.

        Claims go by turn: every sender's first mail before anybody's second (fair queueing), so that one who
        sends a thousand does not stand before one who sends one. Two mailboxes that receive from one sender
        in the same instant may give the same turn twice, which harms nothing.
        """
        last = self.session.scalar(
            select(func.max(col(MailRow.turn))).where(
                col(MailRow.sender_hash) == sender_hash, col(MailRow.state) == str(MailState.RECEIVED)
            )
        )
        return 0 if last is None else last + 1
