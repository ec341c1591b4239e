"""Sending: what each answer makes of a row, who is told, and what happens when the database or the courier fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.errors import CourierFault, LeaseLost, StoreFault
from mailflow.flow import dispatch as journey
from mailflow.flow.dispatch import Posted, retry_at, send_all, tell_of_uncertain
from mailflow.flow.memory.courier import AfterData
from mailflow.model.decision import ReminderKind
from mailflow.model.outgoing import Deferred, MailClass, Refused, Uncertain
from mailflow.model.records import OutboxState, ReminderState
from mailflow.model.words import Audience
from tests.support.dispatch import PostRoom, post_room
from tests.support.store import letter


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PostRoom]:
    with post_room(tmp_path) as made:
        yield made


def test_what_is_due_is_sent_and_written_down(room: PostRoom) -> None:
    row = room.queue()
    assert room.send() is Posted.SENT
    after = room.row(row)
    assert (after.state, after.attempts, after.settled_at) == (OutboxState.SENT, 1, room.clock.at)
    assert after.answer == "250 2.0.0 taken"
    assert [mail.raw for mail in room.memory.taken] == [row.raw]
    assert room.points == [
        "dispatch.claimed",
        "dispatch.recipient_accepted",
        "dispatch.data_started",
        "dispatch.answered",
        "dispatch.recorded",
    ]
    assert room.send() is Posted.NOTHING
    assert room.reminders() == ()


def test_what_is_not_due_waits(room: PostRoom) -> None:
    row = room.queue(due=room.clock.at + timedelta(minutes=3))
    assert room.send() is Posted.NOTHING
    room.clock.move(minutes=3)
    assert room.send() is Posted.SENT
    assert room.state(row) is OutboxState.SENT


def test_a_greylisted_mail_is_sent_a_minute_later(room: PostRoom) -> None:
    row = room.queue()
    room.memory.answer(row.recipient, Deferred("451 4.7.1 greylisted"))
    assert room.send() is Posted.DEFERRED
    assert room.row(row).answer == "451 4.7.1 greylisted"
    assert room.send() is Posted.NOTHING
    room.clock.move(seconds=76)
    assert room.send() is Posted.SENT
    assert len(room.memory.taken) == 1


def test_backoff_doubles_up_to_four_hours_and_gives_up_after_two_days(room: PostRoom) -> None:
    row = room.queue()
    room.memory.answer(row.recipient, *[Deferred("451 full")] * 40)
    began, waits = room.clock.at, []
    while (posted := room.send()) is Posted.DEFERRED:
        wait = room.row(row).due - room.clock.at
        waits.append(wait)
        room.clock.at += wait
    assert posted is Posted.REFUSED
    for number, wait in enumerate(waits):
        base = min(timedelta(minutes=2**number), timedelta(hours=4))
        assert base <= wait <= base * 1.25
    assert timedelta(days=2) <= room.clock.at - began <= timedelta(days=2, hours=5)
    assert room.row(row).answer == "given up after 2 days: 451 full"
    assert [reminder.key for reminder in room.reminders()] == [f"{row.id}:refused"]


def test_rows_that_were_deferred_together_do_not_come_back_together(room: PostRoom) -> None:
    rows = [letter(attempts=3) for _ in range(50)]
    assert len({retry_at(row, room.clock.at) for row in rows}) > 40


def test_a_mail_that_was_held_for_days_still_gets_its_tries(room: PostRoom) -> None:
    row = room.queue(created_at=room.clock.at - timedelta(days=3))
    room.memory.answer(row.recipient, Deferred("451 greylisted"))
    assert room.send() is Posted.DEFERRED
    room.clock.move(minutes=2)
    assert room.send() is Posted.SENT


@pytest.mark.parametrize("turn", [Refused("550 5.1.1 unknown"), AfterData(Refused("550 5.1.1 unknown"))])
def test_a_refused_mail_is_told_to_the_lead(room: PostRoom, turn: Any) -> None:
    row = room.queue()
    room.memory.answer(row.recipient, turn)
    assert room.send() is Posted.REFUSED
    assert room.state(row) is OutboxState.REFUSED
    (reminder,) = room.reminders()
    assert reminder.kind is ReminderKind.ANSWER_UNSURE
    assert (reminder.key, reminder.due, reminder.state) == (f"{row.id}:refused", room.clock.at, ReminderState.WAITING)
    assert (reminder.event_id, reminder.why) == (row.event_id, "our receipt is refused: 550 5.1.1 unknown")
    room.clock.move(days=3)
    assert room.send() is Posted.NOTHING


@pytest.mark.promise("P2")
@pytest.mark.parametrize(
    ("audience", "urgent"),
    [(Audience.PROFESSIONAL, False), (Audience.BEREAVED, True), (Audience.BEREAVED_AT_RISK, True)],
)
def test_an_uncertain_mail_is_never_resent_and_told_to_the_lead(
    room: PostRoom, audience: Audience, urgent: bool
) -> None:
    row = room.queue(audience=audience)
    room.memory.answer(row.recipient, Uncertain("the connection was lost after DATA"))
    assert room.send() is Posted.UNCERTAIN
    room.clock.move(days=3)
    assert room.send() is Posted.NOTHING
    assert len(room.memory.attempts) == 1
    assert room.state(row) is OutboxState.UNCERTAIN
    (reminder,) = room.reminders()
    assert reminder.key == f"{row.id}:uncertain"
    assert ("Urgent" in reminder.why) is urgent
    assert room.notices[-1].alarm is urgent
    assert tell_of_uncertain(room.journey()) == 0
    assert len(room.reminders()) == 1, "told once"


@pytest.mark.promise("P2")
@pytest.mark.parametrize(
    ("dies_at", "state", "taken"),
    [
        ("dispatch.claimed", OutboxState.SENT, 1),
        ("dispatch.recipient_accepted", OutboxState.SENT, 1),
        ("dispatch.data_started", OutboxState.UNCERTAIN, 0),
        ("dispatch.answered", OutboxState.UNCERTAIN, 1),
        ("dispatch.recorded", OutboxState.SENT, 1),
    ],
)
def test_a_process_that_dies_at_any_point_sends_nothing_twice(
    room: PostRoom, dies_at: str, state: OutboxState, taken: int
) -> None:
    class Killed(BaseException):
        pass

    def reached(point: str) -> None:
        if point == dies_at:
            raise Killed

    row = room.queue(audience=Audience.BEREAVED)
    with pytest.raises(Killed):
        room.send(reached=reached)
    room.clock.move(minutes=11)
    room.send_all_due()
    assert room.state(row) is state
    assert len(room.memory.taken) == taken
    assert tell_of_uncertain(room.journey()) == (state is OutboxState.UNCERTAIN)
    told = [reminder.key for reminder in room.reminders()]
    assert told == ([f"{row.id}:uncertain"] if state is OutboxState.UNCERTAIN else [])
    assert [notice.posted for notice in room.notices if notice.alarm] == [Posted.UNCERTAIN] * len(told)


def test_what_is_wrong_with_us_holds_a_mail_and_never_refuses_it(room: PostRoom) -> None:
    row = room.queue()
    room.memory.answer(row.recipient, *[CourierFault("the password is wrong")] * 9)
    for _ in range(9):
        assert room.send() is Posted.FAULT
        wait = room.row(row).due - room.clock.at
        assert timedelta(minutes=1) <= wait <= timedelta(minutes=15) * 1.25
        assert room.notices[-1].alarm
        room.clock.move(days=1)
    assert room.reminders() == ()
    assert room.send() is Posted.SENT


def test_a_mail_that_stays_deferred_is_an_alarm(room: PostRoom) -> None:
    row = room.queue()
    room.memory.answer(row.recipient, *[Deferred("451 full")] * 6)
    alarms = []
    for _ in range(6):
        assert room.send() is Posted.DEFERRED
        alarms.append(room.notices[-1].alarm)
        room.clock.at = room.row(row).due
    assert alarms == [False, False, False, False, True, True], "from a quarter of an hour on"


def test_a_notice_that_is_refused_makes_no_notice_of_its_own(room: PostRoom) -> None:
    notice = room.queue("lead@charity.example", mail_class=MailClass.NOTICE, audience=Audience.STAFF)
    alert = room.queue("oncall@charity.example", mail_class=MailClass.ALERT, audience=Audience.STAFF)
    room.memory.answer(notice.recipient, Refused("550 no"))
    room.memory.answer(alert.recipient, Refused("550 no"))
    assert room.send_all_due() == [Posted.REFUSED, Posted.REFUSED]
    assert [reminder.key for reminder in room.reminders()] == [f"{alert.id}:refused"]
    assert [said.alarm for said in room.notices] == [True, True]


def test_alerts_leave_first(room: PostRoom) -> None:
    receipts = [room.queue(f"pc{number}@kent.police.example") for number in range(3)]
    alert = room.queue("oncall@charity.example", mail_class=MailClass.ALERT, audience=Audience.STAFF)
    assert room.send() is Posted.SENT
    assert room.state(alert) is OutboxState.SENT
    assert {room.state(row) for row in receipts} == {OutboxState.QUEUED}


@pytest.mark.promise("P2")
def test_a_lease_that_was_lost_before_data_ends_the_attempt_quietly(room: PostRoom) -> None:
    row = room.queue()

    def reached(point: str) -> None:
        if point == "dispatch.recipient_accepted":
            room.clock.move(hours=1)
            assert room.send(owner="another") is Posted.SENT

    assert room.send(owner="slow", reached=reached) is Posted.LOST
    assert len(room.memory.taken) == 1
    assert room.state(row) is OutboxState.SENT


def test_a_database_that_is_away_for_a_moment_does_not_make_a_delivered_mail_uncertain(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = room.queue()
    true_begin, failures = room.store.begin, iter([StoreFault("locked"), StoreFault("locked")])

    def begin(actor: str, now: Any) -> Any:
        if "dispatch.answered" in room.points:
            for fault in failures:
                raise fault
        return true_begin(actor, now)

    monkeypatch.setattr(room.store, "begin", begin)
    assert room.send() is Posted.SENT
    assert room.state(row) is OutboxState.SENT
    assert room.rests == [1.0, 2.0]


@pytest.mark.promise("P2")
def test_a_database_that_stays_away_after_the_answer_leaves_an_uncertain_row(
    room: PostRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = room.queue()
    true_begin = room.store.begin

    def begin(actor: str, now: Any) -> Any:
        if "dispatch.answered" in room.points:
            raise StoreFault("away")
        return true_begin(actor, now)

    with monkeypatch.context() as away:
        away.setattr(room.store, "begin", begin)
        with pytest.raises(StoreFault):
            room.send()
    room.clock.move(minutes=11)
    assert room.send() is Posted.NOTHING
    assert room.state(row) is OutboxState.UNCERTAIN


def test_a_database_that_is_away_when_data_begins_defers(room: PostRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    row = room.queue()
    true_begin = room.store.begin

    def begin(actor: str, now: Any) -> Any:
        if room.points[-1:] == ["dispatch.recipient_accepted"]:
            raise StoreFault("away")
        return true_begin(actor, now)

    monkeypatch.setattr(room.store, "begin", begin)
    assert room.send() is Posted.DEFERRED
    assert room.memory.taken == []
    assert room.state(row) is OutboxState.DEFERRED


def test_a_courier_that_breaks_is_judged_by_the_line_of_data(room: PostRoom) -> None:
    class Broken:
        def __init__(self, after: bool) -> None:
            self.after = after

        def send(self, mail: Any, data_starts: Any) -> Any:
            if self.after:
                data_starts()
            raise ValueError("somebody@example.org")

        def close(self) -> None:
            """Nothing."""

    first, second = room.queue("a@kent.example"), None
    assert room.send(courier=Broken(after=False)) is Posted.DEFERRED
    second = room.queue("b@kent.example")
    assert room.send(courier=Broken(after=True)) is Posted.UNCERTAIN
    assert (room.state(first), room.state(second)) == (OutboxState.DEFERRED, OutboxState.UNCERTAIN)
    assert "somebody" not in room.row(second).answer + room.notices[-1].sentence


class Stop(threading.Event):
    """Notes how long the loop wants to rest, and stops it after so many rests."""

    def __init__(self, room: PostRoom, rests: int) -> None:
        super().__init__()
        self.room, self.left, self.rests = room, rests, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.rests.append(timeout)
        self.room.clock.move(seconds=timeout)
        self.left -= 1
        if self.left <= 0:
            self.set()
        return self.is_set()


def test_the_loop_sends_all_then_rests_and_closes_the_connection(room: PostRoom) -> None:
    rows = [room.queue(f"pc{number}@kent.police.example") for number in range(4)]
    stop = Stop(room, 30)
    send_all(room.journey(), stop, 1.0)
    assert {room.state(row) for row in rows} == {OutboxState.SENT}
    assert stop.rests == [1.0] * 30
    assert room.memory.closed == 2, "once after 20 seconds without mail, once at the end"


def test_the_loop_rests_longer_after_each_fault_so_that_no_account_is_locked(room: PostRoom) -> None:
    room.memory.answer(room.queue().recipient, *[CourierFault("the password is wrong")] * 12)
    for number in range(11):
        room.queue(due=room.clock.at, key=f"receipt:{number}")
    stop = Stop(room, 9)
    room.gate = lambda *_: journey.Pass()
    send_all(room.journey(), stop, 1.0)
    assert stop.rests[:7] == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 240.0]


def test_the_loop_looks_rarely_while_all_is_stopped_and_goes_on_when_resumed(room: PostRoom) -> None:
    rows = [room.queue(f"pc{number}@kent.police.example") for number in range(3)]
    room.do(lambda work: work.set_stopped("a wrong template"))
    stop = Stop(room, 5)
    send_all(room.journey(), stop, 1.0)
    assert stop.rests == [30.0] * 5
    assert {room.state(row) for row in rows} == {OutboxState.QUEUED}
    assert sum(room.row(row).attempts for row in rows) == 5, "one row a look, not all"
    room.do(lambda work: work.set_stopped(""))
    assert room.send_all_due() == [Posted.SENT] * 3


@pytest.mark.promise("P10")
def test_the_loop_shows_that_it_lives_and_is_woken_by_work(room: PostRoom) -> None:
    beats, rests, stop = list[None](), list[float](), threading.Event()

    def wait(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 2:
            room.queue()
        if len(rests) == 4:
            stop.set()

    send_all(room.journey(beat=lambda: beats.append(None)), stop, 1.0, wait)
    assert rests == [1.0] * 4
    assert len(beats) == 5, "each round, with mail and without"
    assert len(room.memory.taken) == 1


def test_the_loop_tells_of_rows_whose_process_died(room: PostRoom) -> None:
    class Killed(BaseException):
        pass

    def reached(point: str) -> None:
        if point == "dispatch.data_started":
            raise Killed

    row = room.queue()
    with pytest.raises(Killed):
        room.send(reached=reached)
    stop = Stop(room, 700)
    send_all(room.journey(), stop, 1.0)
    assert room.state(row) is OutboxState.UNCERTAIN
    assert [reminder.key for reminder in room.reminders()] == [f"{row.id}:uncertain"]


def test_the_points_and_the_record_fit_the_ports(room: PostRoom) -> None:
    """A ``LeaseLost`` out of the courier's callback reaches the journey unchanged."""
    row = room.queue()

    class Loses:
        def send(self, mail: Any, data_starts: Any) -> Any:
            assert replace(mail, raw=b"") is not mail
            raise LeaseLost("taken over")

        def close(self) -> None:
            """Nothing."""

    assert room.send(courier=Loses()) is Posted.LOST
    assert room.state(row) is OutboxState.SENDING
