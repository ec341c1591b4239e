"""The gate that every mail passes on its way out: the world may have changed since it was queued.

It is asked in a transaction of its own between claim and SMTP, and says ``Pass``, ``Hold`` (ask again) or ``Cancel``.
What it asks, in this order:

1. *The storm breaker*, then *the global stop* (``mailflow stop``): both hold everything but risk alerts and the notice
   of the stop itself: a stop is for mail to others, and an alert that does not reach our own on-call person may cost a
   life (P7).
2. *The address*: syntax, reserved domains, and ``.cjsm.net`` never but over a configured CJSM route. Else cancelled.
3. *Suppression*: never to an address that has bounced for good, or asked for nothing more, except our own people's.
4. *Safe contact*: never where e-mail is refused or not among what they allowed, only in the hours that they named, and
   not by machine where their words name hours that a machine cannot read (``contact``).
5. *Permission* (P5): a chaser goes to professionals only, and neither when its case was closed, nor when a permission
   was withdrawn, nor when nothing is missing any more. A question to a Chair asks everything again (``followups``).
6. *Time*: nothing leaves for a case that is held or a person who is away; chasers and questions keep quiet hours. A
   receipt never promises an hour that has passed, and a digest never tells of another day: both are taken back.
7. *Caps* (P6), counted over what has left or may have left, never over what still waits:

   ==================  =========================================  ==================================
   class               to one address                             in all
   ==================  =========================================  ==================================
   receipt, chaser     policy: 5 an hour, 20 a day                policy: 200 an hour, with an alarm
   notice, digest      ``NOTICES_HOUR`` an hour (own people)      not held by the total
   alert               ``ALERTS_HOUR`` an hour (own people)       not held by the total
   ==================  =========================================  ==================================

   A storm of receipts must not silence alerts and notices, so these have bounds of their own; they do count
   in the total.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailflow.errors import UseError
from mailflow.followup import london_day, next_sending
from mailflow.model.outgoing import ALARM, OWN_PEOPLE, MailClass
from mailflow.model.policy import SendingPolicy
from mailflow.model.records import CaseState, MatchKey, OutboxRecord
from mailflow.model.words import Audience

from .breaker import trip
from .contact import reach
from .digest import digest_key
from .files import address_key
from .followups import may_leave
from .letters import Office
from .ports import Work
from .waiting import away

CHASED = frozenset({Audience.PROFESSIONAL, Audience.REVIEW})
"""Who may get a chaser; nothing automatic goes to a family beyond the first answer (P5)."""

ALERTS_HOUR = 120
"""Alerts to one address in an hour: twenty open risks, each every ten minutes. Against a loop of our own."""

NOTICES_HOUR = 60
"""Notices to one address in an hour, for the same reason."""

HOLD_PAUSE = timedelta(hours=1)
"""A mail of a case that is held is looked at again then: a human ends the hold when they end it."""

CAP_PAUSE = timedelta(minutes=10)
"""A mail over a cap is looked at again then; the windows are an hour and a day."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Send it."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now; ``until`` is when to ask again. ``alarm``: a person must hear of it."""

    why: str
    until: datetime
    stopped: bool = False
    """All sending is stopped: it stays queued as it was."""
    alarm: bool = False
    tell_key: str = ""
    """Key of the reminder that tells the lead, so that they hear of one address once a day; empty for none."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Never; the lead is told, because somebody will not get an answer."""

    why: str


Ruling = Pass | Hold | Cancel

Gate = Callable[[Work, OutboxRecord, datetime], Ruling]
"""Asked in a fresh transaction before each attempt. Raises nothing but what the store raises."""


def make_gate(sending: SendingPolicy, checked: Callable[[str], str], office: Office | None = None) -> Gate:
    """The gate of the house. ``checked`` raises ``UseError`` for an address that must not be written to
    (``courier.check_recipient`` with the settings' ``test_domains`` and ``cjsm_route``). Without an ``office`` there
    are neither clocks nor a breaker, and no question to a Chair passes."""

    def gate(work: Work, row: OutboxRecord, now: datetime) -> Ruling:
        stopped = trip(work, office, now) if office is not None else work.stopped()
        if stopped and not (row.mail_class is MailClass.ALERT or row.key.startswith(ALARM)):
            return Hold(f"all sending is stopped: {stopped}", row.due, stopped=True)
        try:
            checked(row.recipient)
        except UseError as fault:
            return Cancel(str(fault))
        if row.mail_class not in OWN_PEOPLE and work.is_suppressed(_hashed(work, row)):
            return Cancel("the address is suppressed: an earlier mail to it bounced for good, or none is wanted")
        if row.mail_class not in OWN_PEOPLE and (reached := reach(work, row, now)).why:
            return Cancel(reached.why) if reached.until is None else Hold(reached.why, reached.until)
        not_permitted = _not_permitted(work, row)
        if not_permitted:
            return Cancel(not_permitted)
        if row.mail_class is MailClass.FOLLOW_UP and office is None:
            return Cancel("nobody here can say whether it is permitted")
        waits = _in_time(work, row, office, now) if office is not None else None
        return waits or _within_caps(work, row, sending, now)

    return gate


