"""What a message says of a family's wishes: a no holds at once, a yes is proposed, what was missing is no more.

The reasoning (P5). A machine may hold, never grant. A wish that is withdrawn in any mail that belongs *or may belong*
to a case stops at once what the machine would send for it, whoever wrote, however sure we are of the kind; only a
sender whom our own gateway refutes stops nothing. A no that was wrongly read costs a human one act, a no that was
overlooked may cost a family its peace. A yes is written beside the case for a human to record; until then it permits
nothing, whether it is plain, partial or with a condition.
"""

from __future__ import annotations

import re

from mailflow.model.decision import CancelQueued, CloseMissing, MissingInformation, NoteWord, OpenCase
from mailflow.model.referral import missing_information
from mailflow.model.words import Consent, Flag, RecordType

from .matching import Links
from .matter import Matter, Steps
from .queueing import LANE

LONGEST_CONDITION = 300
"""Characters of a condition that are kept: the sentence beside the yes, not the mail."""

_CONDITION = re.compile(
    r"(?i)\b(?:only (?:if|when|after|once|by|for|with|about)|provided|as long as|on (?:the )?condition|so long as"
    r"|until after|not (?:before|until|to (?:the )?(?:father|mother|rest))|but not|except|apart from|text only"
    r"|e-?mail only|at first|for now|for the time being|subject to)\b"
)
"""Words beside a yes that make it partial, or wait for something."""


def withdrawn(matter: Matter) -> bool:
    """True where a wish or permission is declined or taken back."""
    return matter.verdict.has(Flag.CONSENT_DECLINED) or matter.facts.consent is Consent.DECLINED


def stop_for_wish(matter: Matter, found: Links, steps: Steps) -> None:
    """A wish that was withdrawn stops what is queued and planned, for every case that the message may belong to."""
    if not withdrawn(matter) or matter.report.authentication_failed:
        return
    proposed = (proposal.case_id for proposal in found.proposals)  # a Chair's cases stand here and nowhere else
    attached = (found.attach.case_id,) if found.attach else ()
    candidates = (c.case_id for c in matter.context.candidates) if matter.verdict.kind not in LANE else ()
    for case_id in dict.fromkeys((*attached, *candidates, *proposed)):
        why = "a wish or permission was withdrawn"
        steps.do(NoteWord(case_id, False, why), "The no holds from now on, until a human has settled it.")
        steps.do(CancelQueued(case_id, why), "What is queued for this case stops: a wish was withdrawn.")


def note_word(matter: Matter, found: Links, steps: Steps) -> None:
    """A yes that a sender reports is written down as read by a machine: a human records it, or not. So is the no of a
    family that a new file is opened for, which holds."""
    if withdrawn(matter):
        if found.attach is None and any(isinstance(intent, OpenCase) for intent in steps.intents):
            word = NoteWord("", False, "the family declined, as the mail tells")
            steps.do(word, "The no holds from now on, until a human has settled it.")
        return
    if matter.facts.consent is not Consent.GIVEN or matter.by_machine:
        return
    opened = any(isinstance(i, OpenCase) and i.record is RecordType.REFERRAL for i in steps.intents)
    if not (opened or found.attach is not None) or not matter.trusted:
        return
    condition = _condition(matter)
    case_id = found.attach.case_id if found.attach is not None else ""
    reason = "The agreement that it tells of is proposed to a human; it permits nothing until one records it."
    if condition:
        reason = "The agreement that it tells of is partial or has a condition: a human records what holds."
    steps.do(NoteWord(case_id, True, "a mail tells of an agreement", condition), reason)


def _condition(matter: Matter) -> str:
    """The sentence around the yes where it names a condition or a part; empty where it does not."""
    span = matter.facts.span("consent")
    if span is None or span.field != "text":
        return ""
    text = matter.message.text
    start = max(text.rfind(". ", 0, span.start), text.rfind("\n\n", 0, span.start)) + 1
    ends = [end for end in (text.find(". ", span.end), text.find("\n\n", span.end)) if end != -1]
    sentence = " ".join(text[start : min([*ends, len(text)]) + 1].split())
    return sentence[:LONGEST_CONDITION] if _CONDITION.search(sentence) else ""


def close_missing(matter: Matter, found: Links, steps: Steps) -> None:
    """A mail of a person of the case brings what its referral lacked: it is not asked for again."""
    if found.attach is None or matter.by_machine or matter.context.backfilled:
        return
    case_id = found.attach.case_id
    lacked = next((sorts for case, sorts in matter.context.missing if case == case_id), ())
    still = missing_information(matter.facts)
    brought = tuple(sort for sort in MissingInformation if sort in lacked and sort not in still)
    if not brought:
        return
    kinds = ", ".join(sort.value.replace("_", " ") for sort in brought)
    steps.do(CloseMissing(case_id, brought, f"a later mail brought: {kinds}"), f"It brings what was missing: {kinds}.")
