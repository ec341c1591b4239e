"""The journey of triage: what a human does about an event or a case, each act in one commit.

Web and command line call these functions and write in no other way. Every act names who did it, checks that
the event is still the one that was seen (``version``), is audited in the same transaction, and stops what
the machine would have gone on doing: an alert that somebody took, a reminder that is no longer needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.cases import EVENT_STATES, move
from mailflow.errors import StateFault, UseError
from mailflow.model.decision import ReminderKind
from mailflow.model.policy import Policy
from mailflow.model.records import (
    CaseRecord,
    ConsentRecord,
    CorrectionRecord,
    EventRecord,
    EventState,
    PersonRecord,
)
from mailflow.model.words import Flag, Kind, RecordType

from .files import open_case, people_in, stop_automatic_mail
from .ports import Clock, Ids, Store, Work

PURPOSES = (
    "referral",
    "contact",
    "share_with_chair",
    "liaise_with_chair",
    "share_needs",
    "onward_referral",
    "employer",
    "media",
)
"""What a permission can be for (domain.md §10, C1 to C8)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the acts need: the store, the clock, ids, and the policy that says which kind is which file."""

    store: Store
    clock: Clock
    ids: Ids
    policy: Policy


def take(desk: Desk, who: str, name: str, *, version: int | None = None) -> EventRecord:
    """``who`` has the event in hand: its risk alerts stop (P7). Raises ``NotFound``, ``StateFault``."""

    def act(work: Work, event: EventRecord, now: datetime) -> EventRecord:
        work.cancel_reminders(event_id=event.id, kinds=[ReminderKind.RISK_ALERT], why=f"taken by {who}")
        return replace(event, state=move(EVENT_STATES, event.state, EventState.TAKEN), taken_by=who, taken_at=now)

    return _change(desk, who, name, version, "event.taken", act)


def accept(desk: Desk, who: str, name: str, *, version: int | None = None) -> EventRecord:
    """A human agrees with the verdict. Raises ``NotFound``, ``StateFault``."""

    def act(work: Work, event: EventRecord, now: datetime) -> EventRecord:
        _settled(work, event, f"accepted by {who}")
        return replace(
            event,
            state=move(EVENT_STATES, event.state, EventState.ACCEPTED),
            needs_human=False,
            taken_by=event.taken_by or who,
            taken_at=event.taken_at or now,
        )

    return _change(desk, who, name, version, "event.accepted", act)


def correct(
    desk: Desk,
    who: str,
    name: str,
    kind: Kind,
    *,
    flags: tuple[Flag, ...] | None = None,
    note: str = "",
    version: int | None = None,
) -> EventRecord:
    """The event is of another kind (or carries other flags): kept as a correction, the next test set.

    A kind that has a file of its own opens one where the event has none. Nothing is sent: the sender has
    had the one answer. Raises ``NotFound``, ``StateFault``.
    """

    def act(work: Work, event: EventRecord, now: datetime) -> EventRecord:
        work.add_correction(
            CorrectionRecord(desk.ids.new(), event.id, who, now, was=event.kind, now=kind, flags=flags, note=note)
        )
        _settled(work, event, f"corrected by {who}")
        record = desk.policy.for_kind(kind).record
        case_id = event.case_id
        if not case_id and record in (RecordType.REFERRAL, RecordType.ENQUIRY, RecordType.REVIEW):
            referrer, family = people_in(event.verdict)
            case_id = open_case(work, desk.ids, event, record, referrer, family, (), now).id
        return replace(
            event,
            kind=kind,
            flags=event.flags if flags is None else flags,
            case_id=case_id,
            needs_human=False,
            state=move(EVENT_STATES, event.state, EventState.ACCEPTED),
            taken_by=event.taken_by or who,
            taken_at=event.taken_at or now,
        )

    return _change(desk, who, name, version, "event.corrected", act)


def assign(desk: Desk, who: str, name: str, to: str, *, version: int | None = None) -> EventRecord:
    """Give the event, and its case, to somebody by name. Raises ``NotFound``, ``StateFault``."""
    if not to.strip():
        raise UseError("Say to whom: a name is missing.")

    def act(work: Work, event: EventRecord, now: datetime) -> EventRecord:
        if event.case_id:
            work.save_case(replace(work.case(event.case_id), assigned_to=to))
        return replace(event, assigned_to=to)

    return _change(desk, who, name, version, "event.assigned", act)


def link(desk: Desk, who: str, name: str, case_name: str, *, version: int | None = None) -> EventRecord:
    """The event belongs to that case: a human says so, the machine only proposes. Raises ``NotFound``."""

    def act(work: Work, event: EventRecord, now: datetime) -> EventRecord:
        case = work.case(case_name)
        work.audit("event.linked", f"event:{event.id}", f"case:{case.id}")
        return replace(event, case_id=case.id, task="")

    return _change(desk, who, name, version, "event.changed", act)


def record_consent(
    desk: Desk, who: str, case_name: str, purpose: str, *, person: str = "", given: bool = True, how: str = ""
) -> ConsentRecord:
    """Write a permission of a person of a case, or its withdrawal, which stops what is queued at once (P5).

    ``person`` is an id, or a part of the name that fits one person; it may be left out where the case has only
    one bereaved person. Raises ``NotFound``, ``UseError``.
    """
    if purpose not in PURPOSES:
        raise UseError(f"{purpose} is no purpose of a permission; there are: {', '.join(PURPOSES)}.")
    now = desk.clock.now()
    with desk.store.begin(f"person:{who}", now) as work:
        case = work.case(case_name)
        whose = _person(work, case, person)
        consent = ConsentRecord(
            desk.ids.new(), case.id, whose.id, purpose, given, who, now, how=how, withdrawn_at=None if given else now
        )
        work.add_consent(consent)
        if not given:
            stop_automatic_mail(work, case.id, "a permission was withdrawn", now)
        return consent


def confirm_address(desk: Desk, who: str, case_name: str, *, person: str = "") -> PersonRecord:
    """A human has checked that the address is this person's. Raises ``NotFound``, ``UseError``."""
    now = desk.clock.now()
    with desk.store.begin(f"person:{who}", now) as work:
        whose = _person(work, work.case(case_name), person)
        if not whose.email:
            raise UseError("That person has no e-mail address that could be confirmed.")
        confirmed = replace(whose, address_confirmed_by=who, address_confirmed_at=now)
        work.save_person(confirmed)
        return confirmed


