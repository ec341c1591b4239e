"""Encoded words of header fields, in every broken form that mail programs send (RFC 2047).

What the standard forbids and mail does all the same, and what we make of it: a character split over
two words of one charset (bytes are joined first, decoded after); words inside quotes; blanks inside a
Q word; missing or wrong base64 padding; words glued together or to other text; a language tag
(RFC 2231 §5); raw bytes beside words. What still cannot be read stays as it stands.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator

from .charsets import canonical, decode

WORDS_PER_VALUE = 2_000
"""Attack: 20,000 encoded words in a subject took the standard library's own reader 10 s."""

# Linear: every part is bounded by a character that it cannot contain itself.
_WORD = re.compile(r"=\?([^?\s=]{1,64})\?([bBqQ])\?([^?\r\n]*(?:\?(?!=)[^?\r\n]*){0,8})\?=")
_Q_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_BASE64_JUNK = re.compile(rb"[^A-Za-z0-9+/]")
_ASCII = bytes(range(128))
_BLANK = re.compile(r"\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
"""A line end that came out of an encoded word would end the line of a log, or of a header that we write."""


def raw_text(raw: bytes, body_charset: str = "") -> tuple[str, str]:
    """Bytes of a field as text before encoded words are read: UTF-8 (RFC 6532 §3.2), else windows-1252.

    Programs older than MIME write their fields as they write their text: where the mail names a charset
    for that (``body_charset``) and the bytes fit, it goes before windows-1252. With the name of the
    defect, empty when the bytes were ASCII or UTF-8.
    """
    if raw.isascii():
        return raw.decode("ascii"), ""
    text, charset, defect = decode(raw, "utf-8")
    if not defect and charset == "utf-8":
        return text, ""
    named = canonical(body_charset)
    if named not in ("", "us-ascii", "utf-8") and len(raw.translate(None, _ASCII)) > 1:  # one byte alone is no Hanzi
        told = decode(raw, named)
        text = told.text if told.charset != "windows-1252" and told.defect in ("", "charset_mislabelled") else text
    return text, "header_charset_guessed"


def decode_words(value: str) -> str:
    """A field value with its encoded words decoded; control characters become blanks. Never raises.

    >>> decode_words("=?utf-8?B?UHJvxZs=?= =?utf-8?Q?ba_o_pomoc?=")
    'Prośba o pomoc'
    """
    if "=?" not in value:
        return value if value.isprintable() else _CONTROLS.sub(" ", value)
    return _CONTROLS.sub(" ", "".join(_pieces(value)))


def _pieces(value: str) -> Iterator[str]:
    """Plain text and decoded runs in turn; the blank between two words belongs to neither (RFC 2047 §6.2)."""
    position, words = 0, 0
    run: bytearray = bytearray()
    run_charset = ""
    for word in _WORD.finditer(value):
        words += 1
        if words > WORDS_PER_VALUE:
            break
        charset = word[1].partition("*")[0]
        data = _content(word[2], word[3])
        if data is None:
            continue
        between = value[position : word.start()]
        only_blank = _BLANK.fullmatch(between) is not None
        if run_charset and (not only_blank or charset.lower() != run_charset.lower()):
            yield _text(run, run_charset)
            run, run_charset = bytearray(), ""
            if not only_blank:
                yield between
        elif not run_charset:
            yield between
        run += data
        run_charset = charset
        position = word.end()
    if run_charset:
        yield _text(run, run_charset)
    yield value[position:]


def _content(encoding: str, content: str) -> bytes | None:
    """The bytes of one word; ``None`` when it is no word after all."""
    try:
        data = content.encode("ascii")
    except UnicodeEncodeError:
        data = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return _Q_ESCAPE.sub(lambda escape: bytes((int(escape[1], 16),)), data.replace(b"_", b" "))
    out = bytearray()
    for piece in data.split(b"="):  # more than one when texts were encoded one by one and joined
        letters = _BASE64_JUNK.sub(b"", piece)
        if len(letters) % 4 == 1:  # one letter too many carries no byte
            letters = letters[:-1]
        try:
            out += binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
        except binascii.Error:
            return None
    return bytes(out)


def _text(run: bytearray, charset: str) -> str:
    """Joined bytes of neighbouring words of one charset."""
    return decode(bytes(run), charset if canonical(charset) else "utf-8").text.replace("\0", "")
