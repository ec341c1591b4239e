"""Acts on what the law gives a time: a rights request that takes longer, a breach that was judged."""

from __future__ import annotations

from mailflow.errors import StateFault
from mailflow.flow.planning import EXTENDED, LIVING, is_extended, plan_rights
from mailflow.followup import calendar_for, rights_clock
from mailflow.model.decision import ReminderKind
from mailflow.model.records import EventRecord

from .desk import Act, Desk, at_desk, event_subject, reason

JUDGED = "breach_judged"
"""The act in an event's history that tells that a human has judged a breach."""
ANSWERED = "rights_answered"


def extend_rights(desk: Desk, who: str, name: str, *, why: str) -> EventRecord:
    """A rights request is complex and takes two months more; the person was told why (UK GDPR Art. 12(3)).

    Only within the first term: afterwards it is too late to tell them. Extended already, nothing changes. Raises
    ``NotFound``, ``UseError`` without a reason, ``StateFault``.
    """
    said = reason(why, "it takes longer, as the person was told")
    with at_desk(desk, who) as act:
        event = act.work.event(name)
        if is_extended(act.work, event.id):
            return event
        _has_clock(act, event, ReminderKind.RIGHTS_REQUEST, "a rights request")
        clock = rights_clock(event.created_at, act.policy.clock, calendar_for(act.policy.clock, event.created_at))
        if act.today > clock.extend_by:
            raise StateFault(
                f"The first month of {event.reference} ended on {clock.extend_by}: it can be extended no more. "
                "Answer it now."
            )
        act.note("rights.extended", event_subject(event), EXTENDED, why=said, case_id=event.case_id)
        plan_rights(act.work, act, event, act.now)
        return event


def rights_answered(desk: Desk, who: str, name: str, *, why: str) -> EventRecord:
    """A rights request was answered: its clock ends. Ended already, nothing changes.

    Raises ``NotFound``, ``UseError`` without a word on how, ``StateFault`` where no clock runs.
    """
    return _ended(desk, who, name, ReminderKind.RIGHTS_REQUEST, ANSWERED, reason(why, "its clock ends"))


def breach_judged(desk: Desk, who: str, name: str, *, reported: bool, why: str) -> EventRecord:
    """A human has judged a breach of personal data: it was reported to the Commissioner, or need not be (Art. 33(1)).

    Its 72 hours end; the judgement is kept, as Art. 33(5) asks, also of one that no machine had seen. Raises
    ``NotFound``, ``UseError`` without a reason.
    """
    said = reason(why, "it was reported" if reported else "it need not be reported")
    outcome = "reported" if reported else "not_reported"
    return _ended(desk, who, name, ReminderKind.BREACH_REPORT, JUDGED, said, after=outcome)


def _ended(desk: Desk, who: str, name: str, kind: ReminderKind, sort: str, why: str, *, after: str = "") -> EventRecord:
    with at_desk(desk, who) as act:
        event = act.work.event(name)
        if any(c.act == sort and c.after == after for c in act.work.changes(subject=event_subject(event))):
            return event
        if kind is ReminderKind.RIGHTS_REQUEST:
            _has_clock(act, event, kind, "a rights request")
        act.work.cancel_reminders(event_id=event.id, kinds=[kind], why=f"settled by {act.who}")
        act.note(f"event.{sort}", event_subject(event), sort, after=after, why=why, case_id=event.case_id)
        return event


def _has_clock(act: Act, event: EventRecord, kind: ReminderKind, what: str) -> None:
    if not act.work.reminders(event_id=event.id, kinds=[kind], states=LIVING):
        raise StateFault(f"{event.reference} has no clock of {what} that runs.")
