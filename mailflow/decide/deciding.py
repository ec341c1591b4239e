"""The decision itself: straight down the list of the room's manual, each step with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailflow.model.decision import (
    Answer,
    CancelQueued,
    Context,
    Decision,
    Intent,
    OpenCase,
    Queue,
    Remind,
    ReminderKind,
    Suppress,
)
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import KindPolicy, Policy
from mailflow.model.referral import missing_information
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED, Audience, Consent, Flag, Kind, RecordType, SenderType, Urgency
from mailflow.syntax.working import WorkingCalendar, calendar_for

from .answering import identity_in_doubt, usable_address, why_not
from .matching import Links, links
from .queueing import RISK_HOURS, RISK_TASK, UNTRIAGED_HOURS, needs_nobody, standing

_PRIVATE_TYPES = (SenderType.FREEMAIL,)
_ORGANISED_TYPES = frozenset(set(SenderType) - {SenderType.FREEMAIL, SenderType.OTHER, SenderType.PRESS})
_ELSEWHERE = (Kind.ENQUIRY, Kind.PANEL_REQUEST, Kind.REVIEW_UPDATE)
_AT_WORK = (Audience.PROFESSIONAL, Audience.REVIEW, Audience.PRESS)


@dataclass(frozen=True, slots=True)
class _Matter:
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
        return self.policy.for_kind(self.verdict.kind)

    @property
    def calendar(self) -> WorkingCalendar:
        return calendar_for(self.policy.clock, self.now)

    @property
    def at_risk(self) -> bool:
        return self.verdict.has(Flag.RISK)

    @property
    def doubt(self) -> bool:
        """The machine is less sure than the kind demands (P9)."""
        return self.verdict.needs_human or self.verdict.confidence < self.line.threshold

    @property
    def bereaved(self) -> bool:
        return self.facts.bereaved_writer or self.verdict.kind is Kind.SELF_REFERRAL

    @property
    def professional(self) -> bool:
        """The writer writes at work: an organisation's address, or says so and is not bereaved."""
        facts, referrer = self.facts, self.facts.referrer
        says_so = facts.chair is not None or (referrer is not None and bool(referrer.organisation or referrer.role))
        return not self.bereaved and (facts.sender_type in _ORGANISED_TYPES or says_so)

    @property
    def misdirected(self) -> bool:
        """A professional's question or papers that were meant for somebody else: they must hear it from us, since
        nothing is forwarded. Never a referral or a family's own words, whoever they were meant for."""
        wanted = self.professional and not self.doubt and bool(self.policy.misdirected_template)
        return wanted and self.verdict.kind in _ELSEWHERE and self.verdict.has(Flag.MISDIRECTED)


class _Steps:
    """Intents as they are decided, each with its reason beside it."""

    def __init__(self) -> None:
        self.intents: list[Intent] = []
        self.reasons: list[str] = []

    def do(self, intent: Intent, reason: str) -> None:
        self.intents.append(intent)
        self.reasons.append(reason)

    def say(self, reason: str) -> None:
        self.reasons.append(reason)


def decide(
    message: ParsedMessage,
    report: SecurityReport,
    facts: Facts,
    verdict: Verdict,
    mailbox: str,
    context: Context,
    policy: Policy,
    now: datetime,
) -> Decision:
    """What to do about one event. ``now`` is aware; all due times are UTC. Raises nothing for any records.

    Intents stand in the order in which they are to be carried out: what stops comes before what is sent, so
    that a withdrawal does not cancel its own receipt.
    """
    matter = _Matter(message, report, facts, verdict, mailbox, context, policy, now)
    steps = _Steps()
    if context.event_known:
        steps.say("It is a second copy of an event that was dealt with: nothing is done twice.")
        _alert(matter, steps)
        return Decision(tuple(steps.intents), tuple(steps.reasons))
    if matter.doubt:
        steps.say(f"The machine is not sure that it is {verdict.kind}: a human decides.")
    came_back = verdict.kind is Kind.BOUNCE and bool(context.bounced_recipient)
    found = links(verdict.kind, context, not identity_in_doubt(report, verdict), came_back)
    _stop(matter, found, steps)
    _file(matter, found, steps)
    queued = _queue(matter, found, steps)
    _alert(matter, steps)
    answer = _answer(matter, steps)
    if queued:
        _ring_when_untriaged(matter, steps)
    _ask_for_what_is_missing(matter, found, answer, steps)
    return Decision(tuple(steps.intents), tuple(steps.reasons))


