"""``classify`` and ``show`` print the contracts of DESIGN §10 for any bytes, and never stop at a bad file."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from mailflow.cli.app import run_program
from tests.conftest import TESTDATA

TEXT, NUMBER, TRUTH, NOTHING = str, (int, float), bool, type(None)

PERSON = {"name": TEXT, "address": TEXT}
FACTS = {
    "referrer": {"name?": TEXT, "role?": TEXT, "organisation?": TEXT, "email?": TEXT, "phone?": TEXT},
    "family": [
        {"name?": TEXT, "relationship?": TEXT, "phone?": TEXT, "email?": TEXT, "postcode?": TEXT, "age?": int},
    ],
    "victim": {"name?": TEXT, "date_of_death?": TEXT},
    "consent": TEXT,
    "police_force": TEXT,
    "area": TEXT,
    "chair": {"name?": TEXT, "email?": TEXT},
    "review_stage": TEXT,
    "needs": [TEXT],
    "case_ref": TEXT,
}
CLASSIFIED = {
    "file": TEXT,
    "kind": TEXT,
    "confidence": NUMBER,
    "needs_human": TRUTH,
    "flags": [TEXT],
    "facts": {f"{name}?": form for name, form in FACTS.items()},
    "assurance": {"level": TEXT, "secure": TRUTH, "reasons": [TEXT]},
    "automatic": {"is": TRUTH, "why": TEXT},
    "evidence": [
        {
            "rule": TEXT,
            "says": TEXT,
            "target": TEXT,
            "weight": NUMBER,
            "field": TEXT,
            "start": int,
            "end": int,
            "text": TEXT,
        },
    ],
    "decision": {"intents": [dict], "reasons": [TEXT]},
    "new_text": TEXT,
    "attachments": [{"name": TEXT, "type": TEXT, "text_chars": int}],
    "rules_version": TEXT,
}
"""DESIGN §10 key by key; ``?`` marks what may be left out, a list has any number of its one form."""
CLASSIFIED_SINCE = {"reasons": [TEXT], "runner_up": (TEXT, NOTHING)}
SHOWN = {
    "file": TEXT,
    "subject": TEXT,
    "from": [PERSON],
    "to": [PERSON],
    "date": (TEXT, NOTHING),
    "message_id": TEXT,
    "in_reply_to": [TEXT],
    "references": [TEXT],
    "text": TEXT,
    "new_text": TEXT,
    "quoted": TEXT,
    "signature": TEXT,
    "forwarded": [{"from": (PERSON, NOTHING), "to": TEXT, "date": TEXT, "subject": TEXT, "text": TEXT}],
    "attachments": [
        {
            "name": TEXT,
            "type": TEXT,
            "bytes": int,
            "sha256": TEXT,
            "inline": TRUTH,
            "text": (TEXT, NOTHING),
            "note": (TEXT, NOTHING),
        },
    ],
    "automatic": {"is": TRUTH, "kind": TEXT, "why": TEXT, "may_answer": TRUTH, "until": (TEXT, NOTHING)},
    "bounce": ({"recipients": [TEXT], "status": TEXT, "permanent": TRUTH, "original_message_id": TEXT}, NOTHING),
    "security": {
        **dict.fromkeys(("level", "service", "spf", "dkim", "dmarc", "crypto"), TEXT),
        **dict.fromkeys(("secure", "pointer", "passcode"), TRUTH),
        "tls": (TRUTH, NOTHING),
        "identity_doubts": [TEXT],
        "reasons": [TEXT],
    },
    "defects": [{"code": TEXT, "detail": TEXT}],
}
SHOWN_SINCE = {
    "cc": [PERSON],
    "reply_to": [PERSON],
    "disclaimer": TEXT,
    "regions": [{"kind": TEXT, "start": int, "end": int}],
    "own_references": [TEXT],
    "links": [{"text": TEXT, "target": TEXT}],
}
"""Keys that came after DESIGN §10: only ever more."""


def faults(value: Any, form: Any, place: str) -> list[str]:
    """Where a value is not of its form."""
    if isinstance(form, tuple):
        found = [faults(value, one, place) for one in form]
        return [] if [] in found else found[0]
    if isinstance(form, list):
        if not isinstance(value, list):
            return [f"{place} is no list"]
        return [fault for n, one in enumerate(value) for fault in faults(one, form[0], f"{place}[{n}]")]
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return [f"{place} is no object"]
        names = {name.removesuffix("?") for name in form}
        found_here = [f"{place}.{name} is not in the contract" for name in set(value) - names]
        found_here += [f"{place}.{name} is missing" for name in form if name[-1] != "?" and name not in value]
        return found_here + [
            fault
            for name, inner in form.items()
            if name.removesuffix("?") in value
            for fault in faults(value[name.removesuffix("?")], inner, f"{place}.{name.removesuffix('?')}")
        ]
    is_truth_as_number = isinstance(value, bool) and form is not bool
    return [f"{place} is {value!r}"] if is_truth_as_number or not isinstance(value, form) else []


@pytest.fixture
def nasty(tmp_path: Path) -> list[Path]:
    """Files that are no mails, or only barely."""
    chance = random.Random(7)
    model = (TESTDATA / "corpus/messages/006.eml").read_bytes()
    contents = [
        b"",
        b"\x00" * 1000,
        chance.randbytes(5000),
        b"Subject: \xff\xfe\r\n\r\n\xed\xa0\x80",
        b"From: =?utf-8?b?////?= <a@b>\nContent-Type: text/plain; charset=nonsense\n\nx",
        model[:700],
        model.replace(b"utf-8", b"utf-77"),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 3000,
        "Subject: naïve\r\n\r\nﬁn".encode(),
    ]
    files = []
    for number, content in enumerate(contents):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(content)
        files.append(file)
    return files


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_classify_prints_one_object_a_line_in_order(nasty: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    files = [*nasty, TESTDATA / "corpus/messages/006.eml"]
    assert run_program(["classify", "--json", "--mailbox", "hssupport", *map(str, files)]) == 0
    lines = _lines(capsys)
    assert [line["file"] for line in lines] == [str(file) for file in files]
    for line in lines:
        assert faults(line, CLASSIFIED | CLASSIFIED_SINCE, "classified") == []
        assert 0.0 <= line["confidence"] <= 1.0
    assert lines[-1]["kind"] == "referral"


def test_show_prints_one_object_a_line_in_order(nasty: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["show", "--json", *map(str, nasty)]) == 0
    lines = _lines(capsys)
    assert [line["file"] for line in lines] == [str(file) for file in nasty]
    for line in lines:
        assert faults(line, SHOWN | SHOWN_SINCE, "shown") == []


def test_a_file_that_cannot_be_read_is_said_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = TESTDATA / "corpus/messages/006.eml"
    assert run_program(["classify", "--json", str(tmp_path / "none.eml"), str(tmp_path), str(good)]) == 1
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [bool(line.get("error")) for line in lines] == [True, True, False]
    assert len(said.err.splitlines()) == 2
    for line in lines:
        assert faults(line, CLASSIFIED | CLASSIFIED_SINCE | {"error?": TEXT}, "classified") == []


def test_people_can_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    mail = str(TESTDATA / "corpus/messages/006.eml")
    assert run_program(["classify", mail]) == 0
    assert "referral" in capsys.readouterr().out
    assert run_program(["show", mail]) == 0
    shown = capsys.readouterr().out
    assert "── newly written ─" in shown
    assert "Tyrell Beckford" in shown.partition("What it states")[2]


def test_rehearsal_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_program(["classify", str(TESTDATA / "corpus/messages/006.eml")]) == 0
    assert os.listdir(tmp_path) == []


def test_every_test_mail_and_random_bytes_keep_the_contracts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All families of test mails, each also torn, and bytes that are no mail at all; no mailbox is named."""
    chance = random.Random(10)
    files = sorted((TESTDATA / "mail").glob("*/*.eml"))
    for number in range(60):
        content = bytearray(files[chance.randrange(len(files))].read_bytes()) if number % 3 else bytearray()
        if number % 3 == 1:
            del content[chance.randrange(len(content)) :]
        content += chance.randbytes(chance.randrange(2_000))
        file = tmp_path / f"{number}.eml"
        file.write_bytes(content)
        files.append(file)
    for command, form in (("show", SHOWN | SHOWN_SINCE), ("classify", CLASSIFIED | CLASSIFIED_SINCE)):
        assert run_program([command, "--json", *map(str, files)]) == 0
        lines = _lines(capsys)
        assert [line["file"] for line in lines] == [str(file) for file in files]
        assert [fault for line in lines for fault in faults(line, form, line["file"])] == []


