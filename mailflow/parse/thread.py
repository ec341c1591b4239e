"""Threads: Message-ID, In-Reply-To, References (RFC 5322 §3.6.4), and references of ours in the text."""

from __future__ import annotations

import binascii
import re

from . import limits

THREAD_INDEX = 40
"""Characters of base64 that hold the root; the rest grows with the thread."""

_BRACKETED = re.compile(r"<\s*([^<>\s]{1,998})\s*>")
_ONE = re.compile(r"<([^<>\s]{1,998})>")
"""As nearly every Message-ID and most In-Reply-To have it."""
_BARE = re.compile(r"[^<>\s,;\"()]{1,400}@[^<>\s,;\"()]{1,400}")
OWN_FORM = "HS-([A-Z2-9]{4})-([A-Z2-9]{4})"
"""What a reference of ours looks like, in capitals or not."""
_OWN = re.compile(r"[Hh][Ssſ]-(?i:(?<![A-Za-z0-9]HS-)([A-Z2-9]{4})-([A-Z2-9]{4})(?![A-Za-z0-9]))")
"""Begins with what case makes no secret of: so a text is passed over as fast as its letters are compared."""


def message_ids(value: str) -> tuple[str, ...]:
    """Message ids of a field value without brackets, each once; at most ``REFERENCES`` (first and latest).

    Phrases that old mail programs put beside them are dropped (RFC 5322 §4.5.4).
    """
    if not value:
        return ()
    if one := _ONE.fullmatch(value):
        return (one[1],)
    found = [each for each in _BRACKETED.findall(value) if len(each) <= limits.MESSAGE_ID]
    if not found:
        found = [each.strip("'.") for each in _BARE.findall(value)]
    unique = list(dict.fromkeys(found))
    if len(unique) > limits.REFERENCES:
        unique = [unique[0], *unique[-(limits.REFERENCES - 1) :]]
    return tuple(unique)


def message_id(value: str) -> str:
    """The one Message-ID of a mail, without brackets; what has no ``@`` counts all the same."""
    found = message_ids(value)
    if found:
        return found[0]
    return value.strip().strip("<>").split(" ")[0][: limits.MESSAGE_ID]


def thread_index(value: str) -> str:
    """The root of a Thread-Index ([MS-OXOMSG] §2.2.1.3): the GUID behind one byte and five of a time; ``""`` when none.

    Answers append five bytes each and keep the root.
    """
    try:
        data = binascii.a2b_base64("".join(value.split())[:THREAD_INDEX])
    except (binascii.Error, ValueError):
        return ""
    return data[6:22].hex() if len(data) >= 22 else ""


def own_references(*texts: str) -> tuple[str, ...]:
    """References of ours in the order in which they stand, each once, in capitals.

    >>> own_references("RE: We have your message [hs-7kq4-m2xd]")
    ('HS-7KQ4-M2XD',)
    """
    found = (f"HS-{hit[1]}-{hit[2]}".upper() for text in texts for hit in _OWN.finditer(text))
    return tuple(dict.fromkeys(found))[: limits.REFERENCES]
