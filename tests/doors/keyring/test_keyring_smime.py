"""S/MIME through the real openssl: a CA, the service and an officer, all invented here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailflow.errors import CryptoFault
from mailflow.keyring import SmimeFiles
from mailflow.keyring.smime import Smime
from mailflow.model.security import CryptoForm, CryptoState, CryptoTask

pytestmark = pytest.mark.service("openssl")

ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe family has agreed.\r\n"


@dataclass(frozen=True)
class Office:
    """A folder with ``ca``, ``service``, ``officer`` and ``nobody`` (self-signed), each ``.pem`` and ``.key``."""

    folder: Path

    def openssl(self, *arguments: str, data: bytes = b"") -> bytes:
        done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, cwd=self.folder, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def encrypt(self, to: str, cipher: str = "-aes-256-cbc") -> bytes:
        return self.openssl("cms", "-encrypt", cipher, "-binary", "-outform", "DER", f"{to}.pem", data=ENTITY)

    def sign(self, who: str, *more: str) -> bytes:
        arguments = ("-signer", f"{who}.pem", "-inkey", f"{who}.key", "-outform", "DER")
        return self.openssl("cms", "-sign", "-binary", *more, *arguments, data=ENTITY)

    def door(self, who: str = "service", key: str = "", passphrase: str | None = None) -> Smime:
        source = None if passphrase is None else lambda: passphrase
        files = SmimeFiles(
            self.folder / f"{who}.pem", self.folder / f"{key or who}.key", self.folder / "ca.pem", source
        )
        return Smime(files)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("smime"))
    for name in ("ca", "nobody"):
        made.openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.pem", "-days", "30", "-subj", f"/CN={name}",
        )  # fmt: skip
    (made.folder / "mail.ext").write_text(
        "extendedKeyUsage=emailProtection\nkeyUsage=digitalSignature,keyEncipherment\n"
    )
    (made.folder / "web.ext").write_text("extendedKeyUsage=serverAuth\nkeyUsage=digitalSignature,keyEncipherment\n")
    for name, use in (("service", "mail"), ("officer", "mail"), ("server", "web")):
        made.openssl(
            "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", "r.csr", "-subj", f"/CN={name}"
        )
        made.openssl(
            "x509", "-req", "-in", "r.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-extfile", f"{use}.ext", "-out", f"{name}.pem",
        )  # fmt: skip
    made.openssl("rsa", "-aes256", "-in", "service.key", "-passout", "pass:invented", "-out", "locked.key")
    yield made


@pytest.mark.parametrize("cipher", ["-aes-128-cbc", "-aes-256-cbc", "-des3", "-aes-256-gcm"])
def test_what_is_encrypted_to_us_is_opened(office: Office, cipher: str) -> None:
    outcome = office.door().open(CryptoTask(CryptoForm.SMIME_ENCRYPTED, office.encrypt("service", cipher)))
    assert (outcome.state, outcome.content) == (CryptoState.OPENED, ENTITY)


def test_what_is_encrypted_to_others_stays_closed(office: Office) -> None:
    outcome = office.door().open(CryptoTask(CryptoForm.SMIME_ENCRYPTED, office.encrypt("officer")))
    assert (outcome.state, outcome.content) == (CryptoState.NO_KEY, None)


def test_damage_and_pretence_give_no_content(office: Office) -> None:
    whole = bytearray(office.encrypt("service"))
    changed = bytearray(whole)
    changed[-3] ^= 1
    for data in (bytes(changed), bytes(whole[:200]), b"hello", b"", office.sign("officer", "-nodetach")):
        outcome = office.door().open(CryptoTask(CryptoForm.SMIME_ENCRYPTED, data))
        assert (outcome.state, outcome.content) == (CryptoState.FAILED, None)


def test_a_key_under_a_passphrase(office: Office) -> None:
    sealed = CryptoTask(CryptoForm.SMIME_ENCRYPTED, office.encrypt("service"))
    assert office.door(key="locked", passphrase="invented").open(sealed).content == ENTITY
    with pytest.raises(CryptoFault, match="passphrase of our S/MIME key"):
        office.door(key="locked", passphrase="wrong").open(sealed)


def test_detached_signatures(office: Office) -> None:
    signature = office.sign("officer")
    good = office.door().open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY, signature))
    said = office.openssl("x509", "-in", "officer.pem", "-noout", "-fingerprint", "-sha256").decode()
    assert good.state is CryptoState.SIGNATURE_GOOD
    assert good.fingerprint == said.partition("=")[2].strip().replace(":", "")
    lf = office.door().open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY.replace(b"\r\n", b"\n"), signature))
    assert lf.state is CryptoState.SIGNATURE_GOOD
    bad = office.door().open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY + b"not ", signature))
    assert (bad.state, bad.fingerprint) == (CryptoState.SIGNATURE_BAD, "")


def test_an_opaque_signature_gives_its_content(office: Office) -> None:
    outcome = office.door().open(CryptoTask(CryptoForm.SMIME_SIGNED, office.sign("officer", "-nodetach")))
    assert (outcome.state, outcome.content) == (CryptoState.SIGNATURE_GOOD, ENTITY)


@pytest.mark.parametrize("who", ["nobody", "server"])
def test_who_our_ca_does_not_vouch_for_is_not_good(office: Office, who: str) -> None:
    """``nobody`` signed its own certificate; ``server`` has one of the CA that is for web servers, not for mail."""
    outcome = office.door().open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY, office.sign(who)))
    assert (outcome.state, outcome.fingerprint) == (CryptoState.NOT_TRIED, "")
    assert "does not vouch" in outcome.why


def test_without_ca_or_key_nothing_is_tried(office: Office) -> None:
    door = Smime(SmimeFiles())
    assert door.open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY, office.sign("officer"))).state is CryptoState.NOT_TRIED
    assert door.open(CryptoTask(CryptoForm.SMIME_ENCRYPTED, office.encrypt("service"))).state is CryptoState.NO_KEY


def test_what_is_missing_is_one_sentence_with_the_way_out(office: Office, tmp_path: Path) -> None:
    with pytest.raises(CryptoFault, match="install OpenSSL"):
        Smime(SmimeFiles(), openssl="no-such-openssl")
    with pytest.raises(CryptoFault, match="does not exist"):
        Smime(SmimeFiles(ca=tmp_path / "ca.pem"))
    lazy = tmp_path / "openssl"
    lazy.write_text("#!/bin/sh\nexec sleep 600\n")
    lazy.chmod(0o700)
    slow = Smime(SmimeFiles(ca=office.folder / "ca.pem"), openssl=str(lazy), seconds=0.3)
    with pytest.raises(CryptoFault, match="did not answer"):
        slow.open(CryptoTask(CryptoForm.SMIME_SIGNED, ENTITY, b"x"))
