"""What the acts of the command line share: options, days and times as people write them, and the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailflow.errors import NotFound, UseError

from .app import config_path
from .output import LONDON, me, print_json
from .terminal import harmless

if TYPE_CHECKING:
    from mailflow.bootstrap import House
    from mailflow.flow.ports import Work
    from mailflow.flow.triage import Desk

Who = Annotated[str | None, typer.Option("--as", help="Your name, for the record; else the login name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Version = Annotated[int | None, typer.Option(help="The version that you saw; refused when somebody changed it since.")]
Why = Annotated[str, typer.Option(help="Why, in words; kept sealed.")]
EventName = Annotated[str, typer.Argument(metavar="REFERENCE", help="A reference of the event, HS-7KQ4-M2XD.")]
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A reference of the case.")]
ReviewName = Annotated[str, typer.Argument(metavar="REVIEW", help="The reference of the review.")]
FileName = Annotated[str, typer.Argument(metavar="FILE", help="A reference of a case or of a review.")]
Whose = Annotated[str, typer.Option("--person", help="Whose: an id, or a part of the name.")]

DAY_ALONE = 10
"""Characters of a day alone, 2027-06-30."""


@contextmanager
def desk(context: typer.Context, who: str | None) -> Iterator[tuple[Desk, str]]:
    """The desk of the house that this call uses, and who sits at it."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house:
        yield house.desk, me(who)


@contextmanager
def looking(context: typer.Context, who: str | None) -> Iterator[tuple[House, Work]]:
    """The house and one transaction in which somebody looks, by name."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        yield house, work


def ids_of(work: Work, name: str) -> tuple[str, str]:
    """(case id, review id) of the case or review of that name, one of them empty. ``NotFound``."""
    try:
        return work.case(name).id, ""
    except NotFound:
        pass
    try:
        return "", work.review(name).id
    except NotFound:
        raise NotFound(
            f"There is no case and no review {harmless(name)}; `mailflow cases` and `mailflow review list` have them."
        ) from None


def told(record: Any, sentence: str, as_json: bool) -> None:
    """The record as JSON, or one sentence of what was done."""
    if as_json:
        print_json(record)
    else:
        typer.echo(harmless(f"{sentence}."))


def day_of(written: str, what: str = "day") -> date:
    """A day as people of this house write it, 2027-06-30. ``UseError`` otherwise."""
    try:
        if len(written) != DAY_ALONE:
            raise ValueError(written)
        return date.fromisoformat(written)
    except ValueError:
        raise UseError(f"{harmless(written)} is no {what}: write it as 2027-06-30.") from None


def some_day(written: str, what: str = "day") -> date | None:
    """The same, or ``None`` where nothing is written."""
    return day_of(written, what) if written else None


def moment_of(written: str, hour: int) -> datetime:
    """A time, written in London's, ``2027-06-30 14:30``; a day alone is that full hour of it (24: its end).

    It comes in UTC. ``UseError`` for what is no time, or the first and last days that a calendar can have.
    """
    from mailflow.followup import at_hour

    try:
        if len(written) == DAY_ALONE:
            return at_hour(day_of(written), hour)
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UseError(f"{harmless(written)} is no time: write it as 2027-06-30, or as '2027-06-30 14:30'.") from None
