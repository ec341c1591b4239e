"""The real store fits what the journeys need of it, name by name and parameter by parameter."""

from __future__ import annotations

import inspect

import pytest

from mailflow.flow import ports, ports_of_life
from mailflow.store import SqlStore, SqlWork

PAIRS = [
    (port, door, name)
    for port, door in ((ports.Work, SqlWork), (ports_of_life.LifeWork, SqlWork), (ports.Store, SqlStore))
    for name, member in vars(port).items()
    if not name.startswith("_") and inspect.isfunction(member)
]


@pytest.mark.parametrize(("port", "door", "name"), PAIRS, ids=[f"{port.__name__}.{name}" for port, _, name in PAIRS])
def test_the_store_fits_its_port(port: type, door: type, name: str) -> None:
    wanted = inspect.signature(getattr(port, name)).parameters
    offered = inspect.signature(getattr(door, name)).parameters
    assert [(one.name, one.kind, one.default) for one in wanted.values()] == [
        (one.name, one.kind, one.default) for one in offered.values()
    ]
    assert inspect.getdoc(getattr(door, name)), "a door says what it does"


def test_there_is_something_to_fit() -> None:
    assert len(PAIRS) > 85
