"""``casework``: allocate, open, close, reopen a case, contact with its family, and cases that belong together or apart.

``people`` has the people of a case and their groups.
"""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.model.life import Outcome
from mailflow.model.records import CaseState

from .app import app
from .options import AsJson, CaseName, Version, Who, Why, desk, some_day, told

casework_app = typer.Typer(no_args_is_help=True, help="The work of a case, its people, and what belongs together.")
app.add_typer(casework_app, name="casework")


@casework_app.command()
def allocate(
    context: typer.Context,
    case: CaseName,
    to: Annotated[str, typer.Argument(metavar="WORKER", help="The caseworker's name.")],
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Give a case to a caseworker: a new one is open from then on, and its first contact is planned."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.allocate(here, name, case, to, why=why, version=version)
    told(done, f"{done.reference} is allocated to {done.assigned_to} and {done.state}", as_json)


@casework_app.command("open")
def open_case(
    context: typer.Context, case: CaseName, who: Who = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Say that somebody works on a case that was new."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.start(here, name, case, version=version)
    told(done, f"{done.reference} is {done.state}", as_json)


@casework_app.command("close")
def close_case(
    context: typer.Context,
    case: CaseName,
    outcome: Annotated[Outcome, typer.Argument(help="How the work ended.")],
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """End the work of a case; refused with every reason while something of it goes on."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.close_case(here, name, case, outcome, why=why, version=version)
    kept = f", kept until {done.retain_until.isoformat()}" if done.retain_until else ""
    told(done, f"{done.reference} is closed as {done.outcome}{kept}", as_json)


@casework_app.command("reopen")
def reopen_case(
    context: typer.Context,
    case: CaseName,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Go on with the work of a closed case; needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.reopen_case(here, name, case, why=why, version=version)
    now = "open again" if done.state is CaseState.OPEN else f"{done.state}: it was never closed"
    told(done, f"{done.reference} is {now}", as_json)


@casework_app.command()
def contact(
    context: typer.Context,
    case: CaseName,
    on: Annotated[str, typer.Option(help="The day, 2027-06-30; else today.")] = "",
    not_reached: Annotated[bool, typer.Option("--not-reached", help="You tried and did not reach them.")] = False,
    note: Annotated[str, typer.Option(help="What was said, in words; kept sealed.")] = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Record that somebody spoke to the family, or tried to; once they were reached, its reminder ends."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        day = some_day(on)
        done = triage.record_contact(here, name, case, on=day, reached=not not_reached, note=note, version=version)
    what = "an attempt to reach the family" if not_reached else "a contact with the family"
    told(done, f"{done.reference}: {what} is recorded", as_json)


@casework_app.command()
def merge(
    context: typer.Context,
    case: CaseName,
    into: Annotated[str, typer.Argument(metavar="INTO", help="A reference of the case that goes on.")],
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Make two cases of one family one; nothing is deleted, and no permission reaches further. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.merge(here, name, case, into, why=why, version=version)
    told(done, f"{case} is merged into {done.reference}", as_json)


@casework_app.command()
def split(
    context: typer.Context,
    case: CaseName,
    person: Annotated[
        list[str] | None, typer.Option(help="Who goes: an id or a part of a name; again for more.")
    ] = None,
    group: Annotated[str, typer.Option(help="The group of the family that goes: an id or a part of its name.")] = "",
    event: Annotated[list[str] | None, typer.Option(help="A reference of an event that goes; again for more.")] = None,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Make people, a group of the family or events a case of their own. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.split(
            here, name, case, why=why, people=person or (), group=group, events=event or (), version=version
        )
    told(done, f"{done.reference} is split off {case}", as_json)
