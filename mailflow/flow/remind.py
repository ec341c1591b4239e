"""The journey of reminding: every promise is a row with a due time; the clock only rings the bell.

Each turn claims one due reminder and, in a second short transaction, asks whether it is still wanted, queues
the mail that it calls for, and writes when it rings again or that it is done. The mail's key is unique, so
that a crash between the two, or two processes ringing at once, never sends it twice (P2).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mailflow.errors import LeaseLost
from mailflow.model.decision import ReminderKind
from mailflow.model.records import EventRecord, EventState, ReminderClaim, ReminderRecord, ReminderState

from .followups import plan_next, ring_follow_up
from .letters import Office
from .planning import plan_breach, plan_review_clock, plan_rights
from .ports import Clock, Reached, Store, Work, unheard
from .rungs import (
    answer_unsure,
    breach,
    done,
    key_expiry,
    missing,
    remember,
    rights,
    risk_alert,
    stuck_mail,
    to_a_human,
    untriaged,
)
from .rungs_of_life import (
    consent_review,
    first_contact,
    keep_retention_current,
    retention_review,
    review_milestone,
    revisit_offer,
)

ACTOR = "clock"


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
            remember(work, reminding.office, claim.reminder, after, now)
            _plan_next(work, after, reminding.office, now)
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
    """What one reminder does; the reminder as it is afterwards."""
    reminder = claim.reminder
    event = work.event(reminder.event_id) if reminder.event_id else None
    if event is not None:
        return _of_an_event(work, reminder, event, office, now)
    match reminder.kind:
        case ReminderKind.FIRST_CONTACT:
            return first_contact(work, reminder, office, now)
        case ReminderKind.REVISIT_OFFER:
            return revisit_offer(work, reminder, office, now)
        case ReminderKind.CONSENT_REVIEW:
            return consent_review(work, reminder, office, now)
        case ReminderKind.RETENTION_REVIEW:
            return retention_review(work, reminder, office, now)
        case ReminderKind.REVIEW_MILESTONE:
            return review_milestone(work, reminder, office, now)
        case ReminderKind.FOLLOW_UP:
            return ring_follow_up(work, reminder, office, now)
        case ReminderKind.STUCK_MAIL:
            return stuck_mail(work, reminder, office, now)
        case ReminderKind.KEY_EXPIRY:
            return key_expiry(work, reminder, office, now)
        case ReminderKind.ANSWER_UNSURE:
            return answer_unsure(work, reminder, None, office, now)
        case _:
            return done(reminder, "what it was about is no more", now)


def _of_an_event(
    work: Work, reminder: ReminderRecord, event: EventRecord, office: Office, now: datetime
) -> ReminderRecord:
    """Reminders that began with a mail."""
    match reminder.kind:
        case ReminderKind.RISK_ALERT:
            return risk_alert(work, reminder, event, office, now)
        case ReminderKind.UNTRIAGED:
            return untriaged(work, reminder, event, office, now)
        case ReminderKind.MISSING_INFORMATION:
            return missing(work, reminder, event, office, now)
        case ReminderKind.ANSWER_UNSURE:
            return answer_unsure(work, reminder, event, office, now)
        case ReminderKind.RIGHTS_REQUEST:
            return rights(work, reminder, event, office, now)
        case ReminderKind.BREACH_REPORT:
            return breach(work, reminder, event, office, now)
        case _:
            return to_a_human(work, reminder, event, reminder.why, now)


def _plan_next(work: Work, after: ReminderRecord, office: Office, now: datetime) -> None:
    """What follows a promise that was kept: the next day of its clock, the next step of its round."""
    if after.state is not ReminderState.DONE:
        return
    match after.kind:
        case ReminderKind.RIGHTS_REQUEST | ReminderKind.BREACH_REPORT if after.event_id:
            event = work.event(after.event_id)
            if event.state is not EventState.CLOSED:
                plan = plan_rights if after.kind is ReminderKind.RIGHTS_REQUEST else plan_breach
                plan(work, office, event, now)
        case ReminderKind.REVIEW_MILESTONE:
            plan_review_clock(work, office, work.review(after.review_id), now)
        case ReminderKind.FOLLOW_UP:
            plan_next(work, office, after, now)
        case ReminderKind.RETENTION_REVIEW:
            keep_retention_current(work, after, office, now)
        case _:
            pass
