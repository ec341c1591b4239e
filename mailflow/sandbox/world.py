"""An IMAP and an SMTP server in one thread, on loopback."""

from __future__ import annotations

import asyncio
import threading
import warnings
from argparse import Namespace
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend, Identity
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pymap.user import Passwords, UserMetadata

from mailflow.errors import MailboxFault

GATEWAY = "mx1.victimsupport.org.uk"
"""The name of the gateway whose lines the demonstration's lookups trust."""
START_SECONDS = 20.0
LOOPBACK = "127.0.0.1"
PASSWORD = "demonstration"  # noqa: S105 - guards nothing: a server on loopback that lives for minutes
LARGEST_MAIL = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Departed:
    """A mail that has left through the SMTP server."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)


class MailWorld:
    """Both servers. Use as a context manager; ``imap_port`` and ``smtp_port`` are known inside."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = tuple(addresses)
        self.departed: list[Departed] = []
        self.imap_port = 0
        self.smtp_port = 0
        self._loop = asyncio.new_event_loop()
        self._ready: Future[None] = Future()
        self._over = asyncio.Event()
        self._boxes: dict[str, MailboxData] = {}
        self._thread = threading.Thread(target=self._run, name="mail-world", daemon=True)

    def __enter__(self) -> MailWorld:
        self._thread.start()
        self._ready.result(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def put(self, address: str, raw: bytes, arrived: datetime) -> None:
        """Lay a mail into the INBOX of a watched address, as its server would; any thread may call.

        Raises ``MailboxFault`` when the embedded server cannot take it.
        """
        future = asyncio.run_coroutine_threadsafe(self._append(address.lower(), raw, arrived), self._loop)
        try:
            future.result(START_SECONDS)
        except Exception as error:  # whatever pymap makes of bytes that are no mail
            raise MailboxFault(f"The demonstration's mail server does not take it ({type(error).__name__}).") from error

    def uid_validity(self, address: str) -> int:
        """UIDVALIDITY of the INBOX of a watched address (RFC 3501 §2.3.1.1): new with every start."""
        return int(self._boxes[address.lower()].uid_validity)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the start
            if not self._ready.done():
                self._ready.set_exception(error)
        finally:
            pending = asyncio.all_tasks(self._loop)
            for task in pending:
                task.cancel()
            if pending:
                self._loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        async with AsyncExitStack() as closing:
            arguments = Namespace(
                demo_data=False,
                demo_user=self.addresses[0],
                demo_password=PASSWORD,
                passlib_cfg=None,
                proxy_protocol=None,
                host=LOOPBACK,
                port=0,
                cert=None,
                key=None,
                tls=False,
                debug=False,
            )
            backend, config = await DictBackend.init(arguments, invalid_user_sleep=0.0)
            config.apply_context()
            await backend.start(closing)
            await self._open_mailboxes(backend, config)
            answering = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
            imap = await asyncio.start_server(answering, LOOPBACK, 0)
            smtp = await self._loop.create_server(self._smtp, LOOPBACK, 0)
            self.imap_port = imap.sockets[0].getsockname()[1]
            self.smtp_port = smtp.sockets[0].getsockname()[1]
            self._ready.set_result(None)
            await self._over.wait()
            smtp.close()
            imap.close()

    async def _open_mailboxes(self, backend: DictBackend, config: Any) -> None:
        for address in self.addresses:
            password = await Passwords(config).hash_password(PASSWORD)
            backend.login.users_dict[address] = UserMetadata(config, address, password=password)
            async with Identity(address, backend.login, None, frozenset()).new_session() as session:
                await session.mailbox_set.add_mailbox("Junk")
                self._boxes[address.lower()] = await session.mailbox_set.get_mailbox("INBOX")

    async def _append(self, address: str, raw: bytes, arrived: datetime) -> None:
        box = self._boxes[address]
        await box.append(AppendMessage(raw, arrived, frozenset[Flag]()))

    def _smtp(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return SMTP(
                self, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, hostname="demo.invalid", loop=self._loop
            )

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail: into a watched mailbox, or out of this world."""
        raw = envelope.original_content or b""
        known = [to for to in envelope.rcpt_tos if to.lower() in self._boxes]
        for to in known:
            now = datetime.now().astimezone()  # noqa: TID251 - a server stamps what it takes
            await self._append(to.lower(), _stamped(raw, envelope.mail_from or "", to, now), now)
        if len(known) < len(envelope.rcpt_tos):
            self.departed.append(Departed(envelope.mail_from or "", tuple(envelope.rcpt_tos), raw))
        return "250 2.0.0 taken"


def _stamped(raw: bytes, sender: str, to: str, now: datetime) -> bytes:
    """The mail with the lines that a gateway writes on top (RFC 5321 §4.4)."""
    domain = sender.rpartition("@")[2] or "unknown.invalid"
    lines = (
        f"Return-Path: <{sender}>",
        f"Received: from {domain} ({domain} [192.0.2.1])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby {GATEWAY} (Postfix) with ESMTPS id demo",
        f"\tfor <{to}>; {format_datetime(now)}",
        f"Authentication-Results: {GATEWAY}; spf=pass smtp.mailfrom={sender}; dmarc=pass header.from={domain}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode() + raw
