"""The tables of the profile: YAML texts → :class:`~mailflow.model.lookups.Lookups`.

In: file name → text, as whoever reads the profile's ``lookups`` folder hands them over (only the last part of a name
counts). Out: one frozen record with everything in lower case that is compared so. All faults of all files are
named at once. The shapes below are the manual of the files; the files' own comments say what to write.

    lookups = load_lookups({path.name: path.read_text() for path in folder.glob("*.yaml")})
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from mailflow.errors import Fault, ProfileFault
from mailflow.model.lookups import Force, Lookups, SecureService
from mailflow.model.words import SenderType
from mailflow.syntax import documents


def _lower(text: str) -> str:
    return text.lower()


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Domain = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-zA-Z0-9_-]+(?:\.[a-zA-Z0-9_-]+)+$"),
]
Suffix = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^\.[a-zA-Z0-9.-]+$")]
Address = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+$")]
Lower = Annotated[Text, AfterValidator(_lower)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ForceShape(_Shape):
    name: Text
    domains: list[Domain] = Field(min_length=1)
    also: list[Text] = []


class _ForcesFile(_Shape):
    forces: list[_ForceShape] = Field(min_length=1)


class _SendersFile(_Shape):
    types: dict[SenderType, list[Domain]]


class _OfficialFile(_Shape):
    domains: list[Domain] = Field(min_length=1)


class _OrganisationShape(_Shape):
    domain: Domain
    name: Text


class _OrganisationsFile(_Shape):
    organisations: list[_OrganisationShape]


class _ServiceShape(_Shape):
    name: Text
    carries_content: bool = False
    sender_suffixes: list[Suffix] = []
    notice_phrases: list[Lower] = []
    notice_senders: list[Lower] = []
    link_hosts: list[Domain] = []
    attachment_names: list[Lower] = []
    content_types: list[Lower] = []
    header_names: list[Lower] = []
    passcode_senders: list[Address] = []
    passcode_phrases: list[Lower] = []


class _ServicesFile(_Shape):
    services: list[_ServiceShape]


class _OurselvesFile(_Shape):
    addresses: list[Address] = Field(min_length=1)
    domains: list[Domain] = Field(min_length=1)
    names: list[Text] = []
    hosts: list[Domain] = Field(min_length=1)
    accept_results_without_id: bool = False


FILES: dict[str, type[_Shape]] = {
    "police_forces.yaml": _ForcesFile,
    "sender_domains.yaml": _SendersFile,
    "official_domains.yaml": _OfficialFile,
    "organisations.yaml": _OrganisationsFile,
    "secure_services.yaml": _ServicesFile,
    "ourselves.yaml": _OurselvesFile,
}
"""Every file of the folder; each must be there."""


def load_lookups(files: Mapping[str, str]) -> Lookups:
    """All tables as one record. Raises :class:`ProfileFault` with every fault of every file."""
    faults: list[Fault] = []
    read: dict[str, BaseModel] = {}
    for path, text in sorted(files.items()):
        name = path.replace("\\", "/").rpartition("/")[2]
        shape = FILES.get(name)
        if shape is None:
            faults.append(Fault(path, f"no such lookup file is known; the files are {', '.join(FILES)}"))
            continue
        found = documents.read(path, text, shape, faults)
        if found is not None:
            read[name] = found
            faults.extend(_contradictions(path, found))
    given = {path.replace("\\", "/").rpartition("/")[2] for path in files}
    faults.extend(Fault(name, "this lookup file is missing") for name in FILES if name not in given)
    if faults:
        raise ProfileFault(tuple(faults))
    return _lookups(read)


def _contradictions(path: str, found: BaseModel) -> list[Fault]:
    """What a shape cannot see: one domain with two owners or two types."""
    owners: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    if isinstance(found, _ForcesFile):
        pairs = [(domain, force.name) for force in found.forces for domain in force.domains]
    elif isinstance(found, _SendersFile):
        pairs = [(domain, str(sort)) for sort, domains in found.types.items() for domain in domains]
    elif isinstance(found, _OrganisationsFile):
        pairs = [(line.domain, line.name) for line in found.organisations]
    faults = []
    for domain, owner in pairs:
        if owners.setdefault(domain, owner) != owner:
            faults.append(Fault(path, f"{domain} stands under {owners[domain]!r} and under {owner!r}"))
    return faults


def _lookups(read: Mapping[str, BaseModel]) -> Lookups:
    forces, senders = read["police_forces.yaml"], read["sender_domains.yaml"]
    official, organisations = read["official_domains.yaml"], read["organisations.yaml"]
    services, ourselves = read["secure_services.yaml"], read["ourselves.yaml"]
    assert isinstance(forces, _ForcesFile)
    assert isinstance(senders, _SendersFile)
    assert isinstance(official, _OfficialFile)
    assert isinstance(organisations, _OrganisationsFile)
    assert isinstance(services, _ServicesFile)
    assert isinstance(ourselves, _OurselvesFile)
    return Lookups(
        forces=tuple(Force(f.name, tuple(f.domains), tuple(f.also)) for f in forces.forces),
        sender_domains=tuple((domain, sort) for sort, domains in senders.types.items() for domain in domains),
        organisations=tuple((line.domain, line.name) for line in organisations.organisations),
        official_domains=tuple(official.domains),
        own_addresses=tuple(ourselves.addresses),
        own_domains=tuple(ourselves.domains),
        own_names=tuple(ourselves.names),
        our_hosts=tuple(ourselves.hosts),
        accept_results_without_id=ourselves.accept_results_without_id,
        secure_services=tuple(
            SecureService(
                name=s.name,
                sender_suffixes=tuple(s.sender_suffixes),
                notice_phrases=tuple(s.notice_phrases),
                link_hosts=tuple(s.link_hosts),
                attachment_names=tuple(s.attachment_names),
                notice_senders=tuple(s.notice_senders),
                header_names=tuple(s.header_names),
                carries_content=s.carries_content,
                content_types=tuple(s.content_types),
                passcode_senders=tuple(s.passcode_senders),
                passcode_phrases=tuple(s.passcode_phrases),
            )
            for s in services.services
        ),
    )
