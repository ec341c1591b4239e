"""What Outlook leaves behind, as real files have it: code pages, people, appointments, cards, signed mails."""

from __future__ import annotations

import struct

import pytest

from mailflow.extract import documents, reading
from tests.support import make_documents

CYRILLIC = "Семья согласна"
APPOINTMENT = bytes.fromhex("0220060000000000c000000000000046")
CONTACT = bytes.fromhex("0420060000000000c000000000000046")


def wide(value: str) -> bytes:
    return value.encode("utf-16-le")


def fixed(*properties: tuple[int, int, bytes], head: int = 32) -> bytes:
    """A property stream: (type, number, up to eight bytes)."""
    return bytes(head) + b"".join(
        struct.pack("<HHI", kind, number, 6) + value.ljust(8, b"\0") for kind, number, value in properties
    )


def msg(streams: dict[str, bytes], *properties: tuple[int, int, bytes]) -> str:
    found = documents.read(
        make_documents.compound({"__properties_version1.0": fixed(*properties), **streams}), "mail.msg"
    )
    assert found.type == "application/vnd.ms-outlook"
    assert found.text is not None
    return found.text


def long(value: int) -> bytes:
    return struct.pack("<I", value)


@pytest.mark.parametrize(
    "says",
    [
        ((0x0003, 0x3FFD, long(1251)),),
        ((0x0003, 0x3FF1, long(0x0419)),),
        ((0x0003, 0x3FFD, long(1200)), (0x0003, 0x3FF1, long(0x0419))),
    ],
    ids=["code page", "language", "language, for the code page is UTF-16"],
)
def test_text_of_bytes_is_read_in_the_code_page_of_the_message(says: tuple[tuple[int, int, bytes], ...]) -> None:
    text = msg(
        {"__substg1.0_0037001E": CYRILLIC.encode("cp1251"), "__substg1.0_1000001E": CYRILLIC.encode("cp1251")}, *says
    )
    assert text == f"Subject: {CYRILLIC}\n\n{CYRILLIC}"


def test_utf_8_is_known_under_any_name() -> None:
    text = msg({"__substg1.0_1000001E": "Siân agrees\0".encode()}, (0x0003, 0x3FFD, long(1252)))
    assert text == "Siân agrees"


def test_html_is_read_in_its_own_code_page() -> None:
    page = f"<html><body><p>{CYRILLIC}</p></body></html>".encode("cp1251")
    assert msg({"__substg1.0_10130102": page}, (0x0003, 0x3FDE, long(1251))) == CYRILLIC


def test_people_are_named_with_their_addresses_and_exchange_names_are_none() -> None:
    def person(number: int, name: str, address: str, kind: int) -> dict[str, bytes]:
        at = f"__recip_version1.0_#{number:08X}/"
        return {
            at + "__properties_version1.0": fixed((0x0003, 0x0C15, long(kind)), head=8),
            at + "__substg1.0_3001001F": wide(name),
            at + "__substg1.0_39FE001F": wide(address),
        }

    text = msg(
        {
            "__substg1.0_0C1A001F": wide("Ada Bright"),
            "__substg1.0_0C1F001F": wide("/O=EXAMPLE/OU=FIRST/CN=RECIPIENTS/CN=ADA@POLICE"),
            "__substg1.0_0E04001F": wide("Homicide Service; 'Nia'"),
            "__substg1.0_0E03001F": wide("Somebody Else"),
            "__substg1.0_1000001F": wide("hello"),
            **person(0, "Homicide Service", "hs@charity.example", 1),
            **person(1, "'nia@charity.example'", "nia@charity.example", 1),
            **person(2, "Tom Reed", "tom@council.example", 2),
        }
    )
    assert text == (
        "From: Ada Bright\nTo: Homicide Service <hs@charity.example>, nia@charity.example\n"
        "Cc: Tom Reed <tom@council.example>\n\nhello"
    )


def test_a_sender_without_an_address_is_looked_up_in_the_headers() -> None:
    text = msg(
        {
            "__substg1.0_0C1A001F": wide("Ada Bright"),
            "__substg1.0_007D001F": wide("From: Ada Bright <ada@police.example>\r\nTo: hs@charity.example\r\n\r\n"),
            "__substg1.0_1000001F": wide("hello"),
        }
    )
    assert text == "From: Ada Bright <ada@police.example>\n\nhello"


def names(guid: bytes, number: int) -> dict[str, bytes]:
    at = "__nameid_version1.0/"
    entry = struct.pack("<IHH", number, 3 << 1, 0)
    return {at + "__substg1.0_00020102": guid, at + "__substg1.0_00030102": entry}


