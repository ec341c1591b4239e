"""A house that lives for years in seconds: bytes come in, letters go to a courier in memory, a hand moves the clock.

Mails are bytes, really stored, claimed, parsed and settled. What they *are* (kind, flags, facts) is said by the test
beside them, so that a better reading of words never changes a story; reading is proved elsewhere.

The clock never jumps over anything that is due: :meth:`Simulation.live` goes from one due time to the next, and at each
of them does what the service does (look, take in, ring, send). :meth:`Simulation.sleep` is the service that is down.
Every mail that leaves stands in the letter book (:meth:`Simulation.book`): when in London, to whom, which letter, why.
A simulation can be forked: the fork lives on from the same moment on a copy of the database. Everybody is invented.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from zoneinfo import ZoneInfo

from mailflow.courier import check_recipient
from mailflow.flow import intake, triage
from mailflow.flow.digest import make_digest
from mailflow.flow.dispatch import Dispatch, Posted, send_one
from mailflow.flow.gate import make_gate
from mailflow.flow.intake import Intake, TakenIn, take_in_one
from mailflow.flow.letters import Office, Staff
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.flow.ports import Reached, unheard
from mailflow.flow.remind import Reminding, ring_all
from mailflow.flow.understand import Mind, Understood
from mailflow.model.facts import Facts
from mailflow.model.mail import Cursor
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    EventRecord,
    EventState,
    MailRecord,
    OutboxRecord,
    OutboxState,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.verdict import Verdict
from mailflow.model.words import Flag, Kind, SenderType
from mailflow.parse import parse
from mailflow.store import KeyFile, SqlStore
from tests.support import deciding
from tests.support.blank import blank_database
from tests.support.letters import profile_policy, profile_templates

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning in winter: London is UTC."""
GATEWAY = "mx1.victimsupport.org.uk"
ADDRESSES = {"hssupport": "hssupport@victimsupport.org.uk", "DHRenquiries": "DHRenquiries@victimsupport.org.uk"}
STAFF = Staff("lead@staff.example", "on-call@staff.example", "deputy@staff.example", "http://127.0.0.1:8025")
WAITING_ROWS = (OutboxState.QUEUED, OutboxState.DEFERRED)
STEP = timedelta(minutes=1)
"""How far the clock moves where something due has not moved on by itself."""
MOST_TURNS = 20_000
"""Turns of one ``live``: a promise that rings for ever without moving on would hang the test."""


@dataclass
class Numbers:
    """Ids and references in order; a fork goes on counting where it was forked."""

    ids: int = 0
    references: int = 0

    def new(self) -> str:
        self.ids += 1
        return f"c{self.ids:031x}"

    def reference(self) -> str:
        self.references += 1
        return f"HS-7KQ4-{self.references:04d}"

    def token(self) -> str:
        self.ids += 1
        return f"token-{self.ids}"


class SimulatedCrash(BaseException):
    """The process ended here."""


def crash_at(point: str) -> Reached:
    """A listener that ends the process at a point, once."""
    left = count()

    def reached(name: str) -> None:
        if name == point and next(left) == 0:
            raise SimulatedCrash(point)

    return reached


