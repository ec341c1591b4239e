"""All facts of one message as one record, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mailflow.model.facts import Chair, Facts, FactSpan, Person, Relative, Span, Victim
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.model.security import CryptoState, SecurityReport
from mailflow.model.words import AutomaticKind, Consent, Need, SenderType
from mailflow.syntax.domains import force_name, sender_type

from . import (
    bereavement,
    children,
    consents,
    contacts,
    forms,
    introductions,
    kin,
    language,
    losses,
    mentioned,
    notices,
    people,
    places,
    referrer,
    review,
    sources,
    ties,
    victims,
    wishes,
)
from .drafts import MAX_FAMILY, Draft
from .names import Name
from .sources import Source, Sources
from .victims import Died
from .writer import Writer

_LONDON = ZoneInfo("Europe/London")
_SILENT = (
    AutomaticKind.AUTO_REPLY,
    AutomaticKind.BOUNCE,
    AutomaticKind.BULK,
    AutomaticKind.RECEIPT,
    AutomaticKind.CALENDAR_REPLY,
    AutomaticKind.FEEDBACK_REPORT,
    AutomaticKind.PASSCODE,
)
"""Machines state no facts but a reference of ours."""

_UNOPENED = (CryptoState.NO_KEY, CryptoState.FAILED, CryptoState.NOT_TRIED)

_JOINT = re.compile(r"\b([A-Z][a-z]+) (?:and|&) ([A-Z][a-z]+) ([A-Z][\w’'-]+)\s*$", re.MULTILINE)


@dataclass(slots=True)
class _Notes:
    spans: list[FactSpan] = field(default_factory=list)

    def put(self, path: str, span: Span | None) -> None:
        if span is not None and span.text:
            self.spans.append(FactSpan(path, span))


def find(
    message: ParsedMessage, report: SecurityReport, lookups: Lookups, *, bereaved_writer: bool | None = None
) -> Facts:
    """Everything that a message states. Never raises; nothing is guessed.

    ``bereaved_writer`` is for whoever knows from elsewhere whether the writer is the bereaved person.
    """
    texts = sources.of(message)
    notes = _Notes()
    author = message.author
    domain = author.domain if author else ""
    sort = SenderType.SYSTEM if message.automatic.kind in _SILENT and not domain else sender_type(domain, lookups)
    case_ref = message.own_references[0] if message.own_references else ""
    if case_ref:
        notes.put("case_ref", _place_of(case_ref, message))
    notice = report.pointer or message.automatic.kind is AutomaticKind.SECURE_NOTICE or notices.is_one(texts)
    if (message.automatic.kind in _SILENT and not notice) or report.passcode:
        return _of_machine(message, texts, sort, domain, case_ref, lookups, notes)
    pretender = sort is SenderType.OWN or (
        bool(report.identity_doubts) and any("made to look like" in d for d in report.identity_doubts)
    )
    today = message.date.astimezone(_LONDON).date() if message.date else None
    read = [(source, source.names) for source in (*texts.words, texts.subject)]
    found_forms = [form for source in texts.words if (form := forms.read(source)) is not None]
    if report.crypto in _UNOPENED and not texts.words:
        return Facts(sender_type=sort, case_ref=case_ref, spans=tuple(notes.spans))
    if notice:
        writer = referrer.find(message, texts, lookups)
        notices.read(writer, message, texts, lookups)
        behind = writer.email.rpartition("@")[2].lower().removesuffix(".cjsm.net")
        force, where = places.force(texts, force_name(behind or domain, lookups), lookups)
        notes.put("police_force", where)
        person = _person(writer, notes)
        return Facts(sender_type=sort, referrer=person, police_force=force, case_ref=case_ref, spans=tuple(notes.spans))

    writer = referrer.find(message, texts, lookups)
    _form_referrer(writer, found_forms, lookups)
    loss = bereavement.find(message, texts, sort, writer, lookups)
    if bereaved_writer is not None:
        loss = (loss or losses.Loss(losses.named(texts))) if bereaved_writer else None
    died = _died(read, found_forms, today, (loss.relation or victims.SOMEBODY) if loss is not None else "")
    bereaved = loss is not None
    stranger = not bereaved and not message.own_references and not writer.role and sort is SenderType.FREEMAIL
    if stranger and not found_forms:
        died = Died()  # a member of the public: who died peacefully, or may die, is no victim of ours
    drafts = [] if stranger and not died.name else _family(message, texts, read, found_forms, died, writer, loss)
    facts = _written(
        message, texts, read, found_forms, died, writer, drafts, bereaved, notes, lookups, domain, sort, today
    )
    chair_only = bereaved or pretender
    if not chair_only and writer.email:
        _referrer_phone(writer, texts, drafts, own=stranger)
    person = None if chair_only else _person(writer, notes)
    return Facts(
        sender_type=sort,
        bereaved_writer=bereaved,
        language=language.of(texts.new.text),
        referrer=person,
        case_ref=case_ref,
        spans=tuple(notes.spans),
        **facts,
    )


def _asked_by_us(message: ParsedMessage, lookups: Lookups) -> str:
    """The quoted words of a mail of ours that is answered; empty where none is quoted, or not ours."""
    if not message.own_references:
        return ""
    quoted = "".join(message.text[r.start : r.end][:2_000] for r in message.regions if r.kind is RegionKind.QUOTED)
    ours = any(f"@{own}" in quoted for own in lookups.own_domains) or _OUR_BOX.search(quoted)
    return quoted if ours else ""


_OUR_BOX = re.compile(r"(?i)\bhssupport\b|\bDHRenquiries\b")
"""Display names of the two mailboxes, which stay where a mailer leaves out the address."""


def _of_machine(
    message: ParsedMessage,
    texts: Sources,
    sort: SenderType,
    domain: str,
    case_ref: str,
    lookups: Lookups,
    notes: _Notes,
) -> Facts:
    """A machine states no people; but of an office's automatic answer one knows whose it is and where."""
    answers = message.automatic.kind in (AutomaticKind.AUTO_REPLY, AutomaticKind.BULK)
    force, where = places.force(texts, force_name(domain, lookups), lookups) if answers else ("", None)
    notes.put("police_force", where)
    area = places.of_machine(texts, domain) if answers else None
    if area:
        notes.put("area", area[1])
    return Facts(
        sender_type=sort,
        language=language.of(texts.new.text),
        case_ref=case_ref,
        police_force=force,
        area=area[0] if area else "",
        spans=tuple(notes.spans),
    )


