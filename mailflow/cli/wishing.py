"""``wish``: permissions with all that belongs to them, what a machine read, and the ledger that shows it all."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app
from .options import AsJson, CaseName, Who, Whose, desk, some_day, told
from .output import print_json
from .terminal import say

wish_app = typer.Typer(no_args_is_help=True, help="What a family permits, and what it does not.")
app.add_typer(wish_app, name="wish")

Purpose = Annotated[
    str, typer.Argument(metavar="PURPOSE", help="contact, liaise_with_chair …; to withdraw also 'all'.")
]
How = Annotated[str, typer.Option(help="How it was said, in words; kept sealed.")]
To = Annotated[str, typer.Option("--to", help="To whom it was said; kept sealed.")]
On = Annotated[str, typer.Option(help="The day on which it was said, 2027-06-30.")]
Scope = Annotated[str, typer.Option(help="What it covers, where it is not everything; kept sealed.")]
Condition = Annotated[str, typer.Option(help="What must be so first; kept sealed. It permits nothing until then.")]
AskAgain = Annotated[str, typer.Option("--ask-again", help="The day on which it is asked again.")]
Ends = Annotated[str, typer.Option("--ends", help="The last day.")]


@wish_app.command("record")
def record_wish(
    context: typer.Context,
    case: CaseName,
    purpose: Purpose,
    person: Whose = "",
    refused: Annotated[bool, typer.Option("--no", help="It is a no: queued mail stops at once.")] = False,
    how: How = "",
    given_to: To = "",
    on: On = "",
    scope: Scope = "",
    condition: Condition = "",
    review_on: AskAgain = "",
    ends_on: Ends = "",
    event: Annotated[str, typer.Option(help="The id of the event that tells of it.")] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Record what a person permits, or that they do not."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.record_consent(
            here,
            name,
            case,
            purpose,
            person=person,
            given=not refused,
            how=how,
            given_to=given_to,
            given_on=some_day(on),
            scope=scope,
            condition=condition,
            review_on=some_day(review_on),
            ends_on=some_day(ends_on),
            event_id=event,
        )
    until = f" until {done.ends_on.isoformat()}" if done.given and done.ends_on is not None else ""
    told(done, f"{case}: {purpose} is {_word(done.given, done.withdrawn_at)}{until}, record {done.id}", as_json)


@wish_app.command("withdraw")
def withdraw_wish(
    context: typer.Context,
    case: CaseName,
    purpose: Purpose,
    person: Whose = "",
    how: How = "",
    on: On = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Record that a person takes a permission back ('all': every one); what is queued on it stops at once."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.withdraw_consent(here, name, case, purpose, person=person, how=how, on=some_day(on))
    told(done, f"{case}: {', '.join(one.purpose for one in done)} is permitted no more", as_json)


@wish_app.command("confirm")
def confirm_wish(
    context: typer.Context,
    case: CaseName,
    record: Annotated[str, typer.Argument(metavar="RECORD", help="Its id; `mailflow wish list` has it.")],
    said: Annotated[
        bool | None, typer.Option("--yes/--no", help="What they really said; left out, it is as it was read.")
    ] = None,
    how: How = "",
    given_to: To = "",
    on: On = "",
    scope: Scope = "",
    condition: Condition = "",
    review_on: AskAgain = "",
    ends_on: Ends = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Settle a wish that a machine read: it is so, or it is the other way round."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.settle_wish(
            here,
            name,
            case,
            record,
            given=said,
            how=how,
            given_to=given_to,
            given_on=some_day(on),
            scope=scope,
            condition=condition,
            review_on=some_day(review_on),
            ends_on=some_day(ends_on),
        )
    told(done, f"{case}: {done.purpose} is {_word(done.given, done.withdrawn_at)}, record {done.id}", as_json)


@wish_app.command("list")
def list_wishes(context: typer.Context, case: CaseName, who: Who = None, as_json: AsJson = False) -> None:
    """Show all permissions of a case as they stand today, and what does not agree."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        ledger = triage.ledger(here, name, case)
    if as_json:
        print_json(ledger)
        return
    asked = "may be asked" if ledger.may_ask_chair else "may not be asked"
    say(f"{ledger.case.reference}: a Chair {asked}: {ledger.why}", bold=True)
    for line in ledger.lines:
        whose = f"{line.person.role} {line.person.id} {line.person.name}" if line.person else "nobody of the case"
        say(f"{line.purpose}, {whose}: {line.permission.state}: {line.permission.why}")
        for record in line.records:
            by = "read by the machine" if record.read_by_machine else f"recorded by {record.recorded_by}"
            say(f"  {record.id}: {_word(record.given, record.withdrawn_at)}, {by} {record.recorded_at.date()}")
    for conflict in ledger.conflicts:
        say(f"to settle: {conflict.says}")


def _word(given: bool, withdrawn_at: object) -> str:
    """What a record says now."""
    if given and withdrawn_at is None:
        return "permitted"
    return "taken back" if given else "not permitted"
