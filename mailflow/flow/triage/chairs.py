"""Acts on who serves a review: Chair, author, co-ordinator; a change of Chair, and whose address is confirmed.

A new Chair's address is unconfirmed until a human has checked it, so nothing automatic goes there before; and the
moment that a Chair has left, the questions that were meant for them are cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailflow.errors import StateFault, UseError
from mailflow.flow.planning import plan_follow_up, stop_follow_ups
from mailflow.model.life import ReviewPersonRecord, ReviewRecord, ReviewRole

from .desk import Act, Desk, at_desk, bounded, reason


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Who is to serve a review, as a human names them."""

    name: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    language: str = "en"


def name_person(desk: Desk, who: str, review_name: str, role: ReviewRole, person: NewPerson) -> ReviewPersonRecord:
    """Somebody serves a review as Chair, author or co-ordinator; their address is still to be confirmed.

    Named twice with the same words, it is one. A second Chair is a change of Chair. Raises ``NotFound``,
    ``UseError``, ``StateFault``.
    """
    _checked(person)
    with at_desk(desk, who) as act:
        review = act.work.review(review_name)
        for known in _serving(act, review, role):
            if _words(known) == person:
                return known
            if role is ReviewRole.CHAIR:
                raise StateFault(
                    f"Somebody chairs {review.reference} already; `mailflow review change-chair` says who follows."
                )
        return _add(act, review, role, person, "")


def change_chair(
    desk: Desk, who: str, review_name: str, person: NewPerson | None = None, *, why: str
) -> ReviewPersonRecord | None:
    """The Chair has left, and ``person`` follows (``None``: nobody knows yet who). Their questions stop at once.

    Who follows comes back, unconfirmed. Raises ``NotFound``, ``UseError`` without a reason.
    """
    said = reason(why, "the Chair changes")
    if person is not None:
        _checked(person)
    with at_desk(desk, who) as act:
        review = act.work.review(review_name)
        if person is None:
            end_chair(act, review, said)
            return None
        return name_chair(act, review, person, said)


def confirm_chair(desk: Desk, who: str, review_name: str, *, person: str = "") -> ReviewPersonRecord:
    """A human has checked that the address is this person's; for a Chair, the questions are planned that the family
    permits. ``person``: an id or a part of the name; left out, the Chair. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        review = act.work.review(review_name)
        whose = _named(act, review, person)
        if not whose.email:
            raise UseError("That person has no e-mail address that could be confirmed.")
        if whose.address_confirmed_by:
            return whose
        confirmed = replace(whose, address_confirmed_by=act.who, address_confirmed_at=act.now)
        act.work.save_review_person(confirmed)
        _note(act, confirmed, "address", after="confirmed")
        if whose.role is ReviewRole.CHAIR:
            plan_follow_up(act.work, act, review, act.now)
        return confirmed


def correct_review_person(
    desk: Desk, who: str, review_name: str, person: str, changes: dict[str, str], *, why: str = ""
) -> ReviewPersonRecord:
    """Set right what is written of who serves a review. Another address is unconfirmed, and the questions to the old
    one stop. Raises ``NotFound``, ``UseError``."""
    wrong = [key for key in changes if key not in NewPerson.__dataclass_fields__]
    if wrong:
        raise UseError(
            f"{', '.join(wrong)} cannot be corrected; there are: {', '.join(NewPerson.__dataclass_fields__)}."
        )
    with at_desk(desk, who) as act:
        review = act.work.review(review_name)
        whose = _named(act, review, person)
        new = replace(_words(whose), **{key: value.strip() for key, value in changes.items()})
        if new == _words(whose):
            return whose
        changed = replace(
            whose,
            name=new.name,
            organisation=new.organisation,
            email=new.email,
            phone=new.phone,
            language=new.language,
        )
        if changed.email.lower() != whose.email.lower():
            changed = replace(changed, address_confirmed_by="", address_confirmed_at=None)
            if whose.role is ReviewRole.CHAIR:
                stop_follow_ups(act.work, review.id, "the address of the Chair has changed", act.now)
        act.work.save_review_person(changed)
        _note(act, changed, "corrected", after=", ".join(sorted(changes)), why=bounded(why))
        return changed


def end_service(desk: Desk, who: str, review_name: str, person: str, *, why: str) -> ReviewPersonRecord:
    """Somebody serves a review no more; a Chair's questions stop at once. Raises ``NotFound``, ``UseError``."""
    said = reason(why, "they left")
    with at_desk(desk, who) as act:
        review = act.work.review(review_name)
        whose = _named(act, review, person)
        if whose.role is ReviewRole.CHAIR:
            end_chair(act, review, said)
        else:
            _end(act, whose, said)
        return next(one for one in act.work.people_of_review(review.id) if one.id == whose.id)


