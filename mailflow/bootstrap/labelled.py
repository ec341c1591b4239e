"""Labelled mail from disk: folders of mails with ``labels.jsonl``, and files of mails in small.

The sealed mails of the developers are never opened, whoever asks: they are scored by one command that prints totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailflow.classify.labelled import Label, Records, read_labels, read_small
from mailflow.errors import Fault, ProfileFault, UseError

LABELS = "labels.jsonl"
IN_PROFILE = "labelled"
"""The folder of a profile whose labelled mails are always tried."""
SEALED = "sealed"
LARGEST_LABELS = 20_000_000
"""Bytes of a label file; 20,000 mails have a quarter of it."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A labelled mail: as bytes, or, where it is one in small, as records."""

    label: Label
    raw: bytes | None
    records: Records | None


def specimens(paths: Sequence[Path]) -> tuple[Specimen, ...]:
    """The labelled mails of folders and files, in order. Raises ``UseError``, and ``ProfileFault`` with all faults."""
    faults: list[Fault] = []
    found = [specimen for path in paths for specimen in _of(path, faults)]
    if faults:
        raise ProfileFault(tuple(faults))
    return tuple(found)


def labelled_in(folder: Path) -> tuple[Path, ...]:
    """What a profile brings: files of mails in small and folders of mails, below its folder ``labelled``."""
    below = folder / IN_PROFILE
    if not below.is_dir():
        return ()
    files = [path for path in below.iterdir() if path.suffix == ".yaml" or (path / LABELS).is_file()]
    return tuple(sorted(files))


def _of(path: Path, faults: list[Fault]) -> Iterator[Specimen]:
    if SEALED in path.resolve().parts:
        raise UseError(f"{path} is sealed: it is scored by one command that prints totals, and used for nothing else.")
    if path.suffix in (".yaml", ".yml"):
        for label, records in read_small(str(path), _text(path), path.stem, faults):
            yield Specimen(label, None, records)
        return
    file = path if path.name == LABELS else path / LABELS
    if not file.is_file():
        raise UseError(f"{path} holds no labelled mail: a folder needs {LABELS}, a file must end in .yaml.")
    folder = file.parent
    for label in read_labels(str(file), _text(file), folder.name, faults):
        mail = folder / label.file
        if not mail.resolve().is_relative_to(folder.resolve()):
            faults.append(Fault(str(file), f"{label.file} lies outside the folder"))
            continue
        try:
            yield Specimen(label, mail.read_bytes(), None)
        except OSError as error:
            faults.append(Fault(str(file), f"{label.file} cannot be read: {error.strerror}"))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_LABELS:
            raise UseError(f"{path} is larger than 20 MB, which no file of labels is.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UseError(f"{path} cannot be read as UTF-8 text: {error}.") from error
