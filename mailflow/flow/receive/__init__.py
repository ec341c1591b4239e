"""The journey receive: from the mail server into the store, whole, exactly once (P1).

One thread a mailbox calls :func:`watch`. Read aloud it says: take the lease on the mailbox; open the connection;
for each folder ask what has arrived after the cursor, fetch it in batches, write the mails and the cursor in
one commit; wait for news; begin again. Whatever goes wrong is said to the listener and tried again.

**The cursor** promises that every UID up to ``last_uid`` is stored here or no longer exists. So it never passes a
mail that could not be fetched: such a mail is asked for alone, again and again with growing pauses, and raises
an alarm (P3), while younger mails are stored ahead of the cursor. After a crash they are fetched once more and
recognised by (mailbox, folder, UIDVALIDITY, UID). Only when the server says that the mail exists no longer does
the cursor pass it.

**First start** takes mail from now on. **A new UIDVALIDITY** (the folder was made anew, or the server lost its
index) means that no number can be trusted: everything of the last ``RESCAN_DAYS`` days is stored again as
``Origin.RESCAN``, which the machine never answers, and intake recognises by the event key what it knows. The
cursor moves to the new numbers only when all of that is stored. **A server restored from a backup** gives old numbers
to new mails under the old UIDVALIDITY, which RFC 3501 §2.3.1.1 forbids and backups do: it is seen by UIDNEXT at or
below the cursor, handled like a new UIDVALIDITY, and kept apart by counting epochs in the upper bits of the
``uid_validity`` that is stored (a UIDVALIDITY has 32 bits), so that no new mail is taken for an old one.

**The lease** is renewed by every commit and every round; who lost it stops writing (``LeaseLost``).

Points that are named to ``reached``: ``receive.leased``, ``receive.fetched``, ``receive.before_commit``,
``receive.stored``.
"""

from __future__ import annotations

from mailflow.flow.receive.history import Backfilled, backfill
from mailflow.flow.receive.notices import Listener, Notice, NoticeKind, unlistened
from mailflow.flow.receive.pieces import Look
from mailflow.flow.receive.watching import look_once, watch

__all__ = [
    "Backfilled",
    "Listener",
    "Look",
    "Notice",
    "NoticeKind",
    "backfill",
    "look_once",
    "unlistened",
    "watch",
]
