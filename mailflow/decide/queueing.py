"""How an event stands in front of a human: how urgent, and what must be done first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from mailflow.model.decision import Context
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import KindPolicy
from mailflow.model.verdict import Verdict
from mailflow.model.words import AutomaticKind, Consent, Flag, Kind, Urgency
from mailflow.syntax.working import LONDON, WorkingCalendar, months_later

UNTRIAGED_HOURS = 8
"""Working hours until somebody must have looked, where the policy of the kind names none."""
RISK_HOURS = 1
"""The same where somebody may come to harm: the alert rings every few minutes anyway (P7)."""

RISK_TASK = "read it now, and take it so that the alert stops"

LANE = frozenset({Kind.BULK, Kind.SPAM})
"""Kinds that may go to the daily lane instead of the queue."""

_LEFT = re.compile(
    r"\bhas(?: now)? left\b|\bhave(?: now)? left\b|\bno longer (?:work|with|employed)"
    r"|\bleft the (?:organisation|company|force|team|council|trust)\b"
    r"|\b(?:mailbox|account) is (?:now )?closed\b|\bhas retired\b"
)

_RAISED = (
    (Flag.IDENTITY_DOUBT, "it is in doubt who wrote it", "check who wrote before anything is done or answered"),
    (Flag.CONSENT_DECLINED, "a wish or permission is withdrawn", "record what was withdrawn"),
    (Flag.BREACH_REPORT, "it tells of personal data in the wrong place", "tell the data protection officer: 72 hours"),
    (Flag.LEGAL_HOLD, "somebody asks that something be kept or disclosed", "hold what it names and take legal advice"),
    (Flag.MISDIRECTED, "it was meant for somebody else", "tell the sender, and delete what should not be here"),
)
"""Flags that lift an event to today, each with why and what to do first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the queue is told."""

    urgency: Urgency
    why: str
    task: str


def sign_of_bereavement(facts: Facts, verdict: Verdict) -> bool:
    """True where anything in the message hints at a bereaved person; such a message is never only counted."""
    hints = (Kind.REFERRAL, Kind.SELF_REFERRAL, Kind.CASE_UPDATE, Kind.OTHER_VICTIM)
    return (
        facts.bereaved_writer
        or bool(facts.family)
        or facts.victim is not None
        or facts.consent is not None
        or verdict.runner_up in hints
        or verdict.has(Flag.CONSENT_DECLINED)
    )


def needs_nobody(message: ParsedMessage, facts: Facts, verdict: Verdict, context: Context, doubt: bool) -> str:
    """Why no human need look at it, in words; empty when one must.

    Only bulk and spam above their own threshold, without a sign of risk or bereavement, and notices of absence
    of people who come back.
    """
    if doubt or verdict.has(Flag.RISK) or verdict.has(Flag.CONSENT_DECLINED):
        return ""
    if verdict.kind in LANE and not sign_of_bereavement(facts, verdict):
        return f"it is {verdict.kind} for sure, without any sign of risk or bereavement: the daily lane is enough"
    if verdict.kind is Kind.AUTO_REPLY and not has_left(message) and not alert_unread(verdict, context):
        return "a machine answered for somebody who will be back; nothing waits on it"
    return ""


def alert_unread(verdict: Verdict, context: Context) -> bool:
    """True where a machine answers an alert or notice of ours: whoever should have read it is away (P7)."""
    return verdict.kind is Kind.AUTO_REPLY and context.our_thread_class in (MailClass.ALERT, MailClass.NOTICE)


def has_left(message: ParsedMessage) -> bool:
    """True for a notice that somebody has left for good: a human must ask who has taken over."""
    return bool(_LEFT.search(f"{message.subject}\n{message.new_text or message.text}".casefold()))


def standing(
    message: ParsedMessage,
    facts: Facts,
    verdict: Verdict,
    line: KindPolicy,
    context: Context,
    doubt: bool,
    unlinked: bool,
    due: datetime,
    now: datetime,
    calendar: WorkingCalendar,
) -> Standing:
    """How a message that a human must see stands in the queue.

    ``unlinked``: it should belong to a case of ours, and a human must say to which. ``due``: until when it
    will have been looked at if all goes well.
    """
    if verdict.has(Flag.RISK):
        return Standing(Urgency.NOW, "somebody may come to harm", RISK_TASK)
    urgency: Urgency = Urgency.LATER if line.urgency is Urgency.NONE else line.urgency
    whys, tasks = [f"the policy for {verdict.kind}"], list[str]()
    if alert_unread(verdict, context):
        urgency, whys = Urgency.TODAY, [*whys, "an alert or notice of ours met an absence"]
        tasks.append("see that somebody else has the alerts")
    for flag, why, task in _RAISED:
        if verdict.has(flag):
            urgency, whys, tasks = _sooner(urgency, Urgency.TODAY), [*whys, why], [*tasks, task]
    if doubt:
        urgency, whys = _sooner(urgency, Urgency.SOON), [*whys, "the machine is not sure what it is"]
        tasks.append("say what it is")
    if verdict.has(Flag.DEADLINE) and _presses(facts, due, now):
        urgency, whys = _sooner(urgency, Urgency.TODAY), [*whys, "a date that it sets is near"]
    tasks += _tasks_of_the_kind(message, facts, verdict, now, calendar)
    if unlinked:
        tasks.append("link it to a case")
    return Standing(urgency, "; ".join(whys), "; ".join(dict.fromkeys(tasks)))


def _sooner(one: Urgency, other: Urgency) -> Urgency:
    return min(one, other, key=lambda urgency: urgency.rank)


def _tasks_of_the_kind(
    message: ParsedMessage, facts: Facts, verdict: Verdict, now: datetime, calendar: WorkingCalendar
) -> Iterator[str]:
    kind = verdict.kind
    if kind is Kind.SECURE_NOTICE:
        passcode = message.automatic.kind is AutomaticKind.PASSCODE
        yield "use the passcode at the portal; do not copy it" if passcode else "collect the message at the portal"
    elif kind is Kind.UNREADABLE:
        yield "ask the sender for it in a form that can be opened"
    elif kind is Kind.REFERRAL and facts.consent is not Consent.GIVEN:
        yield "have the family's agreement confirmed before anybody contacts them"
    elif kind is Kind.RIGHTS_OR_COMPLAINT:
        # UK GDPR Art. 12(3): one month from the day of receipt; a closed day moves it to the next working day.
        due = calendar.add_days(months_later(now.astimezone(LONDON).date(), 1), 0)
        yield f"pass it to the data protection officer or the complaints lead; a rights request is due by {due}"
    elif kind is Kind.MEDIA:
        yield "pass it to the press office"
    elif kind is Kind.AUTO_REPLY and has_left(message):
        yield "ask who has taken over"
    elif kind is Kind.BOUNCE:
        permanent = message.bounce is not None and message.bounce.permanent
        yield "find the right address" if permanent else "see whether the mail arrives after all"


def _presses(facts: Facts, due: datetime, now: datetime) -> bool:
    """True when a date that the sender sets comes no later than the day after we would look, or is only a time."""
    last = due.astimezone(LONDON).date()
    today = now.astimezone(LONDON).date()
    for text in facts.deadlines:
        try:
            day = date.fromisoformat(text[:10])
        except ValueError:
            return True
        if today <= day and (day - last).days <= 1:
            return True
    return False
