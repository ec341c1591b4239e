"""``followups``: what would be asked, of whom, when and why, or what holds it back; and that it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from mailflow.flow.preview import preview
from mailflow.model.life import HoldRecord, HoldSort
from tests.support.commands import in_days
from tests.support.years import CHAIR, Years, years


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def told(house: Years, until: date) -> list[tuple[str, str, datetime | None, tuple[str, ...]]]:
    lines = house.do(lambda work: preview(work, house.office, until, house.at))
    return [(line.review, line.what, line.when, line.held_by) for line in lines]


def test_it_tells_what_is_planned_and_when_and_nothing_beyond_the_day(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    review, _ = house.review(case)
    house.look()
    assert told(house, date(2027, 1, 17)) == []
    when = datetime(2027, 1, 18, 9, 0, tzinfo=UTC)
    assert told(house, date(2027, 1, 18)) == [(review.reference, "question", when, ())]


def test_it_tells_every_reason_that_holds_a_question_back(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    house.look()
    hold = HoldRecord(house.ids.new(), HoldSort.COMPLAINT, house.at, "Jo", case_id=case.id, why="a complaint")
    house.do(lambda work: work.add_hold(hold))
    house.do(lambda work: work.suppress(work.hash_of("address", CHAIR), "bounced", house.at))
    ((_, what, when, held_by),) = told(house, date(2027, 1, 18))
    assert (what, when) == ("question", None)
    assert any("complaint" in reason for reason in held_by) and any("no more" in reason for reason in held_by)


@pytest.mark.promise("P10")
def test_a_review_for_which_nothing_is_planned_says_why(house: Years) -> None:
    case, _ = house.family()
    house.review(case, confirmed=False)
    house.look()
    ((_, what, when, held_by),) = told(house, date(2027, 1, 18))
    assert (what, when) == ("nothing planned", None)
    assert any("permission" in reason for reason in held_by) and any("confirmed" in reason for reason in held_by)


def test_a_humans_turn_and_what_waits_in_the_outbox_are_shown(house: Years) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    house.to(date(2027, 2, 16))
    ((_, what, when, _),) = told(house, date(2027, 3, 1))
    assert (what, when) == ("human", datetime(2027, 3, 1, 9, 0, tzinfo=UTC))


def test_it_writes_nothing_but_its_audit_and_shows_no_address_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.support.cases import small_house

    with small_house(tmp_path) as (small, _):
        config = tmp_path / "mailflow.toml"
        with small.begin("test") as work:
            before = work.counts()
        lines = ["[[mailbox]]"]
        for mailbox in small.settings.mailbox:
            lines += [] if lines[-1] == "[[mailbox]]" else ["[[mailbox]]"]
            lines += [f'name = "{mailbox.name}"', f'address = "{mailbox.address}"', 'host = "127.0.0.1"']
        lines += ["[smtp]", 'host = "127.0.0.1"', "[database]", f'url = "{small.settings.database.url}"']
        lines += ["[keys]", f'file = "{small.settings.keys.file}"']
        config.write_text("\n".join(lines))
        from mailflow.cli.app import run_program

        assert run_program(["--config", str(config), "followups", "--until", in_days(200), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == []
        assert run_program(["--config", str(config), "followups"]) == 0
        assert "No review is open." in capsys.readouterr().out
        with small.begin("test") as work:
            assert work.counts() == before
