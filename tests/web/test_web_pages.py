"""The pages: what they show, that they are valid, and that nobody's mail can turn them against their reader."""

from __future__ import annotations

import re

import httpx
import pytest

from mailflow.model.decision import MissingInformation, ReminderKind
from mailflow.model.records import ConsentRecord, EventRecord
from mailflow.model.views import EventView
from mailflow.model.words import AssuranceLevel, Flag, Kind, Urgency
from mailflow.sandbox import demo_mails
from mailflow.web.reasons import reasons
from mailflow.web.words import SAID, permission_words
from tests.conftest import ROOT
from tests.support import store as records
from tests.support.desk import MORNING, BackRoom, Visitor
from tests.support.markup import Element, faults, read, text_of, walk

LISTS = ("/", "/?every=true", "/?live=false", "/cases", "/outbox", "/reminders")


def events(room: BackRoom) -> tuple[EventRecord, ...]:
    with room.house.begin("journey:test") as work:
        return work.queue(closed=True)


def view_of(room: BackRoom, name: str) -> EventView:
    """The same event with everything that hangs on it."""
    reference = event_of(room, name).reference
    with room.house.begin("journey:test") as work:
        return work.event_view(reference)


def event_of(room: BackRoom, name: str) -> EventRecord:
    """The event of the demonstration's mail of that name, by what it says in its subject or sender."""
    needle = {
        "risk": "leanne.invented@gmail.com",
        "referral": "priya.raman@northumbria.police.uk",
        "school": "safeguarding@millbeck-primary.sch.uk",
        "both": "rosalind.eastgate@justice.gov.uk",
        "doubt": "kieron.ashby.flo@outlook.com",
        "sealed": "florian.ashdown@gmp.police.uk",
    }[name]
    return next(e for e in sorted(events(room), key=lambda e: e.id) if e.sender_address == needle)


def every_page(room: BackRoom) -> list[str]:
    """Every path that can be reached in the house."""
    with room.house.begin("journey:test") as work:
        cases, letters = work.cases(), work.outbox()
    return [
        *LISTS,
        "/write",
        "/write?like=despair",
        "/write?like=<script>",
        *(f"/event/{event.reference}" for event in events(room)),
        *(f"/case/{case.reference}" for case in cases),
        *(f"/outbox/{letter.id}" for letter in letters),
    ]


@pytest.fixture(scope="module")
def answers(played: BackRoom) -> dict[str, httpx.Response]:
    """Every page of the house, asked for once."""
    client = played.client()
    return {path: client.get(path) for path in every_page(played)}


def elements(page: str, tag: str, name: str = "") -> list[Element]:
    """Elements of that tag with that class."""
    root, _ = read(page)
    return [e for e in walk(root) if e.tag == tag and (not name or name in e.attributes.get("class", "").split())]


def words(page: str) -> str:
    return text_of(read(page)[0])


# -- every page ---------------------------------------------------------------------------------------------------
def test_every_page_is_valid_html_with_one_heading_and_no_script(answers: dict[str, httpx.Response]) -> None:
    assert len(answers) > 80
    assert {path: found for path, answer in answers.items() if (found := faults(answer.text))} == {}


def test_every_page_answers_and_tells_the_browser_to_load_nothing_from_elsewhere(
    played: BackRoom, answers: dict[str, httpx.Response]
) -> None:
    client = played.client()
    others = {path: client.get(path) for path in ("/nowhere", "/event/HS-0000-0000", "/static/desk.css")}
    for path, answer in {**answers, **others}.items():
        assert answer.status_code in (200, 404), path
        headers = answer.headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'"), path
        assert "script-src" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/static/") else "no-store")
        assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", answer.text), path


def test_every_link_leads_to_a_page(played: BackRoom, answers: dict[str, httpx.Response]) -> None:
    client = played.client()
    links = (link for answer in answers.values() for link in elements(answer.text, "a"))
    targets = {link.attributes["href"].partition("#")[0] for link in links} - {""}
    assert "/write" in targets
    assert [one for one in sorted(targets - set(answers)) if client.get(one).status_code != 200] == []


def test_style_and_mark_are_served_from_here(played: BackRoom) -> None:
    client = played.client()
    style = client.get("/static/desk.css")
    assert style.headers["content-type"].startswith("text/css")
    assert not re.search(r"url\(|@import", style.text), "a style sheet must not load anything"
    assert client.get("/static/mark.svg").headers["content-type"] == "image/svg+xml"
    assert client.get("/static/../app.py").status_code == 404


