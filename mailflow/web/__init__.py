"""The lead's desk on loopback: read-only pages, rendered here, without a line of script.

In: a store to read through :mod:`mailflow.model.views`, and the mind that re-reads a stored mail to show
its evidence in place. Out: HTML. Nothing is changed from here; in the demonstration one page delivers a mail
that a visitor wrote to the embedded mail world, through the front door like any other.

Safety: pages are served to this machine only (Host is checked against DNS rebinding), nothing is loaded from
elsewhere (Content-Security-Policy ``default-src 'none'``), HTML of mails is never shown, only the text that
mailflow reads, and every view of an event or case is a read that the audit keeps.

May import ``flow`` and everything below it, never ``store``'s SQL.
"""

from __future__ import annotations

from .app import Arrival, Source, create_app
from .serve import serve

__all__ = ["Arrival", "Source", "create_app", "serve"]
