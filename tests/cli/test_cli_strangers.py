"""Listings of what strangers wrote: nothing steers the terminal, no password is shown, programs get all of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailflow.cli.app import run_program
from tests.support.cases import arrive, events, small_house, take_in

EVIL = (
    "From: =?utf-8?b?{name}?= <jo@kent.police.uk>\nSubject: =?utf-8?b?{subject}?=\nMessage-ID: <evil@kent.police.uk>\n"
    "Content-Type: text/plain; charset=utf-8\n\nMy brother was murdered. Password: Cedar-41x\n"
)
STEERING = "\x1b\x07\x9b\u202e\u2066"


@pytest.mark.promise("P4")
def test_listings_are_harmless_and_dot_passwords(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from base64 import b64encode

    name = b64encode("\x1b]0;gone\x07\x9b31m\u202eJo".encode()).decode()
    subject = b64encode("\x1b[2J \u2066help, password: Rowan-22".encode()).decode()
    with small_house(tmp_path) as (house, _):
        arrive(house, EVIL.format(name=name, subject=subject).encode())
        take_in(house)
        (stored,) = events(house)
    assert "Rowan-22" in stored.subject
    file = tmp_path / "mailflow.toml"
    file.write_text(
        '[[mailbox]]\nname = "hssupport"\naddress = "hssupport@victimsupport.org.uk"\nhost = "127.0.0.1"\nport = 9\n'
        'security = "plain"\n[smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\n'
    )
    for command in (["queue", "--all"], ["event", stored.reference], ["cases"], ["outbox"]):
        capsys.readouterr()
        assert run_program(["-c", str(file), *command]) == 0, command
        told = capsys.readouterr().out
        assert not set(told) & set(STEERING), command
        assert "Rowan" not in told and "Cedar" not in told, command
    capsys.readouterr()
    assert run_program(["-c", str(file), "queue", "--all", "--json"]) == 0
    (whole,) = json.loads(capsys.readouterr().out)
    assert "Rowan-22" in whole["subject"], "programs get it whole"
