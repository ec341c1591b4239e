"""A mail, parsed: what it is made of and what its writer newly wrote.

``text`` is the one text of the message; every other text is a region of it, by offsets, so that
evidence can be shown in place. Attachment texts stand beside it, each with its own offsets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .words import AutomaticKind


@dataclass(frozen=True, slots=True)
class Header:
    """One header field in the order of the mail; ``value`` is unfolded and decoded."""

    name: str
    value: str
    raw: str
    """Unfolded but not decoded; latin-1 view of the bytes."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of an address header (RFC 5322 §3.4); ``address`` keeps the sender's case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the last ``@``, lower case, without a trailing dot; may be empty."""
        return self.address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that a mail has wrong; never a reason to stop. ``detail`` holds no personal data."""

    code: str
    detail: str = ""


class RegionKind(StrEnum):
    """Whose words a stretch of ``text`` is."""

    NEW = "new"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch ``text[start:end]`` of one kind. Regions are in order and do not overlap."""

    kind: RegionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A password, passcode or PIN: the stretch ``text[start:end]`` that no log and no index may hold."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A forwarded message inside ``text``: its own head, and where it stands."""

    sender: Address | None
    to: str
    date: str
    subject: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file, or an enclosed message.

    ``text`` is what could be read of it (``None``: not read yet or nothing to read), ``note`` says in
    words why there is no text (``password-protected``, ``picture only`` …).
    """

    name: str
    declared_type: str
    size: int
    sha256: str
    content: bytes = field(repr=False)
    inline: bool = False
    type: str = ""
    """By content, not by name; empty until it was looked at."""
    text: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Automatic:
    """Whether a machine wrote the mail, which sort, and why we think so.

    ``may_answer`` is false also for mail of people that asks not to be answered automatically
    (``X-Auto-Response-Suppress: All``, an empty return path, our own address …).
    """

    kind: AutomaticKind
    why: str
    may_answer: bool
    until: str | None = None
    """For absence notices: until when, as written."""
    cover: str = ""
    """For absence notices: who covers, as written; empty when it is not said."""

    @property
    def is_automatic(self) -> bool:
        """True when a machine wrote it."""
        return self.kind is not AutomaticKind.NONE


@dataclass(frozen=True, slots=True)
class BounceReport:
    """A delivery report (RFC 3464 or one of the older forms)."""

    recipients: tuple[str, ...]
    status: str
    """Enhanced status code, ``5.1.1``; empty when none was given."""
    permanent: bool
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What a mail says of itself and what it is made of. Any bytes give one."""

    size: int
    headers: tuple[Header, ...]
    subject: str
    from_: tuple[Address, ...]
    sender: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    """The Date header, aware, UTC; ``None`` when missing or unreadable."""
    message_id: str
    """With angle brackets stripped; empty when missing."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    return_path: str | None
    """The topmost Return-Path without brackets; ``""`` is the null path, ``None`` means not stated."""
    text: str
    regions: tuple[Region, ...]
    forwarded: tuple[Forwarded, ...]
    attachments: tuple[Attachment, ...]
    automatic: Automatic
    bounce: BounceReport | None
    content_types: tuple[str, ...]
    """Of every part, depth first, lower case, without parameters."""
    links: tuple[tuple[str, str], ...]
    """(visible text, target) of every link of the HTML part."""
    own_references: tuple[str, ...]
    """References of ours (``HS-7KQ4-M2XD``) found in subject and text, in order, each once."""
    defects: tuple[Defect, ...]
    thread_index: str = ""
    """The root of Exchange's Thread-Index (a GUID in hex, the same in every mail of a thread); empty when none."""
    secrets: tuple[Secret, ...] = ()
    """Passwords and passcodes in ``text``, in order, without overlap."""
    subject_secrets: tuple[Secret, ...] = ()
    """The same in ``subject``."""

    def header(self, name: str) -> str:
        """The first header of that name, decoded; empty when there is none."""
        return next((h.value for h in self.headers if h.name.lower() == name.lower()), "")

    def header_all(self, name: str) -> tuple[str, ...]:
        """Every header of that name, topmost first, decoded."""
        return tuple(h.value for h in self.headers if h.name.lower() == name.lower())

    def region(self, kind: RegionKind) -> str:
        """All text of one kind, its stretches joined by a line end."""
        return "\n".join(self.text[r.start : r.end] for r in self.regions if r.kind is kind)

    @property
    def new_text(self) -> str:
        """What the sender newly wrote."""
        return self.region(RegionKind.NEW)

    @property
    def text_without_secrets(self) -> str:
        """The text for logs and indexes: every sign of a secret is a dot, so offsets stay true."""
        return hidden(self.text, self.secrets)

    @property
    def subject_without_secrets(self) -> str:
        """The subject for logs, lists and indexes, likewise."""
        return hidden(self.subject, self.subject_secrets)

    @property
    def author(self) -> Address | None:
        """The first From address; ``None`` when there is none."""
        return self.from_[0] if self.from_ else None


def hidden(text: str, secrets: tuple[Secret, ...]) -> str:
    """The text with a dot for every sign of a secret."""
    out, position = [], 0
    for secret in secrets:
        out += [text[position : secret.start], "•" * (secret.end - secret.start)]
        position = secret.end
    return "".join([*out, text[position:]])
