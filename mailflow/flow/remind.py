"""The journey of reminding: every promise is a row with a due time; the clock only rings the bell.

Each turn claims one due reminder and, in a second short transaction, asks whether it is still wanted, queues
the mail that it calls for, and writes when it rings again or that it is done. The mail's key is unique, so
that a crash between the two, or two processes ringing at once, never sends it twice (P2).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mailflow.errors import LeaseLost
from mailflow.model.decision import ReminderKind
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseState,
    EventRecord,
    EventState,
    ReminderClaim,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Urgency

from .files import address_key
from .letters import Office, chaser, to_staff
from .ports import Clock, Reached, Store, Work, unheard

ACTOR = "clock"
STOPPED_PAUSE = timedelta(minutes=1)
"""How long a reminder waits while all sending is stopped."""
WAIT_AFTER_LAST_CHASER = 2
"""Working days that the referrer has after the last chaser, before a human is told."""


@dataclass(frozen=True, slots=True)
class Reminding:
    """What the journey needs."""

    store: Store
    office: Office
    clock: Clock
    owner: str
    lease_seconds: int = 120
    listener: Callable[[ReminderRecord], None] = lambda _: None
    """Told of each reminder that rang, as it is afterwards."""
    reached: Reached = unheard


def ring_one(reminding: Reminding) -> bool:
    """Ring the next due reminder, if there is one; False when there was none."""
    now = reminding.clock.now()
    with reminding.store.begin(ACTOR, now) as work:
        claim = work.claim_reminder(reminding.owner, now, reminding.lease_seconds)
    if claim is None:
        return False
    reminding.reached("remind.claimed")
    try:
        with reminding.store.begin(ACTOR, now) as work:
            after = _ring(work, claim, reminding.office, now)
            work.settle_reminder(claim, after)
            reminding.reached("remind.before_commit")
    except LeaseLost:
        return True
    reminding.reached("remind.settled")
    reminding.listener(after)
    return True


def ring_all(reminding: Reminding, stop: threading.Event) -> int:
    """Ring whatever is due now; how many."""
    rung = 0
    while not stop.is_set() and ring_one(reminding):
        rung += 1
    return rung


def _ring(work: Work, claim: ReminderClaim, office: Office, now: datetime) -> ReminderRecord:
    """What the reminder becomes; the mail that it calls for is queued in the same transaction."""
    reminder = claim.reminder
    event = work.event(reminder.event_id)
    match reminder.kind:
        case ReminderKind.RISK_ALERT:
            return _risk_alert(work, reminder, event, office, now)
        case ReminderKind.UNTRIAGED:
            return _untriaged(work, reminder, event, office, now)
        case ReminderKind.MISSING_INFORMATION:
            return _missing(work, reminder, event, office, now)
        case ReminderKind.ANSWER_UNSURE:
            return _answer_unsure(work, reminder, event, office, now)
        case _:
            return _to_a_human(work, reminder, event, reminder.why, now)


def _risk_alert(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """Tell the on-call person, again and again, and then the deputy too, until somebody has it (P7).

    The alert goes on whatever it is that was stopped, suppressed or held: it is for our own people.
    """
    if event.state is not EventState.UNTRIAGED:
        return _done(reminder, f"{reminder.why}; it is {event.state}", now)
    clock = office.policy.clock
    receivers = [office.staff.on_call or office.staff.lead]
    if reminder.rung >= clock.alert_to_deputy_after:
        receivers.append(office.staff.deputy)
    for receiver in dict.fromkeys(filter(None, receivers)):
        key = f"alert:{event.id}:{reminder.rung + 1}:{address_key(work, receiver).hash[:12]}"
        work.queue_mail(to_staff(office, event, "alert-risk", receiver, key, MailClass.ALERT, now))
    work.audit("alert.rung", f"event:{event.id}", str(reminder.rung + 1))
    return _again(reminder, now, now + timedelta(minutes=clock.alert_minutes))


def _untriaged(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """Nobody has looked at an event in its time: tell the lead, and again each working day."""
    if event.state is not EventState.UNTRIAGED:
        return _done(reminder, f"{reminder.why}; it is {event.state}", now)
    if office.staff.lead:
        key = f"untriaged:{event.id}:{reminder.rung + 1}"
        work.queue_mail(to_staff(office, event, "notice-untriaged", office.staff.lead, key, MailClass.NOTICE, now))
    return _again(reminder, now, office.calendar(now).add_working_days(now, 1))


def _missing(work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime) -> ReminderRecord:
    """Ask the referrer for what is missing, where that is still wanted and still allowed; else a human.

    Only a professional ever gets one: the reminder is planned for nobody else (P5), and the gate of dispatch
    asks again for suppression, stop and caps before anything leaves.
    """
    if not event.case_id:
        return _done(reminder, "the event belongs to no case any more", now)
    case = work.case(event.case_id)
    if case.state is CaseState.CLOSED or not case.missing:
        return _done(reminder, "nothing is missing any more", now)
    if any(not consent.given or consent.withdrawn_at for consent in work.consents(case.id)):
        return _done(reminder, "a permission was withdrawn: a human decides", now)
    if work.stopped():
        return replace(reminder, due=now + STOPPED_PAUSE)
    if work.is_suppressed(address_key(work, event.sender_address)):
        return _to_a_human(work, reminder, event, "the referrer's address cannot be written to", now)
    if reminder.rung:
        return _to_a_human(work, reminder, event, "information is still missing after the last chaser: ring", now)
    number, last = int(reminder.key.rpartition(":")[2]), len(office.policy.clock.chaser_working_days)
    work.queue_mail(chaser(office, event, case.missing, number, now))
    if number < last:
        return _done(reminder, reminder.why, now)
    return _again(reminder, now, office.calendar(now).add_working_days(now, WAIT_AFTER_LAST_CHASER))


def _answer_unsure(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """A mail of ours was refused, or may not have arrived: tell the lead."""
    template = "notice-uncertain" if reminder.key.endswith(":uncertain") else "notice-refused"
    if office.staff.lead:
        row = to_staff(office, event, template, office.staff.lead, f"unsure:{reminder.key}", MailClass.NOTICE, now)
        work.queue_mail(row)
    return _to_a_human(work, reminder, event, reminder.why, now)


def _to_a_human(work: Work, reminder: ReminderRecord, event: EventRecord, task: str, now: datetime) -> ReminderRecord:
    """Put the event back in front of a human, with what to do."""
    urgency = event.urgency if event.urgency.rank < Urgency.TODAY.rank else Urgency.TODAY
    work.save_event(replace(event, task=task, urgency=urgency, state=_reopened(event.state)))
    return _done(reminder, task, now)


def _reopened(state: EventState) -> EventState:
    return EventState.UNTRIAGED if state in (EventState.ACCEPTED, EventState.CLOSED) else state


def _done(reminder: ReminderRecord, why: str, now: datetime) -> ReminderRecord:
    return replace(reminder, state=ReminderState.DONE, why=why, rung=reminder.rung + 1, last_rung_at=now)


def _again(reminder: ReminderRecord, now: datetime, due: datetime) -> ReminderRecord:
    return replace(reminder, rung=reminder.rung + 1, last_rung_at=now, due=due)
