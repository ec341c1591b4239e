"""What the words and the markup of a template must not hold: read line by line, each fault with its line.

Words after domain.md §9.4 and §12: respect first, nothing that promises an outcome, judges, or tells a reader over a
shoulder what the mail is about. Markup so that nothing loads or runs, links lead to us alone, and a screen reader
knows the language (WCAG 2.2 §3.1.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mailflow.model.words import Audience

MAX_SUBJECT = 60
"""Characters of a subject: about what phones show in a list."""
MAX_PARAGRAPH = 520
"""Characters of a filled-in paragraph: about seven lines of text; a longer one is a wall to somebody in shock."""
LONGEST_WORD = 72
"""Characters that no line can break: an address of ours fits, a tracking link does not."""

_NEVER = {
    r"committed suicide|cyflawn\w+ hunanladdiad": 'say "took their own life" ("rhoi diwedd ar ei fywyd ei hun")',
    r"closure": "nobody reaches closure; say what happens next",
    r"loved ones?|(?:your|their) loss|condolences|anwyliaid|anwylyd|eich colled|cydymdeimlad dwys": "is a "
    "formula; say it plainly or not at all",
    r"perpetrators?|cyflawnwyr|cyflawnwr": "before a verdict there is none; letters of ours need not say it",
    r"(?-i:NHS|GIG)": "is read as the National Health Service; write the service's name out",
    r"guarantee[ds]?|gwarantu|we promise|rydym yn addo": "promises what we cannot be sure of",
    r"as soon as possible|cyn gynted â phosibl": "says nothing; name the day, or leave it out",
    r"click here|cliciwch yma": "a link says where it leads",
    r"do not hesitate|mae croeso i chi gysylltu": "a phrase of forms; say how to reach us",
    r"Dear Sir|Annwyl Syr|Dear Madam": "we do not know who reads it; say Hello",
    r"unsubscribe|newsletter|donate|dad-danysgrifio|cylchlythyr": "no letter of ours advertises anything",
}
"""Pattern → why it is forbidden, in any letter."""
_TO_FAMILIES = {
    r"murder\w*|manslaughter|homicide|killed|llofruddi\w+|dynladdiad\w*|lladdiad\w*|lladdwyd": "names how "
    "somebody died",
    r"victims?(?! support)|dioddefwyr(?! \(?victim support)": "nobody is only a victim; the service's name aside",
    r"(?-i:DA?RDRs?|DHRs?|FLOs?|CSPs?|IMRs?|SIOs?|GDPR|DPO|CJSM)": "is an acronym that a family need not know",
    r"case number|your case|eich achos": "tells whoever reads along that we know them",
}
"""The same, in letters that a private person may get: somebody else may read that inbox."""


def _one(words: Mapping[str, str]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """All patterns as one, a group each, and the reasons in the order of the groups."""
    return re.compile("|".join(rf"(?<!\w)({each})(?!\w)" for each in words), re.IGNORECASE), tuple(words.values())


_EVERYWHERE, _AT_HOME = _one(_NEVER), _one(_TO_FAMILIES)
_PRIVATE = frozenset({Audience.BEREAVED, Audience.BEREAVED_AT_RISK, Audience.PUBLIC, Audience.NEUTRAL})

_LOADS = re.compile(
    r"<\s*(?:img|script|link|iframe|object|embed|video|audio|source|base|form|input|svg"
    r"|meta(?!\s+(?:charset=|name=\"(?:viewport|color-scheme)\")))\b"
    r"|\bsrc(?:set)?\s*=|\bbackground\s*=|url\s*\(|@import|\bon[a-z]+\s*=",
    re.IGNORECASE,
)
"""Whatever loads or runs: a remote picture tells an abuser when and where a mail was opened."""
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'>]*)""", re.IGNORECASE)
_OURS = re.compile(r"tel:(?:\{\{ tel\.\w+ \}\}|[0-9]+)|mailto:\{\{ address\.\w+ \}\}|\{\{ link \}\}")
"""Where a link may lead: to a telephone number, to an address of ``service.yaml``, to our own desk."""
_HOST = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE)
_FIELD = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_FIGURES = re.compile(r"\d{3}")


def forbidden_words(source: str, audiences: frozenset[Audience]) -> Iterator[tuple[int, str]]:
    """(line, sentence) of each word that a letter to these readers may not hold."""
    lists = (_EVERYWHERE, _AT_HOME) if audiences & _PRIVATE else (_EVERYWHERE,)
    for number, line in enumerate(source.splitlines(), start=1):
        words = _FIELD.sub(" ", line)
        for pattern, reasons in lists:
            for found in pattern.finditer(words):
                why = reasons[(found.lastindex or 1) - 1]
                yield number, f"{found.group(0)!r} does not belong in a letter of ours: {why}"
        foreign = _HOST.search(words)
        if foreign:
            yield number, f"{foreign.group(0)!r} leads elsewhere; addresses of ours stand in service.yaml"


def figures(source: str) -> Iterator[tuple[int, str]]:
    """Numbers of three digits or more in a text: telephone numbers have a source, and so a line in ``service.yaml``."""
    for number, line in enumerate(source.splitlines(), start=1):
        if _FIGURES.search(_FIELD.sub(" ", line)):
            yield number, "a telephone number stands in service.yaml with its source: {{ phone.… }}"


def wrong_markup(source: str, language: str) -> Iterator[tuple[int, str]]:
    """What would make a reader's program fetch or run something, lead elsewhere, or read in the wrong language."""
    for number, line in enumerate(source.splitlines(), start=1):
        for found in _LOADS.finditer(line):
            yield number, f"{found.group(0).strip()!r} would load or run something; our mails hold words only"
        for link in _HREF.finditer(line):
            if not _OURS.fullmatch(link.group(1)):
                target = link.group(1)
                yield number, f"a link may go to tel:, mailto: or {{{{ link }}}} of our own, not to {target!r}"
    if f'<html lang="{language}">' not in source:
        yield 1, f'a screen reader must know the language: <html lang="{language}"> (WCAG 2.2 §3.1.1)'
    if "<table" in source.lower():
        yield 1 + source.lower()[: source.lower().index("<table")].count("\n"), "tables are for tables, not for layout"


def too_long(subject: str, text: str) -> Iterator[str]:
    """Sentences on a filled-in subject or text that is longer than people or lines can take."""
    if len(subject) > MAX_SUBJECT:
        yield f"the subject has {len(subject)} characters; at most {MAX_SUBJECT} are shown"
    for paragraph in re.split(r"\n[ \t]*\n|\n(?=- )", text.strip()):
        words = paragraph.split()
        if len(" ".join(words)) > MAX_PARAGRAPH:
            yield f"a paragraph of {len(' '.join(words))} characters is a wall, {paragraph.strip()[:30]!r}…"
        for word in words:
            if len(word) > LONGEST_WORD and not word.startswith("http"):
                yield f"no line can break {word[:30]!r}…"
