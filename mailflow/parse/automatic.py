"""Whether a machine wrote the mail, which sort, why we think so, and whether the machine may answer.

Reasoning (RFC 3834 §2, P6, P7). Structure decides first (reports, receipts, calendar answers), then
headers that are made to say it, then several weak signs together, and last the form of the text.
A single weak sign never makes a person's mail automatic; but to keep silent where a person might have
been answered by a machine costs little, so ``may_answer`` is stricter than ``kind``.
"""

from __future__ import annotations

import re

from mailflow.model.message import Automatic
from mailflow.model.words import AutomaticKind

from . import absence
from .lists import is_discussion
from .patterns import linear
from .reports import judge_calendar, judge_report
from .signs import PERSONAL, STRICT_NOREPLY, Signs, from_nobody, is_daemon, local_part

_NOREPLY = re.compile(
    r"^(?:.{0,40}[-_.])?(?:no|not|do[-_.]?not|dont)[-_.]?reply(?:$|[-_.+@0-9])|^(?:notifications?|alerts?|system|"
    r"automated|"
    r"auto(?:mail|mated|responder|reply)?|robot|newsletters?|news|bulletin|mailing|listserv|majordomo)(?:$|[-_.+0-9])",
    re.IGNORECASE,
)
_QUARANTINE = re.compile(r"(?:quarantine|spam[-_.]?(?:digest|report|filter|quarantine))(?:$|[-_.+0-9])", re.IGNORECASE)
_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-vacation",
    "x-ez-autoreply",
)
_LIST_HEADERS = (
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "list-post",
    "feedback-id",
    "x-campaign-id",
    "x-campaignid",
    "x-mailchimp-campaign",
    "x-csa-complaints",
)
_PERSONAL_FEEDBACK = re.compile(r":(?:user:proton|fastmail|messagingengine)\b", re.IGNORECASE)
"""Proton and Fastmail put a Feedback-ID into every letter of every person."""
_LIST_HEADER_SET = frozenset(_LIST_HEADERS)
_AUTO_HEADER_SET = frozenset(_AUTO_HEADERS)
_UNSUBSCRIBE_FORM = (
    r"\bunsubscribe\b|manage (?:your )?(?:e-?mail )?(?:preferences|subscription)|you are receiving this|opt[- ]out\b"
)
_UNSUBSCRIBE = linear(_UNSUBSCRIBE_FORM)
_SUSPICIOUS = linear(f"{_UNSUBSCRIBE_FORM}|{absence.MACHINE_FORM}")
_ONCE_ONLY = linear(r"one[- ]?time|expire|do not share|verification|valid for|sign[- ]?in|log[- ]?in")
_PASSCODE_SUBJECT = re.compile(
    r"(?:one[- ]?time (?:pass(?:code|word)|code|pin)|verification code|security code|passcode|access code|"
    r"sign[- ]?in code|otp)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?m)(?:code|passcode|password|pin|otp)\b[^\n]{0,60}?[:\s](\d[\d -]{3,9}\d|[A-Z0-9]{6,10})\b"
    r"|^\s*(\d[\d -]{3,9}\d)\s*$"
)


def is_suspicious(text: str) -> bool:
    """Whether a text holds a phrase of machines: one search instead of one a sort."""
    return _SUSPICIOUS.search(text) is not None


def judge_automatic(signs: Signs) -> Automatic:
    """The verdict on a mail, with the sign that it rests on, in words."""
    kind, why = _kind(signs)
    hindrance = _hindrance(signs)
    if kind is AutomaticKind.NONE:
        return Automatic(kind, hindrance or "no sign of a machine", not hindrance)
    if kind is not AutomaticKind.AUTO_REPLY:
        return Automatic(kind, why, False)
    told = signs.new_text or signs.text
    return Automatic(kind, why, False, absence.away_until(told), absence.covered_by(told))


def _kind(signs: Signs) -> tuple[AutomaticKind, str]:
    """Which sort of machine, and why; the first that fits."""
    for sort in (judge_report, judge_calendar, _passcode, _reply_by_header, _bulk, _reply_by_form):
        found = sort(signs)
        if found is not None:
            return found
    return AutomaticKind.NONE, ""


