"""Whether a machine wrote the mail, which sort, why we think so, and whether the machine may answer.

Reasoning (RFC 3834 §2, P6, P7). Structure decides first (reports, receipts, calendar answers), then
headers that are made to say it, then several weak signs together, and last the form of the text.
A single weak sign never makes a person's mail automatic; but to keep silent where a person might have
been answered by a machine costs little, so ``may_answer`` is stricter than ``kind``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailflow.model.message import Address, Automatic
from mailflow.model.words import AutomaticKind

from . import absence
from .bounce import only_delivered
from .bounce_forms import DAEMON, DAEMON_NAME, is_complaint, looks_like_bounce
from .lists import is_discussion
from .patterns import linear

FIRST_WORDS = 1_500
"""Characters of new text in which a person who sends a report would say why."""
CALENDAR_WORDS = 8
"""More new words beside a calendar answer were typed by somebody, who must be heard."""

CALENDAR_TEXT = 1_500
"""Characters; a calendar program repeats the meeting and says no more."""

_NOREPLY = re.compile(
    r"^(?:.{0,40}[-_.])?(?:no|not|do[-_.]?not|dont)[-_.]?reply(?:$|[-_.+@0-9])|^(?:notifications?|alerts?|system|"
    r"automated|"
    r"auto(?:mail|mated|responder|reply)?|robot|newsletters?|news|bulletin|mailing|listserv|majordomo)(?:$|[-_.+0-9])",
    re.IGNORECASE,
)
_QUARANTINE = re.compile(r"(?:quarantine|spam[-_.]?(?:digest|report|filter|quarantine))(?:$|[-_.+0-9])", re.IGNORECASE)
_STRICT_NOREPLY = re.compile(r"(?:^|[-_.])(?:no|not|do[-_.]?not|dont)[-_.]?reply", re.IGNORECASE)
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
_PERSONAL_FEEDBACK = re.compile(r":(?:user:proton|fastmail|messagingengine)\b", re.IGNORECASE)
"""Proton and Fastmail put a Feedback-ID into every letter of every person."""
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
_LIST_HEADER_SET = frozenset(_LIST_HEADERS)
_AUTO_HEADER_SET = frozenset(_AUTO_HEADERS)
_UNSUBSCRIBE_FORM = (
    r"\bunsubscribe\b|manage (?:your )?(?:e-?mail )?(?:preferences|subscription)|you are receiving this|opt[- ]out\b"
)
_UNSUBSCRIBE = linear(_UNSUBSCRIBE_FORM)
_PERSONAL = linear(
    r"\b(?:my (?:son|daughter|mum|mother|dad|father|brother|sister|wife|husband|partner|family|name is|number is)|"
    r"i would like|i need|i am|i'm|"
    r"can you|could you|please (?:call|ring|contact)|refer(?:ral|ring)|killed|murdered|died|bereaved)\b"
)
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


@dataclass(frozen=True, slots=True)
class Signs:
    """What the judgement looks at, read once."""

    headers: dict[str, tuple[str, ...]]
    """Every field by lower-case name, topmost first, decoded."""
    authors: tuple[Address, ...]
    return_path: str | None
    subject: str
    text: str
    new_text: str
    answers: bool
    """It has In-Reply-To or References, or a subject that says so."""
    types: tuple[str, ...]
    report_type: str
    """Of a report that the mail itself is (RFC 6522 §3): ``delivery-status`` …; empty when it is none."""
    calendar_method: str
    attachments: int
    """Files that a person may have added; pictures in the text do not count."""
    own_addresses: tuple[str, ...]

    suspicious: bool
    """Its text holds a phrase of machines; where none stands, the form of the text need not be looked at."""
    report_fields: str = ""
    """The fields of that report as written, and whatever follows them."""

    def first(self, name: str) -> str:
        """The topmost field of that name."""
        values = self.headers.get(name)
        return values[0] if values else ""


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
    for sort in (_report, _calendar, _passcode, _reply_by_header, _bulk, _reply_by_form):
        found = sort(signs)
        if found is not None:
            return found
    return AutomaticKind.NONE, ""


def _local(signs: Signs) -> str:
    """The part before the ``@`` of the author's address."""
    return signs.authors[0].address.rpartition("@")[0].lower() if signs.authors else ""


