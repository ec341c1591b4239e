"""No sequence of mails, clock ticks, human acts and restarts sends a question against P4, P5 and P6.

The machine plays a house at random and keeps a book of its own of what is permitted. After every step each question
that left is held against that book as it stood at that moment.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mailflow.flow.planning import plan_follow_up, stop_for_family
from mailflow.followup import LONDON
from mailflow.model.life import HoldRecord, HoldSort
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseState, OutboxState
from mailflow.model.words import Flag, Kind
from tests.support.years import CHAIR, OFFICER, STAFF_ADDRESSES, Years, years

pytestmark = [pytest.mark.promise("P4"), pytest.mark.promise("P5"), pytest.mark.promise("P6")]

SECRET = "Zebedee Quillfeather"
"""A name that every mail holds and none of ours may ever repeat."""


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
        self.holds: list[str] = []
        self.seen = 0
        if asked:
            self.permit()
            self.house.to(date(2027, 1, 19))
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
        self.house.do(lambda work: plan_follow_up(work, self.house.office, work.review(self.review.id), self.house.at))

    @rule()
    def withdraw(self) -> None:
        self.house.at += timedelta(minutes=1)
        self.house.permit(self.case, self.mother, given=False)
        self.permitted = False
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

    @rule()
    def look_at_everything(self) -> None:
        self.house.accept_all()

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

    @rule(until=st.sampled_from([None, "Monday", "26 February", "30 June"]))
    def the_chair_is_away(self, until: str | None) -> None:
        self.house.away(CHAIR, until)

    @rule()
    def the_last_question_comes_back(self) -> None:
        asked = [row for row in self.house.asked() if row.state is OutboxState.SENT]
        if asked:
            self.house.comes_back(asked[-1])
            self.bounced = self.held = True

    # -- time -----------------------------------------------------------------------------------
    @rule(days=st.integers(1, 40), hours=st.integers(0, 23))
    def time_passes(self, days: int, hours: int) -> None:
        for _ in range(days):
            self.house.go(days=1)
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
        for _ in range(days):
            self.house.go(days=1)

    # -- what must hold -------------------------------------------------------------------------
    @invariant()
    def what_left_was_permitted(self) -> None:
        if not hasattr(self, "house"):
            return
        sent = [row for row in self.house.asked() if row.state is OutboxState.SENT or row.data_started_at]
        for row in sent[self.seen :]:
            assert self.permitted, f"{row.key} left without permission"
            assert not (self.held or self.closed or self.stopped or self.bounced), f"{row.key} left though it was held"
            local = row.settled_at.astimezone(LONDON)
            assert local.weekday() < 5 and 9 <= local.hour < 16, f"{row.key} left in quiet hours"
            assert row.recipient == CHAIR
        self.seen = len(sent)
        rounds: dict[str, int] = {}
        for row in sent:
            rounds[row.key.rsplit(":", 1)[0]] = rounds.get(row.key.rsplit(":", 1)[0], 0) + 1
        assert max(rounds.values(), default=0) <= 3, "more than a question and two reminders"
        for mail in self.house.courier.taken:
            assert b"Quillfeather" not in mail.raw, "a stranger learns something"
            if mail.mail_class is MailClass.FOLLOW_UP:
                assert mail.recipient not in STAFF_ADDRESSES


TestLivesForYears = LivesForYears.TestCase
TestLivesForYears.settings = settings(
    max_examples=15, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
