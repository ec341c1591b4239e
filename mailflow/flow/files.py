"""Opening our files: the rows of a new case, with its people and the keys by which later mail finds it.

Shared by ``settle`` (the machine opens) and ``triage`` (a human corrects, and it opens then).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mailflow.model.decision import ReminderKind
from mailflow.model.facts import Person, Relative
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    EventRecord,
    MatchKey,
    PersonRecord,
    PersonRole,
)
from mailflow.model.words import RecordType

from .ports import Ids, Work


def open_case(
    work: Work,
    ids: Ids,
    event: EventRecord,
    record: RecordType,
    referrer: Person | None,
    family: Sequence[Relative],
    keys: Sequence[MatchKey],
    now: datetime,
    *,
    missing: Sequence[str] = (),
) -> CaseRecord:
    """Write a new file for an event: the case, its people, and the keys.

    The sender is of the case by the From address alone, whatever the text says of other addresses:
    only that address was used to write to us (DESIGN §7).
    """
    case = CaseRecord(
        id=ids.new(),
        reference=event.reference,
        record=record,
        state=CaseState.NEW,
        opened_at=now,
        summary=dict(event.verdict.get("facts", {})),
        missing=tuple(missing),
    )
    work.add_case(case, keys)
    writer = referrer or Person(name=event.sender_name)
    work.add_person(
        PersonRecord(
            id=ids.new(),
            case_id=case.id,
            role=PersonRole.REFERRER if referrer else PersonRole.WRITER,
            name=writer.name or event.sender_name,
            organisation=writer.organisation,
            email=event.sender_address,
            phone=writer.phone,
        )
    )
    for relative in family:
        if relative.email and relative.email.lower() == event.sender_address.lower() and not relative.name:
            continue
        work.add_person(
            PersonRecord(
                id=ids.new(),
                case_id=case.id,
                role=PersonRole.FAMILY,
                name=relative.name,
                relationship=relative.relationship,
                email=relative.email,
                phone=relative.phone,
                postcode=relative.postcode,
                age=relative.age,
            )
        )
    work.audit("case.opened", f"case:{case.id}", f"event:{event.id}")
    return case


def address_key(work: Work, address: str) -> MatchKey:
    """The keyed hash of an address as everybody compares it: without regard to case, or ``Jo@`` would pass where
    ``jo@`` is suppressed."""
    return work.hash_of("address", address.strip().lower())


def stop_automatic_mail(work: Work, case_id: str, why: str, now: datetime) -> None:
    """Cancel whatever of a case is queued or planned to be sent on the machine's own account (P5).

    Receipts still go: they answer what somebody asked. Alerts and notices still go: they are for our own people,
    and a withdrawn wish must not silence an alarm (P7).
    """
    work.cancel_outbox(case_id=case_id, classes=(MailClass.CHASER,), why=why, now=now)
    work.cancel_reminders(case_id=case_id, kinds=[ReminderKind.MISSING_INFORMATION], why=why)


def people_in(verdict: dict[str, Any]) -> tuple[Person | None, tuple[Relative, ...]]:
    """The people of a stored verdict, as its facts name them."""
    facts = verdict.get("facts", {})
    referrer = Person(**facts["referrer"]) if facts.get("referrer") else None
    return referrer, tuple(Relative(**relative) for relative in facts.get("family", ()))
