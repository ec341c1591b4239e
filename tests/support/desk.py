"""The whole house in one thread, without a server: mails in, journeys on, pages out. Time stands still until moved.

with back_room(folder) as room:
    room.put(raw)                      # or room.play(): all mails of the demonstration
    room.work()                        # receive, take in, remind, send
    room.client().get("/")

References and ids come from a counter, and the clock is in the hand of the test, so that the same mails give the
same pages; the screenshots of the documentation are made in this room.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from rich.console import Console

from mailflow import bootstrap
from mailflow.bootstrap import House, MailTaken
from mailflow.cases import reference_from
from mailflow.cli.demo import MAILBOXES
from mailflow.cli.stage import Stage
from mailflow.cli.story import Story
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import DatabaseSettings, KeySettings, PeopleSettings, SendingSettings
from mailflow.courier import check_recipient
from mailflow.flow import dispatch, receive
from mailflow.flow.gate import make_gate
from mailflow.flow.intake import Intake, TakenIn, take_in_one
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.flow.memory.mailserver import MemoryMailHouse, MemoryMailServer
from mailflow.flow.remind import Reminding, ring_all
from mailflow.parse import first_look
from mailflow.sandbox import DemoMail, Diary, demo_mails, gateway_lines
from mailflow.web import create_app
from tests.support.blank import blank_database

MORNING = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
"""A Monday, shortly after the office opens."""
DESK = "http://127.0.0.1:8025"


class HandClock:
    """Time stands still until somebody moves it."""

    def __init__(self, now: datetime = MORNING) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def forward(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class CountedChance:
    """Ids and references that look as they do in service, and are the same in every run."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def _next(self) -> bytes:
        with self._lock:
            self._count += 1
            return self._count.to_bytes(8, "big")

    def new(self) -> str:
        return self._next().hex().zfill(32)

    def reference(self) -> str:
        return reference_from(hashlib.sha256(self._next()).digest()[:16])

    def token(self) -> str:
        return self._next().hex().zfill(32)


@dataclass
class MemoryWorld:
    """As ``sandbox.MailWorld``, without its servers."""

    mails: MemoryMailHouse = field(default_factory=MemoryMailHouse)

    def put(self, address: str, raw: bytes, arrived: datetime) -> None:
        self.mails.deliver(_name(address), raw, arrived)

    def uid_validity(self, _address: str) -> int:
        return 1


@dataclass(frozen=True)
class Visitor:
    """Asks the application for pages, without a socket."""

    app: FastAPI
    base: str

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.ask("GET", path, **given)

    def post(self, path: str, data: dict[str, str], **given: Any) -> httpx.Response:
        return self.ask("POST", path, data=data, **given)

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """One request; redirects are not followed."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=self.base) as client:
                return await client.request(method, path, **given)

        return asyncio.run(asked())


@dataclass
class BackRoom:
    """Everything that works, and the hands that move it."""

    house: House
    clock: HandClock
    world: MemoryWorld
    courier: MemoryCourier
    stage: Stage
    story: Story
    console: Console
    diary: Diary

    def put(
        self, raw: bytes, mailbox: str = "hssupport", author: str = "jo@kent.police.uk", came: str = "verified"
    ) -> None:
        """A mail arrives, with the lines that our gateway writes on top; ``came`` as in ``sandbox.mails.CAME``."""
        address, now = MAILBOXES[mailbox], self.clock.now()
        self.world.put(address, gateway_lines(came, author, address, now) + raw.replace(b"\n", b"\r\n"), now)

    def play(self, besides: tuple[DemoMail, ...] = ()) -> None:
        """Deliver every mail of the demonstration at its time, and let each be dealt with before the next."""
        begun = self.clock.now()
        for mail in sorted([*demo_mails(), *besides], key=lambda m: (m.after, m.name)):
            wait = (begun + timedelta(seconds=mail.after) - self.clock.now()).total_seconds()
            self.clock.forward(max(wait, 0))
            self.stage.deliver(mail)
            self.work()

    def work(self) -> None:
        """Do what there is to do."""
        house, clock = self.house, self.clock
        for name in MAILBOXES:
            receive.look_once(
                name,
                ("INBOX",),
                server=MemoryMailServer(self.world.mails, name),
                store=house.store,
                clock=clock,
                ids=house.ids,
                look=lambda raw: first_look(raw, house.profile.risk_words),
                owner=house.owner,
            )

        def taken(outcome: TakenIn, claim: Any, understood: Any, settled: Any) -> None:
            self.stage.heard(MailTaken(outcome, claim.mail, understood, settled))

        intake = Intake(house.store, house.mind, house.office, clock, house.owner, listener=taken)
        while take_in_one(intake) is not TakenIn.NOTHING:
            pass
        self.clock.forward(0.4)
        ring_all(Reminding(house.store, house.office, clock, house.owner), threading.Event())
        sending = dispatch.Dispatch(
            store=house.store,
            courier=self.courier,
            gate=make_gate(house.profile.policy.sending, partial(check_recipient, test_domains=True)),
            clock=clock,
            ids=house.ids,
            owner=house.owner,
            listener=self.stage.heard,
        )
        while dispatch.send_one(sending) not in (dispatch.Posted.NOTHING, dispatch.Posted.STOPPED):
            pass

    def client(self, host: str = "127.0.0.1", *, demo: bool = True) -> Visitor:
        """A browser on the pages, in process; ``demo`` adds the pages on which a visitor writes."""
        source = self.stage.desk_source() if demo else bootstrap.desk_source(self.house)
        return Visitor(create_app(source), f"http://{host}")


@contextmanager
def back_room(folder: Path, now: datetime = MORNING, width: int = 110) -> Iterator[BackRoom]:
    """Open the house on SQLite in ``folder``, its mailboxes empty and watched."""
    clock, chance, world = HandClock(now), CountedChance(), MemoryWorld()
    settings = _settings(folder)
    bootstrap.make_key(settings.keys.file)
    blank_database(settings.database.url)
    with bootstrap.house(settings, clock) as opened:
        house = replace(opened, ids=chance, office=replace(opened.office, ids=chance))
        console = Console(file=StringIO(), record=True, width=width, highlight=False, force_terminal=True)
        story, diary = Story(console, total=0), Diary(folder / "demo.json")
        stage = Stage(house, world, MAILBOXES, story, diary)  # type: ignore[arg-type]
        room = BackRoom(house, clock, world, MemoryCourier(), stage, story, console, diary)
        for name in MAILBOXES:
            world.mails.create_folder(name, "INBOX")
        room.work()  # the first look makes the cursors: what comes from now on is news
        yield room


def _settings(folder: Path) -> Settings:
    secret = SecretStr("not used")
    return Settings(
        mailbox=tuple(
            MailboxSettings(name=name, address=address, host="127.0.0.1", security="plain", password=secret)
            for name, address in MAILBOXES.items()
        ),
        smtp=SmtpSettings(host="127.0.0.1", security="plain"),
        database=DatabaseSettings(url=f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
        sending=SendingSettings(test_domains=True),
        people=PeopleSettings(
            lead="lead@demo.example", on_call="on-call@demo.example", deputy="deputy@demo.example", desk_url=DESK
        ),
    )


def _name(address: str) -> str:
    return next(name for name, known in MAILBOXES.items() if known == address)
