"""Reasons to doubt that the sender is who is claimed.

A doubt must be worth a person's attention, so what is usual in this field raises none: a Chair or consultant on a
private address, a bereaved person whose display name is a nickname or somebody else's, a charity that merely
names a force.
What raises one: failed authentication; an officer or a public body who writes from a free-mail address; a domain
made to look like another; our own domain from outside; answers led away to strangers while authentication is weak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.model.words import SenderType
from mailflow.syntax.domains import base_domain, is_below, is_below_any, is_official, sender_type

from .lookalike import resembles

MAX_BODY = 8_000
"""Characters of new text in which the writer's claim is looked for: who one is stands near top and end."""

SIGNATURE_LINES = 8
"""Last lines of the new text that may be a signature which the parser did not see."""

_RANK = (
    r"(?:(?:[AT]/|Temp(?:orary)? |Acting |T)?(?:DC|DS|DI|DCI|DSU|DCS|PC|PS)|Det\.? ?(?:Con|Sgt|Insp|Ch Insp|Supt)\b\.?"
    r"|Detective (?:Constable|Sergeant|Inspector|Chief Inspector|Superintendent)|Police (?:Constable|Sergeant|Officer))"
)
_RANKED_NAME = re.compile(rf"^\W{{0,3}}{_RANK}\b\.?\s{{1,3}}(?:\d{{2,6}}\b|[A-Z])")
_OFFICER_ROLE = re.compile(
    r"\b(?:FLO|Family Liaison (?:Officer|Co-?ordinator)|Senior Investigating Officer|SIO|Major (?:Crime|Incident) Team"
    r"|Homicide Command|Witness Care Unit)\b"
)
_I_AM = re.compile(
    r"\bI(?:'m| am)\s{1,3}(?:a|an|the|one of the|your|their|her|his)?\s{0,3}"
    r"(?:new |lead |duty |allocated )?(?:FLO|family liaison officer|detective|police officer|(?:DC|DS|DI|DCI|PC|PS)\b)",
    re.IGNORECASE,
)
_NO_LONGER = re.compile(r"\b(?:retired|former(?:ly)?|ex-|late of|previously)\b", re.IGNORECASE)
_REVIEWER = re.compile(
    r"\b(?:chair|author|review(?:er|s)?|consult(?:ant|ancy|ing)|associate|trainer|independent)\b", re.IGNORECASE
)
_PUBLIC_BODY = re.compile(
    r"\b(?:County Council|City Council|Borough Council|District Council|[A-Z][a-z]+ Council|NHS|Home Office"
    r"|Ministry of Justice|Crown Prosecution Service|Probation Service|HM Prison"
    r"|HM Coroner|Coroner'?s'? (?:Court|Office|Service)|Crown Court|Magistrates'? Court|HM Courts)\b"
)
_COURT = re.compile(
    r"\b(?:HM Coroner|Coroner'?s'? (?:Court|Office|Service)|Crown Court|Magistrates'? Court|HM Courts)\b"
)
"""Bodies of justice, which have official domains only: an address elsewhere that nothing bears out is no court's."""
_PUBLIC_ROLE = re.compile(
    r"\b(?:Coroner'?s Officer|Probation (?:Officer|Practitioner)|Victim Liaison Officer|Crown Prosecutor"
    r"|Prison (?:Officer|Governor)|Social Worker)\b"
)
_NEWSROOM = re.compile(
    r"\b(?:BBC|ITN|Reuters|MailOnline|(?:ITV|Sky|Channel [45]|GB|PA) ?(?:News|Newsroom|Media)"
    r"|The (?:Guardian|Times|Sun|Telegraph|Independent)|News ?(?:desk|room)"
    r"|(?:Daily|Sunday|Morning|Evening) (?:Mail|Mirror|Express|Star|Times|Telegraph|Post|News|Standard|Herald|Echo"
    r"|Gazette|Chronicle|Record|People|Argus|Press))\b"
)
_LAWYER = re.compile(r"\b(?:Barrister|Advocate|Attorney|Solicitors|LLP)\b")
"""Titles and names of law firms; such writers are regulated, and write from a firm's or chambers' domain."""
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{3,255}")
_SENTENCE = re.compile(
    r"\b(?:has|have|had|is|are|was|were|said|told|came|did|do|don't|won't|called|rang)\b", re.IGNORECASE
)
_KIN_OF_OURS = ("scotland", "northern ireland", "ni", "ireland", "europe")


@dataclass(frozen=True, slots=True)
class Standing:
    """What our gateway said of the sender."""

    passed: bool
    known: bool
    failed: bool
    from_ours: bool
    softfail: bool = False
    """SPF says that the sending server is probably not one of the domain's (RFC 7208 §8.5)."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """Reasons in words; ``lookalike`` is the known domain that the sender's is made to look like."""

    reasons: tuple[str, ...] = ()
    lookalike: str = ""


def doubts(message: ParsedMessage, lookups: Lookups, standing: Standing) -> Doubts:
    """Every reason to doubt the claimed sender; none for the usual oddities of private writers."""
    author = message.author
    if author is None:
        return Doubts()
    domain = author.domain
    alike = resembles(domain, lookups)
    reasons = []
    if standing.failed and not standing.from_ours:
        reasons.append(f"sender authentication failed for {domain or 'the sender'}")
    if alike:
        reasons.append(f"{domain} is made to look like {alike}")
    reasons.extend(_authentication(message, lookups, standing, domain))
    if not (standing.passed and _is_service(domain, lookups)):
        reasons.extend(_display(author.name.replace("’", "'"), author.address, standing, lookups))
    kind = sender_type(domain, lookups)
    if kind is SenderType.FREEMAIL or (alike and not reasons):
        reasons.extend(_claims(message, lookups))
    return Doubts(tuple(dict.fromkeys(reasons)), alike)


