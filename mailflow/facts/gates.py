"""What must stand in a text before a pattern can match it.

Most of this room's patterns are long alternations of phrases, and most mails hold none of them; the engine then tries
every phrase at every word. A gate knows from the pattern itself which pieces of plain text each of its phrases must
contain, so a text without them is never searched. A gate may open for nothing; it never hides a match: what it does
not understand of a pattern asks for nothing.

A gate is a choice of *ways* to match. Every way is a few clauses that must all hold, and a clause is a few pieces of
which one must stand in the text, both in small letters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

Clause = tuple[str, ...]
Way = tuple[Clause, ...]

MIN_PIECE = 3
"""Characters of a piece that is worth looking for: "is" stands in every text."""
GRAM = 4
"""Letters by which a piece is known to be missing: a text's different words have few, and are asked for as a set."""
MAX_CLAUSES = 3
"""Clauses of a way: the longest pieces are the rarest, more of them cost more than they keep out."""
MAX_WAYS = 240
"""Ways of one gate; a choice within a choice beyond it becomes a clause."""

REACH = 400
"""Characters between two pieces of one match at most: every pattern of this room is bounded by less."""
MAX_HITS = 300
"""Places of one clause that are kept; a clause with more stands everywhere, and keeps nothing out."""

_OPEN: tuple[Way, ...] = ((),)
"""One way that asks for nothing."""
_FLAGS = re.compile(r"\(\?[a-zA-Z]+\)")
_HEAD = re.compile(r"\((?:\?(?:(?P<look><?[=!])|P<\w+>|[a-z]*(?:-[a-z]+)?:))?")
_TIMES = re.compile(r"(?:\?|\*|\+|\{(?P<least>\d*)(?:,\d*)?\})[?+]?")
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|\d{1,3})")
_LIKE_ASCII = (("İ", "i"), ("ı", "i"), ("ſ", "s"))
"""Letters that a pattern without regard to case takes for i and s (Python's ``re``), and ``str.lower`` does not."""


def small(text: str) -> str:
    """A text as gates look at it: in small letters, on one line, every letter that is not ASCII as a question mark.

    Stretches are also searched without line ends, and a text of one octet a letter is gone through fastest.
    """
    if not text.isascii():
        for letter, plain in _LIKE_ASCII:
            text = text.replace(letter, plain)
        return text.lower().encode("ascii", "replace").decode("ascii").replace("\n", " ")
    return text.lower().replace("\n", " ")


class Gated:
    """A pattern behind its gate."""

    __slots__ = ("_by_key", "_keyless", "pattern", "ways")

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        """Raises ``re.error`` for what is no pattern."""
        self.pattern = re.compile(pattern, flags)
        self.ways = ways(pattern) if not self.pattern.flags & re.VERBOSE else _OPEN
        self._by_key: dict[str, list[Way]] = {}
        self._keyless: list[Way] = []
        for way in self.ways:
            keys = next((keys for clause in way if all(keys := [_key(piece) for piece in clause])), None)
            if keys is None:
                self._keyless.append(way)
            for key in dict.fromkeys(keys or ()):
                self._by_key.setdefault(key, []).append(way)

    def may(self, low: str) -> bool:
        """False where nothing in a text in small letters can match."""
        return may(self.ways, low)

    def touched(self, grams: set[str]) -> Iterator[Way]:
        """The ways that a text whose words hold these grams may hold; the rest it holds not."""
        yield from self._keyless
        for key in self._by_key.keys() & grams:
            yield from self._by_key[key]