def _is_daemon(signs: Signs) -> bool:
    """True when a mail system signs as the sender."""
    if not signs.authors:
        return False
    author = signs.authors[0]
    return (
        DAEMON.match(author.address) is not None
        or DAEMON_NAME.match(author.name) is not None
        or (not author.address and DAEMON.match(author.name.replace(" ", "-")) is not None)
    )


def _from_nobody(signs: Signs) -> bool:
    """True when the mail came from the null path, or from a mail system's own (RFC 5321 §4.5.5)."""
    path = signs.return_path
    return path == "" or (path is not None and DAEMON.match(path) is not None)


def _report(signs: Signs) -> tuple[AutomaticKind, str] | None:
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
        daemon=_is_daemon(signs),
        null_path=_from_nobody(signs),
        returned=returned,
        silent=_STRICT_NOREPLY.search(_local(signs)) is not None,
        personal=_PERSONAL.search(signs.new_text[:FIRST_WORDS]) is not None,
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


def _calendar(signs: Signs) -> tuple[AutomaticKind, str] | None:
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


def _passcode(signs: Signs) -> tuple[AutomaticKind, str] | None:
    """A one-time code of a portal; a password that an officer sends for a form is that officer's."""
    if (
        _PASSCODE_SUBJECT.search(signs.subject)
        and not signs.answers
        and len(signs.text) < 3_000
        and not _PERSONAL.search(signs.new_text)
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
    if _from_nobody(signs) and signs.answers:
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
    return is_discussion(signs.headers, signs.subject, answers=signs.answers, local=_local(signs))


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
    if _NOREPLY.match(_local(signs)):
        found.append("a sender that takes no answers")
    if signs.suspicious and (
        _UNSUBSCRIBE.search(signs.new_text) or _UNSUBSCRIBE.search(signs.text[-1_500:] if not signs.answers else "")
    ):
        found.append("words about unsubscribing")
    strong = bool(listed) or precedence in ("bulk", "junk") or (bool(submitted) and submitted != "no")
    if len(found) >= 2 and strong:
        if signs.answers and found == [f"Precedence: {precedence}", "words about unsubscribing"]:
            return None
        if not listed and not precedence and _PERSONAL.search(signs.new_text):
            return None  # a web form that passes on what a person typed
        return AutomaticKind.BULK, "it has " + " and ".join(found[:3])
    if precedence in ("bulk", "junk") and not (signs.answers or signs.attachments or _PERSONAL.search(signs.new_text)):
        return AutomaticKind.BULK, f"the header Precedence says {precedence} and it asks for nothing personal"
    if submitted not in ("", "no") and _QUARANTINE.match(_local(signs)):
        return AutomaticKind.BULK, f"the header Auto-Submitted says {submitted[:40]} and a spam filter wrote it"
    if submitted.startswith(("auto-generated", "auto-notified")) and not _PERSONAL.search(signs.new_text):
        return AutomaticKind.BULK, f"the header Auto-Submitted says {submitted[:40]} and it asks for nothing personal"
    if _STRICT_NOREPLY.search(_local(signs)) and not _PERSONAL.search(signs.new_text) and not signs.attachments:
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
    if signs.suspicious and absence.asks_for_proof(signs.new_text) and not _PERSONAL.search(signs.new_text):
        return AutomaticKind.AUTO_REPLY, "it asks the sender to prove that a person wrote (challenge and response)"
    if absence.absence_text(signs.subject, signs.new_text, answers=signs.answers, attachments=signs.attachments):
        return AutomaticKind.AUTO_REPLY, "it is a short answer that tells of an absence and who covers it"
    if not signs.attachments and absence.named_absence(signs.subject, signs.new_text):
        return AutomaticKind.AUTO_REPLY, "the subject names an absence and nothing is asked"
    if not signs.attachments and absence.weak_absence(signs.subject, signs.new_text):
        return AutomaticKind.AUTO_REPLY, "subject and first words tell of an absence"
    if tickets >= 4 or (tickets >= 3 and not _PERSONAL.search(signs.new_text) and not signs.attachments):
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
    if _is_daemon(signs):
        return "its author is a mail system"
    if _STRICT_NOREPLY.search(_local(signs)):
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
