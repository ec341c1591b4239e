"""Time and memory of mails of 25 MB, each read in a process of its own."""

from __future__ import annotations

import base64
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mailflow.parse import parse
from tests.bench.report import Section

KEY = "large"
HEADING = "Mails of 25 MB"
HOW = (
    "each mail made and read in a process of its own: CPU of the reading alone, and the peak memory of the whole "
    "process (interpreter, libraries, the mail itself); aim: under 5 s and 300 MB"
)
SIZE = 25_000_000
"""Bytes: what servers take at most."""
_HEAD = b"From: Ann Example <ann.example@example.org>\r\nSubject: Large\r\nMIME-Version: 1.0\r\n"
_MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nPlease see below.\r\n"


def _base64(size: int) -> bytes:
    return base64.encodebytes(bytes(range(256)) * (size // 350))


def _one_file() -> bytes:
    head = b"--b\r\nContent-Type: application/pdf; name=scan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"".join((_HEAD, _MIXED, head, _base64(SIZE), b"--b--\r\n"))


def _pictures() -> bytes:
    head = b"--b\r\nContent-Type: image/jpeg; name=picture.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return b"".join((_HEAD, _MIXED, (head + _base64(SIZE // 480)) * 480, b"--b--\r\n"))


def _plain() -> bytes:
    line = b"The panel met on Tuesday and agreed the report; the minutes are with the secretary.\r\n"
    return _HEAD + b"\r\n" + line * (SIZE // len(line))


def _heads_and_quotes() -> bytes:
    block = b"On 1 Jan 2026 at 10:00 Bo <bo@example.org> wrote:\r\n> From: Cy\r\n> Sent: now\r\n-- \r\nAnn\r\n\r\n"
    return _HEAD + b"\r\n" + block * (SIZE // len(block))


def _html() -> bytes:
    row = b"<tr><td>The panel met</td><td><a href='https://example.org/'>on Tuesday</a></td></tr>\r\n"
    return _HEAD + b"Content-Type: text/html\r\n\r\n<table>" + row * (SIZE // len(row)) + b"</table>"


def _csv() -> bytes:
    head = b"--b\r\nContent-Type: text/csv; name=list.csv\r\n\r\n"
    row = b"1,Tuesday,library,agreed\r\n"
    return b"".join((_HEAD, _MIXED, head, row * (SIZE // len(row)), b"--b--\r\n"))


def _picture_two_messages_deep() -> bytes:
    inner = b"Content-Type: image/jpeg; name=hall.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    enclosed = b"Content-Type: message/rfc822\r\n\r\nSubject: Second\r\n"
    return b"".join((_HEAD, _MIXED, b"--b\r\n", enclosed, enclosed, inner, _base64(SIZE), b"--b--\r\n"))


def _deep_short_lines() -> bytes:
    levels = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(45)]
    return b"".join((_HEAD, *levels, b"\r\n", b"-\r\n" * (SIZE // 3)))


def _line_ends_in_a_report() -> bytes:
    return b"From: MAILER-DAEMON@example.org\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\n" + b"--\r\n\r\n" * (
        SIZE // 6
    )


MAILS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "file": ("one PDF in base64", _one_file),
    "pictures": ("480 pictures", _pictures),
    "plain": ("plain text", _plain),
    "quotes": ("plain text, all of it heads and quotes", _heads_and_quotes),
    "html": ("HTML", _html),
    "csv": ("a CSV file", _csv),
    "enclosed": ("a picture in a message in a message", _picture_two_messages_deep),
    "deep": ("short lines 45 multiparts deep", _deep_short_lines),
    "report": ("line ends under the subject of a delivery report", _line_ends_in_a_report),
}


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures; ``quick`` reads two of the mails."""
    for key in list(MAILS)[: 2 if quick else None]:
        done = subprocess.run([sys.executable, "-m", "tests.bench.large", key], capture_output=True, check=True)
        told = json.loads(done.stdout)
        says = f"{MAILS[key][0]} ({', '.join(told['defects']) or 'no defect'})"
        section.add(f"{key}.seconds", f"{says}: CPU", told["seconds"], "s", 1)
        section.add(f"{key}.peak", f"{says}: peak of the process", told["peak"], "MB", 1)


def _peak() -> float:
    """The most memory that this process has held, in MB; ``ru_maxrss`` would count what started it as well."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("ascii"))
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Make the mail that the argument names, read it, and print what it cost as JSON."""
    raw = MAILS[sys.argv[1]][1]()
    before = time.process_time()
    message = parse(raw)
    seconds = time.process_time() - before
    codes = sorted({defect.code for defect in message.defects})
    print(json.dumps({"seconds": round(seconds, 3), "peak": round(_peak(), 1), "defects": codes}))


if __name__ == "__main__":
    main()
