"""One SMTP session: greeting, TLS, sign-in, envelopes and contents, goodbye (RFC 5321 §3).

Only here does mailflow speak SMTP. aiosmtplib carries the commands; what an answer means is decided here, command by
command, because the same code means different things at different places: 5xx for the recipient is about this mail,
5xx for our own sender address is about our settings.
"""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import suppress
from dataclasses import dataclass

import aiosmtplib
from aiosmtplib.response import SMTPResponse

from mailflow.courier import trust
from mailflow.courier.answers import enhanced, kept
from mailflow.courier.settings import SmtpSettings
from mailflow.errors import CourierFault
from mailflow.model.outgoing import Deferred, Delivered, Refused, SendResult, Uncertain

GO_AHEAD = 354
"""Start of mail input (RFC 5321 §4.2.3)."""

CLOSING = 421
"""The server says goodbye at a place of its own choosing (RFC 5321 §3.8): the connection is gone, not the mail."""

SIGN_IN_CODES = frozenset({530, 534, 535, 538})
"""Answers of RFC 4954 §4 and §6 that say: not without (another) sign-in."""

GOODBYE_SECONDS = 2.0
"""QUIT is a courtesy; a server that does not answer it must not hold up the service's end."""

_TROUBLE = (aiosmtplib.SMTPException, OSError, asyncio.TimeoutError)
"""Everything by which the library and the system say that a connection is lost, late or unintelligible."""


class Unreachable(Exception):
    """There is no (more) connection, and nothing of the mail was handed over. ``answer`` can be kept."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        super().__init__(answer)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the server must know of a mail before it sees it; addresses are checked already."""

    sender: str
    """Empty for the null path ``<>`` (RFC 5321 §4.5.5)."""
    recipient: str
    size: int
    """Octets of the content in canonical form (RFC 1870 §3)."""
    eight_bit: bool
    utf8: bool
    """An address or a header has letters beyond ASCII (RFC 6531 §3.4)."""


def envelope_of(sender: str, recipient: str, content: bytes) -> Envelope:
    """The envelope for a content in canonical form."""
    head = content.partition(b"\r\n\r\n")[0]
    return Envelope(
        sender=sender,
        recipient=recipient,
        size=len(content),
        eight_bit=not content.isascii(),
        utf8=not (sender.isascii() and recipient.isascii() and head.isascii()),
    )


def canonical(raw: bytes) -> bytes:
    """Every line end is CRLF and the last line has one (RFC 5321 §2.3.8); nothing else changes."""
    content = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def on_the_wire(content: bytes) -> bytes:
    """Canonical content with its dots doubled and the final dot set (RFC 5321 §4.5.2)."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return (b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n"


async def _rounds() -> None:
    """Let the loop look at its sockets: one round to read, one to tell, one for TLS in between."""
    for _ in range(3):
        await asyncio.sleep(0)


class _Connection(aiosmtplib.SMTP):
    """Closes at once: asyncio's polite close waits up to 30 s for the other side, and our loop stands still then."""

    def close(self) -> None:
        """Abort the transport; the next rounds of the loop free the socket."""
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.WriteTransport):
            # Before Python 3.11.3 (Debian 12 has 3.11.2) a TLS transport that is closed already cannot be aborted.
            with suppress(AttributeError):
                transport.abort()


