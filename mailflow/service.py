"""Runs the loops that bootstrap hands it: start, signals, graceful stop, health.

A service is a set of loops, each in a thread of its own, and a bell (APScheduler, in memory) that rings jobs.
The loops share nothing but the database and one event that says stop. A loop that ends by an error of the
world around it (database away, key missing) is begun again after a pause, and the health report says so; the
process ends only when it is told to, so that a supervisor sees an alarm and not a restart storm.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler

from mailflow.errors import MailflowError
from mailflow.observe import Health, say

AFTER_A_FAULT_SECONDS = 5.0
"""Pause before a loop that failed is begun again."""
GRACE_SECONDS = 20.0
"""How long a stop waits for what is under way; whatever is not done then is claimed again after its lease."""

Loop = Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Something that the bell rings every so many seconds."""

    name: str
    every_seconds: float
    ring: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Service:
    """The running program."""

    loops: Mapping[str, Loop]
    jobs: tuple[Job, ...]
    once: Callable[[], None]
    """Do what there is to do now."""
    health: Health
    now: Callable[[], datetime]
    closing: Callable[[], None] = lambda: None
    stop_event: threading.Event = field(default_factory=threading.Event)

    def run_once(self) -> None:
        """Do what there is to do now, then end."""
        try:
            self.once()
        finally:
            self.closing()

    def run(self, *, signals: bool = True) -> int:
        """Run until told to stop, by a signal or by ``stop``; the exit code."""
        if signals:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._on_signal)
        threads = [
            threading.Thread(target=self._keep_up, args=(name, loop), name=name, daemon=True)
            for name, loop in self.loops.items()
        ]
        bell = BackgroundScheduler(timezone="UTC")
        for job in self.jobs:
            bell.add_job(
                self._ring,
                "interval",
                args=[job],
                seconds=job.every_seconds,
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                next_run_time=self.now(),
            )
        say("service.started", loops=len(threads), jobs=len(self.jobs))
        for thread in threads:
            thread.start()
        bell.start()
        try:
            while not self.stop_event.wait(1.0):
                pass
        finally:
            bell.shutdown(wait=True)
            for thread in threads:
                thread.join(GRACE_SECONDS)
            self.closing()
            say("service.stopped", unfinished=sum(thread.is_alive() for thread in threads))
        return 0

    def stop(self) -> None:
        """Tell all loops to end after what they are doing now."""
        self.stop_event.set()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self.stop()

    def _keep_up(self, name: str, loop: Loop) -> None:
        """Run a loop; begin it again when the world around it fails."""
        while not self.stop_event.is_set():
            try:
                loop(self.stop_event)
            except MailflowError as fault:
                self.health.trouble(name, str(fault), self.now())
                say("loop.failed", level="error", loop=name, fault=str(fault))
            except Exception as error:  # noqa: BLE001 - a loop must not die in silence (P10)
                self.health.trouble(name, f"It ended with {type(error).__name__}.", self.now())
                say("loop.broken", level="error", loop=name, error=type(error).__name__, where=_place(error))
            self.stop_event.wait(AFTER_A_FAULT_SECONDS)

    def _ring(self, job: Job) -> None:
        try:
            job.ring()
        except MailflowError as fault:
            self.health.trouble(job.name, str(fault), self.now())
            say("job.failed", level="error", job=job.name, fault=str(fault))
        except Exception as error:  # noqa: BLE001 - as above
            self.health.trouble(job.name, f"It ended with {type(error).__name__}.", self.now())
            say("job.broken", level="error", job=job.name, error=type(error).__name__, where=_place(error))
        else:
            self.health.alive(job.name, self.now(), timedelta(seconds=job.every_seconds))


def _place(error: BaseException) -> str:
    """File and line of an error; its text may quote a mail and is not logged."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
