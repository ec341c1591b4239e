"""Delivery reports: RFC 3464, and the older forms of qmail, Exim, Postfix, Exchange and their kin.

Reasoning. A report is believed to be one by its structure (``multipart/report``) or by the grades of proof
of ``bounce_forms``. Only then is it read for recipients: first the machine-readable part, then the stock
phrases, and last flufl.bounce, which knows forty odd makes but costs milliseconds and is never let near the
mail of a person. Whom we wrote to is what the sender knows: the original recipient counts before the final.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import compat32
from typing import NamedTuple

from flufl.bounce import _scan as flufl_scan
from flufl.bounce import all_failures

from mailflow.model.message import BounceReport

from . import limits
from .mime import Part, Reader
from .patterns import Standing
from .text import read_text
from .thread import message_id

flufl_scan.log.disabled = True
# The core writes no log, and a traceback of a detector would carry words of the mail into one.

_ONLY_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
"""Detectors compare header fields as strings; fields with other bytes are objects that they fail on."""

REPORT_TYPES = {
    "message/delivery-status": "delivery-status",
    "message/global-delivery-status": "delivery-status",
    "message/xdelivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/global-disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
}
"""Parts with fields for machines (RFC 3464, RFC 6533, RFC 8098, RFC 5965), and what they report."""
_ENCLOSING = frozenset({"message/rfc822", "message/global"})
_DELAY = Standing(
    r"warning only|do not need to resend|still being retried|will (?:be retried|keep trying|continue (?:to be )?tr)|"
    r"(?:delivery|message|mail) (?:has been |is |was )?(?:delayed|postponed)|"
    r"delivery (?:status notification )?\(?delay|"
    r"temporary (?:failure|problem|error)|warning message only|transient (?:non-fatal )?error|"
    r"not yet (?:been )?delivered|will retry|delayed mail|attempts will continue|"
    r"could not send (?:message|mail) for past|continue to try to deliver"
)
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]"
_RECIPIENT = re.compile(
    rf"(?m)^[ \t>*-]{{0,12}}(?:[45]\d\d[ -])?<({_ADDRESS})>(?:[ \t]*:|[ \t]*$|\.\.\.|[ \t]*\()"
    rf"|^[ \t>*-]{{0,12}}\"?({_ADDRESS})\"?(?:[ \t]*[(<\[:]|[ \t]*$|[ \t]*,|\.\.\.|[ \t]+(?:on |\.\.\.|-|Invalid|User))"
    rf"|(?i:address|recipients?|rcpt to|delivered to|message to|failed to|delivery to|delivering to|"
    rf"delivering your mail to|found at|addressed to|generated from|errors|for delivery to|addresses|"
    rf"reports?,|warning:)[ \t]?:?[ \t]{{0,4}}['\"<\[]{{0,2}}({_ADDRESS})"
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_COPY = re.compile(
    r"(?m)^[ \t|-]{0,60}(?:below this line is a copy|(?:this|here) is a copy of (?:the|your)|copy of (?:the|"
    r"your) message|"
    r"original message|the original message (?:follows|is|was included)|start of returned message|message text follows|"
    r"unsent message|returned (?:mail|message)|message headers? follow|a copy of (?:your|the original) message|"
    r"the (?:header|first)\b[^\n]{0,40} (?:of the message|lines of your)|bounced e-?mail:)[^\n]{0,80}$"
    r"|^(?:Received|Return-Path):",
    re.IGNORECASE,
)
_COPIED_ID = re.compile(r"(?mi)^[ \t>]{0,6}Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,998}>)")
_COPIED_FIELDS = re.compile(r"(?mi)^(?:Final|Original)-Recipient[ \t]*:")
_CLASS_ONLY = re.compile(r"([245])\.\d\.0$")
"""A status that says its class and nothing else; the server's own words often say more."""


class Delivery(NamedTuple):
    """What became of one mail on its way to one recipient (RFC 3464 §2.3)."""

    recipient: str
    """The address that the sender wrote to, as far as the report says it; empty when it does not."""
    action: str
    """``failed``, ``delayed``, ``delivered``, ``relayed``, ``expanded``, lower case; empty when it is not said."""
    status: str
    """Enhanced status code (RFC 3463); empty when none was given."""


