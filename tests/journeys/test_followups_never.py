"""No sequence of mails, clock ticks, human acts and restarts sends a question against P4, P5 and P6.

The machine plays a house at random and keeps a book of its own of what is permitted. After every step each question
that left is held against that book as it stood at that moment.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mailflow.flow.planning import plan_follow_up, stop_for_family
from mailflow.followup import LONDON
from mailflow.model.decision import ReminderKind
from mailflow.model.life import HoldRecord, HoldSort
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseState, OutboxState, ReminderState
from mailflow.model.words import Flag, Kind
from tests.support.years import CHAIR, OFFICER, STAFF, STAFF_ADDRESSES, Years, years

pytestmark = [pytest.mark.promise("P4"), pytest.mark.promise("P5"), pytest.mark.promise("P6")]

SECRET = "Zebedee Quillfeather"
"""A name that every mail holds and none of ours may ever repeat."""
MOST_IN_A_ROUND = 3
"""A question and two reminders; then it is a human's turn."""
LEAST_BETWEEN = timedelta(days=14)
"""Ten working days: no two mails of ours to a Chair about one review are nearer to each other."""


WAITING = (ReminderState.WAITING,)
AGAINST_IT: dict[str, Callable[[LivesForYears], None]] = {
    "absence": lambda life: life.the_chair_is_away(45),
    "absence without a day": lambda life: life.the_chair_is_away(None),
    "bounce": lambda life: life.the_last_question_comes_back(),
    "case closed": lambda life: life.close_or_reopen(True),
    "hold": lambda life: life.hold(HoldSort.COMPLAINT),
    "nothing": lambda life: None,
    "permission gone": lambda life: life.withdraw(False),
    "permission withdrawn": lambda life: life.withdraw(True),
    "stop": lambda life: life.stop_or_resume(True),
    "stranger": lambda life: life.a_stranger_writes_in_the_thread(),
}
"""What can happen right before a question would leave, and must keep it back; or nothing at all."""
NEEDS_A_QUESTION = frozenset({"bounce", "stranger"})
"""Both answer a mail of ours."""


