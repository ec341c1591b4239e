"""Sealed values, wrapped data keys and keyed hashes. Bytes in, bytes out; no database here.

A sealed value is ``version (1 byte) · key id (4) · nonce (12) · ciphertext and tag``: AES-256-GCM
(NIST SP 800-38D) with table, column and row id as associated data, so that a value which is moved to
another row or column does not open. Values are sealed with a *data key* per owner (a mail, a person,
an event, a case, an outbox row); the data key is itself sealed with the service key. Destroying the
data key erases everything under it, in every copy of the row, backups of the table included.

A data key seals few values (some dozens at most), so random nonces of 96 bits cannot meet
(SP 800-38D §8.3 allows 2**32 per key).

Keyed hashes are HMAC-SHA-256 (RFC 2104) under the index key, the sort of value leading as domain
separation: the same text as ``victim`` and as ``address`` gives different hashes. Equal values give
equal hashes: who reads the database sees *that* two rows share a telephone number, never which.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mailflow.errors import KeyFault, StoreFault
from mailflow.model.records import MatchKey

from .keys import KEY_BYTES, Chance, KeyFile, Secret, key_id

VERSION = 1
KEY_ID_BYTES = 4
NONCE_BYTES = 12
HEAD_BYTES = 1 + KEY_ID_BYTES


def _place(table: str, column: str, row_id: str) -> bytes:
    return b"\0".join((b"mailflow", table.encode(), column.encode(), row_id.encode()))


def seal(secret: bytes, place: tuple[str, str, str], value: bytes, chance: Chance) -> bytes:
    """Seal ``value`` for one place (table, column, row id)."""
    head = bytes([VERSION]) + bytes.fromhex(key_id(secret))
    nonce = chance(NONCE_BYTES)
    return head + nonce + AESGCM(secret).encrypt(nonce, value, head + _place(*place))


def unseal(secret: bytes, place: tuple[str, str, str], sealed: bytes) -> bytes:
    """Open a sealed value. ``StoreFault`` when it was changed, moved, or belongs to another key."""
    head, nonce, body = sealed[:HEAD_BYTES], sealed[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES], sealed[17:]
    try:
        if head != bytes([VERSION]) + bytes.fromhex(key_id(secret)):
            raise InvalidTag
        return AESGCM(secret).decrypt(nonce, body, head + _place(*place))
    except (InvalidTag, ValueError):
        raise StoreFault(
            f"The sealed value {place[0]}.{place[1]} of row {place[2]} was changed or moved outside mailflow: "
            "restore that row from a backup."
        ) from None


def sealed_with(sealed: bytes) -> str:
    """The id of the key that a value was sealed with."""
    return sealed[1:HEAD_BYTES].hex()


def new_data_key(chance: Chance) -> bytes:
    """A fresh data key."""
    return chance(KEY_BYTES)


def wrap(keys: KeyFile, owner: tuple[str, str], data_key: bytes, chance: Chance) -> tuple[str, bytes]:
    """(service key id, the data key of that owner (table, row id) sealed under the newest service key)."""
    return keys.newest.id, seal(keys.newest.key, ("data_key", owner[0], owner[1]), data_key, chance)


def unwrap(keys: KeyFile, owner: tuple[str, str], wrapped: bytes) -> bytes:
    """The data key. ``KeyFault`` when its service key is not in our file."""
    secret = keys.sealing_key(sealed_with(wrapped))
    return unseal(secret.key, ("data_key", owner[0], owner[1]), wrapped)


def hash_of(keys: KeyFile, sort: str, value: str) -> MatchKey:
    """The keyed hash of a normalised value: 64 hexadecimal digits."""
    text = sort.encode() + b"\0" + value.encode("utf-8", "surrogatepass")
    return MatchKey(sort, hmac.new(keys.index.key, text, hashlib.sha256).hexdigest())


def mac(secret: Secret, *parts: str | int) -> str:
    """HMAC-SHA-256 over a list of parts that cannot run into each other (written as JSON)."""
    return hmac.new(secret.key, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


# -- does this key belong to this database? -----------------------------------------------------

CHECK_NAMES = ("check.sealing", "check.index", "check.audit")


def check_values(keys: KeyFile, chance: Chance) -> dict[str, bytes]:
    """What a database remembers of the service key that it is sealed with."""
    return {
        "check.sealing": seal(keys.newest.key, ("meta", "value", "check.sealing"), b"mailflow", chance),
        "check.index": hash_of(keys, "check", "mailflow").hash.encode(),
        "check.audit": mac(keys.audit, "check", "mailflow").encode(),
    }


def check_keys(keys: KeyFile, remembered: dict[str, bytes]) -> None:
    """``KeyFault`` unless ``keys`` is what the database was sealed with."""
    try:
        sealed = remembered["check.sealing"]
        fits = (
            unseal(keys.sealing_key(sealed_with(sealed)).key, ("meta", "value", "check.sealing"), sealed) == b"mailflow"
            and hmac.compare_digest(remembered["check.index"], hash_of(keys, "check", "mailflow").hash.encode())
            and hmac.compare_digest(remembered["check.audit"], mac(keys.audit, "check", "mailflow").encode())
        )
    except (KeyFault, StoreFault, KeyError):
        fits = False
    if not fits:
        raise KeyFault(
            f"The service key in {keys.source} is not the one that this database was sealed with; nothing was "
            "written. Put back its key file, or name another database (`mailflow keys init` makes keys for a new one)."
        )


# -- one row ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowSealer:
    """Seals and opens the columns of one row. Empty values are kept as NULL.

    ``data_key`` is ``None`` when it was destroyed: everything then reads as empty, and nothing
    can be sealed any more.
    """

    table: str
    row_id: str
    data_key: bytes | None = field(repr=False)
    chance: Chance = field(repr=False)

    def blob(self, column: str, value: bytes) -> bytes | None:
        """Seal bytes."""
        if not value:
            return None
        if self.data_key is None:
            raise StoreFault(f"{self.table} {self.row_id} was erased: nothing can be written to it any more.")
        return seal(self.data_key, (self.table, column, self.row_id), value, self.chance)

    def text(self, column: str, value: str) -> bytes | None:
        """Seal text; lone surrogates of broken mail pass through."""
        return self.blob(column, value.encode("utf-8", "surrogatepass"))

    def tree(self, column: str, value: dict[str, Any]) -> bytes | None:
        """Seal a tree of plain values (JSON)."""
        return self.blob(column, json.dumps(value, separators=(",", ":")).encode() if value else b"")

    def open_blob(self, column: str, sealed: bytes | None) -> bytes:
        """What was sealed by :meth:`blob`; empty when it is empty or erased."""
        if sealed is None or self.data_key is None:
            return b""
        return unseal(self.data_key, (self.table, column, self.row_id), sealed)

    def open_text(self, column: str, sealed: bytes | None) -> str:
        """What was sealed by :meth:`text`."""
        return self.open_blob(column, sealed).decode("utf-8", "surrogatepass")

    def open_tree(self, column: str, sealed: bytes | None) -> dict[str, Any]:
        """What was sealed by :meth:`tree`."""
        found = self.open_blob(column, sealed)
        tree: dict[str, Any] = json.loads(found) if found else {}
        return tree