def _place_of(text: str, message: ParsedMessage) -> Span | None:
    for field_name, whole in (("subject", message.subject), ("text", message.text)):
        at = whole.find(text)
        if at >= 0:
            return Span(field_name, at, at + len(text), text)
    return None


def _died(read: list[tuple[Source, list[Name]]], found_forms: list[forms.Form], today: date | None, lost: str) -> Died:
    given = next(((f.victim, f.source) for f in found_forms if f.victim is not None), None)
    labelled = next(((f.died, f.source) for f in found_forms if f.died is not None), None)
    return victims.find(read, given, labelled, today, lost)


def _form_referrer(writer: Writer, found_forms: list[forms.Form], lookups: Lookups) -> None:
    """A form's referrer, where the mail's own signature does not say it; an office that forwards stands back."""
    for form in found_forms:
        entry = form.referrer
        if entry is None:
            continue
        if entry.name is not None:
            shared = {w.lower() for w in entry.name.words} & writer.words
            if not shared:
                writer.role = ""
                writer.phone = ""
            writer.name = entry.name.text
            writer.words |= {w.lower() for w in entry.name.words}
            writer.spans["name"] = form.source.span(entry.name.start, entry.name.end)
        for key in ("role", "organisation", "phone"):
            value = entry.values.get(key)
            unit = key == "role" and re.search(
                r"(?i)\b(?:team|unit|bureau|department|admin|family liaison$)\b", writer.role
            )
            if value and (
                unit or not getattr(writer, key) or key == "phone" or (key == "role" and len(getattr(writer, key)) < 4)
            ):
                said = value[0] if key != "role" else re.split(r"[,;|]", value[0])[0].strip()
                setattr(writer, key, said)
                writer.spans[key] = form.source.span(value[1], value[2])
        if not writer.role:
            for line in form.lines:
                if line.slot is forms.Slot.REFERRER and re.match(r"(?i)flo\b", line.label):
                    at = form.source.text.rfind(line.label.strip(), 0, line.start)
                    if at >= 0:
                        writer.role = "FLO"
                        writer.spans["role"] = form.source.span(at, at + 3)
                    break


