"""A letter → bytes: headers, threads, parts; nothing can be slipped in, and the same letter gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.compose import compose, load_templates
from mailflow.compose.letters import LINE, MAX_REFERENCES, is_message_id, laid_out
from mailflow.compose.templates import html_text
from mailflow.model.decision import MissingInformation
from mailflow.model.letter import Letter
from mailflow.model.outgoing import MailClass, OutgoingMail
from mailflow.model.words import Audience
from tests.support.letters import CLOSED_READING, letter_for, profile_files, profile_templates

NAMES = profile_templates().names


def made(name: str = "receipt-referral", **changes: Any) -> OutgoingMail:
    return compose(replace(letter_for(profile_templates().templates[name]), **changes), profile_templates())


def content(part: Any) -> str:
    """The text of a part with line ends as people write them."""
    return str(part.get_content()).replace("\r\n", "\n")


def read(mail: OutgoingMail) -> EmailMessage:
    message = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("name", NAMES)
def test_every_template_makes_a_whole_mail(name: str) -> None:
    mail = made(name)
    message = read(mail)
    assert message.defects == []
    assert message["To"].addresses[0].addr_spec == mail.recipient == "amy.holt@police.example"
    assert message["From"].addresses[0].addr_spec == "hssupport@victimsupport.org.uk"
    assert message["Message-ID"] == "<0190@victimsupport.org.uk>"
    assert message["Date"].datetime == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    assert message["Subject"] == mail.subject
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert (content(text), content(html)) == (mail.text, mail.html)
    assert text.defects == html.defects == []
    assert text["Content-Transfer-Encoding"] == "7bit"
    assert "HS-7KQ4-M2XD" in mail.text + mail.subject
    assert mail.text.replace(" ", "").isascii()


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_canonical(name: str) -> None:
    raw = made(name).raw
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()
    assert raw.endswith(b"\r\n")


@pytest.mark.promise("P2")
@pytest.mark.parametrize("name", NAMES)
def test_the_same_letter_gives_the_same_bytes(name: str) -> None:
    again = load_templates(dict(reversed(list(profile_files().items()))))
    letter = letter_for(profile_templates().templates[name])
    assert compose(letter, profile_templates()) == compose(letter, again)


@pytest.mark.promise("P6")
@pytest.mark.parametrize("name", NAMES)
def test_every_mail_says_that_a_machine_wrote_it(name: str) -> None:
    """RFC 3834 §5, and without OOF where we want to learn of absences."""
    mail = made(name)
    message = read(mail)
    receipt = mail.mail_class is MailClass.RECEIPT
    assert message["Auto-Submitted"] == ("auto-replied" if receipt else "auto-generated")
    suppressed = {word.strip() for word in message["X-Auto-Response-Suppress"].split(",")}
    assert suppressed == {"DR", "RN", "NRN", "AutoReply"} | ({"OOF"} if receipt else set())
    assert (message["Importance"] == "high") == (mail.mail_class is MailClass.ALERT)
    for header in ("Cc", "Bcc", "Reply-To", "Disposition-Notification-To", "Return-Receipt-To", "Precedence"):
        assert message[header] is None


def test_threads_are_carried_on() -> None:
    message = read(made(in_reply_to="c@x.example", references=("a@x.example", "b@x.example")))
    assert message["In-Reply-To"] == "<c@x.example>"
    assert message["References"].split() == ["<a@x.example>", "<b@x.example>", "<c@x.example>"]
    assert read(made())["In-Reply-To"] is None
    assert read(made())["References"] is None


def test_a_thread_of_a_thousand_keeps_its_root_and_its_end() -> None:
    long = tuple(f"{n}@x.example" for n in range(1000))
    kept = read(made(in_reply_to="last@x.example", references=long))["References"].split()
    assert len(kept) == MAX_REFERENCES
    assert (kept[0], kept[-2], kept[-1]) == ("<0@x.example>", "<999@x.example>", "<last@x.example>")


NO_IDS = [
    "",
    "no-at-sign",
    "a@b c",
    "a@b>\r\nBcc: victim@x.example",
    "a@b\n",
    "<a@b>",
    "é@x.example",
    "a@" + "b" * 300,
    "(comment)a@b",
]


@pytest.mark.parametrize("hostile", NO_IDS)
def test_what_is_no_message_id_does_not_reach_a_header(hostile: str) -> None:
    assert not is_message_id(hostile)
    mail = made(in_reply_to="c@x.example", references=("a@x.example", hostile))
    assert read(mail)["References"].split() == ["<a@x.example>", "<c@x.example>"]
    assert read(made(in_reply_to=hostile, references=("a@x.example",)))["References"] is None
    assert read(mail)["Bcc"] is None


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_no_text_in_a_thread_adds_a_header(reply: str, references: list[str]) -> None:
    plain, hostile = made(), made(in_reply_to=reply, references=tuple(references))
    assert set(read(hostile).keys()) - {"In-Reply-To", "References"} == set(read(plain).keys())
    assert hostile.text == plain.text
    assert hostile.subject == plain.subject


@pytest.mark.promise("P4")
def test_a_private_address_gets_the_neutral_name_and_subject() -> None:
    private = read(made("receipt-self-referral", private=True))
    assert private["From"].addresses[0].display_name == "Support team"
    assert private["Subject"] == "We received your email (HS-7KQ4-M2XD)"
    for word in ("homicide", "victim", "bereave", "murder", "crime", "police"):
        assert word not in f"{private['Subject']} {private['From'].addresses[0].display_name}".lower()
    work = read(made("receipt-referral"))
    assert work["From"].addresses[0].display_name == "Victim Support Homicide Service"


PRIVATE = ["receipt-self-referral", "receipt-update-private", "receipt-neutral", "routing-rights", "routing-corporate"]


@pytest.mark.promise("P4")
@pytest.mark.parametrize("name", PRIVATE)
def test_the_first_lines_that_an_inbox_shows_are_neutral(name: str) -> None:
    preview = made(name, private=True).text[:120].lower()
    for word in ("homicide", "bereave", "murder", "crime", "police", "victim"):
        assert word not in preview


@pytest.mark.promise("P7")
def test_crisis_lines_come_first_for_somebody_at_risk() -> None:
    text = made("receipt-self-referral-risk", audience=Audience.BEREAVED_AT_RISK).text
    order = [text.index(words) for words in ("999", "116 123", "08 08 16 89 111", "A person will read")]
    assert order == sorted(order)
    assert order[0] < 150


TO_THE_PUBLIC = [
    name for name in NAMES if profile_templates().templates[name].mail_class in (MailClass.RECEIPT, MailClass.CHASER)
]


@pytest.mark.parametrize("name", TO_THE_PUBLIC)
def test_what_every_answer_must_say(name: str) -> None:
    """domain.md §9.4: reference, automatic, a person reads and when, what to do in danger."""
    text = " ".join(made(name, reading=CLOSED_READING).text.split())
    assert "HS-7KQ4-M2XD" in text
    assert "automatic" in text
    assert "999" in text
    if profile_templates().templates[name].mail_class is MailClass.RECEIPT:
        assert CLOSED_READING in text
        assert "answer" in text or "anything else" in text  # that none is needed


@pytest.mark.parametrize("name", NAMES)
def test_what_no_mail_of_ours_may_say(name: str) -> None:
    """domain.md §9.4 and §12: no promise of an outcome, no jargon or judgement, nothing that loads."""
    mail = made(name, missing=tuple(MissingInformation))
    words = f"{mail.text}\n{mail.html}".lower()
    banned = ("committed suicide", "perpetrator", "closure", "your loss", "loved one", "guarantee", "we will ring you")
    for word in (*banned, "http://", "<img", "src=", "utm_", "click here"):
        assert word not in words
    if profile_templates().templates[name].mail_class is not MailClass.ALERT:
        assert "https://" not in words or Audience.STAFF in profile_templates().templates[name].audiences


def test_missing_information_is_named_by_type_in_both_parts() -> None:
    both = (MissingInformation.CONSENT, MissingInformation.VICTIM)
    mail = made("chaser-missing", missing=both)
    for part in (mail.text, html_text(mail.html)):
        folded = " ".join(part.split())
        assert "whether that person has agreed to hear from us" in folded
        assert "of the person who died" in folded
        assert "a phone number or email address for you" not in folded
    assert "To begin" not in made("receipt-referral", missing=()).text


def test_an_alert_holds_a_reference_and_a_link_and_nothing_else() -> None:
    mail = made("alert-risk")
    assert "https://desk.example/event/HS-7KQ4-M2XD" in mail.text
    assert 'href="https://desk.example/event/HS-7KQ4-M2XD"' in mail.html
    assert mail.subject == "URGENT: read HS-7KQ4-M2XD now"
    assert "http" not in made("alert-risk", link="").text


def test_numbers_are_whole_on_their_line() -> None:
    for name in NAMES:
        text = made(name, reading=CLOSED_READING).text
        for number in ("0300 303 1984", "08 08 16 89 111", "116 123"):
            assert (number in " ".join(text.split())) == (number in text)


@given(st.lists(st.text(st.sampled_from("ab -\n\N{NO-BREAK SPACE}"), max_size=120), max_size=4))
def test_laying_out_keeps_every_word(blocks: list[str]) -> None:
    text = "\n\n".join(blocks)
    laid = laid_out(text)
    assert laid.split() == text.replace("\N{NO-BREAK SPACE}", " ").split()
    assert all(len(line) <= LINE or " " not in line.strip() for line in laid.replace("- ", "").splitlines()) or (
        "\N{NO-BREAK SPACE}" in text
    )


WRONG = [
    ("no such template", {"template": "receipt-nobody"}, "no template"),
    ("language", {"language": "fr"}, "not written in 'fr'"),
    ("audience", {"audience": Audience.BEREAVED}, "does not speak to bereaved"),
    ("class", {"mail_class": MailClass.CHASER}, "is a receipt"),
    ("no reading", {"reading": ""}, "who reads when"),
    ("recipient with a line end", {"recipient": "a@b.example\r\nBcc: c@d.example"}, "recipient"),
    ("two recipients", {"recipient": "a@b.example, c@d.example"}, "recipient"),
    ("no recipient", {"recipient": ""}, "recipient"),
    ("sender", {"sender_address": "hssupport"}, "sender"),
    ("envelope", {"envelope_from": "x y"}, "MAIL FROM"),
    ("Message-ID", {"message_id": "<a@b>"}, "Message-ID"),
    ("boundary too short", {"boundary": "x"}, "boundary"),
    ("boundary with a quote", {"boundary": '=-0190f3"; x='}, "boundary"),
    ("reference", {"reference": "HS-7KQ4-M2XD\r\nBcc: x"}, "reference"),
    ("naive date", {"date": datetime(2026, 11, 23)}, "zone"),
    ("reading with a line end", {"reading": "A person\r\nreads"}, "line end"),
    ("link", {"link": "javascript:alert(1)"}, "link"),
]


@pytest.mark.parametrize(("changes", "sentence"), [pytest.param(*row[1:], id=row[0]) for row in WRONG])
def test_a_letter_that_must_not_be_is_refused(changes: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        made(**changes)


@pytest.mark.promise("P5")
def test_a_chaser_is_written_to_professionals_only_and_says_what_it_wants() -> None:
    assert profile_templates().templates["chaser-missing"].audiences == {Audience.PROFESSIONAL}
    with pytest.raises(ValueError, match="what is missing"):
        made("chaser-missing", missing=())


def test_the_null_path_is_allowed() -> None:
    assert made(envelope_from="").envelope_from == ""


def test_welsh_is_encoded_as_it_must_be() -> None:
    mail = made("receipt-self-referral", language="cy", private=True)
    message = read(mail)
    assert mail.raw.isascii()
    assert message["From"].addresses[0].display_name == "Tîm cefnogi"
    assert message["Subject"] == "Mae eich e-bost wedi cyrraedd (HS-7KQ4-M2XD)"
    text, html = message.iter_parts()
    assert text["Content-Language"] == html["Content-Language"] == "cy"
    assert text["Content-Transfer-Encoding"] == "quoted-printable"
    assert content(text) == mail.text
    assert content(html) == mail.html
    assert "tîm" in mail.text


def test_letters_are_plain_records() -> None:
    letter = letter_for(profile_templates().templates["receipt-neutral"])
    assert isinstance(letter, Letter)
    assert replace(letter, language="en") == letter
