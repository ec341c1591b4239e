"""Signatures: sign-offs, name blocks, ``-- ``, and what a device adds by itself."""

from __future__ import annotations

import re

from mailflow.model.message import RegionKind

from .html import Line, Mark
from .patterns import Standing
from .stretches import look, put

SIGNATURE_LINES = 15
"""A block after a sign-off with more lines than this is text."""
OWN_NAME_WORDS = 8
"""A line that holds the author's name and more words than this says more, unless it is drawn with bars."""
SENTENCE_WORDS = 14
"""A line with more words than this is a sentence, however it is written."""
SENTENCE_LOOK = 150
"""Characters in which a paragraph on one line has so many words: the rest of it need not be taken apart."""

_DASHES = frozenset("-_—–")
_STROKES = frozenset("-–—~/")
_ASKS = frozenset("?:,;")
"""What stands below one of these answers it."""
_NEW, _SIGNATURE = RegionKind.NEW, RegionKind.SIGNATURE
_MARKED = Mark.SIGNATURE
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
        "tri", "отп", "над", "von", "die", "elk", "iph", "obt", "sca", "pob", "häm", "pos", "изп", "az ", "ipa",
        "发自我", "發自我", "從我的", "从我的", "나의 ", "أُر", "أرس", "out", "vie",
    }
)  # fmt: skip
_CLIENT_PLAIN = re.compile(
    r"(?:sent (?:from(?! an?\b)|via|with|using)|get outlook for|envoyé (?:de|depuis|à partir|avec)|"
    r"gesendet (?:von|mit|über)|von meinem [^.\n]{1,40} gesendet|diese nachricht wurde von [^\n]{1,60} gesendet|"
    r"enviad[oa] (?:desde|do|de|por|a partir)|inviato dal?|verzonden (?:vanaf|via|met|vanuit)|verstuurd vanaf|"
    r"wysłan[eoy] (?:z|za)|skickat från|sendt fra|lähetetty|odesláno z|trimis de pe|отправлено (?:с|из)|надіслано|"
    r"anfonwyd (?:o|gan)|elküldve|iphone'umdan|(?:get|download|try) (?:\[?outlook|yahoo|aol|the all-new)|"
    r"posláno z|lähetetty|enviat des|trimis din|написано с|wysłano|sendt med|"
    r"(?:this|diese) (?:e-?mail|message) (?:was|is) sent (?:from|via|using))\b[^.!?\n]{0,60}[.]?"
    r"(?:\s*[<(\[][^\n]{0,300})?$",
    re.IGNORECASE,
)
"""Any device, in any of these languages; counts only on a line that stands for itself."""
_CLIENT_ABROAD = re.compile(
    r"(?:(?:trimis (?:de pe|din)|odesláno z|odoslané z|posláno z|verstuurd (?:vanaf|vanuit|met)|verzonden "
    r"(?:vanaf|vanuit|met)|lähetetty|skickat från|sendt fra|wysłan[eoy] z|envoyé (?:de|depuis|à partir)|"
    r"enviad[oa] (?:desde|do|de)|enviat des|inviato da|отправлено (?:с|из)|надіслано з|изпратено от|poslano [zs]|"
    r"gesendet (?:von|mit|über)|"
    r"von mein(?:em|er)|obter o|obtenir|obtener|scarica|pobierz|hämta|anfonwyd o)\b[^.!?\n]{0,30}?\b"
    r"(?:iphone|ipad|ipod|android|outlook|samsung|galaxy|huawei|xiaomi|mobilgerät|handy)[^.!?\n]{0,40}|"
    r"(?:az )?(?:iphone|ipad|outlook)[^.!?\n]{0,30}(?:küldve|gönderildi|から送信|에서 보냄|herunterladen|beziehen)|"
    r"(?:发自|發自|從|从)我的\s?[^\n]{2,30}|나의 [^\n]{2,30}에서 보냄|أُ?رسلت? من [^\n]{2,40})$",
    re.IGNORECASE,
)
"""A device by its name in a line that is nothing but the advert: whoever writes right above it wrote no blank line."""
CLIENT_WORDS = 10
"""A line about the device has no more words."""
LONGEST_CLIENT = 400
"""Characters, with the address of an advert."""
_TRACKED = "ᐧ"
"""Left by a tracker of Gmail."""
_TELLING = frozenset(
    {
        "because", "he", "she", "they", "i", "cannot", "can't", "cant", "help", "took", "killed", "died", "is", "was",
        "easier", "than", "but", "where", "while", "when", "until",
    }
)  # fmt: skip
"""Somebody tells something beside naming the device."""
_CLIENT_JUNK = " \t-–*_([<«\u200e\u200f"
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})
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
    r"saludos|un saludo|atentamente|cordiali saluti|met vriendelijke groet(?:en)?|med vennlig hilsen|mvh|"
    r"(?:med )?ven(?:n)?lig hilsen|(?:mange |de bedste )?hilsner|hilsen|kh|vh|(?:med )?vänliga? hälsning(?:ar)?|"
    r"(?:bästa |varma )?hälsning(?:ar)?|(?:ystävällisin |parhain )?terveisin|"
    r"(?:melhores |com os melhores )?cumprimentos|atenciosamente|(?:um )?abraço|bien cordialement|bien à toi|"
    r"(?:cordiales |meilleures )?salutations(?: distinguées)?|amicalement|distinti saluti|saluti|"
    r"(?:hartelijke |vriendelijke )?groet(?:en|jes)?|mvg|saludos cordiales|"
    r"un cordial saludo|un abrazo|pozdrawiam serdecznie|serdecznie pozdrawiam|z powa[zż]aniem|z wyrazami szacunku|"
    r"s pozdravem|s pozdravom|üdvözlettel|tisztelettel|cu (?:stimă|respect)|saygılarım(?:ız)?la|saygılar|с уважением|"
    r"з повагою|με εκτίμηση|مع التحية|تحياتي|mit freundlichem gru(?:ß|ss)|"
    r"(?:mit )?(?:freundlichen?|besten?|herzlichen?|lieben?|vielen?|schönen?) grü(?:ß|ss)en?|grü(?:ß|ss)e|lg|vg)"
    r"(?:\s*[/,|&+]\s*|\s+and\s+)?){1,3}[\s,.!x:)-]{0,8}$",
    re.IGNORECASE,
)
_SIGN_OFF_BEGINS = frozenset(
    {
        "wi", "ve", "my", "ou", "al", "ki", "be", "wa", "ma", "go", "re", "th", "ta", "ch", "br", "kr", "rg", "yo",
        "si", "lo", "co", "di", "yn", "yr", "z ", "po", "mi", "fr", "vi", "mf", "bi", "sa", "un", "at", "me", "mv",
    }
)  # fmt: skip
"""How every sign-off begins; to look for these first costs a tenth of the pattern."""
_SIGN_OFF_ABROAD = frozenset(
    {
        "hilsen", "hilsner", "kh", "vh", "ystävällisin", "terveisin", "parhain", "cumprimentos", "cu", "um", "abraço",
        "amicalement", "hartelijke", "groet", "groeten", "groetjes", "serdecznie", "s", "herzlichen", "herzliche",
        "lieben", "liebe", "schönen", "schöne", "lg", "vg", "de", "grüße", "grüsse",
    }
)  # fmt: skip
"""The first words of those that begin like English lines, too."""
_SIGN_OFF_NAMED = re.compile(
    r"\s*(?:(?:kind |best |warm |many )?(?:regards|thanks|wishes)|thx|ta|cheers|best|love|diolch)\s*[,.!–-]{1,3}\s+"
    r"([^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,2})\s*x{0,3}\s*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\s{0,10}(?:(?:many |very many |ok,? |okay,? )?thank(?:s| ?you| u)|thx|ta|cheers|diolch|merci|danke|gracias|"
    r"grazie|dziękuję|god bless|bless you|love you)\b[^\n]{0,60}$",
    re.IGNORECASE,
)
TOLD_WORDS = 5
"""A line with fewer words below a delimiter is a motto."""
_ONESELF = re.compile(r"(?<![\w/])(?:I|i['’]m|I['’](?:m|ve|d|ll)|im|my|me|we|he|she|him|they|it['’]s)(?![\w/(])")
_DRAWN_NAME = re.compile(
    r"\s{0,3}(?:[-–—~](?=[^\W\d_])(?P<dashed>[^\W\d_][\w'’.]{0,30}(?: (?:[^\W\d_][\w'’.-]{0,30})){1,3})|"
    r"/{1,2}(?P<struck>[^\W\d_][\w'’.-]{0,30}(?: [^\W\d_][\w'’.-]{0,30}){0,2}))\s*$"
)
"""``-Ann Lee`` and, in the north of Europe, ``/Ann``: the name with which somebody signs."""
_PARTICLES = frozenset(
    {"de", "da", "di", "do", "dos", "du", "van", "von", "der", "den", "la", "le", "al", "el", "bin", "y"}
)
_CONTACT_SIGN = re.compile(r"[@\d.:)]")
_CONTACT = Standing(
    r"(?:\d[\d ()/.-]{6,20}\d|[^\s@]@[^\s@]{2}|https?://|\bwww\.|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"
    r"|^\s*(?:tel|phone|mob|mobile|direct|office|e-?mail|web|fax|ext|m|t|e|w|ffôn|address)\s*[:.)])"
)
FOOTER_FORM = (
    r"(?:follow us|find us|visit (?:our|us)|pronouns|she/her|he/him|they/them|working (?:days|hours|pattern)|i work\b|"
    r"my (?:working|normal) (?:days|hours)|non-working|part[- ]time|monday to|mon-|please note my|twitter|facebook|"
    r"linkedin|"
    r"this mailbox is|please do not reply)"
)
_FOOTER_PHRASE = Standing(FOOTER_FORM)
_SMALL_WORDS = frozenset(
    {
        "&", "+", "-", "/", "a", "ac", "and", "at", "de", "for", "i", "in", "la", "le", "o", "of", "on", "s",
        "t", "the", "to", "van", "von", "x", "y", "yr", "|", "–",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W_][\w'’.-]*")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)]?\s*$")


def label_signature(
    lines: list[Line], kinds: list[RegionKind | None], block: list[int], names: frozenset[str], topics: frozenset[str]
) -> list[int]:
    """Label the signature at the end of a stretch of new lines, in place; gives the lines of its sign-off.

    ``topics`` is what the text may hold.
    """
    footers = "footer" in topics
    adverts = [number for number in block if lines[number].mark is _MARKED or _may_name_client(lines[number].text)]
    for number in reversed(adverts):  # they stand below one another: the lowest is known first
        if lines[number].mark is _MARKED or _names_client(lines, kinds, number):
            kinds[number] = _SIGNATURE
    block = [number for number in block if kinds[number] is _NEW]
    for place, number in enumerate(block):
        if (
            lines[number].text[:1] in _DASHES
            and _DELIMITER.match(look(lines[number]))
            and len(block) - place - 1 <= SIGNATURE_LINES
        ):
            rest = block[place:]
            if lines[number].text.rstrip() == "--":
                rest = rest[: _spoken_below(lines, rest)]
            elif not all(_name_like(look(lines[below]), names, footers) for below in rest[1:]):
                continue
            put(kinds, rest, RegionKind.SIGNATURE)
            block = block[:place] if len(rest) == len(block) - place else []
            break
    start = _signature_start(lines, block, names, footers)
    if start is None and block:
        start = _drawn_name(lines, block)
    if start is None or _is_thanks(look(lines[block[start]]), alone=start == len(block) - 1):
        return []
    put(kinds, block[start:], RegionKind.SIGNATURE)
    return block[start:]


def _is_thanks(text: str, *, alone: bool) -> bool:
    """True for a "Thank you!" with no name below it: something that was said, not a way to sign."""
    return alone and _THANKS.match(text) is not None and not text.rstrip().endswith(",")


def _spoken_below(lines: list[Line], rest: list[int]) -> int:
    """Where, below the delimiter, a paragraph tells something: a postscript is no signature."""
    for place in range(1, len(rest)):
        text = look(lines[rest[place]])
        parted = rest[place - 1] != rest[place] - 1
        words = _WORD.findall(text)
        if not parted or len(words) < TOLD_WORDS or _FOOTER_PHRASE.is_in(text):
            continue
        if _ONESELF.search(text) or (_ENDS_SENTENCE.search(text) and not _CONTACT.is_in(text)):
            return place
    return len(rest)


def only_words(lines: list[Line], signed: list[int]) -> list[int]:
    """The lines of a sign-off that are all somebody wrote: "Thank you!", and no name."""
    thanks = [number for number in signed if _THANKS.match(look(lines[number]))]
    return thanks[:1]


def _may_name_client(text: str) -> bool:
    """False for a line that cannot be about the device: a look at three letters."""
    return text.lstrip(_CLIENT_JUNK)[:3].lower() in _CLIENT_BEGINS or _TRACKED in text


def _names_client(lines: list[Line], kinds: list[RegionKind | None], number: int) -> bool:
    """True for "Sent from my iPhone"; for a device that we do not know, only on a line between blank ones."""
    text = lines[number].text
    begin = text.lstrip(_CLIENT_JUNK)
    if len(text) > LONGEST_CLIENT or begin[:3].lower() not in _CLIENT_BEGINS:
        return _TRACKED in text and text.strip() == _TRACKED
    if not _TELLING.isdisjoint(begin.lower().split()):
        return False
    if len(text) < _SIGN_OFF_LENGTH and (
        _CLIENT.match(begin) or _CLIENT_ABROAD.match(begin.rstrip().translate(_HYPHENS))
    ):
        return True
    if not _CLIENT_PLAIN.match(begin.rstrip(" \t-–*_)]")) or len(begin.split("<")[0].split()) > CLIENT_WORDS:
        return False
    above = (
        number == 0
        or not lines[number - 1].text.strip()
        or kinds[number - 1] is RegionKind.SIGNATURE
        or bool(_DELIMITER.match(lines[number - 1].text))
    )
    return above and (number + 1 >= len(lines) or kinds[number + 1] is not RegionKind.NEW)


def _signature_start(lines: list[Line], block: list[int], names: frozenset[str], footers: bool) -> int | None:
    """Where the sign-off or the name block begins, reading upwards while lines look like a signature."""
    start: int | None = None
    place = len(block) - 1
    lowest = max(0, len(block) - SIGNATURE_LINES)
    while place >= lowest:
        text = look(lines[block[place]])
        if _is_sign_off(text):
            return place if place > 0 or len(block) == 1 or start is not None else start
        named = _SIGN_OFF_NAMED.match(text) if _begins_sign_off(text) else None
        if named and _own_name(named[1], names):
            return place
        if not _name_like(text, names, footers):
            return _with_name_above(lines, block, start, names, footers)
        if _own_name(text, names) and place > 0:
            start = place
        place -= 1
    return _with_name_above(lines, block, start, names, footers)


def _drawn_name(lines: list[Line], block: list[int]) -> int | None:
    """The last line of a block when it is a name behind a stroke, below a blank line and below a sentence that ended.

    With a dash only where no other line has one (it may be a list), and only a name of two words: "-Tuesday" answers.
    """
    text = look(lines[block[-1]])
    found = _DRAWN_NAME.match(text) if text.lstrip()[:1] in _STROKES else None
    if found is None or len(block) < 2 or block[-2] == block[-1] - 1:
        return None
    name = found["dashed"] or found["struck"]
    if not all(word[0].isupper() or word in _PARTICLES for word in name.split()):
        return None
    if look(lines[block[-2]]).rstrip()[-1:] in _ASKS:
        return None
    stroke = text.lstrip()[0]
    if any(look(lines[number]).lstrip()[:1] == stroke for number in block[:-1]):
        return None
    return len(block) - 1


def _begins_sign_off(text: str) -> bool:
    """False for a line that begins like no English or Welsh sign-off: a look at two letters."""
    begin = text.lstrip()[:2]
    return begin.lower() in _SIGN_OFF_BEGINS or not begin.isascii()


def _is_sign_off(text: str) -> bool:
    """True for "Kind regards," and its kin, alone on a line."""
    if len(text) >= _SIGN_OFF_LENGTH:
        return False
    if not _begins_sign_off(text):
        words = text.split(None, 1)
        if not words or words[0].rstrip(",.!").lower() not in _SIGN_OFF_ABROAD:
            return False
    return _SIGN_OFF.match(text) is not None


def _with_name_above(
    lines: list[Line], block: list[int], start: int | None, names: frozenset[str], footers: bool
) -> int | None:
    """A name right above a team that signs belongs to the signature: somebody writes from a shared mailbox."""
    if start is None or start < 2 or block[start - 1] != block[start] - 1:
        return start
    above = look(lines[block[start - 1]])
    parted = block[start - 2] != block[start - 1] - 1
    named = len(above.split()) <= 4 and _name_like(above, names, footers) and not any(sign.isdigit() for sign in above)
    return start - 1 if parted and named else start


def _own_name(text: str, names: frozenset[str]) -> bool:
    """True when the line holds the author's name, a short form or the initial of it, and little else."""
    found = _WORD.findall(text[:120])
    if len(found) > OWN_NAME_WORDS and "|" not in text:
        return False
    words = [word.lower().strip(".") for word in found]
    if len(words) == 1 and len(words[0]) == 1:
        return any(name.startswith(words[0]) for name in names)
    return any(_is_name(word, names) for word in words if len(word) > 1)


def _is_name(word: str, names: frozenset[str]) -> bool:
    """True for a name, and for a short form of at least three letters (Saff for Saffron)."""
    return word in names or (len(word) > 2 and any(name.startswith(word) for name in names))


def _name_like(text: str, names: frozenset[str], footers: bool) -> bool:
    """True for a line as signatures have them: a name, a role, a place, a number; never for a sentence.

    ``footers`` when the mail may hold a phrase of a footer.
    """
    words = _WORD.findall(text[:SENTENCE_LOOK])
    if len(words) > SENTENCE_WORDS:
        return False
    if len(text) > SENTENCE_LOOK:
        words = _WORD.findall(text)
    if not words:
        return len(text) < 150
    if len(words) > SENTENCE_WORDS:
        return False
    if _CONTACT_SIGN.search(text) and _CONTACT.is_in(text) and not _says_something(words, text):
        return True
    if footers and _FOOTER_PHRASE.is_in(text):
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
        "could", "should", "did", "please", "ring", "call", "text", "need", "needs", "want", "wants", "help",
        "knows", "said", "says", "told", "tell", "agreed", "don't", "dont", "not",
    }
)  # fmt: skip


def _says_something(words: list[str], text: str) -> bool:
    """True when a line has the small words of speech: somebody tells something."""
    spoken = sum(1 for word in words if word.lower().replace("’", "'") in _VERBS)
    return spoken >= 1 and (len(words) > 3 or _ENDS_SENTENCE.search(text) is not None or spoken >= 2)
