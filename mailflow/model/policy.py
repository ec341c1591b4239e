"""What happens by kind, the house rules of sending, and the clocks: the profile's ``policy.yaml``."""

from __future__ import annotations

from dataclasses import dataclass

from .words import Audience, Kind, RecordType, Urgency


@dataclass(frozen=True, slots=True)
class KindPolicy:
    """What an event of one kind becomes (DESIGN §6)."""

    kind: Kind
    record: RecordType
    template: str
    """Name of the acknowledgement template; empty when the kind is never answered."""
    audience: Audience
    urgency: Urgency
    triage_hours: int
    """Working hours until an untriaged item goes to the lead; 0 for none."""
    threshold: float
    """Confidence below which a verdict needs a human (0 to 1)."""
    chase_missing: bool = False
    only_in_own_thread: bool = False
    """Answered only where the message replies to mail of ours."""
    private_template: str = ""
    """Used instead when a bereaved or private person writes; empty: the same for everybody."""
    risk_template: str = ""
    """Used instead when a bereaved writer may come to harm: crisis lines first."""


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """Caps and ages; each is a bound against a harm that it names."""

    per_address_hour: int = 5
    """Receipts to one address in an hour: against loops of two robots (RFC 3834 §2)."""
    per_address_day: int = 20
    total_hour: int = 200
    """Mails in all in an hour: against a storm that uses us to write to many."""
    max_age_hours: int = 72
    """Mail that arrived longer ago is not answered by the machine."""
    quiet_when_automatic: bool = True


@dataclass(frozen=True, slots=True)
class ClockPolicy:
    """Working time of the service, Europe/London."""

    opens_hour: int = 9
    closes_hour: int = 17
    """Cut-off: what comes later counts as the next working day."""
    chaser_working_days: tuple[int, ...] = (2, 5)
    """Missing information is asked for so many working days after receipt; then a human."""
    alert_minutes: int = 10
    """A risk alert is repeated so often until somebody takes it."""
    alert_to_deputy_after: int = 2
    """So many alerts to the on-call address, then the deputy as well."""
    closure_days: tuple[str, ...] = ()
    """ISO dates on which the service is closed besides weekends and bank holidays."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy of the profile."""

    kinds: tuple[KindPolicy, ...]
    doubt_template: str
    """The receipt that is right for everybody, where a human is needed and answering is safe."""
    sending: SendingPolicy = SendingPolicy()
    clock: ClockPolicy = ClockPolicy()
    languages: tuple[str, ...] = ("en",)
    """Languages that every template is written in; an answer goes out in the writer's when it is among them."""

    def for_kind(self, kind: Kind) -> KindPolicy:
        """The policy of one kind; every kind has one (checked at load)."""
        return next(policy for policy in self.kinds if policy.kind is kind)
