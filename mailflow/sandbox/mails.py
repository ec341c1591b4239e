"""The invented mails of the demonstration: files, with a few lines on top that say how they arrive.

Each file under ``mails/`` is a mail (RFC 5322) whose first header lines are for the demonstration and are
taken off:

==================  ==========================================================================================
``X-Demo-To``       local parts of the mailboxes, one or two
``X-Demo-After``    seconds from the start
``X-Demo-Says``     what a visitor is told that it is
``X-Demo-Expect``   the kind that a person would say, then flags that must be seen; ``any`` where people differ
``X-Demo-Came``     what our gateway found: ``verified``, ``unverified``, ``failed``, or ``local`` (our own server)
``X-Demo-Answers``  name of the mail whose answer this one answers: it arrives only once that answer has left
==================  ==========================================================================================

In the mail itself ``{date}``, ``{id}``, ``{in 10 days}`` and ``{9 days ago}`` become times around its arrival and
something fresh, so that a demonstration never answers old mail and never names a day that has passed;
``{our-id}`` and ``{our-reference}`` become those of the answer that it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files

from .world import GATEWAY

LEADING = b"X-Demo-"
CAME = {
    "verified": "spf=pass smtp.mailfrom={author}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}",
    "unverified": "spf=none smtp.mailfrom={author}; dkim=none; dmarc=none header.from={domain}",
    "failed": "spf=fail smtp.mailfrom={author}; dkim=none; dmarc=fail header.from={domain}",
    "local": "spf=none; dkim=none; dmarc=none",
}
_DAYS = re.compile(rb"\{(?:in (?P<ahead>\d{1,3}) days?|(?P<past>\d{1,3}) days? ago)\}")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,200}")


@dataclass(frozen=True, slots=True)
class Answered:
    """Our answer to an earlier mail: what a reply to it quotes."""

    message_id: str
    """Without angle brackets."""
    reference: str


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One mail of the demonstration, before it arrives."""

    name: str
    """The file's name without its ending."""
    to: tuple[str, ...]
    """Local parts of the watched mailboxes that it arrives in."""
    after: float
    """Seconds from the start."""
    says: str
    came: str
    """A key of ``CAME``."""
    body: bytes = field(repr=False)
    expect: tuple[str, ...] = ("any",)
    """The kind that a person would say, then flags."""
    answers: str = ""
    """Name of the mail whose answer this one answers; empty when it begins a thread."""
    is_ours: bool = False
    """It had leading lines, so that places like ``{date}`` in it are filled; a visitor's own file stays as it is."""

    def at(self, now: datetime, fresh: str, to: str, answered: Answered | None = None) -> bytes:
        """The mail as it stands in the mailbox of ``to`` when it arrives ``now`` (aware)."""
        raw = self._filled(now, fresh, answered) if self.is_ours else self.body
        raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return gateway_lines(self.came, _author(raw), to, now) + raw

    def _filled(self, now: datetime, fresh: str, answered: Answered | None) -> bytes:
        raw = _DAYS.sub(lambda found: _day(found, now), self.body)
        known = {b"{date}": format_datetime(now), b"{id}": fresh}
        if answered is not None:
            known |= {b"{our-id}": answered.message_id, b"{our-reference}": answered.reference}
        for place, value in known.items():
            raw = raw.replace(place, value.encode())
        return raw


def read_demo_mail(name: str, content: bytes, to: str = "hssupport") -> DemoMail:
    """Read one file; without leading lines it is a plain mail to that mailbox, at once, verified.

    Any bytes are a mail: a leading line that says nothing we know is left out.
    """
    leading: dict[str, str] = {}
    rest = content
    while rest.startswith(LEADING):
        line, _, rest = rest.partition(b"\n")
        key, _, value = line.decode("utf-8", "replace").partition(":")
        leading[key.removeprefix("X-Demo-").lower()] = value.strip()
    return DemoMail(
        name=name,
        to=tuple(leading.get("to", to).split()) or (to,),
        after=_seconds(leading.get("after", "0")),
        says=leading.get("says", ""),
        came=leading.get("came", "") if leading.get("came", "") in CAME else "verified",
        body=rest,
        expect=tuple(leading.get("expect", "any").split()) or ("any",),
        answers=leading.get("answers", ""),
        is_ours=rest is not content,
    )


def demo_mails() -> Iterator[DemoMail]:
    """All invented mails, in the order in which they arrive."""
    folder = files("mailflow.sandbox") / "mails"
    found = [
        read_demo_mail(file.name.removesuffix(".eml"), file.read_bytes())
        for file in folder.iterdir()
        if file.name.endswith(".eml")
    ]
    yield from sorted(found, key=lambda mail: (mail.after, mail.name))


def gateway_lines(came: str, author: str, to: str, now: datetime) -> bytes:
    """What our own gateway writes on top of a mail that came so (RFC 5321 §4.4, RFC 8601)."""
    domain = author.rpartition("@")[2] or "unknown.invalid"
    path = "" if came == "local" else author
    tls = "" if came == "failed" else "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
    protocol = "ESMTP" if came == "failed" else "ESMTPS"
    found = CAME[came].format(author=author, domain=domain)
    return (
        f"Return-Path: <{path}>\r\n"
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.10])\r\n{tls}"
        f"\tby {GATEWAY} (Postfix) with {protocol} id demo\r\n\tfor <{to}>; {format_datetime(now)}\r\n"
        f"Authentication-Results: {GATEWAY}; {found}\r\n"
    ).encode()


def _day(found: re.Match[bytes], now: datetime) -> bytes:
    """``{in 10 days}`` as a day that a person would write: ``3 December 2026``."""
    days = int(found["ahead"]) if found["ahead"] else -int(found["past"])
    return (now + timedelta(days=days)).strftime("%-d %B %Y").encode()


def _author(raw: bytes) -> str:
    """The address of a From line, in plain characters whatever the mail is: it goes into header lines of ours."""
    for line in raw[:65536].split(b"\r\n\r\n")[0].split(b"\r\n"):
        if line[:5].lower() == b"from:":
            found: list[str] = _ADDRESS.findall(line[5:].decode("ascii", "replace"))
            if found:
                return found[-1]
    return ""


def _seconds(text: str) -> float:
    try:
        return max(0.0, min(3600.0, float(text)))
    except ValueError:
        return 0.0
