"""A real Postfix for tests: its own configuration, queue and ports, and no way out of the machine.

    with Dovecot(extra=sasl_listener(port)), Postfix(sasl=port) as postfix:      # SASL is optional
        courier = SmtpCourier(SmtpSettings(host="127.0.0.1", port=postfix.port, ca_file=tls.authority(), …))
        ...
        (delivered,) = postfix.wait_for(1)
        delivered.recipient, delivered.content            # the content as Postfix took it, with LF line ends

Whatever the address, everything is delivered by virtual(8) into one Maildir: ``master.cf`` has no SMTP client, so that
nothing can be relayed however wrong the rest is. STARTTLS with :func:`tests.support.tls.good`. Started in the
foreground below our child and stopped by its process id. Needs root (Postfix changes users); else ``why_not`` says so.
Mark tests with ``@pytest.mark.service("postfix")``.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.conftest import program
from tests.support import tls

STARTS_WITHIN = 30.0
"""Seconds; it takes about one."""

MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/log
maillog_file_prefixes = {base}
myhostname = mail.test.example
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtpd_relay_restrictions = {who}, reject_unauth_destination
smtpd_recipient_restrictions = {who}, reject
default_transport = virtual
relay_transport = virtual
local_transport = virtual
virtual_mailbox_domains =
virtual_mailbox_base = {base}/mail
virtual_mailbox_maps = static:inbox/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = {size_limit}
smtputf8_enable = yes
smtpd_tls_security_level = may
smtpd_tls_chain_files = {base}/tls.pem
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = {sasl_on}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_tls_auth_only = yes
smtp_tls_security_level = none
bounce_queue_lifetime = 0
maximal_queue_lifetime = 0
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
virtual unix - n n - - virtual
retry unix - - n - - error
error unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
"""


def why_not() -> str:
    """Why Postfix cannot run here; empty when it can."""
    if program("postfix") is None:
        return "postfix is not installed (deploy/dev/install-services installs it)"
    if os.geteuid() != 0:
        return "Postfix must be started by root"
    return ""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sasl_listener(port: int) -> str:
    """Lines for dovecot.conf: its users may sign in at a Postfix with ``sasl=port``."""
    return f"service auth {{\n  inet_listener {{\n    address = 127.0.0.1\n    port = {port}\n  }}\n}}\n"


@dataclass(frozen=True)
class DeliveredMail:
    """A mail as it lies in the Maildir, apart from what Postfix wrote on top of it (RFC 5321 §4.4)."""

    sender: str
    recipient: str
    trace: str
    """The Received lines: ``with ESMTPSA`` says that it came over TLS and signed in."""
    content: bytes
    """With LF line ends, as Postfix stores it."""


class Postfix:
    """One instance; ``start`` again after ``stop`` keeps port and mails."""

    def __init__(
        self, *, certificate: tls.Certificate | None = None, sasl: int = 0, size_limit: int = 10_240_000
    ) -> None:
        self.certificate = certificate or tls.good()
        self.sasl = sasl
        """Port of 127.0.0.1 on which a Dovecot speaks its authentication protocol; 0: nobody signs in."""
        self.size_limit = size_limit
        self.port = free_port()
        self.base = Path(tempfile.mkdtemp(prefix="mfp-", dir="/tmp"))  # short: unix sockets
        self.base.chmod(0o755)  # its daemons are other users
        self._process: subprocess.Popen[bytes] | None = None
        nobody = pwd.getpwnam("nobody")
        owner = pwd.getpwnam("postfix")
        for name, uid in (("etc", 0), ("queue", 0), ("data", owner.pw_uid), ("mail", nobody.pw_uid)):
            (self.base / name).mkdir()
            os.chown(self.base / name, uid, 0 if uid == 0 else -1)
        key = self.base / "tls.pem"
        key.write_bytes(self.certificate.key.read_bytes() + self.certificate.chain.read_bytes())
        key.chmod(0o600)
        values = {
            "base": self.base,
            "uid": nobody.pw_uid,
            "gid": nobody.pw_gid,
            "size_limit": size_limit,
            "port": self.port,
            "sasl": sasl,
            "sasl_on": "yes" if sasl else "no",
            "who": "permit_sasl_authenticated" if sasl else "permit_mynetworks",
        }
        (self.base / "etc/main.cf").write_text(MAIN.format(**values))
        (self.base / "etc/master.cf").write_text(MASTER.format(**values))

    def start(self) -> Self:
        """Start the master process as our child and wait until it greets."""
        assert self._process is None, "Postfix runs already"
        postfix = program("postfix")
        assert postfix is not None
        with (self.base / "stderr").open("ab") as stderr:
            self._process = subprocess.Popen(
                [postfix, "-c", str(self.base / "etc"), "start-fg"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=5) as client:
                    client.ehlo()
                return self
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = f"Postfix did not start: {error}\n{self.log()}"
                    self.stop()
                    raise RuntimeError(said) from error
                time.sleep(0.05)

    def stop(self) -> None:
        """End the master process, by the id that it has written down; it ends its children, and our child with it."""
        process, self._process = self._process, None
        if process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            process.kill()
            process.wait(5)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(int((self.base / "queue/pid/master.pid").read_text()), number)

    def log(self) -> str:
        """All that it has said."""
        texts = [(self.base / name) for name in ("stderr", "log")]
        return "\n".join(path.read_text(errors="replace") for path in texts if path.exists())

    def delivered(self) -> tuple[DeliveredMail, ...]:
        """What lies in the Maildir, oldest first."""
        folder = self.base / "mail/inbox/new"
        files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns) if folder.exists() else []
        return tuple(_read(path.read_bytes()) for path in files)

    def wait_for(self, number: int, seconds: float = 20.0) -> tuple[DeliveredMail, ...]:
        """What lies there as soon as it is so many."""
        deadline = time.monotonic() + seconds
        while len(found := self.delivered()) < number:
            assert time.monotonic() < deadline, f"{len(found)} of {number} delivered\n{self.log()}"
            time.sleep(0.02)
        return found

    __enter__ = start

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)


def _read(stored: bytes) -> DeliveredMail:
    """Take off what cleanup, virtual and smtpd wrote on top: Return-Path, X-Original-To, Delivered-To, Received."""
    ours = (b"return-path:", b"x-original-to:", b"delivered-to:", b"received:")
    lines, top = stored.split(b"\n"), list[bytes]()
    while lines and (lines[0].lower().startswith(ours) or (top and lines[0][:1] in (b" ", b"\t"))):
        top.append(lines.pop(0))
    names = {line.partition(b":")[0].lower(): line.partition(b":")[2].strip() for line in top}
    return DeliveredMail(
        sender=names[b"return-path"].strip(b"<>").decode(),
        recipient=(names.get(b"x-original-to") or names[b"delivered-to"]).decode(),
        trace=b"\n".join(line for line in top if line[:1] in (b" ", b"\t") or line.startswith(b"Received")).decode(),
        content=b"\n".join(lines),
    )
