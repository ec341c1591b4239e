"""What stays of the facts when it is known what sort of mail it is.

Facts are read before the verdict, which leans on them. Junk tells of dead relatives and heirs as a trade, and of a
mail that cannot be read only the envelope is left: neither states anything that is true of anybody (taxonomy, "Facts").
"""

from __future__ import annotations

from mailflow.model.facts import Facts
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind

_STATES_NOTHING = (Kind.SPAM, Kind.UNREADABLE)


def settled(facts: Facts, verdict: Verdict) -> Facts:
    """The facts as they stand beside the verdict: none of what junk and unreadable mail seem to say of people.

    Where a human is asked, they see everything that was read: it may be what tells them that the verdict is wrong.
    A reference of ours and the language stay in any case.
    """
    if verdict.kind not in _STATES_NOTHING or (verdict.needs_human and verdict.kind is Kind.SPAM):
        return facts
    spans = tuple(span for span in facts.spans if span.path == "case_ref")
    return Facts(sender_type=facts.sender_type, language=facts.language, case_ref=facts.case_ref, spans=spans)
