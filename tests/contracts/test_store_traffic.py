"""What the storm breaker counts, and what a decision learns of mails of ours and of earlier events; on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailflow.model.decision import OurMail
from mailflow.model.outgoing import MailClass
from mailflow.model.records import MatchKey, OutboxState
from mailflow.store import SqlStore
from tests.support.store import HOUR, LEASE, MINUTE, NOW, event, letter, mail, query


@pytest.mark.promise("P6")
def test_traffic_counts_mail_to_others_and_mails_of_one_sender_within_the_window(store: SqlStore) -> None:
    with store.begin("test", NOW) as work:
        for sort in (MailClass.RECEIPT, MailClass.CHASER, MailClass.FOLLOW_UP, MailClass.ALERT, MailClass.NOTICE):
            assert work.queue_mail(letter(mail_class=sort, created_at=NOW))
        assert work.queue_mail(letter(created_at=NOW - 2 * HOUR))
        cancelled = letter(created_at=NOW)
        work.queue_mail(cancelled)
        work.cancel_outbox(row_id=cancelled.id, why="for a test", now=NOW)
        for uid in range(3):
            work.add_mail(mail(uid + 1, received_at=NOW, sender_hash="cd" * 32))
        work.add_mail(mail(9, received_at=NOW - 2 * HOUR, sender_hash="cd" * 32))
        assert work.traffic(NOW - HOUR) == (3, 0)
        assert work.traffic(NOW - HOUR, sender_hash="cd" * 32) == (3, 3)
        assert work.traffic(NOW - 3 * HOUR, sender_hash="cd" * 32) == (4, 4)
        assert work.traffic(NOW, sender_hash="ef" * 32) == (0, 0)


def test_a_context_names_the_mails_of_ours_that_are_answered_and_how_they_stand(store: SqlStore) -> None:
    first = event()
    row = letter(event_id=first.id, message_id="ours@mailflow.example", mail_class=MailClass.CHASER)
    with store.begin("test", NOW) as work:
        work.add_event(first, ())
        work.queue_mail(row)
        claim = work.claim_outbox("worker", NOW, LEASE)
        assert claim is not None
        work.data_started(claim, NOW)
        work.settle_outbox(claim, OutboxState.UNCERTAIN, "no answer", NOW)
        told = work.context(query(thread_message_ids=("ours@mailflow.example",)))
        assert told.ours == (OurMail(row.id, MailClass.CHASER, True, event_id=first.id),)
        back = work.context(query(bounced_message_id="ours@mailflow.example"))
        assert back.bounced == told.ours[0] and back.ours == ()


def test_a_context_names_earlier_events_by_their_best_key_each_once(store: SqlStore) -> None:
    one, two, three = event(created_at=NOW), event(created_at=NOW + MINUTE), event()
    with store.begin("test", NOW + timedelta(hours=1)) as work:
        thread, phone = work.hash_of("message_id", "a@b.example"), work.hash_of("telephone", "07700900123")
        work.add_event(one, (thread, phone))
        work.add_event(two, (phone,))
        work.add_event(three, (MatchKey("telephone", "0" * 64),))
        told = work.context(query(thread_message_ids=("a@b.example",), key_hashes=(("telephone", phone.hash),)))
        assert told.kin == ((one.id, "thread"), (two.id, "telephone"))
        assert work.context(query()).kin == ()
