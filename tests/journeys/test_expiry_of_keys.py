"""Keys that end are told of long before, again until they are renewed, and never for nothing (P10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from mailflow import bootstrap
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import DatabaseSettings, KeySettings, OpenPgpSettings
from mailflow.flow import triage
from mailflow.flow.digest import counts
from mailflow.flow.expiry import plan_endings
from mailflow.model.decision import ReminderKind
from mailflow.model.records import OutboxState, ReminderRecord, ReminderState
from mailflow.model.security import KeyEnding
from tests.support.blank import blank_database
from tests.support.gpg import ring
from tests.support.years import STAFF, START, Years, years

pytestmark = pytest.mark.promise("P10")

ENDS = datetime(2027, 1, 20, 15, 0, tzinfo=UTC)
KEY = KeyEnding("AB" * 20, "the OpenPGP key ABABABABABABABAB", ENDS)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Years]:
    with years(tmp_path) as made:
        yield made


def lived(house: Years, until: date, *endings: KeyEnding) -> list[date]:
    """Live to a day with those keys in the ring; the days on which the lead was told of one."""
    day = house.at.date()
    while day < until:
        day += timedelta(days=1)
        plan_endings(house.store, house.office, house, endings)
        house.to(day)
    rows = [row for row in house.rows() if row.template == "notice-deadline"]
    assert {row.recipient for row in rows} <= {STAFF.lead} and {row.state for row in rows} <= {OutboxState.SENT}
    return [row.created_at.date() for row in rows]


def alarms(house: Years) -> int:
    return int(house.do(lambda work: counts(work, house.at - timedelta(days=1), house.at)).alarms)


def test_a_key_rings_thirty_seven_and_one_day_before_then_each_working_day_until_it_is_renewed(house: Years) -> None:
    told = lived(house, date(2027, 1, 25), KEY)
    assert told[:3] == [date(2026, 12, 21), date(2027, 1, 13), date(2027, 1, 19)]
    assert told[3:] == [date(2027, 1, day) for day in (20, 21, 22, 25)]
    assert alarms(house) == 1, "the digest counts it while nobody renews it"
    texts = [row.text for row in house.rows() if row.template == "notice-deadline"]
    assert all("20 January 2027" in text and "AB" not in text for text in texts)
    assert ["has passed" in text for text in texts] == [day > ENDS.date() for day in told]
    renewed = KeyEnding(KEY.name, KEY.what, ENDS + timedelta(days=730))
    assert lived(house, date(2027, 3, 1), renewed) == told, "nobody is told of a key that was renewed"
    assert alarms(house) == 0
    rows = house.reminders(kinds=[ReminderKind.KEY_EXPIRY])
    assert [row.state for row in rows] == [ReminderState.CANCELLED, ReminderState.WAITING]
    assert rows[1].due.date() == date(2028, 12, 20)


def test_warning_days_that_passed_unseen_are_made_up_for_by_one_notice(house: Years) -> None:
    near = KeyEnding("CD" * 20, "the OpenPGP key CD", START + timedelta(days=5, hours=3))
    told = lived(house, date(2026, 11, 27), near)
    assert told == [date(2026, 11, 23), date(2026, 11, 27)], "at once, then on the day before"


def test_planning_again_and_again_plans_once(house: Years) -> None:
    for _ in range(3):
        plan_endings(house.store, house.office, house, [KEY])
    assert len(house.reminders(kinds=[ReminderKind.KEY_EXPIRY])) == 1


def test_a_ring_that_could_not_be_read_for_a_day_costs_no_warning(house: Years) -> None:
    plan_endings(house.store, house.office, house, [KEY])
    plan_endings(house.store, house.office, house, [])
    assert lived(house, date(2026, 12, 22), KEY) == [date(2026, 12, 21)]


def test_an_old_key_that_a_human_wants_to_keep_is_told_of_no_more(house: Years) -> None:
    """Its mail must stay readable, so it stays in the ring; the human says once that this is so."""
    old = KeyEnding("EF" * 20, "the OpenPGP key EF", START - timedelta(days=400))
    told = lived(house, date(2026, 11, 24), old)
    assert told == [date(2026, 11, 23)]
    (row,) = house.reminders(kinds=[ReminderKind.KEY_EXPIRY])
    desk = triage.Desk(house.store, house, house.ids, house.office.policy)
    triage.cancel_reminder(desk, "Jo Brandt", row.id, why="kept to read old mail")
    assert lived(house, date(2026, 12, 31), old) == told


@pytest.mark.service("gpg")
def test_the_service_asks_its_key_ring_when_it_starts_and_each_hour(tmp_path: Path) -> None:
    with ring("hssupport@charity.example") as own:
        own.run("--quick-set-expire", own.fingerprint, "20d")
        (planned,) = _planned_by_the_service(tmp_path, own.home)
        assert own.fingerprint[-16:] in planned.why and planned.state is ReminderState.WAITING


def test_a_house_without_a_key_ring_plans_nothing(tmp_path: Path) -> None:
    assert _planned_by_the_service(tmp_path, None) == ()


def _planned_by_the_service(folder: Path, home: Path | None) -> tuple[ReminderRecord, ...]:
    """What the job of a service on that key ring plans."""
    password = SecretStr("unused")
    settings = Settings(
        mailbox=(
            MailboxSettings(
                name="hssupport", address="h@charity.example", host="127.0.0.1", username="h", password=password
            ),
        ),
        smtp=SmtpSettings(host="127.0.0.1"),
        database=DatabaseSettings(url=f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
        openpgp=OpenPgpSettings(home=home),
    )
    bootstrap.make_key(settings.keys.file)
    blank_database(settings.database.url)
    with bootstrap.house(settings) as house:
        (job,) = [job for job in bootstrap.service(house).jobs if job.name == "expiry"]
        assert job.every_seconds <= 3600
        job.ring()
        with house.begin("person:Jo") as work:
            return work.reminders(kinds=[ReminderKind.KEY_EXPIRY])