def _stop(matter: _Matter, found: Links, steps: _Steps) -> None:
    """P5: a wish that was withdrawn stops what is queued. Holding is always allowed, so the thread or reference
    alone is enough, whoever wrote; only a sender whom our gateway refutes stops nothing."""
    facts, verdict, context = matter.facts, matter.verdict, matter.context
    withdrawn = verdict.has(Flag.CONSENT_DECLINED) or facts.consent is Consent.DECLINED
    if withdrawn and not matter.report.authentication_failed:
        cases = dict.fromkeys((*((found.attach.case_id,) if found.attach else ()), *found.strong))
        for case_id in cases:
            why = "a wish or permission was withdrawn"
            steps.do(CancelQueued(case_id, why), "What is queued for this case stops: a wish was withdrawn.")
    bounce = matter.message.bounce
    if verdict.kind is Kind.BOUNCE and bounce is not None and bounce.permanent and context.bounced_recipient:
        why = f"a mail of ours came back for good ({bounce.status or 'no status code'})"
        steps.do(Suppress(context.bounced_recipient, why), "The address is written to no more: our mail came back.")


def _file(matter: _Matter, found: Links, steps: _Steps) -> None:
    """The record: the case that it belongs to, or a new file, and what may belong together."""
    if found.attach is not None:
        steps.do(found.attach, f"It belongs to a case that we have: {found.attach.why}.")
    else:
        record = _record(matter)
        if record is not RecordType.NONE:
            intent = OpenCase(record, matter.facts.referrer, matter.facts.family)
            steps.do(intent, f"A new file is opened: {record}.")
    for proposal in found.proposals:
        steps.do(proposal, f"It may belong to a case that we have: {proposal.why}. A human decides.")


def _record(matter: _Matter) -> RecordType:
    kind, runner_up = matter.verdict.kind, matter.verdict.runner_up
    if not matter.doubt:
        return matter.line.record
    machine_either_way = kind in NEVER_ANSWERED and (runner_up is None or runner_up in NEVER_ANSWERED)
    return matter.line.record if machine_either_way else RecordType.NOTE


def _queue(matter: _Matter, found: Links, steps: _Steps) -> bool:
    """In front of a human, unless it needs nobody; True when it stands there."""
    message, facts, verdict = matter.message, matter.facts, matter.verdict
    nobody = needs_nobody(message, facts, verdict, matter.context, matter.doubt)
    if nobody:
        steps.say(f"No human need look: {nobody}.")
        return False
    unlinked = found.attach is None and (verdict.kind is Kind.CASE_UPDATE or bool(found.proposals))
    due = _untriaged_due(matter)
    stands = standing(
        message, facts, verdict, matter.line, matter.context, matter.doubt, unlinked, due, matter.now, matter.calendar
    )
    steps.do(Queue(stands.urgency, stands.why, stands.task), f"A human looks ({stands.urgency}): {stands.why}.")
    return True


def _alert(matter: _Matter, steps: _Steps) -> None:
    """P7: whatever the kind, the confidence or the copy; the key lets it ring once for an event."""
    if not matter.at_risk:
        return
    if not any(isinstance(intent, Queue) for intent in steps.intents):
        queue = Queue(Urgency.NOW, "somebody may come to harm", RISK_TASK)
        steps.do(queue, "A human looks now: somebody may come to harm.")
    why = "somebody may come to harm"
    alert = Remind(ReminderKind.RISK_ALERT, matter.now, "risk", why, held=matter.context.backfilled)
    steps.do(alert, "The person on call is told now, and again until somebody takes it.")


