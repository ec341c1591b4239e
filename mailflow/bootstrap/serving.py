"""The loops and jobs of ``mailflow run``, made of the house's doors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mailflow.config import MailboxSettings
from mailflow.courier import check_recipient
from mailflow.errors import UseError
from mailflow.flow import dispatch, receive
from mailflow.flow.digest import make_digest
from mailflow.flow.expiry import plan_endings
from mailflow.flow.gate import make_gate
from mailflow.flow.intake import Intake, TakenIn, take_in_all, take_in_one
from mailflow.flow.ports import Reached, unheard
from mailflow.flow.remind import Reminding, ring_all
from mailflow.flow.settle import Settled
from mailflow.flow.understand import Understood
from mailflow.model.mail import FirstLook
from mailflow.model.records import MailClaim, MailRecord, ReminderRecord
from mailflow.observe import Health, say
from mailflow.parse import first_look
from mailflow.service import Job, Service

from .house import House, courier, mail_server
from .system import chance

if TYPE_CHECKING:
    from mailflow.web import Source

WEB_THREAD = "desk"
REMIND_SECONDS = 10.0
"""How often the bell rings for due reminders: a risk alert leaves within a minute (P7)."""
DIGEST_SECONDS = 60.0
"""How often we look whether the morning's digest is due."""
HEALTH_SECONDS = 15.0
EXPIRY_SECONDS = 3600.0
"""How often the key ring is asked which keys end; a key that was renewed is known within the hour."""
ANCHOR_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class MailTaken:
    """A mail was taken in, or set aside, or put back: what a listener is told."""

    outcome: TakenIn
    mail: MailRecord
    understood: Understood | None
    settled: Settled | None


Listener = Callable[[object], None]
"""Told of everything that happens: ``receive.Notice``, ``MailTaken``, ``dispatch.Notice``, ``ReminderRecord``."""
RESTING = frozenset({dispatch.Posted.NOTHING, dispatch.Posted.STOPPED, dispatch.Posted.FAULT})


def _unheard(event: object) -> None:
    """The listener of a service that nobody watches."""


