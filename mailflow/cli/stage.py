"""Plays the demonstration: delivers the invented mails, hears what becomes of them, takes in a visitor's mail."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from hashlib import sha256

from mailflow.bootstrap import House, MailTaken, desk_source
from mailflow.courier import check_recipient
from mailflow.errors import MailboxFault, UseError
from mailflow.flow import dispatch
from mailflow.flow.intake import TakenIn
from mailflow.model.outgoing import MailClass
from mailflow.model.records import OutboxState, ReminderState
from mailflow.sandbox import Answered, DemoMail, Diary, MailWorld, read_demo_mail
from mailflow.web import Arrival, Source

from .story import Story

PATIENCE = 60.0
"""Seconds that a mail waits for the answer that it replies to, before it is left out."""
LONGEST_REST = 90.0
"""Seconds that ``--until-done`` gives everything to end after the last mail."""
OPEN_ROWS = (OutboxState.QUEUED, OutboxState.SENDING, OutboxState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that was laid into a mailbox."""

    mail: DemoMail
    fresh: str
    at: datetime


class Stage:
    """Between the world and the house; safe to call from every thread of the service."""

    def __init__(
        self,
        house: House,
        world: MailWorld,
        mailboxes: Mapping[str, str],
        story: Story,
        diary: Diary,
        speed: float = 1.0,
    ) -> None:
        self._house = house
        self._world = world
        self._mailboxes = mailboxes
        self._story = story
        self._diary = diary
        self._speed = speed
        self._begun = house.clock.now()
        self._lock = threading.RLock()
        self._delivered: dict[bytes, Delivered] = {}
        """By the digest of what lies in the mailbox."""
        self._events: dict[str, Delivered] = {}
        """By the id of the event that it became."""
        self._arrivals: dict[str, Arrival] = {}
        """By what made the mail fresh."""
        self.unfinished = False
        """True when something had not ended long after the last mail."""

    # -- mails ----------------------------------------------------------------------------------
    def play(self, mails: Sequence[DemoMail], stop: threading.Event, until_done: bool) -> None:
        """Deliver the mails at their times; at the end, stop the service if asked to."""
        if not (self._wait_until_served(stop) and self._wait_until_watched(stop)):
            return
        start = datetime.now(UTC)  # noqa: TID251 - a play has a clock on the wall
        waiting = sorted(mails, key=lambda m: (m.after, m.name))
        while waiting and not stop.is_set():
            now = (datetime.now(UTC) - start).total_seconds()  # noqa: TID251 - as above
            for mail in [m for m in waiting if m.after / self._speed <= now]:
                if self._is_ready(mail):
                    self._deliver_or_say(mail)
                elif now > mail.after / self._speed + PATIENCE:
                    self._story.remark(
                        self._since(), f"left out, for the answer that it replies to was not sent: {mail.says}"
                    )
                else:
                    continue
                waiting.remove(mail)
            if waiting:
                stop.wait(0.1)
        if until_done and not stop.is_set():
            self.unfinished = not self._wait_until_done(stop) and not stop.is_set()
            stop.set()

    def deliver(self, mail: DemoMail) -> str:
        """Lay a mail into the mailboxes that it goes to; what made it fresh. Raises ``MailboxFault``."""
        now = self._house.clock.now()
        with self._lock:
            fresh = self._diary.deliver(mail.name, self._house.ids.new())
            for name in self._diary.missing(mail):
                if name in self._mailboxes:
                    address = self._mailboxes[name]
                    raw = mail.at(now, fresh, address, self._diary.answer_to(mail.answers))
                    key = sha256(raw).digest()
                    self._delivered[key] = Delivered(mail, fresh, now)
                    try:
                        self._world.put(address, raw, now)
                    except MailboxFault:
                        del self._delivered[key]
                        raise
        return fresh

    def _deliver_or_say(self, mail: DemoMail) -> None:
        try:
            self.deliver(mail)
        except MailboxFault as fault:
            self._story.remark(self._since(), f"{mail.name}: {fault}")

    def _is_ready(self, mail: DemoMail) -> bool:
        with self._lock:
            return not mail.answers or self._diary.answer_to(mail.answers) is not None

    # -- the pages ------------------------------------------------------------------------------
    def desk_source(self) -> Source:
        """Where the pages read, and how a visitor's mail is delivered."""
        reading = desk_source(self._house)
        return Source(
            begin=reading.begin,
            mind=reading.mind,
            clock=reading.clock,
            mailboxes=reading.mailboxes,
            deliver=self._deliver_written,
            arrival_of=self._arrival_of,
        )

    def _arrival_of(self, fresh: str) -> Arrival | None:
        with self._lock:
            return self._arrivals.get(fresh)

    def _deliver_written(self, mailbox: str, sender: str, subject: str, text: str) -> str:
        """A visitor's mail through the front door; what made it fresh. Raises ``UseError``."""
        if mailbox not in self._mailboxes:
            raise UseError(f"There is no mailbox {mailbox}.")
        written = write_mail(
            sender, self._mailboxes[mailbox], subject, text, self._house.clock.now(), self._house.ids.new()
        )
        fresh = self._house.ids.new()
        mail = read_demo_mail(f"visitor-{fresh}", written, mailbox)
        with self._lock:
            fresh = self.deliver(mail)
            self._arrivals[fresh] = Arrival()
        return fresh

    # -- waiting --------------------------------------------------------------------------------
    def _wait_until_served(self, stop: threading.Event) -> bool:
        """True once the desk answers: an address that is shown earlier leads to nowhere."""
        settings = self._house.settings
        while not stop.is_set():
            with suppress(OSError), socket.create_connection((settings.work.web_host, settings.work.web_port), 1.0):
                self._story.invite(settings.people.desk_url)
                return True
            stop.wait(0.1)
        return False

    def _wait_until_watched(self, stop: threading.Event) -> bool:
        """True once every INBOX has a cursor of this start's server: mail that arrives earlier would be history, not
        news."""
        while not stop.wait(0.1):
            with self._house.begin("journey:demo") as work:
                cursors = {address: work.cursor(name, "INBOX") for name, address in self._mailboxes.items()}
            if all(
                cursor is not None and cursor.uid_validity & 0xFFFFFFFF == self._world.uid_validity(address)
                for address, cursor in cursors.items()
            ):
                return True
        return False

    def _wait_until_done(self, stop: threading.Event) -> bool:
        """True once every mail was taken in, every answer has left and every alert that is due has rung."""
        end = datetime.now(UTC).timestamp() + LONGEST_REST  # noqa: TID251 - as above
        while not stop.wait(0.3) and datetime.now(UTC).timestamp() < end:  # noqa: TID251 - as above
            now = self._house.clock.now()
            with self._house.begin("journey:demo") as work:
                taken = work.counts().mails
                rows = work.outbox(states=OPEN_ROWS)
                due = [r for r in work.reminders() if r.state is ReminderState.WAITING and r.due <= now]
            with self._lock:
                arrived = len(self._delivered)
            if not (rows or due or taken.get("received")) and self._story.tally.mails >= arrived:
                return True
        return False

    # -- what happens ---------------------------------------------------------------------------
    def heard(self, event: object) -> None:
        """Tell what happened."""
        match event:
            case MailTaken():
                self._taken(event)
            case dispatch.Notice():
                self._posted(event)

    def _taken(self, taken: MailTaken) -> None:
        with self._lock:
            delivered = self._delivered.get(sha256(taken.mail.raw).digest())
            if delivered is not None and taken.outcome in (TakenIn.SETTLED, TakenIn.COPY, TakenIn.STUCK):
                event_id = taken.settled.event.id if taken.settled is not None else ""
                self._diary.take(delivered.mail.name, taken.mail.mailbox, event_id)
            if taken.outcome is TakenIn.STUCK:
                if delivered is not None and delivered.fresh in self._arrivals:
                    self._arrivals[delivered.fresh] = Arrival(set_aside=True)
                self._story.stuck(self._since())
                return
            if taken.settled is None or taken.understood is None:
                return
            event = taken.settled.event
            if delivered is not None:
                self._events.setdefault(event.id, delivered)
                if delivered.fresh in self._arrivals:
                    self._arrivals[delivered.fresh] = Arrival(event.reference)
            self._story.taken(
                self._since(),
                taken.mail.mailbox,
                delivered.mail.says if delivered else "",
                taken.understood.message.subject,
                taken.settled,
                taken.understood.verdict.evidence,
            )

    def _posted(self, notice: dispatch.Notice) -> None:
        if notice.posted is not dispatch.Posted.SENT:
            return
        with self._house.begin("journey:demo") as work:
            row = work.outbox_row(notice.row_id)
            reference = work.event(row.event_id).reference if row.event_id else ""
        with self._lock:
            delivered = self._events.get(row.event_id)
            seconds = (notice.at - delivered.at).total_seconds() if delivered else None
            name = self._diary.mail_of(row.event_id)
            if name and row.mail_class is MailClass.RECEIPT:
                self._diary.answer(name, Answered(row.message_id, reference))
            self._story.sent(self._since(), row, reference, seconds)

    def _since(self) -> timedelta:
        return self._house.clock.now() - self._begun


def write_mail(sender: str, to: str, subject: str, text: str, now: datetime, fresh: str) -> bytes:
    """A mail as a visitor's program would write it. Raises ``UseError`` when it cannot be written."""
    senders = getaddresses([" ".join(sender.split())])
    if len(senders) != 1:
        raise UseError("A mail has one sender: write one address, with a name if you like.")
    [(name, address)] = senders
    try:
        check_recipient(address, test_domains=True)
    except UseError as fault:
        raise UseError(f"The sender's address cannot be used: {fault}") from None
    written = EmailMessage()
    try:
        written["From"] = Address(name, addr_spec=address)
        written["To"] = to
        written["Subject"] = " ".join(subject.split())
        written["Date"] = format_datetime(now)
        written["Message-ID"] = f"<{fresh}@visitor.example>"
        written.set_content(text.replace("\r\n", "\n").replace("\r", "\n"))
        return bytes(written)
    except (ValueError, IndexError, LookupError):
        raise UseError("That cannot be written as a mail: some characters are not allowed in it.") from None
