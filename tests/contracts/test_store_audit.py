"""The audit chain: every act in the transaction of the act, and nothing changes it unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from mailflow.store import SqlStore
from tests.support.store import NOW, event, mail

ME, ADA = "journey:intake", "person:ada"


def _some_acts(store: SqlStore) -> None:
    for uid in range(1, 4):
        with store.begin(ME, NOW) as work:
            work.add_mail(mail(uid))
            work.add_event(event(), ())


def _tamper(store: SqlStore, statement: str, **values: object) -> None:
    with store.engine.connect() as connection:
        change = connection.begin()
        connection.execute(text(statement), values)
        change.commit()


def test_acts_are_numbered_without_gaps_and_name_who_and_what(store: SqlStore) -> None:
    it = event()
    with store.begin(ADA, NOW) as work:
        work.add_event(it, ())
        work.audit("event.explained", f"event:{it.id}", "rule:referral.hands-over-contact")
    with pytest.raises(ZeroDivisionError), store.begin(ADA, NOW) as work:
        work.audit("never", "happened")
        raise ZeroDivisionError
    with store.begin(ADA, NOW) as work:
        work.event_view(it.id)
    with store.begin(ADA, NOW) as work:
        log = work.audit_log()
        assert [(one.sequence, one.act) for one in log] == [
            (3, "event.read"),
            (2, "event.explained"),
            (1, "event.added"),
        ]
        assert {(one.actor, one.writer, one.at, one.subject) for one in log} == {(ADA, "test:1", NOW, f"event:{it.id}")}
        assert work.audit_log(subject="event:other") == ()
        assert len(work.audit_log(limit=1)) == 1
    assert store.verify_audit() == () and store.check() == ()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET actor = 'person:eve' WHERE sequence = 2", "row 2 was changed"),
        ("UPDATE audit SET detail = 'x' WHERE sequence = 6", "row 6 was changed"),
        ("DELETE FROM audit WHERE sequence = 3", "rows 3 to 3 are missing"),
        ("DELETE FROM audit WHERE sequence = 1", "rows 1 to 1 are missing"),
        ("DELETE FROM audit WHERE sequence >= 5", "rows 5 to 6 were cut off"),
        ("DELETE FROM audit", "rows 1 to 6 were cut off"),
        ("DELETE FROM audit_head", "the head of its chain is missing"),
        ("UPDATE audit_head SET sequence = 5", "its head was changed"),
    ],
)
def test_a_changed_missing_reordered_or_cut_row_shows(store: SqlStore, statement: str, found: str) -> None:
    _some_acts(store)
    assert store.verify_audit() == ()
    _tamper(store, statement)
    faults = store.verify_audit()
    assert any(found in one for one in faults), faults
    assert store.check() == faults


def test_reordered_rows_show(store: SqlStore) -> None:
    _some_acts(store)
    for a, b in ((2, 1002), (3, 2), (1002, 3)):
        _tamper(store, "UPDATE audit SET sequence = :b WHERE sequence = :a", a=a, b=b)
    assert any("row 2 was changed or moved" in one for one in store.verify_audit())


def test_a_tail_cut_together_with_its_head_shows_against_the_anchor(
    store: SqlStore, open_store: Callable[..., SqlStore]
) -> None:
    _some_acts(store)
    with store.engine.connect() as connection:
        old = connection.execute(text("SELECT sequence, mac, proof FROM audit_head")).one()
    _some_acts(store)
    anchored = store.audit_heads()
    assert [(head.writer, head.sequence) for head in anchored] == [("test:1", 9)]
    assert store.verify_audit(anchored) == ()
    _tamper(store, "DELETE FROM audit WHERE sequence > :sequence", sequence=old.sequence)
    _tamper(store, "UPDATE audit_head SET sequence = :s, mac = :m, proof = :p", s=old.sequence, m=old.mac, p=old.proof)
    assert store.verify_audit() == (), "an old database put back whole cannot be told from inside"
    assert store.verify_audit(anchored) == ("Audit of test:1: row 9 was anchored and is missing.",)
    _some_acts(store)
    assert store.verify_audit(anchored) == ("Audit of test:1: row 9 is not the one that was anchored.",)


def test_every_writer_has_a_chain_of_its_own(store: SqlStore, open_store: Callable[..., SqlStore]) -> None:
    other = open_store("test:other")
    _some_acts(store)
    with other.begin(ADA, NOW) as work:
        work.set_stopped("to look")
    assert [(head.writer, head.sequence) for head in store.audit_heads()] == [("test:1", 6), ("test:other", 1)]
    assert store.verify_audit() == ()
    _tamper(store, "DELETE FROM audit WHERE writer = 'test:other'")
    assert store.verify_audit() == ("Audit of test:other: rows 1 to 1 were cut off.",)


def test_threads_of_one_writer_make_one_whole_chain(store: SqlStore) -> None:
    failures: list[BaseException] = []

    def act(number: int) -> None:
        try:
            for uid in range(10):
                with store.begin(ME, NOW) as work:
                    work.add_mail(mail(number * 100 + uid))
                    work.lock([work.hash_of("victim", str(uid % 3))])
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.verify_audit() == ()
    assert [(head.sequence) for head in store.audit_heads()] == [40]


def test_personal_listings_are_audited_for_people_and_not_for_the_clock(store: SqlStore) -> None:
    for actor in (ADA, "journey:remind"):
        with store.begin(actor, NOW) as work:
            work.queue()
            work.cases()
            work.outbox()
            work.stuck_mails()
    with store.begin(ADA, NOW) as work:
        log = work.audit_log()
        assert {one.act for one in log} == {"queue.read", "cases.read", "outbox.read", "stuck.read"}
        assert {one.actor for one in log} == {ADA}
