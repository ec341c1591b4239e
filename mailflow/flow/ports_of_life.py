"""What the journeys need of the store about what lives for years: reviews, holds, proposals, history, days.

A part of :class:`~mailflow.flow.ports.Work`; the store fits it by shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mailflow.model.life import (
    ChangeRecord,
    Freshness,
    GroupRecord,
    HoldRecord,
    ProposalRecord,
    ProposalState,
    RelationSort,
    ReviewPersonRecord,
    ReviewRecord,
    ReviewState,
    SafeContact,
    SensitiveDay,
    SuppressionRecord,
)
from mailflow.model.records import CaseRecord, EventRecord, MatchKey, OutboxRecord, OutboxState, ReminderRecord

from .ports_of_acts import ActsWork


class LifeWork(ActsWork, Protocol):
    """The part of a transaction about what outlives the mail that began it."""

    # -- groups ---------------------------------------------------------------------------------
    def add_group(self, group: GroupRecord) -> None:
        """Write a family group of a case."""
        ...

    def groups(self, case_id: str) -> tuple[GroupRecord, ...]:
        """The family groups of a case, oldest first; none while the family is one."""
        ...

    # -- reviews --------------------------------------------------------------------------------
    def add_review(self, review: ReviewRecord) -> None:
        """Write a new review."""
        ...

    def save_review(self, review: ReviewRecord) -> None:
        """Write a changed review; ``StateFault`` when somebody else changed it since it was read."""
        ...

    def review(self, review_id_or_reference: str) -> ReviewRecord:
        """By id or reference. ``NotFound``."""
        ...

    def reviews(self, *, states: Sequence[ReviewState] = (), limit: int = 500) -> tuple[ReviewRecord, ...]:
        """Reviews, oldest first."""
        ...

    def link_review(self, review_id: str, case_id: str) -> None:
        """That case waits for that review; linked once, however often it is said."""
        ...

    def unlink_review(self, review_id: str, case_id: str) -> None:
        """That case no longer waits for that review."""
        ...

    def reviews_of(self, case_id: str) -> tuple[ReviewRecord, ...]:
        """The reviews that a case waits for, oldest first."""
        ...

    def cases_of(self, review_id: str) -> tuple[CaseRecord, ...]:
        """The cases that wait for a review, oldest first."""
        ...

    def add_review_person(self, person: ReviewPersonRecord) -> None:
        """Write a Chair, author or co-ordinator of a review."""
        ...

    def save_review_person(self, person: ReviewPersonRecord) -> None:
        """Write a changed person of a review. ``NotFound``."""
        ...

    def people_of_review(self, review_id: str) -> tuple[ReviewPersonRecord, ...]:
        """Everybody who serves or has served a review, oldest first."""
        ...

    def reviews_of_address(self, address: MatchKey) -> tuple[ReviewRecord, ...]:
        """The reviews whose Chair, author or co-ordinator has or had that address, oldest first."""
        ...

    # -- holds ----------------------------------------------------------------------------------
    def add_hold(self, hold: HoldRecord) -> None:
        """Nothing automatic leaves for what it names, from now on."""
        ...

    def end_hold(self, hold_id: str, by: str, now: datetime) -> None:
        """It holds no more. ``NotFound``; ``StateFault`` when it has ended."""
        ...

    def holds(self, *, case_id: str = "", review_id: str = "", live: datetime | None = None) -> tuple[HoldRecord, ...]:
        """The holds of a case or of a review, oldest first; only those that hold at ``live`` when it is given."""
        ...

    # -- proposals ------------------------------------------------------------------------------
    def add_proposal(self, proposal: ProposalRecord) -> None:
        """Write what a reply proposes."""
        ...

    def save_proposal(self, proposal: ProposalRecord) -> None:
        """Write what a human made of a proposal. ``NotFound``; ``StateFault`` when it is settled already."""
        ...

    def proposal(self, proposal_id: str) -> ProposalRecord:
        """One proposal. ``NotFound``."""
        ...

    def proposals(
        self, *, review_id: str = "", event_id: str = "", states: Sequence[ProposalState] = ()
    ) -> tuple[ProposalRecord, ...]:
        """Proposals of a review or an event, oldest first."""
        ...

    # -- history and days -----------------------------------------------------------------------
    def add_change(self, change: ChangeRecord) -> None:
        """Write a line of a history; it names the case or the review under whose key its reason is sealed."""
        ...

    def changes(self, *, subject: str = "", case_id: str = "", review_id: str = "") -> tuple[ChangeRecord, ...]:
        """A history, oldest first: of one subject, or of everything of a case or a review."""
        ...

    def add_day(self, day: SensitiveDay) -> None:
        """Keep a day free."""
        ...

    def remove_day(self, day_id: str) -> None:
        """That day need not be kept free. ``NotFound``."""
        ...

    def days(self, *, case_id: str = "", review_id: str = "") -> tuple[SensitiveDay, ...]:
        """The days of a case or of a review that are kept free, by day."""
        ...

    # -- absences and relations -----------------------------------------------------------------
    def note_absence(
        self, address: MatchKey, until: datetime | None, *, gone: bool = False, event_id: str = ""
    ) -> None:
        """Their machine says that they are away (until then, or it names no day), or have left for good."""
        ...

    def end_absence(self, address: MatchKey) -> None:
        """They are back: they wrote themselves, or a human says so. No harm where none was noted."""
        ...

    def absence(self, address: MatchKey) -> tuple[datetime | None, datetime | None, bool] | None:
        """(since, until, gone for good) of the absence that was noted last; ``None`` when none was."""
        ...

    def relate(self, event_id: str, other_id: str, sort: RelationSort) -> None:
        """An event hangs on an earlier one; written once."""
        ...

    def related(self, event_id: str) -> tuple[tuple[EventRecord, RelationSort], ...]:
        """Earlier and later events that hang on this one, with how, oldest first."""
        ...

    # -- what a gate asks -----------------------------------------------------------------------
    def untriaged_of(self, case_ids: Sequence[str]) -> tuple[EventRecord, ...]:
        """Events that nobody has looked at and that belong to those cases, or may (a proposed link); oldest first."""
        ...

    def contacts_of_address(self, address: MatchKey) -> tuple[SafeContact, ...]:
        """How those people of cases may be reached who have that address and of whom somebody recorded it."""
        ...

    # -- promises, outbox, house ----------------------------------------------------------------
    def reminder(self, reminder_id: str) -> ReminderRecord:
        """One reminder, by id or by its key. ``NotFound``."""
        ...

    def move_reminder(self, reminder_id: str, due: datetime, why: str) -> None:
        """It rings at another time. ``NotFound``; ``StateFault`` when it will not ring any more."""
        ...

    def hold_reminder(self, reminder_id: str, why: str) -> None:
        """It is silent until a human releases it. ``NotFound``, ``StateFault``."""
        ...

    def release_reminder(self, reminder_id: str, due: datetime) -> None:
        """A held one rings, at ``due``. ``NotFound``; ``StateFault`` when it is not held."""
        ...

    def settle_uncertain(self, row_id: str, state: OutboxState, answer: str, now: datetime) -> None:
        """What became of a row is known now, by a human, a late bounce or a reply: ``sent`` or ``refused``.
        ``NotFound``; ``StateFault`` unless it is uncertain (or sent, and now refused)."""
        ...

    def outbox_of(self, *, case_id: str = "", review_id: str = "") -> tuple[OutboxRecord, ...]:
        """Mails of ours about a case or a review, oldest first."""
        ...

    def suppressions(self) -> tuple[SuppressionRecord, ...]:
        """All addresses that are written to no more, oldest first; only their hashes are kept."""
        ...

    def lift_suppression(self, address: MatchKey) -> bool:
        """A human says that it may be written to again; ``False`` when it was not suppressed."""
        ...

    def freshness(self) -> tuple[Freshness, ...]:
        """Every folder that was ever read, with the moment of the last look."""
        ...

    def waiting_mails(self, before: datetime) -> int:
        """How many mails came before then and are not taken in yet, or are set aside, whenever they came."""
        ...