def test_places_are_places_in_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Regions tile the text, and evidence quotes what stands at its offsets."""
    mails = [str(file) for file in sorted((TESTDATA / "corpus/messages").glob("*.eml"))[:20]]
    assert run_program(["show", "--json", *mails]) == 0
    shown = {line["file"]: line for line in _lines(capsys)}
    assert run_program(["classify", "--json", *mails]) == 0
    quoted = 0
    for line in _lines(capsys):
        text = shown[line["file"]]["text"]
        assert "".join(text[r["start"] : r["end"]] for r in shown[line["file"]]["regions"]) == text
        for evidence in line["evidence"]:
            if evidence["field"] == "text" and evidence["text"]:
                assert text[evidence["start"] : evidence["end"]] == evidence["text"]
                quoted += 1
    assert quoted > 20


def test_the_contract_test_sees_what_is_wrong() -> None:
    form = {"a": TEXT, "b?": [int], "c": ({"d": TRUTH}, NOTHING)}
    assert faults({"a": "", "c": None}, form, "x") == []
    assert faults({"a": 1, "b": [1, "2", True], "c": {}, "e": 0}, form, "x") == [
        "x.e is not in the contract",
        "x.a is 1",
        "x.b[1] is '2'",
        "x.b[2] is True",
        "x.c.d is missing",
    ]
