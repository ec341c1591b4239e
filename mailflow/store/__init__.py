"""The database door: one transaction at a time, in the language of mail; SQL is spoken here alone.

In go and out come the frozen records of ``model.records``; ids and times come from the caller.
``SqlStore`` fits ``flow.ports.Store`` by shape and imports nothing of ``flow``. The room may import
SQLModel, SQLAlchemy, Alembic, psycopg, cryptography, ``mailflow.model`` and ``mailflow.errors``.

==============  ================================================================================
``sql``         ``SqlStore``, ``SqlWork``: the door and one transaction
``receiving``   mailbox leases, cursors, mails         ``claims``    claim, fence, settle, set aside
``files``       events, cases, people, permissions     ``promises``  reminders
``posting``     the outbox                             ``house``     suppression, global stop
``life``        reviews, holds, proposals, history, days, absences
``context``     what a decision needs to know          ``views``     what people are shown (and ``…_of_life``)
``desk``        session, data keys, audit of a transaction
``learning``    mail read again for rehearsal and fit  (corrections die with their mail)
``audit``       the chain and its verification         ``waking``    LISTEN/NOTIFY
``keys``        the service key file                   ``sealing``   AES-256-GCM, keyed hashes
``tables``      tables    ``columns`` sorts of column   ``mapping``   rows to records and back (and ``…_of_life``)
``engine``      connections and faults                 ``schema``    versions, migrations
==============  ================================================================================

Two engines, one contract suite (``tests/contracts``): SQLite (WAL, ``synchronous=FULL``, every
transaction BEGIN IMMEDIATE: one writer at a time) and PostgreSQL (READ COMMITTED, FOR UPDATE SKIP LOCKED,
advisory locks). What is one promise in one line:

* P1, P2: UNIQUE constraints (``tables``), everything of one act in one transaction, tokens that fence.
* Sealed at rest: names, addresses, subjects and all text are AES-256-GCM values under a data key per
  mail, person, event, case and outbox row, which the service key wraps; lookups go by keyed hash.
  Destroying a data key erases. What stays readable: kinds, flags, states, times, our own staff's names,
  references (random), and *that* two rows share a keyed hash.
* Audit: every change, and every read of an event or a case, in the transaction of the act itself.

    from pathlib import Path
    from mailflow.store import KeyFile, SqlStore, schema

    schema.upgrade("sqlite:///mailflow.db")
    store = SqlStore("sqlite:///mailflow.db", KeyFile.load(Path("mailflow.key")), ids, writer="host:4711:9f2c")
    with store.begin("journey:receive", now) as work:
        work.add_mail(mail)

Standards: NIST SP 800-38D (AES-GCM), RFC 2104 (HMAC), RFC 3501 §2.3.1.1 (UID and UIDVALIDITY).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .keys import KeyFile

if TYPE_CHECKING:
    from .audit import AuditHead
    from .sql import SqlStore, SqlWork

__all__ = ["AuditHead", "KeyFile", "SqlStore", "SqlWork"]


def __getattr__(name: str) -> Any:
    """``SqlStore`` and its kin on first use: SQLModel takes 0.3 s to import, and `mailflow keys` needs none of it."""
    if name in ("SqlStore", "SqlWork"):
        from . import sql  # noqa: PLC0415

        return getattr(sql, name)
    if name == "AuditHead":
        from .audit import AuditHead  # noqa: PLC0415

        return AuditHead
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
