"""The gate before any automatic question to a Chair: open only while everything is known and right (DESIGN §8, P5).

One frozen view of the world goes in; out come all reasons that keep it shut, not only the first, so that the lead sees
at once what is missing. It is asked when a question is planned and again when it is sent. What it cannot know it
counts as shut: a folder that nobody has looked at, a Chair whom nobody has confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from mailflow.model.life import Freshness, HoldRecord, HoldSort, ReviewState, SensitiveDay
from mailflow.model.policy import FollowUpPolicy
from mailflow.model.records import CaseState
from mailflow.model.words import ReviewStage
from mailflow.syntax.working import WorkingCalendar

from .days import at_hour, kept_free, london_day, next_sending
from .rhythm import ENDED, StepSort, next_in_round, next_question

ABSENCE_WITHOUT_A_DAY = timedelta(days=14)
"""How long an absence counts whose notice names no day: two weeks of leave."""


class Shut(StrEnum):
    """Why a gate is shut, for machines; each with a sentence for people in the reasons."""

    STOPPED = "stopped"
    REVIEW_CLOSED = "review_closed"
    STAGE_ENDED = "stage_ended"
    CASE_CLOSED = "case_closed"
    NO_PERMISSION = "no_permission"
    NO_CHAIR = "no_chair"
    ADDRESS_UNCONFIRMED = "address_unconfirmed"
    SUPPRESSED = "suppressed"
    HELD = "held"
    ABSENT = "absent"
    GONE = "gone"
    NOT_FRESH = "not_fresh"
    MAIL_WAITING = "mail_waiting"
    UNTRIAGED = "untriaged"
    RISK_OPEN = "risk_open"
    PROPOSAL_OPEN = "proposal_open"
    REPLY_WAITING = "reply_waiting"
    UNSETTLED = "unsettled"
    TOO_SOON = "too_soon"
    ROUND_OVER = "round_over"
    SENSITIVE_DAY = "sensitive_day"
    CLOSED_DAY = "closed_day"
    QUIET_HOURS = "quiet_hours"


@dataclass(frozen=True, slots=True)
class FollowUpView:
    """All that the gate asks about one question to one Chair, as the world stands at ``now``.

    The defaults are those of a world in which nobody has recorded anything: the gate is shut.
    """

    now: datetime
    stage: ReviewStage
    review_state: ReviewState = ReviewState.OPEN
    stopped: bool = False
    """The global stop is on."""
    cases: tuple[CaseState, ...] = ()
    """The states of the cases that wait for the review, without merged ones; one that is not closed is enough."""
    permitted: bool = False
    """``cases.liaison(…).granted`` on the day of ``now``, over the cases that are not closed."""
    permitted_why: str = "nobody has recorded a permission"
    """Its sentence, without personal data."""
    chair_serves: bool = False
    """Somebody chairs the review, and has not left it."""
    address_confirmed: bool = False
    """The Chair has an address, and a human has confirmed that it is theirs."""
    suppressed: bool = False
    """The address is written to no more."""
    holds: tuple[HoldRecord, ...] = ()
    """Holds on the review, on one of its cases, on the Chair, or on a person whose permission counts."""
    absent_since: datetime | None = None
    """When the Chair's machine said that they are away."""
    absent_until: datetime | None = None
    """Until when; ``None`` where it names no day."""
    gone: bool = False
    """Their machine says that they left for good."""
    watched: tuple[str, ...] = ()
    """The mailboxes that must be fresh, by name."""
    freshness: tuple[Freshness, ...] = ()
    waiting_mails: int = 0
    """Mails that wait, or are set aside, longer than the freshness of the policy."""
    untriaged: int = 0
    """Events that belong or may belong to the cases and that nobody has looked at."""
    risk_open: int = 0
    """Events of the cases that tell of risk and are not closed."""
    proposals_open: int = 0
    """Proposals of the review that no human has answered."""
    reply_waiting: bool = False
    """Something came from the Chair since the last mail of ours and is not settled."""
    unsettled: int = 0
    """Mails of ours about the review that have not left, or of which nobody knows whether they arrived; without the
    one that is asked about."""
    number: int = 0
    """0 for a question, 1 or 2 for a reminder of it."""
    asked_at: datetime | None = None
    """When the question of this round was sent; reminders need it."""
    last_sent_at: datetime | None = None
    """When anything was last sent to a Chair of this review."""
    last_answer_at: datetime | None = None
    """When a Chair of this review last wrote."""
    named: date | None = None
    """The next day that the Chair named."""
    days: tuple[SensitiveDay, ...] = ()
    """Days of the review and of its cases that are kept free."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps a gate shut."""

    code: Shut
    says: str
    """One sentence without personal data."""
    until: datetime | None
    """When it ends by itself; ``None``: only somebody's act ends it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a question may leave now; if not, everything that keeps it back."""

    open: bool
    reasons: tuple[str, ...]
    """One sentence each, without personal data; empty when it is open."""
    next_look: datetime | None
    """When all that keeps it shut has ended by itself, within sending hours, UTC; ``None`` when it is open, or when
    only somebody's act opens it."""
    codes: tuple[Shut, ...] = ()
    """The same reasons for machines, in the same order."""

    @property
    def needs_human(self) -> bool:
        """True when it stays shut until somebody acts."""
        return not self.open and self.next_look is None


