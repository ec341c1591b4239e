"""Mails of ours as outbox rows: what the journeys know of an event, turned into a letter and composed.

The recipient is always an address that this program was told by a person (our own people) or the From
address of the event itself; recipient lists are never built from message text (DESIGN §7).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from mailflow.compose import TemplateSet, compose
from mailflow.followup import WorkingCalendar, calendar_for, reading_sentence
from mailflow.model.decision import Answer, MissingInformation
from mailflow.model.letter import Letter
from mailflow.model.message import ParsedMessage
from mailflow.model.outgoing import MailClass, OutgoingMail
from mailflow.model.policy import Policy
from mailflow.model.records import EventRecord, OutboxRecord, OutboxState
from mailflow.model.words import Audience

from .ports import Ids


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

    def address_of(self, mailbox: str) -> str:
        """The address of a mailbox; of any when the name is not one of ours (rehearsal)."""
        return self.addresses.get(mailbox) or next(iter(self.addresses.values()))

    def calendar(self, now: datetime) -> WorkingCalendar:
        """The working calendar around now, by the policy's clock."""
        return calendar_for(self.policy.clock, now)

    def link(self, reference: str) -> str:
        """The address of an event on the desk; empty when no desk is set."""
        return f"{self.staff.desk_url.rstrip('/')}/event/{reference}" if self.staff.desk_url else ""


def receipt(office: Office, answer: Answer, event: EventRecord, message: ParsedMessage, now: datetime) -> OutboxRecord:
    """The one answer to an event. Its key is the request's: two copies of a request have one (P2)."""
    mail = _compose(
        office,
        event,
        now,
        template=answer.template,
        audience=answer.audience,
        mail_class=answer.mail_class,
        recipient=answer.recipient,
        language=answer.language,
        private=answer.private,
        reading=reading_sentence(event.triage_due or now, now, office.calendar(now), answer.language),
        missing=answer.missing,
        in_reply_to=message.message_id,
        references=message.references,
    )
    return _row(office, event, mail, f"receipt:{event.request_key}", now)


def chaser(office: Office, event: EventRecord, missing: tuple[str, ...], number: int, now: datetime) -> OutboxRecord:
    """Ask the referrer for what a referral still lacks, by type; ``number`` is which chaser it is."""
    mail = _compose(
        office,
        event,
        now,
        template="chaser-missing",
        audience=Audience.PROFESSIONAL,
        mail_class=MailClass.CHASER,
        recipient=event.sender_address,
        missing=tuple(MissingInformation(sort) for sort in missing),
    )
    return _row(office, event, mail, f"chaser:{event.id}:{number}", now)


def to_staff(
    office: Office, event: EventRecord, template: str, recipient: str, key: str, mail_class: MailClass, now: datetime
) -> OutboxRecord:
    """An alert or notice to one of our own people: reference and link only (P7)."""
    mail = _compose(
        office,
        event,
        now,
        template=template,
        audience=Audience.STAFF,
        mail_class=mail_class,
        recipient=recipient,
        link=office.link(event.reference),
    )
    return _row(office, event, mail, key, now)


def _compose(
    office: Office,
    event: EventRecord,
    now: datetime,
    *,
    template: str,
    audience: Audience,
    mail_class: MailClass,
    recipient: str,
    language: str = "en",
    private: bool = False,
    reading: str = "",
    missing: tuple[MissingInformation, ...] = (),
    link: str = "",
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
) -> OutgoingMail:
    own = office.address_of(event.mailbox)
    envelope = {"": own, "<>": ""}.get(office.bounce_address, office.bounce_address)
    letter = Letter(
        template=template,
        audience=audience,
        mail_class=mail_class,
        recipient=recipient,
        sender_address=own,
        envelope_from=envelope,
        message_id=f"{office.ids.new()}@{office.message_id_domain or own.rpartition('@')[2]}",
        date=now,
        boundary=f"=-{office.ids.new()}",
        reference=event.reference,
        language=language,
        private=private,
        reading=reading,
        missing=missing,
        link=link,
        in_reply_to=in_reply_to,
        references=references,
    )
    return compose(letter, office.templates)


def _row(office: Office, event: EventRecord, mail: OutgoingMail, key: str, now: datetime) -> OutboxRecord:
    return OutboxRecord(
        id=office.ids.new(),
        key=key,
        event_id=event.id,
        case_id=event.case_id,
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
    )
