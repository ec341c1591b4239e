"""``hold`` and ``day``: what keeps the machine silent for a case, a review or a person."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.model.life import DaySort, HoldSort

from .app import app
from .options import AsJson, FileName, Who, Whose, Why, day_of, desk, ids_of, looking, moment_of, some_day, told
from .output import print_json, print_table, when

hold_app = typer.Typer(no_args_is_help=True, help="Holds: nothing automatic leaves while they last.")
app.add_typer(hold_app, name="hold")
day_app = typer.Typer(no_args_is_help=True, help="Days that are kept free of anything automatic.")
app.add_typer(day_app, name="day")

END_OF_DAY = 24
"""A hold until a day lasts through it."""


@hold_app.command("add")
def add_hold(
    context: typer.Context,
    file: FileName,
    sort: Annotated[HoldSort, typer.Argument(help="Why it is held.")],
    person: Whose = "",
    until: Annotated[str, typer.Option(help="The last day, 2027-06-30, or a time in London; else till released.")] = "",
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Hold a case, a review or one person of it: what is queued is cancelled at once. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        end = moment_of(until, END_OF_DAY) if until else None
        done = triage.add_hold(here, name, file, sort, why=why, person=person, until=end)
    told(done, f"{file} is held ({done.sort}) by hold {done.id}", as_json)


@hold_app.command("release")
def release_hold(
    context: typer.Context,
    hold: Annotated[str, typer.Argument(metavar="HOLD", help="Its id; `mailflow hold list` has it.")],
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """End a hold."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.release_hold(here, name, hold, why=why)
    told(done, f"Hold {done.id} ({done.sort}) holds no more", as_json)


@hold_app.command("list")
def list_holds(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="A reference of a case or review; else all.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List the holds that last."""
    with looking(context, who) as (house, work):
        work.audit("holds.listed", "house")
        live = None if every else house.clock.now()
        case_id, review_id = ids_of(work, file) if file else ("", "")
        holds = work.holds(case_id=case_id, review_id=review_id, live=live)
    if as_json:
        print_json(holds)
        return
    print_table(
        f"{len(holds)} holds",
        ["id", "sort", "since", "until", "by", "ended", "why"],
        ((h.id, h.sort, when(h.since), when(h.until), h.by, when(h.ended_at), h.why) for h in holds),
        "Nothing is held.",
    )


@day_app.command("add")
def add_day(
    context: typer.Context,
    file: FileName,
    day: Annotated[str, typer.Argument(metavar="DAY", help="2027-06-30")],
    sort: Annotated[DaySort, typer.Argument(help="What day it is.")],
    until: Annotated[str, typer.Option(help="The last day, where there are several.")] = "",
    yearly: Annotated[bool, typer.Option("--yearly", help="It comes back every year.")] = False,
    note: Annotated[str, typer.Option(help="What else matters; kept sealed.")] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Keep a day, or several, free of anything automatic."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.add_day(here, name, file, day_of(day), sort, until=some_day(until), yearly=yearly, note=note)
    span = f"{done.day} to {done.until} are" if done.until != done.day else f"{done.day} is"
    told(done, f"{file}: {span} kept free{' every year' if done.yearly else ''} ({done.sort})", as_json)


@day_app.command("remove")
def remove_day(
    context: typer.Context,
    day: Annotated[str, typer.Argument(metavar="ID", help="Its id; `mailflow day list` has it.")],
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that a day need not be kept free."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.remove_day(here, name, day, why=why)
    told(done, f"{done.day} ({done.sort}) is kept free no more", as_json)


@day_app.command("list")
def list_days(context: typer.Context, file: FileName, who: Who = None, as_json: AsJson = False) -> None:
    """List the days that are kept free for a case or a review."""
    with looking(context, who) as (_, work):
        case_id, review_id = ids_of(work, file)
        work.audit("days.listed", f"case:{case_id}" if case_id else f"review:{review_id}")
        days = work.days(case_id=case_id, review_id=review_id)
    if as_json:
        print_json(days)
        return
    print_table(
        f"{len(days)} days",
        ["id", "day", "until", "yearly", "sort", "by", "note"],
        ((d.id, d.day, d.until, "yes" if d.yearly else "", d.sort, d.by, d.note) for d in days),
        "No day is kept free.",
    )
