"""The invented mails of the demonstration: files, with a few lines on top that say how they arrive.

Each file under ``mails/`` is a mail (RFC 5322) whose first header lines are for the demonstration and are
taken off: ``X-Demo-To`` (addresses, one or two), ``X-Demo-After`` (seconds from the start), ``X-Demo-Says``
(what a visitor is shown), ``X-Demo-Came`` (``verified``, ``unverified``, ``failed`` or ``local``: what our gateway
found). ``{date}`` and ``{id}`` in the mail become the time of arrival and something fresh, so that a demonstration
never answers old mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from importlib.resources import files

from .world import GATEWAY

LEADING = b"X-Demo-"


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail of the demonstration, before it arrives."""

    name: str
    to: tuple[str, ...]
    """Local parts of the watched mailboxes that it arrives in."""
    after: float
    """Seconds from the start."""
    says: str
    came: str
    body: bytes = field(repr=False)

    def at(self, now: datetime, fresh: str, to: str) -> bytes:
        """The mail as it stands in the mailbox of ``to`` when it arrives now."""
        raw = self.body.replace(b"{date}", format_datetime(now).encode()).replace(b"{id}", fresh.encode())
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return _gateway_lines(self.came, _author(raw), to, now) + raw


def read_demo_mail(name: str, content: bytes, to: str = "hssupport") -> DemoMail:
    """Read one file; without leading lines it is a plain mail to that mailbox, at once, verified."""
    leading: dict[str, str] = {}
    rest = content
    while rest.startswith(LEADING):
        line, _, rest = rest.partition(b"\n")
        key, _, value = line.decode().partition(":")
        leading[key.removeprefix("X-Demo-").lower()] = value.strip()
    return DemoMail(
        name=name,
        to=tuple(leading.get("to", to).split()),
        after=float(leading.get("after", "0")),
        says=leading.get("says", name),
        came=leading.get("came", "verified"),
        body=rest,
    )


def demo_mails() -> Iterator[DemoMail]:
    """All invented mails, in the order in which they arrive."""
    folder = files("mailflow.sandbox") / "mails"
    found = [read_demo_mail(file.name, file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".eml")]
    yield from sorted(found, key=lambda mail: (mail.after, mail.name))


def _author(raw: bytes) -> str:
    """The address of the first From line; enough for mails of our own making."""
    for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"):
        if line.lower().startswith(b"from:"):
            text = line[5:].decode("utf-8", "replace").strip()
            return text.rpartition("<")[2].strip(" >") if "<" in text else text
    return ""


def _gateway_lines(came: str, author: str, to: str, now: datetime) -> bytes:
    """What our own gateway writes on top of a mail that came so."""
    domain = author.rpartition("@")[2] or "unknown.invalid"
    path = "" if came == "local" else author
    tls = "" if came == "failed" else "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
    protocol = "ESMTP" if came == "failed" else "ESMTPS"
    found = {
        "verified": f"spf=pass smtp.mailfrom={author}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}",
        "unverified": f"spf=none smtp.mailfrom={author}; dkim=none; dmarc=none header.from={domain}",
        "failed": f"spf=fail smtp.mailfrom={author}; dkim=none; dmarc=fail header.from={domain}",
        "local": "spf=none; dkim=none; dmarc=none",
    }[came]
    return (
        f"Return-Path: <{path}>\r\n"
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.10])\r\n{tls}"
        f"\tby {GATEWAY} (Postfix) with {protocol} id demo\r\n\tfor <{to}>; {format_datetime(now)}\r\n"
        f"Authentication-Results: {GATEWAY}; {found}\r\n"
    ).encode()
