"""Silence is noticed (P10): each part of the service says that it is alive, and what troubles it."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

STALE_AFTER = timedelta(minutes=5)
"""A part that has said nothing for so long has stopped: IDLE waits are at most 2 minutes."""


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Whether the service works; ``faults`` says what does not, one sentence each."""

    healthy: bool
    faults: tuple[str, ...]
    at: datetime


class Health:
    """Collects signs of life of the parts of one process; safe to call from any thread."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._alive: dict[str, datetime] = {}
        self._trouble: dict[str, str] = {}
        self._pauses: dict[str, timedelta] = {}

    def alive(self, part: str, now: datetime, pause: timedelta = timedelta()) -> None:
        """The part works; ``pause``: how long it rests between two signs of life of its own accord."""
        with self._lock:
            self._alive[part] = now
            self._pauses[part] = pause
            self._trouble.pop(part, None)

    def seen(self, part: str, now: datetime) -> None:
        """The part lives; what troubled it may trouble it still."""
        with self._lock:
            self._alive[part] = now

    def trouble(self, part: str, sentence: str, now: datetime) -> None:
        """The part lives, but something keeps it from its work."""
        with self._lock:
            self._alive[part] = now
            self._trouble[part] = sentence

    def over(self, part: str) -> None:
        """What troubled us is gone, and so is the part: one mail that could not be fetched, and now is."""
        with self._lock:
            self._alive.pop(part, None)
            self._trouble.pop(part, None)

    def report(self, now: datetime) -> HealthReport:
        """How it stands."""
        with self._lock:
            faults = [f"{part}: {sentence}" for part, sentence in sorted(self._trouble.items())]
            faults += [
                f"{part}: no sign of life since {seen.isoformat(timespec='seconds')}."
                for part, seen in sorted(self._alive.items())
                if now - seen > STALE_AFTER + self._pauses.get(part, timedelta()) and part not in self._trouble
            ]
        return HealthReport(not faults, tuple(faults), now)

    def write(self, now: datetime) -> None:
        """Write the report to the health file, whole or not at all."""
        if self._file is None:
            return
        report = self.report(now)
        text = json.dumps({"healthy": report.healthy, "faults": report.faults, "at": report.at.isoformat()})
        beside = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        beside.write_text(text)
        beside.replace(self._file)


def read_health(file: Path, now: datetime) -> HealthReport:
    """The report of a running service; a missing or old file is a fault of its own."""
    try:
        data = json.loads(file.read_text())
        at = datetime.fromisoformat(data["at"])
    except (OSError, ValueError, KeyError):
        return HealthReport(False, (f"The service has written no health file at {file}; it is not running.",), now)
    if now - at > STALE_AFTER:
        since = at.isoformat(timespec="seconds")
        return HealthReport(False, (f"The service has not written its health since {since}; it has stopped.",), at)
    return HealthReport(bool(data["healthy"]), tuple(data["faults"]), at)
