"""The second reader doubts, explains itself, never carries a verdict alone, and is fitted the same each time."""

from __future__ import annotations

from collections import Counter

import pytest

from mailflow.classify import Ruleset, field_text, load, rehearse
from mailflow.classify.engine import rule_scores
from mailflow.classify.fitting import SEEN_IN, Example, example, fit, held_back, mixing, write
from mailflow.classify.language import ExampleMail
from mailflow.classify.reading import Reading
from mailflow.classify.second import RULE, Mixing, observe, score, score_named
from mailflow.errors import ProfileFault
from mailflow.model.words import Kind
from tests.support.classify import rule_files, service_rules, verdict

RULES = {
    "kinds/x.yaml": """
- id: x.referral
  says: speaks of a referral
  when: {all: [{text: [referral]}]}
  weigh: {referral: 5}
  examples: {match: [a referral], no_match: [a question]}
- id: x.enquiry
  says: speaks of a question
  when: {all: [{text: [question]}]}
  weigh: {enquiry: 5}
  examples: {match: [a question], no_match: [a referral]}
"""
}
REFERRAL = "Please ring the widow, she agreed to a referral, number {n}"
ENQUIRY = "Kindly advise us on your criteria, a question of colleague {n}"


def _example(text: str, kind: Kind, group: str, ruleset: Ruleset) -> Example:
    mail = ExampleMail(text=text)
    return example(*rehearse(mail), mail.mailbox, ruleset, {"kind": str(kind), "group": group})


def _examples(ruleset: Ruleset) -> list[Example]:
    found = []
    for n in range(6):
        found.append(_example(REFERRAL.format(n=f"zq{n}"), Kind.REFERRAL, "ab"[n % 2], ruleset))
        found.append(_example(ENQUIRY.format(n=f"zq{n} 4711"), Kind.ENQUIRY, "ab"[n % 2], ruleset))
    return found


def _fitted(rules: dict[str, str] = RULES, mixed: Mixing | None = None) -> Ruleset:
    bare = load(rules)
    text = write(fit(_examples(bare)), mixed or Mixing(rules=0.3, temperature=1.0), {"a": 6, "b": 6})
    return load({**rules, "fitted/kinds.yaml": text})


def test_the_fit_learns_what_tells_the_kinds_apart() -> None:
    found = verdict(_fitted(), text="Please ring the widow: a referral that she agreed to.")
    assert found.kind is Kind.REFERRAL
    assert not found.needs_human
    assert "second-reader" in {e.rule for e in found.evidence}


@pytest.mark.promise("P8")
def test_its_evidence_points_to_the_words() -> None:
    mail = ExampleMail(subject="A family", text="Hello.\n\nPlease ring the widow: a referral that she agreed to.")
    message, _, _ = rehearse(mail)
    told = [e for e in verdict(_fitted(), **mail.model_dump()).evidence if e.rule == RULE]
    assert told
    for evidence in told:
        assert evidence.text == field_text(message, evidence.field)[evidence.start : evidence.end] != ""


@pytest.mark.promise("P9")
def test_where_rules_and_reader_differ_a_human_looks() -> None:
    found = verdict(_fitted(), text="Kindly advise us on your criteria, colleague of a referral")
    assert found.needs_human
    assert found.confidence <= 0.7
    assert any("the second reader says enquiry" in reason for reason in found.reasons)


@pytest.mark.promise("P9")
def test_what_only_the_reader_understands_goes_to_a_human() -> None:
    found = verdict(_fitted(mixed=Mixing(rules=0.1, temperature=0.1)), text="Please ring the widow, she agreed.")
    assert found.kind is Kind.REFERRAL
    assert found.needs_human
    assert found.confidence < 0.5


def test_a_profile_without_a_fitted_file_is_judged_by_its_rules_alone() -> None:
    found = verdict(load(RULES), text="Kindly advise us on a referral")
    assert found.kind is Kind.REFERRAL
    assert not found.needs_human


def test_neither_rare_words_nor_numbers_are_learned() -> None:
    names = " ".join(fit(_examples(load(RULES))))
    assert SEEN_IN == 3
    assert "zq" not in names
    assert not any(character.isdigit() for character in names)


def test_the_same_mails_give_the_same_file() -> None:
    bare = load(RULES)
    first, second = (write(fit(_examples(bare)), Mixing(rules=0.2, temperature=1.0), {"a": 12}) for _ in range(2))
    assert first == second


def test_the_file_gives_back_what_was_fitted() -> None:
    bare = load(RULES)
    rows = fit(_examples(bare))
    text = write(rows, Mixing(rules=0.2, temperature=1.0), {"a": 12})
    reader = load({**RULES, "fitted/kinds.yaml": text}).second
    assert reader is not None
    for mail in ("Please ring the widow", "Your criteria?", ""):
        one = _example(mail, Kind.REFERRAL, "a", bare)
        reading = observe(_reading(mail, bare))
        assert score(reading, reader) == pytest.approx(score_named(one.features, rows), abs=1e-9)


def _reading(text: str, ruleset: Ruleset) -> Reading:
    mail = ExampleMail(text=text)
    return rule_scores(*rehearse(mail), mail.mailbox, ruleset)[0]


def test_held_back_means_not_fitted_on() -> None:
    bare = load(RULES)
    examples = _examples(bare)
    seen = Counter()
    for group, rows, held in held_back(examples, ("a", "b")):
        assert rows == fit([one for one in examples if one.group != group])
        assert {h.example.group for h in held} == {group}
        seen[group] += len(held)
    assert seen == {"a": 6, "b": 6}


def test_the_mixing_trusts_rules_that_are_right_on_held_back_mail() -> None:
    bare = load(RULES)
    held = [h for _, _, mails in held_back(_examples(bare), ("a", "b")) for h in mails]
    right = mixing(held)
    turned = mixing([type(h)(h.example, tuple(-x for x in h.logits)) for h in held])
    assert right.temperature <= turned.temperature


def test_a_damaged_file_is_a_fault_at_its_place() -> None:
    text = "fitted_on: {a: 1}\nmixing: {rules: 0.1, temperature: 1.0}\nweights: |\n  widow = nonsense +0.20\n"
    with pytest.raises(ProfileFault, match=r"fitted/kinds.yaml:3:\d+: line 1 of the weights cannot be read"):
        load({**RULES, "fitted/kinds.yaml": text})


def test_the_service_s_reader_belongs_to_its_rules() -> None:
    assert "fitted/kinds.yaml" in rule_files()
    reader = service_rules().second
    assert reader is not None
    assert len(reader.words) > 500
    assert not any(name.startswith("flag:") for name in reader.others)
