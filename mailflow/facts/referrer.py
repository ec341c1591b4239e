"""Who writes, or for whom they write: name, role, organisation, telephone.

The From field gives the address and often the name, in the forms that directories write ("HOLT, Amy", "PATTERSON,
Ruth (TRUST NAME)", "DUNSTAN Claire", "Tom Ridley 75233"). The signature says the rest, and wins for the name: a
secretary types for the doctor, a shared mailbox has no name. "I am a wellbeing adviser at …" in the text is the last
resort.
"""

from __future__ import annotations

import re

from mailflow.model.facts import Span
from mailflow.model.lookups import Lookups
from mailflow.model.message import ParsedMessage

from . import introductions, names, not_names, signatures
from .signatures import ORGANISATION, RANK
from .sources import Sources
from .writer import Writer

_BRACKET = re.compile(r"[\[(]([^\])]{2,80})[\])]")


def find(message: ParsedMessage, texts: Sources, lookups: Lookups) -> Writer:
    """What the message says of its writer, from From, signature and text."""
    writer = Writer()
    author = message.author
    shown, organisation, role = ("", "", "")
    if author is not None:
        writer.email = author.address.strip()
        value = message.header("From")
        shown, organisation, role = from_display(author.name)
        at = value.find(author.address)
        writer.spans["email"] = Span(
            "header:From",
            max(at, 0),
            max(at, 0) + len(author.address) if at >= 0 else len(value),
            author.address if at >= 0 else value,
        )
        if shown:
            writer.spans["name"] = Span("header:From", 0, len(value), value)
    writer.name = shown
    signatures.read(writer, message, texts, lookups)
    if not writer.organisation and organisation:
        writer.organisation = organisation
        writer.spans["organisation"] = Span("header:From", 0, len(message.header("From")), message.header("From"))
    if ":" in writer.organisation:  # a form's line below a name, "MEDIA INTEREST: local only"
        writer.organisation = ""
        writer.spans.pop("organisation", None)
    introductions.read(writer, texts, lookups)
    if not writer.role and role:
        writer.role = role
    writer.words = {word.lower() for word in re.findall(r"[^\W\d_][\w'’-]+", f"{shown} {writer.name}")}
    return writer


def from_display(display: str) -> tuple[str, str, str]:
    """Name, organisation in brackets and rank out of a display name; an empty name for a mailbox of an office."""
    text = display.strip().strip("\"'").strip()
    organisation, role = "", ""
    for inside in _BRACKET.findall(text):
        bare = re.sub(r"\s+-\s+[A-Z0-9]{2,8}$", "", inside).strip()
        if RANK.match(bare + " Xx") or re.fullmatch(r"(?:[AT]/)?(?:DC|DS|DI|DCI|PC|PS)", bare):
            role = bare
        elif ORGANISATION.search(bare):
            organisation = _title_case(bare) if bare.isupper() else bare
    text = _BRACKET.sub(" ", text)
    text = re.split(r"\s+[@|–]\s*|\s+-\s+", text)[0]
    text = re.sub(r"\s[A-Z]{0,3}\d{2,8}\b|[<>\d_]+", " ", text).strip(" ,")
    rank = RANK.match(text)
    if rank:
        role = role or rank[1]
    if "@" in text or not text:
        return "", organisation, role
    if "," in text:
        surname, _, given = text.partition(",")
        text = f"{given.strip()} {surname.strip()}"
    words = [w for w in text.split() if w.rstrip(".").lower() not in names.TITLES]
    low = [w.lower().strip(".,") for w in words]
    if (
        not words
        or len(words) > 5
        or any(w in _OFFICE for w in low)
        or (len(words) > 2 and any(w in not_names.WORDS for w in low))
    ):
        return "", organisation, role
    capitals = next((i for i, w in enumerate(words) if not (w.isupper() and len(w) > 1)), len(words))
    if 0 < capitals < len(words) and len(words[0]) > 2:
        words = [*words[capitals:], *(w.lower() if w.lower() in names.PARTICLES else w for w in words[:capitals])]
    kept = [names.normal(w) for w in words if any(c.isalpha() for c in w)]
    return " ".join(kept), organisation, role


_OFFICE = frozenset(
    """
    team unit office support service services reviews review admin enquiries enquiry council police safety
    community partnership customer school primary mailbox care panel members noreply no-reply desk helpdesk
    coordinators co-ordinators safeguarding bulletin delivery system postmaster mailer-daemon uned victim
    victims homicide constabulary department info contact business secretariat academy surgery reception court
    witness press news
    """.split()  # noqa: SIM905 (a column of words reads better)
)


def _title_case(said: str) -> str:
    """A trust's or firm's name that a directory writes in capitals, as one writes it; abbreviations stay."""
    small = ("and", "of", "for", "the", "on", "in", "with")
    kept = ("NHS", "ICB", "HMP", "YOI", "CIC", "GP", "UK", "LLP", "CSP", "MAT", "FLO", "HMPPS")
    words = [w if w in kept else w.lower() if w.lower() in small else names.normal(w) for w in said.split()]
    return " ".join(words)
