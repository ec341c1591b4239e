"""Template files → a checked set: whatever could go wrong when a mail is composed goes wrong here, at load.

Templates are a language of their own, written by people who are not programmers; they run in Jinja2's sandbox,
see only the fields of the room's manual, and may use text, ``if`` and ``for``, nothing that calls or includes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, Field
from selectolax.lexbor import LexborHTMLParser

from mailflow.errors import Fault, ProfileFault
from mailflow.model.outgoing import MailClass
from mailflow.model.words import Audience
from mailflow.syntax.documents import read

from .service import NAME, ServiceFile, fields, read_service

FIELDS = frozenset({"reference", "reading", "missing", "link", "phone", "address", "service"})
"""All that a template may say besides its own words."""

FORBIDDEN = {
    **dict.fromkeys(("name", "names", "sender", "recipient", "person", "family", "victim", "referrer"), "a name"),
    **dict.fromkeys(("subject", "original_subject"), "the subject of the mail that is answered"),
    **dict.fromkeys(("text", "body", "message", "quoted", "quote", "new_text", "attachment", "mail"), "what came in"),
    **dict.fromkeys(("case", "facts", "kind", "verdict", "flags"), "what we know or think"),
}
"""Fields that somebody may think of and that must never be: a stranger learns nothing (P4)."""

_STAFF_ONLY = frozenset({"link"})
_PARTS = ("txt", "html")
_PATH = re.compile(r"(?:^|/)templates/([^/]+)/([^/]+)$")
_LANGUAGE = re.compile(r"^([a-z]{2})\.(txt|html)$")
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.If, nodes.For, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip
"""What a template may be made of: no calls, filters, includes, assignments or literals that hide text."""
_LOADS = re.compile(
    r"<\s*(?:img|script|link|iframe|object|embed|video|audio|source|base|form|input|svg|meta(?!\s+charset))\b"
    r"|\bsrc(?:set)?\s*=|\bbackground\s*=|url\s*\(|@import|\bon[a-z]+\s*=",
    re.IGNORECASE,
)
"""Whatever loads or runs: a remote picture tells an abuser when and where a mail was opened."""
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)


class _Meta(BaseModel):
    """``meta.yaml`` of a template."""

    says: Annotated[str, Field(min_length=10)]
    audiences: Annotated[list[Audience], Field(min_length=1)]
    mail_class: Annotated[MailClass, Field(alias="class")]
    subject: dict[str, Annotated[str, Field(min_length=1, max_length=120)]]


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
    private = {
        language: compiled
        for language, source in service.private_subject.items()
        if (compiled := _compile(NAME, source, environments["txt"], service, False, faults, {"reference"})) is not None
    }
    if faults:
        raise ProfileFault(tuple(faults))
    return TemplateSet(templates, service, private)


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
    staff = Audience.STAFF in meta.audiences
    if staff and len(meta.audiences) > 1:
        faults.append(Fault(path, "a template for our own people is for nobody else"))
    if staff != (meta.mail_class in (MailClass.ALERT, MailClass.NOTICE)):
        faults.append(Fault(path, "alerts and notices, and they alone, go to our own people (audience staff)"))
    if meta.mail_class is MailClass.CHASER and meta.audiences != [Audience.PROFESSIONAL]:
        faults.append(Fault(path, "only professionals are asked for what is missing (P5)"))
    return meta


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
    staff = meta is not None and Audience.STAFF in meta.audiences
    before = len(faults)
    uses: set[str] = set()
    written: dict[str, Written] = {}
    for language in sorted(languages):
        compiled: dict[str, Compiled] = {}
        for part in _PARTS:
            entry = folder.get(f"{language}.{part}")
            if entry is None:
                continue  # told before, with all the others
            if part == "html":
                faults += [Fault(entry[0], sentence) for sentence in _loads(entry[1])]
            ready = _compile(*entry, environments[part], service, staff, faults, uses)
            if ready is not None:
                compiled[part] = ready
        if meta is not None and language in meta.subject:
            place = folder["meta.yaml"][0]
            ready = _compile(place, meta.subject[language], environments["txt"], service, staff, faults, uses)
            if ready is not None and len(compiled) == len(_PARTS):
                written[language] = Written(ready, compiled["txt"], compiled["html"])
    if meta is None or len(faults) > before:
        return None
    place = f"templates/{name}"
    for language, words in written.items():
        faults += [Fault(f"{place}/{language}", sentence) for sentence in _trial(words, service, language, staff)]
    if meta.mail_class is MailClass.RECEIPT and not {"reading", "reference"} <= uses:
        faults.append(Fault(place, "a receipt says when a person will read (reading) and names our reference"))
    if meta.mail_class is MailClass.CHASER and "missing" not in uses:
        faults.append(Fault(place, "a chaser says what is missing (missing)"))
    return Template(name, meta.says, frozenset(meta.audiences), meta.mail_class, written, frozenset(uses))


def _compile(
    place: str,
    source: str,
    environment: ImmutableSandboxedEnvironment,
    service: ServiceFile,
    staff: bool,
    faults: list[Fault],
    uses: set[str],
) -> Compiled | None:
    """One part, compiled, or ``None`` with its faults appended; the fields that it names are added to ``uses``."""
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        faults.append(Fault(f"{place}:{error.lineno}", f"this is no template: {error.message}"))
        return None
    found = list(_faults_of(tree, service, staff, uses))
    faults += [Fault(f"{place}:{line}", sentence) for line, sentence in found]
    return None if found else environment.from_string(source)


def _faults_of(tree: nodes.Template, service: ServiceFile, staff: bool, uses: set[str]) -> Iterator[tuple[int, str]]:
    spaces = {key: frozenset(value) for key, value in fields(service, "en").items()}
    loops = {node.target.name for node in tree.find_all(nodes.For) if isinstance(node.target, nodes.Name)}
    inside = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in (tree, *tree.find_all(nodes.Node)):
        if not isinstance(node, _NODES):
            yield node.lineno, f"a template holds text, if and for; it may not use {type(node).__name__.lower()}"
        elif isinstance(node, nodes.For) and not (isinstance(node.iter, nodes.Name) and node.iter.name == "missing"):
            yield node.lineno, "the only list is missing: {% for item in missing %}"
        elif isinstance(node, nodes.Getattr):
            space = node.node.name if isinstance(node.node, nodes.Name) else ""
            if space not in spaces or node.attr not in spaces[space]:
                yield node.lineno, f"the field {space}.{node.attr} is not in {NAME}"
        elif isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in loops:
            yield from _faults_of_name(node, spaces, staff, inside)
            uses.add(node.name)


def _faults_of_name(
    node: nodes.Name, spaces: Mapping[str, frozenset[str]], staff: bool, inside: set[int]
) -> Iterator[tuple[int, str]]:
    name = node.name
    if name in FORBIDDEN:
        yield node.lineno, f"the field {name} is forbidden: it would repeat {FORBIDDEN[name]} to a stranger (P4)"
    elif name not in FIELDS:
        yield node.lineno, f"there is no field {name}; there are {', '.join(sorted(FIELDS))}"
    elif name in _STAFF_ONLY and not staff:
        yield node.lineno, f"the field {name} is for our own people only"
    elif name in spaces and id(node) not in inside:
        yield node.lineno, f"say which: {', '.join(f'{name}.{key}' for key in sorted(spaces[name]))}"


def _loads(source: str) -> Iterator[str]:
    """What would make a reader's program fetch or run something."""
    for found in _LOADS.finditer(source):
        yield f"{found.group(0).strip()!r} would load or run something; our mails hold words only"
    for found in _HREF.finditer(source):
        target = found.group(1)
        if not target.startswith(("tel:", "mailto:", "{{")):
            yield f"a link may go to tel:, mailto: or {{{{ link }}}}, not to {target!r}"


def _trial(words: Written, service: ServiceFile, language: str, staff: bool) -> Iterator[str]:
    """Fill the template in every way that its conditions tell apart; both parts must say the same."""
    for missing, link in product(((), ("one thing", "another thing")), ("", "https://desk.example/event/X")):
        values = {
            "reference": "HS-2222-2222",
            "reading": "A person will read it.",
            "missing": missing,
            "link": link if staff else "",
            **fields(service, language),
        }
        try:
            parts = [words.subject.render(values), words.text.render(values), words.html.render(values)]
        except TemplateError as error:
            yield f"it cannot be filled in: {error}"
            return
        if not parts[0].strip() or "\n" in parts[0].strip():
            yield "the subject must be one line"
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


def values_of(service: ServiceFile, language: str) -> dict[str, Any]:
    """The fields of a template that come from the service."""
    return dict(fields(service, language))
