"""The letter book: every letter as it was read last, and what holds for all of them in every language."""

from __future__ import annotations

import re
from dataclasses import fields
from email import message_from_bytes, policy

import pytest

from mailflow.compose import compose
from mailflow.compose.samples import REFERENCE
from mailflow.compose.templates import html_text, squeezed
from mailflow.model.letter import Letter
from mailflow.model.outgoing import MailClass
from mailflow.model.words import Audience
from tests.support.letter_book import BOOK, LANGUAGES, PAGE, every_letter, letters_page, pages, readings
from tests.support.letters import profile_templates

LETTERS = list(every_letter())
PAGES = pages()
OWN_NAMES = re.compile(r"victim support|supportline|cjsm|egress|desk\.example\S*|hs-7kq4-m2xd|https?://\S+|\S+@\S+")
ENGLISH = frozenset(
    re.findall(
        r"\w+",
        "the and of to for with is are was we our you your they this that please ring reply person about from when "
        "which who will would not have has been family review answer know working office days sent us it if there",
    )
)
"""English words that are no Welsh ones (``a``, ``am``, ``at``, ``an``, ``hi``, ``by`` … are left out)."""


def named(letter: Letter) -> str:
    return f"{letter.template}-{letter.language}"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_letters_are_those_of_the_book(name: str) -> None:
    """After a change on purpose: ``python -m tests.support.letter_book``, and read the difference."""
    assert PAGES[name] == (BOOK / name).read_text("utf-8")


def test_the_book_has_no_page_too_many_and_the_documentation_shows_it() -> None:
    assert {path.relative_to(BOOK).as_posix() for path in BOOK.glob("*/*")} == set(PAGES)
    assert letters_page() == PAGE.read_text("utf-8")
    assert len(PAGES) == len(profile_templates().names) * len(LANGUAGES) == 60


def test_every_template_audience_and_language_composes() -> None:
    shown = {(letter.template, letter.language) for letter in LETTERS}
    assert shown == {(name, language) for name in profile_templates().names for language in LANGUAGES}
    audiences = {audience for template in profile_templates().templates.values() for audience in template.audiences}
    assert audiences == set(Audience)
    assert {letter.mail_class for letter in LETTERS} == set(MailClass)


@pytest.mark.parametrize("letter", LETTERS, ids=named)
def test_text_and_html_say_the_same_in_the_language_of_the_letter(letter: Letter) -> None:
    mail = compose(letter, profile_templates())
    text = squeezed(re.sub(r"(?m)^- ", "", mail.text))
    assert text == squeezed(html_text(mail.html).replace("\N{NO-BREAK SPACE}", " "))
    assert f'<html lang="{letter.language}">' in mail.html
    message = message_from_bytes(mail.raw, policy=policy.default)
    assert {part["Content-Language"] for part in message.iter_parts()} == {letter.language}


@pytest.mark.promise("P6")
@pytest.mark.parametrize("letter", LETTERS, ids=named)
def test_headers_by_class(letter: Letter) -> None:
    """RFC 3834 §5; Exchange is asked for silence, but for absences only where we must not learn of them."""
    message = message_from_bytes(compose(letter, profile_templates()).raw, policy=policy.default)
    receipt = letter.mail_class is MailClass.RECEIPT
    assert message["Auto-Submitted"] == ("auto-replied" if receipt else "auto-generated")
    words = [word.strip() for word in message["X-Auto-Response-Suppress"].split(",")]
    assert words == (["DR", "RN", "NRN", "OOF", "AutoReply"] if receipt else ["DR", "RN", "NRN", "AutoReply"])


@pytest.mark.parametrize("letter", [one for one in LETTERS if one.language == "cy"], ids=named)
def test_welsh_has_no_english_left_over(letter: Letter) -> None:
    mail = compose(letter, profile_templates())
    words = re.findall(r"[^\W\d_]+", OWN_NAMES.sub(" ", f"{mail.subject}\n{mail.text}".casefold()))
    assert sorted(set(words) & ENGLISH) == []
    assert len(words) >= 8


def test_the_list_of_english_words_would_find_english() -> None:
    for letter in LETTERS:
        if letter.language == "en":
            words = set(re.findall(r"[a-z]+", compose(letter, profile_templates()).text.casefold()))
            assert len(words & ENGLISH) >= 3, letter.template


def test_no_letter_is_the_same_in_both_languages() -> None:
    made = {}
    for letter in LETTERS:
        mail = compose(letter, profile_templates())
        made.setdefault(mail.text, set()).add(letter.language)
    assert all(len(languages) == 1 for languages in made.values())


@pytest.mark.parametrize("name", profile_templates().names)
def test_both_languages_carry_the_same_facts(name: str) -> None:
    """Numbers, addresses, the reference and the number of things asked for: a translation leaves nothing out."""

    def facts(letter: Letter) -> tuple[list[str], int]:
        text = compose(letter, profile_templates()).text
        found = re.findall(r"\d[\d ]{2,}\d|\S+@\S+\.\w+|https?://\S+|HS-\S{9}", " ".join(text.split()))
        return sorted(found), text.count("\n- ")

    both = {
        language: [facts(one) for one in LETTERS if (one.template, one.language) == (name, language)]
        for language in LANGUAGES
    }
    assert both["en"] == both["cy"]


@pytest.mark.promise("P4")
def test_nothing_that_came_in_fits_into_a_letter() -> None:
    """By construction: each field is an id of ours, a time, a closed word, or one of four addresses and headers that
    ``compose`` checks; the two texts are made by us, and ``compose`` lets no line end into them."""
    ours = {"template", "message_id", "boundary", "reference", "language", "reading", "link", "display_name", "subject"}
    addresses = {"recipient", "sender_address", "envelope_from"}
    thread = {"in_reply_to", "references"}
    texts = {field.name for field in fields(Letter) if "str" in str(field.type)}
    assert texts == ours | addresses | thread
    assert REFERENCE in {letter.reference for letter in LETTERS}


@pytest.mark.promise("P5")
@pytest.mark.parametrize("letter", [one for one in LETTERS if one.mail_class is MailClass.FOLLOW_UP], ids=named)
def test_a_question_to_a_chair_knows_our_reference_and_a_day_and_nothing_else(letter: Letter) -> None:
    template = profile_templates().templates[letter.template]
    assert template.uses <= {"reference", "reply_by", "phone", "tel", "address", "service"}
    text = " ".join(compose(letter, profile_templates()).text.split())
    said = {
        "en": ("with the permission of the family", "14 December 2026", "sent automatically", "leave them out"),
        "cy": ("gyda chaniatâd y teulu", "14 Rhagfyr 2026", "yn awtomatig", "peidiwch â'u cynnwys"),
    }
    assert all(words in text for words in said[letter.language])
    assert "0300 303 1984" in text
    assert REFERENCE in text


def test_the_readings_of_the_book_are_true_over_christmas() -> None:
    assert readings()["en"].closed == (
        "Our office is closed at the moment and opens at 9am on 29 December 2026. "
        "A person will read your message by 1pm on 29 December 2026."
    )
    assert readings()["cy"].closed == (
        "Mae ein swyddfa ar gau ar hyn o bryd a bydd yn agor am 9am ar 29 Rhagfyr 2026. "
        "Bydd rhywun yn darllen eich neges erbyn 1pm ar 29 Rhagfyr 2026."
    )
