"""Promises over every combination that hypothesis can think of (P4–P7, P9), not only over the tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailflow.decide import match_values
from mailflow.decide.answering import usable_address
from mailflow.model.decision import Answer, AttachToCase, CancelQueued, Candidate, Context, OpenCase, Remind, Suppress
from mailflow.model.decision import ReminderKind as R
from mailflow.model.facts import Chair, Facts, Person, Relative, Victim
from mailflow.model.message import Address, Automatic, BounceReport, ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import (
    NEVER_ANSWERED,
    AssuranceLevel,
    Audience,
    AutomaticKind,
    Consent,
    Flag,
    Kind,
    SenderType,
    Urgency,
)
from tests.support.deciding import NOW, answer, bereaved, decided, message, officer, queue, reminders, report, verdict
from tests.support.letters import profile_policy, profile_templates

ADDRESSES = [
    "amy@met.police.uk",
    "jade@mail.example",
    "no-reply@x.example",
    "a@b.cjsm.net",
    "x",
    "",
    "a@b\r\nBcc: c@d.uk",
]
TEXTS = ["Thanks, noted.", "Please could you help this family?", "", "i cant do this any more", "x" * 5000]

addresses = st.sampled_from(ADDRESSES).map(lambda address: Address("Somebody", address))
automatics = st.builds(Automatic, st.sampled_from(AutomaticKind), st.just("a header says so"), st.booleans())
bounces = st.none() | st.builds(BounceReport, st.just(("x@y.example",)), st.just("5.1.1"), st.booleans())
messages = st.builds(
    lambda text, changes: message(text, **changes),
    st.sampled_from(TEXTS),
    st.fixed_dictionaries(
        {},
        optional={
            "from_": st.lists(addresses, max_size=2).map(tuple),
            "automatic": automatics,
            "bounce": bounces,
            "return_path": st.sampled_from([None, "", "amy@met.police.uk"]),
            "in_reply_to": st.sampled_from([(), ("ours@victimsupport.org.uk",)]),
            "subject": st.text(max_size=20),
        },
    ),
)
reports = st.builds(
    lambda changes: report(**changes),
    st.fixed_dictionaries(
        {},
        optional={
            "level": st.sampled_from(AssuranceLevel),
            "dmarc": st.sampled_from(["pass", "fail", "none", ""]),
            "spf": st.sampled_from(["pass", "fail", "softfail", "none"]),
            "dkim": st.sampled_from(["pass", "fail", "none"]),
            "identity_doubts": st.sampled_from([(), ("a look-alike domain",)]),
            "pointer": st.booleans(),
            "passcode": st.booleans(),
        },
    ),
)
people = st.none() | st.builds(Person, st.just("Amy"), st.sampled_from(["", "FLO"]), st.sampled_from(["", "Police"]))
facts = st.builds(
    Facts,
    sender_type=st.sampled_from(SenderType),
    bereaved_writer=st.booleans(),
    language=st.sampled_from(["en", "cy", "pl", ""]),
    referrer=people,
    family=st.lists(st.builds(Relative, st.text(max_size=12), phone=st.text(max_size=16)), max_size=2).map(tuple),
    victim=st.none() | st.builds(Victim, st.text(max_size=12), st.sampled_from(["", "2026-01-30"])),
    consent=st.none() | st.sampled_from(Consent),
    chair=st.none() | st.just(Chair("Malcolm")),
    deadlines=st.lists(st.sampled_from(["2026-11-24", "4pm", "not a date", "9999-99-99"]), max_size=2).map(tuple),
    telephones=st.lists(st.text(max_size=16), max_size=3).map(tuple),
)
verdicts = st.builds(
    lambda kind, confidence, flags, runner_up, unsure: verdict(
        kind, confidence, flags=tuple(flags), runner_up=runner_up, needs_human=unsure
    ),
    st.sampled_from(Kind),
    st.floats(0, 1),
    st.lists(st.sampled_from(Flag), unique=True, max_size=3),
    st.none() | st.sampled_from(Kind),
    st.booleans(),
)
candidates = st.builds(
    Candidate,
    st.sampled_from(["case-1", "case-2"]),
    st.sampled_from(["thread", "reference", "victim", "telephone", "address", "name"]),
    st.booleans(),
)
contexts = st.builds(
    Context,
    candidates=st.lists(candidates, max_size=3).map(tuple),
    in_our_thread=st.booleans(),
    our_thread_class=st.none() | st.sampled_from(MailClass),
    bounced_recipient=st.sampled_from(["", "chair@mail.example"]),
    event_known=st.booleans(),
    same_request_answered=st.booleans(),
    sent_to_address_hour=st.sampled_from([0, 4, 5]),
    sent_to_address_day=st.sampled_from([0, 19, 20]),
    sent_total_hour=st.sampled_from([0, 199, 200]),
    suppressed=st.booleans(),
    answerable=st.booleans(),
    stopped=st.booleans(),
    backfilled=st.booleans(),
)

LACKING = officer(consent=None, victim=None)

FRIENDLY = (
    st.sampled_from([message(), message("Words of another kind.", in_reply_to=("ours@victimsupport.org.uk",))]),
    st.just(report()),
    st.sampled_from([officer(), LACKING, LACKING, bereaved(), Facts(sender_type=SenderType.COUNCIL)]),
    st.builds(
        lambda kind, flags: verdict(kind, flags=tuple(flags)),
        st.sampled_from([*sorted(set(Kind) - NEVER_ANSWERED), *[Kind.REFERRAL] * 6]),
        st.lists(
            st.sampled_from([Flag.CHILD, Flag.RISK, Flag.CONSENT_DECLINED, Flag.DEADLINE]), unique=True, max_size=2
        ),
    ),
    st.builds(Context, candidates=st.lists(candidates, max_size=2).map(tuple), in_our_thread=st.booleans()),
)
WILD = (messages, reports, facts, verdicts, contexts)


@st.composite
def matter(draw: st.DrawFn) -> tuple:
    """Mail, report, facts, verdict and context: up to three of them wild, the others such that an answer is likely.
    All wild at once, nearly nothing would be answered, and the promises would be proved over silence."""
    wild = draw(st.sets(st.integers(0, 4), max_size=3))
    return tuple(draw(WILD[n] if n in wild else FRIENDLY[n]) for n in range(5))


matters = given(matter())
many = settings(max_examples=250, deadline=None)


def due(mail: ParsedMessage, security: SecurityReport, found: Facts, said: Verdict, context: Context):
    return decided(said, mail, found, security=security, context=context)


@pytest.mark.promise("P6")
@many
@matters
def test_nobody_is_answered_who_must_not_be(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    made = answer(due(mail, security, found, said, context))
    if made is None:
        return
    assert said.kind not in NEVER_ANSWERED
    assert not mail.automatic.is_automatic
    assert mail.automatic.may_answer
    assert mail.bounce is None
    assert mail.return_path != ""
    assert not security.authentication_failed
    assert not security.identity_doubts
    assert not said.has(Flag.IDENTITY_DOUBT)
    assert not security.pointer
    assert not security.passcode
    assert found.sender_type not in (SenderType.OWN, SenderType.SYSTEM)
    assert not context.suppressed
    assert context.answerable
    assert not context.backfilled
    assert not context.event_known
    assert not context.same_request_answered
    assert context.sent_to_address_hour < 5
    assert context.sent_to_address_day < 20
    assert context.sent_total_hour < 200
    assert [made.recipient] == [author.address for author in mail.from_]
    assert made.recipient == usable_address(mail)
    assert not made.recipient.endswith("cjsm.net")


A_LIST = Automatic(AutomaticKind.BULK, "List-Id", True)
A_RECLUSE = Automatic(AutomaticKind.NONE, "X-Auto-Response-Suppress: All", False)
SPOILERS = {
    "empty return path": lambda m, s, f, v, c: (replace(m, return_path=""), s, f, v, c),
    "automatic": lambda m, s, f, v, c: (replace(m, automatic=A_LIST), s, f, v, c),
    "asks not to": lambda m, s, f, v, c: (replace(m, automatic=A_RECLUSE), s, f, v, c),
    "bounce": lambda m, s, f, v, c: (replace(m, bounce=BounceReport(("x@y.example",), "5.1.1", True)), s, f, v, c),
    "no author": lambda m, s, f, v, c: (replace(m, from_=()), s, f, v, c),
    "two authors": lambda m, s, f, v, c: (replace(m, from_=(Address("", "a@b.example"),) * 2), s, f, v, c),
    "cjsm": lambda m, s, f, v, c: (replace(m, from_=(Address("", "a@b.gov.uk.cjsm.net"),)), s, f, v, c),
    "no-reply": lambda m, s, f, v, c: (replace(m, from_=(Address("", "no-reply@b.gov.uk"),)), s, f, v, c),
    "dmarc fail": lambda m, s, f, v, c: (m, replace(s, dmarc="fail"), f, v, c),
    "failed channel": lambda m, s, f, v, c: (m, replace(s, level=AssuranceLevel.FAILED), f, v, c),
    "doubts": lambda m, s, f, v, c: (m, replace(s, identity_doubts=("a look-alike",)), f, v, c),
    "pointer": lambda m, s, f, v, c: (m, replace(s, pointer=True), f, v, c),
    "passcode": lambda m, s, f, v, c: (m, replace(s, passcode=True), f, v, c),
    "own": lambda m, s, f, v, c: (m, s, replace(f, sender_type=SenderType.OWN), v, c),
    "system": lambda m, s, f, v, c: (m, s, replace(f, sender_type=SenderType.SYSTEM), v, c),
    "flag": lambda m, s, f, v, c: (m, s, f, replace(v, flags=(*v.flags, Flag.IDENTITY_DOUBT)), c),
    "suppressed": lambda m, s, f, v, c: (m, s, f, v, replace(c, suppressed=True)),
    "old": lambda m, s, f, v, c: (m, s, f, v, replace(c, answerable=False)),
    "backfilled": lambda m, s, f, v, c: (m, s, f, v, replace(c, backfilled=True)),
    "copy": lambda m, s, f, v, c: (m, s, f, v, replace(c, event_known=True)),
    "answered": lambda m, s, f, v, c: (m, s, f, v, replace(c, same_request_answered=True)),
    "hour": lambda m, s, f, v, c: (m, s, f, v, replace(c, sent_to_address_hour=5)),
    "day": lambda m, s, f, v, c: (m, s, f, v, replace(c, sent_to_address_day=20)),
    "total": lambda m, s, f, v, c: (m, s, f, v, replace(c, sent_total_hour=200)),
    "alert": lambda m, s, f, v, c: (m, s, f, v, replace(c, our_thread_class=MailClass.ALERT)),
    **{
        kind.value: lambda m, s, f, v, c, kind=kind: (m, s, f, replace(v, kind=kind), c)
        for kind in sorted(NEVER_ANSWERED)
    },
}  # fmt: skip
"""Each alone silences the machine, whatever the rest says."""


@pytest.mark.promise("P6")
@settings(max_examples=60, deadline=None)
@matters
def test_each_reason_alone_silences_the_machine(drawn: tuple) -> None:
    for name, spoil in SPOILERS.items():
        decision = due(*spoil(*drawn))
        assert answer(decision) is None, name
        assert reminders(decision, R.MISSING_INFORMATION) == [], name


@pytest.mark.promise("P9")
@many
@matters
def test_where_the_machine_is_unsure_it_sends_the_neutral_receipt_or_nothing(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    if said.confidence >= profile_policy().for_kind(said.kind).threshold:
        said = replace(said, needs_human=True)
    decision = due(mail, security, found, said, context)
    made = answer(decision)
    assert made is None or (made.template == "receipt-neutral" and made.missing == ())
    assert not any(isinstance(intent, OpenCase) and intent.record.value == "referral" for intent in decision.intents)
    assert queue(decision) is not None or context.event_known


@pytest.mark.promise("P5")
@many
@matters
def test_no_bereaved_or_private_writer_is_ever_chased(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    decision = due(mail, security, found, said, context)
    chasers = reminders(decision, R.MISSING_INFORMATION)
    if chasers:
        made = answer(decision)
        assert made is not None
        assert made.audience is Audience.PROFESSIONAL
        assert said.kind is Kind.REFERRAL
        assert not found.bereaved_writer
        assert found.consent is not Consent.DECLINED
        assert not said.has(Flag.CONSENT_DECLINED)
    if found.bereaved_writer or said.kind is Kind.SELF_REFERRAL:
        allowed = {R.UNTRIAGED, R.RISK_ALERT}
        assert {intent.kind for intent in decision.intents if isinstance(intent, Remind)} <= allowed


@pytest.mark.promise("P7")
@many
@matters
def test_danger_always_alerts_once_and_stands_first(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    at_risk = replace(said, flags=(*said.flags, Flag.RISK)) if not said.has(Flag.RISK) else said
    decision = due(mail, security, found, at_risk, context)
    (alert,) = reminders(decision, R.RISK_ALERT)
    assert alert.due == NOW
    assert alert.held == context.backfilled
    assert queue(decision).urgency is Urgency.NOW


@pytest.mark.promise("P5")
@many
@matters
def test_a_withdrawal_in_our_thread_stops_before_anything_is_sent(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    decision = due(mail, security, found, said, context)
    stops = [n for n, intent in enumerate(decision.intents) if isinstance(intent, CancelQueued)]
    sends = [n for n, intent in enumerate(decision.intents) if isinstance(intent, (Answer, Remind))]
    assert not stops or not sends or max(stops) < min(sends)
    withdrawn = said.has(Flag.CONSENT_DECLINED) or found.consent is Consent.DECLINED
    candidates = {c.case_id for c in context.candidates}
    if withdrawn and not context.event_known and said.kind not in (Kind.SPAM, Kind.BULK):
        stopped = {intent.case_id for intent in decision.intents if isinstance(intent, CancelQueued)}
        assert stopped == (set() if security.authentication_failed else candidates)


@pytest.mark.promise("P3")
@many
@matters
def test_whatever_stands_in_the_queue_rings_and_whatever_is_answered_stands_in_it(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    decision = due(mail, security, found, said, context)
    if context.event_known:
        return
    untriaged = reminders(decision, R.UNTRIAGED)
    assert len(untriaged) == (queue(decision) is not None)
    assert all(reminder.due > NOW for reminder in untriaged)
    if answer(decision):
        assert untriaged
    if queue(decision) is None:
        assert said.kind in (Kind.BULK, Kind.SPAM, Kind.AUTO_REPLY)


@many
@matters
def test_only_a_person_of_the_case_attaches_and_only_our_own_mail_suppresses(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    decision = due(mail, security, found, said, context)
    attached = [intent for intent in decision.intents if isinstance(intent, AttachToCase)]
    opened = [intent for intent in decision.intents if isinstance(intent, OpenCase)]
    assert len(attached) + len(opened) <= 1
    for intent in attached:
        sure = [c for c in context.candidates if c.case_id == intent.case_id and c.by in ("thread", "reference")]
        assert any(c.sender_belongs for c in sure) or (said.kind is Kind.BOUNCE and context.bounced_recipient)
        assert not security.authentication_failed
    for intent in decision.intents:
        if isinstance(intent, Suppress):
            assert intent.address == context.bounced_recipient != ""
            assert mail.bounce is not None
            assert mail.bounce.permanent


@pytest.mark.promise("P4")
@many
@matters
def test_an_answer_fits_its_template_and_depends_on_nothing_that_we_hold(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    made = answer(due(mail, security, found, said, context))
    if made is None:
        return
    template = profile_templates().templates[made.template]
    assert made.audience in template.audiences
    assert made.language in template.languages
    if made.audience in (Audience.BEREAVED, Audience.BEREAVED_AT_RISK, Audience.PUBLIC, Audience.NEUTRAL):
        assert made.private
    # What we hold on other cases may not change a letter: with and without candidates it is the same.
    assert answer(due(mail, security, found, said, replace(context, candidates=()))) == made


@many
@matters
def test_keys_of_reminders_are_unique_and_everything_has_a_reason(drawn: tuple) -> None:
    mail, security, found, said, context = drawn
    decision = due(mail, security, found, said, context)
    keys = [intent.key for intent in decision.intents if isinstance(intent, Remind)]
    assert len(keys) == len(set(keys))
    assert len(decision.reasons) >= len(decision.intents)
    assert all(reason.strip() for reason in decision.reasons)
    assert due(mail, security, found, said, context) == decision


@given(messages, facts)
@example(message(message_id="", references=("", "x@y")), Facts(victim=Victim(" . ")))
def test_match_values_are_normalised_unique_and_never_empty(mail, found) -> None:
    values = match_values(mail, found)
    assert len(values) == len(set(values))
    assert all(sort and value and value == value.strip() for sort, value in values)
    assert all(value.isdigit() for sort, value in values if sort == "telephone")


def test_the_strategies_reach_what_they_are_to_prove() -> None:
    """A guard for the guards: a third of what is drawn is answered, some is chased, attached, cancelled, doubted."""
    seen: Counter[str] = Counter()

    @settings(max_examples=400, deadline=None, database=None, derandomize=True)
    @matters
    def count(drawn: tuple) -> None:
        decision = due(*drawn)
        made = answer(decision)
        seen["drawn"] += 1
        seen["answered"] += made is not None
        seen["neutral"] += made is not None and made.template == "receipt-neutral"
        seen["chased"] += bool(reminders(decision, R.MISSING_INFORMATION))
        seen.update(type(intent).__name__ for intent in decision.intents)

    count()
    assert seen["answered"] * 3 > seen["drawn"]
    rare = ("neutral", "chased", "AttachToCase", "CancelQueued", "ProposeLink")
    assert {name: seen[name] for name in rare if seen[name] < 5} == {}
