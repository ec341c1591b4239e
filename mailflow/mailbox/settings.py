"""What the IMAP door must know of one mailbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

Security = Literal["tls", "starttls", "plain"]
Auth = Literal["login", "xoauth2", "oauthbearer"]


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One mailbox on one server. Its ``repr`` shows neither password nor token."""

    host: str
    """Name or address; the certificate must be made for it."""
    username: str
    password: SecretStr = field(default=SecretStr(""), repr=False)
    """For ``auth = "login"``."""
    port: int = 993
    security: Security = "tls"
    """``tls`` from the first byte (RFC 8314 §3.2), ``starttls`` (RFC 3501 §6.2.1), or ``plain``: no
    encryption, to this machine only, unless ``allow_plain`` is set."""
    ca_file: Path | None = None
    """PEM file of the only authority that is trusted; without it, those of the system."""
    timeout: float = 30.0
    """Seconds that the server may take to accept a connection, or to send the next bytes of an answer."""
    auth: Auth = "login"
    token: Callable[[], str] | None = field(default=None, repr=False)
    """Gives a fresh access token each time, for ``xoauth2`` and ``oauthbearer`` (RFC 7628)."""
    poll_seconds: float = 15.0
    """How long to sleep between two looks where the server has no IDLE."""
    allow_plain: bool = False
    """Permits ``plain`` to another machine: passwords and mails can be read on the way."""

    @property
    def address(self) -> str:
        """``host:port`` for sentences."""
        return f"{self.host}:{self.port}"

    def is_loopback(self) -> bool:
        """True when the server is on this machine, so that plain text leaves no wire."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False
