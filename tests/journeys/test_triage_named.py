"""What a human calls by its name has the clocks and holds that it would have had from the machine, from its receipt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mailflow.errors import StateFault
from mailflow.flow import triage
from mailflow.model.decision import ReminderKind
from mailflow.model.life import HoldSort, Outcome
from mailflow.model.records import CaseState, ReminderState
from mailflow.model.words import Flag, Kind
from tests.support.years import OFFICER, Years, years


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def desk(house: Years) -> triage.Desk:
    return triage.Desk(house.store, house, house.ids, house.office.policy)


def waiting(house: Years, kind: ReminderKind) -> list[datetime]:
    return [one.due for one in house.reminders(kinds=[kind], states=[ReminderState.WAITING])]


def test_a_rights_request_that_a_human_finds_has_its_month_from_receipt_and_one_that_was_none_has_none(
    house: Years,
) -> None:
    event = house.takes("ann@mail.example", "I want what you hold about me.", kind=Kind.ENQUIRY).event
    assert waiting(house, ReminderKind.RIGHTS_REQUEST) == []
    with pytest.raises(StateFault, match="no clock of a rights request"):
        triage.rights_answered(desk(house), "Jo", event.reference, why="answered")
    house.at += timedelta(days=3)
    triage.correct(desk(house), "Jo", event.reference, Kind.RIGHTS_OR_COMPLAINT)
    assert waiting(house, ReminderKind.RIGHTS_REQUEST) == [datetime(2026, 12, 16, 9, tzinfo=UTC)]
    triage.correct(desk(house), "Jo", event.reference, Kind.RIGHTS_OR_COMPLAINT, note="again")
    assert len(waiting(house, ReminderKind.RIGHTS_REQUEST)) == 1
    triage.correct(desk(house), "Jo", event.reference, Kind.ENQUIRY, note="it was none")
    assert waiting(house, ReminderKind.RIGHTS_REQUEST) == []


def test_a_breach_that_a_human_finds_has_its_72_hours_from_receipt(house: Years) -> None:
    event = house.takes(OFFICER, "I sent it to the wrong person.", kind=Kind.ENQUIRY).event
    house.at += timedelta(hours=30)
    triage.correct(desk(house), "Jo", event.reference, Kind.ENQUIRY, flags=(Flag.BREACH_REPORT,))
    assert waiting(house, ReminderKind.BREACH_REPORT) == [event.created_at + timedelta(hours=48)]
    triage.correct(desk(house), "Jo", event.reference, Kind.ENQUIRY, flags=())
    assert waiting(house, ReminderKind.BREACH_REPORT), "a breach is judged, never dropped"
    triage.breach_judged(desk(house), "Jo", event.reference, reported=False, why="it reached nobody")
    assert waiting(house, ReminderKind.BREACH_REPORT) == []


@pytest.mark.promise("P5")
@pytest.mark.parametrize("by_link", [True, False])
def test_a_no_that_a_human_finds_holds_the_case_and_takes_back_what_is_queued(house: Years, by_link: bool) -> None:
    case, mother = house.family()
    house.permit(case, mother)
    house.review(case)
    flags = (Flag.CONSENT_DECLINED,) if by_link else ()
    event = house.takes("ann@mail.example", "She wants no more.", kind=Kind.ENQUIRY, flags=flags).event
    house.do(lambda work: work.save_event(replace(work.event(event.id), case_id="")))
    triage.link(desk(house), "Jo", event.reference, case.reference)
    if not by_link:
        assert house.do(lambda work: work.holds(case_id=case.id)) == ()
        triage.correct(desk(house), "Jo", event.reference, Kind.CASE_UPDATE, flags=(Flag.CONSENT_DECLINED,))
    (hold,) = house.do(lambda work: work.holds(case_id=case.id, live=house.at))
    assert (hold.sort, hold.event_id) == (HoldSort.MACHINE, event.id)
    triage.correct(desk(house), "Jo", event.reference, Kind.CASE_UPDATE, flags=(Flag.CONSENT_DECLINED,), note="again")
    assert len(house.do(lambda work: work.holds(case_id=case.id))) == 1
    house.accept_all()
    house.to(date(2027, 2, 1))
    assert house.asked() == []


def test_a_legal_hold_that_a_human_links_stops_retention(house: Years) -> None:
    case, _ = house.family(state=CaseState.OPEN)
    triage.close_case(desk(house), "Jo", case.reference, Outcome.DECLINED)
    assert house.do(lambda work: work.case(case.id)).retain_until is not None
    solicitor = "solicitor@law.example"
    event = house.takes(solicitor, "Keep every record.", kind=Kind.ENQUIRY, flags=(Flag.LEGAL_HOLD,)).event
    triage.link(desk(house), "Jo", event.reference, case.reference)
    assert {hold.sort for hold in house.do(lambda work: work.holds(case_id=case.id))} == {HoldSort.LEGAL}
    assert house.do(lambda work: work.case(case.id)).retain_until is None
    assert waiting(house, ReminderKind.RETENTION_REVIEW) == []
