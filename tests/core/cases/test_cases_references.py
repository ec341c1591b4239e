"""References: unguessable, readable aloud, and a slip of one character is noticed."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.cases import ALPHABET, CHANCE_BYTES, check_reference, is_reference, reference_from
from mailflow.cases.references import CHANCE_LETTERS, _check_character

CHANCE = st.binary(min_size=CHANCE_BYTES, max_size=32)

# As the service has used them so far: shape without a check character of ours.
IN_THE_CORPUS = ["HS-7KQ4-M2XD", "HS-P8VN-2JHE", "HS-2YKM-V8TF", "HS-6FQN-R3VA", "HS-94MB-ZRGY", "HS-8LVE-N5QK"]


@pytest.mark.parametrize("text", IN_THE_CORPUS)
def test_the_references_of_the_corpus_have_the_shape(text: str) -> None:
    assert is_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HS-",
        "hs-7kq4-m2xd",  # in capitals only: parse puts them so
        "HS-7KQ4-M2X",  # too short
        "HS-7KQ4-M2XDD",
        "HS 7KQ4 M2XD",
        "HX-7KQ4-M2XD",
        "HS-7KQ4_M2XD",
        "HS-7KQ0-M2XD",  # 0 is not in the alphabet
        "HS-7KQI-M2XD",
        "HS-7KQ4-M2XÐ",
        "HS-7KQ4-M2X٤",  # another digit of Unicode
    ],
)
def test_anything_else_has_not(text: str) -> None:
    assert not is_reference(text)
    assert not check_reference(text)


@given(CHANCE)
def test_every_chance_gives_a_reference_that_checks(chance: bytes) -> None:
    reference = reference_from(chance)
    assert is_reference(reference)
    assert check_reference(reference)
    assert reference_from(chance) == reference


def test_a_reference_holds_32_bits_of_chance_or_more() -> None:
    assert math.log2(len(ALPHABET) ** CHANCE_LETTERS) >= 32
    assert len(set(ALPHABET)) == len(ALPHABET) == 30


def test_every_reference_is_within_reach_and_none_is_likelier() -> None:
    lowest, highest = reference_from(bytes(8)), reference_from((30**7 - 1).to_bytes(8, "big"))
    assert lowest.startswith("HS-2222-222")
    assert highest.startswith("HS-ZZZZ-ZZZ")
    assert reference_from((30**7).to_bytes(8, "big")) == lowest


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="8 bytes of chance"):
        reference_from(bytes(7))


@given(CHANCE, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(chance: bytes, position: int, letter: str) -> None:
    reference = reference_from(chance)
    at = position + 3 + (position >= 4)
    wrong = reference[:at] + letter + reference[at + 1 :]
    assert check_reference(wrong) == (wrong == reference)


def test_neighbours_changed_round_are_nearly_always_noticed() -> None:
    """All pairs of neighbours, behind every state that the sum can be in: under 1 in 400 passes."""
    pairs = missed = 0
    for before in ALPHABET:
        for first in ALPHABET:
            for second in ALPHABET:
                if first < second:
                    pairs += 1
                    straight, round_ = before + first + second, before + second + first
                    missed += _check_character(straight) == _check_character(round_)
    assert pairs == 30 * 435
    assert missed * 400 < pairs
