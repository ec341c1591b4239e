"""The journey of sending: claim a due row, ask the gate again, hand it to the courier, write down what came of it.

Four short transactions a mail: claim; gate; ``data_started``, between the accepted recipient and DATA; the end. None is
open while SMTP runs. The line that matters is ``data_started``: before it nothing can have left, and a crash or a lost
connection queues the row again; after it, without an answer, the row is *uncertain* and never resent blindly (P2).

========== ====================================================================================================
Delivered  ``sent``
Deferred   ``deferred``: again after 1 minute, doubling, at most every 4 hours; after two days ``refused``
Refused    ``refused``; the lead is told
Uncertain  ``uncertain``; the lead is told, urgently where a bereaved person waits for the answer
(a fault)  ``deferred``, however long it lasts: something is wrong with us, not with this mail; alarm, and a pause
========== ====================================================================================================

Who is told: the lead by a reminder row in the same transaction (``ANSWER_UNSURE``, key ``<outbox id>:refused``,
``:uncertain`` or ``:cancelled``), the service by a :class:`Notice`. A *notice* of ours that is refused makes no new
reminder: the reminder would make the next notice, and so on for ever.

Points that are named to ``reached``: ``dispatch.claimed``, ``dispatch.recipient_accepted``, ``dispatch.data_started``,
``dispatch.answered``, ``dispatch.recorded``.
"""

from __future__ import annotations

import threading
import time  # noqa: TID251 - the answer of a server is worth waiting for a database that is away for seconds
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from mailflow.errors import CourierFault, LeaseLost, StoreFault
from mailflow.model.decision import ReminderKind
from mailflow.model.outgoing import Deferred, Delivered, MailClass, OutgoingMail, Refused, SendResult, Uncertain
from mailflow.model.records import OutboxClaim, OutboxRecord, OutboxState, ReminderRecord, ReminderState
from mailflow.model.words import Audience

from .gate import Cancel, Gate, Hold, Pass
from .ports import Clock, Courier, Ids, Reached, Store, Work, unheard

ACTOR = "journey:dispatch"

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=2)
"""Since it was queued; a receipt that comes later than that would only confuse."""
LEAST_ATTEMPTS = 5
"""A mail that was held for days (a stop) still gets a quarter of an hour of tries: servers greylist."""
FAULT_RETRY = timedelta(minutes=15)
"""The longest wait of a mail after a fault of ours: once the password is right again, people should not wait hours."""
LATE = timedelta(minutes=15)
"""A mail that is still deferred after so long is an alarm: a receipt was promised within a minute."""

RECORD_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to write down an answer: without it a delivered mail would count as uncertain."""

FIRST_FAULT_PAUSE, LONGEST_FAULT_PAUSE = 5.0, 240.0
"""Seconds without any attempt after a fault, doubling: a wrong password tried for every row locks the account."""
STOP_PAUSE = 30.0
"""Seconds between two looks while all sending is stopped."""
SWEEP_EVERY = timedelta(minutes=1)
"""How often we look for rows that became uncertain because their process ended."""
REST_AFTER = timedelta(seconds=20)
"""The connection is closed when there was nothing to send for so long."""

BEREAVED = frozenset({Audience.BEREAVED, Audience.BEREAVED_AT_RISK})


class Posted(StrEnum):
    """What became of one turn."""

    NOTHING = "nothing"
    """No row is due."""
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    HELD = "held"
    """The gate said: not now."""
    STOPPED = "stopped"
    """All sending is stopped."""
    CANCELLED = "cancelled"
    FAULT = "fault"
    """Something is wrong with us or the server; the row waits."""
    LOST = "lost"
    """Somebody else has taken over the row."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What the service is told of each mail. Names nobody."""

    posted: Posted
    at: datetime
    sentence: str
    row_id: str
    mail_class: MailClass
    alarm: bool = False
    """A person must hear of it now."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What the journey needs."""

    store: Store
    courier: Courier
    gate: Gate
    clock: Clock
    ids: Ids
    owner: str
    lease_seconds: int = 600
    """Longer than the courier's longest attempt (``SmtpSettings.longest_attempt``, 450 s by default)."""
    listener: Callable[[Notice], None] = lambda _: None
    reached: Reached = unheard
    beat: Callable[[], None] = lambda: None
    """Called in each round of ``send_all``, mail or no mail, at least every ``LONGEST_FAULT_PAUSE``: a sign of life."""
    rest: Callable[[float], object] = field(default=time.sleep)
    """Waits so many seconds; only while the database is away."""


