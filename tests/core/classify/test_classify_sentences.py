"""The reader of danger: what it hears, what it leaves alone, and how it learns. Every sentence is invented."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.classify import sentence_fitting, sentences
from mailflow.classify.engine import BORNE_OUT
from mailflow.classify.language import ExampleMail
from mailflow.classify.load import Ruleset, load
from mailflow.classify.reading import Reading, read
from mailflow.classify.rehearse import rehearse
from mailflow.classify.sentence_fitting import (
    Judged,
    Sample,
    Weights,
    fit,
    sample_of_line,
    sample_of_mail,
    scale,
    scale_beside_rules,
    sparse,
    write,
)
from mailflow.classify.sentences import Ears, Heard, SentenceFile, hear, open_reader, together
from mailflow.errors import Fault, ProfileFault
from mailflow.model.words import AutomaticKind, Flag, Kind
from mailflow.syntax.documents import open_document
from tests.support.classify import one_rule, service_rules, verdict


def reading(**mail: object) -> Reading:
    message, report, facts = rehearse(ExampleMail(**mail))
    return read(message, report, facts, "hssupport", service_rules().index)


def reader(*lines: str, alarm: float = 0.5, doubt: float = 0.1, flag: Flag = Flag.RISK) -> Ears:
    text = "\n".join(
        [
            f"flag: {flag}",
            "fitted_on: {tests: 2}",
            f"alarm: {alarm}",
            f"doubt: {doubt}",
            "slope: 1",
            "offset: 0",
            "weights: |",
        ]
    )
    faults: list[Fault] = []
    document = open_document(
        "danger.yaml", text + "\n" + "\n".join(f"  {line}" for line in lines) + "\n", SentenceFile, faults
    )
    assert document is not None, faults
    made = open_reader(document, faults)
    assert not faults, faults
    return together((made,))


def heard(text: str, *lines: str) -> Heard:
    return hear(reading(text=text), reader(*lines))[Flag.RISK]


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    "text",
    [
        "Dad rang at midnight and said he cannot see a reason to carry on. Nobody has heard from him since.",
        "Two of the defendant's cousins came to the door last night and said they will be back for my brother.",
        "I have been counting out my tablets again and I do not trust myself tonight.",
        "He gets out on Friday and he has told his mum he is coming for us.",
        "The little ones are still in the house with him when he has been drinking and she is frightened to leave.",
    ],
)
def test_danger_is_heard_that_no_rule_was_written_for(text: str) -> None:
    found = verdict(text=f"Hello,\n\nThank you for your letter.\n\n{text}\n\nKind regards")
    assert Flag.RISK in found.flags, found.evidence


@pytest.mark.parametrize(
    "text",
    [
        "Could you tell me when the next panel meeting is, and who will bring the minutes?",
        "Please find attached the agenda for Thursday and the list of those who will attend.",
        "My brother was killed two years ago and I should like to talk to somebody about the inquest forms.",
        "We would be glad of a stand at the conference and can offer a discount on early bookings.",
    ],
)
def test_what_is_sad_or_dull_is_no_danger(text: str) -> None:
    assert Flag.RISK not in verdict(text=text).flags


@pytest.mark.promise("P8")
def test_the_place_and_the_words_are_shown() -> None:
    found = heard("We met on Monday. He has taken all of her tablets. See you soon.", "tablet +4.0", "take … of +2.0")
    assert found.text == "He has taken all of her tablets" and found.field == "text"
    assert found.telling == ("tablet", "take … of")
    assert found.share > 0.5


def test_two_sentences_are_read_in_one_breath() -> None:
    together = heard("He is free. Knows our street. Goodbye.", "free know +6.0", "offset: -1.0")
    assert together.text == "He is free. Knows our street"
    assert heard("He is free. Goodbye. Knows our street.", "free know +6.0", "offset: -1.0").share < together.share


def test_quoted_words_and_signatures_are_not_heard() -> None:
    quoted = ExampleMail(
        text="Thank you, that helps.", quoted="I will kill myself tonight.", signature="Samaritans 116 123"
    )
    message, report, facts = rehearse(quoted)
    here = read(message, report, facts, "hssupport", service_rules().index)
    found = hear(here, reader("kill myself +9.0", "samaritan +9.0"))[Flag.RISK]
    assert found.share == 0.5 and not found.telling


def test_a_mail_without_words_is_silent() -> None:
    assert hear(reading(text=""), reader("kill +9.0"))[Flag.RISK].share in (0.0, 0.5)


def test_numbers_are_all_one() -> None:
    lines = ("# tablet +3.0",)
    assert heard("She took 14 tablets", *lines).share == heard("She took 30 tablets", *lines).share > 0.6


def test_a_dictated_sentence_without_a_stop_is_read_in_pieces() -> None:
    dull = "and then we went to the shop and had a cup of tea " * 12
    found = heard(f"{dull} and he has a knife under his pillow {dull}", "knif under +9.0")
    assert len(found.text.split()) <= 2 * sentences.PIECE
    assert "knife under" in found.text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["he", "kill", "myself", "tea", "12", ".", "\n\n", "?", "Ü", "-"]), max_size=60))
def test_the_quick_sum_is_that_of_the_fit(words: list[str]) -> None:
    """The reader adds up piece by piece, the fit each stretch whole. They must agree, or nothing learned counts."""
    weights = {
        "kill": 1.5,
        "kill myself": 2.0,
        "he … myself": -1.0,
        "tea": -0.5,
        "#": 0.3,
        "asked:": 0.7,
        "first:": 0.2,
    }
    here = reading(text=" ".join(words))
    made = Weights(weights, -0.25)
    sample = sample_of_mail(here, False, "x")
    lines = [f"{name} {weight:+.2f}" for name, weight in {**weights, "offset:": made.bias}.items()]
    found = hear(here, reader(*lines))[Flag.RISK]
    if not sample.stretches:
        assert found.share == 0.0
        return
    assert found.share == pytest.approx(1 / (1 + math.exp(-made.of(sample))), abs=0.001)


def test_a_megabyte_of_full_stops_is_bounded() -> None:
    here = reading(text="a. " * 300_000)
    assert sum(1 for _ in sentences.pieces(here)) <= sentences.MOST_PIECES
    assert hear(here, reader("a +1.0"))[Flag.RISK].share > 0.5


def test_faults_of_the_file_are_named_with_their_place() -> None:
    head = "flag: risk\nfitted_on: {x: 1}\nalarm: 0.2\ndoubt: 0.3\nslope: 1\noffset: 0\n"
    text = f"{head}weights: |\n  kill +1.0\n  nonsense\n"
    faults: list[Fault] = []
    document = open_document("danger.yaml", text, SentenceFile, faults)
    assert document is not None
    open_reader(document, faults)
    told = " / ".join(str(fault) for fault in faults)
    assert "line 2 of the weights cannot be read" in told and "doubt is too high" in told
    assert open_document("danger.yaml", "alarm: 2\n", SentenceFile, faults) is None


CALM = ("we had a lovely tea", "thank you for the form", "the meeting is on monday", "please send the minutes to us")
GRAVE = (
    "he will kill himself tonight",
    "she wants to kill herself",
    "they will kill him",
    "zelda will kill myself tonight",
)


def samples() -> list[Sample]:
    lines = [sample_of_line(text, False, "calm") for text in CALM] + [
        sample_of_line(text, True, "grave") for text in GRAVE
    ]
    whole = [
        sample_of_mail(reading(text=f"{CALM[0]}.\n\n{grave}.\n\n{CALM[2]}."), True, "mails") for grave in GRAVE[:2]
    ]
    return [*lines, *whole, sample_of_mail(reading(text=". ".join(CALM)), False, "mails")]


def test_the_fit_learns_the_stretch_and_not_the_mail() -> None:
    weights = fit(samples())
    assert weights.features["kill"] > 0.5 > weights.features.get("tea", 0.0)
    grave = sample_of_mail(reading(text="We had tea. They said they will kill her. The form is here."), True, "new")
    calm = sample_of_mail(reading(text="We had tea. The form is here. Please send the minutes."), False, "new")
    assert weights.of(grave) > 0 > weights.of(calm)
    assert "zelda" not in weights.features, "a word of one sample is not learned: it may be a name"


def test_the_same_samples_give_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_fitting, "SMALLEST", 0.1)
    made = [sparse(fit(samples())) for _ in range(2)]
    chosen = scale([Judged(True, 2.0), Judged(True, 1.0), Judged(False, -1.0), Judged(False, 0.5)])
    texts = [write(Flag.RISK, weights, chosen, {"b": 2, "a": 1}) for weights in made]
    assert texts[0] == texts[1] and "fitted_on: {a: 1, b: 2}" in texts[0]
    faults: list[Fault] = []
    document = open_document("danger.yaml", texts[0], SentenceFile, faults)
    assert document is not None and not faults
    read_back = open_reader(document, faults)
    assert not faults and read_back.words["kill"] == made[0].features["kill"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(-8, 8)), min_size=2, max_size=60))
def test_the_doubt_never_stands_above_the_alarm(judged: list[tuple[bool, float]]) -> None:
    made = scale([Judged(told, odds) for told, odds in judged])
    assert 0 < made.doubt <= made.alarm < 1
    assert made.share(5.0) >= made.share(-5.0)


def test_a_newsletter_about_danger_alarms_nobody() -> None:
    """How it was sent decided: a machine's mail needs more than a suspicion, or each bulletin would ring somebody."""
    found = verdict(
        text="In this issue: how to talk with somebody who feels suicidal. Training dates inside.",
        automatic=AutomaticKind.BULK,
    )
    assert found.kind is Kind.BULK and Flag.RISK not in found.flags


