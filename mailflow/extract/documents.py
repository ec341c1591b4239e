"""Which reader reads which type, and what is said of the types that none reads."""

from __future__ import annotations

from . import (
    archive,
    cfb,
    contentlines,
    docx,
    html,
    limits,
    mails,
    msg,
    odf,
    pdf,
    plain,
    pptx,
    rtf,
    sniff,
    spent,
    tnef,
    xlsx,
)
from .reading import (
    DAMAGED,
    EMPTY,
    ENCRYPTED,
    OVER_LIMITS,
    PASSWORD,
    PICTURE,
    PROGRAM,
    RIGHTS,
    SIGNATURE,
    SOUND,
    TOO_LARGE,
    UNKNOWN,
    Budget,
    Reading,
    Unreadable,
    finish,
)

_READERS = {
    sniff.PDF: pdf.read,
    sniff.DOCX: docx.read,
    sniff.XLSX: xlsx.read,
    sniff.PPTX: pptx.read,
    sniff.RTF: rtf.read,
    sniff.HTML: html.read,
    sniff.PLAIN: plain.read,
    "application/xml": plain.read,
    sniff.CSV: plain.read_csv,
    sniff.CALENDAR: contentlines.read_calendar,
    sniff.VCARD: contentlines.read_card,
}
_ENCLOSING = {
    sniff.ZIP: archive.read,
    sniff.EML: mails.read_eml,
    sniff.MSG: msg.read_msg,
    sniff.TNEF: tnef.read_tnef,
}
_OPEN_DOCUMENTS = frozenset({sniff.ODT, sniff.ODS, sniff.ODP})
_NOTES = {
    sniff.OOXML_ENCRYPTED: PASSWORD,
    sniff.RPMSG: RIGHTS,
    sniff.PGP: ENCRYPTED,
    sniff.PKCS7: ENCRYPTED,
    sniff.PGP_SIGNATURE: SIGNATURE,
    sniff.PKCS7_SIGNATURE: SIGNATURE,
    sniff.DOC: "an old Word document (.doc), not read",
    sniff.XLS: "an old Excel workbook (.xls), not read",
    sniff.PPT: "an old PowerPoint file (.ppt), not read",
    "application/vnd.microsoft.portable-executable": PROGRAM,
    "application/x-elf": PROGRAM,
    "application/vnd.rar": "an archive (RAR), not read",
    "application/x-7z-compressed": "an archive (7z), not read",
    "application/gzip": "an archive (gzip), not read",
    "application/x-tar": "an archive (tar), not read",
    "application/vnd.ms-outlook-pst": "an Outlook data file (.pst), not read",
}


def glance(content: bytes) -> Reading | None:
    """What can be said without opening anything: empty, too large, a picture, sound, a program; ``None`` for
    everything that needs a look inside. Safe in any process."""
    if not content.strip(b"\0 \t\r\n"):
        return Reading("application/x-empty", None, EMPTY)
    if len(content) > limits.MAX_BYTES:
        return Reading(sniff.by_magic(content) or sniff.UNKNOWN, None, TOO_LARGE)
    kind = sniff.by_magic(content)
    note = note_for(kind)
    return Reading(kind, None, note) if kind and note else None


def note_for(kind: str) -> str:
    """What is said of a type that no reader reads; empty for those that one does."""
    if kind in _NOTES:
        return _NOTES[kind]
    if kind.startswith("image/"):
        return PICTURE
    return SOUND if kind.startswith(("audio/", "video/")) else ""


def read(content: bytes, name: str = "", declared: str = "", budget: Budget | None = None) -> Reading:
    """The type and text of any document. Raises ``MemoryError`` only."""
    if budget is None:
        budget = Budget()
        spent.begin()
    seen = glance(content)
    if seen is not None:
        return seen
    kind = sniff.sniff(content, name, declared)
    try:
        return finish(_read(content, kind, budget))
    except Unreadable as why:
        return Reading(kind, None, why.note)
    except RecursionError:
        return Reading(kind, None, OVER_LIMITS)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a reader that trips over a hostile document says that it is damaged
        return Reading(kind, None, DAMAGED)


def _read(content: bytes, kind: str, budget: Budget) -> Reading:
    if kind in _READERS:
        return _READERS[kind](content)
    if kind in _OPEN_DOCUMENTS:
        return odf.read(content, kind)
    if kind in _ENCLOSING:
        if budget.depth <= 0:
            raise Unreadable(OVER_LIMITS)
        return _ENCLOSING[kind](content, budget, read)
    if kind == sniff.CFB and not cfb.is_whole(content):
        raise Unreadable(DAMAGED)
    return Reading(kind, None, note_for(kind) or UNKNOWN)
