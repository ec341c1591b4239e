"""``show`` hides passwords from the terminal of people and keeps them in the contract for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailflow.cli.app import run_program

MAIL = b"""From: Ann Lee <ann.lee@example.org>
To: hssupport@victimsupport.org.uk
Subject: The form, password: Rowan-22
Content-Type: text/plain; charset=utf-8

The password for the form is Cedar-41x. My postcode is SW1A 1AA.
"""


@pytest.mark.promise("P4")
def test_show_hides_passwords_from_people_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(MAIL)
    assert run_program(["show", str(file)]) == 0
    told = capsys.readouterr().out
    assert "Cedar" not in told and "Rowan" not in told
    assert "SW1A 1AA" in told and "The password for the form is •••••••••." in told
    assert run_program(["show", "--json", str(file)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert "Cedar-41x" in line["text"] and "Rowan-22" in line["subject"]
