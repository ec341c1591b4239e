"""``run``, ``backfill``, ``stop``, ``resume`` and ``health``: the service and its switches."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from .app import app, config_path
from .output import me, print_json, print_json_line

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Who = Annotated[str | None, typer.Option("--as", help="Your name, for the audit trail; else the login name.")]


@app.command()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what there is to do now, then end.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log more.")] = False,
) -> int:
    """Watch the mailboxes, understand, answer, remind; until told to stop (Ctrl-C, SIGTERM)."""
    from mailflow import bootstrap
    from mailflow.observe import set_up_log

    set_up_log(verbose=verbose)
    with bootstrap.house(config_path(context)) as house:
        service = bootstrap.service(house)
        if once:
            service.run_once()
            return 0
        return service.run()


@app.command()
def backfill(
    context: typer.Context,
    since: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Import mail that arrived on or after this day.")
    ],
    mailbox: Annotated[list[str] | None, typer.Option(help="Only this mailbox; may be given again.")] = None,
    as_json: AsJson = False,
) -> int:
    """Import older mail as records. Nothing of it is ever answered, and its reminders start held."""
    from mailflow import bootstrap

    day = since.replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)

    def tell(progress: bootstrap.Progress) -> None:
        if as_json:
            print_json_line(progress)
        else:
            folder = f"/{progress.folder}" if progress.folder else ""
            typer.echo(f"{progress.mailbox}{folder}: {progress.sentence}")

    with bootstrap.house(config_path(context)) as house:
        return 0 if bootstrap.backfill(house, day, mailbox or (), tell, threading.Event()) else 1


@app.command()
def stop(
    context: typer.Context, why: Annotated[str, typer.Argument(help="Why, in words.")] = "by hand", who: Who = None
) -> None:
    """Stop all sending at once. Mail is still received, understood and queued for people."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        work.set_stopped(f"{why} ({me(who)})")
    typer.echo("All sending is stopped. `mailflow resume` lets it go on.")


@app.command()
def resume(context: typer.Context, who: Who = None) -> None:
    """Let sending go on after a stop."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        work.set_stopped("")
    typer.echo("Sending goes on.")


@app.command()
def health(context: typer.Context, as_json: AsJson = False) -> int:
    """Say whether the running service works, from the health file that it writes."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    report = bootstrap.health(load_settings(config_path(context)))
    if as_json:
        print_json(report)
    else:
        for fault in report.faults:
            typer.echo(fault)
        if report.healthy:
            typer.echo("The service works.")
    return 0 if report.healthy else 1
