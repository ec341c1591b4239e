"""A real PostgreSQL cluster of our own in a temporary folder, on a free port of 127.0.0.1.

PostgreSQL refuses to run as root: where the tests are root, initdb and the server run as the user
``postgres`` (or ``nobody``) through setpriv, runuser or su. The server is a direct child of the tests
and is stopped by its process id. Durability is off (``fsync=off``), for no test here pulls the plug, unless asked for.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.conftest import program

START_SECONDS = 60


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; ``None`` for ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses root, and there is neither a user postgres nor nobody")


def _as(user: pwd.struct_passwd | None, command: list[str]) -> list[str]:
    if user is None:
        return command
    if found := shutil.which("setpriv"):
        return [found, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--", *command]
    if found := shutil.which("runuser"):
        return [found, "-u", user.pw_name, "--", *command]
    raise RuntimeError("PostgreSQL refuses root, and neither setpriv nor runuser is here (util-linux)")


@dataclass
class Cluster:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    made: int = field(default=0)

    def url(self, database: str) -> str:
        return f"postgresql://mailflow@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        self.made += 1
        name = f"test_{self.made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def copy_of(self, url: str) -> str:
        """The URL of a fresh copy of a database that nobody is connected to: quicker than migrating again."""
        self.made += 1
        name = f"test_{self.made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.rsplit("/", 1)[1]}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                said = log.read_text(errors="replace") if log.exists() else ""
                raise RuntimeError(f"PostgreSQL did not start:\n{said}") from None
            time.sleep(0.05)


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster]:
    """Start a cluster, stop it at the end. ``durable``: as in production, for measurements: a commit is on the disk."""
    found = program("postgresql")
    assert found is not None, "mark the test with @pytest.mark.service('postgresql')"
    binaries = Path(found).resolve().parent
    user = _user()
    # not under pytest's folder: that is closed to other users (0700), and the server may be one
    folder = Path(tempfile.mkdtemp(prefix="mailflow-pg-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data, log = folder / "data", folder / "log"
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        subprocess.run(
            _as(user, [str(binaries / "initdb"), "-D", str(data), "-U", "mailflow", "-A", "trust", "-E", "UTF8", "-N"]),
            check=True, capture_output=True, cwd="/", env=environment,
        )  # fmt: skip
        port = _free_port()
        settled = "on" if durable else "off"
        settings = {
            "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "", "fsync": settled,
            "synchronous_commit": settled, "full_page_writes": settled, "max_connections": "60",
            "shared_buffers": "128MB" if durable else "16MB", "autovacuum": settled,
            "timezone": "Asia/Kathmandu",  # not UTC: nothing of ours may lean on the server's zone
        }  # fmt: skip
        command = [str(binaries / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                _as(user, command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", env=environment
            )
        running = Cluster(folder, port, process)
        _wait(process, running.url("postgres"), log)
        yield running
    finally:
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # fast shutdown
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)
