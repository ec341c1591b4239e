"""How often classify and facts are right on labelled mail, with Wilson intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailflow.model.words import NEVER_ANSWERED, Flag, Kind
from tests.bench import accuracy, facts
from tests.bench.accuracy import Judged
from tests.bench.mails import CORPUS
from tests.bench.report import Section
from tests.bench.statistics_of import Hits

KEY = "accuracy"
HEADING = "Accuracy of kinds, flags and facts"
HOW = (
    "the whole way from bytes to verdict without a service, against the labels; 95 % Wilson intervals; a kind counts "
    "as right when it is the labelled one or one that the label also accepts; flags and facts are counted one by one "
    "over all mails; macro-F1 is the mean over the labelled kinds"
)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A folder of labelled mails and what its figures are worth."""

    key: str
    folder: Path
    sample: str


SETS = (LabelledSet("corpus", CORPUS, "in-sample: the rules were written with these mails in sight"),)


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures. Quick or not, it is the whole set: it takes seconds, and less would be another figure."""
    ruleset = accuracy.rules()
    for labelled in SETS:
        judged = accuracy.run(ruleset, labelled.folder)
        section.notes.append(f"{labelled.key}: {len(judged)} mails, {labelled.sample}")
        whole = accuracy.figures(judged, ruleset)
        _kinds(section, labelled.key, judged, whole["macro_f1"])
        _flags(section, labelled.key, judged)
        _facts(section, labelled.key, judged)
        section.notes.append(f"{labelled.key}: rules version {ruleset.version}")


def _kinds(section: Section, key: str, judged: Sequence[Judged], macro_f1: float) -> None:
    alone = [each for each in judged if not each.verdict.needs_human]
    section.share(f"{key}.kind", "kind right", sum(each.right for each in judged), len(judged))
    section.add(f"{key}.macro_f1", "macro-F1 of kinds", macro_f1, "", len({each.label["kind"] for each in judged}))
    section.share(f"{key}.alone", "verdicts without needs_human", len(alone), len(judged))
    section.share(f"{key}.alone_right", "of these, kind right", sum(each.right for each in alone), len(alone))
    silenced = sum(is_silenced(each) for each in alone)
    missed = sum(Flag.RISK in each.label["flags"] and Flag.RISK not in each.verdict.flags for each in alone)
    section.add(f"{key}.alone_silenced", "of these, wrong so that nobody is answered", silenced, "count", len(alone))
    section.add(f"{key}.alone_risk_missed", "of these, risk missed", missed, "count", len(alone))


def is_silenced(judged: Judged) -> bool:
    """The verdict is a kind that is never answered, and it is wrong: a person waits for an answer in vain."""
    return (
        not judged.right and judged.verdict.kind in NEVER_ANSWERED and Kind(judged.label["kind"]) not in NEVER_ANSWERED
    )


def flag_hits(judged: Sequence[Judged], flags: frozenset[Flag]) -> Hits:
    """How often these flags were set and labelled, one by one over all mails."""
    said = [flags & set(each.verdict.flags) for each in judged]
    meant = [flags & {Flag(flag) for flag in each.label["flags"]} for each in judged]
    both = sum(len(a & b) for a, b in zip(said, meant, strict=True))
    return Hits(both, sum(map(len, said)), sum(map(len, meant)))


def _flags(section: Section, key: str, judged: Sequence[Judged]) -> None:
    everything = frozenset(Flag)
    groups = [("risk", "risk", frozenset({Flag.RISK})), ("flags", "other flags together", everything - {Flag.RISK})]
    groups += [(f"flag.{flag}", f"flag {flag}", frozenset({flag})) for flag in sorted(everything - {Flag.RISK})]
    for name, says, flags in groups:
        _precision_recall(section, f"{key}.{name}", says, flag_hits(judged, flags))


def _facts(section: Section, key: str, judged: Sequence[Judged]) -> None:
    """By the comparison of ``tests.bench.facts``: each field of each person, each need, each date."""
    both = found = there = 0
    for each in judged:
        for _, label, value in facts.compare(each.label["facts"], each.facts.to_json()):
            both += facts.right(label, value)
            found += bool(value)
            there += bool(label)
    _precision_recall(section, f"{key}.facts", "facts", Hits(both, found, there))


def _precision_recall(section: Section, key: str, says: str, hits: Hits) -> None:
    if hits.found or hits.there:
        section.share(f"{key}.precision", f"{says}: precision", hits.both, hits.found)
        section.share(f"{key}.recall", f"{says}: recall", hits.both, hits.there)
