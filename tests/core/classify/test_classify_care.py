"""What is wrong or worth a look in rule files: places, advice, examples that fail and why."""

from __future__ import annotations

import pytest

from mailflow.classify import load
from mailflow.classify.care import advised, failing_examples, hints
from mailflow.errors import ProfileFault
from tests.support.classify import one_rule, rule_files, service_rules


def advice(files: dict[str, str]) -> list[str]:
    with pytest.raises(ProfileFault) as fault:
        load(files)
    return [str(one) for one in advised(fault.value.faults, files)]


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (
            "{all: [{text: ['@relatoin']}]}",
            "kinds/x.yaml:3:24: there is no vocabulary 'relatoin'; did you mean 'relation'?",
        ),
        ("{all: [{rule: [x.z]}]}", "kinds/x.yaml:3:24: there is no rule 'x.z'; did you mean 'x.y'?"),
        ("{all: [{fact: [family.fone]}]}", "there is no fact 'family.fone'; did you mean 'family.phone'?"),
        ("{all: [{sender: [polise]}]}", "did you mean 'police'?"),
        ("{all: [{text: [x], unles: []}]}", "the key 'unles' is not known here; did you mean 'unless'?"),
        ("{all: [{fact: [qqqqqqqq]}]}", "there is no fact 'qqqqqqqq'"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_was_meant(when: str, sentence: str) -> None:
    told = advice({"vocabulary/v.yaml": "relation: [mum]\n", **one_rule(when)})
    assert any(line.endswith(sentence) for line in told), told


def test_a_rule_without_examples_is_told_how_to_show_them() -> None:
    (told,) = advice({"kinds/x.yaml": "- {id: x.y, says: a rule, when: {all: [{text: [x]}]}, weigh: {media: 1}}\n"})
    assert told.startswith("kinds/x.yaml:1:3: the key 'examples' is missing") and "no_match" in told


def test_no_example_of_the_service_fails() -> None:
    tried, failed = failing_examples(rule_files(), service_rules())
    assert tried == len(list(service_rules().examples())) > 400
    assert failed == ()


def test_an_example_that_fails_says_where_why_and_what_spoke_instead() -> None:
    files = {
        "kinds/x.yaml": "- id: x.one\n  says: the first\n  when: {all: [{text: [referral]}, {sender: [police]}]}\n"
        "  weigh: {referral: 1}\n  examples:\n    match:\n      - {text: A referral, sender: police}\n"
        "      - A referral\n    no_match: [nothing]\n"
        "- id: x.two\n  says: the second\n  when: {all: [{text: [referral]}]}\n  weigh: {enquiry: 1}\n"
        "  examples: {match: [a referral], no_match: [your referral]}\n"
    }
    tried, failed = failing_examples(files, load(files))
    assert tried == 5
    silent, loud = failed
    assert (silent.rule, silent.place, silent.must_fire, silent.text) == (
        "x.one",
        "kinds/x.yaml:8:9",
        True,
        "A referral",
    )
    assert silent.missing == ("the sender is of type police",) and silent.instead == ("x.two",)
    assert (loud.rule, loud.place, loud.must_fire) == ("x.two", "kinds/x.yaml:14:46", False)
    assert "must not" in loud.sentence and "'your referral'" in loud.sentence
    assert "missing: the sender is of type police" in silent.sentence


def test_vocabulary_that_no_rule_uses_is_a_hint_also_through_another() -> None:
    files = {
        "vocabulary/v.yaml": "inner: [mum]\nouter: ['my @inner']\nunused: [dad]\nonly_by_unused: [x]\n",
        "vocabulary/w.yaml": "chain: ['@only_by_unused y']\n",
        **one_rule("{all: [{text: ['@outer']}]}"),
    }
    told = [str(hint) for hint in hints(files, load(files)) if "vocabulary" in str(hint)]
    assert [line.split(":")[0] + line.split("'")[1] for line in told] == [
        "vocabulary/v.yamlunused",
        "vocabulary/v.yamlonly_by_unused",
        "vocabulary/w.yamlchain",
    ]
    assert told[0].startswith("vocabulary/v.yaml:3:") and "@unused" in told[0]


def test_kinds_and_flags_without_a_rule_are_hints() -> None:
    files = one_rule("{all: [{text: [x]}]}")
    told = [str(hint) for hint in hints(files, load(files))]
    assert any("no rule speaks for the kind media" in line for line in told)
    assert any("no rule sets the flag risk" in line for line in told)
    assert not any("kind referral:" in line or "identity_doubt" in line or "unreadable" in line for line in told)
