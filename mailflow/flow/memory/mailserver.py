"""A mail server in memory: the twin of ``mailbox/ImapServer``.

``MemoryMailHouse`` is the server with all its mailboxes; ``MemoryMailServer`` is one connection to one of
them. Both may be used from several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mailflow.errors import MailboxFault
from mailflow.model.mail import FetchedMail, FolderStatus, MailSize

FIRST_VALIDITY = 1_000
"""UIDVALIDITY of the first folder; each later one has the next number, as RFC 3501 §2.3.1.1 wants."""


@dataclass(slots=True)
class _Folder:
    """Mails by UID, and what they are numbered by."""

    uid_validity: int
    uid_next: int = 1
    special: str = ""
    mails: dict[int, FetchedMail] = field(default_factory=dict)
    modseq: int = 1


class MemoryMailHouse:
    """The server: mailboxes that come into being when they are named, each with INBOX and Junk."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._mailboxes: dict[str, dict[str, _Folder]] = {}
        self._validity = FIRST_VALIDITY
        self._away = ""
        self._unreadable: set[tuple[str, str, int]] = set()

    # -- for the hand of a test or of the demonstration ------------------------------------------

    def deliver(self, mailbox: str, raw: bytes, internal_date: datetime, folder: str = "INBOX") -> int:
        """A mail arrives; its UID. The folder is made when it is missing."""
        with self._changed:
            place = self._folders(mailbox).get(folder) or self._make(mailbox, folder)
            uid = place.uid_next
            place.uid_next += 1
            place.modseq += 1
            place.mails[uid] = FetchedMail(uid, internal_date.astimezone(UTC), raw)
            self._changed.notify_all()
            return uid

    def expunge(self, mailbox: str, uids: Sequence[int], folder: str = "INBOX") -> None:
        """Mails are deleted for good."""
        with self._changed:
            place = self._folders(mailbox)[folder]
            for uid in uids:
                place.mails.pop(uid, None)
            place.modseq += 1
            self._changed.notify_all()

    def create_folder(self, mailbox: str, folder: str, special: str = "") -> None:
        """An empty folder, with a SPECIAL-USE attribute where one is given."""
        with self._changed:
            self._make(mailbox, folder, special)

    def delete_folder(self, mailbox: str, folder: str) -> None:
        """A folder goes, with its mails."""
        with self._changed:
            del self._folders(mailbox)[folder]

    def renumber(self, mailbox: str, folder: str = "INBOX") -> int:
        """The folder gets a new UIDVALIDITY and its mails new UIDs from 1; the new UIDVALIDITY."""
        with self._changed:
            old = self._folders(mailbox)[folder]
            new = self._make(mailbox, folder, old.special)
            for mail in old.mails.values():
                new.mails[new.uid_next] = FetchedMail(new.uid_next, mail.internal_date, mail.raw)
                new.uid_next += 1
            return new.uid_validity

    def go_back(self, mailbox: str, uid_next: int, folder: str = "INBOX") -> None:
        """The server was restored from a backup: mails from that UID on are gone and their numbers are given
        again, under the same UIDVALIDITY (which RFC 3501 §2.3.1.1 forbids, and backups do)."""
        with self._changed:
            place = self._folders(mailbox)[folder]
            place.mails = {uid: mail for uid, mail in place.mails.items() if uid < uid_next}
            place.uid_next = uid_next

    def go_away(self, sentence: str) -> None:
        """From now on every command ends in a ``MailboxFault`` with that sentence; empty: the server is back."""
        with self._changed:
            self._away = sentence
            self._changed.notify_all()

    def spoil(self, mailbox: str, uid: int, folder: str = "INBOX") -> None:
        """That mail can no longer be fetched: the server drops the connection on it."""
        self._unreadable.add((mailbox, folder, uid))

    def mend(self, mailbox: str, uid: int, folder: str = "INBOX") -> None:
        """That mail can be fetched again."""
        self._unreadable.discard((mailbox, folder, uid))

    # -- inside -----------------------------------------------------------------------------------

    def _folders(self, mailbox: str) -> dict[str, _Folder]:
        if mailbox not in self._mailboxes:
            self._mailboxes[mailbox] = {}
            self._make(mailbox, "INBOX")
            self._make(mailbox, "Junk", "\\Junk")
        return self._mailboxes[mailbox]

    def _make(self, mailbox: str, folder: str, special: str = "") -> _Folder:
        made = _Folder(self._validity, special=special)
        self._validity += 1
        self._mailboxes.setdefault(mailbox, {})[folder] = made
        return made