def test_an_appointment_says_when_and_where() -> None:
    start, end = ((134_000_000_000_000_000 + hours * 36_000_000_000).to_bytes(8, "little") for hours in (0, 1))
    text = msg(
        {
            "__substg1.0_001A001F": wide("IPM.Appointment"),
            "__substg1.0_0037001F": wide("Panel meeting"),
            "__substg1.0_8000001F": wide("Town hall, room 2"),
            **names(APPOINTMENT, 0x8208),
        },
        (0x0040, 0x0060, start),
        (0x0040, 0x0061, end),
    )
    assert text == (
        "Subject: Panel meeting\nStarts: 18/08/2025 14:13 (UTC)\nEnds: 18/08/2025 15:13 (UTC)\n"
        "Location: Town hall, room 2"
    )


def test_a_forwarded_card_gives_name_and_telephones() -> None:
    text = msg(
        {
            "__substg1.0_001A001F": wide("IPM.Contact"),
            "__substg1.0_3001001F": wide("Nia Vaughan"),
            "__substg1.0_3A1C001F": wide("07700 900456"),
            "__substg1.0_8000001F": wide("nia@home.example"),
            **names(CONTACT, 0x8083),
        }
    )
    assert text == "Name: Nia Vaughan\nTelephone (mobile): 07700 900456\nE-mail: nia@home.example"


def test_a_signed_mail_within_is_read_as_a_mail() -> None:
    whole = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/signed; protocol=x; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/plain\r\n\r\nThe family agrees.\r\n--b--\r\n"
    )
    at = "__attach_version1.0_#00000000/"
    text = msg(
        {
            "__substg1.0_1000001F": wide("The family agrees."),
            at + "__substg1.0_370E001F": wide("multipart/signed"),
            at + "__substg1.0_37010102": whole,
        }
    )
    assert text.endswith("[signed message]\nThe family agrees.")
    assert "boundary" not in text


def test_no_date_is_no_date() -> None:
    never = (0x0CB34557A3DD4000).to_bytes(8, "little")
    assert msg({"__substg1.0_1000001F": wide("hello")}, (0x0040, 0x0039, never)) == "hello"


def tnef(*attributes: tuple[int, int, bytes]) -> str:
    content = struct.pack("<IH", 0x223E9F78, 1)
    for level, number, data in attributes:
        content += struct.pack("<BHHI", level, number, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)
    found = documents.read(content, "winmail.dat")
    assert found.type == "application/vnd.ms-tnef"
    return found.text or ""


def test_a_winmail_dat_is_read_in_its_code_page_and_names_its_sender() -> None:
    name, address = b"Ada Bright\0", b"SMTP:ada@police.example\0"
    sender = struct.pack("<4H", 4, 16 + len(name) + len(address), len(name), len(address)) + name + address
    text = tnef(
        (1, 0x9007, struct.pack("<II", 1251, 0)),
        (1, 0x8000, sender),
        (1, 0x8004, CYRILLIC.encode("cp1251") + b"\0"),
        (1, 0x800C, b"hello\0"),
        (2, 0x9002, bytes(14)),
        (2, 0x8010, "письмо.txt".encode("cp1251") + b"\0"),
        (2, 0x800F, b"a file"),
    )
    assert text == f"From: Ada Bright <ada@police.example>\nSubject: {CYRILLIC}\n\nhello\n\n[письмо.txt]\na file"


def test_empty_text_is_no_replacement_sign() -> None:
    assert tnef((1, 0x8004, b"\0"), (1, 0x800C, b"hello\0")) == "hello"


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFFFFF, 1_000_000])
def test_lying_lengths_end_the_reading_and_keep_what_was_read(length: int) -> None:
    content = struct.pack("<IH", 0x223E9F78, 1)
    content += struct.pack("<BHHI", 1, 0x800C, 6, 6) + b"hello\0" + struct.pack("<H", 0)
    content += struct.pack("<BHHI", 2, 0x800F, 6, length) + b"short"
    assert documents.read(content).text == "hello"


def test_lying_counts_of_properties_end() -> None:
    properties = struct.pack("<I", 0xFFFFFFFF) + struct.pack("<HHII", 0x001F, 0x0037, 0xFFFFFFFF, 0xFFFFFFF0)
    content = struct.pack("<IH", 0x223E9F78, 1)
    content += struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + struct.pack("<H", 0)
    assert documents.read(content).note in (reading.DAMAGED, reading.NO_TEXT)


def test_storages_in_storages_end_at_the_limit() -> None:
    deep = "/".join(f"s{number}" for number in range(80))
    found = documents.read(
        make_documents.compound({"__properties_version1.0": bytes(32), f"{deep}/__substg1.0_1000001F": wide("deep")})
    )
    assert (found.text, found.note) == (None, reading.NO_TEXT)
