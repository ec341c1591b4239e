"""How the world's mail programs write: where the words of others begin, and what programs add by themselves."""

from __future__ import annotations

import pytest

from mailflow.model.message import ParsedMessage, RegionKind
from mailflow.parse import parse


def read(body: str, subject: str = "Re: Tuesday", extra: str = "") -> ParsedMessage:
    head = f"From: Ann Lee <ann@example.org>\nSubject: {subject}\n{extra}Content-Type: text/plain; charset=utf-8\n"
    return parse(f"{head}Content-Transfer-Encoding: 8bit\n\n{body}".encode())


WHO = "Homicide Service <hssupport@victimsupport.org.uk>"
ATTRIBUTIONS = {
    "gmail": f"On Tue, 3 Feb 2026 at 16:42, {WHO} wrote:",
    "gmail wrapped": "On Tue, 3 Feb 2026 at 16:42, Homicide Service <\nhssupport@victimsupport.org.uk> wrote:",
    "gmail without verb": f"2017-10-17 11:28 GMT+01:00 {WHO}:",
    "gmail without verb, wrapped": "2017-10-17 11:28 GMT+01:00 Homicide Service <\nhssupport@victimsupport.org.uk>:",
    "yandex": f"03.02.2026, 16:42, {WHO}:",
    "yandex english": f"04:42 PM, February 3, 2026, {WHO}:",
    "mail.ru": f"Tuesday, 3 February 2026, 4:42 PM +0000 from {WHO}:",
    "zoho": "---- On Tue, 03 Feb 2026 16:42:10 +0000 hssupport@victimsupport.org.uk wrote ----",
    "android": "---- Homicide Service wrote ----",
    "no colon": f"On Tue, 3 Feb 2026 16:42:10 +0000 {WHO} wrote",
    "sent": f"On 3 Feb 2026, at 16:42, {WHO} sent:",
    "apple": "> On 3 Feb 2026, at 16:42, Homicide Service <hssupport@victimsupport.org.uk> wrote:",
    "de": f"Am 03.02.2026 um 16:42 schrieb {WHO}:",
    "de gmail": f"Am Di., 3. Feb. 2026 um 16:42 Uhr schrieb {WHO}:",
    "fr": f"Le mar. 3 févr. 2026 à 16:42, {WHO} a écrit :",
    "nl": f"Op di 3 feb 2026 om 16:42 schreef {WHO}:",
    "nl wrapped": "Op 3 februari 2026 16:42 schreef Homicide Service <\nhssupport@victimsupport.org.uk>:",
    "es": f"El mar, 3 feb 2026 a las 16:42, {WHO} escribió:",
    "it": f"Il giorno mar 3 feb 2026 alle ore 16:42 {WHO} ha scritto:",
    "pl": f"wt., 3 lut 2026 o 16:42 {WHO} napisał(a):",
    "pt": f"Em ter., 3 de fev. de 2026 às 16:42, {WHO} escreveu:",
    "sv": f"Den tis 3 feb. 2026 kl 16:42 skrev {WHO}:",
    "da": f"Den tirs. 3. feb. 2026 kl. 16.42 skrev {WHO}:",
    "no": "tir. 3. feb. 2026 kl. 16:42 skrev Homicide Service <hssupport@victimsupport.org.uk\n>:",
    "cs": f"út 3. 2. 2026 v 16:42 odesílatel {WHO} napsal:",
    "cy": f"Ar Maw, 3 Chwe 2026 am 16:42, ysgrifennodd {WHO}:",
    "fi": f"ti 3. helmik. 2026 klo 16.42 {WHO} kirjoitti:",
    "ro": f"În mar., 3 feb. 2026 la 16:42, {WHO} a scris:",
    "hu": f"2026. febr. 3. 16:42 időpontban {WHO} írta:",
    "ru": f"вт, 3 февр. 2026 г. в 16:42, {WHO}:",
    "vi": f"Vào 16:42 3 tháng 2, 2026, {WHO} đã viết:",
}


BELOW = {"marked": "> Is Tuesday all right?\n> Sophie", "bare": "Is Tuesday all right?\nSophie"}
PAIRS = {
    f"{name}, {how}": (line, below)
    for name, line in ATTRIBUTIONS.items()
    for how, below in BELOW.items()
    if how == "marked" or not line.startswith(">")  # a quoted attribution stands above quoted words
}


@pytest.mark.parametrize(("line", "below"), PAIRS.values(), ids=PAIRS.keys())
def test_attribution_ends_the_new_words(line: str, below: str) -> None:
    message = read(f"Tuesday is fine, thank you.\n\n{line}\n\n{below}\n")
    assert message.new_text == "Tuesday is fine, thank you."


