"""``triage``, ``rights``, ``breach``: what else a human does about an event, and the clocks of the law."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.errors import UseError
from mailflow.model.life import RelationSort

from .app import app
from .options import AsJson, EventName, Version, Who, Why, desk, moment_of, told
from .output import print_json, when

triage_app = typer.Typer(no_args_is_help=True, help="Events: put off, close, reopen, relate, answer a proposed link.")
app.add_typer(triage_app, name="triage")
rights_app = typer.Typer(no_args_is_help=True, help="Requests about somebody's own data, and their month.")
app.add_typer(rights_app, name="rights")
breach_app = typer.Typer(no_args_is_help=True, help="Breaches of personal data, and their 72 hours.")
app.add_typer(breach_app, name="breach")

Proposed = Annotated[
    str, typer.Argument(metavar="[CASE]", help="The case that was proposed; may be left out where there is one.")
]


@triage_app.command("snooze")
def snooze(
    context: typer.Context,
    event: EventName,
    until: Annotated[str, typer.Argument(metavar="WHEN", help="2027-06-30, at opening, or '2027-06-30 14:30'.")],
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Be reminded of an event at another time; where somebody may come to harm it cannot wait. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        at = moment_of(until, here.policy.clock.opens_hour)
        done = triage.snooze(here, name, event, at, why=why, version=version)
    told(done, f"{done.reference} waits until {when(done.triage_due)}", as_json)


@triage_app.command("close")
def close_event(
    context: typer.Context,
    event: EventName,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event that opens no file needs nobody any more."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.close(here, name, event, why=why, version=version)
    told(done, f"{done.reference} is {done.state}", as_json)


@triage_app.command("reopen")
def reopen_event(
    context: typer.Context,
    event: EventName,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Take up an event again that was put away too soon. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.reopen(here, name, event, why=why, version=version)
    told(done, f"{done.reference} is open again ({done.state})", as_json)


@triage_app.command("relate")
def relate(
    context: typer.Context,
    event: EventName,
    other: Annotated[str, typer.Argument(metavar="EARLIER", help="A reference of the earlier event.")],
    sort: Annotated[RelationSort, typer.Option(help="How it hangs on it.")] = RelationSort.SAME_FAMILY,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event hangs on an earlier one; they are not merged."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done, earlier = triage.relate(here, name, event, other, sort)
    if as_json:
        print_json((done, earlier))
        return
    told(done, f"{done.reference} hangs on {earlier.reference} ({sort})", as_json)


@triage_app.command("accept-link")
def accept_link(
    context: typer.Context,
    event: EventName,
    case: Proposed = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event does belong to a case that the machine proposed."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.accept_link(here, name, event, case, version=version)
    told(done, f"{done.reference} is linked to {case or 'the case that was proposed'}", as_json)


@triage_app.command("refuse-link")
def refuse_link(
    context: typer.Context,
    event: EventName,
    case: Proposed = "",
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event does not belong to a case that the machine proposed."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.refuse_link(here, name, event, case, why=why)
    told(done, f"{done.reference} does not belong to {case or 'the case that was proposed'}", as_json)


@rights_app.command("extend")
def extend_rights(
    context: typer.Context, event: EventName, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Take two months more for a request that is complex; the person was told why. Needs that reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.extend_rights(here, name, event, why=why)
    told(done, f"{done.reference} may take two months more", as_json)


@rights_app.command("answered")
def rights_answered(
    context: typer.Context, event: EventName, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that a request was answered, and how: its clock ends."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.rights_answered(here, name, event, why=why)
    told(done, f"{done.reference} is answered, its clock has ended", as_json)


@breach_app.command("judged")
def breach_judged(
    context: typer.Context,
    event: EventName,
    reported: Annotated[
        bool | None, typer.Option("--reported/--not-reported", help="To the Commissioner, or it need not be.")
    ] = None,
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Record how a breach was judged: its 72 hours end. Needs a reason."""
    from mailflow.flow import triage

    if reported is None:
        raise UseError("Say how it was judged: --reported or --not-reported.")
    with desk(context, who) as (here, name):
        done = triage.breach_judged(here, name, event, reported=reported, why=why)
    told(done, f"{done.reference} is judged: {'reported' if reported else 'need not be reported'}", as_json)
