"""The gate that every mail passes on its way out: the world may have changed since it was queued.

It is asked in a transaction of its own between claim and SMTP, and says ``Pass``, ``Hold`` (ask again) or ``Cancel``.
What it asks, in this order:

1. *The global stop* (``mailflow stop``) holds everything but risk alerts: a stop is for mail to others, and an alert
   that does not reach our own on-call person may cost a life (P7).
2. *The address*: syntax, reserved domains, and ``.cjsm.net`` never but over a configured CJSM route. Else cancelled.
3. *Suppression*: never to an address that has bounced for good, except our own people's.
4. *Permission* (P5): a chaser goes to professionals only, and neither when its case was closed, nor when a permission
   was withdrawn, nor when nothing is missing any more.
5. *Caps* (P6), counted over what has left or may have left, never over what still waits:

   ==================  =========================================  ==================================
   class               to one address                             in all
   ==================  =========================================  ==================================
   receipt, chaser     policy: 5 an hour, 20 a day                policy: 200 an hour, with an alarm
   notice              ``NOTICES_HOUR`` an hour (own people)      not held by the total
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
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import SendingPolicy
from mailflow.model.records import CaseState, MatchKey, OutboxRecord
from mailflow.model.words import Audience

from .files import address_key
from .ports import Work

OWN_PEOPLE = frozenset({MailClass.ALERT, MailClass.NOTICE})
"""Mail to our own staff."""

CHASED = frozenset({Audience.PROFESSIONAL, Audience.REVIEW})
"""Who may get a chaser; nothing automatic goes to a family beyond the first answer (P5)."""

ALERTS_HOUR = 120
"""Alerts to one address in an hour: twenty open risks, each every ten minutes. Against a loop of our own."""

NOTICES_HOUR = 60
"""Notices to one address in an hour, for the same reason."""

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


def make_gate(sending: SendingPolicy, checked: Callable[[str], str]) -> Gate:
    """The gate of the house. ``checked`` raises ``UseError`` for an address that must not be written to
    (``courier.check_recipient`` with the settings' ``test_domains`` and ``cjsm_route``)."""

    def gate(work: Work, row: OutboxRecord, now: datetime) -> Ruling:
        stopped = work.stopped()
        if stopped and row.mail_class is not MailClass.ALERT:
            return Hold(f"all sending is stopped: {stopped}", row.due, stopped=True)
        try:
            checked(row.recipient)
        except UseError as fault:
            return Cancel(str(fault))
        if row.mail_class not in OWN_PEOPLE and work.is_suppressed(_hashed(work, row)):
            return Cancel("the address is suppressed: an earlier mail to it bounced for good")
        not_permitted = _not_permitted(work, row)
        if not_permitted:
            return Cancel(not_permitted)
        return _within_caps(work, row, sending, now)

    return gate


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
