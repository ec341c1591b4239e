"""The audit chain: each row carries an HMAC over itself and the MAC of the row before, per writer.

A writer is one process (``host:pid:random``); its rows are numbered without gaps. The head of each chain
(sequence and MAC of its newest row) is kept apart and is itself under a MAC, so that who cuts off the
tail cannot make the head fit without the audit key, which is not in the database. What remains, putting
back an *old* head with an old tail, or removing a writer whole, shows against heads that were
anchored elsewhere (``heads`` every hour to a file or syslog, DESIGN §5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from sqlmodel import col

from mailflow.model.records import AuditEntry

from .desk import Desk
from .keys import KeyFile
from .sealing import mac
from .tables import AuditHeadRow, AuditRow

FAULTS_NAMED = 50
"""So many faults are named; a chain that is wholly overwritten would otherwise give a sentence a row."""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest row of a writer's chain, to be anchored outside the database."""

    writer: str
    sequence: int
    mac: str


def write_page(desk: Desk, writer: str) -> None:
    """Append the transaction's audit rows to the writer's chain; the last thing before the commit."""
    if not desk.page:
        return
    desk.session.flush()
    head = desk.row(AuditHeadRow, writer, lock=True)
    if head is None:
        desk.insert_once(_head(desk.keys, writer, 0, mac(desk.keys.audit, "genesis", writer)))
        head = desk.row(AuditHeadRow, writer, lock=True)
        assert head is not None
    sequence, chain = head.sequence, head.mac
    rows = []
    for at, act, subject, detail in desk.page:
        sequence += 1
        entry = AuditEntry(writer, sequence, at, desk.actor, act, subject, detail)
        chain = _link(desk.keys, chain, entry)
        rows.append({**asdict(entry), "mac": chain})
    desk.session.execute(insert(AuditRow), rows)
    newest = _head(desk.keys, writer, sequence, chain)
    head.sequence, head.mac, head.proof = newest.sequence, newest.mac, newest.proof
    desk.session.flush()
    desk.page.clear()


def heads(session: Session) -> tuple[AuditHead, ...]:
    """The newest row of every writer."""
    rows = session.scalars(select(AuditHeadRow).order_by(col(AuditHeadRow.writer)))
    return tuple(AuditHead(row.writer, row.sequence, row.mac) for row in rows)


def verify(session: Session, keys: KeyFile, anchored: Iterable[AuditHead] = ()) -> tuple[str, ...]:
    """Walk all chains; one sentence for each changed, missing, reordered or cut row. Empty when whole.

    ``anchored`` are heads that were written down elsewhere earlier: each must still be a row of its chain.
    """
    faults: list[str] = []
    to_find = {(head.writer, head.sequence): head.mac for head in anchored if head.sequence > 0}
    ends: dict[str, tuple[int, str]] = {}
    statement = select(AuditRow).order_by(col(AuditRow.writer), col(AuditRow.sequence))
    for row in session.scalars(statement.execution_options(yield_per=1000)):
        before, chain = ends.get(row.writer, (0, mac(keys.audit, "genesis", row.writer)))
        if row.sequence != before + 1:
            faults.append(f"Audit of {row.writer}: rows {before + 1} to {row.sequence - 1} are missing.")
        elif row.mac != _link(keys, chain, row):
            faults.append(f"Audit of {row.writer}: row {row.sequence} was changed or moved.")
        if to_find.pop((row.writer, row.sequence), row.mac) != row.mac:
            faults.append(f"Audit of {row.writer}: row {row.sequence} is not the one that was anchored.")
        ends[row.writer] = (row.sequence, row.mac)
        session.expunge(row)
    for head in session.scalars(select(AuditHeadRow)):
        sequence, chain = ends.pop(head.writer, (0, mac(keys.audit, "genesis", head.writer)))
        if head.proof != _head(keys, head.writer, head.sequence, head.mac).proof:
            faults.append(f"Audit of {head.writer}: its head was changed.")
        elif head.sequence > sequence:
            faults.append(f"Audit of {head.writer}: rows {sequence + 1} to {head.sequence} were cut off.")
        elif (head.sequence, head.mac) != (sequence, chain):
            faults.append(f"Audit of {head.writer}: row {sequence} is not the one that its head names.")
    faults += [f"Audit of {writer}: the head of its chain is missing." for writer in ends]
    faults += [f"Audit of {writer}: row {sequence} was anchored and is missing." for writer, sequence in to_find]
    if len(faults) > FAULTS_NAMED:
        return (*faults[:FAULTS_NAMED], f"… and {len(faults) - FAULTS_NAMED} more faults in the audit.")
    return tuple(faults)


def _link(keys: KeyFile, chain: str, row: AuditEntry | AuditRow) -> str:
    return mac(keys.audit, chain, row.writer, row.sequence, _iso(row.at), row.actor, row.act, row.subject, row.detail)


def _head(keys: KeyFile, writer: str, sequence: int, chain: str) -> AuditHeadRow:
    proof = mac(keys.audit, "head", writer, sequence, chain)
    return AuditHeadRow(writer=writer, sequence=sequence, mac=chain, proof=proof)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
