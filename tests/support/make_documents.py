"""Makes the documents under tests/testdata/extract: small, invented, each with what usually goes wrong in one place.

``python -m tests.support.make_documents`` writes them again; they come out byte for byte the same. Nothing here uses
the readers that are tested. Everybody named is invented.
"""

# ruff: noqa: E501 - markup is easier to read unbroken
from __future__ import annotations

import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "testdata" / "extract"

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(members: Mapping[str, str | bytes], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A ZIP of these members, always the same bytes for the same members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def ooxml(main: str, content_type: str, members: Mapping[str, str | bytes]) -> bytes:
    """An OOXML package whose main part is ``main``."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    )
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/officeDocument" Target="{main}"/></Relationships>'
    )
    return packed({"[Content_Types].xml": types, "_rels/.rels": relations, **members})


# -- Word -------------------------------------------------------------------------------------------------------
def _p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def _r(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in line) for line in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{line}</w:tr>" for line in cells) + "</w:tbl>"


def _box(is_ticked: bool) -> str:
    state, sign = ("1", "☒") if is_ticked else ("0", "☐")
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{_r(sign)}</w:sdtContent></w:sdt>"
    )


def _legacy_box(checked: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{checked}</w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def form_docx() -> bytes:
    """A referral form with every sort of box, struck and deleted words, a header, a text box, notes."""
    drop_down = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="Partner"/>'
        '<w:listEntry w:val="Mother"/></w:ddList></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    text_field = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:textInput/></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText>FORMTEXT</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{_r("DC 4471 Ada Bright")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/><w:text/></w:sdtPr>"
        f"<w:sdtContent>{_r('Click here to enter text.')}</w:sdtContent></w:sdt>"
    )
    filled = f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{_r('07700 900123')}</w:sdtContent></w:sdt>"
    cell_control = (
        "<w:tbl><w:tr><w:tc>" + _p(_r("Interpreter")) + "</w:tc>"
        f"<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent><w:tc>{_p(_r('Welsh'))}</w:tc></w:sdtContent></w:sdt></w:tr>"
        f"<w:tr><w:trPr><w:del w:id='9'/></w:trPr><w:tc>{_p(_r('deleted row'))}</w:tc></w:tr></w:tbl>"
    )
    text_box = (
        "<w:p><w:r><w:t>Beside the box</w:t><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>"
        f"{_p(_r('OFFICIAL-SENSITIVE'))}</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:pict><v:textbox>"
        f"<w:txbxContent>{_p(_r('OFFICIAL-SENSITIVE'))}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    frame = _table((_p(_r("Framed heading")) + _table((_p(_r("Inner")), _p(_r("cell")))) + _p(_r("after")),))
    body = "".join(
        [
            _p(_r("Referral form"), _r(" (hidden)", "<w:vanish/>")),
            _table(
                (_p(_r("Officer")), _p(text_field)),
                (_p(_r("Telephone")), _p(filled)),
                (_p(_r("E-mail")), _p(prompt)),
                (_p(_r("Relationship")), _p(drop_down)),
                (_p(_r("Two"), "<w:r><w:br/></w:r>", _r("lines")), _p(_r("one "), _r("cell"))),
            ),
            cell_control,
            _p(_box(True), _r(" agreed "), _box(False), _r(" refused")),
            _p(_legacy_box("<w:checked/>"), _r(" yes "), _legacy_box('<w:checked w:val="0"/>'), _r(" no")),
            _p(_legacy_box('<w:default w:val="1"/>'), _r(" by default")),
            _p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', _r(" voicemail is safe")),
            _p('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', _r(" post is safe")),
            _p(_r("þ", '<w:rFonts w:ascii="Wingdings"/>'), _r(" typed in Wingdings")),
            _p(_r("I agree / "), _r("do not", "<w:strike/>"), _r(" agree ", "<w:strike/>"), _r("to a call")),
            _p(_r("not struck", '<w:strike w:val="0"/>')),
            _p(
                _r("The review is "),
                '<w:del w:id="1"><w:r><w:delText>closed</w:delText></w:r></w:del>',
                f'<w:ins w:id="2">{_r("paused")}</w:ins>',
                f'<w:moveFrom w:id="3">{_r(" moved away")}</w:moveFrom>',
            ),
            text_box,
            frame,
            _p(
                _r("Signed&#160;by"),
                "<w:r><w:tab/></w:r>",
                _r("A. Bright"),
                "<w:r><w:noBreakHyphen/></w:r>",
                _r("Jones"),
            ),
            f"<w:sdt><w:sdtPr/><w:sdtContent>{_p(_r('inside a control'))}</w:sdtContent></w:sdt>",
        ]
    )
    return ooxml(
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        {
            "word/document.xml": f"<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>",
            "word/header1.xml": f"<w:hdr {W}>{_p(_r('Example Police - Family Liaison'))}</w:hdr>",
            "word/header2.xml": f"<w:hdr {W}>{_p(_r('Example Police - Family Liaison'))}</w:hdr>",
            "word/footer1.xml": f"<w:ftr {W}>{_p(_r('Form HS1, version 3'))}</w:ftr>",
            "word/footnotes.xml": (
                f'<w:footnotes {W}><w:footnote w:type="separator">{_p(_r("-----"))}</w:footnote>'
                f"<w:footnote>{_p(_r('Only with their agreement.'))}</w:footnote></w:footnotes>"
            ),
            "word/comments.xml": (
                f'<w:comments {W}><w:comment w:author="Sgt Reed">{_p(_r("Check the number."))}</w:comment></w:comments>'
            ),
        },
    )


# -- OpenDocument -----------------------------------------------------------------------------------------------
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</manifest:manifest>'
)


def odf(kind: str, content: str, styles: str = "", manifest: str = "") -> bytes:
    """An OpenDocument package."""
    members = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content}
    if styles:
        members["styles.xml"] = styles
    return packed({**members, "META-INF/manifest.xml": MANIFEST.format(manifest)})


def letter_odt() -> bytes:
    """A letter with a table, struck words, tracked deletion, form controls, header and footer."""
    content = f"""<office:document-content {ODF}><office:automatic-styles>
<style:style style:name="T1"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="T2"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T3"><style:text-properties style:text-line-through-style="none"/></style:style>
</office:automatic-styles><office:body><office:text>
<office:forms><form:form><form:checkbox form:id="c1" form:label="agreed" form:current-state="checked"/>
<form:checkbox form:id="c2" form:label="refused"/><form:text form:id="t1" form:current-value="Nia Vaughan"/></form:form></office:forms>
<text:tracked-changes><text:changed-region><text:deletion><text:p>we do not want this</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:h>Letter of a sister</text:h><text:p>Three<text:s text:c="3"/>blanks,<text:tab/>a tab,<text:line-break/>a line.</text:p>
<text:p>I <text:span text:style-name="T1">do not </text:span>agree<text:span text:style-name="T2"> secretly</text:span><text:span
text:style-name="T3"> freely</text:span>.</text:p>
<table:table table:name="Family"><table:table-header-rows><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>
<table:table-cell><text:p>Telephone</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>Nia</text:p><text:p>Vaughan</text:p></table:table-cell>
<table:table-cell><text:p>07700 900456</text:p></table:table-cell></table:table-row></table:table>
<text:list><text:list-item><text:p>first point</text:p></text:list-item><text:list-item><text:p>second point</text:p></text:list-item></text:list>
<text:p><draw:control draw:control="c1"/> <draw:control draw:control="c2"/></text:p><text:p>Name: <draw:control draw:control="t1"/></text:p>
<text:p><loext:content-control loext:checkbox="true" loext:checked="true">☒</loext:content-control> new box,
<loext:content-control loext:checkbox="true" loext:checked="false">☐</loext:content-control> empty box</text:p>
<text:p>A frame <draw:frame><draw:text-box><text:p>with words</text:p></draw:text-box></draw:frame></text:p>
</office:text></office:body></office:document-content>"""
    styles = f"""<office:document-styles {ODF}><office:master-styles><style:master-page>
<style:header><text:p>Private and confidential</text:p></style:header>
<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>
</style:master-page></office:master-styles></office:document-styles>"""
    return odf("text", content, styles)


def locked_odt() -> bytes:
    """A letter under a password: its content is not XML any more."""
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    return odf("text", "\x8f\x01 not xml", manifest=entry)


def list_ods() -> bytes:
    """A sheet that ends in a million repeated empty rows, as LibreOffice writes them."""
    content = f"""<office:document-content {ODF}><office:body><office:spreadsheet><table:table table:name="Panel">
<table:table-row><table:table-cell><text:p>Agency</text:p></table:table-cell><table:table-cell><text:p>IMR</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>Police</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="2"><text:p>due</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""
    return odf("spreadsheet", content)


# -- Excel and PowerPoint ---------------------------------------------------------------------------------------
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def contacts_xlsx() -> bytes:
    """Shared, inline and rich strings, dates, telephones kept as numbers, a formula, a hidden and an empty sheet."""
    sheet = f"""<worksheet {S}><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>Died</t></is></c></row>
<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="2"><v>7700900123</v></c><c r="C2" t="b"><v>1</v></c><c r="D2" s="1"><v>46150</v></c></row>
<row r="3"><c r="A3" t="str"><f>A2</f><v>Nia</v></c><c r="B3"><v>7700900456</v></c><c r="C3" s="3"><v>0.25</v></c>
<c r="D3" s="4"><v>46150.4375</v></c></row>
<row r="4"><c r="A4" s="5" t="s"><v>1</v></c><c r="B4"><v>2.50</v></c><c r="C4" t="e"><v>#N/A</v></c></row>
<row r="9"/></sheetData></worksheet>"""
    hidden = f'<worksheet {S}><sheetData><row><c t="inlineStr"><is><t>a note to self</t></is></c></row></sheetData></worksheet>'
    workbook = (
        f'<workbook {S} xmlns:r="{RELATION}"><sheets><sheet name="Contacts" sheetId="1" r:id="r1"/>'
        '<sheet name="Notes" sheetId="2" state="hidden" r:id="r2"/><sheet name="Empty" sheetId="3" r:id="r3"/></sheets></workbook>'
    )
    relations = "".join(f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2, 3))
    strings = (
        f"<sst {S}><si><t>Name</t></si><si><t>Telephone</t></si><si><r><t>Ada </t></r><r><rPr><strike/></rPr><t>Bright</t></r>"
        "<r><t> Jones</t></r><rPh><t>phonetic</t></rPh></si></sst>"
    )
    styles = (
        f'<styleSheet {S}><numFmts><numFmt numFmtId="164" formatCode="00000000000"/>'
        '<numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts><fonts><font/><font><strike/></font></fonts><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="9"/><xf numFmtId="165"/>'
        '<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'
    )
    comments = f'<comments {S}><commentList><comment ref="B2"><text><r><t>Text only, no calls</t></r></text></comment></commentList></comments>'
    return ooxml(
        "xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        {
            "xl/workbook.xml": workbook,
            "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
            "xl/worksheets/sheet1.xml": sheet,
            "xl/worksheets/sheet2.xml": hidden,
            "xl/worksheets/sheet3.xml": f"<worksheet {S}><sheetData/></worksheet>",
            "xl/sharedStrings.xml": strings,
            "xl/styles.xml": styles,
            "xl/comments1.xml": comments,
        },
    )


