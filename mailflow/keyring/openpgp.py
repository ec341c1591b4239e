"""OpenPGP (RFC 9580, RFC 3156) by the ``gpg`` program through python-gnupg.

gpg is asked without terminal, network, key servers or questions. What it found is read from its status lines
(GnuPG ``doc/DETAILS``), never from its prose. Passphrases go through a pipe, never into arguments or logs.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gnupg

from mailflow.errors import CryptoFault
from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState, CryptoTask, KeyEnding

from .outcomes import MAX_PLAIN, SECONDS, canonical

MAX_HOME = 80
"""Characters of the folder's path: gpg-agent's sockets live in it, and a socket's path ends at 107 (unix(7))."""

_OPTIONS = (
    "--no-auto-key-retrieve",  # a signature must not make us ask a key server: that tells a stranger that we read
    "--no-auto-key-locate",
    "--disable-dirmngr",
    "--no-auto-check-trustdb",
    "--pinentry-mode",
    "loopback",  # nobody sits at a terminal
    "--max-output",
    str(MAX_PLAIN),
)
_BEGIN, _END = b"-----BEGIN PGP MESSAGE-----", b"-----END PGP MESSAGE-----"
_CLEAR = b"-----BEGIN PGP SIGNED MESSAGE-----"
REVOKED = "r"
"""How gpg lists a key that was taken back."""
_REFUSED = frozenset({11, 77, 99, 177, 178})
"""Errors of libgpg-error that are ours, not the mail's: bad passphrase, no agent, cancelled, none, no pinentry."""