def service(
    house: House, reached: Reached = unheard, listener: Listener = _unheard, desk: Source | None = None
) -> Service:
    """The loops and jobs of ``mailflow run``. ``reached`` is told every named point of the journeys (fault
    tests), ``listener`` everything that happens (the demonstration shows it), and ``desk`` is where the pages
    read, instead of the house (the demonstration adds a page to write on)."""
    settings, clock, ids = house.settings, house.clock, house.ids
    health = Health(settings.work.health_file)
    smtp = courier(settings)
    servers = {mailbox.name: mail_server(mailbox) for mailbox in settings.mailbox}

    def tell(event: object) -> None:
        _log(event, health, clock.now())
        listener(event)

    def taken(outcome: TakenIn, claim: MailClaim, understood: Understood | None, settled: Settled | None) -> None:
        health.alive("intake", clock.now())
        tell(MailTaken(outcome, claim.mail, understood, settled))

    intake = Intake(
        store=house.store,
        mind=house.mind,
        office=house.office,
        clock=clock,
        owner=house.owner,
        lease_seconds=settings.work.lease_seconds,
        listener=taken,
        reached=reached,
        beat=lambda: health.seen("intake", clock.now()),
    )
    sending = dispatch.Dispatch(
        store=house.store,
        courier=smtp,
        gate=make_gate(
            house.profile.policy.sending,
            partial(
                check_recipient, test_domains=settings.sending.test_domains, cjsm_route=settings.sending.cjsm_route
            ),
            house.office,
        ),
        clock=clock,
        ids=ids,
        owner=house.owner,
        listener=tell,
        reached=reached,
        beat=lambda: health.seen("dispatch", clock.now()),
    )
    reminding = Reminding(
        store=house.store, office=house.office, clock=clock, owner=house.owner, listener=tell, reached=reached
    )

    def look(raw: bytes) -> FirstLook:
        return first_look(raw, house.profile.risk_words)

    def watching(mailbox: MailboxSettings) -> Callable[[threading.Event], None]:
        def loop(stop: threading.Event) -> None:
            receive.watch(
                mailbox.name,
                mailbox.folders,
                server=servers[mailbox.name],
                store=house.store,
                clock=clock,
                ids=ids,
                look=look,
                owner=house.owner,
                stop=stop,
                chance=chance,
                listener=tell,
                reached=reached,
            )

        return loop

    def once() -> None:
        for mailbox in settings.mailbox:
            receive.look_once(
                mailbox.name,
                mailbox.folders,
                server=servers[mailbox.name],
                store=house.store,
                clock=clock,
                ids=ids,
                look=look,
                owner=house.owner,
                listener=tell,
                reached=reached,
            )
        while take_in_one(intake) not in (TakenIn.NOTHING, TakenIn.LATER):
            pass
        for _ in range(2):  # what sending finds out (an uncertain mail) makes reminders, which send
            ring_all(reminding, threading.Event())
            while dispatch.send_one(sending) not in RESTING:
                pass
            dispatch.tell_of_uncertain(sending)

    def bell() -> None:
        ring_all(reminding, threading.Event())

    def digest() -> None:
        make_digest(house.store, house.office, clock)

    pause = settings.work.pause_seconds
    loops: dict[str, Callable[[threading.Event], None]] = {
        f"receive:{mailbox.name}": watching(mailbox) for mailbox in settings.mailbox
    }
    loops["intake"] = lambda stop: take_in_all(intake, stop, pause, house.store.wait_for_work)
    loops["dispatch"] = lambda stop: dispatch.send_all(sending, stop, pause, house.store.wait_for_work)
    if settings.work.web_port:
        loops[WEB_THREAD] = desk_loop(house, desk)
    return Service(
        loops=loops,
        jobs=(
            Job("reminders", REMIND_SECONDS, bell),
            Job("digest", DIGEST_SECONDS, digest),
            Job("health", HEALTH_SECONDS, lambda: health.write(clock.now())),
            Job("expiry", EXPIRY_SECONDS, lambda: _plan_endings(house)),
            Job("audit-anchor", ANCHOR_SECONDS, lambda: _anchor(house)),
        ),
        once=once,
        health=health,
        now=clock.now,
        closing=smtp.close,
    )


def _log(event: object, health: Health, now: datetime) -> None:
    """Log what happened, and tell health."""
    match event:
        case receive.Notice():
            _log_receiving(event, health, now)
        case MailTaken():
            settled = event.settled
            if event.outcome is TakenIn.STUCK:
                health.trouble(f"stuck mail {event.mail.id}", "it is set aside: `mailflow stuck`.", now)
            else:
                health.over(f"stuck mail {event.mail.id}")
            say(
                f"intake.{event.outcome}",
                level="error" if event.outcome is TakenIn.STUCK else "info",
                mail=event.mail.id,
                mailbox=event.mail.mailbox,
                reference=settled.event.reference if settled else "",
                kind=str(settled.event.kind) if settled else "",
                needs_human=settled.event.needs_human if settled else None,
            )
        case dispatch.Notice():
            if event.alarm:
                health.trouble("dispatch", event.sentence, now)
            else:
                health.alive("dispatch", now)
            level = "error" if event.alarm else "info"
            say(
                f"dispatch.{event.posted}",
                level=level,
                row=event.row_id,
                sort=str(event.mail_class),
                says=event.sentence,
            )
        case ReminderRecord():
            say(f"remind.{event.kind}", id=event.id, state=str(event.state), rung=event.rung)