def slides_pptx() -> bytes:
    """Two slides, a table, a struck word, notes."""
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'

    def slide(inner: str) -> str:
        return f"<p:sld {a}>{inner}</p:sld>"

    def text(words: str, look: str = "") -> str:
        return f"<a:p><a:r><a:rPr{look}/><a:t>{words}</a:t></a:r></a:p>"

    table = f"<a:tbl><a:tr><a:tc>{text('Agency')}</a:tc><a:tc>{text('Return')}</a:tc></a:tr></a:tbl>"
    struck = ' strike="sngStrike"'
    return ooxml(
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
        {
            "ppt/presentation.xml": f"<p:presentation {a}/>",
            "ppt/slides/slide1.xml": slide(text("Learning from reviews") + text("draft", struck)),
            "ppt/slides/slide2.xml": slide(table),
            "ppt/notesSlides/notesSlide1.xml": slide(text("Say thanks to the family")),
        },
    )


# -- RTF, text, HTML, calendars ---------------------------------------------------------------------------------
def letter_rtf() -> bytes:
    """Charsets, Unicode, a table, boxes, struck, hidden and deleted words, things to skip."""
    return rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset2 Wingdings;}{\f2\fcharset238 Arial CE;}}
{\colortbl;\red255\green0\blue0;}{\stylesheet{\s0 Normal;}}{\info{\author Nobody}}{\*\generator Some program;}
{\header Private and confidential\par}\pard\plain Dear colleague,\par
Caf\'e9 \ldblquote quoted\rdblquote  \u8364? 5, \u-10180?\u-8704?, T\u375\'3f, {\f2 \'9emud}.\line next line\tab tab\par
I agree / {\strike do not agree} to a call.\par \strike struck \strike0 kept {\v hidden} {\deleted gone} seen\par
\trowd\cellx1\cellx2\pard\intbl Name\cell Telephone\cell\row
\trowd\pard\intbl Ada\par Bright\cell 07700 900123\cell\row\pard
{\field{\*\fldinst{ FORMCHECKBOX {\*\formfield{\fftype1\ffres1\ffdefres0}}}}{\fldrslt}} agreed
{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres0}}}{\fldrslt}} refused
{\f1\'fe} post {\f1\u-3928?} voicemail\par
{\field{\*\fldinst HYPERLINK "http://tracker.example/x"}{\fldrslt our page}} \{braces\} back\\slash non\~break\_hyphen\par
{\pict\pngblip 89504e470d0a}{\object{\*\objdata 0105}}{\*\unknown skip me}{\bin5 ab}cd}after\par
}"""


def page_html() -> bytes:
    """A form as a web page: table, boxes, hidden and struck words, a script."""
    return b"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>T</title><style>p{color:red}</style></head><body>
<h1>Referral</h1><p>Dear   colleague,<br>second line</p><p style="display: none">tracking words</p>
<table><tr><th>Name</th><th>Telephone</th></tr><tr><td>Ada<br>Bright</td><td>07700&nbsp;900123</td></tr></table>
<p><input type="checkbox" checked> agreed <input type="checkbox"> refused <input value="typed in"> <input type="hidden" value="x"></p>
<p>Stage: <select><option>notified</option><option selected>paused</option></select></p>
<ul><li>one</li><li>two <del>three</del></li></ul><p>I <s>do not</s> agree, <span style="text-decoration:line-through">never</span></p>
<script>alert("no")</script><pre>kept
  as is</pre><img src="http://tracker.example/x.gif"></body></html>
"""


