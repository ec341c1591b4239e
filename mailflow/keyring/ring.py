"""The door: which program opens which form (fits ``flow.ports.Keyring``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoTask, KeyEnding

from .openpgp import OpenPgp
from .outcomes import SECONDS, not_possible
from .smime import Smime, SmimeFiles

_SMIME = frozenset({CryptoForm.SMIME_ENCRYPTED, CryptoForm.SMIME_SIGNED})


def no_passphrase() -> str:
    """The passphrase of a key that has none."""
    return ""


class GnupgKeyring:
    """OpenPGP by gpg with the keys of one folder, S/MIME by openssl with one pair of files."""

    def __init__(
        self,
        home: Path,
        passphrase: Callable[[], str] = no_passphrase,
        *,
        binary: str = "gpg",
        smime: SmimeFiles | None = None,
        openssl: str = "openssl",
        seconds: float = SECONDS,
    ) -> None:
        """``home``: GNUPGHOME, a short path; ``passphrase`` is asked each time it is needed and never kept;
        ``binary`` and ``openssl``: the programs, by name or path; ``seconds``: how long one call may take.

        Raises ``CryptoFault`` when a program, folder or file is missing.
        """
        self._openpgp = OpenPgp(home, passphrase, binary, seconds)
        self._smime = Smime(smime, openssl, seconds) if smime is not None else None

    def open(self, task: CryptoTask) -> CryptoOutcome:
        """Decrypt or verify. Raises ``CryptoFault`` only when a program is away or refuses our own key."""
        if task.form not in _SMIME:
            return self._openpgp.open(task)
        if self._smime is None:
            return not_possible(task, "no S/MIME certificate, key or CA file is configured")
        return self._smime.open(task)

    def check(self) -> tuple[str, ...]:
        """All that is wrong with the ring, one sentence each. Raises ``CryptoFault`` when gpg is away."""
        if not self._openpgp.secret_fingerprints():
            return ("The key ring holds no secret key, so mails encrypted to us cannot be opened; import it with gpg.",)
        return ()

    def endings(self) -> tuple[KeyEnding, ...]:
        """Our own OpenPGP keys that end some day. Raises ``CryptoFault`` when gpg is away."""
        return self._openpgp.endings()

    def close(self) -> None:
        """End gpg's agent; never raises."""
        self._openpgp.close()

    def __enter__(self) -> GnupgKeyring:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class NoKeyring:
    """The key ring of a house that has none: encrypted mails stay closed, signatures stay unjudged."""

    def open(self, task: CryptoTask) -> CryptoOutcome:
        """Say so."""
        return not_possible(task, "no key ring is configured")

    def check(self) -> tuple[str, ...]:
        """Nothing is wrong with having none."""
        return ()

    def endings(self) -> tuple[KeyEnding, ...]:
        """There are none."""
        return ()

    def close(self) -> None:
        """Nothing is open."""
