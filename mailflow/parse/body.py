"""Which parts are the text of the mail, which are attachments (RFC 2046 §5.1, RFC 2183, RFC 2387).

The best text of ``multipart/alternative`` is its plain text, unless that is empty, a stub ("this
mail needs an HTML reader") or hardly anything beside the HTML. Texts of ``multipart/mixed`` are
joined in order. Everything else is an attachment; enclosed messages are attachments whose text is
their own best text, and their attachments are listed with ours.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import accumulate

from mailflow.model.message import Attachment

from . import limits
from .attributions import part_answer
from .bounce import mislabelled_words
from .calendar import read_calendar, read_card
from .html import Line, Page, read_html
from .mime import Part, Reader, decode_transfer, decode_uu
from .text import read_text, unflow

_STUB = re.compile(
    r"(?:html[- ](?:capable|compatible|enabled|format|e-?mail|version|reader|client)|(?:in|use|view|supports?|"
    r"display) html|"
    r"view (?:this|the) (?:e-?mail|message|newsletter|page)[^.\n]{0,40}(?:browser|online|html|web)|"
    r"(?:can(?:'|no)t|unable to|having trouble) (?:view|read|see|display)(?:ing)? (?:this|the) (?:e-?mail|message|"
    r"images)|"
    r"(?:newsletter|message|e-?mail|mailing) (?:could|can|may) be (?:read|viewed|seen) (?:here|online|at)|"
    r"im browser (?:an(?:sehen|zeigen)|öffnen)|nicht (?:richtig|korrekt) (?:angezeigt|dargestellt)|"
    r"your (?:e-?mail|mail) (?:client|program|reader) (?:does not|doesn['’]t|cannot)|no plain[- ]text)",
    re.IGNORECASE,
)
STUB_LENGTH = 400
"""Characters; a plain text that only says "view in HTML" is not longer."""
_LOOKS_HTML = re.compile(r"\s{0,200}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_UU_BEGIN = re.compile(r"^begin [0-7]{3,4} ([^\n]{0,255})$", re.MULTILINE)
_STANDS_IN_THE_MAIL = "too large to be kept apart: it stands in the mail itself"
_LETTERS = re.compile(r"\W+")
_NAME_JUNK = re.compile(r"[\x00-\x1f\x7f]+")
_NO_FILE_NAME = re.compile(r"[/\\]+")
_LOOKS_LIKE_A_FILE = re.compile(r"[^/\\\s?#=&:;][^/\\?#=&:;]{0,120}\.[A-Za-z][A-Za-z0-9]{1,4}\Z")
"""The last piece of a path, with an ending; ``cid:…``, queries and sentences have none."""
_BODY_TYPES = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}
)
_ENRICHED = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,59})>")
_READABLE = frozenset(
    {
        "message/delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "message/partial",
        "message/external-body",
        "application/ics",
    }
)
_NOTES = {
    "application/pgp-signature": "signature (OpenPGP)",
    "application/pkcs7-signature": "signature (S/MIME)",
    "application/x-pkcs7-signature": "signature (S/MIME)",
    "application/pgp-encrypted": "encryption (OpenPGP)",
    "application/pgp-keys": "public key (OpenPGP)",
}


@dataclass(slots=True)
class Content:
    """What a tree of parts holds for readers."""

    lines: list[Line] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    calendar_method: str = ""
    texts: int = 0
    skipped: str = ""


def read_content(root: Part, reader: Reader) -> Content:
    """Text, links and attachments of a tree."""
    gathering = _Gathering(reader)
    gathering.visit(root)
    content = gathering.content
    if not content.lines and gathering.named_text is not None:
        gathering.take(gathering.named_text)  # the only text of the mail carries a file name
    return content


class _Gathering:
    """Walks a tree once; ``take_text`` is off below alternatives that were not chosen."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.content = Content()
        self.named_text: Part | None = None
        self.take_text = True
        self.in_report = False
        self.enclosed = 0
        self.lines_kept = 0
        self.characters_kept = 0

    def visit(self, part: Part, *, related: bool = False) -> None:
        """One part and what is below it."""
        if part.is_multipart:
            self._multipart(part)
        elif part.type in ("message/rfc822", "message/global"):
            self._message(part)
        elif self._is_body(part):
            if self.take_text:
                self.take(part)
        elif not (part.main_type == "multipart" and part.start == part.end):
            if part.main_type == "text" and part.disposition.value != "attachment" and self.named_text is None:
                shown = part.depth == 0 or part.disposition.value == "inline"
                self.named_text = part if shown and part.type in _BODY_TYPES else None
            self._attach(part, inline=related or _is_inline(part))

    def _multipart(self, part: Part) -> None:
        kind = part.type.partition("/")[2]
        if kind == "alternative":
            self._alternative(part)
        elif kind == "related":
            root = _related_root(part)
            self.visit(root)
            for child in part.children:
                if child is not root:
                    self.visit(child, related=True)
        elif kind == "report":
            self.in_report = True
            (self.take if mislabelled_words(part) else self.visit)(part.children[0])
            before, self.take_text = self.take_text, False
            for child in part.children[1:]:
                if self._is_body(child):
                    self._attach(child, inline=False)
                else:
                    self.visit(child)
            self.take_text = before
        else:
            for number, child in enumerate(part.children):
                if not (number and self._repeats(part.children[number - 1], child)):
                    self.visit(child)

    # -- texts ----------------------------------------------------------------------------------
    def _is_body(self, part: Part) -> bool:
        """True for a text that people read as the mail itself."""
        if part.type not in _BODY_TYPES or part.disposition.value == "attachment":
            return False
        return not (part.disposition.of.get("filename") or (part.parameter("name") and part.depth > 0))

    def _repeats(self, before: Part, part: Part) -> bool:
        """True for HTML that says the plain text before it once more: a broken sender's alternative."""
        if not (
            before.type == "text/plain" and part.type == "text/html" and self._is_body(part) and self._is_body(before)
        ):
            return False
        plain = _LETTERS.sub("", read_text(before, self.reader)[:2_000])[:200]
        page = self._page(read_text(part, self.reader))
        html = _LETTERS.sub("", "".join(line.text for line in page.lines[:60]))[:200]
        return len(plain) > 20 and plain[: len(html)] == html[: len(plain)]

    def _alternative(self, part: Part) -> None:
        """The best of several texts of the same (RFC 2046 §5.1.4)."""
        plain = next((child for child in part.children if child.type == "text/plain" and self._is_body(child)), None)
        rich = next((child for child in reversed(part.children) if child is not plain and _has_html(child)), None)
        texts = (child for child in part.children if any(self._is_body(below) for below in child.walk()))
        chosen = plain or rich or next(texts, None)
        if plain and rich and self.take_text:
            leaf = next(child for child in rich.walk() if child.type == "text/html")
            page = self._page(read_text(leaf, self.reader))
            self._note_links(page.links)
            text = read_text(plain, self.reader)
            if _is_poor(text, page.lines):
                chosen = rich
        before = self.take_text
        for child in part.children:
            self.take_text = before and child is chosen
            if child is chosen or not self._is_body(child):
                self.visit(child)
        self.take_text = before

    def take(self, part: Part) -> None:
        """Add the text of a part to the one text, as long as there is room for more."""
        if self.characters_kept >= limits.TEXT_CHARACTERS or self.lines_kept >= limits.TEXT_LINES:
            self.reader.fault("text_too_long", f"{limits.TEXT_CHARACTERS} characters were kept")
            return
        text = read_text(part, self.reader)
        if part.type == "text/html" or (part.type == "text/plain" and _LOOKS_HTML.match(text)):
            page = self._page(text)
            for defect in page.defects:
                self.reader.fault(defect)
            self._note_links(page.links)
            lines = page.lines
        else:
            if part.type in ("text/enriched", "text/richtext"):
                text = _enriched(text)
            elif part.parameter("format").lower() == "flowed":
                text = unflow(text, delsp=part.parameter("delsp").lower() == "yes")
            text = self._without_uuencoded(text)
            lines = list(map(Line, text.split("\n", limits.TEXT_LINES)))
        self._join(lines)

    def _page(self, html: str) -> Page:
        """An HTML text, read; as long as all of them together are no bomb."""
        self.reader.html_characters += len(html)
        if self.reader.html_characters > limits.HTML_TOTAL:
            self.reader.fault("html_too_large", f"{limits.HTML_TOTAL} characters were read")
            return Page([], [], [])
        return read_html(html)

    def _join(self, lines: list[Line]) -> None:
        """Put lines below those that are there, with one blank line between."""
        first, after = 0, len(lines)
        while first < after and not lines[first].text.strip():
            first += 1
        while first < after and not lines[after - 1].text.strip():
            after -= 1
        lines = _parted(lines[first:after])
        if not lines:
            return
        self.content.texts += 1
        ends = self.characters_kept + sum([len(line.text) for line in lines]) + 2 * len(lines)
        if ends > limits.TEXT_CHARACTERS or len(lines) > limits.TEXT_LINES - self.lines_kept:
            self.reader.fault("text_too_long", f"{limits.TEXT_CHARACTERS} characters were kept")
            places = list(accumulate([len(line.text) + 2 for line in lines], initial=self.characters_kept))
            most = min(bisect_right(places, limits.TEXT_CHARACTERS) - 1, limits.TEXT_LINES - self.lines_kept)
            lines, ends = lines[:most], places[most]
        self.characters_kept = ends
        self.lines_kept += len(lines) + 1
        if self.content.lines and lines:
            self.content.lines.append(Line(""))
        self.content.lines.extend(lines)

    def _note_links(self, links: list[tuple[str, str]]) -> None:
        room = limits.HTML_LINKS - len(self.content.links)
        self.content.links.extend(link for link in links[:room] if link not in self.content.links[-50:])

    def _without_uuencoded(self, text: str) -> str:
        """Files that were written into the text (uuencode, older than MIME) become attachments."""
        if "begin " not in text or "\nend" not in text:
            return text
        out: list[str] = []
        position = 0
        begins = list(_UU_BEGIN.finditer(text))
        for number, begin in enumerate(begins):
            # A file ends before the next one begins: so the whole search passes the text once.
            limit = begins[number + 1].start() if number + 1 < len(begins) else len(text)
            end = text.find("\nend", begin.end(), limit)
            if end < 0 or len(self.content.attachments) >= limits.PARTS:
                continue
            data, defect = decode_uu(text[begin.end() : end].strip("\n").encode("ascii", "replace"))
            if not data:
                continue
            if defect:
                self.reader.fault(defect)
            out.append(text[position : begin.start()])
            position = end + len("\nend")
            self.content.attachments.append(
                _attachment(begin[1].strip(), "application/octet-stream", data, inline=False)
            )
        return "".join([*out, text[position:]])

    # -- attachments ----------------------------------------------------------------------------
    def _message(self, part: Part) -> None:
        """An enclosed message: an attachment with its own best text; its attachments follow it."""
        data, note = self._bytes(part, limits.ENCLOSED_BYTES)
        inner = part.children[0] if part.children else None
        name = _file_name(part)
        text = None
        following: list[Attachment] = []
        if inner is not None and self.enclosed < limits.DEPTH:
            self.enclosed += 1
            below = read_content(inner, self.reader)
            text = "\n".join(line.text for line in below.lines)[: limits.ATTACHED_TEXT]
            name = name or _file_title(inner.text_of("subject"))
            following = [] if self.in_report else below.attachments
        made = _attachment(name, part.type, data, inline=False, keep=note is None)
        self.content.attachments.append(replace(made, text=text, type=part.type, note=note))
        self.content.attachments.extend(following)

    def _attach(self, part: Part, *, inline: bool) -> None:
        """A part that is a file."""
        data, note = self._bytes(part)
        made = _attachment(_file_name(part), part.type, data, inline=inline, keep=note is None)
        made = replace(made, note=note)
        readable = part.main_type == "text" or part.type in _READABLE
        if readable and part.type not in ("text/rtf", "text/richtext"):
            made = replace(made, text=self._readable(part)[: limits.ATTACHED_TEXT], type=part.type)
        elif part.type in _NOTES:
            made = replace(made, note=_NOTES[part.type], type=part.type)
        self.content.attachments.append(made)

    def _bytes(self, part: Part, most: int = limits.CONTENT_BYTES) -> tuple[bytes, str | None]:
        """The content of a file, and a note where it is for its size and digest only: there is no room to keep it."""
        self.reader.digested_bytes += part.end - part.start
        if self.reader.digested_bytes > limits.DIGESTED_BYTES:
            self.reader.fault("attachments_too_large", f"{limits.DIGESTED_BYTES} bytes were read")
            return b"", _STANDS_IN_THE_MAIL
        data, defect = decode_transfer(part)
        if defect:
            self.reader.fault(defect)
        if len(data) > most or self.reader.content_bytes + len(data) > limits.CONTENT_BYTES:
            self.reader.fault("attachments_too_large", f"{limits.CONTENT_BYTES} bytes were kept")
            return data, _STANDS_IN_THE_MAIL
        self.reader.content_bytes += len(data)
        return data, None

    def _readable(self, part: Part) -> str:
        """The text of a file that needs no help to be read."""
        text = read_text(part, self.reader)
        if part.type in ("text/calendar", "application/ics"):
            calendar = read_calendar(text, part.parameter("method"))
            self.content.calendar_method = self.content.calendar_method or calendar.method
            return calendar.text
        if part.type in ("text/vcard", "text/x-vcard", "text/directory"):
            return read_card(text)
        if part.type == "text/html":
            page = self._page(text)
            self._note_links(page.links)
            return "\n".join(line.text for line in page.lines)
        return text