def _passcode(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """A one-time code of a portal; a password that an officer sends for a form is that officer's."""
    if (
        _PASSCODE_SUBJECT.search(signs.subject)
        and not signs.answers
        and len(signs.text) < 3_000
        and not PERSONAL.search(signs.new_text)
        and _ONCE_ONLY.search(signs.text)
        and _CODE.search(signs.text)
    ):
        return AutomaticKind.PASSCODE, "the subject speaks of a one-time code and the text holds one"
    return None


def _reply_by_header(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """Answers of machines by headers that say so (RFC 3834 §5)."""
    submitted = signs.first("auto-submitted").partition(";")[0].strip().lower()
    if submitted.startswith("auto-replied"):
        return AutomaticKind.AUTO_REPLY, "the header Auto-Submitted says auto-replied (RFC 3834)"
    for name in () if _AUTO_HEADER_SET.isdisjoint(signs.headers) else _AUTO_HEADERS:
        value = signs.first(name).strip().lower()
        if name in signs.headers and value not in ("no", "false", "0"):
            return AutomaticKind.AUTO_REPLY, f"it has the header {name.title()} of an autoresponder"
    if signs.first("precedence").strip().lower() in ("auto_reply", "auto-reply", "autoreply"):
        return AutomaticKind.AUTO_REPLY, "the header Precedence says auto_reply"
    if signs.first("x-autogenerated").strip().lower() in ("reply", "forward", "group"):
        return AutomaticKind.AUTO_REPLY, "the header X-Autogenerated says reply"
    if (
        "autoresponder" in signs.first("x-post-messageclass").lower()
        or signs.first("delivered-to").lower() == "autoresponder"
    ):
        return AutomaticKind.AUTO_REPLY, "a header names an autoresponder"
    if (
        submitted
        and submitted != "no"
        and (absence.absence_subject(signs.subject) or (signs.answers and not _listed(signs)))
    ):
        return AutomaticKind.AUTO_REPLY, f"the header Auto-Submitted says {submitted[:40]} and it answers a mail"
    if absence.absence_subject(signs.subject):
        return AutomaticKind.AUTO_REPLY, "the subject has the form of an automatic reply"
    if from_nobody(signs) and signs.answers:
        return AutomaticKind.AUTO_REPLY, "its return path is empty and it answers a mail"
    if signs.return_path == "" and not signs.attachments and absence.acknowledges(signs.new_text):
        return AutomaticKind.AUTO_REPLY, "its return path is empty and it acknowledges a mail"
    return None


def _listed(signs: Signs) -> list[str]:
    """Headers of mailing lists, unless the list is one of our own mailboxes behind a group address."""
    if _LIST_HEADER_SET.isdisjoint(signs.headers) or _own_list(signs):
        return []
    found = [name for name in _LIST_HEADERS if name in signs.headers]
    if "feedback-id" in found and _PERSONAL_FEEDBACK.search(signs.first("feedback-id")):
        found.remove("feedback-id")
    return found


def _own_list(signs: Signs) -> bool:
    """True when the list is our own address: a group mailbox, not a mailing list that we are on."""
    told = " ".join(signs.first(name) for name in ("list-id", "list-post", "list-unsubscribe")).lower()
    return any(
        address.lower() in told or address.lower().replace("@", ".") in told
        for address in signs.own_addresses
        if address
    )


def _precedence(signs: Signs) -> str:
    """The Precedence field; what a group mailbox of ours puts there does not count."""
    told = signs.first("precedence").strip().lower()
    return "" if told == "list" and _own_list(signs) else told


def _is_posted(signs: Signs) -> bool:
    """True when somebody wrote it to a discussion list; a list is no writer."""
    return is_discussion(signs.headers, signs.subject, answers=signs.answers, local=local_part(signs))


def _bulk(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """Newsletters, lists and notices: two signs at least, or one with the word of the sender for it."""
    found: list[str] = []
    posted = _is_posted(signs)
    listed = [] if posted else _listed(signs)
    if listed:
        several = [name for name in listed if name in ("list-id", "list-unsubscribe", "feedback-id")]
        found += [f"the list header {name.title()}" for name in several or listed[:1]]
    precedence = "" if posted else _precedence(signs)
    if precedence in ("bulk", "junk", "list"):
        found.append(f"Precedence: {precedence}")
    submitted = signs.first("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        found.append(f"Auto-Submitted: {submitted[:40]}")
    if _NOREPLY.match(local_part(signs)):
        found.append("a sender that takes no answers")
    if signs.suspicious and (
        _UNSUBSCRIBE.search(signs.new_text) or _UNSUBSCRIBE.search(signs.text[-1_500:] if not signs.answers else "")
    ):
        found.append("words about unsubscribing")
    strong = bool(listed) or precedence in ("bulk", "junk") or (bool(submitted) and submitted != "no")
    if len(found) >= 2 and strong:
        if signs.answers and found == [f"Precedence: {precedence}", "words about unsubscribing"]:
            return None
        if not listed and not precedence and PERSONAL.search(signs.new_text):
            return None  # a web form that passes on what a person typed
        return AutomaticKind.BULK, "it has " + " and ".join(found[:3])
    if precedence in ("bulk", "junk") and not (signs.answers or signs.attachments or PERSONAL.search(signs.new_text)):
        return AutomaticKind.BULK, f"the header Precedence says {precedence} and it asks for nothing personal"
    if submitted not in ("", "no") and _QUARANTINE.match(local_part(signs)):
        return AutomaticKind.BULK, f"the header Auto-Submitted says {submitted[:40]} and a spam filter wrote it"
    if submitted.startswith(("auto-generated", "auto-notified")) and not PERSONAL.search(signs.new_text):
        return AutomaticKind.BULK, f"the header Auto-Submitted says {submitted[:40]} and it asks for nothing personal"
    if STRICT_NOREPLY.search(local_part(signs)) and not PERSONAL.search(signs.new_text) and not signs.attachments:
        return AutomaticKind.BULK, "its sender takes no answers and it asks for nothing personal"
    return None


def _reply_by_form(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """Absence notices and receipts without any header, by their words."""
    if re.match(r"\s*(?:fwd?|wg|tr)\s*:", signs.subject, re.IGNORECASE):
        return None
    itself, tickets = "", 0
    if signs.suspicious:
        itself = absence.names_itself(signs.text if not signs.answers else signs.new_text or signs.text[:2_000])
        tickets = absence.ticket_signs(signs.new_text)
    if itself in ("reply", "response", "acknowledgement", "acknowledgment", "receipt"):
        return AutomaticKind.AUTO_REPLY, f"it calls itself an automatic {itself}"
    if itself and (tickets >= 1 or signs.answers):
        return AutomaticKind.AUTO_REPLY, f"it calls itself an automatic {itself} and answers a message"
    if itself:
        return AutomaticKind.BULK, f"it calls itself an automatic {itself}"
    if signs.suspicious and absence.asks_for_proof(signs.new_text) and not PERSONAL.search(signs.new_text):
        return AutomaticKind.AUTO_REPLY, "it asks the sender to prove that a person wrote (challenge and response)"
    if absence.absence_text(signs.subject, signs.new_text, answers=signs.answers, attachments=signs.attachments):
        return AutomaticKind.AUTO_REPLY, "it is a short answer that tells of an absence and who covers it"
    if not signs.attachments and absence.named_absence(signs.subject, signs.new_text):
        return AutomaticKind.AUTO_REPLY, "the subject names an absence and nothing is asked"
    if not signs.attachments and absence.weak_absence(signs.subject, signs.new_text):
        return AutomaticKind.AUTO_REPLY, "subject and first words tell of an absence"
    if tickets >= 4 or (tickets >= 3 and not PERSONAL.search(signs.new_text) and not signs.attachments):
        return AutomaticKind.AUTO_REPLY, "it has the form of a ticket system's acknowledgement"
    return None


def _hindrance(signs: Signs) -> str:
    """Why the machine must not answer whoever wrote it; empty when it may (RFC 3834 §2)."""
    author = signs.authors[0].address.lower() if signs.authors else ""
    own = {address.lower() for address in signs.own_addresses}
    submitted = signs.first("auto-submitted").partition(";")[0].strip().lower()
    told = signs.first("x-auto-response-suppress")
    suppress = {each.strip().lower() for each in told.split(",")} if told else frozenset()
    precedence = _precedence(signs)
    if not author or "@" not in author:
        return "it has no author to answer"
    if author in own:
        return "its author is an address of ours"
    if signs.return_path == "":
        return "its return path is empty: nobody wants an answer"
    if is_daemon(signs):
        return "its author is a mail system"
    if STRICT_NOREPLY.search(local_part(signs)):
        return "its author takes no answers"
    if suppress & {"all", "oof", "autoreply"}:
        return "it asks for no automatic answer (X-Auto-Response-Suppress)"
    if submitted and submitted != "no":
        return f"the header Auto-Submitted says {submitted[:40]}"
    if _listed(signs):
        return "it came by a mailing list"
    if precedence in ("bulk", "junk", "list"):
        return f"the header Precedence says {precedence}"
    return ""