class OpenPgp:
    """One key ring, in one folder. Several threads may ask at once."""

    def __init__(self, home: Path, passphrase: Callable[[], str], gpg: str, seconds: float = SECONDS) -> None:
        """Raises ``CryptoFault`` when gpg or the folder is missing, or the folder's path is too long."""
        home = home.resolve()
        if len(str(home)) > MAX_HOME:
            raise CryptoFault(
                f"The key ring's folder {home} has {len(str(home))} characters; GnuPG cannot open its sockets beyond "
                f"{MAX_HOME}. Move it to a shorter path, such as /var/lib/mailflow/gpg."
            )
        if not home.is_dir():
            raise CryptoFault(
                f"The key ring's folder {home} does not exist; make it with mode 0700 and import the keys."
            )
        found = shutil.which(gpg)
        if found is None:
            raise CryptoFault(f"The program {gpg} is not here; install GnuPG (Debian: gnupg) or correct its path.")
        self._home, self._binary, self._seconds, self._passphrase = home, found, seconds, passphrase
        # python-gnupg logs gpg's lines at DEBUG, and they name people
        logging.getLogger("gnupg").setLevel(logging.CRITICAL)
        with self._world():
            self._gpg = _Gpg(gnupghome=str(home), gpgbinary=found, options=list(_OPTIONS))

    def open(self, task: CryptoTask) -> CryptoOutcome:
        """Decrypt or verify. Raises ``CryptoFault`` when gpg is away or does not accept our passphrase."""
        if _CLEAR in task.data and task.form is not CryptoForm.PGP_MIME and not task.signature:
            return self._verify_clear(task)
        if task.form is CryptoForm.PGP_SIGNED:
            return self._verify(task)
        return self._decrypt(task)

    def secret_fingerprints(self) -> tuple[str, ...]:
        """Fingerprints of the keys that we can decrypt with. Raises ``CryptoFault``."""
        with self._world():
            return tuple(str(key["fingerprint"]) for key in self._gpg.list_keys(True))

    def endings(self) -> tuple[KeyEnding, ...]:
        """Our secret keys that end, and when mail can no longer be encrypted to them. Raises ``CryptoFault``.

        A key is of no use from the moment that it or the last of its encrypting subkeys has ended (RFC 9580 §5.2.3.13);
        a subkey that was revoked counts for nothing. Keys of others are theirs to renew.
        """
        with self._world():
            keys = list(self._gpg.list_keys(True))
        found = []
        for key in keys:
            ends = _end_of(key)
            if ends is not None and key.get("trust") != REVOKED:
                fingerprint = str(key["fingerprint"])
                found.append(KeyEnding(fingerprint, f"the OpenPGP key {fingerprint[-16:]}", ends))
        return tuple(found)

    def close(self) -> None:
        """End gpg-agent and whatever else GnuPG left running for this folder; never raises."""
        beside = Path(self._binary).with_name("gpgconf")
        program = str(beside) if beside.exists() else shutil.which("gpgconf")
        if program:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(  # noqa: S603 - fixed arguments, no shell
                    [program, "--homedir", str(self._home), "--kill", "all"],
                    capture_output=True,
                    timeout=10,
                    check=False,
                )

    def _decrypt(self, task: CryptoTask) -> CryptoOutcome:
        data = _block(task.data) if task.form is CryptoForm.PGP_INLINE else task.data
        with self._world():
            result = self._gpg.decrypt(data, passphrase=self._passphrase() or None)
        said = _status(result)
        if "DECRYPTION_OKAY" in said and "DECRYPTION_FAILED" not in said and "BADMDC" not in said:
            if _is_cut(result):
                return CryptoOutcome(CryptoState.FAILED, task.form, why="it unpacks to more than is read")
            signature, fingerprint, why = _signature(result, said)
            return CryptoOutcome(CryptoState.OPENED, task.form, bytes(result.data), fingerprint, why, signature)
        if "NEED_PASSPHRASE_SYM" in said:
            return CryptoOutcome(CryptoState.NO_KEY, task.form, why="encrypted with a password, not to our key")
        if _is_refused(result, said):
            raise CryptoFault(
                "gpg does not accept the passphrase of our key; correct it in the settings or the key file."
            )
        if "NO_SECKEY" in said:
            return CryptoOutcome(CryptoState.NO_KEY, task.form, why="encrypted to a key that we do not hold")
        if "PLAINTEXT" in said and "BEGIN_DECRYPTION" not in said:
            return CryptoOutcome(CryptoState.FAILED, task.form, why="it says that it is encrypted and is not")
        if "NODATA" in said and "ENC_TO" not in said:
            return CryptoOutcome(CryptoState.FAILED, task.form, why="there is no readable OpenPGP message in it")
        return CryptoOutcome(CryptoState.FAILED, task.form, why="the encrypted message is damaged")

    def _verify(self, task: CryptoTask) -> CryptoOutcome:
        """A detached signature; the signature (nobody's words) goes to gpg by a file, the text by a pipe."""
        outcome = CryptoOutcome(CryptoState.SIGNATURE_BAD, task.form)
        # mail that was stored with LF was signed with CRLF; only the bytes as they came are tried when they have it
        for data in dict.fromkeys((task.data, canonical(task.data))):
            with tempfile.NamedTemporaryFile(prefix="mailflow-", suffix=".asc") as file, self._world():
                file.write(task.signature)
                file.flush()
                result = self._gpg.verify_data(file.name, data)
            outcome = _verdict(task, result)
            if outcome.state is not CryptoState.SIGNATURE_BAD:
                break
        return outcome

    def _verify_clear(self, task: CryptoTask) -> CryptoOutcome:
        """A text with its signature around it (RFC 9580 §7); ``content`` is what was signed."""
        with self._world():
            result = self._gpg.decrypt(task.data)
        outcome = _verdict(task, result)
        if outcome.state is not CryptoState.SIGNATURE_GOOD:
            return outcome
        return CryptoOutcome(outcome.state, task.form, bytes(result.data), outcome.fingerprint, outcome.why)

    @contextlib.contextmanager
    def _world(self) -> Iterator[None]:
        """Bound the calls of gpg within by the wall clock, and name what is wrong with the world."""
        timers = _Gpg.watch(self._seconds)
        try:
            yield
        except (OSError, ValueError) as error:
            if timers.has_fired:
                raise self._silent() from None
            raise CryptoFault(
                f"gpg could not be run ({type(error).__name__}); try it by hand: {self._binary} --version"
            ) from None
        finally:
            timers.cancel()
        if timers.has_fired:
            raise self._silent()

    def _silent(self) -> CryptoFault:
        return CryptoFault(
            f"gpg did not answer within {self._seconds:g} seconds; end its agent with: "
            f"gpgconf --homedir {self._home} --kill all"
        )