def follow_up_gate(view: FollowUpView, policy: FollowUpPolicy, calendar: WorkingCalendar) -> Gate:
    """The gate of one question at ``view.now``, with all reasons. ``ValueError`` for a moment without zone."""
    found = [
        *_of_the_file(view),
        *_of_the_chair(view),
        *_of_holds(view),
        *_of_the_post(view, policy),
        *_of_the_rhythm(view, policy, calendar),
        *_of_the_day(view, policy, calendar),
    ]
    return Gate(
        open=not found,
        reasons=tuple(reason.says for reason in found),
        next_look=_next_look(found, view, policy, calendar),
        codes=tuple(reason.code for reason in found),
    )


def next_check(gate: Gate, now: datetime, calendar: WorkingCalendar) -> datetime:
    """When to ask a shut gate again: its next look, or the opening of the next working day where a human must act."""
    return gate.next_look or calendar.next_opening(calendar.closing(calendar.next_opening(now)))


def _of_the_file(view: FollowUpView) -> list[Reason]:
    found = []
    if view.stopped:
        found.append(Reason(Shut.STOPPED, "the global stop is on", None))
    if view.review_state is not ReviewState.OPEN:
        found.append(Reason(Shut.REVIEW_CLOSED, "the review is closed", None))
    if view.stage in ENDED:
        found.append(Reason(Shut.STAGE_ENDED, f"the review is {view.stage.replace('_', ' ')}", None))
    if all(state is CaseState.CLOSED for state in view.cases):
        says = "every case that waits for the review is closed" if view.cases else "no case waits for the review"
        found.append(Reason(Shut.CASE_CLOSED, says, None))
    if not view.permitted:
        found.append(Reason(Shut.NO_PERMISSION, f"no permission: {view.permitted_why}", None))
    return found


def _of_the_chair(view: FollowUpView) -> list[Reason]:
    found = []
    if not view.chair_serves:
        found.append(Reason(Shut.NO_CHAIR, "nobody is known to chair the review at present", None))
    if not view.address_confirmed:
        found.append(Reason(Shut.ADDRESS_UNCONFIRMED, "no human has confirmed the address of the Chair", None))
    if view.suppressed:
        found.append(Reason(Shut.SUPPRESSED, "the address of the Chair is written to no more", None))
    if view.gone:
        found.append(Reason(Shut.GONE, "the Chair has left for good, as their machine says: ask who follows", None))
    elif view.absent_since is not None or view.absent_until is not None:
        back = view.absent_until
        if back is None and view.absent_since is not None:
            back = view.absent_since + ABSENCE_WITHOUT_A_DAY
        if back is not None and view.now < back:
            named = (
                f"until {london_day(back)}" if view.absent_until else f"and named no day; held until {london_day(back)}"
            )
            found.append(Reason(Shut.ABSENT, f"the Chair is away {named}", back))
    return found


_HOLD_SAYS = {
    HoldSort.RISK: "somebody may come to harm",
    HoldSort.COMPLAINT: "there is a complaint",
    HoldSort.LEGAL: "there is a legal hold",
    HoldSort.ABSENCE: "somebody is away",
    HoldSort.FAMILY_REQUEST: "the family asked for it",
    HoldSort.MACHINE: "mailflow itself is not sure",
}


def _of_holds(view: FollowUpView) -> list[Reason]:
    """Holds that have not ended; one that begins later counts already, so that nothing overtakes it."""
    found: dict[str, Reason] = {}
    for hold in view.holds:
        ended = hold.ended_at is not None or (hold.until is not None and hold.until <= view.now)
        if not ended:
            says = f"held: {_HOLD_SAYS[hold.sort]}"
            before = found.get(says)
            until = None if before is not None and before.until is None else hold.until
            if before is not None and before.until is not None and until is not None:
                until = max(until, before.until)
            found[says] = Reason(Shut.HELD, says, until)
    return list(found.values())


