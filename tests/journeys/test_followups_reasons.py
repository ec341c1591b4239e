"""What forbids a question to a Chair is heard at each place where one is asked about, and each place by itself (P5).

A question is asked about when it is planned, when it rings, right before it leaves (``may_leave``), and by the gate of
dispatch. Each would stop most of it alone, so a place that has gone deaf would not be noticed in a story told from end
to end. Here something is written into the store behind everybody's back, and then one place is asked: with what
sentence, exactly, and until when it stays shut.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mailflow.courier import check_recipient
from mailflow.flow.followups import STALE_WHY, Asking, Leaving, asking, may_leave, ring_follow_up
from mailflow.flow.gate import Cancel, Hold, Pass, make_gate
from mailflow.flow.letters import follow_up
from mailflow.followup import Shut
from mailflow.model.decision import ReminderKind
from mailflow.model.life import (
    ChangeRecord,
    DaySort,
    HoldRecord,
    HoldSort,
    ProposalRecord,
    ReviewPersonRecord,
    ReviewRecord,
    ReviewState,
    SensitiveDay,
)
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    EventState,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    PersonRole,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Flag, ReviewStage
from tests.support.store import event, mail
from tests.support.years import CHAIR, LIAISE, START, Years, years

pytestmark = pytest.mark.promise("P5")

DUE = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)
"""A Monday, eight weeks after the permission: the question is due since nine o'clock."""
TODAY = DUE.date()
ONE_DAY = timedelta(days=1)
NEXT_DAY = datetime(2027, 1, 19, 9, 0, tzinfo=UTC)
IN_FIVE_MINUTES = DUE + timedelta(minutes=5)


