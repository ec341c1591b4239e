"""What all tests share: services that may be missing, sockets shut except to loopback, a profile that is read once."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")
"""On two cores that others use too, an example may take a second for no reason of ours; speed is for ``make bench``."""

REQUIRE = os.environ.get("MAILFLOW_REQUIRE_SERVICES") == "1"
for variable in [name for name in os.environ if name.startswith("MAILFLOW_")]:
    if variable != "MAILFLOW_REQUIRE_SERVICES":
        del os.environ[variable]  # the environment beats settings: a test must not meet somebody's real database

ROOT = Path(__file__).resolve().parent.parent
TESTDATA = Path(__file__).resolve().parent / "testdata"

T = TypeVar("T")
PROFILES_KNOWN = 12
"""Rulesets that are kept: the one that mailflow brings, those of a test that edits rules, those of a fit."""


def program(name: str) -> str | None:
    """Where a service's program stands; looks into the folders that PATH leaves out for plain users."""
    folders = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    if name == "postgresql":
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        return str(found[-1]) if found else shutil.which("pg_ctl", path=folders)
    return shutil.which(name, path=folders)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("service"):
        for name in mark.args:
            if program(name) is None:
                reason = f"{name} is not installed (deploy/dev/install-services installs it)"
                if REQUIRE:
                    pytest.fail(f"MAILFLOW_REQUIRE_SERVICES=1, but {reason}", pytrace=False)
                pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """No test speaks to anything but this machine."""
    true_connect = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}; tests talk to loopback only")
        return true_connect(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    yield
    socket.socket.connect = true_connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def profiles_read_once() -> Iterator[None]:
    """What was loaded of the very same texts is taken again: it is immutable, and compiling it takes 1.3 s of CPU.

    Texts that differ by a letter are loaded anew, texts with faults each time. Tests of the loaders call these
    themselves and see nothing of it, nor do processes that a test starts.
    """
    from mailflow.bootstrap import workbench
    from mailflow.classify import retrain
    from mailflow.config import profile

    with pytest.MonkeyPatch.context() as patch:
        rules = _once(profile.load)
        patch.setattr(profile, "load", rules)
        patch.setattr(workbench, "load", rules)
        patch.setattr(retrain, "load", rules)
        for name in ("load_templates", "load_lookups"):
            patch.setattr(profile, name, _once(getattr(profile, name)))
        patch.setattr(workbench, "load_lookups", profile.load_lookups)
        patch.setattr(profile, "load_policy", lru_cache(PROFILES_KNOWN)(profile.load_policy))
        yield


def _once(load: Callable[[Mapping[str, str]], T]) -> Callable[[Mapping[str, str]], T]:
    """A loader of files (name → text) that reads each content once."""

    @lru_cache(PROFILES_KNOWN)
    def known(files: tuple[tuple[str, str], ...]) -> T:
        return load(dict(files))

    return lambda files: known(tuple(sorted(files.items())))
