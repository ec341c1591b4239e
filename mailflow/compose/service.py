"""``service.yaml``: what the templates may say about the service, each line with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from mailflow.errors import Fault
from mailflow.model.decision import MissingInformation
from mailflow.model.letter import ClockSort, DecisionSort
from mailflow.syntax.documents import Document, open_document

NAME = "service.yaml"
HARD_SPACE = "\N{NO-BREAK SPACE}"
"""Stands inside telephone numbers until lines are broken, so that no number is torn apart."""

Text = Annotated[str, Field(min_length=1, max_length=500)]
Words = dict[str, Text]
"""Language to text."""


def _day(text: object) -> object:
    if isinstance(text, str) and not _is_day(text):
        raise ValueError("this is no date; write 2026-11-23")
    return text


class Sourced(BaseModel):
    """A line that somebody has looked up: where, and when."""

    source: Text
    verified_on: Annotated[date, BeforeValidator(_day)]


class Phone(Sourced):
    """A telephone number, as it is read out."""

    number: Text


class OurAddress(Sourced):
    """An address of ours that letters may name."""

    address: Text


class Names(BaseModel):
    """Display names of our mails."""

    work: Words
    private: Words


class ServiceFile(BaseModel):
    """The whole file."""

    names: Names
    private_subject: Words
    private_question: Words
    hours: dict[str, Text]
    secure_route: dict[str, Text]
    phones: dict[str, Phone]
    addresses: dict[str, OurAddress]
    missing: dict[MissingInformation, Words]
    clocks: dict[ClockSort, Words]
    decisions: dict[DecisionSort, Words]
    safe_names: dict[str, Words] = {}
    """Display names that a person may choose who must not be found out (DESIGN §7), by a key."""
    safe_subjects: dict[str, Words] = {}


MAX_NAME = 50
"""Characters of a display name: programs cut longer ones, in the middle of a word."""
_KEY = re.compile(r"^[a-z][a-z0-9_]{0,30}$")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029<>\"@:;,\\]")
"""What could end a header or make a name look like an address (RFC 5322 §3.4): display names are words."""
_NUMBER = re.compile(r"^[0-9 ]{3,16}$")
_ADDRESS = re.compile(r"^[a-z0-9.-]+@[a-z0-9.-]+$", re.IGNORECASE)
_NOTES = ("source", "verified_on")


def read_service(name: str, text: str, languages: frozenset[str], faults: list[Fault]) -> Document[ServiceFile] | None:
    """The file, or ``None`` when it has faults, which are appended."""
    document = open_document(name, text, ServiceFile, faults)
    if document is None:
        return None
    found = list(_faults(document, languages))
    faults.extend(found)
    return None if found else document


def _faults(document: Document[ServiceFile], languages: frozenset[str]) -> list[Fault]:
    file = document.value
    found: list[Fault] = []
    worded: list[tuple[tuple[str, ...], dict[str, str]]] = [
        (("names", "work"), file.names.work),
        (("names", "private"), file.names.private),
        (("private_subject",), file.private_subject),
        (("private_question",), file.private_question),
        (("hours",), file.hours),
        (("secure_route",), file.secure_route),
        *((("missing", sort.value), words) for sort, words in file.missing.items()),
        *((("clocks", clock.value), words) for clock, words in file.clocks.items()),
        *((("decisions", decision.value), words) for decision, words in file.decisions.items()),
        *((("safe_names", key), words) for key, words in file.safe_names.items()),
        *((("safe_subjects", key), words) for key, words in file.safe_subjects.items()),
    ]
    for path, words in worded:
        lacking = sorted(languages - set(words))
        found += [Fault(document.place(*path), f"the language {language} is missing") for language in lacking]
    for key, line in (("hours", file.hours), ("secure_route", file.secure_route)):
        found += [Fault(document.place(key), f"{note} is missing") for note in _NOTES if note not in line]
        if "verified_on" in line and not _is_day(line["verified_on"]):
            found.append(Fault(document.place(key, "verified_on"), "this is no date; write 2026-11-23"))
    lists: tuple[tuple[str, Iterable[StrEnum], Mapping[Any, Words]], ...] = (
        ("missing", MissingInformation, file.missing),
        ("clocks", ClockSort, file.clocks),
        ("decisions", DecisionSort, file.decisions),
    )
    for key, sorts, given in lists:
        found += [Fault(document.place(key), f"words for {sort} are missing") for sort in sorts if sort not in given]
    found += _faults_of_names(document)
    for key, phone in file.phones.items():
        if not _NUMBER.match(phone.number):
            found.append(Fault(document.place("phones", key, "number"), "a number is digits and single spaces"))
    for key, ours in file.addresses.items():
        if not _ADDRESS.match(ours.address):
            found.append(Fault(document.place("addresses", key, "address"), "this is no e-mail address"))
    return found


def _faults_of_names(document: Document[ServiceFile]) -> Iterator[Fault]:
    """Names go into a header as they are: one line of words, no address, and short."""
    file = document.value
    named: list[tuple[tuple[str, ...], Words]] = [
        (("names", "work"), file.names.work),
        (("names", "private"), file.names.private),
        *((("safe_names", key), words) for key, words in file.safe_names.items()),
    ]
    for path, words in named:
        for language, name in words.items():
            if _NO_NAME.search(name) or len(name) > MAX_NAME:
                sentence = f"a display name is at most {MAX_NAME} characters of words, without @ : ; , < > and quotes"
                yield Fault(document.place(*path, language), sentence)
    for section, keys in (("safe_names", file.safe_names), ("safe_subjects", file.safe_subjects)):
        for key in keys:
            if not _KEY.match(key):
                yield Fault(document.place(section, key), "a key is a word of small letters, digits and _")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def fields(service: ServiceFile, language: str) -> dict[str, dict[str, str]]:
    """The fields ``phone``, ``tel``, ``address`` and ``service`` of a template in that language."""
    return {
        "phone": {key: phone.number.replace(" ", HARD_SPACE) for key, phone in service.phones.items()},
        "tel": {key: phone.number.replace(" ", "") for key, phone in service.phones.items()},
        "address": {key: line.address for key, line in service.addresses.items()},
        "service": {"hours": service.hours[language], "secure_route": service.secure_route[language]},
    }
