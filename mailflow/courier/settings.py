"""What the SMTP door must know of the server that our mail leaves by."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from mailflow.errors import UseError

Security = Literal["tls", "starttls", "plain"]
Auth = Literal["login", "xoauth2"]

PATIENCE = 4
"""Everything before DATA may take so many times ``timeout`` in all: a server that drips one answer a ``timeout``
must not hold a row until its lease runs out."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """One submission server. Its ``repr`` shows neither password nor token."""

    host: str
    """Name or address; the certificate must be made for it."""
    port: int = 587
    security: Security = "starttls"
    """``tls`` from the first byte (RFC 8314 §3.3), ``starttls`` (RFC 3207; never falls back to plain text), or
    ``plain``: no encryption, to this machine only, unless ``allow_plain`` is set."""
    username: str = ""
    """Empty: no sign-in."""
    password: SecretStr = field(default=SecretStr(""), repr=False)
    """For ``auth = "login"``."""
    auth: Auth = "login"
    """``login``: PLAIN, else LOGIN, else CRAM-MD5, whichever the server offers first in this order, tried once:
    three wrong tries a mail would lock the account."""
    token: Callable[[], str] | None = field(default=None, repr=False)
    """Gives a fresh access token each time, for ``xoauth2``."""
    ca_file: Path | None = None
    """PEM file of the only authority that is trusted; without it, those of the system. Read at each connection."""
    timeout: float = 30.0
    """Seconds that the server may take for one answer before the final one."""
    answer_timeout: float = 300.0
    """Seconds that the server may take for the answer to the final dot. RFC 5321 §4.5.3.2.6 asks for 600; whatever is
    cut off here is an uncertain mail and a human's work, so be generous."""
    mails_per_connection: int = 50
    """So many mails, then a fresh connection: servers hang up on the insatiable."""
    idle_seconds: float = 30.0
    """A connection that rested for so long is left politely and opened again: servers close idle ones themselves."""
    helo: str = ""
    """Name given in EHLO; empty for this host's own, or ``[127.0.0.1]`` where that is no full name."""
    allow_plain: bool = False
    """Permits ``plain`` to another machine: passwords and mails can be read on the way."""
    test_domains: bool = False
    """Permits ``.example`` and ``.test`` addresses: demonstration and tests."""
    cjsm_route: bool = False
    """This server may bring mail to ``.cjsm.net``."""

    def __post_init__(self) -> None:
        """Raises ``UseError`` for settings that cannot be meant."""
        if self.security == "plain" and not (self.allow_plain or self.is_loopback()):
            raise UseError(
                f'security = "plain" would send passwords and mails to {self.host} for everybody to read; '
                'use "starttls" or "tls"'
            )
        if self.auth == "xoauth2" and (self.token is None or not self.username):
            raise UseError('auth = "xoauth2" needs a user name and a source of tokens')
        if any(character.isspace() or not character.isprintable() for character in self.helo + self.host):
            raise UseError("host and helo are names: without spaces and control characters")

    @property
    def address(self) -> str:
        """``host:port`` for sentences."""
        return f"{self.host}:{self.port}"

    @property
    def longest_attempt(self) -> float:
        """Seconds that one ``send`` takes at the very most; a lease on an outbox row must be longer."""
        return PATIENCE * self.timeout + self.timeout + self.answer_timeout

    def is_loopback(self) -> bool:
        """True when the server is on this machine, so that plain text leaves no wire."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    def own_name(self) -> str:
        """What we say in EHLO (RFC 5321 §4.1.1.1: a full name, or an address literal). Asks no name server."""
        if self.helo:
            return self.helo
        name = socket.gethostname()
        return name if "." in name and name.isascii() else "[127.0.0.1]"
