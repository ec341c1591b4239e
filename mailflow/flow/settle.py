"""Settle: what is decided about a mail is written together, or not at all.

The transaction takes the match keys of the event in sorted order, reads what the store knows, decides, and
writes: event, case, people, keys, outbox, reminders, audit, and the mail as done. Deciding is pure and takes
well under a millisecond, so it happens once, under the locks: two workers with an officer's and a
partnership's mail on one family see each other's case, never the same empty past (DESIGN §4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.decide import decide, match_values
from mailflow.model.decision import (
    Answer,
    AttachToCase,
    Context,
    ContextQuery,
    Decision,
    MissingInformation,
    OpenCase,
    ProposeLink,
    Queue,
    Remind,
    ReminderKind,
    Suppress,
)
from mailflow.model.records import (
    EventRecord,
    EventState,
    MailClaim,
    MatchKey,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.referral import missing_information
from mailflow.model.words import Kind, RecordType, Urgency
from mailflow.parse import identity

from .breaker import trip
from .consequences import ACTOR, carry_out, relate
from .contract import classified
from .files import address_key, open_case
from .letters import Office, receipt
from .planning import plan_first_contact
from .ports import Reached, Store, Work, unheard
from .ties import tied
from .understand import Understood

__all__ = ["Office", "Settled", "settle"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was written."""

    event: EventRecord
    decision: Decision | None
    copy: bool
    """The event was here already; only the mail was added to it."""


def settle(
    store: Store, claim: MailClaim, understood: Understood, office: Office, now: datetime, reached: Reached = unheard
) -> Settled:
    """Decide about one understood mail and write everything down, in one commit.

    Raises ``LeaseLost`` when the claim has run out and the mail is in other hands; then nothing is written.
    """
    with store.begin(ACTOR, now) as work:
        work.fence(claim)
        event_key, request_key = _event_keys(work, claim.mail.raw)
        keys = [work.hash_of(sort, value) for sort, value in match_values(understood.message, understood.facts)]
        author = understood.message.author
        sender = address_key(work, author.address if author else "")
        work.lock([event_key, request_key, *keys])
        known = work.event_by_key(event_key.hash)
        if known is not None:
            work.finish_mail(claim, known.id, now)
            work.audit("event.copy", f"event:{known.id}", f"mail:{claim.mail.id}")
            return Settled(known, None, copy=True)
        query = _query(claim, understood, event_key, request_key, keys, sender, office, now)
        context = tied(work, work.context(query), understood.message, sender, cjsm_route=office.cjsm_route, now=now)
        decision = decide(
            understood.message,
            understood.report,
            understood.facts,
            understood.verdict,
            claim.mail.mailbox,
            context,
            office.policy,
            now,
        )
        event = _write(work, claim, understood, decision, context, event_key, request_key, keys, office, now)
        work.finish_mail(claim, event.id, now)
        trip(work, office, now, sender_hash=claim.mail.sender_hash)
        reached("intake.before_commit")
    return Settled(event, decision, copy=False)


def _event_keys(work: Work, raw: bytes) -> tuple[MatchKey, MatchKey]:
    """The keys of the event and of the request (DESIGN §4, intake).

    An event is Message-ID, From and body; without a Message-ID also Date and Subject, which tell two short
    mails of one sender apart. A request is Message-ID and From only: another body under the same Message-ID
    is a second event, and gets no second receipt.
    """
    seen = identity(raw)
    parts = [seen.message_id, seen.from_address, seen.body_sha256]
    if not seen.message_id:
        parts += [seen.date, seen.subject]
    event_key = work.hash_of("event", "\x00".join(parts))
    if not seen.message_id:
        return event_key, MatchKey("request", event_key.hash)
    return event_key, work.hash_of("request", f"{seen.message_id}\x00{seen.from_address}")


