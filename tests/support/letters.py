"""The profile's own templates and letters to fill them, for tests of compose and decide."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from mailflow.compose import Template, TemplateSet, load_templates
from mailflow.decide import load_policy
from mailflow.model.decision import MissingInformation
from mailflow.model.letter import ClockSort, DecisionSort, DigestCounts, Letter
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.words import Audience

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules"
READING = "A person will read your message by 5pm on 24 November 2026."
CLOSED_READING = "Our office is closed at the moment and opens at 9am on 24 November 2026. " + READING


@cache
def profile_files() -> dict[str, str]:
    """Every file of the profile that concerns letters, by its path under ``rules``."""
    paths = [RULES / "service.yaml", *sorted((RULES / "templates").rglob("*.*"))]
    return {path.relative_to(RULES).as_posix(): path.read_text("utf-8") for path in paths}


@cache
def profile_templates() -> TemplateSet:
    """The profile's templates, checked."""
    return load_templates(profile_files())


@cache
def profile_policy() -> Policy:
    """The profile's policy, checked."""
    return load_policy("policy.yaml", (RULES / "policy.yaml").read_text("utf-8"))


def letter_for(template: Template, **changes: Any) -> Letter:
    """A letter that this template can be filled with; ``changes`` replace its fields."""
    staff = Audience.STAFF in template.audiences
    values: dict[str, Any] = {
        "template": template.name,
        "audience": sorted(template.audiences)[0],
        "mail_class": template.mail_class,
        "recipient": "amy.holt@police.example",
        "sender_address": "hssupport@victimsupport.org.uk",
        "envelope_from": "hssupport@victimsupport.org.uk",
        "message_id": "0190@victimsupport.org.uk",
        "date": datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        "boundary": "=-0190f3a2b1c4",
        "reference": "HS-7KQ4-M2XD",
        "reading": READING,
        "missing": tuple(MissingInformation) if template.mail_class is MailClass.CHASER else (),
        "link": "https://desk.example/event/HS-7KQ4-M2XD" if staff else "",
        "reply_by": date(2026, 12, 14) if template.mail_class is MailClass.FOLLOW_UP else None,
        "clock": ClockSort.REVIEW_REPORT if "clock" in template.uses else None,
        "due_on": date(2026, 12, 7) if "due" in template.uses else None,
        "decision": DecisionSort.FIRST_CONTACT if "decision" in template.uses else None,
        "counts": DigestCounts(3, 1, 2, 4, 0) if "count" in template.uses else None,
    }
    return Letter(**(values | changes))
