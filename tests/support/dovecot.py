"""A real Dovecot for tests: unprivileged, on free ports of 127.0.0.1, in a folder that goes away with it.

    from tests.support.dovecot import Dovecot

    with Dovecot() as dovecot:                        # as root it runs as "nobody", else as yourself
        dovecot.append("hssupport", raw)              # INBOX; folder=, internaldate=, flags= as wanted
        server = ImapServer(dovecot.settings("hssupport"))          # TLS, private authority, right password

Everything else: ``append`` · ``uids`` · ``flags`` · ``expunge`` · ``create_folder`` · ``recreate_folder`` (new
UIDVALIDITY) · ``drop`` (bytes straight into the maildir, for what APPEND refuses) · ``stop`` · ``start`` (same
ports, mails still there) · ``kill`` (SIGKILL, as a power cut does) · ``certificate`` · ``client`` (an imapclient,
signed in, plain). Users are made by being named; the password of each is ``dovecot.password``.

Starts in about 0.1 s. Needs ``dovecot`` (Debian: dovecot-imapd); mark tests with ``@pytest.mark.service("dovecot")``.
"""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from imapclient import IMAPClient
from pydantic import SecretStr

from mailflow.mailbox import ImapSettings
from tests.support import tls

STARTS_WITHIN = 20.0
"""Seconds until we give up on a Dovecot that does not answer; it takes 0.1 s on a quiet machine."""


