"""Bytes to :class:`~mailflow.model.message.ParsedMessage`: the steps, in order."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

from mailflow.model.mail import FirstLook, Identity
from mailflow.model.message import (
    Address,
    Automatic,
    BounceReport,
    Defect,
    Forwarded,
    Header,
    ParsedMessage,
    Region,
    RegionKind,
)
from mailflow.model.words import AutomaticKind
from mailflow.syntax.addresses import read_addresses
from mailflow.syntax.dates import read_date
from mailflow.syntax.encoded_words import decode_words, raw_text
from mailflow.syntax.fields import read_fields

from . import limits
from .automatic import judge_automatic
from .body import Content, read_content
from .bounce import REPORT_TYPES, read_report, report_fields, report_part
from .furniture import label_furniture
from .html import Line
from .mime import Part, Reader
from .quoting import Labelled, label
from .secrets import find_secrets
from .signs import Signs, is_daemon, is_nobody, is_silent, local_part
from .thread import message_id, message_ids, own_references, thread_index
from .topics import topics_of

_ONCE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_REPLY_SUBJECT = re.compile(r"\s*(?:re|aw|sv|antw|odp|vs|ynt|rif|atb)\s*(?:\[\d{1,3}\])?\s*:", re.IGNORECASE)
_NAME_SIGNS = "._-"
"""What parts the words of an address."""
_HEADERS_OF_AN_ENTITY = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")
_BRACKETED = re.compile(r"<\s*([^<>]*?)\s*>")
_BLANKS = re.compile(r"\s+")
_NEW = RegionKind.NEW  # a member of an enumeration takes ten times as long to look up as a name of the module


def parse(raw: bytes, *, opened: bytes | None = None, own_addresses: tuple[str, ...] = ()) -> ParsedMessage:
    """Read a mail. Any bytes give a message, never an exception, in bounded time.

    ``opened`` is what the keyring decrypted: the text comes from it, and its Subject where it has one
    (protected headers); all other headers stay those of the outside. ``own_addresses`` are ours: mail
    in their name is never answered.
    """
    try:
        return _parse(raw, opened, own_addresses)
    except Exception as error:  # noqa: BLE001 - P3: a mail that breaks the reader is still a message, and says so
        return _unread(raw, type(error).__name__)


def _parse(raw: bytes, opened: bytes | None, own_addresses: tuple[str, ...]) -> ParsedMessage:
    reader = Reader()
    root = reader.read(raw)
    inner = _opened(opened, reader) if opened is not None else None
    headers = _headers(root, reader)
    by_name = _by_name(root, headers)
    if len(by_name) < len(headers):
        for name in _ONCE:
            if len(by_name.get(name, ())) > 1:
                reader.fault("header_doubled", name)
    addresses = {name: _addresses(root, name) for name in ("from", "sender", "reply-to", "to", "cc")}
    subject = _first(by_name, "subject")
    if inner is not None and inner.header.first("subject"):
        subject = inner.text_of("subject").strip() or subject
    content = read_content(inner or root, reader)
    types = _types(root) if inner is None else _types(root) + _types(inner)
    text, topics, regions, forwarded = _regions(content, subject, addresses["from"])
    answers = bool(by_name.get("in-reply-to") or by_name.get("references") or _REPLY_SUBJECT.match(subject))
    new_text = "\n".join([text[region.start : region.end] for region in regions if region.kind is _NEW])
    return_path = _return_path(by_name)
    report = report_part(root)
    local = local_part(addresses["from"])
    automatic = judge_automatic(
        Signs(
            headers=by_name,
            authors=addresses["from"],
            return_path=return_path,
            subject=subject,
            text=text,
            new_text=new_text,
            answers=answers,
            types=types,
            report_type=REPORT_TYPES[report.type] if report is not None else _report_type(root),
            report_fields=report_fields(report, reader),
            calendar_method=content.calendar_method,
            attachments=len([each for each in content.attachments if not each.inline and each.note is None]),
            own_addresses=own_addresses,
            topics=topics,
            local=local,
            silent=is_silent(local),
            daemon=is_daemon(addresses["from"]),
            from_nobody=is_nobody(return_path),
        )
    )
    coded = automatic.kind is AutomaticKind.PASSCODE
    bounce: BounceReport | None = None
    if automatic.kind is AutomaticKind.BOUNCE:
        bounce = read_report(root, raw, text, subject, reader)
    return ParsedMessage(
        size=len(raw),
        headers=headers,
        subject=subject,
        from_=addresses["from"],
        sender=addresses["sender"],
        reply_to=addresses["reply-to"],
        to=addresses["to"],
        cc=addresses["cc"],
        date=_date(by_name, reader),
        message_id=message_id(_first(by_name, "message-id")),
        in_reply_to=message_ids(_first(by_name, "in-reply-to")),
        references=message_ids(_first(by_name, "references")),
        return_path=return_path,
        text=text,
        regions=regions,
        forwarded=forwarded,
        attachments=tuple(content.attachments),
        automatic=automatic,
        bounce=bounce,
        content_types=types,
        links=tuple(content.links),
        own_references=own_references(subject, text) if "reference" in topics else (),
        defects=tuple([Defect(code, detail) for code, detail in reader.defects]),
        thread_index=thread_index(_first(by_name, "thread-index")),
        secrets=find_secrets(text, passcode=coded) if coded or "secret" in topics else (),
        subject_secrets=find_secrets(subject, passcode=False) if "secret" in topics else (),
    )


def _unread(raw: bytes, error: str) -> ParsedMessage:
    """The message of a mail that broke the reader: nothing but its size and what went wrong."""
    return ParsedMessage(
        size=len(raw), headers=(), subject="", from_=(), sender=(), reply_to=(), to=(), cc=(), date=None, message_id="",
        in_reply_to=(), references=(), return_path=None, text="", regions=(), forwarded=(), attachments=(),
        automatic=Automatic(AutomaticKind.NONE, "the mail could not be read", False), bounce=None, content_types=(),
        links=(), own_references=(), defects=(Defect("reader_failed", error),),
    )  # fmt: skip


def _types(root: Part) -> tuple[str, ...]:
    """The types of a tree, depth first."""
    return tuple([part.type for part in root.walk()]) if root.children else (root.type,)


# -- header ------------------------------------------------------------------------------------------
def _headers(root: Part, reader: Reader) -> tuple[Header, ...]:
    """Every field of the top header, decoded, in order."""
    block = root.header
    if block.plain:  # no field of nearly all mail has anything to decode
        return tuple(map(Header, block.names, block.views, block.views))
    charset = _body_charset(root)
    out: list[Header] = []
    for name, value in zip(block.names, block.values, strict=True):
        if value.isascii():
            text = value.decode("ascii")
            out.append(Header(name, decode_words(text), text))
            continue
        text, defect = raw_text(value, charset)
        if defect:
            reader.fault(defect, name.lower()[:40])
        out.append(Header(name, decode_words(text), value.decode("latin-1")))
    return tuple(out)


def _body_charset(root: Part) -> str:
    """The first charset that the mail names; empty when it names none."""
    return next((charset for part in root.walk() if (charset := part.parameter("charset"))), "")


def _by_name(root: Part, headers: tuple[Header, ...]) -> dict[str, tuple[str, ...]]:
    """Decoded values by lower-case name, topmost first."""
    texts = root.header.views if root.header.plain else [header.value for header in headers]
    out: dict[str, tuple[str, ...]] = {}
    for key, text in zip(root.header.keys, texts, strict=True):
        out[key] = (*out[key], text) if key in out else (text,)
    return out


def _first(by_name: dict[str, tuple[str, ...]], name: str) -> str:
    """The topmost field of that name, without blanks around it."""
    values = by_name.get(name)
    return values[0].strip() if values else ""


def _addresses(root: Part, name: str) -> tuple[Address, ...]:
    """The addresses of the topmost field of that name; words are decoded after the field is taken apart.

    Where that holds no address at all (``From: [??????]``), those of the next one of that name which does.
    """
    header = root.header
    view = header.topmost.get(name)
    if not view:
        return ()
    found = _mailboxes(root, view)
    if "@" not in view and header.keys.count(name) > 1:
        others = [each for key, each in zip(header.keys, header.views, strict=True) if key == name and "@" in each]
        found = _mailboxes(root, others[0]) if others else found
    if name == "from" and len(found) > 1:  # "A company " <>, "Ltd" <a@x.org>: one sender, cut at a comma
        found = tuple([each for each in found if each.address]) or found
    return found


def _mailboxes(root: Part, view: str) -> tuple[Address, ...]:
    """An address field; raw bytes in it are of the charset of the text."""
    if view.isascii():
        return read_addresses(view)
    return read_addresses(raw_text(view.encode("latin-1"), _body_charset(root))[0])


def _return_path(by_name: dict[str, tuple[str, ...]]) -> str | None:
    """The topmost Return-Path without brackets (RFC 5321 §4.4); ``""`` is the null path."""
    if "return-path" not in by_name:
        return None
    value = _first(by_name, "return-path")
    bracket = _BRACKETED.search(value)
    return bracket[1] if bracket else value


def _date(by_name: dict[str, tuple[str, ...]], reader: Reader) -> datetime | None:
    """The Date field; an unreadable one is a defect."""
    value = _first(by_name, "date")
    moment = read_date(value)
    if value and moment is None:
        reader.fault("date_unreadable")
    return moment


def _report_type(root: Part) -> str:
    """The report-type of a ``multipart/report`` (RFC 6522 §3); ours is at the top or below a signature."""
    for part in (root, *root.children[:1]):
        if part.type == "multipart/report":
            return part.parameter("report-type").lower()
    return ""


def _opened(opened: bytes, reader: Reader) -> Part:
    """The tree of a decrypted entity; text without a MIME header is a plain text of its own."""
    header = read_fields(opened, 0, len(opened))
    if any(header.first(name) for name in _HEADERS_OF_AN_ENTITY):
        return reader.read(opened, top=False)
    return reader.read(b"Content-Type: text/plain; charset=utf-8\n\n" + opened, top=False)


# -- text --------------------------------------------------------------------------------------------
class _Read(NamedTuple):
    """The one text with its regions."""

    text: str
    topics: frozenset[str]
    regions: tuple[Region, ...]
    forwarded: tuple[Forwarded, ...]


def _regions(content: Content, subject: str, authors: tuple[Address, ...]) -> _Read:
    """Join the lines to the one text and tile it with regions."""
    lines = content.lines
    if not lines:
        return _Read("", topics_of(subject, ""), (), ())
    texts = [line.text for line in lines]
    text = "\n".join(texts)
    starts = list(accumulate([len(each) + 1 for each in texts[:-1]], initial=0))
    topics = topics_of(subject, text)
    labelled = label(lines, subject, topics)
    label_furniture(lines, labelled.kinds, _names(authors), topics)
    regions = _tile(lines, starts, labelled, len(text))
    forwarded = tuple(
        Forwarded(
            sender=enclosed.head.sender if enclosed.head else None,
            to=enclosed.head.to if enclosed.head else "",
            date=enclosed.head.date if enclosed.head else "",
            subject=enclosed.head.subject if enclosed.head else "",
            start=starts[enclosed.first],
            end=starts[enclosed.after] - 1 if enclosed.after < len(lines) else len(text),
        )
        for enclosed in labelled.enclosed
    )
    return _Read(text, topics, regions, forwarded)


def _tile(lines: list[Line], starts: list[int], labelled: Labelled, length: int) -> tuple[Region, ...]:
    """Regions that cover the text without gap or overlap.

    A new region is tight: it begins with its first word and ends with its last; blank lines and line
    ends between it and a neighbour belong to the neighbour.
    """
    runs: list[tuple[RegionKind, int, int]] = []
    before: RegionKind | None = None
    begin = latest = 0
    for number, kind in enumerate(labelled.kinds):
        if kind is None or not lines[number].text.strip():
            continue
        if kind is not before:
            if before is not None:
                runs.append((before, starts[begin], starts[latest] + len(lines[latest].text)))
            before, begin = kind, number
        latest = number
    if before is not None:
        runs.append((before, starts[begin], starts[latest] + len(lines[latest].text)))
    if not runs:
        return (Region(RegionKind.NEW, 0, length),) if length else ()
    regions: list[Region] = []
    start = 0
    for place, (kind, _, last) in enumerate(runs):
        end = last
        if place + 1 == len(runs):
            end = length
        elif kind is not _NEW and runs[place + 1][0] is _NEW:
            end = runs[place + 1][1]
        regions.append(Region(kind, start, end))
        start = end
    return tuple(regions)


def _names(authors: tuple[Address, ...]) -> frozenset[str]:
    """The words by which the author may sign: of the display name and of the address."""
    words: set[str] = set()
    for author in authors[:1]:
        local = author.address.rpartition("@")[0]
        for sign in _NAME_SIGNS:
            local = local.replace(sign, " ")
        words.update([word.lower() for word in _NAME_WORD.findall(f"{author.name} {local}"[:300])])
    return frozenset(words)


# -- bounded looks -----------------------------------------------------------------------------------
def identity(raw: bytes) -> Identity:
    """By what the mail is known again (P1, P2). Never raises; looks at the top header and hashes the rest."""
    header = read_fields(raw, 0, len(raw), top=True)

    def first(name: str) -> str:
        return decode_words(header.text(name)).strip()

    body = raw[header.body :].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Identity(
        message_id=message_id(first("message-id")),
        from_address=_sender(header.text("from")),
        date=first("date"),
        subject=first("subject"),
        body_sha256=hashlib.sha256(body).hexdigest(),
    )


def first_look(raw: bytes, risk_words: tuple[str, ...]) -> FirstLook:
    """A look at the first 64 kB while receiving: who writes, and whether a risk word stands there.

    ``risk_words`` are lower-case words and phrases. Never raises. Only for the claim's priority: what is
    missed here is found by intake, and a false alarm costs nothing but its place in the queue.
    """
    try:
        reader = Reader()
        root = reader.read(raw[: limits.FIRST_LOOK_BYTES])
        content = read_content(root, reader)
        spoken = [root.text_of("subject"), *(line.text for line in content.lines)]
        spoken += [each.text for each in content.attachments if each.text]
        text = _BLANKS.sub(" ", " ".join(spoken)).replace("’", "'").lower()
        at_risk = any(word and word.replace("’", "'").lower() in text for word in risk_words)
        return FirstLook(_sender(root.header.text("from")), at_risk)
    except Exception:  # noqa: BLE001 - a look that fails must not stop the receiving of mail (P1)
        return FirstLook("", at_risk=False)


def _sender(value: str) -> str:
    """The first From address, lower case."""
    return next((each.address.lower() for each in read_addresses(value) if each.address), "")
