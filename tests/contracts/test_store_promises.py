"""Reminders and the way out: once, by one at a time, and never sent twice (P2, P5, P6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.errors import LeaseLost, NotFound, StateFault
from mailflow.model.decision import ReminderKind
from mailflow.model.outgoing import MailClass
from mailflow.model.records import OutboxState, ReminderState
from mailflow.store import SqlStore
from tests.support.store import DAY, HOUR, LEASE, MINUTE, NOW, case, event, letter, reminder

ME = "journey:dispatch"


def test_a_reminder_is_planned_once_and_rings_when_it_is_due(store: SqlStore) -> None:
    late, early = reminder(due=NOW), reminder(due=NOW - HOUR, key="k")
    with store.begin(ME, NOW) as work:
        assert work.add_reminder(late) and work.add_reminder(early)
        assert not work.add_reminder(reminder(key="k")), "the same promise is not made twice"
        assert work.add_reminder(reminder(due=NOW, state=ReminderState.HELD))
        assert work.add_reminder(reminder(due=NOW + MINUTE))
        first, second = work.claim_reminder("a", NOW, LEASE), work.claim_reminder("b", NOW, LEASE)
        assert first is not None and second is not None
        assert (first.reminder, second.reminder) == (early, late)
        assert work.claim_reminder("c", NOW, LEASE) is None
    again = replace(early, due=NOW + DAY, rung=1, last_rung_at=NOW)
    with store.begin(ME, NOW) as work:
        work.settle_reminder(first, again)
        with pytest.raises(LeaseLost):
            work.settle_reminder(first, early)
        assert again in work.reminders()
    with store.begin(ME, NOW + HOUR) as work:  # the lease on `second` ran out: another process takes it
        third = work.claim_reminder("c", NOW + HOUR, LEASE)
        assert third is not None and third.reminder == late
        with pytest.raises(LeaseLost):
            work.settle_reminder(second, late)


@pytest.mark.promise("P5")
def test_cancelled_reminders_ring_no_more_even_when_claimed(store: SqlStore) -> None:
    it, file = event(), case()
    alert = reminder(event_id=it.id, kind=ReminderKind.RISK_ALERT)
    rows = (alert, reminder(event_id=it.id), reminder(event_id=it.id, state=ReminderState.HELD), reminder())
    of_case = reminder(case_id=file.id, due=NOW + HOUR)
    with store.begin(ME, NOW) as work:
        work.add_event(it, ())
        work.add_case(file, ())
        for row in (*rows, of_case):
            work.add_reminder(row)
        assert work.cancel_reminders(why="nothing is named") == 0
        claim = work.claim_reminder("a", NOW, LEASE)
        assert claim is not None and claim.reminder == alert
        assert work.cancel_reminders(event_id=it.id, kinds=[ReminderKind.RISK_ALERT], why="taken by ada") == 1
        with pytest.raises(LeaseLost):
            work.settle_reminder(claim, alert)
        assert work.cancel_reminders(event_id=it.id, why="closed") == 2
        assert work.cancel_reminders(case_id=file.id, why="closed") == 1
        assert {row.state for row in work.reminders(event_id=it.id)} == {ReminderState.CANCELLED}
        assert [row.why for row in work.reminders(case_id=file.id)] == ["closed"]
        left = work.claim_reminder("a", NOW, LEASE)
        assert left is not None and left.reminder == rows[3]


@pytest.mark.promise("P2")
def test_a_mail_is_queued_once_per_key(store: SqlStore) -> None:
    first = letter(key="receipt:abc")
    with store.begin(ME, NOW) as work:
        assert work.queue_mail(first)
        assert not work.queue_mail(letter(key="receipt:abc", recipient="else@example.org"))
    with store.begin(ME, NOW) as work:
        assert not work.queue_mail(letter(key="receipt:abc"))
        assert work.outbox() == (first,)
        assert work.outbox_row(first.id) == first == work.outbox_row(first.id[:31] + first.id[31:])


def test_the_way_of_a_mail_that_is_sent(store: SqlStore) -> None:
    row = letter()
    with store.begin(ME, NOW) as work:
        work.queue_mail(row)
        work.queue_mail(letter(due=NOW + HOUR))
    with store.begin(ME, NOW) as work:
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None and claim.row == replace(row, state=OutboxState.SENDING, attempts=1)
        assert work.claim_outbox("b", NOW, LEASE) is None
    with store.begin(ME, NOW) as work:
        work.data_started(claim, NOW)
    with store.begin(ME, NOW) as work:
        assert work.outbox_row(row.id).data_started_at == NOW
        with pytest.raises(StateFault):
            work.settle_outbox(claim, OutboxState.SENDING, "", NOW)
        work.settle_outbox(claim, OutboxState.SENT, "250 2.0.0 taken", NOW + MINUTE)
        sent = work.outbox_row(row.id)
        assert (sent.state, sent.answer, sent.settled_at) == (OutboxState.SENT, "250 2.0.0 taken", NOW + MINUTE)
        with pytest.raises(LeaseLost):
            work.settle_outbox(claim, OutboxState.REFUSED, "", NOW)
        with pytest.raises(StateFault):
            work.release_outbox(row.id, NOW)
        assert work.outbox(states=[OutboxState.SENT]) == (sent,)


def test_a_deferred_mail_is_tried_again_when_it_is_due(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        work.queue_mail(letter())
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None
        work.data_started(claim, NOW)  # deferred after DATA: the server has said no, so it may be sent again
        with pytest.raises(StateFault, match="next attempt"):
            work.settle_outbox(claim, OutboxState.DEFERRED, "451", NOW)
        work.settle_outbox(claim, OutboxState.DEFERRED, "451 later", NOW, NOW + HOUR)
        assert work.claim_outbox("a", NOW + HOUR - MINUTE, LEASE) is None
        again = work.claim_outbox("a", NOW + HOUR, LEASE)
        assert again is not None and (again.row.attempts, again.row.data_started_at) == (2, None)


@pytest.mark.promise("P2")
def test_a_lost_lease_before_data_is_queued_again_and_after_data_is_uncertain(store: SqlStore) -> None:
    early, late = letter(due=NOW - HOUR), letter(due=NOW)
    with store.begin(ME, NOW) as work:
        work.queue_mail(early)
        work.queue_mail(late)
        first, second = work.claim_outbox("a", NOW, LEASE), work.claim_outbox("a", NOW, LEASE)
        assert first is not None and second is not None
        work.data_started(second, NOW)
    with store.begin(ME, NOW + MINUTE / 2) as work:
        assert work.claim_outbox("b", NOW + MINUTE / 2, LEASE) is None, "both leases still run"
    after = NOW + MINUTE
    with store.begin(ME, after) as work:
        again = work.claim_outbox("b", after, LEASE)
        assert again is not None and (again.row.id, again.row.attempts) == (early.id, 2)
        lost = work.outbox_row(late.id)
        assert (lost.state, lost.settled_at) == (OutboxState.UNCERTAIN, after) and "ended before" in lost.answer
        assert work.claim_outbox("b", after + DAY, LEASE) is not None, "`early` again; `late` never by itself"
        assert work.claim_outbox("b", after + DAY, LEASE) is None
        for claim in (first, second):
            with pytest.raises(LeaseLost):
                work.data_started(claim, after)
            with pytest.raises(LeaseLost):
                work.settle_outbox(claim, OutboxState.SENT, "250", after)
        work.release_outbox(late.id, after)
        released = work.claim_outbox("b", after, LEASE)
        assert released is not None and released.row.id == late.id
        with pytest.raises(NotFound):
            work.release_outbox("nobody", after)


@pytest.mark.promise("P7")
def test_an_alert_leaves_before_everything_else(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        work.queue_mail(letter(due=NOW - HOUR))
        alert = letter(mail_class=MailClass.ALERT)
        work.queue_mail(alert)
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None and claim.row.id == alert.id


@pytest.mark.promise("P5")
def test_what_is_cancelled_does_not_leave(store: SqlStore) -> None:
    file, it = case(), event()
    rows = [letter(case_id=file.id), letter(case_id=file.id, event_id=it.id), letter(event_id=it.id), letter()]
    with store.begin(ME, NOW) as work:
        work.add_case(file, ())
        work.add_event(it, ())
        for row in rows:
            work.queue_mail(row)
        assert work.cancel_outbox(why="nothing is named", now=NOW) == 0
        assert work.cancel_outbox(case_id=file.id, why="the wish was withdrawn", now=NOW) == 2
        assert work.cancel_outbox(event_id=it.id, why="closed", now=NOW) == 1
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None and claim.row.id == rows[3].id
        assert work.cancel_outbox(row_id=rows[3].id, why="too late", now=NOW) == 0
        gone = work.outbox_row(rows[0].id)
        assert (gone.state, gone.answer) == (OutboxState.CANCELLED, "the wish was withdrawn")


def test_a_row_is_found_by_the_start_of_its_id(store: SqlStore) -> None:
    ids = ("abcd" + "0" * 28, "abce" + "0" * 28)
    with store.begin(ME, NOW) as work:
        for one in ids:
            work.queue_mail(letter(id=one))
        assert work.outbox_row("abcd").id == ids[0]
        for wrong in ("abc", "abcx", "____", "%%%%", ""):
            with pytest.raises(NotFound):
                work.outbox_row(wrong)
        work.queue_mail(letter(id="abcd" + "1" * 28))
        with pytest.raises(NotFound, match="More than one"):
            work.outbox_row("abcd")


@pytest.mark.promise("P6")
def test_counts_hold_what_has_left_may_have_left_or_is_about_to(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        them = work.hash_of("address", "w.oakhurst@example.org")
        work.queue_mail(letter(created_at=NOW - MINUTE, recipient="W.Oakhurst@Example.org"))
        work.queue_mail(letter(created_at=NOW - 2 * HOUR))
        work.queue_mail(letter(created_at=NOW - 2 * DAY))
        work.queue_mail(letter(created_at=NOW - MINUTE, recipient="else@example.org"))
        assert work.sent_counts(them, NOW) == (1, 2, 2)
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None
        work.settle_outbox(claim, OutboxState.REFUSED, "550", NOW)
        assert work.sent_counts(them, NOW) == (0, 1, 1), "what was refused has not been sent"
