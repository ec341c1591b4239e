"""The courier's contract: the twin in memory and the real door, over a real SMTP server, behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

import pytest

from mailflow.courier import SmtpCourier, SmtpSettings
from mailflow.errors import CourierFault, LeaseLost
from mailflow.flow.memory.courier import AfterData, MemoryCourier
from mailflow.flow.ports import Courier
from mailflow.model.outgoing import Deferred, Delivered, Refused, Uncertain
from tests.support import outgoing, tls
from tests.support.smtp import DIE, SmtpServer


class House(Protocol):
    courier: Courier

    def will(self, what: str) -> None: ...

    def taken(self) -> list[bytes]: ...


class MemoryHouse:
    def __init__(self) -> None:
        self.courier = MemoryCourier()

    def will(self, what: str) -> None:
        turns = {
            "defer": Deferred("451 later"),
            "refuse": Refused("550 no"),
            "defer the content": AfterData(Deferred("451 later")),
            "refuse the content": AfterData(Refused("554 no")),
            "lose": Uncertain("the connection was lost after DATA"),
            "refuse us": CourierFault("the password is wrong"),
        }
        self.courier.answer(outgoing.RECIPIENT, turns[what])

    def taken(self) -> list[bytes]:
        return [mail.raw for mail in self.courier.taken]


class SmtpHouse:
    def __init__(self, server: SmtpServer) -> None:
        self.server = server
        self.courier = SmtpCourier(
            SmtpSettings(host="127.0.0.1", port=server.port, ca_file=tls.authority(), timeout=5, test_domains=True)
        )

    def will(self, what: str) -> None:
        stage, answer = {
            "defer": ("rcpt", "451 4.7.1 later"),
            "refuse": ("rcpt", "550 5.1.1 no"),
            "defer the content": ("end", "451 4.3.0 later"),
            "refuse the content": ("end", "554 5.6.0 no"),
            "lose": ("end", DIE),
            "refuse us": ("mail", "530 5.7.0 sign in first"),
        }[what]
        self.server.play(stage, answer)

    def taken(self) -> list[bytes]:
        return [mail.raw for mail in self.server.mails]


@pytest.fixture(params=["memory", "smtp"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "memory":
        yield MemoryHouse()
        return
    with SmtpServer(certificate=tls.good()) as server:
        made = SmtpHouse(server)
        yield made
        made.courier.close()


class Starts:
    """Counts, and notes how much the server had when DATA began."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.had: list[int] = []

    def __call__(self) -> None:
        self.had.append(len(self.house.taken()))


@pytest.fixture
def starts(house: House) -> Starts:
    return Starts(house)


def test_a_mail_is_delivered_byte_for_byte_after_data_was_announced(house: House, starts: Starts) -> None:
    mail = outgoing.mail()
    assert isinstance(house.courier.send(mail, starts), Delivered)
    assert starts.had == [0]
    assert house.taken() == [mail.raw]


@pytest.mark.parametrize(("what", "result"), [("defer", Deferred), ("refuse", Refused)])
def test_a_no_before_data_does_not_announce_data(house: House, starts: Starts, what: str, result: type) -> None:
    house.will(what)
    assert isinstance(house.courier.send(outgoing.mail(), starts), result)
    assert starts.had == []
    assert house.taken() == []
    assert isinstance(house.courier.send(outgoing.mail(), starts), Delivered), "the next mail goes out as usual"


@pytest.mark.parametrize(("what", "result"), [("defer the content", Deferred), ("refuse the content", Refused)])
def test_a_no_after_data_is_a_no_all_the_same(house: House, starts: Starts, what: str, result: type) -> None:
    house.will(what)
    assert isinstance(house.courier.send(outgoing.mail(), starts), result)
    assert starts.had == [0]
    assert house.taken() == []


@pytest.mark.promise("P2")
def test_no_answer_after_data_is_uncertain_and_the_server_may_have_it(house: House, starts: Starts) -> None:
    house.will("lose")
    assert isinstance(house.courier.send(outgoing.mail(), starts), Uncertain)
    assert starts.had == [0]
    assert len(house.taken()) == 1
    assert isinstance(house.courier.send(replace(outgoing.mail(), message_id="m2"), starts), Delivered)


def test_what_is_wrong_with_us_is_a_fault_before_anything_was_handed_over(house: House, starts: Starts) -> None:
    house.will("refuse us")
    with pytest.raises(CourierFault):
        house.courier.send(outgoing.mail(), starts)
    assert starts.had == []
    assert house.taken() == []
    assert isinstance(house.courier.send(outgoing.mail(), starts), Delivered)


@pytest.mark.parametrize("raised", [LeaseLost("in other hands"), KeyboardInterrupt(), RuntimeError("no database")])
def test_what_data_starts_raises_goes_up_unchanged_and_nothing_is_sent(
    house: House, starts: Starts, raised: BaseException
) -> None:
    def refuses() -> None:
        raise raised

    with pytest.raises(type(raised)) as caught:
        house.courier.send(outgoing.mail(), refuses)
    assert caught.value is raised
    assert house.taken() == []
    mail = outgoing.mail("next@kent.police.example")
    assert isinstance(house.courier.send(mail, starts), Delivered)
    assert len(house.taken()) == 1


def test_closing_never_raises_and_is_no_end(house: House, starts: Starts) -> None:
    house.courier.close()
    house.courier.close()
    assert isinstance(house.courier.send(outgoing.mail(), starts), Delivered)
    house.courier.close()
    assert isinstance(house.courier.send(outgoing.mail(), starts), Delivered)
    assert len(house.taken()) == 2
