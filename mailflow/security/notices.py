"""Pointers to portals, and mails that carry a passcode (domain.md §5.2).

A notice of a secure service is the favourite disguise of phishing, so its signs must agree: a wrapper file, or words of
the service together with a link to one of its hosts, its own sender or its header; no link whose visible text names one
host and leads to another; and sender authentication that did not fail. Words alone are no pointer, and a
service that writes about itself (maintenance, news) is none either, since nothing waits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import parse_qs, urlsplit

from mailflow.model.lookups import Lookups, SecureService
from mailflow.model.message import ParsedMessage
from mailflow.syntax.domains import is_below, is_below_any, normalise

MAX_TEXT = 20_000
"""Characters of new text that are looked at: a notice is short, and a long mail is read by other rooms."""

MAX_LINKS = 300
"""Links that are looked at; a newsletter has a hundred."""

_URL = re.compile(r"https?://[^\s<>\"')\]]{3,2000}", re.IGNORECASE)
_VISIBLE_HOST = re.compile(
    r"^\s{0,20}(?:https?://)?((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?:[:/?#]|\s|$)", re.IGNORECASE
)
_ABOUT_ITSELF = (
    "planned maintenance",
    "scheduled maintenance",
    "maintenance window",
    "service notification",
    "service announcement",
    "service status",
    "release notes",
    "newsletter",
    "webinar",
    "terms of service",
    "privacy policy has changed",
    "no messages will be lost",
    "sent to all users",
    "dear customer",
    "survey",
    "price change",
    "end of life",
)
_REWRITERS = (
    "safelinks.protection.outlook.com",
    "urldefense.com",
    "urldefense.proofpoint.com",
    "protect-eu.mimecast.com",
)
"""Gateways that rewrite links on the way in; the true target stands in a parameter, where it can be read."""

_PASSCODE = re.compile(
    r"\b(?:pass ?(?:word|code|phrase)|access code|verification code|security code|one[- ]time (?:code|pin))\b"
    r"[^\n.]{0,60}?(?:\bis\b|:|=)\s{0,4}[\"'“‘]?([^\s\"'”’]{4,40})",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?=[A-Z0-9-]{0,12}\d)[A-Z0-9]{4,10}\b")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail is as a notice of a secure service."""

    service: str = ""
    pointer: bool = False
    passcode: bool = False
    suspicious: str = ""
    """Why it only pretends to be a notice; empty when it does not."""


def look(message: ParsedMessage, lookups: Lookups, *, authentic: bool, failed: bool) -> Notice:
    """Whether the mail is a pointer or carries a passcode.

    ``authentic``: the sender passed authentication, or our gateway is silent; ``failed``: it says that it failed.
    """
    text = f"{message.subject}\n{message.new_text[:MAX_TEXT]}".lower().replace("’", "'").replace("\u00a0", " ")
    links = _links(message)
    passcode = _has_passcode(message, text, lookups)
    if passcode and not _wrapped(message, lookups):
        named = next((s.name for s in lookups.secure_services if _sends_passcode(message, text, s)), "")
        return Notice(service=named, passcode=True)
    about_itself = any(phrase in text for phrase in _ABOUT_ITSELF)
    for service in lookups.secure_services:
        sign = _sign(message, text, links, service)
        if sign == "" or failed or (sign != "wrapper" and (about_itself or not authentic)):
            continue
        crooked = _crooked(links, service)
        if crooked:
            return Notice(suspicious=crooked)
        return Notice(service=service.name, pointer=True, passcode=passcode)
    return Notice(passcode=passcode, suspicious="" if about_itself else _pretends(message, text, links, lookups))


def _sign(message: ParsedMessage, text: str, links: list[tuple[str, str]], service: SecureService) -> str:
    """Which sign of the service the mail bears: ``wrapper`` (a file that no page can fake), ``words``, or none."""
    names = [attachment.name.lower() for attachment in message.attachments]
    wrapped = [n for n in names if any(fnmatchcase(n, pattern) for pattern in service.attachment_names)]
    types = [a.declared_type.lower() for a in message.attachments] + list(message.content_types)
    if any(t in service.content_types for t in types) or any(not n.endswith((".htm", ".html")) for n in wrapped):
        return "wrapper"
    said = any(phrase in text for phrase in service.notice_phrases)
    link = any(is_below_any(target, service.link_hosts) for _, target in links)
    header = any(
        fnmatchcase(field.name.lower(), pattern) for field in message.headers for pattern in service.header_names
    )
    sender = _from_service(message, service)
    if wrapped and (said or "secure" in text or "encrypted" in text):
        return "words"
    if said and (link or header or sender):
        return "words"
    return "words" if header and link else ""


