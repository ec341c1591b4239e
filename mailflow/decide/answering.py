"""Whom the machine answers, and whom it does not (DESIGN §7, P6; RFC 3834 §2).

One answer a request, to the From address alone. It is easier to name who gets none: each reason below is
asked in turn, and the first that holds is told to the lead in its own words. A missing answer is a nuisance
that a human mends within the day; a wrong one may tell an abuser, feed a loop, or thank a grieving mother for
her newsletter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from email_validator import EmailNotValidError, validate_email

from mailflow.model.decision import Context
from mailflow.model.facts import Facts
from mailflow.model.message import Address, ParsedMessage
from mailflow.model.outgoing import MailClass
from mailflow.model.policy import Policy
from mailflow.model.security import SecurityReport
from mailflow.model.verdict import Verdict
from mailflow.model.words import NEVER_ANSWERED, AssuranceLevel, Flag, SenderType

CLOSED_NETWORKS = ("cjsm.net",)
"""Addresses that only a configured route reaches; the open internet must not (domain.md §5.2)."""

NEVER_LOCAL_PARTS = frozenset(
    {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces", "abuse"}
)
"""Mailboxes of machines by their usual names (RFC 2142 §5, domain.md §5.4)."""

LONGEST_THANKS = 240
"""Characters of a mail that only thanks; a longer one has more to say."""

THREAD_HOUR, THREAD_DAY = 1, 3
"""Mails to an address, within an hour and a day, after which a reply to our receipt gets no other: against two machines
that answer each other without saying that they are machines. The caps alone would let twenty a day through."""

_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|ta|cheers|diolch|received|noted|understood|got it|will do|perfect|appreciated"
    r"|bless|okay|ok|brilliant|lovely)\b"
)
_MORE = re.compile(
    r"[?\d]|n't\b|\b(?:please|pls|could|can|cant|cannot|would|need|needs|call|ring|phone|help|urgent|asap|when|who|what|where"
    r"|why|how|but|however|also|attached|worried|scared|afraid|threat\w*|safe|alone|hurt|die|kill\w*|end"
    r"|court|trial|moved|changed?|update|instead|stop|not|no|never|longer|dont|wont)\b"
)
"""What a mail that only thanks does not hold: a question, a figure, a wish, a worry, a no."""


def usable_address(message: ParsedMessage) -> str:
    """The one From address, when there is exactly one and it is plain; else empty.

    Syntax only, no DNS. Internationalised and quoted local parts are valid mail (RFC 6531, RFC 5322 §3.4.1)
    and left to a human: no template of ours needs them, and they hide look-alikes.
    """
    if len(message.from_) != 1:
        return ""
    address = message.from_[0].address
    try:
        # test_environment lets the reserved domain "test" through (RFC 6761 §6.2): it reaches nobody.
        validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return ""
    return address


def only_thanks(message: ParsedMessage, verdict: Verdict, context: Context) -> bool:
    """True for a reply whose new words only thank or confirm; it wants no receipt, and two would loop.

    Any reply counts, not only one to a thread that we know: caseworkers write from Outlook too.
    """
    if not (context.in_our_thread or message.in_reply_to or message.references):
        return False
    if any(not attachment.inline for attachment in message.attachments) or _needs_more_than_thanks(verdict):
        return False
    words = " ".join(message.new_text.casefold().replace("’", "'").split())
    return len(words) <= LONGEST_THANKS and bool(_THANKS.search(words)) and not _MORE.search(words)


def _needs_more_than_thanks(verdict: Verdict) -> bool:
    return any(verdict.has(flag) for flag in (Flag.RISK, Flag.CONSENT_DECLINED, Flag.DEADLINE, Flag.BREACH_REPORT))


def identity_in_doubt(report: SecurityReport, verdict: Verdict) -> bool:
    """True where something speaks against the sender being who is claimed."""
    return (
        report.authentication_failed
        or report.level is AssuranceLevel.FAILED
        or bool(report.identity_doubts)
        or verdict.has(Flag.IDENTITY_DOUBT)
    )


def why_not(
    message: ParsedMessage,
    report: SecurityReport,
    facts: Facts,
    verdict: Verdict,
    mailbox: str,
    context: Context,
    policy: Policy,
    doubt: bool,
    misdirected: bool = False,
) -> str:
    """Why the machine sends no answer, in words; empty when it may."""
    reasons = _reasons(message, report, facts, verdict, mailbox, context, policy, doubt, misdirected)
    return next(reasons, "")


def _reasons(
    message: ParsedMessage,
    report: SecurityReport,
    facts: Facts,
    verdict: Verdict,
    mailbox: str,
    context: Context,
    policy: Policy,
    doubt: bool,
    misdirected: bool,
) -> Iterator[str]:
    yield from _of_the_kind(report, verdict, context, policy, doubt, misdirected)
    yield from _of_the_moment(context)
    yield from _of_the_machine(message)
    yield from _of_the_sender(message, report, facts, verdict, mailbox, context)
    if only_thanks(message, verdict, context):
        yield "it only thanks or confirms"
    yield from _of_the_thread(verdict, context)
    yield from _of_the_caps(context, policy)


def _of_the_kind(
    report: SecurityReport, verdict: Verdict, context: Context, policy: Policy, doubt: bool, misdirected: bool
) -> Iterator[str]:
    line = policy.for_kind(verdict.kind)
    if verdict.kind in NEVER_ANSWERED:
        yield f"a message of the kind {verdict.kind} is never answered"
    if doubt and verdict.runner_up in NEVER_ANSWERED:
        yield f"it is not clear what it is, and it may be {verdict.runner_up}, which is never answered"
    if report.passcode or report.pointer:
        yield "it only points to a protected message or carries a passcode"
    if not doubt and not line.template:
        yield f"the policy has no answer for {verdict.kind}"
    if not doubt and not misdirected and line.only_in_own_thread and not context.in_our_thread:
        yield f"a message of the kind {verdict.kind} is thanked for only where it replies to a mail of ours"


def _of_the_moment(context: Context) -> Iterator[str]:
    if context.backfilled:
        yield "it is history that was imported"
    if not context.answerable:
        yield "it came too long ago, or was found again, so an answer now would only puzzle"
    if context.event_known:
        yield "it is a second copy of an event that was dealt with"
    if context.same_request_answered:
        yield "this request was answered already"


def _of_the_machine(message: ParsedMessage) -> Iterator[str]:
    if message.automatic.is_automatic:
        yield f"a machine wrote it: {message.automatic.why}"
    if not message.automatic.may_answer:
        yield f"it asks not to be answered by a machine: {message.automatic.why}"
    if message.bounce is not None:
        yield "it reports on the delivery of a mail"
    if message.return_path == "":
        yield "its return path is empty (RFC 3834 §2)"


def _of_the_sender(
    message: ParsedMessage, report: SecurityReport, facts: Facts, verdict: Verdict, mailbox: str, context: Context
) -> Iterator[str]:
    if report.authentication_failed or report.level is AssuranceLevel.FAILED:
        yield "our gateway says that the sender's address is not borne out"
    if identity_in_doubt(report, verdict):
        yield "it is in doubt who wrote it, so a human decides"
    if len(message.from_) != 1:
        yield "it has no From address, or several"
    elif not usable_address(message):
        yield "its From address is not one that we write to by machine"
    else:
        yield from _of_the_address(message.from_[0], mailbox, context.cjsm_route)
    if facts.sender_type in (SenderType.OWN, SenderType.SYSTEM):
        yield "it comes from our own house or from a system"
    if context.our_thread_class in (MailClass.ALERT, MailClass.NOTICE, MailClass.DIGEST):
        yield "it replies to a mail that we sent to our own people"
    if context.suppressed:
        yield "mail to this address came back for good, or somebody asked for none, so it is written to no more"


def _of_the_address(author: Address, mailbox: str, cjsm_route: bool) -> Iterator[str]:
    local_part = author.address.rpartition("@")[0].lower()
    if local_part.partition("+")[0] in NEVER_LOCAL_PARTS:
        yield "its From address is that of a machine"
    if author.address.lower() == mailbox.lower():
        yield "it comes from our own address"
    closed = any(author.domain == network or author.domain.endswith("." + network) for network in CLOSED_NETWORKS)
    if closed and not cjsm_route:
        yield "its sender is reached only through the CJSM network, for which no route is set up"


def _of_the_thread(verdict: Verdict, context: Context) -> Iterator[str]:
    """Two services that answer each other stop after one answer each, whatever their headers and words say of it.

    Whoever answers our receipt has been told when a person reads; told again within the hour, they learn nothing. A
    cry for help is answered all the same: its letter has the crisis lines.
    """
    if context.our_thread_class is not MailClass.RECEIPT or verdict.has(Flag.RISK):
        return
    if context.sent_to_address_hour >= THREAD_HOUR or context.sent_to_address_day >= THREAD_DAY:
        yield "it answers a receipt of ours, and its sender was answered a short time ago: more would be a loop"


def _of_the_caps(context: Context, policy: Policy) -> Iterator[str]:
    """Bounds against loops and storms (RFC 3834 §2)."""
    sending = policy.sending
    if context.sent_to_address_hour >= sending.per_address_hour:
        yield f"{context.sent_to_address_hour} mails went to this address within the hour: more would be a loop"
    if context.sent_to_address_day >= sending.per_address_day:
        yield f"{context.sent_to_address_day} mails went to this address within the day: more would be a loop"
    if context.sent_total_hour >= sending.total_hour:
        yield f"{context.sent_total_hour} mails went out within the hour: more would be a storm"