# -- who may ask --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("host", ["attacker.example", "127.0.0.1.attacker.example", "127.0.0.2", "0.0.0.0"])
def test_a_request_under_another_name_is_refused(played: BackRoom, host: str) -> None:
    answer = played.client().get("/", headers={"Host": host})
    assert answer.status_code == 421
    assert "Leanne" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.1:8025"])
def test_a_request_under_our_own_name_is_answered(played: BackRoom, host: str) -> None:
    assert played.client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 303),
        ({}, 303),
    ],
)
def test_a_form_of_another_site_delivers_nothing(room: BackRoom, headers: dict[str, str], status: int) -> None:
    given = {"mailbox": "hssupport", "sender": "jo@example.org", "subject": "Hello", "text": "Hello"}
    assert room.client().post("/write", given, headers=headers).status_code == status
    room.work()
    assert len(events(room)) == (status == 303)


def test_pages_can_only_be_looked_at(played: BackRoom) -> None:
    client = played.client()
    for path in ("/", "/cases", "/outbox", "/reminders", f"/event/{events(played)[0].reference}"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            answer = client.ask(method, path, data={"a": "b"})
            assert answer.status_code == 405, (method, path)
            assert not faults(answer.text)


# -- pages that are not there ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/event/HS-7KQ4-M2XD",
        "/case/x",
        "/outbox/nothing",
        "/watch/nothing",
        "/outbox/nothing/html",
        "/event/",
    ],
)
def test_what_is_not_there_says_so_on_a_page(played: BackRoom, path: str) -> None:
    answer = played.client().get(path)
    assert answer.status_code == 404
    assert not faults(answer.text)
    assert "Back to the queue" in answer.text


def test_a_question_that_makes_no_sense_is_a_page_too(played: BackRoom) -> None:
    answer = played.client().get("/?live=perhaps")
    assert (answer.status_code, faults(answer.text)) == (400, [])


