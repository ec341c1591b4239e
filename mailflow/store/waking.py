"""The bell that wakes workers: LISTEN/NOTIFY on PostgreSQL, a condition in the process on SQLite.

A bell is a hint and nothing depends on it: workers look again after some seconds anyway. PostgreSQL
delivers a notification when its transaction commits, so whoever wakes finds what was written.
"""

from __future__ import annotations

import threading
from typing import Any, Protocol

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

CHANNEL = "mailflow_work"


class Bell(Protocol):
    """What a store rings and waits for."""

    def announce(self, session: Session) -> None:
        """Inside the transaction: tell others when it commits."""
        ...

    def ring(self) -> None:
        """After the commit: tell this process."""
        ...

    def wait(self, seconds: float) -> bool:
        """Until the bell rings, at most so long; True when it rang since this thread last waited."""
        ...

    def close(self) -> None:
        """Wake everybody and let go."""
        ...


class ProcessBell:
    """One process: a counter under a condition; each thread remembers the count that it saw last."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._count = 0
        self._seen = threading.local()

    def announce(self, session: Session) -> None:
        """Nobody else to tell."""

    def ring(self) -> None:
        """Wake all threads that wait."""
        with self._rung:
            self._count += 1
            self._rung.notify_all()

    def wait(self, seconds: float) -> bool:
        """Until the count grows beyond what this thread has seen."""
        with self._rung:
            seen = getattr(self._seen, "count", 0)
            rang = self._rung.wait_for(lambda: self._count > seen, timeout=seconds)
            self._seen.count = self._count
            return rang

    def close(self) -> None:
        """Wake everybody."""
        self.ring()


class PostgresBell(ProcessBell):
    """Many processes: one thread a process listens on a connection of its own and rings the bell inside.

    The listener starts with the first wait. When its connection breaks it rings once (somebody may have been
    missed) and connects again a second later, for as long as the store is open.
    """

    RETRY_SECONDS = 1.0
    LOOK_SECONDS = 1.0

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._closed = threading.Event()
        self._starting = threading.Lock()
        self._listener: threading.Thread | None = None

    def announce(self, session: Session) -> None:
        """NOTIFY; equal ones of one transaction are sent once."""
        session.execute(text(f"NOTIFY {CHANNEL}"))

    def wait(self, seconds: float) -> bool:
        """As in one process; the listener rings for the others."""
        with self._starting:
            if self._listener is None and not self._closed.is_set():
                self._listener = threading.Thread(target=self._listen, name="store-bell", daemon=True)
                self._listener.start()
        return super().wait(seconds)

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        self.ring()
        if self._listener is not None:
            self._listener.join(timeout=5)

    def _listen(self) -> None:
        import psycopg  # noqa: PLC0415 - only where PostgreSQL is

        while not self._closed.is_set():
            try:
                with psycopg.connect(**self._arguments(), autocommit=True) as connection:
                    connection.execute(f"LISTEN {CHANNEL}")
                    self.ring()
                    while not self._closed.is_set():
                        for _ in connection.notifies(timeout=self.LOOK_SECONDS, stop_after=1):
                            self.ring()
            except psycopg.Error:
                self.ring()
                self._closed.wait(self.RETRY_SECONDS)

    def _arguments(self) -> dict[str, Any]:
        _, arguments = self._engine.dialect.create_connect_args(self._engine.url)
        return {**arguments, "application_name": "mailflow bell"}


def bell_for(engine: Engine) -> Bell:
    """The bell that fits an engine."""
    return PostgresBell(engine) if engine.dialect.name == "postgresql" else ProcessBell()
