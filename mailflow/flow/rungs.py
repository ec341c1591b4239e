"""What a reminder says when it rings: one function a kind of promise about an event, each with when it rings again.

Every one asks first whether it is still wanted, then queues at most one mail to each of our own people (or a chaser to
a referrer), and returns the reminder as it is afterwards. Keys are unique, so that a crash between queueing and writing
sends nothing twice (P2). What cannot be done now is said on the row (``gate``), never silently put off (P8, P10).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from mailflow.followup import (
    at_hour,
    breach_due,
    escalation,
    expiry_warnings,
    london_day,
    next_alert,
    rights_clock,
)
from mailflow.model.decision import ReminderKind
from mailflow.model.letter import ClockSort
from mailflow.model.life import ChangeRecord
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseState,
    EventRecord,
    EventState,
    MailState,
    OutboxRecord,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Urgency

from .files import address_key
from .letters import Office, chaser, notice, to_staff
from .planning import is_extended, renew
from .ports import Work
from .waiting import away

ACTOR = "clock"
STOPPED_PAUSE = timedelta(minutes=1)
"""How long a reminder waits while all sending is stopped."""
BREACH_IS_PAST = timedelta(hours=24)
"""Between two notices of a breach whose time is over and that nobody has closed."""
WAIT_AFTER_LAST_CHASER = 2
"""Working days that the referrer has after the last chaser, before a human is told."""


# -- what became of it --------------------------------------------------------------------------
def done(reminder: ReminderRecord, why: str, now: datetime) -> ReminderRecord:
    """It has rung for the last time."""
    return replace(reminder, state=ReminderState.DONE, why=why, rung=reminder.rung + 1, last_rung_at=now, gate="")


def again(reminder: ReminderRecord, now: datetime, due: datetime) -> ReminderRecord:
    """It has rung and rings again."""
    return replace(reminder, rung=reminder.rung + 1, last_rung_at=now, due=due, gate="")


def silent(reminder: ReminderRecord, gate: str, due: datetime) -> ReminderRecord:
    """It does not ring now, and says why; it is asked again at ``due``."""
    return replace(reminder, gate=gate, due=due)


def remember(work: Work, office: Office, before: ReminderRecord, after: ReminderRecord, now: datetime) -> None:
    """A line of its history: that it rang, or why it is silent, once for each reason. Only where it belongs to a case
    or a review, whose key seals the reason."""
    if not (after.case_id or after.review_id):
        return
    rang = after.rung > before.rung
    if not rang and after.gate == before.gate and after.state is before.state:
        return
    work.add_change(
        ChangeRecord(
            id=office.ids.new(),
            subject=f"reminder:{after.id}",
            at=now,
            actor=ACTOR,
            act="rung" if rang else "silent",
            before=str(before.state),
            after=str(after.state),
            why=after.gate or after.why,
            case_id=after.case_id,
            review_id="" if after.case_id else after.review_id,
        )
    )


def to_a_human(work: Work, reminder: ReminderRecord, event: EventRecord, task: str, now: datetime) -> ReminderRecord:
    """Put the event back in front of a human, with what to do."""
    before_a_human(work, event, task)
    return done(reminder, task, now)


def before_a_human(work: Work, event: EventRecord, task: str) -> None:
    """The event stands in the queue again, today at the latest, with what to do."""
    urgency = event.urgency if event.urgency.rank < Urgency.TODAY.rank else Urgency.TODAY
    reopened = EventState.UNTRIAGED if event.state in (EventState.ACCEPTED, EventState.CLOSED) else event.state
    work.save_event(replace(event, task=task, urgency=urgency, state=reopened))


# -- events -------------------------------------------------------------------------------------
def risk_alert(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """Tell the on-call person, again and again, and then the deputy too, until somebody has it (P7).

    The alert goes on whatever it is that was stopped, suppressed or held: it is for our own people.
    """
    if event.state is not EventState.UNTRIAGED:
        return done(reminder, f"{reminder.why}; it is {event.state}", now)
    ringing = next_alert(now, reminder.rung, office.policy.clock)
    receivers = [office.staff.on_call or office.staff.lead]
    if ringing.to_deputy:
        receivers.append(office.staff.deputy)
    for receiver in dict.fromkeys(filter(None, receivers)):
        key = f"alert:{event.id}:{reminder.rung + 1}:{address_key(work, receiver).hash[:12]}"
        work.queue_mail(to_staff(office, event, "alert-risk", receiver, key, MailClass.ALERT, now))
    work.audit("alert.rung", f"event:{event.id}", str(reminder.rung + 1))
    return again(reminder, now, ringing.due)


def untriaged(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """Nobody has looked at an event in its time: tell the lead, then the deputy too, by urgency and working hours,
    and both again each working day."""
    if event.state is not EventState.UNTRIAGED:
        return done(reminder, f"{reminder.why}; it is {event.state}", now)
    clock, calendar = office.policy.clock, office.calendar(now)
    next_day = calendar.add_working_days(now, 1)
    receivers, due = [office.staff.lead], next_day
    urgency = event.urgency if event.urgency is not Urgency.NOW else Urgency.TODAY  # alerts ring by the minute
    if london_day(event.created_at).year in calendar.years:
        who = escalation(urgency, event.created_at, now, clock, calendar)
        if who is not None:
            due = min(who.next_at, next_day) if who.next_at > now else next_day
            receivers += [office.staff.deputy] if "deputy" in who.tell else []
    else:
        receivers.append(office.staff.deputy)
    for receiver in dict.fromkeys(filter(None, receivers)):
        key = f"untriaged:{event.id}:{reminder.rung + 1}"
        key += "" if receiver == office.staff.lead else ":deputy"
        work.queue_mail(to_staff(office, event, "notice-untriaged", receiver, key, MailClass.NOTICE, now))
    return again(reminder, now, due)


def missing(work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime) -> ReminderRecord:
    """Ask the referrer for what is missing, where that is still wanted and still allowed; else a human.

    Only a professional ever gets one: the reminder is planned for nobody else (P5), and the gate of dispatch
    asks again for suppression, stop and caps before anything leaves. Nobody is asked while an answer lies unread,
    while they are away, or while something of the case is held.
    """
    if not event.case_id:
        return done(reminder, "the event belongs to no case any more", now)
    case = work.case(event.case_id)
    if case.state is CaseState.CLOSED or not case.missing:
        return done(reminder, "nothing is missing any more", now)
    if any(not consent.given or consent.withdrawn_at for consent in work.consents(case.id)):
        return done(reminder, "a permission was withdrawn: a human decides", now)
    if work.stopped():
        return silent(reminder, "all sending is stopped", now + STOPPED_PAUSE)
    next_day = office.calendar(now).add_working_days(now, 1)
    if work.holds(case_id=case.id, live=now):
        return silent(reminder, "the case is held", next_day)
    sender = address_key(work, event.sender_address)
    if work.is_suppressed(sender):
        return to_a_human(work, reminder, event, "the referrer's address cannot be written to", now)
    until, gone = away(work, sender, now)
    if gone:
        return to_a_human(work, reminder, event, "the referrer has left: ask who has taken over", now)
    if until is not None:
        return silent(reminder, f"the referrer is away until {london_day(until)}", until)
    if any(other.id != event.id and other.created_at > event.created_at for other in work.untriaged_of([case.id])):
        return silent(reminder, "a later mail of the case lies unread: it may bring what is missing", next_day)
    if reminder.rung:
        return to_a_human(work, reminder, event, "information is still missing after the last chaser: ring", now)
    number, last = int(reminder.key.rpartition(":")[2]), len(office.policy.clock.chaser_working_days)
    work.queue_mail(chaser(work, office, event, case.missing, number, now))
    if number < last:
        return done(reminder, reminder.why, now)
    return again(reminder, now, office.calendar(now).add_working_days(now, WAIT_AFTER_LAST_CHASER))


def answer_unsure(
    work: Work, reminder: ReminderRecord, event: EventRecord | None, office: Office, now: datetime
) -> ReminderRecord:
    """A mail of ours was refused, came back, or may not have arrived: tell the lead."""
    template = "notice-uncertain" if reminder.key.endswith(":uncertain") else "notice-refused"
    key = f"unsure:{reminder.key}"
    if event is None:
        reference = work.review(reminder.review_id).reference if reminder.review_id else ""
        if office.staff.lead:
            work.queue_mail(notice(office, template, office.staff.lead, key, now, about=reminder, reference=reference))
        return done(reminder, reminder.why, now)
    if office.staff.lead:
        work.queue_mail(to_staff(office, event, template, office.staff.lead, key, MailClass.NOTICE, now))
    return to_a_human(work, reminder, event, reminder.why, now)


def rights(work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime) -> ReminderRecord:
    """A day of the clock of a rights request: the lead is told; the next day of it is planned when this one is done."""
    if event.state is EventState.CLOSED:
        return done(reminder, "the request is closed", now)
    calendar, extended = office.calendar(event.created_at), is_extended(work, event.id)
    clock = rights_clock(event.created_at, office.policy.clock, calendar, extended=extended)
    if office.staff.lead:
        key, lead, sort = f"deadline:{reminder.id}", office.staff.lead, ClockSort.RIGHTS_REQUEST
        work.queue_mail(_deadline(office, event, reminder, lead, key, now, sort, due_on=clock.due))
    return done(reminder, reminder.why, now)


def breach(work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime) -> ReminderRecord:
    """A warning of the 72 hours of a breach, nights and weekends too: lead and deputy, since one of them sleeps."""
    if event.state is EventState.CLOSED:
        return done(reminder, "the breach was judged", now)
    due = breach_due(event.created_at, office.policy.clock)
    for place, receiver in enumerate(dict.fromkeys(filter(None, (office.staff.lead, office.staff.deputy)))):
        key = f"deadline:{reminder.id}:{reminder.rung + 1}:{place}"
        row = _deadline(office, event, reminder, receiver, key, now, ClockSort.BREACH_REPORT, due_at=due)
        work.queue_mail(row)
    return again(reminder, now, now + BREACH_IS_PAST) if now >= due else done(reminder, reminder.why, now)


def _deadline(
    office: Office,
    event: EventRecord,
    reminder: ReminderRecord,
    receiver: str,
    key: str,
    now: datetime,
    sort: ClockSort,
    *,
    due_on: date | None = None,
    due_at: datetime | None = None,
) -> OutboxRecord:
    return notice(
        office,
        "notice-deadline",
        receiver,
        key,
        now,
        about=reminder,
        reference=event.reference,
        clock=sort,
        due_on=due_on,
        due_at=due_at,
    )


def plan_stuck(work: Work, office: Office, mail_id: str, now: datetime) -> None:
    """A mail is being set aside: the lead is told at once (P3)."""
    reminder = ReminderRecord(
        id=office.ids.new(),
        kind=ReminderKind.STUCK_MAIL,
        event_id="",
        case_id="",
        key=f"stuck:{mail_id}",
        due=now,
        state=ReminderState.WAITING,
        why="a mail was set aside whole, and nobody has looked at it",
    )
    renew(work, reminder)


def stuck_mail(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A mail was set aside: the lead is told, and again each working day while it lies there (P3)."""
    mail = work.mail(reminder.key.split(":")[1].partition("#")[0])
    if mail.state is not MailState.STUCK:
        return done(reminder, "it was taken in after all", now)
    if office.staff.lead:
        key = f"{reminder.key}:{reminder.rung + 1}"
        work.queue_mail(notice(office, "notice-stuck", office.staff.lead, key, now))
    return again(reminder, now, office.calendar(now).add_working_days(now, 1))


def key_expiry(work: Work, reminder: ReminderRecord, office: Office, now: datetime) -> ReminderRecord:
    """A key or token of ours ends soon (P10). Its last day stands in the key: ``expiry:<name>:<ISO day>``.

    It rings on each warning day that is left, then each working day, until ``expiry`` finds it renewed.
    """
    last_day = date.fromisoformat(reminder.key.partition("#")[0].rpartition(":")[2])
    if office.staff.lead:
        key, lead = f"deadline:{reminder.id}:{reminder.rung + 1}", office.staff.lead
        work.queue_mail(notice(office, "notice-deadline", lead, key, now, clock=ClockSort.KEY_EXPIRY, due_on=last_day))
    clock = office.policy.clock
    ends = at_hour(last_day, clock.opens_hour)
    coming = [warning.at for warning in expiry_warnings(ends, "it", clock) if warning.at > now]
    return again(reminder, now, min(coming, default=office.calendar(now).add_working_days(now, 1)))
