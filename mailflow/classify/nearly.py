"""Which rules nearly spoke: what one condition they missed, in words for the lead.

A rule is near when all its conditions but one hold. For a missing text condition it is asked further: are the words
there after all, but negated, supposed, in a part of the mail that the rule does not read, or without the words that
must stand beside them? That is mostly what the lead wants to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import language as lang
from .engine import field_text
from .load import CompiledRule, Ruleset
from .program import Compiler, Finding
from .reading import Reading
from .scope import Scope

LONGEST_LIST = 3
"""So many phrases of a condition are named; the rule file has the rest."""

LONGEST_PHRASE = 40

_SCOPES = {
    Scope.NEGATED: "denied",
    Scope.CONDITIONAL: "only supposed",
    Scope.ASKED: "asked",
    Scope.PAST: "told as history",
}

_ZONES = {
    "subject": "the subject",
    "new": "the new text",
    "signature": "the signature",
    "forwarded": "what is forwarded",
    "attachment": "an attachment",
    "quoted": "quoted history",
    "ours": "what we wrote",
    "said": "what the sender says",
    "anywhere": "the mail",
}


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that nearly spoke."""

    rule: str
    place: str
    """``file:line:column`` of the rule."""
    says: str
    weights: dict[str, float]
    """What it would have given: kind or flag → weight."""
    missing: str
    """The one condition that did not hold, in words."""
    field: str = ""
    start: int = 0
    end: int = 0
    text: str = ""
    """The words of the rule that are there."""
    close: bool = False
    """The very words that are missing are there, but denied, supposed, elsewhere …"""


def nearly(reading: Reading, ruleset: Ruleset) -> tuple[Near, ...]:
    """The rules that missed one condition, those first whose words are there after all, then by weight.

    ``reading`` is one on which all rules have been tried (:func:`~.engine.rule_scores`).
    """
    compiler = Compiler.over(ruleset.index, ruleset.phrases)
    found = []
    for compiled in (*ruleset.flag_rules, *ruleset.kind_rules):
        if compiled.rule.id not in reading.fired:
            near = _near(reading, compiled, compiler)
            if near is not None:
                found.append(near)
    found.sort(key=lambda near: (not near.close, -max(map(abs, near.weights.values())), near.rule))
    return tuple(found)


def why_not(reading: Reading, compiled: CompiledRule, ruleset: Ruleset) -> tuple[str, ...]:
    """Every condition of a silent rule that does not hold, in words."""
    compiler = Compiler.over(ruleset.index, ruleset.phrases)
    return tuple(_missing(reading, part, compiler)[0] for part in _failing(reading, compiled.rule.when, compiler))


def _near(reading: Reading, compiled: CompiledRule, compiler: Compiler) -> Near | None:
    rule = compiled.rule
    failing = list(_failing(reading, rule.when, compiler))
    if len(failing) != 1:
        return None
    sentence, place = _missing(reading, failing[0], compiler)
    held = [
        finding
        for part in _parts(rule.when)
        if not isinstance(part, lang.NoneOf) and (finding := compiler.condition(part)(reading)) is not None
    ]
    with_words = [finding for finding in held if finding.end > finding.start]
    if place is None and not with_words:
        return None  # a rule of which nothing stands in the mail is not near
    shown = place or max(with_words, key=lambda finding: finding.factor)
    text = _text_of(reading, shown)
    weights = {str(target): weight for target, weight in (*rule.weigh.items(), *rule.flags.items())}
    return Near(
        rule.id,
        compiled.place,
        rule.says,
        weights,
        sentence,
        shown.field,
        shown.start,
        shown.end,
        text,
        place is not None,
    )


def _parts(when: lang.When) -> Iterator[lang.Condition]:
    """The conditions that must all hold: ``any`` is one of them, and each of ``none`` is one."""
    yield from when.all
    if when.any:
        yield lang.AnyOf(any=when.any)
    for refused in when.none:
        yield lang.NoneOf(none=(refused,))


def _failing(reading: Reading, when: lang.When, compiler: Compiler) -> Iterator[lang.Condition]:
    for part in _parts(when):
        if compiler.condition(part)(reading) is None:
            yield part


def _missing(reading: Reading, part: lang.Condition, compiler: Compiler) -> tuple[str, Finding | None]:
    """Why a condition does not hold, and the words that nearly made it hold."""
    for text in _texts(part):
        almost = _almost(reading, text, compiler)
        if almost is not None:
            return almost
    if isinstance(part, lang.NoneOf):
        (refused,) = part.none
        if isinstance(refused, lang.OtherRule):
            refused = lang.OtherRule(rule=tuple(rule for rule in refused.rule if rule in reading.fired))
        finding = compiler.condition(refused)(reading)
        words = _quoted(_text_of(reading, finding)) if finding is not None and finding.end > finding.start else ""
        return f"it must not be that {in_words(refused)}{f': the mail says {words}' if words else ''}", finding
    return in_words(part), None


