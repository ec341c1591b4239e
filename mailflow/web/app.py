"""The application: who may ask, what is answered when something is wrong, and the rooms of pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from mailflow.errors import MailflowError, NotFound
from mailflow.observe import say

from .pages import Pages
from .reading import add_reading
from .source import Source
from .writing import add_writing

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""On every answer that does not say otherwise itself."""
OWN_SITES = frozenset({"same-origin", "none"})
"""Values of Sec-Fetch-Site for what comes from our own pages or from the address line."""
LARGEST_REQUEST = 512 * 1024
"""Bytes of a form; the longest letter has 20,000 characters, and a desk is no place to upload to."""
STATUS_SAID = {
    400: ("That cannot be read", "Something is missing in what was sent, or is too long."),
    404: ("Not found", "There is no such page."),
    405: ("That is not possible here", "This page can only be looked at."),
    413: ("That is too much", "What was sent is too long for this desk."),
}


def create_app(source: Source, hosts: Sequence[str] = ("127.0.0.1", "localhost")) -> FastAPI:
    """The application; answers only requests that name one of ``hosts``."""
    app = FastAPI(title="mailflow", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(source)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")

    @app.middleware("http")
    async def guard(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        refused = _refused(request, hosts)
        try:
            response = refused or await answer(request)
        except Exception as error:  # noqa: BLE001 - a page that breaks says so, and shows nobody's data
            say("desk.broken", level="error", error=type(error).__name__)
            response = pages.message(request, 500, "That did not work", "The fault is ours, and it is in the log.")
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.url.path.startswith("/static/") and response.status_code == 200:
            response.headers["Cache-Control"] = "no-cache"  # asks each time, and is told that nothing changed
        return response

    @app.exception_handler(NotFound)
    def not_found(request: Request, fault: Exception) -> HTMLResponse:
        return pages.message(request, 404, "Not found", str(fault))

    @app.exception_handler(MailflowError)
    def failed(request: Request, fault: Exception) -> HTMLResponse:
        return pages.message(request, 503, "That did not work", str(fault))

    @app.exception_handler(HTTPException)
    def refused(request: Request, fault: HTTPException) -> HTMLResponse:
        return pages.message(request, fault.status_code, *STATUS_SAID.get(fault.status_code, STATUS_SAID[400]))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _fault: Exception) -> HTMLResponse:
        return pages.message(request, 400, *STATUS_SAID[400])

    add_reading(app, pages, source)
    if source.deliver is not None and source.arrival_of is not None:
        add_writing(app, pages, source, source.deliver, source.arrival_of)
    return app


def _refused(request: Request, hosts: Sequence[str]) -> Response | None:
    """Why a request is not even looked at: another site made a visitor's browser send it."""
    if (request.url.hostname or "") not in hosts:  # DNS rebinding
        return PlainTextResponse("This desk answers only to its own name.", status_code=421)
    if request.method in ("GET", "HEAD"):
        return None
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    foreign_origin = origin is not None and origin != f"{request.url.scheme}://{request.url.netloc}"
    if (site is not None and site not in OWN_SITES) or (site is None and foreign_origin):
        return PlainTextResponse("Forms are taken from this desk's own pages only.", status_code=403)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > LARGEST_REQUEST:
        return PlainTextResponse("What was sent is too long for this desk.", status_code=413)
    return None
