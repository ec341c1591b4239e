"""Serves the pages from a thread of a longer-living process."""

from __future__ import annotations

import socket
import threading

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 2
"""How long the end waits for a page that is under way; a browser that holds a connection open does not hold us up."""


def serve(app: FastAPI, host: str, port: int, stop: threading.Event) -> None:
    """Serve until ``stop`` is set. Raises ``OSError`` when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:  # uvicorn would end the process instead
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )

        def end() -> None:
            stop.wait()
            server.should_exit = True

        threading.Thread(target=end, name="desk-stop", daemon=True).start()
        server.run(sockets=[listening])
