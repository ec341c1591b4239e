"""The limits of the attachment door, each with the attack that it answers."""

from __future__ import annotations

MAX_BYTES = 40 * 1024 * 1024
"""Bytes of one attachment that are looked at; servers accept mails of 25 to 35 MB, more is a flood."""

MAX_TEXT = 400_000
"""Characters of text kept of one attachment (about 150 pages); more would drown whoever matches or reads it."""

WALL_SECONDS = 15.0
"""Wall-clock time for one attachment, after which the worker is killed: a worker that sleeps or waits costs no CPU."""

CPU_SECONDS = 6
"""CPU time for one attachment: what is not caught by a limit of its own, such as streams that call one another, ends
here. A page of an ordinary PDF takes 5 ms, 15 with its layout."""

MEMORY_BYTES = 400 * 1024 * 1024
"""Address space of the worker, of which 60 MB are its own: a PDF of 721 kB whose stream unpacks to 300 MB, or a sheet
of a million cells, asks for more. An ordinary attachment of 20 MB needs 100."""

RECYCLE_DOCUMENTS = 500
"""Attachments that one worker reads before a fresh one takes over: whatever leaks or was upset ends with it."""

RECYCLE_GROWTH_BYTES = 160 * 1024 * 1024
"""Growth of the worker's peak memory after which a fresh one takes over."""

START_SECONDS = 30.0
"""Time that a worker has to load its readers and say that it is ready, on a busy machine."""

MAX_REPLY = 8 * MAX_TEXT
"""Bytes of one answer of the worker: a worker that a document has taken over must not fill our memory."""

MAX_MEMBERS = 2_000
"""Entries of one archive or office file; a ZIP of 60,000 empty entries is a bomb of names."""

MAX_MEMBER_BYTES = 24 * 1024 * 1024
"""Unpacked bytes of one entry that is read: XML takes ten times that in memory."""

MAX_UNPACKED_BYTES = 64 * 1024 * 1024
"""Declared unpacked bytes of all entries together (42.zip declares 4.5 PB)."""

MAX_RATIO = 200
"""Unpacked to packed size of an entry over ``RATIO_FLOOR``; DEFLATE reaches 1,032, written XML rarely 60."""

RATIO_FLOOR = 2 * 1024 * 1024
"""Below this unpacked size the ratio says nothing: an empty style sheet compresses as well as a bomb."""

MAX_ARCHIVE_READ = 50
"""Entries of one archive (with the archives in it) whose text is read; the rest is only listed."""

MAX_DEPTH = 3
"""Documents within documents: a ZIP in a mail in a ZIP is read, the quine ZIP that holds itself ends here."""

MAX_PAGES = 200
"""Pages of one PDF that are read: a page tree may name a million that share one content stream."""

MAX_PAGE_BYTES = 1024 * 1024
"""Unpacked bytes of one PDF page's content: a 49 kB file unpacks to 20 MB of text operators, and already 4 MB of them
take pypdf 12 s. Written pages have 5 to 50 kB."""

LAYOUT_PAGES = 30
"""Pages of a PDF whose layout is looked at for tables, which doubles their cost: forms are short, reports are prose."""

ENCLOSED_SECONDS = 3.0
"""CPU time after which no further document within the document is begun: fifty HTML pages of a megabyte in one small
archive cost 25 s."""

LAYOUT_SECONDS = 2.0
"""CPU time after which the layout of a PDF's further pages is not looked at."""

PAGES_SECONDS = 4.0
"""CPU time after which no further page of a PDF is begun; ``CPU_SECONDS`` would end worker and all."""

MAX_FIELDS = 2_000
"""Form fields of one PDF."""

MAX_HTML_BYTES = 1024 * 1024
"""Bytes of HTML that are parsed: lexbor is quadratic in nesting depth."""

MAX_HTML_DEPTH = 400
"""Nesting depth of HTML; 20,000 nested divs cost 0.8 s, 100,000 over 15 s."""

MAX_XML_DEPTH = 200
"""Nesting depth of an office document's XML; Word itself stops far earlier."""

MAX_ROWS = 20_000
"""Rows of one sheet or CSV file."""

MAX_CELLS = 200
"""Cells of one row that are read, and how often a repeated cell of an OpenDocument row is written out."""

MAX_REPEATED_ROWS = 50
"""How often a repeated row of an OpenDocument table is written out (an empty sheet repeats one a million times)."""

MAX_RTF_GROUPS = 1_000
"""Depth of groups in RTF."""

MAX_RECIPIENTS = 200
"""People of an Outlook message who are listed; a mail to a list of thousands says nothing more by naming all."""

MAX_CFB_DEPTH = 32
"""Storages within storages; a message in a message in a message needs nine, a chain of 200,000 is a bomb of names."""

MAX_CFB_SECTORS = 100_000
"""Sectors that one chain of a compound file may have: a FAT may go round in a circle (MS-CFB §2.3)."""
