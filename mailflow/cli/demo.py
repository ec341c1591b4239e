"""``demo``: a newcomer watches it happen, on an embedded mail world, without a server and without a question."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailflow.errors import UseError

from .app import app

if TYPE_CHECKING:
    from mailflow.config import Settings
    from mailflow.sandbox import MailWorld

MAILBOXES = {
    "hssupport": "hssupport@victimsupport.org.uk",
    "DHRenquiries": "DHRenquiries@victimsupport.org.uk",
}
FAST = 12.0
"""How many times faster the mails come with ``--fast``."""


@app.command()
def demo(
    fast: Annotated[bool, typer.Option("--fast", help="Mails come within seconds instead of two minutes.")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="Keep the database in this folder; else all is removed.")
    ] = None,
    send: Annotated[list[Path] | None, typer.Option("--send", help="Drop in a mail of your own (.eml).")] = None,
    mailbox: Annotated[str, typer.Option(help="Where --send goes: hssupport or DHRenquiries.")] = "hssupport",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the pages; 0 for any that is free.")] = 8025,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="End by itself when all mails are answered.")
    ] = False,
) -> int:
    """Watch it happen: invented mails arrive, are understood and answered, on this machine only."""
    try:
        from mailflow.sandbox import MailWorld, demo_mails, read_demo_mail, sealed_mail
    except ModuleNotFoundError as missing:
        raise UseError(
            f"The demonstration needs the package {missing.name}: install mailflow with its demo extra, "
            "or run `make demo` in the project's folder."
        ) from None
    from mailflow import bootstrap
    from mailflow.observe import set_up_log

    from .stage import Stage

    if mailbox not in MAILBOXES:
        raise UseError(f"There is no mailbox {mailbox}; there are hssupport and DHRenquiries.")
    own = [(path, _read(path)) for path in send or ()]
    set_up_log(quiet=True)
    with ExitStack() as closing:
        folder = closing.enter_context(_folder(keep))
        world = closing.enter_context(MailWorld(MAILBOXES.values()))
        settings = _settings(folder, world, _free_port(port))
        if not settings.keys.file.exists():
            bootstrap.make_key(settings.keys.file)
        bootstrap.upgrade(settings)
        house = closing.enter_context(bootstrap.house(settings))
        stage = Stage(house, world, MAILBOXES, speed=FAST if fast else 1.0)
        service = bootstrap.service(house, listener=stage.heard, desk=stage.desk_source())
        stage.greet(folder if keep else None)
        mails = [*demo_mails(), *(sealed_mail(settings.openpgp.home) if settings.openpgp.home else ())]
        mails += [read_demo_mail(path.name, content, to=mailbox) for path, content in own]
        play = threading.Thread(target=stage.play, args=(mails, service.stop_event, until_done), daemon=True)
        play.start()
        service.run()
        stage.farewell()
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UseError(f"{path} cannot be read: {error.strerror}.") from None


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the database stands: kept, or removed at the end."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
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