@dataclass
class Simulation:
    """Everything that a life of years touches."""

    folder: Path
    name: str
    keys: KeyFile
    roles: dict[str, str]
    """Address → who that is, as the letter book says it."""
    at: datetime = START
    ids: Numbers = field(default_factory=Numbers)
    courier: MemoryCourier = field(default_factory=MemoryCourier)
    watched: bool = True
    """Somebody looks into the mailboxes all the time."""
    digests: bool = False
    """Morning digests are made; most tests do without three hundred of them a year."""
    uid: int = 0
    readings: dict[str, tuple[Verdict, Facts]] = field(default_factory=dict)
    """Message-ID → what that mail is. One that is not here breaks its reader, and is set aside."""

    def __post_init__(self) -> None:
        self.store = SqlStore(f"sqlite:///{self.folder}/{self.name}.db", self.keys, self.ids, self.name)
        self.office = Office(
            policy=profile_policy(), templates=profile_templates(), ids=self.ids, addresses=ADDRESSES, staff=STAFF
        )

    # -- the clock ------------------------------------------------------------------------------
    def now(self) -> datetime:
        return self.at

    def live(self, until: datetime | date, hour: int = 10) -> None:
        """Live until that moment (of a day: that hour in London), doing everything at its due time, in order."""
        end = until if isinstance(until, datetime) else moment(until, hour)
        assert end >= self.at, f"{end} is past: it is {self.at}"
        for _ in range(MOST_TURNS):
            self.turn()
            due = self._next_due()
            if due is None or due > end:
                break
            self.at = max(due, self.at + STEP)
        else:
            raise AssertionError("it rings for ever")
        self.at = max(end, self.at)
        self.turn()

    def sleep(self, until: datetime | date, hour: int = 10) -> None:
        """The service is down until then: the clock moves and nothing happens."""
        self.at = until if isinstance(until, datetime) else moment(until, hour)

    def _next_due(self) -> datetime | None:
        def act(work: Any) -> list[datetime]:
            found = [one.due for one in work.reminders(states=[ReminderState.WAITING])[:1]]
            return found if work.stopped() else found + [row.due for row in work.outbox(states=WAITING_ROWS)]

        due = self.do(act)
        if self.digests:
            tomorrow = self.at.astimezone(LONDON).date() + timedelta(days=1)
            due.append(moment(tomorrow, self.office.policy.clock.digest_hour))
        return min(due, default=None)

    def turn(self) -> None:
        """One turn of the service."""
        if self.watched:
            self.look()
        self.take_in()
        if self.digests:
            make_digest(self.store, self.office, self)
        while self.ring():
            pass
        self.send()
        if self.ring():
            self.send()

    def look(self) -> None:
        """Somebody looked into every mailbox just now."""
        with self.store.begin("journey:receive", self.at) as work:
            for name in self.office.addresses:
                lease = work.lease_mailbox(name, "test", self.at, 60)
                assert lease is not None
                work.save_cursor(Cursor(name, "INBOX", 1, self.uid + 1), lease, self.at)

    def take_in(self, reached: Reached = unheard) -> list[TakenIn]:
        done: list[TakenIn] = []
        nobody = cast(Mind, None)  # what a mail is stands in ``readings``
        journey = Intake(self.store, nobody, self.office, self, "test", reached=reached)
        with patch.object(intake, "understand", self._understood):
            while (turned := take_in_one(journey)) is not TakenIn.NOTHING:
                done.append(turned)
        return done

    def _understood(self, raw: bytes, mailbox: str, mind: Mind) -> Understood:
        message = parse(raw, own_addresses=tuple(ADDRESSES.values()))
        verdict, facts = self.readings[message.message_id]
        return Understood(message, deciding.report(), facts, verdict)

    def ring(self, owner: str = "test", reached: Reached = unheard) -> int:
        return ring_all(Reminding(self.store, self.office, self, owner, reached=reached), threading.Event())

    def dispatch(self, owner: str = "test", reached: Reached = unheard) -> Dispatch:
        checked = partial(check_recipient, test_domains=True)
        gate = make_gate(self.office.policy.sending, checked, self.office)
        return Dispatch(self.store, self.courier, gate, self, self.ids, owner, reached=reached)

    def send(self, reached: Reached = unheard) -> list[Posted]:
        done: list[Posted] = []
        journey = self.dispatch(reached=reached)
        while (posted := send_one(journey)) not in (Posted.NOTHING, Posted.STOPPED):
            done.append(posted)
        return done

    # -- mail and people ------------------------------------------------------------------------
    def arrive(self, raw: bytes, to: str = "DHRenquiries") -> None:
        """A mail lies in a mailbox, and nobody has read it."""
        self.uid += 1
        sender = parse(raw).author
        hashed = self.do(lambda work: work.hash_of("address", sender.address.lower() if sender else "").hash)
        record = MailRecord(self.ids.new(), to, "INBOX", 1, self.uid, self.at, self.at, raw, sender_hash=hashed)
        with self.store.begin("journey:receive", self.at) as work:
            assert work.add_mail(record)

    def reads(
        self, raw: bytes, kind: Kind, flags: tuple[Flag, ...] = (), facts: Facts | None = None, confidence: float = 0.97
    ) -> bytes:
        """Say what a mail is."""
        verdict = deciding.verdict(kind, confidence, flags=flags)
        found = facts if facts is not None else Facts(sender_type=SenderType.OTHER)
        self.readings[parse(raw).message_id] = (verdict, found)
        return raw

    def takes(
        self,
        raw: bytes,
        kind: Kind,
        *,
        flags: tuple[Flag, ...] = (),
        facts: Facts | None = None,
        to: str = "DHRenquiries",
    ) -> EventRecord:
        """A mail of that kind arrives and is taken in at once; its event."""
        self.arrive(self.reads(raw, kind, flags, facts), to)
        before = {event.id for event in self.events()}
        assert self.take_in() in ([TakenIn.SETTLED], [TakenIn.COPY]), "the mail was not taken in"
        new = [event for event in self.events() if event.id not in before]
        self.turn()
        return new[0] if new else self.events()[-1]

    def desk(self) -> triage.Desk:
        return triage.Desk(self.store, self, self.ids, self.office.policy)

    def act(self, act: Callable[..., Any], *given: Any, who: str = "Jo Brandt", **named: Any) -> Any:
        """A human does something, and the service hears of it."""
        done = act(self.desk(), who, *given, **named)
        self.turn()
        return done

    def triage_all(self) -> None:
        """A human accepts everything that lies in the queue."""
        for event in self.events():
            if event.state is EventState.UNTRIAGED:
                triage.accept(self.desk(), "Jo Brandt", event.reference)
        self.turn()

    def do(self, act: Callable[[Any], Any], actor: str = "person:Jo Brandt") -> Any:
        with self.store.begin(actor, self.at) as work:
            return act(work)

    # -- what there is --------------------------------------------------------------------------
    def events(self) -> list[EventRecord]:
        """Every event, oldest first."""
        found = self.do(lambda work: work.queue(closed=True, limit=5_000))
        return sorted(found, key=lambda event: (event.created_at, event.id))

    def rows(self, *classes: MailClass) -> list[OutboxRecord]:
        """Outbox rows of those classes (of all, where none is named), oldest first."""
        every = self.do(lambda work: work.outbox(limit=5_000))
        return sorted((r for r in every if not classes or r.mail_class in classes), key=lambda r: (r.created_at, r.id))

    def left(self, *classes: MailClass) -> list[OutboxRecord]:
        """What left, in the order in which it left; also what came back later."""
        found = [row for row in self.rows(*classes) if row.data_started_at is not None]
        return sorted(found, key=lambda row: (row.data_started_at, row.id))

    def asked(self) -> list[OutboxRecord]:
        """Questions and reminders to Chairs that left, in order."""
        return self.left(MailClass.FOLLOW_UP)

    def book(self, since: datetime = START) -> list[str]:
        """The letter book: a line for every mail that left since then."""
        rung = {}
        for one in self.do(lambda work: work.reminders()):
            rung[one.id] = rung[one.key] = one
        return [self._line(row, rung) for row in self.left() if (row.data_started_at or self.at) >= since]

    def _line(self, row: OutboxRecord, rung: dict[str, ReminderRecord]) -> str:
        assert row.data_started_at is not None
        when = row.data_started_at.astimezone(LONDON).strftime("%a %d %b %Y %H:%M")
        who = self.roles.get(row.recipient.lower(), row.recipient)
        keys = (row.key, row.key.removeprefix("unsure:"), *row.key.split(":"))
        reminder = next((rung[key] for key in keys if key in rung), None)
        why = ""
        if reminder is not None:
            why = reminder.why if row.mail_class is MailClass.FOLLOW_UP else reminder.kind.replace("_", " ")
        return f"{when}  {who:<19} {row.template:<26} {row.subject}{f'  ({why})' if why else ''}"

    def fork(self, name: str) -> Simulation:
        """The same house at the same moment, living on by itself."""
        self.store.close()
        shutil.copyfile(self.folder / f"{self.name}.db", self.folder / f"{name}.db")
        self.__post_init__()
        ids = Numbers(self.ids.ids, self.ids.references)
        return Simulation(
            self.folder,
            name,
            self.keys,
            dict(self.roles),
            self.at,
            ids,
            watched=self.watched,
            uid=self.uid,
            readings=dict(self.readings),
        )

    def close(self) -> None:
        self.store.close()


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of that day in London, as UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def new_house(folder: Path, roles: dict[str, str], name: str = "years", **changes: Any) -> Simulation:
    """An empty house on a fresh SQLite file; the tables are made once a folder."""
    blank, key = folder / "blank.db", folder / "years.key"
    if not blank.exists():
        KeyFile.create(key, START, os.urandom)
        blank_database(f"sqlite:///{blank}")
    shutil.copyfile(blank, folder / f"{name}.db")
    staff = {STAFF.lead: "the lead", STAFF.on_call: "who is on call", STAFF.deputy: "the deputy"}
    return Simulation(folder, name, KeyFile.load(key), {**staff, **roles}, **changes)


