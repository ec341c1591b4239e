"""What would be asked of Chairs until a day, and why, or everything that holds it back; it reads and never writes.

For every open review: the question or reminder that is planned (or would be, or why none is), the gate as it stands
now, and the mails that wait in the outbox. What is to come can only be told as things stand: each line says when it
would leave if nothing changed, and today's reasons against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from mailflow.followup import london_day, next_check, next_sending
from mailflow.followup.gate import Shut
from mailflow.model.decision import ReminderKind
from mailflow.model.life import ReviewRecord, ReviewState
from mailflow.model.outgoing import MailClass
from mailflow.model.records import OutboxState, ReminderRecord, ReminderState
from mailflow.model.words import ReviewStage

from .followups import Asking, asking, round_of
from .letters import Office
from .planning import standing
from .ports import Work

MOST_REVIEWS = 5_000
WAITS = (OutboxState.QUEUED, OutboxState.DEFERRED, OutboxState.SENDING)
OF_THE_MOMENT = frozenset({Shut.TOO_SOON, Shut.CLOSED_DAY, Shut.QUIET_HOURS, Shut.SENSITIVE_DAY, Shut.NOT_FRESH})
"""Reasons that end by themselves before a question that is due later leaves."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One question, reminder or turn of a human, as things stand now."""

    review: str
    """Its reference."""
    stage: ReviewStage
    what: str
    """``question``, ``reminder 1``, ``reminder 2`` or ``human``; ``nothing planned`` where there is none."""
    to: str
    """The role: ``chair``; ``lead`` where a human takes over; empty where nobody is known."""
    address: str
    """Shown only on request."""
    when: datetime | None
    """When it would leave, UTC, if nothing changes; ``None`` while something only a person ends holds it."""
    due: datetime | None
    why: str
    held_by: tuple[str, ...]
    """Everything that holds it back today, in words without personal data; empty when nothing does."""
    queued: bool = False
    """It is written already and waits in the outbox."""


def preview(work: Work, office: Office, until: date, now: datetime) -> tuple[Preview, ...]:
    """Everything due up to the end of ``until``, in London, by the time at which it would leave; what is held last."""
    found = [
        line
        for review in work.reviews(states=[ReviewState.OPEN], limit=MOST_REVIEWS)
        for line in _of_review(work, office, review, now)
        if line.due is None or london_day(line.due) <= until
    ]
    return tuple(sorted(found, key=lambda line: (line.when is None, line.when or now, line.review)))


def _of_review(work: Work, office: Office, review: ReviewRecord, now: datetime) -> Iterator[Preview]:
    planned = work.reminders(
        review_id=review.id,
        kinds=[ReminderKind.FOLLOW_UP],
        states=[ReminderState.WAITING, ReminderState.HELD],
    )
    waiting = [
        row
        for row in work.outbox_of(review_id=review.id)
        if row.mail_class is MailClass.FOLLOW_UP and row.state in WAITS
    ]
    for row in waiting:
        asked = asking(work, office, review, row.key, now, besides=row.id)
        yield _line(asked, office, row.key, row.due, "it waits in the outbox", now, queued=True)
    for reminder in planned:
        yield _planned(work, office, review, reminder, now)
    if not planned and not waiting:
        yield _nothing(work, office, review, now)


def _planned(work: Work, office: Office, review: ReviewRecord, reminder: ReminderRecord, now: datetime) -> Preview:
    asked = asking(work, office, review, reminder.key, now)
    held = reminder.gate or "a human has held it" if reminder.state is ReminderState.HELD else ""
    return _line(asked, office, reminder.key, reminder.due, reminder.why, now, held=held)


def _line(
    asked: Asking,
    office: Office,
    key: str,
    due: datetime,
    why: str,
    now: datetime,
    *,
    held: str = "",
    queued: bool = False,
) -> Preview:
    number, last = round_of(key)[1], len(office.policy.follow_ups.reminder_working_days)
    if number > last:
        return Preview(asked.review.reference, asked.review.stage, "human", "lead", "", due, due, why, ())
    chair = asked.seen.chair
    calendar, policy = office.calendar(now), office.policy.follow_ups
    reasons = tuple(
        says
        for says, code in zip(asked.gate.reasons, asked.gate.codes, strict=True)
        if due <= now or code not in OF_THE_MOMENT
    )
    held_by = (held, *reasons) if held else reasons
    when: datetime | None = None
    if not held_by:
        try:
            when = next_sending(max(due, now), policy, calendar, asked.seen.days)
        except ValueError as nothing_is_free:
            held_by = (str(nothing_is_free),)
    elif not held and not asked.gate.needs_human:
        when = max(due, next_check(asked.gate, now, calendar))
    return Preview(
        review=asked.review.reference,
        stage=asked.review.stage,
        what=f"reminder {number}" if number else "question",
        to="chair" if chair is not None else "",
        address=chair.email if chair is not None else "",
        when=when,
        due=due,
        why=why,
        held_by=held_by,
        queued=queued,
    )


def _nothing(work: Work, office: Office, review: ReviewRecord, now: datetime) -> Preview:
    """A review for which nothing is planned, with every reason: silence must be explained (P10)."""
    seen = standing(work, review, now)
    asked = asking(work, office, review, f"followup:{review.id}:0:0", now)
    reasons = [
        says for says, code in zip(asked.gate.reasons, asked.gate.codes, strict=True) if code not in OF_THE_MOMENT
    ]
    if not reasons:
        reasons = ["nothing is planned: a human took over, or has to plan the next question"]
    to, address = ("chair", seen.chair.email) if seen.chair is not None else ("", "")
    return Preview(
        review.reference, review.stage, "nothing planned", to, address, None, None, "no question is due", tuple(reasons)
    )
