"""Whom the IMAP door trusts: certificates, logins, and what it says when something is wrong."""

from __future__ import annotations

import base64
import socket
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from mailflow.errors import MailboxFault
from mailflow.mailbox import ImapServer, ImapSettings
from tests.support import tls
from tests.support.dovecot import Dovecot, free_ports
from tests.support.scripted_imap import ScriptedImap, Talk

needs_dovecot = pytest.mark.service("dovecot")
SECRET = "sesame-open-4711"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as running:
        yield running


def opened(settings: ImapSettings) -> str:
    """What opening says; empty when all is well."""
    server = ImapServer(settings)
    try:
        server.open()
    except MailboxFault as fault:
        said = "".join(traceback.format_exception(fault))
        assert SECRET not in said
        assert settings.password.get_secret_value() not in said or not settings.password.get_secret_value()
        assert "\n" not in str(fault), "one sentence"
        return str(fault)
    finally:
        server.close()
    return ""


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_authority_is_trusted_when_it_is_named(dovecot: Dovecot, security: str, host: str) -> None:
    assert opened(dovecot.settings("hssupport", security=security, host=host)) == ""


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_without_ca_file_a_private_authority_is_refused_with_the_way_out(dovecot: Dovecot, security: str) -> None:
    said = opened(dovecot.settings("hssupport", security=security, ca_file=None))
    assert "authority that this machine does not know" in said
    assert "ca_file" in said


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (tls.expired, "has expired"),
        (tls.not_yet_valid, "not valid yet"),
        (tls.wrong_name, "another name than 127.0.0.1"),
        (tls.untrusted, "ca_file"),
    ],
)
def test_a_bad_certificate_is_refused_and_the_sentence_says_which(certificate: Any, words: str, security: str) -> None:
    with Dovecot(("hssupport",), certificate=certificate()) as bad:
        said = opened(bad.settings("hssupport", security=security))
        log = bad.log()
    assert words in said
    assert said.startswith("mail server 127.0.0.1:")
    assert log.count("Login:") == 1, "only the harness's own login: ours sent no password"


def test_a_ca_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate\n")
    for path in (empty, tmp_path / "missing.pem"):
        said = opened(ImapSettings("127.0.0.1", "hssupport", ca_file=path, port=1))
        assert str(path) in said
        assert "PEM" in said


def test_plain_text_leaves_this_machine_only_when_explicitly_allowed() -> None:
    said = opened(ImapSettings("imap.example.org", "hssupport", SecretStr(SECRET), security="plain"))
    assert "plain" in said
    assert "starttls" in said
    assert ImapSettings("::1", "x").is_loopback()
    assert ImapSettings("127.8.9.10", "x").is_loopback()
    assert not ImapSettings("localhost.example.org", "x").is_loopback()


@needs_dovecot
def test_plain_text_to_this_machine_works(dovecot: Dovecot) -> None:
    assert opened(dovecot.settings("hssupport", security="plain")) == ""


@needs_dovecot
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_wrong_password_is_one_sentence_without_it(dovecot: Dovecot, security: str) -> None:
    said = opened(dovecot.settings("hssupport", password=SecretStr(SECRET), security=security))
    assert "does not accept the user name or the password" in said
    assert "hssupport" in said


@needs_dovecot
def test_a_server_without_tls_on_that_port_is_said(dovecot: Dovecot) -> None:
    assert "security" in opened(dovecot.settings("hssupport", port=dovecot.port))


def test_nobody_listens() -> None:
    (port,) = free_ports(1)
    assert "refuses connections" in opened(ImapSettings("127.0.0.1", "x", port=port))


def test_an_unknown_host() -> None:
    said = opened(ImapSettings("no-such-host.invalid", "x"))
    assert "host name is not known" in said or "cannot be reached" in said


def test_a_server_that_never_answers_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        begun = time.monotonic()
        for security in ("plain", "tls"):
            said = opened(ImapSettings("127.0.0.1", "x", port=port, security=security, timeout=0.3))  # type: ignore[arg-type]
            assert "did not answer within 0.3 seconds" in said
        assert time.monotonic() - begun < 5


def test_starttls_is_never_skipped() -> None:
    def script(talk: Talk) -> None:
        talk.send("* OK ready")
        talk.expect("CAPABILITY")
        talk.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        talk.ok()
        while True:
            heard = talk.line()
            assert "LOGIN" not in heard.upper().replace("LOGOUT", "")
            assert "AUTHENTICATE" not in heard.upper()

    with ScriptedImap(script) as server:
        assert "offers no STARTTLS" in opened(server.settings(security="starttls"))