def written(
    sim: Simulation,
    sender: str,
    text: str,
    *,
    subject: str = "about a family",
    answers: OutboxRecord | None = None,
    message_id: str = "",
    extra: tuple[str, ...] = (),
    return_path: str | None = None,
) -> bytes:
    """An invented mail of that moment, as our own gateway has taken it."""
    address = sender.rpartition("<")[2].strip(" >")
    domain = address.rpartition("@")[2]
    path = address if return_path is None else return_path
    when = sim.at.astimezone(LONDON).strftime("%a, %d %b %Y %H:%M:%S %z")
    thread = (f"In-Reply-To: <{answers.message_id}>", f"References: <{answers.message_id}>") if answers else ()
    lines = [
        f"Return-Path: <{path}>",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.1])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby {GATEWAY} (Postfix) with ESMTPS id x{sim.uid + 1}",
        f"\tfor <hssupport@victimsupport.org.uk>; {when}",
        f"Authentication-Results: {GATEWAY}; spf=pass smtp.mailfrom={address}; dkim=pass header.d={domain};"
        f" dmarc=pass header.from={domain}",
        f"From: {sender}",
        "To: DHRenquiries@victimsupport.org.uk",
        f"Subject: {subject}",
        f"Date: {when}",
        f"Message-ID: <{message_id or f'm{sim.uid + 1}.{sim.at:%Y%m%d%H%M}@{domain}'}>",
        *thread,
        *extra,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
        "",
    ]
    return "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()


def returned(sim: Simulation, row: OutboxRecord, status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464) about a mail of ours, from a server that could not deliver it."""
    when = sim.at.astimezone(LONDON).strftime("%a, %d %b %Y %H:%M:%S %z")
    return "\r\n".join(
        [
            "Return-Path: <>",
            f"Received: from mx.example (mx.example [192.0.2.9]) by {GATEWAY} (Postfix) with ESMTPS id b1; {when}",
            "From: MAILER-DAEMON@mx.example",
            "To: DHRenquiries@victimsupport.org.uk",
            "Subject: Undelivered Mail Returned to Sender",
            f"Date: {when}",
            f"Message-ID: <bounce{sim.uid + 1}@mx.example>",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="BB"',
            "",
            "--BB",
            "Content-Type: text/plain",
            "",
            f"Your message to <{row.recipient}> could not be delivered: user unknown.",
            "--BB",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            f"Final-Recipient: rfc822; {row.recipient}",
            "Action: failed",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
            "--BB",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: <{row.message_id}>",
            f"To: {row.recipient}",
            "",
            "--BB--",
            "",
        ]
    ).encode()