def table_csv() -> bytes:
    """Semicolons, a quoted line end, windows-1252."""
    return 'Name;Telephone;Notes\r\nAda Bright;07700 900123;"café;\r\ntext only"\r\n;;\r\n'.encode("cp1252")


def old_txt() -> bytes:
    """Windows text in its own charset, with a NUL and a form feed."""
    return "Mum’s number is 07700 900123.\r\n\r\n\r\n\r\nTry after 5\x00pm – please.\x0cNext page".encode("cp1252")


def wide_txt() -> bytes:
    """What Notepad calls Unicode."""
    return "Tŷ Hafan, Caerdydd\r\n".encode("utf-16")


def invitation_ics() -> bytes:
    """An invitation: folded, escaped, with an alarm and a time zone that are not of interest."""
    return (
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:STANDARD\r\n"
        b"DTSTART:16010101T020000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        b'ORGANIZER;CN="Lomas, Keith":mailto:keith.lomas@council.example\r\n'
        b"ATTENDEE;PARTSTAT=DECLINED;CN=Ada Bright:mailto:ada.bright@police.example\r\n"
        b"SUMMARY:Panel 3\\, second day\r\nDTSTART;TZID=Europe/London:20260709T093000\r\nDTEND:20260709T113000Z\r\n"
        b"LOCATION:Council House\r\nDESCRIPTION:Papers to\r\n  follow.\\nBring your IMR.\r\n"
        b"BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def cards_vcf() -> bytes:
    """An old card and a new one."""
    return (
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Vaughan;Si=C3=A2n;;Dr\r\n"
        b"TEL;WORK;VOICE:029 2018 0123\r\nPHOTO;ENCODING=BASE64:AAAA\r\nEND:VCARD\r\n"
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nN:Bright;Ada;;;\r\nFN:DC Ada Bright\r\nORG:Example Police;Family Liaison\r\n"
        b'TEL;VALUE=uri;TYPE="cell":tel:+44-7700-900123\r\nitem1.EMAIL;TYPE=work:ada.bright@police.example\r\n'
        b"ADR;TYPE=work:;;1 High Street;Exampleton;;EX1 1AA;\r\nNOTE:Not on Fridays\\; text first\r\nEND:VCARD\r\n"
    )


# -- PDF --------------------------------------------------------------------------------------------------------
def pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; object 1 is the catalog."""
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start, last = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % last
    for number in range(1, last):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (last, trailer, start))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream object."""
    body = zlib.compress(content, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (entries, len(body), body)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def paper(
    *pages: bytes, catalog: bytes = b"", extra: Mapping[int, bytes] | None = None, annotations: bytes = b""
) -> bytes:
    """A PDF with one content stream a page; ``extra`` objects are numbered from 100."""
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        2: b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(len(pages)))),
        3: FONT,
    }
    for number, content in enumerate(pages):
        objects[10 + 2 * number] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R%s>>"
            % (11 + 2 * number, b"/Annots[%s]" % annotations if annotations else b"")
        )
        objects[11 + 2 * number] = stream(content)
    return pdf({**objects, **(extra or {})})


