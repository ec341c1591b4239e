"""One mail on a terminal, as mailflow sees it: ``mailflow show FILE`` for people.

From the outside in: what it is made of, who wrote to whom, how it came and whether a machine wrote it, its words with
whose they are, what is attached, what it states, and what is wrong with it. Passwords and passcodes are dots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from mailflow.flow.understand import Understood
from mailflow.model.message import Address, Attachment, BounceReport, ParsedMessage, RegionKind
from mailflow.model.words import AutomaticKind
from mailflow.parse.mime import Part, Reader
from mailflow.parse.secrets import without_secrets

from .defects import sentence
from .output import LONDON
from .terminal import bullet, head, pair, passage, say, size, width

_MOST_PARTS = 60
_MOST_LINES = 40
"""Lines of one attachment's text that are shown; all of it is in ``--json``."""
_MOST_LISTED = 30
_LONG_TYPE = 40

_LEVELS = {
    "end_to_end": "end-to-end encrypted",
    "secure_service": "by a secure service",
    "policy_domain": "from an official domain, borne out and encrypted on its way",
    "weak": "by ordinary e-mail",
    "failed": "its sender is not borne out",
}
_MACHINES = {
    AutomaticKind.AUTO_REPLY: "an automatic reply",
    AutomaticKind.BOUNCE: "a delivery report",
    AutomaticKind.BULK: "bulk mail",
    AutomaticKind.CALENDAR_REPLY: "an answer of a calendar",
    AutomaticKind.RECEIPT: "a receipt",
    AutomaticKind.FEEDBACK_REPORT: "a feedback report",
    AutomaticKind.SECURE_NOTICE: "a notice of a secure portal",
    AutomaticKind.PASSCODE: "a passcode",
}
_REGIONS: dict[RegionKind, tuple[str, dict[str, Any]]] = {
    RegionKind.NEW: ("newly written", {}),
    RegionKind.QUOTED: ("quoted", {"dim": True}),
    RegionKind.FORWARDED: ("forwarded", {"fg": "cyan"}),
    RegionKind.SIGNATURE: ("signature", {"dim": True}),
    RegionKind.DISCLAIMER: ("disclaimer", {"dim": True}),
}
_FACTS = {
    "police_force": "police force",
    "review_stage": "review stage",
    "case_ref": "reference",
}


def page(name: str, raw: bytes, understood: Understood) -> None:
    """Print the mail."""
    message = dotted(understood.message)
    say(name, bold=True)
    say("=" * min(len(name), width()), dim=True)
    say()
    _head(message)
    head("What it is made of")
    _tree(raw)
    head("How it came")
    _channel(understood)
    _author(message)
    head("What it says")
    _words(message)
    if message.attachments:
        head("What is attached")
        for number, attachment in enumerate(message.attachments, start=1):
            _attachment(number, attachment)
    _facts(understood.facts.to_json())
    if message.defects:
        head("What is wrong with it")
        for defect in message.defects[:_MOST_LISTED]:
            bullet(sentence(defect))


def dotted(message: ParsedMessage) -> ParsedMessage:
    """The message as a terminal may show it, which keeps what it showed: every sign of a password or passcode is a dot.

    In subject, text and the texts of attachments; places stay where they are.
    """
    return replace(
        message,
        subject=message.subject_without_secrets,
        text=message.text_without_secrets,
        attachments=tuple(
            replace(one, text=without_secrets(one.text)) if one.text else one for one in message.attachments
        ),
    )


def _head(message: ParsedMessage) -> None:
    pair("Subject", message.subject or "(none)", 0, bold=True)
    pair("From", _people(message.from_) or "(nobody)", 0)
    for label, people in (("Sender", message.sender), ("Reply to", message.reply_to)):
        if {one.address.lower() for one in people} - {one.address.lower() for one in message.from_}:
            pair(label, _people(people), 0)
    pair("To", _people(message.to) or "(nobody named)", 0)
    pair("Cc", _people(message.cc), 0)
    pair("Date", _when(message.date), 0)
    pair("Message-ID", message.message_id or "(none)", 0)
    pair("Answers", ", ".join(message.in_reply_to), 0)
    earlier = len(message.references)
    if earlier:
        pair("Thread", f"{earlier} earlier message{'s' if earlier > 1 else ''}", 0)
    pair("Our case", ", ".join(message.own_references), 0)


def _people(addresses: tuple[Address, ...]) -> str:
    listed = [f"{one.name} <{one.address}>" if one.name else one.address for one in addresses]
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return ", ".join(listed[:_MOST_LISTED]) + more


def _when(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).strftime("%a %d %b %Y %H:%M, London") if moment else "(none that can be read)"


