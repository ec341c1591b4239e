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
    if by_machine in (Kind.BOUNCE, Kind.AUTO_REPLY):
        return Sent(by_machine, automatic.why)
    if message.bounce is not None and automatic.kind is not AutomaticKind.NONE:
        return Sent(Kind.BOUNCE, automatic.why)
    if report.passcode:
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


def _unreadable(message: ParsedMessage, report: SecurityReport) -> str:
    """Why there is nothing to read; empty when there is."""
    words = len(_WORD.findall(message.text[:5000])) + sum(bool(a.text and a.text.strip()) for a in message.attachments)
    if report.crypto in _SEALED and words < 5:
        return "it is encrypted and we cannot open it"
    if words:
        return ""
    if len(_WORD.findall(message.subject)) >= 3 or "text/calendar" in message.content_types:
        return ""
    if message.attachments:
        return "it has no text and nothing could be read of what is attached"
    return "it is empty"
