"""Which crypto a door must do for a mail, cut out of its exact bytes.

The signed bytes of a clear-signed mail are those of the first part as it travelled, with CRLF line ends and without
the line end that belongs to the boundary (RFC 3156 §5, RFC 8551 §3.5.3). A MIME parser that decodes and encodes again
breaks every signature, so the bytes are sliced out of the raw mail here, by a small reader of our own.
"""

from __future__ import annotations

import binascii
import quopri
import re

from mailflow.model.security import CryptoForm, CryptoTask

MAX_HEADER = 65_536
"""Octets of a header block that are looked at. A megabyte of folded header would cost and tell nothing."""

MAX_PARTS = 60
"""Parts of one multipart; a bomb of 50,000 empty parts ends here."""

MAX_DEPTH = 4
"""Multiparts inside multiparts: gateways wrap once or twice (disclaimers), nobody wraps five times."""

MAX_TEXT_BESIDE_ARMOUR = 400
"""Characters of clear text beside an inline OpenPGP block. More is a mail that quotes a block, not an encrypted one."""

_HEADER_LINE = re.compile(rb"^([!-9;-~]{1,80}):[ \t]*(.*)$", re.DOTALL)
_PARAMETER = re.compile(
    rb';\s{0,20}([a-z0-9*_-]{1,40})\s{0,4}=\s{0,4}(?:"([^"]{0,400})"|([^\s;"]{1,400}))', re.IGNORECASE
)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PKCS7_MIME = (b"application/pkcs7-mime", b"application/x-pkcs7-mime")
_ARMOUR_BEGIN = b"-----BEGIN PGP MESSAGE-----"
_ARMOUR_END = b"-----END PGP MESSAGE-----"


def plan(raw: bytes) -> CryptoTask | None:
    """The one crypto task of a mail; ``None`` when it is not protected, or not in a form that we know.

    ``data`` of an encrypted form is the ciphertext with its transfer encoding undone (armoured OpenPGP, binary CMS).
    ``data`` of a clear-signed form is the exact first part with CRLF and ``signature`` the detached signature;
    S/MIME that is signed *around* its content (``smime-type=signed-data``) has an empty ``signature``: ``data``
    holds both, and whoever verifies it also gets the content out.
    Never raises.
    """
    return _plan(raw, 0)


def _plan(entity: bytes, depth: int) -> CryptoTask | None:
    head, body = _split(entity)
    kind, parameters = _content_type(head)
    if kind == b"multipart/encrypted":
        return _pgp_mime(body, parameters)
    if kind == b"multipart/signed":
        return _signed(body, parameters)
    if kind in _PKCS7_MIME:
        return _pkcs7(head, body, parameters)
    if kind.startswith(b"multipart/") and depth < MAX_DEPTH:
        return next((task for part in _parts(body, parameters) if (task := _plan(part, depth + 1))), None)
    if kind == b"text/plain":
        return _inline(_decode(head, body))
    return None


def _pgp_mime(body: bytes, parameters: dict[bytes, bytes]) -> CryptoTask | None:
    """RFC 3156 §4: a version part, then the encrypted one. Some senders lose the version part."""
    for part in _parts(body, parameters):
        head, content = _split(part)
        kind, _ = _content_type(head)
        if kind == b"application/octet-stream" or _ARMOUR_BEGIN in content[:2_000]:
            return CryptoTask(CryptoForm.PGP_MIME, _decode(head, content))
    return None


def _signed(body: bytes, parameters: dict[bytes, bytes]) -> CryptoTask | None:
    parts = _parts(body, parameters)
    if len(parts) < 2:
        return None
    head, content = _split(parts[1])
    kind, _ = _content_type(head)
    protocol = parameters.get(b"protocol", kind).lower()
    exact = _LINE_END.sub(b"\r\n", parts[0])
    if b"pgp-signature" in protocol:
        return CryptoTask(CryptoForm.PGP_SIGNED, exact, _decode(head, content))
    if b"pkcs7-signature" in protocol:
        return CryptoTask(CryptoForm.SMIME_SIGNED, exact, _decode(head, content))
    return None


