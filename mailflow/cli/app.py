"""The program ``mailflow``: options that all commands share, and errors as sentences with exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from mailflow import __version__
from mailflow.errors import MailflowError

app = typer.Typer(
    name="mailflow",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Receives people's worst news by e-mail and never drops it.",
)

CONFIG_VARIABLE = "MAILFLOW_CONFIG"
DEFAULT_CONFIG = "mailflow.toml"
WRONG_USE: type[Exception] = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
"""What Typer raises for arguments that it cannot take; it has a place of its own in each version of Typer."""


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mailflow {__version__}")
        raise typer.Exit()


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Settings file; else $MAILFLOW_CONFIG, else ./mailflow.toml.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Receives people's worst news by e-mail and never drops it."""
    context.obj = config or Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG))


def config_path(context: typer.Context) -> Path:
    """The settings file that this call uses."""
    return Path(context.find_root().obj)


@cache
def loaded() -> Callable[..., object]:
    """The whole program: the commands are imported, in the order in which a newcomer needs them (it is the order of
    the help), and put together."""
    from . import (  # noqa: I001
        setting_up,  # noqa: F401
        serving,  # noqa: F401
        demo,  # noqa: F401
        reading,  # noqa: F401
        rules,  # noqa: F401
        rules_trying,  # noqa: F401
        rules_keeping,  # noqa: F401
        rules_fitting,  # noqa: F401
        templates,  # noqa: F401
        listing,  # noqa: F401
        acting,  # noqa: F401
        triaging,  # noqa: F401
        casework,  # noqa: F401
        people,  # noqa: F401
        reviewing,  # noqa: F401
        chairing,  # noqa: F401
        followups,  # noqa: F401
        wishing,  # noqa: F401
        holding,  # noqa: F401
        posting,  # noqa: F401
        history,  # noqa: F401
    )

    return typer.main.get_command(app)


def run_program(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    try:
        outcome = loaded()(list(arguments), standalone_mode=False)
    except MailflowError as error:
        typer.echo(f"mailflow: {error}", err=True)
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("mailflow: stopped.", err=True)
        return 130
    except WRONG_USE as error:
        error.show(sys.stderr)  # type: ignore[attr-defined]
        return int(error.exit_code)  # type: ignore[attr-defined]
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return outcome if isinstance(outcome, int) else 0
