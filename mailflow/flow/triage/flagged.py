"""What follows when a human says what an event is, or where it belongs: the clocks of the law, and what holds a case.

The machine does the same when it reads them itself (``decide.clocks``, ``decide.wishes``). A human who corrects a kind
or a flag, or links an event that was only proposed, must not have to remember that a month or 72 hours run from its
receipt, that somebody took back a wish, or that something must be kept.
"""

from __future__ import annotations

from mailflow.flow.planning import plan_breach, plan_retention, plan_rights, stop_for_family
from mailflow.model.decision import ReminderKind
from mailflow.model.life import HoldRecord, HoldSort
from mailflow.model.records import CaseRecord, EventRecord
from mailflow.model.words import Flag, Kind

from .desk import Act

_HOLDS = {
    Flag.CONSENT_DECLINED: (
        HoldSort.MACHINE,
        "a mail of the case tells of a no: settle whose it is, then release this",
    ),
    Flag.LEGAL_HOLD: (HoldSort.LEGAL, "somebody asks that something be kept or disclosed: nothing is destroyed"),
}
"""Flags that hold the case of their event, with the sort of hold and why."""


def begin_clocks(act: Act, was: EventRecord, event: EventRecord) -> None:
    """Clocks run from the receipt of what a human has now called by its name; one that was none ends.

    A breach that was flagged wrongly is judged (``breach_judged``), never dropped: Art. 33(5) wants its reasons kept.
    """
    if event.kind is Kind.RIGHTS_OR_COMPLAINT and was.kind is not Kind.RIGHTS_OR_COMPLAINT:
        plan_rights(act.work, act, event, act.now)
    elif was.kind is Kind.RIGHTS_OR_COMPLAINT and event.kind is not Kind.RIGHTS_OR_COMPLAINT:
        kinds = [ReminderKind.RIGHTS_REQUEST]
        act.work.cancel_reminders(event_id=event.id, kinds=kinds, why=f"corrected to {event.kind} by {act.who}")
    if Flag.BREACH_REPORT in event.flags and Flag.BREACH_REPORT not in was.flags:
        plan_breach(act.work, act, event, act.now)


def hold_case(act: Act, event: EventRecord, case: CaseRecord) -> None:
    """A case waits while an event of it tells of a no that nobody has settled (P5), or of something to be kept."""
    for flag, (sort, why) in _HOLDS.items():
        if flag not in event.flags:
            continue
        if flag is Flag.CONSENT_DECLINED:
            stop_for_family(act.work, act, case.id, "an event of the case tells of a no", act.now)
        if any((h.event_id, h.sort) == (event.id, sort) for h in act.work.holds(case_id=case.id)):
            continue
        hold = HoldRecord(
            act.ids.new(), sort, act.now, f"person:{act.who}", case_id=case.id, why=why, event_id=event.id
        )
        act.work.add_hold(hold)
        act.note("hold.linked", f"case:{case.id}", "hold", after=f"hold:{hold.id}", why=why, case_id=case.id)
        planned = plan_retention(act.work, act, case, act.now)
        if planned != case:
            act.work.save_case(planned)
