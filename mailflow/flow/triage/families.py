"""Acts on the people of a case: add, correct, left, groups of a family, confirmed addresses, safe contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailflow.decide.matching import folded_name, folded_telephone
from mailflow.errors import UseError
from mailflow.flow.planning import follow_ups_as_permitted
from mailflow.model.life import GroupRecord, SafeContact
from mailflow.model.outgoing import OWN_PEOPLE
from mailflow.model.records import CaseRecord, MatchKey, OutboxState, PersonRecord, PersonRole

from .desk import Act, Desk, at_desk, bounded, person_of, reason

CHANNELS = ("email", "phone", "text", "post")
"""Ways to reach somebody (domain.md §10, C2: each is allowed or refused by itself)."""
MOST_WAITING = 5_000
"""Mails of ours that wait to leave: more than the caps let out in a day."""
CORRECTABLE = ("name", "relationship", "organisation", "email", "phone", "postcode", "age", "language", "role")
"""What of a person a human sets right."""


def add_person(
    desk: Desk,
    who: str,
    case_name: str,
    role: PersonRole,
    *,
    name: str = "",
    relationship: str = "",
    organisation: str = "",
    email: str = "",
    phone: str = "",
    postcode: str = "",
    age: int | None = None,
    language: str = "",
) -> PersonRecord:
    """Somebody else belongs to a case. Said twice with the same name, role and ways to reach them, it is one person.

    Raises ``NotFound``, ``UseError`` where nothing names them.
    """
    if not any((name.strip(), email.strip(), phone.strip())):
        raise UseError("Say who it is: a name, an address or a telephone number.")
    _sane_age(age)
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        person = PersonRecord(
            id=act.ids.new(),
            case_id=case.id,
            role=role,
            name=name.strip(),
            relationship=relationship.strip(),
            organisation=organisation.strip(),
            email=email.strip(),
            phone=phone.strip(),
            postcode=postcode.strip(),
            age=age,
            language=language,
        )
        for known in act.work.people(case.id):
            if _same(known, person):
                return known
        act.work.add_person(person)
        add_keys_of(act, case, person)
        _note(act, person, "added", after=str(role))
        return person


def correct_person(
    desk: Desk, who: str, case_name: str, person: str, changes: dict[str, str | int | None], *, why: str = ""
) -> PersonRecord:
    """Set right what is written of a person; a new address is unconfirmed again. Raises ``NotFound``, ``UseError``."""
    wrong = [key for key in changes if key not in CORRECTABLE]
    if wrong:
        raise UseError(f"{', '.join(wrong)} cannot be corrected; there are: {', '.join(CORRECTABLE)}.")
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose = person_of(act.work, case, person)
        values: dict[str, object] = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items()}
        if "role" in values:
            values["role"] = PersonRole(str(values["role"]))
        if isinstance(values.get("age"), int):
            _sane_age(int(str(values["age"])))
        changed = replace(whose, **values)  # type: ignore[arg-type]
        if changed.email.lower() != whose.email.lower():
            changed = replace(changed, address_confirmed_by="", address_confirmed_at=None)
        if changed == whose:
            return whose
        act.work.save_person(changed)
        add_keys_of(act, case, changed)
        _note(act, changed, "corrected", after=", ".join(sorted(changes)), why=bounded(why))
        if (changed.role, changed.age) != (whose.role, whose.age):
            _ask_again(act, case, "a relative's record was corrected")
        return changed


def mark_left(desk: Desk, who: str, case_name: str, person: str, *, why: str) -> PersonRecord:
    """Somebody has left a case: an officer who moved on, a relative who wants no more. Their permission carries
    nothing from now on, and what was queued or planned on it stops. Raises ``NotFound``, ``UseError``."""
    said = reason(why, "they left")
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose = person_of(act.work, case, person)
        if whose.left_at is not None:
            return whose
        left = replace(whose, left_at=act.now)
        act.work.save_person(left)
        _note(act, left, "left", after=act.today.isoformat(), why=said)
        _ask_again(act, case, "somebody has left the case")
        return left


def confirm_address(desk: Desk, who: str, case_name: str, *, person: str = "") -> PersonRecord:
    """A human has checked that the address is this person's. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        whose = person_of(act.work, act.case(case_name), person)
        if not whose.email:
            raise UseError("That person has no e-mail address that could be confirmed.")
        if whose.address_confirmed_by:
            return whose
        confirmed = replace(whose, address_confirmed_by=act.who, address_confirmed_at=act.now)
        act.work.save_person(confirmed)
        _note(act, confirmed, "address", after="confirmed")
        return confirmed


