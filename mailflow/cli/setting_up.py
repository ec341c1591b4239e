"""``init``, ``check``, ``keys`` and ``db``: from nothing to a service that can start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mailflow.config import ANNOTATED_TEMPLATE
from mailflow.errors import UseError

from .app import app, config_path
from .output import print_json, print_table

keys_app = typer.Typer(no_args_is_help=True, help="The service key: seals what is stored.")
db_app = typer.Typer(no_args_is_help=True, help="The database: its version, and bringing it up to date.")
app.add_typer(keys_app, name="keys")
app.add_typer(db_app, name="db")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def init(context: typer.Context) -> None:
    """Write an annotated settings file; nothing that is there is overwritten."""
    path = config_path(context)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(ANNOTATED_TEMPLATE)
    except FileExistsError:
        raise UseError(f"{path} is here already and was left as it is.") from None
    path.chmod(0o600)
    typer.echo(f"Wrote {path}. Next: set the servers in it, then")
    typer.echo("  mailflow keys init    makes the service key")
    typer.echo("  mailflow db upgrade   makes the database")
    typer.echo("  mailflow check        tries everything and says all that is wrong")
    typer.echo("  mailflow run          starts the service")


@app.command()
def check(context: typer.Context, as_json: AsJson = False) -> int:
    """Try every mailbox, the SMTP server, the database, keys, rules and templates; say all that is wrong."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    findings = bootstrap.check(load_settings(config_path(context)))
    wrong = [finding for finding in findings if not finding.good]
    if as_json:
        print_json({"good": not wrong, "findings": findings})
    else:
        for finding in findings:
            typer.echo(f"{'ok   ' if finding.good else 'WRONG'}  {finding.part}: {finding.sentence}")
        typer.echo("All is well." if not wrong else f"{len(wrong)} of {len(findings)} things are wrong.")
    return 1 if wrong else 0


@keys_app.command("init")
def keys_init(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option(help="Where to write it; else the file that the settings name.")] = None,
) -> None:
    """Make the service key; a file that is there is never overwritten."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    path = file or load_settings(config_path(context)).keys.file
    bootstrap.make_key(path)
    typer.echo(f"Wrote the service key to {path} (mode 0600). Whoever loses it loses every mail: keep a copy of it,")
    typer.echo("apart from the backups of the database, where only the people who may read the mail can get at it.")


@keys_app.command("rotate")
def keys_rotate(context: typer.Context) -> None:
    """Add a new sealing key and wrap every data key anew with it. Stop running services first."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    count = bootstrap.rotate_key(load_settings(config_path(context)))
    typer.echo(f"A new sealing key is in use; {count} data keys were wrapped anew. Keep a new copy of the key file.")


@keys_app.command("show")
def keys_show(context: typer.Context, as_json: AsJson = False) -> None:
    """List the ids of the keys; never the keys themselves."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    ids = bootstrap.key_ids(load_settings(config_path(context)))
    if as_json:
        print_json(ids)
    else:
        print_table("Keys", ["use", "id"], ids.items(), "There are no keys.")


@db_app.command("upgrade")
def db_upgrade(context: typer.Context) -> None:
    """Make the database, or bring it up to this version of mailflow."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    typer.echo(f"The database is at version {bootstrap.upgrade(load_settings(config_path(context)))}.")


@db_app.command("status")
def db_status(context: typer.Context, as_json: AsJson = False) -> int:
    """Say the version of the database, what is in it, and what is wrong with it."""
    from mailflow import bootstrap
    from mailflow.config import load_settings

    status = bootstrap.database_status(load_settings(config_path(context)))
    if as_json:
        print_json(status)
    else:
        typer.echo(f"Version {status.version or 'none'} (this program brings {status.newest}).")
        if status.counts:
            for what, counts in (
                ("mails", status.counts.mails),
                ("events", status.counts.events),
                ("cases", status.counts.cases),
                ("outbox", status.counts.outbox),
                ("reminders", status.counts.reminders),
            ):
                typer.echo(f"{what}: " + (", ".join(f"{n} {state}" for state, n in sorted(counts.items())) or "none"))
        for fault in status.faults:
            typer.echo(f"WRONG: {fault}")
    return 1 if status.faults else 0
