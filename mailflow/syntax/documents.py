"""YAML files that people write (rules, lookups, policy) → validated records, with every fault at its place.

In: the name and the text of one file and the pydantic model that it must fit. Out: the model, and for
whatever is wrong a :class:`~mailflow.errors.Fault` at ``name:line:column`` (1-based, in characters), all in
one pass. May import ``mailflow.errors``, PyYAML and pydantic; reads no disk: the caller brings the text.

YAML is read as YAML 1.2.2 §10.3 (core schema) says, not as PyYAML's YAML 1.1: ``yes``, ``no``, ``on``,
``off`` and dates stay text, ``0777`` is a decimal number. Stricter than the standard on purpose: a key
written twice is a fault (YAML 1.2.2 §3.2.1.1 leaves it to us), so are anchors and aliases (a few lines of
them grow to gigabytes), tags, and keys that the model does not know.

    faults: list[Fault] = []
    policy = read("policy.yaml", text, PolicyFile, faults)
    if faults:
        raise ProfileFault(tuple(faults))
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from mailflow.errors import Fault

Shape = TypeVar("Shape", bound=BaseModel)

MAX_CHARACTERS = 2_000_000
"""The longest file that is read: a whole profile has under 200,000; more is a wrong file, not a rule."""

MAX_DEPTH = 40
"""Nesting of a file; deeper would end the recursion of parser and validator (``[[[[…``)."""

MAX_FAULTS = 200
"""Faults named of one file: past that, one misplaced indentation is to blame for all."""

_FLOW_OPENERS = re.compile(r"[\[{]")


class _Loader(yaml.CSafeLoader):
    """The C parser of PyYAML with the scalars of YAML 1.2.2 §10.3.2 in place of those of YAML 1.1."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML declares it so)


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", [*"~nN", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", [*"tTfF"]),
    ("tag:yaml.org,2002:int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", [*"-+0123456789"]),
    (
        "tag:yaml.org,2002:float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        [*"-+.0123456789"],
    ),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


@dataclass(frozen=True, slots=True)
class Document(Generic[Shape]):
    """A file that was read without fault, and where each of its values stands."""

    name: str
    value: Shape
    _root: yaml.Node

    def place(self, *path: str | int) -> str:
        """``name:line:column`` of the value at that path of keys and list positions, or of its nearest parent."""
        return _at(self.name, _find(self._root, path)[0].start_mark)


def read(name: str, text: str, shape: type[Shape], faults: list[Fault]) -> Shape | None:
    """The validated content of one file; ``None`` when it has faults, which are appended to ``faults``.

    ``name`` stands in the place of each fault. Keys that ``shape`` does not know are faults at every depth,
    whatever its configuration says. Raises nothing for any text.
    """
    document = open_document(name, text, shape, faults)
    return None if document is None else document.value


def open_document(name: str, text: str, shape: type[Shape], faults: list[Fault]) -> Document[Shape] | None:
    """Like :func:`read`, but with the places, for checks that go from one file to another."""
    found: list[Fault] = []
    root = _compose(name, text, found)
    value: Shape | None = None
    if root is not None:
        plain = _plain(name, root, found, depth=0, seen=set())
        try:
            value = shape.model_validate(plain, extra="forbid")
        except ValidationError as error:
            found.extend(_faults(name, root, error))
        except RecursionError:
            found.append(Fault(name, "the file is nested too deeply to be read"))
    if len(found) > MAX_FAULTS:
        found[MAX_FAULTS:] = [Fault(name, f"and {len(found) - MAX_FAULTS} faults more")]
    faults.extend(found)
    if found or value is None or root is None:
        return None
    return Document(name, value, root)


def _at(name: str, mark: yaml.Mark | None) -> str:
    return name if mark is None else f"{name}:{mark.line + 1}:{mark.column + 1}"


def _compose(name: str, text: str, faults: list[Fault]) -> yaml.Node | None:
    """Text → the tree of YAML nodes; a fault of syntax ends the file, there is one at most."""
    if len(text) > MAX_CHARACTERS:
        faults.append(Fault(name, f"the file has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"))
        return None
    deep = _too_deep(text)
    if deep is not None:
        faults.append(Fault(f"{name}:{deep}", f"the file is nested more than {MAX_DEPTH} levels deep"))
        return None
    try:
        loader = _Loader(text)
        try:
            root: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        faults.append(Fault(_at(name, error.problem_mark or error.context_mark), _syntax(error)))
        return None
    except (yaml.reader.ReaderError, UnicodeEncodeError) as error:
        position = error.start if isinstance(error, UnicodeEncodeError) else -1
        place = f"{name}:{text.count(chr(10), 0, position) + 1}" if position >= 0 else name
        faults.append(Fault(place, "the file holds a character that YAML does not allow (a control character)"))
        return None
    if root is None:
        faults.append(Fault(name, "the file is empty"))
    return root


def _too_deep(text: str) -> int | None:
    """The line where nesting passes the limit, counted generously: brackets anywhere, indentation by column."""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        body = line.lstrip(" -?:")
        if (len(line) - len(body)) > MAX_DEPTH * 8:
            return number
        if body.startswith("#"):
            continue
        depth += len(_FLOW_OPENERS.findall(body)) - body.count("]") - body.count("}")
        depth = max(depth, 0)
        if depth > MAX_DEPTH:
            return number
    return None


_SYNTAX_WORDS = {
    "found character that cannot start any token": "a tab or another character stands where YAML allows none; "
    "indent with spaces, and put quotes around text that starts with @, ` or %",
    "did not find expected '-' indicator": "the indentation does not fit the list above it",
    "did not find expected key": "the indentation does not fit, or a value with a colon needs quotes",
    "mapping values are not allowed in this context": "a second colon on the line: put quotes around the text",
    "did not find expected ',' or ']'": "a list in [ ] is not closed, or a comma is missing",
    "did not find expected ',' or '}'": "a mapping in { } is not closed, or a comma is missing",
    "found unexpected end of stream": "a quote is opened and never closed",
    "found undefined alias": "aliases (*name) are not allowed here: write the value out, or quote the text",
    "but found another document": "the file holds a second document (---); only one is allowed",
}


def _syntax(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "this is no YAML"
    return next((words for phrase, words in _SYNTAX_WORDS.items() if phrase in problem), problem)


def _plain(name: str, node: yaml.Node, faults: list[Fault], depth: int, seen: set[int]) -> Any:
    """A node as plain values; whatever YAML allows and we do not becomes a fault and ``None``."""
    if id(node) in seen:
        faults.append(Fault(_at(name, node.start_mark), "anchors and aliases (&, *) are not allowed: write it out"))
        return None
    seen.add(id(node))
    if depth > MAX_DEPTH:
        faults.append(Fault(_at(name, node.start_mark), f"the file is nested more than {MAX_DEPTH} levels deep"))
        return None
    if isinstance(node, yaml.SequenceNode):
        return [_plain(name, item, faults, depth + 1, seen) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return _mapping(name, node, faults, depth, seen)
    return _scalar(name, node, faults)


def _mapping(name: str, node: yaml.MappingNode, faults: list[Fault], depth: int, seen: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        value = _plain(name, value_node, faults, depth + 1, seen)
        if not isinstance(key_node, yaml.ScalarNode):
            faults.append(Fault(_at(name, key_node.start_mark), "a key must be one word, not a list or mapping"))
            continue
        key = key_node.value
        if key in found:
            faults.append(Fault(_at(name, key_node.start_mark), f"the key {key!r} is written twice"))
            continue
        found[key] = value
    return found


def _scalar(name: str, node: yaml.Node, faults: list[Fault]) -> Any:
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    text: str = node.value
    match tag:
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if len(text) <= 20:
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        case "float" if len(text) <= 40:
            return float(text.replace(".inf", "inf").replace(".nan", "nan").lower())
        case "int" | "float":
            faults.append(Fault(_at(name, node.start_mark), "the number is too long"))
        case _:
            faults.append(Fault(_at(name, node.start_mark), f"the tag {node.tag!r} is not allowed"))
    return None


def _find(root: yaml.Node, path: tuple[str | int, ...]) -> tuple[yaml.Node, yaml.Node | None]:
    """The node at a path and the node of its key.

    Parts of the path that are no key or position are stepped over: pydantic names union members there.
    """
    node, key = root, None
    for part in path:
        if isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                if key_node.value == part:
                    node, key = value_node, key_node
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node, key = node.value[part], None
    return node, key


def _faults(name: str, root: yaml.Node, error: ValidationError) -> list[Fault]:
    """Every fault that pydantic found, at its place; of a union's members only the nearest is told."""
    found: dict[tuple[str, str], Fault] = {}
    details = error.errors(include_url=False)
    for detail in details:
        path = detail["loc"]
        if detail["type"] == "too_short" and any(d["loc"][: len(path)] == path and d is not detail for d in details):
            continue  # pydantic counts only the items that were right
        node, key = _find(root, path)
        at_key = (detail["type"] == "extra_forbidden" or path[-1:] == ("[key]",)) and key is not None
        place = _at(name, key.start_mark if at_key and key is not None else node.start_mark)
        sentence = _sentence(detail["type"], detail.get("ctx", {}), str(detail["msg"]), path)
        found.setdefault((place, sentence), Fault(place, sentence))
    return list(found.values())


_WORDS = {
    "string_type": "this must be text; put quotes around it",
    "int_type": "this must be a whole number",
    "int_parsing": "this must be a whole number",
    "int_from_float": "this must be a whole number",
    "float_type": "this must be a number",
    "float_parsing": "this must be a number",
    "bool_type": "this must be true or false",
    "bool_parsing": "this must be true or false",
    "list_type": "this must be a list",
    "tuple_type": "this must be a list",
    "dict_type": "this must be a mapping of key: value lines",
    "model_type": "this must be a mapping of key: value lines",
    "model_attributes_type": "this must be a mapping of key: value lines",
    "string_too_short": "this must not be empty",
}


def _sentence(sort: str, context: dict[str, Any], message: str, path: tuple[str | int, ...]) -> str:
    last = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    match sort:
        case "extra_forbidden":
            return f"the key {last!r} is not known here"
        case "missing":
            return f"the key {last!r} is missing"
        case "literal_error" | "enum":
            return f"this must be one of {context.get('expected', '')}"
        case "string_pattern_mismatch":
            return f"this does not have the form {context.get('pattern', '')}"
        case "too_short":
            return "this list must not be empty" if context.get("min_length") == 1 else message
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            limits = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
            return "this must be " + ", ".join(
                f"{limits[key]} {value}" for key, value in context.items() if key in limits
            )
        case "value_error":
            return str(context.get("error", message))
        case _:
            return _WORDS.get(sort, message[:1].lower() + message[1:])
