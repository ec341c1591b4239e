"""Notices of secure portals: a machine says that a message waits behind a link (Egress, Zivver, CJSM …).

Reasoning. Words alone would take an officer's "I have sent it by Egress" for a notice, so the sender must be
one that takes no answers, and two things must stand in the text: that a secure message waits, and how to
open it. Which portal it is and how far it can be trusted is the matter of the room ``security``.
"""

from __future__ import annotations

from .patterns import linear

LOOKED_AT = 4_000
"""Characters of text; a notice is short."""

_WAITS = linear(
    r"\b(?:secure|encrypted|protected|confidential|egress|zivver|galaxkey|cjsm|mimecast|virtru|proofpoint|totemo|"
    r"cryptshare|safe ?share|objective connect|microsoft purview)\b[^\n.]{0,60}\b(?:message|e-?mail|mail|document|file|"
    r"package|workspace|transfer)s?\b|"
    r"\b(?:message|e-?mail|document|file|package)s?\b[^\n.]{0,60}\b(?:encrypted|protected|sent securely|secured|"
    r"waiting for you|awaits you|secure (?:portal|mail|e-?mail|message|inbox|file))\b|"
    r"\bneges (?:ddiogel|wedi'i hamgryptio)|\bhas (?:sent|shared) (?:you )?(?:a |an )?(?:secure|encrypted|protected)"
)
_OPEN = linear(
    r"\b(?:read|open|view|access|collect|download|retrieve|unlock|darllen)\b[^\n.]{0,40}\b(?:message|e-?mail|mail|"
    r"document|file|package|it|here|online|portal|workspace|neges)\b|\b(?:sign|log) ?in to (?:read|view|open|access)|"
    r"\bclick\b[^\n.]{0,60}\b(?:read|view|open|access|collect|download)\b|"
    r"\b(?:one[- ]time passcode|register (?:for|with)|create (?:an|a free) account)\b"
)


def is_portal_notice(subject: str, text: str) -> bool:
    """True for a text that says that a secure message waits, and how to open it. The sender is not looked at."""
    shown = f"{subject}\n{text[:LOOKED_AT]}"
    return _WAITS.search(shown) is not None and _OPEN.search(text[:LOOKED_AT]) is not None
