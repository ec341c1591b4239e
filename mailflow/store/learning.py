"""What the rules may be tried on and fitted to: the stored mails, and what humans said of them.

A correction stands on a mail. It dies with it: when the data key of an event, or of the last mail of an event, is
destroyed, the correction is deleted in the same transaction, and with it the note and the label. What is read here is
never a mail whose text is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, exists, select
from sqlmodel import col

from mailflow.model.records import CorrectionRecord, MailRecord, MailState
from mailflow.model.words import Flag, Kind

from .tables import CorrectionRow, DataKeyRow, MailRow
from .views import Views


class Learning(Views):
    """The part of a transaction that reads mail again, and corrections."""

    def stored_mails(self, *, events: Sequence[str] = (), after: str = "", limit: int = 25) -> tuple[MailRecord, ...]:
        """Mails that were taken in and can still be read (only those of ``events``, if any are named), by id (oldest
        first), from behind ``after``; each is audited as a read."""
        alive = exists().where(
            col(DataKeyRow.owner_table) == "mail",
            col(DataKeyRow.owner_id) == col(MailRow.id),
            col(DataKeyRow.wrapped).is_not(None),
        )
        statement = (
            select(MailRow)
            .where(col(MailRow.state) == str(MailState.DONE), col(MailRow.id) > after, alive)
            .order_by(col(MailRow.id))
        )
        if events:
            statement = statement.where(col(MailRow.event_id).in_(events))
        mails = self._mails(self.all(statement.limit(limit)))
        for mail in mails:
            self.audit("mail.rehearsed", f"mail:{mail.id}", f"event:{mail.event_id}")
        return mails

    def corrections(self) -> tuple[CorrectionRecord, ...]:
        """What humans said of verdicts, oldest first; audited as a read."""
        rows = self.all(select(CorrectionRow).order_by(col(CorrectionRow.made_at), col(CorrectionRow.id)))
        self.load_keys("event", (row.event_id for row in rows))
        self.audit("corrections.read", "corrections", str(len(rows)))
        return tuple(
            CorrectionRecord(
                id=row.id,
                event_id=row.event_id,
                by=row.made_by,
                at=row.made_at,
                was=Kind(row.kind_was),
                now=Kind(row.kind_now),
                flags=None if row.flags is None else tuple(Flag(flag) for flag in row.flags),
                note=self.sealer("correction", row.id, ("event", row.event_id)).open_text("note", row.note),
            )
            for row in rows
        )

    def destroy_key(self, table: str, row_id: str) -> None:
        """Erase all that is sealed for that row, and the corrections that stand on it."""
        super().destroy_key(table, row_id)
        if table == "event":
            self._forget(row_id)
        elif table == "mail":
            mail = self.row(MailRow, row_id)
            if mail is not None and mail.event_id and not self._is_readable(mail.event_id):
                self._forget(mail.event_id)

    def _is_readable(self, event_id: str) -> bool:
        """True while a mail of the event has its data key."""
        living = (
            select(MailRow)
            .join(DataKeyRow, col(DataKeyRow.owner_id) == col(MailRow.id))
            .where(
                col(MailRow.event_id) == event_id,
                col(DataKeyRow.owner_table) == "mail",
                col(DataKeyRow.wrapped).is_not(None),
            )
        )
        return self.first(living) is not None

    def _forget(self, event_id: str) -> None:
        gone = self.all(select(CorrectionRow).where(col(CorrectionRow.event_id) == event_id))
        for row in gone:
            self.audit("correction.erased", f"correction:{row.id}", f"event:{event_id}")
        self.session.execute(delete(CorrectionRow).where(col(CorrectionRow.event_id) == event_id))
