"""The consent ledger: what a person permits on a day, and whether a Chair may be asked (domain.md §10, P5).

The reasoning. Each record is a *word*: a yes or a no of one person for one purpose, at the moment when it was
recorded. The latest word counts, and every doubt counts as no:

* A yes permits only when a human recorded it, without condition, in force on the day, and neither it nor any other
  word of that person for that purpose was taken back since. What a machine read as a yes is no word at all.
* A no holds whoever recorded it, a machine too, from the moment on that it stands in the ledger, until a *later* yes
  that a human records. Later means both recorded later and, where the day of the yes is known, not said on an earlier
  day than the no: paper that is entered late does not undo a withdrawal.
* At one and the same moment no beats yes, and a conditional yes beats an unconditional one.

So nothing overrides a withdrawal but a later giving that a human recorded. Days are those of London.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mailflow.model.records import ConsentRecord, PersonRecord, PersonRole
from mailflow.syntax.working import LONDON

from .lives import ConsentState

LIAISE = "liaise_with_chair"
"""The purpose that opens follow-ups to a Chair (C4 of domain.md §10)."""

MINOR_UNTIL = 18
"""Below this age a person's own permission opens nothing by itself: who may give it is a human's question (§10)."""

ENDS_SOON = timedelta(days=30)
"""So long before a permission ends, somebody is told."""

_MACHINES = ("journey:", "rule:")


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a person permits something on a day, and why."""

    granted: bool
    why: str
    """One sentence without personal data."""
    record_id: str
    """The record that decides; empty where there is none."""
    state: ConsentState
    scope: str = ""
    """What it covers, where it is partial; personal data, to be shown beside it and never sent."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Wishes that do not agree, or a word that only a human can settle."""

    says: str
    """One sentence without personal data."""
    people: tuple[str, ...]
    """Ids of whom it is about."""


@dataclass(frozen=True, slots=True)
class Liaison:
    """Whether a Chair may be asked on behalf of a family, and what must be minded."""

    granted: bool
    why: str
    """One sentence without personal data."""
    given_by: tuple[str, ...]
    """Ids of people whose permission is live."""
    refused_by: tuple[str, ...]
    """Ids of people who said no: nothing is ever said on their behalf."""
    record_ids: tuple[str, ...]
    """The records that permit it."""
    scopes: tuple[tuple[str, str], ...] = ()
    """(person id, scope) of partial permissions: personal data, shown to a human."""
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentDue:
    """A permission that a human must ask about again."""

    record_id: str
    person_id: str
    purpose: str
    on: date
    """The day that makes it due."""
    why: str


def recorded_by_human(record: ConsentRecord) -> bool:
    """True where a person by name wrote it down, not a journey, a rule, the clock or nobody."""
    by = record.recorded_by.strip()
    return bool(by) and by != "clock" and not by.startswith(_MACHINES) and not record.read_by_machine


def permission(consents: Iterable[ConsentRecord], person_id: str, purpose: str, on: date) -> Permission:
    """What one person permits for one purpose on ``on``, a day in London.

    A yes that was recorded after that day does not permit it; a no counts whenever it was recorded.
    """
    words = [c for c in consents if c.person_id == person_id and c.purpose == purpose]
    no = _latest_no(words)
    yeses = [
        c for c in words if c.given and c.withdrawn_at is None and recorded_by_human(c) and _day(c.recorded_at) <= on
    ]
    if no is not None:
        yeses = [c for c in yeses if _is_later(c, no)]
    if yeses:
        return _of_yes(max(yeses, key=lambda c: (c.recorded_at, not _in_force(c, on), bool(c.condition.strip()))), on)
    if no is not None:
        return _of_no(no)
    read = [c for c in words if c.given and not recorded_by_human(c)]
    if read:
        latest = max(read, key=lambda c: c.recorded_at)
        return Permission(
            False, "only a machine has read a yes; a human must record it", latest.id, ConsentState.READ_YES
        )
    return Permission(False, "nobody has recorded a permission of that person", "", ConsentState.UNASKED)


def liaison(consents: Sequence[ConsentRecord], people: Sequence[PersonRecord], on: date) -> Liaison:
    """Whether a Chair may be asked how their review stands, over all relatives of the case (domain.md §10).

    Any relative who is still with us, of age, and whose permission is live lets mail go about the review in general.
    A refusal does not stop that but is told, because nothing may be said for who refused; whatever does not agree is
    a conflict for a human. ``people``: everybody of the cases; only the family counts.
    """
    family = {person.id: person for person in people if person.role is PersonRole.FAMILY}
    asked = dict.fromkeys([*family, *(c.person_id for c in consents if c.purpose == LIAISE)])
    words = {person_id: permission(consents, person_id, LIAISE, on) for person_id in asked}
    yes = tuple(i for i, word in words.items() if word.granted and _may_give(family.get(i), on))
    no = tuple(i for i, word in words.items() if word.state in _REFUSALS)
    conflicts = _conflicts(words, family, yes, no)
    if yes:
        why = f"{_people(len(yes))} of the family {'permits' if len(yes) == 1 else 'permit'} it"
        if no:
            why += f", {_people(len(no))} refused: nothing is said on behalf of who refused"
    elif no:
        why = f"no permission is live, and {_people(len(no))} of the family refused"
    else:
        why = "no relative's permission to liaise with the Chair is live"
    return Liaison(
        granted=bool(yes),
        why=why,
        given_by=yes,
        refused_by=no,
        record_ids=tuple(words[i].record_id for i in yes),
        scopes=tuple((i, words[i].scope) for i in yes if words[i].scope),
        conflicts=conflicts,
    )


