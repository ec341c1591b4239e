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


@pytest.mark.promise("P4")
def test_explain_hides_them_as_show_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.eml"
    attached = MAIL.replace(
        b"Content-Type: text/plain; charset=utf-8\n\n",
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n',
    )
    attached += b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=code.txt\n\n"
    attached += b"My brother was murdered. The password is Maple-77q.\n--b--\n"
    file.write_bytes(attached)
    for command in (["rules", "explain"], ["show"]):
        assert run_program([*command, str(file)]) == 0
        told = capsys.readouterr().out
        assert "murdered" in told and "for the form is •••••••••" in told, command
        assert "Cedar" not in told and "Rowan" not in told and "Maple" not in told, command


def test_a_verdict_by_how_a_mail_was_sent_is_not_measured_by_its_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(
        b"From: Ann Lee <ann.lee@kent.police.uk>\nSubject: Automatic reply: referral\nAuto-Submitted: auto-replied\n\n"
        b"I am away. The family of Amy Holt, who was murdered, has agreed to be contacted on 07700 900118.\n"
    )
    assert run_program(["rules", "explain", str(file)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "by its words; how it was sent decides" in told and "ahead" not in told
