"""Acts on one event: take, accept, correct, assign, snooze, close, reopen, relate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from mailflow.cases import EVENT_STATES, move
from mailflow.errors import StateFault, UseError
from mailflow.flow.files import open_case, people_in
from mailflow.flow.planning import LIVING, plan_first_contact, renew
from mailflow.followup import calendar_for, triage_due
from mailflow.model.decision import ReminderKind
from mailflow.model.life import RelationSort
from mailflow.model.records import CorrectionRecord, EventRecord, EventState, ReminderRecord, ReminderState
from mailflow.model.words import Flag, Kind, RecordType, Urgency

from .desk import Act, Desk, at_desk, bounded, event_subject, reason, same_as_seen
from .flagged import begin_clocks, hold_case

LONGEST_SNOOZE = timedelta(days=31)
"""What is put off for longer is forgotten: it is closed, or somebody takes it."""
FILED = (RecordType.REFERRAL, RecordType.ENQUIRY, RecordType.REVIEW)
"""Records that are files of their own; an event of such a kind is accepted or corrected, never just closed."""


def take(desk: Desk, who: str, name: str, *, version: int | None = None) -> EventRecord:
    """``who`` has the event in hand: its risk alerts stop (P7). Raises ``NotFound``, ``StateFault``."""

    def act(now: Act, event: EventRecord) -> EventRecord:
        if event.state is EventState.TAKEN and event.taken_by == now.who:
            return event
        now.work.cancel_reminders(event_id=event.id, kinds=[ReminderKind.RISK_ALERT], why=f"taken by {now.who}")
        taken = move(EVENT_STATES, event.state, EventState.TAKEN)
        return replace(event, state=taken, taken_by=now.who, taken_at=now.now)

    return _change(desk, who, name, version, "event.taken", act)


def accept(desk: Desk, who: str, name: str, *, version: int | None = None) -> EventRecord:
    """A human agrees with the verdict. Raises ``NotFound``, ``StateFault``."""

    def act(now: Act, event: EventRecord) -> EventRecord:
        _settled(now, event, f"accepted by {now.who}")
        return _by_hand(now, replace(event, state=move(EVENT_STATES, event.state, EventState.ACCEPTED)))

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

    A kind that has a file of its own opens one where the event has none. What a kind or flag means begins now, clocks
    from the receipt (``flagged``). Nothing is sent: the sender has had the one answer. Raises ``NotFound``,
    ``StateFault``.
    """

    def act(now: Act, event: EventRecord) -> EventRecord:
        now.work.add_correction(
            CorrectionRecord(
                now.ids.new(), event.id, now.who, now.now, was=event.kind, now=kind, flags=flags, note=bounded(note)
            )
        )
        _settled(now, event, f"corrected by {now.who}")
        record = desk.policy.for_kind(kind).record
        case_id = event.case_id
        if not case_id and record in FILED:
            referrer, family = people_in(event.verdict)
            case = open_case(now.work, now.ids, event, record, referrer, family, (), now.now)
            plan_first_contact(now.work, now, case, now.now)
            case_id = case.id
        changed = replace(
            event,
            kind=kind,
            flags=event.flags if flags is None else flags,
            case_id=case_id,
            state=move(EVENT_STATES, event.state, EventState.ACCEPTED),
        )
        begin_clocks(now, event, changed)
        if case_id:
            new = tuple(flag for flag in changed.flags if flag not in event.flags)
            hold_case(now, replace(changed, flags=new), now.work.case(case_id))
        return _by_hand(now, changed)

    return _change(desk, who, name, version, "event.corrected", act)


def assign(desk: Desk, who: str, name: str, to: str, *, version: int | None = None) -> EventRecord:
    """Give the event, and its case, to somebody by name. Raises ``NotFound``, ``StateFault``."""
    if not to.strip():
        raise UseError("Say to whom: a name is missing.")

    def act(now: Act, event: EventRecord) -> EventRecord:
        if event.case_id:
            case = now.work.case(event.case_id)
            now.work.save_case(replace(case, assigned_to=to.strip()))
            now.note(
                "case.assigned",
                f"case:{case.id}",
                "assigned",
                before=case.assigned_to,
                after=to.strip(),
                case_id=case.id,
            )
        return replace(event, assigned_to=to.strip())

    return _change(desk, who, name, version, "event.assigned", act, before=lambda e: e.assigned_to, after=to.strip())


def snooze(desk: Desk, who: str, name: str, until: datetime, *, why: str, version: int | None = None) -> EventRecord:
    """Be reminded of an event that nobody has looked at at another time. What must be seen now cannot be put off (P7).

    Raises ``NotFound``, ``UseError`` (no reason, a time that is past or too far), ``StateFault``.
    """
    said = reason(why, "it may wait")

    def act(now: Act, event: EventRecord) -> EventRecord:
        if event.state is not EventState.UNTRIAGED:
            raise StateFault(f"{event.reference} is {event.state}: there is nothing to put off.")
        if event.urgency is Urgency.NOW or Flag.RISK in event.flags:
            raise StateFault(f"Somebody may come to harm in {event.reference}: take it, it cannot wait.")
        if until.tzinfo is None or not now.now < until <= now.now + LONGEST_SNOOZE:
            raise UseError(f"Name a time to come, within {LONGEST_SNOOZE.days} days.")
        _remind(now, event, until, "somebody put it off until now")
        return replace(event, triage_due=until)

    return _change(desk, who, name, version, "event.snoozed", act, why=said, after=until.isoformat())


