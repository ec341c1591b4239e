"""The one walk over a text misses nothing: what a close search finds, it has said may be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailflow.parse import absence, banners, notices, parse
from mailflow.parse.topics import topics_of

TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
MACHINES = (absence._NAMES_ITSELF, *absence._TICKET_SIGNS, absence._HELD)
MAILS = sorted([*TESTDATA.glob("corpus/messages/*.eml"), *TESTDATA.glob("mail/*/*.eml")])


def missed(subject: str, text: str) -> list[str]:
    """The topics that stand in the text by a close search, and not by the walk."""
    told = topics_of(subject, text)
    joined = " ".join(line for line in text.split("\n") if line.strip())
    standing = {
        "machine": any(form.search(text) for form in MACHINES),
        "away": absence.tells_of_absence(text),
        "lawyer": notices._PHRASES.search(joined) is not None,
        "banner": any(word in joined.lower() for word in banners._BANNER_WORDS),
        "marking": any(word in joined.lower() for word in banners._MARKING_WORDS),
        "meeting": "meet" in joined.lower(),
    }
    return [topic for topic, stands in standing.items() if stands and topic not in told]


def test_no_topic_of_any_mail_is_missed() -> None:
    for file in MAILS:
        message = parse(file.read_bytes())
        assert not missed(message.subject, message.text), file.name


@pytest.mark.parametrize(
    ("topic", "text"),
    [
        ("away", "I am currently travelling and shall be out of the office."),
        ("away", "Thank you for your mail.\nI'm on the ward until Monday."),
        ("away", "Ich bin leider bis Freitag im Urlaub."),
        ("away", "Our office is now closed."),
        ("machine", "Your enquiry of Monday has been logged."),
        ("machine", "A new ticket has been opened."),
        ("machine", "We aim to answer you within five working days."),
        ("machine", "Your message to the list is waiting for approval."),
        ("machine", "Please do not reply directly to this mail."),
        ("lawyer", "The firm does not accept\nservice by email."),
        ("lawyer", "Please rate our\n\nservice."),
        ("lawyer", "Please give feedback on\nthe service."),
        ("lawyer", "E-mail is not a\nsecure means of writing."),
        ("lawyer", "In an\nemergency call 999."),
        ("lawyer", "If you are the victim of\n\n\n\n\na crime, say so."),
        ("lawyer", "A list of the partners\nis kept in our office."),
        ("lawyer", "Please let us know\nhow we did."),
        ("lawyer", "We are registered\nin England."),
        ("banner", "Caution: unknown\nsender"),
        ("banner", "This mail is not\nfrom within"),
        ("banner", "You don't often\n\nget email from ann@x.org"),
        ("banner", "Not a trusted\nsource"),
        ("marking", "OFFICIAL-SENSITIVE"),
        ("meeting", "Join the Meeting now"),
    ],
)
def test_words_that_lines_part_are_found(topic: str, text: str) -> None:
    assert topic in topics_of("", text)
    assert not missed("", text)


def test_a_text_without_any_of_them_holds_none() -> None:
    assert topics_of("Tuesday", "He came round at four and we had tea.") == frozenset()
