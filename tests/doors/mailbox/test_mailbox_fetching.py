"""Fetching: whole mails, unread flags untouched, long ranges, and servers that answer strangely."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mailflow.errors import MailboxFault
from mailflow.mailbox import ImapServer
from mailflow.mailbox import imap as imap_module
from mailflow.mailbox.imap import UNKNOWN_ARRIVAL
from mailflow.model.mail import MailSize
from tests.support.dovecot import Dovecot
from tests.support.scripted_imap import ScriptedImap, Talk

SECRET_LINE = "my daughter Rosalind Thackeray was killed"


def after_select(then: Callable[[Talk], None], uid_next: int = 1) -> Callable[[Talk], None]:
    def script(talk: Talk) -> None:
        talk.greet("IMAP4rev1 AUTH=PLAIN")
        talk.select(uid_next=uid_next)
        then(talk)
        while True:
            talk.line()

    return script


def selected(server: ScriptedImap) -> ImapServer:
    client = ImapServer(server.settings())
    client.open()
    client.select("INBOX")
    return client


@pytest.mark.service("dovecot")
def test_nothing_is_marked_as_read_and_what_is_read_comes_all_the_same() -> None:
    with Dovecot() as dovecot:
        unread = dovecot.append("hssupport", b"Subject: unread\r\n\r\nx\r\n")
        read = dovecot.append("hssupport", b"Subject: read\r\n\r\nx\r\n", flags=[b"\\Seen", b"\\Flagged"])
        large = dovecot.append("hssupport", b"Subject: large\r\n\r\n" + b"x" * 1_500_000)
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        assert [mail.uid for mail in client.fetch(client.uids_after(0))] == [unread, read, large]
        assert client.fetch_large(large, 1_500_018) is not None
        client.close()
        assert dovecot.flags("hssupport") == {unread: (), read: (b"\\Flagged", b"\\Seen"), large: ()}


@pytest.mark.service("dovecot")
def test_empty_headerless_and_hostile_bytes_come_as_they_are() -> None:
    with Dovecot() as dovecot:
        mails = {
            "1.empty": b"",
            "2.headerless": b"\r\nno header at all\r\n",
            "3.number": b"42",
            "4.nil": b"NIL",
            "5.brackets": b'(((((("{3}\r\n)))\r\n',
            "6.eight-bit": bytes(range(1, 256)).replace(b"\r", b"").replace(b"\n", b"") + b"\r\n",
        }
        for name, raw in mails.items():
            dovecot.drop("hssupport", raw, name)
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        found = [mail.raw for mail in client.fetch(client.uids_after(0))]
        client.close()
        assert sorted(found) == sorted(mails.values())


@pytest.mark.service("dovecot")
def test_a_mail_of_20_mb_comes_whole() -> None:
    raw = b"Subject: large\r\n\r\n" + b"".join(b"%076d\r\n" % n for n in range(270_000))
    assert len(raw) > 20 * 1024 * 1024
    with Dovecot() as dovecot:
        uid = dovecot.append("hssupport", raw)
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        assert client.sizes([uid]) == (MailSize(uid, len(raw)),)
        found = client.fetch_large(uid, len(raw))
        client.close()
        assert found is not None
        assert found.raw == raw


@pytest.mark.service("dovecot")
def test_a_large_mail_that_is_expunged_between_two_parts_is_not_taken_for_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imap_module, "PART", 1000)
    raw = b"Subject: large\r\n\r\n" + b"x" * 10_000
    with Dovecot() as dovecot:
        uid = dovecot.append("hssupport", raw)
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        true_fetch = client._client.fetch
        parts: list[str] = []

        def fetch(uids: list[int], items: list[str]) -> object:
            parts.append(items[0])
            if len(parts) == 4:
                dovecot.expunge("hssupport", [uid])
            return true_fetch(uids, items)

        client._client.fetch = fetch
        assert client.fetch_large(uid, len(raw)) is None
        assert 4 <= len(parts) < 11
        client.close()


@pytest.mark.service("dovecot")
def test_thousands_of_uids_are_asked_for_in_pieces() -> None:
    with Dovecot() as dovecot:
        uid = dovecot.append("hssupport", b"Subject: x\r\n\r\nx\r\n")
        client = ImapServer(dovecot.settings("hssupport"))
        client.open()
        client.select("INBOX")
        assert [size.uid for size in client.sizes(range(uid, 20_001))] == [uid]
        assert [mail.uid for mail in client.fetch(range(uid, 2_001))] == [uid]
        client.close()


def test_long_ranges_are_searched_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_module, "UIDS_A_SEARCH", 100)
    asked: list[str] = []

    def then(talk: Talk) -> None:
        for answer in ("* SEARCH 1 99", "* SEARCH", "* SEARCH 250 300"):
            asked.append(talk.expect("UID SEARCH"))
            talk.send(answer)
            talk.ok()

    with ScriptedImap(after_select(then, uid_next=251)) as server:
        client = selected(server)
        assert client.uids_after(0) == (1, 99, 250, 300), "what arrived after SELECT is found too"
        client.close()
    assert asked == ["UID SEARCH UID 1:100", "UID SEARCH UID 101:200", "UID SEARCH UID 201:*"]


def test_a_search_without_an_answer_line_finds_nothing() -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID SEARCH")
        talk.ok()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        assert client.uids_after(0) == ()
        client.close()


@pytest.mark.parametrize(
    ("sent", "arrived"),
    [
        ('" 1-Nov-2026 01:30:00 +0100"', datetime(2026, 11, 1, 0, 30, tzinfo=UTC)),
        ('"02-Nov-2026 12:00:00 -1130"', datetime(2026, 11, 2, 23, 30, tzinfo=UTC)),
        ('"31-Dec-9999 23:59:59 -1400"', UNKNOWN_ARRIVAL),
        ('"yesterday"', UNKNOWN_ARRIVAL),
        ("NIL", UNKNOWN_ARRIVAL),
    ],
)
def test_the_date_of_arrival_is_utc_and_old_when_it_cannot_be_read(sent: str, arrived: datetime) -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID FETCH")
        talk.raw(b"* 1 FETCH (UID 5 INTERNALDATE " + sent.encode() + b" RFC822.SIZE 3 BODY[] {3}\r\nabc)\r\n")
        talk.ok()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        (mail,) = client.fetch([5])
        client.close()
    assert mail.internal_date == arrived
    assert mail.internal_date.utcoffset() == timedelta(0)
    assert datetime(2026, 11, 1, tzinfo=UTC) - UNKNOWN_ARRIVAL > timedelta(hours=72), "never answered by the machine"


@pytest.mark.parametrize(
    "answer",
    [
        b"* 1 FETCH (UID 5 BODY[] {40}\r\n" + SECRET_LINE.encode() + b"\r\n",  # fewer bytes, then another line
        b"* 1 FETCH (UID 5 BODY[] " + SECRET_LINE.encode() + b"\r\n",  # bracket never closed
        b"* 1 FETCH (UID five BODY[] {3}\r\nabc)\r\n",
        b"* 1 FETCH " + b"(" * 5000 + b"\r\n",
        b"* 1 FETCH (UID 5 BODY[] {99999999999999}\r\nabc)\r\n",
        SECRET_LINE.encode() + b"\r\n",
        b"* 1 FETCH (UID 5 BODY[] " + b"x" * 1_100_000 + b")\r\n",
    ],
)
def test_an_answer_that_is_not_imap_is_one_sentence_without_the_mail(answer: bytes) -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID FETCH")
        talk.raw(answer)
        talk.ok()
        talk.close()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        with pytest.raises(MailboxFault) as caught:
            list(client.fetch([5]))
        client.close()
    assert "while fetching mails" in str(caught.value)
    assert "Rosalind" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 200


def test_a_connection_that_breaks_inside_a_mail_gives_no_piece_of_it() -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID FETCH")
        talk.raw(b"* 1 FETCH (UID 5 INTERNALDATE NIL RFC822.SIZE 100 BODY[] {100}\r\nthe first half")
        talk.close()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        with pytest.raises(MailboxFault, match="closed the connection while fetching mails"):
            list(client.fetch([5]))


def test_answers_about_other_mails_are_dropped_and_nil_is_no_content() -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID FETCH 5,6 ")
        talk.raw(b"* 9 FETCH (FLAGS (\\Seen) UID 9)\r\n* 1 FETCH (FLAGS (\\Seen) UID 5)\r\n")
        talk.raw(b'* 1 FETCH (UID 5 INTERNALDATE "02-Nov-2026 12:00:00 +0000" RFC822.SIZE 12 BODY[] NIL)\r\n')
        talk.raw(b'* 2 FETCH (UID 6 INTERNALDATE "02-Nov-2026 12:00:00 +0000" RFC822.SIZE 2 BODY[] "42")\r\n')
        talk.ok()
        talk.expect("UID FETCH 5 ")
        talk.raw(b"* 1 FETCH (UID 5 RFC822.SIZE 12)\r\n")
        talk.ok()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        assert [(mail.uid, mail.raw) for mail in client.fetch([5, 6])] == [(6, b"42")]
        client.close()


def test_a_server_without_partial_fetch_may_send_all_at_once() -> None:
    def then(talk: Talk) -> None:
        talk.expect("UID FETCH 5 ")
        talk.raw(b'* 1 FETCH (UID 5 INTERNALDATE "02-Nov-2026 12:00:00 +0000" BODY[] {5}\r\nwhole)\r\n')
        talk.ok()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        mail = client.fetch_large(5, 5)
        client.close()
    assert mail is not None
    assert mail.raw == b"whole"


def test_a_mail_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_module, "PART", 10)

    def then(talk: Talk) -> None:
        for start in range(0, 10_000, 10):
            talk.expect("UID FETCH 5 ")
            talk.raw(b"* 1 FETCH (UID 5 INTERNALDATE NIL BODY[]<%d> {10}\r\n0123456789)\r\n" % start)
            talk.ok()

    with ScriptedImap(after_select(then)) as server:
        client = selected(server)
        with pytest.raises(MailboxFault, match="more and more"):
            client.fetch_large(5, 20)


def test_a_folder_without_uidvalidity_cannot_be_read() -> None:
    def script(talk: Talk) -> None:
        talk.greet("IMAP4rev1 AUTH=PLAIN")
        talk.expect("EXAMINE")
        talk.send("* 0 EXISTS")
        talk.ok()

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings())
        client.open()
        with pytest.raises(MailboxFault, match="UIDVALIDITY"):
            client.select("INBOX")


def test_folders_that_cannot_be_selected_are_left_out() -> None:
    def script(talk: Talk) -> None:
        talk.greet("IMAP4rev1 AUTH=PLAIN")
        for _ in range(2):
            talk.expect("LIST")
            talk.raw(b'* LIST (\\HasChildren \\Noselect) "/" Public\r\n* LIST (\\NonExistent) "/" Gone\r\n')
            talk.raw(b'* LIST () "/" INBOX\r\n* LIST (\\junk) "/" "Junk E-mail"\r\n* LIST () "/" 2026\r\n')
            talk.ok()

    with ScriptedImap(script) as server:
        client = ImapServer(server.settings())
        client.open()
        assert client.folders() == ("INBOX", "Junk E-mail", "2026")
        assert client.special_folder("\\Junk") == "Junk E-mail"
        client.close()


def test_bodies_are_not_copied_for_a_debug_log() -> None:
    with ScriptedImap(lambda talk: talk.greet()) as server:
        client = ImapServer(server.settings())
        client.open()
        assert client._client._imap.debug == 0
        client.close()
