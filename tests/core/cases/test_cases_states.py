"""Tables of states: complete, and nothing moves outside them."""

from __future__ import annotations

from itertools import product

import pytest

from mailflow.cases import (
    EVENT_STATES,
    MAIL_STATES,
    OUTBOX_STATES,
    REMINDER_STATES,
    TABLES,
    StateTable,
    allowed,
    move,
)
from mailflow.errors import StateFault
from mailflow.model.records import EventState, MailState, OutboxState, ReminderState

EVERY_TABLE = [table for _, table, _ in TABLES]


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.thing)
def test_each_state_has_a_sentence_and_only_known_states_follow(table: StateTable) -> None:
    kinds = {type(state) for state in table.states}
    assert len(kinds) == 1
    assert set(table.states) == set(kinds.pop())
    assert table.first in table.states
    for row in table.states.values():
        assert len(row.sentence.split()) >= 4
        assert row.after <= set(table.states)


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.thing)
def test_every_state_is_reached_from_the_first(table: StateTable) -> None:
    reached, found = set(), {table.first}
    while found:
        reached |= found
        found = {after for state in found for after in table.states[state].after} - reached
    assert reached == set(table.states)


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.thing)
def test_move_does_what_the_table_says_and_nothing_else(table: StateTable) -> None:
    for now, then in product(table.states, repeat=2):
        if allowed(table, now, then):
            assert move(table, now, then) is then
        else:
            with pytest.raises(StateFault, match=f"is {now} cannot become {then}"):
                move(table, now, then)


@pytest.mark.promise("P2")
def test_what_was_sent_or_cancelled_is_never_queued_again() -> None:
    assert not allowed(OUTBOX_STATES, OutboxState.SENT, OutboxState.QUEUED)
    assert not allowed(OUTBOX_STATES, OutboxState.SENT, OutboxState.SENDING)
    assert OUTBOX_STATES.last == {OutboxState.CANCELLED}


@pytest.mark.promise("P1")
def test_a_mail_that_is_done_stays_done_and_one_that_is_stuck_can_be_tried_again() -> None:
    assert MAIL_STATES.last == {MailState.DONE}
    assert move(MAIL_STATES, MailState.STUCK, MailState.RECEIVED) is MailState.RECEIVED


def test_a_reminder_that_was_cancelled_rings_no_more() -> None:
    assert REMINDER_STATES.last == {ReminderState.DONE, ReminderState.CANCELLED}


def test_whoever_took_an_event_can_give_it_back() -> None:
    assert move(EVENT_STATES, EventState.TAKEN, EventState.UNTRIAGED) is EventState.UNTRIAGED
