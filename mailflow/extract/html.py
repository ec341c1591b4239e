"""HTML files: the text that a browser shows, with tables as rows, form fields filled in, struck words marked.

Nothing is fetched and no script runs. lexbor (selectolax) builds the tree in time that is quadratic in nesting
depth, so size and depth are looked at before.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import limits
from .plain import decode
from .reading import CUT, OVER_LIMITS, TICKED, UNTICKED, Reading, Unreadable, row, struck
from .sniff import HTML

_DROPPED = frozenset(
    {
        "script",
        "style",
        "head",
        "template",
        "noscript",
        "svg",
        "math",
        "iframe",
        "object",
        "-comment",
        "_comment",
        "!doctype",
        "-doctype",
    }
)
_BLOCK_NAMES = """
address article aside blockquote body center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header
hr html legend li main nav ol p pre section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_STRIKING = frozenset({"s", "strike", "del"})
_VOID = frozenset(b"area base br col embed hr img input link meta source track wbr".split())
_CLOSED_FOR_US = frozenset(b"p li dt dd option optgroup tr td th thead tbody tfoot colgroup rp rt".split())
"""Elements that the next of their kind ends (HTML §13.1.2.4): a page with a thousand ``<li>`` is not deep."""
_LEVEL = _VOID | _CLOSED_FOR_US
_TAG = re.compile(rb"<(/?)([A-Za-z][A-Za-z0-9]{0,20})")
_CHARSET = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_HIDDEN = re.compile(
    r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden|mso-hide\s{0,5}:\s{0,5}all", re.IGNORECASE
)
_THROUGH = re.compile(r"text-decoration[a-z-]{0,10}\s{0,5}:[^;]{0,60}line-through", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read(content: bytes) -> Reading:
    """The text of an HTML file. Raises ``Unreadable`` when it is nested too deeply."""
    head = content[:4096]
    found = _CHARSET.search(head)
    text = decode(content[: limits.MAX_HTML_BYTES], found.group(1).decode("ascii") if found else "")
    return Reading(HTML, html_text(text), CUT if len(content) > limits.MAX_HTML_BYTES else None)


def html_text(markup: str) -> str:
    """The text that a browser shows of ``markup``."""
    markup = markup[: limits.MAX_HTML_BYTES]
    if _depth(markup.encode("utf-8", "replace")) > limits.MAX_HTML_DEPTH:
        raise Unreadable(OVER_LIMITS)
    root = LexborHTMLParser(markup.replace("\0", "")).root
    if root is None:
        return ""
    return "\n".join(_Text().lines(root))


def _depth(content: bytes) -> int:
    """How deep tags are nested at most, counted as if none were closed for us but those that always are."""
    deepest = depth = 0
    for found in _TAG.finditer(content):
        if found.group(2).lower() in _LEVEL:
            continue
        depth = max(0, depth - 1) if found.group(1) else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Text:
    """Collects lines: inline text flows until a block ends it."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open = ""
        self._is_pre = 0

    def lines(self, node: LexborNode) -> list[str]:
        """The lines of everything within ``node``."""
        self._walk(node)
        self._end()
        return self._lines

    def _end(self) -> None:
        if self._open.strip():
            self._lines.append(self._open.strip(" "))
        self._open = ""

    def _walk(self, parent: LexborNode) -> None:
        node = parent.child
        while node is not None:
            self._node(node)
            node = node.next

    def _node(self, node: LexborNode) -> None:
        tag = (node.tag or "").lower()
        if tag == "-text":
            text = node.text_content or ""
            self._open += text if self._is_pre else _flow(self._open, text)
            return
        if tag in _DROPPED or _is_hidden(node):
            return
        if tag == "br":
            self._lines.append(self._open.strip(" "))
            self._open = ""
        elif tag == "input":
            self._open += _input(node)
        elif tag == "select":
            self._open += _chosen(node)
        elif tag == "tr":
            self._end()
            self._row(node)
        elif tag in _BLOCKS:
            self._block(node, tag)
        elif tag in _STRIKING or _THROUGH.search(node.attributes.get("style") or ""):
            inner = " ".join(_Text().lines(node))
            lead = " " if (node.text(deep=True) or "")[:1].isspace() else ""
            self._open += lead + struck(inner)
        else:
            self._walk(node)

    def _block(self, node: LexborNode, tag: str) -> None:
        self._end()
        if tag == "li":
            self._open = "- "
        self._is_pre += tag == "pre"
        self._walk(node)
        self._is_pre -= tag == "pre"
        if tag == "li" and self._open == "- ":
            self._open = ""
        self._end()
        if tag in ("p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"):
            self._lines.append("")

    def _row(self, node: LexborNode) -> None:
        cells: list[list[str]] = []
        cell = node.child
        while cell is not None:
            if (cell.tag or "").lower() in ("td", "th") and not _is_hidden(cell):
                cells.append(_Text().lines(cell))
            cell = cell.next
        if len(cells) == 1:
            self._lines.extend(cells[0])  # layout tables frame whole letters
        elif cells:
            self._lines.append(row([" ".join(lines) for lines in cells]))


def _flow(before: str, text: str) -> str:
    text = _SPACE.sub(" ", text)
    return text[1:] if text.startswith(" ") and (not before or before.endswith(" ")) else text


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _input(node: LexborNode) -> str:
    attributes = node.attributes
    kind = (attributes.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return TICKED if "checked" in attributes else UNTICKED
    return (
        "" if kind in ("hidden", "password", "submit", "button", "image", "reset") else (attributes.get("value") or "")
    )


def _chosen(node: LexborNode) -> str:
    options = node.css("option")
    chosen = [one for one in options if "selected" in one.attributes] or options[:1]
    return ", ".join(one.text(strip=True) for one in chosen)
