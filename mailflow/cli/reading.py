"""``classify`` and ``show``: any bytes, never stopped by a bad file, nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from .app import app, config_path
from .output import print_json_line
from .terminal import bullet, pair, progress, say

Files = Annotated[list[Path], typer.Argument(help="Mails as files (.eml); - for standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Mailbox = Annotated[str, typer.Option("--mailbox", help="The mailbox that it came to; a hint, never a verdict.")]

_MOST_REASONS = 8


@app.command()
def classify(context: typer.Context, files: Files, mailbox: Mailbox = "", as_json: AsJson = False) -> int:
    """Say what each mail is, why, and what would be done about it."""
    from mailflow import bootstrap
    from mailflow.flow.contract import classified
    from mailflow.flow.rehearse import rehearse

    with bootstrap.reading_room(config_path(context)) as room:
        said = _Said()
        for name, raw, fault in said.all(files, "classifying"):
            if fault and not as_json:
                continue
            understood, decision = rehearse(raw, mailbox, room.mind, room.office, room.clock.now())
            result = classified(name, understood, decision)
            if fault:
                result["error"] = fault
            if as_json:
                print_json_line(result)
            else:
                _tell(result)
    return said.exit_code


@app.command()
def show(context: typer.Context, files: Files, mailbox: Mailbox = "", as_json: AsJson = False) -> int:
    """Print each mail as mailflow reads it: structure, texts, attachments, facts, defects.

    For people, passwords and passcodes are dots: a terminal keeps what it showed. ``--json`` has the text whole.
    """
    from mailflow import bootstrap
    from mailflow.flow.contract import shown
    from mailflow.flow.rehearse import understand_whatever

    from .showing import page

    with bootstrap.reading_room(config_path(context)) as room:
        said = _Said()
        for name, raw, fault in said.all(files, "reading"):
            if fault and not as_json:
                continue
            understood = understand_whatever(raw, mailbox, room.mind)
            if as_json:
                result = shown(name, understood.message, understood.report)
                print_json_line(result | {"error": fault} if fault else result)
            else:
                if said.shown > 1:
                    say("\n")
                page(name, raw, understood)
    return said.exit_code


class _Said:
    """Reads the files one after another and remembers how many could be read."""

    def __init__(self) -> None:
        self.shown = 0
        self._missed = 0

    def all(self, files: list[Path], doing: str) -> Iterator[tuple[str, bytes, str | None]]:
        """Each file's name, its bytes, and why there are none."""
        for file in progress(files, doing):
            raw, fault = read_file(file)
            self._missed += fault is not None
            self.shown += fault is None
            yield str(file), raw, fault

    @property
    def exit_code(self) -> int:
        """0: all were read; 1: some were not; 2: none was, the names are wrong."""
        return 0 if not self._missed else 1 if self.shown else 2


def read_file(file: Path) -> tuple[bytes, str | None]:
    """The bytes of a file, and why there are none."""
    try:
        if str(file) == "-":
            return typer.get_binary_stream("stdin").read(), None
        return file.read_bytes(), None
    except OSError as error:
        why = (
            "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or "it cannot be read")
        )
        say(f"mailflow: {file} cannot be read: {why[0].lower()}{why[1:]}.", err=True)
        return b"", f"cannot be read: {why[0].lower()}{why[1:]}"
    except ValueError:  # a NUL in the name
        say(f"mailflow: {file} cannot be read: that is no name of a file.", err=True)
        return b"", "cannot be read: that is no name of a file"


def _tell(result: dict[str, Any]) -> None:
    """A verdict for people."""
    doubt = "  (a human must look)" if result["needs_human"] else ""
    say(f"{result['file']}: {result['kind']}  {result['confidence']:.0%}{doubt}", bold=True)
    pair("flags", ", ".join(result["flags"]))
    for number, reason in enumerate(result["reasons"]):
        pair("why" if number == 0 else "", reason)
    evidence = sorted(result["evidence"], key=lambda one: -abs(one["weight"]))[:_MOST_REASONS]
    for one in evidence:
        quoted = " ".join(one["text"].split())
        quoted = f" “{quoted[:60]}{'…' if len(quoted) > 60 else ''}”" if quoted else ""
        bullet(f"{one['weight']:+.1f} {one['target'].replace('_', ' ')}: {one['says']}{quoted}")
    for number, reason in enumerate(result["decision"]["reasons"]):
        pair("then" if number == 0 else "", reason)