def _from_service(message: ParsedMessage, service: SecureService) -> bool:
    author = message.author
    if author is None:
        return False
    if any(is_below(author.domain, suffix) and author.domain.count(".") > 2 for suffix in service.sender_suffixes):
        return False
    return any(
        author.address.lower() == sender if "@" in sender else is_below(author.domain, sender)
        for sender in service.notice_senders
    )


def _crooked(links: list[tuple[str, str]], service: SecureService) -> str:
    for visible, target in links:
        shown = _VISIBLE_HOST.match(visible)
        host = normalise(shown[1]) if shown else ""
        if host and is_below_any(host, service.link_hosts) and not is_below_any(target, service.link_hosts):
            return f"a link shows {host} and leads to {target or 'nowhere'}"
    return ""


def _pretends(message: ParsedMessage, text: str, links: list[tuple[str, str]], lookups: Lookups) -> str:
    """Words of a service with a way to sign in, and no link that leads to it."""
    domain = message.author.domain if message.author else ""
    for service in lookups.secure_services:
        said = any(phrase in text for phrase in service.notice_phrases)
        crooked = _crooked(links, service)
        if crooked and (said or "password" in text or "sign in" in text or "log in" in text):
            return crooked
        strange = [t for _, t in links if t and not is_below_any(t, service.link_hosts) and not _same_house(t, domain)]
        if said and strange and not any(is_below_any(t, service.link_hosts) for _, t in links) and "password" in text:
            return f"it claims to be a notice of {service.name}, but its links lead to {strange[0]}"
    return ""


def _same_house(host: str, domain: str) -> bool:
    return bool(domain) and (is_below(host, domain) or is_below(domain, host))


def _links(message: ParsedMessage) -> list[tuple[str, str]]:
    """(visible text, host of the target) of every link; addresses in the plain text show what they are."""
    found = [(visible[:300], _host(target)) for visible, target in message.links[:MAX_LINKS]]
    for url in _URL.finditer(message.new_text[:MAX_TEXT]):
        if len(found) >= 2 * MAX_LINKS:
            break
        found.append(("", _host(url[0])))
    return [(visible, host) for visible, host in found if visible or host]


def _host(target: str) -> str:
    try:
        parts = urlsplit(target.strip()[:2_000])
        host = normalise(parts.hostname or "")
        if is_below_any(host, _REWRITERS):
            inner = parse_qs(parts.query, max_num_fields=20)
            wrapped = next((inner[key][0] for key in ("url", "u") if key in inner), "")
            return normalise(urlsplit(wrapped).hostname or "") if wrapped.startswith("http") else ""
    except ValueError:
        return ""
    return host


def _wrapped(message: ParsedMessage, lookups: Lookups) -> bool:
    return any(_sign(message, "", [], service) == "wrapper" for service in lookups.secure_services)


def _sends_passcode(message: ParsedMessage, text: str, service: SecureService) -> bool:
    address = message.author.address.lower() if message.author else ""
    return address in service.passcode_senders or any(phrase in text for phrase in service.passcode_phrases)


def _has_passcode(message: ParsedMessage, text: str, lookups: Lookups) -> bool:
    if any(_sends_passcode(message, text, service) for service in lookups.secure_services):
        return True
    original = f"{message.subject}\n{message.new_text[:MAX_TEXT]}"
    for found in _PASSCODE.finditer(original):
        token = found[1].rstrip(".,;:!)")
        digits = any(c.isdigit() for c in token)
        mixed = not token.islower() and not token.istitle() and not token.isupper()
        if len(token) >= 4 and (digits or (mixed and not token.startswith(("http", "www")))):
            return True
    return bool(_CODE.search(text.upper())) and ("your passcode" in text or "one-time passcode" in text)
