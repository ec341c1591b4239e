"""A throw-away GnuPG world for tests: two people with keys, in a folder with a short path.

The service holds its own secret key and knows the officer's public one; the officer has a folder of their own.
Everybody here is invented.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ring:
    """One GNUPGHOME and the key of the one who owns it."""

    home: Path
    address: str
    fingerprint: str
    passphrase: str = ""

    def run(self, *arguments: str, data: bytes = b"", passphrase: str | None = None) -> bytes:
        command = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback"]
        command += [
            "--passphrase",
            self.passphrase if passphrase is None else passphrase,
            "--trust-model",
            "always",
            *arguments,
        ]
        done = subprocess.run(command, input=data, capture_output=True, timeout=60, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def public_key(self) -> bytes:
        return self.run("--armor", "--export", self.fingerprint)

    def learn(self, key: bytes) -> None:
        self.run("--import", data=key)

    def encrypt(self, text: bytes, to: str, *more: str) -> bytes:
        return self.run("--armor", "--encrypt", "--recipient", to, *more, data=text)

    def encrypt_signed(self, text: bytes, to: str) -> bytes:
        return self.run(
            "--armor", "--sign", "--encrypt", "--local-user", self.fingerprint, "--recipient", to, data=text
        )

    def sign_detached(self, text: bytes) -> bytes:
        return self.run("--armor", "--detach-sign", "--local-user", self.fingerprint, data=text)

    def sign_clear(self, text: bytes) -> bytes:
        return self.run("--clear-sign", "--local-user", self.fingerprint, data=text)


@contextlib.contextmanager
def ring(address: str, passphrase: str = "") -> Iterator[Ring]:
    """A fresh key ring with one ed25519/cv25519 key for ``address``; its agent ends with the block."""
    home = Path(tempfile.mkdtemp(prefix="mfg-", dir="/tmp"))
    home.chmod(0o700)
    try:
        new = Ring(home, address, "", passphrase)
        new.run("--quick-generate-key", address, "ed25519", "sign", "never")
        listed = new.run("--with-colons", "--list-secret-keys", address).decode()
        fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr:"))
        new.run("--quick-add-key", fingerprint, "cv25519", "encr", "never")
        yield Ring(home, address, fingerprint, passphrase)
    finally:
        subprocess.run(
            ["gpgconf", "--homedir", str(home), "--kill", "all"], capture_output=True, timeout=30, check=False
        )
        shutil.rmtree(home, ignore_errors=True)


@dataclass(frozen=True)
class World:
    """The service, an officer whom it knows, and a stranger whom it does not."""

    service: Ring
    officer: Ring
    stranger: Ring


@contextlib.contextmanager
def world(passphrase: str = "") -> Iterator[World]:
    """Keys for all three, exchanged as far as they know one another."""
    with (
        ring("hssupport@charity.example", passphrase) as service,
        ring("dc.penrose@police.example") as officer,
        ring("somebody@stranger.example") as stranger,
    ):
        service.learn(officer.public_key())
        for other in (officer, stranger):
            other.learn(service.public_key())
        yield World(service, officer, stranger)