class _Timers:
    """The clocks of one call: a process that outlives its clock is killed."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._running: list[threading.Timer] = []
        self.has_fired = False

    def bound(self, process: subprocess.Popen[bytes]) -> None:
        def end() -> None:
            self.has_fired = True
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.daemon = True
        self._running.append(timer)
        timer.start()

    def cancel(self) -> None:
        for timer in self._running:
            timer.cancel()
            timer.join(self._seconds)


class _Gpg(gnupg.GPG):  # type: ignore[misc]
    """python-gnupg with a wall clock, which it has not: each process is bound by the clock of its thread."""

    _clocks = threading.local()

    @classmethod
    def watch(cls, seconds: float) -> _Timers:
        """Bound what this thread starts from now on."""
        timers = _Timers(seconds)
        cls._clocks.timers = timers
        return timers

    def _open_subprocess(self, args: list[str], passphrase: bool = False) -> Any:
        process = super()._open_subprocess(args, passphrase)
        self._clocks.timers.bound(process)
        return process


def _end_of(key: Mapping[str, Any]) -> datetime | None:
    """When a listed key ends for those who would encrypt to it; ``None`` for never."""
    subkeys = (key.get("subkey_info") or {}).values()
    encrypting = [_moment(sub["expires"]) for sub in subkeys if "e" in sub["cap"] and sub["trust"] != REVOKED]
    last = max((end for end in encrypting if end is not None), default=None) if None not in encrypting else None
    return min((end for end in (_moment(key["expires"]), last) if end is not None), default=None)


def _moment(seconds: str) -> datetime | None:
    """A time as gpg lists it: seconds since 1970, empty for never."""
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None


def _block(data: bytes) -> bytes:
    """The armoured message within a text; all of it when there is none."""
    start = data.find(_BEGIN)
    end = data.find(_END, start)
    return data[start : end + len(_END)] + b"\n" if 0 <= start < end else data


def _status(result: Any) -> frozenset[str]:
    """The keywords of gpg's status lines."""
    found = set()
    for line in (result.stderr or "").splitlines():
        words = line.split()
        if len(words) > 1 and words[0] == "[GNUPG:]":
            found.add(words[1])
    return frozenset(found)


def _is_refused(result: Any, said: frozenset[str]) -> bool:
    """True when the key is here and did not open for our passphrase (``ERROR pkdecrypt_failed <code>``)."""
    for line in (result.stderr or "").splitlines():
        words = line.split()
        if words[:3] == ["[GNUPG:]", "ERROR", "pkdecrypt_failed"] and len(words) > 3 and words[3].isdecimal():
            return int(words[3]) & 0xFFFF in _REFUSED
    return bool(said & {"BAD_PASSPHRASE", "MISSING_PASSPHRASE"}) or (
        "NEED_PASSPHRASE" in said and "BEGIN_DECRYPTION" not in said
    )


def _is_cut(result: Any) -> bool:
    return len(result.data or b"") >= MAX_PLAIN


def _signature(result: Any, said: frozenset[str]) -> tuple[CryptoState, str, str]:
    """(good, bad or none; fingerprint of the primary key when good; in words) of the signature that gpg saw."""
    if "BADSIG" in said:
        return CryptoState.SIGNATURE_BAD, "", "the signature does not fit the text"
    if "REVKEYSIG" in said:
        return CryptoState.SIGNATURE_BAD, "", "signed with a key that was revoked"
    if "EXPKEYSIG" in said or "EXPSIG" in said:
        return CryptoState.NOT_TRIED, "", "signed with a key or signature that has expired"
    if "ERRSIG" in said or "NO_PUBKEY" in said:
        return CryptoState.NOT_TRIED, "", "signed with a key that is not in our ring"
    if "GOODSIG" in said and "VALIDSIG" in said and len(result.problems) == 0:
        fingerprint = str(result.pubkey_fingerprint or result.fingerprint or "")
        return CryptoState.SIGNATURE_GOOD, fingerprint, "good signature of a key in our ring"
    return CryptoState.NONE, "", "not signed"


def _verdict(task: CryptoTask, result: Any) -> CryptoOutcome:
    said = _status(result)
    state, fingerprint, why = _signature(result, said)
    if state is CryptoState.NONE:
        return CryptoOutcome(CryptoState.FAILED, task.form, why="there is no readable signature")
    return CryptoOutcome(state, task.form, fingerprint=fingerprint, why=why)
