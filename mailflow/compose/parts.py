"""One part of a template, compiled: Jinja2 in its sandbox, held to the fields that its class of mail may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailflow.errors import Fault
from mailflow.model.outgoing import OWN_PEOPLE, MailClass

from .fields import FIELDS, FORBIDDEN, place_of, spaces
from .service import ServiceFile

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.If, nodes.For, nodes.Not,
    nodes.And, nodes.Or,
)  # fmt: skip
"""What a template may be made of: no calls, filters, includes, assignments or literals that hide text."""


def environment_for(escapes: bool) -> ImmutableSandboxedEnvironment:
    """A sandbox without globals, filters and tests; ``escapes`` for HTML."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=escapes, keep_trailing_newline=False, trim_blocks=False, cache_size=0
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


def compiled_part(
    place: str,
    source: str,
    environment: ImmutableSandboxedEnvironment,
    service: ServiceFile,
    mail_class: MailClass | None,
    faults: list[Fault],
    uses: set[str],
) -> Compiled | None:
    """One part, compiled, or ``None`` with its faults appended; the fields that it names are added to ``uses``.

    ``place`` is the name of a file, to which the line is added, or a whole place (``name:line:column``) of one line.
    """
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        faults.append(Fault(_at(place, error.lineno), f"this is no template: {error.message}"))
        return None
    found = list(_faults_of(tree, service, mail_class, uses))
    faults += [Fault(_at(place, line), sentence) for line, sentence in found]
    return None if found else environment.from_string(tree)


def _at(place: str, line: int) -> str:
    return place if ":" in place else f"{place}:{line}"


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
        if FIELDS[name] <= OWN_PEOPLE:
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
