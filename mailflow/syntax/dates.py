"""A Date field to an aware moment in UTC (RFC 5322 §3.3 and §4.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

DATE_LENGTH = 200
"""Longer fields are no dates."""

_COMMENT = re.compile(r"\([^()]*\)")
_ORDINARY = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ?)?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) ([+-])(\d\d)([0-5]\d)(?: ?\([A-Z]{1,5}\))?",
    re.ASCII,
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_NAMES, 1)}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def read_date(value: str) -> datetime | None:
    """The moment, aware, UTC; ``None`` when it cannot be read. A missing zone is taken as UTC.

    >>> read_date("Tue, 3 Feb 2026 16:42:10 +0000").isoformat()
    '2026-02-03T16:42:10+00:00'
    """
    try:
        if ordinary := _ORDINARY.fullmatch(value):
            day, month, year, hour, minute, second, sign, hours, minutes = ordinary.groups()
            clock = f"{hour}:{minute}:{min(second, '59')}"  # a leap second is the last of its minute
            local = datetime.fromisoformat(f"{year}-{_MONTHS[month]}-{day:0>2}T{clock}+00:00")
            if hours == minutes == "00":
                return local
            east = timedelta(minutes=int(hours) * 60 + int(minutes))
            return local + east if sign == "-" else local - east
        text = _COMMENT.sub(" ", value[:DATE_LENGTH]).strip()
        if not text:
            return None
        if _ISO.match(text):
            moment = datetime.fromisoformat(text.replace(" ", "T", 1).replace("Z", "+00:00"))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        parts = parsedate_tz(text)
        if parts is None:
            return None
        year, month, day, hour, minute, second = parts[:6]
        zone = timezone(timedelta(seconds=parts[9] or 0))
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
