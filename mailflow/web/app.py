"""The pages: queue, event, case, outbox, reminders, and in the demonstration the page to write a mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined

from mailflow.errors import MailflowError, NotFound
from mailflow.flow.ports import Clock, Work
from mailflow.flow.rehearse import understand_whatever
from mailflow.flow.understand import Mind
from mailflow.model.records import EventRecord, EventState, OutboxRecord, ReminderState
from mailflow.model.words import Flag, Urgency

from .marking import mark
from .words import SAID, days_ago, said

LONDON = ZoneInfo("Europe/London")
READER = "person:desk"
"""Who reads, in the audit trail, until the desk knows people by their sign-in."""
LONGEST_MAIL = 20_000
"""Characters that a visitor's mail may have: the form is for a letter, not for a load test."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """How far a visitor's mail has come."""

    reference: str = ""
    """Of the event that it became; empty while it is on its way."""
    set_aside: bool = False
    """It could not be read, and is kept whole for a human."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the pages get what they show."""

    begin: Callable[[str], AbstractContextManager[Work]]
    mind: Mind
    clock: Clock
    mailboxes: Sequence[tuple[str, str]]
    """(name, address) of each mailbox that is watched."""
    deliver: Callable[[str, str, str, str], str] | None = None
    """Demonstration only: (mailbox, sender, subject, text) → a name for the mail that was delivered."""
    arrival_of: Callable[[str], Arrival | None] | None = None
    """Demonstration only: how far the mail of that name has come; ``None`` for a name that was never given."""


