"""What each sort of document says, against expected texts that were read by eye; and that damage never raises.

``NAME.expected``: first line the type, second the note (or ``-``), then the text. On a difference
a ``.got`` is written beside it.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import io
import random
import zipfile
from pathlib import Path

import pypdf
import pytest

from mailflow.extract import documents, limits, reading, sniff
from tests.support import make_documents

FOLDER = make_documents.FOLDER
CORPUS = FOLDER.parent / "corpus" / "messages"
SAMPLES = sorted(make_documents.DOCUMENTS)


def shown(content: bytes, name: str, declared: str = "") -> str:
    found = documents.read(content, name, declared)
    return f"{found.type}\n{found.note or '-'}\n{found.text if found.text is not None else ''}".rstrip("\n") + "\n"


def compare(got: str, expected: Path) -> None:
    if not expected.exists() or got != expected.read_text():
        expected.with_suffix(".got").write_text(got)
    assert expected.exists(), f"no {expected.name}: read {expected.stem}.got with your own eyes, and rename it"
    assert got == expected.read_text()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_says_what_is_expected(name: str) -> None:
    compare(shown((FOLDER / name).read_bytes(), name), FOLDER / f"{name}.expected")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_its_generator_makes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == make_documents.DOCUMENTS[name]()


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.endswith((".csv", ".txt"))])
def test_the_type_comes_from_the_content_not_from_the_name(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    assert sniff.sniff(content, "holiday.jpg", "image/jpeg") == sniff.sniff(content, name)


def corpus_files() -> list[tuple[str, str, str, bytes]]:
    """(file of the expected text, name, declared type, content) of every file in the labelled mails."""
    found = []
    for path in sorted(CORPUS.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.compat32)
        number = 0
        for part in mail.walk():
            content = None if part.is_multipart() else part.get_payload(decode=True)
            is_body = part.get_content_type() in ("text/plain", "text/html") and not part.get_filename()
            if isinstance(content, bytes) and not is_body and not part.get_content_type().startswith("image/"):
                number += 1
                stem = path.stem if number == 1 else f"{path.stem}-{number}"
                found.append((stem, part.get_filename() or "", part.get_content_type(), content))
    return found


CORPUS_FILES = corpus_files()


@pytest.mark.parametrize(("stem", "name", "declared", "content"), CORPUS_FILES, ids=[one[0] for one in CORPUS_FILES])
def test_a_file_of_the_corpus_says_what_is_expected(stem: str, name: str, declared: str, content: bytes) -> None:
    compare(shown(content, name, declared), FOLDER / "corpus" / f"{stem}.txt")


def test_every_letter_and_form_of_the_corpus_gives_text() -> None:
    office = [one for one in CORPUS_FILES if one[1].endswith((".pdf", ".docx"))]
    assert len(office) >= 13
    for stem, name, declared, content in office:
        assert documents.read(content, name, declared).text, stem


@pytest.mark.parametrize(
    ("content", "kind", "note"),
    [
        (b"", "application/x-empty", reading.EMPTY),
        (b" \r\n\0\n", "application/x-empty", reading.EMPTY),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", reading.PICTURE),
        (b"\xff\xd8\xff\xe1" + bytes(50), "image/jpeg", reading.PICTURE),
        (b"II*\0" + bytes(50), "image/tiff", reading.PICTURE),
        (bytes(4) + b"ftypheic" + bytes(50), "image/heic", reading.PICTURE),
        (bytes(4) + b"ftypisom" + bytes(50), "video/mp4", reading.SOUND),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav", reading.SOUND),
        (b"MZ\x90\0" + bytes(80), "application/vnd.microsoft.portable-executable", reading.PROGRAM),
        (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86 rest", "application/x-microsoft-rpmsg-message", reading.RIGHTS),
        (b"-----BEGIN PGP MESSAGE-----\n\nabc", "application/pgp-encrypted", reading.ENCRYPTED),
        (b"Rar!\x1a\x07\0", "application/vnd.rar", "an archive (RAR), not read"),
        (b"\x01\x02\x03\x04" * 20, "application/octet-stream", reading.UNKNOWN),
        (b"%PDF-1.7\nnothing more", "application/pdf", reading.DAMAGED),
        (b"PK\x03\x04 torn", "application/zip", reading.DAMAGED),
        (
            make_documents.compound({"WordDocument": b"x"}),
            "application/msword",
            "an old Word document (.doc), not read",
        ),
        (make_documents.packed({}), "application/zip", "empty"),
    ],
)
def test_what_is_not_read_is_named(content: bytes, kind: str, note: str) -> None:
    found = documents.read(content, "letter.docx", "application/msword")
    assert (found.type, found.text, found.note) == (kind, None, note)


def test_too_large_is_said_without_looking() -> None:
    assert documents.read(b"%PDF-" + bytes(limits.MAX_BYTES)).note == reading.TOO_LARGE


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_under_a_password(algorithm: str) -> None:
    """One that needs a password is named so; one that only forbids printing is read like any other."""
    for password, owner in (("secret", "owner"), ("", "owner")):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_documents.letter_pdf()))
        writer.encrypt(password, owner, algorithm=algorithm)
        out = io.BytesIO()
        writer.write(out)
        found = documents.read(out.getvalue())
        if password:
            assert (found.text, found.note) == (None, reading.PASSWORD)
        else:
            assert found.text is not None
            assert "Ada Bright | 07700 900123" in found.text


def docx(body: str, **more: str) -> bytes:
    return make_documents.ooxml(
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        {"word/document.xml": f"<w:document {make_documents.W}><w:body>{body}</w:body></w:document>", **more},
    )


def test_text_is_tidy() -> None:
    found = documents.read(
        b"one  \r\ntwo\rthree\n\n\n\nfour\x00\x07 \xc2\xa0five\xe2\x80\xa8six\xc2\xad\xef\xbb\xbf", "a.txt"
    )
    assert found.text == "one\ntwo\nthree\n\nfour  five\nsix"


def test_text_is_cut_at_the_limit_and_says_so() -> None:
    found = documents.read(b"word " * limits.MAX_TEXT, "a.txt")
    assert found.text is not None
    assert len(found.text) <= limits.MAX_TEXT
    assert found.note == reading.CUT


# -- hostile documents ------------------------------------------------------------------------------------------
def bomb_zip(size: int) -> bytes:
    return make_documents.packed({"bomb.txt": bytes(size)})


HOSTILE = {
    "ratio": bomb_zip(20 * 1024 * 1024),
    "declared": make_documents.packed({f"{n}.txt": bytes(8 * 1024 * 1024) for n in range(9)}),
    "names": make_documents.packed({f"{n}": "" for n in range(limits.MAX_MEMBERS + 1)}, stored=()),
    "laughs": docx("").replace(b"", b"", 0)
    if False
    else make_documents.ooxml(
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        {
            "word/document.xml": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
            + "".join(f'<!ENTITY {chr(98 + n)}x "{f"&{chr(97 + n)}x;" * 10}">' for n in range(1, 9))
            + "]><a>&b;</a>"
        },
    ),
    "external": make_documents.odf("text", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    "deep xml": docx("<w:sdt><w:sdtContent>" * 3000 + "</w:sdtContent></w:sdt>" * 3000),
    "deep html": b"<html>" + b"<div>" * 100_000 + b"deep",
    "deep rtf": b"{\\rtf1" + b"{" * 100_000 + b"deep",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_bomb_is_named_and_costs_little(name: str) -> None:
    found = documents.read(HOSTILE[name])
    if found.text is not None:  # an archive is listed; the bomb in it is named
        assert found.text == f"[bomb.txt: {reading.OVER_LIMITS}]"
    else:
        assert found.note == reading.OVER_LIMITS


def test_archives_in_archives_end_at_the_limit() -> None:
    content = make_documents.packed({"core.txt": "the core"})
    for level in range(limits.MAX_DEPTH + 3):
        content = make_documents.packed({f"level{level}.zip": content})
    found = documents.read(content)
    assert found.text is not None
    assert "the core" not in found.text
    assert reading.OVER_LIMITS in found.text


def test_many_members_spend_one_purse() -> None:
    inner = make_documents.packed({f"{n}.txt": f"text {n}" for n in range(30)})
    found = documents.read(make_documents.packed({f"{n}.zip": inner for n in range(30)}))
    assert found.text is not None
    assert found.text.count("\ntext ") < limits.MAX_ARCHIVE_READ
    assert found.text.count(reading.OVER_LIMITS) >= 28


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_declares() -> None:
    content = bytearray(make_documents.packed({"a.txt": "x" * 100_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark) + place
        content[at : at + 4] = (10).to_bytes(4, "little")
    found = documents.read(bytes(content))
    assert found.text == f"[a.txt: {reading.DAMAGED}]"


def test_a_compound_file_whose_table_goes_in_a_circle_ends() -> None:
    content = bytearray(make_documents.note_msg())
    table = len(content) - 512
    for place in range(table, len(content), 4):
        if content[place : place + 4] != b"\xff\xff\xff\xff":
            content[place : place + 4] = b"\0\0\0\0"
    assert documents.read(bytes(content)).note == reading.DAMAGED


def test_a_repeated_cell_is_not_written_a_million_times() -> None:
    cell = '<table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell>'
    line = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    body = f'<table:table>{line}</table:table><text:p>a<text:s text:c="999999999"/>b</text:p>'
    body = f"<office:body><office:text>{body}</office:text></office:body>"
    found = documents.read(make_documents.odf("text", f"<x {make_documents.ODF}>{body}</x>"))
    assert found.text is not None
    assert len(found.text) < 100_000


def test_a_page_that_unpacks_to_far_too_much_is_left_out() -> None:
    """The 49 kB PDF of text operators, as the second page of a letter: the letter stays readable."""
    bomb = b"BT /F 9 Tf " + b"(a) Tj " * 2_800_000 + b"ET"
    found = documents.read(make_documents.paper(bomb))
    assert (found.text, found.note) == (None, reading.OVER_LIMITS)
    found = documents.read(make_documents.paper(make_documents.words((70, 700, "Dear colleague")), bomb))
    assert (found.text, found.note) == ("Dear colleague", reading.PART)


def test_a_pdf_whose_pages_are_damaged_says_so_and_keeps_the_others() -> None:
    good = make_documents.words((70, 700, "first page"))
    whole = make_documents.paper(good, good.replace(b"first", b"third"))
    found = documents.read(whole.replace(b"/Contents 13 0 R", b"/Contents 99 0 R"))
    assert found.text is not None
    assert "first page" in found.text


@pytest.mark.parametrize("name", SAMPLES)
def test_any_bytes_give_a_reading_and_never_an_exception(name: str) -> None:
    """Every sample cut short and with bytes changed: a text or a note, nothing raised, the same twice."""
    content = (FOLDER / name).read_bytes()
    chance = random.Random(name)
    for _ in range(40):
        torn = bytearray(content)
        if chance.random() < 0.3:
            del torn[chance.randrange(len(torn)) :]
        for _ in range(chance.randrange(1, 8)):
            if torn:
                torn[chance.randrange(len(torn))] = chance.randrange(256)
        found = documents.read(bytes(torn), name)
        assert found.text or found.note
        assert found == documents.read(bytes(torn), name)


def test_torn_office_parts_never_raise() -> None:
    """The members of the office samples, changed within a whole archive, so that the XML readers meet them."""
    chance = random.Random(7)
    for name in ("form.docx", "letter.odt", "contacts.xlsx", "slides.pptx", "list.ods"):
        with zipfile.ZipFile(FOLDER / name) as archive:
            members = {one: archive.read(one) for one in archive.namelist()}
        for _ in range(60):
            part = chance.choice([one for one in members if one.endswith(".xml")])
            torn = bytearray(members[part])
            at, length = chance.randrange(len(torn)), chance.randrange(1, 30)
            if chance.random() < 0.5:
                torn[at : at + length] = b""
            else:
                torn[at : at + 1] = chance.choice([b"9", b"-1", b"x", b'"', b"<", b"</w:p>", b"\xff"])
            found = documents.read(make_documents.packed({**members, part: bytes(torn)}))
            assert found.text or found.note


# -- what real files taught us ---------------------------------------------------------------------------------
def test_an_answered_form_of_adobe_is_read_though_its_lists_are_no_xml() -> None:
    """The option lists hold bare ampersands and stand beside the answers."""
    data = (
        b"<xfa:datasets xmlns:xfa='x'><Lists><One>Trinidad & Tobago</One></Lists>"
        b"<xfa:data><f><Relation>mother</Relation><Safe>mornings &amp; Sundays</Safe></f></xfa:data></xfa:datasets>"
    )
    pages = make_documents.words(
        (70, 780, "Please wait... If this message is not replaced, your viewer cannot show it.")
    )
    content = make_documents.paper(
        pages,
        catalog=b"/AcroForm<</Fields[102 0 R]/XFA[(datasets) 101 0 R]>>",
        extra={101: make_documents.stream(data), 102: b"<</FT/Sig/T(Signature)/V<</Type/Sig>>>>"},
    )
    assert documents.read(content).text == "Relation: mother\nSafe: mornings & Sundays"


def test_a_form_that_only_adobe_shows_is_said_to_be_one() -> None:
    pages = make_documents.words(
        (70, 780, "Please wait... If this message is not replaced, your viewer cannot show it.")
    )
    found = documents.read(make_documents.paper(pages, catalog=b"/AcroForm<</Fields[]/XFA[]>>"))
    assert (found.text, found.note) == (None, reading.DYNAMIC)


def test_a_damaged_note_does_not_spoil_its_page() -> None:
    page = make_documents.words((70, 700, "The family agrees."))
    for note in (b"<</Subtype/Text/Contents 999 0 R>>", b"[1 2]", b"null", b"<</Subtype 101 0 R>>"):
        content = make_documents.paper(page, annotations=b"101 0 R 102 0 R", extra={101: note, 102: b"(text)"})
        assert documents.read(content).text == "The family agrees."


def test_a_page_of_open_list_items_is_not_deep() -> None:
    found = documents.read(b"<html><body><dl>" + b"<dt>Supportline<dd>0161 496 0000" * 500 + b"</dl></body></html>")
    assert found.text is not None
    assert found.text.count("Supportline") == 500


def picture_in(name: str, content: bytes) -> bytes:
    """The same office file with a picture in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    return make_documents.packed({**members, name: b"\x89PNG\r\n\x1a\n"})


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("word/media/image1.png", docx("<w:p><w:r><w:drawing/></w:r></w:p>")),
        ("Pictures/1.png", make_documents.odf("text", f"<x {make_documents.ODF}><office:body/></x>")),
    ],
)
def test_a_scan_pasted_into_a_letter_is_said_to_be_all_there_is(place: str, content: bytes) -> None:
    assert documents.read(content).note == reading.NO_TEXT
    assert documents.read(picture_in(place, content)).note == reading.SCANNED


