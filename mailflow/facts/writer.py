"""The writer in the making: filled by From, signature, text and forms, in that order of trust."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailflow.model.facts import Span


@dataclass(slots=True)
class Writer:
    """The writer in the making."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    given: str = ""
    spans: dict[str, Span] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