class LivesForYears(RuleBasedStateMachine):
    """One family, one review, one Chair."""

    @initialize(asked=st.booleans())
    def open(self, asked: bool) -> None:
        """An open review; where ``asked``, with a permission, and lived until its first question left."""
        self.folder = Path(tempfile.mkdtemp())
        self.opened = years(self.folder)
        self.house: Years = self.opened.__enter__()
        self.case, self.mother = self.house.family()
        self.review, self.chair = self.house.review(self.case)
        self.permitted = self.held = self.closed = self.stopped = self.bounced = False
        self.away_until: datetime | None = None
        self.seen = self.unprompted = 0
        if asked:
            self.permit()
            self._live((date(2027, 1, 19) - self.house.at.date()).days)
            assert len(self.house.asked()) == 1

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    # -- acts of humans -------------------------------------------------------------------------
    @rule()
    def permit(self) -> None:
        self.house.at += timedelta(minutes=1)
        self.house.permit(self.case, self.mother)
        self.permitted = True
        self._prompted()
        self.house.do(lambda work: plan_follow_up(work, self.house.office, work.review(self.review.id), self.house.at))

    @rule(stops=st.booleans())
    def withdraw(self, stops: bool) -> None:
        """Where it does not stop what is planned, only the gate knows of it."""
        self.house.at += timedelta(minutes=1)
        self.house.permit(self.case, self.mother, given=False)
        self.permitted = False
        if not stops:
            return
        self.house.do(lambda work: stop_for_family(work, self.house.office, self.case.id, "a test", self.house.at))

    @rule(sort=st.sampled_from(list(HoldSort)))
    def hold(self, sort: HoldSort) -> None:
        hold = HoldRecord(self.house.ids.new(), sort, self.house.at, "Jo", case_id=self.case.id, why="a test")
        self.house.do(lambda work: work.add_hold(hold))
        self.held = True

    @rule()
    def release(self) -> None:
        def act(work: Any) -> None:
            live = (*work.holds(case_id=self.case.id), *work.holds(review_id=self.review.id))
            for hold in live:
                if hold.holds(self.house.at):
                    work.end_hold(hold.id, "Jo", self.house.at)

        self.house.do(act)
        self.held = False
        self._prompted()

    @rule()
    def look_at_everything(self) -> None:
        self.house.accept_all()
        self._prompted()

    @rule(closed=st.booleans())
    def close_or_reopen(self, closed: bool) -> None:
        state = CaseState.CLOSED if closed else CaseState.OPEN
        at = self.house.at if closed else None
        self.house.do(lambda work: work.save_case(replace(work.case(self.case.id), state=state, closed_at=at)))
        self.closed = closed

    @rule(stopped=st.booleans())
    def stop_or_resume(self, stopped: bool) -> None:
        self.house.do(lambda work: work.set_stopped("a test" if stopped else ""))
        self.stopped = stopped

    # -- mails ----------------------------------------------------------------------------------
    @rule(thread=st.booleans())
    def the_chair_writes(self, thread: bool) -> None:
        asked = [row for row in self.house.asked() if row.state is OutboxState.SENT]
        answers = asked[-1] if thread and asked else None
        self.house.takes(CHAIR, f"{SECRET}: the panel meets on 14 March.", answers=answers)
        self.away_until = None
        self._prompted()

    @rule()
    def a_stranger_writes_in_the_thread(self) -> None:
        asked = [row for row in self.house.asked() if row.state is OutboxState.SENT]
        if asked:
            self.house.takes("stranger@elsewhere.example", f"{SECRET} says no.", answers=asked[-1])
            self.held = True

    @rule()
    def the_family_takes_it_back_in_a_mail(self) -> None:
        self.house.at += timedelta(minutes=1)
        receipts = [row for row in self.house.asked() if row.state is OutboxState.SENT]
        self.house.takes(
            OFFICER,
            f"{SECRET} wants no more contact.",
            kind=Kind.CASE_UPDATE,
            flags=(Flag.CONSENT_DECLINED,),
            own_references=(self.case.reference,),
            answers=receipts[-1] if receipts else None,
        )
        if receipts:
            self.held = True
            self.permitted = False

    @rule(days=st.one_of(st.none(), st.integers(1, 120)))
    def the_chair_is_away(self, days: int | None) -> None:
        """Their machine names the day on which they are back, or none: then they are left alone for two weeks."""
        back = self.house.at.astimezone(LONDON).date() + timedelta(days=days or 14)
        self.house.away(CHAIR, f"{back.day} {back:%B} {back.year}" if days else None)
        self.away_until = datetime.combine(back, time(0), LONDON)

    @rule()
    def the_last_question_comes_back(self) -> None:
        asked = [row for row in self.house.asked() if row.state is OutboxState.SENT]
        if asked:
            self.house.comes_back(asked[-1])
            self.bounced = self.held = True

    # -- time -----------------------------------------------------------------------------------
    @rule(days=st.integers(1, 40), hours=st.integers(0, 23))
    def time_passes(self, days: int, hours: int) -> None:
        self._live(days)
        self.house.go(hours=hours)

    @rule(days=st.integers(2, 60))
    def the_service_is_down(self, days: int) -> None:
        before = len(self.house.asked())
        self.house.go(days=days)
        assert len(self.house.asked()) <= before + 1, "a burst after an outage"

    @rule()
    def the_service_restarts(self) -> None:
        self.house.restart()

    @rule(days=st.integers(15, 90))
    def all_goes_well(self, days: int) -> None:
        """Somebody sets everything right, and weeks pass: without this hardly anything would ever leave."""
        self.stop_or_resume(False)
        self.close_or_reopen(False)
        self.permit()
        self.release()
        self.look_at_everything()
        self.house.do(lambda work: work.end_absence(work.hash_of("address", CHAIR)))
        self.house.do(lambda work: work.lift_suppression(work.hash_of("address", CHAIR)))
        self.bounced = False
        self.away_until = None
        self._prompted()
        self._live(days)

    @rule(what=st.sampled_from(sorted(AGAINST_IT)), days=st.integers(3, 40), to_a_reminder=st.booleans())
    def something_happens_right_before_a_question(self, what: str, days: int, to_a_reminder: bool) -> None:
        """The hour at which a fault would show: all is well, a question is due tomorrow, and then it must not leave."""
        self.all_goes_well(1)
        for _ in range(1 + to_a_reminder):
            due = [one.due for one in self.house.reminders(kinds=[ReminderKind.FOLLOW_UP], states=WAITING)]
            if not due:
                return
            self._live(max(0, (min(due) - self.house.at).days))
        self.what_left_was_permitted()
        AGAINST_IT[what](self)
        self._live(days)

    def _live(self, days: int) -> None:
        """The service runs day after day."""
        for _ in range(days):
            self.house.at += timedelta(days=1)
            if self.house.is_due():
                self.house.turn()

    def _prompted(self) -> None:
        """A human or the Chair said something: a new round may begin."""
        self.unprompted = 0

    # -- what must hold -------------------------------------------------------------------------
    @invariant()
    def what_left_was_permitted(self) -> None:
        if not hasattr(self, "house"):
            return
        sent = [row for row in self.house.asked() if row.state is OutboxState.SENT or row.data_started_at]
        self.unprompted += len(sent) - self.seen
        assert self.unprompted <= MOST_IN_A_ROUND, "it goes on asking though nobody says a word"
        left = [row.settled_at.astimezone(LONDON).date() for row in sent]
        for earlier, later in pairwise(left):
            assert later - earlier >= LEAST_BETWEEN, f"asked on {earlier} and again on {later}"
        for row in sent[self.seen :]:
            assert self.permitted, f"{row.key} left without permission"
            assert not (self.held or self.closed or self.stopped or self.bounced), f"{row.key} left though it was held"
            local = row.settled_at.astimezone(LONDON)
            assert self.away_until is None or local >= self.away_until, f"{row.key} left while the Chair was away"
            assert local.weekday() < 5 and 9 <= local.hour < 16, f"{row.key} left in quiet hours"
            assert row.recipient == CHAIR
        self.seen = len(sent)
        rounds: dict[str, int] = {}
        for row in sent:
            rounds[row.key.rsplit(":", 1)[0]] = rounds.get(row.key.rsplit(":", 1)[0], 0) + 1
        assert max(rounds.values(), default=0) <= MOST_IN_A_ROUND, "more than a question and two reminders"
        for mail in self.house.courier.taken:
            assert b"Quillfeather" not in mail.raw, "a stranger learns something"
            if mail.mail_class is MailClass.FOLLOW_UP:
                assert mail.recipient not in STAFF_ADDRESSES


