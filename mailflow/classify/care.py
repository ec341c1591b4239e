"""What is wrong, or worth a look, in rule files that can be loaded; for ``rules check`` and ``rules test``.

``load`` says what is unreadable. Here stands what a careful colleague would add: a name that was mistyped and which one
was meant, a vocabulary that no phrase uses, an example on which the rule does not do what it shows, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mailflow.errors import Fault
from mailflow.model.words import Flag, Kind
from mailflow.syntax.documents import Document, open_document

from . import language as lang
from .engine import rule_scores
from .load import Example, Ruleset, flags_without_rules, kinds_without_rules
from .nearly import why_not
from .phrases import PhraseFault, read
from .program import FACT_PATHS
from .rehearse import rehearse

RULE_FOLDERS = ("kinds", "flags")
LONGEST_QUOTE = 70

_BY_OTHERS = {Flag.IDENTITY_DOUBT, Flag.INSECURE_PERSONAL_DATA}
"""Flags that follow from the security report and the facts, without a rule."""
_BY_SENDING = {Kind.UNREADABLE}
"""Kinds that only the way of sending can decide."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An example on which a rule does not do what it shows."""

    rule: str
    place: str
    """``file:line:column`` of the example."""
    must_fire: bool
    text: str
    """The example, as much as fits a line."""
    instead: tuple[str, ...]
    """The rules that spoke on it."""
    missing: tuple[str, ...]
    """The conditions that did not hold, in words; empty where the rule spoke and must not."""

    @property
    def sentence(self) -> str:
        """What is wrong, and what would be right."""
        if self.must_fire:
            why = f"; missing: {'; '.join(self.missing)}" if self.missing else ""
            spoke = f"; what spoke instead: {', '.join(self.instead)}" if self.instead else "; no rule spoke"
            return f"the rule {self.rule!r} must speak on its example {self.text!r} and does not{why}{spoke}"
        return f"the rule {self.rule!r} speaks on its example {self.text!r}, on which it must not"


def failing_examples(files: Mapping[str, str], ruleset: Ruleset) -> tuple[int, tuple[Failed, ...]]:
    """Tries every example of every rule: how many there are, and those that fail, in the order of the files."""
    places = {rule: (document, number) for document, number, rule in _rules(files)}
    compiled = {one.rule.id: one for one in (*ruleset.flag_rules, *ruleset.kind_rules)}
    counts: dict[tuple[str, bool], int] = {}
    tried = 0
    failed: list[Failed] = []
    for example in ruleset.examples():
        tried += 1
        position = counts.get((example.rule, example.fires), 0)
        counts[example.rule, example.fires] = position + 1
        reading, _, _ = rule_scores(*rehearse(example.mail), example.mail.mailbox, ruleset)
        if (example.rule in reading.fired) is example.fires:
            continue
        document, number = places[example.rule]
        key = "match" if example.fires else "no_match"
        failed.append(
            Failed(
                example.rule,
                document.place(number, "examples", key, position),
                example.fires,
                shown(example),
                tuple(sorted(reading.fired - {example.rule})),
                why_not(reading, compiled[example.rule], ruleset) if example.fires else (),
            )
        )
    return tried, tuple(failed)


def shown(example: Example) -> str:
    """An example in one line."""
    mail = example.mail
    parts = (mail.subject, mail.text, mail.forwarded, mail.attachment, mail.quoted, mail.signature)
    whole = " | ".join(" ".join(part.split()) for part in parts if part)
    return whole if len(whole) <= LONGEST_QUOTE else whole[: LONGEST_QUOTE - 1] + "…"


def hints(files: Mapping[str, str], ruleset: Ruleset) -> tuple[Fault, ...]:
    """What is not wrong but worth a look: vocabulary that nothing uses, kinds and flags for which no rule speaks."""
    used = {
        name
        for compiled in (*ruleset.flag_rules, *ruleset.kind_rules)
        for phrase in _strings(compiled.rule.when.model_dump(mode="json"))
        for name in _names(phrase)
    }
    vocabularies = [
        (document, name)
        for path, text in sorted(files.items())
        if _folder(path) == "vocabulary"
        if (document := open_document(path, text, lang.VocabularyFile, [])) is not None
        for name in document.value.root
    ]
    uses = {name: {n for p in document.value.root[name] for n in _names(p)} for document, name in vocabularies}
    ahead = list(used)
    while ahead:
        new = uses.get(ahead.pop(), set()) - used
        used |= new
        ahead.extend(new)
    found = [
        Fault(document.place(name), f"no rule uses the vocabulary {name!r}: use it as @{name}, or take it out")
        for document, name in vocabularies
        if name not in used
    ]
    found += [
        Fault("kinds", f"no rule speaks for the kind {kind}: only the second reader can find it")
        for kind in kinds_without_rules(ruleset)
        if kind not in _BY_SENDING
    ]
    found += [
        Fault("flags", f"no rule sets the flag {flag}")
        for flag in flags_without_rules(ruleset)
        if flag not in _BY_OTHERS
    ]
    return tuple(found)


