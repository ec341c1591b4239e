"""Backfill: history comes in as records. The machine never answers it, and its reminders start held."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mailflow.errors import MailboxFault
from mailflow.flow.ports import Clock, Ids, MailServer, Reached, Store, unheard
from mailflow.flow.receive.notices import Listener, Notice, NoticeKind, unlistened
from mailflow.flow.receive.pieces import (
    ACTOR,
    BATCH_MAILS,
    Look,
    batches,
    fetch,
    glance,
    numbering,
    pause,
    record,
    resolve,
)
from mailflow.model.mail import Cursor, FolderStatus, Origin

ATTEMPTS = 3
"""At one mail; then it is named in the outcome, and the next backfill tries it again."""
FAULTS_IN_A_ROW = 5
"""Faults without a stored mail between them, after which a backfill gives up and says why."""
CURSOR_LEASE_SECONDS = 30
"""For the one write that says from where on mail is live."""
CURSOR_WAIT_SECONDS = 60.0
"""How long we wait for another process, which has just begun to watch, to write that itself."""


@dataclass(slots=True)
class Backfilled:
    """What became of a backfill."""

    stored: int = 0
    """Mails that are new here."""
    known: int = 0
    """Mails that were here already: by an earlier backfill or by watching."""
    failed: list[tuple[str, int]] = field(default_factory=list)
    """(folder, UID) of mails that the server did not hand out."""
    missing: list[str] = field(default_factory=list)
    """Folders that do not exist."""
    finished: bool = False
    """False when it was stopped; run it again, or with ``after``."""
    reached_uid: dict[str, int] = field(default_factory=dict)
    """The last UID of each folder that was dealt with: the next call's ``after``."""


def backfill(
    mailbox: str,
    folders: Sequence[str],
    since: datetime,
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
    after: Mapping[str, int] | None = None,
) -> Backfilled:
    """Store what arrived since that day (INTERNALDATE) as ``Origin.BACKFILL``.

    Only mails up to the cursor of watching are history; what came after it is left to watching, as live mail.
    Where a folder was never watched, the cursor is written first, so that no mail which arrives meanwhile falls
    between the two. The cursor is never moved otherwise. May be run again at any time, also while another process
    watches: a mail is stored once, whoever comes first. ``after`` (folder → UID) spares fetching what an interrupted
    run has dealt with.

    Raises ``MailboxFault`` when the server fails ``FAULTS_IN_A_ROW`` times in a row, ``StoreFault`` at once.
    """
    run = _Backfill(mailbox, since, server, store, clock, ids, look, owner, stop, chance, listener, reached)
    server.open()
    try:
        for wanted in folders:
            name = resolve(wanted, server)
            if name is None:
                run.outcome.missing.append(wanted)
                run.say(NoticeKind.FOLDER_MISSING, f"there is no folder {wanted}")
            else:
                run.folder(name, (after or {}).get(name, 0))
        run.outcome.finished = not stop.is_set()
        return run.outcome
    finally:
        server.close()