def test_a_page_that_breaks_shows_nobodys_data(played: BackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Leanne 07700 900519")

    monkeypatch.setattr("mailflow.web.reading.mark", broken)
    answer = played.client().get(f"/event/{event_of(played, 'risk').reference}")
    assert answer.status_code == 500
    assert not faults(answer.text)
    assert "07700" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


def test_without_the_demonstration_nobody_can_write(played: BackRoom) -> None:
    client = played.client(demo=False)
    assert client.get("/write").status_code == 404
    assert client.post("/write", {"mailbox": "hssupport", "sender": "a@b.example"}).status_code == 404
    page = client.get("/").text
    assert "Write a mail" not in page
    assert "Demonstration" not in page
    assert "refresh" not in page


# -- the queue ----------------------------------------------------------------------------------------------------
@pytest.mark.promise("P7")
def test_the_queue_begins_with_the_mails_that_speak_of_harm(played: BackRoom) -> None:
    page = played.client().get("/").text
    lines = elements(page, "li", "event")
    at_risk = [e for e in events(played) if Flag.RISK in e.flags]
    assert len(at_risk) >= 2
    assert ["at-risk" in line.attributes["class"] for line in lines[: len(at_risk)]] == [True] * len(at_risk)
    assert not any("at-risk" in line.attributes["class"] for line in lines[len(at_risk) :])
    first = text_of(lines[0])
    assert "Risk" in first
    assert "rather be dead" in first, "the words themselves stand in the queue"
    assert elements(page, "div", "alarm")[0].attributes["role"] == "alert"
    assert f"({len(at_risk)} at risk)" in text_of(elements(page, "title")[0])


def test_the_queue_is_by_urgency_and_says_what_is_unsure(played: BackRoom) -> None:
    page = played.client().get("/").text
    assert [text_of(h).split(" ")[0] for h in elements(page, "h2")][:2] == ["Now", "Today"]
    waiting = [e for e in events(played) if e.state == "untriaged"]
    assert len(elements(page, "li", "event")) == len(waiting)
    doubts = sum(e.needs_human for e in waiting)
    assert words(page).count("a human decides") == doubts
    assert f"{doubts} wait for a human's judgement" in words(page)
    done = played.client().get("/?every=true").text
    assert len(elements(done, "li", "event")) == len(events(played)) > len(waiting)


def test_the_queue_says_what_was_answered(played: BackRoom) -> None:
    page = played.client().get("/?every=true").text
    lines = elements(page, "li", "event")
    told = {text_of(e): text_of(line) for line in lines for e in walk(line) if e.attributes.get("class") == "ref"}
    for event in events(played):
        line = told[event.reference]
        silent = event.kind in (Kind.AUTO_REPLY, Kind.BOUNCE, Kind.BULK, Kind.SPAM, Kind.SECURE_NOTICE)
        if silent:
            assert "no answer by machine" in line
        assert sum(map(line.endswith, ("no answer by machine", "answered", "answer: refused"))) == 1


def test_an_empty_queue_says_so(room: BackRoom) -> None:
    for path, sentence in (
        ("/", "Nobody waits."),
        ("/cases", "There are no cases yet."),
        ("/outbox", "The outbox is empty."),
        ("/reminders", "Nothing is promised."),
    ):
        page = room.client().get(path).text
        assert sentence in page
        assert not faults(page)


def test_the_page_that_follows_by_itself_can_be_held_still(played: BackRoom) -> None:
    client = played.client()
    assert 'http-equiv="refresh"' in client.get("/").text
    still = client.get("/?live=false").text
    assert 'http-equiv="refresh"' not in still  # WCAG 2.2 §2.2.2
    assert 'href="/?every=false"' in still


def test_a_stop_and_what_is_set_aside_stand_above_the_queue(room: BackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    with room.house.begin("person:lead") as work:
        work.set_stopped("the wrong template went out <b>twice</b>")

    def breaks(*_: object) -> None:
        raise RuntimeError("this mail breaks us")

    monkeypatch.setattr("mailflow.flow.understand.parse", breaks)
    room.put(b"From: jo@kent.police.uk\nMessage-ID: <a@b>\n\nHello\n")
    room.work()
    page = room.client().get("/").text
    assert "All sending is stopped: the wrong template went out <b>twice</b>" in words(page)
    assert "1 mail was set aside." in words(page)


# -- one mail -----------------------------------------------------------------------------------------------------
@pytest.mark.promise("P8")
def test_evidence_is_highlighted_and_named_where_it_stands(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'risk').reference}").text
    marked = "".join(text_of(m) + " " for m in elements(page, "mark", "why-risk"))
    assert "rather be dead" in " ".join(re.sub(r"[\d,]", "", marked).split())
    notes = [text_of(note) for note in elements(page, "li", "note-risk")]
    assert any("The writer speaks of ending their life" in note for note in notes)
    assert notes[0].startswith("1 Risk"), "a risk has the first number"
    facts = " ".join(text_of(m) for m in elements(page, "mark", "fact"))
    assert "07700 900519 family telephone" in facts
    assert "Somebody may come to harm" in text_of(elements(page, "section", "alarm")[0])
    assert "The person on call was told at" in words(page)


@pytest.mark.promise("P8")
def test_every_number_in_a_mail_is_explained_and_every_reason_in_the_text_is_marked(
    played: BackRoom, answers: dict[str, httpx.Response]
) -> None:
    for event in events(played):
        page = answers[f"/event/{event.reference}"].text
        listed = {e.attributes["id"] for e in elements(page, "li") if e.attributes.get("id", "").startswith("e")}
        linked = {a.attributes["href"][1:] for sup in elements(page, "sup") for a in sup.children if a.tag == "a"}
        anchors = {s.attributes["id"] for s in elements(page, "span", "anchor")}
        assert linked <= listed, event.reference
        assert {a.replace("m", "e", 1) for a in anchors} <= listed


def test_a_reason_stands_there_once_however_many_kinds_it_weighs(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'risk').reference}").text
    told = [text_of(e) for e in elements(page, "ol", "evidence")[0].children]
    assert sum("Somebody of the writer's own family" in one for one in told) == 1
    assert len(told) < 15


def test_names_of_our_own_are_said_as_people_say_them(answers: dict[str, httpx.Response]) -> None:
    ours = re.compile(
        r"\b(?:self_referral|panel_request|review_update|case_update|in_progress|risk_alert|receipt-\w+)\b"
    )
    for path, answer in answers.items():
        assert not ours.search(words(answer.text)), path


