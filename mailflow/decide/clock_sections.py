"""The sections of ``policy.yaml`` that are about time: ``clock``, ``follow_ups``, ``retention``.

Shapes with the bounds of each number, the records that they become, and what no single number can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from mailflow.model.policy import ClockPolicy, EscalationLine, FollowUpPolicy, RetentionPolicy
from mailflow.model.words import Urgency

MOST_REMINDERS = 2
"""Two reminders, then a human: a third automatic letter to a Chair is pressure (domain.md §2.7)."""

Weeks = Annotated[int, Field(ge=1, le=104)]
Months = Annotated[int, Field(ge=1, le=60)]
WorkingDays = Annotated[int, Field(ge=1, le=60)]
OfficeHours = Annotated[int, Field(ge=1, le=400)]

_CLOCK, _FOLLOW, _KEEP = ClockPolicy(), FollowUpPolicy(), RetentionPolicy()

Place = tuple[str | int, ...]
"""Keys and list positions that lead to a value."""


class EscalationSection(BaseModel):
    """One line of ``clock.escalation``; meanings as in ``EscalationLine``."""

    lead_hours: OfficeHours
    deputy_hours: OfficeHours


def _escalation() -> dict[Urgency, EscalationSection]:
    return {
        line.urgency: EscalationSection(lead_hours=line.lead_hours, deputy_hours=line.deputy_hours)
        for line in _CLOCK.escalation
    }


class ClockSection(BaseModel):
    """Working time and the clocks of law and house; meanings as in ``ClockPolicy``."""

    opens_hour: Annotated[int, Field(ge=0, le=23)] = _CLOCK.opens_hour
    closes_hour: Annotated[int, Field(ge=1, le=24)] = _CLOCK.closes_hour
    chaser_working_days: list[WorkingDays] = list(_CLOCK.chaser_working_days)
    alert_minutes: Annotated[int, Field(ge=1, le=60)] = _CLOCK.alert_minutes
    alert_to_deputy_after: Annotated[int, Field(ge=1, le=20)] = _CLOCK.alert_to_deputy_after
    closure_days: list[str] = []
    first_contact_working_days: WorkingDays = _CLOCK.first_contact_working_days
    revisit_offer_months: Months = _CLOCK.revisit_offer_months
    consent_review_months: Months = _CLOCK.consent_review_months
    decision_months: Months = _CLOCK.decision_months
    review_months: Months = _CLOCK.review_months
    rights_months: Annotated[int, Field(ge=1, le=1)] = _CLOCK.rights_months
    rights_extension_months: Annotated[int, Field(ge=1, le=2)] = _CLOCK.rights_extension_months
    rights_aim_days: Annotated[int, Field(ge=1, le=28)] = _CLOCK.rights_aim_days
    breach_hours: Annotated[int, Field(ge=1, le=72)] = _CLOCK.breach_hours
    breach_reminder_hours: list[Annotated[int, Field(ge=0, le=72)]] = list(_CLOCK.breach_reminder_hours)
    expiry_warning_days: list[Annotated[int, Field(ge=1, le=365)]] = list(_CLOCK.expiry_warning_days)
    escalation: dict[Urgency, EscalationSection] = _escalation()
    digest_hour: Annotated[int, Field(ge=0, le=23)] = _CLOCK.digest_hour

    def record(self) -> ClockPolicy:
        """The frozen record of it."""
        lists = {"chaser_working_days", "closure_days", "breach_reminder_hours", "expiry_warning_days", "escalation"}
        return ClockPolicy(
            **self.model_dump(exclude=lists),
            chaser_working_days=tuple(self.chaser_working_days),
            closure_days=tuple(self.closure_days),
            breach_reminder_hours=tuple(self.breach_reminder_hours),
            expiry_warning_days=tuple(self.expiry_warning_days),
            escalation=tuple(
                EscalationLine(urgency, line.lead_hours, line.deputy_hours)
                for urgency, line in sorted(self.escalation.items(), key=lambda pair: pair[0].rank)
            ),
        )

    def faults(self) -> Iterator[tuple[Place, str]]:
        """What no single field can tell, each with the keys that lead to it."""
        if self.opens_hour >= self.closes_hour:
            yield (), "the service must open before it closes"
        for name in ("chaser_working_days", "breach_reminder_hours"):
            numbers = getattr(self, name)
            if numbers != sorted(set(numbers)):
                what = "days" if name.endswith("days") else "hours"
                yield (name,), f"the {what} must ascend, each once"
        if self.expiry_warning_days != sorted(set(self.expiry_warning_days), reverse=True):
            yield ("expiry_warning_days",), "the days must descend, each once"
        if self.breach_reminder_hours and self.breach_reminder_hours[-1] >= self.breach_hours:
            yield ("breach_reminder_hours",), "a reminder must come before the report is due"
        for position, day in enumerate(self.closure_days):
            try:
                date.fromisoformat(day)
            except ValueError:
                yield ("closure_days", position), f"{day!r} is no date; write 2026-12-29"
        wanted = {Urgency.TODAY, Urgency.SOON, Urgency.LATER}
        if set(self.escalation) != wanted:
            yield ("escalation",), "today, soon and later need a line each, and nothing else has one"
        for urgency, line in self.escalation.items():
            if line.lead_hours > line.deputy_hours:
                yield ("escalation", urgency.value), "the deputy is told after the lead, not before"


class FollowUpSection(BaseModel):
    """The rhythm of questions to Chairs; meanings as in ``FollowUpPolicy``."""

    weeks: Weeks = _FOLLOW.weeks
    weeks_near_the_end: Weeks = _FOLLOW.weeks_near_the_end
    weeks_while_paused: Weeks = _FOLLOW.weeks_while_paused
    reminder_working_days: list[WorkingDays] = list(_FOLLOW.reminder_working_days)
    human_working_days: WorkingDays = _FOLLOW.human_working_days
    after_named_day_days: Annotated[int, Field(ge=0, le=60)] = _FOLLOW.after_named_day_days
    named_day_limit_weeks: Weeks = _FOLLOW.named_day_limit_weeks
    send_from_hour: Annotated[int, Field(ge=0, le=23)] = _FOLLOW.send_from_hour
    send_until_hour: Annotated[int, Field(ge=1, le=24)] = _FOLLOW.send_until_hour
    freshness_minutes: Annotated[int, Field(ge=1, le=60)] = _FOLLOW.freshness_minutes
    stale_working_days: Annotated[int, Field(ge=1, le=20)] = _FOLLOW.stale_working_days

    def record(self) -> FollowUpPolicy:
        """The frozen record of it."""
        return FollowUpPolicy(
            **self.model_dump(exclude={"reminder_working_days"}),
            reminder_working_days=tuple(self.reminder_working_days),
        )

    def faults(self) -> Iterator[tuple[Place, str]]:
        """What no single field can tell, each with the keys that lead to it."""
        days = self.reminder_working_days
        if days != sorted(set(days)):
            yield ("reminder_working_days",), "the days must ascend, each once"
        if len(days) > MOST_REMINDERS:
            yield ("reminder_working_days",), "two reminders, then a human: never a third"
        if days and days[-1] >= self.human_working_days:
            yield ("human_working_days",), "a human takes over after the last reminder, not before"
        if self.send_from_hour >= self.send_until_hour:
            yield ("send_until_hour",), "the sending hours must begin before they end"
        if self.named_day_limit_weeks < max(self.weeks, self.weeks_near_the_end, self.weeks_while_paused):
            yield ("named_day_limit_weeks",), "a named day may not make us ask sooner than the rhythm does"


class RetentionSection(BaseModel):
    """How long a closed case is kept; meanings as in ``RetentionPolicy``."""

    not_taken_up_weeks: Weeks = _KEEP.not_taken_up_weeks
    not_reached_months: Months = _KEEP.not_reached_months
    supported_years: Annotated[int, Field(ge=1, le=12)] = _KEEP.supported_years
    complaint_years: Annotated[int, Field(ge=1, le=12)] = _KEEP.complaint_years

    def record(self) -> RetentionPolicy:
        """The frozen record of it."""
        return RetentionPolicy(**self.model_dump())
