"""Safe contact: how somebody may be reached without danger, asked of every mail that is not for our own people.

An abuser may read the inbox. What a caseworker recorded of a person (``triage.set_safe_contact``) therefore decides
twice, by the address alone, whatever case a mail belongs to:

* when a letter is written, under which display name and subject (closed lists of ``service.yaml``);
* when it is about to leave, whether at all: never where e-mail is refused or is not among what they allowed, only in
  the hours that they named, and not by machine where their words name hours that a machine does not read.

Where several records share an address the strictest holds: a refusal of one is a refusal, the hours of all must fit,
and names that differ give way to the neutral ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from mailflow.compose import TemplateSet, safe_choice
from mailflow.followup import contact_hours, next_contact
from mailflow.model.letter import Letter
from mailflow.model.records import OutboxRecord

from .files import address_key
from .ports import Work

EMAIL = "email"
MOST_TURNS = 48
"""Hours of several records are fitted together in so many steps; two days have no more."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a mail may reach an address now."""

    why: str
    """Empty: it may. One sentence without personal data."""
    until: datetime | None = None
    """When to ask again; ``None`` with a reason: never by machine."""


def reach(work: Work, row: OutboxRecord, now: datetime) -> Reach:
    """Whether a mail may leave for its recipient now, by what is recorded of their safety."""
    contacts = work.contacts_of_address(address_key(work, row.recipient))
    for contact in contacts:
        if EMAIL in contact.refused or (contact.channels and EMAIL not in contact.channels):
            return Reach("whoever it goes to is not to be reached by e-mail: a human reaches them another way")
    spans = [contact_hours(contact.hours) for contact in contacts]
    if any(span is None for span in spans):
        return Reach("whoever it goes to named hours that a machine cannot read: a human writes")
    at = now
    for _ in range(MOST_TURNS):
        later = max((next_contact(at, span) for span in spans if span is not None), default=at)
        if later <= at:
            break
        at = later
    else:
        return Reach("whoever it goes to can be reached at no hour of the day: a human looks")
    return Reach("whoever it goes to is to be reached at other hours", at) if at > now else Reach("")


def safely(work: Work, letter: Letter, templates: TemplateSet) -> Letter:
    """The letter under the name and subject that its recipient chose; as it is where nothing is recorded."""
    contacts = work.contacts_of_address(address_key(work, letter.recipient))
    if not contacts:
        return letter
    choices = {safe_choice(contact, templates) for contact in contacts}
    name, subject = choices.pop() if len(choices) == 1 else ("", "")
    return replace(letter, private=True, display_name=name, subject=subject)
