"""The true type of a document by its content; names and declared types are the sender's word.

In go bytes (and, for kinds of text that only a name can tell apart, the name), out comes a media type.
A table of signatures instead of a library: the libraries that were tried call ODT "docx", cost 390 µs a
call or need a program of the system. ZIP families are told apart by their members (ECMA-376 part 2 §10,
ODF 1.3 part 2 §3.3).
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from . import cfb, limits

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"
PDF = "application/pdf"
RTF = "application/rtf"
ZIP = "application/zip"
MSG = "application/vnd.ms-outlook"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
CFB = "application/x-ole-storage"
OOXML_ENCRYPTED = "application/x-ooxml-protected"
TNEF = "application/vnd.ms-tnef"
RPMSG = "application/x-microsoft-rpmsg-message"
HTML = "text/html"
PLAIN = "text/plain"
CSV = "text/csv"
CALENDAR = "text/calendar"
VCARD = "text/vcard"
EML = "message/rfc822"
PGP = "application/pgp-encrypted"
PGP_SIGNATURE = "application/pgp-signature"
PKCS7 = "application/pkcs7-mime"
PKCS7_SIGNATURE = "application/pkcs7-signature"
UNKNOWN = "application/octet-stream"

_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""A local header, an empty archive, one in several parts (APPNOTE §4.3, §8.5.4)."""
FIRST = 1024
"""Bytes within which a PDF must begin (ISO 32000-1, implementation note 13)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """``magic`` at ``offset`` means ``type``."""

    magic: bytes
    type: str
    offset: int = 0


SIGNATURES = (
    Signature(b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", RPMSG),
    Signature(b"{\\rtf", RTF),
    Signature(b"\x78\x9f\x3e\x22", TNEF),
    Signature(b"\x89PNG\r\n\x1a\n", "image/png"),
    Signature(b"\xff\xd8\xff", "image/jpeg"),
    Signature(b"GIF87a", "image/gif"),
    Signature(b"GIF89a", "image/gif"),
    Signature(b"II*\x00", "image/tiff"),
    Signature(b"MM\x00*", "image/tiff"),
    Signature(b"WEBP", "image/webp", 8),
    Signature(b"ftypheic", "image/heic", 4),
    Signature(b"ftypheix", "image/heic", 4),
    Signature(b"ftypmif1", "image/heif", 4),
    Signature(b"ftypavif", "image/avif", 4),
    Signature(b"\xd7\xcd\xc6\x9a", "image/wmf"),
    Signature(b" EMF", "image/emf", 40),
    Signature(b"\x00\x00\x01\x00", "image/x-icon"),
    Signature(b"ftyp", "video/mp4", 4),
    Signature(b"ID3", "audio/mpeg"),
    Signature(b"WAVE", "audio/wav", 8),
    Signature(b"OggS", "audio/ogg"),
    Signature(b"#!AMR", "audio/amr"),
    Signature(b"AVI ", "video/x-msvideo", 8),
    Signature(b"\x1a\x45\xdf\xa3", "video/x-matroska"),
    Signature(b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    Signature(b"Rar!\x1a\x07", "application/vnd.rar"),
    Signature(b"\x1f\x8b\x08", "application/gzip"),
    Signature(b"ustar", "application/x-tar", 257),
    Signature(b"%!PS", "application/postscript"),
    Signature(b"!BDN", "application/vnd.ms-outlook-pst"),
    Signature(b"-----BEGIN PGP MESSAGE-----", PGP),
    Signature(b"-----BEGIN PGP SIGNATURE-----", PGP_SIGNATURE),
    Signature(b"-----BEGIN PKCS7-----", PKCS7),
    Signature(b"\x7fELF", "application/x-elf"),
)
"""First match wins."""

_OOXML = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"wordprocessingml.template.main+xml", DOCX),
    (b"application/vnd.ms-word.document.macroEnabled.main+xml", DOCX),
    (b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml", DOCX),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"spreadsheetml.template.main+xml", XLSX),
    (b"application/vnd.ms-excel.sheet.macroEnabled.main+xml", XLSX),
    (b"presentationml.presentation.main+xml", PPTX),
    (b"presentationml.slideshow.main+xml", PPTX),
    (b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", PPTX),
)

_CFB = (
    ("EncryptedPackage", OOXML_ENCRYPTED),
    ("__properties_version1.0", MSG),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)

_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:[ \t]")
_MAIL_HEADS = (
    b"received",
    b"return-path",
    b"from",
    b"to",
    b"date",
    b"subject",
    b"message-id",
    b"mime-version",
    b"delivered-to",
    b"x-",
)
_MIN_HEADS = 3
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_ENVELOPED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"


def by_magic(content: bytes) -> str:
    """The type by signature alone: cheap, opens nothing; empty when no signature fits."""
    for signature in SIGNATURES:
        if content.startswith(signature.magic, signature.offset):
            return signature.type
    if content.startswith(b"BM") and len(content) > 26 and content[6:10] == b"\0\0\0\0":
        return "image/bmp"
    if content.startswith((b"\xff\xfb", b"\xff\xf3")):
        return "audio/mpeg"
    if content.startswith(b"MZ") and b"\0" in content[:FIRST]:
        return "application/vnd.microsoft.portable-executable"
    return ""


def family(content: bytes) -> str:
    """The type as far as the first bytes tell, opening nothing: what is said of a document that ended its worker."""
    if found := by_magic(content):
        return found
    if content.startswith(_ZIP_MARKS):
        return ZIP
    if content.startswith(cfb.MAGIC):
        return CFB
    return PDF if b"%PDF-" in content[:FIRST] else UNKNOWN if _is_binary(content[:4096]) else ""


def sniff(content: bytes, name: str = "", declared: str = "") -> str:
    """The media type of ``content``; ``application/octet-stream`` when nothing is known of it."""
    if found := by_magic(content):
        return found
    if content.startswith(_ZIP_MARKS):
        return _zip_family(content)
    if content.startswith(cfb.MAGIC):
        return _cfb_family(content)
    if b"%PDF-" in content[:FIRST]:
        return PDF
    if content.startswith(b"\x30") and (_SIGNED_DATA in content[:32] or _ENVELOPED_DATA in content[:32]):
        return PKCS7_SIGNATURE if _SIGNED_DATA in content[:32] else PKCS7
    return _text_family(content, name.lower(), declared.lower())


def _zip_family(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[: limits.MAX_MEMBERS])
            if "[Content_Types].xml" in names:
                with archive.open("[Content_Types].xml") as member:
                    types = member.read(256 * 1024)
                return next((kind for mark, kind in _OOXML if mark in types), ZIP)
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(100).decode("ascii", "replace").strip()
                if kind.startswith("application/vnd.oasis.opendocument."):
                    return kind.removesuffix("-template")
                if kind == "application/epub+zip":
                    return kind
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, EOFError, KeyError):
        return ZIP
    except Exception:  # noqa: BLE001 - zlib.error and whatever else a hostile archive finds in zipfile
        return ZIP
    return ZIP


def _cfb_family(content: bytes) -> str:
    try:
        names = {entry.name.lower() for entry in cfb.CompoundFile(content).entries}
    except cfb.Damaged:
        return CFB
    return next((kind for mark, kind in _CFB if mark.lower() in names), CFB)


def _text_family(content: bytes, name: str, declared: str) -> str:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = content[:4096].replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    elif _is_binary(content[:4096]):
        return UNKNOWN
    lower = head[:FIRST].lower()
    if lower.startswith(b"version: 1") and declared.startswith(PGP):
        return PGP  # the control part of a PGP/MIME mail (RFC 3156 §4)
    if lower.startswith(b"begin:vcalendar"):
        return CALENDAR
    if lower.startswith(b"begin:vcard"):
        return VCARD
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        lower.startswith((b"<!--", b"<?xml", b"<div", b"<p>", b"<table", b"<meta", b"<style")) and b"<html" in lower
    ):
        return HTML
    if b"<svg" in lower and lower.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return "image/svg+xml"
    if name.endswith((".htm", ".html")) or declared.startswith("text/html"):
        return HTML
    if lower.startswith((b"<?xml",)):
        return "application/xml"
    if _is_mail(head) or declared.startswith((EML, "multipart/")) or name.endswith(".eml"):
        return EML
    if name.endswith((".csv", ".tsv")) or declared.startswith(("text/csv", "text/tab-separated-values")):
        return CSV
    return PLAIN


def _is_binary(head: bytes) -> bool:
    """Text has no control characters but a few; UTF-16 without a mark has a NUL at every second place."""
    if not head:
        return False
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > len(head) * 0.4 > 0 == even or even > len(head) * 0.4 > 0 == odd:
        return False
    controls = sum(head.count(byte) for byte in (*range(9), *range(14, 27), *range(28, 32)))
    return controls > 4 and controls * 50 > len(head)


def _is_mail(head: bytes) -> bool:
    """At least three header fields that mails have, before anything else (RFC 5322 §2.2)."""
    found = set()
    lines = head.splitlines()
    if lines and lines[0].startswith(b"From "):
        lines = lines[1:]
    for line in lines[:60]:
        if line[:1] in (b" ", b"\t"):
            continue
        if not _HEADER.match(line):
            break
        field = line.partition(b":")[0].lower()
        if field.startswith(_MAIL_HEADS):
            found.add(field)
    return len(found) >= _MIN_HEADS
