"""The look of the pages: Jinja with everything escaped, and the words and times that people read."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from mailflow.parse.secrets import without_secrets

from .source import Source
from .words import SAID, days_ago, in_words, permission_words, said, stands

LONDON = ZoneInfo("Europe/London")


class Pages:
    """Renders the templates of this room."""

    def __init__(self, source: Source) -> None:
        self._clock = source.clock
        self._templates = Environment(
            loader=PackageLoader("mailflow.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            said=said, stands=stands, SAID=SAID, said_of_permission=permission_words, demo=source.deliver is not None
        )
        self._templates.filters.update(
            weight=_weight,
            london=_london,
            clock=_clock,
            iso=_iso,
            quiet=_quiet,
            words=in_words,
            sentence=_sentence,
            excerpt=_excerpt,
            dotted=without_secrets,
        )

    def __call__(self, name: str, request: Request, status: int = 200, **values: Any) -> HTMLResponse:
        """One page. ``values`` are what its template shows."""
        now = self._clock.now()
        text = self._templates.get_template(name).render(
            path=request.url.path, now=now, ago=lambda moment: days_ago(moment, now), **values
        )
        return HTMLResponse(text, status_code=status)

    def message(self, request: Request, status: int, title: str, sentence: str) -> HTMLResponse:
        """A page that says one sentence, with the way back."""
        return self("message.html", request, status, title=title, sentence=sentence)


def _london(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).strftime("%-d %B %Y, %H:%M") if moment else ""


def _clock(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).strftime("%-d %b, %H:%M") if moment else ""


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(LONDON).isoformat(timespec="seconds") if moment else ""


def _quiet(value: object) -> str:
    """A word of ours for people: ``self_referral`` is "self referral"."""
    return str(value).replace("_", " ")


def _sentence(value: object) -> str:
    """A phrase of ours as a sentence begins: capital letter, the rest untouched."""
    text = str(value)
    return text[:1].upper() + text[1:]


def _weight(value: float) -> str:
    """A weight as people write it: with its sign, a true minus."""
    return f"{value:+.1f}".replace("-", "\u2212")


def _excerpt(text: str) -> str:
    """The beginning of a letter of ours, after its greeting, on one line."""
    words = " ".join(text.split())
    return words.removeprefix("Hello").strip()