def send_one(dispatch: Dispatch) -> Posted:
    """Send the next mail that is due, if there is one. Raises ``StoreFault`` when the database is away."""
    now = dispatch.clock.now()
    with dispatch.store.begin(ACTOR, now) as work:
        claim = work.claim_outbox(dispatch.owner, now, dispatch.lease_seconds)
    if claim is None:
        return Posted.NOTHING
    dispatch.reached("dispatch.claimed")
    try:
        turned_away = _ask_gate(dispatch, claim)
        if turned_away is not None:
            return turned_away
        outcome = _hand_over(dispatch, claim)
        dispatch.reached("dispatch.answered")
        posted = _record(dispatch, claim, outcome)
        dispatch.reached("dispatch.recorded")
    except LeaseLost:
        return Posted.LOST
    return posted


def send_all(
    dispatch: Dispatch, stop: threading.Event, pause_seconds: float, wait: Callable[[float], object] | None = None
) -> None:
    """Send mail after mail until told to stop; rests for ``pause_seconds`` when there is none.

    ``wait`` may end a rest early when there is work (``SqlStore.wait_for_work``), but never the pause after a fault.
    """
    wait = wait or stop.wait
    faults = 0
    busy = next_sweep = dispatch.clock.now()
    try:
        while not stop.is_set():
            now = dispatch.clock.now()
            dispatch.beat()
            if now >= next_sweep:
                tell_of_uncertain(dispatch)
                next_sweep = now + SWEEP_EVERY
            match send_one(dispatch):
                case Posted.NOTHING:
                    if now - busy >= REST_AFTER:
                        dispatch.courier.close()
                        busy = now
                    wait(pause_seconds)
                case Posted.STOPPED:
                    wait(max(STOP_PAUSE, pause_seconds))
                case Posted.FAULT:
                    stop.wait(min(FIRST_FAULT_PAUSE * (1 << min(faults, 10)), LONGEST_FAULT_PAUSE))
                    faults += 1
                case _:
                    busy, faults = now, 0
    finally:
        dispatch.courier.close()


def tell_of_uncertain(dispatch: Dispatch) -> int:
    """Tell the lead of rows that became uncertain because the process that sent them ended, each once; how many."""
    now = dispatch.clock.now()
    with dispatch.store.begin(ACTOR, now) as work:
        rows = [
            row
            for row in work.outbox(states=(OutboxState.UNCERTAIN,))
            if _tell_lead(work, dispatch.ids, row, "uncertain", row.answer, now)
        ]
    for row in rows:
        dispatch.listener(Notice(Posted.UNCERTAIN, now, _urgent(row, row.answer), row.id, row.mail_class, alarm=True))
    return len(rows)


def _ask_gate(dispatch: Dispatch, claim: OutboxClaim) -> Posted | None:
    """``None`` when it may pass; else the row is written as held or cancelled."""
    now, row = dispatch.clock.now(), claim.row
    with dispatch.store.begin(ACTOR, now) as work:
        match dispatch.gate(work, row, now):
            case Pass():
                return None
            case Hold() as hold:
                state = OutboxState.QUEUED if hold.stopped else OutboxState.DEFERRED
                work.settle_outbox(claim, state, hold.why, now, hold.until)
                if hold.tell_key:
                    _remind(work, dispatch.ids, row, hold.tell_key, hold.why, now)
                posted, why, alarm = (Posted.STOPPED if hold.stopped else Posted.HELD), hold.why, hold.alarm
            case Cancel() as cancel:
                work.settle_outbox(claim, OutboxState.CANCELLED, cancel.why, now)
                _tell_lead(work, dispatch.ids, row, "cancelled", cancel.why, now)
                posted, why, alarm = Posted.CANCELLED, cancel.why, row.mail_class is MailClass.ALERT
    dispatch.listener(Notice(posted, now, why, row.id, row.mail_class, alarm))
    return posted


def _hand_over(dispatch: Dispatch, claim: OutboxClaim) -> SendResult | CourierFault:
    """The courier's answer. Whatever else it raises counts by the line of ``data_started``."""
    begun = False

    def data_starts() -> None:
        nonlocal begun
        dispatch.reached("dispatch.recipient_accepted")
        now = dispatch.clock.now()
        with dispatch.store.begin(ACTOR, now) as work:
            work.data_started(claim, now)
        begun = True
        dispatch.reached("dispatch.data_started")

    try:
        return dispatch.courier.send(_outgoing(claim.row), data_starts)
    except LeaseLost:
        raise
    except CourierFault as fault:
        return fault
    except StoreFault:
        return Deferred("the database was away when DATA was about to begin")
    except Exception as error:  # noqa: BLE001 - one mail that breaks the courier must not stop the others (P3)
        broken = f"the courier failed ({type(error).__name__})"
        return Uncertain(f"{broken} after DATA") if begun else Deferred(f"{broken} before DATA")


