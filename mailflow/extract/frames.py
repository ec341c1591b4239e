"""What parent and worker say to each other over pipes: frames of a JSON head and a body of bytes.

``>II`` (length of head, length of body), then both. Head of a request: ``name``, ``declared``; of an answer:
``type``, ``text``, ``note``, ``last`` (the worker ends after it and a fresh one takes over).
"""

from __future__ import annotations

import json
import struct
from typing import Any

LENGTHS = struct.Struct(">II")


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A frame."""
    text = json.dumps(head).encode("ascii")
    return LENGTHS.pack(len(text), len(body)) + text + body


def lengths(start: bytes) -> tuple[int, int]:
    """Lengths of head and body, from the first ``LENGTHS.size`` bytes."""
    head, body = LENGTHS.unpack(start)
    return int(head), int(body)


def head(text: bytes) -> dict[str, Any]:
    """The head of a frame. Raises ``ValueError`` when it is no JSON object."""
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("the head of a frame is a JSON object")  # noqa: TRY004 - nonsense on the wire, no wrong call
    return found
