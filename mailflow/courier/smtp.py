"""The courier: synchronous outside, one asyncio loop inside, one connection that is used again and again."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from mailflow.courier.addresses import check_address, check_recipient
from mailflow.courier.session import Envelope, Session, Unreachable, canonical, envelope_of
from mailflow.courier.settings import PATIENCE, SmtpSettings
from mailflow.errors import CourierFault, UseError
from mailflow.model.outgoing import Deferred, OutgoingMail, Refused, SendResult

T = TypeVar("T")

CLOSE_SECONDS = 5.0
"""How long ``close`` waits for a mail that is under way."""


class SmtpCourier:
    """Fits ``flow.ports.Courier``. Safe to call from any thread that does not itself run an event loop; calls wait for
    one another. ``close`` may be followed by another ``send``."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._runner: asyncio.Runner | None = None
        self._session: Session | None = None

    def send(self, mail: OutgoingMail, data_starts: Callable[[], None]) -> SendResult:
        """Send one mail. ``data_starts`` runs in the caller's thread, after the recipient is accepted and before DATA;
        whatever it raises ends the attempt before DATA and goes up unchanged. Raises ``CourierFault`` when something is
        wrong with us or the way rather than with this mail; then nothing was handed over."""
        settings = self._settings
        try:
            recipient = check_recipient(
                mail.recipient, test_domains=settings.test_domains, cjsm_route=settings.cjsm_route
            )
        except UseError as fault:
            return Refused(str(fault))
        content = canonical(mail.raw)
        envelope = envelope_of(self._sender(mail.envelope_from), recipient, content)
        with self._lock:
            declined = self._run(self._offer(envelope))
            if declined is not None:
                return declined
            try:
                data_starts()
            except BaseException:
                self._run(self._abandon())
                raise
            return self._run(self._hand_over(content, envelope))

    def probe(self, sender: str = "") -> str:
        """Connect, secure, sign in, MAIL FROM ``sender`` and take it back, QUIT; one sentence on what was found.
        Raises ``CourierFault`` with what is wrong. Nothing is sent. For ``mailflow check``."""
        with self._lock:
            return self._run(self._probe(self._sender(sender)))

    def close(self) -> None:
        """QUIT; never raises. While another thread is in the middle of a mail it waits for ``CLOSE_SECONDS`` and then
        leaves the connection to that thread: a server that hangs must not hold up the service's end."""
        if not self._lock.acquire(timeout=CLOSE_SECONDS):
            return
        try:
            if self._runner is None:
                return
            try:
                if self._session is not None:
                    self._run(self._session.leave())
            finally:
                self._session = None
                runner, self._runner = self._runner, None
                runner.close()
        finally:
            self._lock.release()

    # -- inside the loop ------------------------------------------------------------------------

    async def _offer(self, envelope: Envelope) -> SendResult | None:
        try:
            async with asyncio.timeout(PATIENCE * self._settings.timeout):
                used = await self._used_session()
                if used is not None:
                    try:
                        return await used.offer(envelope)
                    except Unreachable:
                        await self._drop()  # it died between two mails: nothing of this one was handed over
                self._session = await Session.open(self._settings)
                return await self._session.offer(envelope)
        except Unreachable as unreachable:
            await self._drop()
            return Deferred(unreachable.answer)
        except TimeoutError:
            await self._drop()
            return Deferred(f"SMTP server {self._settings.address} was too slow before DATA")
        except CourierFault:
            await self._drop()  # mended settings of the server count for new sessions only
            raise

    async def _hand_over(self, content: bytes, envelope: Envelope) -> SendResult:
        assert self._session is not None
        result = await self._session.hand_over(content, envelope)
        if not self._session.alive():
            self._session = None
        return result

    async def _used_session(self) -> Session | None:
        """The session of the last mail, if it still lives and is fit for another."""
        session = self._session
        if session is None:
            return None
        if session.alive() and not session.tired():
            try:
                await session.reset()
            except (Unreachable, CourierFault):
                pass  # whatever it died of, a fresh one will tell
            else:
                return session
        self._session = None
        await session.leave()
        return None

    async def _abandon(self) -> None:
        """DATA will not come: take the envelope back; never raises."""
        if self._session is not None:
            try:
                await self._session.reset()
            except (Unreachable, CourierFault):
                await self._drop()

    async def _probe(self, sender: str) -> str:
        await self._drop()
        try:
            async with asyncio.timeout(PATIENCE * self._settings.timeout):
                session = self._session = await Session.open(self._settings)
                found = session.describe()
                await session.try_sender(sender)
        except Unreachable as unreachable:
            raise CourierFault(unreachable.answer) from None
        except TimeoutError:
            raise CourierFault(f"SMTP server {self._settings.address} is too slow") from None
        finally:
            if self._session is not None:
                await self._session.leave()
                self._session = None
        return found

    async def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.drop()

    # -- between the worlds ---------------------------------------------------------------------

    def _run(self, steps: Coroutine[Any, Any, T]) -> T:
        """Run some steps in our loop, in the caller's thread. Between two calls the loop stands still."""
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        try:
            return self._runner.run(steps)
        except (KeyboardInterrupt, SystemExit):  # in mid-sentence: this session is of no use any more
            session, self._session = self._session, None
            if session is not None:
                self._runner.run(session.drop())
            raise

    def _sender(self, text: str) -> str:
        """Our own envelope address as it goes on the wire. A wrong one is our fault, not the mail's."""
        if not text:
            return ""
        try:
            return check_address(text, test_domains=self._settings.test_domains)
        except UseError as fault:
            raise CourierFault(f"our own envelope sender cannot be used: {fault}") from None
