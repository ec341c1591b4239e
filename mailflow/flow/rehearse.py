"""Rehearsal: the same understanding and deciding as intake, with nothing behind it that is written.

``mailflow classify``, the rule commands and the web's "what would happen" call these. Where intake would set
a mail aside, rehearsal says so as an unreadable message: it never stops at a bad file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.classify.labelled import Label
from mailflow.decide import decide
from mailflow.errors import MailflowError
from mailflow.model.decision import Context, Decision
from mailflow.model.facts import Facts
from mailflow.model.security import CryptoOutcome
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind
from mailflow.parse import parse
from mailflow.security import judge

from .ports import Clock, Store
from .settle import Office
from .understand import Mind, Understood, understand, weigh

BATCH = 25
"""Stored mails that are read in one transaction: the largest is 50 MB, and nobody waits long for the lock."""

HISTORY = "history"
"""The set that stored mails belong to."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A stored mail, and what humans made of it."""

    name: str
    """``mail:<id>``: rehearsal names mails by id, never by sender or subject."""
    mailbox: str
    raw: bytes
    label: Label | None
    """What the latest correction says; ``None`` where nobody corrected the verdict."""


def rehearse(raw: bytes, mailbox: str, mind: Mind, office: Office, now: datetime) -> tuple[Understood, Decision]:
    """What one mail is, and what would be done if it had just arrived and nothing else were known."""
    understood = understand_whatever(raw, mailbox, mind)
    context = Context(internal_date=now)
    decision = decide(
        understood.message,
        understood.report,
        understood.facts,
        understood.verdict,
        mailbox,
        context,
        office.policy,
        now,
    )
    return understood, decision


def understand_whatever(raw: bytes, mailbox: str, mind: Mind) -> Understood:
    """Understand a mail; one that breaks us is unreadable, with the reason, and needs a human."""
    try:
        return understand(raw, mailbox, mind)
    except MailflowError as fault:
        return _unreadable(raw, mind, str(fault))
    except Exception as error:  # noqa: BLE001 - the contract: any bytes give a line of output
        return _unreadable(raw, mind, f"reading it failed with {type(error).__name__}")


def judge_twice(raw: bytes, mailbox: str, before: Mind, after: Mind) -> tuple[Understood, Understood]:
    """One mail, understood by two states of the rules; it is read once where both read it alike."""
    now = understand_whatever(raw, mailbox, after)
    if before.lookups != after.lookups or before.own_addresses != after.own_addresses:
        return understand_whatever(raw, mailbox, before), now
    return weigh(*now.judged, mailbox, before), now


def remembered(store: Store, clock: Clock, who: str, *, only_corrected: bool = False) -> Iterator[Remembered]:
    """The stored mails, oldest first, one of each event, with the corrections as their labels.

    Rehearsal reads and never writes: each batch is a transaction of its own that holds nothing but the reading and its
    audit rows (who read which mail), and is closed before a mail is understood. Copies of one event are one mail.
    """
    actor = f"person:{who}"
    with store.begin(actor, clock.now()) as work:
        said = {correction.event_id: correction for correction in work.corrections()}
    if only_corrected and not said:
        return
    seen: set[str] = set()
    after = ""
    while True:
        with store.begin(actor, clock.now()) as work:
            mails = work.stored_mails(events=tuple(said) if only_corrected else (), after=after, limit=BATCH)
        for mail in mails:
            correction = said.get(mail.event_id)
            if mail.event_id in seen:
                continue
            seen.add(mail.event_id)
            name, label = f"mail:{mail.id}", None
            if correction is not None:
                flags = None if correction.flags is None else frozenset(correction.flags)
                label = Label(name, HISTORY, mail.mailbox, correction.now, flags=flags)
            yield Remembered(name, mail.mailbox, mail.raw, label)
        if len(mails) < BATCH:
            return
        after = mails[-1].id


def _unreadable(raw: bytes, mind: Mind, why: str) -> Understood:
    message = replace(parse(raw, own_addresses=mind.own_addresses), attachments=())
    report = judge(message, CryptoOutcome(), mind.lookups)
    verdict = Verdict(
        kind=Kind.UNREADABLE,
        confidence=0.0,
        needs_human=True,
        flags=(),
        runner_up=None,
        scores=((Kind.UNREADABLE, 0.0),),
        evidence=(),
        reasons=(f"It would be set aside for a human: {why}.",),
        rules_version=mind.ruleset.version,
    )
    return Understood(message, report, Facts(), verdict)
