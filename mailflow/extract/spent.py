"""What the document in hand has cost: readers that go page by page or file by file stop in time.

The limits from outside (``CPU_SECONDS``, ``WALL_SECONDS``) end the worker and everything that was read; stopping
before them keeps what was. One document at a time, in the worker's only thread.
"""

from __future__ import annotations

import time  # noqa: TID251 - what the worker has used up, which is nobody's "now"

_WALL_SHARE = 0.4
"""What a second on the wall counts beside one of the processor: on a busy machine 10 s may pass for 2 s of work, and
the worker is ended after 15."""


class _Meter:
    work = 0.0
    wall = 0.0


def begin() -> None:
    """A new document from outside, not one within another."""
    _Meter.work, _Meter.wall = time.process_time(), time.monotonic()


def seconds() -> float:
    """Processor time since ``begin``, or a share of the time on the wall where that is more."""
    return max(time.process_time() - _Meter.work, _WALL_SHARE * (time.monotonic() - _Meter.wall))