def _texts(part: lang.Condition) -> Iterator[lang.Text]:
    """The text conditions that a missing condition is made of."""
    match part:
        case lang.Text():
            yield part
        case lang.AnyOf():
            for inner in part.any:
                yield from _texts(inner)
        case lang.AllOf():
            for inner in part.all:
                yield from _texts(inner)


def _almost(reading: Reading, text: lang.Text, compiler: Compiler) -> tuple[str, Finding] | None:
    """The words are there, but: one demand of the condition after the other is dropped until it holds."""
    for scope in text.unless:
        kept = tuple(other for other in text.unless if other is not scope)
        found = compiler.condition(text.model_copy(update={"unless": kept}))(reading)
        if found is not None:
            return f"{_quoted(_text_of(reading, found))} is there, but {_SCOPES[scope]}", found
    if text.only:
        found = compiler.condition(text.model_copy(update={"only": ()}))(reading)
        if found is not None:
            scopes = " or ".join(_SCOPES[scope] for scope in text.only)
            return f"{_quoted(_text_of(reading, found))} is there, but not {scopes}", found
    if text.beside:
        found = compiler.condition(text.model_copy(update={"beside": ()}))(reading)
        if found is not None:
            words = _some(text.beside)
            return f"{_quoted(_text_of(reading, found))} is there, but not in one sentence with {words}", found
    if text.without:
        found = compiler.condition(text.model_copy(update={"without": ()}))(reading)
        if found is not None:
            words = _some(text.without)
            return f"{_quoted(_text_of(reading, found))} is there, but in one sentence with {words}", found
    if text.at_least > 1:
        found = compiler.condition(text.model_copy(update={"at_least": 1}))(reading)
        if found is not None:
            return f"{_quoted(_text_of(reading, found))} is there, but {text.at_least} such are needed", found
    found = compiler.condition(text.model_copy(update={"zone": ("anywhere", "ours")}))(reading)
    if found is not None:
        read = " and ".join(_ZONES[zone] for zone in text.zone)
        return f"{_quoted(_text_of(reading, found))} is there, but only {read} is read", found
    return None


def in_words(condition: lang.Condition) -> str:  # noqa: PLR0912 (one case for each word of the language)
    """A condition as a clause: ``it says "has agreed"``."""
    match condition:
        case lang.Text():
            where = "" if condition.zone == ("said",) else f" in {_list(_ZONES[zone] for zone in condition.zone)}"
            return f"it says {_some(condition.text)}{where}"
        case lang.Pattern():
            return f"the pattern {condition.pattern} matches"
        case lang.Sender():
            return f"the sender is of type {_list(condition.sender)}"
        case lang.Mailbox():
            return f"it came to {_list(condition.mailbox)}"
        case lang.Header():
            held = f" with {_some(condition.has)}" if condition.has else ""
            return f"it has the header {condition.header}{held}"
        case lang.Fact():
            return f"it states {_list(condition.fact)}"
        case lang.InThread():
            return f"its thread is {_list(condition.thread)}"
        case lang.HasShape():
            return f"its shape is {_list(condition.shape)}"
        case lang.AttachmentName():
            return f"the name of an attachment holds {_some(condition.attachment)}"
        case lang.Assurance():
            return f"the way it came is {_list(condition.assurance)}"
        case lang.Sent():
            return f"it was sent as {_list(condition.automatic)}"
        case lang.Doubt():
            return "the sender is in doubt" if condition.doubt else "the sender is not in doubt"
        case lang.Language():
            return f"it is written in {_list(condition.language)}"
        case lang.OtherRule():
            return f"{_list(condition.rule)} has spoken"
        case lang.HasFlag():
            return f"{_list(condition.flag)} is set"
        case lang.AnyOf():
            return _joined((in_words(inner) for inner in condition.any), "or")
        case lang.AllOf():
            return _joined((in_words(inner) for inner in condition.all), "and")
        case lang.NoneOf():
            return "not: " + _joined((in_words(inner) for inner in condition.none), "or")
    raise TypeError(f"no words for {condition!r}")  # pragma: no cover - the union is closed


def _joined(clauses: Iterable[str], word: str) -> str:
    return f", {word} ".join(clauses)


def _list(names: Iterable[object]) -> str:
    return " or ".join(str(name) for name in names)


def _some(phrases: tuple[str, ...]) -> str:
    named = " or ".join(f'"{_cut(phrase)}"' for phrase in phrases[:LONGEST_LIST])
    more = len(phrases) - LONGEST_LIST
    return f"{named} ({more} more)" if more > 0 else named


def _cut(phrase: str) -> str:
    return phrase if len(phrase) <= LONGEST_PHRASE else f"{phrase[: LONGEST_PHRASE - 1]}…"


def _quoted(text: str) -> str:
    return f'"{" ".join(text.split())}"'


def _text_of(reading: Reading, finding: Finding) -> str:
    return field_text(reading.message, finding.field)[finding.start : finding.end]
