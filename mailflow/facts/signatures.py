"""The signature block: name, role, organisation and telephone of the writer.

A line says one or several of them, cut at commas, bars and dashes; a word tells a role ("officer", "chair") or an
organisation ("council", "trust"). Where no word does, the place does: what stands behind the role on its line, or
alone on a line below it, is where the writer works.
"""

from __future__ import annotations

import re

from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage

from . import contacts, kin, names, towns
from .sources import Source, Sources
from .writer import Writer

TAIL_LINES = 9
"""Last lines of a text that may be a signature which has no mark of its own."""

MAX_SIGNATURE_LINE = 160

ROLE = re.compile(
    r"(?i)\b(?:officer|FLO|manager|worker|co-?ordinator|chair(?:man|woman|person)?|author|nurse"
    r"|doctor|GP|lead|adviser|advisor|advocate"
    r"|IDVA|ISVA|administrator|admin|assistant|director|commissioner|head ?teacher|teacher|chaplain"
    r"|solicitor|partner|barrister|reporter|journalist"
    r"|producer|editor|researcher|consultant|specialist|practitioner|caseworker|secretary|clerk|team"
    r"|unit|bureau|governor|midwife|psychologist"
    r"|therapist|counsellor|principal|executive|analyst|coroner|registrar|health visitor|support"
    r"|deputy|detective|sergeant|inspector|constable"
    r"|superintendent|lecturer|tutor|student|warden|councillor|caretaker|landlord|celebrant|minister"
    r"|vicar|trainer|reviewer|swyddog|host|presenter|correspondent|founder|treasurer|trustee|head of"
    r"|business partner|sec"
    r"|safeguarding lead|volunteer|liaison|paralegal|mentor|key ?worker|navigator|matron|paramedic|pharmacist"
    r"|supervisor"
    r"|investigator|pastor|priest|imam|rabbi|fundraiser|representative|ymchwilydd|gweithiwr|rheolwr|cydlynydd"
    r"|cadeirydd)\b"
)
ORGANISATION = re.compile(
    r"(?i)\b(?:police|constabulary|council|borough|partnership|board|trust|NHS|hospitals?|surgery"
    r"|centre|practice|college|university|school|academy"
    r"|service|services|ltd|limited|LLP|plc|CIC|HMP|YOI|prison|office|ministry|foundation|society"
    r"|association|company|parliament|charity|news"
    r"|chambers|solicitors|ICB|agency|authority|commission|embassy|consulate|group|project|aid|refuge"
    r"|federation|union|institute|department|hospice|films|productions|media|studios|systems|housing|homes|probation"
    r"|church|diocese|mosque|heddlu|collaborative|alliance|network|directorate|constabularies)\b"
)
_CLOSING = re.compile(
    r"(?i)^(?:kind|kindest|best|warm|warmest|many|with|yours|all the best|thanks|thank you|regards"
    r"|cheers|ta|sincerely|diolch|best wishes|god bless"
    r"|in haste|take care|warmly|fondly|as ever|speak soon|all best|respectfully|faithfully|thx|cofion|pozdrawiam"
    r"|z poważaniem)\b[^.]{0,45}$"
)
RANK = re.compile(
    r"(?<![\w/])((?:[AT]/|T)?(?:DC|DS|DI|DCI|DSU|DCS|PC|PS|Insp|Sgt))\b\.?(?= (?:[A-Z]{0,2}\d{2,8} )?[A-Z][a-zA-Z.])"
)
_NOISE = re.compile(
    r"(?i)^(?:sent from|get outlook|this (?:e-?mail|message)|https?:|www\.|\*|_|-{2,}|=|#|follow us"
    r"|fax|please consider|disclaimer)"
)
_LABELLED = re.compile(
    r"(?i)^\s{0,4}(?:name|role|job title|title|position|post|org(?:anisation)?|agency|employer|force|tel(?:ephone)?"
    r"|phone"
    r"|mob(?:ile)?|contact(?: number)?)\s?[:.]\s"
)
"""A line of a signature that says what it holds: "ROLE: IDVA"."""
_NUMBER = re.compile(
    r"(?i)[,|/ –-]*(?:\b(?:tel(?:ephone)?|mob(?:ile)?|phone|direct(?: line| dial)?|ddi|t|m)\b[.: ]*)?"
    r"(?:\+?\(?0[\d ().-]{8,16}|\bext(?:ension)?\.? \d{2,6}).*$"
)
_UNIT = re.compile(r"(?i)\b(?:team|unit|bureau|department|directorate|admin)\b(?!.*\b(?:lead|manager|officer|head)\b)")
"""A role that only says where somebody sits; a better one below replaces it."""
_PART = re.compile(r"(?i)^(?:[\w’'&-]+ ){0,3}(?:department|services?|office|ward|division|section|operation [\w]+)$")
_WHOLE = re.compile(
    r"(?i)\b(?:council|borough|university|hospital|trust|school|academy|college|police|constabulary|LLP|ltd|limited"
    r"|health board|hospice|HMP|surgery|medical (?:centre|practice)|solicitors)\b"
)
"""Of "Children's Services | London Borough of …" the second is the organisation, the first a part of it."""


