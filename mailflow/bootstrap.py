"""Hangs the doors: settings to adapters, policies, clock; the only place where all meet.

``house`` opens everything that works on the database; ``reading_room`` only what understanding a file needs;
``service`` makes the loops that ``mailflow run`` runs. Nothing here decides anything about a mail.
"""

from __future__ import annotations

import os
import secrets  # noqa: TID251 - chance enters the house here, as flow.ports.Ids
import socket
import threading
import time  # noqa: TID251 - milliseconds for time-ordered ids (RFC 9562 §5.7)
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from mailflow.cases import reference_from
from mailflow.config import MailboxSettings, Settings, load_settings
from mailflow.config.profile import Profile, load_profile
from mailflow.courier import SmtpCourier
from mailflow.courier import SmtpSettings as CourierSettings
from mailflow.errors import ConfigFault, Environment, Fault, MailflowError, StoreFault
from mailflow.extract import SubprocessReader
from mailflow.flow import dispatch, receive
from mailflow.flow.gate import Gate
from mailflow.flow.intake import Intake, TakenIn, take_in_all, take_in_one
from mailflow.flow.letters import Office, Staff
from mailflow.flow.ports import Keyring, MailServer, Reached, Work, unheard
from mailflow.flow.remind import Reminding, ring_all
from mailflow.flow.triage import Desk
from mailflow.flow.understand import Mind
from mailflow.followup import WorkingCalendar
from mailflow.keyring import GnupgKeyring, NoKeyring
from mailflow.mailbox import ImapServer, ImapSettings
from mailflow.model.views import Counts
from mailflow.observe import Health, HealthReport, read_health, say
from mailflow.parse import first_look
from mailflow.service import Job, Service
from mailflow.store import KeyFile, SqlStore, schema, verify_audit


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the clock enters the house here


class SystemIds:
    """The machine's chance."""

    def new(self) -> str:
        """A UUIDv7 as 32 hexadecimal digits: time-ordered (RFC 9562 §5.7)."""
        milliseconds = time.time_ns() // 1_000_000
        chance = int.from_bytes(secrets.token_bytes(10), "big")
        value = (milliseconds & ((1 << 48) - 1)) << 80 | chance
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return f"{value:032x}"

    def reference(self) -> str:
        """A fresh reference that nobody can guess."""
        return reference_from(secrets.token_bytes(16))

    def token(self) -> str:
        """A fresh lease token."""
        return secrets.token_hex(16)


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


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """What understanding a file needs, without a database."""

    mind: Mind
    office: Office
    clock: SystemClock


@dataclass(frozen=True, slots=True)
class House:
    """Everything that works on the database."""

    settings: Settings
    profile: Profile
    store: SqlStore
    mind: Mind
    office: Office
    clock: SystemClock = field(default_factory=SystemClock)
    ids: SystemIds = field(default_factory=SystemIds)
    owner: str = ""

    @property
    def desk(self) -> Desk:
        """What acts of triage need."""
        return Desk(self.store, self.clock, self.ids, self.profile.policy)

    def begin(self, actor: str) -> AbstractContextManager[Work]:
        """Open a transaction in somebody's name, now."""
        return self.store.begin(actor, self.clock.now())

    def verify_audit(self) -> tuple[str, ...]:
        """All that is wrong with the audit chain, one sentence each."""
        return verify_audit(self.store)


# -- opening ------------------------------------------------------------------------------------


@contextmanager
def house(config: Path | Settings) -> Iterator[House]:
    """Open the house on a settings file (or a settings tree), and close it again."""
    settings = config if isinstance(config, Settings) else load_settings(config)
    profile = load_profile(settings.profile.folder)
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    with ExitStack() as closing:
        store = SqlStore(settings.database.url, KeyFile.load(settings.keys.file), SystemIds(), owner)
        closing.callback(store.close)
        yield House(
            settings=settings,
            profile=profile,
            store=store,
            mind=_mind(profile, settings, closing),
            office=_office(profile, settings),
            owner=owner,
        )


@contextmanager
def reading_room(config: Path) -> Iterator[ReadingRoom]:
    """What ``classify`` and ``show`` need; without a settings file, the profile that mailflow brings."""
    settings = load_settings(config) if config.exists() else None
    profile = load_profile(settings.profile.folder if settings else None)
    with ExitStack() as closing:
        yield ReadingRoom(_mind(profile, settings, closing), _office(profile, settings), SystemClock())


def _mind(profile: Profile, settings: Settings | None, closing: ExitStack) -> Mind:
    reader = SubprocessReader()
    closing.callback(reader.close)
    keyring: Keyring = NoKeyring()
    if settings and settings.openpgp.home:
        keyring = _keyring(settings, closing)
    own = settings.own_addresses if settings else profile.lookups.own_addresses
    lookups = replace(
        profile.lookups,
        own_addresses=tuple(dict.fromkeys((*own, *profile.lookups.own_addresses))),
    )
    return Mind(keyring, reader, lookups, profile.ruleset, lookups.own_addresses)


def _keyring(settings: Settings, closing: ExitStack) -> GnupgKeyring:
    home = settings.openpgp.home
    if home is None:
        raise ConfigFault((Fault("", "openpgp.home is not set."),))
    keyring = GnupgKeyring(home, binary=settings.openpgp.gpg)
    closing.callback(keyring.close)
    return keyring


def _office(profile: Profile, settings: Settings | None) -> Office:
    addresses = (
        {mailbox.name: mailbox.address for mailbox in settings.mailbox}
        if settings
        else {address.partition("@")[0]: address for address in profile.lookups.own_addresses}
    )
    people = settings.people if settings else None
    return Office(
        policy=profile.policy,
        templates=profile.templates,
        calendar=profile.calendar,
        ids=SystemIds(),
        addresses=addresses,
        staff=Staff(people.lead, people.on_call, people.deputy, people.desk_url) if people else Staff(),
        bounce_address=settings.sending.bounce_address if settings else "",
        message_id_domain=settings.sending.message_id_domain if settings else "",
    )


def mail_server(mailbox: MailboxSettings) -> ImapServer:
    """The IMAP door of one mailbox."""
    return ImapServer(
        ImapSettings(
            host=mailbox.host,
            port=mailbox.port,
            security=mailbox.security,
            username=mailbox.username,
            password=SecretStr(mailbox.reveal(os.environ)),
            ca_file=mailbox.ca_file,
            timeout=mailbox.timeout,
            poll_seconds=mailbox.poll_seconds,
            allow_plain=mailbox.plain_is_safe,
        )
    )


def courier(settings: Settings) -> SmtpCourier:
    """The SMTP door."""
    smtp = settings.smtp
    return SmtpCourier(
        CourierSettings(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security,
            username=smtp.username,
            password=SecretStr(smtp.reveal(os.environ)),
            ca_file=smtp.ca_file,
            timeout=smtp.timeout,
            helo=smtp.helo,
            allow_plain=smtp.plain_is_safe,
            test_domains=settings.sending.test_domains,
            cjsm_route=settings.sending.cjsm_route,
        )
    )
