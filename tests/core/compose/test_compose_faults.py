"""Wrong templates and service files: every fault at load, all at once, each with its place."""

from __future__ import annotations

import pytest

from mailflow.compose import check_policy, load_templates
from mailflow.decide import load_policy
from mailflow.errors import ProfileFault
from tests.support.letters import RULES, profile_files, profile_policy, profile_templates

TXT, HTML, META = (f"templates/receipt-neutral/{part}" for part in ("en.txt", "en.html", "meta.yaml"))


def faults(**changes: str | None) -> list[str]:
    """Load the profile with files replaced (or, ``None``, left out); the faults as text."""
    files = {name: text for name, text in (profile_files() | changes).items() if text is not None}
    with pytest.raises(ProfileFault) as caught:
        load_templates(files)
    return [str(fault) for fault in caught.value.faults]


def both(words: str) -> dict[str, str]:
    """The neutral receipt with these words more, in both parts."""
    files = profile_files()
    return {TXT: files[TXT] + f"\n{words}\n", HTML: files[HTML].replace("</body>", f"<p>{words}</p></body>")}


def test_the_profile_itself_has_none() -> None:
    templates = load_templates(profile_files())
    assert len(templates.names) == 30
    assert check_policy(profile_policy(), templates) == ()


FORBIDDEN = ["name", "sender", "recipient", "subject", "text", "body", "quoted", "victim", "family", "case", "facts"]


@pytest.mark.promise("P4")
@pytest.mark.parametrize("field", FORBIDDEN)
def test_a_field_that_would_repeat_what_came_in_is_forbidden(field: str) -> None:
    found = faults(**both("{{ " + field + " }}"))
    assert len(found) == 2
    assert all(f"the field {field} is forbidden" in fault for fault in found)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("{{ colour }}", "there is no field colour; there are address, clock, count"),
        ("{{ phone.nobody }}", "the field phone.nobody is not in service.yaml"),
        ("{{ phone }}", "say which: phone.emergency"),
        ("{{ reading.upper() }}", "it may not use call"),
        ("{{ reading|upper }}", "it may not use filter|No filter named"),
        ("{{ phone['service'] }}", "it may not use getitem"),
        ("{{ reading.__class__ }}", "the field reading.__class__ is not in service.yaml"),
        ("{% include 'x' %}", "it may not use include"),
        ("{% set x = reading %}{{ reference }}", "it may not use assign"),
        ("{% for x in phone %}{{ x }}{% endfor %}", "the only list is missing"),
        ("{{ 'some words' }}", "it may not use const"),
        ("{% macro x() %}{% endmacro %}", "it may not use macro"),
        ("{{ link }}", "the field link is for our own people only"),
        ("{{ reading", "this is no template"),
    ],
)
def test_what_a_template_may_not_hold(words: str, sentence: str) -> None:
    found = faults(**both(words))
    assert any(any(part in fault for part in sentence.split("|")) for fault in found), found


def test_a_fault_names_file_and_line() -> None:
    last = profile_files()[TXT].count("\n") + 2
    assert any(fault.startswith(f"{TXT}:{last}: ") for fault in faults(**both("{{ colour }}")))


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://x.example/pixel.gif">',
        '<IMG SRC="cid:logo">',
        "<script>alert(1)</script>",
        '<link rel="stylesheet" href="https://x.example/a.css">',
        '<p style="background: url(https://x.example/a.png)"></p>',
        '<p onclick="alert(1)"></p>',
        '<meta http-equiv="refresh" content="0">',
        '<a href="https://x.example/"></a>',
        '<a href="javascript:alert(1)"></a>',
        "<style>@import 'https://x.example/a.css';</style>",
    ],
)
def test_nothing_loads_or_runs(markup: str) -> None:
    html = profile_files()[HTML].replace("</body>", markup + "</body>")
    assert any(
        fault.startswith(HTML) and ("would load" in fault or "a link may go" in fault)
        for fault in faults(**{HTML: html})
    )


def test_telephone_and_mail_links_are_fine() -> None:
    html = profile_files()[HTML].replace("{{ phone.samaritans }}", '<a href="tel:116123">{{ phone.samaritans }}</a>')
    assert html != profile_files()[HTML]
    load_templates(profile_files() | {HTML: html})


def test_parts_that_say_different_things() -> None:
    html = profile_files()[HTML].replace("Thank you", "Thanks")
    assert any("text and HTML say different things, the text near" in fault for fault in faults(**{HTML: html}))
    longer = profile_files()[TXT] + "\nOne sentence more.\n"
    assert any("text and HTML say different things" in fault for fault in faults(**{TXT: longer}))


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [(TXT, "en.txt is missing"), (HTML, "en.html is missing"), (META, "meta.yaml is missing")],
)
def test_missing_parts(missing: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(**{missing: None}))


