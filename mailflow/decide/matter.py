"""What a decision looks at, and the intents that it comes to, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailflow.model.decision import Context, Intent
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.policy import KindPolicy, Policy
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import Flag, Kind, SenderType
from mailflow.syntax.working import WorkingCalendar, calendar_for

from .answering import identity_in_doubt, usable_address

MACHINES = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK, Kind.SPAM})
"""Kinds of mail that no person wrote to us."""
_ORGANISED_TYPES = frozenset(set(SenderType) - {SenderType.FREEMAIL, SenderType.OTHER, SenderType.PRESS})
_ELSEWHERE = (Kind.ENQUIRY, Kind.PANEL_REQUEST, Kind.REVIEW_UPDATE)


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that a decision looks at."""

    message: ParsedMessage
    report: SecurityReport
    facts: Facts
    verdict: Verdict
    mailbox: str
    context: Context
    policy: Policy
    now: datetime

    @property
    def line(self) -> KindPolicy:
        """The policy of its kind."""
        return self.policy.for_kind(self.verdict.kind)

    @property
    def calendar(self) -> WorkingCalendar:
        """The working calendar around now."""
        return calendar_for(self.policy.clock, self.now)

    @property
    def at_risk(self) -> bool:
        """Somebody may come to harm."""
        return self.verdict.has(Flag.RISK)

    @property
    def doubt(self) -> bool:
        """The machine is less sure than the kind demands (P9)."""
        return self.verdict.needs_human or self.verdict.confidence < self.line.threshold

    @property
    def bereaved(self) -> bool:
        """The writer is the bereaved person."""
        return self.facts.bereaved_writer or self.verdict.kind is Kind.SELF_REFERRAL

    @property
    def professional(self) -> bool:
        """The writer writes at work: an organisation's address, or says so and is not bereaved."""
        facts, referrer = self.facts, self.facts.referrer
        says_so = facts.chair is not None or (referrer is not None and bool(referrer.organisation or referrer.role))
        return not self.bereaved and (facts.sender_type in _ORGANISED_TYPES or says_so)

    @property
    def trusted(self) -> bool:
        """Nothing speaks against the sender being who is claimed."""
        return not identity_in_doubt(self.report, self.verdict)

    @property
    def by_machine(self) -> bool:
        """No person wrote it: nothing that it says is anybody's word."""
        return self.message.automatic.is_automatic or self.message.bounce is not None or self.verdict.kind in MACHINES

    @property
    def sender(self) -> str:
        """The one From address; empty where there is none, or several."""
        return usable_address(self.message)

    @property
    def misdirected(self) -> bool:
        """A professional's question or papers that were meant for somebody else: they must hear it from us, since
        nothing is forwarded. Never a referral or a family's own words, whoever they were meant for."""
        wanted = self.professional and not self.doubt and bool(self.policy.misdirected_template)
        return wanted and self.verdict.kind in _ELSEWHERE and self.verdict.has(Flag.MISDIRECTED)


class Steps:
    """Intents as they are decided, each with its reason beside it."""

    def __init__(self) -> None:
        self.intents: list[Intent] = []
        self.reasons: list[str] = []

    def do(self, intent: Intent, reason: str) -> None:
        """One more thing to do, and why."""
        self.intents.append(intent)
        self.reasons.append(reason)

    def say(self, reason: str) -> None:
        """Why nothing is done about something."""
        self.reasons.append(reason)