# -- groups -------------------------------------------------------------------------------------
def add_group(desk: Desk, who: str, case_name: str, name: str) -> GroupRecord:
    """A group of a family that is split: ``mother's side``. Said twice, it is one. Raises ``UseError``."""
    if not name.strip():
        raise UseError("A group needs a name, like: mother's side.")
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        for known in act.work.groups(case.id):
            if known.name.casefold() == name.strip().casefold():
                return known
        group = GroupRecord(act.ids.new(), case.id, bounded(name), act.now)
        act.work.add_group(group)
        act.note("case.group", f"case:{case.id}", "group", after=f"group:{group.id}", case_id=case.id)
        return group


def put_in_group(desk: Desk, who: str, case_name: str, person: str, group: str) -> PersonRecord:
    """A person belongs to that group of the family; an empty one takes them out. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose, group_id = person_of(act.work, case, person), _group_id(act, case, group)
        if whose.group_id == group_id:
            return whose
        moved = replace(whose, group_id=group_id)
        act.work.save_person(moved)
        _note(act, moved, "group", before=whose.group_id, after=group_id)
        return moved


def _group_id(act: Act, case: CaseRecord, wanted: str) -> str:
    if not wanted.strip():
        return ""
    groups = act.work.groups(case.id)
    fitting = [g for g in groups if g.id == wanted or wanted.strip().casefold() in g.name.casefold()]
    if len(fitting) != 1:
        listed = "; ".join(g.id for g in groups) or "none yet: add one with `mailflow casework group add`"
        raise UseError(f"No single group of {case.reference} fits; there are: {listed}.")
    return fitting[0].id


# -- safe contact -------------------------------------------------------------------------------
def safe_contact(desk: Desk, who: str, case_name: str, person: str = "") -> tuple[PersonRecord, SafeContact]:
    """How a person may be reached without danger; audited as a read. Raises ``NotFound``, ``UseError``."""
    with at_desk(desk, who) as act:
        whose = person_of(act.work, act.case(case_name), person)
        act.work.audit("person.read", f"person:{whose.id}")
        return whose, whose.contact or SafeContact()


def set_safe_contact(
    desk: Desk,
    who: str,
    case_name: str,
    person: str = "",
    *,
    channels: Sequence[str] | None = None,
    refused: Sequence[str] | None = None,
    hours: str | None = None,
    display_name: str | None = None,
    subject: str | None = None,
    readers: str | None = None,
    note: str | None = None,
) -> PersonRecord:
    """Record how a person may be reached; what is ``None`` stays. A channel that is allowed is no longer refused, and
    the other way round. Names and subjects are keys of ``service.yaml``: free text never reaches a header. What is
    queued for them is taken back, and whatever is written from now on obeys (``flow.contact``).

    Raises ``NotFound``, ``UseError`` for a channel, name or subject that there is not.
    """
    _known(channels, CHANNELS, "channel")
    _known(refused, CHANNELS, "channel")
    _known([display_name] if display_name else [], desk.safe_names, "display name")
    _known([subject] if subject else [], desk.safe_subjects, "subject")
    both = set(channels or ()) & set(refused or ())
    if both:
        raise UseError(f"{', '.join(sorted(both))} cannot be allowed and refused at once.")
    with at_desk(desk, who) as act:
        case = act.case(case_name)
        whose = person_of(act.work, case, person)
        was = whose.contact or SafeContact()
        yes = tuple(dict.fromkeys(was.channels if channels is None else channels))
        no = tuple(dict.fromkeys(was.refused if refused is None else refused))
        if channels is not None and refused is None:
            no = tuple(channel for channel in no if channel not in yes)
        elif refused is not None and channels is None:
            yes = tuple(channel for channel in yes if channel not in no)
        new = SafeContact(
            channels=yes,
            refused=no,
            hours=was.hours if hours is None else bounded(hours),
            display_name=was.display_name if display_name is None else display_name,
            subject=was.subject if subject is None else subject,
            readers=was.readers if readers is None else bounded(readers),
            note=was.note if note is None else bounded(note),
        )
        if new == whose.contact:
            return whose
        changed = replace(whose, contact=new)
        act.work.save_person(changed)
        _take_back(act, changed)
        _note(act, changed, "contact", before=_said(was), after=_said(new))
        return changed


def _take_back(act: Act, person: PersonRecord) -> None:
    """What is queued for them was written before it was known how they may be reached: none of it leaves."""
    waiting = act.work.outbox(states=(OutboxState.QUEUED, OutboxState.DEFERRED), limit=MOST_WAITING)
    for row in waiting:
        theirs = person.email.strip().lower() == row.recipient.strip().lower()
        if theirs and row.mail_class not in OWN_PEOPLE:
            why = "how this person may be reached was recorded after it was written: a human writes instead"
            act.work.cancel_outbox(row_id=row.id, why=why, now=act.now)


def _said(contact: SafeContact) -> str:
    """Allowed and refused channels as closed words: ``+email -phone``."""
    return " ".join([*(f"+{one}" for one in contact.channels), *(f"-{one}" for one in contact.refused)])


def _known(given: Sequence[str] | None, there_are: Sequence[str], what: str) -> None:
    wrong = [one for one in given or () if one not in there_are]
    if wrong:
        listed = ", ".join(there_are) or "none in this profile"
        raise UseError(f"There is no {what} {', '.join(wrong)}; there are: {listed}.")


def _same(known: PersonRecord, new: PersonRecord) -> bool:
    """The same entry made twice: a double click, not a namesake, who differs in something."""
    parts = ("role", "name", "relationship", "organisation", "email", "phone", "postcode", "age")
    return known.left_at is None and all(getattr(known, part) == getattr(new, part) for part in parts)


def add_keys_of(act: Act, case: CaseRecord, person: PersonRecord) -> None:
    """The keys by which later mail finds the case through one of the family; an officer's own lead nowhere."""
    if person.role is not PersonRole.FAMILY:
        return
    name, telephone, address = folded_name(person.name), folded_telephone(person.phone), person.email.strip().lower()
    found: list[MatchKey] = []
    if " " in name:
        found.append(act.work.hash_of("name", name))
    if telephone:
        found.append(act.work.hash_of("telephone", telephone))
    if address:
        found.append(act.work.hash_of("address", address))
    if found:
        act.work.add_keys(case.id, found)


def _ask_again(act: Act, case: CaseRecord, why: str) -> None:
    """Questions to Chairs stand on who permits them: stop those that nobody permits any more."""
    for review in act.work.reviews_of(case.id):
        follow_ups_as_permitted(act.work, act, review, why, act.now)


def _sane_age(age: int | None) -> None:
    if age is not None and not 0 <= age <= 120:
        raise UseError(f"An age is between 0 and 120, not {age}.")


def _note(act: Act, person: PersonRecord, sort: str, *, before: str = "", after: str = "", why: str = "") -> None:
    subject, audit = f"person:{person.id}", f"person.{sort}"
    act.note(audit, subject, sort, before=before, after=after, why=why, case_id=person.case_id)
