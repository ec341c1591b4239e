"""The schema and its versions: Alembic, run from here, without any ``alembic.ini``.

``upgrade(url)`` brings a database to this program's schema, in one transaction; two processes that try at
once wait for each other. ``version(url)`` reads which migration it stands at. ``check(url)`` says what is
wrong, in sentences. A database of another version is never opened for work (``open_schema``).
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from mailflow.errors import StoreFault

from .engine import connect, exists, name_of, plain_faults, read_url
from .tables import SCHEMA

__all__ = ["MIGRATIONS", "SCHEMA", "check", "fault_of", "read_version", "upgrade", "version"]

MIGRATIONS = Path(__file__).parent / "migrations"

UPGRADE_LOCK = 0x6D61696C
"""The PostgreSQL advisory lock under which one process migrates ("mail" in ASCII)."""


def upgrade(url: str) -> tuple[str, str]:
    """Run the migrations that are missing; (version before, version now). ``StoreFault``.

    A SQLite file that is not there yet is made, readable by its owner only.
    """
    from alembic import command  # noqa: PLC0415 - 0.4 s of import that only this command needs
    from alembic.config import Config  # noqa: PLC0415

    where = read_url(url)
    if not exists(where):
        _make_private(Path(str(where.database)))
    engine = connect(url)
    try:
        with plain_faults(engine), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
            before = read_version(connection)
            if before > SCHEMA:
                raise StoreFault(_newer(engine, before))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return before, read_version(connection)
    finally:
        engine.dispose()


def version(url: str) -> str:
    """The migration that the database stands at; empty when it has no tables. ``StoreFault``."""
    if not exists(read_url(url)):
        return ""
    engine = connect(url)
    try:
        with plain_faults(engine), engine.connect() as connection:
            return read_version(connection)
    finally:
        engine.dispose()


def check(url: str) -> tuple[str, ...]:
    """What is wrong with the schema, one sentence each; empty when all is well."""
    try:
        found = version(url)
    except StoreFault as fault:
        return (str(fault),)
    engine = connect(url)
    sentence = fault_of(engine, found)
    engine.dispose()
    return (sentence,) if sentence else ()


def read_version(connection: Connection) -> str:
    """The version, in an open connection; empty when there are no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def fault_of(engine: Engine, found: str) -> str:
    """The sentence for a database that stands at ``found``; empty when that is this program's version."""
    if found == SCHEMA:
        return ""
    if found > SCHEMA:
        return _newer(engine, found)
    name = name_of(engine)
    state = f"is of an older version ({found}, this program has {SCHEMA})" if found else "has no tables yet"
    return f"{name[0].upper()}{name[1:]} {state}: run `mailflow db upgrade`."


def _newer(engine: Engine, found: str) -> str:
    name = name_of(engine)
    return (
        f"{name[0].upper()}{name[1:]} is of a newer version ({found}) than this program ({SCHEMA}): "
        "install the newer mailflow; `mailflow db upgrade` only goes forward."
    )


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, which would take the umask; WAL files take the mode of the file."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreFault(f"The database file {path} cannot be made: {error.strerror}.") from None
