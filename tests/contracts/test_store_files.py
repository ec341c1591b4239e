"""Events, cases, people and permissions as they are written and read, and how they find each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.errors import NotFound, StateFault
from mailflow.model.decision import Candidate
from mailflow.model.mail import Origin
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseState, CorrectionRecord, EventState, MatchKey, OutboxState
from mailflow.model.words import Flag, Kind, Urgency
from mailflow.store import SqlStore
from tests.support.store import (
    DAY,
    HOUR,
    IDS,
    LEASE,
    MINUTE,
    NOW,
    case,
    consent,
    event,
    letter,
    mail,
    person,
    query,
    reminder,
)

ME, ADA = "journey:intake", "person:ada"


def test_an_event_is_read_as_it_was_written(store: SqlStore) -> None:
    it = event(subject="Broken \udcff bytes and \x00", flags=())
    with store.begin(ME, NOW) as work:
        work.add_event(it, [work.hash_of("victim", "idris fenwick")])
        assert work.event(it.id) == work.event(it.reference) == it
    with store.begin(ME, NOW) as work:
        assert work.event_by_key(it.key) == it
        assert work.event_by_key("another") is None
        with pytest.raises(NotFound):
            work.event("HS-0000-NONE")


@pytest.mark.promise("P2")
def test_an_event_key_is_here_once(store: SqlStore) -> None:
    first = event()
    with store.begin(ME, NOW) as work:
        work.add_event(first, ())
    with pytest.raises(Exception, match=r"(?i)unique"), store.begin(ME, NOW) as work:
        work.add_event(event(key=first.key), ())


def test_a_change_names_the_version_that_it_saw(store: SqlStore) -> None:
    it, file = event(), case()
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        work.add_event(it, ())
        work.save_event(replace(it, state=EventState.TAKEN, taken_by="ada", taken_at=NOW, case_id=file.id))
        after = work.event(it.id)
        assert (after.version, after.state, after.case_id) == (2, EventState.TAKEN, file.id)
        with pytest.raises(StateFault, match="look at it again"):
            work.save_event(replace(it, state=EventState.ACCEPTED))
        work.save_case(replace(file, state=CaseState.OPEN, summary={}, missing=()))
        assert work.case(file.id) == replace(file, state=CaseState.OPEN, summary={}, missing=(), version=2)
        with pytest.raises(StateFault):
            work.save_case(file)
        with pytest.raises(NotFound):
            work.save_event(event())
        with pytest.raises(NotFound):
            work.save_case(case())


def test_a_case_has_many_names(store: SqlStore) -> None:
    file = case()
    it = event(case_id=file.id)
    with store.begin(ME, NOW) as work:
        work.add_event(it, ())  # before its case: foreign keys are checked at the end
        work.add_case(file, ())
        for name in (file.id, file.reference, it.reference):
            assert work.case(name) == file
        with pytest.raises(NotFound):
            work.case("HS-0000-NONE")


def test_people_and_permissions_of_a_case(store: SqlStore) -> None:
    file = case()
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        people = (person(file.id), person(file.id, name="", email="", age=None), person(file.id, name="Łucja"))
        for one in people:
            work.add_person(one)
        assert work.people(file.id) == people
        confirmed = replace(people[1], email="mum@example.org", address_confirmed_by="ada", address_confirmed_at=NOW)
        work.save_person(confirmed)
        assert work.people(file.id)[1] == confirmed
        with pytest.raises(NotFound):
            work.save_person(person(file.id))
        first, second = consent(file.id, people[0].id), consent(file.id, recorded_at=NOW + HOUR)
        work.add_consent(second)
        work.add_consent(first)
        assert work.consents(file.id) == (first, second)
        work.add_consent(replace(first, withdrawn_at=NOW + DAY))
        assert work.consents(file.id) == (replace(first, withdrawn_at=NOW + DAY), second)


def test_an_erased_person_reads_empty_and_stays_empty(store: SqlStore) -> None:
    file = case()
    them = person(file.id)
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        work.add_person(them)
        work.add_consent(consent(file.id, them.id))
        work.erase_person(them.id)
        with pytest.raises(NotFound):
            work.erase_person("nobody")
    with store.begin(ADA, NOW) as work:
        empty = work.people(file.id)[0]
        assert (empty.name, empty.email, empty.phone, empty.postcode, empty.age) == ("", "", "", "", None)
        assert work.consents(file.id)[0].how == ""
        found = work.context(query(sender_hash=work.hash_of("address", them.email.lower()).hash))
        assert found.candidates == ()
        with pytest.raises(Exception, match="was erased"):
            work.save_person(them)


def test_candidates_by_key_name_the_best_reason_once(store: SqlStore) -> None:
    mine, theirs, bare = case(), case(), case()
    it = event(case_id=mine.id)
    with store.begin(ME, NOW) as work:
        victim, phone = work.hash_of("victim", "idris fenwick 2026"), work.hash_of("telephone", "07700900123")
        work.add_case(mine, [phone])
        work.add_case(theirs, [phone, phone])
        work.add_case(bare, [])
        work.add_event(it, [victim, work.hash_of("message_id", "first@example.org")])
        work.add_event(event(), [victim])  # of no case: no candidate
        work.add_person(person(mine.id))
        sender = work.hash_of("address", "w.oakhurst@example.org").hash
    with store.begin(ME, NOW) as work:
        keys = tuple((key.sort, key.hash) for key in (victim, phone))
        assert work.context(query(key_hashes=keys, sender_hash=sender)).candidates == (
            Candidate(mine.id, "victim", sender_belongs=True),
            Candidate(theirs.id, "telephone", sender_belongs=False),
        )
        thread = work.context(query(key_hashes=keys, thread_message_ids=("first@example.org",)))
        assert thread.candidates[0] == Candidate(mine.id, "thread", sender_belongs=False)
        assert not thread.in_our_thread, "somebody else's mail is not ours"
        wrong_sort = (("telephone", victim.hash),)
        assert work.context(query(key_hashes=wrong_sort)).candidates == ()
        work.add_keys(bare.id, [victim])
        assert {one.case_id for one in work.context(query(key_hashes=keys)).candidates} == {mine.id, theirs.id, bare.id}
        by_reference = work.hash_of("reference", it.reference)
        found = work.context(query(key_hashes=((by_reference.sort, by_reference.hash),))).candidates
        assert found == (Candidate(mine.id, "reference", sender_belongs=False),)


def test_keyed_hashes_keep_sorts_apart_and_are_not_the_value(store: SqlStore) -> None:
    with store.begin(ME, NOW) as work:
        one = work.hash_of("name", "idris")
        assert one == MatchKey("name", one.hash) and len(one.hash) == 64
        assert one.hash != work.hash_of("victim", "idris").hash
        assert work.hash_of("na", "me\x00idris").hash != one.hash
        assert work.hash_of("name", "\udcff").hash != one.hash


def test_our_thread_is_a_mail_that_has_left(store: SqlStore) -> None:
    file = case()
    it = event(case_id=file.id)
    ours = letter(event_id=it.id, mail_class=MailClass.CHASER)
    with store.begin(ME, NOW) as work:
        work.add_case(file, ())
        work.add_event(it, ())
        work.queue_mail(ours)
        asked = query(thread_message_ids=("old@example.org", ours.message_id), bounced_message_id=ours.message_id)
        before = work.context(asked)
        assert (before.in_our_thread, before.bounced_recipient, before.candidates) == (False, "", ())
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None
        work.data_started(claim, NOW)
        work.settle_outbox(claim, OutboxState.SENT, "250 OK", NOW)
    with store.begin(ME, NOW) as work:
        after = work.context(asked)
        assert after.in_our_thread and after.our_thread_class is MailClass.CHASER
        assert after.bounced_recipient == ours.recipient
        assert after.candidates == (Candidate(file.id, "thread", sender_belongs=False),)
        assert work.context(query(bounced_message_id="forged@example.org")).bounced_recipient == ""


def test_the_rest_of_a_context(store: SqlStore) -> None:
    known, twin = event(request_key="same"), event(request_key="same")
    with store.begin(ME, NOW) as work:
        assert work.context(query()).answerable, "rehearsal: a mail that is not stored"
        work.add_event(known, ())
        work.queue_mail(letter(event_id=known.id, created_at=NOW - 2 * HOUR))
        sender = work.hash_of("address", "w.oakhurst@example.org")
        found = work.context(query(event_key=known.key, request_key="same", sender_hash=sender.hash))
        assert found.event_known and not found.same_request_answered
        assert (found.sent_to_address_hour, found.sent_to_address_day, found.sent_total_hour) == (0, 1, 0)
        work.add_event(twin, ())
        assert work.context(query(event_key=twin.key, request_key="same")).same_request_answered
        assert not work.context(query(event_key=twin.key, request_key="other")).same_request_answered
        work.suppress(sender, "550 no such user", NOW)
        work.suppress(sender, "again", NOW)
        work.set_stopped("a template is wrong")
        stopped = work.context(query(sender_hash=sender.hash))
        assert stopped.suppressed and stopped.stopped and work.stopped() == "a template is wrong"
        work.set_stopped("")
        assert not work.context(query()).stopped and not work.context(query()).suppressed


@pytest.mark.parametrize(
    ("origin", "age", "answerable"),
    [
        (Origin.LIVE, 72 * HOUR, True),
        (Origin.LIVE, 72 * HOUR + MINUTE, False),
        (Origin.BACKFILL, MINUTE, False),
        (Origin.RESCAN, MINUTE, False),
    ],
)
def test_only_fresh_live_mail_is_answerable(store: SqlStore, origin: Origin, age: object, answerable: bool) -> None:
    it = mail(1, origin=origin, internal_date=NOW - age)  # type: ignore[operator]
    with store.begin(ME, NOW) as work:
        work.add_mail(it)
        found = work.context(query(mail_id=it.id))
        assert (found.answerable, found.internal_date) == (answerable, it.internal_date)


def test_the_queue_goes_by_urgency_then_due_time_then_age(store: SqlStore) -> None:
    late = event(urgency=Urgency.NOW, triage_due=None)
    soon = event(urgency=Urgency.NOW, triage_due=NOW + HOUR)
    older = event(urgency=Urgency.LATER, triage_due=NOW + HOUR, created_at=NOW - DAY)
    newer = event(urgency=Urgency.LATER, triage_due=NOW + HOUR, state=EventState.TAKEN)
    closed = event(urgency=Urgency.NOW, state=EventState.CLOSED, triage_due=NOW)
    accepted = event(urgency=Urgency.NONE, state=EventState.ACCEPTED)
    with store.begin(ADA, NOW) as work:
        for one in (newer, older, accepted, late, closed, soon):
            work.add_event(one, ())
        assert work.queue() == (soon, late, older, newer)
        assert work.queue(limit=1) == (soon,)
        assert work.queue(closed=True) == (closed, soon, late, older, newer, accepted)


def test_views_show_all_that_hangs_on_an_event_and_a_case(store: SqlStore) -> None:
    file, other = case(), case(opened_at=NOW + HOUR)
    it, unrelated = event(case_id=file.id), event()
    promise, stray = reminder(event_id=it.id, due=NOW + HOUR), reminder(case_id=file.id)
    answer, noise = letter(event_id=it.id), letter()
    kept = mail(1)
    them = person(file.id)
    with store.begin(ME, NOW) as work:
        work.add_mail(kept)
        claim = work.claim_mail("a", NOW, LEASE)
        assert claim is not None
        for each in (file, other):
            work.add_case(each, ())
        for each in (it, unrelated):
            work.add_event(each, ())
        work.propose_link(it.id, other.id, "the same telephone")
        work.propose_link(it.id, other.id, "found again")
        work.add_person(them)
        for each in (promise, stray):
            assert work.add_reminder(each)
        for each in (answer, noise):
            assert work.queue_mail(each)
        work.finish_mail(claim, it.id, NOW)
        work.add_correction(
            CorrectionRecord(IDS.new(), it.id, "ada", NOW, Kind.REFERRAL, Kind.ENQUIRY, (Flag.RISK,), "see note")
        )
    with store.begin(ADA, NOW) as work:
        seen = work.event_view(it.reference)
        assert (seen.event, seen.case, seen.proposed_cases) == (it, file, ((other, "the same telephone"),))
        assert [(one.id, one.raw) for one in seen.mails] == [(kept.id, kept.raw)]
        assert (seen.outbox, seen.reminders) == ((answer,), (promise,))
        whole = work.case_view(it.reference)
        assert (whole.case, whole.people, whole.consents, whole.events) == (file, (them,), (), (it,))
        assert (whole.outbox, whole.reminders) == ((answer,), (stray, promise))
        assert work.cases() == (other, file) and work.cases(limit=1) == (other,)
        assert work.event_view(unrelated.id).case is None
        counts = work.counts()
        assert (counts.mails, counts.kinds, counts.cases) == ({"done": 1}, {"referral": 2}, {"new": 2})
        assert (counts.events, counts.outbox, counts.reminders) == ({"untriaged": 2}, {"queued": 2}, {"waiting": 2})
    with store.begin(ADA, NOW) as work:
        reads = [(one.actor, one.act, one.subject) for one in work.audit_log() if one.act.endswith(".read")]
        assert (ADA, "event.read", f"event:{it.id}") in reads and (ADA, "case.read", f"case:{file.id}") in reads
        assert [one.act for one in work.audit_log(subject=f"case:{file.id}")] == ["case.read", "case.added"]
