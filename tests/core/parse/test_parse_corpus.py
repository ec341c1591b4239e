"""The hundred labelled mails: each is read without surprise, and the new words are where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.model.words import AutomaticKind
from mailflow.parse import parse

CORPUS = Path(__file__).resolve().parents[2] / "testdata" / "corpus"
LABELS = [json.loads(line) for line in (CORPUS / "labels.jsonl").read_text("utf-8").splitlines()]
AUTOMATIC = {"auto_reply", "bounce", "bulk"}
OWN = ("hssupport@victimsupport.org.uk", "DHRenquiries@victimsupport.org.uk")


def read(number: str) -> ParsedMessage:
    return parse((CORPUS / "messages" / f"{number}.eml").read_bytes(), own_addresses=OWN)


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"][-7:-4])
def test_each_mail_is_read_and_known_as_human_or_machine(label: dict[str, Any], whole: Any) -> None:
    raw = (CORPUS / label["file"]).read_bytes()
    message = parse(raw, own_addresses=OWN)
    whole(message)
    assert message.defects == ()
    assert message.subject and message.author and message.date and message.message_id
    assert message.automatic.is_automatic == (label["kind"] in AUTOMATIC), message.automatic
    if message.automatic.is_automatic:
        assert not message.automatic.may_answer
        assert message.automatic.why
    assert parse(raw.replace(b"\r\n", b"\n"), own_addresses=OWN).regions == message.regions


# number, how the new text begins, how it ends
NEW_TEXTS = [
    ("001", "THIS MESSAGE HAS BEEN SENT", "Please do not reply to all."),
    ("002", "Dear friends,", "The safer custody team are on it."),
    ("006", "Good afternoon,", "dad doesn't mind."),
    ("007", "Morning", "Everything else stands."),
    ("008", "Hiya", "if it's worth asking."),
    ("010", "Hello, I hope I have the right people.", "My number is 07700 900911."),
    ("012", "Hello,", "I have no details for her yet."),
    ("013", "Hello Sophie", "the week after the verdict."),
    ("014", "Can you pick up the Okonkwo family", "Form when I'm back at my desk."),
    ("018", "Dictated by Dr A Menon.", "with proper bereavement therapy."),
    ("020", "hiya im 16 is that ok", "somone who gets it"),
    ("021", "Ok thank you Sophie. God bless.", "God bless."),
    ("022", "Hello lovely people", "in a way she can actually follow."),
    ("031", "", ""),
    ("034", "Many thanks Sophie, understood.", "understood."),
    ("047", "Dear Sirs,", "the postcode N14 6JQ."),
    ("056", "Dear Sophie,", "who is coming by the 17th?"),
    ("059", "Hi, item 2 in this", "goes up on the intranet."),
    ("061", "All,", "come to me with any queries."),
    ("069", "Victim profile for the Homicide Service", "020 7946 0611"),
    ("072", "Still waiting on health's IMR.", "family to read before Xmas. B"),
    ("079", "Dear Sir/Madam", "to whom the Member can write?"),
    ("081", "Hello,", "any time, I'm awake."),
    ("084", "Sophie I know you wont see this", "Do I send Zion in on Monday?"),
    ("092", "Thanks so much Sophie", "I've given him the number."),
    ("094", "Dear panel,", "give me the wording you want."),
    ("097", "Dear all", "two weeks' warning."),
    ("099", "I dont even know", "07700 900 477"),
]


@pytest.mark.parametrize(("number", "begins", "ends"), NEW_TEXTS, ids=[row[0] for row in NEW_TEXTS])
def test_new_text_is_what_the_sender_newly_wrote(number: str, begins: str, ends: str) -> None:
    new = read(number).new_text
    assert new.startswith(begins)
    assert new.endswith(ends)
    if not begins:
        assert new == ""


def test_forwards_two_deep_are_records_of_their_own() -> None:
    message = read("061")
    assert [(each.sender.address if each.sender else "", each.subject) for each in message.forwarded] == [
        ("priya.bassi@kent.police.uk", "FW: Sandpiper - family"),
        ("ryan.staples@kent.police.uk", "Sandpiper - family"),
    ]
    assert "Grandad Ronald Tully 07700 900633" in message.region(RegionKind.FORWARDED)


def test_reports_tell_whom_how_and_which_mail_of_ours() -> None:
    found = {number: read(number).bounce for number in ("025", "062", "087")}
    assert [(b.recipients, b.status, b.permanent, b.original_message_id) for b in found.values() if b] == [
        (("sunil.mehra@ealing.gov.uk",), "5.1.10", True, "20260413080000.hsd-follow-mj5w@victimsupport.org.uk"),
        (("office@brookfieldreviews.example",), "5.2.2", True, "20260727152144.hsd-80177@victimsupport.org.uk"),
        (("tessa.gill@gwent.police.uk",), "4.4.1", False, "20261010102638.ack-lz6p-3xdt@victimsupport.org.uk"),
    ]


def test_absences_say_until_when() -> None:
    assert read("038").automatic.until == "Monday 18 May"
    assert read("071").automatic.until == "14 September"
    assert read("015").automatic.kind is AutomaticKind.CALENDAR_REPLY


def test_attachments_enclosures_links_and_references() -> None:
    enclosed = read("057").attachments
    assert [each.declared_type for each in enclosed] == ["message/rfc822"]
    assert enclosed[0].text is not None
    assert enclosed[0].text.startswith("Please see the attached letter")
    assert read("028").attachments[0].text is None, "office files are read by the extract door"
    assert read("004").attachments[0].note == "signature (S/MIME)"
    assert read("037").attachments[0].inline
    phishing = ("https://reader.egress.com/message/4471902", "https://egress-reader.example.net/login.php?id=hssupport")
    assert phishing in read("093").links
    assert read("007").own_references == ("HS-7KQ4-M2XD",)
    assert read("007").references[-1] == "20260203164412.ack-7kq4-m2xd@victimsupport.org.uk"
    request = read("050").attachments[0].text
    assert request is not None
    assert "Method: REQUEST" in request and "Summary: DHR07 Panel 3" in request
