"""Which template a question to a Chair is, and which safe names and subjects there are: small tables.

The rhythm (when a question is due, how often) is ``followup``'s; here is only what it says.
"""

from __future__ import annotations

from mailflow.model.life import SafeContact
from mailflow.model.words import ReviewStage

from .templates import TemplateSet

FOLLOW_UPS = 3
"""The question and two reminders; then a human (domain.md §2.7: never a third reminder)."""

_QUESTION = {
    ReviewStage.PAUSED: "follow-up-1-paused",
    ReviewStage.DRAFT_REPORT: "follow-up-1-draft",
    ReviewStage.SUBMITTED: "follow-up-1-home-office",
    ReviewStage.RETURNED: "follow-up-1-home-office",
    ReviewStage.APPROVED: "follow-up-1-publication",
}
"""Where the question differs by stage; everywhere else it is ``follow-up-1``."""
NEVER_ASKED = frozenset({ReviewStage.NOT_HELD, ReviewStage.PUBLISHED})
"""Stages in which there is nothing to ask."""


def follow_up_template(stage: ReviewStage, number: int) -> str:
    """The template of the ``number``-th mail of a round (1: the question, 2 and 3: reminders) in that stage.

    ``ValueError`` for a fourth, and for a review that is over: a human writes then, or nobody.
    """
    if stage in NEVER_ASKED:
        raise ValueError(f"a review that is {stage} is not asked how it goes")
    if not 1 <= number <= FOLLOW_UPS:
        raise ValueError("a question and two reminders; then a human")
    return f"follow-up-{number}" if number > 1 else _QUESTION.get(stage, "follow-up-1")


def safe_choice(contact: SafeContact | None, templates: TemplateSet) -> tuple[str, str]:
    """(display name, subject) of a letter to that person, as keys of ``service.yaml``; empty: the neutral ones.

    What a record names and the profile does not know is left out, so the neutral one is used: a key that was taken
    away must never stop a letter, nor become text in a header.
    """
    if contact is None:
        return "", ""
    name = contact.display_name if contact.display_name in templates.service.safe_names else ""
    return name, contact.subject if contact.subject in templates.safe_subjects else ""