def test_everything_that_a_page_may_name_has_words() -> None:
    templates = {folder.name for folder in (ROOT / "rules/templates").iterdir()}
    closed = (Kind, Flag, Urgency, ReminderKind, MissingInformation, AssuranceLevel)
    ours = {str(word) for words_of_ours in closed for word in words_of_ours} | templates
    assert len(templates) > 25
    assert not ours - set(SAID)


@pytest.mark.promise("P8")
def test_a_reader_that_was_fitted_says_what_it_is(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'risk').reference}").text
    told = [text_of(e) for e in elements(page, "ol", "evidence")[0].children]
    (danger,) = [one for one in told if "The reader of danger is" in one]
    assert "Risk" in danger and "better one look too many than one too few" in danger
    assert not any("no rule names them" in one for one in told if "second reader" not in one)
    assert any("no rule names them" in one for one in told)


def test_what_hints_at_danger_comes_first_where_it_is_not_enough_for_the_flag() -> None:
    def line(rule: str, target: str, weight: float) -> dict[str, object]:
        place = {"field": "text", "start": 0, "end": 5, "text": "words"}
        return {"rule": rule, "says": rule, "target": target, "weight": weight, **place}

    said = [line("enquiry.asks", "enquiry", 3.0), line("reader-of-danger", "risk", 0.12), line("x", "media", 1.0)]
    numbered, others = reasons({"kind": "enquiry", "flags": [], "evidence": said})
    assert [(one.rule, one.sort, one.target) for one in numbered] == [
        ("reader-of-danger", "doubt", "Perhaps risk"),
        ("enquiry.asks", "kind", "Enquiry"),
    ]
    assert [one.rule for one in others] == ["x"]
    numbered, _ = reasons({"kind": "enquiry", "flags": ["risk"], "evidence": said})
    assert (numbered[0].sort, numbered[0].target) == ("risk", "Risk")


@pytest.mark.promise("P4")
def test_lists_dot_passwords_and_the_mail_itself_is_whole(room: BackRoom) -> None:
    room.put(
        b"From: Priya Raman <priya.raman@northumbria.police.uk>\nSubject: Referral, password: Rowan-22\n"
        b"Message-ID: <form@northumbria.police.uk>\nContent-Type: text/plain; charset=utf-8\n\n"
        b"I would like to refer Marcia Beckford, whose son was murdered. She has agreed to be contacted.\n",
        author="priya.raman@northumbria.police.uk",
    )
    room.work()
    (event,) = events(room)
    client = room.client()
    with room.house.begin("journey:test") as work:
        case = work.case(event.reference)
    for path in ("/?every=true", "/cases", f"/case/{case.reference}", "/reminders", "/outbox"):
        assert "Rowan-22" not in client.get(path).text, path
    assert "password: ••••••••" in words(client.get("/?every=true").text)
    assert "Rowan-22" in client.get(f"/event/{event.reference}").text, "who reads the mail needs what it says"


def test_attachments_are_read_and_marked_like_the_text(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'school').reference}").text
    attachment = elements(page, "section", "block-attachment")[0]
    assert "Simon Arkell" in text_of(attachment)
    assert "07700 900637 family telephone" in text_of(attachment)
    assert any(e.tag == "mark" for e in walk(attachment))
    assert "referral-form.docx" in text_of(elements(page, "section", "attachments")[0])


@pytest.mark.promise("P2")
def test_a_mail_to_both_mailboxes_is_one_event_with_one_answer(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'both').reference}").text
    assert "came 2 times" in words(page)
    assert len([a for a in elements(page, "a") if a.attributes["href"].startswith("/outbox/")]) == 1


@pytest.mark.promise("P9")
def test_doubt_is_said_with_its_reason(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'doubt').reference}").text
    assert "a human decides" in words(page)
    assert "Identity doubt" in words(page)
    assert "No answer by machine" in words(page)


def test_what_cannot_be_opened_is_a_page_all_the_same(played: BackRoom) -> None:
    page = played.client().get(f"/event/{event_of(played, 'sealed').reference}").text
    assert "There is nothing to read in this mail. It is kept whole." in words(page)


