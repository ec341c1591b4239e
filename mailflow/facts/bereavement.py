"""Whether the writer is the bereaved person, and what is then known of them.

"My son was killed" and "I lost my brother" say it; "my late husband's watch was stolen", "he said he would kill my
mum" and "if it had been my husband" do not. Of a death without a word of violence it counts what else is told: one
that came in old age, of an illness or on the road is no homicide, so the writer is somebody whom another service
helps, and stands as the one who writes.
"""

from __future__ import annotations

import re

from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.model.words import SenderType

from . import contacts, given_names, kin, losses, ties
from .drafts import Draft
from .losses import Loss
from .sources import Sources
from .victims import Died
from .writer import Writer

_REVIEW_WORDS = re.compile(
    r"(?i)\b(?:IMRs?|panel|overview report|terms of reference|QA|draft|CSP|DHR|DARDR|chronolog\w+|action plan"
    r"|Home Office|HO)\b"
)
_REVIEW_THREAD = re.compile(
    r"(?i)\b(?:progress|update|status|stage|timetable)\b[^\n]{0,40}\b(?:review|DHR|DARDR|SUSR)\b|\b(?:DHR|DARDR"
    r"|SUSR)\b"
)
_I_AM_AGE = re.compile(
    r"(?i)\b(?:(?:I(?:['’]m| am)|im)(?: (?:his|her|their) [\w-]{3,16},)? (?:only |just |now |aged |a )?|my age(?: is"
    r"|:) )"
    rf"{ties.NUMBER}\b(?! (?:weeks|months|miles|minutes|hours"
    r"|days|st|rd|nd)|%|th\b)"
)
_WRITER_IS = re.compile(
    r"(?i)\b(?:as|i['’]?m|i am|i was|it['’]s) (?:a |his |her |the )?(?:own )?(mum|mother|mam|dad|father|sister"
    r"|brother|son"
    r"|daughter|wife|husband|widow|widower|nan|grandmother|grandfather|aunt|auntie|uncle)\b(?! (?:in|has|had|who"
    r"|said|told|and I))"
)
_FEMALE_SELF = re.compile(
    r"(?i)\b(?:dinner lady|i['’]?m (?:a |his |her )?(?:mum|mother|nan|widow|wife|sister|daughter))\b"
    r"|\((?:mrs|ms|miss)\)|\bmrs\b|\bobrigada\b"
)
_MALE_SELF = re.compile(
    r"(?i)\(mr\)|\bi['’]?m (?:a |his |her )?(?:dad|father|husband|widower|brother|son|grandad)\b|\bobrigado\b"
)
_LAITY = ("student", "teacher", "nurse", "chair", "mother", "father")
_CASE_WORDS = re.compile(
    r"(?i)\b(?:trial|verdict|sentenc\w+|court|caseworker|support worker|your worker|visit|FLO|inquest|funeral|parole"
    r"|headstone|appeal"
    r"|family liaison|statement|CICA)\b"
)
_OF_NEITHER = ("parent", "child", "sibling", "grandparent", "grandchild", "relative", "step-parent", "parent-in-law")
"""Relations that only follow from the loss; whether mother or father a name that both bear does not say."""
_TRADE = re.compile(r"(?i)(?:dhr|review|chair|consult)")


def find(message: ParsedMessage, texts: Sources, sort: SenderType, writer: Writer, lookups: Lookups) -> Loss | None:
    """The loss that makes the writer the bereaved person; ``None`` where they are not."""
    if sort in (SenderType.OWN, SenderType.SYSTEM, SenderType.POLICE):
        return None
    private = sort in (SenderType.FREEMAIL, SenderType.OTHER)
    professional = bool(writer.role) and writer.role.lower() not in _LAITY
    signed = "role" in writer.spans and writer.spans["role"].field != "header:From"
    if professional and signed and sort is not SenderType.FREEMAIL:
        return None
    loss = losses.find(texts, known=bool(message.own_references))
    if loss is not None and (private or loss.sure):
        return loss
    if not private or (professional and signed) or (sort is SenderType.OTHER and writer.organisation):
        return None
    if re.search(r"(?i)chair\b", writer.role) or is_review_thread(message, texts) or _TRADE.search(writer.email):
        return None
    if message.own_references or _answers_us(message, texts, lookups):
        return Loss()
    return None


