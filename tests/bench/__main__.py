"""``python -m tests.bench [--json] [--quick] [--only SECTION …]``: measure, and print what was measured.

Nothing here fails because a figure is small: figures are read by people, on a machine that they know. The exit code
is 1 only when a section could not be measured because of an error; a missing service is a reason to skip.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
import traceback
from types import ModuleType
from typing import Any

from mailflow.observe import set_up_log
from tests.bench import arrival, bursting, classifying, large, parsing, storing, understanding
from tests.bench.report import Missing, Section

SECTIONS: dict[str, ModuleType] = {
    module.KEY: module for module in (arrival, bursting, understanding, parsing, large, classifying, storing)
}


def main(arguments: list[str] | None = None) -> int:
    """Measure the sections that are asked for, one after another; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure mailflow on this machine.")
    parser.add_argument("--json", action="store_true", help="print all as one object")
    parser.add_argument("--quick", action="store_true", help="few repeats: does it run at all?")
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="this section only; may be repeated")
    options = parser.parse_args(arguments)
    set_up_log(quiet=True)  # the service under measurement would fill the screen
    for name in [name for name in os.environ if name.startswith("MAILFLOW_")]:
        del os.environ[name]  # the environment beats settings: it must not lead us to somebody's real database
    about = _about(options.quick)
    if not options.json:
        print(_headline(about), flush=True)
    sections = []
    for key in options.only or SECTIONS:
        section = _measured(SECTIONS[key], quick=options.quick)
        sections.append(section)
        if not options.json:
            print("", *section.lines(), sep="\n", flush=True)
    about["seconds"] = round(time.monotonic() - about.pop("began"), 1)
    about["load_after"] = round(os.getloadavg()[0], 2)
    if options.json:
        print(json.dumps({"about": about, "sections": {section.key: section.to_json() for section in sections}}))
    else:
        print(f"\n{about['seconds']} s in all; load average afterwards {about['load_after']}")
    return 1 if any(section.failed for section in sections) else 0


def _measured(module: ModuleType, *, quick: bool) -> Section:
    """One section; what goes wrong in it leaves the others alone."""
    section = Section(module.KEY, module.HEADING, module.HOW)
    gc.collect()
    gc.freeze()  # what earlier sections left behind is not walked in this one: its figures do not depend on them
    try:
        module.measure(section, quick=quick)
    except Missing as missing:
        section.skipped = str(missing)
    except Exception as error:
        section.failed = f"{type(error).__name__}: {error}"
        traceback.print_exc(file=sys.stderr)
    return section


def _about(quick: bool) -> dict[str, Any]:
    """The machine, and how busy it is: figures taken beside other work are no figures of mailflow."""
    return {
        "began": time.monotonic(),
        "quick": quick,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _headline(about: dict[str, Any]) -> str:
    quick = "; QUICK: these are no figures to quote" if about["quick"] else ""
    return (
        f"mailflow on Python {about['python']}, {about['machine']}, {about['processors']} processors, "
        f"load average {about['load_before']} before (of other work: above 0.5 the figures suffer){quick}"
    )


if __name__ == "__main__":
    sys.exit(main())
