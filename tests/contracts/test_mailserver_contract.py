"""One contract for everything that fits ``flow.ports.MailServer``: the twin in memory and a real Dovecot."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

import pytest

from mailflow.errors import MailboxFault
from mailflow.flow.memory.mailserver import MemoryMailHouse, MemoryMailServer
from mailflow.flow.ports import MailServer
from mailflow.mailbox import ImapServer
from tests.support.dovecot import Dovecot

USER = "hssupport"
DAY = datetime(2026, 11, 2, 12, 30, 15, tzinfo=UTC)


class World(Protocol):
    """A server in the hand of the test, whatever it is made of."""

    def server(self) -> MailServer: ...
    def deliver(self, raw: bytes, arrived: datetime = DAY, folder: str = "INBOX") -> int: ...
    def expunge(self, uids: Sequence[int]) -> None: ...
    def renumber(self) -> int: ...
    def go_away(self) -> None: ...
    def come_back(self) -> None: ...


class MemoryWorld:
    def __init__(self) -> None:
        self.house = MemoryMailHouse()

    def server(self) -> MailServer:
        return MemoryMailServer(self.house, USER)

    def deliver(self, raw: bytes, arrived: datetime = DAY, folder: str = "INBOX") -> int:
        return self.house.deliver(USER, raw, arrived, folder)

    def expunge(self, uids: Sequence[int]) -> None:
        self.house.expunge(USER, uids)

    def renumber(self) -> int:
        return self.house.renumber(USER)

    def go_away(self) -> None:
        self.house.go_away("the mail server is away")

    def come_back(self) -> None:
        self.house.go_away("")


class DovecotWorld:
    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot

    def server(self) -> MailServer:
        return ImapServer(self.dovecot.settings(USER, poll_seconds=0.1))

    def deliver(self, raw: bytes, arrived: datetime = DAY, folder: str = "INBOX") -> int:
        return self.dovecot.append(USER, raw, folder, internaldate=arrived)

    def expunge(self, uids: Sequence[int]) -> None:
        self.dovecot.expunge(USER, uids)

    def renumber(self) -> int:
        return self.dovecot.renumber(USER)

    def go_away(self) -> None:
        self.dovecot.stop()

    def come_back(self) -> None:
        self.dovecot.start()


@pytest.fixture(
    params=[
        "memory",
        pytest.param("dovecot", marks=pytest.mark.service("dovecot")),
        pytest.param("dovecot without IDLE", marks=pytest.mark.service("dovecot")),
    ]
)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "memory":
        yield MemoryWorld()
    else:
        with Dovecot(idle=request.param == "dovecot") as dovecot:
            yield DovecotWorld(dovecot)


@pytest.fixture
def server(world: World) -> Iterator[MailServer]:
    server = world.server()
    server.open()
    yield server
    server.close()


def mail(subject: str, body: str = "hello") -> bytes:
    return f"From: pc@police.example\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def test_both_folders_are_there_and_junk_is_marked(server: MailServer) -> None:
    assert {"INBOX", "Junk"} <= set(server.folders())
    assert server.special_folder("\\Junk") == "Junk"
    assert server.special_folder("\\Archive") is None


def test_select_tells_the_numbers_of_a_folder(world: World, server: MailServer) -> None:
    empty = server.select("INBOX")
    assert (empty.folder, empty.uid_next) == ("INBOX", 1)
    assert empty.uid_validity > 0
    uid = world.deliver(mail("one"))
    again = server.select("INBOX")
    assert again.uid_validity == empty.uid_validity
    assert again.uid_next == uid + 1
    assert again.highest_modseq is not None
    assert empty.highest_modseq is not None
    assert again.highest_modseq > empty.highest_modseq


def test_search_finds_what_is_after_a_uid_and_nothing_past_the_end(world: World, server: MailServer) -> None:
    uids = [world.deliver(mail(str(n))) for n in range(3)]
    server.select("INBOX")
    assert server.uids_after(0) == tuple(uids)
    assert server.uids_after(uids[0]) == tuple(uids[1:])
    assert server.uids_after(uids[-1]) == (), "n:* has the last mail in it even when n is past the end"
    assert server.uids_after(uids[-1] + 1000) == ()


def test_search_in_an_empty_folder_finds_nothing(server: MailServer) -> None:
    server.select("Junk")
    assert server.uids_after(0) == ()
    assert server.uids_since(DAY) == ()


def test_search_by_day_goes_by_the_date_of_arrival(world: World, server: MailServer) -> None:
    old = world.deliver(mail("old"), DAY - timedelta(days=5))
    day = world.deliver(mail("that day"), DAY)
    new = world.deliver(mail("new"), DAY + timedelta(days=5))
    server.select("INBOX")
    assert server.uids_since(DAY) == (day, new)
    assert server.uids_since(DAY - timedelta(days=9)) == (old, day, new)


def test_a_mail_comes_back_byte_for_byte_with_its_date_in_utc(world: World, server: MailServer) -> None:
    raw = mail("whole", "line\r\n.dot\r\n\x00\r\nümlaut ends here")
    arrived = DAY.astimezone(timezone(timedelta(hours=-5)))
    uid = world.deliver(raw.replace(b"\x00", b"\x01"), arrived)
    server.select("INBOX")
    (found,) = server.fetch([uid])
    assert (found.uid, found.raw) == (uid, raw.replace(b"\x00", b"\x01"))
    assert found.internal_date == DAY
    assert found.internal_date.utcoffset() == timedelta(0)


def test_sizes_are_those_of_the_mails(world: World, server: MailServer) -> None:
    raws = [mail("a"), mail("b", "x" * 5000)]
    uids = [world.deliver(raw) for raw in raws]
    server.select("INBOX")
    assert [(size.uid, size.size) for size in server.sizes(uids)] == list(zip(uids, map(len, raws), strict=True))


def test_mails_come_in_the_order_asked_for(world: World, server: MailServer) -> None:
    uids = [world.deliver(mail(str(n))) for n in range(4)]
    server.select("INBOX")
    wanted = [uids[2], uids[0], uids[3]]
    assert [found.uid for found in server.fetch(wanted)] == wanted


def test_what_was_expunged_after_the_search_is_left_out(world: World, server: MailServer) -> None:
    uids = [world.deliver(mail(str(n))) for n in range(3)]
    server.select("INBOX")
    assert server.uids_after(0) == tuple(uids)
    world.expunge([uids[1]])
    assert [found.uid for found in server.fetch(uids)] == [uids[0], uids[2]]
    assert [size.uid for size in server.sizes(uids)] == [uids[0], uids[2]]
    assert server.fetch_large(uids[1], 100) is None
    assert list(server.fetch([])) == []
    assert server.sizes([]) == ()


def test_a_large_mail_comes_whole(world: World, server: MailServer) -> None:
    raw = mail("large", "0123456789abcdef" * 150_000)  # 2.4 MB: more than two parts
    uid = world.deliver(raw)
    server.select("INBOX")
    found = server.fetch_large(uid, len(raw))
    assert found is not None
    assert (found.uid, found.raw, found.internal_date) == (uid, raw, DAY)


@pytest.mark.parametrize("size", [1024 * 1024, 2 * 1024 * 1024, 1024 * 1024 + 1, 90])
def test_a_large_mail_comes_whole_at_the_edge_of_a_part_and_with_a_wrong_size(
    world: World, server: MailServer, size: int
) -> None:
    head = b"Subject: edge\r\n\r\n"
    raw = head + b"x" * (size - len(head) - 2) + b"\r\n"
    uid = world.deliver(raw)
    server.select("INBOX")
    for said in (size, size // 2, size * 3):
        found = server.fetch_large(uid, said)
        assert found is not None
        assert found.raw == raw


def test_wait_ends_at_once_when_a_mail_arrives(world: World, server: MailServer) -> None:
    server.select("INBOX")
    server.uids_after(0)
    timer = threading.Timer(0.3, world.deliver, [mail("news")])
    timer.start()
    begun = time.monotonic()
    happened = False
    while not server.uids_after(0) and time.monotonic() < begun + 10:  # polling wakes more often
        happened = server.wait(10)
    assert happened
    assert time.monotonic() - begun < 5
    assert len(server.uids_after(0)) == 1
    timer.join()


def test_wait_ends_after_its_time_without_news(server: MailServer) -> None:
    server.select("INBOX")
    server.uids_after(0)
    begun = time.monotonic()
    assert server.wait(0.2) is False
    assert time.monotonic() - begun < 5


def test_news_between_search_and_wait_is_not_slept_over(world: World, server: MailServer) -> None:
    server.select("INBOX")
    server.uids_after(0)
    uid = world.deliver(mail("in between"))
    server.sizes([uid])  # another answer, in which the server may tell of the mail
    begun = time.monotonic()
    while not server.uids_after(0) and time.monotonic() < begun + 10:
        server.wait(10)
    assert time.monotonic() - begun < 5


def test_close_from_another_thread_ends_a_wait_at_once(server: MailServer) -> None:
    server.select("INBOX")
    server.uids_after(0)
    timer = threading.Timer(0.2, server.close)
    timer.start()
    begun = time.monotonic()
    try:
        while time.monotonic() < begun + 10:
            server.wait(10)
    except MailboxFault as fault:
        assert "closed" in str(fault)
    assert time.monotonic() - begun < 5
    timer.join()


def test_open_and_close_can_be_called_again_and_again(world: World) -> None:
    server = world.server()
    server.close()
    server.open()
    server.open()
    server.close()
    server.close()
    with pytest.raises(MailboxFault, match="closed"):
        server.select("INBOX")
    server.open()
    assert server.select("INBOX").uid_next == 1
    server.close()


def test_a_folder_that_does_not_exist_is_a_fault_with_its_name(server: MailServer) -> None:
    with pytest.raises(MailboxFault, match="Nowhere"):
        server.select("Nowhere")


def test_a_folder_can_have_any_name(world: World, server: MailServer) -> None:
    world.deliver(mail("Ä"), folder='Prüfung & "Post"')
    assert 'Prüfung & "Post"' in server.folders()
    assert server.select('Prüfung & "Post"').uid_next == 2


def test_new_numbers_show_in_uidvalidity(world: World) -> None:
    server = world.server()
    server.open()
    uid = world.deliver(mail("x"))
    old = server.select("INBOX").uid_validity
    server.close()
    new = world.renumber()
    server.open()
    status = server.select("INBOX")
    assert status.uid_validity == new != old
    assert len(server.uids_after(0)) == 1
    assert uid == 1
    server.close()


def test_a_server_that_goes_away_is_a_fault_and_comes_back(world: World) -> None:
    server = world.server()
    server.open()
    server.select("INBOX")
    world.go_away()
    with pytest.raises(MailboxFault):
        for _ in range(3):  # a goodbye may still be in the buffer
            server.wait(5)
            server.uids_after(0)
    with pytest.raises(MailboxFault):
        server.open()
    world.come_back()
    server.open()
    assert server.select("INBOX").uid_next == 1
    server.close()