def _record(dispatch: Dispatch, claim: OutboxClaim, outcome: SendResult | CourierFault) -> Posted:
    """Write down how it ended. A database that is away for a moment is waited for: the answer exists only here."""
    for pause in (*RECORD_PAUSES, None):
        now = dispatch.clock.now()
        try:
            with dispatch.store.begin(ACTOR, now) as work:
                notice = _settle(work, dispatch.ids, claim, outcome, now)
            break
        except StoreFault:
            if pause is None:
                raise
            dispatch.rest(pause)
    dispatch.listener(notice)
    return notice.posted


def _settle(work: Work, ids: Ids, claim: OutboxClaim, outcome: SendResult | CourierFault, now: datetime) -> Notice:
    """The outcome as row and reminder, in one transaction."""
    row = claim.row
    if isinstance(outcome, Deferred) and now - row.created_at >= GIVE_UP_AFTER and row.attempts >= LEAST_ATTEMPTS:
        outcome = Refused(f"given up after {GIVE_UP_AFTER.days} days: {outcome.answer}")
    match outcome:
        case Delivered(answer):
            work.settle_outbox(claim, OutboxState.SENT, answer, now)
            return Notice(Posted.SENT, now, answer, row.id, row.mail_class)
        case Deferred(answer):
            work.settle_outbox(claim, OutboxState.DEFERRED, answer, now, retry_at(row, now))
            late = now - row.created_at >= LATE or row.mail_class is MailClass.ALERT
            return Notice(Posted.DEFERRED, now, answer, row.id, row.mail_class, alarm=late)
        case Refused(answer):
            work.settle_outbox(claim, OutboxState.REFUSED, answer, now)
            _tell_lead(work, ids, row, "refused", answer, now)
            return Notice(Posted.REFUSED, now, answer, row.id, row.mail_class, alarm=_matters(row))
        case Uncertain(answer):
            work.settle_outbox(claim, OutboxState.UNCERTAIN, answer, now)
            _tell_lead(work, ids, row, "uncertain", answer, now)
            return Notice(Posted.UNCERTAIN, now, _urgent(row, answer), row.id, row.mail_class, alarm=_matters(row))
        case CourierFault() as fault:
            work.settle_outbox(claim, OutboxState.DEFERRED, str(fault), now, retry_at(row, now, FAULT_RETRY))
            return Notice(Posted.FAULT, now, str(fault), row.id, row.mail_class, alarm=True)


def retry_at(row: OutboxRecord, now: datetime, longest: timedelta = LONGEST_RETRY) -> datetime:
    """When a deferred row is tried again: doubling, with up to a quarter more, so that a hundred mails that were
    deferred together do not come back together. The quarter is taken from the row's id: it needs no chance."""
    wait = min(FIRST_RETRY * (1 << min(max(row.attempts - 1, 0), 10)), longest)
    spread = int.from_bytes(sha256(f"{row.id}:{row.attempts}".encode()).digest()[:2], "big") / 65_536
    return now + wait * (1 + spread / 4)


def _matters(row: OutboxRecord) -> bool:
    """True where a person must hear at once: somebody bereaved waits, or it was for our own people."""
    return row.audience in BEREAVED or row.mail_class in (MailClass.ALERT, MailClass.NOTICE)


def _urgent(row: OutboxRecord, answer: str) -> str:
    """The reason as the lead reads it."""
    return f"Urgent, a bereaved person may be without an answer: {answer}" if row.audience in BEREAVED else answer


def _tell_lead(work: Work, ids: Ids, row: OutboxRecord, what: str, why: str, now: datetime) -> bool:
    """Plan the reminder that tells the lead; False when it was planned before, or cannot be."""
    return _remind(work, ids, row, f"{row.id}:{what}", f"our {row.mail_class} is {what}: {_urgent(row, why)}", now)


def _remind(work: Work, ids: Ids, row: OutboxRecord, key: str, why: str, now: datetime) -> bool:
    if row.mail_class in (MailClass.NOTICE, MailClass.DIGEST) or not (row.event_id or row.review_id):
        return False
    return work.add_reminder(
        ReminderRecord(
            id=ids.new(),
            kind=ReminderKind.ANSWER_UNSURE,
            event_id=row.event_id,
            case_id=row.case_id,
            key=key,
            due=now,
            state=ReminderState.WAITING,
            why=why,
            review_id=row.review_id,
            person_id=row.person_id,
        )
    )


def _outgoing(row: OutboxRecord) -> OutgoingMail:
    """The row as the courier wants it: the same bytes at every attempt."""
    return OutgoingMail(
        recipient=row.recipient,
        envelope_from=row.envelope_from,
        message_id=row.message_id,
        subject=row.subject,
        text=row.text,
        html=row.html,
        raw=row.raw,
        audience=row.audience,
        mail_class=row.mail_class,
        template=row.template,
        language=row.language,
    )
