"""P1 and P2: the service killed with SIGKILL at every named point loses nothing and answers nobody twice."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from mailflow import bootstrap
from mailflow.config import Settings
from mailflow.model.records import OutboxState
from tests.conftest import ROOT, TESTDATA
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix, why_not
from tests.support.whole import STAFF, fixed_environment, prepare, run_once, settings_for

SOURCES = [*(ROOT / "mailflow" / "flow").rglob("*.py")]
POINTS = sorted(
    {
        point
        for source in SOURCES
        for point in re.findall(r'reached\(\s*"((?:receive|intake|dispatch|remind)\.[a-z_]+)"', source.read_text())
    }
)
NEEDED = {
    "receive": {"leased", "fetched", "before_commit", "stored"},
    "intake": {"claimed", "understood", "before_commit", "settled"},
    "dispatch": {"claimed", "recipient_accepted", "data_started", "answered", "recorded"},
    "remind": {"claimed", "before_commit", "settled"},
}
MAILS = ["002", "006", "020", "052", "099"]
"""A referral with risk, a plain one, two from bereaved people, one that lacks something."""
PEOPLE = {STAFF.lead, STAFF.on_call, STAFF.deputy}
pytestmark = [pytest.mark.service("dovecot", "postfix"), pytest.mark.promise("P1"), pytest.mark.promise("P2")]


def test_every_stage_names_its_points() -> None:
    found: dict[str, set[str]] = {}
    for point in POINTS:
        journey, _, stage = point.partition(".")
        found.setdefault(journey, set()).add(stage)
    assert found == NEEDED


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Dovecot, Postfix]]:
    if reason := why_not():
        pytest.skip(reason)
    with Dovecot() as dovecot, Postfix() as postfix:
        yield dovecot, postfix


@dataclass(frozen=True)
class Mortals:
    """The process whose children are services that die (``killable``)."""

    process: subprocess.Popen[str]

    def run(self, what: dict[str, str]) -> int:
        """The exit code of one of them; the test's own time limit ends a wait that does not end."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process whose children die has died itself"
        return int(answer)


@pytest.fixture(scope="module")
def mortals() -> Iterator[Mortals]:
    command = [sys.executable, "-m", "tests.faults.killable"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=fixed_environment(), stdin=pipe, stdout=pipe, text=True) as process:
        yield Mortals(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(60) == 0


# The first mails to leave are the two alerts; the third time that a point of dispatch is reached it is a receipt.
CASES = [(point, 3 if point.startswith("dispatch") else 1) for point in POINTS] + [("dispatch.data_started", 1)]


@pytest.mark.parametrize(("point", "time"), CASES)
def test_killed_once_loses_nothing_and_answers_nobody_twice(
    point: str, time: int, servers: tuple[Dovecot, Postfix], mortals: Mortals, tmp_path: Path
) -> None:
    dovecot, postfix = servers
    before = len(postfix.delivered())
    dovecot.expunge("hssupport", dovecot.uids("hssupport"))
    settings = settings_for(tmp_path, dovecot, postfix.port)
    prepare(settings)
    raws = [(TESTDATA / f"corpus/messages/{name}.eml").read_bytes() for name in MAILS]
    dovecot.append_many("hssupport", raws)

    code, said = _run(settings, tmp_path, f"{point}:{time}", mortals)
    assert code == -signal.SIGKILL, f"{point} was never reached:\n{said[-2000:]}"
    # Everything that was claimed is free again after its lease; two more starts finish the work.
    for hours in (1, 2):
        run_once(settings, timedelta(hours=hours))

    with bootstrap.house(settings) as house, house.begin("journey:test") as work:
        counts, rows = work.counts(), work.outbox(limit=1000)
        events = work.queue(closed=True)
        stored = {mail.raw for event in events for mail in work.event_view(event.id).mails}
        faults = house.verify_audit
    assert counts.mails == {"done": len(MAILS)}
    assert stored == set(raws)
    assert len(events) == len(MAILS)
    assert not faults()

    receipts = [row for row in rows if row.mail_class == "receipt"]
    assert Counter(row.event_id for row in receipts).most_common(1)[0][1] == 1
    uncertain = [row for row in rows if row.state is OutboxState.UNCERTAIN]
    delivered = postfix.delivered()[before:]
    ids = Counter(re.search(rb"(?mi)^Message-ID: *<(.*?)>", mail.content)[1].decode() for mail in delivered)  # type: ignore[index]
    assert max(ids.values()) == 1, "a mail left twice"
    strangers = Counter(mail.recipient for mail in delivered if mail.recipient not in PEOPLE)
    assert max(strangers.values()) == 1, "somebody was answered twice"
    assert set(ids) >= {row.message_id for row in rows if row.state is OutboxState.SENT}
    # A kill between DATA and the answer leaves one mail uncertain, whether it arrived or not, and tells the lead.
    between = point in ("dispatch.data_started", "dispatch.answered")
    assert len(uncertain) == (1 if between else 0)
    lost = [row for row in uncertain if row.mail_class == "receipt"] if point == "dispatch.data_started" else []
    assert len(receipts) == len(strangers) + len(lost)
    if between and time > 1:
        assert uncertain[0].mail_class == "receipt"
        assert any(row.template == "notice-uncertain" and row.state is OutboxState.SENT for row in rows)


def _run(settings: Settings, folder: Path, point: str, mortals: Mortals) -> tuple[int, str]:
    """Run the service once in a process of its own that dies at ``point``; (exit code, what it said)."""
    file, errors = folder / "settings.json", folder / "errors.txt"
    data = settings.model_dump(mode="json")
    for section, given in ((data["smtp"], settings.smtp), *zip(data["mailbox"], settings.mailbox, strict=True)):
        section["password"] = given.password.get_secret_value() if given.password else None
    file.write_text(json.dumps(data))
    code = mortals.run({"settings": str(file), "at": point, "errors": str(errors)})
    return code, errors.read_text()
