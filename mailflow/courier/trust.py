"""Whom we believe to be our server: certificates, and a sentence for each way in which they can be wrong."""

from __future__ import annotations

import ssl

from mailflow.courier.settings import SmtpSettings
from mailflow.errors import CourierFault

# OpenSSL's verification codes (x509_vfy.h), as ssl.SSLCertVerificationError.verify_code gives them.
_NOT_YET_VALID = 9
_EXPIRED = 10
_REVOKED = 23
_WRONG_NAME = frozenset({62, 64})
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21, 27})


def context(settings: SmtpSettings) -> ssl.SSLContext:
    """Verifies chain and name, TLS 1.2 or newer (RFC 8997). Raises ``CourierFault`` for an unreadable CA file."""
    try:
        made = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except (OSError, ssl.SSLError):
        raise CourierFault(f"ca_file {settings.ca_file} cannot be read as a PEM file of certificates") from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def sentence(settings: SmtpSettings, error: ssl.SSLError) -> str:
    """What is wrong with the server's TLS, and the way out (RFC 5280 §6, RFC 6125 §6)."""
    who = f"SMTP server {settings.address}"
    if not isinstance(error, ssl.SSLCertVerificationError):
        return f"{who} and this machine find no common TLS; look at port and security (now {settings.security})"
    match error.verify_code:
        case code if code == _EXPIRED:
            return f"{who} shows a certificate that has expired; it must be renewed on the server"
        case code if code == _NOT_YET_VALID:
            return f"{who} shows a certificate that is not valid yet; compare the clocks of this machine and the server"
        case code if code in _WRONG_NAME:
            return (
                f"{who} shows a certificate that was made for another name than {settings.host}; "
                "set host to the name in the certificate"
            )
        case code if code in _UNKNOWN_AUTHORITY:
            knows = f"ca_file {settings.ca_file}" if settings.ca_file else "this machine"
            return (
                f"{who} shows a certificate signed by an authority that {knows} does not know; "
                "name the authority's PEM file as ca_file"
            )
        case code if code == _REVOKED:
            return f"{who} shows a certificate that was revoked; it must be replaced on the server"
        case code:
            return f"{who} shows a certificate that cannot be trusted (OpenSSL code {code})"


def cause(error: BaseException) -> ssl.SSLError | None:
    """The TLS error behind an exception of the SMTP library, if there is one that is no mere lost connection."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLError):
            return None if isinstance(found, ssl.SSLEOFError | ssl.SSLZeroReturnError) else found
        found = found.__cause__
    return None
