"""ZIP archives: listed, and what can be read of their members within the limits; nothing is written to disk."""

from __future__ import annotations

import zipfile

from . import limits
from .package import Package
from .reading import OVER_LIMITS, PASSWORD, Budget, Enclosed, Reading, Unreadable
from .sniff import ZIP

_ENCRYPTED = 0x1
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")


def read(content: bytes, budget: Budget, enclosed: Enclosed) -> Reading:
    """Every member by name, with its text beneath it or, in brackets, why there is none."""
    package = Package(content)
    members = [
        info for info in package.members if not info.filename.startswith(_JUNK) and not info.filename.endswith(_JUNK)
    ]
    if members and all(info.flag_bits & _ENCRYPTED for info in members):
        # the directory of a protected archive is in the clear: names are worth having, and no more
        return Reading(ZIP, "\n".join(f"[{show_name(info.filename)}: {PASSWORD}]" for info in members), PASSWORD)
    pieces = [_member(package, info, budget, enclosed) for info in members]
    return Reading(ZIP, "\n\n".join(pieces)) if pieces else Reading(ZIP, None, "empty")


def _member(package: Package, info: zipfile.ZipInfo, budget: Budget, enclosed: Enclosed) -> str:
    if info.flag_bits & _ENCRYPTED:
        return f"[{show_name(info.filename)}: {PASSWORD}]"
    if not budget.spend(info.file_size):
        return f"[{show_name(info.filename)}: {OVER_LIMITS}]"
    try:
        content = package.read_info(info)
    except Unreadable as why:
        return f"[{show_name(info.filename)}: {why.note}]"
    return enclose(info.filename, "", content, budget, enclosed)


def enclose(name: str, declared: str, content: bytes, budget: Budget, enclosed: Enclosed) -> str:
    """A document within a document as a stretch of text under its name; the caller has paid for it."""
    inner = Budget(budget.depth - 1, budget.members, budget.unpacked)
    reading = enclosed(content, name, declared, inner)
    budget.members, budget.unpacked = inner.members, inner.unpacked
    if reading.text is None:
        return f"[{show_name(name)}: {reading.note or 'not read'}]"
    note = f": {reading.note}" if reading.note else ""
    return f"[{show_name(name)}{note}]\n{reading.text[: limits.MAX_TEXT]}"


def show_name(name: str) -> str:
    """A file name on one line, without brackets, of bearable length."""
    return " ".join(name.replace("[", "(").replace("]", ")").split())[:200] or "unnamed"
