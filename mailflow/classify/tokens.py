"""Text → words with their places, folded so that spelling varies less than meaning does.

A *word* is the token in lower case without accents; its *stem* lacks the endings of English inflection
(``referred``, ``refers`` → ``refer``). Contractions are opened (``can't``, ``cant``, ``cannot`` → ``can not``), so
that "not" is always a word of its own; both halves point to the same characters. Sentences end at full
stops, at empty lines, and at line ends after short lines (a list, a form); a line that was only wrapped goes on.

Offsets are characters of the text that was given, plus ``base``. Everything is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

WRAPPED_LINE = 50
"""A line end after so many characters is taken for wrapping (format=flowed wraps at 66 to 78), not for an end."""

LONGEST_WORD = 60
"""Longer runs of letters (base64, "aaaa…") are no words; they get one shared stem and are not analysed."""

_PIECE = re.compile(
    r"([^\W_]+(?:['’ʼ‘`´][^\W_]+)*"  # a word
    r"|[.!?…]+(?=[\s\"'’”)\]]|$)"  # the end of a sentence
    r"|\n[\s]*"  # the end of a line
    r"|[,;:()\[\]–—•|/]|\s-\s)"  # what parts clauses
)
_STOPS = frozenset(".!?…")
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`´")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words("mr mrs ms dr st prof rev sgt insp tel approx eg ie vs")

_CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "wont": ("will", "not"),
    "aint": ("is", "not"),
    "thats": ("that", "is"),
    "hes": ("he", "is"),
    "shes": ("she", "is"),
    "theres": ("there", "is"),
    "whats": ("what", "is"),
    "theyre": ("they", "are"),
    "youre": ("you", "are"),
    "theyve": ("they", "have"),
    "weve": ("we", "have"),
    "youve": ("you", "have"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "alot": ("a", "lot"),
}
for _verb in _words("do does did is are was were has have had could would should must need might"):
    _CONTRACTIONS[_verb + "nt"] = (_verb, "not")

_ENDINGS: dict[str, str] = {"ll": "will", "d": "would", "m": "am", "re": "are", "ve": "have"}
"""What stands behind an apostrophe (``I'll``); without one the same letters are other words (``ill``, ``well``)."""

_IRREGULAR: dict[str, str] = {
    "died": "die", "dies": "die", "dying": "die", "lost": "lose", "losing": "lose", "does": "do", "did": "do",
    "doing": "do", "done": "do", "has": "have", "had": "have", "having": "have", "goes": "go", "going": "go",
    "went": "go", "gone": "go", "said": "say", "says": "say", "saying": "say", "told": "tell", "wrote": "write",
    "written": "write", "rang": "ring", "rung": "ring", "spoke": "speak", "spoken": "speak", "gave": "give",
    "given": "give", "took": "take", "taken": "take", "knew": "know", "known": "know", "felt": "feel",
    "found": "find", "met": "meet", "sent": "send", "came": "come", "saw": "see", "seen": "see", "made": "make",
    "got": "get", "gotten": "get", "left": "leave", "heard": "hear", "held": "hold", "kept": "keep",
    "thought": "think", "brought": "bring", "began": "begin", "begun": "begin", "stood": "stand",
    "children": "child", "childrens": "child", "kids": "kid", "wives": "wife", "used": "use", "using": "use",
    "uses": "use", "news": "news", "news's": "news", "women": "woman", "men": "man", "people": "people",
    "families": "family", "lives": "live", "cancelled": "cancel", "cancelling": "cancel", "being": "be",
    "shot": "shot", "chose": "choose", "chosen": "choose", "understood": "understand", "withdrew": "withdraw",
    "withdrawn": "withdraw", "bereaved": "bereaved", "deceased": "deceased", "his": "his", "this": "this",
    "yes": "yes", "was": "was", "during": "during", "something": "something", "anything": "anything",
    "nothing": "nothing", "everything": "everything", "hearing": "hearing", "hearings": "hearing",
    "meetings": "meeting", "meeting": "meeting", "training": "training", "findings": "finding",
    "feelings": "feeling", "counselling": "counselling", "wellbeing": "wellbeing", "organisation": "organisation",
}  # fmt: skip

for _word in ("chosen", "given", "known", "taken", "written"):
    _IRREGULAR.setdefault(_word, _word)


def _undouble(stem: str) -> str:
    """``referr`` → ``refer``, ``liv`` → ``live``: what the endings -ed and -ing did to the stem."""
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsfz":
        return stem[:-1]
    if len(stem) == 3 and stem[0] not in "aeiou" and stem[1] in "aeiou" and stem[2] not in "aeiouwxy":
        return stem + "e"
    return stem


def stem(word: str) -> str:
    """The stem of a folded English word; a word of another language mostly stays as it is."""
    found = _IRREGULAR.get(word)
    if found is not None:
        return found
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("eed") and len(word) > 5:
        word = word[:-1]
    elif word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    elif word.endswith("ing") and len(word) > 5 and _voiced(word[:-3]):
        word = _undouble(word[:-3])
    elif word.endswith("ed") and len(word) > 4 and _voiced(word[:-2]):
        word = _undouble(word[:-2])
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if word.endswith("iz") and len(word) > 4:
        word = word[:-2] + "is"
    return word


def _voiced(part: str) -> bool:
    return any(letter in "aeiouy" for letter in part)


def fold(word: str) -> str:
    """Lower case, without accents and apostrophes: ``Siân's`` → ``sians``."""
    word = word.casefold().translate(_APOSTROPHES)
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def analyse(token: str) -> tuple[tuple[str, str], ...]:
    """A token as written → its words, each as (stem, ``=word``); the second is the key of an exact match."""
    if len(token) > LONGEST_WORD:
        return (("*", "=*"),)
    folded = fold(token)
    opened = _CONTRACTIONS.get(folded)
    if opened is None and len(folded) != len(token):
        head, ending = _split(token)
        if ending in _ENDINGS:
            opened = (head, _ENDINGS[ending])
        elif ending == "s" and head in ("he", "she", "it", "that", "there", "who", "what", "where", "here"):
            opened = (head, "is")
        elif ending == "s":
            opened = (head, "'s")
    return tuple((stem(word), "=" + word) for word in opened or (folded,))


def _split(token: str) -> tuple[str, str]:
    for mark in "'’ʼ‘`´":
        head, found, ending = token.rpartition(mark)
        if found:
            return fold(head), fold(ending)
    return fold(token), ""


class Tokens:
    """The words of one zone of a message, as parallel lists (a message has thousands: no object each).

    ``stems``, ``words`` (with ``=`` before), ``starts`` and ``ends`` (characters, base included), ``sentence_ends``
    (for each word, the index behind the last word of its sentence), ``breaks`` (1 where punctuation or a line
    end stands before the word), ``asked`` (1 in sentences that end with a question mark).
    """

    __slots__ = ("asked", "breaks", "ends", "sentence_ends", "starts", "stems", "words")

    def __init__(self) -> None:
        self.stems: list[str] = []
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.breaks = bytearray()
        self.sentence_ends: list[int] = []
        self.asked = bytearray()

    def __len__(self) -> int:
        return len(self.words)


def tokenise(text: str, base: int = 0) -> Tokens:
    """The words of a text; ``base`` is added to every offset."""
    tokens = Tokens()
    stems, words, starts, ends, breaks = tokens.stems, tokens.words, tokens.starts, tokens.ends, tokens.breaks
    broken = 1
    line_start = base
    opened_at = 0

    def close(question: bool) -> None:
        nonlocal opened_at
        count = len(words)
        tokens.sentence_ends.extend([count] * (count - opened_at))
        tokens.asked.extend((b"\x01" if question else b"\x00") * (count - opened_at))
        opened_at = count

    parts = _PIECE.split(
        text
    )  # between, piece, between, piece …: half the time of finditer, which makes an object each
    places = [base, *accumulate(map(len, parts), initial=base)]
    for number in range(1, len(parts), 2):
        piece = parts[number]
        mark = piece[0]
        if mark.isalnum():
            for stemmed, word in analyse(piece):
                stems.append(stemmed)
                words.append(word)
                starts.append(places[number + 1])
                ends.append(places[number + 2])
                breaks.append(broken)
                broken = 0
            continue
        if mark == "\n":
            if piece.count("\n") > 1 or places[number + 1] - line_start < WRAPPED_LINE:
                close(False)
            line_start = places[number + 2]
        elif mark in _STOPS:
            if piece == "." and words and words[-1][1:] in _TITLES:
                continue
            close("?" in piece)
        broken = 1
    close(False)
    return tokens