def _in_time(work: Work, row: OutboxRecord, office: Office, now: datetime) -> Ruling | None:
    """What speaks against this moment; ``None`` for nothing."""
    match row.mail_class:
        case MailClass.FOLLOW_UP:
            leaving = may_leave(work, office, row, now)
            if not leaving.why:
                return None
            return Cancel(leaving.why) if leaving.until is None else Hold(leaving.why, leaving.until)
        case MailClass.CHASER:
            return _chaser_in_time(work, row, office, now)
        case MailClass.RECEIPT if _promises_the_past(work, row, now):
            return Cancel("the hour by which it says that somebody will have read has passed: a human writes instead")
        case MailClass.DIGEST if row.key != digest_key(now):
            return Cancel("it counts another day")
        case _:
            return None


def _chaser_in_time(work: Work, row: OutboxRecord, office: Office, now: datetime) -> Ruling | None:
    held = work.holds(case_id=row.case_id, live=now) if row.case_id else ()
    if held:
        return Hold("the case is held", now + HOLD_PAUSE)
    until, gone = away(work, _hashed(work, row), now)
    if gone:
        return Cancel("the person it goes to has left: a human asks who has taken over")
    if until is not None:
        return Hold(f"the person it goes to is away until {london_day(until)}", until)
    quiet_until = next_sending(now, office.policy.follow_ups, office.calendar(now))
    return Hold("it is outside the hours in which we ask", quiet_until) if quiet_until > now else None


def _promises_the_past(work: Work, row: OutboxRecord, now: datetime) -> bool:
    """True where a receipt would say that a person will read by an hour that is over; it is said in full hours."""
    if not row.event_id:
        return False
    due = work.event(row.event_id).triage_due
    if due is None:
        return False
    promised = due.replace(minute=0, second=0, microsecond=0)
    return now >= (promised if promised == due else promised + timedelta(hours=1))


def _hashed(work: Work, row: OutboxRecord) -> MatchKey:
    """The recipient as the store knows it: in lower case, or ``Jo@`` would pass where ``jo@`` is suppressed."""
    return address_key(work, row.recipient)


def _not_permitted(work: Work, row: OutboxRecord) -> str:
    """Why a chaser must not leave any more; empty when it may, and for every other class."""
    if row.mail_class is not MailClass.CHASER:
        return ""
    if row.audience not in CHASED:
        return "nothing automatic goes to a family beyond the first answer"
    if not row.case_id:
        return ""
    case = work.case(row.case_id)
    if case.state is CaseState.CLOSED:
        return "the case was closed meanwhile"
    if not case.missing:
        return "nothing is missing any more"
    if any(not consent.given or consent.withdrawn_at for consent in work.consents(case.id)):
        return "a permission was withdrawn meanwhile: a human decides"
    return ""


def _within_caps(work: Work, row: OutboxRecord, sending: SendingPolicy, now: datetime) -> Ruling:
    """P6. Two dispatchers see each other's mail in hand, so a cap is never passed, at worst reached a little late."""
    address = _hashed(work, row)
    hour, day, total = work.sent_counts(address, now, besides=row.id)
    then = now + CAP_PAUSE
    if row.mail_class in OWN_PEOPLE:
        bound = ALERTS_HOUR if row.mail_class is MailClass.ALERT else NOTICES_HOUR
        if hour >= bound:
            return Hold(f"{hour} {row.mail_class}s went to this address of ours within the hour", then, alarm=True)
        return Pass()
    if total >= sending.total_hour:
        return Hold(f"{total} mails went out within the hour: more would be a storm", then, alarm=True)
    told = f"capped:{address.hash[:16]}:{now:%Y-%m-%d}"
    if hour >= sending.per_address_hour:
        return Hold(f"{hour} mails went to this address within the hour: more would be a loop", then, tell_key=told)
    if day >= sending.per_address_day:
        return Hold(f"{day} mails went to this address within the day: more would be a loop", then, tell_key=told)
    return Pass()
