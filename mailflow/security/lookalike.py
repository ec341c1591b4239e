"""Domains that are made to look like one that we know.

Five tricks are looked for, on a domain that is *not* below any known one: letters that look alike (another script,
digits for letters, ``rn`` for ``m``, also in punycode); the known name's labels moved to the left or joined with
hyphens (``met-police-uk.example``, ``police.uk.example.com``); the same name under another ending
(``victimsupport-uk.com``); one letter wrong (``victimsuport.org.uk``); and the name of a service that brings protected
mail among words of its kind (``egress-secure-mail.co``). Distance is kept at one: at two, real neighbours
(``victimsupportni``, ``gwent`` and ``kent``) would be accused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from mailflow.model.lookups import Lookups, SecureService
from mailflow.syntax.domains import base_domain, is_below, is_below_any, normalise

MIN_BRAND = 6
"""Letters of a service's name that may stand among others: shorter ones (``cisco``) are parts of honest domains."""

MIN_NAME = 8
"""Letters that a name must have before one wrong letter accuses it: short names differ by one letter all the time."""

_PUBLIC = ("police.uk", "gov.uk", "nhs.uk", "nhs.net", "parliament.uk")
"""Suffixes that only public bodies get (domain.md §6.1); their labels anywhere else are a disguise."""

_ENDINGS = frozenset(
    {"uk", "co", "org", "com", "net", "eu", "info", "gov", "biz", "online", "mail", "email", "secure", "me", "ltd"}
    | {"plc", "site", "web", "app", "io", "us", "ie", "host", "xyz", "top"}
    | {"example", "test", "invalid"}  # reserved to stand for any ending (RFC 2606 §2)
)
_ALIKE = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "у": "y", "і": "i", "ѕ": "s", "ј": "j", "һ": "h",
        "ԁ": "d",
        "ο": "o", "α": "a", "ν": "v", "ι": "i", "κ": "k", "ρ": "p", "τ": "t", "ı": "i", "ɡ": "g", "ⅼ": "l", "ӏ": "l",
        "0": "o", "1": "l", "3": "e", "5": "s", "|": "l",
    }
)  # fmt: skip
_SPLIT = re.compile(r"[.-]")


def resembles(domain: str, lookups: Lookups) -> str:
    """The known domain that ``domain`` is made to look like; empty when it is honest. Never raises."""
    name = base_domain(domain)
    if not name or _known(name, lookups):
        return ""
    shown = _decoded(name)
    plain = skeleton(shown)
    for target in (*lookups.own_domains, *_PUBLIC):
        if plain != shown and is_below(plain, target):
            return target
    found = _moved_labels(plain, lookups)
    return found or _same_name(plain, lookups)


def skeleton(name: str) -> str:
    """The name with letters that look alike made the same (in the spirit of Unicode TS 39 §4)."""
    text = unicodedata.normalize("NFKD", name.lower()).translate(_ALIKE)
    text = "".join(c for c in text if not unicodedata.combining(c))
    return text.replace("rn", "m").replace("vv", "w") if not text.endswith("modern") else text


def one_off(left: str, right: str) -> bool:
    """True when one letter more, less, other or swapped with its neighbour makes one name the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    a, b = left[start:], right[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]


def _known(name: str, lookups: Lookups) -> bool:
    return (
        is_below_any(name, lookups.own_domains)
        or is_below_any(name, lookups.official_domains)
        or any(is_below(name, suffix) for suffix, _ in lookups.sender_domains)
        or any(is_below(name, suffix) for suffix, _ in lookups.organisations)
        or any(is_below(name, suffix) for service in lookups.secure_services for suffix in _homes(service))
    )


def _homes(service: SecureService) -> Iterator[str]:
    """The domains from which a service writes, or to which it leads."""
    for home in (*service.sender_suffixes, *service.notice_senders, *service.link_hosts):
        yield base_domain(home.rpartition("@")[2])


@lru_cache(maxsize=256)
def _brand(sender: str) -> str:
    """The name that a service's sender carries in its domain; every mail is held against all of them."""
    return skeleton(_main(base_domain(sender.rpartition("@")[2])))


def _decoded(name: str) -> str:
    """Punycode labels as they are shown (RFC 3492); labels that cannot be decoded stay."""
    labels = []
    for label in name.split("."):
        shown = label
        if label.startswith("xn--"):
            try:
                shown = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError):
                shown = label
        labels.append(shown)
    return ".".join(labels)


def _moved_labels(plain: str, lookups: Lookups) -> str:
    tokens = _SPLIT.split(plain)
    for target in (*lookups.own_domains, *_PUBLIC):
        if _contains(tokens, _SPLIT.split(skeleton(target))):
            return target
    for force in lookups.forces:
        for own in force.domains:
            head = _SPLIT.split(skeleton(base_domain(own)))[:-1]
            if len(head) > 1 and head[-1] == "police" and _contains(tokens, head):
                rest = [token for token in tokens if token not in head]
                if all(token in _ENDINGS for token in rest):
                    return own
    return ""


def _same_name(plain: str, lookups: Lookups) -> str:
    main = _main(plain)
    for own in lookups.own_domains:
        known = skeleton(_main(own))
        if len(known) >= MIN_NAME and (main == known or one_off(main, known) or main in (known + "uk", "uk" + known)):
            return own
    for force in lookups.forces:
        for own in force.domains:
            labels = base_domain(own).split(".")
            if labels[-2:] != ["police", "uk"] or len(labels) < 3:
                continue
            known = skeleton(labels[-3].replace("-", "") + "police")
            if len(known) >= MIN_NAME and (main in (known, known + "uk") or one_off(main, known)):
                return own
    words = frozenset(_SPLIT.split(plain))
    for service in lookups.secure_services:
        for home in service.notice_senders:
            brand = _brand(home)
            if len(brand) >= MIN_BRAND and brand in words:
                return home
    ending = ".".join(plain.split(".")[-2:])
    return next((target for target in _PUBLIC if len(target) > MIN_NAME and one_off(ending, target)), "")


def _main(name: str) -> str:
    """The label that a person bought, without hyphens: the last that is no mere ending (``kent-uk.com`` → ``kent``)."""
    labels = normalise(name).split(".")
    for label in reversed(labels):
        words = [word for word in label.split("-") if word not in _ENDINGS]
        if words:
            return "".join(words)
    return labels[0]


def _contains(tokens: list[str], wanted: list[str]) -> bool:
    size = len(wanted)
    return any(tokens[i : i + size] == wanted for i in range(len(tokens) - size + 1))
