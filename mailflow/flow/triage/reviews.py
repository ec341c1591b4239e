"""Acts on a review: open, link to cases, its statutory clock, stages, what a reply proposes, close, reopen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mailflow.cases import (
    ENDED_STAGES,
    PROPOSAL_STATES,
    REVIEW_STATES,
    move,
    paused_from,
    review_may_close,
    stage_move,
)
from mailflow.errors import StateFault, UseError
from mailflow.flow.planning import (
    follow_ups_as_permitted,
    plan_follow_up,
    plan_retention,
    plan_review_clock,
    restart_follow_ups,
    stop_follow_ups,
)
from mailflow.model.decision import ReminderKind
from mailflow.model.life import (
    DaySort,
    ProposalRecord,
    ProposalState,
    ReviewForm,
    ReviewRecord,
    ReviewState,
    SensitiveDay,
)
from mailflow.model.records import CaseState
from mailflow.model.words import ReviewStage

from .chairs import NewPerson, end_chair, name_chair
from .desk import Act, Desk, at_desk, bounded, reason, refuse, same_as_seen, sane_day

DECISION = "decision"
KEPT_FREE = {
    "trial": DaySort.TRIAL,
    "sentencing": DaySort.SENTENCING,
    "inquest": DaySort.INQUEST,
    "publication": DaySort.PUBLICATION,
}
"""Milestones (``cases.MILESTONES``) whose day nothing automatic goes out on (domain.md §2.7, the gate)."""
MONTHS = range(1, 61)
"""Months that a review's statutory time can have: 6 and 12 are known (domain.md §2.3), five years are a slip."""


def open_review(
    desk: Desk,
    who: str,
    case_name: str,
    form: ReviewForm = ReviewForm.DHR,
    *,
    partnership: str = "",
    their_reference: str = "",
    decided_on: date | None = None,
    months: int = 0,
    stage: ReviewStage | None = None,
    why: str = "",
) -> ReviewRecord:
    """A case waits for a statutory review: from now on it cannot be closed before the review is (DESIGN §8).

    ``months`` 0: the time of the policy. Without a stage: commissioned where a decision day is named, else notified.
    The same review opened twice for a case is one. Raises ``NotFound``, ``UseError``, ``StateFault``.
    """
    time = months or desk.policy.clock.review_months
    _sane_months(time)
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        _decided(act, decided_on)
        for known in act.work.reviews_of(case.id):
            same = (known.form, known.partnership, known.decided_on) == (form, partnership.strip(), decided_on)
            if known.state is ReviewState.OPEN and same:
                return known
        if case.state is CaseState.CLOSED:
            raise StateFault(f"{case.reference} is closed: reopen it first.")
        first = stage or (ReviewStage.COMMISSIONED if decided_on else ReviewStage.NOTIFIED)
        review = ReviewRecord(
            id=act.ids.new(),
            reference=act.ids.reference(),
            form=form,
            state=ReviewState.OPEN,
            stage=first,
            stage_since=act.now,
            opened_at=act.now,
            decided_on=decided_on,
            months=time,
            partnership=bounded(partnership),
            their_reference=bounded(their_reference),
        )
        act.work.add_review(review)
        act.work.link_review(review.id, case.id)
        _note(act, review, "opened", after=first, why=bounded(why))
        act.note("case.review", f"case:{case.id}", "review", after=f"review:{review.id}", case_id=case.id)
        plan_review_clock(act.work, act, review, act.now)
        return review


def link_review(desk: Desk, who: str, name: str, case_name: str) -> ReviewRecord:
    """Another case waits for a review too. Raises ``NotFound``, ``StateFault`` for a closed case and an open review."""
    with at_desk(desk, who) as act:
        review, case = act.work.review(name), act.case(case_name)
        if any(known.id == case.id for known in act.work.cases_of(review.id)):
            return review
        if case.state is CaseState.CLOSED and review.state is ReviewState.OPEN:
            raise StateFault(f"{case.reference} is closed and the review goes on: reopen the case first.")
        act.work.link_review(review.id, case.id)
        _note(act, review, "case", after=f"case:{case.id}")
        plan_follow_up(act.work, act, review, act.now)
        return review


def unlink_review(desk: Desk, who: str, name: str, case_name: str, *, why: str) -> ReviewRecord:
    """A case does not wait for that review: its family's permission carries no question about it any more.

    Raises ``NotFound``, ``UseError`` without a reason.
    """
    said = reason(why, "the case does not wait for it")
    with at_desk(desk, who) as act:
        review, case = act.work.review(name), act.case(case_name)
        if all(known.id != case.id for known in act.work.cases_of(review.id)):
            return review
        act.work.unlink_review(review.id, case.id)
        _note(act, review, "case", before=f"case:{case.id}", why=said)
        follow_ups_as_permitted(act.work, act, review, "a case does not wait for the review any more", act.now)
        return review


