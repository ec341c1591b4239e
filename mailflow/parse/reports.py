"""Reports, receipts and calendar answers: mails that programs write about mails, by structure and by form.

Reasoning. RFC 6522 gives every report a part with fields for machines, and that settles it. Then come the
marks of single makes (Exchange, Exim), and last the set words of programs that send no fields.
"""

from __future__ import annotations

import re

from mailflow.model.words import AutomaticKind

from .absence import pleads
from .bounce import only_delivered
from .bounce_forms import is_complaint, looks_like_bounce
from .signs import Signs, is_personal

FIRST_WORDS = 1_500
"""Characters of new text in which a person who sends a report would say why."""
CALENDAR_WORDS = 8
"""More new words beside a calendar answer were typed by somebody, who must be heard."""

CALENDAR_TEXT = 1_500
"""Characters; a calendar program repeats the meeting and says no more."""

_READ_SUBJECT = re.compile(
    r"\s*(?:read|not read|read receipt|return receipt(?: \(displayed\))?|disposition notification|gelesen|ungelesen|lu|"
    r"non lu|leído|letto|gelezen|przeczytano|darllenwyd)\s?:?",
    re.IGNORECASE,
)
_READ_TEXT = re.compile(
    r"\s{0,20}(?:your message\s[^\0]{0,600}?\b(?:was|has been|is) (?:read|displayed|opened|"
    r"deleted without being read)\b|"
    r"this is a (?:return |read )?receipt for the (?:mail|message|e-?mail)|"
    r"ihre nachricht\s[^\0]{0,600}?\bwurde[^\0]{0,80}?"
    r"\bgelesen\b)",
    re.IGNORECASE,
)
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"})
_INVITED = re.compile(
    r"\s*(?:accepted|declined|tentative(?:ly accepted)?|cancell?ed(?: event)?|angenommen|abgelehnt|accepté|refusé|"
    r"aceptada?|derbyniwyd|gwrthodwyd)\s*:",
    re.IGNORECASE,
)
_ACCEPTED = re.compile(
    r"\s{0,20}[^\n]{0,100}\bhas (?:tentatively )?(?:accepted|declined|cancell?ed|replied \S{1,20} to) (?:this|your|"
    r"the) "
    r"(?:invitation|event|meeting)\b",
    re.IGNORECASE,
)
_DISPOSITION = re.compile(
    r"(?mi)^Disposition[ \t]*:[^;\n]{0,80}/[ \t]*(?:MDN-)?(sent-manually|"
    r"sent-automatically)[ \t]*;\s{0,10}([a-z-]{1,40})"
)


def judge_report(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """Reports by their structure (RFC 6522), Exchange's mark, and the older bounces."""
    report = signs.report_type
    if report == "delivery-status":
        if only_delivered(signs.report_fields):
            return AutomaticKind.RECEIPT, "it reports that a mail was delivered (RFC 3464)"
        return AutomaticKind.BOUNCE, "it holds a delivery report (RFC 3464)"
    if report == "disposition-notification":
        return AutomaticKind.RECEIPT, _disposition(signs.report_fields)
    if report == "feedback-report":
        return AutomaticKind.FEEDBACK_REPORT, "it holds an abuse report of a mail provider (RFC 5965)"
    if "x-ms-exchange-message-is-ndr" in signs.headers:
        return AutomaticKind.BOUNCE, "Exchange marks it as a non-delivery report (X-MS-Exchange-Message-Is-Ndr)"
    if signs.headers.get("x-failed-recipients"):
        return AutomaticKind.BOUNCE, "it names failed recipients (X-Failed-Recipients)"
    if _READ_SUBJECT.match(signs.subject) and _READ_TEXT.match(signs.text):
        return AutomaticKind.RECEIPT, "subject and text are those of a mail program's receipt"
    returned = not _RETURNED.isdisjoint(signs.types)
    if is_complaint(signs.subject, returned=returned):
        return AutomaticKind.FEEDBACK_REPORT, "it is a mail provider's complaint with the mail enclosed"
    why = looks_like_bounce(
        signs.subject,
        signs.text,
        daemon=signs.daemon,
        null_path=signs.from_nobody,
        returned=returned,
        silent=signs.silent,
        pleads=lambda: pleads(signs.new_text[:FIRST_WORDS]),
        personal=lambda: is_personal(signs, FIRST_WORDS),
    )
    return (AutomaticKind.BOUNCE, why) if why else None


def _disposition(fields: str) -> str:
    """What a receipt says was done with the mail, and by whom (RFC 8098 §3.2.6), in words."""
    found = _DISPOSITION.search(fields)
    if not found:
        return "it holds a receipt that a mail was read or deleted (RFC 8098)"
    done = {"displayed": "read", "deleted": "deleted", "dispatched": "passed on", "processed": "processed"}
    by = "by a person's leave" if found[1].lower() == "sent-manually" else "by a machine"
    what = done.get(found[2].lower(), "not read" if found[2].lower() in ("failed", "denied") else found[2].lower()[:40])
    return f"it holds a receipt, sent {by}, that a mail was {what} (RFC 8098)"


def judge_calendar(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """A calendar program's answer (RFC 5546 §3.2.3), unless somebody wrote something beside it."""
    empty = not signs.text.strip() and not signs.attachments
    if (
        _INVITED.match(signs.subject)
        and len(signs.new_text) < CALENDAR_TEXT
        and (empty or _ACCEPTED.match(signs.new_text))
    ):
        return AutomaticKind.CALENDAR_REPLY, "subject and first words are those of a calendar program's answer"
    if signs.calendar_method in ("REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"):
        if len(signs.new_text.split()) > CALENDAR_WORDS:
            return None
        return AutomaticKind.CALENDAR_REPLY, f"it is a calendar answer (METHOD:{signs.calendar_method})"
    return None
