"""Authentication-Results, read tolerantly: only what our own gateway wrote (RFC 8601).

Libraries refuse Microsoft 365's field, which has no authserv-id (RFC 8601 §2.2 demands one), so this is a reader of
our own. It drops comments, splits at semicolons outside of quotes, and keeps what it understands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_FIELD = 16_384
"""Characters of one field that are read; a real one has under 1,000."""

MAX_RESULTS = 100
"""Results of one field; a forged field with thousands would only cost."""

MAX_COMMENT_DEPTH = 20

_RESULT = re.compile(
    r"^\s{0,40}([a-z][a-z0-9-]{0,30})(?:\s{0,4}/\s{0,4}\d{1,4})?\s{0,4}=\s{0,4}([a-z]{1,30})", re.IGNORECASE
)
_PROPERTY = re.compile(
    r'\b([a-z]{1,20}\.[a-z_-]{1,40})\s{0,4}=\s{0,4}(?:"([^"]{0,300})"|([^\s;"]{1,300}))', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method of one field: ``spf``, ``pass``, and its properties (``smtp.mailfrom`` → value), lower case."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def domain(self, *names: str) -> str:
        """The domain of the first property that is there: what stands behind ``@``, lower case."""
        for name in names:
            for key, value in self.properties:
                if key == name:
                    return value.rpartition("@")[2].strip("<>. ").lower()
        return ""


@dataclass(frozen=True, slots=True)
class Results:
    """One field: who says it (empty for Microsoft 365's form) and what."""

    authserv_id: str
    methods: tuple[MethodResult, ...]


def parse(value: str) -> Results:
    """One unfolded Authentication-Results value; unreadable parts are left out. Never raises."""
    segments = _segments(_without_comments(value[:MAX_FIELD]))
    authserv_id = ""
    if segments and "=" not in segments[0]:
        words = segments.pop(0).split()
        authserv_id = words[0].strip('"').rstrip(".").lower() if words else ""
    methods = []
    for segment in segments[:MAX_RESULTS]:
        found = _RESULT.match(segment)
        if found:
            properties = tuple((p[1].lower(), (p[2] or p[3] or "").lower()) for p in _PROPERTY.finditer(segment))
            methods.append(MethodResult(found[1].lower(), found[2].lower(), properties))
    return Results(authserv_id, tuple(methods))


def of_ours(values: Iterable[str], our_ids: tuple[str, ...], accept_without_id: bool) -> tuple[MethodResult, ...]:
    """The results of our own gateway: fields whose authserv-id is exactly one of ours (RFC 8601 §2.5).

    ``values`` are the fields that stand above anything that came from outside, topmost first. For every method the
    topmost field that names it speaks alone: a sender can only add fields below those of our gateway.
    """
    chosen: list[MethodResult] = []
    known: set[str] = set()
    without_id = 0
    for value in values:
        field = parse(value)
        if field.authserv_id:
            if field.authserv_id not in our_ids:
                continue
        elif not accept_without_id or without_id:
            continue
        without_id += not field.authserv_id
        chosen.extend(m for m in field.methods if m.method not in known)
        known.update(m.method for m in field.methods)
    return tuple(chosen)


def _without_comments(value: str) -> str:
    """RFC 5322 §3.2.2: comments nest and may hold quoted characters; text in quotes holds no comments."""
    kept: list[str] = []
    depth, quoted, skip = 0, False, False
    for character in value:
        if skip:
            skip = False
            if depth == 0:
                kept.append(character)
        elif character == "\\":
            skip = True
        elif character == '"' and depth == 0:
            quoted = not quoted
            kept.append(character)
        elif character == "(" and not quoted and depth < MAX_COMMENT_DEPTH:
            depth += 1
            kept.append(" ")
        elif character == ")" and not quoted and depth:
            depth -= 1
        elif depth == 0:
            kept.append(character)
    return "".join(kept)


def _segments(value: str) -> list[str]:
    segments: list[str] = []
    current: list[str] = []
    quoted = False
    for character in value:
        if character == '"':
            quoted = not quoted
        if character == ";" and not quoted:
            segments.append("".join(current))
            current = []
        else:
            current.append(character)
    segments.append("".join(current))
    return [segment for segment in segments if segment.strip()]
