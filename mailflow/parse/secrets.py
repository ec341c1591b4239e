"""Passwords, passcodes and PINs in a text: where they stand, so that logs and indexes leave them out.

Reasoning. People send the password of a form in the next mail, portals send codes for one use, and
meetings have passcodes. What follows such a word is a secret when it looks like one (a digit, a sign,
capitals inside) or when it is all that stands after a colon. "The password is the one we agreed" holds
none. To mark one word too many costs a search hit; to miss one puts a password into an index.
"""

from __future__ import annotations

import re
from itertools import islice

from mailflow.model.message import Secret, hidden

from .patterns import linear

SECRETS = 100
"""Attack: a text of a million passwords; further ones are in no index either, as the text is long."""
HITS = 2_000
"""Attack: a text that says "code" a hundred thousand times."""
BEFORE, AFTER = 100, 400
"""Characters around such a word in which its secret stands."""
SECRET_TEXT = 200_000
"""Characters that are searched."""

MAY_HOLD_FORM = (
    r"pass ?(?:word|code|phrase)|passwd|\bpw\b|\bp/w\b|\bpwd\b|\bpin\b|\botp\b|\bcode\b|cyfrinair|\bcod\b|kennwort|"
    r"passwort|wachtwoord|mot de passe|contrase|hasło|\bsenha\b|kod dost"
)
_MAY_HOLD = linear(MAY_HOLD_FORM)
_KIND_OF_CODE = (
    r"(?:one[- ]time|single[- ]use|verification|security|access|entry|sign[- ]?in|log[- ]?in|authentication|unlock|"
    r"confirmation|recovery|two[- ]factor|2fa|mfa|temporary|download|release|zivver|egress|galaxkey|mimecast|door|"
    r"gate|alarm|key ?(?:box|safe))"
)
_WORD = (
    rf"(?:(?:temporary |one[- ]time )?pass ?(?:word|code|phrase)s?|passwd|pwd?|p/w|passwort|kennwort|wachtwoord|"
    rf"mot de passe|contraseña|hasło|senha|cyfrinair|cod mynediad|otp|pin(?: number| code| no\.?)?|"
    rf"{_KIND_OF_CODE} (?:pass)?code|(?:your|the|this|eich) (?:code|cod))"
)
_NAMED = re.compile(
    rf"(?<!\w){_WORD}\b"
    r"(?:[ \t]+(?:for|to|of|i|ar gyfer)\b[^\n:=]{1,60}?)?"
    r"[ \t]*(?P<by>[:=–-]|\b(?:is|was|will be|yw|ist|est|es)\b[ \t]*:?)[ \t]*\n{0,2}[ \t]*"
    r"[\"'“‘*<\[(]{0,3}(?P<secret>\d[\d -]{2,10}\d(?![\w-])|[^\s\"“”<>]{3,64})(?=(?P<rest>[^\n]{0,200}))",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\bpass ?phrase[^\n:=]{0,60}[:=][ \t]*[\"'“‘]?([^\n\"”]{3,120}?)[\"'”’.]{0,2}[ \t]*$", re.I | re.M
)
"""A passphrase has several words; it goes to the end of its line."""
_CODE_FIRST = re.compile(
    r"(?<![\d.])((?:[A-Z]-)?\d[\d -]{2,9}\d)(?= (?:is|yw) (?:your|eich)\b[^\n]{0,60}\b(?:code|pin|otp|password|"
    r"passcode|cod)\b)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"\b(?:passcode|password|pin|otp|{_KIND_OF_CODE} code|"
    r"(?:use|using|enter|type(?: in)?|give|with|your|this) (?:the |this |your )?code)(?: number| no\.?)?[ \t]+"
    r"(\d{4,10}|\d{3}[ -]\d{3})(?![\w-])",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"\b(?:one[- ]time (?:pass ?(?:code|word)|code|pin)|{_KIND_OF_CODE} (?:pass)?code|"
    rf"passcode)\b[^\d]{{0,200}}?\n[ \t*]{{0,20}}"
    r"(\d{3}[ -]?\d{1,4}[ -]?\d{0,3})[ \t*]{0,20}(?:\n|$)",
    re.IGNORECASE,
)
_CODE_ALONE = re.compile(
    r"(?m)^[ \t*]{0,20}(\d{3}[ -]?\d{1,4}[ -]?\d{0,3}|(?=[A-Z]{0,9}\d)[A-Z0-9]{6,10})[ \t*]{0,20}$"
)
_OTHERS = (_PHRASE, _CODE_FIRST, _NUMBERED, _BELOW)
_NONE = frozenset(
    {"protected", "required", "needed", "wrong", "incorrect", "below", "attached", "separately", "overleaf"}
)
"""What follows such a word and says that none stands here."""


def without_secrets(text: str, *, passcode: bool = False) -> str:
    """The text for logs, lists and indexes: every sign of a secret is a dot, so offsets stay true.

    For subjects, texts of attachments and whatever else is no message; a message has its own.

    >>> without_secrets("Password for the form: Cedar-41x")
    'Password for the form: •••••••••'
    """
    return hidden(text, find_secrets(text, passcode=passcode))


def find_secrets(text: str, *, passcode: bool) -> tuple[Secret, ...]:
    """The secrets of a text, in order; ``passcode`` when a portal sent it: then a code alone on a line is one.

    >>> [("Password: Cedar-41x").index("Cedar")] == [find_secrets("Password: Cedar-41x", passcode=False)[0].start]
    True
    """
    text = text[:SECRET_TEXT]
    found: set[tuple[int, int]] = set()
    for start, end in _places(text):
        for named in _NAMED.finditer(text, start, end):
            if _is_secret(named["secret"], named["rest"], direct=named["by"][:1] in ":="):
                found.add(_tight(text, *named.span("secret")))
        found |= {each.span(1) for pattern in _OTHERS for each in pattern.finditer(text, start, end)}
        if len(found) >= SECRETS:
            break
    if passcode:
        found |= {alone.span(1) for alone in islice(_CODE_ALONE.finditer(text), SECRETS)}
    return tuple(Secret(start, end) for start, end in _apart(sorted(found))[:SECRETS])


def _places(text: str) -> list[tuple[int, int]]:
    """The stretches around words of secrets; the rest of a long text is not searched closely."""
    return _apart(
        [(max(0, hit.start() - BEFORE), hit.start() + AFTER) for hit in islice(_MAY_HOLD.finditer(text), HITS)]
    )


def _is_secret(word: str, rest: str, *, direct: bool) -> bool:
    """True for what looks like a password, and for a lonely word after a colon."""
    core = word.strip(".,;:!?'\"’”*>)]")
    if len(core) < 3 or core.lower() in _NONE:
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
