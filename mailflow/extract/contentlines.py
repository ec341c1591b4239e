"""Calendars (RFC 5545) and address cards (RFC 6350, vCard 2.1 and 3.0): both are content lines.

Shown as ``Label: value``, in the order of the file: what is to happen, when, where, who asks, who answers;
of a card the name, organisation, telephones and addresses. Times are as written, with their zone's name.
"""

from __future__ import annotations

import quopri
import re

from .plain import decode
from .reading import CUT, Reading
from .sniff import CALENDAR, VCARD

_EVENT = {
    "METHOD": "Method",
    "SUMMARY": "Summary",
    "STATUS": "Status",
    "DTSTART": "Starts",
    "DTEND": "Ends",
    "DUE": "Due",
    "DURATION": "Duration",
    "RRULE": "Repeats",
    "LOCATION": "Location",
    "ORGANIZER": "Organiser",
    "ATTENDEE": "Attendee",
    "DESCRIPTION": "Description",
    "COMMENT": "Comment",
}
_CARD = {
    "FN": "Name",
    "N": "Name",
    "ORG": "Organisation",
    "TITLE": "Title",
    "ROLE": "Role",
    "TEL": "Telephone",
    "EMAIL": "E-mail",
    "ADR": "Address",
    "BDAY": "Birthday",
    "NOTE": "Note",
    "URL": "Web",
}
_EVENTS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_ESCAPED = re.compile(r"\\([\\;,nN:])")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?\Z")
_STATES = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
    "NEEDS-ACTION": "not answered",
    "DELEGATED": "delegated",
}
_MAX_LINES = 20_000


def read_calendar(content: bytes) -> Reading:
    """An invitation, answer or cancellation."""
    lines: list[str] = []
    inside: list[str] = []
    for name, parameters, value in _lines(decode(content)):
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if inside[-1] in _EVENTS:
                lines.append("")
        elif name == "END":
            if inside:
                inside.pop()
        elif name in _EVENT and (inside[-1:] == ["VCALENDAR"] or (inside and inside[-1] in _EVENTS)):
            text = _event_value(name, parameters, value)
            if text:
                lines.append(f"{_EVENT[name]}: {text}")
    return Reading(CALENDAR, "\n".join(lines), _cut(content))


def read_card(content: bytes) -> Reading:
    """One or several address cards."""
    lines: list[str] = []
    names_full = False
    for name, parameters, value in _lines(decode(content)):
        if name == "BEGIN":
            lines.append("")
            names_full = False
        if name not in _CARD or (name == "N" and names_full):
            continue
        if parameters.get("ENCODING", "").upper() in ("B", "BASE64"):
            continue
        text = _card_value(name, parameters, value)
        if not text:
            continue
        if name == "FN":
            names_full = True
            if lines and lines[-1].startswith("Name: "):
                lines.pop()  # N came first; FN is how the name is written
        sort = ", ".join(one.lower() for one in parameters.get("TYPE", "").split(",") if one)
        lines.append(f"{_CARD[name]}{f' ({sort})' if sort and name in ('TEL', 'EMAIL', 'ADR') else ''}: {text}")
    return Reading(VCARD, "\n".join(lines), _cut(content))


def _cut(content: bytes) -> str | None:
    """A year's calendar of somebody has 5,000 lines; what is longer is read in its beginning."""
    return CUT if content.count(b"\n") > _MAX_LINES else None


def _lines(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Unfolded (RFC 5545 §3.1) and split: name, parameters, value; a broken line is skipped."""
    text = re.sub(r"\r\n?", "\n", text)
    text = re.sub(r"=\n(?=[^\n]*=[0-9A-F]{2})", "", text)  # vCard 2.1: soft line breaks of quoted-printable
    found = []
    for line in re.sub(r"\n[ \t]", "", text).split("\n", _MAX_LINES)[:_MAX_LINES]:
        head, colon, value = _split_head(line)
        if not colon:
            continue
        name, *raw = head.split(";")
        parameters: dict[str, str] = {}
        for one in raw:
            key, equals, text_value = one.partition("=")
            key = key.strip().upper()
            if not equals:  # vCard 2.1 leaves the name away: TEL;WORK;VOICE:
                key, text_value = ("ENCODING", key) if key in ("QUOTED-PRINTABLE", "BASE64") else ("TYPE", key)
            text_value = text_value.strip().strip('"')
            parameters[key] = f"{parameters[key]},{text_value}" if key in parameters else text_value
        found.append((name.rpartition(".")[2].strip().upper(), parameters, value))
    return found


def _split_head(line: str) -> tuple[str, str, str]:
    """At the first colon outside quotes (RFC 5545 §3.1)."""
    quoted = False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[:place], ":", line[place + 1 :]
    return line, "", ""


def _unescape(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value).strip()


def _event_value(name: str, parameters: dict[str, str], value: str) -> str:
    if name in ("ORGANIZER", "ATTENDEE"):
        address = value.strip()
        address = address[7:] if address.lower().startswith("mailto:") else address
        who = parameters.get("CN", "")
        text = f"{who} <{address}>" if who and who != address else address
        state = _STATES.get(parameters.get("PARTSTAT", "").upper(), "") if name == "ATTENDEE" else ""
        return f"{text} ({state})" if state else text
    if name in ("DTSTART", "DTEND", "DUE"):
        return _stamp(value.strip(), parameters.get("TZID", ""))
    return _unescape(value)


def _stamp(value: str, zone: str) -> str:
    found = _STAMP.match(value)
    if not found:
        return value
    year, month, day, hour, minute, utc = found.groups()
    text = f"{day}/{month}/{year}" + (f" {hour}:{minute}" if hour else "")
    zone = "UTC" if utc else zone
    return f"{text} ({zone})" if zone and hour else text


def _card_value(name: str, parameters: dict[str, str], value: str) -> str:
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        value = decode(quopri.decodestring(value.encode("utf-8", "replace")), parameters.get("CHARSET", ""))
    if name in ("N", "ADR", "ORG"):
        parts = [_unescape(part) for part in re.split(r"(?<!\\);", value)]
        if name == "N":
            parts = [*parts[3:4], *parts[1:3], *parts[:1], *parts[4:]]
            return " ".join(part for part in parts if part)
        return ", ".join(part for part in parts if part)
    value = _unescape(value)
    return value[4:] if name == "TEL" and value.lower().startswith("tel:") else value