def close(desk: Desk, who: str, name: str, *, why: str = "", version: int | None = None) -> EventRecord:
    """An event that opens no file needs nobody any more; closing it again changes nothing.

    Only where its kind is a note or a machine's mail: whatever has a file is accepted or corrected, so that nothing
    that somebody asked for is put away unread (P3). Raises ``NotFound``, ``StateFault``.
    """

    def act(now: Act, event: EventRecord) -> EventRecord:
        if event.state is EventState.CLOSED:
            return event
        if desk.policy.for_kind(event.kind).record in FILED:
            raise StateFault(
                f"{event.reference} is {event.kind}, which has a file of its own: accept it, or correct what it is."
            )
        if Flag.RISK in event.flags and event.state is EventState.UNTRIAGED:
            raise StateFault(f"Somebody may come to harm in {event.reference}: take it before you close it.")
        _settled(now, event, f"closed by {now.who}")
        return _by_hand(now, replace(event, state=move(EVENT_STATES, event.state, EventState.CLOSED), task=""))

    return _change(desk, who, name, version, "event.closed", act, why=bounded(why))


def reopen(desk: Desk, who: str, name: str, *, why: str, version: int | None = None) -> EventRecord:
    """An event was put away too soon: a closed one waits for somebody again, an accepted one is yours.

    Raises ``NotFound``, ``UseError`` without a reason.
    """
    said = reason(why, "it is open again")

    def act(now: Act, event: EventRecord) -> EventRecord:
        if event.state in (EventState.UNTRIAGED, EventState.TAKEN):
            return event
        if event.state is EventState.ACCEPTED:
            taken = move(EVENT_STATES, event.state, EventState.TAKEN)
            return replace(event, state=taken, taken_by=now.who, taken_at=now.now)
        calendar = calendar_for(now.policy.clock, now.now)
        due = triage_due(now.now, now.policy.for_kind(event.kind), calendar) or calendar.add_working_days(now.now, 1)
        opened = replace(
            event,
            state=move(EVENT_STATES, event.state, EventState.UNTRIAGED),
            taken_by="",
            taken_at=None,
            needs_human=True,
            triage_due=due,
            urgency=event.urgency if event.urgency is not Urgency.NONE else Urgency.LATER,
        )
        _remind(now, opened, due, "it was opened again and nobody has looked")
        return opened

    return _change(desk, who, name, version, "event.reopened", act, why=said)


def relate(
    desk: Desk, who: str, name: str, other: str, sort: RelationSort = RelationSort.SAME_FAMILY
) -> tuple[EventRecord, EventRecord]:
    """An event hangs on an earlier one; said twice, it is written once. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        event, earlier = act.work.event(name), act.work.event(other)
        if event.id == earlier.id:
            raise UseError("An event does not hang on itself: name two.")
        if all(known.id != earlier.id for known, _ in act.work.related(event.id)):
            act.work.relate(event.id, earlier.id, sort)
            act.note(
                "event.related", event_subject(event), "related", after=f"event:{earlier.id}", case_id=event.case_id
            )
        return event, earlier


def _change(
    desk: Desk,
    who: str,
    name: str,
    version: int | None,
    audit: str,
    act: Callable[[Act, EventRecord], EventRecord],
    *,
    why: str = "",
    before: Callable[[EventRecord], str] = lambda event: str(event.state),
    after: str = "",
) -> EventRecord:
    """One act on one event in one commit; one that changes nothing writes nothing."""
    with at_desk(desk, who) as now:
        event = now.work.event(name)
        same_as_seen(event, version)
        changed = act(now, event)
        if changed == event:
            return event
        now.work.save_event(changed)
        now.note(
            audit,
            event_subject(event),
            audit.partition(".")[2],
            before=before(event),
            after=after or str(changed.state),
            why=why,
            case_id=changed.case_id,
        )
        return now.work.event(event.id)


def _by_hand(now: Act, event: EventRecord) -> EventRecord:
    """Somebody by name has it, and the verdict needs no other human."""
    taken_at = event.taken_at or now.now
    return replace(event, needs_human=False, taken_by=event.taken_by or now.who, taken_at=taken_at)


def _settled(now: Act, event: EventRecord, why: str) -> None:
    """A human has seen the event: nobody needs to be told of it any more."""
    kinds = [ReminderKind.RISK_ALERT, ReminderKind.UNTRIAGED]
    now.work.cancel_reminders(event_id=event.id, kinds=kinds, why=why)


def _remind(now: Act, event: EventRecord, due: datetime, why: str) -> None:
    """One reminder that nobody has looked, at that time: the one that stands is moved."""
    standing = now.work.reminders(event_id=event.id, kinds=[ReminderKind.UNTRIAGED], states=LIVING)
    for reminder in standing:
        now.work.move_reminder(reminder.id, due, why)
    if not standing:
        renew(
            now.work,
            ReminderRecord(
                id=now.ids.new(),
                kind=ReminderKind.UNTRIAGED,
                event_id=event.id,
                case_id=event.case_id,
                key=f"{event.id}:untriaged",
                due=due,
                state=ReminderState.WAITING,
                why=why,
            ),
        )
