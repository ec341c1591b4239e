"""``mailflow demo`` as a visitor starts it: it shows what it promises, ends when told, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from mailflow import bootstrap
from mailflow.config import MailboxSettings, Settings, SmtpSettings
from mailflow.config.settings import DatabaseSettings, KeySettings
from mailflow.model.records import EventRecord, OutboxRecord
from mailflow.sandbox import demo_mails
from tests.conftest import program
from tests.support.demo import Demo, agents_of
from tests.support.whole import fixed_environment

COPIES = sum(len(mail.to) for mail in demo_mails())
"""Mails that arrive, without the one that is sealed."""
SEALED = 1 if program("gpg") else 0
BAD_WORDS = ("Traceback", "Warning", "Exception ignored", "Task was destroyed", "never awaited")


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path is short: gpg's sockets need it (pytest's own folders are deep)."""
    with tempfile.TemporaryDirectory(prefix="md-") as folder:
        yield Path(folder)


def quiet(demo: Demo) -> None:
    """Nothing on the terminal that is not the story."""
    for word in BAD_WORDS:
        assert word not in demo.output, demo.output[-3000:]


def kept(folder: Path) -> tuple[dict[str, int], tuple[EventRecord, ...], tuple[OutboxRecord, ...]]:
    """(mails by state, events, outbox) of a folder that was kept."""
    settings = Settings(
        mailbox=(MailboxSettings(name="hssupport", address="a@b.example", host="127.0.0.1", password=SecretStr("x")),),
        smtp=SmtpSettings(host="127.0.0.1"),
        database=DatabaseSettings(url=f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
    )
    with bootstrap.house(settings) as house, house.begin("journey:test") as work:
        return work.counts().mails, work.queue(closed=True), work.outbox()


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
def test_every_mail_is_accounted_for_and_it_ends_by_itself(short: Path) -> None:
    folder = short / "kept"
    with Demo("--fast", "--until-done", "--keep", str(folder)) as demo:
        assert demo.end(180) == 0
        quiet(demo)
        output = demo.output
    mails, events, outbox = kept(folder)
    assert mails == {"done": COPIES + SEALED}
    assert len(events) == COPIES + SEALED - 1, "the mail that went to both mailboxes is one event"
    keys = [row.key for row in outbox if row.mail_class == "receipt"]
    assert len(keys) == len(set(keys))
    others = [(row.key, row.answer) for row in outbox if row.state != "sent" and row.mail_class != "digest"]
    assert all("came back for good" in answer for _, answer in others), others
    assert sum(row.mail_class == "alert" for row in outbox) == sum("risk" in map(str, e.flags) for e in events)
    assert f"{COPIES + SEALED} mails became {len(events)} events" in re.sub(r"\s+", " ", output)
    assert "left out" not in output.replace("encrypted mail is left out", "")
    for event in events:
        assert event.reference in output
    assert str(folder) in output
    assert agents_of(folder) == []


def test_ctrl_c_ends_it_within_seconds_and_leaves_nothing_behind(short: Path) -> None:
    with Demo("--fast", temp=short) as demo:
        demo.says("↩ answer")
        assert list(short.glob("mailflow-*")), "it works in a folder of its own"
        begun = time.monotonic()
        assert demo.interrupt() == 0
        assert time.monotonic() - begun < 15
        quiet(demo)
        assert "Nothing of it is left on this machine." in demo.output
    assert list(short.iterdir()) == []
    assert agents_of(short) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("after", [0.1, 0.4, 0.8, 1.2, 2.0])
def test_an_end_at_the_very_beginning_leaves_nothing_behind_either(short: Path, number: int, after: float) -> None:
    with Demo(temp=short) as demo:
        time.sleep(after)  # wherever it is: loading, making keys, opening the database
        code = demo.interrupt(number)
        assert code in (0, 130, -number), demo.output  # the last while it is only being loaded
        quiet(demo)
    assert [p for p in short.iterdir() if p.name.startswith("mailflow-")] == []
    assert agents_of(short) == []


def test_a_second_ctrl_c_does_no_harm(short: Path) -> None:
    with Demo("--fast", temp=short) as demo:
        demo.says("↩ answer")
        demo.process.send_signal(signal.SIGINT)
        demo.process.send_signal(signal.SIGINT)
        assert demo.interrupt() == 0
        quiet(demo)
    assert list(short.iterdir()) == []


def test_a_kept_folder_is_gone_on_from(short: Path) -> None:
    folder = short / "kept"
    with Demo("--fast", "--keep", str(folder)) as demo:
        demo.says("case update|Case update")
        assert demo.interrupt() == 0
        quiet(demo)
    before = len(kept(folder)[1])
    assert before > 5
    with Demo("--fast", "--until-done", "--keep", str(folder)) as demo:
        assert demo.end(180) == 0
        quiet(demo)
        assert "It goes on from before" in demo.output
    mails, events, outbox = kept(folder)
    assert sum(mails.values()) >= COPIES + SEALED, "what was received and not taken in came once more"
    assert set(mails) == {"done"}
    assert len(events) == COPIES + SEALED - 1, "and was known again"
    receipts = [row.key for row in outbox if row.mail_class == "receipt"]
    assert len(receipts) == len(set(receipts))
    others = [(row.key, row.answer) for row in outbox if row.state != "sent" and row.mail_class != "digest"]
    assert all("came back for good" in answer for _, answer in others), others
    with Demo("--fast", "--until-done", "--keep", str(folder)) as demo:
        assert demo.end(180) == 0
        assert "0 mails are still to come" in demo.output
    assert kept(folder)[0] == mails


@pytest.mark.promise("P3")
def test_whatever_is_dropped_in_is_kept_and_shown(short: Path) -> None:
    """Nothing at all, noise, a head without a body, and a mail, one after the other in one run."""
    contents = {
        "empty": b"",
        "noise": bytes(range(256)) * 40,
        "head": b"Subject: only a head",
        "mail": b"From: jo@kent.police.uk\n\nI would like to refer a family.",
    }
    folder, arguments = short / "kept", ["--mailbox", "DHRenquiries", "--fast", "--until-done"]
    for name, content in contents.items():
        (short / f"{name}.eml").write_bytes(content)
        arguments += ["--send", str(short / f"{name}.eml")]
    with Demo(*arguments, "--keep", str(folder)) as demo:
        assert demo.end(180) == 0
        quiet(demo)
    mails, events, _ = kept(folder)
    assert sum(mails.values()) == COPIES + SEALED + len(contents)
    assert len(events) + mails.get("stuck", 0) == COPIES + SEALED - 1 + len(contents)
    delivered = json.loads((folder / "demo.json").read_text("utf-8"))["fresh"]
    own = [name.partition(".eml ")[0] for name in delivered if ".eml " in name]
    assert sorted(own) == sorted(contents), "each of them, and once"


def test_what_cannot_be_read_is_said_at_once(short: Path) -> None:
    for arguments, sentence in (
        (("--send", str(short / "missing.eml")), "missing.eml cannot be read"),
        (("--send", str(short)), "cannot be read"),
        (("--mailbox", "nobody"), "There is no mailbox nobody"),
        (("--keep", "/proc/nowhere"), "cannot be made"),
    ):
        with Demo(*arguments) as demo:
            assert demo.end() == 2
            assert sentence in demo.output
            quiet(demo)


def test_a_port_that_is_taken_is_said_and_another_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Demo("--fast", port=str(port)) as demo:
            demo.says(f"Port {port} is taken")
            url = demo.url
            assert not url.endswith(f":{port}")
            demo.says("↩ answer")
            assert b"Queue" in page(url)
            assert demo.interrupt() == 0


def test_it_answers_only_on_loopback_and_only_to_its_own_name() -> None:
    with Demo("--fast") as demo:
        url = demo.url
        demo.says("↩ answer")
        port = int(url.rpartition(":")[2])
        listening = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
        assert [line.split()[1] for line in listening.splitlines() if line.split()[1].endswith(f":{port:04X}")] == [
            f"0100007F:{port:04X}"
        ]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, headers={"Host": "attacker.example"}))
        assert refused.value.code == 421
        refused.value.close()
        assert demo.interrupt() == 0