def test_a_page_of_html_put_into_a_letter_is_read() -> None:
    relations = (
        f"<Relationships xmlns='{make_documents.RELATION}'><Relationship Id='a' Target='page.htm'/></Relationships>"
    )
    found = documents.read(
        docx(
            f"<w:p><w:r><w:t>Referral</w:t></w:r></w:p><w:altChunk xmlns:r='{make_documents.RELATION}' r:id='a'/>",
            **{
                "word/_rels/document.xml.rels": relations,
                "word/page.htm": "<html><table><tr><td>Name<td>Ada Bright</table>",
            },
        )
    )
    assert found.text == "Referral\n\nName | Ada Bright"


def test_text_boxes_on_a_sheet_are_read() -> None:
    with zipfile.ZipFile(FOLDER / "contacts.xlsx") as archive:
        members = {one: archive.read(one) for one in archive.namelist()}
    box = (
        "<xdr:wsDr xmlns:xdr='x' xmlns:a='a'><xdr:sp><xdr:txBody><a:p><a:r><a:t>Safe to </a:t></a:r>"
        "<a:r><a:t>call: mornings</a:t></a:r></a:p><a:p><a:r><a:t>never by post</a:t></a:r></a:p>"
        "</xdr:txBody></xdr:sp></xdr:wsDr>"
    )
    found = documents.read(make_documents.packed({**members, "xl/drawings/drawing1.xml": box}))
    assert found.text is not None
    assert found.text.endswith("\n\nSafe to call: mornings\nnever by post")


