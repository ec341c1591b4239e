"""The courier and a real Postfix, which lets users of a real Dovecot sign in: what is delivered is what was sent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from mailflow.courier import SmtpCourier, SmtpSettings
from mailflow.errors import CourierFault
from mailflow.flow.dispatch import Posted
from mailflow.model.outgoing import Delivered, Refused
from mailflow.model.records import OutboxState
from tests.support import outgoing, tls
from tests.support.dispatch import post_room
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix, free_port, sasl_listener, why_not

pytestmark = [
    pytest.mark.service("postfix", "dovecot"),
    pytest.mark.skipif(bool(why_not()) and os.environ.get("MAILFLOW_REQUIRE_SERVICES") != "1", reason=why_not()),
]

USER = "hssupport"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[tuple[Dovecot, int]]:
    port = free_port()
    with Dovecot(extra=sasl_listener(port)) as running:
        yield running, port


@pytest.fixture(scope="module")
def postfix(dovecot: tuple[Dovecot, int]) -> Iterator[Postfix]:
    with Postfix(sasl=dovecot[1], size_limit=200_000) as running:
        yield running


@pytest.fixture
def settings(postfix: Postfix, dovecot: tuple[Dovecot, int]) -> SmtpSettings:
    return SmtpSettings(
        host="127.0.0.1",
        port=postfix.port,
        username=USER,
        password=SecretStr(dovecot[0].password),
        ca_file=tls.authority(),
        test_domains=True,
    )


@pytest.fixture
def courier(settings: SmtpSettings) -> Iterator[SmtpCourier]:
    made = SmtpCourier(settings)
    yield made
    made.close()


def nothing() -> None:
    """DATA may come."""


def as_stored(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n")


def test_what_postfix_delivers_is_what_was_sent(postfix: Postfix, courier: SmtpCourier) -> None:
    before = len(postfix.delivered())
    contents = [
        outgoing.raw(),
        outgoing.raw(body=b".\r\n..\r\n" * 300 + b"x" * 990 + b"\r\n"),
        outgoing.raw(body="Diolch — ŵy\r\n".encode()),
    ]
    for content in contents:
        assert isinstance(courier.send(outgoing.mail(content=content), nothing), Delivered)
    delivered = postfix.wait_for(before + len(contents))[before:]
    assert sorted(mail.content for mail in delivered) == sorted(map(as_stored, contents))
    for mail in delivered:
        assert (mail.sender, mail.recipient) == (outgoing.SENDER, outgoing.RECIPIENT)
        assert "with ESMTPSA" in mail.trace, "over TLS and signed in (RFC 3848)"


def test_the_null_path_and_letters_beyond_ascii_arrive(postfix: Postfix, courier: SmtpCourier) -> None:
    before = len(postfix.delivered())
    assert isinstance(courier.send(outgoing.mail("jürgen@kent.police.example", sender=""), nothing), Delivered)
    mail = postfix.wait_for(before + 1)[-1]
    assert (mail.sender, mail.recipient) == ("", "jürgen@kent.police.example")


def test_a_mail_larger_than_postfix_takes_is_refused(postfix: Postfix, courier: SmtpCourier) -> None:
    before = len(postfix.delivered())
    content = outgoing.raw(body=(b"x" * 70 + b"\r\n") * 4000)
    assert isinstance(courier.send(outgoing.mail(content=content), nothing), Refused)
    assert len(postfix.delivered()) == before


def test_a_wrong_password_is_a_fault(postfix: Postfix) -> None:
    courier = SmtpCourier(
        SmtpSettings(
            host="127.0.0.1",
            port=postfix.port,
            username=USER,
            password=SecretStr("wrong"),
            ca_file=tls.authority(),
            test_domains=True,
        )
    )
    with pytest.raises(CourierFault, match="does not accept the user name or the password"):
        courier.probe(outgoing.SENDER)
    courier.close()


def test_a_stranger_is_not_relayed_and_no_mail_is_refused_for_it(postfix: Postfix) -> None:
    courier = SmtpCourier(SmtpSettings(host="127.0.0.1", port=postfix.port, ca_file=tls.authority(), test_domains=True))
    with pytest.raises(CourierFault):
        courier.send(outgoing.mail(), nothing)
    courier.close()


def test_the_probe_names_what_it_found(courier: SmtpCourier) -> None:
    said = courier.probe(outgoing.SENDER)
    assert "TLSv1.3 with a verified certificate, signed in as hssupport, takes mails up to 200,000 octets" in said


def test_a_restart_of_postfix_between_two_mails_costs_nothing(postfix: Postfix, courier: SmtpCourier) -> None:
    before = len(postfix.delivered())
    assert isinstance(courier.send(outgoing.mail(), nothing), Delivered)
    postfix.stop()
    postfix.start()
    assert isinstance(courier.send(outgoing.mail(), nothing), Delivered)
    assert len(postfix.wait_for(before + 2)) == before + 2


def test_the_journey_of_sending_ends_in_the_maildir(postfix: Postfix, courier: SmtpCourier, tmp_path: Path) -> None:
    before = len(postfix.delivered())
    with post_room(tmp_path, courier) as room:
        rows = [room.queue(f"pc{number}@kent.police.example") for number in range(5)]
        assert room.send_all_due() == [Posted.SENT] * 5
        assert {room.state(row) for row in rows} == {OutboxState.SENT}
        delivered = postfix.wait_for(before + 5)[before:]
        assert sorted(mail.content for mail in delivered) == sorted(as_stored(row.raw) for row in rows)
