"""What a server said, made fit to keep: one short line without personal data."""

from __future__ import annotations

import re

MAX_ANSWER = 200
"""Characters of a server's answer that are kept: a column of ours is not the server's to fill."""

MIN_LOCAL_PART = 3
"""Shorter local parts are not searched for in an answer: ``jo`` would blot out half of ``job``."""

ADDRESS, LINK = "<address>", "<link>"

_ENHANCED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")


def kept(code: int, text: str, *private: str) -> str:
    """``550 5.1.1 <address> unknown``: code and words without any address, link, or part of the ``private`` addresses
    of this very mail (servers like to repeat local parts and domains alone)."""
    words = "".join(character if character.isprintable() else " " for character in text)
    for address in sorted((each for each in private if each), key=len, reverse=True):
        local, _, domain = address.rpartition("@")
        for part in (address, local.strip('"') if len(local) >= MIN_LOCAL_PART else "", domain):
            if part:
                words = re.sub(re.escape(part), ADDRESS, words, flags=re.IGNORECASE)
    line = " ".join(_without_private(word) for word in words.split())
    return f"{code} {line}".strip()[:MAX_ANSWER]


def _without_private(word: str) -> str:
    """A word of an answer, or what stands for it: what holds an ``@`` is an address, and links carry them encoded."""
    if "://" in word or word.lower().startswith("www."):
        return LINK
    return ADDRESS if "@" in word or "%40" in word else word


def enhanced(text: str) -> tuple[int, int]:
    """Subject and detail of the enhanced status code at the head of an answer (RFC 3463 §2); (0, 0) without one."""
    found = _ENHANCED.match(text)
    return (int(found[2]), int(found[3])) if found else (0, 0)
