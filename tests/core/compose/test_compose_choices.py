"""Letters that must not be, safe names and subjects, which question a Chair is asked, and times in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from mailflow.compose import compose, follow_up_template, safe_choice, sender_name
from mailflow.compose.choosing import NEVER_ASKED
from mailflow.model.letter import ClockSort, DecisionSort, DigestCounts
from mailflow.model.life import SafeContact
from mailflow.model.outgoing import MailClass, OutgoingMail
from mailflow.model.words import Audience, ReviewStage
from tests.support.letters import letter_for, profile_templates


def made(name: str, **changes: Any) -> OutgoingMail:
    return compose(replace(letter_for(profile_templates().templates[name]), **changes), profile_templates())


WRONG = [
    ("follow-up-1", {"reply_by": None}, "until when"),
    ("notice-deadline", {"clock": None}, "which clock"),
    ("notice-deadline", {"due_on": None}, "when it is due"),
    ("notice-deadline", {"due_at": datetime(2026, 12, 1, 9)}, "no zone"),
    ("notice-decide", {"decision": None}, "which decision"),
    ("digest-morning", {"counts": None}, "must count"),
    ("digest-morning", {"counts": DigestCounts(overdue=-1)}, "below zero"),
    ("receipt-neutral", {"reference": ""}, "reference is none"),
    ("follow-up-1", {"reference": ""}, "reference is none"),
    ("follow-up-1", {"audience": Audience.BEREAVED}, "does not speak to bereaved"),
    ("follow-up-1", {"mail_class": MailClass.CHASER, "missing": ()}, "is a follow_up"),
    ("receipt-neutral", {"display_name": "Mum's friend"}, "display name is none"),
    ("receipt-neutral", {"display_name": "x\r\nBcc: a@b.example"}, "display name is none"),
    ("receipt-neutral", {"subject": "Re: Casey Vale"}, "subject is none"),
    ("receipt-neutral", {"subject": "reference\r\nBcc: a@b.example"}, "subject is none"),
]


@pytest.mark.promise("P4")
@pytest.mark.parametrize(("name", "changes", "sentence"), WRONG)
def test_a_letter_that_must_not_be_is_refused(name: str, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        made(name, **changes)


def test_every_closed_word_has_words_in_both_languages() -> None:
    said = set()
    for language in ("en", "cy"):
        for clock in ClockSort:
            said.add(made("notice-deadline", clock=clock, language=language).text)
        for decision in DecisionSort:
            said.add(made("notice-decide", decision=decision, language=language).text)
    assert len(said) == 2 * (len(ClockSort) + len(DecisionSort))


@pytest.mark.parametrize(
    ("changes", "past"),
    [
        ({"due_on": date(2026, 11, 23)}, False),  # the day itself is not over
        ({"due_on": date(2026, 11, 22)}, True),
        ({"due_on": None, "due_at": datetime(2026, 11, 23, 10, 1, tzinfo=UTC)}, False),
        ({"due_on": None, "due_at": datetime(2026, 11, 23, 10, 0, tzinfo=UTC)}, True),
        # 23.30 in London in summer is 22.30 UTC: still the same day
        ({"date": datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "due_on": date(2026, 7, 1)}, False),
        ({"date": datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "due_on": date(2026, 7, 1)}, True),
    ],
)
def test_a_time_limit_is_near_or_past_by_the_clocks_of_london(changes: dict[str, Any], past: bool) -> None:
    subject = made("notice-deadline", **changes).subject
    assert subject == ("Past its time: HS-7KQ4-M2XD" if past else "Time limit near: HS-7KQ4-M2XD")


def test_a_breach_is_due_by_the_minute() -> None:
    text = made("notice-deadline", clock=ClockSort.BREACH_REPORT, due_at=datetime(2026, 6, 28, 15, 20, tzinfo=UTC)).text
    assert "by: 4.20pm on 28 June 2026" in text


def test_a_key_that_ends_belongs_to_no_event() -> None:
    mail = made("notice-deadline", clock=ClockSort.KEY_EXPIRY, reference="")
    assert mail.subject == "Time limit near"
    assert "reference" not in mail.text


# -- safe contact ----------------------------------------------------------------------------------


@pytest.mark.promise("P4")
def test_a_private_address_is_neutral_unless_its_person_chose() -> None:
    letter = letter_for(profile_templates().templates["receipt-self-referral"], private=True)
    assert sender_name(letter, profile_templates()) == "Support team"
    assert compose(letter, profile_templates()).subject == "We received your email (HS-7KQ4-M2XD)"
    chosen = replace(letter, display_name="team", subject="message")
    mail = compose(chosen, profile_templates())
    assert mail.subject == "A message for you"
    assert b"\r\nFrom: The team <" in b"\r\n" + mail.raw
    assert compose(replace(chosen, language="cy"), profile_templates()).subject == "Neges i chi"


def test_a_question_to_a_private_address_does_not_say_that_we_received_something() -> None:
    assert made("follow-up-1", private=True).subject == "A message for you (HS-7KQ4-M2XD)"
    assert made("follow-up-1", private=True, language="cy").subject == "Neges i chi (HS-7KQ4-M2XD)"


@pytest.mark.promise("P4")
def test_a_persons_record_chooses_keys_never_words() -> None:
    templates = profile_templates()
    assert safe_choice(None, templates) == safe_choice(SafeContact(), templates) == ("", "")
    assert safe_choice(SafeContact(display_name="team", subject="reference"), templates) == ("team", "reference")
    hostile = SafeContact(display_name="Amy\r\nBcc: a@b.example", subject="The murder of Casey")
    assert safe_choice(hostile, templates) == ("", "")


@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_safe_choice_can_be_sent(language: str) -> None:
    templates = profile_templates()
    for name in templates.service.safe_names:
        for subject in templates.safe_subjects:
            mail = made("receipt-update-private", display_name=name, subject=subject, language=language, private=True)
            for word in ("homicide", "dynladdiad", "murder", "bereave", "profedigaeth", "police", "heddlu"):
                assert word not in (mail.subject + templates.service.safe_names[name][language]).casefold()


# -- which question --------------------------------------------------------------------------------


@pytest.mark.promise("P5")
def test_the_question_follows_the_stage_and_two_reminders_follow_the_question() -> None:
    first = {stage: follow_up_template(stage, 1) for stage in set(ReviewStage) - NEVER_ASKED}
    assert first[ReviewStage.IN_PROGRESS] == first[ReviewStage.NOTIFIED] == "follow-up-1"
    assert first[ReviewStage.PAUSED] == "follow-up-1-paused"
    assert first[ReviewStage.DRAFT_REPORT] == "follow-up-1-draft"
    assert first[ReviewStage.SUBMITTED] == first[ReviewStage.RETURNED] == "follow-up-1-home-office"
    assert first[ReviewStage.APPROVED] == "follow-up-1-publication"
    assert {follow_up_template(stage, 2) for stage in first} == {"follow-up-2"}
    assert {follow_up_template(stage, 3) for stage in first} == {"follow-up-3"}
    assert {name for name in profile_templates().names if name.startswith("follow-up")} == {
        *first.values(),
        "follow-up-2",
        "follow-up-3",
    }


@pytest.mark.promise("P5")
@pytest.mark.parametrize("number", [0, 4, 99])
def test_there_is_no_third_reminder(number: int) -> None:
    with pytest.raises(ValueError, match="then a human"):
        follow_up_template(ReviewStage.IN_PROGRESS, number)


@pytest.mark.parametrize("stage", sorted(NEVER_ASKED))
def test_a_review_that_is_over_is_not_asked(stage: ReviewStage) -> None:
    with pytest.raises(ValueError, match="not asked"):
        follow_up_template(stage, 1)
