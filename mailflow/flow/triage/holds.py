"""Acts that keep the machine silent: holds on a case, a review or a person, and days that are kept free."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mailflow.errors import UseError
from mailflow.flow.planning import follow_ups_as_permitted, plan_retention, restart_follow_ups
from mailflow.model.life import DaySort, HoldRecord, HoldSort, ReviewRecord, SensitiveDay
from mailflow.model.outgoing import MailClass
from mailflow.model.records import CaseRecord, CaseState

from .desk import Act, Desk, at_desk, bounded, file_named, person_of, reason, sane_day

KEEPS = (HoldSort.LEGAL, HoldSort.COMPLAINT)
"""Sorts that stop retention too: nothing is destroyed while they last (domain.md §9.3)."""
LONGEST_DAYS = timedelta(days=366)
"""A trial is long; days that are kept free for more than a year at once were mistyped."""


def add_hold(
    desk: Desk,
    who: str,
    name: str,
    sort: HoldSort,
    *,
    why: str,
    person: str = "",
    until: datetime | None = None,
) -> HoldRecord:
    """Nothing automatic leaves for that case, review or person, until a human releases it or ``until`` has come.

    What is queued is cancelled in the same commit; questions are planned anew and wait at their gate. A legal hold and
    a complaint stop retention. The same hold twice is one. Raises ``NotFound``, ``UseError``.
    """
    said = reason(why, "it is held")
    with at_desk(desk, who) as act:
        file = file_named(act, name)
        if until is not None and (until.tzinfo is None or until <= act.now):
            raise UseError("Name a time to come until which it is held, or none.")
        case_id, review_id = _ids(file)
        person_id = _person_id(act, file, person) if person else ""
        for known in act.work.holds(case_id=case_id, review_id=review_id, live=act.now):
            if (known.sort, known.person_id, known.why, known.until) == (sort, person_id, said, until):
                return known
        hold = HoldRecord(
            id=act.ids.new(),
            sort=sort,
            since=act.now,
            by=f"person:{act.who}",
            case_id=case_id,
            review_id=review_id,
            person_id=person_id,
            why=said,
            until=until,
        )
        act.work.add_hold(hold)
        act.note(
            "hold.by_hand",
            f"hold:{hold.id}",
            "hold",
            after=str(sort),
            why=said,
            case_id=case_id,
            review_id=review_id,
        )
        _stop_what_is_queued(act, file)
        _keep(act, file)
        return hold


def release_hold(desk: Desk, who: str, hold_id: str, *, why: str = "") -> HoldRecord:
    """It holds no more; what was ended already stays so. Raises ``NotFound``."""
    with at_desk(desk, who) as act:
        hold = act.work.hold(hold_id)
        if hold.ended_at is not None:
            return hold
        act.work.end_hold(hold.id, f"person:{act.who}", act.now)
        act.note(
            "hold.released",
            f"hold:{hold.id}",
            "released",
            before=str(hold.sort),
            why=bounded(why),
            case_id=hold.case_id,
            review_id=hold.review_id,
        )
        file = act.work.case(hold.case_id) if hold.case_id else act.work.review(hold.review_id)
        for review in _reviews(act, file):
            follow_ups_as_permitted(act.work, act, review, "a hold was released", act.now)
        _keep(act, file)
        return act.work.hold(hold.id)


def add_day(
    desk: Desk,
    who: str,
    name: str,
    day: date,
    sort: DaySort,
    *,
    until: date | None = None,
    yearly: bool = False,
    note: str = "",
) -> SensitiveDay:
    """Nothing automatic goes to the family or to the Chair of their review on that day, or on those days.

    The same day of a sort twice is one. Raises ``NotFound``, ``UseError``.
    """
    last = until or day
    if not timedelta(0) <= last - day <= LONGEST_DAYS:
        raise UseError("The last day is the first or a later one, within a year.")
    with at_desk(desk, who) as act:
        file = file_named(act, name)
        if not yearly:
            sane_day(day, act, "The day")
        case_id, review_id = _ids(file)
        for known in act.work.days(case_id=case_id, review_id=review_id):
            if (known.day, known.until, known.sort, known.yearly) == (day, last, sort, yearly):
                return known
        kept = SensitiveDay(
            id=act.ids.new(),
            day=day,
            until=last,
            sort=sort,
            by=act.who,
            case_id=case_id,
            review_id=review_id,
            yearly=yearly,
            note=bounded(note),
        )
        act.work.add_day(kept)
        _note_day(act, kept, "day", after=f"{sort} {day}")
        return kept


def remove_day(desk: Desk, who: str, day_id: str, *, why: str = "") -> SensitiveDay:
    """That day need not be kept free. Raises ``NotFound``."""
    with at_desk(desk, who) as act:
        day = act.work.day(day_id)
        act.work.remove_day(day.id)
        _note_day(act, day, "day_removed", before=f"{day.sort} {day.day}", why=bounded(why))
        return day


def _stop_what_is_queued(act: Act, file: CaseRecord | ReviewRecord) -> None:
    """Cancel what waits to leave; planned questions ask their gate, which sees the hold."""
    why = "held by a human"
    if isinstance(file, CaseRecord):
        act.work.cancel_outbox(case_id=file.id, classes=(MailClass.CHASER, MailClass.FOLLOW_UP), why=why, now=act.now)
    for review in _reviews(act, file):
        queued = act.work.cancel_outbox(review_id=review.id, classes=(MailClass.FOLLOW_UP,), why=why, now=act.now)
        if queued:
            restart_follow_ups(act.work, act, review, why, act.now)


def _reviews(act: Act, file: CaseRecord | ReviewRecord) -> tuple[ReviewRecord, ...]:
    return act.work.reviews_of(file.id) if isinstance(file, CaseRecord) else (act.work.review(file.id),)


def _keep(act: Act, file: CaseRecord | ReviewRecord) -> None:
    """Until when closed cases are kept, as holds stand now."""
    cases = (file,) if isinstance(file, CaseRecord) else act.work.cases_of(file.id)
    for case in cases:
        if case.state is CaseState.CLOSED and not case.merged_into:
            planned = plan_retention(act.work, act, case, act.now)
            if planned != case:
                act.work.save_case(planned)


def _ids(file: CaseRecord | ReviewRecord) -> tuple[str, str]:
    return (file.id, "") if isinstance(file, CaseRecord) else ("", file.id)


def _person_id(act: Act, file: CaseRecord | ReviewRecord, wanted: str) -> str:
    if isinstance(file, CaseRecord):
        return person_of(act.work, file, wanted).id
    people = act.work.people_of_review(file.id)
    fitting = [one for one in people if one.id == wanted or wanted.casefold() in one.name.casefold()]
    if len(fitting) != 1:
        raise UseError(f"No single person of {file.reference} fits; name one by id.")
    return fitting[0].id


def _note_day(act: Act, day: SensitiveDay, sort: str, *, before: str = "", after: str = "", why: str = "") -> None:
    subject = f"case:{day.case_id}" if day.case_id else f"review:{day.review_id}"
    act.note(
        f"day.{sort}",
        subject,
        sort,
        before=before,
        after=after,
        why=why,
        case_id=day.case_id,
        review_id=day.review_id,
    )
