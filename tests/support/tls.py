"""Certificates for tests: a private authority (trustme) and every way in which a certificate can be wrong.

All files live in one temporary folder that is removed when the test process ends. Making a key costs
some 10 ms, so each certificate is made once and kept.

    from tests.support import tls
    server.use(tls.good().chain, tls.good().key)          # PEM files
    client = ImapSettings(..., ca_file=str(tls.authority()))
"""

from __future__ import annotations

import atexit
import shutil
import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme

NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificate:
    """PEM files of a server's certificate."""

    chain: Path
    key: Path


@cache
def folder() -> Path:
    """Where all files of this process are."""
    made = Path(tempfile.mkdtemp(prefix="mf-tls-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


@cache
def _ca(name: str) -> trustme.CA:
    return trustme.CA(organization_name=f"mailflow tests, {name} authority")


def _ca_file(name: str) -> Path:
    path = folder() / f"{name}-ca.pem"
    if not path.exists():
        _ca(name).cert_pem.write_to_path(str(path))
    return path


def _write(name: str, made: trustme.LeafCert) -> Certificate:
    certificate = Certificate(folder() / f"{name}.pem", folder() / f"{name}.key")
    for number, blob in enumerate(made.cert_chain_pems):
        blob.write_to_path(str(certificate.chain), append=number > 0)
    made.private_key_pem.write_to_path(str(certificate.key))
    certificate.key.chmod(0o600)
    return certificate


def authority() -> Path:
    """The CA file that a client of these tests trusts."""
    return _ca_file("private")


def stranger() -> Path:
    """The CA file of another authority: it has signed nothing that our servers show."""
    return _ca_file("stranger")


@cache
def good() -> Certificate:
    """For localhost, 127.0.0.1 and ::1, signed by :func:`authority`, valid now."""
    return _write("good", _ca("private").issue_cert(*NAMES))


@cache
def untrusted() -> Certificate:
    """Right names, valid now, signed by :func:`stranger`."""
    return _write("untrusted", _ca("stranger").issue_cert(*NAMES))


@cache
def expired() -> Certificate:
    """Right names, right authority, ended yesterday."""
    now = datetime.now(UTC)
    return _write(
        "expired",
        _ca("private").issue_cert(*NAMES, not_before=now - timedelta(days=30), not_after=now - timedelta(days=1)),
    )


@cache
def not_yet_valid() -> Certificate:
    """Right names, right authority, begins tomorrow."""
    now = datetime.now(UTC)
    return _write(
        "early",
        _ca("private").issue_cert(*NAMES, not_before=now + timedelta(days=1), not_after=now + timedelta(days=30)),
    )


@cache
def wrong_name() -> Certificate:
    """Right authority, valid now, made for ``mail.elsewhere.example`` only."""
    return _write("wrong-name", _ca("private").issue_cert("mail.elsewhere.example"))


def server_context(certificate: Certificate) -> ssl.SSLContext:
    """A server-side context that shows that certificate, for servers that run inside the tests."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    return context
