"""The door itself: hands attachments to a warm worker and gives back what it read; never raises.

Several threads may read at once; each call has a worker of its own while it lasts, at most ``workers`` of them.
A worker that crashes, runs out of its limits or says nonsense is killed, the attachment gets a note, and the
next call gets a fresh worker.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time  # noqa: TID251 - the door bounds its worker by the wall clock, which is nobody's "now"
from dataclasses import replace
from types import TracebackType

from mailflow.model.message import Attachment

from . import documents, frames, limits, sniff
from .reading import OVER_LIMITS, Reading

_PIECE = 64 * 1024
_COMMAND = ("-I", "-m", "mailflow.extract.worker")
"""``-I``: no user folders, no environment variables of Python, nothing from the working folder."""


class _Lost(Exception):
    """The worker is dead, silent or talks nonsense."""


class SubprocessReader:
    """Attachments to text, in processes of their own with limits (fits ``flow.ports.AttachmentReader``)."""

    def __init__(self, *, workers: int = 1, wall_seconds: float = limits.WALL_SECONDS) -> None:
        """``workers``: how many attachments are read at once; ``wall_seconds``: how long one may take."""
        self._wall_seconds = wall_seconds
        self._slots = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._is_closed = False

    def read(self, attachment: Attachment) -> Attachment:
        """The same attachment with ``type``, ``text`` or ``note`` set; deterministic for the same content."""
        reading = documents.glance(attachment.content) or self._ask(attachment)
        return replace(attachment, type=reading.type, text=reading.text, note=reading.note)

    def close(self) -> None:
        """End all workers and wait for them; never raises. A closed reader starts no worker any more: what it is
        still handed gets the note of the limits."""
        with self._lock:
            self._is_closed = True
            workers, self._idle = self._idle, []
        for worker in workers:
            worker.close()

    def __enter__(self) -> SubprocessReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, attachment: Attachment) -> Reading:
        with self._slots:
            worker: _Worker | None = None
            try:
                worker = self._take()
                answer = worker.ask(attachment, self._wall_seconds)
            except (_Lost, OSError):
                if worker is not None:
                    worker.kill()
                return Reading(sniff.family(attachment.content), None, OVER_LIMITS)
            except BaseException:
                if worker is not None:
                    worker.kill()
                raise
            self._give_back(worker, is_used_up=bool(answer.get("last")))
        kind, text, note = answer.get("type"), answer.get("text"), answer.get("note")
        return Reading(
            kind if isinstance(kind, str) else "",
            text if isinstance(text, str) else None,
            note if isinstance(note, str) else None,
        )

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_closed:
                raise _Lost
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive():
                    return worker
                worker.kill()
        return _Worker()

    def _give_back(self, worker: _Worker, *, is_used_up: bool) -> None:
        with self._lock:
            if not is_used_up and not self._is_closed:
                self._idle.append(worker)
                return
        worker.close()


class _Worker:
    """One child process and the two pipes to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, nothing of a mail in it
            [sys.executable, *_COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # whatever is said there may quote a document
            bufsize=0,
            cwd="/",
            env={"LANG": "C.UTF-8", "PATH": os.defpath},
            start_new_session=True,  # an interrupt at our terminal is for us, not for it
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        try:
            if not self._receive(time.monotonic() + limits.START_SECONDS).get("ready"):
                raise _Lost
        except BaseException:
            self.kill()
            raise

    def is_alive(self) -> bool:
        """False when it has ended by itself."""
        return self._process.poll() is None

    def ask(self, attachment: Attachment, seconds: float) -> dict[str, object]:
        """Hand over an attachment and wait for the answer at most so long. Raises ``_Lost``, ``OSError``."""
        deadline = time.monotonic() + seconds
        request = frames.pack({"name": attachment.name, "declared": attachment.declared_type}, attachment.content)
        self._send(request, deadline)
        return self._receive(deadline)

    def _send(self, request: bytes, deadline: float) -> None:
        left = memoryview(request)
        while left:
            self._wait(self._in, select.POLLOUT, deadline)
            with contextlib.suppress(BlockingIOError):
                left = left[os.write(self._in, left[:_PIECE]) :]

    def _receive(self, deadline: float) -> dict[str, object]:
        head_length, body_length = frames.lengths(self._exactly(frames.LENGTHS.size, deadline))
        if head_length > limits.MAX_REPLY or body_length:
            raise _Lost
        try:
            return frames.head(self._exactly(head_length, deadline))
        except ValueError:
            raise _Lost from None

    def _exactly(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while length:
            self._wait(self._out, select.POLLIN, deadline)
            try:
                piece = os.read(self._out, min(length, _PIECE))
            except BlockingIOError:
                continue
            if not piece:
                raise _Lost
            parts.append(piece)
            length -= len(piece)
        return b"".join(parts)

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise _Lost
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(seconds * 1000):
            raise _Lost

    def close(self) -> None:
        """End it in peace: its pipe ends, so it does; killed when it does not."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        self.kill()

    def kill(self) -> None:
        """End it now; no zombie and no open pipe is left."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
