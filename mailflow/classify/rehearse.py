"""A rule's own examples, tried: a small mail in YAML becomes the records that rules look at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mailflow.model.facts import Chair, Facts, Person, Relative, Victim
from mailflow.model.message import (
    Address,
    Attachment,
    Automatic,
    Forwarded,
    Header,
    ParsedMessage,
    Region,
    RegionKind,
)
from mailflow.model.security import SecurityReport
from mailflow.model.words import AssuranceLevel, AutomaticKind, Consent, Flag, Need, ReviewStage

from .language import ExampleMail
from .load import Example, Ruleset
from .reading import Reading, read

_OUR_LINE = "From: Homicide Service Support <hssupport@example.org>\n"


def rehearse(mail: ExampleMail) -> tuple[ParsedMessage, SecurityReport, Facts]:
    """The records of a mail in small: what is not said is empty, secure and undoubted."""
    text = ""
    regions = []
    quoted = (_OUR_LINE if mail.ours else "") + mail.quoted if mail.quoted or mail.ours else ""
    for kind, part in (
        (RegionKind.NEW, mail.text),
        (RegionKind.SIGNATURE, mail.signature),
        (RegionKind.FORWARDED, mail.forwarded),
        (RegionKind.QUOTED, quoted),
    ):
        if part:
            regions.append(Region(kind, len(text), len(text) + len(part)))
            text += part + "\n"
    attachments: tuple[Attachment, ...] = ()
    if mail.attachment:
        attachments = (Attachment(mail.file, "", len(mail.attachment), "", b"", text=mail.attachment),)
    sender = Address("A Sender", "sender@example.org")
    message = ParsedMessage(
        size=len(text),
        headers=(Header("From", str(sender.address), ""), *(Header(k, v, v) for k, v in mail.headers.items())),
        subject=mail.subject,
        from_=(sender,),
        sender=(),
        reply_to=(),
        to=(),
        cc=(),
        date=None,
        message_id="example@example.org",
        in_reply_to=("earlier@example.org",) if mail.reply or mail.ours else (),
        references=(),
        return_path=None,
        text=text,
        regions=tuple(regions),
        forwarded=(Forwarded(None, "", "", "", 0, 0),) if mail.forwarded else (),
        attachments=attachments,
        automatic=Automatic(mail.automatic, "the example says so", mail.automatic is AutomaticKind.NONE),
        bounce=None,
        content_types=("text/plain", "text/calendar") if mail.calendar else ("text/plain",),
        links=(),
        own_references=("HS-7KQ4-M2XD",) if "HS-7KQ4-M2XD" in f"{mail.subject} {text}" else (),
        defects=(),
    )
    doubts = ("the example says so",) if mail.doubt else ()
    report = SecurityReport(AssuranceLevel.POLICY_DOMAIN, secure=True, reasons=(), identity_doubts=doubts)
    return message, report, _facts(mail)


def _named(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def _facts(mail: ExampleMail) -> Facts:
    """Facts that answer to the paths that the example names."""
    facts = Facts(sender_type=mail.sender)
    for path in mail.facts:
        head, _, rest = path.partition(".")
        match head:
            case "bereaved_writer":
                facts = replace(facts, bereaved_writer=True)
            case "family":
                age = 9 if rest == "child" else 50 if rest == "age" else None
                known = facts.family[0] if facts.family else Relative(name="Ann Example")
                text = {rest: "x"} if rest in ("relationship", "phone", "email", "postcode") else {}
                if rest == "contact":
                    text = {"phone": "07700 900000"}
                facts = replace(facts, family=(replace(known, age=age or known.age, **text),))
            case "referrer":
                facts = replace(facts, referrer=Person(name="A Sender", role=rest and "x", phone="x", organisation="x"))
            case "victim":
                facts = replace(facts, victim=Victim(name="V Example", date_of_death="2026-01-01"))
            case "consent":
                facts = replace(facts, consent=Consent(rest or "given"))
            case "chair":
                facts = replace(facts, chair=Chair(name="C Example"))
            case "review_stage":
                facts = replace(facts, review_stage=ReviewStage.IN_PROGRESS)
            case "needs":
                facts = replace(facts, needs=(Need.EMOTIONAL,))
            case "deadlines" | "telephones" | "addresses" | "dates" | "postcodes":
                facts = replace(facts, **_named(head, ("x",)))
            case _:
                facts = replace(facts, **_named(head, "x"))
    return facts


def fires(example: Example, ruleset: Ruleset) -> bool:
    """Whether the rule of the example fires on it."""
    message, report, facts = rehearse(example.mail)
    reading: Reading = read(message, report, facts, example.mail.mailbox, ruleset.index)
    weights: dict[Flag, float] = {}
    for compiled in ruleset.flag_rules:
        found = compiled.run(reading)
        if found is not None:
            reading.fired.add(compiled.rule.id)
            for flag, weight in compiled.rule.flags.items():
                weights[flag] = weights.get(flag, 0.0) + weight * found.factor
    reading.flags = frozenset(flag for flag, weight in weights.items() if weight >= 0.995)
    for compiled in ruleset.kind_rules:
        if compiled.run(reading) is not None:
            reading.fired.add(compiled.rule.id)
    return example.rule in reading.fired
