"""OpenPGP through the real gpg: what is opened, what stays closed, and that nothing leaks on the way."""

from __future__ import annotations

import base64
import logging
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailflow.errors import CryptoFault
from mailflow.keyring import GnupgKeyring, NoKeyring
from mailflow.keyring.outcomes import MAX_PLAIN
from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState, CryptoTask
from tests.support.gpg import World, ring, world

pytestmark = pytest.mark.service("gpg")

ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nMum has agreed, her number is 07700 900123.\r\n"


@pytest.fixture(scope="module")
def people() -> Iterator[World]:
    with world() as everybody:
        yield everybody


@pytest.fixture(scope="module")
def keyring(people: World) -> Iterator[GnupgKeyring]:
    with GnupgKeyring(people.service.home) as door:
        yield door


def opened(keyring: GnupgKeyring, form: CryptoForm, data: bytes, signature: bytes = b"") -> CryptoOutcome:
    outcome = keyring.open(CryptoTask(form, data, signature))
    assert outcome.form is form
    return outcome


def test_what_is_encrypted_to_us_is_opened_byte_for_byte(keyring: GnupgKeyring, people: World) -> None:
    outcome = opened(keyring, CryptoForm.PGP_MIME, people.officer.encrypt(ENTITY, people.service.address))
    assert (outcome.state, outcome.content) == (CryptoState.OPENED, ENTITY)
    assert (outcome.signature, outcome.fingerprint) == (CryptoState.NONE, "")


def test_an_inline_message_is_found_within_the_text_around_it(keyring: GnupgKeyring, people: World) -> None:
    text = b"Hello\n" + people.officer.encrypt(b"hidden words\n", people.service.address) + b"-- \nJago\n"
    outcome = opened(keyring, CryptoForm.PGP_INLINE, text)
    assert (outcome.state, outcome.content) == (CryptoState.OPENED, b"hidden words\n")


def test_binary_without_armour_is_opened_too(keyring: GnupgKeyring, people: World) -> None:
    data = people.officer.run("--encrypt", "--recipient", people.service.address, data=ENTITY)
    assert opened(keyring, CryptoForm.PGP_MIME, data).content == ENTITY


def test_a_signature_inside_names_the_primary_key(keyring: GnupgKeyring, people: World) -> None:
    outcome = opened(keyring, CryptoForm.PGP_MIME, people.officer.encrypt_signed(ENTITY, people.service.address))
    assert outcome.state is CryptoState.OPENED
    assert (outcome.signature, outcome.fingerprint) == (CryptoState.SIGNATURE_GOOD, people.officer.fingerprint)


def test_a_stranger_s_signature_inside_opens_but_proves_nothing(keyring: GnupgKeyring, people: World) -> None:
    outcome = opened(keyring, CryptoForm.PGP_MIME, people.stranger.encrypt_signed(ENTITY, people.service.address))
    assert (outcome.state, outcome.content) == (CryptoState.OPENED, ENTITY)
    assert (outcome.signature, outcome.fingerprint) == (CryptoState.NOT_TRIED, "")


def test_what_is_encrypted_to_others_stays_closed(keyring: GnupgKeyring, people: World) -> None:
    outcome = opened(keyring, CryptoForm.PGP_MIME, people.officer.encrypt(ENTITY, people.officer.address))
    assert (outcome.state, outcome.content) == (CryptoState.NO_KEY, None)
    assert "do not hold" in outcome.why


def test_a_message_to_us_and_others_is_opened(keyring: GnupgKeyring, people: World) -> None:
    data = people.officer.encrypt(ENTITY, people.officer.address, "--recipient", people.service.address)
    assert opened(keyring, CryptoForm.PGP_MIME, data).content == ENTITY


def test_a_message_under_a_password_stays_closed(keyring: GnupgKeyring, people: World) -> None:
    data = people.officer.run("--armor", "--symmetric", data=ENTITY, passphrase="three invented words")
    outcome = opened(keyring, CryptoForm.PGP_MIME, data)
    assert (outcome.state, outcome.content) == (CryptoState.NO_KEY, None)
    assert "password" in outcome.why


def binary(armoured: bytes) -> bytearray:
    body = armoured.split(b"\n\n", 1)[1].split(b"\n=")[0]
    return bytearray(base64.b64decode(body.replace(b"\n", b"")))


def test_a_changed_byte_gives_no_content_at_all(keyring: GnupgKeyring, people: World) -> None:
    """EFAIL: gpg prints what it has before it finds that the text was changed; none of that may get through."""
    whole = binary(people.officer.encrypt(ENTITY * 50, people.service.address))
    for place in (-3, len(whole) // 2, len(whole) // 2 + 60):
        changed = bytearray(whole)
        changed[place] ^= 1
        outcome = opened(keyring, CryptoForm.PGP_MIME, bytes(changed))
        assert (outcome.state, outcome.content) == (CryptoState.FAILED, None)


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n", bytes(2000)]
)
def test_what_is_no_message_fails_and_says_so(keyring: GnupgKeyring, data: bytes) -> None:
    outcome = opened(keyring, CryptoForm.PGP_MIME, data)
    assert (outcome.state, outcome.content) == (CryptoState.FAILED, None)
    assert outcome.why


