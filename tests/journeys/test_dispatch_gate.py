"""The gate: what may not leave any more, or not yet, however properly it was queued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow.flow.dispatch import Posted
from mailflow.flow.gate import NOTICES_HOUR
from mailflow.model.outgoing import MailClass, Uncertain
from mailflow.model.policy import SendingPolicy
from mailflow.model.records import CaseState, OutboxRecord, OutboxState
from mailflow.model.words import Audience
from tests.support.dispatch import PostRoom, house_gate, post_room
from tests.support.store import case, consent, person


@pytest.fixture
def room(tmp_path: Path) -> Iterator[PostRoom]:
    with post_room(tmp_path) as made:
        yield made


def test_a_stop_holds_everything_but_alerts_and_cancels_nothing(room: PostRoom) -> None:
    row = room.queue()
    alert = room.queue("oncall@charity.example", mail_class=MailClass.ALERT, audience=Audience.STAFF)
    room.do(lambda work: work.set_stopped("a wrong template"))
    assert room.send() is Posted.SENT
    assert room.state(alert) is OutboxState.SENT
    assert room.send() is Posted.STOPPED
    held = room.row(row)
    assert (held.state, held.due, held.answer) == (
        OutboxState.QUEUED,
        row.due,
        "all sending is stopped: a wrong template",
    )
    assert len(room.memory.attempts) == 1
    room.do(lambda work: work.set_stopped(""))
    assert room.send() is Posted.SENT


def test_nothing_goes_to_a_suppressed_address_and_the_lead_hears_of_it(room: PostRoom) -> None:
    row = room.queue("PC.Morgan@Kent.Police.Example")
    room.do(
        lambda work: work.suppress(work.hash_of("address", "pc.morgan@kent.police.example"), "bounced", room.clock.at)
    )
    assert room.send() is Posted.CANCELLED
    assert room.state(row) is OutboxState.CANCELLED
    assert "bounced" in room.row(row).answer
    assert [reminder.key for reminder in room.reminders()] == [f"{row.id}:cancelled"]
    assert room.memory.attempts == []


def test_a_suppressed_address_of_our_own_people_still_gets_alerts(room: PostRoom) -> None:
    room.do(lambda work: work.suppress(work.hash_of("address", "oncall@charity.example"), "bounced", room.clock.at))
    room.queue("oncall@charity.example", mail_class=MailClass.ALERT, audience=Audience.STAFF)
    assert room.send() is Posted.SENT


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("jo@kent.police.uk.cjsm.net", "CJSM"),
        ("jo smith@kent.example", "no mail address"),
        ("jo@kent.example\r\nRCPT TO:<al@kent.example>", "no mail address"),
        ("jo@[192.0.2.7]", "no mail address"),
    ],
)
def test_an_address_that_must_not_be_used_is_cancelled(room: PostRoom, address: str, words: str) -> None:
    row = room.queue()
    unclean = replace(row, id="e" * 32, key="receipt:unclean", recipient=address)
    room.do(lambda work: work.queue_mail(unclean))
    assert {room.send(), room.send()} == {Posted.SENT, Posted.CANCELLED}
    after = room.row(unclean)
    assert after.state is OutboxState.CANCELLED
    assert words in after.answer
    assert "jo" not in after.answer


def test_a_cjsm_address_passes_over_a_configured_route(room: PostRoom) -> None:
    room.gate = house_gate(cjsm_route=True)
    room.queue("jo@kent.police.uk.cjsm.net")
    assert room.send() is Posted.SENT


# -- permission -------------------------------------------------------------------------------------


def chaser(room: PostRoom, *, missing: tuple[str, ...] = ("consent",), audience: Audience = Audience.PROFESSIONAL):
    file = case(missing=missing)
    room.do(lambda work: work.add_case(file, ()))
    row = room.queue(case_id=file.id, mail_class=MailClass.CHASER, audience=audience)
    return row, file


def test_a_chaser_that_is_still_wanted_leaves(room: PostRoom) -> None:
    row, _ = chaser(room)
    assert room.send() is Posted.SENT
    assert room.state(row) is OutboxState.SENT


@pytest.mark.promise("P5")
def test_a_permission_that_was_withdrawn_meanwhile_stops_a_chaser(room: PostRoom) -> None:
    row, file = chaser(room)
    family = person(file.id)
    room.do(lambda work: work.add_person(family))
    room.do(lambda work: work.add_consent(consent(file.id, family.id, given=False)))
    assert room.send() is Posted.CANCELLED
    assert "permission was withdrawn" in room.row(row).answer


@pytest.mark.promise("P5")
def test_a_closed_case_and_a_complete_one_are_not_chased(room: PostRoom) -> None:
    row, file = chaser(room)
    room.do(lambda work: work.save_case(replace(work.case(file.id), state=CaseState.CLOSED)))
    complete, _ = chaser(room, missing=())
    assert room.send_all_due() == [Posted.CANCELLED] * 2
    assert "closed" in room.row(row).answer
    assert "nothing is missing" in room.row(complete).answer


@pytest.mark.promise("P5")
@pytest.mark.parametrize("audience", [Audience.BEREAVED, Audience.BEREAVED_AT_RISK, Audience.NEUTRAL, Audience.PUBLIC])
def test_no_chaser_ever_goes_to_a_family(room: PostRoom, audience: Audience) -> None:
    row, _ = chaser(room, audience=audience)
    assert room.send() is Posted.CANCELLED
    assert room.state(row) is OutboxState.CANCELLED


# -- caps -------------------------------------------------------------------------------------------


def states(room: PostRoom, rows: list[OutboxRecord]) -> list[OutboxState]:
    return [room.state(row) for row in rows]


@pytest.mark.promise("P6")
def test_one_address_gets_five_an_hour_and_others_go_on(room: PostRoom) -> None:
    loop = [room.queue("robot@elsewhere.example") for _ in range(7)]
    others = [room.queue(f"pc{number}@kent.police.example") for number in range(3)]
    assert sorted(room.send_all_due()) == [Posted.HELD] * 2 + [Posted.SENT] * 8
    assert states(room, loop).count(OutboxState.SENT) == 5
    assert set(states(room, others)) == {OutboxState.SENT}
    assert len({reminder.key for reminder in room.reminders()}) == 1, "the lead hears of one address once a day"
    assert room.reminders()[0].key.startswith("capped:")
    room.clock.move(minutes=11)
    assert room.send_all_due() == [Posted.HELD] * 2, "the window is an hour"
    room.clock.move(minutes=50)
    assert room.send_all_due() == [Posted.SENT] * 2
    assert len(room.memory.taken) == 10


@pytest.mark.promise("P6")
def test_one_address_gets_twenty_a_day(room: PostRoom) -> None:
    for hour in range(8):
        for _ in range(3):
            room.queue("robot@elsewhere.example", key=f"receipt:{hour}:{_}")
        room.send_all_due()
        room.clock.move(minutes=61)
    assert len(room.memory.taken) == 20
    room.clock.move(hours=24)
    room.send_all_due()
    assert len(room.memory.taken) == 24


@pytest.mark.promise("P6")
def test_a_storm_is_bounded_alarms_and_does_not_silence_alerts(room: PostRoom) -> None:
    room.gate = house_gate(SendingPolicy(total_hour=10))
    storm = [room.queue(f"pc{number}@kent.police.example") for number in range(14)]
    done = room.send_all_due()
    assert (done.count(Posted.SENT), done.count(Posted.HELD)) == (10, 4)
    assert states(room, storm).count(OutboxState.DEFERRED) == 4
    assert [notice.alarm for notice in room.notices if notice.posted is Posted.HELD] == [True] * 4
    assert room.reminders() == (), "a storm is an alarm, not a hundred reminders"
    room.queue("oncall@charity.example", mail_class=MailClass.ALERT, audience=Audience.STAFF)
    room.queue("lead@charity.example", mail_class=MailClass.NOTICE, audience=Audience.STAFF)
    assert room.send_all_due() == [Posted.SENT] * 2
    room.clock.move(minutes=61)
    assert room.send_all_due() == [Posted.SENT] * 4


@pytest.mark.promise("P6")
def test_what_may_have_left_counts_as_left(room: PostRoom) -> None:
    room.memory.answer("robot@elsewhere.example", *[Uncertain("lost")] * 5)
    for _ in range(6):
        room.queue("robot@elsewhere.example")
    assert sorted(room.send_all_due()) == [Posted.HELD] + [Posted.UNCERTAIN] * 5


@pytest.mark.promise("P6")
def test_our_own_people_have_a_bound_of_their_own(room: PostRoom) -> None:
    it = room.event()
    for number in range(NOTICES_HOUR + 2):
        room.queue(
            "lead@charity.example",
            mail_class=MailClass.NOTICE,
            audience=Audience.STAFF,
            event_id=it.id,
            key=f"notice:{number}",
        )
    done = room.send_all_due()
    assert (done.count(Posted.SENT), done.count(Posted.HELD)) == (NOTICES_HOUR, 2)
    assert room.notices[-1].alarm


def test_what_is_held_comes_back_in_ten_minutes(room: PostRoom) -> None:
    room.gate = house_gate(SendingPolicy(per_address_hour=0))
    row = room.queue()
    assert room.send() is Posted.HELD
    assert room.row(row).due == room.clock.at + timedelta(minutes=10)