# -- readers beside rules -----------------------------------------------------------------------


def profile(flag: Flag, weight: float, *lines: str, alarm: float = 0.6, doubt: float = 0.2) -> Ruleset:
    """A profile with one rule of that weight for "blue lamp", and one reader."""
    name = "danger" if flag is Flag.RISK else str(flag)
    head = f"flag: {flag}\nfitted_on: {{tests: 2}}\nalarm: {alarm}\ndoubt: {doubt}\nslope: 1\noffset: 0\nweights: |\n"
    return load(
        {
            "flags/x.yaml": "- id: x.lamp\n  says: a test rule\n  when: {any: [{text: [blue lamp], in: [new]}]}\n"
            f"  flags: {{{flag}: {weight}}}\n  examples: {{match: [blue lamp], no_match: [tea]}}\n",
            "kinds/x.yaml": one_rule("{any: [{text: [nothing], in: [new]}]}")["kinds/x.yaml"],
            f"fitted/{name}.yaml": head + "".join(f"  {line}\n" for line in lines),
        }
    )


SILENT, UNSURE, SURE = "offset: -4.0", "offset: -0.6", "offset: +4.0"
"""Shares of 0.02, 0.35 and 0.98 for any mail."""


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    ("weight", "line", "flagged", "asked"),
    [
        (0.5, SURE, True, True),
        (0.5, UNSURE, False, True),
        (0.5, SILENT, False, False),
        (1.0, UNSURE, True, True),
        (1.0, SILENT, False, True),
        (2.0, SILENT, True, True),
    ],
)
def test_a_rule_and_the_reader_of_danger_together(weight: float, line: str, flagged: bool, asked: bool) -> None:
    found = verdict(profile(Flag.RISK, weight, line), text="There is a blue lamp.")
    assert (Flag.RISK in found.flags) is flagged
    danger_asked = any("danger" in reason or "risk" in reason for reason in found.reasons)
    assert (danger_asked or flagged) is asked


