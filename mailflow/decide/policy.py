"""The profile's ``policy.yaml`` → :class:`~mailflow.model.policy.Policy`, with all faults at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from mailflow.errors import Fault, ProfileFault
from mailflow.model.policy import ClockPolicy, KindPolicy, Policy, SendingPolicy
from mailflow.model.words import NEVER_ANSWERED, Audience, Kind, RecordType, Urgency
from mailflow.syntax.documents import Document, open_document

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


class _Sending(BaseModel):
    """Caps and ages; meanings as in ``SendingPolicy``."""

    per_address_hour: Annotated[int, Field(ge=1, le=60)] = SendingPolicy().per_address_hour
    per_address_day: Annotated[int, Field(ge=1, le=500)] = SendingPolicy().per_address_day
    total_hour: Annotated[int, Field(ge=1)] = SendingPolicy().total_hour
    max_age_hours: Annotated[int, Field(ge=1, le=720)] = SendingPolicy().max_age_hours


class _Clock(BaseModel):
    """Working time; meanings as in ``ClockPolicy``."""

    opens_hour: Annotated[int, Field(ge=0, le=23)] = ClockPolicy().opens_hour
    closes_hour: Annotated[int, Field(ge=1, le=24)] = ClockPolicy().closes_hour
    chaser_working_days: list[Annotated[int, Field(ge=1, le=60)]] = list(ClockPolicy().chaser_working_days)
    alert_minutes: Annotated[int, Field(ge=1, le=60)] = ClockPolicy().alert_minutes
    alert_to_deputy_after: Annotated[int, Field(ge=1, le=20)] = ClockPolicy().alert_to_deputy_after
    closure_days: list[str] = []


class _PolicyFile(BaseModel):
    """The whole file."""

    kinds: dict[Kind, _KindLine]
    doubt: _Doubt
    languages: Annotated[list[str], Field(min_length=1)] = ["en"]
    sending: _Sending = _Sending()
    clock: _Clock = _Clock()


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
        clock=ClockPolicy(
            **file.clock.model_dump(exclude={"chaser_working_days", "closure_days"}),
            chaser_working_days=tuple(file.clock.chaser_working_days),
            closure_days=tuple(file.clock.closure_days),
        ),
        languages=tuple(file.languages),
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
    clock = file.clock
    if clock.opens_hour >= clock.closes_hour:
        found.append(Fault(document.place("clock"), "the service must open before it closes"))
    if clock.chaser_working_days != sorted(set(clock.chaser_working_days)):
        found.append(Fault(document.place("clock", "chaser_working_days"), "the days must ascend, each once"))
    for position, day in enumerate(clock.closure_days):
        try:
            date.fromisoformat(day)
        except ValueError:
            place = document.place("clock", "closure_days", position)
            found.append(Fault(place, f"{day!r} is no date; write 2026-12-29"))
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
