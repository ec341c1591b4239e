"""What stays of the facts when the verdict is known: nobody is the referrer of junk, and the bereaved are family."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.facts import find, settled
from mailflow.model.facts import Facts, FactSpan, Person, Relative, Span
from mailflow.model.message import ParsedMessage
from mailflow.model.security import CryptoOutcome
from mailflow.model.verdict import Verdict
from mailflow.model.words import Kind, Need, SenderType
from mailflow.security import judge
from tests.support.parsed import message, profile

WRITER = Person(name="Una Blake", email="una@mail.example", phone="07700 900471")
SPANS = (
    FactSpan("referrer.name", Span("header:From", 0, 9, "Una Blake")),
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
MAIL = message("Please ring.", "una@mail.example", name="Una Blake")


def after(facts: Facts, kind: Kind, mail: ParsedMessage = MAIL) -> Facts:
    verdict = Verdict(kind, 0.9, False, (), None, ((kind, 0.9),), (), (), "1")
    return settled(facts, verdict, mail, judge(mail, CryptoOutcome(), profile()), profile())


@pytest.mark.parametrize("kind", [Kind.SPAM, Kind.BULK, Kind.AUTO_REPLY, Kind.BOUNCE])
def test_junk_and_machines_have_no_referrer_but_what_calls_a_human_stays(kind: Kind) -> None:
    facts = after(READ, kind)
    assert facts.referrer is None
    assert facts.span("referrer.name") is None
    assert (facts.family, facts.case_ref) == (READ.family, READ.case_ref)
    assert facts.span("family[0].name") == READ.span("family[0].name")


def test_needs_are_of_those_who_ask_for_help_and_junk_belongs_nowhere() -> None:
    facts = replace(READ, needs=(Need.HOUSING,), area="Hove", police_force="Sussex Police")
    assert after(facts, Kind.CASE_UPDATE).needs == (Need.HOUSING,)
    assert after(facts, Kind.RIGHTS_OR_COMPLAINT).needs == ()
    assert (after(facts, Kind.BULK).area, after(facts, Kind.BULK).police_force) == ("Hove", "Sussex Police")
    assert (after(facts, Kind.SPAM).area, after(facts, Kind.SPAM).police_force) == ("", "")


def test_whom_a_notice_speaks_for_stays_where_the_verdict_calls_it_an_answer() -> None:
    mail = message("A message waits for you.", "una@mail.example")
    report = replace(judge(mail, CryptoOutcome(), profile()), pointer=True)
    given = Verdict(Kind.AUTO_REPLY, 0.6, True, (), None, ((Kind.AUTO_REPLY, 0.6),), (), (), "1")
    assert settled(READ, given, mail, report, profile()).referrer == WRITER


def test_of_what_cannot_be_read_only_a_reference_stays() -> None:
    facts = after(READ, Kind.UNREADABLE)
    assert facts.to_json() == {"case_ref": "HS-7KQ4-M2XD"}
    assert [span.path for span in facts.spans] == ["case_ref"]


@pytest.mark.parametrize("kind", [Kind.REFERRAL, Kind.ENQUIRY, Kind.OTHER_VICTIM, Kind.MEDIA, Kind.SECURE_NOTICE])
def test_whoever_writes_to_us_stays_the_referrer(kind: Kind) -> None:
    assert after(READ, kind) is READ


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
    assert after(facts, Kind.SELF_REFERRAL) is facts


def test_who_asks_for_themselves_is_the_first_of_the_family() -> None:
    text = "Since our Kit went I do not sleep, and my brother Kit would laugh at me. Please ring 07700 900473."
    mail = message(text, "una@gmail.com", name="Una Blake")
    read = find(mail, judge(mail, CryptoOutcome(), profile()), profile())
    assert read.referrer is not None, "no word of a death, so the reader cannot know"
    facts = after(read, Kind.SELF_REFERRAL, mail)
    assert (facts.referrer, facts.bereaved_writer) == (None, True)
    assert [(one.name, one.relationship, one.email, one.phone) for one in facts.family] == [
        ("Una Blake", "sister", "una@gmail.com", "07700 900473")
    ]
    assert not any(span.path.startswith("referrer") for span in facts.spans)
    for each in facts.spans:
        if each.span.field == "text":
            assert mail.text[each.span.start : each.span.end] == each.span.text
