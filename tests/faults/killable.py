"""A service that kills itself: ``python -m tests.faults.killable SETTINGS POINT:TIME HOURS``.

``SETTINGS`` is a file with a settings tree as JSON, ``POINT:TIME`` the name of a point and which time it is
reached, and ``HOURS`` by how much the clock is moved.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

from mailflow import bootstrap
from mailflow.config import Settings
from mailflow.observe import set_up_log
from tests.support.whole import MovedClock


def main(settings_file: str, point_and_time: str, hours: str) -> None:
    point, _, time = point_and_time.partition(":")
    seen = Counter[str]()

    def reached(name: str) -> None:
        seen[name] += 1
        if name == point and seen[name] == int(time):
            os.kill(os.getpid(), signal.SIGKILL)

    set_up_log()
    settings = Settings.model_validate_json(Path(settings_file).read_text())
    with bootstrap.house(settings, MovedClock(timedelta(hours=float(hours)))) as house:
        bootstrap.service(house, reached).run_once()


if __name__ == "__main__":
    main(*sys.argv[1:])
