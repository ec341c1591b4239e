"""The demonstration as a visitor starts it: a process of its own, its output, and an end that is waited for.

with Demo("--fast") as demo:
    demo.url                        # once it is there
    demo.says("answer")             # waits for words on the terminal
    demo.interrupt()                # Ctrl-C; the exit code
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType

from tests.support.whole import fixed_environment

SECONDS = 90.0
"""Longest wait for anything, on a machine that does much else."""


ENV = shutil.which("env") or "/usr/bin/env"
"""Found while there is a ``PATH``: some demonstrations get an empty one."""


class Demo:
    """``mailflow demo`` in a process. Ended with the block."""

    def __init__(
        self, *arguments: str, environment: dict[str, str] | None = None, port: str = "0", temp: Path | None = None
    ) -> None:
        command = [sys.executable, "-W", "error::ResourceWarning", "-m", "mailflow", "demo", *arguments, "--port", port]
        given = {**fixed_environment(), "PYTHONDEVMODE": "", "NO_COLOR": "1", **(environment or {})}
        if temp is not None:
            given["TMPDIR"] = str(temp)
        self._lines: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            [ENV, "--default-signal=INT", *command],  # as at a terminal: a shell lets what runs behind it ignore it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=given,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Demo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.terminate()  # first as a supervisor does, so that a failing test leaves nothing behind either
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()

    @property
    def output(self) -> str:
        """Everything said so far."""
        with self._news:
            return "".join(self._lines)

    @property
    def url(self) -> str:
        """Where the desk is, once it answers."""
        found = self.says(r"http://127\.0\.0\.1:\d+")
        return found.group()

    def says(self, pattern: str, seconds: float = SECONDS) -> re.Match[str]:
        """Wait until the output holds something like that."""
        end = time.monotonic() + seconds
        with self._news:
            while True:
                found = re.search(pattern, "".join(self._lines))
                if found:
                    return found
                ended = self.process.poll() is not None and not self._reader.is_alive()
                if ended or not self._news.wait(max(min(end - time.monotonic(), 0.5), 0.01)):
                    assert not ended, f"it ended without saying {pattern}:\n{''.join(self._lines)}"
                    assert time.monotonic() < end, f"it never said {pattern}:\n{''.join(self._lines)}"

    def interrupt(self, number: int = signal.SIGINT) -> int:
        """Ctrl-C, as a terminal sends it to a program; its exit code."""
        self.process.send_signal(number)
        return self.end()

    def end(self, seconds: float = SECONDS) -> int:
        """Wait until it ends by itself; its exit code."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self._lines.append(line)
                self._news.notify_all()


def agents_of(folder: Path) -> list[str]:
    """Processes (but dead ones) whose command line names that folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in line and int(entry.name) != os.getpid():
            found.append(line.strip())
    return found