def _family(
    message: ParsedMessage,
    texts: Sources,
    read: list[tuple[Source, list[Name]]],
    found_forms: list[forms.Form],
    died: Died,
    writer: Writer,
    loss: losses.Loss | None,
) -> list[Draft]:
    drafts: list[Draft] = []
    skip = frozenset(writer.words) - died.words
    bereaved = loss is not None
    if loss is not None:
        drafts.append(bereavement.draft(message, texts, writer, died, loss))
    formed = {form.source.field for form in found_forms if form.relatives}
    drafts += _of_forms(found_forms, died, skip)
    for source, found in read:
        if source.field == "subject" or source.field in formed:
            continue
        reader = people.Reader(source, found, died, skip, bereaved, drafts)
        reader.run()
    own = drafts[0].relationship if bereaved and drafts else ""
    for source, _ in read:
        if source.field != "subject" and source.field not in formed:
            if bereaved:
                children.named_small(source, own, drafts)
            children.read(source, died, own, bereaved, drafts)
    for source, found in read:
        if source.field == "subject" or source.field in formed:
            continue
        if not bereaved:
            mentioned.loose_contacts(source, found, died, skip, drafts)
        if message.own_references:
            mentioned.titled(source, found, died, skip, drafts)
        if message.own_references and not bereavement.is_review_thread(message, texts):
            mentioned.named_in_case(source, found, died, skip, drafts)
            if not bereaved:
                mentioned.moved(source, drafts)
    return _worth_listing(drafts, died, bereaved)


def _of_forms(found_forms: list[forms.Form], died: Died, skip: frozenset[str]) -> list[Draft]:
    """The relatives whom forms name."""
    found: list[Draft] = []
    for form in found_forms:
        for entry in form.relatives:
            if entry.name is None or died.is_named(entry.name) or {w.lower() for w in entry.name.words} <= skip:
                continue
            draft = Draft(
                entry.name.text,
                form.source,
                entry.name.start,
                entry.name.end,
                words=frozenset(w.lower() for w in entry.name.words),
                is_male=entry.name.male,
            )
            draft.spans["name"] = form.source.span(entry.name.start, entry.name.end)
            for key in ("phone", "email", "postcode", "age"):
                value = entry.values.get(key)
                if value:
                    draft.put(key, value[0], form.source.span(value[1], value[2]))
            told = entry.values.get("relationship")
            if told:
                draft.relationship = kin.gendered(told[0], entry.name.male)
                draft.spans["relationship"] = form.source.span(told[1], told[2])
            found.append(draft)
    return found


def _worth_listing(drafts: list[Draft], died: Died, bereaved: bool) -> list[Draft]:
    """Bereaved people who are named or reachable, and children whose age is given."""
    kept = []
    for number, draft in enumerate(drafts):
        writer = bereaved and number == 0
        if not writer and draft.words and draft.words <= died.words:
            continue
        if (
            writer
            or draft.values.keys() & {"phone", "email", "postcode", "age"}
            or (draft.name and (draft.relationship or draft.words))
        ):
            kept.append(draft)
    return kept


