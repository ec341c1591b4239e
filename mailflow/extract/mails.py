"""Mails as files: the form that all of them become, and ``.eml`` (RFC 5322).

Who wrote to whom, when, about what; the text; each attachment under its name. The judgement of a mail (what is
newly written, who is a machine) is not made here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mailflow.model.message import Address
from mailflow.parse import parse

from .archive import enclose, show_name
from .reading import OVER_LIMITS, Budget, Enclosed, Reading, tidy
from .sniff import EML


@dataclass(slots=True)
class Letter:
    """What the three forms have in common."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)

    def words(self) -> str:
        """The head and the text, without the files."""
        head = "\n".join(f"{label}: {' '.join(value.split())}" for label, value in self.fields if value.strip())
        return "\n\n".join(piece for piece in (head, tidy(self.text)) if piece)

    def reading(self, kind: str, budget: Budget, enclosed: Enclosed) -> Reading:
        """All of it; each file is read as far as the purse goes."""
        pieces = [self.words()]
        for name, declared, content in self.files:
            if budget.spend(len(content)):
                pieces.append(enclose(name, declared, content, budget, enclosed))
            else:
                pieces.append(f"[{show_name(name)}: {OVER_LIMITS}]")
        return Reading(kind, "\n\n".join(piece for piece in pieces if piece))


def read_eml(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """A mail as a file, read as every other mail is: by ``parse``, here behind the limits of the worker."""
    message = parse(content)
    letter = Letter(
        [
            ("From", _people(message.from_)),
            ("To", _people(message.to)),
            ("Cc", _people(message.cc)),
            ("Date", message.header("Date")),
            ("Subject", message.subject),
        ],
        message.text,
        [(one.name, one.declared_type, one.content) for one in message.attachments],
    )
    return letter.reading(EML, budget, enclosed)


def _people(addresses: tuple[Address, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in addresses)
