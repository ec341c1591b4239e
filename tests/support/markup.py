"""Pages, judged: whether their HTML is valid, and their structure without their words.

``faults`` checks what a browser forgives and a reader with a screen reader does not: tags that are not closed or
closed across one another, elements where they must not stand (HTML Living Standard, content models), ids that are
twice there, links to places that do not exist, fields without a label, pictures without words, headings that skip
a level.

``outline`` is the small normal form that stands beside each screenshot: tags, classes and headings, one a line,
indented. Words, inline elements and classes that say what a mail is are left out, and alike neighbours are drawn
once, so that it changes when the page does and not when a mail or a rule does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("area base br col embed hr img input link meta source track wbr")
PHRASING = _words(
    "a abbr b bdi bdo br button cite code data dfn em i iframe img input kbd label mark meter output progress q "
    "rp rt ruby s samp select small span strong sub sup svg textarea time u var wbr option"
)
ONLY_PHRASING = _words("p h1 h2 h3 h4 h5 h6 span strong em q sup sub mark label a summary time code dt")
"""Elements whose content is phrasing; ``a`` and ``summary`` are used so here."""
INLINE = _words("a span strong q sup mark time br code em")
"""Elements that come and go with the words of a mail."""
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "select": {"option"},
    "table": {"thead", "tbody", "caption"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
}


@dataclass
class Element:
    """One element with its children, as written."""

    tag: str
    attributes: dict[str, str]
    parts: list[Element | str] = field(default_factory=list)
    """Elements and words in document order."""

    @property
    def children(self) -> list[Element]:
        return [part for part in self.parts if isinstance(part, Element)]

    @property
    def words(self) -> str:
        """The element's own words, without those of its children."""
        return "".join(part for part in self.parts if isinstance(part, str))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#", {})
        self.open = [self.root]
        self.faults: list[str] = []

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.faults.append(f"doctype {decl}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._judge(element)
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes <{self.open[-1].tag}>")

    def handle_data(self, data: str) -> None:
        parent = self.open[-1]
        parent.parts.append(data)
        if parent.tag in CHILDREN and data.strip():
            self.faults.append(f"words in <{parent.tag}>: {data.strip()[:40]}")

    def _judge(self, element: Element) -> None:
        tag, parent = element.tag, self.open[-1].tag
        if parent in ONLY_PHRASING and tag not in PHRASING:
            self.faults.append(f"<{tag}> in <{parent}>")
        if parent in CHILDREN and tag not in CHILDREN[parent]:
            self.faults.append(f"<{tag}> in <{parent}>")
        if tag == "li" and parent not in ("ul", "ol"):
            self.faults.append(f"<li> in <{parent}>")
        if tag in ("dt", "dd") and parent not in ("dl", "div"):
            self.faults.append(f"<{tag}> in <{parent}>")
        inside = [one.tag for one in self.open]
        if tag in ("a", "button", "input", "select", "textarea", "iframe") and "a" in inside:
            self.faults.append(f"<{tag}> in a link")
        if tag == "form" and "form" in inside:
            self.faults.append("a form in a form")


def read(page: str) -> tuple[Element, list[str]]:
    """The tree of a page, and what is wrong with its tags."""
    reader = _Reader()
    if not page.startswith("<!doctype html>"):
        reader.faults.append("it does not begin with its doctype")
    reader.feed(page)
    reader.close()
    reader.faults += [f"<{one.tag}> is not closed" for one in reader.open[1:]]
    return reader.root, reader.faults


def walk(element: Element) -> list[Element]:
    """The element and everything in it, in document order."""
    found = [element]
    for child in element.children:
        found += walk(child)
    return found


def text_of(element: Element) -> str:
    """All words in an element, in document order, each blank once."""
    return " ".join(_text(element).split())


def _text(element: Element) -> str:
    inner = "".join(part if isinstance(part, str) else _text(part) for part in element.parts)
    return inner if element.tag in INLINE else f" {inner} "


def faults(page: str) -> list[str]:
    """Everything that is wrong with a page, in words."""
    root, found = read(page)
    everything = walk(root)
    ids = [one.attributes["id"] for one in everything if "id" in one.attributes]
    found += [f"id {name} stands there twice" for name in sorted({i for i in ids if ids.count(i) > 1})]
    for one in everything:
        given = one.attributes
        target = given.get("href", "")
        if one.tag == "a" and target.startswith("#") and target[1:] not in ids:
            found.append(f"a link leads to {target}, which is not there")
        for name in ("aria-labelledby", "for"):
            if name in given and given[name] not in ids:
                found.append(f'{name}="{given[name]}" points to nothing')
        if one.tag == "img" and "alt" not in given:
            found.append("a picture without alt")
        if one.tag == "iframe" and not given.get("title"):
            found.append("a frame without a title")
        if one.tag in ("input", "select", "textarea") and not any(
            label.attributes.get("for") == given.get("id") for label in everything if label.tag == "label"
        ):
            found.append(f"the field {given.get('name')} has no label")
        if one.tag == "a" and not text_of(one) and not any(c.tag == "img" for c in one.children):
            found.append(f"the link to {target} has no words")
        if one.tag in ("script", "style") or any(name.startswith("on") or name == "style" for name in given):
            found.append(f"<{one.tag}> brings script or style of its own")
    levels = [int(one.tag[1]) for one in everything if one.tag in ("h1", "h2", "h3", "h4")]
    if levels.count(1) != 1 or levels[:1] != [1]:
        found.append(f"headings of level {levels}: a page begins with its one h1")
    found += [f"a heading skips from {a} to {b}" for a, b in pairwise(levels) if b > a + 1]
    for tag in ("html", "head", "title", "main"):
        if sum(one.tag == tag for one in everything) != 1:
            found.append(f"there is not exactly one <{tag}>")
    if not next((one.attributes.get("lang") for one in everything if one.tag == "html"), ""):
        found.append("the language is not said")
    return found


OPTIONAL = frozenset({"notes", "plain", "task", "notice"})
"""Classes of elements that are there or not as a mail or a rule wants it."""
VARYING = ("flag-", "state-", "why", "note-", "is-", "urgency-", "block-", "fact", "at-risk", "done", "waiting")
"""Beginnings of classes that say what a mail is, not what the page is."""


def outline(page: str) -> str:
    """The structure of a page, one element a line; alike neighbours are drawn once, with all that any of them holds."""
    root, _ = read(page)
    lines: list[str] = []
    _outline([root], -1, lines)
    return "\n".join(lines[1:]) + "\n"


def _outline(alike: list[Element], depth: int, lines: list[str]) -> None:
    lines.append("  " * depth + _shape(alike[0]))
    groups: dict[str, list[Element]] = {}
    for one in alike:
        for child in one.children:
            if child.tag not in INLINE and child.tag != "details" and not OPTIONAL & _classes(child):
                groups.setdefault(_shape(child), []).append(child)
    for group in groups.values():
        _outline(group, depth + 1, lines)


def _classes(element: Element) -> set[str]:
    return set(element.attributes.get("class", "").split())


def _shape(element: Element) -> str:
    given = element.attributes
    names = [name for name in given.get("class", "").split() if not name.startswith(VARYING)]
    shape = element.tag + "".join(f".{name}" for name in sorted(names))
    words = " ".join(element.words.split())
    if element.tag in ("h1", "h2", "h3") and words and "subject" not in names and not any(c.isdigit() for c in words):
        shape += f" {words}"
    return shape
