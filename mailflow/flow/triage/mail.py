"""Acts on mail of ours and on promises: settle, send again, cancel; suppressed addresses, absences; reminders."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from mailflow.errors import StateFault, UseError
from mailflow.flow.files import address_key
from mailflow.followup import calendar_for
from mailflow.model.decision import ReminderKind
from mailflow.model.records import MatchKey, OutboxRecord, OutboxState, ReminderRecord, ReminderState

from .desk import Act, Desk, at_desk, reason

LONGEST_MOVE = timedelta(days=366 * 2)
"""A reminder that is moved further than two years is forgotten."""
NEVER_MOVED = (ReminderKind.RISK_ALERT, ReminderKind.BREACH_REPORT)
"""Alarms and the law's hours: they end when somebody acts, and are neither moved nor held (P7)."""


class Fate(StrEnum):
    """What became of a mail of ours of which nobody knew."""

    SENT = "sent"
    """It has arrived: they have said so."""
    REFUSED = "refused"
    """It has not arrived and is not sent again."""
    AGAIN = "again"
    """It has not arrived: it is sent once more."""


def settle_mail(desk: Desk, who: str, row_id: str, fate: Fate, *, why: str) -> OutboxRecord:
    """A human knows what became of an uncertain mail of ours. Settled so already, nothing changes.

    Raises ``NotFound``, ``UseError`` without a reason, ``StateFault`` where it is not uncertain.
    """
    said = reason(why, "you know it")
    with at_desk(desk, who) as act:
        row = act.work.outbox_row(row_id)
        if str(row.state) == str(fate):
            return row
        if row.state is not OutboxState.UNCERTAIN:
            raise StateFault(f"{row.id} is {row.state}, not uncertain: there is nothing to settle.")
        if fate is Fate.AGAIN:
            act.work.release_outbox(row.id, act.now)
        else:
            answer = f"settled as {fate} by {act.who}"
            act.work.settle_uncertain(row.id, OutboxState(fate), answer, act.now)
        _note(act, row, "settled", after=str(fate), why=said)
        _told(act, row)
        return act.work.outbox_row(row.id)


def release_mail(desk: Desk, who: str, row_id: str, *, why: str = "") -> OutboxRecord:
    """Send an uncertain or refused mail once more: somebody knows that it has not arrived.

    Raises ``NotFound``, ``StateFault``.
    """
    with at_desk(desk, who) as act:
        row = act.work.outbox_row(row_id)
        if row.state is OutboxState.QUEUED:
            return row
        act.work.release_outbox(row.id, act.now)
        _note(act, row, "released", after=OutboxState.QUEUED, why=why)
        _told(act, row)
        return act.work.outbox_row(row.id)


def cancel_mail(desk: Desk, who: str, row_id: str, *, why: str = "by hand") -> OutboxRecord:
    """A mail that has not left does not leave. Cancelled already, nothing changes. Raises ``NotFound``, ``StateFault``
    where it has left, or may have."""
    with at_desk(desk, who) as act:
        row = act.work.outbox_row(row_id)
        if row.state is OutboxState.CANCELLED:
            return row
        if not act.work.cancel_outbox(row_id=row.id, why=f"cancelled by {act.who}", now=act.now):
            raise StateFault(f"{row.id[:12]} is {row.state}; only queued and deferred mail can be cancelled.")
        _note(act, row, "cancelled", after=OutboxState.CANCELLED, why=why)
        return act.work.outbox_row(row.id)


def _told(act: Act, row: OutboxRecord) -> None:
    """Nobody needs to be told any more that a mail of that event is uncertain."""
    if row.event_id:
        kinds = [ReminderKind.ANSWER_UNSURE]
        act.work.cancel_reminders(event_id=row.event_id, kinds=kinds, why=f"settled by {act.who}")


def _note(act: Act, row: OutboxRecord, sort: str, *, after: str, why: str) -> None:
    """The history of a mail stands in its file; a mail of no file and no event leaves an audit row alone."""
    audit, subject = f"outbox.{sort}_by_hand", f"outbox:{row.id}"
    if row.case_id or row.review_id:
        review_id = "" if row.case_id else row.review_id
        act.note(audit, subject, sort, before=row.state, after=after, why=why, case_id=row.case_id, review_id=review_id)
    elif row.event_id:
        act.note(audit, f"event:{row.event_id}", f"mail_{sort}", before=row.state, after=after, why=why)
    else:
        act.work.audit(audit, subject)


# -- addresses ----------------------------------------------------------------------------------
def lift_suppression(desk: Desk, who: str, address: str, *, why: str) -> bool:
    """An address may be written to again, as a human types it: only its hash is kept. ``False`` when it was not
    suppressed. Raises ``UseError`` without a reason or for what is no address."""
    said = reason(why, "it may be written to again")
    with at_desk(desk, who) as act:
        key = _key(act, address)
        if not act.work.lift_suppression(key):
            return False
        _note_address(act, key, "suppression_lifted", said)
        return True


