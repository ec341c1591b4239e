"""What a human's act asks for of what lives for years: single rows, a review's page, and moving between cases.

Moving keeps every row: people take their permissions along (both are sealed under the person's own key), mails and
promises follow their event, and the keys of a merged case find the case that it was merged into. What is sealed
under the key of the case itself (its history, ended holds) stays where it was written.
"""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from mailflow.errors import NotFound
from mailflow.model.life import HoldRecord, SensitiveDay
from mailflow.model.records import MatchKey
from mailflow.model.views import ReviewView

from .context import Contexts
from .life import Life
from .mapping_of_life import day_record, file_owner, hold_record
from .promises import Promises
from .tables import CaseKeyRow, ConsentRow, LinkProposalRow, OutboxRow, PersonRow, ReminderRow
from .tables_of_life import HoldRow, SensitiveDayRow


class ViewsOfLife(Life, Promises, Contexts):
    """The part of a transaction that only a human's act asks for."""

    # -- single rows ----------------------------------------------------------------------------
    def hold(self, hold_id: str) -> HoldRecord:
        """One hold. ``NotFound``."""
        row = self.row(HoldRow, hold_id)
        if row is None:
            raise NotFound(f"There is no hold {hold_id}; `mailflow hold list` has them.")
        return hold_record(row, self.sealer("hold", row.id, file_owner(row.case_id, row.review_id)))

    def day(self, day_id: str) -> SensitiveDay:
        """One day that is kept free. ``NotFound``."""
        row = self.row(SensitiveDayRow, day_id)
        if row is None:
            raise NotFound(f"There is no day {day_id}; `mailflow day list` has those of a file.")
        return day_record(row, self.sealer("sensitive_day", row.id, file_owner(row.case_id, row.review_id)))

    def review_view(self, review_id_or_reference: str) -> ReviewView:
        """A review with everything that hangs on it; audited as a read. ``NotFound``."""
        review = self.review(review_id_or_reference)
        self.audit("review.read", f"review:{review.id}")
        return ReviewView(
            review=review,
            people=self.people_of_review(review.id),
            cases=self.cases_of(review.id),
            proposals=self.proposals(review_id=review.id),
            holds=self.holds(review_id=review.id),
            days=self.days(review_id=review.id),
            changes=self.changes(review_id=review.id),
            outbox=self.outbox_of(review_id=review.id),
            reminders=self.reminders(review_id=review.id),
        )

    # -- moving ---------------------------------------------------------------------------------
    def move_event(self, event_id: str, case_id: str) -> None:
        """The mails and promises of an event belong to that case now; the event itself is saved by the caller."""
        for table in (ReminderRow, OutboxRow):
            self.session.execute(update(table).where(col(table.event_id) == event_id).values(case_id=case_id or None))
        self.audit("event.moved", f"event:{event_id}", f"case:{case_id}" if case_id else "")

    def move_person(self, person_id: str, case_id: str) -> None:
        """A person belongs to that case now, with every permission that they ever gave or took back. ``NotFound``."""
        row = self.row(PersonRow, person_id, lock=True)
        if row is None:
            raise NotFound(f"There is no person {person_id}.")
        last = self.session.scalar(select(func.max(col(PersonRow.place))).where(col(PersonRow.case_id) == case_id))
        row.case_id, row.place = case_id, 0 if last is None else last + 1
        row.group_id = None  # the group was of the other case
        self.session.flush()
        self.session.execute(update(ConsentRow).where(col(ConsentRow.person_id) == person_id).values(case_id=case_id))
        of_theirs = update(ReminderRow).where(col(ReminderRow.person_id) == person_id)
        self.session.execute(of_theirs.where(col(ReminderRow.review_id).is_(None)).values(case_id=case_id))
        self.audit("person.moved", f"person:{person_id}", f"case:{case_id}")

    def take_over(self, merged_id: str, case_id: str) -> None:
        """A case was merged into another: keys, proposed links, mails and promises of it are the other's now."""
        keys = self.all(select(CaseKeyRow).where(col(CaseKeyRow.case_id) == merged_id))
        self._add_case_keys(case_id, [MatchKey(row.sort, row.hash) for row in keys])
        self.session.execute(delete(CaseKeyRow).where(col(CaseKeyRow.case_id) == merged_id))
        links = self.all(select(LinkProposalRow).where(col(LinkProposalRow.case_id) == merged_id))
        for link in links:
            why = self.sealer("link_proposal", f"{link.event_id}:{merged_id}", ("event", link.event_id))
            self.propose_link(link.event_id, case_id, why.open_text("why", link.why))
        self.session.execute(delete(LinkProposalRow).where(col(LinkProposalRow.case_id) == merged_id))
        for table in (ReminderRow, OutboxRow):
            self.session.execute(update(table).where(col(table.case_id) == merged_id).values(case_id=case_id))
        self.audit("case.taken_over", f"case:{case_id}", f"case:{merged_id}")

    def refuse_link(self, event_id: str, case_id: str) -> bool:
        """A proposed link is answered and no longer shown; ``False`` when none was proposed."""
        row = self.row(LinkProposalRow, (event_id, case_id), lock=True)
        if row is None:
            return False
        self.session.delete(row)
        self.session.flush()
        self.audit("link.answered", f"event:{event_id}", f"case:{case_id}")
        return True
