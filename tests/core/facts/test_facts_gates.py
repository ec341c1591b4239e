"""Gates: a text that a pattern matches is never kept from it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mailflow.facts
from mailflow.facts import kin
from mailflow.facts.gates import Gated, Seen, may, small, ways
from tests.bench.mails import CORPUS

TEXTS = [
    raw.decode("utf-8", "replace").replace("\r\n", "\n")
    for raw in (path.read_bytes() for path in sorted(CORPUS.rglob("*.eml")))
]
WORDS = sorted({word for text in TEXTS for word in re.findall(r"[\w'’-]{2,}", text)})


def gates_of(value: Any) -> Iterator[Gated]:
    """Every gate in a constant of a module, however deep it stands in tables."""
    if isinstance(value, Gated):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from gates_of(each)


def all_gates() -> list[tuple[str, Gated]]:
    """Every gate of the room, with where it stands."""
    found = []
    for module in pkgutil.iter_modules(mailflow.facts.__path__):
        loaded = importlib.import_module(f"mailflow.facts.{module.name}")
        for name, value in vars(loaded).items():
            found += [(f"{module.name}.{name}[{n}]", gate) for n, gate in enumerate(gates_of(value))]
    return found


GATES = all_gates()


@pytest.mark.parametrize("gate", [gate for _, gate in GATES], ids=[name for name, _ in GATES])
def test_no_gate_is_shut_where_its_pattern_matches(gate: Gated) -> None:
    for text in TEXTS:
        seen = Seen(text)
        for found in (gate.pattern.search(text), gate.pattern.search(text.upper())):
            if found:
                assert may(gate.ways, small(found[0])), found
        if gate.pattern.search(text):
            assert seen.left(gate)
            assert seen.search(gate, text, (0, len(text)))


@settings(max_examples=12, deadline=None)
@pytest.mark.parametrize("gate", [gate for _, gate in GATES], ids=[name for name, _ in GATES])
@given(data=st.data())
def test_every_string_that_a_pattern_was_made_to_match_opens_its_gate(gate: Gated, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(gate.pattern))
    assert gate.may(small(text))
    assert Seen(f"before\n{text}\nbehind").left(gate)


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [
        (r"(?i)\bhous(?:e|ing) list\b", (((" list",), ("hous",)),)),
        (r"(?i)\b(?:rent|bills)\b", ((("rent",),), (("bills",),))),
        (r"colou?r", ((("colo",),),)),
        (r"worr\w+ about", (((" about",), ("worr",)),)),
        (r"(?:very )?glad", ((("glad",),),)),
        (r"(?:very ){2}glad", ((("very ",), ("glad",)),)),
        (r"(?:very )*glad", ((("glad",),),)),
        (r"(?!never)always(?<=ways)", ((("always",),),)),
        (r"[abc]{3,9}", ((),)),
        (r"(?P<when>today)|(?-i:Tomorrow)", ((("today",),), (("tomorrow",),))),
        (r"caf\u00e9 noir", (((" noir",), ("caf",)),)),
        (r"it|today", ((),)),
        (r"a+bcd", ((("bcd",),),)),
        (r"[]x]lamp[^]]post", ((("lamp",), ("post",)),)),
    ],
)
def test_what_a_pattern_asks_of_a_text(pattern: str, asked: tuple[Any, ...]) -> None:
    assert ways(pattern) == asked


def test_letters_that_a_pattern_takes_for_ascii_open_its_gate() -> None:
    gate = Gated(r"(?i)\bassistance\b")
    for written in ("ASSISTANCE", "aſſiſtance", "aſsıstance", "assİstance"):
        assert gate.pattern.search(written)
        assert gate.may(small(written))


def test_a_gate_keeps_out_what_cannot_match() -> None:
    seen = Seen("Thank you for ringing back.")
    gate = Gated(r"(?i)\b(?:re-?hous(?:ed|ing)|tenancy)\b")
    assert not seen.left(gate)
    assert seen.search(gate, "Thank you") is None
    assert list(seen.finditer(gate, "Thank you")) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join))
def test_searching_behind_a_gate_finds_what_searching_finds(text: str) -> None:
    seen = Seen(text)
    for _, gate in GATES:
        found, behind = gate.pattern.search(text), seen.search(gate, text, (0, len(text)))
        assert (found and found.span()) == (behind and behind.span())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*kin.NOUNS, *kin.PLURALS, "-", "’s-", "in-law", "MĄŻ", "ſon", ", "]), max_size=30))
def test_words_for_relatives_that_are_looked_up_are_those_that_the_pattern_finds(words: list[str]) -> None:
    for text in (" ".join(words), "".join(words), " ".join(words).title()):
        assert [m.span() for m in kin.words(text)] == [m.span() for m in kin.WORD.finditer(text)]


def test_words_for_relatives_in_letters_are_those_that_the_pattern_finds() -> None:
    for text in TEXTS:
        assert [m.span() for m in kin.words(text)] == [m.span() for m in kin.WORD.finditer(text)]


FEW = [(text, Seen(text)) for text in TEXTS[::8]]
STAGES = [gate for name, gate in GATES if name.startswith("review._COMPILED")]


@pytest.mark.parametrize("gate", STAGES)
def test_whatever_stands_in_a_text_is_found_near_its_pieces(gate: Gated) -> None:
    for text, seen in FEW:
        assert [m.span() for m in seen.near(gate, text)] == [m.span() for m in gate.pattern.finditer(text)]


@pytest.mark.parametrize("gate", [gate for _, gate in GATES], ids=[name for name, _ in GATES])
def test_no_stretch_is_skipped_in_which_a_pattern_matches(gate: Gated) -> None:
    for text, seen in FEW:
        for found in gate.pattern.finditer(text):
            if found[0]:
                assert seen.may_at(gate, found.span()), found
