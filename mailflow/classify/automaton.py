"""The tree of phrases as a machine that takes one step a word: made while it runs, kept for the next mail.

Reasoning. A phrase may have gaps, missing words and vocabularies inside vocabularies, so several readings of it are
open at the same time. Following each of them anew in every mail costs 75 visits of the tree a word. All readings that
are open together are one *state*; where a state goes with a word is found once and remembered (RE2 and grep build their
automata so, lazily). English repeats itself: after some hundred mails most steps are one look-up in a dictionary.

Words are told apart only as far as phrases tell them apart: all words that no phrase names are one *symbol*, and so are
the forms of a word where none is asked for by itself. So what is remembered is bounded by the profile; and in case that
a hostile text finds many paths through it, everything is forgotten at :data:`MOST_STEPS` and learned again, at the cost
that every mail had before: linear in its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .phrases import Node

MOST_STEPS = 400_000
"""Steps that are remembered (some 40 MB); the whole corpus needs fewer than 100,000."""

MOST_WORDS = 100_000
"""Words whose symbol is remembered."""

NOWHERE = -1
"""In place of the number of a symbol: no phrase names this word. It begins nothing, but a gap may pass over it."""

Stack = tuple["Node", "Stack"] | None
"""Where a reading goes on when the vocabulary that it is in has ended, innermost first."""

Reading = tuple["Node", Stack, int]
"""One open reading: the node that it stands before, where it returns to, and over how many words it may still leap."""


class Symbol(NamedTuple):
    """All that phrases know of a word; empty where no phrase names it."""

    stem: str
    word: str
    number: bool
    prefixes: frozenset[str]


class State(dict[int, "State | None"]):
    """What is open after some words of a phrase; as a dictionary it says where a symbol leads.

    ``None``: no phrase goes on so. A symbol that is not known yet is looked into, and remembered.
    """

    __slots__ = ("_automaton", "ends", "readings")

    def __init__(self, automaton: Automaton, readings: frozenset[Reading], ends: tuple[int, ...]) -> None:
        super().__init__()
        self._automaton = automaton
        self.readings = readings
        self.ends = ends
        """The phrases that are complete here."""

    def __missing__(self, symbol: int) -> State | None:
        following = self[symbol] = self._automaton.step(self, symbol)
        return following


class Automaton:
    """The machine of one profile. Its memory grows and changes no result, so it may be shared."""

    __slots__ = (
        "_classes",
        "_keys",
        "_prefixes",
        "_root",
        "_states",
        "_steps",
        "_symbol_numbers",
        "_symbols",
        "_words",
        "start",
    )

    def __init__(self, root: Node, classes: Mapping[str, Node], shortest_prefix: int) -> None:
        self._root = root
        self._classes = classes
        self._keys: set[str] = set()
        self._prefixes: dict[str, list[str]] = {}
        ahead = [root, *classes.values()]
        seen: set[Node] = set()
        prefixes: set[str] = set()
        while ahead:
            node = ahead.pop()
            if node in seen:
                continue
            seen.add(node)
            ahead.extend(node.onward())
            self._keys.update(node.go)
            prefixes.update(prefix for prefix, _, _ in node.go_prefixes)
        for prefix in sorted(prefixes):
            self._prefixes.setdefault(prefix[:shortest_prefix], []).append(prefix)
        self._symbols: list[Symbol] = []
        self._symbol_numbers: dict[Symbol, int] = {}
        self._words: dict[str, int] = {}
        self._forget()

    def _forget(self) -> None:
        """Begins with an empty memory; states that somebody still walks on stay as they are."""
        self._steps = 0
        self._states: dict[tuple[frozenset[Reading], tuple[int, ...]], State] = {}
        self.start = State(self, frozenset(((self._root, None, 0),)), ())

    def symbols(self, stems: Iterable[str], words: Iterable[str], shortest_prefix: int) -> list[int]:
        """The symbols of these words (``words`` with their ``=``), by number."""
        known = self._words
        if len(known) > MOST_WORDS:
            known = self._words = {}
        numbers: list[int] = []
        for stem, word in zip(stems, words, strict=True):
            number = known.get(word)
            if number is None:
                number = known[word] = self._symbol(stem, word, shortest_prefix)
            numbers.append(number)
        return numbers

    def _symbol(self, stem: str, word: str, shortest_prefix: int) -> int:
        begun = self._prefixes.get(word[1 : 1 + shortest_prefix], ())
        symbol = Symbol(
            stem if stem in self._keys else "",
            word if word in self._keys else "",
            word[1:2].isdigit() and "#" in self._keys,
            frozenset(prefix for prefix in begun if word.startswith(prefix, 1)),
        )
        if not any(symbol):
            return NOWHERE
        number = self._symbol_numbers.get(symbol)
        if number is None:
            number = self._symbol_numbers[symbol] = len(self._symbols)
            self._symbols.append(symbol)
        return number

    def step(self, state: State, number: int) -> State | None:
        """Where ``state`` goes with that symbol: found out, not remembered (see :class:`State`)."""
        if self._steps >= MOST_STEPS:
            self._forget()
        self._steps += 1
        step = _Step(self._classes, self._symbols[number] if number >= 0 else Symbol("", "", False, frozenset()))
        for node, stack, leap in state.readings:
            step.read(node, stack)
            if leap:
                step.stand(node, stack, leap - 1)
        return self._state(step)

    def _state(self, step: _Step) -> State | None:
        readings = frozenset(
            (node, stack, leap)
            for (node, stack), leap in step.open.items()
            if leap or node.go or node.go_prefixes or node.any is not None
        )
        ends = tuple(sorted(step.ends))
        if not readings and not ends:
            return None
        known = self._states.get((readings, ends))
        if known is None:
            known = self._states[readings, ends] = State(self, readings, ends)
        return known


class _Step:
    """One word read by all open readings."""

    __slots__ = ("_classes", "_symbol", "ends", "open")

    def __init__(self, classes: Mapping[str, Node], symbol: Symbol) -> None:
        self._classes = classes
        self._symbol = symbol
        self.open: dict[tuple[Node, Stack], int] = {}
        self.ends: set[int] = set()

    def read(self, node: Node, stack: Stack) -> None:
        """The word is read by a reading that stands before ``node``'s edges."""
        symbol, go = self._symbol, node.go
        if go:
            if symbol.stem:
                self._enter(go.get(symbol.stem, ()), stack)
            if symbol.word:
                self._enter(go.get(symbol.word, ()), stack)
            if symbol.number:
                self._enter(go.get("#", ()), stack)
        if symbol.prefixes:
            for prefix, name, following in node.go_prefixes:
                if prefix in symbol.prefixes:
                    self._enter(((name, following),), stack)
        if node.any is not None:
            self.stand(node.any, stack, 0)

    def _enter(self, branches: tuple[tuple[str, Node], ...], stack: Stack) -> None:
        for name, following in branches:
            if name:
                self.read(self._classes[name], (following, stack))
            else:
                self.stand(following, stack, 0)

    def stand(self, node: Node, stack: Stack, leap: int) -> None:
        """A reading stands before ``node``'s edges now, and wherever it gets from there without a word."""
        place = (node, stack)
        if self.open.get(place, -1) >= leap:
            return
        self.open[place] = leap
        if node.ids:
            if stack is None:
                self.ends.update(node.ids)
            else:
                self.stand(stack[0], stack[1], 0)
        for behind in node.joins:
            self.stand(behind, stack, 0)
        for width, following in node.gaps:
            self.stand(following, stack, width)
