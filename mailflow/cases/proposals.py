"""What a Chair's reply says of a review's progress, as a proposal that a human accepts in one act.

The reasoning. The facts of the mail already say which stage its words tell of. Beside that a reply names days ("panel
4 is on 14 March", "draft by the end of May"), a reason for delay, and now and then another Chair. Each is taken with
the sentence that says it, so that whoever accepts it reads the Chair's own words and not ours. Nothing here decides:
days without year are taken as to come unless the sentence tells of what was; a month without day is proposed as its
last day and said to be one; days on which they are away or want something of us are no milestones.

Sentences are the writer's new words only: the caller passes the text without quoted history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Protocol

import re2

from mailflow.model.facts import Facts
from mailflow.model.life import ProposalRecord, ReviewRecord
from mailflow.model.words import ReviewStage
from mailflow.syntax.working import LONDON, months_later

from .lives import stages_after

MAX_TEXT = 20_000
"""Characters of a reply that are read: a whole report pasted into a mail is not a reply."""
MAX_SENTENCES = 300
"""Sentences of a reply that are read: a text of dots is no reply."""
MAX_DAYS = 40
"""Days of a reply that are tied to milestones: a pasted diary is no reply."""
WINDOW = 240
"""Characters before and after a day in which its milestone is sought: one endless sentence stays linear."""
MAX_EVIDENCE = 12
"""Sentences kept with a proposal: more is not read before it is accepted."""
MAX_SENTENCE = 400
"""Characters of one sentence that are kept."""
FARTHEST = timedelta(days=5 * 366)
"""A day further off than five years is mistyped: the longest reviews took seven in all (domain.md §2.3)."""


class DayMention(Protocol):
    """A day as a text names it, at ``text[start:end]``; ``facts.dates.find`` brings them."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...

    def past(self, today: date | None) -> date | None:
        """The day itself, or the last such day up to ``today`` where no year is written."""
        ...

    def coming(self, today: date | None) -> date | None:
        """The day itself, or the next such day from ``today`` on where no year is written."""
        ...


MILESTONES: tuple[tuple[str, str], ...] = (
    ("family_reading", r"reading session|famil(?:y|ies)\b.{0,30}\b(?:to )?read\b|to the famil|share[ds]? (?:it |this "
     r"|the draft |the report )?with (?:the )?(?:famil|parents|mother|father)|famil(?:y|ies)['’]?s? comments"),
    ("publication", r"publi(?:sh|cation)|go(?:es|ing)? live"),
    ("quality_assurance", r"\bqa\b(?: panel)?|quality assurance(?: panel)?|home office panel"),
    ("submission", r"\bsubmi(?:t|ssion)|(?:to|with) the home office"),
    ("sign_off", r"sign(?:ed|ing)?[ -](?:it )?off|approv"),
    ("draft_report", r"\bdraft|overview report|\bv\.? ?\d\b"),
    ("terms_of_reference", r"terms of reference|\btor\b|\bkloes?\b|key lines of enquiry"),
    ("chronologies", r"\bimrs?\b|chronolog|management review"),
    ("sentencing", r"sentenc"),
    ("trial", r"\btrial|\bplea\b|\bptph\b|crown court|\blisted\b|verdict"),
    ("inquest", r"inquest|coroner|pre-inquest"),
    ("panel", r"\bpanels?\b"),
    ("interviews", r"interview"),
    ("decision", r"\bdeci(?:sion|de)"),
    ("update", r"back in touch|update you|let you know|write again|be in touch"),
)  # fmt: skip
"""Milestones that a day is tied to (domain.md §2.7), each by its words; the nearest in the sentence counts."""
OTHER = "other"
"""A day to come of which the sentence does not say in our words what it is for."""