def _of_the_post(view: FollowUpView, policy: FollowUpPolicy) -> list[Reason]:
    """What may lie unread: a withdrawal or an answer may be in it."""
    fresh = timedelta(minutes=policy.freshness_minutes)
    soon = view.now + fresh
    found = []
    late = [folder for folder in view.freshness if view.now - folder.moved_at >= fresh]
    unread = set(view.watched) - {folder.mailbox for folder in view.freshness}
    if late or unread or not view.freshness:
        says = f"a folder was not looked at within {policy.freshness_minutes} minutes"
        found.append(Reason(Shut.NOT_FRESH, says, soon))
    if view.waiting_mails:
        says = f"{_counted(view.waiting_mails, 'mail waits', 'mails wait')} to be taken in or set right"
        found.append(Reason(Shut.MAIL_WAITING, says, soon))
    if view.untriaged:
        says = f"nobody has looked at {_counted(view.untriaged, 'event', 'events')} that may belong to the case"
        found.append(Reason(Shut.UNTRIAGED, says, None))
    if view.risk_open:
        found.append(Reason(Shut.RISK_OPEN, "an event of the case tells of risk and is open", None))
    if view.proposals_open:
        found.append(Reason(Shut.PROPOSAL_OPEN, "nobody has said whether what a reply proposes is right", None))
    if view.reply_waiting:
        found.append(Reason(Shut.REPLY_WAITING, "something came from the Chair since the last mail of ours", None))
    if view.unsettled:
        says = f"{_counted(view.unsettled, 'mail', 'mails')} of ours about the review has not left or is uncertain"
        found.append(Reason(Shut.UNSETTLED, says, None))
    return found


def _of_the_rhythm(view: FollowUpView, policy: FollowUpPolicy, calendar: WorkingCalendar) -> list[Reason]:
    """Never more often than the rhythm says, whatever planned it."""
    words = [at for at in (view.last_sent_at, view.last_answer_at) if at is not None]
    if view.number:
        if view.asked_at is None:
            return [Reason(Shut.ROUND_OVER, "there is no question to remind of", None)]
        answered = view.last_answer_at is not None and view.last_answer_at > view.asked_at
        last_sent = max(view.asked_at, view.last_sent_at or view.asked_at)
        step = next_in_round(view.asked_at, last_sent, view.number - 1, answered, policy, calendar)
        if step.sort is not StepSort.REMINDER:
            return [Reason(Shut.ROUND_OVER, step.why, None)]
        due = step.due
    elif words and view.stage not in ENDED:
        question = next_question(view.stage, max(words), policy, calendar, named=view.named)
        due = question.due if question else None
    else:
        return []
    if due is not None and view.now < due:
        return [Reason(Shut.TOO_SOON, f"the next one is due on {london_day(due)}", due)]
    return []


def _of_the_day(view: FollowUpView, policy: FollowUpPolicy, calendar: WorkingCalendar) -> list[Reason]:
    today = london_day(view.now)
    found = []
    if kept_free(view.days, today) is not None:
        found.append(Reason(Shut.SENSITIVE_DAY, "the day is kept free", _after(today, view.days)))
    if not calendar.is_working_day(today):
        opening = at_hour(calendar.add_days(today, 0), policy.send_from_hour)
        found.append(Reason(Shut.CLOSED_DAY, "it is a weekend, a bank holiday or a closure day", opening))
    elif not at_hour(today, policy.send_from_hour) <= view.now < at_hour(today, policy.send_until_hour):
        hours = f"{policy.send_from_hour}:00 and {policy.send_until_hour}:00"
        until = next_sending(view.now, policy, calendar)
        found.append(Reason(Shut.QUIET_HOURS, f"questions leave between {hours} in London", until))
    return found


def _after(day: date, days: tuple[SensitiveDay, ...]) -> datetime | None:
    """Midnight of the first day that is not kept free; ``None`` where there is none within a year."""
    for step in range(1, 367):
        if kept_free(days, day + timedelta(days=step)) is None:
            return at_hour(day + timedelta(days=step), 0)
    return None


def _next_look(
    found: list[Reason], view: FollowUpView, policy: FollowUpPolicy, calendar: WorkingCalendar
) -> datetime | None:
    ends = [reason.until for reason in found if reason.until is not None]
    if not found or len(ends) < len(found):
        return None
    latest = max(ends)
    if london_day(latest).year not in calendar.years:
        return None
    try:
        return next_sending(latest, policy, calendar, view.days).astimezone(UTC)
    except ValueError:  # every day for over a year is kept free, or beyond the calendar: a human's matter
        return None


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
