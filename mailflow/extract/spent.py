"""Processor time that the document in hand has cost: readers that go page by page or file by file stop in time.

The limit of the operating system (``CPU_SECONDS``) ends the worker and everything that was read; stopping before it
keeps what was. One document at a time, in the worker's only thread.
"""

from __future__ import annotations

import time  # noqa: TID251 - processor time of the worker, which is nobody's "now"


class _Meter:
    begun = 0.0


def begin() -> None:
    """A new document from outside, not one within another."""
    _Meter.begun = time.process_time()


def seconds() -> float:
    """Since ``begin``."""
    return time.process_time() - _Meter.begun
