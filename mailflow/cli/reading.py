"""``classify`` and ``show``: any bytes, never stopped by a bad file, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from .app import app, config_path
from .output import print_json_line

Files = Annotated[list[Path], typer.Argument(help="Mails as files (.eml); - for standard input.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Mailbox = Annotated[str, typer.Option("--mailbox", help="The mailbox that it came to; a hint, never a verdict.")]


@app.command()
def classify(context: typer.Context, files: Files, mailbox: Mailbox = "", as_json: AsJson = False) -> int:
    """Say what each mail is, why, and what would be done about it."""
    from mailflow import bootstrap
    from mailflow.flow.contract import classified
    from mailflow.flow.rehearse import rehearse

    with bootstrap.reading_room(config_path(context)) as room:
        unread = 0
        for file in files:
            raw, fault = _read(file)
            unread += fault is not None
            understood, decision = rehearse(raw, mailbox, room.mind, room.office, room.clock.now())
            result = classified(str(file), understood, decision)
            if fault:
                result["error"] = fault
            if as_json:
                print_json_line(result)
            else:
                _tell(result)
    return 1 if unread else 0


@app.command()
def show(context: typer.Context, files: Files, mailbox: Mailbox = "", as_json: AsJson = False) -> int:
    """Print each mail as mailflow reads it: structure, texts, defects, facts.

    For people, passwords and passcodes are dots: a terminal keeps what it showed. ``--json`` has the text whole.
    """
    from mailflow import bootstrap
    from mailflow.flow.contract import shown
    from mailflow.flow.rehearse import understand_whatever

    with bootstrap.reading_room(config_path(context)) as room:
        unread = 0
        for file in files:
            raw, fault = _read(file)
            unread += fault is not None
            understood = understand_whatever(raw, mailbox, room.mind)
            result = shown(str(file), understood.message, understood.report)
            if fault:
                result["error"] = fault
            if as_json:
                print_json_line(result)
            else:
                hidden = {"text": understood.message.text_without_secrets}
                hidden["subject"] = understood.message.subject_without_secrets
                _show(result | hidden, understood.facts.to_json())
    return 1 if unread else 0


def _read(file: Path) -> tuple[bytes, str | None]:
    """The bytes of a file, and why there are none."""
    try:
        if str(file) == "-":
            return typer.get_binary_stream("stdin").read(), None
        return file.read_bytes(), None
    except OSError as error:
        typer.echo(f"mailflow: {file} cannot be read: {error.strerror}.", err=True)
        return b"", f"cannot be read: {error.strerror}"


def _tell(result: dict[str, Any]) -> None:
    """A verdict for people."""
    doubt = "  (a human must look)" if result["needs_human"] else ""
    typer.secho(f"{result['file']}: {result['kind']}", bold=True, nl=False)
    typer.echo(f"  {result['confidence']:.0%}{doubt}")
    if result["flags"]:
        typer.echo(f"  flags: {', '.join(result['flags'])}")
    for reason in result["reasons"]:
        typer.echo(f"  why:   {reason}")
    for evidence in sorted(result["evidence"], key=lambda e: -abs(e["weight"]))[:8]:
        quoted = " ".join(evidence["text"].split())[:80]
        typer.echo(f"  {evidence['weight']:+5.1f}  {evidence['target']:<16} {evidence['says']}  ({quoted!r})")
    for reason in result["decision"]["reasons"]:
        typer.echo(f"  then:  {reason}")


def _show(result: dict[str, Any], facts: dict[str, Any]) -> None:
    """A mail as mailflow sees it, for people."""
    typer.secho(result["file"], bold=True)
    for name in ("subject", "from", "to", "date", "message_id"):
        value = result[name]
        if isinstance(value, list):
            value = ", ".join(f"{a['name']} <{a['address']}>".strip() for a in value)
        typer.echo(f"  {name + ':':<12} {value}")
    security = result["security"]
    typer.echo(f"  {'channel:':<12} {security['level']}; " + "; ".join(security["reasons"]))
    if result["automatic"]["is"]:
        typer.echo(f"  {'automatic:':<12} {result['automatic']['kind']}: {result['automatic']['why']}")
    for attachment in result["attachments"]:
        read = attachment["note"] or f"{len(attachment['text'] or '')} characters read"
        typer.echo(
            f"  {'attachment:':<12} {attachment['name']} ({attachment['type']}, {attachment['bytes']} bytes): {read}"
        )
    for defect in result["defects"]:
        typer.echo(f"  {'defect:':<12} {defect['code']} {defect['detail']}")
    for region in result["regions"]:
        typer.secho(f"  -- {region['kind']} ", dim=True)
        for line in result["text"][region["start"] : region["end"]].splitlines():
            typer.echo(f"     {line}")
    for name, value in facts.items():
        typer.echo(f"  fact {name}: {value}")
    for reason in security["identity_doubts"]:
        typer.echo(f"  doubt: {reason}")
