"""Tables of states: which moves there are, and what each state means (STYLE 7).

A table names every state of one enumeration with one sentence and the states that may follow. Staying where
one is is a move only where the table says so (somebody else takes an event over, a verdict is corrected again).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from mailflow.errors import StateFault
from mailflow.model.records import CaseState, EventState, MailState, OutboxState, ReminderState

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class State(Generic[S]):
    """One state: what it means, and what may follow it."""

    sentence: str
    after: frozenset[S] = frozenset()


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """The states of one thing. ``thing`` stands in the sentence of a fault."""

    thing: str
    first: S
    states: Mapping[S, State[S]]

    @property
    def last(self) -> frozenset[S]:
        """States that nothing follows."""
        return frozenset(state for state, row in self.states.items() if not row.after)


def allowed(table: StateTable[S], now: S, then: S) -> bool:
    """True when the table has that move."""
    return then in table.states[now].after


def move(table: StateTable[S], now: S, then: S) -> S:
    """``then``, where the table has that move; ``StateFault`` otherwise."""
    if not allowed(table, now, then):
        raise StateFault(
            f"{table.thing} that is {now} cannot become {then}: {now} means that {table.states[now].sentence}."
        )
    return then


MAIL_STATES = StateTable(
    "A mail",
    MailState.RECEIVED,
    {
        MailState.RECEIVED: State(
            "it is stored whole and waits to be taken in", frozenset({MailState.DONE, MailState.STUCK})
        ),
        MailState.DONE: State("it belongs to an event"),
        MailState.STUCK: State(
            "it is set aside whole, with its error, until a human has it tried again", frozenset({MailState.RECEIVED})
        ),
    },
)

EVENT_STATES = StateTable(
    "An event",
    EventState.UNTRIAGED,
    {
        EventState.UNTRIAGED: State(
            "nobody has looked at it yet", frozenset({EventState.TAKEN, EventState.ACCEPTED, EventState.CLOSED})
        ),
        EventState.TAKEN: State(
            "somebody by name has it in hand",
            frozenset({EventState.UNTRIAGED, EventState.TAKEN, EventState.ACCEPTED, EventState.CLOSED}),
        ),
        EventState.ACCEPTED: State(
            "a human has agreed with the verdict or corrected it",
            frozenset({EventState.TAKEN, EventState.ACCEPTED, EventState.CLOSED}),
        ),
        EventState.CLOSED: State(
            "it needs nobody any more", frozenset({EventState.UNTRIAGED, EventState.TAKEN, EventState.ACCEPTED})
        ),
    },
)
"""A machine's mail may begin as ``closed``; a human can always open it again."""

CASE_STATES = StateTable(
    "A case",
    CaseState.NEW,
    {
        CaseState.NEW: State("it was opened and nobody works on it yet", frozenset({CaseState.OPEN, CaseState.CLOSED})),
        CaseState.OPEN: State("a human works on it", frozenset({CaseState.CLOSED})),
        CaseState.CLOSED: State("its work has ended", frozenset({CaseState.OPEN})),
    },
)

OUTBOX_STATES = StateTable(
    "A mail of ours",
    OutboxState.QUEUED,
    {
        OutboxState.QUEUED: State(
            "it waits for its time to be sent", frozenset({OutboxState.SENDING, OutboxState.CANCELLED})
        ),
        OutboxState.SENDING: State(
            "a worker is handing it over at this moment",
            frozenset(
                {
                    OutboxState.QUEUED,
                    OutboxState.SENT,
                    OutboxState.DEFERRED,
                    OutboxState.REFUSED,
                    OutboxState.UNCERTAIN,
                    OutboxState.CANCELLED,
                }
            ),
        ),
        OutboxState.DEFERRED: State(
            "the server said not now, so it is tried again later",
            frozenset({OutboxState.SENDING, OutboxState.REFUSED, OutboxState.CANCELLED}),
        ),
        OutboxState.SENT: State("the server has taken it and answers for it", frozenset({OutboxState.REFUSED})),
        OutboxState.REFUSED: State(
            "it was not taken and a human was told", frozenset({OutboxState.QUEUED, OutboxState.CANCELLED})
        ),
        OutboxState.UNCERTAIN: State(
            "it may have been delivered, so it is never resent blindly",
            frozenset({OutboxState.QUEUED, OutboxState.SENT, OutboxState.REFUSED, OutboxState.CANCELLED}),
        ),
        OutboxState.CANCELLED: State("it will not be sent, and the reason stands beside it"),
    },
)
"""``sending → queued`` is a crash before DATA, ``sending → cancelled`` the gate that closed meanwhile,
``sent → refused`` a bounce that came later; ``refused`` and ``uncertain → queued`` only by a human."""

REMINDER_STATES = StateTable(
    "A reminder",
    ReminderState.WAITING,
    {
        ReminderState.WAITING: State(
            "it rings when its time has come",
            frozenset({ReminderState.HELD, ReminderState.DONE, ReminderState.CANCELLED}),
        ),
        ReminderState.HELD: State(
            "it is planned but silent until a human releases it",
            frozenset({ReminderState.WAITING, ReminderState.CANCELLED}),
        ),
        ReminderState.DONE: State("it has rung for the last time"),
        ReminderState.CANCELLED: State("it will not ring, because what it was for has ended"),
    },
)
