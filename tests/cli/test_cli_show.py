"""``mailflow show`` for people: what it prints of ten sorts of mail, at 80 columns, without harm to a terminal."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from mailflow.cli import terminal
from mailflow.cli.app import run_program
from mailflow.cli.defects import SENTENCES, sentence
from mailflow.model.message import Defect
from tests.conftest import TESTDATA

MAIL = TESTDATA / "mail"
LONGEST_WORD = 60
ROOT = Path(__file__).parents[2]


def shown(capsys: pytest.CaptureFixture[str], *files: Path, code: int = 0) -> str:
    assert run_program(["show", *map(str, files)]) == code
    return capsys.readouterr().out


def mail(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "mail.eml"
    file.write_bytes(content)
    return file


def test_a_referral_shows_structure_words_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, TESTDATA / "corpus/messages/006.eml")
    titles = ["What it is made of", "How it came", "What it says", "What it states"]
    places = [text.index(f"\n{title}\n") for title in titles]
    assert places == sorted(places)
    assert re.search(r"^From +Holt, Amy <amy\.holt2@met\.police\.uk>$", text, re.MULTILINE)
    assert re.search(r"^Date +Tue 03 Feb 2026 16:42, London$", text, re.MULTILINE)
    assert re.search(r"^  text/plain, .* kB$|^  .*text/plain.* bytes$|^  .*text/plain.* kB$", text, re.MULTILINE)
    assert "── newly written ─" in text
    assert "── signature ─" in text
    assert re.search(r"^  family +Marcia Beckford, mother, 07700 900118", text, re.MULTILINE)
    assert re.search(r"^  victim +Tyrell Beckford, died 2026-01-30$", text, re.MULTILINE)
    assert re.search(r"^  needs +therapy child", text, re.MULTILINE)


def test_it_is_readable_at_80_columns_and_plain_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    text = shown(capsys, *sorted(MAIL.glob("*/*.eml"))[::3])
    assert "\x1b" not in text
    for line in text.splitlines():
        assert len(line) <= 80 or max(map(len, line.split())) > LONGEST_WORD, line


def test_parts_are_a_tree_with_types_names_and_sizes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    content = (
        b"From: a@example.org\nSubject: s\nContent-Type: multipart/mixed; boundary=m\n\n"
        b"--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain; charset=utf-8\n\n"
        b"words\n"
        b"--a\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+d29yZHM8L3A+\n--a--\n"
        b"--m\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n"
        b"From: b@example.org\nSubject: t\n\ninner\n"
        b"--m\nContent-Type: text/plain; name=note.txt\nContent-Disposition: attachment\n\nnote\n--m--\n"
    )
    text = shown(capsys, mail(tmp_path, content))
    tree = text.partition("What it is made of\n")[2].partition("\n\n")[0]
    branches = [re.sub(r" {2,}[\d.]+ (?:bytes?|kB)$", "", line) for line in tree.splitlines()]
    assert branches == [
        "  multipart/mixed",
        "  ├─ multipart/alternative",
        "  │  ├─ text/plain, utf-8",
        "  │  └─ text/html, base64",
        "  ├─ message/rfc822, attachment",
        "  │  └─ text/plain",
        "  └─ text/plain “note.txt”, attachment",
    ]
    assert all(re.search(r" \d[\d.]* (?:bytes?|kB)$", line) for line in tree.splitlines())


def test_attachments_say_what_they_are_and_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = (
        b"From: a@example.org\nSubject: s\nContent-Type: multipart/mixed; boundary=m\n\n"
        b"--m\n\nplease see attached\n"
        b"--m\nContent-Type: image/jpeg; name=letter.jpg\nContent-Disposition: attachment\n"
        b"Content-Transfer-Encoding: base64\n\nJVBERi0xLjcgdG9ybg==\n"
        b"--m\nContent-Type: text/csv; name=family.csv\nContent-Disposition: attachment\n\n"
        b"Name,Telephone\nAda,07700 900123\n"
        b"--m--\n"
    )
    text = shown(capsys, mail(tmp_path, content))
    assert "1. letter.jpg" in text
    assert "said to be image/jpeg" in text
    assert "Damaged." in text
    assert "│ Ada | 07700 900123" in text or "│ Ada,07700 900123" in text


def test_a_machine_a_bounce_and_an_absence_are_said_with_why(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, MAIL / "bounce/001-rfc3464-failed.eml")
    assert re.search(r"^  Written by +a machine, a delivery report: ", text, re.MULTILINE)
    assert re.search(r"^  Not reached +bob@example\.net, cara@example\.net, for good \(5\.1\.1\)$", text, re.MULTILINE)
    absence = sorted((MAIL / "absence").glob("*.eml"))[0]
    assert "a machine, an automatic reply" in shown(capsys, absence)


def test_defects_are_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, MAIL / "damage/001-boundary-unclosed.eml")
    assert "What is wrong with it\n  - A multipart is not closed: the mail may have been cut short." in text


def test_every_defect_that_parsing_gives_has_its_sentence() -> None:
    given = set()
    for folder in ("parse", "syntax"):
        for file in (ROOT / "mailflow" / folder).glob("*.py"):
            source = file.read_text()
            given |= set(
                re.findall(
                    r'(?:fault|Defect|defects\.append|defects\.add|_note)\(\s*"([a-z0-9]+(?:_[a-z0-9]+)+)"', source
                )
            )
    assert len(given) > 10
    assert given <= set(SENTENCES), given - set(SENTENCES)
    assert sentence(Defect("something_new", "7")) == "Something new (7)."


HOSTILE = (b"\x1b]0;owned\x07", b"\x1b[2J\x1b[31mred", "txt.exe\u202eexe.txt".encode(), b"\x9b31m", b"a\x00b\x08\x08")
"""The title of the window, colours, the direction of writing, the same by C1, backspaces."""


def test_a_mail_cannot_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for number, hostile in enumerate(HOSTILE):
        head = b"From: %s <a@example.org>\nSubject: %s\nContent-Type: multipart/mixed; boundary=m\n\n"
        parts = b'--m\n\nwords %s\n--m\nContent-Type: text/plain; name="%s.txt"\n'
        parts += b"Content-Disposition: attachment\n\n%s\n--m--\n"
        file = tmp_path / f"{number}.eml"
        file.write_bytes(head % (hostile, hostile) + parts % (hostile, hostile, hostile))
        files.append(str(file))
    for command in ("show", "classify"):
        assert run_program([command, *files]) == 0
        said = capsys.readouterr().out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", said)
        assert all(file in said for file in files)


def test_several_files_follow_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = sorted((MAIL / "words").glob("*.eml"))[:2]
    text = shown(capsys, first, second)
    assert text.index(str(first)) < text.index(str(second))
    assert text.count("What it is made of") == 2


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = TESTDATA / "corpus/messages/006.eml"
    assert run_program(["show", str(tmp_path / "none.eml"), str(good)]) == 1
    said = capsys.readouterr()
    assert said.err == f"mailflow: {tmp_path / 'none.eml'} cannot be read: there is no such file.\n"
    assert "Tyrell Beckford" in said.out
    for command in ("show", "classify"):
        assert run_program([command, str(tmp_path / "none.eml")]) == 2
        assert run_program([command, str(tmp_path)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert len(said.err.splitlines()) == 2


def test_any_bytes_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for number, content in enumerate((b"", b"\x00" * 500, bytes(range(256)) * 20, b"\xff\xfe" * 300)):
        file = tmp_path / f"{number}.eml"
        file.write_bytes(content)
        files.append(file)
    assert shown(capsys, *files).count("What it is made of") == len(files)


def test_sizes_are_as_people_say_them() -> None:
    assert [terminal.size(n) for n in (0, 1, 999, 1_000, 12_345, 4_100_000)] == [
        "0 bytes",
        "1 byte",
        "999 bytes",
        "1.0 kB",
        "12.3 kB",
        "4.1 MB",
    ]


def test_progress_is_for_many_files_and_somebody_who_looks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [str(number) for number in range(30)]
    assert list(terminal.progress(many, "reading")) == many
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(terminal.progress(many, "reading")) == many
    said = capsys.readouterr()
    assert "reading" in said.err
    assert said.out == ""
    assert list(terminal.progress(many[:3], "reading")) == many[:3]
    assert capsys.readouterr().err == ""


def test_colour_is_for_terminals_and_can_be_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.say("words", bold=True)
    assert capsys.readouterr().out == "words\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    terminal.say("words", bold=True)
    assert "\x1b[1m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.say("words", bold=True)
    assert capsys.readouterr().out == "words\n"
