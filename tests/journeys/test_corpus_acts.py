"""Replies, absences, bounces and wishes of the corpus act on the files that they belong to, as their labels say.

Each mail arrives as its bytes, is read by the real rules, and meets what it speaks of: a case with its people, a review
with its Chair, the mail of ours that it answers. What must come of it follows from its label alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from mailflow.bootstrap.house import open_mind
from mailflow.cases import LIAISE, ConsentState, permission
from mailflow.config import load_profile
from mailflow.flow import triage
from mailflow.flow.followups import asking
from mailflow.flow.letters import follow_up
from mailflow.flow.planning import plan_follow_up
from mailflow.flow.understand import Mind, Understood, understand
from mailflow.followup import Shut, follow_up_key, london_day
from mailflow.model.life import HoldSort, ReviewForm, ReviewPersonRecord, ReviewRecord, ReviewRole, ReviewState
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    EventRecord,
    MatchKey,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    PersonRole,
    ReminderState,
)
from mailflow.model.words import Flag, Kind, RecordType, ReviewStage, Urgency
from tests.support.simulation import STAFF, Simulation, new_house

DATA = Path(__file__).resolve().parents[1] / "testdata" / "corpus"
LABELS = {
    label["file"][-7:-4]: label for label in map(json.loads, (DATA / "labels.jsonl").read_text("utf-8").splitlines())
}
BEFORE = timedelta(days=3)
"""How long before the mail our question, or receipt, had left."""


class House(Simulation):
    """A house that reads for itself."""

    mind: Mind

    def _understood(self, raw: bytes, mailbox: str, mind: Mind) -> Understood:
        return understand(raw, mailbox, self.mind)


@dataclass
class Staged:
    """A mail, and the files that it meets."""

    house: House
    label: dict[str, Any]
    raw: bytes
    case: CaseRecord
    mother: PersonRecord
    review: ReviewRecord
    question: OutboxRecord
    """Our question to the Chair, which left three days before."""
    event: EventRecord | None = None

    def arrives(self) -> EventRecord:
        """The mail is taken in."""
        self.house.arrive(self.raw, self.label["mailbox"])
        before = {event.id for event in self.house.events()}
        self.house.take_in()
        (event,) = [event for event in self.house.events() if event.id not in before]
        assert event.kind in (self.label["kind"], *self.label.get("also_acceptable", ())), "it was read as another kind"
        return event

    def waiting(self) -> list[Any]:
        """Questions and reminders to the Chair that are planned."""
        given = {"review_id": self.review.id, "kinds": ["follow_up"], "states": [ReminderState.WAITING]}
        return list(self.house.do(lambda work: work.reminders(**given)))

    def shut(self) -> tuple[Shut, ...]:
        """What keeps the next question back at this moment."""
        review = self.house.do(lambda work: work.review(self.review.id))
        key = follow_up_key(self.review.id, 2, 0)
        return self.house.do(lambda work: asking(work, self.house.office, review, key, self.house.at)).gate.codes

    def holds(self) -> set[HoldSort]:
        found = self.house.do(lambda work: (*work.holds(case_id=self.case.id), *work.holds(review_id=self.review.id)))
        return {hold.sort for hold in found if hold.holds(self.house.at)}

    def row(self, row_id: str) -> OutboxRecord:
        return self.house.do(lambda work: work.outbox_row(row_id))

    def suppressed(self, address: str) -> bool:
        return self.house.do(lambda work: work.is_suppressed(work.hash_of("address", address)))

    def word(self, purpose: str = LIAISE) -> ConsentState:
        consents = self.house.do(lambda work: work.consents(self.case.id))
        return permission(consents, self.mother.id, purpose, london_day(self.house.at)).state


@pytest.fixture(scope="module")
def mind() -> Iterator[Mind]:
    profile = load_profile(None)
    with ExitStack() as closing:
        yield open_mind(profile.ruleset, profile.lookups, None, closing)


@pytest.fixture
def stage(tmp_path: Path, mind: Mind) -> Any:
    def make(number: str, at_stage: ReviewStage = ReviewStage.IN_PROGRESS, **how: Any) -> Staged:
        return staged(tmp_path, mind, number, at_stage, **how)

    return make


def staged(
    folder: Path, mind: Mind, number: str, at_stage: ReviewStage, *, recipient: str = "", message_id: str = ""
) -> Staged:
    """The files that a mail meets: its sender belongs to the case and chairs the review. ``recipient`` and
    ``message_id`` are those of our mail where it did not go to who writes now."""
    raw = (DATA / LABELS[number]["file"]).read_bytes()
    mail = message_from_bytes(raw, policy=policy.default)
    sender = getaddresses([str(mail["From"])])[0][1]
    written = parsedate_to_datetime(str(mail["Date"])).astimezone(UTC)
    new = new_house(folder, {}, f"mail{number}")
    house = House(new.folder, new.name, new.keys, new.roles, at=written - BEFORE)
    house.mind = mind
    reference = LABELS[number]["facts"].get("case_ref", "HS-7KQ4-M2XD")
    for_review = LABELS[number]["kind"] in (Kind.REVIEW_UPDATE, Kind.AUTO_REPLY, Kind.BOUNCE)
    to = recipient or sender
    case = CaseRecord(
        house.ids.new(),
        house.ids.reference() if for_review else reference,
        RecordType.REFERRAL,
        CaseState.OPEN,
        house.at,
        last_contact_at=house.at,
    )
    review = ReviewRecord(
        house.ids.new(),
        reference if for_review else house.ids.reference(),
        ReviewForm.DHR,
        ReviewState.OPEN,
        at_stage,
        house.at,
        house.at,
    )
    chair = ReviewPersonRecord(
        house.ids.new(),
        review.id,
        ReviewRole.CHAIR,
        house.at,
        name="Hilary Marsh",
        email=to if for_review else "chair@chairs.example",
        address_confirmed_by="Jo Brandt",
        address_confirmed_at=house.at,
    )
    mother = PersonRecord(house.ids.new(), case.id, PersonRole.FAMILY, name="Ruth Sandell", age=51)
    writer = PersonRecord(house.ids.new(), case.id, PersonRole.REFERRER, name="Who writes", email=sender)

    def act(work: Any) -> None:
        work.add_case(case, [MatchKey("reference", work.hash_of("reference", case.reference).hash)])
        work.add_person(mother)
        if not for_review:
            work.add_person(writer)
        work.add_review(review)
        work.add_review_person(chair)
        work.link_review(review.id, case.id)
        for purpose in (LIAISE, "contact"):
            work.add_consent(
                ConsentRecord(house.ids.new(), case.id, mother.id, purpose, True, "Jo Brandt", house.at, how="said")
            )
        key = follow_up_key(review.id, 1, 0)
        question = follow_up(work, house.office, review, chair, 0, key, house.at, case_id=case.id)
        answers = message_id or str(mail["In-Reply-To"] or "").strip("<>")
        work.queue_mail(replace(question, message_id=answers or question.message_id))

    house.do(act)
    house.look()
    (question,) = house.rows(MailClass.FOLLOW_UP)
    _leaves(house, question)
    house.at = written + timedelta(minutes=2)
    house.do(lambda work: plan_follow_up(work, house.office, work.review(review.id), house.at))
    return Staged(house, LABELS[number], raw, case, mother, review, question)


def _leaves(house: House, row: OutboxRecord) -> None:
    """That mail was sent then, whatever hour it was."""
    with house.store.begin("journey:dispatch", house.at) as work:
        claim = work.claim_outbox("test", house.at, 60)
        assert claim is not None and claim.row.id == row.id
        work.data_started(claim, house.at)
        work.settle_outbox(claim, OutboxState.SENT, "250 ok", house.at)


# -- replies --------------------------------------------------------------------------------------
REPLIES = [
    ("011", ReviewStage.DECISION_PENDING),
    ("013", ReviewStage.IN_PROGRESS),
    ("023", ReviewStage.DECISION_PENDING),
    ("034", ReviewStage.IN_PROGRESS),
    ("048", ReviewStage.DRAFT_REPORT),
    ("072", ReviewStage.COMMISSIONED),
    ("075", ReviewStage.SUBMITTED),
    ("089", ReviewStage.APPROVED),
    ("097", ReviewStage.SUBMITTED),
]


def test_every_reply_of_the_corpus_stands_in_the_table() -> None:
    assert [number for number, _ in REPLIES] == sorted(
        number for number, label in LABELS.items() if label["kind"] == Kind.REVIEW_UPDATE
    )


@pytest.mark.parametrize(("number", "before"), REPLIES)
def test_a_reply_ends_the_round_and_proposes_its_stage_for_one_act_of_a_human(
    stage: Any, number: str, before: ReviewStage
) -> None:
    here: Staged = stage(number, before)
    (planned,) = here.waiting()
    event = here.arrives()
    assert planned.id not in {one.id for one in here.waiting()}, "what was planned on the silence goes on"
    assert all(one.due > here.house.at + timedelta(weeks=1) for one in here.waiting())
    assert here.house.do(lambda work: work.review(here.review.id)).stage is before, "a machine moved the review"
    (told,) = [c for c in here.house.do(lambda work: work.changes(review_id=here.review.id)) if c.act == "reply"]
    assert told.after == "serving"
    says = here.label["facts"].get("review_stage")
    proposals = here.house.do(lambda work: work.proposals(review_id=here.review.id))
    assert [str(one.stage) for one in proposals if one.stage] == ([says] if says else [])
    if says:
        assert Shut.PROPOSAL_OPEN in here.shut()
        assert proposals[0].evidence and proposals[0].event_id == event.id
        here.house.act(triage.accept_proposal, proposals[0].id)
        assert here.house.do(lambda work: work.review(here.review.id)).stage == says
        over = says in (ReviewStage.PUBLISHED, ReviewStage.NOT_HELD) or proposals[0].chair_changes
        assert (here.waiting() == []) == over


@pytest.mark.parametrize("number", ["013", "048", "072"])
def test_the_same_reply_by_somebody_else_moves_nothing_and_holds(stage: Any, number: str) -> None:
    here: Staged = stage(number, ReviewStage.COMMISSIONED, recipient="hilary.marsh@chairs.example")
    here.arrives()
    assert here.house.do(lambda work: work.proposals(review_id=here.review.id)) == ()
    assert here.holds() == {HoldSort.MACHINE} and Shut.HELD in here.shut()


# -- absences -------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "back"), [("038", date(2026, 5, 18)), ("071", date(2026, 9, 14))])
@pytest.mark.promise("P6")
def test_an_absence_holds_until_its_day_and_is_no_answer(stage: Any, number: str, back: date) -> None:
    here: Staged = stage(number)
    event = here.arrives()
    assert Shut.ABSENT in here.shut()
    assert len(here.waiting()) == 1, "a machine's notice ended the round"
    assert here.house.rows(MailClass.RECEIPT) == [] and event.state == "closed"
    here.house.at = datetime(back.year, back.month, back.day, 22, tzinfo=UTC)
    here.house.look()
    assert Shut.ABSENT in here.shut(), "the day itself is kept"
    here.house.at += timedelta(hours=12)
    here.house.look()
    assert Shut.ABSENT not in here.shut()


def test_who_has_left_is_asked_nothing_and_a_human_asks_who_follows(stage: Any) -> None:
    here: Staged = stage("082")
    event = here.arrives()
    assert Shut.GONE in here.shut() and "taken over" in event.task
    assert event.urgency is not Urgency.NONE and here.house.rows(MailClass.RECEIPT) == []


def test_a_ticket_number_from_a_stranger_is_no_answer_and_gets_none(stage: Any) -> None:
    here: Staged = stage("051", recipient="hilary.marsh@chairs.example")
    (planned,) = here.waiting()
    here.arrives()
    assert here.waiting() == [planned] and here.holds() == set()
    assert here.house.do(lambda work: work.proposals()) == () and here.house.rows(MailClass.RECEIPT) == []


# -- bounces --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("number", "address", "message_id"),
    [
        ("025", "sunil.mehra@ealing.gov.uk", "20260413080000.hsd-follow-mj5w@victimsupport.org.uk"),
        ("062", "office@brookfieldreviews.example", "20260727152144.hsd-80177@victimsupport.org.uk"),
    ],
)
@pytest.mark.promise("P6")
def test_a_hard_bounce_suppresses_the_address_holds_the_review_and_is_told(
    stage: Any, number: str, address: str, message_id: str
) -> None:
    here: Staged = stage(number, recipient=address, message_id=message_id)
    assert not here.suppressed(address)
    here.arrives()
    assert here.suppressed(address) and not here.suppressed("hilary.marsh@chairs.example")
    assert here.row(here.question.id).state is OutboxState.REFUSED
    assert {Shut.SUPPRESSED, Shut.HELD} <= set(here.shut())
    here.house.turn()
    told = [row for row in here.house.rows(MailClass.NOTICE) if row.template == "notice-refused"]
    assert [row.recipient for row in told] == [STAFF.lead]
    assert not [row for row in here.house.rows() if row.recipient.lower().startswith(("postmaster", "mailer"))]


def test_a_delay_suppresses_nobody(stage: Any) -> None:
    ours = "20261010102638.ack-lz6p-3xdt@victimsupport.org.uk"
    here: Staged = stage("087", recipient="tessa.gill@gwent.police.uk", message_id=ours)
    here.arrives()
    assert not here.suppressed("tessa.gill@gwent.police.uk")
    assert here.row(here.question.id).state is OutboxState.SENT and here.holds() == set()


# -- wishes ---------------------------------------------------------------------------------------
def test_every_withdrawal_of_the_corpus_is_tried() -> None:
    flagged = sorted(number for number, label in LABELS.items() if Flag.CONSENT_DECLINED in label["flags"])
    assert flagged == WITHDRAWALS


WITHDRAWALS = ["033", "073", "077"]


@pytest.mark.parametrize("number", WITHDRAWALS)
@pytest.mark.promise("P5")
def test_a_withdrawal_holds_at_once_cancels_what_is_queued_and_waits_for_a_human(stage: Any, number: str) -> None:
    here: Staged = stage(number)
    assert here.word() is ConsentState.GIVEN and here.waiting()

    def queue(work: Any) -> None:
        chair = work.people_of_review(here.review.id)[0]
        key = follow_up_key(here.review.id, 1, 1)
        work.queue_mail(follow_up(work, here.house.office, here.review, chair, 1, key, here.house.at))

    here.house.do(queue)
    event = here.arrives()
    (queued,) = [row for row in here.house.rows(MailClass.FOLLOW_UP) if row.id != here.question.id]
    assert queued.state is OutboxState.CANCELLED and here.waiting() == []
    assert here.word() is ConsentState.READ_NO and Shut.NO_PERMISSION in here.shut()
    assert "record what was withdrawn" in event.task and event.state == "untriaged"
    assert event.case_id == here.case.id or here.case.id in _proposed(here, event)


@pytest.mark.parametrize("number", ["063", "078"])
@pytest.mark.promise("P5")
def test_an_agreement_is_shown_and_permits_nothing_until_a_human_records_it(stage: Any, number: str) -> None:
    here: Staged = stage(number)
    event = here.arrives()
    here.house.act(triage.link, event.reference, here.case.reference)
    read = [c for c in here.house.do(lambda work: work.consents(here.case.id)) if c.read_by_machine]
    assert [(c.purpose, c.given, c.event_id) for c in read] == [("referral", True, event.id)]
    assert here.word("referral") is ConsentState.READ_YES and here.word() is ConsentState.GIVEN
    here.house.act(triage.settle_wish, here.case.reference, read[0].id)
    assert here.word("referral") is ConsentState.GIVEN


@pytest.mark.promise("P7")
def test_a_threat_alerts_and_holds_every_question_of_the_case(stage: Any) -> None:
    here: Staged = stage("084")
    event = here.arrives()
    here.house.turn()
    assert event.urgency is Urgency.NOW and Shut.RISK_OPEN in here.shut()
    assert [row.recipient for row in here.house.rows(MailClass.ALERT)] == [STAFF.on_call]


def test_a_pretext_acts_on_nothing(stage: Any) -> None:
    """041 claims to be the new officer; our gateway refutes it: no link, no answer, no stop, and a human looks."""
    here: Staged = stage("041")
    event = here.arrives()
    assert event.case_id != here.case.id and here.house.rows(MailClass.RECEIPT) == []
    assert here.word() is ConsentState.GIVEN and len(here.waiting()) == 1
    assert event.state == "untriaged" and Shut.UNTRIAGED in here.shut(), "while nobody has looked, nobody is asked"


@pytest.mark.parametrize("number", ["007", "021", "053"])
def test_news_of_a_person_of_the_case_belongs_to_it_and_is_seen_before_anything_is_asked(
    stage: Any, number: str
) -> None:
    here: Staged = stage(number)
    event = here.arrives()
    assert event.case_id == here.case.id or here.case.id in _proposed(here, event)
    assert Shut.UNTRIAGED in here.shut()


def _proposed(here: Staged, event: EventRecord) -> set[str]:
    view = here.house.do(lambda work: work.event_view(event.id))
    return {case.id for case, _ in view.proposed_cases}