def _lines(source: Source) -> list[tuple[int, str]]:
    """Non-empty lines with their offsets, without what is no signature."""
    found = []
    position = 0
    for line in source.text.split("\n"):
        if line.strip() and len(line) <= 400:
            found.append((position, line))
        position += len(line) + 1
    return found


def read(writer: Writer, message: ParsedMessage, texts: Sources, lookups: Lookups) -> None:
    """Fill in what the signature blocks tell of the writer: name, role, organisation, telephone."""
    blocks: list[tuple[Source, list[tuple[int, str]]]] = []
    signed = _lines(texts.signature)
    if signed:
        blocks.append((texts.signature, signed[:14]))
    tail = _lines(texts.new)[-TAIL_LINES:]
    blocks.append((texts.new, _after_closing(tail)))
    for source in texts.attachments:
        block = _after_closing(_lines(source)[-TAIL_LINES:], needs_closing=True)
        if block:
            blocks.append((source, block))
    for source, block in blocks:
        _known_organisation(writer, source, block, lookups)
        _read_block(
            writer, source, [(at, _bare_line(line)) for at, line in block if not _NOISE.match(line.strip())], lookups
        )


def _bare_line(line: str) -> str:
    """The line with its label blanked; places stay."""
    label = _LABELLED.match(line)
    return " " * label.end() + line[label.end() :] if label else line


_COUNCIL_LINE = re.compile(
    r"^\W{0,3}((?:[A-Z][\w’'-]+,? (?:and |of |with |& )?){1,7}(?:Council|Community Safety Partnership))\b(?!, )"
)


def _known_organisation(writer: Writer, source: Source, block: list[tuple[int, str]], lookups: Lookups) -> None:
    """Organisations whose names hold commas, before lines are cut at commas."""
    for at, line in block:
        found = _COUNCIL_LINE.match(line)
        known = next((owner for _, owner in lookups.organisations if "," in owner and owner in line), "")
        said = known or (found[1] if found else "")
        first, comma, rest = said.partition(", ")
        if comma and not known and not towns.is_known(first):
            said = rest
        said = re.sub(r"^Cyngor (?:Sir|Dinas|Bwrdeistref Sirol) ", "", said)
        if said and not writer.organisation and not re.match(r"(?i)(?:officer|manager|worker|chair)", said):
            if ROLE.search(said) and not known:
                continue
            start = at + line.find(said)
            writer.organisation = said
            writer.spans["organisation"] = source.span(start, start + len(said))


def _after_closing(lines: list[tuple[int, str]], needs_closing: bool = False) -> list[tuple[int, str]]:
    """What stands below the last closing formula; without one, the short lines at the end."""
    for number in range(len(lines) - 1, -1, -1):
        if _CLOSING.match(lines[number][1].strip()) and len(lines[number][1].split()) <= 6:
            return lines[number + 1 :]
    if needs_closing:
        return []
    block: list[tuple[int, str]] = []
    for at, line in reversed(lines):
        if line.rstrip().endswith(":") and kin.NEXT_OF_KIN.search(line):
            return []  # what stands below is theirs
        if (
            len(line) > (MAX_SIGNATURE_LINE if line.count(" | ") > 1 else 90)
            or re.search(r"[a-z]{2,}[.?!]\s*$", line)
            or re.search(r"(?i)\b(?:please|your|would|have|has|was|were|is|are|will)\b", line)
        ):
            break
        block.insert(0, (at, line))
    return block