def _pkcs7(head: dict[bytes, bytes], body: bytes, parameters: dict[bytes, bytes]) -> CryptoTask | None:
    """RFC 8551 §3.2.2. Without ``smime-type`` it is taken for encrypted, as most senders who leave it out mean it."""
    sort = parameters.get(b"smime-type", b"enveloped-data").lower()
    data = _decode(head, body)
    if not data or sort in (b"certs-only", b"compressed-data"):
        return None
    return CryptoTask(CryptoForm.SMIME_SIGNED if sort == b"signed-data" else CryptoForm.SMIME_ENCRYPTED, data)


def _inline(text: bytes) -> CryptoTask | None:
    start = text.find(_ARMOUR_BEGIN)
    if start < 0 or (start > 0 and text[start - 1 : start] not in (b"\n", b"\r")):
        return None
    end = text.find(_ARMOUR_END, start)
    if end < 0:
        return None
    end += len(_ARMOUR_END)
    beside = len(text[:start].strip()) + len(text[end:].strip())
    if beside > MAX_TEXT_BESIDE_ARMOUR:
        return None
    return CryptoTask(CryptoForm.PGP_INLINE, text[start:end] + b"\n")


def _split(entity: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """Header fields (name lower case → value, unfolded, first of each) and the body."""
    if entity[:1] == b"\n" or entity[:2] == b"\r\n":
        return {}, _LINE_END.sub(b"", entity[:2], count=1) + entity[2:]
    blank = _BLANK_LINE.search(entity, 0, MAX_HEADER)
    block, body = (entity[: blank.start()], entity[blank.end() :]) if blank else (entity[:MAX_HEADER], b"")
    fields: dict[bytes, bytes] = {}
    lines: list[bytes] = []
    for line in _LINE_END.split(block):
        if line[:1] in (b" ", b"\t") and lines:
            lines[-1] += b" " + line.strip()
        else:
            lines.append(line)
    for line in lines:
        found = _HEADER_LINE.match(line)
        if found:
            fields.setdefault(found[1].lower(), found[2])
    return fields, body


def _content_type(head: dict[bytes, bytes]) -> tuple[bytes, dict[bytes, bytes]]:
    """RFC 2045 §5.1 and §5.2; a missing or broken field is plain text."""
    value = head.get(b"content-type", b"text/plain")
    kind = value.partition(b";")[0].strip().lower()
    parameters = {m[1].lower(): m[2] or m[3] or b"" for m in _PARAMETER.finditer(value[:4_000])}
    return (kind if b"/" in kind else b"text/plain"), parameters


def _parts(body: bytes, parameters: dict[bytes, bytes]) -> list[bytes]:
    """The exact parts of a multipart, without the line end before each delimiter (RFC 2046 §5.1.1)."""
    boundary = parameters.get(b"boundary", b"")
    if not boundary or len(boundary) > 200:
        return []
    delimiter = b"--" + boundary
    parts: list[bytes] = []
    start = -1
    position = 0 if body.startswith(delimiter) else _next_delimiter(body, delimiter, 0)
    while position >= 0 and len(parts) < MAX_PARTS:
        if start >= 0:
            parts.append(_without_line_end(body[start:position]))
        line_end = body.find(b"\n", position)
        closing = body[position + len(delimiter) : position + len(delimiter) + 2] == b"--"
        if closing or line_end < 0:
            return parts
        start = line_end + 1
        position = position if body.startswith(delimiter, start) else _next_delimiter(body, delimiter, start - 1)
        if position >= 0 and position < start:
            position = start
    if start >= 0 and position < 0 and len(parts) < MAX_PARTS:
        parts.append(body[start:])
    return parts


def _next_delimiter(body: bytes, delimiter: bytes, start: int) -> int:
    found = body.find(b"\n" + delimiter, max(start, 0))
    return found + 1 if found >= 0 else -1


def _without_line_end(part: bytes) -> bytes:
    return part.removesuffix(b"\n").removesuffix(b"\r")


def _decode(head: dict[bytes, bytes], body: bytes) -> bytes:
    """RFC 2045 §6; broken base64 gives what can be read of it."""
    encoding = head.get(b"content-transfer-encoding", b"7bit").strip().lower()
    if encoding == b"base64":
        clean = _NOT_BASE64.sub(b"", body)
        usable = len(clean) - (1 if len(clean) % 4 == 1 else 0)
        return binascii.a2b_base64(clean[:usable] + b"=" * (-usable % 4))
    if encoding == b"quoted-printable":
        return quopri.decodestring(body)
    return body
