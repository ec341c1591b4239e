"""A house with a few invented mails taken in, without a server: for commands, pages and acts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailflow import bootstrap
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import DatabaseSettings, KeySettings, PeopleSettings, SendingSettings
from mailflow.flow.intake import Intake, TakenIn, take_in_one
from mailflow.flow.remind import Reminding, ring_all
from mailflow.model.mail import Origin
from mailflow.model.records import EventRecord, MailRecord, OutboxRecord
from tests.support.blank import blank_database

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, the office is open
GATEWAY = "mx1.victimsupport.org.uk"


@dataclass
class HandClock:
    """A clock that only the test moves."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def go(self, **by: float) -> None:
        self.at += timedelta(**by)


def settings(folder: Path, url: str = "") -> Settings:
    """Settings that name no server that anybody reaches."""
    return Settings(
        mailbox=tuple(
            MailboxSettings(
                name=name, address=f"{name}@victimsupport.org.uk", host="127.0.0.1", port=9, security="plain"
            )
            for name in ("hssupport", "DHRenquiries")
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=9, security="plain"),
        database=DatabaseSettings(url=url or f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
        sending=SendingSettings(test_domains=True),
        people=PeopleSettings(
            lead="lead@staff.example",
            on_call="on-call@staff.example",
            deputy="deputy@staff.example",
            desk_url="http://127.0.0.1:8025",
        ),
    )


@contextmanager
def small_house(folder: Path, url: str = "") -> Iterator[tuple[bootstrap.House, HandClock]]:
    """An empty house, with its hand-moved clock."""
    clock = HandClock()
    given = settings(folder, url)
    bootstrap.make_key(given.keys.file)
    blank_database(given.database.url)
    with bootstrap.house(given, clock) as house:
        yield house, clock


def mail(
    sender: str,
    text: str,
    *,
    subject: str = "about a family",
    message_id: str = "",
    to: str = "hssupport",
    came: str = "pass",
    extra: Sequence[str] = (),
) -> bytes:
    """An invented mail as our own gateway has taken it: ``came`` is what it found (pass, fail, none)."""
    address = sender.rpartition("<")[2].strip(" >")
    domain = address.rpartition("@")[2]
    lines = [
        f"Return-Path: <{address}>",
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.1])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby {GATEWAY} (Postfix) with ESMTPS id x1",
        f"\tfor <{to}@victimsupport.org.uk>; Mon, 23 Nov 2026 09:59:00 +0000",
        f"Authentication-Results: {GATEWAY}; spf={came} smtp.mailfrom={address}; dmarc={came} header.from={domain}",
        f"From: {sender}",
        f"To: {to}@victimsupport.org.uk",
        f"Subject: {subject}",
        "Date: Mon, 23 Nov 2026 09:59:00 +0000",
        f"Message-ID: <{message_id or f'{abs(hash((sender, text, subject)))}@{domain}'}>",
        *extra,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        text,
    ]
    return "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()


REFERRAL = mail(
    "Amal Okoye <amal.okoye@kent.police.uk>",
    "Hello,\n\nI am the FLO and would like to refer Ruth Sandell, the mother of Peter Sandell, who was killed on\n"
    "2 November 2026. She has agreed to be contacted. Her number is 07700 900123.\n\n"
    "DC Amal Okoye\nFamily Liaison Officer\nKent Police\n07700 900456\n",
    message_id="referral@kent.police.uk",
)
RISK = mail(
    "Mara <mara.t@gmail.com>",
    "my brother was killed in june and i cant do this any more. i keep thinking i would be better off dead.\n"
    "please can somebody ring me 07700 900519\n\nMara\n",
    subject="please",
    message_id="risk@gmail.com",
)
ENQUIRY = mail(
    "Tom Hale <tom.hale@leeds.gov.uk>",
    "Dear team,\n\nCould you tell me how a council refers a family to your service, and whether you support families\n"
    "after a review has ended?\n\nTom Hale\nCommunity Safety Officer\nLeeds City Council\n",
    subject="how to refer",
    message_id="enquiry@leeds.gov.uk",
    to="DHRenquiries",
)


def arrive(
    house: bootstrap.House,
    raw: bytes,
    *,
    mailbox: str = "hssupport",
    uid: int | None = None,
    origin: Origin = Origin.LIVE,
    internal_date: datetime | None = None,
) -> str:
    """Store a mail as receive does; its id."""
    now = house.clock.now()
    with house.begin("journey:receive") as work:
        mail_id = house.ids.new()
        number = uid or int(mail_id[8:16], 16)
        work.add_mail(MailRecord(mail_id, mailbox, "INBOX", 1, number, internal_date or now, now, raw, origin=origin))
    return mail_id


def take_in(house: bootstrap.House) -> list[TakenIn]:
    """Take in whatever waits; what became of each."""
    intake = Intake(house.store, house.mind, house.office, house.clock, "test", 120)
    outcomes = []
    while (outcome := take_in_one(intake)) not in (TakenIn.NOTHING, TakenIn.LATER):
        outcomes.append(outcome)
    return outcomes


def ring(house: bootstrap.House) -> int:
    """Ring whatever is due now."""
    import threading

    return ring_all(Reminding(house.store, house.office, house.clock, "test"), threading.Event())


def events(house: bootstrap.House) -> tuple[EventRecord, ...]:
    """All events, closed ones too."""
    with house.begin("journey:test") as work:
        return work.queue(closed=True)


def outbox(house: bootstrap.House) -> tuple[OutboxRecord, ...]:
    """All outbox rows, newest first."""
    with house.begin("journey:test") as work:
        return work.outbox(limit=1000)
