"""Crypto task and outcome, and how far the channel and the sender are to be trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .words import AssuranceLevel


class CryptoForm(StrEnum):
    """In which form a mail is protected."""

    PGP_MIME = "pgp_mime"
    PGP_INLINE = "pgp_inline"
    PGP_SIGNED = "pgp_signed"
    SMIME_ENCRYPTED = "smime_encrypted"
    SMIME_SIGNED = "smime_signed"


@dataclass(frozen=True, slots=True)
class CryptoTask:
    """What a door must open or verify: planned by ``security``, done by ``keyring``."""

    form: CryptoForm
    data: bytes = field(repr=False)
    """The ciphertext, or the exact signed bytes."""
    signature: bytes = field(default=b"", repr=False)


class CryptoState(StrEnum):
    """What became of a crypto task."""

    NONE = "none"
    """The mail was not protected."""
    OPENED = "opened"
    NO_KEY = "no_key"
    """Encrypted to a key that we do not hold."""
    FAILED = "failed"
    """Damaged, or a format that the program refuses."""
    NOT_TRIED = "not_tried"
    """No crypto program is configured, or the form is not supported yet."""
    SIGNATURE_GOOD = "signature_good"
    SIGNATURE_BAD = "signature_bad"


@dataclass(frozen=True, slots=True)
class CryptoOutcome:
    """What the door found; ``content`` is the opened MIME entity (or text, for inline)."""

    state: CryptoState = CryptoState.NONE
    form: CryptoForm | None = None
    content: bytes | None = field(default=None, repr=False)
    fingerprint: str = ""
    """Of the signing key, when the signature is good."""
    why: str = ""
    signature: CryptoState = CryptoState.NONE
    """For an opened mail: SIGNATURE_GOOD, SIGNATURE_BAD, NOT_TRIED (a key that we do not know) or NONE (unsigned)."""


@dataclass(frozen=True, slots=True)
class KeyEnding:
    """A key or token of ours and when it ends (P10)."""

    name: str
    """What tells it from others without a secret: a fingerprint."""
    what: str
    """What it is, in words for a reminder: ``the OpenPGP key … ABCD``. Names nobody."""
    ends: datetime
    """Its last moment, UTC."""


@dataclass(frozen=True, slots=True)
class SecurityReport:
    """How a message came, as our own gateway saw it; everything else is the sender's word."""

    level: AssuranceLevel
    secure: bool
    """True when the method is one of the taxonomy's secure methods."""
    reasons: tuple[str, ...]
    service: str = ""
    """The secure service by name (``CJSM``, ``Egress`` …); empty when none."""
    pointer: bool = False
    """The mail only points to a protected message that waits elsewhere (a portal link, a wrapper)."""
    passcode: bool = False
    """The mail carries a one-time passcode or password; it is never logged, indexed or answered."""
    tls: bool | None = None
    """TLS on the last hop into our mail system; ``None`` when no line of ours says."""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    identity_doubts: tuple[str, ...] = ()
    """Each reason to doubt that the sender is who is claimed, in words."""
    crypto: CryptoState = CryptoState.NONE

    @property
    def authentication_failed(self) -> bool:
        """True when our gateway says that the From domain is not borne out (RFC 7489 §4)."""
        return self.dmarc == "fail" or (self.dmarc in ("", "none") and self.spf == "fail" and self.dkim != "pass")
