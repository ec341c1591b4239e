"""The verdict: what decides first, evidence in place, doubt to a human, cost."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from mailflow.classify import classify, field_text, load, rehearse
from mailflow.classify.language import ExampleMail
from mailflow.model.message import BounceReport
from mailflow.model.security import CryptoState
from mailflow.model.words import AutomaticKind, Flag, Kind
from tests.support.classify import one_rule, service_rules, verdict

REFERRAL = "I would like to refer the family. Mum has agreed, please ring her on 07700 900001."


@pytest.mark.parametrize(
    ("automatic", "kind"),
    [
        (AutomaticKind.BOUNCE, Kind.BOUNCE),
        (AutomaticKind.AUTO_REPLY, Kind.AUTO_REPLY),
        (AutomaticKind.BULK, Kind.BULK),
        (AutomaticKind.CALENDAR_REPLY, Kind.BULK),
        (AutomaticKind.RECEIPT, Kind.BULK),
        (AutomaticKind.SECURE_NOTICE, Kind.SECURE_NOTICE),
        (AutomaticKind.PASSCODE, Kind.SECURE_NOTICE),
    ],
)
@pytest.mark.promise("P6")
def test_how_it_was_sent_beats_what_it_says(automatic: AutomaticKind, kind: Kind) -> None:
    found = verdict(text=REFERRAL, sender="police", facts=("family.phone",), automatic=automatic)
    assert found.kind is kind
    assert not found.flags
    assert verdict(text=REFERRAL, sender="police", facts=("family.phone",)).kind is Kind.REFERRAL


def test_a_persons_forward_of_a_bounce_is_judged_on_the_persons_words() -> None:
    message, report, facts = rehearse(
        ExampleMail(
            text="Do you have a new address for referrals? This bounced.",
            sender="police",
            forwarded="Undeliverable: mailbox unavailable",
        )
    )
    message = replace(message, bounce=BounceReport(("a@example.org",), "5.1.1", True))
    assert classify(message, report, facts, "hssupport", service_rules()).kind is Kind.ENQUIRY


def test_a_pointer_to_a_protected_message_is_a_notice_and_a_doubtful_one_is_not_trusted() -> None:
    message, report, facts = rehearse(ExampleMail(subject="Referral - Op Wren", text="You have a protected message."))
    pointer = replace(report, pointer=True, service="Egress")
    assert classify(message, pointer, facts, "hssupport", service_rules()).kind is Kind.SECURE_NOTICE
    doubtful = classify(
        message, replace(pointer, identity_doubts=("a look-alike domain",)), facts, "hssupport", service_rules()
    )
    assert doubtful.kind is Kind.SPAM
    assert doubtful.needs_human
    assert Flag.IDENTITY_DOUBT in doubtful.flags


def test_a_pointer_of_a_machine_is_a_notice_and_no_automatic_answer() -> None:
    mail = ExampleMail(text="A secure e-mail was delivered to your mailbox.", automatic=AutomaticKind.AUTO_REPLY)
    message, report, facts = rehearse(mail)
    pointer = replace(report, pointer=True, service="CJSM")
    assert classify(message, pointer, facts, "hssupport", service_rules()).kind is Kind.SECURE_NOTICE


def test_a_mail_to_nobody_in_particular_that_reads_like_a_notice_is_one() -> None:
    text = "Ann Lee sends you a message with Zivver. You will be asked for a code by SMS. Read the message online."
    assert verdict(text=text, automatic=AutomaticKind.BULK).kind is Kind.SECURE_NOTICE
    assert verdict(text="Our courses for spring, with prices.", automatic=AutomaticKind.BULK).kind is Kind.BULK


def test_a_letter_that_names_a_password_is_read_as_a_letter() -> None:
    letter = f"{REFERRAL} Her sister would like the same. " + "The family has had a hard week and asked for you. " * 5
    for text, doubts, kind in (
        ("The password for the form is Larch-77-Blue.", (), Kind.SECURE_NOTICE),
        (f"{letter} The password for the form is Larch-77-Blue.", (), Kind.REFERRAL),
    ):
        message, report, facts = rehearse(ExampleMail(text=text, sender="police", facts=("family.phone",)))
        report = replace(report, passcode=True, identity_doubts=doubts)
        assert classify(message, report, facts, "hssupport", service_rules()).kind is kind


def test_a_password_from_somebody_in_doubt_is_no_notice() -> None:
    """A password for a strange file is how malware is delivered: it goes to the rules, and to a human."""
    message, report, facts = rehearse(ExampleMail(text="Download the form here. The password is Larch-77-Blue."))
    report = replace(report, passcode=True, identity_doubts=("a look-alike domain",))
    found = classify(message, report, facts, "hssupport", service_rules())
    assert found.kind is not Kind.SECURE_NOTICE and found.needs_human


def test_bait_in_spam_sets_no_flags_of_families() -> None:
    text = "Dear beneficiary, I seek your consent as next of kin of my late client and his two children aged 8 and 9. "
    text += "Reply within ten days with your full names and bank details to claim the sum of 14,800,000 pounds."
    found = verdict(text=text, sender="freemail", doubt=True)
    assert found.kind is Kind.SPAM
    assert set(found.flags) <= {Flag.RISK, Flag.IDENTITY_DOUBT}


@pytest.mark.parametrize("state", [CryptoState.NO_KEY, CryptoState.FAILED, CryptoState.NOT_TRIED])
def test_what_cannot_be_opened_or_is_empty_is_unreadable(state: CryptoState) -> None:
    message, report, facts = rehearse(ExampleMail(subject="..."))
    assert classify(message, replace(report, crypto=state), facts, "hssupport", service_rules()).kind is Kind.UNREADABLE
    assert classify(message, report, facts, "hssupport", service_rules()).kind is Kind.UNREADABLE


def test_a_subject_that_says_something_is_read() -> None:
    assert verdict(subject="please ring me my son was murdered", sender="freemail").kind is Kind.SELF_REFERRAL


@pytest.mark.promise("P8")
def test_evidence_points_to_the_very_words() -> None:
    mail = ExampleMail(
        subject="Referral - Ōp Wren 🙂",
        text="Ünïcode first 🙂. I would like to refer the family. Mum has agreed. He is threatening her.",
        attachment="Próof: please accept this referral. She has been saving tablets.",
        sender="police",
        facts=("family.phone",),
    )
    message, report, facts = rehearse(mail)
    found = classify(message, report, facts, "hssupport", service_rules())
    assert len(found.evidence) > 5
    for evidence in found.evidence:
        assert evidence.text == field_text(message, evidence.field)[evidence.start : evidence.end], evidence
    assert {e.text for e in found.evidence} >= {"would like to refer"} or any("refer" in e.text for e in found.evidence)
    assert found.reasons
    assert found.rules_version == service_rules().version


@pytest.mark.promise("P8")
def test_the_same_mail_gives_the_same_verdict() -> None:
    first = verdict(text=REFERRAL, sender="police")
    assert all(verdict(text=REFERRAL, sender="police") == first for _ in range(3))


@pytest.mark.promise("P9")
@pytest.mark.parametrize(
    "mail",
    [
        {"text": "hello"},
        {"text": REFERRAL, "sender": "police", "facts": ("family.phone",), "doubt": True},
        {"text": "", "subject": "Accepted: call", "calendar": True, "doubt": True},
    ],
)
def test_doubt_goes_to_a_human(mail) -> None:
    found = verdict(**mail)
    assert found.needs_human
    assert any("a human must look" in reason for reason in found.reasons)


@pytest.mark.promise("P9")
def test_failed_authentication_goes_to_a_human() -> None:
    message, report, facts = rehearse(ExampleMail(text=REFERRAL, sender="police", facts=("family.phone",)))
    assert not classify(message, report, facts, "hssupport", service_rules()).needs_human
    assert classify(message, replace(report, dmarc="fail"), facts, "hssupport", service_rules()).needs_human


@pytest.mark.promise("P7")
@pytest.mark.parametrize("automatic", [AutomaticKind.BULK, AutomaticKind.AUTO_REPLY])
def test_a_cry_in_a_mail_that_looks_automatic_reaches_a_human(automatic: AutomaticKind) -> None:
    found = verdict(text="I want to die. I can't go on without him.", sender="freemail", automatic=automatic)
    assert Flag.RISK in found.flags
    assert found.needs_human


@pytest.mark.promise("P7")
@pytest.mark.parametrize(
    "text",
    [
        "I can't do this any more. I have written letters to the kids.",
        "She has been saving up her tablets and can't see past Friday.",
        "He is on an open ACCT.",
        "His brothers keep driving past the house and we are terrified.",
        "The children are living with him unsupervised and there is a strategy meeting on Monday.",
        "mae hi'n dweud ei bod eisiau marw",
        "what's the point, i'd rather be dead",
    ],
)
def test_risk_is_seen(text: str) -> None:
    assert Flag.RISK in verdict(text=text).flags


@pytest.mark.parametrize(
    "text",
    [
        "No safety concerns. She denies any thoughts of self-harm.",
        "Risk: nil",
        "Safety concerns ....... nil",
        "Threats to family? N",
        "If someone is at risk of harm dial 999.",
        "In 2014 he threatened to kill her and she was frightened of him for years.",
        "Bethany took her own life in June after years of threats.",
        "Our review looks at deaths by suicide and at threats made by relatives in general.",
        "I'm afraid I can't do Tuesday.",
    ],
)
def test_history_denial_and_print_are_no_risk(text: str) -> None:
    assert Flag.RISK not in verdict(text=text, sender="police").flags


def test_a_disclaimer_is_not_read() -> None:
    from mailflow.model.message import Region, RegionKind

    message, report, facts = rehearse(ExampleMail(text="Ok."))
    text = "Ok.\nVictim Support offers help. I want to die. I would like to refer a family."
    message = replace(
        message, text=text, regions=(Region(RegionKind.NEW, 0, 3), Region(RegionKind.DISCLAIMER, 4, len(text)))
    )
    found = classify(message, report, facts, "hssupport", service_rules())
    assert Flag.RISK not in found.flags
    assert not [e for e in found.evidence if e.start >= 4 and e.field == "text"]


def test_a_mail_in_which_nothing_is_understood_is_unsure() -> None:
    found = verdict(text="Lorem ipsum dolor sit amet.")
    assert found.confidence < 0.5
    assert found.needs_human


def test_conditions_of_the_language_do_what_they_say() -> None:
    cases = [
        ("{all: [{header: X-Test, has: [yes]}]}", {"headers": {"X-Test": "oh Yes"}}, {"headers": {"X-Test": "no"}}),
        ("{all: [{mailbox: [dhr]}]}", {"mailbox": "DHRenquiries"}, {"mailbox": "hssupport"}),
        ("{all: [{pattern: 'URN [0-9]+'}]}", {"text": "é urn 12"}, {"text": "urn"}),
        ("{all: [{attachment: [referral]}]}", {"attachment": "x", "file": "HS Referral.pdf"}, {"attachment": "x"}),
        ("{all: [{thread: [ours]}]}", {"ours": True, "quoted": "x"}, {"reply": True, "quoted": "x"}),
        ("{all: [{thread: [first]}]}", {"text": "x"}, {"reply": True, "text": "x"}),
        ("{all: [{shape: [form]}]}", {"text": "a b: 1\nc d: 2\ne f: 3\ng h: 4\ni j: 5\nk l: 6"}, {"text": "a: b"}),
        ("{all: [{text: [refer, family], at_least: 2}]}", {"text": "refer family"}, {"text": "refer refer"}),
        ("{all: [{text: [refer], with: [mum]}]}", {"text": "refer mum"}, {"text": "refer. mum"}),
        ("{all: [{text: [refer], without: [mum]}]}", {"text": "refer. mum"}, {"text": "refer mum"}),
        ("{all: [{text: [refer], only: [asked], unless: []}]}", {"text": "refer?"}, {"text": "refer."}),
        ("{all: [{text: [refer], in: [quoted]}]}", {"quoted": "refer"}, {"text": "refer"}),
        ("{all: [{text: [refer], in: [ours]}]}", {"quoted": "refer", "ours": True}, {"quoted": "refer"}),
        ("{all: [{any: [{text: [a1]}, {none: [{text: [b1]}]}]}]}", {"text": "a1 b1"}, {"text": "b1"}),
        ("{all: [{doubt: true}]}", {"doubt": True}, {"doubt": False}),
        ("{all: [{language: [en]}], none: [{automatic: [bulk]}]}", {"text": "x"}, {"automatic": "bulk"}),
        ("{all: [{assurance: [policy_domain]}, {text: [refer]}]}", {"text": "refer"}, {"text": "x"}),
        ("{all: [{fact: [family.child]}]}", {"facts": ("family.child",)}, {"facts": ("family.age",)}),
        ("{all: [{fact: [consent.given]}]}", {"facts": ("consent.given",)}, {"facts": ("consent.declined",)}),
    ]
    for when, yes, no in cases:
        ruleset = load(one_rule(when))
        assert any(e.rule == "x.y" for e in verdict(ruleset, **yes).evidence), when
        assert not any(e.rule == "x.y" for e in verdict(ruleset, **no).evidence), when


HOSTILE = {
    "the same words": "my son was my son was ",
    "nothing but gaps": "please please please can you ",
    "one long word": "a" * 1000,
    "negations": "not no never without ",
    "conditions": "if if if might ",
    "form lines": "risk: nil\n",
    "dots": "a..................\n",
    "boxes": "☐ [ ] ☒ ",
    "brackets": "((((((((",
    "line ends": "\n\n \n",
    "dashes and tabs": "a - b\t- ",
    "questions": "how do we refer? ",
    "letters with accents": "é́́́́ ñ ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_cost_grows_linearly_on_hostile_text(piece: str) -> None:
    def seconds(size: int) -> float:
        message, report, facts = rehearse(ExampleMail(text=(piece * (size // len(piece) + 1))[:size]))
        best = 1e9
        for _ in range(2):
            began = time.process_time()
            classify(message, report, facts, "hssupport", service_rules())
            best = min(best, time.process_time() - began)
        return best

    small, large = seconds(15_000), seconds(60_000)
    assert large < 0.5 or large < 9 * small, f"{small:.3f} s for 15 kB, {large:.3f} s for 60 kB"
    assert large < 8


def test_a_very_long_mail_ends() -> None:
    text = "My son was killed and his brothers will not agree to be contacted by you, please ring. " * 4_000
    began = time.process_time()
    verdict(text=text[:300_000])
    assert time.process_time() - began < 20
