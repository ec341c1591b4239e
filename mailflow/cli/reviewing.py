"""``review``: statutory reviews from opening to closing, and what a reply says of their progress.

``chairing`` has the people who serve one.
"""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.errors import UseError
from mailflow.model.life import ReviewForm, ReviewRecord, ReviewState
from mailflow.model.views import ReviewView
from mailflow.model.words import ReviewStage

from .app import app
from .options import AsJson, CaseName, ReviewName, Version, Who, Why, day_of, desk, looking, some_day, told
from .output import print_json, print_table, when
from .terminal import say

review_app = typer.Typer(no_args_is_help=True, help="The statutory reviews that cases wait for.")
app.add_typer(review_app, name="review")

Months = Annotated[int, typer.Option(help="Months that the guidance gives; 0: those of the policy.")]
ProposalId = Annotated[str, typer.Argument(metavar="PROPOSAL", help="Its id; `mailflow review show` has it.")]
Correction = Annotated[bool, typer.Option("--correction", help="The present entry is wrong; needs a reason.")]


@review_app.command("open")
def open_review(
    context: typer.Context,
    case: CaseName,
    form: Annotated[ReviewForm, typer.Option(help="Which review it is.")] = ReviewForm.DHR,
    partnership: Annotated[str, typer.Option(help="The partnership or board; kept sealed.")] = "",
    their_reference: Annotated[str, typer.Option(help="Their own reference; kept sealed.")] = "",
    decided: Annotated[str, typer.Option(help="The day of their decision, 2027-06-30.")] = "",
    months: Months = 0,
    stage: Annotated[ReviewStage | None, typer.Option(help="How far it is already.")] = None,
    why: Why = "",
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Open a review that a case waits for: the case cannot be closed before it."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.open_review(
            here,
            name,
            case,
            form,
            partnership=partnership,
            their_reference=their_reference,
            decided_on=some_day(decided),
            months=months,
            stage=stage,
            why=why,
        )
    told(done, f"{done.reference} is open: {case} waits for it", as_json)


@review_app.command("link")
def link_review(
    context: typer.Context, review: ReviewName, case: CaseName, who: Who = None, as_json: AsJson = False
) -> None:
    """Say that another case waits for a review too."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.link_review(here, name, review, case)
    told(done, f"{case} waits for {done.reference}", as_json)


@review_app.command("unlink")
def unlink_review(
    context: typer.Context, review: ReviewName, case: CaseName, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that a case does not wait for a review. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.unlink_review(here, name, review, case, why=why)
    told(done, f"{case} does not wait for {done.reference}", as_json)


@review_app.command("decided")
def set_decided(
    context: typer.Context,
    review: ReviewName,
    day: Annotated[str, typer.Argument(metavar="DAY", help="2027-06-30")],
    months: Months = 0,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Record the day of the partnership's decision, from which the statutory clock runs."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.set_decided(here, name, review, day_of(day), months=months, why=why, version=version)
    told(done, f"{done.reference} was decided on {done.decided_on} and has {done.months} months", as_json)


@review_app.command("stage")
def set_stage(
    context: typer.Context,
    review: ReviewName,
    stage: Annotated[ReviewStage, typer.Argument(help="How far it has come.")],
    next_on: Annotated[str, typer.Option(help="The next day that was named, 2027-06-30.")] = "",
    next_what: Annotated[str, typer.Option(help="What is due then; kept sealed.")] = "",
    correction: Correction = False,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say how far a review has come; clock and questions are planned anew."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.set_stage(
            here,
            name,
            review,
            stage,
            why=why,
            correction=correction,
            next_on=some_day(next_on),
            next_what=next_what,
            version=version,
        )
    told(done, f"{done.reference} is at {done.stage}", as_json)


@review_app.command("accept")
def accept_proposal(
    context: typer.Context,
    proposal: ProposalId,
    chair: Annotated[str, typer.Option(help="The name of who chairs from now on.")] = "",
    chair_email: Annotated[str, typer.Option(help="Their address; it is unconfirmed.")] = "",
    chair_organisation: Annotated[str, typer.Option(help="Whom they work for.")] = "",
    chair_phone: Annotated[str, typer.Option(help="Their telephone number.")] = "",
    keep_chair: Annotated[bool, typer.Option("--keep-chair", help="The Chair does not change.")] = False,
    correction: Correction = False,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Agree with what a reply says of a review: stage, days and reason for delay are its own now."""
    from mailflow.flow import triage

    named = triage.NewPerson(name=chair, organisation=chair_organisation, email=chair_email, phone=chair_phone)
    follows = named if named != triage.NewPerson() else None
    if follows and keep_chair:
        raise UseError("Say either who chairs from now on, or --keep-chair.")
    with desk(context, who) as (here, name):
        done = triage.accept_proposal(
            here, name, proposal, chair=follows, keep_chair=keep_chair, correction=correction, why=why, version=version
        )
    told(done, f"Proposal {done.id} is {done.state} by {done.settled_by}", as_json)