def _query(
    claim: MailClaim,
    understood: Understood,
    event_key: MatchKey,
    request_key: MatchKey,
    keys: Sequence[MatchKey],
    sender: MatchKey,
    office: Office,
    now: datetime,
) -> ContextQuery:
    message = understood.message
    return ContextQuery(
        mail_id=claim.mail.id,
        event_key=event_key.hash,
        request_key=request_key.hash,
        sender_hash=sender.hash,
        key_hashes=tuple((key.sort, key.hash) for key in keys),
        thread_message_ids=tuple(dict.fromkeys((*message.in_reply_to, *message.references))),
        bounced_message_id=message.bounce.original_message_id if message.bounce else "",
        now=now,
        fresh_hours=office.policy.sending.max_age_hours,
    )


def _write(
    work: Work,
    claim: MailClaim,
    understood: Understood,
    decision: Decision,
    context: Context,
    event_key: MatchKey,
    request_key: MatchKey,
    keys: Sequence[MatchKey],
    office: Office,
    now: datetime,
) -> EventRecord:
    """Turn a decision into rows: the event first, then what hangs on it."""
    message, verdict = understood.message, understood.verdict
    queue = next((intent for intent in decision.intents if isinstance(intent, Queue)), None)
    untriaged = next((i for i in decision.intents if isinstance(i, Remind) and i.kind is ReminderKind.UNTRIAGED), None)
    attach = next((intent for intent in decision.intents if isinstance(intent, AttachToCase)), None)
    author = message.author
    event = EventRecord(
        id=office.ids.new(),
        key=event_key.hash,
        request_key=request_key.hash,
        reference=office.ids.reference(),
        created_at=now,
        mailbox=claim.mail.mailbox,
        kind=verdict.kind,
        confidence=verdict.confidence,
        needs_human=verdict.needs_human or verdict.confidence < office.policy.for_kind(verdict.kind).threshold,
        flags=verdict.flags,
        urgency=queue.urgency if queue else Urgency.NONE,
        state=EventState.UNTRIAGED if queue else EventState.CLOSED,
        task=queue.task if queue else "",
        case_id=attach.case_id if attach else "",
        triage_due=untriaged.due if untriaged else None,
        rules_version=verdict.rules_version,
        subject=message.subject,
        sender_name=author.name if author else "",
        sender_address=author.address if author else "",
        verdict=classified(claim.mail.id, understood, decision),
    )
    opened = next((intent for intent in decision.intents if isinstance(intent, OpenCase)), None)
    if opened is not None:
        missing = missing_information(understood.facts) if opened.record is RecordType.REFERRAL else ()
        case = open_case(
            work, office.ids, event, opened.record, opened.referrer, opened.family, keys, now, missing=missing
        )
        event = replace(event, case_id=case.id)
        if opened.record is RecordType.REFERRAL and _may_be_spoken_to(event, missing):
            plan_first_contact(work, office, case, now, held=context.backfilled)
    elif attach is not None:
        work.add_keys(attach.case_id, keys)
    work.add_event(event, keys)
    relate(work, event, context)
    for intent in decision.intents:
        match intent:
            case Answer():
                work.queue_mail(receipt(work, office, intent, event, message, now))
            case Remind():
                work.add_reminder(_reminder(office, event, intent))
            case ProposeLink():
                work.propose_link(event.id, intent.case_id, intent.why)
            case Suppress():
                work.suppress(address_key(work, intent.address), intent.why, now)
            case OpenCase() | AttachToCase() | Queue():
                pass
            case _:
                carry_out(work, office, intent, event, understood, now, context.backfilled)
    return event


def _may_be_spoken_to(event: EventRecord, missing: Sequence[str]) -> bool:
    """First contact is promised to who wrote themselves, or agreed; nobody is rung whose agreement is missing."""
    return event.kind is Kind.SELF_REFERRAL or MissingInformation.CONSENT not in missing


def _reminder(office: Office, event: EventRecord, intent: Remind) -> ReminderRecord:
    return ReminderRecord(
        id=office.ids.new(),
        kind=intent.kind,
        event_id=event.id,
        case_id=event.case_id,
        key=f"{event.id}:{intent.key}",
        due=intent.due,
        state=ReminderState.HELD if intent.held else ReminderState.WAITING,
        why=intent.why,
    )
