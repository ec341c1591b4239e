"""``history``: what was changed in a file, of an event or a promise: when, by whom, from what to what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import NotFound
from mailflow.model.life import ChangeRecord

from .app import app
from .options import AsJson, Who, looking
from .output import print_json, print_table, when
from .terminal import harmless

if TYPE_CHECKING:
    from mailflow.flow.ports import Work


@app.command()
def history(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A reference of a case, review or event, or the id of a reminder.")
    ],
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List every change of a case, a review, an event or a reminder, oldest first, with its reason."""
    with looking(context, who) as (_, work):
        changes = _changes(work, name)
    if as_json:
        print_json(changes)
        return
    print_table(
        f"{len(changes)} changes",
        ["at", "by", "of", "what", "from", "to", "why"],
        ((when(c.at), c.actor, _short(c.subject), c.act, _short(c.before), _short(c.after), c.why) for c in changes),
        "Nothing was changed.",
    )


def _changes(work: Work, name: str) -> tuple[ChangeRecord, ...]:
    """The history of whatever has that name; audited as a read. A case and the event that opened it share a
    reference, so both are told. ``NotFound``."""
    found: dict[str, ChangeRecord] = {}
    known = False
    for subject, changes in (
        *_of_case(work, name),
        *_of_review(work, name),
        *_of_event(work, name),
        *_of_reminder(work, name),
    ):
        known = True
        work.audit("history.read", subject)
        found |= {change.id: change for change in changes}
    if not known:
        raise NotFound(f"There is no case, review, event or reminder {harmless(name)}.")
    return tuple(sorted(found.values(), key=lambda change: (change.at, change.id)))


Told = tuple[tuple[str, tuple[ChangeRecord, ...]], ...]
"""(subject, its changes); empty where there is none of that name."""


def _of_case(work: Work, name: str) -> Told:
    try:
        case = work.case(name)
    except NotFound:
        return ()
    return ((f"case:{case.id}", work.changes(case_id=case.id)),)


def _of_review(work: Work, name: str) -> Told:
    try:
        review = work.review(name)
    except NotFound:
        return ()
    return ((f"review:{review.id}", work.changes(review_id=review.id)),)


def _of_event(work: Work, name: str) -> Told:
    try:
        subject = f"event:{work.event(name).id}"
    except NotFound:
        return ()
    return ((subject, work.changes(subject=subject)),)


def _of_reminder(work: Work, name: str) -> Told:
    """A reminder of no file keeps its acts with its event; a promise of neither has only the audit trail."""
    try:
        reminder = work.reminder(name)
    except NotFound:
        return ()
    subject = f"reminder:{reminder.id}"
    changes = work.changes(subject=subject)
    if reminder.event_id:
        of_event = work.changes(subject=f"event:{reminder.event_id}")
        changes += tuple(change for change in of_event if change.act.startswith("reminder_"))
    return ((subject, changes),)


def _short(text: str) -> str:
    """Ids are long: their kind and beginning tell them apart on a screen; ``--json`` has them whole."""
    kind, colon, rest = text.partition(":")
    return f"{kind}:{rest[:8]}" if colon and len(rest) > 16 else text
