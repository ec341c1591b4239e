"""How far a mail is to be trusted: plan crypto, then judge channel and sender.

Purpose: say which crypto a door must do (:func:`plan`), and, when it is done, how well the way protected the
mail, whether the sender is who is claimed, and whether the mail only points elsewhere (:func:`judge`).

In: raw bytes (``plan``); a :class:`~mailflow.model.message.ParsedMessage`, the door's
:class:`~mailflow.model.security.CryptoOutcome` and the :class:`~mailflow.model.lookups.Lookups` (``judge``).
Out: :class:`~mailflow.model.security.CryptoTask` or ``None``; :class:`~mailflow.model.security.SecurityReport`.
Neither raises for any input; both are linear in its size, within the limits named in each module.

May import ``mailflow.syntax`` and ``mailflow.model``. No cryptography happens here (``keyring`` does it), and no
name is resolved: only what our own gateway wrote counts, everything else is the sender's word.

===============  =====================================================================================
``crypto``       plan: OpenPGP/MIME (RFC 3156 §4 and §5), inline OpenPGP (RFC 9580 §6.2), S/MIME (RFC 8551 §3)
``authres``      Authentication-Results (RFC 8601), read tolerantly
``transport``    our own Received lines: the last hop into us, and TLS on it (RFC 5321 §4.4, RFC 3848)
``notices``      pointers to portals, and mails that carry a passcode (domain.md §5.2)
``lookalike``    domains that are made to look like one that we know
``identity``     reasons to doubt that the sender is who is claimed
``judge``        all of it as one report, with reasons
===============  =====================================================================================

    task = plan(raw)
    outcome = keyring.open(task) if task else CryptoOutcome()
    report = judge(message, outcome, lookups)
    report.level, report.secure, report.identity_doubts
"""

from __future__ import annotations

from .crypto import plan
from .judge import judge

__all__ = ["judge", "plan"]
