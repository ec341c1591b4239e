"""Two mailflows that write to each other stop after one answer each: receipts, questions, bounces (P6).

Two houses of their own stand on one wire, each with the real reading of mail. What one sends to the other's mailbox
arrives there as bytes, as its gateway takes it; also over a wire that strips every header by which a machine says that
it is one, as some gateways do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailflow.bootstrap.house import open_mind
from mailflow.config import load_profile
from mailflow.flow.planning import plan_follow_up
from mailflow.flow.understand import Mind, Understood, understand
from mailflow.model.facts import Facts
from mailflow.model.life import ReviewForm, ReviewPersonRecord, ReviewRecord, ReviewRole, ReviewState
from mailflow.model.outgoing import OWN_PEOPLE, MailClass, OutgoingMail
from mailflow.model.records import CaseRecord, CaseState, ConsentRecord, PersonRecord, PersonRole
from mailflow.model.words import Kind, RecordType, ReviewStage, SenderType
from tests.support import deciding
from tests.support.simulation import GATEWAY, Simulation, new_house, returned, written

pytestmark = pytest.mark.promise("P6")

OURS = "families@firstservice.org.uk"
THEIRS = "families@otherservice.org.uk"
SAYS_MACHINE = re.compile(
    rb"^(?:Auto-Submitted|X-Auto-Response-Suppress|Precedence|List-[A-Za-z]+): [^\r]*\r\n", re.MULTILINE
)
HOURS = 72
"""How long the two are left alone: longer than any mail is fresh."""


class House(Simulation):
    """A house that reads for itself, at an address of its own."""

    mind: Mind
    address: str
    blind: bool = False
    """It takes whatever comes for the words of a person: the worst reader that there could be."""

    def _understood(self, raw: bytes, mailbox: str, mind: Mind) -> Understood:
        understood = understand(raw, mailbox, self.mind)
        if not self.blind:
            return understood
        message = replace(understood.message, automatic=deciding.BY_A_PERSON, bounce=None)
        facts = Facts(sender_type=SenderType.COUNCIL)
        return Understood(message, deciding.report(), facts, deciding.verdict(Kind.ENQUIRY, 0.97))


@dataclass
class Wire:
    """Two houses, and what runs between them."""

    one: House
    other: House
    strips: bool
    carried: int = 0

    def live(self, hours: int = HOURS, step: int = 1) -> None:
        """Both live, step by step, and hear each other within the step."""
        for _ in range(0, hours, step):
            for _ in range(2):
                self.one.turn()
                self._carry(self.one, self.other)
                self.other.turn()
                self._carry(self.other, self.one)
            self.one.at += timedelta(hours=step)
            self.other.at = self.one.at

    def _carry(self, sender: House, receiver: House) -> None:
        for mail in sender.courier.taken[:]:
            sender.courier.taken.remove(mail)
            if mail.recipient == receiver.address:
                self.carried += 1
                receiver.arrive(self._bytes(mail, sender), "hssupport")

    def _bytes(self, mail: OutgoingMail, sender: House) -> bytes:
        raw = SAYS_MACHINE.sub(b"", mail.raw) if self.strips else mail.raw
        domain = sender.address.rpartition("@")[2]
        head = (
            f"Return-Path: <{mail.envelope_from}>\r\n"
            f"Received: from mail.{domain} (mail.{domain} [192.0.2.1])\r\n\t(using TLSv1.3 with cipher"
            f" TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\tby {GATEWAY} (Postfix) with ESMTPS id w{self.carried};"
            f" {sender.at:%a, %d %b %Y %H:%M:%S} +0000\r\n"
            f"Authentication-Results: {GATEWAY}; spf=pass smtp.mailfrom={sender.address};"
            f" dmarc=pass header.from={domain}\r\n"
        )
        return head.encode() + raw

    def to_each_other(self) -> tuple[int, int]:
        """How many mails each has written to the other, sent or not."""
        return _to(self.one, self.other.address), _to(self.other, self.one.address)


def _to(house: House, address: str) -> int:
    return len([r for r in house.rows() if r.recipient == address and r.mail_class not in OWN_PEOPLE])


@pytest.fixture(params=["as sent", "headers stripped", "headers stripped and blind"])
def wire(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Wire]:
    profile = load_profile(None)
    with ExitStack() as closing:
        mind = open_mind(profile.ruleset, profile.lookups, None, closing)
        houses = []
        for name, address in (("one", OURS), ("other", THEIRS)):
            blank = new_house(tmp_path, {}, name)
            house = House(blank.folder, name, blank.keys, blank.roles)
            blank.close()
            closing.callback(house.close)
            house.office = replace(house.office, addresses={"hssupport": address})
            house.mind = replace(
                mind, own_addresses=(address,), lookups=replace(mind.lookups, own_addresses=(address,))
            )
            house.address = address
            house.ids.references = 0 if name == "one" else 500
            houses.append(house)
        for house in houses:
            house.blind = "blind" in request.param
        yield Wire(houses[0], houses[1], "stripped" in request.param)


PERSON = (
    "Dear colleagues,\n\nCould you tell me how a council refers a family to your service, and whether you support "
    "families after a review has ended?\n\nTom Hale\nCommunity Safety Officer\n"
)
REFERRAL = (
    "Hello,\n\nI would like to refer Ruth Sandell, the mother of Peter Sandell, who was killed on 2 November 2026. She "
    "has agreed to be contacted.\n\nTom Hale\nCommunity Safety Officer\nLeeds City Council\n"
)


@pytest.mark.parametrize("text", [PERSON, REFERRAL], ids=["enquiry", "referral that lacks something"])
def test_a_person_behind_one_mailbox_writes_to_the_other(wire: Wire, text: str) -> None:
    """The receipt, and what ever follows it, meets a machine: it answers once at most, and so do we."""
    raw = written(wire.one, f"Tom Hale <{THEIRS}>", text, subject="a question")
    wire.one.arrive(raw, "hssupport")
    wire.live()
    ours, theirs = wire.to_each_other()
    receipts = [row for row in wire.one.rows(MailClass.RECEIPT) if row.recipient == THEIRS]
    assert len(receipts) == 1, [row.template for row in receipts]
    assert theirs == wire.one.blind, "only a house that sees nothing answers, and it does so once"
    assert ours - len(receipts) <= 2, "chasers to the person who wrote, as ever"


def test_a_chair_whose_address_is_another_mailflow_is_asked_and_reminded_and_no_more(wire: Wire) -> None:
    house = wire.one
    case = CaseRecord(house.ids.new(), "HS-7KQ4-0990", RecordType.REFERRAL, CaseState.OPEN, house.at)
    case = replace(case, last_contact_at=house.at)
    mother = PersonRecord(house.ids.new(), case.id, PersonRole.FAMILY, name="Ruth Sandell", age=51)
    review = ReviewRecord(
        house.ids.new(),
        "HS-7KQ4-0991",
        ReviewForm.DHR,
        ReviewState.OPEN,
        ReviewStage.DRAFT_REPORT,
        house.at,
        house.at,
    )
    chair = ReviewPersonRecord(
        house.ids.new(),
        review.id,
        ReviewRole.CHAIR,
        house.at,
        email=THEIRS,
        address_confirmed_by="Jo",
        address_confirmed_at=house.at,
    )

    def act(work: Any) -> None:
        work.add_case(case, [])
        work.add_person(mother)
        work.add_review(review)
        work.add_review_person(chair)
        work.link_review(review.id, case.id)
        work.add_consent(ConsentRecord(house.ids.new(), case.id, mother.id, "liaise_with_chair", True, "Jo", house.at))
        plan_follow_up(work, house.office, review, house.at)

    house.do(act)
    due = house.do(lambda work: work.reminders(review_id=review.id, kinds=["follow_up"]))[0].due
    wire.one.at = wire.other.at = due
    wire.live(24 * 50, step=8)
    ours, theirs = wire.to_each_other()
    assert 1 <= ours <= 3, "a question and its two reminders, then a human"
    assert theirs <= wire.one.blind * ours, "a house that sees nothing answers each question once, and is not answered"


def test_a_mail_that_comes_back_again_and_again_is_never_answered(wire: Wire) -> None:
    """A mail of ours is refused again and again with a delivery report: nobody answers a report."""
    wire.one.blind = False
    raw = written(wire.one, f"Tom Hale <{THEIRS}>", PERSON, subject="a question")
    wire.one.arrive(raw, "hssupport")
    wire.one.turn()
    (receipt,) = wire.one.rows(MailClass.RECEIPT)
    for number in range(5):
        wire.one.at += timedelta(minutes=number + 1)
        wire.one.arrive(returned(wire.one, receipt), "hssupport")
        wire.one.turn()
    assert [row.id for row in wire.one.rows(MailClass.RECEIPT)] == [receipt.id]
    told = [row for row in wire.one.rows(MailClass.NOTICE) if row.template == "notice-refused"]
    assert len(told) <= 5 and {row.recipient for row in told} == {wire.one.office.staff.lead}
    assert wire.one.do(lambda work: work.is_suppressed(work.hash_of("address", THEIRS)))
