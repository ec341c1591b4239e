"""In-memory twins of the doors: they run, keep state and can be broken, but touch no network and no disk.

Purpose: journeys are tested, and the rehearsal and demonstration can run, without servers. A twin fits the
same port of ``flow/ports`` as the real door and passes the same contract suite under ``tests/contracts``; a
twin that behaves otherwise than the door is a fault of the twin.

``mailserver``  a mail server with mailboxes and folders, and a connection to one of them
``courier``     a way out that keeps what it was given

In: what a test or the demonstration puts there. Out: what the port says. Twins may import ``flow/ports``,
``model`` and ``errors``. Times are arguments here as everywhere.

Example::

    house = MemoryMailHouse()
    house.deliver("hssupport", b"Subject: hello\r\n\r\n…", now)
    server = MemoryMailServer(house, "hssupport")
    server.open()
"""
