"""One verdict in full: exact places, and which rules missed one condition, in words."""

from __future__ import annotations

import pytest

from mailflow.classify import classify, field_text, load, rehearse
from mailflow.classify.explain import Explained, explain
from mailflow.classify.language import ExampleMail
from mailflow.classify.load import Ruleset
from mailflow.classify.nearly import Near
from mailflow.model.message import ParsedMessage
from tests.bench.accuracy import run
from tests.support.classify import one_rule, service_rules


def explained(ruleset: Ruleset, **mail: object) -> tuple[Explained, ParsedMessage]:
    small = ExampleMail.model_validate(mail)
    records = rehearse(small)
    return explain(*records, small.mailbox, ruleset, classify(*records, small.mailbox, ruleset)), records[0]


def near(when: str, **mail: object) -> tuple[Near, ...]:
    return explained(load(one_rule(when)), **mail)[0].nearly


@pytest.mark.promise("P8")
def test_every_mark_of_every_corpus_mail_covers_the_words_of_its_observations() -> None:
    ruleset = service_rules()
    for judged in run(ruleset)[:40]:
        found = explain(judged.message, judged.report, judged.facts, judged.label["mailbox"], ruleset, judged.verdict)
        assert {one.rule for one in found.observations} == {one.rule for one in judged.verdict.evidence}
        for one in found.observations:
            for place in one.places:
                text = field_text(judged.message, place.field)
                assert text[place.start : place.end] == place.text
                assert any(
                    mark.field == place.field
                    and mark.start <= place.start
                    and place.end <= mark.end
                    and one.number in mark.numbers
                    for mark in found.marks
                )
        for one, other in zip(found.marks, found.marks[1:], strict=False):
            assert one.field != other.field or one.end <= other.start, "marks do not overlap"
        for one in found.nearly:
            assert field_text(judged.message, one.field)[one.start : one.end] == one.text if one.text else True
            assert one.rule not in {observation.rule for observation in found.observations}


def test_what_a_rule_gives_in_sum_is_one_observation_the_strongest_first() -> None:
    found, _ = explained(
        load(
            {
                "kinds/x.yaml": "- id: x.y\n  says: a rule\n  when: {all: [{text: [mum]}]}\n"
                "  weigh: {enquiry: -0.5, referral: 3}\n  examples: {match: [mum], no_match: [dad]}\n"
            }
        ),
        text="Her mum rang.",
    )
    (one,) = found.observations
    assert (one.number, one.rule, one.weights) == (1, "x.y", {"referral": 3.0, "enquiry": -0.5})
    assert [place.text for place in one.places] == ["mum"]
    assert found.threshold == 0.8 and found.nearly == ()


@pytest.mark.parametrize(
    ("when", "mail", "missing", "text"),
    [
        ("{all: [{text: [agreed]}]}", {"text": "She has not agreed."}, '"agreed" is there, but denied', "agreed"),
        (
            "{all: [{text: [agreed], unless: [conditional]}]}",
            {"text": "If she agreed, ring."},
            '"agreed" is there, but only supposed',
            "agreed",
        ),
        (
            "{all: [{text: [agreed], in: [subject]}]}",
            {"text": "She agreed."},
            '"agreed" is there, but only the subject is read',
            "agreed",
        ),
        (
            "{all: [{text: [agreed], with: [mum]}]}",
            {"text": "She agreed. Mum is ill."},
            '"agreed" is there, but not in one sentence with "mum"',
            "agreed",
        ),
        (
            "{all: [{text: [agreed], without: [mum]}]}",
            {"text": "Mum agreed."},
            '"agreed" is there, but in one sentence with "mum"',
            "agreed",
        ),
        (
            "{all: [{text: [agreed, happy], at_least: 2}]}",
            {"text": "She agreed."},
            '"agreed" is there, but 2 such are needed',
            "agreed",
        ),
        (
            "{all: [{text: [agreed], only: [asked]}]}",
            {"text": "She agreed."},
            '"agreed" is there, but not asked',
            "agreed",
        ),
        (
            "{all: [{text: [agreed]}, {sender: [police]}]}",
            {"text": "She agreed."},
            "the sender is of type police",
            "agreed",
        ),
        (
            "{all: [{text: [agreed]}], none: [{text: [letter]}]}",
            {"text": "She agreed. A letter follows."},
            'it must not be that it says "letter": the mail says "letter"',
            "letter",
        ),
        (
            "{all: [{text: [agreed]}], any: [{sender: [police]}, {fact: [family.phone]}]}",
            {"text": "She agreed."},
            "the sender is of type police, or it states family.phone",
            "agreed",
        ),
    ],
)
def test_a_rule_that_missed_one_condition_says_which(when: str, mail: dict[str, str], missing: str, text: str) -> None:
    (one,) = near(when, **mail)
    assert (one.missing, one.text, one.rule) == (missing, text, "x.y")


def test_a_rule_of_which_nothing_stands_in_the_mail_is_not_near() -> None:
    assert near("{all: [{text: [agreed]}]}", text="Good morning.") == ()
    assert near("{all: [{sender: [police]}]}", text="Good morning.") == ()
    assert near("{all: [{text: [agreed]}, {sender: [police]}, {fact: [family]}]}", text="She agreed.") == (), (
        "two missed"
    )


def test_what_is_close_comes_before_what_is_heavier() -> None:
    def rule(name: str, when: str, weight: int) -> str:
        return (
            f"- id: {name}\n  says: a rule\n  when: {when}\n  weigh: {{referral: {weight}}}\n"
            "  examples: {match: [a], no_match: [b]}\n"
        )

    files = {
        "kinds/x.yaml": rule("x.heavy", "{all: [{text: [mum]}, {sender: [police]}]}", 9)
        + rule("x.close", "{all: [{text: [agreed]}]}", 1)
    }
    found, _ = explained(load(files), text="Mum has not agreed.")
    assert [(one.rule, one.close) for one in found.nearly] == [("x.close", True), ("x.heavy", False)]
