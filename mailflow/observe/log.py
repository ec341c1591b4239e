"""JSON lines on standard error; personal data is blotted out."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_ADDRESS = re.compile(r"[^\s<>@,;:\"']{1,64}@[^\s<>@,;:\"']{1,255}")
_NUMBER = re.compile(r"\+?\d[\d ()-]{8,18}\d")
_SECRET = re.compile(
    r"\b(?P<said>(?:pass ?(?:word|code|phrase)s?|passwd|pwd?|p/w|pin|otp|"
    r"(?:access|verification|security|one[- ]time|your|the) code)\b[^\n:=]{0,40}?"
    r"(?:(?P<direct>[:=])|\b(?:is|was)\b|(?= \d))[ \t]{0,4})(?P<secret>\d[\d ]{2,12}\d|[^\s\"']{3,64})",
    re.IGNORECASE,
)
"""Coarser than the reader of mails: here a word too many that is blotted out costs nothing."""
BLOTTED = "[blotted]"
SAFE_KEYS = frozenset({"event", "level", "at", "mail", "case", "row", "id", "reference", "mac", "writer"})
"""Keys whose values are ours: ids, references and the heads of audit chains may hold long runs of digits."""


def redact(text: str) -> str:
    """The text without anything that looks like an address, a telephone number, a password or a passcode."""
    return _NUMBER.sub(BLOTTED, _ADDRESS.sub(BLOTTED, _SECRET.sub(_without, text)))


def _without(found: re.Match[str]) -> str:
    """A password's announcement without the password; an ordinary word behind "is" is none."""
    shown = found["direct"] or any(sign.isdigit() for sign in found["secret"])
    return f"{found['said']}{BLOTTED}" if shown else found[0]


def _blot(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in line.items():
        if key not in SAFE_KEYS:
            line[key] = _blotted(value)
    return line


def _blotted(value: Any) -> Any:
    """A value of a line, and whatever it holds, redacted."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list | tuple):
        return [_blotted(each) for each in value]
    if isinstance(value, dict):
        return {name: _blotted(each) for name, each in value.items()}
    return value


def set_up_log(*, verbose: bool = False, quiet: bool = False) -> None:
    """Configure the process's log once, at start; libraries speak from WARNING on.

    ``quiet`` keeps it silent but for what must never be silent: the demonstration tells its own story.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.CRITICAL if quiet else logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _blot,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.CRITICAL if quiet else logging.DEBUG if verbose else logging.INFO
        ),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # whatever standard error is when a line is said
    )


def say(event: str, *, level: str = "info", **values: Any) -> None:
    """Log one event, in words of ours (``mail.stored``, ``dispatch.deferred`` …)."""
    getattr(structlog.get_logger(), level)(event, **values)
