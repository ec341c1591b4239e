"""The morning digest to the lead: how much there is of what, as numbers and a link (P4, P10).

It is made at the digest hour of each working day, by whichever process hears the bell first: the key ``digest:<day>``
is unique. A morning that was missed is made up for until the office closes, never later and never twice. It goes out
when there is nothing to tell, too: its absence is what must be noticed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from mailflow.followup import DigestItem, at_hour, digest_counts, last_digest, london_day
from mailflow.model.decision import ReminderKind
from mailflow.model.letter import DigestCounts
from mailflow.model.records import EventState, OutboxState, ReminderState
from mailflow.model.words import Urgency

from .letters import Office, notice
from .ports import Clock, Store, Work

ACTOR = "clock"
MOST_EVENTS = 5_000
"""Open events that are counted: a charity with more has other worries than a number in a digest."""

ACTED_ON = frozenset(
    {
        ReminderKind.FIRST_CONTACT,
        ReminderKind.REVISIT_OFFER,
        ReminderKind.REVIEW_MILESTONE,
        ReminderKind.RIGHTS_REQUEST,
        ReminderKind.BREACH_REPORT,
        ReminderKind.CONSENT_REVIEW,
        ReminderKind.RETENTION_REVIEW,
    }
)
"""Promises that a human keeps."""
OTHERS_TURN = frozenset({ReminderKind.FOLLOW_UP, ReminderKind.MISSING_INFORMATION})
"""Promises that wait for a referrer, or a Chair."""


def digest_key(now: datetime) -> str:
    """One a day, however many processes."""
    return f"digest:{london_day(now).isoformat()}"


def make_digest(store: Store, office: Office, clock: Clock) -> bool:
    """Queue today's digest if its hour has come and nobody has queued it; True when this call did."""
    now = clock.now()
    calendar, day = office.calendar(now), london_day(now)
    if not office.staff.lead or not calendar.is_working_day(day):
        return False
    if not at_hour(day, office.policy.clock.digest_hour) <= now < at_hour(day, office.policy.clock.closes_hour):
        return False
    with store.begin(ACTOR, now) as work:
        since = last_digest(at_hour(day, office.policy.clock.digest_hour), office.policy.clock, calendar)
        counted = counts(work, since, now)
        row = notice(office, "digest-morning", office.staff.lead, digest_key(now), now, counts=counted)
        return work.queue_mail(row)


def counts(work: Work, since: datetime, now: datetime) -> DigestCounts:
    """The numbers at ``now``; ``since``: when the last digest was made."""
    house = work.counts()
    unsure = len(work.outbox(states=(OutboxState.UNCERTAIN, OutboxState.REFUSED)))
    alarms = house.mails.get("stuck", 0) + unsure + bool(work.stopped()) + len(_expiring(work, now))
    found = digest_counts(_items(work), alarms, since, now)
    return DigestCounts(
        new=found.new,
        overdue=found.overdue,
        due_today=found.due_today,
        waiting=found.waiting_for_others,
        alarms=found.alarms,
    )


def _items(work: Work) -> Iterator[DigestItem]:
    for event in work.queue(limit=MOST_EVENTS):
        if event.state in (EventState.UNTRIAGED, EventState.TAKEN):
            yield DigestItem(event.created_at, event.triage_due, event.urgency)
    kinds = [str(kind) for kind in (*ACTED_ON, *OTHERS_TURN)]
    for reminder in work.reminders(kinds=kinds, states=[ReminderState.WAITING]):
        others = reminder.kind in OTHERS_TURN
        yield DigestItem(reminder.due, None if others else reminder.due, Urgency.LATER, waits_for_others=others)


def _expiring(work: Work, now: datetime) -> tuple[object, ...]:
    """Keys and tokens of which somebody was warned, or is due to be, and that have not been renewed."""
    waiting = work.reminders(kinds=[ReminderKind.KEY_EXPIRY], states=[ReminderState.WAITING])
    return tuple(one for one in waiting if one.rung or one.due <= now)