@dataclass
class World:
    """A family who permits it, an open review, a confirmed Chair, and a question that may leave right now."""

    house: Years
    case: CaseRecord
    mother: PersonRecord
    review: ReviewRecord
    chair: ReviewPersonRecord

    @property
    def planned(self) -> ReminderRecord:
        """The reminder that asks."""
        (one,) = self.house.reminders(kinds=[ReminderKind.FOLLOW_UP], review_id=self.review.id)
        return one

    @property
    def key(self) -> str:
        return self.planned.key

    def asked(self) -> Asking:
        key = self.key
        return self.house.do(
            lambda work: asking(work, self.house.office, work.review(self.review.id), key, self.house.at)
        )

    def rings(self) -> ReminderRecord:
        planned = self.planned
        return self.house.do(lambda work: ring_follow_up(work, planned, self.house.office, self.house.at))

    def queued(self) -> OutboxRecord:
        """The question, in the outbox and not sent yet."""
        assert self.house.ring() == 1
        (row,) = self.house.asked()
        assert row.state is OutboxState.QUEUED
        return row

    def leaves(self, row: OutboxRecord) -> Leaving:
        return self.house.do(lambda work: may_leave(work, self.house.office, row, self.house.at))

    def passes(self, row: OutboxRecord) -> Any:
        """What the gate of dispatch says."""
        office = self.house.office
        gate = make_gate(office.policy.sending, partial(check_recipient, test_domains=True), office)
        return self.house.do(lambda work: gate(work, row, self.house.at))

    def hold(self, **of: Any) -> None:
        hold = HoldRecord(self.house.ids.new(), HoldSort.COMPLAINT, self.house.at, "Jo", why="a test", **of)
        self.house.do(lambda work: work.add_hold(hold))

    def word(self, **changes: Any) -> None:
        """A record in the ledger, of the mother and for the Chair unless it says otherwise."""
        given: dict[str, Any] = {
            "id": self.house.ids.new(),
            "case_id": self.case.id,
            "person_id": self.mother.id,
            "purpose": LIAISE,
            "given": False,
            "recorded_by": "Jo",
            "recorded_at": self.house.at,
        }
        self.house.do(lambda work: work.add_consent(ConsentRecord(**{**given, **changes})))

    def day(self, first: date, last: date | None = None, **of: Any) -> None:
        day = SensitiveDay(self.house.ids.new(), first, last or first, DaySort.TRIAL, "Jo", **of)
        self.house.do(lambda work: work.add_day(day))

    def event(self, **changes: Any) -> str:
        given = {"flags": (), "sender_address": "clerk@elsewhere.example", "created_at": self.house.at, **changes}
        made = event(**given)
        self.house.do(lambda work: work.add_event(made, ()))
        return made.id

    def change_review(self, **changes: Any) -> None:
        self.house.do(lambda work: work.save_review(replace(work.review(self.review.id), **changes)))

    def change_chair(self, **changes: Any) -> None:
        self.house.do(lambda work: work.save_review_person(replace(self.chair, **changes)))

    def change_case(self, **changes: Any) -> None:
        self.house.do(lambda work: work.save_case(replace(work.case(self.case.id), **changes)))

    def change_mother(self, **changes: Any) -> None:
        self.house.do(lambda work: work.save_person(replace(self.mother, **changes)))

    def away(self, until: datetime | None, *, gone: bool = False) -> None:
        self.house.do(lambda work: work.note_absence(work.hash_of("address", CHAIR), until, gone=gone))

    def suppress(self) -> None:
        self.house.do(lambda work: work.suppress(work.hash_of("address", CHAIR), "bounced", self.house.at))

    def merge(self) -> None:
        other, _ = self.house.family()
        self.change_case(merged_into=other.id)

    def another_case_closed(self) -> None:
        other, _ = self.house.family(state=CaseState.CLOSED, closed_at=self.house.at)
        self.house.do(lambda work: work.link_review(self.review.id, other.id))

    def may_belong(self) -> None:
        found = self.event()
        self.house.do(lambda work: work.propose_link(found, self.case.id, "a test"))

    def proposes(self) -> None:
        about = self.event(state=EventState.CLOSED)
        proposal = ProposalRecord(self.house.ids.new(), self.review.id, about, START)
        self.house.do(lambda work: work.add_proposal(proposal))

    def another_mail_of_ours(self, state: OutboxState, settled_at: datetime | None = None) -> None:
        """One about the same review, of another round."""
        number = self.house.ids.new()

        def act(work: Any) -> None:
            key = f"followup:{self.review.id}:7:0"
            row = follow_up(work, self.house.office, self.review, self.chair, 0, key, START)
            assert work.queue_mail(replace(row, id=number, state=state, settled_at=settled_at))

        self.house.do(act)

    def mail_waits(self) -> None:
        """It came six minutes ago, and intake has not got to it."""
        came = self.house.at - timedelta(minutes=6)
        self.house.do(lambda work: work.add_mail(mail(77, received_at=came, internal_date=came)))

    def chair_wrote(self, at: datetime) -> None:
        change = ChangeRecord(
            self.house.ids.new(), f"review:{self.review.id}", at, "journey:intake", "reply",
            after="serving", review_id=self.review.id,
        )  # fmt: skip
        self.house.do(lambda work: work.add_change(change))

    def nobody_looks(self) -> None:
        """The last look into the mailboxes is five minutes old."""
        self.house.at += timedelta(minutes=5)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with years(tmp_path) as house:
        case, mother = house.family()
        house.permit(case, mother)
        review, chair = house.review(case)
        house.at = DUE
        house.look()
        yield World(house, case, mother, review, chair)


@dataclass(frozen=True)
class Row:
    """Something that forbids it."""

    act: Callable[[World], None]
    codes: tuple[Shut, ...]
    says: str
    """All reasons, as the row and the lead read them."""
    until: datetime | None = None
    """When the gate of leaving is asked again; ``None``: never, it is taken back."""
    rings: ReminderState = ReminderState.WAITING
    """The reminder waits, or its round is over."""
    replaced: bool = False
    """At leaving it is the Chair who is another one."""


NO_YES = "no permission: no relative's permission to liaise with the Chair is live"
REFUSED = "no permission: no permission is live, and one person of the family refused"
HELD = "held: there is a complaint"
TOMORROW = NEXT_DAY
"""What only a person ends is looked at again at the opening of the next working day."""
DONE = ReminderState.DONE

