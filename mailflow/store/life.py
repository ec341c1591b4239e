"""What lives for years: family groups, reviews and their people, holds, proposals, history, days, absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlmodel import col

from mailflow.errors import NotFound, StateFault
from mailflow.model.life import (
    ChangeRecord,
    GroupRecord,
    HoldRecord,
    ProposalRecord,
    ProposalState,
    RelationSort,
    ReviewPersonRecord,
    ReviewRecord,
    ReviewState,
    SensitiveDay,
)
from mailflow.model.records import CaseRecord, EventRecord, EventState, MatchKey

from .files import Files, same_version
from .mapping_of_life import (
    change_owner,
    change_record,
    day_record,
    file_owner,
    group_record,
    hold_record,
    hold_values,
    proposal_record,
    proposal_values,
    review_person_record,
    review_person_values,
    review_record,
    review_values,
)
from .tables import CaseRow, EventRow, LinkProposalRow
from .tables_of_life import (
    AbsenceRow,
    ChangeRow,
    GroupRow,
    HoldRow,
    ProposalRow,
    RelationRow,
    ReviewCaseRow,
    ReviewPersonRow,
    ReviewRow,
    SensitiveDayRow,
)


class Life(Files):
    """The part of a transaction about reviews and whatever else outlives the mail that began it."""

    # -- groups ---------------------------------------------------------------------------------
    def add_group(self, group: GroupRecord) -> None:
        """Write a family group of a case."""
        box = self.sealer("family_group", group.id, ("case_file", group.case_id))
        name = box.text("name", group.name)
        self.session.add(GroupRow(id=group.id, case_id=group.case_id, name=name, created_at=group.created_at))
        self.session.flush()
        self.audit("group.added", f"group:{group.id}", f"case:{group.case_id}")

    def groups(self, case_id: str) -> tuple[GroupRecord, ...]:
        """The family groups of a case, oldest first; none while the family is one."""
        rows = self.all(
            select(GroupRow)
            .where(col(GroupRow.case_id) == case_id)
            .order_by(col(GroupRow.created_at), col(GroupRow.id))
        )
        return tuple(group_record(row, self.sealer("family_group", row.id, ("case_file", case_id))) for row in rows)

    # -- reviews --------------------------------------------------------------------------------
    def add_review(self, review: ReviewRecord) -> None:
        """Write a new review."""
        box = self.fresh("review", review.id)
        self.keep("review", review.id)
        self.session.add(ReviewRow(id=review.id, version=review.version, **review_values(review, box)))
        self.session.flush()
        self.audit("review.added", f"review:{review.id}")

    def save_review(self, review: ReviewRecord) -> None:
        """Write a changed review; ``StateFault`` when somebody else changed it since it was read."""
        row = self.row(ReviewRow, review.id, lock=True)
        same_version(row, review.version, f"review {review.reference}")
        assert row is not None
        row.version += 1
        self.change(row, review_values(review, self.sealer("review", review.id)))
        self.audit("review.changed", f"review:{review.id}", f"version {row.version}")

    def review(self, review_id_or_reference: str) -> ReviewRecord:
        """By id or reference. ``NotFound``."""
        name = review_id_or_reference
        row = self.first(select(ReviewRow).where(or_(col(ReviewRow.id) == name, col(ReviewRow.reference) == name)))
        if row is None:
            raise NotFound(f"There is no review {name}; `mailflow review list` lists them.")
        return self._review(row)

    def reviews(self, *, states: Sequence[ReviewState] = (), limit: int = 500) -> tuple[ReviewRecord, ...]:
        """Reviews, oldest first."""
        statement = select(ReviewRow).order_by(col(ReviewRow.opened_at), col(ReviewRow.id)).limit(limit)
        if states:
            statement = statement.where(col(ReviewRow.state).in_([str(state) for state in states]))
        return self._reviews(self.all(statement))

    def link_review(self, review_id: str, case_id: str) -> None:
        """That case waits for that review; linked once, however often it is said."""
        if self.insert_once(ReviewCaseRow(review_id=review_id, case_id=case_id, linked_at=self.now)):
            self.audit("review.linked", f"review:{review_id}", f"case:{case_id}")

    def unlink_review(self, review_id: str, case_id: str) -> None:
        """That case no longer waits for that review."""
        row = self.row(ReviewCaseRow, (review_id, case_id), lock=True)
        if row is not None:
            self.session.delete(row)
            self.session.flush()
            self.audit("review.unlinked", f"review:{review_id}", f"case:{case_id}")

    def reviews_of(self, case_id: str) -> tuple[ReviewRecord, ...]:
        """The reviews that a case waits for, oldest first."""
        rows = self.all(
            select(ReviewRow)
            .join(ReviewCaseRow, col(ReviewCaseRow.review_id) == col(ReviewRow.id))
            .where(col(ReviewCaseRow.case_id) == case_id)
            .order_by(col(ReviewRow.opened_at), col(ReviewRow.id))
        )
        return self._reviews(rows)

    def cases_of(self, review_id: str) -> tuple[CaseRecord, ...]:
        """The cases that wait for a review, oldest first."""
        rows = self.all(
            select(CaseRow)
            .join(ReviewCaseRow, col(ReviewCaseRow.case_id) == col(CaseRow.id))
            .where(col(ReviewCaseRow.review_id) == review_id)
            .order_by(col(CaseRow.opened_at), col(CaseRow.id))
        )
        return self._cases(rows)

    def add_review_person(self, person: ReviewPersonRecord) -> None:
        """Write a Chair, author or co-ordinator of a review."""
        box = self.fresh("review_person", person.id)
        self.keep("review_person", person.id)
        values = review_person_values(person, self.address_hash(person.email), box)
        self.session.add(ReviewPersonRow(id=person.id, review_id=person.review_id, **values))
        self.session.flush()
        self.audit("review_person.added", f"review_person:{person.id}", f"review:{person.review_id}")

    def save_review_person(self, person: ReviewPersonRecord) -> None:
        """Write a changed person of a review. ``NotFound``."""
        row = self.row(ReviewPersonRow, person.id, lock=True)
        if row is None:
            raise NotFound(f"There is no person {person.id} of a review.")
        box = self.sealer("review_person", person.id)
        self.change(row, review_person_values(person, self.address_hash(person.email), box))
        self.audit("review_person.changed", f"review_person:{person.id}")

    def people_of_review(self, review_id: str) -> tuple[ReviewPersonRecord, ...]:
        """Everybody who serves or has served a review, oldest first."""
        rows = self.all(
            select(ReviewPersonRow)
            .where(col(ReviewPersonRow.review_id) == review_id)
            .order_by(col(ReviewPersonRow.since), col(ReviewPersonRow.id))
        )
        self.load_keys("review_person", (row.id for row in rows))
        return tuple(review_person_record(row, self.sealer("review_person", row.id)) for row in rows)

    def reviews_of_address(self, address: MatchKey) -> tuple[ReviewRecord, ...]:
        """The reviews whose Chair, author or co-ordinator has or had that address, oldest first."""
        theirs = select(col(ReviewPersonRow.review_id)).where(col(ReviewPersonRow.email_hash) == address.hash)
        found = select(ReviewRow).where(col(ReviewRow.id).in_(theirs))
        return self._reviews(self.all(found.order_by(col(ReviewRow.opened_at), col(ReviewRow.id))))

    # -- holds ----------------------------------------------------------------------------------
    def add_hold(self, hold: HoldRecord) -> None:
        """Nothing automatic leaves for what it names, from now on."""
        box = self.sealer("hold", hold.id, file_owner(hold.case_id, hold.review_id))
        self.session.add(HoldRow(id=hold.id, **hold_values(hold, box)))
        self.session.flush()
        self.audit("hold.added", f"hold:{hold.id}", _file(hold.case_id, hold.review_id))

    def end_hold(self, hold_id: str, by: str, now: datetime) -> None:
        """It holds no more. ``NotFound``; ``StateFault`` when it has ended."""
        row = self.row(HoldRow, hold_id, lock=True)
        if row is None:
            raise NotFound(f"There is no hold {hold_id}.")
        if row.ended_at is not None:
            raise StateFault(f"Hold {hold_id} was ended by {row.ended_by} already.")
        row.ended_at, row.ended_by = now, by
        self.session.flush()
        self.audit("hold.ended", f"hold:{hold_id}")

    def holds(self, *, case_id: str = "", review_id: str = "", live: datetime | None = None) -> tuple[HoldRecord, ...]:
        """The holds of a case or of a review, oldest first; only those that hold at ``live`` when it is given."""
        statement = select(HoldRow).order_by(col(HoldRow.since), col(HoldRow.id))
        if case_id:
            statement = statement.where(col(HoldRow.case_id) == case_id)
        if review_id:
            statement = statement.where(col(HoldRow.review_id) == review_id)
        found = (
            hold_record(row, self.sealer("hold", row.id, file_owner(row.case_id, row.review_id)))
            for row in self.all(statement)
        )
        return tuple(hold for hold in found if live is None or hold.holds(live))

    # -- proposals ------------------------------------------------------------------------------
    def add_proposal(self, proposal: ProposalRecord) -> None:
        """Write what a reply proposes."""
        box = self.sealer("proposal", proposal.id, ("review", proposal.review_id))
        values = proposal_values(proposal, box)
        row = ProposalRow(id=proposal.id, review_id=proposal.review_id, event_id=proposal.event_id, **values)
        self.session.add(row)
        self.session.flush()
        self.audit("proposal.made", f"proposal:{proposal.id}", f"review:{proposal.review_id}")

    def save_proposal(self, proposal: ProposalRecord) -> None:
        """Write what a human made of a proposal. ``NotFound``; ``StateFault`` when it is settled already."""
        row = self.row(ProposalRow, proposal.id, lock=True)
        if row is None:
            raise NotFound(f"There is no proposal {proposal.id}.")
        if row.state != ProposalState.OPEN:
            raise StateFault(f"Proposal {proposal.id} was {row.state} by {row.settled_by} already.")
        box = self.sealer("proposal", proposal.id, ("review", proposal.review_id))
        self.change(row, proposal_values(proposal, box))
        self.audit(f"proposal.{proposal.state}", f"proposal:{proposal.id}")

    def proposal(self, proposal_id: str) -> ProposalRecord:
        """One proposal. ``NotFound``."""
        row = self.row(ProposalRow, proposal_id)
        if row is None:
            raise NotFound(f"There is no proposal {proposal_id}; `mailflow review show` has those of a review.")
        return proposal_record(row, self.sealer("proposal", row.id, ("review", row.review_id)))

    def proposals(
        self, *, review_id: str = "", event_id: str = "", states: Sequence[ProposalState] = ()
    ) -> tuple[ProposalRecord, ...]:
        """Proposals of a review or an event, oldest first."""
        statement = select(ProposalRow).order_by(col(ProposalRow.made_at), col(ProposalRow.id))
        if review_id:
            statement = statement.where(col(ProposalRow.review_id) == review_id)
        if event_id:
            statement = statement.where(col(ProposalRow.event_id) == event_id)
        if states:
            statement = statement.where(col(ProposalRow.state).in_([str(state) for state in states]))
        rows = self.all(statement)
        self.load_keys("review", (row.review_id for row in rows))
        return tuple(proposal_record(row, self.sealer("proposal", row.id, ("review", row.review_id))) for row in rows)

    # -- history and days -----------------------------------------------------------------------
    def add_change(self, change: ChangeRecord) -> None:
        """Write a line of a history; it names the case or the review under whose key its reason is sealed."""
        box = self.sealer("change", change.id, change_owner(change.subject, change.case_id, change.review_id))
        self.session.add(
            ChangeRow(
                id=change.id,
                subject=change.subject,
                at=change.at,
                actor=change.actor,
                act=change.act,
                before=change.before,
                after=change.after,
                why=box.text("why", change.why),
                case_id=change.case_id or None,
                review_id=change.review_id or None,
            )
        )
        self.session.flush()

    def changes(self, *, subject: str = "", case_id: str = "", review_id: str = "") -> tuple[ChangeRecord, ...]:
        """A history, oldest first: of one subject, or of everything of a case or a review."""
        statement = select(ChangeRow).order_by(col(ChangeRow.at), col(ChangeRow.id))
        if subject:
            statement = statement.where(col(ChangeRow.subject) == subject)
        if case_id:
            statement = statement.where(col(ChangeRow.case_id) == case_id)
        if review_id:
            statement = statement.where(col(ChangeRow.review_id) == review_id)
        return tuple(
            change_record(row, self.sealer("change", row.id, change_owner(row.subject, row.case_id, row.review_id)))
            for row in self.all(statement)
        )

    def add_day(self, day: SensitiveDay) -> None:
        """Keep a day free."""
        box = self.sealer("sensitive_day", day.id, file_owner(day.case_id, day.review_id))
        self.session.add(
            SensitiveDayRow(
                id=day.id,
                day=day.day,
                until=day.until,
                sort=str(day.sort),
                made_by=day.by,
                case_id=day.case_id or None,
                review_id=day.review_id or None,
                yearly=day.yearly,
                note=box.text("note", day.note),
            )
        )
        self.session.flush()
        self.audit("day.added", f"day:{day.id}", _file(day.case_id, day.review_id))

    def remove_day(self, day_id: str) -> None:
        """That day need not be kept free. ``NotFound``."""
        row = self.row(SensitiveDayRow, day_id, lock=True)
        if row is None:
            raise NotFound(f"There is no sensitive day {day_id}.")
        self.session.delete(row)
        self.session.flush()
        self.audit("day.removed", f"day:{day_id}")

    def days(self, *, case_id: str = "", review_id: str = "") -> tuple[SensitiveDay, ...]:
        """The days of a case or of a review that are kept free, by day."""
        statement = select(SensitiveDayRow).order_by(col(SensitiveDayRow.day), col(SensitiveDayRow.id))
        if case_id:
            statement = statement.where(col(SensitiveDayRow.case_id) == case_id)
        if review_id:
            statement = statement.where(col(SensitiveDayRow.review_id) == review_id)
        return tuple(
            day_record(row, self.sealer("sensitive_day", row.id, file_owner(row.case_id, row.review_id)))
            for row in self.all(statement)
        )

    # -- absences and relations -----------------------------------------------------------------
    def note_absence(
        self, address: MatchKey, until: datetime | None, *, gone: bool = False, event_id: str = ""
    ) -> None:
        """Their machine says that they are away (until then, or it names no day), or have left for good."""
        row = self.row(AbsenceRow, address.hash, lock=True)
        if row is None:
            self.session.add(
                AbsenceRow(address_hash=address.hash, until=until, gone=gone, event_id=event_id or None, since=self.now)
            )
            self.session.flush()
        else:
            self.change(row, {"until": until, "gone": gone, "event_id": event_id or None, "since": self.now})
        self.audit("absence.noted", f"absence:{address.hash}", f"event:{event_id}" if event_id else "")

    def end_absence(self, address: MatchKey) -> None:
        """They are back: they wrote themselves, or a human says so. No harm where none was noted."""
        row = self.row(AbsenceRow, address.hash, lock=True)
        if row is not None:
            self.session.delete(row)
            self.session.flush()
            self.audit("absence.ended", f"absence:{address.hash}")

    def absence(self, address: MatchKey) -> tuple[datetime | None, datetime | None, bool] | None:
        """(since, until, gone for good) of the absence that was noted last; ``None`` when none was."""
        row = self.row(AbsenceRow, address.hash)
        return (row.since, row.until, row.gone) if row is not None else None

    def relate(self, event_id: str, other_id: str, sort: RelationSort) -> None:
        """An event hangs on an earlier one; written once."""
        if event_id != other_id and self.insert_once(RelationRow(event_id=event_id, other_id=other_id, sort=str(sort))):
            self.audit("event.related", f"event:{event_id}", f"event:{other_id}")

    def related(self, event_id: str) -> tuple[tuple[EventRecord, RelationSort], ...]:
        """Earlier and later events that hang on this one, with how, oldest first."""
        links = self.all(
            select(RelationRow).where(or_(col(RelationRow.event_id) == event_id, col(RelationRow.other_id) == event_id))
        )
        sorts = {(one.other_id if one.event_id == event_id else one.event_id): one.sort for one in links}
        rows = self.all(
            select(EventRow).where(col(EventRow.id).in_(sorts)).order_by(col(EventRow.created_at), col(EventRow.id))
        )
        return tuple((event, RelationSort(sorts[event.id])) for event in self._events(rows))

    # -- what a gate asks -----------------------------------------------------------------------
    def untriaged_of(self, case_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Events that nobody has looked at and that belong to those cases, or may (a proposed link); oldest first."""
        proposed = select(col(LinkProposalRow.event_id)).where(col(LinkProposalRow.case_id).in_(case_ids))
        rows = self.all(
            select(EventRow)
            .where(
                col(EventRow.state) == str(EventState.UNTRIAGED),
                or_(col(EventRow.case_id).in_(case_ids), col(EventRow.id).in_(proposed)),
            )
            .order_by(col(EventRow.created_at), col(EventRow.id))
        )
        return self._events(rows)

    def _review(self, row: ReviewRow) -> ReviewRecord:
        return review_record(row, self.sealer("review", row.id))

    def _reviews(self, rows: Sequence[ReviewRow]) -> tuple[ReviewRecord, ...]:
        self.load_keys("review", (row.id for row in rows))
        return tuple(self._review(row) for row in rows)


def _file(case_id: str, review_id: str) -> str:
    return f"case:{case_id}" if case_id else f"review:{review_id}"
