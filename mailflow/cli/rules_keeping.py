"""``rules copy``, ``save``, ``history``, ``roll-back``: rules of one's own, and what they were before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import config_path
from .output import me, print_json, print_table, when
from .rules import AsJson, Profile, rules_app

Who = Annotated[str | None, typer.Option("--as", help="Your name; else the login name.")]


@rules_app.command("copy")
def copy_rules(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    rules: Profile = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Make rules of your own: a copy of the profile to change, with its first saved state."""
    from mailflow.bootstrap.workbench import copy_profile, workbench

    bench = workbench(config_path(context), rules)
    state = copy_profile(bench.folder, folder, me(who), bench.clock.now())
    if as_json:
        print_json({"folder": str(folder), "state": state})
        return
    typer.echo(f"{folder} holds a copy of {bench.folder}; its state {state.number} is saved.")
    typer.echo("To use it, write into the settings file, below [profile]:")
    typer.echo(f'  folder = "{folder.resolve()}"')


@rules_app.command("save")
def save(
    context: typer.Context,
    why: Annotated[str, typer.Argument(help="What you changed, in your words.")] = "",
    rules: Profile = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Keep the rules as they are now, to compare with later and to go back to."""
    from mailflow.bootstrap.workbench import workbench

    state = workbench(config_path(context), rules).save(me(who), why)
    if as_json:
        print_json(state)
        return
    typer.echo(
        f"State {state.number} is saved (rules {state.rules_version}). A running service takes the rules on when"
    )
    typer.echo("it is started again.")


@rules_app.command()
def history(context: typer.Context, rules: Profile = None, as_json: AsJson = False) -> None:
    """List the saved states, newest first."""
    from mailflow.bootstrap.workbench import workbench

    states = workbench(config_path(context), rules).states()
    if as_json:
        print_json(states)
        return
    print_table(
        f"{len(states)} saved states",
        ["state", "saved", "by", "rules", "why"],
        (
            (s.number, when(s.at), s.by, s.rules_version or "with faults", f"{'(aside) ' if s.aside else ''}{s.why}")
            for s in reversed(states)
        ),
        "Nothing was saved yet: mailflow rules save.",
    )


@rules_app.command("roll-back")
def roll_back(
    context: typer.Context,
    state: Annotated[int | None, typer.Argument(help="The state by number; else the last one that was saved.")] = None,
    rules: Profile = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Make the rules what they were; what you had is set aside as a state of its own, so nothing is lost."""
    from mailflow.bootstrap.workbench import workbench

    to, changed = workbench(config_path(context), rules).roll_back(me(who), state)
    if as_json:
        print_json({"state": to, "changed": changed})
        return
    typer.echo(f"The rules are those of state {to.number} again. Changed back:")
    for name in changed:
        typer.echo(f"  {name}")
    typer.echo("What you had is kept: mailflow rules history.")
