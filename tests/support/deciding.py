"""Hand-built records for tests of ``decide``: plain ones, and changes by keyword."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from mailflow.decide import decide
from mailflow.model.decision import (
    Answer,
    Context,
    Decision,
    Intent,
    OpenCase,
    ProposeLink,
    Queue,
    Remind,
    ReminderKind,
)
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.message import Address, Automatic, ParsedMessage, Region, RegionKind
from mailflow.model.policy import Policy
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import AssuranceLevel, AutomaticKind, Consent, Kind, SenderType
from tests.support.letters import profile_policy

MAILBOX = "hssupport"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning in winter: London is UTC."""
BY_A_PERSON = Automatic(AutomaticKind.NONE, "a person wrote it", may_answer=True)


def message(text: str = "Please could you support this family.", **changes: Any) -> ParsedMessage:
    """A mail by a person, with that new text."""
    values: dict[str, Any] = {
        "size": 1000,
        "headers": (),
        "subject": "A family",
        "from_": (Address("Amy Holt", "amy.holt2@met.police.uk"),),
        "sender": (),
        "reply_to": (),
        "to": (Address("", "hssupport@victimsupport.org.uk"),),
        "cc": (),
        "date": NOW,
        "message_id": "m1@met.police.uk",
        "in_reply_to": (),
        "references": (),
        "return_path": "amy.holt2@met.police.uk",
        "text": text,
        "regions": (Region(RegionKind.NEW, 0, len(text)),),
        "forwarded": (),
        "attachments": (),
        "automatic": BY_A_PERSON,
        "bounce": None,
        "content_types": ("text/plain",),
        "links": (),
        "own_references": (),
        "defects": (),
    }
    return ParsedMessage(**(values | changes))


def private_message(text: str = "i just need someone to talk to", **changes: Any) -> ParsedMessage:
    """A mail from a private address."""
    values = {
        "from_": (Address("Jade", "jade@mail.example"),),
        "return_path": "jade@mail.example",
        "message_id": "m2@mail.example",
    }
    return message(text, **(values | changes))


def report(**changes: Any) -> SecurityReport:
    """An authenticated mail from an official domain over TLS."""
    values: dict[str, Any] = {
        "level": AssuranceLevel.POLICY_DOMAIN,
        "secure": True,
        "reasons": ("an official domain, authenticated, over TLS",),
        "tls": True,
        "spf": "pass",
        "dkim": "pass",
        "dmarc": "pass",
    }
    return SecurityReport(**(values | changes))


def officer(**changes: Any) -> Facts:
    """A whole referral by an officer."""
    values: dict[str, Any] = {
        "sender_type": SenderType.POLICE,
        "referrer": Person(
            "Amy Holt", "Family Liaison Officer", "Metropolitan Police Service", "amy.holt2@met.police.uk"
        ),
        "family": (Relative("Marcia Beckford", "mother", "07700 900118"),),
        "victim": Victim("Tyrell Beckford", "2026-01-30"),
        "consent": Consent.GIVEN,
    }
    return Facts(**(values | changes))


def bereaved(**changes: Any) -> Facts:
    """A bereaved person who writes from a private address."""
    values: dict[str, Any] = {
        "sender_type": SenderType.FREEMAIL,
        "bereaved_writer": True,
        "family": (Relative("Jade", "sister", "07700 900164", "jade@mail.example"),),
    }
    return Facts(**(values | changes))


def verdict(kind: Kind, confidence: float = 0.97, **changes: Any) -> Verdict:
    """A sure verdict of that kind."""
    values: dict[str, Any] = {
        "needs_human": False,
        "flags": (),
        "runner_up": None,
        "scores": ((kind, 5.0),),
        "evidence": (),
        "reasons": (),
        "rules_version": "test",
    }
    return Verdict(kind=kind, confidence=confidence, **(values | changes))


def decided(
    kind: Kind | Verdict,
    mail: ParsedMessage | None = None,
    facts: Facts | None = None,
    *,
    security: SecurityReport | None = None,
    context: Context | None = None,
    policy: Policy | None = None,
    now: datetime = NOW,
) -> Decision:
    """The decision about it, under the profile's own policy."""
    return decide(
        mail or message(),
        security or report(),
        facts if facts is not None else officer(),
        kind if isinstance(kind, Verdict) else verdict(kind),
        MAILBOX,
        context or Context(),
        policy or profile_policy(),
        now,
    )


def answer(decision: Decision) -> Answer | None:
    """The one answer, or ``None``; two are a failure."""
    found = [intent for intent in decision.intents if isinstance(intent, Answer)]
    assert len(found) <= 1, found
    return found[0] if found else None


def queue(decision: Decision) -> Queue | None:
    """How it stands in the queue, or ``None``; two are a failure."""
    found = [intent for intent in decision.intents if isinstance(intent, Queue)]
    assert len(found) <= 1, found
    return found[0] if found else None


def opened(decision: Decision) -> OpenCase | None:
    """The one file that is opened, or ``None``; two are a failure."""
    found = [intent for intent in decision.intents if isinstance(intent, OpenCase)]
    assert len(found) <= 1, found
    return found[0] if found else None


def proposed(decision: Decision) -> list[str]:
    """Cases that are proposed."""
    return [intent.case_id for intent in decision.intents if isinstance(intent, ProposeLink)]


def reminders(decision: Decision, kind: ReminderKind) -> list[Remind]:
    """Reminders of that kind, in order."""
    return [intent for intent in decision.intents if isinstance(intent, Remind) and intent.kind is kind]


def others(decision: Decision, sort: type) -> list[Intent]:
    """All intents of any sort."""
    return [intent for intent in decision.intents if isinstance(intent, sort)]
