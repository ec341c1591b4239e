"""The machine that walks the phrases finds what a plain reading of the language finds, whatever it remembers."""

from __future__ import annotations

import random

import pytest

from mailflow.classify import automaton
from mailflow.classify.phrases import Hit, PhraseIndex, Steps, read
from mailflow.classify.tokens import Tokens, tokenise

VOCABULARY = {"kin": ["mum", "step (mum|dad)", "brother _2 law"], "dead": ["@kin died", "murder*", "was? killed"]}
PHRASES = [
    "my @kin", "@dead", "@dead _3 help", "(please|kindly)? ring @kin", "i _2 (want|need to)? _2 talk", "# days",
    "=died", "not _ well", "my (old|poor)? @kin _4 (was|were)? killed", "mum mum",
]  # fmt: skip
WORDS = [
    *("my", "mum", "step", "dad", "brother", "in", "law", "died", "murdered", "was", "killed", "please", "ring"),
    *("i", "want", "need", "to", "talk", "12", "days", "not", "very", "well", "help"),
]


def _index() -> PhraseIndex:
    index = PhraseIndex()
    for name, phrases in VOCABULARY.items():
        for phrase in phrases:
            index.define(name, read(phrase))
    for number, phrase in enumerate(PHRASES):
        index.add(read(phrase), number)
    index.finish()
    return index


def _plain(tokens: Tokens) -> dict[int, list[Hit]]:
    """Every phrase tried at every word, step by step: slow, and as the language is written down."""
    groups: dict[str, list[Steps]] = {}
    for name, written in VOCABULARY.items():
        for phrase in map(read, written):
            groups.setdefault(name, []).extend(phrase.variants)
            groups.update({key: list(value) for key, value in phrase.groups})
    phrases = [read(phrase) for phrase in PHRASES]
    for phrase in phrases:
        groups.update({key: list(value) for key, value in phrase.groups})

    def ends(steps: Steps, at: int, end: int) -> set[int]:
        if not steps:
            return {at}
        edge, rest = steps[0], steps[1:]
        if edge.sort == "gap":
            return {e for skip in range(edge.width + 1) if at + skip <= end for e in ends(rest, at + skip, end)}
        if edge.sort == "class":
            return {e for choice in groups[edge.key] for m in ends(choice, at, end) for e in ends(rest, m, end)}
        if at >= end:
            return set()
        word, stem = tokens.words[at], tokens.stems[at]
        fits = {
            "any": True,
            "prefix": word.startswith(edge.key, 1),
            "word": edge.key in (word, stem) or (edge.key == "#" and word[1:2].isdigit()),
        }[edge.sort]
        return ends(rest, at + 1, end) if fits else set()

    found: dict[int, list[Hit]] = {}
    for at in range(len(tokens)):
        for number, phrase in enumerate(phrases):
            every = {e for steps in phrase.variants for e in ends(steps, at, tokens.sentence_ends[at])}
            if every:
                found.setdefault(number, []).append(Hit(0, at, max(every)))
    return found


def _texts() -> list[str]:
    chance = random.Random(7)
    return [" ".join(chance.choice(WORDS) for _ in range(40)).replace(" well ", ". ", 2) for _ in range(60)]


@pytest.mark.parametrize("memory", [400_000, 3])
def test_it_finds_what_a_plain_reading_finds(memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "MOST_STEPS", memory)
    index = _index()
    for text in _texts():
        tokens = tokenise(text)
        found: dict[int, list[Hit]] = {}
        index.search(tokens, 0, found)
        assert found == _plain(tokens), text


def test_a_word_that_no_phrase_names_is_one_symbol() -> None:
    index = _index()
    assert index._automaton is not None
    tokens = tokenise("xylophone quartz zebra mum")
    assert index._automaton.symbols(tokens.stems, tokens.words, 3)[:3] == [automaton.NOWHERE] * 3