FORBIDS: dict[str, Row] = {
    "the global stop": Row(
        lambda w: w.house.do(lambda work: work.set_stopped("a test")),
        (Shut.STOPPED,), "the global stop is on", TOMORROW,
    ),
    "review closed": Row(
        lambda w: w.change_review(state=ReviewState.CLOSED, closed_at=DUE),
        (Shut.REVIEW_CLOSED,), "the review is closed", rings=DONE,
    ),
    "published": Row(
        lambda w: w.change_review(stage=ReviewStage.PUBLISHED),
        (Shut.STAGE_ENDED,), "the review is published", rings=DONE,
    ),
    "case closed": Row(
        lambda w: w.change_case(state=CaseState.CLOSED, closed_at=DUE),
        (Shut.CASE_CLOSED, Shut.NO_PERMISSION),
        f"every case that waits for the review is closed; {NO_YES}", rings=DONE,
    ),
    "case merged": Row(
        lambda w: w.merge(),
        (Shut.CASE_CLOSED, Shut.NO_PERMISSION), f"no case waits for the review; {NO_YES}", rings=DONE,
    ),
    "a no": Row(lambda w: w.word(), (Shut.NO_PERMISSION,), REFUSED),
    "a no that a machine read": Row(
        lambda w: w.word(recorded_by="journey:intake", read_by_machine=True), (Shut.NO_PERMISSION,), REFUSED
    ),
    "a condition": Row(
        lambda w: w.word(given=True, condition="after the trial"), (Shut.NO_PERMISSION,), NO_YES
    ),
    "a last day that was yesterday": Row(
        lambda w: w.word(given=True, ends_on=TODAY - ONE_DAY), (Shut.NO_PERMISSION,), NO_YES
    ),
    "a first day that is tomorrow": Row(
        lambda w: w.word(given=True, given_on=TODAY + ONE_DAY), (Shut.NO_PERMISSION,), NO_YES
    ),
    "who permitted it left the case": Row(lambda w: w.change_mother(left_at=DUE), (Shut.NO_PERMISSION,), NO_YES),
    "who permitted it is 17": Row(lambda w: w.change_mother(age=17), (Shut.NO_PERMISSION,), NO_YES),
    "who permitted it is no relative": Row(
        lambda w: w.change_mother(role=PersonRole.WRITER), (Shut.NO_PERMISSION,), NO_YES
    ),
    "the Chair stepped down": Row(
        lambda w: w.change_chair(until=DUE), (Shut.NO_CHAIR, Shut.ADDRESS_UNCONFIRMED),
        "nobody is known to chair the review at present; no human has confirmed the address of the Chair",
        replaced=True,
    ),
    "nobody confirmed the address": Row(
        lambda w: w.change_chair(address_confirmed_by="", address_confirmed_at=None),
        (Shut.ADDRESS_UNCONFIRMED,), "no human has confirmed the address of the Chair",
    ),
    "suppressed": Row(
        lambda w: w.suppress(), (Shut.SUPPRESSED,), "the address of the Chair is written to no more"
    ),
    "a hold on the review": Row(lambda w: w.hold(review_id=w.review.id), (Shut.HELD,), HELD, TOMORROW),
    "a hold on the case": Row(lambda w: w.hold(case_id=w.case.id), (Shut.HELD,), HELD, TOMORROW),
    "a hold on who permits it": Row(
        lambda w: w.hold(case_id=w.case.id, person_id=w.mother.id), (Shut.HELD,), HELD, TOMORROW
    ),
    "a hold on the Chair": Row(
        lambda w: w.hold(review_id=w.review.id, person_id=w.chair.id), (Shut.HELD,), HELD, TOMORROW
    ),
    "a hold that ends": Row(
        lambda w: w.hold(case_id=w.case.id, until=DUE + timedelta(hours=2)),
        (Shut.HELD,), HELD, DUE + timedelta(hours=2),
    ),
    "away until Thursday": Row(
        lambda w: w.away(datetime(2027, 1, 21, 9, 0, tzinfo=UTC)),
        (Shut.ABSENT,), "the Chair is away until 2027-01-21", datetime(2027, 1, 21, 9, 0, tzinfo=UTC),
    ),
    "away without a day": Row(
        lambda w: w.away(None),
        (Shut.ABSENT,), "the Chair is away and named no day; held until 2027-02-01", DUE + timedelta(days=14),
    ),
    "gone for good": Row(
        lambda w: w.away(None, gone=True),
        (Shut.GONE,), "the Chair has left for good, as their machine says: ask who follows",
    ),
    "nobody looks into the mailboxes": Row(
        lambda w: w.nobody_looks(),
        (Shut.NOT_FRESH,), "a folder was not looked at within 5 minutes", IN_FIVE_MINUTES + timedelta(minutes=5),
    ),
    "a mail waits": Row(
        lambda w: w.mail_waits(),
        (Shut.MAIL_WAITING,), "1 mail waits to be taken in or set right", IN_FIVE_MINUTES,
    ),
    "an event of the case that nobody has seen": Row(
        lambda w: w.event(case_id=w.case.id),
        (Shut.UNTRIAGED,), "nobody has looked at 1 event that may belong to the case", TOMORROW,
    ),
    "an event that may be of the case": Row(
        lambda w: w.may_belong(),
        (Shut.UNTRIAGED,), "nobody has looked at 1 event that may belong to the case", TOMORROW,
    ),
    "a risk that somebody has taken": Row(
        lambda w: w.event(case_id=w.case.id, state=EventState.TAKEN, flags=(Flag.RISK,)),
        (Shut.RISK_OPEN,), "an event of the case tells of risk and is open", TOMORROW,
    ),
    "a proposal": Row(
        lambda w: w.proposes(),
        (Shut.PROPOSAL_OPEN,), "nobody has said whether what a reply proposes is right", TOMORROW,
    ),
    "an answer that nobody has seen": Row(
        lambda w: w.event(sender_address=CHAIR.title()),
        (Shut.REPLY_WAITING,), "something came from the Chair since the last mail of ours", TOMORROW,
    ),
    "another mail that has not left": Row(
        lambda w: w.another_mail_of_ours(OutboxState.DEFERRED),
        (Shut.UNSETTLED,), "1 mail of ours about the review has not left or is uncertain", TOMORROW,
    ),
    "the Chair was asked a week ago": Row(
        lambda w: w.another_mail_of_ours(OutboxState.SENT, DUE - timedelta(days=7)),
        (Shut.TOO_SOON,), "the next one is due on 2027-03-08", datetime(2027, 3, 8, 9, 0, tzinfo=UTC),
    ),
    "a day that the Chair named has just been": Row(
        lambda w: w.change_review(next_on=TODAY - ONE_DAY),
        (Shut.TOO_SOON,), "the next one is due on 2027-01-25", datetime(2027, 1, 25, 9, 0, tzinfo=UTC),
    ),
    "the review pauses": Row(
        lambda w: w.change_review(stage=ReviewStage.PAUSED),
        (Shut.TOO_SOON,), "the next one is due on 2027-02-15", datetime(2027, 2, 15, 9, 0, tzinfo=UTC),
    ),
    "the Chair wrote a week ago": Row(
        lambda w: w.chair_wrote(DUE - timedelta(days=7)),
        (Shut.TOO_SOON,), "the next one is due on 2027-03-08", datetime(2027, 3, 8, 9, 0, tzinfo=UTC),
    ),
    "a day kept free by the case": Row(
        lambda w: w.day(TODAY, case_id=w.case.id), (Shut.SENSITIVE_DAY,), "the day is kept free", NEXT_DAY
    ),
    "the last of several days of the review": Row(
        lambda w: w.day(TODAY - 3 * ONE_DAY, TODAY, review_id=w.review.id),
        (Shut.SENSITIVE_DAY,), "the day is kept free", NEXT_DAY,
    ),
    "a day that comes back each year": Row(
        lambda w: w.day(date(2024, 1, 18), case_id=w.case.id, yearly=True),
        (Shut.SENSITIVE_DAY,), "the day is kept free", NEXT_DAY,
    ),
}  # fmt: skip
NEEDS_A_LAST_WORD = frozenset({"the review pauses", "a day that the Chair named has just been"})
"""The rhythm counts from what was said; before the first question nothing was."""

