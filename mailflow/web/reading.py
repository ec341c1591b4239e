"""The pages that show what there is: queue, event, cases, case, outbox, letter, reminders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from mailflow.flow.rehearse import understand_whatever
from mailflow.model.outgoing import MailClass
from mailflow.model.records import EventRecord, EventState, OutboxRecord, OutboxState, ReminderRecord, ReminderState
from mailflow.model.views import CaseView, EventView
from mailflow.model.words import Flag, Urgency

from .marking import mark
from .pages import Pages
from .reasons import Reason, reasons
from .source import READER, Source

ANSWERS = (MailClass.RECEIPT, MailClass.CHASER)
"""Mails of ours to somebody who wrote."""
OUTSIDE = (*ANSWERS, MailClass.FOLLOW_UP)
"""Mails of ours that people outside get."""
LETTER_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""A letter as HTML stands in a frame of its own: no script, no form, nothing loaded, no access to the desk."""
SHOWN_HEADERS = (
    "From",
    "To",
    "Subject",
    "In-Reply-To",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Precedence",
)
"""Head lines of a letter that say how it behaves (RFC 3834)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the queue with what people want to see at a glance."""

    event: EventRecord
    at_risk: bool
    alarm: Reason | None
    """Why somebody may come to harm; ``None`` where no rule says it (a human may have set the flag)."""
    answered: str
    """How our answer stands (a state of the outbox); empty when there is none."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a case's timeline."""

    at: datetime
    sort: str
    """``event``, ``mail`` or ``reminder``."""
    record: Any


def add_reading(app: FastAPI, pages: Pages, source: Source) -> None:
    """Add the pages to the application."""
    _add_events(app, pages, source)
    _add_files(app, pages, source)
    _add_letters(app, pages, source)


