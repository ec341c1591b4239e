"""An IMAP server that says exactly what a test wrote, for everything that a good server never does.

    def script(talk: Talk) -> None:
        talk.greet()                       # * OK, then answers CAPABILITY, AUTHENTICATE and LOGIN
        talk.expect("EXAMINE")
        talk.send("* 0 EXISTS")
        talk.ok()                          # the tagged answer to what was expected last

    with ScriptedImap(script) as server:
        ImapServer(server.settings()).open()

Each connection runs the script from the start. What the script raises is raised when the block ends.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from pydantic import SecretStr

from mailflow.mailbox import ImapSettings
from tests.support import tls


class Talk:
    """One connection, from the server's side."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._lines = connection.makefile("rb")
        self.tag = ""
        self.heard: list[str] = []

    def close(self) -> None:
        """Close without a word."""
        for thing in (self._lines, self.connection):
            with suppress(OSError):
                thing.close()

    def raw(self, data: bytes) -> None:
        """Send bytes, in one segment."""
        self.connection.sendall(data)

    def send(self, line: str) -> None:
        """Send a line."""
        self.raw(line.encode() + b"\r\n")

    def line(self) -> str:
        """The next line of the client; ``ConnectionError`` when it has gone, or says LOGOUT (which is answered)."""
        if self._lines.closed:
            raise ConnectionError("the script has closed the connection")
        line = self._lines.readline()
        if not line:
            raise ConnectionError("the client has gone")
        said = line.decode().rstrip("\r\n")
        self.heard.append(said)
        if said.endswith(" LOGOUT"):
            self.raw(f"* BYE\r\n{said.split()[0]} OK\r\n".encode())
            raise ConnectionError("the client has signed out")
        return said

    def expect(self, command: str) -> str:
        """The next command must begin like that (after its tag); gives the whole of it."""
        self.tag, _, rest = self.line().partition(" ")
        assert rest.upper().startswith(command.upper()), f"expected {command}, heard {rest}"
        return rest

    def ok(self, text: str = "done") -> None:
        """The tagged answer."""
        self.send(f"{self.tag} OK {text}")

    def no(self, text: str) -> None:
        """The tagged refusal."""
        self.send(f"{self.tag} NO {text}")

    def greet(self, capabilities: str = "IMAP4rev1 IDLE AUTH=PLAIN") -> None:
        """Greeting, CAPABILITY, and a login that always succeeds."""
        self.send("* OK ready")
        self.expect("CAPABILITY")
        self.send(f"* CAPABILITY {capabilities}")
        self.ok()
        said = self.expect("")
        if said.upper().startswith("AUTHENTICATE"):
            self.send("+ ")
            self.line()
        self.ok(f"[CAPABILITY {capabilities}] welcome")

    def select(self, exists: int = 0, uid_next: int = 1) -> None:
        """Answers EXAMINE."""
        self.expect("EXAMINE")
        self.send(f"* {exists} EXISTS")
        self.send("* OK [UIDVALIDITY 7] UIDs valid")
        self.send(f"* OK [UIDNEXT {uid_next}] predicted")
        self.ok("[READ-ONLY] done")


Script = Callable[[Talk], None]


class ScriptedImap:
    """Listens on a free port and runs the script for every connection."""

    def __init__(self, script: Script, *, certificate: tls.Certificate | None = None) -> None:
        self._script = script
        self._context = tls.server_context(certificate) if certificate else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.talks: list[Talk] = []
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="scripted-imap")

    def settings(self, **changes: Any) -> ImapSettings:
        """Settings that reach it."""
        right: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "username": "hssupport",
            "password": SecretStr("correct horse battery"),
            "security": "plain" if self._context is None else "tls",
            "ca_file": tls.authority(),
            "timeout": 5.0,
            "poll_seconds": 0.05,
        }
        return ImapSettings(**{**right, **changes})

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self._context is not None:
                    connection = self._context.wrap_socket(connection, server_side=True)
            except OSError:
                connection.close()
                continue
            talk = Talk(connection)
            self.talks.append(talk)
            try:
                self._script(talk)
            except OSError:
                pass  # the client has gone, as it may
            except BaseException as error:
                self.error = error
            finally:
                talk.close()

    def __enter__(self) -> ScriptedImap:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for talk in self.talks:
            with suppress(OSError):
                talk.connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        assert not self._thread.is_alive()
        if error is None and self.error is not None:
            raise self.error
