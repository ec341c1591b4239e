"""Do policy and templates fit together? Asked at load and by ``mailflow check``, never first by a mail."""

from __future__ import annotations

from collections.abc import Iterator

from mailflow.errors import Fault
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.words import Audience, ReviewStage
from mailflow.syntax.spoken import SPOKEN_LANGUAGES

from .choosing import FOLLOW_UPS, NEVER_ASKED, follow_up_template
from .templates import TemplateSet

OF_THE_HOUSE = {
    "chaser-missing": (Audience.PROFESSIONAL, MailClass.CHASER),
    "alert-risk": (Audience.STAFF, MailClass.ALERT),
    "notice-untriaged": (Audience.STAFF, MailClass.NOTICE),
    "notice-refused": (Audience.STAFF, MailClass.NOTICE),
    "notice-uncertain": (Audience.STAFF, MailClass.NOTICE),
    "notice-stuck": (Audience.STAFF, MailClass.NOTICE),
    "notice-deadline": (Audience.STAFF, MailClass.NOTICE),
    "notice-decide": (Audience.STAFF, MailClass.NOTICE),
    "digest-morning": (Audience.STAFF, MailClass.DIGEST),
    **{
        follow_up_template(stage, number): (Audience.REVIEW, MailClass.FOLLOW_UP)
        for stage in set(ReviewStage) - NEVER_ASKED
        for number in range(1, FOLLOW_UPS + 1)
    },
}
"""Templates that the journeys name themselves, whatever the policy says."""


def check_policy(policy: Policy, templates: TemplateSet, name: str = "policy.yaml") -> tuple[Fault, ...]:
    """Everything that the policy asks of the templates and they do not have; empty when all is well."""
    return tuple(Fault(name, sentence) for sentence in _sentences(policy, templates))


def _sentences(policy: Policy, templates: TemplateSet) -> Iterator[str]:
    for language in policy.languages:
        if language not in SPOKEN_LANGUAGES:
            yield f"nobody has taught us to say in the language {language} when a person will read"
    wanted = [(where, template, *what) for where, template, what in _wanted(policy)]
    for where, template_name, audience, mail_class in wanted:
        template = templates.templates.get(template_name)
        if template is None:
            yield f"{where} names the template {template_name}, which does not exist"
            continue
        if audience not in template.audiences:
            yield f"{where} sends {template_name} to the audience {audience}, which it is not written for"
        if template.mail_class is not mail_class:
            yield f"{where} sends {template_name} as a {mail_class}, but it is a {template.mail_class}"
        for language in policy.languages:
            if language not in template.languages:
                yield f"{where} names {template_name}, which is not written in the language {language}"


def _wanted(policy: Policy) -> Iterator[tuple[str, str, tuple[Audience, MailClass]]]:
    yield "doubt", policy.doubt_template, (Audience.NEUTRAL, MailClass.RECEIPT)
    if policy.misdirected_template:
        for audience in (Audience.PROFESSIONAL, Audience.REVIEW):
            yield "misdirected", policy.misdirected_template, (audience, MailClass.RECEIPT)
    for line in policy.kinds:
        if line.template:
            yield line.kind.value, line.template, (line.audience, MailClass.RECEIPT)
        if line.private_template:
            yield line.kind.value, line.private_template, (Audience.BEREAVED, MailClass.RECEIPT)
        if line.risk_template:
            yield line.kind.value, line.risk_template, (Audience.BEREAVED_AT_RISK, MailClass.RECEIPT)
    for name, what in OF_THE_HOUSE.items():
        yield "the house", name, what
