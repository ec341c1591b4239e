"""Acts on where things belong: link an event, answer a proposed link, merge two cases, split one.

Merging never grants. Each person's words move with them, and a no holds in the merged case as it did before; but a
yes about a Chair that would now reach further than it was given for waits for its giver to be asked again: a record
with that condition is written beside it, and it permits nothing until a human records it anew (domain.md §10).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailflow.cases import ConsentState, permission
from mailflow.decide.matching import folded_name
from mailflow.errors import StateFault, UseError
from mailflow.flow.planning import follow_ups_as_permitted, plan_first_contact
from mailflow.model.decision import ReminderKind
from mailflow.model.life import GroupRecord
from mailflow.model.records import CaseRecord, CaseState, ConsentRecord, EventRecord, PersonRecord, PersonRole

from .desk import Act, Desk, at_desk, event_subject, person_of, reason, refuse, same_as_seen
from .families import add_keys_of
from .flagged import hold_case

CHAIR_PURPOSES = ("liaise_with_chair", "share_with_chair", "share_needs")
"""Purposes that let something of a family go to a Chair (domain.md §10, C3 to C5)."""
ASK_AGAIN = "two cases were merged: ask again whether this covers what belongs together now"
"""The condition under which a yes stands that a merge would have widened."""
NO_MORE = (ConsentState.DECLINED, ConsentState.WITHDRAWN, ConsentState.READ_NO)


# -- events -------------------------------------------------------------------------------------
def link(desk: Desk, who: str, name: str, case_name: str, *, version: int | None = None) -> EventRecord:
    """The event belongs to that case: a human says so, the machine only proposes. Said again, nothing changes.

    An event that tells of a no holds the case until a human has settled whose it is. Raises ``NotFound``,
    ``StateFault``.
    """
    with at_desk(desk, who) as act:
        return _link(act, act.work.event(name), act.case(case_name), version)


def accept_link(desk: Desk, who: str, name: str, case_name: str = "", *, version: int | None = None) -> EventRecord:
    """The event belongs to a case that the machine proposed; the case may be left out where there is only one.

    Raises ``NotFound``, ``UseError`` where that was not proposed.
    """
    with at_desk(desk, who) as act:
        event = act.work.event(name)
        case = _proposed(act, event, case_name)
        return _link(act, event, case, version)


def refuse_link(desk: Desk, who: str, name: str, case_name: str = "", *, why: str = "") -> EventRecord:
    """The event does not belong to the case that the machine proposed. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        event = act.work.event(name)
        case = _proposed(act, event, case_name)
        act.work.refuse_link(event.id, case.id)
        act.note(
            "link.refused", event_subject(event), "link", after=f"not case:{case.id}", why=why, case_id=event.case_id
        )
        return event


def _proposed(act: Act, event: EventRecord, case_name: str) -> CaseRecord:
    proposed = [case for case, _ in act.work.event_view(event.id).proposed_cases]
    wanted = [case for case in proposed if not case_name or case.id == act.case(case_name).id]
    if len(wanted) == 1:
        return wanted[0]
    listed = ", ".join(case.reference for case in proposed) or "none"
    raise UseError(f"Say which of the proposed cases of {event.reference} is meant; proposed: {listed}.")


def _link(act: Act, event: EventRecord, case: CaseRecord, version: int | None) -> EventRecord:
    same_as_seen(event, version)
    act.work.refuse_link(event.id, case.id)  # it is answered: no longer shown as open
    if event.case_id == case.id:
        return event
    act.work.move_event(event.id, case.id)
    act.work.save_event(replace(event, case_id=case.id, task=""))
    act.note(
        "event.linked",
        event_subject(event),
        "case",
        before=f"case:{event.case_id}" if event.case_id else "",
        after=f"case:{case.id}",
        case_id=case.id,
    )
    hold_case(act, event, case)
    return act.work.event(event.id)


