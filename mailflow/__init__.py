"""mailflow: receives people's worst news by e-mail and never drops it.

Mail comes in at the front door, is unpacked, looked at, understood, decided upon, written down in
one act, and leaves by the back door::

    mailbox ─RawMail─▶ flow/receive ─▶ store: the mail, whole, and the cursor       (first commit)
                                         │ claim
                       flow/intake  ◀────┘
                         open      keyring: CryptoTask → CryptoOutcome   (a door)
                         parse     bytes → ParsedMessage
                         extract   attachments → text                 (a door: a subprocess with limits)
                         security  message + outcome → SecurityReport
                         facts     message + report → Facts
                         classify  Facts + Ruleset → Verdict (kind, flags, confidence, evidence)
                         decide    Verdict + Facts + context + policy + now → Decision (intents, reasons)
                         settle    Decision → case, reminders, outbox rows, audit     (one commit)
                                         │ claim
                       flow/dispatch ◀───┘─▶ courier (SMTP) ─▶ Delivered | Deferred | Refused | Uncertain
                       flow/remind  ◀── clock            flow/triage ◀── web and command line

The floors, top to bottom; imports only go down, and rooms on one line do not see each other (the
contracts in ``pyproject.toml`` are part of the tests)::

    __main__ · cli · bootstrap · web|service|sandbox · flow|store|mailbox|courier|keyring|extract
    · config|observe · parse|security|facts|classify|decide|cases|followup|compose
    · syntax · model · errors

The core (``parse`` … ``compose``, ``syntax``, ``model``) touches no network, disk, process, log, clock or
chance: ``now``, ids, calendars, templates and boundaries are arguments. Doors carry, they do not think.
Where to read on: ``docs/glossary.md`` for the words, ``docs/journey.md`` for one mail's way,
``docs/promises.md`` for what is promised and which test proves it.
"""

__version__ = "0.1.0"
