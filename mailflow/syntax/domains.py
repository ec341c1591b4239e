"""Domain names, compared the only safe way: in whole labels from the right (RFC 1034 §3.1).

``evil-police.uk`` is not below ``police.uk`` and ``police.uk.example.com`` is not either. Two habits of
British public mail are undone before comparing: the label ``pnn`` of the withdrawn police network
(``met.pnn.police.uk`` is ``met.police.uk``, domain.md §6.1) and the suffix ``.cjsm.net`` of the criminal
justice secure mail gateway (``leeds.gov.uk.cjsm.net`` is ``leeds.gov.uk``, domain.md §5.2).

>>> is_below("gmp.police.uk", "police.uk"), is_below("evil-police.uk", "police.uk")
(True, False)
>>> base_domain("x.pnn.police.uk.cjsm.net")
'x.police.uk'
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from mailflow.model.lookups import Lookups
from mailflow.model.words import SenderType

MAX_DOMAIN = 253
"""Octets of a domain name (RFC 1035 §2.3.4); what is longer is no domain and matches nothing."""

CJSM_SUFFIX = ".cjsm.net"

_REMEMBERED = 4_096
"""Domains whose normal form is remembered: a profile's tables have 900, and each mail is held against all of them."""


@lru_cache(maxsize=_REMEMBERED)
def normalise(domain: str) -> str:
    """Lower case, without outer blanks and the root's dot; empty when it cannot be a domain."""
    name = domain.strip().strip(".").lower()
    return name if 0 < len(name) <= MAX_DOMAIN else ""


def is_below(domain: str, suffix: str) -> bool:
    """True when ``domain`` is ``suffix`` or stands below it, in whole labels."""
    name, end = normalise(domain), normalise(suffix)
    return bool(name and end) and (name == end or name.endswith("." + end))


def is_below_any(domain: str, suffixes: Iterable[str]) -> bool:
    """True when ``domain`` is one of ``suffixes`` or stands below one."""
    return any(is_below(domain, suffix) for suffix in suffixes)


@lru_cache(maxsize=_REMEMBERED)
def base_domain(domain: str) -> str:
    """The organisation's own domain: ``.cjsm.net`` taken off, the police label ``pnn`` taken out.

    A CJSM webmail address (``premier-serco.cjsm.net``) has no domain of its own inside and is left as it is.
    """
    name = normalise(domain)
    inner = name.removesuffix(CJSM_SUFFIX)
    if inner != name and "." in inner:
        name = inner
    if name.endswith(".pnn.police.uk"):
        name = name.removesuffix("pnn.police.uk") + "police.uk"
    return name


def address_domain(address: str) -> str:
    """What stands behind the last ``@``, normalised; empty when there is none."""
    return normalise(address.rpartition("@")[2]) if "@" in address else ""


def sender_type(domain: str, lookups: Lookups) -> SenderType:
    """What sort of organisation a domain belongs to: the longest suffix of the table wins."""
    name = base_domain(domain)
    if is_below_any(name, lookups.own_domains):
        return SenderType.OWN
    fits = [(suffix, sort) for suffix, sort in lookups.sender_domains if is_below(name, suffix)]
    return max(fits, key=lambda pair: len(pair[0]))[1] if fits else SenderType.OTHER


def force_name(domain: str, lookups: Lookups) -> str:
    """The usual name of the police force that a domain belongs to; empty when none.

    A domain that several bodies share (``mod.uk``) proves no force.
    """
    name = base_domain(domain)
    fits = [
        (len(own), force.name) for force in lookups.forces for own in force.domains if is_below(name, base_domain(own))
    ]
    if not fits:
        return ""
    longest = max(size for size, _ in fits)
    names = {force for size, force in fits if size == longest}
    return names.pop() if len(names) == 1 else ""


def organisation_name(domain: str, lookups: Lookups) -> str:
    """The usual name of the organisation that a domain belongs to, by table; empty when not known."""
    name = base_domain(domain)
    fits = [(suffix, owner) for suffix, owner in lookups.organisations if is_below(name, suffix)]
    return max(fits, key=lambda pair: len(pair[0]))[1] if fits else force_name(domain, lookups)


def is_official(domain: str, lookups: Lookups) -> bool:
    """True for a domain whose authenticated mail over TLS is a secure method (taxonomy, "secure method")."""
    return is_below_any(base_domain(domain), lookups.official_domains)
