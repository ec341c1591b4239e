"""Referral forms: labels with values, in all the shapes that forms take when they become text.

``Label: value`` and ``12 Label ..... value`` lines, table rows of two cells (``Tel | 07700 …``), tables of several
relatives under a row of headings, and a label on a line of its own with its value below (forms printed to PDF). A
form is read from top to bottom with one person in hand: the referrer, the person who died, or a relative; "Telephone"
belongs to whoever that is. A text with fewer than three known labels is no form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from . import contacts, dates, kin, names
from .names import Name
from .sources import Source

MIN_LABELS = 3
"""Known labels that make a text a form: letters too have a "Tel:" or a "Date:"."""

MAX_LINES = 3_000
MAX_LINE = 600
"""Characters of a line that are read; a form's free text may be longer and is read as prose."""


class Slot(StrEnum):
    """What a label asks for."""

    SECTION_REFERRER = "section_referrer"
    SECTION_VICTIM = "section_victim"
    SECTION_FAMILY = "section_family"
    REFERRER = "referrer"
    VICTIM = "victim"
    RELATIVE = "relative"
    NAME = "name"
    ROLE = "role"
    ORGANISATION = "organisation"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    RELATIONSHIP = "relationship"
    AGE = "age"
    DIED = "died"
    PLACE = "place"
    CONSENT = "consent"
    NEEDS = "needs"
    OTHER = "other"


