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

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, Field
from selectolax.lexbor import LexborHTMLParser

from mailflow.errors import Fault, ProfileFault
from mailflow.model.outgoing import MailClass
from mailflow.model.words import Audience
from mailflow.syntax.documents import read

from .fields import FIELDS, FORBIDDEN, NEEDED, TO_STAFF, place_of, spaces, trials
from .service import NAME, ServiceFile, read_service
from .wording import figures, forbidden_words, too_long, wrong_markup

_PARTS = ("txt", "html")
_PATH = re.compile(r"(?:^|/)templates/([^/]+)/([^/]+)$")
_LANGUAGE = re.compile(r"^([a-z]{2})\.(txt|html)$")
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.If, nodes.For, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip
"""What a template may be made of: no calls, filters, includes, assignments or literals that hide text."""


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
    service = _service(files, languages, faults)
    metas = {name: _meta(name, folder, languages, faults) for name, folder in folders.items()}
    for (name, folder), language, part in product(folders.items(), sorted(languages), _PARTS):
        if f"{language}.{part}" not in folder:
            faults.append(Fault(f"templates/{name}", f"{language}.{part} is missing"))
    if not folders:
        faults.append(Fault("templates", "there is no template at all"))
    if service is None:
        raise ProfileFault(tuple(faults))
    environments = {part: _environment(part == "html") for part in _PARTS}
    templates: dict[str, Template] = {}
    for name, folder in folders.items():
        template = _template(name, folder, metas[name], languages, service, environments, faults)
        if template is not None:
            templates[name] = template
    private = _subjects(service.private_subject, "private_subject", service, environments["txt"], faults)
    question = _subjects(service.private_question, "private_question", service, environments["txt"], faults)
    safe = {
        key: _subjects(words, f"safe_subjects {key}", service, environments["txt"], faults)
        for key, words in service.safe_subjects.items()
    }
    if faults:
        raise ProfileFault(tuple(faults))
    return TemplateSet(templates, service, private, question, safe)


def _subjects(
    words: Mapping[str, str],
    section: str,
    service: ServiceFile,
    environment: ImmutableSandboxedEnvironment,
    faults: list[Fault],
) -> dict[str, Compiled]:
    """Neutral subjects of ``service.yaml``, compiled: they may name our reference and nothing else."""
    compiled: dict[str, Compiled] = {}
    for language, source in words.items():
        uses: set[str] = set()
        ready = _compile(NAME, source, environment, service, MailClass.RECEIPT, faults, uses)
        more = sorted(uses - {"reference"})
        faults += [Fault(NAME, f"{section} may name the reference, not {field}") for field in more]
        faults += [Fault(NAME, sentence) for _, sentence in forbidden_words(source, frozenset({Audience.PUBLIC}))]
        if ready is not None and not more:
            faults += [Fault(NAME, one) for one in too_long(ready.render(reference="HS-2222-2222"), "")]
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


def _service(files: Mapping[str, str], languages: frozenset[str], faults: list[Fault]) -> ServiceFile | None:
    for path in sorted(files):
        if path == NAME or path.endswith("/" + NAME):
            return read_service(path, files[path], languages, faults)
    faults.append(Fault(NAME, "the file is missing: templates speak of the service in it"))
    return None


def _meta(
    name: str, folder: Mapping[str, tuple[str, str]], languages: frozenset[str], faults: list[Fault]
) -> _Meta | None:
    if "meta.yaml" not in folder:
        faults.append(Fault(f"templates/{name}", "meta.yaml is missing"))
        return None
    path, text = folder["meta.yaml"]
    meta = read(path, text, _Meta, faults)
    if meta is None:
        return None
    lacking = sorted(languages - set(meta.subject))
    faults += [Fault(path, f"the subject is missing in the language {language}") for language in lacking]
    faults += [Fault(path, sentence) for sentence in _to_whom(meta)]
    return meta


def _to_whom(meta: _Meta) -> Iterator[str]:
    """Which class of mail may go to whom."""
    staff = Audience.STAFF in meta.audiences
    if staff and len(meta.audiences) > 1:
        yield "a template for our own people is for nobody else"
    if staff != (meta.mail_class in TO_STAFF):
        yield "alerts, notices and digests, and they alone, go to our own people (audience staff)"
    if meta.mail_class is MailClass.CHASER and meta.audiences != [Audience.PROFESSIONAL]:
        yield "only professionals are asked for what is missing (P5)"
    if meta.mail_class is MailClass.FOLLOW_UP and meta.audiences != [Audience.REVIEW]:
        yield "only those who run a review are asked how it goes (P5)"


