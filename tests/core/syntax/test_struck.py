"""Struck words are blanked out where they stand; nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.syntax.struck import without_struck


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("nothing struck", "nothing struck"),
        ("I ~~do not~~ agree", "I            agree"),
        ("~~a~~ b ~~c~~", "      b      "[:13]),
        ("a lone ~~ stays", "a lone ~~ stays"),
        ("over\n~~two\nlines~~ end", "over\n" + " " * 13 + " end"),
    ],
)
def test_struck_words_are_blanked_out(text: str, blanked: str) -> None:
    assert without_struck(text) == blanked


@given(st.text(alphabet="ab~ \n", max_size=200))
def test_offsets_stay_true(text: str) -> None:
    after = without_struck(text)
    assert len(after) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, after, strict=True))
