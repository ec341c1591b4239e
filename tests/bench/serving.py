"""What the sections with servers share: the running service with ears, the servers around it, databases.

``ears`` hear everything that the service tells its listeners, with the time of the machine's clock.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from pathlib import Path
from typing import Protocol

from mailflow import bootstrap
from mailflow.bootstrap import House, MailTaken
from mailflow.config import Settings
from mailflow.flow import dispatch, receive
from mailflow.flow.intake import TakenIn
from mailflow.model.decision import Answer
from mailflow.model.outgoing import MailClass
from tests.bench.report import Missing
from tests.conftest import program
from tests.support import tls
from tests.support.postfix import Postfix, why_not
from tests.support.postgres import cluster
from tests.support.smtp import SmtpServer

NO_CAP = 1_000_000
ENDED = frozenset({dispatch.Posted.SENT, dispatch.Posted.REFUSED, dispatch.Posted.UNCERTAIN, dispatch.Posted.CANCELLED})
ENGINES = ("sqlite", "postgresql")
_LOOK_SECONDS = 0.005


def need(*programs: str) -> None:
    """Raises ``Missing`` when one of them is not installed."""
    for name in programs:
        if program(name) is None:
            raise Missing(f"{name} is not installed (deploy/dev/install-services installs it)")


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something. Raises ``TimeoutError`` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(_LOOK_SECONDS)


# -- the service ------------------------------------------------------------------------------------


@dataclass
class Ears:
    """What the service said, and when (seconds since 1970)."""

    points: list[tuple[float, str]] = field(default_factory=list)
    """Named points of the journeys."""
    taken: Counter[TakenIn] = field(default_factory=Counter)
    posted: Counter[dispatch.Posted] = field(default_factory=Counter)
    """Of receipts only."""
    answers: int = 0
    """Receipts that were decided on."""
    looked: Counter[str] = field(default_factory=Counter)
    """Complete rounds of each mailbox."""
    last_taken: float = 0.0
    last_posted: float = 0.0

    def reached(self, point: str) -> None:
        self.points.append((time.time(), point))

    def heard(self, event: object) -> None:
        match event:
            case MailTaken():
                self.last_taken = time.time()
                if event.settled is not None and event.settled.decision is not None:
                    self.answers += sum(isinstance(intent, Answer) for intent in event.settled.decision.intents)
                self.taken[event.outcome] += 1
            case dispatch.Notice(mail_class=MailClass.RECEIPT):
                self.last_posted = time.time()
                self.posted[event.posted] += 1
            case receive.Notice(kind=receive.NoticeKind.SEEN):
                self.looked[event.mailbox] += 1

    def ended(self) -> int:
        """Receipts about which nothing more will happen."""
        return sum(self.posted[posted] for posted in ENDED)

    def first(self, point: str, after: float) -> float | None:
        """When that point was reached first since then."""
        return next((at for at, name in self.points if name == point and at >= after), None)


@contextmanager
def running(settings: Settings, ears: Ears) -> Iterator[House]:
    """The whole service with all its threads, once it watches every mailbox."""
    with bootstrap.house(settings) as opened:
        house = _without_caps(opened)
        service = bootstrap.service(house, ears.reached, ears.heard)
        thread = threading.Thread(target=service.run, kwargs={"signals": False})
        thread.start()
        try:
            names = [mailbox.name for mailbox in settings.mailbox]
            wait_until(lambda: all(ears.looked[name] for name in names), 30, "the service watches its mailboxes")
            yield house
        finally:
            service.stop()
            thread.join(60)
            if thread.is_alive():
                raise TimeoutError("the service did not stop within a minute")


def _without_caps(house: House) -> House:
    """The same house, but its policy holds back no receipt: caps are a promise (P6) and not a speed."""
    sending = replace(house.profile.policy.sending, per_address_hour=NO_CAP, per_address_day=NO_CAP, total_hour=NO_CAP)
    policy = replace(house.profile.policy, sending=sending)
    return replace(house, profile=replace(house.profile, policy=policy), office=replace(house.office, policy=policy))


# -- the way out ------------------------------------------------------------------------------------


class PostOffice(Protocol):
    """An SMTP server that says when a mail stood there."""

    port: int
    name: str

    def arrived(self, recipient: str, after: float) -> float | None:
        """When the first mail to that address since then stood there (seconds since 1970)."""
        ...


class PostfixOffice:
    """Postfix: when the mail lies in the recipient's Maildir, by the file's own time (±4 ms, the kernel's tick)."""

    name = "Postfix, delivered to a Maildir"

    def __init__(self, postfix: Postfix) -> None:
        self.port = postfix.port
        self._folder = postfix.base / "mail/inbox/new"
        self._known: dict[str, tuple[str, float]] = {}

    def arrived(self, recipient: str, after: float) -> float | None:
        for path in self._folder.iterdir() if self._folder.exists() else ():
            if path.name not in self._known:
                head = message_from_bytes(path.read_bytes())
                to = str(head["X-Original-To"] or head["Delivered-To"]).lower()
                self._known[path.name] = (to, path.stat().st_ctime)
        return _first(self._known.values(), recipient, after - 0.004)


class ScriptedOffice:
    """aiosmtpd in a thread of this process: when it has taken the mail, as often as it is asked."""

    def __init__(self, server: SmtpServer, why: str) -> None:
        self.name = f"aiosmtpd in this process, whose CPU it uses ({why})"
        self.port = server.port
        self._server = server
        self._known: list[tuple[str, float]] = []

    def arrived(self, recipient: str, after: float) -> float | None:
        now = time.time()
        self._known += [(mail.recipients[0].lower(), now) for mail in self._server.mails[len(self._known) :]]
        return _first(self._known, recipient, after)


def _first(known: Iterable[tuple[str, float]], recipient: str, after: float) -> float | None:
    return min((at for to, at in known if to == recipient.lower() and at >= after), default=None)


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Postfix where it can run, else the scripted server."""
    with ExitStack() as closing:
        if why := why_not():
            yield ScriptedOffice(closing.enter_context(SmtpServer(certificate=tls.good())), why)
        else:
            yield PostfixOffice(closing.enter_context(Postfix()))


# -- databases --------------------------------------------------------------------------------------


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database that survives a power cut. Raises ``Missing`` where the engine is not here."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'mailflow.db'}"
        return
    need("postgresql")
    with cluster(durable=True) as running_cluster:
        yield running_cluster.new_database()
