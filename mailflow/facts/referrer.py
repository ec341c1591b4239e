"""Who writes, or for whom they write: name, role, organisation, telephone.

The From field gives the address and often the name, in the forms that directories write ("HOLT, Amy", "PATTERSON,
Ruth (TRUST NAME)", "DUNSTAN Claire", "Tom Ridley 75233"). The signature says the rest, and wins for the name: a
secretary types for the doctor, a shared mailbox has no name. "I am a wellbeing adviser at …" in the text is the last
resort.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailflow.model.facts import Span
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage

from . import contacts, kin, names, not_names
from .sources import Source, Sources

TAIL_LINES = 9
"""Last lines of a text that may be a signature which has no mark of its own."""

MAX_SIGNATURE_LINE = 110

_ROLE = re.compile(
    r"(?i)\b(?:officer|FLO|manager|worker|co-?ordinator|chair(?:man|woman|person)?|author|nurse"
    r"|doctor|GP|lead|adviser|advisor|advocate"
    r"|IDVA|ISVA|administrator|admin|assistant|director|commissioner|head ?teacher|teacher|chaplain"
    r"|solicitor|partner|barrister|reporter|journalist"
    r"|producer|editor|researcher|consultant|specialist|practitioner|caseworker|secretary|clerk|team"
    r"|unit|bureau|governor|midwife|psychologist"
    r"|therapist|counsellor|principal|executive|analyst|coroner|registrar|health visitor|support"
    r"|deputy|detective|sergeant|inspector|constable"
    r"|superintendent|lecturer|tutor|student|warden|councillor|caretaker|landlord|celebrant|minister"
    r"|vicar|trainer|reviewer|swyddog)\b"
)
_ORGANISATION = re.compile(
    r"(?i)\b(?:police|constabulary|council|borough|partnership|board|trust|NHS|hospitals?|surgery"
    r"|centre|practice|college|university|school|academy"
    r"|service|services|ltd|limited|LLP|plc|CIC|HMP|YOI|prison|office|ministry|foundation|society"
    r"|association|company|parliament|charity|news"
    r"|chambers|solicitors|ICB|agency|authority|commission|embassy|consulate|group|project|aid|refuge"
    r"|federation|union|institute|department"
    r"|church|diocese|mosque|heddlu|collaborative|alliance|network|directorate|constabularies)\b"
)
_CLOSING = re.compile(
    r"(?i)^(?:kind|kindest|best|warm|warmest|many|with|yours|all the best|thanks|thank you|regards"
    r"|cheers|ta|sincerely|diolch|best wishes|god bless"
    r"|in haste|take care|respectfully|faithfully|thx|cofion|pozdrawiam|z poważaniem)\b[^.]{0,45}$"
)
_RANK = re.compile(
    r"(?<![\w/])((?:[AT]/|T)?(?:DC|DS|DI|DCI|DSU|DCS|PC|PS|Insp|Sgt))\b\.?(?= (?:[A-Z]{0,2}\d{2,8} )?[A-Z][a-zA-Z])"
)
_QUALIFIER = (
    r"(?:[A-Z][\w'’/-]*|independent|second-year|first-year|third-year|wellbeing|community|family|bereavement|senior"
    r"|social|specialist"
    r"|trainee|crime|domestic|abuse|violence|safeguarding|victim|liaison|police|duty|lead|school|head"
    r"|nurse|review|reviews|adult"
    r"|children['’]s|child|support|mental|health|youth|housing|prison|probation|policy|staff"
    r"|freelance|new|allocated|designated"
    r"|deputy|assistant|homicide|court|hospital|student|pastoral|clinical|witness|service|care|and|&|for|of)"
)
_I_AM = re.compile(
    r"\b(?:I(?:['’]m| am)|[Mm]y name is [A-Z]\w+(?: [A-Z][\w-]+)? and I(?:['’]m| am))\s"
    r"(?:a |an |the |one of (?:two |the )?|your |their |her |his |currently (?:a |the )?)?"
    rf"((?:{_QUALIFIER}\s){{0,5}}?(?:FLOs?|SIO|[Oo]fficer|[Mm]anager|[Ww]orker|[Cc]o-?ordinator"
    rf"|[Cc]hair|[Aa]uthor|[Nn]urse"
    r"|GP|[Ll]ead|[Aa]dvis[eo]r|[Aa]dvocate|IDVA|ISVA|[Aa]dministrator|[Hh]ead ?teacher|[Tt]eacher"
    r"|[Cc]haplain|[Ss]olicitor"
    r"|[Rr]eporter|[Jj]ournalist|[Pp]roducer|[Rr]esearcher|[Cc]onsultant|[Ss]pecialist"
    r"|[Pp]ractitioner|[Cc]aseworker|[Cc]lerk"
    r"|[Dd]irector|[Dd]etective|[Ss]ergeant|[Cc]onstable|[Pp]sychologist|[Cc]ounsellor|[Mm]idwife"
    r"|[Ss]tudent|[Rr]eviewer|VLO"
    r"|[Ss]ocial [Ww]orker)"
    r"(?:\sfor\s[A-Z]\w+(?:\s[A-Z]\w+){0,3})?)(?![\w-])"
)
_AT = re.compile(
    r"^[^.\n]{0,40}?\s(?:at|from|with|for)\s(?:the\s)?((?:[A-Z][\w&'’.-]*\s?(?:(?:and|of|for|the|&)\s)?){1,7})"
)
_AS_FLO = re.compile(
    r"(?i)\b(?:taken over|took over|assigned|deployed|allocated|appointed)\b[^.\n]{0,50}?\bas (?:the |their )?"
    r"(FLO|family liaison officer|SIO)\b"
)
_BRACKET = re.compile(r"[\[(]([^\])]{2,80})[\])]")
_NOISE = re.compile(
    r"(?i)^(?:sent from|get outlook|this (?:e-?mail|message)|https?:|www\.|\*|_|-{2,}|=|#|follow us"
    r"|tel|fax|please consider|disclaimer)"
)


@dataclass(slots=True)
class Writer:
    """The writer in the making."""

    name: str = ""
    role: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    given: str = ""
    spans: dict[str, Span] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)


def find(message: ParsedMessage, texts: Sources, lookups: Lookups) -> Writer:
    """What the message says of its writer, from From, signature and text."""
    writer = Writer()
    author = message.author
    shown, organisation, role = ("", "", "")
    if author is not None:
        writer.email = author.address.strip()
        value = message.header("From")
        shown, organisation, role = from_display(author.name)
        at = value.find(author.address)
        writer.spans["email"] = Span(
            "header:From",
            max(at, 0),
            max(at, 0) + len(author.address) if at >= 0 else len(value),
            author.address if at >= 0 else value,
        )
        if shown:
            writer.spans["name"] = Span("header:From", 0, len(value), value)
    writer.name = shown
    _signature(writer, message, texts, lookups)
    if not writer.organisation and organisation:
        writer.organisation = organisation
        writer.spans["organisation"] = Span("header:From", 0, len(message.header("From")), message.header("From"))
    _from_text(writer, texts, lookups)
    if not writer.role and role:
        writer.role = role
    writer.words = {word.lower() for word in re.findall(r"[^\W\d_][\w'’-]+", f"{shown} {writer.name}")}
    return writer


def from_display(display: str) -> tuple[str, str, str]:
    """Name, organisation in brackets and rank out of a display name; an empty name for a mailbox of an office."""
    text = display.strip().strip("\"'").strip()
    organisation, role = "", ""
    for inside in _BRACKET.findall(text):
        bare = re.sub(r"\s+-\s+[A-Z0-9]{2,8}$", "", inside).strip()
        if _RANK.match(bare + " Xx") or re.fullmatch(r"(?:[AT]/)?(?:DC|DS|DI|DCI|PC|PS)", bare):
            role = bare
        elif _ORGANISATION.search(bare):
            organisation = _title_case(bare) if bare.isupper() else bare
    text = _BRACKET.sub(" ", text)
    text = re.split(r"\s+[@|–]\s*|\s+-\s+", text)[0]
    text = re.sub(r"\s[A-Z]{0,3}\d{2,8}\b|[<>\d_]+", " ", text).strip(" ,")
    rank = _RANK.match(text)
    if rank:
        role = role or rank[1]
    if "@" in text or not text:
        return "", organisation, role
    if "," in text:
        surname, _, given = text.partition(",")
        text = f"{given.strip()} {surname.strip()}"
    words = [w for w in text.split() if w.rstrip(".").lower() not in names.TITLES]
    low = [w.lower().strip(".,") for w in words]
    if (
        not words
        or len(words) > 5
        or any(w in _OFFICE for w in low)
        or (len(words) > 2 and any(w in not_names.WORDS for w in low))
    ):
        return "", organisation, role
    capitals = next((i for i, w in enumerate(words) if not (w.isupper() and len(w) > 1)), len(words))
    if 0 < capitals < len(words) and len(words[0]) > 2:
        words = [*words[capitals:], *(w.lower() if w.lower() in names.PARTICLES else w for w in words[:capitals])]
    kept = [names.normal(w) for w in words if any(c.isalpha() for c in w)]
    if len(kept) == 2 and len(kept[1].rstrip(".")) == 1:
        kept = kept[:1]
    return " ".join(kept), organisation, role


_OFFICE = frozenset(
    """
    team unit office support service services reviews review admin enquiries enquiry council police safety
    community partnership customer school primary mailbox care panel members noreply no-reply desk helpdesk
    coordinators co-ordinators safeguarding bulletin delivery system postmaster mailer-daemon uned victim
    victims homicide constabulary department info contact business secretariat academy surgery reception court
    witness press news
    """.split()  # noqa: SIM905 (a column of words reads better)
)


def _title_case(said: str) -> str:
    """A trust's or firm's name that a directory writes in capitals, as one writes it; abbreviations stay."""
    small = ("and", "of", "for", "the", "on", "in", "with")
    kept = ("NHS", "ICB", "HMP", "YOI", "CIC", "GP", "UK", "LLP", "CSP", "MAT", "FLO", "HMPPS")
    words = [w if w in kept else w.lower() if w.lower() in small else names.normal(w) for w in said.split()]
    return " ".join(words)


def _lines(source: Source) -> list[tuple[int, str]]:
    """Non-empty lines with their offsets, without what is no signature."""
    found = []
    position = 0
    for line in source.text.split("\n"):
        if line.strip() and len(line) <= 400:
            found.append((position, line))
        position += len(line) + 1
    return found


def _signature(writer: Writer, message: ParsedMessage, texts: Sources, lookups: Lookups) -> None:
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
        _read_block(writer, source, [(at, line) for at, line in block if not _NOISE.match(line.strip())], lookups)


_COUNCIL_LINE = re.compile(
    r"^\W{0,3}((?:[A-Z][\w’'-]+,? (?:and |of |with |& )?){1,7}(?:Council|Community Safety Partnership))\b(?!, )"
)


def _known_organisation(writer: Writer, source: Source, block: list[tuple[int, str]], lookups: Lookups) -> None:
    """Organisations whose names hold commas, before lines are cut at commas."""
    for at, line in block:
        found = _COUNCIL_LINE.match(line)
        known = next((owner for _, owner in lookups.organisations if "," in owner and owner in line), "")
        said = known or (found[1] if found else "")
        if said and not writer.organisation and not re.match(r"(?i)(?:officer|manager|worker|chair)", said):
            if _ROLE.search(said) and not known:
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
        if (
            len(line) > 90
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
        found = [n for n in names.find(line) if len(n.words) <= 4]
        lead = next((n for n in found if _is_writer(n, line, writer, number)), None)
        if lead is not None and not named:
            named = True
            if _better(lead, writer.name):
                writer.name = lead.text
                writer.spans["name"] = source.span(at + lead.start, at + lead.end)
            rank = _RANK.search(line)
            if rank and "rank" not in writer.spans:
                writer.given = rank[1]
                writer.spans["rank"] = source.span(at + rank.start(1), at + rank.end(1))
        _segments(writer, source, at, line, lookups, lead)
        if kin.WORD.search(line):
            continue
        phone = next((p for p in contacts.telephones(line) if not contacts.is_helpline(p.text)), None)
        if phone and not writer.phone:
            writer.phone = phone.text
            writer.spans["phone"] = source.span(at + phone.start, at + phone.end)


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
    if re.search(r"(?:\band|&)\s$", line[: name.start]):
        return False
    stands_first = not line[: name.start].strip(" *|_") or bool(
        re.fullmatch(r"(?i)[\w/. ]{1,40}", line[: name.start].strip())
    )
    if not stands_first or (_ORGANISATION.search(line[name.start : name.end]) is not None):
        return False
    return number <= 3 or bool(set(known) & set(said))


def _segments(writer: Writer, source: Source, at: int, line: str, lookups: Lookups, lead: names.Name | None) -> None:
    """Role and organisation among the parts of a line: ``Name | Role | Organisation``, ``Role, Organisation``."""
    position = 0
    for part in re.split(r"(\s?\|\s?|\s/\s|,\s(?=[A-Z])|\s[–-]\s|\t)", line):
        start, position = position, position + len(part)
        said = re.sub(r"\s?\((?:she|he|they)/\w+\)", "", part).strip(" .,*|/")
        said = re.sub(r"^(?:on behalf of (?:the )?)", "", said)
        bracket = re.search(r"\s\((?:[^()]*$|[A-Z][\w ]+\)$)", said)
        if bracket and not _ROLE.search(said[: bracket.start()]):
            said = said[: bracket.start()]
        if not said or (
            lead is not None and start <= lead.start < position and not _ROLE.search(part[lead.end - start :])
        ):
            continue
        if len(said) < 2 or len(said.split()) > 10 or re.search(r"@|https?:|\d{3}", said):
            continue
        begin = line.find(said, start)
        begin = begin if begin >= 0 else start
        force = next((f.name for f in lookups.forces if f.name.lower() == said.lower() or said in f.also), "")
        is_role = bool(_ROLE.search(said)) and not force
        is_org = bool(force) or bool(_ORGANISATION.search(said))
        welsh = bool(re.search(r"(?i)\b(?:swyddog|heddlu|bwrdd|rheolwr|cyngor)\b", said)) and " / " in line
        if welsh:
            continue
        if is_role and (not is_org or _role_first(said)) and not writer.role:
            writer.role = said
            writer.spans["role"] = source.span(at + begin, at + begin + len(said))
        elif (
            is_org
            and (not is_role or writer.role)
            and (not writer.organisation or (force and not _is_force(writer.organisation, lookups)))
        ):
            if not said[0].isupper() or re.search(r"(?i)\b(?:is|are|was|will|we|your|please)\b", said):
                continue
            writer.organisation = said
            writer.spans["organisation"] = source.span(at + begin, at + begin + len(said))


def _role_first(said: str) -> bool:
    """ "Community Safety Officer (Reviews)" is a role, "Probation Service" none: a role's last word is what one is."""
    bare = re.sub(r"\s?\([^)]*\)$", "", said)
    last = bare.split()[-1] if bare.split() else ""
    return (
        bool(_ROLE.fullmatch(last))
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


def _from_text(writer: Writer, texts: Sources, lookups: Lookups) -> None:
    for source in texts.words:
        if writer.role and writer.organisation:
            break
        text = source.text[:4_000]
        match = _I_AM.search(text)
        if match and not writer.role and len(match[1].split()) <= 8:
            said = re.sub(r"^(?:second-year|first-year|newly|new|currently|just|only|lead the) ", "", match[1])
            start = match.start(1) + match[1].find(said)
            writer.role = re.sub(r"s$", "", said) if said.endswith("FLOs") else said
            writer.spans["role"] = source.span(start, start + len(said))
        if match and not writer.organisation:
            where = _AT.match(text[match.end() : match.end() + 140])
            said = where[1].split(". ")[0].strip(" .") if where else ""
            said = re.sub(r"\s(?:and|of|for|the|&)$", "", said)
            if said and (_ORGANISATION.search(said) or " " in said):
                start = match.end() + text[match.end() :].find(said)
                writer.organisation = said
                writer.spans["organisation"] = source.span(start, start + len(said))
        taken = _AS_FLO.search(text)
        if taken and not writer.role:
            writer.role = taken[1]
            writer.spans["role"] = source.span(taken.start(1), taken.end(1))
    unit = re.search(r"(?i)\b(?:team|unit|bureau|department|directorate|syndicate)\b", writer.role)
    if writer.given and (not writer.role or unit):
        writer.role = writer.given
        writer.spans["role"] = writer.spans["rank"]
    if not writer.organisation:
        for source in (texts.new,):
            head = source.text[:700]
            for force in lookups.forces:
                for name in (force.name, *force.also):
                    at = re.search(
                        rf"(?<!\w){re.escape(name)}, I['’ ]?a?m\b|\bI['’ ]?a?m[^.\n]{{0,50}}{re.escape(name)}(?!\w)",
                        head,
                    )
                    if at:
                        begin = head.find(name, at.start())
                        writer.organisation = force.name
                        writer.spans["organisation"] = source.span(begin, begin + len(name))
                        return
