"""What comes back on mail of ours: replies, notices of absence, bounces; each stops what must stop, at once.

The reasoning. Whoever answers a question to a Chair ends its round: a reminder on top of an answer is an insult, and an
answer that nobody has read may be a withdrawal. So any reply stops; only one by somebody who serves the review, and
whom nothing speaks against, is read as news of it. A machine that answers is no reply, but it tells two things: that
our mail arrived, and that nobody reads it until a day.
"""

from __future__ import annotations

from mailflow.model.decision import (
    HoldBack,
    NoteAbsence,
    NoteReply,
    NoteReturn,
    Remind,
    ReminderKind,
    ReviewTie,
    SettleOurs,
    Suppress,
)
from mailflow.model.life import HoldSort
from mailflow.model.outgoing import OWN_PEOPLE
from mailflow.model.words import Kind

from .matching import Links
from .matter import Matter, Steps
from .queueing import has_left

NAMED = ("thread", "reference")
"""Ties that say which review is meant; an address alone does not."""


def replies(matter: Matter) -> tuple[NoteReply, ...]:
    """What the message answers about reviews; none for what a machine wrote and for history."""
    context = matter.context
    if matter.by_machine or context.backfilled or matter.report.authentication_failed:
        return ()
    named = [tie for tie in context.reviews if tie.by in NAMED]
    serving = [tie for tie in named if tie.serves and matter.trusted]
    if serving:
        return tuple(_by_chair(tie, "it answers us about a review, and its sender serves it") for tie in serving)
    if named:
        why = "somebody who does not serve the review answers in its thread: it pauses until a human has looked"
        if not matter.trusted:
            why = "an answer about a review came, and it is in doubt from whom: it pauses until a human has looked"
        return tuple(NoteReply(tie.review_id, why, by_chair=False, proposes=False) for tie in named)
    theirs = [tie for tie in context.reviews if tie.by == "address" and tie.serves]
    if not theirs:
        return ()
    if not matter.trusted:
        why = "something came in the name of a review's Chair, and it is in doubt from whom: it pauses"
        return tuple(NoteReply(tie.review_id, why, by_chair=False, proposes=False) for tie in theirs)
    if len(theirs) == 1:
        return (_by_chair(theirs[0], "somebody who serves a review has written"),)
    why = "somebody who serves several reviews has written: nobody asks them while a human finds out which one is meant"
    return tuple(NoteReply(tie.review_id, why, by_chair=True, proposes=False) for tie in theirs)


def _by_chair(tie: ReviewTie, why: str) -> NoteReply:
    return NoteReply(tie.review_id, why, by_chair=True)


def settle_ours(matter: Matter, steps: Steps) -> None:
    """A reply, a receipt or a notice of absence in the thread of an uncertain mail proves that it arrived."""
    if matter.verdict.kind in (Kind.BOUNCE, Kind.BULK, Kind.SPAM) or matter.message.bounce is not None:
        return
    if matter.report.authentication_failed:
        return
    for ours in matter.context.ours:
        if ours.uncertain:
            why = "an answer to it came, so it arrived"
            steps.do(
                SettleOurs(ours.row_id, True, why), "A mail of ours that was uncertain has arrived: it is answered."
            )


def came_back(matter: Matter, steps: Steps) -> None:
    """A mail of ours came back for good: the address is suppressed, its follow-ups wait, the lead is told."""
    bounce, context = matter.message.bounce, matter.context
    if matter.verdict.kind is not Kind.BOUNCE or bounce is None or not bounce.permanent:
        return
    if not context.bounced_recipient:
        return
    why = f"a mail of ours came back for good ({bounce.status or 'no status code'})"
    steps.do(Suppress(context.bounced_recipient, why), "The address is written to no more: our mail came back.")
    ours = context.bounced
    if ours is None:
        return
    steps.do(SettleOurs(ours.row_id, False, why), "That mail of ours did not arrive: it came back for good.")
    if ours.review_id:
        hold = HoldBack(HoldSort.MACHINE, "a question to the Chair came back: the address is wrong", "", ours.review_id)
        steps.do(hold, "Questions about this review wait until a human has found the right address.")
    if ours.mail_class not in OWN_PEOPLE:  # a notice about a notice that came back would come back too
        notice = Remind(ReminderKind.ANSWER_UNSURE, matter.now, "bounced", why, held=context.backfilled)
        steps.do(notice, "The lead is told that our mail came back.")


def absence(matter: Matter, found: Links, steps: Steps) -> None:
    """A notice of absence of somebody whom we write to: their automatic mail waits; and their return."""
    context = matter.context
    if not matter.sender or matter.report.authentication_failed or context.backfilled:
        return
    if matter.verdict.kind is not Kind.AUTO_REPLY:
        if context.absent and not matter.by_machine:
            why = "they have written themselves"
            steps.do(NoteReturn(matter.sender, why), "Whoever was away is back: they have written themselves.")
        return
    known = context.in_our_thread or any(tie.serves for tie in context.reviews)
    if not (known or any(candidate.sender_belongs for candidate in context.candidates)):
        return
    if has_left(matter.message):
        why = "their machine says that they have left for good"
        note = NoteAbsence(matter.sender, None, True, why)
        steps.do(note, "Nothing automatic goes to somebody who has left; a human asks who has taken over.")
        return
    until = context.away_until if context.away_until and context.away_until > matter.now else None
    why = "their machine says that they are away" + ("" if until else ", and names no day that we can read")
    steps.do(NoteAbsence(matter.sender, until, False, why), "Automatic mail to whoever is away waits for their return.")
