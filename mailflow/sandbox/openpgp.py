"""An OpenPGP mail for the demonstration, where gpg is there: a ring of its own, and a mail encrypted to it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .mails import DemoMail, read_demo_mail

LONGEST_HOME = 80
"""gpg's agent listens on a socket inside its home, and a socket's path has at most 107 characters."""
SECONDS = 30.0
OWNER = "Homicide Service (demonstration) <hssupport@victimsupport.org.uk>"
LETTER = """\
Content-Type: text/plain; charset=utf-8

Dear colleagues,

I would like to refer Joan Pellworth, mother of Kieran Pellworth, who was killed in Maidstone this autumn. She agreed
yesterday that I give you her number: 07700 900417. She would like help with the funeral and somebody to talk to.

DC Idris Calloway
Family Liaison Officer, Major Crime Team
Mobile 07700 900655
"""
HEAD = """\
X-Demo-To: hssupport
X-Demo-After: 46.5
X-Demo-Says: an OpenPGP-encrypted referral: opened with our key, read like any other
X-Demo-Expect: referral
X-Demo-Came: verified
From: Idris Calloway <idris.calloway@kent.police.uk>
To: hssupport@victimsupport.org.uk
Subject: ...
Date: {date}
Message-ID: <{id}@kent.police.uk>
MIME-Version: 1.0
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="sealed"

--sealed
Content-Type: application/pgp-encrypted

Version: 1

--sealed
Content-Type: application/octet-stream; name="encrypted.asc"

"""


def make_key_ring(home: Path) -> Path | None:
    """A ring with one key of ours, as it stands or made fresh; ``None`` where gpg is missing or fails, or where the
    folder's path is too long."""
    if shutil.which("gpg") is None or len(str(home)) > LONGEST_HOME:
        return None
    try:
        home.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return None
    if _fingerprints(home):
        return home
    made = _gpg(home, "--passphrase", "", "--quick-generate-key", OWNER, "ed25519", "default", "never")
    return home if made is not None and _add_encryption_key(home) else None


def end_agent(home: Path) -> None:
    """End the agent that gpg left running for this ring; no harm when there is none."""
    if home.is_dir() and (program := shutil.which("gpgconf")):
        command = [program, "--homedir", str(home), "--kill", "all"]
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 - fixed arguments


def sealed_mail(home: Path) -> Iterator[DemoMail]:
    """The encrypted mail; nothing where gpg fails."""
    armoured = _gpg(
        home, "--trust-model", "always", "--armor", "--recipient", OWNER, "--encrypt", given=LETTER.encode()
    )
    if armoured is not None:
        yield read_demo_mail("sealed-referral", HEAD.encode() + armoured + b"\n--sealed--\n")


def _fingerprints(home: Path) -> list[str]:
    """Fingerprints of the ring's secret keys, primary keys first."""
    listed = _gpg(home, "--with-colons", "--list-secret-keys") or b""
    return [line.split(b":")[9].decode() for line in listed.splitlines() if line.startswith(b"fpr:")]


def _add_encryption_key(home: Path) -> bool:
    prints = _fingerprints(home)
    if not prints:
        return False
    return _gpg(home, "--passphrase", "", "--quick-add-key", prints[0], "cv25519", "encr", "never") is not None


def _gpg(home: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What gpg printed; ``None`` when it failed."""
    command = [
        "gpg",
        "--homedir",
        str(home),
        "--batch",
        "--quiet",
        "--no-tty",
        "--pinentry-mode",
        "loopback",
        *arguments,
    ]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
