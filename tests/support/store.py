"""Records to fill a store with, and the doors' clock and chance made predictable. Everybody here is invented."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mailflow.model.decision import ContextQuery, ReminderKind
from mailflow.model.mail import Origin
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    EventRecord,
    EventState,
    MailRecord,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    PersonRole,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.words import Audience, Flag, Kind, RecordType, Urgency

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 60
"""Seconds."""


@dataclass
class CountedIds:
    """Ids in ascending order, each made once, from any thread."""

    prefix: str = "0"
    _count: Any = field(default_factory=lambda: itertools.count(1))

    def new(self) -> str:
        return f"{self.prefix}{next(self._count):031x}"

    def reference(self) -> str:
        return f"HS-{next(self._count):04d}-TEST"

    def token(self) -> str:
        return f"token-{self.prefix}-{next(self._count)}"


IDS = CountedIds("f")


def mail(uid: int, **changes: Any) -> MailRecord:
    given: dict[str, Any] = {
        "id": IDS.new(),
        "mailbox": "hssupport",
        "folder": "INBOX",
        "uid_validity": 4294967290,
        "uid": uid,
        "internal_date": NOW - MINUTE,
        "received_at": NOW + timedelta(milliseconds=uid),
        "raw": b"From: Wendy Oakhurst <w.oakhurst@example.org>\r\nSubject: Number %d\r\n\r\nHello\r\n" % uid,
        "sender_hash": "ab" * 32,
        "origin": Origin.LIVE,
    }
    return MailRecord(**{**given, **changes})


def event(**changes: Any) -> EventRecord:
    number = IDS.new()
    given: dict[str, Any] = {
        "id": number,
        "key": f"key-{number}",
        "request_key": f"request-{number}",
        "reference": IDS.reference(),
        "created_at": NOW,
        "mailbox": "hssupport",
        "kind": Kind.REFERRAL,
        "confidence": 0.93,
        "needs_human": False,
        "flags": (Flag.CHILD, Flag.RISK),
        "urgency": Urgency.TODAY,
        "state": EventState.UNTRIAGED,
        "task": "call back",
        "triage_due": NOW + 4 * HOUR,
        "rules_version": "2026.11",
        "subject": "Referral — Idris Fenwick",
        "sender_name": "PC Wendy Oakhurst",
        "sender_address": "w.oakhurst@example.org",
        "verdict": {"kind": "referral", "facts": {"victim": {"name": "Idris Fenwick"}}, "reasons": ["said so"]},
    }
    return EventRecord(**{**given, **changes})


def case(**changes: Any) -> CaseRecord:
    given: dict[str, Any] = {
        "id": IDS.new(),
        "reference": IDS.reference(),
        "record": RecordType.REFERRAL,
        "state": CaseState.NEW,
        "opened_at": NOW,
        "summary": {"victim": {"name": "Idris Fenwick"}},
        "missing": ("consent",),
    }
    return CaseRecord(**{**given, **changes})


def person(case_id: str, **changes: Any) -> PersonRecord:
    given: dict[str, Any] = {
        "id": IDS.new(),
        "case_id": case_id,
        "role": PersonRole.REFERRER,
        "name": "Wendy Oakhurst",
        "organisation": "Northmoor Police",
        "email": "W.Oakhurst@example.org",
        "phone": "07700 900123",
        "postcode": "LS1 4AP",
        "age": 0,
    }
    return PersonRecord(**{**given, **changes})


def consent(case_id: str, person_id: str = "", **changes: Any) -> ConsentRecord:
    given: dict[str, Any] = {
        "id": IDS.new(),
        "case_id": case_id,
        "person_id": person_id,
        "purpose": "contact",
        "given": True,
        "recorded_by": "person:ada",
        "recorded_at": NOW,
        "how": "Told us by telephone, calm voice",
    }
    return ConsentRecord(**{**given, **changes})


def reminder(**changes: Any) -> ReminderRecord:
    number = IDS.new()
    given: dict[str, Any] = {
        "id": number,
        "kind": ReminderKind.UNTRIAGED,
        "event_id": "",
        "case_id": "",
        "key": f"{number}:untriaged",
        "due": NOW,
        "state": ReminderState.WAITING,
        "why": "nobody has looked at it",
    }
    return ReminderRecord(**{**given, **changes})


def letter(**changes: Any) -> OutboxRecord:
    number = IDS.new()
    given: dict[str, Any] = {
        "id": number,
        "key": f"receipt:{number}",
        "event_id": "",
        "case_id": "",
        "mail_class": MailClass.RECEIPT,
        "audience": Audience.PROFESSIONAL,
        "template": "receipt-professional",
        "language": "en",
        "state": OutboxState.QUEUED,
        "created_at": NOW,
        "due": NOW,
        "message_id": f"{number}@mailflow.example",
        "recipient": "w.oakhurst@example.org",
        "envelope_from": "bounces+abc@mailflow.example",
        "subject": "We have your message",
        "text": "Thank you for writing to us.",
        "html": "<p>Thank you for writing to us.</p>",
        "raw": b"Subject: We have your message\r\n\r\nThank you\r\n",
    }
    return OutboxRecord(**{**given, **changes})


def query(**changes: Any) -> ContextQuery:
    given: dict[str, Any] = {
        "mail_id": "",
        "event_key": "none",
        "request_key": "none",
        "sender_hash": "",
        "key_hashes": (),
        "thread_message_ids": (),
        "bounced_message_id": "",
        "now": NOW,
        "fresh_hours": 72,
    }
    return ContextQuery(**{**given, **changes})