def test_what_a_sheet_prints_at_the_edges_of_its_pages_is_left_out() -> None:
    styles = (
        f"<x {make_documents.ODF}><style:header><text:p><text:sheet-name>???</text:sheet-name> "
        "(<text:title>???</text:title>)</text:p><text:p><text:date>00/00/0000</text:date></text:p></style:header>"
        "<style:footer><text:p>Page <text:page-number>1</text:page-number> / "
        "<text:page-count>99</text:page-count></text:p></style:footer></x>"
    )
    body = "<office:body><office:text><text:p>Ada Bright</text:p></office:text></office:body>"
    content = make_documents.odf("text", f"<x {make_documents.ODF}>{body}</x>", styles)
    assert documents.read(content).text == "Ada Bright"


def test_an_old_manifest_that_names_its_document_type_is_no_bomb() -> None:
    manifest = '<?xml version="1.0"?>\n<!DOCTYPE manifest:manifest PUBLIC "-//OOo//DTD" "Manifest.dtd">\n<manifest/>'
    body = "<office:body><office:text><text:p>Ada Bright</text:p></office:text></office:body>"
    whole = make_documents.odf("text", f"<x {make_documents.ODF}>{body}</x>")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = make_documents.packed({**members, "META-INF/manifest.xml": manifest})
    assert documents.read(content).text == "Ada Bright"


def test_protected_office_files_are_known_however_their_parts_are_written() -> None:
    found = documents.read(make_documents.compound({"ENCRYPTEDPACKAGE": b"x"}))
    assert found.note == reading.PASSWORD


def test_a_long_calendar_says_that_only_its_beginning_was_read() -> None:
    content = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"SUMMARY:Panel\n" * 21_000
    assert documents.read(content).note == reading.CUT
