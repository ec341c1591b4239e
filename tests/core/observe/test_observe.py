"""A log that names nobody, and health that notices silence (P10)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailflow.observe import Health, read_health, redact, say, set_up_log

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("refused for jo.lane@example.org today", "refused for [blotted] today"),
        ("ring 07700 900123 now", "ring [blotted] now"),
        ("ring +44 (0)7700 900-123", "ring [blotted]"),
        ("12 of 100 mails, 5.1.1, HS-7KQ4-M2XD", "12 of 100 mails, 5.1.1, HS-7KQ4-M2XD"),
    ],
)
def test_addresses_and_telephone_numbers_are_blotted_out(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.promise("P4")
@pytest.mark.parametrize(
    ("said", "secret"),
    [
        ("unlocking with password: Cedar-41x failed", "Cedar-41x"),
        ("the passcode is 482913 and it expired", "482913"),
        ("PIN 4471 refused", "4471"),
        ("your code is 488 912", "912"),
        ("pw=Rowan!", "Rowan!"),
        ("passphrase = correcthorse", "correcthorse"),
        ("verification code for the form: 7H3K9Q", "7H3K9Q"),
    ],
)
def test_passwords_and_passcodes_are_blotted_out(said: str, secret: str) -> None:
    assert secret in said
    assert secret not in redact(said)


@pytest.mark.parametrize(
    "said", ["the password is not set", "the passcode was refused by the portal", "exit code 75", "postcode unknown"]
)
def test_what_only_speaks_of_passwords_is_kept(said: str) -> None:
    assert redact(said) == said


@pytest.mark.promise("P4")
def test_a_password_inside_a_list_is_blotted_out_too(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_log()
    say("a.test", notes=["password: Cedar-41x", {"why": "mail from jo@example.org"}], count=3)
    told = capsys.readouterr().err
    assert "Cedar" not in told and "jo@" not in told
    line = json.loads(told)
    assert line["notes"] == ["password: [blotted]", {"why": "mail from [blotted]"}]
    assert line["count"] == 3


def test_ids_and_audit_heads_are_logged_whole(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_log()
    mac = "0123456789" * 6 + "abcd"
    say("audit.head", writer="host:4711:00112233", sequence=7, mac=mac, note="from jo@example.org")
    line = json.loads(capsys.readouterr().err)
    assert line["mac"] == mac and line["writer"] == "host:4711:00112233" and line["note"] == "from [blotted]"


@pytest.mark.promise("P10")
def test_silence_and_trouble_are_faults_and_life_clears_them() -> None:
    health = Health()
    health.alive("receive:hssupport", NOW)
    assert health.report(NOW).healthy
    later = NOW + timedelta(minutes=6)
    assert "no sign of life" in health.report(later).faults[0]
    health.trouble("receive:hssupport", "the server is away.", later)
    assert health.report(later).faults == ("receive:hssupport: the server is away.",)
    health.seen("receive:hssupport", later)
    assert not health.report(later).healthy, "being alive does not end a trouble"
    health.alive("receive:hssupport", later)
    assert health.report(later).healthy


@pytest.mark.promise("P10")
def test_a_job_that_rings_by_the_hour_is_not_silent_between_two_rings() -> None:
    health = Health()
    health.alive("audit-anchor", NOW, timedelta(hours=1))
    assert health.report(NOW + timedelta(minutes=64)).healthy
    assert not health.report(NOW + timedelta(minutes=66)).healthy


@pytest.mark.promise("P10")
def test_the_trouble_of_one_mail_stays_until_it_is_over() -> None:
    health = Health()
    health.trouble("receive:hssupport mail INBOX/7", "it cannot be fetched.", NOW)
    health.alive("receive:hssupport", NOW + timedelta(hours=1))
    report = health.report(NOW + timedelta(hours=1))
    assert report.faults == ("receive:hssupport mail INBOX/7: it cannot be fetched.",)
    health.over("receive:hssupport mail INBOX/7")
    assert health.report(NOW + timedelta(hours=1)).healthy


@pytest.mark.promise("P10")
def test_a_health_file_that_is_missing_old_or_broken_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "health.json"
    assert not read_health(file, NOW).healthy
    health = Health(file)
    health.alive("intake", NOW)
    health.write(NOW)
    assert read_health(file, NOW).healthy
    assert not read_health(file, NOW + timedelta(minutes=6)).healthy
    file.write_text("{")
    assert not read_health(file, NOW).healthy
    assert list(tmp_path.iterdir()) == [file], "nothing is left beside it"
