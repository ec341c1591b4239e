"""The life of a case and of a review: references, tables of states, the consent ledger, what a reply proposes.

In: bytes of chance, records, facts, a day or a moment. Out: a reference, the new state, whether something is
permitted and why, reasons against closing, a proposal for a human. Nothing here acts, stores or sends. May import
``syntax``, ``model``, ``errors``.

References look like ``HS-7KQ4-M2XD``: seven characters of chance (34 bits: nobody guesses one among
thousands of open ones) and a check character after ISO/IEC 7064's hybrid system, so that a reference read
out on the telephone with one wrong character is noticed and not taken for another family's.

States are tables, each state with a sentence; a move that is not in the table cannot happen. ``docs/cases.md`` is
written from them by ``state_document`` and held to them by a test.

==================  ==================================================================================
``move``            the next state, or ``StateFault``; ``stage_move`` the same for a review's stage
``case_may_close``  why a case may not be closed (DESIGN §8); ``review_may_close`` the same for a review
``permission``      what one person permits for one purpose on a day (domain.md §10, P5)
``liaison``         whether a Chair may be asked, over all relatives; conflicts for a human
``reviews_due``     permissions that a human must ask about again
``propose``         what a Chair's reply says of the progress, with the sentences that it was read from
==================  ==================================================================================

    reference_from(os.urandom(8))                       # 'HS-7KQ4-M2X…'
    move(OUTBOX_STATES, OutboxState.QUEUED, OutboxState.SENDING)
    permission(consents, person.id, "liaise_with_chair", date(2027, 6, 1)).why
"""

from __future__ import annotations

from mailflow.model.referral import missing_information

from .consent import (
    LIAISE,
    Conflict,
    ConsentDue,
    Liaison,
    Permission,
    liaison,
    permission,
    recorded_by_human,
    reviews_due,
)
from .diagrams import TABLES, state_diagram, state_document
from .lives import (
    CONSENT_STATES,
    ENDED_STAGES,
    HOLD_STATES,
    PROPOSAL_STATES,
    REVIEW_STAGES,
    REVIEW_STATES,
    ConsentState,
    HoldState,
    case_may_close,
    hold_state,
    paused_from,
    review_may_close,
    stage_move,
    stages_after,
)
from .proposals import MILESTONES, DayMention, propose
from .references import ALPHABET, CHANCE_BYTES, check_reference, is_reference, reference_from
from .states import CASE_STATES, EVENT_STATES, MAIL_STATES, OUTBOX_STATES, REMINDER_STATES, StateTable, allowed, move

__all__ = [
    "ALPHABET",
    "CASE_STATES",
    "CHANCE_BYTES",
    "CONSENT_STATES",
    "ENDED_STAGES",
    "EVENT_STATES",
    "HOLD_STATES",
    "LIAISE",
    "MAIL_STATES",
    "MILESTONES",
    "OUTBOX_STATES",
    "PROPOSAL_STATES",
    "REMINDER_STATES",
    "REVIEW_STAGES",
    "REVIEW_STATES",
    "TABLES",
    "Conflict",
    "ConsentDue",
    "ConsentState",
    "DayMention",
    "HoldState",
    "Liaison",
    "Permission",
    "StateTable",
    "allowed",
    "case_may_close",
    "check_reference",
    "hold_state",
    "is_reference",
    "liaison",
    "missing_information",
    "move",
    "paused_from",
    "permission",
    "propose",
    "recorded_by_human",
    "reference_from",
    "review_may_close",
    "reviews_due",
    "stage_move",
    "stages_after",
    "state_diagram",
    "state_document",
]
