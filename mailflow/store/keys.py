"""The service key: the file without which the database is noise.

One small TOML text holds several *sealing keys* (the newest seals, all of them open: rotation), one
*index key* (keyed hashes) and one *audit key* (the audit chain). It lives in a file of mode 0600 or,
with the same text, in an environment variable; never in the database, never in a content backup.

    [[sealing]]
    id = "9f2c41aa"                       # first 8 hex digits of a SHA-256 over the key
    made = "2026-11-23T09:00:00+00:00"
    key = "…base64 of 32 bytes…"

Everything that can be wrong with it is one :class:`~mailflow.errors.KeyFault` sentence with the way
out, raised before anything is written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailflow.errors import KeyFault

Chance = Callable[[int], bytes]
"""So many bytes that nobody can guess; ``os.urandom`` in a running service."""

KEY_BYTES = 32
"""AES-256 (NIST SP 800-38D) and HMAC-SHA-256 (RFC 2104 §3: as long as the hash)."""

LARGEST_FILE = 65536
"""A key file is about 1 kB; whatever is larger is something else, handed to us by mistake."""

FORBIDDEN_MODE = 0o037
"""Others may do nothing, the group may read at most (secrets mounted for a service are often 0440)."""

WAY_OUT = "`mailflow keys init` makes a new one; a database that was sealed before opens only with the old one"


def key_id(secret: bytes) -> str:
    """The name of a key: 8 hexadecimal digits that tell keys apart and give nothing of them away."""
    return hashlib.sha256(b"mailflow key id\0" + secret).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Secret:
    """One key with its name and the time (UTC) at which it was made."""

    id: str
    made: datetime
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The service key, read and found whole. ``source`` is where it came from, for sentences."""

    sealing: tuple[Secret, ...]
    """Oldest first; the last one seals."""
    index: Secret
    audit: Secret
    source: str = ""

    @property
    def newest(self) -> Secret:
        """The sealing key that seals from now on."""
        return self.sealing[-1]

    def sealing_key(self, name: str) -> Secret:
        """The sealing key of that id. ``KeyFault`` when this file does not hold it."""
        for secret in self.sealing:
            if secret.id == name:
                return secret
        raise KeyFault(
            f"The database was sealed with service key {name}, which {self.source} does not hold: "
            "put back the key file that belongs to this database."
        )

    @classmethod
    def create(cls, path: Path, now: datetime, chance: Chance) -> KeyFile:
        """Make a new service key and write it to ``path`` (mode 0600). Never overwrites: ``KeyFault``."""
        fresh = cls(
            sealing=(_fresh(now, chance),),
            index=_fresh(now, chance),
            audit=_fresh(now, chance),
            source=str(path),
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise KeyFault(
                f"{path} exists already and is never overwritten, for what it has sealed would be lost: "
                "`mailflow keys rotate` adds a new key to it."
            ) from None
        except OSError as error:
            raise KeyFault(f"The service key cannot be written to {path}: {error.strerror}.") from None
        _write(descriptor, fresh.to_text())
        _sync_folder(path.parent)
        return fresh

    @classmethod
    def rotate(cls, path: Path, now: datetime, chance: Chance) -> KeyFile:
        """Add a sealing key that seals from now on; the file is replaced in one step, old keys stay in it."""
        old = cls.load(path)
        fresh = cls((*old.sealing, _fresh(now, chance)), old.index, old.audit, str(path))
        beside = path.with_name(path.name + ".new")
        try:
            beside.unlink(missing_ok=True)
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            _write(descriptor, fresh.to_text())
            beside.replace(path)
        except OSError as error:
            raise KeyFault(f"The service key cannot be written to {path}: {error.strerror}.") from None
        _sync_folder(path.parent)
        return fresh

    @classmethod
    def load(cls, path: Path) -> KeyFile:
        """Read a key file. ``KeyFault`` when it is missing, open to others, unreadable or damaged."""
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            raise KeyFault(f"There is no service key at {path}: {WAY_OUT}.") from None
        except OSError as error:
            raise KeyFault(f"The service key {path} cannot be read: {error.strerror}.") from None
        if stat.S_IMODE(mode) & FORBIDDEN_MODE:
            raise KeyFault(f"The service key {path} is open to others on this machine: `chmod 600 {path}` closes it.")
        return cls.parse(content.decode("utf-8", "replace"), str(path))

    @classmethod
    def parse(cls, text: str, source: str) -> KeyFile:
        """Read the text of a key file, as it also stands in an environment variable named by ``source``."""
        if not text.strip():
            raise KeyFault(f"The service key in {source} is empty: {WAY_OUT}.")
        try:
            if len(text) > LARGEST_FILE:
                raise ValueError("it is too large")
            tree = tomllib.loads(text)
            if tree.get("version") != 1:
                raise ValueError("its version is not 1")
            listed = tree.get("sealing")
            if not isinstance(listed, list) or not listed:
                raise ValueError("it holds no sealing key")
            sealing = tuple(_secret(one) for one in listed)
            if len({secret.id for secret in sealing}) != len(sealing):
                raise ValueError("it holds a sealing key twice")
            return cls(sealing, _secret(tree.get("index")), _secret(tree.get("audit")), source)
        except ValueError as fault:
            # tomllib's own sentence may quote the text around the fault: it is never shown
            why = "it is not TOML" if isinstance(fault, tomllib.TOMLDecodeError) else str(fault)
        raise KeyFault(f"The service key in {source} is damaged ({why}): put back a whole copy of it; {WAY_OUT}.")

    def to_text(self) -> str:
        """The text of the file. It is the secret itself: never log it."""
        parts = [
            "# The service key of mailflow. Who has it and the database reads everything; who loses it reads",
            "# nothing any more. Keep a copy apart from the backups of the database.",
            "version = 1",
            "",
            *_lines("[index]", self.index),
            *_lines("[audit]", self.audit),
        ]
        for secret in self.sealing:
            parts += _lines("[[sealing]]", secret)
        return "\n".join(parts)


def _fresh(now: datetime, chance: Chance) -> Secret:
    secret = chance(KEY_BYTES)
    return Secret(key_id(secret), now.astimezone(UTC).replace(microsecond=0), secret)


def _lines(head: str, secret: Secret) -> list[str]:
    encoded = base64.b64encode(secret.key).decode("ascii")
    return [head, f'id = "{secret.id}"', f'made = "{secret.made.isoformat()}"', f'key = "{encoded}"', ""]


def _secret(entry: Any) -> Secret:
    if not isinstance(entry, dict):
        raise ValueError("the sealing, index or audit key is missing")  # noqa: TRY004 - the file is wrong, not the caller
    try:
        key = base64.b64decode(str(entry["key"]), validate=True)
        made = datetime.fromisoformat(str(entry["made"]))
        name = str(entry["id"])
    except (KeyError, ValueError, binascii.Error):
        raise ValueError("a key lacks its id, its date or its value") from None
    if len(key) != KEY_BYTES or key_id(key) != name or made.tzinfo is None:
        raise ValueError("a key does not fit its id")
    return Secret(name, made, key)


def _write(descriptor: int, text: str) -> None:
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The name of a file is kept by its folder: without this a power cut may lose a key that is in use."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
