"""A bare IDLE connection: when a mail server tells of a mail, with nothing of mailflow in the way.

    python -m tests.bench.idle_push PORT USER        the password on standard input

A process of its own, so that it does not wait for the service's threads. Prints ``ready``, then for each EXISTS the
number of mails and the time (seconds since 1970); ends when it is terminated or the server hangs up.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from imapclient import IMAPClient

from tests.support.dovecot import Dovecot

CHECK_SECONDS = 60.0
"""imapclient's own wait; a server's word ends it at once."""
START_SECONDS = 20.0


@dataclass
class Pushes:
    """When the server told of each mail: the number of mails in the folder → seconds since 1970."""

    at: dict[int, float] = field(default_factory=dict)
    ready: threading.Event = field(default_factory=threading.Event)

    def told(self, mails: int) -> float | None:
        """When it was said that there are so many mails; ``None`` while it was not."""
        return min((at for number, at in list(self.at.items()) if number >= mails), default=None)


@contextmanager
def pushing(dovecot: Dovecot, user: str) -> Iterator[Pushes]:
    """A bare IDLE connection to that user's INBOX, in a process of its own."""
    pushes = Pushes()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.idle_push", str(dovecot.port), user],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(dovecot.password + "\n")
        process.stdin.flush()
        reader = threading.Thread(target=_collect, args=(process, pushes), daemon=True)
        reader.start()
        try:
            if not pushes.ready.wait(START_SECONDS):
                raise TimeoutError(f"the bare IDLE connection did not begin within {START_SECONDS:g} s")
            yield pushes
        finally:
            process.terminate()
            reader.join(10)


def _collect(process: subprocess.Popen[str], pushes: Pushes) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "ready":
            pushes.ready.set()
        else:
            number, at = line.split()
            pushes.at.setdefault(int(number), float(at))


def main(port: int, user: str, password: str) -> None:
    """Listen until the end."""
    client = IMAPClient("127.0.0.1", port, ssl=False, timeout=START_SECONDS)
    client.plain_login(user, password)
    client._imap.debug = 0  # as shipped it spells out every answer twice
    client.select_folder("INBOX", readonly=True)
    client.idle()
    print("ready", flush=True)
    while True:
        began = time.monotonic()
        answers = client.idle_check(CHECK_SECONDS)
        now = time.time()
        for answer in answers:
            if len(answer) > 1 and answer[1] == b"EXISTS":
                print(answer[0], now, flush=True)
        if not answers and time.monotonic() - began < CHECK_SECONDS / 2:
            return  # an empty answer before its time is a dead connection


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.stdin.readline().rstrip("\n"))