def _environment(escapes: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=escapes, keep_trailing_newline=False, trim_blocks=False, cache_size=0
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


def _template(
    name: str,
    folder: Mapping[str, tuple[str, str]],
    meta: _Meta | None,
    languages: frozenset[str],
    service: ServiceFile,
    environments: Mapping[str, ImmutableSandboxedEnvironment],
    faults: list[Fault],
) -> Template | None:
    before = len(faults)
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
            ready = _compile(place, source, environments[part], service, mail_class, faults, uses)
            if ready is not None:
                compiled[part] = ready
        if meta is not None and language in meta.subject:
            place, source = folder["meta.yaml"][0], meta.subject[language]
            faults += [Fault(place, sentence) for _, sentence in forbidden_words(source, audiences)]
            ready = _compile(place, source, environments["txt"], service, mail_class, faults, uses)
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


def _compile(
    place: str,
    source: str,
    environment: ImmutableSandboxedEnvironment,
    service: ServiceFile,
    mail_class: MailClass | None,
    faults: list[Fault],
    uses: set[str],
) -> Compiled | None:
    """One part, compiled, or ``None`` with its faults appended; the fields that it names are added to ``uses``."""
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        faults.append(Fault(f"{place}:{error.lineno}", f"this is no template: {error.message}"))
        return None
    found = list(_faults_of(tree, service, mail_class, uses))
    faults += [Fault(f"{place}:{line}", sentence) for line, sentence in found]
    return None if found else environment.from_string(source)


def _faults_of(
    tree: nodes.Template, service: ServiceFile, mail_class: MailClass | None, uses: set[str]
) -> Iterator[tuple[int, str]]:
    dotted = spaces(service)
    loops = {node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)}
    inside = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in (tree, *tree.find_all(nodes.Node)):
        if not isinstance(node, _NODES):
            yield node.lineno, f"a template holds text, if and for; it may not use {type(node).__name__.lower()}"
        elif isinstance(node, nodes.For) and not (isinstance(node.iter, nodes.Name) and node.iter.name == "missing"):
            yield node.lineno, "the only list is missing: {% for item in missing %}"
        elif isinstance(node, nodes.Getattr):
            space = node.node.name if isinstance(node.node, nodes.Name) else ""
            if space not in dotted or node.attr not in dotted[space]:
                yield node.lineno, f"the field {space}.{node.attr} is not in {place_of(space)}"
        elif isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in loops:
            yield from _faults_of_name(node, dotted, mail_class, inside)
            uses.add(node.name)


def _faults_of_name(
    node: nodes.Name, dotted: Mapping[str, frozenset[str]], mail_class: MailClass | None, inside: set[int]
) -> Iterator[tuple[int, str]]:
    name = node.name
    if name in FORBIDDEN:
        yield node.lineno, f"the field {name} is forbidden: it would repeat {FORBIDDEN[name]} to a stranger (P4)"
    elif name not in FIELDS:
        yield node.lineno, f"there is no field {name}; there are {', '.join(sorted(FIELDS))}"
    elif mail_class is not None and mail_class not in FIELDS[name]:
        if FIELDS[name] <= TO_STAFF:
            yield node.lineno, f"the field {name} is for our own people only, in {_classes(name)}"
        else:
            yield node.lineno, f"{_a(mail_class)} has no field {name}; it is for {_classes(name)}"
    elif name in dotted and id(node) not in inside:
        yield node.lineno, f"say which: {', '.join(f'{name}.{key}' for key in sorted(dotted[name]))}"


def _said(mail_class: MailClass) -> str:
    return mail_class.value.replace("_", "-")


def _a(mail_class: MailClass) -> str:
    return f"{'an' if mail_class is MailClass.ALERT else 'a'} {_said(mail_class)}"


def _classes(name: str) -> str:
    return ", ".join(f"{_said(mail_class)}s" for mail_class in MailClass if mail_class in FIELDS[name])


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
