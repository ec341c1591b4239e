"""The closed vocabularies of the service: ``docs/glossary.md`` says what each word means."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What the sender of a message wants of the service; each message has exactly one."""

    REFERRAL = "referral"
    SELF_REFERRAL = "self_referral"
    ENQUIRY = "enquiry"
    PANEL_REQUEST = "panel_request"
    REVIEW_UPDATE = "review_update"
    CASE_UPDATE = "case_update"
    OTHER_VICTIM = "other_victim"
    MEDIA = "media"
    RIGHTS_OR_COMPLAINT = "rights_or_complaint"
    CORPORATE = "corporate"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    SPAM = "spam"
    SECURE_NOTICE = "secure_notice"
    UNREADABLE = "unreadable"


NEVER_ANSWERED = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK, Kind.SPAM, Kind.SECURE_NOTICE})
"""Kinds that mailflow itself never writes to, however sure it is (P6; RFC 3834 §2)."""


class Flag(StrEnum):
    """Something that a human must know about a message, whatever its kind."""

    RISK = "risk"
    CHILD = "child"
    INTERPRETER = "interpreter"
    DEADLINE = "deadline"
    INSECURE_PERSONAL_DATA = "insecure_personal_data"
    IDENTITY_DOUBT = "identity_doubt"
    CONSENT_DECLINED = "consent_declined"
    MISDIRECTED = "misdirected"
    BREACH_REPORT = "breach_report"
    LEGAL_HOLD = "legal_hold"


class SenderType(StrEnum):
    """What sort of organisation an address belongs to, as far as its domain tells."""

    POLICE = "police"
    COUNCIL = "council"
    GOVERNMENT = "government"
    HEALTH = "health"
    PROBATION = "probation"
    COURT = "court"
    EDUCATION = "education"
    PARLIAMENT = "parliament"
    CHARITY = "charity"
    LEGAL = "legal"
    PRESS = "press"
    FREEMAIL = "freemail"
    OWN = "own"
    SYSTEM = "system"
    OTHER = "other"


class Need(StrEnum):
    """What a family needs, as a referral states it."""

    ADVOCACY = "advocacy"
    EMOTIONAL = "emotional"
    THERAPY_CHILD = "therapy_child"
    THERAPY_ADULT = "therapy_adult"
    FUNERAL = "funeral"
    EMPLOYMENT = "employment"
    HOUSING = "housing"
    FINANCIAL = "financial"
    CRIMINAL_JUSTICE = "criminal_justice"
    PRACTICAL = "practical"


class ReviewStage(StrEnum):
    """How far a Domestic Homicide Review has come."""

    NOTIFIED = "notified"
    DECISION_PENDING = "decision_pending"
    NOT_HELD = "not_held"
    COMMISSIONED = "commissioned"
    IN_PROGRESS = "in_progress"
    DRAFT_REPORT = "draft_report"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    PAUSED = "paused"


class Consent(StrEnum):
    """What a message says of the family's agreement; silence is no member."""

    GIVEN = "given"
    DECLINED = "declined"


class AutomaticKind(StrEnum):
    """Which sort of machine wrote a mail; ``NONE`` for a person."""

    NONE = "none"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    CALENDAR_REPLY = "calendar_reply"
    RECEIPT = "receipt"
    FEEDBACK_REPORT = "feedback_report"
    SECURE_NOTICE = "secure_notice"
    PASSCODE = "passcode"


class AssuranceLevel(StrEnum):
    """How well the way a message came protects it, from best to worst."""

    END_TO_END = "end_to_end"
    SECURE_SERVICE = "secure_service"
    POLICY_DOMAIN = "policy_domain"
    WEAK = "weak"
    FAILED = "failed"


class Audience(StrEnum):
    """To whom an answer of ours speaks; decides the template, never the content of a case."""

    PROFESSIONAL = "professional"
    REVIEW = "review"
    BEREAVED = "bereaved"
    BEREAVED_AT_RISK = "bereaved_at_risk"
    PUBLIC = "public"
    PRESS = "press"
    NEUTRAL = "neutral"
    STAFF = "staff"


class Urgency(StrEnum):
    """Where an event stands in the lead's queue; the order of members is the order of the queue."""

    NOW = "now"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for what must be looked at first."""
        return list(Urgency).index(self)


class RecordType(StrEnum):
    """Which sort of file an event opens or continues."""

    REFERRAL = "referral"
    ENQUIRY = "enquiry"
    REVIEW = "review"
    NOTE = "note"
    NONE = "none"
