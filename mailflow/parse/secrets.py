"""Passwords, passcodes and PINs in a text: where they stand, so that logs and indexes leave them out.

Reasoning. People send the password of a form in the next mail, portals send codes for one use, and
meetings have passcodes. What follows such a word is a secret when it looks like one (a digit, a sign,
capitals inside) or when it is all that stands after a colon. "The password is the one we agreed" holds
none. To mark one word too many costs a search hit; to miss one puts a password into an index.
"""

from __future__ import annotations

import re

from mailflow.model.message import Secret

from .patterns import linear

SECRETS = 100
"""Attack: a text of a million passwords; further ones are in no index either, as the text is long."""
SECRET_TEXT = 200_000
"""Characters that are searched."""

_MAY_HOLD = linear(
    r"pass(?:word|code|phrase)|\bpwd\b|\bpin\b|\botp\b|\bcode\b|cyfrinair|cod mynediad|kennwort|passwort"
)
_NAMED = re.compile(
    r"\b(?:pass(?:word|code|phrase)|pwd|passwort|kennwort|cyfrinair|cod mynediad|otp|pin(?: number| code)?|"
    r"(?:one[- ]time|verification|security|access|entry|sign-?in|log-?in|authentication|unlock) (?:pass)?code|"
    r"(?:your|the|this) code)\b"
    r"(?:[ \t]+(?:for|to|of)\b[^\n:=]{1,60}?)?"
    r"[ \t]*(?P<by>[:=–-]|\b(?:is|was|will be|yw)\b[ \t]*:?)[ \t]*\n?[ \t]*"
    r"[\"'“‘*<\[(]{0,3}(?P<secret>\d[\d -]{2,10}\d(?![\w-])|[^\s\"“”<>]{3,64})(?=(?P<rest>[^\n]{0,200}))",
    re.IGNORECASE,
)
_CODE_FIRST = re.compile(
    r"(?<![\d.])(\d[\d -]{2,9}\d)(?= is your\b[^\n]{0,60}\b(?:code|pin|otp|password)\b)", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"\b(?:passcode|password|pin|otp|code)(?: number)?[ \t]+(\d{4,10}|\d{3}[ -]\d{3})(?![\w-])", re.IGNORECASE
)
_CODE_ALONE = re.compile(r"(?m)^[ \t*]{0,20}(\d{3}[ -]?\d{1,4}[ -]?\d{0,3}|[A-Z0-9]{6,10})[ \t*]{0,20}$")


def find_secrets(text: str, *, passcode: bool) -> tuple[Secret, ...]:
    """The secrets of a text, in order; ``passcode`` when a portal sent it: then a code alone on a line is one.

    >>> [("Password: Cedar-41x").index("Cedar")] == [find_secrets("Password: Cedar-41x", passcode=False)[0].start]
    True
    """
    text = text[:SECRET_TEXT]
    if not _MAY_HOLD.search(text):
        return ()
    found: set[tuple[int, int]] = set()
    for named in _NAMED.finditer(text):
        if _is_secret(named["secret"], named["rest"], direct=named["by"][:1] in ":="):
            found.add(_tight(text, *named.span("secret")))
        if len(found) >= SECRETS:
            break
    found |= {each.span(1) for pattern in (_CODE_FIRST, _NUMBERED) for each in pattern.finditer(text)}
    if passcode:
        found |= {alone.span(1) for alone in _CODE_ALONE.finditer(text)}
    return tuple(Secret(start, end) for start, end in _apart(sorted(found))[:SECRETS])


def _is_secret(word: str, rest: str, *, direct: bool) -> bool:
    """True for what looks like a password, and for a lonely word after a colon."""
    core = word.strip(".,;:!?'\"’”*>)]")
    if len(core) < 3:
        return False
    if any(sign.isdigit() for sign in core) or not core.replace("-", "").replace("'", "").replace("’", "").isalpha():
        return not core.lower().startswith(("http", "www."))
    return core[1:] != core[1:].lower() or (direct and not rest.strip(" .,*\"'”)]"))


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the full stop, quote or bracket that closes the sentence around it."""
    while end > start + 3 and text[end - 1] in ".,;'’”)]*":
        end -= 1
    return start, end


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
