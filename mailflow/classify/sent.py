"""How a message was sent decides before what it says (taxonomy, "When two kinds fit", rule 1).

A bounce that copies a referral is a bounce; a notice that a protected referral waits elsewhere is a notice. What
a person wrote is never decided here: a human's forward of a bounce has no automatic sort and goes to the rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoState, SecurityReport
from mailflow.model.words import AutomaticKind, Kind

_BY_MACHINE: dict[AutomaticKind, Kind] = {
    AutomaticKind.BOUNCE: Kind.BOUNCE,
    AutomaticKind.AUTO_REPLY: Kind.AUTO_REPLY,
    AutomaticKind.SECURE_NOTICE: Kind.SECURE_NOTICE,
    AutomaticKind.PASSCODE: Kind.SECURE_NOTICE,
    AutomaticKind.BULK: Kind.BULK,
    AutomaticKind.CALENDAR_REPLY: Kind.BULK,
    AutomaticKind.RECEIPT: Kind.BULK,
    AutomaticKind.FEEDBACK_REPORT: Kind.BULK,
}

_SEALED = frozenset((CryptoState.NO_KEY, CryptoState.FAILED, CryptoState.NOT_TRIED))

_OPENED = frozenset((CryptoState.OPENED, CryptoState.SIGNATURE_GOOD, CryptoState.SIGNATURE_BAD))

LOOKED_AT = 20_000
"""Characters of the text that are looked at: what is noise there is noise behind it."""

LEAST_NOISE = 40
"""Characters below which nothing is called noise: "ok 👍" is an answer."""

NOISE_MARKS = 0.02
"""Share of characters that no text has (controls, U+FFFD) from which a text without a defect may be noise."""

CLEAN_SHARE = 0.25
"""Prose of any language has seven in ten of its characters in clean words, noise one in twenty."""

PASSCODE_WORDS = 60
"""Words that a person's mail may have which is sent for the sake of a passcode alone."""

_ARMOUR = re.compile(
    r"-----BEGIN (?:PGP MESSAGE|PKCS7|CMS|ENCRYPTED MESSAGE)-----[^-]*(?:-----END [A-Z0-9 ]{3,40}-----|$)"
)
"""RFC 9580 §6.2 (and RFC 7468 §2 for the others): no line of base64 has a hyphen, so the search is linear."""

_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_WORD = re.compile(r"[^\W_]{2,}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A kind that the way of sending decides, and why, in words for the lead."""

    kind: Kind
    why: str


def decide(message: ParsedMessage, report: SecurityReport) -> Sent | None:
    """What the way of sending says; ``None`` for mail that a person wrote and that can be read."""
    automatic = message.automatic
    by_machine = _BY_MACHINE.get(automatic.kind)
    if by_machine is Kind.BOUNCE or (by_machine is Kind.AUTO_REPLY and not report.pointer):
        return Sent(by_machine, automatic.why)
    if message.bounce is not None and automatic.kind is not AutomaticKind.NONE:
        return Sent(Kind.BOUNCE, automatic.why)
    if report.passcode and _brings_only_the_passcode(message, report, by_machine):
        return Sent(Kind.SECURE_NOTICE, "it brings a passcode for a protected message")
    if report.pointer or by_machine is Kind.SECURE_NOTICE:
        if report.identity_doubts or report.authentication_failed:
            doubt = "; ".join(report.identity_doubts) or "sender authentication failed"
            return Sent(Kind.SPAM, f"it looks like a notice of a protected message, but {doubt}")
        service = f" ({report.service})" if report.service else ""
        return Sent(Kind.SECURE_NOTICE, f"it only points to a protected message that waits elsewhere{service}")
    unreadable = _unreadable(message, report)
    if unreadable:
        return Sent(Kind.UNREADABLE, unreadable)
    if by_machine is not None:
        return Sent(by_machine, automatic.why)
    return None


def _brings_only_the_passcode(message: ParsedMessage, report: SecurityReport, by_machine: Kind | None) -> bool:
    """Sent by a service, or hardly more than the passcode: a letter that names one in passing is read as a letter.

    Nor is it one where the sender is in doubt: a password for a strange file is how malware is delivered.
    """
    if report.identity_doubts or report.authentication_failed:
        return False
    if by_machine is Kind.SECURE_NOTICE or report.service:
        return True
    return len(_WORD.findall(message.new_text[:LOOKED_AT])) <= PASSCODE_WORDS


def _unreadable(message: ParsedMessage, report: SecurityReport) -> str:
    """Why there is nothing to read; empty when there is."""
    text = _ARMOUR.sub(" ", message.text[:LOOKED_AT])
    attached = sum(bool(a.text and a.text.strip()) for a in message.attachments)
    words = len(_WORD.findall(text[:5000])) + attached
    sealed = report.crypto in _SEALED or (len(text) < len(message.text[:LOOKED_AT]) and report.crypto not in _OPENED)
    if sealed and words < 5:
        return "it is encrypted and we cannot open it"
    if not attached and _is_noise(text, damaged=bool(message.defects)):
        return "it is damaged: what arrived are no words"
    if words:
        return ""
    if len(_WORD.findall(message.subject)) >= 3 or "text/calendar" in message.content_types:
        return ""
    if message.attachments:
        return "it has no text and nothing could be read of what is attached"
    return "it is empty"


def _is_noise(text: str, *, damaged: bool) -> bool:
    """True for what a broken base64 or a wrong charset leaves: letters, but hardly a word in an alphabet that has one.

    Only with a defect or with characters that no text has: a page of telephone numbers has no words either.
    """
    odd = len(_ODD.findall(text))
    if not damaged and odd < NOISE_MARKS * len(text):
        return False
    solid = sum(map(len, text.split()))
    clean = sum(len(word) for word in _LETTERS.findall(text) if _is_clean(word))
    return solid >= LEAST_NOISE and clean < CLEAN_SHARE * solid


def _is_clean(word: str) -> bool:
    """Written as people write: one case behind the first letter, or a script without case."""
    return word.islower() or word.istitle() or word.isupper() or not (word.upper() != word or word.lower() != word)