def _read_block(writer: Writer, source: Source, block: list[tuple[int, str]], lookups: Lookups) -> None:
    named = False
    for number, (at, line) in enumerate(block):
        if len(line) > MAX_SIGNATURE_LINE:
            continue
        found = [n for n in names.find(line) if len(n.words) <= 4 and not _in_force(line, n, lookups)]
        if _CLOSING.match(line.strip()) and len(line.split()) <= 4:
            continue
        lead = next((n for n in found if _is_writer(n, line, writer, number)), None)
        if lead is not None and named and not _shares(lead, writer):
            lead = None
        fuller = lead is not None and " " not in writer.name and not lead.single
        if lead is not None and (not named or fuller):
            named = True
            if _better(lead, writer.name):
                writer.name = _as_written(lead, line)
                writer.spans["name"] = source.span(at + lead.start, at + lead.end)
            rank = RANK.search(line)
            if rank and "rank" not in writer.spans:
                writer.given = rank[1]
                writer.spans["rank"] = source.span(at + rank.start(1), at + rank.end(1))
            post = line[: lead.start].strip(" *|_")
            is_post = ROLE.search(post) and _role_first(post) and post.lower() not in names.TITLES
            if "rank" not in writer.spans and (is_post or post.lower().rstrip(".") in ("cllr", "councillor")):
                writer.given = post
                writer.spans["rank"] = source.span(at, at + lead.start)
        if lead is None and writer.name and any(_another(name, writer, line) for name in found):
            continue  # "for Rosalind Achterberg, Independent Chair": somebody else's role
        _segments(writer, source, at, line, lookups, lead)
        if kin.WORD.search(line):
            continue
        phone = next((p for p in contacts.telephones(line) if not contacts.is_helpline(p.text)), None)
        if phone and not writer.phone:
            writer.phone = phone.text
            writer.spans["phone"] = source.span(at + phone.start, at + phone.end)
    if not writer.organisation and (writer.role or named):
        _by_place(writer, source, block)


_PLACE_LINE = re.compile(
    r"(?i)\d{2,}|@|https?:|www\.|[A-Z]{1,2}\d|\b(?:street|road|lane|avenue|house|square|floor|building|cottage|close"
    r"|drive|way"
    r"|row|terrace|registered|charity no|vat|sent|please|working days|my pronouns|tel|mob|ext|fax)\b|[!?:;]"
    r"|^(?:kind|best|regards|thanks|thank|many|yours|love|cheers|diolch|cofion|warm|speak|take|see|ta)\b|\bx+$"
)
_CAPITALS = re.compile(
    r"(?:The |Y |Yr )?[A-Z][\w&'’.()-]*(?:,? (?:(?:and|of|for|the|&|on|in|y|yr|a) ){0,2}[A-Z0-9&][\w&'’.()-]*){0,7}"
)


def _by_place(writer: Writer, source: Source, block: list[tuple[int, str]]) -> None:
    """An organisation that no word tells: behind the role on its line, or alone on a line below role or name."""
    role_at = (
        writer.spans["role"].start if "role" in writer.spans and writer.spans["role"].field == source.field else -1
    )
    for at, line in block:
        if at <= role_at < at + len(line):
            behind = re.match(r"(?:,| at| for|:| -| –| \|)\s?(.+)$", line[role_at - at + len(writer.role) :])
            said = behind[1].strip(" .|") if behind else ""
            said = re.sub(r"\s?\([^)]*\)$", "", said)
            if _is_organisation(said, writer):
                _belongs(writer, source, at + line.find(said), said)
                return
    if source.field == "text" and writer.role:
        for at, line in block[1:]:
            first, _, place = line.strip(" .|").partition(", ")
            said = first if place and towns.is_known(place) else line.strip(" .|")
            if at != role_at and not (at <= role_at < at + len(line)) and _is_organisation(said, writer):
                _belongs(writer, source, at + line.find(said), said)
                return


