"""The mail world of ``deploy/dev/image-test``: IMAP and SMTP on loopback, moved by lines on standard input.

Says ``ports IMAP SMTP PASSWORD`` first. Then, one answer a line:

``put FILE ADDRESS``   lays the mail into the INBOX of a watched address, dated now     → ``put``
``departed ADDRESS``   how many mails have left for this address                        → a number

Ends, and the servers with it, when its standard input does.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from mailflow.sandbox import PASSWORD, MailWorld

ADDRESSES = ("hssupport@victimsupport.org.uk", "DHRenquiries@victimsupport.org.uk")
DATE = re.compile(rb"^Date:.*$", re.MULTILINE)


def fresh(raw: bytes) -> bytes:
    """The mail as if it had been written now (its first Date field; RFC 5322 §3.6.1), with a server's line ends."""
    now = datetime.now(UTC)
    raw = DATE.sub(b"Date: " + format_datetime(now).encode(), raw.replace(b"\r\n", b"\n"), count=1)
    return raw.replace(b"\n", b"\r\n")


def main() -> None:
    with MailWorld(ADDRESSES) as world:
        print("ports", world.imap_port, world.smtp_port, PASSWORD, flush=True)
        for line in sys.stdin:
            match line.split():
                case ["put", file, address]:
                    world.put(address, fresh(Path(file).read_bytes()), datetime.now(UTC))
                    print("put", flush=True)
                case ["departed", address]:
                    print(sum(address in mail.recipients for mail in world.departed), flush=True)
                case other:
                    print(f"unknown: {other}", flush=True)


if __name__ == "__main__":
    main()
