"""The whole house on real servers: settings for Dovecot, an SMTP server and a database in a folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from mailflow import bootstrap
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import (
    DatabaseSettings,
    KeySettings,
    PeopleSettings,
    SendingSettings,
    WorkSettings,
)
from mailflow.model.records import OutboxRecord, OutboxState
from mailflow.syntax.working import LONDON, WorkingCalendar
from tests.support.blank import blank_database
from tests.support.dovecot import Dovecot

ADDRESSES = {"hssupport": "hssupport@victimsupport.org.uk", "DHRenquiries": "DHRenquiries@victimsupport.org.uk"}
USERS = {"hssupport": "hssupport", "DHRenquiries": "dhrenquiries"}
STAFF = PeopleSettings(
    lead="lead@staff.example",
    on_call="on-call@staff.example",
    deputy="deputy@staff.example",
    desk_url="http://127.0.0.1:8025",
)


@dataclass(frozen=True)
class MovedClock:
    """The machine's clock, moved by so much."""

    by: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def settings_for(folder: Path, dovecot: Dovecot, smtp_port: int, url: str = "") -> Settings:
    """Settings that watch both mailboxes of ``dovecot`` over TLS and send over STARTTLS on ``smtp_port``."""
    right = dovecot.settings("hssupport")
    secret = SecretStr(dovecot.password)
    return Settings(
        mailbox=tuple(
            MailboxSettings(
                name=name,
                address=address,
                host="127.0.0.1",
                port=right.port,
                security="tls",
                username=USERS[name],
                password=secret,
                ca_file=right.ca_file,
                folders=("INBOX",),
            )
            for name, address in ADDRESSES.items()
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=smtp_port, security="starttls", ca_file=right.ca_file),
        database=DatabaseSettings(url=url or f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
        sending=SendingSettings(test_domains=True),
        people=STAFF,
        work=WorkSettings(pause_seconds=0.05, lease_seconds=30, health_file=folder / "health.json"),
    )


def prepare(settings: Settings) -> None:
    """Key, tables, and the cursors of a first start: what arrives after this is news."""
    bootstrap.make_key(settings.keys.file)
    blank_database(settings.database.url)
    run_once(settings)


def run_once(settings: Settings, by: timedelta = timedelta(0)) -> None:
    """Do what there is to do, on a clock that is moved by so much."""
    with bootstrap.house(settings, MovedClock(by)) as house:
        bootstrap.service(house).run_once()


def to_office_hours(days: int) -> timedelta:
    """How far to move the clock so that it shows eleven o'clock in London, on the first working day from then on.

    Chasers wait for the hours in which we ask: what a test sees must not hang on the hour at which it runs.
    """
    now = datetime.now(UTC)
    there = (now + timedelta(days=days)).astimezone(LONDON).replace(hour=11)
    calendar = WorkingCalendar.build((there.year, there.year + 1))
    while not calendar.is_working_day(there.date()):
        there += timedelta(days=1)
    return there - now


@contextmanager
def running(settings: Settings, by: timedelta = timedelta(0)) -> Iterator[bootstrap.House]:
    """The whole service with all its threads."""
    with bootstrap.house(settings, MovedClock(by)) as house:
        service = bootstrap.service(house)
        thread = threading.Thread(target=service.run, kwargs={"signals": False})
        thread.start()
        try:
            yield house
        finally:
            service.stop()
            thread.join(60)
            assert not thread.is_alive(), "the service did not stop within a minute"


def open_rows(house: bootstrap.House) -> tuple[OutboxRecord, ...]:
    """Outbox rows that will still leave."""
    with house.begin("journey:test") as work:
        return work.outbox(states=(OutboxState.QUEUED, OutboxState.SENDING, OutboxState.DEFERRED))


def fixed_environment() -> dict[str, str]:
    """The environment for a child process of a test: without settings of whoever runs the test."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MAILFLOW_")}