_LABELS: tuple[tuple[Slot, str], ...] = (
    (Slot.OTHER,
        r"date of birth|dob|d\.o\.b\.?|born|suspect.*|perpetrator.*|accused|alleged .*|defendant.*"
        r"|operation.*|op name"
        r"|nhs (?:no|number).*|hospital (?:no|number).*"
        r"|urn|crime ref.*|our ref|ref(?:erence)?|status|stage of case|circumstances|offence"
        r"|domestic.*|also related.*|interpreter.*"
        r"|language.*|children under.*|any(?:thing)? (?:other|else).*|free text|other info.*|safe .*"
        r"|best time.*|concerns.*|current risk|risk.*"
        r"|safety.*|court.*|next hearing|uk police contact|line manager|unit|department|supervisor|sio|social worker"
        r"|gp|school"),
    (Slot.SECTION_REFERRER,
        r"(?:[a-z0-9]{1,2}[.)] )?(?:who is referring|referr(?:er|ing officer)(?:'s)? details"
        r"|details of referrer|part 1.*referrer)"),
    (Slot.SECTION_VICTIM,
        r"(?:[a-z0-9]{1,2}[.)] )?(?:the )?(?:person who (?:has )?died|deceased(?:'s)? details"
        r"|details of (?:the )?(?:deceased|victim)|victim details)"),
    (Slot.SECTION_FAMILY,
        r"(?:[a-z0-9]{1,2}[.)] )?(?:the )?(?:bereaved (?:family|person|people|relatives?)(?: details)?"
        r"|family (?:details|members|contacts)"
        r"|details of (?:the )?(?:family|next of kin|bereaved.*)|next of kin details|children)"),
    (Slot.DIED, r"date (?:of|and time of) death|date died|died(?: on)?|dod|date of incident and death|data śmierci"),
    (Slot.VICTIM,
        r"deceased(?:'s)?(?: name| person)?|name of (?:the )?(?:deceased|victim|person who (?:has )?died)"
        r"|victim(?:'s)?(?: name)?"
        r"|full name of deceased|person who (?:has )?died"),
    (Slot.RELATIONSHIP, r"relation(?:ship)?(?: to (?:the )?(?:deceased|victim|person who (?:has )?died))?"
        r"|relation(?:ship)? (?:to|with) .*|how (?:are they |is (?:she|he) )?(?:you )?related(?: to .*)?"
        r"|connection to .*"
        r"|(?:client|patient|pupil|student|person|family member|relative)'?s'? relation(?:ship)?(?: to .*)?"),
    (Slot.CONSENT, r".*\b(?:consent|agreed|agrees|agreement|permission)\b.*"),
    (Slot.NEEDS,
        r"(?:support|help) (?:wanted|needed|requested|required|sought)|(?:immediate |main |key "
        r"|current )?needs?(?: identified)?"
        r"|what would help.*|support needs|reason for referral"
        r"|what (?:is|they|she|he|the (?:family|patient|client)) (?:want|need|ask)\w*(?: for)?"
        r"|(?:service|support|help)s? (?:to be )?(?:offered|asked for|would like)|asking for|wants|wishes"
        r"|what (?:do(?:es)? )?(?:you|they|she|he|the \w+) (?:want|need|like)\b.*"),
    (Slot.REFERRER,
        r"flo(?: name)?|officer(?:'s)?(?: name)?|referr(?:er|ing officer|ed by)(?:'s)?(?: name)?"
        r"|name / rank.*|rank.*name.*|name of referrer"
        r"|submitted by|completed by|name of (?:referring )?officer|family liaison officer"
        r"|consular lead|referral made by|form (?:filled in|completed) by|(?:your|my) name|practitioner|caller"
        r"|name of (?:practitioner|professional|person (?:referring|completing).*)|key ?worker"),
    (Slot.RELATIVE,
        r"relation(?:ship)? ?(?:/|and|&) ?name(?: ?\d)?|name ?(?:/|and|&) ?relation(?:ship)?(?: ?\d)?"
        r"|nok(?: ?\d)?(?: name)?|next of kin(?: ?\d)?(?: name)?|contact \d|person \d|(?:bereaved )?(?:relative"
        r"|family (?:member|contact"
        r"|lead))(?: ?\d)?(?:'s)?(?: name)?|others?|also"
        r"|other (?:family|relatives?).*|main contact|client(?:'s)?(?: name)?|contact name"
        r"|person to contact|bereaved person.*|who to contact"
        r"|children(?: at home| in (?:the )?(?:home|house(?:hold)?|family))?(?: \(.*\))?"
        r"|(?:patient|service user|pupil|student|young person|resident|tenant|employee|person referred)"
        r"(?:'?s?'? (?:full )?name)?|name of (?:patient|pupil|student|child|young person|service user|person referred)"
        r"|others? (?:at home|in (?:the )?house(?:hold)?)"
        r"|(?:name of )?(?:the )?(?:person|family member|relative|client) (?:being |to be )?referred|registered victim"
        r"|who (?:is being|are you) refer(?:red|ring)|name of (?:relative|nok|next of kin|bereaved person"
        r"|family member|client)|second contact"
        r"|(?:family )?member \d|parent/guardian"),
    (Slot.PHONE, r"(?:(?:nok|flo|officer|contact|home|work|their|his|her|family|mobile|day ?time|direct"
        r"|best|practice|surgery|office|school|ward|team|agency|referrer|patient|client|pupil)['’ ]?s? )?"
        r"(?:tel(?:ephone)?|mobile|mob|phone|contact)(?: ?(?:no|number|num|numbers|tel))?\.?|(?:(?:contact|best"
        r"|preferred|safe|daytime|evening|client's"
        r"|patient's) )?number|t|m"),
    (Slot.EMAIL, r"(?:nok |flo |contact )?e-?mail(?: address)?"),
    (Slot.POSTCODE, r"(?:nok |home )?(?:post ?code|address(?: (?:and|&|inc\.?|with) postcode)?)|home address|addr"),
    (Slot.AGE, r"age"),
    (Slot.ROLE, r"role|job title|position|rank|designation|title"),
    (Slot.ORGANISATION,
        r"force(?: ?/ ?unit)?|police force|organisation|agency|employer|force and unit|org"
        r"|(?:name of )?(?:practice|surgery|hospital|trust|charity|company|organisation|agency)(?: name)?"),
    (Slot.PLACE,
        r"location|place(?: of (?:death|incident))?|where|at|town|area|address of incident|scene"
        r"|country and place of death|csp|local authority|borough"),
    (Slot.NAME, r"(?:full )?name(?:\(s\))?|names|surname, first name"),
)  # fmt: skip
_COMPILED = tuple((slot, re.compile(rf"(?i)(?:{pattern})\s?\??\s?$")) for slot, pattern in _LABELS)

