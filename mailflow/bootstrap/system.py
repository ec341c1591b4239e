"""The machine's clock and chance: the only places where time and luck enter the house."""

from __future__ import annotations

import secrets  # noqa: TID251 - chance enters the house here, as flow.ports.Ids
import time  # noqa: TID251 - milliseconds for time-ordered ids (RFC 9562 §5.7)
from datetime import UTC, datetime

from mailflow.cases import reference_from


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the clock enters the house here


class SystemIds:
    """The machine's chance."""

    def new(self) -> str:
        """A UUIDv7 as 32 hexadecimal digits: time-ordered (RFC 9562 §5.7)."""
        milliseconds = time.time_ns() // 1_000_000
        chance = int.from_bytes(secrets.token_bytes(10), "big")
        value = (milliseconds & ((1 << 48) - 1)) << 80 | chance
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return f"{value:032x}"

    def reference(self) -> str:
        """A fresh reference that nobody can guess."""
        return reference_from(secrets.token_bytes(16))

    def token(self) -> str:
        """A fresh lease token."""
        return secrets.token_hex(16)


def chance() -> float:
    """A number from 0 to 1, for the jitter of pauses."""
    return secrets.randbelow(1 << 30) / (1 << 30)
