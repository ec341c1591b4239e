"""The acts of triage: ``accept``, ``correct``, ``link``, ``assign``, ``take``, ``consent``, ``confirm-address``."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.model.records import EventRecord
from mailflow.model.words import Flag, Kind

from .app import app, config_path
from .output import me, print_json

Name = Annotated[str, typer.Argument(metavar="REFERENCE", help="A reference, HS-7KQ4-M2XD.")]
Who = Annotated[str | None, typer.Option("--as", help="Your name, for the record; else the login name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Version = Annotated[int | None, typer.Option(help="The version that you saw; refused when somebody changed it since.")]


def _say(event: EventRecord, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(event)
    else:
        typer.echo(f"{event.reference} {sentence}.")


@app.command()
def take(context: typer.Context, name: Name, who: Who = None, version: Version = None, as_json: AsJson = False) -> None:
    """Have an event in hand, by name: its risk alerts stop."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        event = triage.take(house.desk, me(who), name, version=version)
    _say(event, f"is taken by {event.taken_by}", as_json)


@app.command()
def accept(
    context: typer.Context, name: Name, who: Who = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Agree with what the machine thinks that an event is."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        event = triage.accept(house.desk, me(who), name, version=version)
    _say(event, f"is accepted as {event.kind}", as_json)


@app.command()
def correct(
    context: typer.Context,
    name: Name,
    kind: Kind,
    flag: Annotated[list[Flag] | None, typer.Option(help="A flag that it carries; may be given again.")] = None,
    no_flags: Annotated[bool, typer.Option("--no-flags", help="It carries no flags at all.")] = False,
    note: Annotated[str, typer.Option(help="Why, in words; kept sealed.")] = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event is of another kind, or carries other flags."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    flags = tuple(flag) if flag else () if no_flags else None
    with bootstrap.house(config_path(context)) as house:
        event = triage.correct(house.desk, me(who), name, kind, flags=flags, note=note, version=version)
    _say(event, f"is corrected to {event.kind}", as_json)


@app.command()
def assign(
    context: typer.Context, name: Name, to: str, who: Who = None, version: Version = None, as_json: AsJson = False
) -> None:
    """Give an event, and its case, to somebody."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        event = triage.assign(house.desk, me(who), name, to, version=version)
    _say(event, f"is assigned to {event.assigned_to}", as_json)


@app.command()
def link(
    context: typer.Context,
    name: Name,
    case: Annotated[str, typer.Argument(metavar="CASE", help="A reference of the case.")],
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say that an event belongs to a case."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        event = triage.link(house.desk, me(who), name, case, version=version)
    _say(event, f"is linked to {case}", as_json)


@app.command()
def consent(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="A reference of the case.")],
    purpose: Annotated[str, typer.Argument(help="referral, contact, share_with_chair, liaise_with_chair …")],
    person: Annotated[str, typer.Option(help="Whose: an id, or a part of the name.")] = "",
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="It is withdrawn: queued mail stops at once.")] = False,
    how: Annotated[str, typer.Option(help="How it was given, in words; kept sealed.")] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Record a permission of a bereaved person, or its withdrawal."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        made = triage.record_consent(house.desk, me(who), case, purpose, person=person, given=not withdrawn, how=how)
    if as_json:
        print_json(made)
    else:
        no_more = not made.given or made.withdrawn_at is not None
        typer.echo(
            f"{case}: permission {purpose} {'withdrawn' if no_more else 'given'}, recorded by {made.recorded_by}."
        )


@app.command("confirm-address")
def confirm_address(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="A reference of the case.")],
    person: Annotated[str, typer.Option(help="Whose: an id, or a part of the name.")] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that you have checked that an address is this person's."""
    from mailflow import bootstrap
    from mailflow.flow import triage

    with bootstrap.house(config_path(context)) as house:
        confirmed = triage.confirm_address(house.desk, me(who), case, person=person)
    if as_json:
        print_json(confirmed)
    else:
        typer.echo(
            f"{case}: the address of {confirmed.role} {confirmed.id} is confirmed by {confirmed.address_confirmed_by}."
        )
