"""The embedded mail world of ``mailflow demo``: an IMAP and an SMTP server in this process, and invented mails.

:class:`MailWorld` runs both servers in one thread with a loop of its own, on loopback, on free ports. What is
handed to its SMTP server for one of the watched addresses lands in that mailbox, as if our own gateway had
taken it (with the Received and Authentication-Results lines such a gateway writes); everything else is kept as
mail that has left, and goes nowhere.

Development dependencies only (pymap, aiosmtpd); nothing imports this room but ``cli/demo`` and tests. May
import ``model`` and ``errors``.
"""

from __future__ import annotations

from .diary import Diary
from .mails import Answered, DemoMail, demo_mails, gateway_lines, read_demo_mail
from .openpgp import end_agent, make_key_ring, sealed_mail
from .world import GATEWAY, PASSWORD, MailWorld

__all__ = [
    "GATEWAY",
    "PASSWORD",
    "Answered",
    "DemoMail",
    "Diary",
    "MailWorld",
    "demo_mails",
    "end_agent",
    "gateway_lines",
    "make_key_ring",
    "read_demo_mail",
    "sealed_mail",
]
