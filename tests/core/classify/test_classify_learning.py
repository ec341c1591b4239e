"""Labelled mail, verdicts beside labels, what a change changes, what rules cover, and the fit as a lead sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

import pytest

from mailflow.classify import classify, load, rehearse
from mailflow.classify.compare import compare
from mailflow.classify.cover import Coverage, cover, uses
from mailflow.classify.labelled import Label, Records, read_labels, read_small
from mailflow.classify.language import ExampleMail
from mailflow.classify.measure import Share, figures, wilson
from mailflow.classify.retrain import FEWEST, difference, refit, total_of, weights_of
from mailflow.errors import Fault
from mailflow.model.verdict import Verdict
from mailflow.model.words import Flag, Kind
from tests.support.classify import DATA, ROOT, rule_files, service_rules

VOICES = DATA / "voices.yaml"


@lru_cache(maxsize=1)
def voices() -> tuple[tuple[Label, Records], ...]:
    faults: list[Fault] = []
    found = tuple(read_small("voices.yaml", VOICES.read_text("utf-8"), "voices", faults))
    assert not faults
    return found


def label(kind: Kind, *flags: Flag, file: str = "x", also: frozenset[Kind] = frozenset()) -> Label:
    return Label(file, "g", "hssupport", kind, also, frozenset(flags))


def verdict(kind: Kind, *flags: Flag, human: bool = False, confidence: float = 0.95) -> Verdict:
    return Verdict(kind, confidence, human, flags, None, ((kind, 1.0),), (), (), "0" * 12)


# -- labels ---------------------------------------------------------------------------------------


def test_labels_are_read_line_by_line_and_every_fault_is_told() -> None:
    faults: list[Fault] = []
    lines = [
        json.dumps({"file": "1.eml", "kind": "media", "mailbox": "m", "flags": ["risk"], "facts": {}, "note": "x"}),
        "",
        json.dumps({"file": "2.eml", "kind": "enquiry", "also_acceptable": ["referral"]}),
        "{",
        json.dumps({"file": "3.eml", "kind": "nonsense"}),
        "[" * 100_000,
        json.dumps([1]),
    ]
    first, second = read_labels("l.jsonl", "\n".join(lines), "set", faults)
    assert first == Label("1.eml", "set", "m", Kind.MEDIA, frozenset(), frozenset({Flag.RISK}))
    assert second.flags is None and second.allows(Kind.REFERRAL) and not second.allows(Kind.MEDIA)
    assert [fault.place for fault in faults] == ["l.jsonl:4:1", "l.jsonl:5:1", "l.jsonl:6:1", "l.jsonl:7:1"]
    assert faults[1].sentence.startswith("kind: ")


def test_mails_in_small_are_named_by_their_line() -> None:
    text = "- {kind: media, mail: {text: hello}}\n- kind: enquiry\n  flags: [risk]\n  mail: {text: b, mailbox: m}\n"
    faults: list[Fault] = []
    (one, records), (two, _) = read_small("a/b/small.yaml", text, "small", faults)
    assert (one.file, one.flags, records[0].text) == ("small.yaml:1", None, "hello\n")
    assert (two.file, two.flags, two.mailbox) == ("small.yaml:2", {Flag.RISK}, "m")
    assert list(read_small("w.yaml", "- {kind: medium, mail: {txt: x}}\n", "w", faults)) == []
    assert {fault.place.split(":")[0] for fault in faults} == {"w.yaml"} and len(faults) == 2


def test_the_labelled_mails_of_the_profile_can_be_read_and_are_of_every_kind_that_words_decide() -> None:
    faults: list[Fault] = []
    path = ROOT / "rules" / "labelled" / "mails.yaml"
    found = list(read_small(path.name, path.read_text("utf-8"), "mails", faults))
    assert not faults
    decided_by_sending = {Kind.AUTO_REPLY, Kind.BOUNCE, Kind.SECURE_NOTICE, Kind.UNREADABLE}
    assert {one.kind for one, _ in found} == set(Kind) - decided_by_sending
    assert sum(Flag.RISK in (one.flags or ()) for one, _ in found) >= 3


# -- figures --------------------------------------------------------------------------------------


def test_figures_of_verdicts_counted_by_hand() -> None:
    judged = [
        (label(Kind.MEDIA, file="1"), verdict(Kind.MEDIA)),
        (label(Kind.MEDIA, file="2"), verdict(Kind.ENQUIRY, human=True, confidence=0.5)),
        (label(Kind.ENQUIRY, Flag.RISK, file="3"), verdict(Kind.BULK)),
        (label(Kind.ENQUIRY, also=frozenset({Kind.MEDIA}), file="4"), verdict(Kind.MEDIA, Flag.RISK)),
    ]
    found = figures(judged)
    assert found.right == Share(2, 4) and found.right.interval == wilson(2, 4)
    assert found.alone == Share(3, 4) and found.alone_right == Share(2, 3) and found.sure == Share(2, 3)
    assert found.silenced == ("3",) and found.risk_missed == ("3",)
    assert found.confusion == {(Kind.ENQUIRY, Kind.BULK): 1, (Kind.MEDIA, Kind.ENQUIRY): 1}
    # media: hit 1, meant 2, said 1 (the defended one is no mistake); enquiry: hit 1, meant 2, said 1
    assert found.macro_f1 == pytest.approx(2 / 3)
    risk = found.flags[Flag.RISK]
    assert (risk.both, risk.found, risk.there) == (0, 1, 1)


def test_figures_of_nothing_are_none() -> None:
    found = figures([])
    assert found.right.value is None and found.right.interval == (0.0, 1.0) and found.macro_f1 == 0.0


# -- what a change changes ------------------------------------------------------------------------


def both(before: dict[str, str], after: dict[str, str], **mail: object) -> tuple[Verdict, Verdict]:
    small = ExampleMail.model_validate(mail)
    first, second = (classify(*rehearse(small), small.mailbox, load(files)) for files in (before, after))
    return first, second


def test_a_change_names_the_rule_that_made_it_and_its_words() -> None:
    before = rule_files()
    name = "vocabulary/acts.yaml"
    after = {**before, name: before[name].replace("agree:\n", "agree:\n  - gave us the nod\n", 1)}
    was, now = both(
        before, after, text="Tom Hill was stabbed on Friday. Mum gave us the nod. Her number is 07700 900123.",
        sender="police", facts=["family.phone"],
    )  # fmt: skip
    change = compare("x", was, replace(now, needs_human=not was.needs_human), label(now.kind))
    assert change is not None
    assert (change.reasons[0].rule, change.reasons[0].before) == ("referral.agreed", None)
    assert change.reasons[0].text == "gave us the nod" and change.reasons[0].moved > 0
    assert "second-reader" not in {reason.rule for reason in change.reasons}


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        (verdict(Kind.MEDIA), verdict(Kind.ENQUIRY), "worse"),
        (verdict(Kind.ENQUIRY), verdict(Kind.MEDIA), "better"),
        (verdict(Kind.ENQUIRY), verdict(Kind.ENQUIRY, human=True), "better"),
        (verdict(Kind.MEDIA), verdict(Kind.MEDIA, human=True), "worse"),
        (verdict(Kind.MEDIA), verdict(Kind.MEDIA, Flag.RISK), "worse"),
        (verdict(Kind.ENQUIRY), verdict(Kind.REFERRAL), "same"),
    ],
)
def test_better_and_worse_go_by_the_label(before: Verdict, after: Verdict, effect: str) -> None:
    change = compare("x", before, after, label(Kind.MEDIA))
    assert change is not None and change.effect == effect
    unlabelled = compare("x", before, after)
    assert unlabelled is not None and unlabelled.effect == ""


def test_another_confidence_alone_is_no_change() -> None:
    assert compare("x", verdict(Kind.MEDIA), verdict(Kind.MEDIA, confidence=0.91)) is None


# -- what rules cover -----------------------------------------------------------------------------


@lru_cache(maxsize=1)
def covered() -> Coverage:
    return cover(voices(), service_rules())


def test_coverage_agrees_with_the_verdicts() -> None:
    judged = [(one, classify(*records, one.mailbox, service_rules())) for one, records in voices()]
    assert covered().mails == len(voices())
    assert {use.rule: use.mails for use in uses(judged, service_rules())} == {
        use.rule: use.mails for use in covered().rules
    }
    assert all(0 <= use.right <= use.judged <= len(use.mails) for use in covered().rules)


def test_coverage_counts_rules_phrases_and_silence() -> None:
    files = {
        "kinds/x.yaml": "- id: x.y\n  says: a rule\n\n"
        "  when: {any: [{text: [mum, 'my dad', brother]}], none: [{text: [aunt]}]}\n"
        "  weigh: {referral: 1}\n  examples: {match: [mum], no_match: [b]}\n"
        "- id: x.z\n  says: a rule\n  when: {all: [{text: [uncle]}]}\n  weigh: {media: 1}\n"
        "  examples: {match: [uncle], no_match: [b]}\n"
    }
    texts = ("mum", "mum and my dad", "not mum", "brother, aunt", "nobody")
    mails = [
        (label(Kind.REFERRAL if number < 1 else Kind.MEDIA, file=text), rehearse(ExampleMail(text=text)))
        for number, text in enumerate(texts)
    ]
    found = cover(mails, load(files))
    assert {use.rule: (use.mails, use.right, use.judged) for use in found.rules} == {
        "x.y": (("mum", "mum and my dad"), 1, 2),
        "x.z": ((), 0, 0),
    }
    assert {use.phrase: use.mails for use in found.phrases} == {
        "mum": ("mum", "mum and my dad"),
        "my dad": ("mum and my dad",),
        "brother": (),
        "uncle": (),
    }
    assert [use.phrase for use in found.leaning] == ["my dad"]
    assert [use.rule for use in found.never] == ["x.z"]
    assert [file for file, _ in found.unheard] == ["not mum", "brother, aunt", "nobody"]


def test_phrases_that_lean_on_a_single_mail_are_listed_with_that_mail() -> None:
    """What a lead reads before trusting a phrase: it stands in one mail of the voices alone. The list is the output of
    ``rules coverage``; here it is held to be a list of real phrases of real rules, each on its one mail."""
    files = {one.file for one, _ in voices()}
    rules = {compiled.rule.id for compiled in (*service_rules().flag_rules, *service_rules().kind_rules)}
    leaning = covered().leaning
    print(*(f"{use.rule}: {use.phrase!r} leans on {use.mails[0]}" for use in leaning), sep="\n")
    assert leaning, "122 mails do not carry every phrase twice"
    for use in leaning:
        assert use.rule in rules and use.phrase in service_rules().phrases and set(use.mails) <= files
    # A profile whose every third phrase hung on one mail would have been written to the mails, not to the language.
    heard = [use for use in covered().phrases if use.mails]
    assert len(leaning) < 0.6 * len(heard)


# -- the fit --------------------------------------------------------------------------------------


def test_the_fit_is_the_same_for_the_same_mails_and_measures_only_what_was_held_back() -> None:
    few = [(replace(one, group=f"set{number % 2}"), records) for number, (one, records) in enumerate(voices()[::4])]
    steps: list[str] = []
    made, again = refit(few, rule_files(), step=steps.append), refit(few, rule_files())
    assert made.text == again.text and made.features == len(weights_of(made.text)) > 30
    assert {held.group: len(held.verdicts) for held in made.held} == made.fitted_on == {"set0": 16, "set1": 15}
    assert total_of(made.text) == made.fitted_on
    assert steps[0] == "fitting without set0" and steps[-1] == "fitting on all"
    assert load({**rule_files(), "fitted/kinds.yaml": made.text}).second is not None


def test_a_set_in_sight_is_fitted_on_but_not_measured_and_a_single_set_is_divided() -> None:
    some = voices()[:60]
    made = refit([(replace(one, group="old" if n < 30 else "new"), r) for n, (one, r) in enumerate(some)], rule_files(),
                 frozenset({"old"}))  # fmt: skip
    assert made.fitted_on == {"new": 30, "old": 30}
    assert [(held.group, len(held.verdicts)) for held in made.held] == [
        ("new 1/3", 10),
        ("new 2/3", 10),
        ("new 3/3", 10),
    ]


def test_too_few_mails_or_none_to_measure_on_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        refit(voices()[: FEWEST - 1], rule_files())
    with pytest.raises(ValueError, match="none is left"):
        refit(voices()[:FEWEST], rule_files(), frozenset({"voices"}))


def test_the_difference_of_two_fitted_files_is_told_the_most_first() -> None:
    head = "fitted_on: {a: 1}\nmixing: {rules: 1, temperature: 1}\nweights: |\n"
    before, after = (
        head + "  my son = media +0.50, bulk -0.20\n  x = bulk +1.00\n",
        head + "  my son = media +0.40\n  y = spam -2.00\n",
    )
    found = [(moved.feature, moved.kind, moved.before, moved.after) for moved in difference(before, after)]
    assert found == [("y", "spam", 0.0, -2.0), ("x", "bulk", 1.0, 0.0), ("my son", "bulk", -0.2, 0.0),
                     ("my son", "media", 0.5, 0.4)]  # fmt: skip
    assert difference(before, before) == () and total_of("") == {}
