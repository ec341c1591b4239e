"""What stays of the facts when it is known what sort of mail it is.

Facts are read before the verdict, which leans on them; then the verdict knows more than they did. Of junk and machines
nobody is the referrer, of a mail that cannot be read only the envelope is left, and who asks for support for
themselves is the family's and not a referrer, whatever words they found for it (taxonomy, "Conventions").
"""

from __future__ import annotations

from dataclasses import replace

from mailflow.model.facts import Facts, FactSpan, Relative
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind, SenderType

_NO_REFERRER = (Kind.SPAM, Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK)
_PRIVATE = (SenderType.FREEMAIL, SenderType.OTHER)
_MOVED = ("name", "email", "phone")
"""What of a referrer a relative has too; a private person's role and organisation are no fact of a bereavement."""


def settled(facts: Facts, verdict: Verdict) -> Facts:
    """The facts as they stand beside the verdict, each with its place.

    Of junk and machines everything but the referrer stays: what looks like a bereavement there is what calls a human
    when the verdict is wrong.
    """
    if verdict.kind is Kind.UNREADABLE:
        spans = tuple(span for span in facts.spans if span.path == "case_ref")
        return Facts(sender_type=facts.sender_type, language=facts.language, case_ref=facts.case_ref, spans=spans)
    if verdict.kind in _NO_REFERRER:
        return _without_referrer(facts)
    if verdict.kind is Kind.SELF_REFERRAL:
        return _own_family(facts)
    return facts


def _without_referrer(facts: Facts) -> Facts:
    spans = tuple(span for span in facts.spans if not span.path.startswith("referrer."))
    return replace(facts, referrer=None, spans=spans)


def _own_family(facts: Facts) -> Facts:
    """A private writer who asks for themselves, as the first of the family; a professional stays the referrer."""
    writer = facts.referrer
    if writer is None or writer.role or writer.organisation or facts.sender_type not in _PRIVATE:
        return facts
    known = next((n for n, one in enumerate(facts.family) if _is(one, writer.name)), None)
    if known is None:
        family = (Relative(), *facts.family)
        kept = tuple(_renumbered(span) for span in facts.spans if not span.path.startswith("referrer."))
        known = 0
    else:
        family = facts.family
        kept = tuple(span for span in facts.spans if not span.path.startswith("referrer."))
    own = family[known]
    added = {key: getattr(writer, key) for key in _MOVED if getattr(writer, key) and not getattr(own, key)}
    own = replace(own, **added)
    places = tuple(
        FactSpan(f"family[{known}].{key}", place)
        for key in added
        if (place := facts.span(f"referrer.{key}")) is not None
    )
    return replace(
        facts,
        bereaved_writer=True,
        referrer=None,
        family=(*family[:known], own, *family[known + 1 :]),
        spans=(*places, *kept),
    )


def _is(relative: Relative, name: str) -> bool:
    """The same name, or the given name of it."""
    said, known = name.lower().split(), relative.name.lower().split()
    return bool(said and known) and (said == known or (len(known) == 1 and known == said[:1]))


def _renumbered(span: FactSpan) -> FactSpan:
    """The place of a relative who now stands one further down."""
    if not span.path.startswith("family["):
        return span
    number, _, rest = span.path.removeprefix("family[").partition("]")
    return FactSpan(f"family[{int(number) + 1}]{rest}", span.span)
