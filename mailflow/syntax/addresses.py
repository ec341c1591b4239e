"""Address lists: mailboxes, groups, comments, quoted names (RFC 5322 §3.4), read in one pass.

The reader is a small machine over characters with a counter for comments, so neither 40,000 opening
brackets nor 20,000 addresses cost more than their length. What mail programs write against the
standard is read as meant: names with bare commas or ``@``, missing brackets, doubled brackets, names
in single quotes, whole mailboxes inside an encoded word, ``mailto:``.
"""

from __future__ import annotations

import re

from mailflow.model.message import Address

from .encoded_words import decode_words

ADDRESS_COUNT = 1_000
"""Attack: 20,000 addresses in To; further ones are not read."""

NAME_LENGTH = 2_000
"""A longer display name is no name; it would be copied into every view."""

_SPECIAL = re.compile(r"[\"(<,;:\\)>]")
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]{1,256}@[^\s<>,;:\"()]{1,255}")
_BLANKS = re.compile(r"\s+")
_ABOUT_SIGNS = re.compile(r"\s{0,100}([.@])\s{0,100}")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")
_ORDINARY = re.compile(
    r"(?:\"([^\"\\<>@=\s]{1,60}(?: [^\"\\<>@=\s]{1,60}){0,6})\" |([\w.'-]{1,60}(?: [\w.'-]{1,60}){0,6}) )?"
    r"<([\w.+-]{1,64}@[\w.-]{1,190})>"
)
"""One mailbox, or one without a name, as nearly all mail has it."""
_Q_WORD = re.compile(r"(=\?[^?\s]{1,64}\?[qQ]\?)([^?<>@]{1,1000})\?=")
_SIGNS_OF_LISTS = re.compile(r"[,;:()\"]")
_DOT_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_QUOTED_MAILBOX = re.compile(r"\"((?:[^\"\\]|\\.){1,200})\"@[A-Za-z0-9][^\s<>,;:\"()]{0,254}(?=\s{0,20}(?:[,;>(]|\Z))")
"""``"ann holt"@x.org``, without angle brackets (RFC 5321 §4.1.2)."""
_BARE = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}")


class _Mailbox:
    """What was read of one mailbox so far."""

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.comment: list[str] = []
        self.address: str | None = None
        self.told = False
        """Something in the phrase can stand alone as a mailbox: an ``@`` or an encoded word."""
        self.named = 0
        """So many pieces of the phrase stood before the address; what follows may name the next one."""
        self.begun = False
        """The phrase holds more than blanks."""

    def add(self, text: str) -> None:
        """More of the phrase."""
        self.phrase.append(text)
        self.told = self.told or "@" in text or "=?" in text
        self.begun = self.begun or not text.isspace()

    @property
    def complete(self) -> bool:
        """True when a comma ends it; false when the comma stands in a name whose address comes later."""
        return self.address is not None or self.told or not self.begun


