"""What a mail does to files that live for years, as rows: wishes, replies, holds, absences, clocks.

A part of ``settle``: everything here is written in its transaction, after the event itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailflow.cases import LIAISE, ConsentState, paused_from, permission, propose
from mailflow.errors import NotFound, StateFault
from mailflow.facts import dates
from mailflow.followup import london_day
from mailflow.model.decision import (
    CancelQueued,
    CloseMissing,
    Context,
    HoldBack,
    MissingInformation,
    NoteAbsence,
    NoteReply,
    NoteReturn,
    NoteWord,
    ReminderKind,
    SettleOurs,
    StartClock,
)
from mailflow.model.life import ChangeRecord, HoldRecord, HoldSort, RelationSort, ReviewRole
from mailflow.model.outgoing import MailClass
from mailflow.model.records import ConsentRecord, EventRecord, OutboxState, PersonRecord, PersonRole

from .files import address_key
from .letters import Office
from .planning import (
    plan_breach,
    plan_first_contact,
    plan_follow_up,
    plan_retention,
    plan_rights,
    stop_follow_ups,
    stop_for_family,
)
from .ports import Work
from .understand import Understood

ACTOR = "journey:intake"
REFERRAL = "referral"
"""The purpose of a yes that a referral reports (domain.md §10, C1)."""

Consequence = (
    CancelQueued | CloseMissing | HoldBack | NoteAbsence | NoteReply | NoteReturn | NoteWord | SettleOurs | StartClock
)

_FAMILY_KEYS = frozenset({"victim", "telephone", "name", "address"})


def carry_out(
    work: Work,
    office: Office,
    intent: Consequence,
    event: EventRecord,
    understood: Understood,
    now: datetime,
    held: bool,
) -> None:
    """Write one of them. ``held``: history that was imported; its clocks start held."""
    match intent:
        case CancelQueued():
            stop_for_family(work, office, intent.case_id, intent.why, now)
        case NoteWord():
            _note_word(work, office, intent, event, now)
        case NoteReply():
            _note_reply(work, office, intent, event, understood, now)
        case HoldBack():
            _hold_back(work, office, intent, event, now)
        case NoteAbsence():
            work.note_absence(address_key(work, intent.address), intent.until, gone=intent.gone, event_id=event.id)
        case NoteReturn():
            work.end_absence(address_key(work, intent.address))
        case SettleOurs():
            _settle_ours(work, intent, now)
        case StartClock(kind=ReminderKind.BREACH_REPORT):
            plan_breach(work, office, event, now, held=held)
        case StartClock():
            plan_rights(work, office, event, now, held=held)
        case CloseMissing():
            _close_missing(work, office, intent, event, now)


def relate(work: Work, event: EventRecord, context: Context) -> None:
    """Write how the event hangs on earlier ones; linked, never merged."""
    answered = {ours.event_id for ours in context.ours if ours.event_id}
    for other in answered:
        work.relate(event.id, other, RelationSort.ANSWERS)
    for other, by in context.kin:
        if other not in answered:
            work.relate(event.id, other, RelationSort.SAME_FAMILY if by in _FAMILY_KEYS else RelationSort.SAME_THREAD)


# -- wishes -------------------------------------------------------------------------------------
def _note_word(work: Work, office: Office, word: NoteWord, event: EventRecord, now: datetime) -> None:
    """A no of unknown reach is a no of every relative, for all that they permitted, until a human settles it."""
    case_id = word.case_id or event.case_id
    if not case_id:
        return
    known = work.consents(case_id)
    people = [p for p in work.people(case_id) if p.left_at is None]
    family = [p for p in people if p.role is PersonRole.FAMILY] or people[:1]
    for person in family:
        for purpose in _purposes(word, person, known):
            if not word.given and permission(known, person.id, purpose, london_day(now)).state is ConsentState.READ_NO:
                continue
            consent = ConsentRecord(
                id=office.ids.new(),
                case_id=case_id,
                person_id=person.id,
                purpose=purpose,
                given=word.given,
                recorded_by=ACTOR,
                recorded_at=now,
                how=word.why,
                withdrawn_at=None if word.given else now,
                condition=word.condition,
                event_id=event.id,
                read_by_machine=True,
            )
            work.add_consent(consent)
            after = "read_yes" if word.given else "read_no"
            _change(work, office, f"consent:{consent.id}", "consent", after, word.why, now, case_id=case_id)


def _purposes(word: NoteWord, person: PersonRecord, known: tuple[ConsentRecord, ...]) -> tuple[str, ...]:
    if word.given:
        return (REFERRAL,)
    theirs = (c.purpose for c in known if c.person_id == person.id and c.given)
    return tuple(dict.fromkeys((LIAISE, *theirs)))


def _close_missing(work: Work, office: Office, intent: CloseMissing, event: EventRecord, now: datetime) -> None:
    case = work.case(intent.case_id)
    left = tuple(sort for sort in case.missing if sort not in intent.brought)
    if left == case.missing:
        return
    work.save_case(replace(case, missing=left))
    brought = ",".join(intent.brought)
    _change(work, office, f"case:{case.id}", "missing", brought, intent.why, now, case_id=case.id)
    if not left:
        why = "nothing is missing any more"
        work.cancel_reminders(case_id=case.id, kinds=[ReminderKind.MISSING_INFORMATION], why=why)
        work.cancel_outbox(case_id=case.id, classes=(MailClass.CHASER,), why=why, now=now)
    if MissingInformation.CONSENT in intent.brought:
        plan_first_contact(work, office, work.case(case.id), now)


# -- replies ------------------------------------------------------------------------------------
def _note_reply(
    work: Work, office: Office, reply: NoteReply, event: EventRecord, understood: Understood, now: datetime
) -> None:
    subject, whose = f"review:{reply.review_id}", "serving" if reply.by_chair else "somebody_else"
    _change(work, office, subject, "reply", whose, reply.why, now, review_id=reply.review_id)
    if not reply.by_chair:
        _hold_back(work, office, HoldBack(HoldSort.MACHINE, reply.why, "", reply.review_id), event, now)
        return
    stop_follow_ups(work, reply.review_id, "somebody who serves the review has written", now)
    if reply.proposes:
        _propose(work, office, reply.review_id, event, understood, now)
    plan_follow_up(work, office, work.review(reply.review_id), now, last=now)


def _propose(
    work: Work, office: Office, review_id: str, event: EventRecord, understood: Understood, now: datetime
) -> None:
    """What the reply says of the review's progress, for a human to accept."""
    message, text = understood.message, understood.message.new_text
    chairs = [p for p in work.people_of_review(review_id) if p.role is ReviewRole.CHAIR and p.until is None]
    proposal = propose(
        understood.facts,
        text,
        dates.find(text),
        work.review(review_id),
        proposal_id=office.ids.new(),
        event_id=event.id,
        made_at=now,
        written_on=london_day(message.date) if message.date is not None and message.date <= now else None,
        chair_address=chairs[-1].email if chairs else "",
        before_pause=paused_from(work.changes(review_id=review_id)),
    )
    if proposal is not None:
        work.add_proposal(proposal)