def _is_organisation(said: str, writer: Writer) -> bool:
    low = {word.lower() for word in re.findall(r"\w+", writer.name)}
    words = said.split()
    return (
        bool(_CAPITALS.fullmatch(said))
        and 1 <= len(words) <= 9
        and len(said) > 3
        and not _PLACE_LINE.search(said)
        and not towns.is_known(said)
        and not {word.lower() for word in re.findall(r"\w+", said)} <= low | {"dc", "ds", "dr", "mr", "mrs", "ms"}
        and not (ROLE.search(said) and not ORGANISATION.search(said) and _role_first(said))
        and not names.TITLES & {words[0].lower()}
    )


def _belongs(writer: Writer, source: Source, start: int, said: str) -> None:
    writer.organisation = said
    writer.spans["organisation"] = source.span(start, start + len(said))


def _in_force(line: str, name: names.Name, lookups: Lookups) -> bool:
    """ "Thames Valley" in "Thames Valley Police" is no person."""
    return any(
        (at := line.find(said)) >= 0 and at <= name.start < at + len(said)
        for force in lookups.forces
        for said in (force.name, *force.also)
    )


def _another(name: names.Name, writer: Writer, line: str) -> bool:
    """Somebody else by given name and surname; a "Trainee Solicitor to …" is the writer all the same."""
    before = re.sub(r"(?:Mr|Mrs|Ms|Miss|Dr|Cllr)\.? $", "", line[: name.start])
    if before.endswith((" to ", " for ")) and ROLE.search(before):
        return False
    if ORGANISATION.match(line[name.end :].lstrip()):
        return False  # "Marlow Road" Academy
    return not name.single and names.known(name.words[0]) and not _shares(name, writer)


def _shares(name: names.Name, writer: Writer) -> bool:
    return bool({w.lower() for w in name.words} & set(writer.name.lower().split()))


def _as_written(name: names.Name, line: str) -> str:
    """With the dots of initials where they are written: "T. Blyth"."""
    said = name.text
    for initial in re.findall(r"\b([A-Z])\.", line[name.start : name.end + 1]):
        said = re.sub(rf"\b{initial}(?=\s)", f"{initial}.", said, count=1)
    return said


def _better(lead: names.Name, known: str) -> bool:
    """A signature's name wins over From's, but "H. Pickavance" does not win over Harold Pickavance."""
    if not known:
        return True
    if lead.single:
        return False
    initials = len(lead.words[0]) == 1
    return not (initials and lead.words[-1].lower() == known.rsplit(maxsplit=1)[-1].lower())


def _is_writer(name: names.Name, line: str, writer: Writer, number: int) -> bool:
    if name.single:
        return number == 0 and not writer.name and line.strip().rstrip(",") == line.strip()[name.start : name.end]
    if kin.WORD.search(line) or re.search(
        r"(?i)\b(?:on behalf of|for and on|pp|c/o|cc|family of)\b", line[: name.start]
    ):
        return False
    known = writer.name.lower().split()
    said = [w.lower() for w in name.words]
    if re.search(r"(?i)(?:\band|&|\bfor|\bto|\bof|\bwith|\bby)\s$", line[: name.start]):
        return False
    if ORGANISATION.match(line[name.end :].lstrip()):
        return False  # "Harbury Town" of a Council
    stands_first = not line[: name.start].strip(" *|_") or bool(
        re.fullmatch(r"(?i)[\w/. ]{1,40}", line[: name.start].strip())
    )
    if not stands_first or (ORGANISATION.search(line[name.start : name.end]) is not None):
        return False
    return number <= 3 or bool(set(known) & set(said))