_MILESTONES = tuple((key, re2.compile(f"(?i){pattern}")) for key, pattern in MILESTONES)
_BREAK = re2.compile(r"[.!?]+[\"'”’)]*\s+|\n[ \t\r]*\n\s*|\n[ \t]*(?:[-*•–]|\d{1,2}[.)])\s+")
_ABBREVIATED = re2.compile(r"(?i)\b(?:dr|mr|mrs|ms|st|prof|no|v|approx|wk|c)\.\s+$")
_TO_COME = re2.compile(
    r"(?i)\b(?:will|shall|to be|due|hop(?:e|ing)|expect\w*|plan\w*|aim\w*|next|listed|schedul\w*|meets?"
    r"|likely|should|would|wd|booked|arranged|diar\w+|set for|fixed for|date for|going to|intend\w*|quoting"
    r"|realistically|to (?:read|meet|see|hear))\b"
    r"|\b(?:put|moved|postponed|adjourned|pushed|delayed)\b.*\b(?:to|until|for)\s+(?:\w+day,? )?$"
    r"|\b(?:by|until|till|before)\s+(?:the |end of |\w+day,? )*$"
)
_HAS_BEEN = re2.compile(
    r"(?i)\b(?:met|was|were|had|went|asked|submitted|published|signed off|took place|received|happened|held|began|sent"
    r"|died|death|born|killed|murdered|came|wrote|told|saw|agreed|since|ended"
    r"|finished|concluded|completed|read|rang|did|spoke|further to|following|last)\b"
)
_DEATH = re2.compile(r"(?i)\b(?:death|died|killed|murder\w*|homicide|incident)\b[^.;]{0,40}$")
_AWAY = re2.compile(
    r"(?i)\b(?:annual leave|on leave|holidays?|out of (?:the )?office|away (?:from|until|on)|not working)\b"
)
_OF_US = re2.compile(r"(?i)\b(?:please|could you|can you|would you|are you able|do you have|let me have|grateful if)\b")
_OFF_BEFORE = re2.compile(r"(?i)\b(?:from|instead of|rather than|originally|was due(?: on)?|not)\s+(?:the )?$")
_OFF_AFTER = re2.compile(
    r"(?i)^[^.;]{0,30}\b(?:cancelled|vacated|postponed|adjourned|no longer|fell through|will not go ahead)\b"
)
_DELAY = re2.compile(
    r"(?i)\b(?:delay\w*|overr[ua]n\w*|behind (?:schedule|time)|slipp\w*|postpon\w*|adjourn\w*|put back|pushed back"
    r"|paus\w+|on hold|suspend\w*|held up|awaiting|(?:still )?waiting (?:for|on)|outstanding|unwell|sick(?:ness)?"
    r"|backlog|extension|longer than (?:we|I|hoped|planned|expected)|not yet (?:received|had|back)|sub judice"
    r"|charging decision|stayed|vacated|stuck|stalled|awaited|standstill|down tools|nothing moves)\b"
)
_NO_DELAY = re2.compile(
    r"(?i)\b(?:no|not|without|any|nothing)(?: \w+){0,3} (?:delay\w*|outstanding|overrun|behind)\b|\bon track\b"
    r"|\bnot to (?:postpone|delay)\b|waiting to hear from you|delay in (?:replying|responding|getting back|coming back)"
)
_CHAIR = re2.compile(
    r"(?i)\bI(?:['’]ve| have|['’]m| am| will be|['’]ll be| shall be)?(?: now| sadly| since)? (?:stepp(?:ed|ing) down"
    r"|step down|stood down|standing down|stand down|no longer (?:the )?(?:independent )?chair"
    r"|hand(?:ed|ing) (?:it |this |the review |the chair )?over)\b"
    r"|\b(?:a|the|our|your) (?:new|replacement|successor|different) (?:independent )?chair\b"
    r"|\b(?:tak(?:e|es|en|ing)|took) over (?:as|the) (?:(?:new|independent) )*(?:chair|review)\b"
    r"|\bno longer (?:the |be )?(?:independent )?chair(?:s|ing)?\b|\bchair(?:ing)? (?:has|will) pass(?:ed)?\b"
    r"|\breplac(?:es|ed|ing) \w+(?: \w+)? as (?:independent )?chair\b"
)
_NO_CHAIR = re2.compile(r"(?i)\bno (?:new|other|different) chair\b")
_NEW_CLAUSE = re2.compile(r"(?i)[,;:]|\b(?:and|but|so|then)\b")
ANOTHER_CLAUSE = 60
"""Characters that a milestone counts as further off when it stands behind the day, in another clause."""
YEARLESS = timedelta(days=270)
"""From here on "in June" of a mail of July is the June just past, where no word says otherwise."""
SHORT = 25
"""Characters of a sentence on delay below which the next one gives the reason."""
NEAR = 60
"""Characters within which the milestone of a day that has been must stand."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re2.compile(
    r"\b(January|Jan|February|Feb|March|Mar|April|Apr|May|June|Jun|July|Jul|August|Aug|September|Sept|Sep|October|Oct"
    r"|November|Nov|December|Dec)\b(?:,? (20\d\d)\b)?"
)
_MONTH_CUE = re2.compile(
    r"(?i)\b(?:in|by|for|until|till|before|during|around|about|early|mid|late|end of|beginning of|start of|next"
    r"|this|realistically|probably|perhaps|maybe"
    r"|from|the|to|of)[ -]$"
)
_NAMES_TOO = frozenset({"jan", "apr", "may", "jun", "aug", "mar"})
"""Months that are names of people or words as well: they need a word before them that speaks of time."""
_CHRISTMAS = re2.compile(r"(?i)\b(?:before|by) (?:christmas|xmas)\b")


_ONE_LINE = {ord("\n"): " ", ord("\r"): " ", ord("\t"): " "}
"""Line ends become spaces, so that a wrapped sentence is one and every place stays where it is."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    start: int
    """Offset in the whole text."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A day that a sentence ties to a milestone."""

    milestone: str
    on: date
    whole_month: bool
    sentence: _Sentence


