"""One store contract, two engines: every test that takes ``store`` runs over SQLite and over PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailflow.store import KeyFile, SqlStore, schema
from tests.support.blank import blank_database
from tests.support.postgres import Cluster, cluster
from tests.support.store import NOW, CountedIds

ENGINES = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.service("postgresql")),
]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One cluster a session; it starts when the first test asks for it."""
    with cluster() as running:
        yield running


@pytest.fixture(scope="session")
def migrated(postgres: Cluster) -> str:
    """A migrated database of which each test gets a copy."""
    url = postgres.new_database()
    schema.upgrade(url)
    return url


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFile:
    return KeyFile.create(tmp_path_factory.mktemp("keys") / "service.key", NOW, os.urandom)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path}/mailflow.db"
        return
    running: Cluster = request.getfixturevalue("postgres")
    url = running.new_database()
    yield url
    running.drop(url)


@pytest.fixture
def url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    if engine_name == "sqlite":
        path = f"sqlite:///{tmp_path}/mailflow.db"
        blank_database(path)
        yield path
        return
    template: str = request.getfixturevalue("migrated")
    running: Cluster = request.getfixturevalue("postgres")
    copy = running.copy_of(template)
    yield copy
    running.drop(copy)


@pytest.fixture
def open_store(url: str, keys: KeyFile) -> Iterator[Callable[..., SqlStore]]:
    """Opens stores on the test's database, each with a writer of its own, and closes them at the end."""
    opened: list[SqlStore] = []

    def open_one(writer: str = "", with_keys: KeyFile | None = None) -> SqlStore:
        number = len(opened) + 1
        store = SqlStore(url, with_keys or keys, CountedIds(f"{number:x}"), writer or f"test:{number}", pool_size=12)
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[..., SqlStore]) -> SqlStore:
    return open_store()
