"""The guard over years: storms stop all sending, receipts never promise the past, two robots end after one word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailflow.model.facts import Facts
from mailflow.model.message import Automatic
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import SendingPolicy
from mailflow.model.records import OutboxState
from mailflow.model.words import AutomaticKind, Flag, Kind, SenderType
from mailflow.parse import parse
from tests.support.letters import profile_policy
from tests.support.years import OFFICER, STAFF, Years, office_for, years

COUNCIL = Facts(sender_type=SenderType.COUNCIL)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def small_caps(house: Years, **sending: int) -> None:
    """The policy of the profile with a breaker that trips early."""
    policy = profile_policy()
    given = {"total_hour": 1_000, "storm_mails": 12, "flood_mails": 8} | sending
    changed = replace(policy, sending=replace(SendingPolicy(), **given))
    house.office = office_for(house.ids, policy=changed)


def enquiries(house: Years, number: int, sender: str = "") -> None:
    for n in range(number):
        house.takes(sender or f"w{n}@leeds.gov.example", f"How do we refer? {n}", kind=Kind.ENQUIRY, facts=COUNCIL)


@pytest.mark.promise("P6")
def test_a_storm_stops_all_sending_tells_lead_and_deputy_and_only_a_human_resumes(house: Years) -> None:
    small_caps(house)
    enquiries(house, 15)
    house.send()
    assert not [row for row in house.rows(MailClass.RECEIPT) if row.state is OutboxState.SENT]
    assert "storm" in house.do(lambda work: work.stopped())
    alarms = [row for row in house.rows(MailClass.NOTICE) if row.key.startswith("alarm:")]
    assert {row.recipient for row in alarms} == {STAFF.lead, STAFF.deputy}
    assert {row.state for row in alarms} == {OutboxState.SENT}
    house.go(hours=1, minutes=30)
    assert not [row for row in house.rows(MailClass.RECEIPT) if row.state is OutboxState.SENT]
    house.do(lambda work: work.set_stopped(""))
    house.turn()
    assert len([row for row in house.rows(MailClass.RECEIPT) if row.state is OutboxState.SENT]) == 15
    assert len([row for row in house.rows(MailClass.NOTICE) if row.key.startswith("alarm:")]) == 2


@pytest.mark.promise("P7")
def test_a_storm_silences_no_risk_alert(house: Years) -> None:
    small_caps(house)
    enquiries(house, 15)
    house.takes("jade@mail.example", "i cant go on", kind=Kind.SELF_REFERRAL, flags=(Flag.RISK,))
    house.turn()
    assert house.do(lambda work: work.stopped())
    alerts = house.rows(MailClass.ALERT)
    assert alerts and {row.state for row in alerts} == {OutboxState.SENT}


@pytest.mark.promise("P6")
def test_a_flood_of_one_sender_stops_all_sending(house: Years) -> None:
    small_caps(house)
    enquiries(house, 7, "robot@leeds.gov.example")
    assert house.do(lambda work: work.stopped()) == ""
    enquiries(house, 1, "robot@leeds.gov.example")
    assert "of one sender" in house.do(lambda work: work.stopped())


@pytest.mark.promise("P7")
def test_a_receipt_that_was_held_never_promises_an_hour_that_has_passed(house: Years) -> None:
    house.do(lambda work: work.set_stopped("for a test"))
    settled = house.takes("jade@mail.example", "i just need someone", kind=Kind.SELF_REFERRAL)
    (row,) = house.rows(MailClass.RECEIPT)
    due = settled.event.triage_due
    assert due is not None
    house.at = due + timedelta(minutes=61)
    house.do(lambda work: work.set_stopped(""))
    house.turn()
    (row,) = house.rows(MailClass.RECEIPT)
    assert row.state is OutboxState.CANCELLED and "has passed" in row.answer
    assert [one.template for one in house.rows(MailClass.NOTICE)].count("notice-refused") == 1
    assert "has passed" in house.do(lambda work: work.event(settled.event.id)).task


def test_a_receipt_that_was_held_for_a_moment_still_goes(house: Years) -> None:
    house.do(lambda work: work.set_stopped("for a test"))
    house.takes("jade@mail.example", "i just need someone", kind=Kind.SELF_REFERRAL)
    house.go(minutes=20)
    house.do(lambda work: work.set_stopped(""))
    house.turn()
    assert [row.state for row in house.rows(MailClass.RECEIPT)] == [OutboxState.SENT]


def test_chasers_keep_quiet_hours_and_receipts_do_not(house: Years) -> None:
    house.at = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)  # a Saturday night
    house.takes("jade@mail.example", "i just need someone", kind=Kind.SELF_REFERRAL)
    settled = house.takes(OFFICER, "I refer a mother.", kind=Kind.REFERRAL, facts=COUNCIL)
    house.accept_all()
    house.turn()
    assert {row.state for row in house.rows(MailClass.RECEIPT)} == {OutboxState.SENT}
    reminder = next(one for one in house.reminders(event_id=settled.event.id) if one.key.endswith("missing:1"))
    house.do(lambda work: work.move_reminder(reminder.id, house.at, "for a test"))
    house.turn()
    (chaser,) = house.rows(MailClass.CHASER)
    assert chaser.state is OutboxState.DEFERRED and "hours" in chaser.answer
    house.to(date(2026, 11, 30))
    (chaser,) = house.rows(MailClass.CHASER)
    assert chaser.state is OutboxState.SENT and chaser.settled_at >= datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.mark.promise("P6")
def test_nobody_who_asked_for_nothing_more_is_written_to(house: Years) -> None:
    house.do(lambda work: work.suppress(work.hash_of("address", "w0@leeds.gov.example"), "by request", house.at))
    enquiries(house, 1)
    assert house.rows(MailClass.RECEIPT) == []


@pytest.mark.promise("P6")
def test_two_mailflows_that_write_to_each_other_stop_after_one_answer_each(tmp_path: Path) -> None:
    """Every mail that one house sends to the other is parsed and taken in as it arrives, for three days."""
    with years(tmp_path, "one") as one, years(tmp_path, "two") as other:
        theirs = {"DHRenquiries": "support@other.example"}
        other.office = office_for(other.ids, addresses=theirs, message_id_domain="other.example")
        one.takes("support@other.example", "How do we refer?", kind=Kind.ENQUIRY, facts=COUNCIL)
        ours = one.office.addresses["DHRenquiries"]
        other.takes(ours, "How do we refer?", kind=Kind.ENQUIRY, facts=COUNCIL, message_id="begin@x.example")
        carried = {id(one): 0, id(other): 0}
        for _ in range(12):
            for house, friend in ((one, other), (other, one)):
                house.go(hours=6)
                friend.at = house.at
                mails = [m for m in house.courier.taken if m.recipient in friend.office.addresses.values()]
                for mail in mails[carried[id(house)] :]:
                    carried[id(house)] += 1
                    read = parse(mail.raw, own_addresses=tuple(friend.office.addresses.values()))
                    assert read.automatic.kind is not AutomaticKind.NONE and not read.automatic.may_answer
                    friend.takes(
                        mail.raw.decode().split("From: ")[1].split("<")[1].split(">")[0],
                        read.new_text,
                        kind=Kind.ENQUIRY,  # even where the rules took it for a person's question
                        facts=COUNCIL,
                        automatic=Automatic(read.automatic.kind, read.automatic.why, read.automatic.may_answer),
                    )
        assert carried == {id(one): 1, id(other): 1}


def test_senders_behind_cjsm_are_answered_only_where_a_route_is_set_up(house: Years) -> None:
    sender = "fl.officer@kent.pnn.police.uk.cjsm.net"
    house.takes(sender, "How do we refer?", kind=Kind.ENQUIRY, facts=COUNCIL)
    assert house.rows(MailClass.RECEIPT) == []
    house.office = office_for(house.ids, cjsm_route=True)
    house.takes(sender, "How do we refer her?", kind=Kind.ENQUIRY, facts=COUNCIL)
    assert [row.recipient for row in house.rows(MailClass.RECEIPT)] == [sender]