def _answers_us(message: ParsedMessage, texts: Sources, lookups: Lookups) -> bool:
    """An answer to a mail of ours about a court, a visit, a funeral: we write so to families."""
    if not message.in_reply_to:
        return False
    quoted = "".join(message.text[r.start : r.end][:2_000] for r in message.regions if r.kind is RegionKind.QUOTED)
    return any(f"@{own}" in quoted for own in lookups.own_domains) and bool(
        _CASE_WORDS.search(quoted) and not _REVIEW_WORDS.search(quoted + texts.new.text[:2_000])
    )


def draft(message: ParsedMessage, texts: Sources, writer: Writer, died: Died, loss: Loss) -> Draft:
    """A bereaved writer as the first of the family."""
    whole = "\n".join(s.text for s in (*texts.words, texts.signature))
    name = writer.name
    given = name.split()[0] if name else ""
    gender = given_names.male(given) if given else None
    if gender is None:
        gender = False if _FEMALE_SELF.search(whole) else True if _MALE_SELF.search(whole) else None
    if not name:
        own = re.search(r"(?i)\b(?:im|i['’]m|its|my name is|it['’]s|nazywam się) ([a-z]{3,15})\b", texts.new.text)
        if own and own[1].lower() in given_names.ALL:
            name = own[1].capitalize()
            family = re.match(r" ([a-z]{3,15})\b", texts.new.text[own.end() :])
            if family and texts.new.text.lower().count(f" {family[1]}") > 1:  # "… tracey boyd my son jordan boyd"
                name = f"{name} {family[1].capitalize()}"
    source = texts.words[0] if texts.words else texts.new
    found = Draft(name, source, 0, 0, words=frozenset(w.lower() for w in name.split()), is_male=gender)
    if "name" in writer.spans and name == writer.name:
        found.spans["name"] = writer.spans["name"]
    relation = loss.relation
    if loss.own:
        found.relationship = kin.gendered(loss.own, gender)
    elif relation:
        told = kin.inverse(relation, gender)
        said = _WRITER_IS.search(whole)
        if said and told in ("parent", "child", "sibling") and kin.noun(said[1]):
            told = kin.noun(said[1])
        found.relationship = told if told not in _OF_NEITHER else ""
        for part in texts.words:
            place = losses.place(part.text, relation)
            if place:
                found.spans["relationship"] = part.span(*place)
                break
    if writer.email:
        found.put("email", writer.email, writer.spans["email"])
    _own_contacts(found, texts)
    return found


def _own_contacts(found: Draft, texts: Sources) -> None:
    """A bereaved writer's own telephone, postcode and age."""
    for part in (texts.new, texts.signature, *texts.attachments):
        phones = [p for p in part.telephones if not contacts.is_helpline(p.text)]
        if phones:
            found.put("phone", phones[0].text, part.span(phones[0].start, phones[0].end))
        codes = part.postcodes
        if codes:
            found.put("postcode", codes[0].text, part.span(codes[0].start, codes[0].end))
        age = _I_AM_AGE.search(part.text)
        years = ties.age(age[1]) if age else None
        if age and years is not None and years > 5:
            found.put("age", str(years), part.span(age.start(1), age.end(1)))
        given = found.name.split()[0] if found.name else ""
        if given and (signed := re.search(rf"(?:^|[.!?\n]\s*){re.escape(given)}, (\d{{2}})\s*$", part.text[-60:])):
            begin = max(0, len(part.text) - 60)
            found.put("age", signed[1], part.span(begin + signed.start(1), begin + signed.end(1)))


def is_review_thread(message: ParsedMessage, texts: Sources) -> bool:
    """An answer to our question how a review stands."""
    return bool(_REVIEW_THREAD.search(message.subject) or _REVIEW_WORDS.search(texts.new.text[: losses.MAX_TOLD]))
