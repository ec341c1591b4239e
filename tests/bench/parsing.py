"""Parse throughput beside the standard library's own parse of the same mails in the same run."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial

from mailflow.parse import parse
from tests.bench.mails import families
from tests.bench.report import Section
from tests.bench.statistics_of import median

KEY = "parse"
HEADING = "Parse throughput beside the standard library"
HOW = (
    "corpus mails without attachments; process CPU of one pass over all of a family, ours and theirs in turn; median "
    "of the passes; theirs = email.message_from_bytes (policy compat32), every text part decoded to str by its "
    "charset, Subject, addresses and Date decoded; 'all fields' decodes every header field as well"
)
PASSES, QUICK_PASSES = 15, 3
_ADDRESS_FIELDS = ("From", "To", "Cc", "Reply-To")


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures."""
    for family, mails in families().items():
        name = {"plain": "plain-text mails", "html": "HTML mails"}[family]
        ours, lean, full = _passes(
            (_ours, theirs, partial(theirs, all_fields=True)), mails, QUICK_PASSES if quick else PASSES
        )
        size = sum(map(len, mails)) / len(mails)
        section.add(f"{family}.size", f"{name}: mean size", size / 1000, "kB", len(mails))
        for key, says, seconds in (
            ("mailflow", "mailflow.parse", ours),
            ("stdlib", "standard library", lean),
            ("stdlib_all_fields", "standard library, all fields", full),
        ):
            rate = len(mails) / median(seconds)
            section.add(f"{family}.{key}", f"{name}: {says}", rate, "mails/s", len(mails))
        for key, says, theirs_seconds in (("ratio", "", lean), ("ratio_all_fields", ", all fields", full)):
            shares = [a / b for a, b in zip(theirs_seconds, ours, strict=True)]
            section.add(f"{family}.{key}", f"{name}: mailflow ÷ standard library{says}", median(shares), "", len(mails))
    section.notes.append(
        "mailflow.parse also makes text of HTML, tells new from quoted text, signature and disclaimer, and judges "
        "whether a machine wrote; the standard library does none of that"
    )


def theirs(raw: bytes, *, all_fields: bool = False) -> int:
    """The standard library's parse with decoding, as a careful program without mailflow would write it."""
    message = message_from_bytes(raw)
    if all_fields:
        size = sum(len(decoded(value)) for value in message.values())
    else:
        size = len(decoded(message.get("Subject", "")))
    for name in _ADDRESS_FIELDS:
        size += sum(len(decoded(shown)) for shown, _ in getaddresses(map(str, message.get_all(name, []))))
    with suppress(TypeError, ValueError):
        size += parsedate_to_datetime(str(message.get("Date"))).year
    for part in message.walk():
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            try:
                size += len(content.decode(part.get_content_charset("utf-8")))
            except (LookupError, UnicodeDecodeError):
                size += len(content.decode("windows-1252", "replace"))
    return size


def decoded(value: object) -> str:
    """A header's text (RFC 2047)."""
    try:
        return str(make_header(decode_header(str(value))))
    except (HeaderParseError, LookupError, ValueError):
        return str(value)


def _ours(raw: bytes) -> int:
    return len(parse(raw).text)


def _passes(readers: Sequence[Callable[[bytes], int]], mails: Sequence[bytes], passes: int) -> tuple[list[float], ...]:
    """Seconds of CPU of each pass of each reader; in turn, so that whatever else the machine does meets all of them."""
    found: tuple[list[float], ...] = tuple([] for _ in readers)
    for number in range(passes + 1):
        for reader, seconds in zip(readers, found, strict=True):
            gc.collect()
            began = time.process_time()
            for raw in mails:
                reader(raw)
            if number:  # the first pass warms caches and lazy imports
                seconds.append(time.process_time() - began)
    return found
