"""HTML to lines of text with marks: whose words a line is, as far as the structure of the mail tells.

selectolax (lexbor) builds the tree, a walker of our own reads it in document order without
recursion: blocks become lines, cells of a row stand beside each other with `` | ``, list items get
their sign, what nobody sees (``display:none``, ``hidden``, scripts) is left out. Mail programs mark
quoted history by structure, so the walker notes it: Gmail's ``gmail_quote``, Outlook's
``divRplyFwdMsg`` and the ruled line above a header block, Apple's and Thunderbird's
``blockquote type=cite``, the containers of Yahoo, ProtonMail, Zoho and others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

from . import attributions, flat, limits, separators, styles


class Mark(Enum):
    """What the structure says of a line."""

    PLAIN = "plain"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(slots=True)
class Line:
    """One line of the text, without its line end."""

    text: str
    mark: Mark = Mark.PLAIN
    ruled: bool = False
    """A mail program drew its line above: here begins the header block of what is answered."""
    colour: str = ""
    """All its words are written in this colour (``red``); empty for black, grey, and for mixed colours."""


@dataclass(slots=True)
class Page:
    """What was read of an HTML part."""

    lines: list[Line]
    links: list[tuple[str, str]]
    defects: list[str]


_SKIPPED = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "select"})
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "dl", "pre"})
_LISTS = ("ul", "ol")
"""One inside another has no blank line around it."""
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre\b|pre-wrap|pre-line|break-spaces)")
_NO_MARGIN = re.compile(r"margin(?:-top)?\s*:\s*0")
_RULE_ABOVE = re.compile(r"border-top\s*:\s*(?:solid\s+#?[a-z0-9]{3,12}|#?[a-z0-9]{3,12}\s+1(?:\.0)?p[tx]\s+solid)")
_QUOTE_CLASSES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "yahoo_quoted",
        "ydp_quoted",
        "protonmail_quote",
        "moz-cite-prefix",
        "zmail_extra",
        "tutanota_quote",
        "mailbird_quote",
        "front-blockquote",
        "missive_quote",
        "nylas-quote",
        "ms-outlook-mobile-reference-message",
        "canary_quote",
        "edison-quote",
        "spark_quote",
    }
)
_GMAIL = frozenset({"gmail_quote", "gmail_quote_container"})
_NO_CLASSES: frozenset[str] = frozenset()
_QUOTE_IDS = (
    "yahoo_quoted", "isforwardcontent", "isreplycontent", "mail-editor-reference-message-container",
    "x_mail-editor-reference-message-container", "blockquote_zmail",
)  # fmt: skip
_QUOTE_NAMES = ("quote", "messagereplysection")
"""GMX and web.de; Spark."""
_RULED_IDS = ("divrplyfwdmsg", "x_divrplyfwdmsg", "appendonsend", "x_appendonsend", "olk_src_body_section")
_RULED_HR = ("zwchr", "stopspelling")
"""Rules of Zimbra and of Hotmail above a header block."""
_SIGNATURE_CLASSES = frozenset(
    {
        "gmail_signature", "protonmail_signature_block", "moz-signature", "outlookmobile-signature", "yahoo_signature",
        "front-signature", "sh-signature", "missive_signature", "nylas-signature", "x_gmail_signature",
    }
)  # fmt: skip
_SIGNATURE_IDS = ("ms-outlook-mobile-signature", "signature", "x_signature", "applemailsignature")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u034f\u200e\u200f\u202a-\u202e\0]")


def read_html(html: str) -> Page:
    """Lines, links and defects of an HTML text. Never raises on what it is given; bounded by limits."""
    defects: list[str] = []
    if len(html) > limits.HTML_BYTES:
        html = html[: limits.HTML_BYTES]
        defects.append("html_too_large")
    html = html.replace("\0", "")
    if flat.depth_of(html) > limits.HTML_DEPTH:
        defects.append("html_too_deep")
        return Page([Line(text) for text in flat.lines_of(html)], [], defects)
    walker = _Walker(styles.hidden_names(html))
    body = LexborHTMLParser(html).root
    if body is not None:
        walker.walk(body)
    return Page(walker.finish(), walker.links, defects + walker.defects)


@dataclass(slots=True)
class _Open:
    """What must be undone when the walker leaves an element."""

    tag: str
    quote: bool = False
    box: int = 0
    """Gmail's box around attribution and quoted block: how deep quotes are inside it; 0 for every other element."""
    begun: int = 0
    """The line at which the box begins."""
    tinted: bool = False
    pre: bool = False
    signature: bool = False
    quiet: bool = False
    link: tuple[str, int] | None = None
    broad: bool = False
    block: bool = False


