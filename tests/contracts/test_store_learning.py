"""Mail that is read again, and corrections: audited as reads, and gone with the mail that they stand on."""

from __future__ import annotations

from datetime import datetime

import pytest

from mailflow.flow.rehearse import HISTORY, remembered
from mailflow.model.records import CorrectionRecord, EventRecord, MailRecord
from mailflow.model.words import Flag, Kind
from mailflow.store import SqlStore
from tests.support.store import DAY, IDS, LEASE, NOW, event, mail

ME, ADA = "journey:intake", "person:ada"


class Stopped:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


def taken_in(store: SqlStore, it: EventRecord, *, copies: int = 1, add: bool = True) -> list[MailRecord]:
    """An event with so many copies of its mail."""
    found = []
    with store.begin(ME, NOW) as work:
        if add:
            work.add_event(it, ())
        for _ in range(copies):
            one = mail(int(IDS.new()[-6:], 16))
            assert work.add_mail(one)
            claim = work.claim_mail("a", NOW, LEASE)
            assert claim is not None
            work.finish_mail(claim, it.id, NOW)
            found.append(claim.mail)
    return found


def corrected(store: SqlStore, it: EventRecord, kind: Kind, *flags: Flag, note: str = "see note") -> CorrectionRecord:
    made = CorrectionRecord(IDS.new(), it.id, "ada", NOW, it.kind, kind, flags or None, note)
    with store.begin(ADA, NOW) as work:
        work.add_correction(made)
    return made


def corrections(store: SqlStore) -> tuple[CorrectionRecord, ...]:
    with store.begin(ADA, NOW) as work:
        return work.corrections()


def test_corrections_are_read_as_they_were_written_and_audited(store: SqlStore) -> None:
    it = event()
    taken_in(store, it)
    first, second = corrected(store, it, Kind.ENQUIRY, Flag.RISK), corrected(store, it, Kind.MEDIA)
    assert corrections(store) == (first, second)
    with store.begin(ADA, NOW) as work:
        assert ("corrections.read", ADA) in [(entry.act, entry.actor) for entry in work.audit_log()]


def test_stored_mails_come_in_pages_and_each_read_is_audited(store: SqlStore) -> None:
    events = [event() for _ in range(3)]
    kept = sorted((taken_in(store, it)[0] for it in events), key=lambda one: one.id)
    waiting = mail(900_000)
    with store.begin(ME, NOW) as work:
        work.add_mail(waiting)
    with store.begin(ADA, NOW) as work:
        page = work.stored_mails(limit=2)
        assert [one.id for one in page] == [one.id for one in kept[:2]] and page[0].raw == kept[0].raw
        assert [one.id for one in work.stored_mails(after=page[-1].id)] == [kept[2].id]
        assert [one.event_id for one in work.stored_mails(events=[events[0].id])] == [events[0].id]
    with store.begin(ADA, NOW) as work:
        assert next(entry.act for entry in work.audit_log(subject=f"mail:{kept[2].id}")) == "mail.rehearsed"


@pytest.mark.promise("P8")
def test_rehearsal_reads_each_event_once_with_its_latest_correction_and_writes_nothing(store: SqlStore) -> None:
    it, other = event(), event()
    taken_in(store, it, copies=2)
    (plain,) = taken_in(store, other)
    corrected(store, it, Kind.ENQUIRY)
    corrected(store, it, Kind.MEDIA, Flag.CHILD)
    with store.begin(ADA, NOW) as work:
        before = (work.counts(), work.event(it.id), work.event(other.id))
    found = list(remembered(store, Stopped(), "ada"))
    assert len(found) == 2
    labels = {one.name: one.label for one in found}
    assert labels[f"mail:{plain.id}"] is None
    (label,) = [one for one in labels.values() if one is not None]
    assert (label.kind, label.flags, label.group) == (Kind.MEDIA, {Flag.CHILD}, HISTORY)
    assert [one.label for one in remembered(store, Stopped(), "ada", only_corrected=True)] == [label]
    with store.begin(ADA, NOW + DAY) as work:
        assert (work.counts(), work.event(it.id), work.event(other.id)) == before
        assert not [e for e in work.audit_log() if e.at > NOW and not e.act.endswith((".read", ".rehearsed"))]
    assert store.verify_audit() == ()


@pytest.mark.parametrize("what", ["event", "mail"])
def test_a_correction_dies_with_the_mail_that_it_stands_on(store: SqlStore, what: str) -> None:
    it, other = event(), event()
    (kept,) = taken_in(store, it)
    taken_in(store, other)
    gone, stays = corrected(store, it, Kind.ENQUIRY, note="words of a family"), corrected(store, other, Kind.MEDIA)
    with store.begin(ADA, NOW) as work:
        work.destroy_key(what, it.id if what == "event" else kept.id)
    assert corrections(store) == (stays,)
    assert all(one.label is None or one.label.kind is Kind.MEDIA for one in remembered(store, Stopped(), "ada"))
    if what == "mail":
        assert f"mail:{kept.id}" not in {one.name for one in remembered(store, Stopped(), "ada")}
    with store.begin(ADA, NOW) as work:
        assert [e.act for e in work.audit_log(subject=f"correction:{gone.id}")] == ["correction.erased"]


def test_a_correction_lives_while_another_copy_of_the_mail_can_be_read(store: SqlStore) -> None:
    it = event()
    first, second = taken_in(store, it, copies=2)
    made = corrected(store, it, Kind.ENQUIRY)
    with store.begin(ADA, NOW) as work:
        work.destroy_key("mail", first.id)
    assert corrections(store) == (made,)
    with store.begin(ADA, NOW) as work:
        work.destroy_key("mail", second.id)
    assert corrections(store) == ()
