"""Words, links, figures and markup that no letter of ours holds: each is a fault with its file and line."""

from __future__ import annotations

import pytest

from mailflow.compose import load_templates
from mailflow.compose.wording import MAX_SUBJECT, forbidden_words, too_long
from mailflow.errors import ProfileFault
from mailflow.model.words import Audience
from tests.support.letters import profile_files

HOME, WORK = frozenset({Audience.BEREAVED}), frozenset({Audience.PROFESSIONAL})


def faults(**changes: str) -> list[str]:
    with pytest.raises(ProfileFault) as caught:
        load_templates(profile_files() | changes)
    return [str(fault) for fault in caught.value.faults]


def with_words(name: str, words: str, language: str = "en") -> dict[str, str]:
    """A template with a paragraph more, in both parts; it stands on the last line of the text."""
    files = profile_files()
    txt, html = (f"templates/{name}/{language}.{part}" for part in ("txt", "html"))
    return {txt: files[txt] + f"\n{words}\n", html: files[html].replace("</div>", f"<p>{words}</p>\n</div>")}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("He committed suicide.", "took their own life"),
        ("We hope you find closure.", "nobody reaches closure"),
        ("The NHS Homicide Service", "National Health Service"),
        ("We are sorry for your loss.", "formula"),
        ("Your loved one", "formula"),
        ("the perpetrator", "before a verdict"),
        ("We guarantee an answer.", "cannot be sure"),
        ("We will ring as soon as possible.", "name the day"),
        ("Please click here.", "says where it leads"),
        ("Dear Sir or Madam", "we do not know who reads it"),
        ("Read our newsletter.", "advertises"),
        ("Write to somebody@elsewhere.example.", "leads elsewhere"),
        ("See www.elsewhere.example for more.", "leads elsewhere"),
        ("See https://elsewhere.example/track?u=1 for more.", "leads elsewhere"),
        ("Ring 020 7946 0123.", "stands in service.yaml with its source"),
    ],
)
def test_words_that_no_letter_says(words: str, reason: str) -> None:
    changes = with_words("receipt-referral", words)
    line = next(iter(changes.values())).count("\n")
    found = faults(**changes)
    assert [fault for fault in found if fault.startswith(f"templates/receipt-referral/en.txt:{line}: ")]
    assert all(reason in fault for fault in found)


@pytest.mark.parametrize(
    "words", ["Cyflawnodd hunanladdiad.", "Mae'n ddrwg gennym am eich colled.", "gan y GIG", "y cyflawnwr"]
)
def test_the_same_in_welsh(words: str) -> None:
    found = faults(**with_words("receipt-referral", words, "cy"))
    assert len(found) == 1
    assert "does not belong in a letter of ours" in found[0]


@pytest.mark.parametrize(
    "words", ["Your FLO will know.", "about the murder", "other victims", "Mae eich achos ar agor."]
)
def test_words_that_only_families_are_spared(words: str) -> None:
    assert list(forbidden_words(words, HOME))
    assert not list(forbidden_words(words, WORK))


@pytest.mark.parametrize(
    "words", ["Victim Support", "the Victim Support Supportline", "disclosure", "gigantic", "flow"]
)
def test_words_that_only_look_like_it(words: str) -> None:
    assert not list(forbidden_words(words, HOME))


