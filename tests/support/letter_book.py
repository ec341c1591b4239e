"""The letter book: every letter in every form and language, as files that people read and tests hold.

tests/testdata/compose/<language>/<template>.txt   all forms of a template, headers and text
docs/letters.md                                    the first form of each, for the charity to read

Renewed by one command, after a template was changed on purpose; then read the difference before it is committed:

    python -m tests.support.letter_book
"""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from functools import cache

from mailflow.cli.templates import readings_of
from mailflow.compose import Template, compose
from mailflow.compose.samples import Readings, Sample, samples
from mailflow.model.letter import Letter
from mailflow.model.outgoing import OutgoingMail
from tests.support.letters import ROOT, profile_policy, profile_templates

BOOK = ROOT / "tests" / "testdata" / "compose"
PAGE = ROOT / "docs" / "letters.md"
LANGUAGES = profile_policy().languages
SHOWN = ("From", "To", "Subject", "Auto-Submitted", "X-Auto-Response-Suppress", "Importance")
CLASSES = {
    "receipt": "Receipts: the one answer to a mail",
    "chaser": "Chasers: what a referral still lacks",
    "follow_up": "Follow-ups: the question to the Chair of a review, and two reminders",
    "alert": "Alerts to our own people",
    "notice": "Notices to our own people",
    "digest": "The morning digest",
}
FOREWORD = """# Letters

Every letter that mailflow writes by itself, filled with invented data. This page is made from the templates under
`rules/templates/`; `mailflow templates preview --html FOLDER` shows the same in a browser, and
`mailflow templates preview NAME` shows one of them in all its forms (office closed, something missing …).

Nothing of a mail that came in is ever repeated: what varies is our own reference, a day, a number, or words of
`rules/service.yaml`. Letters to private addresses have a neutral name and subject, since somebody else may read that
inbox. Who writes in Welsh is answered in Welsh.
"""


@cache
def readings() -> dict[str, Readings]:
    """The reading sentences of the profile."""
    return readings_of(profile_policy())


def forms(template: Template, language: str) -> tuple[Sample, ...]:
    """Every form of a template in a language."""
    return samples(template, language, readings())


def every_letter() -> Iterator[Letter]:
    """Every form of every template in every language."""
    for template in profile_templates().templates.values():
        for language in LANGUAGES:
            yield from (form.letter for form in forms(template, language))


def page_of(template: Template, language: str) -> str:
    """All forms of a template, as they stand in the book."""
    return "\n".join(_told(form, compose(form.letter, profile_templates())) for form in forms(template, language))


def pages() -> dict[str, str]:
    """File name below :data:`BOOK` → content."""
    found = {}
    for template in profile_templates().templates.values():
        for language in LANGUAGES:
            found[f"{language}/{template.name}.txt"] = page_of(template, language)
    return found


def letters_page() -> str:
    """``docs/letters.md``."""
    parts = [FOREWORD]
    templates = profile_templates().templates
    for mail_class, heading in CLASSES.items():
        parts.append(f"\n## {heading}\n")
        for name in profile_templates().names:
            if templates[name].mail_class == mail_class:
                parts += _section(templates[name])
    return "".join(parts)


def _section(template: Template) -> Iterator[str]:
    yield f"\n### {template.name}\n\n{template.says}\n"
    for language in LANGUAGES:
        mail = compose(forms(template, language)[0].letter, profile_templates())
        yield f"\n```text\n{_heads(mail, ('From', 'Subject'))}\n\n{mail.text}```\n"


def _told(form: Sample, mail: OutgoingMail) -> str:
    title = f"==== {form.shows} "
    return f"{title}{'=' * (72 - len(title))}\n{_heads(mail, SHOWN)}\n\n{mail.text}"


def _heads(mail: OutgoingMail, names: tuple[str, ...]) -> str:
    message = message_from_bytes(mail.raw, policy=policy.default)
    return "\n".join(f"{name}: {message[name]}" for name in names if message[name] is not None)


def renew() -> None:
    """Write the book anew."""
    wanted = pages()
    for old in BOOK.glob("*/*.txt"):
        if old.relative_to(BOOK).as_posix() not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (BOOK / name).parent.mkdir(parents=True, exist_ok=True)
        (BOOK / name).write_text(text, "utf-8")
    PAGE.write_text(letters_page(), "utf-8")


if __name__ == "__main__":
    renew()
