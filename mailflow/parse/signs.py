"""What the judgement on machines looks at: the signs of a mail, and what several judges ask of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailflow.model.message import Address

from .bounce_forms import DAEMON, DAEMON_NAME
from .patterns import linear

_STRICT_NOREPLY = re.compile(r"(?:^|[-_.])(?:no|not|do[-_.]?not|dont)[-_.]?reply", re.IGNORECASE)
"""Senders that say that they take no answers."""
PERSONAL = linear(
    r"\b(?:my (?:son|daughter|mum|mother|dad|father|brother|sister|wife|husband|partner|family|name is|number is)|"
    r"i would like|i need|i am|i'm|"
    r"can you|could you|please (?:call|ring|contact)|refer(?:ral|ring)|killed|murdered|died|bereaved)\b"
)
"""Words of a person who wants something of another; no sort of machine is believed against them by weak signs."""


@dataclass(slots=True)
class Signs:
    """What the judgement looks at, read once. It does not leave the room, and is not frozen: that took 2 µs a mail."""

    headers: dict[str, tuple[str, ...]]
    """Every field by lower-case name, topmost first, decoded."""
    authors: tuple[Address, ...]
    return_path: str | None
    subject: str
    text: str
    new_text: str
    answers: bool
    """It has In-Reply-To or References, or a subject that says so."""
    types: tuple[str, ...]
    report_type: str
    """Of a report that the mail itself is (RFC 6522 §3): ``delivery-status`` …; empty when it is none."""
    calendar_method: str
    attachments: int
    """Files that a person may have added; pictures in the text do not count."""
    own_addresses: tuple[str, ...]

    topics: frozenset[str]
    """What subject and text may hold (``topics``); what is not among them need not be looked for."""
    local: str
    """Of the author's address what stands before the ``@``, lower case."""
    silent: bool
    """The author says by the address that it takes no answers."""
    daemon: bool
    """A mail system signs as the sender."""
    from_nobody: bool
    """It came from the null path, or from a mail system's own (RFC 5321 §4.5.5)."""
    report_fields: str = ""
    """The fields of that report as written, and whatever follows them."""

    def first(self, name: str) -> str:
        """The topmost field of that name."""
        values = self.headers.get(name)
        return values[0] if values else ""


def is_personal(signs: Signs, characters: int | None = None) -> bool:
    """True when the new text (its first ``characters``) holds words of a person who wants something."""
    return PERSONAL.search(signs.new_text[:characters]) is not None


def local_part(authors: tuple[Address, ...]) -> str:
    """The part before the ``@`` of the author's address, lower case."""
    return authors[0].address.rpartition("@")[0].lower() if authors else ""


def is_silent(local: str) -> bool:
    """True for the local part of a sender that says that it takes no answers."""
    return _STRICT_NOREPLY.search(local) is not None


def is_daemon(authors: tuple[Address, ...]) -> bool:
    """True when a mail system signs as the sender."""
    if not authors:
        return False
    author = authors[0]
    return (
        DAEMON.match(author.address) is not None
        or DAEMON_NAME.match(author.name) is not None
        or (not author.address and DAEMON.match(author.name.replace(" ", "-")) is not None)
    )


def is_nobody(path: str | None) -> bool:
    """True for the null path, and for a mail system's own (RFC 5321 §4.5.5)."""
    return path == "" or (path is not None and DAEMON.match(path) is not None)