# -- merge --------------------------------------------------------------------------------------
def merge(desk: Desk, who: str, name: str, into_name: str, *, why: str, version: int | None = None) -> CaseRecord:
    """Two cases are one family's: everything of ``name`` belongs to ``into_name`` from now on, and points there.

    Nothing is deleted: people, permissions, events and mails keep their ids and days, holds and days to be kept free
    go on, and the merged case keeps its history. Merged already, nothing changes. The case that goes on comes back.
    Raises ``NotFound``, ``UseError``, ``StateFault`` where the case that goes on is closed.
    """
    said = reason(why, "they are one family's")
    with at_desk(desk, who) as act:
        gone, case = act.work.case(name), act.case(into_name)
        act.work.lock([act.work.hash_of("case", gone.id), act.work.hash_of("case", case.id)])
        gone, case = act.work.case(gone.id), act.work.case(case.id)
        if gone.merged_into == case.id:
            return case
        if gone.id == case.id:
            raise UseError(f"A case is not merged into itself: {name} and {into_name} are one already; name two.")
        same_as_seen(gone, version)
        reasons = [f"{gone.reference} was merged into another case already"] if gone.merged_into else []
        if case.state is CaseState.CLOSED:
            reasons.append(f"{case.reference} is closed: reopen it first")
        refuse(f"{gone.reference} cannot be merged into {case.reference}", reasons)
        _keep_permissions_as_they_were(act, gone, case)
        _move_people(act, gone, case, act.work.people(gone.id))
        for event in act.work.case_view(gone.id).events:
            act.work.save_event(replace(event, case_id=case.id))
            act.work.move_event(event.id, case.id)
        reviews = {review.id: review for review in (*act.work.reviews_of(case.id), *act.work.reviews_of(gone.id))}
        for review in act.work.reviews_of(gone.id):
            act.work.link_review(review.id, case.id)
            act.work.unlink_review(review.id, gone.id)
        _copy_holds(act, gone, case, end=True)
        for day in act.work.days(case_id=gone.id):
            act.work.add_day(replace(day, id=act.ids.new(), case_id=case.id))
            act.work.remove_day(day.id)
        ending = [ReminderKind.FIRST_CONTACT, ReminderKind.RETENTION_REVIEW]
        act.work.cancel_reminders(case_id=gone.id, kinds=ending, why="the case was merged into another")
        act.work.take_over(gone.id, case.id)
        act.work.save_case(
            replace(
                gone,
                state=CaseState.CLOSED,
                merged_into=case.id,
                closed_at=gone.closed_at or act.now,
                retain_until=None,
            )
        )
        contacts = [moment for moment in (gone.last_contact_at, case.last_contact_at) if moment is not None]
        kept = act.saved(
            replace(
                case,
                missing=tuple(one for one in case.missing if one in gone.missing),
                last_contact_at=max(contacts, default=None),
            )
        )
        for one, before, after in ((gone, "", f"case:{case.id}"), (case, f"case:{gone.id}", "")):
            act.note("case.merged", f"case:{one.id}", "merged", before=before, after=after, why=said, case_id=one.id)
        plan_first_contact(act.work, act, kept, act.now)
        for review in reviews.values():
            follow_ups_as_permitted(act.work, act, review, "two cases were merged", act.now)
        return kept


def _keep_permissions_as_they_were(act: Act, gone: CaseRecord, case: CaseRecord) -> None:
    """No yes reaches further after the merge than before it.

    The words of who moves count for the case's reviews from now on, and those of who stays for the reviews that come
    along; either waits to be asked again, but where both cases wait for the very same reviews already. Where two
    records seem to be one person of whom one said no, the other's yes waits too.
    """
    theirs = {review.id for review in act.work.reviews_of(gone.id)} if gone.state is not CaseState.CLOSED else set()
    coming = {review.id for review in act.work.reviews_of(gone.id)}
    ours = {review.id for review in act.work.reviews_of(case.id)}
    moving, staying = act.work.people(gone.id), act.work.people(case.id)
    if not (theirs and theirs == ours):
        _ask_again(act, moving, act.work.consents(gone.id))
    if coming - ours:
        _ask_again(act, staying, act.work.consents(case.id))
    words = {p.id: act.work.consents(p.case_id) for p in (*moving, *staying)}
    for one in moving:
        for other in staying:
            if folded_name(one.name) and folded_name(one.name) == folded_name(other.name):
                _one_person(act, one, other, words)
    for consent in act.work.consents(gone.id):
        if not consent.person_id and (not consent.given or consent.withdrawn_at is not None):
            act.work.add_consent(replace(consent, id=act.ids.new(), case_id=case.id))


def _one_person(act: Act, one: PersonRecord, other: PersonRecord, words: dict[str, tuple[ConsentRecord, ...]]) -> None:
    """Two records with one name: where one of them said no to something, the yes of the other waits to be asked."""
    for asked, beside in ((one, other), (other, one)):
        refused = {
            consent.purpose
            for consent in words[beside.id]
            if consent.person_id == beside.id
            and permission(words[beside.id], beside.id, consent.purpose, act.today).state in NO_MORE
        }
        _ask_again(act, (asked,), words[asked.id], tuple(sorted(refused)))


def _ask_again(
    act: Act,
    people: Iterable[PersonRecord],
    consents: Sequence[ConsentRecord],
    purposes: Sequence[str] = CHAIR_PURPOSES,
) -> None:
    """Write beside each live yes of these people that it waits to be asked again; the yes itself stays as it is."""
    for person in people:
        for purpose in purposes:
            word = permission(consents, person.id, purpose, act.today)
            if not word.granted:
                continue
            yes = next(consent for consent in consents if consent.id == word.record_id)
            waiting = replace(
                yes, id=act.ids.new(), recorded_by=act.who, recorded_at=act.now, condition=ASK_AGAIN, review_on=None
            )
            act.work.add_consent(waiting)
            act.note(
                "consent.to_ask_again",
                f"consent:{yes.id}",
                "to_ask_again",
                after=f"consent:{waiting.id}",
                case_id=person.case_id,
            )


