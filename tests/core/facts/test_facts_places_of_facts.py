"""Every fact points to the exact place where it stands, on the labelled mails and on hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.facts import find
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoOutcome
from mailflow.parse import parse
from mailflow.security import judge
from tests.support.parsed import file, message, profile

MAILS = sorted((Path(__file__).resolve().parents[2] / "testdata" / "corpus" / "messages").glob("*.eml"))


def facts_of(mail: ParsedMessage) -> Facts:
    return find(mail, judge(mail, CryptoOutcome(), profile()), profile())


def field_text(mail: ParsedMessage, name: str) -> str:
    kind, _, rest = name.partition(":")
    if kind == "attachment":
        return mail.attachments[int(rest)].text or ""
    if kind == "header":
        return mail.header(rest)
    return mail.subject if kind == "subject" else mail.text


def assert_exact(mail: ParsedMessage, facts: Facts) -> None:
    for place in facts.spans:
        span = place.span
        assert span.text, place.path
        assert field_text(mail, span.field)[span.start : span.end] == span.text, place


@pytest.mark.promise("P8")
@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_places_are_exact_on_the_labelled_mails(path: Path) -> None:
    mail = parse(path.read_bytes())
    facts = facts_of(mail)
    assert_exact(mail, facts)
    told = {place.path for place in facts.spans}
    for number, relative in enumerate(facts.family):
        for key in ("phone", "email", "postcode", "age"):
            if getattr(relative, key):
                assert f"family[{number}].{key}" in told, "a fact without its place"


TEXT = st.text(alphabet=st.sampled_from("aA bBmum,.()-\n07@é’'|:☒/"), max_size=300)


@settings(max_examples=150, deadline=None)
@given(TEXT, TEXT, TEXT)
def test_any_text_gives_facts_with_exact_places(new: str, signature: str, attached: str) -> None:
    mail = message(new, "a@gmail.com", signature=signature, attachments=(file("a.docx", attached),), subject=new[:60])
    assert_exact(mail, facts_of(mail))


HOSTILE = {
    "capitals": "Aa " * 400_000,
    "one word": "A" * 1_000_000,
    "relatives": "her mother " * 100_000,
    "relatives and names": "mother Anna Lee (12), " * 50_000,
    "digits": "07" * 500_000,
    "spaced digits": "0 7 " * 250_000,
    "dots": "." * 1_000_000,
    "labels": "Name: " * 160_000,
    "label lines": "Name: Anna Lee\nTel: 07700 900123\n" * 30_000,
    "cells": " | " * 300_000,
    "dates": "1/1/26 died " * 80_000,
    "at signs": "a@" * 500_000,
    "domains": "a@" + "a." * 400_000,
    "quotes": "'Ab' DHR " * 100_000,
    "consent": "she has agreed to " * 60_000,
    "killed": "was killed " * 90_000,
    "Community": "Community Safety " * 60_000,
    "titles": "Mrs " * 250_000,
    "new lines": "\n" * 1_000_000,
    "my": "my late " * 120_000,
    "blanks": " " * 1_000_000,
    "chair": "independent chair " * 55_000,
    "by": "please by the end of by 5 pm " * 40_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("junk", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_takes_no_time(junk: str) -> None:
    mail = message(junk, "a@gmail.com", name=junk[:5_000], subject=junk, signature=junk, attachments=(file("a", junk),))
    assert_exact(mail, facts_of(mail))