def _add_events(app: FastAPI, pages: Pages, source: Source) -> None:
    @app.get("/", response_class=HTMLResponse)
    def queue(request: Request, every: bool = False, live: bool = True) -> HTMLResponse:
        """The one queue, most urgent first."""
        with source.begin(READER) as work:
            events = work.queue(closed=every)
            counts = work.counts()
            stopped = work.stopped()
            answers = {row.event_id: str(row.state) for row in work.outbox() if row.mail_class in ANSWERS}
        lines = [Line(event, Flag.RISK in event.flags, _alarm(event), answers.get(event.id, "")) for event in events]
        groups = [(urgency, [line for line in lines if line.event.urgency is urgency]) for urgency in Urgency]
        return pages(
            "queue.html",
            request,
            groups=[(urgency, listed) for urgency, listed in groups if listed],
            total=len(events),
            doubts=sum(event.needs_human for event in events),
            stuck=counts.mails.get("stuck", 0),
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
        numbered, others = reasons(view.event.verdict)
        return pages(
            "event.html",
            request,
            view=view,
            event=view.event,
            verdict=view.event.verdict,
            reasons=numbered,
            others=others,
            remarks=list(dict.fromkeys(_remarks(view.event))),
            at_risk=Flag.RISK in view.event.flags,
            alarm=_alarm(view.event),
            told=[row for row in view.outbox if row.mail_class is MailClass.ALERT],
            again=_next_alert(view),
            message=understood.message,
            report=understood.report,
            marked=mark(understood.message, understood.facts.spans, numbered),
        )


def _add_files(app: FastAPI, pages: Pages, source: Source) -> None:
    @app.get("/cases", response_class=HTMLResponse)
    def cases(request: Request) -> HTMLResponse:
        """All files, newest first."""
        with source.begin(READER) as work:
            listed = work.cases()
            firsts: dict[str, EventRecord] = {}
            for event in sorted(work.queue(closed=True), key=lambda e: e.created_at):
                firsts.setdefault(event.case_id, event)
        return pages("cases.html", request, cases=[(case, firsts.get(case.id)) for case in listed])

    @app.get("/case/{name}", response_class=HTMLResponse)
    def case(request: Request, name: str) -> HTMLResponse:
        """One file with its people and its timeline."""
        with source.begin(READER) as work:
            view = work.case_view(name)
        past, coming = _timeline(view)
        return pages(
            "case.html",
            request,
            view=view,
            case=view.case,
            past=past,
            coming=coming,
            at_risk=any(map(_alarming, view.events)),
            withdrawn=any(Flag.CONSENT_DECLINED in event.flags for event in view.events),
        )

    @app.get("/reminders", response_class=HTMLResponse)
    def reminders(request: Request) -> HTMLResponse:
        """What is promised: when and why."""
        with source.begin(READER) as work:
            rows = work.reminders()
            events = {event.id: event for event in work.queue(closed=True)}
        waiting = [r for r in rows if r.state in (ReminderState.WAITING, ReminderState.HELD)]
        past = [r for r in rows if r not in waiting]
        return pages("reminders.html", request, waiting=waiting, past=past, events=events)


def _add_letters(app: FastAPI, pages: Pages, source: Source) -> None:
    @app.get("/outbox", response_class=HTMLResponse)
    def outbox(request: Request) -> HTMLResponse:
        """What has left, is leaving, or waits."""
        with source.begin(READER) as work:
            rows = work.outbox()
            references = {event.id: event.reference for event in work.queue(closed=True)}
        return pages(
            "outbox.html",
            request,
            answers=[row for row in rows if row.mail_class in OUTSIDE],
            staff=[row for row in rows if row.mail_class not in OUTSIDE],
            references=references,
        )

    @app.get("/outbox/{row_id}", response_class=HTMLResponse)
    def letter(request: Request, row_id: str) -> HTMLResponse:
        """One answer, as its reader sees it."""
        with source.begin(READER) as work:
            row = work.outbox_row(row_id)
            reference = work.event(row.event_id).reference if row.event_id else ""
            work.audit("outbox.read", f"outbox:{row.id}")
        return pages("letter.html", request, row=row, reference=reference, headers=_headers(row))

    @app.get("/outbox/{row_id}/html", response_class=HTMLResponse)
    def letter_html(row_id: str) -> HTMLResponse:
        """The HTML version of one answer, for the frame of its page."""
        with source.begin(READER) as work:
            row = work.outbox_row(row_id)
            work.audit("outbox.read", f"outbox:{row.id}")
        return HTMLResponse(row.html, headers=LETTER_HEADERS)


def _timeline(view: CaseView) -> tuple[list[Happening], list[Happening]]:
    """(past, coming) of a case, each oldest first."""
    past = [Happening(event.created_at, "event", event) for event in view.events]
    coming: list[Happening] = []
    for row in view.outbox:
        done = row.state in (OutboxState.SENT, OutboxState.REFUSED, OutboxState.UNCERTAIN, OutboxState.CANCELLED)
        (past if done else coming).append(Happening(row.settled_at or row.due, "mail", row))
    for reminder in view.reminders:
        if reminder.state in (ReminderState.WAITING, ReminderState.HELD):
            coming.append(Happening(reminder.due, "reminder", reminder))
        elif reminder.state is ReminderState.CANCELLED:
            past.append(Happening(reminder.last_rung_at or reminder.due, "reminder", reminder))
    return sorted(past, key=lambda h: h.at), sorted(coming, key=lambda h: h.at)


def _alarming(event: EventRecord) -> bool:
    return Flag.RISK in event.flags and event.state is EventState.UNTRIAGED


def _alarm(event: EventRecord) -> Reason | None:
    """The weightiest reason for a risk."""
    if Flag.RISK not in event.flags:
        return None
    return next((reason for reason in reasons(event.verdict)[0] if reason.sort == "risk"), None)


def _next_alert(view: EventView) -> ReminderRecord | None:
    waiting = (r for r in view.reminders if str(r.kind) == "risk_alert" and r.state is ReminderState.WAITING)
    return next(waiting, None)


def _remarks(event: EventRecord) -> Iterator[str]:
    """Reasons in words that the list of reasons does not hold already: why a human is needed, how it was sent."""
    listed = {str(evidence["says"]) for evidence in event.verdict.get("evidence", ())}
    for reason in event.verdict.get("reasons", ()):
        kind, _, rest = str(reason).partition(": ")
        known = kind == str(event.kind) and all(part.strip() in listed for part in rest.split(";"))
        if not known:
            yield rest if kind == str(event.kind) else str(reason)


def _headers(row: OutboxRecord) -> Sequence[tuple[str, str]]:
    """Head lines of a letter of ours; whoever doubts can see how it behaves towards machines."""
    parsed = BytesHeaderParser().parsebytes(row.raw.split(b"\r\n\r\n", 1)[0])
    return [(name, " ".join(str(parsed[name]).split())) for name in SHOWN_HEADERS if name in parsed]
