"""A server that does as it is told, and couriers to it that are closed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from pydantic import SecretStr

from mailflow.courier import SmtpCourier, SmtpSettings
from tests.support import tls
from tests.support.smtp import SmtpServer

USER, PASSWORD = "hs", 'pass word "1" Ä'

Start = Callable[..., SmtpServer]
Connect = Callable[..., SmtpCourier]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start(security=…, certificate=…)``: a server with the right certificate and one user."""
    with ExitStack() as running:

        def made(**options: Any) -> SmtpServer:
            if options.get("security") != "plain":
                options.setdefault("certificate", tls.good())
            options.setdefault("users", {USER: PASSWORD})
            return running.enter_context(SmtpServer(**options))

        yield made


@pytest.fixture
def connect() -> Iterator[Connect]:
    """``connect(server, timeout=…)``: a courier with the right settings for that server."""
    with ExitStack() as closing:

        def made(server: SmtpServer, **options: Any) -> SmtpCourier:
            options.setdefault("security", server.security)
            options.setdefault("ca_file", tls.authority())
            options.setdefault("timeout", 5.0)
            options.setdefault("answer_timeout", 5.0)
            if server.users and "auth" not in options:
                options.setdefault("username", USER)
                options.setdefault("password", SecretStr(PASSWORD))
            options.setdefault("host", "127.0.0.1")
            courier = SmtpCourier(SmtpSettings(port=server.port, test_domains=True, **options))
            closing.callback(courier.close)
            return courier

        yield made
