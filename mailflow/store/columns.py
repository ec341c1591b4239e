"""Columns: the type that says what a database would forget (the zone of a time), and the sorts of field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, ForeignKey, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Only aware times go in, aware UTC comes out, on either engine.

    SQLite keeps text without a zone and PostgreSQL answers in the zone of the session; both are
    undone here. A naive time is a mistake of the caller and raises ``ValueError``.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC; without its zone where the engine cannot keep one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone was handed to the store; all times are aware (UTC)")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: aware, UTC."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def points_to(target: str, *, null: bool = True, index: bool = True, key: bool = False) -> Any:
    """A foreign key, checked when the transaction ends; ``key``: it is (part of) the primary key."""
    reference = (ForeignKey(target, deferrable=True, initially="DEFERRED"),)
    if key:
        return Field(primary_key=True, index=index, sa_column_args=reference)
    return Field(default=None if null else ..., nullable=null, index=index, sa_column_args=reference)


def moment(*, null: bool = False) -> Any:
    """A moment, UTC."""
    return Field(default=None if null else ..., sa_type=UtcDateTime, nullable=null)


def day(*, null: bool = False) -> Any:
    """A calendar day in Europe/London."""
    return Field(default=None if null else ..., sa_type=Date, nullable=null)


def sealed() -> Any:
    """A sealed value (``sealing``)."""
    return Field(default=None, sa_type=LargeBinary, nullable=True, repr=False)


def added(*, index: bool = False) -> Any:
    """An id or closed word that a later migration added: NULL in rows of before. Without a foreign key, which SQLite
    could only add by copying the table from under the rows that point to it."""
    return Field(default=None, nullable=True, index=index)


def big() -> Any:
    """UIDs are unsigned 32-bit numbers (RFC 3501 §2.3.1.1), more than PostgreSQL's integer holds."""
    return Field(sa_type=BigInteger)
