"""Disclaimers and notices: what lawyers, police forces, councils and gateways put below every mail.

Reasoning. A paragraph is a notice by the stock phrases in it, from the line on that opens like one. A *box*
(lines between two drawn ones, or from the last drawn one to the end) is a notice as a whole when it holds such
a phrase, for what stands between its phrases is of the same hand; so are two short paragraphs between notices.
Nobody's plea is lost to this: lines in which somebody says "I" or "my" are taken only where three stock phrases
stand beside them.
"""

from __future__ import annotations

import re
from itertools import pairwise

from mailflow.model.message import RegionKind

from .html import Line
from .patterns import linear
from .stretches import look, paragraphs_of, put, tells

WHOLE_LINES = 500
"""Longer texts are searched paragraph by paragraph."""
BOXES = 12
"""Drawn lines from below that may draw a box; more are a table, or an attack."""
BOX_LINES = 60
"""A box of more lines is a text that somebody framed."""
CERTAIN = 3
"""So many stock phrases outweigh an "I" ("… and I would ask you to delete it")."""
GAP = 2
"""Paragraphs between two notices that belong to them."""
GAP_LENGTH = 320
"""Characters of such a paragraph."""
BEGINNING = 20
"""A paragraph that opens with a stock phrase has it among its first so many characters."""
OPENINGS = 20
"""Attack: a hundred thousand lines that open like a notice and are none."""
NOTICE_LENGTH = 4_000
"""Characters of a paragraph that are looked at."""
TAIL = 4
"""Paragraphs that only close a notice: thanks, an address of the web, a line."""


