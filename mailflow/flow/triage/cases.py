"""Acts on one case: allocate, open, close, reopen, and the contact that somebody had with the family."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailflow.cases import CASE_STATES, case_may_close, move
from mailflow.errors import StateFault, UseError
from mailflow.flow.files import stop_automatic_mail
from mailflow.flow.planning import (
    follow_ups_as_permitted,
    plan_first_contact,
    plan_follow_up,
    plan_retention,
    plan_revisit,
)
from mailflow.followup import at_hour
from mailflow.model.decision import ReminderKind
from mailflow.model.life import Outcome
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseRecord, CaseState, OutboxState

from .desk import Act, Desk, at_desk, bounded, reason, refuse, same_as_seen

GO_ON_AFTER_CLOSING = frozenset(
    {
        ReminderKind.RETENTION_REVIEW,
        ReminderKind.REVISIT_OFFER,
        ReminderKind.RIGHTS_REQUEST,
        ReminderKind.BREACH_REPORT,
        ReminderKind.RISK_ALERT,
        ReminderKind.ANSWER_UNSURE,
    }
)
"""Reminders that the end of the work does not end: the law's clocks, alarms, and what begins with it."""


def allocate(desk: Desk, who: str, name: str, to: str, *, why: str = "", version: int | None = None) -> CaseRecord:
    """Give a case to a caseworker by name; a new one is open from then on, and its first contact is planned.

    Raises ``NotFound``, ``UseError`` without a name, ``StateFault`` for a closed case.
    """
    worker = to.strip()
    if not worker:
        raise UseError("Say to whom: a name is missing.")
    with at_desk(desk, who) as act:
        case = act.case(name)
        same_as_seen(case, version)
        if case.state is CaseState.CLOSED:
            raise StateFault(
                f"{case.reference} is closed: reopen it first (`mailflow casework reopen {case.reference}`)."
            )
        if case.assigned_to == worker and case.state is CaseState.OPEN:
            return case
        _note(act, case, "allocated", before=case.assigned_to, after=worker, why=bounded(why))
        opened = move(CASE_STATES, case.state, CaseState.OPEN) if case.state is CaseState.NEW else case.state
        plan_first_contact(act.work, act, case, act.now)
        return act.saved(replace(case, assigned_to=worker, state=opened))


def start(desk: Desk, who: str, name: str, *, version: int | None = None) -> CaseRecord:
    """A human works on a case that was new; said again, nothing changes. Raises ``NotFound``, ``StateFault``."""
    with at_desk(desk, who) as act:
        case = act.case(name)
        same_as_seen(case, version)
        if case.state is CaseState.OPEN:
            return case
        if case.state is CaseState.CLOSED:
            raise StateFault(f"{case.reference} is closed: reopen it, with the reason why.")
        _note(act, case, "state", before=case.state, after=CaseState.OPEN)
        plan_first_contact(act.work, act, case, act.now)
        return act.saved(replace(case, state=move(CASE_STATES, case.state, CaseState.OPEN)))


def reasons_against_closing(act: Act, case: CaseRecord) -> tuple[str, ...]:
    """Why a case may not be closed now, in words; empty when it may (DESIGN §8)."""
    mine = [event for event in act.work.untriaged_of([case.id]) if event.case_id == case.id]
    uncertain = [row for row in act.work.outbox_of(case_id=case.id) if row.state is OutboxState.UNCERTAIN]
    return case_may_close(
        case,
        act.work.reviews_of(case.id),
        act.work.holds(case_id=case.id),
        now=act.now,
        untriaged=len(mine),
        uncertain=len(uncertain),
    )


