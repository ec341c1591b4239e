"""Whom the machine answers, and with what: by kind, by writer, by every reason to be silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailflow.model.decision import Answer, Context, OpenCase, ReminderKind
from mailflow.model.facts import Chair, Facts, Person
from mailflow.model.message import Address, Attachment, Automatic, BounceReport
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.words import (
    NEVER_ANSWERED,
    AssuranceLevel,
    Audience,
    AutomaticKind,
    Flag,
    Kind,
    RecordType,
    SenderType,
)
from tests.support.deciding import (
    answer,
    bereaved,
    decided,
    message,
    officer,
    opened,
    others,
    private_message,
    queue,
    reminders,
    report,
    verdict,
)
from tests.support.letters import profile_policy, profile_templates

PROFESSIONAL = Facts(sender_type=SenderType.COUNCIL, referrer=Person("Gwen Hollis", "Manager", "Shropshire Council"))
STRANGER = Facts(sender_type=SenderType.FREEMAIL, referrer=Person("Gareth Pugh", email="gareth@mail.example"))
IN_OUR_THREAD = Context(in_our_thread=True, our_thread_class=MailClass.CHASER)

BY_KIND = [
    # kind, facts, context, template, audience, record
    (Kind.REFERRAL, officer(), Context(), "receipt-referral", Audience.PROFESSIONAL, RecordType.REFERRAL),
    (Kind.SELF_REFERRAL, bereaved(), Context(), "receipt-self-referral", Audience.BEREAVED, RecordType.REFERRAL),
    (Kind.ENQUIRY, PROFESSIONAL, Context(), "receipt-enquiry", Audience.PROFESSIONAL, RecordType.ENQUIRY),
    (Kind.PANEL_REQUEST, PROFESSIONAL, Context(), "receipt-panel", Audience.REVIEW, RecordType.ENQUIRY),
    (Kind.REVIEW_UPDATE, PROFESSIONAL, IN_OUR_THREAD, "receipt-review", Audience.REVIEW, RecordType.REVIEW),
    (Kind.REVIEW_UPDATE, PROFESSIONAL, Context(), None, None, RecordType.REVIEW),
    (Kind.CASE_UPDATE, officer(), Context(), "receipt-update-professional", Audience.PROFESSIONAL, None),
    (Kind.CASE_UPDATE, bereaved(), Context(), "receipt-update-private", Audience.BEREAVED, None),
    (Kind.OTHER_VICTIM, STRANGER, Context(), "signpost-other-victim", Audience.PUBLIC, RecordType.NOTE),
    (Kind.MEDIA, Facts(sender_type=SenderType.PRESS), Context(), "routing-media", Audience.PRESS, RecordType.NOTE),
    (Kind.RIGHTS_OR_COMPLAINT, STRANGER, Context(), "routing-rights", Audience.PUBLIC, RecordType.NOTE),
    (Kind.CORPORATE, STRANGER, Context(), "routing-corporate", Audience.PUBLIC, RecordType.NOTE),
    (Kind.AUTO_REPLY, officer(), Context(), None, None, None),
    (Kind.BOUNCE, Facts(sender_type=SenderType.SYSTEM), Context(), None, None, None),
    (Kind.BULK, Facts(), Context(), None, None, None),
    (Kind.SPAM, Facts(), Context(), None, None, None),
    (Kind.SECURE_NOTICE, PROFESSIONAL, Context(), None, None, RecordType.NOTE),
    (Kind.UNREADABLE, STRANGER, Context(), "receipt-neutral", Audience.NEUTRAL, RecordType.NOTE),
]


@pytest.mark.parametrize(("kind", "facts", "context", "template", "audience", "record"), BY_KIND)
def test_the_table_by_kind_of_the_design(kind, facts, context, template, audience, record) -> None:
    decision = decided(kind, facts=facts, context=context)
    made = answer(decision)
    assert (made.template if made else None) == template
    assert (made.audience if made else None) == audience
    case = opened(decision)
    assert (case.record if case else None) == record


def test_every_kind_is_in_the_table_above() -> None:
    assert {row[0] for row in BY_KIND} == set(Kind)


def test_the_answer_goes_to_the_from_address_alone() -> None:
    mail = message(
        cc=(Address("", "someone@else.example"),),
        reply_to=(Address("", "elsewhere@mail.example"),),
        sender=(Address("", "secretary@met.police.uk"),),
    )
    made = answer(decided(Kind.REFERRAL, mail))
    assert made is not None
    assert made.recipient == "amy.holt2@met.police.uk"
    assert made.mail_class is MailClass.RECEIPT


SILENT = [
    ("null return path", {"mail": message(return_path="")}),
    ("automatic", {"mail": message(automatic=Automatic(AutomaticKind.AUTO_REPLY, "Auto-Submitted", may_answer=False))}),
    ("asks not to", {"mail": message(automatic=Automatic(AutomaticKind.NONE, "X-Auto-Response-Suppress: All", False))}),
    ("a bounce inside", {"mail": message(bounce=BounceReport(("x@y.example",), "5.1.1", True))}),
    ("two authors", {"mail": message(from_=(Address("", "a@met.police.uk"), Address("", "b@met.police.uk")))}),
    ("no author", {"mail": message(from_=())}),
    ("no domain", {"mail": message(from_=(Address("", "amy"),))}),
    ("line end in it", {"mail": message(from_=(Address("", "amy@met.police.uk\r\nBcc: x@y.example"),))}),
    ("quoted local part", {"mail": message(from_=(Address("", '"a b"@met.police.uk'),))}),
    ("international local part", {"mail": message(from_=(Address("", "аmy@met.police.uk"),))}),
    ("address literal", {"mail": message(from_=(Address("", "amy@[192.0.2.1]"),))}),
    ("mailer-daemon", {"mail": message(from_=(Address("", "MAILER-DAEMON@met.police.uk"),))}),
    ("no-reply", {"mail": message(from_=(Address("", "no-reply+7@met.police.uk"),))}),
    ("cjsm", {"mail": message(from_=(Address("", "amy@met.police.uk.cjsm.net"),))}),
    ("cjsm itself", {"mail": message(from_=(Address("", "amy@CJSM.net."),))}),
    ("authentication failed", {"security": report(dmarc="fail")}),
    ("spf alone failed", {"security": report(spf="fail", dkim="none", dmarc="none")}),
    ("failed channel", {"security": report(level=AssuranceLevel.FAILED)}),
    ("identity in doubt", {"security": report(identity_doubts=("a look-alike domain",))}),
    ("flag identity doubt", {"kind": verdict(Kind.REFERRAL, flags=(Flag.IDENTITY_DOUBT,))}),
    ("pointer", {"security": report(pointer=True)}),
    ("passcode", {"security": report(passcode=True)}),
    ("our own house", {"facts": officer(sender_type=SenderType.OWN)}),
    ("a system", {"facts": officer(sender_type=SenderType.SYSTEM)}),
    ("suppressed", {"context": Context(suppressed=True)}),
    ("too old, or found again", {"context": Context(answerable=False)}),
    ("backfilled", {"context": Context(backfilled=True)}),
    ("second copy", {"context": Context(event_known=True)}),
    ("request answered", {"context": Context(same_request_answered=True)}),
    ("cap of the hour", {"context": Context(sent_to_address_hour=5)}),
    ("cap of the day", {"context": Context(sent_to_address_day=20)}),
    ("cap in total", {"context": Context(sent_total_hour=200)}),
    ("answers an alert of ours", {"context": Context(in_our_thread=True, our_thread_class=MailClass.ALERT)}),
    ("answers a notice of ours", {"context": Context(in_our_thread=True, our_thread_class=MailClass.NOTICE)}),
    ("doubt, perhaps spam", {"kind": verdict(Kind.REFERRAL, 0.3, needs_human=True, runner_up=Kind.SPAM)}),
    ("doubt, perhaps a machine", {"kind": verdict(Kind.ENQUIRY, 0.3, needs_human=True, runner_up=Kind.AUTO_REPLY)}),
    ("doubt, perhaps bulk", {"kind": verdict(Kind.BULK, 0.3, needs_human=True, runner_up=Kind.REFERRAL)}),
]


@pytest.mark.promise("P6")
@pytest.mark.parametrize("why", [pytest.param(changes, id=name) for name, changes in SILENT])
def test_silence_where_answering_is_not_safe(why: dict) -> None:
    changes = dict(why)
    kind, mail, facts = changes.pop("kind", Kind.REFERRAL), changes.pop("mail", None), changes.pop("facts", None)
    decision = decided(kind, mail, facts, **changes)
    assert answer(decision) is None
    assert reminders(decision, ReminderKind.MISSING_INFORMATION) == []
    told = [reason for reason in decision.reasons if "No answer by machine" in reason or "second copy" in reason]
    assert len(told) == 1


def test_the_same_mail_without_any_of_them_is_answered() -> None:
    almost = Context(sent_to_address_hour=4, sent_to_address_day=19, sent_total_hour=199)
    assert answer(decided(Kind.REFERRAL, context=almost)) is not None
    assert answer(decided(Kind.REFERRAL, message(return_path=None))) is not None


def test_no_result_of_authentication_is_not_a_failed_one() -> None:
    weak = report(level=AssuranceLevel.WEAK, secure=False, spf="none", dkim="none", dmarc="none", tls=False)
    assert answer(decided(Kind.REFERRAL, security=weak)) is not None


def test_our_own_address_is_not_answered_even_when_nothing_else_tells() -> None:
    from mailflow.decide import decide

    own = message(from_=(Address("", "HSsupport@victimsupport.org.uk"),))
    args = (own, report(), officer(), verdict(Kind.REFERRAL))
    context, policy = Context(), profile_policy()
    made = decide(*args, "hssupport@victimsupport.org.uk", context, policy, own.date)  # type: ignore[arg-type]
    assert answer(made) is None


THANKS = [
    ("Ok thank you Sophie. God bless.", True),
    ("Many thanks Sophie, understood.\n\nMargery", True),
    ("Thanks so much Sophie, that's really clear and kind. I've given him the number.\n\nP", True),
    ("Diolch yn fawr", True),
    ("Received, thanks.", True),
    ("Thanks. Could you ring her today?", False),
    ("Thank you, but she has changed her mind", False),
    ("Thanks. Her number is 07700 900118", False),
    ("Thank you. I cannot go on", False),
    ("Thanks for nothing, he is outside my door with a knife and I'm scared", False),
    ("ok thanks, we don't want any more letters", False),
    ("Still waiting on health's IMR. Everyone else in.", False),
    ("Thank you. " + "It was a lovely service and everybody came and sang for her. " * 5, False),
    ("", False),
]


@pytest.mark.parametrize(("text", "thanks"), THANKS)
def test_a_reply_that_only_thanks_gets_none(text: str, thanks: bool) -> None:
    reply = message(text, in_reply_to=("hsd-1@victimsupport.org.uk",))
    assert (answer(decided(Kind.CASE_UPDATE, reply)) is None) == thanks
    assert queue(decided(Kind.CASE_UPDATE, reply)) is not None


def test_thanks_that_open_a_conversation_or_bring_a_file_are_answered() -> None:
    text = "Ok thank you Sophie. God bless."
    assert answer(decided(Kind.CASE_UPDATE, message(text))) is not None
    form = Attachment("form.pdf", "application/pdf", 10, "0" * 64, b"%PDF")
    reply = message(text, in_reply_to=("x@y.example",), attachments=(form,))
    assert answer(decided(Kind.CASE_UPDATE, reply)) is not None
    at_risk = verdict(Kind.CASE_UPDATE, flags=(Flag.RISK,))
    assert answer(decided(at_risk, message(text, in_reply_to=("x@y.example",)), bereaved())) is not None


RISK_WRITERS = [
    (Kind.SELF_REFERRAL, bereaved(), "receipt-self-referral-risk", Audience.BEREAVED_AT_RISK),
    (Kind.CASE_UPDATE, bereaved(), "receipt-self-referral-risk", Audience.BEREAVED_AT_RISK),
    (Kind.REFERRAL, officer(), "receipt-referral", Audience.PROFESSIONAL),
    (Kind.CASE_UPDATE, officer(), "receipt-update-professional", Audience.PROFESSIONAL),
    (Kind.OTHER_VICTIM, STRANGER, "signpost-other-victim", Audience.PUBLIC),
]


@pytest.mark.parametrize(("kind", "facts", "template", "audience"), RISK_WRITERS)
def test_danger_puts_crisis_lines_first_for_whoever_may_be_in_it(kind, facts, template, audience) -> None:
    made = answer(decided(verdict(kind, flags=(Flag.RISK,)), private_message(), facts))
    assert made is not None
    assert (made.template, made.audience) == (template, audience)


def test_who_a_private_writer_is() -> None:
    chair = Facts(sender_type=SenderType.FREEMAIL, chair=Chair("Malcolm Treherne", "m@mail.example"))
    colleague = Facts(sender_type=SenderType.FREEMAIL, referrer=Person("Malcolm", role="Independent Chair"))
    neighbour = Facts(sender_type=SenderType.FREEMAIL, referrer=Person("Malcolm"))
    templates = [answer(decided(Kind.CASE_UPDATE, facts=facts)).template for facts in (chair, colleague, neighbour)]
    assert templates == ["receipt-update-professional", "receipt-update-professional", "receipt-update-private"]


@pytest.mark.promise("P4")
def test_private_addresses_get_the_neutral_name_and_subject() -> None:
    assert answer(decided(Kind.SELF_REFERRAL, private_message(), bereaved())).private
    assert answer(decided(Kind.OTHER_VICTIM, private_message(), STRANGER)).private
    assert answer(decided(verdict(Kind.REFERRAL, 0.2), private_message(), STRANGER)).private
    chair = Facts(sender_type=SenderType.FREEMAIL, chair=Chair("Malcolm Treherne", "m@mail.example"))
    assert answer(decided(Kind.ENQUIRY, private_message(), chair)).private
    assert not answer(decided(Kind.REFERRAL)).private


@pytest.mark.promise("P9")
@pytest.mark.parametrize("kind", sorted(set(Kind) - NEVER_ANSWERED))
@pytest.mark.parametrize("unsure", [{"confidence": 0.2}, {"needs_human": True}], ids=["below threshold", "asks"])
def test_doubt_sends_only_what_is_right_for_everybody_and_asks_a_human(kind: Kind, unsure: dict) -> None:
    decision = decided(verdict(kind, **unsure))
    made = answer(decision)
    assert made is not None
    assert (made.template, made.audience, made.missing) == ("receipt-neutral", Audience.NEUTRAL, ())
    assert opened(decision).record is RecordType.NOTE
    assert "say what it is" in queue(decision).task
    assert reminders(decision, ReminderKind.MISSING_INFORMATION) == []


def test_the_answer_says_what_is_missing_by_type() -> None:
    made = answer(decided(Kind.REFERRAL, facts=officer(consent=None, victim=None)))
    assert [str(sort) for sort in made.missing] == ["consent", "victim"]
    assert answer(decided(Kind.SELF_REFERRAL, facts=bereaved())).missing == ()


def test_welsh_is_answered_in_welsh_and_other_languages_in_english() -> None:
    welsh = officer(language="cy")
    assert answer(decided(Kind.REFERRAL, facts=welsh)).language == "cy"
    english = replace(profile_policy(), languages=("en",))
    assert answer(decided(Kind.REFERRAL, facts=welsh, policy=english)).language == "en"
    assert answer(decided(Kind.REFERRAL, facts=officer(language="pl"))).language == "en"


def elsewhere(kind: Kind, facts: Facts, policy: Policy | None = None) -> str:
    """The template that answers mail of that kind that says it was meant for somebody else; empty for none."""
    made = decided(verdict(kind, flags=(Flag.MISDIRECTED,)), facts=facts, policy=policy)
    return next((intent.template for intent in made.intents if isinstance(intent, Answer)), "")


@pytest.mark.parametrize("kind", [Kind.ENQUIRY, Kind.PANEL_REQUEST, Kind.REVIEW_UPDATE])
def test_what_was_meant_for_somebody_else_has_a_receipt_of_its_own(kind: Kind) -> None:
    """domain.md §7, K17: it came to us, please send it again; a review's papers too, outside our own thread."""
    given = answer(decided(verdict(kind, flags=(Flag.MISDIRECTED,)), facts=PROFESSIONAL))
    assert given.template == "receipt-misdirected"
    assert given.audience is (Audience.PROFESSIONAL if kind is Kind.ENQUIRY else Audience.REVIEW)
    assert not given.private