class Seen:
    """One text, and which pieces were found in it so far."""

    __slots__ = ("_clauses", "_gates", "_grams", "_hits", "_pieces", "_size", "low")

    def __init__(self, text: str) -> None:
        self.low = small(text)
        self._grams = {word[at : at + GRAM] for word in set(self.low.split()) for at in range(len(word) - GRAM + 1)}
        self._pieces: dict[str, bool] = {}
        self._gates: dict[Gated, tuple[Way, ...]] = {}
        self._hits: dict[Gated, list[int] | None] = {}
        self._clauses: dict[Clause, list[int] | None] = {}
        self._size = len(text)

    def left(self, gate: Gated) -> tuple[Way, ...]:
        """The ways of a gate that are open in this text: no stretch of it can match in another."""
        left = self._gates.get(gate)
        if left is None:
            left = self._gates[gate] = tuple(w for w in gate.touched(self._grams) if self._holds(w))
        return left

    def search(self, gate: Gated, stretch: str, at: tuple[int, int] | None = None) -> re.Match[str] | None:
        """The first match in a stretch of the text; ``at`` is where the stretch stands, when that is at hand."""
        if not self.left(gate) or (at is not None and not self.may_at(gate, at)):
            return None
        return gate.pattern.search(stretch)

    def match(self, gate: Gated, stretch: str, at: tuple[int, int] | None = None) -> re.Match[str] | None:
        """The match at the beginning of a stretch of the text; ``at`` as in :meth:`search`."""
        if not self.left(gate) or (at is not None and not self.may_at(gate, at)):
            return None
        return gate.pattern.match(stretch)

    def may_at(self, gate: Gated, at: tuple[int, int]) -> bool:
        """False where nothing between two places can match: no piece of a way that is whole nearby stands there."""
        hits = self.hits(gate)
        if hits is None:
            return True
        first = bisect_left(hits, at[0])
        return first < len(hits) and hits[first] < at[1]

    def near(self, gate: Gated, text: str) -> Iterator[re.Match[str]]:
        """All matches in the whole text, looked for only around the pieces that a match must hold."""
        hits = self.hits(gate)
        if hits is None:
            yield from gate.pattern.finditer(text)
            return
        begin = end = 0
        for hit in hits:
            if hit - REACH > end:
                yield from gate.pattern.finditer(text, begin, end)
                begin = hit - REACH
            begin, end = max(begin, 0), hit + REACH
        yield from gate.pattern.finditer(text, begin, end)

    def hits(self, gate: Gated) -> list[int] | None:
        """Where a piece stands that a match must hold, in order; ``None`` where it may be anywhere."""
        if gate not in self._hits:
            self._hits[gate] = self._hits_of(gate)
        return self._hits[gate]

    def _hits_of(self, gate: Gated) -> list[int] | None:
        if len(self.low) != self._size:  # a letter that is two in small letters: places are not the text's
            return None
        found: set[int] = set()
        for way in self.left(gate):
            places = sorted((p for clause in way if (p := self._places(clause)) is not None), key=len)
            if not places:
                return None
            found.update(hit for hit in places[0] if all(_within(others, hit) for others in places[1:]))
        return sorted(found)

    def _places(self, clause: Clause) -> list[int] | None:
        """Where a piece of a clause stands, in order; ``None`` for too many."""
        if clause in self._clauses:
            return self._clauses[clause]
        found: list[int] | None = []
        for piece in clause:
            at = self.low.find(piece) if self._pieces.get(piece, True) else -1
            while at >= 0 and found is not None:
                found.append(at)
                if len(found) > MAX_HITS:
                    found = None
                at = self.low.find(piece, at + 1)
            if found is None:
                break
        self._clauses[clause] = sorted(found) if found is not None else None
        return self._clauses[clause]

    def finditer(self, gate: Gated, stretch: str) -> Iterator[re.Match[str]]:
        """All matches in a stretch of the text."""
        return gate.pattern.finditer(stretch) if self.left(gate) else iter(())

    def _holds(self, way: Way) -> bool:
        known = self._pieces
        for clause in way:
            for piece in clause:
                found = known.get(piece)
                if found is None:
                    found = known[piece] = piece in self.low
                if found:
                    break
            else:
                return False
        return True


def _within(places: list[int], hit: int) -> bool:
    """One of the places is near enough to be of the same match."""
    first = bisect_left(places, hit - REACH)
    return first < len(places) and places[first] <= hit + REACH


