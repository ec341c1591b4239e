"""HTML that nests too deep for a tree: how deep it is, and its text without one.

Building a tree costs the square of the depth, so the depth is estimated first by counting tags, and what is
too deep is read flat: tags away, nothing more.
"""

from __future__ import annotations

import re

from . import limits

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_NO_NESTING = frozenset(
    {
        "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "input",
        "li", "link", "meta", "o", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
        "track", "wbr",
    }
)  # fmt: skip
"""Void elements, and those that the parser closes by itself: they do not nest however often they stand."""
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_CRUDE_BREAK = re.compile(r"(?i)<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6])\b[^<>]{0,2000}>")
_CRUDE_TAG = re.compile(r"<[^<>]{0,5000}>")
_CRUDE_UNSEEN = re.compile(r"(?i)<(script|style)\b")


def depth_of(html: str) -> int:
    """How deep elements may nest, estimated by counting tags before any tree is built."""
    opened = html.count("<")
    if opened <= limits.HTML_DEPTH:  # nothing nests deeper than there are tags
        return 0
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _NO_NESTING:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _without_unseen(html: str) -> str:
    """Without scripts and styles, in one pass; one that never closes takes the rest, as in every reader."""
    low = html.lower()
    out: list[str] = []
    position = 0
    while opened := _CRUDE_UNSEEN.search(html, position):
        out.append(html[position : opened.start()])
        closing = low.find(f"</{opened[1].lower()}", opened.end())
        if closing < 0:
            return "".join(out)
        position = closing
    return "".join([*out, html[position:]])


def lines_of(html: str) -> list[str]:
    """Text of HTML that is too deep for a tree: tags away, nothing more."""
    text = _CRUDE_TAG.sub(" ", _CRUDE_BREAK.sub("\n", _without_unseen(html)))
    for name, sign in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(name, sign)
    return [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
