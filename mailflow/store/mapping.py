"""Rows to records and back; the only place that knows which column of which row is sealed how."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mailflow.model.decision import ReminderKind
from mailflow.model.life import SafeContact
from mailflow.model.mail import Origin
from mailflow.model.outgoing import ALARM, MailClass
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    EventRecord,
    EventState,
    MailRecord,
    MailState,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    PersonRole,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Audience, Flag, Kind, RecordType, Urgency

from .sealing import RowSealer
from .tables import CaseRow, ConsentRow, EventRow, MailRow, OutboxRow, PersonRow, ReminderRow

# -- mail ---------------------------------------------------------------------------------------


def mail_row(mail: MailRecord, turn: int, box: RowSealer) -> MailRow:
    """A mail as it is first written."""
    return MailRow(
        id=mail.id,
        mailbox=mail.mailbox,
        folder=mail.folder,
        uid_validity=mail.uid_validity,
        uid=mail.uid,
        internal_date=mail.internal_date,
        received_at=mail.received_at,
        raw=box.blob("raw", mail.raw),
        origin=str(mail.origin),
        state=str(mail.state),
        rank=-mail.priority,
        turn=turn,
        sender_hash=mail.sender_hash,
        attempts=mail.attempts,
        error=box.text("error", mail.error),
        event_id=mail.event_id or None,
    )


def mail_record(row: MailRow, box: RowSealer) -> MailRecord:
    """A mail as it is read."""
    return MailRecord(
        id=row.id,
        mailbox=row.mailbox,
        folder=row.folder,
        uid_validity=row.uid_validity,
        uid=row.uid,
        internal_date=row.internal_date,
        received_at=row.received_at,
        raw=box.open_blob("raw", row.raw),
        origin=Origin(row.origin),
        state=MailState(row.state),
        priority=-row.rank,
        sender_hash=row.sender_hash,
        attempts=row.attempts,
        error=box.open_text("error", row.error),
        event_id=row.event_id or "",
    )


# -- event --------------------------------------------------------------------------------------


def event_values(event: EventRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of an event but its id, key and version."""
    return {
        "request_key": event.request_key,
        "reference": event.reference,
        "created_at": event.created_at,
        "mailbox": event.mailbox,
        "kind": str(event.kind),
        "confidence": event.confidence,
        "needs_human": event.needs_human,
        "flags": [str(flag) for flag in event.flags],
        "urgency": str(event.urgency),
        "urgency_rank": event.urgency.rank,
        "state": str(event.state),
        "task": event.task,
        "case_id": event.case_id or None,
        "assigned_to": event.assigned_to,
        "taken_by": event.taken_by,
        "taken_at": event.taken_at,
        "triage_due": event.triage_due,
        "rules_version": event.rules_version,
        "subject": box.text("subject", event.subject),
        "sender_name": box.text("sender_name", event.sender_name),
        "sender_address": box.text("sender_address", event.sender_address),
        "verdict": box.tree("verdict", event.verdict),
    }


def event_record(row: EventRow, box: RowSealer) -> EventRecord:
    """An event as it is read."""
    return EventRecord(
        id=row.id,
        key=row.key,
        request_key=row.request_key,
        reference=row.reference,
        created_at=row.created_at,
        mailbox=row.mailbox,
        kind=Kind(row.kind),
        confidence=row.confidence,
        needs_human=row.needs_human,
        flags=tuple(Flag(flag) for flag in row.flags),
        urgency=Urgency(row.urgency),
        state=EventState(row.state),
        task=row.task,
        case_id=row.case_id or "",
        assigned_to=row.assigned_to,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        triage_due=row.triage_due,
        rules_version=row.rules_version,
        subject=box.open_text("subject", row.subject),
        sender_name=box.open_text("sender_name", row.sender_name),
        sender_address=box.open_text("sender_address", row.sender_address),
        verdict=box.open_tree("verdict", row.verdict),
        version=row.version,
    )


# -- case and people ----------------------------------------------------------------------------


