"""The attachment door: attachments to text, in a process of its own with limits.

In goes an :class:`~mailflow.model.message.Attachment`, out comes the same with ``type`` (by content, never by
name), and ``text`` or a ``note`` in words why there is none. It never raises. May import ``model``, ``syntax``
and ``errors``; pypdf and selectolax run in the worker only.

    >>> with SubprocessReader() as reader:
    ...     letter = reader.read(attachment)
    >>> letter.type, letter.text
    ('application/pdf', 'Name | Telephone\\n…')

How text looks, whatever the document was: rows of tables are ``Name | Telephone``; boxes are ``☒`` and ``☐``;
form fields of a PDF are ``Label: value``, one a line; words that the writer struck through stand between ``~~``,
so who matches words leaves those out; what tracked changes deleted and what is hidden is not there; documents
within documents stand under ``[their name]``. A note beside a text says that the text is not all of it.

===============  ===================================================================================
``reader``       the door: a pool of warm workers, wall-clock limit, kill, fresh start
``worker``       the child: loads its readers, then gives up files, sockets and processes
``frames``       what the two say to each other
``documents``    which reader reads which type; notes for what none reads
``sniff``        the true type by content
``limits``       every limit with its attack
``spent``        what the document in hand has cost, so that readers stop in time and keep what they have
``reading``      what a reader gives back; how text is made tidy
``package``      office files, ZIP and XML within limits: ``docx``, ``odf``, ``xlsx``, ``pptx``
``pdf``          pages, form fields, notes
``rtf``          Rich Text Format; ``symbols`` knows the boxes of picture fonts
``html``         HTML files
``plain``        text and CSV
``contentlines`` calendars and address cards
``archive``      ZIP
``mails``        mails as files: the form of all, and ``.eml``
``outlook``      what Outlook keeps of a mail: ``msg`` in files (``cfb``: compound files), ``tnef`` in ``winmail.dat``
===============  ===================================================================================

Standards: ISO 32000-1 (PDF), ECMA-376 (OOXML), ODF 1.3, RTF 1.9.1, RFC 4180, RFC 5545, RFC 6350, RFC 5322,
[MS-CFB], [MS-OXMSG], [MS-OXTNEF], [MS-OXRTFCP], APPNOTE (ZIP).
"""

from .reader import SubprocessReader
from .reading import STRUCK, TICKED, UNTICKED

__all__ = ["STRUCK", "TICKED", "UNTICKED", "SubprocessReader"]
