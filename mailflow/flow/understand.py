"""One mail, understood: open, parse, extract, security, facts, classify.

Straight-line and the same for everybody: intake, rehearsal (``mailflow classify``) and the web call
:func:`understand` and nothing else. It changes nothing in the world.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailflow.classify import Ruleset, classify
from mailflow.facts import find
from mailflow.model.facts import Facts
from mailflow.model.lookups import Lookups
from mailflow.model.message import Attachment, ParsedMessage
from mailflow.model.security import CryptoOutcome, SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.parse import parse
from mailflow.security import judge, plan

from .ports import AttachmentReader, Keyring


@dataclass(frozen=True, slots=True)
class Mind:
    """What understanding needs: two doors, the rules and the tables."""

    keyring: Keyring
    reader: AttachmentReader
    lookups: Lookups
    ruleset: Ruleset
    own_addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Understood:
    """A mail, read and judged; nothing has been done about it yet."""

    message: ParsedMessage
    report: SecurityReport
    facts: Facts
    verdict: Verdict


def understand(raw: bytes, mailbox: str, mind: Mind) -> Understood:
    """Read one mail as far as it can be read.

    Raises ``CryptoFault`` when a crypto program is away (infrastructure: try again later); whatever else
    it raises is a fault of the mail's content, or ours with it, and sets that one mail aside.
    """
    task = plan(raw)
    outcome = mind.keyring.open(task) if task else CryptoOutcome()
    message = parse(raw, opened=outcome.content, own_addresses=mind.own_addresses)
    message = replace(message, attachments=tuple(_read(attachment, mind) for attachment in message.attachments))
    report = judge(message, outcome, mind.lookups)
    facts = find(message, report, mind.lookups)
    verdict = classify(message, report, facts, mailbox, mind.ruleset)
    return Understood(message, report, facts, verdict)


def _read(attachment: Attachment, mind: Mind) -> Attachment:
    """The attachment with its text, where parsing alone could not give one."""
    return attachment if attachment.text is not None else mind.reader.read(attachment)
