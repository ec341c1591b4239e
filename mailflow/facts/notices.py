"""For whom a notice of a protected message speaks.

The notice is a machine's, but it says who wrote what waits elsewhere: ``Name (address) has sent you``, ``Sender:
address (Name)``, ``FROM  DS Name <address>``, ``Name of Organisation has sent you``. The machine's own address is
nobody's.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage

from .referrer import from_display
from .sources import Source, Sources
from .writer import Writer

MAX_NOTICE = 4_000
"""Characters of a notice that are read: what it says of the sender stands in its first lines."""

_ADDRESS = r"[A-Za-z0-9][\w.+'-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
_NAME_ADDRESS = re.compile(rf"([^\n()<>:@]{{2,70}}?)[ \t]*[(<\[][ \t]*({_ADDRESS})[ \t]*[)>\]]")
_ADDRESS_NAME = re.compile(rf"({_ADDRESS})[ \t]*\(([^)\n@]{{2,60}})\)")
_ALONE = re.compile(rf"(?im)^[ \t>*]{{0,6}}(?:from|sender|sent by|oddi wrth)[ \t]*:?[ \t]+({_ADDRESS})[ \t]*$")
_SENT_YOU = re.compile(
    r"(?m)^[ \t]*((?!You|This|A |An |The |Someone|Somebody|New )[A-Z][^\n()<>@]{2,80}?)(?: ?[(<\[][^)\n]{3,80}[)>\]])?"
    r"(?: (?:of|from|at) ([^\n@]{2,60}?))? (?:has )?(?:sent|shared) (?:you|a|an) [^\n]{0,40}\b(?:message|e-?mail"
    r"|file|document)"
)
_PROTECTED = re.compile(r"(?i)\b(?:secure|protected|encrypted|confidential)\b[^\n]{0,30}\b(?:message|e-?mail)\b")
_ELSEWHERE = re.compile(
    r"(?i)https?://|\b(?:read|view|open)\b[^\n]{0,20}\b(?:message|online|it)\b|\b(?:log"
    r"|sign) in\b"
)
_OF = re.compile(
    r"[)>\]]?[ \t]+(?:from|of|at)[ \t]+([A-Z][^\n,.;()<>]{2,70}?)(?=[ \t]+(?:has|sent|via|through)\b|[,.;(\n]|$)"
)
_ON_BEHALF = re.compile(r"(?i)\bsent on behalf of ((?-i:[A-Z])[^\n.,;]{2,60})")
_MACHINE = re.compile(
    r"(?i)^(?:no[._-]?reply|do[._-]?not[._-]?reply|notif\w*|system\w*|secure\w*|mailer|postmaster"
    r"|alerts?|support)\b"
)
_LEAD = re.compile(r"(?i)^\W*(?:from|sender|sent by|de|oddi wrth)\b\W*")
_VIA = re.compile(r"(?i)\s+(?:via|through|using|drwy)\s+[^\n]{2,40}$")


def is_one(texts: Sources) -> bool:
    """A short text that says in so many words that somebody's protected message waits elsewhere."""
    text = texts.new.text[:MAX_NOTICE].strip()
    return len(text) < MAX_NOTICE / 2 and bool(
        _SENT_YOU.search(text) and _PROTECTED.search(text) and _ELSEWHERE.search(text)
    )


def read(writer: Writer, message: ParsedMessage, texts: Sources, lookups: Lookups) -> None:
    """Put whom the notice speaks for in the place of the machine that sent it."""
    author = message.author
    if author is None:
        return
    display = _VIA.sub("", author.name)
    is_via = display != author.name
    from_machine = is_via or bool(_MACHINE.match(author.address)) or _is_service(author.domain, lookups)
    if from_machine:
        writer.role = writer.organisation = writer.phone = ""
        writer.name, organisation, writer.role = from_display(display) if is_via else ("", "", "")
        if is_via and not writer.name:
            whole = message.header("From")
            _belongs(writer, organisation or display, Span("header:From", 0, len(whole), whole))
    for source in texts.words:
        _told(writer, source, "" if from_machine else author.address.lower(), lookups)
    if from_machine and writer.email == author.address:
        writer.email = ""


def _told(writer: Writer, source: Source, only: str, lookups: Lookups) -> None:
    """What the notice's text says of the sender; ``only`` is the one address that may be theirs, empty for any."""
    text = source.text[:MAX_NOTICE]
    for match, name, address in _named(text):
        if _is_ours(address, lookups) or _MACHINE.match(address) or (only and address.lower() != only):
            continue
        at = text.find(address, match.start())
        writer.email, writer.spans["email"] = address, source.span(at, at + len(address))
        said, organisation, role = from_display(_LEAD.sub("", name))
        for key, value in (("name", said), ("role", role)):
            if value:
                setattr(writer, key, value)
                writer.spans[key] = source.span(*match.span())
        behind = _OF.match(text, match.end() - 1)
        if behind or organisation:
            _belongs(writer, behind[1] if behind else organisation, source.span(*(behind or match).span()))
        break
    if (behalf := _ON_BEHALF.search(text)) and not writer.organisation:
        _belongs(writer, behalf[1].strip(), source.span(*behalf.span(1)))
    if sent := _SENT_YOU.search(text):
        _sent_you(writer, sent, source.span(*sent.span()))


def _named(text: str) -> list[tuple[re.Match[str], str, str]]:
    """(match, name, address) in the order in which they stand."""
    found = [(m, m[1], m[2]) for m in _NAME_ADDRESS.finditer(text)]
    found += [(m, m[2], m[1]) for m in _ADDRESS_NAME.finditer(text)]
    found += [(m, "", m[1]) for m in _ALONE.finditer(text)]
    return sorted(found, key=lambda one: one[0].start())


def _sent_you(writer: Writer, sent: re.Match[str], span: Span) -> None:
    """ "Farah Khan of Wrenfield Law LLP has sent you a message"."""
    if sent[2] and not writer.organisation:
        _belongs(writer, sent[2].strip(), span)
    name, _, role = from_display(sent[1])
    if name and not writer.name:
        writer.name, writer.spans["name"] = name, span
        writer.role = writer.role or role


def _belongs(writer: Writer, organisation: str, span: Span) -> None:
    writer.organisation = organisation.strip(" .")
    writer.spans["organisation"] = span


def _is_ours(address: str, lookups: Lookups) -> bool:
    domain = address.rpartition("@")[2].lower().removesuffix(".cjsm.net")
    return any(domain == own or domain.endswith(f".{own}") for own in lookups.own_domains) or domain.startswith(
        tuple(own.split(".")[0] + "." for own in lookups.own_domains)
    )


def _is_service(domain: str, lookups: Lookups) -> bool:
    """The domain of a service that brings notices."""
    low = domain.lower()
    senders = [s for one in lookups.secure_services for s in one.notice_senders]
    return any(low == s.rpartition("@")[2].lower().lstrip(".") for s in senders)