def test_a_referral_or_a_private_writer_is_never_sent_elsewhere() -> None:
    assert elsewhere(Kind.REFERRAL, PROFESSIONAL) == "receipt-referral"
    assert elsewhere(Kind.SELF_REFERRAL, bereaved()) == "receipt-self-referral"
    assert elsewhere(Kind.ENQUIRY, STRANGER) == "receipt-enquiry"
    assert elsewhere(Kind.REVIEW_UPDATE, STRANGER) == ""
    unset = replace(profile_policy(), misdirected_template="")
    assert elsewhere(Kind.ENQUIRY, PROFESSIONAL, unset) == "receipt-enquiry"


def test_the_stop_does_not_change_what_is_decided() -> None:
    stopped = decided(Kind.REFERRAL, context=Context(stopped=True))
    assert stopped.intents == decided(Kind.REFERRAL).intents
    assert any("sending is stopped" in reason for reason in stopped.reasons)


def test_every_answer_is_a_template_that_speaks_to_its_audience() -> None:
    for kind, facts, context, *_ in BY_KIND:
        made = answer(decided(kind, facts=facts, context=context))
        if made is not None:
            template = profile_templates().templates[made.template]
            assert made.audience in template.audiences
            assert template.mail_class is made.mail_class


def test_a_second_copy_does_nothing_twice() -> None:
    decision = decided(Kind.REFERRAL, context=Context(event_known=True))
    assert decision.intents == ()
    assert others(decision, OpenCase) == []