def words(*lines: tuple[int, int, str]) -> bytes:
    """Content that shows each text at its place."""
    shown = []
    for x, y, text in lines:
        escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(b"BT /F 11 Tf 1 0 0 1 %d %d Tm (%s) Tj ET" % (x, y, escaped))
    return b"\n".join(shown)


def letter_pdf() -> bytes:
    """Two pages: a letter with a table of which one cell goes on in the next line, and a second page."""
    return paper(
        words(
            (70, 780, "Private and confidential"),
            (70, 740, "Dear colleague,"),
            (70, 720, "I write about the family of Mr Example, whom I met on"),
            (70, 706, "3 March. They have agreed to this referral."),
            (70, 670, "Name"),
            (250, 670, "Telephone"),
            (400, 670, "Safe to call?"),
            (70, 650, "Ada Bright"),
            (250, 650, "07700 900123"),
            (400, 650, "Yes, mornings"),
            (400, 636, "are best"),
            (70, 600, "Yours sincerely"),
        ),
        words((70, 780, "Page two says (in brackets) £5.")),
    )


def subset_pdf() -> bytes:
    """A letter in a font of its own whose letters have one byte each, as LibreOffice and LaTeX write them."""
    text = "Ring Ada first, please."
    letters = sorted(set(text))
    table = b"".join(b"<%02X> <%04X>\n" % (number, ord(letter)) for number, letter in enumerate(letters, start=1))
    codes = b"".join(b"%02X" % (letters.index(letter) + 1) for letter in text)
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+Own/FirstChar 1/LastChar %d/Widths[%s]/ToUnicode 101 0 R>>"
    cmap = (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap /CMapName/Own def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n%sendbfchar\nendcmap end end"
    )
    return paper(
        b"BT /F 11 Tf 1 0 0 1 70 700 Tm <%s> Tj ET" % codes,
        extra={3: font % (len(letters), b"500 " * len(letters)), 101: stream(cmap % (len(letters), table))},
    )


