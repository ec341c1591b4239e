"""Many at once, and dying in the middle: each mail exactly once, no deadlock, nothing half (P1, P2)."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event as happening

from mailflow.errors import LeaseLost
from mailflow.model.records import MailClaim, MailState, OutboxState
from mailflow.store import KeyFile, SqlStore, schema
from tests.conftest import ROOT
from tests.support.store import HOUR, LEASE, NOW, CountedIds, case, event, letter, mail, query, reminder

ME = "journey:intake"
MAILS = 200


@contextmanager
def _all(acts: list[Callable[[], None]]) -> Iterator[None]:
    """Run all acts in threads of their own; whatever one raises, the test raises."""
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "a worker hangs"
    if failures:
        raise failures[0]


def _workers(engine_name: str) -> int:
    return 8 if engine_name == "postgresql" else 2


@pytest.mark.promise("P2")
def test_workers_claim_each_mail_exactly_once(open_store: Callable[..., SqlStore], engine_name: str) -> None:
    stores = [open_store() for _ in range(2)]  # two processes, as far as the database can tell
    it = event()
    with stores[0].begin(ME, NOW) as work:
        work.add_event(it, ())
        for uid in range(MAILS):
            work.add_mail(mail(uid, sender_hash=f"{uid % 7:064x}"))
    claimed: list[str] = []

    def drain(store: SqlStore, name: str) -> None:
        while True:
            with store.begin(ME, NOW) as work:
                claim = work.claim_mail(name, NOW, LEASE)
            if claim is None:
                return
            claimed.append(claim.mail.id)
            with store.begin(ME, NOW) as work:
                work.finish_mail(claim, it.id, NOW)

    workers = _workers(engine_name)
    with _all([lambda n=n: drain(stores[n % 2], f"worker-{n}") for n in range(workers)]):  # type: ignore[misc]
        pass
    assert len(claimed) == MAILS and max(Counter(claimed).values()) == 1
    with stores[0].begin(ME, NOW) as work:
        assert work.counts().mails == {"done": MAILS}
    assert stores[0].verify_audit() == ()


@pytest.mark.promise("P2")
def test_workers_send_and_ring_each_row_exactly_once(open_store: Callable[..., SqlStore], engine_name: str) -> None:
    store = open_store()
    with store.begin(ME, NOW) as work:
        for _ in range(40):
            work.queue_mail(letter())
            work.add_reminder(reminder())
    seen: list[str] = []

    def drain(name: str) -> None:
        while True:
            with store.begin(ME, NOW) as work:
                row, promise = work.claim_outbox(name, NOW, LEASE), work.claim_reminder(name, NOW, LEASE)
            if row is None and promise is None:
                return
            seen.extend([row.row.id] if row else [])
            seen.extend([promise.reminder.id] if promise else [])

    with _all([lambda n=n: drain(f"worker-{n}") for n in range(_workers(engine_name))]):  # type: ignore[misc]
        pass
    assert len(seen) == 80 and max(Counter(seen).values()) == 1


@pytest.mark.promise("P1")
def test_the_same_mail_received_by_two_at_once_is_here_once(open_store: Callable[..., SqlStore]) -> None:
    stores = [open_store(), open_store()]
    new: list[bool] = []

    def receive(store: SqlStore) -> None:
        for uid in range(30):
            with store.begin(ME, NOW) as work:
                new.append(work.add_mail(mail(uid)))
                work.queue_mail(letter(key=f"receipt:{uid}"))

    with _all([lambda store=store: receive(store) for store in stores]):  # type: ignore[misc]
        pass
    assert Counter(new) == {True: 30, False: 30}
    with stores[0].begin(ME, NOW) as work:
        assert (work.counts().mails, work.counts().outbox) == ({"received": 30}, {"queued": 30})


def test_overlapping_keys_do_not_deadlock_and_are_held_to_the_end(open_store: Callable[..., SqlStore]) -> None:
    stores = [open_store(), open_store()]
    inside, most = 0, 0
    guard = threading.Lock()

    def settle(store: SqlStore, number: int) -> None:
        nonlocal inside, most
        for round_ in range(15):
            with store.begin(ME, NOW) as work:
                values = ["shared", f"{number}:{round_}", *(str(n) for n in range(5))]
                keys = [work.hash_of("victim", value) for value in values]
                work.lock(keys if number else list(reversed(keys)))
                with guard:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0.001)  # wide enough for another to come in, if it could
                with guard:
                    inside -= 1

    with _all([lambda n=n: settle(stores[n % 2], n) for n in range(4)]):  # type: ignore[misc]
        pass
    assert most == 1


@pytest.mark.promise("P2")
def test_what_is_read_under_the_locks_is_what_the_last_holder_wrote(open_store: Callable[..., SqlStore]) -> None:
    """Two workers with an officer's and a partnership's mail on one family open one case, not two."""
    stores = [open_store(), open_store()]
    opened: list[str] = []
    start = threading.Barrier(2)

    def settle(store: SqlStore) -> None:
        start.wait()
        with store.begin(ME, NOW) as work:
            key = work.hash_of("victim", "idris fenwick 2026")
            work.lock([key])
            if not work.context(query(key_hashes=((key.sort, key.hash),))).candidates:
                file = case()
                work.add_case(file, [key])
                opened.append(file.id)

    with _all([lambda store=store: settle(store) for store in stores]):  # type: ignore[misc]
        pass
    assert len(opened) == 1


DIES = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from mailflow.store import KeyFile, SqlStore
from tests.support.store import NOW, CountedIds, event, letter, mail

url, key, point = sys.argv[1:4]
store = SqlStore(url, KeyFile.load(Path(key)), CountedIds("d"), "dying")
work = store.begin("journey:intake", NOW).__enter__()
claim = work.claim_mail("dying", NOW, 60)
if point != "claimed":
    it = event()
    work.add_event(it, [work.hash_of("victim", "x")])
    work.queue_mail(letter(event_id=it.id))
    work.finish_mail(claim, it.id, NOW)
    work.session.flush()
print("ready", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.promise("P1")
@pytest.mark.parametrize("point", ["claimed", "settled"])
def test_a_process_that_is_killed_inside_a_transaction_leaves_nothing(
    open_store: Callable[..., SqlStore], url: str, keys: KeyFile, tmp_path: Path, point: str
) -> None:
    path = tmp_path / "service.key"
    path.touch(mode=0o600)
    path.write_text(keys.to_text())
    store = open_store()
    kept = mail(1)
    with store.begin(ME, NOW) as work:
        work.add_mail(kept)
    died = subprocess.run(
        [sys.executable, "-c", DIES, url, str(path), point], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert died.returncode == -9 and died.stdout == "ready\n", died.stderr
    with store.begin(ME, NOW) as work:
        counts = work.counts()
        assert (counts.mails, counts.events, counts.outbox) == ({"received": 1}, {}, {})
        claim = work.claim_mail("next", NOW, LEASE)
        assert claim is not None and (claim.mail.id, claim.mail.attempts) == (kept.id, 1)
        assert {one.writer for one in work.audit_log()} == {"test:1"}
    assert store.verify_audit() == ()


def test_whoever_waits_is_woken_by_new_work(open_store: Callable[..., SqlStore], engine_name: str) -> None:
    here = open_store()
    # another process on PostgreSQL; on SQLite the bell is heard inside one process only
    there = open_store() if engine_name == "postgresql" else here
    here.wait_for_work(0.5)  # starts listening
    while here.wait_for_work(0.2):
        pass
    assert not here.wait_for_work(0.01)
    woken: list[bool] = []
    waiting = threading.Thread(target=lambda: woken.append(here.wait_for_work(30)))
    began = time.monotonic()
    waiting.start()
    with there.begin(ME, NOW) as work:
        work.add_mail(mail(1))
    waiting.join(30)
    assert woken == [True] and time.monotonic() - began < 15
    while here.wait_for_work(0.2):
        pass
    with there.begin(ME, NOW) as work:
        work.counts()
    assert not here.wait_for_work(0.2), "reading wakes nobody"
    here.notify()
    assert here.wait_for_work(0)


def test_listings_take_as_many_statements_for_many_rows_as_for_few(store: SqlStore) -> None:
    def statements() -> int:
        seen: list[str] = []
        happening.listen(store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        with store.begin("journey:look", NOW) as work:
            work.queue()
            work.cases()
            work.outbox()
            work.stuck_mails()
        return len(seen)

    counted = []
    for _ in range(2):
        with store.begin(ME, NOW) as work:
            for _ in range(12):
                work.add_case(case(), ())
                work.add_event(event(), ())
                work.queue_mail(letter())
        counted.append(statements())
    assert counted[1] == counted[0] <= 10


class NothingIsLost(RuleBasedStateMachine):
    """Whatever is added, claimed, settled, lost and died, in any order: each mail is here, in one state."""

    folder: Path
    keys: KeyFile
    runs = 0

    @initialize()
    def open(self) -> None:
        type(self).runs += 1
        url = f"sqlite:///{self.folder}/run-{self.runs}.db"
        schema.upgrade(url)
        self.store = SqlStore(url, self.keys, CountedIds(), "machine")
        self.now = NOW
        self.event = event()
        with self.store.begin(ME, NOW) as work:
            work.add_event(self.event, ())
        self.expected: dict[str, MailState] = {}
        self.claims: list[tuple[MailClaim, bool]] = []

    @rule(
        uid=st.integers(1, 6),
        sender=st.sampled_from(["aa", "bb"]),
        priority=st.sampled_from([0, 10]),
        dies=st.booleans(),
    )
    def receive(self, uid: int, sender: str, priority: int, dies: bool) -> None:
        it = mail(uid, sender_hash=sender, priority=priority)
        try:
            with self.store.begin(ME, self.now) as work:
                new = work.add_mail(it)
                if dies:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            return
        if new:
            self.expected[it.id] = MailState.RECEIVED

    @rule()
    def claim(self) -> None:
        with self.store.begin(ME, self.now) as work:
            claim = work.claim_mail("worker", self.now, LEASE)
        if claim is not None:
            assert self.expected[claim.mail.id] is MailState.RECEIVED
            assert all(c.until <= self.now for c, live in self.claims if live and c.mail.id == claim.mail.id)
            self.claims = [(c, live and c.mail.id != claim.mail.id) for c, live in self.claims] + [(claim, True)]

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), how=st.sampled_from(["finish", "aside", "back"]), dies=st.booleans())
    def settle(self, data: st.DataObject, how: str, dies: bool) -> None:
        claim, live = data.draw(st.sampled_from(self.claims))
        try:
            with self.store.begin(ME, self.now) as work:
                if how == "finish":
                    work.finish_mail(claim, self.event.id, self.now)
                elif how == "aside":
                    work.set_aside(claim, "broken", self.now)
                else:
                    work.put_back(claim, self.now, "away")
                if dies:
                    raise ZeroDivisionError
        except LeaseLost:
            assert not live
            return
        except ZeroDivisionError:
            return
        assert live, "a claim that was taken over must not settle"
        states = {"finish": MailState.DONE, "aside": MailState.STUCK, "back": MailState.RECEIVED}
        self.expected[claim.mail.id] = states[how]
        self.claims = [(c, on and c.token != claim.token) for c, on in self.claims]

    @precondition(lambda self: MailState.STUCK in self.expected.values())
    @rule(data=st.data())
    def retry(self, data: st.DataObject) -> None:
        stuck = data.draw(st.sampled_from([one for one, state in self.expected.items() if state is MailState.STUCK]))
        with self.store.begin("person:ada", self.now) as work:
            work.retry_mail(stuck, self.now)
        self.expected[stuck] = MailState.RECEIVED

    @rule()
    def time_passes(self) -> None:
        self.now += HOUR

    @invariant()
    def each_mail_is_here_in_one_state(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.begin("journey:check", self.now) as work:
            tally = work.counts().mails
            assert tally == {str(state): n for state, n in Counter(self.expected.values()).items()}

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.begin("journey:check", self.now) as work:
            for mail_id, state in self.expected.items():
                found = work.mail(mail_id)
                assert found.state is state and found.raw
                assert bool(found.event_id) == (state is MailState.DONE)
        assert self.store.verify_audit() == ()
        self.store.close()


@pytest.mark.promise("P1")
def test_no_order_of_acts_loses_a_mail(tmp_path: Path, keys: KeyFile) -> None:
    NothingIsLost.folder, NothingIsLost.keys = tmp_path, keys
    run_state_machine_as_test(
        NothingIsLost,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_settling_names_every_state_that_an_attempt_may_end_in(store: SqlStore) -> None:
    for state in OutboxState:
        if state is OutboxState.SENDING:
            continue
        with store.begin(ME, NOW) as work:
            row = letter()
            work.queue_mail(row)
            claim = work.claim_outbox("a", NOW, LEASE)
            assert claim is not None and claim.row.id == row.id
            work.settle_outbox(claim, state, "said", NOW, NOW + HOUR)
            assert work.outbox_row(row.id).state is state