def free_ports(count: int) -> list[int]:
    """So many different ports of 127.0.0.1 that nobody listens on now."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _program() -> str:
    found = shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))
    if found is None:
        raise RuntimeError("dovecot is not installed; deploy/dev/install-services installs it")
    return found


class Dovecot:
    """One Dovecot with as many mailboxes as there are users."""

    def __init__(
        self,
        users: Sequence[str] = ("hssupport", "dhrenquiries"),
        *,
        password: str = 'pass word "1" Ä\\',
        certificate: tls.Certificate | None = None,
        idle: bool = True,
        extra: str = "",
    ) -> None:
        self.users = tuple(users)
        self.password = password
        self.certificate = certificate or tls.good()
        self.idle = idle
        self.extra = extra
        """More lines for dovecot.conf."""
        self.port, self.tls_port = free_ports(2)
        """STARTTLS or plain text; and TLS from the first byte."""
        # Short, for the path of a UNIX socket may have 107 bytes only.
        self.base = Path(tempfile.mkdtemp(prefix="mfd-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None
        root = os.geteuid() == 0
        self.user = "nobody" if root else getpass.getuser()
        entry = pwd.getpwnam(self.user)
        self._uid, self._gid = entry.pw_uid, entry.pw_gid
        self._as_other: dict[str, Any] = {"user": self._uid, "group": self._gid, "extra_groups": []} if root else {}
        for name in ("run", "state", "mail"):
            (self.base / name).mkdir()

    # -- life -----------------------------------------------------------------------------------

    def start(self) -> Dovecot:
        """Write the configuration, start, and wait until a login is answered."""
        assert self._process is None, "Dovecot runs already"
        self._write_configuration()
        self._own()
        with (self.base / "stderr").open("ab") as stderr:
            self._process = subprocess.Popen(
                [_program(), "-F", "-c", str(self.base / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
                cwd=self.base,
                **self._as_other,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.client(self.users[0]).logout()
                return self
            except Exception as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = f"Dovecot did not start: {error}\n{self.log()}"
                    self.kill()
                    raise RuntimeError(said) from error
                time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end, connections too, and wait until nothing of it is left."""
        process, self._process = self._process, None
        if process is None:
            return
        # Not the master alone: it leaves connections alive that it has handed on.
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        self._kill_group(process)

    def kill(self) -> None:
        """End it and all its children at once, without a goodbye, as a power cut does."""
        process, self._process = self._process, None
        if process is not None:
            self._kill_group(process)

    @staticmethod
    def _kill_group(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its own session: only its own children are in it
        process.wait(10)

    def restart(self) -> None:
        """Stop and start again; ports and mails stay."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop and remove the folder."""
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def __enter__(self) -> Dovecot:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def log(self) -> str:
        """What Dovecot has written: for the message of a test that fails."""
        texts = [
            path.read_text(errors="replace") for path in (self.base / "stderr", self.base / "log") if path.exists()
        ]
        return "\n".join(texts)

    # -- for the code under test ----------------------------------------------------------------

    def settings(self, user: str, **changes: Any) -> ImapSettings:
        """Settings that work: TLS, the private authority, the right password; change what the test is about."""
        right: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port if changes.get("security", "tls") != "tls" else self.tls_port,
            "username": user,
            "password": SecretStr(self.password),
            "ca_file": tls.authority(),
            "timeout": 20.0,
        }
        return ImapSettings(**{**right, **changes})

    # -- for the hand of the test ---------------------------------------------------------------

    def client(self, user: str) -> IMAPClient:
        """A client of that user, signed in over plain text; the caller logs out."""
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20)
        client.normalise_times = False
        try:
            client.plain_login(user, self.password)
        except BaseException:
            client.shutdown()
            raise
        return client

    @contextmanager
    def hand(self, user: str, folder: str = "", *, readonly: bool = False) -> Iterator[IMAPClient]:
        """A signed-in client with the folder open, for a few lines of test."""
        client = self.client(user)
        try:
            if folder:
                client.select_folder(folder, readonly=readonly)
            yield client
        finally:
            client.logout()

    def append(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        *,
        internaldate: datetime | None = None,
        flags: Sequence[bytes] = (),
    ) -> int:
        """Put a mail into a folder (made when missing); its UID."""
        with self.hand(user) as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            before = int(client.folder_status(folder, ["UIDNEXT"])[b"UIDNEXT"])
            client.append(folder, raw, flags, internaldate)
            return before

    def append_many(self, user: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """Put many mails into a folder over one connection."""
        with self.hand(user) as client:
            for raw in raws:
                client.append(folder, raw)

    def uids(self, user: str, folder: str = "INBOX") -> list[int]:
        """UIDs of all mails in a folder."""
        with self.hand(user, folder, readonly=True) as client:
            return [int(uid) for uid in client.search("ALL")]

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """Flags of all mails in a folder, without \\Recent."""
        with self.hand(user, folder, readonly=True) as client:
            found = client.get_flags(client.search("ALL"))
            return {int(uid): tuple(f for f in flags if f != b"\\Recent") for uid, flags in found.items()}

    def expunge(self, user: str, uids: Sequence[int], folder: str = "INBOX") -> None:
        """Delete mails for good."""
        with self.hand(user, folder) as client:
            client.delete_messages(list(uids))
            client.expunge()

    def create_folder(self, user: str, folder: str) -> None:
        """Make an empty folder."""
        with self.hand(user) as client:
            client.create_folder(folder)

    def delete_folder(self, user: str, folder: str) -> None:
        """Remove a folder with its mails."""
        with self.hand(user) as client:
            client.delete_folder(folder)

    def uid_validity(self, user: str, folder: str = "INBOX") -> int:
        """The folder's UIDVALIDITY."""
        with self.hand(user) as client:
            return int(client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"])

    def renumber(self, user: str, folder: str = "INBOX") -> int:
        """Give a folder a new UIDVALIDITY and its mails new UIDs, from 1, as a server does that was moved or lost
        its index: stops, forgets the index, starts. The new UIDVALIDITY."""
        old = self.uid_validity(user, folder)
        self.stop()
        maildir = self.maildir(user, folder)
        for path in maildir.glob("dovecot*"):
            path.unlink()
        (maildir / "dovecot-uidlist").write_text(f"3 V{old + 1} N1\n")
        self.start()
        new = self.uid_validity(user, folder)
        assert new != old
        return new

    def maildir(self, user: str, folder: str = "INBOX") -> Path:
        """Where the mails of a folder are on disk."""
        home = self.base / "mail" / user / "Maildir"
        return home if folder == "INBOX" else home / f".{folder}"

    def drop(self, user: str, raw: bytes, name: str, folder: str = "INBOX") -> Path:
        """Deliver a file into the maildir without asking Dovecot: any bytes, even none."""
        where = self.maildir(user, folder) / "new"
        where.mkdir(parents=True, exist_ok=True)
        path = where / name
        path.write_bytes(raw)
        self._own()
        return path

    # -- inside ---------------------------------------------------------------------------------

    def _own(self) -> None:
        if self._as_other:
            os.chown(self.base, self._uid, self._gid)
            for path in self.base.rglob("*"):
                with suppress(FileNotFoundError):
                    os.chown(path, self._uid, self._gid, follow_symlinks=False)

    def _write_configuration(self) -> None:
        base = self.base
        shutil.copy(self.certificate.chain, base / "tls.pem")
        shutil.copy(self.certificate.key, base / "tls.key")
        secret = self.password.replace("\\", "\\\\")
        assert ":" not in secret, "a passwd-file knows no colon in a password"
        (base / "users").write_text("".join(f"{user}:{{PLAIN}}{self.password}\n" for user in self.users))
        group = grp.getgrgid(self._gid).gr_name
        capability = (
            "" if self.idle else "imap_capability = IMAP4rev1 SASL-IR LITERAL+ UIDPLUS ENABLE CONDSTORE SPECIAL-USE\n"
        )
        (base / "dovecot.conf").write_text(f"""
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {self.user}
default_internal_group = {group}
default_login_user = {self.user}
first_valid_uid = {self._uid}
first_valid_gid = {self._gid}
ssl = yes
ssl_cert = <{base}/tls.pem
ssl_key = <{base}/tls.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {base}/users
}}
userdb {{
  driver = static
  args = uid={self._uid} gid={self._gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
{capability}{self.extra}
""")


def eventually(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {seconds:g} s"
        time.sleep(0.01)