def propose(
    facts: Facts,
    text: str,
    mentions: Sequence[DayMention],
    review: ReviewRecord,
    *,
    proposal_id: str,
    event_id: str,
    made_at: datetime,
    written_on: date | None = None,
    chair_address: str = "",
    before_pause: ReviewStage | None = None,
) -> ProposalRecord | None:
    """What a reply proposes for a review; ``None`` where it says nothing of its progress (thanks, "no news").

    ``text``: the writer's new words. ``mentions``: the days in it, from ``facts.dates.find(text)``. ``written_on``:
    the day of the mail in London, which days without year are counted from; that of ``made_at`` where it is not
    known. ``chair_address``: the address of who chairs the review as far as we know. ``before_pause``: where the
    review stood before its pause. Texts in the record are the sender's words: they are sealed and never sent.
    """
    text = text[:MAX_TEXT]
    mentions = [mention for mention in mentions if mention.end <= len(text)]
    today = written_on or made_at.astimezone(LONDON).date()
    sentences = _sentences(text)
    evidence: list[dict[str, str]] = []
    stage = _stage(facts, review, before_pause, sentences, evidence)
    said = [
        *islice(_days(sentences, mentions, today), MAX_DAYS),
        *islice(_months(sentences, mentions, today), MAX_DAYS),
    ]
    dates: dict[str, str] = {}
    for one in sorted(said, key=lambda one: (one.on < today, one.on)):  # to come before past, near before far
        if one.milestone not in dates:
            dates[one.milestone] = one.on.isoformat()
            evidence.append(_evidence(_says(one, today), one.sentence.text))
    coming = min((one for one in said if one.on >= today), key=lambda one: one.on, default=None)
    delay = _delay(sentences)
    if delay:
        evidence.append(_evidence("a reason for delay", delay))
    changes = _chair_changes(facts, sentences, chair_address, evidence)
    if stage is None and not dates and not delay and not changes:
        return None
    return ProposalRecord(
        id=proposal_id,
        review_id=review.id,
        event_id=event_id,
        made_at=made_at,
        stage=stage,
        next_on=coming.on if coming else None,
        next_what=_short(coming.sentence.text) if coming else "",
        dates=dates,
        delay_reason=_short(delay),
        chair_changes=changes,
        evidence=tuple(evidence[:MAX_EVIDENCE]),
    )


