"""What stays of the facts when it is known what sort of mail it is.

Facts are read before the verdict, which leans on them; then the verdict knows more than they did. Of junk and machines
nobody is the referrer, of a mail that cannot be read only the envelope is left, and who asks for support for
themselves is the family's and not a referrer, whatever words they found for it (taxonomy, "Conventions").
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mailflow.model.facts import Facts
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind, SenderType

from .finding import find

_NO_REFERRER = (Kind.SPAM, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK)
_NOWHERE = (Kind.SPAM, Kind.BOUNCE)
"""Junk and delivery reports belong to no area and no force: a place that they name is a theme."""
_HELPED = (Kind.REFERRAL, Kind.SELF_REFERRAL, Kind.CASE_UPDATE, Kind.OTHER_VICTIM)
"""Who writes so asks for help; "money" and "court" in other mail are what it is about, and nobody's need."""
_PRIVATE = (SenderType.FREEMAIL, SenderType.OTHER)

_NOTHING: dict[str, Any] = {"referrer": None, "needs": (), "area": "", "police_force": ""}


def settled(facts: Facts, verdict: Verdict, message: ParsedMessage, report: SecurityReport, lookups: Lookups) -> Facts:
    """The facts as they stand beside the verdict, each with its place; ``facts`` are what ``find`` made of the rest.

    Of junk and machines everything stays that is said of people who died or mourn: what looks like a bereavement there
    is what calls a human when the verdict is wrong. A mail by which a private person asks for themselves is read once
    more, as written by the bereaved. Never raises.
    """
    if verdict.kind is Kind.UNREADABLE:
        spans = tuple(span for span in facts.spans if span.path == "case_ref")
        return Facts(sender_type=facts.sender_type, language=facts.language, case_ref=facts.case_ref, spans=spans)
    if verdict.kind in _NO_REFERRER and not (report.pointer and verdict.kind is not Kind.SPAM):
        facts = _without(facts, "referrer")
    if verdict.kind in _NOWHERE:
        facts = _without(_without(facts, "area"), "police_force")
    if verdict.kind not in _HELPED:
        facts = _without(facts, "needs")
    if verdict.kind is Kind.SELF_REFERRAL and _is_private(facts):
        return find(message, report, lookups, bereaved_writer=True)
    return facts


def _without(facts: Facts, path: str) -> Facts:
    """The facts without that one and its places."""
    if not getattr(facts, path):
        return facts
    spans = tuple(span for span in facts.spans if re.split(r"[.\[]", span.path)[0] != path)
    return replace(facts, spans=spans, **{path: _NOTHING[path]})


def _is_private(facts: Facts) -> bool:
    """Somebody writes who names neither a role nor an organisation: a professional stays the referrer."""
    writer = facts.referrer
    return writer is not None and not (writer.role or writer.organisation) and facts.sender_type in _PRIVATE
