"""All phrases of a profile in one index that is walked once for each message.

A phrase is written as people would say it; each word matches in all its inflections. Beyond that::

    =died            this word exactly as written      refer*        any word that begins so
    @relation        any phrase of that vocabulary     (mum|step dad)  one of these
    very?            may be missing                    _  /  _4       any word / up to four words, same sentence
    #                a number

A phrase lies within one sentence. The index is a tree of stems, walked by a machine that takes one step a word (see
``automaton``), so the cost grows with the words, not with the number of phrases (4,000 phrases on 900 words: about a
millisecond). Gaps are bounded, so no text makes it run away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from .automaton import NOWHERE, Automaton
from .tokens import Tokens, analyse

MAX_GAP = 8
"""The widest gap in a phrase; wider, and two things that have nothing to do with each other meet."""

MAX_BRACKETS = 4

MAX_VARIANTS = 256
"""How many plain variants a phrase or a bracket may have: choices, and 2 for each ``?``."""

SHORTEST_PREFIX = 3

_ITEM = re.compile(r"[()|?]|[^\s()|?]+")


class PhraseFault(ValueError):
    """A phrase that cannot be read; the message is a sentence for the lead."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One step of a phrase: ``key`` for ``stem`` and ``=word``, a prefix, a class name, or the width of a gap."""

    sort: str
    key: str = ""
    width: int = 0