def _parted(lines: list[Line]) -> list[Line]:
    """Lines on which an answer stands before the attribution ("yes On Tue … wrote:") become two."""
    if "wrote:" not in "\n".join([line.text for line in lines]):
        return lines
    out: list[Line] = []
    for number, line in enumerate(lines):
        below = next((each for each in lines[number + 1 : number + 3] if each.text.strip()), None)
        parts = part_answer(line.text, below.text) if below and "wrote:" in line.text else None
        out.extend([replace(line, text=part) for part in parts] if parts else [line])
    return out


def _attachment(name: str, declared: str, data: bytes, *, inline: bool, keep: bool = True) -> Attachment:
    """The record of a file; without ``keep`` its size and digest are told and its content is not."""
    digest = hashlib.sha256(data).hexdigest()
    return Attachment(_clean_name(name), declared, len(data), digest, data if keep else b"", inline)


def _is_inline(part: Part) -> bool:
    """True for a picture that stands in the text."""
    return part.disposition.value == "inline" and (part.main_type == "image" or bool(part.header.first("content-id")))


def _is_poor(plain: str, rich: list[Line]) -> bool:
    """True when the plain text is no text: empty, a stub, or hardly anything beside the HTML."""
    stripped = plain.strip()
    said = sum(len(line.text) for line in rich)
    if not stripped:
        return said > 0
    if len(stripped) < STUB_LENGTH and _STUB.search(stripped) and said:
        return True
    return len(stripped) < 60 and said > 20 * len(stripped)


