"""Secrets are known, threads of Exchange, who covers an absence, challenges, and pages that hide text."""

from __future__ import annotations

import pytest

from mailflow.model.message import ParsedMessage
from mailflow.model.words import AutomaticKind
from mailflow.parse import parse
from mailflow.parse.secrets import without_secrets
from mailflow.parse.thread import thread_index

OWN = ("hssupport@victimsupport.org.uk",)


def read(body: str, extra: str = "", subject: str = "Hello", kind: str = "plain") -> ParsedMessage:
    head = f"From: Ann Lee <ann@example.org>\nSubject: {subject}\n{extra}Content-Type: text/{kind}; charset=utf-8\n"
    return parse(f"{head}Content-Transfer-Encoding: 8bit\n\n{body}".encode(), own_addresses=OWN)


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("The password for the form is Cedar-41x.", ["Cedar-41x"]),
        ("Password: Bluebell", ["Bluebell"]),
        ("Password:\n  Xy12zz", ["Xy12zz"]),
        ("Passcode: a8KdPq", ["a8KdPq"]),
        ("PIN: 4471", ["4471"]),
        ("Your code is 482 913", ["482 913"]),
        ("482913 is your verification code", ["482913"]),
        ("use passcode 771204 to open it", ["771204"]),
        ("Cyfrinair: Ceirios!9", ["Ceirios!9"]),
        ("the password is 'Tr33house!' ok", ["Tr33house!"]),
        ("Password: One-1 and PIN: 4471", ["One-1", "4471"]),
        ("password: please ring me for it", []),
        ("The password is the same as last time", []),
        ("I will send the password separately.", []),
        ("the PIN is on the letter", []),
        ("the code of conduct is long", []),
        ("pw - Xyz1abc", ["Xyz1abc"]),
        ("p/w: Tree9!", ["Tree9!"]),
        ("passphrase: correct horse battery staple", ["correct horse battery staple"]),
        ("Password for the attachment: Xyz", ["Xyz"]),
        ("The password to open the form = Maple77", ["Maple77"]),
        ("Use the code 123456 to sign in", ["123456"]),
        ("G-123456 is your Google verification code", ["G-123456"]),
        ("Your one-time passcode is:\n\n58769413", ["58769413"]),
        ("Here is your verification code. It expires soon.\n\n   482 913\n", ["482 913"]),
        ("Account verification code: 58769413", ["58769413"]),
        ("Your temporary password: Abc12345", ["Abc12345"]),
        ("Egress access code: 7H3K9Q", ["7H3K9Q"]),
        ("Mae eich cod yw 482913", ["482913"]),
        ("mot de passe : Cerise9", ["Cerise9"]),
        ("My postcode: SW1A 1AA", []),
        ("post code 12345 and", []),
        ("dress code: black", []),
        ("the case code 445566", []),
        ("sort code 20-45-12", []),
        ("area code 01632 960001", []),
        ("tax code 1257L, cost code 449921", []),
        ("The file is password protected, password required", []),
        ("the access code will be sent by text", []),
        ("I forgot my password, can you ring 07700 900111", []),
    ],
)
def test_secrets_are_known_by_their_place(text: str, secrets: list[str]) -> None:
    message = read(text)
    assert [message.text[each.start : each.end] for each in message.secrets] == secrets
    hidden = message.text_without_secrets
    assert len(hidden) == len(message.text), "offsets stay true"
    assert all(secret not in hidden for secret in secrets)


@pytest.mark.promise("P4")
def test_secrets_of_a_subject_are_known_too() -> None:
    message = read("See below.", subject="Form for Tuesday, password: Cedar-41x")
    assert message.subject.endswith("Cedar-41x"), "a human who opens the mail needs it"
    assert message.subject_without_secrets == "Form for Tuesday, password: •••••••••"
    assert read("See below.", subject="Re: postcode SW1A 1AA").subject_secrets == ()


@pytest.mark.promise("P4")
def test_any_text_can_be_had_without_its_secrets() -> None:
    attached = "Notes of the call\nPassword of the folder: Rowan-22\nPostcode: SW1A 1AA\n"
    hidden = without_secrets(attached)
    assert "Rowan" not in hidden and "SW1A 1AA" in hidden and len(hidden) == len(attached)
    assert without_secrets("482913", passcode=True) == "••••••"
    assert without_secrets("nothing here") == "nothing here"