def _move_people(act: Act, gone: CaseRecord, case: CaseRecord, people: Sequence[PersonRecord]) -> None:
    """People go with all their words; the groups of their family are made anew."""
    groups: dict[str, str] = {}
    for group in act.work.groups(gone.id):
        if any(person.group_id == group.id for person in people):
            made = GroupRecord(act.ids.new(), case.id, group.name, act.now)
            act.work.add_group(made)
            groups[group.id] = made.id
    for person in people:
        act.work.move_person(person.id, case.id)
        moved = replace(person, case_id=case.id, group_id=groups.get(person.group_id, ""))
        if moved.group_id:
            act.work.save_person(moved)
        act.note(
            "person.moved",
            f"person:{person.id}",
            "moved",
            before=f"case:{gone.id}",
            after=f"case:{case.id}",
            case_id=case.id,
        )
        if person.role is PersonRole.FAMILY:
            add_keys_of(act, case, moved)


def _copy_holds(
    act: Act, one: CaseRecord, other: CaseRecord, *, end: bool, people: Iterable[str] | None = None
) -> None:
    """What holds one case holds the other: a hold is never lost by moving."""
    wanted = None if people is None else set(people)
    for hold in act.work.holds(case_id=one.id):
        if hold.ended_at is not None or (hold.until is not None and hold.until <= act.now):
            continue
        if wanted is None or not hold.person_id or hold.person_id in wanted:
            act.work.add_hold(replace(hold, id=act.ids.new(), case_id=other.id))
        if end:
            act.work.end_hold(hold.id, f"person:{act.who}", act.now)


# -- split --------------------------------------------------------------------------------------
def split(
    desk: Desk,
    who: str,
    name: str,
    *,
    why: str,
    people: Sequence[str] = (),
    group: str = "",
    events: Sequence[str] = (),
    version: int | None = None,
) -> CaseRecord:
    """People, a family group or events of a case become a case of their own, which comes back.

    It waits for the same reviews and is held by the same holds; the people take their permissions along, which reach
    as far as before. Raises ``NotFound``, ``UseError`` where nobody and nothing is named, ``StateFault``.
    """
    said = reason(why, "they belong apart")
    with at_desk(desk, who) as act:
        case = act.case(name)
        same_as_seen(case, version)
        if case.state is CaseState.CLOSED:
            raise StateFault(f"{case.reference} is closed: reopen it first.")
        moving = _chosen_people(act, case, people, group)
        chosen = [act.work.event(one) for one in dict.fromkeys(events)]
        if not moving and not chosen:
            raise UseError("Say what goes: people, a group, or events.")
        elsewhere = [event.reference for event in chosen if event.case_id != case.id]
        if elsewhere:
            raise UseError(f"{', '.join(elsewhere)} does not belong to {case.reference}.")
        apart = CaseRecord(
            id=act.ids.new(),
            reference=act.ids.reference(),
            record=case.record,
            state=CaseState.OPEN,
            opened_at=case.opened_at,
            assigned_to=case.assigned_to,
            last_contact_at=case.last_contact_at,
        )
        act.work.add_case(apart, ())
        _move_people(act, case, apart, moving)
        for event in chosen:
            act.work.save_event(replace(event, case_id=apart.id))
            act.work.move_event(event.id, apart.id)
            act.note(
                "event.linked",
                event_subject(event),
                "case",
                before=f"case:{case.id}",
                after=f"case:{apart.id}",
                case_id=apart.id,
            )
        for review in act.work.reviews_of(case.id):
            act.work.link_review(review.id, apart.id)
        _copy_holds(act, case, apart, end=False, people=[person.id for person in moving])
        for day in act.work.days(case_id=case.id):
            act.work.add_day(replace(day, id=act.ids.new(), case_id=apart.id))
        for one, before, after in ((case, "", f"case:{apart.id}"), (apart, f"case:{case.id}", "")):
            act.note("case.split", f"case:{one.id}", "split", before=before, after=after, why=said, case_id=one.id)
        if any(person.role is PersonRole.FAMILY for person in moving):
            plan_first_contact(act.work, act, apart, act.now)
        return act.work.case(apart.id)


def _chosen_people(act: Act, case: CaseRecord, people: Sequence[str], group: str) -> tuple[PersonRecord, ...]:
    chosen = {person.id: person for person in (person_of(act.work, case, one) for one in people if one)}
    if group:
        groups = [g for g in act.work.groups(case.id) if g.id == group or group.casefold() in g.name.casefold()]
        if len(groups) != 1:
            raise UseError(f"No single group of {case.reference} is called that.")
        chosen |= {person.id: person for person in act.work.people(case.id) if person.group_id == groups[0].id}
    return tuple(chosen.values())
