"""Our own trace lines: which Received lines our gateway wrote, and how the last hop into us was protected.

A mail may carry any number of invented Received lines; only those on top that our gateway added count. The walk
starts at the topmost line and goes down only while a line says that it came *from* a host of ours, by its HELO name
and by the name that the gateway looked up itself. The line where it comes from elsewhere is the hop into us; what
stands below it is the sender's word (RFC 5321 §4.4; RFC 5321 §7.6 on lines that lie).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailflow.model.lookups import Lookups
from mailflow.model.message import Header, ParsedMessage
from mailflow.syntax.domains import is_below_any, normalise

MAX_HOPS = 10
"""Hops inside our own mail system that are followed; nobody has ten."""

MAX_LINE = 4_000
"""Characters of a Received line that are read; RFC 5322 §2.1.1 allows 998 a line, folding adds a few."""

_BY = re.compile(r"\bby\s{1,10}([A-Za-z0-9_.:\[\]-]{1,255})", re.IGNORECASE)
_FROM = re.compile(r"^\s{0,10}from\s{1,10}([^\s;()]{1,255})", re.IGNORECASE)
_LOOKED_UP = re.compile(
    r"\(\s{0,4}(?:HELO\s{1,4}\S{1,255}\s{1,4}|helo=)?([A-Za-z0-9_.-]{1,255})\s{0,4}\[([^\]\s]{1,80})\]", re.IGNORECASE
)
_WITH = re.compile(r"\bwith\s{1,10}(?:Microsoft\s{1,4})?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_TLS_WORDS = re.compile(
    r"using\s{1,4}TLSv?1|version=TLSv?1|\bTLS1[._]\d|\(TLSv?1|cipher[= ]{1,2}(?!none)[A-Z0-9_-]{5}", re.IGNORECASE
)
_TLS_PROTOCOLS = ("ESMTPS", "ESMTPSA", "SMTPS", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA")
_OLD_TLS = re.compile(r"(?:TLSv?1(?:[._][01])?|SSLv?[23])(?![._\d])", re.IGNORECASE)
_LOOPBACK = ("127.", "::1", "IPv6:::1")


@dataclass(frozen=True, slots=True)
class LastHop:
    """The hop into our mail system as our gateway saw it."""

    seen: bool
    """A Received line of ours says so; false when none does."""
    tls: bool | None
    from_host: str = ""
    """The name that our gateway looked up, else the one that the sender gave; lower case."""
    from_ours: bool = False
    """The mail started on a host of ours."""
    index: int = -1
    """Position of that line among the headers; what stands above it, our gateway wrote."""


def last_hop(message: ParsedMessage, lookups: Lookups) -> LastHop:
    """Walk our own Received lines from the top; the last of them is the hop into us."""
    found = LastHop(seen=False, tls=None)
    hops = 0
    for index, header in enumerate(message.headers):
        if header.name.lower() != "received":
            continue
        line = header.value[:MAX_LINE]
        if hops == MAX_HOPS or not _by_ours(line, lookups):
            break
        hops += 1
        host, ours = _origin(line, lookups)
        found = LastHop(True, _tls(line), host, ours, index)
        if not ours:
            break
    return found


def trusted_results(message: ParsedMessage, hop: LastHop) -> tuple[str, ...]:
    """Authentication-Results fields above the first Received line that is not ours, topmost first."""
    if not hop.seen and any(header.name.lower() == "received" for header in message.headers):
        return _fields(message.headers, until_received_after=-1)
    return _fields(message.headers, until_received_after=hop.index)


def _fields(headers: tuple[Header, ...], until_received_after: int) -> tuple[str, ...]:
    fields = []
    for index, header in enumerate(headers):
        name = header.name.lower()
        if name == "received" and index > until_received_after:
            break
        if name == "authentication-results":
            fields.append(header.value)
    return tuple(fields)


def _by_ours(line: str, lookups: Lookups) -> bool:
    found = _BY.search(line)
    return found is not None and is_below_any(normalise(found[1]), lookups.our_hosts)


def _origin(line: str, lookups: Lookups) -> tuple[str, bool]:
    """The host that the line came from, and whether it is one of ours.

    A line without ``from`` was made on the spot (a bounce of our relay, RFC 5321 §6.1).
    """
    given = _FROM.match(line)
    if not given:
        return "", True
    looked_up = _LOOKED_UP.search(line)
    name = normalise(looked_up[1]) if looked_up and looked_up[1].lower() != "unknown" else ""
    if looked_up and looked_up[2].startswith(_LOOPBACK):
        return name or normalise(given[1]), True
    names = [normalise(given[1])] + ([name] if looked_up else [])
    return name or normalise(given[1]), all(is_below_any(n, lookups.our_hosts) for n in names)


def _tls(line: str) -> bool:
    """TLS by protocol name (RFC 3848) or by the words of Postfix, Exim and Exchange; TLS 1.1 and older do not count."""
    protocol = _WITH.search(line)
    named = protocol is not None and protocol[1].upper() in _TLS_PROTOCOLS
    if not named and not _TLS_WORDS.search(line):
        return False
    version = _OLD_TLS.search(line)
    return version is None
