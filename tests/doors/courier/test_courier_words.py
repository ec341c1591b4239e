"""The courier's pure parts: addresses, what is kept of an answer, and the canonical form on the wire."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailflow.courier import SmtpSettings, check_address, check_recipient, is_cjsm
from mailflow.courier.answers import MAX_ANSWER, kept
from mailflow.courier.session import canonical, on_the_wire
from mailflow.errors import UseError

GOOD = {
    "jo@kent.police.uk": "jo@kent.police.uk",
    "Jo.Smith+x@KENT.Police.UK": "Jo.Smith+x@kent.police.uk",
    "o'neill@example.org": "o'neill@example.org",
    '"jo smith"@example.org': '"jo smith"@example.org',
    '"plain"@example.org': "plain@example.org",
    "jo@straße.de": "jo@xn--strae-oqa.de",
    "jo@xn--strae-oqa.de": "jo@xn--strae-oqa.de",
    "jürgen@kent.police.uk": "jürgen@kent.police.uk",
    "POSTMASTER@example.org": "postmaster@example.org",
}


@pytest.mark.parametrize(("text", "wire"), GOOD.items())
def test_an_address_in_its_form_on_the_wire(text: str, wire: str) -> None:
    assert check_address(text) == wire
    assert check_address(wire) == wire, "checking twice changes nothing"


BAD = [
    "",
    "jo",
    "jo@",
    "@kent.police.uk",
    "jo@kent",
    "jo@localhost",
    "jo@[192.0.2.1]",
    "jo@kent..uk",
    "jo@-kent.uk",
    ".jo@kent.uk",
    "jo smith@kent.uk",
    "Jo <jo@kent.uk>",
    "jo@kent.uk, al@kent.uk",
    "jo@kent.uk\r\nDATA",
    "jo\x00@kent.uk",
    "jo@kent.uk ",
    '"a>b"@kent.uk',
    '"a\\\\b"@kent.uk',
    '"a\\"b"@kent.uk',
    "a" * 65 + "@kent.uk",
    "a@" + "b" * 250 + ".uk",
    "jo@\ud800.uk",
]


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("test_domains", [False, True])
def test_what_is_no_address_is_said_without_repeating_it(text: str, test_domains: bool) -> None:
    with pytest.raises(UseError) as caught:
        check_address(text, test_domains=test_domains)
    if len(text) > 2:
        assert text not in str(caught.value)


def test_reserved_domains_are_for_tests_only() -> None:
    for domain in ("police.example", "police.test"):
        with pytest.raises(UseError):
            check_address(f"jo@{domain}")
        assert check_address(f"jo@{domain}", test_domains=True) == f"jo@{domain}"
    for domain in ("police.invalid", "mail.localhost", "printer.local", "hidden.onion"):
        with pytest.raises(UseError):
            check_address(f"jo@{domain}", test_domains=True)


def test_cjsm_is_known_by_whole_labels() -> None:
    for address in ("jo@kent.police.uk.cjsm.net", "JO@CJSM.NET", "jo@a.cjsm.net."):
        assert is_cjsm(address)
    for address in ("jo@notcjsm.net", "jo@cjsm.net.example.org", "cjsm.net@example.org"):
        assert not is_cjsm(address)
    with pytest.raises(UseError, match="CJSM"):
        check_recipient("jo@kent.police.uk.cjsm.net")
    assert check_recipient("jo@kent.police.uk.cjsm.net", cjsm_route=True)


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=300) | st.from_regex(r"[^@]{1,20}@[^@]{1,20}\.uk", fullmatch=True))
@example('"\t"@a.uk')
@example("a@a.uk\n")
def test_any_text_is_an_address_that_cannot_leave_its_brackets_or_a_use_error(text: str) -> None:
    try:
        wire = check_address(text, test_domains=True)
    except UseError:
        return
    assert "<" not in wire
    assert ">" not in wire
    assert all(character.isprintable() for character in wire)
    assert " " not in wire or wire.startswith('"')
    assert len(wire.encode()) <= 320


def unstuffed(wire: bytes) -> bytes:
    """What a server takes from the wire (RFC 5321 §4.5.2)."""
    lines = wire.split(b"\r\n")
    end = lines.index(b".")
    assert lines[end + 1 :] == [b""], "nothing stands behind the final dot"
    return b"".join((line[1:] if line.startswith(b".") else line) + b"\r\n" for line in lines[:end])


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=400) | st.text(alphabet=".\r\n ab", max_size=80).map(str.encode))
@example(b"")
@example(b".")
@example(b"\r\n.\r\n")
@example(b"a\r.\rb\n.\nc")
def test_any_bytes_arrive_in_canonical_form_and_only_the_last_dot_ends_them(raw: bytes) -> None:
    content = canonical(raw)
    assert canonical(content) == content
    assert content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n")
    assert unstuffed(on_the_wire(content)) == content


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=400), st.sampled_from(["jo.morgan@kent.police.uk", '"jo morgan"@kent.police.uk']))
def test_any_answer_is_kept_in_one_short_line_without_the_recipient(text: str, recipient: str) -> None:
    said = kept(550, f"5.1.1 {text} {recipient} {recipient.upper()} {text}", recipient)
    assert len(said) <= MAX_ANSWER
    assert said.isprintable()
    assert "morgan" not in said.lower()
    assert "@" not in said


def test_settings_that_cannot_be_meant_are_refused() -> None:
    for wrong in ({"helo": "two words"}, {"host": "a\r\nb"}):
        with pytest.raises(UseError, match="names"):
            SmtpSettings(**{"host": "smtp.charity.org.uk", **wrong})


def test_the_longest_attempt_fits_the_lease_of_dispatch() -> None:
    from mailflow.flow.dispatch import RECORD_PAUSES, Dispatch

    longest = SmtpSettings(host="smtp.charity.org.uk").longest_attempt + sum(RECORD_PAUSES)
    assert longest < Dispatch.__dataclass_fields__["lease_seconds"].default