def _change(
    desk: Desk,
    who: str,
    name: str,
    version: int | None,
    audit: str,
    act: Callable[[Work, EventRecord, datetime], EventRecord],
) -> EventRecord:
    """One act on one event in one commit."""
    if not who.strip():
        raise UseError("Say who you are: an act without a name is not recorded.")
    now = desk.clock.now()
    with desk.store.begin(f"person:{who}", now) as work:
        event = work.event(name)
        if version is not None and version != event.version:
            raise StateFault(
                f"{event.reference} was changed by somebody else meanwhile (version {event.version}, "
                f"you saw {version}); look at it again."
            )
        changed = act(work, event, now)
        work.save_event(changed)
        work.audit(audit, f"event:{event.id}")
        return replace(changed, version=event.version + 1)


def _settled(work: Work, event: EventRecord, why: str) -> None:
    """A human has seen the event: nobody needs to be told of it any more."""
    work.cancel_reminders(event_id=event.id, kinds=[ReminderKind.RISK_ALERT, ReminderKind.UNTRIAGED], why=why)


def _person(work: Work, case: CaseRecord, wanted: str) -> PersonRecord:
    """The person of a case that ``wanted`` names; the only one when it names nobody."""
    people = work.people(case.id)
    fitting = [p for p in people if p.id == wanted or (wanted and wanted.casefold() in p.name.casefold())]
    if not wanted:
        fitting = list(people)
    if len(fitting) == 1:
        return fitting[0]
    if not people:
        raise UseError(f"{case.reference} has no people yet.")
    listed = "; ".join(f"{p.id} ({p.role})" for p in people)
    how = "Nobody" if not fitting else "More than one person"
    raise UseError(f"{how} of {case.reference} fits; name one by id: {listed}.")
