"""The charset ladder: bytes to text, whatever the label says (RFC 2045 §5.2, RFC 2046 §4.1.2).

A label is the sender's word and is wrong often enough: "us-ascii" over UTF-8, "iso-8859-1" over
windows-1252, names that no one knows, and names that are codecs but no charsets (``rot13``,
``zip``). So the rungs are: what is declared, if it is a charset of ours and fits; UTF-8, if it fits;
windows-1252, which always fits. Whenever a rung other than the first bears, the guess has a name.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

CHARSET_NAME_LENGTH = 64
"""Longer names are no names: a codec registry looks for a module of that name."""

_ALIASES = {
    "": "us-ascii",
    "ascii": "us-ascii",
    "ansi_x3.4-1968": "us-ascii",
    "iso646-us": "us-ascii",
    "646": "us-ascii",
    "7bit": "us-ascii",
    "us": "us-ascii",
    "default": "us-ascii",
    "default_charset": "us-ascii",
    "unknown": "us-ascii",
    "unknown-8bit": "us-ascii",
    "x-unknown": "us-ascii",
    "8bit": "us-ascii",
    "utf8": "utf-8",
    "utf_8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "x-utf-8": "utf-8",
    "cp65001": "utf-8",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "unicode-1-1-utf-7": "utf-7",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "l1": "windows-1252",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "iso8859_1": "windows-1252",
    "iso_8859-1": "windows-1252",
    "iso-8859-1-windows-3.1-latin-1": "windows-1252",
    "cp1252": "windows-1252",
    "cp-1252": "windows-1252",
    "win-1252": "windows-1252",
    "x-cp1252": "windows-1252",
    "ansi": "windows-1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "hz-gb-2312": "hz",
    "chinesebig5": "big5",
    "x-big5": "big5",
    "big5": "cp950",
    "sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "windows-949": "cp949",
    "iso-2022-jp": "iso-2022-jp-ext",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-greek": "mac-greek",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "mac": "mac-roman",
    "dos-874": "cp874",
    "ibm437": "cp437",
    "ibm850": "cp850",
    "ibm852": "cp852",
}

_KNOWN = frozenset(
    {
        "us-ascii", "utf-8", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be",
        "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1255",
        "windows-1256", "windows-1257", "windows-1258", "iso-8859-2", "iso-8859-3", "iso-8859-4", "iso-8859-5",
        "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-9", "iso-8859-10", "iso-8859-11", "iso-8859-13",
        "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "koi8-t", "mac-roman", "mac-cyrillic",
        "mac-greek", "mac-latin2", "gb18030", "hz", "cp950", "big5hkscs", "cp932", "euc-jp", "iso-2022-jp-ext",
        "iso-2022-jp-2", "iso-2022-jp-3", "iso-2022-kr", "cp949", "johab", "cp874", "cp437", "cp850", "cp852",
        "cp858", "cp862", "cp866", "cp775", "cp855", "cp857", "cp737", "cp864", "cp869", "ptcp154",
    }
)  # fmt: skip
"""Charsets that we open by name; everything else of Python's codecs is no charset of mail."""