@pytest.mark.promise("P4")
def test_what_only_claims_to_be_encrypted_is_not_opened(keyring: GnupgKeyring, people: World) -> None:
    """A literal packet in a multipart/encrypted would else count as end-to-end encrypted."""
    for arguments in (("--armor", "--store"), ("--armor", "--sign", "--local-user", people.officer.fingerprint)):
        outcome = opened(keyring, CryptoForm.PGP_MIME, people.officer.run(*arguments, data=ENTITY))
        assert (outcome.state, outcome.content) == (CryptoState.FAILED, None)


def test_a_compression_bomb_is_refused(keyring: GnupgKeyring, people: World) -> None:
    bomb = people.officer.encrypt(bytes(MAX_PLAIN + 1024), people.service.address)
    assert len(bomb) < 1024 * 1024
    outcome = opened(keyring, CryptoForm.PGP_MIME, bomb)
    assert (outcome.state, outcome.content) == (CryptoState.FAILED, None)


def test_detached_signatures(keyring: GnupgKeyring, people: World) -> None:
    signature = people.officer.sign_detached(ENTITY)
    good = opened(keyring, CryptoForm.PGP_SIGNED, ENTITY, signature)
    assert (good.state, good.fingerprint) == (CryptoState.SIGNATURE_GOOD, people.officer.fingerprint)
    stored_with_lf = opened(keyring, CryptoForm.PGP_SIGNED, ENTITY.replace(b"\r\n", b"\n"), signature)
    assert stored_with_lf.state is CryptoState.SIGNATURE_GOOD
    bad = opened(keyring, CryptoForm.PGP_SIGNED, ENTITY.replace(b"agreed", b"refused"), signature)
    assert (bad.state, bad.fingerprint) == (CryptoState.SIGNATURE_BAD, "")
    unknown = opened(keyring, CryptoForm.PGP_SIGNED, ENTITY, people.stranger.sign_detached(ENTITY))
    assert (unknown.state, unknown.fingerprint) == (CryptoState.NOT_TRIED, "")
    none = opened(keyring, CryptoForm.PGP_SIGNED, ENTITY, b"no signature")
    assert none.state is CryptoState.FAILED


def test_clear_signed_text(keyring: GnupgKeyring, people: World) -> None:
    signed = people.officer.sign_clear(b"the review is paused\n")
    good = opened(keyring, CryptoForm.PGP_SIGNED, signed)
    assert (good.state, good.content) == (CryptoState.SIGNATURE_GOOD, b"the review is paused\n")
    bad = opened(keyring, CryptoForm.PGP_SIGNED, signed.replace(b"paused", b"closed"))
    assert (bad.state, bad.content) == (CryptoState.SIGNATURE_BAD, None)


def test_a_revoked_or_expired_signer_is_not_good(people: World) -> None:
    with ring("dc.gone@police.example") as gone, ring("desk@charity.example") as desk, GnupgKeyring(desk.home) as door:
        signature = gone.sign_detached(ENTITY)
        desk.learn(gone.public_key())
        assert opened(door, CryptoForm.PGP_SIGNED, ENTITY, signature).state is CryptoState.SIGNATURE_GOOD
        revocation = (gone.home / "openpgp-revocs.d" / f"{gone.fingerprint}.rev").read_bytes()
        desk.learn(revocation.replace(b":-----BEGIN", b"-----BEGIN"))
        assert opened(door, CryptoForm.PGP_SIGNED, ENTITY, signature).state is CryptoState.SIGNATURE_BAD


def test_eight_threads_open_at_once(keyring: GnupgKeyring, people: World) -> None:
    texts = [f"mail {number}".encode() for number in range(8)]
    sealed = [people.officer.encrypt(text, people.service.address) for text in texts]
    found: dict[int, CryptoOutcome] = {}

    def work(number: int) -> None:
        found[number] = keyring.open(CryptoTask(CryptoForm.PGP_MIME, sealed[number]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number].content for number in range(8)] == texts


def test_smime_without_files_is_said(keyring: GnupgKeyring) -> None:
    assert opened(keyring, CryptoForm.SMIME_ENCRYPTED, b"x").state is CryptoState.NO_KEY
    assert opened(keyring, CryptoForm.SMIME_SIGNED, b"x").state is CryptoState.NOT_TRIED