_STOCK = (
    r"intended recipient",
    r"intended (?:only|solely|exclusively) for",
    r"intended for the (?:sole |exclusive )?use",
    r"if you (?:are not|have received|receive) (?:th|the intended|it)[^.]{0,80}?(?:error|mistake|reci"
    r"pient|addressee)",
    r"legally privileged",
    r"may be privileged",
    r"privileged and confidential",
    r"(?:e-?mail|message|communication|information)\b[^.]{0,60}\b(?:is|are|may be|contains?)\b[^.]{0,"
    r"60}\bconfidential",
    r"if you(?: are| have been|'ve been| or someone you know)[^.]{0,40}victim of (?:a )?crime",
    r"(?:scanned|checked|swept) (?:for|by)\b[^.]{0,60}(?:virus|malware|mimecast|messagelabs|mailmarsh"
    r"al|software)",
    r"no liability is accepted",
    r"accepts? no (?:liability|responsibility)",
    r"cannot accept (?:any )?(?:liability|responsibility)",
    r"(?:views|opinions)[^.]{0,60}(?:those of the (?:author|sender|individual)|not necessarily)",
    r"(?:monitor|intercept)(?:ed|ing)?[^.]{0,60}(?:e-?mails?|communications|lawful business)",
    r"consider the environment",
    r"think before you print",
    r"save paper",
    r"registered (?:in|office|charity|company)\b[^.]{0,60}(?:england|wales|scotland|no\b|number|\d{6}"
    r")",
    r"freedom of information act[^.]{0,60}(?:disclos|subject to|request)",
    r"subject to (?:disclosure|the freedom of information)",
    r"to report (?:a |any )?(?:non-?urgent|crime)[^.]{0,60}\b101\b",
    r"report (?:it )?online at\b",
    r"nhsmail is the secure",
    r"croesawu gohebiaeth",
    r"welcomes? correspondence in (?:welsh|english)",
    r"mae(?:'r| yr) (?:e-?bost|neges) h(?:wn|on)[^.]{0,100}(?:[cg]yfrinachol|[bf]wriad)",
    r"os nad (?:chi|ydych)[^.]{0,60}derbynn",
    r"diese e-?mail[^.]{0,60}vertraulich",
    r"ce message[^.]{0,80}confidentiel",
    r"este (?:mensaje|correo)[^.]{0,80}confidencial",
    r"unauthori[sz]ed (?:use|disclosure|copying|access)",
    r"privacy (?:notice|policy) (?:is|can|at|on)\b",
    r"how we (?:use|handle|process) your (?:personal )?(?:data|information)",
    r"swept for\b[^.]{0,60}\bvirus",
    r"certified virus free",
    r"(?:footnote|note) (?:also )?confirms that this",
    r"(?:automatically logged|(?:routinely|may be|are|is) monitored)\b[^.]{0,120}\b(?:recorded|compli"
    r"ance|policy|legal|centrally|security|lawful)",
    r"monitors? all (?:internet |incoming |outgoing )?(?:and outgoing )?e-?mail",
    r"reserves? the right to (?:monitor|intercept)",
    r"not (?:to be treated as )?a secure (?:means|method|medium)",
    r"(?:delete|destroy) (?:it|this|the|all)\b[^.]{0,60}(?:from your (?:system|computer)|immediately|"
    r"e-?mail|copies)[^.]{0,80}(?:notify|sender|error)",
    r"(?:notify|inform|contact|tell) the (?:sender|originator|system manager)[^.]{0,60}(?:error|immed"
    r"iately|delete|by (?:return|reply))",
    r"(?:keep|use|process) (?:and use )?(?:personal )?information in (?:line|accordance) with the dat"
    r"a protection",
    r"data protection act (?:1998|2018)[^.]{0,40}(?:\bgdpr|notice|policy)",
    r"authori[sz]ed and regulated by",
    r"regulated by the (?:solicitors|bar|financial)",
    r"does not accept service",
    r"accept service (?:of (?:documents|proceedings) )?by e-?mail",
    r"list of (?:the )?(?:members|partners|directors) is",
    r"(?:call|contact|ring|phone|speak to|text)[^.]{0,60}samaritans[^.]{0,60}116 ?123",
    r"samaritans[^.]{0,40}116 ?123[^.]{0,60}(?:24|free|any time|day or night)",
    r"in an emergency,?[^.]{0,20}(?:call|dial|ring) 999",
    r"crimestoppers[^.]{0,60}0800 ?555 ?111",
    r"(?:affected by|experiencing|witnessed)[^.]{0,40}(?:crime|abuse|violence)[^.]{0,60}(?:contact|vi"
    r"sit|call|support is)",
    r"croes[ae]w(?:ir|u|n)[^.]{0,20}(?:cysylltu|gohebiaeth)",
    r"(?:corresponding|writing) in welsh will not",
    r"gohebu yn gymraeg",
    r"yn arwain at oedi",
    r"ystyriwch yr amgylchedd",
    r"cyn argraffu",
    r"bwriedir (?:y neges|yr e-?bost)",
    r"le informazioni contenute in questo",
    r"dit (?:e-mail)?bericht[^.]{0,60}vertrouwelijk",
    r"wiadomo[^.]{0,60}poufn",
    r"die informationen in dieser",
    r"(?:this|the) e-?mail (?:has been|was) (?:scanned|checked|classified|encrypted)",
    r"(?:tell us|let us know) how (?:we did|you feel)",
    r"(?:rate|feedback on) (?:our|my|the) service",
    r"does not (?:constitute|create|form)[^.]{0,40}(?:contract|legal advice)",
    r"without prejudice to the foregoing",
    r"you are receiving this",
    r"you received this (?:e-?mail|message) because",
    r"to unsubscribe",
    r"unsubscribe (?:here|from|at)\b",
)
_PHRASES = linear("|".join(_STOCK))
_WORDS = (
    r"confidential|privileged|intended|recipient|addressee|virus|malware|liability|responsib|monitor|intercept|"
    r"opinions|environment|think before|save paper|registered(?: (?:in|office|charity|company)|$)|"
    r"freedom of information|nhsmail|welsh|gymraeg|croes|cyfrinach|gyfrinach|fwriad|bwriad|derbynn|ystyriwch|argraffu|"
    r"vertraulich|confidencial|vertrouwelijk|poufn|riservate|unauthori|privacy|"
    r"your (?:personal )?(?:data|information)|you are receiving|you received|unsubscribe|to report|"
    r"report (?:it )?online|victim of(?: a)?(?: crime|$)|scanned|checked|swept|footnote|logged|delete|destroy|notify|"
    r"data protection|regulated|(?:partners|members|directors)(?: is|$)|samaritans|crimestoppers|affected by|"
    r"experiencing|witnessed|(?:tell us|let us know)(?: how|$)|legal advice|contract|foregoing|informazioni|"
    r"informationen|encrypted|classified"
)
_NAMED_WORDS = r"(?:accept |(?:rate |on |^)(?:our |my |the )|^)service|(?:a |^)secure(?: m|$)|(?:an |^)emergency"
"""Words that are too common to be looked for alone; where a line ends before them they begin the next."""
PHRASE_WORDS = "(?m)" + "|".join((_WORDS.replace(" ", r"(?:\s{1,3})"), _NAMED_WORDS))
"""One of them stands in every stock phrase, also where a line ends between two words."""
_OPENING = re.compile(
    r"[\s*_>#~=-]{0,130}(?:notice|incoming and outgoing|communications via|the original of this|"
    r"internet e|samaritans|in an emergency|if (?:someone|anyone)|croes|bwriedir|ystyriwch|"
    r"le informazioni|diese|ce message|este|dit |save|think before|nhsmail|any e-?mail|all e-?mail|"
    r"copyright|for (?:more )?information (?:on|about) how|how we|to report|crimestoppers|support is|"
    r"this (?:mailbox|inbox)|"
    r"your (?:privacy|data|information)|our privacy|[^\W\d_][^.\n]{0,60} (?:is|are) (?:authori|regulated|"
    r"a registered|registered|committed)|notice|disclaimer|confidential|privileged|caution|warning|"
    r"important|legal|this (?:e-?mail|message|communication|transmission)|the (?:information|content|"
    r"views|contents)|any (?:views|opinions|unauthori)|if you|please (?:consider|think|note that this)|"
    r"e-?mail (?:disclaimer|confidentiality)|uk parliament|internet e|we (?:welcome|may monitor)|"
    r"registered|you are receiving|you received|to unsubscribe|unsubscribe|mae|os |rydym)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"[\s*_#=~-]{0,20}(?:disclaimer|confidentiality(?: notice)?|(?:legal|important|privacy) notice|haftungsausschluss|"
    r"ymwadiad)[\s:*_#=~-]{0,20}$",
    re.IGNORECASE,
)
"""What stands above a notice in a paragraph of its own."""
_DRAWN = re.compile(r"\s*[-_=*~#+.–—]{3,300}\s*$")
_BOX = re.compile(r"\s{0,10}(?:[*=_#~-]{8,300}|(?:[*=_#~-] ){5,150}[*=_#~-]?)\s*$")
_DRAWN_WITH = ("*", "=", "_", "#", "~", "-")
_TAIL = re.compile(
    r"[\s*_>#~=•|-]{0,20}(?:$|thank you for your co-?operation|thank you\.?$|©|\(c\) |copyright|"
    r"(?:visit|see|find|follow)\b[^\n]{0,60}(?:www\.|https?:|website|twitter|facebook|@)|www\.|https?://|"
    r"for (?:more|further) information|disclaimer\s*$|registered (?:charity|office|in)|charity (?:no|number))",
    re.IGNORECASE,
)


def speaks_like_a_lawyer(lines: list[Line], new: list[int]) -> bool:
    """Whether a stock phrase stands anywhere: one search instead of one a paragraph."""
    if len(new) > WHOLE_LINES:
        return True
    return _PHRASES.search(" ".join([look(lines[number]) for number in new])) is not None


def label_notices(lines: list[Line], kinds: list[RegionKind | None], block: list[int]) -> None:
    """Label the notices of a stretch of new lines, in place."""
    paragraphs = paragraphs_of(block)
    found: set[int] = set()
    for place, paragraph in enumerate(paragraphs):
        start = _disclaimer_start(lines, paragraph, first=place == 0 and len(paragraphs) > 1)
        if start is not None:
            put(kinds, paragraph[start:], RegionKind.DISCLAIMER)
            if start == 0 or len(paragraph) - start >= 2:
                found.add(place)
    _boxes(lines, kinds, block)
    for place, paragraph in enumerate(paragraphs):
        beside = place + 1 in found or place - 1 in found
        if not beside:
            continue
        heading = len(paragraph) == 1 and place + 1 in found and _HEADING.match(look(lines[paragraph[0]]))
        if heading or all(_DRAWN.match(look(lines[number])) for number in paragraph):
            put(kinds, paragraph, RegionKind.DISCLAIMER)
    _between(lines, kinds, paragraphs)


def _boxes(lines: list[Line], kinds: list[RegionKind | None], block: list[int]) -> None:
    """Boxes with a stock phrase in them: between drawn lines, and below the last one."""
    drawn = [
        place
        for place, number in enumerate(block)
        if lines[number].text.lstrip()[:1] in _DRAWN_WITH and _BOX.match(look(lines[number]))
    ][-BOXES:]
    for order, place in enumerate(drawn):
        after = drawn[order + 1] if order + 1 < len(drawn) else len(block)
        inside = block[place + 1 : after]
        if not inside or len(inside) > BOX_LINES:
            continue
        words = " ".join(look(lines[number]) for number in inside)
        if not _phrases(words) or (tells(words) and _phrases(words) < CERTAIN):
            continue
        closed = after < len(block)
        put(kinds, block[place : after + closed], RegionKind.DISCLAIMER)


def _between(lines: list[Line], kinds: list[RegionKind | None], paragraphs: list[list[int]]) -> None:
    """Short paragraphs between two notices, and what only closes the last one."""
    notices = [place for place, paragraph in enumerate(paragraphs) if kinds[paragraph[-1]] is RegionKind.DISCLAIMER]
    for before, after in pairwise(notices):
        between = paragraphs[before + 1 : after]
        if before and 0 < len(between) <= GAP and all(_is_dry(lines, paragraph) for paragraph in between):
            put(kinds, [number for paragraph in between for number in paragraph], RegionKind.DISCLAIMER)
    if notices and notices[-1]:
        for paragraph in paragraphs[notices[-1] + 1 : notices[-1] + 1 + TAIL]:
            if not all(_TAIL.match(look(lines[number])) for number in paragraph):
                break
            put(kinds, paragraph, RegionKind.DISCLAIMER)


def _phrases(words: str) -> int:
    """How many stock phrases stand in the words; one that is said twice is one (people say things twice, too)."""
    return len({" ".join(phrase.lower().split()) for phrase in _PHRASES.findall(words[:NOTICE_LENGTH])})


def _is_dry(lines: list[Line], paragraph: list[int]) -> bool:
    """True for a short paragraph in which nobody tells or asks anything."""
    words = " ".join(look(lines[number]) for number in paragraph)
    return len(words) <= GAP_LENGTH and "?" not in words and not tells(words)


def _disclaimer_start(lines: list[Line], paragraph: list[int], *, first: bool) -> int | None:
    """The line of the paragraph at which a disclaimer begins; ``None`` when there is none."""
    joined = " ".join(look(lines[number]) for number in paragraph[:40])[:4_000]
    phrases = _phrases(joined)
    if not phrases:
        return None
    openings = 0
    for place, number in enumerate(paragraph):
        text = look(lines[number])
        if _DRAWN.match(text) and place + 1 < len(paragraph) and _OPENING.match(look(lines[paragraph[place + 1]])):
            return place
        if openings < OPENINGS and _OPENING.match(text):
            openings += 1
            rest = " ".join(look(lines[below]) for below in paragraph[place : place + 40])
            if _phrases(rest) >= (CERTAIN if tells(rest) else 1):
                return place
    if first or tells(joined):
        return None
    begins = _PHRASES.search(joined)
    return 0 if phrases >= 2 or (begins is not None and begins.start() < BEGINNING) else None