@dataclass(slots=True)
class _Backfill:
    mailbox: str
    since: datetime
    server: MailServer
    store: Store
    clock: Clock
    ids: Ids
    look: Look
    owner: str
    stop: threading.Event
    chance: Callable[[], float]
    listener: Listener
    reached: Reached
    outcome: Backfilled = field(default_factory=Backfilled)
    faults: int = 0

    def say(self, kind: NoticeKind, sentence: str, *, folder: str = "", uid: int = 0, alarm: bool = False) -> None:
        looked_at = self.outcome.stored + self.outcome.known
        self.listener(Notice(kind, self.mailbox, self.clock.now(), sentence, folder, uid, looked_at, alarm))

    def folder(self, name: str, after: int) -> None:
        """All history of one folder, oldest first."""
        status = self.server.select(name)
        cursor = self._live_cursor(name, status)
        uid_validity = numbering(cursor, status)
        # Under new numbers the cursor of watching says nothing: what is here now is history.
        last = cursor.last_uid if uid_validity == cursor.uid_validity else status.uid_next - 1
        place = Cursor(self.mailbox, name, uid_validity, last)
        uids = [uid for uid in self.server.uids_since(self.since) if after < uid <= last]
        groups = deque(uids[start : start + BATCH_MAILS] for start in range(0, len(uids), BATCH_MAILS))
        attempts: dict[int, int] = {}
        while groups and not self.stop.is_set():
            group = groups.popleft()
            try:
                self._take(place, group)
            except MailboxFault as fault:
                if len(group) > 1:
                    # One of them may be why the server failed: ask for each alone.
                    groups.extendleft([uid] for uid in reversed(group))
                else:
                    attempts[group[0]] = attempts.get(group[0], 0) + 1
                    if attempts[group[0]] >= ATTEMPTS:
                        del attempts[group[0]]
                        self._give_up(name, group[0], str(fault))
                    else:
                        groups.append(group)
                self._connect_again(name, status, fault)
            else:
                self.faults = 0
                attempts.pop(group[0], None)
                before_retries = min(attempts, default=group[-1] + 1) - 1
                self.outcome.reached_uid[name] = max(
                    self.outcome.reached_uid.get(name, 0), min(group[-1], before_retries)
                )
                self.say(NoticeKind.PROGRESS, f"{name} is read up to mail {group[-1]}", folder=name, uid=group[-1])

    def _take(self, place: Cursor, uids: Sequence[int]) -> None:
        """Fetch and store one group; what is gone is gone."""
        for batch in batches(self.server.sizes(uids)):
            mails = fetch(self.server, batch)
            self.reached("receive.fetched")
            seen = [glance(self.look, mail.raw) for mail in mails]
            now = self.clock.now()
            added = 0
            with self.store.begin(ACTOR, now) as work:
                for mail, first in zip(mails, seen, strict=True):
                    added += work.add_mail(record(work, self.ids, place, mail, first, Origin.BACKFILL, now))
                self.reached("receive.before_commit")
            self.reached("receive.stored")
            self.outcome.stored += added
            self.outcome.known += len(mails) - added
            absent = {size.uid for size in batch} - {mail.uid for mail in mails}
            for size in self.server.sizes(sorted(absent)):
                self._give_up(place.folder, size.uid, "the mail server lists it and does not hand it out")

    def _give_up(self, folder: str, uid: int, why: str) -> None:
        self.outcome.failed.append((folder, uid))
        sentence = f"mail {uid} of folder {folder} could not be fetched; the others go on ({why})"
        self.say(NoticeKind.MAIL_TROUBLE, sentence, folder=folder, uid=uid, alarm=True)

    def _connect_again(self, name: str, status: FolderStatus, fault: MailboxFault) -> None:
        while True:
            self.faults += 1
            if self.faults >= FAULTS_IN_A_ROW:
                raise fault
            self.say(NoticeKind.FAULT, str(fault), folder=name)
            self.server.close()
            if self.stop.wait(pause(self.faults, self.chance())):
                return
            try:
                self.server.open()
                again = self.server.select(name)
            except MailboxFault as next_fault:
                fault = next_fault
                continue
            if again.uid_validity != status.uid_validity:
                raise MailboxFault(f"the mail server numbered folder {name} anew meanwhile; run the backfill once more")
            return

    def _live_cursor(self, name: str, status: FolderStatus) -> Cursor:
        """Where live mail begins; written now when the folder was never watched."""
        waited = 0.0
        while True:
            now = self.clock.now()
            with self.store.begin(ACTOR, now) as work:
                cursor = work.cursor(self.mailbox, name)
                if cursor is not None:
                    return cursor
                lease = work.lease_mailbox(self.mailbox, self.owner, now, CURSOR_LEASE_SECONDS)
                if lease is not None:
                    cursor = Cursor(self.mailbox, name, status.uid_validity, status.uid_next - 1)
                    work.save_cursor(cursor, lease, now)
                    work.release_mailbox(lease)
                    return cursor
            if waited >= CURSOR_WAIT_SECONDS or self.stop.wait(1.0):
                raise MailboxFault(
                    f"another process watches mailbox {self.mailbox}, but not folder {name}; "
                    f"add the folder to its settings or stop it, then run the backfill again"
                )
            waited += 1.0