Steps = tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase, read: its plain variants, the choices in brackets (each a small vocabulary of its own), and the names
    of the vocabularies that it uses."""

    variants: tuple[Steps, ...]
    groups: tuple[tuple[str, tuple[Steps, ...]], ...]
    names: frozenset[str]


def read(phrase: str) -> Phrase:
    """A phrase as written → its steps. Raises :class:`PhraseFault`."""
    items = _ITEM.findall(phrase)
    groups: dict[str, tuple[Steps, ...]] = {}
    variants, behind = _choices(items, 0, phrase, 0, groups)
    if behind < len(items):
        raise PhraseFault(f"the phrase {phrase!r} has a stray {items[behind]!r}")
    for variant in variants:
        if not any(edge.sort in ("word", "prefix", "class") for edge in variant):
            raise PhraseFault(f"the phrase {phrase!r} can match without any word")
    for variant in (*variants, *(v for group in groups.values() for v in group)):
        if variant[0].sort in ("gap", "any") or variant[-1].sort in ("gap", "any"):
            raise PhraseFault(f"the phrase {phrase!r} must begin and end with a word, also where a word may be missing")
    used = (e for v in (*variants, *(v for g in groups.values() for v in g)) for e in v)
    names = frozenset(e.key for e in used if e.sort == "class" and not e.key.startswith("("))
    return Phrase(tuple(dict.fromkeys(variants)), tuple(groups.items()), names)


def _choices(
    items: list[str], at: int, phrase: str, depth: int, groups: dict[str, tuple[Steps, ...]]
) -> tuple[list[Steps], int]:
    """The variants from item ``at`` up to the end or the bracket that closes this level, and where that is."""
    if depth > MAX_BRACKETS:
        raise PhraseFault(f"the phrase {phrase!r} has brackets more than {MAX_BRACKETS} deep")
    done: list[Steps] = []
    here: list[Steps] = [()]
    while at < len(items) and items[at] != ")":
        item = items[at]
        at += 1
        if item == "|":
            if depth == 0:
                raise PhraseFault(f"the phrase {phrase!r} has a stray '|'; put the choices in brackets")
            done, here = done + here, [()]
            continue
        if item == "(":
            begin = at
            choice, at = _choices(items, at, phrase, depth + 1, groups)
            if at == len(items):
                raise PhraseFault(f"the phrase {phrase!r} has a bracket that is not closed")
            if () in choice:
                raise PhraseFault(f"the phrase {phrase!r} has an empty choice in brackets")
            if len(choice) > 1:
                name = f"({' '.join(items[begin:at])})"
                groups[name] = tuple(dict.fromkeys(choice))
                choice = [(Edge("class", name),)]
            at += 1
        elif item == "?":
            raise PhraseFault(f"the phrase {phrase!r} has a stray '?'")
        else:
            choice = [_word(item, phrase)]
        if at < len(items) and items[at] == "?":
            choice = [*choice, ()]
            at += 1
        here = [before + chosen for before in here for chosen in choice]
        if len(here) + len(done) > MAX_VARIANTS:
            raise PhraseFault(f"the phrase {phrase!r} has too many words that may be missing")
    return done + here, at


def _word(word: str, phrase: str) -> Steps:
    if word == "_":
        return (Edge("any"),)
    if word[0] == "_" and word[1:].isdigit():
        width = int(word[1:])
        if not 1 <= width <= MAX_GAP:
            raise PhraseFault(f"the phrase {phrase!r} has a gap of {width}; 1 to {MAX_GAP} words are allowed")
        return (Edge("gap", width=width),)
    if word == "#":
        return (Edge("word", "#"),)
    if word[0] == "@":
        return (Edge("class", word[1:]),)
    if word.endswith("*"):
        prefix = analyse(word[:-1])[0][1][1:] if word[:-1] else ""
        if len(prefix) < SHORTEST_PREFIX:
            raise PhraseFault(f"{word!r} is too short: write at least {SHORTEST_PREFIX} letters before the *")
        return (Edge("prefix", prefix),)
    exact = word[0] == "="
    parts = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", word)
    if not parts:
        raise PhraseFault(f"the phrase {phrase!r} has {word!r}, which is no word")
    return tuple(Edge("word", spelled if exact else stemmed) for part in parts for stemmed, spelled in analyse(part))


class Node:
    """A place in the tree: the steps that lead on, and the phrases that end here.

    ``go`` is made when the tree is finished: from a word's key to the branches that it may open, each a vocabulary's
    name (or "" where the word alone is the whole step) and the node behind it. The choices of a bracket are branches of
    this very tree, which meet again: their last nodes have the node behind the bracket in ``joins``.
    """

    __slots__ = ("any", "brackets", "classes", "gaps", "go", "go_prefixes", "ids", "joins", "prefixes", "words")

    def __init__(self) -> None:
        self.words: dict[str, Node] = {}
        self.prefixes: list[tuple[str, Node]] = []
        self.classes: list[tuple[str, Node]] = []
        self.gaps: list[tuple[int, Node]] = []
        self.any: Node | None = None
        self.ids: tuple[int, ...] = ()
        self.brackets: dict[str, Node] = {}
        self.joins: tuple[Node, ...] = ()
        self.go: dict[str, tuple[tuple[str, Node], ...]] = {}
        self.go_prefixes: tuple[tuple[str, str, Node], ...] = ()

    def follow(self, edge: Edge) -> Node:
        """The node behind that edge, made if need be."""
        match edge.sort:
            case "word":
                return self.words.setdefault(edge.key, Node())
            case "any":
                self.any = self.any or Node()
                return self.any
            case "gap":
                return _known(self.gaps, edge.width)
            case "prefix":
                return _known(self.prefixes, edge.key)
            case _:
                return _known(self.classes, edge.key)

    def onward(self) -> Iterator[Node]:
        """Every node one step further."""
        yield from self.words.values()
        for edges in (self.prefixes, self.classes, self.gaps):
            for _, node in edges:
                yield node
        if self.any is not None:
            yield self.any
        yield from self.brackets.values()


Key = TypeVar("Key")


def _known(edges: list[tuple[Key, Node]], key: Key) -> Node:
    for known, node in edges:
        if known == key:
            return node
    edges.append((key, Node()))
    return edges[-1][1]


class Hit(NamedTuple):
    """A phrase in a zone: the words from ``first`` up to, not including, ``last``."""

    zone: int
    first: int
    last: int


Beginnings = tuple[dict[str, bool], dict[str, bool]]
"""Words and prefixes that a phrase of a vocabulary may begin with, and whether it may go on behind that word."""


@dataclass(slots=True)
class PhraseIndex:
    """The tree of all phrases, with one tree for each vocabulary."""

    root: Node = field(default_factory=Node)
    classes: dict[str, Node] = field(default_factory=dict)
    groups: dict[str, tuple[Steps, ...]] = field(default_factory=dict)
    """The choices of every bracket, by its text."""
    _begin: dict[str, Beginnings] = field(default_factory=dict)
    _automaton: Automaton | None = None

    def define(self, name: str, phrase: Phrase) -> None:
        """Adds a phrase to the vocabulary of that name."""
        self.groups.update(phrase.groups)
        root = self.classes.setdefault(name, Node())
        for steps in phrase.variants:
            self._end(root, steps, 0)

    def add(self, phrase: Phrase, number: int) -> None:
        """Adds a phrase, which reports ``number``."""
        self.groups.update(phrase.groups)
        for steps in phrase.variants:
            self._end(self.root, steps, number)

    def _end(self, node: Node, steps: Steps, number: int) -> None:
        node = self._insert(node, steps)
        if number not in node.ids:
            node.ids = (*node.ids, number)

    def _insert(self, node: Node, steps: Steps) -> Node:
        """The node behind these steps; what is missing on the way is made."""
        for edge in steps:
            if edge.sort != "class" or edge.key not in self.groups:
                node = node.follow(edge)
                continue
            behind = node.brackets.get(edge.key)
            if behind is None:
                behind = node.brackets[edge.key] = Node()
                for choice in self.groups[edge.key]:
                    last = self._insert(node, choice)
                    last.joins = (*last.joins, behind)
            node = behind
        return node

    def finish(self) -> None:
        """Prepares every node for the walk; called once, after everything is defined and added.

        A vocabulary must not contain itself (the loader has checked).
        """
        ahead = [self.root, *self.classes.values()]
        while ahead:
            node = ahead.pop()
            ahead.extend(node.onward())
            go: dict[str, list[tuple[str, Node]]] = {key: [("", following)] for key, following in node.words.items()}
            prefixes = [(prefix, "", following) for prefix, following in node.prefixes]
            for name, following in node.classes:
                words, begun = self._beginnings(name)
                for key, goes_on in words.items():
                    go.setdefault(key, []).append((name if goes_on else "", following))
                prefixes.extend((prefix, name if goes_on else "", following) for prefix, goes_on in begun.items())
            node.go = {key: tuple(branches) for key, branches in go.items()}
            node.go_prefixes = tuple(prefixes)
        self._automaton = Automaton(self.root, self.classes, SHORTEST_PREFIX)

    def _beginnings(self, name: str) -> Beginnings:
        known = self._begin.get(name)
        if known is not None:
            return known
        root = self.classes[name]
        words = {key: _leads_on(node) for key, node in root.words.items()}
        prefixes = {prefix: _leads_on(node) for prefix, node in root.prefixes}
        for inner, node in root.classes:
            more_words, more_prefixes = self._beginnings(inner)
            for mine, more in ((words, more_words), (prefixes, more_prefixes)):
                for key, goes_on in more.items():
                    mine[key] = mine.get(key, False) or goes_on or _leads_on(node)
        self._begin[name] = (words, prefixes)
        return words, prefixes

    def search(self, tokens: Tokens, zone: int, found: dict[int, list[Hit]]) -> None:
        """Adds every phrase of one zone to ``found``: phrase number → hits in order, the longest from each word."""
        automaton = self._automaton
        assert automaton is not None, "finish() comes first"
        symbols = automaton.symbols(tokens.stems, tokens.words, SHORTEST_PREFIX)
        sentence_ends, begin = tokens.sentence_ends, automaton.start
        for first, symbol in enumerate(symbols):
            if symbol == NOWHERE:
                continue
            state = begin[symbol]
            at, end = first + 1, sentence_ends[first]
            reached: dict[int, int] | None = None
            while state is not None:
                if state.ends:
                    if reached is None:
                        reached = dict.fromkeys(state.ends, at)
                    else:
                        reached.update(dict.fromkeys(state.ends, at))
                if at >= end:
                    break
                state = state[symbols[at]]
                at += 1
            for number, last in reached.items() if reached else ():
                if number in found:
                    found[number].append(Hit(zone, first, last))
                else:
                    found[number] = [Hit(zone, first, last)]


def _leads_on(node: Node) -> bool:
    """True when a phrase goes on behind this node."""
    return bool(node.words or node.classes or node.prefixes or node.gaps or node.any or node.joins)
