"""What lives for years as it is written and read: groups, reviews, holds, proposals, history, days, absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from mailflow.errors import LeaseLost, NotFound, StateFault
from mailflow.model.decision import ReminderKind
from mailflow.model.life import (
    ChangeRecord,
    DaySort,
    GroupRecord,
    HoldRecord,
    HoldSort,
    Outcome,
    ProposalRecord,
    ProposalState,
    RelationSort,
    ReviewForm,
    ReviewPersonRecord,
    ReviewRecord,
    ReviewRole,
    ReviewState,
    SafeContact,
    SensitiveDay,
)
from mailflow.model.mail import Cursor
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseState, OutboxState, ReminderState
from mailflow.model.words import ReviewStage
from mailflow.store import KeyFile, SqlStore, schema
from mailflow.store.engine import connect
from tests.support.store import (
    DAY,
    HOUR,
    IDS,
    LEASE,
    MINUTE,
    NOW,
    CountedIds,
    case,
    consent,
    event,
    letter,
    mail,
    person,
    reminder,
)

ME, ADA = "journey:intake", "person:ada"


def review(**changes: object) -> ReviewRecord:
    given = ReviewRecord(
        id=IDS.new(),
        reference=IDS.reference(),
        form=ReviewForm.DARDR,
        state=ReviewState.OPEN,
        stage=ReviewStage.COMMISSIONED,
        stage_since=NOW,
        opened_at=NOW,
        decided_on=date(2026, 8, 31),
        months=12,
        partnership="Safer Northmoor Partnership",
        their_reference="SNP/26/4",
        next_on=date(2027, 2, 1),
        next_what="first draft",
        delay_reason="trial",
    )
    return replace(given, **changes)


def chair(review_id: str, **changes: object) -> ReviewPersonRecord:
    given = ReviewPersonRecord(
        IDS.new(),
        review_id,
        ReviewRole.CHAIR,
        NOW,
        "Dr Mabel Thorne",
        "Thorne Reviews",
        "mabel@thorne.example",
        "",
        "cy",
    )
    return replace(given, **changes)


def test_the_long_life_of_a_case_is_read_as_it_was_written(store: SqlStore) -> None:
    file = case(
        state=CaseState.CLOSED,
        closed_at=NOW,
        outcome=str(Outcome.DECLINED),
        merged_into="another",
        last_contact_at=NOW - DAY,
        retain_until=date(2027, 1, 4),
    )
    contact = SafeContact(("phone",), ("post",), "afternoons", "Jo", "Hello", "her husband", "never on Sundays")
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        group = GroupRecord(IDS.new(), file.id, "his mother's side", NOW)
        work.add_group(group)
        someone = person(file.id, group_id=group.id, language="cy", contact=contact, left_at=NOW)
        work.add_person(someone)
        work.add_person(person(file.id))
    with store.begin(ADA, NOW) as work:
        assert work.case(file.id) == file
        assert work.groups(file.id) == (group,) and work.groups("none") == ()
        assert work.people(file.id)[0] == someone and work.people(file.id)[1].contact is None


def test_how_an_address_may_be_reached_is_found_in_every_case_and_dies_with_its_person(store: SqlStore) -> None:
    one, other = case(), case()
    first, second = SafeContact(("phone",)), SafeContact(hours="afternoons only")
    with store.begin(ADA, NOW) as work:
        work.add_case(one, ())
        work.add_case(other, ())
        theirs = person(one.id, email="Ruth@Mail.example", contact=first)
        work.add_person(theirs)
        work.add_person(person(other.id, email="ruth@mail.example", contact=second))
        work.add_person(person(other.id, email="ruth@mail.example"))
        work.add_person(person(other.id, email="somebody@mail.example", contact=SafeContact(("post",))))
        address = work.hash_of("address", "ruth@mail.example")
        assert set(work.contacts_of_address(address)) == {first, second}
        assert work.contacts_of_address(work.hash_of("address", "nobody@mail.example")) == ()
        work.erase_person(theirs.id)
    with store.begin(ADA, NOW) as work:
        assert work.contacts_of_address(address) == (second,)


def test_a_permission_keeps_its_whole_story(store: SqlStore) -> None:
    file = case()
    someone = person(file.id)
    given = consent(
        file.id,
        someone.id,
        given_to="the family liaison officer",
        given_on=date(2026, 11, 2),
        scope="progress only",
        condition="after the funeral",
        review_on=date(2027, 5, 2),
        ends_on=date(2028, 11, 2),
        event_id="e1",
        read_by_machine=True,
    )
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        work.add_person(someone)
        work.add_consent(given)
    with store.begin(ADA, NOW) as work:
        assert work.consents(file.id) == (given,)
        gone = replace(given, withdrawn_at=NOW + DAY, withdrawn_by="person:ada", withdrawn_how="on the telephone")
        work.add_consent(replace(gone, scope="something else"))
    with store.begin(ADA, NOW) as work:
        assert work.consents(file.id) == (gone,), "a withdrawal changes nothing else"


def test_a_review_is_read_as_it_was_written(store: SqlStore) -> None:
    it, first, second = review(), case(), case(opened_at=NOW + MINUTE)
    her = chair(it.id)
    with store.begin(ADA, NOW) as work:
        work.add_review(it)
        for one in (first, second):
            work.add_case(one, ())
            work.link_review(it.id, one.id)
            work.link_review(it.id, one.id)
        work.add_review_person(her)
    with store.begin(ADA, NOW) as work:
        assert work.review(it.id) == work.review(it.reference) == it
        assert work.cases_of(it.id) == (first, second) and work.reviews_of(second.id) == (it,)
        assert work.people_of_review(it.id) == (her,)
        assert work.reviews_of_address(work.hash_of("address", "mabel@thorne.example")) == (it,)
        assert work.reviews_of_address(work.hash_of("address", "other@thorne.example")) == ()
        assert it in work.reviews(states=[ReviewState.OPEN]) and it not in work.reviews(states=[ReviewState.CLOSED])
        with pytest.raises(NotFound):
            work.review("HS-0000-NONE")
        work.save_review(replace(it, stage=ReviewStage.PAUSED))
        with pytest.raises(StateFault, match="meanwhile"):
            work.save_review(replace(it, stage=ReviewStage.PUBLISHED))
        left = replace(her, until=NOW, address_confirmed_by="ada", address_confirmed_at=NOW)
        work.save_review_person(left)
        work.unlink_review(it.id, second.id)
    with store.begin(ADA, NOW) as work:
        assert work.review(it.id) == replace(it, stage=ReviewStage.PAUSED, version=2)
        assert work.people_of_review(it.id) == (left,) and work.cases_of(it.id) == (first,)
        with pytest.raises(NotFound):
            work.save_review_person(chair(it.id))


def test_a_hold_lasts_until_its_end(store: SqlStore) -> None:
    file, it = case(), review()
    for_ever = HoldRecord(IDS.new(), HoldSort.COMPLAINT, NOW, "person:ada", case_id=file.id, why="She has complained.")
    a_week = HoldRecord(IDS.new(), HoldSort.ABSENCE, NOW + MINUTE, ME, review_id=it.id, until=NOW + 7 * DAY)
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        work.add_review(it)
        work.add_hold(for_ever)
        work.add_hold(a_week)
        assert work.holds(case_id=file.id) == (for_ever,) and work.holds(review_id=it.id) == (a_week,)
        assert work.holds(review_id=it.id, live=NOW) == () == work.holds(review_id=it.id, live=NOW + 7 * DAY)
        assert work.holds(review_id=it.id, live=NOW + DAY) == (a_week,)
        work.end_hold(for_ever.id, "person:ada", NOW + HOUR)
        with pytest.raises(StateFault, match="ended by person:ada"):
            work.end_hold(for_ever.id, "person:bo", NOW + HOUR)
        with pytest.raises(NotFound):
            work.end_hold("none", "person:bo", NOW)
        assert work.holds(case_id=file.id, live=NOW + HOUR) == ()
        assert work.holds(case_id=file.id) == (replace(for_ever, ended_at=NOW + HOUR, ended_by="person:ada"),)


def test_a_proposal_is_settled_once(store: SqlStore) -> None:
    it, told = review(), event()
    proposal = ProposalRecord(
        id=IDS.new(),
        review_id=it.id,
        event_id=told.id,
        made_at=NOW,
        stage=ReviewStage.PAUSED,
        next_on=date(2027, 2, 8),
        next_what="sentencing",
        dates={"draft": "2027-04-30"},
        delay_reason="paused until sentencing",
        chair_changes=True,
        evidence=({"says": "stage", "text": "We are paused until sentencing."},),
    )
    nothing = ProposalRecord(IDS.new(), it.id, told.id, NOW + MINUTE)
    with store.begin(ADA, NOW) as work:
        work.add_review(it)
        work.add_event(told, ())
        work.add_proposal(proposal)
        work.add_proposal(nothing)
        assert work.proposal(proposal.id) == proposal
        assert work.proposals(review_id=it.id) == work.proposals(event_id=told.id) == (proposal, nothing)
        done = replace(proposal, state=ProposalState.ACCEPTED, settled_by="ada", settled_at=NOW)
        work.save_proposal(done)
        with pytest.raises(StateFault, match="accepted by ada"):
            work.save_proposal(replace(done, state=ProposalState.DECLINED))
        assert work.proposals(review_id=it.id, states=[ProposalState.OPEN]) == (nothing,)
        for missing in (work.proposal, lambda name: work.save_proposal(replace(nothing, id=name))):
            with pytest.raises(NotFound):
                missing("none")


def test_history_and_sensitive_days_are_kept_in_order(store: SqlStore) -> None:
    file, it = case(), review()
    later = ChangeRecord(
        IDS.new(), f"review:{it.id}", NOW + DAY, ADA, "stage", "paused", "draft_report", "Said so.", "", it.id
    )
    first = ChangeRecord(IDS.new(), f"case:{file.id}", NOW, ADA, "state", "new", "open", "She rang.", file.id)
    birthday = SensitiveDay(
        IDS.new(), date(2027, 3, 1), date(2027, 3, 1), DaySort.BIRTHDAY, "ada", file.id, "", True, "his"
    )
    trial = SensitiveDay(IDS.new(), date(2027, 1, 11), date(2027, 2, 5), DaySort.TRIAL, "ada", "", it.id)
    with store.begin(ADA, NOW) as work:
        work.add_case(file, ())
        work.add_review(it)
        for change in (later, first):
            work.add_change(change)
        for day in (birthday, trial):
            work.add_day(day)
        assert work.changes(subject=f"case:{file.id}") == (first,) == work.changes(case_id=file.id)
        assert work.changes(review_id=it.id) == (later,)
        assert work.days(case_id=file.id) == (birthday,) and work.days(review_id=it.id) == (trial,)
        work.remove_day(trial.id)
        assert work.days(review_id=it.id) == ()
        with pytest.raises(NotFound):
            work.remove_day(trial.id)


def test_absences_and_relations(store: SqlStore) -> None:
    first, second, third = event(), event(created_at=NOW + MINUTE), event(created_at=NOW + HOUR)
    with store.begin(ME, NOW) as work:
        for one in (first, second, third):
            work.add_event(one, ())
        away = work.hash_of("address", "jo@example.org")
        assert work.absence(away) is None
        work.note_absence(away, NOW + 7 * DAY, event_id=first.id)
        assert work.absence(away) == (NOW, NOW + 7 * DAY, False)
        work.note_absence(away, None, gone=True)
        assert work.absence(away) == (NOW, None, True)
        work.end_absence(away)
        work.end_absence(away)
        assert work.absence(away) is None
        work.relate(second.id, first.id, RelationSort.ANSWERS)
        work.relate(second.id, first.id, RelationSort.ANSWERS)
        work.relate(third.id, second.id, RelationSort.SAME_THREAD)
        work.relate(third.id, third.id, RelationSort.SAME_THREAD)
        assert work.related(second.id) == ((first, RelationSort.ANSWERS), (third, RelationSort.SAME_THREAD))
        assert work.related(first.id) == ((second, RelationSort.ANSWERS),)


def test_reminders_of_a_review_are_moved_held_and_released(store: SqlStore) -> None:
    it = review()
    follow_up = reminder(kind=ReminderKind.FOLLOW_UP, event_id="", case_id="", review_id=it.id, person_id="p", gate="")
    with store.begin(ME, NOW) as work:
        work.add_review(it)
        assert work.add_reminder(follow_up)
        assert work.reminder(follow_up.id) == work.reminder(follow_up.key) == follow_up
        assert work.reminders(review_id=it.id, kinds=[ReminderKind.FOLLOW_UP]) == (follow_up,)
        assert work.reminders(review_id=it.id, until=follow_up.due - MINUTE) == ()
        work.move_reminder(follow_up.id, NOW - MINUTE, "asked for")
        claim = work.claim_reminder("a", NOW, LEASE)
        assert claim is not None and claim.reminder.id == follow_up.id and claim.reminder.why == "asked for"
        work.hold_reminder(follow_up.id, "the family asked")
        with pytest.raises(LeaseLost):
            work.settle_reminder(claim, claim.reminder)
        held = work.reminder(follow_up.id)
        assert (held.state, held.gate) == (ReminderState.HELD, "the family asked")
        assert work.reminders(review_id=it.id, states=[ReminderState.WAITING]) == ()
        work.release_reminder(follow_up.id, NOW)
        assert work.reminder(follow_up.id).gate == "" and work.reminder(follow_up.id).due == NOW
        with pytest.raises(StateFault, match="not held"):
            work.release_reminder(follow_up.id, NOW)
        assert work.cancel_reminders(review_id=it.id, why="published") == 1
        assert work.cancel_reminders(reminder_id=follow_up.id, why="again") == 0
        with pytest.raises(StateFault, match="not ring any more"):
            work.hold_reminder(follow_up.id, "late")
        for act in (lambda: work.reminder("none"), lambda: work.move_reminder("none", NOW, "")):
            with pytest.raises(NotFound):
                act()


def test_a_mail_about_a_review_is_cancelled_and_settled(store: SqlStore) -> None:
    it = review()
    row = letter(mail_class=MailClass.FOLLOW_UP, event_id="", case_id="", review_id=it.id, person_id="chair")
    other = letter(mail_class=MailClass.FOLLOW_UP, event_id="", case_id="", review_id=it.id)
    with store.begin(ME, NOW) as work:
        work.add_review(it)
        work.queue_mail(row)
        assert work.outbox_of(review_id=it.id) == (row,)
        claim = work.claim_outbox("a", NOW, LEASE)
        assert claim is not None
        with pytest.raises(StateFault, match="cannot be settled as sent"):
            work.settle_uncertain(row.id, OutboxState.SENT, "", NOW)
        work.settle_outbox(claim, OutboxState.UNCERTAIN, "no answer", NOW)
        work.settle_uncertain(row.id, OutboxState.SENT, "she answered it", NOW)
        assert work.outbox_row(row.id).state is OutboxState.SENT
        work.settle_uncertain(row.id, OutboxState.REFUSED, "it came back", NOW)
        work.queue_mail(other)
        assert work.cancel_outbox(review_id=it.id, why="permission withdrawn", now=NOW) == 1
        with pytest.raises(NotFound):
            work.settle_uncertain("none", OutboxState.SENT, "", NOW)


def test_a_suppression_is_listed_and_lifted(store: SqlStore) -> None:
    with store.begin(ADA, NOW) as work:
        address = work.hash_of("address", "gone@example.org")
        work.suppress(address, "it bounced", NOW)
        assert [(one.address_hash, one.why, one.since) for one in work.suppressions()] == [
            (address.hash, "it bounced", NOW)
        ]
        assert work.lift_suppression(address) and not work.lift_suppression(address)
        assert not work.is_suppressed(address) and work.suppressions() == ()
        work.suppress(address, "it bounced again", NOW)
        assert work.suppressions()[0].why == "it bounced again"


def test_what_a_gate_asks(store: SqlStore) -> None:
    file, another = case(), case()
    of_it, proposed, else_where = event(case_id=file.id), event(created_at=NOW + MINUTE), event(case_id=another.id)
    with store.begin(ME, NOW) as work:
        for one in (file, another):
            work.add_case(one, ())
        for one in (of_it, proposed, else_where):
            work.add_event(one, ())
        work.propose_link(proposed.id, file.id, "the same telephone")
        assert work.untriaged_of([file.id]) == (of_it, proposed)
        assert work.untriaged_of([]) == ()
        lease = work.lease_mailbox("hssupport", "me", NOW, LEASE)
        assert lease is not None and work.freshness() == ()
        work.save_cursor(Cursor("hssupport", "INBOX", 1, 5), lease, NOW)
        assert [(one.mailbox, one.folder, one.moved_at) for one in work.freshness()] == [("hssupport", "INBOX", NOW)]
        work.add_mail(mail(1, received_at=NOW))
        assert work.waiting_mails(NOW) == 0 and work.waiting_mails(NOW + MINUTE) == 1
        claim = work.claim_mail("me", NOW, 60)
        assert claim is not None
        work.set_aside(claim, "It cannot be read.", NOW)
        assert work.waiting_mails(NOW) == 1, "a mail that is set aside counts at once: nobody knows what it says"


def test_a_database_of_the_first_release_opens(empty_url: str, keys: KeyFile) -> None:
    """Rows that the first schema wrote are read after the upgrade, with nothing in the new columns."""
    engine = connect(empty_url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO reminder (id, kind, key, due, state, why, rung, lease_owner, lease_token) "
                "VALUES ('r1', 'untriaged', 'k1', :due, 'waiting', 'nobody looked', 0, '', '')"
            ),
            {"due": datetime(2026, 11, 23, 9, 0) if engine.dialect.name == "sqlite" else NOW - timedelta(minutes=30)},
        )
    engine.dispose()
    assert schema.upgrade(empty_url) == ("0001", schema.SCHEMA)
    store = SqlStore(empty_url, keys, CountedIds(), "test")
    with store.begin(ME, NOW) as work:
        old = work.reminder("r1")
        assert (old.review_id, old.person_id, old.gate) == ("", "", "")
        assert old.due == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        file = case()
        work.add_case(file, ())
        assert work.case(file.id).outcome == ""
    store.close()


def test_migrations_only_go_forward() -> None:
    folder = Path(schema.MIGRATIONS) / "versions"
    assert len(list(folder.glob("0*.py"))) == int(schema.SCHEMA)