names = pytest.mark.parametrize("name", FORBIDS)


def prepared(world: World, name: str) -> None:
    if name in NEEDS_A_LAST_WORD:
        world.chair_wrote(START)


def test_without_any_of_it_the_question_may_leave_everywhere(world: World) -> None:
    """Else nothing below would prove anything."""
    asked = world.asked()
    assert asked.gate.open and asked.gate.codes == ()
    row = world.queued()
    assert world.leaves(row) == Leaving("", None)
    assert world.passes(row) == Pass()


def test_every_reason_that_a_question_can_have_is_tried() -> None:
    told = {code for row in FORBIDS.values() for code in row.codes}
    of_the_hour = {Shut.CLOSED_DAY, Shut.QUIET_HOURS}
    assert told | of_the_hour | {Shut.ROUND_OVER} == set(Shut)


@names
def test_planning_hears_it(world: World, name: str) -> None:
    prepared(world, name)
    FORBIDS[name].act(world)
    gate = world.asked().gate
    assert gate.codes == FORBIDS[name].codes
    assert "; ".join(gate.reasons) == FORBIDS[name].says


@names
def test_ringing_hears_it_and_queues_nothing(world: World, name: str) -> None:
    prepared(world, name)
    row = FORBIDS[name]
    row.act(world)
    after = world.rings()
    assert after.state is row.rings
    if row.rings is DONE:
        assert after.why == row.says.partition("; ")[0]
    else:
        assert after.gate == ("the Chair has left; " if Shut.GONE in row.codes else "") + row.says
        assert after.due > world.house.at
    assert [mail for mail in world.house.asked() if mail.key == world.key] == []


