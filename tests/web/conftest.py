"""One house with all mails of the demonstration for the tests that only look, and empty ones for those that write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import mailflow.bootstrap.house  # noqa: F401 - the module; the package offers the function of that name
from tests.support.desk import BackRoom, back_room


@pytest.fixture(autouse=True, scope="session")
def one_profile() -> Iterator[None]:
    """The rules are read once and not for every house: they are the same, and that takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        module = sys.modules["mailflow.bootstrap.house"]
        patch.setattr(module, "load_profile", cache(module.load_profile))
        yield


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackRoom]:
    """All invented mails have arrived and been dealt with. Only to be looked at."""
    with back_room(tmp_path_factory.mktemp("played")) as room:
        room.story.greet(())
        room.story.invite(room.house.settings.people.desk_url)
        room.play()
        room.story.farewell("Nothing of it is left on this machine.")
        yield room


@pytest.fixture
def room(tmp_path: Path) -> Iterator[BackRoom]:
    """An empty house."""
    with back_room(tmp_path) as opened:
        yield opened