def form_pdf() -> bytes:
    """A filled form: text, box ticked and not, radio, choice, push button, signature; values are not in the page."""
    fields = {
        101: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(officer)/TU(Name of officer)/V(DC 4471 Ada Bright)/Rect[0 0 9 9]>>",
        102: b"<</Type/Annot/Subtype/Widget/FT/Btn/T(agreed)/TU(Family agrees)/V/Yes/AS/Yes/Rect[0 0 9 9]>>",
        103: b"<</Type/Annot/Subtype/Widget/FT/Btn/T(refused)/TU(Family refuses)/V/Off/AS/Off/Rect[0 0 9 9]>>",
        104: b"<</Type/Annot/Subtype/Widget/FT/Btn/Ff 32768/T(safe)/TU(Safe to call?)/V/mornings/Rect[0 0 9 9]>>",
        105: b"<</Type/Annot/Subtype/Widget/FT/Ch/T(stage)/TU(Stage:)/V(paused)/Opt[(notified)(paused)]/Rect[0 0 9 9]>>",
        106: b"<</Type/Annot/Subtype/Widget/FT/Btn/Ff 65536/T(print)/Rect[0 0 9 9]>>",
        107: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(empty)/TU(E-mail)/Rect[0 0 9 9]>>",
        108: b"<</Type/Annot/Subtype/Widget/FT/Btn/T(silent)/TU(Interpreter)/Rect[0 0 9 9]>>",
        109: b"<</Type/Annot/Subtype/Widget/FT/Tx/T(notes)/V(\xfe\xff\x00T\x01\x77\x00\r\x00t\x00w\x00o)/Rect[0 0 9 9]>>",
    }
    kids = b" ".join(b"%d 0 R" % number for number in fields)
    return paper(
        words((70, 780, "Homicide Service referral")),
        catalog=b"/AcroForm<</Fields[%s]>>" % kids,
        extra=fields,
        annotations=kids,
    )


