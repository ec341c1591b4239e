"""Services that kill themselves, one after the other: ``python -m tests.faults.killable``.

Each line of its input names a run, ``{"settings": FILE, "at": "POINT:TIME", "errors": FILE}``: a settings tree as JSON,
the name of a point and which time it is reached, and where standard error goes. For each it forks a child that runs the
service once and kills itself there, and answers with a line, the child's exit code as ``subprocess`` counts it.

The parent has no thread, no connection and no open file of a service, so a child is what a fresh process would be, less
the four seconds of CPU in which Python would import the program and compile its rules once more.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from functools import cache
from pathlib import Path

from mailflow import bootstrap
from mailflow.config import Settings, load_profile
from mailflow.observe import set_up_log


def main() -> None:
    """Answer each line of standard input; ends with it."""
    known = cache(load_profile)
    known(None)
    sys.modules["mailflow.bootstrap.house"].load_profile = known  # type: ignore[attr-defined]
    for line in sys.stdin:
        run = json.loads(line)
        child = os.fork()
        if child == 0:
            _live_and_die(Path(run["settings"]), run["at"], Path(run["errors"]))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live_and_die(settings_file: Path, point_and_time: str, errors: Path) -> None:
    """In the child; it never returns."""
    code = 1
    try:
        log = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for stream in (1, 2):  # standard output belongs to the parent's answers
            os.dup2(log, stream)
        _run(settings_file, point_and_time)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _run(settings_file: Path, point_and_time: str) -> None:
    point, _, time = point_and_time.partition(":")
    seen = Counter[str]()

    def reached(name: str) -> None:
        seen[name] += 1
        if name == point and seen[name] == int(time):
            os.kill(os.getpid(), signal.SIGKILL)

    set_up_log()
    settings = Settings.model_validate_json(settings_file.read_text())
    with bootstrap.house(settings) as house:
        bootstrap.service(house, reached).run_once()


if __name__ == "__main__":
    main()