def test_without_gpg_the_sealed_mail_is_left_out(short: Path) -> None:
    bare = short / "bin"
    bare.mkdir()
    with Demo("--fast", "--until-done", environment={"PATH": str(bare)}) as demo:
        assert demo.end(180) == 0
        quiet(demo)
        assert "gpg cannot be used here" in demo.output
        assert f"{COPIES} mails became" in re.sub(r"\s+", " ", demo.output)


def test_it_needs_no_home_and_no_terminal(short: Path) -> None:
    environment = {"HOME": "/proc/nowhere", "XDG_CONFIG_HOME": "/proc/nowhere", "TERM": "dumb", "LC_ALL": "C"}
    with Demo("--fast", environment=environment, temp=short) as demo:
        demo.says("answer")
        assert "\x1b[" not in demo.output
        assert demo.interrupt() == 0
        quiet(demo)
    assert list(short.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_needs_no_rights(short: Path) -> None:
    """As a user without rights or a home, where that user may read the checkout."""
    nobody, temp = 65534, short / "temp"
    temp.mkdir()
    os.chown(temp, nobody, nobody)
    for parent in (short, *short.parents[:2]):
        parent.chmod(0o755)
    environment = {**fixed_environment(), "HOME": "/nonexistent", "TMPDIR": str(temp), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        subprocess.run(
            [sys.executable, "-c", "import mailflow.sandbox"],
            user=nobody,
            group=nobody,
            extra_groups=[],
            env=environment,
            check=True,
        )
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("a user without rights may not read this checkout or its Python")
    done = subprocess.run(
        [sys.executable, "-m", "mailflow", "demo", "--fast", "--until-done", "--port", "0"],
        user=nobody,
        group=nobody,
        extra_groups=[],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert list(temp.iterdir()) == []


def test_nobody_reading_any_more_ends_it(short: Path) -> None:
    with Demo("--fast", temp=short) as demo:
        demo.says("The desk")
        assert demo.process.stdout is not None
        reading = demo.process.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_RDONLY), reading)  # the pipe's reading end is closed, as by `| head`
        assert demo.process.wait(60) in (0, 1, 120)
    assert list(short.iterdir()) == []


def page(url: str) -> bytes:
    """A page of the desk, once it answers."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
