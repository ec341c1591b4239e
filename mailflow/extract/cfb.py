"""The Compound File Binary format: the old Office files, Outlook's ``.msg``, encrypted Office files.

Reads the directory and whole streams out of bytes; nothing else. Source: [MS-CFB]. Every chain has a
bound, for a hostile file allocation table may go round in a circle.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from . import limits

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks (end of chain, free …), not sectors (§2.1)."""
_NO_STREAM = 0xFFFFFFFF
_HEADER_DIFAT = 109
_ENTRY = 128
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class Damaged(Exception):
    """The bytes are no compound file, or one that cannot be followed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One storage (folder) or stream (file); ``path`` names it from the root, without the root."""

    name: str
    kind: int
    start: int
    size: int
    path: tuple[str, ...]


def is_whole(content: bytes) -> bool:
    """True when the directory can be followed."""
    try:
        CompoundFile(content)
    except Damaged:
        return False
    return True


class CompoundFile:
    """The streams of a compound file. Raises ``Damaged``."""

    def __init__(self, content: bytes) -> None:
        if not content.startswith(MAGIC) or len(content) < 512:
            raise Damaged
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise Damaged
        self._sector = 1 << shift
        self._mini = 1 << mini_shift
        first_directory, _, self._cutoff, first_mini, _, first_difat, difat_count = struct.unpack_from(
            "<7I", content, 48
        )
        self._fat = self._read_fat(first_difat, difat_count)
        self._mini_fat = self._numbers(self._chain(first_mini)) if first_mini < _END else ()
        self.entries = self._read_directory(first_directory)
        self._streams: dict[tuple[str, ...], Entry] = {}
        self._children: dict[tuple[str, ...], list[Entry]] = {}
        for entry in self.entries:
            if entry.kind == _STREAM:
                self._streams.setdefault(entry.path, entry)
            if entry.path:
                self._children.setdefault(entry.path[:-1], []).append(entry)
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        self._mini_stream = self._chain(root.start) if root and root.start < _END else b""

    def stream(self, *path: str) -> bytes | None:
        """The bytes of the stream of that path; ``None`` when there is none."""
        entry = self._streams.get(path)
        return self._bytes(entry) if entry is not None else None

    def children(self, *path: str) -> tuple[Entry, ...]:
        """The entries directly within a storage, in the order of the directory's tree."""
        return tuple(self._children.get(path, ()))

    def _bytes(self, entry: Entry) -> bytes:
        if entry.size > len(self._content):
            raise Damaged
        if entry.size >= self._cutoff:
            return self._chain(entry.start)[: entry.size]
        parts, number, left = [], entry.start, entry.size
        while left > 0:
            if number >= len(self._mini_fat):
                raise Damaged
            parts.append(self._mini_stream[number * self._mini : (number + 1) * self._mini])
            number = self._mini_fat[number]
            left -= self._mini
        return b"".join(parts)[: entry.size]

    def _sector_bytes(self, number: int) -> bytes:
        at = (number + 1) * self._sector
        piece = self._content[at : at + self._sector]
        if not piece:
            raise Damaged
        return piece.ljust(self._sector, b"\0")

    def _read_fat(self, difat: int, count: int) -> tuple[int, ...]:
        sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT}I", self._content, 76))
        seen = 0
        while difat < _END and seen < min(count, limits.MAX_CFB_SECTORS):
            numbers = struct.unpack(f"<{self._sector // 4}I", self._sector_bytes(difat))
            sectors.extend(numbers[:-1])
            difat = numbers[-1]
            seen += 1
        wanted = [number for number in sectors if number < _END]
        if len(wanted) > len(self._content) // self._sector + 1:
            raise Damaged
        return self._numbers(b"".join(self._sector_bytes(number) for number in wanted))

    @staticmethod
    def _numbers(content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])

    def _chain(self, number: int) -> bytes:
        parts: list[bytes] = []
        while number < _END:
            if number >= len(self._fat) or len(parts) > min(limits.MAX_CFB_SECTORS, len(self._content) // self._sector):
                raise Damaged
            parts.append(self._sector_bytes(number))
            number = self._fat[number]
        return b"".join(parts)

    def _read_directory(self, first: int) -> tuple[Entry, ...]:
        content = self._chain(first)
        count = len(content) // _ENTRY
        entries: list[Entry] = []
        # (entry number, path of the storage it is in); siblings form a red-black tree (§2.6.4)
        waiting: list[tuple[int, tuple[str, ...]]] = [(0, ())]
        seen: set[int] = set()
        while waiting:
            number, folder = waiting.pop()
            if number == _NO_STREAM or number >= count or number in seen:
                continue
            seen.add(number)
            raw = content[number * _ENTRY : (number + 1) * _ENTRY]
            length, kind, _, left, right, child = struct.unpack_from("<HBBIII", raw, 64)
            start, size = struct.unpack_from("<IQ", raw, 116)
            if self._sector == 512:
                size &= 0xFFFFFFFF
            name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            path = () if kind == _ROOT else (*folder, name)
            if kind in (_STORAGE, _STREAM, _ROOT):
                entries.append(Entry(name, kind, start, size, path))
            waiting.append((right, folder))
            if kind in (_STORAGE, _ROOT) and len(path) < limits.MAX_CFB_DEPTH:
                waiting.append((child, path))
            waiting.append((left, folder))
        if not entries:
            raise Damaged
        return tuple(entries)
