"""S/MIME (RFC 8551, CMS RFC 5652) by the ``openssl cms`` program.

The encrypted or signed bytes go through pipes; only a detached signature, which is nobody's words, goes by a file.
Certificates are trusted through the named CA file alone, never through the system's.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailflow.errors import CryptoFault
from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState, CryptoTask

from .outcomes import MAX_PLAIN, SECONDS, canonical, not_possible


@dataclass(frozen=True, slots=True)
class SmimeFiles:
    """Where our S/MIME identity and trust are. Certificate and key are PEM; either pair or CA may be missing."""

    certificate: Path | None = None
    key: Path | None = None
    ca: Path | None = None
    """Certificates (PEM) of the authorities that may vouch for senders."""
    passphrase: Callable[[], str] | None = None


class Smime:
    """Opens with one pair of certificate and key, verifies against one CA file."""

    def __init__(self, files: SmimeFiles, openssl: str = "openssl", seconds: float = SECONDS) -> None:
        """Raises ``CryptoFault`` when the program or a named file is missing."""
        found = shutil.which(openssl)
        if found is None:
            raise CryptoFault(
                f"The program {openssl} is not here; install OpenSSL (Debian: openssl) or correct its path."
            )
        for file in (files.certificate, files.key, files.ca):
            if file is not None and not file.is_file():
                raise CryptoFault(f"The S/MIME file {file} does not exist; correct its path in the settings.")
        self._files, self._binary, self._seconds = files, found, seconds

    def open(self, task: CryptoTask) -> CryptoOutcome:
        """Decrypt or verify. Raises ``CryptoFault`` when openssl is away."""
        return self._decrypt(task) if task.form is CryptoForm.SMIME_ENCRYPTED else self._verify(task)

    def _decrypt(self, task: CryptoTask) -> CryptoOutcome:
        if self._files.certificate is None or self._files.key is None:
            return not_possible(task, "no S/MIME certificate and key are configured")
        arguments = ["-decrypt", "-inform", _form(task.data), "-recip", str(self._files.certificate)]
        arguments += ["-inkey", str(self._files.key)]
        code, out, err = self._run(arguments, task.data, self._files.passphrase)
        if code == 0 and len(out) <= MAX_PLAIN:
            return CryptoOutcome(CryptoState.OPENED, task.form, out, why="opened with our S/MIME key")
        if b"Could not read" in err or b"unable to load" in err:
            if b"bad decrypt" in err or b"assword" in err:
                raise CryptoFault(
                    "openssl does not accept the passphrase of our S/MIME key; correct it in the settings."
                )
            raise CryptoFault(
                f"openssl cannot read our S/MIME key or certificate ({self._files.key}); check both files."
            )
        if b"content type not" in err:
            return CryptoOutcome(CryptoState.FAILED, task.form, why="it says that it is encrypted and is not")
        if b"using private key" in err:  # openssl 3 gives no further reason when no recipient is ours
            return CryptoOutcome(CryptoState.NO_KEY, task.form, why="encrypted to a certificate that we do not hold")
        return CryptoOutcome(
            CryptoState.FAILED, task.form, why="the encrypted message is damaged or of a form that openssl refuses"
        )

    def _verify(self, task: CryptoTask) -> CryptoOutcome:
        if self._files.ca is None:
            return not_possible(task, "no CA file for S/MIME is configured")
        outcome = self._verify_once(task, task.data)
        if outcome.state is CryptoState.SIGNATURE_BAD and task.signature and canonical(task.data) != task.data:
            outcome = self._verify_once(task, canonical(task.data))
        return outcome

    def _verify_once(self, task: CryptoTask, data: bytes) -> CryptoOutcome:
        with tempfile.TemporaryDirectory(prefix="mailflow-") as folder:
            signer = Path(folder, "signer.pem")
            arguments = ["-verify", "-binary", "-CAfile", str(self._files.ca), "-no-CApath", "-no-CAstore"]
            arguments += ["-purpose", "smimesign", "-signer", str(signer)]
            if task.signature:
                signature = Path(folder, "signature")
                signature.write_bytes(task.signature)
                arguments += ["-inform", _form(task.signature), "-in", str(signature), "-content", "/dev/stdin"]
            else:
                arguments += ["-inform", _form(data)]
            code, out, err = self._run(arguments, data)
            if code == 0:
                content = None if task.signature else out
                return CryptoOutcome(
                    CryptoState.SIGNATURE_GOOD,
                    task.form,
                    content,
                    _fingerprint(signer),
                    "good signature under our CA file",
                )
        if b"ertificate verify error" in err:
            return CryptoOutcome(
                CryptoState.NOT_TRIED, task.form, why="our CA file does not vouch for the signer's certificate"
            )
        if b"content verify error" in err or b"digest failure" in err or b"verification failure" in err:
            return CryptoOutcome(CryptoState.SIGNATURE_BAD, task.form, why="the signature does not fit the text")
        return CryptoOutcome(
            CryptoState.FAILED, task.form, why="the signature is damaged or of a form that openssl refuses"
        )

    def _run(
        self, arguments: list[str], data: bytes, passphrase: Callable[[], str] | None = None
    ) -> tuple[int, bytes, bytes]:
        """Exit code, output, errors of ``openssl cms``; a passphrase goes through a pipe of its own."""
        command = [self._binary, "cms", *arguments]
        descriptors: tuple[int, ...] = ()
        with contextlib.ExitStack() as stack:
            if passphrase is not None:
                reading, writing = os.pipe()
                stack.callback(os.close, reading)
                os.write(writing, passphrase().encode() + b"\n")
                os.close(writing)
                command += ["-passin", f"fd:{reading}"]
                descriptors = (reading,)
            try:
                done = subprocess.run(  # noqa: S603 - paths of our settings, no shell, nothing of a mail in it
                    command,
                    input=data,
                    capture_output=True,
                    timeout=self._seconds,
                    check=False,
                    pass_fds=descriptors,
                    env={"PATH": os.defpath, "LANG": "C"},
                )
            except subprocess.TimeoutExpired:
                raise CryptoFault(f"openssl did not answer within {self._seconds:g} seconds.") from None
            except OSError as error:
                raise CryptoFault(f"openssl could not be run ({type(error).__name__}): {self._binary}") from None
        return done.returncode, done.stdout, done.stderr


def _form(data: bytes) -> str:
    """DER, PEM, or a MIME entity with its own head."""
    if data[:1] == b"\x30":
        return "DER"
    return "PEM" if data.lstrip().startswith(b"-----BEGIN") else "SMIME"


def _fingerprint(signer: Path) -> str:
    """SHA-256 of the first certificate, in hexadecimal; empty when openssl wrote none."""
    try:
        first = signer.read_text("ascii").partition("-----END CERTIFICATE-----")
        der = ssl.PEM_cert_to_DER_cert(first[0][first[0].index("-----BEGIN") :] + first[1] + "\n")
    except (OSError, ValueError):
        return ""
    return hashlib.sha256(der).hexdigest().upper()
