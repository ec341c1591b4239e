"""People's names in running text: where one stands, and how it reads in normal case.

A name is a run of capitalised words, with particles, initials, hyphens and apostrophes, in any script that has
capitals. That alone would also find places, forces, months and job titles, so words of those sorts (``not_names``)
end a run, and titles and ranks before a name are stepped over. A single word is only believed to be a person where
something else says so: that is for the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import given_names, not_names

MAX_WORDS = 6
"""Words of one name: longer runs are headings."""

FILLED_LINE = 56
"""Characters from which a line is taken for filled text: a name may go on below it."""

MAX_NAMES = 2_000
"""Names of one text; a text with more is a list of another sort."""

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’\-](?=[^\W\d_])|\u00ad)*\.?")
_GAP = re.compile(r"[ \u00a0]{1,2}|[ \u00a0]?[\"“'‘(][^\W\d_]{2,15}[\"”'’)][ \u00a0]?")
PARTICLES = frozenset(
    """
    de da del della di dos du la le van von der den ten ter bin ibn bint al el ap ab af mac st begum-
    """.split()  # noqa: SIM905 (a column of words reads better)
)
TITLES = frozenset(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev revd reverend fr father sister cllr councillor pc
    ps dc ds di dci dsu dcs tdc tds pdc a/ds a/di a/dci t/ds t/di insp inspector sgt sergeant constable
    superintendent supt detective det chief acting temporary officer pcso wpc wdc hhj judge capt captain major
    col barrister barr pastor imam rabbi canon nurse
    """.split()  # noqa: SIM905 (a column of words reads better)
)
_MALE_TITLES = frozenset(["mr", "sir", "lord"])
_FEMALE_TITLES = frozenset(["mrs", "ms", "miss", "dame", "lady"])


@dataclass(frozen=True, slots=True)
class Name:
    """A run of name words at ``text[start:end]``; ``title`` is what stood before it, lower case."""

    start: int
    end: int
    words: tuple[str, ...]
    title: str = ""

    @property
    def text(self) -> str:
        """In normal case, without title: BECKFORD → Beckford."""
        return " ".join(normal(word) for word in self.words)

    @property
    def single(self) -> bool:
        """True for one word: only a person where something else says so."""
        return len(self.words) == 1

    @property
    def male(self) -> bool | None:
        """The gender that title or given name suggests."""
        if self.title in _MALE_TITLES:
            return True
        if self.title in _FEMALE_TITLES:
            return False
        return given_names.male(self.words[0])


def find(text: str) -> list[Name]:
    """Every run of name words, in order. Linear in the text."""
    names: list[Name] = []
    words = list(_WORD.finditer(text))
    position = 0
    while position < len(words) and len(names) < MAX_NAMES:
        if not words[position][0][0].isupper():  # neither title nor name begins small
            position += 1
            continue
        name, position = _run(text, words, position)
        if name is not None:
            names.append(name)
    return names


def _run(text: str, words: list[re.Match[str]], position: int) -> tuple[Name | None, int]:
    """The run that starts at ``words[position]``, and where to go on."""
    title = ""
    while position < len(words) and _is_title(text, words, position):
        title = title or _bare(words[position][0]).lower()
        position += 1
    if position >= len(words):
        return None, position
    first = words[position]
    if not _starts(first[0]) and not _month_as_name(text, words, position):
        return None, position + 1
    run = [first]
    following = position + 1
    while following < len(words) and len(run) < MAX_WORDS:
        gap = text[run[-1].end() : words[following].start()]
        word = words[following][0]
        if run[-1][0].endswith(".") and len(run[-1][0]) > 2:
            break
        if _nickname(gap, text, run[-1].end(), words, following):
            following += 1
            continue
        if not (_GAP.fullmatch(gap) or _wrapped(text, run[-1].end(), gap)) or not (
            _continues(word, run, bool(title)) or _particle_before_name(text, words, following)
        ):
            break
        run.append(words[following])
        following += 1
    while run and _bare(run[-1][0]).lower() in PARTICLES:
        run.pop()
    if not run:
        return None, following
    kept = tuple(_bare(word[0]) for word in run)
    end = run[-1].start() + len(kept[-1])
    if _surname_first(kept):
        kept = (*kept[1:], kept[0])
    elif len(kept) == 1 and (given := _given_behind(text, words, following, kept[0])):
        kept, end, following = (*given[0], kept[0]), given[1], following + len(given[0])
    return Name(run[0].start(), end, kept, title), following


def _surname_first(said: tuple[str, ...]) -> bool:
    """HARGREAVES Kyle James, as officers and registers write: the surname in capitals stands first."""
    return len(said) > 1 and _shouts(said[0]) and not any(word.isupper() for word in said[1:]) and known(said[1])


