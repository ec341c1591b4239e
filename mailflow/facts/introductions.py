"""Who the writer says they are in the text: role, organisation, telephone.

The last resort, after From and signature: "I am a wellbeing adviser at …", "Reporter on the Rossendale Post", "HR
Business Partner here", "Father Quilty, managing chaplain at HMP Garth", "I write on behalf of … MP".
"""

from __future__ import annotations

import re

from mailflow.model.lookups import Lookups

from . import names
from .gates import Gated
from .signatures import ORGANISATION, RANK, ROLE
from .sources import Source, Sources
from .writer import Writer

MAX_HEAD = 4_000
"""Characters of a text in which people introduce themselves."""

_QUALIFIER = (
    r"(?:[A-Z][\w'’/-]*|retired|former|independent|second-year|first-year|third-year|wellbeing|community|family"
    r"|bereavement|senior"
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
_AS_FLO = Gated(
    r"(?i)\b(?:taken over|took over|assigned|deployed|allocated|appointed)\b[^.\n]{0,50}?\bas (?:the |their )?"
    r"(FLO|family liaison officer|SIO)\b"
)
_CAPITALS = r"(?:The )?[A-Z][\w&'’-]*(?: (?:(?:and|of|for|the|&|on) )?[A-Z0-9][\w&'’-]*){0,6}"
_HERE = Gated(r"(?m)(?:^|[.!?]\s)([A-Z][\w’'/-]*(?: [\w’'/&-]+){0,4}) here(?=[.,;!]| and\b| at\b| from\b| in\b|\s*$)")
_ROLE_OF = re.compile(
    rf"(?m)(?:^|[.!?]\s)((?:[A-Z][\w’'-]*)(?: [\w’'-]+){{0,3}}?) (?:on|of|at|for|with|from|in"
    rf"|covering) (?:the )?({_CAPITALS})"
)
_NAMED_ROLE = re.compile(
    rf"(?m)^[ \t]*(?:[A-Z][\w’'.-]*\.? ){{1,3}}[A-Z][\w’'-]+, (?:the |an? )?((?:[\w’'-]+ ){{0,4}}[\w’'-]+)(?: (?:at"
    rf"|for|with|in) "
    rf"|, )({_CAPITALS})"
)
_FROM_HERE = Gated(rf"\b(?:from ({_CAPITALS}) here\b|here from (?:the [a-z ]{{3,30}} (?:at|of) )?({_CAPITALS}))")
_SHOW = Gated(
    rf"(?i:\b(?:podcast|series|programme|show|we do|we make)(?: is"
    rf"| are)?(?: called)?) [\"“]?((?-i:{_CAPITALS}))[\"”]?(?=[,.(])"
)
_ON_BEHALF = re.compile(rf"(?:^|[.!?\n]\s*)On behalf of (?:the )?({_CAPITALS}),? (?:I|we)\b")
_MEMBER = re.compile(r"\b(?:on behalf of|I write for|writing for|to) ((?:[A-Z][\w’'-]+ ){2,3}MP)\b")
_OWN_PHONE = re.compile(
    r"(?i)\b(?:i am|i['’]m|i['’]ll be) (?:in|on|here|at|around|free)\b[^\n]{0,40}$|\b(?:desk|direct line) (?:is|on)\s$"
)


_I_AM_CALLED = re.compile(r"(?:\b[Mm]y name is|\bI(?:['’]m| am)|\b[Tt]his is|\b[Ii]t['’]s|(?:^|[,.!] )[Ss]peaking:?) $")
_SENT_BY = re.compile(
    r"(?i)\b(?:(?:referred|submitted|completed|sent|made) by|(?:submitting|referring|reporting) officer)\s?[:–-]\s?$"
)
_AS_MY_TRADE = re.compile(
    r"(?i:\bin my (?:capacity|role) as|\bI work as|\bI write as|\bwriting as) (?:an? |the )?"
    r"((?:[\w’'-]+ ){0,4}?[\w’'-]+) (?:at|for|with|of) (?:the )?"
    rf"({_CAPITALS})"
)
_AT_THE_END = re.compile(
    r"(?:, (?P<role>[A-Z][\w ’'-]{2,40}))?[\s,.:;–-]{0,4}(?:(?:tel|mob|mobile|phone"
    r"|on)?[.: ]{0,3}\+?\(?0[\d ().-]{8,16})?"
)
"""What may stand behind a name that ends a text."""
_ENDS_BEFORE = re.compile(r"(?i)(?:^|[.!?]\s+|\n\s*|\b(?:best|thanks|thank you|regards|cheers|yours|wishes),? )$")


def _called(writer: Writer, texts: Sources) -> None:
    """A name where From has none: "My name is …", "This is PC … from …", or what stands last in the text."""
    if writer.name:
        return
    source = texts.new
    last = len(source.text.rstrip(" \n\t.,"))
    for name in (*source.names[:40], *source.names[40:][-4:]):
        before = re.sub(
            r"\b[A-Z][\w./]{0,12}\.? (?:[A-Z]{0,2}\d{2,8} )?$", "", source.text[max(0, name.start - 40) : name.start]
        )
        lead = before if name.title else source.text[max(0, name.start - 40) : name.start]
        at_last = last - name.end < 70 and names.known(name.words[0]) and _ENDS_BEFORE.search(lead)
        ends = _AT_THE_END.fullmatch(source.text, name.end, last) if at_last else None
        if _I_AM_CALLED.search(lead) or _SENT_BY.search(lead) or ends:
            if name.single:
                continue
            writer.name = name.text
            _beside(writer, source, name.end)
            if ends and ends["role"] and ROLE.search(ends["role"]):
                _put(writer, source, "role", ends.span("role"))
            writer.spans["name"] = source.span(name.start, name.end)
            rank = RANK.search(source.text[max(0, name.start - 16) : name.end])
            if rank and not writer.given:
                at = max(0, name.start - 16)
                writer.given = rank[1]
                writer.spans["rank"] = source.span(at + rank.start(1), at + rank.end(1))
            return


_INLINE = re.compile(r", ([A-Z][\w ’'/&-]{1,45}?)(?:, ((?:The )?[A-Z][\w ’'&.-]{2,60}?))?(?:,|\.?$|\n| on\b| \()")


def _signed_inline(writer: Writer, source: Source) -> None:
    """ "Regards, Nick Webb, Community Safety Lead, Fenland District Council" in the last line of a text."""
    if not writer.name or (writer.role and writer.organisation):
        return
    text = source.text.rstrip()
    given = writer.name.split()[0]
    at = text.rfind(writer.name) if writer.name in text[-260:] else -1
    if at < 0 or not _ENDS_BEFORE.search(re.sub(r"\b[A-Z][\w/]{0,5} (?:\d+ )?$", "", text[max(0, at - 30) : at])):
        return
    said = _INLINE.match(text, at + len(writer.name))
    if said is None or given in said[1] or not ROLE.search(said[1]):
        return
    _put(writer, source, "role", said.span(1))
    if said[2] and (ORGANISATION.search(said[2]) or " " in said[2]):
        _put(writer, source, "organisation", said.span(2))


def _beside(writer: Writer, source: Source, end: int) -> None:
    """What stands right behind the writer's name: "(FLO)", "from Cheshire Constabulary", a telephone at the end."""
    if bracket := _BRACKETED.match(source.text, end):
        if ROLE.search(bracket[1]):
            _put(writer, source, "role", bracket.span(1))
        end = bracket.end()
    if (where := _FROM_WHERE.match(source.text, end)) and ORGANISATION.search(where[1]):
        _put(writer, source, "organisation", where.span(1))
    for phone in source.telephones:
        if end <= phone.start < end + 30 and not source.text[phone.end :].strip(" .\n"):
            _put(writer, source, "phone", (phone.start, phone.end))


_BRACKETED = re.compile(r" \(([\w /-]{2,40})\)")
_FROM_WHERE = re.compile(rf",? (?:(?:from|at|of|with) (?:the )?)?({_CAPITALS})")


def read(writer: Writer, texts: Sources, lookups: Lookups) -> None:
    """Fill in what neither From nor signature says."""
    _called(writer, texts)
    _signed_inline(writer, texts.new)
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
            if said and (ORGANISATION.search(said) or " " in said):
                start = match.end() + text[match.end() :].find(said)
                writer.organisation = said
                writer.spans["organisation"] = source.span(start, start + len(said))
        taken = source.seen.search(_AS_FLO, text)
        if taken and not writer.role:
            writer.role = taken[1]
            writer.spans["role"] = source.span(taken.start(1), taken.end(1))
    _introduced(writer, texts)
    unit = re.search(r"(?i)\b(?:team|unit|bureau|department|directorate|syndicate)\b", writer.role)
    if writer.given and (not writer.role or unit):
        writer.role = writer.given
        writer.spans["role"] = writer.spans["rank"]
    if not writer.organisation:
        for source in (texts.new,):
            head = source.text[:700]
            for force in lookups.forces:
                for name in (said for said in (force.name, *force.also) if said in head):
                    at = re.search(
                        rf"(?<!\w){re.escape(name)}, I['’ ]?a?m\b|\bI['’ ]?a?m[^.\n]{{0,50}}{re.escape(name)}(?!\w)",
                        head,
                    )
                    if at:
                        begin = head.find(name, at.start())
                        writer.organisation = force.name
                        writer.spans["organisation"] = source.span(begin, begin + len(name))
                        return


def _introduced(writer: Writer, texts: Sources) -> None:
    """Sentences without "I am"."""
    if writer.role and writer.organisation:
        return
    for source in texts.words[:1]:
        text = source.text[:MAX_HEAD]
        for match in (*_NAMED_ROLE.finditer(text), *_ROLE_OF.finditer(text)):
            if _is_role(match[1]) and not _is_sentence(match[0]):
                _put(writer, source, "role", match.span(1))
                if ORGANISATION.search(match[2]) or match[2].count(" ") > 0:
                    _put(writer, source, "organisation", match.span(2))
                break
        if (trade := _AS_MY_TRADE.search(text)) and ROLE.search(trade[1]) and len(trade[1].split()) < 6:
            _put(writer, source, "role", trade.span(1))
            _put(writer, source, "organisation", trade.span(2))
        if (here := source.seen.search(_HERE, text)) and _is_role(here[1]):
            _put(writer, source, "role", here.span(1))
        if member := _MEMBER.search(text):
            _put(writer, source, "organisation", member.span(1), f"Office of {member[1]}")
        if (behalf := _ON_BEHALF.search(text)) and ORGANISATION.search(behalf[1]):
            _put(writer, source, "organisation", behalf.span(1))
        for pattern in (_FROM_HERE, _SHOW):
            found = source.seen.search(pattern, text)
            if found and not writer.organisation:
                group = 1 if found[1] else 2
                _put(writer, source, "organisation", found.span(group))


def _put(writer: Writer, source: Source, key: str, place: tuple[int, int], said: str = "") -> None:
    if not getattr(writer, key):
        setattr(writer, key, said or source.text[slice(*place)].strip(" .,"))
        writer.spans[key] = source.span(*place)


def _is_role(said: str) -> bool:
    last = said.rsplit(maxsplit=1)[-1]
    return bool(ROLE.search(said)) and (
        bool(ROLE.fullmatch(last)) or last[:1].isupper() or last in ("custody", "visitor")
    )


def _is_sentence(said: str) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:is|are|was|were|has|have|had|will|would|my|our|your|their|his|her|says?|said|please"
            r"|can)\b",
            said,
        )
    )


def own_phone(lead: str) -> bool:
    """The words before a number make it the writer's: "I am in until four: …"."""
    return bool(_OWN_PHONE.search(lead))
