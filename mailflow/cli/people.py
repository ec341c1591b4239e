"""``casework person``, ``group`` and ``safe-contact``: who belongs to a case and how they are reached.

What is said aloud names people by their role and id; ``mailflow case`` shows who they are.
"""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.errors import UseError
from mailflow.model.records import PersonRecord, PersonRole

from .casework import casework_app
from .options import AsJson, CaseName, Who, Whose, Why, desk, told
from .output import print_json
from .terminal import say

person_app = typer.Typer(no_args_is_help=True, help="The people of a case.")
casework_app.add_typer(person_app, name="person")
group_app = typer.Typer(no_args_is_help=True, help="The groups of a family that is split.")
casework_app.add_typer(group_app, name="group")

Person = Annotated[str, typer.Argument(metavar="PERSON", help="An id, or a part of the name.")]
Given = Annotated[str | None, typer.Option(help="As it is right; empty text clears it.")]
Channels = Annotated[
    list[str] | None, typer.Option(help="email, phone, text or post; again for more, 'none' for none of them.")
]
NONE = "none"
"""Clears a list of channels."""


@person_app.command("add")
def add_person(
    context: typer.Context,
    case: CaseName,
    role: Annotated[PersonRole, typer.Argument(help="What they are to the case.")],
    name: Annotated[str, typer.Option(help="Their name.")] = "",
    relationship: Annotated[str, typer.Option(help="To the person who died: mother.")] = "",
    organisation: Annotated[str, typer.Option(help="Whom they work for.")] = "",
    email: Annotated[str, typer.Option(help="Their address; it is unconfirmed.")] = "",
    phone: Annotated[str, typer.Option(help="Their telephone number.")] = "",
    postcode: Annotated[str, typer.Option(help="Where they live.")] = "",
    age: Annotated[int | None, typer.Option(help="In years.")] = None,
    language: Annotated[str, typer.Option(help="en or cy.")] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Add somebody to a case."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.add_person(
            here,
            me,
            case,
            role,
            name=name,
            relationship=relationship,
            organisation=organisation,
            email=email,
            phone=phone,
            postcode=postcode,
            age=age,
            language=language,
        )
    told(done, f"{case}: {done.role} {done.id} belongs to it", as_json)


@person_app.command("correct")
def correct_person(
    context: typer.Context,
    case: CaseName,
    person: Person,
    name: Given = None,
    relationship: Given = None,
    organisation: Given = None,
    email: Given = None,
    phone: Given = None,
    postcode: Given = None,
    age: Annotated[int | None, typer.Option(help="In years.")] = None,
    language: Given = None,
    role: Annotated[PersonRole | None, typer.Option(help="What they are to the case.")] = None,
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Set right what is written of a person; another address is unconfirmed again."""
    from mailflow.flow import triage

    written: dict[str, str | int | None] = {
        "name": name,
        "relationship": relationship,
        "organisation": organisation,
        "email": email,
        "phone": phone,
        "postcode": postcode,
        "age": age,
        "language": language,
        "role": role,
    }
    changes: dict[str, str | int | None] = {key: value for key, value in written.items() if value is not None}
    if not changes:
        raise UseError("Say what is right: --name, --email, --phone …")
    with desk(context, who) as (here, me):
        done = triage.correct_person(here, me, case, person, changes, why=why)
    told(done, f"{case}: {done.role} {done.id} is corrected ({', '.join(changes)})", as_json)


@person_app.command("left")
def person_left(
    context: typer.Context, case: CaseName, person: Person, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that somebody has left a case: their permission carries nothing from now on. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.mark_left(here, me, case, person, why=why)
    told(done, f"{case}: {done.role} {done.id} has left", as_json)


@group_app.command("add")
def add_group(
    context: typer.Context,
    case: CaseName,
    name: Annotated[str, typer.Argument(metavar="NAME", help="mother's side")],
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Add a group of the family, with contacts and wishes of its own."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.add_group(here, me, case, name)
    told(done, f"{case}: the family has group {done.id}", as_json)


@group_app.command("put")
def put_in_group(
    context: typer.Context,
    case: CaseName,
    person: Person,
    group: Annotated[
        str, typer.Argument(metavar="[GROUP]", help="An id or a part of its name; left out: no group.")
    ] = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Put a person into a group of the family, or out of it."""
    from mailflow.flow import triage

    with desk(context, who) as (here, me):
        done = triage.put_in_group(here, me, case, person, group)
    where = f"in group {done.group_id}" if done.group_id else "in no group"
    told(done, f"{case}: {done.role} {done.id} is {where}", as_json)


@casework_app.command("safe-contact")
def safe_contact(
    context: typer.Context,
    case: CaseName,
    person: Whose = "",
    allow: Channels = None,
    refuse: Channels = None,
    hours: Annotated[str | None, typer.Option(help="When, in their words.")] = None,
    display_name: Annotated[
        str | None, typer.Option(help="The name that our mail shows: a key of the profile.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="The subject that it shows: a key of the profile.")] = None,
    readers: Annotated[str | None, typer.Option(help="Who else may read what is sent there.")] = None,
    note: Annotated[str | None, typer.Option(help="What else matters; kept sealed.")] = None,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show how a person may be reached without danger, or record it; what is left out stays."""
    from mailflow.flow import triage

    words = (hours, display_name, subject, readers, note)
    if allow is None and refuse is None and all(word is None for word in words):
        with desk(context, who) as (here, me):
            whose, known = triage.safe_contact(here, me, case, person)
        if as_json:
            print_json(known)
            return
        say(f"{whose.role} {whose.id}: {whose.name}", bold=True)
        say(f"allowed: {', '.join(known.channels) or 'nobody has asked yet'}")
        say(f"refused: {', '.join(known.refused) or 'nothing'}")
        for what in ("hours", "display_name", "subject", "readers", "note"):
            if getattr(known, what):
                say(f"{what.replace('_', ' ')}: {getattr(known, what)}")
        return
    with desk(context, who) as (here, me):
        done = triage.set_safe_contact(
            here,
            me,
            case,
            person,
            channels=_channels(allow),
            refused=_channels(refuse),
            hours=hours,
            display_name=display_name,
            subject=subject,
            readers=readers,
            note=note,
        )
    told(done, f"{case}: how {done.role} {done.id} may be reached is recorded{_what_follows(done)}", as_json)


def _what_follows(person: PersonRecord) -> str:
    """What mailflow will do from now on, where it is less than usual."""
    from mailflow.followup import contact_hours

    contact = person.contact
    assert contact is not None
    if "email" in contact.refused or (contact.channels and "email" not in contact.channels):
        return "; mailflow sends them nothing any more"
    hours = contact_hours(contact.hours)
    if hours is None:
        return "; mailflow cannot read those hours and sends them nothing: write them like 13:00-17:00 if it should"
    return f"; mail leaves for them between {hours[0]}:00 and {hours[1]}:00 only" if contact.hours else ""


def _channels(given: list[str] | None) -> list[str] | None:
    """``none`` alone clears the list."""
    return [] if given == [NONE] else given
