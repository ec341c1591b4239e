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


ABROAD = {
    "ar": f"في الثلاثاء، ٣ فبراير ٢٠٢٦، ٤:٤٢ م {WHO} كتب:",
    "ar, date and time apart": f"في ٠٣/٠٢/٢٠٢٦ الساعة ٣:٣٦ م، كتب/كتبت {WHO}:",
    "fa": f"در تاریخ سه‌شنبه ۳ فوریهٔ ۲۰۲۶، ۱۶:۴۲ {WHO} نوشت:",
    "bn": f"মঙ্গল, ৩ ফেব, ২০২৬ তারিখে ৪:৪২ PM টায় {WHO} লিখেছেন:",
    "he": f"ב-3 בפברואר 2026 בשעה 16:42, {WHO} כתב:",
    "pl, apple": "Wiadomość napisana przez Homicide Service w dniu 3.02.2026, o godz. 16:42:",
}


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW.keys())
@pytest.mark.parametrize("line", ABROAD.values(), ids=ABROAD.keys())
def test_attribution_of_further_languages_ends_the_new_words(line: str, below: str) -> None:
    assert read(f"Tuesday is fine, thank you.\n\n{line}\n\n{below}\n").new_text == "Tuesday is fine, thank you."


@pytest.mark.parametrize(
    "line",
    [
        "Homicide Service schrieb am Di. 3. Feb. 2026 um 16:42:",
        "Homicide Service wrote on 3/2/2026 16:42:",
        "Homicide Service a écrit le 3/2/2026 à 16:42 :",
    ],
)
def test_name_without_an_address_attributes_only_what_is_marked(line: str) -> None:
    assert read(f"Fine.\n\n{line}\n\n> Is Tuesday all right?\n").new_text == "Fine."
    told = read(f"This is what he sent me.\n\n{line}\n\nYou will be sorry.\n")
    assert told.new_text.endswith("You will be sorry."), "somebody copies out a threat"


