"""The command line: one module a matter, every listing with ``--json``.

Errors go to standard error in one plain sentence with the way out. Exit codes: 0 done, 1 found wanting,
2 wrong use (arguments, settings, rules), 3 environment (server, database, key). Heavy rooms are imported
inside the commands that need them, so that ``mailflow --help`` answers at once.

==============  ===============================================================================
``app``         the program: options for all commands, errors to exit codes
``output``      tables for people, JSON for programs
``setting_up``  ``init``, ``check``, ``keys``, ``db``
``serving``     ``run``, ``backfill``, ``stop``, ``resume``, ``health``
``reading``     ``classify``, ``show``; ``showing`` prints the page of one mail, ``defects`` says its faults
``terminal``    text of strangers on a terminal: wrapped, harmless, coloured only where somebody looks
``listing``     ``queue``, ``event``, ``cases``, ``case``, ``outbox``, ``reminders``, ``stuck``, ``audit``
``rules``       ``rules check``, ``test``, ``coverage``; ``rules_trying``: ``backtest``, ``explain``;
                ``rules_keeping``: ``copy``, ``save``, ``history``, ``roll-back``; ``rules_fitting``: ``fit``,
                ``export-corrections``; ``explaining`` draws a verdict, ``progress`` says how far it is
``templates``   ``templates check``, ``preview``; ``letter_pages`` draws them as pages
``demo``        ``demo``; ``stage`` tells its story
``acting``      ``accept``, ``correct``, ``link``, ``assign``, ``take``, ``consent``, ``confirm-address``
``triaging``    ``triage``, ``rights``, ``breach``: what else is done about an event
``casework``    ``casework``; ``people``: its persons and groups, safe contact
``reviewing``   ``review``; ``chairing``: who serves one
``wishing``     ``wish``; ``holding``: ``hold``, ``day``; ``posting``: ``mail``, ``reminder``
``history``     ``history``: what was changed, by whom, when and why
``options``     what the acts share: options, days and times as people write them
==============  ===============================================================================
"""

from __future__ import annotations

import signal
import sys


def main() -> None:
    """Run the program with the arguments of the process.

    While it is only being loaded and put together Ctrl-C ends it at once, as SIGTERM does: there is nothing to tidy up
    yet, and an import that is torn apart would say so at length.
    """
    heard = signal.getsignal(signal.SIGINT)
    if heard is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .app import loaded, run_program

    loaded()
    signal.signal(signal.SIGINT, heard)
    sys.exit(run_program(sys.argv[1:]))
