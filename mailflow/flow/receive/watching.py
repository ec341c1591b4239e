"""Watch a mailbox: what arrives is stored, with the cursor, in one commit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mailflow.errors import LeaseLost, MailboxFault, StoreFault
from mailflow.flow.ports import Clock, Ids, MailServer, Reached, Store, Work, unheard
from mailflow.flow.receive.folder import Folder, Trouble
from mailflow.flow.receive.notices import Listener, Notice, NoticeKind, unlistened
from mailflow.flow.receive.pieces import (
    ACTOR,
    SIZES_AT_ONCE,
    Look,
    batches,
    fetch,
    glance,
    numbering,
    pause,
    record,
    resolve,
)
from mailflow.model.mail import Cursor, FetchedMail, FolderStatus, Origin
from mailflow.model.records import Lease

LEASE_SECONDS = 60
"""How long a mailbox stays ours without a sign of life; another process takes over after that."""
ROUND_SECONDS = 20.0
"""Longest wait between two rounds: the lease is renewed three times before it ends, and a mail in a folder that
IDLE does not watch (Junk) is found within the minute of P7."""
BREATH_SECONDS = 0.05
"""Between two rounds: a server that has news without end makes us look 20 times a second, not as fast as it can."""
SLOWEST_LINE = 64 * 1024
"""Bytes a second that we grant a slow line: the lease is made longer by so much before a large fetch."""

FIRST_MAIL_PAUSE = 5.0
LONGEST_MAIL_PAUSE = 3600.0
"""Seconds between attempts at one mail that cannot be fetched; without jitter, for it is alone."""
ALARM_AFTER = 3
"""Attempts, at one mail or at the server, after which a human is told."""

RESCAN_DAYS = 30
"""How far back a rescan looks: longer than any absence that the silence alarm (P10) lets pass."""


def watch(
    mailbox: str,
    folders: Sequence[str],
    *,
    server: MailServer,
    store: Store,
    clock: Clock,
    ids: Ids,
    look: Look,
    owner: str,
    stop: threading.Event,
    chance: Callable[[], float],
    listener: Listener = unlistened,
    reached: Reached = unheard,
) -> None:
    """Watch one mailbox until ``stop`` is set; then sign out within seconds and give the lease back.

    ``folders`` are names as people know them: ``Junk`` finds the spam folder whatever the server calls it.
    ``owner`` names this process; ``chance`` gives a number from 0 to 1 for the jitter; ``look`` is
    ``parse.first_look`` with the risk words of the profile. Raises nothing for what the mail server or the
    database do: that is told to ``listener`` and tried again.
    """
    receiver = _Receiver(mailbox, tuple(folders), server, store, clock, ids, look, owner, listener, reached)
    with _closing_when(stop, server):
        try:
            while not stop.is_set():
                _watch_until_fault(receiver, stop, chance)
        finally:
            server.close()
            receiver.release()


def _watch_until_fault(receiver: _Receiver, stop: threading.Event, chance: Callable[[], float]) -> None:
    """Take the lease, connect, read round after round; what ends it is said, and waited for with patience."""
    try:
        if not receiver.lease():
            receiver.stand_by()
            stop.wait(LEASE_SECONDS / 3)
            return
        receiver.reached("receive.leased")
        receiver.server.open()
        while not stop.is_set():
            receiver.round()
            receiver.server.wait(ROUND_SECONDS)
            stop.wait(BREATH_SECONDS)
    except LeaseLost:
        receiver.lost()
    except (MailboxFault, StoreFault) as fault:
        # When we were told to stop, the connection was closed under us, and that is no fault.
        if not stop.is_set():
            failures = receiver.failed(fault)
            stop.wait(pause(failures, chance()))


def look_once(
    mailbox: str,
    folders: Sequence[str],
    *,
    server: MailServer,
    store: Store,
    clock: Clock,
    ids: Ids,
    look: Look,
    owner: str,
    listener: Listener = unlistened,
    reached: Reached = unheard,
) -> bool:
    """One round over all folders, then sign out (``mailflow run --once``).

    False when another process watches the mailbox. Raises ``MailboxFault`` and ``StoreFault``.
    """
    receiver = _Receiver(mailbox, tuple(folders), server, store, clock, ids, look, owner, listener, reached)
    if not receiver.lease():
        return False
    try:
        reached("receive.leased")
        server.open()
        receiver.round()
    except LeaseLost:
        return False
    finally:
        server.close()
        receiver.release()
    return True


@contextmanager
def _closing_when(stop: threading.Event, server: MailServer) -> Iterator[None]:
    """Close the connection as soon as ``stop`` is set, so that a wait in it ends at once."""
    finished = threading.Event()

    def guard() -> None:
        while not finished.is_set():
            if stop.wait(0.5):
                server.close()
                return

    thread = threading.Thread(target=guard, name="receive-stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


@dataclass(slots=True)
class _Receiver:
    """What one thread needs to read one mailbox, and what it remembers from round to round."""

    mailbox: str
    wanted: tuple[str, ...]
    server: MailServer
    store: Store
    clock: Clock
    ids: Ids
    look: Look
    owner: str
    listener: Listener
    reached: Reached
    held: Lease | None = None
    folders: dict[str, Folder] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)
    """The server's names of the folders, found once a connection."""
    failures: int = 0
    """Faults in a row without a stored mail between them."""
    failing: bool = False
    """True from a fault until a whole round succeeds."""
    stood_by: int = 0
    """How often we have asked for the lease in vain."""

    def say(
        self, kind: NoticeKind, sentence: str, *, folder: str = "", uid: int = 0, count: int = 0, alarm: bool = False
    ) -> None:
        """Tell the listener."""
        self.listener(Notice(kind, self.mailbox, self.clock.now(), sentence, folder, uid, count, alarm))

    # -- the lease ------------------------------------------------------------------------------

    def lease(self, seconds: int = LEASE_SECONDS) -> bool:
        """Take or renew the watch over the mailbox; False while it is another's."""
        with self.store.begin(ACTOR, self.clock.now()) as work:
            lease = work.lease_mailbox(self.mailbox, self.owner, self.clock.now(), seconds)
        if lease is None or (self.held is not None and lease.token != self.held.token):
            self.forget()  # somebody else may have moved the cursors meanwhile
        self.held = lease
        if lease is not None:
            self.stood_by = 0
        return lease is not None

    def stand_by(self) -> None:
        """Another process watches. Said each time we ask, for it is our sign of life; ``count`` says how often."""
        self.stood_by += 1
        self.say(NoticeKind.ELSEWHERE, "another process watches this mailbox; standing by", count=self.stood_by)

    def lost(self) -> None:
        """Another process has taken over in the middle of our work."""
        self._disconnect()
        self.forget()
        self.say(NoticeKind.LEASE_LOST, "another process has taken over this mailbox")

    def failed(self, fault: MailboxFault | StoreFault) -> int:
        """The server or the database has failed us; how often in a row."""
        self._disconnect()
        self.failures += 1
        self.failing = True
        self.say(NoticeKind.FAULT, str(fault), count=self.failures, alarm=self.failures >= ALARM_AFTER)
        return self.failures

    def _disconnect(self) -> None:
        self.server.close()
        self.names = []

    def _renew(self, work: Work, now: datetime) -> Lease:
        """Renew inside a transaction of ours: what it writes is written by the one who holds the mailbox."""
        lease = work.lease_mailbox(self.mailbox, self.owner, now, LEASE_SECONDS)
        if lease is None or self.held is None or lease.token != self.held.token:
            raise LeaseLost("another process has taken over this mailbox")
        self.held = lease
        return lease

    def forget(self) -> None:
        """Forget where we are: the store knows it, or another process has gone on."""
        self.held = None
        self.folders.clear()

    def release(self) -> None:
        """Give the watch back, so that another process need not wait for its end."""
        if self.held is not None:
            try:
                with self.store.begin(ACTOR, self.clock.now()) as work:
                    work.release_mailbox(self.held)
            except StoreFault as fault:
                self.say(NoticeKind.FAULT, str(fault))
            self.held = None

    # -- one round ------------------------------------------------------------------------------

    def round(self) -> None:
        """Read every folder once; the first one named is left open, to be waited on."""
        if not self.names or self.missing:
            self.names = self._names()
        # Backwards, so that the first folder (INBOX) is the one that is selected when we wait.
        for name in reversed(self.names):
            status = self.server.select(name)
            folder = self._enter(name, status)
            self._read(folder)
        self._sign_of_life()

    def _names(self) -> list[str]:
        """The server's names of the folders that are wanted; what does not exist is said once and skipped."""
        names: list[str] = []
        for wanted in self.wanted:
            name = resolve(wanted, self.server)
            if name is None and wanted not in self.missing:
                self.missing.add(wanted)
                self.say(NoticeKind.FOLDER_MISSING, f"there is no folder {wanted}; it is read as soon as there is")
            elif name is not None:
                self.missing.discard(wanted)
                if name not in names:
                    names.append(name)
        if not names:
            raise MailboxFault(f"none of the folders {', '.join(self.wanted)} exists in mailbox {self.mailbox}")
        return names

    def _enter(self, name: str, status: FolderStatus) -> Folder:
        """Where we are in that folder, checked against what SELECT said."""
        folder = self.folders.get(name)
        if folder is None:
            with self.store.begin(ACTOR, self.clock.now()) as work:
                cursor = work.cursor(self.mailbox, name)
            if cursor is None:
                return self._start(name, status)
            folder = self.folders[name] = Folder(name, cursor)
        uid_validity = numbering(folder.cursor, status)
        return folder if uid_validity == folder.cursor.uid_validity else self._rescan(name, status, uid_validity)

    def _start(self, name: str, status: FolderStatus) -> Folder:
        """First start: from now on."""
        now = self.clock.now()
        cursor = Cursor(self.mailbox, name, status.uid_validity, status.uid_next - 1)
        with self.store.begin(ACTOR, now) as work:
            work.save_cursor(cursor, self._renew(work, now), now)
        self.say(NoticeKind.FIRST_START, f"folder {name} is watched from now on", folder=name)
        folder = self.folders[name] = Folder(name, cursor)
        return folder

    def _rescan(self, name: str, status: FolderStatus, uid_validity: int) -> Folder:
        """The numbers hold no longer: read the last days again, and begin to count anew."""
        since = self.clock.now() - timedelta(days=RESCAN_DAYS)
        pending = tuple(uid for uid in self.server.uids_since(since) if uid < status.uid_next)
        sentence = (
            f"the mail server numbers folder {name} anew; {len(pending)} mails of the last {RESCAN_DAYS} days "
            f"are read again, and those are not answered by the machine"
        )
        self.say(NoticeKind.RESCAN, sentence, folder=name, count=len(pending), alarm=True)
        cursor = Cursor(self.mailbox, name, uid_validity, status.uid_next - 1)
        folder = self.folders[name] = Folder(name, cursor, pending=pending, live_from=status.uid_next)
        return folder

    def _read(self, folder: Folder) -> None:
        """Fetch and store everything that is new in the selected folder, until a search finds nothing more."""
        while True:
            new = self.server.uids_after(folder.cursor.last_uid)
            self._gone(folder, set(folder.trouble) - {*new, *folder.pending})
            folder.advance(new)
            outstanding = [uid for uid in (*folder.pending, *new) if uid not in folder.settled]
            healthy = [uid for uid in outstanding if uid not in folder.trouble]
            now = self.clock.now()
            due = [uid for uid in outstanding if uid in folder.trouble and folder.trouble[uid].again_at <= now]
            if not healthy and not due:
                return
            for start in range(0, len(healthy), SIZES_AT_ONCE):
                self._take(folder, healthy[start : start + SIZES_AT_ONCE], new)
            for uid in due:
                self._take(folder, [uid], new)

    def _take(self, folder: Folder, uids: Sequence[int], new: Sequence[int]) -> None:
        """Fetch and store these mails, batch by batch; those that exist no longer are settled."""
        with self._blaming(folder, uids):
            sizes = self.server.sizes(uids)
        self._gone(folder, set(uids) - {size.uid for size in sizes})
        for batch in batches(sizes):
            self._lease_for(sum(size.size for size in batch))
            with self._blaming(folder, [size.uid for size in batch]):
                mails = fetch(self.server, batch)
            self.reached("receive.fetched")
            self._store(folder, mails, new)
            self._look_for(folder, {size.uid for size in batch} - {mail.uid for mail in mails})

    def _lease_for(self, size: int) -> None:
        """Before a fetch that may outlast the lease, make it longer."""
        if size // SLOWEST_LINE > LEASE_SECONDS // 2:
            before = self.held
            if not self.lease(LEASE_SECONDS + size // SLOWEST_LINE) or before is None or self.held is None:
                raise LeaseLost("another process has taken over this mailbox")
            if self.held.token != before.token:
                raise LeaseLost("another process has had this mailbox meanwhile")

    def _store(self, folder: Folder, mails: Sequence[FetchedMail], new: Sequence[int]) -> None:
        """Mail rows and cursor in one commit (P1)."""
        now = self.clock.now()
        if not mails:
            return
        done = Folder(folder.name, folder.cursor, folder.settled | {mail.uid for mail in mails}, pending=folder.pending)
        cursor = done.advance(new)
        seen = [glance(self.look, mail.raw) for mail in mails]
        added = 0
        with self.store.begin(ACTOR, now) as work:
            lease = self._renew(work, now)
            for mail, first in zip(mails, seen, strict=True):
                origin = Origin.RESCAN if mail.uid < folder.live_from else Origin.LIVE
                added += work.add_mail(record(work, self.ids, cursor, mail, first, origin, now))
            if not done.pending:
                work.save_cursor(cursor, lease, now)
            self.reached("receive.before_commit")
        self.reached("receive.stored")
        self.failures = 0
        for mail in mails:
            if folder.settle(mail.uid):
                self._back(folder, mail.uid, "is stored now")
        folder.advance(new)
        if added:
            sentence = f"{added} mails stored from {folder.name}"
            self.say(NoticeKind.STORED, sentence, folder=folder.name, count=added)

    def _sign_of_life(self) -> None:
        """Write the cursors even where they did not move: their date says when the folder was last looked at."""
        now = self.clock.now()
        with self.store.begin(ACTOR, now) as work:
            lease = self._renew(work, now)
            for folder in (self.folders[name] for name in self.names):
                if not folder.pending:
                    work.save_cursor(folder.cursor, lease, now)
        self.failures = 0
        if self.failing:
            self.failing = False
            self.say(NoticeKind.RECOVERED, "the mailbox is read again")
        self.say(NoticeKind.SEEN, "all folders were looked at")

    # -- mails that cannot be fetched -----------------------------------------------------------

    @contextmanager
    def _blaming(self, folder: Folder, uids: Sequence[int]) -> Iterator[None]:
        """If the server fails us now, one of these mails may be why: each is asked for alone from now on."""
        try:
            yield
        except MailboxFault as fault:
            for uid in uids:
                self._blame(folder, uid, str(fault))
            raise

    def _blame(self, folder: Folder, uid: int, why: str) -> None:
        attempts = folder.trouble[uid].attempts + 1 if uid in folder.trouble else 1
        # The first fault is most often the line's, not the mail's: the second attempt follows at once.
        wait = 0.0 if attempts == 1 else min(LONGEST_MAIL_PAUSE, FIRST_MAIL_PAUSE * 2.0 ** min(attempts - 2, 30))
        folder.trouble[uid] = Trouble(attempts, self.clock.now() + timedelta(seconds=wait))
        if attempts > 1:
            self.say(
                NoticeKind.MAIL_TROUBLE,
                f"mail {uid} of folder {folder.name} could not be fetched {attempts} times; the others go on ({why})",
                folder=folder.name,
                uid=uid,
                count=attempts,
                alarm=attempts >= ALARM_AFTER,
            )

    def _look_for(self, folder: Folder, absent: set[int]) -> None:
        """Mails that were not in the answer: gone, or there and not handed out."""
        if not absent:
            return
        there = {size.uid for size in self.server.sizes(sorted(absent))}
        self._gone(folder, absent - there)
        for uid in sorted(there):
            self._blame(folder, uid, "the mail server lists it and does not hand it out")

    def _gone(self, folder: Folder, uids: set[int]) -> None:
        for uid in sorted(uids):
            if folder.settle(uid):
                self._back(folder, uid, "exists no longer on the mail server")

    def _back(self, folder: Folder, uid: int, what: str) -> None:
        self.say(NoticeKind.MAIL_BACK, f"mail {uid} of folder {folder.name} {what}", folder=folder.name, uid=uid)
