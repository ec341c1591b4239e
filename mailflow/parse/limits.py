"""Limits of reading, each with the attack beside it. Limits of header fields stand in ``syntax.fields``.

A mail over a limit is kept whole by the store, read as far as is safe, and says so with a defect.
"""

from __future__ import annotations

MAIL_BYTES = 64 * 1_048_576
"""Attack: a mail as large as the disk. Servers refuse above 25 to 50 MB; the rest is not read."""
PARTS = 500
"""Attack: 200,000 parts in 2 MB. Real mail with more than fifty is unknown to us."""
DEPTH = 50
"""Attack: 2,000 multiparts inside each other, against recursion. Six forwards deep makes about twenty."""
DELIMITERS = 20_000
"""Attack: millions of lines that begin like a boundary and are none."""
TEXT_BYTES = 2 * 1_048_576
"""Attack: 25 MB of text through every pattern. Of one text part so much is read; the rest stays raw."""
TEXT_CHARACTERS = 2_000_000
"""The same for the joined text of a mail with many text parts."""
TEXT_LINES = 100_000
"""Attack: 2 MB of line ends, each line an object. Further lines are joined to the last region."""
LINE_LOOK = 1_000
"""Attack: one line of 2 MB through line patterns. Only so many characters of a line are looked at."""
HTML_BYTES = 1_048_576
"""Attack: HTML bombs; beyond 1 MB nothing is read. Newsletters have 100 kB, Word's worst 400 kB."""
HTML_TOTAL = 4 * 1_048_576
"""Attack: 490 HTML parts of 47 kB took 19 s. A part over this sum is not read; it stays an attachment's bytes."""
HTML_DEPTH = 512
"""Attack: 100,000 nested elements took lexbor more than 15 s; cost grows with the square of the depth."""
HTML_NODES = 200_000
"""Attack: a megabyte of ``<b>``; each node is an object on our side."""
HTML_LINKS = 1_000
"""Attack: a link farm. Further links are not listed."""
CONTENT_BYTES = 64 * 1_048_576
"""Attack: files of a mail far larger than it says. Contents of all attachments together take no more; a further one
is listed with its size and digest, and its content still stands in the whole mail."""
ENCLOSED_BYTES = 4 * 1_048_576
"""A message inside a message that is larger is not kept once more: its files are, and it stands in the mail."""
DIGESTED_BYTES = 256 * 1_048_576
"""Attack: 48 messages inside each other, 25 MB each. What is not kept is still measured and digested, up to so many
bytes of the mail in all (half a second); beyond, a file is listed without either."""
ATTACHED_TEXT = 500_000
"""Characters of an attachment that we read without help."""
ATTACHMENT_NAME = 255
"""Attack: a name of 4 kB; file systems and people stop at 255."""
REFERENCES = 100
"""Attack: References with thousands of ids. The first and the latest are kept."""
MESSAGE_ID = 998
"""RFC 5322 §2.1.1: longer than a line cannot be."""
LINKED_TEXT = 500
"""Characters kept of a link's visible text."""
LINKED_TARGET = 2_000
"""Characters kept of a link's target."""
FORWARDED_BLOCKS = 50
"""Attack: ten thousand header blocks in one text."""
FIRST_LOOK_BYTES = 65_536
"""While receiving, only so much is looked at."""
BOUNCE_SCAN_BYTES = 262_144
"""flufl.bounce takes 5 ms on a long ordinary body; a report says what it says early."""
BOUNCE_SCAN_LINES = 4_000
"""Attack: 200 kB of line ends under "failure notice" took it 2.3 s, 12 µs a line; with its cause a report has 200."""
REPORT_FIELDS_BYTES = 65_536
"""Of a delivery-status part; more is no report."""
REPORTED_RECIPIENTS = 200
"""Recipients of one report that are listed."""
DEFECTS = 100
"""Different defects of one mail that are listed."""
CALENDAR_LINES = 5_000
"""Attack: a calendar of a million lines."""
