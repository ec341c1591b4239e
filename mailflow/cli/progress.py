"""How far a long command is: one line on standard error, at a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def counted(items: Iterable[T], doing: str, total: int | None = None) -> Iterator[T]:
    """The same items; while they go by, a person at a terminal sees how many have."""
    shown = sys.stderr.isatty()
    number = 0
    try:
        for number, item in enumerate(items, 1):
            if shown:
                of = f" of {total}" if total else ""
                sys.stderr.write(f"\r{doing}: {number}{of} ")
                sys.stderr.flush()
            yield item
    finally:
        if shown and number:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
