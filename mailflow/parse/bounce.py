"""Delivery reports: RFC 3464, and the older forms of qmail, Exim, Postfix and Exchange.

Reasoning. A report is believed to be one by its structure (``multipart/report``) or by who sends it
(nobody, ``mailer-daemon``) together with what it says. Only then is it read for recipients: first the
machine-readable part, then the stock phrases, and last flufl.bounce, which knows forty odd makes but
costs milliseconds and is never let near the mail of a person.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import compat32

from flufl.bounce import _scan as flufl_scan
from flufl.bounce import all_failures

from mailflow.model.message import BounceReport

from . import limits
from .mime import Part, Reader
from .text import read_text
from .thread import message_id

flufl_scan.log.disabled = True
# The core writes no log, and a traceback of a detector would carry words of the mail into one.

_ONLY_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
"""Detectors compare header fields as strings; fields with other bytes are objects that they fail on."""

DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon|maildaemon|microsoftexchange[0-9a-f]{10,40}|"
    r"mail\.?delivery(?:[-_.]?(?:system|subsystem))?|double-bounce|bounces?)(?:$|[+@=.-])",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^\s*(?:undeliver(?:able|ed)\b|delivery (?:status notification|failure|has failed|delayed|report|incomplete|"
    r"problem)|"
    r"(?:mail|message) delivery (?:failed|failure|delayed|problem|system)|returned mail|failure notice|"
    r"mail delivery failed|"
    r"non[- ]?deliver|failed delivery|delayed mail|warning: (?:message|could not send|e-?mail)|nicht zustellbar|"
    r"unzustellbar|"
    r"(?:message|mail) (?:undeliverable|not delivered|delayed|could not be delivered|status)|undelivered mail|"
    r"could not (?:send|deliver)|benachrichtigung zum übermittlungsstatus|onbestelbaar|non remis|no se puede entregar|"
    r"mancata consegna|message non distribué|recapito|address (?:not found|unknown)|mailbox (?:unavailable|full))",
    re.IGNORECASE,
)
_TEXT = re.compile(
    r"this is the qmail-send program|this message was created automatically by mail delivery software|"
    r"this is the mail system at host|the following (?:address(?:es)?|recipients?|message)[^\n]{0,60}(?:fail|fatal|"
    r"could not|"
    r"not (?:be )?deliver|cannot|undeliver)|delivery has failed to these recipients|delivery to the following "
    r"recipients? (?:failed|has been delayed)|your message (?:to [^\n]{1,200}? )?(?:wasn't|was not|could not be|"
    r"couldn't be|has not been) delivered|"
    r"could not be delivered to (?:one or more|the following)|i'm afraid i wasn't able to deliver|"
    r"your message did not reach|"
    r"----- the following addresses had|delivery (?:to|of) [^\n]{1,200}(?:failed|delayed)|"
    r"(?:message|mail) you sent (?:to [^\n]{1,200}? )?(?:could not|cannot|was not)|wasn't found at|address not found",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"warning only|do not need to resend|still being retried|will (?:be retried|keep trying|continue (?:to be )?tr)|"
    r"(?:delivery|message|mail) (?:has been |is |was )?delayed|delivery (?:status notification )?\(?delay|"
    r"temporary (?:failure|problem|error)|"
    r"not yet (?:been )?delivered|will retry|delayed mail|attempts will continue",
    re.IGNORECASE,
)
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]"
_RECIPIENT = re.compile(
    rf"(?m)^[ \t]{{0,8}}<({_ADDRESS})>(?:[ \t]*:|[ \t]*$|:)|^[ \t]{{0,8}}({_ADDRESS})(?:[ \t]*(?:\(|$)|[ \t]*:)"
    rf"|(?:delivered to|message to|failed to|delivery to|found at|recipient:?) ?<?({_ADDRESS})>?"
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_COPY = re.compile(
    r"(?m)^[ \t-]{0,10}(?:below this line is a copy|this is a copy of the message|copy of (?:the|your) message|"
    r"original message"
    r"|unsent message|returned message|message headers? follow|a copy of your message)[^\n]{0,80}$",
    re.IGNORECASE,
)
_COPIED_ID = re.compile(r"(?mi)^[ \t>]{0,4}Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,998}>)")


def looks_like_bounce(subject: str, text: str, *, daemon: bool, null_path: bool) -> str:
    """Why a mail without a report part is a delivery report all the same; empty when it is none.

    The words alone are never enough: people forward bounces and ask what they mean.
    """
    if not (daemon or null_path):
        return ""
    by = "its sender is a mail system" if daemon else "its return path is empty"
    if _SUBJECT.match(subject):
        return f"{by} and the subject says that a mail was not delivered"
    if _TEXT.search(text[:5_000]):
        return f"{by} and the text says that a mail was not delivered"
    return ""


def read_report(root: Part, raw: bytes, text: str, subject: str, reader: Reader) -> BounceReport:
    """What a delivery report says: recipients, status code, permanent or not, which mail of ours it answers.

    Never raises. Recipients are lower case, each once.
    """
    parts = list(root.walk())
    fields = next((part for part in parts if part.type == "message/delivery-status"), None)
    recipients: list[str] = []
    status, failed, delayed = "", False, False
    if fields is not None:
        recipients, status, failed, delayed = _fields(read_text(fields, reader)[: limits.REPORT_FIELDS_BYTES])
    told = _COPY.split(text, maxsplit=1)[0][:20_000]
    if not recipients:
        recipients = [next(each for each in hit if each) for hit in _RECIPIENT.findall(told)]
    header = root.text_of("x-failed-recipients")
    if header:
        recipients = [each.strip() for each in header.split(",") if "@" in each] or recipients
    if not status and (code := _STATUS.search(told)):
        status = code[1]
    if not recipients:
        recipients, delayed = _by_flufl(root, raw, parts, delayed)
    if fields is None:
        delayed = delayed or bool(_DELAY.search(subject) or _DELAY.search(told))
        reply = _REPLY_CODE.search(told)
        failed = status.startswith("5") or (not status and not (reply and reply[1] == "4"))
    permanent = failed and not status.startswith(("2", "4")) and not (delayed and not status.startswith("5"))
    once = dict.fromkeys(each.lower() for each in recipients)
    return BounceReport(tuple(once)[: limits.REPORTED_RECIPIENTS], status, permanent, _original(root, parts, text))


def _fields(text: str) -> tuple[list[str], str, bool, bool]:
    """Recipients, status, failed, delayed of the machine-readable part (RFC 3464 §2.3)."""
    recipients: list[str] = []
    statuses: list[tuple[str, str]] = []
    for group in re.split(r"\n[ \t]*\n", text)[: limits.REPORTED_RECIPIENTS + 1]:
        told: dict[str, str] = {}
        for line in group.split("\n"):
            name, colon, value = line.partition(":")
            if colon and line[:1] not in " \t":
                told.setdefault(name.strip().lower(), value.strip())
        who = told.get("original-recipient") or told.get("final-recipient") or ""
        final = told.get("final-recipient") or who
        address = final.rpartition(";")[2].strip().strip("<>")
        action = told.get("action", "").partition(" ")[0].lower()
        code = _STATUS.search(told.get("status", "")) or _STATUS.search(told.get("diagnostic-code", ""))
        if not (address or action):
            continue
        if address and action not in ("delivered", "relayed", "expanded"):
            recipients.append(address)
        statuses.append((action, code[1] if code else ""))
    failed = [code for action, code in statuses if action == "failed" or (not action and code.startswith("5"))]
    delayed = any(action == "delayed" for action, _ in statuses)
    status = next((code for code in failed if code), next((code for _, code in statuses if code), ""))
    return recipients, status, bool(failed), delayed


def _by_flufl(root: Part, raw: bytes, parts: list[Part], delayed: bool) -> tuple[list[str], bool]:
    """Ask flufl.bounce; only for what is a report already, small and flat."""
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
