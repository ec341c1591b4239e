"""What becomes of a mail: each stage, each answer, on the right side of DATA."""

from __future__ import annotations

import threading
import time

import pytest

from mailflow.errors import CourierFault
from mailflow.model.outgoing import Deferred, Delivered, Refused, Uncertain
from tests.doors.courier.conftest import Connect, Start
from tests.support import outgoing
from tests.support.smtp import DIE, GOODBYE, SILENCE, SmtpServer


class Starts:
    """Counts how often DATA was announced."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def server(start: Start) -> SmtpServer:
    return start()


@pytest.mark.parametrize("answer", [DIE, GOODBYE, SILENCE, "421 4.3.2 shutting down", "451 4.7.1 greylisted"])
@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_whatever_ends_it_before_data_defers(
    server: SmtpServer, connect: Connect, starts: Starts, stage: str, answer: str
) -> None:
    server.always(stage, answer)
    assert isinstance(connect(server, timeout=0.3).send(outgoing.mail(), starts), Deferred)
    assert starts.times == 0
    assert server.mails == []


@pytest.mark.promise("P2")
@pytest.mark.parametrize(
    ("stage", "answer"),
    [(stage, answer) for stage in ("data", "end") for answer in (DIE, GOODBYE, SILENCE, "nonsense")]
    + [("data", "250 what?"), ("end", "354 go on")],
)
def test_whatever_ends_it_after_data_without_an_answer_is_uncertain(
    server: SmtpServer, connect: Connect, starts: Starts, stage: str, answer: str
) -> None:
    server.play(stage, answer)
    courier = connect(server, timeout=0.3, answer_timeout=0.3)
    assert isinstance(courier.send(outgoing.mail(), starts), Uncertain)
    assert starts.times == 1
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered), "the next mail has a fresh connection"
    assert server.connections == 2


@pytest.mark.parametrize(
    ("stage", "answer", "result"),
    [
        ("data", "451 4.3.0 queue full", Deferred("451 4.3.0 queue full")),
        ("data", "554 5.5.1 no valid recipients", Refused("554 5.5.1 no valid recipients")),
        ("end", "452 4.3.1 disk full", Deferred("452 4.3.1 disk full")),
        ("end", "421 4.3.2 shutting down", Deferred("421 4.3.2 shutting down")),
        ("end", "552 5.3.4 too big", Refused("552 5.3.4 too big")),
        ("end", "250 2.0.0 queued as 4F2A", Delivered("250 2.0.0 queued as 4F2A")),
        ("rcpt", "550 5.1.1 no such user", Refused("550 5.1.1 no such user")),
        ("rcpt", "251 will forward", Delivered("250 2.0.0 taken")),
        ("mail", "552 5.3.4 too big", Refused("552 5.3.4 too big")),
        ("mail", "554 5.3.4 too big", Refused("554 5.3.4 too big")),
    ],
)
def test_what_the_server_says_in_so_many_words_counts(
    server: SmtpServer, connect: Connect, starts: Starts, stage: str, answer: str, result: object
) -> None:
    server.play(stage, answer)
    assert connect(server).send(outgoing.mail(), starts) == result


@pytest.mark.parametrize("answer", ["550 5.1.8 bad sender", "553 5.7.1 not owned by user", "530 5.7.0 sign in"])
def test_5xx_for_our_own_sender_is_a_fault_and_no_mail_is_refused(
    server: SmtpServer, connect: Connect, starts: Starts, answer: str
) -> None:
    server.play("mail", answer)
    courier = connect(server)
    with pytest.raises(CourierFault):
        courier.send(outgoing.mail(), starts)
    assert starts.times == 0
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)


def test_greylisted_then_taken_on_one_connection(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    server.play("rcpt", "451 4.7.1 greylisted, come back", to=outgoing.RECIPIENT)
    courier = connect(server)
    assert isinstance(courier.send(outgoing.mail(), starts), Deferred)
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    assert server.connections == 1
    assert len(server.mails) == 1


def test_a_connection_carries_many_mails_and_is_asked_before_each(
    server: SmtpServer, connect: Connect, starts: Starts
) -> None:
    courier = connect(server, mails_per_connection=3)
    for _ in range(7):
        assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    courier.close()
    assert server.connections == 3, "3 + 3 + 1"
    assert server.seen.count("rset") == 4
    assert server.seen.count("quit") == 3
    assert len(server.mails) == 7


def test_a_connection_that_rested_too_long_is_left_and_opened_again(
    server: SmtpServer, connect: Connect, starts: Starts
) -> None:
    courier = connect(server, idle_seconds=0.0)
    courier.send(outgoing.mail(), starts)
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    assert server.connections == 2
    assert server.seen.count("quit") == 1


def test_a_server_that_was_restarted_between_two_mails_is_not_noticed(
    server: SmtpServer, connect: Connect, starts: Starts
) -> None:
    courier = connect(server)
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    server.stop()
    assert isinstance(courier.send(outgoing.mail(), starts), Deferred)
    server.start()
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    server.stop()
    server.start()
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    assert len(server.mails) == 3


@pytest.mark.parametrize(("stage", "answer"), [("rset", DIE), ("rset", "421 bye"), ("mail", DIE), ("rcpt", "421 bye")])
def test_a_used_connection_that_dies_before_data_is_replaced_once(
    server: SmtpServer, connect: Connect, starts: Starts, stage: str, answer: str
) -> None:
    courier = connect(server)
    courier.send(outgoing.mail(), starts)
    server.play(stage, answer)
    assert isinstance(courier.send(outgoing.mail(), starts), Delivered)
    assert server.connections == 2
    assert (starts.times, len(server.mails)) == (2, 2)


def test_a_fresh_connection_that_dies_is_not_replaced(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    server.play("mail", DIE)
    assert isinstance(connect(server).send(outgoing.mail(), starts), Deferred)
    assert server.connections == 1


@pytest.mark.promise("P2")
def test_a_connection_that_dies_while_data_is_being_announced_is_deferred(server: SmtpServer, connect: Connect) -> None:
    result = connect(server).send(outgoing.mail(), server.hang_up)
    assert result == Deferred("the connection was lost before DATA was sent")
    assert "data" not in server.seen


def test_closing_does_not_wait_for_a_server_that_hangs(
    server: SmtpServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailflow.courier.smtp.CLOSE_SECONDS", 0.05)
    server.play("end", SILENCE)
    courier, results, begun = connect(server, answer_timeout=2.0), [], threading.Event()
    sending = threading.Thread(target=lambda: results.append(courier.send(outgoing.mail(), begun.set)))
    sending.start()
    assert begun.wait(10)
    began = time.monotonic()
    courier.close()
    assert time.monotonic() - began < 1
    sending.join(20)
    assert isinstance(results[0], Uncertain)
    courier.close()


def test_a_server_that_drips_its_answers_does_not_hold_us_for_ever(start: Start, connect: Connect) -> None:
    server = start()
    server.always("rcpt", SILENCE)
    courier = connect(server, timeout=0.2)
    began = time.monotonic()
    assert isinstance(courier.send(outgoing.mail(), lambda: None), Deferred)
    assert time.monotonic() - began < 5


def test_a_mail_larger_than_the_server_takes_is_refused_before_it_is_sent(
    start: Start, connect: Connect, starts: Starts
) -> None:
    server = start(size_limit=500)
    result = connect(server).send(outgoing.mail(content=outgoing.raw(body=b"x" * 70 + b"\r\n" * 400)), starts)
    assert isinstance(result, Refused)
    assert "larger" in result.answer
    assert "mail" not in server.seen


def test_the_server_is_told_the_size(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    connect(server).send(outgoing.mail(), starts)
    assert f"SIZE={len(outgoing.raw())}" in server.mails[0].options


def test_the_null_path_is_sent_as_such(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    assert isinstance(connect(server).send(outgoing.mail(sender=""), starts), Delivered)
    assert server.mails[0].sender == "<>", "aiosmtpd's name for the null path"


DOTS = b"\r\n".join([b".", b"..", b". leading", b"x.", b"", b".", b"\x00 odd \xa0", b"", b""])


def test_every_byte_arrives_dots_and_all(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    for content in (outgoing.raw(body=DOTS), b".first line is a dot\r\n.\r\n", b"\r\n"):
        assert isinstance(connect(server).send(outgoing.mail(content=content), starts), Delivered)
        assert server.mails[-1].raw == content


def test_no_bare_line_end_leaves_us(start: Start, connect: Connect, starts: Starts) -> None:
    server = start(security="plain", users={})
    smuggled = b"Subject: a\n\nbare\n.\nMAIL FROM:<evil@x.example>\r.\rold mac\r\n.\r\nend"
    assert isinstance(connect(server).send(outgoing.mail(content=smuggled), starts), Delivered)
    assert len(server.mails) == 1
    assert server.mails[0].raw == (
        b"Subject: a\r\n\r\nbare\r\n.\r\nMAIL FROM:<evil@x.example>\r\n.\r\nold mac\r\n.\r\nend\r\n"
    )
    wire = bytes(server.wire)
    assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n"), "RFC 5321 §2.3.8"


@pytest.mark.parametrize("recipient", ["jürgen@kent.police.example", "jo@straße.example", '"jo smith"@kent.example'])
def test_letters_beyond_ascii_and_quotes_go_out(
    server: SmtpServer, connect: Connect, starts: Starts, recipient: str
) -> None:
    assert isinstance(connect(server).send(outgoing.mail(recipient), starts), Delivered)
    taken = server.mails[0]
    assert taken.recipients[0] in (recipient, "jo@xn--strae-oqa.example")
    assert ("SMTPUTF8" in taken.options) is (not taken.recipients[0].isascii())


def test_without_smtputf8_or_8bitmime_what_needs_them_is_refused(
    start: Start, connect: Connect, starts: Starts
) -> None:
    server = start(utf8=False, eight_bit=False)
    courier = connect(server)
    refused = courier.send(outgoing.mail("jürgen@kent.police.example"), starts)
    assert isinstance(refused, Refused)
    assert "SMTPUTF8" in refused.answer
    refused = courier.send(outgoing.mail(content=outgoing.raw(body="Lámhleabhar\r\n".encode())), starts)
    assert isinstance(refused, Refused)
    assert "8BITMIME" in refused.answer
    assert isinstance(courier.send(outgoing.mail("jo@straße.example"), starts), Delivered), "Punycode needs neither"


def test_eight_bit_content_is_announced(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    content = outgoing.raw(body="Diolch am eich neges — ŵy\r\n".encode())
    assert isinstance(connect(server).send(outgoing.mail(content=content), starts), Delivered)
    assert server.mails[0].raw == content
    assert "BODY=8BITMIME" in server.mails[0].options
    assert "SMTPUTF8" not in server.mails[0].options


INJECTIONS = [
    "jo@kent.example\r\nRCPT TO:<all@victims.example>",
    "jo@kent.example\nDATA",
    "jo@kent.example>\x00",
    "jo@kent.example> NOTIFY=NEVER",
    "<jo@kent.example",
    '"a> SIZE=1"@kent.example',
    '"a\\"b"@kent.example',
    "jo smith@kent.example",
    "",
    "jo",
    "jo@",
    "@kent.example",
    "jo@kent.example, al@kent.example",
    "Jo <jo@kent.example>",
    "jo@[127.0.0.1]",
    "x" * 400 + "@kent.example",
]


@pytest.mark.parametrize("recipient", INJECTIONS)
def test_no_address_can_say_anything_to_the_server(
    server: SmtpServer, connect: Connect, starts: Starts, recipient: str
) -> None:
    result = connect(server).send(outgoing.mail(recipient), starts)
    assert isinstance(result, Refused)
    if len(recipient) > 3:
        assert recipient not in result.answer
    assert server.seen == []


def test_a_wrong_envelope_sender_is_our_own_fault(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    with pytest.raises(CourierFault, match="own envelope sender"):
        connect(server).send(outgoing.mail(sender="us@charity.example\r\nDATA"), starts)
    assert server.seen == []


def test_a_cjsm_address_is_written_to_only_over_the_cjsm_route(
    server: SmtpServer, connect: Connect, starts: Starts
) -> None:
    address = "pc.morgan@kent.police.uk.cjsm.net"
    assert isinstance(connect(server).send(outgoing.mail(address), starts), Refused)
    assert server.seen == []
    assert isinstance(connect(server, cjsm_route=True).send(outgoing.mail(address), starts), Delivered)


@pytest.mark.promise("P4")
def test_what_is_kept_of_an_answer_names_nobody(server: SmtpServer, connect: Connect, starts: Starts) -> None:
    server.play(
        "rcpt",
        "550-5.1.1 <pc.morgan.4471@kent.police.example>: mailbox PC.Morgan.4471 unknown at kent.police.example;\r\n"
        "550-5.1.1 ask boss@kent.police.example\r\n"
        "550 5.1.1 see https://kent.police.example/?who=pc.morgan.4471%40kent " + "x" * 300,
    )
    result = connect(server).send(outgoing.mail(), starts)
    assert isinstance(result, Refused)
    assert result.answer.startswith("550 5.1.1 ")
    assert len(result.answer) <= 200
    for private in ("morgan", "boss", "kent", "\n"):
        assert private not in result.answer.lower()