def _written(
    message: ParsedMessage,
    texts: Sources,
    read: list[tuple[Source, list[Name]]],
    found_forms: list[forms.Form],
    died: Died,
    writer: Writer,
    drafts: list[Draft],
    bereaved: bool,
    notes: _Notes,
    lookups: Lookups,
    domain: str,
    sort: SenderType,
    today: date | None,
) -> dict[str, Any]:
    """Every other fact, with its span noted."""
    family = []
    joint = _JOINT.search(texts.signature.text or texts.new.text[-200:]) if bereaved else None
    if joint and drafts and drafts[0].name.split()[:1] == [joint[1]]:
        second = texts.signature if texts.signature.text else None
        drafts.insert(
            1,
            Draft(
                f"{joint[2]} {joint[3]}",
                second or texts.new,
                0,
                0,
                words=frozenset({joint[2].lower(), joint[3].lower()}),
            ),
        )
    for number, draft in enumerate(drafts[:MAX_FAMILY]):
        for key, span in draft.spans.items():
            notes.put(f"family[{number}].{key}", span)
        values = draft.values
        family.append(
            Relative(
                name=draft.name,
                relationship=draft.relationship,
                phone=values.get("phone", ""),
                email=values.get("email", ""),
                postcode=values.get("postcode", ""),
                age=int(values["age"]) if "age" in values else None,
            )
        )
    victim = None
    if died.name or died.day:
        victim = Victim(died.name, died.day.isoformat() if died.day else "")
        notes.put("victim.name", died.name_span)
        notes.put("victim.date_of_death", died.day_span)
    agreed = consents.consent(texts, found_forms, bereaved=bereaved, known=bool(message.own_references))
    if agreed and agreed[0] is Consent.GIVEN and not (family or died.name or message.own_references):
        agreed = None  # whose agreement is not told
    if agreed:
        notes.put("consent", agreed[1])
    force, where = places.force(texts, force_name(domain, lookups), lookups)
    notes.put("police_force", where)
    form_place = next(((f.place, f.source) for f in found_forms if f.place), (None, None))
    area = places.area(texts, form_place[0], form_place[1], private=sort is SenderType.FREEMAIL)
    if area:
        notes.put("area", area[1])
    own_name = "" if bereaved else writer.name
    chair_name, chair_email, chair_span = review.chair(
        texts,
        [*read, (texts.signature, texts.signature.names)],
        own_name,
        writer.role,
        writer.email,
        _asked_by_us(message, lookups),
    )
    notes.put("chair.name", chair_span)
    stage = None if bereaved else review.stage(texts)
    if stage:
        notes.put("review_stage", stage[1])
    children = frozenset(r.name.split()[0].lower() for r in family if r.name and r.age is not None and r.age < 18)
    wanted = wishes.needs(texts, found_forms, children) if family else []
    for number, (_, span) in enumerate(wanted):
        notes.put(f"needs[{number}]", span)
    due = wishes.deadlines(texts, today)
    for number, (_, span) in enumerate(due):
        notes.put(f"deadlines[{number}]", span)
    searched = (*texts.words, texts.signature)
    phones = _each_once([(s, s.telephones) for s in searched], "telephones", notes)
    addresses = _each_once([(s, s.addresses) for s in searched], "addresses", notes, lower=True)
    postcodes = _each_once([(s, s.postcodes) for s in searched], "postcodes", notes)
    days: dict[str, None] = {}
    for day in texts.new.dates:
        past = day.past(today)
        if past is not None:
            days.setdefault(past.isoformat())
    needs: tuple[Need, ...] = tuple(need for need, _ in wanted)
    return {
        "family": tuple(family),
        "victim": victim,
        "consent": agreed[0] if agreed else None,
        "police_force": force,
        "area": area[0] if area else "",
        "chair": Chair(chair_name, chair_email) if chair_name else None,
        "review_stage": stage[0] if stage else None,
        "needs": needs,
        "deadlines": tuple(when for when, _ in due),
        "telephones": phones,
        "addresses": addresses,
        "postcodes": postcodes,
        "dates": tuple(days),
    }


def _each_once(
    searched: list[tuple[Source, list[contacts.Found]]],
    path: str,
    notes: _Notes,
    lower: bool = False,
) -> tuple[str, ...]:
    found: dict[str, Span] = {}
    for source, those in searched:
        for one in those:
            key = one.text.lower() if lower else one.text
            found.setdefault(key, source.span(one.start, one.end))
    for number, span in enumerate(found.values()):
        notes.put(f"{path}[{number}]", span)
    return tuple(found)


def _referrer_phone(writer: Writer, texts: Sources, drafts: list[Draft], own: bool) -> None:
    """A number in the text that is nobody's of the family: the writer's, where the words around it say so."""
    if writer.phone:
        return
    theirs = {re.sub(r"\D", "", d.values.get("phone", "")) for d in drafts}
    for source in texts.words:
        for phone in source.telephones:
            if contacts.is_helpline(phone.text) or re.sub(r"\D", "", phone.text) in theirs:
                continue
            lead = source.text[max(0, phone.start - 90) : phone.start]
            line = source.text[source.text.rfind("\n", 0, phone.start) + 1 : phone.start]
            last = len(source.text.rstrip()) - phone.end < 60
            if re.search(r"(?i)\b(?:neighbour|neighbor|friend|caseworker)\b[^.\n]{0,60}$", lead):
                continue
            if (
                own
                or ties.NOT_THEIRS.search(lead)
                or introductions.own_phone(lead)
                or (last and len(line.split()) <= 4)
            ):
                writer.phone = phone.text
                writer.spans["phone"] = source.span(phone.start, phone.end)
                return


def _person(writer: Writer, notes: _Notes) -> Person | None:
    if not (writer.name or writer.email):
        return None
    for key in ("name", "role", "organisation", "email", "phone"):
        if getattr(writer, key):
            notes.put(f"referrer.{key}", writer.spans.get(key))
    return Person(writer.name, writer.role, writer.organisation, writer.email, writer.phone)
