"""Connections: SQLite with its strictest settings, PostgreSQL through psycopg 3, one fault for both.

* SQLite: WAL, ``synchronous=FULL`` (a commit survives a power cut), foreign keys on, ``secure_delete`` (a
  destroyed data key leaves no bytes in the file), and BEGIN IMMEDIATE: Python's driver would open
  transactions lazily as readers, and two readers that both want to write cannot both go on.
* PostgreSQL: READ COMMITTED, so that what is read after waiting for a lock is what its holder committed;
  UTC; bounds on waiting for locks and on transactions whose process hangs.

SQLAlchemy's own sentences carry the values of a statement: they are hidden, and every operational error
becomes one :class:`~mailflow.errors.StoreFault` sentence.
"""

from __future__ import annotations

import sqlite3
import time  # noqa: TID251 - a door: it waits for another process to let go of a new file
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailflow.errors import StoreFault

SQLITE_BUSY_SECONDS = 10
"""How long a writer waits for another before the database counts as locked."""

WAL_RETRY_SECONDS = 0.02

PG_LOCK_SECONDS = 30
"""How long a statement waits for a lock: our transactions last milliseconds, so a longer wait means a hung peer."""

PG_IDLE_SECONDS = 300
"""A transaction whose process hangs (stopped, swapped out) is ended by the server, and its locks with it."""

PG_CONNECT_SECONDS = 10

POSTGRESQL_NAMES = ("postgresql", "postgres", "postgresql+psycopg")


def read_url(text: str) -> URL:
    """``sqlite:///path`` or ``postgresql://user@host/name`` → what SQLAlchemy wants. ``StoreFault``."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreFault(
            "The database URL cannot be read; it looks like sqlite:///path/to/mailflow.db "
            "or postgresql://user@host/mailflow."
        ) from None
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in POSTGRESQL_NAMES:
        return url.set(drivername="postgresql+psycopg")
    raise StoreFault(
        f"The database {url.render_as_string(hide_password=True)} is not one that mailflow speaks: "
        "sqlite:///path/to/mailflow.db (a file) or postgresql://user@host/mailflow."
    )


def connect(text: str, *, pool_size: int = 8) -> Engine:
    """An engine for that URL; connects only when first used. ``StoreFault`` for a URL we do not speak."""
    url = read_url(text)
    if url.drivername == "sqlite":
        engine = create_engine(
            url, hide_parameters=True, pool_size=pool_size, connect_args={"timeout": SQLITE_BUSY_SECONDS}
        )
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_immediate)
        return engine
    try:
        engine = create_engine(
            url,
            hide_parameters=True,
            pool_size=pool_size,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": PG_CONNECT_SECONDS, "application_name": "mailflow"},
        )
    except (NoSuchModuleError, ImportError):
        raise StoreFault("PostgreSQL needs the package psycopg: `pip install psycopg[binary]`.") from None
    event.listen(engine, "connect", _open_postgresql)
    return engine


def _open_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself: _begin_immediate does
    _write_ahead(connection)
    for setting in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn WAL on, which stays in the file. SQLite does not wait here by itself when somebody else is just doing
    the same to a new file (its busy timeout does not hold for this change), so we do."""
    end = time.monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(WAL_RETRY_SECONDS)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _open_postgresql(connection: Any, record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute(f"SET lock_timeout = '{PG_LOCK_SECONDS}s'")
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{PG_IDLE_SECONDS}s'")
    connection.commit()


@contextmanager
def plain_faults(engine: Engine) -> Iterator[None]:
    """Turn what goes wrong between us and the database into one ``StoreFault`` sentence.

    Broken constraints and wrong SQL go up as they are: they are mistakes of ours, not bad luck.
    """
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError, NotSupportedError):
        raise
    except PoolTimeout:
        raise StoreFault(f"All connections to {name_of(engine)} are in use and none was given back in time.") from None
    except DBAPIError as error:
        raise StoreFault(_sentence(engine, error)) from None


def name_of(engine: Engine) -> str:
    """The database by name, without its password."""
    if engine.dialect.name == "sqlite":
        return f"the database file {engine.url.database}"
    return f"the database {engine.url.render_as_string(hide_password=True)}"


def _sentence(engine: Engine, error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()
    first = said[0] if said else type(error.orig).__name__
    name = name_of(engine)
    if engine.dialect.name == "sqlite":
        if "locked" in first or "busy" in first:
            return f"{name[0].upper()}{name[1:]} is locked by another program: end that program and try again."
        if "unable to open" in first:
            return f"{name[0].upper()}{name[1:]} cannot be opened: does its folder exist, and may we write there?"
        if "not a database" in first or "malformed" in first:
            return f"{name[0].upper()}{name[1:]} is not a whole SQLite database: restore it from a backup."
        return f"{name[0].upper()}{name[1:]} does not do what it must: {first}."
    return f"{name[0].upper()}{name[1:]} does not answer as it must: {first.rstrip('.')}."


def exists(url: URL) -> bool:
    """True unless it is a SQLite file that is not there yet."""
    return url.drivername != "sqlite" or Path(str(url.database)).exists()
