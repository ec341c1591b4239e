"""What all parts of a transaction share: the session, the data keys, who acts, and the audit rows.

A :class:`Desk` lives for one transaction. Its audit rows are written last, just before the commit: the
head of the writer's chain is then locked for a moment only, and always after every other lock, so
that threads of one process (one writer) cannot wait for each other in a ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlmodel import col

from mailflow.errors import StoreFault
from mailflow.model.records import MatchKey

from . import sealing
from .keys import Chance, KeyFile
from .tables import DataKeyRow, Row

R = TypeVar("R", bound=Row)

CHUNK = 500
"""Ids in one IN list: SQLite before 3.32 takes 999 parameters in a statement."""


class Ids(Protocol):
    """What the store needs of chance (``flow.ports.Ids`` fits)."""

    def new(self) -> str:
        """A fresh row id."""
        ...

    def token(self) -> str:
        """A fresh lease token."""
        ...


class Desk:
    """One transaction, before it can do anything of the journeys' language."""

    def __init__(
        self, session: Session, keys: KeyFile, ids: Ids, chance: Chance, actor: str, now: datetime, page: list[Any]
    ) -> None:
        self.session = session
        self.keys = keys
        self.ids = ids
        self.chance = chance
        self.actor = actor
        self.now = now
        self.page = page
        """Audit rows of this transaction that are not written yet: (at, act, subject, detail)."""
        self.woken = False
        """True when something was written that a worker may claim at once."""
        self._data_keys: dict[tuple[str, str], bytes | None] = {}

    # -- rows -----------------------------------------------------------------------------------
    @property
    def on_postgresql(self) -> bool:
        """True on PostgreSQL, False on SQLite; there is no third."""
        return self.session.get_bind().dialect.name == "postgresql"

    def all(self, statement: Select[R]) -> Sequence[R]:
        """Rows, fresh from the database (never from an earlier look in this transaction)."""
        return self.session.scalars(statement.execution_options(populate_existing=True)).all()

    def first(self, statement: Select[R]) -> R | None:
        """The first row, fresh."""
        return self.session.scalars(statement.limit(1).execution_options(populate_existing=True)).first()

    def row(self, table: type[R], key: Any, *, lock: bool = False) -> R | None:
        """The row of that primary key, fresh; locked until the end of the transaction when asked for."""
        return self.session.get(table, key, populate_existing=True, with_for_update=True if lock else None)

    def change(self, row: Row, values: Mapping[str, Any]) -> None:
        """Write new values into a row, now."""
        for name, value in values.items():
            setattr(row, name, value)
        self.session.flush()

    def insert_once(self, row: Row) -> bool:
        """Insert unless a UNIQUE constraint has it already; waits for whoever is just inserting the same."""
        # RETURNING, not rowcount: the count of an INSERT is not promised by every driver
        inserted = self._insert(type(row)).returning(literal_column("1"))
        return self.session.execute(inserted, row.model_dump()).first() is not None

    def insert_missing(self, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert those rows that are not here yet; values go as parameters, so it is compiled once for any number."""
        if rows:
            self.session.execute(self._insert(table), [dict(row) for row in rows])

    def _insert(self, table: type[Row]) -> Any:
        dialect = postgresql if self.on_postgresql else sqlite
        return dialect.insert(table.__table__).on_conflict_do_nothing()  # type: ignore[attr-defined]

    # -- data keys ------------------------------------------------------------------------------
    def fresh(self, table: str, row_id: str) -> sealing.RowSealer:
        """A sealer with a new data key for a row that is about to be written; :meth:`keep` writes the key."""
        data_key = sealing.new_data_key(self.chance)
        self._data_keys[table, row_id] = data_key
        return sealing.RowSealer(table, row_id, data_key, self.chance)

    def keep(self, table: str, row_id: str) -> None:
        """Write the data key that :meth:`fresh` made."""
        data_key = self._data_keys[table, row_id]
        assert data_key is not None
        name, wrapped = sealing.wrap(self.keys, (table, row_id), data_key, self.chance)
        self.session.add(DataKeyRow(owner_table=table, owner_id=row_id, key_id=name, wrapped=wrapped, made_at=self.now))

    def load_keys(self, table: str, row_ids: Iterable[str]) -> None:
        """Fetch the data keys of many rows at once: a listing takes two queries, however long it is."""
        wanted = sorted({one for one in row_ids if (table, one) not in self._data_keys})
        for start in range(0, len(wanted), CHUNK):
            statement = select(col(DataKeyRow.owner_id), col(DataKeyRow.wrapped)).where(
                col(DataKeyRow.owner_table) == table, col(DataKeyRow.owner_id).in_(wanted[start : start + CHUNK])
            )
            for owner_id, wrapped in self.session.execute(statement):
                data_key = None if wrapped is None else sealing.unwrap(self.keys, (table, owner_id), wrapped)
                self._data_keys[table, owner_id] = data_key

    def sealer(self, table: str, row_id: str, owner: tuple[str, str] | None = None) -> sealing.RowSealer:
        """Seals and opens one row; ``owner`` names whose data key it is, where it is not the row's own."""
        owner = owner or (table, row_id)
        if owner not in self._data_keys:
            self.load_keys(owner[0], (owner[1],))
        if owner not in self._data_keys:
            raise StoreFault(f"The data key of {owner[0]} {owner[1]} is missing: restore the database from a backup.")
        return sealing.RowSealer(table, row_id, self._data_keys[owner], self.chance)

    def destroy_key(self, table: str, row_id: str) -> None:
        """Erase all that is sealed for that row: its data key is gone, and reads as empty from now on."""
        self.session.flush()
        self.session.execute(
            update(DataKeyRow)
            .where(col(DataKeyRow.owner_table) == table, col(DataKeyRow.owner_id) == row_id)
            .values(wrapped=None, destroyed_at=self.now)
        )
        self._data_keys[table, row_id] = None
        self.audit(f"{table}.erased", f"{table}:{row_id}")

    # -- hashes and audit -----------------------------------------------------------------------
    def hash_of(self, sort: str, value: str) -> MatchKey:
        """The keyed hash of a normalised value (HMAC-SHA-256 under the index key)."""
        return sealing.hash_of(self.keys, sort, value)

    def address_hash(self, address: str) -> str:
        """The keyed hash of an address, compared without regard to case; empty for none."""
        plain = address.strip().lower()
        return self.hash_of("address", plain).hash if plain else ""

    def audit(self, act: str, subject: str, detail: str = "") -> None:
        """Write an audit row in this transaction (ids only)."""
        self.page.append((self.now, act, subject, detail))