def xfa_pdf() -> bytes:
    """A form whose data is XML, with the page that viewers show who cannot run it."""
    data = b"<xfa:datasets xmlns:xfa='x'><xfa:data><form><Officer>Ada Bright</Officer><Agreed>yes</Agreed><Empty/></form></xfa:data></xfa:datasets>"
    return paper(
        words((70, 780, "Please wait... If this message is not eventually replaced, your viewer cannot show it.")),
        catalog=b"/AcroForm<</Fields[]/XFA[(datasets) 101 0 R]>>",
        extra={101: stream(data)},
    )


def noted_pdf() -> bytes:
    """A printed form on which somebody typed, noted and struck out."""
    notes = {
        101: b"<</Type/Annot/Subtype/FreeText/Contents(Ada Bright, 07700 900123)/Rect[0 0 9 9]>>",
        102: b"<</Type/Annot/Subtype/Text/Contents(ask again in May)/Rect[0 0 9 9]>>",
        103: b"<</Type/Annot/Subtype/StrikeOut/QuadPoints[0 0 0 0 0 0 0 0]/Rect[0 0 9 9]>>",
        104: b"<</Type/Annot/Subtype/Link/A<</URI(http://tracker.example)>>/Rect[0 0 9 9]>>",
    }
    return paper(
        words((70, 780, "I agree / do not agree")), extra=notes, annotations=b"101 0 R 102 0 R 103 0 R 104 0 R"
    )


