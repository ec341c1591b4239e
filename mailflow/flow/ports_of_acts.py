"""What the acts of triage need of the store beside the rest: single rows by id, moving between cases, a review's page.

A part of :class:`~mailflow.flow.ports.Work`; the store fits it by shape.
"""

from __future__ import annotations

from typing import Protocol

from mailflow.model.life import HoldRecord, SensitiveDay
from mailflow.model.views import ReviewView


class ActsWork(Protocol):
    """The part of a transaction that only a human's act asks for."""

    def hold(self, hold_id: str) -> HoldRecord:
        """One hold. ``NotFound``."""
        ...

    def day(self, day_id: str) -> SensitiveDay:
        """One day that is kept free. ``NotFound``."""
        ...

    def move_event(self, event_id: str, case_id: str) -> None:
        """The mails and promises of an event belong to that case now; the event itself is saved by the caller."""
        ...

    def move_person(self, person_id: str, case_id: str) -> None:
        """A person belongs to that case now, with every permission that they ever gave or took back. ``NotFound``."""
        ...

    def take_over(self, merged_id: str, case_id: str) -> None:
        """A case was merged into another: keys, proposed links, mails and promises of it are the other's now."""
        ...

    def refuse_link(self, event_id: str, case_id: str) -> bool:
        """A proposed link is answered and no longer shown; ``False`` when none was proposed."""
        ...

    def review_view(self, review_id_or_reference: str) -> ReviewView:
        """A review with everything that hangs on it; audited as a read. ``NotFound``."""
        ...