def case_values(case: CaseRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of a case but its id and version."""
    return {
        "reference": case.reference,
        "record": str(case.record),
        "state": str(case.state),
        "opened_at": case.opened_at,
        "assigned_to": case.assigned_to,
        "summary": box.tree("summary", case.summary),
        "missing": list(case.missing),
        "closed_at": case.closed_at,
        "outcome": case.outcome or None,
        "merged_into": case.merged_into or None,
        "last_contact_at": case.last_contact_at,
        "retain_until": case.retain_until,
    }


def case_record(row: CaseRow, box: RowSealer) -> CaseRecord:
    """A case as it is read."""
    return CaseRecord(
        id=row.id,
        reference=row.reference,
        record=RecordType(row.record),
        state=CaseState(row.state),
        opened_at=row.opened_at,
        assigned_to=row.assigned_to,
        summary=box.open_tree("summary", row.summary),
        missing=tuple(row.missing),
        closed_at=row.closed_at,
        outcome=row.outcome or "",
        merged_into=row.merged_into or "",
        last_contact_at=row.last_contact_at,
        retain_until=row.retain_until,
        version=row.version,
    )


def person_values(person: PersonRecord, email_hash: str, box: RowSealer) -> dict[str, Any]:
    """The columns of a person but id, case and place."""
    return {
        "role": str(person.role),
        "name": box.text("name", person.name),
        "relationship": box.text("relationship", person.relationship),
        "organisation": box.text("organisation", person.organisation),
        "email": box.text("email", person.email),
        "email_hash": email_hash,
        "phone": box.text("phone", person.phone),
        "postcode": box.text("postcode", person.postcode),
        "age": box.text("age", "" if person.age is None else str(person.age)),
        "address_confirmed_by": person.address_confirmed_by,
        "address_confirmed_at": person.address_confirmed_at,
        "group_id": person.group_id or None,
        "language": person.language or None,
        "contact": box.tree("contact", asdict(person.contact) if person.contact else {}),
        "left_at": person.left_at,
    }


def person_record(row: PersonRow, box: RowSealer) -> PersonRecord:
    """A person as read; empty where erased."""
    age = box.open_text("age", row.age)
    return PersonRecord(
        id=row.id,
        case_id=row.case_id,
        role=PersonRole(row.role),
        name=box.open_text("name", row.name),
        relationship=box.open_text("relationship", row.relationship),
        organisation=box.open_text("organisation", row.organisation),
        email=box.open_text("email", row.email),
        phone=box.open_text("phone", row.phone),
        postcode=box.open_text("postcode", row.postcode),
        age=int(age) if age else None,
        address_confirmed_by=row.address_confirmed_by,
        address_confirmed_at=row.address_confirmed_at,
        group_id=row.group_id or "",
        language=row.language or "",
        contact=safe_contact(box.open_tree("contact", row.contact)),
        left_at=row.left_at,
    )


def safe_contact(tree: dict[str, Any]) -> SafeContact | None:
    """How a person may be reached, as read; ``None`` where nobody recorded it, and where it was erased."""
    if not tree:
        return None
    lists = {name: tuple(tree[name]) for name in ("channels", "refused")}
    return SafeContact(**{**tree, **lists})


def consent_owner(case_id: str, person_id: str | None) -> tuple[str, str]:
    """Under whose data key the words of a permission are sealed."""
    return ("person", person_id) if person_id else ("case_file", case_id)


def consent_values(consent: ConsentRecord, box: RowSealer) -> dict[str, Any]:
    """The columns of a permission but id, case and person."""
    return {
        "purpose": consent.purpose,
        "given": consent.given,
        "recorded_by": consent.recorded_by,
        "recorded_at": consent.recorded_at,
        "how": box.text("how", consent.how),
        "withdrawn_at": consent.withdrawn_at,
        "given_to": box.text("given_to", consent.given_to),
        "given_on": consent.given_on,
        "scope": box.text("scope", consent.scope),
        "condition": box.text("condition", consent.condition),
        "review_on": consent.review_on,
        "ends_on": consent.ends_on,
        "withdrawn_by": consent.withdrawn_by or None,
        "withdrawn_how": box.text("withdrawn_how", consent.withdrawn_how),
        "event_id": consent.event_id or None,
        "read_by_machine": consent.read_by_machine,
    }


def consent_record(row: ConsentRow, box: RowSealer) -> ConsentRecord:
    """A permission as it is read."""
    return ConsentRecord(
        id=row.id,
        case_id=row.case_id,
        person_id=row.person_id or "",
        purpose=row.purpose,
        given=row.given,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        how=box.open_text("how", row.how),
        withdrawn_at=row.withdrawn_at,
        given_to=box.open_text("given_to", row.given_to),
        given_on=row.given_on,
        scope=box.open_text("scope", row.scope),
        condition=box.open_text("condition", row.condition),
        review_on=row.review_on,
        ends_on=row.ends_on,
        withdrawn_by=row.withdrawn_by or "",
        withdrawn_how=box.open_text("withdrawn_how", row.withdrawn_how),
        event_id=row.event_id or "",
        read_by_machine=bool(row.read_by_machine),
    )


# -- promises -----------------------------------------------------------------------------------


def reminder_values(reminder: ReminderRecord) -> dict[str, Any]:
    """The columns of a reminder but its id and key."""
    return {
        "kind": str(reminder.kind),
        "event_id": reminder.event_id or None,
        "case_id": reminder.case_id or None,
        "due": reminder.due,
        "state": str(reminder.state),
        "why": reminder.why,
        "rung": reminder.rung,
        "last_rung_at": reminder.last_rung_at,
        "review_id": reminder.review_id or None,
        "person_id": reminder.person_id or None,
        "gate": reminder.gate or None,
    }


def reminder_record(row: ReminderRow) -> ReminderRecord:
    """A reminder as it is read."""
    return ReminderRecord(
        id=row.id,
        kind=ReminderKind(row.kind),
        event_id=row.event_id or "",
        case_id=row.case_id or "",
        key=row.key,
        due=row.due,
        state=ReminderState(row.state),
        why=row.why,
        rung=row.rung,
        last_rung_at=row.last_rung_at,
        review_id=row.review_id or "",
        person_id=row.person_id or "",
        gate=row.gate or "",
    )


def outbox_row(mail: OutboxRecord, recipient_hash: str, message_id_hash: str, box: RowSealer) -> OutboxRow:
    """A mail of ours as it is queued."""
    return OutboxRow(
        id=mail.id,
        key=mail.key,
        event_id=mail.event_id or None,
        case_id=mail.case_id or None,
        mail_class=str(mail.mail_class),
        rank=0 if mail.mail_class is MailClass.ALERT or mail.key.startswith(ALARM) else 1,
        audience=str(mail.audience),
        template=mail.template,
        language=mail.language,
        state=str(mail.state),
        created_at=mail.created_at,
        due=mail.due,
        message_id=box.text("message_id", mail.message_id),
        message_id_hash=message_id_hash,
        recipient=box.text("recipient", mail.recipient),
        recipient_hash=recipient_hash,
        envelope_from=box.text("envelope_from", mail.envelope_from),
        subject=box.text("subject", mail.subject),
        text=box.text("text", mail.text),
        html=box.text("html", mail.html),
        raw=box.blob("raw", mail.raw),
        attempts=mail.attempts,
        data_started_at=mail.data_started_at,
        settled_at=mail.settled_at,
        answer=box.text("answer", mail.answer),
        review_id=mail.review_id or None,
        person_id=mail.person_id or None,
    )


def outbox_record(row: OutboxRow, box: RowSealer) -> OutboxRecord:
    """A mail of ours as it is read."""
    return OutboxRecord(
        id=row.id,
        key=row.key,
        event_id=row.event_id or "",
        case_id=row.case_id or "",
        mail_class=MailClass(row.mail_class),
        audience=Audience(row.audience),
        template=row.template,
        language=row.language,
        state=OutboxState(row.state),
        created_at=row.created_at,
        due=row.due,
        message_id=box.open_text("message_id", row.message_id),
        recipient=box.open_text("recipient", row.recipient),
        envelope_from=box.open_text("envelope_from", row.envelope_from),
        subject=box.open_text("subject", row.subject),
        text=box.open_text("text", row.text),
        html=box.open_text("html", row.html),
        raw=box.open_blob("raw", row.raw),
        attempts=row.attempts,
        data_started_at=row.data_started_at,
        settled_at=row.settled_at,
        answer=box.open_text("answer", row.answer),
        review_id=row.review_id or "",
        person_id=row.person_id or "",
    )