def test_looking_at_an_event_a_case_and_a_letter_is_audited(played: BackRoom) -> None:
    event = event_of(played, "referral")
    with played.house.begin("journey:test") as work:
        view = work.event_view(event.reference)
        before = len(work.audit_log(limit=100_000))
    client = played.client()
    assert view.case is not None
    for path in (f"/event/{event.reference}", f"/case/{view.case.reference}", f"/outbox/{view.outbox[0].id}"):
        assert client.get(path).status_code == 200
    with played.house.begin("journey:test") as work:
        log = work.audit_log(limit=100_000)
    new = [(entry.actor, entry.act) for entry in log[: len(log) - before]]
    for act in ("event.read", "case.read", "outbox.read"):
        assert ("person:desk", act) in new


# -- cases, letters, reminders -----------------------------------------------------------------------------------
def test_a_case_shows_its_people_and_its_timeline(played: BackRoom) -> None:
    view = view_of(played, "referral")
    assert view.case is not None
    page = played.client().get(f"/case/{view.case.reference}").text
    timeline = elements(page, "ol", "timeline")[0]
    told = [text_of(line) for line in timeline.children]
    assert "Referral from Priya Raman" in told[0].replace("  ", " ") or "Priya Raman" in told[0]
    assert "Receipt for a referral" in told[1]
    assert any("Case update" in line for line in told[2:]), "her answer to our receipt has joined the file"
    people = words(page)
    assert "Deborah Venn" in people
    assert "07700 900284" in people
    assert "opens nothing until a person records it" in people


def test_only_what_a_person_recorded_is_called_a_permission() -> None:
    def word(*, given: bool, by_machine: bool, condition: str = "") -> str:
        asked = ConsentRecord(
            id="1",
            case_id="2",
            person_id="3",
            purpose="liaise_with_chair",
            given=given,
            recorded_by="lead",
            recorded_at=MORNING,
            condition=condition,
            read_by_machine=by_machine,
        )
        return permission_words(asked)

    assert word(given=True, by_machine=False) == "Liaise with Chair: given"
    assert word(given=True, by_machine=False, condition="after the trial").endswith(
        ": a yes with a condition, which opens nothing"
    )
    assert word(given=True, by_machine=True) == "Liaise with Chair: a yes that nobody has recorded yet"
    assert word(given=False, by_machine=False) == "Liaise with Chair: withdrawn"
    assert word(given=False, by_machine=True) == "Liaise with Chair: a no"


@pytest.mark.promise("P5")
def test_a_withdrawal_is_said_on_its_case(played: BackRoom) -> None:
    view = view_of(played, "both")
    assert view.case is not None
    assert "A wish or permission was withdrawn." in words(played.client().get(f"/case/{view.case.reference}").text)