def set_decided(
    desk: Desk,
    who: str,
    name: str,
    decided_on: date,
    *,
    months: int = 0,
    why: str = "",
    version: int | None = None,
) -> ReviewRecord:
    """The day of the partnership's decision, from which the statutory clock runs: its reminders are planned anew.

    Raises ``NotFound``, ``UseError`` for a day to come.
    """
    with at_desk(desk, who) as act:
        review = act.work.review(name)
        same_as_seen(review, version)
        _decided(act, decided_on)
        time = months or review.months
        _sane_months(time)
        if (review.decided_on, review.months) == (decided_on, time):
            return review
        before = f"{review.decided_on or ''} {review.months}"
        changed = act.saved_review(replace(review, decided_on=decided_on, months=time))
        _note(act, review, "decided", before=before, after=f"{decided_on} {time}", why=bounded(why))
        plan_review_clock(act.work, act, changed, act.now)
        return changed


def set_stage(
    desk: Desk,
    who: str,
    name: str,
    stage: ReviewStage,
    *,
    why: str = "",
    correction: bool = False,
    next_on: date | None = None,
    next_what: str = "",
    version: int | None = None,
) -> ReviewRecord:
    """A review has come to that stage. A ``correction`` says that the present entry is wrong, and needs a reason.

    Clock and questions are planned anew by the stage; where it has ended, they stop. Raises ``NotFound``,
    ``UseError``, ``StateFault`` for a move that does not happen.
    """
    if correction:
        reason(why, "the entry was wrong")
    with at_desk(desk, who) as act:
        review = act.work.review(name)
        same_as_seen(review, version)
        sane_day(next_on, act, "The next day")
        changed = _at_stage(act, review, stage, correction=correction)
        if next_on is not None or next_what:
            changed = replace(changed, next_on=next_on, next_what=bounded(next_what))
        return _save_progress(act, review, changed, bounded(why), "correction" if correction else "stage")


def accept_proposal(
    desk: Desk,
    who: str,
    proposal_id: str,
    *,
    chair: NewPerson | None = None,
    keep_chair: bool = False,
    correction: bool = False,
    why: str = "",
    version: int | None = None,
) -> ProposalRecord:
    """What a reply says is so: its stage, days and reason for delay are the review's now, in one act.

    Where it tells that the Chair changes, the present one has left and their questions stop at once; ``chair`` names
    who follows, and ``keep_chair`` says that it is not so. ``version`` is that of the review. Accepted already,
    nothing changes. Raises ``NotFound``, ``StateFault``.
    """
    if correction:
        reason(why, "the entry was wrong")
    with at_desk(desk, who) as act:
        proposal = act.work.proposal(proposal_id)
        if proposal.state is ProposalState.ACCEPTED:
            return proposal
        review = act.work.review(proposal.review_id)
        same_as_seen(review, version)
        changed = review
        if proposal.stage is not None:
            changed = _at_stage(act, review, proposal.stage, correction=correction)
        if proposal.next_on is not None:
            changed = replace(changed, next_on=proposal.next_on, next_what=proposal.next_what)
        changed = replace(changed, delay_reason=proposal.delay_reason or changed.delay_reason)
        changed = _with_dates(act, changed, proposal)
        settled = _settle(act, proposal, ProposalState.ACCEPTED, bounded(why))
        if proposal.chair_changes and not keep_chair:
            if chair is not None:
                name_chair(act, changed, chair, bounded(why) or "a reply named who follows")
            else:
                end_chair(act, changed, bounded(why) or "a reply told that the Chair changes")
        _save_progress(act, review, changed, bounded(why), "correction" if correction else "stage")
        return settled


def decline_proposal(desk: Desk, who: str, proposal_id: str, *, why: str) -> ProposalRecord:
    """What a reply seems to say is not so; the review stays as it is. Raises ``UseError``, ``StateFault``."""
    said = reason(why, "it is not so")
    with at_desk(desk, who) as act:
        proposal = act.work.proposal(proposal_id)
        if proposal.state is ProposalState.DECLINED:
            return proposal
        settled = _settle(act, proposal, ProposalState.DECLINED, said)
        plan_follow_up(act.work, act, act.work.review(proposal.review_id), act.now)
        return settled


def close_review(desk: Desk, who: str, name: str, *, why: str = "", version: int | None = None) -> ReviewRecord:
    """A review was published, or is not held: nobody is asked any more, and its cases may close.

    Raises ``NotFound``, ``StateFault`` with the reason while it goes on.
    """
    with at_desk(desk, who) as act:
        review = act.work.review(name)
        same_as_seen(review, version)
        if review.state is ReviewState.CLOSED:
            return review
        refuse(f"{review.reference} cannot be closed", review_may_close(review))
        closing = f"the review was closed by {act.who}"
        stop_follow_ups(act.work, review.id, closing, act.now)
        act.work.cancel_reminders(review_id=review.id, kinds=[ReminderKind.REVIEW_MILESTONE], why=closing)
        closed = act.saved_review(
            replace(review, state=move(REVIEW_STATES, review.state, ReviewState.CLOSED), closed_at=act.now)
        )
        _note(act, review, "state", before=review.state, after=ReviewState.CLOSED, why=bounded(why))
        _keep_longer(act, closed)
        return closed


