"""``followups``: what would be asked of Chairs until a day, and why, or what holds it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import typer

from mailflow.model.life import ReviewState

from .app import app, config_path
from .output import LONDON, me, print_json, print_table, when

SHOWN_DAYS = 56
"""Days ahead where none is named: eight weeks, the ordinary rhythm of questions."""


@app.command()
def followups(
    context: typer.Context,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day, 2027-06-30; else eight weeks from now.")
    ] = None,
    show_addresses: Annotated[bool, typer.Option("--show-addresses", help="Show to which address, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    who: Annotated[
        str | None, typer.Option("--as", help="Your name, for the audit trail; else the login name.")
    ] = None,
) -> None:
    """Show what would be asked of Chairs, when and why, or everything that holds it back. Sends and changes nothing."""
    from mailflow import bootstrap
    from mailflow.flow.preview import preview

    with bootstrap.house(config_path(context)) as house:
        now = house.clock.now()
        day = until.date() if until is not None else (now.astimezone(LONDON) + timedelta(days=SHOWN_DAYS)).date()
        with house.begin(f"person:{me(who)}") as work:
            work.audit("followups.previewed", "house")
            lines = preview(work, house.office, day, now)
            any_open = bool(work.reviews(states=[ReviewState.OPEN], limit=1))
    if not show_addresses:
        lines = tuple(replace(line, address="") for line in lines)
    if as_json:
        print_json(lines)
        return
    columns = ["review", "stage", "what", "to", "leaves", "why", "held by"]
    print_table(
        f"{len(lines)} until {day.isoformat()}",
        columns,
        (
            (
                line.review,
                line.stage,
                f"{line.what}{' (queued)' if line.queued else ''}",
                f"{line.to} {line.address}".strip(),
                when(line.when) or "not now",
                line.why,
                "; ".join(line.held_by) or "nothing",
            )
            for line in lines
        ),
        "Nothing is due until then." if any_open else "No review is open.",
    )
