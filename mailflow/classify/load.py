"""Rule files → :class:`Ruleset`: read, check across files, compile. Every fault of every file comes in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from mailflow.errors import Fault, ProfileFault
from mailflow.model.words import Flag, Kind
from mailflow.syntax.documents import Document, open_document

from . import language as lang
from . import second, sentences
from .phrases import Phrase, PhraseFault, PhraseIndex, read
from .program import FACT_PATHS, Compiler, Program, compile_pattern

KINDS_FILE = "kinds.yaml"
"""The second reader's weights in ``fitted``; every other file there is a reader of sentences."""

FOLDERS = ("kinds", "flags", "vocabulary", "fitted")
"""Whose files are the rules of a profile."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its program; ``place`` is where its file has it."""

    rule: lang.Rule
    run: Program
    place: str


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a rule, and whether the rule must fire on it."""

    rule: str
    fires: bool
    mail: lang.ExampleMail


@dataclass(frozen=True, slots=True)
class Ruleset:
    """The rules of a profile, ready to run; immutable and safe to share."""

    version: str
    """SHA-256 over names and texts of all rule files, first 12 hex digits."""
    flag_rules: tuple[CompiledRule, ...]
    kind_rules: tuple[CompiledRule, ...]
    weighing: lang.Weighing
    index: PhraseIndex
    phrases: tuple[str, ...]
    """Every phrase as written, by its number in the index."""
    second: second.SecondReader | None = None
    """The statistical reader beside the rules; ``None`` where the profile has no fitted file."""
    ears: sentences.Ears = sentences.DEAF
    """What listens to sentences beside the rules, for each flag of which the profile has a fitted file."""

    def examples(self) -> Iterator[Example]:
        """Every example of every rule, in the order of the files."""
        for compiled in (*self.flag_rules, *self.kind_rules):
            for fires, shown in ((True, compiled.rule.examples.match), (False, compiled.rule.examples.no_match)):
                for example in shown:
                    mail = lang.ExampleMail(text=example) if isinstance(example, str) else example
                    yield Example(compiled.rule.id, fires, mail)


def load(files: Mapping[str, str]) -> Ruleset:
    """The rules of a profile: file name → YAML text.

    Looked at are the files of the folders ``kinds``, ``flags``, ``vocabulary`` and ``fitted``, anywhere above; others
    are somebody else's. Raises :class:`~mailflow.errors.ProfileFault` with every fault, sorted by file and line.
    """
    faults: list[Fault] = []
    ours = {name: files[name] for name in sorted(files) if _folder(name)}
    vocabularies: dict[str, Document[lang.VocabularyFile]] = {}
    rule_files: dict[str, Document[lang.RuleFile]] = {}
    weighing = lang.Weighing()
    reader: second.SecondReader | None = None
    readers: dict[Flag, sentences.SentenceReader] = {}
    for name, text in ours.items():
        if _folder(name) == "vocabulary":
            vocabulary = open_document(name, text, lang.VocabularyFile, faults)
            if vocabulary is not None:
                vocabularies[name] = vocabulary
        elif _folder(name) == "fitted" and name.rsplit("/", 1)[-1] != KINDS_FILE:
            taught = open_document(name, text, sentences.SentenceFile, faults)
            if taught is not None and taught.value.flag in readers:
                faults.append(Fault(taught.place("flag"), f"two files teach a reader of {taught.value.flag}"))
            elif taught is not None:
                readers[taught.value.flag] = sentences.open_reader(taught, faults)
        elif _folder(name) == "fitted":
            fitted = open_document(name, text, second.FittedFile, faults)
            reader = reader if fitted is None else second.open_weights(fitted, faults)
        elif name.rsplit("/", 1)[-1] == "weighing.yaml":
            found = open_document(name, text, lang.Weighing, faults)
            weighing = weighing if found is None else found.value
        else:
            rules = open_document(name, text, lang.RuleFile, faults)
            if rules is not None:
                rule_files[name] = rules
    if not ours:
        faults.append(Fault("", "the profile has no rule files: kinds/, flags/ and vocabulary/ are empty or missing"))
    broken = bool(faults)
    builder = _Builder(faults, broken)
    builder.vocabulary(vocabularies)
    flag_rules, kind_rules = builder.rules(rule_files)
    if faults:
        raise ProfileFault(tuple(sorted(faults, key=_order)))
    builder.compiler.index.finish()
    return Ruleset(
        _version(ours),
        flag_rules,
        kind_rules,
        weighing,
        builder.compiler.index,
        tuple(builder.compiler.phrases),
        reader,
        sentences.together([readers[flag] for flag in Flag if flag in readers]),
    )


def _folder(name: str) -> str:
    """The folder that makes a file ours; empty when it is somebody else's."""
    parts = name.replace("\\", "/").split("/")
    folder = parts[-2] if len(parts) > 1 else ""
    return folder if folder in FOLDERS and name.endswith((".yaml", ".yml")) else ""