def test_a_letter_is_shown_as_text_and_as_html_in_a_closed_frame(played: BackRoom) -> None:
    row = view_of(played, "risk").outbox[0]
    client = played.client()
    page = client.get(f"/outbox/{row.id}").text
    assert "Samaritans" in text_of(elements(page, "div", "typed")[0])
    assert "auto-replied" in words(page)
    frame = elements(page, "iframe")[0]
    assert frame.attributes["sandbox"] == ""
    inner = client.get(frame.attributes["src"])
    assert "Samaritans" in inner.text
    policy = inner.headers["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
    assert inner.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.promise("P4")
def test_the_outbox_repeats_nothing_of_what_came_in(played: BackRoom) -> None:
    with played.house.begin("journey:test") as work:
        rows = work.outbox()
    names = ("Deborah", "Venn", "07700 900", "Leanne", "Carrow", "Roux", "Marchetti", "trial", "burgled")
    for row in rows:
        for name in names:
            assert name not in row.text + row.subject + row.html, row.template


def test_reminders_say_when_and_why(played: BackRoom) -> None:
    page = played.client().get("/reminders").text
    lines = [text_of(line) for line in elements(page, "ol", "rows")[0].children]
    with played.house.begin("journey:test") as work:
        waiting = [r for r in work.reminders() if r.state == "waiting"]
    assert len(lines) == len(waiting) > 20
    assert all("Why:" in line and "2026" in line for line in lines)
    at_risk = sum(Flag.RISK in event.flags for event in events(played))
    assert sum("Tell the person on call of the risk" in line for line in lines) == at_risk >= 2


# -- hostile mail --------------------------------------------------------------------------------------------------
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onmouseover='x' {{ 7*7 }} &amp;<!--"


@pytest.mark.parametrize("place", ["subject", "name", "text", "html", "attachment", "address", "agent"])
def test_hostile_words_stay_words_on_every_page(room: BackRoom, place: str) -> None:
    said = {one: HOSTILE if one == place else f"plain {one}" for one in ("subject", "name", "text", "agent")}
    name = said["name"].replace("\\", "").replace('"', '\\"')
    address = '"<script>alert(1)</script>"@kent.police.uk' if place == "address" else "jo@kent.police.uk"
    body = f"I would like to refer Mrs Ada Bright, 07700 900123. She has agreed. {said['text']}"
    lines = [
        f'From: "{name}" <{address}>',
        f"Subject: {said['subject']}",
        "Message-ID: <x@y>",
        f"X-Mailer: {said['agent']}",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        f"Content-Type: text/{'html' if place == 'html' else 'plain'}; charset=utf-8",
        "",
        f"<p>{body}</p>{HOSTILE}<style>@import '//x'</style>" if place == "html" else body,
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        'Content-Disposition: attachment; filename="<script>alert(1)</script>.txt"',
        "",
        HOSTILE if place == "attachment" else "plain",
        "--b--",
    ]
    room.put("\n".join(lines).encode())
    room.work()
    client = room.client()
    for path in every_page(room):
        page = client.get(path).text
        assert not faults(page), path
        assert "<script" not in page
        assert "onerror=alert" not in re.sub(r"&lt;img.*?&gt;", "", page)
    page = client.get(f"/event/{events(room)[0].reference}").text
    if place in ("subject", "name", "text", "attachment"):
        assert "<script>alert(1)</script>" in words(page), "it is shown as the text that it is"
        assert "{{ 7*7 }}" in words(page)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", ""),
        ("x" * 5000, "word"),
        ("long", "y" * 150_000),
        ("lines", "\n" * 20_000),
        ("paragraphs", "a\n\n" * 30_000),
        ("numbers", "07700 900123\n" * 3000),
        ("marks", "My brother was killed. I want to die. Please ring me. " * 700),
        ("right to left", "\u202eabc\u202d \u2066x\u2069 \u0000 \x1b[31m"),
    ],
    ids=["nothing", "subject", "word", "lines", "paragraphs", "numbers", "marks", "control"],
)
def test_strange_mails_give_pages_of_a_sensible_size(room: BackRoom, subject: str, text: str) -> None:
    head = f"From: jo@gmail.com\nSubject: {subject}\nMessage-ID: <x@y>\nContent-Type: text/plain; charset=utf-8\n\n"
    room.put((head + text).encode(), author="jo@gmail.com")
    room.work()
    [event] = events(room)
    for path in ("/?every=true", f"/event/{event.reference}", "/cases"):
        page = room.client().get(path).text
        assert not faults(page), path
        assert len(page) < 700_000
    assert "(no subject)" in room.client().get("/?every=true").text or subject


def test_four_hundred_events_stand_on_one_page(room: BackRoom) -> None:
    with room.house.begin("journey:test") as work:
        for number in range(400):
            work.add_event(
                records.event(
                    subject=f"Case {number}",
                    sender_name=f"Officer {number}",
                    flags=(Flag.RISK,) if number == 399 else (),
                    urgency=Urgency.NOW if number == 399 else Urgency.TODAY,
                ),
                (),
            )
    page = room.client().get("/").text
    lines = elements(page, "li", "event")
    assert len(lines) == 400
    assert "Officer 399" in text_of(lines[0]), "the one at risk stands at the top, however late it came"
    assert not faults(page)
    assert len(page) < 1_000_000


# -- writing a mail ------------------------------------------------------------------------------------------------
def write(client: Visitor, **changes: str) -> str:
    """Write a mail; the page on which it is watched."""
    given = {
        "mailbox": "DHRenquiries",
        "sender": "Robin Pemberley <robin.pemberley@shropshire.gov.uk>",
        "subject": "How do we refer?",
        "text": "Dear team,\r\n\r\nHow do we refer a family to you?\r\n\r\nRobin Pemberley\r\nCommunity Safety Officer",
    }
    answer = client.post("/write", {**given, **changes})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_visitor_watches_a_mail_being_delivered_understood_and_answered(room: BackRoom) -> None:
    client = room.client()
    watched = write(client)
    before = client.get(watched).text
    assert not faults(before)
    assert "Being read" in before
    assert 'http-equiv="refresh"' in before
    room.work()
    after = client.get(watched).text
    assert not faults(after)
    assert "Understood: Enquiry" in after
    assert "Answered" in after
    assert 'http-equiv="refresh"' not in after, "there is nothing more to wait for"
    [event] = events(room)
    assert event.mailbox == "DHRenquiries"
    assert f"/event/{event.reference}" in after


