"""How often classify and facts are right on labelled mail, with Wilson intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailflow.classify.measure import Figures, Hits, figures
from mailflow.model.words import Flag
from tests.bench import accuracy, facts
from tests.bench.accuracy import Judged
from tests.bench.mails import CORPUS
from tests.bench.report import Section

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
        totals(section, labelled.key, judged)
        section.notes.append(f"{labelled.key}: rules version {ruleset.version}")


def totals(section: Section, key: str, judged: Sequence[Judged]) -> None:
    """Every figure of some labelled mails, and not one mail by itself."""
    found = figures(accuracy.labelled(judged, key))
    _kinds(section, key, judged, found)
    _flags(section, key, found)
    _facts(section, key, judged)


def _kinds(section: Section, key: str, judged: Sequence[Judged], found: Figures) -> None:
    alone = [each for each in judged if not each.verdict.needs_human]
    section.share(f"{key}.kind", "kind right", found.right.count, found.right.of)
    section.add(
        f"{key}.macro_f1", "macro-F1 of kinds", found.macro_f1, "", len({each.label["kind"] for each in judged})
    )
    section.share(f"{key}.alone", "verdicts without needs_human", found.alone.count, found.alone.of)
    section.share(f"{key}.alone_right", "of these, kind right", found.alone_right.count, found.alone_right.of)
    missed = sum(Flag.RISK in each.label["flags"] and Flag.RISK not in each.verdict.flags for each in alone)
    silenced = len(found.silenced)
    section.add(f"{key}.alone_silenced", "of these, wrong so that nobody is answered", silenced, "count", len(alone))
    section.add(f"{key}.alone_risk_missed", "of these, risk missed", missed, "count", len(alone))
    section.share(f"{key}.sure", "verdicts at 0.9 and above, kind right", found.sure.count, found.sure.of)


def _flags(section: Section, key: str, found: Figures) -> None:
    others = [found.flags[flag] for flag in Flag if flag is not Flag.RISK]
    together = Hits(sum(h.both for h in others), sum(h.found for h in others), sum(h.there for h in others))
    _precision_recall(section, f"{key}.risk", "risk", found.flags[Flag.RISK])
    _precision_recall(section, f"{key}.flags", "other flags together", together)
    for flag in sorted(set(Flag) - {Flag.RISK}):
        _precision_recall(section, f"{key}.flag.{flag}", f"flag {flag}", found.flags[flag])


def _facts(section: Section, key: str, judged: Sequence[Judged]) -> None:
    """By the comparison of ``tests.bench.facts``: each field of each person, each need, each date."""
    both = found = there = 0
    for each in judged:
        for _, label, value in facts.differences(each):
            both += facts.right(label, value)
            found += bool(value)
            there += bool(label)
    _precision_recall(section, f"{key}.facts", "facts", Hits(both, found, there))


def _precision_recall(section: Section, key: str, says: str, hits: Hits) -> None:
    if hits.found or hits.there:
        section.share(f"{key}.precision", f"{says}: precision", hits.both, hits.found)
        section.share(f"{key}.recall", f"{says}: recall", hits.both, hits.there)
