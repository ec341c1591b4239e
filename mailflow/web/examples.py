"""Mails that a visitor of the demonstration may begin with; every person is invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """What the form is filled with."""

    name: str
    says: str
    mailbox: str
    sender: str
    subject: str
    text: str


EXAMPLES = (
    Example(
        "referral",
        "a police officer refers a family",
        "hssupport",
        "DC Imogen Hale <imogen.hale@cumbria.police.uk>",
        "Referral: family of Declan Storr",
        "Hello,\n\nI am the family liaison officer for the family of Declan Storr, who was killed in Barrow last week."
        " His sister Maeve Storr has agreed to be contacted on 07700 900225 and would like help with the funeral.\n\n"
        "DC Imogen Hale\nFamily Liaison Officer, Cumbria Police\n",
    ),
    Example(
        "question",
        "a council asks how to refer",
        "DHRenquiries",
        "Robin Pemberley <robin.pemberley@shropshire.gov.uk>",
        "How do we refer?",
        "Dear team,\n\nHow do we refer a family to you, and do you support children as well?\n\nRobin Pemberley\n"
        "Community Safety Officer\n",
    ),
    Example(
        "despair",
        "a bereaved person at the end of their strength",
        "hssupport",
        "Jo <jo.invented@gmail.com>",
        "",
        "my dad was murdered in march. i dont want to be here any more and nobody understands. please can someone call"
        " me on 07700 900338\n",
    ),
    Example(
        "absence",
        "an absence note",
        "DHRenquiries",
        "Perpetua Lyne <perpetua.lyne@wiltshire.gov.uk>",
        "Automatic reply: your message",
        "I am out of the office until Monday and will read your e-mail when I am back.\n",
    ),
)


def example(name: str) -> Example | None:
    """The example of that name."""
    return next((one for one in EXAMPLES if one.name == name), None)
