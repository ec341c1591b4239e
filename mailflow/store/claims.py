"""Taking in: mails are claimed with a lease, worked on outside any transaction, and settled under its token.

A lease that runs out needs no sweeper: the claim itself takes mails whose lease is over. The token of
the new claim fences the old one out (``LeaseLost``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import col

from mailflow.errors import LeaseLost, NotFound, StateFault
from mailflow.model.records import MailClaim, MailRecord, MailState

from .desk import Desk
from .mapping import mail_record
from .tables import MailRow


class Claims(Desk):
    """The part of a transaction that ``flow.intake`` speaks to before it has understood anything."""

    def claim_mail(self, owner: str, now: datetime, seconds: int) -> MailClaim | None:
        """The next received mail that is due and unclaimed: by priority, then fair per sender, then oldest."""
        row = self.first(
            select(MailRow)
            .where(
                col(MailRow.state) == str(MailState.RECEIVED),
                or_(col(MailRow.not_before).is_(None), col(MailRow.not_before) <= now),
                or_(col(MailRow.lease_until).is_(None), col(MailRow.lease_until) <= now),
            )
            .order_by(col(MailRow.rank), col(MailRow.turn), col(MailRow.received_at), col(MailRow.id))
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        row.lease_owner, row.lease_token = owner, self.ids.token()
        row.lease_until = now + timedelta(seconds=seconds)
        self.session.flush()
        self.audit("mail.claimed", f"mail:{row.id}", f"attempt {row.attempts}")
        return MailClaim(mail_record(row, self.sealer("mail", row.id)), row.lease_token, row.lease_until)

    def fence(self, claim: MailClaim) -> None:
        """Raises ``LeaseLost`` unless the claim's token still holds the mail; locks the row."""
        self._held(claim)

    def set_aside(self, claim: MailClaim, error: str, now: datetime) -> None:
        """Content fault: the mail is stuck, whole, in front of a human (P3)."""
        row = self._held(claim)
        row.state, row.settled_at = str(MailState.STUCK), now
        row.error = self.sealer("mail", row.id).text("error", error)
        self._free(row)
        self.audit("mail.stuck", f"mail:{row.id}")

    def put_back(self, claim: MailClaim, not_before: datetime, error: str) -> None:
        """Infrastructure fault: the mail is received again, later."""
        row = self._held(claim)
        row.not_before = not_before
        row.error = self.sealer("mail", row.id).text("error", error)
        self._free(row)
        self.audit("mail.put_back", f"mail:{row.id}")

    def finish_mail(self, claim: MailClaim, event_id: str, now: datetime) -> None:
        """The mail is done and belongs to that event (P1)."""
        row = self._held(claim)
        row.state, row.event_id, row.settled_at, row.error = str(MailState.DONE), event_id, now, None
        self._free(row)
        self.audit("mail.done", f"mail:{row.id}", f"event:{event_id}")

    def retry_mail(self, mail_id: str, now: datetime) -> None:
        """A stuck mail is received again. ``NotFound``, ``StateFault`` when it is not stuck."""
        row = self.row(MailRow, mail_id, lock=True)
        if row is None:
            raise NotFound(f"There is no mail {mail_id}; `mailflow stuck` lists those that are set aside.")
        if row.state != MailState.STUCK:
            raise StateFault(f"Mail {mail_id} is {row.state}, not stuck: there is nothing to run again.")
        row.state, row.not_before, row.settled_at = str(MailState.RECEIVED), now, None
        self._free(row)
        self.audit("mail.retried", f"mail:{mail_id}")
        self.woken = True

    def mail(self, mail_id: str) -> MailRecord:
        """One mail, whole. ``NotFound``."""
        row = self.row(MailRow, mail_id)
        if row is None:
            raise NotFound(f"There is no mail {mail_id}.")
        return mail_record(row, self.sealer("mail", row.id))

    def _held(self, claim: MailClaim) -> MailRow:
        row = self.row(MailRow, claim.mail.id, lock=True)
        if row is None or row.state != MailState.RECEIVED or not claim.token or row.lease_token != claim.token:
            raise LeaseLost(f"Mail {claim.mail.id} is in other hands now.")
        return row

    def _free(self, row: MailRow) -> None:
        row.lease_owner, row.lease_token, row.lease_until = "", "", None
        self.session.flush()
