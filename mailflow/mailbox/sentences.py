"""What the IMAP door says when something is wrong: one sentence each, with the way out.

No sentence repeats an exception's own text: imaplib puts the line that it did not understand into its
exceptions, and that line may be part of a mail, or a server's echo of the password.
"""

from __future__ import annotations

import re
import socket
import ssl

from imapclient import exceptions

from mailflow.mailbox.settings import ImapSettings

MAX_SERVER_WORDS = 200
"""Of what a server says at its goodbye we repeat so many characters: a log is not the server's to fill."""

# OpenSSL's verification codes (x509_vfy.h), as ssl.SSLCertVerificationError.verify_code gives them.
_NOT_YET_VALID = 9
_EXPIRED = 10
_NAME_MISMATCH = 62
_ADDRESS_MISMATCH = 64
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21, 27})
_REVOKED = 23

# RFC 5530 §3: what a refused login means, in words of ours.
_LOGIN_CODES = {
    "AUTHENTICATIONFAILED": "does not accept the user name or the {credential}",
    "AUTHORIZATIONFAILED": "accepts the {credential}, but does not let this user open the mailbox",
    "EXPIRED": "says that the {credential} has expired",
    "PRIVACYREQUIRED": 'wants encryption first; set security = "starttls" or "tls"',
    "CONTACTADMIN": "refuses the login until its administrator has been asked",
    "UNAVAILABLE": "cannot check logins at the moment",
    "LIMIT": "allows no more connections of this user",
    "INUSE": "says that the mailbox is in use elsewhere",
}


def certificate(settings: ImapSettings, error: ssl.SSLCertVerificationError) -> str:
    """Which fault the server's certificate has (RFC 5280 §6, RFC 6125 §6)."""
    who = f"mail server {settings.address} shows a certificate"
    match error.verify_code:
        case code if code == _EXPIRED:
            return f"{who} that has expired; it must be renewed on the server"
        case code if code == _NOT_YET_VALID:
            return f"{who} that is not valid yet; compare the clocks of this machine and of the server"
        case code if code in (_NAME_MISMATCH, _ADDRESS_MISMATCH):
            return f"{who} that was made for another name than {settings.host}; set host to the name in the certificate"
        case code if code in _UNKNOWN_AUTHORITY:
            trusted = f"ca_file {settings.ca_file} does not know" if settings.ca_file else "this machine does not know"
            return f"{who} signed by an authority that {trusted}; name the authority's PEM file as ca_file"
        case code if code == _REVOKED:
            return f"{who} that was revoked; it must be replaced on the server"
        case code:
            return (
                f"{who} that cannot be trusted (OpenSSL code {code}); if the authority is your own, name it as ca_file"
            )


def login(settings: ImapSettings, error: Exception) -> str:
    """Why the server does not let us in: by its response code only, for its words may echo ours."""
    credential = "password" if settings.auth == "login" else "access token"
    found = re.search(r"\[([A-Z]{2,30})\]", str(error))
    said = _LOGIN_CODES.get(found.group(1) if found else "", _LOGIN_CODES["AUTHENTICATIONFAILED"])
    return f"mail server {settings.address} {said.format(credential=credential)} (user {settings.username})"


def goodbye(words: bytes) -> str:
    """A server's BYE text, made harmless: printable ASCII, one line, short."""
    text = words.decode("ascii", "replace")
    return "".join(c if " " <= c <= "~" else " " for c in text)[:MAX_SERVER_WORDS].strip()


def trouble(settings: ImapSettings, doing: str, error: BaseException, bye: str) -> str:
    """What went wrong between us and the server while we were ``doing`` something."""
    who = f"mail server {settings.address}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate(settings, error)
    if isinstance(error, socket.gaierror):
        return f"{who}: this host name is not known; look at host and at the name service of this machine"
    if isinstance(error, TimeoutError):
        return f"{who} did not answer within {settings.timeout:g} seconds while {doing}"
    if isinstance(error, ConnectionRefusedError):
        return f"{who} refuses connections; it is not running, or the port is wrong"
    if bye:
        return f'{who} said goodbye while {doing}: "{bye}"'
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return f"{who} and this machine find no common TLS; look at port and security (now {settings.security})"
    if isinstance(error, exceptions.IMAPClientAbortError | ConnectionError | ssl.SSLError):
        return f"{who} closed the connection while {doing}"
    if isinstance(error, exceptions.ProtocolError):
        return f"{who} sent an answer that is not IMAP while {doing}"
    if isinstance(error, exceptions.IMAPClientError):
        return f"{who} refused while {doing}"
    if isinstance(error, OSError):
        return f"{who} cannot be reached while {doing} ({error.strerror or type(error).__name__})"
    return f"{who} sent an answer that cannot be understood while {doing} ({type(error).__name__})"
