"""The desk in a real browser: what a visitor does first, and that everybody can read it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.browser import (
    CONTRAST,
    DESKTOP,
    NARROWEST,
    OVERFLOW,
    PHONE,
    SMALL,
    Visit,
    browser,
    served,
)
from tests.support.demo import Demo
from tests.support.desk import BackRoom

pytestmark = pytest.mark.service("chromium")

LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 30


@pytest.fixture(scope="module")
def visit() -> Iterator[Visit]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(played: BackRoom) -> Iterator[list[str]]:
    """Addresses of one page of every sort, on a desk that is served."""
    with played.house.begin("journey:test") as work:
        events = {event.sender_address: event for event in work.queue(closed=True)}
        case = work.case(events["priya.raman@northumbria.police.uk"].reference)
        letters = {row.recipient: row for row in work.outbox() if row.mail_class == "receipt"}
    with served(played.client().app) as desk:
        yield [
            f"{desk}/?live=false&every=true",
            f"{desk}/event/{events['leanne.invented@gmail.com'].reference}",
            f"{desk}/event/{events['safeguarding@millbeck-primary.sch.uk'].reference}",
            f"{desk}/event/{events['no-reply@egress-secure-docs.example'].reference}",
            f"{desk}/event/{events['kieron.ashby.flo@outlook.com'].reference}",
            f"{desk}/cases",
            f"{desk}/case/{case.reference}",
            f"{desk}/outbox",
            f"{desk}/outbox/{letters['leanne.invented@gmail.com'].id}",
            f"{desk}/reminders",
            f"{desk}/write",
            f"{desk}/event/nothing",
        ]


@pytest.mark.promise("P7")
def test_a_newcomer_sees_it_work() -> None:
    begun = time.monotonic()
    with Demo() as demo, browser(scripts=False) as visit:  # no page needs a script
        page = visit.page
        page.goto(demo.url)
        first = page.locator("li.event").first
        expect(first).to_contain_text("rather be dead", timeout=60_000)
        assert time.monotonic() - begun < 60, "the risk mail stands at the top within a minute"
        expect(first).to_contain_text("Leanne")
        expect(page.locator(".alarm")).to_contain_text("somebody may come to harm")

        first.locator("a.open").click()
        expect(page.locator("h1")).to_contain_text("Self-referral")
        marked = page.locator("mark.why-risk").all_inner_texts()
        assert "rather be dead" in " ".join(re.sub(r"[\d,]", "", "".join(marked)).split())
        expect(page.locator("li.note-risk").first).to_contain_text("The writer speaks of ending their life")
        colour = page.locator("mark.why-risk").first.evaluate("e => getComputedStyle(e).backgroundColor")
        assert colour not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), "evidence is highlighted"
        page.locator("mark.why-risk sup a").first.click()
        assert "#e" in page.url, "a number leads to its reason"
        expect(page.locator("li:target")).to_contain_text("Risk")

        expect(page.get_by_role("link", name="Receipt with crisis lines first")).to_be_visible()
        page.get_by_role("link", name="Receipt with crisis lines first").click()
        expect(page.locator(".state").first).to_have_text("sent")
        expect(page.locator(".typed")).to_contain_text("Samaritans")
        expect(page.frame_locator("iframe").locator("body")).to_contain_text("Samaritans")

        page.get_by_role("link", name="Write a mail").click()
        page.get_by_label("To", exact=True).select_option("DHRenquiries")
        page.get_by_label("From").fill("Robin Pemberley <robin.pemberley@shropshire.gov.uk>")
        page.get_by_label("Subject").fill("Help for a family")
        page.get_by_label("Text").fill(
            "Hello,\n\nI am a social worker. I would like to refer Mrs Odile Farthing, whose son Jamie was murdered"
            " last month. She has agreed to be contacted on 07700 900552.\n\nRobin Pemberley\nSocial Worker"
        )
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_role("heading", name="Understood: Referral")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("heading", name="Answered")).to_be_visible(timeout=60_000)
        page.get_by_role("link", name="See the mail with its evidence").click()
        expect(page.locator("mark.fact").filter(has_text="07700 900552")).to_be_visible()
        expect(page.locator("article.mail")).to_contain_text("Odile Farthing")

        page.get_by_role("link", name="Queue", exact=True).first.click()
        expect(page.locator("li.event").filter(has_text="Robin Pemberley")).to_be_visible()
        assert visit.foreign == []
        assert visit.complaints == []
        demo.says("Robin Pemberley")
        assert demo.interrupt() == 0


@pytest.mark.parametrize(("width", "height"), [DESKTOP, PHONE, NARROWEST], ids=["desktop", "phone", "narrowest"])
def test_every_page_fits_and_can_be_read(visit: Visit, pages: list[str], width: int, height: int) -> None:
    visit.size(width, height)
    for address in pages:
        visit.page.goto(address)
        assert visit.page.evaluate(OVERFLOW) == [], address
        assert visit.page.evaluate(CONTRAST) == [], address
        assert visit.page.evaluate(SMALL) == [], address
    assert visit.foreign == []


def test_text_that_is_twice_as_large_still_fits(visit: Visit, pages: list[str]) -> None:
    visit.size(*DESKTOP)
    for address in pages:
        visit.page.goto(address)
        visit.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert visit.page.evaluate(OVERFLOW) == [], address  # WCAG 2.2 §1.4.4


def test_the_keyboard_reaches_everything_and_is_seen(visit: Visit, pages: list[str]) -> None:
    visit.size(*DESKTOP)
    for address in pages[:2] + pages[6:]:
        page = visit.page
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "the skip link is seen"
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], button, input, select, textarea, summary')]"
            ".filter(e => e.getClientRects().length)"
            ".filter(e => e.tagName === 'SUMMARY' || !e.closest('details:not([open])')).length"
        )
        reached = 1
        for _ in range(wanted - 1):
            page.keyboard.press("Tab")
            seen = page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e); return [e.tagName, s.outlineStyle,"
                " parseFloat(s.outlineWidth), e.getBoundingClientRect().bottom > 0]; })()"
            )
            if seen[0] == "BODY":
                break
            reached += 1
            assert seen[1] != "none", f"{address}: {seen}"
            assert seen[2] >= 2, f"{address}: {seen}"
            assert seen[3], f"{address}: {seen}"
        assert reached == wanted, address


def test_the_skip_link_leads_past_the_head(visit: Visit, pages: list[str]) -> None:
    visit.page.goto(pages[0])
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "main"


def test_risk_cannot_be_missed(visit: Visit, pages: list[str]) -> None:
    visit.size(*PHONE)
    visit.page.goto(pages[0])
    top = visit.page.locator("li.event.at-risk").first.bounding_box()
    assert top is not None
    assert top["y"] < PHONE[1], "on a phone, the mail at risk begins on the first screen"
    flag = visit.page.locator(".flag-risk").first
    assert flag.evaluate("e => getComputedStyle(e, '::before').content") == '"▲ "', "it does not rest on colour alone"
    visit.page.goto(pages[1])
    alarm = visit.page.locator("section.alarm").bounding_box()
    assert alarm is not None
    assert alarm["y"] < PHONE[1]


def test_a_letter_as_html_can_do_nothing(visit: Visit, pages: list[str]) -> None:
    visit.page.goto(pages[8])
    frame = visit.page.frames[1]
    assert frame.evaluate("origin") == "null", "it has no access to the desk"
    visit.page.goto(f"{pages[8]}/html")
    assert visit.page.evaluate("origin") == "null"


@pytest.mark.parametrize("place", ["subject", "name", "text"])
def test_very_long_words_break(visit: Visit, room: BackRoom, place: str) -> None:
    given = {one: LONG if one == place else one for one in ("subject", "name", "text")}
    head = f'From: "{given["name"]}" <jo@gmail.com>\nSubject: {given["subject"]}\nMessage-ID: <x@y>\n'
    body = f"Content-Type: text/plain; charset=utf-8\n\nMy brother was killed. Please help. {given['text']}\n"
    room.put((head + body).encode(), author="jo@gmail.com")
    room.work()
    with room.house.begin("journey:test") as work:
        [event] = work.queue(closed=True)
        cases, letters = work.cases(), work.outbox()
    with served(room.client().app) as desk:
        for width, height in (DESKTOP, NARROWEST):
            visit.size(width, height)
            paths = ["/?live=false", f"/event/{event.reference}", "/cases", "/outbox", "/reminders"]
            paths += [f"/case/{case.reference}" for case in cases] + [f"/outbox/{letter.id}" for letter in letters]
            for path in paths:
                visit.page.goto(desk + path)
                assert visit.page.evaluate(OVERFLOW) == [], path