HEADS = {
    "en": ("From", "Sent", "To", "Subject"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "fr phone": ("De", "Envoyé le", "À", "Sujet"),
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "es": ("De", "Enviado el", "Para", "Asunto"),
    "it": ("Da", "Inviato", "A", "Oggetto"),
    "pl": ("Od", "Wysłano", "Do", "Temat"),
    "pt": ("De", "Enviada em", "Para", "Assunto"),
    "sv": ("Från", "Skickat", "Till", "Ämne"),
    "da": ("Fra", "Sendt", "Til", "Emne"),
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "cs": ("Od", "Odesláno", "Komu", "Předmět"),
    "ro": ("De la", "Trimis", "Către", "Subiect"),
    "hu": ("Feladó", "Elküldve", "Címzett", "Tárgy"),
    "tr": ("Kimden", "Gönderme Tarihi", "Kime", "Konu"),
    "ru": ("От", "Отправлено", "Кому", "Тема"),
    "cy": ("Oddi wrth", "Anfonwyd", "At", "Pwnc"),
}


@pytest.mark.parametrize("colon", [": ", " : ", ":"])
@pytest.mark.parametrize("names", HEADS.values(), ids=HEADS.keys())
def test_head_of_outlook_ends_the_new_words(names: tuple[str, ...], colon: str) -> None:
    values = ("Homicide Service <hssupport@victimsupport.org.uk>", "03 February 2026 16:42", "Ann Lee", "Tuesday")
    head = "\n".join(f"{name}{colon}{value}" for name, value in zip(names, values, strict=True))
    message = read(f"Tuesday is fine, thank you.\n\n{head}\n\nIs Tuesday all right?\n")
    assert message.new_text == "Tuesday is fine, thank you."


def test_folded_sender_is_one_field() -> None:
    head = (
        "From: Homicide Service\n<hssupport@victimsupport.org.uk>\nSent: 3 February 2026\nTo: Ann\nSubject: Tuesday\n"
    )
    message = read(f"FYI\n\n{head}\nIs Tuesday all right?\n", subject="Fwd: Tuesday")
    assert message.new_text == "FYI"
    assert [each.sender.address for each in message.forwarded if each.sender] == ["hssupport@victimsupport.org.uk"]


@pytest.mark.parametrize(
    "line", ["-----Original Message-----", "-----Antwort Nachricht-----", "-------- Oprindelig besked --------"]
)
def test_drawn_separator_ends_the_new_words(line: str) -> None:
    assert read(f"Fine.\n\n{line}\n\nIs Tuesday all right?\n").new_text == "Fine."


@pytest.mark.parametrize(
    "own",
    [
        "On Monday 3 February at 16:42 she wrote:\nI cannot go on.\nThat is all I have.",
        "The inquest is on 3 February 2026 at 10:00, please ask Ann <ann@example.org>: she knows",
        "--- end of message ---\nPS my number is 07700 900123",
        "From: 3 May\nTo: be told later",
        "From what he sent: nothing is clear",
        "2026/02/03 is the date that Ann <ann@example.org>\nsays the trial begins",
        "yes please On Wed, 4 Feb 2026 at 15:59, bob@example.com wrote:",
    ],
)
def test_words_of_a_person_stay_new(own: str) -> None:
    message = read(own)
    assert own.split("\n")[-1] in message.new_text
    assert own.split("\n")[0] in message.new_text


@pytest.mark.parametrize(
    "advert",
    [
        "Sent from my iPhone",
        "Sent from my Wiko RIDGE FAB 4G",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Sent from TypeApp<http://app.example/r?b=2621>",
        "Envoyé de mon téléphone",
        "Gesendet von Outlook für Android",
        "Enviado desde mi teléfono",
        "Inviato dal mio telefono",
        "Verstuurd vanaf mijn telefoon",
        "Wysłane z telefonu",
        "Skickat från min telefon",
        "Anfonwyd o fy ffôn",
    ],
)
def test_advert_of_the_device_is_signature(advert: str) -> None:
    message = read(f"He is outside again.\n\n{advert}\n\nOn Tue, 3 Feb 2026 at 16:42, {WHO} wrote:\n> Are you safe?\n")
    assert message.new_text == "He is outside again."
    assert advert in message.region(RegionKind.SIGNATURE)


def test_words_about_a_device_stay_new() -> None:
    said = "This was\nsent from my sisters phone because he took mine and I cannot ring you from here"
    assert read(said).new_text == said


TEAMS = """________________________________________________________________________________
Microsoft Teams meeting
Join on your computer, mobile app or room device
Click here to join the meeting<https://teams.example/l/x>
Meeting ID: 384 112 998 021
Passcode: kQz4wT
Download Teams<https://teams.example> | Join on the web<https://teams.example>
Or call in (audio only)
+44 20 7946 0991,,38411299#   United Kingdom, London
Phone Conference ID: 384 112 998#
Find a local number | Reset PIN
Learn More | Meeting options
________________________________________________________________________________
"""


def test_joining_block_is_furniture_and_what_follows_is_not() -> None:
    message = read(f"Here is the link for Friday.\n\n{TEAMS}\nPS bring the chronology please, I have lost mine.\n")
    assert "Microsoft Teams" not in message.new_text
    assert "Meeting options" in message.region(RegionKind.DISCLAIMER)
    assert message.new_text.startswith("Here is the link for Friday.")
    assert message.new_text.endswith("PS bring the chronology please, I have lost mine.")
    assert "kQz4wT" not in message.text_without_secrets


def test_person_who_speaks_of_a_meeting_is_heard() -> None:
    said = "Can we meet on Teams? Join on your phone if that is easier. My number is 07700 900123."
    assert read(said).new_text == said


def test_footer_of_a_mailing_list_is_furniture() -> None:
    footer = "_______________________________________________\nPanel mailing list\nhttps://lists.example/listinfo/panel"
    message = read(f"I agree with Ann.\n\n{footer}\n")
    assert message.new_text == "I agree with Ann."
    assert "listinfo" in message.region(RegionKind.DISCLAIMER)
