"""Backfill: history as records, once, beside the live watch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import MailboxFault
from mailflow.flow import receive
from mailflow.flow.memory.mailserver import MemoryMailHouse, MemoryMailServer
from mailflow.flow.ports import MailServer
from mailflow.flow.receive import Backfilled, Notice, NoticeKind, history
from mailflow.mailbox import ImapServer
from mailflow.model.mail import Origin
from mailflow.store import SqlStore
from tests.support.dovecot import Dovecot
from tests.support.receiving import START, CountingIds, HandClock, Watching, look, make_store, stored

USER = "hssupport"
SINCE = START - timedelta(days=100)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def house() -> MemoryMailHouse:
    return MemoryMailHouse()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqlStore]:
    made = make_store(tmp_path, clock)
    yield made
    made.close()


class Run:
    """A backfill with everything it needs, and what it told."""

    def __init__(self, store: SqlStore, server: MailServer, clock: HandClock) -> None:
        self.stop = threading.Event()
        self.notices: list[Notice] = []
        self.doors: dict[str, Any] = {"server": server, "store": store, "clock": clock, "ids": CountingIds()}

    def __call__(self, *folders: str, **changes: Any) -> Backfilled:
        return receive.backfill(
            USER,
            folders or ("INBOX", "Junk"),
            changes.pop("since", SINCE),
            look=look,
            owner="backfill",
            stop=self.stop,
            chance=lambda: 0.001,
            listener=self.notices.append,
            **self.doors,
            **changes,
        )

    def told(self, kind: NoticeKind) -> list[Notice]:
        return [notice for notice in self.notices if notice.kind is kind]


def mail(subject: str) -> bytes:
    return f"Subject: {subject}\r\n\r\nhello\r\n".encode()


def subjects(store: SqlStore) -> list[str]:
    return [m.raw.split(b"Subject: ", 1)[1].split(b"\r\n", 1)[0].decode() for m in stored(store)]


def test_history_since_a_day_is_stored_as_backfill(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    house.deliver(USER, mail("too old"), SINCE - timedelta(days=2))
    house.deliver(USER, mail("old"), SINCE + timedelta(days=2))
    house.deliver(USER, mail("in junk"), clock.now(), "Junk")
    run = Run(store, MemoryMailServer(house, USER), clock)
    outcome = run("INBOX", "Junk", "Nowhere")
    assert (outcome.stored, outcome.known, outcome.failed, outcome.missing) == (2, 0, [], ["Nowhere"])
    assert outcome.finished
    assert outcome.reached_uid == {"INBOX": 2, "Junk": 1}
    assert [(m.folder, m.origin) for m in stored(store)] == [("INBOX", Origin.BACKFILL), ("Junk", Origin.BACKFILL)]
    assert [n.count for n in run.told(NoticeKind.PROGRESS)] == [1, 2]


@pytest.mark.promise("P1")
def test_mail_that_arrives_between_backfill_and_the_first_watch_is_live(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    house.deliver(USER, mail("history"), clock.now())
    Run(store, MemoryMailServer(house, USER), clock)()
    house.deliver(USER, mail("in between"), clock.now())
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_stored(1)
    assert [(m.origin, subject) for m, subject in zip(stored(store), subjects(store), strict=True)] == [
        (Origin.BACKFILL, "history"),
        (Origin.LIVE, "in between"),
    ]


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
def test_backfill_beside_a_watch_leaves_it_the_live_mail_and_its_cursor(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    for n in range(3):
        house.deliver(USER, mail(f"history {n}"), clock.now())
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        house.deliver(USER, mail("live"), clock.now())
        watcher.until_stored(1)
        first = Run(store, MemoryMailServer(house, USER), clock)()
        again = Run(store, MemoryMailServer(house, USER), clock)()
    assert (first.stored, first.known) == (3, 1)
    assert (again.stored, again.known) == (0, 4)
    assert [m.origin for m in stored(store)] == [Origin.BACKFILL] * 3 + [Origin.LIVE]
    with store.begin("journey:test", clock.now()) as work:
        cursor = work.cursor(USER, "INBOX")
    assert cursor is not None
    assert cursor.last_uid == 4
    assert watcher.told(NoticeKind.LEASE_LOST) == []


def test_mail_after_the_cursor_is_left_to_the_watch(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    house.deliver(USER, mail("history"), clock.now())
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    house.deliver(USER, mail("while nobody watched"), clock.now())
    Run(store, MemoryMailServer(house, USER), clock)()
    assert subjects(store) == ["history"]
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_stored(1)
    assert [m.origin for m in stored(store)] == [Origin.BACKFILL, Origin.LIVE]


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.promise("P2")
@pytest.mark.parametrize("point", ["receive.fetched", "receive.before_commit", "receive.stored"])
def test_a_backfill_that_dies_is_run_again_and_stores_the_rest(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(history, "BATCH_MAILS", 4)
    for n in range(10):
        house.deliver(USER, mail(f"m{n}"), clock.now())
    passed = 0

    def reached(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == 2:
            raise Crash

    with pytest.raises(Crash):
        Run(store, MemoryMailServer(house, USER), clock)("INBOX", reached=reached)
    so_far = len(stored(store))
    assert so_far in (4, 8)
    outcome = Run(store, MemoryMailServer(house, USER), clock)("INBOX", after={"INBOX": so_far})
    assert (outcome.stored, outcome.known) == (10 - so_far, 0)
    assert subjects(store) == [f"m{n}" for n in range(10)]


def test_a_backfill_that_is_stopped_says_how_far_it_came(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BATCH_MAILS", 4)
    for n in range(10):
        house.deliver(USER, mail(f"m{n}"), clock.now())
    run = Run(store, MemoryMailServer(house, USER), clock)

    def reached(name: str) -> None:
        if name == "receive.stored":
            run.stop.set()

    outcome = run("INBOX", reached=reached)
    assert not outcome.finished
    assert outcome.reached_uid == {"INBOX": 4}
    outcome = Run(store, MemoryMailServer(house, USER), clock)("INBOX", after=outcome.reached_uid)
    assert (outcome.stored, outcome.known, outcome.finished) == (6, 0, True)


@pytest.mark.promise("P3")
def test_a_mail_that_cannot_be_fetched_is_named_and_the_others_go_on(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    for n in range(5):
        house.deliver(USER, mail(f"m{n}"), clock.now())
    house.spoil(USER, 3)
    run = Run(store, MemoryMailServer(house, USER), clock)
    outcome = run("INBOX")
    assert outcome.failed == [("INBOX", 3)]
    assert subjects(store) == ["m0", "m1", "m3", "m4"]
    (trouble,) = run.told(NoticeKind.MAIL_TROUBLE)
    assert trouble.alarm
    assert trouble.uid == 3
    house.mend(USER, 3)
    assert Run(store, MemoryMailServer(house, USER), clock)("INBOX").stored == 1


def test_a_server_that_stays_away_ends_the_backfill_with_its_sentence(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    house.deliver(USER, mail("x"), clock.now())
    run = Run(store, MemoryMailServer(house, USER), clock)

    def reached(name: str) -> None:
        house.go_away("the mail server is away")

    house.deliver(USER, mail("y"), clock.now(), "Junk")
    with pytest.raises(MailboxFault, match="is away"):
        run(reached=reached)
    assert subjects(store) == ["x"]
    assert len(run.told(NoticeKind.FAULT)) < history.FAULTS_IN_A_ROW


def test_a_folder_that_another_process_does_not_watch_is_said(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CURSOR_WAIT_SECONDS", 0.0)
    with store.begin("journey:other", clock.now()) as work:
        work.lease_mailbox(USER, "a service", clock.now(), 60)
    with pytest.raises(MailboxFault, match="watches mailbox hssupport, but not folder INBOX"):
        Run(store, MemoryMailServer(house, USER), clock)("INBOX")


def test_backfill_before_the_watch_has_seen_new_numbers_uses_the_new_ones(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    house.deliver(USER, mail("x"), clock.now())
    new = house.renumber(USER)
    Run(store, MemoryMailServer(house, USER), clock)("INBOX")
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    assert [(m.uid_validity, m.origin) for m in stored(store)] == [(new, Origin.BACKFILL)]


@pytest.mark.service("dovecot")
def test_backfill_from_dovecot_in_batches_while_it_is_killed(store: SqlStore, clock: HandClock) -> None:
    with Dovecot() as dovecot:
        expected = [f"m{n:03}" for n in range(250)]
        with dovecot.hand(USER) as client:
            for subject in expected:
                client.append("INBOX", mail(subject), (), clock.now() - timedelta(days=10))
        kills = 0

        def reached(point: str) -> None:
            nonlocal kills
            if point == "receive.stored" and kills == 0:
                kills += 1
                dovecot.kill()
                dovecot.start()

        outcome = Run(store, ImapServer(dovecot.settings(USER)), clock)(reached=reached)
    assert kills == 1
    assert (outcome.stored, outcome.failed) == (250, [])
    assert subjects(store) == expected