def _tree(raw: bytes) -> None:
    """The parts as they stand in the mail, each with the bytes that it takes there."""
    lines = list(_branches(Reader().read(raw), "", ""))
    for left, right in lines[:_MOST_PARTS]:
        room = width() - 2 - len(right) - 1
        shown = left if len(left) <= room else left[: room - 1] + "…"
        say(f"  {shown:<{room}} {right}")
    if len(lines) > _MOST_PARTS:
        say(f"  … and {len(lines) - _MOST_PARTS} parts more", dim=True)


def _branches(part: Part, lead: str, below: str) -> Iterator[tuple[str, str]]:
    name = part.disposition.of.get("filename") or part.parameter("name")
    said = []
    if part.main_type == "text" and part.parameter("charset"):
        said.append(part.parameter("charset"))
    encoding = part.header.first("content-transfer-encoding").decode("latin-1").strip().lower()
    if encoding and encoding not in ("7bit", "8bit", "binary"):
        said.append(encoding)
    if part.disposition.value and part.disposition.value != "inline":
        said.append(part.disposition.value)
    called = f" “{' '.join(name.split())}”" if name else ""
    text = ", ".join([f"{_short(part.type)}{called}", *(" ".join(one.split())[:60] for one in said)])
    yield f"{lead}{text}", size(part.end - part.start)
    for number, child in enumerate(part.children):
        is_last = number == len(part.children) - 1
        yield from _branches(child, below + ("└─ " if is_last else "├─ "), below + ("   " if is_last else "│  "))


def _short(kind: str) -> str:
    """A media type in bearable length: those of Office have seventy letters, of which the last ones tell them apart."""
    if len(kind) <= _LONG_TYPE:
        return kind
    main, _, rest = kind.partition("/")
    return f"{main}/…{'.'.join(rest.split('.')[-2:])[-_LONG_TYPE:]}"


def _channel(understood: Understood) -> None:
    report = understood.report
    pair("Channel", _LEVELS.get(str(report.level), str(report.level)))
    for reason in report.reasons:
        bullet(reason)
    if str(report.crypto) != "none":
        pair("Crypto", str(report.crypto).replace("_", " "))
    for doubt in report.identity_doubts:
        bullet(f"Doubt: {doubt}", fg="red")


def _author(message: ParsedMessage) -> None:
    automatic = message.automatic
    if automatic.is_automatic:
        why = f": {automatic.why}" if automatic.why else ""
        pair("Written by", f"a machine, {_MACHINES.get(automatic.kind, str(automatic.kind))}{why}", fg="yellow")
    else:
        pair("Written by", "a person")
        if not automatic.may_answer:
            pair("", f"must not be answered by a machine{': ' + automatic.why if automatic.why else ''}")
    pair("Away until", automatic.until or "")
    pair("Covered by", automatic.cover)
    if message.bounce is not None:
        _bounce(message.bounce)


def _bounce(bounce: BounceReport) -> None:
    lasting = "for good" if bounce.permanent else "for now"
    status = f" ({bounce.status})" if bounce.status else ""
    pair("Not reached", f"{', '.join(bounce.recipients) or 'nobody named'}, {lasting}{status}", fg="yellow")
    pair("Of our mail", bounce.original_message_id)


def _words(message: ParsedMessage) -> None:
    text = message.text
    if not text.strip():
        say("  (no words)", dim=True)
        return
    for region in message.regions:
        words = text[region.start : region.end]
        if not words.strip():
            continue
        title, style = _REGIONS[region.kind]
        say(f"  ── {title} {'─' * (width() - len(title) - 6)}", dim=True)
        passage(words, "  │ " if region.kind is RegionKind.NEW else "  ┊ ", **style)


def _attachment(number: int, attachment: Attachment) -> None:
    kind = attachment.type or attachment.declared_type
    say(f"  {number}. {attachment.name or '(no name)'}", bold=True)
    said = [kind, size(attachment.size), *(["shown in the text"] if attachment.inline else [])]
    if attachment.declared_type and attachment.type and attachment.declared_type.lower() != attachment.type:
        said.append(f"said to be {attachment.declared_type}")
    passage(", ".join(said), "     ")
    if attachment.note:
        passage(attachment.note[0].upper() + attachment.note[1:] + ".", "     ", fg="yellow")
    if attachment.text:
        passage(attachment.text, "     │ ", _MOST_LINES)


def _facts(facts: dict[str, Any]) -> None:
    head("What it states")
    if not facts:
        say("  (no facts found)", dim=True)
    for name, value in facts.items():
        label = _FACTS.get(name, name)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                pair(label, _record(one))
        elif isinstance(value, dict):
            pair(label, _record(value))
        else:
            pair(label, ", ".join(map(_word, value)) if isinstance(value, list) else _word(value))


def _record(one: dict[str, Any]) -> str:
    return ", ".join(f"aged {value}" if name == "age" else _date(name, str(value)) for name, value in one.items())


def _date(name: str, value: str) -> str:
    return f"died {value}" if name == "date_of_death" else value


def _word(value: object) -> str:
    return str(value).replace("_", " ")
