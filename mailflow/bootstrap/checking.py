"""``mailflow check``, the key and the database: everything tried, all that is wrong said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mailflow.config import MailboxSettings, Settings, load_profile
from mailflow.courier import check_recipient
from mailflow.errors import MailflowError, StoreFault
from mailflow.model.views import Counts
from mailflow.observe import HealthReport, read_health
from mailflow.store import KeyFile, SqlStore, schema

from .house import courier, key_of, keyring, mail_server
from .system import SystemClock, SystemIds


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ``mailflow check`` looked at."""

    part: str
    good: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """The database's version, what is in it, and what is wrong with it."""

    version: str
    newest: str
    counts: Counts | None
    faults: tuple[str, ...]


def check(settings: Settings) -> tuple[Finding, ...]:
    """Try every mailbox, the SMTP server, the database, keys, rules and templates; what each is like."""
    return tuple(_look(settings))


def _look(settings: Settings) -> Iterator[Finding]:
    yield _tried("profile", lambda: _profile(settings))
    yield _tried("key", lambda: f"{settings.keys.file} holds {len(key_of(settings).sealing)} sealing keys.")
    yield _tried("database", lambda: _database(settings))
    for mailbox in settings.mailbox:
        yield _tried(f"mailbox {mailbox.name}", partial(_mailbox, mailbox))
    yield _tried("smtp", lambda: _smtp(settings))
    if settings.openpgp.home:
        yield _tried("openpgp", lambda: _openpgp(settings))
    yield from _people(settings)


def _tried(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, look())
    except MailflowError as fault:
        return Finding(part, False, str(fault))


def _profile(settings: Settings) -> str:
    profile = load_profile(settings.profile.folder)
    return f"rules {profile.ruleset.version} and {len(profile.templates.templates)} templates from {profile.folder}."


def _database(settings: Settings) -> str:
    store = SqlStore(settings.database.url, key_of(settings), SystemIds(), "check")
    try:
        faults = store.check()
    finally:
        store.close()
    if faults:
        raise StoreFault(" ".join(faults))
    return f"version {schema.version(settings.database.url)}; the audit chain is whole."


def _mailbox(mailbox: MailboxSettings) -> str:
    server = mail_server(mailbox)
    server.open()
    try:
        there = server.folders()
        status = server.select("INBOX")
    finally:
        server.close()
    return f"signed in as {mailbox.username}; {len(there)} folders, next UID in INBOX {status.uid_next}."


def _smtp(settings: Settings) -> str:
    smtp = courier(settings)
    try:
        return smtp.probe(settings.mailbox[0].address)
    finally:
        smtp.close()


def _openpgp(settings: Settings) -> str:
    ring = keyring(settings)
    try:
        faults = ring.check()
    finally:
        ring.close()
    if faults:
        raise StoreFault(" ".join(faults))
    return "the key ring holds a secret key."


def _people(settings: Settings) -> Iterator[Finding]:
    """Addresses of our own people: each must be set, or nobody hears of what waits (P7, P10)."""
    people = settings.people
    for name, address, harm in (
        ("lead", people.lead, "nobody is told of items that nobody has looked at"),
        ("on_call", people.on_call, "nobody is told when somebody may come to harm"),
        ("deputy", people.deputy, "nobody is told when the on-call person does not answer"),
    ):
        if not address:
            yield Finding(f"people.{name}", False, f"is not set: {harm}.")
        else:
            yield _tried(
                f"people.{name}",
                partial(check_recipient, address, test_domains=settings.sending.test_domains),
            )


def make_key(path: Path) -> None:
    """Make the service key. Raises ``KeyFault`` when there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    KeyFile.create(path, SystemClock().now(), os.urandom)


def rotate_key(settings: Settings) -> int:
    """Add a new sealing key and wrap every data key anew with it; how many."""
    clock = SystemClock()
    keys = KeyFile.rotate(settings.keys.file, clock.now(), os.urandom)
    store = SqlStore(settings.database.url, keys, SystemIds(), "keys")
    try:
        return store.rewrap(clock.now())
    finally:
        store.close()


def key_ids(settings: Settings) -> dict[str, str]:
    """Which keys there are, by their ids."""
    keys = key_of(settings)
    sealing = {f"sealing {number}": secret.id for number, secret in enumerate(keys.sealing, start=1)}
    return {**sealing, "index": keys.index.id, "audit": keys.audit.id}


def upgrade(settings: Settings) -> str:
    """Make the database or bring it up to date; its version."""
    _, after = schema.upgrade(settings.database.url)
    return after


def database_status(settings: Settings) -> DatabaseStatus:
    """The database's version, what is in it, and what is wrong with it."""
    clock = SystemClock()
    version = schema.version(settings.database.url)
    store = SqlStore(settings.database.url, key_of(settings), SystemIds(), "status")
    try:
        faults = store.check()
        counts = None
        if not faults:
            with store.begin("person:status", clock.now()) as work:
                counts = work.counts()
    finally:
        store.close()
    return DatabaseStatus(version, schema.SCHEMA, counts, faults)


def health(settings: Settings) -> HealthReport:
    """The report of the running service, from its health file."""
    now = SystemClock().now()
    if settings.work.health_file is None:
        return HealthReport(False, ("work.health_file is not set, so a running service writes no health.",), now)
    return read_health(settings.work.health_file, now)
