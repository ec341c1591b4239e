"""The journey receive against a real Dovecot and the real store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.flow.receive import NoticeKind, pieces, watching
from mailflow.mailbox import ImapServer
from mailflow.model.mail import Origin
from mailflow.store import SqlStore
from tests.support.dovecot import Dovecot
from tests.support.receiving import HandClock, Watching, make_store, stored

pytestmark = pytest.mark.service("dovecot")
USER = "hssupport"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[SqlStore]:
    made = make_store(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


def mail(subject: str, size: int = 100) -> bytes:
    return f"From: pc@police.example\r\nSubject: {subject}\r\n\r\n".encode() + b"x" * size + b"\r\n"


def subjects(store: SqlStore) -> list[str]:
    return [m.raw.split(b"Subject: ", 1)[1].split(b"\r\n", 1)[0].decode() for m in stored(store)]


@pytest.mark.promise("P1")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_is_in_the_store_two_seconds_after_it_arrived(
    dovecot: Dovecot, store: SqlStore, clock: HandClock, security: str
) -> None:
    dovecot.append(USER, mail("before"))
    with Watching(store, ImapServer(dovecot.settings(USER, security=security)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.append(USER, mail("live"))
        begun = time.monotonic()
        watcher.until_stored(1)
        assert time.monotonic() - begun < 2, "IDLE, not the next round"
    assert subjects(store) == ["live"]


def test_junk_and_mails_that_people_have_read_are_stored_and_nothing_is_marked(
    dovecot: Dovecot, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROUND_SECONDS", 0.2)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.append(USER, mail("filtered"), "Junk")
        dovecot.append(USER, mail("read in Outlook"), flags=[b"\\Seen"])
        watcher.until_stored(2)
    assert subjects(store) == ["read in Outlook", "filtered"]
    assert list(dovecot.flags(USER, "Junk").values()) == [()]
    assert list(dovecot.flags(USER).values()) == [(b"\\Seen",)]


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
def test_a_server_killed_in_the_middle_of_batches_loses_nothing_and_stores_nothing_twice(
    dovecot: Dovecot, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "BATCH_MAILS", 7)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    expected = [f"m{n:02}" for n in range(40)]
    dovecot.append_many(USER, [mail(subject) for subject in expected])

    kills = 0

    def reached(point: str) -> None:
        # After the commit of a batch the next FETCH meets a dead server: twice, in the same thread, so that
        # nothing depends on timing.
        nonlocal kills
        if point == "receive.stored" and kills < 2:
            kills += 1
            dovecot.kill()
            dovecot.start()

    with Watching(store, ImapServer(dovecot.settings(USER)), clock, reached=reached, chance=0.01) as watcher:
        watcher.until_stored(40)
        watcher.until_told(NoticeKind.RECOVERED)
        dovecot.append(USER, mail("afterwards"))
        watcher.until_stored(41)
    assert kills == 2
    assert subjects(store) == [*expected, "afterwards"]
    assert len(watcher.told(NoticeKind.FAULT)) >= 2
    assert watcher.told(NoticeKind.MAIL_TROUBLE) == [], "a broken line is not taken for a broken mail"


@pytest.mark.promise("P10")
def test_a_restart_while_idling_is_told_and_survived(dovecot: Dovecot, store: SqlStore, clock: HandClock) -> None:
    with Watching(store, ImapServer(dovecot.settings(USER)), clock, chance=0.02) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.stop()
        watcher.until(lambda: any("refuses connections" in n.sentence for n in watcher.told(NoticeKind.FAULT)))
        dovecot.start()
        watcher.until_told(NoticeKind.RECOVERED)
        dovecot.append(USER, mail("after the restart"))
        watcher.until_stored(1)


@pytest.mark.promise("P1")
def test_a_new_uidvalidity_is_read_again_as_rescan(dovecot: Dovecot, store: SqlStore, clock: HandClock) -> None:
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.append(USER, mail("ancient"), internaldate=clock.now() - timedelta(days=40))
        dovecot.append(USER, mail("recent"), internaldate=clock.now() - timedelta(days=3))
        watcher.until_stored(2)
    old = dovecot.uid_validity(USER)
    new = dovecot.renumber(USER)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.append(USER, mail("live"), internaldate=clock.now())
        watcher.until_stored(2)
    assert [(m.uid_validity, m.origin) for m in stored(store)] == [
        (old, Origin.LIVE),
        (old, Origin.LIVE),
        (new, Origin.RESCAN),
        (new, Origin.LIVE),
    ]
    assert subjects(store)[2:] == ["recent", "live"]


def test_a_mail_expunged_between_search_and_fetch_is_no_trouble(
    dovecot: Dovecot, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    uids = [dovecot.append(USER, mail(f"m{n}")) for n in range(3)]
    server = ImapServer(dovecot.settings(USER))
    true_sizes, true_fetch = server.sizes, server.fetch
    deleted: list[int] = []

    def delete(uid: int) -> None:
        if uid not in deleted:
            deleted.append(uid)
            dovecot.expunge(USER, [uid])

    def sizes(asked):  # type: ignore[no-untyped-def]
        delete(uids[0])  # after the search
        return true_sizes(asked)

    def fetch(asked):  # type: ignore[no-untyped-def]
        delete(uids[1])  # after the sizes
        return true_fetch(asked)

    server.sizes, server.fetch = sizes, fetch  # type: ignore[method-assign]
    with Watching(store, server, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    assert deleted == uids[:2]
    assert subjects(store) == ["m2"]
    assert watcher.told(NoticeKind.FAULT) == watcher.told(NoticeKind.MAIL_TROUBLE) == []
    with store.begin("journey:test", clock.now()) as work:
        cursor = work.cursor(USER, "INBOX")
    assert cursor is not None
    assert cursor.last_uid == uids[2]


@pytest.mark.promise("P1")
def test_large_empty_and_headerless_mails_are_stored_whole(dovecot: Dovecot, store: SqlStore, clock: HandClock) -> None:
    large = mail("large", 20 * 1024 * 1024)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        dovecot.drop(USER, b"", "1.empty")
        dovecot.drop(USER, b"\r\nonly a body\r\n", "2.headerless")
        watcher.until_stored(2)
        dovecot.append(USER, large)
        watcher.until_stored(3, seconds=60)
    raws = [m.raw for m in stored(store)]
    assert sorted(raws[:2]) == [b"", b"\r\nonly a body\r\n"]
    assert raws[2] == large


def test_a_mail_that_dovecot_cannot_read_is_told_and_the_others_go_on(
    dovecot: Dovecot, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROUND_SECONDS", 0.2)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    for name in ("1.first", "2.locked", "3.last"):
        dovecot.drop(USER, mail(name), name)
    dovecot.uids(USER)  # Dovecot takes them into its index
    (locked,) = dovecot.maildir(USER).rglob("2.locked*")
    locked.chmod(0)
    with Watching(store, ImapServer(dovecot.settings(USER)), clock, chance=0.01) as watcher:
        watcher.until_stored(2)
        while not any(n.alarm for n in watcher.told(NoticeKind.MAIL_TROUBLE)):
            watcher.until_seen_again()
            clock.forward(30)
        assert subjects(store) == ["1.first", "3.last"]
        locked.chmod(0o600)
        clock.forward(3600)
        watcher.until_stored(3)
        watcher.until_told(NoticeKind.MAIL_BACK)
    assert subjects(store) == ["1.first", "2.locked", "3.last"]