@names
def test_leaving_hears_it(world: World, name: str) -> None:
    prepared(world, name)
    row = FORBIDS[name]
    queued = world.queued()
    row.act(world)
    if row.replaced:
        assert world.leaves(queued) == Leaving(
            "somebody else chairs the review now, or their address has changed", None
        )
    else:
        assert world.leaves(queued) == Leaving(row.says, row.until)
    assert not isinstance(world.passes(queued), Pass)


def test_dispatch_holds_and_takes_back_a_question_before_it_asks_anything_else(world: World) -> None:
    """The stop and the suppression are asked of every mail; in words of their own."""
    row = world.queued()
    world.suppress()
    assert world.passes(row) == Cancel(
        "the address is suppressed: an earlier mail to it bounced for good, or none is wanted"
    )
    world.house.do(lambda work: work.set_stopped("a test"))
    assert world.passes(row) == Hold("all sending is stopped: a test", row.due, stopped=True)


# -- what does not forbid it ------------------------------------------------------------------------
ALLOWS: dict[str, Callable[[World], None]] = {
    "another case that is closed": lambda w: w.another_case_closed(),
    "a hold on somebody whose permission does not count": lambda w: w.hold(case_id=w.case.id, person_id="a" * 32),
    "a hold that ended": lambda w: w.hold(case_id=w.case.id, ended_at=DUE, ended_by="Jo"),
    "a hold that ends now": lambda w: w.hold(case_id=w.case.id, until=DUE),
    "a last day that is today": lambda w: w.word(given=True, ends_on=TODAY),
    "a first day that is today": lambda w: w.word(given=True, given_on=TODAY),
    "a no for something else": lambda w: w.word(purpose="contact"),
    "who permitted it is 18": lambda w: w.change_mother(age=18),
    "who permitted it leaves tomorrow": lambda w: w.change_mother(left_at=DUE + ONE_DAY),
    "back now": lambda w: w.away(DUE),
    "a day kept free yesterday": lambda w: w.day(TODAY - 2 * ONE_DAY, TODAY - ONE_DAY, case_id=w.case.id),
    "a day kept free tomorrow": lambda w: w.day(TODAY + ONE_DAY, review_id=w.review.id),
    "a risk that was closed": lambda w: w.event(case_id=w.case.id, state=EventState.CLOSED, flags=(Flag.RISK,)),
    "an answer that somebody has seen": lambda w: w.event(sender_address=CHAIR, state=EventState.ACCEPTED),
    "the Chair was asked eight weeks ago": lambda w: w.another_mail_of_ours(OutboxState.SENT, DUE - timedelta(weeks=8)),
    "a question of another round that was taken back": lambda w: w.another_mail_of_ours(OutboxState.CANCELLED, DUE),
    "the Chair wrote eight weeks ago": lambda w: w.chair_wrote(DUE - timedelta(weeks=8)),
}


@pytest.mark.parametrize("name", ALLOWS)
def test_what_is_over_or_about_somebody_else_does_not_keep_it_back(world: World, name: str) -> None:
    row = world.queued()
    ALLOWS[name](world)
    assert world.leaves(row) == Leaving("", None)
    assert world.passes(row) == Pass()