def may(choice: tuple[Way, ...], low: str) -> bool:
    """Whether a text in small letters holds what one of the ways asks for."""
    for way in choice:
        for clause in way:
            for piece in clause:
                if piece in low:
                    break
            else:
                break
        else:
            return True
    return False


def ways(pattern: str) -> tuple[Way, ...]:
    """The ways in which a pattern can match, each with what it asks of a text."""
    flags = _FLAGS.match(pattern)
    found, position = _choice(pattern, flags.end() if flags else 0)
    return found if position == len(pattern) else _OPEN


def _choice(pattern: str, position: int) -> tuple[tuple[Way, ...], int]:
    """The alternatives from ``position`` to the end of their group."""
    found: dict[Way, None] = {}
    while True:
        some, position = _sequence(pattern, position)
        found.update(dict.fromkeys(some))
        if pattern[position : position + 1] != "|":
            break
        position += 1
    return (_OPEN if () in found else tuple(found)), position


def _sequence(pattern: str, position: int) -> tuple[tuple[Way, ...], int]:
    """What one alternative asks for: pieces of plain text, and of a group within it one of its ways."""
    found: tuple[Way, ...] = _OPEN
    run = ""
    while position < len(pattern) and pattern[position] not in "|)":
        start = position
        plain, inner, position = _atom(pattern, position)
        times = _TIMES.match(pattern, position)
        least = 1
        if times:
            position = times.end()
            least = int(times["least"] or 0) if times["least"] is not None else int(times[0][0] == "+")
        if plain and least:
            run += plain
        if plain and not times:
            continue
        if start == position or not least:
            inner = _OPEN
        found = _both(found, _piece(run))
        found = _both(found, inner)
        run = ""
    return _both(found, _piece(run)), position


def _atom(pattern: str, position: int) -> tuple[str, tuple[Way, ...], int]:
    """One character, class or group: its plain text, its ways, and where it ends."""
    sign = pattern[position]
    if sign == "(":
        head = _HEAD.match(pattern, position)
        if head is None:
            return "", _OPEN, position
        inner, end = _choice(pattern, head.end())
        return "", _OPEN if head["look"] else inner, end + 1
    if sign == "[":
        end = position + 1 + pattern.startswith("^", position + 1)
        end += pattern.startswith("]", end)
        while pattern[end] != "]":
            end += 2 if pattern[end] == "\\" else 1
        return "", _OPEN, end + 1
    if sign == "\\":
        escape = _ESCAPE.match(pattern, position)
        end = escape.end() if escape else position + 2
        return ("" if escape or pattern[position + 1].isalnum() else pattern[position + 1]), _OPEN, end
    return ("" if sign in ".^$" else small(sign)), _OPEN, position + 1


def _key(piece: str) -> str:
    """The end of the longest word in a piece; empty where no word is long enough to be asked for."""
    word = max(piece.split(), key=len, default="")
    return word[-GRAM:] if len(word) >= GRAM else ""


def _piece(run: str) -> tuple[Way, ...]:
    return (((run,),),) if len(run) >= MIN_PIECE else _OPEN


def _both(left: tuple[Way, ...], right: tuple[Way, ...]) -> tuple[Way, ...]:
    """The ways in which both stand in a text."""
    if _OPEN in (left, right):
        return right if left == _OPEN else left
    if len(left) * len(right) > MAX_WAYS:
        more, fewer = (left, right) if len(left) >= len(right) else (right, left)
        if len(more) > MAX_WAYS:
            return fewer
        return _both(more, ((_any(fewer),),))
    return tuple(dict.fromkeys(_best(a + b) for a in left for b in right))


def _any(choice: tuple[Way, ...]) -> Clause:
    """Many ways as one clause: of each its longest piece."""
    return tuple(dict.fromkeys(piece for way in choice for piece in way[0]))


def _best(way: Way) -> Way:
    """The clauses that keep most out, the rarest first."""
    kept = sorted(dict.fromkeys(way), key=lambda clause: -min(map(len, clause)))
    return tuple(kept[:MAX_CLAUSES])
