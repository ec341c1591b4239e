"""The journey receive on the mail server in memory and the real store: cursor, lease, numbers, trouble."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mailflow.errors import MailboxFault, StoreFault
from mailflow.flow import receive
from mailflow.flow.memory.mailserver import MemoryMailHouse, MemoryMailServer
from mailflow.flow.ports import Work
from mailflow.flow.receive import NoticeKind, pieces, watching
from mailflow.model.mail import FetchedMail, FirstLook, MailSize, Origin
from mailflow.store import SqlStore
from tests.support.receiving import CountingIds, HandClock, Watching, look, make_store, stored

USER = "hssupport"


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


@pytest.fixture(autouse=True)
def _quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "ROUND_SECONDS", 0.05)
    monkeypatch.setattr(watching, "LEASE_SECONDS", 60)


def mail(subject: str, text: str = "hello") -> bytes:
    return f"From: {subject}@police.example\r\nSubject: {subject}\r\n\r\n{text}\r\n".encode()


def subjects(store: SqlStore) -> list[str]:
    return [m.raw.split(b"Subject: ", 1)[1].split(b"\r\n", 1)[0].decode() for m in stored(store)]


class Spy(MemoryMailServer):
    """Writes down what is fetched together; can be told to misbehave."""

    def __init__(self, house: MemoryMailHouse, mailbox: str = USER) -> None:
        super().__init__(house, mailbox)
        self.batches: list[list[int]] = []
        self.large: list[int] = []
        self.withheld: set[int] = set()
        self.before_fetch: Callable[[], None] = lambda: None

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        self.before_fetch()
        self.batches.append(list(uids))
        return (mail for mail in super().fetch(uids) if mail.uid not in self.withheld)

    def fetch_large(self, uid: int, size: int) -> FetchedMail | None:
        self.large.append(uid)
        return next(super().fetch([uid]), None)


# -- first start and daily work -------------------------------------------------------------------


def test_first_start_takes_mail_from_now_on(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    house.deliver(USER, mail("before"), clock.now())
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        house.deliver(USER, mail("after"), clock.now())
        watcher.until_stored(1)
    assert subjects(store) == ["after"]
    (row,) = stored(store)
    assert (row.mailbox, row.folder, row.origin) == (USER, "INBOX", Origin.LIVE)
    assert {n.folder for n in watcher.told(NoticeKind.FIRST_START)} == {"INBOX", "Junk"}


@pytest.mark.promise("P1")
def test_what_came_while_we_were_away_is_read_at_the_next_start(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    for n in range(3):
        house.deliver(USER, mail(f"away {n}"), clock.now())
    house.deliver(USER, mail("in junk"), clock.now(), "Junk")
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_stored(4)
    assert subjects(store) == ["away 0", "away 1", "away 2", "in junk"]


def test_priority_and_sender_come_from_the_first_look(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        house.deliver(USER, mail("a"), clock.now())
        house.deliver(USER, mail("b", "she is afraid for her life"), clock.now())
        house.deliver(USER, b"", clock.now())
        watcher.until_stored(3)
    first, risky, empty = stored(store)
    assert (first.priority, risky.priority, empty.priority) == (0, pieces.RISK_PRIORITY, 0)
    assert first.sender_hash != risky.sender_hash != ""
    assert (empty.sender_hash, empty.raw) == ("", b"")


@pytest.mark.promise("P3")
def test_a_first_look_that_fails_does_not_keep_a_mail_out(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    def broken(raw: bytes) -> FirstLook:
        raise ValueError("cannot look")

    with Watching(store, MemoryMailServer(house, USER), clock, look=broken) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        house.deliver(USER, mail("x"), clock.now())
        watcher.until_stored(1)
    (row,) = stored(store)
    assert (row.priority, row.sender_hash) == (pieces.RISK_PRIORITY, "")


@pytest.mark.promise("P10")
def test_every_round_is_told_and_dates_the_cursor(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        clock.forward(240)
        watcher.until_seen_again()
        assert watcher.told(NoticeKind.SEEN)[-1].at == clock.now()


def test_it_stops_at_once_and_gives_the_lease_back(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROUND_SECONDS", 60)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        time.sleep(0.1)  # so that it waits
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    with store.begin("journey:test", clock.now()) as work:
        assert work.lease_mailbox(USER, "another process", clock.now(), 10) is not None
    assert watcher.told(NoticeKind.FAULT) == []


def test_look_once_reads_what_is_there_and_ends(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    def once(owner: str = "p") -> bool:
        return receive.look_once(
            USER,
            ("INBOX",),
            server=MemoryMailServer(house, USER),
            store=store,
            clock=clock,
            ids=CountingIds(),
            look=look,
            owner=owner,
        )

    assert once()
    house.deliver(USER, mail("x"), clock.now())
    assert once()
    assert subjects(store) == ["x"]
    with store.begin("journey:test", clock.now()) as work:
        work.lease_mailbox(USER, "a service", clock.now(), 60)
    assert not once()
    house.go_away("the mail server is away")
    clock.forward(61)
    with pytest.raises(MailboxFault, match="away"):
        once()


# -- folders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "special"),
    [("Junk E-mail", "\\Junk"), ("Indésirables", "\\Junk"), ("Spam", ""), ("INBOX.Junk", ""), ("INBOX/Junk Email", "")],
)
def test_the_spam_folder_is_found_whatever_it_is_called(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, name: str, special: str
) -> None:
    house.delete_folder(USER, "Junk")
    house.create_folder(USER, name, special)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        house.deliver(USER, mail("filtered"), clock.now(), name)
        watcher.until_stored(1)
    assert [(m.folder, m.origin) for m in stored(store)] == [(name, Origin.LIVE)]


def test_a_folder_that_is_missing_is_said_once_and_read_when_it_comes(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock, folders=("inbox", "Referrals")) as watcher:
        watcher.until_told(NoticeKind.SEEN, 3)
        assert [n.sentence for n in watcher.told(NoticeKind.FOLDER_MISSING)] == [
            "there is no folder Referrals; it is read as soon as there is"
        ]
        house.deliver(USER, mail("inbox"), clock.now())
        watcher.until_stored(1)
        house.create_folder(USER, "Referrals")
        watcher.until(lambda: "Referrals" in {n.folder for n in watcher.told(NoticeKind.FIRST_START)})
        house.deliver(USER, mail("referral"), clock.now(), "Referrals")
        watcher.until_stored(2)


def test_no_folder_at_all_is_a_fault_that_a_human_is_told(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock, folders=("Nowhere",), chance=0.0) as watcher:
        watcher.until(lambda: any(n.alarm for n in watcher.told(NoticeKind.FAULT)))
    assert "Nowhere" in watcher.told(NoticeKind.FAULT)[0].sentence


# -- batches --------------------------------------------------------------------------------------


def test_batches_keep_to_number_and_bytes_and_leave_large_mails_alone() -> None:
    limit = pieces.BATCH_BYTES
    assert list(pieces.batches([])) == []
    assert [len(b) for b in pieces.batches([MailSize(n, 10) for n in range(250)])] == [100, 100, 50]
    sizes = [MailSize(1, limit), MailSize(2, 1), MailSize(3, limit + 1), MailSize(4, 5), MailSize(5, limit - 5)]
    assert [[m.uid for m in b] for b in pieces.batches(sizes)] == [[1], [2], [3], [4, 5]]


def test_mails_are_fetched_in_batches_and_a_large_one_in_parts(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "BATCH_BYTES", 3_000)
    monkeypatch.setattr(pieces, "BATCH_MAILS", 10)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    for n in range(25):
        house.deliver(USER, mail(f"m{n}"), clock.now())
    large = house.deliver(USER, mail("large", "x" * 5_000), clock.now())
    spy = Spy(house)
    with Watching(store, spy, clock) as watcher:
        watcher.until_stored(26)
    assert spy.batches == [list(range(1, 11)), list(range(11, 21)), list(range(21, 26))], "each mail is fetched once"
    assert spy.large == [large]
    assert _cursor(store, clock) == large
    assert len(stored(store)) == 26


# -- crashes --------------------------------------------------------------------------------------


class Crash(BaseException):
    """The process dies here."""


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
@pytest.mark.parametrize("point", ["receive.leased", "receive.fetched", "receive.before_commit", "receive.stored"])
@pytest.mark.parametrize("occasion", [1, 2, 3])
def test_a_crash_at_any_point_loses_nothing_and_stores_nothing_twice(
    house: MemoryMailHouse,
    store: SqlStore,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
    occasion: int,
) -> None:
    monkeypatch.setattr(pieces, "BATCH_MAILS", 4)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    for n in range(11):
        house.deliver(USER, mail(f"m{n:02}"), clock.now())

    passed = 0

    def reached(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == occasion and name == point:
            raise Crash

    if not (point == "receive.leased" and occasion > 1):
        with pytest.raises(Crash), Watching(store, MemoryMailServer(house, USER), clock, reached=reached) as watcher:
            watcher.until_stored(11)
    with store.begin("journey:test", clock.now()) as work:
        cursor = work.cursor(USER, "INBOX")
    assert cursor is not None
    rows = stored(store)
    assert {row.uid for row in rows} >= set(range(1, cursor.last_uid + 1)), "mail and cursor are one commit"
    clock.forward(61)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    assert subjects(store) == [f"m{n:02}" for n in range(11)]


# -- faults of the server -------------------------------------------------------------------------


@pytest.mark.promise("P10")
def test_a_server_that_is_away_is_told_tried_again_and_told_when_it_is_back(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    house.go_away("the mail server is away; somebody should look")
    with Watching(store, MemoryMailServer(house, USER), clock, chance=0.001) as watcher:
        watcher.until_told(NoticeKind.FAULT, 3)
        house.go_away("")
        watcher.until_told(NoticeKind.RECOVERED)
        house.deliver(USER, mail("x"), clock.now())
        watcher.until_stored(1)
        faults = watcher.told(NoticeKind.FAULT)
    assert {n.sentence for n in faults} == {"the mail server is away; somebody should look"}
    assert [n.alarm for n in faults[:3]] == [False, False, True]
    assert len(watcher.told(NoticeKind.RECOVERED)) == 1


class Flaky:
    """A store whose database goes away for a while."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.away = 0

    def begin(self, actor: str, now: datetime) -> AbstractContextManager[Work]:
        if self.away:
            self.away -= 1
            raise StoreFault("the database is away")
        return self.store.begin(actor, now)

    def check(self) -> tuple[str, ...]:
        return self.store.check()

    def close(self) -> None:
        self.store.close()


