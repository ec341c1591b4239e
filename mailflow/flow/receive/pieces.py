"""Steps that watching and backfilling share: find a folder, cut into batches, fetch one, make rows of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from mailflow.flow.ports import Ids, MailServer, Work
from mailflow.model.mail import Cursor, FetchedMail, FirstLook, FolderStatus, MailSize, Origin
from mailflow.model.records import MailRecord

ACTOR = "journey:receive"

BATCH_MAILS = 100
"""Mails in one request and one commit: more gains 13 % of speed and costs as much work again after a crash."""
BATCH_BYTES = 16 * 1024 * 1024
"""Bytes in one request; a larger mail comes alone, in parts, so that memory stays bounded whoever writes to us."""
SIZES_AT_ONCE = 1_000
"""UIDs whose sizes are asked for before fetching begins: after a long absence work still goes in steps."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds: pauses between attempts to connect double from the one to the other, with full jitter, so that
hundreds of mailboxes do not come back to a recovering server at one moment."""

EPOCH = 2**32
"""UIDVALIDITY is a 32-bit number (RFC 3501 §9, nz-number); what we store counts epochs above it."""

RISK_PRIORITY = 10
"""Claimed before everything else (DESIGN §4, receive)."""

JUNK_USE = "\\Junk"
JUNK_NAMES = ("Junk", "Junk E-mail", "Junk Email", "Junk-E-Mail", "Bulk Mail", "Spam")
"""Names of the spam folder by habit of servers (Dovecot, Exchange, Outlook.com, Gmail), where none is marked."""

Look = Callable[[bytes], FirstLook]
"""``parse.first_look`` with the risk words of the profile."""


def pause(failures: int, chance: float) -> float:
    """Seconds until the next attempt after so many failures in a row: exponential with full jitter."""
    return chance * min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 30))


def resolve(name: str, server: MailServer) -> str | None:
    """The server's name of a folder that people named; ``None`` when there is none.

    INBOX is INBOX in any case (RFC 3501 §5.1). The spam folder is found by its exact name, by SPECIAL-USE
    (RFC 6154 §2), or by the names that servers give it.
    """
    there = server.folders()
    if name in there:
        return name
    if name.upper() == "INBOX":
        return "INBOX"
    habitual = {junk.casefold() for junk in JUNK_NAMES}
    if name == JUNK_USE or name.casefold() in habitual:
        marked = server.special_folder(JUNK_USE)
        if marked is not None:
            return marked
        # "INBOX.Spam", "INBOX/Junk": folders below INBOX, as Courier and Cyrus have them.
        return next((found for found in there if found.replace("/", ".").split(".")[-1].casefold() in habitual), None)
    return None


def batches(sizes: Sequence[MailSize]) -> Iterator[tuple[MailSize, ...]]:
    """Cut into batches of at most ``BATCH_MAILS`` mails and ``BATCH_BYTES`` bytes; a larger mail is one of its own."""
    batch: list[MailSize] = []
    total = 0
    for mail in sizes:
        if batch and (len(batch) == BATCH_MAILS or total + mail.size > BATCH_BYTES):
            yield tuple(batch)
            batch, total = [], 0
        batch.append(mail)
        total += mail.size
    if batch:
        yield tuple(batch)


def fetch(server: MailServer, batch: Sequence[MailSize]) -> list[FetchedMail]:
    """The mails of a batch that the server hands out: in one request, or a large one in parts."""
    if len(batch) == 1 and batch[0].size > BATCH_BYTES:
        whole = server.fetch_large(batch[0].uid, batch[0].size)
        return [] if whole is None else [whole]
    return list(server.fetch([mail.uid for mail in batch]))


def numbering(cursor: Cursor, status: FolderStatus) -> int:
    """The ``uid_validity`` that mails of this folder are stored under: the cursor's own while its numbers hold,
    another one when the server numbers anew or gives old numbers again (see the package)."""
    epoch = cursor.uid_validity // EPOCH * EPOCH
    if cursor.uid_validity - epoch != status.uid_validity:
        return epoch + status.uid_validity
    if status.uid_next <= cursor.last_uid:
        return cursor.uid_validity + EPOCH
    return cursor.uid_validity


def glance(look: Look, raw: bytes) -> FirstLook:
    """A first look that cannot fail: done before the transaction begins, for it reads up to 64 kB of text."""
    try:
        return look(raw)
    except Exception:  # noqa: BLE001 - first_look never raises; were it to, the mail must be stored all the same
        # (P3), and what could not be looked at may be about danger.
        return FirstLook(sender_address="", at_risk=True)


def record(
    work: Work, ids: Ids, cursor: Cursor, mail: FetchedMail, seen: FirstLook, origin: Origin, now: datetime
) -> MailRecord:
    """The row of a mail, with what the first look says of its urgency and its sender."""
    return MailRecord(
        id=ids.new(),
        mailbox=cursor.mailbox,
        folder=cursor.folder,
        uid_validity=cursor.uid_validity,
        uid=mail.uid,
        internal_date=mail.internal_date,
        received_at=now,
        raw=mail.raw,
        origin=origin,
        priority=RISK_PRIORITY if seen.at_risk else 0,
        sender_hash=work.hash_of("address", seen.sender_address).hash if seen.sender_address else "",
    )
