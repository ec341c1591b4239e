"""The demonstration's pages on which a visitor writes a mail and watches it being understood and answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from mailflow.errors import NotFound, UseError
from mailflow.model.decision import Answer
from mailflow.model.outgoing import MailClass
from mailflow.model.records import OutboxState

from .examples import EXAMPLES, example
from .pages import Pages
from .reasons import reasons
from .source import READER, Arrival, Source

LONGEST_MAIL = 20_000
"""Characters that a visitor's mail may have: the form is for a letter, not for a load test. Browsers count a line end
as one character and send two."""
LONGEST_LINE = 500
SETTLED = frozenset({OutboxState.SENT, OutboxState.REFUSED, OutboxState.UNCERTAIN, OutboxState.CANCELLED})
"""States of an answer in which there is nothing more to wait for."""


def add_writing(
    app: FastAPI,
    pages: Pages,
    source: Source,
    deliver: Callable[[str, str, str, str], str],
    arrival_of: Callable[[str], Arrival | None],
) -> None:
    """Add the pages to the application."""

    def form(request: Request, given: dict[str, str], status: int = 200, fault: str = "") -> HTMLResponse:
        return pages(
            "write.html",
            request,
            status,
            mailboxes=source.mailboxes,
            fault=fault,
            given=given,
            examples=EXAMPLES,
            longest=LONGEST_MAIL,
            longest_line=LONGEST_LINE,
        )

    @app.get("/write", response_class=HTMLResponse)
    def write(request: Request, like: str = "") -> HTMLResponse:
        """A form for a mail to either mailbox, empty or filled with an example."""
        chosen = example(like)
        return form(request, asdict(chosen) if chosen else {})

    @app.post("/write", response_class=HTMLResponse)
    def written(
        request: Request,
        mailbox: Annotated[str, Form(max_length=LONGEST_LINE)] = "",
        sender: Annotated[str, Form(max_length=LONGEST_LINE)] = "",
        text: Annotated[str, Form(max_length=2 * LONGEST_MAIL)] = "",
        subject: Annotated[str, Form(max_length=LONGEST_LINE)] = "",
    ) -> Response:
        """Deliver what was written, and watch it."""
        try:
            name = deliver(mailbox, sender, subject, text)
        except UseError as fault:
            given = {"mailbox": mailbox, "sender": sender, "subject": subject, "text": text}
            return form(request, given, 400, str(fault))
        return RedirectResponse(f"/watch/{name}", status_code=303)

    @app.get("/watch/{name}", response_class=HTMLResponse)
    def watch(request: Request, name: str) -> Response:
        """How far a written mail has come: delivered, understood, answered."""
        arrival = arrival_of(name)
        if arrival is None:
            raise NotFound("No mail of that name was written here.")
        if not arrival.reference:
            return pages("watch.html", request, arrival=arrival, event=None)
        with source.begin(READER) as work:
            view = work.event_view(arrival.reference)
        letter = next((row for row in view.outbox if row.mail_class is MailClass.RECEIPT), None)
        answers = [i for i in view.event.verdict["decision"]["intents"] if i["intent"] == Answer.__name__]
        return pages(
            "watch.html",
            request,
            arrival=arrival,
            event=view.event,
            reasons=reasons(view.event.verdict)[0][:3],
            letter=letter,
            why_silent=[r for r in view.event.verdict["decision"]["reasons"] if r.startswith("No answer")],
            over=not answers or (letter is not None and letter.state in SETTLED),
        )