def _settle_ours(work: Work, intent: SettleOurs, now: datetime) -> None:
    """What became of a mail of ours; a row that a human has settled meanwhile stays as they left it."""
    try:
        work.settle_uncertain(
            intent.row_id, OutboxState.SENT if intent.arrived else OutboxState.REFUSED, intent.why, now
        )
    except StateFault:
        return
    try:
        told = work.reminder(f"{intent.row_id}:uncertain")
    except NotFound:
        return
    work.cancel_reminders(reminder_id=told.id, why=intent.why)


def _hold_back(work: Work, office: Office, intent: HoldBack, event: EventRecord, now: datetime) -> None:
    """One hold of a sort is enough: a machine that is held already need not be held again."""
    case_id = "" if intent.review_id else intent.case_id or event.case_id
    if not (case_id or intent.review_id):
        return
    live = work.holds(case_id=case_id, review_id=intent.review_id, live=now)
    if any(hold.sort is intent.sort and not hold.person_id for hold in live):
        return
    hold = HoldRecord(
        id=office.ids.new(),
        sort=intent.sort,
        since=now,
        by=ACTOR,
        case_id=case_id,
        review_id=intent.review_id,
        why=intent.why,
        event_id=event.id,
    )
    work.add_hold(hold)
    _change(
        work,
        office,
        f"hold:{hold.id}",
        "hold",
        intent.sort,
        intent.why,
        now,
        case_id=case_id,
        review_id=intent.review_id,
    )
    if case_id and intent.sort is HoldSort.LEGAL:
        case = work.case(case_id)
        planned = plan_retention(work, office, case, now)
        if planned != case:
            work.save_case(planned)


def _change(
    work: Work,
    office: Office,
    subject: str,
    act: str,
    after: str,
    why: str,
    now: datetime,
    *,
    case_id: str = "",
    review_id: str = "",
) -> None:
    work.add_change(
        ChangeRecord(
            id=office.ids.new(),
            subject=subject,
            at=now,
            actor=ACTOR,
            act=act,
            after=after,
            why=why,
            case_id=case_id,
            review_id=review_id,
        )
    )