_LEADERS = re.compile(
    r"^\s{0,8}(?:\d{1,2}[.)]?\s{1,4})?([A-Za-z][^|:\n]{1,70}?)\s?(?:\.{3,}|…+|_{3,}"
    r"|-{3,}>?)\s?(.*)$"
)
_COLON = re.compile(
    r"^\s{0,8}(?:[-*•]\s)?(?:\d{1,2}[.)]?\s{1,4})?([A-Za-z][A-Za-z0-9 /&'’().,-]{0,60}?)\s?:[ \t]?(.*)$"
)
_TICKED = re.compile(
    r"(?i)^(?:☒|☑|✓|✔|✗|\[ ?x ?\]|\(x\)|x\b|y\b|yes\b|tak\b|ydw\b|agreed|given|verbal|obtained|confirmed)"
)
_UNTICKED = re.compile(r"(?i)^(?:☐|□|\[ ?\]|\( ?\)|n\b|no\b|n/?a\b|nil\b|none\b|not\b|declined|refused|-$|$)")


@dataclass(slots=True)
class Line:
    """One label with its value: ``text[start:end]`` of the source is the value."""

    slot: Slot
    label: str
    start: int
    end: int
    value: str


@dataclass(slots=True)
class Entry:
    """One person of a form, with the places of what is said of them."""

    kind: Slot
    name: Name | None = None
    values: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    """``phone``, ``relationship``, ``age``, ``role`` … → (value, start, end)."""


@dataclass(slots=True)
class Form:
    """What a form says."""

    source: Source
    referrer: Entry | None = None
    victim: Name | None = None
    died: dates.FoundDate | None = None
    relatives: list[Entry] = field(default_factory=list)
    consent: tuple[bool, int, int] | None = None
    """(agreed, start, end)."""
    place: tuple[str, int, int] | None = None
    needs: list[tuple[int, int]] = field(default_factory=list)
    """Places of free text that names needs."""
    ticked: list[tuple[int, int]] = field(default_factory=list)
    """Places of labels whose box is ticked."""
    lines: list[Line] = field(default_factory=list)
    covered: list[tuple[int, int]] = field(default_factory=list)
    """Places that are form and not prose."""


def read(source: Source) -> Form | None:
    """The form in a text; ``None`` when it is none."""
    lines = _lines(source.text)
    known = [line for line in lines if line.slot is not Slot.OTHER or _TICKED.match(line.value)]
    if len({line.slot for line in known}) < MIN_LABELS:
        return None
    form = Form(source, lines=lines)
    _fill(form)
    return form


def ticked(value: str) -> bool | None:
    """True for a ticked box or a yes, false for an empty one or a no, ``None`` for other words."""
    bare = value.strip()
    return True if _TICKED.match(bare) else False if _UNTICKED.match(bare) else None


def slot_of(label: str) -> Slot | None:
    """What a label asks for; ``None`` for a label that forms of this field do not have."""
    bare = re.sub(r"^(?:\d{1,2}|[A-H])[.)]?\s+", "", label.strip()).strip(" .:*•-–")
    if not bare or len(bare) > 70:
        return None
    return next((slot for slot, pattern in _COMPILED if pattern.match(bare)), None)


