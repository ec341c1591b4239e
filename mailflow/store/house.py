"""What concerns the whole house: addresses that we must not write to, and the stop switch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from mailflow.model.life import SuppressionRecord
from mailflow.model.records import MatchKey

from .desk import Desk
from .tables import DataKeyRow, SuppressionRow, SwitchRow

STOP = "stop"


class House(Desk):
    """The part of a transaction about suppression and the global stop."""

    def suppress(self, address: MatchKey, why: str, now: datetime) -> None:
        """Write to this address no more; the first reason is kept."""
        box = self.fresh("suppression", address.hash)
        if self.insert_once(SuppressionRow(address_hash=address.hash, why=box.text("why", why), since=now)):
            self.keep("suppression", address.hash)
            self.audit("address.suppressed", f"suppression:{address.hash}")

    def is_suppressed(self, address: MatchKey) -> bool:
        """True when we must not write to it."""
        return self.row(SuppressionRow, address.hash) is not None

    def suppressions(self) -> tuple[SuppressionRecord, ...]:
        """All addresses that are written to no more, oldest first; only their hashes are kept."""
        rows = self.all(select(SuppressionRow).order_by(col(SuppressionRow.since), col(SuppressionRow.address_hash)))
        self.load_keys("suppression", (row.address_hash for row in rows))
        return tuple(
            SuppressionRecord(
                row.address_hash, self.sealer("suppression", row.address_hash).open_text("why", row.why), row.since
            )
            for row in rows
        )

    def lift_suppression(self, address: MatchKey) -> bool:
        """A human says that it may be written to again; ``False`` when it was not suppressed."""
        row = self.row(SuppressionRow, address.hash, lock=True)
        if row is None:
            return False
        self.session.delete(row)
        data_key = self.row(DataKeyRow, ("suppression", address.hash), lock=True)
        if data_key is not None:
            self.session.delete(data_key)
        self.session.flush()
        self.audit("suppression.lifted", f"suppression:{address.hash}")
        return True

    def stopped(self) -> str:
        """Why all sending is stopped; empty when it is not."""
        row = self.row(SwitchRow, STOP)
        return row.why if row is not None else ""

    def set_stopped(self, why: str) -> None:
        """Stop all sending, or with an empty reason resume it."""
        self.insert_once(SwitchRow(name=STOP, why="", since=self.now, turned_by=self.actor))
        row = self.row(SwitchRow, STOP, lock=True)
        assert row is not None
        row.why, row.since, row.turned_by = why, self.now, self.actor
        self.session.flush()
        self.audit("sending.stopped" if why else "sending.resumed", "house")
        self.woken = self.woken or not why