def test_passphrases_open_and_never_show(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    passphrase = "correct horse battery staple"
    shown = tmp_path / "arguments"
    spy = tmp_path / "gpg"
    spy.write_text(f'#!/bin/sh\necho "$@" >> {shown}\nenv >> {shown}\nexec {shutil.which("gpg")} "$@"\n')
    spy.chmod(0o700)
    with world(passphrase) as people, caplog.at_level(logging.DEBUG):
        sealed = CryptoTask(CryptoForm.PGP_MIME, people.officer.encrypt(ENTITY, people.service.address))
        with GnupgKeyring(people.service.home, lambda: passphrase, binary=str(spy)) as door:
            assert door.open(sealed).content == ENTITY
        for wrong in ("another", ""):
            with (
                GnupgKeyring(people.service.home, lambda word=wrong: word) as door,
                pytest.raises(CryptoFault, match="passphrase of our key"),
            ):
                door.open(sealed)
    assert "--passphrase-fd" in shown.read_text()
    assert passphrase not in shown.read_text()
    assert passphrase not in caplog.text
    assert "07700" not in caplog.text
    assert people.officer.address not in caplog.text


def test_a_ring_without_a_secret_key_is_found_wanting(people: World) -> None:
    with ring("empty@charity.example") as empty, GnupgKeyring(empty.home) as door:
        assert door.check() == ()
        empty.run("--yes", "--delete-secret-keys", empty.fingerprint)
        assert "no secret key" in door.check()[0]


def test_what_is_missing_is_one_sentence_with_the_way_out(tmp_path: Path, people: World) -> None:
    with pytest.raises(CryptoFault, match="install GnuPG"):
        GnupgKeyring(people.service.home, binary="no-such-gpg")
    with pytest.raises(CryptoFault, match="does not exist"):
        GnupgKeyring(people.service.home / "nowhere")
    deep = tmp_path / ("long" * 25)
    deep.mkdir()
    with pytest.raises(CryptoFault, match="shorter path"):
        GnupgKeyring(deep)


def test_a_gpg_that_hangs_is_ended_and_named(tmp_path: Path, people: World) -> None:
    lazy = tmp_path / "gpg"
    lazy.write_text(f'#!/bin/sh\ncase "$*" in *--decrypt*) exec sleep 600;; esac\nexec {shutil.which("gpg")} "$@"\n')
    lazy.chmod(0o700)
    with (
        GnupgKeyring(people.service.home, binary=str(lazy), seconds=0.3) as door,
        pytest.raises(CryptoFault, match="did not answer"),
    ):
        door.open(CryptoTask(CryptoForm.PGP_MIME, b"anything"))


def test_closing_ends_the_agent() -> None:
    with ring("desk@charity.example") as desk, ring("friend@police.example") as friend:
        friend.learn(desk.public_key())
        sealed = friend.encrypt(b"x", desk.address)
        door = GnupgKeyring(desk.home)
        assert door.open(CryptoTask(CryptoForm.PGP_MIME, sealed)).content == b"x"
        socket = subprocess.run(
            ["gpgconf", "--homedir", str(desk.home), "--list-dirs", "agent-socket"], capture_output=True, check=True
        )
        assert Path(socket.stdout.decode().strip()).exists()
        door.close()
        asked = subprocess.run(
            ["gpg-connect-agent", "--homedir", str(desk.home), "--no-autostart", "/bye"],
            capture_output=True,
            check=False,
        )
        assert b"no running" in asked.stderr.lower() or b"no gpg-agent running" in asked.stderr.lower()
        door.close()


@pytest.mark.parametrize("form", list(CryptoForm))
def test_no_keyring_says_that_there_is_none(form: CryptoForm) -> None:
    outcome = NoKeyring().open(CryptoTask(form, b"x"))
    assert outcome.state is (CryptoState.NOT_TRIED if form.value.endswith("signed") else CryptoState.NO_KEY)
    assert outcome.why == "no key ring is configured"


@pytest.mark.promise("P10")
def test_a_key_ends_with_its_last_encrypting_subkey_and_others_keys_do_not_count() -> None:
    with ring("hssupport@charity.example") as own, ring("dc.penrose@police.example") as officer:
        officer.run("--quick-set-expire", officer.fingerprint, "3d")
        own.learn(officer.public_key())
        with GnupgKeyring(own.home) as door:
            assert door.endings() == (), "a key without an end is no reminder"
            own.run("--quick-set-expire", own.fingerprint, "30d")
            own.run("--quick-set-expire", own.fingerprint, "10d", "*")
            own.run("--quick-add-key", own.fingerprint, "cv25519", "encr", "20d")
            (ending,) = door.endings()
            assert ending.name == own.fingerprint and own.address not in ending.what
            assert 19 <= (ending.ends - datetime.now(UTC)).days <= 20
            own.run("--quick-set-expire", own.fingerprint, "5d")
            assert 4 <= (door.endings()[0].ends - datetime.now(UTC)).days <= 5
    assert NoKeyring().endings() == ()