def test_a_visitor_is_told_why_a_machine_is_not_answered(room: BackRoom) -> None:
    client = room.client()
    watched = write(client, subject="Automatic reply: hello", text="I am out of the office until Monday.")
    room.work()
    page = client.get(watched).text
    assert "Not answered by machine" in page
    assert "No answer by machine: " in page


def test_a_visitor_sees_that_a_mail_was_set_aside(room: BackRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("this mail breaks us")

    monkeypatch.setattr("mailflow.flow.understand.parse", breaks)
    client = room.client()
    watched = write(client)
    room.work()
    page = client.get(watched).text
    assert "Set aside" in page
    assert not faults(page)


@pytest.mark.parametrize(
    "changes",
    [
        {"mailbox": "nobody"},
        {"sender": ""},
        {"sender": "no address"},
        {"sender": "a@b@c"},
        {"sender": "jo@localhost"},
        {"sender": "Jo <jo@example.org>, Al <al@example.org>, x"},
        {"sender": "Jo\r\nBcc: all@example.org\r\nX: <jo@example.org>"},
        {"sender": "<script>alert(1)</script>"},
    ],
    ids=str,
)
def test_what_cannot_be_sent_is_said_and_nothing_is_lost(room: BackRoom, changes: dict[str, str]) -> None:
    given = {"mailbox": "hssupport", "sender": "jo@example.org", "subject": "Hello", "text": "long <b>letter</b>"}
    answer = room.client().post("/write", {**given, **changes})
    assert answer.status_code == 400
    assert not faults(answer.text)
    assert elements(answer.text, "div", "alarm")
    assert "long <b>letter</b>" in words(answer.text), "what was written is still in the form"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Hello\r\nBcc: everybody@example.org"),
        ("sender", "Jo\r\nBcc: all <jo@example.org>"),
        ("sender", '"Jo \\" Smith" <jo@example.org>'),
        ("sender", "Zoë Ünal <zoe@example.org>"),
        ("subject", "\u202e\ud83d\ude00 ünï 😀"),
        ("text", "\x00\x1b\u2028 {id} {date} {in 3 days}"),
    ],
)
def test_whatever_is_written_becomes_one_mail(room: BackRoom, field: str, value: str) -> None:
    value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    write(room.client(), **{field: value})
    room.work()
    [event] = events(room)
    with room.house.begin("journey:test") as work:
        raw = work.event_view(event.reference).mails[0].raw
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head
    if field == "text":
        assert b"{in 3 days}" in raw, "a visitor's words are not filled in"


def test_a_letter_that_is_too_long_is_refused_on_a_page(room: BackRoom) -> None:
    given = {"mailbox": "hssupport", "sender": "jo@example.org", "text": "x" * 50_000}
    answer = room.client().post("/write", given)
    assert (answer.status_code, faults(answer.text)) == (400, [])
    assert room.client().post("/write", {**given, "text": "x" * 900_000}).status_code == 413


def test_the_examples_fill_the_form_and_are_understood(room: BackRoom) -> None:
    client = room.client()
    for name, kind in (("referral", "Referral"), ("question", "Enquiry"), ("despair", "Self-referral")):
        root, _ = read(client.get(f"/write?like={name}").text)
        fields = {e.attributes.get("name"): e for e in walk(root) if e.tag in ("input", "textarea", "select")}
        chosen = next(e for e in walk(root) if e.tag == "option" and "selected" in e.attributes)
        watched = write(
            client,
            mailbox=chosen.attributes["value"],
            sender=fields["sender"].attributes["value"],
            subject=fields["subject"].attributes["value"],
            text=fields["text"].words,
        )
        room.work()
        assert f"Understood: {kind}" in client.get(watched).text


def test_all_mails_of_the_demonstration_have_become_events(played: BackRoom) -> None:
    copies = sum(len(mail.to) for mail in demo_mails())
    with played.house.begin("journey:test") as work:
        assert work.counts().mails == {"done": copies}
