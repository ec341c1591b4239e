"""The workbench of the rules: one or two states of a profile, opened beside each other, and mail to try them on.

Opens what ``mailflow rules`` needs: the files of a profile, its saved states, labelled mail, the stored mail of the
service. It reads all of it; what it writes are saved states, restored files and the fitted file, each on demand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from mailflow.classify import Example, Ruleset, classify, load, rehearse
from mailflow.classify.care import advised, shown
from mailflow.classify.labelled import Label, Records
from mailflow.classify.retrain import FITTED
from mailflow.config import Settings, load_settings, saved
from mailflow.config.lookups import load_lookups
from mailflow.config.profile import profile_files, profile_folder, rule_files
from mailflow.errors import Environment, Fault, ProfileFault, UseError
from mailflow.flow.rehearse import Remembered, judge_twice, remembered, understand_whatever
from mailflow.flow.understand import Mind
from mailflow.model.lookups import Lookups
from mailflow.model.verdict import Verdict
from mailflow.store import SqlStore

from .house import key_of, open_mind, with_own_addresses
from .labelled import LABELS, Specimen, labelled_in, specimens
from .system import SystemClock, SystemIds


@dataclass(frozen=True, slots=True)
class Rules:
    """One state of the rules, ready to judge."""

    name: str
    """``the edited rules``, ``saved state 3`` …: how people are told of it."""
    files: Mapping[str, str]
    """All files of the profile."""
    ruleset: Ruleset
    lookups: Lookups


@dataclass(frozen=True, slots=True)
class Tried:
    """A mail, judged by two states of the rules."""

    name: str
    label: Label | None
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Workbench:
    """A profile on the bench."""

    folder: Path
    settings: Settings | None
    config: Path
    clock: SystemClock = field(default_factory=SystemClock)

    @property
    def is_brought(self) -> bool:
        """True for the profile that mailflow brings: the next release overwrites it."""
        return self.folder.resolve() == profile_folder().resolve()

    @property
    def labelled(self) -> tuple[Path, ...]:
        """The labelled mail that the profile brings."""
        return labelled_in(self.folder)

    def files(self) -> Mapping[str, str]:
        """The files as they stand. Raises ``ProfileFault``."""
        return profile_files(self.folder)

    def edited(self) -> Rules:
        """The rules as they stand in the folder. Raises ``ProfileFault`` with advice."""
        return opened("the edited rules", self.files(), str(self.folder))

    def before(self, compare: str = "") -> Rules:
        """What the edited rules are compared with: a folder, the number of a saved state, or (empty) the last state
        that was saved; a profile that was never saved is compared with the one that mailflow brings.

        Raises ``UseError`` where there is nothing to compare with, ``ProfileFault``, ``Environment``.
        """
        if compare.isdigit():
            return self._saved(saved.state_named(self.folder, int(compare)))
        if compare:
            return opened(f"the rules of {compare}", profile_files(Path(compare)), compare)
        state = saved.last(self.folder)
        if state is not None:
            return self._saved(state)
        if self.is_brought:
            raise UseError(
                "There is nothing to compare with: no state of these rules was saved. Save one before you change "
                "something (`mailflow rules save`), or name another profile with --compare."
            )
        return opened("the rules that mailflow brings", profile_files(profile_folder()), str(profile_folder()))

    def states(self) -> tuple[saved.State, ...]:
        """The saved states, oldest first. Raises ``Environment``."""
        return saved.states(self.folder)

    def save(self, by: str, why: str) -> saved.State:
        """Keep the present files as a saved state. Raises ``ProfileFault`` for rules that cannot be read."""
        rules = self.edited()
        return saved.save(self.folder, rules.files, self.clock.now(), by, why, rules.ruleset.version)

    def roll_back(self, by: str, number: int | None = None) -> tuple[saved.State, tuple[str, ...]]:
        """Make the files those of a saved state (the last one when none is named): the state, and what changed.

        The present files are set aside as a state of their own first. Raises ``UseError``, ``Environment``.
        """
        state = saved.last(self.folder) if number is None else saved.state_named(self.folder, number)
        if state is None:
            raise UseError(f"{self.folder} has no saved state to go back to; `mailflow rules save` makes one.")
        present, wanted = self.files(), saved.files_of(self.folder, state)
        if present == wanted:
            raise UseError(
                f"Nothing has changed since state {state.number}. To go further back, name an earlier state: "
                "`mailflow rules history` lists them."
            )
        now = self.clock.now()
        aside = f"as it was before going back to state {state.number}"
        saved.save(self.folder, present, now, by, aside, _version(present), aside=True)
        changed = saved.restore(self.folder, wanted)
        if state != saved.last(self.folder):
            saved.save(self.folder, wanted, now, by, f"state {state.number} again", state.rules_version)
        return state, changed

    def _saved(self, state: saved.State) -> Rules:
        name = f"saved state {state.number}"
        return opened(name, saved.files_of(self.folder, state), name)

    def write_fitted(self, text: str) -> None:
        """Make the fitted file of the profile this text. Raises ``Environment``."""
        saved.restore(self.folder, {**self.files(), FITTED: text})

    def export(self, folder: Path, who: str) -> int:
        """Write the corrected mails as labelled mails into a new folder; how many.

        A mail is audited as exported, by id, in a commit before its file is written: no copy leaves unseen. Raises
        ``UseError`` when the folder is there already, ``Environment``.
        """
        if folder.exists():
            raise UseError(f"{folder} is here already and was left as it is.")
        lines = []
        with self._store() as store:
            try:
                folder.mkdir(parents=True, mode=0o700)
                for mail in remembered(store, self.clock, who, only_corrected=True):
                    assert mail.label is not None
                    with store.begin(f"person:{who}", self.clock.now()) as work:
                        work.audit("mail.exported", mail.name, "a corrected mail, for the rules")
                    name = f"{mail.name.removeprefix('mail:')}.eml"
                    _write_private(folder / name, mail.raw)
                    label = {"file": name, "mailbox": mail.mailbox, "kind": str(mail.label.kind)}
                    flags = mail.label.flags
                    lines.append({**label, **({} if flags is None else {"flags": sorted(map(str, flags))})})
                text = "".join(json.dumps(line) + "\n" for line in lines)
                _write_private(folder / LABELS, text.encode())
            except OSError as error:
                raise Environment(f"{folder} cannot be written: {error.strerror}.") from error
        return len(lines)

    @contextmanager
    def minds(self, *states: Rules) -> Iterator[tuple[Mind, ...]]:
        """Doors and tables for each of these states of the rules; the doors are shared."""
        with ExitStack() as closing:
            first = open_mind(states[0].ruleset, states[0].lookups, self.settings, closing)
            yield tuple(_other(first, state, self.settings) for state in states)

    def stored(self, who: str, *, only_corrected: bool = False) -> Iterator[Remembered]:
        """The stored mails of the service with their corrections; each read is audited. Raises ``Environment``."""
        with self._store() as store:
            yield from remembered(store, self.clock, who, only_corrected=only_corrected)

    @contextmanager
    def _store(self) -> Iterator[SqlStore]:
        if self.settings is None:
            raise UseError(f"There is no settings file {self.config}, so there is no database: name one with --config.")
        store = SqlStore(self.settings.database.url, key_of(self.settings), SystemIds(), f"rules:{SystemIds().token()}")
        try:
            yield store
        finally:
            store.close()


def workbench(config: Path, folder: Path | None = None) -> Workbench:
    """Put a profile on the bench: that folder, else the one of the settings, else the one that mailflow brings."""
    settings = load_settings(config) if config.exists() else None
    chosen = folder or (settings.profile.folder if settings else None) or profile_folder()
    return Workbench(chosen, settings, config)


def opened(name: str, files: Mapping[str, str], where: str) -> Rules:
    """A state of the rules; templates and policy may be wrong, they judge nothing. Raises ``ProfileFault``."""
    faults: list[Fault] = []
    ruleset, tables = None, None
    try:
        ruleset = load(rule_files(files))
    except ProfileFault as fault:
        faults.extend(advised(fault.faults, files))
    try:
        tables = load_lookups({path: text for path, text in files.items() if path.startswith("lookups/")})
    except ProfileFault as fault:
        faults.extend(fault.faults)
    if ruleset is None or tables is None:
        raise ProfileFault(tuple(Fault(f"{where}/{fault.place}", fault.sentence) for fault in faults))
    return Rules(name, files, ruleset, tables)


def try_specimen(specimen: Specimen, before: Mind, after: Mind) -> Tried:
    """A labelled mail under two states of the rules."""
    label = specimen.label
    if specimen.records is not None:
        return Tried(label.file, label, *_both(specimen.records, label.mailbox, before, after))
    assert specimen.raw is not None
    was, now = judge_twice(specimen.raw, label.mailbox, before, after)
    return Tried(label.file, label, was.verdict, now.verdict)


def try_example(example: Example, before: Mind, after: Mind) -> Tried:
    """A rule's own example under two states of the rules; nobody labelled it."""
    name = f"{example.rule} ({'match' if example.fires else 'no_match'}): {shown(example)}"
    return Tried(name, None, *_both(rehearse(example.mail), example.mail.mailbox, before, after))


