"""The journey of taking in: claim a stored mail, understand it, settle it.

Three short transactions a mail (receive has made the first): claim with lease and token, then settle,
fenced by that token. None is open while a mail is parsed or decrypted. A mail whose content breaks us is
set aside whole at once (P3); when the world around us fails it is tried again later, with backoff.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mailflow.errors import ContentFault, Environment, LeaseLost
from mailflow.model.records import MailClaim

from .ports import Clock, Reached, Store, unheard
from .rungs import plan_stuck
from .settle import Office, Settled, settle
from .understand import Mind, Understood, understand

ACTOR = "journey:intake"
FATAL_ATTEMPTS = 5
"""A mail that was claimed so often without an end has brought the worker down with it (out of memory, a
crash in a library): it is set aside instead of taking the next worker down too."""
FIRST_RETRY = timedelta(seconds=30)
LONGEST_RETRY = timedelta(hours=1)

READER_FAILED = "reader_failed"
"""The defect of a message whose reader broke: never seen, and if it ever is, a human must see that mail."""


class TakenIn(StrEnum):
    """What became of one turn."""

    NOTHING = "nothing"
    SETTLED = "settled"
    COPY = "copy"
    STUCK = "stuck"
    LATER = "later"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Intake:
    """What the journey needs."""

    store: Store
    mind: Mind
    office: Office
    clock: Clock
    owner: str
    lease_seconds: int = 120
    listener: Callable[[TakenIn, MailClaim, Understood | None, Settled | None], None] = lambda *_: None
    """Told what became of each mail: progress for people, signs of life for health."""
    reached: Reached = unheard
    beat: Callable[[], None] = lambda: None
    """Told at every turn that the journey lives, also when there is nothing to do (P10)."""


def take_in_one(intake: Intake) -> TakenIn:
    """Take in the next mail that waits, if there is one."""
    now = intake.clock.now()
    with intake.store.begin(ACTOR, now) as work:
        claim = work.claim_mail(intake.owner, now, intake.lease_seconds)
    if claim is None:
        return TakenIn.NOTHING
    intake.reached("intake.claimed")
    try:
        if claim.mail.attempts > FATAL_ATTEMPTS:
            raise ContentFault(f"It was begun {claim.mail.attempts - 1} times and never finished.")
        understood = _understand_guarded(claim, intake.mind)
        intake.reached("intake.understood")
        return _settle(intake, claim, understood)
    except LeaseLost:
        intake.listener(TakenIn.LOST, claim, None, None)
        return TakenIn.LOST
    except ContentFault as fault:
        return _set_aside(intake, claim, str(fault))
    except Environment as fault:
        return _put_back(intake, claim, str(fault))


def take_in_all(
    intake: Intake, stop: threading.Event, pause_seconds: float, wait: Callable[[float], object] | None = None
) -> None:
    """Take in mail after mail until told to stop; rests for ``pause_seconds`` when there is none.

    ``wait`` may end a rest early when there is work (``Store.wait_for_work``).
    """
    while not stop.is_set():
        intake.beat()
        if take_in_one(intake) in (TakenIn.NOTHING, TakenIn.LATER):
            (wait or stop.wait)(pause_seconds)


def _understand_guarded(claim: MailClaim, mind: Mind) -> Understood:
    """Understand a mail; whatever it does to us becomes a content fault of that one mail."""
    try:
        understood = understand(claim.mail.raw, claim.mail.mailbox, mind)
    except Environment:
        raise
    except Exception as error:  # the promise P3: any mail at all is set aside, never lost
        raise ContentFault(f"Reading it failed with {_where(error)}.") from error
    if any(defect.code == READER_FAILED for defect in understood.message.defects):
        raise ContentFault("Reading it failed inside the reader, which says so instead of raising.")
    return understood


def _settle(intake: Intake, claim: MailClaim, understood: Understood) -> TakenIn:
    try:
        settled = settle(intake.store, claim, understood, intake.office, intake.clock.now(), intake.reached)
    except (LeaseLost, Environment):
        raise
    except Exception as error:  # as above: deciding about it failed, the rest moves on
        raise ContentFault(f"Settling it failed with {_where(error)}.") from error
    intake.reached("intake.settled")
    outcome = TakenIn.COPY if settled.copy else TakenIn.SETTLED
    intake.listener(outcome, claim, understood, settled)
    return outcome


def _set_aside(intake: Intake, claim: MailClaim, error: str) -> TakenIn:
    now = intake.clock.now()
    try:
        with intake.store.begin(ACTOR, now) as work:
            work.set_aside(claim, error, now)
            plan_stuck(work, intake.office, claim.mail.id, now)
    except LeaseLost:
        return TakenIn.LOST
    intake.listener(TakenIn.STUCK, claim, None, None)
    return TakenIn.STUCK


def _put_back(intake: Intake, claim: MailClaim, error: str) -> TakenIn:
    now = intake.clock.now()
    try:
        with intake.store.begin(ACTOR, now) as work:
            work.put_back(claim, retry_at(now, claim.mail.attempts), error)
    except LeaseLost:
        return TakenIn.LOST
    intake.listener(TakenIn.LATER, claim, None, None)
    return TakenIn.LATER


def retry_at(now: datetime, attempts: int) -> datetime:
    """When a mail is tried again after so many attempts: doubling, at most an hour."""
    wait: timedelta = FIRST_RETRY * (1 << min(attempts, 10))
    return now + min(wait, LONGEST_RETRY)


def _where(error: BaseException) -> str:
    """The name and place of an error, never its text: that may quote the mail."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if "mailflow" in code.co_filename:
            place = f" in {code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