@pytest.mark.parametrize(
    ("weight", "line", "flagged"),
    [
        (0.5, SURE, True),
        (0.5, UNSURE, False),
        (1.0, UNSURE, True),
        (1.0, SILENT, False),
        (2.0, SILENT, True),
        (-0.1, SURE, False),
    ],
)
def test_a_rule_and_a_reader_of_another_flag_together(weight: float, line: str, flagged: bool) -> None:
    found = verdict(profile(Flag.DEADLINE, weight, line), text="There is a blue lamp.")
    assert (Flag.DEADLINE in found.flags) is flagged
    if line == SURE:
        heard_it = [one for one in found.evidence if one.rule == "reader-of-sentences"]
        assert [one.text for one in heard_it] == ["There is a blue lamp"]
        assert "we must act by a day or time" in heard_it[0].says


def test_several_readers_go_through_a_mail_together_and_hear_what_each_hears_alone() -> None:
    here = reading(text="Please reply by Friday. He said he will kill her. There is a child. Thank you.")
    risk, deadline = reader("kill her +5.0", "friday -1.0"), reader("by friday +4.0", "kill -2.0", flag=Flag.DEADLINE)
    both = hear(here, together((*risk.readers, *deadline.readers)))
    assert both == {**hear(here, risk), **hear(here, deadline)}
    assert both[Flag.DEADLINE].text == "Please reply by Friday"


def test_two_files_for_one_flag_are_a_fault() -> None:
    text = "flag: child\nfitted_on: {x: 1}\nalarm: 0.5\ndoubt: 0.1\nslope: 1\noffset: 0\nweights: |\n  a +1.0\n"
    with pytest.raises(ProfileFault, match="two files teach a reader of child"):
        load({**one_rule("{any: [{text: [a], in: [new]}]}"), "fitted/child.yaml": text, "fitted/children.yaml": text})


def test_alarm_and_doubt_stand_where_rules_and_reader_together_are_right() -> None:
    judged = [
        Judged(True, 3.0),
        Judged(True, -1.0, by_rules=1.0),
        Judged(False, -3.0, by_rules=1.0),
        Judged(False, 1.0),
    ]
    made = scale_beside_rules(judged * 5)
    shares = [made.share(one.odds) for one in judged]
    assert shares[3] < made.alarm <= shares[0], "the reader alone sets it only where it is surer than of a false one"
    assert shares[2] < made.doubt <= shares[1], "the rule is believed where the reader does not deny it"


def test_a_mail_that_rules_never_saw_counts_more() -> None:
    flattered, fair = Judged(True, 0.0, by_rules=1.0), Judged(False, 0.0, by_rules=1.0)
    both = [Judged(True, 4.0), Judged(False, -4.0)]
    assert scale_beside_rules([*both, *[flattered] * 2, fair]).doubt < 0.4
    assert scale_beside_rules([*both, *[flattered] * 2, *[replace(fair, counts=9.0)] * 2]).doubt > 0.4


def test_a_rule_of_danger_counts_from_a_part_of_the_alarm_on() -> None:
    judged = [Judged(True, 2.0), Judged(True, 2.5), Judged(False, -2.0), Judged(False, -4.0, by_rules=1.0)]
    made = scale(judged * 4)
    assert made.alarm > made.share(-2.0) and made.share(-4.0) < BORNE_OUT * made.alarm
    assert made.doubt <= made.alarm
