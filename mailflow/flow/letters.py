"""Mails of ours as outbox rows: what the journeys know of an event, turned into a letter and composed.

The recipient is always an address that this program was told by a person (our own people) or the From
address of the event itself; recipient lists are never built from message text (DESIGN §7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as calendar_day
from datetime import datetime

from mailflow.compose import TemplateSet, compose, follow_up_template
from mailflow.followup import WorkingCalendar, calendar_for, london_day, reading_sentence
from mailflow.model.decision import Answer, MissingInformation
from mailflow.model.letter import ClockSort, DecisionSort, DigestCounts, Letter
from mailflow.model.life import ReviewPersonRecord, ReviewRecord
from mailflow.model.message import ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.records import EventRecord, OutboxRecord, OutboxState, ReminderRecord
from mailflow.model.words import Audience

from .contact import safely
from .ports import Ids, Work

ANSWER_DAYS = 10
"""Working days in which we hope for an answer, where the policy has no reminders."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Our own people; an empty address means that nobody is set."""

    lead: str = ""
    on_call: str = ""
    deputy: str = ""
    desk_url: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """What deciding and writing need: policy, templates, ids, and the addresses we write from."""

    policy: Policy
    templates: TemplateSet
    ids: Ids
    addresses: Mapping[str, str]
    """Name of a mailbox to its e-mail address."""
    staff: Staff = Staff()
    bounce_address: str = ""
    """Envelope sender; empty for the mailbox's own address, ``<>`` for the null path."""
    message_id_domain: str = ""
    review_mailbox: str = ""
    """Name of the mailbox that questions to Chairs come from; empty: the first."""
    cjsm_route: bool = False
    """Our mail server reaches ``.cjsm.net`` addresses."""

    def address_of(self, mailbox: str) -> str:
        """The address of a mailbox; of any when the name is not one of ours (rehearsal)."""
        return self.addresses.get(mailbox) or next(iter(self.addresses.values()))

    def calendar(self, now: datetime) -> WorkingCalendar:
        """The working calendar around now, by the policy's clock."""
        return calendar_for(self.policy.clock, now)

    def link(self, reference: str) -> str:
        """The address of an event on the desk, of the desk itself without one; empty when no desk is set."""
        desk = self.staff.desk_url.rstrip("/")
        return f"{desk}/event/{reference}" if desk and reference else desk


def receipt(
    work: Work, office: Office, answer: Answer, event: EventRecord, message: ParsedMessage, now: datetime
) -> OutboxRecord:
    """The one answer to an event. Its key is the request's: two copies of a request have one (P2)."""
    letter = _letter(
        office,
        now,
        event.mailbox,
        template=answer.template,
        audience=answer.audience,
        mail_class=answer.mail_class,
        recipient=answer.recipient,
        reference=event.reference,
    )
    letter = replace(
        letter,
        language=answer.language,
        private=answer.private,
        reading=reading_sentence(event.triage_due or now, now, office.calendar(now), answer.language),
        missing=answer.missing,
        in_reply_to=message.message_id,
        references=message.references,
    )
    letter = safely(work, letter, office.templates)
    return _row(office, letter, f"receipt:{event.request_key}", now, event_id=event.id, case_id=event.case_id)


def chaser(
    work: Work, office: Office, event: EventRecord, missing: tuple[str, ...], number: int, now: datetime
) -> OutboxRecord:
    """Ask the referrer for what a referral still lacks, by type; ``number`` is which chaser it is."""
    letter = _letter(
        office,
        now,
        event.mailbox,
        template="chaser-missing",
        audience=Audience.PROFESSIONAL,
        mail_class=MailClass.CHASER,
        recipient=event.sender_address,
        reference=event.reference,
    )
    letter = replace(letter, language=_language(work, office, event), missing=tuple(map(MissingInformation, missing)))
    letter = safely(work, letter, office.templates)
    return _row(office, letter, f"chaser:{event.id}:{number}", now, event_id=event.id, case_id=event.case_id)