def test_a_server_that_skips_the_login_is_not_spoken_to_in_plain() -> None:
    """PREAUTH makes STARTTLS impossible: whoever sits between us could send it (RFC 9051 §11.4)."""

    def script(talk: Talk) -> None:
        talk.send("* PREAUTH welcome, no need for encryption")
        while True:
            talk.expect("CAPABILITY")
            talk.send("* CAPABILITY IMAP4rev1 STARTTLS")
            talk.ok()

    with ScriptedImap(script) as server:
        assert "while connecting" in opened(server.settings(security="starttls"))


def test_a_server_that_refuses_at_the_greeting() -> None:
    with ScriptedImap(lambda talk: talk.send("* BYE too many connections")) as server:
        assert opened(server.settings()).startswith("mail server 127.0.0.1:")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("[EXPIRED] ", "has expired"),
        ("[UNAVAILABLE] ", "cannot check logins at the moment"),
        ("[AUTHENTICATIONFAILED] ", "does not accept"),
        ("", "does not accept"),
    ],
)
@pytest.mark.parametrize("capability", ["AUTH=PLAIN", "ID"])
def test_a_login_refused_is_explained_by_its_code_and_never_echoes(code: str, words: str, capability: str) -> None:
    def script(talk: Talk) -> None:
        talk.send("* OK ready")
        talk.expect("CAPABILITY")
        talk.send(f"* CAPABILITY IMAP4rev1 {capability}")
        talk.ok()
        if talk.expect("").startswith("AUTHENTICATE"):
            talk.send("+ ")
            talk.line()
        talk.no(f"{code}you said {SECRET}")

    with ScriptedImap(script) as server:
        assert words in opened(server.settings(password=SecretStr(SECRET)))


def test_a_goodbye_while_signing_in_is_told() -> None:
    def script(talk: Talk) -> None:
        talk.send("* OK ready")
        talk.expect("CAPABILITY")
        talk.send("* CAPABILITY IMAP4rev1 AUTH=PLAIN")
        talk.ok()
        talk.expect("AUTHENTICATE")
        talk.send("* BYE maintenance until noon")

    with ScriptedImap(script) as server:
        assert "maintenance until noon" in opened(server.settings())


def test_names_and_passwords_may_hold_any_character_where_only_login_is_offered() -> None:
    heard: list[str] = []

    def script(talk: Talk) -> None:
        talk.send("* OK ready")
        talk.expect("CAPABILITY")
        talk.send("* CAPABILITY IMAP4rev1")
        talk.ok()
        heard.append(talk.expect("LOGIN"))
        talk.ok()
        talk.expect("CAPABILITY")
        talk.send("* CAPABILITY IMAP4rev1")
        talk.ok()

    with ScriptedImap(script) as server:
        settings = server.settings(username='team "a" \\ b', password=SecretStr('pa"ss \\ word'))
        assert opened(settings) == ""
    assert heard == ['LOGIN "team \\"a\\" \\\\ b" "pa\\"ss \\\\ word"']


def test_access_tokens_are_sent_fresh_and_never_shown() -> None:
    tokens = iter([SECRET + "-1", SECRET + "-2"])
    heard: list[bytes] = []

    def script(talk: Talk) -> None:
        talk.send("* OK ready")
        talk.expect("CAPABILITY")
        talk.send("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 AUTH=OAUTHBEARER")
        talk.ok()
        talk.expect("AUTHENTICATE")
        talk.send("+ ")
        heard.append(base64.b64decode(talk.line()))
        if len(heard) == 1:
            talk.ok("[CAPABILITY IMAP4rev1] welcome")
        else:
            talk.no("[AUTHENTICATIONFAILED] token not good")

    with ScriptedImap(script) as server:
        settings = server.settings(auth="xoauth2", token=lambda: next(tokens))
        assert SECRET not in repr(settings)
        assert opened(settings) == ""
        assert "does not accept the user name or the access token" in opened(
            server.settings(auth="oauthbearer", token=lambda: next(tokens))
        )
        assert "StopIteration" in opened(settings), "a source of tokens that fails is a fault too"
    assert heard == [
        b"user=hssupport\x01auth=Bearer %s-1\x01\x01" % SECRET.encode(),
        b"n,a=hssupport,\x01auth=Bearer %s-2\x01\x01" % SECRET.encode(),
    ]


def test_neither_settings_nor_server_show_the_password() -> None:
    settings = ImapSettings("127.0.0.1", "hssupport", SecretStr(SECRET), token=lambda: SECRET)
    assert SECRET not in repr(settings)
    assert SECRET not in repr(ImapServer(settings))
    assert SECRET not in str(settings.password)