@pytest.mark.promise("P1")
def test_a_database_that_is_away_loses_nothing(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    flaky, spy = Flaky(store), Spy(house)
    with Watching(flaky, spy, clock, chance=0.001) as watcher:
        watcher.until_told(NoticeKind.SEEN)

        def goes() -> None:
            spy.before_fetch = lambda: None
            flaky.away = 2

        spy.before_fetch = goes
        house.deliver(USER, mail("x"), clock.now())
        watcher.until_stored(1)
        watcher.until_told(NoticeKind.RECOVERED)
    assert [n.sentence for n in watcher.told(NoticeKind.FAULT)] == ["the database is away"] * 2
    assert subjects(store) == ["x"]


def test_pauses_double_with_full_jitter_up_to_five_minutes() -> None:
    assert [pieces.pause(n, 1.0) for n in (1, 2, 3, 4)] == [1.0, 2.0, 4.0, 8.0]
    assert pieces.pause(60, 1.0) == pieces.pause(10_000, 1.0) == 300.0
    assert pieces.pause(60, 0.0) == 0.0
    assert pieces.pause(3, 0.5) == 2.0


@pytest.mark.promise("P3")
def test_one_mail_that_cannot_be_fetched_holds_up_the_cursor_but_not_the_others(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    uids = [house.deliver(USER, mail(f"m{n}"), clock.now()) for n in range(5)]
    house.spoil(USER, uids[2])
    with Watching(store, MemoryMailServer(house, USER), clock, chance=0.001) as watcher:
        watcher.until_stored(4)
        for _ in range(3):
            watcher.until_seen_again()
            clock.forward(30)
        watcher.until(lambda: any(n.alarm for n in watcher.told(NoticeKind.MAIL_TROUBLE)))
        house.deliver(USER, mail("later"), clock.now())
        watcher.until_stored(5)
        trouble = watcher.told(NoticeKind.MAIL_TROUBLE)
        assert {n.uid for n in trouble} == {uids[2]}
        assert f"mail {uids[2]} of folder INBOX" in trouble[-1].sentence
        with store.begin("journey:test", clock.now()) as work:
            cursor = work.cursor(USER, "INBOX")
        assert cursor is not None
        assert cursor.last_uid == uids[1], "the cursor never passes what is not stored"
    assert subjects(store) == ["m0", "m1", "m3", "m4", "later"]

    # A new process fetches what was ahead of the cursor once more, and stores none of it twice.
    house.mend(USER, uids[2])
    clock.forward(61)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    assert subjects(store) == ["m0", "m1", "m2", "m3", "m4", "later"]
    with store.begin("journey:test", clock.now()) as work:
        cursor = work.cursor(USER, "INBOX")
    assert cursor is not None
    assert cursor.last_uid == uids[4] + 1


@pytest.mark.promise("P3")
def test_a_mail_that_is_listed_but_not_handed_out_is_asked_for_until_it_is_gone(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    spy = Spy(house)
    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        spy.withheld = {1}
        house.deliver(USER, mail("withheld"), clock.now())
        house.deliver(USER, mail("other"), clock.now())
        watcher.until_stored(1)
        watcher.until_told(NoticeKind.MAIL_TROUBLE)
        house.expunge(USER, [1])
        clock.forward(3600)
        # gone from the search: the cursor passes it
        watcher.until(lambda: _cursor(store, clock) == 2)
        assert "exists no longer" in watcher.until_told(NoticeKind.MAIL_BACK).sentence
    assert subjects(store) == ["other"]
    assert watcher.told(NoticeKind.FAULT) == [], "a mail that is missing in an answer is no fault of the line"


def _cursor(store: SqlStore, clock: HandClock, folder: str = "INBOX") -> int:
    with store.begin("journey:test", clock.now()) as work:
        cursor = work.cursor(USER, folder)
    assert cursor is not None
    return cursor.last_uid


def test_attempts_at_one_mail_grow_apart(house: MemoryMailHouse, store: SqlStore, clock: HandClock) -> None:
    spy = Spy(house)
    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        spy.withheld = {1}
        house.deliver(USER, mail("withheld"), clock.now())
        watcher.until_told(NoticeKind.MAIL_TROUBLE)
        watcher.until_seen_again()
        assert len(spy.batches) == 2, "once, and once more at once; then it waits"
        clock.forward(5)
        watcher.until_told(NoticeKind.MAIL_TROUBLE, 2)
        clock.forward(9)
        watcher.until_seen_again()
        assert len(spy.batches) == 3
        clock.forward(1)
        watcher.until_told(NoticeKind.MAIL_TROUBLE, 3)
        spy.withheld = set()
        clock.forward(3600)
        watcher.until_stored(1)
        watcher.until_told(NoticeKind.MAIL_BACK)
    assert [n.alarm for n in watcher.told(NoticeKind.MAIL_TROUBLE)] == [False, True, True]


# -- new numbers ----------------------------------------------------------------------------------


@pytest.mark.promise("P1")
def test_new_uidvalidity_stores_the_last_days_again_as_rescan_and_goes_on_live(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    house.deliver(USER, mail("ancient"), clock.now() - timedelta(days=watching.RESCAN_DAYS + 2))
    house.deliver(USER, mail("recent"), clock.now() - timedelta(days=2))
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_stored(2)
    house.deliver(USER, mail("missed"), clock.now())
    new = house.renumber(USER)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        rescan = watcher.until_told(NoticeKind.RESCAN)
        watcher.until(lambda: len(stored(store)) >= 4)
        house.deliver(USER, mail("live again"), clock.now())
        watcher.until(lambda: "live again" in subjects(store))
    assert rescan.alarm
    assert "not answered" in rescan.sentence
    fresh = [(m.uid_validity, m.origin, m.raw) for m in stored(store) if m.uid_validity == new]
    assert fresh == [
        (new, Origin.RESCAN, mail("recent")),
        (new, Origin.RESCAN, mail("missed")),
        (new, Origin.LIVE, mail("live again")),
    ]


@pytest.mark.promise("P1")
@pytest.mark.parametrize("point", ["receive.fetched", "receive.before_commit", "receive.stored"])
def test_a_crash_in_the_middle_of_a_rescan_begins_it_again_and_answers_none_of_it(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setattr(pieces, "BATCH_MAILS", 3)
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    for n in range(8):
        house.deliver(USER, mail(f"m{n}"), clock.now())
    house.renumber(USER)
    passed = 0

    def reached(name: str) -> None:
        nonlocal passed
        passed += name == point
        if passed == 2:
            raise Crash

    with pytest.raises(Crash), Watching(store, MemoryMailServer(house, USER), clock, reached=reached) as watcher:
        watcher.until_stored(8)
    clock.forward(61)
    spy = Spy(house)
    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    assert spy.batches == [[1, 2, 3], [4, 5, 6], [7, 8]], "each mail is fetched once"
    assert [(m.uid, m.origin) for m in stored(store)] == [(n, Origin.RESCAN) for n in range(1, 9)]


@pytest.mark.promise("P1")
def test_a_server_restored_from_a_backup_loses_no_new_mail_under_an_old_number(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        for n in range(4):
            house.deliver(USER, mail(f"m{n}"), clock.now())
        watcher.until_stored(4)
    house.go_back(USER, 3)  # m2 and m3 were delivered after the backup
    house.deliver(USER, mail("new under an old number"), clock.now())
    for _ in range(2):  # also when it is begun again
        with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
            watcher.until_told(NoticeKind.SEEN)
        clock.forward(61)
    house.deliver(USER, mail("and live again"), clock.now())
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
    found = {(m.raw, m.origin) for m in stored(store)}
    assert (mail("new under an old number"), Origin.RESCAN) in found
    assert (mail("and live again"), Origin.LIVE) in found
    assert {mail(f"m{n}") for n in range(4)} <= {raw for raw, _ in found}


# -- the lease ------------------------------------------------------------------------------------


@pytest.mark.promise("P2")
def test_one_process_watches_and_another_takes_over_when_its_lease_has_run_out(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.begin("journey:test", clock.now()) as work:
        work.lease_mailbox(USER, "a process that died", clock.now(), 60)
    monkeypatch.setattr(watching, "LEASE_SECONDS", 0.3)  # how often a process that stands by asks
    with Watching(store, MemoryMailServer(house, USER), clock) as watcher:
        watcher.until_told(NoticeKind.ELSEWHERE)
        assert watcher.told(NoticeKind.SEEN) == []
        clock.forward(61)
        watcher.until_told(NoticeKind.SEEN)
    asked = [n.count for n in watcher.told(NoticeKind.ELSEWHERE)]
    assert asked == list(range(1, len(asked) + 1)), "a sign of life that can be told from a change"


@pytest.mark.promise("P2")
def test_who_lost_the_lease_in_the_middle_of_a_batch_writes_nothing_more(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    spy = Spy(house)

    def taken_over() -> None:
        spy.before_fetch = lambda: None
        clock.forward(61)  # we slept; another process took the mailbox and wrote the cursor
        with store.begin("journey:other", clock.now()) as work:
            lease = work.lease_mailbox(USER, "another process", clock.now(), 60)
            assert lease is not None

    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        spy.before_fetch = taken_over
        house.deliver(USER, mail("x"), clock.now())
        watcher.until_told(NoticeKind.LEASE_LOST)
        assert stored(store) == []
        assert _cursor(store, clock) == 0


def test_a_lease_that_was_lost_and_given_back_meanwhile_is_not_taken_for_ours(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock
) -> None:
    spy = Spy(house)

    def taken_over() -> None:
        spy.before_fetch = lambda: None
        clock.forward(61)
        with store.begin("journey:other", clock.now()) as work:
            lease = work.lease_mailbox(USER, "another process", clock.now(), 60)
            assert lease is not None
            work.release_mailbox(lease)

    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        spy.before_fetch = taken_over
        house.deliver(USER, mail("x"), clock.now())
        watcher.until_told(NoticeKind.LEASE_LOST)
        watcher.until_stored(1)
    assert subjects(store) == ["x"]


def test_the_lease_is_longer_before_a_large_fetch(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SLOWEST_LINE", 10)
    spy = Spy(house)
    refused: list[bool] = []

    def slow() -> None:
        clock.forward(100)  # longer than the lease
        with store.begin("journey:other", clock.now()) as work:
            refused.append(work.lease_mailbox(USER, "another process", clock.now(), 60) is None)

    with Watching(store, spy, clock) as watcher:
        watcher.until_told(NoticeKind.SEEN)
        spy.before_fetch = slow
        house.deliver(USER, mail("x", "y" * 2_000), clock.now())
        watcher.until_stored(1)
        spy.before_fetch = lambda: None
    assert refused[0]
    assert watcher.told(NoticeKind.LEASE_LOST) == []


def test_two_processes_side_by_side_store_every_mail_once(
    house: MemoryMailHouse, store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LEASE_SECONDS", 1)
    first = Watching(store, MemoryMailServer(house, USER), clock)
    second = Watching(store, MemoryMailServer(house, USER), clock, owner="another process")
    with first:
        first.until_told(NoticeKind.SEEN)
        with second:
            for n in range(20):
                house.deliver(USER, mail(f"m{n:02}"), clock.now())
                clock.forward(0.2)
            done = threading.Event()
            first.until(lambda: done.is_set() or len(stored(store)) == 20)
    assert subjects(store) == [f"m{n:02}" for n in range(20)]