def _lines(text: str) -> list[Line]:
    found: list[Line] = []
    headings: list[Slot | None] = []
    waiting: tuple[Slot, str] | None = None
    for raw, begin in _pieces(text):
        start = begin
        line = raw[:MAX_LINE]
        if not line.strip():
            continue
        if "|" in line:
            waiting = None
            headings = _row(line, start, headings, found)
            continue
        headings = []
        match = _LEADERS.match(line) or _COLON.match(line)
        slot = slot_of(match[1]) if match else None
        if match and (slot is not None or waiting is None):
            if slot is not None:
                found.append(Line(slot, match[1], start + match.start(2), start + match.end(2), match[2].strip()))
            waiting = (slot, match[1]) if slot is not None and not match[2].strip() else None
            continue
        alone = slot_of(line) if len(line.strip()) <= 60 and not line.rstrip().endswith((".", ",")) else None
        if alone is not None:
            waiting = (alone, line.strip())
            if alone in (Slot.SECTION_FAMILY, Slot.SECTION_REFERRER, Slot.SECTION_VICTIM):
                found.append(Line(alone, line.strip(), start, start + len(line), ""))
        elif waiting is not None:
            end = start + len(line)
            last = found[-1] if found else None
            if last and last.label == waiting[1] and last.value and last.end + 1 == start:
                last.end, last.value = end, f"{last.value} {line.strip()}"
            else:
                found.append(Line(waiting[0], waiting[1], start, end, line.strip()))
    return found


_COLUMN = re.compile(r"(?<=\S)[ \t]{3,}(?=[A-Z][A-Za-z0-9 /'’-]{0,30}[:?][ \t])")


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """(line, its offset); a line that holds two labels side by side, set apart by blanks, is two."""
    position = 0
    for line in text.split("\n")[:MAX_LINES]:
        begin = 0
        raw = line.replace("\t", "|") if line.count("\t") > 1 else line  # a table pasted from a sheet
        if "|" not in raw and len(raw) <= MAX_LINE:
            for gap in _COLUMN.finditer(raw):
                yield raw[begin : gap.start()], position + begin
                begin = gap.end()
        yield raw[begin:], position + begin
        position += len(raw) + 1


def _row(line: str, start: int, headings: list[Slot | None], found: list[Line]) -> list[Slot | None]:
    """One row of a table: headings, one relative under headings, or pairs of label and value."""
    cells: list[tuple[str, int, int]] = []
    offset = start
    for part in line.split("|"):
        cells.append((part.strip(), offset, offset + len(part)))
        offset += len(part) + 1
    while cells and not cells[0][0]:
        cells.pop(0)
    slots = [slot_of(cell) for cell, _, _ in cells]
    if len(cells) >= 3 and sum(slot is not None for slot in slots) >= 2 and Slot.NAME in slots:
        return slots
    if headings and len(cells) != len(headings):
        headings = []
    if headings:
        row = Slot.RELATIVE
        for slot, (cell, begin, end) in zip(headings, cells, strict=False):
            if slot is Slot.NAME and cell:
                found.append(Line(row, "row", begin, end, cell))
            elif slot is not None and cell:
                found.append(Line(slot, "row", begin, end, cell))
        return headings
    for number in range(0, len(cells) - 1, 2):
        label, (value, begin, end) = cells[number], cells[number + 1]
        slot = slots[number] or Slot.OTHER
        found.append(Line(slot, label[0], begin, end, value))
        found[-1].label = label[0]
        if slot is Slot.OTHER or slot is Slot.NEEDS:
            found[-1].label = f"{label[0]}\t{label[1]}\t{label[2]}"
    if len(cells) == 1 and slots[0] in (Slot.SECTION_FAMILY, Slot.SECTION_REFERRER, Slot.SECTION_VICTIM):
        found.append(Line(slots[0], cells[0][0], cells[0][1], cells[0][2], ""))
    return []