def _version(files: Mapping[str, str]) -> str:
    digest = hashlib.sha256()
    for name, text in files.items():
        short = "/".join(name.replace("\\", "/").split("/")[-2:])
        digest.update(f"{short}\0{len(text)}\0{text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:12]


def _order(fault: Fault) -> tuple[str, int, int, str]:
    name, _, rest = fault.place.partition(":")
    line, _, column = rest.partition(":")
    return name, int(line or 0), int(column or 0), fault.sentence


class _Builder:
    """Checks what one file cannot know of itself, and compiles what is right."""

    def __init__(self, faults: list[Fault], broken: bool) -> None:
        self.faults = faults
        self.compiler = Compiler()
        self._broken = broken
        """Some file could not be read: names that are missing may stand there, so they are not told."""
        self._vocabulary: set[str] = set()

    def vocabulary(self, files: dict[str, Document[lang.VocabularyFile]]) -> None:
        """Defines every vocabulary; a name twice, an unknown name, and a circle are faults."""
        entries: dict[str, list[tuple[str, Phrase]]] = {}
        for document in files.values():
            for name, phrases in document.value.root.items():
                if name in entries:
                    self._fault(document, (name,), f"the vocabulary {name!r} is defined twice")
                here = entries.setdefault(name, [])
                for position, written in enumerate(phrases):
                    phrase = self._read(document, (name, position), written)
                    if phrase is not None:
                        here.append((document.place(name, position), phrase))
        self._vocabulary.update(entries)
        uses: dict[str, set[str]] = {}
        for name, here in entries.items():
            for place, phrase in here:
                self._names(place, phrase)
                uses.setdefault(name, set()).update(phrase.names)
                self.compiler.index.define(name, phrase)
        for name, here in entries.items():
            if _reaches(name, uses):
                self.faults.append(Fault(here[0][0], f"the vocabulary {name!r} contains itself"))

    def rules(
        self, files: dict[str, Document[lang.RuleFile]]
    ) -> tuple[tuple[CompiledRule, ...], tuple[CompiledRule, ...]]:
        """Flag rules and kind rules, compiled, in the order of the files."""
        places: dict[str, str] = {}
        for document in files.values():
            for number, rule in enumerate(document.value.root):
                place = document.place(number, "id")
                if rule.id in places:
                    self.faults.append(Fault(place, f"the rule {rule.id!r} is already at {places[rule.id]}"))
                places.setdefault(rule.id, place)
        flag_rules: list[CompiledRule] = []
        kind_rules: list[CompiledRule] = []
        for name, document in files.items():
            for number, rule in enumerate(document.value.root):
                before = len(self.faults)
                self._check_rule(name, document, number, rule, places)
                if len(self.faults) == before:
                    compiled = CompiledRule(rule, self.compiler.when(rule.when), places[rule.id])
                    (flag_rules if _folder(name) == "flags" else kind_rules).append(compiled)
        return self._ordered(flag_rules), self._ordered(kind_rules)

    def _ordered(self, rules: list[CompiledRule]) -> tuple[CompiledRule, ...]:
        """A rule stands behind the rules that it asks for; otherwise the order of the files. A circle is a fault."""
        by_id = {compiled.rule.id: compiled for compiled in rules}
        done: dict[str, CompiledRule] = {}
        opened: set[str] = set()

        def visit(compiled: CompiledRule) -> None:
            if compiled.rule.id in done:
                return
            if compiled.rule.id in opened:
                self.faults.append(Fault(compiled.place, f"the rule {compiled.rule.id!r} asks for itself in a circle"))
                return
            opened.add(compiled.rule.id)
            for other in sorted(_asked_for(compiled.rule.when)):
                if other in by_id:
                    visit(by_id[other])
            done[compiled.rule.id] = compiled

        for compiled in rules:
            visit(compiled)
        return tuple(done.values())

    def _check_rule(
        self, name: str, document: Document[lang.RuleFile], number: int, rule: lang.Rule, places: dict[str, str]
    ) -> None:
        if _folder(name) == "flags" and (rule.weigh or not rule.flags):
            self._fault(
                document, (number,), f"the rule {rule.id!r} stands in flags/ and must speak for flags, not kinds"
            )
        if _folder(name) == "kinds" and (rule.flags or not rule.weigh):
            self._fault(document, (number,), f"the rule {rule.id!r} stands in kinds/ and must weigh kinds, not flags")
        if not rule.when.all and not rule.when.any:
            self._fault(document, (number, "when"), "a rule needs a condition in 'all' or 'any'")
        for part in ("all", "any", "none"):
            for position, condition in enumerate(getattr(rule.when, part)):
                self._check(document, (number, "when", part, position), condition, places)

    def _check(
        self, document: Document[lang.RuleFile], path: tuple[str | int, ...], condition: Any, places: dict[str, str]
    ) -> None:
        match condition:
            case lang.Text():
                self._check_phrases(document, (*path, "text"), condition.text)
                self._check_phrases(document, (*path, "with"), condition.beside)
                self._check_phrases(document, (*path, "without"), condition.without)
                if condition.at_least > len(condition.text):
                    self._fault(document, (*path, "at_least"), "there are fewer phrases than 'at_least' asks for")
            case lang.Pattern():
                try:
                    compile_pattern(condition.pattern)
                except re2.error as error:
                    words = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
                    self._fault(document, (*path, "pattern"), f"the pattern cannot be read: {words}")
            case lang.Fact():
                for position, fact in enumerate(condition.fact):
                    if fact not in FACT_PATHS:
                        self._fault(document, (*path, "fact", position), f"there is no fact {fact!r}")
            case lang.OtherRule():
                for position, other in enumerate(condition.rule):
                    if other not in places and not self._broken:
                        self._fault(document, (*path, "rule", position), f"there is no rule {other!r}")
            case lang.AnyOf() | lang.AllOf() | lang.NoneOf():
                key = next(iter(type(condition).model_fields))
                for position, inner in enumerate(getattr(condition, key)):
                    self._check(document, (*path, key, position), inner, places)

    def _check_phrases(
        self, document: Document[lang.RuleFile], path: tuple[str | int, ...], phrases: tuple[str, ...]
    ) -> None:
        for position, written in enumerate(phrases):
            phrase = self._read(document, (*path, position), written)
            if phrase is not None:
                self._names(document.place(*path, position), phrase)

    def _read(self, document: Document[Any], path: tuple[str | int, ...], phrase: str) -> Phrase | None:
        try:
            return read(phrase)
        except PhraseFault as fault:
            self._fault(document, path, str(fault))
            return None

    def _names(self, place: str, phrase: Phrase) -> None:
        for name in sorted(phrase.names):
            if name not in self._vocabulary and not self._broken:
                self.faults.append(Fault(place, f"there is no vocabulary {name!r}"))

    def _fault(self, document: Document[Any], path: tuple[str | int, ...], sentence: str) -> None:
        self.faults.append(Fault(document.place(*path), sentence))


def _asked_for(part: Any) -> set[str]:
    """The ids of all rules that a ``when`` or a condition asks for."""
    if isinstance(part, lang.OtherRule):
        return set(part.rule)
    inner = (getattr(part, key, ()) for key in ("all", "any", "none"))
    return {rule for conditions in inner for condition in conditions for rule in _asked_for(condition)}


def _reaches(name: str, uses: dict[str, set[str]]) -> bool:
    """True when a vocabulary comes back to itself."""
    seen: set[str] = set()
    ahead = list(uses.get(name, ()))
    while ahead:
        here = ahead.pop()
        if here == name:
            return True
        if here not in seen:
            seen.add(here)
            ahead.extend(uses.get(here, ()))
    return False


def kinds_without_rules(ruleset: Ruleset) -> tuple[Kind, ...]:
    """Kinds for which no rule speaks; ``rules check`` warns of them."""
    spoken = {kind for compiled in ruleset.kind_rules for kind, weight in compiled.rule.weigh.items() if weight > 0}
    return tuple(kind for kind in Kind if kind not in spoken)


def flags_without_rules(ruleset: Ruleset) -> tuple[Flag, ...]:
    """Flags for which no rule speaks; some are set from the security report and facts alone."""
    spoken = {flag for compiled in ruleset.flag_rules for flag in compiled.rule.flags}
    return tuple(flag for flag in Flag if flag not in spoken)
