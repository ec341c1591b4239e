"""The rhythm of progress questions to a Chair: when the next is due, when to remind, when a human takes over.

The reasoning. A *round* is one question and its reminders. After an answer, or a question, the next question is due
when the cadence of the stage has passed: 8 weeks, 4 from a draft report on, 12 while the review is paused (domain.md
§2.7, all in the policy). A day that the Chair named ("the panel meets on 14 March") moves it: we ask a week after that
day, when there is something to tell. Three bounds keep that sane: never before half the cadence has passed, never
later than 26 weeks after the last word (days are missed, and silence must be noticed, P10), and a day that was past
already when we last heard moves nothing.

Reminders come 10 and 20 working days after the question, never closer to each other than that where one was held up;
then a human, and never a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from mailflow.model.life import SensitiveDay
from mailflow.model.policy import FollowUpPolicy
from mailflow.model.words import ReviewStage
from mailflow.syntax.working import WorkingCalendar

from .days import at_hour, london_day, next_try, within

NEAR_THE_END = frozenset({ReviewStage.DRAFT_REPORT, ReviewStage.SUBMITTED, ReviewStage.RETURNED, ReviewStage.APPROVED})
"""Milestones M12 to M17 of domain.md §2.7."""
ENDED = frozenset({ReviewStage.PUBLISHED, ReviewStage.NOT_HELD})
"""Stages in which nobody is asked anything any more."""


@dataclass(frozen=True, slots=True)
class Question:
    """When the next question of a review is due, and why then."""

    due: datetime
    """UTC, within the sending hours of a free working day."""
    why: str
    """One sentence without personal data."""


class StepSort(StrEnum):
    """What comes next in a round."""

    REMINDER = "reminder"
    HUMAN = "human"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Step:
    """The next step of a round that a question began."""

    sort: StepSort
    number: int
    """1 or 2 for a reminder; 0 otherwise."""
    due: datetime | None
    """UTC; ``None`` where nothing comes."""
    why: str
    """One sentence without personal data."""


def weeks_for(stage: ReviewStage, policy: FollowUpPolicy) -> int | None:
    """The cadence of a stage in calendar weeks; ``None`` where nobody is asked any more."""
    if stage in ENDED:
        return None
    if stage is ReviewStage.PAUSED:
        return policy.weeks_while_paused
    return policy.weeks_near_the_end if stage in NEAR_THE_END else policy.weeks


def next_question(
    stage: ReviewStage,
    last: datetime,
    policy: FollowUpPolicy,
    calendar: WorkingCalendar,
    *,
    named: date | None = None,
    days: Sequence[SensitiveDay] = (),
) -> Question | None:
    """When the next question is due; ``None`` where the stage has no more.

    ``last``: the last question that was sent or answer that came, whichever is later; before the first question the
    moment when the permission was recorded or the review became known. ``named``: the next day that the Chair named.
    """
    weeks = weeks_for(stage, policy)
    if weeks is None:
        return None
    heard = london_day(last)
    day, why = heard + timedelta(weeks=weeks), f"{weeks} weeks have passed since the last word"
    if named is not None and named >= heard:
        floor = heard + timedelta(days=(weeks * 7 + 1) // 2)
        limit = heard + timedelta(weeks=policy.named_day_limit_weeks)
        wanted = named + timedelta(days=policy.after_named_day_days)
        day = min(max(wanted, floor), limit)
        if day == wanted:
            why = f"a day that the Chair named was {policy.after_named_day_days} days ago"
        elif day == floor:
            why = "a day that the Chair named has passed, and half the rhythm with it"
        else:
            why = f"a day that the Chair named is far off, and {policy.named_day_limit_weeks} weeks have passed"
    opening = at_hour(within(day, calendar), policy.send_from_hour)
    return Question(next_try(opening, policy, calendar, days), why)


def next_in_round(
    asked: datetime,
    last_sent: datetime,
    reminded: int,
    answered: bool,
    policy: FollowUpPolicy,
    calendar: WorkingCalendar,
    days: Sequence[SensitiveDay] = (),
) -> Step:
    """What comes after the question of ``asked``, with so many reminders sent, the last mail at ``last_sent``.

    An answer ends the round. ``ValueError`` for a number of reminders below 0.
    """
    if reminded < 0:
        raise ValueError("a Chair was reminded a whole number of times")
    if answered:
        return Step(StepSort.NONE, 0, None, "an answer came: the round is over")
    first = at_hour(date(calendar.years[0], 1, 1), 0)
    asked, last_sent = max(asked, first), max(last_sent, first)
    steps = (0, *policy.reminder_working_days)
    if reminded < len(policy.reminder_working_days):
        wanted = calendar.add_working_days(asked, steps[reminded + 1])
        not_before = calendar.add_working_days(last_sent, steps[reminded + 1] - steps[reminded])
        due = next_try(max(wanted, not_before), policy, calendar, days)
        why = f"no answer {steps[reminded + 1]} working days after the question"
        return Step(StepSort.REMINDER, reminded + 1, due, why)
    gap = policy.human_working_days - steps[-1]
    due = max(calendar.add_working_days(asked, policy.human_working_days), calendar.add_working_days(last_sent, gap))
    times = {0: "the question", 1: "the question and one reminder"}.get(
        reminded, f"the question and {reminded} reminders"
    )
    return Step(StepSort.HUMAN, 0, due, f"no answer to {times}: a human takes over")


def follow_up_key(review_id: str, round_number: int, number: int) -> str:
    """The unique key of a question (number 0) or reminder (1, 2) of a round (P2)."""
    return f"followup:{review_id}:{round_number}:{number}"