class _Walker:
    """Reads a tree in document order; keeps a line that is being written and the breaks that are due."""

    def __init__(self, unseen: frozenset[str]) -> None:
        self.unseen = unseen
        """Names of classes (``.x``) and ids (``#x``) that a style sheet hides."""
        self.lines: list[Line] = []
        self.links: list[tuple[str, str]] = []
        self.defects: list[str] = []
        self.piece: list[str] = []
        self.due = 0
        """Line ends to write before the next word: 1 a new line, 2 a blank line between."""
        self.quotes = self.signatures = self.preformatted = 0
        self.ruled = False
        self.lists: list[int] = []
        self.rows: list[int] = []
        """For every open row: how many lines there were when its first cell began, -1 before it."""
        self.visible: list[str] = []
        self.boxes: list[_Open] = []
        self.colours: list[str] = []
        self.tint: str | None = None
        """The colour of the line that is being written; ``None`` before its first word."""
        self.fresh = False
        """An item or a cell has begun, its words have not: blocks inside it begin beside its sign."""

    def walk(self, root: LexborNode) -> None:
        """Every node of the tree, down, across and up again, without recursion."""
        node: LexborNode | None = root
        stack: list[_Open] = []
        seen = 0
        while node is not None:
            seen += 1
            if seen > limits.HTML_NODES:
                self.defects.append("html_too_many_nodes")
                break
            opened = self._enter(node)
            child = node.child if opened is not None else None
            if child is not None and opened is not None:
                stack.append(opened)
                node = child
                continue
            if opened is not None:
                self._leave(opened)
            while node is not None and node.next is None:
                node = node.parent if stack else None
                if node is not None:
                    self._leave(stack.pop())
            node = node.next if node is not None and stack else None
        while stack:
            self._leave(stack.pop())

    def finish(self) -> list[Line]:
        """The lines, without blank ones before and after and without two blank ones in a row."""
        self._flush()
        out: list[Line] = []
        for line in self.lines:
            if line.text or (out and out[-1].text):
                out.append(line)
        while out and not out[-1].text:
            out.pop()
        return out

    # -- elements -------------------------------------------------------------------------------
    def _enter(self, node: LexborNode) -> _Open | None:
        """Open a node; ``None`` when nothing below it is to be read."""
        tag = node.tag
        if tag == "-text":
            self._text(node.text_content or "")
            return None
        if tag is None or tag[0] in "!-_#" or tag in _SKIPPED:
            return None
        attributes = node.attributes
        if attributes and self._hidden(node, tag, attributes):
            return None
        if tag == "br":
            self._newline()
            return None
        if tag == "hr":
            self._break(1)
            self.ruled = self.ruled or (attributes.get("id") or "").lower().startswith(_RULED_HR)
            return None
        return self._open(node, tag, attributes)

    def _open(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> _Open:
        """An element whose children are read: breaks before it, marks that hold inside it."""
        opened = _Open(tag, block=tag in _BLOCKS)
        if tag in ("td", "th"):
            self._cell()
        elif opened.block:
            opened.broad = tag in _PARAGRAPHS and not _flat(tag, attributes) and not (self.lists and tag in _LISTS)
            self._break(2 if opened.broad else 1)
        if attributes or tag == "blockquote":
            self._mark(opened, tag, attributes)
        if tag == "tr":
            self.rows.append(-1)
        elif tag in ("ul", "ol"):
            self.lists.append(_first_number(attributes) if tag == "ol" else -1)
        elif tag == "li":
            self._item()
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "a" and attributes.get("href"):
            opened.link = (str(attributes["href"]).strip()[: limits.LINKED_TARGET], len(self.visible))
            if not node.text(deep=True).strip():
                image = node.css_first("img")
                self.visible.append(str((image.attributes.get("alt") if image else "") or ""))
        return opened

    def _mark(self, opened: _Open, tag: str, attributes: dict[str, str | None]) -> None:
        """Which marks of mail programs the element carries."""
        classes = frozenset((attributes.get("class") or "").lower().split()) if "class" in attributes else _NO_CLASSES
        identity = (attributes.get("id") or "").lower()
        style = (attributes.get("style") or "")[:500].lower()
        if self._quotes(tag, attributes, classes, identity):
            self._flush_if_marked()
            opened.quote = True
            self.quotes += 1
            if tag == "div" and classes & _GMAIL:
                opened.box, opened.begun = self.quotes, len(self.lines)
                self.boxes.append(opened)
        if classes & _SIGNATURE_CLASSES or (identity and identity.startswith(_SIGNATURE_IDS)):
            self._flush_if_marked()
            opened.signature = True
            self.signatures += 1
        if identity.startswith(_RULED_IDS) or (tag == "div" and style and _RULE_ABOVE.search(style)):
            self._flush_if_marked()
            self.ruled = True
        if "white-space" in style and _PRE_STYLE.search(style):
            opened.pre = True
            self.preformatted += 1
        colour = styles.colour_of(style) if "color" in style else None
        if colour is None and tag == "font" and attributes.get("color"):
            colour = styles.colour_name(str(attributes["color"])[:40].lower())
        if colour is not None:
            opened.tinted = True
            self.colours.append(colour)

    def _quotes(self, tag: str, attributes: dict[str, str | None], classes: frozenset[str], identity: str) -> bool:
        """True for an element that holds the words of others."""
        if tag == "blockquote":
            if attributes.get("type") == "cite" or _cites_a_mail(attributes):
                return True
            if not classes & _QUOTE_CLASSES and not identity.startswith(_QUOTE_IDS):
                return self._attributed()
            # People indent with Gmail's own class: without its box it quotes only below an attribution.
            return not classes & _GMAIL or bool(self.boxes or self.quotes) or self._attributed()
        if classes & _QUOTE_CLASSES or identity.startswith(_QUOTE_IDS):
            return True
        return (attributes.get("name") or "").lower() in _QUOTE_NAMES or any(
            name.endswith("yahoo_quoted") for name in classes
        )

    def _attributed(self) -> bool:
        """Whether an attribution ends right above: a bare ``blockquote`` below it quotes."""
        above = [line.text for line in self.lines[-4:] if line.text]
        if self.piece:
            above.append("".join(self.piece))
        if not above or not attributions.may_attribute(above[-1]):
            return False
        found = (attributions.attribution(above[-count:], 0) for count in range(1, min(4, len(above) + 1)))
        return any(each is not None and each[0] == count for count, each in enumerate(found, 1))

    def _lift(self) -> None:
        """After the quoted block in Gmail's box: what follows in the box was written below or between the quotes.

        A forwarded message stands in the same box, without a block around it: its own blocks lift nothing.
        """
        box = self.boxes[-1]
        if not box.quote or box.box != self.quotes:
            return
        top = [line.text for line in self.lines[box.begun : box.begun + 6] if line.text][:2]
        if not any(separators.is_forward_separator(text) for text in top):
            box.quote = False
            self.quotes -= 1

    def _leave(self, opened: _Open) -> None:
        """Close an element."""
        tag = opened.tag
        if opened.quote or opened.signature:
            self._flush_if_marked()
            self.quotes -= opened.quote
            self.signatures -= opened.signature
        if opened.box:
            self.boxes.pop()
        elif opened.quote and tag == "blockquote" and self.boxes:
            self._lift()
        if opened.tinted:
            self.colours.pop()
        if opened.pre:
            self.preformatted -= 1
        if tag in ("td", "th", "li"):
            self.fresh = False
            self.due = min(self.due, 1)
        if opened.block:
            self._break(2 if opened.broad else 1)
        if tag == "tr" and self.rows:
            self.rows.pop()
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre":
            self.preformatted -= 1
        elif opened.link is not None and len(self.links) < limits.HTML_LINKS:
            target, begun = opened.link
            visible = _BLANKS.sub(" ", "".join(self.visible[begun:])).strip()[: limits.LINKED_TEXT]
            self.links.append((visible, target))

    def _hidden(self, node: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
        """True for what a reader does not see."""
        style = attributes.get("style")
        hidden = "hidden" in attributes or (tag == "input" and attributes.get("type") == "hidden")
        if not hidden and style:
            hidden = styles.hides(style) or (
                styles.blends(style) and all(child.tag in ("-text", "br") for child in node.iter(include_text=True))
            )
        if not hidden and self.unseen:
            names = [f".{name}" for name in (attributes.get("class") or "").split()]
            hidden = not self.unseen.isdisjoint([*names, f"#{attributes.get('id') or ''}"])
        if hidden and "html_hidden_text" not in self.defects and node.text(deep=True).strip():
            self.defects.append("html_hidden_text")
        return hidden

    # -- text -----------------------------------------------------------------------------------
    def _text(self, text: str) -> None:
        """Words: blanks become one, except in preformatted text."""
        if self.preformatted and (self.piece or not text.isspace()):
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._newline()
                if line.strip():
                    self._write(line.replace("\xa0", " "))
            return
        words = text if text.isprintable() and "  " not in text else _BLANKS.sub(" ", text)
        if words == " ":
            if self.due:
                self.due = 2 if "\xa0" in text else self.due  # Word's empty paragraph is a blank line
            elif self.piece and not self.piece[-1].endswith(" "):
                self.piece.append(" ")
                self.visible.append(" ")
            return
        if words:
            self._write(words)

    def _write(self, words: str) -> None:
        """Put words on the line, after the line ends that are due."""
        if self.due:
            self._end_line(self.due)
        if not self.piece or self.piece[-1].endswith(" "):
            words = words if self.preformatted and not self.piece else words.lstrip(" ")
        if words:
            self.fresh = False
            if self.colours or self.tint is not None:
                colour = self.colours[-1] if self.colours else ""
                self.tint = colour if self.tint in (None, colour) or not "".join(self.piece).strip() else ""
            elif not self.piece or words.strip():
                self.tint = "" if words.strip() else None
            self.piece.append(words)
            self.visible.append(words)

    def _break(self, wanted: int) -> None:
        """A block begins or ends: a line end (2: with a blank line) is due before the next word."""
        if not self.fresh:
            self.due = max(self.due, wanted)

    def _newline(self) -> None:
        """A ``br``: a line end of its own."""
        self.visible.append(" ")
        self.fresh = False
        if self.due:
            self._end_line(self.due)
        self._flush(blank=True)

    def _end_line(self, wanted: int) -> None:
        """Write the line ends that are due."""
        self.due = 0
        if self.piece:
            self._flush()
        if wanted > 1 and self.lines and self.lines[-1].text:
            self.lines.append(Line("", self._current()))

    def _flush(self, *, blank: bool = False) -> None:
        """The line that is being written is complete."""
        if not self.piece and not blank:
            return
        text = "".join(self.piece).rstrip(" |")
        if not text.isascii():
            text = _INVISIBLE.sub("", text).rstrip(" |")
        self.piece.clear()
        ruled = self.ruled and bool(text)
        self.lines.append(Line(text, self._current(), ruled, self.tint or ""))
        self.tint = None
        if ruled:
            self.ruled = False

    def _flush_if_marked(self) -> None:
        """Marks change here: what was written so far keeps the old ones."""
        due = self.due
        if self.piece:
            self._flush()
        self.due = due

    def _current(self) -> Mark:
        return Mark.QUOTE if self.quotes else Mark.SIGNATURE if self.signatures else Mark.PLAIN

    def _cell(self) -> None:
        """A cell beside another one on the same line, as long as the first took one line only."""
        if not self.rows:
            return
        if self.rows[-1] < 0:
            if self.due:
                self._end_line(self.due)
            self.rows[-1] = len(self.lines)
            self.fresh = True
        elif self.piece and len(self.lines) == self.rows[-1]:
            self.due = 0
            if not self.piece[-1].endswith("| "):
                self.piece.append(" | ")
            self.visible.append(" ")
            self.fresh = True
        else:
            self._break(1)

    def _item(self) -> None:
        """The sign of a list item."""
        if self.lists and self.lists[-1] >= 0:
            self.lists[-1] += 1
            sign = f"{self.lists[-1]}. "
        else:
            sign = "- "
        if self.due:
            self._end_line(self.due)
        self.piece.append(sign)
        self.fresh = True


def _first_number(attributes: dict[str, str | None]) -> int:
    """The number before the first item of a list (``start``)."""
    start = (attributes.get("start") or "").strip()[:6]
    return max(0, int(start) - 1) if start.isascii() and start.isdigit() else 0


def _cites_a_mail(attributes: dict[str, str | None]) -> bool:
    """True for a citation of a mail (``mid:``); what somebody cites from a page of the web is her own contribution."""
    return "cite" in attributes and not (attributes["cite"] or "").strip().lower().startswith(("http:", "https:"))


def _flat(tag: str, attributes: dict[str, str | None]) -> bool:
    """A paragraph without margin, as Word writes them: one line, no blank line around it."""
    if tag != "p":
        return False
    style = attributes.get("style") or ""
    return "msonormal" in (attributes.get("class") or "").lower() or _NO_MARGIN.search(style.lower()[:500]) is not None
