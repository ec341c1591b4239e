"""Reminders: promises with a due time, claimed by whichever process hears the bell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import col

from mailflow.errors import LeaseLost
from mailflow.model.records import ReminderClaim, ReminderRecord, ReminderState

from .desk import Desk
from .mapping import reminder_record, reminder_values
from .tables import ReminderRow


class Promises(Desk):
    """The part of a transaction that ``flow.remind`` speaks to."""

    def add_reminder(self, reminder: ReminderRecord) -> bool:
        """``False`` when one with that key is here already (P2)."""
        row = ReminderRow(id=reminder.id, key=reminder.key, **reminder_values(reminder))
        if not self.insert_once(row):
            return False
        self.audit("reminder.added", f"reminder:{reminder.id}", _of(reminder))
        return True

    def claim_reminder(self, owner: str, now: datetime, seconds: int) -> ReminderClaim | None:
        """The next waiting reminder that is due and unclaimed, oldest due first."""
        row = self.first(
            select(ReminderRow)
            .where(
                col(ReminderRow.state) == str(ReminderState.WAITING),
                col(ReminderRow.due) <= now,
                or_(col(ReminderRow.lease_until).is_(None), col(ReminderRow.lease_until) <= now),
            )
            .order_by(col(ReminderRow.due), col(ReminderRow.id))
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.lease_owner, row.lease_token = owner, self.ids.token()
        row.lease_until = now + timedelta(seconds=seconds)
        self.session.flush()
        self.audit("reminder.claimed", f"reminder:{row.id}")
        return ReminderClaim(reminder_record(row), row.lease_token)

    def settle_reminder(self, claim: ReminderClaim, after: ReminderRecord) -> None:
        """Write what the reminder has become and free it. ``LeaseLost``."""
        row = self.row(ReminderRow, claim.reminder.id, lock=True)
        if row is None or not claim.token or row.lease_token != claim.token:
            raise LeaseLost(f"Reminder {claim.reminder.id} is in other hands now.")
        row.lease_owner, row.lease_token, row.lease_until = "", "", None
        self.change(row, reminder_values(after))
        self.audit("reminder.settled", f"reminder:{row.id}", row.state)

    def cancel_reminders(self, *, event_id: str = "", case_id: str = "", kinds: Sequence[str] = (), why: str) -> int:
        """Cancel the waiting and held ones of an event or case; how many. A running claim on one is lost."""
        if not event_id and not case_id:
            return 0
        statement = select(ReminderRow).where(
            col(ReminderRow.state).in_((str(ReminderState.WAITING), str(ReminderState.HELD)))
        )
        if event_id:
            statement = statement.where(col(ReminderRow.event_id) == event_id)
        if case_id:
            statement = statement.where(col(ReminderRow.case_id) == case_id)
        if kinds:
            statement = statement.where(col(ReminderRow.kind).in_([str(kind) for kind in kinds]))
        rows = self.all(statement.order_by(col(ReminderRow.id)).with_for_update())
        for row in rows:
            row.state, row.why = str(ReminderState.CANCELLED), why
            row.lease_owner, row.lease_token, row.lease_until = "", "", None
            self.audit("reminder.cancelled", f"reminder:{row.id}")
        self.session.flush()
        return len(rows)

    def reminders(self, *, event_id: str = "", case_id: str = "") -> tuple[ReminderRecord, ...]:
        """All, or those of an event or case, by due time."""
        statement = select(ReminderRow).order_by(col(ReminderRow.due), col(ReminderRow.id))
        if event_id:
            statement = statement.where(col(ReminderRow.event_id) == event_id)
        if case_id:
            statement = statement.where(col(ReminderRow.case_id) == case_id)
        return tuple(reminder_record(row) for row in self.all(statement))


def _of(reminder: ReminderRecord) -> str:
    if reminder.event_id:
        return f"event:{reminder.event_id}"
    return f"case:{reminder.case_id}" if reminder.case_id else ""
