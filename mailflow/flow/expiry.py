"""Keys and tokens of ours that end: a reminder for each, long before, and again until it is renewed (P10).

The doors say what they hold and when it ends; here that becomes one row an ending, ``expiry:<name>:<last day>``. It
rings on each warning day of the policy (30, 7 and 1 days before), when it has ended, and each working day from then on.
What was renewed, or is held no more, has another last day or none: its row is cancelled. Nobody need tell us.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mailflow.followup import expiry_warnings, london_day
from mailflow.model.decision import ReminderKind
from mailflow.model.records import ReminderRecord, ReminderState
from mailflow.model.security import KeyEnding

from .letters import Office
from .planning import LIVING, renew
from .ports import Clock, Store

ACTOR = "clock"
RENEWED = "it was renewed, or is held no more"
"""Why we cancel a row ourselves; what a human cancelled, for an old key that is kept for old mail, stays so."""


def plan_endings(store: Store, office: Office, clock: Clock, endings: Iterable[KeyEnding]) -> tuple[str, ...]:
    """Plan the warning of each key that ends, and cancel those of keys that were renewed; keys of the rows that stand.

    Asked again, nothing changes. A warning day that has passed is made up for at once, the latest of them alone.
    """
    now = clock.now()
    wanted = {_key(ending): ending for ending in endings}
    with store.begin(ACTOR, now) as work:
        rows = work.reminders(kinds=[ReminderKind.KEY_EXPIRY])
        for reminder in rows:
            if reminder.state in LIVING and _key_of(reminder) not in wanted:
                work.cancel_reminders(reminder_id=reminder.id, why=RENEWED)
        known = {_key_of(one) for one in rows if one.state is not ReminderState.CANCELLED or one.why != RENEWED}
        for key, ending in wanted.items():
            if key not in known:
                renew(work, _reminder(office, key, ending, now))
    return tuple(sorted(wanted))


def _key_of(reminder: ReminderRecord) -> str:
    return reminder.key.partition("#")[0]


def _key(ending: KeyEnding) -> str:
    return f"expiry:{ending.name}:{london_day(ending.ends).isoformat()}"


def _reminder(office: Office, key: str, ending: KeyEnding, now: datetime) -> ReminderRecord:
    warnings = expiry_warnings(ending.ends, ending.what, office.policy.clock)
    first = min(warning.at for warning in warnings)
    return ReminderRecord(
        id=office.ids.new(),
        kind=ReminderKind.KEY_EXPIRY,
        event_id="",
        case_id="",
        key=key,
        due=max(first, now),
        state=ReminderState.WAITING,
        why=f"{ending.what} ends on {london_day(ending.ends).isoformat()}",
    )
