"""Reminders and deadlines: the working calendar and the due times of every promise. Dates in, dates out.

In: aware moments (``now``), the policy's clock and the calendar. Out: moments in UTC, plans of reminders,
and the sentence that tells a writer when a person will read. It has no clock of its own and sends nothing;
the journey ``remind`` rings when a due time has come. May import ``syntax``, ``model``, ``errors``.

====================  ==============================================================================
``WorkingCalendar``   working days and hours of England and Wales, computed in Europe/London
``calendar_for``      the calendar of a policy around a moment
``triage_due``        until when somebody must have looked at an event
``chaser_dues``       when a referrer is asked for what is missing (2 and 5 working days)
``next_alert``        when a risk alert rings again, and whether the deputy is told too (P7)
``rights_due``        the last day to answer a rights request (UK GDPR Art. 12(3))
``month_after``       the same day so many months later, clamped to the month's end
``reading_sentence``  "A person will read your message by 12 noon on 24 November 2026."
====================  ==============================================================================

Sources: working days and their vectors, domain.md §8.1; the month of a rights request, Information
Commissioner's guidance as given there (corresponding date, or the last day of the month; a weekend or
holiday moves it to the next working day).

    calendar = WorkingCalendar.build(range(2026, 2029))
    calendar.add_working_days(received, 2)      # Friday 27 November 2026 → Tuesday 1 December, 09:00
"""

from __future__ import annotations

from mailflow.syntax.working import LONDON, WorkingCalendar, calendar_for

from .deadlines import month_after, rights_due
from .reading import reading_sentence
from .reminders import Alert, chaser_dues, next_alert, triage_due

__all__ = [
    "LONDON",
    "Alert",
    "WorkingCalendar",
    "calendar_for",
    "chaser_dues",
    "month_after",
    "next_alert",
    "reading_sentence",
    "rights_due",
    "triage_due",
]
