"""``demo``: a newcomer watches it happen, on an embedded mail world, without a server and without a question."""

from __future__ import annotations

import dataclasses
import io
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import UseError

from .app import app

if TYPE_CHECKING:
    from mailflow.config import Settings
    from mailflow.sandbox import DemoMail, Diary, MailWorld
    from mailflow.service import Service

MAILBOXES = {
    "hssupport": "hssupport@victimsupport.org.uk",
    "DHRenquiries": "DHRenquiries@victimsupport.org.uk",
}
FAST = 12.0
"""How many times faster the mails come with ``--fast``."""
BELL_SECONDS = 1.0
"""How often the bell rings: a visitor looks at the clock, and should see that an alert leaves at once."""
MOST_COLUMNS = 120
"""Longer lines are hard to read, however wide the terminal is."""


@app.command()
def demo(
    fast: Annotated[bool, typer.Option("--fast", help="Mails come within seconds instead of two minutes.")] = False,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", help="Keep everything in this folder, and go on from it next time; else all is removed."
        ),
    ] = None,
    send: Annotated[
        list[Path] | None,
        typer.Option("--send", help="Drop in a mail of your own (.eml); it arrives as if its sender was verified."),
    ] = None,
    mailbox: Annotated[str, typer.Option(help="Where --send goes: hssupport or DHRenquiries.")] = "hssupport",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages; 0 for any that is free.")] = 8025,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End by itself when all mails are answered.")
    ] = False,
) -> int:
    """Watch it happen: invented mails arrive, are understood and answered, on this machine only."""
    if mailbox not in MAILBOXES:
        raise UseError(f"There is no mailbox {mailbox}; there are hssupport and DHRenquiries.")
    own = [(path.name, _read(path)) for path in send or ()]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show an arrow still shows the story
    wishes = _Wishes(FAST if fast else 1.0, keep is not None, own, mailbox, port, until_done)
    with _ended_by_signals() as stop:
        _load()
        with _folder(keep) as folder:
            return _perform(folder, wishes, stop)


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What was asked for on the command line."""

    speed: float
    keeps: bool
    own: list[tuple[str, bytes]]
    mailbox: str
    port: int
    until_done: bool


def _load() -> None:
    """Bring in the embedded world, and silence the log: the story is told instead."""
    try:
        import mailflow.sandbox  # noqa: F401 - the rest of this module counts on it
    except ModuleNotFoundError as missing:
        raise UseError(
            f"The demonstration needs the package {missing.name}: install mailflow with its demo extra, "
            "or run `make demo` in the project's folder."
        ) from None
    from mailflow.observe import set_up_log

    set_up_log(quiet=True)


def _perform(folder: Path, wishes: _Wishes, stop: threading.Event) -> int:
    """Build the world and the house in ``folder``, play until told to stop, and take everything down again."""
    from rich.console import Console

    from mailflow import bootstrap
    from mailflow.sandbox import Diary, MailWorld, end_agent

    from .stage import Stage
    from .story import Story

    with ExitStack() as closing:
        closing.callback(end_agent, folder / "gnupg")
        world = closing.enter_context(MailWorld(MAILBOXES.values()))
        port = _free_port(wishes.port)
        settings = _settings(folder, world, port)
        if not settings.keys.file.exists():
            bootstrap.make_key(settings.keys.file)
        bootstrap.upgrade(settings)
        house = closing.enter_context(bootstrap.house(settings))
        diary = Diary(folder / "demo.json")
        mails = _mails(diary, settings, wishes, house.ids.new)
        console = Console(highlight=False)
        console.width = min(console.width, MOST_COLUMNS)
        story = Story(console, total=sum(len(diary.missing(mail)) for mail in mails), gone=stop.set)
        closing.callback(story.end)
        stage = Stage(house, world, MAILBOXES, story, diary, wishes.speed)
        service = _service(bootstrap.service(house, listener=stage.heard, desk=stage.desk_source()), stop)
        story.greet(_remarks(settings, wishes, diary, len(mails)))
        play = threading.Thread(target=stage.play, args=(mails, stop, wishes.until_done), name="play", daemon=True)
        play.start()
        service.run()
        play.join()
        story.farewell(f"All of it stays in {folder}." if wishes.keeps else "Nothing of it is left on this machine.")
        return 1 if stage.unfinished else 0


def _mails(diary: Diary, settings: Settings, wishes: _Wishes, fresh: Callable[[], str]) -> list[DemoMail]:
    """The invented mails that have not been delivered yet, and the visitor's own."""
    from mailflow.sandbox import demo_mails, read_demo_mail, sealed_mail

    invented = [*demo_mails(), *(sealed_mail(settings.openpgp.home) if settings.openpgp.home else ())]
    own = [read_demo_mail(f"{name} {fresh()}", content, to=wishes.mailbox) for name, content in wishes.own]
    return [mail for mail in invented if diary.missing(mail)] + own


