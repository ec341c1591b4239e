"""The lead's desk on loopback: read-only pages, rendered here, without a line of script.

In: a store to read through :mod:`mailflow.model.views`, and the mind that re-reads a stored mail to show
its evidence in place. Out: HTML. Nothing is changed from here; in the demonstration one page delivers a mail
that a visitor wrote to the embedded mail world, through the front door like any other.

==============  =============================================================================
``app``         who may ask, and what is answered when something is wrong
``reading``     queue, event, cases, case, outbox, letter, reminders
``writing``     the demonstration's form, and watching what becomes of a mail
``marking``     evidence in place: a text cut where reasons and facts stand
``reasons``     a verdict's evidence as people read it
``words``       what kinds, flags, facts and states are called in front of people
``serve``       runs the application in a thread
==============  =============================================================================

Safety: pages are served to this machine only (Host is checked against DNS rebinding), nothing is loaded from
elsewhere (Content-Security-Policy ``default-src 'none'``), HTML of mails is never shown, only the text that
mailflow reads; the HTML of our own letters stands in a sandboxed frame. Every view of an event or case is a read
that the audit keeps.

    >>> app = create_app(desk_source(house))
    >>> serve(app, "127.0.0.1", 8025, stop)

May import ``flow`` and everything below it, never ``store``'s SQL.
"""

from __future__ import annotations

from .app import create_app
from .serve import serve
from .source import Arrival, Source

__all__ = ["Arrival", "Source", "create_app", "serve"]
