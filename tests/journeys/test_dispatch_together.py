"""Several dispatchers on one store, and the whole way through the real SMTP door."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mailflow.courier import SmtpCourier, SmtpSettings
from mailflow.flow.dispatch import Posted, send_all, send_one
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.model.records import OutboxState
from mailflow.store import KeyFile, SqlStore
from tests.support import tls
from tests.support.blank import blank_database
from tests.support.dispatch import PostRoom, post_room
from tests.support.postgres import Cluster, cluster
from tests.support.smtp import DIE, SILENCE, SmtpServer
from tests.support.store import NOW, CountedIds


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service("postgresql"))],
)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], SqlStore]]:
    """Opens the same database again and again, as processes on other machines would."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/mailflow.db"
    else:
        url = request.getfixturevalue("postgres").new_database()
    blank_database(url)
    keys = KeyFile.create(tmp_path / "service.key", NOW, os.urandom)
    opened: list[SqlStore] = []

    def open_one() -> SqlStore:
        number = len(opened) + 1
        opened.append(SqlStore(url, keys, CountedIds(f"{number:x}"), f"writer:{number}"))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.mark.promise("P2")
def test_many_dispatchers_on_one_store_send_each_mail_once(open_store: Callable[[], SqlStore]) -> None:
    courier = MemoryCourier()
    rooms = [PostRoom(open_store(), courier) for _ in range(3)]
    rows = [rooms[0].queue(f"pc{number}@kent.police.example") for number in range(24)]
    ready = threading.Barrier(len(rooms))

    def work(room: PostRoom) -> list[Posted]:
        ready.wait()
        return room.send_all_due()

    with ThreadPoolExecutor(len(rooms)) as pool:
        done = [posted for list_of in pool.map(work, rooms) for posted in list_of]
    assert done == [Posted.SENT] * len(rows)
    assert set(Counter(mail.recipient for mail in courier.taken).values()) == {1}
    assert len(courier.taken) == len(rows)
    assert {rooms[0].state(row) for row in rows} == {OutboxState.SENT}


@pytest.mark.promise("P6")
def test_many_dispatchers_keep_the_cap_of_one_address(open_store: Callable[[], SqlStore]) -> None:
    courier = MemoryCourier()
    rooms = [PostRoom(open_store(), courier) for _ in range(3)]
    for _ in range(12):
        rooms[0].queue("robot@elsewhere.example")
    with ThreadPoolExecutor(len(rooms)) as pool:
        list(pool.map(PostRoom.send_all_due, rooms))
    assert len(courier.taken) <= 5
    for room in rooms:
        room.clock.move(minutes=13)
    rooms[0].send_all_due()
    assert len(courier.taken) == 5


# -- through the real door --------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer(certificate=tls.good(), users={"hs": ""}, tokens={"hs": "t0ken"}) as running:
        yield running


@pytest.fixture
def room(tmp_path: Path, server: SmtpServer) -> Iterator[PostRoom]:
    courier = SmtpCourier(
        SmtpSettings(
            host="127.0.0.1",
            port=server.port,
            auth="xoauth2",
            username="hs",
            token=lambda: "t0ken",
            ca_file=tls.authority(),
            timeout=1.0,
            answer_timeout=1.0,
            test_domains=True,
        )
    )
    with post_room(tmp_path, courier) as made:
        yield made
    courier.close()


def test_rows_go_out_over_one_signed_in_connection(room: PostRoom, server: SmtpServer) -> None:
    rows = [room.queue(f"pc{number}@kent.police.example") for number in range(8)]
    stop = threading.Event()

    class Clock:
        """Stops the loop when all has gone."""

        def now(self):
            if len(server.mails) == len(rows):
                stop.set()
            return room.clock.now()

    send_all(room.journey(clock=Clock()), stop, 0.01)
    assert sorted(mail.raw for mail in server.mails) == sorted(row.raw for row in rows)
    assert server.connections == 1
    assert server.seen.count("auth") == 1
    assert {room.state(row) for row in rows} == {OutboxState.SENT}


@pytest.mark.promise("P2")
@pytest.mark.parametrize("ending", [DIE, SILENCE])
def test_a_server_that_takes_a_mail_and_dies_is_never_given_it_again(
    room: PostRoom, server: SmtpServer, ending: str
) -> None:
    row = room.queue()
    server.play("end", ending)
    assert room.send() is Posted.UNCERTAIN
    for _ in range(5):
        room.clock.move(hours=12)
        assert room.send() is Posted.NOTHING
    assert len(server.mails) == 1
    assert room.state(row) is OutboxState.UNCERTAIN


@pytest.mark.parametrize("ending", [DIE, SILENCE, "451 4.7.1 greylisted"])
def test_a_server_that_ends_it_before_data_is_asked_again(room: PostRoom, server: SmtpServer, ending: str) -> None:
    row = room.queue()
    server.play("rcpt", ending)
    assert room.send() is Posted.DEFERRED
    room.clock.move(minutes=2)
    assert room.send() is Posted.SENT
    assert len(server.mails) == 1
    assert room.row(row).attempts == 2


def test_a_human_releases_an_uncertain_mail_and_it_goes_once_more(room: PostRoom, server: SmtpServer) -> None:
    row = room.queue()
    server.play("end", DIE)
    room.send()
    room.do(lambda work: work.release_outbox(row.id, room.clock.at))
    assert room.send() is Posted.SENT
    assert len(server.mails) == 2


@pytest.mark.promise("P2")
def test_a_lost_lease_is_noticed_between_recipient_and_data(room: PostRoom, server: SmtpServer) -> None:
    row = room.queue()

    def reached(point: str) -> None:
        if point == "dispatch.recipient_accepted":
            room.clock.move(hours=1)
            with room.store.begin("journey:dispatch", room.clock.at) as work:
                assert work.claim_outbox("another", room.clock.at, 600) is not None

    assert send_one(replace(room.journey(), reached=reached)) is Posted.LOST
    assert server.mails == []
    assert "data" not in server.seen
    assert server.seen[-1] == "rset", "the envelope was taken back"
    assert room.state(row) is OutboxState.SENDING
