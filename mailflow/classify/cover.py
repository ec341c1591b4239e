"""What the rules do on labelled mail: how often each speaks and how often rightly, and what leans on one mail.

A rule that was written for one mail is not yet known to be general, and a phrase even less; a rule that never speaks is
either for mail that has not come yet or is broken. Nobody can see that from the rule files alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mailflow.model.verdict import Verdict
from mailflow.model.words import Flag, Kind

from . import language as lang
from .engine import rule_scores
from .labelled import Label, Records
from .load import CompiledRule, Ruleset
from .program import Compiler, Program


@dataclass(frozen=True, slots=True)
class RuleUse:
    """What one rule does on the labelled mails."""

    rule: str
    place: str
    says: str
    mails: tuple[str, ...]
    """The mails on which it speaks."""
    right: int
    """Of these, mails that are what it speaks for."""
    judged: int
    """Mails on which it speaks and of which the label can tell whether it is right; 0 where it only speaks against."""

    @property
    def disagrees(self) -> bool:
        """It is mostly wrong, on more than one mail."""
        return self.judged > 1 and 2 * self.right < self.judged


@dataclass(frozen=True, slots=True)
class PhraseUse:
    """A phrase of a rule, and the mails on which the rule speaks by it."""

    rule: str
    place: str
    phrase: str
    mails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rules do on some labelled mails."""

    mails: int
    rules: tuple[RuleUse, ...]
    phrases: tuple[PhraseUse, ...]
    """Every phrase of every condition that a rule asks for; not those that keep it silent."""
    unheard: tuple[tuple[str, Kind], ...]
    """Mails of which no rule speaks for any kind, with what they are; not those that the way of sending decides."""

    @property
    def never(self) -> tuple[RuleUse, ...]:
        """Rules that speak on no mail."""
        return tuple(use for use in self.rules if not use.mails)

    @property
    def leaning(self) -> tuple[PhraseUse, ...]:
        """Phrases that lean on a single mail."""
        return tuple(use for use in self.phrases if len(use.mails) == 1)

    @property
    def silent(self) -> tuple[PhraseUse, ...]:
        """Phrases that stand in no mail."""
        return tuple(use for use in self.phrases if not use.mails)


def cover(mails: Iterable[tuple[Label, Records]], ruleset: Ruleset) -> Coverage:
    """Tries every rule and every phrase on every mail."""
    every = (*ruleset.flag_rules, *ruleset.kind_rules)
    compiler = Compiler.over(ruleset.index, ruleset.phrases)
    phrases = {compiled.rule.id: list(_phrases(compiled.rule.when, compiler)) for compiled in every}
    spoke: dict[str, list[Label]] = {compiled.rule.id: [] for compiled in every}
    heard: dict[tuple[str, str], list[str]] = {(rule, phrase): [] for rule in phrases for phrase, _, _ in phrases[rule]}
    unheard: list[tuple[str, Kind]] = []
    count = 0
    for label, records in mails:
        count += 1
        reading, scores, by_sending = rule_scores(*records, label.mailbox, ruleset)
        if not by_sending and max(scores.values()) <= 0:
            unheard.append((label.file, label.kind))
        for rule in reading.fired:
            spoke[rule].append(label)
            for phrase in {
                phrase for phrase, number, run in phrases[rule] if reading.hits.get(number) and run(reading) is not None
            }:
                heard[rule, phrase].append(label.file)
    places = {compiled.rule.id: compiled.place for compiled in every}
    return Coverage(
        mails=count,
        rules=tuple(_use(compiled, spoke[compiled.rule.id]) for compiled in every),
        phrases=tuple(PhraseUse(rule, places[rule], phrase, tuple(on)) for (rule, phrase), on in heard.items()),
        unheard=tuple(unheard),
    )


def uses(judged: Iterable[tuple[Label, Verdict]], ruleset: Ruleset) -> tuple[RuleUse, ...]:
    """What each rule does, from verdicts that are there already."""
    every = (*ruleset.flag_rules, *ruleset.kind_rules)
    spoke: dict[str, list[Label]] = {compiled.rule.id: [] for compiled in every}
    for label, verdict in judged:
        for rule in {evidence.rule for evidence in verdict.evidence} & spoke.keys():
            spoke[rule].append(label)
    return tuple(_use(compiled, spoke[compiled.rule.id]) for compiled in every)


def _use(compiled: CompiledRule, labels: list[Label]) -> RuleUse:
    rule = compiled.rule
    names = tuple(label.file for label in labels)
    kinds = frozenset(kind for kind, weight in rule.weigh.items() if weight > 0)
    flags = frozenset(flag for flag, weight in rule.flags.items() if weight > 0)
    right = judged = 0
    for label in labels:
        meant = _meant(label, kinds, flags)
        if meant is not None:
            judged += 1
            right += meant
    return RuleUse(rule.id, compiled.place, rule.says, names, right, judged)


def _meant(label: Label, kinds: frozenset[Kind], flags: frozenset[Flag]) -> bool | None:
    """Whether the label is what the rule speaks for; ``None`` where it does not tell."""
    if kinds:
        return label.kind in kinds or bool(label.also & kinds)
    if flags and label.flags is not None:
        return bool(label.flags & flags)
    return None


def _phrases(when: lang.When, compiler: Compiler) -> Iterator[tuple[str, int, Program]]:
    """Each phrase that the rule asks for, its number, and the condition with this phrase alone."""
    for condition in (*when.all, *when.any):
        for text in _asked(condition):
            for phrase in text.text:
                alone = text.model_copy(update={"text": (phrase,), "at_least": 1})
                yield phrase, compiler.number(phrase), compiler.condition(alone)


def _asked(condition: lang.Condition) -> Iterator[lang.Text]:
    """The text conditions in it that make a rule speak."""
    match condition:
        case lang.Text():
            yield condition
        case lang.AnyOf():
            for inner in condition.any:
                yield from _asked(inner)
        case lang.AllOf():
            for inner in condition.all:
                yield from _asked(inner)
