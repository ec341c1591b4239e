"""``mail`` and ``reminder``: mail of ours whose fate a human knows, addresses, absences, and promises."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.errors import UseError
from mailflow.model.decision import ReminderKind
from mailflow.model.records import ReminderState

from .app import app
from .options import AsJson, Who, Why, desk, ids_of, looking, moment_of, told
from .output import print_json, print_table, when

mail_app = typer.Typer(no_args_is_help=True, help="Mail of ours, and the addresses that it goes to.")
app.add_typer(mail_app, name="mail")
reminder_app = typer.Typer(no_args_is_help=True, help="What is promised: hold, release, move, cancel.")
app.add_typer(reminder_app, name="reminder")

Row = Annotated[str, typer.Argument(metavar="ROW", help="Its id, which may be shortened; `mailflow outbox` has it.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The e-mail address; only its hash is kept.")]
Reminder = Annotated[str, typer.Argument(metavar="REMINDER", help="Its id; `mailflow reminder list` has it.")]
LIVING = (ReminderState.WAITING, ReminderState.HELD)
"""Reminders that may ring yet."""


@mail_app.command("settle")
def settle_mail(
    context: typer.Context,
    row: Row,
    fate: Annotated[
        str, typer.Argument(metavar="FATE", help="sent: it has arrived; refused: it has not; again: send it again.")
    ],
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of an uncertain mail of ours. Needs a reason."""
    from mailflow.flow import triage

    if fate not in tuple(triage.Fate):
        raise UseError(f"Say what became of it: {', '.join(triage.Fate)}.")
    with desk(context, who) as (here, name):
        done = triage.settle_mail(here, name, row, triage.Fate(fate), why=why)
    told(done, f"{done.id[:12]} is {done.state}", as_json)


@mail_app.command("release")
def release_mail(context: typer.Context, row: Row, why: Why = "", who: Who = None, as_json: AsJson = False) -> None:
    """Send an uncertain or refused mail once more: you know that it has not arrived."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.release_mail(here, name, row, why=why)
    told(done, f"{done.id[:12]} will be sent once more", as_json)


@mail_app.command("cancel")
def cancel_mail(
    context: typer.Context,
    row: Row,
    why: Annotated[str, typer.Option(help="Why, in words; kept sealed.")] = "by hand",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Cancel a mail that has not left."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.cancel_mail(here, name, row, why=why)
    told(done, f"{done.id[:12]} is {done.state}", as_json)


@mail_app.command("lift")
def lift_suppression(
    context: typer.Context, address: Address, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that an address may be written to again. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        lifted = triage.lift_suppression(here, name, address, why=why)
    said = "That address may be written to again" if lifted else "That address was not suppressed: nothing has changed"
    told({"lifted": lifted}, said, as_json)


@mail_app.command("back")
def end_absence(
    context: typer.Context, address: Address, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that somebody is back, or never was away."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        ended = triage.end_absence(here, name, address, why=why)
    said = "Questions may go to that address again" if ended else "No absence was noted there: nothing has changed"
    told({"ended": ended}, said, as_json)


@mail_app.command("suppressed")
def list_suppressions(context: typer.Context, who: Who = None, as_json: AsJson = False) -> None:
    """List the addresses that are written to no more: hashes, since when, and why."""
    with looking(context, who) as (_, work):
        work.audit("suppressions.listed", "house")
        listed = work.suppressions()
    if as_json:
        print_json(listed)
        return
    print_table(
        f"{len(listed)} suppressed",
        ["hash", "since", "why"],
        ((one.address_hash[:12], when(one.since), one.why) for one in listed),
        "No address is suppressed.",
    )


@reminder_app.command("hold")
def hold_reminder(
    context: typer.Context, reminder: Reminder, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Keep a reminder silent until somebody releases it; alarms cannot be held. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.hold_reminder(here, name, reminder, why=why)
    told(done, f"The {_kind(done.kind)} {done.id} is held", as_json)


@reminder_app.command("release")
def release_reminder(
    context: typer.Context,
    reminder: Reminder,
    due: Annotated[str, typer.Option(help="When it rings, 2027-06-30 or '2027-06-30 14:30'; else at its time.")] = "",
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Let a held reminder ring."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        at = moment_of(due, here.policy.clock.opens_hour) if due else None
        done = triage.release_reminder(here, name, reminder, due=at, why=why)
    told(done, f"The {_kind(done.kind)} {done.id} is {done.state} for {when(done.due)}", as_json)


@reminder_app.command("move")
def move_reminder(
    context: typer.Context,
    reminder: Reminder,
    due: Annotated[str, typer.Argument(metavar="WHEN", help="2027-06-30, at opening, or '2027-06-30 14:30'.")],
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Let a reminder ring at another time; alarms cannot be moved. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.move_reminder(here, name, reminder, moment_of(due, here.policy.clock.opens_hour), why=why)
    told(done, f"The {_kind(done.kind)} {done.id} is moved to {when(done.due)}", as_json)


@reminder_app.command("cancel")
def cancel_reminder(
    context: typer.Context, reminder: Reminder, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that what a reminder was for is done; alarms cannot be cancelled. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.cancel_reminder(here, name, reminder, why=why)
    told(done, f"The {_kind(done.kind)} {done.id} is {done.state}", as_json)


@reminder_app.command("list")
def list_reminders(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A reference of a case or review; else all.")] = "",
    kind: Annotated[list[ReminderKind] | None, typer.Option(help="Only these; may be given again.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that have rung or are cancelled.")] = False,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List what is promised, by due time, with ids and what keeps it silent."""
    with looking(context, who) as (_, work):
        work.audit("reminders.listed", "house")
        case_id, review_id = ids_of(work, file) if file else ("", "")
        states = () if every else LIVING
        listed = work.reminders(case_id=case_id, review_id=review_id, kinds=kind or (), states=states)
    if as_json:
        print_json(listed)
        return
    print_table(
        f"{len(listed)} reminders",
        ["id", "due", "kind", "state", "why", "silent because"],
        ((r.id, when(r.due), r.kind, r.state, r.why, r.gate) for r in listed),
        "Nothing is promised.",
    )


def _kind(kind: ReminderKind) -> str:
    return f"reminder {kind.replace('_', ' ')}"