_ASCII = bytes(range(128))
_JAPANESE = frozenset({"iso-2022-jp-ext", "euc-jp", "cp932"})
"""One is named and another one is meant, often enough."""
_SINGLE_BYTE_WEST = frozenset({"windows-1252", "iso-8859-15", "windows-1250", "iso-8859-2", "iso-8859-14", "mac-roman"})
_ISO_NAME = re.compile(r"iso[-_ ]?8859[-_ ]?(\d{1,2})(?::\d+)?")
_WINDOWS_NAME = re.compile(r"(?:x-)?(?:cp|win|windows|windows-cp)[-_ ]?(125[0-8])")
_NOT_WESTERN = re.compile("[\u0250-\u1dff\u2e80-\U0010ffff]")
"""Letters of other scripts; between them stand the Latin extensions and the signs that all scripts share."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_JIS_RUN = re.compile(rb"\x1b(?:(\$[@B])|(\([BJI]))([^\x1b]*)|([^\x1b]+)|\x1b")
"""A run in one character set: two bytes a sign, one byte a sign, or as it stands (RFC 1468)."""
_HANDLER = "mailflow.windows-1252"


class Decoded(NamedTuple):
    """Text, the charset that bore it, and the name of what was wrong (empty when nothing was)."""

    text: str
    charset: str
    defect: str


def canonical(label: str) -> str:
    """The name under which we open a declared charset; empty when it is none of ours.

    >>> canonical("ISO8859_1")
    'windows-1252'
    >>> canonical("rot13")
    ''
    """
    name = label.strip().strip("\"'").strip().lower()
    if len(name) > CHARSET_NAME_LENGTH:
        return ""
    name = _ALIASES.get(name, name)
    if name in _KNOWN:
        return name
    if iso := _ISO_NAME.fullmatch(name):
        name = "windows-1252" if iso[1] == "1" else f"iso-8859-{iso[1]}"
    elif windows := _WINDOWS_NAME.fullmatch(name):
        name = f"windows-{windows[1]}"
    name = _ALIASES.get(name, name)
    return name if name in _KNOWN else ""


def _bad_bytes_as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Error handler: a byte that does not fit is read as windows-1252, not thrown away."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_western(byte) for byte in error.object[error.start : error.end]), error.end


def _western(byte: int) -> str:
    """One byte as windows-1252; the five that it leaves undefined as the WHATWG reads them."""
    try:
        return bytes((byte,)).decode("windows-1252")
    except UnicodeDecodeError:
        return chr(byte)


codecs.register_error(_HANDLER, _bad_bytes_as_windows_1252)


def decode(data: bytes, declared: str = "") -> Decoded:
    """Bytes to text. Never raises; lone surrogates never come out.

    Defects: ``charset_unknown`` (no charset of that name), ``charset_mislabelled`` (declared does not
    fit, another one does), ``charset_damaged`` (no charset fits the whole; single bytes were guessed).
    """
    name = canonical(declared)
    unknown = "" if name else "charset_unknown"
    if data.isascii() and name in ("us-ascii", "utf-8", "windows-1252", ""):
        return Decoded(data.decode("ascii"), "us-ascii" if name in ("us-ascii", "") else name, unknown)
    if name.startswith(("utf-16", "utf-32")) and data.isascii() and b"\0" not in data:
        return Decoded(data.decode("ascii"), "us-ascii", "charset_mislabelled")
    if data.startswith(b"\xef\xbb\xbf"):
        data, name = data[3:], "utf-8"
    if name not in ("", "us-ascii", "utf-8"):
        if name in _SINGLE_BYTE_WEST and (as_utf8 := _strict(data, "utf-8")) is not None:
            # Whole text is valid UTF-8 with letters beyond ASCII: by chance that is next to impossible.
            return Decoded(as_utf8, "utf-8", "" if data.isascii() else "charset_mislabelled")
        text = data.decode(name, _HANDLER) if name == "windows-1252" else _strict(data, name)
        if text is None and name == "iso-2022-jp-ext" and data.isascii():
            text = _strict(_shift_jis(data), "cp932")
        if text is not None:
            return Decoded(_SURROGATES.sub("\ufffd", text), name, "")
    text = _strict(data, "utf-8")
    if text is not None:
        fits = name == "utf-8"
        return Decoded(text, "utf-8", "" if fits else unknown or "charset_mislabelled")
    if name in _JAPANESE and len(data.translate(None, _ASCII)) > 1:  # one byte alone is no Japanese
        for other in ("euc-jp", "cp932"):
            if other != name and (text := _strict(data, other)) is not None:
                return Decoded(text, other, "charset_mislabelled")
    return _guess(data, name, unknown)


def _guess(data: bytes, name: str, unknown: str) -> Decoded:
    """Neither the label nor UTF-8 fits the whole."""
    if name in ("", "us-ascii", "utf-8"):
        mended = data.decode("utf-8", "replace")
        bad = mended.count("\ufffd")
        beyond = [character for character in mended[:20_000] if character > "\x7f" and character != "\ufffd"]
        good = len(beyond)
        if good > bad or (name == "utf-8" and good == bad):  # UTF-8 with a few damaged places, not another charset
            if 2 * len(_NOT_WESTERN.findall("".join(beyond))) > good:  # cut Cyrillic, say: no letter of ours fits
                return Decoded(mended, "utf-8", "charset_damaged")
            return Decoded(data.decode("utf-8", _HANDLER), "utf-8", "charset_damaged")
        return Decoded(data.decode("windows-1252", _HANDLER), "windows-1252", unknown or "charset_mislabelled")
    text = data.decode(name, "replace")
    if len(text) and text.count("\ufffd") * 10 > len(text):
        return Decoded(data.decode("windows-1252", _HANDLER), "windows-1252", "charset_mislabelled")
    return Decoded(_SURROGATES.sub("\ufffd", text), name, "charset_damaged")


def _shift_jis(data: bytes) -> bytes:
    """ISO-2022-JP as Windows writes it: the signs of its own (№, ①) stand in rows that the standard leaves empty.

    The two-byte rows (RFC 1468) are moved to where Shift JIS has them, whose Windows form knows those signs.
    """
    out = bytearray()
    for shifted, single, content, plain in _JIS_RUN.findall(data):
        if not shifted:
            out += bytes(byte | 0x80 for byte in content) if single == b"(I" else content or plain
            continue
        for first, second in zip(content[::2], content[1::2], strict=False):
            lead = (first - 0x21 >> 1) + 0x81
            out.append(lead if lead < 0xA0 else lead + 0x40)
            out.append(second + (0x1F if second < 0x60 else 0x20) if first & 1 else second + 0x7E)
    return bytes(out)


def _strict(data: bytes, name: str) -> str | None:
    """The text, when every byte fits; ``None`` otherwise."""
    try:
        return data.decode(name)
    except (UnicodeError, LookupError):
        return None
