"""A real browser on the desk: Debian's Chromium through Playwright, with a profile of its own, and loopback only.

with browser() as visit:
    page = visit.page
    page.goto(url)
    visit.foreign        # addresses elsewhere that a page tried to load: must be empty
    visit.complaints     # what the browser's console complained of

``CONTRAST``, ``OVERFLOW`` and ``NARROW`` are questions to ask a page with ``page.evaluate``.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from mailflow.web import serve
from tests.conftest import program
from tests.support.postfix import free_port

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
]
DESKTOP, PHONE, NARROWEST = (1280, 900), (390, 844), (320, 640)
"""Widths at which every page must be good to read; the last is that of WCAG 2.2 §1.4.10 (Reflow)."""

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1)
    .map(e => e.tagName + '.' + e.className).slice(0, 5).concat('page is ' + document.documentElement.scrollWidth);
}"""
"""Elements that stick out to the right."""

CONTRAST = """() => {
  const parse = colour => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const over = (top, under) => {
    const mix = name => top[name] * top.a + under[name] * (1 - top.a);
    return {r: mix('r'), g: mix('g'), b: mix('b'), a: 1};
  };
  const linear = value => value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
  const behind = element => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, top) => over(top, under), {r: 255, g: 255, b: 255, a: 1});
  };
  const poor = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement, style = getComputedStyle(element);
    if (!node.textContent.trim() || style.visibility === 'hidden' || !element.getClientRects().length) continue;
    const under = behind(element), ink = over(parse(style.color), under);
    const [high, low] = [light(under), light(ink)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && parseInt(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    const words = node.textContent.trim().slice(0, 40);
    if (ratio < (large ? 3 : 4.5)) poor.add(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${words}`);
  }
  return [...poor];
}"""
"""Words whose contrast is below WCAG 2.2 §1.4.3, as painted."""

SMALL = """() => {
  const targets = document.querySelectorAll('.top a, button, summary, .links a, input, select, textarea, .open');
  const small = e => { const box = e.getBoundingClientRect(); return box.height < 24 || box.width < 24; };
  return [...targets].filter(e => e.getClientRects().length && small(e)).map(e => e.outerHTML.slice(0, 80));
}"""
"""Targets that are hard to hit (WCAG 2.2 §2.5.8; links inside sentences are excepted there)."""


@dataclass
class Visit:
    """A browser with one page open."""

    context: BrowserContext
    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def size(self, width: int, height: int) -> None:
        """Make the window so large."""
        self.page.set_viewport_size({"width": width, "height": height})


@contextmanager
def browser(*, scripts: bool = True, scale: float = 1) -> Iterator[Visit]:
    """Chromium with a fresh profile. Without ``scripts`` no page can run any."""
    with tempfile.TemporaryDirectory(prefix="md-") as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=program("chromium"),
            headless=True,
            args=ARGUMENTS,
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            device_scale_factor=scale,
            java_script_enabled=scripts,
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        try:
            visit = Visit(context, context.new_page())
            visit.page.set_default_timeout(60_000)

            def asked(request: Request) -> None:
                if urlsplit(request.url).hostname not in ("127.0.0.1", "localhost"):
                    visit.foreign.append(request.url)

            context.on("request", asked)
            visit.page.on("console", lambda said: visit.complaints.append(said.text))
            visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
            yield visit
        finally:
            context.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve pages on loopback; their address."""
    port, stop = free_port(), threading.Event()
    thread = threading.Thread(target=serve, args=(app, "127.0.0.1", port, stop))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive()
