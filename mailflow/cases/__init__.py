"""The life of a case: references, tables of states, what a complete referral lacks.

In: bytes of chance, a state and the one wanted, facts. Out: a reference, the new state, types of missing
information. Nothing here acts, stores or sends. May import ``syntax``, ``model``, ``errors``.

References look like ``HS-7KQ4-M2XD``: seven characters of chance (34 bits: nobody guesses one among
thousands of open ones) and a check character after ISO/IEC 7064's hybrid system, so that a reference read
out on the telephone with one wrong character is noticed and not taken for another family's.

States are tables, each state with a sentence; a move that is not in the table cannot happen.

    reference_from(os.urandom(8))                       # 'HS-7KQ4-M2X…'
    move(OUTBOX_STATES, OutboxState.QUEUED, OutboxState.SENDING)
"""

from __future__ import annotations

from mailflow.model.referral import missing_information

from .references import ALPHABET, CHANCE_BYTES, check_reference, is_reference, reference_from
from .states import CASE_STATES, EVENT_STATES, MAIL_STATES, OUTBOX_STATES, REMINDER_STATES, StateTable, allowed, move

__all__ = [
    "ALPHABET",
    "CASE_STATES",
    "CHANCE_BYTES",
    "EVENT_STATES",
    "MAIL_STATES",
    "OUTBOX_STATES",
    "REMINDER_STATES",
    "StateTable",
    "allowed",
    "check_reference",
    "is_reference",
    "missing_information",
    "move",
    "reference_from",
]
