"""The story that the demonstration tells on the terminal, and the pages' way to deliver a visitor's mail."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from mailflow.bootstrap import House, MailTaken, desk_source
from mailflow.courier import check_recipient
from mailflow.errors import UseError
from mailflow.flow import dispatch
from mailflow.flow.intake import TakenIn
from mailflow.model.decision import ReminderKind
from mailflow.model.records import ReminderRecord
from mailflow.model.words import Flag, Kind
from mailflow.sandbox import DemoMail, MailWorld, read_demo_mail
from mailflow.web import Source
from mailflow.web.words import said

QUIET_SECONDS = 3.0
"""So long without news after the last mail means that the demonstration has shown all there is."""
STYLES = {Flag.RISK: "bold white on red", Flag.IDENTITY_DOUBT: "black on yellow"}
NOT_ANSWERED = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK, Kind.SPAM, Kind.SECURE_NOTICE})


class Stage:
    """Narrates what happens; safe to call from every thread of the service."""

    def __init__(self, house: House, world: MailWorld, mailboxes: Mapping[str, str], speed: float) -> None:
        self._house = house
        self._world = world
        self._mailboxes = mailboxes
        self._speed = speed
        self._console = Console(highlight=False)
        self._lock = threading.Lock()
        self._begun = house.clock.now()
        self._news = house.clock.now()
        self._says: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._counts = {"mails": 0, "events": 0, "answers": 0, "alerts": 0, "stuck": 0}

    # -- before and after -----------------------------------------------------------------------
    def greet(self, kept: Path | None) -> None:
        """Say what this is, and where to look."""
        out = self._console
        out.print()
        out.print(Rule("[bold]mailflow[/bold]: a demonstration", style="cyan"))
        out.print("Two mailboxes of a charity that supports families bereaved by homicide. Every person and every mail")
        out.print("is invented; an IMAP and an SMTP server run inside this program, and nothing leaves this machine.")
        out.print()
        out.print(
            f"  The desk:  [bold cyan underline]{self._house.settings.people.desk_url}[/]   (open it in a browser)"
        )
        out.print(f"  Write one: [cyan]{self._house.settings.people.desk_url}/write[/]   Stop: Ctrl-C")
        if kept:
            out.print(f"  Kept in:   {escape(str(kept))}")
        out.print()

    def farewell(self) -> None:
        """Say what happened in all."""
        counts = self._counts
        self._console.print()
        self._console.print(Rule(style="cyan"))
        if not counts["mails"]:
            self._console.print("No mail had arrived yet.")
            return
        self._console.print(
            f"{counts['mails']} mails became {counts['events']} events; {counts['answers']} answers and "
            f"{counts['alerts']} alerts left; {counts['stuck']} mails were set aside."
        )

    # -- mails ----------------------------------------------------------------------------------
    def play(self, mails: Sequence[DemoMail], stop: threading.Event, until_done: bool) -> None:
        """Deliver the mails at their times; at the end, stop the service if asked to."""
        start = datetime.now(UTC)  # noqa: TID251 - a play has a clock on the wall
        if not self._wait_until_watched(stop):
            return
        for mail in sorted(mails, key=lambda m: (m.after, m.name)):
            waited = (datetime.now(UTC) - start).total_seconds()  # noqa: TID251 - as above
            if stop.wait(max(0.0, mail.after / self._speed - waited)):
                return
            self.deliver(mail)
        while until_done and not stop.wait(0.5):
            if (self._house.clock.now() - self._news).total_seconds() > QUIET_SECONDS:
                stop.set()

    def deliver(self, mail: DemoMail) -> str:
        """Lay a mail into the mailboxes that it goes to; its Message-ID."""
        now, fresh = self._house.clock.now(), self._house.ids.new()
        for name in mail.to:
            address = self._mailboxes[name]
            raw = mail.at(now, fresh, address)
            self._world.put(address, raw, now)
        message_id = f"{fresh}@demo"
        self._says[fresh] = mail.says
        return message_id

    def desk_source(self) -> Source:
        """Where the pages read, and how a visitor's mail is delivered."""
        reading = desk_source(self._house)
        return Source(
            begin=reading.begin,
            mind=reading.mind,
            clock=reading.clock,
            mailboxes=reading.mailboxes,
            deliver=self._deliver_written,
            event_of=lambda message_id: self._references.get(message_id, ""),
        )

    def _deliver_written(self, mailbox: str, sender: str, subject: str, text: str) -> str:
        """A visitor's mail through the front door; its Message-ID. Raises ``UseError``."""
        if mailbox not in self._mailboxes:
            raise UseError(f"There is no mailbox {mailbox}.")
        name, address = parseaddr(sender)
        try:
            check_recipient(address, test_domains=True)
        except UseError as fault:
            raise UseError(f"The sender's address cannot be used: {fault}") from None
        message_id = f"{self._house.ids.new()}@visitor.example"
        written = EmailMessage()
        written["From"] = f"{name} <{address}>" if name else address
        written["To"] = self._mailboxes[mailbox]
        written["Subject"] = " ".join(subject.split())
        written["Date"] = "{date}"
        written["Message-ID"] = f"<{message_id}>"
        written.set_content(text.replace("\r\n", "\n"))
        self.deliver(
            read_demo_mail("written by a visitor", b"X-Demo-Says: written by a visitor\n" + bytes(written), mailbox)
        )
        return message_id

    def _wait_until_watched(self, stop: threading.Event) -> bool:
        """True once every folder has a cursor: mail that arrives earlier would be history, not news."""
        while not stop.wait(0.1):
            with self._house.begin("journey:demo") as work:
                if all(work.cursor(name, "INBOX") is not None for name in self._mailboxes):
                    return True
        return False

    # -- the story ------------------------------------------------------------------------------
    def heard(self, event: object) -> None:
        """Tell what happened."""
        match event:
            case MailTaken():
                self._taken(event)
            case dispatch.Notice():
                self._posted(event)
            case ReminderRecord() if event.kind is ReminderKind.RISK_ALERT:
                with self._lock:
                    self._line(f"[bold red]alert {event.rung}[/]  the on-call person is told; again in ten minutes")

    def _taken(self, taken: MailTaken) -> None:
        with self._lock:
            self._news = self._house.clock.now()
            self._counts["mails"] += 1
            if taken.outcome is TakenIn.STUCK:
                self._counts["stuck"] += 1
                self._line("[yellow]set aside whole[/]: it could not be read; a human sees it under `mailflow stuck`")
                return
            if taken.settled is None or taken.understood is None:
                return
            event, message = taken.settled.event, taken.understood.message
            self._references[message.message_id] = event.reference
            fresh = message.message_id.partition("@")[0]
            says = self._says.get(fresh, "")
            sender = event.sender_name or event.sender_address or "no sender"
            self._line(
                f"[bold]{escape(sender)}[/] [dim]→ {taken.mail.mailbox}[/]  "
                f"[italic]{escape(message.subject or '(no subject)')}[/]"
                + (f"  [dim]({escape(says)})[/]" if says else "")
            )
            if taken.settled.copy:
                self._under(f"[green]the same mail again[/]: one event, one answer ({event.reference})")
                return
            self._counts["events"] += 1
            flags = " ".join(f"[{STYLES.get(flag, 'black on white')}] {said(flag)} [/]" for flag in event.flags)
            doubt = "  [yellow]a human decides[/]" if event.needs_human else ""
            self._under(
                f"[bold cyan]{said(event.kind)}[/] {event.confidence:.0%}{doubt}  {flags}  [dim]{event.reference}[/]"
            )
            best = [e for e in taken.understood.verdict.evidence if e.target == str(event.kind) and e.weight > 0]
            for evidence in sorted(best, key=lambda e: -e.weight)[:2]:
                quoted = " ".join(evidence.text.split())[:70]
                self._under(
                    f"[dim]because[/] {escape(evidence.says)}" + (f" [dim]“{escape(quoted)}”[/]" if quoted else "")
                )
            if event.kind in NOT_ANSWERED:
                self._under("[dim]not answered: machines are not answered[/]")

    def _posted(self, notice: dispatch.Notice) -> None:
        if notice.posted is not dispatch.Posted.SENT:
            return
        with self._house.begin("journey:demo") as work:
            row = work.outbox_row(notice.row_id)
        with self._lock:
            self._news = self._house.clock.now()
            self._counts["alerts" if row.mail_class == "alert" else "answers"] += 1
            seconds = (notice.at - row.created_at).total_seconds()
            arrow = "[bold red]⚑ alert[/]" if row.mail_class == "alert" else "[green]↩ sent[/]"
            self._line(
                f"{arrow}  {row.template} to {escape(row.recipient)}  [dim]{seconds:.1f} s after it was decided[/]"
            )

    def _line(self, text: str) -> None:
        seconds = (self._house.clock.now() - self._begun).total_seconds()
        self._console.print(f"[dim]{int(seconds // 60)}:{int(seconds % 60):02d}[/]  {text}", soft_wrap=True)

    def _under(self, text: str) -> None:
        self._console.print(f"      {text}", soft_wrap=True)
