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
    storm_minutes: int = 60
    """Minutes over which the storm breaker counts."""
    storm_mails: int = 300
    """Mails to others, queued or sent, in so many minutes at which all sending stops itself: something is wrong with
    us, and only a human says that it is right again (P6)."""
    flood_mails: int = 100
    """Mails of one sender in so many minutes at which all sending stops itself: a robot writes to us."""
    quiet_when_automatic: bool = True


@dataclass(frozen=True, slots=True)
class EscalationLine:
    """When an event of one urgency that nobody looks at is told to whom."""

    urgency: Urgency
    lead_hours: int
    """Working hours untriaged until the lead is told."""
    deputy_hours: int
    """Working hours untriaged until the deputy is told as well."""


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
    first_contact_working_days: int = 2
    """The family is spoken to so many working days after allocation or receipt (domain.md §8)."""
    revisit_offer_months: int = 3
    """An offer that was declined is looked at again so many months later, by a human (DESIGN §8)."""
    consent_review_months: int = 12
    """A permission that names no review date is asked about again after so many months (domain.md §10)."""
    decision_months: int = 1
    """A partnership decides on a review within so many months of hearing of the death (guidance of 2016, section 5)."""
    review_months: int = 6
    """A report is due so many months after the decision: 6 (guidance of 2016) or 12 (draft of 2024)."""
    rights_months: int = 1
    """A rights request is answered within so many months (UK GDPR Art. 12(3))."""
    rights_extension_months: int = 2
    """So many more where it is complex, if the person is told within the first term (UK GDPR Art. 12(3))."""
    rights_aim_days: int = 28
    """Calendar days in which it should be answered: the Information Commissioner's operational standard."""
    breach_hours: int = 72
    """Wall hours from awareness to the report of a personal-data breach (UK GDPR Art. 33(1))."""
    breach_reminder_hours: tuple[int, ...] = (1, 24, 48, 66)
    """Wall hours after awareness at which somebody is reminded of it."""
    expiry_warning_days: tuple[int, ...] = (30, 7, 1)
    """Calendar days before the end of a key or token at which somebody is warned (P10)."""
    escalation: tuple[EscalationLine, ...] = (
        EscalationLine(Urgency.TODAY, 4, 8),
        EscalationLine(Urgency.SOON, 8, 16),
        EscalationLine(Urgency.LATER, 16, 40),
    )
    """Who is told of an event that nobody looks at; what must be seen now is alerted by the minute (P7)."""
    digest_hour: int = 8
    """The hour of each working day, London, at which the lead gets the digest."""


@dataclass(frozen=True, slots=True)
class FollowUpPolicy:
    """The rhythm of progress questions to Chairs (domain.md §2.7, DESIGN §8)."""

    weeks: int = 8
    """Calendar weeks between a question (or its answer) and the next question."""
    weeks_near_the_end: int = 4
    """The same from a draft report on until publication (milestones M12 to M17)."""
    weeks_while_paused: int = 12
    """The same while proceedings pause the review."""
    reminder_working_days: tuple[int, ...] = (10, 20)
    """Working days after a question at which the Chair is reminded: two at most, never a third (domain.md §2.7)."""
    human_working_days: int = 30
    """Working days after a question that nobody answered until a human takes over."""
    after_named_day_days: int = 7
    """Calendar days after a day that the Chair named at which we ask how it went."""
    named_day_limit_weeks: int = 26
    """However far off a named day is, we ask within so many weeks: days are missed, and silence must be noticed."""
    send_from_hour: int = 9
    send_until_hour: int = 16
    """Full hours, London, of working days between which a question may leave; outside it is quiet."""
    freshness_minutes: int = 5
    """Every folder was looked at, and no mail waits longer, than so many minutes (DESIGN §8)."""
    stale_working_days: int = 3
    """What has been due for more working days goes to a human: after an outage no burst is sent."""


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long a closed case is kept by its outcome (domain.md §9.3); a legal hold stops it."""

    not_taken_up_weeks: int = 6
    """Weeks after the last contact where the offer was declined or another service was named."""
    not_reached_months: int = 6
    """Months after the last attempt where nobody could be reached: in case of a complaint."""
    supported_years: int = 6
    """Years after the last contact, or the end of the last review, for those who were supported."""
    complaint_years: int = 6
    """Years after a complaint ended."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy of the profile."""

    kinds: tuple[KindPolicy, ...]
    doubt_template: str
    """The receipt that is right for everybody, where a human is needed and answering is safe."""
    sending: SendingPolicy = SendingPolicy()
    clock: ClockPolicy = ClockPolicy()
    follow_ups: FollowUpPolicy = FollowUpPolicy()
    retention: RetentionPolicy = RetentionPolicy()
    languages: tuple[str, ...] = ("en",)
    """Languages that every template is written in; an answer goes out in the writer's when it is among them."""
    misdirected_template: str = ""
    """The receipt for mail from somebody's work that was meant for somebody else; empty: the kind's own."""

    def for_kind(self, kind: Kind) -> KindPolicy:
        """The policy of one kind; every kind has one (checked at load)."""
        return next(policy for policy in self.kinds if policy.kind is kind)
