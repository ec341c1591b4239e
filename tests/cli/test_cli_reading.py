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

CLASSIFIED = {
    "file",
    "kind",
    "confidence",
    "needs_human",
    "flags",
    "facts",
    "assurance",
    "automatic",
    "evidence",
    "decision",
    "new_text",
    "attachments",
    "rules_version",
}
SHOWN = {
    "file",
    "subject",
    "from",
    "to",
    "date",
    "message_id",
    "in_reply_to",
    "references",
    "text",
    "new_text",
    "quoted",
    "signature",
    "forwarded",
    "attachments",
    "automatic",
    "bounce",
    "security",
    "defects",
}


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
        assert set(line) >= CLASSIFIED
        assert 0.0 <= line["confidence"] <= 1.0
        assert {"level", "secure", "reasons"} == set(line["assurance"])
        assert {"is", "why"} == set(line["automatic"])
        assert {"intents", "reasons"} == set(line["decision"])
        for evidence in line["evidence"]:
            assert set(evidence) >= {"rule", "says", "weight", "field", "start", "end", "text"}
    assert lines[-1]["kind"] == "referral"


def test_show_prints_one_object_a_line_in_order(nasty: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["show", "--json", *map(str, nasty)]) == 0
    lines = _lines(capsys)
    assert [line["file"] for line in lines] == [str(file) for file in nasty]
    for line in lines:
        assert set(line) >= SHOWN
        for attachment in line["attachments"]:
            assert set(attachment) >= {"name", "type", "bytes", "sha256", "text", "note"}


def test_a_file_that_cannot_be_read_is_said_and_the_rest_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = TESTDATA / "corpus/messages/006.eml"
    assert run_program(["classify", "--json", str(tmp_path / "none.eml"), str(tmp_path), str(good)]) == 1
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [bool(line.get("error")) for line in lines] == [True, True, False]
    assert len(said.err.splitlines()) == 2


def test_people_can_read_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    mail = str(TESTDATA / "corpus/messages/006.eml")
    assert run_program(["classify", mail]) == 0
    assert "referral" in capsys.readouterr().out
    assert run_program(["show", mail]) == 0
    shown = capsys.readouterr().out
    assert "-- new" in shown and "fact family" in shown


def test_rehearsal_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_program(["classify", str(TESTDATA / "corpus/messages/006.eml")]) == 0
    assert os.listdir(tmp_path) == []
