"""The bytes of a text part to clean text: charset, line ends, format=flowed, signs that nobody sees."""

from __future__ import annotations

import re

import re2

from mailflow.syntax.charsets import decode

from . import limits
from .mime import Part, Reader, decode_transfer

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\x00-\x08\x0e-\x1f\x7f]")
_UNCLEAN = re2.compile(
    "[\u200b\u2060\ufeff\u00ad\u200e\u200f\u202a-\u202e\\x00-\\x08\\x0b-\\x1f\\x7f\u0085\u2028\u2029]"
)
"""Any sign that must be replaced; to look for one first costs a twentieth of replacing."""
_CLEAN_ASCII = bytes([9, 10, *range(32, 127)])
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_ESCAPED_FROM = re.compile(rb"^>From ", re.MULTILINE)
"""What an mbox file makes of a line that begins with ``From `` (RFC 4155 appendix A)."""
_QUOTE_MARKS = re.compile(r">+")


def read_text(part: Part, reader: Reader) -> str:
    """The text of a part: transfer encoding and charset undone, cleaned. Never raises."""
    data, defect = decode_transfer(part, limits.TEXT_BYTES)
    if defect:
        reader.fault(defect)
    if ("mbox_line", "") in reader.defects:
        data = _ESCAPED_FROM.sub(b"From ", data)
    if part.end - part.start > limits.TEXT_BYTES and len(data) >= limits.TEXT_BYTES:
        reader.fault("text_too_long", f"{limits.TEXT_BYTES} bytes were read")
    return decode_text(data, part.parameter("charset"), reader, html=part.type == "text/html")


def decode_text(data: bytes, declared: str, reader: Reader, *, html: bool = False) -> str:
    """Bytes to clean text by the charset ladder; an HTML part without a label may name one itself."""
    if html and not declared and not data.isascii() and (meta := _META_CHARSET.search(data[:4_096])):
        declared = meta[1].decode("ascii")
    decoded = decode(data, declared)
    if decoded.defect:
        reader.fault(decoded.defect, decoded.charset)
    if b"\0" in data and not decoded.charset.startswith(("utf-16", "utf-32")):
        reader.fault("nul_in_text")
    return clean(decoded.text)


def clean(text: str) -> str:
    """LF line ends, plain blanks for no-break ones, without control and zero-width characters.

    Offsets of regions and evidence count in this text, so nothing after this may change it.
    """
    if "\r" in text:
        text = "\n".join(text.split("\r\n"))  # half the time of replacing them
    if text.isascii():  # a twentieth of the cost of a pattern
        if text.encode("ascii").translate(None, _CLEAN_ASCII):
            text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
        return text
    if _UNCLEAN.search(text):
        text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return text.replace("\xa0", " ").replace("\u202f", " ")


def unflow(text: str, *, delsp: bool) -> str:
    """Join the lines of format=flowed text (RFC 3676 §4): a line that ends in a blank goes on below.

    Quote marks are kept, space-stuffing is undone; the signature line ``-- `` never flows.
    """
    out: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for raw in text.split("\n"):
        marks = _QUOTE_MARKS.match(raw)
        level = marks.end() if marks else 0
        line = raw[level:]
        if line.startswith(" "):
            line = line[1:]
        if paragraph and (level != depth or line == "-- "):
            out.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = level
        if line.endswith(" ") and line != "-- ":
            paragraph.append(line[:-1] if delsp else line)
            continue
        paragraph.append(line)
        out.append(_quoted(depth, "".join(paragraph)))
        paragraph = []
    if paragraph:
        out.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(out)


def _quoted(depth: int, line: str) -> str:
    """A joined line with its quote marks back."""
    return f"{'>' * min(depth, 100)} {line}" if depth else line
