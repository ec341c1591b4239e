"""The journeys: straight-line code from one door to another, each readable aloud from top to bottom.

================  =================================================================================
``receive``       mailbox → store: the mail, whole, and the cursor in one commit; ``backfill``
``intake``        claim a stored mail, ``understand`` it, ``settle`` it
``understand``    open, parse, extract, security, facts, classify: the same for intake and rehearsal
``settle``        decide under the locks of the match keys, and write everything down in one commit
``dispatch``      claim a due outbox row, ask the ``gate`` again, hand it to the courier, record the answer
``remind``        claim a due reminder, ask whether it is still wanted, queue the mail that it calls for
``triage``        what a human does about an event or a case, each act in one commit
``rehearse``      understand and decide, and write nothing (``mailflow classify``)
================  =================================================================================

Beside them: ``ports`` (what the journeys need of the doors), ``letters`` (what they know of an event, as a mail of
ours), ``contact`` (how somebody may be reached safely), ``files`` (opening a case), ``expiry`` (keys that end),
``contract`` (what ``classify --json`` and ``show --json`` print), ``memory`` (in-memory twins of the doors, for tests).

In: ports, a clock, chance, policies; nothing here reads settings. Out: rows in the store, mails at the courier, and
records to a listener. May import the core (``parse`` … ``compose``, ``syntax``, ``model``), ``errors`` and nothing
of the doors; no journey calls another, they meet in the database. Nothing slow (network, parsing, crypto) happens
inside a transaction.

Each journey tells ``reached`` the name of every point where a crash would matter (``intake.claimed`` …); the fault
tests kill the process there. Promises: nothing is lost (P1), nothing is done twice (P2), every mail is visible (P3).

Example::

    intake = Intake(store, mind, office, clock, owner="host:4711:9f2c")
    while take_in_one(intake) not in (TakenIn.NOTHING, TakenIn.LATER):
        pass
"""