def _authentication(message: ParsedMessage, lookups: Lookups, standing: Standing, domain: str) -> list[str]:
    found = []
    if len({a.domain for a in message.from_}) > 1:
        found.append("the mail names several senders of different organisations")
    if is_below_any(domain, lookups.own_domains) and not standing.passed and not standing.from_ours and standing.known:
        found.append("it claims to come from ourselves, and nothing bears that out")
    if is_official(domain, lookups) and standing.softfail and not standing.passed and not standing.failed:
        found.append(f"the server that sent it is not one of {base_domain(domain)}")
    strangers = [r for r in message.reply_to if r.domain and not _same_house(r.domain, domain)]
    if strangers and standing.known and not standing.passed:
        found.append(f"answers would go to {strangers[0].domain}, and authentication is weak")
    return found


def _same_house(left: str, right: str) -> bool:
    a, b = base_domain(left), base_domain(right)
    return is_below(a, b) or is_below(b, a)


def _is_service(domain: str, lookups: Lookups) -> bool:
    """A secure service writes for its users, with their names for display: "Kent Police via Secure Messaging"."""
    return any(
        is_below(domain, sender)
        for service in lookups.secure_services
        for sender in service.notice_senders
        if "@" not in sender
    )


def _display(name: str, address: str, standing: Standing, lookups: Lookups) -> list[str]:
    """What the display name claims and the address denies."""
    domain = address.rpartition("@")[2].lower()
    written = _ADDRESS.search(name)
    found = []
    if written and not _same_house(written[0].rpartition("@")[2], domain):
        found.append(f"the display name holds another address than {domain}")
    if is_official(domain, lookups) or is_below_any(domain, lookups.own_domains) or _NO_LONGER.search(name):
        return found
    freemail = sender_type(domain, lookups) is SenderType.FREEMAIL
    force = _force_in(name, lookups)
    if force:
        found.append(f"the display name claims {force}, the address is of {domain}")
    elif freemail and (_RANKED_NAME.search(name) or re.search(r"\b(?:police|constabulary)\b", name, re.IGNORECASE)):
        found.append(f"the display name claims a police officer, the address is of {domain}")
    elif freemail and _PUBLIC_BODY.search(name) and not _REVIEWER.search(name):
        found.append(f"the display name claims a public body, the address is of {domain}")
    elif _COURT.search(name) and standing.known and not standing.passed:
        found.append(f"the display name claims a court or coroner, the address is of {domain}")
    elif freemail and _NEWSROOM.search(name):
        found.append(f"the display name claims a newsroom, the address is of {domain}")
    elif freemail and _LAWYER.search(name) and not _REVIEWER.search(name):
        found.append(f"the display name claims a lawyer, the address is of {domain}")
    low = name.lower().strip()
    for own in lookups.own_names:
        rest = low[len(own) :].strip(" -|,()") if low.startswith(own.lower()) else None
        if rest is not None and rest not in _KIN_OF_OURS:
            found.append(f"the display name claims {own}, the address is of {domain}")
            break
    return found


def _claims(message: ParsedMessage, lookups: Lookups) -> list[str]:
    """What text and signature claim, on a free-mail or look-alike address."""
    new = message.new_text[:MAX_BODY].replace("’", "'")
    signed = message.region(RegionKind.SIGNATURE)[:MAX_BODY].replace("’", "'")
    lines = [line.strip() for line in signed.splitlines() if line.strip()]
    tail = [line.strip() for line in new.splitlines() if line.strip()][-SIGNATURE_LINES:]
    lines += [line for line in tail if len(line) <= 80 and not _SENTENCE.search(line)]
    whole = "\n".join(lines)
    if _NO_LONGER.search(whole) or _REVIEWER.search(whole):
        return []
    if _I_AM.search(new):
        return ["the writer says to be a police officer, on a private address"]
    for line in lines:
        if len(line) > 80:
            continue
        if _RANKED_NAME.search(line) or (_OFFICER_ROLE.search(line) and not line.endswith((".", "?", "!", ","))):
            return ["the signature is a police officer's, the address a private one"]
        if _PUBLIC_ROLE.search(line) and len(line.split()) <= 7 and not line.endswith((".", "?", "!", ",")):
            return ["the signature is a public officer's, the address a private one"]
        force = _force_in(line, lookups)
        if force and len(line.split()) <= 7 and not line.endswith((".", "?", "!", ",")):
            return [f"the signature claims {force}, the address is a private one"]
        if _PUBLIC_BODY.search(line) and len(line.split()) <= 7 and not line.endswith((".", "?", "!", ",")):
            return ["the signature claims a public body, the address is a private one"]
    return []


def _force_in(text: str, lookups: Lookups) -> str:
    low = f" {text.lower()} "
    for force in lookups.forces:
        for name in (force.name, *force.also):
            short = len(name) < 5
            if (f" {name} " in f" {text} ") if short else (name.lower() in low):
                return force.name
    return ""
