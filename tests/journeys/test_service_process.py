"""``mailflow run`` as an administrator runs it: a process with a settings file, signals, a health file and a log."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailflow.cli.app import run_program
from tests.conftest import ROOT
from tests.support.cases import REFERRAL, RISK
from tests.support.dovecot import Dovecot, eventually
from tests.support.postfix import Postfix, why_not
from tests.support.whole import fixed_environment, settings_for

PERSONAL = ["okoye", "sandell", "ruth", "mara", "07700", "kent.police", "gmail", "please", "about a family", "killed"]
"""Words of the two mails: none of them may stand in the log."""


@pytest.mark.service("dovecot", "postfix")
@pytest.mark.promise("P10")
def test_a_service_starts_answers_tells_its_health_and_stops_gracefully(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if reason := why_not():
        pytest.skip(reason)
    with Dovecot() as dovecot, Postfix() as postfix:
        file = _settings_file(tmp_path, dovecot, postfix.port)
        for command in (["keys", "init"], ["db", "upgrade"]):
            assert run_program(["-c", str(file), *command]) == 0
        assert run_program(["-c", str(file), "health"]) == 1, "nothing runs yet"
        log = tmp_path / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "mailflow", "-c", str(file), "run"],
                cwd=ROOT,
                env=fixed_environment(),
                stdout=output,
                stderr=output,
            )
        try:
            eventually(lambda: log.read_text().count("receive.first_start") == 2, 60)
            dovecot.append("hssupport", REFERRAL)
            dovecot.append("dhrenquiries", RISK)
            recipients = {"amal.okoye@kent.police.uk", "mara.t@gmail.com", "on-call@staff.example"}
            eventually(lambda: recipients <= {mail.recipient for mail in postfix.delivered()}, 60)
            eventually(lambda: run_program(["-c", str(file), "health"]) == 0, 60)
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            assert time.monotonic() - begun < 40
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(10)
        lines = log.read_text().splitlines()
        events = [json.loads(line)["event"] for line in lines if line.startswith("{")]
        assert events[0] == "service.started" and events[-1] == "service.stopped"
        said = log.read_text().lower()
        assert not [word for word in PERSONAL if word in said]
        capsys.readouterr()
        assert run_program(["-c", str(file), "queue", "--json"]) == 0
        queue = json.loads(capsys.readouterr().out)
        assert queue[0]["urgency"] == "now" and len(queue) == 2


def _settings_file(folder: Path, dovecot: Dovecot, smtp_port: int) -> Path:
    settings = settings_for(folder, dovecot, smtp_port)
    (folder / "password").write_text(dovecot.password + "\n")
    boxes = "".join(
        f'[[mailbox]]\nname = "{m.name}"\naddress = "{m.address}"\nhost = "{m.host}"\nport = {m.port}\n'
        f'username = "{m.username}"\npassword_file = "password"\nca_file = "{m.ca_file}"\nfolders = ["INBOX"]\n'
        for m in settings.mailbox
    )
    people = f'[people]\nlead = "{settings.people.lead}"\non_call = "{settings.people.on_call}"\n'
    file = folder / "mailflow.toml"
    file.write_text(
        f'{boxes}[smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\nca_file = "{settings.smtp.ca_file}"\n'
        f'{people}[sending]\ntest_domains = true\n[work]\nhealth_file = "health.json"\npause_seconds = 0.2\n'
    )
    return file
