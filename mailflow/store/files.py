"""Events, cases, people and permissions, and the keyed hashes by which they find each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlmodel import col

from mailflow.errors import NotFound, StateFault
from mailflow.model.life import SafeContact
from mailflow.model.records import (
    CaseRecord,
    ConsentRecord,
    CorrectionRecord,
    EventRecord,
    MatchKey,
    PersonRecord,
)

from .desk import Desk
from .mapping import (
    case_record,
    case_values,
    consent_owner,
    consent_record,
    consent_values,
    event_record,
    event_values,
    person_record,
    person_values,
    safe_contact,
)
from .tables import (
    CaseKeyRow,
    CaseRow,
    ConsentRow,
    CorrectionRow,
    EventKeyRow,
    EventRow,
    LinkProposalRow,
    PersonRow,
)


class Files(Desk):
    """The part of a transaction in which ``flow.settle`` and ``flow.triage`` write what was understood."""

    def lock(self, keys: Sequence[MatchKey]) -> None:
        """Hold these keys until the transaction ends; taken in sorted order, so nobody deadlocks.

        Name all keys in one call: order is kept within a call only. SQLite has one writer at a time, who holds
        everything; PostgreSQL has advisory locks of 64 bits (two keys that share theirs wait needlessly, once
        in 2**63 pairs).
        """
        if not self.on_postgresql:
            return
        numbers = sorted({int.from_bytes(bytes.fromhex(key.hash[:16]), "big", signed=True) for key in keys})
        if numbers:  # one round trip; unnest gives the array in its order
            locks = text("SELECT count(pg_advisory_xact_lock(n)) FROM unnest(CAST(:numbers AS bigint[])) AS n")
            self.session.execute(locks, {"numbers": numbers})

    # -- events ---------------------------------------------------------------------------------
    def event_by_key(self, key: str) -> EventRecord | None:
        """The event with that key."""
        row = self.first(select(EventRow).where(col(EventRow.key) == key))
        return self._event(row) if row is not None else None

    def event(self, event_id_or_reference: str) -> EventRecord:
        """By id or reference. ``NotFound``."""
        return self._event(self._event_row(event_id_or_reference))

    def add_event(self, event: EventRecord, keys: Sequence[MatchKey]) -> None:
        """Write a new event and the keys by which later ones find it; its reference is one of them."""
        box = self.fresh("event", event.id)
        self.keep("event", event.id)
        self.session.add(EventRow(id=event.id, key=event.key, version=event.version, **event_values(event, box)))
        self.session.flush()
        rows = {*keys, self.hash_of("reference", event.reference)}
        self.insert_missing(EventKeyRow, [{"sort": key.sort, "hash": key.hash, "event_id": event.id} for key in rows])
        self.audit("event.added", f"event:{event.id}", f"case:{event.case_id}" if event.case_id else "")

    def save_event(self, event: EventRecord) -> None:
        """Write a changed event; ``StateFault`` when somebody else changed it since it was read."""
        row = self.row(EventRow, event.id, lock=True)
        same_version(row, event.version, f"event {event.reference}")
        assert row is not None
        row.version += 1
        self.change(row, event_values(event, self.sealer("event", event.id)))
        self.audit("event.changed", f"event:{event.id}", f"version {row.version}")

    # -- cases ----------------------------------------------------------------------------------
    def add_case(self, case: CaseRecord, keys: Sequence[MatchKey]) -> None:
        """Write a new case and the keys by which later events find it; its reference is one of them."""
        box = self.fresh("case_file", case.id)
        self.keep("case_file", case.id)
        self.session.add(CaseRow(id=case.id, version=case.version, **case_values(case, box)))
        self.session.flush()
        self._add_case_keys(case.id, (*keys, self.hash_of("reference", case.reference)))
        self.audit("case.added", f"case:{case.id}")

    def case(self, case_id_or_reference: str) -> CaseRecord:
        """By id, by its reference, or by the reference of any event of it. ``NotFound``."""
        return self._case(self._case_row(case_id_or_reference))

    def save_case(self, case: CaseRecord) -> None:
        """Write a changed case; ``StateFault`` when somebody else changed it since it was read."""
        row = self.row(CaseRow, case.id, lock=True)
        same_version(row, case.version, f"case {case.reference}")
        assert row is not None
        row.version += 1
        self.change(row, case_values(case, self.sealer("case_file", case.id)))
        self.audit("case.changed", f"case:{case.id}", f"version {row.version}")

    def add_keys(self, case_id: str, keys: Sequence[MatchKey]) -> None:
        """More keys by which later events find a case."""
        self._add_case_keys(case_id, keys)
        self.audit("case.keys_added", f"case:{case_id}", str(len(keys)))

    def propose_link(self, event_id: str, case_id: str, why: str) -> None:
        """A link for a human to accept; proposed once, however often it is found."""
        box = self.sealer("link_proposal", f"{event_id}:{case_id}", ("event", event_id))
        proposal = LinkProposalRow(event_id=event_id, case_id=case_id, why=box.text("why", why), proposed_at=self.now)
        if self.insert_once(proposal):
            self.audit("link.proposed", f"event:{event_id}", f"case:{case_id}")

    # -- people ---------------------------------------------------------------------------------
    def add_person(self, person: PersonRecord) -> None:
        """Write a person of a case."""
        box = self.fresh("person", person.id)
        self.keep("person", person.id)
        last = self.session.scalar(
            select(func.max(col(PersonRow.place))).where(col(PersonRow.case_id) == person.case_id)
        )
        place = 0 if last is None else last + 1
        values = person_values(person, self.address_hash(person.email), box)
        self.session.add(PersonRow(id=person.id, case_id=person.case_id, place=place, **values))
        self.session.flush()
        self.audit("person.added", f"person:{person.id}", f"case:{person.case_id}")

    def save_person(self, person: PersonRecord) -> None:
        """Write a changed person. ``NotFound``."""
        row = self.row(PersonRow, person.id, lock=True)
        if row is None:
            raise NotFound(f"There is no person {person.id}.")
        box = self.sealer("person", person.id)
        self.change(row, person_values(person, self.address_hash(person.email), box))
        self.audit("person.changed", f"person:{person.id}")

    def people(self, case_id: str) -> tuple[PersonRecord, ...]:
        """The people of a case, in the order in which they came."""
        rows = self.all(
            select(PersonRow).where(col(PersonRow.case_id) == case_id).order_by(col(PersonRow.place), col(PersonRow.id))
        )
        self.load_keys("person", (row.id for row in rows))
        return tuple(person_record(row, self.sealer("person", row.id)) for row in rows)

    def contacts_of_address(self, address: MatchKey) -> tuple[SafeContact, ...]:
        """How those people of cases may be reached who have that address and of whom somebody recorded it."""
        rows = self.all(select(PersonRow).where(col(PersonRow.email_hash) == address.hash).order_by(col(PersonRow.id)))
        self.load_keys("person", (row.id for row in rows))
        found = (safe_contact(self.sealer("person", row.id).open_tree("contact", row.contact)) for row in rows)
        return tuple(contact for contact in found if contact is not None)

    def erase_person(self, person_id: str) -> None:
        """Destroy what names a person: the data key, and the hash of their address. ``NotFound``."""
        row = self.row(PersonRow, person_id, lock=True)
        if row is None:
            raise NotFound(f"There is no person {person_id}.")
        row.email_hash = ""
        self.destroy_key("person", person_id)

    def add_consent(self, consent: ConsentRecord) -> None:
        """Write a permission; one with the id of an earlier one is its withdrawal, and changes nothing else."""
        row = self.row(ConsentRow, consent.id, lock=True)
        if row is not None:
            box = self.sealer("consent", row.id, consent_owner(row.case_id, row.person_id))
            row.withdrawn_at, row.withdrawn_by = consent.withdrawn_at, consent.withdrawn_by or None
            row.withdrawn_how = box.text("withdrawn_how", consent.withdrawn_how)
            self.session.flush()
            self.audit("consent.withdrawn", f"consent:{consent.id}", f"case:{row.case_id}")
            return
        box = self.sealer("consent", consent.id, consent_owner(consent.case_id, consent.person_id))
        values = consent_values(consent, box)
        person_id = consent.person_id or None
        self.session.add(ConsentRow(id=consent.id, case_id=consent.case_id, person_id=person_id, **values))
        self.session.flush()
        self.audit("consent.recorded", f"consent:{consent.id}", f"case:{consent.case_id}")

    def consents(self, case_id: str) -> tuple[ConsentRecord, ...]:
        """All permissions of a case, oldest first."""
        rows = self.all(
            select(ConsentRow)
            .where(col(ConsentRow.case_id) == case_id)
            .order_by(col(ConsentRow.recorded_at), col(ConsentRow.id))
        )
        self.load_keys("person", (row.person_id for row in rows if row.person_id))
        return tuple(
            consent_record(row, self.sealer("consent", row.id, consent_owner(row.case_id, row.person_id)))
            for row in rows
        )

    def add_correction(self, correction: CorrectionRecord) -> None:
        """Keep what a human said of a verdict."""
        box = self.sealer("correction", correction.id, ("event", correction.event_id))
        self.session.add(
            CorrectionRow(
                id=correction.id,
                event_id=correction.event_id,
                made_by=correction.by,
                made_at=correction.at,
                kind_was=str(correction.was),
                kind_now=str(correction.now),
                flags=None if correction.flags is None else [str(flag) for flag in correction.flags],
                note=box.text("note", correction.note),
            )
        )
        self.session.flush()
        self.audit("event.corrected", f"event:{correction.event_id}", f"correction:{correction.id}")

    # -- rows -----------------------------------------------------------------------------------
    def _event_row(self, name: str) -> EventRow:
        row = self.first(select(EventRow).where(or_(col(EventRow.id) == name, col(EventRow.reference) == name)))
        if row is None:
            raise NotFound(f"There is no event {name}; `mailflow queue` lists them.")
        return row

    def _case_row(self, name: str) -> CaseRow:
        row = self.first(select(CaseRow).where(or_(col(CaseRow.id) == name, col(CaseRow.reference) == name)))
        if row is None:
            row = self.first(
                select(CaseRow)
                .join(EventRow, col(EventRow.case_id) == col(CaseRow.id))
                .where(or_(col(EventRow.reference) == name, col(EventRow.id) == name))
            )
        if row is None:
            raise NotFound(f"There is no case {name}; `mailflow cases` lists them.")
        return row

    def _event(self, row: EventRow) -> EventRecord:
        return event_record(row, self.sealer("event", row.id))

    def _case(self, row: CaseRow) -> CaseRecord:
        return case_record(row, self.sealer("case_file", row.id))

    def _events(self, rows: Sequence[EventRow]) -> tuple[EventRecord, ...]:
        self.load_keys("event", (row.id for row in rows))
        return tuple(self._event(row) for row in rows)

    def _cases(self, rows: Sequence[CaseRow]) -> tuple[CaseRecord, ...]:
        self.load_keys("case_file", (row.id for row in rows))
        return tuple(self._case(row) for row in rows)

    def _add_case_keys(self, case_id: str, keys: Sequence[MatchKey]) -> None:
        rows = sorted(set(keys), key=lambda key: (key.sort, key.hash))  # sorted: two that add the same do not deadlock
        self.insert_missing(CaseKeyRow, [{"sort": key.sort, "hash": key.hash, "case_id": case_id} for key in rows])


def same_version(row: Any, version: int, name: str) -> None:
    """``NotFound`` without a row, ``StateFault`` when it is not of the version that was read."""
    if row is None:
        raise NotFound(f"There is no {name}.")
    if row.version != version:
        raise StateFault(f"Somebody else has changed {name} meanwhile: look at it again.")
