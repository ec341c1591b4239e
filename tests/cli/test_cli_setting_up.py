"""From nothing to a service that can start: ``init``, ``keys``, ``db``, ``check``; every error is one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailflow.cli.app import run_program
from mailflow.config import ANNOTATED_TEMPLATE
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix, why_not
from tests.support.whole import settings_for

Said = pytest.CaptureFixture[str]


def _write(folder: Path, **changes: str) -> Path:
    """A settings file that needs no server."""
    text = ANNOTATED_TEMPLATE
    for old, new in changes.items():
        text = text.replace(old, new)
    file = folder / "mailflow.toml"
    file.write_text(text)
    return file


def test_init_writes_an_annotated_file_once(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "mailflow.toml"
    assert run_program(["-c", str(file), "init"]) == 0
    assert file.read_text() == ANNOTATED_TEMPLATE
    assert file.stat().st_mode & 0o077 == 0
    assert run_program(["-c", str(file), "init"]) == 2
    assert "left as it is" in capsys.readouterr().err
    assert file.read_text() == ANNOTATED_TEMPLATE


def test_key_and_database_are_made_and_never_made_twice(tmp_path: Path, capsys: Said) -> None:
    file = _write(tmp_path)
    assert run_program(["-c", str(file), "keys", "init"]) == 0
    key = (tmp_path / "service.key").read_bytes()
    assert run_program(["-c", str(file), "keys", "init"]) == 3
    assert "never overwritten" in capsys.readouterr().err
    assert (tmp_path / "service.key").read_bytes() == key
    assert run_program(["-c", str(file), "db", "status"]) == 1
    assert "mailflow db upgrade" in capsys.readouterr().out
    assert run_program(["-c", str(file), "db", "upgrade"]) == 0
    assert run_program(["-c", str(file), "db", "upgrade"]) == 0
    capsys.readouterr()
    assert run_program(["-c", str(file), "db", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["faults"] == []


def test_keys_rotate_wraps_anew_and_show_prints_no_secret(tmp_path: Path, capsys: Said) -> None:
    file = _write(tmp_path)
    for command in (["keys", "init"], ["db", "upgrade"], ["queue"], ["keys", "rotate"], ["queue"]):
        assert run_program(["-c", str(file), *command]) == 0
    capsys.readouterr()
    assert run_program(["-c", str(file), "keys", "show", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["sealing 1", "sealing 2", "index", "audit"]
    assert all(len(name) == 8 for name in shown.values())


def test_a_missing_key_is_one_sentence_with_the_way_out(tmp_path: Path, capsys: Said) -> None:
    file = _write(tmp_path)
    assert run_program(["-c", str(file), "queue"]) == 3
    said = capsys.readouterr().err
    assert "mailflow keys init" in said and len(said.splitlines()) == 1


def test_the_wrong_key_is_refused_before_anything_is_written(tmp_path: Path, capsys: Said) -> None:
    file = _write(tmp_path)
    for command in (["keys", "init"], ["db", "upgrade"], ["queue"]):
        assert run_program(["-c", str(file), *command]) == 0
    (tmp_path / "service.key").unlink()
    assert run_program(["-c", str(file), "keys", "init"]) == 0
    before = (tmp_path / "mailflow.db").read_bytes()
    assert run_program(["-c", str(file), "queue"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert (tmp_path / "mailflow.db").read_bytes() == before


def test_all_faults_of_a_settings_file_are_said_at_once_with_their_places(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "mailflow.toml"
    file.write_text(
        '[[mailbox]]\nname = "two words"\naddress = "a@b.example"\nhost = "127.0.0.1"\nport = 99999\n'
        '[smtp]\nhost = "mail.example.org"\nspeed = 3\n'
    )
    assert run_program(["-c", str(file), "queue"]) == 2
    said = capsys.readouterr().err
    for place in (":2:1: mailbox.1.name", ":5:1: mailbox.1.port", ":8:1: smtp.speed is not a setting"):
        assert place in said, said


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[[mailbox]\n", "not valid TOML"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "mailbox is missing"),
    ],
)
def test_files_that_are_no_settings_are_one_sentence(
    content: bytes, sentence: str, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "mailflow.toml"
    file.write_bytes(content)
    assert run_program(["-c", str(file), "queue"]) == 2
    assert sentence in capsys.readouterr().err


def test_no_settings_file_says_how_to_make_one(tmp_path: Path, capsys: Said) -> None:
    assert run_program(["-c", str(tmp_path / "none.toml"), "queue"]) == 2
    assert "mailflow init" in capsys.readouterr().err


def test_an_unknown_command_is_wrong_use(capsys: Said) -> None:
    assert run_program(["dance"]) == 2
    assert "dance" in capsys.readouterr().err


@pytest.mark.service("dovecot", "postfix")
def test_check_says_all_that_is_wrong_and_all_that_is_well(tmp_path: Path, capsys: Said) -> None:
    if reason := why_not():
        pytest.skip(reason)
    with Dovecot() as dovecot, Postfix() as postfix:
        settings = settings_for(tmp_path, dovecot, postfix.port)
        file = tmp_path / "mailflow.toml"
        boxes = "".join(
            f'[[mailbox]]\nname = "{m.name}"\naddress = "{m.address}"\nhost = "{m.host}"\nport = {m.port}\n'
            f'username = "{m.username}"\npassword_file = "password"\nca_file = "{m.ca_file}"\n'
            for m in settings.mailbox
        )
        (tmp_path / "password").write_text(dovecot.password + "\n")
        smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {postfix.port}\nca_file = "{settings.smtp.ca_file}"\n'
        people = '[people]\nlead = "lead@staff.example"\non_call = "on@staff.example"\ndeputy = "dep@staff.example"\n'
        file.write_text(boxes + smtp + people + "[sending]\ntest_domains = true\n")
        for command in (["keys", "init"], ["db", "upgrade"]):
            assert run_program(["-c", str(file), *command]) == 0
        capsys.readouterr()
        assert run_program(["-c", str(file), "check", "--json"]) == 0
        findings = json.loads(capsys.readouterr().out)
        parts = [finding["part"] for finding in findings["findings"]]
        assert parts[:6] == ["profile", "key", "database", "mailbox hssupport", "mailbox DHRenquiries", "smtp"]

        (tmp_path / "password").write_text("wrong\n")
        file.write_text(file.read_text().replace('on_call = "on@staff.example"', 'on_call = ""'))
        postfix.stop()
        assert run_program(["-c", str(file), "check"]) == 1
        said = capsys.readouterr().out
        wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
        assert [line.split(":")[0].removeprefix("WRONG").strip() for line in wrong] == [
            "mailbox hssupport",
            "mailbox DHRenquiries",
            "smtp",
            "people.on_call",
        ]
        assert "wrong\n" not in said and dovecot.password not in said