def _has_html(part: Part) -> bool:
    """True for an HTML text, or a container of one."""
    return any(child.type == "text/html" and child.disposition.value != "attachment" for child in part.walk())


def _related_root(part: Part) -> Part:
    """The part that the others belong to (RFC 2387 §3.2)."""
    start = part.parameter("start").strip("<> ")
    if start:
        for child in part.children:
            if child.text_of("content-id").strip("<> ") == start:
                return child
    return next((child for child in part.children if _has_html(child) or child.main_type == "text"), part.children[0])


def _file_name(part: Part) -> str:
    """The name that the sender gave a part (RFC 2183 §2.3; the older ``name`` of RFC 1341 else)."""
    given = part.disposition.of.get("filename") or part.parameter("name") or part.parameter("filename")
    given = given or part.disposition.of.get("name") or part.parameter("file")
    if not given:  # where a file came from, or what it is said to be (RFC 2045 §8), if that reads as a name
        stated = (part.text_of("content-location"), part.text_of("content-description"))
        given = next((name[0] for each in stated if (name := _LOOKS_LIKE_A_FILE.search(each[-130:]))), "")
    return given


def _file_title(subject: str) -> str:
    """A name for an enclosed message, from its subject."""
    return f"{_NO_FILE_NAME.sub('-', subject).strip()[:100] or 'message'}.eml"


def _clean_name(name: str) -> str:
    """Without path, control characters and excess (a name is shown and may become a file's name)."""
    name = _NAME_JUNK.sub(" ", name).replace("\\", "/").rpartition("/")[2].strip()
    if len(name) > limits.ATTACHMENT_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        name = name[: limits.ATTACHMENT_NAME - len(keep)] + keep
    return name


def _enriched(text: str) -> str:
    """Enriched text (RFC 1896) without its commands; parameters inside ``<param>`` are dropped."""
    out: list[str] = []
    position, in_param = 0, False
    for command in _ENRICHED.finditer(text):
        if not in_param:
            out.append(text[position : command.start()])
        if command[2].lower() == "param":
            in_param = not command[1]
        position = command.end()
    out.append(text[position:])
    return "".join(out).replace("<<", "<")
