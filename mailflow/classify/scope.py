"""What stands under a "not", an "if", a question, or in the past: the scope of each word.

Reasoning. A rule lead thinks "he says that she agreed", not "the word agreed occurs". Most false findings
in our mail are words that are there but denied ("no known threats"), supposed ("if she agrees"), asked ("has the
family agreed?"), told as history ("he had beaten her for years") or printed on a form ("Risk: nil", an empty
box). So each word gets, for each scope, the place of the cue that it stands under. A phrase is under the
scope only if the cue stands before the phrase: "do not contact" is not negated by its own "not".

Scopes are shallow: a cue reaches forward to the end of its clause, a bounded number of words; that is what can
be explained to the lead in one sentence. "No", "nil", "denies", "without" reach over commas and "and" (a list of
what is not); "not" and "never" do not. A form line ("label: nil") and an unticked box deny the whole line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from .tokens import Tokens


class Scope(StrEnum):
    """Under what a phrase stands."""

    NEGATED = "negated"
    CONDITIONAL = "conditional"
    ASKED = "asked"
    PAST = "past"


def _words(text: str) -> frozenset[str]:
    """Words as the keys of an exact match."""
    return frozenset("=" + word for word in text.split())


LINE = -2
"""In place of a cue: the whole line is denied (a form's "nil", an empty box)."""
NONE = -1

_FAR = _words("no nil none without denies denied deny denying nobody nothing neither nor ruled zero dim heb")
_NEAR = _words("not never hardly ddim nid")
_NOT_A_DENIAL = _words(
    "only just stop help cope bear stand take go see keep carry sleep know sure manage say tell doubt long"
)
"""After "not": "can't stop thinking of it", "not only", "I do not know whether" deny nothing of what follows."""
_NO_IDIOM = _words("doubt longer matter idea one problem reason point way better sooner")
"""After "no": "no one", "no longer" (its own phrase), "no point going on" are no denial of what follows."""
_TURN = _words("but however although though except because since so until unless still yet just")
_AND = {"=and", "=or", "=a", "=neu"}
_IF = _words("if whether unless suppose supposing hypothetically assuming once provided os pe")
_MODAL = _words("might may would could")
_PAST = re.compile(
    r"\b(?:years? ago|used to|previously|historic(?:al|ally)?|in the past|at the time|leading up to"
    r"|(?:in|before|until) (?:19|20)\d\d"
    r"|prior to (?:her|his|their|the) death|before (?:she|he|they) (?:died|was|were)|had (?:been|beaten|threatened)"
    r"|since (?:19|20)\d\d|when (?:she|he) was alive|in (?:her|his) lifetime|long history|history of|as a child)\b",
    re.IGNORECASE,
)
_NIL = r"(?:nil|none|no|n|nope|n/?a|not applicable|not known|not (?:needed|required|applicable)|nothing|negative|0|dim)"
_FORM_BOX = re.compile(r"^(?P<label>[^\n☐□▢☑☒✓✔■\[]{2,120})(?:[☐□▢]|\[[ _]?\])[ \t]{0,20}$", re.MULTILINE)
_SEPARATOR = (
    r"(?:[ \t]{0,20}[:=|][ \t]{0,20}|[ \t]?\.{2,200}[ \t]{0,20}|[ \t]?…{1,50}[ \t]{0,20}|\?[ \t]{0,20}"
    r"|[ \t][-–—][ \t]|\t{1,20})"
)
_FORM_NIL = re.compile(
    r"^(?P<label>[^\n]{2,120}?)" + _SEPARATOR + _NIL + r"(?=[\s.,;)\-–—/]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_NIL_BELOW = re.compile(
    r"^(?P<label>[^\n]{2,120})\n[ \t]{0,20}(?:nil|none|no|n/a|not applicable)[ \t]{0,20}\.?$",
    re.IGNORECASE | re.MULTILINE,
)
_BOX = re.compile(r"[☐□▢]|\[[ _]?\]|\(\s\)|(?P<ticked>[☑☒✓✔■]|\[[xX✓✔]\])|(?P<end>\n)")

FAR_WORDS = 12
NEAR_WORDS = 5
IF_WORDS = 40
"""How many words a "no", a "not" and an "if" reach; beyond that English has mostly begun something else. Bounds, so
that a sentence of a hundred thousand "if" costs no square."""


@dataclass(slots=True)
class Scopes:
    """For each word and scope the index of its cue, ``LINE``, or ``NONE``."""

    negated: list[int]
    conditional: list[int]
    past: bytearray
    asked: bytearray

    def holds(self, scope: Scope, start: int) -> bool:
        """True when a phrase that begins at word ``start`` stands under that scope."""
        match scope:
            case Scope.NEGATED:
                cue = self.negated[start]
                return cue == LINE or NONE < cue < start
            case Scope.CONDITIONAL:
                return NONE < self.conditional[start] < start
            case Scope.ASKED:
                return bool(self.asked[start])
            case Scope.PAST:
                return bool(self.past[start])


def scopes(text: str, tokens: Tokens, base: int = 0) -> Scopes:
    """The scopes of every word of ``tokens``, which were read from ``text`` with that ``base``."""
    count = len(tokens)
    found = Scopes([NONE] * count, [NONE] * count, bytearray(count), tokens.asked)
    words, ends, breaks = tokens.words, tokens.sentence_ends, tokens.breaks
    for at, word in enumerate(words):
        if word in _FAR or word in _NEAR:
            _deny(found.negated, words, breaks, at, ends[at])
        elif word in _IF:
            stop = min(at + IF_WORDS, ends[at])
            found.conditional[at:stop] = [at] * (stop - at)
        elif word in _MODAL and found.conditional[at] == NONE:
            stop = min(at + 7, ends[at])
            found.conditional[at:stop] = [at] * (stop - at)
    _mark_past(text, tokens, base, found.past)
    _mark_forms(text, tokens, base, found.negated)
    return found


def _deny(negated: list[int], words: list[str], breaks: bytearray, at: int, end: int) -> None:
    """Marks what the cue at ``at`` denies."""
    following = words[at + 1] if at + 1 < end else ""
    far = words[at] in _FAR
    if following in (_NO_IDIOM if far else _NOT_A_DENIAL):
        return
    for i in range(at + 1, min(at + 1 + (FAR_WORDS if far else NEAR_WORDS), end)):
        if words[i] in _TURN or (not far and (breaks[i] or words[i] in _AND)):
            return
        negated[i] = at


def _mark(tokens: Tokens, start: int, end: int, first: int) -> range:
    """The words between two characters; ``first`` is a word index to search from."""
    starts, count = tokens.starts, len(tokens)
    while first < count and starts[first] < start:
        first += 1
    last = first
    while last < count and starts[last] < end:
        last += 1
    return range(first, last)


def _mark_past(text: str, tokens: Tokens, base: int, past: bytearray) -> None:
    """A sentence with a word of the past is history from its first word on."""
    at = 0
    for cue in _PAST.finditer(text):
        span = _mark(tokens, cue.start() + base, cue.end() + base, at)
        if not span or past[span.start]:
            continue
        end = tokens.sentence_ends[span.start]
        begin = span.start
        while begin > 0 and tokens.sentence_ends[begin - 1] == end:
            begin -= 1
        past[begin:end] = b"\x01" * (end - begin)
        at = span.start


def _mark_forms(text: str, tokens: Tokens, base: int, negated: list[int]) -> None:
    """Form lines that say nil, and options whose box is empty."""
    for pattern in (_FORM_NIL, _NIL_BELOW, _FORM_BOX):
        at = 0
        for line in pattern.finditer(text):
            span = _mark(tokens, line.start("label") + base, line.end("label") + base, at)
            for i in span:
                negated[i] = LINE
            at = span.start
    at, opened = 0, -1
    for box in _BOX.finditer(text):
        if opened >= 0:
            span = _mark(tokens, opened + base, box.start() + base, at)
            for i in span:
                negated[i] = LINE
            at = span.start
        opened = -1 if box.group("ticked") or box.group("end") else box.end()
    if opened >= 0:
        for i in _mark(tokens, opened + base, len(text) + base, at):
            negated[i] = LINE
