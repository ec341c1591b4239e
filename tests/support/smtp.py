"""An SMTP server that does as it is told: aiosmtpd in a thread, with a script for every stage.

    with SmtpServer(certificate=tls.good(), users={"hs": "secret"}) as server:
        server.play("rcpt", "451 4.7.1 greylisted", to="jo@kent.example")     # once, then as usual
        server.play("end", DIE)                                              # takes the mail, then hangs up
        server.always("mail", "550 5.7.1 sender refused")
        ...
        server.mails[0].raw

Stages: ``greeting``, ``ehlo``, ``auth``, ``mail``, ``rcpt``, ``data`` (instead of 354), ``end`` (instead of the
answer to the final dot; unless it is 4xx or 5xx the mail was taken all the same), ``rset``. An answer is a whole line
of SMTP, ``DIE`` (reset), ``GOODBYE`` (close without a word) or ``SILENCE`` (never answers). ``seen`` lists the commands
in order.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
import warnings
from collections import defaultdict, deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd import smtp as aiosmtpd_smtp
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support.tls import Certificate, server_context

DIE, GOODBYE, SILENCE = "<die>", "<goodbye>", "<silence>"

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # aiosmtpd warns of its own login_data at every AUTH


@dataclass(frozen=True)
class TakenMail:
    """What a server has taken, byte for byte, and how."""

    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    raw: bytes = field(repr=False)
    secured: bool
    signed_in: bool


class SmtpServer:
    """Starts with ``with`` or ``start()``; ``stop()`` and ``start()`` again keep the port."""

    def __init__(
        self,
        *,
        security: str = "starttls",
        certificate: Certificate | None = None,
        users: Mapping[str, str] | None = None,
        tokens: Mapping[str, str] | None = None,
        size_limit: int = 1_000_000,
        utf8: bool = True,
        eight_bit: bool = True,
        mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN"),
    ) -> None:
        self.security, self.certificate = security, certificate
        self.users, self.tokens = dict(users or {}), dict(tokens or {})
        self.size_limit, self.utf8, self.eight_bit = size_limit, utf8, eight_bit
        self.mechanisms = mechanisms
        self.host, self.port = "127.0.0.1", 0
        self.mails: list[TakenMail] = []
        self.seen: list[str] = []
        self.wire = bytearray()
        self._once: dict[tuple[str, str], deque[str]] = defaultdict(deque)
        self._always: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._sessions: set[Any] = set()

    # -- the script -----------------------------------------------------------------------------

    def play(self, stage: str, *answers: str, to: str = "") -> None:
        """Answer so, one after another, then as usual; ``to``: only for mail to that address."""
        with self._lock:
            self._once[stage, to.lower()].extend(answers)

    def always(self, stage: str, answer: str, to: str = "") -> None:
        """Answer so until told otherwise; an empty answer: as usual."""
        with self._lock:
            self._always[stage, to.lower()] = answer

    def next_answer(self, stage: str, recipient: str = "") -> str:
        """What the script says; empty for as usual."""
        with self._lock:
            for to in (recipient.lower(), ""):
                if self._once[stage, to]:
                    return self._once[stage, to].popleft()
                if self._always.get((stage, to)):
                    return self._always[stage, to]
        return ""

    @property
    def connections(self) -> int:
        return self.seen.count("connect")

    def connected(self) -> int:
        """How many connections are open now."""
        return len(self._sessions)

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="smtp-server", daemon=True)
        self._thread.start()
        assert ready.wait(10), "the SMTP server of the test did not start"
        return self

    def stop(self) -> None:
        """Close the door and all connections."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(10)
            assert not self._thread.is_alive()
            self._thread = None

    def hang_up(self) -> None:
        """Reset every open connection; the door stays open."""
        done = threading.Event()

        def reset() -> None:
            for session in list(self._sessions):
                _abort(session)
            self._loop.call_later(0.01, done.set)

        self._loop.call_soon_threadsafe(reset)
        assert done.wait(10)

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _serve(self, ready: threading.Event) -> None:
        async def serve() -> None:
            self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
            self._loop.set_exception_handler(lambda *_: None)  # a connection that we reset is no news
            context = server_context(self.certificate) if self.certificate else None
            server = await self._loop.create_server(
                lambda: Scripted(self, context),
                self.host,
                self.port,
                ssl=context if self.security == "tls" else None,
            )
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self._stopped.wait()
            server.close()
            for session in list(self._sessions):
                _abort(session)
            await asyncio.sleep(0.01)

        asyncio.run(serve())


def _abort(session: Scripted) -> None:
    """Reset a connection. Before Python 3.11.3 a TLS transport that is closed already cannot be aborted."""
    with suppress(AttributeError):
        session.transport.abort()


