"""A database with all tables and nothing in them, as a file that is copied: migrating takes half a second of CPU."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from mailflow.store import schema

SQLITE = "sqlite:///"


def blank_database(url: str) -> None:
    """Make the tables of a database that is not there yet: a SQLite file by copying, any other by its migrations."""
    if not url.startswith(SQLITE):
        schema.upgrade(url)
        return
    path = Path(url.removeprefix(SQLITE))
    assert not path.exists(), "a test that upgrades a database calls schema.upgrade"
    path.touch(mode=0o600)
    path.write_bytes(_blank())


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        schema.upgrade(f"{SQLITE}{folder}/blank.db")
        return Path(folder, "blank.db").read_bytes()