def test_code_of_a_portal_stands_alone() -> None:
    message = read(
        "Your one-time passcode is below. It expires in 15 minutes.\n\n  482913\n", subject="One-time passcode"
    )
    assert message.automatic.kind is AutomaticKind.PASSCODE
    assert "482913" not in message.text_without_secrets


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "password: ",
        "password for ",
        "code ",
        "PIN\n",
        "1 2 ",
        "your code is ",
        "passphrase: ",
        "passcode \n",
        "use code ",
    ],
)
def test_repeated_words_of_secrets_do_not_run_away(piece: str) -> None:
    assert len(read(piece * (300_000 // len(piece))).secrets) <= 100


def test_answers_share_the_root_of_the_thread_index() -> None:
    first = "AdcSdHZ3Y29udGVudHN0b3JlaGVyZQ=="
    answer = "AdcSdHZ3Y29udGVudHN0b3JlaGVyZQAAAAEC"
    assert thread_index(first) == thread_index(answer) == read("x", extra=f"Thread-Index: {answer}\n").thread_index
    assert len(thread_index(first)) == 32
    assert thread_index("") == thread_index("***") == thread_index("AdcS") == ""


@pytest.mark.parametrize(
    ("text", "until", "cover"),
    [
        ("I am away until Monday 18 May. For anything urgent please contact Ann Lee on 020 7946 0000.",
         "Monday 18 May", "Ann Lee on 020 7946 0000"),
        ("I am on rest days, back on duty on 4 June. Please call the duty desk on 101.",
         "4 June", "the duty desk on 101"),
        ("I am on leave until 3 March. DC Ann Lee is covering my work.", "3 March", "DC Ann Lee"),
        ("I am on leave until 3 March. Please email cover@example.org.\n\nRegards", "3 March", "cover@example.org"),
        ("I am on leave until 3 March.", "3 March", ""),
    ],
)  # fmt: skip
def test_absences_say_until_when_and_who_covers(text: str, until: str, cover: str) -> None:
    automatic = read(text, extra="Auto-Submitted: auto-replied\n").automatic
    assert (automatic.until, automatic.cover) == (until, cover)


CHALLENGE = """Hello,

Your message to Bob has been held, because he keeps spam out and you are not yet one of his approved senders.

To have it delivered please click the link below to confirm that you are a person:

https://guard.example/c/1
"""


def test_challenge_is_a_machine_and_gets_no_answer() -> None:
    automatic = read(CHALLENGE, extra="In-Reply-To: <a@b>\n", subject="Re: We have your message").automatic
    assert automatic.kind is AutomaticKind.AUTO_REPLY
    assert "challenge" in automatic.why
    assert not automatic.may_answer


@pytest.mark.parametrize(
    "text",
    [
        "My message to you was held, I think your spam filter took it. Can you ring me?",
        "Your message was not delivered to my son, please click on the form to confirm who he is. It is in spam.",
    ],
)
def test_person_who_speaks_of_spam_is_a_person(text: str) -> None:
    assert not read(text).automatic.is_automatic


@pytest.mark.parametrize("value", ["DR, RN, NRN", "DR", "RN, NRN"])
def test_suppressed_receipts_leave_an_answer_allowed(value: str) -> None:
    automatic = read("Please ring me.", extra=f"X-Auto-Response-Suppress: {value}\n").automatic
    assert (automatic.is_automatic, automatic.may_answer) == (False, True)


@pytest.mark.parametrize("value", ["All", "OOF", "DR, AutoReply", "oof, dr"])
def test_suppressed_answers_forbid_ours_but_make_no_machine(value: str) -> None:
    automatic = read("Please ring me.", extra=f"X-Auto-Response-Suppress: {value}\n").automatic
    assert (automatic.is_automatic, automatic.may_answer) == (False, False)


def test_rules_of_a_style_sheet_hide() -> None:
    page = """<html><head><style type="text/css">.pre, .q {color:red; display:none !important}
      @media (max-width:480px) { .wide { display:none } } #foot{display: none} .open{display:block}</style></head>
      <body><p class="pre">Preheader</p><p class="x q">Quiet</p><p class="wide">Seen on wide screens.</p>
      <p id="foot">Below</p><p class="open">Open words.</p></body></html>"""
    message = read(page, kind="html")
    assert message.text == "Seen on wide screens.\n\nOpen words."
    assert {each.code for each in message.defects} == {"html_hidden_text"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["<style>", "<style>{", "<style>a{}", "{display:none}", "<style></style>.x{"])
def test_style_sheets_do_not_run_away(piece: str) -> None:
    page = "<style>.x{display:none}</style>" + piece * (400_000 // len(piece)) + "<p>Words"
    assert "reader_failed" not in {each.code for each in read(page, kind="html").defects}


def test_letters_of_proton_and_fastmail_are_no_mailing_list() -> None:
    for value in ("81234567:user:proton", "i2b9c4713:Fastmail"):
        automatic = read("Please ring me.", extra=f"Feedback-ID: {value}\n").automatic
        assert (automatic.is_automatic, automatic.may_answer) == (False, True)
    assert not read("Please ring me.", extra="Feedback-ID: 7:campaign:shop\n").automatic.may_answer
