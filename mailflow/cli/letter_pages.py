"""The page that shows all letters side by side: ``index.html`` of ``mailflow templates preview --html``."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .templates import Written

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Letters of mailflow</title>
<style>
body { margin: 0 auto; max-width: 84rem; padding: 1rem; font: 1rem/1.5 Arial, Helvetica, sans-serif; color: #1d1d1d;
  background: #fff }
h2 { margin: 3rem 0 0; border-top: 1px solid #767676; padding-top: 1rem }
nav ul { columns: 16rem; padding-left: 1.2rem }
a { color: #00457c }
.letters { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1rem }
figure { margin: 0; border: 1px solid #767676; border-radius: 4px; overflow: hidden }
figcaption { padding: .75rem 1rem; background: #f3f3f3; border-bottom: 1px solid #767676; overflow-wrap: anywhere }
figcaption strong { display: block }
iframe { display: block; width: 100%; height: 34rem; border: 0; background: #fff; color-scheme: light }
</style>
</head>
<body>
<h1>Letters of mailflow</h1>
<p>Every letter as it would leave, filled with invented data. Nothing here was sent.</p>
"""


def index_page(pages: Sequence[tuple[str, Written]]) -> str:
    """The index over these pages (file name, letter), which stand beside it; letters of one template together."""
    groups = [(name, list(found)) for name, found in groupby(pages, key=lambda page: page[1].name)]
    parts = [_HEAD, '<nav aria-label="Templates">\n<ul>\n']
    parts += [f'<li><a href="#{escape(name)}">{escape(name)}</a></li>\n' for name, _ in groups]
    parts.append("</ul>\n</nav>\n")
    for name, found in groups:
        parts.append(f'<h2 id="{escape(name)}">{escape(name)}</h2>\n<p>{escape(found[0][1].says)}</p>\n')
        parts.append('<div class="letters">\n')
        parts += [_figure(file, one) for file, one in found]
        parts.append("</div>\n")
    return "".join([*parts, "</body>\n</html>\n"])


def _figure(file: str, one: Written) -> str:
    title = f"{one.name}, {one.language}, {one.shows}"
    return (
        f"<figure>\n<figcaption><strong>{escape(one.mail.subject)}</strong>"
        f"from {escape(one.sender)} · {escape(one.language)} · {escape(one.shows)} · "
        f'<a href="{escape(file)}">open it alone</a></figcaption>\n'
        f'<iframe sandbox loading="lazy" title="{escape(title)}" src="{escape(file)}"></iframe>\n</figure>\n'
    )