def _fill(form: Form) -> None:
    section: Slot | None = None
    person: Entry | None = None
    for line in form.lines:
        form.covered.append((line.start, line.end))
        slot = line.slot
        if slot in (Slot.SECTION_FAMILY, Slot.SECTION_REFERRER, Slot.SECTION_VICTIM):
            section, person = slot, None
            if not line.value:
                continue
            slot = {Slot.SECTION_FAMILY: Slot.RELATIVE, Slot.SECTION_VICTIM: Slot.VICTIM}.get(slot, Slot.REFERRER)
        if slot is Slot.NAME:
            slot = {Slot.SECTION_FAMILY: Slot.RELATIVE, Slot.SECTION_VICTIM: Slot.VICTIM}.get(
                section or Slot.OTHER, Slot.REFERRER if section is Slot.SECTION_REFERRER else Slot.RELATIVE
            )
            if section is None and form.victim is None and not form.relatives and form.died is None:
                slot = Slot.VICTIM
        if slot is Slot.VICTIM:
            person = _victim(form, line) or person
            section = Slot.SECTION_VICTIM
        elif slot in (Slot.REFERRER, Slot.RELATIVE):
            person = _person(form, line, slot, person) or person
            section = Slot.SECTION_REFERRER if slot is Slot.REFERRER else Slot.SECTION_FAMILY
        elif slot is Slot.DIED:
            day = next(iter(dates.find(form.source.text[line.start : line.end])), None)
            if day is not None and form.died is None:
                at = line.start
                form.died = dates.FoundDate(at + day.start, at + day.end, day.day, day.month, day.year)
        else:
            person = _detail(form, line, slot, person, section)


def _victim(form: Form, line: Line) -> Entry | None:
    name = _first_name(form.source.text, line)
    if name is not None and form.victim is None:
        form.victim = name
        return Entry(Slot.VICTIM, name)
    return None


def _person(form: Form, line: Line, slot: Slot, person: Entry | None) -> Entry | None:
    """A referrer or relatives; one line may name several relatives, each with its own details."""
    if slot is Slot.REFERRER:
        name = _first_name(form.source.text, line)
        form.referrer = form.referrer or Entry(Slot.REFERRER)
        if name is not None and form.referrer.name is None:
            form.referrer.name = name
            rest = form.source.text[name.end : line.end]
            role = re.match(r"[,(]\s?([A-Za-z][A-Za-z /-]{1,60}?)\s?(?=[,;)]|$)", rest.strip())
            if role and "role" not in form.referrer.values:
                at = form.source.text.find(role[1], name.end, line.end)
                form.referrer.values["role"] = (role[1].strip(" )"), at, at + len(role[1]))
        return form.referrer
    found = _names(form.source.text, line)
    last = None
    for number, name in enumerate(found):
        until = found[number + 1].start if number + 1 < len(found) else line.end
        stretch = form.source.text[name.end : until]
        entry = Entry(Slot.RELATIVE, name)
        _details(entry, stretch, name.end)
        lead = form.source.text[line.start : name.start]
        before = kin.WORD.fullmatch(lead.strip(" -–:,")) if number == 0 else None
        if before:  # "Wife - Shilan Aziz"
            at = line.start + lead.find(before[0])
            entry.values["relationship"] = (kin.noun(before[0]), at, at + len(before[0]))
        elif "relationship" not in entry.values and line.label.lower().startswith("children"):
            entry.values["relationship"] = ("child", name.start, name.end)
        if number and name.single and not entry.values.keys() & {"relationship", "age"}:
            continue
        form.relatives.append(entry)
        last = entry
    return last


def _detail(form: Form, line: Line, slot: Slot, person: Entry | None, section: Slot | None) -> Entry | None:
    text = form.source.text[line.start : line.end]
    if slot in (Slot.PHONE, Slot.EMAIL, Slot.POSTCODE, Slot.ROLE, Slot.ORGANISATION, Slot.RELATIONSHIP, Slot.AGE):
        low = line.label.lower()
        if (
            slot in (Slot.ROLE, Slot.ORGANISATION)
            or "flo" in low
            or "officer" in low
            or _OFFICE.match(low)
            or section is Slot.SECTION_REFERRER
        ):
            form.referrer = form.referrer or Entry(Slot.REFERRER)
            target: Entry | None = form.referrer
        elif "nok" in low and form.relatives:
            target = form.relatives[-1]
        else:
            target = person
        if target is not None:
            _put(target, slot, text, line.start)
        return person if slot is not Slot.RELATIONSHIP or target is None else target
    if slot is Slot.CONSENT:
        agreed = ticked(line.value)
        if agreed is not None and (form.consent is None or not form.consent[0]):
            form.consent = (agreed, line.start, line.end)
    elif slot is Slot.NEEDS:
        form.needs.append((line.start, line.end))
    elif slot is Slot.PLACE and form.place is None and line.value:
        form.place = (line.value, line.start, line.end)
    if slot in (Slot.OTHER, Slot.NEEDS) and "\t" in line.label and ticked(line.value) and line.value.strip():
        _, begin, end = line.label.split("\t")
        form.ticked.append((int(begin), int(end)))
    return person


