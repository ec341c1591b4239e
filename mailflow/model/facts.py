"""What a message states, in a closed vocabulary, each with its place (taxonomy, "Facts").

A fact is ours: never a header, never a guess. What a message does not state is empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .words import Consent, Need, ReviewStage, SenderType


@dataclass(frozen=True, slots=True)
class Span:
    """A place: ``field`` is ``text``, ``subject``, ``attachment:N`` or ``header:Name``; offsets are characters."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes, or for whom they write."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Relative:
    """A bereaved person; ``relationship`` is to the person who died, as a plain noun."""

    name: str = ""
    relationship: str = ""
    phone: str = ""
    email: str = ""
    postcode: str = ""
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Victim:
    """The person who died; the name may be a pseudonym of a review."""

    name: str = ""
    date_of_death: str = ""
    """ISO 8601 date, only where day and month are written."""


@dataclass(frozen=True, slots=True)
class Chair:
    """The Chair of a review."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class FactSpan:
    """Where a fact stands: ``path`` is ``family[0].phone``, ``victim.name``, ``consent`` …"""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a message states."""

    sender_type: SenderType = SenderType.OTHER
    """By domain; ours to find out, not a fact of the taxonomy."""
    bereaved_writer: bool = False
    """The writer is the bereaved person."""
    language: str = "en"
    """ISO 639-1 code of the new text, as far as we can tell."""
    referrer: Person | None = None
    family: tuple[Relative, ...] = ()
    victim: Victim | None = None
    consent: Consent | None = None
    police_force: str = ""
    area: str = ""
    chair: Chair | None = None
    review_stage: ReviewStage | None = None
    needs: tuple[Need, ...] = ()
    case_ref: str = ""
    deadlines: tuple[str, ...] = ()
    """Dates (ISO) or times as written by which the service must act."""
    telephones: tuple[str, ...] = ()
    """Every telephone number, as written, in order, each once."""
    addresses: tuple[str, ...] = ()
    """Every e-mail address in the text, lower case, in order, each once."""
    dates: tuple[str, ...] = ()
    """Every date with day and month in the new text, ISO 8601."""
    postcodes: tuple[str, ...] = ()
    spans: tuple[FactSpan, ...] = ()

    def span(self, path: str) -> Span | None:
        """Where the fact of that path stands."""
        return next((s.span for s in self.spans if s.path == path), None)

    def to_json(self) -> dict[str, Any]:
        """The facts of the taxonomy as its labels write them; empty ones are left out."""

        def whole(record: Any) -> dict[str, Any]:
            pairs = ((name, getattr(record, name)) for name in record.__dataclass_fields__)
            return {name: value for name, value in pairs if value not in ("", None)}

        found: dict[str, Any] = {
            "referrer": whole(self.referrer) if self.referrer else None,
            "family": [whole(relative) for relative in self.family],
            "victim": whole(self.victim) if self.victim else None,
            "consent": str(self.consent) if self.consent else None,
            "police_force": self.police_force,
            "area": self.area,
            "chair": whole(self.chair) if self.chair else None,
            "review_stage": str(self.review_stage) if self.review_stage else None,
            "needs": [str(need) for need in self.needs],
            "case_ref": self.case_ref,
        }
        return {name: value for name, value in found.items() if value}
