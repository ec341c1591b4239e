"""The defects of a mail as sentences for people."""

from __future__ import annotations

from mailflow.model.message import Defect

SENTENCES = {
    "attachments_too_large": "Attachments beyond the limit of 64 MB in one mail are named but not kept.",
    "boundary_absent": "The boundary that a multipart names never appears; it was read as far as it shows its parts.",
    "boundary_missing": "A multipart names no boundary; it was read as far as it shows its parts.",
    "boundary_reopened": "Something stands behind the end of a multipart; it was read too.",
    "boundary_unclosed": "A multipart is not closed: the mail may have been cut short.",
    "charset_damaged": "Some bytes mean nothing in the charset that the mail names; they are shown as �.",
    "charset_mislabelled": "The text is not in the charset that the mail names; the right one was guessed.",
    "charset_unknown": "The mail names a charset that nobody knows; one was guessed.",
    "content_type_damaged": "A Content-Type cannot be read; the part was taken for plain text.",
    "date_unreadable": "The Date cannot be read.",
    "enclosed_message_encoded": "An enclosed message is encoded, which the standard forbids; it was decoded.",
    "header_block_too_long": "The header is too long; it was read as far as the limit.",
    "header_doubled": "A header that may stand once stands twice; the first counts.",
    "header_end_missing": "No empty line stands between header and text.",
    "header_too_long": "A header line is too long; its beginning counts.",
    "header_without_colon": "A line of the header is no header.",
    "html_hidden_text": "The HTML hides text from the reader; it was left out.",
    "html_too_deep": "The HTML is nested too deeply; its text was read without its structure.",
    "html_too_large": "The HTML is too large; its beginning was read.",
    "html_too_many_nodes": "The HTML has too many elements; its beginning was read.",
    "mail_too_large": "The mail is too large; it is kept whole and its beginning was read.",
    "mbox_line": "A line of a mailbox file stands before the header.",
    "nul_in_header": "The header holds NUL bytes; they were left out.",
    "nul_in_text": "The text holds NUL bytes; they were left out.",
    "reader_failed": "Reading a part of it failed; what was read until then is shown.",
    "text_too_long": "The text is too long; its beginning was read.",
    "too_deep": "Parts are nested too deeply; what lies below was not opened.",
    "too_many_delimiters": "There are too many lines that look like boundaries; the rest was not taken apart.",
    "too_many_headers": "There are too many headers; the first ones count.",
    "too_many_parts": "There are too many parts; the rest was not taken apart.",
    "transfer_encoding_unknown": "A part is encoded in a way that nobody knows; it is shown as it came.",
    "uuencode_damaged": "A uuencoded file is damaged.",
}
"""One sentence for each code that ``parse`` gives (a test looks that none is missing)."""


def sentence(defect: Defect) -> str:
    """What is wrong, in words, with the detail where there is one; the code itself where no sentence is known."""
    text = SENTENCES.get(defect.code) or f"{defect.code.replace('_', ' ').capitalize()}."
    return f"{text.removesuffix('.')} ({defect.detail})." if defect.detail else text
