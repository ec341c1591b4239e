"""``service.yaml``: what the templates may say about the service, each line with its source."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from mailflow.errors import Fault
from mailflow.model.decision import MissingInformation
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
    hours: dict[str, Text]
    secure_route: dict[str, Text]
    phones: dict[str, Phone]
    addresses: dict[str, OurAddress]
    missing: dict[MissingInformation, Words]


_NUMBER = re.compile(r"^[0-9 ]{3,16}$")
_ADDRESS = re.compile(r"^[a-z0-9.-]+@[a-z0-9.-]+$", re.IGNORECASE)
_NOTES = ("source", "verified_on")


def read_service(name: str, text: str, languages: frozenset[str], faults: list[Fault]) -> ServiceFile | None:
    """The file, or ``None`` when it has faults, which are appended."""
    document = open_document(name, text, ServiceFile, faults)
    if document is None:
        return None
    found = list(_faults(document, languages))
    faults.extend(found)
    return None if found else document.value


def _faults(document: Document[ServiceFile], languages: frozenset[str]) -> list[Fault]:
    file = document.value
    found: list[Fault] = []
    worded: list[tuple[tuple[str, ...], dict[str, str]]] = [
        (("names", "work"), file.names.work),
        (("names", "private"), file.names.private),
        (("private_subject",), file.private_subject),
        (("hours",), file.hours),
        (("secure_route",), file.secure_route),
        *((("missing", sort.value), words) for sort, words in file.missing.items()),
    ]
    for path, words in worded:
        lacking = sorted(languages - set(words))
        found += [Fault(document.place(*path), f"the language {language} is missing") for language in lacking]
    for key, line in (("hours", file.hours), ("secure_route", file.secure_route)):
        found += [Fault(document.place(key), f"{note} is missing") for note in _NOTES if note not in line]
        if "verified_on" in line and not _is_day(line["verified_on"]):
            found.append(Fault(document.place(key, "verified_on"), "this is no date; write 2026-11-23"))
    for sort in MissingInformation:
        if sort not in file.missing:
            found.append(Fault(document.place("missing"), f"words for {sort} are missing"))
    for key, phone in file.phones.items():
        if not _NUMBER.match(phone.number):
            found.append(Fault(document.place("phones", key, "number"), "a number is digits and single spaces"))
    for key, ours in file.addresses.items():
        if not _ADDRESS.match(ours.address):
            found.append(Fault(document.place("addresses", key, "address"), "this is no e-mail address"))
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def fields(service: ServiceFile, language: str) -> dict[str, dict[str, str]]:
    """The fields ``phone``, ``address`` and ``service`` of a template in that language."""
    return {
        "phone": {key: phone.number.replace(" ", HARD_SPACE) for key, phone in service.phones.items()},
        "address": {key: line.address for key, line in service.addresses.items()},
        "service": {"hours": service.hours[language], "secure_route": service.secure_route[language]},
    }
