"""What stays of the facts when the verdict is known: nobody is the referrer of junk, and the bereaved are family."""

from __future__ import annotations

import pytest

from mailflow.facts import find, settled
from mailflow.model.facts import Facts, FactSpan, Person, Relative, Span
from mailflow.model.security import CryptoOutcome
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind, SenderType
from mailflow.security import judge
from tests.support.parsed import message, profile

WRITER = Person(name="Una Blake", email="una@mail.example", phone="07700 900471")
SPANS = (
    FactSpan("referrer.name", Span("header:From", 0, 9, "Una Blake")),
    FactSpan("referrer.phone", Span("text", 5, 17, "07700 900471")),
    FactSpan("family[0].name", Span("text", 30, 33, "Ben")),
    FactSpan("case_ref", Span("subject", 0, 12, "HS-7KQ4-M2XD")),
)
READ = Facts(
    sender_type=SenderType.FREEMAIL,
    referrer=WRITER,
    family=(Relative(name="Ben", relationship="son", age=4),),
    case_ref="HS-7KQ4-M2XD",
    spans=SPANS,
)


def verdict(kind: Kind) -> Verdict:
    return Verdict(kind, 0.9, False, (), None, ((kind, 0.9),), (), (), "1")


@pytest.mark.parametrize("kind", [Kind.SPAM, Kind.BULK, Kind.AUTO_REPLY, Kind.BOUNCE])
def test_junk_and_machines_have_no_referrer_but_what_calls_a_human_stays(kind: Kind) -> None:
    facts = settled(READ, verdict(kind))
    assert facts.referrer is None
    assert facts.span("referrer.name") is None
    assert (facts.family, facts.case_ref) == (READ.family, READ.case_ref)
    assert facts.span("family[0].name") == READ.span("family[0].name")


def test_of_what_cannot_be_read_only_a_reference_stays() -> None:
    facts = settled(READ, verdict(Kind.UNREADABLE))
    assert facts.to_json() == {"case_ref": "HS-7KQ4-M2XD"}
    assert [span.path for span in facts.spans] == ["case_ref"]


@pytest.mark.parametrize("kind", [Kind.REFERRAL, Kind.ENQUIRY, Kind.OTHER_VICTIM, Kind.MEDIA, Kind.SECURE_NOTICE])
def test_whoever_writes_to_us_stays_the_referrer(kind: Kind) -> None:
    assert settled(READ, verdict(kind)) is READ


def test_who_asks_for_themselves_is_the_first_of_the_family() -> None:
    facts = settled(READ, verdict(Kind.SELF_REFERRAL))
    assert facts.referrer is None
    assert facts.bereaved_writer
    assert facts.family == (
        Relative(name="Una Blake", email="una@mail.example", phone="07700 900471"),
        Relative(name="Ben", relationship="son", age=4),
    )
    assert facts.span("family[0].name") == READ.span("referrer.name")
    assert facts.span("family[0].phone") == READ.span("referrer.phone")
    assert facts.span("family[1].name") == READ.span("family[0].name")


def test_a_writer_whom_the_family_lists_already_stands_there_once() -> None:
    listed = Facts(
        sender_type=SenderType.OTHER,
        referrer=WRITER,
        family=(Relative(name="Ben"), Relative(name="Una", relationship="sister", phone="07700 900472")),
        spans=SPANS,
    )
    facts = settled(listed, verdict(Kind.SELF_REFERRAL))
    assert [(one.name, one.relationship, one.email, one.phone) for one in facts.family] == [
        ("Ben", "", "", ""),
        ("Una", "sister", "una@mail.example", "07700 900472"),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        Facts(sender_type=SenderType.POLICE, referrer=WRITER),
        Facts(sender_type=SenderType.OTHER, referrer=Person(name="Una Blake", role="Caseworker")),
        Facts(sender_type=SenderType.OTHER, referrer=Person(name="Una Blake", organisation="Riverside Refuge")),
        Facts(sender_type=SenderType.FREEMAIL, family=(Relative(name="Una Blake"),), bereaved_writer=True),
    ],
    ids=["an officer", "a role", "an organisation", "the family already"],
)
def test_a_professional_who_writes_for_a_family_stays_the_referrer(facts: Facts) -> None:
    assert settled(facts, verdict(Kind.SELF_REFERRAL)) == facts


def test_the_places_of_a_mail_that_was_read_stay_exact() -> None:
    mail = message("Since our Kit went I do not sleep. Please ring 07700 900473.", "una@gmail.com", name="Una Blake")
    read = find(mail, judge(mail, CryptoOutcome(), profile()), profile())
    facts = settled(read, verdict(Kind.SELF_REFERRAL))
    assert [one.email for one in facts.family] == ["una@gmail.com"]
    for each in facts.spans:
        if each.span.field == "text":
            assert mail.text[each.span.start : each.span.end] == each.span.text
