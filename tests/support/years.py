"""A house that lives for years, without rules or servers: a store, an office, a courier in memory, a hand-moved clock.

Mails come in as finished readings (``tests.support.deciding``), so that a test says what a mail *is* and watches what
it does. Everybody here is invented.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from mailflow.courier import check_recipient
from mailflow.flow.dispatch import Dispatch, Posted, send_one
from mailflow.flow.gate import make_gate
from mailflow.flow.letters import Office, Staff
from mailflow.flow.memory.courier import MemoryCourier
from mailflow.flow.planning import plan_follow_up, plan_review_clock
from mailflow.flow.remind import Reminding, ring_all
from mailflow.flow.settle import Settled, settle
from mailflow.flow.understand import Understood
from mailflow.model.facts import Facts
from mailflow.model.life import ReviewForm, ReviewPersonRecord, ReviewRecord, ReviewRole, ReviewState
from mailflow.model.mail import Cursor
from mailflow.model.message import Address, Automatic, BounceReport
from mailflow.model.outgoing import MailClass
from mailflow.model.records import (
    CaseRecord,
    CaseState,
    ConsentRecord,
    MailRecord,
    OutboxRecord,
    OutboxState,
    PersonRecord,
    PersonRole,
    ReminderRecord,
    ReminderState,
)
from mailflow.model.verdict import Verdict
from mailflow.model.words import AutomaticKind, Flag, Kind, RecordType, ReviewStage, SenderType
from mailflow.store import KeyFile, SqlStore
from tests.support import deciding
from tests.support.blank import blank_database
from tests.support.letters import profile_policy, profile_templates
from tests.support.store import CountedIds

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning in winter: London is UTC."""
CHAIR = "hilary.marsh@chair.example"
OFFICER = "amal.okoye@kent.police.example"
STAFF = Staff("lead@staff.example", "on-call@staff.example", "deputy@staff.example", "http://127.0.0.1:8025")
STAFF_ADDRESSES = frozenset({STAFF.lead, STAFF.on_call, STAFF.deputy})
LIAISE = "liaise_with_chair"


@dataclass
class ReadableIds(CountedIds):
    """Ids in order, and references as letters want them."""

    _numbers: Any = field(default_factory=lambda: iter(range(1, 10_000)))

    def reference(self) -> str:
        return f"HS-7KQ4-{next(self._numbers):04d}"