def name_chair(act: Act, review: ReviewRecord, person: NewPerson, why: str) -> ReviewPersonRecord:
    """Inside an act: whoever chaired it has left, and that person follows, unconfirmed. The same one again stays."""
    for known in _serving(act, review, ReviewRole.CHAIR):
        if _words(known) == person:
            return known
    end_chair(act, review, why)
    return _add(act, review, ReviewRole.CHAIR, person, why)


def end_chair(act: Act, review: ReviewRecord, why: str) -> None:
    """Inside an act: nobody chairs it any more, and every question that was meant for who did is cancelled."""
    for known in _serving(act, review, ReviewRole.CHAIR):
        _end(act, known, why)
    stop_follow_ups(act.work, review.id, "the Chair of the review has changed", act.now)


def _add(act: Act, review: ReviewRecord, role: ReviewRole, person: NewPerson, why: str) -> ReviewPersonRecord:
    added = ReviewPersonRecord(
        id=act.ids.new(),
        review_id=review.id,
        role=role,
        since=act.now,
        name=person.name.strip(),
        organisation=person.organisation.strip(),
        email=person.email.strip(),
        phone=person.phone.strip(),
        language=person.language,
    )
    act.work.add_review_person(added)
    _note(act, added, str(role), after=f"review_person:{added.id}", why=why)
    return added


def _end(act: Act, person: ReviewPersonRecord, why: str) -> None:
    act.work.save_review_person(replace(person, until=act.now))
    _note(act, person, str(person.role), before=f"review_person:{person.id}", why=why)


def _serving(act: Act, review: ReviewRecord, role: ReviewRole) -> tuple[ReviewPersonRecord, ...]:
    people = act.work.people_of_review(review.id)
    return tuple(person for person in people if person.role is role and person.until is None)


def _named(act: Act, review: ReviewRecord, wanted: str) -> ReviewPersonRecord:
    serving = [person for person in act.work.people_of_review(review.id) if person.until is None]
    if wanted:
        exact = [person for person in serving if person.id == wanted]
        fitting = exact or [person for person in serving if wanted.casefold() in person.name.casefold()]
    else:
        fitting = [person for person in serving if person.role is ReviewRole.CHAIR]
    if len(fitting) == 1:
        return fitting[0]
    listed = "; ".join(f"{person.id} ({person.role})" for person in serving) or "nobody yet"
    raise UseError(f"No single person who serves {review.reference} fits; there are: {listed}.")


def _words(person: ReviewPersonRecord) -> NewPerson:
    return NewPerson(person.name, person.organisation, person.email, person.phone, person.language)


def _checked(person: NewPerson) -> None:
    if not (person.name.strip() or person.email.strip()):
        raise UseError("Say who it is: a name or an address.")
    if person.email.strip() and "@" not in person.email:
        raise UseError(f"{person.email.strip()} is no e-mail address.")


def _note(act: Act, person: ReviewPersonRecord, sort: str, *, before: str = "", after: str = "", why: str = "") -> None:
    act.note(
        f"review.{sort}",
        f"review_person:{person.id}",
        sort,
        before=before,
        after=after,
        why=why,
        review_id=person.review_id,
    )
