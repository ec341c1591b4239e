"""Tables of the service's profile: data that people keep up to date, not code."""

from __future__ import annotations

from dataclasses import dataclass

from .words import SenderType


@dataclass(frozen=True, slots=True)
class Force:
    """A police force: its usual name, and the domains that its people write from."""

    name: str
    domains: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Other names by which mails call it (``GMP``, ``Met Police``)."""


@dataclass(frozen=True, slots=True)
class SecureService:
    """A service that brings protected mail: by what its mail is known (domain.md §5.2)."""

    name: str
    sender_suffixes: tuple[str, ...]
    """Address suffixes that only this service gives out (``.cjsm.net``)."""
    notice_phrases: tuple[str, ...]
    """Lower-case phrases of its notices."""
    link_hosts: tuple[str, ...]
    attachment_names: tuple[str, ...]
    notice_senders: tuple[str, ...] = ()
    header_names: tuple[str, ...] = ()
    carries_content: bool = False
    """True when its mail can be read as it comes (CJSM gateway); false for pointers to a portal."""
    content_types: tuple[str, ...] = ()
    """Types of wrapper parts, lower case (``application/x-microsoft-rpmsg-message``)."""
    passcode_senders: tuple[str, ...] = ()
    """Addresses that send one-time passcodes, lower case."""
    passcode_phrases: tuple[str, ...] = ()
    """Lower-case phrases of mails that carry a one-time passcode."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """All tables. Domains are lower case; a domain matches itself and whatever stands below it."""

    forces: tuple[Force, ...] = ()
    sender_domains: tuple[tuple[str, SenderType], ...] = ()
    """(domain suffix, type): the longest suffix that matches in whole labels wins."""
    organisations: tuple[tuple[str, str], ...] = ()
    """(domain, organisation's usual name)."""
    official_domains: tuple[str, ...] = ()
    """Whose authenticated mail over TLS is a secure method (taxonomy, "secure method")."""
    own_addresses: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    secure_services: tuple[SecureService, ...] = ()
    our_hosts: tuple[str, ...] = ()
    """authserv-ids and host names of our own gateway (RFC 8601 §2.5)."""
    own_names: tuple[str, ...] = ()
    """What our organisation is called; a stranger who signs so raises a doubt."""
    accept_results_without_id: bool = False
    """True where our gateway writes Authentication-Results without authserv-id (Microsoft 365)."""
