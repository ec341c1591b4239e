"""Tables for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import getpass
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from .terminal import harmless

LONDON = ZoneInfo("Europe/London")
HIDDEN = frozenset({"raw"})
"""Fields that no listing prints: whole mails."""


def plain(value: Any) -> Any:
    """A record as JSON values: dates as ISO 8601 with zone, words as text, bytes never."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name not in HIDDEN}
    if isinstance(value, date):  # moments are dates too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    return value


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_json_line(value: Any) -> None:
    """One JSON object on one line; whatever a mail held, the line is valid UTF-8."""
    text = json.dumps(plain(value), ensure_ascii=False)
    typer.echo(text.encode("utf-8", "replace").decode("utf-8"))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table, or the sentence ``empty`` when there is nothing in it; what mails hold is made harmless."""
    listed = [[harmless(str(cell)) for cell in row] for row in rows]
    if not listed:
        typer.echo(empty)
        return
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in listed:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    Console(soft_wrap=False, highlight=False).print(table)


def when(moment: datetime | None) -> str:
    """A time for people: London, to the minute."""
    return moment.astimezone(LONDON).strftime("%d %b %H:%M") if moment else ""


def me(name: str | None) -> str:
    """Who acts: the name given, else the login name."""
    return name or os.environ.get("MAILFLOW_USER") or getpass.getuser()
