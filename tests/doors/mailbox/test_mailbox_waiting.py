"""Waiting for mail: IDLE with its guards, polling, and connections that die."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from mailflow.errors import MailboxFault
from mailflow.mailbox import ImapServer
from mailflow.mailbox import imap as imap_module
from tests.support import tls
from tests.support.dovecot import Dovecot
from tests.support.scripted_imap import ScriptedImap, Talk


def idling(then: Callable[[Talk], None]) -> Callable[[Talk], None]:
    """A server with one folder, up to the point where the client says IDLE."""

    def script(talk: Talk) -> None:
        talk.greet()
        talk.select()
        talk.expect("IDLE")
        then(talk)
        while True:
            talk.line()

    return script


def until_idle(server: ImapServer) -> None:
    server.open()
    server.select("INBOX")
    server._client._imap.untagged_responses.pop("EXISTS", None)  # as the search does that comes before a wait


def done(talk: Talk) -> None:
    assert talk.line() == "DONE"
    talk.ok("idle ended")


@pytest.mark.promise("P10")
@pytest.mark.parametrize("certificate", [None, tls.good()], ids=["plain", "tls"])
def test_exists_in_one_segment_with_idling_is_not_slept_over(certificate: tls.Certificate | None) -> None:
    def then(talk: Talk) -> None:
        talk.raw(b"+ idling\r\n* 3 EXISTS\r\n")
        done(talk)

    with ScriptedImap(idling(then), certificate=certificate) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        begun = time.monotonic()
        assert client.wait(30) is True
        assert time.monotonic() - begun < 2
        client.close()


def test_an_answer_before_idling_is_news_not_an_error() -> None:
    def then(talk: Talk) -> None:
        talk.raw(b"* 3 EXISTS\r\n+ idling\r\n")
        done(talk)

    with ScriptedImap(idling(then)) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        assert client.wait(30) is True
        client.close()


def test_exists_that_came_with_another_answer_ends_the_next_wait_at_once() -> None:
    def script(talk: Talk) -> None:
        talk.greet()
        talk.select()
        talk.expect("UID SEARCH")
        talk.send("* SEARCH")
        talk.send("* 1 EXISTS")
        talk.ok()
        talk.expect("IDLE")  # of the second wait
        talk.send("+ idling")
        done(talk)

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings())
        client.open()
        client.select("INBOX")
        assert client.uids_after(0) == ()
        assert client.wait(30) is True
        assert client.wait(0.05) is False
        client.close()


@pytest.mark.promise("P10")
@pytest.mark.parametrize("certificate", [None, tls.good()], ids=["plain", "tls"])
def test_a_connection_that_dies_while_idling_is_a_fault_and_no_hot_loop(certificate: tls.Certificate | None) -> None:
    def then(talk: Talk) -> None:
        talk.send("+ idling")
        talk.close()

    with ScriptedImap(idling(then), certificate=certificate) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        with pytest.raises(MailboxFault, match="closed the connection while waiting for mail"):
            client.wait(30)
        with pytest.raises(MailboxFault, match="is closed"):
            client.wait(30)


def test_a_connection_that_is_silently_dead_is_noticed_after_the_wait() -> None:
    with ScriptedImap(idling(lambda talk: talk.send("+ idling"))) as server:  # never answers DONE
        client = ImapServer(server.settings(timeout=0.3))
        until_idle(client)
        with pytest.raises(MailboxFault, match=r"did not answer within 0\.3 seconds while waiting"):
            client.wait(0.05)


def test_a_goodbye_while_idling_is_told_in_the_servers_words() -> None:
    def then(talk: Talk) -> None:
        talk.raw(b"+ idling\r\n* BYE Server shutting down \x1b[31m" + b"x" * 400 + b"\r\n")
        talk.close()

    with ScriptedImap(idling(then)) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        with pytest.raises(MailboxFault, match="said goodbye while waiting for mail") as caught:
            client.wait(30)
        assert "Server shutting down" in str(caught.value)
        assert "\x1b" not in str(caught.value)
        assert len(str(caught.value)) < 320


def test_a_server_that_offers_idle_and_refuses_it() -> None:
    with ScriptedImap(idling(lambda talk: talk.no("not now"))) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        with pytest.raises(MailboxFault, match="refuses it"):
            client.wait(30)


def test_one_idle_is_never_longer_than_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    assert imap_module.IDLE_CAP <= 120
    monkeypatch.setattr(imap_module, "IDLE_CAP", 0.1)

    def then(talk: Talk) -> None:
        talk.send("+ idling")
        done(talk)

    with ScriptedImap(idling(then)) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        begun = time.monotonic()
        assert client.wait(3600) is False
        assert time.monotonic() - begun < 5
        client.close()


def test_without_idle_the_server_is_asked_every_poll_seconds() -> None:
    def script(talk: Talk) -> None:
        talk.greet("IMAP4rev1 AUTH=PLAIN")
        talk.select()
        for answer in ("", "* 4 EXISTS"):
            talk.expect("NOOP")
            if answer:
                talk.send(answer)
            talk.ok()

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings())
        until_idle(client)
        begun = time.monotonic()
        assert client.wait(60) is False
        assert client.wait(60) is True
        assert time.monotonic() - begun < 5
        client.close()


def test_close_ends_a_sleep_between_two_polls() -> None:
    def script(talk: Talk) -> None:
        talk.greet("IMAP4rev1 AUTH=PLAIN")
        talk.select()
        talk.expect("NOOP")

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings(poll_seconds=60))
        until_idle(client)
        timer = threading.Timer(0.1, client.close)
        timer.start()
        begun = time.monotonic()
        assert client.wait(60) is False
        assert time.monotonic() - begun < 5
        timer.join()


def test_close_cuts_a_command_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_module, "CLOSE_PATIENCE", 0.2)

    def script(talk: Talk) -> None:
        talk.greet()
        talk.expect("EXAMINE")
        while True:
            talk.line()  # never answers

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings(timeout=60))
        client.open()
        timer = threading.Timer(0.1, client.close)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(MailboxFault):
            client.select("INBOX")
        assert time.monotonic() - begun < 5
        timer.join()


@pytest.mark.service("dovecot")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_dovecot_pushes_a_new_mail_within_two_seconds(security: str) -> None:
    with Dovecot() as dovecot:
        client = ImapServer(dovecot.settings("hssupport", security=security))
        client.open()
        client.select("INBOX")
        client.uids_after(0)
        arrived: list[float] = []

        def deliver() -> None:
            dovecot.append("hssupport", b"Subject: hello\r\n\r\nhello\r\n")
            arrived.append(time.monotonic())

        timer = threading.Timer(0.5, deliver)
        timer.start()
        assert client.wait(30) is True
        timer.join()
        assert time.monotonic() - arrived[0] < 2
        assert client.uids_after(0) == (1,)
        client.close()


@pytest.mark.service("dovecot")
def test_dovecot_killed_while_idling_is_a_fault_at_once() -> None:
    with Dovecot() as dovecot:
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        client.uids_after(0)
        timer = threading.Timer(0.3, dovecot.kill)
        timer.start()
        begun = time.monotonic()
        with pytest.raises(MailboxFault):
            client.wait(30)
        assert time.monotonic() - begun < 5
        timer.join()
