"""plan: what must be opened or verified, cut out of the exact bytes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailflow.model.security import CryptoForm
from mailflow.security import plan

ARMOUR = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA1\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n"

PGP_MIME = (
    'From: a@example.org\r\nContent-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r\n '
    'boundary="=b="\r\n\r\n'
    "--=b=\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    f"--=b=\r\nContent-Type: application/octet-stream; name=encrypted.asc\r\n\r\n{ARMOUR}--=b=--\r\n"
).encode()

SIGNED_PART = "Content-Type: text/plain\r\n\r\nHello  \r\n\r\n- dash\r\n"


def signed(protocol: str, signature: str = "c2ln", encoding: str = "base64") -> bytes:
    return (
        f'Content-Type: multipart/signed; micalg=sha-256; boundary=zz; protocol="{protocol}"\r\n\r\npreamble\r\n'
        f"--zz\r\n{SIGNED_PART}\r\n--zz\r\nContent-Type: {protocol}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        f"{signature}\r\n--zz--\r\nepilogue\r\n"
    ).encode()


def test_pgp_mime_gives_the_second_part() -> None:
    task = plan(PGP_MIME)
    assert task is not None
    assert task.form is CryptoForm.PGP_MIME
    assert task.data.startswith(b"-----BEGIN PGP MESSAGE-----")
    assert b"--=b=" not in task.data


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_the_signed_bytes_are_exact_and_with_crlf(line_end: bytes) -> None:
    task = plan(signed("application/pgp-signature", "-----BEGIN PGP SIGNATURE-----", "7bit").replace(b"\r\n", line_end))
    assert task is not None
    assert task.form is CryptoForm.PGP_SIGNED
    assert task.data == SIGNED_PART.encode(), "trailing blanks kept, the boundary's own line end not (RFC 3156 §5)"
    assert task.signature.startswith(b"-----BEGIN PGP SIGNATURE-----")


def test_smime_clear_signed() -> None:
    task = plan(signed("application/pkcs7-signature"))
    assert task is not None
    assert (task.form, task.signature) == (CryptoForm.SMIME_SIGNED, b"sig")


@pytest.mark.parametrize(
    ("sort", "form"),
    [
        ("; smime-type=enveloped-data", CryptoForm.SMIME_ENCRYPTED),
        ("; smime-type=authEnveloped-data", CryptoForm.SMIME_ENCRYPTED),
        ("", CryptoForm.SMIME_ENCRYPTED),
        ("; smime-type=signed-data", CryptoForm.SMIME_SIGNED),
        ("; smime-type=certs-only", None),
    ],
)
def test_smime_around_its_content(sort: str, form: CryptoForm | None) -> None:
    body = base64.encodebytes(b"\x30\x80DER").decode()
    raw = f"Content-Type: application/pkcs7-mime{sort}\nContent-Transfer-Encoding: base64\n\n{body}".encode()
    task = plan(raw)
    assert (task.form if task else None) is form
    if task:
        assert task.data == b"\x30\x80DER"


def test_inline_armour_is_the_mail() -> None:
    task = plan(f"Content-Type: text/plain\r\n\r\nHi\r\n\r\n{ARMOUR}\r\nAmy\r\n".encode())
    assert task is not None
    assert task.form is CryptoForm.PGP_INLINE
    assert plan(f"\r\n{ARMOUR}".encode()) is not None, "a mail without any header"


def test_a_long_mail_that_quotes_a_block_is_not_encrypted() -> None:
    assert plan(f"Content-Type: text/plain\n\n{'What is this? ' * 60}\n{ARMOUR}".encode()) is None


def test_a_gateway_wraps_it_once() -> None:
    inner = PGP_MIME.partition(b"From: a@example.org\r\n")[2]
    raw = b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n" + inner + b"\r\n--out--\r\n"
    task = plan(raw)
    assert task is not None
    assert task.form is CryptoForm.PGP_MIME


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"Content-Type: multipart/encrypted\n\n--x\n",
        b'Content-Type: multipart/signed; boundary=""\n\n----\n',
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 100_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 5_000,
        b"Content-Type: text/plain" + b";a=b" * 200_000 + b"\n\n-----BEGIN PGP MESSAGE-----",
        b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n%%%",
        b"A: b\n c" * 50_000,
    ],
)
@pytest.mark.timeout(5)
def test_hostile_bytes_give_no_task_and_take_no_time(raw: bytes) -> None:
    assert plan(raw) is None


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"Content-Type: multipart/signed; boundary=b\n\n--b\n", PGP_MIME[:190]]),
)
def test_any_bytes_give_a_task_or_none_never_an_exception(tail: bytes, head: bytes) -> None:
    plan(head + tail)
