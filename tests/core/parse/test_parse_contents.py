"""What attachments hold, byte by byte: damage costs what is damaged and nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib

import pytest

from mailflow.model.message import Attachment
from mailflow.parse import parse

HEAD = b"From: Ann Example <ann.example@example.org>\nSubject: Files\nMIME-Version: 1.0\n"
WORDS = b"Minutes of the panel. Present were four people; the report was agreed.\n" * 3


def only(raw: bytes) -> Attachment:
    """The one attachment of a mail."""
    (attachment,) = parse(raw).attachments
    return attachment


def uuencoded(data: bytes, name: bytes = b"minutes.txt") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45], backtick=True) for at in range(0, len(data), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def part(encoding: bytes, body: bytes) -> bytes:
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf; name=a.pdf\n"
        + b"Content-Transfer-Encoding: "
        + encoding
        + b"\n\n"
        + body
        + b"\n--b--\n"
    )


def test_uuencoded_file_is_whole_with_either_sign_for_nothing() -> None:
    assert only(HEAD + b"\nBelow.\n\n" + uuencoded(WORDS)).content == WORDS
    assert only(HEAD + b"\nBelow.\n\n" + uuencoded(b"\0" * 90)).content == b"\0" * 90
    stripped = b"\n".join(line.rstrip(b" ") for line in uuencoded(WORDS + b"\0").replace(b"`", b" ").split(b"\n"))
    assert only(HEAD + b"\nBelow.\n\n" + stripped).content == WORDS + b"\0"


def test_uuencoded_files_follow_each_other() -> None:
    message = parse(HEAD + b"\nTwo.\n\n" + uuencoded(WORDS) + b"\n" + uuencoded(b"x", b"x.bin") + b"\nThat is all.\n")
    assert [(each.name, each.content) for each in message.attachments] == [("minutes.txt", WORDS), ("x.bin", b"x")]
    assert message.text.split() == ["Two.", "That", "is", "all."]


def test_damaged_line_of_a_uuencoded_file_costs_that_line_only() -> None:
    lines = uuencoded(WORDS).split(b"\n")
    lines[2] = b"\x7f\x7f\x7f"
    content = only(HEAD + b"\nBelow.\n\n" + b"\n".join(lines)).content
    assert content.startswith(WORDS[:45])
    assert content.endswith(WORDS[90:])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data,
        lambda data: data.rstrip(b"=\n"),
        lambda data: data.replace(b"\n", b""),
        lambda data: data.replace(b"\n", b" \r\n\t"),
        lambda data: data[:100] + b"*$!." + data[100:],
        lambda data: data + b"\n-- \nThis list is run by the parish hall.\n",
        lambda data: data + b"===\n",
        lambda data: b"\n\n" + data,
    ],
    ids=["whole", "no-padding", "one-line", "blanks", "junk", "footer", "padding", "blank-lines"],
)
def test_base64_comes_back_whole(spoil: object) -> None:
    assert callable(spoil)
    data = WORDS + b"!"
    assert only(part(b"base64", spoil(base64.encodebytes(data)))).content == data


def test_base64_of_two_texts_joined() -> None:
    joined = base64.encodebytes(WORDS + b"!") + base64.encodebytes(b"ab")
    assert only(part(b"base64", joined)).content == WORDS + b"!ab"


def test_base64_for_addresses_is_read_too() -> None:
    data = bytes(range(256))
    assert only(part(b"base64", base64.urlsafe_b64encode(data))).content == data


def test_quoted_printable_comes_back_whole() -> None:
    data = bytes(byte for byte in range(256) if byte not in b"\r\n")
    coded = binascii.b2a_qp(data)
    assert only(part(b"quoted-printable", coded)).content == data
    assert only(part(b"QUOTED-PRINTABLE (as ever)", coded.lower().replace(b"=3d", b"=3D"))).content != b""


def test_size_and_digest_are_those_of_the_content() -> None:
    attachment = only(part(b"base64", base64.encodebytes(WORDS)))
    assert (attachment.size, attachment.sha256) == (len(WORDS), hashlib.sha256(WORDS).hexdigest())


@pytest.mark.parametrize("encoded", [False, True])
def test_large_picture_two_messages_deep_is_listed_with_size_and_digest(encoded: bool) -> None:
    """What is too large to be kept once more still says how large it is and which file it is."""
    picture = bytes(range(256)) * 64 * 1_024  # 16 MB, 22 MB encoded: about what servers still take
    coded = base64.encodebytes(picture)
    inner = b"Subject: Inner\nContent-Type: image/jpeg; name=hall.jpg\nContent-Transfer-Encoding: base64\n\n" + coded
    middle = b"Subject: Middle\nContent-Type: message/rfc822\n\n" + inner
    outer = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n--b\nContent-Type: message/rfc822\n"
    )
    if encoded:
        outer += b"Content-Transfer-Encoding: quoted-printable\n\n" + middle.replace(b"=", b"=3D") + b"\n--b--\n"
    else:
        outer += b"\n" + middle + b"\n--b--\n"
    message = parse(outer)
    assert [each.name for each in message.attachments] == ["Middle.eml", "Inner.eml", "hall.jpg"]
    hall = message.attachments[-1]
    assert (hall.size, hall.sha256) == (len(picture), hashlib.sha256(picture).hexdigest())
    assert all(each.size > 16_000_000 for each in message.attachments)