@review_app.command("decline")
def decline_proposal(
    context: typer.Context, proposal: ProposalId, why: Why = "", who: Who = None, as_json: AsJson = False
) -> None:
    """Say that a reply does not mean that: the review stays as it is. Needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.decline_proposal(here, name, proposal, why=why)
    told(done, f"Proposal {done.id} is {done.state} by {done.settled_by}", as_json)


@review_app.command("close")
def close_review(
    context: typer.Context,
    review: ReviewName,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """End a review that was published or is not held: nobody is asked any more."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.close_review(here, name, review, why=why, version=version)
    told(done, f"{done.reference} is {done.state}", as_json)


@review_app.command("reopen")
def reopen_review(
    context: typer.Context,
    review: ReviewName,
    why: Why = "",
    who: Who = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Go on with a review that was closed; needs a reason."""
    from mailflow.flow import triage

    with desk(context, who) as (here, name):
        done = triage.reopen_review(here, name, review, why=why, version=version)
    told(done, f"{done.reference} is {done.state} again", as_json)


@review_app.command("list")
def list_reviews(
    context: typer.Context,
    state: Annotated[list[ReviewState] | None, typer.Option(help="Only these; may be given again.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 500,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List the reviews."""
    with looking(context, who) as (_, work):
        work.audit("reviews.listed", "house")
        reviews = work.reviews(states=state or (), limit=limit)
    if as_json:
        print_json(reviews)
        return
    print_table(
        f"{len(reviews)} reviews",
        ["reference", "form", "state", "stage", "since", "decided", "months", "next"],
        (
            (r.reference, r.form, r.state, r.stage, when(r.stage_since), r.decided_on or "", r.months, r.next_on or "")
            for r in reviews
        ),
        "There are no reviews.",
    )


@review_app.command("show")
def show_review(context: typer.Context, review: ReviewName, who: Who = None, as_json: AsJson = False) -> None:
    """Show one review: who serves it, which cases wait, what replies propose, what holds it, what was changed."""
    with looking(context, who) as (house, work):
        view, now = work.review_view(review), house.clock.now()
    if as_json:
        print_json(view)
        return
    _say_review(view.review)
    _say_people(view)
    for hold in view.holds:
        say(f"hold {hold.id}: {hold.sort}{'' if hold.holds(now) else ', ended'}")
    for day in view.days:
        say(f"kept free {day.id}: {day.day} to {day.until}, {day.sort}")
    for row in view.outbox:
        say(f"sent {row.id[:8]}: {row.template} {row.state} {when(row.settled_at or row.due)}")
    for reminder in view.reminders:
        say(f"reminder {reminder.id}: {reminder.kind} {reminder.state}, due {when(reminder.due)}: {reminder.why}")
    for change in view.changes:
        say(f"changed {when(change.at)} by {change.actor}: {change.act} {change.before} -> {change.after}")


def _say_review(shown: ReviewRecord) -> None:
    """What the review itself is."""
    say(f"{shown.reference}  {shown.form}  {shown.state}  {shown.stage} since {when(shown.stage_since)}", bold=True)
    say(f"decided {shown.decided_on or 'on a day that is not known'}, {shown.months} months")
    for label, text in (("partnership", shown.partnership), ("theirs", shown.their_reference)):
        if text:
            say(f"{label}: {text}")
    if shown.next_on or shown.next_what:
        say(f"next: {shown.next_on or ''} {shown.next_what}")
    if shown.delay_reason:
        say(f"delayed: {shown.delay_reason}")


def _say_people(view: ReviewView) -> None:
    """Which cases wait, who serves, and what replies propose."""
    for case in view.cases:
        say(f"case {case.reference}: {case.state} {case.assigned_to}".rstrip())
    for person in view.people:
        confirmed = (
            f"address confirmed by {person.address_confirmed_by}" if person.address_confirmed_by else "unconfirmed"
        )
        left = f", left {when(person.until)}" if person.until else ""
        say(f"{person.role} {person.id}: {person.name} {person.organisation} {person.email} ({confirmed}{left})")
    for proposal in view.proposals:
        says = ", ".join(filter(None, (proposal.stage, str(proposal.next_on or ""), proposal.next_what)))
        say(
            f"proposal {proposal.id}: {proposal.state}, {says}{', the Chair changes' if proposal.chair_changes else ''}"
        )
