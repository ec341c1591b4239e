"""One connection to one mailbox, by IMAP (RFC 3501) with IDLE (RFC 2177) where the server has it.

The one thread that watches a mailbox calls everything here; only :meth:`ImapServer.close` may come from
another thread, and ends a wait at once.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout, exceptions

from mailflow.errors import MailboxFault
from mailflow.mailbox import sentences
from mailflow.mailbox.settings import ImapSettings
from mailflow.model.mail import FetchedMail, FolderStatus, MailSize

IDLE_CAP = 120.0
"""Seconds that one IDLE lasts at most, whatever the caller asks for: an EXISTS that was lost in any buffer
is found by the search after it, and a connection that a firewall has forgotten is noticed (RFC 2177 says
29 minutes, which is far too long for a mail that speaks of danger)."""

UIDS_A_COMMAND = 500
"""imapclient joins UIDs with commas and does not compress them; Dovecot refused 20,000 in one command."""

UIDS_A_SEARCH = 80_000
"""A SEARCH answer is one line, and imaplib gives up on lines over 1,000,000 bytes: 80,000 UIDs of up to
ten digits stay below. Longer ranges are searched in windows."""

PART = 1024 * 1024
"""Bytes of one partial fetch of a large mail: each part comes well within the timeout on a slow line."""

MAX_GROWTH = 4
"""A large mail may be so many times larger than RFC822.SIZE said (Exchange estimates it); a server that
sends parts without end is stopped there."""

CLOSE_PATIENCE = 2.0
"""Seconds that close() waits for a command under way, and for the answer to LOGOUT, before it cuts."""

UNKNOWN_ARRIVAL = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for an INTERNALDATE that cannot be read. It is old on purpose: the machine never answers old mail,
so a human does (DESIGN §7)."""


