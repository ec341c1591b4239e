"""One house with all mails of the demonstration for the tests that only look, and empty ones for those that write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import BackRoom, back_room


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
