"""Three years of one case, and what disturbs them (DESIGN §8): every mail that leaves stands in a letter book.

``tests/testdata/years/letter-book.txt`` is the whole story, compared line by line. After a change on purpose the runner
leaves a ``.got`` file beside it; read the difference, then put it in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailflow.errors import StateFault
from mailflow.flow import triage
from mailflow.model.life import Outcome
from mailflow.model.outgoing import MailClass
from tests.support import long_case
from tests.support.long_case import CHAPTERS, PRIVATE, ROLES, case_of
from tests.support.simulation import Simulation, new_house

BOOK = Path(__file__).resolve().parents[1] / "testdata" / "years" / "letter-book.txt"


def told(sim: Simulation) -> str:
    """The story: each chapter with the letters that left in it."""
    lines: list[str] = []
    seen = 0
    for chapter in CHAPTERS:
        if chapter is long_case.publication:
            with pytest.raises(StateFault, match="cannot be closed"):
                triage.close_case(sim.desk(), "Jo Brandt", case_of(sim).reference, Outcome.SUPPORTED)
        chapter(sim)
        book = sim.book()
        lines += ["", f"-- {chapter.__name__}: {(chapter.__doc__ or '').strip()}", *book[seen:]]
        seen = len(book)
    return "\n".join(lines).lstrip() + "\n"


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Simulation, str]]:
    sim = new_house(tmp_path_factory.mktemp("story"), ROLES)
    try:
        yield sim, told(sim)
    finally:
        sim.close()


@pytest.mark.promise("P5")
def test_three_years_write_the_letter_book(years: tuple[Simulation, str]) -> None:
    wanted = BOOK.read_text("utf-8")
    if years[1] != wanted:
        BOOK.with_suffix(".got").write_text(years[1], "utf-8")
    assert years[1] == wanted


@pytest.mark.promise("P4")
def test_no_letter_of_three_years_names_anybody(years: tuple[Simulation, str]) -> None:
    taken = years[0].courier.taken
    assert len(taken) > 50
    for mail in taken:
        words = f"{mail.subject}\n{mail.text}\n{mail.html}".lower()
        assert not [word for word in PRIVATE if word.lower() in words], mail.subject


@pytest.mark.promise("P2")
def test_no_letter_of_three_years_leaves_twice(years: tuple[Simulation, str]) -> None:
    ids = [mail.message_id for mail in years[0].courier.taken]
    assert len(ids) == len(set(ids))
    keys = [row.key for row in years[0].left()]
    assert len(keys) == len(set(keys)) == len(ids)


@pytest.mark.promise("P5")
def test_no_letter_of_three_years_goes_to_the_family(years: tuple[Simulation, str]) -> None:
    assert not [row for row in years[0].rows() if row.audience.startswith("bereaved")]
    receivers = {row.recipient for row in years[0].left(MailClass.FOLLOW_UP)}
    assert receivers == {long_case.CHAIR, long_case.NEXT_CHAIR, long_case.WRONG}