def _segments(writer: Writer, source: Source, at: int, line: str, lookups: Lookups, lead: names.Name | None) -> None:
    """Role and organisation among the parts of a line: ``Name | Role | Organisation``, ``Role, Organisation``."""
    position = 0
    for part in re.split(r"(\s?\|\s?|\s/\s|,\s(?=[A-Z\d])|\s[–-]\s|\t)", line):
        start, position = position, position + len(part)
        said = re.sub(r"\s?\((?:she|he|they)/\w+\)", "", part).strip(" .,*|/")
        if lead is not None and start <= lead.start < position:
            said = line[max(start, lead.end) : position].strip(" .,*|/()-–")
        said = re.sub(r"^(?:DC|DS|DI|PC|PS)? ?[A-Z]{0,2}\d{3,8}[A-Z]{0,2} (?=[A-Z])", "", said)
        said = re.sub(r" to (?:[A-Z][\w’'-]+ ){1,3}MP$", "", said)
        if number := _NUMBER.search(said):
            said = said[: number.start()].strip(" .,*|/()-–")
        if (whose := _WHOSE.search(said)) and _is_person(whose[1]):
            said = said[: whose.start()]
        said = re.sub(r"^Cyngor (?:Sir|Dinas|Bwrdeistref Sirol) (?=.* Council$)", "", said)
        said = re.sub(r"(?i)^(?:for and )?on behalf of (?:the )?", "", said)
        bracket = re.search(r"\s\((?:[^()]*$|[A-Z][\w ]+\)$)", said)
        if bracket and not ROLE.search(said[: bracket.start()]):
            said = said[: bracket.start()]
        if not said or (
            lead is not None and start <= lead.start < position and not ROLE.search(part[lead.end - start :])
        ):
            continue
        if len(said) < 2 or len(said.split()) > 10 or re.search(r"@|https?:|\d{3}", said):
            continue
        begin = line.find(said, start)
        begin = begin if begin >= 0 else start
        force = next((f.name for f in lookups.forces if f.name.lower() == said.lower() or said in f.also), "")
        is_role = bool(ROLE.search(said)) and not force and ":" not in said
        is_org = bool(force) or bool(ORGANISATION.search(said))
        welsh = bool(
            re.search(
                r"(?i)\b(?:swyddog|heddlu|bwrdd|rheolwr|cyngor|ymchwilydd|cydlynydd|gweithiwr|cadeirydd"
                r"|cyfarwyddwr|pennaeth|arweinydd)\b",
                said,
            )
        ) and (" / " in line or " | " in line)
        if welsh:
            continue
        better = not writer.role or (
            writer.spans["role"].field == source.field and bool(_UNIT.search(writer.role)) and not _UNIT.search(said)
        )
        if is_role and (not is_org or _role_first(said)) and better:
            writer.role = said
            writer.spans["role"] = source.span(at + begin, at + begin + len(said))
        elif (
            is_org
            and (not is_role or writer.role)
            and (
                not writer.organisation
                or (force and not _is_force(writer.organisation, lookups))
                or (bool(_PART.match(writer.organisation)) and bool(_WHOLE.search(said)))
            )
        ):
            if not said[0].isupper() or re.search(r"(?i)\b(?:is|are|was|will|we|your|please)\b", said):
                continue
            boss = next((f.name for f in lookups.forces if said.startswith(f"{f.name} ")), said)
            writer.organisation = boss
            writer.spans["organisation"] = source.span(at + begin, at + begin + len(boss))


_WHOSE = re.compile(r" (?:to|for) ((?:(?:Mr|Mrs|Ms|Miss|Dr|Cllr)\.? )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2})$")


def _is_person(said: str) -> bool:
    """ "Assistant to Robert Lowe": a name that begins with a known given name."""
    found = names.find(said)
    return len(found) == 1 and names.known(found[0].words[0])


def _role_first(said: str) -> bool:
    """ "Community Safety Officer (Reviews)" is a role, "Probation Service" none: a role's last word is what one is."""
    bare = re.sub(r"\s?\([^)]*\)$", "", said)
    last = bare.split()[-1] if bare.split() else ""
    return (
        bool(ROLE.fullmatch(last))
        or bool(
            re.search(
                r"(?i)\b(?:nurse|officer|lead|head|manager|caseworker|chair|specialist|adviser"
                r"|advocate)\b",
                bare,
            )
        )
        or last.isdigit()
    )


def _is_force(said: str, lookups: Lookups) -> bool:
    return any(said == f.name or said in f.also for f in lookups.forces)