class Scripted(SMTP):
    """aiosmtpd with the script asked before each stage."""

    def __init__(self, house: SmtpServer, context: ssl.SSLContext | None) -> None:
        self.house = house
        starttls = context if house.security == "starttls" else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            super().__init__(
                Handler(house),
                data_size_limit=house.size_limit,
                enable_SMTPUTF8=house.utf8,
                hostname="mail.test.example",
                ident="scripted",
                tls_context=starttls,
                require_starttls=starttls is not None,
                auth_require_tls=starttls is not None,
                authenticator=self._authenticate_user,
                loop=asyncio.get_running_loop(),
            )
        if house.security == "tls":
            self._secured = True
        else:
            self._secured = False
        for known in list(self._auth_methods):
            if known not in (*house.mechanisms, *(("XOAUTH2",) if house.tokens else ())):
                self._auth_methods.pop(known)

    @property
    def secured(self) -> bool:
        return self._secured or self._tls_protocol is not None

    def _authenticate_user(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        good = self.house.users.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=good, handled=False)

    def connection_made(self, transport: Any) -> None:
        if self.transport is None:
            self.house._sessions.add(self)
            self.house.seen.append("connect")
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.house._sessions.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self.house.wire += data
        super().data_received(data)

    async def follow(self, stage: str, recipient: str = "") -> str:
        """What the script has answered, if it did not do worse; empty: go on as usual."""
        self.house.seen.append(stage)
        answer = self.house.next_answer(stage, recipient)
        if not answer:
            return ""
        if answer == SILENCE:
            await asyncio.Event().wait()
        if answer in (DIE, GOODBYE):
            assert self.transport is not None
            self.transport.abort() if answer == DIE else self.transport.close()  # type: ignore[attr-defined]
            raise asyncio.CancelledError
        await super().push(answer)
        return answer

    async def push(self, status: Any) -> None:
        greeting = isinstance(status, str) and status.startswith("220 mail.test.example")
        if not (greeting and await self.follow("greeting")):
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.follow("ehlo"):
            await super().smtp_EHLO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.follow("auth"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if await self.follow("mail"):
            return
        assert self.session is not None
        if (self.house.users or self.house.tokens) and not self.session.authenticated:
            await self.push("530 5.7.0 Authentication required")
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        recipient = (arg or "").partition("<")[2].rpartition(">")[0]
        answer = await self.follow("rcpt", recipient)
        if not answer:
            await super().smtp_RCPT(arg)
        elif answer.startswith("2"):
            assert self.envelope is not None
            self.envelope.rcpt_tos.append(recipient)

    async def smtp_DATA(self, arg: str) -> None:
        if not await self.follow("data", self._first_recipient()):
            await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:
        if not await self.follow("rset"):
            await super().smtp_RSET(arg)

    async def smtp_QUIT(self, arg: str) -> None:
        self.house.seen.append("quit")
        await super().smtp_QUIT(arg)

    def _first_recipient(self) -> str:
        assert self.envelope is not None
        return self.envelope.rcpt_tos[0] if self.envelope.rcpt_tos else ""


class Handler:
    """Takes what arrives."""

    def __init__(self, house: SmtpServer) -> None:
        self.house = house

    async def handle_EHLO(
        self, server: Scripted, session: Any, _envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        session.host_name = hostname
        signs_in = bool(self.house.users or self.house.tokens)
        return [
            line
            for line in answers
            if (self.house.eight_bit or "8BITMIME" not in line) and (signs_in or "AUTH" not in line)
        ]

    async def handle_DATA(self, server: Scripted, session: Any, envelope: Any) -> Any:
        self.house.mails.append(
            TakenMail(
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                options=tuple(envelope.mail_options),
                raw=bytes(envelope.original_content),
                secured=server.secured,
                signed_in=bool(session.authenticated),
            )
        )
        answer = self.house.next_answer("end", envelope.rcpt_tos[0])
        if answer == SILENCE:
            await asyncio.Event().wait()
        if answer in (DIE, GOODBYE):
            server.transport.abort() if answer == DIE else server.transport.close()  # type: ignore[union-attr]
            raise asyncio.CancelledError
        if answer[:1] in ("4", "5"):
            self.house.mails.pop()  # said in so many words: not taken
        return answer or "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server: Scripted, args: list[str]) -> AuthResult:
        """https://developers.google.com/gmail/imap/xoauth2-protocol: a wrong token is answered by a challenge."""
        fields = aiosmtpd_smtp.b64decode(args[1]).decode().split("\x01")
        user, token = fields[0].removeprefix("user="), fields[1].removeprefix("auth=Bearer ")
        if self.house.tokens.get(user) == token:
            return AuthResult(success=True)
        await server.push("334 eyJzdGF0dXMiOiI0MDAifQ==")
        await server._reader.readline()
        return AuthResult(success=False, handled=False)
