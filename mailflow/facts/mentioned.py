"""People whom no word for a relative ties to the family, but a contact detail or the case does.

An update says "Leroy's number is 07700 …" or "please carry on with Shannon": who that is stands in the case, not in
the mail. Such a name is believed only with a telephone right behind it, or in a mail that quotes a reference of ours.
"""

from __future__ import annotations

import re

from . import contacts, given_names, kin
from .drafts import Draft, family_surname, is_given
from .names import Name
from .sources import Source
from .ties import NOT_THEIRS, STAFF_AFTER, STAFF_BEFORE, SUSPECT_AFTER, SUSPECT_BEFORE
from .victims import Died

_PHONE_TIE = re.compile(
    r"(?i)^(?:['’]s)?(?:[ ,:(\-–]|\b(?:on|at|tel|telephone|mob|mobile|phone|number|no|is|home|please|it|it['’]s|this"
    r"|uses"
    r"|landline|contact|new|should|be|can|reached|ring|call|text)\b){1,10}\W{0,3}$"
)
_POSSESSED_CONTACT = re.compile(
    r"(?i)^['’]s (?:new |mobile |phone |home |contact |telephone )*(?:number|mobile|phone|tel|address"
    r"|postcode|e-?mail|landline)\b"
)


def loose_contacts(source: Source, found: list[Name], died: Died, skip: frozenset[str], drafts: list[Draft]) -> None:
    """People who are only tied by a contact detail: "Leroy's number is 07700 …", "Chidi 07700 …"."""
    text = source.text
    phones = source.telephones
    for number, name in enumerate(found):
        said = {word.lower() for word in name.words}
        if said <= skip or died.is_named(name) or any(said <= d.words for d in drafts):
            continue
        if name.single and not is_given(name):
            continue
        before, after = text[max(0, name.start - 40) : name.start], text[name.end : name.end + 60]
        if (
            STAFF_BEFORE.search(before)
            or name.title in ("dc", "ds", "di", "dci", "pc", "ps")
            or STAFF_AFTER.match(after)
        ):
            continue
        until = found[number + 1].start if number + 1 < len(found) else len(text)
        phone = next((p for p in phones if name.end <= p.start < min(until, name.end + 60)), None)
        if (
            phone is not None
            and not contacts.is_helpline(phone.text)
            and (_PHONE_TIE.match(text[name.end : phone.start]) or _POSSESSED_CONTACT.match(after))
        ):
            draft = Draft(name.text, source, name.start, name.end, words=frozenset(said), is_male=name.male)
            draft.spans["name"] = source.span(name.start, name.end)
            draft.put("phone", phone.text, source.span(phone.start, phone.end))
            drafts.append(draft)


def _together(text: str, left: Name, right: Name) -> bool:
    """Two given names in one list: "Noah and Elsie"."""
    return (
        is_given(left) and is_given(right) and bool(re.fullmatch(r"(?:,| and|, and| &) ", text[left.end : right.start]))
    )


def moved(source: Source, drafts: list[Draft]) -> None:
    """A new number or postcode in a mail on a case, where one household is spoken of: the first person's."""
    text = source.text
    for key, found in (("phone", source.telephones), ("postcode", source.postcodes)):
        for one in found:
            lead = text[max(0, one.start - 60) : one.start]
            if not drafts or any(one.text == d.values.get(key) for d in drafts) or NOT_THEIRS.search(lead):
                continue
            if re.search(r"(?i)\b(?:new|moved|now|changed|updated?|landline|address|postcode)\b", lead):
                drafts[0].put(key, one.text, source.span(one.start, one.end))


_STANDS_IN_COURT = re.compile(
    r"(?i)\b(?:judge|justice|recorder|counsel|barrister|solicitor|prosecutor|defendant|R v|accused|suspect|against"
    r"|by)\b[^.\n]{0,15}$"
)


def titled(source: Source, found: list[Name], died: Died, skip: frozenset[str], drafts: list[Draft]) -> None:
    """In a mail on a case or review of ours: "Mrs Oyelaran read it in June", "Mr Lamb (uncle) rang me"."""
    text = source.text
    for name in found:
        said = {word.lower() for word in name.words}
        if name.title not in ("mr", "mrs", "ms", "miss") or died.is_named(name) or any(said & d.words for d in drafts):
            continue
        before, after = text[max(0, name.start - 45) : name.start], text[name.end : name.end + 70]
        before = re.sub(r"(?:Mrs?|Ms|Miss)\.?\s$", "", before)
        if (
            said & skip
            or STAFF_BEFORE.search(before)
            or STAFF_AFTER.match(after)
            or source.seen.search(SUSPECT_BEFORE, before)
        ):
            continue
        if (
            _STANDS_IN_COURT.search(before)
            or source.seen.match(SUSPECT_AFTER, after)
            or re.search(r"(?i)\bchair\w*\b", before + after)
        ):
            continue
        draft = Draft(
            name.text, source, name.start, name.end, words=frozenset(said), is_male=name.male, title=name.title
        )
        draft.spans["name"] = source.span(name.start, name.end)
        if (told := re.match(r"(?:, (?:his|her|the) | \()([a-z-]{3,16})\b", after)) and kin.noun(told[1]):
            draft.relationship = kin.noun(told[1])
            draft.spans["relationship"] = source.span(name.end + told.start(1), name.end + told.end(1))
        drafts.append(draft)


def named_in_case(source: Source, found: list[Name], died: Died, skip: frozenset[str], drafts: list[Draft]) -> None:
    """In a mail on a case of ours: people by full name, or by a given name that is said twice or with others."""
    text = source.text
    counts: dict[str, int] = {}
    for name in found:
        counts[name.words[0].lower()] = counts.get(name.words[0].lower(), 0) + 1
    surname = family_surname(text)
    staff = {
        word.lower()
        for name in found
        if STAFF_AFTER.match(text[name.end : name.end + 70])
        or STAFF_BEFORE.search(text[max(0, name.start - 40) : name.start])
        for word in name.words
    }
    for number, name in enumerate(found):
        said = {word.lower() for word in name.words}
        if said & (skip | staff) or died.is_named(name) or any(said <= d.words for d in drafts):
            continue
        before, after = text[max(0, name.start - 40) : name.start], text[name.end : name.end + 70]
        if STAFF_BEFORE.search(before) or STAFF_AFTER.match(after) or source.seen.search(SUSPECT_BEFORE, before):
            continue
        if name.title and name.title not in ("mr", "mrs", "ms", "miss"):
            continue
        known = name.words[0].lower() in given_names.ALL
        listed = any(
            0 <= number + step < len(found)
            and _together(text, found[number + min(step, 0)], found[number + max(step, 0)])
            for step in (-1, 1)
        )
        if known and (not name.single or counts[name.words[0].lower()] > 1 or listed or surname):
            whole = f"{name.text} {surname}" if name.single and surname else name.text
            draft = Draft(whole, source, name.start, name.end, words=frozenset(said), is_male=name.male)
            draft.spans["name"] = source.span(name.start, name.end)
            drafts.append(draft)