def _remarks(settings: Settings, wishes: _Wishes, diary: Diary, coming: int) -> Iterator[str]:
    """What is not as one would think."""
    if wishes.port not in (0, settings.work.web_port):
        yield f"Port {wishes.port} is taken, so the desk is on port {settings.work.web_port}."
    if settings.openpgp.home is None:
        yield "gpg cannot be used here, so the encrypted mail is left out."
    if not diary.is_empty:
        yield f"It goes on from before; {coming} mails are still to come."


def _service(service: Service, stop: threading.Event) -> Service:
    """The service as it runs everywhere, with a faster bell, and our own way to stop it."""
    jobs = tuple(
        dataclasses.replace(job, every_seconds=BELL_SECONDS) if job.name == "reminders" else job for job in service.jobs
    )
    return dataclasses.replace(service, jobs=jobs, stop_event=stop)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UseError(f"{path} cannot be read: {error.strerror}.") from None


@contextmanager
def _ended_by_signals() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM are noted from the first moment on, and acted upon once everything stands: what is just
    being made (an import, a server, a key ring) is never torn apart. A second signal ends us at once."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the database stands: kept, or removed at the end."""
    if keep is not None:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UseError(f"The folder {keep} cannot be made: {error.strerror}.") from None
        yield keep.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="mailflow-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port(wanted: int) -> int:
    """``wanted`` when nobody has it, else any that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise UseError("No port is free on this machine.")


def _settings(folder: Path, world: MailWorld, port: int) -> Settings:
    """Settings for the embedded world: everything on loopback, everything in one folder."""
    from pydantic import SecretStr

    from mailflow.config import MailboxSettings, Settings, SmtpSettings
    from mailflow.config.settings import (
        DatabaseSettings,
        KeySettings,
        OpenPgpSettings,
        PeopleSettings,
        SendingSettings,
        WorkSettings,
    )
    from mailflow.sandbox import PASSWORD, make_key_ring

    secret = SecretStr(PASSWORD)
    return Settings(
        mailbox=tuple(
            MailboxSettings(
                name=name,
                address=address,
                host="127.0.0.1",
                port=world.imap_port,
                security="plain",
                username=address,
                password=secret,
                folders=("INBOX", "Junk"),
            )
            for name, address in MAILBOXES.items()
        ),
        smtp=SmtpSettings(host="127.0.0.1", port=world.smtp_port, security="plain"),
        database=DatabaseSettings(url=f"sqlite:///{folder / 'mailflow.db'}"),
        keys=KeySettings(file=folder / "service.key"),
        sending=SendingSettings(test_domains=True),
        people=PeopleSettings(
            lead="lead@demo.example",
            on_call="on-call@demo.example",
            deputy="deputy@demo.example",
            desk_url=f"http://127.0.0.1:{port}",
        ),
        openpgp=OpenPgpSettings(home=make_key_ring(folder / "gnupg")),
        work=WorkSettings(pause_seconds=0.2, web_port=port),
    )
