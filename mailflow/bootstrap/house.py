"""Opens the house: settings to doors, policies and clock."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from mailflow.classify import Ruleset
from mailflow.config import MailboxSettings, Profile, Settings, load_profile, load_settings
from mailflow.courier import SmtpCourier
from mailflow.courier import SmtpSettings as CourierSettings
from mailflow.errors import UseError
from mailflow.extract import SubprocessReader
from mailflow.flow.letters import Office, Staff
from mailflow.flow.ports import Clock, Keyring, Work
from mailflow.flow.triage import Desk
from mailflow.flow.understand import Mind
from mailflow.keyring import GnupgKeyring, NoKeyring
from mailflow.mailbox import ImapServer, ImapSettings
from mailflow.model.lookups import Lookups
from mailflow.store import KeyFile, SqlStore

from .system import SystemClock, SystemIds

KEY_VARIABLE = "MAILFLOW_SERVICE_KEY"


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
    clock: Clock = field(default_factory=SystemClock)
    ids: SystemIds = field(default_factory=SystemIds)
    owner: str = ""

    @property
    def desk(self) -> Desk:
        """What acts of triage need."""
        templates = self.profile.templates
        return Desk(
            self.store,
            self.clock,
            self.ids,
            self.profile.policy,
            safe_names=tuple(templates.service.safe_names),
            safe_subjects=tuple(templates.safe_subjects),
        )

    def begin(self, actor: str) -> AbstractContextManager[Work]:
        """Open a transaction in somebody's name, now."""
        return self.store.begin(actor, self.clock.now())

    def verify_audit(self) -> tuple[str, ...]:
        """All that is wrong with the audit chain, one sentence each."""
        return self.store.verify_audit()


@contextmanager
def house(config: Path | Settings, clock: Clock | None = None) -> Iterator[House]:
    """Open the house on a settings file (or a settings tree), and close it again. ``clock`` is the machine's, but
    in tests that move it by hand."""
    settings = config if isinstance(config, Settings) else load_settings(config)
    profile = load_profile(settings.profile.folder)
    owner = f"{socket.gethostname()}:{os.getpid()}:{SystemIds().token()[:8]}"
    with ExitStack() as closing:
        store = SqlStore(settings.database.url, key_of(settings), SystemIds(), owner)
        closing.callback(store.close)
        yield House(
            settings=settings,
            profile=profile,
            store=store,
            mind=open_mind(profile.ruleset, profile.lookups, settings, closing),
            office=_office(profile, settings),
            clock=clock or SystemClock(),
            owner=owner,
        )


@contextmanager
def reading_room(config: Path) -> Iterator[ReadingRoom]:
    """What ``classify`` and ``show`` need; without a settings file, the profile that mailflow brings."""
    settings = load_settings(config) if config.exists() else None
    profile = load_profile(settings.profile.folder if settings else None)
    with ExitStack() as closing:
        mind = open_mind(profile.ruleset, profile.lookups, settings, closing)
        yield ReadingRoom(mind, _office(profile, settings), SystemClock())


def open_mind(ruleset: Ruleset, lookups: Lookups, settings: Settings | None, closing: ExitStack) -> Mind:
    """The doors and tables of understanding; ``closing`` closes the doors."""
    reader = SubprocessReader()
    closing.callback(reader.close)
    ring: Keyring = NoKeyring()
    if settings and settings.openpgp.home:
        opened = keyring(settings)
        closing.callback(opened.close)
        ring = opened
    tables = with_own_addresses(lookups, settings)
    return Mind(ring, reader, tables, ruleset, tables.own_addresses)


def with_own_addresses(lookups: Lookups, settings: Settings | None) -> Lookups:
    """The tables of a profile, in which the mailboxes of the settings are our own addresses too."""
    own = settings.own_addresses if settings else lookups.own_addresses
    return replace(lookups, own_addresses=tuple(dict.fromkeys((*own, *lookups.own_addresses))))


def keyring(settings: Settings) -> GnupgKeyring:
    """The OpenPGP and S/MIME door. Raises ``CryptoFault``, ``UseError`` when no ring is set."""
    if settings.openpgp.home is None:
        raise UseError("openpgp.home is not set, so there is no key ring.")
    return GnupgKeyring(settings.openpgp.home, lambda: settings.openpgp.reveal(os.environ), binary=settings.openpgp.gpg)


def key_of(settings: Settings) -> KeyFile:
    """The service key, from ``MAILFLOW_SERVICE_KEY`` (the text itself) or its file. Raises ``KeyFault``."""
    text = os.environ.get(KEY_VARIABLE)
    return KeyFile.parse(text, f"the variable {KEY_VARIABLE}") if text else KeyFile.load(settings.keys.file)


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
        ids=SystemIds(),
        addresses=addresses,
        staff=Staff(people.lead, people.on_call, people.deputy, people.desk_url) if people else Staff(),
        bounce_address=settings.sending.bounce_address if settings else "",
        message_id_domain=settings.sending.message_id_domain if settings else "",
        review_mailbox=settings.sending.review_mailbox if settings else "",
        cjsm_route=settings.sending.cjsm_route if settings else False,
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
