"""Which addresses we are willing to write to or from. Syntax only: no name server is asked.

What passes can stand between ``<`` and ``>`` of an SMTP command as it is: no control character, no angle bracket, no
way to begin another command or parameter. A sentence that says what is wrong never repeats the address: it may go into
a log, and the address of a bereaved person is personal data.
"""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from mailflow.errors import UseError

MAX_ADDRESS = 254
"""Octets of an address: RFC 5321 §4.5.3.1.3 allows a path of 256 with its brackets. Against absurdly long input."""

RESERVED_DOMAINS = ("example", "test", "invalid", "localhost")
"""Top-level domains that nobody can own (RFC 2606 §2). The first two are for demonstrations and tests."""

FORBIDDEN_IN_QUOTES = frozenset('<>"\\')
"""Lawful in a quoted local part, yet servers that look for the first ``>`` would read a parameter of the sender's."""

CJSM_DOMAIN = "cjsm.net"
"""Criminal Justice Secure eMail: only its own gateway may bring mail there (domain.md §5.2)."""


def check_address(text: str, *, test_domains: bool = False) -> str:
    """The address as it goes on the wire: domain in lower case and, where the local part is ASCII, in Punycode.

    A quoted local part (``"jo smith"@example.org``) and letters beyond ASCII (RFC 6531) are allowed; a display name,
    a comment, an address literal (``jo@[192.0.2.1]``) and a bare host are not. Reserved domains (RFC 2606 §2) are
    refused; ``test_domains`` permits ``.example`` and ``.test``. Raises ``UseError``.
    """
    if len(text.encode("utf-8", "replace")) > MAX_ADDRESS:
        raise UseError(f"this is no mail address: it is longer than {MAX_ADDRESS} octets")
    try:
        found = validate_email(
            text, check_deliverability=False, allow_quoted_local=True, strict=True, test_environment=test_domains
        )
    except EmailNotValidError:
        raise UseError("this is no mail address that can be written to: it must read name@domain") from None
    if found.local_part.startswith('"') and FORBIDDEN_IN_QUOTES & set(found.local_part[1:-1]):
        raise UseError("this mail address cannot be used: its quoted part holds a bracket, quote or backslash")
    if found.ascii_domain.rpartition(".")[2] in RESERVED_DOMAINS and not test_domains:
        raise UseError("this mail address is in a domain that is reserved for tests (RFC 2606)")
    return found.ascii_email or found.normalized


def check_recipient(text: str, *, test_domains: bool = False, cjsm_route: bool = False) -> str:
    """As :func:`check_address`, for somebody we are about to write to: a ``.cjsm.net`` address only where the server is
    the configured CJSM route, for ordinary mail to it would leave the secure network. Raises ``UseError``."""
    address = check_address(text, test_domains=test_domains)
    if is_cjsm(address) and not cjsm_route:
        raise UseError("this is a CJSM address and no CJSM route is configured (sending.cjsm_route)")
    return address


def is_cjsm(address: str) -> bool:
    """True for an address of Criminal Justice Secure eMail."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return domain == CJSM_DOMAIN or domain.endswith("." + CJSM_DOMAIN)