def follow_up(
    work: Work,
    office: Office,
    review: ReviewRecord,
    chair: ReviewPersonRecord,
    number: int,
    key: str,
    now: datetime,
    *,
    case_id: str = "",
    answers: OutboxRecord | None = None,
) -> OutboxRecord:
    """A question to a Chair (``number`` 0) or a reminder of it (1, 2), in the thread of the question ``answers``.

    ``case_id``: the one case that waits for the review; empty for several.
    """
    letter = _letter(
        office,
        now,
        office.review_mailbox,
        template=follow_up_template(review.stage, number + 1),
        audience=Audience.REVIEW,
        mail_class=MailClass.FOLLOW_UP,
        recipient=chair.email,
        reference=review.reference,
    )
    days = office.policy.follow_ups.reminder_working_days
    letter = replace(
        letter,
        language=chair.language if chair.language in office.policy.languages else "en",
        reply_by=london_day(office.calendar(now).add_working_days(now, days[0] if days else ANSWER_DAYS)),
        in_reply_to=answers.message_id if answers is not None else "",
        references=(answers.message_id,) if answers is not None else (),
    )
    letter = safely(work, letter, office.templates)
    return _row(office, letter, key, now, case_id=case_id, review_id=review.id, person_id=chair.id)


def _language(work: Work, office: Office, event: EventRecord) -> str:
    """The language of whoever is written to again: the one that a human recorded of them, else that of our receipt."""
    theirs = [p.language for p in work.people(event.case_id) if p.email.lower() == event.sender_address.lower()]
    ours = [
        row.language
        for row in work.outbox_of(case_id=event.case_id)
        if row.event_id == event.id and row.mail_class is MailClass.RECEIPT
    ]
    return next((one for one in (*theirs, *ours) if one in office.policy.languages), "en")


def to_staff(
    office: Office, event: EventRecord, template: str, recipient: str, key: str, mail_class: MailClass, now: datetime
) -> OutboxRecord:
    """An alert or notice to one of our own people: reference and link only (P7)."""
    letter = _letter(
        office,
        now,
        event.mailbox,
        template=template,
        audience=Audience.STAFF,
        mail_class=mail_class,
        recipient=recipient,
        reference=event.reference,
    )
    letter = replace(letter, link=office.link(event.reference))
    return _row(office, letter, key, now, event_id=event.id, case_id=event.case_id)


def notice(
    office: Office,
    template: str,
    recipient: str,
    key: str,
    now: datetime,
    *,
    about: ReminderRecord | None = None,
    reference: str = "",
    decision: DecisionSort | None = None,
    clock: ClockSort | None = None,
    due_on: calendar_day | None = None,
    due_at: datetime | None = None,
    counts: DigestCounts | None = None,
) -> OutboxRecord:
    """A notice to one of our own people about a promise, or the house itself: sort, day, reference and link only.

    ``about``: the reminder that rang. With ``counts`` it is the morning digest.
    """
    letter = _letter(
        office,
        now,
        "",
        template=template,
        audience=Audience.STAFF,
        mail_class=MailClass.NOTICE if counts is None else MailClass.DIGEST,
        recipient=recipient,
        reference=reference,
    )
    letter = replace(
        letter,
        link=office.link(reference),
        decision=decision,
        clock=clock,
        due_on=due_on,
        due_at=due_at,
        counts=counts,
    )
    if about is None:
        return _row(office, letter, key, now)
    return _row(office, letter, key, now, event_id=about.event_id, case_id=about.case_id, review_id=about.review_id)


def _letter(
    office: Office,
    now: datetime,
    mailbox: str,
    *,
    template: str,
    audience: Audience,
    mail_class: MailClass,
    recipient: str,
    reference: str,
) -> Letter:
    own = office.address_of(mailbox)
    envelope = {"": own, "<>": ""}.get(office.bounce_address, office.bounce_address)
    return Letter(
        template=template,
        audience=audience,
        mail_class=mail_class,
        recipient=recipient,
        sender_address=own,
        envelope_from=envelope,
        message_id=f"{office.ids.new()}@{office.message_id_domain or own.rpartition('@')[2]}",
        date=now,
        boundary=f"=-{office.ids.new()}",
        reference=reference,
    )


def _row(
    office: Office,
    letter: Letter,
    key: str,
    now: datetime,
    *,
    event_id: str = "",
    case_id: str = "",
    review_id: str = "",
    person_id: str = "",
) -> OutboxRecord:
    mail = compose(letter, office.templates)
    return OutboxRecord(
        id=office.ids.new(),
        key=key,
        event_id=event_id,
        case_id=case_id,
        mail_class=mail.mail_class,
        audience=mail.audience,
        template=mail.template,
        language=mail.language,
        state=OutboxState.QUEUED,
        created_at=now,
        due=now,
        message_id=mail.message_id,
        recipient=mail.recipient,
        envelope_from=mail.envelope_from,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        raw=mail.raw,
        review_id=review_id,
        person_id=person_id,
    )
