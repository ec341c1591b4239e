"""Template files → a checked set: whatever could go wrong when a mail is composed goes wrong here, at load.

Templates are a language of their own, written by people who are not programmers; they run in Jinja2's sandbox,
see only the fields of the room's manual, and may use text, ``if`` and ``for``, nothing that calls or includes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import product
from typing import Annotated

from jinja2 import Template as Compiled
from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, Field
from selectolax.lexbor import LexborHTMLParser

from mailflow.errors import Fault, ProfileFault
from mailflow.model.outgoing import OWN_PEOPLE, MailClass
from mailflow.model.words import Audience
from mailflow.syntax.documents import Document, open_document

from .fields import NEEDED, trials
from .parts import compiled_part, environment_for
from .service import NAME, ServiceFile, read_service
from .wording import figures, forbidden_words, too_long, wrong_markup

_PARTS = ("txt", "html")
_PATH = re.compile(r"(?:^|/)templates/([^/]+)/([^/]+)$")
_LANGUAGE = re.compile(r"^([a-z]{2})\.(txt|html)$")


class _Meta(BaseModel):
    """``meta.yaml`` of a template."""

    says: Annotated[str, Field(min_length=10)]
    audiences: Annotated[list[Audience], Field(min_length=1)]
    mail_class: Annotated[MailClass, Field(alias="class")]
    subject: dict[str, Annotated[str, Field(min_length=1, max_length=300)]]


@dataclass(frozen=True, slots=True)
class Written:
    """A template in one language, ready to be filled in."""

    subject: Compiled
    text: Compiled
    html: Compiled


@dataclass(frozen=True, slots=True)
class Template:
    """One template: what it is for, to whom it may speak, and its words."""

    name: str
    says: str
    audiences: frozenset[Audience]
    mail_class: MailClass
    languages: Mapping[str, Written]
    uses: frozenset[str]
    """Fields that any of its parts names."""


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """All templates of the profile, and the service that they speak of."""

    templates: Mapping[str, Template]
    service: ServiceFile
    private_subject: Mapping[str, Compiled]
    """Of receipts to private addresses, by language."""
    private_question: Mapping[str, Compiled]
    """Of other mail to private addresses, by language."""
    safe_subjects: Mapping[str, Mapping[str, Compiled]]
    """Key of ``service.yaml`` → language → subject, for people who must not be found out."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all templates, sorted."""
        return tuple(sorted(self.templates))


def load_templates(files: Mapping[str, str]) -> TemplateSet:
    """Read and check ``service.yaml`` and every ``templates/<name>/…`` among the files (name → text).

    Other files are left alone. Raises ``ProfileFault`` with all faults.
    """
    faults: list[Fault] = []
    folders = _folders(files, faults)
    languages = frozenset({"en"}.union(*(_languages(folder) for folder in folders.values())))
    document = _service(files, languages, faults)
    metas = {name: _meta(name, folder, languages, faults) for name, folder in folders.items()}
    for (name, folder), language, part in product(folders.items(), sorted(languages), _PARTS):
        if f"{language}.{part}" not in folder:
            faults.append(Fault(f"templates/{name}", f"{language}.{part} is missing"))
    if not folders:
        faults.append(Fault("templates", "there is no template at all"))
    if document is None:
        raise ProfileFault(tuple(faults))
    service = document.value
    environments = {part: environment_for(part == "html") for part in _PARTS}
    templates: dict[str, Template] = {}
    for name, folder in folders.items():
        template = _template(name, folder, metas[name], languages, service, environments, faults)
        if template is not None:
            templates[name] = template
    private = _subjects(document, ("private_subject",), service.private_subject, environments["txt"], faults)
    question = _subjects(document, ("private_question",), service.private_question, environments["txt"], faults)
    safe = {
        key: _subjects(document, ("safe_subjects", key), words, environments["txt"], faults)
        for key, words in service.safe_subjects.items()
    }
    if faults:
        raise ProfileFault(tuple(faults))
    return TemplateSet(templates, service, private, question, safe)


def _subjects(
    document: Document[ServiceFile],
    section: tuple[str, ...],
    words: Mapping[str, str],
    environment: ImmutableSandboxedEnvironment,
    faults: list[Fault],
) -> dict[str, Compiled]:
    """Neutral subjects of ``service.yaml``, compiled: they may name our reference and nothing else."""
    compiled: dict[str, Compiled] = {}
    for language, source in words.items():
        uses: set[str] = set()
        place = document.place(*section, language)
        ready = compiled_part(place, source, environment, document.value, MailClass.RECEIPT, faults, uses)
        more = sorted(uses - {"reference"})
        faults += [Fault(place, f"a neutral subject may name the reference, not {field}") for field in more]
        faults += [Fault(place, sentence) for _, sentence in forbidden_words(source, frozenset({Audience.PUBLIC}))]
        if ready is not None and not more:
            faults += [Fault(place, one) for one in too_long(ready.render(reference="HS-2222-2222"), "")]
            compiled[language] = ready
    return compiled


def _folders(files: Mapping[str, str], faults: list[Fault]) -> dict[str, dict[str, tuple[str, str]]]:
    """Template name → part → (file name, text)."""
    folders: dict[str, dict[str, tuple[str, str]]] = {}
    for path in sorted(files):
        found = _PATH.search(path)
        if found is None:
            continue
        name, part = found.groups()
        if part != "meta.yaml" and not _LANGUAGE.match(part):
            faults.append(Fault(path, "a template has meta.yaml and files like en.txt and en.html; this is neither"))
            continue
        folders.setdefault(name, {})[part] = (path, files[path])
    return folders