# -- the hour ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "says", "until"),
    [
        (datetime(2027, 1, 18, 15, 59, tzinfo=UTC), "", None),
        (datetime(2027, 1, 18, 16, 0, tzinfo=UTC), "questions leave between 9:00 and 16:00 in London", NEXT_DAY),
        (datetime(2027, 1, 19, 8, 59, tzinfo=UTC), "questions leave between 9:00 and 16:00 in London", NEXT_DAY),
        (datetime(2027, 1, 19, 9, 0, tzinfo=UTC), "", None),
        (
            datetime(2027, 1, 23, 10, 0, tzinfo=UTC),
            "it is a weekend, a bank holiday or a closure day",
            datetime(2027, 1, 25, 9, 0, tzinfo=UTC),
        ),
    ],
    ids=["the last minute", "quiet hours", "too early", "the first minute", "Saturday"],
)
def test_it_leaves_within_sending_hours_to_the_minute(
    world: World, at: datetime, says: str, until: datetime | None
) -> None:
    row = replace(world.queued(), created_at=at - ONE_DAY)
    world.house.at = at
    world.house.look()
    assert world.leaves(row) == Leaving(says, until)


# -- somebody else, another day, too late -----------------------------------------------------------
def test_a_question_goes_only_to_who_chairs_the_review_when_it_leaves(world: World) -> None:
    row = world.queued()
    gone = Leaving("somebody else chairs the review now, or their address has changed", None)
    assert world.leaves(replace(row, recipient=CHAIR.upper())) == Leaving("", None)
    assert world.leaves(replace(row, recipient="old@chair.example")) == gone
    assert world.leaves(replace(row, person_id=world.house.ids.new())) == gone
    assert world.leaves(replace(row, review_id="")).until is None


def test_of_two_questions_to_one_chair_the_second_waits_for_another_day(world: World) -> None:
    row = world.queued()
    case, mother = world.house.family()
    world.house.do(
        lambda work: work.add_consent(
            ConsentRecord(world.house.ids.new(), case.id, mother.id, LIAISE, True, "Jo", START)
        )
    )
    other, _ = world.house.review(case, opened_at=START)
    assert world.leaves(row) == Leaving("", None), "what is only planned takes no day"
    world.house.at += timedelta(minutes=1)
    plan = world.house.reminders(kinds=[ReminderKind.FOLLOW_UP], review_id=other.id)[0]
    rung = world.house.do(lambda work: ring_follow_up(work, plan, world.house.office, world.house.at))
    assert (rung.gate, rung.due) == ("the Chair gets another question of ours that day", NEXT_DAY)


@pytest.mark.parametrize(("days", "taken_back"), [(3, False), (4, True)])
def test_what_was_held_for_longer_than_the_policy_allows_is_taken_back(
    world: World, days: int, taken_back: bool
) -> None:
    """Three working days: from Monday until Thursday, and on Friday a human decides. Never a burst."""
    assert world.house.office.policy.follow_ups.stale_working_days == 3
    row = world.queued()
    world.hold(case_id=world.case.id)
    world.house.at = DUE + timedelta(days=days)
    world.house.look()
    left = world.leaves(row)
    assert (left.until is None) == taken_back
    assert left.why == ("it waited too long: " if taken_back else "") + HELD


def test_a_question_in_the_outbox_waits_where_its_chair_got_another_meanwhile(world: World) -> None:
    row = world.queued()
    case, _ = world.house.family()
    other, chair = world.house.review(case)
    world.house.do(
        lambda work: work.queue_mail(
            replace(
                follow_up(work, world.house.office, other, chair, 0, f"followup:{other.id}:1:0", DUE),
                state=OutboxState.SENT,
                settled_at=DUE,
            )
        )
    )
    assert world.leaves(row) == Leaving("the Chair gets another question of ours that day", NEXT_DAY)


def test_what_was_planned_for_one_chair_is_not_asked_of_the_next(world: World) -> None:
    world.change_chair(until=DUE)
    following = replace(world.chair, id=world.house.ids.new(), email="following@chair.example", until=None)
    world.house.do(lambda work: work.add_review_person(following))
    assert world.asked().gate.open
    after = world.rings()
    assert (after.state, after.why) == (DONE, "somebody else chairs the review now")
    assert world.house.asked() == []


def test_what_rings_too_late_is_held_for_a_human(world: World) -> None:
    world.house.at = DUE + timedelta(days=4)
    world.house.look()
    after = world.rings()
    assert (after.state, after.gate) == (ReminderState.HELD, STALE_WHY)
    assert world.house.asked() == []


def test_without_an_office_no_question_ever_passes(world: World) -> None:
    """Nobody there could ask the gate again."""
    row = world.queued()
    bare = make_gate(world.house.office.policy.sending, partial(check_recipient, test_domains=True))
    assert world.house.do(lambda work: bare(work, row, world.house.at)) == Cancel(
        "nobody here can say whether it is permitted"
    )