def test_a_second_language_must_be_whole() -> None:
    found = faults(**{TXT.replace("en.", "pl."): "Witamy {{ reference }} {{ reading }}"})
    assert any("templates/receipt-neutral: pl.html is missing" in fault for fault in found)
    assert any("templates/routing-media: pl.txt is missing" in fault for fault in found)
    assert any("the subject is missing in the language pl" in fault for fault in found)
    assert any("service.yaml" in fault and "the language pl is missing" in fault for fault in found)


def test_a_stray_file_in_a_template() -> None:
    assert any("this is neither" in fault for fault in faults(**{"templates/receipt-neutral/en.txt.bak": "x"}))


def meta(**changes: str) -> str:
    values = {
        "says": '"Right for everybody."',
        "audiences": "[neutral]",
        "class": "receipt",
        "subject": '{en: "Got it", cy: "Wedi cyrraedd"}',
    }
    return "\n".join(f"{key}: {value}" for key, value in (values | changes).items())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (meta(audiences="[neutral, staff]"), "for our own people is for nobody else"),
        (meta(audiences="[staff]"), "they alone, go to our own people"),
        (meta(**{"class": "alert"}), "they alone, go to our own people"),
        (meta(**{"class": "chaser"}), "only professionals are asked"),
        (meta(audiences="[everybody]"), META),
        (meta(subject='{en: ""}'), META),
        (meta(subject='{en: "{{ subject }}"}'), "the field subject is forbidden"),
        (meta(colour="red"), META),
        ("- just a list", META),
    ],
)
def test_wrong_metas(text: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(**{META: text}))


def test_a_receipt_must_say_who_reads_and_name_the_reference() -> None:
    words = {
        f"templates/receipt-neutral/{language}.{part}": text
        for language in ("en", "cy")
        for part, text in (("txt", "Hi\n"), ("html", f'<html lang="{language}"><body><p>Hi</p></body></html>'))
    }
    found = faults(**words, **{META: meta()})
    assert any("a receipt says when a person will read" in fault for fault in found)


def service(old: str, new: str) -> str:
    text = profile_files()["service.yaml"]
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("number: 0300 303 1984", "number: ring us", "a number is digits and single spaces"),
        ("    verified_on: 2026-11-23\n", "", "verified_on"),
        ("  verified_on: 2026-11-23", "  verified_on: yesterday", "write 2026-11-23"),
        ("    verified_on: 2026-11-23", "    verified_on: soon", "write 2026-11-23"),
        ("    source: Ofcom, national emergency number\n", "", "source"),
        ("dpo@victimsupport.org.uk", "the DPO", "this is no e-mail address"),
        (
            "  consent: {en: whether that person has agreed to hear from us, "
            "cy: a ydynt wedi cytuno i glywed gennym}\n",
            "",
            "words for consent are missing",
        ),
        ("  private: {en: Support team, ", "  private: {", "the language en is missing"),
        ("  en: 9am", "  pl: 9am", "the language en is missing"),
        ("({{ reference }})", "({{ subject }})", "the field subject is forbidden"),
        ("phones:", "telephones:", "service.yaml"),
    ],
)
def test_wrong_service_files(old: str, new: str, sentence: str) -> None:
    assert any(sentence in fault for fault in faults(**{"service.yaml": service(old, new)}))


def test_no_service_file_and_no_template() -> None:
    assert any("service.yaml: the file is missing" in fault for fault in faults(**{"service.yaml": None}))
    with pytest.raises(ProfileFault, match="no template at all"):
        load_templates({"service.yaml": profile_files()["service.yaml"]})


def test_all_faults_come_at_once() -> None:
    found = faults(**(both("{{ subject }} {{ colour }}") | {META: meta(audiences="[staff]"), "templates/x/de.md": "y"}))
    wanted = ("subject is forbidden", "no field colour", "they alone", "this is neither")
    assert all(any(words in fault for fault in found) for words in wanted)


POLICY = (RULES / "policy.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("template: receipt-referral", "template: receipt-nobody", "receipt-nobody, which does not exist"),
        ("template: receipt-referral", "template: routing-media", "to the audience professional"),
        ("template: receipt-referral", "template: chaser-missing", "as a receipt, but it is a chaser"),
        ("languages: [en, cy]", "languages: [en, pl]", "not written in the language pl"),
        ("languages: [en, cy]", "languages: [en, pl]", "nobody has taught us to say in the language pl"),
        ("template: receipt-misdirected", "template: receipt-neutral", "to the audience review"),
    ],
)
def test_policy_and_templates_must_fit(old: str, new: str, sentence: str) -> None:
    policy = load_policy("policy.yaml", POLICY.replace(old, new, 1))
    found = [str(fault) for fault in check_policy(policy, profile_templates())]
    assert any(sentence in fault for fault in found)


def test_the_hours_in_the_letters_are_those_of_the_policy() -> None:
    clock, hours = profile_policy().clock, profile_templates().service.hours["en"]
    assert hours.startswith(f"{clock.opens_hour}am to {clock.closes_hour - 12}pm")
