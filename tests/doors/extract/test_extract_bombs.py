"""Documents made to hurt, through the door as in life: each ends within its limits with a note, and the next is read.

Run with ``-s`` to see what each cost: seconds on the wall, and the peak of the worker's memory (docs/reliability.md).
"""

from __future__ import annotations

import io
import os
import re
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailflow.extract import SubprocessReader, limits, reading
from mailflow.model.message import Attachment
from tests.support import make_documents
from tests.support.make_documents import ODF, S, compound, odf, ooxml, packed, paper, stream

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def laughs(root: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{root}&l9;'


def workbook(sheet: str, **more: str) -> bytes:
    relations = "<Relationships><Relationship Id='r1' Target='s.xml'/></Relationships>"
    sheets = (
        f"<workbook {S} xmlns:r='{make_documents.RELATION}'><sheets><sheet name='a' r:id='r1'/></sheets></workbook>"
    )
    return ooxml(
        "xl/workbook.xml",
        SHEET,
        {"xl/workbook.xml": sheets, "xl/_rels/workbook.xml.rels": relations, "xl/s.xml": sheet, **more},
    )


def nested_zips(levels: int, copies: int) -> bytes:
    """As 42.zip: archives of archives, each a few hundred bytes, that would unpack to far too much."""
    content = packed({"zeros.txt": bytes(30 * 1024 * 1024)})
    for _ in range(levels):
        content = packed({f"{n}.zip": content for n in range(copies)})
    return content


def zip_of_huge_declared_size() -> bytes:
    """A ZIP64 entry that claims eight exabytes."""
    content = bytearray(packed({"a.txt": "hello"}, stored=("a.txt",)))
    central = content.find(b"PK\x01\x02")
    extra = struct.pack("<HHQQ", 1, 16, 2**63 - 1, 2**63 - 1)
    struct.pack_into("<II", content, central + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", content, central + 30, len(extra))
    name_end = central + 46 + 5
    content[name_end:name_end] = extra
    end = content.find(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 12, struct.unpack_from("<I", content, end + 12)[0] + len(extra))
    return bytes(content)


def overlapping_zip() -> bytes:
    """Two thousand directory entries that share the bytes of one packed megabyte."""
    content = bytearray(packed({"a.txt": bytes(1024 * 1024)}))
    central = content.find(b"PK\x01\x02")
    end = content.find(b"PK\x05\x06")
    entry = bytes(content[central:end])
    count = limits.MAX_MEMBERS
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    return bytes(content[:central]) + entry * count + bytes(tail)


def nested_mails(levels: int) -> bytes:
    content = b"From: a@example.org\nTo: b@example.org\nSubject: core\n\nthe core\n"
    for level in range(levels):
        head = f"From: a@example.org\nTo: b@example.org\nSubject: {level}\nContent-Type: message/rfc822\n\n"
        content = head.encode() + content
    return content


def mail_of_zip_of_mail(levels: int) -> bytes:
    content = b"From: a@example.org\nTo: b@example.org\nSubject: core\n\nthe core\n"
    for _ in range(levels):
        inner = packed({"mail.eml": content})
        encoded = __import__("base64").encodebytes(inner)
        content = (
            b"From: a@example.org\nTo: b@example.org\nSubject: s\nContent-Type: application/zip; name=a.zip\n"
            b"Content-Transfer-Encoding: base64\n\n" + encoded
        )
    return content


def circular_msg(place: str) -> bytes:
    """A message whose chain of sectors goes round in a circle."""
    content = bytearray(make_documents.note_msg())
    if place == "mini":
        (first,) = struct.unpack_from("<I", content, 60)
        at = (first + 1) * 512
        for number in range(128):
            struct.pack_into("<I", content, at + 4 * number, 0)
    elif place == "difat":
        struct.pack_into("<II", content, 68, 0, 0xFFFFFFF0)
    else:
        table = len(content) - 512
        for at in range(table, len(content), 4):
            struct.pack_into("<I", content, at, 0)
    return bytes(content)


def many_storages() -> bytes:
    return compound({"__properties_version1.0": bytes(32), **{f"s{n}/x": b"x" for n in range(5_000)}})


def heavy_pdf() -> bytes:
    """A stream of a few hundred kilobytes that unpacks to 300 MB."""
    import zlib

    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(300)) + packer.flush()
    return make_documents.pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
            4: b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(data), data),
            5: make_documents.FONT,
        }
    )


