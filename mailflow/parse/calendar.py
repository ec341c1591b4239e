"""Calendar invitations and answers to readable lines (RFC 5545, RFC 5546), and vCards (RFC 6350)."""

from __future__ import annotations

import re
from typing import NamedTuple

from . import limits

_ESCAPES = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\"}
_ESCAPE = re.compile(r"\\([nN,;\\])")
_STAMP = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?$")
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)


class Calendar(NamedTuple):
    """What a calendar object says: its method (upper case, empty when none), and readable lines."""

    method: str
    text: str


def _unfolded(text: str) -> list[str]:
    """Content lines (RFC 5545 §3.1): a line that begins with a blank goes on the one before."""
    lines: list[str] = []
    for line in text.split("\n", limits.CALENDAR_LINES)[: limits.CALENDAR_LINES]:
        if line[:1] in (" ", "\t") and lines:
            lines[-1] = (lines[-1] + line[1:])[:20_000]
        else:
            lines.append(line)
    return lines


def _property(line: str) -> tuple[str, str, str]:
    """(name, parameters, value) of a content line; colons inside quotes do not count."""
    quoted = False
    for place, sign in enumerate(line[:2_000]):
        if sign == '"':
            quoted = not quoted
        elif sign == ":" and not quoted:
            name, _, parameters = line[:place].partition(";")
            return name.strip().upper().rpartition(".")[2], parameters, _plain(line[place + 1 :])
    return "", "", ""


def _plain(value: str) -> str:
    """A value with its escapes undone (RFC 5545 §3.3.11)."""
    return _ESCAPE.sub(lambda escape: _ESCAPES[escape[1]], value).strip()


def _moment(value: str, parameters: str) -> str:
    """A date or time as people read it, with the zone it is written in."""
    stamp = _STAMP.match(value)
    if not stamp:
        return value
    day = f"{stamp[1]}-{stamp[2]}-{stamp[3]}"
    if not stamp[4]:
        return day
    zone = re.search(r"TZID=\"?([^\";:]{1,80})", parameters)
    return f"{day} {stamp[4]}:{stamp[5]} {'UTC' if stamp[7] else zone[1] if zone else ''}".strip()


def _who(value: str, parameters: str) -> str:
    """A person of a calendar: common name and address."""
    name = re.search(r'CN=(?:"([^"]{1,200})"|([^;:"]{1,200}))', parameters)
    address = _MAILTO.sub("", value)
    shown = (name[1] or name[2]).strip() if name else ""
    return f"{shown} <{address}>" if shown and shown != address else address


def read_calendar(text: str, method: str = "") -> Calendar:
    """A calendar object; ``method`` is what its Content-Type says. Never raises."""
    found: dict[str, str] = {}
    answers: list[str] = []
    depth_event = False
    for line in _unfolded(text):
        name, parameters, value = _property(line)
        if name == "METHOD" and value:
            method = value
        elif name == "BEGIN" and value.upper() in ("VEVENT", "VTODO", "VFREEBUSY"):
            if depth_event:
                break
            depth_event = True
        elif name == "END" and value.upper() == "VEVENT":
            break
        elif depth_event and name in ("SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT", "STATUS"):
            found.setdefault(name, value)
        elif depth_event and name in ("DTSTART", "DTEND", "DUE"):
            found.setdefault(name, _moment(value, parameters))
        elif depth_event and name == "ORGANIZER":
            found.setdefault(name, _who(value, parameters))
        elif depth_event and name == "ATTENDEE" and len(answers) < 20:
            state = re.search(r"PARTSTAT=([A-Za-z-]{1,20})", parameters)
            if state and state[1].upper() not in ("NEEDS-ACTION",):
                answers.append(f"{state[1].capitalize()}: {_who(value, parameters)}")
    when = " to ".join(found[key] for key in ("DTSTART", "DTEND") if found.get(key))
    rows = [("Method", method.upper()), ("Summary", found.get("SUMMARY", "")), ("When", when),
            ("Where", found.get("LOCATION", "")), ("Organiser", found.get("ORGANIZER", ""))]  # fmt: skip
    lines = [f"{label}: {value}" for label, value in rows if value] + answers
    lines += [found[key] for key in ("DESCRIPTION", "COMMENT") if found.get(key)]
    return Calendar(method.upper()[:20], "\n".join(lines)[: limits.ATTACHED_TEXT])


_CARD_LABELS = {"FN": "Name", "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role", "TEL": "Telephone",
                "EMAIL": "E-mail", "ADR": "Address", "NOTE": "Note", "URL": "Web"}  # fmt: skip


def read_card(text: str) -> str:
    """A vCard as readable lines. Never raises."""
    out: list[str] = []
    for line in _unfolded(text):
        name, _, value = _property(line)
        if name in _CARD_LABELS and value:
            shown = ", ".join(piece.strip() for piece in value.split(";") if piece.strip())
            out.append(f"{_CARD_LABELS[name]}: {re.sub(r'^tel:', '', shown)}")
    return "\n".join(out)[: limits.ATTACHED_TEXT]