def report_part(root: Part) -> Part | None:
    """The part with fields for machines of a report that the mail itself is; not of one that it encloses.

    A person who forwards a report as an attachment has it below ``message/rfc822``.
    """
    enclosed: set[int] = set()
    for part in root.walk():
        if id(part) in enclosed:
            enclosed.update(id(child) for child in part.children)
            continue
        if part.type in REPORT_TYPES:
            return part
        if part.type in _ENCLOSING:
            enclosed.update(id(child) for child in part.children)
        elif part.type == "multipart/report" and mislabelled_words(part):
            enclosed.add(id(part.children[0]))
    return None


def mislabelled_words(report: Part) -> bool:
    """True when the words for people bear the type of the fields that follow them (InterMail, RFC 6522 §3)."""
    words, *further = report.children
    return words.type == "message/delivery-status" and any(part.type == words.type for part in further)


def report_fields(part: Part | None, reader: Reader) -> str:
    """The fields of that part, as much as a report has; empty without one."""
    return read_text(part, reader)[: limits.REPORT_FIELDS_BYTES] if part is not None else ""


def deliveries(fields: str) -> list[Delivery]:
    """Every recipient of a delivery report, from its fields; the group about the whole mail is no recipient."""
    out: list[Delivery] = []
    for group in re.split(r"\n[ \t]*\n", fields)[: limits.REPORTED_RECIPIENTS + 1]:
        told: dict[str, str] = {}
        last = ""
        for line in group.split("\n"):
            name, colon, value = line.partition(":")
            if line[:1] in (" ", "\t"):
                if last:
                    told[last] = f"{told[last]} {line.strip()}"[:2_000]
            elif colon:
                last = name.strip().lower()
                if last in ("final-recipient", "original-recipient") and last in told:
                    out += _delivery(told)
                    told = {}
                told.setdefault(last, value.strip())
        out += _delivery(told)
    return out[: limits.REPORTED_RECIPIENTS]


def _delivery(told: dict[str, str]) -> list[Delivery]:
    """The one delivery of a group of fields; none when it speaks of no recipient."""
    action = re.split(r"[\s(;]", told.get("action", ""), maxsplit=1)[0].lower()
    recipient = _mailbox(told.get("original-recipient", "")) or _mailbox(told.get("final-recipient", ""))
    if not recipient and "final-recipient" in told:
        recipient = told["final-recipient"].rpartition(";")[2].strip().strip("<>\"'")
    if not recipient and not action:
        return []
    diagnostic = _STATUS.search(told.get("diagnostic-code", ""))
    status = _STATUS.search(told.get("status", "")) or diagnostic
    code = status[1] if status else ""
    if diagnostic and (general := _CLASS_ONLY.match(code)) and diagnostic[1][0] == general[1]:
        code = diagnostic[1]
    return [Delivery(recipient, action, code)]


def _mailbox(value: str) -> str:
    """The address of ``rfc822; ann@example.org``; empty for addresses of other systems (X.400)."""
    found = re.search(rf"({_ADDRESS})[>'\"]?\s*(?:\(|$)", value.rpartition(";")[2].strip())
    return found[1] if found and not value.rpartition(";")[2].strip().startswith("/") else ""


def only_delivered(fields: str) -> bool:
    """True for a report that every recipient got the mail: a receipt that the sender asked for, no bounce."""
    actions = {each.action for each in deliveries(fields)}
    return bool(actions) and actions <= {"delivered", "relayed", "expanded"}