def reopen_review(desk: Desk, who: str, name: str, *, why: str, version: int | None = None) -> ReviewRecord:
    """A review goes on: a decision was overturned, or it was closed by mistake. Cases that were closed stay closed.

    Raises ``NotFound``, ``UseError`` without a reason.
    """
    said = reason(why, "it goes on")
    with at_desk(desk, who) as act:
        review = act.work.review(name)
        same_as_seen(review, version)
        if review.state is ReviewState.OPEN:
            return review
        opened = act.saved_review(
            replace(review, state=move(REVIEW_STATES, review.state, ReviewState.OPEN), closed_at=None)
        )
        _note(act, review, "state", before=review.state, after=ReviewState.OPEN, why=said)
        plan_review_clock(act.work, act, opened, act.now)
        plan_follow_up(act.work, act, opened, act.now)
        _keep_longer(act, opened)
        return opened


def _at_stage(act: Act, review: ReviewRecord, stage: ReviewStage, *, correction: bool) -> ReviewRecord:
    """The review at that stage; where it stands there already, as it is. ``StateFault``."""
    if review.state is ReviewState.CLOSED:
        raise StateFault(f"{review.reference} is closed: reopen it first.")
    if stage is review.stage:
        return review
    paused = paused_from(act.work.changes(subject=f"review:{review.id}"))
    try:
        stage_move(review.stage, stage, paused, correction=correction)
    except StateFault as fault:
        raise StateFault(f"{fault} If the entry was wrong, correct it (--correction) with the reason why.") from None
    return replace(review, stage=stage, stage_since=act.now)


def _save_progress(act: Act, was: ReviewRecord, new: ReviewRecord, why: str, sort: str) -> ReviewRecord:
    """Write what changed of a review's progress, with its history, and plan clock and questions by it."""
    if new == was:
        plan_follow_up(act.work, act, was, act.now)
        return was
    saved = act.saved_review(new)
    if new.stage is not was.stage:
        audit = "review.stage" if sort == "stage" else "review.corrected"
        act.note(audit, f"review:{was.id}", "stage", before=was.stage, after=new.stage, why=why, review_id=was.id)
    if (new.next_on, new.next_what) != (was.next_on, was.next_what):
        _note(act, was, "next", before=str(was.next_on or ""), after=str(new.next_on or ""), why=why)
    if new.decided_on != was.decided_on:
        _note(act, was, "decided", before=str(was.decided_on or ""), after=str(new.decided_on or ""), why=why)
    if new.delay_reason != was.delay_reason:
        _note(act, was, "delay", why=why)
    plan_review_clock(act.work, act, saved, act.now)
    if saved.stage in ENDED_STAGES:
        stop_follow_ups(act.work, saved.id, f"the review is {saved.stage.replace('_', ' ')}", act.now)
    else:
        restart_follow_ups(act.work, act, saved, "the review has moved on", act.now)
    return saved


def _with_dates(act: Act, review: ReviewRecord, proposal: ProposalRecord) -> ReviewRecord:
    """The days that a reply names: a decision that was made starts the clock where none is known; days in court, of an
    inquest or of publication are kept free from now on. The others stand in the proposal."""
    known = {(day.day, day.sort) for day in act.work.days(review_id=review.id)}
    for milestone, written in proposal.dates.items():
        day = date.fromisoformat(written)
        if milestone == DECISION and day <= act.today and review.decided_on is None:
            review = replace(review, decided_on=day)
        sort = KEPT_FREE.get(milestone)
        if sort is not None and day >= act.today and (day, sort) not in known:
            act.work.add_day(SensitiveDay(act.ids.new(), day, day, sort, act.who, review_id=review.id))
    return review


def _settle(act: Act, proposal: ProposalRecord, state: ProposalState, why: str) -> ProposalRecord:
    settled = replace(
        proposal, state=move(PROPOSAL_STATES, proposal.state, state), settled_by=act.who, settled_at=act.now
    )
    act.work.save_proposal(settled)
    act.note(
        f"proposal.{state}_by_hand",
        f"proposal:{proposal.id}",
        "proposal",
        before=proposal.state,
        after=state,
        why=why,
        review_id=proposal.review_id,
    )
    return settled


def _keep_longer(act: Act, review: ReviewRecord) -> None:
    """How long a closed case is kept runs from the end of its last review."""
    for case in act.work.cases_of(review.id):
        if case.state is CaseState.CLOSED and not case.merged_into:
            planned = plan_retention(act.work, act, case, act.now)
            if planned != case:
                act.work.save_case(planned)


def _decided(act: Act, day: date | None) -> None:
    if day is not None and day > act.today:
        raise UseError(f"{day.isoformat()} is still to come: name the day on which the partnership decided.")
    sane_day(day, act, "The day of the decision")


def _sane_months(months: int) -> None:
    if months not in MONTHS:
        raise UseError(f"A review has between {MONTHS[0]} and {MONTHS[-1]} months, not {months}.")


def _note(act: Act, review: ReviewRecord, sort: str, *, before: str = "", after: str = "", why: str = "") -> None:
    subject, audit = f"review:{review.id}", f"review.{sort}"
    act.note(audit, subject, sort, before=str(before), after=str(after), why=why, review_id=review.id)