def end_absence(desk: Desk, who: str, address: str, *, why: str = "") -> bool:
    """Somebody is back, or never was away: questions may go to them again. ``False`` when no absence was noted."""
    with at_desk(desk, who) as act:
        key = _key(act, address)
        if act.work.absence(key) is None:
            return False
        act.work.end_absence(key)
        _note_address(act, key, "absence_ended", why)
        return True


def _key(act: Act, address: str) -> MatchKey:
    if "@" not in address.strip().strip("@"):
        raise UseError(f"{address} is no e-mail address.")
    return address_key(act.work, address)


def _note_address(act: Act, key: MatchKey, sort: str, why: str) -> None:
    """The reviews whose people have that address keep it in their history; everybody keeps the audit row."""
    for review in act.work.reviews_of_address(key):
        act.note(f"address.{sort}", f"review:{review.id}", sort, why=why, review_id=review.id)


# -- reminders ----------------------------------------------------------------------------------
def hold_reminder(desk: Desk, who: str, name: str, *, why: str) -> ReminderRecord:
    """A reminder is silent until a human releases it. Alarms cannot be held (P7). Held already, nothing changes.

    Raises ``NotFound``, ``UseError``, ``StateFault``.
    """
    said = reason(why, "it is held")
    with at_desk(desk, who) as act:
        reminder = act.work.reminder(name)
        if reminder.state is ReminderState.HELD:
            return reminder
        _may_be_moved(reminder)
        act.work.hold_reminder(reminder.id, f"held by {act.who}")
        _note_reminder(act, reminder, "held", before=reminder.state, after=ReminderState.HELD, why=said)
        return act.work.reminder(reminder.id)


def release_reminder(desk: Desk, who: str, name: str, *, due: datetime | None = None, why: str = "") -> ReminderRecord:
    """A held reminder rings: at its own time, where that is still to come, else at the next opening.

    Raises ``NotFound``, ``StateFault`` where it is not held.
    """
    with at_desk(desk, who) as act:
        reminder = act.work.reminder(name)
        if reminder.state is ReminderState.WAITING and due is None:
            return reminder
        opening = calendar_for(act.policy.clock, act.now).next_opening(act.now)
        act.work.release_reminder(reminder.id, _sane(act, due) if due else max(reminder.due, opening))
        _note_reminder(act, reminder, "released", before=reminder.state, after=ReminderState.WAITING, why=why)
        return act.work.reminder(reminder.id)


def move_reminder(desk: Desk, who: str, name: str, due: datetime, *, why: str) -> ReminderRecord:
    """A reminder rings at another time. Alarms cannot be moved (P7). Raises ``UseError``, ``StateFault``."""
    said = reason(why, "it rings at another time")
    with at_desk(desk, who) as act:
        reminder = act.work.reminder(name)
        _may_be_moved(reminder)
        if reminder.due == _sane(act, due):
            return reminder
        act.work.move_reminder(reminder.id, due, reminder.why)
        _note_reminder(act, reminder, "moved", before=reminder.due.isoformat(), after=due.isoformat(), why=said)
        return act.work.reminder(reminder.id)


def cancel_reminder(desk: Desk, who: str, name: str, *, why: str) -> ReminderRecord:
    """A reminder does not ring: what it was for is done. Alarms cannot be cancelled (P7).

    Raises ``NotFound``, ``UseError``, ``StateFault``.
    """
    said = reason(why, "it is not needed")
    with at_desk(desk, who) as act:
        reminder = act.work.reminder(name)
        if reminder.state is ReminderState.CANCELLED:
            return reminder
        _may_be_moved(reminder)
        if not act.work.cancel_reminders(reminder_id=reminder.id, why=f"cancelled by {act.who}"):
            raise StateFault(f"It is {reminder.state}: it will not ring any more.")
        _note_reminder(act, reminder, "cancelled", before=reminder.state, after=ReminderState.CANCELLED, why=said)
        return act.work.reminder(reminder.id)


def _may_be_moved(reminder: ReminderRecord) -> None:
    if reminder.kind in NEVER_MOVED:
        raise StateFault(f"A {reminder.kind.replace('_', ' ')} goes on until somebody acts: it is not put off.")


def _sane(act: Act, due: datetime) -> datetime:
    if due.tzinfo is None or not act.now < due <= act.now + LONGEST_MOVE:
        raise UseError("Name a time to come, within two years.")
    return due


def _note_reminder(act: Act, reminder: ReminderRecord, sort: str, *, before: str, after: str, why: str) -> None:
    audit, subject = f"reminder.{sort}_by_hand", f"reminder:{reminder.id}"
    if reminder.case_id or reminder.review_id:
        review_id = "" if reminder.case_id else reminder.review_id
        act.note(
            audit,
            subject,
            sort,
            before=str(before),
            after=str(after),
            why=why,
            case_id=reminder.case_id,
            review_id=review_id,
        )
    elif reminder.event_id:
        act.note(audit, f"event:{reminder.event_id}", f"reminder_{sort}", before=str(before), after=str(after), why=why)
    else:
        act.work.audit(audit, subject)