def close_case(
    desk: Desk, who: str, name: str, outcome: Outcome, *, why: str = "", version: int | None = None
) -> CaseRecord:
    """The work of a case has ended so: what is planned of it stops, and until when it is kept is planned.

    Refused with every reason at once while a review that it waits for is open, an event of it unseen, a mail of ours
    uncertain, or somebody in danger. Raises ``NotFound``, ``StateFault``.
    """
    with at_desk(desk, who) as act:
        case = act.case(name)
        same_as_seen(case, version)
        if case.state is CaseState.CLOSED and case.outcome == outcome:
            return case
        refuse(f"{case.reference} cannot be closed", reasons_against_closing(act, case))
        closing = f"the case was closed by {act.who}"
        stop_automatic_mail(act.work, case.id, closing, act.now)
        act.work.cancel_outbox(case_id=case.id, classes=(MailClass.CHASER,), why=closing, now=act.now)
        ending = [kind for kind in ReminderKind if kind not in GO_ON_AFTER_CLOSING]
        act.work.cancel_reminders(case_id=case.id, kinds=ending, why=closing)
        closed = act.saved(
            replace(
                case,
                state=move(CASE_STATES, case.state, CaseState.CLOSED),
                outcome=outcome,
                closed_at=act.now,
            )
        )
        _note(act, case, "state", before=case.state, after=f"closed: {outcome}", why=bounded(why))
        for review in act.work.reviews_of(case.id):
            follow_ups_as_permitted(act.work, act, review, closing, act.now)
        if outcome is Outcome.DECLINED:
            plan_revisit(act.work, act, case.id, "", act.now)
        return act.saved(plan_retention(act.work, act, closed, act.now))


def reopen_case(desk: Desk, who: str, name: str, *, why: str, version: int | None = None) -> CaseRecord:
    """The work of a closed case goes on, and its time of keeping ends. Raises ``NotFound``, ``StateFault``."""
    said = reason(why, "it goes on")
    with at_desk(desk, who) as act:
        case = act.work.case(name)
        if case.merged_into:
            other = act.case(name)
            raise StateFault(f"{case.reference} was merged into {other.reference}: reopen that one, or split it.")
        same_as_seen(case, version)
        if case.state is not CaseState.CLOSED:
            return case
        kinds = [ReminderKind.RETENTION_REVIEW, ReminderKind.REVISIT_OFFER]
        act.work.cancel_reminders(case_id=case.id, kinds=kinds, why=f"the case was reopened by {act.who}")
        _note(act, case, "state", before=f"closed: {case.outcome}", after=CaseState.OPEN, why=said)
        opened = act.saved(
            replace(
                case,
                state=move(CASE_STATES, case.state, CaseState.OPEN),
                outcome="",
                closed_at=None,
                retain_until=None,
            )
        )
        plan_first_contact(act.work, act, opened, act.now)
        for review in act.work.reviews_of(case.id):
            plan_follow_up(act.work, act, review, act.now)
        return opened


def record_contact(
    desk: Desk,
    who: str,
    name: str,
    *,
    on: date | None = None,
    reached: bool = True,
    note: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Somebody spoke to the family on that day (today, where none is named), or tried to and did not reach them.

    The reminder of a first contact ends only when they were reached. Raises ``NotFound``, ``UseError`` for a day to
    come.
    """
    with at_desk(desk, who) as act:
        case = act.case(name)
        same_as_seen(case, version)
        day = on or act.today
        if day > act.today:
            raise UseError(f"{day.isoformat()} is still to come: record a contact when it was.")
        moment = act.now if day == act.today else at_hour(day, act.policy.clock.opens_hour)
        sort = "contact" if reached else "contact_tried"
        _note(act, case, sort, after=day.isoformat(), why=bounded(note))
        if not reached:
            return case
        kinds = [ReminderKind.FIRST_CONTACT]
        act.work.cancel_reminders(case_id=case.id, kinds=kinds, why=f"{act.who} spoke to the family")
        kept = act.saved(replace(case, last_contact_at=max(moment, case.last_contact_at or moment)))
        return act.saved(plan_retention(act.work, act, kept, act.now)) if kept.state is CaseState.CLOSED else kept


def _note(act: Act, case: CaseRecord, sort: str, *, before: str = "", after: str = "", why: str = "") -> None:
    audit = f"case.{sort}"
    act.note(audit, f"case:{case.id}", sort, before=str(before), after=str(after), why=why, case_id=case.id)
