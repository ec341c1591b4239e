"""``policy.yaml``: what it must hold together, every fault at its place, all at once."""

from __future__ import annotations

import pytest

from mailflow.decide import load_policy
from mailflow.errors import ProfileFault
from mailflow.model.policy import ClockPolicy, FollowUpPolicy, RetentionPolicy
from mailflow.model.words import NEVER_ANSWERED, Audience, Kind, RecordType, Urgency
from tests.support.letters import RULES, profile_policy

BOUNCE = "  bounce: {record: none, urgency: soon, triage_hours: 8, threshold: 0.5}"
TEXT = (RULES / "policy.yaml").read_text("utf-8")


def test_the_profile_is_the_table_of_the_design() -> None:
    policy = profile_policy()
    records = {line.kind: line.record for line in policy.kinds}
    assert set(records) == set(Kind)
    assert {kind for kind, record in records.items() if record is RecordType.REFERRAL} == {
        Kind.REFERRAL,
        Kind.SELF_REFERRAL,
    }
    assert all(not policy.for_kind(kind).template for kind in NEVER_ANSWERED)
    assert [line.kind for line in policy.kinds if line.chase_missing] == [Kind.REFERRAL]
    assert [line.kind for line in policy.kinds if line.only_in_own_thread] == [Kind.REVIEW_UPDATE]
    assert policy.for_kind(Kind.SELF_REFERRAL).audience is Audience.BEREAVED
    assert policy.for_kind(Kind.SPAM).urgency is Urgency.NONE
    assert policy.doubt_template == "receipt-neutral"
    assert (policy.sending.per_address_hour, policy.sending.per_address_day, policy.sending.max_age_hours) == (
        5,
        20,
        72,
    )
    assert (policy.clock.chaser_working_days, policy.clock.alert_minutes) == ((2, 5), 10)


def faults(*changes: tuple[str, str]) -> list[str]:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(ProfileFault) as caught:
        load_policy("policy.yaml", text)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("  bounce: {", "  bunce: {", "this must be one of 'referral'"),
        (BOUNCE + "\n", "", "the kind bounce has no line"),
        ("  spam: {record: none,", "  spam: {record: none, template: receipt-neutral,", "spam is never answered (P6)"),
        ("threshold: 0.9}", "threshold: 90}", "policy.yaml:"),
        ("urgency: soon, triage_hours: 4", "urgency: whenever, triage_hours: 4", "policy.yaml:"),
        ("urgency: soon, triage_hours: 4", "urgency: soon, triage_hours: 0", "promises that a person will read"),
        (BOUNCE, BOUNCE.replace("8", "0"), "must be looked at in time"),
        ("audience: professional,", "audience: bereaved,", "only professionals who refer"),
        ("{record: referral, template: receipt-referral,", "{record: note, template: receipt-referral,",
         "record must be referral"),
        ("audience: press", "audience: staff", "the audience staff is not one of a kind"),
        ("{record: note, template: receipt-neutral,", "{record: note, risk_template: receipt-neutral,",
         "needs a template beside it"),
        ("opens_hour: 9", "opens_hour: 18", "must open before it closes"),
        ("[2, 5]", "[5, 2]", "must ascend"),
        ("closure_days: []", "closure_days: [2026-12-29, 29.12.2026]", "'29.12.2026' is no date"),
        ("languages: [en, cy]", "languages: [cy]", "English (en) must be among"),
        ("languages: [en, cy]", "languages: [en]\ncolour: red", "colour"),
        ("per_address_hour: 5", "per_address_hour: 0", "policy.yaml:"),
        ("chase_missing: true", "chase_missing: perhaps", "policy.yaml:"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_named(old: str, new: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults((old, new)))


def test_each_fault_has_its_line() -> None:
    (fault,) = faults(("[2, 5]", "[5, 2]"))
    line = next(n for n, text in enumerate(TEXT.splitlines(), start=1) if "chaser_working_days" in text)
    assert fault.startswith(f"policy.yaml:{line}:")


def test_all_faults_come_at_once() -> None:
    found = faults(
        ("[2, 5]", "[5, 2]"), ("opens_hour: 9", "opens_hour: 18"), ("languages: [en, cy]", "languages: [cy]")
    )
    assert len(found) == 3


def test_closure_days_are_kept() -> None:
    policy = load_policy("policy.yaml", TEXT.replace("closure_days: []", "closure_days: [2026-12-29, 2026-12-30]"))
    assert policy.clock.closure_days == ("2026-12-29", "2026-12-30")


@pytest.mark.parametrize("text", ["", "just words", "kinds: 3", "[", "\x00", "- a\n- b"])
def test_any_text_is_faults_and_no_crash(text: str) -> None:
    with pytest.raises(ProfileFault):
        load_policy("policy.yaml", text)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("reminder_working_days: [10, 20]", "reminder_working_days: [5, 10, 20]", "never a third"),
        ("reminder_working_days: [10, 20]", "reminder_working_days: [20, 10]", "must ascend"),
        ("human_working_days: 30", "human_working_days: 20", "after the last reminder"),
        ("send_until_hour: 16", "send_until_hour: 9", "must begin before they end"),
        ("named_day_limit_weeks: 26", "named_day_limit_weeks: 11", "sooner than the rhythm"),
        ("breach_hours: 72", "breach_hours: 96", "policy.yaml:"),
        ("rights_months: 1", "rights_months: 2", "policy.yaml:"),
        ("[1, 24, 48, 66]", "[1, 24, 72]", "before the report is due"),
        ("[1, 24, 48, 66]", "[24, 1]", "the hours must ascend"),
        ("[30, 7, 1]", "[1, 7, 30]", "must descend"),
        ("soon: {lead_hours: 8, deputy_hours: 16}", "soon: {lead_hours: 8, deputy_hours: 4}", "after the lead"),
        ("    soon: {lead_hours: 8, deputy_hours: 16}\n", "", "today, soon and later need a line each"),
        ("    soon: {lead_hours: 8,", "    now: {lead_hours: 8,", "today, soon and later need a line each"),
        ("supported_years: 6", "supported_years: 0", "policy.yaml:"),
        ("weeks_while_paused: 12", "weeks_while_pausing: 12", "policy.yaml:"),
    ],
)
def test_a_wrong_clock_is_named(old: str, new: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults((old, new)))


def test_the_clocks_of_the_profile_are_the_defaults_that_the_records_explain() -> None:
    policy = profile_policy()
    assert policy.clock == ClockPolicy()
    assert policy.follow_ups == FollowUpPolicy()
    assert policy.retention == RetentionPolicy()


def test_a_policy_of_before_the_clocks_still_opens() -> None:
    before = TEXT.split("  # The family is spoken to so many working days")[0]
    assert load_policy("policy.yaml", before).follow_ups == FollowUpPolicy()
