"""What a template may say besides its own words: each field, in which classes of mail, and what it becomes.

P4 stands on two tables. :data:`FIELDS` is all there is, and :data:`FORBIDDEN` names what somebody may think of and
must never be. A class of mail has only the fields that its purpose needs: a question to a Chair knows our reference
and a day, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, fields
from datetime import date, datetime, time
from itertools import product
from typing import Any

from mailflow.model.letter import DigestCounts, Letter
from mailflow.model.outgoing import OWN_PEOPLE, MailClass
from mailflow.syntax.spoken import spoken_day, spoken_moment
from mailflow.syntax.working import LONDON

from .service import NAME, ServiceFile
from .service import fields as fields_of_service

FIELDS: Mapping[str, frozenset[MailClass]] = {
    **dict.fromkeys(("phone", "tel", "address", "service"), frozenset(MailClass)),
    "reference": frozenset(MailClass) - {MailClass.DIGEST},
    "reading": frozenset({MailClass.RECEIPT}),
    "missing": frozenset({MailClass.RECEIPT, MailClass.CHASER}),
    "reply_by": frozenset({MailClass.FOLLOW_UP}),
    "link": OWN_PEOPLE,
    **dict.fromkeys(("clock", "due", "past", "decision"), frozenset({MailClass.NOTICE})),
    "count": frozenset({MailClass.DIGEST}),
}
"""Field → the classes of mail that may name it."""

FORBIDDEN = {
    **dict.fromkeys(("name", "names", "sender", "recipient", "person", "family", "victim", "referrer"), "a name"),
    **dict.fromkeys(("subject", "original_subject"), "the subject of the mail that is answered"),
    **dict.fromkeys(("text", "body", "message", "quoted", "quote", "new_text", "attachment", "mail"), "what came in"),
    **dict.fromkeys(("case", "facts", "kind", "verdict", "flags", "stage", "chair"), "what we know or think"),
}
"""Fields that somebody may think of and that must never be: a stranger learns nothing (P4)."""

NEEDED: Mapping[MailClass, tuple[frozenset[str], str]] = {
    MailClass.RECEIPT: (
        frozenset({"reading", "reference"}),
        "a receipt says when a person will read (reading) and names our reference",
    ),
    MailClass.CHASER: (frozenset({"missing", "reference"}), "a chaser says what is missing (missing)"),
    MailClass.FOLLOW_UP: (
        frozenset({"reply_by", "reference"}),
        "a follow-up says until when we hope for an answer (reply_by) and names our reference",
    ),
    MailClass.DIGEST: (frozenset({"count", "link"}), "a digest counts (count) and links to the desk (link)"),
}
"""What every template of a class must say, and the sentence where it does not."""


def spaces(service: ServiceFile) -> dict[str, frozenset[str]]:
    """Fields that are written with a dot, and what may follow it."""
    found = {key: frozenset(value) for key, value in fields_of_service(service, "en").items()}
    return found | {"count": frozenset(field.name for field in fields(DigestCounts))}


def place_of(space: str) -> str:
    """Where the words after the dot come from."""
    return "the digest" if space == "count" else NAME


def values_of(letter: Letter, service: ServiceFile) -> dict[str, Any]:
    """Every field of a template, as this letter fills it."""
    language = letter.language
    last = letter.due_at or letter.due_on
    return {
        "reference": letter.reference,
        "reading": letter.reading,
        "link": letter.link,
        "missing": tuple(service.missing[sort][language] for sort in letter.missing),
        "reply_by": spoken_day(letter.reply_by, language) if letter.reply_by else "",
        "clock": service.clocks[letter.clock][language] if letter.clock else "",
        "due": _spoken(last, language) if last else "",
        "past": last is not None and _is_past(last, letter.date),
        "decision": service.decisions[letter.decision][language] if letter.decision else "",
        "count": asdict(letter.counts or DigestCounts()),
        **fields_of_service(service, language),
    }


def trials(service: ServiceFile, language: str, mail_class: MailClass, uses: Set[str]) -> Iterator[dict[str, Any]]:
    """Values for every way in which the conditions of a template that uses these fields can differ."""
    lists: tuple[tuple[str, ...], ...] = ((), ("one thing", "another thing")) if "missing" in uses else ((),)
    links = ("", "https://desk.example/event/X") if "link" in uses else ("",)
    references = ("HS-2222-2222", "") if mail_class is MailClass.NOTICE else ("HS-2222-2222",)
    pasts = (False, True) if "past" in uses else (False,)
    numbers = (0, 1) if "count" in uses else (0,)
    for missing, link, reference, past, number in product(lists, links, references, pasts, numbers):
        yield {
            "reference": reference,
            "reading": "A person will read it.",
            "missing": missing,
            "link": link,
            "reply_by": spoken_day(date(2026, 12, 14), language),
            "clock": "a clock",
            "due": spoken_day(date(2026, 12, 14), language),
            "past": past,
            "decision": "a decision",
            "count": {field.name: number for field in fields(DigestCounts)},
            **fields_of_service(service, language),
        }


def _spoken(last: date, language: str) -> str:
    return spoken_moment(last, language) if isinstance(last, datetime) else spoken_day(last, language)


def _is_past(last: date, now: datetime) -> bool:
    """A day is past when it has ended in London; a moment when it has come."""
    if isinstance(last, datetime):
        return now >= last
    return now.astimezone(LONDON) > datetime.combine(last, time.max, LONDON)
