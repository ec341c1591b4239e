"""Invariant: any bytes give a message, never an exception, with regions that tile its text and JSON that encodes.

    python -m tests.fuzz.fuzz_parse --count 20000 --state build/fuzz_parse.json

Mutates the mails of ``tests/testdata``: cuts, doubles, moves, flips, splices two mails, puts in pieces that
readers stumble over. Resumable: the state file holds the seed of the next case, how many were run, how many
broke and the slowest; a case is made anew from its number alone, so ``--only NUMBER`` repeats one. What broke is
written beside the state file as ``fuzz_parse-NUMBER.eml``; once mended it belongs into ``tests/testdata/mail``.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from mailflow.model.message import ParsedMessage
from mailflow.parse import first_look, identity, parse

TESTDATA = Path(__file__).resolve().parents[1] / "testdata"
SLOW_SECONDS = 2.0
"""CPU seconds; a mutated mail of a few kilobytes that takes longer is a finding."""
PIECES = (
    b"\r\n",
    b"\n\n",
    b"\r",
    b"\0",
    b"\x80\xff",
    b"=?utf-8?B?",
    b"?=",
    b"=?x?q?",
    b"<",
    b">",
    b"\n> ",
    b"\n>> ",
    b"(" * 50,
    b'"',
    b"\\",
    b";" * 50,
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
    b"--b--\n",
    b"Content-Type: message/rfc822\n\n",
    b"Content-Type: text/html\n\n",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Transfer-Encoding: x-uuencode\n",
    b"=\n",
    b"=ZZ",
    b"====",
    b"begin 644 a\n",
    b"\nend\n",
    b"charset=utf-16",
    b"charset=utf-7",
    b"charset=rot13",
    b"format=flowed; delsp=yes",
    b"filename*0*=utf-8''%ff;",
    b"BEGIN:VCALENDAR\nMETHOD:REPLY\n",
    b"<blockquote type=cite>",
    b"<div class=gmail_quote>",
    b"<table><tr><td>",
    b"<!--",
    b"<p hidden>",
    b"&#0;&#xd800;",
    b"<pre>\n\n",
    b"\nOn Mon, 1 Jan 2026 at 10:00, A <a@b.c> wrote:\n",
    b"\n-----Original Message-----\n",
    b"\n---------- Forwarded message ---------\n",
    b"\nFrom: a@b.c\nSent: now\nTo: d@e.f\nSubject: x\n\n",
    b"\n-- \n",
    b"Return-Path: <>\n",
    b"Auto-Submitted: auto-replied\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"+2AA-",
    b"From \n",
)


def seeds() -> list[bytes]:
    """Every mail of the test data, in a fixed order."""
    files = sorted([*TESTDATA.glob("corpus/messages/*.eml"), *TESTDATA.glob("mail/*/*.eml")])
    return [file.read_bytes() for file in files]


def make(number: int, mails: list[bytes]) -> bytes:
    """The case of that number."""
    dice = random.Random(number)
    raw = bytearray(dice.choice(mails))
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8, 20))):
        at = dice.randrange(len(raw) + 1)
        size = dice.choice((1, 2, 8, 40, 200, 1_000))
        act = dice.randrange(7)
        if act == 0:
            del raw[at : at + size]
        elif act == 1:
            raw[at:at] = raw[at : at + size] * dice.randrange(1, 6)
        elif act == 2:
            raw[at:at] = dice.choice(PIECES)
        elif act == 3 and raw:
            for _ in range(min(size, 40)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        elif act == 4:
            other = dice.choice(mails)
            raw[at:] = other[dice.randrange(len(other)) :]
        elif act == 5:
            piece = bytes(raw[at : at + size])
            del raw[at : at + size]
            place = dice.randrange(len(raw) + 1)
            raw[place:place] = piece
        else:
            raw = bytearray(
                raw.replace(
                    *dice.choice(((b"\r\n", b"\n"), (b"\n", b"\r"), (b"--", b"--b"), (b"=", b""), (b" ", b"\t")))
                )
            )
    return bytes(raw)


def check(raw: bytes, opened: bytes | None) -> None:
    """Raises AssertionError where the invariant does not hold."""
    message = parse(raw, opened=opened, own_addresses=("hssupport@victimsupport.org.uk",))
    position = 0
    for region in message.regions:
        assert region.start == position < region.end, "regions do not tile the text"
        position = region.end
    assert position == len(message.text), "regions do not cover the text"
    codes = {defect.code for defect in message.defects}
    assert "reader_failed" not in codes, next(d.detail for d in message.defects if d.code == "reader_failed")
    json.dumps(_plain(message), ensure_ascii=False).encode("utf-8")
    identity(raw)
    first_look(raw, ("suicid", "kill"))


def _plain(message: ParsedMessage) -> Any:
    """Everything of a message that is text."""
    return [
        message.text,
        message.subject,
        message.new_text,
        [[h.name, h.value, h.raw] for h in message.headers],
        [[a.name, a.address] for a in (*message.from_, *message.to, *message.cc, *message.reply_to)],
        message.references,
        [[a.name, a.declared_type, a.text, a.note] for a in message.attachments],
        message.links,
        message.automatic.why,
        message.automatic.until,
        message.bounce.recipients if message.bounce else None,
        [d.detail for d in message.defects],
        [[f.to, f.subject, f.date] for f in message.forwarded],
    ]


def main() -> int:
    """Run the cases; exit 0 when none broke, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000, help="cases to run now")
    parser.add_argument("--state", type=Path, help="JSON file that remembers where to go on")
    parser.add_argument("--only", type=int, help="run that one case, with its traceback")
    given = parser.parse_args()
    mails = seeds()
    if given.only is not None:
        check(make(given.only, mails), None)
        return 0
    state: dict[str, Any] = {"next": 0, "run": 0, "broke": [], "slowest": 0.0, "slowest_case": 0}
    if given.state and given.state.exists():
        state |= json.loads(given.state.read_text("utf-8"))
    for number in range(state["next"], state["next"] + given.count):
        raw = make(number, mails)
        opened = make(number + 1_000_000_000, mails) if number % 10 == 0 else None
        before = time.process_time()
        try:
            check(raw, opened)
        except Exception as error:
            state["broke"].append([number, f"{type(error).__name__}: {error}"])
            if given.state:
                given.state.with_name(f"fuzz_parse-{number}.eml").write_bytes(raw)
        spent = time.process_time() - before
        if spent > state["slowest"]:
            state |= {"slowest": round(spent, 3), "slowest_case": number}
        state |= {"next": number + 1, "run": state["run"] + 1}
        if given.state and number % 500 == 499:
            given.state.write_text(json.dumps(state), "utf-8")
    if given.state:
        given.state.write_text(json.dumps(state), "utf-8")
    print(json.dumps(state))
    return 1 if state["broke"] or state["slowest"] > SLOW_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
