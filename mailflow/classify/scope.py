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
_PAST_BEGINS = _words(
    "year years used previously historic historical historically in at leading until before prior had since when long "
    "history as"
)
"""The words that a cue of ``_PAST`` may begin with."""
_PAST = re.compile(
    r"(?:years? ago|used to|previously|historic(?:al|ally)?|in the past|at the time|leading up to"
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
_MAY_BE_NIL = re.compile(r"(?:\A|[:=|.…?\-–—\t\n])[ \t]{0,20}" + _NIL + r"(?=[\s.,;)\-–—/]|$)", re.IGNORECASE)
_EMPTY_BOX = re.compile(r"[☐□▢]|\[[ _]?\]|\(\s\)")
"""What every form line that denies has, quickly seen: most mails have none."""
_BOX = re.compile(r"[☐□▢]|\[[ _]?\]|\(\s\)|(?P<ticked>[☑☒✓✔■]|\[[xX✓✔]\])|(?P<end>\n)")

_CUES = {
    **dict.fromkeys(_PAST_BEGINS, "past"),
    **dict.fromkeys(_MODAL, "modal"),
    **dict.fromkeys(_IF, "if"),
    **dict.fromkeys(_FAR | _NEAR, "deny"),
}
"""What a word may begin; no word is in two of the sets."""

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
        if scope is Scope.NEGATED:
            cue = self.negated[start]
            return cue == LINE or NONE < cue < start
        if scope is Scope.CONDITIONAL:
            return NONE < self.conditional[start] < start
        return bool(self.asked[start] if scope is Scope.ASKED else self.past[start])


def scopes(text: str, tokens: Tokens, base: int = 0) -> Scopes:
    """The scopes of every word of ``tokens``, which were read from ``text`` with that ``base``."""
    count = len(tokens)
    found = Scopes([NONE] * count, [NONE] * count, bytearray(count), tokens.asked)
    words, ends, starts, past = tokens.words, tokens.sentence_ends, tokens.starts, found.past
    begin = 0
    for at, word in enumerate(words):
        cue = _CUES.get(word)
        if cue is None:
            continue
        if cue == "deny":
            _deny(found.negated, words, tokens.breaks, at, ends[at])
        elif cue == "if":
            stop = min(at + IF_WORDS, ends[at])
            found.conditional[at:stop] = [at] * (stop - at)
        elif cue == "modal":
            if found.conditional[at] == NONE:
                stop = min(at + 7, ends[at])
                found.conditional[at:stop] = [at] * (stop - at)
        elif not past[at] and _PAST.match(text, starts[at] - base):
            while ends[begin] <= at:
                begin = ends[begin]
            past[begin : ends[at]] = b"\x01" * (ends[at] - begin)  # the whole sentence is history
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


def _mark_forms(text: str, tokens: Tokens, base: int, negated: list[int]) -> None:
    """Form lines that say nil, and options whose box is empty."""
    boxes = _EMPTY_BOX.search(text) is not None
    nil = (_FORM_NIL, _NIL_BELOW) if _MAY_BE_NIL.search(text) else ()
    for pattern in (*nil, _FORM_BOX) if boxes else nil:
        at = 0
        for line in pattern.finditer(text):
            span = _mark(tokens, line.start("label") + base, line.end("label") + base, at)
            for i in span:
                negated[i] = LINE
            at = span.start
    if not boxes:
        return
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
