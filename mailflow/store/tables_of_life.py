"""The tables of what lives for years: family groups, reviews, holds, proposals, history, days, absences.

Under whose data key something is sealed: a group's name and a case's hold, day and change under the case's; a review
and what hangs on it under the review's; a Chair under a key of their own (``mapping_of_life``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from .columns import day as a_day
from .columns import moment, points_to, sealed
from .tables import Row


class GroupRow(Row, table=True):
    """A group of one family. (``family_group``: GROUP is a word of SQL.)"""

    __tablename__: ClassVar[Any] = "family_group"
    id: str = Field(primary_key=True)
    case_id: str = points_to("case_file.id", null=False)
    name: bytes | None = sealed()
    created_at: datetime = moment()


class ReviewRow(Row, table=True):
    """A statutory review."""

    __tablename__: ClassVar[Any] = "review"
    id: str = Field(primary_key=True)
    reference: str = Field(unique=True)
    form: str
    state: str = Field(index=True)
    stage: str
    stage_since: datetime = moment()
    opened_at: datetime = moment()
    decided_on: date | None = a_day(null=True)
    months: int
    partnership: bytes | None = sealed()
    their_reference: bytes | None = sealed()
    next_on: date | None = a_day(null=True)
    next_what: bytes | None = sealed()
    delay_reason: bytes | None = sealed()
    closed_at: datetime | None = moment(null=True)
    version: int


class ReviewCaseRow(Row, table=True):
    """Which cases wait for which review; several a review, several a case."""

    __tablename__: ClassVar[Any] = "review_case"
    review_id: str = points_to("review.id", key=True, index=False)
    case_id: str = points_to("case_file.id", key=True)
    linked_at: datetime = moment()


class ReviewPersonRow(Row, table=True):
    """A Chair, author or co-ordinator; everything that names them is sealed under a key of their own."""

    __tablename__: ClassVar[Any] = "review_person"
    id: str = Field(primary_key=True)
    review_id: str = points_to("review.id", null=False)
    role: str
    since: datetime = moment()
    name: bytes | None = sealed()
    organisation: bytes | None = sealed()
    email: bytes | None = sealed()
    email_hash: str = Field(index=True)
    phone: bytes | None = sealed()
    language: str
    address_confirmed_by: str
    address_confirmed_at: datetime | None = moment(null=True)
    until: datetime | None = moment(null=True)


class HoldRow(Row, table=True):
    """Nothing automatic leaves while it lasts. ``why`` is sealed under the case's or the review's key."""

    __tablename__: ClassVar[Any] = "hold"
    id: str = Field(primary_key=True)
    sort: str
    since: datetime = moment()
    made_by: str
    case_id: str | None = points_to("case_file.id")
    review_id: str | None = points_to("review.id")
    person_id: str
    why: bytes | None = sealed()
    until: datetime | None = moment(null=True)
    ended_at: datetime | None = moment(null=True)
    ended_by: str
    event_id: str | None = points_to("event.id")


class ProposalRow(Row, table=True):
    """What a reply says of a review's progress. Sealed under the review's key."""

    __tablename__: ClassVar[Any] = "proposal"
    id: str = Field(primary_key=True)
    review_id: str = points_to("review.id", null=False)
    event_id: str = points_to("event.id", null=False)
    made_at: datetime = moment()
    state: str
    stage: str
    next_on: date | None = a_day(null=True)
    said: bytes | None = sealed()
    chair_changes: bool
    settled_by: str
    settled_at: datetime | None = moment(null=True)


class ChangeRow(Row, table=True):
    """One line of a history. ``why`` is sealed under the case's or the review's key."""

    __tablename__: ClassVar[Any] = "change"
    __table_args__: ClassVar[Any] = (Index("ix_change_subject", "subject", "at"),)
    id: str = Field(primary_key=True)
    subject: str
    at: datetime = moment()
    actor: str
    act: str
    before: str
    after: str
    why: bytes | None = sealed()
    case_id: str | None = points_to("case_file.id")
    review_id: str | None = points_to("review.id")


class SensitiveDayRow(Row, table=True):
    """A day that is kept free. ``note`` is sealed under the case's or the review's key."""

    __tablename__: ClassVar[Any] = "sensitive_day"
    id: str = Field(primary_key=True)
    day: date = a_day()
    until: date = a_day()
    sort: str
    made_by: str
    case_id: str | None = points_to("case_file.id")
    review_id: str | None = points_to("review.id")
    yearly: bool
    note: bytes | None = sealed()


class AbsenceRow(Row, table=True):
    """Until when somebody is away, as their own machine said; ``until`` is NULL where it names no day."""

    __tablename__: ClassVar[Any] = "absence"
    address_hash: str = Field(primary_key=True)
    until: datetime | None = moment(null=True)
    gone: bool
    """They have left for good: a human asks who has taken over."""
    event_id: str | None = points_to("event.id")
    since: datetime = moment()


class RelationRow(Row, table=True):
    """How an event hangs on an earlier one."""

    __tablename__: ClassVar[Any] = "event_relation"
    event_id: str = points_to("event.id", key=True, index=False)
    other_id: str = points_to("event.id", key=True)
    sort: str = Field(primary_key=True)
