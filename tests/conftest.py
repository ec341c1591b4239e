"""What all tests share: services that may be missing, and sockets shut except to loopback."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REQUIRE = os.environ.get("MAILFLOW_REQUIRE_SERVICES") == "1"
for variable in [name for name in os.environ if name.startswith("MAILFLOW_")]:
    if variable != "MAILFLOW_REQUIRE_SERVICES":
        del os.environ[variable]  # the environment beats settings: a test must not meet somebody's real database

ROOT = Path(__file__).resolve().parent.parent
TESTDATA = Path(__file__).resolve().parent / "testdata"


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
