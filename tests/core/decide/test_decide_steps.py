"""Records, links, withdrawals, bounces, queue, reminders: each step of a decision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailflow.decide import match_values
from mailflow.model.decision import (
    Answer,
    AttachToCase,
    CancelQueued,
    Candidate,
    Context,
    Queue,
    Remind,
    ReminderKind,
    Suppress,
)
from mailflow.model.facts import Facts, Person, Relative, Victim
from mailflow.model.message import Address, Automatic, BounceReport
from mailflow.model.outgoing import MailClass
from mailflow.model.words import AutomaticKind, Consent, Flag, Kind, RecordType, SenderType, Urgency
from tests.support.deciding import (
    NOW,
    answer,
    bereaved,
    decided,
    message,
    officer,
    opened,
    others,
    private_message,
    proposed,
    queue,
    reminders,
    report,
    verdict,
)

OURS = Candidate("case-1", "thread", sender_belongs=True)
QUOTED = Candidate("case-1", "reference", sender_belongs=False)


# -- where it belongs ---------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["thread", "reference"])
def test_our_thread_or_reference_and_a_sender_of_the_case_attach(by: str) -> None:
    decision = decided(Kind.CASE_UPDATE, context=Context(candidates=(Candidate("case-1", by, True),)))
    (attach,) = others(decision, AttachToCase)
    assert attach.case_id == "case-1"
    assert opened(decision) is None
    assert proposed(decision) == []
    assert "link" not in queue(decision).task


@pytest.mark.parametrize(
    "candidates",
    [
        pytest.param((QUOTED,), id="a stranger quotes our reference"),
        pytest.param((Candidate("case-1", "victim", True),), id="the same victim"),
        pytest.param((Candidate("case-1", "telephone", True),), id="the same telephone"),
        pytest.param((OURS, Candidate("case-2", "reference", True)), id="two cases fit"),
    ],
)
def test_anything_less_is_proposed_to_a_human(candidates: tuple[Candidate, ...]) -> None:
    decision = decided(Kind.CASE_UPDATE, context=Context(candidates=candidates))
    assert others(decision, AttachToCase) == []
    assert proposed(decision) == list(dict.fromkeys(found.case_id for found in candidates))
    assert "link it to a case" in queue(decision).task


@pytest.mark.parametrize(
    "doubted",
    [
        {"security": report(dmarc="fail")},
        {"security": report(identity_doubts=("look-alike",))},
        {"kind": verdict(Kind.CASE_UPDATE, flags=(Flag.IDENTITY_DOUBT,))},
    ],
    ids=["failed", "doubts", "flag"],
)
def test_a_sender_in_doubt_attaches_nothing(doubted: dict) -> None:
    changes = dict(doubted)
    decision = decided(changes.pop("kind", Kind.CASE_UPDATE), context=Context(candidates=(OURS,)), **changes)
    assert others(decision, AttachToCase) == []
    assert proposed(decision) == ["case-1"]


def test_a_new_family_in_an_old_thread_is_a_new_case_and_a_proposal() -> None:
    decision = decided(Kind.REFERRAL, context=Context(candidates=(OURS,), in_our_thread=True))
    assert opened(decision).record is RecordType.REFERRAL
    assert proposed(decision) == ["case-1"]


def test_an_update_without_any_case_stands_alone_until_a_human_links_it() -> None:
    decision = decided(Kind.CASE_UPDATE)
    assert opened(decision) is None
    assert "link it to a case" in queue(decision).task


def test_no_more_than_five_cases_are_proposed_the_strongest_first() -> None:
    many = tuple(Candidate(f"case-{n}", "telephone", False) for n in range(9))
    decision = decided(Kind.CASE_UPDATE, context=Context(candidates=(*many, Candidate("case-z", "reference", False))))
    assert proposed(decision) == ["case-z", "case-0", "case-1", "case-2", "case-3"]


def test_junk_is_linked_to_nothing() -> None:
    for kind in (Kind.SPAM, Kind.BULK):
        decision = decided(kind, context=Context(candidates=(OURS,)))
        assert proposed(decision) == []
        assert others(decision, AttachToCase) == []


def test_the_people_go_with_the_case() -> None:
    facts = officer()
    case = opened(decided(Kind.REFERRAL, facts=facts))
    assert (case.referrer, case.family) == (facts.referrer, facts.family)


# -- what stops ---------------------------------------------------------------------------------


@pytest.mark.promise("P5")
@pytest.mark.parametrize(
    ("flags", "consent", "candidates", "cancelled"),
    [
        ((Flag.CONSENT_DECLINED,), None, (OURS,), ["case-1"]),
        ((), Consent.DECLINED, (OURS,), ["case-1"]),
        ((Flag.CONSENT_DECLINED,), None, (QUOTED,), ["case-1"]),  # holding is always allowed, whoever wrote
        ((Flag.CONSENT_DECLINED,), None, (Candidate("case-1", "victim", False),), ["case-1"]),  # it may belong to it
        ((), Consent.GIVEN, (OURS,), []),
        ((), None, (OURS,), []),
    ],
)
def test_a_withdrawal_stops_what_is_queued(flags, consent, candidates, cancelled) -> None:
    kind = verdict(Kind.CASE_UPDATE, flags=flags)
    decision = decided(kind, facts=bereaved(consent=consent), context=Context(candidates=candidates))
    assert [intent.case_id for intent in others(decision, CancelQueued)] == cancelled
    if flags:
        assert queue(decision).urgency is Urgency.TODAY
        assert "record what was withdrawn" in queue(decision).task


def test_what_stops_comes_before_what_is_sent() -> None:
    kind = verdict(Kind.CASE_UPDATE, flags=(Flag.CONSENT_DECLINED,))
    sorts = [type(intent) for intent in decided(kind, facts=bereaved(), context=Context(candidates=(OURS,))).intents]
    assert sorts.index(CancelQueued) < sorts.index(Answer) < sorts.index(Remind)


def test_a_refuted_sender_stops_nothing() -> None:
    kind = verdict(Kind.CASE_UPDATE, flags=(Flag.CONSENT_DECLINED, Flag.IDENTITY_DOUBT))
    decision = decided(kind, security=report(dmarc="fail"), context=Context(candidates=(OURS,)))
    assert others(decision, CancelQueued) == []
    assert queue(decision).urgency is Urgency.TODAY


def bounced(permanent: bool = True, recipient: str = "chair@mail.example") -> tuple[list, list]:
    mail = message(
        from_=(Address("", "MAILER-DAEMON@mx.example"),),
        return_path="",
        automatic=Automatic(AutomaticKind.BOUNCE, "a delivery report", False),
        bounce=BounceReport(("chair@mail.example",), "5.1.1" if permanent else "4.4.1", permanent, "ours@x.example"),
    )
    context = Context(bounced_recipient=recipient, candidates=(Candidate("case-1", "thread", False),))
    decision = decided(Kind.BOUNCE, mail, Facts(sender_type=SenderType.SYSTEM), context=context)
    assert answer(decision) is None
    assert queue(decision) is not None
    return others(decision, Suppress), others(decision, AttachToCase)


def test_only_our_own_mail_that_came_back_for_good_suppresses() -> None:
    suppressed, attached = bounced()
    assert [intent.address for intent in suppressed] == ["chair@mail.example"]
    assert [intent.case_id for intent in attached] == ["case-1"]


def test_a_delay_or_a_forged_bounce_suppresses_nobody() -> None:
    assert bounced(permanent=False)[0] == []
    suppressed, attached = bounced(recipient="")
    assert suppressed == []
    assert attached == []


# -- danger -------------------------------------------------------------------------------------


@pytest.mark.promise("P7")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize(
    "context",
    [
        Context(),
        Context(suppressed=True),
        Context(event_known=True),
        Context(same_request_answered=True),
        Context(answerable=False),
        Context(stopped=True),
        Context(sent_to_address_hour=99),
    ],
    ids=["plain", "suppressed", "copy", "answered", "old", "stopped", "capped"],
)
@pytest.mark.parametrize("confidence", [0.05, 0.99])
def test_danger_alerts_now_whatever_else_holds(kind: Kind, context: Context, confidence: float) -> None:
    decision = decided(verdict(kind, confidence, flags=(Flag.RISK,)), context=context)
    (alert,) = reminders(decision, ReminderKind.RISK_ALERT)
    assert (alert.due, alert.key, alert.held) == (NOW, "risk", False)
    assert queue(decision).urgency is Urgency.NOW


def test_without_danger_nobody_is_called() -> None:
    for kind in Kind:
        decision = decided(kind)
        assert reminders(decision, ReminderKind.RISK_ALERT) == []
        assert queue(decision) is None or queue(decision).urgency is not Urgency.NOW


def test_danger_in_history_stands_first_and_rings_when_released() -> None:
    decision = decided(verdict(Kind.CASE_UPDATE, flags=(Flag.RISK,)), context=Context(backfilled=True))
    assert [alert.held for alert in reminders(decision, ReminderKind.RISK_ALERT)] == [True]
    assert queue(decision).urgency is Urgency.NOW


# -- the queue and its clock --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "urgency", "due"),
    [
        (Kind.REFERRAL, Urgency.TODAY, datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        (Kind.SELF_REFERRAL, Urgency.TODAY, datetime(2026, 11, 23, 14, 0, tzinfo=UTC)),
        (Kind.ENQUIRY, Urgency.SOON, datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        (Kind.REVIEW_UPDATE, Urgency.LATER, datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
        (Kind.SECURE_NOTICE, Urgency.TODAY, datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
        (Kind.UNREADABLE, Urgency.TODAY, datetime(2026, 11, 24, 10, 0, tzinfo=UTC)),
    ],
)
def test_where_it_stands_and_until_when_somebody_must_have_looked(kind, urgency, due) -> None:
    decision = decided(kind)
    assert queue(decision).urgency is urgency
    (untriaged,) = reminders(decision, ReminderKind.UNTRIAGED)
    assert (untriaged.due, untriaged.key, untriaged.held) == (due, "untriaged", False)


def test_what_is_sent_on_a_friday_night_is_due_on_monday() -> None:
    decision = decided(Kind.SELF_REFERRAL, facts=bereaved(), now=datetime(2026, 11, 27, 22, 0, tzinfo=UTC))
    (untriaged,) = reminders(decision, ReminderKind.UNTRIAGED)
    assert untriaged.due == datetime(2026, 11, 30, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("flag", "task"),
    [
        (Flag.IDENTITY_DOUBT, "check who wrote"),
        (Flag.CONSENT_DECLINED, "record what was withdrawn"),
        (Flag.BREACH_REPORT, "72 hours"),
        (Flag.LEGAL_HOLD, "legal advice"),
        (Flag.MISDIRECTED, "tell the sender"),
    ],
)
def test_grave_flags_lift_it_to_today(flag: Flag, task: str) -> None:
    stands = queue(decided(verdict(Kind.CORPORATE, flags=(flag,))))
    assert stands.urgency is Urgency.TODAY
    assert task in stands.task


@pytest.mark.parametrize(
    ("deadlines", "urgency"),
    [
        (("2026-11-23",), Urgency.TODAY),
        (("2026-11-25",), Urgency.TODAY),
        (("4pm",), Urgency.TODAY),
        (("2026-12-18",), Urgency.SOON),
        (("2026-11-01",), Urgency.SOON),  # long past: nothing to hurry for
        ((), Urgency.SOON),
    ],
)
def test_a_date_that_is_near_presses(deadlines: tuple[str, ...], urgency: Urgency) -> None:
    decision = decided(verdict(Kind.PANEL_REQUEST, flags=(Flag.DEADLINE,)), facts=officer(deadlines=deadlines))
    assert queue(decision).urgency is urgency


@pytest.mark.parametrize("kind", [Kind.BULK, Kind.SPAM])
def test_junk_leaves_the_queue_only_when_sure_and_without_a_sign_of_danger_or_grief(kind: Kind) -> None:
    assert queue(decided(kind, facts=Facts())) is None
    assert reminders(decided(kind, facts=Facts()), ReminderKind.UNTRIAGED) == []
    signs = [
        decided(verdict(kind, 0.6), facts=Facts()),
        decided(verdict(kind, needs_human=True), facts=Facts()),
        decided(verdict(kind, flags=(Flag.RISK,)), facts=Facts()),
        decided(verdict(kind, flags=(Flag.CONSENT_DECLINED,)), facts=Facts()),
        decided(verdict(kind, runner_up=Kind.SELF_REFERRAL), facts=Facts()),
        decided(kind, facts=bereaved()),
        decided(kind, facts=Facts(victim=Victim("Tyrell"))),
    ]
    for decision in signs:
        assert queue(decision) is not None
        assert answer(decision) is None
        assert len(reminders(decision, ReminderKind.UNTRIAGED)) == 1


def absence(text: str, subject: str = "Automatic reply", context: Context | None = None):
    mail = message(text, subject=subject, automatic=Automatic(AutomaticKind.AUTO_REPLY, "Auto-Submitted", False))
    return decided(Kind.AUTO_REPLY, mail, context=context)


def test_an_absence_needs_nobody_but_whoever_left_is_asked_after() -> None:
    assert queue(absence("I am on rest days and back on Monday 18 May.")) is None
    gone = queue(absence("I have now left and this mailbox is closed.", "AUTO: Judith has left the organisation"))
    assert "ask who has taken over" in gone.task


@pytest.mark.promise("P7")
def test_an_absence_in_answer_to_an_alert_is_seen_today() -> None:
    context = Context(in_our_thread=True, our_thread_class=MailClass.ALERT)
    stands = queue(absence("I am on leave.", context=context))
    assert stands.urgency is Urgency.TODAY
    assert "somebody else has the alerts" in stands.task


def test_a_rights_request_names_its_last_day() -> None:
    stands = queue(decided(Kind.RIGHTS_OR_COMPLAINT, now=datetime(2026, 11, 25, 10, 0, tzinfo=UTC)))
    assert "due by 2026-12-29" in stands.task


def test_tasks_of_the_kinds() -> None:
    passcode = message(automatic=Automatic(AutomaticKind.PASSCODE, "a one-time passcode", False))
    assert "portal" in queue(decided(Kind.SECURE_NOTICE)).task
    assert "do not copy" in queue(decided(Kind.SECURE_NOTICE, passcode)).task
    assert "press office" in queue(decided(Kind.MEDIA)).task
    assert "agreement confirmed" in queue(decided(Kind.REFERRAL, facts=officer(consent=None))).task
    assert "agreement" not in queue(decided(Kind.REFERRAL)).task


def test_backfilled_mail_is_a_record_and_its_reminders_start_held() -> None:
    decision = decided(Kind.REFERRAL, facts=officer(consent=None), context=Context(backfilled=True, answerable=False))
    assert opened(decision) is not None
    assert answer(decision) is None
    assert [intent.held for intent in others(decision, Remind)] == [True]


# -- chasers ------------------------------------------------------------------------------------


def test_what_is_missing_is_asked_for_after_two_and_five_working_days() -> None:
    decision = decided(Kind.REFERRAL, facts=officer(consent=None))
    chasers = reminders(decision, ReminderKind.MISSING_INFORMATION)
    assert [(chaser.key, chaser.due.date().isoformat()) for chaser in chasers] == [
        ("missing:1", "2026-11-25"),
        ("missing:2", "2026-11-30"),
    ]
    assert "a human takes over" in chasers[-1].why


NO_CHASER = [
    pytest.param({"facts": officer()}, id="nothing is missing"),
    pytest.param({"facts": bereaved(), "kind": Kind.SELF_REFERRAL}, id="a bereaved person"),
    pytest.param({"facts": officer(consent=None, bereaved_writer=True)}, id="a bereaved officer"),
    pytest.param(
        {"facts": officer(consent=None, sender_type=SenderType.FREEMAIL, referrer=Person("A friend"))}, id="a friend"
    ),
    pytest.param({"facts": officer(consent=Consent.DECLINED)}, id="the family said no"),
    pytest.param({"facts": officer(consent=None), "mail": message(return_path="")}, id="may not be answered"),
    pytest.param(
        {"facts": officer(consent=None), "mail": message(from_=(Address("", "a@b.police.uk.cjsm.net"),))}, id="cjsm"
    ),
    pytest.param({"facts": officer(consent=None), "kind": verdict(Kind.REFERRAL, 0.3)}, id="doubt"),
    pytest.param({"facts": officer(consent=None), "kind": Kind.CASE_UPDATE}, id="no referral"),
]


@pytest.mark.promise("P5")
@pytest.mark.parametrize("why", NO_CHASER)
def test_nobody_else_is_ever_chased(why: dict) -> None:
    changes = dict(why)
    decision = decided(changes.pop("kind", Kind.REFERRAL), changes.pop("mail", None), **changes)
    assert reminders(decision, ReminderKind.MISSING_INFORMATION) == []


# -- match keys ---------------------------------------------------------------------------------


def test_the_values_by_which_events_and_cases_find_each_other() -> None:
    mail = message(in_reply_to=("a@x",), references=("b@x", "a@x"), own_references=("HS-7KQ4-M2XD",))
    facts = Facts(
        referrer=Person("Marcus", phone="07700 900296"),
        family=(
            Relative("Agnieszka Wiśniewska", "wife", "+44 7700 900751", "Agnieszka@Mail.Example"),
            Relative("Zuzanna", "daughter"),
        ),
        victim=Victim("Tomasz WIŚNIEWSKI", "2026-02-21"),
        telephones=("07700 900296", "(0)7700 900751", "0300 303 1984", "101", "020 7946 0000"),
    )
    assert match_values(mail, facts) == (
        ("message_id", "m1@met.police.uk"),
        ("message_id", "a@x"),
        ("message_id", "b@x"),
        ("reference", "HS-7KQ4-M2XD"),
        ("victim", "tomasz wisniewski 2026"),
        ("victim", "tomasz wisniewski"),
        ("telephone", "07700900751"),
        ("telephone", "02079460000"),
        ("address", "agnieszka@mail.example"),
        ("name", "agnieszka wisniewska"),
    )


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("07700 900118", "07700900118"),
        ("+44 7700 900118", "07700900118"),
        ("+44 (0)7700 900118", "07700900118"),
        ("0044 7700 900118", "07700900118"),
        ("07700-900.118", "07700900118"),
        ("０７７００ ９００１１８", "07700900118"),
        ("+48 600 700 800", "0048600700800"),
        ("0048 600 700 800", "0048600700800"),
        ("(020) 7946 0000", "02079460000"),
        ("0300 303 1984", ""),  # ours: in everybody's mail
        ("0808 168 9111", ""),
        ("999", ""),
        ("ext. 3456", ""),
        ("", ""),
        ("1" * 40, ""),
    ],
)
def test_telephones_are_compared_in_the_national_form(written: str, folded: str) -> None:
    found = match_values(message(), Facts(family=(Relative("Jade", phone=written),)))
    assert [value for sort, value in found if sort == "telephone"] == ([folded] if folded else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wiśniewski Tomasz", "WISNIEWSKI  Tomasz"),
        ("O’Brien Mary", "O'BRIEN MARY"),
        ("José María Núñez", "Jose Maria NUNEZ"),
        ("Trewin-Hart Alison", "Trewin Hart Alison"),
        ("Łukasz Król", "Lukasz Krol"),
        ("Straße Anna", "STRASSE ANNA"),
    ],
)
def test_names_are_compared_without_case_accents_and_marks(one: str, other: str) -> None:
    keys = [match_values(message(), Facts(victim=Victim(name))) for name in (one, other)]
    assert keys[0] == keys[1]
    assert any(sort == "victim" for sort, _ in keys[0])


def test_a_pseudonym_counts_only_with_its_year() -> None:
    assert not any(sort == "victim" for sort, _ in match_values(message(), Facts(victim=Victim("Maya"))))
    assert ("victim", "maya 2025") in match_values(message(), Facts(victim=Victim("Maya", "2025-03-01")))


def test_a_mail_that_lists_thousands_does_not_lock_thousands() -> None:
    crowd = tuple(Relative(f"Person Number{n}", phone=f"07700 {n:06}") for n in range(5000))
    thread = tuple(f"{n}@x" for n in range(5000))
    found = match_values(message(references=thread), Facts(family=crowd))
    assert len(found) <= 6 * 64


def test_each_step_has_its_reason_in_words() -> None:
    decision = decided(Kind.REFERRAL, facts=officer(consent=None), context=Context(candidates=(QUOTED,)))
    assert len(decision.reasons) >= len(decision.intents)
    for reason in decision.reasons:
        assert reason[0].isupper()
        assert reason.endswith(".")
        assert len(reason.split()) >= 4
    assert others(decision, Queue)
    assert private_message().author.address == "jade@mail.example"