def _log_receiving(event: receive.Notice, health: Health, now: datetime) -> None:
    part = f"receive:{event.mailbox}"
    one_mail = f"{part} mail {event.folder}/{event.uid}"
    if event.kind is receive.NoticeKind.MAIL_BACK:
        health.over(one_mail)
    elif event.kind is receive.NoticeKind.MAIL_TROUBLE and event.alarm:
        health.trouble(one_mail, event.sentence, now)
    elif event.alarm or event.kind is receive.NoticeKind.FAULT:
        health.trouble(part, event.sentence, now)
    elif event.kind in (receive.NoticeKind.SEEN, receive.NoticeKind.ELSEWHERE):
        health.alive(part, now)
    standing_by = event.kind is receive.NoticeKind.ELSEWHERE and event.count > 1  # it repeats every round
    if event.kind is not receive.NoticeKind.SEEN and not standing_by:
        level = "warning" if event.alarm else "info"
        say(
            f"receive.{event.kind}",
            level=level,
            mailbox=event.mailbox,
            folder=event.folder,
            says=event.sentence,
        )


def _plan_endings(house: House) -> None:
    """Warn of keys before they end. Mailboxes sign in with passwords, which have no last day; OpenPGP keys have."""
    plan_endings(house.store, house.office, house.clock, house.mind.keyring.endings())


def _anchor(house: House) -> None:
    """Write the heads of the audit chains outside the database, where a forger would have to go as well."""
    for head in house.store.audit_heads():
        say("audit.head", writer=head.writer, sequence=head.sequence, mac=head.mac)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill has come in one mailbox."""

    mailbox: str
    folder: str
    looked_at: int
    stored: int
    finished: bool
    sentence: str


def backfill(
    house: House, since: datetime, only: Sequence[str], tell: Callable[[Progress], None], stop: threading.Event
) -> bool:
    """Import mail since a day into every mailbox (or those named); True when all of it was dealt with.

    Raises ``UseError`` for a mailbox that is not set, ``MailboxFault``, ``StoreFault``.
    """
    unknown = sorted(set(only) - {mailbox.name for mailbox in house.settings.mailbox})
    if unknown:
        names = ", ".join(mailbox.name for mailbox in house.settings.mailbox)
        raise UseError(f"There is no mailbox {', '.join(unknown)} in the settings; there are: {names}.")
    whole = True
    for mailbox in house.settings.mailbox:
        if only and mailbox.name not in only:
            continue

        def listen(notice: receive.Notice, name: str = mailbox.name) -> None:
            tell(Progress(name, notice.folder, notice.count, 0, False, notice.sentence))

        outcome = receive.backfill(
            mailbox.name,
            mailbox.folders,
            since,
            server=mail_server(mailbox),
            store=house.store,
            clock=house.clock,
            ids=house.ids,
            look=lambda raw: first_look(raw, house.profile.risk_words),
            owner=house.owner,
            stop=stop,
            chance=chance,
            listener=listen,
        )
        known = f", {outcome.known} were here already" if outcome.known else ""
        failed = f", {len(outcome.failed)} could not be fetched" if outcome.failed else ""
        sentence = f"{outcome.stored} mails imported{known}{failed}"
        tell(Progress(mailbox.name, "", outcome.stored + outcome.known, outcome.stored, outcome.finished, sentence))
        whole = whole and outcome.finished and not outcome.failed
    return whole


def desk_loop(house: House, source: Source | None) -> Callable[[threading.Event], None]:
    """The read-only desk, served on loopback until told to stop."""

    def loop(stop: threading.Event) -> None:
        from mailflow.web import create_app, serve  # noqa: PLC0415 - FastAPI takes half a second to import

        work = house.settings.work
        serve(create_app(source or desk_source(house)), work.web_host, work.web_port, stop)

    return loop


def desk_source(house: House) -> Source:
    """Where the pages read."""
    from mailflow.web import Source  # noqa: PLC0415 - as above

    return Source(
        begin=house.begin,
        mind=house.mind,
        clock=house.clock,
        mailboxes=[(mailbox.name, mailbox.address) for mailbox in house.settings.mailbox],
    )