def _put(entry: Entry, slot: Slot, text: str, at: int) -> None:
    if slot in (Slot.PHONE, Slot.EMAIL, Slot.POSTCODE):
        _details(entry, text, at)
        return
    value = text.strip()
    begin = at + len(text) - len(text.lstrip())
    if slot is Slot.RELATIONSHIP:
        word = kin.WORD.search(value)
        if word:
            entry.values.setdefault("relationship", (kin.noun(word[0]), begin + word.start(), begin + word.end()))
    elif slot is Slot.AGE:
        number = re.match(r"(\d{1,3})\b", value)
        if number:
            entry.values.setdefault("age", (number[1], begin, begin + len(number[1])))
    elif value and ticked(value) is None:
        cut = re.match(r"[^,;(]+", value)
        said = cut[0].strip() if slot is Slot.ORGANISATION and cut else value
        entry.values.setdefault(slot.value, (said, begin, begin + len(said)))


_AGE = re.compile(
    r"^(?:\s?\(|,\s?|\s)(?:aged? )?(\d{1,2})(?: ?(?:yrs?|years?)(?: old)?)?\s?(?:\)|,|;|\.|$|(?=and\b|&|\())"
)


_OFFICE = re.compile(r"(?:practice|surgery|office|school|ward|team|agency|referrer)\b")
"""Labels of a telephone that is the referrer's, wherever in the form it stands."""

_WITH = re.compile(r"(?i)\b(?:with|w/|lives with|by|c/o) ?$")
"""Whose word for a relative names whom the child is with, and not what the child is."""


def _details(entry: Entry, stretch: str, at: int) -> None:
    """Telephone, address, postcode, relation and age from the words behind a name."""
    for key, found in (
        ("phone", contacts.telephones(stretch)),
        ("email", contacts.addresses(stretch)),
        ("postcode", contacts.postcodes(stretch)),
    ):
        if found:
            entry.values.setdefault(key, (found[0].text, at + found[0].start, at + found[0].end))
    word = next((w for w in kin.WORD.finditer(stretch[:60]) if not _WITH.search(stretch[: w.start()])), None)
    if word:
        entry.values.setdefault("relationship", (kin.noun(word[0]), at + word.start(), at + word.end()))
    for begin in (0, word.end() if word else 0):
        age = _AGE.match(stretch[begin:])
        if age:
            entry.values.setdefault("age", (age[1], at + begin + age.start(1), at + begin + age.end(1)))


def _names(text: str, line: Line) -> list[Name]:
    found = []
    for name in names.find(text[line.start : line.end]):
        before = text[line.start : line.start + name.start]
        if name.single and before.strip() and not re.search(r"(?:[,;&(/–-]|\band|\b[a-z]+)\s?$", before):
            continue
        if re.search(r"(?i)(?:c/o|through|via|with|lives w/|not|see|by)\s$", before[-14:]):
            continue
        if name.single and re.search(r"[a-z]{3} $", before) and not before.endswith(" and "):
            continue
        found.append(Name(line.start + name.start, line.start + name.end, name.words, name.title))
    return found


def _first_name(text: str, line: Line) -> Name | None:
    return next(iter(_names(text, line)), None)
