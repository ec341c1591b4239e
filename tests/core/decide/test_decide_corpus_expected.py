"""``corpus-expected.jsonl`` against the labels, and every mail decided from its labels alone.

No parser, no rules: the records are built from the labels and a handful of headers, so that what is tested is
the decision. The whole way, from bytes, is the journeys' test.
"""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from functools import cache
from pathlib import Path

import pytest

from mailflow.model.decision import ReminderKind
from mailflow.model.facts import Chair, Facts, Person, Relative, Victim
from mailflow.model.message import Address, Automatic, ParsedMessage
from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED, AutomaticKind, Consent, Flag, Kind, RecordType, SenderType, Urgency
from tests.support.deciding import BY_A_PERSON, answer, decided, message, opened, queue, reminders, report, verdict
from tests.support.letters import profile_templates

DATA = Path(__file__).resolve().parents[2] / "testdata"
LABELS = [json.loads(line) for line in (DATA / "corpus" / "labels.jsonl").read_text("utf-8").splitlines()]
EXPECTED = [json.loads(line) for line in (DATA / "corpus-expected.jsonl").read_text("utf-8").splitlines()]
BOTH = list(zip(LABELS, EXPECTED, strict=True))
ids = [label["file"] for label in LABELS]

OFFICIAL = ("police.uk", "gov.uk", "nhs.net", "nhs.uk", "parliament.uk")
FREE = (
    *("gmail.com", "outlook.com", "icloud.com", "hotmail.com", "hotmail.co.uk", "me.com", "yahoo.co.uk", "proton.me"),
    *("btinternet.com", "virginmedia.com", "talktalk.net", "wp.pl"),
)
NEW_WORDS = {
    "messages/021.eml": "Ok thank you Sophie. God bless.",
    "messages/034.eml": "Many thanks Sophie, understood.\n\nMargery",
    "messages/092.eml": "Thanks so much Sophie, that's really clear and kind. I've given him the number.\n\nP",
}
"""What the writers of the three mails that only thank newly wrote; elsewhere the words do not matter here."""


@cache
def mail_of(file: str) -> EmailMessage:
    found = message_from_bytes((DATA / "corpus" / file).read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def parsed(label: dict) -> ParsedMessage:
    mail, kind = mail_of(label["file"]), Kind(label["kind"])
    authors = getaddresses([str(mail["From"])])
    machine = kind in (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK)
    return message(
        NEW_WORDS.get(label["file"], "Words that want an answer, please."),
        from_=tuple(Address(name, address) for name, address in authors),
        return_path=str(mail["Return-Path"]).strip("<>") if mail["Return-Path"] else None,
        in_reply_to=(str(mail["In-Reply-To"]).strip("<>"),) if mail["In-Reply-To"] else (),
        automatic=Automatic(AutomaticKind.AUTO_REPLY, "labelled so", False) if machine else BY_A_PERSON,
    )


def facts_of(label: dict) -> Facts:
    found = label["facts"]
    domain = str(mail_of(label["file"])["From"]).rpartition("@")[2].strip(" >").lower()
    sender_type = SenderType.OTHER
    if domain.endswith(OFFICIAL):
        sender_type = SenderType.POLICE if domain.endswith("police.uk") else SenderType.COUNCIL
    elif domain.endswith(FREE):
        sender_type = SenderType.FREEMAIL
    elif domain.endswith("victimsupport.org.uk"):
        sender_type = SenderType.OWN
    return Facts(
        sender_type=sender_type,
        bereaved_writer="referrer" not in found and bool(found.get("family")),
        referrer=Person(**found["referrer"]) if "referrer" in found else None,
        family=tuple(Relative(**relative) for relative in found.get("family", [])),
        victim=Victim(**found["victim"]) if "victim" in found else None,
        consent=Consent(found["consent"]) if "consent" in found else None,
        chair=Chair(**found["chair"]) if "chair" in found else None,
    )


def decision_on(label: dict, said: Verdict):
    results = str(mail_of(label["file"])["Authentication-Results"] or "")
    failed = "dmarc=fail" in results
    security = report(dmarc="fail" if failed else "pass", spf="fail" if failed else "pass")
    return decided(said, parsed(label), facts_of(label), security=security)


def said(label: dict, confidence: float = 0.97, **changes) -> Verdict:
    flags = tuple(Flag(flag) for flag in label["flags"])
    return verdict(Kind(label["kind"]), confidence, flags=flags, **changes)


@pytest.mark.parametrize(("label", "expected"), BOTH, ids=ids)
def test_the_expectation_agrees_with_the_labels(label: dict, expected: dict) -> None:
    assert expected["file"] == label["file"]
    assert set(expected) == {"file", "record", "answer", "may_doubt", "alert", "why"}
    RecordType(expected["record"])
    assert set(expected["answer"]) <= {"none", *profile_templates().names}
    assert expected["alert"] == ("risk" in label["flags"])
    assert expected["why"]
    if Kind(label["kind"]) in NEVER_ANSWERED or "identity_doubt" in label["flags"]:
        assert (expected["answer"], expected["may_doubt"]) == (["none"], False)


@pytest.mark.parametrize(("label", "expected"), BOTH, ids=ids)
def test_a_sure_and_right_verdict_gives_what_is_expected(label: dict, expected: dict) -> None:
    decision = decision_on(label, said(label))
    made, case = answer(decision), opened(decision)
    assert (made.template if made else "none") in expected["answer"]
    assert (case.record if case else RecordType.NONE) == expected["record"]
    assert bool(reminders(decision, ReminderKind.RISK_ALERT)) == expected["alert"]
    if expected["alert"]:
        assert queue(decision).urgency is Urgency.NOW


@pytest.mark.promise("P9")
@pytest.mark.parametrize(("label", "expected"), BOTH, ids=ids)
def test_an_unsure_verdict_gives_the_neutral_receipt_only_where_it_may(label: dict, expected: dict) -> None:
    decision = decision_on(label, said(label, 0.1, needs_human=True))
    made = answer(decision)
    assert queue(decision) is not None
    assert made is None or (expected["may_doubt"] and made.template == "receipt-neutral")
    assert bool(reminders(decision, ReminderKind.RISK_ALERT)) == expected["alert"]


@pytest.mark.promise("P5")
@pytest.mark.parametrize("label", LABELS, ids=ids)
def test_only_referrers_are_asked_for_what_is_missing(label: dict) -> None:
    chasers = reminders(decision_on(label, said(label)), ReminderKind.MISSING_INFORMATION)
    assert not chasers or label["kind"] == "referral"
    assert len(chasers) in (0, 2)