class Session:
    """A connection that is signed in. Not for two mails at once."""

    def __init__(self, settings: SmtpSettings, smtp: aiosmtplib.SMTP) -> None:
        self._settings = settings
        self._smtp = smtp
        self.mails = 0
        """Contents carried so far."""
        self.rested_since = asyncio.get_running_loop().time()

    @classmethod
    async def open(cls, settings: SmtpSettings) -> Session:
        """Connect, secure, sign in. Raises ``Unreachable``, or ``CourierFault`` for what will not mend by itself."""
        secured = trust.context(settings)
        smtp = _Connection(
            hostname=settings.host,
            port=settings.port,
            local_hostname=settings.own_name(),
            timeout=settings.timeout,
            use_tls=settings.security == "tls",
            start_tls=False,  # done below: aiosmtplib's own "if offered" would fall back to plain text
            tls_context=secured,
        )
        session = cls(settings, smtp)
        try:
            await smtp.connect()
            await session._greet()
            if settings.security == "starttls":
                await session._start_tls()
            if settings.username:
                await session._sign_in()
        except BaseException as error:
            await session.drop()
            if isinstance(error, _TROUBLE):
                raise session._trouble(error, "connecting") from error
            raise
        return session

    def alive(self) -> bool:
        """False when we already know that the connection is gone."""
        return self._smtp.is_connected

    def tired(self) -> bool:
        """True when it has carried enough, or has rested for so long that the server may have gone."""
        rested = asyncio.get_running_loop().time() - self.rested_since
        return self.mails >= self._settings.mails_per_connection or rested > self._settings.idle_seconds

    def describe(self) -> str:
        """How we are connected, for people."""
        tls = self._smtp.get_transport_info("ssl_object")
        secured = f"{tls.version()} with a verified certificate" if tls else "without encryption"
        signed_in = f"signed in as {self._settings.username}" if self._settings.username else "not signed in"
        limit = self._smtp.esmtp_extensions.get("size", "")
        takes = f", takes mails up to {int(limit):,} octets" if limit.isdigit() and int(limit) else ""
        return f"SMTP server {self._settings.address}: {secured}, {signed_in}{takes}"

    async def reset(self) -> None:
        """Forget whatever was begun; tells on the way whether the connection lives. Raises ``Unreachable``."""
        response = await self._command(b"RSET")
        if response.code // 100 != 2:
            raise Unreachable(kept(response.code, response.message))

    async def offer(self, envelope: Envelope) -> SendResult | None:
        """MAIL and RCPT. ``None``: accepted, DATA may come. Raises ``Unreachable`` and ``CourierFault``."""
        unfit = self._unfit(envelope)
        if unfit:
            return Refused(unfit)
        parameters = [f"SIZE={envelope.size}"] if self._smtp.supports_extension("size") else []
        parameters += ["BODY=8BITMIME"] if envelope.eight_bit else []
        parameters += ["SMTPUTF8"] if envelope.utf8 else []
        sender = [f"FROM:<{envelope.sender}>", *parameters]
        judged = self._about_sender(await self._command(b"MAIL", *(part.encode() for part in sender)), envelope)
        if judged is not None:
            return judged
        return self._about_recipient(await self._command(b"RCPT", f"TO:<{envelope.recipient}>".encode()), envelope)

    async def hand_over(self, content: bytes, envelope: Envelope) -> SendResult:
        """DATA and the content. Never raises for what server and network do.

        Until the command DATA is written nothing can have been delivered. From then on only the server's own words
        tell: silence, a lost connection or gibberish is ``Uncertain``.
        """
        await _rounds()  # lets the loop see a goodbye that came while ``data_started`` was being committed
        if not self.alive():
            await self.drop()
            return Deferred("the connection was lost before DATA was sent")
        try:
            answered = await self._smtp.execute_command(b"DATA")
            begun = answered.code == GO_AHEAD and self._smtp.protocol is not None
            if begun:
                assert self._smtp.protocol is not None
                self._smtp.protocol.write(on_the_wire(content))
                answered = await self._smtp.protocol.read_response(timeout=self._settings.answer_timeout)
        except _TROUBLE as error:
            await self.drop()
            late = isinstance(error, TimeoutError)
            return Uncertain("no answer in time after DATA" if late else "the connection was lost after DATA")
        self.mails += 1
        self.rested_since = asyncio.get_running_loop().time()
        said = kept(answered.code, answered.message, envelope.recipient, envelope.sender)
        match answered.code // 100:
            case 2 if begun:
                return Delivered(said)
            case 4:
                return Deferred(said)
            case 5:
                return Refused(said)
            case _:
                await self.drop()  # we no longer know which answer belongs to what
                return Uncertain(f"an answer that is not SMTP after DATA ({answered.code})")

    async def try_sender(self, sender: str) -> None:
        """MAIL FROM, then take it back. Raises ``Unreachable``, or ``CourierFault`` when the server says no."""
        response = await self._command(b"MAIL", f"FROM:<{sender}>".encode())
        if response.code // 100 != 2:
            raise self._fault("refuses our sender address", response)
        await self.reset()

    async def leave(self) -> None:
        """QUIT, then close. Never raises."""
        if self.alive():
            with contextlib.suppress(*_TROUBLE):  # it is gone either way
                await self._smtp.execute_command(b"QUIT", timeout=GOODBYE_SECONDS)
        await self.drop()

    async def drop(self) -> None:
        """Close at once, without a word."""
        self._smtp.close()
        await _rounds()  # the transport tells its protocol in the next rounds of the loop

    # -- opening --------------------------------------------------------------------------------

    async def _greet(self) -> None:
        response = await self._command(b"EHLO", self._settings.own_name().encode())
        if response.code // 100 == 4:
            raise Unreachable(kept(response.code, response.message))
        if response.code != 250:
            raise self._fault("does not speak ESMTP with us", response)
        self._smtp.last_ehlo_response = response

    async def _start_tls(self) -> None:
        if not self._smtp.supports_extension("starttls"):
            raise CourierFault(
                f"SMTP server {self._settings.address} does not offer STARTTLS, and nothing is sent unprotected; "
                'use security = "tls" (often port 465), or ask who runs it'
            )
        await self._smtp.starttls()
        await self._greet()  # RFC 3207 §4.2: what was said before TLS counts for nothing

    async def _sign_in(self) -> None:
        offered = self._smtp.server_auth_methods
        user, settings = self._settings.username, self._settings
        wanted = ("xoauth2",) if settings.auth == "xoauth2" else ("plain", "login", "cram-md5")
        way = next((each for each in wanted if each in offered), "")
        password = settings.password.get_secret_value()
        try:
            match way:
                case "xoauth2":
                    await self._smtp.auth_xoauth2(user, self._token())
                case "plain":
                    await self._smtp.auth_plain(user, password)
                case "login":
                    await self._smtp.auth_login(user, password)
                case "cram-md5":
                    await self._smtp.auth_crammd5(user, password)
                case _:
                    raise CourierFault(
                        f"SMTP server {settings.address} offers no sign-in that we know "
                        f"(wanted {' or '.join(wanted).upper()}); look at security, auth and username"
                    )
        except aiosmtplib.SMTPAuthenticationError as refused:
            if refused.code // 100 == 4:  # RFC 4954 §6: 454, a temporary failure
                raise Unreachable(kept(refused.code, refused.message, user)) from None
            credential = "access token" if way == "xoauth2" else "password"
            raise CourierFault(
                f"SMTP server {settings.address} does not accept the user name or the {credential} "
                f"({kept(refused.code, refused.message, user)})"
            ) from None

    def _token(self) -> str:
        assert self._settings.token is not None  # checked by the settings
        try:
            return self._settings.token()
        except Exception as error:
            raise CourierFault(
                f"no access token for SMTP server {self._settings.address} ({type(error).__name__})"
            ) from error

    # -- what an answer means -------------------------------------------------------------------

    async def _command(self, *words: bytes) -> SMTPResponse:
        """One command and its answer; 421, silence and gibberish are ``Unreachable``."""
        try:
            response = await self._smtp.execute_command(*words)
        except _TROUBLE as error:
            await self.drop()
            raise self._trouble(error, f"answering {words[0].decode()}") from error
        if response.code == CLOSING:
            await self.drop()
            raise Unreachable(kept(response.code, response.message))
        return response

    def _unfit(self, envelope: Envelope) -> str:
        """Why this server cannot take this mail at all; empty when it can."""
        limit = self._smtp.esmtp_extensions.get("size", "")
        if limit.isdigit() and 0 < int(limit) < envelope.size:
            return f"larger ({envelope.size:,} octets) than the server takes ({int(limit):,}, RFC 1870)"
        if envelope.utf8 and not self._smtp.supports_extension("smtputf8"):
            return "an address or header has letters that the server cannot carry (no SMTPUTF8, RFC 6531)"
        if envelope.eight_bit and not self._smtp.supports_extension("8bitmime"):
            return "the content has 8-bit characters that the server cannot carry (no 8BITMIME, RFC 6152)"
        return ""

    def _about_sender(self, response: SMTPResponse, envelope: Envelope) -> SendResult | None:
        """MAIL: 4xx waits; too large is about this mail; every other 5xx is about us, whoever we write to."""
        said = kept(response.code, response.message, envelope.recipient, envelope.sender)
        match response.code // 100:
            case 2:
                return None
            case 4:
                return Deferred(said)
            case 5 if response.code == 552 or enhanced(response.message) in ((3, 4), (2, 3)):  # RFC 3463 §3
                return Refused(said)
            case 5:
                asked = "wants a (better) sign-in" if response.code in SIGN_IN_CODES else "refuses our sender address"
                raise CourierFault(f"SMTP server {self._settings.address} {asked} ({said})")
            case _:
                raise Unreachable(f"an answer that is not SMTP ({response.code})")

    def _about_recipient(self, response: SMTPResponse, envelope: Envelope) -> SendResult | None:
        """RCPT: 5xx is about this mail, unless we are simply not signed in."""
        said = kept(response.code, response.message, envelope.recipient, envelope.sender)
        stranger = not self._settings.username and "relay" in response.message.lower()
        match response.code // 100:
            case 2:
                return None
            case 4:
                return Deferred(said)
            case 5 if response.code in SIGN_IN_CODES or stranger:
                raise CourierFault(
                    f"SMTP server {self._settings.address} relays only for those who sign in ({said}); "
                    "set username and password"
                )
            case 5:
                return Refused(said)
            case _:
                raise Unreachable(f"an answer that is not SMTP ({response.code})")

    def _fault(self, what: str, response: SMTPResponse) -> CourierFault:
        return CourierFault(f"SMTP server {self._settings.address} {what} ({kept(response.code, response.message)})")

    def _trouble(self, error: BaseException, doing: str) -> Unreachable | CourierFault:
        """An exception of library or system as what it means to us."""
        tls = trust.cause(error)
        if tls is not None:
            return CourierFault(trust.sentence(self._settings, tls))
        who = f"SMTP server {self._settings.address}"
        if isinstance(error, aiosmtplib.SMTPResponseException) and error.code > 0:
            said = kept(error.code, error.message)
            if error.code // 100 == 5:  # a greeting of 554, RFC 5321 §3.1: it will not serve us
                return CourierFault(f"{who} does not serve us ({said})")
            return Unreachable(said)
        if isinstance(error, TimeoutError):
            return Unreachable(f"{who} did not answer within {self._settings.timeout:g} seconds while {doing}")
        return Unreachable(f"{who} cannot be reached or hung up while {doing}")
