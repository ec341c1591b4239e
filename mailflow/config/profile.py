"""The service's profile: rules, lookups, policy and templates, read from one folder.

rules/kinds, flags, vocabulary, fitted       what a message is         → ``classify.load``
rules/lookups                                tables                    → ``load_lookups``
rules/policy.yaml                            what happens by kind      → ``decide.load_policy``
rules/service.yaml, rules/templates          what we write             → ``compose.load_templates``
rules/risk_words.yaml                        the first look while receiving
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from mailflow.classify import Ruleset, load
from mailflow.compose import TemplateSet, check_policy, load_templates
from mailflow.decide import load_policy
from mailflow.errors import Fault, ProfileFault
from mailflow.model.lookups import Lookups
from mailflow.model.policy import Policy
from mailflow.syntax import documents

from .lookups import load_lookups

T = TypeVar("T")

LARGEST_FILE = 2_000_000
"""Bytes of one profile file; whatever is larger is no file that a person wrote."""
RULE_FOLDERS = ("kinds", "flags", "vocabulary", "fitted")
PARTS = (".yaml", ".txt", ".html")


class _RiskWords(BaseModel):
    """``risk_words.yaml``."""

    model_config = ConfigDict(extra="forbid")

    words: list[str] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything of the profile, read and checked."""

    folder: Path
    ruleset: Ruleset
    lookups: Lookups
    policy: Policy
    templates: TemplateSet
    risk_words: tuple[str, ...]
    """Lower case."""


def profile_folder() -> Path:
    """The profile that mailflow brings: ``rules/`` of the checkout, or the copy in the installed package."""
    package = Path(__file__).resolve().parent.parent
    beside = package.parent / "rules"
    return beside if (beside / "policy.yaml").is_file() else package / "_rules"


def load_profile(folder: Path | None = None) -> Profile:
    """Read and check a profile. Raises ``ProfileFault`` with all faults of all its files at once."""
    where = folder or profile_folder()
    faults: list[Fault] = []
    profile = _load(where, _read(where, faults), faults)
    if profile is None or faults:
        raise ProfileFault(tuple(Fault(f"{where}/{fault.place}", fault.sentence) for fault in faults))
    return profile


def profile_files(folder: Path) -> Mapping[str, str]:
    """The files of a profile as they stand: name (relative, ``/``) → text. Raises ``ProfileFault``."""
    faults: list[Fault] = []
    files = _read(folder, faults)
    if faults:
        raise ProfileFault(tuple(Fault(f"{folder}/{fault.place}", fault.sentence) for fault in faults))
    return files


def profile_from(where: Path, files: Mapping[str, str]) -> Profile:
    """The profile that these files are; ``where`` only names it. Raises ``ProfileFault``, places relative."""
    faults: list[Fault] = []
    profile = _load(where, files, faults)
    if profile is None or faults:
        raise ProfileFault(tuple(faults))
    return profile


def rule_files(files: Mapping[str, str]) -> dict[str, str]:
    """Those of a profile's files that are rules: what ``classify.load`` reads."""
    return {name: text for name, text in files.items() if name.split("/")[0] in RULE_FOLDERS}


def _load(where: Path, files: Mapping[str, str], faults: list[Fault]) -> Profile | None:
    rules = rule_files(files)
    lookups = {name: text for name, text in files.items() if name.startswith("lookups/")}
    ruleset = _collect(lambda: load(rules), faults)
    tables = _collect(lambda: load_lookups(lookups), faults)
    policy = _collect(lambda: load_policy("policy.yaml", _one(files, "policy.yaml")), faults)
    templates = _collect(lambda: load_templates(files), faults)
    words = _collect(lambda: _risk_words(_one(files, "risk_words.yaml")), faults)
    if policy is not None and templates is not None:
        faults.extend(check_policy(policy, templates))
    if ruleset is None or tables is None or policy is None or templates is None or words is None:
        return None
    return Profile(where, ruleset, tables, policy, templates, words)


def _read(folder: Path, faults: list[Fault]) -> Mapping[str, str]:
    """Every file of the profile as name (relative, ``/``) → text."""
    if not folder.is_dir():
        raise ProfileFault((Fault(str(folder), "There is no profile here; profile.folder must name its folder."),))
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix not in PARTS or not path.is_file():
            continue
        try:
            if path.stat().st_size > LARGEST_FILE:
                faults.append(Fault(name, "is larger than 2 MB, which no file of a profile is"))
                continue
            files[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            faults.append(Fault(name, f"cannot be read as UTF-8 text: {error}"))
    return files


def _one(files: Mapping[str, str], name: str) -> str:
    if name not in files:
        raise ProfileFault((Fault(name, "is missing from the profile"),))
    return files[name]


def _collect(read: Callable[[], T], faults: list[Fault]) -> T | None:
    """What a loader gives; its faults go to the others, so that all are said at once."""
    try:
        return read()
    except ProfileFault as fault:
        faults.extend(fault.faults)
        return None


def _risk_words(text: str) -> tuple[str, ...]:
    faults: list[Fault] = []
    read = documents.read("risk_words.yaml", text, _RiskWords, faults)
    if not isinstance(read, _RiskWords):
        raise ProfileFault(tuple(faults))
    return tuple(word.lower() for word in read.words)
