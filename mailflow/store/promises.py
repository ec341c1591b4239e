"""Reminders: promises with a due time, claimed by whichever process hears the bell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlmodel import col

from mailflow.errors import LeaseLost, NotFound, StateFault
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
        """Cancel the waiting and held ones of an event, a case or a review; how many. A running claim on one is
        lost. Nothing named cancels nothing."""
        if not (event_id or case_id or review_id or reminder_id):
            return 0
        statement = self._of_those(event_id, case_id, review_id, kinds, (ReminderState.WAITING, ReminderState.HELD))
        if reminder_id:
            statement = statement.where(col(ReminderRow.id) == reminder_id)
        rows = self.all(statement.with_for_update())
        for row in rows:
            row.state, row.why = str(ReminderState.CANCELLED), why
            _free(row)
            self.audit("reminder.cancelled", f"reminder:{row.id}")
        self.session.flush()
        return len(rows)

    def reminder(self, reminder_id: str) -> ReminderRecord:
        """One reminder, by id or by its key. ``NotFound``."""
        row = self.first(
            select(ReminderRow).where(or_(col(ReminderRow.id) == reminder_id, col(ReminderRow.key) == reminder_id))
        )
        if row is None:
            raise NotFound(f"There is no reminder {reminder_id}; `mailflow reminder list` has them.")
        return reminder_record(row)

    def move_reminder(self, reminder_id: str, due: datetime, why: str) -> None:
        """It rings at another time. ``NotFound``; ``StateFault`` when it will not ring any more."""
        row = self._living(reminder_id)
        row.due, row.why = due, why
        self._changed(row, "reminder.moved")

    def hold_reminder(self, reminder_id: str, why: str) -> None:
        """It is silent until a human releases it. ``NotFound``, ``StateFault``."""
        row = self._living(reminder_id)
        row.state, row.gate = str(ReminderState.HELD), why
        self._changed(row, "reminder.held")

    def release_reminder(self, reminder_id: str, due: datetime) -> None:
        """A held one rings, at ``due``. ``NotFound``; ``StateFault`` when it is not held."""
        row = self._living(reminder_id)
        if row.state != ReminderState.HELD:
            raise StateFault(f"Reminder {reminder_id} is {row.state}, not held: there is nothing to release.")
        row.state, row.gate, row.due = str(ReminderState.WAITING), None, due
        self._changed(row, "reminder.released")

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
        statement = self._of_those(event_id, case_id, review_id, kinds, states)
        if until is not None:
            statement = statement.where(col(ReminderRow.due) <= until)
        return tuple(reminder_record(row) for row in self.all(statement))

    def _of_those(
        self, event_id: str, case_id: str, review_id: str, kinds: Sequence[str], states: Sequence[ReminderState]
    ) -> Select[ReminderRow]:
        statement = select(ReminderRow).order_by(col(ReminderRow.due), col(ReminderRow.id))
        for column, wanted in (
            (ReminderRow.event_id, event_id),
            (ReminderRow.case_id, case_id),
            (ReminderRow.review_id, review_id),
        ):
            if wanted:
                statement = statement.where(col(column) == wanted)
        if kinds:
            statement = statement.where(col(ReminderRow.kind).in_([str(kind) for kind in kinds]))
        if states:
            statement = statement.where(col(ReminderRow.state).in_([str(state) for state in states]))
        return statement

    def _living(self, reminder_id: str) -> ReminderRow:
        row = self.row(ReminderRow, reminder_id, lock=True)
        if row is None:
            raise NotFound(f"There is no reminder {reminder_id}; `mailflow reminder list` has them.")
        if row.state not in (ReminderState.WAITING, ReminderState.HELD):
            raise StateFault(f"Reminder {reminder_id} is {row.state}: it will not ring any more.")
        return row

    def _changed(self, row: ReminderRow, act: str) -> None:
        _free(row)
        self.session.flush()
        self.audit(act, f"reminder:{row.id}")


def _free(row: ReminderRow) -> None:
    """Nobody has it in hand; a claim that runs is lost."""
    row.lease_owner, row.lease_token, row.lease_until = "", "", None


def _of(reminder: ReminderRecord) -> str:
    if reminder.event_id:
        return f"event:{reminder.event_id}"
    if reminder.review_id:
        return f"review:{reminder.review_id}"
    return f"case:{reminder.case_id}" if reminder.case_id else ""