HEADS_ABROAD = {
    "ar": ("من", "\u200f\u200fتم الإرسال", "إلى", "\u200f\u200fالموضوع"),
    "he": ("מאת", "נשלח", "אל", "נושא"),
    "ko": ("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "bg": ("От", "Изпратено", "До", "Относно"),
    "sl": ("Od", "Poslano", "Za", "Zadeva"),
    "et": ("Saatja", "Saadetud", "Adressaat", "Teema"),
    "lt": ("Nuo", "Išsiųsta", "Kam", "Tema"),
    "zh": ("发件人", "发送时间", "收件人", "主题"),
    "zh, traditional": ("寄件者", "寄件日期", "收件者", "主旨"),
}


@pytest.mark.parametrize("names", HEADS_ABROAD.values(), ids=HEADS_ABROAD.keys())
def test_head_of_outlook_abroad_ends_the_new_words(names: tuple[str, ...]) -> None:
    values = ("Homicide Service <hssupport@victimsupport.org.uk>", "03 February 2026 16:42", "Ann Lee", "Tuesday")
    head = "\n".join(f"{name}: {value}" for name, value in zip(names, values, strict=True))
    assert read(f"Tuesday is fine.\n\n{head}\n\nIs Tuesday all right?\n").new_text == "Tuesday is fine."


@pytest.mark.parametrize(
    "line",
    [
        "-- REPLY ABOVE THIS LINE --",
        "> -- REPLY ABOVE THIS LINE --",
        "##- Please type your reply above this line -##",
        "--- Please reply above this line ---",
        "======= write your answer above this line =======",
        "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein -##",
        "## Bitte antworten Sie oberhalb dieser Linie ##",
        "--- Veuillez répondre au-dessus de cette ligne ---",
        "Reply above this line.",
        "-- Reply ABOVE THIS LINE to add a comment to this message --",
        "-----Original-Nachricht-----",
        "-------- Original message --------From: Homicide Service Date: 03/02/2026 16:42 (GMT+00:00) To: Ann",
        "-------- Ursprüngliche Nachricht --------Von: Homicide Service Datum: 03.02.26 16:42 An: Ann",
    ],
)
def test_line_of_a_helpdesk_or_of_a_phone_ends_the_new_words(line: str) -> None:
    mark = "> " if line.startswith(">") else ""
    assert read(f"Fine.\n\n{line}\n\n{mark}Is Tuesday all right?\n").new_text == "Fine."


@pytest.mark.parametrize(
    "said",
    [
        "I reply above this line because the one below is cut off.",
        "#1 he is outside again\n#2 he has my keys",
        "He wrote a message above the line on my door.\nPlease ring me.",
    ],
)
def test_words_about_a_line_stay_new(said: str) -> None:
    assert read(said).new_text == said


@pytest.mark.parametrize(
    "advert",
    [
        "Az iPhone-omról küldve",
        "Trimis de pe iPhone‑ul meu",
        "iPhone'umdan gönderildi",
        "iPhoneから送信",
        "从我的 iPhone 发送",
        "發自我的 iPhone",
        "나의 iPhone에서 보냄",
        "أُرسلت من الـ iPhone",
        "Obter o Outlook para Android",
        "Von meinem Mobilgerät gesendet",
        "(Sent from my mobile device)",
        "Gesendet mit iPhone",
    ],
)
def test_advert_right_below_the_words_is_signature(advert: str) -> None:
    message = read(f"He is outside again.\n{advert}\n\nOn Tue, 3 Feb 2026 at 16:42, {WHO} wrote:\n> Are you safe?\n")
    assert message.new_text == "He is outside again."
    assert advert in message.region(RegionKind.SIGNATURE)


@pytest.mark.parametrize(
    "said",
    [
        "Sent from my desk, which is easier than my phone.",
        "Sent from a friend of mine, he lent me this phone.",
        "Sent from a library",
    ],
)
def test_words_about_where_somebody_writes_stay_new(said: str) -> None:
    assert said in read(f"He is outside again.\n\n{said}\n").new_text


@pytest.mark.parametrize("name", ["-Ann Okafor", "–Maarten de Wit", "/Ann", "//Jef", "~Ann Lee", "-Ann Lee-Okafor"])
def test_name_behind_a_stroke_signs(name: str) -> None:
    message = read(f"Tuesday is fine.\n\n{name}\n")
    assert message.new_text == "Tuesday is fine."
    assert name in message.region(RegionKind.SIGNATURE)


@pytest.mark.parametrize(
    "said",
    [
        "Which day?\n\n-Tuesday Morning",
        "These came:\n\n-Bo Ek",
        "-Bo Ek\n\n-Sam Ek",
        "I mean this one.\n\n-Tuesday",
        "I need help.\n\n-please ring",
        "He said it twice.\n-Bo Ek",
        "The file is here.\n\n/home/ann",
    ],
)
def test_stroke_that_lists_or_answers_stays_new(said: str) -> None:
    assert read(said).new_text == said


@pytest.mark.parametrize(
    "sign_off",
    [
        "Med venlig hilsen", "Venlig hilsen", "Mvh", "Med vänliga hälsningar", "Hälsningar", "Ystävällisin terveisin",
        "Cumprimentos", "Atenciosamente", "Bien cordialement,", "Cordiales salutations", "Distinti saluti", "Saluti",
        "Hartelijke groet,", "Groeten", "Saludos cordiales", "Un abrazo", "Serdecznie pozdrawiam", "S pozdravem",
        "Üdvözlettel,", "Cu stimă,", "Saygılarımla", "С уважением,", "З повагою", "Με εκτίμηση", "مع التحية",
        "Mit besten Grüßen", "Liebe Grüße", "Freundliche Grüsse", "LG",
    ],
)  # fmt: skip
def test_sign_off_of_many_languages_is_signature(sign_off: str) -> None:
    message = read(f"Tuesday is fine.\n\n{sign_off}\nAnn Lee\n")
    assert message.new_text == "Tuesday is fine."
    assert message.region(RegionKind.SIGNATURE).strip() == f"{sign_off}\nAnn Lee"


def test_footer_of_a_mailing_list_on_one_line_is_furniture() -> None:
    footer = f"{'_' * 47} panel mailing list panel@lists.example https://lists.example/listinfo/panel"
    assert read(f"I agree with Ann.\n\n{footer}\n").new_text == "I agree with Ann."


def test_heading_above_a_notice_belongs_to_it() -> None:
    notice = "This e-mail is confidential and intended only for the addressee."
    assert read(f"I agree with Ann.\n\nDisclaimer\n\n{notice}\n").new_text == "I agree with Ann."
    assert read("I agree with Ann.\n\nDisclaimer\n\nThe coroner asks for one.").new_text.endswith("asks for one.")


FORMS = {
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Homicide Service" <hs@mail.example>;\n'
    "发送时间: 2026年2月3日(星期二) 下午4:42\n主题: Tuesday\n\nIs Tuesday all right?",
    "seznam": f"---------- Původní e-mail ----------\nOd: {WHO}\nDatum: 3. 2. 2026 16:42:10\nPředmět: Tuesday\n"
    "Is Tuesday all right?",
    "em client": '------ Originalnachricht ------\nVon "Homicide Service"\nAn "Ann"\nDatum 03.02.2026\n\n'
    "Is Tuesday all right?",
    "korean": f"-----원본 메시지-----\n보낸 사람: {WHO}\n날짜: 2026년 2월 3일\n제목: Tuesday\n\nIs Tuesday all right?",
    "notes": "Homicide Service ---03/02/2026 16:42:10---Is Tuesday\n\nFrom:\tHomicide Service/VS\nTo:\tAnn Lee/VS\n"
    "Date:\t03/02/2026 16:42\nSubject:\tTuesday\n\nIs Tuesday all right?",
    "notes on the web": f"-----{WHO} wrote: -----\nTo: Ann\nFrom: {WHO}\nDate: 03/02/2026 04:42PM\n\n"
    "Is Tuesday all right?",
    "groupwise": f">>> {WHO} 3/2/2026 4:42 PM >>>\nIs Tuesday all right?",
    "groupwise, name": ">>> Homicide Service 03/02/26 16:42 >>>\nIs Tuesday all right?",
    "groupwise, marked": f">>> {WHO} 3/2/2026 4:42 PM >>>\n> Is Tuesday all right?",
    "tutanota": "3 Feb 2026, 16:42 by hssupport@victimsupport.org.uk:\n\nIs Tuesday all right?",
    "tutanota, german": "3. Feb. 2026, 16:42 von hssupport@victimsupport.org.uk:\n\n> Is Tuesday all right?",
    "the bat": "Tuesday, February 3, 2026, 4:42:10 PM, you wrote:\n\n> Is Tuesday all right?",
    "horde": f"Quoting {WHO}:\n\n> Is Tuesday all right?",
    "horde, german": f"Zitat von {WHO}:\n\n> Is Tuesday all right?",
    "jira": "—-—-—-—\nReply above this line.\n\nSophie commented:\nIs Tuesday all right?",
}


@pytest.mark.parametrize("below", FORMS.values(), ids=FORMS.keys())
def test_form_of_a_rarer_program_ends_the_new_words(below: str) -> None:
    message = read(f"Tuesday is fine.\n\n{below}\n")
    assert message.new_text == "Tuesday is fine."
    assert "Is Tuesday all right?" in message.region(RegionKind.QUOTED)


@pytest.mark.parametrize(
    "own",
    [
        "Tuesday, 3 February 2026, was the day.\nAt 16:42 you wrote:\nwe will ring.\nNobody rang.",
        "Ann ---the one with the dog--- rang at 16:42 and I missed it.",
        "On 3 Feb 2026, 16:42 by the clock in the hall: he came in.",
        "Quoting the officer: he was known to us.",
    ],
)
def test_words_that_look_like_a_rarer_program_stay_new(own: str) -> None:
    assert read(own).new_text == own


FORWARDS = {
    "zh": ("-------- 转发邮件信息 --------", ("发件人", "发送日期", "收件人", "主题")),
    "ko": ("---------- 전달된 메시지 ----------", ("보낸사람", "날짜", "받는사람", "제목")),
    "ar": ("---------- رسالة معاد توجيهها ----------", ("من", "التاريخ", "إلى", "الموضوع")),
    "he": ("---------- הודעה שהועברה ----------", ("מאת", "תאריך", "אל", "נושא")),
    "pl": ("-------- Treść przekazanej wiadomości --------", ("Temat", "Data", "Nadawca", "Adresat")),
}


@pytest.mark.parametrize(("rule", "names"), FORWARDS.values(), ids=FORWARDS.keys())
def test_forward_of_further_languages_is_a_record(rule: str, names: tuple[str, ...]) -> None:
    values = {"Temat": "Tuesday", "Nadawca": WHO}
    given = (WHO, "03 February 2026 16:42", "Ann Lee", "Tuesday")
    head = "\n".join(f"{name}: {values.get(name, value)}" for name, value in zip(names, given, strict=True))
    message = read(f"FYI\n\n{rule}\n{head}\n\nIs Tuesday all right?\n", subject="Fwd: Tuesday")
    assert message.new_text == "FYI"
    assert [each.sender.address for each in message.forwarded if each.sender] == ["hssupport@victimsupport.org.uk"]
