"""Reminders and deadlines: the working calendar and the due times of every promise. Dates in, dates out.

In: aware moments (``now``), the policy's clock and the calendar. Out: moments in UTC, plans of reminders,
and the sentence that tells a writer when a person will read. It has no clock of its own and sends nothing;
the journey ``remind`` rings when a due time has come. May import ``syntax``, ``model``, ``errors``.

====================  ==============================================================================
``WorkingCalendar``   working days and hours of England and Wales, computed in Europe/London
``calendar_for``      the calendar of a policy around a moment
``triage_due``        until when somebody must have looked at an event; ``escalation``: who is told if not
``chaser_dues``       when a referrer is asked for what is missing (2 and 5 working days)
``next_alert``        when a risk alert rings again, and whether the deputy is told too (P7)
``follow_up_gate``    whether a question to a Chair may leave now, with all reasons (DESIGN §8, P5)
``next_question``     when a Chair is asked next; ``next_in_round``: reminder, human or nothing
``next_sending``      the next moment at which a question may leave, one a day and Chair; ``next_try``: for plans,
                      which must end
``stale``             what has waited too long goes to a human: after an outage no burst is sent
``review_milestones`` the statutory clock of a review; ``decision_due``, ``review_due``
``rights_clock``      the days of a rights request (UK GDPR Art. 12(3)); ``breach_due``: 72 wall hours
``first_contact_due`` and ``revisit_due``, ``consent_review_due``, ``expiry_warnings``: the house's own promises
``retention``         until when a closed case is kept, by its outcome; what stops it
``digest_counts``     the numbers of the morning digest; ``next_digest``, ``last_digest``
``month_after``       the same day so many months later, clamped to the month's end
``contact_hours``     the hours in which a person may be reached, by their words; ``next_contact``: when they begin
``reading_sentence``  "A person will read your message by 12 noon on 24 November 2026."
====================  ==============================================================================

Sources: working days and their vectors, domain.md §8.1; cadence of follow-ups §2.7; clocks §8; retention §9.3; the
month of a rights request, Information Commissioner's guidance as given there (corresponding date, or the last day of
the month; a weekend or holiday moves it to the next working day). Numbers stand in ``model.policy`` with their source.

    calendar = WorkingCalendar.build(range(2026, 2029))
    calendar.add_working_days(received, 2)      # Friday 27 November 2026 → Tuesday 1 December, 09:00
    follow_up_gate(FollowUpView(now, ReviewStage.IN_PROGRESS), policy.follow_ups, calendar).reasons
"""

from __future__ import annotations

from mailflow.syntax.working import LONDON, WorkingCalendar, calendar_for

from .clocks import (
    ClockWarning,
    Milestone,
    RightsClock,
    breach_due,
    breach_warnings,
    consent_review_due,
    decision_due,
    expiry_warnings,
    first_contact_due,
    next_review_milestone,
    next_warning,
    review_due,
    review_milestones,
    revisit_due,
    rights_clock,
)
from .contact import contact_hours, next_contact
from .days import at_hour, kept_free, london_day, next_sending, next_try, stale, working_day_before
from .deadlines import month_after, rights_due
from .digest import DigestCounts, DigestItem, digest_counts, last_digest, next_digest
from .escalation import Escalation, escalation
from .gate import FollowUpView, Gate, Shut, follow_up_gate, next_check
from .reading import reading_sentence
from .reminders import Alert, chaser_dues, next_alert, triage_due
from .retention import RetentionPlan, retention
from .rhythm import Question, Step, StepSort, follow_up_key, next_in_round, next_question, weeks_for

__all__ = [
    "LONDON",
    "Alert",
    "ClockWarning",
    "DigestCounts",
    "DigestItem",
    "Escalation",
    "FollowUpView",
    "Gate",
    "Milestone",
    "Question",
    "RetentionPlan",
    "RightsClock",
    "Shut",
    "Step",
    "StepSort",
    "WorkingCalendar",
    "at_hour",
    "breach_due",
    "breach_warnings",
    "calendar_for",
    "chaser_dues",
    "consent_review_due",
    "contact_hours",
    "decision_due",
    "digest_counts",
    "escalation",
    "expiry_warnings",
    "first_contact_due",
    "follow_up_gate",
    "follow_up_key",
    "kept_free",
    "last_digest",
    "london_day",
    "month_after",
    "next_alert",
    "next_check",
    "next_contact",
    "next_digest",
    "next_in_round",
    "next_question",
    "next_review_milestone",
    "next_sending",
    "next_try",
    "next_warning",
    "reading_sentence",
    "retention",
    "review_due",
    "review_milestones",
    "revisit_due",
    "rights_clock",
    "rights_due",
    "stale",
    "triage_due",
    "weeks_for",
    "working_day_before",
]
