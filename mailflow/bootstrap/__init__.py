"""Hangs the doors: settings to adapters, policies, clock; the only place where all meet.

==============  ==========================================================================
``system``      the machine's clock and chance
``house``       opens everything that works on the database, or only what reading needs
``serving``     the loops and jobs of ``mailflow run``; ``backfill``
``workbench``   states of the rules beside each other, and mail to try them on; ``labelled`` reads that from disk
``checking``    ``check``, the key, the database, health
==============  ==========================================================================

Nothing here decides anything about a mail.
"""

from __future__ import annotations

from .checking import (
    DatabaseStatus,
    Finding,
    check,
    database_status,
    health,
    key_ids,
    make_key,
    rotate_key,
    upgrade,
)
from .house import House, ReadingRoom, house, reading_room
from .serving import Listener, MailTaken, Progress, backfill, desk_source, service
from .system import SystemClock, SystemIds

__all__ = [
    "DatabaseStatus",
    "Finding",
    "House",
    "Listener",
    "MailTaken",
    "Progress",
    "ReadingRoom",
    "SystemClock",
    "SystemIds",
    "backfill",
    "check",
    "database_status",
    "desk_source",
    "health",
    "house",
    "key_ids",
    "make_key",
    "reading_room",
    "rotate_key",
    "service",
    "upgrade",
]
