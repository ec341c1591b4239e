"""Many sums at once: what is put together comes apart as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.classify.lanes import MOST_WEIGHT, THOUSANDTHS, Lanes, pack, weight_of

THOUSANDTH = st.integers(min_value=-int(MOST_WEIGHT * THOUSANDTHS), max_value=int(MOST_WEIGHT * THOUSANDTHS))


@given(st.lists(st.lists(THOUSANDTH, min_size=5, max_size=5), max_size=40))
def test_every_lane_sums_by_itself_whatever_the_signs_of_its_neighbours(rows: list[list[int]]) -> None:
    packed = sum(pack((lane, weight / THOUSANDTHS) for lane, weight in enumerate(row)) for row in rows)
    assert Lanes(5).apart(packed) == [sum(row[lane] for row in rows) for lane in range(5)]


def test_the_longest_stretch_of_the_heaviest_words_stays_in_its_lane() -> None:
    heaviest = pack(((0, MOST_WEIGHT), (1, -MOST_WEIGHT), (2, MOST_WEIGHT)))
    most = int(MOST_WEIGHT * THOUSANDTHS) * 4000
    assert Lanes(3).apart(heaviest * 4000) == [most, -most, most]


def test_no_readers_have_no_sums() -> None:
    assert Lanes(0).apart(0) == []


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "500.5", "-501", "", "+-1", "1,5"])
def test_a_weight_that_is_none_or_too_heavy_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        weight_of(text)


@pytest.mark.parametrize("text, weight", [("+2.31", 2.31), ("-500", -500.0), ("0", 0.0)])
def test_a_weight_is_read_as_the_fit_writes_it(text: str, weight: float) -> None:
    assert weight_of(text) == weight
