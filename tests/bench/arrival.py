"""From the mailbox to the acknowledgement, one mail at a time, beside the mail server's own IDLE delay."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mailflow.parse import parse
from tests.bench.idle_push import Pushes, pushing
from tests.bench.mails import BenchMail, corpus
from tests.bench.report import Section
from tests.bench.serving import Ears, PostOffice, need, post_office, running, wait_until
from tests.bench.statistics_of import median
from tests.support.dovecot import Dovecot
from tests.support.whole import USERS, prepare, settings_for

KEY = "arrival"
HEADING = "Arrival to acknowledgement, one mail at a time"
HOW = (
    "Dovecot with IDLE over TLS, the whole service on SQLite, an SMTP server with STARTTLS; answered corpus mails are "
    "appended one by one while the service idles; from APPEND's answer until the acknowledgement stands at the SMTP "
    "server; beside it when a bare IDLE connection to the same folder, in a process of its own, is told of the mail; "
    "the overhead is the difference of the two, mail by mail"
)
MAILBOX = "hssupport"
MAILS, QUICK_MAILS = 24, 3
SHORTEST_REST, LONGEST_REST = 0.6, 1.2
"""Seconds between two mails: the service is back in IDLE, and comes at no fixed moment of Dovecot's own rhythm."""
ANSWERED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Times of one mail, in seconds since APPEND's answer."""

    push: float
    acknowledged: float
    stored: float | None
    settled: float | None
    sent: float | None


def measure(section: Section, *, quick: bool) -> None:
    """Fill in the figures."""
    need("dovecot")
    wanted = QUICK_MAILS if quick else MAILS
    ears = Ears()
    with (
        Dovecot() as dovecot,
        post_office() as office,
        tempfile.TemporaryDirectory(prefix="mailflow-bench-") as folder,
    ):
        settings = settings_for(Path(folder), dovecot, office.port)
        prepare(settings)
        with (
            pushing(dovecot, USERS[MAILBOX]) as pushes,
            running(settings, ears),
            dovecot.hand(USERS[MAILBOX]) as hand,
        ):
            found = _one_by_one(hand, office, pushes, ears, wanted + 1)
    section.notes.append(f"SMTP server: {office.name}")
    _write(section, found)


def _one_by_one(hand: Any, office: PostOffice, pushes: Pushes, ears: Ears, wanted: int) -> list[Measured]:
    """Append mail after mail, each when the one before is answered."""
    chance = random.Random(20261123)
    found: list[Measured] = []
    for number, (mail, author) in enumerate(_candidates(), start=1):
        time.sleep(chance.uniform(SHORTEST_REST, LONGEST_REST))
        if measured := _one(number, mail, author, hand, office, pushes, ears):
            found.append(measured)
        if len(found) == wanted:
            return found
    raise RuntimeError(f"only {len(found)} of {wanted} mails were answered")


def _one(
    number: int, mail: BenchMail, author: str, hand: Any, office: PostOffice, pushes: Pushes, ears: Ears
) -> Measured | None:
    """Append one mail and wait for its answer; ``None`` when the service decides on none."""
    answers, taken = ears.answers, ears.taken.total()
    hand.append("INBOX", mail.raw)
    began = time.time()
    wait_until(lambda: ears.taken.total() > taken, ANSWERED_WITHIN, "a mail was taken in")
    if ears.answers == answers:
        return None
    wait_until(lambda: office.arrived(author, began) is not None, ANSWERED_WITHIN, "a mail was answered")
    wait_until(lambda: ears.first("dispatch.answered", began) is not None, ANSWERED_WITHIN, "an answer was sent")
    wait_until(lambda: pushes.told(number) is not None, ANSWERED_WITHIN, "the mail server told of a mail")
    arrived, told = office.arrived(author, began), pushes.told(number)
    assert arrived is not None
    assert told is not None
    points = [ears.first(point, began) for point in ("receive.stored", "intake.settled", "dispatch.answered")]
    stored, settled, sent = (at - began if at is not None else None for at in points)
    return Measured(told - began, arrived - began, stored, settled, sent)


def _candidates() -> list[tuple[BenchMail, str]]:
    """Mails of one mailbox that are to be answered, each by another author, with the author's address."""
    found: dict[str, BenchMail] = {}
    for mail in corpus():
        author = parse(mail.raw).author
        if mail.mailbox == MAILBOX and mail.is_answered and author is not None:
            found.setdefault(author.address.lower(), mail)
    return [(mail, address) for address, mail in found.items()]


def _write(section: Section, found: list[Measured]) -> None:
    first, rest = found[0], found[1:]
    section.spread("push", "Dovecot's own IDLE push", [each.push for each in rest], "s")
    section.spread("acknowledged", "APPEND answered → acknowledged", [each.acknowledged for each in rest], "s")
    over = [each.acknowledged - each.push for each in rest]
    section.spread("overhead", "overhead over the push", over, "s")
    ratio = median([each.acknowledged for each in rest]) / median([each.push for each in rest])
    section.add("ratio", "acknowledged ÷ push, of the medians", ratio, "times", len(rest))
    stages = {
        "stage.stored": ("after the push: fetched and stored", [_between(m.push, m.stored) for m in rest]),
        "stage.settled": ("then: understood, decided, written", [_between(m.stored, m.settled) for m in rest]),
        "stage.sent": ("then: taken by the SMTP server", [_between(m.settled, m.sent) for m in rest]),
        "stage.delivered": ("then: stands in the recipient's box", [_between(m.sent, m.acknowledged) for m in rest]),
    }
    for key, (says, values) in stages.items():
        known = [1000 * value for value in values if value is not None]
        if known:
            section.add(f"{key}.median", f"{says}, median", median(known), "ms", len(known))
    section.add("first", "the first mail of a fresh service, not counted above", first.acknowledged, "s", 1)


def _between(before: float | None, after: float | None) -> float | None:
    return after - before if before is not None and after is not None else None
