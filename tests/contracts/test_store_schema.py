"""The schema is the sum of its migrations; a database of another version or away is one sentence."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from mailflow.errors import StoreFault
from mailflow.store import KeyFile, SqlStore, schema
from mailflow.store.engine import connect, read_url
from mailflow.store.tables import SCHEMA, Row
from tests.support.store import NOW, CountedIds, mail

ME = "journey:intake"


def test_the_schema_is_the_sum_of_its_migrations(empty_url: str) -> None:
    assert schema.version(empty_url) == ""
    assert schema.upgrade(empty_url) == ("", SCHEMA)
    assert schema.upgrade(empty_url) == (SCHEMA, SCHEMA)
    assert schema.version(empty_url) == SCHEMA and schema.check(empty_url) == ()
    engine = connect(empty_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def test_this_program_is_of_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_current_head() == SCHEMA
    names = [Path(one.path).name for one in scripts.walk_revisions()]
    assert all(name[:4].isdigit() and name[4] == "_" for name in names)


def test_two_processes_that_upgrade_at_once_wait_for_each_other(empty_url: str) -> None:
    results: list[object] = []

    def upgrade() -> None:
        try:
            results.append(schema.upgrade(empty_url))
        except Exception as failure:
            results.append(failure)

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results, key=str) == [("", SCHEMA), (SCHEMA, SCHEMA)]


@pytest.mark.parametrize(
    ("version", "sentence"),
    [("", "has no tables yet: run `mailflow db upgrade`"), ("0000", "older version"), ("9999", "newer version")],
)
def test_a_database_of_another_version_is_not_opened(url: str, keys: KeyFile, version: str, sentence: str) -> None:
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if version:
            connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
    engine.dispose()
    store = SqlStore(url, keys, CountedIds(), "test")
    with pytest.raises(StoreFault, match=sentence) as caught, store.begin(ME, NOW) as work:
        work.add_mail(mail(1))
    assert "\n" not in str(caught.value) and "`mailflow db upgrade`" in str(caught.value)
    assert store.check() == (str(caught.value),) == schema.check(url)
    store.close()
    if version == "9999":
        with pytest.raises(StoreFault, match="newer"):
            schema.upgrade(url)


def test_a_sqlite_file_is_made_private_and_set_strictly(tmp_path: Path, keys: KeyFile) -> None:
    path = tmp_path / "mailflow.db"
    url = f"sqlite:///{path}"
    old = os.umask(0)
    try:
        schema.upgrade(url)
        store = SqlStore(url, keys, CountedIds(), "test")
        with store.begin(ME, NOW) as work:
            work.add_mail(mail(1))
            for beside in tmp_path.iterdir():
                assert stat.S_IMODE(beside.stat().st_mode) == 0o600, beside
            settings = {
                name: work.session.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            }
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    finally:
        os.umask(old)
    store.close()


@pytest.mark.filterwarnings("error")
def test_a_locked_missing_or_broken_file_is_one_sentence(
    tmp_path: Path, keys: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailflow.store.engine.SQLITE_BUSY_SECONDS", 0.05)
    path = tmp_path / "mailflow.db"

    def store(name: str = "mailflow.db") -> SqlStore:
        return SqlStore(f"sqlite:///{tmp_path}/{name}", keys, CountedIds(), "test")

    absent = store()
    assert "has no tables yet: run `mailflow db upgrade`" in absent.check()[0]
    assert not path.exists(), "looking does not make a file"
    absent.close()
    schema.upgrade(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    locked = store()
    with pytest.raises(StoreFault, match="is locked by another program"), locked.begin(ME, NOW):
        pass
    holder.close()
    with locked.begin(ME, NOW) as work:
        assert work.add_mail(mail(1)), "once the other has gone, it goes on"
    locked.close()
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    broken = store("noise.db")
    with pytest.raises(StoreFault, match="not a whole SQLite database"), broken.begin(ME, NOW):
        pass
    broken.close()
    with pytest.raises(StoreFault, match="cannot be made"):
        schema.upgrade(f"sqlite:///{tmp_path}/no/folder/mailflow.db")


def test_a_server_that_is_away_is_one_sentence_without_its_password(keys: KeyFile) -> None:
    url = "postgresql://mailflow:geheim@127.0.0.1:1/mailflow"
    store = SqlStore(url, keys, CountedIds(), "test")
    with pytest.raises(StoreFault, match="does not answer") as caught, store.begin(ME, NOW):
        pass
    assert "geheim" not in str(caught.value) and "\n" not in str(caught.value)
    assert "geheim" not in schema.check(url)[0]
    store.close()


@pytest.mark.parametrize("wrong", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:geheim@host/db"])
def test_a_url_that_we_do_not_speak_is_one_sentence(wrong: str, keys: KeyFile) -> None:
    with pytest.raises(StoreFault, match=r"sqlite:///path/to/mailflow\.db") as caught:
        SqlStore(wrong, keys, CountedIds(), "test")
    assert "geheim" not in str(caught.value)


def test_postgresql_urls_go_through_psycopg() -> None:
    for name in ("postgresql", "postgres", "postgresql+psycopg"):
        assert read_url(f"{name}://u@h/d").drivername == "postgresql+psycopg"


def test_no_statement_of_ours_shows_its_values_when_it_breaks(
    store: SqlStore, open_store: Callable[..., SqlStore]
) -> None:
    kept = mail(1, sender_hash="feed" * 16)
    with store.begin(ME, NOW) as work:
        work.add_mail(kept)
    with pytest.raises(Exception, match=r"(?i)constraint") as caught, store.begin(ME, NOW) as work:
        claim = work.claim_mail("a", NOW, 60)
        assert claim is not None
        work.finish_mail(claim, "Idris Fenwick", NOW)
    assert "feedfeed" not in str(caught.value)
