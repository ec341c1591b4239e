"""Whose words: which lines of a text are new, quoted or forwarded.

Reasoning. The lines are read once from the top. Words of somebody else end either where their marks
end (``>``, a marked container of HTML) or not at all: Outlook writes a header block and puts nothing
before the lines below it, so everything below is history. So there are two ways of quoting, and a
text may use both: *marked* lines are quoted one by one, and answers between them or below them are
new; an *unmarked* head with nothing marked after it takes the rest of the text.

A head is a forward when its separator says so, or when the subject says that the mail was forwarded
and the head is a header block. Every head inside forwarded text is a message of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailflow.model.message import RegionKind

from . import attributions, heads, inline, limits, separators
from .heads import Head
from .html import Line, Mark

_ADDRESS_END = re.compile(
    r"\s{0,3}>,?\s?(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|napisał|escreveu|írta)\s?:\s*$"
)
"""``> wrote:``, the end of an address that was wrapped: no quote mark."""
FIELDS = 3
"""A block of a language that nobody listed has so many fields below its rule …"""
FIELD_NAME = 25
"""… with names of fewer characters."""
_REPLY = ("re:", "re :", "aw:", "sv:", "vs:", "odp:", "antw:", "rif:", "atb:", "ynt:", "ré:")
_NEW, _QUOTED = RegionKind.NEW, RegionKind.QUOTED
_PLAIN, _QUOTE = Mark.PLAIN, Mark.QUOTE
# A member of an enumeration takes ten times as long to look up as a name of the module.
_PIPE = "|"
"""Some programs quote with it; it counts only right below an attribution, for tables have it, too."""
_LINK_REST = re.compile(r"\s{0,3}[(<]?\S{6,2000}[)>]?\s?>?\s*$")
_LINK_SIGNS = ("://", "=", "_", "%", ")", ">")
"""A link that was wrapped on its way: no blank inside, and signs that words do not have."""
WRAPPED_REST = 60
"""A quoted line at least so long that is followed by an unmarked one was wrapped on its way."""


@dataclass(slots=True)
class Enclosed:
    """A forwarded message by lines: where it begins and ends, and its head if it has one."""

    first: int
    after: int
    head: Head | None


@dataclass(slots=True)
class Labelled:
    """A kind for every line (``None`` for blank lines between), and the forwarded messages."""

    kinds: list[RegionKind | None]
    enclosed: list[Enclosed] = field(default_factory=list)


def label(lines: list[Line], subject: str, topics: frozenset[str]) -> Labelled:
    """Which lines are new, quoted and forwarded; ``subject`` decides between answer and forward.

    ``topics`` is what the lines may hold.
    """
    return _Reading(lines, subject, topics).read()


def _begins_with_mark(text: str) -> bool:
    """True for a line with a quote mark before it that is not the end of a wrapped address."""
    return heads.is_quoted(text) and not _ADDRESS_END.match(text)


class _Reading:
    """One text, read from the top."""

    def __init__(self, lines: list[Line], subject: str, topics: frozenset[str]) -> None:
        self.lines = lines
        self.texts = texts = [line.text for line in lines]
        self.subject = subject
        self.forwarding = "forward" in topics
        self.result = Labelled([None] * len(lines))
        self.marked = [
            line.mark is _QUOTE or (">" in line.text[:4] and line.mark is _PLAIN and _begins_with_mark(line.text))
            for line in lines
        ]
        self.opening = heads.openings(texts)
        for number, line in enumerate(lines):
            if line.ruled:
                self.opening[number] = True
        if self.forwarding:
            for number, text in enumerate(texts):
                if heads.is_answer_line(text):
                    self.opening[number] = True
        self.attributing = self._attributing() if "attribution" in topics else [False] * len(lines)
        anything = True in self.marked
        self.ends = self._stretches() if anything else []
        self.last_marked = (
            max((number for number, marked in enumerate(self.marked) if marked), default=-1) if anything else -1
        )
        self.attributed = False

    def read(self) -> Labelled:
        """Label every line."""
        number, total = 0, len(self.lines)
        texts, kinds = self.texts, self.result.kinds
        marked, opening, attributing = self.marked, self.opening, self.attributing
        while number < total:
            if marked[number] or opening[number] or attributing[number]:
                number = self._step(number)
                continue
            if texts[number].strip():
                kinds[number] = _NEW
            number += 1
        if not self.attributed and kinds.count(_QUOTED) == 1:
            # One lonely ">" with nobody named is an arrow or a list sign of the writer.
            if self.subject.lstrip().lower().startswith(_REPLY) and self._begins_quoted():
                return self.result
            self.result.kinds = [
                _NEW if kind is _QUOTED and self.lines[place].mark is _PLAIN else kind
                for place, kind in enumerate(kinds)
            ]
        return self.result

    def _begins_quoted(self) -> bool:
        """Whether the first line with words is a quoted sentence: flowed text makes one line of a paragraph."""
        first = next((n for n, text in enumerate(self.texts) if text.strip()), 0)
        return self.result.kinds[first] is RegionKind.QUOTED and len(self.texts[first].split()) > FIELDS

    def _step(self, number: int) -> int:
        """Label one line, or what a head opens; gives the next line to read."""
        text = self.texts[number]
        if not text.strip():
            return number + 1
        if self.opening[number]:
            after = self._opened(number)
            if after:
                return after
        if self.attributing[number]:
            after = self._attribution(number)
            if after:
                return after
        if self.marked[number]:
            self._take(number, number + 1, RegionKind.QUOTED)
            return self._wrapped(number)
        self.result.kinds[number] = RegionKind.NEW
        return number + 1

    def _opened(self, number: int) -> int | None:
        """What a separator or a header block at this line opens; the next line to read, ``None`` when it is neither."""
        text = self.texts[number]
        if self.forwarding:
            if heads.is_answer_line(text):
                self.attributed = True
                return self._rest(self._drawn_above(number), _QUOTED)
            if separators.is_forward_separator(text):
                return self._forward(number)
            if separators.is_bare_forward(text) and (self._marked_below(number) or self._block_below(number)):
                return self._forward(number)
        if heads.is_drawn_attribution(text):
            return self._drawn_attribution(number)
        if heads.is_drawn(text):
            original = heads.is_original_separator(text)
            block = self._block_below(number) if original or heads.is_rule(text) else None
            if block:
                return self._block(number, block)
            if original:
                return self._rest(number, RegionKind.QUOTED)
        block = self._block_at(number)
        if block and not (self.marked[number] and self._marked_ends(number) < len(self.lines)):
            return self._block(number, block)
        return None

    # -- heads ----------------------------------------------------------------------------------
    def _block_at(self, number: int) -> Head | None:
        """A header block at this line; where a mail program drew its line, in any language."""
        block = separators.header_block(self.texts, number)
        if block:
            return block
        ruled = self.lines[number].ruled
        if not ruled and (number == 0 or separators.drawn_above(self.texts, number) == number):
            return None
        run = [text for text in self.texts[number : number + 8] if text.strip()][:FIELDS]
        if len(run) == FIELDS and all(0 < text.find(":") < FIELD_NAME for text in run):
            values = "".join(run)
            if ruled or ("@" in values and any(sign.isdigit() for sign in values)):
                return Head(number, number + 1, None, "", "", "")
        return None

    def _block_below(self, number: int) -> Head | None:
        """The header block below a separator, past at most two blank lines."""
        for below in range(number + 1, min(number + 4, len(self.lines))):
            if self.texts[below].strip():
                return self._block_at(below)
        return None

    def _block(self, first: int, block: Head) -> int:
        """A header block opens an answered or a forwarded message that takes the rest."""
        self.attributed = True
        if not self.marked[first] and not self.lines[first].ruled:
            first = self._drawn_above(first)
        forwarded = heads.is_forward_subject(self.subject)
        return self._rest(first, RegionKind.FORWARDED if forwarded else RegionKind.QUOTED, block)

    def _drawn_attribution(self, number: int) -> int:
        """Notes and GroupWise: marked lines below count for themselves, unmarked ones are history to the end."""
        self.attributed = True
        below = next((n for n in range(number + 1, len(self.lines)) if self.texts[n].strip()), number)
        if below > number and self.marked[below]:
            self._take(number, number + 1, _QUOTED)
            return number + 1
        block = self._block_below(number)
        if block and not self.marked[number]:
            return self._block(number, block)
        self._take(number, len(self.lines), _QUOTED)
        return len(self.lines)

    def _drawn_above(self, first: int) -> int:
        """The line ``first``, or the rule right above it."""
        above = separators.drawn_above(self.texts, first)
        return above if self.result.kinds[above] is _NEW else first

    def _forward(self, first: int) -> int:
        """A separator of a forward: with marked lines below it takes those, else the rest up to its end line."""
        self.attributed = True
        block = self._block_below(first)
        below = next((n for n in range(first + 1, min(first + 4, len(self.lines))) if self.texts[n].strip()), first)
        if self.marked[below] and not self.marked[first]:
            after = self._forward_ends(below)
        else:
            after = next(
                (n + 1 for n in range(first + 1, len(self.lines)) if heads.is_forward_end(self.texts[n])),
                self._marked_ends(first) if self.marked[first] else len(self.lines),
            )
        return self._enclose(first, after, block)

    def _rest(self, first: int, kind: RegionKind, block: Head | None = None) -> int:
        """From here to the end of the text (or of the marked stretch) these are the words of others."""
        after = len(self.lines)
        if self.marked[first]:
            after = self._marked_ends(first)
        if kind is RegionKind.FORWARDED:
            return self._enclose(first, after, block)
        self._take(first, after, kind)
        self._nested(first + 1, after, only_separated=True)
        if not self.marked[first]:
            self._answered(block.after if block else first + 1, after)
        return after

    def _answered(self, first: int, after: int) -> None:
        """Answers inside unmarked history that the new words above announce ("see below in red")."""
        kinds = self.result.kinds[:first]
        above = " ".join(
            [self.texts[n] for n, kind in enumerate(kinds) if kind is RegionKind.NEW][-inline.LINES_ABOVE :]
        )
        colour = inline.announced(above)
        if colour is None:
            return
        ends = (
            n for n in range(first, after) if self.opening[n] and (self._block_at(n) or heads.is_drawn(self.texts[n]))
        )
        for number in inline.answers(self.lines, first, next(ends, after), colour):
            self.result.kinds[number] = RegionKind.NEW

    def _enclose(self, first: int, after: int, block: Head | None) -> int:
        """Label a forwarded message, note it, and look for messages inside it."""
        self._take(first, after, RegionKind.FORWARDED)
        if len(self.result.enclosed) < limits.FORWARDED_BLOCKS:
            self.result.enclosed.append(Enclosed(first, after, block))
        self._nested(block.after if block else first + 1, after, only_separated=False)
        return after

    def _nested(self, first: int, after: int, *, only_separated: bool) -> None:
        """Messages inside forwarded text: each head is one. Inside an answer only what says "forwarded" counts."""
        number = first
        while number < after and len(self.result.enclosed) < limits.FORWARDED_BLOCKS:
            separated = self.forwarding and separators.is_forward_separator(self.texts[number])
            block = self._block_below(number) if separated else None
            if not only_separated and block is None:
                block = self._block_at(number)
            if separated or block:
                self.result.enclosed.append(Enclosed(number, after, block))
                number = max(number + 1, block.after if block else 0)
            else:
                number += 1

    def _attribution(self, number: int) -> int | None:
        """Lines that say who wrote what follows; the next line to read, ``None`` when they are none."""
        found = attributions.attribution(self.texts, number)
        if not found:
            return None
        after, alone = found
        following = next((n for n in range(after, len(self.lines)) if self.texts[n].strip()), len(self.lines))
        quoted = following < len(self.lines) and self.marked[following]
        if not quoted and following < len(self.lines) and self.texts[following].startswith(_PIPE):
            self.attributed = True
            below = next(
                (n for n in range(following, len(self.lines)) if not self.texts[n].startswith(_PIPE)), len(self.lines)
            )
            self._take(number, below, RegionKind.QUOTED)
            return below
        if quoted or (self.marked[number] and alone):
            self.attributed = True
            self._take(number, after, RegionKind.QUOTED)
            return after
        if alone and following < len(self.lines):
            self.attributed = True
            if self.last_marked >= following:
                # An answer written above the quoted lines but below the attribution.
                self._take(number, after, RegionKind.QUOTED)
                return after
            return self._rest(number, RegionKind.QUOTED)
        if alone:  # nothing follows: the quoted words were deleted, or stand on the line of the attribution
            self.attributed = True
            self._take(number, after, RegionKind.QUOTED)
            return after
        return None

    # -- marked lines ---------------------------------------------------------------------------
    def _attributing(self) -> list[bool]:
        """For every line, whether an attribution may begin there: one ends on it or a few lines below."""
        found = [False] * len(self.lines)
        for number, text in enumerate(self.texts):
            if attributions.may_attribute(text):
                first = max(0, number - attributions.WINDOW + 1)
                found[first : number + 1] = [True] * (number + 1 - first)
        return found

    def _stretches(self) -> list[int]:
        """For every line, where the marked stretch that holds it ends; blank lines do not end one.

        Computed once from below: to look for it anew at every head would be quadratic.
        """
        ends = [0] * len(self.lines)
        after = 0
        for number in range(len(self.lines) - 1, -1, -1):
            if self.marked[number]:
                after = after or number + 1
            elif self.texts[number].strip():
                after = 0
            ends[number] = after or number
        return ends

    def _marked_below(self, number: int) -> bool:
        """Whether the next line with words is quoted."""
        return any(self.marked[n] for n in range(number + 1, min(number + 3, len(self.lines))) if self.texts[n].strip())

    def _forward_ends(self, first: int) -> int:
        """Where a marked forward ends; a line that lost its sign between two marked ones is inside it."""
        after = self._marked_ends(first)
        while (
            after + 1 < len(self.lines)
            and self.texts[after].strip()
            and self.marked[after - 1]
            and self.marked[after + 1]
        ):
            after = self._marked_ends(after + 1)
        return after

    def _marked_ends(self, first: int) -> int:
        """The line after the marked stretch that line ``first`` is in."""
        return self.ends[first]

    def _wrapped(self, number: int) -> int:
        """A quoted line that was wrapped on its way: its rest has lost the sign, but belongs to it."""
        following = number + 1
        if following + 1 >= len(self.lines) or self.marked[following] or not self.marked[following + 1]:
            return following
        above, rest = self.texts[number], self.texts[following]
        wrapped = len(above) >= WRAPPED_REST and rest[:1].islower() and len(rest) < WRAPPED_REST
        if (wrapped and above.rstrip()[-1:] not in ".!?:") or (
            "://" in above + rest and any(sign in rest for sign in _LINK_SIGNS) and _LINK_REST.match(rest)
        ):
            self._take(following, following + 1, RegionKind.QUOTED)
            return following + 1
        return following

    def _take(self, first: int, after: int, kind: RegionKind) -> None:
        """Label a stretch of lines."""
        self.result.kinds[first:after] = [kind] * (after - first)
