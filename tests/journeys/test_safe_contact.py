"""How a person may be reached gates every mail to them: channel, hours, display name, subject (DESIGN §7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest

from mailflow.flow import triage
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.outgoing import Deferred, MailClass
from mailflow.model.records import OutboxRecord, OutboxState, PersonRole
from mailflow.model.words import Consent, Kind, SenderType
from tests.support.years import OFFICER, STAFF, Years, years

pytestmark = pytest.mark.promise("P4")

SISTER = "leanne.sandell@mail.example"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


@pytest.fixture
def case(house: Years) -> Any:
    """A case with a sister who writes herself."""
    opened, _ = house.family()
    triage.add_person(desk(house), "Jo", opened.reference, PersonRole.FAMILY, name="Leanne Sandell", email=SISTER)
    return opened


def desk(house: Years) -> triage.Desk:
    templates = house.office.templates
    names, subjects = tuple(templates.service.safe_names), tuple(templates.safe_subjects)
    return triage.Desk(house.store, house, house.ids, house.office.policy, safe_names=names, safe_subjects=subjects)


def safe(house: Years, case: Any, person: str = "Leanne", **contact: Any) -> None:
    triage.set_safe_contact(desk(house), "Jo", case.reference, person, **contact)


def she_writes(house: Years, sender: str = SISTER) -> OutboxRecord:
    """She asks for help; the answer to it, after a turn of the service."""
    facts = Facts(sender_type=SenderType.FREEMAIL, bereaved_writer=True)
    before = {row.id for row in house.rows(MailClass.RECEIPT)}
    house.takes(sender, "I lost my brother.", kind=Kind.SELF_REFERRAL, facts=facts)
    house.turn()
    (row,) = [row for row in house.rows(MailClass.RECEIPT) if row.id not in before]
    return row


def arrived(house: Years) -> list[Any]:
    return [mail for mail in house.courier.taken if mail.recipient == SISTER]


def shown(row: OutboxRecord) -> tuple[str, str]:
    """(display name, subject) as a mail program shows them."""
    mail = message_from_bytes(row.raw)
    name = str(make_header(decode_header(mail["From"].rpartition(" <")[0].strip('"'))))
    return name, str(make_header(decode_header(mail["Subject"])))


def test_without_a_record_a_private_address_gets_the_neutral_name_and_subject(house: Years, case: Any) -> None:
    row = she_writes(house)
    assert row.state is OutboxState.SENT
    assert shown(row)[0] == "Support team" and "Homicide" not in row.subject


def test_the_display_name_and_subject_that_she_chose_are_shown(house: Years, case: Any) -> None:
    safe(house, case, display_name="team", subject="enquiry")
    row = she_writes(house)
    assert (row.state, shown(row)) == (OutboxState.SENT, ("The team", "Your enquiry"))


def test_an_officer_too_is_written_to_neutrally_once_somebody_recorded_how(house: Years, case: Any) -> None:
    """Chasers obey as receipts do; an officer who is being stalked has a right to it as well."""
    event = house.takes(OFFICER, "I would like to refer her.", kind=Kind.REFERRAL, facts=LACKING).event
    house.accept_all()
    referred = house.do(lambda work: work.case(event.case_id))
    safe(house, referred, "Okoye", subject="message", display_name="initials")
    house.to(datetime(2026, 11, 26).date())
    (row,) = house.rows(MailClass.CHASER)
    assert shown(row) == ("VS", "A message for you")


LACKING = Facts(
    sender_type=SenderType.POLICE,
    referrer=Person("Amal Okoye", "FLO", "Kent Police", OFFICER, "07700 900456"),
    family=(Relative("Ruth Sandell", "mother"),),
    victim=Victim("Peter Sandell", "2026-11-02"),
    consent=Consent.GIVEN,
)


@pytest.mark.parametrize("contact", [{"refused": ["email"]}, {"channels": ["phone"]}, {"channels": ["text", "post"]}])
def test_who_is_not_to_be_reached_by_mail_gets_none_and_the_lead_hears(
    house: Years, case: Any, contact: dict[str, list[str]]
) -> None:
    safe(house, case, **contact)
    row = she_writes(house)
    assert row.state is OutboxState.CANCELLED and "another way" in row.answer
    assert arrived(house) == []
    told = [one for one in house.rows(MailClass.NOTICE) if one.recipient == STAFF.lead]
    assert told and "leanne" not in told[0].text.lower()


def test_a_channel_list_with_email_lets_mail_go(house: Years, case: Any) -> None:
    safe(house, case, channels=["email", "phone"])
    assert she_writes(house).state is OutboxState.SENT


def test_a_mail_waits_for_the_hours_that_she_named(house: Years, case: Any) -> None:
    safe(house, case, hours="afternoons only")
    row = she_writes(house)
    assert (row.state, row.due) == (OutboxState.DEFERRED, datetime(2026, 11, 23, 12, tzinfo=UTC))
    house.go(hours=1.9)
    assert arrived(house) == []
    house.go(hours=0.2)
    assert len(arrived(house)) == 1


def test_hours_that_no_machine_reads_leave_it_to_a_human(house: Years, case: Any) -> None:
    safe(house, case, hours="when he is at work")
    row = she_writes(house)
    assert row.state is OutboxState.CANCELLED and "a human writes" in row.answer


def test_the_strictest_of_two_records_of_one_address_holds(house: Years, case: Any) -> None:
    other, _ = house.family()
    triage.add_person(desk(house), "Jo", other.reference, PersonRole.FAMILY, name="Leanne S", email=SISTER.upper())
    safe(house, case, display_name="team", subject="enquiry", hours="9-14")
    safe(house, other, display_name="initials", hours="after 12 pm")
    row = she_writes(house)
    assert row.due == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert shown(row)[0] == "Support team", "two wishes differ: the neutral name"
    safe(house, other, refused=["email"])
    house.go(hours=3)
    assert arrived(house) == []


def test_hours_that_never_meet_are_a_humans_matter(house: Years, case: Any) -> None:
    other, _ = house.family()
    triage.add_person(desk(house), "Jo", other.reference, PersonRole.FAMILY, name="Leanne S", email=SISTER)
    safe(house, case, hours="9-12")
    safe(house, other, hours="13-17")
    row = she_writes(house)
    assert row.state is OutboxState.CANCELLED and "no hour" in row.answer


def test_what_was_queued_before_it_was_recorded_is_taken_back(house: Years, case: Any) -> None:
    house.courier.answer(SISTER, Deferred("451 greylisted"))
    row = she_writes(house)
    assert row.state is OutboxState.DEFERRED
    safe(house, case, display_name="team")
    house.go(hours=4)
    assert house.do(lambda work: work.outbox_row(row.id)).state is OutboxState.CANCELLED
    assert arrived(house) == []


def test_our_own_people_are_reached_whatever_is_recorded(house: Years, case: Any) -> None:
    """An alert is for whoever is on call; a record with their address must not silence it (P7)."""
    triage.add_person(desk(house), "Jo", case.reference, PersonRole.WRITER, name="On call", email=STAFF.lead)
    safe(house, case, "On call", refused=["email"])
    house.takes(OFFICER, "How do I refer?", kind=Kind.ENQUIRY)
    house.go(days=4)
    assert [mail for mail in house.courier.taken if mail.recipient == STAFF.lead]


def test_a_question_to_a_chair_obeys_too(house: Years, case: Any) -> None:
    """A Chair who is also a relative elsewhere and wants no mail: the question does not leave, and the lead hears."""
    mother = house.do(lambda work: work.people(case.id))[0]
    house.permit(case, mother)
    house.review(case, chair=SISTER)
    safe(house, case, refused=["email"])
    house.to(datetime(2027, 1, 25).date())
    assert [row.state for row in house.asked()] and {row.state for row in house.asked()} == {OutboxState.CANCELLED}
    assert house.at > house.asked()[0].created_at + timedelta(days=1)