_UNKNOWN = re.compile(r"^there is no (vocabulary|rule|fact) '([^']{1,200})'$")
_UNKNOWN_KEY = re.compile(r"^the key '([^']{1,200})' is not known here$")
_ONE_OF = re.compile(r"^this must be one of (.{1,2000})$")
_KEYS = tuple(
    sorted(
        {
            field.alias or name
            for model in (lang.Rule, lang.When, lang.Examples, lang.ExampleMail, lang.Text, lang.Weighing, lang.Header)
            for name, field in model.model_fields.items()
        }
    )
)


def advised(faults: Sequence[Fault], files: Mapping[str, str]) -> tuple[Fault, ...]:
    """The same faults; where a name was probably mistyped, with the one that was meant, and with a way out."""
    names = {
        "vocabulary": _vocabulary_names(files),
        "rule": re.findall(r"(?m)^- id:[ \t]*([a-z0-9.-]{1,80})", "\n".join(files.values())),
        "fact": sorted(FACT_PATHS),
    }
    return tuple(Fault(fault.place, _advised(fault, files, names)) for fault in faults)


def _advised(fault: Fault, files: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> str:
    unknown = _UNKNOWN.match(fault.sentence)
    if unknown:
        meant = get_close_matches(unknown[2], names[unknown[1]], n=1)
        return f"{fault.sentence}; did you mean {meant[0]!r}?" if meant else fault.sentence
    key = _UNKNOWN_KEY.match(fault.sentence)
    if key:
        meant = get_close_matches(key[1], _KEYS, n=1)
        return f"{fault.sentence}; did you mean {meant[0]!r}?" if meant else fault.sentence
    choice = _ONE_OF.match(fault.sentence)
    if choice:
        meant = get_close_matches(_word_at(fault.place, files), re.findall(r"'([^']+)'", choice[1]), n=1)
        return f"{fault.sentence}; did you mean {meant[0]!r}?" if meant else fault.sentence
    if fault.sentence == "the key 'examples' is missing":
        return f"{fault.sentence}: show one text on which the rule must speak (match) and one on which not (no_match)"
    return fault.sentence


def _word_at(place: str, files: Mapping[str, str]) -> str:
    """The word that stands at a place."""
    name, _, rest = place.partition(":")
    line, _, column = rest.partition(":")
    lines = files.get(name, "").splitlines()
    if not line.isdigit() or not column.isdigit() or not 0 < int(line) <= len(lines):
        return ""
    word = re.match(r"[\w.-]{1,80}", lines[int(line) - 1][int(column) - 1 :].lstrip("\"'"))
    return word[0] if word else ""


def _vocabulary_names(files: Mapping[str, str]) -> list[str]:
    texts = (text for path, text in files.items() if _folder(path) == "vocabulary")
    return [name for text in texts for name in re.findall(r"(?m)^([a-z][a-z0-9_]{0,39}):", text)]


def _folder(path: str) -> str:
    parts = path.split("/")
    return parts[-2] if len(parts) > 1 else ""


def _rules(files: Mapping[str, str]) -> Iterator[tuple[Document[lang.RuleFile], int, str]]:
    """Every rule of the files that can be read: its document, its number there, its id."""
    for path, text in sorted(files.items()):
        if _folder(path) in RULE_FOLDERS and not path.endswith("/weighing.yaml"):
            document = open_document(path, text, lang.RuleFile, [])
            if document is not None:
                for number, rule in enumerate(document.value.root):
                    yield document, number, rule.id


def _names(phrase: str) -> frozenset[str]:
    try:
        return read(phrase).names if "@" in phrase else frozenset()
    except PhraseFault:
        return frozenset()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)
