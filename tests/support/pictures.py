"""The pictures of the documentation: made by one command, from a house whose time and ids stand still.

    make screenshots          writes docs/images/*.png and the structure of each beside it

The structure is what a test compares, not the pixels: it changes when a page does, and not when a mail, a font or a
browser does. For a page it is ``markup.outline`` (tags, classes, headings), for the terminal the sorts of lines that
it shows, in the order in which they first appear.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.terminal_theme import TerminalTheme

from tests.conftest import ROOT
from tests.support import markup
from tests.support.browser import DESKTOP, browser, served
from tests.support.desk import BackRoom, back_room

IMAGES = ROOT / "docs" / "images"
RISK = "leanne.invented@gmail.com"
"""Whose mail stands at the top of the queue."""
LARGEST = 300_000
"""Bytes that a picture may have: everybody who clones the project gets them."""
HEIGHT = 22 + 40 * 21.75
"""Pixels of the terminal that are shown: its margin, and forty lines."""
COLUMNS = 110
"""Width of the terminal that is drawn."""
DARK = (120, 140, 150)
COLOURS = [(255, 125, 115), (140, 210, 140), (240, 200, 100), (120, 180, 230), (200, 160, 230), (110, 210, 220)]
THEME = TerminalTheme(
    (16, 34, 42), (226, 234, 236), [DARK, *COLOURS, (226, 234, 236)], [DARK, *COLOURS, (255, 255, 255)]
)
"""Colours of the terminal: light on the desk's own dark."""
TERMINAL = """<!doctype html><body style="margin:0;background:{background};color:{foreground}"><pre style="margin:0;
padding:22px 26px;font:15px/1.45 'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre">{code}</pre></body>"""
"""The page on which the recorded terminal is drawn."""
SORTS = (
    ("title", r"^─+ mailflow: a demonstration ─+$"),
    ("desk", r"^  The desk: +http"),
    ("write", r"^  Write one: +http"),
    ("stop", r"^  Stop: +Ctrl-C"),
    ("alert", r"^ *\d+:\d\d  ⚑ alert"),
    ("answer", r"^ *\d+:\d\d  ↩ answer"),
    ("mail", r"^ *\d+:\d\d  .+ → "),
    ("because", r"^ {7}because "),
    ("so", r"^ {7}so "),
    ("verdict", r"^ {7}\S.* \d+%.* HS-"),
    ("copy", r"^ {7}the same mail again"),
    ("total", r"mails became"),
)
"""Sorts of lines of the terminal's story; the first that fits."""
REFERRER = "priya.raman@northumbria.police.uk"


def paths(room: BackRoom) -> dict[str, str]:
    """Name of each picture to the page that it shows."""
    with room.house.begin("journey:pictures") as work:
        events = {event.sender_address: event for event in work.queue(closed=True)}
        case = work.case(events[REFERRER].reference)
        letter = next(row for row in work.outbox() if row.recipient == RISK and row.mail_class == "receipt")
    return {
        "queue": "/?live=false",
        "event": f"/event/{events[RISK].reference}",
        "case": f"/case/{case.reference}",
        "outbox": "/outbox",
        "letter": f"/outbox/{letter.id}",
    }


def structures(room: BackRoom) -> Mapping[str, str]:
    """Name of each picture to the structure of its page."""
    visitor = room.client()
    drawn = {name: markup.outline(visitor.get(path).text) for name, path in paths(room).items()}
    return {**drawn, "terminal": _terminal(room.console.export_text(clear=False))}


def _terminal(story: str) -> str:
    """The sorts of lines of a story, one a line."""
    sorts = (next((name for name, pattern in SORTS if re.search(pattern, line)), "") for line in story.splitlines())
    return "\n".join(dict.fromkeys(filter(None, sorts))) + "\n"


@contextmanager
def played() -> Iterator[BackRoom]:
    """A house in which all mails of the demonstration have arrived and been dealt with, and the story was told."""
    with tempfile.TemporaryDirectory(prefix="mailflow-") as folder, back_room(Path(folder), width=COLUMNS) as room:
        tell(room)
        yield room


def tell(room: BackRoom) -> None:
    """Let the whole demonstration happen, and tell it as the terminal does."""
    room.story.greet(())
    room.story.invite(room.house.settings.people.desk_url)
    room.play()
    room.story.farewell("Nothing of it is left on this machine.")


def make() -> int:
    """Write every picture, and its structure beside it; 1 when one is too large."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with played() as room:
        for name, structure in structures(room).items():
            (IMAGES / f"{name}.structure").write_text(structure, encoding="utf-8")
        terminal = room.console.export_html(inline_styles=True, clear=False, theme=THEME, code_format=TERMINAL)
        with served(room.client().app) as desk, browser() as visit:
            visit.size(*DESKTOP)
            for name, path in paths(room).items():
                visit.page.goto(f"{desk}{path}")
                visit.page.screenshot(path=IMAGES / f"{name}.png", full_page=False)
            visit.page.goto("about:blank")  # else the desk's Content-Security-Policy would hold for it too
            visit.page.set_content(terminal)
            width = visit.page.locator("pre").evaluate("e => e.scrollWidth")
            visit.page.screenshot(path=IMAGES / "terminal.png", clip={"x": 0, "y": 0, "width": width, "height": HEIGHT})
    sizes = {picture: picture.stat().st_size for picture in sorted(IMAGES.glob("*.png"))}
    for picture, size in sizes.items():
        print(f"{picture.relative_to(ROOT)}  {size // 1000} kB{'  too large' if size > LARGEST else ''}")
    return int(max(sizes.values()) > LARGEST)


if __name__ == "__main__":
    sys.exit(make())
