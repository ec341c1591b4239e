"""No sequence of mails, clock ticks, human acts and restarts sends anything against P2, P4, P5 and P6.

A machine of states lives one case and its review for some months: mails of every sort arrive, people record, withdraw,
hold and release, the service sleeps, crashes and comes back. After every step the invariants hold for what has left.
What a question needs is asked of the store when it leaves, by a courier that looks; not of the gate that let it pass.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mailflow.errors import MailflowError
from mailflow.flow import triage
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.model.life import HoldSort, ReviewState
from mailflow.model.outgoing import Deferred, MailClass, OutgoingMail, Refused, SendResult, Uncertain
from mailflow.model.records import CaseState, EventState, OutboxState
from mailflow.model.words import Consent, Flag, Kind, ReviewStage
from tests.support import long_case
from tests.support.long_case import CHAIR, MOTHER, NEXT_CHAIR, OFFICER, PRIVATE, REFERRED, ROLES, case_of, review_of
from tests.support.simulation import LONDON, SimulatedCrash, Simulation, crash_at, new_house, returned, written


def _again(work: Any, mail_id: str, now: datetime) -> None:
    work.retry_mail(mail_id, now)


FOLDER = tempfile.TemporaryDirectory(prefix="years-")
NAMES = itertools.count(1)
FAMILY = "sandell.family@mail.example"
ROBOT = "robot@list.example"
CRASHES = ("remind.claimed", "remind.before_commit", "remind.settled")
LOST = ("dispatch.claimed", "dispatch.recipient_accepted", "dispatch.data_started", "dispatch.answered")
MACHINES = ("Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <a.list.example>")


WAYS = (
    *("a bounce", "an absence", "a departure", "a stranger's reply", "an unread reply", "news of the family", "risk"),
    *("a withdrawal by mail", "a withdrawal by hand", "a change of Chair", "a stop", "a mail that is stuck"),
    *HoldSort,
)
"""What keeps a question back."""


class Watched(MemoryCourier):
    """A courier that looks at the world whenever a question to a Chair is handed to it.

    What it sees is kept for an invariant: the journey of sending takes whatever a courier raises for a fault of that
    one mail, an assertion too, and would go on.
    """

    def __init__(self, sim: Simulation) -> None:
        super().__init__()
        self.sim = sim
        self.wrong: list[str] = []
        self.looked = 0

    def send(self, mail: OutgoingMail, data_starts: Callable[[], None]) -> SendResult:
        if mail.mail_class is MailClass.FOLLOW_UP:
            try:
                self._permitted(mail)
            except AssertionError as seen:
                self.wrong.append(f"{self.sim.at}: {seen}")
            self.looked += 1
        return super().send(mail, data_starts)

    def _permitted(self, mail: OutgoingMail) -> None:
        """P5, from the rows alone: a live word of a human, a confirmed and serving Chair, no hold, all open."""
        at = self.sim.at
        with self.sim.store.begin("person:the watcher", at) as work:
            review = work.reviews()[0]
            cases = [case for case in work.cases_of(review.id) if case.state is not CaseState.CLOSED]
            words = [c for case in cases for c in work.consents(case.id) if c.purpose == "liaise_with_chair"]
            latest = max((c.recorded_at for c in words if c.given and not c.read_by_machine), default=None)
            noes = [c for c in words if not c.given or c.withdrawn_at is not None]
            chairs = [p for p in work.people_of_review(review.id) if p.until is None and p.email == mail.recipient]
            holds = [
                *work.holds(review_id=review.id, live=at),
                *(hold for case in cases for hold in work.holds(case_id=case.id, live=at)),
            ]
            assert review.state is ReviewState.OPEN, "the review is closed"
            assert cases, "no open case waits"
            assert latest is not None, "nobody has permitted it"
            assert all((c.withdrawn_at or c.recorded_at) <= latest for c in noes), "a no came after the yes"
            assert chairs, "it goes to somebody who does not serve"
            assert all(chair.address_confirmed_by for chair in chairs), "nobody confirmed the address"
            assert not holds, "it is held"
            assert not work.stopped(), "all sending is stopped"
            assert not work.untriaged_of([case.id for case in cases]), "something of the case lies unread"
            assert not work.waiting_mails(at - timedelta(minutes=5)), "a mail is not taken in"
            address = work.hash_of("address", mail.recipient.lower())
            assert not work.is_suppressed(address), "the address came back"
            since, until, gone = work.absence(address) or (None, None, False)
            assert not gone, "the Chair has left"
            back = until or (since + timedelta(days=14) if since else None)
            assert back is None or back <= at, "the Chair is away"
            local = at.astimezone(LONDON)
            assert local.weekday() < 5 and 9 <= local.hour < 16, "it leaves out of hours"


class Lives(RuleBasedStateMachine):
    """One case, one review, and everything that may happen to them in any order."""

    base: Simulation | None = None

    @initialize()
    def begin(self) -> None:
        if Lives.base is None:
            Lives.base = new_house(Path(FOLDER.name), ROLES)
            for chapter in long_case.CHAPTERS[:5]:
                chapter(Lives.base)
        self.sim = Lives.base.fork(f"life{next(NAMES)}")
        self.sim.courier = Watched(self.sim)
        self.is_asked(sends=True, again=1)
        assert len(self.sim.asked()) == 1, "an undisturbed question leaves"

    def act(self, act: Callable[..., object], *given: object, **named: object) -> None:
        """A human tries something; what is refused is refused."""
        with suppress(MailflowError):
            act(self.sim.desk(), "Jo Brandt", *given, **named)

    # -- the clock ------------------------------------------------------------------------------
    @rule(days=st.sampled_from([1, 7, 20, 60]))
    def live(self, days: int) -> None:
        self.sim.sleep(self.sim.at + timedelta(days=days))
        for _ in range(2):
            self.sim.turn()
            self.sim.at += timedelta(hours=1)

    @rule(sends=st.booleans(), again=st.sampled_from([1, 2, 3]))
    def is_asked(self, sends: bool, again: int) -> None:
        """Everything is put right and time passes until a question is due; it rings, and leaves or waits."""
        for _ in range(again):
            self.put_right()
            self.ask(sends)

    @rule(sends=st.booleans())
    def reminds(self, sends: bool) -> None:
        """Time passes until something is due to the Chair, whatever stands in the way."""
        self.ask(sends)

    @rule(what=st.sampled_from(WAYS), queued=st.booleans())
    def something_stands_in_the_way(self, what: str, queued: bool) -> None:
        """All is well but for one thing, and then a question or reminder falls due: the watcher sees whether it leaves.

        Left to chance alone, one thing after another would hide what each of them does. ``queued``: it happens when
        the question is on its way already.
        """
        self.put_right()
        if queued:
            self.ask(sends=False)
        match what:
            case "a bounce":
                self.bounce()
            case "an absence":
                self.machine_answers("I am away until 1 August 2027.")
            case "a departure":
                self.machine_answers("I have left this organisation.")
            case "a stranger's reply":
                self.reply("stranger@elsewhere.example", True)
            case "an unread reply":
                self.reply(CHAIR, False)
            case "news of the family":
                self.family_news((), OFFICER)
            case "risk":
                self.family_news((Flag.RISK,), FAMILY)
            case "a withdrawal by mail":
                self.family_news((Flag.CONSENT_DECLINED,), OFFICER)
            case "a withdrawal by hand":
                self.permission(False, MOTHER)
            case "a change of Chair":
                self.change_of_chair(NEXT_CHAIR)
            case "a stop":
                self.stop_or_resume("we are looking at something")
            case "a mail that is stuck":
                self.stuck()
            case _:
                self.hold(HoldSort(what))
        if queued:
            self.sim.send()
        else:
            self.ask(sends=True)

    def put_right(self) -> None:
        """A diligent human looks at everything and sets it right."""
        self.stop_or_resume("")
        for mail in self.sim.do(lambda work: work.stuck_mails()):
            self.sim.reads(mail.raw, Kind.ENQUIRY)
            self.sim.do(partial(_again, mail_id=mail.id, now=self.sim.at))
        self.sim.take_in()
        for row in self.sim.rows(MailClass.FOLLOW_UP):
            if row.state is OutboxState.UNCERTAIN:
                self.act(triage.settle_mail, row.id, triage.Fate("sent"), why="they said so")
        for address in (CHAIR, NEXT_CHAIR):
            self.act(triage.lift_suppression, address, why="it works again")
            self.act(triage.end_absence, address, why="they are back")
        for event in self.sim.events():
            if event.state is EventState.UNTRIAGED or Flag.RISK in event.flags:
                self.act(triage.accept, event.reference)
                self.act(triage.close, event.reference)
        long_case.accept_proposals(self.sim)
        self.release()
        self.confirm()
        self.permission(True, MOTHER)

    def ask(self, sends: bool) -> None:
        """To the moment at which a question or reminder is due, and a minute further."""
        due = self.sim.do(lambda work: work.reminders(kinds=["follow_up"], states=["waiting"]))
        if due:
            self.sim.sleep(max(self.sim.at, due[0].due) + timedelta(minutes=1))
            self.sim.look()
            self.sim.ring()
            if sends:
                self.sim.send()

    @rule(days=st.sampled_from([1, 4, 30]))
    def is_down(self, days: int) -> None:
        self.sim.sleep(self.sim.at + timedelta(days=days))

    @rule(point=st.sampled_from(CRASHES))
    def crashes_while_ringing(self, point: str) -> None:
        try:
            self.sim.look()
            self.sim.ring(reached=crash_at(point))
        except SimulatedCrash:
            self.sim.at += timedelta(minutes=15)

    @rule(point=st.sampled_from(LOST))
    def crashes_while_sending(self, point: str) -> None:
        try:
            self.sim.look()
            self.sim.ring()
            self.sim.send(reached=crash_at(point))
        except SimulatedCrash:
            self.sim.at += timedelta(minutes=15)

    @rule(turn=st.sampled_from([Deferred("451 later"), Refused("550 no"), Uncertain("the connection broke")]))
    def the_server_says(self, turn: Deferred | Refused | Uncertain) -> None:
        self.sim.courier.answer(CHAIR, turn)

    # -- mail -----------------------------------------------------------------------------------
    @rule(flags=st.sampled_from([(), (Flag.CONSENT_DECLINED,), (Flag.RISK,)]), who=st.sampled_from([OFFICER, FAMILY]))
    def family_news(self, flags: tuple[Flag, ...], who: str) -> None:
        said = Consent.DECLINED if Flag.CONSENT_DECLINED in flags else Consent.GIVEN
        raw = written(self.sim, who, "An update about Peter Sandell.", subject="Peter Sandell")
        facts = long_case.replace(REFERRED, consent=said)
        self.sim.takes(raw, Kind.CASE_UPDATE, flags=flags, facts=facts)

    @rule(who=st.sampled_from([OFFICER, FAMILY, long_case.COORDINATOR]))
    def referral_again(self, who: str) -> None:
        raw = written(self.sim, who, long_case.REFERRAL, subject="Ruth Sandell 07700 900123")
        self.sim.takes(raw, Kind.REFERRAL if who != FAMILY else Kind.SELF_REFERRAL, facts=REFERRED, to="hssupport")

    @rule(who=st.sampled_from([CHAIR, NEXT_CHAIR, "stranger@elsewhere.example"]), thread=st.booleans())
    def reply(self, who: str, thread: bool) -> None:
        asked = self.sim.asked()
        raw = written(
            self.sim,
            f"<{who}>",
            "The panel works.",
            subject="Re: review",
            answers=asked[-1] if thread and asked else None,
        )
        self.sim.takes(raw, Kind.REVIEW_UPDATE)

    @rule(text=st.sampled_from(["I am away.", "I am away until 1 August 2027.", "I have left this organisation."]))
    def machine_answers(self, text: str) -> None:
        asked = self.sim.asked()
        raw = written(
            self.sim, f"<{CHAIR}>", text, subject="Auto", answers=asked[-1] if asked else None, extra=long_case.AWAY
        )
        self.sim.takes(raw, Kind.AUTO_REPLY)

    @rule(header=st.sampled_from(MACHINES), kind=st.sampled_from([Kind.ENQUIRY, Kind.REFERRAL]))
    def machine_writes(self, header: str, kind: Kind) -> None:
        self.sim.takes(written(self.sim, f"<{ROBOT}>", "Dear all", extra=(header,)), kind)

    @rule()
    def bounce(self) -> None:
        if self.sim.asked():
            self.sim.takes(returned(self.sim, self.sim.asked()[-1]), Kind.BOUNCE)

    @rule()
    def stuck(self) -> None:
        self.sim.arrive(written(self.sim, OFFICER, "This one breaks its reader."))
        self.sim.take_in()

    # -- people ---------------------------------------------------------------------------------
    @rule()
    def looks_at_everything(self) -> None:
        self.sim.triage_all()
        long_case.accept_proposals(self.sim)

    @rule(given=st.booleans(), person=st.sampled_from([MOTHER, "Ines Dray"]))
    def permission(self, given: bool, person: str) -> None:
        case = case_of(self.sim).reference
        self.act(triage.record_consent, case, "liaise_with_chair", person=person, given=given, how="said")

    @rule(sort=st.sampled_from(list(HoldSort)))
    def hold(self, sort: HoldSort) -> None:
        self.act(triage.add_hold, review_of(self.sim), sort, why="told")

    @rule()
    def release(self) -> None:
        for hold in self.sim.do(lambda work: work.holds(review_id=work.reviews()[0].id, live=self.sim.at)):
            self.act(triage.release_hold, hold.id, why="over")
        for one in self.sim.do(lambda work: work.reminders(kinds=["follow_up"], states=["held"])):
            self.act(triage.release_reminder, one.id, why="it may go")

    @rule(email=st.sampled_from([CHAIR, NEXT_CHAIR]))
    def change_of_chair(self, email: str) -> None:
        self.act(triage.change_chair, review_of(self.sim), triage.NewPerson("Devon Achebe", email=email), why="told")

    @rule()
    def confirm(self) -> None:
        self.act(triage.confirm_chair, review_of(self.sim))

    @rule(stage=st.sampled_from([ReviewStage.PAUSED, ReviewStage.IN_PROGRESS, ReviewStage.DRAFT_REPORT]))
    def stage(self, stage: ReviewStage) -> None:
        self.act(triage.set_stage, review_of(self.sim), stage, why="told")

    @rule(why=st.sampled_from(["", "we are looking at something"]))
    def stop_or_resume(self, why: str) -> None:
        self.sim.do(lambda work: work.set_stopped(why))

    # -- what always holds ----------------------------------------------------------------------
    @invariant()
    def every_question_was_permitted_when_it_left(self) -> None:
        if hasattr(self, "sim"):
            assert isinstance(self.sim.courier, Watched)
            assert self.sim.courier.looked, "nothing was ever looked at"
            assert not self.sim.courier.wrong

    @invariant()
    def nothing_leaves_twice(self) -> None:
        if hasattr(self, "sim"):
            ids = [mail.message_id for mail in self.sim.courier.taken]
            assert len(ids) == len(set(ids))

    @invariant()
    def nothing_is_told(self) -> None:
        if hasattr(self, "sim"):
            for mail in self.sim.courier.taken:
                words = f"{mail.subject}\n{mail.text}\n{mail.html}".lower()
                assert not [word for word in PRIVATE if word.lower() in words]

    @invariant()
    def families_and_machines_hear_nothing_more(self) -> None:
        if hasattr(self, "sim"):
            taken = self.sim.courier.taken
            assert not [mail for mail in taken if mail.recipient == ROBOT]
            theirs = [mail for mail in taken if mail.recipient == FAMILY]
            assert all(mail.mail_class is MailClass.RECEIPT for mail in theirs)

    @invariant()
    def caps_hold(self) -> None:
        if hasattr(self, "sim"):
            hour = self.sim.office.policy.sending.per_address_hour
            by_address: dict[str, list[float]] = {}
            for row in self.sim.left(MailClass.RECEIPT, MailClass.CHASER, MailClass.FOLLOW_UP):
                assert row.data_started_at is not None
                by_address.setdefault(row.recipient, []).append(row.data_started_at.timestamp())
            for times in by_address.values():
                assert all(later - first >= 3600 for first, later in zip(times, times[hour:], strict=False))

    def teardown(self) -> None:
        if hasattr(self, "sim"):
            self.sim.close()
            for left in Path(FOLDER.name).glob(f"{self.sim.name}.db*"):
                left.unlink()


Lives.TestCase.settings = settings(
    max_examples=6,
    stateful_step_count=20,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestLives = pytest.mark.promise("P5")(Lives.TestCase)


@pytest.mark.promise("P5")
@pytest.mark.parametrize("queued", [False, True], ids=["before it is queued", "when it is queued"])
@pytest.mark.parametrize("what", WAYS)
def test_one_thing_alone_keeps_a_question_back(what: str, queued: bool) -> None:
    """Chance meets each of them too rarely to be relied on: here each stands in the way once, and nothing leaves."""
    life = Lives()
    life.begin()
    try:
        life.something_stands_in_the_way(what, queued)
        assert isinstance(life.sim.courier, Watched)
        assert life.sim.courier.looked == 1, "a question left although it was kept back"
    finally:
        life.teardown()
