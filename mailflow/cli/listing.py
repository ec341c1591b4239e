"""``queue``, ``event``, ``cases``, ``case``, ``outbox``, ``reminders``, ``stuck``, ``audit``: what there is."""

from __future__ import annotations

from typing import Annotated

import typer

from mailflow.model.records import OutboxState

from .app import app, config_path
from .output import me, plain, print_json, print_table, when
from .terminal import say

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Who = Annotated[str | None, typer.Option("--as", help="Your name, for the audit trail; else the login name.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]

stuck_app = typer.Typer(invoke_without_command=True, help="Mails that are set aside whole, with why.")
app.add_typer(stuck_app, name="stuck")
audit_app = typer.Typer(no_args_is_help=True, help="Who saw and did what.")
app.add_typer(audit_app, name="audit")


@app.command()
def queue(
    context: typer.Context,
    as_json: AsJson = False,
    every: Annotated[bool, typer.Option("--all", help="Also what is accepted or closed.")] = False,
    limit: Limit = 500,
    who: Who = None,
) -> None:
    """List the events that wait for a human, most urgent first."""
    from mailflow import bootstrap
    from mailflow.parse.secrets import without_secrets

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        events = work.queue(closed=every, limit=limit)
    if as_json:
        print_json(events)
        return
    print_table(
        f"{len(events)} in the queue",
        ["reference", "urgency", "kind", "sure", "flags", "from", "subject", "state", "due", "do"],
        (
            (
                event.reference,
                event.urgency,
                event.kind,
                f"{event.confidence:.0%}" + ("?" if event.needs_human else ""),
                ", ".join(event.flags),
                event.sender_name or event.sender_address,
                without_secrets(event.subject)[:50],
                f"{event.state}{' ' + event.assigned_to if event.assigned_to else ''}",
                when(event.triage_due),
                event.task,
            )
            for event in events
        ),
        "Nobody waits.",
    )


@app.command()
def event(context: typer.Context, name: str, as_json: AsJson = False, who: Who = None) -> None:
    """Show one event (by its reference): what it is, why, what was sent, what is promised."""
    from mailflow import bootstrap
    from mailflow.parse.secrets import without_secrets

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        view = work.event_view(name)
    if as_json:
        print_json(view)
        return
    shown = view.event
    say(f"{shown.reference}  {shown.kind}  {shown.confidence:.0%}  {shown.urgency}  {shown.state}", bold=True)
    say(f"from {shown.sender_name} <{shown.sender_address}>: {without_secrets(shown.subject)}")
    if shown.flags:
        say(f"flags: {', '.join(shown.flags)}")
    for reason in shown.verdict.get("reasons", ()):
        say(f"why:  {reason}")
    for evidence in shown.verdict.get("evidence", ()):
        quoted = " ".join(without_secrets(evidence["text"]).split())[:80]
        say(f"  {evidence['weight']:+5.1f} {evidence['target']:<16} {evidence['says']} ({quoted!r})")
    for name_, value in shown.verdict.get("facts", {}).items():
        say(f"fact {name_}: {value}")
    for reason in shown.verdict.get("decision", {}).get("reasons", ()):
        say(f"then: {reason}")
    if view.case:
        say(f"case: {view.case.reference} ({view.case.record}, {view.case.state})")
    for case, why in view.proposed_cases:
        say(f"may belong to {case.reference}: {why}")
    for mail in view.mails:
        say(f"mail {mail.id}: {mail.mailbox}/{mail.folder} UID {mail.uid}, arrived {when(mail.internal_date)}")
    for row in view.outbox:
        say(f"sent {row.id[:8]}: {row.template} {row.state} {when(row.settled_at or row.due)} {row.answer}")
    for reminder in view.reminders:
        say(f"reminder: {reminder.kind} {reminder.state}, due {when(reminder.due)}: {reminder.why}")


@app.command()
def cases(context: typer.Context, as_json: AsJson = False, limit: Limit = 500, who: Who = None) -> None:
    """List the cases, newest first."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        listed = work.cases(limit=limit)
    if as_json:
        print_json(listed)
        return
    print_table(
        f"{len(listed)} cases",
        ["reference", "file", "state", "opened", "assigned", "missing"],
        ((c.reference, c.record, c.state, when(c.opened_at), c.assigned_to, ", ".join(c.missing)) for c in listed),
        "There are no cases.",
    )


@app.command()
def case(context: typer.Context, name: str, as_json: AsJson = False, who: Who = None) -> None:
    """Show one case (by a reference of it): people, permissions, events, mail, promises."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        view = work.case_view(name)
    if as_json:
        print_json(view)
        return
    say(f"{view.case.reference}  {view.case.record}  {view.case.state}  {view.case.assigned_to}", bold=True)
    for person in view.people:
        confirmed = f", address confirmed by {person.address_confirmed_by}" if person.address_confirmed_by else ""
        what = " ".join(filter(None, (person.relationship, person.organisation, person.phone, person.email)))
        say(f"{person.role} {person.id}: {person.name} {what}{confirmed}")
    for consent in view.consents:
        verb = "given" if consent.given else "withdrawn"
        say(f"permission {consent.purpose} {verb} {when(consent.recorded_at)}, recorded by {consent.recorded_by}")
    for shown in view.events:
        say(f"event {shown.reference}: {shown.kind} {when(shown.created_at)} {shown.state}")
    for row in view.outbox:
        say(f"sent {row.id[:8]}: {row.template} {row.state} {when(row.settled_at or row.due)}")
    for reminder in view.reminders:
        say(f"reminder: {reminder.kind} {reminder.state}, due {when(reminder.due)}: {reminder.why}")


@app.command()
def outbox(
    context: typer.Context,
    state: Annotated[
        list[OutboxState] | None, typer.Option(help="Only rows in this state; may be given again.")
    ] = None,
    as_json: AsJson = False,
    limit: Limit = 500,
    who: Who = None,
) -> None:
    """List the mail that will leave, is leaving, or has left, newest first; ``mailflow mail`` acts on it."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        rows = work.outbox(states=state or (), limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        f"{len(rows)} in the outbox",
        ["id", "state", "template", "to", "due", "tries", "answer"],
        (
            (r.id[:12], r.state, r.template, r.recipient, when(r.settled_at or r.due), r.attempts, r.answer)
            for r in rows
        ),
        "The outbox is empty.",
    )


@app.command()
def reminders(context: typer.Context, as_json: AsJson = False, who: Who = None) -> None:
    """List the reminders that wait or are held, by due time, with why."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        listed = [r for r in work.reminders() if r.state in ("waiting", "held")]
    if as_json:
        print_json(listed)
        return
    print_table(
        f"{len(listed)} reminders",
        ["due", "kind", "state", "rung", "why"],
        ((when(r.due), r.kind, r.state, r.rung, r.why) for r in listed),
        "Nothing is promised.",
    )


@stuck_app.callback()
def stuck(context: typer.Context, as_json: AsJson = False, who: Who = None) -> None:
    """List the mails that are set aside whole, with why."""
    if context.invoked_subcommand:
        return
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        mails = work.stuck_mails()
    if as_json:
        print_json([{**plain(mail), "bytes": len(mail.raw)} for mail in mails])
        return
    print_table(
        f"{len(mails)} set aside",
        ["id", "mailbox", "uid", "arrived", "bytes", "why"],
        ((m.id, f"{m.mailbox}/{m.folder}", m.uid, when(m.internal_date), len(m.raw), m.error) for m in mails),
        "No mail is set aside.",
    )


@stuck_app.command("retry")
def stuck_retry(
    context: typer.Context,
    mail: Annotated[list[str] | None, typer.Argument(help="Ids of mails; none for all.")] = None,
    who: Who = None,
) -> None:
    """Take in mails that were set aside once more."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        wanted = mail or [stuck_mail.id for stuck_mail in work.stuck_mails()]
        for mail_id in wanted:
            work.retry_mail(mail_id, house.clock.now())
    typer.echo(f"{len(wanted)} mails will be taken in once more.")


@stuck_app.command("save")
def stuck_save(context: typer.Context, mail: str, who: Who = None) -> None:
    """Write the whole of a mail, as it came, to standard output."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin(f"person:{me(who)}") as work:
        raw = work.mail(mail).raw
        work.audit("mail.saved", f"mail:{mail}")
    typer.get_binary_stream("stdout").write(raw)


@audit_app.command("log")
def audit_log(context: typer.Context, subject: str = "", as_json: AsJson = False, limit: Limit = 100) -> None:
    """List who did what, newest first; ids only."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house, house.begin("person:audit") as work:
        entries = work.audit_log(subject=subject, limit=limit)
    if as_json:
        print_json(entries)
        return
    print_table(
        f"{len(entries)} entries",
        ["at", "who", "did", "to", "detail"],
        ((when(e.at), e.actor, e.act, e.subject, e.detail) for e in entries),
        "Nothing is written.",
    )


@audit_app.command("verify")
def audit_verify(context: typer.Context, as_json: AsJson = False) -> int:
    """Check the chain: find rows that were changed, are missing, reordered or cut."""
    from mailflow import bootstrap

    with bootstrap.house(config_path(context)) as house:
        faults = house.verify_audit()
    if as_json:
        print_json({"good": not faults, "faults": faults})
    else:
        for fault in faults:
            typer.echo(f"WRONG: {fault}")
        typer.echo("The audit chain is whole." if not faults else f"{len(faults)} faults.")
    return 1 if faults else 0
