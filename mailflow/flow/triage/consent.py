"""Acts on permissions: record, withdraw, settle what a machine has read, and the ledger that shows it all.

The ledger only grows: a yes that was taken back keeps its day and its words, with who took it back and how beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailflow.cases import LIAISE, Conflict, ConsentState, Permission, liaison, permission, recorded_by_human
from mailflow.errors import NotFound, StateFault, UseError
from mailflow.flow.planning import OFFERS, follow_ups_as_permitted, plan_consent_review, plan_revisit, stop_for_family
from mailflow.followup import london_day
from mailflow.model.decision import ReminderKind
from mailflow.model.records import CaseRecord, ConsentRecord, PersonRecord

from .desk import Act, Desk, at_desk, bounded, person_of, sane_day

PURPOSES = (
    "referral",
    "contact",
    "share_with_chair",
    "liaise_with_chair",
    "share_needs",
    "onward_referral",
    "employer",
    "media",
)
"""What a permission can be for (domain.md §10, C1 to C8)."""
EVERYTHING = "all"
"""Every purpose at once: somebody wants nothing more of us. Only to withdraw, never to give."""
WITHDRAWN = "a permission was withdrawn"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """Where one person's word for one purpose stands today, with every record of it."""

    person: PersonRecord | None
    """``None`` where a record names nobody of the case."""
    purpose: str
    permission: Permission
    records: tuple[ConsentRecord, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All permissions of a case as they stand today."""

    case: CaseRecord
    lines: tuple[LedgerLine, ...]
    may_ask_chair: bool
    """Whether a Chair may be asked on the family's behalf."""
    why: str
    conflicts: tuple[Conflict, ...]
    """What a human must settle."""


def record_consent(
    desk: Desk,
    who: str,
    case_name: str,
    purpose: str,
    *,
    person: str = "",
    given: bool = True,
    how: str = "",
    given_to: str = "",
    given_on: date | None = None,
    scope: str = "",
    condition: str = "",
    review_on: date | None = None,
    ends_on: date | None = None,
    event_id: str = "",
) -> ConsentRecord:
    """Write a permission of a person of a case; ``given=False`` is their no, which stops what is queued at once (P5).

    ``person`` is an id, or a part of the name that fits one person; it may be left out where the case has only
    one person. A yes plans when it is asked about again, and the questions to Chairs that it permits. The same yes
    recorded twice on one day is one. Raises ``NotFound``, ``UseError``.
    """
    if purpose not in PURPOSES:
        raise UseError(f"{purpose} is no purpose of a permission; there are: {', '.join(PURPOSES)}.")
    if not given:
        return withdraw_consent(desk, who, case_name, purpose, person=person, how=how, on=given_on)[0]
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose = person_of(act.work, case, person)
        _sane_days(act, given_on, review_on, ends_on, since=given_on)
        consent = ConsentRecord(
            id=act.ids.new(),
            case_id=case.id,
            person_id=whose.id,
            purpose=purpose,
            given=True,
            recorded_by=act.who,
            recorded_at=act.now,
            how=bounded(how),
            given_to=bounded(given_to),
            given_on=given_on,
            scope=bounded(scope),
            condition=bounded(condition),
            review_on=review_on,
            ends_on=ends_on,
            event_id=event_id,
        )
        known = _said_before(act.work.consents(case.id), consent)
        return known or _write_yes(act, case, consent)


def withdraw_consent(
    desk: Desk, who: str, case_name: str, purpose: str, *, person: str = "", how: str = "", on: date | None = None
) -> tuple[ConsentRecord, ...]:
    """A person takes a permission back, or says no; ``all`` is every purpose. It takes effect in this commit: queued
    and planned automatic mail of the case and of its reviews is cancelled (P5). Receipts and alerts go on (P7).

    Every live yes of theirs is withdrawn; where there is none, a no is written. A no that stands already is not
    written twice. Comes back: the records that say no now. Raises ``NotFound``, ``UseError``.
    """
    if purpose not in (*PURPOSES, EVERYTHING):
        raise UseError(f"{purpose} is no purpose of a permission; there are: {', '.join((*PURPOSES, EVERYTHING))}.")
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose = person_of(act.work, case, person)
        sane_day(on, act, "The day")
        if on is not None and on > act.today:
            raise UseError(
                f"{on.isoformat()} is still to come: a no holds from now on; leave the day out, or say when."
            )
        known = [c for c in act.work.consents(case.id) if c.person_id == whose.id]
        purposes = PURPOSES if purpose == EVERYTHING else (purpose,)
        said = [_say_no(act, case, whose, known, one, bounded(how), on) for one in purposes]
        stop_for_family(act.work, act, case.id, WITHDRAWN, act.now)
        if any(one in OFFERS for one in purposes):
            plan_revisit(act.work, act, case.id, whose.id, act.now)
        return tuple(said)


def settle_wish(
    desk: Desk,
    who: str,
    case_name: str,
    consent_id: str,
    *,
    given: bool | None = None,
    how: str = "",
    given_to: str = "",
    given_on: date | None = None,
    scope: str = "",
    condition: str = "",
    review_on: date | None = None,
    ends_on: date | None = None,
) -> ConsentRecord:
    """A human has looked at a wish that a machine read: it is so (``given`` left out), or it is the other way round.

    The machine's record stays; the human's is written beside it and counts from now on. Raises ``NotFound``,
    ``StateFault`` when a human has settled it already, ``UseError``.
    """
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        consents = act.work.consents(case.id)
        read = next((c for c in consents if c.id == consent_id), None)
        if read is None:
            raise NotFound(f"There is no permission {consent_id} in {case.reference}; `mailflow wish list` has them.")
        if recorded_by_human(read):
            raise StateFault("A human recorded that: there is nothing to settle. Record or withdraw instead.")
        later = [c for c in consents if _same_matter(c, read) and recorded_by_human(c) and _at(c) >= read.recorded_at]
        if later:
            raise StateFault(f"{later[-1].recorded_by} has settled that already.")
        yes = read.given if given is None else given
        _sane_days(act, given_on, review_on, ends_on, since=given_on or read.given_on)
        if not yes:
            whose = _owner(act, case, read)
            known = [c for c in consents if c.person_id == read.person_id]
            no = _say_no(act, case, whose, known, read.purpose, bounded(how), given_on, event_id=read.event_id)
            stop_for_family(act.work, act, case.id, WITHDRAWN, act.now)
            if read.purpose in OFFERS:
                plan_revisit(act.work, act, case.id, read.person_id, act.now)
            return no
        if not read.given and given_on is not None and given_on < london_day(read.recorded_at):
            raise UseError("A yes from before that no does not undo it: leave the day out, or name when it was said.")
        consent = replace(
            read,
            id=act.ids.new(),
            given=True,
            recorded_by=act.who,
            recorded_at=act.now,
            how=bounded(how) or read.how,
            withdrawn_at=None,
            withdrawn_by="",
            withdrawn_how="",
            given_to=bounded(given_to) or read.given_to,
            given_on=given_on or (read.given_on if read.given else None),
            scope=bounded(scope) or read.scope,
            condition=bounded(condition) or read.condition,
            review_on=review_on or read.review_on,
            ends_on=ends_on or read.ends_on,
            read_by_machine=False,
        )
        return _write_yes(act, case, consent)


def ledger(desk: Desk, who: str, case_name: str) -> Ledger:
    """All permissions of a case: who, for what, when, how, and what does not agree; audited as a read."""
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        act.work.audit("consent.read", f"case:{case.id}")
        people, consents = act.work.people(case.id), act.work.consents(case.id)
        known = {person.id: person for person in people}
        pairs = dict.fromkeys((c.person_id, c.purpose) for c in consents)
        lines = tuple(
            LedgerLine(
                person=known.get(person_id),
                purpose=purpose,
                permission=permission(consents, person_id, purpose, act.today),
                records=tuple(c for c in consents if (c.person_id, c.purpose) == (person_id, purpose)),
            )
            for person_id, purpose in pairs
        )
        asked = liaison(consents, people, act.today)
        return Ledger(case, lines, asked.granted, asked.why, asked.conflicts)


def _write_yes(act: Act, case: CaseRecord, consent: ConsentRecord) -> ConsentRecord:
    """A yes by a human, with what begins with it."""
    act.work.add_consent(consent)
    for known in act.work.consents(case.id):
        if _same_matter(known, consent) and known.id != consent.id:
            kinds = [ReminderKind.CONSENT_REVIEW]
            _cancel(act, known, kinds)
    plan_consent_review(act.work, act, consent, act.now)
    if consent.purpose in OFFERS and not consent.condition:
        act.work.cancel_reminders(
            case_id=case.id, kinds=[ReminderKind.REVISIT_OFFER], why="the family wishes otherwise now"
        )
    _note(act, case, consent, "given", why=consent.how)
    if consent.purpose == LIAISE:
        for review in act.work.reviews_of(case.id):
            follow_ups_as_permitted(act.work, act, review, "the permission changed", act.now)
    return consent


def _say_no(
    act: Act,
    case: CaseRecord,
    whose: PersonRecord,
    known: Sequence[ConsentRecord],
    purpose: str,
    how: str,
    on: date | None,
    *,
    event_id: str = "",
) -> ConsentRecord:
    """Withdraw every yes of theirs for that purpose, or write their no; a no that stands is not written again."""
    words = [c for c in known if c.purpose == purpose]
    stands = permission(words, whose.id, purpose, act.today).state
    yeses = [c for c in words if c.given and c.withdrawn_at is None and recorded_by_human(c)]
    standing = [c for c in words if (not c.given or c.withdrawn_at is not None) and recorded_by_human(c)]
    for one in yeses:
        taken_back = replace(one, withdrawn_at=act.now, withdrawn_by=act.who, withdrawn_how=how)
        act.work.add_consent(taken_back)
        _cancel(act, one, [ReminderKind.CONSENT_REVIEW])
        _note(act, case, one, "withdrawn", why=how)
        standing.append(taken_back)
    if yeses or (standing and stands in (ConsentState.DECLINED, ConsentState.WITHDRAWN)):
        return standing[-1]
    no = ConsentRecord(
        id=act.ids.new(),
        case_id=case.id,
        person_id=whose.id,
        purpose=purpose,
        given=False,
        recorded_by=act.who,
        recorded_at=act.now,
        how=how,
        withdrawn_at=act.now,
        withdrawn_by=act.who,
        given_on=on,
        event_id=event_id,
    )
    act.work.add_consent(no)
    _note(act, case, no, "declined", why=how)
    return no


def _cancel(act: Act, consent: ConsentRecord, kinds: Sequence[ReminderKind]) -> None:
    """Nobody need ask again about that record."""
    for reminder in act.work.reminders(case_id=consent.case_id, kinds=kinds):
        if reminder.key.partition("#")[0] == f"{consent.id}:review":
            act.work.cancel_reminders(reminder_id=reminder.id, why="a later word stands in its place")


def _said_before(consents: Sequence[ConsentRecord], new: ConsentRecord) -> ConsentRecord | None:
    """The same yes, still standing, recorded by the same person at the same day: a double click."""
    last = [c for c in consents if _same_matter(c, new)]
    if not last:
        return None
    parts = ("given", "recorded_by", "how", "given_to", "given_on", "scope", "condition", "review_on", "ends_on")
    same = all(getattr(last[-1], part) == getattr(new, part) for part in parts)
    recent = last[-1].recorded_at.date() == new.recorded_at.date()
    return last[-1] if same and recent and last[-1].withdrawn_at is None else None


def _owner(act: Act, case: CaseRecord, consent: ConsentRecord) -> PersonRecord:
    return person_of(act.work, case, consent.person_id) if consent.person_id else person_of(act.work, case, "")


def _same_matter(one: ConsentRecord, other: ConsentRecord) -> bool:
    return (one.person_id, one.purpose) == (other.person_id, other.purpose)


def _at(consent: ConsentRecord) -> datetime:
    return max(consent.recorded_at, consent.withdrawn_at or consent.recorded_at)


def _sane_days(
    act: Act, given_on: date | None, review_on: date | None, ends_on: date | None, *, since: date | None
) -> None:
    """``since``: from when it is permitted; ``None`` is today. ``UseError`` for days that cannot be meant."""
    if given_on is not None and given_on > act.today:
        raise UseError(f"{given_on.isoformat()} is still to come: a permission is recorded when it was given.")
    sane_day(given_on, act, "The day on which it was given,")
    sane_day(review_on, act, "The day on which it is asked again,")
    sane_day(ends_on, act, "The day on which it ends,")
    first = since or act.today
    if ends_on is not None and ends_on < first:
        raise UseError(f"A permission cannot end before it was given: {ends_on} is before {first}.")
    if review_on is not None and review_on < first:
        raise UseError(f"Nobody is asked again before they were asked: {review_on} is before {first}.")


def _note(act: Act, case: CaseRecord, consent: ConsentRecord, sort: str, *, why: str) -> None:
    act.note(f"consent.{sort}", f"consent:{consent.id}", sort, after=consent.purpose, why=why, case_id=case.id)
