"""The journey of triage: what a human does about an event, a case, a review or a mail, each act in one commit.

Web and command line call these functions and write in no other way. Every act names who did it, checks that the
record is still the one that was seen (``version``), leaves a line of history with its reason and an audit row in the
same transaction, plans what begins with it (``flow.planning``), and stops what the machine would have gone on doing:
an alert that somebody took, a question that nobody permits any more. Whoever clicks twice does it once.

============  =====================================================================================
``desk``      ``Desk``, one act in one transaction, its line of history
``events``    take, accept, correct, assign, snooze, close, reopen, relate
``joining``   link an event, answer a proposed link, merge two cases, split one
``cases``     allocate, start, close with an outcome, reopen, contact with the family
``families``  people, groups of a family, confirmed addresses, safe contact
``consent``   record, withdraw, settle what a machine read, the ledger
``reviews``   open, link, decision day, stage, proposals, close, reopen
``chairs``    who serves a review, change of Chair, confirmed addresses
``holds``     holds on a case, a review, a person; days that are kept free
``mail``      uncertain mail, suppressed addresses, absences, reminders
``clocks``    rights requests, breaches; ``flagged``: what follows from a kind or flag that a human names
============  =====================================================================================

In: a ``Desk``, a name, references, closed words. Out: the record as it is afterwards. Refusals are one sentence with
every reason (``StateFault``); wrong use says what there is (``UseError``, ``NotFound``). A machine may hold, never
grant: only acts of this room make a permission, confirm an address, or move a review (P5).
"""

from __future__ import annotations

from .cases import allocate, close_case, reasons_against_closing, record_contact, reopen_case, start
from .chairs import NewPerson, change_chair, confirm_chair, correct_review_person, end_service, name_person
from .clocks import breach_judged, extend_rights, rights_answered
from .consent import (
    EVERYTHING,
    PURPOSES,
    Ledger,
    LedgerLine,
    ledger,
    record_consent,
    settle_wish,
    withdraw_consent,
)
from .desk import Act, Desk, at_desk
from .events import accept, assign, close, correct, relate, reopen, snooze, take
from .families import (
    CHANNELS,
    CORRECTABLE,
    add_group,
    add_person,
    confirm_address,
    correct_person,
    mark_left,
    put_in_group,
    safe_contact,
    set_safe_contact,
)
from .holds import add_day, add_hold, release_hold, remove_day
from .joining import accept_link, link, merge, refuse_link, split
from .mail import (
    Fate,
    cancel_mail,
    cancel_reminder,
    end_absence,
    hold_reminder,
    lift_suppression,
    move_reminder,
    release_mail,
    release_reminder,
    settle_mail,
)
from .reviews import (
    accept_proposal,
    close_review,
    decline_proposal,
    link_review,
    open_review,
    reopen_review,
    set_decided,
    set_stage,
    unlink_review,
)

__all__ = [
    "CHANNELS",
    "CORRECTABLE",
    "EVERYTHING",
    "PURPOSES",
    "Act",
    "Desk",
    "Fate",
    "Ledger",
    "LedgerLine",
    "NewPerson",
    "accept",
    "accept_link",
    "accept_proposal",
    "add_day",
    "add_group",
    "add_hold",
    "add_person",
    "allocate",
    "assign",
    "at_desk",
    "breach_judged",
    "cancel_mail",
    "cancel_reminder",
    "change_chair",
    "close",
    "close_case",
    "close_review",
    "confirm_address",
    "confirm_chair",
    "correct",
    "correct_person",
    "correct_review_person",
    "decline_proposal",
    "end_absence",
    "end_service",
    "extend_rights",
    "hold_reminder",
    "ledger",
    "lift_suppression",
    "link",
    "link_review",
    "mark_left",
    "merge",
    "move_reminder",
    "name_person",
    "open_review",
    "put_in_group",
    "reasons_against_closing",
    "record_consent",
    "record_contact",
    "refuse_link",
    "relate",
    "release_hold",
    "release_mail",
    "release_reminder",
    "remove_day",
    "reopen",
    "reopen_case",
    "reopen_review",
    "rights_answered",
    "safe_contact",
    "set_decided",
    "set_safe_contact",
    "set_stage",
    "settle_mail",
    "settle_wish",
    "snooze",
    "split",
    "start",
    "take",
    "unlink_review",
    "withdraw_consent",
]
