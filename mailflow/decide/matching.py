"""How events and cases find each other: the values that are compared, and where a message belongs.

The store keeps keyed hashes of these values only. They are normalised so that one family is found under
"Wiśniewski" and "WISNIEWSKI", under 07700 900118 and +44 7700 900118. A hit is a proposal; alone our own
thread or reference, together with a sender who is of the case, attaches.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailflow.model.decision import AttachToCase, Candidate, Context, NoteReply, ProposeLink
from mailflow.model.facts import Facts
from mailflow.model.message import ParsedMessage
from mailflow.model.words import Kind

MAX_VALUES = 64
"""Values of one sort: a mail that lists ten thousand telephones must not lock ten thousand keys."""
MAX_PROPOSALS = 5
"""Cases proposed for one event: whoever gets more than five to choose from chooses none."""
SHORTEST_TELEPHONE, LONGEST_TELEPHONE = 10, 17
"""Digits of a whole number (ITU-T E.164: 15 at most, behind 00); shorter ones are extensions and short codes."""
SHARED_PREFIXES = ("03", "08", "09")
"""Ofcom's national numbering plan: non-geographic and freephone numbers belong to organisations (ours too)."""

STRONG = ("thread", "reference")
"""Sorts of hit that our own mails gave out; everything else may be chance."""

_UNDECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def folded_name(name: str) -> str:
    """A name without case, accents, apostrophes and punctuation; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_UNDECOMPOSED)
    kept = "".join(
        " " if character.isspace() or character in "-–—.," else character
        for character in plain
        if not unicodedata.combining(character) and (character.isalnum() or character.isspace() or character in "-–—.,")
    )
    return " ".join(kept.split())


def folded_telephone(number: str) -> str:
    """Digits of a telephone number, in the national form (0…) or, abroad, behind 00; empty when it is none, or an
    organisation's."""
    text = unicodedata.normalize("NFKC", number)
    digits = "".join(character for character in text if character in "0123456789")
    if text.lstrip("( ").startswith("+"):
        digits = "00" + digits
    if digits.startswith("0044"):
        digits = "0" + digits.removeprefix("0044").removeprefix("0")  # the nought of "+44 (0)20" is not dialled
    fits = SHORTEST_TELEPHONE <= len(digits) <= LONGEST_TELEPHONE
    return digits if fits and not digits.startswith(SHARED_PREFIXES) else ""


def match_values(message: ParsedMessage, facts: Facts) -> tuple[tuple[str, str], ...]:
    """(sort, normalised value) of everything by which this event and a case may find each other.

    Left out are the referrer's own numbers and address: an officer refers many families. A name of one word
    ("Maya", a pseudonym) counts only with the year of death.
    """
    referrer_phone = folded_telephone(facts.referrer.phone) if facts.referrer else ""
    victim = facts.victim
    victim_name = folded_name(victim.name) if victim else ""
    year = victim.date_of_death[:4] if victim else ""
    telephones = [folded_telephone(relative.phone) for relative in facts.family]
    telephones += [number for number in map(folded_telephone, facts.telephones) if number != referrer_phone]
    found: list[tuple[str, str]] = []
    found += _sorted("message_id", (message.message_id, *message.in_reply_to, *message.references))
    found += _sorted("reference", (facts.case_ref, *message.own_references))
    if victim_name and year:
        found.append(("victim", f"{victim_name} {year}"))
    if " " in victim_name:
        found.append(("victim", victim_name))
    found += _sorted("telephone", telephones)
    found += _sorted("address", (relative.email.strip().lower() for relative in facts.family))
    found += _sorted("name", (name for name in (folded_name(r.name) for r in facts.family) if " " in name))
    return tuple(found)


def _sorted(sort: str, values: Iterable[str]) -> list[tuple[str, str]]:
    return [(sort, value) for value in list(dict.fromkeys(value for value in values if value))[:MAX_VALUES]]


@dataclass(frozen=True, slots=True)
class Links:
    """Where a message belongs, for sure or perhaps."""

    attach: AttachToCase | None
    proposals: tuple[ProposeLink, ...]
    strong: tuple[str, ...]
    """Cases that our own thread or reference points to, whoever wrote."""


_WHY = {
    "thread": "it answers a mail in this case's thread",
    "reference": "it names a reference of this case",
    "victim": "it names the same person who died",
    "telephone": "a telephone number in it is of this case",
    "address": "an e-mail address in it is of this case",
    "name": "a relative of the same name is of this case",
}


def links(
    kind: Kind, context: Context, trusted: bool, ours_came_back: bool, answered: Sequence[NoteReply] = ()
) -> Links:
    """Where a message of that kind belongs.

    ``trusted``: nothing speaks against the sender's identity. ``ours_came_back``: a bounce that carries a
    known Message-ID of ours, which proves where it belongs though its sender is a mail system. ``answered``: the
    reviews that it answers for: a Chair belongs to the one case that waits for their review.
    """
    if kind in (Kind.BULK, Kind.SPAM):
        return Links(None, (), ())
    waiting = _waiting(context, answered)
    strong = [candidate for candidate in context.candidates if candidate.by in STRONG]
    sure = [candidate for candidate in strong if trusted and (candidate.sender_belongs or ours_came_back)]
    attach = None
    if kind is not Kind.REFERRAL and len({candidate.case_id for candidate in sure}) == 1:
        found = sure[0]
        belongs = "and the sender is a person of it" if found.sender_belongs else "and is our own mail that came back"
        attach = AttachToCase(found.case_id, f"{_WHY[found.by]}, {belongs}")
    elif kind is not Kind.REFERRAL and not sure and len(waiting) == 1 and len(answered) == 1 and answered[0].proposes:
        attach = AttachToCase(next(iter(waiting)), "it answers what we asked the Chair of the review it waits for")
    proposals: dict[str, ProposeLink] = {}
    for candidate in sorted(context.candidates, key=_strength):
        if attach is None or candidate.case_id != attach.case_id:
            why = _WHY.get(candidate.by, f"its {candidate.by} is of this case")
            proposals.setdefault(candidate.case_id, ProposeLink(candidate.case_id, why))
    for case_id in waiting:
        if attach is None or case_id != attach.case_id:
            proposals.setdefault(case_id, ProposeLink(case_id, "it waits for a review that this answers for"))
    return Links(
        attach, tuple(proposals.values())[:MAX_PROPOSALS], tuple(dict.fromkeys(found.case_id for found in strong))
    )


def _waiting(context: Context, answered: Sequence[NoteReply]) -> dict[str, None]:
    """The cases that wait for the reviews that somebody who serves them answers for."""
    reviews = {reply.review_id for reply in answered if reply.by_chair}
    return dict.fromkeys(case_id for tie in context.reviews if tie.review_id in reviews for case_id in tie.case_ids)


def _strength(candidate: Candidate) -> tuple[bool, bool]:
    return (candidate.by not in STRONG, not candidate.sender_belongs)
