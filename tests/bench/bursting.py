"""A burst of mail through the whole service: mails a second, and processor time a mail, on both engines."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

from mailflow.flow.intake import TakenIn
from tests.bench.mails import BenchMail, burst
from tests.bench.report import Missing, Section
from tests.bench.serving import ENGINES, Ears, database, need, post_office, running, wait_until
from tests.support.dovecot import Dovecot
from tests.support.whole import USERS, prepare, settings_for

KEY = "burst"
HEADING = "A burst through the whole service"
HOW = (
    "Dovecot, one process of mailflow, an SMTP server; the corpus, each copy under a fresh Message-ID, appended to "
    "both mailboxes at once; from the first APPEND until the last mail is settled, and until the last answer is taken "
    "by the SMTP server; CPU = user and system time of the service's process without the appending thread, and of its "
    "attachment workers (with their start), not of Dovecot, SMTP server and PostgreSQL; caps of the policy lifted"
)
MAILS, QUICK_MAILS = 200, 20
SETTLED_WITHIN, ANSWERED_WITHIN = 240.0, 120.0


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures."""
    need("dovecot")
    mails = burst(QUICK_MAILS if quick else MAILS)
    for engine in ENGINES:
        try:
            _measure(section, engine, mails)
        except Missing as missing:
            section.notes.append(f"{engine}: skipped, {missing}")


def _measure(section: Section, engine: str, mails: tuple[BenchMail, ...]) -> None:
    ears = Ears()
    with (
        tempfile.TemporaryDirectory(prefix="mailflow-bench-") as folder,
        database(engine, Path(folder)) as url,
        Dovecot() as dovecot,
        post_office() as office,
    ):
        settings = settings_for(Path(folder), dovecot, office.port, url)
        prepare(settings)
        children = _seconds(resource.RUSAGE_CHILDREN)
        with running(settings, ears):
            used, mine = _seconds(resource.RUSAGE_SELF), time.thread_time()
            began = time.time()
            _append(dovecot, mails)
            appended = time.time()
            wait_until(lambda: ears.taken.total() >= len(mails), SETTLED_WITHIN, f"{len(mails)} mails were taken in")
            wait_until(lambda: ears.ended() >= ears.answers, ANSWERED_WITHIN, f"{ears.answers} answers were sent")
            used = _seconds(resource.RUSAGE_SELF) - used - (time.thread_time() - mine)
        children = _seconds(resource.RUSAGE_CHILDREN) - children  # the attachment workers are over only now
    n, settled = len(mails), sum(ears.taken[outcome] for outcome in (TakenIn.SETTLED, TakenIn.COPY))
    sent = sum(count for posted, count in ears.posted.items() if posted == "sent")
    section.add(f"{engine}.appended", f"{engine}: appended within", appended - began, "s", n)
    section.add(f"{engine}.settled_a_second", f"{engine}: to settled", n / (ears.last_taken - began), "mails/s", n)
    whole = max(ears.last_taken, ears.last_posted) - began
    section.add(f"{engine}.answered_a_second", f"{engine}: to settled and answered", n / whole, "mails/s", n)
    section.add(f"{engine}.cpu", f"{engine}: CPU a mail, service and workers", (used + children) / n, "CPU s", n)
    section.add(f"{engine}.cpu_service", f"{engine}: CPU a mail, service alone", used / n, "CPU s", n)
    section.add(f"{engine}.settled", f"{engine}: mails settled", settled, "count", n)
    section.add(f"{engine}.answered", f"{engine}: answers sent", sent, "count", ears.answers)
    if settled < n:
        others = ", ".join(f"{outcome} {count}" for outcome, count in sorted(ears.taken.items()))
        section.notes.append(f"{engine}: not all mails were settled: {others}")
    section.notes.append(f"{engine}: SMTP server: {office.name}")


def _append(dovecot: Dovecot, mails: tuple[BenchMail, ...]) -> None:
    with dovecot.hand(USERS["hssupport"]) as one, dovecot.hand(USERS["DHRenquiries"]) as other:
        hands = {"hssupport": one, "DHRenquiries": other}
        for mail in mails:
            hands[mail.mailbox].append("INBOX", mail.raw)


def _seconds(whose: int) -> float:
    usage = resource.getrusage(whose)
    return usage.ru_utime + usage.ru_stime
