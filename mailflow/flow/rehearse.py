"""Rehearsal: the same understanding and deciding as intake, with nothing behind it that is written.

``mailflow classify``, the rule commands and the web's "what would happen" call these. Where intake would set
a mail aside, rehearsal says so as an unreadable message: it never stops at a bad file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailflow.decide import decide
from mailflow.errors import MailflowError
from mailflow.model.decision import Context, Decision
from mailflow.model.facts import Facts
from mailflow.model.security import CryptoOutcome
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind
from mailflow.parse import parse
from mailflow.security import judge

from .settle import Office
from .understand import Mind, Understood, understand


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