def scanned_pdf() -> bytes:
    """A picture of a letter and no letter of text."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
        4: stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
        5: stream(bytes(64), b"/Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceGray"),
    }
    return pdf(objects)


# -- mails and archives -----------------------------------------------------------------------------------------
def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]); a path with ``/`` stands in a storage. All streams go to the mini stream or whole
    sectors as their size says; siblings hang on one another's right, which every reader must follow."""
    sector, mini, cutoff = 512, 64, 4096
    nodes: list[tuple[str, bytes | None, list[int]]] = [("Root Entry", None, [])]
    index: dict[str, int] = {"": 0}
    for path, content in streams.items():
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            name = "/".join(parts[:depth])
            if name not in index:
                index[name] = len(nodes)
                nodes.append((parts[depth - 1], content if depth == len(parts) else None, []))
                nodes[index["/".join(parts[: depth - 1])]][2].append(index[name])
    mini_stream, mini_fat, body, fat = bytearray(), list[int](), bytearray(), list[int]()

    def chain(content: bytes) -> int:
        first, count = len(fat), -(-len(content) // sector)
        fat.extend([*range(first + 1, first + count), 0xFFFFFFFE])
        body.extend(content.ljust(count * sector, b"\0"))
        return first

    starts: dict[int, int] = {}
    for number, (_, content, _) in enumerate(nodes):
        if content is None or not content:
            starts[number] = 0xFFFFFFFE
        elif len(content) >= cutoff:
            starts[number] = chain(content)
        else:
            starts[number] = len(mini_fat)
            count = -(-len(content) // mini)
            mini_fat.extend([*range(len(mini_fat) + 1, len(mini_fat) + count), 0xFFFFFFFE])
            mini_stream.extend(content.ljust(count * mini, b"\0"))
    starts[0] = chain(bytes(mini_stream)) if mini_stream else 0xFFFFFFFE
    first_mini_fat = chain(b"".join(struct.pack("<I", n) for n in mini_fat)) if mini_fat else 0xFFFFFFFE
    directory = bytearray()
    none = 0xFFFFFFFF
    right = {a: b for _, _, kids in nodes for a, b in itertools.pairwise(kids)}
    for number, (name, content, kids) in enumerate(nodes):
        raw = (name + "\0").encode("utf-16-le")
        kind = 5 if number == 0 else 1 if content is None else 2
        size = len(mini_stream) if number == 0 else len(content or b"")
        child = kids[0] if kids else none
        directory += raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(raw), kind, 1, none, right.get(number, none), child
        )
        directory += bytes(36) + struct.pack("<IQ", starts[number], size)
    first_directory = chain(bytes(directory))
    fat_sectors = -(-(len(fat) + 1) // 128)
    numbers = [*fat, *[0xFFFFFFFD] * fat_sectors]
    difat = list(range(len(fat), len(fat) + fat_sectors))
    table = b"".join(struct.pack("<I", n) for n in numbers).ljust(fat_sectors * sector, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, first_directory, 0, cutoff, first_mini_fat, 1, 0xFFFFFFFE, 0)
    header += b"".join(struct.pack("<I", n) for n in difat).ljust(109 * 4, b"\xff")
    return header + bytes(body) + table


def locked_docx() -> bytes:
    """A Word document under a password ([MS-OFFCRYPTO]): a compound file around what cannot be read."""
    return compound({"EncryptionInfo": bytes(200), "EncryptedPackage": bytes(5000)})


def note_msg() -> bytes:
    """An Outlook message with a file and a message in it."""

    def text(value: str) -> bytes:
        return value.encode("utf-16-le")

    sent = (133_812_345_000_000_000).to_bytes(8, "little")
    properties = bytes(32) + struct.pack("<HHI", 0x0040, 0x0039, 6) + sent
    inner = "__attach_version1.0_#00000001/__substg1.0_3701000D/"
    return compound(
        {
            "__properties_version1.0": properties,
            "__substg1.0_0037001F": text("Referral of the Example family"),
            "__substg1.0_0C1A001F": text("Ada Bright"),
            "__substg1.0_5D01001F": text("ada.bright@police.example"),
            "__substg1.0_0E04001F": text("Homicide Service"),
            "__substg1.0_1000001F": text("Please see the attached.\r\nAda"),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": text("contact.txt"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": b"Mum: 07700 900123\r\n"
            + b"asked again, no answer\r\n" * 180,
            "__attach_version1.0_#00000001/__substg1.0_3001001F": text("An older mail"),
            inner + "__properties_version1.0": bytes(24),
            inner + "__substg1.0_0037001F": text("Older subject"),
            inner + "__substg1.0_10130102": b"<html><body><p>Older <b>words</b></p></body></html>",
        }
    )


COMPRESSED_RTF = b"\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125B2\x0a\xf3 hel\x09\x00 bw\x05\xb0ld}\x0a\x80\x0f\xa0"
"""The example of [MS-OXRTFCP] §3.1.1: ``{\\rtf1\\ansi\\ansicpg1252\\pard hello world}``."""


def winmail_dat() -> bytes:
    """What Outlook sends to people who have none: the text as compressed RTF, a file beside it."""

    def attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", level, number, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    def named(number: int, value: bytes) -> bytes:
        return struct.pack("<HHII", 0x0102, number, 1, len(value)) + value.ljust(-(-len(value) // 4) * 4, b"\0")

    def wide(number: int, value: str) -> bytes:
        raw = (value + "\0").encode("utf-16-le")
        return struct.pack("<HHII", 0x001F, number, 1, len(raw)) + raw.ljust(-(-len(raw) // 4) * 4, b"\0")

    flag = struct.pack("<HHI", 0x0003, 0x0E07, 1)
    message = (
        struct.pack("<I", 4)
        + flag
        + wide(0x0037, "Case update")
        + wide(0x0C1A, "Ada Bright")
        + named(0x1009, COMPRESSED_RTF)
    )
    file = struct.pack("<I", 1) + wide(0x3707, "a longer name.txt")
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9003, 6, message)
        + attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, b"A~1.TXT\0")
        + attribute(2, 0x800F, 6, b"Written by hand\r\n")
        + attribute(2, 0x9005, 6, file)
    )


def older_eml() -> bytes:
    """A mail as a file: encoded words, alternatives, an attachment, a message within."""
    return (
        b"Received: from somewhere\r\nFrom: =?utf-8?q?Si=C3=A2n?= Vaughan <sian@council.example>\r\nTo: Ada <ada@police.example>\r\n"
        b"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nSubject: =?iso-8859-1?q?Caf=E9?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: multipart/alternative; boundary="A"\r\n\r\n'
        b"--A\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nCaf\xe9 at ten?\r\n"
        b"--A\r\nContent-Type: text/html\r\n\r\n<p>Caf&eacute; at ten?</p>\r\n--A--\r\n"
        b"--B\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\nbring cake\r\n"
        b"--B\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nTo: z@y.example\r\nSubject: inner\r\n\r\ninner words\r\n--B--\r\n"
    )


def files_zip() -> bytes:
    """A folder, a letter, a picture, an archive in the archive, system litter."""
    inner = packed({"deep/notes.txt": "found in the inner archive"})
    return packed(
        {
            "letters/letter.txt": "Dear colleague,\r\nfamily agreed.",
            "photo.jpg": b"\xff\xd8\xff\xe0" + bytes(40),
            "inner.zip": inner,
            "list.csv": "a,b\r\n1,2\r\n",
            "__MACOSX/._x": "litter",
            "empty.txt": "",
        }
    )


def locked_zip() -> bytes:
    """Two members whose flags say that they are encrypted (APPNOTE §4.4.4)."""
    content = bytearray(
        packed({"statement.docx": b"x" * 40, "photo.jpg": b"y" * 40}, stored=("statement.docx", "photo.jpg"))
    )
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)
    return bytes(content)


DOCUMENTS = {
    "form.docx": form_docx,
    "subset.pdf": subset_pdf,
    "letter.odt": letter_odt,
    "locked.odt": locked_odt,
    "list.ods": list_ods,
    "contacts.xlsx": contacts_xlsx,
    "slides.pptx": slides_pptx,
    "letter.rtf": letter_rtf,
    "page.html": page_html,
    "table.csv": table_csv,
    "old.txt": old_txt,
    "wide.txt": wide_txt,
    "invitation.ics": invitation_ics,
    "cards.vcf": cards_vcf,
    "letter.pdf": letter_pdf,
    "form.pdf": form_pdf,
    "xfa.pdf": xfa_pdf,
    "noted.pdf": noted_pdf,
    "scanned.pdf": scanned_pdf,
    "locked.docx": locked_docx,
    "note.msg": note_msg,
    "winmail.dat": winmail_dat,
    "older.eml": older_eml,
    "files.zip": files_zip,
    "locked.zip": locked_zip,
}


def main() -> None:
    """Write all documents."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in DOCUMENTS.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
