"""Saved states of a profile: what the rules were before, so that a change can be compared and taken back.

Beside the profile's files lies the folder ``.history``, in it one ZIP file a state, ``0003.zip``: all files of it,
and ``saved.json`` with when, by whom and why. Any program can open them; no version control is needed, and none is in
the way. A state is never changed and never removed by mailflow. A roll-back sets the present files aside as a state of
its own first, so that it can be taken back too.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from mailflow.errors import Environment, UseError

from .profile import PARTS

HISTORY = ".history"
NOTE = "saved.json"
MOST_BYTES = 20_000_000
"""Unpacked size of one state beyond which it is not read: no profile has a tenth of it (a ZIP bomb has)."""


@dataclass(frozen=True, slots=True)
class State:
    """One saved state of a profile."""

    number: int
    """1, 2, 3 … in the order of saving."""
    at: datetime
    """Aware, UTC."""
    by: str
    why: str
    rules_version: str
    """Empty when its rules could not be read."""
    aside: bool = False
    """Set aside by a roll-back: never taken for the rules in force."""


def states(folder: Path) -> tuple[State, ...]:
    """All saved states of a profile, oldest first. Raises ``Environment`` when one cannot be read."""
    return tuple(_state(path) for path in sorted((folder / HISTORY).glob("[0-9]*.zip")))


def last(folder: Path) -> State | None:
    """The newest state that was not set aside: what a change is compared with."""
    return next((state for state in reversed(states(folder)) if not state.aside), None)


def state_named(folder: Path, number: int) -> State:
    """The state of that number. Raises ``UseError`` when there is none."""
    known = states(folder)
    for state in known:
        if state.number == number:
            return state
    listed = ", ".join(str(state.number) for state in known) or "none"
    raise UseError(f"{folder} has no saved state {number}; there are: {listed}. `mailflow rules history` lists them.")


def files_of(folder: Path, state: State) -> dict[str, str]:
    """The files of a saved state: name → text. Raises ``Environment`` when it cannot be read."""
    path = _path(folder, state.number)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_BYTES:
                raise Environment(f"{path} is too large to be a saved profile: take it out of the folder.")
            names = [name for name in archive.namelist() if name != NOTE]
            return {name: archive.read(name).decode("utf-8") for name in names}
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise Environment(f"{path} cannot be read: {error}. Take it out of the folder.") from error


def save(
    folder: Path, files: Mapping[str, str], now: datetime, by: str, why: str, rules_version: str, *, aside: bool = False
) -> State:
    """Write one more state. Raises ``Environment`` when the folder cannot be written."""
    known = states(folder)
    state = State(known[-1].number + 1 if known else 1, now, by, why, rules_version, aside)
    note = {"at": now.isoformat(), "by": by, "why": why, "rules_version": rules_version, "aside": aside}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in ((NOTE, json.dumps(note, ensure_ascii=False, indent=1)), *sorted(files.items())):
            item = zipfile.ZipInfo(name, now.timetuple()[:6])
            item.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(item, text.encode("utf-8"))
    try:
        (folder / HISTORY).mkdir(exist_ok=True)
        with _path(folder, state.number).open("xb") as file:
            file.write(packed.getvalue())
    except OSError as error:
        raise Environment(f"{folder / HISTORY} cannot be written: {error.strerror}.") from error
    return state


def restore(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Make the profile's files these, and no others; the names of those that changed.

    A file is written whole beside its place and then moved there, so that a crash leaves none half. Raises
    ``Environment`` when the folder cannot be written.
    """
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.suffix in PARTS and path.is_file() and HISTORY not in path.relative_to(folder).parts
    }
    changed: list[str] = []
    try:
        for name, text in sorted(files.items()):
            target = folder / name
            if not target.resolve().is_relative_to(folder.resolve()):
                raise UseError(f"The saved state names a file outside the profile, {name}: it is not restored.")
            content = text.encode("utf-8")
            if name in there and there[name].read_text("utf-8", "replace") == text:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.new")
            fresh.write_bytes(content)
            fresh.replace(target)
            changed.append(name)
        for name in sorted(there.keys() - files.keys()):
            there[name].unlink()
            changed.append(name)
    except OSError as error:
        raise Environment(f"{folder} cannot be written: {error.strerror}.") from error
    return tuple(sorted(changed))


def _path(folder: Path, number: int) -> Path:
    return folder / HISTORY / f"{number:04}.zip"


def _state(path: Path) -> State:
    try:
        with zipfile.ZipFile(path) as archive:
            note = json.loads(archive.read(NOTE))
        at = datetime.fromisoformat(note["at"])
        return State(int(path.stem), at, note["by"], note["why"], note["rules_version"], bool(note["aside"]))
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise Environment(f"{path} is no saved state of a profile: take it out of the folder.") from error
