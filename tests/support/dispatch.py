"""A post room for tests: a store on SQLite, a clock that stands still until it is moved, and the journey of sending."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from mailflow.courier import check_recipient
from mailflow.flow.dispatch import Dispatch, Notice, Posted, send_one
from mailflow.flow.gate import Gate, make_gate
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.flow.ports import Courier
from mailflow.model.policy import SendingPolicy
from mailflow.model.records import EventRecord, OutboxRecord, OutboxState, ReminderRecord
from mailflow.store import KeyFile, SqlStore
from tests.support import outgoing
from tests.support.blank import blank_database
from tests.support.store import NOW, CountedIds, event, letter


@dataclass
class StandingClock:
    """Moves only when told to."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def move(self, **delta: float) -> None:
        self.at += timedelta(**delta)


def house_gate(sending: SendingPolicy | None = None, *, cjsm_route: bool = False) -> Gate:
    checked = partial(check_recipient, test_domains=True, cjsm_route=cjsm_route)
    return make_gate(sending or SendingPolicy(), checked)


@dataclass
class PostRoom:
    """Everything that a test of sending touches."""

    store: SqlStore
    courier: Courier
    clock: StandingClock = field(default_factory=StandingClock)
    gate: Gate = field(default_factory=house_gate)
    notices: list[Notice] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    ids: CountedIds = field(default_factory=lambda: CountedIds("d"))

    def journey(self, owner: str = "worker", **changes: Any) -> Dispatch:
        made = Dispatch(
            self.store,
            self.courier,
            self.gate,
            self.clock,
            self.ids,
            owner,
            listener=self.notices.append,
            reached=self.points.append,
            rest=self.rests.append,
        )
        return replace(made, **changes)

    def send(self, **changes: Any) -> Posted:
        return send_one(self.journey(**changes))

    def send_all_due(self) -> list[Posted]:
        done = []
        while (posted := self.send()) is not Posted.NOTHING:
            done.append(posted)
        return done

    @property
    def memory(self) -> MemoryCourier:
        assert isinstance(self.courier, MemoryCourier)
        return self.courier

    def event(self, **changes: Any) -> EventRecord:
        made = event(**changes)
        with self.store.begin("test", self.clock.at) as work:
            work.add_event(made, ())
        return made

    def queue(self, recipient: str = outgoing.RECIPIENT, **changes: Any) -> OutboxRecord:
        """A receipt for a fresh event, unless told otherwise; due now."""
        if "event_id" not in changes:
            changes["event_id"] = self.event().id
        row = letter(
            recipient=recipient,
            envelope_from=outgoing.SENDER,
            created_at=changes.pop("created_at", self.clock.at),
            due=changes.pop("due", self.clock.at),
            raw=outgoing.raw(recipient),
            **changes,
        )
        with self.store.begin("test", self.clock.at) as work:
            assert work.queue_mail(row)
        return row

    def row(self, row: OutboxRecord) -> OutboxRecord:
        with self.store.begin("test", self.clock.at) as work:
            return work.outbox_row(row.id)

    def state(self, row: OutboxRecord) -> OutboxState:
        return self.row(row).state

    def reminders(self) -> tuple[ReminderRecord, ...]:
        with self.store.begin("test", self.clock.at) as work:
            return work.reminders()

    def do(self, act: Callable[[Any], Any]) -> Any:
        """Something else that happens in a transaction."""
        with self.store.begin("test", self.clock.at) as work:
            return act(work)


@contextmanager
def post_room(folder: Path, courier: Courier | None = None, **options: Any) -> Iterator[PostRoom]:
    """A post room on a fresh SQLite file."""
    keys = KeyFile.create(folder / "service.key", NOW, os.urandom)
    url = f"sqlite:///{folder}/mailflow.db"
    blank_database(url)
    store = SqlStore(url, keys, CountedIds("a"), "test")
    try:
        yield PostRoom(store, courier or MemoryCourier(), **options)
    finally:
        store.close()
