"""A service that kills itself at a named point: ``python -m tests.faults.killable SETTINGS POINT HOURS``.

``SETTINGS`` is a file with a settings tree as JSON, ``POINT`` the name of the point (or ``-`` to live), ``HOURS`` by how
much the clock is moved.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from mailflow import bootstrap
from mailflow.config import Settings
from mailflow.observe import set_up_log
from tests.support.whole import MovedClock


def main(settings_file: str, point: str, hours: str) -> None:
    def reached(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    set_up_log()
    settings = Settings.model_validate_json(Path(settings_file).read_text())
    with bootstrap.house(settings, MovedClock(timedelta(hours=float(hours)))) as house:
        bootstrap.service(house, reached).run_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