class ImapServer:
    """A mailbox on a real server; fits ``flow.ports.MailServer``.

    Folders are opened with EXAMINE and mails fetched with BODY.PEEK[], so that nobody who reads the
    mailbox beside us notices. Whatever the server does to us is a ``MailboxFault`` with one sentence; it
    ends the connection, and the next :meth:`open` makes a new one.
    """

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._client: Any = None  # imapclient has no types
        self._talking = threading.RLock()
        self._closing = threading.Event()
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._uid_next = 1

    def __repr__(self) -> str:
        return f"ImapServer({self._settings.username!r} at {self._settings.address})"

    # -- the connection -------------------------------------------------------------------------

    def open(self) -> None:
        """Connect, secure, sign in. Idempotent.

        Raises ``MailboxFault`` with what is wrong and the way out: server away, certificate not to be
        trusted, login refused.
        """
        if self._client is not None:
            return
        settings = self._settings
        if settings.security == "plain" and not (settings.allow_plain or settings.is_loopback()):
            raise MailboxFault(
                f"mail server {settings.address} is on another machine and security is plain: the password and "
                f'all mails could be read on the way; set security = "tls" or "starttls"'
            )
        with self._talking, self._speaking("connecting"):
            self._closing.clear()
            self._wake = socket.socketpair()
            self._connect(self._context())
            self._sign_in()

    def close(self) -> None:
        """Sign out; never raises. From another thread it ends a wait at once and whatever else the
        connection is doing after at most ``CLOSE_PATIENCE`` seconds."""
        self._closing.set()
        wake, client = self._wake, self._client
        if wake is not None:
            with suppress(OSError):
                wake[1].send(b"x")
        if client is None:
            return
        if self._talking.acquire(timeout=CLOSE_PATIENCE):
            try:
                with suppress(Exception):
                    client.socket().settimeout(CLOSE_PATIENCE)
                    client.logout()
                self._drop()
            finally:
                self._talking.release()
        else:
            with suppress(OSError):
                # The thread that talks sees the end of its connection, says so and cleans up.
                client.socket().shutdown(socket.SHUT_RDWR)

    def _context(self) -> ssl.SSLContext | None:
        """Verified always: host name, dates and authority (RFC 8314 §4.1)."""
        if self._settings.security == "plain":
            return None
        try:
            return ssl.create_default_context(cafile=self._settings.ca_file)
        except (OSError, ssl.SSLError):
            raise MailboxFault(
                f"ca_file {self._settings.ca_file} cannot be read or holds no certificate in PEM form"
            ) from None

    def _connect(self, context: ssl.SSLContext | None) -> None:
        settings = self._settings
        self._client = client = IMAPClient(
            settings.host,
            settings.port,
            ssl=settings.security == "tls",
            ssl_context=context,
            timeout=SocketTimeout(settings.timeout, settings.timeout),
        )
        # imapclient sets imaplib's debug level to 5, and imaplib then builds the repr() of every body
        # twice: that alone takes two thirds of the time of a fetch, and would log mails and passwords.
        client._imap.debug = 0
        # INTERNALDATE with its zone, not shifted into the zone of this machine.
        client.normalise_times = False
        if settings.security == "starttls":
            if not client.has_capability("STARTTLS"):
                raise MailboxFault(
                    f"mail server {settings.address} offers no STARTTLS, and the password is not sent without it; "
                    f'look at port, or set security = "tls"'
                )
            client.starttls(context)
        # SEARCH leaves in several small writes; Nagle's algorithm with delayed ACKs costs 44 ms for each.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def _sign_in(self) -> None:
        settings, client = self._settings, self._client
        token = self._token() if settings.auth != "login" else ""
        try:
            if settings.auth == "xoauth2":
                client.oauth2_login(settings.username, token)
            elif settings.auth == "oauthbearer":
                client.oauthbearer_login(settings.username, token)
            elif client.has_capability("AUTH=PLAIN"):
                # RFC 4616: any character may stand in the name and the password, in UTF-8.
                client.plain_login(settings.username, settings.password.get_secret_value())
            else:
                # imaplib quotes the password but not the name.
                name = settings.username.replace("\\", "\\\\").replace('"', '\\"')
                client.login(f'"{name}"', settings.password.get_secret_value())
        except exceptions.LoginError as error:
            if bye := self._goodbye():
                raise MailboxFault(f'mail server {settings.address} said goodbye while signing in: "{bye}"') from None
            raise MailboxFault(sentences.login(settings, error)) from None
        if client.has_capability("ENABLE") and client.has_capability("CONDSTORE"):
            client.enable("CONDSTORE")  # Dovecot tells HIGHESTMODSEQ only then (RFC 7162 §3.1.2)

    def _token(self) -> str:
        if self._settings.token is None:
            raise MailboxFault(f"{self._settings.auth} at {self._settings.address} needs a source of access tokens")
        try:
            return self._settings.token()
        except MailboxFault:
            raise
        except Exception as error:  # noqa: BLE001 - foreign code; its text may hold a secret
            kind = type(error).__name__
            raise MailboxFault(f"no access token for {self._settings.username} could be got ({kind})") from None

    def _drop(self) -> None:
        """Forget the connection without a word to the server."""
        client, self._client = self._client, None
        wake, self._wake = self._wake, None
        if client is not None:
            with suppress(Exception):
                client.shutdown()
        for end in wake or ():
            end.close()

    @contextmanager
    def _speaking(self, doing: str) -> Iterator[None]:
        """Turns all that can go wrong while talking into a ``MailboxFault`` and ends the connection."""
        try:
            yield
        except MailboxFault:
            self._drop()
            raise
        except Exception as error:  # noqa: BLE001 - imapclient meets a broken server with whatever comes:
            # IndexError, struct.error, RecursionError on a thousand brackets … all are the server's fault.
            said = sentences.trouble(self._settings, doing, error, self._goodbye())
            self._drop()
            raise MailboxFault(said) from None

    def _goodbye(self) -> str:
        """What the server said in its BYE (RFC 3501 §7.1.5), if it did."""
        if self._client is None:
            return ""
        words = self._client._imap.untagged_responses.get("BYE")
        return sentences.goodbye(words[-1]) if words and isinstance(words[-1], bytes) else ""

    def _connection(self) -> Any:
        if self._client is None or self._closing.is_set():
            raise MailboxFault(f"the connection to mail server {self._settings.address} is closed")
        return self._client

    # -- folders --------------------------------------------------------------------------------

    def folders(self) -> tuple[str, ...]:
        """Names of all folders that can be selected."""
        return tuple(name for _, name in self._list())

    def special_folder(self, use: str) -> str | None:
        r"""The folder with that SPECIAL-USE attribute, like ``\Junk`` (RFC 6154 §2); ``None`` without one."""
        return next((name for flags, name in self._list() if use.lower() in flags), None)

    def _list(self) -> list[tuple[frozenset[str], str]]:
        with self._talking, self._speaking("listing the folders"):
            found = []
            for flags, _, name in self._connection().list_folders():
                words = frozenset(flag.decode("ascii", "replace").lower() for flag in flags)
                # RFC 3501 §7.2.2 and RFC 5258 §3.4
                if not words & {"\\noselect", "\\nonexistent"}:
                    found.append((words, name if isinstance(name, str) else name.decode("utf-8", "replace")))
            return found

    def select(self, folder: str) -> FolderStatus:
        """Open a folder read-only (EXAMINE, RFC 3501 §6.3.2)."""
        with self._talking, self._speaking(f"opening the folder {folder}"):
            status = self._connection().select_folder(folder, readonly=True)
            if b"UIDVALIDITY" not in status or b"UIDNEXT" not in status:
                raise MailboxFault(
                    f"mail server {self._settings.address} gives no UIDVALIDITY or UIDNEXT for the folder {folder} "
                    f"(RFC 3501 §6.3.1); without them no mail can be told from another"
                )
            self._uid_next = status[b"UIDNEXT"]
            # RFC 7162 §3.1.2.1; absent or 0 where the folder keeps none.
            modseq = status.get(b"HIGHESTMODSEQ") or None
            return FolderStatus(folder, status[b"UIDVALIDITY"], self._uid_next, modseq)

    # -- searching ------------------------------------------------------------------------------

    def uids_after(self, uid: int) -> tuple[int, ...]:
        """UIDs greater than ``uid`` in the selected folder, ascending."""
        with self._talking, self._speaking("searching for new mails"):
            return self._search(uid + 1, ())

    def uids_since(self, day: datetime) -> tuple[int, ...]:
        """UIDs that arrived on or after that day (INTERNALDATE, by the server's calendar), ascending."""
        with self._talking, self._speaking("searching for mails by date"):
            return self._search(1, ("SINCE", day.date()))

    def _search(self, first: int, criteria: tuple[Any, ...]) -> tuple[int, ...]:
        client = self._connection()
        # From here on an EXISTS is news that this search may have missed; wait() looks for it.
        client._imap.untagged_responses.pop("EXISTS", None)
        found: set[int] = set()
        start = first
        while self._uid_next - start > UIDS_A_SEARCH:
            found.update(client.search(["UID", f"{start}:{start + UIDS_A_SEARCH - 1}", *criteria]))
            start += UIDS_A_SEARCH
        found.update(client.search(["UID", f"{start}:*", *criteria]))
        # ``n:*`` always has the last mail in it, even when n is past the end (RFC 3501 §6.4.8).
        return tuple(sorted(uid for uid in found if uid >= first))

    # -- fetching -------------------------------------------------------------------------------

    def sizes(self, uids: Sequence[int]) -> tuple[MailSize, ...]:
        """RFC822.SIZE of each UID that still exists."""
        with self._talking, self._speaking("asking for sizes"):
            found: dict[int, int] = {}
            for some in _chunks(uids):
                for uid, data in self._connection().fetch(some, ["RFC822.SIZE"]).items():
                    if b"RFC822.SIZE" in data:
                        found[uid] = int(data[b"RFC822.SIZE"])
            return tuple(MailSize(uid, found[uid]) for uid in uids if uid in found)

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """The mails with BODY.PEEK[], in the order asked for; those that were expunged meanwhile are left out.

        One request for every ``UIDS_A_COMMAND`` mails; all is read when this returns.
        """
        with self._talking, self._speaking("fetching mails"):
            return iter([mail for some in _chunks(uids) for mail in self._fetch(some)])

    def _fetch(self, uids: list[int]) -> Iterator[FetchedMail]:
        answer = self._connection().fetch(uids, ["BODY.PEEK[]", "INTERNALDATE", "RFC822.SIZE"])
        found = {uid: data for uid, data in answer.items() if b"BODY[]" in data}
        empty = self._truly_empty([uid for uid, data in found.items() if not data[b"BODY[]"]])
        for uid in uids:
            if uid in found and (found[uid][b"BODY[]"] or uid in empty):
                yield FetchedMail(uid, _arrival(found[uid]), _content(found[uid][b"BODY[]"]))

    def _truly_empty(self, uids: list[int]) -> set[int]:
        """Which of these are mails without one byte, and not mails that are gone.

        For a mail that another client has expunged, Dovecot answers once with BODY[] NIL, size 0 and the
        year 1970; taken at its word, that would be stored as an empty mail. Asked again, it knows better.
        """
        if not uids:
            return set()
        again = self._connection().fetch(uids, ["RFC822.SIZE"])
        return {uid for uid, data in again.items() if data.get(b"RFC822.SIZE") == 0}

    def fetch_large(self, uid: int, size: int) -> FetchedMail | None:
        """One large mail in partial fetches (RFC 3501 §6.4.5); ``None`` when it was expunged.

        Reads until the server has no more, for ``size`` is an estimate on some servers.
        """
        with self._talking, self._speaking(f"fetching a mail of {size} bytes"):
            whole = bytearray()
            arrival = UNKNOWN_ARRIVAL
            while len(whole) <= MAX_GROWTH * size + PART:
                answer = self._connection().fetch([uid], [f"BODY.PEEK[]<{len(whole)}.{PART}>", "INTERNALDATE"])
                data = answer.get(uid, {})
                if b"BODY[]" in data:  # a server without partial fetch sends all of it
                    return FetchedMail(uid, _arrival(data), _content(data[b"BODY[]"]))
                part = _content(data.get(b"BODY[]<%d>" % len(whole)))
                if not whole:
                    arrival = _arrival(data)
                whole += part
                if len(part) < PART:
                    # The end; or the mail was expunged between two parts, and what we have is a piece of it.
                    there = whole and uid in self._connection().fetch([uid], ["RFC822.SIZE"])
                    return FetchedMail(uid, arrival, bytes(whole)) if there else None
            raise MailboxFault(
                f"mail server {self._settings.address} sends more and more of a mail that it said had {size} bytes"
            )

    # -- waiting --------------------------------------------------------------------------------

    def wait(self, seconds: float) -> bool:
        """IDLE, or poll where the server cannot, for at most so long (and never over ``IDLE_CAP``); True
        when something happened. Search again after it whatever it says. A dead connection raises."""
        seconds = min(seconds, IDLE_CAP)
        with self._talking, self._speaking("waiting for mail"):
            client = self._connection()
            if client._imap.untagged_responses.pop("EXISTS", None):
                return True  # it came with another answer after the last search; IDLE would not repeat it
            if client.has_capability("IDLE"):
                return self._idle(client, seconds)
        if self._closing.wait(min(seconds, self._settings.poll_seconds)):
            return False
        with self._talking, self._speaking("asking for news"):
            _, news = self._connection().noop()
            return bool(news)

    def _idle(self, client: Any, seconds: float) -> bool:
        imap = client._imap
        # Not client.idle(): that takes an untagged answer before the "+" for an error.
        client._idle_tag = tag = imap._command("IDLE")
        happened = False
        while imap._get_response() is not None:
            if imap.tagged_commands.get(tag):
                raise MailboxFault(f"mail server {self._settings.address} offers IDLE (RFC 2177), but refuses it")
            happened = True
        if not happened and not self._buffered(client):
            sock, wake = client.socket(), self._wake
            assert wake is not None
            poller = select.poll()
            poller.register(sock.fileno(), select.POLLIN)
            poller.register(wake[0].fileno(), select.POLLIN)
            poller.poll(seconds * 1000)
        # Answers of a server that lives come with DONE's; on a dead connection this raises, where idle_check
        # would return at once and empty, for ever.
        _, news = client.idle_done()
        return happened or bool(news)

    @staticmethod
    def _buffered(client: Any) -> bool:
        """True when an answer is already here and no poll will tell of it: the server sent ``+ idling`` and
        ``* n EXISTS`` in one segment, and both were read into the buffer with the first."""
        imap, sock = client._imap, client.socket()
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        if hasattr(imap, "_readbuf"):  # Python 3.14 and later
            return bool(imap._readbuf)
        timeout = sock.gettimeout()
        sock.setblocking(False)
        try:
            return bool(imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(timeout)


def _chunks(uids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(uids), UIDS_A_COMMAND):
        yield list(uids[start : start + UIDS_A_COMMAND])


def _content(raw: object) -> bytes:
    """BODY[] as bytes: imapclient makes an int of a body that is one unquoted number, and None of NIL."""
    if isinstance(raw, bytes):
        return raw
    return str(raw).encode() if isinstance(raw, int) else b""


def _arrival(data: dict[bytes, Any]) -> datetime:
    """INTERNALDATE in UTC, or ``UNKNOWN_ARRIVAL`` (a year outside 1–9999 after the shift, no zone, none at all)."""
    found = data.get(b"INTERNALDATE")
    if isinstance(found, datetime) and found.tzinfo is not None:
        with suppress(OverflowError, ValueError):
            return found.astimezone(UTC)
    return UNKNOWN_ARRIVAL
