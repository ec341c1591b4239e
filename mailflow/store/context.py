"""What a decision needs to know, read in one go under the locks of ``settle``."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, tuple_
from sqlmodel import col

from mailflow.model.decision import Candidate, Context, ContextQuery, OurMail
from mailflow.model.mail import Origin
from mailflow.model.outgoing import MailClass
from mailflow.model.records import MatchKey, OutboxState

from .house import House
from .posting import Posting
from .tables import CaseKeyRow, EventKeyRow, EventRow, MailRow, OutboxRow, PersonRow

THREAD = "thread"

MOST_KEYS = 1000
"""A mail with thousands of telephone numbers or references must not become a statement with as many parameters
(SQLite takes 32766 of them; ours has four a key)."""

MOST_TIES = 20
"""Mails of ours, and earlier events, that one message is tied to: a newsletter's thread must not grow without end."""

ORDER = (THREAD, "reference", "victim", "telephone", "address", "name")
"""Best reason first: a case that is found by several is named once, by the best."""


class Contexts(Posting, House):
    """The part of a transaction that answers :class:`~mailflow.model.decision.ContextQuery`."""

    def context(self, query: ContextQuery) -> Context:
        """Everything that a decision needs to know."""
        ours = self._our_mails(query.thread_message_ids)
        bounced = self._our_mails((query.bounced_message_id,)) if query.bounced_message_id else []
        sender = MatchKey("address", query.sender_hash)
        hour, day, total = self.sent_counts(sender, query.now)
        mail = self.session.execute(
            select(col(MailRow.internal_date), col(MailRow.origin)).where(col(MailRow.id) == query.mail_id)
        ).first()
        fresh = mail is None or (
            mail.origin == Origin.LIVE and query.now - mail.internal_date <= timedelta(hours=query.fresh_hours)
        )
        return Context(
            candidates=self._candidates(query, ours),
            in_our_thread=bool(ours),
            our_thread_class=MailClass(ours[0].mail_class) if ours else None,
            bounced_recipient=self._outbox(bounced[0]).recipient if bounced else "",
            event_known=self._event_known(query.event_key),
            same_request_answered=self._answered(query),
            sent_to_address_hour=hour if query.sender_hash else 0,
            sent_to_address_day=day if query.sender_hash else 0,
            sent_total_hour=total,
            suppressed=bool(query.sender_hash) and self.is_suppressed(sender),
            answerable=fresh,
            stopped=bool(self.stopped()),
            internal_date=mail.internal_date if mail is not None else None,
            backfilled=mail is not None and mail.origin == Origin.BACKFILL,
            ours=tuple(_our_mail(row) for row in ours[:MOST_TIES]),
            bounced=_our_mail(bounced[0]) if bounced else None,
            kin=self._kin(query),
        )

    def _our_mails(self, message_ids: tuple[str, ...]) -> list[OutboxRow]:
        """Mails of ours with those Message-IDs that can have left (queued ones cannot be known outside),
        the one that is named last first: In-Reply-To and the end of References are nearest."""
        hashes = list(dict.fromkeys(self._message_id_hash(one) for one in reversed(message_ids) if one))[:MOST_KEYS]
        if not hashes:
            return []
        rows = self.all(
            select(OutboxRow).where(
                col(OutboxRow.message_id_hash).in_(hashes),
                or_(col(OutboxRow.data_started_at).is_not(None), col(OutboxRow.settled_at).is_not(None)),
            )
        )
        left = [row for row in rows if row.state != "cancelled"]
        return sorted(left, key=lambda row: (hashes.index(row.message_id_hash), row.id))

    def _candidates(self, query: ContextQuery, ours: list[OutboxRow]) -> tuple[Candidate, ...]:
        found: dict[str, set[str]] = {}
        for row in ours:
            if row.case_id:
                found.setdefault(row.case_id, set()).add(THREAD)
        event_ids = [row.event_id for row in ours if row.event_id]
        if event_ids:
            of_events = select(col(EventRow.case_id)).where(
                col(EventRow.id).in_(event_ids), col(EventRow.case_id).is_not(None)
            )
            for case_id in self.session.scalars(of_events):
                found.setdefault(str(case_id), set()).add(THREAD)
        threads = (("message_id", self.hash_of("message_id", one).hash) for one in reversed(query.thread_message_ids))
        pairs = list(dict.fromkeys((*threads, *query.key_hashes)))[:MOST_KEYS]
        for sort, case_id in self._by_keys(pairs):
            found.setdefault(case_id, set()).add(THREAD if sort == "message_id" else sort)
        theirs = self._cases_of_address(query.sender_hash)
        candidates = [
            Candidate(case_id, min(sorts, key=_place), sender_belongs=case_id in theirs)
            for case_id, sorts in found.items()
        ]
        return tuple(sorted(candidates, key=lambda one: (_place(one.by), not one.sender_belongs, one.case_id)))

    def _by_keys(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """(sort, case id) of every case that has one of those keys, itself or through an event of it."""
        if not pairs:
            return []
        events = (
            select(col(EventKeyRow.sort), col(EventRow.case_id))
            .join(EventRow, col(EventRow.id) == col(EventKeyRow.event_id))
            .where(tuple_(col(EventKeyRow.sort), col(EventKeyRow.hash)).in_(pairs), col(EventRow.case_id).is_not(None))
        )
        cases = select(col(CaseKeyRow.sort), col(CaseKeyRow.case_id)).where(
            tuple_(col(CaseKeyRow.sort), col(CaseKeyRow.hash)).in_(pairs)
        )
        return [(sort, str(case_id)) for sort, case_id in self.session.execute(events.union(cases))]

    def _kin(self, query: ContextQuery) -> tuple[tuple[str, str], ...]:
        """(event id, sort of key) of earlier events that share a key, by the best sort, oldest first within one."""
        threads = (("message_id", self.hash_of("message_id", one).hash) for one in query.thread_message_ids)
        pairs = list(dict.fromkeys((*threads, *query.key_hashes)))[:MOST_KEYS]
        if not pairs:
            return ()
        found: dict[str, str] = {}
        rows = self.session.execute(
            select(col(EventKeyRow.event_id), col(EventKeyRow.sort)).where(
                tuple_(col(EventKeyRow.sort), col(EventKeyRow.hash)).in_(pairs)
            )
        )
        for event_id, sort in rows:
            known = found.get(event_id)
            named = THREAD if sort == "message_id" else sort
            if known is None or _place(named) < _place(known):
                found[event_id] = named
        return tuple(sorted(found.items(), key=lambda pair: (_place(pair[1]), pair[0]))[:MOST_TIES])

    def _cases_of_address(self, sender_hash: str) -> frozenset[str]:
        if not sender_hash:
            return frozenset()
        return frozenset(
            self.session.scalars(select(col(PersonRow.case_id)).where(col(PersonRow.email_hash) == sender_hash))
        )

    def _event_known(self, key: str) -> bool:
        found = select(col(EventRow.id)).where(col(EventRow.key) == key).limit(1)
        return self.session.scalar(found) is not None

    def _answered(self, query: ContextQuery) -> bool:
        """Another event with the same Message-ID and sender has a receipt."""
        found = (
            select(col(OutboxRow.id))
            .join(EventRow, col(EventRow.id) == col(OutboxRow.event_id))
            .where(
                col(EventRow.request_key) == query.request_key,
                col(EventRow.key) != query.event_key,
                col(OutboxRow.mail_class) == str(MailClass.RECEIPT),
            )
            .limit(1)
        )
        return self.session.scalar(found) is not None


def _our_mail(row: OutboxRow) -> OurMail:
    return OurMail(
        row_id=row.id,
        mail_class=MailClass(row.mail_class),
        uncertain=row.state == OutboxState.UNCERTAIN,
        event_id=row.event_id or "",
        case_id=row.case_id or "",
        review_id=row.review_id or "",
    )


def _place(sort: str) -> int:
    return ORDER.index(sort) if sort in ORDER else len(ORDER)
