"""The profile's ``policy.yaml`` → :class:`~mailflow.model.policy.Policy`, with all faults at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from mailflow.errors import Fault, ProfileFault
from mailflow.model.policy import KindPolicy, Policy, SendingPolicy
from mailflow.model.words import NEVER_ANSWERED, Audience, Kind, RecordType, Urgency
from mailflow.syntax.documents import Document, open_document

from .clock_sections import ClockSection, FollowUpSection, RetentionSection

Hours = Annotated[int, Field(ge=0, le=400)]


class _KindLine(BaseModel):
    """What an event of one kind becomes; meanings as in ``KindPolicy``."""

    record: RecordType
    urgency: Urgency
    threshold: Annotated[float, Field(ge=0, le=1)]
    triage_hours: Hours
    audience: Audience = Audience.NEUTRAL
    template: str = ""
    private_template: str = ""
    risk_template: str = ""
    chase_missing: bool = False
    only_in_own_thread: bool = False


class _Doubt(BaseModel):
    """What is sent where the machine is not sure."""

    template: Annotated[str, Field(min_length=1)]


class _Misdirected(BaseModel):
    """What is sent to professionals whose mail was meant for somebody else (domain.md §7, K17)."""

    template: Annotated[str, Field(min_length=1)]


class _Sending(BaseModel):
    """Caps and ages; meanings as in ``SendingPolicy``."""

    per_address_hour: Annotated[int, Field(ge=1, le=60)] = SendingPolicy().per_address_hour
    per_address_day: Annotated[int, Field(ge=1, le=500)] = SendingPolicy().per_address_day
    total_hour: Annotated[int, Field(ge=1)] = SendingPolicy().total_hour
    max_age_hours: Annotated[int, Field(ge=1, le=720)] = SendingPolicy().max_age_hours
    storm_minutes: Annotated[int, Field(ge=1, le=1440)] = SendingPolicy().storm_minutes
    storm_mails: Annotated[int, Field(ge=1)] = SendingPolicy().storm_mails
    flood_mails: Annotated[int, Field(ge=2)] = SendingPolicy().flood_mails


class _PolicyFile(BaseModel):
    """The whole file."""

    kinds: dict[Kind, _KindLine]
    doubt: _Doubt
    misdirected: _Misdirected | None = None
    languages: Annotated[list[str], Field(min_length=1)] = ["en"]
    sending: _Sending = _Sending()
    clock: ClockSection = ClockSection()
    follow_ups: FollowUpSection = FollowUpSection()
    retention: RetentionSection = RetentionSection()


def load_policy(name: str, text: str) -> Policy:
    """The policy of a profile; ``ProfileFault`` with every fault when the file has any."""
    faults: list[Fault] = []
    document = open_document(name, text, _PolicyFile, faults)
    if document is None:
        raise ProfileFault(tuple(faults))
    faults.extend(_faults(document))
    if faults:
        raise ProfileFault(tuple(faults))
    file = document.value
    return Policy(
        kinds=tuple(KindPolicy(kind=kind, **file.kinds[kind].model_dump()) for kind in Kind),
        doubt_template=file.doubt.template,
        sending=SendingPolicy(**file.sending.model_dump()),
        clock=file.clock.record(),
        follow_ups=file.follow_ups.record(),
        retention=file.retention.record(),
        languages=tuple(file.languages),
        misdirected_template=file.misdirected.template if file.misdirected else "",
    )


def _faults(document: Document[_PolicyFile]) -> list[Fault]:
    """What no single field can tell: promises that the lines must keep together."""
    file = document.value
    found = [
        Fault(document.place("kinds"), f"the kind {kind} has no line; every kind needs one")
        for kind in Kind
        if kind not in file.kinds
    ]
    for kind, line in file.kinds.items():
        found += [Fault(document.place("kinds", kind.value), sentence) for sentence in _line_faults(kind, line)]
    for name, section in (("clock", file.clock), ("follow_ups", file.follow_ups)):
        found += [Fault(document.place(name, *path), sentence) for path, sentence in section.faults()]
    if "en" not in file.languages:
        found.append(Fault(document.place("languages"), "English (en) must be among the languages"))
    return found


def _line_faults(kind: Kind, line: _KindLine) -> list[str]:
    templates = (line.template, line.private_template, line.risk_template)
    found = []
    if kind in NEVER_ANSWERED and any(templates):
        found.append(f"{kind} is never answered (P6): it must have no template")
    if not line.template and (line.private_template or line.risk_template):
        found.append("a template for private writers or for risk needs a template beside it")
    if line.template and line.triage_hours == 0:
        found.append("what is answered promises that a person will read: triage_hours must be above 0")
    if line.urgency is not Urgency.NONE and line.triage_hours == 0:
        found.append("what stands in the queue must be looked at in time: triage_hours must be above 0")
    if line.chase_missing and (kind is not Kind.REFERRAL or line.audience is not Audience.PROFESSIONAL):
        found.append("only professionals who refer are asked for what is missing (P5)")
    if line.chase_missing and line.record is not RecordType.REFERRAL:
        found.append("a chaser belongs to a referral: record must be referral")
    if line.audience in (Audience.STAFF, Audience.BEREAVED_AT_RISK):
        found.append(f"the audience {line.audience} is not one of a kind")
    return found
