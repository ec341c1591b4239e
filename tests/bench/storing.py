"""What the database costs a mail: receive, claim and settle, on both engines, with nothing else in the way."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from mailflow import bootstrap
from mailflow.bootstrap import House
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import DatabaseSettings, KeySettings, SendingSettings
from mailflow.flow.settle import settle
from mailflow.flow.understand import Understood, understand
from mailflow.model.mail import Origin
from mailflow.model.records import MailRecord
from mailflow.parse import first_look
from tests.bench.mails import BenchMail, burst
from tests.bench.report import Missing, Section
from tests.bench.serving import ENGINES, database
from tests.bench.statistics_of import median
from tests.support.whole import ADDRESSES, STAFF

KEY = "store"
HEADING = "The store: claim and settle a mail"
HOW = (
    "the real SqlStore with an empty database that survives a power cut (SQLite synchronous=FULL, PostgreSQL fsync=on, "
    "both on one disk), one thread; mails are understood beforehand; claim = one transaction, settle = decide and "
    "write event, case, keys, outbox, reminders and audit in another; CPU = this process, without PostgreSQL's own"
)
MAILS, QUICK_MAILS = 200, 20
BATCH = 100
"""Mails a transaction while receiving, as the journey does."""
SYNCS, SYNC_BYTES = 100, 4096


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures."""
    mails = burst(QUICK_MAILS if quick else MAILS)
    with bootstrap.reading_room(Path("/nonexistent/mailflow.toml")) as room:
        by_file: dict[str, Understood] = {}
        for mail in mails:
            if mail.file not in by_file:
                by_file[mail.file] = understand(mail.raw, mail.mailbox, room.mind)
    for engine in ENGINES:
        try:
            with tempfile.TemporaryDirectory(prefix="mailflow-bench-") as folder, database(engine, Path(folder)) as url:
                if engine == ENGINES[0]:
                    section.spread(
                        "sync", f"the disk: write and fsync of {SYNC_BYTES} bytes", _syncs(Path(folder)), "ms"
                    )
                _measure(section, engine, _settings(Path(folder), url), mails, by_file)
        except Missing as missing:
            section.notes.append(f"{engine}: skipped, {missing}")


def _measure(
    section: Section, engine: str, settings: Settings, mails: Sequence[BenchMail], by_file: dict[str, Understood]
) -> None:
    bootstrap.make_key(settings.keys.file)
    bootstrap.upgrade(settings)
    with bootstrap.house(settings) as house:
        received = _receive(house, mails)
        known = {mail.raw: by_file[mail.file] for mail in mails}
        claims, settles = [], []
        used, began = time.process_time(), time.perf_counter()
        while True:
            now, start = house.clock.now(), time.perf_counter()
            with house.store.begin("journey:intake", now) as work:
                claim = work.claim_mail(house.owner, now, 600)
            if claim is None:
                break
            claimed = time.perf_counter()
            settle(house.store, claim, known[claim.mail.raw], house.office, now)
            settles.append(1000 * (time.perf_counter() - claimed))
            claims.append(1000 * (claimed - start))
        seconds, used = time.perf_counter() - began, time.process_time() - used
    n = len(settles)
    if n != len(mails):
        raise RuntimeError(f"{n} of {len(mails)} mails were claimed")
    section.add(f"{engine}.receive", f"{engine}: receive, in batches of {BATCH}", 1000 * received / n, "ms/mail", n)
    section.spread(f"{engine}.claim", f"{engine}: claim", claims, "ms", longest=False)
    section.spread(f"{engine}.settle", f"{engine}: settle", settles, "ms", longest=False)
    both = [a + b for a, b in zip(claims, settles, strict=True)]
    section.add(f"{engine}.both.median", f"{engine}: claim and settle, median", median(both), "ms", n)
    section.add(f"{engine}.a_second", f"{engine}: claimed and settled", n / seconds, "mails/s", n)
    section.add(f"{engine}.cpu", f"{engine}: CPU a mail", 1000 * used / n, "ms", n)


def _receive(house: House, mails: Sequence[BenchMail]) -> float:
    """Store the mails as ``receive`` does; seconds."""
    looks = [first_look(mail.raw, house.profile.risk_words) for mail in mails]
    began = time.perf_counter()
    for start in range(0, len(mails), BATCH):
        now = house.clock.now()
        with house.store.begin("journey:receive", now) as work:
            for number in range(start, min(start + BATCH, len(mails))):
                mail, look = mails[number], looks[number]
                sender = work.hash_of("address", look.sender_address).hash if look.sender_address else ""
                work.add_mail(
                    MailRecord(
                        id=house.ids.new(),
                        mailbox=mail.mailbox,
                        folder="INBOX",
                        uid_validity=1,
                        uid=number + 1,
                        internal_date=datetime.now(UTC),
                        received_at=now,
                        raw=mail.raw,
                        origin=Origin.LIVE,
                        sender_hash=sender,
                    )
                )
    return time.perf_counter() - began


def _syncs(folder: Path) -> list[float]:
    """Milliseconds of writing and syncing one block: a commit cannot be faster than one of these."""
    found = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(os.urandom(SYNC_BYTES))
            os.fsync(file.fileno())
            found.append(1000 * (time.perf_counter() - began))
    return found


def _settings(folder: Path, url: str) -> Settings:
    """Settings of a house that speaks to no mail server."""
    secret = SecretStr("not used")
    return Settings(
        mailbox=tuple(
            MailboxSettings(name=name, address=address, host="127.0.0.1", username=name, password=secret)
            for name, address in ADDRESSES.items()
        ),
        smtp=SmtpSettings(host="127.0.0.1"),
        database=DatabaseSettings(url=url),
        keys=KeySettings(file=folder / "service.key"),
        sending=SendingSettings(test_domains=True),
        people=STAFF,
    )