def _given_behind(
    text: str, words: list[re.Match[str]], position: int, surname: str
) -> tuple[tuple[str, ...], int] | None:
    """The given names behind "HARGREAVES, ": known ones, one or two; and where they end."""
    if not _shouts(surname) or position >= len(words):
        return None
    start = words[position].start()
    if text[start - 2 : start] != ", " or not known(_bare(words[position][0])):
        return None
    given = [_bare(words[position][0])]
    end = start + len(given[0])
    if position + 1 < len(words) and text[end : words[position + 1].start()] == " " and known(words[position + 1][0]):
        given.append(_bare(words[position + 1][0]))
        end = words[position + 1].start() + len(given[1])
    return tuple(given), end


def _shouts(word: str) -> bool:
    return len(word) > 2 and word.isupper() and word.lower() not in given_names.ALL


def known(word: str) -> bool:
    """A common given name with a capital."""
    return word[:1].isupper() and _bare(word).lower() in given_names.ALL


def _is_title(text: str, words: list[re.Match[str]], position: int) -> bool:
    word = _bare(words[position][0])
    if word.lower() not in TITLES or not word[:1].isupper() or position + 1 >= len(words):
        return False
    gap = text[words[position].end() : words[position + 1].start()]
    return re.fullmatch(r"\.?[ \u00a0]{1,2}(?:(?:[A-Z]{0,2}\d{1,8})[ \u00a0])?|/", gap) is not None


def _month_as_name(text: str, words: list[re.Match[str]], position: int) -> bool:
    """April, June and Will are given names where a surname follows and no day or "in" stands before."""
    bare = _bare(words[position][0])
    if bare not in ("April", "June", "May", "August", "Will") or position + 1 >= len(words):
        return False
    before = text[max(0, words[position].start() - 8) : words[position].start()]
    gap = text[words[position].end() : words[position + 1].start()]
    dated = re.search(r"(?:\d(?:st|nd|rd|th)?|\b[Ii]n|\b[Bb]y|\b[Oo]f|\b[Ss]ince|\b[Ll]ast)\s$|[.?!]\s$", before)
    return gap == " " and not dated and _starts(words[position + 1][0]) and not words[position + 1][0].isdigit()


def _starts(word: str) -> bool:
    bare = _bare(word)
    return _capital(bare) and bare.lower() not in not_names.WORDS and not _abbreviation(bare)


def _continues(word: str, run: list[re.Match[str]], titled: bool) -> bool:
    bare = _bare(word)
    if not _capital(bare) or bare in not_names.LETTERS:
        return False
    if bare.lower() in not_names.SURNAMES_TOO and (
        titled or bare.isupper() or re.split(r"['’-]", _bare(run[-1][0]).lower())[0] in given_names.ALL
    ):
        return True
    return bare.lower() not in not_names.WORDS and not _abbreviation(bare)


def _particle_before_name(text: str, words: list[re.Match[str]], position: int, depth: int = 0) -> bool:
    if _bare(words[position][0]).lower() not in PARTICLES or position + 1 >= len(words):
        return False
    if words[position][0][0].isupper():
        return True
    gap = text[words[position].end() : words[position + 1].start()]
    if gap not in (" ", "-", "\u00a0"):
        return False
    return _starts(words[position + 1][0]) or (
        depth < 3 and _particle_before_name(text, words, position + 1, depth + 1)
    )


def _wrapped(text: str, end: int, gap: str) -> bool:
    """A name broken over two lines of filled text: the line before is long, so its end is no end of a heading."""
    if gap not in ("\n", " \n"):
        return False
    return end - (text.rfind("\n", 0, end) + 1) >= FILLED_LINE


def _nickname(gap: str, text: str, end: int, words: list[re.Match[str]], position: int) -> bool:
    """A nickname in quotes inside a name (Anthony “Tonka” Brennan) is stepped over."""
    if gap.strip() not in ('"', "“", "‘", "'", "(") or position + 1 >= len(words):
        return False
    after = text[words[position].end() : words[position + 1].start()]
    return after.strip() in ('"', "”", "’", "'", ")") and after[-1:] == " " and _starts(words[position + 1][0])


def _capital(word: str) -> bool:
    return word[:1].isupper() and (len(word) > 1 or word != "I")


def _abbreviation(word: str) -> bool:
    """FLO, NOK, CSP: capitals that are known, or have no vowel; surnames in capitals are neither."""
    return (
        word.isupper()
        and len(word) > 1
        and (word.lower() in not_names.ABBREVIATIONS or not re.search(r"[AEIOUY]", word))
    )


def _bare(word: str) -> str:
    return word.rstrip(".").removesuffix("'s").removesuffix("’s") if len(word.rstrip(".")) > 1 else word.rstrip(".")


def normal(word: str) -> str:
    """A name word in normal case: BECKFORD, O'BRIEN, MCDONALD, ELLIS-GRANT; mixed case is left as written."""
    if word[:2] == "Mc" and word[2:].isupper():
        return "Mc" + word[2:].capitalize()
    if len(word) < 2 or not (word.isupper() or word.islower()):
        return word
    if word.islower() and word in PARTICLES:
        return word
    parts = re.split(r"(['’-])", word.lower())
    return "".join(_part(part) for part in parts)


def _part(part: str) -> str:
    if part.startswith("mc") and len(part) > 3:
        return "Mc" + part[2:].capitalize()
    return part[:1].upper() + part[1:]
