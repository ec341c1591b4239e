"""P4 over the whole corpus: no template repeats a name, the subject, or a line of any mail that it may answer.

The comparison is case-insensitive and folds white space, as the promise is meant: a reader does not care how a
line was broken. Every template is held against every mail, also where it would never answer it.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from mailflow.compose import compose
from mailflow.compose.templates import html_text
from tests.support.letter_book import every_letter
from tests.support.letters import profile_templates

CORPUS = Path(__file__).resolve().parents[2] / "testdata" / "corpus"
LABELS = [json.loads(line) for line in (CORPUS / "labels.jsonl").read_text("utf-8").splitlines()]
SHORTEST_LINE = 20
PREFIX = re.compile(r"^(?:(?:re|fw|fwd|aw|wg)\s*:\s*)+", re.IGNORECASE)


def folded(text: str) -> str:
    return " ".join(text.casefold().replace("\xa0", " ").split())


def parts(part: MIMEPart) -> list[str]:
    """Every text of a mail, as far down as it goes."""
    if part.is_multipart():
        return [text for child in part.iter_parts() for text in parts(child)]
    if part.get_content_maintype() != "text":
        return []
    text = part.get_content()
    return [text, html_text(text)] if part.get_content_subtype() == "html" else [text]


@cache
def mail(file: str) -> tuple[str, frozenset[str]]:
    """(subject, all lines of 20 characters or more), folded."""
    message = message_from_bytes((CORPUS / file).read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    lines = (folded(line).lstrip("> ") for text in parts(message) for line in text.splitlines())
    return folded(str(message["Subject"] or "")), frozenset(line for line in lines if len(line) >= SHORTEST_LINE)


def names(facts: dict) -> set[str]:
    """Every labelled name, whole and in its parts; initials and titles are no names."""
    people = [facts.get("referrer", {}), facts.get("victim", {}), facts.get("chair", {}), *facts.get("family", [])]
    whole = [folded(person["name"]) for person in people if person.get("name")]
    return {part for name in whole for part in (name, *name.split()) if len(part) >= 3}


def path(label: dict) -> str:
    return label["file"] if label["file"].startswith("messages/") else f"messages/{label['file']}"


@cache
def answers() -> tuple[tuple[str, str], ...]:
    """Everything that we may ever write to somebody: every template in every language and form, at work and at home."""
    found = []
    for letter, private in product(every_letter(), (False, True)):
        made = compose(
            replace(letter, private=private, reference=letter.reference and "HS-2222-2222"), profile_templates()
        )
        name = f"{letter.template} in {letter.language}"
        found.append((name, folded(f"{made.subject}\n{made.text}\n{html_text(made.html)}\n{made.html}")))
        sender = made.raw.split(b"\r\n", 1)[0].decode().casefold().replace("from: ", "").partition(" <")[0]
        found.append((name, sender))
    return tuple(dict.fromkeys(found))


@pytest.mark.promise("P4")
@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"])
def test_no_template_repeats_a_subject(label: dict) -> None:
    subject, _ = mail(path(label))
    for wanted in {subject, PREFIX.sub("", subject)} - {""}:
        assert [name for name, answer in answers() if wanted in answer] == []


@pytest.mark.promise("P4")
@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"])
def test_no_template_repeats_a_line_of_twenty_characters(label: dict) -> None:
    _, lines = mail(path(label))
    for line in lines:
        assert [(name, line) for name, answer in answers() if line in answer] == []


@pytest.mark.promise("P4")
@pytest.mark.parametrize("label", LABELS, ids=lambda label: label["file"])
def test_no_template_repeats_a_labelled_name(label: dict) -> None:
    for name in names(label["facts"]):
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        assert [(template, name) for template, answer in answers() if pattern.search(answer)] == []


def test_the_corpus_gives_these_tests_something_to_find() -> None:
    assert len(LABELS) == 100
    assert sum(bool(mail(path(label))[1]) for label in LABELS) >= 80
    assert sum(len(names(label["facts"])) for label in LABELS) >= 200
    assert len(answers()) >= 150