def html(old: str, new: str) -> list[str]:
    name = "templates/receipt-neutral/cy.html"
    text = profile_files()[name]
    assert old in text
    return faults(**{name: text.replace(old, new, 1)})


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('<html lang="cy">', '<html lang="en">', "a screen reader must know the language"),
        ('<html lang="cy">', "<html>", "a screen reader must know the language"),
        ("<p>Helo</p>", "<table><tr><td>Helo</td></tr></table>", "not for layout"),
        ("<p>Helo</p>", '<p>Helo<img src="https://x.example/p.gif"></p>', "would load or run"),
        ("<p>Helo</p>", '<p><a href="https://x.example/{{ reference }}">Helo</a></p>', "a link may go"),
        ("<p>Helo</p>", '<p><a href="mailto:x@x.example">Helo</a></p>', "a link may go"),
        ("<p>Helo</p>", '<p><a href="{{ link }}">Helo</a></p>', "for our own people only"),
        ("<p>Helo</p>", "<p>Hello</p>", "text and HTML say different things"),
        ('<meta charset="utf-8">', '<meta name="refresh">', "would load or run"),
    ],
)
def test_markup_that_no_letter_has(old: str, new: str, reason: str) -> None:
    assert any(reason in fault and "templates/receipt-neutral/cy" in fault for fault in html(old, new))


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("follow-up-1", "{{ reading }}", "a follow-up has no field reading; it is for receipts"),
        ("follow-up-1", "{{ chair }}", "the field chair is forbidden"),
        ("follow-up-1", "{{ decision }}", "for our own people only, in notices"),
        ("receipt-referral", "{{ reply_by }}", "a receipt has no field reply_by; it is for follow-ups"),
        ("receipt-referral", "{{ count.new }}", "for our own people only, in digests"),
        ("digest-morning", "{{ reference }}", "a digest has no field reference"),
        ("digest-morning", "{{ count.people }}", "the field count.people is not in the digest"),
        ("digest-morning", "{{ count }}", "say which: count.alarms, count.due_today"),
        ("alert-risk", "{{ missing }}", "an alert has no field missing"),
    ],
)
@pytest.mark.promise("P4")
def test_a_class_of_mail_has_only_the_fields_that_it_needs(name: str, words: str, sentence: str) -> None:
    found = faults(**with_words(name, words))
    assert len(found) == 2
    assert all(sentence in fault for fault in found), found


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("follow-up-1", "audiences: [review]", "audiences: [bereaved]", "only those who run a review"),
        ("follow-up-1", "class: follow_up", "class: receipt", "follow-ups"),
        ("digest-morning", "audiences: [staff]", "audiences: [review]", "go to our own people"),
        ("digest-morning", "class: digest", "class: notice", "for our own people only, in digests"),
        ("receipt-panel", 'en: "', 'en: "{{ reply_by }} ', "a receipt has no field reply_by"),
        ("receipt-panel", 'en: "', f'en: "{"long " * 15}', f"at most {MAX_SUBJECT} are shown"),
        ("receipt-panel", 'en: "', 'en: "Closure: ', "nobody reaches closure"),
    ],
)
def test_classes_and_audiences_fit(name: str, old: str, new: str, sentence: str) -> None:
    meta = f"templates/{name}/meta.yaml"
    text = profile_files()[meta]
    assert old in text
    found = [fault for fault in faults(**{meta: text.replace(old, new, 1)}) if sentence in fault]
    assert found
    if 'en: "' in old:
        assert any(fault.startswith((f"{meta}:5:7: ", f"templates/{name}/en: ")) for fault in found)


def test_long_paragraphs_and_words_that_no_line_can_break() -> None:
    assert not list(too_long("Short", "word " * 100))
    assert "is a wall" in next(too_long("Short", "word " * 120))
    assert "no line can break" in next(too_long("Short", "x" * 73))
    assert not list(too_long("Short", "\n".join("- " + "word " * 30 for _ in range(9))))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("team: {en: The team,", 'team: {en: "Team <a@b.example>",', "a display name is at most"),
        ("team: {en: The team,", 'team: {en: "Team\\r\\nBcc: x",', "a display name is at most"),
        ("team: {en: The team,", f"team: {{en: {'long ' * 12},", "a display name is at most"),
        ("team: {en: The team,", "The Team: {en: The team,", "a key is a word of small letters"),
        ("team: {en: The team, cy: Y tîm}", "team: {en: The team}", "the language cy is missing"),
        ("en: Your enquiry,", "en: The murder,", "names how somebody died"),
        ("en: Your enquiry,", 'en: "{{ reading }}",', "may name the reference, not reading"),
        ("en: Your enquiry,", 'en: "{{ subject }}",', "the field subject is forbidden"),
        ("  proposal:\n", "  proposed:\n", "this must be one of"),
        ("  complaint: {en: the answer to a complaint, cy: yr ateb i gŵyn}\n", "", "words for complaint are missing"),
    ],
)
def test_safe_names_subjects_and_closed_words(old: str, new: str, sentence: str) -> None:
    text = profile_files()["service.yaml"]
    assert old in text
    assert any(sentence in fault for fault in faults(**{"service.yaml": text.replace(old, new, 1)}))