def read_report(root: Part, raw: bytes, text: str, subject: str, reader: Reader) -> BounceReport:
    """What a delivery report says: recipients, status code, permanent or not, which mail of ours it answers.

    Never raises. Recipients are lower case, each once; those who got the mail are not among them.
    """
    parts = list(root.walk())
    part = report_part(root)
    fields = report_fields(part, reader)
    told = _COPY.split(text, maxsplit=1)[0][:20_000]
    if part is None and (copied := _COPIED_FIELDS.search(text[:50_000])):
        fields = text[copied.start() : copied.start() + limits.REPORT_FIELDS_BYTES]
    found = deliveries(fields)
    missed = [each for each in found if each.action not in ("delivered", "relayed", "expanded")]
    failed = [each for each in missed if each.action == "failed" or (not each.action and each.status.startswith("5"))]
    delayed = any(each.action == "delayed" for each in missed)
    status = next((each.status for each in [*failed, *missed] if each.status), "")
    recipients = [each.recipient for each in [*failed, *(each for each in missed if each not in failed)]]
    recipients = [each for each in recipients if each]
    if header := root.text_of("x-failed-recipients"):
        recipients = [each.strip() for each in header.split(",") if "@" in each] or recipients
    if not recipients:
        named = "\n".join([line for line in told.split("\n") if "@" in line])
        recipients = _others([next(each for each in hit if each) for hit in _RECIPIENT.findall(named)], root)
    status = _closer(status, told)
    if not recipients:
        recipients, delayed = _by_flufl(root, raw, parts, delayed)
    broken = bool(failed)
    if not found:
        delayed = delayed or _DELAY.is_in(subject) or _DELAY.is_in(told)
        reply = _REPLY_CODE.search(told)
        broken = status.startswith("5") or (not status and not (reply and reply[1] == "4"))
    permanent = broken and not status.startswith(("2", "4")) and not (delayed and not status.startswith("5"))
    once = dict.fromkeys(each.lower().rstrip(".") for each in recipients)
    return BounceReport(tuple(once)[: limits.REPORTED_RECIPIENTS], status, permanent, _original(root, parts, text))


def _closer(status: str, told: str) -> str:
    """The status code, or one of the same class in the server's own words when the given says nothing but its class."""
    codes = [code for code in _STATUS.findall(told) if code[0] in "45"]
    if not status:
        return codes[0] if codes else ""
    if not _CLASS_ONLY.match(status):
        return status
    return next((code for code in codes if code[0] == status[0] and not _CLASS_ONLY.match(code)), status)


def _others(found: list[str], root: Part) -> list[str]:
    """Addresses without that of the sender who gets the report, unless there is no other."""
    ours = root.text_of("to").lower()
    return [each for each in found if each.lower() not in ours] or found


def _by_flufl(root: Part, raw: bytes, parts: list[Part], delayed: bool) -> tuple[list[str], bool]:
    """Ask flufl.bounce; only for what is a report already, small and flat."""
    if raw.count(b"\n") > limits.BOUNCE_SCAN_LINES:
        return [], delayed
    if len(raw) > limits.BOUNCE_SCAN_BYTES or len(parts) > 50 or max(part.depth for part in parts) > 10:
        return [], delayed
    copy = raw.translate(_ONLY_ASCII)
    if b"@" not in root.header.first("from"):
        copy = b"From: mailer-daemon@invalid\n" + copy  # a detector expects an address there
    try:
        temporary, permanent = all_failures(message_from_bytes(copy, policy=compat32))
    except Exception:  # noqa: BLE001 - a library over hostile bytes: whatever it raises, it found nobody
        return [], delayed
    found = sorted(permanent) or sorted(temporary)
    return [each.decode("ascii", "replace") for each in found], delayed or (bool(temporary) and not permanent)


def _original(root: Part, parts: list[Part], text: str) -> str:
    """The Message-ID of the mail that was reported, from the returned message or its header."""
    for part in parts:
        if part.depth and part.header.first("message-id") and part.main_type != "multipart":
            return message_id(part.text_of("message-id"))
        if part.type in ("text/rfc822-headers", "message/rfc822-headers", "message/rfc822") and not part.children:
            found = _COPIED_ID.search(part.body[:65_536].decode("latin-1"))
            if found:
                return message_id(found[1])
    for part in parts:
        if part.depth and part.header.first("message-id"):
            return message_id(part.text_of("message-id"))
    copy = _COPY.search(text)
    if copy and (found := _COPIED_ID.search(text[copy.end() : copy.end() + 20_000])):
        return message_id(found[1])
    if found := _COPIED_ID.search(text[:50_000]):
        return message_id(found[1])
    answered = root.text_of("in-reply-to") or root.text_of("references")
    return message_id(answered) if answered else ""
