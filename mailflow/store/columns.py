"""Column types that say what a database would forget: the zone of a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


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
