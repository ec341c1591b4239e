"""How a crypto task ends when no program was asked, and what the two programs have in common."""

from __future__ import annotations

from mailflow.model.security import CryptoForm, CryptoOutcome, CryptoState, CryptoTask

ENCRYPTED_FORMS = frozenset({CryptoForm.PGP_MIME, CryptoForm.PGP_INLINE, CryptoForm.SMIME_ENCRYPTED})

MAX_PLAIN = 64 * 1024 * 1024
"""Bytes that a program may give back: OpenPGP compresses before it encrypts, so a few kilobytes unpack to anything."""

SECONDS = 60.0
"""Wall-clock time for one call of a program: decrypting takes 12 to 30 ms, with a passphrase 0.6 s on a cold agent;
what takes a minute hangs."""


def not_possible(task: CryptoTask, why: str) -> CryptoOutcome:
    """Nobody could try: an encrypted mail stays closed (NO_KEY), a signature stays unjudged (NOT_TRIED)."""
    state = CryptoState.NO_KEY if task.form in ENCRYPTED_FORMS else CryptoState.NOT_TRIED
    return CryptoOutcome(state, task.form, why=why)


def canonical(data: bytes) -> bytes:
    """Signed text in the form that signatures are made over, with CRLF (RFC 3156 §5, RFC 8551 §3.1.1)."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