def try_stored(mail: Remembered, before: Mind, after: Mind) -> Tried:
    """A stored mail under two states of the rules."""
    was, now = judge_twice(mail.raw, mail.mailbox, before, after)
    return Tried(mail.name, mail.label, was.verdict, now.verdict)


def records_of(specimen: Specimen, mind: Mind) -> Records:
    """A labelled mail as far as it is read before it is judged."""
    if specimen.records is not None:
        return specimen.records
    assert specimen.raw is not None
    return understand_whatever(specimen.raw, specimen.label.mailbox, mind).judged


def specimen_of(mail: Remembered) -> Specimen:
    """A corrected stored mail as a labelled one."""
    assert mail.label is not None
    return Specimen(mail.label, mail.raw, None)


def copy_profile(source: Path, target: Path, by: str, now: datetime) -> saved.State:
    """Make a profile of one's own, and its first saved state. Raises ``UseError``, ``Environment``."""
    files = profile_files(source)
    rules = opened("the copy", files, str(source))
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UseError(f"{target} is here already and was left as it is.")
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Environment(f"{target} cannot be made: {error.strerror}.") from error
    saved.restore(target, files)
    return saved.save(target, files, now, by, "as mailflow brings it", rules.ruleset.version)


def _write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner reads."""
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(content)


def _both(records: Records, mailbox: str, before: Mind, after: Mind) -> tuple[Verdict, Verdict]:
    return classify(*records, mailbox, before.ruleset), classify(*records, mailbox, after.ruleset)


def _other(first: Mind, state: Rules, settings: Settings | None) -> Mind:
    tables = with_own_addresses(state.lookups, settings)
    return replace(first, ruleset=state.ruleset, lookups=tables, own_addresses=tables.own_addresses)


def _version(files: Mapping[str, str]) -> str:
    """The rules' version; empty for rules that cannot be read."""
    try:
        return load(rule_files(files)).version
    except ProfileFault:
        return ""


__all__ = [
    "FITTED",
    "Rules",
    "Specimen",
    "Tried",
    "Workbench",
    "copy_profile",
    "opened",
    "records_of",
    "specimen_of",
    "specimens",
    "try_example",
    "try_specimen",
    "try_stored",
    "workbench",
]