def calling_pdf() -> bytes:
    """Forms that draw one another, each twelve times: twelve to the eighth power of them."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 10 0 R>>>>/Contents 4 0 R>>",
        4: stream(b"/X Do"),
        5: make_documents.FONT,
    }
    for number in range(10, 18):
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>/XObject<</X %d 0 R>>>>"
        objects[number] = stream(b"BT /F 9 Tf (a) Tj ET " + b"/X Do " * 12, entries % (number + 1))
    return make_documents.pdf({**objects, 18: stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")})


def circular_pages() -> bytes:
    return make_documents.pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"})


def shared_pages() -> bytes:
    content = b"BT /F 9 Tf (a) Tj " + b"0 0 Td " * (limits.MAX_PAGE_BYTES // 7 - 10) + b"ET"
    return re.sub(rb"/Contents \d+ 0 R", b"/Contents 11 0 R", paper(content, *[b""] * 149))


CUT = (reading.CUT, reading.PART, None)
LIMITS = (reading.OVER_LIMITS,)
LISTED = (None, reading.CUT)

BOMBS: dict[str, tuple[Callable[[], bytes], tuple[str | None, ...]]] = {
    "archives in archives, 4 deep, 16 each (30 MB of zeros in each core)": (lambda: nested_zips(3, 16), LISTED),
    "an archive of 60,000 names": (lambda: packed({f"{n}": "" for n in range(60_000)}, stored=()), LIMITS),
    "an entry of 8 exabytes (ZIP64)": (zip_of_huge_declared_size, LIMITS),
    "2,000 entries over the same bytes": (overlapping_zip, LIMITS),
    "a mail in a ZIP in a mail, 12 deep": (lambda: mail_of_zip_of_mail(12), LISTED),
    "49 kB PDF of 20 MB of text operators": (
        lambda: paper(b"BT /F 9 Tf " + b"(a) Tj " * 2_800_000 + b"ET"),
        LIMITS,
    ),
    "PDF of 300 MB in one stream": (heavy_pdf, LIMITS),
    "PDF of 150 pages that share one heavy page": (shared_pages, (reading.CUT, *LIMITS)),
    "PDF of forms that draw one another": (calling_pdf, (reading.OVER_LIMITS, reading.CUT, None)),
    "PDF whose pages hold themselves": (circular_pages, (reading.DAMAGED, reading.OVER_LIMITS)),
    "billion laughs in DOCX": (lambda: ooxml("word/document.xml", WORD, {"word/document.xml": laughs("<a>")}), LIMITS),
    "billion laughs in ODT": (lambda: odf("text", laughs("<a>")), LIMITS),
    "billion laughs in XLSX": (lambda: workbook(laughs("<worksheet>")), LIMITS),
    "external entity in DOCX": (
        lambda: ooxml(
            "word/document.xml",
            WORD,
            {"word/document.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'},
        ),
        LIMITS,
    ),
    "external document type in ODT": (
        lambda: odf("text", f'<!DOCTYPE a SYSTEM "file:///etc/passwd"><x {ODF}>&x;</x>'),
        (reading.DAMAGED,),
    ),
    "XML of 100,000 levels": (lambda: odf("text", "<a>" * 100_000), LIMITS),
    "RTF of 100,000 groups": (lambda: b"{\\rtf1" + b"{" * 100_000 + b"deep", LIMITS),
    "RTF of 10 MB of single letters": (lambda: b"{\\rtf1 " + b"\\u97?" * 2_000_000 + b"}", (reading.CUT,)),
    "RTF of a binary of 2 GB": (lambda: b"{\\rtf1 hello\\bin2147483647 x}", (None,)),
    "CSV of a million columns": (lambda: b"a," * 1_000_000, (None, reading.CUT)),
    "CSV with one open quote over 20 MB": (lambda: b'a,"' + b"x\n" * 10_000_000, CUT),
    "sheet of a million rows by its dimension": (
        lambda: workbook(
            f"<worksheet {S}><dimension ref='A1:XFD1048576'/><sheetData>"
            "<row r='1048576'><c r='XFD1048576' t='str'><v>x</v></c></row></sheetData></worksheet>"
        ),
        (None, reading.NO_TEXT),
    ),
    "sheet of 200,000 rows": (
        lambda: workbook(
            f"<worksheet {S}><sheetData>" + "<row><c t='str'><v>x</v></c></row>" * 200_000 + "</sheetData></worksheet>"
        ),
        (None, reading.CUT, reading.OVER_LIMITS),
    ),
    "HTML of 100,000 divs": (lambda: b"<html>" + b"<div>" * 100_000 + b"deep", LIMITS),
    "HTML of 100,000 open bold words": (lambda: b"<html>" + b"<b><p>" * 100_000 + b"deep", LIMITS),
    "HTML of 200,000 open list items": (lambda: b"<html><ul>" + b"<li>x" * 200_000, CUT),
    "HTML of a megabyte of attributes": (lambda: b"<html><p " + b"a=b " * 250_000 + b">x</p></html>", (None,)),
    "msg whose directory goes in a circle": (lambda: circular_msg("fat"), (reading.DAMAGED,)),
    "msg whose small streams go in a circle": (lambda: circular_msg("mini"), (reading.DAMAGED, None)),
    "msg whose table of tables goes in a circle": (lambda: circular_msg("difat"), (reading.DAMAGED, None)),
    "msg of 5,000 storages": (many_storages, (reading.NO_TEXT,)),
    "winmail.dat of lying lengths": (
        lambda: struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BHHI", 1, 0x9003, 6, 0xFFFFFFFF) * 5,
        (reading.NO_TEXT, reading.DAMAGED),
    ),
    "200 mails in mails": (lambda: nested_mails(200), LISTED),
    "a mail of 50,000 parts": (
        lambda: (
            b"From: a@example.org\nTo: b@example.org\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\nContent-Disposition: attachment; filename=a\n\nx\n" * 50_000
        ),
        LISTED,
    ),
    "a calendar of a million lines": (
        lambda: b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"SUMMARY:x\n" * 1_000_000,
        CUT,
    ),
    "a card with a picture of 10 MB": (
        lambda: b"BEGIN:VCARD\nFN:Ada Bright\nPHOTO;ENCODING=b:" + b"QUJD" * 2_500_000 + b"\nEND:VCARD\n",
        (None,),
    ),
    "a card of 200,000 soft line breaks": (
        lambda: b"BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:" + b"=\n" * 200_000 + b"=41\nEND:VCARD\n",
        (None, reading.NO_TEXT, reading.CUT),
    ),
    "fifty pages of a megabyte in one ZIP": (
        lambda: packed({f"{n}.html": b"<html><ul>" + b"<li>x" * 200_000 for n in range(50)}),
        LISTED,
    ),
}


@pytest.fixture(scope="module")
def door() -> Iterator[SubprocessReader]:
    with SubprocessReader() as reader:
        reader.read(attachment(b"warm"))
        yield reader


def attachment(content: bytes) -> Attachment:
    return Attachment("", "", len(content), "", content)


def peak_megabytes(reader: SubprocessReader) -> str:
    """Of the worker that waits; a dash where the bomb ended it."""
    if not reader._idle:
        return "ended"
    status = Path(f"/proc/{reader._idle[0]._process.pid}/status").read_text()
    return f"{int(status.partition('VmHWM:')[2].split()[0]) // 1024} MB"


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.promise("P3")
def test_a_bomb_ends_within_its_limits_and_the_next_is_read(name: str, door: SubprocessReader) -> None:
    make, notes = BOMBS[name]
    content = make()
    begun = time.monotonic()
    found = door.read(attachment(content))
    seconds = time.monotonic() - begun
    result = found.note or f"{len(found.text or '')} characters"
    print(f"\n| {name} | {len(content) / 1000:,.0f} kB | {seconds:.2f} s | {peak_megabytes(door)} | {result} |", end="")
    assert found.note in notes
    assert found.text is not None or found.note
    assert len(found.text or "") <= limits.MAX_TEXT
    assert seconds < limits.WALL_SECONDS + 2
    assert door.read(attachment(b"next")).text == "next"


def test_names_that_climb_out_of_their_folder_are_only_names(
    door: SubprocessReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = door.read(attachment(packed({"../../outside.txt": "words", "/etc/absolute.txt": "more", "C:\\w.txt": "w"})))
    assert found.text == "[../../outside.txt]\nwords\n\n[/etc/absolute.txt]\nmore\n\n[C:\\w.txt]\nw"
    assert os.listdir(tmp_path) == []
    assert not (tmp_path.parent.parent / "outside.txt").exists()


def test_what_the_bombs_are_packed_in_is_honest() -> None:
    """The figures of the table mean what they say: these do unpack to what they claim."""
    with zipfile.ZipFile(io.BytesIO(nested_zips(0, 0))) as archive:
        assert archive.getinfo("zeros.txt").file_size == 30 * 1024 * 1024
    with zipfile.ZipFile(io.BytesIO(zip_of_huge_declared_size())) as archive:
        assert archive.getinfo("a.txt").file_size == 2**63 - 1
    with zipfile.ZipFile(io.BytesIO(overlapping_zip())) as archive:
        assert len(archive.infolist()) == limits.MAX_MEMBERS
    assert len(heavy_pdf()) < 1_000_000
    assert stream(b"x").startswith(b"<<")