@dataclass
class Years:
    """Everything that a test of years touches."""

    store: SqlStore
    office: Office
    ids: ReadableIds
    courier: MemoryCourier
    at: datetime = START
    posted: list[Posted] = field(default_factory=list)
    _uid: int = 0
    watched: bool = True
    """Somebody looks into the mailboxes all the time."""
    reopen: Callable[[], SqlStore] | None = None

    def restart(self) -> None:
        """The process ends and another one begins, on the same database."""
        assert self.reopen is not None
        self.store.close()
        self.store = self.reopen()

    # -- the clock ------------------------------------------------------------------------------
    def now(self) -> datetime:
        return self.at

    def go(self, *, ring: bool = True, **by: float) -> None:
        """Move the clock by so much at one stroke, then do what is due."""
        self.at += timedelta(**by)
        if ring:
            self.turn()

    def to(self, day: date, hour: int = 10) -> None:
        """Live day by day, twice a day in office hours, until that hour of that day (UTC)."""
        end = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        while self.at < end:
            following = min(end, self.at + timedelta(hours=12))
            self.at = following
            self.turn()

    def turn(self) -> None:
        """One turn of the service: look into the mailboxes, ring, send."""
        if self.watched:
            self.look()
        for _ in range(3):
            rung = self.ring()
            if not self.send() and not rung:
                break

    def is_due(self) -> bool:
        """Something would ring or leave now."""

        def act(work: Any) -> bool:
            waiting = [one.due for one in work.reminders(states=[ReminderState.WAITING])]
            waiting += [row.due for row in work.outbox(states=[OutboxState.QUEUED, OutboxState.DEFERRED])]
            return min(waiting, default=self.at + timedelta(1)) <= self.at

        return bool(self.do(act))

    def look(self) -> None:
        """Somebody looked into every mailbox just now."""
        with self.store.begin("journey:receive", self.at) as work:
            for name in self.office.addresses:
                lease = work.lease_mailbox(name, "test", self.at, 60)
                assert lease is not None
                self._uid += 1
                work.save_cursor(Cursor(name, "INBOX", 1, self._uid), lease, self.at)

    def ring(self) -> int:
        return ring_all(Reminding(self.store, self.office, self, "test"), threading.Event())

    def send(self) -> list[Posted]:
        checked = partial(check_recipient, test_domains=True)
        gate = make_gate(self.office.policy.sending, checked, self.office)
        journey = Dispatch(self.store, self.courier, gate, self, self.ids, "test")
        done: list[Posted] = []
        while (posted := send_one(journey)) not in (Posted.NOTHING, Posted.STOPPED):
            done.append(posted)
        self.posted += done
        return done

    # -- files ----------------------------------------------------------------------------------
    def do(self, act: Any, actor: str = "person:Jo") -> Any:
        with self.store.begin(actor, self.at) as work:
            return act(work)

    def family(self, **changes: Any) -> tuple[CaseRecord, PersonRecord]:
        """An open case with a mother of age, and the officer who referred her."""
        given: dict[str, Any] = {
            "id": self.ids.new(),
            "reference": self.ids.reference(),
            "record": RecordType.REFERRAL,
            "state": CaseState.OPEN,
            "opened_at": self.at,
            "last_contact_at": self.at,
        }
        case = CaseRecord(**{**given, **changes})
        mother = PersonRecord(self.ids.new(), case.id, PersonRole.FAMILY, name="Ruth Sandell", age=51)
        officer = PersonRecord(self.ids.new(), case.id, PersonRole.REFERRER, name="Amal Okoye", email=OFFICER)

        def act(work: Any) -> None:
            work.add_case(case, [work.hash_of("telephone", f"07700900{int(case.id[-3:], 16) % 1000:03d}")])
            work.add_person(mother)
            work.add_person(officer)

        self.do(act)
        return case, mother

    def permit(self, case: CaseRecord, person: PersonRecord, *, given: bool = True, purpose: str = LIAISE) -> None:
        """A human records a permission, or its end."""
        consent = ConsentRecord(
            self.ids.new(), case.id, person.id, purpose, given, "Jo", self.at, withdrawn_at=None if given else self.at
        )
        self.do(lambda work: work.add_consent(consent))

    def review(
        self, *cases: CaseRecord, chair: str = CHAIR, confirmed: bool = True, **changes: Any
    ) -> tuple[ReviewRecord, ReviewPersonRecord]:
        """An open review that those cases wait for, its Chair, and whatever may be planned for it."""
        given: dict[str, Any] = {
            "id": self.ids.new(),
            "reference": self.ids.reference(),
            "form": ReviewForm.DHR,
            "state": ReviewState.OPEN,
            "stage": ReviewStage.IN_PROGRESS,
            "stage_since": self.at,
            "opened_at": self.at,
        }
        review = ReviewRecord(**{**given, **changes})
        person = ReviewPersonRecord(
            self.ids.new(),
            review.id,
            ReviewRole.CHAIR,
            self.at,
            name="Hilary Marsh",
            email=chair,
            address_confirmed_by="Jo" if confirmed else "",
            address_confirmed_at=self.at if confirmed else None,
        )

        def act(work: Any) -> None:
            work.add_review(review)
            work.add_review_person(person)
            for case in cases:
                work.link_review(review.id, case.id)
            plan_follow_up(work, self.office, review, self.at)
            plan_review_clock(work, self.office, review, self.at)

        self.do(act)
        return review, person

    # -- what comes in --------------------------------------------------------------------------
    def takes(
        self,
        sender: str,
        text: str = "Thank you, the panel meets in the spring.",
        *,
        kind: Kind = Kind.REVIEW_UPDATE,
        flags: tuple[Flag, ...] = (),
        facts: Facts | None = None,
        answers: OutboxRecord | None = None,
        bounces: OutboxRecord | None = None,
        automatic: Automatic = deciding.BY_A_PERSON,
        report: Any = None,
        verdict: Verdict | None = None,
        **changes: Any,
    ) -> Settled:
        """A mail arrives and is settled at once."""
        self._uid += 1
        message = deciding.message(
            text,
            from_=(Address("", sender),),
            return_path=sender,
            message_id=changes.pop("message_id", f"m{self._uid}@{sender.rpartition('@')[2]}"),
            date=self.at,
            in_reply_to=(answers.message_id,) if answers else (),
            references=(answers.message_id,) if answers else (),
            automatic=automatic,
            bounce=BounceReport((bounces.recipient,), "5.1.1", True, bounces.message_id) if bounces else None,
            **changes,
        )
        raw = f"From: {sender}\r\nMessage-ID: <{message.message_id}>\r\n\r\n{text}\r\n".encode()
        record = MailRecord(self.ids.new(), "DHRenquiries", "INBOX", 1, 10_000 + self._uid, self.at, self.at, raw)
        record = replace(record, sender_hash=self.do(lambda work: work.hash_of("address", sender.lower()).hash))
        with self.store.begin("journey:receive", self.at) as work:
            assert work.add_mail(record)
        with self.store.begin("journey:intake", self.at) as work:
            claim = work.claim_mail("test", self.at, 60)
        assert claim is not None
        found = facts if facts is not None else Facts(sender_type=SenderType.OTHER)
        said = verdict or deciding.verdict(kind, flags=flags)
        return settle(
            self.store, claim, Understood(message, report or deciding.report(), found, said), self.office, self.at
        )

    def away(self, sender: str, until: str | None, text: str = "I am away.", **changes: Any) -> Settled:
        """Somebody's machine says that they are away."""
        machine = Automatic(AutomaticKind.AUTO_REPLY, "it says so", False, until=until)
        return self.takes(sender, text, kind=Kind.AUTO_REPLY, automatic=machine, **changes)

    def comes_back(self, row: OutboxRecord) -> Settled:
        """A mail of ours comes back for good."""
        machine = Automatic(AutomaticKind.BOUNCE, "a delivery report", False)
        sender = "mailer-daemon@mx.example"
        return self.takes(sender, "It could not be delivered.", kind=Kind.BOUNCE, automatic=machine, bounces=row)

    # -- what there is --------------------------------------------------------------------------
    def rows(self, *classes: MailClass) -> list[OutboxRecord]:
        """Outbox rows of those classes, oldest first."""
        every: tuple[OutboxRecord, ...] = self.do(lambda work: work.outbox(limit=5_000))
        found = [row for row in every if not classes or row.mail_class in classes]
        return sorted(found, key=lambda row: (row.created_at, row.id))

    def asked(self) -> list[OutboxRecord]:
        """Questions and reminders to Chairs, oldest first."""
        return self.rows(MailClass.FOLLOW_UP)

    def reminders(self, **which: Any) -> tuple[ReminderRecord, ...]:
        found: tuple[ReminderRecord, ...] = self.do(lambda work: work.reminders(**which))
        return found

    def accept_all(self) -> None:
        """A human looks at everything that waits, and accepts what replies propose."""
        from mailflow.model.life import ProposalState
        from mailflow.model.records import EventState

        def act(work: Any) -> None:
            for event in work.queue():
                if event.state is EventState.UNTRIAGED:
                    work.save_event(replace(event, state=EventState.ACCEPTED))
            for proposal in work.proposals(states=[ProposalState.OPEN]):
                settled = replace(proposal, state=ProposalState.ACCEPTED, settled_by="Jo", settled_at=self.at)
                work.save_proposal(settled)

        self.do(act)


def office_for(ids: ReadableIds, **changes: Any) -> Office:
    """The profile's own policy and letters, with two mailboxes and three people."""
    given: dict[str, Any] = {
        "policy": profile_policy(),
        "templates": profile_templates(),
        "ids": ids,
        "addresses": {
            "DHRenquiries": "DHRenquiries@victimsupport.example",
            "hssupport": "hssupport@victimsupport.example",
        },
        "staff": STAFF,
    }
    return Office(**{**given, **changes})


@contextmanager
def years(folder: Path, name: str = "mailflow", **changes: Any) -> Iterator[Years]:
    """An empty house on a fresh SQLite file."""
    keys = KeyFile.create(folder / f"{name}.key", START, os.urandom)
    url = f"sqlite:///{folder}/{name}.db"
    blank_database(url)
    ids = ReadableIds("c")

    def reopen() -> SqlStore:
        return SqlStore(url, keys, ids, "test")

    made = Years(reopen(), office_for(ids, **changes), ids, MemoryCourier(), reopen=reopen)
    try:
        yield made
    finally:
        made.store.close()
