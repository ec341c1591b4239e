"""Rows of what lives for years to records and back, and whose data key each is sealed under."""

from __future__ import annotations

from typing import Any

from mailflow.model.life import (
    ChangeRecord,
    DaySort,
    GroupRecord,
    HoldRecord,
    HoldSort,
    ProposalRecord,
    ProposalState,
    ReviewForm,
    ReviewPersonRecord,
    ReviewRecord,
    ReviewRole,
    ReviewState,
    SensitiveDay,
)
from mailflow.model.words import ReviewStage

from .sealing import RowSealer
from .tables_of_life import (
    ChangeRow,
    GroupRow,
    HoldRow,
    ProposalRow,
    ReviewPersonRow,
    ReviewRow,
    SensitiveDayRow,
)


def file_owner(case_id: str | None, review_id: str | None) -> tuple[str, str]:
    """Under whose data key something of a case or a review is sealed: the case's where both are named."""
    return ("case_file", case_id) if case_id else ("review", review_id or "")


def change_owner(subject: str, case_id: str | None, review_id: str | None) -> tuple[str, str]:
    """Under whose data key the reason of a change is sealed; of an event that belongs to no file, under its own."""
    sort, _, row_id = subject.partition(":")
    if sort == "event" and not (case_id or review_id):
        return ("event", row_id)
    return file_owner(case_id, review_id)


# -- groups and reviews -------------------------------------------------------------------------


def group_record(row: GroupRow, box: RowSealer) -> GroupRecord:
    """A family group as it is read."""
    return GroupRecord(row.id, row.case_id, box.open_text("name", row.name), row.created_at)


def review_values(review: ReviewRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of a review but its id and version."""
    return {
        "reference": review.reference,
        "form": str(review.form),
        "state": str(review.state),
        "stage": str(review.stage),
        "stage_since": review.stage_since,
        "opened_at": review.opened_at,
        "decided_on": review.decided_on,
        "months": review.months,
        "partnership": box.text("partnership", review.partnership),
        "their_reference": box.text("their_reference", review.their_reference),
        "next_on": review.next_on,
        "next_what": box.text("next_what", review.next_what),
        "delay_reason": box.text("delay_reason", review.delay_reason),
        "closed_at": review.closed_at,
    }


def review_record(row: ReviewRow, box: RowSealer) -> ReviewRecord:
    """A review as it is read."""
    return ReviewRecord(
        id=row.id,
        reference=row.reference,
        form=ReviewForm(row.form),
        state=ReviewState(row.state),
        stage=ReviewStage(row.stage),
        stage_since=row.stage_since,
        opened_at=row.opened_at,
        decided_on=row.decided_on,
        months=row.months,
        partnership=box.open_text("partnership", row.partnership),
        their_reference=box.open_text("their_reference", row.their_reference),
        next_on=row.next_on,
        next_what=box.open_text("next_what", row.next_what),
        delay_reason=box.open_text("delay_reason", row.delay_reason),
        closed_at=row.closed_at,
        version=row.version,
    )


def review_person_values(person: ReviewPersonRecord, email_hash: str, box: RowSealer) -> dict[str, Any]:
    """The columns of a person of a review but id and review."""
    return {
        "role": str(person.role),
        "since": person.since,
        "name": box.text("name", person.name),
        "organisation": box.text("organisation", person.organisation),
        "email": box.text("email", person.email),
        "email_hash": email_hash,
        "phone": box.text("phone", person.phone),
        "language": person.language,
        "address_confirmed_by": person.address_confirmed_by,
        "address_confirmed_at": person.address_confirmed_at,
        "until": person.until,
    }


def review_person_record(row: ReviewPersonRow, box: RowSealer) -> ReviewPersonRecord:
    """A person of a review as read; empty where erased."""
    return ReviewPersonRecord(
        id=row.id,
        review_id=row.review_id,
        role=ReviewRole(row.role),
        since=row.since,
        name=box.open_text("name", row.name),
        organisation=box.open_text("organisation", row.organisation),
        email=box.open_text("email", row.email),
        phone=box.open_text("phone", row.phone),
        language=row.language,
        address_confirmed_by=row.address_confirmed_by,
        address_confirmed_at=row.address_confirmed_at,
        until=row.until,
    )


# -- holds, proposals, history, days ------------------------------------------------------------


def hold_values(hold: HoldRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of a hold but its id."""
    return {
        "sort": str(hold.sort),
        "since": hold.since,
        "made_by": hold.by,
        "case_id": hold.case_id or None,
        "review_id": hold.review_id or None,
        "person_id": hold.person_id,
        "why": box.text("why", hold.why),
        "until": hold.until,
        "ended_at": hold.ended_at,
        "ended_by": hold.ended_by,
        "event_id": hold.event_id or None,
    }


def hold_record(row: HoldRow, box: RowSealer) -> HoldRecord:
    """A hold as it is read."""
    return HoldRecord(
        id=row.id,
        sort=HoldSort(row.sort),
        since=row.since,
        by=row.made_by,
        case_id=row.case_id or "",
        review_id=row.review_id or "",
        person_id=row.person_id,
        why=box.open_text("why", row.why),
        until=row.until,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        event_id=row.event_id or "",
    )


def proposal_values(proposal: ProposalRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of a proposal but id, review and event."""
    said: dict[str, Any] = {
        "next_what": proposal.next_what,
        "dates": proposal.dates,
        "delay_reason": proposal.delay_reason,
        "evidence": list(proposal.evidence),
    }
    return {
        "made_at": proposal.made_at,
        "state": str(proposal.state),
        "stage": str(proposal.stage) if proposal.stage else "",
        "next_on": proposal.next_on,
        "said": box.tree("said", said),
        "chair_changes": proposal.chair_changes,
        "settled_by": proposal.settled_by,
        "settled_at": proposal.settled_at,
    }


def proposal_record(row: ProposalRow, box: RowSealer) -> ProposalRecord:
    """A proposal as it is read."""
    said = box.open_tree("said", row.said)
    return ProposalRecord(
        id=row.id,
        review_id=row.review_id,
        event_id=row.event_id,
        made_at=row.made_at,
        state=ProposalState(row.state),
        stage=ReviewStage(row.stage) if row.stage else None,
        next_on=row.next_on,
        next_what=said.get("next_what", ""),
        dates=said.get("dates", {}),
        delay_reason=said.get("delay_reason", ""),
        chair_changes=row.chair_changes,
        evidence=tuple(said.get("evidence", ())),
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )


def change_record(row: ChangeRow, box: RowSealer) -> ChangeRecord:
    """A line of a history as it is read."""
    return ChangeRecord(
        id=row.id,
        subject=row.subject,
        at=row.at,
        actor=row.actor,
        act=row.act,
        before=row.before,
        after=row.after,
        why=box.open_text("why", row.why),
        case_id=row.case_id or "",
        review_id=row.review_id or "",
    )


def day_record(row: SensitiveDayRow, box: RowSealer) -> SensitiveDay:
    """A day that is kept free, as it is read."""
    return SensitiveDay(
        id=row.id,
        day=row.day,
        until=row.until,
        sort=DaySort(row.sort),
        by=row.made_by,
        case_id=row.case_id or "",
        review_id=row.review_id or "",
        yearly=row.yearly,
        note=box.open_text("note", row.note),
    )
