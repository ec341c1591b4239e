"""Receiving and claiming: a mail is here once, claimed by one at a time, and never lost (P1, P2, P3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from mailflow.errors import LeaseLost, NotFound, StateFault
from mailflow.model.mail import Cursor
from mailflow.model.records import MailState
from mailflow.store import SqlStore
from tests.support.store import HOUR, LEASE, MINUTE, NOW, event, mail

ME, OTHER = "journey:receive", "journey:other"


def test_one_owner_watches_a_mailbox_until_the_lease_runs_out(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        first = work.lease_mailbox("hssupport", "host-a", NOW, LEASE)
        assert first is not None and first.until == NOW + MINUTE
        assert work.lease_mailbox("hssupport", "host-b", NOW, LEASE) is None
        assert work.lease_mailbox("DHRenquiries", "host-b", NOW, LEASE) is not None
    with store.begin(ME, NOW + MINUTE / 2) as work:
        renewed = work.lease_mailbox("hssupport", "host-a", NOW + MINUTE / 2, LEASE)
        assert renewed is not None and renewed.token == first.token and renewed.until > first.until
    with store.begin(ME, NOW + HOUR) as work:
        taken = work.lease_mailbox("hssupport", "host-b", NOW + HOUR, LEASE)
        assert taken is not None and taken.token != first.token
        with pytest.raises(LeaseLost):
            work.save_cursor(Cursor("hssupport", "INBOX", 7, 3), first, NOW + HOUR)
        work.release_mailbox(first)  # lost already: no harm
        assert work.lease_mailbox("hssupport", "host-a", NOW + HOUR, LEASE) is None
        work.release_mailbox(taken)
        assert work.lease_mailbox("hssupport", "host-a", NOW + HOUR, LEASE) is not None


def test_the_cursor_moves_under_the_lease_only(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        lease = work.lease_mailbox("hssupport", "host-a", NOW, LEASE)
        assert lease is not None
        assert work.cursor("hssupport", "INBOX") is None
        largest = Cursor("hssupport", "INBOX", 4294967295, 4294967295)  # unsigned 32 bits, RFC 3501 §2.3.1.1
        work.save_cursor(largest, lease, NOW)
        assert work.cursor("hssupport", "INBOX") == largest
        assert work.cursor("hssupport", "Junk") is None
        with pytest.raises(LeaseLost):
            work.save_cursor(Cursor("DHRenquiries", "INBOX", 1, 1), lease, NOW)
    with store.begin(ME, NOW) as work:
        assert work.cursor("hssupport", "INBOX") == largest


@pytest.mark.promise("P1")
def test_a_mail_is_stored_once_and_whole(store: SqlStore) -> None:
    raw = bytes(range(256)) * 40
    kept = mail(7, raw=raw, priority=10)
    with store.begin(ME, NOW) as work:
        assert work.add_mail(kept)
        assert not work.add_mail(mail(7)), "the same place in the same folder is the same mail"
        assert work.add_mail(mail(7, folder="Junk")) and work.add_mail(mail(7, uid_validity=1))
    with store.begin(ME, NOW) as work:
        assert work.mail(kept.id) == kept
        assert not work.add_mail(mail(7))
        with pytest.raises(NotFound):
            work.mail("nobody")


@pytest.mark.promise("P1")
def test_what_raises_leaves_nothing(store: SqlStore) -> None:
    def half_a_batch() -> None:
        with store.begin(ME, NOW) as work:
            lease = work.lease_mailbox("hssupport", "host-a", NOW, LEASE)
            assert lease is not None
            work.add_mail(mail(1))
            work.save_cursor(Cursor("hssupport", "INBOX", 4294967290, 1), lease, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_batch()
    with store.begin(ME, NOW) as work:
        assert work.cursor("hssupport", "INBOX") is None
        assert work.counts().mails == {}
        assert work.audit_log() == ()
        assert work.lease_mailbox("hssupport", "host-b", NOW, LEASE) is not None


def test_claims_go_by_priority_then_turn_of_the_sender_then_age(store: SqlStore) -> None:
    storm, quiet = "aa" * 32, "bb" * 32
    order = [mail(uid, sender_hash=storm) for uid in (1, 2, 3)]
    order += [mail(4, sender_hash=quiet), mail(5, sender_hash=quiet), mail(6, sender_hash=storm, priority=10)]
    with store.begin(ME, NOW) as work:
        for one in order:
            assert work.add_mail(one)
    claimed = []
    with store.begin(ME, NOW) as work:
        while (claim := work.claim_mail("worker", NOW, LEASE)) is not None:
            claimed.append(claim.mail.uid)
            assert claim.until == NOW + MINUTE and claim.mail.attempts == 1
    assert claimed == [6, 1, 4, 2, 5, 3]


def test_fairness_holds_when_mails_are_finished_one_by_one(store: SqlStore) -> None:
    storm, quiet = "aa" * 32, "bb" * 32
    it = event()
    with store.begin(ME, NOW) as work:
        work.add_event(it, ())
        for uid in range(1, 6):
            work.add_mail(mail(uid, sender_hash=storm))
        work.add_mail(mail(9, sender_hash=quiet))
    seen = []
    for _ in range(6):
        with store.begin(ME, NOW) as work:
            claim = work.claim_mail("worker", NOW, LEASE)
            assert claim is not None
            seen.append(claim.mail.uid)
            work.finish_mail(claim, it.id, NOW)
    assert seen == [1, 9, 2, 3, 4, 5], "who sent five does not stand before who sent one"


@pytest.mark.promise("P2")
def test_a_lease_that_ran_out_is_claimed_again_and_fences_the_first_out(store: SqlStore) -> None:
    it = event()
    with store.begin(ME, NOW) as work:
        work.add_mail(mail(1))
        work.add_event(it, ())
        first = work.claim_mail("a", NOW, LEASE)
        assert first is not None
        assert work.claim_mail("b", NOW + MINUTE / 2, LEASE) is None
    later = NOW + MINUTE
    with store.begin(OTHER, later) as work:
        second = work.claim_mail("b", later, LEASE)
        assert second is not None and second.mail.id == first.mail.id
        assert second.mail.attempts == 2 and second.token != first.token
    for act in (
        lambda work: work.fence(first),
        lambda work: work.finish_mail(first, it.id, later),
        lambda work: work.set_aside(first, "broken", later),
        lambda work: work.put_back(first, later, "away"),
    ):
        with pytest.raises(LeaseLost), store.begin(ME, later) as work:
            act(work)
    with store.begin(OTHER, later) as work:
        work.fence(second)
        work.finish_mail(second, it.id, later)
    with store.begin(OTHER, later) as work:
        done = work.mail(first.mail.id)
        assert (done.state, done.event_id) == (MailState.DONE, it.id)
        with pytest.raises(LeaseLost):
            work.fence(second)


@pytest.mark.promise("P3")
def test_a_stuck_mail_stands_in_front_of_a_human_and_can_be_run_again(store: SqlStore) -> None:
    kept = mail(1)
    with store.begin(ME, NOW) as work:
        work.add_mail(kept)
        claim = work.claim_mail("a", NOW, LEASE)
        assert claim is not None
        work.set_aside(claim, "A header has no end.", NOW)
    with store.begin("person:ada", NOW) as work:
        assert work.stuck_mails() == (replace(kept, state=MailState.STUCK, attempts=1, error="A header has no end."),)
        assert work.claim_mail("a", NOW + HOUR, LEASE) is None
        work.retry_mail(kept.id, NOW + HOUR)
        with pytest.raises(StateFault):
            work.retry_mail(kept.id, NOW + HOUR)
        with pytest.raises(NotFound):
            work.retry_mail("nobody", NOW)
        assert work.stuck_mails() == ()
        again = work.claim_mail("a", NOW + HOUR, LEASE)
        assert again is not None and again.mail.raw == kept.raw


def test_what_is_put_back_waits_for_its_time(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        work.add_mail(mail(1))
        claim = work.claim_mail("a", NOW, LEASE)
        assert claim is not None
        work.put_back(claim, NOW + HOUR, "gpg does not answer")
        assert work.claim_mail("a", NOW + HOUR - MINUTE, LEASE) is None
        again = work.claim_mail("a", NOW + HOUR, LEASE)
        assert again is not None and again.mail.attempts == 2 and again.mail.error == "gpg does not answer"


@pytest.mark.promise("P1")
def test_a_mail_cannot_belong_to_an_event_that_is_not_here(
    store: SqlStore, open_store: Callable[..., SqlStore]
) -> None:
    with store.begin(ME, NOW) as work:
        work.add_mail(mail(1))
    with pytest.raises(IntegrityError), store.begin(ME, NOW) as work:
        claim = work.claim_mail("a", NOW, LEASE)
        assert claim is not None
        work.finish_mail(claim, "no such event", NOW)
    with open_store().begin(ME, NOW) as work:
        assert work.claim_mail("a", NOW, LEASE) is not None, "the mail is still to be done"
