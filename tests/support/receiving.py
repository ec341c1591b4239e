"""What the tests of receiving share: a clock in the hand of the test, ids, a store on SQLite, a watcher in a thread.

with Watching(store, server, clock) as watching:
    house.deliver("hssupport", raw, clock.now())
    watching.until_stored(1)
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from sqlalchemy import select

from mailflow.flow import receive
from mailflow.flow.ports import MailServer, Reached, Store, unheard
from mailflow.flow.receive import Notice, NoticeKind
from mailflow.model.mail import FirstLook
from mailflow.model.records import MailRecord
from mailflow.store import KeyFile, SqlStore
from mailflow.store.tables import MailRow
from tests.support.blank import blank_database
from tests.support.dovecot import eventually

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class HandClock:
    """Time stands still until the test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self._now

    def forward(self, seconds: float) -> None:
        """Time goes on."""
        self._now += timedelta(seconds=seconds)


class CountingIds:
    """Ids in order, so that a test can be read; never one twice, for a watcher that is begun again."""

    _numbers = itertools.count(1)

    def new(self) -> str:
        """32 hexadecimal digits."""
        return f"{next(self._numbers):032x}"

    def reference(self) -> str:
        """Never used while receiving."""
        raise NotImplementedError

    def token(self) -> str:
        """A fresh lease token."""
        return f"token-{next(self._numbers)}"


def make_store(folder: Path, clock: HandClock) -> SqlStore:
    """An empty, sealed store on SQLite."""
    url = f"sqlite:///{folder / 'mailflow.db'}"
    blank_database(url)
    keys = KeyFile.create(folder / "service.key", clock.now(), os.urandom)
    return SqlStore(url, keys, CountingIds(), writer="test:1:receive")


def stored(store: SqlStore) -> list[MailRecord]:
    """All mails in the store, by folder and UID."""
    with store.engine.connect() as connection:
        ids = connection.scalars(select(MailRow.id).order_by(MailRow.folder, MailRow.uid_validity, MailRow.uid)).all()
    with store.begin("journey:test", START) as work:
        return [work.mail(mail_id) for mail_id in ids]


def look(raw: bytes) -> FirstLook:
    """A first look that a test can foresee."""
    sender = raw.split(b"From: ", 1)[1].split(b"\r\n", 1)[0].decode() if b"From: " in raw else ""
    return FirstLook(sender_address=sender, at_risk=b"afraid for her life" in raw)


class Watching:
    """``receive.watch`` in a thread, until the block ends; then it must end within seconds, without an error."""

    def __init__(
        self,
        store: Store,
        server: MailServer,
        clock: HandClock,
        *,
        mailbox: str = "hssupport",
        folders: tuple[str, ...] = ("INBOX", "Junk"),
        owner: str = "this process",
        reached: Reached = unheard,
        chance: float = 0.05,
        look: Callable[[bytes], FirstLook] = look,
    ) -> None:
        self.notices: list[Notice] = []
        self.store = store
        self.stop = threading.Event()
        self.error: BaseException | None = None

        def run() -> None:
            try:
                receive.watch(
                    mailbox,
                    folders,
                    server=server,
                    store=store,
                    clock=clock,
                    ids=CountingIds(),
                    look=look,
                    owner=owner,
                    stop=self.stop,
                    chance=lambda: chance,
                    listener=self.notices.append,
                    reached=reached,
                )
            except BaseException as error:
                self.error = error

        self.thread = threading.Thread(target=run, name="watch")

    def __enter__(self) -> Watching:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self.thread.join(15)
        assert not self.thread.is_alive(), "watch did not end when it was told to stop"
        if error is None and self.error is not None:
            raise self.error

    def told(self, kind: NoticeKind) -> list[Notice]:
        """What the listener was told of that kind."""
        return [notice for notice in list(self.notices) if notice.kind is kind]

    def until(self, holds: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until something holds; an error of the watcher ends the wait."""

        def holds_or_broken() -> bool:
            if self.error is not None:
                raise self.error
            return holds()

        try:
            eventually(holds_or_broken, seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}; told: {[f'{n.kind}: {n.sentence}' for n in self.notices]}") from None

    def until_told(self, kind: NoticeKind, count: int = 1) -> Notice:
        """Wait until the listener was told something so often; the last of them."""
        self.until(lambda: len(self.told(kind)) >= count)
        return self.told(kind)[count - 1]

    def until_stored(self, count: int, seconds: float = 30.0) -> None:
        """Wait until so many mails are new in the store since the watcher began."""
        self.until(lambda: sum(notice.count for notice in self.told(NoticeKind.STORED)) >= count, seconds)

    def until_seen_again(self) -> None:
        """Wait until a round has begun and ended after now."""
        before = len(self.told(NoticeKind.SEEN))
        self.until_told(NoticeKind.SEEN, before + 2)
