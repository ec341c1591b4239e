"""What concerns the whole house: addresses that we must not write to, and the stop switch."""

from __future__ import annotations

from datetime import datetime

from mailflow.model.records import MatchKey

from .desk import Desk
from .tables import SuppressionRow, SwitchRow

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
