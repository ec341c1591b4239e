"""Relatives in the making, and what is known of them before they are facts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailflow.model.facts import Span

from . import given_names, kin, names, not_names
from .names import Name
from .sources import Source

MAX_FAMILY = 30
"""People of one family; a longer list is no family but a table of something else."""


@dataclass(slots=True)
class Draft:
    """A relative in the making."""

    name: str
    source: Source
    start: int
    end: int
    relationship: str = ""
    values: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    is_male: bool | None = None
    title: str = ""

    def put(self, key: str, value: str, span: Span) -> None:
        """Set what is not set yet."""
        if value and key not in self.values:
            self.values[key] = value
            self.spans[key] = span


def family_surname(text: str) -> str:
    """The surname of whoever is then named by a given name: "the Okonkwo family", "the Keatings, Desmond and …"."""
    found = re.search(r"\bthe ([A-Z][\w’'-]{2,30}) family\b", text[:20_000])
    if found and found[1].lower() not in not_names.WORDS and found[1].lower() not in given_names.ALL:
        return names.normal(found[1])
    couple = re.search(r"\bMr\.? (?:and|&) Mrs\.? ([A-Z][\w’'-]{2,30}), (?:[A-Z][\w’'-]+) (?:and|&) ", text[:20_000])
    if couple:
        return names.normal(couple[1])
    plural = re.search(r"\bthe ([A-Z][\w’'-]{2,30}?)s, (?=[A-Z])", text[:20_000])
    return plural[1] if plural and plural[1].lower() not in not_names.WORDS else ""


def is_given(name: Name) -> bool:
    """True when the first word is a common given name."""
    return name.words[0].lower() in given_names.ALL


def gender(draft: Draft) -> bool | None:
    """True for a man or boy, by the relation or else by the name; ``None`` where neither tells."""
    return kin.male(draft.relationship) if kin.male(draft.relationship) is not None else draft.is_male


def next_name_first(after: str) -> bool:
    """Another person is named before the word that accuses."""
    return bool(re.match(r"[^.;\n]{0,30}(?:\band\b|,) [A-Z][a-z]+", after))
