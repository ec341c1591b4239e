"""One mail, understood: open, parse, extract, security, facts, classify, and the facts settled by the verdict.

Straight-line and the same for everybody: intake, rehearsal (``mailflow classify``) and the web call
:func:`understand` and nothing else. It changes nothing in the world.
"""

from __future__ import annotations

import time  # noqa: TID251 - the reading of attachments is bounded by the clock on the wall
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mailflow.classify import Ruleset, classify
from mailflow.facts import find, settled
from mailflow.model.facts import Facts
from mailflow.model.lookups import Lookups
from mailflow.model.message import Attachment, ParsedMessage
from mailflow.model.security import CryptoOutcome, SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.parse import parse
from mailflow.security import judge, plan

from .ports import AttachmentReader, Keyring

READING_SECONDS = 45.0
"""For all attachments of one mail together. Each has its own limit, but a hundred documents made to be slow would
outlast the claim on the mail, and then be begun again and again by one worker after another."""


_TEXTS = frozenset({"", "text/plain", "text/html", "text/calendar", "text/vcard", "application/xml", "message/rfc822"})
"""What parsing reads at least as well as the reader."""


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
    """As they stand beside the verdict: what is decided on, kept and shown."""
    verdict: Verdict
    read: Facts | None = None
    """As they were read before there was a verdict; ``None`` where the verdict changed nothing of them."""

    @property
    def judged(self) -> tuple[ParsedMessage, SecurityReport, Facts]:
        """What the rules saw; other rules are tried on the same, and a verdict is explained by it."""
        return self.message, self.report, self.facts if self.read is None else self.read


def understand(raw: bytes, mailbox: str, mind: Mind) -> Understood:
    """Read one mail as far as it can be read.

    Raises ``CryptoFault`` when a crypto program is away (infrastructure: try again later); whatever else
    it raises is a fault of the mail's content, or ours with it, and sets that one mail aside.
    """
    task = plan(raw)
    outcome = mind.keyring.open(task) if task else CryptoOutcome()
    message = parse(raw, opened=outcome.content, own_addresses=mind.own_addresses)
    message = replace(message, attachments=_read_all(message.attachments, mind))
    report = judge(message, outcome, mind.lookups)
    return weigh(message, report, find(message, report, mind.lookups), mailbox, mind)


def weigh(message: ParsedMessage, report: SecurityReport, read: Facts, mailbox: str, mind: Mind) -> Understood:
    """The verdict of the mind's rules on what was read, and the facts as they stand beside it."""
    verdict = classify(message, report, read, mailbox, mind.ruleset)
    facts = settled(read, verdict, message, report, mind.lookups)
    return Understood(message, report, facts, verdict, None if facts == read else read)


def _read_all(attachments: Sequence[Attachment], mind: Mind) -> tuple[Attachment, ...]:
    """The attachments with their types and texts."""
    begun = time.monotonic()
    read = []
    for attachment in attachments:
        if attachment.declared_type.lower().startswith("message/") and attachment.text is not None:
            read.append(replace(attachment, type=attachment.type or attachment.declared_type.lower()))
        elif not attachment.content and attachment.size:
            read.append(attachment)  # beyond the limits of parsing, which says so
        elif time.monotonic() - begun > READING_SECONDS:
            late = replace(attachment, note="not read: the attachments of this mail take too long")
            read.append(attachment if attachment.text is not None else late)
        else:
            read.append(_better(attachment, mind.reader.read(attachment)))
    return tuple(read)


def _better(parsed: Attachment, read: Attachment) -> Attachment:
    """Parsing gives the text of files that call themselves text; it knows their charset, the reader what they are.

    A letter in PDF under the name of a text file is no text, and a table is better read as rows.
    """
    if parsed.text is None:
        return read
    return replace(parsed, type=read.type or parsed.type) if read.type in _TEXTS else read