def _answer(matter: _Matter, steps: _Steps) -> Answer | None:
    """The one answer, or why there is none."""
    reason = why_not(
        matter.message,
        matter.report,
        matter.facts,
        matter.verdict,
        matter.mailbox,
        matter.context,
        matter.policy,
        matter.doubt,
        matter.misdirected,
    )
    if reason:
        steps.say(f"No answer by machine: {reason}.")
        return None
    template, audience = _template(matter)
    asks = matter.line.chase_missing and template == matter.line.template
    language = matter.facts.language if matter.facts.language in matter.policy.languages else "en"
    answer = Answer(
        template=template,
        audience=audience,
        language=language,
        recipient=usable_address(matter.message),
        missing=missing_information(matter.facts) if asks else (),
        mail_class=MailClass.RECEIPT,
        private=audience not in _AT_WORK or matter.facts.sender_type in _PRIVATE_TYPES,
    )
    held = " All sending is stopped at the moment, so it waits." if matter.context.stopped else ""
    steps.do(answer, f"The sender gets one answer ({template}).{held}")
    return answer


def _template(matter: _Matter) -> tuple[str, Audience]:
    """Which answer: by doubt, then by whom it was meant for, then by danger, by who writes, by kind."""
    line = matter.line
    if matter.doubt:
        return matter.policy.doubt_template, Audience.NEUTRAL
    if matter.misdirected:
        return matter.policy.misdirected_template, _for_work(line.audience)
    if matter.at_risk and not matter.professional and line.risk_template:
        return line.risk_template, Audience.BEREAVED_AT_RISK
    if not matter.professional and line.private_template:
        return line.private_template, Audience.BEREAVED
    return line.template, line.audience


def _for_work(audience: Audience) -> Audience:
    return Audience.REVIEW if audience is Audience.REVIEW else Audience.PROFESSIONAL


def _ring_when_untriaged(matter: _Matter, steps: _Steps) -> None:
    why = f"nobody has looked at a message of the kind {matter.verdict.kind} in its time"
    due = _untriaged_due(matter)
    steps.do(
        Remind(ReminderKind.UNTRIAGED, due, "untriaged", why, held=matter.context.backfilled),
        "The lead is told when nobody has looked in time.",
    )


def _untriaged_due(matter: _Matter) -> datetime:
    hours = matter.line.triage_hours or UNTRIAGED_HOURS
    return matter.calendar.add_working_hours(matter.now, min(hours, RISK_HOURS) if matter.at_risk else hours)


def _ask_for_what_is_missing(matter: _Matter, found: Links, answer: Answer | None, steps: _Steps) -> None:
    """Chasers to the professional who referred, where we may write to them; to nobody else, ever (P5)."""
    opened = any(isinstance(i, OpenCase) and i.record is RecordType.REFERRAL for i in steps.intents)
    if not (opened and matter.line.chase_missing and not matter.doubt):
        return
    lacking = missing_information(matter.facts)
    if not lacking:
        return
    kinds = ", ".join(sort.value.replace("_", " ") for sort in lacking)
    declined = matter.facts.consent is Consent.DECLINED or matter.verdict.has(Flag.CONSENT_DECLINED)
    writable = answer is not None and answer.audience is Audience.PROFESSIONAL and matter.professional
    if declined or not writable:
        steps.say(f"Still missing: {kinds}. A human asks, the machine does not.")
        return
    for number, days in enumerate(matter.policy.clock.chaser_working_days, start=1):
        due = matter.calendar.add_working_days(matter.now, days)
        last = number == len(matter.policy.clock.chaser_working_days)
        why = f"the referral still lacks: {kinds}" + ("; after this question a human takes over" if last else "")
        steps.do(
            Remind(ReminderKind.MISSING_INFORMATION, due, f"missing:{number}", why),
            f"The referrer is asked after {days} working days for what is missing: {kinds}.",
        )
