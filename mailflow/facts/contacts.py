"""Telephone numbers, e-mail addresses and postcodes as people write them in Britain."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_FOUND = 200
"""Of each sort in one text: a telephone list pasted into a mail is no list of facts."""

_INSIDE = r"[\w£€$./-]"
"""What stands before a digit within something else; looked for behind the first sign, so that the search is for it."""
_PHONE = re.compile(
    rf"(?:\+(?<!{_INSIDE}\+)44[ .-]?(?:\(0\)[ .-]?)?|0(?<!{_INSIDE}0)0 ?44[ .-]?|\((?<!{_INSIDE}\()0"
    rf"|0(?<!{_INSIDE}0))\d{{1,5}}\)?(?:[ .-]?\d{{2,6}}){{1,4}}(?![\w/]|[.-]\d)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_POSTCODE = re.compile(r"[A-Z](?<!\w[A-Z])[A-Z]?\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}\b")
_HELPLINES = ("0800", "0808", "0300", "0303", "0345", "0844", "0845", "0870", "0333")


@dataclass(frozen=True, slots=True)
class Found:
    """Something found at ``text[start:end]``, as written."""

    start: int
    end: int
    text: str


def telephones(text: str) -> list[Found]:
    """UK numbers: ten or eleven digits after the trunk 0, or +44 and the rest."""
    found = []
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0].replace("(0)", ""))
        national = digits.removeprefix("0044").removeprefix("44") if digits.startswith(("0044", "44")) else digits[1:]
        if len(national) in (9, 10) and national[:1] in "1237890":
            start, end = match.span()
            whole = match[0]
            if whole.startswith("(") and ")" not in whole:
                start, whole = start + 1, whole[1:]
            found.append(Found(start, end, whole))
        if len(found) >= MAX_FOUND:
            break
    return found


def is_helpline(number: str) -> bool:
    """True for numbers that no private person has."""
    return re.sub(r"\D", "", number).startswith(_HELPLINES)


def addresses(text: str) -> list[Found]:
    """E-mail addresses, as written."""
    if "@" not in text:
        return []
    return [Found(m.start(), m.end(), m[0]) for m, _ in zip(_EMAIL.finditer(text), range(MAX_FOUND), strict=False)]


def postcodes(text: str) -> list[Found]:
    """Full UK postcodes in capitals (BS 7666), with or without the blank."""
    return [Found(m.start(), m.end(), m[0]) for m, _ in zip(_POSTCODE.finditer(text), range(MAX_FOUND), strict=False)]
