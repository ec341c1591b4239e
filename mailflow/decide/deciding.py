"""The decision itself: straight down the list of the room's manual, each step with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mailflow.model.decision import (
    Answer,
    Context,
    Decision,
    NoteReply,
    OpenCase,
    Queue,
    Remind,
    ReminderKind,
)
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.referral import missing_information
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED, Audience, Consent, Flag, Kind, RecordType, SenderType, Urgency

from .answering import usable_address, why_not
from .clocks import start_clocks
from .matching import Links, links
from .matter import Matter, Steps
from .our_mail import absence, came_back, replies, settle_ours
from .queueing import RISK_HOURS, RISK_TASK, UNTRIAGED_HOURS, needs_nobody, standing
from .wishes import close_missing, note_word, stop_for_wish

_PRIVATE_TYPES = (SenderType.FREEMAIL,)
_AT_WORK = (Audience.PROFESSIONAL, Audience.REVIEW, Audience.PRESS)


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
    matter = Matter(message, report, facts, verdict, mailbox, context, policy, now)
    steps = Steps()
    if context.event_known:
        steps.say("It is a second copy of an event that was dealt with: nothing is done twice.")
        _alert(matter, steps)
        return Decision(tuple(steps.intents), tuple(steps.reasons))
    if matter.doubt:
        steps.say(f"The machine is not sure that it is {verdict.kind}: a human decides.")
    ours_came_back = verdict.kind is Kind.BOUNCE and bool(context.bounced_recipient)
    answered = replies(matter)
    found = links(verdict.kind, context, matter.trusted, ours_came_back, answered)
    stop_for_wish(matter, found, steps)
    came_back(matter, steps)
    settle_ours(matter, steps)
    for reply in answered:
        steps.do(reply, f"{reply.why}.")
    absence(matter, found, steps)
    _file(matter, found, answered, steps)
    note_word(matter, found, steps)
    close_missing(matter, found, steps)
    start_clocks(matter, found, steps)
    queued = _queue(matter, found, steps)
    _alert(matter, steps)
    answer = _answer(matter, steps)
    if queued:
        _ring_when_untriaged(matter, steps)
    _ask_for_what_is_missing(matter, found, answer, steps)
    return Decision(tuple(steps.intents), tuple(steps.reasons))


def _file(matter: Matter, found: Links, answered: Sequence[NoteReply], steps: Steps) -> None:
    """The record: the case that it belongs to, or a new file, and what may belong together."""
    if found.attach is not None:
        steps.do(found.attach, f"It belongs to a case that we have: {found.attach.why}.")
    elif any(reply.by_chair for reply in answered):
        steps.say("It answers for a review that we have, so no new file is opened.")
    else:
        record = _record(matter)
        if record is not RecordType.NONE:
            intent = OpenCase(record, matter.facts.referrer, matter.facts.family)
            steps.do(intent, f"A new file is opened: {record}.")
    for proposal in found.proposals:
        steps.do(proposal, f"It may belong to a case that we have: {proposal.why}. A human decides.")


def _record(matter: Matter) -> RecordType:
    kind, runner_up = matter.verdict.kind, matter.verdict.runner_up
    if not matter.doubt:
        return matter.line.record
    machine_either_way = kind in NEVER_ANSWERED and (runner_up is None or runner_up in NEVER_ANSWERED)
    return matter.line.record if machine_either_way else RecordType.NOTE


def _queue(matter: Matter, found: Links, steps: Steps) -> bool:
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


def _alert(matter: Matter, steps: Steps) -> None:
    """P7: whatever the kind, the confidence or the copy; the key lets it ring once for an event."""
    if not matter.at_risk:
        return
    if not any(isinstance(intent, Queue) for intent in steps.intents):
        queue = Queue(Urgency.NOW, "somebody may come to harm", RISK_TASK)
        steps.do(queue, "A human looks now: somebody may come to harm.")
    why = "somebody may come to harm"
    alert = Remind(ReminderKind.RISK_ALERT, matter.now, "risk", why, held=matter.context.backfilled)
    steps.do(alert, "The person on call is told now, and again until somebody takes it.")


def _answer(matter: Matter, steps: Steps) -> Answer | None:
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


def _template(matter: Matter) -> tuple[str, Audience]:
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


def _ring_when_untriaged(matter: Matter, steps: Steps) -> None:
    why = f"nobody has looked at a message of the kind {matter.verdict.kind} in its time"
    due = _untriaged_due(matter)
    steps.do(
        Remind(ReminderKind.UNTRIAGED, due, "untriaged", why, held=matter.context.backfilled),
        "The lead is told when nobody has looked in time.",
    )


def _untriaged_due(matter: Matter) -> datetime:
    hours = matter.line.triage_hours or UNTRIAGED_HOURS
    return matter.calendar.add_working_hours(matter.now, min(hours, RISK_HOURS) if matter.at_risk else hours)


def _ask_for_what_is_missing(matter: Matter, found: Links, answer: Answer | None, steps: Steps) -> None:
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
