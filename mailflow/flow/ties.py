"""What a message is tied to besides cases: reviews, absences, what a referral still lacks; read before deciding.

The store answers with mails of ours, cases and earlier events; what those mean for reviews is put together here, in
the same transaction and under the same locks, so that ``decide`` stays a function of plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from mailflow.errors import NotFound
from mailflow.facts import dates
from mailflow.model.decision import Context, ReviewTie
from mailflow.model.life import ReviewRecord, ReviewState
from mailflow.model.message import ParsedMessage
from mailflow.model.records import MatchKey
from mailflow.syntax.working import LONDON

from .ports import Work

MOST_REFERENCES = 5
"""References of ours in one mail that are looked up: nobody answers for more reviews at once."""
LONGEST_ABSENCE = timedelta(days=730)
"""A day of return further off is mistyped, and would silence somebody for years."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def tied(
    work: Work, context: Context, message: ParsedMessage, sender: MatchKey, *, cjsm_route: bool, now: datetime
) -> Context:
    """The context with everything that lives for years."""
    address = message.from_[0].address.lower() if len(message.from_) == 1 else ""
    ties: dict[str, ReviewTie] = {}
    for by, review in _reviews(work, context, message, sender if address else None):
        if review.state is ReviewState.OPEN and review.id not in ties:
            serving = {p.email.lower() for p in work.people_of_review(review.id) if p.until is None and p.email}
            waiting = tuple(case.id for case in work.cases_of(review.id) if not case.merged_into)
            ties[review.id] = ReviewTie(review.id, by, bool(address) and address in serving, waiting)
    lacking = {c.case_id: work.case(c.case_id).missing for c in context.candidates if c.sender_belongs}
    return replace(
        context,
        reviews=tuple(ties.values()),
        missing=tuple((case_id, sorts) for case_id, sorts in lacking.items() if sorts),
        absent=bool(address) and work.absence(sender) is not None,
        away_until=away_until(message.automatic.until or "", now),
        cjsm_route=cjsm_route,
    )


def _reviews(
    work: Work, context: Context, message: ParsedMessage, sender: MatchKey | None
) -> Iterator[tuple[str, ReviewRecord]]:
    """Reviews by the best tie first; the same may come again."""
    for review_id in dict.fromkeys(ours.review_id for ours in context.ours if ours.review_id):
        yield "thread", work.review(review_id)
    if context.bounced is not None and context.bounced.review_id:
        yield "thread", work.review(context.bounced.review_id)
    for reference in message.own_references[:MOST_REFERENCES]:
        try:
            yield "reference", work.review(reference)
        except NotFound:
            continue
    if sender is not None:
        for review in work.reviews_of_address(sender):
            yield "address", review


def away_until(said: str, now: datetime) -> datetime | None:
    """The end of the day that a notice of absence names, in UTC; ``None`` where it names none that we can read.

    "Back on 18 May" and "until 18 May" both end with that day: a day more harms nobody.
    """
    today = now.astimezone(LONDON).date()
    found = [day for one in dates.find(said) if (day := one.coming(today)) is not None]
    day = found[0] if found else _weekday(said, today)
    if day is None or not today <= day <= today + LONGEST_ABSENCE:
        return None
    return datetime.combine(day + timedelta(days=1), time(0), LONDON).astimezone(UTC)


def _weekday(said: str, today: date) -> date | None:
    """The next such day after today."""
    words = said.casefold().split()
    number = next((_WEEKDAYS.index(word.strip(",.")) for word in words if word.strip(",.") in _WEEKDAYS), None)
    return None if number is None else today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
