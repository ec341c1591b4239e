"""``SqlStore``: the database door, and ``SqlWork``: one transaction of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from mailflow.errors import KeyFault, StoreFault

from . import audit, sealing
from .claims import Claims
from .desk import Desk, Ids
from .engine import connect, exists, plain_faults
from .keys import Chance, KeyFile
from .learning import Learning
from .receiving import Receiving
from .schema import fault_of, read_version
from .tables import DataKeyRow, MetaRow
from .waking import Bell, bell_for

REWRAP_BATCH = 500
"""Data keys that are wrapped anew in one transaction: others wait for milliseconds, not for the whole."""


class SqlWork(Receiving, Claims, Learning):
    """One transaction (fits ``flow.ports.Work``)."""


class SqlStore:
    """The database door (fits ``flow.ports.Store``).

    ``writer`` names this process in the audit chain (``host:pid:random``, never used twice). Nothing is
    opened before first use; the first use checks the schema's version and that ``keys`` are the ones the
    database was sealed with, and raises ``StoreFault`` or ``KeyFault`` before anything is written.
    Threads share a store; a transaction belongs to one thread.
    """

    def __init__(
        self, url: str, keys: KeyFile, ids: Ids, writer: str, *, chance: Chance = os.urandom, pool_size: int = 8
    ) -> None:
        self.engine = connect(url, pool_size=pool_size)
        self.keys = keys
        self.ids = ids
        self.writer = writer
        self.chance = chance
        self._opened = False
        self._opening = threading.Lock()
        self._bell: Bell = bell_for(self.engine)

    # -- transactions ---------------------------------------------------------------------------
    @contextmanager
    def begin(self, actor: str, now: datetime) -> Iterator[SqlWork]:
        """Open a transaction in the name of ``actor``; commits when the block ends, rolls back when it raises."""
        self.open()
        with plain_faults(self.engine), self._session() as session:
            with session.begin():
                session.connection()  # begin now, not at the first statement: on SQLite this is the one lock there is
                work = SqlWork(session, self.keys, self.ids, self.chance, actor, now, [])
                yield work
                if work.woken:
                    self._bell.announce(session)
                audit.write_page(work, self.writer)
            if work.woken:
                self._bell.ring()

    def open(self) -> None:
        """Check version and keys, once. ``StoreFault``, ``KeyFault``."""
        if not self._opened:
            with self._opening:
                self._open_once()

    def _open_once(self) -> None:
        if self._opened:
            return
        if not exists(self.engine.url):
            raise StoreFault(fault_of(self.engine, ""))
        with plain_faults(self.engine), self._session() as session, session.begin():
            fault = fault_of(self.engine, read_version(session.connection()))
            if fault:
                raise StoreFault(fault)
            self._know_keys(session)
        self._opened = True

    def close(self) -> None:
        """Give back all connections."""
        self._bell.close()
        self.engine.dispose()

    # -- looking after it -----------------------------------------------------------------------
    def check(self) -> tuple[str, ...]:
        """All that is wrong with the database (version, keys, audit chain), one sentence each."""
        try:
            self.open()
            return self.verify_audit()
        except (StoreFault, KeyFault) as fault:
            return (str(fault),)

    def verify_audit(self, anchored: Iterable[audit.AuditHead] = ()) -> tuple[str, ...]:
        """Faults in the audit chains; ``anchored`` are heads that were kept outside the database."""
        self.open()
        with plain_faults(self.engine), self._session() as session:
            return audit.verify(session, self.keys, anchored)

    def audit_heads(self) -> tuple[audit.AuditHead, ...]:
        """The newest audit row of each writer, to be anchored outside the database every hour."""
        self.open()
        with plain_faults(self.engine), self._session() as session:
            return audit.heads(session)

    def rewrap(self, now: datetime) -> int:
        """Wrap every data key under the newest service key; how many were wrapped anew. Safe to stop and repeat.

        When it has ended, the database remembers the newest key alone and older ones may leave the key file.
        """
        self.open()
        newest = self.keys.newest.id
        total = 0
        while True:
            with plain_faults(self.engine), self._session() as session, session.begin():
                rows = session.scalars(
                    select(DataKeyRow)
                    .where(col(DataKeyRow.key_id) != newest, col(DataKeyRow.wrapped).is_not(None))
                    .order_by(col(DataKeyRow.owner_table), col(DataKeyRow.owner_id))
                    .limit(REWRAP_BATCH)
                    .with_for_update()
                ).all()
                for row in rows:
                    assert row.wrapped is not None
                    owner = (row.owner_table, row.owner_id)
                    data_key = sealing.unwrap(self.keys, owner, row.wrapped)
                    row.key_id, row.wrapped = sealing.wrap(self.keys, owner, data_key, self.chance)
                desk = Desk(session, self.keys, self.ids, self.chance, "clock", now, [])
                if rows:
                    desk.audit("keys.rewrapped", "house", f"{len(rows)} under {newest}")
                else:
                    for name, value in sealing.check_values(self.keys, self.chance).items():
                        session.merge(MetaRow(name=name, value=value))
                audit.write_page(desk, self.writer)
            if not rows:
                return total
            total += len(rows)

    # -- waking ---------------------------------------------------------------------------------
    def wait_for_work(self, seconds: float) -> bool:
        """Wait until there may be something to claim, at most so long; True when the bell rang.

        Only a hint: due times and lost leases ring no bell, so look again after it whatever it says.
        """
        return self._bell.wait(seconds)

    def notify(self) -> None:
        """Wake whoever waits in this process (a graceful stop does)."""
        self._bell.ring()

    def _session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def _know_keys(self, session: Session) -> None:
        known = {row.name: row.value for row in session.scalars(select(MetaRow))}
        if not known:
            desk = Desk(session, self.keys, self.ids, self.chance, "clock", self.keys.newest.made, [])
            for name, value in sorted(sealing.check_values(self.keys, self.chance).items()):
                desk.insert_once(MetaRow(name=name, value=value))
            session.expire_all()
            known = {row.name: row.value for row in session.scalars(select(MetaRow))}
        sealing.check_keys(self.keys, known)
