"""Log, redaction and health: what a running service tells, without telling about anybody.

A log line holds ids, counts, states and our own sentences; never an address, a subject, a name or a
line of a mail. :func:`say` takes an event name and plain values; strings that look like addresses,
telephone numbers, passwords or passcodes are blotted out, also inside lists and tables, as a second
safety, after the first one of not passing them.

In: events from ``service`` and ``bootstrap``. Out: JSON lines on standard error, and the health file.
May import ``model`` and ``errors``.
"""

from __future__ import annotations

from .health import Health, HealthReport, read_health
from .log import redact, say, set_up_log

__all__ = ["Health", "HealthReport", "read_health", "redact", "say", "set_up_log"]