def _stage(
    facts: Facts,
    review: ReviewRecord,
    before_pause: ReviewStage | None,
    sentences: list[_Sentence],
    evidence: list[dict[str, str]],
) -> ReviewStage | None:
    """The stage that the facts tell of, where it is news, with its sentence."""
    stage = facts.review_stage
    if stage is None or stage is review.stage:
        return None
    says = f"the review is {stage.replace('_', ' ')}"
    if stage not in stages_after(review.stage, before_pause):
        says += f"; that does not follow from {review.stage.replace('_', ' ')}, so it would be a correction"
    span = facts.span("review_stage")
    words = span.text.translate(_ONE_LINE) if span is not None else ""
    whole = next((s.text for s in sentences if words and words in s.text), words)
    evidence.append(_evidence(says, whole))
    return stage


def _days(sentences: list[_Sentence], mentions: Sequence[DayMention], today: date) -> Iterable[_Said]:
    """Days with day and month, each tied to the nearest milestone of its sentence."""
    for mention in mentions[: 2 * MAX_DAYS]:
        sentence = next((s for s in sentences if s.start <= mention.start < s.start + len(s.text)), None)
        if sentence is None or _AWAY.search(sentence.text):
            continue
        start, end = mention.start - sentence.start, mention.end - sentence.start
        before, after = sentence.text[max(0, start - 80) : start], sentence.text[end:]
        if _OFF_BEFORE.search(before) or _OFF_AFTER.search(after) or _DEATH.search(before):
            continue
        day = mention.past(today) if _was(before, mention.coming(today), today) else mention.coming(today)
        if day is None or abs(day - today) > FARTHEST:
            continue
        said = _tied(sentence, start, end, day, today, whole_month=False)
        if said is not None:
            yield said


def _months(sentences: list[_Sentence], mentions: Sequence[DayMention], today: date) -> Iterable[_Said]:
    """Months without a day, to come: the last day of each; and "before Christmas"."""
    taken = [(mention.start, mention.end) for mention in mentions[: 2 * MAX_DAYS]]
    for sentence in sentences:
        if _AWAY.search(sentence.text):
            continue
        for match in islice(_MONTH.finditer(sentence.text), 2 * MAX_DAYS):
            at = sentence.start + match.start()
            if any(start <= at < end for start, end in taken):
                continue
            day = _month_end(sentence.text, match, today)
            if day is not None and not _was(sentence.text[max(0, match.start() - 80) : match.start()], day, today):
                said = _tied(sentence, match.start(), match.end(), day, today, whole_month=True)
                if said is not None:
                    yield said
        match = _CHRISTMAS.search(sentence.text)
        if match is not None:
            eve = date(today.year, 12, 24)
            eve = eve if eve >= today else date(today.year + 1, 12, 24)
            if not _was(sentence.text[: match.start()], eve, today):
                said = _tied(sentence, match.start(), match.end(), eve, today, whole_month=True)
                if said is not None:
                    yield said


def _was(before: str, coming: date | None, today: date) -> bool:
    """True where the words before a day tell of what has been; a word of what is to come outweighs them.

    Without either word a day whose next occurrence is nearly a year off was the last one.
    """
    if _TO_COME.search(before):
        return False
    return bool(_HAS_BEEN.search(before)) or (coming is not None and YEARLESS < coming - today < timedelta(days=366))


def _month_end(text: str, match: Any, today: date) -> date | None:
    """The last day of a month that the sentence speaks of as to come; ``None`` for a name, a word or the past."""
    month, before = match[1][:3].lower(), text[max(0, match.start() - 80) : match.start()]
    if month in _NAMES_TOO and not (match[2] or _MONTH_CUE.search(before)):
        return None
    if _OFF_BEFORE.search(before):
        return None
    number = _MONTHS.index(month) + 1
    year = int(match[2]) if match[2] else today.year + (number < today.month)
    day = months_later(date(year, number, 1), 1) - timedelta(days=1)
    return day if today <= day <= today + FARTHEST else None


