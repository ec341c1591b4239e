"""What people are shown. A listing takes two queries (rows, data keys), however long it is.

Reading an event or a case is audited always; a listing is when a person asked for it (journeys that look
through the queue every minute would bury the reads that matter).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import false, func, or_, select
from sqlmodel import col

from mailflow.model.records import (
    AuditEntry,
    CaseRecord,
    EventRecord,
    EventState,
    MailRecord,
    MailState,
    OutboxRecord,
    OutboxState,
)
from mailflow.model.views import CaseView, Counts, EventView

from .mapping import mail_record, reminder_record
from .tables import AuditRow, CaseRow, EventRow, LinkProposalRow, MailRow, OutboxRow, ReminderRow
from .views_of_life import ViewsOfLife

WAITING = (str(EventState.UNTRIAGED), str(EventState.TAKEN))
"""What stands in the queue without being asked for."""


class Views(ViewsOfLife):
    """The part of a transaction that reads for people."""

    def queue(self, *, closed: bool = False, limit: int = 500) -> tuple[EventRecord, ...]:
        """Events by urgency, then due time, then age; closed and accepted ones only when asked for."""
        statement = select(EventRow).order_by(
            col(EventRow.urgency_rank),
            col(EventRow.triage_due).is_(None),
            col(EventRow.triage_due),
            col(EventRow.created_at),
            col(EventRow.id),
        )
        if not closed:
            statement = statement.where(col(EventRow.state).in_(WAITING))
        self._listed("queue")
        return self._events(self.all(statement.limit(limit)))

    def cases(self, *, limit: int = 500) -> tuple[CaseRecord, ...]:
        """Cases, newest first."""
        statement = select(CaseRow).order_by(col(CaseRow.opened_at).desc(), col(CaseRow.id).desc())
        self._listed("cases")
        return self._cases(self.all(statement.limit(limit)))

    def outbox(self, *, states: Sequence[OutboxState] = (), limit: int = 500) -> tuple[OutboxRecord, ...]:
        """Outbox rows, newest first."""
        statement = select(OutboxRow).order_by(col(OutboxRow.created_at).desc(), col(OutboxRow.id).desc())
        if states:
            statement = statement.where(col(OutboxRow.state).in_([str(state) for state in states]))
        self._listed("outbox")
        return self._outboxes(self.all(statement.limit(limit)))

    def stuck_mails(self) -> tuple[MailRecord, ...]:
        """All mails that are set aside, oldest first."""
        self._listed("stuck")
        stuck = select(MailRow).where(col(MailRow.state) == str(MailState.STUCK))
        return self._mails(self.all(stuck.order_by(col(MailRow.received_at), col(MailRow.id))))

    def event_view(self, event_id_or_reference: str) -> EventView:
        """An event with everything that hangs on it; audited as a read. ``NotFound``."""
        row = self._event_row(event_id_or_reference)
        self.audit("event.read", f"event:{row.id}")
        mails = select(MailRow).where(col(MailRow.event_id) == row.id)
        proposals = self.session.execute(
            select(CaseRow, LinkProposalRow)
            .join(LinkProposalRow, col(LinkProposalRow.case_id) == col(CaseRow.id))
            .where(col(LinkProposalRow.event_id) == row.id)
            .order_by(col(LinkProposalRow.proposed_at), col(CaseRow.id))
        ).all()
        self.load_keys("case_file", (case.id for case, _ in proposals))
        proposed = tuple(
            (
                self._case(case),
                self.sealer("link_proposal", f"{row.id}:{case.id}", ("event", row.id)).open_text("why", link.why),
            )
            for case, link in proposals
        )
        return EventView(
            event=self._event(row),
            mails=self._mails(self.all(mails.order_by(col(MailRow.received_at), col(MailRow.id)))),
            case=self.case(row.case_id) if row.case_id else None,
            proposed_cases=proposed,
            outbox=self._outbox_of(event_ids=(row.id,)),
            reminders=self.reminders(event_id=row.id),
            related=self.related(row.id),
            proposals=self.proposals(event_id=row.id),
            changes=self.changes(subject=f"event:{row.id}"),
        )

    def case_view(self, case_id_or_reference: str) -> CaseView:
        """A case with everything that hangs on it; audited as a read. ``NotFound``."""
        row = self._case_row(case_id_or_reference)
        self.audit("case.read", f"case:{row.id}")
        events = self.all(
            select(EventRow).where(col(EventRow.case_id) == row.id).order_by(col(EventRow.created_at), col(EventRow.id))
        )
        event_ids = tuple(event.id for event in events)
        promises = self.all(
            select(ReminderRow)
            .where(or_(col(ReminderRow.case_id) == row.id, col(ReminderRow.event_id).in_(event_ids)))
            .order_by(col(ReminderRow.due), col(ReminderRow.id))
        )
        proposed = (
            select(EventRow)
            .join(LinkProposalRow, col(LinkProposalRow.event_id) == col(EventRow.id))
            .where(
                col(LinkProposalRow.case_id) == row.id,
                or_(col(EventRow.case_id).is_(None), col(EventRow.case_id) != row.id),
            )
            .order_by(col(EventRow.created_at), col(EventRow.id))
        )
        return CaseView(
            case=self._case(row),
            people=self.people(row.id),
            consents=self.consents(row.id),
            events=self._events(events),
            outbox=self._outbox_of(event_ids=event_ids, case_id=row.id),
            reminders=tuple(reminder_record(one) for one in promises),
            groups=self.groups(row.id),
            reviews=self.reviews_of(row.id),
            holds=self.holds(case_id=row.id),
            days=self.days(case_id=row.id),
            changes=self.changes(case_id=row.id),
            proposed_events=self._events(self.all(proposed)),
        )

    def counts(self) -> Counts:
        """How much there is of everything."""
        return Counts(
            mails=self._tally(MailRow.state),
            events=self._tally(EventRow.state),
            kinds=self._tally(EventRow.kind),
            outbox=self._tally(OutboxRow.state),
            reminders=self._tally(ReminderRow.state),
            cases=self._tally(CaseRow.state),
        )

    def audit_log(self, *, subject: str = "", limit: int = 500) -> tuple[AuditEntry, ...]:
        """Audit entries, newest first. Those of this transaction are written when it ends."""
        statement = select(AuditRow).order_by(
            col(AuditRow.at).desc(), col(AuditRow.writer), col(AuditRow.sequence).desc()
        )
        if subject:
            statement = statement.where(col(AuditRow.subject) == subject)
        return tuple(
            AuditEntry(row.writer, row.sequence, row.at, row.actor, row.act, row.subject, row.detail)
            for row in self.all(statement.limit(limit))
        )

    def _listed(self, what: str) -> None:
        if self.actor.startswith("person:"):
            self.audit(f"{what}.read", what)

    def _mails(self, rows: Sequence[MailRow]) -> tuple[MailRecord, ...]:
        self.load_keys("mail", (row.id for row in rows))
        return tuple(mail_record(row, self.sealer("mail", row.id)) for row in rows)

    def _outbox_of(self, *, event_ids: Sequence[str], case_id: str = "") -> tuple[OutboxRecord, ...]:
        of_case = col(OutboxRow.case_id) == case_id if case_id else false()
        of_these = or_(col(OutboxRow.event_id).in_(event_ids), of_case)
        rows = self.all(select(OutboxRow).where(of_these).order_by(col(OutboxRow.created_at), col(OutboxRow.id)))
        return self._outboxes(rows)

    def _tally(self, column: str) -> dict[str, int]:
        rows = self.session.execute(select(col(column), func.count()).group_by(col(column)).order_by(col(column)))
        return {str(name): int(number) for name, number in rows}
