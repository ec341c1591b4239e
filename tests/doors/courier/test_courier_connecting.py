"""How the courier connects: encryption, certificates, sign-in, and what it says when one of them fails."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from mailflow.courier import SmtpCourier, SmtpSettings
from mailflow.errors import CourierFault, UseError
from mailflow.model.outgoing import Deferred, Delivered
from tests.doors.courier.conftest import PASSWORD, USER, Connect, Start
from tests.support import outgoing, tls
from tests.support.smtp import DIE, SILENCE


def nothing() -> None:
    """DATA may come."""


def never() -> None:
    raise AssertionError("DATA was about to begin")


@pytest.mark.parametrize("security", ["tls", "starttls", "plain"])
def test_a_mail_goes_out_signed_in_over_each_sort_of_connection(start: Start, connect: Connect, security: str) -> None:
    server = start(security=security)
    assert isinstance(connect(server).send(outgoing.mail(), nothing), Delivered)
    taken = server.mails[0]
    assert taken.secured is (security != "plain")
    assert taken.signed_in
    assert (taken.sender, taken.recipients) == (outgoing.SENDER, (outgoing.RECIPIENT,))


BAD = {
    "expired": (tls.expired, "expired"),
    "not yet valid": (tls.not_yet_valid, "not valid yet"),
    "wrong name": (tls.wrong_name, "another name than 127.0.0.1"),
    "unknown authority": (tls.untrusted, "does not know"),
}


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("what", sorted(BAD))
def test_a_bad_certificate_is_a_fault_in_plain_words(start: Start, connect: Connect, security: str, what: str) -> None:
    certificate, words = BAD[what]
    server = start(security=security, certificate=certificate())
    with pytest.raises(CourierFault, match=words):
        connect(server).send(outgoing.mail(), never)
    assert "auth" not in server.seen, "the password was not shown to a stranger"


def test_without_a_ca_file_a_private_authority_is_unknown(start: Start, connect: Connect) -> None:
    with pytest.raises(CourierFault, match="this machine does not know"):
        connect(start(), ca_file=None).send(outgoing.mail(), never)


def test_a_ca_file_that_cannot_be_read_is_a_fault(start: Start, connect: Connect, tmp_path: Path) -> None:
    server = start()
    for ca_file in (tmp_path / "missing.pem", Path(__file__)):
        with pytest.raises(CourierFault, match="cannot be read"):
            connect(server, ca_file=ca_file).send(outgoing.mail(), never)


def test_a_server_without_starttls_gets_neither_password_nor_mail(start: Start, connect: Connect) -> None:
    server = start(security="plain")
    with pytest.raises(CourierFault, match="does not offer STARTTLS"):
        connect(server, security="starttls").send(outgoing.mail(), never)
    assert "auth" not in server.seen
    assert "mail" not in server.seen


def test_tls_on_a_port_that_speaks_plain_text_is_a_fault(start: Start, connect: Connect) -> None:
    with pytest.raises(CourierFault, match="find no common TLS"):
        connect(start(security="plain"), security="tls").send(outgoing.mail(), never)


def test_plain_text_goes_to_this_machine_only() -> None:
    with pytest.raises(UseError, match="for everybody to read"):
        SmtpSettings(host="smtp.elsewhere.example", security="plain")
    SmtpSettings(host="smtp.elsewhere.example", security="plain", allow_plain=True)
    for host in ("localhost", "127.0.0.1", "::1"):
        SmtpSettings(host=host, security="plain")


def test_a_wrong_password_is_tried_once_and_is_a_fault_that_does_not_show_it(start: Start, connect: Connect) -> None:
    server = start()
    with pytest.raises(CourierFault, match="does not accept the user name or the password") as caught:
        connect(server, password=SecretStr("guessed it")).send(outgoing.mail(), never)
    assert server.seen.count("auth") == 1, "three tries a mail would lock the account"
    assert "guessed" not in str(caught.value)
    assert "guessed" not in repr(SmtpSettings(host="h", username="u", password=SecretStr("guessed it")))


def test_a_sign_in_that_fails_for_a_while_is_deferred(start: Start, connect: Connect) -> None:
    server = start()
    server.play("auth", "454 4.7.0 try again")
    courier = connect(server)
    assert courier.send(outgoing.mail(), never) == Deferred("454 4.7.0 try again")
    assert isinstance(courier.send(outgoing.mail(), nothing), Delivered)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_each_way_to_sign_in_works(start: Start, connect: Connect, mechanism: str) -> None:
    server = start(mechanisms=(mechanism,))
    assert isinstance(connect(server).send(outgoing.mail(), nothing), Delivered)
    assert server.mails[0].signed_in


def test_no_common_way_to_sign_in_is_a_fault(start: Start, connect: Connect) -> None:
    server = start(users={}, tokens={USER: "t0ken"}, mechanisms=())
    with pytest.raises(CourierFault, match="offers no sign-in that we know"):
        connect(server, username=USER, password=SecretStr(PASSWORD)).send(outgoing.mail(), never)


def test_a_token_is_asked_for_at_each_connection(start: Start, connect: Connect) -> None:
    server = start(users={}, tokens={USER: "second"})
    tokens = iter(["first", "second"])
    courier = connect(server, auth="xoauth2", username=USER, token=lambda: next(tokens))
    with pytest.raises(CourierFault, match="access token"):
        courier.send(outgoing.mail(), never)
    assert isinstance(courier.send(outgoing.mail(), nothing), Delivered)
    assert server.mails[0].signed_in


def test_a_token_that_cannot_be_had_is_a_fault_without_its_words(start: Start, connect: Connect) -> None:
    def token() -> str:
        raise OSError("client_secret=abc123")

    server = start(users={}, tokens={USER: "t"})
    with pytest.raises(CourierFault, match="no access token") as caught:
        connect(server, auth="xoauth2", username=USER, token=token).send(outgoing.mail(), never)
    assert "abc123" not in str(caught.value)


def test_xoauth2_needs_a_source_of_tokens() -> None:
    with pytest.raises(UseError, match="source of tokens"):
        SmtpSettings(host="h", auth="xoauth2", username="u")


def test_nobody_listening_is_deferred() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    courier = SmtpCourier(SmtpSettings(host="127.0.0.1", port=port, security="plain", test_domains=True))
    assert isinstance(courier.send(outgoing.mail(), never), Deferred)
    with pytest.raises(CourierFault, match="cannot be reached"):
        courier.probe()
    courier.close()


def test_a_greeting_of_421_or_silence_is_deferred_and_554_is_a_fault(start: Start, connect: Connect) -> None:
    server = start()
    courier = connect(server, timeout=0.3)
    for answer in ("421 4.3.2 too busy", SILENCE, DIE):
        server.play("greeting", answer)
        assert isinstance(courier.send(outgoing.mail(), never), Deferred)
    server.play("greeting", "554 5.7.1 not you")
    with pytest.raises(CourierFault, match="does not serve us"):
        courier.send(outgoing.mail(), never)


def test_mail_before_sign_in_is_a_fault_and_not_a_refused_mail(start: Start, connect: Connect) -> None:
    with pytest.raises(CourierFault, match="sign-in"):
        connect(start(), username="", password=SecretStr("")).send(outgoing.mail(), never)


def test_relaying_denied_to_a_stranger_is_a_fault_and_to_a_user_a_refusal(start: Start, connect: Connect) -> None:
    server = start(users={})
    server.play("rcpt", "554 5.7.1 Relay access denied")
    with pytest.raises(CourierFault, match="set username"):
        connect(server).send(outgoing.mail(), never)


def test_the_probe_says_what_it_found_and_sends_nothing(start: Start, connect: Connect) -> None:
    server = start(size_limit=35_000_000)
    said = connect(server).probe(outgoing.SENDER)
    assert "TLSv1.3 with a verified certificate, signed in as hs, takes mails up to 35,000,000 octets" in said
    assert server.seen[-4:] == ["auth", "mail", "rset", "quit"]
    assert server.mails == []


def test_the_probe_tells_a_refused_sender(start: Start, connect: Connect) -> None:
    server = start()
    server.always("mail", "553 5.7.1 not your address")
    courier = connect(server)
    with pytest.raises(CourierFault, match="refuses our sender address"):
        courier.probe(outgoing.SENDER)
    with pytest.raises(CourierFault, match="own envelope sender"):
        courier.probe("not an address")
