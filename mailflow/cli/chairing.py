"""``review chair``, ``change-chair``, ``confirm-address``, ``person``, ``left``: who serves a review."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.errors import UseError
from mailflow.model.life import ReviewRole

from .options import AsJson, ReviewName, Who, Whose, Why, desk, told
from .output import print_json
from .reviewing import review_app

Name = Annotated[str, typer.Option(help="Their name.")]
Organisation = Annotated[str, typer.Option(help="Whom they work for.")]
Email = Annotated[str, typer.Option(help="Their address; it is unconfirmed.")]
Phone = Annotated[str, typer.Option(help="Their telephone number.")]
Language = Annotated[str, typer.Option(help="en or cy.")]
Given = Annotated[str | None, typer.Option(help="As it is right; empty text clears it.")]


@review_app.command("chair")
def name_person(
    context: typer.Context,
    review: ReviewName,
    name: Name = "",
    organisation: Organisation = "",
    email: Email = "",
    phone: Phone = "",
    language: Language = "en",
    role: Annotated[ReviewRole, typer.Option(help="The Chair, or who else serves it.")] = ReviewRole.CHAIR,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say who chairs a review, or serves it otherwise; their address is still to be confirmed."""
    from mailflow.flow import triage

    person = triage.NewPerson(name=name, organisation=organisation, email=email, phone=phone, language=language)
    with desk(context, who) as (here, me):
        done = triage.name_person(here, me, review, role, person)
    told(done, f"{review}: {done.role} {done.id} serves it; the address is not confirmed", as_json)


@review_app.command("change-chair")
def change_chair(
    context: typer.Context,
    review: ReviewName,
    name: Name = "",
    organisation: Organisation = "",
    email: Email = "",
    phone: Phone = "",
    language: Language = "en",
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that the Chair has left, and who follows where that is known; their questions stop. Needs a reason."""
    from mailflow.flow import triage

    person = triage.NewPerson(name=name, organisation=organisation, email=email, phone=phone, language=language)
    known = any((name, organisation, email, phone))
    with desk(context, who) as (here, me):
        done = triage.change_chair(here, me, review, person if known else None, why=why)
    if done is not None:
        told(done, f"{review}: {done.role} {done.id} follows; the address is not confirmed", as_json)
    elif as_json:
        print_json(None)
    else:
        told(None, f"{review}: the Chair has left, and nobody follows yet", as_json)


@review_app.command("confirm-address")
def confirm_chair(
    context: typer.Context, review: ReviewName, person: Whose = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that you have checked that an address is this person's; left out, the Chair's."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.confirm_chair(here, me, review, person=person)
    told(done, f"{review}: the address of {done.role} {done.id} is confirmed by {done.address_confirmed_by}", as_json)


@review_app.command("person")
def correct_review_person(
    context: typer.Context,
    review: ReviewName,
    person: Whose = "",
    name: Given = None,
    organisation: Given = None,
    email: Given = None,
    phone: Given = None,
    language: Given = None,
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Set right what is written of who serves a review; another address is unconfirmed again."""
    from mailflow.flow import triage

    written = {"name": name, "organisation": organisation, "email": email, "phone": phone, "language": language}
    changes = {key: value for key, value in written.items() if value is not None}
    if not changes:
        raise UseError("Say what is right: --name, --organisation, --email, --phone or --language.")
    with desk(context, who) as (here, me):
        done = triage.correct_review_person(here, me, review, person, changes, why=why)
    told(done, f"{review}: {done.role} {done.id} is corrected ({', '.join(changes)})", as_json)


@review_app.command("left")
def end_service(
    context: typer.Context,
    review: ReviewName,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="An id, or a part of the name.")],
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that somebody serves a review no more; a Chair's questions stop. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.end_service(here, me, review, person, why=why)
    told(done, f"{review}: {done.role} {done.id} has left", as_json)