def create_app(source: Source, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> FastAPI:
    """The application; answers only requests that name one of ``hosts``."""
    app = FastAPI(title="mailflow", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Environment(
        loader=PackageLoader("mailflow.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(said=said, SAID=SAID, demo=source.deliver is not None)
    pages.filters.update(london=_london, clock=_clock, quiet=_quiet)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    def page(name: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        now = source.clock.now()
        text = pages.get_template(name).render(path=request.url.path, now=now, ago=lambda t: days_ago(t, now), **values)
        return HTMLResponse(text, status_code=status)

    @app.middleware("http")
    async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        if (request.url.hostname or "") not in hosts:
            return PlainTextResponse("This desk answers only to its own name.", status_code=421)
        if request.method == "POST" and request.headers.get("sec-fetch-site", "same-origin") not in (
            "same-origin",
            "none",
        ):
            return PlainTextResponse("Forms are taken from this desk's own pages only.", status_code=403)
        response = await answer(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(NotFound)
    def not_found(request: Request, fault: Exception) -> HTMLResponse:
        return page("message.html", request, 404, title="Not found", sentence=str(fault))

    @app.exception_handler(MailflowError)
    def failed(request: Request, fault: Exception) -> HTMLResponse:
        return page("message.html", request, 503, title="That did not work", sentence=str(fault))

    _add_reading(app, page, source)
    if source.deliver is not None and source.arrival_of is not None:
        _add_writing(app, page, source, source.deliver, source.arrival_of)
    return app


def _add_reading(app: FastAPI, page: Callable[..., HTMLResponse], source: Source) -> None:
    """The pages that show what there is."""

    @app.get("/", response_class=HTMLResponse)
    def queue(request: Request, every: bool = False, live: bool = True) -> HTMLResponse:
        """The one queue, most urgent first."""
        with source.begin(READER) as work:
            events = work.queue(closed=every)
            counts = work.counts()
            stopped = work.stopped()
        groups = [(urgency, [e for e in events if e.urgency is urgency]) for urgency in Urgency]
        return page(
            "queue.html",
            request,
            groups=[(urgency, listed) for urgency, listed in groups if listed],
            total=len(events),
            counts=counts,
            stopped=stopped,
            every=every,
            live=live,
            at_risk=sum(_alarming(event) for event in events),
        )

    @app.get("/event/{name}", response_class=HTMLResponse)
    def event(request: Request, name: str) -> HTMLResponse:
        """One mail, with its evidence in place."""
        with source.begin(READER) as work:
            view = work.event_view(name)
        raw = view.mails[0].raw if view.mails else b""
        understood = understand_whatever(raw, view.event.mailbox, source.mind)
        evidence = view.event.verdict.get("evidence", [])
        marked = mark(understood.message, understood.facts.spans, evidence)
        return page(
            "event.html",
            request,
            view=view,
            event=view.event,
            verdict=view.event.verdict,
            message=understood.message,
            report=understood.report,
            marked=marked,
        )

    @app.get("/cases", response_class=HTMLResponse)
    def cases(request: Request) -> HTMLResponse:
        """All files, newest first."""
        with source.begin(READER) as work:
            listed = work.cases()
        return page("cases.html", request, cases=listed)

    @app.get("/case/{name}", response_class=HTMLResponse)
    def case(request: Request, name: str) -> HTMLResponse:
        """One file with its people and its timeline."""
        with source.begin(READER) as work:
            view = work.case_view(name)
        return page("case.html", request, view=view, case=view.case, timeline=_timeline(view.events, view.outbox))

    @app.get("/outbox", response_class=HTMLResponse)
    def outbox(request: Request) -> HTMLResponse:
        """What has left, is leaving, or waits."""
        with source.begin(READER) as work:
            rows = work.outbox()
            references = {e.id: e.reference for e in work.queue(closed=True, limit=5000)}
        return page("outbox.html", request, rows=rows, references=references)

    @app.get("/outbox/{row_id}", response_class=HTMLResponse)
    def letter(request: Request, row_id: str) -> HTMLResponse:
        """One answer, as its reader sees it."""
        with source.begin(READER) as work:
            row = work.outbox_row(row_id)
            reference = work.event(row.event_id).reference if row.event_id else ""
            work.audit("outbox.read", f"outbox:{row.id}")
        return page("letter.html", request, row=row, reference=reference)

    @app.get("/reminders", response_class=HTMLResponse)
    def reminders(request: Request) -> HTMLResponse:
        """What is promised: when and why."""
        with source.begin(READER) as work:
            rows = work.reminders()
            references = {e.id: e.reference for e in work.queue(closed=True, limit=5000)}
        waiting = [r for r in rows if r.state in (ReminderState.WAITING, ReminderState.HELD)]
        past = [r for r in rows if r not in waiting]
        return page("reminders.html", request, waiting=waiting, past=past, references=references)


def _add_writing(
    app: FastAPI,
    page: Callable[..., HTMLResponse],
    source: Source,
    deliver: Callable[[str, str, str, str], str],
    arrival_of: Callable[[str], Arrival | None],
) -> None:
    """The page of the demonstration on which a visitor writes a mail and watches it being understood."""

    @app.get("/write", response_class=HTMLResponse)
    def write(request: Request) -> HTMLResponse:
        """A form for a mail to either mailbox."""
        return page("write.html", request, mailboxes=source.mailboxes, fault="", given={})

    @app.post("/write", response_class=HTMLResponse)
    def written(
        request: Request,
        mailbox: Annotated[str, Form()],
        sender: Annotated[str, Form()],
        text: Annotated[str, Form(max_length=LONGEST_MAIL)],
        subject: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        """Deliver what was written, and watch it."""
        try:
            message_id = deliver(mailbox, sender, subject, text)
        except MailflowError as fault:
            given = {"mailbox": mailbox, "sender": sender, "subject": subject, "text": text}
            return page("write.html", request, 400, mailboxes=source.mailboxes, fault=str(fault), given=given)
        return RedirectResponse(f"/watch/{message_id}", status_code=303)

    @app.get("/watch/{message_id}", response_class=HTMLResponse)
    def watch(request: Request, message_id: str) -> Response:
        """Wait for a written mail; then show its event."""
        arrival = arrival_of(message_id)
        if arrival and arrival.reference:
            return RedirectResponse(f"/event/{arrival.reference}", status_code=303)
        return page("watch.html", request)


def _timeline(events: Sequence[EventRecord], outbox: Sequence[OutboxRecord]) -> list[tuple[datetime, str, Any]]:
    """Events and mails of a case, oldest first, as (when, ``event`` or ``mail``, record)."""
    happened: list[tuple[datetime, str, Any]] = [(event.created_at, "event", event) for event in events]
    happened += [(row.settled_at or row.created_at, "mail", row) for row in outbox]
    return sorted(happened, key=lambda entry: entry[0])


def _alarming(event: EventRecord) -> bool:
    return Flag.RISK in event.flags and event.state is EventState.UNTRIAGED


def _london(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).strftime("%-d %B %Y, %H:%M") if moment else ""


def _clock(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).strftime("%-d %b, %H:%M") if moment else ""


def _quiet(value: object) -> str:
    """A word of ours for people: ``self_referral`` is "self referral"."""
    return str(value).replace("_", " ")
