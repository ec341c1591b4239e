"""A mail that says "please see attached" is understood from the attachment, whatever the attachment is.

The real reader, rules and tables; each letter says the same in another wrapping, so kind and facts must be the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

import pytest

from mailflow import bootstrap
from mailflow.flow.understand import Mind, Understood, understand
from mailflow.model.message import Attachment
from mailflow.model.words import Consent, Kind
from tests.support import make_documents
from tests.support.make_documents import compound, odf, ooxml, packed, paper, words

ROWS = (
    ("Victim name", "Gareth Pryce"),
    ("Date of death", "14/02/2026"),
    ("Family contact", "Carys Pryce"),
    ("Relationship to victim", "Mother"),
    ("Telephone", "07700 900173"),
    ("Consent to referral", "Yes"),
)
LETTER = (
    "Dear colleague,",
    "I am the Family Liaison Officer for the family of Gareth Pryce, who was murdered on 14/02/2026.",
    "His mother Carys Pryce has agreed to this referral and would like support.",
    "Her number is 07700 900173.",
    "DC Owen Lloyd",
)
COVER = "Please see attached.\n\nThanks\nOwen\n"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


@pytest.fixture(scope="module")
def mind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mind]:
    with bootstrap.reading_room(tmp_path_factory.mktemp("none") / "mailflow.toml") as room:
        yield room.mind


def docx(body: str) -> bytes:
    document = f"<w:document {make_documents.W}><w:body>{body}</w:body></w:document>"
    return ooxml("word/document.xml", WORD, {"word/document.xml": document})


def form_table_docx() -> bytes:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row) + "</w:tr>"
        for row in ROWS
    )
    title = "<w:p><w:r><w:t>Homicide Service referral form</w:t></w:r></w:p>"
    return docx(f"{title}<w:tbl>{cells}</w:tbl>")


def form_lines_docx() -> bytes:
    lines = ("Homicide Service referral form", *(f"{label}: {value}" for label, value in ROWS))
    return docx("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines))


def form_table_pdf() -> bytes:
    shown = [(70, 780, "Homicide Service referral form")]
    for number, (label, value) in enumerate(ROWS):
        shown += [(70, 740 - 20 * number, label), (320, 740 - 20 * number, value)]
    return paper(words(*shown))


def form_fields_pdf() -> bytes:
    """Values are in the fields only; the page shows the labels."""
    fields = {
        101 + number: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(f%d)/TU(%s)/V(%s)/Rect[0 0 9 9]>>"
        % (number, label.encode(), value.encode())
        for number, (label, value) in enumerate(ROWS)
    }
    kids = b" ".join(b"%d 0 R" % number for number in fields)
    return paper(
        words((70, 780, "Homicide Service referral form")),
        catalog=b"/AcroForm<</Fields[%s]>>" % kids,
        extra=fields,
        annotations=kids,
    )


def letter_odt() -> bytes:
    lines = "".join(f"<text:p>{line}</text:p>" for line in LETTER)
    return odf("text", f"<x {make_documents.ODF}><office:body><office:text>{lines}</office:text></office:body></x>")


def letter_rtf() -> bytes:
    return b"{\\rtf1\\ansi " + b"".join(line.encode() + b"\\par\n" for line in LETTER) + b"}"


def letter_pdf() -> bytes:
    return paper(words(*((70, 780 - 20 * number, line) for number, line in enumerate(LETTER))))


def forwarded_msg() -> bytes:
    return compound(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_0037001F": "Referral".encode("utf-16-le"),
            "__substg1.0_0C1A001F": "Owen Lloyd".encode("utf-16-le"),
            "__substg1.0_5D01001F": "owen.lloyd@south-wales.police.uk".encode("utf-16-le"),
            "__substg1.0_1000001F": "\r\n".join(LETTER).encode("utf-16-le"),
        }
    )


def forwarded_eml() -> bytes:
    head = "From: Owen Lloyd <owen.lloyd@south-wales.police.uk>\nTo: team@south-wales.police.uk\nSubject: Referral\n\n"
    return (head + "\n".join(LETTER) + "\n").encode()


def mail(name: str, content: bytes, declared: str = "application/octet-stream", cover: str = COVER) -> bytes:
    message = EmailMessage()
    message["From"] = "Owen Lloyd <owen.lloyd@south-wales.police.uk>"
    message["To"] = "hssupport@victimsupport.org.uk"
    message["Subject"] = "Referral"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message["Message-ID"] = f"<{hashlib.sha256(content).hexdigest()[:12]}@south-wales.police.uk>"
    message.set_content(cover)
    main, _, sub = declared.partition("/")
    message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def enclosing(content: bytes) -> bytes:
    """The same with the letter as ``message/rfc822``, as Outlook forwards a mail as attachment."""
    head = (
        b"From: Owen Lloyd <owen.lloyd@south-wales.police.uk>\nTo: hssupport@victimsupport.org.uk\nSubject: Referral\n"
        b"Date: Mon, 02 Mar 2026 09:00:00 +0000\nMessage-ID: <enclosed@south-wales.police.uk>\n"
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
    )
    return head + COVER.encode() + b"--b\nContent-Type: message/rfc822\n\n" + content + b"\n--b--\n"


MAILS = {
    "a form in Word, as a table": mail("form.docx", form_table_docx()),
    "a form in Word, as lines": mail("form.docx", form_lines_docx()),
    "a form in PDF, as a table": mail("form.pdf", form_table_pdf(), "application/pdf"),
    "a form in PDF, in its fields": mail("form.pdf", form_fields_pdf(), "application/pdf"),
    "a letter in PDF": mail("letter.pdf", letter_pdf(), "application/pdf"),
    "a letter in OpenDocument": mail("letter.odt", letter_odt()),
    "a letter in RTF": mail("letter.rtf", letter_rtf(), "application/rtf"),
    "a letter as a text file": mail("letter.txt", "\n".join(LETTER).encode(), "text/plain"),
    "a letter in a ZIP": mail("letter.zip", packed({"letter.odt": letter_odt()}), "application/zip"),
    "a forwarded Outlook message": mail("referral.msg", forwarded_msg(), "application/vnd.ms-outlook"),
    "a forwarded mail as a file": mail("referral.eml", forwarded_eml()),
    "a forwarded mail as a message": enclosing(forwarded_eml()),
    "a PDF that calls itself text": mail("letter.txt", letter_pdf(), "text/plain"),
    "a Word letter that calls itself a picture": mail("scan.jpg", form_lines_docx(), "image/jpeg"),
}


def told(found: Understood) -> tuple[object, ...]:
    family = [one for one in found.facts.family if one.phone]
    victim = found.facts.victim
    return (
        found.verdict.kind,
        victim.name if victim else "",
        [(one.name, one.relationship, one.phone) for one in family],
        found.facts.consent,
    )


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.promise("P8")
def test_what_is_attached_is_what_the_sender_wrote(name: str, mind: Mind) -> None:
    found = understand(MAILS[name], "hssupport", mind)
    assert told(found) == (
        Kind.REFERRAL,
        "Gareth Pryce",
        [("Carys Pryce", "mother", "07700 900173")],
        Consent.GIVEN,
    ), [(one.type, one.note, one.text) for one in found.message.attachments]


@pytest.mark.parametrize("name", MAILS)
def test_every_attachment_has_a_type_by_content(name: str, mind: Mind) -> None:
    for attachment in understand(MAILS[name], "hssupport", mind).message.attachments:
        assert attachment.type not in ("", "application/octet-stream", "image/jpeg")


def test_a_scan_needs_a_human_and_says_why(mind: Mind) -> None:
    found = understand(mail("letter.pdf", make_documents.scanned_pdf(), "application/pdf"), "hssupport", mind)
    assert found.message.attachments[0].note == "pictures only, no text"
    assert found.verdict.needs_human


def test_a_locked_letter_is_named_so(mind: Mind) -> None:
    found = understand(mail("letter.docx", make_documents.locked_docx()), "hssupport", mind)
    assert found.message.attachments[0].note == "password-protected"


class Recording:
    """A reader that remembers what it was asked."""

    def __init__(self, answers: Sequence[Attachment] = ()) -> None:
        self.asked: list[str] = []

    def read(self, attachment: Attachment) -> Attachment:
        self.asked.append(attachment.name)
        return attachment


def test_what_parsing_left_out_is_not_read_again(mind: Mind) -> None:
    """A message within keeps the text that parsing gave it; the reader is not asked for what is structure."""
    recording = Recording()
    asked = Mind(mind.keyring, recording, mind.lookups, mind.ruleset, mind.own_addresses)
    found = understand(enclosing(forwarded_eml()), "hssupport", asked)
    assert recording.asked == []
    assert found.message.attachments[0].type == "message/rfc822"