def reviews_due(consents: Sequence[ConsentRecord], on: date) -> tuple[ConsentDue, ...]:
    """The permissions that a human must ask about again, by the day that makes them due.

    Only the word that decides counts, and only while it permits or would permit: its review date has come, or it
    ends within 30 days or has ended. A machine's no is settled in the queue, not here.
    """
    due = []
    for person_id, purpose in dict.fromkeys((c.person_id, c.purpose) for c in consents):
        word = permission(consents, person_id, purpose, on)
        if word.state not in (ConsentState.GIVEN, ConsentState.CONDITIONAL, ConsentState.EXPIRED):
            continue
        record = next(c for c in consents if c.id == word.record_id)
        if record.ends_on is not None and record.ends_on < on:
            due.append(ConsentDue(record.id, person_id, purpose, record.ends_on, "a permission has ended"))
        elif record.review_on is not None and record.review_on <= on:
            due.append(ConsentDue(record.id, person_id, purpose, record.review_on, "a permission is to be asked again"))
        elif record.ends_on is not None and record.ends_on - ENDS_SOON <= on:
            due.append(ConsentDue(record.id, person_id, purpose, record.ends_on, "a permission ends soon"))
    return tuple(sorted(due, key=lambda item: (item.on, item.record_id)))


_REFUSALS = (ConsentState.DECLINED, ConsentState.WITHDRAWN, ConsentState.READ_NO)


def _day(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def _said_no_at(record: ConsentRecord) -> datetime | None:
    """From when on a record says no; ``None`` while it says yes."""
    if record.withdrawn_at is not None:
        return max(record.recorded_at, record.withdrawn_at)
    return None if record.given else record.recorded_at


def _latest_no(words: Sequence[ConsentRecord]) -> ConsentRecord | None:
    """The last no; of several at one moment the one that a human recorded tells more."""
    said = [(at, _no_by_human(record), record) for record in words if (at := _said_no_at(record)) is not None]
    return max(said, key=lambda item: item[:2])[2] if said else None


def _no_by_human(record: ConsentRecord) -> bool:
    if record.given:
        by = record.withdrawn_by.strip()
        return bool(by) and by != "clock" and not by.startswith(_MACHINES)
    return recorded_by_human(record)


def _is_later(yes: ConsentRecord, no: ConsentRecord) -> bool:
    """True when a yes came after a no: recorded after it, and not said on an earlier day."""
    at = _said_no_at(no)
    assert at is not None
    return yes.recorded_at > at and (yes.given_on is None or yes.given_on >= _day(at))


def _in_force(record: ConsentRecord, on: date) -> bool:
    """True between the day on which it was given and its last day, both included."""
    return (record.given_on is None or record.given_on <= on) and (record.ends_on is None or on <= record.ends_on)


def _of_yes(record: ConsentRecord, on: date) -> Permission:
    if record.condition.strip():
        why = "the permission has a condition, so it permits nothing until a human records it anew"
        return Permission(False, why, record.id, ConsentState.CONDITIONAL, record.scope)
    if not _in_force(record, on):
        ended = record.ends_on is not None and record.ends_on < on
        why = "the permission has ended" if ended else "the permission is not in force yet"
        return Permission(False, why, record.id, ConsentState.EXPIRED, record.scope)
    why = "a human recorded the permission and it is in force"
    if record.scope.strip():
        why += "; it is partial: mind its scope"
    return Permission(True, why, record.id, ConsentState.GIVEN, record.scope)


def _of_no(record: ConsentRecord) -> Permission:
    if not _no_by_human(record):
        why = "a machine read a no, which holds until a human settles it"
        return Permission(False, why, record.id, ConsentState.READ_NO)
    if record.given:
        return Permission(False, "the permission was withdrawn", record.id, ConsentState.WITHDRAWN)
    return Permission(False, "the person said no", record.id, ConsentState.DECLINED)


def _is_minor(person: PersonRecord) -> bool:
    return person.age is not None and person.age < MINOR_UNTIL


def _may_give(person: PersonRecord | None, on: date) -> bool:
    """True for a relative who is of age and has not left the case by that day."""
    return person is not None and not _is_minor(person) and (person.left_at is None or _day(person.left_at) > on)


def _conflicts(
    words: dict[str, Permission], family: dict[str, PersonRecord], yes: tuple[str, ...], no: tuple[str, ...]
) -> tuple[Conflict, ...]:
    """Everything that a human must settle, each in one sentence."""
    found = []
    if yes and no:
        found.append(Conflict("relatives differ: some permit liaison with the Chair, some refused it", (*yes, *no)))
    read = tuple(i for i, word in words.items() if word.state is ConsentState.READ_NO)
    if read:
        found.append(Conflict("a machine read a no that nobody has settled", read))
    conditional = tuple(i for i, word in words.items() if word.state is ConsentState.CONDITIONAL)
    if conditional:
        found.append(Conflict("a permission waits for its condition", conditional))
    scoped = tuple(i for i in yes if words[i].scope.strip())
    if scoped:
        found.append(Conflict("a permission covers a part only; see that our questions keep within it", scoped))
    lost = tuple(i for i, word in words.items() if word.granted and i not in yes)
    minors = tuple(i for i in lost if i in family and _is_minor(family[i]))
    if minors:
        found.append(Conflict("somebody under 18 gave a permission; say who may give it for them", minors))
    gone = tuple(i for i in lost if i not in minors)
    if gone:
        found.append(Conflict("who permitted it has left the case or is not of the family", gone))
    return tuple(found)


def _people(count: int) -> str:
    return "one person" if count == 1 else f"{count} people"