TestLivesForYears = LivesForYears.TestCase
TestLivesForYears.settings = settings(
    max_examples=15, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("asked", [False, True], ids=["a question", "a reminder"])
@pytest.mark.parametrize("what", sorted(AGAINST_IT))
def test_what_happens_right_before_a_mail_keeps_it_back(what: str, asked: bool) -> None:
    """One story a reason, told each time: a machine that plays at random may miss one. Without a reason, it leaves."""
    if not asked and what in NEEDS_A_QUESTION:
        return
    life = LivesForYears()
    try:
        life.open(asked)
        before = len(life.house.asked())
        life.something_happens_right_before_a_question(what, 10, False)
        life.what_left_was_permitted()
        assert life.seen - before == (1 if what == "nothing" else 0)
    finally:
        life.teardown()


def test_a_silent_chair_is_asked_three_times_and_then_a_human_is() -> None:
    """A question, two reminders that are other letters, and no word more in most of a year: the lead is told."""
    life = LivesForYears()
    try:
        life.open(True)
        life._live(300)
        life.what_left_was_permitted()
        assert life.seen == len({row.template for row in life.house.asked()}) == MOST_IN_A_ROUND
        told = [row for row in life.house.rows(MailClass.NOTICE) if row.review_id == life.review.id]
        assert [row.recipient for row in told if row.created_at > life.house.asked()[-1].created_at] == [STAFF.lead]
    finally:
        life.teardown()
