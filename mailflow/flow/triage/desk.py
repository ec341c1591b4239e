"""The desk at which every act is done: one transaction in somebody's name, and the line of history that it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from mailflow.errors import NotFound, StateFault, UseError
from mailflow.flow.ports import Clock, Ids, Store, Work
from mailflow.followup import london_day
from mailflow.model.life import ChangeRecord, ReviewRecord
from mailflow.model.policy import Policy
from mailflow.model.records import CaseRecord, EventRecord, PersonRecord

MOST_MERGES = 20
"""Merged cases are followed so many times: a ring of merges cannot come about, and must not hang us if it did."""
LONGEST_TEXT = 4_000
"""Characters of a reason or note: it is one, not a file."""
FARTHEST = timedelta(days=366 * 30)
"""A day further away than thirty years is mistyped."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the acts need: the store, the clock, ids, and the policy that says which kind is which file."""

    store: Store
    clock: Clock
    ids: Ids
    policy: Policy
    safe_names: Sequence[str] = ()
    """Display names that a person may choose for mail of ours: keys of ``service.yaml``."""
    safe_subjects: Sequence[str] = ()
    """Subjects likewise."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act: the transaction, who acts, and when. It fits ``planning.Plans``."""

    desk: Desk
    work: Work
    who: str
    now: datetime

    @property
    def ids(self) -> Ids:
        """Where ids of rows come from."""
        return self.desk.ids

    @property
    def policy(self) -> Policy:
        """The rhythms and clocks."""
        return self.desk.policy

    @property
    def today(self) -> date:
        """The day in London."""
        return london_day(self.now)

    def note(
        self,
        audit: str,
        subject: str,
        act: str,
        *,
        before: str = "",
        after: str = "",
        why: str = "",
        case_id: str = "",
        review_id: str = "",
    ) -> None:
        """Write a line of history and its audit row. ``before`` and ``after`` are closed words, days or ids."""
        self.work.add_change(
            ChangeRecord(
                id=self.ids.new(),
                subject=subject,
                at=self.now,
                actor=f"person:{self.who}",
                act=act,
                before=before,
                after=after,
                why=why,
                case_id=case_id,
                review_id=review_id,
            )
        )
        self.work.audit(audit, subject)

    def case(self, name: str) -> CaseRecord:
        """The case of that name; where it was merged, the one that it was merged into. ``NotFound``."""
        case = self.work.case(name)
        for _ in range(MOST_MERGES):
            if not case.merged_into:
                return case
            case = self.work.case(case.merged_into)
        raise StateFault(f"{name} was merged in a ring: look at its history.")

    def saved(self, case: CaseRecord) -> CaseRecord:
        """Write a changed case; it comes back with its next version."""
        self.work.save_case(case)
        return self.work.case(case.id)

    def saved_review(self, review: ReviewRecord) -> ReviewRecord:
        """Write a changed review; it comes back with its next version."""
        self.work.save_review(review)
        return self.work.review(review.id)


@contextmanager
def at_desk(desk: Desk, who: str) -> Iterator[Act]:
    """One act in one commit, in the name of ``who``; undone when the block raises. ``UseError`` without a name."""
    name = who.strip()
    if not name:
        raise UseError("Say who you are: an act without a name is not recorded.")
    now = desk.clock.now()
    with desk.store.begin(f"person:{name}", now) as work:
        yield Act(desk, work, name, now)


class _Versioned(Protocol):
    """Whatever names its version and reference."""

    @property
    def version(self) -> int: ...

    @property
    def reference(self) -> str: ...


def same_as_seen(record: _Versioned, version: int | None) -> None:
    """``StateFault`` when somebody changed it since it was looked at; without a version nobody asks."""
    if version is not None and version != record.version:
        raise StateFault(
            f"{record.reference} was changed by somebody else meanwhile (version {record.version}, "
            f"you saw {version}); look at it again."
        )


def reason(why: str, what: str) -> str:
    """The reason of an act that needs one. ``UseError`` without it."""
    text = why.strip()
    if not text:
        raise UseError(f"Say why {what}: it is kept, sealed, beside the act.")
    return bounded(text)


def bounded(text: str) -> str:
    """A reason or note of a sane length. ``UseError`` beyond :data:`LONGEST_TEXT`."""
    if len(text) > LONGEST_TEXT:
        raise UseError(f"That is longer than {LONGEST_TEXT} characters; keep the reason short and file the rest.")
    return text.strip()


def sane_day(day: date | None, act: Act, what: str) -> date | None:
    """That day, where it is within thirty years of today; ``UseError`` otherwise: it was mistyped."""
    if day is not None and abs(day - act.today) > FARTHEST:
        raise UseError(f"{what} {day.isoformat()} is more than thirty years away: was it mistyped?")
    return day


def refuse(what: str, reasons: Sequence[str]) -> None:
    """``StateFault`` with every reason at once, where there are any."""
    if reasons:
        raise StateFault(f"{what}: {'; '.join(reasons)}.")


def person_of(work: Work, case: CaseRecord, wanted: str) -> PersonRecord:
    """The person of a case that ``wanted`` names by id or a part of the name; the only one when it names nobody."""
    people = work.people(case.id)
    exact = [p for p in people if p.id == wanted]
    fitting = exact or [p for p in people if wanted and wanted.casefold() in p.name.casefold()]
    if not wanted:
        fitting = list(people)
    if len(fitting) == 1:
        return fitting[0]
    if not people:
        raise UseError(f"{case.reference} has no people yet.")
    listed = "; ".join(f"{p.id} ({p.role})" for p in people)
    how = "Nobody" if not fitting else "More than one person"
    raise UseError(f"{how} of {case.reference} fits; name one by id: {listed}.")


def file_named(act: Act, name: str) -> CaseRecord | ReviewRecord:
    """The case or the review of that name. ``NotFound``."""
    try:
        return act.case(name)
    except NotFound:
        pass
    try:
        return act.work.review(name)
    except NotFound:
        raise NotFound(
            f"There is no case and no review {name}; `mailflow cases` and `mailflow review list` list them."
        ) from None


def event_subject(event: EventRecord) -> str:
    """How the history names an event."""
    return f"event:{event.id}"
