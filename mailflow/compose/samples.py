"""Invented letters that show a template in each of its forms, for ``mailflow templates preview`` and the letter book.

In: a template, a language, and how the reading sentence reads when the office is open and when it is closed (made by
``followup``, which this room does not know). Out: letters, always the same. Addresses end in ``.example``
(RFC 2606 §3), the reference belongs to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from mailflow.model.decision import MissingInformation
from mailflow.model.letter import ClockSort, DecisionSort, DigestCounts, Letter
from mailflow.model.outgoing import MailClass
from mailflow.model.words import Audience

from .templates import Template

OPEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning; samples are written then, or on :data:`CLOSED`."""
CLOSED = datetime(2026, 12, 24, 22, 0, tzinfo=UTC)
"""Christmas Eve at night: four closed days follow."""
REFERENCE = "HS-7KQ4-M2XD"

_RECIPIENTS = {
    Audience.PROFESSIONAL: "amy.holt@police.example",
    Audience.REVIEW: "chair@review.example",
    Audience.BEREAVED: "sam@mail.example",
    Audience.BEREAVED_AT_RISK: "sam@mail.example",
    Audience.PUBLIC: "robin@mail.example",
    Audience.PRESS: "newsdesk@paper.example",
    Audience.NEUTRAL: "somebody@mail.example",
    Audience.STAFF: "lead@charity.example",
}
_AT_HOME = frozenset({Audience.BEREAVED, Audience.BEREAVED_AT_RISK, Audience.PUBLIC, Audience.NEUTRAL})


@dataclass(frozen=True, slots=True)
class Readings:
    """The reading sentence of one language at :data:`OPEN` and at :data:`CLOSED`."""

    open: str
    closed: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter, and in a few words what it shows."""

    shows: str
    letter: Letter


def samples(template: Template, language: str, readings: Mapping[str, Readings]) -> tuple[Sample, ...]:
    """Every form of that template in that language; the first is the ordinary one. ``KeyError`` for a language
    without readings."""
    plain = _plain(template, language, readings[language].open)
    forms = {
        MailClass.RECEIPT: _receipts,
        MailClass.NOTICE: _notices,
        MailClass.DIGEST: _digests,
    }.get(template.mail_class)
    if forms is None:
        return (Sample("as it is", plain),)
    return tuple(forms(template, plain, readings[language]))


def _plain(template: Template, language: str, reading: str) -> Letter:
    audience = min(template.audiences, key=list(Audience).index)
    staff = audience is Audience.STAFF
    uses = template.uses
    return Letter(
        template=template.name,
        audience=audience,
        mail_class=template.mail_class,
        recipient=_RECIPIENTS[audience],
        sender_address="hssupport@charity.example",
        envelope_from="hssupport@charity.example",
        message_id="0190f3a2@charity.example",
        date=OPEN,
        boundary="=-0190f3a2b1c4",
        reference=REFERENCE if "reference" in uses else "",
        language=language,
        private=audience in _AT_HOME,
        reading=reading if "reading" in uses else "",
        missing=tuple(MissingInformation) if template.mail_class is MailClass.CHASER else (),
        link=f"https://desk.example/event/{REFERENCE}" if staff else "",
        reply_by=date(2026, 12, 14) if "reply_by" in uses else None,
        clock=ClockSort.REVIEW_REPORT if "clock" in uses else None,
        due_on=date(2026, 12, 7) if "due" in uses else None,
        decision=DecisionSort.FIRST_CONTACT if "decision" in uses else None,
        counts=DigestCounts(3, 1, 2, 4, 0) if "count" in uses else None,
    )


def _receipts(template: Template, plain: Letter, readings: Readings) -> Iterator[Sample]:
    yield Sample("the office is open", plain)
    yield Sample("the office is closed over Christmas", replace(plain, date=CLOSED, reading=readings.closed))
    if "missing" in template.uses:
        yield Sample("something is missing", replace(plain, missing=tuple(MissingInformation)))


def _notices(template: Template, plain: Letter, readings: Readings) -> Iterator[Sample]:
    yield Sample("as it is", plain)
    if "clock" in template.uses:
        past = replace(plain, clock=ClockSort.BREACH_REPORT, due_on=None, due_at=OPEN - timedelta(minutes=40))
        yield Sample("the time has passed", past)
        key = replace(plain, clock=ClockSort.KEY_EXPIRY, reference="", link="https://desk.example/")
        yield Sample("it belongs to no event", key)
    if "decision" in template.uses:
        for decision in DecisionSort:
            if decision is not plain.decision:
                yield Sample(decision.value.replace("_", " "), replace(plain, decision=decision))


def _digests(template: Template, plain: Letter, readings: Readings) -> Iterator[Sample]:
    desk = replace(plain, link="https://desk.example/")
    yield Sample("an ordinary morning", desk)
    yield Sample("an alarm", replace(desk, counts=DigestCounts(12, 5, 3, 9, 2)))
    yield Sample("nothing waits", replace(desk, counts=DigestCounts(waiting=6)))
