"""What stands around the words of a person: signature, disclaimers, banners, markings, adverts.

Reasoning. To take a plea for a footer is worse than to take a footer for a plea (P7), so a line is
furniture only by its form, never by its place alone: a disclaimer by the stock phrases of lawyers, a
signature line because it looks like a name, a role, an address or a number and like no sentence.
What follows a sign-off and reads like a sentence stays new ("PS he knows where she lives").
"""

from __future__ import annotations

import re

from mailflow.model.message import RegionKind

from . import limits
from .html import Line, Mark
from .meetings import meeting_blocks
from .patterns import linear

SIGNATURE_LINES = 15
"""A block after a sign-off with more lines than this is text."""
SENTENCE_WORDS = 14
"""A line with more words than this is a sentence, however it is written."""
WHOLE_LINES = 500
"""Longer texts are searched paragraph by paragraph."""
BANNER_LINES = 6
"""Banners of gateways stand above the first so many lines that hold words."""

_STRONG = linear(
    r"intended recipient|intended (?:only|solely|exclusively) for|intended for the (?:sole |exclusive )?use"
    r"|if you (?:are not|have received|receive) (?:th|the intended|it)[^.]{0,80}?(?:error|mistake|recipient|addressee)"
    r"|legally privileged|may be privileged|privileged and confidential"
    r"|(?:e-?mail|message|communication|information)\b[^.]{0,60}\b(?:is|are|may be|contains?)\b[^.]{0,60}\bconfidential"
    r"|if you(?: are| have been|'ve been| or someone you know)[^.]{0,40}victim of (?:a )?crime"
    r"|(?:scanned|checked|swept) (?:for|by)\b[^.]{0,60}(?:virus|malware|mimecast|messagelabs|mailmarshal|software)"
    r"|no liability is accepted|accepts? no (?:liability|responsibility)|cannot accept (?:any )?(?:liability|"
    r"responsibility)"
    r"|(?:views|opinions)[^.]{0,60}(?:those of the (?:author|sender|individual)|not necessarily)"
    r"|(?:monitor|intercept)(?:ed|ing)?[^.]{0,60}(?:e-?mails?|communications|lawful business)"
    r"|consider the environment|think before you print|save paper"
    r"|registered (?:in|office|charity|company)\b[^.]{0,60}(?:england|wales|scotland|no\b|number|\d{6})"
    r"|freedom of information act[^.]{0,60}(?:disclos|subject to|request)|subject to (?:disclosure|"
    r"the freedom of information)"
    r"|to report (?:a |any )?(?:non-?urgent|crime)[^.]{0,60}\b101\b|report (?:it )?online at\b"
    r"|nhsmail is the secure|croesawu gohebiaeth|welcomes? correspondence in (?:welsh|english)"
    r"|mae(?:'r| yr) (?:e-?bost|neges) h(?:wn|on)[^.]{0,100}(?:[cg]yfrinachol|[bf]wriad)|os nad (?:chi|"
    r"ydych)[^.]{0,60}derbynn"
    r"|diese e-?mail[^.]{0,60}vertraulich|ce message[^.]{0,80}confidentiel|este (?:mensaje|"
    r"correo)[^.]{0,80}confidencial"
    r"|unauthori[sz]ed (?:use|disclosure|copying|access)|privacy (?:notice|policy) (?:is|can|at|on)\b"
    r"|how we (?:use|handle|process) your (?:personal )?(?:data|information)"
    r"|you are receiving this|you received this (?:e-?mail|message) because|to unsubscribe|unsubscribe (?:here|from|"
    r"at)\b"
)
_OPENING = re.compile(
    r"[\s*_>#~=-]{0,130}(?:notice|disclaimer|confidential|privileged|caution|warning|important|legal|this (?:e-?mail|"
    r"message|"
    r"communication|transmission)|the (?:information|content|views|contents)|any (?:views|opinions|unauthori)|"
    r"if you|please (?:consider|think|note that this)|e-?mail (?:disclaimer|confidentiality)|uk parliament|internet e|"
    r"we (?:welcome|may monitor)|registered|you are receiving|you received|to unsubscribe|unsubscribe|mae|os |rydym)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"[\s*\[\(>⚠️!#|-]{0,20}(?:\[?external\]?(?:\s*(?:e-?mail|sender|message|mail))?\s*[\]:*!.-]{0,5}\s*$"
    r"|(?:caution|warning|attention|alert|notice|external|be careful|stop|think)\b[^\n]{0,60}?\b(?:external|outside|"
    r"originated|"
    r"unknown sender|not from (?:within|inside)|trusted source)\b"
    r"|(?:this|the) (?:e-?mail|message|sender)[^\n]{0,40}(?:originated|came|was sent|comes|is|sent) (?:from )?(?:an )?"
    r"(?:outside|external|from outside)"
    r"|you don['’]t often get e-?mail from|some people who received this message don['’]t often"
    r"|do not click (?:on )?(?:any )?links|(?:this|external) sender is (?:from )?outside"
    r"|rhybudd\b[^\n]{0,60}allanol)",
    re.IGNORECASE,
)
_BANNER_WORDS = (
    "external", "outside", "originated", "unknown sender", "not from", "trusted source", "often get", "links",
    "allanol",
)  # fmt: skip
"""One of them stands in every banner; to look for them costs less than the pattern on one line."""
_BANNER_MORE = re.compile(
    r"[\s*\[\(>-]{0,10}(?:do not (?:click|open|follow|reply)|please (?:do not|don't|take care|be careful|treat)|"
    r"unless you (?:recogni[sz]e|trust|know)|learn why this is important|and know the content|be (?:careful|vigilant|"
    r"cautious)|"
    r"exercise caution|only (?:click|open)|report (?:suspicious|this|phishing)|recogni[sz]e the sender|think before|"
    r"links or)",
    re.IGNORECASE,
)
_MARKING = re.compile(
    r"[\s*_\[\(=#-]{0,20}(?:(?:classification|security (?:classification|marking)|protective marking|gsc|"
    r"marking)\s*[:=-]\s*)?"
    r"(?:official(?:[- ]sensitive)?|not protectively marked|restricted|protect|secret|unclassified|"
    r"swyddogol(?:[- ]sensitif)?)"
    r"(?:\s*[-:\[(/ ]\s*(?:personal(?: data)?|commercial|operational|police(?: only)?|when complete|sensitive|"
    r"sensitif|legal(?: privilege)?|no descriptor|unclassified|public|closed|investigation|internal)\s*[\])]?){0,2}"
    r"[\s*_\]\)=#.-]{0,20}$",
    re.IGNORECASE,
)
_MARKING_WORDS = ("official", "protect", "restricted", "secret", "unclassified", "swyddogol")
_DRAWN = re.compile(r"\s*[-_=*~#+.–—]{3,300}\s*$")
_DASHES = ("-", "_", "—", "–")
_DELIMITER = re.compile(r"(?:--|---|__|—|– –|-- ?)\s*$")
_CLIENT = re.compile(
    r"\s*(?:sent|get|anfonwyd|gesendet|envoyé|enviado|inviato|verzonden|wysłane?|skickat|sendt|hol|typed|composed|"
    r"written)\b"
    r"[^.!?\n]{0,40}?\b(?:iphone|ipad|android|galaxy|samsung|huawei|pixel|blackberry|windows(?: phone| mail)?|"
    r"mobile(?: device)?|"
    r"outlook(?: for (?:ios|android|mac))?|yahoo(?: mail)?(?: for \w+)?|mail for windows(?: 1[01])?|proton ?mail|"
    r"aol(?: mail)?|"
    r"gmail(?: mobile)?|phone|smartphone|tablet|myme|ee|o2|vodafone|three|nokia|sony|xperia|hotmail|icloud|tutanota|"
    r"k-9|"
    r"ffôn|handy)\b[^\n]{0,80}$",
    re.IGNORECASE,
)
_CLIENT_BEGINS = frozenset(
    {
        "sen", "get", "anf", "ges", "env", "inv", "ver", "wys", "ski", "hol", "typ", "com", "wri", "läh", "ode",
        "tri", "отп", "над", "von", "die", "elk", "iph",
    }
)  # fmt: skip
_CLIENT_PLAIN = re.compile(
    r"(?:sent (?:from|via|with|using)|get outlook for|envoyé (?:de|depuis|à partir|avec)|gesendet (?:von|mit|über)|"
    r"von meinem [^.\n]{1,40} gesendet|diese nachricht wurde von [^\n]{1,60} gesendet|"
    r"enviad[oa] (?:desde|do|de|por|a partir)|inviato dal?|verzonden (?:vanaf|via|met|vanuit)|verstuurd vanaf|"
    r"wysłan[eoy] (?:z|za)|skickat från|sendt fra|lähetetty|odesláno z|trimis de pe|отправлено (?:с|из)|надіслано|"
    r"anfonwyd o|elküldve|iphone'umdan)\b[^.!?\n]{0,60}[.]?(?:\s*[<(\[][^\n]{0,300})?$",
    re.IGNORECASE,
)
"""Any device, in any of these languages; counts only on a line that stands for itself."""
CLIENT_WORDS = 9
"""A line about the device has no more words."""
LONGEST_CLIENT = 400
"""Characters, with the address of an advert."""
_TELLING = frozenset({"because", "he", "she", "they", "i", "cannot", "can't", "cant", "help", "took", "killed", "died"})
"""Somebody tells something beside naming the device."""
_CLIENT_JUNK = " \t-–*_([<"
_LIST_RULE = re.compile(r"\s{0,10}[_-]{2,80}\s*$")
LIST_LINES = 5
"""The footer of a mailing list has so many lines below its rule."""
_SIGN_OFF_LENGTH = 120
_SIGN_OFF = re.compile(
    r"\s*(?:(?:(?:with )?(?:very |my |our |all )?(?:kind(?:est)?|best|warm(?:est)?|many|good)? ?(?:regards?|wishes|"
    r"thanks?|thank you)"
    r"|(?:many |with (?:many |grateful )?)?thanks(?: (?:so much|a lot|again|very much|in advance|all|both))?|"
    r"thank you(?: (?:so|very) much)?"
    r"|thx|ta|cheers|best|br|kr|kind regs|regs|rgds|yours(?: (?:sincerely|faithfully|truly|ever))?|sincerely|"
    r"god bless(?: you)?|"
    r"love|take care|all the best|respectfully|cordially|with (?:our|my) thanks|with gratitude|warmly|"
    r"diolch(?: yn fawr)?(?: iawn)?|cofion(?: gorau| cynnes)?|yn gywir|yr eiddoch yn (?:gywir|ddiffuant)|"
    r"z poważaniem|pozdrawiam|mit freundlichen grüßen|freundliche grüße|viele grüße|mfg|cordialement|bien à vous|"
    r"saludos|un saludo|atentamente|cordiali saluti|met vriendelijke groet(?:en)?|med vennlig hilsen|mvh)"
    r"(?:\s*[/,|&+]\s*|\s+and\s+)?){1,3}[\s,.!x:)-]{0,8}$",
    re.IGNORECASE,
)
_SIGN_OFF_NAMED = re.compile(
    r"\s*(?:(?:kind |best |warm |many )?(?:regards|thanks|wishes)|thx|ta|cheers|best|love|diolch)\s*[,.!–-]{1,3}\s+"
    r"([^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,2})\s*x{0,3}\s*$",
    re.IGNORECASE,
)
_CONTACT_SIGN = re.compile(r"[@\d.:)]")
_CONTACT = linear(
    r"(?:\d[\d ()/.-]{6,20}\d|[^\s@]@[^\s@]{2}|https?://|\bwww\.|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"
    r"|^\s*(?:tel|phone|mob|mobile|direct|office|e-?mail|web|fax|ext|m|t|e|w|ffôn|address)\s*[:.)])"
)
_FOOTER_PHRASE = linear(
    r"(?:follow us|find us|visit (?:our|us)|pronouns|she/her|he/him|they/them|working (?:days|hours|pattern)|i work\b|"
    r"my (?:working|normal) (?:days|hours)|non-working|part[- ]time|monday to|mon-|please note my|twitter|facebook|"
    r"linkedin|"
    r"this mailbox is|please do not reply)"
)
_SMALL_WORDS = frozenset(
    {
        "&", "+", "-", "/", "a", "ac", "and", "at", "de", "for", "i", "in", "la", "le", "o", "of", "on", "s",
        "t", "the", "to", "van", "von", "x", "y", "yr", "|", "–",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_][\w'’.-]*")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)]?\s*$")


def label_furniture(lines: list[Line], kinds: list[RegionKind | None], names: frozenset[str]) -> None:
    """Relabel new lines that are signature or disclaimer, in place.

    ``names`` are the lower-case words of the author's display name and address: how they sign.
    """
    new = [number for number, kind in enumerate(kinds) if kind is RegionKind.NEW]
    _banners(lines, kinds, new)
    _markings(lines, kinds, new)
    _list_footers(lines, kinds, new)
    _meetings(lines, kinds, new)
    blocks = _blocks(kinds)
    if _speaks_like_a_lawyer(lines, new):
        for block in blocks:
            _disclaimers(lines, kinds, block)
        blocks = _blocks(kinds)
    for block in blocks:
        _signature(lines, kinds, block, names)


def _speaks_like_a_lawyer(lines: list[Line], new: list[int]) -> bool:
    """Whether a disclaimer's phrase stands anywhere: one search instead of one a paragraph."""
    if len(new) > WHOLE_LINES:
        return True
    return _STRONG.search(" ".join([_look(lines[number]) for number in new])) is not None


def _look(line: Line) -> str:
    return line.text[: limits.LINE_LOOK]


def _blocks(kinds: list[RegionKind | None]) -> list[list[int]]:
    """Stretches of new lines that only blank lines interrupt."""
    blocks: list[list[int]] = []
    open_block = False
    for number, kind in enumerate(kinds):
        if kind is RegionKind.NEW:
            if open_block:
                blocks[-1].append(number)
            else:
                blocks.append([number])
            open_block = True
        elif kind is not None:
            open_block = False
    return blocks


def _paragraphs(block: list[int]) -> list[list[int]]:
    """The lines of a block, parted where blank lines stand."""
    out: list[list[int]] = []
    for number in block:
        if out and out[-1][-1] == number - 1:
            out[-1].append(number)
        else:
            out.append([number])
    return out


def _set(kinds: list[RegionKind | None], numbers: list[int], kind: RegionKind) -> None:
    for number in numbers:
        kinds[number] = kind


def _banners(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """Warnings that a gateway puts above a mail."""
    top = " ".join([_look(lines[number]) for number in new[:BANNER_LINES]]).lower()
    if not any(word in top for word in _BANNER_WORDS):
        return
    before = False
    for number in new[:BANNER_LINES]:
        text = _look(lines[number])
        if _BANNER.match(text) or (before and _BANNER_MORE.match(text)) or (before and _DRAWN.match(text)):
            kinds[number] = RegionKind.DISCLAIMER
            before = True
        else:
            before = bool(_DRAWN.match(text)) and number == new[0]
    drawn_above = len(new) > 1 and _DRAWN.match(_look(lines[new[0]])) is not None
    if drawn_above and kinds[new[1]] is RegionKind.DISCLAIMER:
        kinds[new[0]] = RegionKind.DISCLAIMER


def _markings(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """Protective markings that stand alone on a line: ``OFFICIAL-SENSITIVE``."""
    ends = new[:5] + new[-5:]
    words = " ".join([lines[number].text[:90] for number in ends]).lower()
    if not any(word in words for word in _MARKING_WORDS):
        return
    for number in ends:
        text = _look(lines[number])
        if 5 < len(text) < 90 and text[:30] != text[:30].lower() and _MARKING.match(text):
            kinds[number] = RegionKind.DISCLAIMER


def _disclaimers(lines: list[Line], kinds: list[RegionKind | None], block: list[int]) -> None:
    """Paragraphs of stock phrases, and what is only drawn around them."""
    paragraphs = _paragraphs(block)
    found: list[int] = []
    for place, paragraph in enumerate(paragraphs):
        start = _disclaimer_start(lines, paragraph, first=place == 0 and len(paragraphs) > 1)
        if start is not None:
            _set(kinds, paragraph[start:], RegionKind.DISCLAIMER)
            found.append(place)
    for place, paragraph in enumerate(paragraphs):
        if all(_DRAWN.match(_look(lines[number])) for number in paragraph) and (
            place + 1 in found or place - 1 in found
        ):
            _set(kinds, paragraph, RegionKind.DISCLAIMER)


def _disclaimer_start(lines: list[Line], paragraph: list[int], *, first: bool) -> int | None:
    """The line of the paragraph at which a disclaimer begins; ``None`` when there is none."""
    joined = " ".join(_look(lines[number]) for number in paragraph[:40])[:4_000]
    phrases = len(_STRONG.findall(joined))
    if not phrases:
        return None
    for place, number in enumerate(paragraph):
        text = _look(lines[number])
        if _DRAWN.match(text) and place + 1 < len(paragraph) and _OPENING.match(_look(lines[paragraph[place + 1]])):
            return place
        rest = " ".join(_look(lines[below]) for below in paragraph[place : place + 40])[:4_000]
        if _OPENING.match(text) and _STRONG.search(rest):
            return place
    strong_start = _STRONG.search(joined)
    if strong_start and not first and (phrases >= 2 or strong_start.start() < 20):
        return 0
    return None


def _signature(lines: list[Line], kinds: list[RegionKind | None], block: list[int], names: frozenset[str]) -> None:
    """The signature at the end of a stretch of new lines."""
    for number in block:
        line = lines[number]
        if line.mark is Mark.SIGNATURE or _names_client(lines, kinds, number):
            kinds[number] = RegionKind.SIGNATURE
    block = [number for number in block if kinds[number] is RegionKind.NEW]
    for place, number in enumerate(block):
        if (
            lines[number].text[:1] in _DASHES
            and _DELIMITER.match(_look(lines[number]))
            and len(block) - place - 1 <= SIGNATURE_LINES
        ):
            rest = block[place:]
            dashes = lines[number].text.rstrip() == "--"
            if dashes or all(_name_like(_look(lines[below]), names) for below in rest[1:]):
                _set(kinds, rest, RegionKind.SIGNATURE)
                block = block[:place]
                break
    start = _signature_start(lines, block, names)
    if start is not None:
        _set(kinds, block[start:], RegionKind.SIGNATURE)


def _names_client(lines: list[Line], kinds: list[RegionKind | None], number: int) -> bool:
    """True for "Sent from my iPhone"; for a device that we do not know, only on a line between blank ones."""
    text = lines[number].text
    begin = text.lstrip(_CLIENT_JUNK)
    if len(text) > LONGEST_CLIENT or begin[:3].lower() not in _CLIENT_BEGINS:
        return False
    if not _TELLING.isdisjoint(begin.lower().split()):
        return False
    if len(text) < _SIGN_OFF_LENGTH and _CLIENT.match(text):
        return True
    if not _CLIENT_PLAIN.match(begin.rstrip(" \t-–*_)]")) or len(begin.split("<")[0].split()) > CLIENT_WORDS:
        return False
    above = number == 0 or not lines[number - 1].text.strip() or bool(_DELIMITER.match(lines[number - 1].text))
    return above and (number + 1 >= len(lines) or kinds[number + 1] is not RegionKind.NEW)


def _meetings(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """How to join an online meeting."""
    if not any("meet" in lines[number].text or "Meet" in lines[number].text for number in new):
        return
    for first, after in meeting_blocks([lines[number].text for number in new]):
        _set(kinds, new[first:after], RegionKind.DISCLAIMER)


def _list_footers(lines: list[Line], kinds: list[RegionKind | None], new: list[int]) -> None:
    """What a mailing list puts below every mail: a rule, its name, its page."""
    for number in new:
        if lines[number].text[:1] not in ("_", "-") or not _LIST_RULE.match(_look(lines[number])):
            continue
        below = [n for n in range(number + 1, min(number + 1 + LIST_LINES, len(lines))) if lines[n].text.strip()]
        words = " ".join(_look(lines[n]) for n in below).lower()
        if below and ("mailing list" in words or "/listinfo" in words):
            _set(kinds, [n for n in (number, *below) if kinds[n] is RegionKind.NEW], RegionKind.DISCLAIMER)


def _signature_start(lines: list[Line], block: list[int], names: frozenset[str]) -> int | None:
    """Where the sign-off or the name block begins, reading upwards while lines look like a signature."""
    start: int | None = None
    place = len(block) - 1
    lowest = max(0, len(block) - SIGNATURE_LINES)
    while place >= lowest:
        text = _look(lines[block[place]])
        if len(text) < _SIGN_OFF_LENGTH and _SIGN_OFF.match(text):
            return place if place > 0 or len(block) == 1 or start is not None else start
        if _SIGN_OFF_NAMED.match(text) and _own_name(_SIGN_OFF_NAMED.sub(r"\1", text), names):
            return place
        if not _name_like(text, names):
            return _with_name_above(lines, block, start, names)
        if _own_name(text, names) and place > 0:
            start = place
        place -= 1
    return _with_name_above(lines, block, start, names)


def _with_name_above(lines: list[Line], block: list[int], start: int | None, names: frozenset[str]) -> int | None:
    """A name right above a team that signs belongs to the signature: somebody writes from a shared mailbox."""
    if start is None or start < 2 or block[start - 1] != block[start] - 1:
        return start
    above = _look(lines[block[start - 1]])
    parted = block[start - 2] != block[start - 1] - 1
    named = len(above.split()) <= 4 and _name_like(above, names) and not any(sign.isdigit() for sign in above)
    return start - 1 if parted and named else start


def _own_name(text: str, names: frozenset[str]) -> bool:
    """True when the line holds the author's name, a short form or the initial of it, and little else."""
    words = [word.lower().strip(".") for word in _WORD.findall(text[:120])]
    if len(words) == 1 and len(words[0]) == 1:
        return any(name.startswith(words[0]) for name in names)
    known = [word for word in words if len(word) > 1 and _is_name(word, names)]
    return bool(known) and (len(words) <= 8 or "|" in text)


def _is_name(word: str, names: frozenset[str]) -> bool:
    """True for a name, and for a short form of at least three letters (Saff for Saffron)."""
    return word in names or (len(word) > 2 and any(name.startswith(word) for name in names))


def _name_like(text: str, names: frozenset[str]) -> bool:
    """True for a line as signatures have them: a name, a role, a place, a number; never for a sentence."""
    words = _WORD.findall(text)
    if not words:
        return len(text) < 150
    if len(words) > SENTENCE_WORDS:
        return False
    if _CONTACT_SIGN.search(text) and _CONTACT.search(text) and not _says_something(words, text):
        return True
    if _FOOTER_PHRASE.search(text):
        return True
    if (len(words) > 4 and _ENDS_SENTENCE.search(text)) or "?" in text:
        return False
    if len(words) <= 2 and all(word.lower() in names or len(word) <= 2 for word in words):
        return True
    heavy = [word for word in words if word.lower() not in _SMALL_WORDS]
    capital = sum(1 for word in heavy if word[0].isupper() or word[0].isdigit())
    return bool(heavy) and capital * 3 >= len(heavy) * 2 and not _says_something(words, text)


_VERBS = frozenset(
    {
        "i", "i'm", "im", "i've", "ive", "i'll", "we", "we're", "we've", "you", "he", "he's", "she", "she's",
        "they", "it's", "is", "are", "was", "were", "am", "has", "have", "had", "will", "would", "can",
        "could", "should", "please", "ring", "call", "text", "need", "needs", "want", "wants", "help",
        "knows", "said", "says", "told", "tell", "agreed", "don't", "dont", "not",
    }
)  # fmt: skip


def _says_something(words: list[str], text: str) -> bool:
    """True when a line has the small words of speech: somebody tells something."""
    spoken = sum(1 for word in words if word.lower().replace("’", "'") in _VERBS)
    return spoken >= 1 and (len(words) > 3 or _ENDS_SENTENCE.search(text) is not None or spoken >= 2)
