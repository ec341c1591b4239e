"""Serves the pages from a thread of a longer-living process."""

from __future__ import annotations

import threading

import uvicorn
from fastapi import FastAPI


def serve(app: FastAPI, host: str, port: int, stop: threading.Event) -> None:
    """Serve until ``stop`` is set. Raises ``OSError`` when the port is taken."""
    server = uvicorn.Server(
        uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off", ws="none")
    )

    def end() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=end, name="desk-stop", daemon=True).start()
    server.run()