def _tied(sentence: _Sentence, start: int, end: int, day: date, today: date, *, whole_month: bool) -> _Said | None:
    """That day with the nearest milestone; without one only where it is to come and nothing is asked of us.

    What has been is told in passing, so its milestone must stand near.
    """
    near = sentence.text[max(0, start - WINDOW) : end + WINDOW]
    start, end = start - max(0, start - WINDOW), end - max(0, start - WINDOW)
    nearest, distance = OTHER, len(near) + 2 * ANOTHER_CLAUSE
    asked = max((match.end() for match in _OF_US.finditer(near) if match.end() <= start), default=None)
    for key, pattern in _MILESTONES:
        for match in pattern.finditer(near):
            gap = max(match.start() - end, start - match.end(), 0)
            if match[0].lower() == "listed":  # courts list most, but "the QA panel is listed for" as well
                gap += ANOTHER_CLAUSE
            if match.start() >= end and _NEW_CLAUSE.search(near[end : match.start()]):
                gap += ANOTHER_CLAUSE
            if asked is not None and match.start() < asked:
                continue  # "please let me have your comments by": what stands before it is not what the day is for
            if gap < distance:
                nearest, distance = key, gap
    if day < today and distance > NEAR:
        return None
    if nearest is OTHER and (asked is not None or _OF_US.search(near)):
        return None
    return _Said(nearest, day, whole_month, sentence)


def _delay(sentences: list[_Sentence]) -> str:
    """The first sentence that tells of a delay; with the next one where it is as short as "Stuck, I'm afraid."."""
    for number, sentence in enumerate(sentences):
        if _is_delay(sentence.text):
            return "".join(s.text for s in sentences[number : number + (2 if len(sentence.text) < SHORT else 1)])
    return ""


def _is_delay(text: str) -> bool:
    return bool(_DELAY.search(text)) and not _NO_DELAY.search(text) and not _OF_US.search(text)


def _chair_changes(
    facts: Facts, sentences: list[_Sentence], chair_address: str, evidence: list[dict[str, str]]
) -> bool:
    """True where somebody else seems to chair the review now; a human asks."""
    for sentence in sentences:
        if _CHAIR.search(sentence.text) and not _NO_CHAIR.search(sentence.text):
            evidence.append(_evidence("the Chair changes", sentence.text))
            return True
    named = facts.chair.email.casefold() if facts.chair is not None else ""
    if named and chair_address and named != chair_address.casefold():
        evidence.append(_evidence("it names a Chair with another address than the one we know", named))
        return True
    return False


def _says(said: _Said, today: date) -> str:
    what = "a day to come" if said.milestone is OTHER else said.milestone.replace("_", " ")
    when = "was on" if said.on < today else "on"
    note = " (no day is named: the last one that fits)" if said.whole_month else ""
    return f"{what} {when} {said.on.isoformat()}{note}"


def _sentences(text: str) -> list[_Sentence]:
    """The sentences of a text with their places; a wrapped line ends none, a list item does."""
    found, start = [], 0
    flat = text.translate(_ONE_LINE)
    for match in _BREAK.finditer(text):
        if match[0].startswith(".") and (
            _ABBREVIATED.search(text[max(start, match.end() - 12) : match.end()]) or text[match.end() :][:1].islower()
        ):
            continue
        found.append(_Sentence(flat[start : match.end()], start))
        start = match.end()
        if len(found) >= MAX_SENTENCES:
            return [sentence for sentence in found if sentence.text.strip()]
    found.append(_Sentence(flat[start:], start))
    return [sentence for sentence in found if sentence.text.strip()]


def _evidence(says: str, text: str) -> dict[str, str]:
    return {"says": says, "text": _short(text)}


def _short(text: str) -> str:
    """One line of at most :data:`MAX_SENTENCE` characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SENTENCE else line[: MAX_SENTENCE - 1].rstrip() + "…"