def _languages(folder: Mapping[str, object]) -> set[str]:
    return {found.group(1) for part in folder if (found := _LANGUAGE.match(part))}


def _service(files: Mapping[str, str], languages: frozenset[str], faults: list[Fault]) -> Document[ServiceFile] | None:
    for path in sorted(files):
        if path == NAME or path.endswith("/" + NAME):
            return read_service(path, files[path], languages, faults)
    faults.append(Fault(NAME, "the file is missing: templates speak of the service in it"))
    return None


def _meta(
    name: str, folder: Mapping[str, tuple[str, str]], languages: frozenset[str], faults: list[Fault]
) -> Document[_Meta] | None:
    if "meta.yaml" not in folder:
        faults.append(Fault(f"templates/{name}", "meta.yaml is missing"))
        return None
    path, text = folder["meta.yaml"]
    document = open_document(path, text, _Meta, faults)
    if document is None:
        return None
    meta = document.value
    lacking = sorted(languages - set(meta.subject))
    faults += [
        Fault(document.place("subject"), f"the subject is missing in the language {language}") for language in lacking
    ]
    faults += [Fault(document.place("audiences"), sentence) for sentence in _to_whom(meta)]
    return document


def _to_whom(meta: _Meta) -> Iterator[str]:
    """Which class of mail may go to whom."""
    staff = Audience.STAFF in meta.audiences
    if staff and len(meta.audiences) > 1:
        yield "a template for our own people is for nobody else"
    if staff != (meta.mail_class in OWN_PEOPLE):
        yield "alerts, notices and digests, and they alone, go to our own people (audience staff)"
    if meta.mail_class is MailClass.CHASER and meta.audiences != [Audience.PROFESSIONAL]:
        yield "only professionals are asked for what is missing (P5)"
    if meta.mail_class is MailClass.FOLLOW_UP and meta.audiences != [Audience.REVIEW]:
        yield "only those who run a review are asked how it goes (P5)"


def _template(
    name: str,
    folder: Mapping[str, tuple[str, str]],
    head: Document[_Meta] | None,
    languages: frozenset[str],
    service: ServiceFile,
    environments: Mapping[str, ImmutableSandboxedEnvironment],
    faults: list[Fault],
) -> Template | None:
    before = len(faults)
    meta = head.value if head is not None else None
    uses: set[str] = set()
    written: dict[str, Written] = {}
    mail_class = meta.mail_class if meta is not None else None
    audiences = frozenset(meta.audiences) if meta is not None else frozenset()
    for language in sorted(languages):
        compiled: dict[str, Compiled] = {}
        for part in _PARTS:
            entry = folder.get(f"{language}.{part}")
            if entry is None:
                continue  # told before, with all the others
            place, source = entry
            looked = _looks(source, part, language, audiences)
            faults += [Fault(f"{place}:{line}", sentence) for line, sentence in looked]
            ready = compiled_part(place, source, environments[part], service, mail_class, faults, uses)
            if ready is not None:
                compiled[part] = ready
        if head is not None and meta is not None and language in meta.subject:
            place, source = head.place("subject", language), meta.subject[language]
            faults += [Fault(place, sentence) for _, sentence in forbidden_words(source, audiences)]
            ready = compiled_part(place, source, environments["txt"], service, mail_class, faults, uses)
            if ready is not None and len(compiled) == len(_PARTS):
                written[language] = Written(ready, compiled["txt"], compiled["html"])
    if meta is None or len(faults) > before:
        return None
    place = f"templates/{name}"
    for language, words in written.items():
        found = dict.fromkeys(_trial(words, service, language, meta.mail_class, uses))
        faults += [Fault(f"{place}/{language}", sentence) for sentence in found]
    needed, sentence = NEEDED.get(meta.mail_class, (frozenset(), ""))
    if not needed <= uses:
        faults.append(Fault(place, sentence))
    return Template(name, meta.says, audiences, meta.mail_class, written, frozenset(uses))


def _looks(source: str, part: str, language: str, audiences: frozenset[Audience]) -> Iterator[tuple[int, str]]:
    """(line, sentence) of every word and every markup that may not be."""
    if part == "html":
        yield from wrong_markup(source, language)  # its words are those of the text, which is read below
    else:
        yield from forbidden_words(source, audiences)
        yield from figures(source)


def _trial(words: Written, service: ServiceFile, language: str, mail_class: MailClass, uses: Set[str]) -> Iterator[str]:
    """Fill the template in every way that its conditions tell apart; both parts must say the same."""
    for values in trials(service, language, mail_class, uses):
        try:
            parts = [words.subject.render(values), words.text.render(values), words.html.render(values)]
        except TemplateError as error:
            yield f"it cannot be filled in: {error}"
            return
        subject = parts[0].strip()
        if not subject or "\n" in subject:
            yield "the subject must be one line"
        yield from too_long(subject, parts[1])
        text, html = squeezed(re.sub(r"(?m)^\s*- ", "", parts[1])), squeezed(html_text(parts[2]))
        if text != html:
            at = next((n for n, (one, other) in enumerate(zip(text, html, strict=False)) if one != other), len(html))
            yield f"text and HTML say different things, the text near {text[max(0, at - 20) : at + 20]!r}"
            return


def html_text(source: str) -> str:
    """The words of an HTML part."""
    body = LexborHTMLParser(source).body
    return body.text(separator=" ") if body is not None else ""


def squeezed(text: str) -> str:
    """A text without any white space: how the two parts are compared, whatever their markup."""
    return "".join(text.split())