def read_addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an unfolded field value, encoded words decoded; groups are flattened.

    Never raises. A part without anything like an address is left out when it is empty, and kept as a
    name with an empty address otherwise: somebody was meant.

    >>> read_addresses("Panel: a@x.org, B <b@x.org>;")
    (Address(name='', address='a@x.org'), Address(name='B', address='b@x.org'))
    """
    if not value:
        return ()
    if "=?" in value:  # =?iso-8859-1?Q?Holt,_Amy?= <amy@…>: the comma belongs to the word (against RFC 2047 §5)
        value = _Q_WORD.sub(_coded, value)
    ordinary = _ordinary(value)
    return _one_by_one(value) if ordinary is None else ordinary


def _coded(word: re.Match[str]) -> str:
    """An encoded word whose bare signs are encoded, too, so that it holds together."""
    return f"{word[1]}{_SIGNS_OF_LISTS.sub(lambda sign: f'={ord(sign[0]):02X}', word[2])}?="


def _ordinary(value: str) -> tuple[Address, ...] | None:
    """A list that needs no mending, read at one stroke; ``None`` for every other."""
    if _BARE.fullmatch(value):
        return (Address("", value),)
    if ordinary := _ORDINARY.fullmatch(value):
        return (Address(_unquoted(ordinary[1] or ordinary[2] or ""), ordinary[3]),)
    if "," in value and value.count("@") == value.count(",") + 1 <= ADDRESS_COUNT:
        every = [_ORDINARY.fullmatch(each.strip()) for each in value.split(",")]
        if all(every):
            return tuple(Address(_unquoted(one[1] or one[2] or ""), one[3]) for one in every if one)
    return None


def _one_by_one(value: str) -> tuple[Address, ...]:
    """A list of any sort, sign by sign."""
    found: list[Address] = []
    box = _Mailbox()
    position, end = 0, len(value)
    last_told = max(value.rfind(sign) for sign in ("<", "@", "=?"))
    while position < end and len(found) < ADDRESS_COUNT:
        special = _SPECIAL.search(value, position)
        if not special:
            box.add(value[position:])
            break
        if special.start() > position:
            box.add(value[position : special.start()])
        position = special.end()
        sign = special[0]
        if sign == "<" and box.address and "@" in _angled(value, position)[0]:
            box = _next(box, found)  # Ann <ann@…> Bo <bo@…>: the comma was forgotten
        if sign in '"(<\\':
            position = _take(box, sign, value, position)
        elif sign == ";" or (sign == "," and (box.complete or position > last_told)):
            _close(box, found)
            box = _Mailbox()
        elif sign == ":":
            box = _after_colon(box)
        elif sign == ",":  # Holt, Amy <amy@…>: a bare comma inside a name
            box.add(sign)
    if len(found) < ADDRESS_COUNT:
        _close(box, found)
    return tuple(found)


def _take(box: _Mailbox, sign: str, value: str, position: int) -> int:
    """Read what a sign opens into the mailbox; gives the place after it."""
    if sign == '"':
        whole = None if box.begun or box.address else _QUOTED_MAILBOX.match(value, position - 1)
        if whole:  # never cut in two: holt@x.org is somebody else
            plain = whole[1] if _DOT_ATOM.fullmatch(whole[1]) else f'"{whole[1]}"'
            box.address = plain + value[whole.end(1) + 1 : whole.end()]
            return whole.end()
        text, position = _quoted(value, position)
        box.add(text or " ")
    elif sign == "(":
        text, position = _comment(value, position)
        box.comment.append(text)
    elif sign == "<":
        text, position = _angled(value, position)
        if "@" not in text and " " in text:  # <Saved by a browser>: words, no address
            box.add(text)
        elif box.address is None or "@" in text:
            box.address, box.named = text, len(box.phrase)
    else:
        box.add(value[position : position + 1])
        position += 1
    return position


def _next(box: _Mailbox, found: list[Address]) -> _Mailbox:
    """Close a mailbox whose comma is missing; the words after its address begin the next one."""
    following = _Mailbox()
    for text in box.phrase[box.named :]:
        following.add(text)
    del box.phrase[box.named :]
    _close(box, found)
    return following


def _after_colon(box: _Mailbox) -> _Mailbox:
    """A colon ends the name of a group (RFC 5322 §3.4), or ``mailto``; inside an address it is kept."""
    if box.phrase and "@" in box.phrase[-1]:
        box.add(":")
        return box
    return _Mailbox()


def _quoted(value: str, position: int) -> tuple[str, int]:
    """A quoted string from after its opening quote; without a closing one, up to ``<`` or the end."""
    out: list[str] = []
    start = position
    while position < len(value):
        sign = value[position]
        if sign == "\\" and position + 1 < len(value):
            out.append(value[position + 1])
            position += 2
            continue
        if sign == '"':
            return "".join(out), position + 1
        out.append(sign)
        position += 1
    bracket = value.find("<", start)
    return (value[start:bracket], bracket) if bracket >= 0 else ("".join(out), position)


def _comment(value: str, position: int) -> tuple[str, int]:
    """A comment from after its bracket; nested ones are counted, not called."""
    depth, start = 1, position
    while position < len(value):
        sign = value[position]
        if sign == "\\":
            position += 2
            continue
        depth += (sign == "(") - (sign == ")")
        position += 1
        if depth == 0:
            return value[start : position - 1], position
    return value[start:position], position


def _angled(value: str, position: int) -> tuple[str, int]:
    """What stands between angle brackets; without a closing one, up to the next comma or the end."""
    closing = value.find(">", position)
    if closing < 0:
        comma = value.find(",", position)
        closing = comma if comma >= 0 else len(value)
        return _tidy(value[position:closing]), closing
    inner = value[position:closing]
    if "(" in inner:
        inner, closing = _without_comments(value, position)
    following = closing + 1
    while value[following : following + 1] == ">":
        following += 1
    return _tidy(inner.rpartition("<")[2]), following


def _without_comments(value: str, position: int) -> tuple[str, int]:
    """What stands between angle brackets that hold comments (RFC 5322 §4.4: ``<ann(home)@x.org>``)."""
    out: list[str] = []
    while position < len(value) and value[position] != ">":
        if value[position] == "(":
            _, position = _comment(value, position + 1)
            continue
        out.append(value[position])
        position += 1
    return "".join(out), position


def _tidy(address: str) -> str:
    """Without ``mailto:``, a source route and blanks (RFC 5322 §4.4); of several words, the one that is an address."""
    if '"' in address:  # "ann holt"@x.org: blanks within quotes belong to it
        address = address.strip()
    elif " " in address or "\t" in address:
        words = _ABOUT_SIGNS.sub(r"\1", address).split()
        address = next((word for word in words if "@" in word), " ".join(words))
    if address[:7].lower() == "mailto:":
        address = address[7:]
    if address.startswith("@") and ":" in address:
        address = address.rpartition(":")[2]
    return address


def _close(box: _Mailbox, found: list[Address]) -> None:
    """A mailbox is complete: decode its name and keep it."""
    phrase = _name("".join(box.phrase))
    address = box.address
    if address is None or ("@" not in address and "@" in phrase and not address):
        bare = _ADDRESS.search(phrase)
        if not bare:
            if phrase and address is None:  # one word is a mailbox of the sender's own machine, more are a name
                local = _LOCAL.fullmatch("".join(box.phrase).strip())
                told = _name(" ".join(box.comment))  # MAILER-DAEMON (Mail Delivery System)
                found.append(Address(_unquoted(told), phrase) if local else Address(_unquoted(phrase), ""))
            return
        address = bare[0].strip("'")
        rest = (phrase[: bare.start()] + " " + phrase[bare.end() :]).strip(" <>'\",;")
        comment = _name(" ".join(box.comment))
        second = _ADDRESS.fullmatch(rest)  # two addresses with nothing but a blank between
        found.append(Address("" if second else _unquoted(rest or comment), address))
        if second:
            found.append(Address("", rest))
        return
    name = _unquoted(phrase) or _name(" ".join(box.comment))
    if address or name:
        found.append(Address(name, decode_words(address)[:998]))


def _name(text: str) -> str:
    """A display name: words decoded, blanks single."""
    return _BLANKS.sub(" ", decode_words(text[:NAME_LENGTH])).strip()


def _unquoted(name: str) -> str:
    """Without the single or double quotes that some programs put around a name."""
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        return name[1:-1].strip()
    return name