class MemoryMailServer:
    """One connection to one mailbox of a :class:`MemoryMailHouse`; fits ``flow.ports.MailServer``."""

    def __init__(self, house: MemoryMailHouse, mailbox: str) -> None:
        self._house = house
        self._mailbox = mailbox
        self._open = False
        self._selected = ""
        self._seen_modseq = 0

    def open(self) -> None:
        """Connect. ``MailboxFault`` while the house is away."""
        if not self._open:
            with self._house._changed:
                self._refuse_when_away()
                self._open = True

    def close(self) -> None:
        """Disconnect, and end a wait at once; never raises."""
        with self._house._changed:
            self._open = False
            self._selected = ""
            self._house._changed.notify_all()

    def folders(self) -> tuple[str, ...]:
        """Names of all folders."""
        with self._house._changed:
            return tuple(self._all())

    def special_folder(self, use: str) -> str | None:
        r"""The folder with that SPECIAL-USE attribute, like ``\Junk``; ``None`` without one."""
        with self._house._changed:
            return next((name for name, folder in self._all().items() if folder.special.lower() == use.lower()), None)

    def select(self, folder: str) -> FolderStatus:
        """Open a folder."""
        with self._house._changed:
            if folder not in self._all():
                self._fail(f"the mail server refused while opening the folder {folder}")
            self._selected = folder
            place = self._place()
            self._seen_modseq = place.modseq
            return FolderStatus(folder, place.uid_validity, place.uid_next, place.modseq)

    def uids_after(self, uid: int) -> tuple[int, ...]:
        """UIDs greater than ``uid``, ascending."""
        with self._house._changed:
            place = self._place()
            self._seen_modseq = place.modseq
            return tuple(found for found in sorted(place.mails) if found > uid)

    def uids_since(self, day: datetime) -> tuple[int, ...]:
        """UIDs that arrived on or after that day, ascending."""
        with self._house._changed:
            mails = self._place().mails
            return tuple(uid for uid in sorted(mails) if mails[uid].internal_date.date() >= day.date())

    def sizes(self, uids: Sequence[int]) -> tuple[MailSize, ...]:
        """Size of each UID that still exists."""
        with self._house._changed:
            mails = self._place().mails
            return tuple(MailSize(uid, len(mails[uid].raw)) for uid in uids if uid in mails)

    def fetch(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """The mails, in the order asked for; those that are gone are left out."""
        with self._house._changed:
            mails = self._place().mails
            if any((self._mailbox, self._selected, uid) in self._house._unreadable for uid in uids):
                self._fail("the mail server closed the connection while fetching mails")
            return iter([mails[uid] for uid in uids if uid in mails])

    def fetch_large(self, uid: int, size: int) -> FetchedMail | None:
        """One mail; ``None`` when it is gone."""
        return next(self.fetch([uid]), None)

    def wait(self, seconds: float) -> bool:
        """Until the selected folder changes, at most so long; True when it did."""
        with self._house._changed:
            self._place()
            self._house._changed.wait_for(self._has_news, seconds)
            if not self._open:
                return False
            return self._place().modseq != self._seen_modseq

    # -- inside -----------------------------------------------------------------------------------

    def _has_news(self) -> bool:
        if not self._open or self._house._away:
            return True
        folder = self._house._folders(self._mailbox).get(self._selected)
        return folder is None or folder.modseq != self._seen_modseq

    def _all(self) -> dict[str, _Folder]:
        if not self._open:
            raise MailboxFault("the connection to the mail server is closed")
        self._refuse_when_away()
        return self._house._folders(self._mailbox)

    def _place(self) -> _Folder:
        folders = self._all()
        if self._selected not in folders:
            self._fail("the mail server refused: no folder is open")
        return folders[self._selected]

    def _refuse_when_away(self) -> None:
        if self._house._away:
            self._fail(self._house._away)

    def _fail(self, sentence: str) -> None:
        self._open = False
        self._selected = ""
        raise MailboxFault(sentence)
